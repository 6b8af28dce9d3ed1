"""Exercises of lesson 10: the best single answer, directions of z, walks, and who is beaten."""

import numpy as np
from keras import ops

from ..answers.numbers import expect, to_numbers
from . import mistakes_10 as mistakes
from .kinds import formula, value


def _images(rng, num):
    return (rng.uniform(-1, 1, (num + 2, 4, 5, min(num, 3))).astype("float32"),)


@formula(
    task="Return the one picture that makes all the given ones likeliest.",
    hints=(
        "For each pixel, the best probability of ink is the mean of the ink.",
        "Ink is (x + 1)/2. If you turn the mean ink back into a value in [-1, 1], what does that "
        "make of the mean of x?",
        "So take a mean, pixel by pixel, over the pictures. Which axis of `images` counts them?",
    ),
    shows="The best single answer is the average, and averages are soft: that is the blur.",
    inputs=_images,
    wrong=mistakes.OF_BEST_ANSWER,
)
def best_answer(images):
    return ops.mean(images, axis=0)


def _latents(rng, num):
    """Latent vectors, and a skewed amount for each; of a large batch many amounts are equal."""
    size = num + 4
    amount = rng.beta(2, 4, size)
    if size % 2 == 0:
        amount = np.round(amount, 1)
    z = rng.normal(size=(size, 3 + num % 3)) + amount[:, None]
    return z.astype("float32"), amount.astype("float32")


@formula(
    task="Return the mean z of the pictures above the median amount minus the mean z of the others "
    "(a picture exactly at the median is one of the others).",
    hints=(
        "Compare `amount` with its median: that gives True or False for each picture.",
        "`above = amount > np.median(amount)` chooses pictures: `z[above]` has their rows, and "
        "`~above` turns True and False around.",
        "A mean over pictures is a mean over axis 0; take one for each group, then subtract.",
    ),
    shows="A difference of two means is a direction along which the amount grows.",
    inputs=_latents,
    also={"six pictures, of which four share the median": (
        np.array([[1, 0], [2, 1], [4, 3], [8, -5], [16, 7], [32, 2]], "float32"),
        np.array([0.1, 0.3, 0.3, 0.3, 0.3, 0.9], "float32"),
    )},
    tensors=False,
    wrong=mistakes.OF_DIRECTION,
)  # fmt: skip
def direction(z, amount):
    above = amount > np.median(amount)
    return z[above].mean(axis=0) - z[~above].mean(axis=0)


def _is_a_length(answer):
    expect(not (to_numbers(answer) < 0).any(), "A length is never negative.")


@value(
    task="Give the length of the mean of two independent z of 64 standard normal numbers. Two "
    "digits are enough.",
    hints=(
        "Take one number of the mean first: what is the variance of (a + b)/2 if a and b are "
        "independent and have variance 1?",
        "It is (1 + 1)/4 = 1/2. The squared length is the sum of 64 squares of such numbers.",
        "So the squared length is about 64 times that variance; the length itself was asked for.",
    ),
    shows="√32 ≈ 5.66: halfway, a straight walk lies well inside the shell of length 8 near which "
    "samples lie.",
    verify=_is_a_length,
    wrong={
        "That is the length of the ends; a mean of independent vectors is shorter.": lambda: 8.0,
        "Half the length would be right if one of them were 0.": lambda: 4.0,
        "That is the squared length; take its root.": lambda: 32.0,
        "That is the length of the sum, not of the mean.": lambda: 8 * np.sqrt(2),
        "That is the squared length of the sum.": lambda: 128.0,
        "They do not cancel: they are independent, not opposite.": lambda: 0.0,
        "That is √½ alone, the usual size of one number; there are 64.": lambda: np.sqrt(0.5),
        "That is the variance of one number of the mean; the length of all 64 was asked for.": (
            lambda: 0.5
        ),
        "That is the usual size of one number of z; the length of all 64 numbers of the mean was "
        "asked for.": lambda: 1.0,
        "That is the squared length of one end; the mean is shorter, and a length has a root.": (
            lambda: 64.0
        ),
        "8 and 8 add up to that only if both point the same way, and a mean would halve it.": (
            lambda: 16.0
        ),
        "The squared length was divided by √2. It shrinks by 2, and the length is its root.": (
            lambda: 64 / np.sqrt(2)
        ),
        "The length was divided by 2 *and* by √2: too much. The halving is already in the variance "
        "of (a + b)/2.": lambda: np.sqrt(8),
        "That is too rough: give two digits.": lambda: 6.0,
    },
    tolerance=2e-2,
)
def length_half_way():
    return np.sqrt(64 / 2)


def _scores(rng, num):
    """Whole scores, so some are equal; the way with the largest sum and another come twice."""
    scores = rng.integers(-2, 3, (num + 4, 1 + min(num, 3) - (num == 5))).astype(float)
    twice = scores[[scores.sum(axis=1).argmax(), 0]]
    return (rng.permutation(np.concatenate([scores, twice])),)


@formula(
    task="Return for each way True if no other way beats it, and False otherwise.",
    hints=(
        "Take one way, a, and another, b. When does b beat a? There are two conditions.",
        "`(b >= a).all() and (b > a).any()` says that b beats a. An equal way, such as a itself, "
        "does not.",
        "Go through all a, and for each ask whether `any` b in `scores` beats it. True belongs to "
        "the ways for which the answer is no.",
    ),
    shows="What is left is a choice between tasks, not between good and bad.",
    inputs=_scores,
    also={
        "the ways (2, 0, 1), (2, 0, 1), (1, 1, 1), (1, 0, 1) and (0, 1, 1)": (
            np.array([[2, 0, 1], [2, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]], float),
        )
    },
    tensors=False,
    wrong=mistakes.OF_NEVER_BEATEN,
)
def never_beaten(scores):
    beaten = [any((b >= a).all() and (b > a).any() for b in scores) for a in scores]
    return ~np.array(beaten)
