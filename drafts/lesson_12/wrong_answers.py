"""What goes into tests/wrong_answers.py with lesson 12."""

import numpy as np
from keras import ops


def _window(w, A, B, C, a):
    zero = 0 * w[:1]
    return np.vstack([zero, w[:-1]]) @ A + w @ B + np.vstack([w[1:], zero]) @ C + a


WRONG = {
    "lesson_12.caption_vector": [
        (lambda w, A, B, C, a: (w + np.maximum(_window(w, C, B, A, a), 0)).sum(0), "exchanged"),
        (lambda w, A, B, C, a: np.maximum(_window(w, A, B, C, a), 0).sum(0), "left out"),
        (lambda w, A, B, C, a: w.sum(0) + _window(w, A, B, C, a).sum(0), "ReLU is left out"),
        (lambda w, A, B, C, a: np.maximum(w + _window(w, A, B, C, a), 0).sum(0), "window alone"),
        (lambda w, A, B, C, a: (w + np.maximum(_window(w, A, B, C, a), 0)).mean(0), "the mean"),
        (lambda w, A, B, C, a: (w + np.maximum(w @ B + a, 0)).sum(0), "each word by itself"),
        (lambda w, A, B, C, a: w + np.maximum(_window(w, A, B, C, a), 0), "shape"),
        (lambda w, A, B, C, a: w.sum(0), "got "),
    ],
    "lesson_12.right_caption_loss": [
        (lambda x: ops.mean(x[:, 0] - ops.logsumexp(x, axis=1)), "The sign"),
        (lambda x: ops.mean(ops.logsumexp(x[:, 1:], axis=1) - x[:, 0]), "can exceed 1"),
        (lambda x: -ops.mean(ops.log_softmax(x, axis=1)[:, -1]), "takes the last"),
        (lambda x: ops.sum(ops.logsumexp(x, axis=1) - x[:, 0]), "sum over the batch"),
        (lambda x: ops.mean(ops.softmax(x, axis=1)[:, 0]), "not minus its log"),
        (lambda x: ops.logsumexp(x, axis=1) - x[:, 0], "shape"),
        (lambda x: ops.mean(ops.softplus(x[:, 1:])), "only compete"),
    ],
    "lesson_12.all_right": [
        (lambda a, r: np.all(a == r, axis=1).mean(), "counts as wrong"),
        (lambda a, r: ((a == r) | (a == -1)).mean(), "right attributes"),
        (lambda a, r: ((a == r) | (a == -1)).any(axis=1).mean(), "enough"),
        (lambda a, r: ((a == r) | (a == -1)).all(axis=1).sum(), "divide"),
        (lambda a, r: ((a == r) | (a == -1)).all(axis=1), "shape"),
    ],
    "lesson_12.right_by_chance": [
        ((0.1, 6400), "seven colours"),
        ((0.1, 73), "not added"),
        ((0.1, 100), "colours were left out"),
        ((0.1, 800), "background was left out"),
        ((0.1, 1 / 5600), "is a share"),
        ((5600, 0.1), "other order"),
        (0.1, "shape"),
    ],
}
