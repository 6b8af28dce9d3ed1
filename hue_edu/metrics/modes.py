"""Samples in the plane: which modes they reach, how evenly and how tightly."""

import numpy as np
from scipy.special import rel_entr

from .. import arguments
from .contracts import as_finite, as_points, as_whole

_CUT = np.sqrt(1 - 4.5 * np.exp(-4.5) / (1 - np.exp(-4.5)))  # .974: a normal's σ inside 3σ


def mode_coverage(points, centres, radius):
    """How many modes samples reach, and what share of the samples is near one.

    Args:
        points: Shape (num, 2), samples in the plane, num at least 1.
        centres: Shape (modes, 2).
        radius: At least 0. A sample no further than this from its nearest centre is of high
            quality; three standard deviations in the papers.

    Returns:
        Number of modes with at least one high-quality sample, and the share of such samples, from
        0 to 1.

    Raises:
        ValueError: No point, or NaN or infinity among them.

    Example:
        >>> centres, points = [[0, 0], [1, 0]], [[0, 0.1], [0.1, 0], [0.5, 0], [5, 5]]
        >>> metrics.mode_coverage(points, centres, radius=0.2)  # one mode, two points of four
        (1, 0.5)

    Reference: Srivastava et al. (2017), VEEGAN, section 4.1; Lin et al. (2018), PacGAN.
    """
    counts = nearest_modes(points, centres, radius)
    return int((counts > 0).sum()), float(counts.sum() / len(points))


def nearest_modes(points, centres, radius):
    """Counts of high-quality samples by their nearest mode.

    Args and errors: as `mode_coverage`.

    Returns:
        Shape (modes,), whole numbers.

    Example:
        >>> centres, points = [[0, 0], [1, 0]], [[0, 0.1], [0.1, 0], [0.5, 0], [5, 5]]
        >>> print(metrics.nearest_modes(points, centres, radius=0.2))
        [2 0]
    """
    index, distance = _nearest(points, centres, radius)
    return np.bincount(index[distance <= radius], minlength=len(centres))


def mode_scores(points, centres, std):
    """All four numbers at once, as the papers' tables have them.

    Args:
        points: Shape (num, 2), num at least 1.
        centres: Shape (modes, 2).
        std: σ of the true data about each centre, above 0; high quality means within 3σ.

    Returns:
        Dictionary: `"modes"` reached; `"quality"`, the share of high-quality samples, 1 - e^-4.5
        = .9889 for true data; `"reverse_kl"` over them, NaN if there are none; `"spread"` within
        modes over that of true data, which is then 1: less is too narrow.

    Raises:
        ValueError: No point, or NaN or infinity among them.

    Example:
        >>> points = [[0.1, 0.1], [-0.1, -0.1], [1.1, 0.1], [0.9, -0.1]]
        >>> found = metrics.mode_scores(points, centres=[[0, 0], [1, 0]], std=0.1)
        >>> {name: round(value, 3) for name, value in found.items()}  # spread: .1/.0974
        {'modes': 2, 'quality': 1.0, 'reverse_kl': 0.0, 'spread': 1.026}
    """
    arguments.number_within("std", std)
    counts = nearest_modes(points, centres, 3 * std)
    modes, quality = mode_coverage(points, centres, 3 * std)
    spread = spread_within_modes(points, centres, 3 * std) / (_CUT * std)
    return {
        "modes": modes,
        "quality": quality,
        "reverse_kl": reverse_kl(counts) if modes else float("nan"),
        "spread": float(spread),
    }


def reverse_kl(counts):
    """KL divergence from the even distribution over modes: KL(q‖uniform) = ln K - H(q).

    Args:
        counts: Shape (modes,): how many samples belong to each mode, at least one in all.

    Returns:
        From 0 to ln K, in nats. With n samples of true data the expectation is about (K-1)/2n,
        not 0: compare with that floor.

    Raises:
        ValueError: No sample belongs to any mode.

    Example:
        >>> round(metrics.reverse_kl([7, 0]), 3)  # all in one of two modes: ln 2
        0.693

    Reference: Lin et al. (2018), PacGAN, section 4.1, over high-quality samples.
    """
    counts = as_finite("counts", counts)
    if counts.ndim != 1 or (counts < 0).any():
        raise ValueError(f"Got counts {counts.tolist()}; expected shape (modes,), at least 0.")
    if counts.sum() < 1:
        raise ValueError("No sample belongs to any mode, so there is no distribution over modes.")
    shares = counts / counts.sum()
    return float(rel_entr(shares, 1 / len(shares)).sum())


def spread_within_modes(points, centres, radius):
    """Standard deviation of high-quality samples about their mode, per coordinate.

    Modes that are too narrow score a higher share of high-quality samples than true data does;
    this number shows it. Cut off at three standard deviations σ, true data has .974 σ.

    Args and errors: as `mode_coverage`.

    Returns:
        A number, at least 0: the root mean square over all such samples and both coordinates; NaN
        for none.

    Example:
        >>> points = [[0.1, 0.1], [-0.1, -0.1], [1.1, 0.1], [0.9, -0.1]]
        >>> round(metrics.spread_within_modes(points, [[0, 0], [1, 0]], radius=0.2), 3)
        0.1
    """
    index, distance = _nearest(points, centres, radius)
    points, centres = as_points(generated=points, central=centres)
    near = distance <= radius
    away = points[near] - centres[index[near]]
    return float(np.sqrt((away**2).mean())) if near.any() else float("nan")


def histogram_jsd(points_a, points_b, limit, bins=16):
    """Jensen-Shannon divergence of two samples in the plane, from their histograms.

    Args:
        points_a, points_b: Shapes (m, 2) and (n, 2); what lies outside the square counts in its
            outer bins.
        limit: Half the side of the square, about the origin; above 0.
        bins: Bins per side, at least 1.

    Returns:
        From 0 to ln 2 = .693, in nats. Two samples of one distribution do not give 0: compare
        with that floor.

    Raises:
        ValueError: A set without points, or NaN or infinity among them.

    Example:
        >>> round(metrics.histogram_jsd([[-0.5, 0.0]], [[0.5, 0.0]], limit=1), 3)  # apart: ln 2
        0.693
    """
    points_a, points_b = as_points(first=points_a, second=points_b)
    arguments.number_within("limit", limit, low=np.finfo(float).tiny)
    (bins,) = as_whole(bins=bins)
    edges = np.linspace(-limit, limit, bins + 1)
    inside = limit * (1 - 1e-9)
    p, q = (
        np.histogramdd(np.clip(points, -inside, inside), (edges, edges))[0].ravel() / len(points)
        for points in (points_a, points_b)
    )
    return float((rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2)).sum() / 2)


def _nearest(points, centres, radius):
    """Index of, and distance to, each point's nearest centre, after a look at all three."""
    points, centres = as_points(generated=points, central=centres)
    arguments.number_within("radius", radius)
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)  # (num, modes)
    return distances.argmin(axis=1), distances.min(axis=1)
