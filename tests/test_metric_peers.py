"""The metrics against well-kept packages that make the same quantities."""

import numpy as np
import pytest
from prdc import compute_prdc
from scipy.linalg import sqrtm
from scipy.stats import mannwhitneyu, norm
from sklearn.metrics.pairwise import polynomial_kernel

from hue_edu import metrics


@pytest.fixture
def features():
    rng = np.random.default_rng(0)
    return rng.normal(size=(400, 7)), rng.normal(0.2, 1.1, size=(300, 7))


def test_precision_recall_density_and_coverage_are_those_of_prdc(features):
    real, generated = features
    theirs = compute_prdc(real_features=real, fake_features=generated, nearest_k=5)
    precision, recall = metrics.precision_recall(real, generated, k=5)
    density, coverage = metrics.density_coverage(real, generated, k=5)
    ours = {"precision": precision, "recall": recall, "density": density, "coverage": coverage}
    assert ours == pytest.approx(theirs, abs=1e-12)


def test_the_frechet_distance_is_that_of_the_matrix_root_of_scipy(features):
    (mean_a, cov_a), (mean_b, cov_b) = map(metrics.feature_statistics, features)
    root = sqrtm(cov_a @ cov_b)
    theirs = ((mean_a - mean_b) ** 2).sum() + np.trace(cov_a + cov_b - 2 * root.real)
    ours = metrics.frechet_distance(*map(metrics.feature_statistics, features))
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_the_kernel_distance_is_that_of_the_kernel_of_scikit_learn(features):
    a, b = features
    within = [polynomial_kernel(x, degree=3) for x in features]  # (x·y/d + 1)³
    within = [(k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in within]
    theirs = sum(within) - 2 * polynomial_kernel(a, b, degree=3).mean()
    assert metrics.kernel_distance(a, b) == pytest.approx(theirs, rel=1e-9)


def test_copying_z_gives_the_p_value_of_scipy(features):
    a, b = features
    training = np.random.default_rng(1).normal(size=(500, 7))
    z = metrics.copying_z(a, b, training)
    distances = [metrics.nearest_neighbors(x, training)[1] for x in (a, b)]
    theirs = mannwhitneyu(*distances, method="asymptotic", use_continuity=False).pvalue
    assert 2 * norm.sf(abs(z)) == pytest.approx(theirs, rel=1e-3)  # theirs allows for ties
