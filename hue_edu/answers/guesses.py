"""What may have gone wrong with an answer whose mistake the exercise does not list."""

import numpy as np

OF_THE_RIGHT = {  # what was returned, as a function of the right numbers
    "The sign is turned around.": np.negative,
    "This is 1 minus what was asked for.": lambda right: 1 - right,
    "This is the logarithm of what was asked for.": np.log,
    "This is the exponential of what was asked for.": np.exp,
    "This is the square of what was asked for.": np.square,
    "This is the square root of what was asked for.": np.sqrt,
    "This is 1 divided by what was asked for.": np.reciprocal,
    "Everything is 0.": lambda right: 0 * right,
}
OTHER_SHAPES = {
    "It is transposed.": np.transpose,
    "The order is turned around.": np.flip,
    "The mean over all is returned, one number instead of several.": np.mean,
    "The sum over all is returned, one number instead of several.": np.sum,
}


def guess(seen, wanted, tolerance):
    """A sentence on what went wrong, or None.

    Args:
        seen, wanted: Lists of arrays, one for each observation: what came, and what is right.
        tolerance: Relative.
    """
    if len(seen) != len(wanted):
        return None
    with np.errstate(all="ignore"):
        return _guess(seen, wanted, tolerance)


def _guess(seen, wanted, tolerance):
    def are(change):
        return all(_close(one, change(right), tolerance) for one, right in zip(seen, wanted))

    for sentence, change in (OF_THE_RIGHT | OTHER_SHAPES).items():
        if are(change):
            return sentence
    if all(one.shape == right.shape for one, right in zip(seen, wanted)):
        return _constant(np.concatenate([*map(np.ravel, seen)]),
                         np.concatenate([*map(np.ravel, wanted)]), tolerance)  # fmt: skip
    return _of_shape(seen, wanted, tolerance)


def _constant(got, right, tolerance):
    """The same factor, or the same difference, everywhere."""
    if len(got) < 3 or np.ptp(right) == 0:
        return None
    factor = np.median(got[right != 0] / right[right != 0])
    if _close(got, factor * right, tolerance):
        return f"Every number is {factor:.4g} times what it should be."
    more = np.median(got - right)
    if _close(got, right + more, tolerance):
        return f"Every number is {abs(more):.4g} too {'large' if more > 0 else 'small'}."
    return None


def _of_shape(seen, wanted, tolerance):
    """Right numbers in a wrong shape, or not yet brought together."""
    if all(_close(one.squeeze(), right.squeeze(), tolerance) for one, right in zip(seen, wanted)):
        return "The numbers are right; only the shape is not (an axis of length 1)."
    for sentence, bring in (
        ("These are the numbers whose mean was asked for.", np.mean),
        ("These are the numbers whose sum was asked for.", np.sum),
    ):
        if all(_close(bring(one), right, tolerance) for one, right in zip(seen, wanted)):
            return sentence
    one, right = max(zip(seen, wanted), key=lambda pair: pair[0].size)
    if one.ndim == 2 and len(set(one.shape)) == 1 and len(one) == right.size > 1:
        return "Every sample met every other: (n,) and (n, 1) give (n, n). Use one shape for both."
    return None


def _close(one, other, tolerance):
    other = np.asarray(other)
    return one.shape == other.shape and np.allclose(one, other, tolerance, tolerance / 10)
