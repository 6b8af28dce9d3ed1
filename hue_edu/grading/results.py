"""What a teacher and the students get: tables that a spreadsheet reads, and pages of feedback."""

import csv
import hashlib
import io
import re
from collections import defaultdict
from pathlib import Path

from .. import files
from .marking import Marks, fingerprints, nothing

FORMULA = tuple("=+-@＝＋－＠")  # beginnings that a spreadsheet would compute
UNSEEN = re.compile(  # control characters, and those that turn the direction of writing
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)  # on Windows
LOOSE = (".txt", ".csv", ".md", ".html", ".json", ".log", ".ini", ".xml")  # of a platform
LONGEST = 500  # characters of a cell of a table
PUBLISHED = "the published solution"
NO_NOTEBOOK = "There was no notebook in what you handed in."


def write(graded, others, source, out):
    """Write `grades.csv`, `odd.csv` and a page of feedback for each student.

    Args:
        graded: List of `Marks`, one for each file.
        others: Triples (student, file, why) of what was not graded.
        source: `source.Source`.
        out: Folder.

    Returns:
        List of `Marks`, one for each student, sorted.
    """
    by_student = defaultdict(list)
    for marks in graded:
        by_student[marks.student.lower()].append(marks)
    rows, odd = [], [(student, file, "not graded", why) for student, file, why in others]
    for several in by_student.values():
        chosen = _newest(several, odd)
        rows.append(chosen)
    present = set(by_student)
    for student, file, _ in others:
        if student.lower() not in present and not file.lower().endswith(LOOSE):
            present.add(student.lower())
            rows.append(nothing(student, file, source.assignment, NO_NOTEBOOK))
    rows.sort(key=lambda marks: (marks.student.casefold(), marks.file))
    for marks in graded:
        odd += [(marks.student, marks.file, kind, detail) for kind, detail in marks.odd]
        if marks.held:
            odd.append((marks.student, marks.file, "held", ", ".join(marks.held)))
    odd += _identical(rows, source)
    _write_tables(rows, odd, source.assignment, out)
    _write_feedback(rows, source.assignment, out / "feedback")
    return rows


def _newest(several, odd):
    """The file that counts among those of one student: the last of those that answer most."""
    most = max(len(marks.answers) for marks in several)
    counts = [marks for marks in several if len(marks.answers) == most and not marks.refused]
    chosen = (counts or several)[-1]
    for marks in several:
        if marks is not chosen:
            equal = marks.answers == chosen.answers
            detail = f"{'the same answers as' if equal else 'not counted, but'} {chosen.file}"
            odd.append((marks.student, marks.file, "several files", detail))
    return chosen


def _identical(rows, source):
    """Rows of `odd.csv` for answers that several students share."""
    blank = {cell.grade_id: cell.source for cell in source.release if cell.grade_id}
    solved = {cell.grade_id: cell.source for cell in source.cells if cell.grade_id in blank}
    names = [question.name for question in source.assignment.questions]
    published = Marks(PUBLISHED, "", answers={name: solved[name] for name in names})
    sharing = defaultdict(list)
    for marks in [*rows, published]:
        for name, digits in fingerprints(marks, blank).items():
            sharing[name, digits].append(marks)
    found = []
    for (name, _), group in sharing.items():
        for marks in (marks for marks in group if marks is not published):
            others = ", ".join(other.student for other in group if other is not marks)
            if others:
                what = f"{name}: the same as" if name else "all answers: the same as"
                found.append((marks.student, marks.file, "identical answers", f"{what} {others}"))
    return found


def _write_tables(rows, odd, assignment, out):
    names = [question.name for question in assignment.graded]
    by_hand = ["report"] if assignment.by_hand else []
    table = [["student", "file", *names, "total", "of", "held", *by_hand]]
    for marks in rows:
        points = ["" if marks.points(name) is None else marks.points(name) for name in names]
        end = [marks.total, assignment.points, " ".join(marks.held), *([""] * len(by_hand))]
        table.append([marks.student, marks.file, *points, *end])
    _write_csv(out / "grades.csv", table)
    _write_csv(out / "odd.csv", [["student", "file", "kind", "detail"], *sorted(set(odd))])


def _write_csv(path, table):
    """A table that a spreadsheet reads as it is: UTF-8 with its mark, no formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([_harmless(value) for value in row] for row in table)
    with files.written_whole(path) as temporary:
        temporary.write_bytes(text.getvalue().encode("utf-8-sig", errors="replace"))


def _harmless(value):
    """A text that begins as a formula would, with an apostrophe before it; one line."""
    if not isinstance(value, str):
        return value
    text = UNSEEN.sub(" ", value).replace(";", "; ").strip()[:LONGEST]
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_feedback(rows, assignment, folder):
    from jinja2 import Environment

    page = Environment(autoescape=True, trim_blocks=True).from_string(
        (Path(__file__).parent / "feedback.html").read_text(encoding="utf-8")
    )
    written = set()
    for marks in rows:
        path = folder / f"{_file_name(marks.student, written)}.html"
        with files.written_whole(path) as temporary:
            text = CONTROL.sub(" ", page.render(marks=marks, assignment=assignment))
            temporary.write_bytes(text.encode("utf-8", errors="replace"))


def _file_name(student, written):
    """A name that every system can hold, one for each student."""
    name = re.sub(r"[^\w .-]", "_", student)[:60].strip(" .") or "unnamed"
    if name.casefold() in written or name != student or RESERVED.fullmatch(name):
        name += "-" + hashlib.sha256(student.encode(errors="surrogatepass")).hexdigest()[:6]
    written.add(name.casefold())
    return name
