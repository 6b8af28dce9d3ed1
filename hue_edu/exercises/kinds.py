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

from ..answers.comparing import compare
from ..answers.numbers import (
    NotAttempted,
    Wrong,
    expect,
    expect_function,
    given_shown,
    to_numbers,
)
from .exercise import Exercise, ValueExercise

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
                yield f"{kind}for {given_shown(names, drawn)}", answer(*map(convert, drawn))
            for name, given in (also or {}).items():
                place = f"{kind}with {name}, for {given_shown(names, given)}"
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
    mistakes = ((name, _numbers_of(observe, other)) for name, other in wrong.items())
    compare(observe(answer), _numbers_of(observe, reference, True), mistakes, tolerance, tells)


@cache
def _numbers_of(observe, answer, is_right=False):
    """The numbers of an answer of the course's own: always the same, so looked at once."""
    numbers = []
    with nullcontext() if is_right else suppress(Exception):  # a mistake may take arrays only
        for _, value in observe(answer):
            numbers.append(to_numbers(value))
    return numbers


def _amount(parts):
    return f"{len(parts)} numbers, {', '.join(parts)}" if parts else "a number or an array"
