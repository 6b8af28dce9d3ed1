"""Exercises of lesson 11: a label beside z, the projection, z cut off, and what chance scores."""

import numpy as np
from keras import ops

from .exercise import formula, value


def _asked(rng, num):
    return rng.normal(size=(num, 3)).astype("float32"), rng.integers(0, 10, num).astype("int32")


def _joined(z, labels, first=False):
    rows = ops.one_hot(labels, 10)
    return ops.concatenate([rows, z] if first else [z, rows], axis=1)


@formula(
    task="Write G's input: z of (batch, latent_dim) and beside it the label of 0 to 9 as one-hot.",
    hints=(
        "One-hot: ten numbers, 1 at the place of the label and 0 elsewhere; `ops.one_hot`.",
        "Beside: the same rows, more columns. `ops.concatenate([…, …], axis=1)`.",
    ),
    shows="To G a label is ten more numbers beside z; what they mean it must learn.",
    inputs=_asked,
    wrong={
        "The label stands first; z was asked for first.": lambda z, y: _joined(z, y, True),
        "The label itself is a number here: 9 would be *nine times* 1, and 4 between 3 and 5.": (
            lambda z, y: ops.concatenate([z, ops.cast(y, "float32")[:, None]], axis=1)
        ),
        "Labels were counted from 1; they begin at 0, and a 0 puts its 1 at place 0.": (
            lambda z, y: _joined(z, y - 1)
        ),
        "z is left out: without it each class has one picture.": (lambda z, y: ops.one_hot(y, 10)),
        "The label is left out.": lambda z, y: z,
        "All rows got the label of the first.": lambda z, y: _joined(z, 0 * y + y[0]),
    },
)
def with_label(z, labels):
    return ops.concatenate([z, ops.one_hot(labels, 10)], axis=1)


def _scored(rng, num):
    h, w, v = (rng.normal(size=size) for size in ((num, 6), 6, (10, 6)))
    return h, w, np.float64(0.7), v, rng.integers(0, 10, num)


def _alone(h, w, b):
    return h @ w + b


@formula(
    task="Write the logits of a projection discriminator, of (batch,).",
    hints=(
        "The first part asks without the label: `h @ w + b`.",
        "`v[labels]` has one row for each example, of the same shape as h.",
        "h · v is a dot product an example: multiply, then sum over the last axis.",
    ),
    shows="One dot product for 'real?', one for 'of this class?': their sum is the logit.",
    inputs=_scored,
    wrong={
        "The match with the label is missing: this D cannot tell a 3 from a 7.": (
            lambda h, w, b, v, y: _alone(h, w, b)
        ),
        "The first part is missing: w · h(x) + b.": (
            lambda h, w, b, v, y: np.sum(h * v[y], axis=1)
        ),
        "The bias b is left out.": lambda h, w, b, v, y: h @ w + np.sum(h * v[y], axis=1),
        "The match is averaged over the features; a dot product sums.": (
            lambda h, w, b, v, y: _alone(h, w, b) + np.mean(h * v[y], axis=1)
        ),
        "The match was summed over *all* classes, whatever the label.": (
            lambda h, w, b, v, y: _alone(h, w, b) + np.sum(h @ v.T, axis=1)
        ),
        "Each example got its best class instead of the one it was given.": (
            lambda h, w, b, v, y: _alone(h, w, b) + np.max(h @ v.T, axis=1)
        ),
        "The match is taken away from the logit; it adds to it.": (
            lambda h, w, b, v, y: _alone(h, w, b) - np.sum(h * v[y], axis=1)
        ),
    },
    tensors=False,
)
def projection_logits(h, w, b, v, labels):
    return h @ w + b + np.sum(h * v[labels], axis=1)


def _draws(rng, num):
    return rng.normal(size=(40, num, 4)), 0.8


def _first_that_is(inside, draws):
    return np.take_along_axis(draws, inside.argmax(axis=0)[None], axis=0)[0]


@formula(
    task="Cut z off at ± limit: of `draws` of (tries, num, latent_dim), keep for each number the "
    "first try that lies within.",
    hints=(
        "`inside = np.abs(draws) <= limit`, of the same shape.",
        "`inside.argmax(axis=0)` is, for each number, the place of the first True.",
        "`np.take_along_axis(draws, places[None], axis=0)[0]` picks one try for each number.",
    ),
    shows="Each number is drawn again until it fits, by itself: a normal without its tails.",
    inputs=_draws,
    wrong={
        "This is clipping: what lay beyond is piled up at the limits.": (
            lambda d, limit: np.clip(d[0], -limit, limit)
        ),
        "This shrinks all numbers; the middle of the normal should stay as it is.": (
            lambda d, limit: limit * d[0]
        ),
        "Only numbers above the limit were drawn again; those below -limit stay.": (
            lambda d, limit: _first_that_is(d <= limit, d)
        ),
        "What lies beyond was set to 0; it should be drawn again.": (
            lambda d, limit: np.where(np.abs(d[0]) <= limit, d[0], 0)
        ),
        "This is the first try that lies *outside*.": (
            lambda d, limit: _first_that_is(np.abs(d) > limit, d)
        ),
        "This keeps the last try that fits; the first was asked for.": (
            lambda d, limit: _first_that_is(np.abs(d[::-1]) <= limit, d[::-1])
        ),
        "This keeps the try nearest to 0, a much narrower distribution.": (
            lambda d, limit: np.take_along_axis(d, np.abs(d).argmin(0)[None], axis=0)[0]
        ),
    },
    tensors=False,
    counts="vector",
)
def cut_off(draws, limit):
    places = (np.abs(draws) <= limit).argmax(axis=0)
    return np.take_along_axis(draws, places[None], axis=0)[0]


@value(
    task="Give the accuracy of a G that ignores its labels and draws a 1 in half of the cases: "
    "asked for each digit alike, and asked as often as it draws each.",
    hints=(
        "What is asked and what is drawn are independent: P(right) = Σ_k P(asked k) P(drawn k).",
        "Asked alike: Σ_k 0.1 · P(drawn k), and the shares add up to 1.",
        "The other nine digits have a share of 0.5/9 each: 0.5² + 9 · (0.5/9)².",
    ),
    shows="Asked alike it is .1 whatever G draws. So ask alike, or a favourite looks like skill.",
    parts=("asked alike", "asked as often as drawn"),
    wrong={
        "If all are asked for alike, a 1 is asked for in a tenth of the cases only.": (
            lambda: (0.5, 0.27778)
        ),
        "The second is not chance among ten: who asks for a 1 gets one in half of the cases.": (
            lambda: (0.1, 0.1)
        ),
        "The second counts the 1s only; the other nine are hit sometimes, too.": (
            lambda: (0.1, 0.25)
        ),
        "The other nine digits share the other half: 0.5/9 each, not 0.1.": lambda: (0.1, 0.34),
        "The two answers are in the other order.": lambda: (0.27778, 0.1),
    },
)
def accuracy_by_chance():
    return 0.1, 0.5**2 + 9 * (0.5 / 9) ** 2
