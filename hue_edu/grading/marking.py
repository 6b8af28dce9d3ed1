"""From one submission to its marks."""

import ast
import hashlib
import re
import time
from dataclasses import asdict, dataclass, field

import numpy as np

from ..answers.numbers import Wrong
from .collecting import weights_of
from .matching import match
from .notebook_cells import Unreadable, read_cells
from .session import STARTING, Session
from .suspicion import reasons, without_imports

ENDED = 2  # parts of one question in which its process may end, before the rest is not tried
ENDINGS = ("Its process", "It was stopped")  # of what `session` says
OWN_CELLS = 40  # seconds that all cells of the student's own may take
HIDDEN = re.compile(r"-?\d+\.\d+(e[+-]?\d+)?|-?\d[\d,]{3,}")  # numbers that may tell the inputs
SHORT = 160  # characters of an answer beyond its blank; shorter ones may well be equal by chance


@dataclass
class PartMark:
    """One part of a question.

    Attributes:
        name, points: As in `questions.Part`.
        outcome: `"correct"`, `"incorrect"`, `"not attempted"` or `"held"`.
        why: A sentence, or "".
    """

    name: str
    points: int
    outcome: str
    why: str = ""


@dataclass
class Marks:
    """All that grading a submission found.

    Attributes:
        student, file: Whose, and where it lay.
        questions: Question's name → list of `PartMark`.
        answers: Question's name → the text of the answer, where one was attempted.
        drawn: Name of weights → digits of what they draw.
        odd: List of pairs (kind, detail) for the teacher.
        refused: Why the file could not be read, or "".
    """

    student: str
    file: str
    questions: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    drawn: dict = field(default_factory=dict)
    odd: list = field(default_factory=list)
    refused: str = ""

    def points(self, question):
        """Points of a question, or None if it is held."""
        parts = self.questions.get(question, [])
        if any(part.outcome == "held" for part in parts):
            return None
        return sum(part.points for part in parts if part.outcome == "correct")

    @property
    def held(self):
        """Names of the questions that wait for the teacher."""
        return [name for name in self.questions if self.points(name) is None]

    @property
    def total(self):
        """Points of all questions that are not held."""
        return sum(self.points(name) or 0 for name in self.questions)

    def as_dict(self):
        """Plain lists and dictionaries."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain):
        """The marks of such a dictionary."""
        questions = {
            name: [PartMark(**part) for part in parts] for name, parts in plain["questions"].items()
        }
        odd = [tuple(pair) for pair in plain["odd"]]
        return cls(**plain | {"questions": questions, "odd": odd})


def mark(submission, content, beside, source, sandbox, slot=0):
    """Grade one submission.

    Args:
        submission: `collecting.Submission`.
        content: Its bytes, or `Unreadable`.
        beside: Dictionary of the same for the weights that lay beside it.
        source: `source.Source`.
        sandbox: `sandbox.Sandbox`.
        slot: Number of the place among those that run side by side.

    Returns:
        `Marks`.
    """
    assignment = source.assignment
    try:
        matched = _matched(content, source)
    except Unreadable as error:
        why = f"The notebook could not be read: {error}."
        marks = nothing(submission.student, submission.file, assignment, why)
        marks.odd = [("unreadable", str(error))]
        return marks
    marks = nothing(submission.student, submission.file, assignment)
    marks.odd += matched.odd
    for weights in assignment.weights:
        _mark_weights(marks, weights, beside, source, sandbox, slot)
    if not any(answer.source for answer in matched.answers.values()):
        return marks
    marks.answers = {n: a.source for n, a in matched.answers.items() if a.source}
    with Session(assignment, sandbox, slot) as session:
        held, failed, skipped = _run_cells(matched, source, session, marks.odd)
        for question in assignment.questions:
            answer = matched.answers[question.name]
            if not answer.source:
                continue
            if question.name in held:
                why = f"Held for the teacher: it uses {', '.join(held[question.name][:3])}."
                marks.questions[question.name] = _all(question, "held", why)
            else:
                marks.questions[question.name] = _judged(
                    question, answer, source, session, failed.get(question.name), skipped,
                    marks.odd,
                )  # fmt: skip
    marks.odd = [*dict.fromkeys(map(tuple, marks.odd))]
    return marks


def _matched(content, source):
    if isinstance(content, Unreadable):
        raise content
    return match(read_cells(content), source.release, source.assignment)


def nothing(student, file, assignment, refused=""):
    """`Marks` of a submission in which no question was attempted.

    Args:
        refused: Why it could not be read, in a sentence.
    """
    questions = {each.name: _all(each, "not attempted") for each in assignment.graded}
    return Marks(student, file, questions, refused=refused)


def _mark_weights(marks, weights, beside, source, sandbox, slot):
    """Draw from the weights in a process without the student's code, and measure what is drawn."""
    files = [file for file in beside if weights_of(file, [weights.file])]
    if not files:
        return
    if len(files) > 1:
        marks.odd.append(("several files", f"{', '.join(files)}: the last one counts"))
    content = beside[files[-1]]
    try:
        if isinstance(content, Unreadable):
            raise Wrong(f"The file could not be read: {content}.")
        with Session(source.assignment, sandbox, slot) as session:
            arrays = [array for _, array in session.draw(weights, content, source.hidden_seed)]
        judged = weights.judged(arrays)
    except Wrong as wrong:
        marks.odd.append(("unreadable weights", str(wrong)))
        marks.questions[weights.name] = _all(weights, "incorrect", str(wrong))
        return
    marks.drawn[weights.name] = _digest_of(arrays)
    marks.questions[weights.name] = [
        PartMark(goal.name, goal.points, *each) for goal, each in zip(weights.parts, judged)
    ]


def _digest_of(arrays):
    """Digits of some arrays."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()


def _all(question, outcome, why=""):
    return [PartMark(part.name, part.points, outcome, why) for part in question.parts]


def _run_cells(matched, source, session, odd):
    """Run the cells that may run.

    Returns:
        Question's name → why it is held; question's name → why its cell failed; whether a cell of
        the student's own was not run.
    """
    held, failed, again, skipped = {}, {}, [], False
    for cell in source.release:
        if cell.grade_id == "imports":
            outcome, why = session.run(cell.source, "imports", STARTING)
            if outcome != "ran":
                raise RuntimeError(f"the imports of the release do not run: {why}")
    left = OWN_CELLS
    for names, text in matched.cells:
        place = ", ".join(names) or "a cell of the student's own"
        if found := reasons(text, source.assignment.name):
            odd.append(("touches the interpreter", f"{place}: {', '.join(found[:5])}"))
            held |= dict.fromkeys(names, found)
            skipped |= not names
            text = None if names else without_imports(text)
            if text is None or reasons(text, source.assignment.name):
                continue
        if not names and left <= 0:
            odd.append(("not run", f"{place}: those before it took more than {OWN_CELLS} s"))
            skipped = True
            continue
        began = time.monotonic()
        outcome, why = _run(session, names, text, place, held, odd)
        left -= 0 if names else time.monotonic() - began
        if outcome == "unknown name":
            again.append((names, text, place))
        if outcome != "ran":
            failed |= dict.fromkeys(names, why)
    for names, text, place in again:  # a cell that stands below the one it needs
        if _run(session, names, text, place, held, odd)[0] == "ran":
            for name in names:
                failed.pop(name, None)
    return held, failed, skipped


def _run(session, names, text, place, held, odd):
    outcome, why = session.run(text, place)
    if why.startswith(ENDINGS):
        odd.append(("ended or endless", f"{place}: {why}"))
    for tried in session.touched:
        odd.append(("tried what it may not", f"{place} tried {tried}"))
        for name in names:
            held.setdefault(name, []).append(tried.removeprefix("to "))
    return outcome, why


def _judged(question, answer, source, session, failed, skipped, odd):
    """Marks of a question's parts, by the hidden inputs."""
    parts, touched, num_ended = [], [], 0

    def ask(arrays):
        try:
            return session.ask(question, answer.function, arrays)
        finally:
            touched.extend(session.touched)

    for part in question.parts:
        if num_ended == ENDED:
            parts.append(PartMark(part.name, part.points, "incorrect", parts[-1].why))
            continue
        wanted, mistakes = source.hidden(question, part)
        outcome, why = question.judge(part, ask, source.hidden_seed, wanted, mistakes, hidden=True)
        if outcome == "not attempted" and failed:
            outcome, why = "incorrect", failed
        num_ended += why.startswith(ENDINGS)
        if touched:
            tried = ", ".join(dict.fromkeys(touched))
            odd.append(("tried what it may not", f"{question.name} tried {tried}"))
            return _all(question, "held", f"Held for the teacher: it tried {tried}.")
        if skipped and "NameError" in why:
            why = "Held for the teacher: it needs a name from a cell that was not run."
            return _all(question, "held", why)
        parts.append(PartMark(part.name, part.points, outcome, _without_numbers(why)))
    if {part.outcome for part in parts} == {"not attempted"}:
        return _all(question, "not attempted")
    if num_ended:
        odd.append(("ended or endless", f"{question.name}: {parts[-1].why}"))
    return parts


def _without_numbers(why):
    """A sentence on a student's own results and errors, which may hold hidden inputs."""
    return HIDDEN.sub("…", why) if re.search(r"\bgot\b|raised", why, re.I) else why


def fingerprints(marks, blank):
    """Question's name → digits of an answer that is long enough to be no chance; "" → of all.

    Args:
        marks: `Marks`.
        blank: Question's name → the text of the release's cell.
    """
    plain = {name: _plain(text) for name, text in marks.answers.items()}
    own = {name: len(text) - len(_plain(blank[name])) for name, text in plain.items()}
    found = {name: _digest(text) for name, text in plain.items() if own[name] >= SHORT}
    found |= marks.drawn
    if len(plain) > 1:
        found[""] = _digest("\0".join(f"{name} {text}" for name, text in sorted(plain.items())))
    return found


def _plain(text):
    """A text without comments and layout, if it can be parsed."""
    try:
        return ast.unparse(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text.strip()


def _digest(text):
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
