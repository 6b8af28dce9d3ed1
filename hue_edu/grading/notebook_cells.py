"""A notebook as it was handed in, read with care: text in, cells out."""

import json
from dataclasses import dataclass

MOST_BYTES = 100 * 2**20
MOST_CELLS, MOST_TEXT = 1000, 400_000  # without outputs
LONG_CELL = 50_000  # characters; a longer one is not looked at
MOST_BRACKETS = 3_000_000  # more would fill the memory when read
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")


class Unreadable(ValueError):
    """A file that holds no notebook; the sentence says why."""


@dataclass(frozen=True)
class Cell:
    """What grading needs of a cell.

    Attributes:
        kind: `"code"`, `"markdown"` or whatever stands there.
        source: Its text, with line ends as on Unix.
        cell_id: Of the notebook format, or "".
        about: What nbgrader noted in its metadata, a dictionary.
    """

    kind: str
    source: str
    cell_id: str = ""
    about: dict = None

    @property
    def grade_id(self):
        """nbgrader's name of the cell, or ""."""
        name = (self.about or {}).get("grade_id")
        return name if isinstance(name, str) else ""


def read_cells(content):
    """The cells of a notebook, of format 3 or later, in order; outputs are left out.

    Args:
        content: The file's bytes.

    Raises:
        Unreadable: It is no notebook, or too large.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"it has {len(content):,} bytes; at most {MOST_BYTES:,} are read")
    if content.count(b"[") + content.count(b"{") > MOST_BRACKETS:
        raise Unreadable("it holds millions of brackets, so it is no notebook of this course")
    try:
        notebook = json.loads(_text(content))
    except RecursionError:
        raise Unreadable("it is nested too deeply to be a notebook") from None
    except ValueError as error:
        raise Unreadable(f"it is not valid JSON ({error})") from None
    if not isinstance(notebook, dict):
        raise Unreadable("it is JSON, but not a notebook")
    cells = notebook.get("cells")
    if cells is None and isinstance(sheets := notebook.get("worksheets"), list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict)
                 for cell in _list(sheet.get("cells"))]  # fmt: skip
    if not isinstance(cells, list):
        raise Unreadable("it is JSON, but not a notebook: it has no list of cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"it has {len(cells):,} cells; at most {MOST_CELLS:,} are read")
    read = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if (total := sum(min(len(cell.source), LONG_CELL) for cell in read)) > MOST_TEXT:
        raise Unreadable(f"its cells have {total:,} characters; at most {MOST_TEXT:,} are read")
    return read


def _list(value):
    return value if isinstance(value, list) else []


def _text(content):
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if text.lstrip()[:1] == "{":
            return text
    return content.decode("utf-8", errors="replace")


def _cell(cell):
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    text = source if isinstance(source, str) else ""
    return Cell(
        str(cell.get("cell_type", "")),
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""),
        str(cell.get("id", "")),
        about if isinstance(about, dict) else None,
    )
