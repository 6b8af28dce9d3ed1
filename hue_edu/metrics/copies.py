"""Copies of the training set that were moved, turned, or made thicker or thinner."""

import numpy as np
from scipy.ndimage import grey_dilation, grey_erosion, rotate

from .contracts import as_images, check_enough

SIDE, SPREAD = 12, 0.75  # places per side, and the Gaussian's deviation, in steps between them
ANGLE = 8  # degrees; a line through two turned images holds all turns between, nearly
LIMIT = 0.6  # of 600 test digits of MNIST fewer than one in a hundred lie below
CHUNK = 50  # images compared at once


def centred_pixels(images):
    """Features without a judge that do not see where in the image a thing stands.

    f_ij ∝ Σ_yx g(y - c_y - s_i) g(x - c_x - s_j) m_yx,  ‖f‖ = 1

    with the brightness m = (1 + pixel)/2, its centre c = Σ (y, x) m_yx / Σ m_yx, 12 × 12 places s
    around it, a 14th of the image apart, and a Gaussian g that reaches from each to the next.

    Args:
        images: Shape (num, height, width, channels) in [-1, 1]; the channels are averaged.

    Returns:
        Float32 of shape (num, 144), at least 0; a black image has zeros.

    Raises:
        ValueError: No images, another shape, or pixels outside [-1, 1].

    Example:
        >>> image = -np.ones((1, 28, 28, 1), "float32")
        >>> image[:, 10:14, 10:20] = 1.0  # a bar, and the same one moved
        >>> moved = np.roll(image, (3, -2), axis=(1, 2))
        >>> f, f_moved = metrics.centred_pixels(np.concatenate([image, moved]))
        >>> f.shape, bool(np.allclose(f, f_moved, atol=1e-5))
        ((144,), True)
    """
    (images,) = as_images(given=images)
    parts = range(0, len(images), 2000)
    return np.concatenate([_centred(images[start : start + 2000]) for start in parts])


def _centred(images):
    brightness = (1 + images.astype("float32").mean(axis=-1)) / 2  # (num, height, width)
    total = brightness.sum(axis=(1, 2)) + 1e-6
    weights = []
    for axis, length in ((2, images.shape[1]), (1, images.shape[2])):
        place = np.arange(length, dtype="float32")
        centre = brightness.sum(axis=axis) @ place / total
        step = length / 14
        grid = centre[:, None] + step * (np.arange(SIDE, dtype="float32") - (SIDE - 1) / 2)
        gap = (place - grid[..., None]) / (SPREAD * step)
        weights.append(np.exp(-(gap**2) / 2))  # (num, places, length)
    features = weights[0] @ brightness @ weights[1].transpose(0, 2, 1)
    features = features.reshape(len(images), -1)
    return features / (np.linalg.norm(features, axis=1, keepdims=True) + 1e-9)


def copied_share(generated, training):
    """Share of generated images that are a training image: moved, turned, thicker or thinner.

    share of x with d(x, y₁) < 0.6 d(x, y₂),  d(x, y) = min_a ‖f(x) + T_x a - f(y)‖

    with y₁ and y₂ the nearest and second nearest training images, the features f of
    `centred_pixels`, and T_x, whose columns are how they change if x is turned, thinned, or
    thickened by a pixel: the distance of f(y) to all that small changes can make of x. A new image
    has several training images about equally near; a copy has one.

    Args:
        generated, training: Images of shape (num, height, width, channels) in [-1, 1].

    Returns:
        From 0 to 1. New images score about 0. A copy of an image that stands twice in the training
        set is not seen, nor one that was changed more.

    Raises:
        ValueError: As `centred_pixels`; fewer than two training images, or images of two sizes.

    Example:
        >>> training = np.random.default_rng(0).uniform(-1, 1, (50, 28, 28, 1))
        >>> moved = np.roll(training[:10], 1, axis=2)
        >>> metrics.copied_share(training[:10], training), metrics.copied_share(-moved, training)
        (1.0, 0.0)

    Reference: Simard, LeCun & Denker (1993), tangent distance; Yoon et al. (2023), the ratio (of
    pixels, and below 1/3).
    """
    check_enough(2, training=training)
    generated, training = as_images(generated=generated, training=training)
    references = centred_pixels(training)
    parts = (generated[start : start + CHUNK] for start in range(0, len(generated), CHUNK))
    distances = np.concatenate([_two_nearest(part, references) for part in parts])
    return float((distances[:, 0] < LIMIT * distances[:, 1]).mean())


def _two_nearest(images, references):
    """d to the nearest and to the second nearest reference, shape (num, 2)."""
    x = centred_pixels(images)
    squared = 1 + (x**2).sum(axis=1)[:, None] - 2 * x @ references.T
    basis = np.linalg.qr(_changes(images, x))[0]  # (num, 144, 3)
    for k in range(basis.shape[2]):
        away = basis[..., k] @ references.T - (basis[..., k] * x).sum(axis=1)[:, None]
        squared -= away**2
    return np.sqrt(np.maximum(np.partition(squared, 1, axis=1)[:, :2], 0))


def _changes(images, x):
    """How the features change if the images are turned, thinned or thickened: (num, 144, 3)."""
    turned = (
        np.clip(rotate(images, angle, (1, 2), reshape=False, order=1, mode="nearest"), -1, 1)
        for angle in (ANGLE, -ANGLE)
    )
    right, left = map(centred_pixels, turned)
    thin = centred_pixels(grey_erosion(images, (1, 3, 3, 1)))
    thick = centred_pixels(grey_dilation(images, (1, 2, 2, 1)))
    return np.stack([right - left, thin - x, thick - x], axis=-1)
