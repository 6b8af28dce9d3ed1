"""Exercises of lesson 07: where the penalty looks, over which axes, and what clipping bounds."""

import numpy as np
from keras import ops

from .exercise import formula, value


def _pairs(rng, num):
    shape = (num, 4, 4, 2)
    real, fake = (rng.uniform(-1, 1, shape).astype("float32") for _ in range(2))
    return real, fake, rng.random(num).astype("float32")


def _weights(epsilon, rank=4):
    return ops.reshape(epsilon, (-1, *(1,) * (rank - 1)))


@formula(
    task="Write x̂, the place between a real and a fake image where the penalty looks.",
    hints=(
        "x̂ = ε x + (1 - ε) G(z), with one ε for each image of the batch.",
        "ε of (batch,) must become (batch, 1, 1, 1) before it is multiplied with images.",
        "`ops.reshape(epsilon, (-1, 1, 1, 1))`.",
    ),
    shows="One weight an image: x̂ lies on the line between the two, never beyond.",
    inputs=_pairs,
    wrong={
        "Real and fake are swapped: ε belongs to the real image.": (
            lambda r, f, e: _weights(1 - e) * r + _weights(e) * f
        ),
        "All images got the weight of the first one; each has its own ε.": (
            lambda r, f, e: e[0] * r + (1 - e[0]) * f
        ),
        "All images got the mean weight; each has its own ε.": (
            lambda r, f, e: ops.mean(e) * r + (1 - ops.mean(e)) * f
        ),
        "This is half-way between them, whatever ε is.": lambda r, f, e: (r + f) / 2,
        "The weight of the fake image is 1 - ε, so that both add up to 1.": (
            lambda r, f, e: _weights(e) * r + f
        ),
        "This goes past the real image, away from the fake one; x̂ lies between the two.": (
            lambda r, f, e: r + _weights(e) * (r - f)
        ),
    },
)
def between(x_real, x_fake, epsilon):
    epsilon = ops.reshape(epsilon, (-1, 1, 1, 1))
    return epsilon * x_real + (1 - epsilon) * x_fake


def _slopes(rng, num):
    """Gradients of images whose norms lie on both sides of 1."""
    sizes = rng.uniform(0.05, 0.35, (num, 1, 1, 1))
    return ((sizes * rng.normal(size=(num, 4, 4, 2))).astype("float32"),)


def _norms(slopes, axes=(1, 2, 3)):
    return ops.sqrt(ops.sum(slopes**2, axis=axes))


@formula(
    task="Write the penalty from the critic's gradient at x̂, of shape (batch, height, width, "
    "channels).",
    hints=(
        "The slope of an image is one number: the root of the sum of squares over all its pixels.",
        "The axes of an image are 1, 2 and 3; axis 0 is the batch.",
        "Then the mean over the batch of (norm - 1)².",
    ),
    shows="Over the right axes the penalty asks each image for a slope of 1, as the bound has it.",
    inputs=_slopes,
    wrong={
        "The norm is over the channels only, so that each *pixel* is asked for a slope of 1.": (
            lambda s: ops.mean((_norms(s, -1) - 1) ** 2)
        ),
        "The norm is over axis 1 only, as code for rows of numbers has it.": (
            lambda s: ops.mean((_norms(s, 1) - 1) ** 2)
        ),
        "The norm is over the whole batch, as if it were one image.": (
            lambda s: ops.mean((_norms(s, (0, 1, 2, 3)) - 1) ** 2)
        ),
        "The root is missing: these are squared norms minus 1.": (
            lambda s: ops.mean((_norms(s) ** 2 - 1) ** 2)
        ),
        "The square of (norm - 1) is missing, so too small slopes would be rewarded.": (
            lambda s: ops.mean(_norms(s) - 1)
        ),
        "Only slopes above 1 cost here; the paper's penalty is two-sided.": (
            lambda s: ops.mean(ops.maximum(_norms(s) - 1, 0) ** 2)
        ),
        "This is the mean squared slope, as R1 has it (but for ½); here the slope should be 1.": (
            lambda s: ops.mean(_norms(s) ** 2)
        ),
        "Pixels are averaged within the norm; their squares should be summed.": (
            lambda s: ops.mean((ops.sqrt(ops.mean(s**2, axis=(1, 2, 3))) - 1) ** 2)
        ),
        "The sum over the batch is returned; its mean was asked for.": (
            lambda s: ops.sum((_norms(s) - 1) ** 2)
        ),
    },
    also={"one image of slope 1.02": (np.full((1, 4, 4, 2), 0.18, "float32"),)},
)
def penalty_of(slopes):
    norms = ops.sqrt(ops.sum(slopes**2, axis=(1, 2, 3)))
    return ops.mean((norms - 1) ** 2)


@value(
    task="Give the largest slope of a linear critic on 784 pixels, each weight clipped to ±0.01.",
    hints=(
        "The slope of w·x is the norm of w.",
        "Each of the 784 weights may be 0.01: the norm is a root of a sum of squares.",
        "0.01 · √784.",
    ),
    shows="The bound is .28, not 1, and grows with the root of the number of pixels.",
    wrong={
        "That is the bound of one weight; the slope is the norm of all 784.": lambda: 0.01,
        "The weights were added up; the norm adds their squares, and takes the root.": (
            lambda: 7.84
        ),
        "The root is missing: this is the squared norm.": lambda: 0.0784,
        "The weights are 0.01, not 1.": lambda: 28.0,
        "With these weights a slope of 1 is out of reach: that is what the *penalty* asks for.": (
            lambda: 1.0
        ),
    },
)
def clipped_slope():
    return 0.01 * 784**0.5


@value(
    task="Give the number of real images used in 1,000 generator steps: batch 64, n_critic = 5.",
    hints=(
        "Only the critic looks at real images, in each of its steps at a new batch.",
        "1,000 · 5 · 64.",
    ),
    shows="More than five passes over MNIST in a thousand steps of the generator.",
    wrong={
        "That is one batch for each generator step; the critic takes five.": lambda: 64_000,
        "That is the number of critic steps; each takes a batch.": lambda: 5_000,
        "The generator's step needs no real images, so there are five batches, not six.": (
            lambda: 384_000
        ),
        "That is one generator step.": lambda: 320,
    },
    tolerance=1e-9,
)
def images_used():
    return 1_000 * 5 * 64
