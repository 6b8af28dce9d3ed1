"""What pixels show without a judge: how different images are, how sharp, and plain features."""

import numpy as np
from scipy.ndimage import correlate1d

from .contracts import as_images, as_samples, as_whole


def diversity_ratio(generated, real):
    """Spread of generated images in pixel space, compared with real ones.

    ratio = mean distance of pairs of generated images / the same of real images

    A generator that ignores z, or has collapsed to one image, scores 0; real data scores 1.

    Args:
        generated, real: Images of one shape in [-1, 1], or other samples of shapes (m, ...) and
            (n, ...), m and n at least 2. In the order given: the first half of each set is paired
            with its second half. `pairwise_diversity_ratio` takes them in any order.

    Returns:
        Number, at least 0.

    Raises:
        ValueError: Fewer than two images in a set, images of another scale or of two shapes, real
            ones that are all alike, or NaN or infinity among the pixels.

    Example:
        >>> metrics.diversity_ratio(generated=[[0.0], [1.0]], real=[[0.0], [2.0]])
        0.5
    """
    generated, real = as_samples(2, generated=generated, real=real)

    def mean_of_pairs(samples):
        half = len(samples) // 2
        return np.linalg.norm(samples[:half] - samples[half : 2 * half], axis=1).mean()

    return _ratio(mean_of_pairs(generated), mean_of_pairs(real))


def pairwise_diversity_ratio(generated, real):
    """`diversity_ratio` over all pairs of a set, whatever its order.

    ratio = mean_{i<j} ‖xᵢ - xⱼ‖ / the same of real images

    Where the order says something, as in two samples of one caption each, `diversity_ratio` is
    meant, which pairs halves; of images sorted by class, halves would be pairs of other classes.

    Args, returns and errors: as `diversity_ratio`; with many images it takes long: 10,000 have 50
    million pairs.

    Example:
        >>> generated = [[0.0], [0.0], [1.0], [1.0]]  # four of six pairs differ by 1
        >>> round(metrics.pairwise_diversity_ratio(generated, real=[[0.0], [1.0]]), 3)
        0.667
    """
    generated, real = as_samples(2, generated=generated, real=real)
    return _ratio(_mean_of_all_pairs(generated), _mean_of_all_pairs(real))


def _mean_of_all_pairs(samples, chunk=500):
    samples = samples.astype("float64") - samples.mean(axis=0, dtype="float64")
    squares, total = (samples**2).sum(axis=1), 0.0
    for start in range(0, len(samples), chunk):
        part = slice(start, start + chunk)
        squared = squares[part, None] + squares - 2 * samples[part] @ samples.T
        squared[np.arange(len(squared)), start + np.arange(len(squared))] = 0  # itself
        total += np.sqrt(np.maximum(squared, 0)).sum()
    return total / (len(samples) * (len(samples) - 1))


def sharpness_ratio(generated, real):
    """Sharpness of generated images, compared with real ones.

    ratio = mean variance of the Laplacian of generated images / the same of real images

    The Laplacian is large at edges and 0 where brightness is even. Blur scores under 1, noise over
    1: noise is all edges, so read it beside precision.

    Args:
        generated, real: Shapes (num, height, width, channels), in [-1, 1].

    Returns:
        Number, at least 0.

    Raises:
        ValueError: A set without images, images of another scale or of two shapes, real ones
            without any edge, or NaN or infinity among the pixels.

    Example:
        >>> real = 2 * np.eye(8)[None, :, :, None] - 1  # a diagonal line
        >>> metrics.sharpness_ratio(real / 2, real)  # half the contrast, a quarter of the variance
        0.25

    Reference: Pech-Pacheco et al. (2000), as a measure of focus; Tolstikhin et al. (2018),
    Wasserstein Auto-Encoders, section 4, for samples.
    """

    generated, real = as_images(generated=generated, real=real)

    def mean_variance(images):
        laplacian = sum(correlate1d(images, [1, -2, 1], axis) for axis in (1, 2))
        return laplacian.var(axis=(1, 2, 3)).mean()

    return _ratio(mean_variance(generated), mean_variance(real))


def small_pixels(images, side=8):
    """Features without a judge: the pixels of each image, brought to side × side.

    Each of the side² squares is the mean over its area; where an edge cuts a pixel, the part
    inside counts.

    Args:
        images: Shape (num, height, width, channels) in [-1, 1], num at least 1.
        side: Height and width to bring them to, at least 1.

    Returns:
        Float32 of shape (num, side · side · channels), within the range of the pixels.

    Raises:
        ValueError: No images, or images of another shape or scale.

    Example:
        >>> image = np.arange(-8, 8).reshape(1, 4, 4, 1) / 8
        >>> print(8 * metrics.small_pixels(image, side=2))  # (-8 - 7 - 4 - 3)/4, …
        [[-5.5 -3.5  2.5  4.5]]
    """
    (images,) = as_images(given=images)
    (side,) = as_whole(side=side)
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
