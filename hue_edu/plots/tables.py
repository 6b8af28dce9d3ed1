"""Tables of numbers: HTML on a page, where a phone can scroll them, and aligned text elsewhere."""

from html import escape
from numbers import Integral, Number

import numpy as np

from .. import theme
from .figure import check_labelled


class Table:
    """Rows of cells that are written out already; shows itself at the end of a cell.

    Attributes:
        title, corner: Text above the table, and above the names of its rows.
        columns: Names of the columns.
        rows: Dictionary from row to its cells, as long as `columns`; a cell is a list of parts
            that stay whole when a narrow screen breaks the line.
        left: Set of the columns of text, which start at the left.
        shades: Dictionary from (row, column) to the colour behind a cell.
    """

    def __init__(self, title, corner, columns, rows, left, shades):
        self.title, self.corner, self.columns, self.rows = title, corner, columns, rows
        self.left, self.shades = left, shades

    def _repr_html_(self):
        head = "".join(self._cell("th", column, [column]) for column in self.columns)
        corner = _tag("th", escape(self.corner), "text-align: left")
        lines = [_tag("tr", corner + head)]
        for row, cells in self.rows.items():
            name = _tag("th", escape(row), "text-align: left; font-weight: normal")
            pairs = zip(self.columns, cells)
            lines.append(
                _tag("tr", name + "".join(self._cell("td", c, parts, row) for c, parts in pairs))
            )
        look = "text-align: left; caption-side: top; font-weight: bold"
        title = _tag("caption", escape(self.title), look) if self.title else ""
        table = _tag("table", title + "\n".join(["", *lines, ""]), "margin-left: 0")
        return _tag("div", table, "overflow-x: auto")

    def _cell(self, tag, column, parts, row=None):
        look = f"text-align: {'left' if column in self.left else 'right'}"
        if colour := self.shades.get((row, column)):
            look += f"; background: {colour}; color: black"
        if tag == "th" or column in self.left:
            return _tag(tag, escape(" ".join(parts)), look)
        return _tag(
            tag, " ".join(_tag("span", escape(p), "white-space: nowrap") for p in parts), look
        )

    def __repr__(self):
        lines = [[self.corner, *self.columns]]
        lines += [[row, *map(" ".join, cells)] for row, cells in self.rows.items()]
        widths = [max(map(len, column)) for column in zip(*lines)]
        left = [True, *(column in self.left for column in self.columns)]
        text = (
            "  ".join(
                cell.ljust(width) if at_left else cell.rjust(width)
                for cell, width, at_left in zip(line, widths, left)
            ).rstrip()
            for line in lines
        )
        return "\n".join([*([self.title] if self.title else []), *text])


def table(rows, columns=None, digits=2, corner="", title="", shades=None):
    """A table of numbers.

    Args:
        rows: Dictionary from row to a dictionary from column to cell. A cell is a number, text,
            True or False (yes or no), None (left empty), a tuple (low, high) or (middle, low,
            high), shown as "middle (low to high)", or a list of numbers, such as one for each
            seed. NaN is shown as a dash. A row may lack columns.
        columns: Names of the columns, where rows are given as sequences of cells.
        digits: Digits after the point, or a format such as ".1%": one for all, or a dictionary
            from row or column; 2 where it has neither. Whole numbers keep all theirs.
        corner: What the names of the rows are.
        title: What to see.
        shades: The same form as `rows`, from -1 to 1: 0 is white, 1 orange, -1 blue.

    Raises:
        ValueError: No row, or one with more or fewer cells than columns.
    """
    check_labelled(rows, "rows")
    if columns is not None:
        rows = {row: _labelled(row, cells, list(columns)) for row, cells in rows.items()}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    written = {}
    for row, cells in rows.items():
        forms = [_form(digits, row, column) for column in columns]
        written[_name(row)] = [_written(cells.get(c), form) for c, form in zip(columns, forms)]
    text = {_name(column) for column in columns if _is_text(column, rows.values())}
    coloured = {
        (_name(row), _name(column)): _colour(shade)
        for row, cells in (shades or {}).items()
        for column, shade in cells.items()
    }
    title, corner = map(theme.readable, (title, corner))
    return Table(title, corner, [*map(_name, columns)], written, text, coloured)


def _is_text(column, rows):
    """Whether a column holds words, and not only numbers."""
    cells = [row.get(column, "") for row in rows]
    return all(isinstance(c, str) for c in cells) and any(c.isalpha() for c in "".join(cells))


def _labelled(row, cells, columns):
    """The cells of a row by column."""
    if len(cells) != len(columns):
        raise ValueError(f"The row {row!r} has {len(cells)} cells for {len(columns)} columns.")
    return dict(zip(columns, cells))


def _form(digits, row, column):
    if isinstance(digits, dict):
        digits = digits.get(column, digits.get(row, 2))
    return digits if isinstance(digits, str) else f",.{digits}f"


def _name(label):
    return theme.readable(label) if isinstance(label, str) else _number(label, "g")


def _number(value, form):
    if value != value:  # NaN
        return "–"
    plain = isinstance(value, Integral) and not form.endswith("%")
    return format(value, ",") if plain else format(value, form)


def _written(cell, form):
    """The parts of a cell as text."""
    if cell is None:
        return [""]
    if isinstance(cell, tuple):
        whole = all(isinstance(value, Integral) for value in cell)
        *middle, low, high = (_number(value if whole else float(value), form) for value in cell)
        return [*middle, f"({low} to {high})" if middle else f"{low} to {high}"]
    if isinstance(cell, list):
        return [_number(value, form) for value in cell]
    if isinstance(cell, bool | np.bool_):
        return ["yes" if cell else "no"]
    return [_number(cell, form)] if isinstance(cell, Number) else [str(cell)]


def _colour(shade):
    """White at 0, to orange at 1 and to blue at -1."""
    end = theme.HIGHLIGHT if shade > 0 else theme.REAL
    share = 0.6 * min(abs(shade), 1)
    mixed = (round(255 + share * (int(end[k : k + 2], 16) - 255)) for k in (1, 3, 5))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _tag(name, inside, style=""):
    return f'<{name} style="{style}">{inside}</{name}>' if style else f"<{name}>{inside}</{name}>"
