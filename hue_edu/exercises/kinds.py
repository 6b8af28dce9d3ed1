"""The kinds of exercises: decorators that make one of a reference solution.

    @formula(task=…, hints=…, shows=…, inputs=…, wrong={"what went wrong": function, …})
    def best_discriminator(p, q):
        return p / (p + q)

`formula` compares with the reference on random inputs, `value` compares numbers, `staged` compares
observations made in order, so that the first one that differs is named, and `examined` leaves all
to a function. An answer that does the same as one of the `wrong` ones is called by its name.
"""

import inspect
from contextlib import nullcontext, suppress
from functools import cache

import numpy as np
import tensorflow as tf
from keras import ops

from .exercise import Exercise, ValueExercise
from .guesses import guess
from .numbers import (
    NotAttempted,
    Wrong,
    difference,
    expect,
    expect_function,
    shown,
    to_numbers,
)

BATCHES = (5, 1, 64)  # 5 first: with one sample a mean is a sum
ARRAYS_ONLY = (
    "(It takes arrays only; a training step hands it tensors, for which there is keras.ops.)"
)
TENSORS_ONLY = "(It takes tensors only; keras.ops takes arrays, too.)"


def examined(task, hints, shows, examine, is_value=False, seconds=60):
    """Decorator: the function is the reference solution, `examine(answer)` raises Wrong.

    Args:
        task: One sentence.
        hints: Sentences, from a nudge to nearly all.
        shows: What a right answer shows, in a sentence.
        examine: Function of an answer.
        is_value: Whether the answer is what the function returns, instead of the function.
        seconds: Time limit of a check.
    """
    kind = ValueExercise if is_value else Exercise
    return lambda reference: kind(reference, task, hints, shows, examine, seconds)


def staged(task, hints, shows, observe, wrong, tolerance=1e-4, seconds=60):
    """Decorator: what can be observed of an answer must be the same as of the reference.

    Args:
        observe: Generator function of an answer, which yields pairs (place, value) in order.
        wrong: Dictionary from "what went wrong" to an answer that does just that.
        tolerance: Relative.
        seconds: Time limit of a check.
    """

    def decorate(reference):
        def examine(answer):
            _compare(answer, reference, observe, wrong, tolerance)

        return Exercise(reference, task, hints, shows, examine, seconds)

    return decorate


def formula(
    task, hints, shows, inputs, wrong, also=None, tensors=True, tolerance=1e-4, trains=False
):
    """Decorator: the answer must compute the same as the reference.

    Args:
        inputs: Function of a NumPy generator and a batch size, which returns a tuple of arrays.
        wrong: Dictionary from "what went wrong" to a function that does just that.
        also: Dictionary from a name to further inputs, tried last.
        tensors: Whether an answer is tried with tensors, too. It passes if it gives the right
            numbers for one of the two, and none that are wrong for the other.
        tolerance: Relative.
        trains: Whether a gradient must reach each input.
    """

    def decorate(reference):
        names = inspect.signature(reference).parameters

        def observe(answer, convert=np.copy, kind=""):
            expect_function(answer)
            rng = np.random.default_rng(0)
            for num in BATCHES:
                drawn = inputs(rng, num)
                yield f"{kind}for {_inputs(names, drawn)}", answer(*map(convert, drawn))
            for name, given in (also or {}).items():
                place = f"{kind}with {name}, for {_inputs(names, given)}"
                yield place, answer(*map(convert, given))

        def as_tensors(answer):
            yield from observe(answer, _tensor, "with tensors, ")

        def examine(answer):
            failed = {}
            for kind in (observe, as_tensors)[: 1 + tensors]:
                try:
                    _compare(answer, reference, kind, wrong, tolerance)
                except (Wrong, NotAttempted):
                    raise
                except Exception as error:
                    failed[kind] = error
            if len(failed) == 1 + tensors:
                raise failed[observe]
            if trains:
                _expect_gradients(answer, names, inputs(np.random.default_rng(0), BATCHES[0]))
            if failed:
                return ARRAYS_ONLY if as_tensors in failed else TENSORS_ONLY

        return Exercise(reference, task, hints, shows, examine, seconds=5)

    return decorate


def _expect_gradients(answer, names, arrays):
    """Raise Wrong unless a gradient reaches each input of an answer that is right."""
    tensors = [_tensor(array) for array in arrays]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        result = tf.convert_to_tensor(answer(*tensors))
    gradients = zip(names, tape.gradient(result, tensors))
    lost = [name for name, gradient in gradients if gradient is None]
    expect(
        not lost,
        f"The numbers are right, but no gradient reaches {', '.join(lost)}: what NumPy computes "
        "leaves the tape. Use `keras.ops`.",
    )


def _tensor(array):
    """An array as a tensor of the type that networks use."""
    kind = "int32" if np.issubdtype(array.dtype, np.integer) else "float32"
    return ops.convert_to_tensor(array, kind)


def _inputs(names, given):
    """What a function was given, for a sentence: rows and columns of numbers, other shapes."""
    arrays = [np.asarray(each) for each in given]
    return ", ".join(
        f"{name} = {shown(array)}"
        if array.size == max(array.shape, default=1) <= 100
        else f"{name} of shape {array.shape}"
        for name, array in zip(names, arrays)
    )


def value(task, hints, shows, wrong, parts=(), each=(), verify=None, tolerance=5e-3):
    """Decorator: the answer is the array, number or tuple of numbers that the function returns.

    Args:
        wrong: Dictionary from "what went wrong" to a function that returns just that.
        parts: What each number is; they are compared in this order.
        each: For each part a dictionary from "what went wrong" to the number that comes of it; it
            is called by its name whatever the other numbers are.
        verify: Function of the answer that raises Wrong with a better reason, tried first.
        tolerance: Relative.
    """

    def decorate(reference):
        def observe(answer):
            numbers, right = to_numbers(answer()), np.asarray(reference())
            if not parts and numbers.size == right.size:
                numbers = numbers.reshape(right.shape)  # brackets around a number are fine
            fits = not parts or numbers.shape == (len(parts),)
            expect(fits, f"Got the shape {numbers.shape}; expected {_amount(parts)}.")
            yield from zip(parts, numbers) if parts else [("", numbers)]

        def examine(answer):
            expect(not callable(answer), "Got a function; expected what it would return.")
            expect(answer is not None, f"Got None; expected {_amount(parts)}.")
            _name_each(answer, reference, each, tolerance)
            if verify:
                verify(answer)
            _compare(lambda: answer, reference, observe, wrong, tolerance, tells=False)

        return ValueExercise(reference, task, hints, shows, examine, seconds=60)

    return decorate


def _name_each(answer, reference, each, tolerance):
    """Raise Wrong with the name of the first number that is a known mistake of its part."""
    if not each or (numbers := np.ravel(to_numbers(answer))).size != len(each):
        return
    turned_around = np.allclose(numbers, reference()[::-1], rtol=2 * tolerance)
    expect(not turned_around, "The two answers are in the other order.")
    for number, mistakes in zip(numbers, each):
        for told, known in mistakes.items():
            expect(not np.isclose(number, known, rtol=tolerance / 2, atol=0), told)


def _compare(answer, reference, observe, wrong, tolerance, tells=True):
    """Raise Wrong at the first observation in which answer and reference differ."""
    wanted, observed, seen = _numbers_of(observe, reference, True), observe(answer), []
    for right, (place, value) in zip(wanted, observed):
        seen.append(_bare(to_numbers(value), right))
        if found := difference(seen[-1], right, tolerance):
            with suppress(Exception):  # a wrong answer may fail later on
                for right, (_, value) in zip(wanted[len(seen) :], observed):
                    seen.append(_bare(to_numbers(value), right))
            mistakes = (
                name
                for name, other in wrong.items()
                if _same(seen, [*map(_bare, _numbers_of(observe, other), wanted)], tolerance)
            )
            mistake = next(mistakes, None) or (guess(seen, wanted, tolerance) if tells else None)
            raise Wrong(_reason(mistake, place, found, tells))


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


@cache
def _numbers_of(observe, answer, is_right=False):
    """The numbers of an answer of the course's own: always the same, so looked at once."""
    numbers = []
    with nullcontext() if is_right else suppress(Exception):  # a mistake may take arrays only
        for _, value in observe(answer):
            numbers.append(to_numbers(value))
    return numbers


def _same(seen, others, tolerance):
    """Whether two lists of observations are the same; NaN and infinity count as one."""
    seen, others = ([np.where(np.isfinite(a), a, np.nan) for a in each] for each in (seen, others))
    return len(seen) == len(others) and all(
        a.shape == b.shape and np.allclose(a, b, tolerance, tolerance / 10, equal_nan=True)
        for a, b in zip(seen, others)
    )


def _amount(parts):
    return f"{len(parts)} numbers, {', '.join(parts)}" if parts else "a number or an array"
