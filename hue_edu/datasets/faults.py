"""Faults put into good images on purpose: what a metric should see, made to any amount."""

import numpy as np
from scipy.ndimage import gaussian_filter

from .. import arguments
from ..pixels import as_array, check_pixels, check_points


def add_noise(images, std, seed=0):
    """Gaussian noise on every pixel, cut to [-1, 1].

    Args:
        images: Shape (num, height, width, channels) in [-1, 1].
        std: Standard deviation, in the pixels' unit.
        seed: Whole number, or a NumPy generator, which then goes on.

    Returns:
        Float32 of the same shape.

    Raises:
        ValueError: Other images, as `check_pixels` says, an amount below 0, or another seed.
    """
    images = _checked(images, std)
    noise = arguments.as_generator(seed).normal(0, std, images.shape)
    return np.clip(images + noise, -1, 1).astype("float32")


def blur(images, std):
    """Gaussian blur within each image; beyond its border all is as at the border.

    Args:
        images: As in `add_noise`.
        std: Of the kernel, in pixels; 0 for none.

    Returns:
        Float32 of the same shape.

    Raises:
        ValueError: Other images, as `check_pixels` says, or an amount below 0.
    """
    return gaussian_filter(_checked(images, std), (0, std, std, 0), mode="nearest")


def lose_classes(images, labels, lost):
    """The images of some classes replaced by others: as many as before, those classes gone.

    Args:
        images: As in `add_noise`; or points.
        labels: Whole numbers of shape (num,), one per image.
        lost: A label, or a list or set of labels; what no image has, or an empty list, loses none.

    Returns:
        Images of the shape and dtype of those given.

    Raises:
        ValueError: No image is left; other images, as `check_pixels` says; or labels that are not
            such whole numbers, among those to lose, too.
    """
    images = _as_data(images)
    away = np.isin(arguments.as_labels(labels, num=len(images)), _as_classes(lost))
    gone, kept = np.flatnonzero(away), np.flatnonzero(~away)
    if not len(kept):
        raise ValueError(f"All {len(images)} images belong to the classes to lose, {lost}.")
    places = np.arange(len(images))
    places[gone] = kept[np.arange(len(gone)) % len(kept)]
    return images[places]


def mix_in_copies(images, originals, share, seed=0):
    """A share of the images replaced by exact copies out of another set.

    Args:
        images: As in `add_noise`; or points.
        originals: What is copied, at least share · num, each of an image's shape and scale.
        share: From 0 to 1.
        seed: As in `add_noise`; it chooses the images that go and the originals that replace them.

    Returns:
        Images of the shape and dtype of those given.

    Raises:
        ValueError: A share that is not from 0 to 1, or fewer originals than it takes; images or
            originals that `check_pixels` refuses, or not of one shape and dtype; or another seed.
    """
    images, originals = _as_data(images), _as_data(originals)
    for what in ("shape", "dtype"):
        of_each = [getattr(data[0], what) for data in (images, originals)]
        if of_each[0] != of_each[1]:
            raise ValueError(
                f"The images have the {what} {of_each[0]}, the originals {of_each[1]}; expected "
                "the same, since copies take the places of images."
            )
    arguments.number_within("share", share)
    if share > 1 or round(share * len(images)) > len(originals):
        raise ValueError(
            f"Got a share of {share} of {len(images)} images and {len(originals)} originals; "
            "expected a share from 0 to 1, and as many originals as it takes."
        )
    rng, mixed = arguments.as_generator(seed), np.array(images)
    num = round(share * len(images))
    places = rng.permutation(len(images))[:num]
    mixed[places] = originals[rng.permutation(len(originals))[:num]]
    return mixed


def _checked(images, std):
    """Images as one array, and both they and the amount looked at."""
    check_pixels(images)
    arguments.number_within("std", std)
    return as_array(images)


def _as_data(images):
    """Images, or points, as one array that was looked at."""
    images = as_array(images)
    (check_pixels if images.ndim > 2 else check_points)(images)
    return images


def _as_classes(lost):
    """One label to lose, several or none, as an array."""
    lost = np.atleast_1d(list(lost) if isinstance(lost, (set, frozenset)) else lost)
    return arguments.as_labels(lost, name="lost") if lost.size else lost
