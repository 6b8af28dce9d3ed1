"""The kernel distance: two sets of features, compared pair by pair."""

import numpy as np

from .. import arguments
from .contracts import as_pair


def kernel_distance(features_a, features_b):
    """Kernel distance (KID): unbiased squared maximum mean discrepancy.

    KID = mean_{i≠j} k(aᵢ, aⱼ) + mean_{i≠j} k(bᵢ, bⱼ) - 2 mean_{i,j} k(aᵢ, bⱼ),
    k(x, y) = (x·y/d + 1)³

    Unlike the Fréchet distance its expectation does not depend on the number of samples; around
    0 it may come out negative.

    Args:
        features_a, features_b: Shapes (m, d) and (n, d), m and n at least 2.

    Returns:
        Number, in the kernel's units.

    Raises:
        ValueError: Fewer than two samples in a set, features of two sizes, or NaN or infinity
            among them.

    Example:
        >>> metrics.kernel_distance([[0], [1]], [[1], [2]])  # 1 + 27 - 2 (1 + 1 + 8 + 27)/4
        9.5

    Reference: Bińkowski et al. (2018), section 4; Gretton et al. (2012), equation 3.
    """
    a, b = as_pair(features_a, features_b)

    def kernel_sum(x, y, chunk=1000):  # in parts: all pairs at once would take gigabytes
        parts = (x[start : start + chunk] for start in range(0, len(x), chunk))
        return sum(((part @ y.T / x.shape[1] + 1) ** 3).sum() for part in parts)

    def mean_of_others(x):
        with_itself = (((x * x).sum(axis=1) / x.shape[1] + 1) ** 3).sum()
        return (kernel_sum(x, x) - with_itself) / (len(x) * (len(x) - 1))

    between = kernel_sum(a, b) / (len(a) * len(b))
    return float(mean_of_others(a) + mean_of_others(b) - 2 * between)


def kernel_distance_in_blocks(features_a, features_b, num_blocks=10, seed=0):
    """Kernel distance with its standard error, from blocks that share no sample.

    mean and standard deviation / √num_blocks of `kernel_distance` over num_blocks parts of both
    sets, drawn without replacement: each is unbiased by itself, so their mean is.

    Args:
        features_a, features_b: Shapes (m, d) and (n, d), at least two samples per block.
        num_blocks: At least 2. With more, the error is more reliable; with fewer, the distance.
        seed: Of the order in which samples are drawn.

    Returns:
        Two numbers: the distance, and its standard error.

    Raises:
        ValueError: Too few samples for so many blocks, features of two sizes, or NaN or infinity
            among them.

    Example:
        >>> metrics.kernel_distance_in_blocks([[0]] * 4, [[1]] * 4, num_blocks=2)  # 1 + 8 - 2
        (7.0, 0.0)

    Reference: Bińkowski et al. (2018), section 4, take the mean over blocks in the same way.
    """
    num_blocks = arguments.whole_number("num_blocks", num_blocks, at_least=2)
    a, b = as_pair(features_a, features_b, more_than=2 * num_blocks - 1)
    rng = np.random.default_rng(seed)
    blocks = [np.array_split(rng.permutation(x), num_blocks) for x in (a, b)]
    distances = [kernel_distance(*pair) for pair in zip(*blocks)]
    return float(np.mean(distances)), float(np.std(distances, ddof=1) / np.sqrt(num_blocks))
