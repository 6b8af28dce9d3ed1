"""Exercises: right answers pass, wrong ones are named, hostile ones leave the notebook alive."""

import inspect
import json
import random
import re
import signal
import sys
import threading
import time

import keras
import numpy as np
import pytest
from answers import RIGHT, WRONG
from conftest import ROOT

from hue_edu import exercises, theory
from hue_edu.answers import guard
from hue_edu.exercises import lesson_01, record
from hue_edu.exercises.exercise import ValueExercise, exercises_of

pytestmark = pytest.mark.core

ALL = {e.key: e for lesson in exercises.LESSONS for e in exercises_of(lesson)}
each = pytest.mark.parametrize("name", ALL)
first = exercises.lesson_02.best_discriminator


@pytest.fixture(autouse=True)
def progress_file(tmp_path, monkeypatch):
    """A progress file of its own for each test."""
    monkeypatch.setenv("HUE_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def right_answer(exercise):
    return exercise.reference() if isinstance(exercise, ValueExercise) else exercise.reference


def test_there_are_enough_of_them():
    amounts = [len(exercises_of(lesson)) for lesson in exercises.LESSONS]
    assert amounts == [2, 4, 4, 4, 5, 5, 4, 4, 4, 4, 4, 4, 4, 4]
    assert set(WRONG) == set(RIGHT) == set(ALL)
    assert sum(map(len, RIGHT.values())) >= 150 and sum(map(len, WRONG.values())) >= 500
    assert all(len(recorded) >= 6 for recorded in WRONG.values())
    assert all(len(exercise.hints) >= 2 for exercise in ALL.values())


@each
def test_the_reference_solution_passes_in_time(name):
    exercise = ALL[name]
    exercise.judge(right_answer(exercise))  # the first time compiles
    started = time.perf_counter()
    outcome, why, _ = exercise.judge(right_answer(exercise))
    assert (outcome, why) == ("correct", exercise.shows)
    assert time.perf_counter() - started < (
        20 if exercise._seconds == 60 else 2
    )  # 10 and 1 s alone


@each
def test_each_right_answer_is_right_whatever_its_style(name):
    for k, answer in enumerate(RIGHT[name]):
        outcome, why, _ = ALL[name].judge(answer)
        assert outcome == "correct", (k, why)


@each
def test_each_wrong_answer_has_a_message_of_its_own(name):
    """And at most one in ten, and one more, is told the two numbers only."""
    told = []
    for answer, words in WRONG[name]:
        outcome, why, _ = ALL[name].judge(answer)
        assert outcome == "incorrect" and words.lower() in why.lower(), (words, why)
        told.append(why)
    assert len(set(told)) == len(told)
    bare = [why for why in told if re.match("(For|With) .*: (got|the result) ", why)]
    assert len(bare) <= len(told) / 10 + 1, bare


@each
def test_every_known_mistake_is_met_by_its_name(name):
    """What the package lists as a classic wrong answer is recognised as just that one."""
    exercise = ALL[name]
    lists = inspect.getclosurevars(exercise._examine).nonlocals
    known = dict(lists.get("wrong", {}))
    for k, mistakes in enumerate(lists.get("each", ())):  # each with the other parts right
        for told, number in mistakes.items():
            assert told not in known
            known[told] = lambda k=k, number=number: [
                number if part == k else right for part, right in enumerate(exercise.reference())
            ]
    for message, answer in known.items():
        is_value = isinstance(exercise, ValueExercise)
        outcome, why, _ = exercise.judge(answer() if is_value else answer)
        assert outcome == "incorrect" and why.startswith(message), (message, why)


@pytest.mark.parametrize("name", [name for name, e in ALL.items() if isinstance(e, ValueExercise)])
def test_a_wrong_value_is_not_told_the_right_one(name):
    right = np.asarray(ALL[name].reference(), float)
    for answer in (1.1 * right + 0.1, right * np.nan, right + np.inf, right - np.inf):
        assert "expected" not in ALL[name].judge(answer)[1]


@each
def test_placeholders_are_not_attempted_and_none_is_told(name):
    exercise = ALL[name]
    assert exercise.judge(...)[0] == "not attempted"
    assert exercise.judge(None)[0] == "incorrect"
    if not isinstance(exercise, ValueExercise):
        assert exercise.judge(lambda *arguments: ...)[0] == "not attempted"
        outcome, why, _ = exercise.judge(lambda *arguments: None)
        assert outcome == "incorrect" and "None" in why
        assert "itself" in exercise.judge(3.0)[1]
    else:
        assert exercise.judge((..., ...))[0] == "not attempted"


class Liar:
    """Equal to everything, if asked."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no")


def loop(p, q):
    while True:
        pass


def stubborn_loop(p, q):
    while True:
        try:  # noqa: SIM105
            time.sleep(0.01)
        except BaseException:
            pass


def goes_on(p, q):
    try:
        stubborn_loop(p, q)
    except BaseException:
        loop(p, q)


def raises(error):
    def answer(p, q):
        raise error

    return answer


def returns(value):
    return lambda p, q: value


def recursion(p, q):
    return recursion(p, q)


def changes_seeds(p, q):
    random.seed(1), np.random.seed(1)
    return 0.0 * p


def writes_much(p, q):
    print("x" * 10_000_000)
    return q / (p + q)


def takes_the_output_away(p, q):
    sys.stdout = sys.stderr = None
    return q


HOSTILE = {
    "endless loop": loop,
    "endless loop that catches everything": stubborn_loop,
    "endless loop after one that was stopped": goes_on,
    "recursion": recursion,
    "exit": lambda p, q: sys.exit(),
    "a raised BaseException": raises(BaseException("gone")),
    "an interrupt": raises(KeyboardInterrupt()),
    "StopIteration": raises(StopIteration()),
    "GeneratorExit": raises(GeneratorExit()),
    "prints 10 MB": writes_much,
    "changes the random state": changes_seeds,
    "changes its inputs": lambda p, q: np.multiply(p, 0, out=p),
    "takes stdout away": takes_the_output_away,
    "a generator": returns(k for k in range(3)),
    "a string": returns("p / (p + q)"),
    "a number as a string": returns("0.5"),
    "an object that lies": returns(Liar()),
    "ragged lists": returns([[1.0], [1.0, 2.0]]),
    "complex numbers": returns(1j),
    "a class": int,
    "NaN": lambda p, q: np.nan * np.asarray(p),
    "a division by zero": lambda p, q: 1 / 0,
    "a symbolic tensor": returns(keras.Input((1,))),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_answers_leave_the_notebook_alive(what, monkeypatch, capsys):
    monkeypatch.setattr(first, "_seconds", 1)
    before, streams = (random.getstate(), np.random.get_state()), (sys.stdout, sys.stderr)
    first.check(HOSTILE[what])
    printed = capsys.readouterr()
    assert printed.out.startswith("Not yet. ") and len(printed.out) < 3000 and not printed.err
    assert (sys.stdout, sys.stderr) == streams and random.getstate() == before[0]
    np.testing.assert_equal(np.random.get_state(), before[1])
    first.check(first.reference)
    assert capsys.readouterr().out.startswith("✅ Correct. ")


def test_hostile_answers_are_told_kindly():
    told = {"recursion": "RecursionError", "exit": "SystemExit", "NaN": "NaN"}
    told |= dict.fromkeys(("a string", "a number as a string"), "Got a str; expected numbers.")
    for what, words in told.items():
        assert words in first.judge(HOSTILE[what])[1]
    why = first.judge(HOSTILE["a division by zero"])[1]
    assert why.startswith("Your code raised ZeroDivisionError, at `") and "division by zero" in why
    printed = first.judge(writes_much)[2]
    assert len(str(printed)) < 1100 and "characters more" in str(printed)


def test_an_answer_that_prints_shows_what_it_printed(capsys):
    def talks(p, q):
        print("p is", np.shape(p))
        return p / (p + q)

    first.check(talks)
    assert "✅ Correct. " in (out := capsys.readouterr().out)
    assert "Your code printed:\n    p is (5,)\n    p is (1,)\n    p is (64,)" in out


def test_exit_does_not_end_a_notebook(monkeypatch):
    asked = []
    shell = type("Shell", (), {"ask_exit": lambda self: asked.append(True)})()
    monkeypatch.setattr("builtins.get_ipython", lambda: shell, raising=False)
    assert "SystemExit" in first.judge(lambda p, q: shell.ask_exit())[1]
    assert not asked
    shell.ask_exit()
    assert asked  # as before


def test_without_an_alarm_it_says_so_and_works(capsys):
    thread = threading.Thread(target=first.check, args=(first.reference,))
    thread.start(), thread.join()
    out = capsys.readouterr().out
    assert out.startswith("(No alarm here") and "✅ Correct. " in out


def test_the_time_limit_reaches_code_that_swallows_it():
    """Afterwards an earlier timer, its handler and the trace are as they were."""
    before = signal.signal(signal.SIGALRM, ours := lambda number, frame: None)
    signal.setitimer(signal.ITIMER_REAL, 1000, 7)
    with pytest.raises(guard.TimeIsUp):
        with guard.guarded(0.05):
            stubborn_loop(0, 0)
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    assert 995 < left <= 1000 and interval == 7 and sys.gettrace() is None
    assert signal.signal(signal.SIGALRM, before) is ours
    time.sleep(0.2)  # nothing rings any more


def test_hints_come_in_steps_and_the_solution_is_what_one_would_write(capsys):
    exercise = exercises.lesson_06.stop_turning
    exercise._num_hints = 0
    for number, k in ((None, 1), (None, 2), (None, 1), (2, 2), (1, 1), (None, 2)):
        exercise.hint(number)
        out = capsys.readouterr().out
        assert f"Hint {k} of 2: " in out and ("last hint" in out) == (k == 2)
    exercise.solution()
    first.solution()
    solution = "stop_turning = 1.0\ndef best_discriminator(p, q):\n    return p / (p + q)\n"
    assert capsys.readouterr().out == solution
    assert "p, q" not in repr(first) and "lesson_02.best_discriminator" in repr(first)


def test_progress_is_counted_kept_and_shown(progress_file, capsys):
    first.check(first.reference)
    assert "\n1 of 4 are done in this lesson.\n" in capsys.readouterr().out
    first.check(first.reference)
    first.check(lambda p, q: q)
    exercises.lesson_06.stop_turning.check(1.0)
    assert "\n1 of 4 are done in this lesson.\n" in capsys.readouterr().out
    names = ["lesson_02.best_discriminator", "lesson_06.stop_turning"]
    assert json.loads(progress_file.read_text()) == {"done": names}
    exercises.progress()
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("02   1 of 4   [x] best_discriminator  [ ] jensen_shannon")
    assert len(lines) == 15 and lines[-1] == "2 of 56 exercises are done."
    progress_file.unlink()
    exercises.progress()
    assert "0 of 56" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"done": 3}', '{"done": [1]}', "\x00", "[" * 99999]
)
def test_a_damaged_progress_file_is_said_and_left_as_it_is(progress_file, capsys, content):
    progress_file.write_text(content)
    first.check(first.reference)
    out = " ".join(capsys.readouterr().out.split())
    assert out.startswith("✅ Correct. ") and "is damaged" in out and "delete it" in out
    assert progress_file.read_text() == content
    exercises.progress()
    assert "is damaged" in capsys.readouterr().out


def test_a_progress_file_that_cannot_be_written_is_said(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    said = {tmp_path / "file": "is damaged", "/proc": "The progress was not kept: "}
    for folder, words in said.items():
        monkeypatch.setenv("HUE_PROGRESS", f"{folder}/progress.json")
        first.check(first.reference)
        out = " ".join(capsys.readouterr().out.split())  # lines are filled
        assert out.startswith("✅ Correct. ") and words in out


def test_progress_lies_in_the_runs_of_the_checkout(monkeypatch):
    monkeypatch.delenv("HUE_PROGRESS")
    assert record.path() == ROOT / "runs" / "progress.json"


def test_three_claims_of_the_lessons():
    """37% are missed by the fit of reverse KL; the shares of weights; the scale of lesson 00."""
    x = np.linspace(-9, 9, 2001)
    p = theory.mixture_density(x, [-2.0, 2.0], [0.5, 0.9], [0.4, 0.6])
    missed = [
        lesson_01.missed_mass.reference(p, theory.normal_density(x, *fit), x)
        for fit in ((0.40, 2.10), (1.97, 0.94), (0.61, 2.03))
    ]
    assert missed[1] == pytest.approx(0.37, abs=0.005) and max(missed[0], missed[2]) < 0.005
    count = exercises.lesson_04.count_weights.reference
    assert count([100, 128, 256, 784]) == 247_440 and count([10, 64, 784]) == 51_664
    assert count([256, 784]) / count([100, 128, 256, 784]) == pytest.approx(0.8, abs=0.02)
    assert exercises.lesson_00.place_on_scale.reference(8.164, 3.816, 369.1) < 0.015
    assert exercises.lesson_04.certainty.reference(0.97) == pytest.approx(0.62, abs=0.005)
    assert exercises.lesson_05.output_size.reference(7, 5, 3, 1) == 21
    assert exercises.lesson_05.frechet_of_independent.reference(1, 2, 4, 0.5) == 11.25
