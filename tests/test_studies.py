"""Studies: spot checks come out as measured, finished runs are kept, and stale is only a table."""

import json
import os
import shutil
import sys
from types import SimpleNamespace

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import arithmetics
import freshness
import measuring
import portable
import spot_checks
import stale
import studies

import notebooks
from hue_edu import files, losses

ALL = {study.path.stem: study for study in studies.all_studies()}
each = pytest.mark.parametrize("name", ALL)


@pytest.mark.core
@each
def test_a_piece_of_the_study_measured_again_lies_in_the_measured_range(name):
    assert ALL[name].differences() == []


def doubled(function):
    return lambda *given, **options: 2 * function(*given, **options)


def negated(function):
    return lambda *given, **options: -function(*given, **options)


BREAKS = [  # study, formula, how, and the numbers that must tell
    ("05_time_to_quality", "r1_penalty", doubled, {"penalty"}),
    ("06_stable_training", "r2_penalty", doubled, {"ring: penalty"}),
    ("07_wgan_gp", "gradient_penalty", doubled, {"WGAN-GP: gradient_penalty"}),
    ("09_vae", "kl_divergence", doubled, {"kl_loss", "negative_elbo"}),
    ("09_vae", "bernoulli_log_likelihood", negated, {"reconstruction_loss"}),
]


@pytest.mark.parametrize("name, formula, change, tells", BREAKS)
def test_a_factor_of_two_and_a_sign_fall_outside_the_range(
    name, formula, change, tells, monkeypatch
):
    monkeypatch.setattr(losses, formula, change(getattr(losses, formula)))
    told = {sentence.split(" is ")[0] for sentence in ALL[name].differences()}
    assert tells <= told


@each
def test_a_saved_study_is_whole(name, capsys):
    study, values = ALL[name], files.load_study(name)
    assert len(values["seeds"]) >= 3
    line = capsys.readouterr().out
    assert study.command in line and "tensorflow" in line and study.saved["date"] in line
    assert study.seconds() <= 75 * 60
    assert set(study.saved["rooms"]) <= {run["code"] for run in study.saved["runs"].values()}
    check = study.saved["spot_check"]
    assert check["settings"] == list(arithmetics.SETTINGS) and len(check["settings"]) >= 5
    for key, (low, high) in check["ranges"].items():
        assert spot_checks.width(low, high) <= spot_checks.WIDEST, key


def test_a_study_that_is_not_there_names_those_that_are():
    with pytest.raises(FileNotFoundError, match="'99_none'.*05_time_to_quality"):
        files.load_study("99_none")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "study_99.py"
    path.write_text("from hue_edu import losses\nlosses.r1_penalty\n")
    return path


def make(source, spot_check=lambda: {"x": 2.0}):
    return studies.Study(source, "99_x", spot_check, folder=source.parent)


def test_rows_of_numbers_stand_on_a_line_and_nothing_else_changes(source):
    study = make(source)
    found = {"row": [1, -2.5e-7, 3], "said": "[1,  2]", "none": [], "rows": [[1, 2], [3]]}
    assert study.run("a", lambda: found) == found
    text = study.path.read_text()
    assert '"row": [ 1, -2.5e-07, 3 ]' in text and json.loads(text)["runs"]["a"]["found"] == found


def test_a_killed_study_goes_on_where_it_stopped(source):
    calls = []

    def go(stop_at=None):
        study = make(source)
        for seed in range(3):
            if seed == stop_at:
                raise KeyboardInterrupt
            study.run(f"seed {seed}", lambda seed=seed: (calls.append(seed), 10 * seed)[1])
        study.finish(total=sum(run["found"] for run in study.saved["runs"].values()))

    with pytest.raises(KeyboardInterrupt):
        go(stop_at=2)
    assert calls == [0, 1]
    go()
    assert calls == [0, 1, 2]
    saved = json.loads((source.parent / "99_x.json").read_text())
    assert saved["values"] == {"total": 30} and saved["command"] == "make study-99"
    assert set(saved["versions"]) == {"python", "keras", "numpy", "tensorflow"}
    study = make(source)
    assert saved["rooms"] == {study.code: study.rooms} and "losses" in study.rooms
    assert study.seconds() == sum(run["seconds"] for run in saved["runs"].values())


def test_ways_are_run_one_seed_after_the_other(source):
    study = make(source)
    found = study.run_seeds({"a": lambda seed: seed, "b": lambda seed: 10 * seed})
    assert found == {"a": [0, 1, 2], "b": [0, 10, 20]}
    names = [f"{way} seed {seed}" for seed in studies.SEEDS for way in "ab"]
    assert list(study.saved["runs"]) == names


def test_a_run_that_fails_is_not_kept(source):
    study = make(source)
    with pytest.raises(ZeroDivisionError):
        study.run("bad", lambda: 1 / 0)
    assert study.saved["runs"] == {} and not study.path.exists()


def test_runs_of_other_code_are_made_anew_and_the_values_stay_until_all_are(source, monkeypatch):
    study = make(source)
    study.finish(median=study.run("one", lambda: 1))
    source.write_text("from hue_edu import losses\nlosses.r2_penalty\n")
    study = make(source)
    monkeypatch.setenv("KEEP", "1")
    assert study.run("one", lambda: 2) == 1
    monkeypatch.delenv("KEEP")
    assert study.run("one", lambda: 2) == 2
    assert make(source).saved["values"] == {"median": 1}
    study.finish(median=2)
    assert make(source).saved["values"] == {"median": 2}
    source.write_text('"""A docstring."""\nfrom hue_edu import losses\nlosses.r2_penalty  # why\n')
    assert make(source).run("one", lambda: 3) == 2


def test_a_kept_run_keeps_the_rooms_that_it_was_made_with(source, monkeypatch):
    first = make(source)
    first.finish(median=first.run("old", lambda: 1))
    source.write_text("from hue_edu import losses\nlosses.r2_penalty\n")
    monkeypatch.setenv("KEEP", "1")
    study = make(source)
    study.run("old", lambda: 2), study.run("new", lambda: 2)
    study.finish(median=1)
    again = make(source)
    assert again.old_runs() == {first.code: ["old"]} and again.changed_rooms() == (["the study"], 0)
    assert again.saved["rooms"] == {first.code: first.rooms, study.code: study.rooms}
    del again.saved["rooms"][first.code]
    assert again.changed_rooms() == ([], 1)
    monkeypatch.setattr(stale.studies, "all_studies", lambda: [again])
    ((_, command, changes, _),) = stale.stale_studies()
    assert (command, changes) == ("make study-99", ["1 of 2 runs", "unknown rooms of 1 runs"])
    monkeypatch.delenv("KEEP")
    again.run("old", lambda: 3)
    assert again.old_runs() == {} and set(again.saved["rooms"]) == {study.code}
    assert next(stale.stale_studies())[2] == []


def test_a_number_outside_its_range_is_told(source):
    study = make(source)
    study.finish()
    study.keep_ranges({"x": [1.99, 2.0]}, ["as it is"])
    for value in (1.9801, 1.995, 2.0099):  # the range, widened by its own width
        assert make(source, lambda value=value: {"x": value}).differences() == []
    for found in ({"x": 1.9799}, {"x": 2.0101}, {"x": -2.0}, {"x": float("nan")}, {}):
        (sentence,) = make(source, lambda found=found: found).differences()
        assert "run `make study-99`" in sentence and "was from 1.99 to 2.0 under" in sentence
    assert len(make(source, lambda: {"x": 2.0, "y": 1.0}).differences()) == 1
    assert make(source).saved["values"] == {}


@pytest.mark.parametrize(
    "value, low, high, within",
    [
        (5.0049, 5.0, 5.0, True), (5.0051, 5.0, 5.0, False),  # .1% at least
        (-5.0049, -5.0, -5.0, True), (5.0, -5.0, -5.0, False),
        (9e-7, 0.0, 0.0, True), (-9e-7, 0.0, 0.0, True), (2e-6, 0.0, 0.0, False),  # absolutely
        (-0.5, -0.4, 0.1, True), (0.7, -0.4, 0.1, False),
    ],
)  # fmt: skip
def test_a_range_is_widened_by_its_width_and_near_zero_absolutely(value, low, high, within):
    assert studies.is_within(value, low, high) is within


def test_settings_reach_a_child_and_only_the_chosen_one(monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    monkeypatch.setenv("KEPT", "yes")
    plain, four = map(arithmetics.environment, ("oneDNN off", "four threads"))
    assert plain["TF_ENABLE_ONEDNN_OPTS"] == "0" and plain["KEPT"] == "yes"
    assert "TF_ENABLE_ONEDNN_OPTS" not in four and four["TF_NUM_INTRAOP_THREADS"] == "4"
    assert os.environ["TF_ENABLE_ONEDNN_OPTS"] == "1"


def test_a_fresh_process_has_the_setting_and_this_one_keeps_its_own(monkeypatch):
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "2")
    assert arithmetics.alone(os.getenv, "TF_NUM_INTRAOP_THREADS") == "2"
    assert arithmetics.alone(os.getenv, "TF_NUM_INTRAOP_THREADS", setting="four threads") == "4"
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "2"
    assert arithmetics.alone(os.getpid) != os.getpid()


def test_seeds_are_summed_up_number_by_number():
    rows = [{"a": 1, "b": [1.0, 4.0]}, {"a": 4, "b": [2.0, 6.0]}, {"a": 2, "b": [9.0, 5.0]}]
    found = {"a": 2.0, "a_range": [1.0, 4.0], "b": [2.0, 5.0]}
    assert measuring.median_and_range(rows) == found
    twice = {"a": [2.0, 2.0], "a_range": 2 * [[1.0, 4.0]], "b": 2 * [[2.0, 5.0]]}
    assert measuring.median_and_range([[row, row] for row in rows]) == twice


def test_the_fastest_round_counts_and_the_first_call_does_not(monkeypatch):
    calls = []
    monkeypatch.setattr(measuring.timeit, "repeat", lambda run, **_: [run() or 3.0, run() or 2.0])
    assert measuring.ms_per_step(lambda: calls.append(1), steps=500) == 4.0
    assert len(calls) == 3


def test_training_for_seconds_measures_at_each_time_and_stops_after_the_last(monkeypatch):
    clock = iter([0, 1, 2, 2, 7, 8, 9, 9, 10])  # measuring takes 5 s, then 1 s
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: next(clock))
    probe = measuring.Probe((2, 4), lambda model: model.steps_done)
    probe.set_model(SimpleNamespace(steps_done=0, stop_training=False))
    probe.on_train_begin()
    while not probe.model.stop_training:
        probe.model.steps_done += 1
        probe.on_train_batch_end(0)
    assert probe.steps == probe.found == [2, 4]


def test_spot_checks_keep_the_range_over_all_settings(source, monkeypatch, capsys):
    study = make(source)
    study.finish(median=study.run("one", lambda: 1))
    asked = []

    def alone(function, names, setting):
        assert function is spot_checks.measured
        asked.append((setting, names))
        return {"99_x": {"x": 2.0 + 0.01 * len(asked), "zero": 1e-9 * len(asked)}}

    monkeypatch.setattr(spot_checks.arithmetics, "alone", alone)
    monkeypatch.setattr(spot_checks.studies, "all_studies", lambda *names: [study])
    before = make(source).saved
    assert spot_checks.main("99") is True and "Wider than 2%" in capsys.readouterr().out
    assert make(source).saved == before  # nothing is written
    monkeypatch.setattr(spot_checks, "WIDEST", 0.05)
    asked.clear()
    assert spot_checks.main("99") is False
    assert asked == [(setting, ("99",)) for setting in arithmetics.SETTINGS]
    after, num = make(source).saved, len(asked)
    assert after.pop("spot_check")["ranges"] == {
        "x": [2.01, 2.0 + 0.01 * num], "zero": [1e-9, 1e-9 * num]
    }  # fmt: skip
    assert after == {key: value for key, value in before.items() if key != "spot_check"}


def test_portable_counts_what_a_run_of_the_tests_said(monkeypatch, capsys):
    said = dict.fromkeys(arithmetics.SETTINGS, "...\n3 passed in 2s")
    said["one thread"] = (
        "FAILED tests/test_a.py::test_b - 7 passed\n2 failed, 1 passed, 1 error in 2s"
    )

    def run(command, cwd, env, **options):
        assert "core and not nightly" in command and "tests/test_a.py" in command
        text = said["one thread" if env.get("TF_NUM_INTRAOP_THREADS") == "1" else "as it is"]
        done = "failed" in text
        return portable.subprocess.CompletedProcess(command, int(done), text, "")

    unable = portable.subprocess.CompletedProcess([], 4, "no such file", "")
    monkeypatch.setattr(portable.subprocess, "run", run)
    assert portable.main("tests/test_a.py") is True
    shown = capsys.readouterr()
    assert "| as it is | 3 passed in 2s |" in shown.out
    assert "| one thread | 2 failed, 1 passed, 1 error in 2s |" in shown.out
    assert "tests/test_a.py::test_b" in shown.err
    monkeypatch.setattr(portable, "subprocess", SimpleNamespace(run=lambda *_, **__: unable))
    with pytest.raises(SystemExit, match="no such file"):
        portable.main("tests/test_none.py")


PACKAGE_EDITS = {
    "a new import and function in metrics": ("metrics/modes.py", "import math\n", "\n\nF = 1\n"),
    "a new export of training": ("training/__init__.py", "", "\nfrom .gan import check_batch\n"),
    "a renamed private method of GAN": ("training/gan.py", "_step_seed", "_seed_of_step"),
    "a room split into a package": ("files.py", None, None),
}


@pytest.mark.parametrize("edit", PACKAGE_EDITS.values(), ids=PACKAGE_EDITS)
def test_a_change_in_the_package_asks_for_no_rerun_but_is_listed(edit, tmp_path):
    name, old, new = edit
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "hue_edu", tmp_path / "hue_edu", ignore=ignored)
    path = tmp_path / "hue_edu" / name
    if old is None:
        path.with_suffix("").mkdir()
        path.rename(path.with_suffix("") / "__init__.py")
        source = "from hue_edu import files\n"
    else:
        text = path.read_text()
        path.write_text(text.replace(old, new) if old and old in text else old + text + new)
        source = "from hue_edu.training import GAN\nfrom hue_edu import metrics\n"
    before = freshness.rooms_reached(source)
    found = freshness.changed(before, freshness.rooms_reached(source, root=tmp_path))
    room = name.split("/")[0].removesuffix(".py")
    assert found == ([] if old is None else [room])
    assert all(notebooks.is_fresh(notebooks.read(path)) for path in notebooks.lessons())


def test_rooms_are_followed_and_words_do_not_count(tmp_path):
    room = tmp_path / "hue_edu"
    room.mkdir()
    (room / "__init__.py").write_text("")

    def reached(base, losses="def f():\n from . import base\n return base.g()\n"):
        (room / "base.py").write_text(base)
        (room / "losses.py").write_text(losses)
        return freshness.rooms_reached("from hue_edu import losses\nimport numpy", tmp_path)

    before = reached("def g():\n 'a'\n return 1\n")
    assert set(before) == {"base", "losses"}
    assert reached("def g():\n 'b'\n # why\n return  1\n") == before
    assert freshness.changed(before, reached("def g():\n 'a'\n return 2\n")) == ["base"]
    assert freshness.changed(before, reached("", "x = 1\n")) == ["base", "losses"]


def test_the_table_lists_what_changed_oldest_first():
    rows = [
        ("2026-11-02", "b.ipynb", ["losses", "plots"], 12.3),
        ("2026-11-01", "make study-07", ["the study"], None),
        ("2026-11-03", "c.ipynb", [], 5.0),
    ]
    _, first, second = stale.table(rows)
    assert first.split() == ["2026-11-01", "make", "study-07", "unknown", "the", "study"]
    assert second.split() == ["2026-11-02", "b.ipynb", "12", "s", "losses,", "plots"]
    assert "Every lesson" in stale.table(rows[2:])[0]


def test_stale_studies_are_renewed_after_the_total_is_told(monkeypatch, capsys):
    rows = [("d", "make study-05", ["losses"], 600.0), ("d", "make study-06", [], 1e6)]
    calls = []
    monkeypatch.setattr(stale, "stale_studies", lambda: rows)
    monkeypatch.setattr(stale.subprocess, "run", lambda command, **_: calls.append(command[1]))
    stale.renew_studies()
    assert "1 studies to renew, about 10 minutes" in capsys.readouterr().out
    assert calls == ["study-05"]


def test_every_lesson_and_study_can_be_listed():
    rows = [*stale.stale_lessons(), *stale.stale_studies()]
    assert len(rows) == len(notebooks.lessons()) + len(ALL)
    assert all(date != "never" and seconds > 0 for date, _, _, seconds in rows)
