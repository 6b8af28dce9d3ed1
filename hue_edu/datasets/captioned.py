"""The Hue set: digits in colour with captions, made from MNIST while training goes on."""

from functools import cache
from itertools import count
from typing import NamedTuple

import numpy as np
from PIL import Image

from .. import arguments, captions
from .batching import endless
from .images import check_split, mnist_pixels, to_float

SIDE = 32  # height and width of a picture
INK_SIDES = (11, 20)  # longer side of the ink's box: small, large
CENTRES = np.array([(10, 10), (10, 22), (16, 16), (22, 10), (22, 22)])  # row, column of each place
JITTER = (1, 0)  # how far the ink may lie from there, each way: small, large
COLOURS = to_float(list(captions.PALETTE.values()))  # (8, 3)


class CaptionedBatch(NamedTuple):
    """What the text-to-image trainer learns from.

    Attributes:
        images: Float32 of shape (batch, 32, 32, 3 · pack) in [-1, 1].
        tokens: Of one caption for each, int32 of shape (batch, captions.MAX_WORDS).
        wrong_tokens: Of wrong captions for each, the same one with a word changed in it; shape
            (batch, num_wrong, captions.MAX_WORDS).
        labels: What the pictures show, int32 of shape (batch, 5), or (batch, pack, 5).
    """

    images: np.ndarray
    tokens: np.ndarray
    wrong_tokens: np.ndarray
    labels: np.ndarray


def captioned_batches(split, batch_size, seed, start_step=0, pack=1, held_out=False, num_wrong=8):
    """Endless batches of pictures and captions; batch k is the same whenever it is asked for.

    Args:
        split: Of MNIST: `"train"` or `"test"`.
        batch_size: Captions per batch.
        seed: Whole number.
        start_step: Number of the first batch.
        pack: Pictures of each caption, joined along the channels, for a discriminator that sees
            that many at a time; what the caption leaves open is drawn for each by itself.
        held_out: False for combinations of training, True for those held out, None for both.
        num_wrong: Wrong captions of each.

    Returns:
        `tf.data.Dataset` of `CaptionedBatch`.

    Raises:
        ValueError: There is no such split, an argument is no such whole number, or `held_out` is
            none of the three.
    """
    import tensorflow as tf

    check_split(split)
    seed = arguments.whole_number("seed", seed)
    start_step = arguments.whole_number("start_step", start_step)
    batch_size, pack, num_wrong = (
        arguments.whole_number(name, value, at_least=1)
        for name, value in (("batch_size", batch_size), ("pack", pack), ("num_wrong", num_wrong))
    )

    def stream():
        for step in count(start_step):
            rng = np.random.default_rng([seed, step])
            yield _make_batch(split, batch_size, rng, pack, held_out, num_wrong)

    rng = np.random.default_rng(0)
    shapes = _make_batch(split, batch_size, rng, pack, held_out, num_wrong)
    signature = CaptionedBatch(*(tf.TensorSpec(part.shape, part.dtype) for part in shapes))
    return endless(tf.data.Dataset.from_generator(stream, output_signature=signature)).prefetch(4)


def _make_batch(split, batch_size, rng, pack, held_out, num_wrong):
    meanings = captions.draw(batch_size, rng, held_out)
    wrong = captions.contradict(np.repeat(meanings, num_wrong, axis=0), rng)
    wordings = rng.integers(len(captions.WORDINGS), size=batch_size)
    labels = captions.complete(np.repeat(meanings, pack, axis=0), rng, held_out)
    images = hue_pictures(labels, split, rng)
    packed = np.concatenate([images[k::pack] for k in range(pack)], axis=-1)
    labels = labels.reshape(batch_size, pack, -1) if pack > 1 else labels
    tokens = captions.write_tokens(meanings, wordings)
    wrong_tokens = captions.write_tokens(wrong, np.repeat(wordings, num_wrong))
    return CaptionedBatch(packed, tokens, wrong_tokens.reshape(batch_size, num_wrong, -1), labels)


def hue_pictures(labels, split, seed):
    """Pictures of digits, each drawn by another hand: x = b + s (c - b).

    s is the ink from 0 to 1, c the digit's colour and b the background's, all in [-1, 1].

    Args:
        labels: Meanings with nothing left open, shape (num, 5) or a list of `captions.Meaning`;
            `captions.complete` draws what is open.
        split: Of MNIST, from which the digits come: `"train"` or `"test"`.
        seed: Whole number, or a NumPy generator, which then goes on.

    Returns:
        Float32 of shape (num, 32, 32, 3) in [-1, 1].

    Raises:
        ValueError: A meaning leaves something open, is not valid, or has ink of the background's
            colour, which nobody could see; there is no such split; or another seed.
    """
    check_split(split)
    rng, labels = arguments.as_generator(seed), captions.as_rows(labels)
    if (labels == captions.OPEN).any():
        raise ValueError("A meaning leaves something open; captions.complete draws what is open.")
    if (labels[:, 1] == labels[:, 2]).any():
        raise ValueError("A meaning asks for ink on its own colour, which nobody could see.")
    colours, backgrounds = (COLOURS[labels[:, k], None, None] for k in (1, 2))  # (num, 1, 1, 3)
    ink = _ink(labels, split, rng)[..., None] / np.float32(255)  # (num, 32, 32, 1)
    return backgrounds + ink * (colours - backgrounds)


def _ink(labels, split, rng):
    """Ink of random digits of the labels' classes at their places, uint8 of (num, 32, 32)."""
    rows_of_digit = _digits(split)[-1]
    ink = np.zeros((len(labels), SIDE, SIDE), "uint8")
    chance, jitter = rng.random(len(labels)), rng.integers(-1, 2, (len(labels), 2))
    for k, (digit, _, _, size, place) in enumerate(labels):
        rows, side = rows_of_digit[digit], INK_SIDES[size]
        top, left = CENTRES[place] + JITTER[size] * jitter[k] - side // 2
        row = rows[int(chance[k] * len(rows))]
        ink[k, top : top + side, left : left + side] = digit_crop(split, int(row), side)
    return ink


@cache
def digit_crop(split, row, side):
    """A digit of MNIST cut to its ink, which is brought to a size; made when first asked for.

    Args:
        split: `"train"` or `"test"`.
        row: Its place there.
        side: One of `INK_SIDES`, the longer side of its ink.

    Returns:
        Uint8 of shape (side, side), the ink in the middle.
    """
    pixels, first, last, _ = _digits(split)
    width, height = _fitted(last[row] - first[row], side)
    left, top = (side - width) // 2, (side - height) // 2
    box = (*first[row], *last[row])
    small = Image.fromarray(pixels[row]).resize((width, height), Image.Resampling.HAMMING, box)
    crop = np.zeros((side, side), "uint8")
    crop[top : top + height, left : left + width] = small
    return crop


@cache
def _digits(split):
    """MNIST's pixels; of each, (left, top) and (right, bottom) of its ink; the rows of a digit."""
    pixels, labels = mnist_pixels(split)
    inked = [(pixels > 0).any(axis=axis) for axis in (1, 2)]  # columns, rows of (num, 28)
    first = np.stack([part.argmax(axis=1) for part in inked], axis=1)
    last = 28 - np.stack([part[:, ::-1].argmax(axis=1) for part in inked], axis=1)
    return pixels, first, last, [np.flatnonzero(labels == digit) for digit in range(10)]


def _fitted(size, side):
    """Width and height with the longer one as `side`, in the same ratio."""
    return np.maximum(1, np.round(size * (side / size.max()))).astype(int)
