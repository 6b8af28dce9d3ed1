"""What was measured, as text that can be quoted: one kind of row, one table, one report."""

from collections.abc import Callable
from html import escape
from typing import NamedTuple

import numpy as np

from .. import plots, runtime


class Row(NamedTuple):
    """One measure in a report.

    Attributes:
        name: As it is printed.
        key: Of its value among what was measured.
        digits: After the point.
        floor: Key of what real pictures get, or None.
        note: What to know; {key} stands for another value, with its format.
    """

    name: str
    key: str
    digits: int
    floor: str | None
    note: str


class Table(NamedTuple):
    """How a kind of measurements is printed.

    Attributes:
        rows: Of `Row`.
        against: What stands in the first line behind the number of samples; {key} as in a note.
        foot: Function of the runs and of their medians that returns the lines below.
    """

    rows: tuple
    against: str
    foot: Callable


class Report(str):
    """Lines that can be quoted; a notebook shows the numbers among them as a table.

    Attributes:
        page: The same as HTML.
    """

    page = ""

    def _repr_html_(self):
        return self.page


def report(measured, table, **about):
    """What was measured, as lines that can be quoted: numbers, floors, and how they were made.

    Args:
        measured: What `evaluate`, or `evaluate_own`, returned; or a list of such, one for each
            seed: then medians and ranges.
        table: `DIGITS` for what `evaluate` returned, `OWN_PICTURES` for `evaluate_own`.
        about: What else a reader must know, such as `training="DCGAN, 4,900 steps, 120 s"` or
            `seeds=(0, 1, 2)`; a line each.

    Returns:
        `Report`, a text.
    """
    runs = [measured] if isinstance(measured, dict) else list(measured)
    shared = set.intersection(*map(set, runs))  # files of older versions lack some measures
    words = {key: _median(key, runs) for key in shared}
    seeds = f"{len(runs)} seeds, median (range)" if runs[1:] else "one set"
    first = f"{int(words['num']):,} samples, {table.against.format(**words) or seeds}"
    rows = {row.name: _cells(row, runs, words) for row in table.rows if row.key in shared}
    lines = [f"{'':17} {'value':>9} {'floor':>8}   {first}"]
    lines += [f"{n:17} {value:>9} {floor:>8}   {note}" for n, (value, floor, note) in rows.items()]
    how = (f"{key.capitalize()}: {value}" for key, value in about.items())
    below = [*table.foot(runs, words), *how, runtime.report().split(" | data")[0]]
    text = Report("\n".join([*lines, *below]))
    page = plots.table(rows, ["value", "floor", "how to read it"], corner=first)
    text.page = page._repr_html_() + "<br>".join(escape("\n".join(below)).split("\n"))
    return text


def _median(key, runs):
    """The median of a number over runs; the shares of classes in percent; words of the first."""
    value = runs[0][key]
    if key == "class_shares":
        shares = np.median([run[key] for run in runs], axis=0)
        return " ".join(f"{100 * share:.0f}" for share in shares)
    if value is None or isinstance(value, (str, dict)):
        return value
    return np.median([run[key] for run in runs])


def _cells(row, runs, words):
    """The value, its floor and the note of a row, as texts."""
    values = [run[row.key] for run in runs]
    if values[0] is None:
        return "none", "", words["left_out"][row.key]
    spread = ""
    if runs[1:]:
        spread = f" ({min(values):.{row.digits}f} to {max(values):.{row.digits}f})"
    floor = f"{words[row.floor]:.{row.digits}f}" if row.floor in words else ""
    return f"{words[row.key]:.{row.digits}f}", floor, row.note.format(**words) + spread
