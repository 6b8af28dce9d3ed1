"""Answers to lesson 07's exercises: right ones, and wrong ones with words of what they are told."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import tensorflow as tf
from keras import ops


def broad(e):
    return np.reshape(e, (-1, 1, 1, 1))


def blend(weight):
    """x̂ with these weights instead of ε."""

    def answer(r, f, e):
        w = weight(np.asarray(e))
        return w * np.asarray(r) + (1 - w) * np.asarray(f)

    return answer


def combined(combine):
    """What is made of real, fake and ε of (batch, 1, 1, 1)."""
    return lambda r, f, e: combine(np.asarray(r), np.asarray(f), broad(e))


def random_weights(*shape):
    """With an ε of one's own, of (batch, …)."""
    return blend(lambda e: np.random.default_rng(shape[0]).random((len(e), *shape)))


def image_by_image(r, f, e):
    return np.stack([e[k] * r[k] + (1 - e[k]) * f[k] for k in range(len(e))])


def in_place(r, f, e):
    x = np.array(f, dtype=float)
    for k in range(len(x)):
        x[k] += float(e[k]) * (np.asarray(r)[k] - x[k])
    return x


def norms(s, axis=(1, 2, 3)):
    return np.sqrt(np.sum(np.asarray(s, float) ** 2, axis=axis))


def of_norms(then, axis=(1, 2, 3)):
    return lambda s: then(norms(s, axis))


def penalty(n):
    return np.mean((n - 1) ** 2)


def penalty_by_a_loop(slopes):
    total = 0.0
    for slope in slopes:
        total += (np.linalg.norm(np.ravel(slope)) - 1) ** 2
    return total / len(slopes)


RIGHT = {
    "between": [
        image_by_image,
        in_place,
        lambda r, f, e: e[:, None, None, None] * r + (1 - e[:, None, None, None]) * f,
        lambda r, f, e: ops.reshape(e, (-1, 1, 1, 1)) * (r - f) + f,
        lambda r, f, e: tf.reshape(e, (-1, 1, 1, 1)) * r + (1 - tf.reshape(e, (-1, 1, 1, 1))) * f,
        lambda r, f, e: e.reshape(-1, 1, 1, 1) * r + (1 - e.reshape(-1, 1, 1, 1)) * f,
        lambda r, f, e: np.einsum("i,ijkl->ijkl", e, r) + np.einsum("i,ijkl->ijkl", 1 - e, f),
        lambda r, f, e: (e * r.T + (1 - e) * f.T).T,
        lambda r, f, e: np.expand_dims(e, (1, 2, 3)) * (r - f) + f,
        lambda r, f, e: r - (1 - e.reshape((len(e),) + (1,) * (r.ndim - 1))) * (r - f),
    ],
    "penalty_of": [
        penalty_by_a_loop,
        of_norms(penalty),
        lambda s: ((np.linalg.norm(s.reshape(len(s), -1), axis=1) - 1) ** 2).mean(),
        lambda s: ops.mean((ops.sqrt(ops.sum(s**2, axis=(1, 2, 3)) + 1e-12) - 1) ** 2),
        lambda s: ops.mean((ops.sqrt(ops.maximum(ops.sum(s**2, (1, 2, 3)), 1e-12)) - 1) ** 2),
        lambda s: ops.mean((ops.sqrt(ops.sum(s**2, (1, 2, 3), keepdims=True)) - 1) ** 2),
        lambda s: ops.mean(ops.square(ops.norm(ops.reshape(s, (s.shape[0], -1)), axis=-1) - 1)),
        lambda s: tf.reduce_mean((tf.norm(tf.reshape(s, (len(s), -1)), axis=1) - 1) ** 2),
        lambda s: tf.reduce_mean((tf.sqrt(tf.reduce_sum(tf.square(s), [1, 2, 3])) - 1.0) ** 2),
        lambda s: np.mean([(np.sqrt((g**2).sum()) - 1) ** 2 for g in s]),
        lambda s: np.var(norms(s)) + (norms(s).mean() - 1) ** 2,
    ],
    "clipped_slope": [
        *(0.28, 28 / 100, np.sqrt(784) * 0.01, np.linalg.norm([0.01] * 784), [0.28], 0.2801),
        *(Fraction(7, 25), Decimal("0.28"), np.float32(0.28), tf.constant(0.28), np.array([0.28])),
    ],
    "images_used": [
        *(320_000, 320_000.0, 5 * 64 * 1000, 3.2e5, np.int64(320_000), [320_000]),
        *(Fraction(320_000), np.array([320_000]), tf.constant(320_000)),
    ],
}
WRONG = {
    "between": [
        (lambda r, f, e: ops.reshape(e, (-1, 1, 1, 1)) * (f - r) + r, "swapped"),
        (lambda r, f, e: 0.5 * r + 0.5 * f, "half-way"),
        (blend(np.mean), "mean weight"),
        (lambda r, f, e: e[0] * (r - f) + f, "of the first"),
        (lambda r, f, e: e * r + (1 - e) * f, "raised"),
        (lambda r, f, e: e[:, None] * r + (1 - e[:, None]) * f, "the columns of pixels"),
        (lambda r, f, e: e[:, None, None] * r + (1 - e[:, None, None]) * f, "the rows of pixels"),
        (blend(lambda e: e[:, None, None, None, None]), "every ε met every image"),
        (lambda r, f, e: ops.reshape(e, (-1, 1, 1, 1)) * (r + f), "add up to 1; here it is ε"),
        (combined(lambda r, f, e: e * r + f), "add up to 1; here it is 1."),
        (combined(lambda r, f, e: e * r + (1 + e) * f), "add up to 1; here it is 1 + ε"),
        (combined(lambda r, f, e: e * r - (1 - e) * f), "The second part is subtracted"),
        (combined(lambda r, f, e: e * r), "part of the fake image is missing"),
        (combined(lambda r, f, e: e * (r - f)), "the fake image itself is missing"),
        (combined(lambda r, f, e: e * (r - f) + r), "past the real image"),
        (lambda r, f, e: r, "These are the real images"),
        (lambda r, f, e: f, "These are the fake images"),
        (
            combined(lambda r, f, e: (e * r + (1 - e) * f).reshape(len(r), -1)),
            "The images are left flat",
        ),
        (combined(lambda r, f, e: (e * r + (1 - e) * f).mean(axis=0)), "The mean over the batch"),
        (random_weights(1, 1, 1), "got"),
        (lambda r, f, e: random_weights(*r.shape[1:])(r, f, e), "got"),
    ],
    "penalty_of": [
        (
            lambda s: ops.mean((ops.norm(ops.reshape(s, (-1, 2)), axis=1) - 1) ** 2),
            "each *pixel* of two channels",
        ),
        (of_norms(penalty, 3), "over the channels only, so that each *pixel*"),
        (of_norms(penalty, 1), "axis 1 only"),
        (of_norms(penalty, 2), "axis 2 only"),
        (lambda s: penalty(np.linalg.norm(s, axis=(1, 2))), "each *channel*"),
        (of_norms(penalty, (2, 3)), "each *row*"),
        (of_norms(penalty, 0), "over the batch, axis 0"),
        (lambda s: (ops.sqrt(ops.sum(s**2)) - 1) ** 2, "whole batch"),
        (lambda s: penalty(np.linalg.norm(s[..., 0], axis=(1, 2))), "the first channel"),
        (lambda s: ops.mean((ops.sum(s**2, axis=(1, 2, 3)) - 1) ** 2), "root is missing"),
        (lambda s: ops.mean(ops.sum(s**2, axis=(1, 2, 3))), "R1 has it (but for ½)"),
        (of_norms(lambda n: np.mean(n**2) / 2), "This is R1"),
        (
            lambda s: (ops.sqrt(ops.sum(s**2, axis=(1, 2, 3))) - 1) ** 2,
            "numbers whose mean was asked for",
        ),
        (
            lambda s: ops.mean(ops.relu(ops.sqrt(ops.sum(s**2, axis=(1, 2, 3))) - 1) ** 2),
            "Only slopes above 1 cost here; the paper's penalty is two-sided",
        ),
        (of_norms(lambda n: np.mean(np.minimum(0, n - 1) ** 2)), "Only slopes below 1 cost"),
        (of_norms(lambda n: 10 * penalty(n)), "λ = 10 is left in"),
        (of_norms(lambda n: penalty(n) / 2), "0.5 times"),
        (of_norms(lambda n: np.sum((n - 1) ** 2)), "The sum over the batch"),
        (of_norms(lambda n: np.mean(n) - 1), "The square of (norm - 1) is missing"),
        (of_norms(lambda n: np.mean(n**2) - 1), "Only the norm is squared"),
        (of_norms(lambda n: np.mean(np.abs(n - 1))), "the mean of |norm - 1|"),
        (of_norms(lambda n: (np.mean(n) - 1) ** 2), "taken before the square"),
        (of_norms(np.mean), "This is the mean norm"),
        (norms, "These are the norms"),
        (of_norms(lambda n: np.mean(np.maximum(0, n - 1))), "not by their square"),
        (of_norms(lambda n: np.sqrt(penalty(n))), "square root"),
        (of_norms(lambda n: np.mean((n + 1) ** 2)), "1 is added"),
        (of_norms(lambda n: -penalty(n)), "The sign is turned around"),
        (lambda s: np.mean((s - 1) ** 2), "each number of the gradient is asked to be 1"),
        (lambda s: penalty(np.abs(s).sum((1, 2, 3))), "absolute values"),
        (lambda s: penalty(s.sum(axis=(1, 2, 3))), "the numbers themselves"),
        (lambda s: penalty(np.abs(s).max(axis=(1, 2, 3))), "the largest number"),
        (lambda s: penalty(np.sqrt((s**2).mean(axis=(1, 2, 3)))), "Pixels are averaged"),
        (lambda s: np.mean(((s - 1) ** 2).sum(axis=(1, 2, 3))), "1 is subtracted from each"),
        (of_norms(np.var), "got"),
        (of_norms(lambda n: (n[0] - 1) ** 2), "got"),
    ],
    "clipped_slope": [
        (0.01, "one weight"),
        (0.0001, "less than one weight"),
        (7.84, "added up"),
        (0.0784, "squared norm"),
        (28, "not 1"),
        (2.8, "not 0.1"),
        (0.56, "not 0.02"),
        (784, "the number of pixels"),
        (-0.28, "never negative"),
        ([0.01] * 784, "These are the weights"),
        (1, "out of reach"),
        (0.3, "not right"),
        ("0.28", "Got a str"),
        (lambda: 0.28, "Got a function"),
    ],
    "images_used": [
        (64_000, "takes five"),
        (5000, "the number of critic steps; each takes a batch"),
        (1000, "the number of generator steps"),
        (384_000, "not six"),
        (320, "one generator step"),
        (64, "a single batch"),
        (640_000, "Fake images are counted"),
        (192_000, "three critic steps"),
        (12_800, "instead of dividing"),
        (60_000, "not right"),
        ("320,000", "Got a str"),
        (lambda: 320_000, "Got a function"),
    ],
}
