"""Numbers that callers give: which are taken, and the sentence that refuses the others."""

import math
import operator
from numbers import Real

import numpy as np


def whole_number(name, value, at_least=0, below=math.inf):
    """The value as Python's `int`, from any kind of whole number, NumPy's too.

    Args:
        name: Of the argument, for the error.
        value: Such as `3`, `np.int64(3)` or an array of no dimensions.
        at_least: The smallest that will do.
        below: The first that is too large.

    Returns:
        `int`, at least `at_least`.

    Raises:
        ValueError: It is no whole number, or too small or too large.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or not at_least <= number < below:
        most = "" if below == math.inf else f" and at most {below - 1:,}"
        raise ValueError(
            f"{name} is {value!r}; expected a whole number, at least {at_least}{most}."
        )
    return number


def number_within(name, value, low=0.0, below=math.inf):
    """Refuse anything but a number from `low` to below `below`.

    Args:
        name: Of the argument, for the error.
        value: A number.
        low, below: The ends.

    Raises:
        ValueError: It is no number or outside of the ends, such as -1, NaN or infinity.
    """
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()  # an array of no dimensions
    if not isinstance(value, Real) or isinstance(value, bool) or not low <= value < below:
        wanted = f"at least {low:g}" if below == math.inf else f"from {low:g} to below {below:g}"
        hint = "; it takes no schedule here" if callable(value) else ""
        raise ValueError(f"{name} is {value!r}; expected a number, {wanted}{hint}.")


def as_generator(seed):
    """The NumPy generator that a seed starts; one that is given goes on.

    Args:
        seed: Whole number, at least 0, or a NumPy generator.

    Raises:
        ValueError: Anything else, None too, with which each run would draw other numbers.
    """
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(whole_number("seed", seed))


def as_labels(labels, num_classes=None, num=None, name="labels"):
    """Labels of classes as an integer array of shape (num,).

    Args:
        labels: Whole numbers, at least one.
        num_classes: They are from 0 to num_classes - 1; None for any that int32 holds.
        num: As many there must be, one for each image; None for any number.
        name: Of the argument, for the error.

    Raises:
        ValueError: Another shape, kind or number, or a label out of range; says how to mend it.
    """
    try:
        array = np.asarray(labels)
    except ValueError:  # parts of several lengths
        array = np.array(labels, object)
    shape, kind, most = array.shape, array.dtype.kind, (num_classes or 2**31) - 1
    wanted = "whole numbers of shape (num,)"
    if num_classes is not None:
        wanted = f"whole numbers from 0 to {num_classes - 1}, of shape (num,)"
    came = f"{name} have the shape {shape} and the dtype {array.dtype}; expected {wanted}"
    if kind in "iufb" and len(shape) == 2 and shape[1] > 1 and _is_one_hot(array):
        raise ValueError(f"{came}: these are one-hot, use {name}.argmax(axis=1).")
    if len(shape) == 2 and shape[1] == 1:
        raise ValueError(f"{came}: use {name}[:, 0].")
    if len(shape) != 1 or not len(array):
        raise ValueError(f"{came}, at least one.")
    if kind not in "iu":
        mend = f": use np.asarray({name}).astype(int)" if _are_whole(array) else ""
        raise ValueError(f"{came}{mend}.")
    if array.min() < 0 or array.max() > most:
        came = f"{name} lie between {array.min()} and {array.max()}"
        raise ValueError(f"{came}; expected whole numbers from 0 to {most}.")
    if num is not None and len(array) != num:
        raise ValueError(f"Got {len(array):,} {name}; expected one for each of the {num:,} images.")
    return array.astype("int64")


def _is_one_hot(array):
    return bool(((array == 0) | (array == 1)).all() and (array.sum(axis=1) == 1).all())


def _are_whole(array):
    """Whether labels of another kind are whole numbers all the same, such as 3.0 and "3"."""
    try:
        numbers = array.astype("float64")
    except (TypeError, ValueError):
        return False
    return array.dtype.kind != "b" and bool((numbers == np.round(numbers)).all())
