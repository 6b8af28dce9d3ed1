"""The engine: an exercise checks an answer, gives hints, and shows a solution.

A lesson's file decorates its reference solutions with one of the `kinds`.
"""

import ast
import inspect
import re
import textwrap
import traceback

from . import record
from .guard import TimeIsUp, guarded, has_alarm
from .numbers import (
    NotAttempted,
    Wrong,
    expect_attempt,
)

WIDTH, LINES = 92, 12  # of what is printed
OPENINGS = {"correct": "✅ Correct.", "incorrect": "Not yet.", "not attempted": "Not attempted."}
PLAINER = {  # Keras raises a bare ValueError for these, so only its words tell which mistake it is
    "No gradients provided": (
        "No gradients: was all that leads to this loss computed under its tape?"
    ),
    "non-persistent GradientTape": (
        "a tape answers once; ask each of two tapes, or use `persistent=True`."
    ),
    "numpy-related methods": "a tensor has no such method; keras.ops has a function for it.",
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
            return "incorrect", _told(error, answer), printed

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


def _told(error, answer):
    """An exception of the learner's code in a sentence, with the line where it happened."""
    code = getattr(answer, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.line for f in frames if code and f.filename == code.co_filename and f.line]
    where = f", at `{lines[-1].splitlines()[0][:80]}`" if lines else ""
    said = re.sub(r"\x1b\[\d*m|\{\{.*?\}\} ?|\s*\[Op:.*", "", str(error))  # marks and colours
    said = next((plainer for words, plainer in PLAINER.items() if words in said), said)
    if re.search("broadcast|Incompatible shapes", said):
        said = f"{said[:200].strip()} (axes of length 1 help: a[:, None] turns (n,) into (n, 1))"
    return f"Your code raised {type(error).__name__}{where}: {said[:300] or 'no message'}"


def _say(text):
    """Print a text in lines that a page can hold."""
    if text:
        print(textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False))
