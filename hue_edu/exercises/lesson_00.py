"""Exercises of lesson 00: run a generator, read a number."""

from .. import latent, runs, training
from .exercise import formula, value


def _digits(num, seed):
    return training.generate(runs.load_shipped_generator(), num=num, seed=seed)


@value(
    task="Draw 16 digits from seed 7 with the shipped generator.",
    hints=(
        "The first cell with pictures draws 64 from seed 1, by `training.generate`.",
        "`num` is how many, `seed` is where from.",
    ),
    shows="A seed fixes z, and z fixes the picture: everybody who takes seed 7 gets these 16.",
    wrong={
        "The two numbers are swapped: these are 7 digits from seed 16.": lambda: _digits(7, 16),
        "These are 16 digits from seed 1; change the seed, too.": lambda: _digits(16, 1),
        "These are 64 digits from seed 7; change the number, too.": lambda: _digits(64, 7),
        "This is z, the random numbers themselves; the generator turns them into pictures.": (
            lambda: latent.sample_z(16, 64, seed=7)
        ),
    },
)
def other_digits():
    generator = runs.load_shipped_generator()
    return training.generate(generator, num=16, seed=7)


@formula(
    task="Put a distance on a scale on which the floor is 0 and the control is 1.",
    hints=(
        "Where does the scale begin? Take that away first.",
        "How long is it, from floor to control? Divide by that length.",
    ),
    shows="A distance alone says nothing; on this scale the shipped generator stands near 0.01.",
    inputs=lambda rng, num: (rng.uniform(5, 300, num), rng.uniform(1, 4), rng.uniform(310, 400)),
    wrong={
        "The floor was not taken away: at the floor this is not 0.": (
            lambda value, floor, control: value / control
        ),
        "The length of the scale is control - floor, not the control.": (
            lambda value, floor, control: (value - floor) / control
        ),
        "The scale is turned round: here the floor is 1 and the control is 0.": (
            lambda value, floor, control: (control - value) / (control - floor)
        ),
        "This is how many floors the value is long.": lambda value, floor, control: value / floor,
    },
    tensors=False,
    counts="value",
)
def place_on_scale(value, floor, control):
    return (value - floor) / (control - floor)
