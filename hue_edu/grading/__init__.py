"""Graded assignments: what a student checks, and what `hue grade` does with 200 submissions.

    from hue_edu.grading import ps1

    ps1.check(optimal_logit)  # in the assignment's notebook

A teacher uses the command line; notebooks/assignments/README.md shows the way.
"""

from .ps1 import ps1
from .ps2 import ps2
from .ps3 import ps3
from .ps4 import ps4

ASSIGNMENTS = {each.name: each for each in (ps1, ps2, ps3, ps4)}

__all__ = ["ASSIGNMENTS", "grade", "ps1", "ps2", "ps3", "ps4"]


def grade(folder, name, out, jobs=None):
    """Grade a folder of submissions; see `batch.grade`."""
    from . import batch

    return batch.grade(folder, name, out, jobs)
