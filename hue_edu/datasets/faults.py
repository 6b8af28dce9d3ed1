"""Faults put into good images on purpose: what a metric should see, made to any amount."""

import numpy as np
from scipy.ndimage import gaussian_filter

from .images import check_pixels


def add_noise(images, std, seed=0):
    """Gaussian noise on every pixel, cut to [-1, 1].

    Args:
        images: Shape (num, height, width, channels) in [-1, 1].
        std: Standard deviation, in the pixels' unit.
        seed: Whole number, or a NumPy generator, which then goes on.

    Returns:
        Float32 of the same shape.

    Raises:
        ValueError: Other images, as `check_pixels` says, or an amount below 0.
    """
    _check(images, std)
    noise = np.random.default_rng(seed).normal(0, std, np.shape(images))
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
    _check(images, std)
    return gaussian_filter(np.asarray(images, "float32"), (0, std, std, 0), mode="nearest")


def lose_classes(images, labels, lost):
    """The images of some classes replaced by others: as many as before, those classes gone.

    Args:
        images, labels: Of the same number.
        lost: A label, or a list of labels; an empty list loses none.

    Returns:
        Images of the shape and dtype of those given.

    Raises:
        ValueError: No image is left.
    """
    away = np.isin(labels, lost)
    gone, kept = np.flatnonzero(away), np.flatnonzero(~away)
    if not len(kept):
        raise ValueError(f"All {len(images)} images belong to the classes to lose, {lost}.")
    places = np.arange(len(images))
    places[gone] = kept[np.arange(len(gone)) % len(kept)]
    return images[places]


def mix_in_copies(images, originals, share, seed=0):
    """A share of the images replaced by exact copies out of another set.

    Args:
        images: Shape (num, ...).
        originals: What is copied, at least share · num.
        share: From 0 to 1.
        seed: Seeds the choice of the images that go and of the originals that replace them.

    Returns:
        Images of the shape and dtype of those given.

    Raises:
        ValueError: A share that is not from 0 to 1, or fewer originals than it takes.
    """
    if not 0 <= share <= 1 or round(share * len(images)) > len(originals):
        raise ValueError(
            f"Got a share of {share} of {len(images)} images and {len(originals)} originals; "
            "expected a share from 0 to 1, and as many originals as it takes."
        )
    rng, mixed = np.random.default_rng(seed), np.array(images)
    num = round(share * len(images))
    places = rng.permutation(len(images))[:num]
    mixed[places] = originals[rng.permutation(len(originals))[:num]]
    return mixed


def _check(images, std):
    check_pixels(images)
    if not 0 <= std < np.inf:
        raise ValueError(f"std is {std}; expected a number, at least 0.")
