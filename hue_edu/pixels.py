"""What images are in this course: one contract, for all rooms that are given some."""

import numpy as np

ROUNDING = 1e-5  # how far arithmetic may push a pixel out of [-1, 1]
ONE_SHADE = 1.01 / 127.5  # between two neighbours of 256 shades of grey
DARKEST_WHITE = 16  # of 255: fractions with a smaller maximum were scaled in some other way


def as_array(images):
    """Images, or points, as one array.

    Raises:
        TypeError: A pair of images and labels, a Dataset, pictures of several sizes, or the like.
    """
    try:
        array = np.asarray(images)
    except ValueError:  # parts of several shapes
        array = None
    if array is None or (array.shape == () and array.dtype.kind not in "biufc"):
        raise TypeError(
            f"Got a {type(images).__name__}; expected one array: images of one size, or points, "
            "without labels. (A Dataset has methods of its own: map, shuffle, batch.)"
        )
    return array


def as_images(images):
    """Images as float32, after `check_pixels`: for rooms that only look at them.

    Raises:
        TypeError, ValueError: As `as_array` and `check_pixels`, but any floats are taken.
    """
    array = as_array(images)
    if array.dtype.kind == "f":
        array = array.astype("float32", copy=False)
    check_pixels(array)
    return array


def check_images(images):
    """Refuse what is not images to train on; say what came and what to do.

    Args:
        images: Expected: as for `check_pixels`, with some pixel below 0 (data in [0, 1] would give
            the discriminator an easy win) and more than one shade of grey.

    Raises:
        ValueError: Anything else.
    """
    low, high = _checked_range(images)
    if high - low <= ONE_SHADE:
        raise ValueError(
            f"The images have no contrast: all pixels lie in [{low:.4g}, {high:.4g}]. Were they "
            "scaled twice? Scale the pixels once, from 0…255, with datasets.to_float."
        )
    if low >= 0:
        raise ValueError(how_to_scale(np.asarray(images), low, high))


def check_pixels(images):
    """Refuse what a network of this course cannot have drawn; say what came and what to do.

    Unlike `check_images`, it accepts what a generator may make at its worst: a single shade.

    Args:
        images: Expected: float32 of shape (num, height, width, channels), num at least 1, finite,
            in [-1, 1]. What begins at 0 is taken for images that were scaled to [0, 1].

    Raises:
        ValueError: Anything else.
    """
    low, high = _checked_range(images)
    if begins_at_zero(low, high):
        raise ValueError(how_to_scale(np.asarray(images), low, high))


def check_points(points):
    """Refuse numbers that no network can learn from.

    Args:
        points: Expected: whole or floating numbers of shape (num, ...), num at least 1, finite.

    Raises:
        TypeError, ValueError: Anything else.
    """
    points = as_array(points)
    if points.ndim == 0 or points.size == 0 or points.dtype.kind not in "iuf":
        raise ValueError(
            "Expected points, numbers of shape (num, dimensions), at least one; got "
            f"{points.dtype} of the shape {points.shape}."
        )
    if not np.isfinite(points).all():
        raise ValueError("The points hold NaN or infinity; look at how they were made.")


def begins_at_zero(low, high):
    """Whether pixels between these were scaled to [0, 1], not to [-1, 1]."""
    return 0 <= low < 1 / 255 and high > 0.25


def _checked_range(images):
    """Lowest and highest pixel, after the checks that hold for all images."""
    images = as_array(images)
    if images.ndim != 4:
        raise ValueError(
            f"Expected images of shape (num, height, width, channels), got {images.shape}; "
            "images[..., None] adds a channel, image[None] makes one image a batch of one."
        )
    if images.size == 0:
        raise ValueError(f"There are no images: the array has the shape {images.shape}.")
    if images.shape[1] in (1, 3) and images.shape[1] < min(images.shape[2:]) > 3:
        raise ValueError(
            f"Expected images of shape (num, height, width, channels), got {images.shape}, with "
            "the channels first; use np.moveaxis(images, 1, -1)."
        )
    if images.dtype.kind not in "biuf":
        raise ValueError(f"Expected float32 images in [-1, 1], got {images.dtype}.")
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("The images hold NaN or infinity; look at how they were made.")
    if images.dtype != np.float32 or low < -1 - ROUNDING or high > 1 + ROUNDING:
        raise ValueError(how_to_scale(images, low, high))
    return low, high


def how_to_scale(images, low, high):
    """What came, what was expected, and the call that makes one of the other."""
    name, as_float = images.dtype.name, "images.astype('float32')"
    if images.dtype == np.float32:
        as_float = "images"
    came = f"Expected float32 pixels in [-1, 1], got {name} in [{low:.5g}, {high:.5g}]; "
    if not np.isfinite(low + high):
        return f"{came}look at how they were made."
    if name == "bool" or (low >= 0 and 0 < high <= 1 and images.dtype.kind in "iu"):
        return f"{came}use 2 * images.astype('float32') - 1."
    if images.dtype.kind in "iu" and low >= 0 and high <= 255:
        return f"{came}use datasets.to_float(images)."
    if low >= 0 and high <= 2 / 255:
        return f"{came}were they divided by 255 twice? Use datasets.to_float on the originals."
    if low >= 0 and high <= 1 + ROUNDING:
        return f"{came}use 2 * {as_float} - 1, which takes [0, 1] to [-1, 1]."
    if low >= -1 - ROUNDING and high <= 1 + ROUNDING:
        return f"{came}use {as_float}."
    if DARKEST_WHITE <= high <= 255 and low >= 0:
        return f"{came}use {as_float} / 127.5 - 1, which takes 0…255 to [-1, 1]."
    return (
        f"{came}which scale is this? Neither [0, 1] nor 0…255. Bring black to -1 and white to 1; "
        "datasets.to_float does so with whole numbers 0…255."
    )
