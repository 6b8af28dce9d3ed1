"""Precision, recall, density, coverage: do samples lie among real data, and reach all of it?"""

import warnings

import numpy as np
from sklearn.metrics import pairwise_distances_chunked
from sklearn.neighbors import NearestNeighbors

from .. import arguments
from .contracts import as_pair


def precision_recall(real, generated, k=3):
    """Improved precision and recall: two faults that one distance mixes up.

    precision = share of generated samples that lie in the ball of some real one,
    recall = share of real samples that lie in the ball of some generated one;
    the ball of a sample reaches to its k-th nearest neighbour in its own set, which lies in it.
    What lies nearer than 1e-5 of the real features' spread counts as equal, as rounding would have
    it otherwise; a sample with k equal ones has a ball of no size, which only its copies reach.

    Args:
        real, generated: Features of shapes (m, d) and (n, d); more than k each, ideally as
            many of both: the more samples in a set, the smaller its balls.
        k: Neighbours; larger balls make both numbers larger.

    Returns:
        Two numbers from 0 to 1. Real against real does not reach 1: compare with that. A warning
        tells of balls of no size.

    Raises:
        ValueError: Too few samples for k, features of two sizes, or NaN or infinity among them.

    Example:
        >>> real = np.array([[0], [1], [2], [3], [100], [101], [102], [103]])  # two modes
        >>> generated = np.array([[0.5], [1.2], [1.8], [2.5]])  # all in the first
        >>> metrics.precision_recall(real, generated)
        (1.0, 0.5)

    Reference: Kynkäänniemi et al. (2019), equations 1 and 2.
    """
    real, generated, equal = _prepared(real, generated, k)
    precision = (_balls_around(generated, real, _radii(real, k, equal))[0] > 0).mean()
    recall = (_balls_around(real, generated, _radii(generated, k, equal))[0] > 0).mean()
    return float(precision), float(recall)


def density_coverage(real, generated, k=5):
    """Density and coverage: precision and recall that one odd sample cannot turn.

    density = mean over generated samples of the number of real balls they lie in, over k,
    coverage = share of real balls that hold some generated sample

    Args and errors: as `precision_recall`.

    Returns:
        Density, at least 0, about 1 for real data and above it for samples too near the middle;
        coverage, from 0 to 1, about 1 - 2^-k for as many new real data.

    Example:
        >>> real = np.array([[0], [1], [2], [3], [100], [101], [102], [103]])  # two modes
        >>> generated = np.array([[0.5], [1.2], [1.8], [2.5]])  # each in four balls of the first
        >>> density, coverage = metrics.density_coverage(real, generated, k=3)
        >>> round(density, 3), coverage  # 4/k, and half of the balls
        (1.333, 0.5)

    Reference: Naeem et al. (2020), section 3.
    """
    real, generated, equal = _prepared(real, generated, k)
    counts, nearest = _balls_around(generated, real, radii := _radii(real, k, equal))
    return float(counts.mean() / k), float((nearest <= radii).mean())


def _prepared(real, generated, k):
    """Both sets about the mean of the real one, and the distance within which two are equal."""
    real, generated = as_pair(real, generated, more_than=arguments.whole_number("k", k, 1))
    largest, mean = max(np.abs(real).max(), np.abs(generated).max()), real.mean(axis=0)
    real, generated = real - mean, generated - mean
    spread = np.sqrt((real**2).sum(axis=1).mean())
    return real, generated, max(1e-5 * spread, 1e-12 * largest)


def _radii(features, k, equal):
    """Distance of each sample to its k-th nearest neighbour, itself not counted, and a little."""
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features)
    radii = search.kneighbors()[0][:, -1]
    if num := int((radii <= equal).sum()):
        warnings.warn(
            f"{num:,} of {len(features):,} features have {k} others equal to them, so that their "
            "balls have no size and only copies lie in them: what this says of them means little. "
            "Take doubles out, or look whether the samples are all alike.",
            stacklevel=3,
        )
    return radii + equal


def _balls_around(queries, centres, radii):
    """How many balls hold each query, and the distance from each centre to its nearest query."""
    counts, nearest = [], np.full(len(centres), np.inf)
    for part in pairwise_distances_chunked(queries, centres, working_memory=64):  # MiB
        counts.append((part <= radii).sum(axis=1))
        np.minimum(nearest, part.min(axis=0), out=nearest)
    return np.concatenate(counts), nearest
