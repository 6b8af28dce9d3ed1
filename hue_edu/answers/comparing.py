"""Compare what an answer gave, observation by observation, with what is right."""

from contextlib import suppress

import numpy as np

from .guesses import guess
from .numbers import Wrong, difference, to_numbers

NOTHING = None, None


def compare(observed, wanted, mistakes, tolerance, tells=True, guesses=None):
    """Raise Wrong at the first observation that differs from the right one.

    Args:
        observed: Iterator of pairs (place, value), what is seen of the answer in order.
        wanted: List of arrays, the right numbers in the same order.
        mistakes: Iterable of pairs ("what went wrong", list of arrays), looked at only if the
            answer is wrong; one that saw the same numbers is called by its name.
        tolerance: Relative; see `numbers.difference`.
        tells: Whether the right numbers are told; of a single value they are the solution.
        guesses: Whether a mistake that is not listed is guessed; as `tells` if None.
    """
    seen, guesses = [], tells if guesses is None else guesses
    observed = iter(observed)
    for right in wanted:
        place, value = next(observed, NOTHING)
        if place is None:
            raise Wrong("Got fewer results than were asked for.")
        seen.append(_bare(to_numbers(value), right))
        if found := difference(seen[-1], right, tolerance):
            with suppress(Exception):  # a wrong answer may fail later on
                for right, (_, value) in zip(wanted[len(seen) :], observed):
                    seen.append(_bare(to_numbers(value), right))
            named = (
                name
                for name, numbers in mistakes
                if same(seen, [*map(_bare, numbers, wanted)], tolerance)
            )
            mistake = next(named, None) or (guess(seen, wanted, tolerance) if guesses else None)
            raise Wrong(_reason(mistake, place, found, tells))
    if next(observed, None) is not None:
        raise Wrong("Got more results than were asked for.")


def _bare(numbers, right):
    """One number without brackets, where the right one has none."""
    return numbers.reshape(()) if right.ndim == 0 and numbers.size == 1 else numbers


def _reason(mistake, place, found, tells):
    """Why an answer is wrong, in a sentence.

    Args:
        mistake: What went wrong, or None.
        place: Of the first difference, or "".
        found: That `Difference`.
        tells: Whether the right numbers are told too; of a value they are the solution.
    """
    ending = ", not right" if " shape " not in found.got else ""
    said = f"{place}: " if place else ""
    said += f"{found.got}{found.expected if tells else ending}."
    if mistake:
        return f"{mistake} ({said})" if tells else mistake
    return said if len(place) == 1 else said[0].upper() + said[1:]  # a symbol keeps its case


def same(seen, others, tolerance):
    """Whether two lists of observations are the same; NaN and infinity count as one."""
    seen, others = ([np.where(np.isfinite(a), a, np.nan) for a in each] for each in (seen, others))
    return len(seen) == len(others) and all(
        a.shape == b.shape and np.allclose(a, b, tolerance, tolerance / 10, equal_nan=True)
        for a, b in zip(seen, others)
    )
