"""The engine: an exercise checks an answer, gives hints, and shows a solution.

A lesson's file decorates its reference solutions:

    @formula(task=…, hints=…, shows=…, inputs=…, wrong={"what went wrong": function, …})
    def best_discriminator(p, q):
        return p / (p + q)

`formula` compares with the reference on random inputs, `value` compares numbers, `staged` compares
observations made in order, so that the first one that differs is named, and `examined` leaves all
to a function. An answer that does the same as one of the `wrong` ones is called by its name.
"""

import ast
import inspect
import re
import textwrap
import traceback
from contextlib import suppress
from functools import cache

import numpy as np
from keras import ops

from . import record
from .guard import TimeIsUp, guarded, has_alarm
from .numbers import (
    NotAttempted,
    Wrong,
    difference,
    expect,
    expect_attempt,
    expect_function,
    to_numbers,
)

BATCHES = (5, 1, 64)  # 5 first: with one sample a mean is a sum
WIDTH, LINES = 92, 12  # of what is printed
OPENINGS = {"correct": "Correct.", "incorrect": "Not yet.", "not attempted": "Not attempted."}
PLAINER = {  # Keras raises a bare ValueError for these, so only its words tell which mistake it is
    "No gradients provided": (
        "No gradients: was all that leads to this loss computed under its tape?"
    ),
    "Unknown variable": (
        "this optimizer was built for the other player's weights; each needs its own."
    ),
}


class Exercise:
    """One exercise of a lesson.

    Attributes:
        name: Of the exercise, and of what the learner writes, such as `"best_discriminator"`.
        lesson: Where it belongs, such as `"lesson_02"`.
        key: Both, as the progress file has them.
        task: One sentence.
    """

    def __init__(self, reference, task, hints, shows, examine, seconds):
        self.name, self.lesson = reference.__name__, reference.__module__.split(".")[-1]
        self.key = f"{self.lesson}.{self.name}"
        self.reference, self.task, self.hints, self.shows = reference, task, hints, shows
        self._examine, self._seconds, self._num_hints = examine, seconds, 0
        self.__doc__ = task

    def __repr__(self):
        return f"<{self.key}: {self.task} Use .check(…), .hint() or .solution().>"

    def check(self, answer):
        """Print whether the answer is right; nothing is raised.

        Args:
            answer: What the task asks for: a function (itself, not called), or numbers.
        """
        if not has_alarm() and answer is not ...:
            _say("(No alarm here: should this not end, stop it with Kernel → Interrupt.)")
        outcome, why, printed = self.judge(answer)
        _say(f"{OPENINGS[outcome]} {why}")
        if outcome == "correct":
            done, trouble = record.remember(self.key)
            here = [e.key for e in exercises_of(inspect.getmodule(self.reference))]
            _say(f"{len({*here} & {*done})} of {len(here)} are done in this lesson.")
            _say(trouble)
        if str(printed) and outcome != "not attempted":
            _say("Your code printed:")
            print(textwrap.indent("\n".join(str(printed).splitlines()[:LINES]), "    "))

    def judge(self, answer):
        """The same without a print.

        Returns:
            `"correct"`, `"incorrect"` or `"not attempted"`; the reason in words; what the answer
            printed.
        """
        printed = ""
        try:
            with guarded(self._seconds) as printed:
                expect_attempt(answer)
                self._examine(answer)
            return "correct", self.shows, printed
        except NotAttempted:
            return "not attempted", f"{self.task} Put your answer where the dots are.", printed
        except Wrong as wrong:
            return "incorrect", str(wrong), printed
        except TimeIsUp:
            why = f"It was stopped: it took longer than {self._seconds} s."
            return "incorrect", f"{why} Is there a loop that never ends?", printed
        except BaseException as error:
            return "incorrect", _told(error, answer), printed

    def hint(self):
        """Print the next hint."""
        self._num_hints = min(self._num_hints + 1, len(self.hints))
        _say(f"Hint {self._num_hints} of {len(self.hints)}: {self.hints[self._num_hints - 1]}")
        if self._num_hints == len(self.hints):
            _say("That was the last hint; .solution() shows an answer.")

    def solution(self):
        """Print one answer that is right; there may be others."""
        print(self.source)

    @property
    def source(self):
        """The reference solution as the learner would write it."""
        source = textwrap.dedent(inspect.getsource(self.reference))
        function = ast.parse(source).body[0]
        return "\n".join(source.splitlines()[function.lineno - 1 :])


class ValueExercise(Exercise):
    """An exercise whose answer is a number or a few, not a function."""

    @property
    def source(self):
        function = ast.parse(super().source).body[0]
        return f"{self.name} = {ast.unparse(function.body[-1].value)}"


def exercises_of(lesson):
    """The exercises of a lesson's module, in order."""
    return [thing for thing in vars(lesson).values() if isinstance(thing, Exercise)]


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
    task, hints, shows, inputs, wrong, also=None, tensors=True, tolerance=1e-4, counts="sample"
):
    """Decorator: the answer must compute the same as the reference.

    Args:
        inputs: Function of a NumPy generator and a batch size, which returns a tuple of arrays.
        wrong: Dictionary from "what went wrong" to a function that does just that.
        also: Dictionary from a name to further inputs, tried last.
        tensors: Whether the inputs come as Keras tensors, too.
        tolerance: Relative.
        counts: What the size counts; "" where the inputs have none.
    """

    def observe(answer):
        expect_function(answer)
        rng = np.random.default_rng(0)
        for num in BATCHES:
            drawn = inputs(rng, num)
            place = f"with {num} {counts}{'s'[: num > 1]}" if counts else ""
            yield place, answer(*map(np.copy, drawn))
            if tensors:
                yield f"with tensors, {num}", answer(*map(ops.convert_to_tensor, drawn))
        for name, given in (also or {}).items():
            yield f"with {name}", answer(*map(np.copy, given))

    return staged(task, hints, shows, observe, wrong, tolerance, seconds=5)


def value(task, hints, shows, wrong, parts=(), verify=None, tolerance=5e-3):
    """Decorator: the answer is the array, number or tuple of numbers that the function returns.

    Args:
        wrong: Dictionary from "what went wrong" to a function that returns just that.
        parts: What each number is; they are compared in this order.
        verify: Function of the answer that raises Wrong with a better reason, tried first.
        tolerance: Relative.
    """

    def observe(answer):
        numbers = to_numbers(answer())
        fits = not parts or numbers.shape == (len(parts),)
        expect(fits, f"Got the shape {numbers.shape}; expected {_amount(parts)}.")
        yield from zip(parts, numbers) if parts else [("", numbers)]

    def decorate(reference):
        def examine(answer):
            expect(not callable(answer), "Got a function; expected what it would return.")
            expect(answer is not None, f"Got None; expected {_amount(parts)}.")
            if verify:
                verify(answer)
            _compare(lambda: answer, reference, observe, wrong, tolerance, tells=False)

        return ValueExercise(reference, task, hints, shows, examine, seconds=60)

    return decorate


def _compare(answer, reference, observe, wrong, tolerance, tells=True):
    """Raise Wrong at the first observation in which answer and reference differ."""
    wanted, observed, seen = _numbers_of(observe, reference), observe(answer), []
    for right, (place, value) in zip(wanted, observed):
        seen.append(to_numbers(value))
        if found := difference(seen[-1], right, tolerance):
            with suppress(Exception):  # a wrong answer may fail later on
                for _, value in observed:
                    seen.append(to_numbers(value))
            mistakes = (
                name
                for name, other in wrong.items()
                if _same(seen, _numbers_of(observe, other), tolerance)
            )
            raise Wrong(_reason(next(mistakes, None), place, found, tells))


def _reason(mistake, place, found, tells):
    """Why an answer is wrong, in a sentence.

    Args:
        mistake: The known mistake that it is, or None.
        place: Of the first difference, or "".
        found: That `Difference`.
        tells: Whether the right numbers are told too; of a value they are the solution.
    """
    said = f"{place}: " if place else ""
    said += f"{found.got}{found.expected if tells else ', not right'}."
    if mistake:
        return f"{mistake} ({said})" if tells else mistake
    return said if len(place) == 1 else said[0].upper() + said[1:]  # a symbol keeps its case


@cache
def _numbers_of(observe, answer):
    """The numbers of an answer of the course's own: always the same, so looked at once."""
    return [to_numbers(value) for _, value in observe(answer)]


def _same(seen, others, tolerance):
    """Whether two lists of observations are the same; NaN and infinity count as one."""
    seen, others = ([np.where(np.isfinite(a), a, np.nan) for a in each] for each in (seen, others))
    return len(seen) == len(others) and all(
        a.shape == b.shape and np.allclose(a, b, tolerance, tolerance / 10, equal_nan=True)
        for a, b in zip(seen, others)
    )


def _amount(parts):
    return f"{len(parts)} numbers, {', '.join(parts)}" if parts else "a number or an array"


def _told(error, answer):
    """An exception of the learner's code in a sentence, with the line where it happened."""
    code = getattr(answer, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.line for f in frames if code and f.filename == code.co_filename and f.line]
    where = f", at `{lines[-1].splitlines()[0][:80]}`" if lines else ""
    said = re.sub(r"\x1b\[\d*m|\{\{.*?\}\} ?|\s*\[Op:.*", "", str(error))  # marks and colours
    said = next((plainer for words, plainer in PLAINER.items() if words in said), said)
    return f"Your code raised {type(error).__name__}{where}: {said[:300] or 'no message'}"


def _say(text):
    """Print a text in lines that a page can hold."""
    if text:
        print(textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False))
