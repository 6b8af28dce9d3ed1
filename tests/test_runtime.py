"""Seeds, budget, report, and a TensorFlow that starts without red lines."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from conftest import ROOT

from hue_edu import quiet, runtime, theme

pytestmark = pytest.mark.core


def run(code, **environment):
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True
    )


def test_the_first_cell_shows_no_red():
    code = "from hue_edu import runtime; runtime.setup(); import tensorflow as tf; tf.ones(3) + 1"
    done = run(code)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("Hue ") and "budget: smoke | data: data" in done.stdout


def test_a_failing_import_is_shown(tmp_path):
    (tmp_path / "tensorflow.py").write_text(
        "import os; os.write(2, b'why it failed'); raise ImportError"
    )
    done = run("import hue_edu, tensorflow", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert done.returncode == 1 and "why it failed" in done.stderr


def test_held_stderr_is_shown_only_after_a_failure(capfd):
    with quiet.held_stderr():
        os.write(2, b"chatter")
    assert capfd.readouterr().err == ""
    with pytest.raises(RuntimeError), quiet.held_stderr():
        os.write(2, b"reason")
        raise RuntimeError
    assert capfd.readouterr().err == "reason"


def test_import_adds_the_hook_once():
    code = "import sys, hue_edu, tensorflow; print([type(f).__name__ for f in sys.meta_path])"
    assert "_QuietImport" not in run(code).stdout


def test_setup_repeats_random_numbers(capsys):
    drawn = []
    for seed in (3, 3, 4):
        runtime.setup(seed)
        drawn.append((np.random.rand(), float(keras.random.normal((1,))[0])))
    assert drawn[0] == drawn[1] != drawn[2]
    assert "TensorFlow" in capsys.readouterr().out


def test_budget_follows_the_variable(monkeypatch):
    for name, expected in zip(runtime.BUDGETS, (1, 2, 3)):
        monkeypatch.setenv("HUE_BUDGET", name)
        assert runtime.budget() == name
        assert runtime.by_budget(smoke=1, cpu=2, gpu=3) == expected
    monkeypatch.setenv("HUE_BUDGET", "huge")
    with pytest.raises(ValueError, match="'huge'.*smoke, cpu, gpu"):
        runtime.budget()


def test_budget_without_the_variable_follows_the_device(monkeypatch):
    monkeypatch.delenv("HUE_BUDGET")
    for gpus, expected in ((0, "cpu"), (1, "gpu")):
        monkeypatch.setattr(runtime, "num_gpus", lambda gpus=gpus: gpus)
        assert runtime.budget() == expected


def test_device_is_named(monkeypatch):
    monkeypatch.setattr(runtime, "num_gpus", lambda: 2)
    assert runtime.device() == "2 GPUs"
    monkeypatch.setattr(runtime, "num_gpus", lambda: 0)
    assert runtime.device() == f"CPU, {runtime.num_cores()} cores"


def test_report_names_no_absolute_path(monkeypatch, tmp_path):
    assert str(ROOT) not in runtime.report()
    monkeypatch.setenv("HUE_DATA", str(tmp_path))
    (tmp_path / "SHA256SUMS").write_text("")
    assert "data: $HUE_DATA" in runtime.report() and str(tmp_path) not in runtime.report()


def brightness(colour):
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_real_and_fake_differ_also_in_grey_and_from_paper():
    assert abs(brightness(theme.REAL) - brightness(theme.FAKE)) > 0.02
    for colour in (theme.REAL, theme.FAKE, theme.DISCRIMINATOR, theme.LATENT, theme.NEUTRAL):
        assert brightness(colour) < 0.7


def test_each_role_has_its_own_colour():
    red, green, blue = range(3)

    def strongest(colour):
        return int(np.argmax([int(colour[i : i + 2], 16) for i in (1, 3, 5)]))

    assert strongest(theme.REAL) == blue and strongest(theme.DISCRIMINATOR) == green
    assert strongest(theme.FAKE) == red and theme.GENERATOR == theme.FAKE
    roles = (theme.REAL, theme.FAKE, theme.DISCRIMINATOR, theme.LATENT, theme.NEUTRAL)
    assert len({*roles, theme.HIGHLIGHT}) == 6


def test_tensorflow_is_asked_to_be_quiet_and_modest_unless_told_otherwise():
    names = ("TF_CPP_MIN_LOG_LEVEL", "TF_FORCE_GPU_ALLOW_GROWTH", "KERAS_BACKEND")
    code = f"import os, hue_edu; print([os.environ[name] for name in {names}])"
    clean = {name: value for name, value in os.environ.items() if name not in names}
    for extra, expected in (
        ({}, "['3', 'true', 'tensorflow']"),
        ({"TF_CPP_MIN_LOG_LEVEL": "0"}, "['0', 'true', 'tensorflow']"),
    ):
        environment = {**clean, "PYTHONPATH": str(ROOT), **extra}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.stdout.strip() == expected, done.stderr


def test_a_backend_that_is_missing_is_named_before_it_is_imported():
    for name in ("jax", "torch", "tensorfow"):
        done = run("from hue_edu import runtime; runtime.setup()", KERAS_BACKEND=name)
        last = done.stderr.strip().splitlines()[-1]
        assert done.returncode == 1 and f"KERAS_BACKEND is '{name}'" in last


def test_settings_in_the_home_folder_are_named(tmp_path):
    import json

    for name, value in (("floatx", "float64"), ("image_data_format", "channels_first")):
        (tmp_path / ".keras").mkdir(exist_ok=True)
        (tmp_path / ".keras" / "keras.json").write_text(json.dumps({name: value}))
        done = run("from hue_edu import runtime; runtime.setup()", HOME=str(tmp_path))
        last = done.stderr.strip().splitlines()[-1]
        assert done.returncode == 1 and f"{name} to be" in last and value in last


def test_progress_gives_each_thing_and_leaves_nothing(capsys):
    assert list(runtime.progress([3, 1, 2], "seeds")) == [3, 1, 2]
    out, err = capsys.readouterr()
    assert "seeds: 0 of 3 done" in out and not err
    assert not out.split("\r")[-1].strip() and not out.split("\r")[-2].strip()
