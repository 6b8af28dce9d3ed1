"""Exercises of lesson 10: the best single answer, directions of z, walks, and who is beaten."""

import numpy as np
from keras import ops

from .exercise import formula, value


@formula(
    task="Return the one picture that makes all the given ones likeliest.",
    hints=(
        "For each pixel the best probability of ink is the mean of the ink.",
        "Ink is (x + 1)/2, so the mean of x and the mean of the ink are the same answer.",
        "`ops.mean(images, axis=0)`.",
    ),
    shows="The best single answer is the average, and averages are soft: that is the blur.",
    inputs=lambda rng, num: (rng.uniform(-1, 1, (num + 2, 4, 3, 1)).astype("float32"),),
    wrong={
        "That is one of the pictures: right for it, and dear for all others.": lambda x: x[0],
        "One number came back; each pixel has a mean of its own, so take axis 0.": ops.mean,
        "This is the ink, from 0 to 1; a picture in [-1, 1] was asked for.": (
            lambda x: ops.mean((x + 1) / 2, axis=0)
        ),
        "Rounded to black or white: an answer of 0 or 1 pays endlessly where it is wrong.": (
            lambda x: ops.sign(ops.mean(x, axis=0))
        ),
        "The median costs least in absolute error; Bernoulli's likelihood wants the mean.": (
            lambda x: ops.median(x, axis=0)
        ),
        "The sum is returned; divide by the number of pictures.": lambda x: ops.sum(x, axis=0),
        "The darkest value of each pixel is returned.": lambda x: ops.min(x, axis=0),
        "The inkiest value of each pixel is returned.": lambda x: ops.max(x, axis=0),
    },
)
def best_answer(images):
    return ops.mean(images, axis=0)


def _latents(rng, num):
    return rng.normal(size=(num + 4, 5)), rng.normal(size=num + 4)


def _part(z, chosen):
    return np.mean(z[chosen], axis=0)


@formula(
    task="Return the mean z above the median amount minus the mean z of the others.",
    hints=(
        "`above = amount > np.median(amount)` chooses the pictures.",
        "A mean over pictures is a mean over axis 0.",
        "`z[above].mean(axis=0) - z[~above].mean(axis=0)`.",
    ),
    shows="A difference of two means is a direction along which the amount grows.",
    inputs=_latents,
    tensors=False,
    wrong={
        "Turned around: this direction takes the amount away.": (
            lambda z, a: _part(z, a <= np.median(a)) - _part(z, a > np.median(a))
        ),
        "This is the mean above the median; subtract the mean of the others.": (
            lambda z, a: _part(z, a > np.median(a))
        ),
        "The mean of all was subtracted; the others alone were asked for.": (
            lambda z, a: _part(z, a > np.median(a)) - z.mean(axis=0)
        ),
        "The pictures were parted at the mean amount; the median was asked for.": (
            lambda z, a: _part(z, a > a.mean()) - _part(z, a <= a.mean())
        ),
        "The median itself was counted as above.": (
            lambda z, a: _part(z, a >= np.median(a)) - _part(z, a < np.median(a))
        ),
        "The sums were subtracted; divide each by the number of its pictures.": (
            lambda z, a: z[a > np.median(a)].sum(axis=0) - z[a <= np.median(a)].sum(axis=0)
        ),
        "One number came back; take the means over axis 0 alone.": (
            lambda z, a: np.mean(z[a > np.median(a)]) - np.mean(z[a <= np.median(a)])
        ),
    },
)
def direction(z, amount):
    above = amount > np.median(amount)
    return z[above].mean(axis=0) - z[~above].mean(axis=0)


@value(
    task="Give the length of the mean of two independent z of 64 standard normal numbers.",
    hints=(
        "Each number of the mean has the variance (1 + 1)/4 = 1/2.",
        "The squared length is about 64 times that variance.",
        "The square root of 32.",
    ),
    shows="√32 ≈ 5.66: a straight walk leaves the shell of length 8 on which samples lie.",
    wrong={
        "That is the length of the ends; a mean of independent vectors is shorter.": lambda: 8.0,
        "Half the length would be right if one of them were 0.": lambda: 4.0,
        "That is the squared length.": lambda: 32.0,
        "That is the length of the sum, not of the mean.": lambda: 8 * np.sqrt(2),
        "They do not cancel: they are independent, not opposite.": lambda: 0.0,
        "That is √½ alone, the usual size of one number; there are 64.": lambda: np.sqrt(0.5),
    },
    tolerance=2e-2,
)
def length_half_way():
    return np.sqrt(64 / 2)


def _scores(rng, num):
    return (rng.integers(0, 5, (num + 5, 3)).astype(float),)


def _pairs(scores, beats):
    return np.array([not any(beats(b, a) for b in scores) for a in scores])


@formula(
    task="Say of each way whether no other way beats it.",
    hints=(
        "For two ways a and b: `(b >= a).all() and (b > a).any()` says that b beats a.",
        "A way that is equal in all measures does not beat.",
        "`np.array([not any((b >= a).all() and (b > a).any() for b in scores) for a in scores])`.",
    ),
    shows="What is left is a choice between tasks, not between good and bad.",
    inputs=_scores,
    tensors=False,
    wrong={
        "Only ways that are better in *every* measure were counted as beating.": (
            lambda s: _pairs(s, lambda b, a: (b > a).all())
        ),
        "An equal way was counted as beating, and so each way beats itself.": (
            lambda s: _pairs(s, lambda b, a: (b >= a).all())
        ),
        "Better in one measure is not enough: at least as good in all the others, too.": (
            lambda s: _pairs(s, lambda b, a: (b > a).any())
        ),
        "Turned around: these are the ways that beat no other.": (
            lambda s: _pairs(s, lambda b, a: (a >= b).all() and (a > b).any())
        ),
        "True and False are exchanged.": (
            lambda s: ~_pairs(s, lambda b, a: (b >= a).all() and (b > a).any())
        ),
        "The sums were compared; measures of different units cannot be added.": (
            lambda s: s.sum(axis=1) == s.sum(axis=1).max()
        ),
        "Each measure's best was taken; a way may be second in all of them and unbeaten.": (
            lambda s: (s == s.max(axis=0)).any(axis=1)
        ),
    },
)
def never_beaten(scores):
    beaten = [any((b >= a).all() and (b > a).any() for b in scores) for a in scores]
    return ~np.array(beaten)
