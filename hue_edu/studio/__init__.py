"""The studio: a sentence → pictures, for the explorer, `hue draw` and the page of `hue studio`.

The page lives in `studio.page`, which needs Flask and is imported only by the command.
"""

from .asked import Asked, ask, completed
from .lines import read_lines
from .sheets import EXAMPLE, MOST, STEPS, Sheet, draw, morph, sheet

__all__ = [
    "EXAMPLE",
    "MOST",
    "STEPS",
    "Asked",
    "Sheet",
    "ask",
    "completed",
    "draw",
    "morph",
    "read_lines",
    "sheet",
]
