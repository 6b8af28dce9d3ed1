"""Captions of the Hue set: what they can mean, how it is said, and which combinations are held out.

The pictures show one handwritten digit. A caption names its digit, its colour, the background, its
size and its place, or leaves some of them open.
"""

from .meanings import (
    COLOURS,
    DIGITS,
    LOOSE_SHARE,
    OPEN,
    OPEN_SHARES,
    PALETTE,
    PLACES,
    SIZES,
    VALUES,
    Meaning,
    as_rows,
    complete,
    contradict,
    draw,
    is_held_out,
)
from .sentences import (
    MAX_WORDS,
    VOCABULARY,
    WORDINGS,
    is_unfinished,
    read,
    suggest,
    tokens,
    write,
    write_tokens,
)

__all__ = [
    "COLOURS",
    "DIGITS",
    "LOOSE_SHARE",
    "MAX_WORDS",
    "OPEN",
    "OPEN_SHARES",
    "PALETTE",
    "PLACES",
    "SIZES",
    "VALUES",
    "VOCABULARY",
    "WORDINGS",
    "Meaning",
    "as_rows",
    "complete",
    "contradict",
    "draw",
    "is_held_out",
    "is_unfinished",
    "read",
    "suggest",
    "tokens",
    "write",
    "write_tokens",
]
