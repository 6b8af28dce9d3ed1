"""The doctor from the command line: files of anybody's in a process of their own, finished runs."""

import json
import textwrap

import numpy as np
import pytest

from hue_edu import doctor, files, run_folder, runs
from hue_edu.__main__ import main
from hue_edu.doctor import source, visit

MINE = """
import keras, numpy as np, tensorflow as tf
from keras import layers

def build():
    keras.utils.set_random_seed(0)
    g = keras.Sequential([keras.Input((8,)), layers.Dense(32, "relu"), layers.Dense(2)])
    d = keras.Sequential([keras.Input((2,)), layers.Dense(32, "relu"), layers.Dense(1)])
    x = np.random.default_rng(0).normal(size=(256, 2)).astype("float32")
    soft = tf.nn.softplus
    losses = {"discriminator": lambda r, f: tf.reduce_mean(soft(-r) + soft(f)),
              "generator": lambda f: tf.reduce_mean(soft(SIGNf))}
    return {"generator": g, "discriminator": d, "data": x, "losses": losses}
"""


@pytest.fixture
def mine(tmp_path):
    """A function that writes a file of somebody's."""

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


def test_a_file_is_examined_in_a_process_of_its_own(mine, capsys):
    ill = mine(MINE.replace("SIGN", ""))
    assert main(["doctor", f"{ill}:build"]) == 1
    assert capsys.readouterr().out.startswith("same-objective (certain")
    assert main(["doctor", str(mine(MINE.replace("SIGN", "-"))), "--json"]) == 0
    about = json.loads(capsys.readouterr().out)
    assert about["healthy"] and "no train_step was given" in about["left_out"]["updates"]


def test_a_file_that_cannot_run_is_read_all_the_same(mine):
    path = mine(
        """
        import tensorflow as tf
        x = tf.placeholder(tf.float32)
        def build():
            return tf.log(y)
        """
    )
    report = visit.examine_file(path, "build")
    assert [f.code for f in report.findings] == ["removed-api"] * 2 + [
        "undefined-name",
        "step-fails",
    ]
    assert "line 3" in report.findings[0].evidence and "tf.math.log" in report.findings[1].evidence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def build(): return 3", "returned int, expected a dictionary"),
        ("def other(): pass", "no function build"),
        ("def build(): return {'generator': 1, 'data': 2}", "expected generator, discriminator"),
        ("def build(:", "Python cannot read it"),
    ],
)
def test_what_is_no_patient_is_said(mine, text, said):
    report = visit.examine_file(mine(text), "build")
    assert not report.healthy and said in str(report)


def test_a_file_that_ends_the_process_or_never_ends(mine, capsys):
    ends = mine(
        "import os, sys\nsys.stderr.write('my last words\\n'); sys.stderr.flush()\nos._exit(3)"
    )
    assert main(["doctor", str(ends)]) == 1
    assert "ended early: my last words" in capsys.readouterr().err
    waits = mine("import time\ntime.sleep(100)")
    assert main(["doctor", str(waits), "--seconds", "2"]) == 1
    assert "was not done after 2 s" in capsys.readouterr().err


def test_paths_that_are_no_python_file(tmp_path, capsys):
    assert main(["doctor", str(tmp_path / "none.py:build")]) == 1
    assert "There is no" in capsys.readouterr().err
    (tmp_path / "notes.txt").write_text("")
    assert main(["doctor", str(tmp_path / "notes.txt")]) == 1
    assert "is no Python file" in capsys.readouterr().err


def test_reading_finds_what_is_gone_and_names_what_stands_for_it():
    text = """
import tensorflow as tf, numpy as np, keras
from keras.layers.merge import concatenate
def f(x):
    try:
        old = tf.contrib
    except AttributeError:
        old = None
    if hasattr(tf, "mod"):
        x = tf.mod(x, 2)
    a = keras.optimizers.Adam(lr=1e-3)
    b = tf.reduce_sum(x, keep_dims=True) + np.float(3)
    return a, b, old, [y for y in x], compat
    """
    found = list(source.read(text, "f.py"))
    assert {f.numbers["name"] for f in found} == {
        "keras.layers.merge.concatenate", "keras…Adam(lr=)", "tf…reduce_sum(keep_dims=)",
        "np.float", "compat"}  # fmt: skip
    assert "learning_rate=" in str([f.evidence for f in found])


# Finished runs


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A short run of the smallest GAN; its metrics are left out."""
    out = tmp_path_factory.mktemp("runs") / "first"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_measured", lambda samples, pictures: {})
        runs.train("smallest", out, steps=300)
        runs.train("smallest", out, steps=500, resume=True)
    return out


def test_a_run_keeps_a_grid_of_the_same_z_of_each_round(run):
    with np.load(run / run_folder.GRIDS, allow_pickle=False) as held:
        assert held["steps"].tolist() == [100, 200, 300, 400, 500]
        assert held["grids"].shape == (5, 16, 28, 28, 1) and held["grids"].dtype == np.uint8
        assert len(np.unique(held["grids"].reshape(5, -1), axis=0)) == 5


def test_a_long_run_keeps_at_most_64_rounds(tmp_path):
    class Trainer:
        steps_done = 0

        def generate(self, num, seed):
            return np.zeros((num, 4, 4, 1), "float32")

    rounds = runs.Rounds(tmp_path / run_folder.GRIDS)
    rounds.set_model(trainer := Trainer())
    for k in range(1, 200):
        trainer.steps_done = 100 * k
        rounds.on_epoch_end(k)
        if k == 150:  # it is cut off, and goes on
            rounds = runs.Rounds(tmp_path / run_folder.GRIDS)
            rounds.set_model(trainer)
    assert len(rounds.steps) <= 64 and set(np.diff(rounds.steps)) == {400}


def test_a_finished_run_is_examined(run, capsys):
    report = doctor.examine_run(run)
    assert not report.left_out and set(report.pictures) >= {"data", "samples"}
    assert main(["doctor", "--run", str(run)]) in (0, 1)
    assert capsys.readouterr().out.strip() == str(report).strip()


def test_a_run_whose_pictures_run_in_circles(run, tmp_path):
    import shutil

    other = shutil.copytree(run, tmp_path / "circles")
    rng = np.random.default_rng(0)
    two = np.stack([np.full((16, 28, 28, 1), 20), np.full((16, 28, 28, 1), 200)]).astype("uint8")
    grids = np.concatenate([two] * 6) + rng.integers(0, 9, (12, 16, 28, 28, 1), dtype="uint8")
    files.save_arrays(other / run_folder.GRIDS, steps=100 * np.arange(1, 13), grids=grids)
    looks = doctor.finished._looks(other / run_folder.GRIDS)
    real = doctor.finished._pictures({})
    assert [f.code for f in doctor.dynamics.of_course(looks, real)] == ["oscillation"]
    (other / run_folder.GRIDS).unlink()
    assert "kept no pictures" in doctor.examine_run(other).left_out["the course"]


def test_no_run_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        doctor.examine_run(tmp_path / "none")
