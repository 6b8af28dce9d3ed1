"""Metrics: NumPy arrays in, numbers out. Each is one pure function of features, labels or pixels.

A Fréchet distance means nothing without the judge whose features it compares, the number of
samples, a floor (real against real) and a control. Print them together.

The examples assume `import numpy as np` and `from hue_edu import metrics`.
"""

from .classes import class_distance, class_shares, different_bins, inception_score, sure_share
from .copies import centred_pixels, copied_share
from .frechet import FeatureStatistics, feature_statistics, frechet_distance, frechet_infinity
from .kernel import kernel_distance, kernel_distance_in_blocks
from .manifold import density_coverage, precision_recall
from .modes import (
    histogram_jsd,
    mode_coverage,
    mode_scores,
    nearest_modes,
    reverse_kl,
    spread_within_modes,
)
from .neighbors import copy_ratio, copying_z, distance_ratio, distance_z, nearest_neighbors
from .pixels import diversity_ratio, pairwise_diversity_ratio, sharpness_ratio, small_pixels

__all__ = [
    "FeatureStatistics",
    "centred_pixels",
    "class_distance",
    "class_shares",
    "copied_share",
    "copy_ratio",
    "copying_z",
    "density_coverage",
    "different_bins",
    "distance_ratio",
    "distance_z",
    "diversity_ratio",
    "feature_statistics",
    "frechet_distance",
    "frechet_infinity",
    "histogram_jsd",
    "inception_score",
    "kernel_distance",
    "kernel_distance_in_blocks",
    "mode_coverage",
    "mode_scores",
    "nearest_modes",
    "nearest_neighbors",
    "pairwise_diversity_ratio",
    "precision_recall",
    "reverse_kl",
    "sharpness_ratio",
    "small_pixels",
    "spread_within_modes",
    "sure_share",
]
