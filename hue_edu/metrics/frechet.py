"""The Fréchet distance: two sets of features, each summed up by a Gaussian."""

from typing import NamedTuple

import numpy as np

from .features import as_features


class FeatureStatistics(NamedTuple):
    """Mean, shape (d,), and covariance, shape (d, d), of the features of a set of images."""

    mean: np.ndarray
    covariance: np.ndarray


def feature_statistics(features):
    """Mean and unbiased covariance of features.

    Args:
        features: Shape (num, d), num at least 2.

    Returns:
        `FeatureStatistics` in float64.
    """
    features = as_features(features)
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

    Reference: Dowson & Landau (1982); as a metric of generators, Heusel et al. (2017), equation 6.
    """
    (mean_a, cov_a), (mean_b, cov_b) = statistics_a, statistics_b
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
