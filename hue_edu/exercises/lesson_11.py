"""Exercises of lesson 11: a label beside z, the projection, z cut off, and what chance scores."""

import numpy as np
from keras import ops

from . import mistakes_11 as mistakes
from .kinds import formula, value


def _asked(rng, num):
    z = rng.normal(size=(num, 2 + num % 7))
    return z.astype("float32"), rng.integers(0, 10, num).astype("int32")


@formula(
    task="Return G's input: z of shape (batch, latent_dim) and beside it the label, 0 to 9, as "
    "one-hot.",
    hints=(
        "One-hot means ten numbers, 1 at the place of the label and 0 elsewhere. Keras has "
        "`ops.one_hot`.",
        "Beside z means: the same rows, ten more columns. `ops.concatenate` puts arrays together; "
        "along which axis, and in which order?",
    ),
    shows="To G a label is ten more numbers beside z; it must learn what they mean.",
    inputs=_asked,
    also={
        "each label once": (
            np.linspace(-1, 1, 20, dtype="float32").reshape(10, 2),
            np.arange(10, dtype="int32")[::-1],
        )
    },
    wrong=mistakes.OF_WITH_LABEL,
)
def with_label(z, labels):
    return ops.concatenate([z, ops.one_hot(labels, 10)], axis=1)


def _scored(rng, num):
    size = 2 + num % 6
    h, w, v = (
        rng.normal(size=shape).astype("float32") for shape in ((num, size), size, (10, size))
    )
    return h, w, np.float32(0.7 - num / 50), v, rng.integers(0, 10, num)


@formula(
    task="Return the logits of a projection discriminator, of shape (batch,).",
    hints=(
        "The first part does not ask for the label: `h @ w + b`.",
        "`v[labels]` has one row for each example, the vector of its own class; its shape is that "
        "of `h`.",
        "The second part is one dot product for each example: multiply `h` and these rows, then "
        "sum over the features. Which axis is that?",
    ),
    shows="One dot product asks 'real?', the other 'of this class?'. Their sum, plus b, is the "
    "logit.",
    inputs=_scored,
    wrong=mistakes.OF_PROJECTION,
    tensors=False,
)
def projection_logits(h, w, b, v, labels):
    return h @ w + b + np.sum(h * v[labels], axis=1)


def _draws(rng, num):
    """Enough tries that one fits for each number, at limits below 1 and above."""
    limit = {5: 0.8, 1: 0.6}.get(num, 1.5)
    draws = rng.normal(size=(46 - num % 6, num, 2 + num % 3))
    return draws.astype("float32"), np.float32(limit)


@formula(
    task="Cut z off at ± `limit`: of `draws`, of shape (tries, num, latent_dim), keep for each "
    "number the first try that lies within. For each number there is one.",
    hints=(
        "`np.abs(draws) <= limit` says of each try whether it lies within.",
        "True counts as 1 and False as 0, and `argmax` gives the place of the *first* 1 along an "
        "axis. Along which axis do the tries lie?",
        "That is one place for each number, in the shape (num, latent_dim). `np.take_along_axis` "
        "picks what is there, if the places have as many axes as `draws`.",
    ),
    shows="Each number is drawn again by itself until it fits: a normal without its tails.",
    inputs=_draws,
    wrong=mistakes.OF_CUT_OFF,
    tensors=False,
)
def cut_off(draws, limit):
    places = (np.abs(draws) <= limit).argmax(axis=0)
    return np.take_along_axis(draws, places[None], axis=0)[0]


ASKED_ALIKE = {  # what went wrong → the first number
    "If all are asked for equally often, a 1 is asked for in a tenth of the cases only.": 0.5,
    "The first counts the 1s only; the nine others are hit sometimes, too.": 0.05,
    "There are ten digits, so each is asked for in a tenth of the cases.": 1 / 9,
    "The first has the second's answer: asked for as often as drawn.": (5 / 18),
    "The first is the share of misses; the accuracy was asked for.": 0.9,
    "Give shares between 0 and 1, not percentages.": 10,
}
ASKED_AS_DRAWN = {  # what went wrong → the second number
    "The second is not chance among ten: whoever asks for a 1 gets one in half of the cases.": 0.1,
    "The second counts the 1s only; the nine others are hit sometimes, too.": 0.25,
    "The second counts the nine others only; the 1s are hit as well.": 9 * (0.5 / 9) ** 2,
    "The second counts one of the nine others; all of them are hit sometimes.": (
        0.25 + (0.5 / 9) ** 2
    ),
    "The other nine digits share the other half: 0.5/9 each, not 0.1.": 0.25 + 9 * 0.1**2,
    "A tenth is not right for the nine others: each of them is drawn in 0.5/9 of the cases.": 0.3,
    "Nine digits share the other half, not ten: the shares to square are 0.5/9, not 0.05.": (
        0.25 + 9 * 0.05**2
    ),
    "Nine digits share the other half, not ten: each is drawn in 0.5/9 of the cases, not in .05.": (
        0.25 + 0.5 / 20
    ),
    "Asked for one of the nine others, G draws it in 0.5/9 of the cases, not in 1/9: half of the "
    "time it draws a 1.": 0.25 + 0.5 / 9,
    "A 1 is asked for in half of the cases only; the nine others are hit much less often.": 0.5,
    "The second is the share of misses; the accuracy was asked for.": 13 / 18,
    "The second is a little off: nine other digits are asked for, and three digits wanted.": 0.28,
    "Give a share between 0 and 1 for the second, too, not a percentage.": 500 / 18,
}


@value(
    task="Give two numbers in brackets: the accuracy of a G that ignores its labels and draws a 1 "
    "in half of the cases, when every digit is asked for equally often, and when each is asked for "
    "as often as G draws it. Give three digits, or fractions.",
    hints=(
        "What is asked for and what is drawn are independent, so P(right) = Σ_k P(asked for k) · "
        "P(drawn k).",
        "When every digit is asked for equally often, this is Σ_k 0.1 · P(drawn k). What do the "
        "P(drawn k) add up to?",
        "When digits are asked for as often as they are drawn, this is the sum of P(drawn k)², "
        "0.5² for the 1. The nine other digits share the other half.",
    ),
    shows="If all are asked for equally often, the accuracy is 0.1 whatever G draws. Ask for "
    "favourites more often, and chance looks like skill.",
    parts=("asked for equally often", "asked for as often as drawn"),
    each=(ASKED_ALIKE, ASKED_AS_DRAWN),
    wrong={},
)
def accuracy_by_chance():
    return 0.1, 0.5**2 + 9 * (0.5 / 9) ** 2
