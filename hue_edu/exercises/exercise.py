"""The engine: an exercise checks an answer, gives hints, and shows a solution.

A lesson's file decorates its reference solutions with one of the `kinds`.
"""

import ast
import inspect
import textwrap

from ..answers.errors import told
from ..answers.guard import TimeIsUp, guarded, has_alarm
from ..answers.numbers import (
    NotAttempted,
    Wrong,
    expect_attempt,
)
from . import record

WIDTH, LINES = 92, 12  # of what is printed
OPENINGS = {"correct": "✅ Correct.", "incorrect": "Not yet.", "not attempted": "Not attempted."}


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
                remark = self._examine(answer) or ""
            return "correct", f"{self.shows} {remark}".strip(), printed
        except NotAttempted:
            return "not attempted", f"{self.task} Put your answer in place of the dots.", printed
        except Wrong as wrong:
            return "incorrect", str(wrong), printed
        except TimeIsUp:
            why = f"It was stopped: it took longer than {self._seconds} s."
            return "incorrect", f"{why} Is there a loop that never ends?", printed
        except BaseException as error:
            return "incorrect", told(error, answer), printed

    def hint(self, number=None):
        """Print the next hint, or the one with this number; after the last comes the first again.

        Args:
            number: From 1.
        """
        self._num_hints = number or self._num_hints % len(self.hints) + 1
        _say(f"Hint {self._num_hints} of {len(self.hints)}: {self.hints[self._num_hints - 1]}")
        if self._num_hints == len(self.hints):
            _say("That was the last hint; .hint() begins again, and .solution() shows an answer.")

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


def _say(text):
    """Print a text in lines that a page can hold."""
    if text:
        print(textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False))
