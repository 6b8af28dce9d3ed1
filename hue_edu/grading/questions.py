"""Questions of a graded assignment: what an answer is asked, and how what it says is looked at.

Here is what may be public: inputs, stages, points. The right answers lie with the teacher, in the
assignment's source; of the visible inputs their numbers are recorded, so that a student's check
needs no solution beside it.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ..answers.comparing import compare
from ..answers.errors import told
from ..answers.guard import TimeIsUp, guarded
from ..answers.numbers import (
    NotAttempted,
    Wrong,
    expect,
    expect_attempt,
    expect_function,
    expect_returned,
    given_shown,
    to_numbers,
)

VISIBLE_SEED = 1
RECORDED = Path(__file__).parent / "recorded"
UNSOLVED = "Put your answer in place of this line."  # what a release says where a solution was


@dataclass(frozen=True)
class Part:
    """What some of a question's points are given for.

    Attributes:
        name: A few words.
        points: Whole number.
        inputs: Function of a NumPy generator and a batch size, which returns a tuple of arrays.
        stage: Which stage of the answer counts here; "" for all.
        batches: Batch sizes.
    """

    name: str
    points: int
    inputs: Callable
    stage: str = ""
    batches: tuple = (5, 1, 64)


@dataclass(frozen=True)
class Question:
    """A function that the student writes.

    Attributes:
        name: Of the function.
        title: What it is, in a few words.
        lesson: Where to read.
        arguments: Names of the arrays that it takes.
        parts: What its points are given for.
        probe: Function of an answer and its arrays, which returns pairs (stage, value).
        tolerance: Relative; see `answers.numbers.difference`.
    """

    name: str
    title: str
    lesson: str
    arguments: tuple
    parts: tuple
    probe: Callable = lambda answer, *arrays: [("", answer(*arrays))]
    tolerance: float = 1e-4

    @property
    def points(self):
        """The most points that it gives."""
        return sum(part.points for part in self.parts)

    def numbers(self, answer, arrays):
        """What an answer says to some arrays: list of pairs (stage, float64 array).

        A stage that is no number is the `Wrong` that says why, so that others can still count.

        Raises:
            NotAttempted, Wrong: Its dots are still there, or it is no function.
        """
        expect_attempt(answer)
        expect_function(answer)
        copies = [
            np.copy(array) if np.ndim(array) else np.asarray(array).item() for array in arrays
        ]
        return [(stage, _numbers_or_why(value)) for stage, value in self.probe(answer, *copies)]

    def observed(self, part, ask, seed, hidden=False):
        """Pairs (place, numbers) of one part: what is seen of an answer, in order.

        Args:
            ask: Function of a list of arrays that returns pairs (stage, numbers).
            seed: Whole number; another seed, other inputs.
            hidden: Whether the place leaves out what the inputs are.

        Raises:
            Wrong: A stage that counts here is no number.
        """
        rng = np.random.default_rng([seed, zlib.crc32(f"{self.name} {part.name}".encode())])
        for num in part.batches:
            arrays = part.inputs(rng, num)
            for stage, value in ask(arrays):
                if part.stage not in ("", stage):
                    continue
                if isinstance(value, Exception):
                    raise value
                place = f"{stage}, " if stage else ""
                given = f"inputs of size {num}" if hidden else given_shown(self.arguments, arrays)
                yield f"{place}for {given}", value

    def judge(self, part, ask, seed, wanted, mistakes, hidden=False):
        """Outcome of one part, and why.

        Args:
            wanted: List of arrays, as `observed` gives them for a right answer.
            mistakes: Iterable of pairs ("what went wrong", list of arrays).
            ask, seed: As for `observed`.
            hidden: Whether the sentence tells neither inputs nor the right numbers.

        Returns:
            `"correct"`, `"incorrect"` or `"not attempted"`; a sentence.
        """
        try:
            observed = self.observed(part, ask, seed, hidden)
            compare(observed, wanted, mistakes, self.tolerance, tells=not hidden, guesses=True)
        except NotAttempted:
            return "not attempted", "Not attempted yet."
        except Wrong as wrong:
            return "incorrect", str(wrong)
        return "correct", ""


def _numbers_or_why(value):
    try:
        return to_numbers(value)
    except NotAttempted:
        return Wrong("Not attempted yet.")
    except Wrong as wrong:
        return wrong


def several(*stages):
    """A probe for an answer that returns one number, or array, for each of the stages."""

    def probe(answer, *arrays):
        returned = answer(*arrays)
        expect_returned(returned)
        many = isinstance(returned, (tuple, list)) or getattr(returned, "shape", ()) != ()
        parts = [*returned] if many else []
        expect(
            len(parts) == len(stages),
            f"Got {len(parts) or 'no'} parts; return {len(stages)}: {', '.join(stages)}.",
        )
        return list(zip(stages, parts))

    return probe


class NotYet(AssertionError):
    """An answer that does not pass; a notebook shows its sentence alone."""

    def _render_traceback_(self):
        return [str(self)]


@dataclass(frozen=True)
class Assignment:
    """One graded assignment, as a student meets it.

    Attributes:
        name: Such as `"ps1"`.
        title: A few words.
        questions: Tuple of `Question`.
        weights: Tuple of `weights.Weights`, files that are handed in beside the notebook.
        by_hand: Points that the teacher gives for the report, 0 if there is none.
        seconds: Time limit of one check.
        memory: MiB that a submission may take.
        threads: How many it may start.
    """

    name: str
    title: str
    questions: tuple
    weights: tuple = ()
    by_hand: int = 0
    seconds: int = 10
    memory: int = 768
    threads: int = 16

    @property
    def graded(self):
        """All that is graded without the teacher: questions, then weights."""
        return (*self.questions, *self.weights)

    @property
    def points(self):
        """The most points that are given without the teacher."""
        return sum(each.points for each in self.graded)

    def __getitem__(self, name):
        for question in self.graded:
            if question.name == name:
                return question
        names = ", ".join(question.name for question in self.questions)
        raise NotYet(f"{self.name} asks for no {name!r}; it asks for {names}.")

    @cached_property
    def recorded(self):
        """Question → part → the numbers of a right answer and of known mistakes."""
        return json.loads((RECORDED / f"{self.name}.json").read_text(encoding="utf-8"))

    def check(self, answer):
        """Run the visible tests of an answer and print what they found.

        Args:
            answer: The function itself, not called.

        Raises:
            NotYet: It is not attempted or not right, with the reason in a sentence.
        """
        question = self[getattr(answer, "__name__", str(answer))]
        points, remarks = self.marks(question, answer)
        told = f"{question.name}: {points} of {question.points} points by the visible tests."
        if remarks:
            raise NotYet("\n".join([told, *remarks, f"To read again: {question.lesson}."]))
        print(f"✅ {told} The teacher's tests use other inputs.")

    def check_weights(self, path):
        """Draw from a file of weights, measure, and print what came out.

        Args:
            path: Of the file.

        Raises:
            NotYet: There is no such file, it cannot be loaded, or a goal is missed.
        """
        path = Path(path)
        asked = next((each for each in self.weights if each.file == path.name), None)
        if asked is None:
            names = ", ".join(each.file for each in self.weights)
            raise NotYet(
                f"{self.name} asks for no file {path.name}; it asks for {names or 'none'}."
            )
        if not path.is_file():
            raise NotYet(f"{asked.name}: not attempted yet. There is no file {path} here.")
        try:
            drawn = [array for _, array in asked.drawn(path.read_bytes(), VISIBLE_SEED)]
        except Wrong as wrong:
            raise NotYet(f"{asked.name}: {wrong}") from None
        judged, points = asked.judged(drawn), 0
        for goal, (outcome, why) in zip(asked.parts, judged):
            points += goal.points * (outcome == "correct")
            print(f"{'✅' if outcome == 'correct' else '✗'} {goal.name} ({goal.points}): {why}")
        told = f"{asked.name}: {points} of {asked.points} points with the visible z."
        if points < asked.points:
            raise NotYet(f"{told}\nTo read again: {asked.lesson}.")
        print(f"{told} The teacher draws with another z.")

    def check_all(self, *answers):
        """Print the points of all answers, by the visible tests; nothing is raised."""
        given = {getattr(answer, "__name__", ""): answer for answer in answers}
        total = 0
        for question in self.questions:
            points, remarks = self.marks(question, given.get(question.name, ...))
            total += points
            print(f"{points} of {question.points}  {question.name}: {question.title}")
            for remark in remarks[:1]:
                print(f"          {remark}")
        print(f"{total} of {sum(q.points for q in self.questions)} points by the visible tests.")
        for each in self.weights:
            print(f"Beside this notebook hand in {each.file}, for {each.points} points.")
        if self.by_hand:
            print(f"Your teacher reads the report, for {self.by_hand} points.")

    def marks(self, question, answer):
        """Points of an answer by the visible tests, and a sentence for each part that fails."""
        points, remarks = 0, []
        for part in question.parts:
            outcome, why = self._judge(question, part, answer)
            if outcome == "not attempted":
                return 0, ["Not attempted yet. " + UNSOLVED]
            points += part.points * (outcome == "correct")
            if outcome != "correct":
                remarks.append(f"✗ {part.name} ({part.points}): {why}")
        return points, remarks

    def _judge(self, question, part, answer):
        recorded = self.recorded[question.name][part.name]
        wanted, *mistakes = (
            [np.array(numbers, float) for numbers in each]
            for each in (recorded["right"], *recorded["mistakes"].values())
        )
        try:
            with guarded(self.seconds):
                return question.judge(
                    part, lambda arrays: question.numbers(answer, arrays), VISIBLE_SEED,
                    wanted, zip(recorded["mistakes"], mistakes),
                )  # fmt: skip
        except TimeIsUp:
            return "incorrect", f"It was stopped: it took longer than {self.seconds} s."
        except BaseException as error:
            return reason_of(error, answer)


def reason_of(error, answer):
    """Outcome and sentence for an exception that an answer raised."""
    if isinstance(error, NotImplementedError) and UNSOLVED in str(error):
        return "not attempted", "Not attempted yet."
    return "incorrect", told(error, answer)
