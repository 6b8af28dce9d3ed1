"""Which cell of a submission answers which question, whatever has happened to the notebook.

A submission is the release plus the student's answers and extra cells. An answer is known by the
function that it defines, else by nbgrader's name of the cell, else by the cell's id; the text of
the release's own cells is never taken from a submission.
"""

import ast
import re
from dataclasses import dataclass, field, replace

from .notebook_cells import LONG_CELL

BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)  # of a text that is no Python
MAGIC = re.compile(r"[ \t]*([\w, ]+=\s?[!%]|%|!|\?|[\w.]+\?{1,2}$)")
PROJECT = "# project"  # how a cell begins that the grader does not run


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
        cells: Pairs (names of the questions that it answers, text) to run, in order.
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
    texts = {cell.cell_id: python_of(cell.source, assignment.name) for cell in release}
    matched, found = Matched(), {name: [] for name in names}
    to_run = {}  # place → names, text
    for place, cell in enumerate(submitted):
        if len(cell.source) > LONG_CELL:
            matched.odd.append(("too long", f"a cell of {len(cell.source):,} characters"))
            continue
        cell = replace(cell, source=python_of(cell.source, assignment.name))
        answered = _questions_of(cell, names, blank)
        for question in answered:
            found[question].append((place, cell))
        if not answered and _is_own(cell, blank) and (text := _own_text(cell, texts, blank)):
            to_run[place] = [], text
        _note_changes(cell, texts, blank, matched.odd)
    for name in names:
        place, answer = _choose(name, found[name], blank[name], matched.odd)
        matched.answers[name] = answer
        if answer.source:
            to_run.setdefault(place, ([], answer.source))[0].append(name)
        for other, cell in found[name]:  # a part of the answer may stand there
            if cell.source.strip() != texts[blank[name].cell_id].strip() and cell.kind == "code":
                to_run.setdefault(other, ([], cell.source))
    matched.cells = [to_run[place] for place in sorted(to_run)]
    matched.cells += _rebound(matched)
    _note_missing(submitted, blank, found, matched.odd)
    matched.odd = list(dict.fromkeys(matched.odd))
    return matched


def _rebound(matched):
    """Cells to run once more, since a later one gives the answer's name to something else."""
    again = []
    for number, (names, text) in enumerate(matched.cells):
        functions = {matched.answers[name].function for name in names}
        later = [bound for _, other in matched.cells[number + 1 :] for bound in _names_in(other)]
        if functions & {*later}:
            again.append((names, text))
    return again


def _names_in(source):
    """Names that a text binds outside of functions."""
    tree = _parsed(source)
    return [
        node.id for statement in (tree.body if tree else ())
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    ]  # fmt: skip


def functions_in(source):
    """Names that a text gives to functions, outside of everything."""
    try:
        body = ast.parse(source).body
    except BROKEN:
        return re.findall(r"^def\s+(\w+)\s*\(", source, re.MULTILINE)
    found = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Lambda, ast.Name)):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return found


def python_of(source, assignment=""):
    """A cell's text without what only a notebook understands, and without calls of its check.

    Lines of magic become comments where the text is no Python as it stands.
    """
    tree = _parsed(source)
    if tree is None:
        lines = (
            f"{line[: len(line) - len(line.lstrip())]}pass  # {line.strip()}"
            if MAGIC.match(line) else line
            for line in source.split("\n")
        )  # fmt: skip
        source = "\n".join(lines)
        tree = _parsed(source)
    lines = source.split("\n")
    for node in tree.body if tree else ():
        if isinstance(node, ast.Expr) and _is_check(node.value, assignment):
            for number in range(node.lineno - 1, node.end_lineno):
                lines[number] = f"pass  # {lines[number].strip()}"
    return "\n".join(lines)


def _is_check(node, assignment):
    """Whether this is a call such as `ps1.check(my_function)`."""
    owner = getattr(getattr(node, "func", None), "value", None)
    return isinstance(node, ast.Call) and getattr(owner, "id", None) == (assignment or None)


def _parsed(source):
    try:
        return ast.parse(source)
    except BROKEN:
        return None


def _questions_of(cell, names, blank):
    """The questions that a cell answers."""
    defined = [name for name in functions_in(cell.source) if name in names]
    if defined and (cell.kind == "code" or cell.grade_id in names):
        return list(dict.fromkeys(defined))
    if cell.grade_id in names:
        return [cell.grade_id]
    ids = {blank[name].cell_id: name for name in names}
    return [ids[cell.cell_id]] if not cell.grade_id and cell.cell_id in ids else []


def _is_own(cell, blank):
    """Whether a cell may hold code that answers need: not where it trains, plots or reports."""
    about = blank[cell.grade_id].about if cell.grade_id in blank else {"locked": True}
    return cell.kind == "code" and about["locked"] and not cell.source.startswith(PROJECT)


def _own_text(cell, texts, blank):
    """What a cell holds beyond the release's own text, which is given by the cells' ids."""
    if any(cell.source.strip() == text.strip() for text in texts.values()):
        return ""
    original = blank[cell.grade_id].cell_id if cell.grade_id in blank else cell.cell_id
    known = {line.strip() for line in texts.get(original, "").split("\n")}
    return "\n".join(line for line in cell.source.split("\n") if line.strip() not in known)


def _note_changes(cell, texts, blank, odd):
    original = blank.get(cell.grade_id)
    if original is None:
        return
    told = {key: original.about.get(key) for key in ("points", "grade", "locked", "solution")}
    marks = {key: cell.about.get(key) for key in told}
    if marks != told:
        odd.append(("tampered", f"the marks of the cell {cell.grade_id} were changed"))
    if cell.kind != original.kind:
        odd.append(("retyped", f"the cell {cell.grade_id} is {cell.kind} now"))
    text = texts[original.cell_id].strip()
    if original.about.get("locked") and cell.source.strip() != text:
        odd.append(("tampered", f"the text of the cell {cell.grade_id} was changed"))


def _choose(name, candidates, blank, odd):
    """Place and `Answer` of a question: the last attempt, as in a notebook run to its end."""
    empty = blank.source.strip()
    tried = [pair for pair in candidates if pair[1].source.strip() not in ("", empty)]
    if len(candidates) > 1:
        odd.append(("duplicated", f"{len(candidates)} cells for {name}; the last attempt counts"))
    if not tried:
        return -1, Answer()
    defining = [pair for pair in tried if name in functions_in(pair[1].source)]
    place, cell = (defining or tried)[-1]
    defined = functions_in(cell.source)
    function = name
    if name not in defined and len(defined) == 1:
        function = defined[0]
        odd.append(("renamed", f"the answer to {name} is called {function[:60]}"))
    return place, Answer(cell.source, function)


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
