"""Exercises of lesson 00: run a generator, read a number."""

from functools import cache

import numpy as np

from .. import latent, runs, training
from ..answers.numbers import expect, to_numbers
from .kinds import formula, value

NUM, SEED = 16, 7
PICTURE = (28, 28, 1)


def _digits(num, seed):
    return training.generate(runs.load_shipped_generator(), num=num, seed=seed)


@cache
def _first_digit(seed):
    return _digits(1, seed)[0]


def _seed_of(images):
    """The seed from which the shipped generator draws these images; None if it is not below 20."""
    likely = (SEED, 1, NUM, *range(20))
    return next((s for s in likely if np.allclose(images[0], _first_digit(s), atol=1e-3)), None)


def _verify_digits(answer):
    """Raise Wrong for what is not a batch of pictures, or drawn with other numbers."""
    expect(
        type(answer).__name__ != "Figure",
        "This is the figure; give the digits themselves, which were plotted in it.",
    )
    images = to_numbers(answer)
    expect(
        images.ndim > 1,
        f"Got the shape {images.shape}, which is no pictures; give what `training.generate` "
        "returns.",
    )
    expect(images.shape != PICTURE, f"This is a single picture; the task asks for {NUM} digits.")
    if images.shape[1:] != PICTURE or not len(images):
        return
    least, most, num, seed = images.min(), images.max(), len(images), _seed_of(images)
    expect(
        (num, seed) != (SEED, NUM),
        f"The two numbers are swapped: these are {num} digits from seed {seed}.",
    )
    expect(
        seed != SEED or num == NUM,
        f"The seed is right; now change the number, too: this batch holds {num}, not {NUM}.",
    )
    expect(
        seed in (SEED, None) or num != NUM,
        f"The number is right, the seed is not right: these are {num} digits from seed {seed}.",
    )
    expect(seed in (SEED, None), f"These are {num} digits from seed {seed}; change both numbers.")
    expect(num == NUM, f"Got {num} pictures; the task asks for {NUM} digits.")
    expect(
        least < -0.01 or not np.isfinite(images).all(),
        f"The values lie between {least:.3g} and {most:.3g}; leave them as `training.generate` "
        "returns them, from -1 to 1.",
    )


def _in_training_mode():
    return runs.load_shipped_generator()(latent.sample_z(NUM, 64, SEED), training=True)


@value(
    task="Draw 16 digits from seed 7 with the shipped generator.",
    hints=(
        "The first cell with pictures draws 64 digits from seed 1. How does it do that?",
        "It calls `training.generate`. Two of the things that it hands over have to change.",
        "`num` says how many digits are drawn, and `seed` settles which ones.",
    ),
    shows="A seed fixes z, and z fixes the picture: everybody who takes seed 7 gets these 16.",
    wrong={
        "This is z, the random numbers themselves; the generator turns them into pictures.": (
            lambda: latent.sample_z(NUM, 64, SEED)
        ),
        "The seed is right, but the generator ran in training mode; call it with "
        "`training=False`, as `training.generate` does.": _in_training_mode,
        "These are the right digits as negatives: black and white have changed places.": (
            lambda: -_digits(NUM, SEED)
        ),
    },
    verify=_verify_digits,
)
def other_digits():
    generator = runs.load_shipped_generator()
    return training.generate(generator, num=16, seed=7)


def _distance(rng, num):
    """A distance between a floor and a control."""
    floor, control = rng.uniform(1, 4), rng.uniform(150, 400)
    return rng.uniform(0.2, 0.8) * control, floor, control


@formula(
    task="Put a distance on a scale with equal steps that is 0 at the floor and 1 at the control.",
    hints=(
        "Which distance has to become 0, and which one has to become 1?",
        "Move the beginning of the scale to 0: take the floor away from the distance.",
        "Now the control stands at control - floor. What brings it to 1?",
    ),
    shows="A distance alone says nothing; on this scale the shipped generator stands near 0.01.",
    inputs=_distance,
    wrong={
        "The floor was not taken away: at the floor this is not 0.": (
            lambda value, floor, control: value / control
        ),
        "The length of the scale is control - floor, not the control.": (
            lambda value, floor, control: (value - floor) / control
        ),
        "The length of the scale is right, but it begins at the floor: take the floor away from "
        "the value, too.": lambda value, floor, control: value / (control - floor),
        "The length of the scale is control - floor, not control + floor.": (
            lambda value, floor, control: (value - floor) / (control + floor)
        ),
        "The length of the scale goes from the floor to the control, not from the value to the "
        "control.": lambda value, floor, control: (value - floor) / (control - value),
        "The scale is turned round: here the floor is 1 and the control is 0.": (
            lambda value, floor, control: (control - value) / (control - floor)
        ),
        "This is 0 at the control and -1 at the floor; the scale begins at the floor.": (
            lambda value, floor, control: (value - control) / (control - floor)
        ),
        "This tells how many floors fit into the value; the control is left out.": (
            lambda value, floor, control: value / floor
        ),
        "This tells how far the value lies above the floor, measured in floors; the control is "
        "left out.": lambda value, floor, control: (value - floor) / floor,
        "This is the share of the value that lies above the floor; the control is left out.": (
            lambda value, floor, control: (value - floor) / value
        ),
        "The floor was taken away; now divide, so that the control comes to 1.": (
            lambda value, floor, control: value - floor
        ),
        "Brackets are missing around value - floor: a division comes before a minus.": (
            lambda value, floor, control: value - floor / (control - floor)
        ),
        "Brackets are missing around value - floor and around control - floor: a division comes "
        "before a minus.": lambda value, floor, control: value - floor / control - floor,
        "Brackets are missing around control - floor: a division comes before a minus.": (
            lambda value, floor, control: (value - floor) / control - floor
        ),
        "The result is cut off at 0 and 1; the scale goes on beyond the floor and the control.": (
            lambda value, floor, control: np.clip((value - floor) / (control - floor), 0, 1)
        ),
        "The result is cut off at 0; below the floor the scale goes on with negative numbers.": (
            lambda value, floor, control: np.maximum((value - floor) / (control - floor), 0)
        ),
        "This is never below 0; a distance below the floor gets a negative number.": (
            lambda value, floor, control: np.abs(value - floor) / (control - floor)
        ),
        "This scale is logarithmic; equal steps were asked for.": (
            lambda value, floor, control: np.log(value / floor) / np.log(control / floor)
        ),
        "`//` leaves whole numbers only; divide with `/`.": (
            lambda value, floor, control: (value - floor) // (control - floor)
        ),
        "The number is rounded to two decimals; return it as it is.": (
            lambda value, floor, control: np.round((value - floor) / (control - floor), 2)
        ),
        "This is in per cent: 100 at the control, where 1 was asked for.": (
            lambda value, floor, control: 100 * (value - floor) / (control - floor)
        ),
    },
    also={
        "the distance at the floor": (3.0, 3.0, 240.0),
        "the distance at the control": (300.0, 2.0, 300.0),
        "a distance below the floor": (2.0, 10.0, 90.0),
        "a distance above the control": (330.0, 3.0, 301.5),
    },
    tensors=False,
)
def place_on_scale(value, floor, control):
    return (value - floor) / (control - floor)
