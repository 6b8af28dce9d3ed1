"""Nearest neighbours: copies of the training set."""

import numpy as np
from scipy.stats import mannwhitneyu

from .features import check_enough


def nearest_neighbors(queries, references, chunk=500):
    """Index of, and Euclidean distance to, each query's nearest reference.

    Args:
        queries, references: Shapes (m, ...) and (n, ...), flattened from the second axis on.
        chunk: Queries treated at once; bounds the memory to chunk · n numbers.

    Returns:
        Indices of shape (m,) and float32 distances of shape (m,).
    """
    check_enough(1, query=queries, reference=references)
    queries = np.asarray(queries, "float32").reshape(len(queries), -1)
    references = np.asarray(references, "float32").reshape(len(references), -1)
    if queries.shape[1] != references.shape[1] or not np.isfinite(queries).all():
        raise ValueError(
            f"Got queries of {queries.shape[1]} numbers and references of {references.shape[1]}; "
            "expected the same size, and no NaN or infinity."
        )
    lengths = np.einsum("ij,ij->i", references, references)
    indices = np.empty(len(queries), int)
    for start in range(0, len(queries), chunk):
        part = queries[start : start + chunk]
        indices[start : start + chunk] = (lengths - 2 * part @ references.T).argmin(axis=1)
    return indices, np.linalg.norm(queries - references[indices], axis=1)


def copy_ratio(generated, held_out, training):
    """How near generated images lie to the training set, compared with new real images.

    ratio = median distance(generated → training) / median distance(held out → training)

    0 is a copy; 1 is as far as new real data lies. Blurry images lie near many others, so a value
    a little under 1 is no copying; judge it beside a look at the pairs.

    Args:
        generated, held_out, training: Images of the same shape and scale.

    Returns:
        Number, at least 0.
    """
    _, from_generated = nearest_neighbors(generated, training)
    _, from_held_out = nearest_neighbors(held_out, training)
    return float(np.median(from_generated) / np.median(from_held_out))


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

    Reference: Meehan, Chaudhuri & Dasgupta (2020), with a single cell.
    """
    _, from_generated = nearest_neighbors(generated, training)
    _, from_held_out = nearest_neighbors(held_out, training)
    m, n = len(from_generated), len(from_held_out)
    u = mannwhitneyu(from_generated, from_held_out).statistic
    return float((u - m * n / 2) / np.sqrt(m * n * (m + n + 1) / 12))
