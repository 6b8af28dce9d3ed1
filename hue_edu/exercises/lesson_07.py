"""Exercises of lesson 07: where the penalty looks, over which axes, and what clipping bounds."""

import numpy as np
from keras import ops

from .kinds import formula, value


def _pairs(rng, num):
    """With five images, height and width are five, so that an ε for rows or columns fits, too."""
    shape = (num, *{5: (5, 5, 3), 1: (4, 3, 1), 64: (3, 4, 2)}[num])
    real, fake = (rng.uniform(-1, 1, shape).astype("float32") for _ in range(2))
    return real, fake, rng.random(num).astype("float32")


def _blend(weigh, rank=4):
    """x̂ with weights made of ε, which has this number of axes, its own included."""

    def between(x_real, x_fake, epsilon):
        weight = weigh(ops.reshape(epsilon, (-1, *(1,) * (rank - 1))))
        return weight * x_real + (1 - weight) * x_fake

    return between


def _weighted(combine):
    """What combines real, fake and ε of (batch, 1, 1, 1)."""
    return lambda r, f, e: combine(r, f, ops.reshape(e, (-1, 1, 1, 1)))


@formula(
    task="Write x̂ of equation (2), the places between real and fake images where the penalty "
    "looks; ε has the shape (batch,).",
    hints=(
        "x̂ = ε x + (1 - ε) G(z), with one ε for each image of the batch.",
        "ε of (batch,) must become (batch, 1, 1, 1) before it is multiplied with images.",
        "`ops.reshape(epsilon, (-1, 1, 1, 1))` does that; the rest is the first hint, in code.",
    ),
    shows="One weight per image: x̂ lies on the line between the two, never beyond.",
    inputs=_pairs,
    wrong={
        "Real and fake are swapped: ε belongs to the real image.": _blend(lambda e: 1 - e),
        "All images got the weight of the first one; each has its own ε.": (
            _blend(lambda e: e[:1])
        ),
        "All images got the mean weight; each has its own ε.": _blend(ops.mean),
        "This is half-way between them, whatever ε is.": lambda r, f, e: (r + f) / 2,
        "ε of (batch, 1) weights the columns of pixels here; each *image* has one ε.": (
            _blend(lambda e: e, rank=2)
        ),
        "ε of (batch, 1, 1) weights the rows of pixels here; each *image* has one ε.": (
            _blend(lambda e: e, rank=3)
        ),
        "ε has one axis too many: every ε met every image.": _blend(lambda e: e, rank=5),
        "The weight of the fake image is 1 - ε, so that both add up to 1; here it is 1.": (
            _weighted(lambda r, f, e: e * r + f)
        ),
        "The weight of the fake image is 1 - ε, so that both add up to 1; here it is ε.": (
            _weighted(lambda r, f, e: e * (r + f))
        ),
        "The weight of the fake image is 1 - ε, so that both add up to 1; here it is 1 + ε.": (
            _weighted(lambda r, f, e: e * r + (1 + e) * f)
        ),
        "The second part is subtracted; both are added.": (
            _weighted(lambda r, f, e: e * r - (1 - e) * f)
        ),
        "The part of the fake image is missing.": _weighted(lambda r, f, e: e * r),
        "This is only the way from the fake image to x̂; the fake image itself is missing.": (
            _weighted(lambda r, f, e: e * (r - f))
        ),
        "This goes past the real image, away from the fake one; x̂ lies between the two.": (
            _weighted(lambda r, f, e: r + e * (r - f))
        ),
        "These are the real images, whatever ε is.": lambda r, f, e: r,
        "These are the fake images, whatever ε is.": lambda r, f, e: f,
        "The images are left flat; x̂ has the shape of the images.": (
            lambda r, f, e: ops.reshape(_blend(lambda e: e)(r, f, e), (r.shape[0], -1))
        ),
        "The mean over the batch is returned; each pair of images has an x̂ of its own.": (
            lambda r, f, e: ops.mean(_blend(lambda e: e)(r, f, e), axis=0)
        ),
    },
)
def between(x_real, x_fake, epsilon):
    epsilon = ops.reshape(epsilon, (-1, 1, 1, 1))
    return epsilon * x_real + (1 - epsilon) * x_fake


def _slopes(rng, num):
    """Gradients of images whose norms lie on both sides of 1."""
    slopes = rng.normal(size=(num, *{5: (4, 3, 3), 1: (5, 2, 1), 64: (3, 4, 2)}[num]))
    slopes /= np.sqrt((slopes**2).sum(axis=(1, 2, 3), keepdims=True))
    return ((slopes * rng.uniform(0.3, 2.2, (num, 1, 1, 1))).astype("float32"),)


def _norms(slopes, axes=(1, 2, 3)):
    return ops.sqrt(ops.sum(slopes**2, axis=axes))


def _mean_of(term, axes=(1, 2, 3)):
    """The mean of what is made of the norms."""
    return lambda s: ops.mean(term(_norms(s, axes)))


def _squared(norms):
    return (norms - 1) ** 2


def _instead(size):
    """The penalty with something else than the norm."""
    return lambda s: ops.mean((size(s) - 1) ** 2)


@formula(
    task="Write the penalty of equation (2) without λ, from the critic's gradient at x̂, of shape "
    "(batch, height, width, channels).",
    hints=(
        "The slope of an image is one number: the root of the sum of squares over all its pixels.",
        "The axes of an image are 1, 2 and 3; axis 0 is the batch.",
        "The penalty is the mean of (norm - 1)² over the batch.",
    ),
    shows="Over the right axes the penalty asks each image for a slope of 1, as the bound has it.",
    inputs=_slopes,
    wrong={
        "Each *number* of a slope is asked to be 1 here; the norm of a whole image is.": (
            lambda s: ops.mean((ops.abs(s) - 1) ** 2)
        ),
        "The norm is over the channels only, so that each *pixel* is asked for a slope of 1.": (
            _mean_of(_squared, -1)
        ),
        "The norm is over two numbers at a time, so that each *pixel* of two channels is asked "
        "for a slope of 1.": lambda s: _mean_of(_squared, -1)(ops.reshape(s, (-1, 2))),
        "The norm is over axis 1 only, as code for rows of numbers has it.": _mean_of(_squared, 1),
        "The norm is over axis 2 only; an image has the axes 1, 2 and 3.": _mean_of(_squared, 2),
        "The norm is over height and width only, so that each *channel* is asked for a slope "
        "of 1.": _mean_of(_squared, (1, 2)),
        "The norm is over width and channels only, so that each *row* of pixels is asked for a "
        "slope of 1.": _mean_of(_squared, (2, 3)),
        "The norm is over the batch, axis 0; it is over an image, the other three.": (
            _mean_of(_squared, 0)
        ),
        "The norm is over the whole batch, as if it were one image.": (
            _mean_of(_squared, (0, 1, 2, 3))
        ),
        "Only the first channel is looked at.": lambda s: _mean_of(_squared)(s[..., :1]),
        "The root is missing: these are squared norms minus 1.": (
            _mean_of(lambda norms: (norms**2 - 1) ** 2)
        ),
        "The square of (norm - 1) is missing, so too small slopes would be rewarded.": (
            _mean_of(lambda norms: norms - 1)
        ),
        "Only the norm is squared; (norm - 1)² was asked for, not norm² - 1.": (
            _mean_of(lambda norms: norms**2 - 1)
        ),
        "This is the mean of |norm - 1|; its square was asked for.": (
            _mean_of(lambda norms: ops.abs(norms - 1))
        ),
        "These are the norms of the images; how far each is from 1 was asked for, squared, and "
        "then the mean.": _norms,
        "Only slopes above 1 cost here, and not by their square; the penalty is two-sided.": (
            _mean_of(lambda norms: ops.maximum(norms - 1, 0))
        ),
        "This is the mean norm; how far each norm is from 1 was asked for, squared.": (
            _mean_of(lambda norms: norms)
        ),
        "1 is added to the norm; it is subtracted.": _mean_of(lambda norms: (norms + 1) ** 2),
        "The mean over the batch was taken before the square, so that too steep images make up "
        "for flat ones.": lambda s: (ops.mean(_norms(s)) - 1) ** 2,
        "Only slopes above 1 cost here; the paper's penalty is two-sided.": (
            _mean_of(lambda norms: ops.maximum(norms - 1, 0) ** 2)
        ),
        "Only slopes below 1 cost here; the penalty is two-sided.": (
            _mean_of(lambda norms: ops.minimum(norms - 1, 0) ** 2)
        ),
        "This is the mean squared slope, as R1 has it (but for ½); here the slope should be 1.": (
            _mean_of(lambda norms: norms**2)
        ),
        "This is R1, half of the mean squared slope; here the slope should be 1.": (
            _mean_of(lambda norms: norms**2 / 2)
        ),
        "λ = 10 is left in; the penalty was asked for without it.": (
            _mean_of(lambda norms: 10 * (norms - 1) ** 2)
        ),
        "Pixels are averaged within the norm; their squares should be summed.": (
            _instead(lambda s: ops.sqrt(ops.mean(s**2, axis=(1, 2, 3))))
        ),
        "The norm is missing: each number of the gradient is asked to be 1.": (
            _instead(lambda s: s)
        ),
        "This adds up the numbers themselves; the norm adds their squares, and takes the root.": (
            _instead(lambda s: ops.sum(s, axis=(1, 2, 3)))
        ),
        "This adds up absolute values; the norm adds squares, and takes the root.": (
            _instead(lambda s: ops.sum(ops.abs(s), axis=(1, 2, 3)))
        ),
        "This takes the largest number of the gradient; the norm has all of them in it.": (
            _instead(lambda s: ops.max(ops.abs(s), axis=(1, 2, 3)))
        ),
        "1 is subtracted from each number of the gradient; it is subtracted from the norm.": (
            lambda s: ops.mean(ops.sum((s - 1) ** 2, axis=(1, 2, 3)))
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
        "It is largest if each weight is at its bound, 0.01 or -0.01.",
        "The norm is the root of the sum of the squares: here, of 784 equal squares.",
    ),
    shows="The bound is .28, not 1, and grows with the root of the number of pixels.",
    wrong={
        "That is the bound of one weight; the slope is the norm of all 784.": lambda: 0.01,
        "That is less than one weight; the norm of 784 equal weights is more than each of them.": (
            lambda: 1e-4
        ),
        "The weights were added up; the norm adds their squares, and takes the root.": (
            lambda: 7.84
        ),
        "The root is missing: this is the squared norm.": lambda: 0.0784,
        "The weights are 0.01, not 1.": lambda: 28.0,
        "The weights are 0.01, not 0.1.": lambda: 2.8,
        "A weight goes from -0.01 to 0.01, but its largest size is 0.01, not 0.02.": lambda: 0.56,
        "This is the number of pixels; the norm of their weights was asked for.": lambda: 784.0,
        "A slope is a norm here, and never negative.": lambda: -0.28,
        "These are the weights; their norm was asked for.": lambda: np.full(784, 0.01),
        "With these weights a slope of 1 is out of reach: that is what the *penalty* asks for.": (
            lambda: 1.0
        ),
    },
)
def clipped_slope():
    return 0.01 * 784**0.5


@value(
    task="Give the number of real images that 1,000 generator steps use, with batches of 64 and "
    "five critic steps for each of the generator's.",
    hints=(
        "Only the critic looks at real images, in each of its steps at a new batch.",
        "How many steps does the critic take in all, and how many images are in a batch?",
    ),
    shows="More than five passes over MNIST in a thousand steps of the generator.",
    wrong={
        "That is one batch for each generator step; the critic takes five.": lambda: 64_000,
        "That is the number of critic steps; each takes a batch.": lambda: 5_000,
        "That is the number of generator steps; each has five critic steps, and each of these "
        "takes a batch.": lambda: 1_000,
        "The generator's step needs no real images, so there are five batches, not six.": (
            lambda: 384_000
        ),
        "That is one generator step.": lambda: 320,
        "That is a single batch.": lambda: 64,
        "Fake images are counted, too; only the real ones were asked for.": lambda: 640_000,
        "That is for three critic steps, as the lesson takes; here there are five.": (
            lambda: 192_000
        ),
        "The critic takes five batches for each generator step: multiply by five instead of "
        "dividing.": lambda: 12_800,
    },
    tolerance=1e-9,
)
def images_used():
    return 1_000 * 5 * 64
