"""Which cell of a submission answers which question, whatever has happened to the notebook.

A submission is the release plus the student's answers and extra cells. An answer is known by the
function that it defines, else by nbgrader's name of the cell, else by the cell's id; the text of
the release's own cells is never taken from a submission.
"""

import ast
import re
from dataclasses import dataclass, field

MAGIC = re.compile(r"^\s*(%|!|\?|.*\?\s*$)")


@dataclass
class Answer:
    """A question's answer in a submission.

    Attributes:
        source: Text of the cell, or None if there is none.
        function: Name of the function to call.
    """

    source: str = None
    function: str = ""


@dataclass
class Matched:
    """A submission taken apart.

    Attributes:
        cells: Pairs (question's name or "", text) to run, in order.
        answers: Question's name → `Answer`; without a source where nothing was attempted.
        odd: Pairs (kind, detail).
    """

    cells: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    odd: list = field(default_factory=list)


def match(submitted, release, assignment):
    """Find the answers among the cells of a submission.

    Args:
        submitted, release: Lists of `notebook_cells.Cell`.
        assignment: `questions.Assignment`.

    Returns:
        `Matched`.
    """
    names = [question.name for question in assignment.questions]
    blank = {cell.grade_id: cell for cell in release if cell.grade_id}
    matched, found = Matched(), {name: [] for name in names}
    extras = []
    for place, cell in enumerate(submitted):
        question = _question_of(cell, names, blank)
        if question:
            found[question].append((place, cell))
        elif cell.kind == "code" and cell.source.strip() and not _is_of_release(cell, blank):
            extras.append((place, "", python_of(cell.source)))
        _note_changes(cell, question, blank, matched.odd)
    for name in names:
        place, matched.answers[name] = _choose(name, found[name], blank[name], matched.odd)
        if matched.answers[name].source:
            extras.append((place, name, matched.answers[name].source))
    matched.cells = [(name, text) for _, name, text in sorted(extras)]
    _note_missing(submitted, blank, found, matched.odd)
    matched.odd = list(dict.fromkeys(matched.odd))
    return matched


def functions_in(source):
    """Names of the functions that a text defines, outside of everything."""
    try:
        body = ast.parse(python_of(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.findall(r"^def\s+(\w+)\s*\(", source, re.MULTILINE)
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]


def python_of(source):
    """A cell's text with the lines that only a notebook understands turned into comments."""
    try:
        ast.parse(source)
        return source
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "\n".join(f"pass  # {line.strip()}" if MAGIC.match(line) and not line[:1].isspace()
                         else line for line in source.split("\n"))  # fmt: skip


def _question_of(cell, names, blank):
    """The question that a cell answers, or ""."""
    defined = [name for name in functions_in(cell.source) if name in names]
    if defined and (cell.kind == "code" or cell.grade_id in names):
        return cell.grade_id if cell.grade_id in defined else defined[-1]
    if cell.grade_id in names:
        return cell.grade_id
    ids = {blank[name].cell_id: name for name in names}
    return "" if cell.grade_id else ids.get(cell.cell_id, "")


def _is_of_release(cell, blank):
    """Whether a cell is one of the release's own, changed or not."""
    same = any(cell.source.strip() == other.source.strip() for other in blank.values())
    return same or cell.grade_id in blank or cell.cell_id in {c.cell_id for c in blank.values()}


def _note_changes(cell, question, blank, odd):
    original = blank.get(cell.grade_id)
    if original is None:
        return
    told = {key: original.about.get(key) for key in ("points", "grade", "locked", "solution")}
    marks = {key: cell.about.get(key) for key in told}
    if marks != told:
        odd.append(("tampered", f"the marks of the cell {cell.grade_id} were changed"))
    if cell.kind != original.kind:
        odd.append(("retyped", f"the cell {cell.grade_id} is {cell.kind} now"))
    if original.about.get("locked") and cell.source.strip() != original.source.strip():
        odd.append(("tampered", f"the text of the cell {cell.grade_id} was changed"))


def _choose(name, candidates, blank, odd):
    """Place and `Answer` of a question: the last attempt, as in a notebook run to its end."""
    empty = blank.source.strip()
    tried = [pair for pair in candidates if pair[1].source.strip() not in ("", empty)]
    if len(candidates) > 1:
        odd.append(("duplicated", f"{len(candidates)} cells for {name}; the last attempt counts"))
    if not tried:
        return -1, Answer()
    place, cell = tried[-1]
    defined = functions_in(cell.source)
    function = name
    if name not in defined and len(defined) == 1:
        function = defined[0]
        odd.append(("renamed", f"the answer to {name} is called {function}"))
    return place, Answer(python_of(cell.source), function)


def _note_missing(submitted, blank, found, odd):
    known = [cell.grade_id for cell in submitted if cell.grade_id in blank]
    lost = [name for name in found if not found[name]]
    if lost:
        odd.append(("missing cells", ", ".join(lost)))
    stripped = [name for name in found if found[name] and name not in known]
    if stripped:
        odd.append(("missing marks", f"found without nbgrader's marks: {', '.join(stripped)}"))
    gone = [n for n in blank if n not in known and n not in found]
    if gone and not stripped:
        odd.append(("missing cells", ", ".join(gone)))
    once = list(dict.fromkeys(known))
    if once != [name for name in blank if name in once]:
        odd.append(("reordered", "the cells stand in another order than in the release"))
