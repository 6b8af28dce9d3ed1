"""The Fréchet distance: two sets of features, each summed up by a Gaussian."""

from typing import NamedTuple

import numpy as np

from .. import arguments
from .contracts import as_features, as_statistics


class FeatureStatistics(NamedTuple):
    """Mean, shape (d,), and covariance, shape (d, d), of the features of a set of images."""

    mean: np.ndarray
    covariance: np.ndarray


def feature_statistics(features):
    """Mean and unbiased covariance of features.

    Args:
        features: Shape (num, d), num above d: fewer leave directions without any spread, and the
            Fréchet distance of two images to real digits would mean nothing.

    Returns:
        `FeatureStatistics` in float64.

    Raises:
        ValueError: Another shape, too few samples, or NaN or infinity among the features.

    Example:
        >>> mean, covariance = metrics.feature_statistics([[0, 0], [2, 4], [1, 2]])
        >>> print(mean, covariance.tolist())
        [1. 2.] [[1.0, 2.0], [2.0, 4.0]]
    """
    features = as_features(features, more_than=np.shape(features)[-1] if np.ndim(features) else 1)
    return FeatureStatistics(
        features.mean(axis=0),
        np.cov(features, rowvar=False).reshape(features.shape[1], features.shape[1]),
    )


def frechet_distance(statistics_a, statistics_b):
    """Squared Fréchet (Wasserstein-2) distance of two Gaussians.

    d² = ‖μa - μb‖² + Tr(Σa + Σb - 2 (Σa^½ Σb Σa^½)^½)

    The last trace is the sum of the square roots of the eigenvalues of a symmetric matrix, so it
    stays real and exact where a covariance is singular.

    Args:
        statistics_a, statistics_b: From `feature_statistics`, of the same d.

    Returns:
        Number, at least 0, in squared units of the features.

    Raises:
        ValueError: The two are of different d, are no statistics, or hold NaN or infinity.

    Example:
        >>> a = metrics.feature_statistics([[0, 0], [2, 4], [1, 3]])
        >>> b = a._replace(mean=a.mean + [3, 4])  # the same covariance, moved
        >>> round(metrics.frechet_distance(a, b), 3)  # 3² + 4²
        25.0

    Reference: Dowson & Landau (1982); as a metric of generators, Heusel et al. (2017), equation 6.
    """
    (mean_a, cov_a), (mean_b, cov_b) = map(as_statistics, (statistics_a, statistics_b))
    if mean_a.shape != mean_b.shape:
        raise ValueError(
            f"Features of size {mean_a.size} and {mean_b.size} cannot be compared; "
            "use the same judge for both."
        )
    eigenvalues, vectors = np.linalg.eigh(cov_a)
    root_a = (vectors * np.sqrt(np.clip(eigenvalues, 0, None))) @ vectors.T
    cross = np.sqrt(np.clip(np.linalg.eigvalsh(root_a @ cov_b @ root_a), 0, None)).sum()
    gap = mean_a - mean_b
    return max(0.0, float(gap @ gap + np.trace(cov_a) + np.trace(cov_b) - 2 * cross))


def frechet_infinity(features, statistics, num_sizes=15, seed=0):
    """Fréchet distance without the bias of few *generated* samples: FID∞.

    The distance of n samples is about d∞ + c/n. A line through the distances of subsets, over 1/n,
    meets 1/n = 0 at d∞.

    Args:
        features: Of generated samples, shape (num, d), num at least 4 (d + 1).
        statistics: From `feature_statistics` of the real ones.
        num_sizes: Subsets, of sizes from num/4 to num; at least 2.
        seed: Of the draw of the subsets, without replacement.

    Returns:
        Number in squared units of the features; near 0 it may come out negative.

    Raises:
        ValueError: Too few samples, features of another size than the statistics, or NaN or
            infinity among them.

    Example:
        >>> real = metrics.FeatureStatistics(np.zeros(1), np.eye(1))  # mean 0, variance 1
        >>> fake = np.full((40, 1), 3.0)  # one image again and again: no bias to take off
        >>> round(metrics.frechet_infinity(fake, real), 3)  # 3² + 1²
        10.0

    Reference: Chong & Forsyth (2020), Effectively Unbiased FID and Inception Score.
    """
    features = as_features(features, more_than=4 * np.shape(features)[-1] + 3)
    num_sizes = arguments.whole_number("num_sizes", num_sizes, at_least=2)
    rng = np.random.default_rng(seed)
    sizes = np.linspace(len(features) / 4, len(features), num_sizes).astype(int)
    distances = [
        frechet_distance(feature_statistics(rng.permutation(features)[:n]), statistics)
        for n in sizes
    ]
    return float(np.polyfit(1 / sizes, distances, 1)[1])
