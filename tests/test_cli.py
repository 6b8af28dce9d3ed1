"""The command line: complete runs, and one line of error for anything bad."""

import csv
import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import types
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import hue_edu
from hue_edu import (
    datasets,
    evaluation,
    files,
    judges,
    plots,
    run_folder,
    runs,
    runtime,
    sources,
    studio,
    training,
)
from hue_edu.__main__ import main
from hue_edu.training import make_trainer, save_checkpoint

pytestmark = pytest.mark.core


@pytest.fixture(autouse=True)
def untrained(monkeypatch, text_generator):
    """`hue draw` does not wait for the shipped weights."""
    monkeypatch.setattr("hue_edu.models.load_text_generator", lambda: text_generator)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run of 150 steps."""
    out = tmp_path_factory.mktemp("runs") / "first"
    assert main(["train", "smallest", "--steps", "150", "--out", str(out)]) == 0
    return out


def test_a_run_keeps_the_averaged_weights(tmp_path):
    runs.train("dense", tmp_path / "run", steps=50)
    gan = make_trainer("dense", seed=0)
    training.load_checkpoint(gan, tmp_path / "run" / "checkpoint.npz")
    kept = runs.load_generator(tmp_path / "run").get_weights()
    for averaged, newest, found in zip(
        gan.averaged_generator.get_weights(), gan.generator.get_weights(), kept
    ):
        np.testing.assert_array_equal(found, averaged)
        assert not np.array_equal(found, newest)


def test_a_run_leaves_all_that_it_promises(run):
    names = {
        "run.json",
        "checkpoint.npz",
        "history.csv",
        "generator.weights.h5",
        "samples.png",
        "metrics.json",
        "rounds.npz",
    }
    assert {path.name for path in run.iterdir()} == names
    assert (run / "samples.png").read_bytes().startswith(b"\x89PNG")
    with open(run / "history.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["100", "150"]
    assert {"seconds", "d_loss", "g_loss"} <= set(rows[0])
    metrics = json.loads((run / "metrics.json").read_text())
    assert metrics["num"] == 2500
    assert 0 < metrics["frechet_floor"] < metrics["frechet_control"] < metrics["frechet_distance"]


def test_samples_as_numbers_are_those_of_the_seed(run, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        out = tmp_path / f"{name}.npz"
        assert main(["sample", str(run), "--num", "7", "--seed", str(seed), "--out", str(out)]) == 0
    a, b, c = (np.load(tmp_path / f"{name}.npz", allow_pickle=False) for name in "abc")
    assert a.files == ["images"]
    assert a["images"].shape == (7, 28, 28, 1) and a["images"].dtype == np.float32
    assert abs(a["images"]).max() <= 1
    np.testing.assert_array_equal(a["images"], b["images"])
    assert not np.allclose(a["images"], c["images"])


def test_samples_as_a_picture(run, tmp_path):
    out = tmp_path / "grid.png"
    assert main(["sample", str(run), "--num", "9", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_evaluate_gives_the_floor_for_real_digits(tmp_path, capsys):
    real = datasets.load_mnist("train")[0][:2500]
    files.save_arrays(tmp_path / "real.npz", images=real)
    assert main(["evaluate", str(tmp_path / "real.npz"), "--json"]) == 0
    metrics = json.loads(capsys.readouterr().out)
    assert metrics["frechet_distance"] == pytest.approx(metrics["frechet_floor"], rel=0.5)
    assert metrics["copy_ratio"] == pytest.approx(0, abs=1e-3)  # they are training images
    assert metrics["smallest_share"] > 0.08
    assert metrics["diversity_ratio"] == pytest.approx(1, abs=0.05)
    assert sum(metrics["class_shares"]) == pytest.approx(1)


def test_evaluate_prints_a_table_for_people(run, capsys):
    assert main(["evaluate", str(run)]) == 0
    table = capsys.readouterr().out
    for name in ("Fréchet distance", "floor", "under noise", "Class distance", "Copy ratio"):
        assert name in table


def test_a_run_is_not_overwritten_but_goes_on(run, tmp_path, capsys):
    run = shutil.copytree(run, tmp_path / "run")  # the others look at it as it is
    before = (run / "checkpoint.npz").read_bytes()
    assert main(["train", "smallest", "--steps", "200", "--out", str(run)]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert (run / "checkpoint.npz").read_bytes() == before
    assert main(["train", "dense", "--steps", "200", "--out", str(run), "--resume"]) == 1
    assert "holds a run with" in capsys.readouterr().err
    assert main(["train", "smallest", "--steps", "250", "--out", str(run), "--resume"]) == 0
    with open(run / "history.csv") as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["100", "150", "250"]
    capsys.readouterr()
    assert main(["train", "smallest", "--steps", "250", "--out", str(run), "--resume"]) == 0
    assert "has 250 steps" in capsys.readouterr().out


def test_what_does_not_learn_from_pictures_alone_is_refused_before_there_is_a_folder(
    tmp_path, capsys
):
    out = tmp_path / "run"
    assert main(["train", "text_to_image", "--steps", "5", "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "learns from captions" in said and "make text-generator" in said and not out.exists()


def test_a_missing_folder_and_a_missing_package_are_named(tmp_path, monkeypatch, capsys):
    assert main(["evaluate", str(tmp_path / "frist")]) == 1
    assert "frist does not exist" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "holds no finished run" in capsys.readouterr().err

    def without_h5py(options):
        raise ModuleNotFoundError("No module named 'h5py'", name="h5py")

    monkeypatch.setattr("hue_edu.commands.evaluate", without_h5py)
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "this Python has no h5py; use the one that `make setup` made" in capsys.readouterr().err


BAD = {
    "unknown command": (["paint"], 2),
    "unknown recipe": (["train", "biggan", "--out", "{tmp}/x"], 1),
    "no out": (["train", "dcgan"], 2),
    "no minutes": (["train", "dcgan", "--minutes", "0", "--out", "{tmp}/x"], 2),
    "negative minutes": (["train", "dcgan", "--minutes", "-1", "--out", "{tmp}/x"], 2),
    "words for minutes": (["train", "dcgan", "--minutes", "two", "--out", "{tmp}/x"], 2),
    "endless minutes": (["train", "dcgan", "--minutes", "inf", "--out", "{tmp}/x"], 2),
    "half a step": (["train", "dcgan", "--steps", "1.5", "--out", "{tmp}/x"], 2),
    "both limits": (["train", "dcgan", "--steps", "1", "--minutes", "1", "--out", "{tmp}/x"], 2),
    "nothing to resume": (["train", "dcgan", "--steps", "1", "--out", "{tmp}/x", "--resume"], 1),
    "out below a file": (["train", "smallest", "--steps", "1", "--out", "{tmp}/text.npz/run"], 1),
    "a size without pictures": (["train", "vae", "--size", "32", "--out", "{tmp}/x"], 1),
    "another size": (["train", "vae", "--data", "{tmp}", "--size", "30", "--out", "{tmp}/x"], 2),
    "no such pictures": (["train", "vae", "--data", "{tmp}/no", "--out", "{tmp}/x"], 1),
    "a folder without pictures": (["train", "vae", "--data", "{tmp}", "--out", "{tmp}/x"], 1),
    "pictures less than a batch": (
        ["train", "smallest", "--data", "{tmp}/few.npy", "--out", "{tmp}/x"],
        1,
    ),
    "pictures of one shade": (
        ["train", "dense", "--data", "{tmp}/dark.npz", "--out", "{tmp}/x"],
        1,
    ),
    "no such run": (["sample", "{tmp}/none", "--out", "{tmp}/x.png"], 1),
    "a run that is text": (["sample", "{tmp}/text.npz", "--out", "{tmp}/x.png"], 1),
    "unknown picture format": (["sample", "{tmp}", "--out", "{tmp}/x.jpg"], 1),
    "no samples": (["sample", "{tmp}", "--num", "0", "--out", "{tmp}/x.png"], 2),
    "no such file": (["evaluate", "{tmp}/none.npz"], 1),
    "a file that is text": (["evaluate", "{tmp}/text.npz"], 1),
    "other arrays": (["evaluate", "{tmp}/other.npz"], 1),
    "pixels 0 to 255": (["evaluate", "{tmp}/bytes.npz"], 1),
    "images of colour": (["evaluate", "{tmp}/colour.npz"], 1),
    "an .npy with too few": (["evaluate", "{tmp}/few.npy"], 1),
    "an .npy named .npz": (["evaluate", "{tmp}/few_named.npz"], 1),
    "an empty file": (["evaluate", "{tmp}/empty.npz"], 1),
    "no images": (["evaluate", "{tmp}/none_inside.npz"], 1),
    "a folder of nothing": (["evaluate", "{tmp}"], 1),
    "out with another file": (["train", "smallest", "--steps", "1", "--out", "{tmp}"], 1),
    "no run in out": (["train", "smallest", "--steps", "1", "--out", "{tmp}", "--resume"], 1),
    "nothing to draw": (["draw", "--out", "{tmp}/x.png"], 2),
    "an empty sentence": (["draw", "", "--out", "{tmp}/x.png"], 1),
    "an unknown word": (["draw", "a teal three", "--out", "{tmp}/x.png"], 1),
    "an unknown word after a new line": (["draw", "a\nteal three", "--out", "{tmp}/x.png"], 1),
    "red on red": (["draw", "a red 3 on red", "--out", "{tmp}/x.png"], 1),
    "a sentence and a file": (["draw", "a 3", "--captions", "f", "--out", "{tmp}/x.npz"], 2),
    "a sentence as numbers": (["draw", "a 3", "--out", "{tmp}/x.npz"], 1),
    "no pictures": (["draw", "a 3", "--num", "0", "--out", "{tmp}/x.png"], 2),
    "too many pictures": (["draw", "a 3", "--num", "257", "--out", "{tmp}/x.png"], 1),
    "a seed below 0": (["draw", "a 3", "--seed", "-1", "--out", "{tmp}/x.png"], 1),
    "no such captions": (["draw", "--captions", "{tmp}/no.txt", "--out", "{tmp}/x.npz"], 1),
    "captions that are a folder": (["draw", "--captions", "{tmp}", "--out", "{tmp}/x.npz"], 1),
    "captions that are numbers": (
        ["draw", "--captions", "{tmp}/other.npz", "--out", "{tmp}/x.npz"],
        1,
    ),
    "captions as one picture": (
        ["draw", "--captions", "{tmp}/text.npz", "--out", "{tmp}/x.png"],
        1,
    ),
    "captions and a number": (
        ["draw", "--captions", "{tmp}/text.npz", "--num", "3", "--out", "{tmp}/x.npz"],
        1,
    ),
    "port 0": (["studio", "--port", "0"], 2),
    "a port in words": (["studio", "--port", "http"], 2),
}


@pytest.mark.parametrize("arguments, status", BAD.values(), ids=BAD)
def test_bad_input_gets_one_line_and_a_status(arguments, status, tmp_path, capsys):
    (tmp_path / "text.npz").write_text("not an archive")
    np.savez(tmp_path / "other.npz", pictures=np.zeros(3))
    np.savez(tmp_path / "bytes.npz", images=np.full((4, 28, 28, 1), 255.0, "float32"))
    np.savez(tmp_path / "colour.npz", images=np.full((4, 28, 28, 3), -1.0, "float32"))
    few = np.full((4, 28, 28, 1), -1.0, "float32")
    np.save(tmp_path / "few.npy", few)
    (tmp_path / "few_named.npz").write_bytes((tmp_path / "few.npy").read_bytes())
    (tmp_path / "empty.npz").write_bytes(b"")
    np.savez(tmp_path / "dark.npz", images=np.zeros((99, 28, 28, 1), "uint8"))
    np.savez(tmp_path / "none_inside.npz", images=few[:0])
    listed = sorted(path.name for path in tmp_path.iterdir())
    try:
        found = main([argument.replace("{tmp}", str(tmp_path)) for argument in arguments])
    except SystemExit as stop:
        found = stop.code
    errors = capsys.readouterr().err
    assert found == status
    assert errors.startswith("hue") and "error: " in errors
    assert len(errors.strip().splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == listed


def test_a_run_that_breaks_at_nan_ends_with_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runs, "ROUND", 5)
    make = runs.make_trainer

    def fragile(*settings):
        gan = make(*settings)
        gan.d_optimizer.learning_rate = 1e38
        return gan

    monkeypatch.setattr(runs, "make_trainer", fragile)
    out = tmp_path / "run"
    assert main(["train", "smallest", "--steps", "50", "--out", str(out)]) == 1
    assert "no longer a finite number" in capsys.readouterr().err
    assert not (out / "generator.weights.h5").exists()


def test_module_and_command_are_the_same():
    shown = subprocess.run(
        [sys.executable, "-m", "hue_edu", "--help"], capture_output=True, text=True
    )
    assert shown.returncode == 0
    for command in ("train", "sample", "evaluate", "draw", "studio"):
        assert command in shown.stdout


def test_arguments_reach_the_run_in_seconds_or_steps(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(runs, "train", lambda *given: asked.append(given) or {})
    monkeypatch.setattr(evaluation, "report", lambda measured, table, **about: f"report {about}")
    assert main(["train", "dcgan", "--out", "o"]) == 0
    assert main(["train", "dcgan", "--minutes", "1.5", "--out", "o", "--seed", "7"]) == 0
    assert main(["train", "dense", "--steps", "9", "--out", "o", "--resume"]) == 0
    own = ["train", "vae", "--steps", "9", "--out", "o", "--data", "mine"]
    assert main(own) == 0 and main([*own, "--size", "64"]) == 0
    assert asked == [
        ("dcgan", "o", 120, None, 0, False, None),
        ("dcgan", "o", 90, None, 7, False, None),
        ("dense", "o", None, 9, 0, True, None),
        ("vae", "o", None, 9, 0, False, sources.OwnPictures("mine", None)),
        ("vae", "o", None, 9, 0, False, sources.OwnPictures("mine", 64)),
    ]
    out = capsys.readouterr().out
    assert "are in o." in out and "{'recipe': 'dcgan', 'seed': 7}" in out


def test_evaluate_prints_a_report_or_json(run, monkeypatch, capsys):
    found = json.loads((run / "metrics.json").read_text())
    monkeypatch.setattr(runs, "evaluate", lambda source: found)
    assert main(["evaluate", "run"]) == 0
    table, plain = evaluation.report(found, evaluation.DIGITS), evaluation.verdict(found)
    assert capsys.readouterr().out == f"{table}\nIn plain words: {plain}\n"
    assert main(["evaluate", "run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found


def test_samples_default_to_64_from_seed_0(run, tmp_path, capsys):
    out = tmp_path / "x.npz"
    assert main(["sample", str(run), "--out", str(out)]) == 0
    from hue_edu.training import generate

    expected = generate(runs.load_generator(run), 64, 0)
    np.testing.assert_allclose(np.load(out)["images"], expected, atol=1e-6)
    assert f"Wrote 64 images to {out}." in capsys.readouterr().out


def test_an_interruption_and_an_error_have_their_status(monkeypatch, capsys):
    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setattr("hue_edu.commands.evaluate", interrupted)
    assert main(["evaluate", "x"]) == 130
    assert capsys.readouterr().err == "\nhue: interrupted\n"  # only a training run can go on
    done = subprocess.run(
        [sys.executable, "-m", "hue_edu", "evaluate", "none.npz"], capture_output=True, text=True
    )
    assert done.returncode == 1 and done.stdout == "" and "none.npz" in done.stderr


def test_evaluate_measures_samples_of_the_run_or_the_file(run, tmp_path):
    from hue_edu.training import generate

    expected = evaluation.evaluate(generate(runs.load_generator(run), 2500, 1))
    kept = json.loads((run / "metrics.json").read_text())
    for found in (runs.evaluate(run), kept):
        assert found["frechet_distance"] == pytest.approx(expected["frechet_distance"], rel=1e-4)
    images = datasets.load_mnist("train")[0][:500]
    files.save_arrays(tmp_path / "a.npz", images=images)
    np.testing.assert_array_equal(sources.load_images(tmp_path / "a.npz"), images)
    assert runs.evaluate(tmp_path / "a.npz")["num"] == 500


def test_evaluate_says_how_pictures_of_another_kind_are_measured(tmp_path):
    colours, large = np.zeros((600, 28, 28, 3), "uint8"), np.zeros((600, 32, 32, 1), "uint8")
    for images, kind in ((colours, "600 pictures, 28×28, in colour"), (large, "32×32, in grey")):
        files.save_arrays(tmp_path / "a.npz", images=images)
        with pytest.raises(ValueError, match=rf"{kind}; on their own, only grey digits.*--data"):
            runs.evaluate(tmp_path / "a.npz")


def test_a_run_holds_the_averaged_generator_and_says_what_it_is(run):
    from hue_edu.training import Checkpoint, make_trainer

    gan = make_trainer("smallest")
    Checkpoint(run / "checkpoint.npz").restore(gan)
    drawn = plots.plot_image_grid(gan.generate(64, seed=0), "64 samples")
    assert (run / "samples.png").read_bytes() == drawn.png()
    saved = runs.load_generator(run).get_weights()
    for a, b in zip(saved, gan.averaged_generator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert json.loads((run / "run.json").read_text()) == {"recipe": "smallest", "seed": 0}
    with open(run / "history.csv") as file:
        rows = list(csv.DictReader(file))
    seconds = [float(row["seconds"]) for row in rows]
    assert seconds == sorted(seconds) and seconds[-1] > 0
    assert all(float(row["g_loss"]) > 0 for row in rows)
    with pytest.raises(ValueError, match="does not name a recipe"):
        (run / "run.json").write_text('{"recipe": "biggan"}')
        runs.load_generator(run)
    (run / "run.json").write_text('{"recipe": "dense", "seed": 0}')
    with pytest.raises(ValueError, match="complete weights of dense_generator"):
        runs.load_generator(run)
    (run / "run.json").write_text('{"recipe": "smallest", "seed": 0}')


def test_a_resumed_run_counts_the_seconds_that_were_spent(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runs, "ROUND", 5)
    monkeypatch.setattr(runs.evaluation, "evaluate", lambda images: {"num": len(images)})
    out = tmp_path / "run"
    assert runs.train("smallest", out, steps=10) == {"num": 2500}
    path, gan = out / "checkpoint.npz", runs.make_trainer("smallest")
    about = json.loads(str(np.load(path)["about"]))
    assert [row["step"] for row in about["notes"]] == [5, 10]
    checkpoint = runs.Checkpoint(path)
    checkpoint.restore(gan)
    checkpoint.history[-1]["seconds"] = 50.0
    save_checkpoint(gan, path, checkpoint.history)
    runs.train("smallest", out, seconds=49.0, resume=True)
    assert "already has 10 steps and 50 s of training" in capsys.readouterr().out
    runs.train("smallest", out, seconds=50.2, resume=True)
    with open(out / "history.csv") as file:
        rows = list(csv.DictReader(file))
    assert int(rows[-1]["step"]) > 10 and 50 <= float(rows[-1]["seconds"]) < 60


def test_a_run_sees_the_batches_of_its_seed_from_its_step_on(tmp_path, monkeypatch):
    asked, batches = [], datasets.batches

    def recorded(images, batch_size, seed, start_step):
        asked.append((len(images), batch_size, seed, start_step))
        return batches(images[:64], batch_size, seed)

    monkeypatch.setattr(runs.datasets, "batches", recorded)
    monkeypatch.setattr(runs.evaluation, "evaluate", lambda images: {})
    out = tmp_path / "run"
    runs.train("smallest", out, steps=3, seed=6)
    runs.train("smallest", out, steps=4, seed=6, resume=True)
    assert asked == [(60_000, 32, 6, 0), (60_000, 32, 6, 3)]


def test_the_samples_that_metrics_are_made_of_are_those_of_the_documentation():
    assert (runs.NUM_EVALUATED, runs.EVALUATION_SEED, runs.ROUND) == (2500, 1, 100)


def test_a_folder_that_is_empty_may_hold_a_new_run(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    run_folder.open_folder(tmp_path / "empty", {"recipe": "dense", "seed": 1}, resume=False)
    assert json.loads((tmp_path / "empty" / "run.json").read_text())["recipe"] == "dense"
    with pytest.raises(FileExistsError, match="not empty"):
        run_folder.open_folder(tmp_path / "empty", {"recipe": "dense", "seed": 1}, resume=False)
    run_folder.open_folder(tmp_path / "empty", {"recipe": "dense", "seed": 1}, resume=True)
    with pytest.raises(ValueError, match="holds a run with"):
        run_folder.open_folder(tmp_path / "empty", {"recipe": "dense", "seed": 2}, resume=True)
    images = np.zeros((2, 28, 28, 1), "float32")
    with pytest.raises(ValueError, match=r"ends in \.png or \.npz"):
        runs.save_images(images, tmp_path / "x.jpg")


def test_a_vae_is_trained_resumed_sampled_and_measured_like_a_gan(tmp_path, capsys):
    out = tmp_path / "vae"
    assert main(["train", "vae", "--steps", "20", "--out", str(out)]) == 0
    assert "Fréchet distance" in capsys.readouterr().out
    assert main(["train", "vae", "--steps", "30", "--out", str(out), "--resume"]) == 0
    with open(out / "history.csv") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows][-1] == 30
    total, *parts = (
        float(rows[-1][name]) for name in ("negative_elbo", "reconstruction_loss", "kl_loss")
    )
    assert total == pytest.approx(sum(parts), rel=1e-5)
    vae = make_trainer("vae")
    training.load_checkpoint(vae, out / "checkpoint.npz")
    samples = training.generate(runs.load_generator(out), 7, seed=3)
    np.testing.assert_allclose(samples, vae.generate(7, seed=3), atol=1e-6)
    assert main(["sample", str(out), "--num", "4", "--out", str(tmp_path / "v.png")]) == 0


def test_a_sentence_becomes_a_sheet_with_the_sentence_inside(tmp_path, text_generator, capsys):
    out, asked = tmp_path / "new" / "three.png", "a red three on a white background"
    assert main(["draw", asked, "--out", str(out)]) == 0
    understood, wrote = capsys.readouterr().out.splitlines()
    assert understood.startswith("Understood: 3 · red · white background; chosen: ")
    assert wrote == f"Wrote 8 pictures to {out}."
    assert out.read_bytes() == studio.sheet(text_generator, asked).png()
    assert main(["draw", asked, "--as-is", "--out", str(out)]) == 0
    assert "left open: size, place" in capsys.readouterr().out
    assert out.read_bytes() == studio.sheet(text_generator, asked, as_is=True).png()
    assert main(["draw", asked, "--num", "3", "--seed", "5", "--out", str(out)]) == 0
    assert out.read_bytes() == studio.sheet(text_generator, asked, num=3, seed=5).png()
    assert [path.name for path in out.parent.iterdir()] == ["three.png"]


def test_a_file_of_captions_becomes_one_array(tmp_path, text_generator, capsys):
    lines = ["a red 3", "A large seven on blue.", "an eight"]
    asked, out = tmp_path / "asked.txt", tmp_path / "drawn.npz"
    asked.write_text("\n".join(lines))
    assert main(["draw", "--captions", str(asked), "--seed", "4", "--out", str(out)]) == 0
    assert f"Wrote 3 pictures to {out}." in capsys.readouterr().out
    with np.load(out, allow_pickle=False) as drawn:
        assert drawn.files == ["images"] and drawn["images"].dtype == np.float32
        chosen = training.generate_from_text(text_generator, studio.completed(lines, 4), seed=4)
        np.testing.assert_array_equal(drawn["images"], chosen)
    as_is = ["draw", "--captions", str(asked), "--seed", "4", "--as-is", "--out", str(out)]
    assert main(as_is) == 0
    expected = training.generate_from_text(text_generator, lines, seed=4)
    np.testing.assert_array_equal(np.load(out)["images"], expected)


def test_a_bad_line_is_named_before_anything_is_drawn(tmp_path, monkeypatch, capsys):
    def never():
        raise AssertionError("drawn")

    monkeypatch.setattr("hue_edu.models.load_text_generator", never)
    asked, out = tmp_path / "asked.txt", tmp_path / "drawn.npz"
    asked.write_text("a red 3\na teal 4\n")
    out.write_text("what was there before")
    assert main(["draw", "--captions", str(asked), "--out", str(out)]) == 1
    errors = capsys.readouterr().err
    assert f'{asked}, line 2: Unknown words in "a teal 4": teal? try cyan.' in errors
    assert out.read_text() == "what was there before" and len(list(tmp_path.iterdir())) == 2


def test_the_studio_is_served_where_the_arguments_say(monkeypatch, capsys, text_generator):
    served = types.ModuleType("hue_edu.studio.page")
    asked = []
    served.serve = lambda *given: asked.append(given)
    monkeypatch.setattr("hue_edu.studio.page", served, raising=False)
    assert main(["studio"]) == 0
    assert main(["studio", "--port", "9000", "--open"]) == 0
    assert asked == [(text_generator, 8765, False), (text_generator, 9000, True)]

    def interrupted(*given):
        raise KeyboardInterrupt

    served.serve = interrupted
    assert main(["studio"]) == 0 and capsys.readouterr().err == ""


def test_without_flask_the_command_that_brings_it_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "flask", None)
    monkeypatch.delitem(sys.modules, "hue_edu.studio.page", raising=False)
    monkeypatch.delattr("hue_edu.studio.page", raising=False)
    assert main(["studio"]) == 1
    errors = capsys.readouterr().err
    assert errors == 'hue: error: the studio needs Flask: pip install "hue-edu[studio]"\n'


@pytest.fixture
def measured(monkeypatch):
    """What would be measured: `hue evaluate` keeps the images instead."""
    kept = []
    monkeypatch.setattr(runs.evaluation, "evaluate", lambda images: kept.append(images) or {})
    monkeypatch.setattr("hue_edu.evaluation.report", lambda measured, table: "")
    return kept


def write_pngs(path, images):
    from PIL import Image

    path.mkdir()
    for k, pixels in enumerate(datasets.to_uint8(images)[..., 0]):
        Image.fromarray(pixels).save(path / f"{k:02}.png")


def packed(save, *arrays, **named):
    """What a function of NumPy writes, as bytes."""
    buffer = io.BytesIO()
    save(buffer, *arrays, **named)
    return buffer.getvalue()


WRITERS = {
    "x.npz": lambda path, x: np.savez(path, images=x),
    "x.npy": np.save,
    "x.NPZ": lambda path, x: path.write_bytes(packed(np.savez, images=x)),
    "no_suffix": lambda path, x: path.write_bytes(packed(np.save, x)),
    "really_npy.npz": lambda path, x: path.write_bytes(packed(np.save, x)),
    "really_npz.npy": lambda path, x: path.write_bytes(packed(np.savez, images=x)),
    "uint8.npy": lambda path, x: np.save(path, datasets.to_uint8(x)),
    "pngs": write_pngs,
}


@pytest.mark.parametrize("name", WRITERS)
def test_evaluate_takes_what_people_have(name, tmp_path, measured, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    images = datasets.load_mnist("test")[0][:20]
    WRITERS[name](tmp_path / name, images)
    assert main(["evaluate", str(tmp_path / name)]) == 0, capsys.readouterr().err
    np.testing.assert_allclose(measured[0], images, atol=1e-6)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "x.npz is empty; expected one array, named images"),
        (b"\x89PNG\r\n\x1a\n....", "x.npz is one picture"),
        (b"\xff\xd8\xff\xe0....", "x.npz is one picture"),
        (b"\x89HDF\r\n\x1a\n", "x.npz is a file of weights"),
        (b"\x93NUMPY\x01\x00", "x.npz is not a complete .npy file"),
        (b"PK\x03\x04 cut off", "x.npz is not a complete .npz file"),
        (b"step,loss", "file of plain arrays: it holds something else. Expected what numpy.savez"),
    ],
)
def test_evaluate_says_what_a_file_is(content, message, tmp_path, capsys):
    (tmp_path / "x.npz").write_bytes(content)
    assert main(["evaluate", str(tmp_path / "x.npz")]) == 1
    errors = capsys.readouterr().err
    assert message in errors and "pickle" not in errors


def test_the_plain_command_and_each_help_show_examples_that_parse(capsys):
    from hue_edu.__main__ import _parser

    assert main([]) == 0
    assert "examples:\n  hue draw" in capsys.readouterr().out
    for command in ("train", "sample", "evaluate", "draw", "studio"):
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        text = capsys.readouterr().out
        lines = text[text.index("examples:") :].splitlines()[1:]
        assert lines and max(map(len, text.splitlines())) <= 80
        for line in lines:
            name, *words = shlex.split(line)
            assert name == "hue" and _parser().parse_args(words).command == command


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"hue {hue_edu.__version__}\n"


def test_evaluate_says_how_to_scale_and_that_a_file_is_empty(tmp_path, capsys):
    x = datasets.load_mnist("test")[0][:5]
    for images, message in (
        (x[:0], "holds no images"),
        (x.astype("float64"), "got float64 in [-1, 1]; use images.astype('float32')"),
        ((x + 1) / 2, "got float32 in [0, 1]; use 2 * images - 1"),
        (x[..., 0], "images[..., None] adds a channel"),
    ):
        np.savez(tmp_path / "x.npz", images=images)
        assert main(["evaluate", str(tmp_path / "x.npz")]) == 1
        assert message in capsys.readouterr().err


@pytest.fixture
def short(monkeypatch):
    """Runs without their judge."""
    monkeypatch.setattr(runs.evaluation, "evaluate", lambda images: {})
    monkeypatch.setattr("hue_edu.evaluation.report", lambda measured, table, **about: "")


def start(out, *more):
    return main(["train", "smallest", "--steps", "2", "--out", str(out), *more])


@pytest.mark.parametrize("left", [".DS_Store", ".part-x1.npz", "Thumbs.db", ".nfs0001"])
def test_what_systems_leave_in_a_folder_blocks_no_start(left, tmp_path, short):
    (tmp_path / left).write_text("")
    assert start(tmp_path) == 0 and (tmp_path / left).exists()


def test_what_stands_in_the_way_is_named_and_no_message_sends_in_a_circle(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert start(tmp_path) == 1
    errors = capsys.readouterr().err
    assert "is not empty (it holds notes.txt)" in errors and "--resume" not in errors
    assert start(tmp_path, "--resume") == 1
    errors = capsys.readouterr().err
    assert "holds no run to resume (no run.json); leave --resume out and choose another" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    "missing", ["SHA256SUMS", "mnist.npz", "judge.weights.h5"], ids=lambda name: name
)
def test_a_start_that_fails_leaves_no_folder(missing, tmp_path, short, monkeypatch, capsys):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("SHA256SUMS", "mnist.npz", "judge.weights.h5"):
        if name != missing:
            (data / name).symlink_to(files.CHECKOUT / "data" / name)
    judges.load_judge.cache_clear()
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("HUE_DATA", str(data))
        assert start(tmp_path / "run") == 1
    assert missing in capsys.readouterr().err and not (tmp_path / "run").exists()
    assert start(tmp_path / "run") == 0
    judges.load_judge.cache_clear()


@pytest.mark.parametrize("content", ["", '{"recipe": "smallest"', "null", '["smallest", 0]'])
def test_a_run_json_that_is_cut_off_is_named(content, tmp_path, capsys):
    (tmp_path / "run.json").write_text(content)
    assert start(tmp_path, "--resume") == 1
    errors = capsys.readouterr().err
    assert str(tmp_path) in errors and '"recipe": "smallest"' in errors.replace("'", '"')
    assert (tmp_path / "run.json").read_text() == content


def test_a_seed_of_numpys_is_written_as_a_number(tmp_path, short):
    runs.train("smallest", tmp_path / "run", steps=1, seed=np.int64(3))
    assert json.loads((tmp_path / "run" / "run.json").read_text())["seed"] == 3
    for bad in (-1, 1.5, "0", None):
        with pytest.raises(ValueError, match="seed is"):
            runs.train("smallest", tmp_path / "other", steps=1, seed=bad)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_to_end_leaves_nothing_half_written(name, tmp_path, monkeypatch, capsys, request):
    number = getattr(signal, name)
    before = signal.signal(number, signal.SIG_DFL)  # `nohup make test` ignores SIGHUP
    request.addfinalizer(lambda: signal.signal(number, before))

    def killed(options):
        with files.written_whole(tmp_path / "x.npz") as temporary:
            temporary.write_text("half")
            os.kill(os.getpid(), number)
            raise AssertionError("went on")

    for command in ("evaluate", "train"):
        monkeypatch.setattr(f"hue_edu.commands.{command}", killed)
    assert main(["evaluate", "x"]) == 128 + number
    assert capsys.readouterr().err == "hue: ended\n"
    assert main(["train", "dcgan", "--out", "x"]) == 128 + number
    said = capsys.readouterr().err
    assert said == "\nhue: ended; nothing was saved yet, so start the run again\n"
    assert list(tmp_path.iterdir()) == [] and signal.getsignal(number) is signal.SIG_DFL


def ends_in(monkeypatch, place, number):
    """Have a signal come where a run is at that place."""

    def killed(*arguments, **options):
        os.kill(os.getpid(), number)
        raise AssertionError("went on")

    if place == "at the start":
        monkeypatch.setattr(runs, "make_trainer", killed)
    elif place == "before a checkpoint":
        monkeypatch.setattr(training.checkpoints, "save_checkpoint", killed)
    else:
        monkeypatch.setattr(runs, "_write_results", killed)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "place, words",
    [
        ("at the start", "nothing was saved yet, so start the run again"),
        ("before a checkpoint", "nothing was saved yet, so --resume begins at step 0"),
        ("after a checkpoint", "continue the run from its checkpoint with --resume"),
    ],
)
def test_the_last_words_of_a_run_are_true(
    number, place, words, tmp_path, short, monkeypatch, capsys
):
    with monkeypatch.context() as cut:
        ends_in(cut, place, number)
        assert start(tmp_path) == 128 + number
    errors, word = capsys.readouterr().err, "ended" if number == signal.SIGTERM else "interrupted"
    assert f"\nhue: {word}; {words}\n" in errors and not (tmp_path / "history.csv").exists()
    assert start(tmp_path, *(["--resume"] if "--resume" in words else [])) == 0
    with open(tmp_path / "history.csv") as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["2"]


@pytest.mark.parametrize(
    "command",
    [
        ["studio"], ["evaluate", "x.npz"], ["sample", "run", "--out", "x.png"],
        ["draw", "a 3", "--out", "x.png"], ["grade", "x", "--assignment", "ps1", "--out", "y"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_other_commands_end_without_a_word_on_runs(command, number, monkeypatch, capsys):
    monkeypatch.setattr(
        f"hue_edu.commands.{command[0]}", lambda options: os.kill(os.getpid(), number)
    )
    assert main(command) == 128 + number
    word = "ended" if number == signal.SIGTERM else "interrupted"
    assert capsys.readouterr().err.strip() == f"hue: {word}"


@pytest.mark.parametrize(
    "error, told",
    [
        (MemoryError("Unable to allocate 9 TiB"), "not enough memory; ask for less. Unable to all"),
        (MemoryError(), "hue: error: not enough memory; ask for less.\n"),
        (OverflowError("port must be 0-65535."), "port must be 0-65535."),
    ],
)
def test_what_asks_for_too_much_is_one_line(error, told, monkeypatch, capsys):
    def fails(options):
        raise error

    monkeypatch.setattr("hue_edu.commands.sample", fails)
    assert main(["sample", "run", "--out", "x.png"]) == 1
    errors = capsys.readouterr().err
    assert told in errors and len(errors.splitlines()) == 1


@pytest.mark.parametrize("word", ["evaluate", "train --data", "train --resume"])
def test_a_file_that_declares_too_much_is_one_line(word, tmp_path, capsys):
    header = io.BytesIO()
    about = {"descr": "<f4", "fortran_order": False, "shape": (10**9, 100, 100, 1)}
    np.lib.format.write_array_header_1_0(header, about)
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.json").write_text('{"recipe": "smallest", "seed": 0}')
    with zipfile.ZipFile(run / "checkpoint.npz", "w") as archive:
        archive.writestr("images.npy", header.getvalue() + bytes(64))
    path, out = str(run / "checkpoint.npz"), str(tmp_path / "new")
    command = {
        "evaluate": ["evaluate", path],
        "train --data": ["train", "smallest", "--data", path, "--out", out],
        "train --resume": ["train", "smallest", "--steps", "1", "--out", str(run), "--resume"],
    }[word]
    assert main(command) == 1 and not (tmp_path / "new").exists()
    errors = capsys.readouterr().err
    assert f"{path} is not a complete .npz file of plain arrays: it declares more than" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    "names, held",
    [
        ([], "nothing;"), (["a.txt", "b.txt", "a.csv"], "2 .txt, 1 .csv;"),
        (["a.heic", "LICENSE", "b.heic"], "2 .heic, 1 without an ending;"),
    ],
)  # fmt: skip
def test_a_folder_that_holds_nothing_to_measure_is_refused_with_what_it_holds(
    names, held, tmp_path, capsys
):
    for name in names:
        (tmp_path / name).write_text("no picture")
    assert main(["evaluate", str(tmp_path)]) == 1
    errors = capsys.readouterr().err
    assert f"no finished run (no run.json) and no pictures that can be read, but {held}" in errors
    assert len(errors.splitlines()) == 1


def test_nohup_is_heeded_and_threads_may_call(monkeypatch):
    monkeypatch.setattr("hue_edu.commands.evaluate", lambda options: os.kill(os.getpid(), 1))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert main(["evaluate", "x"]) == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    monkeypatch.setattr("hue_edu.commands.evaluate", lambda options: None)
    with ThreadPoolExecutor() as pool:
        assert pool.submit(main, ["evaluate", "x"]).result() == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1251", "cp932", "cp1253", "utf-8"])
def test_what_a_terminal_cannot_print_is_replaced(encoding, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr("hue_edu.commands.evaluate", lambda options: print("Fréchet ∞ 界"))
    assert main(["evaluate", "x"]) == 0
    out.flush()
    shown = out.buffer.getvalue().decode(encoding)
    assert shown.startswith("Fr") and "chet" in shown
    assert ("é" in shown) == (encoding == "utf-8")


@pytest.mark.parametrize(
    "name, value, call",
    [
        ("image_data_format", "channels_first", "set_image_data_format"),
        ("floatx", "float64", "set_floatx"),
        ("floatx", "float16", "set_floatx"),
        ("dtype_policy", "float64", "set_dtype_policy"),
        ("KERAS_BACKEND", "jax", None),
        ("KERAS_BACKEND", "torch", None),
    ],
)
def test_other_settings_of_keras_stop_command_and_lesson(name, value, call, monkeypatch, capsys):
    import keras

    monkeypatch.setattr("hue_edu.commands.evaluate", lambda options: None)
    before = keras.config.image_data_format(), keras.config.floatx(), keras.config.dtype_policy()
    try:
        if call:
            getattr(keras.config, call)(value)
        else:
            monkeypatch.setenv(name, value)
        assert main(["evaluate", "x"]) == 1
        errors = capsys.readouterr().err
        assert "This course needs" in errors and name in errors and value in errors
        with pytest.raises(ValueError, match="This course needs"):
            runtime.setup()
    finally:
        keras.config.set_image_data_format(before[0])
        keras.config.set_floatx(before[1])
        keras.config.set_dtype_policy(before[2])
    keras.config.set_dtype_policy("mixed_float16")
    try:
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
        runtime.check_settings()  # weights are float32
    finally:
        keras.config.set_dtype_policy(before[2])
