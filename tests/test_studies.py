"""Studies keep their finished runs, and drop those of other code."""

import json
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
from studies import Study


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "study.py"
    path.write_text("from hue_edu import losses\nlosses.r1_penalty\n")
    return path


def test_a_killed_study_goes_on_where_it_stopped(tmp_path, source):
    calls = []

    def go(stop_at=None):
        study = Study("x", "make x", source, folder=tmp_path)
        for seed in range(3):
            if seed == stop_at:
                raise KeyboardInterrupt
            study.run(f"seed {seed}", lambda seed=seed: (calls.append(seed), {"value": seed})[1])
        study.finish(total=sum(run["found"]["value"] for run in study.runs.values()))

    with pytest.raises(KeyboardInterrupt):
        go(stop_at=2)
    assert calls == [0, 1]
    go()
    assert calls == [0, 1, 2]
    saved = json.loads((tmp_path / "x.json").read_text())
    assert saved["values"] == {"total": 3} and saved["command"] == "make x"
    assert set(saved["versions"]) == {"python", "keras", "numpy", "tensorflow"}


def test_a_run_that_fails_is_not_kept(tmp_path, source):
    study = Study("x", "make x", source, folder=tmp_path)
    with pytest.raises(ZeroDivisionError):
        study.run("bad", lambda: 1 / 0)
    assert study.runs == {} and not (tmp_path / "x.json").exists()


def test_runs_of_other_code_are_dropped(tmp_path, source):
    study = Study("x", "make x", source, folder=tmp_path)
    study.run("one", lambda: 1)
    assert Study("x", "make x", source, folder=tmp_path).runs
    source.write_text("from hue_edu import losses\nlosses.r2_penalty\n")
    assert not Study("x", "make x", source, folder=tmp_path).runs
