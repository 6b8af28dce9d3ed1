"""Exercises that answer: one file per lesson, with task, hints, check and solution.

    from hue_edu import exercises

    exercises.lesson_02.best_discriminator.check(best_discriminator)
    exercises.lesson_02.best_discriminator.hint()
    exercises.lesson_02.best_discriminator.solution()
    exercises.progress()

`exercise` holds the engine; `kinds` says how an exercise is written.
"""

from . import (
    lesson_00,
    lesson_01,
    lesson_02,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_07,
    lesson_08,
    lesson_09,
    lesson_10,
    lesson_11,
    lesson_12,
    lesson_13,
)
from .exercise import Exercise, exercises_of
from .record import load as _load

LESSONS = (
    lesson_00, lesson_01, lesson_02, lesson_03, lesson_04, lesson_05, lesson_06,
    lesson_07, lesson_08, lesson_09, lesson_10, lesson_11, lesson_12, lesson_13,
)  # fmt: skip

__all__ = ["LESSONS", "Exercise", "progress", *(f"lesson_{k:02}" for k in range(len(LESSONS)))]


def progress():
    """Print what is solved and what is open, one line per lesson."""
    done, trouble = _load()
    everything = [exercises_of(lesson) for lesson in LESSONS]
    for here in everything:
        num_done = sum(exercise.key in done for exercise in here)
        marks = "  ".join(f"{'[x]' if e.key in done else '[ ]'} {e.name}" for e in here)
        print(f"{here[0].lesson[-2:]}   {num_done} of {len(here)}   {marks}")
    keys = [exercise.key for here in everything for exercise in here]
    print(f"{len({*keys} & {*done})} of {len(keys)} exercises are done.")
    if trouble:
        print(trouble)
