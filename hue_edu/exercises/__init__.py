"""Exercises that answer: one file a lesson, with task, hints, check and solution.

from hue_edu import exercises

exercises.lesson_02.best_discriminator.check(best_discriminator)
exercises.lesson_02.best_discriminator.hint()
exercises.lesson_02.best_discriminator.solution()
exercises.progress()
"""

from . import lesson_00, lesson_01, lesson_02, lesson_03, lesson_04, lesson_05
from .exercise import Exercise, exercises_of
from .record import load as _load

LESSONS = (lesson_00, lesson_01, lesson_02, lesson_03, lesson_04, lesson_05)

__all__ = ["LESSONS", "Exercise", "progress", *(f"lesson_{k:02}" for k in range(len(LESSONS)))]


def progress():
    """Print what is solved and what is open, a line a lesson."""
    done, trouble = _load()
    total = 0
    for lesson in LESSONS:
        names = [exercise.name for exercise in exercises_of(lesson)]
        solved = [name for name in names if f"lesson_{_number(lesson)}.{name}" in done]
        total += len(solved)
        marks = "  ".join(f"{'[x]' if name in solved else '[ ]'} {name}" for name in names)
        print(f"{_number(lesson)}   {len(solved)} of {len(names)}   {marks}")
    print(f"{total} of {sum(len(exercises_of(lesson)) for lesson in LESSONS)} exercises are done.")
    if trouble:
        print(trouble)


def _number(lesson):
    return lesson.__name__[-2:]
