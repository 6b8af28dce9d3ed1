"""Exercises of lesson 12: a window of words, the right caption, who obeys, and chance."""

import numpy as np
from keras import ops

from . import mistakes_12 as mistakes
from .kinds import formula, value
from .numbers import expect, to_numbers


def _heard(rng, num):
    """Up to 12 words, and matrices for vectors of 4 or 3 numbers."""
    size = 2 + num % 3
    shapes = (min(num + 2, 12), size), *3 * [(size, size)], (size,)
    return tuple(rng.normal(size=shape).astype("float32") for shape in shapes)


def _front_wraps(words, A, B, C, a):
    """As `w[i - 1]` has it: before the first word comes the last one."""
    before, after = np.roll(words, 1, axis=0), np.pad(words, ((0, 1), (0, 0)))[1:]
    return (words + np.maximum(before @ A + words @ B + after @ C + a, 0)).sum(axis=0)


MORE = {  # what went wrong → an answer that does just that
    "caption_vector": {
        "Before the first word stand zeros; here its neighbour is the last word, as `w[i - 1]` has "
        "it for i = 0.": _front_wraps
    },
    "right_caption_loss": {
        "The right caption is column 0 of every row; this takes column i of row i, as CLIP does.": (
            lambda x: -np.log(np.diagonal(ops.softmax(x, axis=1))).mean()
        ),
        "This takes the caption that D likes best, be it right or wrong.": (
            lambda x: ops.mean(ops.logsumexp(x, axis=1) - ops.max(x, axis=1))
        ),
    },
    "all_right": {
        "The shares of the attributes are multiplied, as if misses came independently; count the "
        "pictures that are right in all five.": (
            lambda a, r: ((a == r) | (a == -1)).mean(axis=0).prod()
        ),
        "Only the digit is looked at; all five attributes count.": (
            lambda a, r: ((a == r) | (a == -1))[:, 0].mean()
        ),
    },
}


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
    wrong={**mistakes.OF_CAPTION_VECTOR, **MORE["caption_vector"]},
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
    wrong={**mistakes.OF_RIGHT_CAPTION_LOSS, **MORE["right_caption_loss"]},
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
    wrong={**mistakes.OF_ALL_RIGHT, **MORE["all_right"]},
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


def _name_each(answer):
    """Raise Wrong with the name of the first number that is a known mistake."""
    numbers = np.ravel(to_numbers(answer))
    if numbers.size == 2:
        told = "The two answers are in the other order."
        expect(not np.allclose(numbers, (5600, 0.1), rtol=1e-3), told)
        for number, names in zip(numbers, (RIGHT_DIGIT, ALL_FIVE)):
            for told, known in names.items():
                expect(not np.isclose(number, known, rtol=5e-5, atol=0), told)
        is_part = 1 < numbers[1] < 5600 and 5600 % numbers[1] == 0
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
    verify=_name_each,
    wrong={told: lambda one=one: (one, 5600) for told, one in RIGHT_DIGIT.items()}
    | {told: lambda two=two: (0.1, two) for told, two in ALL_FIVE.items()}
    | {"The two answers are in the other order.": lambda: (5600, 0.1)},
    tolerance=1e-4,
)
def right_by_chance():
    return 1 / 10, 10 * 8 * 7 * 2 * 5
