"""The data sets of the GAN lab: points in the plane, some along lines drawn by hand."""

from typing import NamedTuple

import numpy as np

from .. import arguments
from . import planar

DRAWINGS = {  # each stroke a line through its corners, in [-1, 1]²
    "smile": [
        [(-0.45, 0.35), (-0.4, 0.6), (-0.35, 0.35)],
        [(0.35, 0.35), (0.4, 0.6), (0.45, 0.35)],
        [(-0.8, -0.1), (-0.55, -0.55), (-0.2, -0.78), (0.2, -0.78), (0.55, -0.55), (0.8, -0.1)],
    ],
    "heart": [
        [
            (0, -0.85), (-0.55, -0.3), (-0.85, 0.15), (-0.8, 0.55), (-0.45, 0.75), (-0.15, 0.65),
            (0, 0.35), (0.15, 0.65), (0.45, 0.75), (0.8, 0.55), (0.85, 0.15), (0.55, -0.3),
            (0, -0.85),
        ],
    ],
    "star": [
        [
            (0, 0.95), (0.22, 0.3), (0.9, 0.29), (0.36, -0.12), (0.56, -0.77), (0, -0.38),
            (-0.56, -0.77), (-0.36, -0.12), (-0.9, 0.29), (-0.22, 0.3), (0, 0.95),
        ],
    ],
    "wave": [
        [
            (-0.95, 0), (-0.8, 0.45), (-0.6, 0.6), (-0.4, 0.45), (-0.2, -0.45), (0, -0.6),
            (0.2, -0.45), (0.4, 0.45), (0.6, 0.6), (0.8, 0.45), (0.95, 0),
        ],
    ],
    "letter": [
        [(-0.6, -0.8), (-0.6, 0.8)],
        [(0.6, -0.8), (0.6, 0.8)],
        [(-0.6, 0), (0.6, 0)],
    ],
}  # fmt: skip
PLANAR = ("ring", "grid", "swiss_roll", "moons", *DRAWINGS)


class PlanarData(NamedTuple):
    """Points, and the places that a good generator reaches.

    Attributes:
        points: Float32 of shape (num, 2), in about [-1, 1]².
        places: The modes, or places evenly spaced along the lines; shape (num_places, 2).
        reach: A sample no further than this from a place belongs to it.
    """

    points: np.ndarray
    places: np.ndarray
    reach: float


def make_planar(name, num, seed):
    """Points of one of the sets that `PLANAR` names.

    Ring and grid are wider than in the papers (σ .05 and .03), to show clouds instead of dots;
    the reach is three times σ. Along lines, the reach is half the distance to the next place.

    Args:
        name: One of `PLANAR`.
        num: Number of points, at least 1.
        seed: Whole number, or a NumPy generator, which then goes on.

    Returns:
        `PlanarData`.

    Raises:
        ValueError: There is no set of that name, or an argument is no such number.
    """
    if name not in PLANAR:
        raise ValueError(f"There is no data set {name!r}; expected one of {', '.join(PLANAR)}.")
    if name == "ring":
        points, _ = planar.make_ring(num, seed, std=0.05)
        return PlanarData(points, planar.ring_centres(), 0.15)
    if name == "grid":
        points, _ = planar.make_grid(num, seed, spacing=0.45, std=0.03)
        return PlanarData(points, planar.grid_centres(spacing=0.45), 0.09)
    if name == "swiss_roll":
        points, _ = planar.make_swiss_roll(num, seed)
        line, _ = planar.make_swiss_roll(2000, seed=0, noise=0.0)
        return PlanarData(points / 2, *_spread(line[np.hypot(*line.T).argsort()] / 2))
    if name == "moons":
        points, _ = planar.make_moons(num, seed)
        line, moon = planar.make_moons(2000, seed=0, std=0.0)
        halves = [line[moon == m][line[moon == m][:, 0].argsort()] / 1.6 for m in (0, 1)]
        places, reach = zip(*(_spread(half, 8) for half in halves))
        return PlanarData(points / 1.6, np.concatenate(places), max(reach))
    return _drawn([np.array(stroke, float) for stroke in DRAWINGS[name]], num, seed)


def _drawn(strokes, num, seed, std=0.03):
    """Points along strokes, each stroke with its share of the length."""
    num, rng = arguments.whole_number("num", num, at_least=1), arguments.as_generator(seed)
    lengths = np.array([_way(stroke)[-1] for stroke in strokes])
    which = rng.choice(len(strokes), num, p=lengths / lengths.sum())
    points = np.stack([_along(strokes[k], u) for k, u in zip(which, rng.random(num))])
    points += rng.normal(0, std, points.shape)
    counts = np.maximum(2, np.round(20 * lengths / lengths.sum()).astype(int))
    places, reach = zip(*(_spread(stroke, k) for stroke, k in zip(strokes, counts)))
    return PlanarData(points.astype("float32"), np.concatenate(places), max(reach))


def _way(line):
    """How far along the line each of its corners lies."""
    return np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def _along(line, u):
    """The point at the fraction u of a line's length."""
    way = _way(line)
    return np.array([np.interp(u * way[-1], way, line[:, axis]) for axis in (0, 1)])


def _spread(line, num=20):
    """Places in the middles of `num` equal parts of a line, and half the length of a part."""
    places = np.stack([_along(line, (k + 0.5) / num) for k in range(num)])
    return places, _way(line)[-1] / num / 2
