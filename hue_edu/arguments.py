"""Numbers that callers give: which are taken, and the sentence that refuses the others."""

import math
import operator
from numbers import Real


def whole_number(name, value, at_least=0):
    """The value as Python's `int`, from any kind of whole number, NumPy's too.

    Args:
        name: Of the argument, for the error.
        value: Such as `3`, `np.int64(3)` or an array of no dimensions.
        at_least: The smallest that will do.

    Returns:
        `int`, at least `at_least`.

    Raises:
        ValueError: It is no whole number, or too small.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < at_least:
        raise ValueError(f"{name} is {value!r}; expected a whole number, at least {at_least}.")
    return number


def number_within(name, value, low=0.0, below=math.inf):
    """Refuse anything but a number from `low` to below `below`, or a schedule.

    Args:
        name: Of the argument, for the error.
        value: A number, or a function of the step that returns one.
        low, below: The ends.

    Raises:
        ValueError: It is no number or outside of the ends, such as -1, NaN or infinity.
    """
    if callable(value):
        return
    if not isinstance(value, Real) or not low <= value < below:
        wanted = f"at least {low:g}" if below == math.inf else f"from {low:g} to below {below:g}"
        raise ValueError(f"{name} is {value!r}; expected a number, {wanted}.")
