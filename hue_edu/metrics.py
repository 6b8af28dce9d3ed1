"""Metrics: NumPy arrays in, numbers out. Each is one pure function of features, labels or pixels.

A Fréchet distance means nothing without the judge whose features it compares, the number of
samples, a floor (real against real) and a control. Print them together.
"""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from scipy.cluster.vq import kmeans2, vq
from scipy.special import rel_entr


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
    features = _as_features(features)
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


def kernel_distance(features_a, features_b):
    """Kernel distance (KID): unbiased squared maximum mean discrepancy.

    KID = mean_{i≠j} k(aᵢ, aⱼ) + mean_{i≠j} k(bᵢ, bⱼ) - 2 mean_{i,j} k(aᵢ, bⱼ),
    k(x, y) = (x·y/d + 1)³

    Unlike the Fréchet distance its expectation does not depend on the number of samples; around
    0 it may come out negative.

    Args:
        features_a, features_b: Shapes (m, d) and (n, d), m and n at least 2.

    Returns:
        Number, in the kernel's units.

    Reference: Bińkowski et al. (2018), section 4; Gretton et al. (2012), equation 3.
    """
    a, b = _as_features(features_a), _as_features(features_b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"Features of size {a.shape[1]} and {b.shape[1]} cannot be compared.")

    def kernel_sum(x, y, chunk=1000):  # in parts: all pairs at once would take gigabytes
        parts = (x[start : start + chunk] for start in range(0, len(x), chunk))
        return sum(((part @ y.T / x.shape[1] + 1) ** 3).sum() for part in parts)

    def mean_of_others(x):
        with_itself = (((x * x).sum(axis=1) / x.shape[1] + 1) ** 3).sum()
        return (kernel_sum(x, x) - with_itself) / (len(x) * (len(x) - 1))

    between = kernel_sum(a, b) / (len(a) * len(b))
    return float(mean_of_others(a) + mean_of_others(b) - 2 * between)


def class_shares(labels, num_classes=10):
    """Share of each class among labels: the coverage of a generator.

    Args:
        labels: Shape (num,), whole numbers from 0 to num_classes - 1.

    Returns:
        Shape (num_classes,), adds up to 1. A share near 0 is a lost class.
    """
    labels = np.asarray(labels)
    if labels.size == 0 or labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(
            f"Expected at least one label from 0 to {num_classes - 1}, got {labels.size} labels"
            + (f" from {labels.min()} to {labels.max()}." if labels.size else ".")
        )
    return np.bincount(labels, minlength=num_classes) / labels.size


def nearest_neighbors(queries, references, chunk=500):
    """Index of, and Euclidean distance to, each query's nearest reference.

    Args:
        queries, references: Shapes (m, ...) and (n, ...), flattened from the second axis on.
        chunk: Queries treated at once; bounds the memory to chunk · n numbers.

    Returns:
        Indices of shape (m,) and float32 distances of shape (m,).
    """
    queries = np.asarray(queries, "float32").reshape(len(queries), -1)
    references = np.asarray(references, "float32").reshape(len(references), -1)
    lengths = np.einsum("ij,ij->i", references, references)
    indices = np.empty(len(queries), int)
    for start in range(0, len(queries), chunk):
        part = queries[start : start + chunk]
        indices[start : start + chunk] = (lengths - 2 * part @ references.T).argmin(axis=1)
    return indices, np.linalg.norm(queries - references[indices], axis=1)


def copy_ratio(generated, held_out, training):
    """How near generated images lie to the training set, compared with new real images.

    ratio = median distance(generated → training) / median distance(held out → training)

    0 is a copy; 1 is as far as new real data lies. Blurry images lie near many others, so a value
    a little under 1 is no copying; judge it beside a look at the pairs.

    Args:
        generated, held_out, training: Images of the same shape and scale.

    Returns:
        Number, at least 0.
    """
    _, from_generated = nearest_neighbors(generated, training)
    _, from_held_out = nearest_neighbors(held_out, training)
    return float(np.median(from_generated) / np.median(from_held_out))


def diversity_ratio(generated, real):
    """Spread of generated images in pixel space, compared with real ones.

    ratio = mean distance of pairs of generated images / the same of real images

    A generator that ignores z, or has collapsed to one image, scores 0; real data scores 1.

    Args:
        generated, real: Shapes (num, ...); the first half is paired with the second half.

    Returns:
        Number, at least 0.
    """

    def mean_pair_distance(images):
        flat = np.asarray(images, "float32").reshape(len(images), -1)
        half = len(flat) // 2
        return np.linalg.norm(flat[:half] - flat[half : 2 * half], axis=1).mean()

    return float(mean_pair_distance(generated) / mean_pair_distance(real))


def mode_coverage(points, centres, radius):
    """How many modes samples reach, and which share of them is near one.

    Args:
        points: Shape (num, 2), samples in the plane.
        centres: Shape (modes, 2).
        radius: A sample no further than this from its nearest centre is of high quality; three
            standard deviations in the papers.

    Returns:
        Number of modes with at least one high-quality sample, and the share of such samples.

    Reference: Srivastava et al. (2017), VEEGAN, section 4.1; Lin et al. (2018), PacGAN.
    """
    points, centres = np.asarray(points, float), np.asarray(centres, float)
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)  # (num, modes)
    near = distances.min(axis=1) <= radius
    return len(np.unique(distances.argmin(axis=1)[near])), float(near.mean())


def histogram_jsd(points_a, points_b, limit, bins=16):
    """Jensen-Shannon divergence of two samples in the plane, from their histograms.

    Args:
        points_a, points_b: Shape (num, 2); what lies outside the square counts in its outer bins.
        limit: Half the side of the square, about the origin.
        bins: Bins a side.

    Returns:
        From 0 to ln 2 = .693, in nats. Two samples of one distribution do not give 0: compare
        with that floor.
    """
    edges = np.linspace(-limit, limit, bins + 1)
    inside = limit * (1 - 1e-9)
    p, q = (
        np.histogramdd(np.clip(points, -inside, inside), (edges, edges))[0].ravel() / len(points)
        for points in (points_a, points_b)
    )
    return float((rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2)).sum() / 2)


def nearest_modes(points, centres, radius):
    """Counts of high-quality samples by their nearest mode.

    Args: as `mode_coverage`.

    Returns:
        Shape (modes,), whole numbers.
    """
    index, distance = _nearest(points, centres)
    return np.bincount(index[distance <= radius], minlength=len(centres))


def reverse_kl(counts):
    """KL divergence from the even distribution over modes: KL(q‖uniform) = ln K - H(q).

    Args:
        counts: Shape (modes,): how many samples belong to each mode.

    Returns:
        From 0 to ln K, in nats. With n samples of true data the expectation is about (K-1)/2n,
        not 0: compare with that floor.

    Reference: Lin et al. (2018), PacGAN, section 4.1, over high-quality samples.
    """
    shares = np.asarray(counts, float) / np.sum(counts)
    return float(rel_entr(shares, 1 / len(shares)).sum())


def spread_within_modes(points, centres, radius):
    """Standard deviation of high-quality samples about their mode, per coordinate.

    Modes that are too narrow score a higher share of high-quality samples than true data does;
    this number tells. Cut off at three standard deviations σ, true data has .974 σ.

    Args: as `mode_coverage`.

    Returns:
        A number, the root mean square over all such samples and both coordinates; NaN for none.
    """
    points, centres = np.asarray(points, float), np.asarray(centres, float)
    index, distance = _nearest(points, centres)
    near = distance <= radius
    away = points[near] - centres[index[near]]
    return float(np.sqrt((away**2).mean())) if near.any() else float("nan")


def different_bins(real, generated, num_bins=100, seed=0, significance=0.05):
    """Number of statistically different bins (NDB), as a share of all bins.

    The real samples are split into bins by k-means, and the share of real and of generated
    samples in each bin is compared by a two-proportion z-test.

    Args:
        real, generated: Shapes (m, d) and (n, d).
        num_bins: K.
        seed: Of k-means' start.
        significance: α of each test, two-sided.

    Returns:
        NDB / K, from 0 to 1; about α for samples of the same distribution.

    Reference: Richardson & Weiss (2018), section 2.
    """
    real, generated = (np.asarray(x, float).reshape(len(x), -1) for x in (real, generated))
    centres, _ = kmeans2(real, num_bins, minit="++", seed=seed)
    counts = [np.bincount(vq(x, centres)[0], minlength=num_bins) for x in (real, generated)]
    shares = [count / len(x) for count, x in zip(counts, (real, generated))]
    pooled = (counts[0] + counts[1]) / (len(real) + len(generated))
    error = np.sqrt(pooled * (1 - pooled) * (1 / len(real) + 1 / len(generated)))
    gap = np.abs(shares[0] - shares[1])
    z = np.divide(gap, error, out=np.zeros(num_bins), where=error > 0)
    return float((z > NormalDist().inv_cdf(1 - significance / 2)).mean())


def _nearest(points, centres):
    """Index of, and distance to, each point's nearest centre."""
    points, centres = np.asarray(points, float), np.asarray(centres, float)
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)  # (num, modes)
    return distances.argmin(axis=1), distances.min(axis=1)


def _as_features(features):
    """Float64 features of shape (num, d), or an error that says what came."""
    features = np.asarray(features, "float64")
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(
            f"Expected features of shape (num, d) with num at least 2, got {features.shape}; "
            "use judge.features(images)."
        )
    if not np.isfinite(features).all():
        raise ValueError("The features hold NaN or infinity; look at the images they came from.")
    return features
