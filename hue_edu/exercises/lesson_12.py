"""Exercises of lesson 12: a window of words, the right caption, who obeys, and chance."""

import numpy as np
from keras import ops

from ..answers.numbers import expect, to_numbers
from . import mistakes_12 as mistakes
from .kinds import formula, value


def _heard(rng, num):
    """Up to 12 words, and matrices for vectors of 4 or 3 numbers."""
    size = 2 + num % 3
    shapes = (min(num + 2, 12), size), *3 * [(size, size)], (size,)
    return tuple(rng.normal(size=shape).astype("float32") for shape in shapes)


@formula(
    task="Return a caption's vector, of shape (units,): the sum over the rows of `words` of "
    "w_i + ReLU(w_{i-1} A + w_i B + w_{i+1} C + a), with zeros beyond the first and the last row.",
    hints=(
        "An array whose row i holds w_{i-1} is `words`, moved down by one row, with a row of zeros "
        "on top. And w_{i+1}?",
        "With `before` and `after`, all windows are one sum of three matrix products and `a`; "
        "`np.maximum(…, 0)` is the ReLU, for each window by itself.",
        "Add the words themselves, outside the ReLU, and only then sum over the rows.",
    ),
    shows="A sum of words alone knows no order; the window makes their neighbours count.",
    inputs=_heard,
    also={
        "a single word": tuple(
            np.array(array, "float32")
            for array in ([[1, -2]], [[3, 1], [0, 2]], [[1, 2], [-1, 1]], [[2, 0], [1, 1]], [1, 1])
        )
    },
    wrong=mistakes.OF_CAPTION_VECTOR,
    tensors=False,
)
def caption_vector(words, A, B, C, a):
    nothing = np.zeros_like(words[:1])
    before, after = np.concatenate([nothing, words[:-1]]), np.concatenate([words[1:], nothing])
    return (words + np.maximum(before @ A + words @ B + after @ C + a, 0)).sum(axis=0)


def _logits(rng, num):
    wrong_captions = {5: 2, 1: 7}.get(num, 4)
    return ((2 * rng.normal(size=(num, 1 + wrong_captions))).astype("float32"),)


@formula(
    task="From `logits` of shape (batch, 1 + K), the right caption first, return the mean over the "
    "batch of -log of the softmax probability of the right one (the natural logarithm).",
    hints=(
        "For one picture it is log Σ_k exp(l_k) - l_0; the sum goes over all captions, the right "
        "one among them.",
        "`ops.logsumexp` gives the first term, if it is told along which axis the captions lie; "
        "`logits[:, 0]` is the second. Then bring the pictures together.",
    ),
    shows="Only differences between logits count, and a D that cannot tell pays log(1 + K).",
    inputs=_logits,
    wrong=mistakes.OF_RIGHT_CAPTION_LOSS,
)
def right_caption_loss(logits):
    return ops.mean(ops.logsumexp(logits, axis=1) - logits[:, 0])


def _asked_and_read(rng, num):
    """Captions in which all, some or none of the attributes are named."""
    sizes = np.array([10, 8, 8, 2, 5])
    full = rng.integers(0, sizes, (8 * num, 5))
    asked = np.where(rng.random(full.shape) < rng.choice([0, 0.3, 0.7], (8 * num, 1)), -1, full)
    asked[3] = -1
    read = np.where(rng.random(full.shape) < 0.85, full, rng.integers(0, sizes, full.shape))
    return asked, read


def _right(asked, read):
    return (asked == read) | (asked == -1)


def _obeyed(asked, read):
    return _right(asked, read).all(axis=1)


def _named_right(asked, read):
    """How many attributes of each picture are named and right, and how many are named."""
    named = asked != -1
    return (named & (asked == read)).sum(axis=1), named.sum(axis=1)


def _mean_share(asked, read):
    good, named = _named_right(asked, read)
    return (good / np.maximum(named, 1)).mean()


NOT_ALL_RIGHT = {
    "The shares of the attributes are multiplied, as if misses came independently; count the "
    "pictures that are right in all five.": lambda a, r: _right(a, r).mean(axis=0).prod(),
    "Only the digit is looked at; all five attributes count.": lambda a, r: _right(a, r)[
        :, 0
    ].mean(),
    "What is open (-1 in `asked`) counts as wrong here; any value is right.": (
        lambda a, r: (a == r).all(axis=1).mean()
    ),
    "This is the share of right attributes, not of pictures that are right in all.": (
        lambda a, r: _right(a, r).mean()
    ),
    "This is the share of attributes read as asked for; the share of pictures was asked for.": (
        lambda a, r: (a == r).mean()
    ),
    "This is a share of the named *attributes*; a share of the pictures was asked for.": (
        lambda a, r: np.divide(*map(np.sum, _named_right(a, r)))
    ),
    "Each picture counts by its share of right attributes, and an open caption as 0; it counts "
    "fully or not at all.": _mean_share,
    "One right or open attribute was enough; all five must be right or open.": (
        lambda a, r: _right(a, r).any(axis=1).mean()
    ),
    "One named attribute that is right was enough; all named ones must be.": (
        lambda a, r: (a == r).any(axis=1).mean()
    ),
    "A caption with anything open counts as right altogether; what it names must be right.": (
        lambda a, r: ((a == r).all(axis=1) | (a == -1).any(axis=1)).mean()
    ),
    "Captions in which all is open were left out; nothing in them can be wrong, and they count.": (
        lambda a, r: _obeyed(a, r)[(a != -1).any(axis=1)].mean()
    ),
    "Only captions that name all five were counted; the share is one of all pictures.": (
        lambda a, r: _obeyed(a, r)[(a != -1).all(axis=1)].mean()
    ),
    "A 0 in `asked` counts as open, too; only -1 does.": (
        lambda a, r: ((a == r) | (a <= 0)).all(axis=1).mean()
    ),
    "This is the number of pictures; divide by how many there are.": (
        lambda a, r: _obeyed(a, r).sum()
    ),
    "The number of pictures was divided by that of attributes; divide by that of pictures.": (
        lambda a, r: _obeyed(a, r).sum() / a.size
    ),
    "This is a percentage; a share between 0 and 1 was asked for.": lambda a, r: (
        100 * _obeyed(a, r).mean()
    ),
    "This is the share of pictures that are wrong.": lambda a, r: 1 - _obeyed(a, r).mean(),
    "This says of each picture whether it is right; their share was asked for.": _obeyed,
    "This says whether *all* pictures are right; their share was asked for.": (
        lambda a, r: _right(a, r).all()
    ),
    "This is the share of attributes that are right in all pictures: `all` goes along axis 1.": (
        lambda a, r: _right(a, r).all(axis=0).mean()
    ),
    "This says of each attribute whether it is right in all pictures: `all` goes along axis 1.": (
        lambda a, r: _right(a, r).all(axis=0)
    ),
    "This is a share for each attribute; the share of pictures right in all was asked for.": (
        lambda a, r: _right(a, r).mean(axis=0)
    ),
    "This is a share for each picture; the share of pictures right in all was asked for.": (
        lambda a, r: _right(a, r).mean(axis=1)
    ),
    "This is the mean number of right attributes; the share of pictures was asked for.": (
        lambda a, r: _named_right(a, r)[0].mean()
    ),
}


@formula(
    task="From `asked` and `read`, integers of shape (num, 5), return the share of all pictures in "
    "which every named attribute is right. -1 in `asked` is open: any value is right.",
    hints=(
        "When is one attribute right? If it was read as it was asked for, or if it is open.",
        "`(read == asked) | (asked == -1)` says so of each attribute of each picture.",
        "A picture counts if `all` of its five are True: along which axis? The share is a mean of "
        "True and False.",
    ),
    shows="All at once is a hard measure: five attributes, each right in .98 of the pictures and "
    "independent, are right together in .90.",
    inputs=_asked_and_read,
    also={
        "two pictures that are right": (
            np.array([[7, 2, -1, 0, 3], [-1, 1, 4, -1, 0]]),
            np.array([[7, 2, 5, 0, 3], [6, 1, 4, 1, 0]]),
        )
    },
    wrong=NOT_ALL_RIGHT,
    tensors=False,
)
def all_right(asked, read):
    return ((read == asked) | (asked == -1)).all(axis=1).mean()


RIGHT_DIGIT = {  # what went wrong → the first number
    "The first is one in how many; the share was asked for.": 10,
    "There are ten digits, 0 to 9.": 1 / 9,
    "The first is the share with all five; the digit alone was asked for.": 1 / 5600,
    "The first is the share with a wrong digit; that with the right one was asked for.": 0.9,
    "A digit is not right or wrong equally often: there are ten.": 0.5,
}
ALL_FIVE = {  # what went wrong → the second number
    "A background has seven colours left, not eight: 8 · 7 pairs.": 6400,
    "Only the background has seven colours left; the digit itself may have any of the eight.": 4900,
    "The chances multiply, they are not added.": 10 + 56 + 2 + 5,
    "The chances multiply; the numbers of values are not added up.": 10 + 8 + 7 + 2 + 5,
    "The chances multiply; the numbers of values are not added up, and a background has seven.": (
        10 + 8 + 8 + 2 + 5
    ),
    "The colours were left out of the second.": 100,
    "The background was left out of the second.": 800,
    "The colour of the digit was left out of the second; of different colours there are 8 · 7 "
    "pairs.": 700,
    "The place was left out of the second.": 1120,
    "Was the size left out of the second, or the order of the two colours? Red on blue is not blue "
    "on red.": 2800,
    "Was the digit left out of the second, or the size and the place? All five must be right.": 560,
    "Not every attribute has ten values.": 100_000,
    "Held-out combinations count here, too: each value comes equally often.": 5040,
    "That is how many miss for each one that is right; count that one, too.": 5599,
    "The second is a share; one in how many was asked for.": 1 / 5600,
}


def _leaves_something_out(answer):
    """Raise Wrong where the second number lacks some of the factors of 5,600."""
    second = np.ravel(to_numbers(answer))[-1]
    is_part = 1 < second < 5600 and 5600 % second == 0
    expect(not is_part, "The second leaves something out: all five attributes count.")


@value(
    task="Captions and pictures have nothing to do with each other: ten digits, eight colours, "
    "another one of the eight as background, two sizes, five places, all equally often. Give two "
    "numbers in brackets: the share of pictures with the right digit, and the number of pictures "
    "among which, on average, one has all five right.",
    hints=(
        "A caption asks for one of ten digits, and the picture shows one of ten.",
        "How many pairs of two different colours are there? Both are right together in one case of "
        "so many.",
        "Independent chances multiply: 1/10 for the digit, and those of the colours, the size and "
        "the place. The second number is 1 divided by the product.",
    ),
    shows="One picture in 5,600 obeys by luck. Nine in ten is no luck.",
    parts=("share with the right digit", "pictures for one with all five right"),
    each=(RIGHT_DIGIT, ALL_FIVE),
    verify=_leaves_something_out,
    wrong={},
    tolerance=1e-4,
)
def right_by_chance():
    return 1 / 10, 10 * 8 * 7 * 2 * 5
