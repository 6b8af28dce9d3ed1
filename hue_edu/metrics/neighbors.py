"""Nearest neighbours: copies of the training set."""

import numpy as np
from scipy.stats import mannwhitneyu

from .contracts import as_distances, as_samples, as_whole, check_enough


def nearest_neighbors(queries, references, chunk=500, own=None):
    """Index of, and Euclidean distance to, each query's nearest reference.

    Args:
        queries, references: Shapes (m, ...) and (n, ...), flattened from the second axis on; with
            four axes they are images, and must lie in [-1, 1].
        chunk: Queries treated at once, at least 1; bounds the memory to chunk · n numbers.
        own: Where the queries are among the references, the place of each, shape (m,): a query is
            not its own neighbour then. None where they are other ones.

    Returns:
        Indices of shape (m,) and float32 distances of shape (m,).

    Raises:
        ValueError: No query, no reference (or only one, with `own`), samples of two sizes, images
            of another scale, or NaN or infinity.

    Example:
        >>> indices, distances = metrics.nearest_neighbors([[0.0], [9.0]], [[1.0], [7.0]])
        >>> print(indices, distances)
        [0 1] [1. 2.]
    """
    check_enough(1 if own is None else 2, reference=references)
    queries, references = as_samples(query=queries, reference=references)
    (chunk,) = as_whole(chunk=chunk)
    if references.dtype == np.float64:  # far from 0, products would swamp differences
        queries, references = (
            queries - references.mean(axis=0),
            references - references.mean(axis=0),
        )
    lengths = np.einsum("ij,ij->i", references, references)
    indices = np.empty(len(queries), int)
    for start in range(0, len(queries), chunk):
        part = queries[start : start + chunk]
        less = lengths - 2 * part @ references.T  # squared distances, less ‖query‖²
        if own is not None:
            less[np.arange(len(part)), own[start : start + chunk]] = np.inf
        indices[start : start + chunk] = less.argmin(axis=1)
    distances = np.linalg.norm(queries - references[indices], axis=1)
    return indices, distances.astype("float32")


def copy_ratio(generated, held_out, training):
    """How near generated images lie to the training set, compared with new real images.

    ratio = median distance(generated → training) / median distance(held out → training)

    0 is a copy; 1 is as far as new real data lies. Blurry images lie near many others, so a value
    a little under 1 does not mean copying; look at the pairs as well.

    Args:
        generated, held_out, training: Images of one shape in [-1, 1], or other samples, as
            `nearest_neighbors` takes them.

    Returns:
        Number, at least 0.

    Raises:
        ValueError: As `nearest_neighbors` and `distance_ratio`.

    Example:
        >>> training, held_out = [[0.0], [10.0]], [[2.0], [8.0]]  # images of one pixel
        >>> metrics.copy_ratio([[0.0], [10.0]], held_out, training)  # copies
        0.0
        >>> metrics.copy_ratio([[1.0], [9.0]], held_out, training)  # half as far as new data
        0.5
    """
    return distance_ratio(
        nearest_neighbors(generated, training)[1], nearest_neighbors(held_out, training)[1]
    )


def distance_ratio(from_generated, from_real):
    """`copy_ratio` of distances to the nearest training image that were found already.

    Args:
        from_generated, from_real: Distances, at least 0; shapes (m,) and (n,).

    Returns:
        Number, at least 0.

    Raises:
        ValueError: Half of the real images or more have a double among the training images, or
            what is given are no distances.

    Example:
        >>> metrics.distance_ratio([0.5, 1.0, 1.5], [1.0, 2.0, 9.0])  # of medians: 1/2
        0.5
    """
    from_generated, from_real = as_distances(generated=from_generated, real=from_real)
    if np.median(from_real) == 0:
        raise ValueError(
            "Half of the real images or more have a duplicate among the training images, so no "
            "distance is left to compare with; take the duplicates out."
        )
    return float(np.median(from_generated) / np.median(from_real))


def copying_z(generated, held_out, training):
    """Test for copies of the training set: are generated samples nearer to it than new real ones?

    z = (U - mn/2) / √(mn (m + n + 1) / 12), with U the number of pairs in which the generated
    sample lies further from the training set than the held-out one (Mann-Whitney)

    Args:
        generated, held_out, training: Shapes (m, ...), (n, ...) and (num, ...): pixels or features.

    Returns:
        About 0, within ±3, if generated samples lie as far away as new data; far below, they are
        copies; far above, they miss the data. It sees many near copies among few samples, not one
        copy among many: look at the nearest pairs too.

    Raises:
        ValueError: As `nearest_neighbors`.

    Example:
        >>> generated, held_out = [[0.1], [0.2], [0.3]], [[1.0], [2.0], [3.0]]
        >>> round(metrics.copying_z(generated, held_out, training=[[0.0]]), 3)  # -4.5/√5.25
        -1.964

    Reference: Meehan, Chaudhuri & Dasgupta (2020), with a single cell.
    """
    return distance_z(
        nearest_neighbors(generated, training)[1], nearest_neighbors(held_out, training)[1]
    )


def distance_z(from_generated, from_real):
    """`copying_z` of distances to the nearest training image that were found already.

    Args:
        from_generated, from_real: Distances, at least 0; shapes (m,) and (n,).

    Returns:
        Number, as `copying_z`.

    Raises:
        ValueError: What is given are no distances.

    Example:
        >>> metrics.distance_z([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])  # as far away as new data
        0.0
    """
    from_generated, from_real = as_distances(generated=from_generated, real=from_real)
    m, n = len(from_generated), len(from_real)
    u = mannwhitneyu(from_generated, from_real).statistic
    return float((u - m * n / 2) / np.sqrt(m * n * (m + n + 1) / 12))
