"""Exercises of lesson 12: a window of words, the right caption, who obeys, and chance."""

import numpy as np
from keras import ops

from .exercise import formula, value


def _heard(rng, num):
    return rng.normal(size=(num + 2, 3)), *rng.normal(size=(3, 3, 3)), rng.normal(size=3)


def _neighbours(words):
    nothing = np.zeros_like(words[:1])
    return np.concatenate([nothing, words[:-1]]), np.concatenate([words[1:], nothing])


def _window(words, A, B, C, a):
    before, after = _neighbours(words)
    return before @ A + words @ B + after @ C + a


@formula(
    task="Write a caption's vector, of (units,): the sum over the words of "
    "w_i + ReLU(w_{i-1} A + w_i B + w_{i+1} C + a). Beyond both ends stand zeros.",
    hints=(
        "Neighbours: `np.concatenate([zeros, words[:-1]])` holds w_{i-1} in row i.",
        "The window: `before @ A + words @ B + after @ C + a`; then `np.maximum(…, 0)`.",
        "Add the words themselves, and sum over axis 0.",
    ),
    shows="The sum alone would not know an order; the window makes neighbours count.",
    inputs=_heard,
    wrong={
        "Before and after are exchanged: A belongs to the word before.": (
            lambda w, A, B, C, a: (w + np.maximum(_window(w, C, B, A, a), 0)).sum(axis=0)
        ),
        "The words themselves are left out: w_i + ReLU(…).": (
            lambda w, A, B, C, a: np.maximum(_window(w, A, B, C, a), 0).sum(axis=0)
        ),
        "The ReLU is left out: then the sum knows no order but at the ends.": (
            lambda w, A, B, C, a: (w + _window(w, A, B, C, a)).sum(axis=0)
        ),
        "The ReLU took in the word as well; it belongs to the window alone.": (
            lambda w, A, B, C, a: np.maximum(w + _window(w, A, B, C, a), 0).sum(axis=0)
        ),
        "This is the mean; the sum was asked for.": (
            lambda w, A, B, C, a: (w + np.maximum(_window(w, A, B, C, a), 0)).mean(axis=0)
        ),
        "The neighbours are left out: each word by itself.": (
            lambda w, A, B, C, a: (w + np.maximum(w @ B + a, 0)).sum(axis=0)
        ),
        "The neighbours of the ends wrap around; beyond the ends stand zeros.": (
            lambda w, A, B, C, a: (
                w
                + np.maximum(np.roll(w, 1, axis=0) @ A + w @ B + np.roll(w, -1, axis=0) @ C + a, 0)
            ).sum(axis=0)
        ),
        "`a` is left out.": (
            lambda w, A, B, C, a: (w + np.maximum(_window(w, A, B, C, 0 * a), 0)).sum(axis=0)
        ),
    },
    tensors=False,
)
def caption_vector(words, A, B, C, a):
    nothing = np.zeros_like(words[:1])
    before, after = np.concatenate([nothing, words[:-1]]), np.concatenate([words[1:], nothing])
    return (words + np.maximum(before @ A + words @ B + after @ C + a, 0)).sum(axis=0)


def _logits(rng, num):
    return (2 * rng.normal(size=(num, 5)),)


def _picked(logits):
    return ops.logsumexp(logits, axis=1) - logits[:, 0]


@formula(
    task="From `logits` of (batch, 1 + K), the right caption first, return the mean of -log of the "
    "softmax probability of the right one.",
    hints=(
        "For one picture: log Σ exp(l_k) - l_0, over all captions, the right one among them.",
        "`ops.logsumexp(logits, axis=1) - logits[:, 0]`, then the mean over the batch.",
    ),
    shows="Only differences between captions count. D that cannot tell has log(1 + K).",
    inputs=_logits,
    wrong={
        "The sign: log p is at most 0; a loss is -log p.": lambda x: -ops.mean(_picked(x)),
        "The right caption belongs into the sum, too, or p can exceed 1.": (
            lambda x: ops.mean(ops.logsumexp(x[:, 1:], axis=1) - x[:, 0])
        ),
        "The right caption is the first, column 0; this takes the last.": (
            lambda x: ops.mean(ops.logsumexp(x, axis=1) - x[:, -1])
        ),
        "The probabilities were summed over the batch; each picture has its own.": (
            lambda x: ops.mean(ops.logsumexp(x, axis=0)[0] - x[:, 0])
        ),
        "This is the sum over the batch; the mean was asked for.": lambda x: ops.sum(_picked(x)),
        "This is the probability, not minus its log.": (
            lambda x: ops.mean(ops.softmax(x, axis=1)[:, 0])
        ),
        "This is the loss of wrong captions as fakes; here they only compete with the right one.": (
            lambda x: ops.mean(ops.softplus(x[:, 1:]))
        ),
    },
)
def right_caption_loss(logits):
    return ops.mean(ops.logsumexp(logits, axis=1) - logits[:, 0])


def _asked_and_read(rng, num):
    asked = rng.integers(-1, 3, (8 * num, 5))
    read = np.where(rng.random(asked.shape) < 0.8, asked, rng.integers(0, 3, asked.shape))
    return asked, np.maximum(read, 0)


@formula(
    task="From `asked` and `read`, whole numbers of (num, 5), return the share of pictures in "
    "which every named attribute is right. -1 in `asked` is open: any value is right.",
    hints=(
        "Attribute by attribute: `(read == asked) | (asked == -1)`, of (num, 5).",
        "A picture is right if all five are: `.all(axis=1)`; then the mean.",
    ),
    shows="All at once is a hard measure: five attributes right in .98 each make .90 together.",
    inputs=_asked_and_read,
    wrong={
        "What is open counts as wrong here; any value is right.": (
            lambda a, r: (a == r).all(axis=1).mean()
        ),
        "This is the share of right attributes, not of pictures that are right in all.": (
            lambda a, r: ((a == r) | (a == -1)).mean()
        ),
        "One right attribute was enough; all five are needed.": (
            lambda a, r: ((a == r) | (a == -1)).any(axis=1).mean()
        ),
        "This is the number of pictures; divide by how many there are.": (
            lambda a, r: ((a == r) | (a == -1)).all(axis=1).sum()
        ),
        "This is the share of pictures that are wrong.": (
            lambda a, r: 1 - ((a == r) | (a == -1)).all(axis=1).mean()
        ),
    },
    tensors=False,
)
def all_right(asked, read):
    return ((read == asked) | (asked == -1)).all(axis=1).mean()


@value(
    task="Captions and pictures have nothing to do with each other: ten digits, eight colours, "
    "another one of the eight as background, two sizes, five places, all equally often. Give the "
    "share of pictures with the right digit, and in how many pictures there is one with all five.",
    hints=(
        "The digit: one of ten.",
        "A pair of different colours: 8 · 7 = 56 of them, so both are right in one of 56 cases.",
        "Independent chances multiply: one in 10 · 56 · 2 · 5.",
    ),
    shows="One picture in 5,600 obeys by luck. Nine in ten is no luck.",
    parts=("share with the right digit", "one with all five in"),
    wrong={
        "A background has seven colours left, not eight: 8 · 7 pairs.": lambda: (0.1, 6400),
        "The chances multiply, they are not added.": lambda: (0.1, 10 + 56 + 2 + 5),
        "The colours were left out of the second.": lambda: (0.1, 100),
        "The background was left out of the second.": lambda: (0.1, 800),
        "The second is a share; one in how many was asked for.": lambda: (0.1, 1 / 5600),
        "The two answers are in the other order.": lambda: (5600, 0.1),
    },
)
def right_by_chance():
    return 1 / 10, 10 * 8 * 7 * 2 * 5
