"""Answers to the exercises as learners write them, right and wrong, one file for each lesson.

`RIGHT`: "lesson.exercise" → list of answers. `WRONG`: "lesson.exercise" → list of (answer, words of
its message). They are written anew here, not taken from the lists of the package, which they test.
"""

from importlib import import_module
from pathlib import Path

LESSONS = {
    path.stem: import_module(f"answers.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("lesson_*.py"))
}
RIGHT = {
    f"{lesson}.{name}": answers
    for lesson, recorded in LESSONS.items()
    for name, answers in recorded.RIGHT.items()
}
WRONG = {
    f"{lesson}.{name}": answers
    for lesson, recorded in LESSONS.items()
    for name, answers in recorded.WRONG.items()
}
