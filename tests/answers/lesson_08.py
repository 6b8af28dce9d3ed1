"""Answers to the exercises of lesson 08, as learners write them."""

from fractions import Fraction

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import rel_entr
from scipy.stats import entropy

from hue_edu import metrics


def pairs_in_a_loop(kernel):
    n, total, pairs = len(kernel), 0.0, 0
    for i in range(n):
        for j in range(n):
            if i != j:
                total, pairs = total + kernel[i, j], pairs + 1
    return total / pairs


def pairs_without_nan(kernel):
    np.fill_diagonal(kernel, np.nan)
    return np.nanmean(kernel)


def off_diagonal(kernel):
    return kernel.sum() - np.trace(kernel)


def recall_in_a_loop(distances, radii):
    inside = 0
    for row in distances:
        inside += any(distance <= radius for distance, radius in zip(row, radii))
    return inside / len(distances)


def recall_tensorflow(distances, radii):
    inside = tf.reduce_any(distances <= radii[tf.newaxis, :], axis=1)
    return tf.reduce_mean(tf.cast(inside, "float32"))


def recall_of_nearest(distances, radii):
    nearest = distances.argmin(axis=1)
    return (distances.min(axis=1) <= radii[nearest]).mean()


def divergence(p, q):
    return (p * (np.log(p) - np.log(q))).sum(axis=1)


def score_in_a_loop(probabilities):
    marginal = sum(probabilities) / len(probabilities)
    total = 0.0
    for p in probabilities:
        for p_class, share in zip(p, marginal):
            total += p_class * np.log(p_class / share)
    return np.exp(total / len(probabilities))


def score_tensorflow(probabilities):
    marginal = tf.reduce_mean(probabilities, axis=0, keepdims=True)
    kl = tf.reduce_sum(probabilities * tf.math.log(probabilities / marginal), axis=-1)
    return tf.exp(tf.reduce_mean(kl))


def score_keras(probabilities):
    marginal = ops.mean(probabilities, axis=0, keepdims=True)
    kl = ops.sum(probabilities * (ops.log(probabilities) - ops.log(marginal)), axis=1)
    return ops.exp(ops.mean(kl))


RIGHT = {
    "mean_of_pairs": [
        lambda k: off_diagonal(k) / (len(k) * (len(k) - 1)),
        lambda k: (ops.sum(k) - ops.trace(k)) / (k.shape[0] * (k.shape[0] - 1)),
        lambda k: (
            (tf.reduce_sum(k) - tf.linalg.trace(k)) / tf.cast(len(k) * (len(k) - 1), "float32")
        ),
        pairs_in_a_loop,
        pairs_without_nan,
        lambda k: k[~np.eye(len(k), dtype=bool)].mean(),
        lambda k: (k * (1 - np.eye(len(k)))).sum() / (len(k) ** 2 - len(k)),
        lambda k: k[np.triu_indices(len(k), 1)].mean(),
        lambda k: 2 * np.triu(k, 1).sum() / len(k) / (len(k) - 1),
        lambda k: (np.mean(k) - np.diag(k).mean() / len(k)) * len(k) / (len(k) - 1),
        lambda k: ((k.sum(axis=1) - k.diagonal()) / (len(k) - 1)).mean(),
    ],
    "recall": [
        lambda d, r: (d <= r).any(axis=1).mean(),
        lambda d, r: (d < r).any(axis=1).mean(),
        lambda d, r: ops.mean(ops.cast(ops.any(d <= r, axis=1), "float32")),
        recall_tensorflow,
        recall_in_a_loop,
        lambda d, r: np.mean((d - r[None, :]).min(axis=1) <= 0),
        lambda d, r: ((d / r).min(axis=1) <= 1).mean(),
        lambda d, r: np.count_nonzero(((d <= r).sum(axis=1)) > 0) / len(d),
        lambda d, r: (r[:, None] >= d.T).any(axis=0).astype(float).mean(),
        lambda d, r: 1 - (d > r).all(axis=1).mean(),
    ],
    "endless": [
        4,
        4.0,
        Fraction(4),
        np.float32(4),
        [4.0],
        2 * 7 - 10,
        np.polyfit([1 / 500, 1 / 1000], [10, 7], 1)[1],
        np.linalg.solve([[1, 1 / 500], [1, 1 / 1000]], [10, 7])[0],
        3.99,
        7 - 3,
    ],
    "inception_score": [
        lambda p: np.exp(divergence(p, p.mean(axis=0)).mean()),
        score_keras,
        score_tensorflow,
        score_in_a_loop,
        lambda p: np.exp(entropy(p.mean(axis=0)) - entropy(p, axis=1).mean()),
        lambda p: np.exp(np.mean([entropy(each, p.mean(axis=0)) for each in p])),
        lambda p: np.exp(rel_entr(p, p.mean(axis=0)).sum(axis=1).mean()),
        lambda p: metrics.inception_score(np.log(p)),
        lambda p: 2 ** (p * np.log2(p / p.mean(0))).sum(1).mean(),
        lambda p: np.exp((p * np.log(p / p.mean(0))).sum() / len(p)),
        lambda p: np.exp((p * np.log(p) - p.mean(0) * np.log(p.mean(0))).sum(axis=1).mean()),
        lambda p: np.exp(np.mean(np.sum(p * np.log(p / p.mean(0) + 1e-8), axis=-1))),
        lambda p: ops.exp(
            ops.mean(keras.losses.kl_divergence(p, ops.mean(p, axis=0, keepdims=True)))
        ),
    ],
}

WRONG = {
    "mean_of_pairs": [
        (lambda k: k.mean(), "itself too"),
        (lambda k: off_diagonal(k) / len(k) ** 2, "still counted"),
        (lambda k: off_diagonal(k) / len(k), "divided by n, as if"),
        (lambda k: off_diagonal(k) / (len(k) - 1), "divided by n - 1, the"),
        (lambda k: off_diagonal(k) / (len(k) - 1) ** 2, "(n - 1)²"),
        (lambda k: off_diagonal(k) / len(k) / (len(k) + 1), "n (n + 1)"),
        (lambda k: k.sum() / (len(k) * (len(k) - 1)), "not in the count"),
        (lambda k: off_diagonal(k), "sum is returned"),
        (lambda k: np.triu(k, 1).sum() / (len(k) * (len(k) - 1)), "once, but in the count twice"),
        (lambda k: 2 * off_diagonal(k) / (len(k) * (len(k) - 1)), "twice, but only once"),
        (lambda k: k[np.triu_indices(len(k))].mean(), "triangle with the diagonal"),
        (lambda k: np.triu(k, 1).mean(), "all n² entries"),
        (lambda k: (k.sum() - len(k)) / (len(k) * (len(k) - 1)), "held ones"),
        (lambda k: (k.sum(axis=1) - np.diag(k)) / (len(k) - 1), "one mean per row"),
        (lambda k: k.mean() - np.diag(k).mean(), "Subtract the sums first"),
        (lambda k: k.mean() - np.trace(k), "The trace, a sum"),
        (lambda k: np.trace(k) / len(k), "part to leave out"),
        (lambda k: k[0, 1:].mean(), "Only the first row"),
        (lambda k: (k.sum() - k.max(axis=1).sum()) / (len(k) * (len(k) - 1)), "got"),
        (lambda k: k - np.diag(np.diag(k)), "set to 0"),
        (lambda k: (k - np.diag(np.diag(k))).mean(axis=1), "shape"),
    ],
    "recall": [
        (lambda d, r: (d <= r).any(axis=0).mean(), "other one"),
        (lambda d, r: (d <= r).mean(), "share of pairs"),
        (lambda d, r: (d <= r).all(axis=1).mean(), "one is enough"),
        (lambda d, r: (d >= r).any(axis=1).mean(), "above the radius"),
        (lambda d, r: (d > r).all(axis=1).mean(), "in *no* ball"),
        (lambda d, r: (d <= r).any(axis=1).sum(), "number is returned"),
        (lambda d, r: (d <= r).any(axis=1), "one truth value per"),
        (lambda d, r: (d <= r).any().mean(), "*any* real sample"),
        (
            lambda d, r: (d <= r).sum(axis=1).mean(),
            "balls around a real sample, on average",
        ),
        (
            lambda d, r: (d <= r).sum(axis=0).mean(),
            "real samples in a ball, on average",
        ),
        (lambda d, r: (d <= r).sum(axis=1).mean() / 3, "got"),
        (
            lambda d, r: (d <= r).any(axis=1).sum() / len(r),
            "number of *generated*",
        ),
        (recall_of_nearest, "nearest generated"),
        (lambda d, r: (d.min(axis=1) <= r.max()).mean(), "largest radius"),
        (lambda d, r: (d.min(axis=1) <= r.mean()).mean(), "mean radius"),
        (lambda d, r: (d.min(axis=1) <= r.min()).mean(), "smallest radius"),
        (lambda d, r: (d <= r**2).any(axis=1).mean(), "radii are squared"),
        (
            lambda d, r: (d**2 <= r).any(axis=1).mean(),
            "distances are squared",
        ),
        (lambda d, r: 100 * (d <= r).any(axis=1).mean(), "100 times"),
        (lambda d, r: (d <= r[:, None]).any(axis=1).mean(), "raised"),
        (lambda d, r: (d.min(axis=1) <= r).mean(), "raised"),
    ],
    "endless": [
        (3, "bias itself"),
        (6, "bias at 500"),
        (7, "7 still holds"),
        (5.5, "2,000 samples"),
        (3000, "That is c."),
        (1500, "3 · 500"),
        (13, "below 7"),
        (0, "tends to 0"),
        (8.5, "mean of the two"),
        (4.9, "same factor"),
        (-0.243, "c/√n"),
        (1, "taken from the distance at"),
        (3.5, "half of 7"),
        (float("-inf"), "infinite"),
        (lambda n: 4 + 3000 / n, "Got a function"),
        (10, "10 still holds"),
    ],
    "inception_score": [
        (lambda p: divergence(p, p.mean(axis=0)).mean(), "exponential is missing"),
        (lambda p: np.exp(divergence(p.mean(axis=0)[None], p).mean()), "other way"),
        (lambda p: np.exp(divergence(p, p.mean(axis=0))).mean(), "comes last"),
        (lambda p: np.exp(divergence(p, p.mean(axis=0))), "one number per row"),
        (lambda p: np.exp(divergence(p, p.mean(axis=0)).sum()), "added up"),
        (lambda p: np.exp(divergence(p, p.mean(axis=1, keepdims=True)).mean()), "taken as even"),
        (lambda p: np.exp((p * np.log(p / p.mean(0))).mean()), "within a row"),
        (lambda p: np.exp((p * np.log(p / p.mean(0))).sum(axis=0).mean()), "Rows are summed"),
        (lambda p: np.exp(-divergence(p, p.mean(axis=0)).mean()), "wrong sign"),
        (lambda p: np.exp(entropy(p.mean(axis=0))), "only the entropy of p(y)"),
        (lambda p: np.exp(entropy(p, axis=1).mean()), "only the mean entropy"),
        (lambda p: np.exp(-entropy(p, axis=1).mean()), "only minus the mean"),
        (lambda p: np.exp(entropy(p.mean(axis=0)) + entropy(p, axis=1).mean()), "subtract it"),
        (lambda p: np.exp((p * np.log2(p / p.mean(0))).sum(1).mean()), "exponential has base e"),
        (lambda p: 2 ** (p * np.log(p / p.mean(0))).sum(1).mean(), "power has base 2"),
        (lambda p: metrics.inception_score(p), "softmax"),
        (lambda p: np.exp(divergence(p, p.sum(axis=0)).mean()), "sum of the rows"),
        (lambda p: np.exp((np.log(p) - np.log(p.mean(0))).sum(1).mean()), "not weighted"),
        (
            lambda p: np.exp(entropy(p.mean(axis=0)) - entropy(p, axis=0).mean()),
            "entropy of each column",
        ),
        (lambda p: np.exp(entropy(p.mean(axis=1)) - entropy(p, axis=1).mean()), "got"),
        (lambda p: np.exp(divergence(np.ones_like(p) / p.shape[1], p).mean()), "got"),
        (lambda p: p.max(axis=1).mean(), "how sure the rows"),
        (
            lambda p: np.exp((p.mean(0) * np.log(p / p.mean(0))).sum(1).mean()),
            "weighted by p(y) instead",
        ),
    ],
}
