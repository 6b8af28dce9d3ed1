"""Failures made on purpose: each with its mended twin, and the number that proves it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import keras
import numpy as np
from keras import layers

from .. import arguments, datasets, losses, metrics, models
from .game import PLAYERS, Game, adams, digits
from .networks import build_discriminator, build_generator
from .training import draw
from .tutorial import NUM

ADVERSARIAL = losses.ADVERSARIAL_LOSSES
STD = 0.05  # of the eight modes of the ring


@dataclass(frozen=True)
class Failure:
    """A failure and its repair, which differ in one thing.

    Attributes:
        what_it_is: In a plain sentence.
        repair: What the mended twin has instead.
        proof: What `measure` returns, in words.
        build: (is it mended, seed) → patient.
        measure: (patient, its `Run`) → the number.
        steps: After how many it shows.
    """

    what_it_is: str
    repair: str
    proof: str
    build: Callable
    measure: Callable
    steps: int

    def make(self, mended, seed=0):
        """The patient, or its mended twin; the same for the same seed.

        Args:
            mended: Whether the one thing that fails is put right.
            seed: Of the weights and of z.

        Returns:
            Arguments of `doctor.examine`, by name.
        """
        keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
        return self.build(mended, seed)


# Pictures


def _pictures(seed, loss="non_saturating", data=None, kernel=4, rates=(1e-3, None)):
    return Game(
        generator=build_generator(kernel),
        discriminator=build_discriminator(),
        data=digits(NUM) if data is None else data,
        loss=ADVERSARIAL[loss],
        optimizers=adams(rates[0], d_rate=rates[1]),
        seed=seed,
    )


def _victory(mended, seed):
    loss = "non_saturating" if mended else "minimax"
    return _pictures(seed, loss, rates=(1e-3, 1e-2)).parts()


def _wrong_sign(mended, seed):
    game, right = _pictures(seed), ADVERSARIAL["non_saturating"]
    wrong = right._replace(generator=lambda real, fake: -right.generator(real, fake))
    return (game if mended else replace(game, loss=wrong)).parts()


def _scale(mended, seed):
    x = digits(NUM)
    return _pictures(seed, data=x if mended else 127.5 * (x + 1)).parts()


def _checkerboard(mended, seed):
    return _pictures(seed, kernel=None if mended else 5).parts()


def _last_scores(parts, run):
    """D's mean verdict on generated samples in the last 20 steps, σ(score)."""
    scores = np.clip(run.curves["fake_score"][-20:], -50, 50)
    return float(np.mean(1 / (1 + np.exp(-scores))))


def checkers(images):
    """How far a grid of two pixels stands out of pictures: 1 where there is none.

    Power at the period of two pixels over that of the nearest lower frequency, along both sides.

    Args:
        images: Shape (num, height, width, channels), with even sides.
    """
    power = (np.abs(np.fft.fft2(np.asarray(images, "float64"), axes=(1, 2))) ** 2).mean((0, 3))
    height, width = (side // 2 for side in power.shape)
    at, near = power[height].sum() + power[:, width].sum(), power[height - 1].sum()
    return float(at / (near + power[:, width - 1].sum()))


# Points


def _collapse(mended, seed):
    return Game(
        generator=models.build_planar_generator(),
        discriminator=models.build_planar_discriminator(),
        data=datasets.make_ring(4096, seed=0, std=STD)[0],
        optimizers=adams(2e-3 if mended else 2e-2, d_rate=2e-3),
        seed=seed,
    ).parts()


def _oscillation(mended, seed):
    """G moves its points as a whole, and D is linear: the Dirac-GAN of lesson 06 in the plane."""
    points = np.random.default_rng(0).normal(0.0, 0.1, (NUM, 2)).astype("float32")
    move = layers.Dense(2, kernel_initializer="identity", bias_initializer="ones")
    line = layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    return Game(
        generator=keras.Sequential([keras.Input((2,)), layers.Rescaling(0.1), move]),
        discriminator=keras.Sequential([keras.Input((2,)), line]),
        data=points,
        optimizers={name: keras.optimizers.SGD(0.2) for name in PLAYERS},
        penalty=_r1 if mended else None,
        seed=seed,
    ).parts()


def _r1(discriminator, x_real, x_fake):
    return losses.r1_penalty(discriminator, x_real)


def _modes(parts, run):
    """How many of the ring's eight modes 2,000 points reach."""
    points = draw(parts, 2000, seed=1)
    counts = metrics.nearest_modes(points, datasets.ring_centres(), 3 * STD)
    return int((counts >= 20).sum())


def _away(parts, run):
    """The mean distance of G's mean from the data's, over the later half of the looks."""
    means = run.samples[len(run.samples) // 2 :].mean(axis=1)
    return float(np.linalg.norm(means - parts["data"].mean(axis=0), axis=1).mean())


def _checkers_of(parts, run):
    return checkers(draw(parts, 200, seed=1))


FAILURES = {
    "victory of D": Failure(
        "A fast discriminator is soon so sure that the generator's gradient is gone.",
        "The generator's loss that does not saturate.",
        "D's mean verdict on generated pictures, in the last 20 steps",
        _victory,
        _last_scores,
        400,
    ),
    "collapse": Failure(
        "The generator learns ten times as fast as the discriminator, and runs from place to place "
        "with all its points.",
        "The discriminator's learning rate for both.",
        "how many of eight modes are reached",
        _collapse,
        _modes,
        600,
    ),
    "oscillation": Failure(
        "The players run round the solution, and neither comes nearer to it.",
        "R1: a penalty on D's slope at real points.",
        "the distance of G's mean from the data's, over the later half",
        _oscillation,
        _away,
        400,
    ),
    "checkerboard": Failure(
        "A kernel of 5 with stride 2 gives every other pixel more, and a grid shows.",
        "Pixels repeated and then smoothed, instead of transposed convolutions.",
        "power at a period of two pixels, over that beside it",
        _checkerboard,
        _checkers_of,
        60,
    ),
    "scale": Failure(
        "Real pixels go from 0 to 255, those of the generator from -1 to 1.",
        "Pixels brought to [-1, 1].",
        "D's mean verdict on generated pictures, in the last 20 steps",
        _scale,
        _last_scores,
        400,
    ),
    "wrong sign": Failure(
        "The generator's loss has the wrong sign: it learns to be found out.",
        "The sign of the loss.",
        "D's mean verdict on generated pictures, in the last 20 steps",
        _wrong_sign,
        _last_scores,
        400,
    ),
}
