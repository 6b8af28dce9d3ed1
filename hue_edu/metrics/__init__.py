"""Metrics: NumPy arrays in, numbers out. Each is one pure function of features, labels or pixels.

A Fréchet distance means nothing without the judge whose features it compares, the number of
samples, a floor (real against real) and a control. Print them together.
"""

from .classes import class_shares, different_bins, sure_share
from .frechet import FeatureStatistics, feature_statistics, frechet_distance
from .kernel import kernel_distance
from .modes import (
    histogram_jsd,
    mode_coverage,
    mode_scores,
    nearest_modes,
    reverse_kl,
    spread_within_modes,
)
from .neighbors import copy_ratio, diversity_ratio, nearest_neighbors

__all__ = [
    "FeatureStatistics",
    "class_shares",
    "copy_ratio",
    "different_bins",
    "diversity_ratio",
    "feature_statistics",
    "frechet_distance",
    "histogram_jsd",
    "kernel_distance",
    "mode_coverage",
    "mode_scores",
    "nearest_modes",
    "nearest_neighbors",
    "reverse_kl",
    "spread_within_modes",
    "sure_share",
]
