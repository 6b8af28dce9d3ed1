"""Nearest neighbours and pairs: copies of the training set, and diversity."""

import numpy as np


def nearest_neighbors(queries, references, chunk=500):
    """Index of, and Euclidean distance to, each query's nearest reference.

    Args:
        queries, references: Shapes (m, ...) and (n, ...), flattened from the second axis on.
        chunk: Queries treated at once; bounds the memory to chunk · n numbers.

    Returns:
        Indices of shape (m,) and float32 distances of shape (m,).
    """
    queries = np.asarray(queries, "float32").reshape(len(queries), -1)
    references = np.asarray(references, "float32").reshape(len(references), -1)
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


def diversity_ratio(generated, real):
    """Spread of generated images in pixel space, compared with real ones.

    ratio = mean distance of pairs of generated images / the same of real images

    A generator that ignores z, or has collapsed to one image, scores 0; real data scores 1.

    Args:
        generated, real: Shapes (num, ...); the first half is paired with the second half.

    Returns:
        Number, at least 0.
    """

    def mean_pair_distance(images):
        flat = np.asarray(images, "float32").reshape(len(images), -1)
        half = len(flat) // 2
        return np.linalg.norm(flat[:half] - flat[half : 2 * half], axis=1).mean()

    return float(mean_pair_distance(generated) / mean_pair_distance(real))
