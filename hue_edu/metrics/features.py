"""Features, as metrics want them."""

import numpy as np


def as_features(features):
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
