"""What an answer returned, as numbers that can be compared and shown."""

from contextlib import suppress
from decimal import Decimal
from numbers import Number
from typing import NamedTuple

import numpy as np


class NotAttempted(Exception):
    """The answer still holds the dots."""


class Wrong(Exception):
    """The answer was looked at and is not right; the message says why."""


class Difference(NamedTuple):
    """How a result differs from the right one, in two parts of a sentence.

    Attributes:
        got: What came, such as `"got 3"`; this never holds the right numbers.
        expected: How the sentence goes on with the right numbers, such as `", expected 4"`, or "";
            never told where the number itself is the solution.
    """

    got: str
    expected: str = ""


def expect(condition, message):
    """Raise Wrong with the message unless the condition holds."""
    if not condition:
        raise Wrong(message)


def expect_function(answer):
    """Raise Wrong unless the answer can be called."""
    expect(callable(answer), "Give `check` the function itself: its name, without brackets.")


def expect_shape(numbers, shape, where):
    """Raise Wrong, with a message that begins with `where`, unless an array has the shape."""
    expect(numbers.shape == shape, f"{where}{_of_shapes(numbers.shape, shape)}.")


def expect_attempt(value):
    """Raise NotAttempted if the value is, or holds, the dots of the task."""
    if value is ... or (isinstance(value, (tuple, list)) and any(part is ... for part in value)):
        raise NotAttempted


def expect_returned(value):
    """Raise Wrong for None, NotAttempted for the dots."""
    expect_attempt(value)
    expect(value is not None, "Got None. Does the function end with a `return`?")


def expect_two(value, what, names):
    """Raise Wrong unless the value is a pair, such as "losses", `"d_loss, g_loss"`."""
    expect_returned(value)
    expect(
        isinstance(value, (tuple, list)) and len(value) == 2,
        f"Expected two {what}: `return {names}`.",
    )


def to_numbers(value):
    """The value as a float64 array; parts of a tuple or list are stacked.

    Raises:
        NotAttempted: It is, or holds, the dots of the task.
        Wrong: It is anything else than numbers.
    """
    expect_returned(value)
    if isinstance(value, (tuple, list)) and value:
        kind = type(value).__name__
        odd = [part for part in value if part is None or isinstance(part, (str, bytes))]
        expect(not odd, f"Got a {kind} that holds {odd[:1]}; expected numbers.")
        parts = [to_numbers(part) for part in value]
        if len({part.shape for part in parts}) > 1 and all(part.size == 1 for part in parts):
            parts = [part.reshape(()) for part in parts]  # 1 and [1] are one number each
        shapes = [part.shape for part in parts]
        several = ", ".join(map(str, dict.fromkeys(shapes)))
        expect(len(set(shapes)) == 1, f"Got a {kind} whose parts have the shapes {several}.")
        return np.stack(parts)
    if isinstance(value, (Number, Decimal)) and not isinstance(value, complex):
        return np.asarray(float(value))
    with suppress(Exception):  # whatever an object raises when asked for its numbers
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array.astype("float64")
    raise Wrong(f"Got {_kind(value)}; expected numbers.")


def difference(got, wanted, tolerance):
    """How two arrays differ, as `Difference`; None if they do not.

    Args:
        got, wanted: Arrays of numbers.
        tolerance: Relative; absolute for numbers below 0.1, where it is ten times smaller.
    """
    if got.shape != wanted.shape:
        return Difference(_of_shapes(got.shape, wanted.shape))
    if np.isnan(got).any() and not np.isnan(wanted).any():
        return Difference(
            "the result holds NaN (not a number): often log 0, 0/0 or 0 times infinity"
        )
    if np.isinf(got).any() and not np.isinf(wanted).any():
        return Difference(
            "the result is infinite (often log 0 or 1/0)", f", expected {shown(wanted)}"
        )
    close = np.isclose(got, wanted, rtol=tolerance, atol=tolerance / 10)
    if close.all():
        return None
    place = tuple(map(int, np.argwhere(~close)[0]))
    one, right = _apart(got[place], wanted[place])
    where = f" at {list(place)}" if place else ""
    return Difference(f"got {one}{where}", f", expected {right}")


def _apart(got, wanted):
    """Two different numbers as texts that differ."""
    for digits in range(4, 17):
        one, other = number(got, digits), number(wanted, digits)
        if one != other:
            break
    return one, other


def number(value, digits=4):
    """A number for a sentence: 640,000 and not 6.4e+05."""
    value = float(value) + 0.0  # -0 is 0
    if 1e4 <= abs(value) < 1e12:
        text = f"{value:,.{max(0, digits - 5)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.{digits}g}"


def _of_shapes(got, wanted):
    """How two shapes differ, in words."""
    if wanted == (2,) and not got:
        return "got one number; expected two"
    if wanted and not got:
        hint = f", one number for the whole batch; expected the shape {wanted}"
    elif got in ((1,), (1, 1)) and not wanted:
        hint = "; expected a number without brackets around it"
    elif got and not wanted:
        hint = ", several numbers; expected one"
    else:
        hint = f"; expected {wanted}"
    return f"the result has the shape {got}{hint}"


def shown(array):
    """A few numbers of an array, for a sentence."""
    flat = np.ravel(array)
    text = ", ".join(map(number, flat[:4]))
    return text if flat.size == 1 else f"({text}{', …' if flat.size > 4 else ''})"


def given_shown(names, given):
    """What a function was given, for a sentence: rows and columns of numbers, other shapes."""
    arrays = [np.asarray(each) for each in given]
    return ", ".join(
        f"{name} = {shown(array)}"
        if array.size == max(array.shape, default=1) <= 100
        else f"{name} of shape {array.shape}"
        for name, array in zip(names, arrays)
    )


def _kind(value):
    """Type of a value, with "a" or "an"."""
    if isinstance(value, np.ndarray):
        return f"an array of type {value.dtype}"
    if callable(value):
        return f"the function {getattr(value, '__name__', '')!r} itself"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
