"""What pixels show without a judge: how different images are, how sharp, and plain features."""

import numpy as np
from scipy.ndimage import correlate1d

from .features import check_enough


def diversity_ratio(generated, real):
    """Spread of generated images in pixel space, compared with real ones.

    ratio = mean distance of pairs of generated images / the same of real images

    A generator that ignores z, or has collapsed to one image, scores 0; real data scores 1.

    Args:
        generated, real: Shapes (m, ...) and (n, ...), m and n at least 2; the first half of each
            is paired with its second half.

    Returns:
        Number, at least 0.

    Raises:
        ValueError: Fewer than two images in a set, real images that are all alike, or NaN or
            infinity among the pixels.

    Example:
        >>> metrics.diversity_ratio(generated=[[0.0], [1.0]], real=[[0.0], [2.0]])
        0.5
    """

    check_enough(2, generated=generated, real=real)

    def mean_pair_distance(images):
        flat = np.asarray(images, "float32").reshape(len(images), -1)
        half = len(flat) // 2
        return np.linalg.norm(flat[:half] - flat[half : 2 * half], axis=1).mean()

    return _ratio(mean_pair_distance(generated), mean_pair_distance(real))


def sharpness_ratio(generated, real):
    """Sharpness of generated images, compared with real ones.

    ratio = mean variance of the Laplacian of generated images / the same of real images

    The Laplacian is large at edges and 0 where brightness is even. Blur scores under 1, noise over
    1: noise is all edges, so read it beside precision.

    Args:
        generated, real: Shapes (num, height, width, channels).

    Returns:
        Number, at least 0.

    Raises:
        ValueError: A set without images, real images without any edge, or NaN or infinity among
            the pixels.

    Example:
        >>> real = np.eye(8)[None, :, :, None]  # a diagonal line
        >>> metrics.sharpness_ratio(real / 2, real)  # half the contrast, a quarter of the variance
        0.25

    Reference: Pech-Pacheco et al. (2000), as a measure of focus; Tolstikhin et al. (2018),
    Wasserstein Auto-Encoders, section 4, for samples.
    """

    check_enough(1, generated=generated, real=real)

    def mean_variance(images):
        images = np.asarray(images, "float32")
        laplacian = sum(correlate1d(images, [1, -2, 1], axis) for axis in (1, 2))
        return laplacian.var(axis=(1, 2, 3)).mean()

    return _ratio(mean_variance(generated), mean_variance(real))


def small_pixels(images, side=8):
    """Features without a judge: the pixels of each image, brought to side × side.

    Each of the side² squares is the mean over its area; where an edge cuts a pixel, the part
    inside counts.

    Args:
        images: Shape (num, height, width, channels), num at least 1.
        side: Height and width to bring them to, at least 1.

    Returns:
        Float32 of shape (num, side · side · channels), within the range of the pixels.

    Raises:
        ValueError: No images, or another shape.

    Example:
        >>> image = np.arange(16).reshape(1, 4, 4, 1)
        >>> print(metrics.small_pixels(image, side=2))  # (0 + 1 + 4 + 5)/4, …
        [[ 2.5  4.5 10.5 12.5]]
    """
    check_enough(1, given=images)
    images = np.asarray(images, "float32")
    if images.ndim != 4:
        raise ValueError(
            f"Expected images of shape (num, height, width, channels), got {images.shape}."
        )
    rows, columns = (_area_means(length, side) for length in images.shape[1:3])
    small = np.einsum("ih,nhwc,jw->nijc", rows, images, columns, optimize=True)
    return small.reshape(len(images), -1)


def _area_means(length, side):
    """Weights of shape (side, length): row i means over the i-th of `side` equal parts."""
    parts = np.repeat(np.eye(length, dtype="float32"), side, axis=0)  # each pixel in `side` parts
    return parts.reshape(side, length, length).mean(axis=1)


def _ratio(generated, real):
    if not (np.isfinite(generated) and 0 < real < np.inf):
        raise ValueError(
            f"The generated images measure {generated:.3g} and the real ones {real:.3g}: the real "
            "ones are all alike or blank, or an image holds NaN; look at how they were made."
        )
    return float(generated / real)
