"""Files of captions, one per line: read whole, or refused with the number of the line."""

from pathlib import Path

from .. import captions


def read_lines(path):
    """The captions of a text file, each checked.

    Args:
        path: Of a text file in UTF-8 with one caption per line.

    Returns:
        List of captions, as they stand in the file.

    Raises:
        OSError: There is no such file, or it cannot be read.
        ValueError: A line that cannot be read, with its number, counted from 1; no line at all.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # Windows puts a mark in front
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not text in UTF-8; expected one caption per line.") from None
    lines = text.removesuffix("\n").split("\n")
    bad = [fault for number, line in enumerate(lines, 1) if (fault := _fault(number, line))]
    if bad:
        more = f" (In all, {len(bad):,} lines cannot be read.)" if len(bad) > 1 else ""
        raise ValueError(f"{path}, {bad[0]}{more}")
    return lines


def _fault(number, line):
    """What is wrong with a line, or None."""
    try:
        captions.read(line)
    except ValueError as error:
        return f"line {number}: {error}"
