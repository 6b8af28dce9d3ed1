"""What metrics take: of which shape, kind and scale. One contract each, for all of them."""

from numbers import Real

import numpy as np

from .. import arguments, pixels


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


def as_finite(what, values):
    """Float64 numbers, none of which is NaN or infinite.

    Args:
        what: The values are, in the plural: "features".
        values: Numbers of any shape.

    Raises:
        ValueError: Text, objects, rows of several lengths, NaN or infinity.
    """
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"the dtype is {array.dtype}")
    except (TypeError, ValueError) as error:
        raise ValueError(f"The {what} are no array of numbers: {error}.") from None
    array = array.astype("float64")
    if not np.isfinite(array).all():
        num = int((~np.isfinite(array)).sum())
        raise ValueError(
            f"The {what} hold NaN or infinity ({num:,} of {array.size:,} numbers); look at what "
            "they were made of."
        )
    return array


def as_features(features, more_than=1):
    """Float64 features of shape (num, d), or an error that says what came.

    Args:
        features: Numbers of shape (num, d), num above `more_than`.
        more_than: As many samples are too few.

    Raises:
        ValueError: Another shape, too few samples, or NaN or infinity among the numbers.
    """
    features = as_finite("features", features)
    if features.ndim != 2 or len(features) <= more_than or not features.shape[1]:
        raise ValueError(
            f"Expected features of shape (num, d) with num at least {more_than + 1}, got "
            f"{features.shape}; use judge.features(images) with enough images."
        )
    return features


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


def as_images(least=1, **sets):
    """Images of one shape as float32 in [-1, 1], as `pixels.check_pixels` wants them.

    Args:
        least: The smallest number in a set that will do.
        sets: Each by its name: shape (num, height, width, channels).

    Returns:
        List of arrays.

    Raises:
        ValueError: Too few images, another shape or scale, NaN, or sets of two shapes.
    """
    check_enough(least, **sets)
    arrays = []
    for name, images in sets.items():
        try:
            arrays.append(pixels.as_images(images))
        except (TypeError, ValueError) as error:
            raise ValueError(f"Of the {name} images: {error}") from None
    _check_same_size(dict(zip(sets, arrays)))
    return arrays


def as_samples(least=1, **sets):
    """Images as `as_images` wants them, or other samples as plain numbers: rows of one length.

    Args and errors: as `as_images`; samples that do not have four axes may be of any scale.

    Returns:
        List of arrays of shape (num, numbers of a sample): float32 of images, else float64.
    """
    check_enough(least, **sets)
    if any(np.ndim(samples) == 4 for samples in sets.values()):
        arrays = as_images(least, **sets)
    else:
        arrays = [as_finite(f"{name} samples", samples) for name, samples in sets.items()]
        _check_same_size(dict(zip(sets, arrays)))
    return [array.reshape(len(array), -1) for array in arrays]


def as_logits(logits, least=1):
    """Float64 logits of shape (num, num_classes).

    Raises:
        ValueError: Too few samples, another shape, numbers that are not finite, or probabilities.
    """
    check_enough(least, generated=logits)
    logits = as_finite("logits", logits)
    if logits.ndim != 2 or logits.shape[1] < 2:
        raise ValueError(
            f"Expected logits of shape (num, num_classes), got {logits.shape}; "
            "judge.features_and_logits(images)[1] has them."
        )
    if logits.min() >= 0 and np.allclose(logits.sum(axis=1), 1, atol=1e-3):
        raise ValueError(
            "These are probabilities: each row adds up to 1. Give the logits, before softmax, or "
            "their logarithm."
        )
    return logits


def as_points(**sets):
    """Points in the plane, each set by its name: a list of float64 arrays of shape (num, 2).

    Raises:
        ValueError: No points, another shape, or NaN or infinity among them.
    """
    check_enough(1, **sets)
    arrays = [as_finite(f"{name} points", points) for name, points in sets.items()]
    for name, points in zip(sets, arrays):
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"The {name} points have shape {points.shape}; expected (num, 2).")
    return arrays


def as_distances(**sets):
    """Distances, each set by its name: a list of float64 arrays of shape (num,).

    Raises:
        ValueError: None, another shape, numbers below 0, or NaN or infinity among them.
    """
    check_enough(1, **sets)
    arrays = [as_finite(f"{name} distances", distances) for name, distances in sets.items()]
    for name, distances in zip(sets, arrays):
        if distances.ndim != 1 or distances.min() < 0:
            raise ValueError(
                f"The {name} distances have shape {distances.shape} and begin at "
                f"{distances.min():.3g}; expected shape (num,), at least 0."
            )
    return arrays


def as_statistics(statistics):
    """Mean and covariance of features in float64, as `feature_statistics` returns them.

    Raises:
        ValueError: Something else, such as features, or NaN or infinity among the numbers.
    """
    try:
        mean, covariance = statistics
        mean, covariance = as_finite("mean", mean), as_finite("covariance", covariance)
        good = mean.ndim == 1 and covariance.shape == 2 * mean.shape
    except (TypeError, ValueError) as error:
        if "NaN" in str(error):
            raise ValueError(f"Of the statistics: {error}") from None
        good = False
    if not good:
        raise ValueError(
            f"Expected mean and covariance, of shapes (d,) and (d, d), got {_shapes(statistics)}; "
            "use feature_statistics(features)."
        )
    return mean, covariance


def as_whole(**values):
    """Whole numbers, at least 1 each: a list; or the error of `arguments.whole_number`."""
    return [arguments.whole_number(name, value, at_least=1) for name, value in values.items()]


def check_share(name, value, ends=True):
    """Refuse what is no number from 0 to 1, or strictly between them.

    Raises:
        ValueError: It is not.
    """
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not (0 <= value <= 1 if ends else 0 < value < 1):
        wanted = "from 0 to 1" if ends else "between 0 and 1"
        raise ValueError(f"{name} is {value!r}; expected a number {wanted}.")


def _check_same_size(sets):
    shapes = {name: array.shape[1:] for name, array in sets.items()}
    if len(set(shapes.values())) > 1:
        found = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"The samples are of several sizes ({found}); expected the same size.")


def _shapes(statistics):
    try:
        return " and ".join(str(np.shape(part)) for part in statistics) or "nothing"
    except (TypeError, ValueError):
        return f"a {type(statistics).__name__}"
