"""MNIST, and pixels: the only place where they are scaled, and checked."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import hsv_to_rgb

from .. import files

ROUNDING = 1e-5  # how far arithmetic may push a pixel out of [-1, 1]
ONE_SHADE = 1.01 / 127.5  # between two neighbours of 256 shades of grey
DARKEST_WHITE = 16  # of 255: fractions with a smaller maximum were scaled in some other way


def to_float(pixels):
    """Scale pixels from whole numbers 0…255 to float32 in [-1, 1], the range of tanh.

    x = p / 127.5 - 1

    Args:
        pixels: An array of any shape; or within `Dataset.map` a tensor of uint8.

    Returns:
        Float32 of the same shape, in [-1, 1].

    Raises:
        ValueError: Anything but whole numbers 0…255, such as pixels that are scaled already.
    """
    try:
        given = as_array(pixels)
    except NotImplementedError:  # NumPy's answer to a tensor that has no values yet
        return _to_float_in_a_graph(pixels)
    if given.size:
        _check_whole_numbers(given)
    images = np.array(given, "float32")
    images /= 127.5  # in place: 60,000 digits take 188 MB
    images -= 1.0
    return images


def to_uint8(images):
    """Scale images from [-1, 1] back to whole numbers 0…255; values outside are clipped.

    Raises:
        ValueError: The images are not scaled at all, such as uint8, or hold NaN.
    """
    images = as_array(images)
    if images.dtype.kind in "bu" or (images.size and images.max() >= DARKEST_WHITE):
        raise ValueError(f"Expected images in [-1, 1], got {images.dtype}: they are not scaled.")
    shades = np.round((images.astype("float32") + 1.0) * 127.5)
    if np.isnan(shades).any():
        raise ValueError("The images hold NaN; look at how they were made.")
    return np.clip(shades, 0, 255).astype("uint8")


def tint(images, seed):
    """Give the ink of each grey image a colour of its own, on black.

    x = 2cs - 1 with the ink s from 0 to 1 and the colour c, of a random hue

    Args:
        images: Shape (num, height, width, 1) in [-1, 1].
        seed: Whole number; the same seed gives each image the same colour.

    Returns:
        Float32 of shape (num, height, width, 3) in [-1, 1].

    Raises:
        ValueError: Other images, as `check_pixels` says, or in colour already.
    """
    check_pixels(images)
    if images.shape[-1] != 1:
        raise ValueError(f"Expected grey images, of 1 channel, got the shape {images.shape}.")
    hues = np.random.default_rng(seed).random(len(images))
    colours = hsv_to_rgb(np.stack([hues, np.full_like(hues, 0.75), np.ones_like(hues)], axis=1))
    return ((images + 1) * colours[:, None, None].astype("float32") - 1).astype("float32")


def load_mnist(split="train", seed=None):
    """Handwritten digits, shipped with the course: 60,000 to train, 10,000 to test.

    In its published order the test set is not a random sample: its halves come from two
    collections. With a seed, the first n images are a fair sample of all (lesson 08 measures the
    difference).

    Args:
        split: `"train"` or `"test"`.
        seed: Whole number from which an order is drawn; None keeps the published one.

    Returns:
        Images, float32 of shape (num, 28, 28, 1) in [-1, 1] (ink is 1), and labels, int32 of
        shape (num,), from 0 to 9.

    Raises:
        FileNotFoundError, ValueError: `data/mnist.npz` is missing, truncated or altered; or there
            is no such split.

    Source: LeCun, Cortes & Burges; see data/README.md.
    """
    pixels, labels = mnist_pixels(split)
    if seed is not None:
        order = np.random.default_rng(seed).permutation(len(labels))
        pixels, labels = pixels[order], labels[order]
    return as_images(pixels, labels)


def mnist_pixels(split):
    """MNIST as it lies in its file: pixels and labels, both uint8, to read; see `load_mnist`.

    Raises:
        FileNotFoundError, ValueError: As `load_mnist`.
    """
    check_split(split)
    path = files.shipped("mnist.npz")  # checked each time
    arrays = _unpacked(path, files.expected_sums()[path.name])
    return arrays[f"{split}_images"], arrays[f"{split}_labels"]


@lru_cache(maxsize=1)
def _unpacked(path, digest):
    """The arrays of a file with that SHA-256, unpacked once and not to be written to."""
    arrays = files.load_arrays(path)
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


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
        raise ValueError(_how_to_scale(np.asarray(images), low, high))


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
    if 0 <= low < 1 / 255 and high > 0.25:
        raise ValueError(_how_to_scale(np.asarray(images), low, high))


def _checked_range(images):
    """Lowest and highest pixel, after the checks that hold for all images."""
    images = as_array(images)
    if images.ndim != 4:
        raise ValueError(
            f"Expected images of shape (num, height, width, channels), got {images.shape}; "
            "images[..., None] adds a channel."
        )
    if images.size == 0:
        raise ValueError(f"There are no images: the array has the shape {images.shape}.")
    if images.dtype.kind not in "biuf":
        raise ValueError(f"Expected float32 images in [-1, 1], got {images.dtype}.")
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("The images hold NaN or infinity; look at how they were made.")
    if images.dtype != np.float32 or low < -1 - ROUNDING or high > 1 + ROUNDING:
        raise ValueError(_how_to_scale(images, low, high))
    return low, high


def _to_float_in_a_graph(pixels):
    """`to_float` where only the dtype is known, so that the dtype must vouch for the values."""
    import tensorflow as tf

    if pixels.dtype != tf.uint8:
        raise ValueError(
            f"Within Dataset.map, to_float takes uint8, got {pixels.dtype.name}: their range "
            "cannot be checked there. Scale the array before it becomes a Dataset."
        )
    return tf.cast(pixels, tf.float32) / 127.5 - 1.0


def _check_whole_numbers(pixels):
    """Refuse what `to_float` would spoil."""
    if pixels.dtype.kind not in "biuf":
        raise ValueError(f"Expected whole numbers 0…255, got {pixels.dtype}.")
    low, high = float(pixels.min()), float(pixels.max())
    whole = pixels.dtype.kind in "iu" or bool((pixels == np.round(pixels)).all())
    scaled = 0 < high <= 1
    if not whole or scaled or low < 0 or high > 255:
        if pixels.dtype == np.float32 and -1 <= low < 0 and high <= 1:
            raise ValueError("The images are float32 in [-1, 1] already: use them as they are.")
        raise ValueError(_how_to_scale(pixels, low, high))


def _how_to_scale(images, low, high):
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


def as_array(images):
    """Images, or points, as one array.

    Raises:
        TypeError: A pair of images and labels, a Dataset, pictures of several sizes, or the like.
    """
    try:
        array = np.asarray(images)
    except ValueError:  # parts of several shapes
        array = None
    if array is None or (array.shape == () and array.dtype == object):
        raise TypeError(
            f"Got a {type(images).__name__}; expected one array: images of one size, or points, "
            "without labels. (A Dataset has methods of its own: map, shuffle, batch.)"
        )
    return array


def as_images(pixels, labels):
    """Pixels and labels as they lie in files, as the course uses them."""
    return to_float(pixels)[..., None], labels.astype("int32")


def check_split(split):
    """Refuse what is no split.

    Raises:
        ValueError: Anything but `"train"` and `"test"`.
    """
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}; expected 'train' or 'test'.")
