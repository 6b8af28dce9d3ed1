"""Exercises of lesson 12: attention, picking the right caption, who obeys, and what chance scores."""

import numpy as np
from keras import ops

from .exercise import formula, value


def _heard(rng, num):
    return rng.normal(size=(num, 4)), rng.normal(size=(num, 4, 3))


def _mean(weights, words):
    return ops.sum(weights[..., None] * words, axis=1)


@formula(
    task="From `scores` of (batch, words) and vectors `words` of (batch, words, units), return the "
    "caption's vector of (batch, units): the mean of the words, weighted by the softmax of scores.",
    hints=(
        "Weights: `ops.softmax(scores, axis=1)`; for each caption they add up to 1.",
        "`weights[..., None] * words` weighs each vector; then sum over the words, axis 1.",
    ),
    shows="A learned mean: words that say much get much weight, fillers get little.",
    inputs=_heard,
    wrong={
        "The weights are softmax over the *words*, axis 1; these add up over the batch.": (
            lambda s, w: _mean(ops.softmax(s, axis=0), w)
        ),
        "All words count the same here; the scores are not used.": (
            lambda s, w: ops.mean(w, axis=1)
        ),
        "The scores themselves were used as weights; softmax makes them positive, with sum 1.": _mean,
        "The weights are not divided by their sum.": lambda s, w: _mean(ops.exp(s), w),
        "The weighted words were averaged; weights that add up to 1 need a sum.": (
            lambda s, w: ops.mean(ops.softmax(s, axis=1)[..., None] * w, axis=1)
        ),
        "The word with the highest score took it all; softmax leaves the others a part.": (
            lambda s, w: _mean(ops.one_hot(ops.argmax(s, axis=1), 4), w)
        ),
    },
)
def attend(scores, words):
    return ops.sum(ops.softmax(scores, axis=1)[..., None] * words, axis=1)


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
    task="From `asked` and `read`, whole numbers of (num, 5), return the share of pictures in which "
    "every named attribute is right. -1 in `asked` is open: any value is right.",
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
    "share in which the digit is right by chance, and the share in which all five are.",
    hints=(
        "The digit: one of ten.",
        "A pair of different colours: 8 · 7 = 56 of them, so both are right in 1 of 56 cases.",
        "Independent shares multiply: 1/10 · 1/56 · 1/2 · 1/5.",
    ),
    shows="Hardly a picture in five thousand obeys by luck; so .9 is no luck.",
    parts=("digit", "all five"),
    wrong={
        "A background has seven colours left, not eight: 8 · 7 pairs.": lambda: (0.1, 1 / 6400),
        "Shares of independent things multiply; these were added.": (
            lambda: (0.1, 0.1 + 1 / 56 + 0.5 + 0.2)
        ),
        "Colours were left out of the second.": lambda: (0.1, 0.01),
        "The background was left out of the second.": lambda: (0.1, 1 / 800),
        "The two answers are in the other order.": lambda: (1 / 5600, 0.1),
    },
)
def right_by_chance():
    return 1 / 10, 1 / 5600
