"""Lesson 06, exercise 3: what it is tried on, and the known mistakes."""

from itertools import product

import numpy as np


def samples(rng, num):
    """Points, centres and a radius; all but the radius itself is measured in radii.

    Of the centres 0 and 1, whose discs overlap, only 0 is a nearest one of good samples. With four
    centres, 2 has a single good sample and 3 has only bad ones; with seven, 4 and 5 overlap and
    have many, and 6 has none, though some are within three radii of it.
    """
    modes, radius = {5: (4, 0.5), 1: (2, 1.7), 64: (7, 0.8)}[num]
    centres = 8.0 * np.stack([np.arange(modes), rng.permutation(modes)], axis=1)
    centres[1] = centres[0] + np.array([1.25, 0.0])
    centres[5:6] = centres[4:5] + np.array([1.2, -0.3])
    centres[6:7] = centres[4:5] - np.array([2.2, 0.0])
    clouds = [  # middle, smallest and largest distance from it, number of points
        (centres[0] + np.array([0.37, 0.0]), 0, 0.2, 2 * num),
        (centres[0] - np.array([0.42, 0.0]), 0, 0.5, 2 * num),
        (centres[1] + np.array([1.84, 0.0]), 0, 0.4, num),
        (centres[0], 4.0, 5.0, num),
        *((centre, 0, 0.9, 1) for centre in centres[2:3]),
        *((centre, 1.05, 2.8, 2 * num) for centre in centres[3:4]),
        *((centre, 0, 0.95, num) for centre in centres[4:6]),
    ]
    points = np.concatenate([_cloud(rng, *cloud) for cloud in clouds])
    move = rng.normal(size=2)
    return (
        radius * rng.permutation(points) + move,
        radius * rng.permutation(centres) + move,
        np.float64(radius),
    )


def _cloud(rng, middle, low, high, num):
    angles, away = rng.uniform(0, 2 * np.pi, num), rng.uniform(low, high, num)
    return middle + away[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def distances(points, centres):
    return np.linalg.norm(points[:, None] - centres[None], axis=-1)


def _counts(d, r):
    """High-quality samples by their nearest mode."""
    return np.bincount(d.argmin(axis=1)[d.min(axis=1) <= r], minlength=d.shape[1])


def _reached(d, r):
    return (_counts(d, r) > 0).sum()


def _within(d, r):
    return (d <= r).any(axis=0).sum()


def _share(d, r, modes=None):
    return (d.min(axis=1) <= r).mean()


EVERY = "A sample counts for its nearest mode alone; yours counts for every mode within `radius`."
MODES = {  # what went wrong → number of modes from the distances and the radius
    "": _reached,
    EVERY: _within,
    "A mode counts only if a sample of high quality lies there; yours counts any sample whose "
    "nearest mode it is.": lambda d, r: len(set(d.argmin(axis=1))),
    "The first number is how many samples are good; the number of modes was asked for.": (
        lambda d, r: _counts(d, r).sum()
    ),
    "The first number is a share of the modes; their number was asked for.": (
        lambda d, r: _reached(d, r) / d.shape[1]
    ),
    "One sample is enough for a mode; yours asks for two.": (
        lambda d, r: (_counts(d, r) > 1).sum()
    ),
}
SHARES = {  # what went wrong → second number, also from the first
    "": _share,
    "The second number is a share of the modes; the share is taken over samples.": (
        lambda d, r, modes: modes / d.shape[1]
    ),
    "The second number is how many samples are good, not which share of them.": (
        lambda d, r, modes: _counts(d, r).sum()
    ),
    "The share is given in percent; a number from 0 to 1 was asked for.": (
        lambda d, r, modes: 100 * _share(d, r)
    ),
    "This is the share of samples that are *not* near a mode.": (
        lambda d, r, modes: 1 - _share(d, r)
    ),
    "The second number is a share of all pairs of a sample and a centre; the share is taken over "
    "samples.": lambda d, r, modes: (d <= r).mean(),
    "A sample within `radius` of two centres is counted twice in the share.": (
        lambda d, r, modes: (d <= r).sum() / len(d)
    ),
}
DISTANCES = {  # what went wrong → distances and the radius
    "Distances are squared and compared with the radius itself.": (
        lambda p, c, r: (distances(p, c) ** 2, r)
    ),
    "The radius is squared, the distances are not.": lambda p, c, r: (distances(p, c), r**2),
    "The limit is `radius` itself; here it is three times as large. (It may be 3σ already.)": (
        lambda p, c, r: (distances(p, c), 3 * r)
    ),
    "The differences in x and y are added up; the distance is the root of the sum of their "
    "squares.": lambda p, c, r: (np.abs(p[:, None] - c).sum(axis=-1), r),
    "The larger one of the differences in x and y is taken for the distance: that makes squares "
    "of the discs.": lambda p, c, r: (np.abs(p[:, None] - c).max(axis=-1), r),
    "Only x is compared; a distance has y in it, too.": (
        lambda p, c, r: (np.abs(p[:, None] - c)[..., 0], r)
    ),
}


def _answer(modes, share, change=lambda p, c, r: (distances(p, c), r)):
    def count_modes(points, centres, radius):
        number = modes(*change(points, centres, radius))
        return number, share(*change(points, centres, radius), number)

    return count_modes


def _swapped(modes):
    return lambda p, c, r: _answer(modes, _share)(p, c, r)[::-1]


def _turned(p, c, r):
    """The far samples instead of the near ones."""
    d = distances(p, c)
    return len(set(d.argmin(axis=1)[d.min(axis=1) > r])), (d.min(axis=1) > r).mean()


def _said(*sentences):
    return " ".join(filter(None, sentences))


COUNTS = {
    _said(one, other): _answer(MODES[one], SHARES[other])
    for one, other in product(MODES, SHARES)
    if one or other
}
COUNTS |= {
    _said(how, one): _answer(MODES[one], _share, DISTANCES[how])
    for how, one in product(DISTANCES, ("", EVERY))
}
COUNTS |= {
    "All modes are counted, also those that no sample reaches.": (
        _answer(lambda d, r: d.shape[1], _share)
    ),
    "The share and the number have changed places.": _swapped(_reached),
    f"The share and the number have changed places. {EVERY}": _swapped(_within),
    "The comparison is turned around: good samples are those *near* a centre.": _turned,
    "Only the number of modes is returned; the share was asked for as well.": (
        lambda p, c, r: _reached(distances(p, c), r)
    ),
    f"Only the number of modes is returned; the share was asked for as well. {EVERY}": (
        lambda p, c, r: _within(distances(p, c), r)
    ),
    "Only the share is returned; the number of modes was asked for as well.": (
        lambda p, c, r: _share(distances(p, c), r)
    ),
}
