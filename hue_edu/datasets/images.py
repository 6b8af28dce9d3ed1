"""MNIST, and pixels: the only place where they are scaled."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import hsv_to_rgb

from .. import arguments, files
from ..pixels import DARKEST_WHITE, as_array, begins_at_zero, check_pixels, how_to_scale


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

    Args:
        images: An array of any shape.

    Returns:
        Uint8 of the same shape.

    Raises:
        ValueError: The images are not scaled at all, such as uint8, or to [0, 1], as `check_pixels`
            tells it; or they hold NaN or infinity.
    """
    images = as_array(images)
    if images.size:
        _check_scaled(images)
    shades = np.round((images.astype("float32") + 1.0) * 127.5)
    return np.clip(shades, 0, 255).astype("uint8")


def tint(images, seed):
    """Give the ink of each grey image a colour of its own, on black.

    x = 2cs - 1 with the ink s from 0 to 1 and the colour c, of a random hue

    Args:
        images: Shape (num, height, width, 1) in [-1, 1].
        seed: Whole number, or a NumPy generator; the same seed gives each image the same colour.

    Returns:
        Float32 of shape (num, height, width, 3) in [-1, 1].

    Raises:
        ValueError: Other images, as `check_pixels` says, or in colour already; or another seed.
    """
    images = as_array(images)
    check_pixels(images)
    if images.shape[-1] != 1:
        raise ValueError(f"Expected grey images, of 1 channel, got the shape {images.shape}.")
    hues = arguments.as_generator(seed).random(len(images))
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
            is no such split, or another seed.

    Source: LeCun, Cortes & Burges; see data/README.md.
    """
    pixels, labels = mnist_pixels(split)
    if seed is not None:
        order = arguments.as_generator(seed).permutation(len(labels))
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
        raise ValueError(how_to_scale(pixels, low, high))


def _check_scaled(images):
    """Refuse what `to_uint8` would spoil."""
    if images.dtype.kind not in "if":
        raise ValueError(f"Expected images in [-1, 1], got {images.dtype}: they are not scaled.")
    low, high = float(images.min()), float(images.max())
    if not np.isfinite(low + high):
        raise ValueError("The images hold NaN or infinity; look at how they were made.")
    if max(-low, high) >= DARKEST_WHITE:
        raise ValueError(
            f"Expected images in [-1, 1], got {images.dtype} in [{low:.5g}, {high:.5g}]: they are "
            "not scaled."
        )
    if begins_at_zero(low, high):
        raise ValueError(how_to_scale(images, low, high))


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
