"""Studies: every spot check comes out as saved; finished runs are kept; stale is only a table."""

import json
import shutil
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import freshness
import stale
import studies

import notebooks
from hue_edu import files

ALL = studies.all_studies()


@pytest.mark.parametrize("study", ALL, ids=[study.path.stem for study in ALL])
def test_a_piece_of_the_study_measured_again_gives_the_saved_numbers(study):
    assert study.differences() == []


@pytest.mark.parametrize("study", ALL, ids=[study.path.stem for study in ALL])
def test_a_saved_study_is_whole(study, capsys):
    values = files.load_study(study.path.stem)
    assert len(values["seeds"]) >= 3
    line = capsys.readouterr().out
    assert study.command in line and "tensorflow" in line and study.saved["date"] in line
    assert study.saved["spot_check"]["reason"] and study.saved["spot_check"]["tolerance"] <= 0.05
    assert study.seconds() <= 75 * 60


def test_a_study_that_is_not_there_names_those_that_are():
    with pytest.raises(FileNotFoundError, match="'99_none'.*05_time_to_quality"):
        files.load_study("99_none")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "study_99.py"
    path.write_text("from hue_edu import losses\nlosses.r1_penalty\n")
    return path


def make(source, spot_check=lambda: {"x": 2.0}, tolerance=0.01):
    return studies.Study(source, "99_x", spot_check, tolerance, "why", folder=source.parent)


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
    assert saved["spot_check"] == {"values": {"x": 2.0}, "tolerance": 0.01, "reason": "why"}
    assert set(saved["versions"]) == {"python", "keras", "numpy", "tensorflow"}
    assert saved["rooms"] == make(source).rooms and "losses" in saved["rooms"]
    assert make(source).seconds() == sum(run["seconds"] for run in saved["runs"].values())


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


def test_a_spot_check_that_comes_out_otherwise_is_told(source):
    make(source).finish()
    assert make(source, lambda: {"x": 2.019}).differences() == []
    for found in ({"x": 2.03}, {"x": -2.0}, {"x": float("nan")}, {}, {"x": 2.0, "y": 1.0}):
        (sentence,) = make(source, lambda found=found: found).differences()
        assert "run `make study-99`" in sentence and "was " in sentence


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
    assert calls == ["tools/study_05.py"] and (ROOT / calls[0]).is_file()


def test_every_lesson_and_study_can_be_listed():
    rows = [*stale.stale_lessons(), *stale.stale_studies()]
    assert len(rows) == len(notebooks.lessons()) + len(ALL)
    assert all(date != "never" and seconds > 0 for date, _, _, seconds in rows)
