"""What a caption can mean: five attributes, drawn, completed and contradicted; no words here."""

from typing import NamedTuple

import numpy as np

from .. import arguments

PALETTE = {  # red, green, blue of 255; any two are far apart (CIEDE2000 at least 25)
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "red": (220, 20, 30),
    "green": (0, 140, 50),
    "blue": (30, 50, 230),
    "yellow": (250, 225, 40),
    "cyan": (40, 205, 235),
    "magenta": (235, 60, 220),
}
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
COLOURS = tuple(PALETTE)
SIZES = ("small", "large")
PLACES = ("top left", "top right", "centre", "bottom left", "bottom right")
VALUES = {
    "digit": DIGITS, "colour": COLOURS, "background": COLOURS, "size": SIZES, "place": PLACES,
}  # fmt: skip
SIZE_OF = np.array([len(values) for values in VALUES.values()])
OPEN = -1  # in an array of meanings: this attribute is not named
WANTED = (
    f"Expected meanings of five attributes, {', '.join(VALUES)}, each None or a whole number from "
    f"0 to {', '.join(str(size - 1) for size in SIZE_OF)} (captions.read makes one of a text)"
)


class Meaning(NamedTuple):
    """What a caption says: an index into the values of each attribute, or None where it is open."""

    digit: int | None = None
    colour: int | None = None
    background: int | None = None
    size: int | None = None
    place: int | None = None


LOOSE_SHARE = 0.3  # of training captions; the others name all five attributes
OPEN_SHARES = Meaning(0.17, 0.5, 0.5, 0.5, 0.5)  # how often a loose caption leaves each open


def as_rows(meanings):
    """Meanings as an int32 array of shape (num, 5), with -1 where an attribute is open.

    Args:
        meanings: Whole numbers of shape (num, 5), or a list of `Meaning`; at least one.

    Raises:
        ValueError: Not five attributes each, or a value that does not exist.
    """
    rows = meanings
    try:
        if not isinstance(meanings, np.ndarray):
            rows = np.array([[OPEN if value is None else value for value in m] for m in meanings])
    except (TypeError, ValueError):  # one meaning instead of a list, or several lengths
        raise ValueError(f"{WANTED}, at least one, in a list; got {meanings!r:.200}.") from None
    if rows.ndim != 2 or rows.shape[1] != len(VALUES) or len(rows) == 0:
        raise ValueError(f"{WANTED}, at least one; got the shape {rows.shape}.")
    if rows.dtype.kind not in "iu" or (rows < OPEN).any() or (rows >= SIZE_OF).any():
        raise ValueError(f"{WANTED}; got {rows.dtype}, {rows[:3].tolist()}.")
    return rows.astype("int32")


def is_held_out(digit, colour, background):
    """Whether a combination never occurs in training: a fixed tenth of all.

    (digit + colour + 3 background) mod 10 = 0, as in a Latin square: for each pair of colours one
    digit of ten; every pair of values of two attributes still occurs.

    Args:
        digit, colour, background: Whole numbers, or arrays of them; an open one (-1) is not held
            out.

    Returns:
        Bool, of the shape of the arguments.
    """
    digit, colour, background = map(np.asarray, (digit, colour, background))
    all_named = (digit != OPEN) & (colour != OPEN) & (background != OPEN)
    return all_named & ((digit + colour + 3 * background) % 10 == 0)


def is_allowed(rows, held_out):
    """Whether a picture can show these: ink that is seen, and (not) held out; (num,) of bool."""
    colour, background = rows[:, 1:3].T
    allowed = (colour != background) | (colour == OPEN)
    return allowed if held_out is None else allowed & (is_held_out(*rows[:, :3].T) == held_out)


def complete(meanings, seed, held_out=False):
    """Draw the open attributes, so that pictures can be made.

    Args:
        meanings: Array of shape (num, 5), or a list of `Meaning`.
        seed: Whole number, at least 0, or a NumPy generator, which then goes on.
        held_out: False for combinations of training, True for those held out, None for both.

    Returns:
        Int32 of shape (num, 5) without -1: uniform over all that is allowed.

    Raises:
        ValueError: A meaning has no such completion, or is not valid, as `as_rows` says; or
            another seed or `held_out`.
    """
    if held_out not in (False, True, None):
        raise ValueError(f"held_out is {held_out!r}; expected False, True, or None for both.")
    rng, asked = arguments.as_generator(seed), as_rows(meanings)
    rows, waiting = asked.copy(), np.arange(len(asked))
    for _ in range(1000):  # a draw fails in about one of four
        drawn = rng.integers(0, SIZE_OF, (len(waiting), len(SIZE_OF)))
        rows[waiting] = np.where(asked[waiting] == OPEN, drawn, asked[waiting])
        waiting = waiting[~is_allowed(rows[waiting], held_out)]
        if not len(waiting):
            return rows
    raise ValueError(
        f"No picture of {asked[waiting[0]].tolist()} is allowed with held_out={held_out}: its "
        "colours are the same, or held_out rules its combination out; held_out=None rules out none."
    )


def draw(num, seed, held_out=False):
    """Meanings as captions have them: most are full, loose ones leave much open, but never all.

    Were each attribute left open by itself, hardly any caption would leave three or four open,
    and a generator would never learn to choose them all.

    Held-out meanings name digit, colour and background; else they would not be held out.

    Args, returns and raises: as `complete`, with -1 where an attribute is open; num at least 1.
    """
    num, rng = arguments.whole_number("num", num, at_least=1), arguments.as_generator(seed)
    rows = complete(np.full((num, len(SIZE_OF)), OPEN), rng, held_out)
    loose = rng.random((num, 1)) < LOOSE_SHARE
    left_open = loose & (rng.random(rows.shape) < OPEN_SHARES)
    if held_out:
        left_open[:, :3] = False
    left_open[left_open.all(axis=1), 0] = False
    return np.where(left_open, OPEN, rows).astype("int32")


def contradict(meanings, seed, digit_share=0.5):
    """Meanings that differ in one named attribute: wrong for each picture of the first meaning.

    Never a held-out combination: D would learn that those are always wrong.

    Args:
        meanings: As for `complete`, at least one attribute named in each.
        seed: As for `complete`.
        digit_share: How often the digit's word is the wrong one, where all are named; from 0 to
            below 1.

    Returns:
        Int32 of shape (num, 5), with -1 where an attribute is open.

    Raises:
        ValueError: A meaning names nothing, or is not valid, as `as_rows` says; or another seed
            or share.
    """
    arguments.number_within("digit_share", digit_share, below=1)
    rng, rows = arguments.as_generator(seed), as_rows(meanings)
    if (rows == OPEN).all(axis=1).any():
        raise ValueError("A meaning names nothing, so nothing contradicts it; name an attribute.")
    wrong, waiting = rows.copy(), np.arange(len(rows))
    share = np.array([digit_share, *4 * [(1 - digit_share) / 4]])
    while len(waiting):
        old = rows[waiting]
        # exponential clocks: the first to ring among the named, with odds as the shares
        with np.errstate(divide="ignore"):  # a share of 0 rings never
            clocks = np.where(old == OPEN, np.inf, rng.exponential(size=old.shape) / share)
        place = np.arange(len(old)), clocks.argmin(axis=1)
        size, new = SIZE_OF[place[1]], old.copy()
        new[place] = (old[place] + rng.integers(1, size)) % size  # any other value
        wrong[waiting] = new
        waiting = waiting[~is_allowed(new, held_out=False)]
    return wrong
