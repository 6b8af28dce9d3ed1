"""Features, as metrics want them: finite, of one judge, and enough."""

import numpy as np


def as_features(features, more_than=1):
    """Float64 features of shape (num, d), or an error that says what came.

    Args:
        features: Numbers of shape (num, d), num above `more_than`.
        more_than: As many samples are too few.

    Raises:
        ValueError: Another shape, too few samples, or NaN or infinity among the numbers.
    """
    features = np.asarray(features, "float64")
    if features.ndim != 2 or len(features) <= more_than:
        raise ValueError(
            f"Expected features of shape (num, d) with num at least {more_than + 1}, got "
            f"{features.shape}; use judge.features(images) with enough images."
        )
    if not np.isfinite(features).all():
        raise ValueError("The features hold NaN or infinity; look at the images they came from.")
    return features


def check_enough(least, **samples):
    """Refuse sets of samples that are too small for a metric to mean anything.

    Args:
        least: The smallest number that will do.
        samples: Each set by its name; their lengths count.

    Raises:
        ValueError: A set is smaller than that.
    """
    for name, values in samples.items():
        if np.ndim(values) == 0 or len(values) < least:
            num = len(values) if np.ndim(values) else 0
            raise ValueError(f"Got {num} {name} samples; this metric needs at least {least}.")


def as_pair(a, b, more_than=1):
    """Two sets of features as `as_features` wants them, of the same d.

    Raises:
        ValueError: Features of two sizes, or as `as_features` says.
    """
    a, b = as_features(a, more_than), as_features(b, more_than)
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"Features of size {a.shape[1]} and {b.shape[1]} cannot be compared; use the same "
            "judge for both."
        )
    return a, b
