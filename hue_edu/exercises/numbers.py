"""What an answer returned, as numbers that can be compared and shown."""

import numpy as np


class NotAttempted(Exception):
    """The answer still holds the dots."""


class Wrong(Exception):
    """The answer was looked at and is not right; the message says why."""


def expect(condition, message):
    """Raise Wrong with the message unless the condition holds."""
    if not condition:
        raise Wrong(message)


def expect_function(answer):
    """Raise Wrong unless the answer can be called."""
    expect(callable(answer), "Give `check` the function itself: its name, without brackets.")


def expect_shape(numbers, shape, where=""):
    """Raise Wrong unless an array has the shape."""
    why = "" if numbers.shape == shape else difference(numbers, np.zeros(shape), 1.0)
    expect(not why, f"{where}{why}.")


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
    pair = isinstance(value, (tuple, list)) and len(value) == 2
    expect(pair, f"Expected two {what}: `return {names}`.")


def to_numbers(value):
    """The value as a float64 array.

    Raises:
        NotAttempted: It is, or holds, the dots of the task.
        Wrong: It is anything else than numbers.
    """
    expect_returned(value)
    if isinstance(value, (tuple, list)):
        odd = [part for part in value if part is None or isinstance(part, (str, bytes))]
        expect(not odd, f"Got a {type(value).__name__} that holds {odd[:1]}; expected numbers.")
    try:
        array = np.asarray(value)
        found = array.astype("float64") if array.dtype.kind in "biuf" else None
    except Exception:
        found = None
    expect(found is not None, f"Got {_kind(value)}; expected numbers.")
    return found


def difference(got, wanted, tolerance):
    """Why two arrays are not the same, in words; "" if they are.

    Args:
        got, wanted: Arrays of numbers.
        tolerance: Relative; absolute for numbers below 0.1, where it is ten times smaller.
    """
    if got.shape != wanted.shape:
        if wanted.ndim and not got.ndim:
            hint = f", one number for the whole batch; expected the shape {wanted.shape}"
        elif got.ndim and not wanted.ndim:
            hint = ", a value for each sample; expected one number for the batch"
        else:
            hint = f"; expected {wanted.shape}"
        return f"the result has the shape {got.shape}{hint}"
    if np.isnan(got).any() and not np.isnan(wanted).any():
        return "the result holds NaN (not a number): often log 0, 0/0 or 0 times infinity"
    if np.isinf(got).any() and not np.isinf(wanted).any():
        return f"the result is infinite: often log 0 or 1/0; expected {shown(wanted)}"
    if not np.allclose(got, wanted, rtol=tolerance, atol=tolerance / 10):
        return f"got {shown(got)}, expected {shown(wanted)}"
    return ""


def shown(array):
    """A few numbers of an array, for a sentence."""
    flat = np.ravel(array)
    text = ", ".join(f"{number + 0.0:.4g}" for number in flat[:4])  # -0 is 0
    return text if flat.size == 1 else f"({text}{', …' if flat.size > 4 else ''})"


def _kind(value):
    """Type of a value, with "a" or "an"."""
    if isinstance(value, np.ndarray):
        return f"an array of type {value.dtype}"
    if callable(value):
        return f"the function {getattr(value, '__name__', '')!r} itself"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
