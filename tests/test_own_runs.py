"""Runs on own pictures, through the command line: trained, resumed, sampled and measured."""

import csv
import hashlib
import json
import os
import shutil

import keras
import numpy as np
import pytest
from PIL import Image

from hue_edu import datasets, files, models, plots, run_folder, runs, sources, training
from hue_edu.__main__ import main

pytestmark = pytest.mark.core


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    """Fewer samples measured, and a cache of the test's own."""
    monkeypatch.setattr(runs, "NUM_EVALUATED", 120)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def digits():
    """500 digits as uint8 of shape (500, 28, 28)."""
    return datasets.to_uint8(datasets.load_mnist("test")[0][:500])[..., 0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, digits):
    """500 tinted digits as PNG of odd sizes, one of them as JPEG, and two files to skip."""
    home = tmp_path_factory.mktemp("mine") / "tinted digits"
    home.mkdir()
    tinted = datasets.to_uint8(datasets.tint(datasets.to_float(digits)[..., None], seed=0))
    for k, pixels in enumerate(tinted):
        picture = Image.fromarray(pixels).resize((33 + k % 7, 32 + k % 5))
        picture.save(home / (f"{k:03}.jpg" if k == 7 else f"{k:03}.png"), compress_level=1)
    Image.fromarray(tinted[0]).save(home / "small.png")  # 28×28
    (home / "broken.png").write_bytes((home / "000.png").read_bytes()[:300])
    return home


def test_a_folder_of_pictures_is_trained_on_resumed_sampled_and_measured(folder, tmp_path, capsys):
    out = tmp_path / "run"
    train = ["train", "dcgan", "--data", str(folder), "--size", "32", "--out", str(out)]
    assert main([*train, "--steps", "3"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"500 pictures, 32×32, in colour, from {folder}\n")
    assert "against 500 pictures, 32×32, in colour" in said.out and "Judge: none" in said.out
    notes = [line for line in said.err.splitlines() if line.startswith("Skipped")]
    assert len(notes) == 2 and "broken.png" in notes[0] and "28×28 pixels, smaller" in notes[1]
    settings = json.loads((out / "run.json").read_text())
    pixels = datasets.load_images(folder, 32).tobytes()
    own = {"data": str(folder), "num": 500, "image_shape": [32, 32, 3]}
    own["sha256"] = hashlib.sha256(pixels).hexdigest()
    assert settings == {"recipe": "dcgan", "seed": 0, **own}

    assert main([*train, "--steps", "5", "--resume"]) == 0
    with open(out / "history.csv") as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["3", "5"]
    capsys.readouterr()
    assert main(["evaluate", str(out), "--json"]) == 0
    found, kept = (
        json.loads(capsys.readouterr().out),
        json.loads((out / "metrics.json").read_text()),
    )
    assert found.keys() == kept.keys() and found["num"] == 120 and found["left_out"] == {}
    assert found["judge"].startswith("none; the judges of this course know")
    assert found["features"] == "pixels of the pictures at 8×8"
    for name in ("precision", "diversity_ratio", "copy_ratio", "copying_z", "recall_floor"):
        assert found[name] == pytest.approx(kept[name], abs=0.02)
    assert main(["evaluate", str(out)]) == 0
    assert "pixels of the pictures at 8×8" in capsys.readouterr().out

    assert runs.load_generator(out).output_shape == (None, 32, 32, 3)
    assert main(["sample", str(out), "--num", "9", "--out", str(tmp_path / "x.npz")]) == 0
    assert main(["sample", str(out), "--num", "9", "--out", str(tmp_path / "x.png")]) == 0
    images = np.load(tmp_path / "x.npz", allow_pickle=False)["images"]
    assert images.shape == (9, 32, 32, 3)
    shown = np.asarray(Image.open(out / "nearest.png").convert("RGB")).astype(int)
    assert np.ptp(shown, axis=-1).max() > 90  # the pictures' own colours
    assert (out / "samples.png").read_bytes().startswith(b"\x89PNG")
    grid = plots.plot_image_grid(images, "9 generated images")
    assert (tmp_path / "x.png").read_bytes() == grid.png()


@pytest.mark.parametrize(
    "recipe, shape, words",
    [
        ("smallest", (28, 28, 1), "28×28, in grey"),
        ("smallest", (32, 32, 3), "32×32, in colour"),
        ("dcgan", (32, 32, 1), "32×32, in grey"),
        ("dcgan", (64, 64, 3), "64×64, in colour"),
        ("vae", (32, 32, 3), "32×32, in colour"),
    ],
)
def test_images_in_a_file_are_trained_on_at_their_shape(recipe, shape, words, tmp_path, capsys):
    images = np.random.default_rng(0).integers(0, 256, (130, *shape), "uint8")
    path, out = tmp_path / "mine.npz", tmp_path / "run"
    files.save_arrays(path, images=images)
    assert main(["train", recipe, "--data", str(path), "--steps", "2", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"130 pictures, {words}, from {path}\n")
    assert "needs 200 pictures and 100 samples; there are 130 and 120" in said
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["precision"] is None and metrics["copy_ratio"] > 0
    assert json.loads((out / "run.json").read_text())["image_shape"] == list(shape)
    assert runs.load_generator(out).output_shape == (None, *shape)
    assert main(["sample", str(out), "--num", "4", "--out", str(tmp_path / "x.png")]) == 0


def adam():
    return keras.optimizers.Adam(1e-3)


def trainers(shape):
    """Each trainer of pictures, compiled, with what it needs to draw five of them."""
    small = models.build_smallest_generator(image_shape=shape)
    gan = training.GAN(small, models.build_smallest_discriminator(shape))
    wgan = training.WGANGP(
        models.build_dense_generator(image_shape=shape), models.build_critic(shape)
    )
    vae = training.VAE(
        models.build_dense_encoder(image_shape=shape), models.build_dense_decoder(image_shape=shape)
    )
    conditional = training.ConditionalGAN(
        models.build_conditional_generator(image_shape=shape),
        models.build_conditional_discriminator(image_shape=shape),
    )
    for trainer in (gan, conditional):
        trainer.compile(adam(), adam())
    wgan.compile(adam(), adam(), critic_steps=2)
    vae.compile(adam(), likelihood="gaussian")
    return {
        "gan": (gan, 5),
        "wgan": (wgan, 5),
        "vae": (vae, 5),
        "conditional": (conditional, 5 * [3]),
    }


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 64, 3)])
def test_every_trainer_of_pictures_and_its_grid_of_samples_work_in_colour(shape):
    images = np.random.default_rng(0).uniform(-1, 1, (16, *shape)).astype("float32")
    labels, found = np.arange(16) % 10, trainers(shape)
    if shape == (64, 64, 3):  # where convolutions are slow, and nothing else is new
        found.pop("conditional")
    for name, (trainer, num) in found.items():
        grid = training.SampleGrid(num)
        data = datasets.batches(images, 8, seed=0)
        if name == "conditional":
            data = datasets.labelled_batches(images, labels, 8, seed=0)
        trainer.fit(data, epochs=1, steps_per_epoch=2, verbose=0, callbacks=[grid])
        ((_, drawn),) = grid.frames
        assert drawn.shape == (5, *shape) and np.isfinite(drawn).all(), name
        assert plots.plot_image_grid(drawn, name).png().startswith(b"\x89PNG")


def test_the_pictures_of_grey_files_are_grey(digits, tmp_path):
    for k, pixels in enumerate(digits[:40]):
        Image.fromarray(pixels).save(tmp_path / f"{k}.png")
    images = sources.OwnPictures(tmp_path).load(at_least=40)
    assert images.shape == (40, 28, 28, 1)
    settings = sources.OwnPictures(f"{tmp_path}/").settings(images)
    digits = hashlib.sha256(images.tobytes()).hexdigest()
    about = {"num": 40, "image_shape": [28, 28, 1], "sha256": digits}
    assert settings == {"data": str(tmp_path), **about}
    turned = np.asfortranarray(images)  # as some files hold them
    assert sources.OwnPictures(tmp_path).settings(turned)["sha256"] == digits


def refused(arguments, capsys):
    """The line on standard error of a command that must fail."""
    assert main(arguments) == 1
    return capsys.readouterr().err


def test_what_cannot_be_trained_on_is_refused_before_there_is_a_folder(digits, tmp_path, capsys):
    out, colours = tmp_path / "run", np.stack([digits[:70]] * 4, axis=-1)
    thirty = np.pad(colours[..., :3], [(0, 0), (1, 1), (1, 1), (0, 0)])
    for k, pixels in enumerate(digits[:63]):
        (tmp_path / "few").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / "few" / f"{k}.png")
    for name, images in (
        ("few.npz", digits[:63, ..., None]), ("two.npz", colours[..., :2]),
        ("four.npz", colours), ("thirty.npz", thirty),
        ("fine.npz", colours[..., :3]),
    ):  # fmt: skip
        files.save_arrays(tmp_path / name, images=images)
    for name, extra, message in (
        ("few", [], "63 usable pictures among 63 files; expected at least 64"),
        ("few.npz", [], "holds 63 pictures, 28×28, in grey; expected at least 64, one batch"),
        ("two.npz", [], "expected 1 channel, for grey, or 3, for colour"),
        ("four.npz", [], "expected 1 channel, for grey, or 3, for colour"),
        ("thirty.npz", [], "image_shape is (30, 30, 3); sides up to 32 must be multiples of 4"),
        ("fine.npz", ["--size", "32"], "28×28 pixels, not 32×32; --size is for a folder"),
        ("none", [], "There is no"),
    ):
        train = ["train", "dcgan", "--steps", "2", "--out", str(out)]
        error = refused([*train, "--data", str(tmp_path / name), *extra], capsys)
        assert message in error and len(error.splitlines()) == 1, name
        assert not out.exists()


def test_a_run_goes_on_and_is_measured_only_with_its_own_pictures(digits, tmp_path, capsys):
    path, other, out = tmp_path / "mine.npz", tmp_path / "other.npy", tmp_path / "run"
    files.save_arrays(path, images=digits[:64, ..., None])
    np.save(other, digits[:64, ..., None])
    train = ["train", "smallest", "--out", str(out), "--data"]
    assert main([*train, str(path), "--steps", "2"]) == 0
    again = ["--steps", "3", "--resume"]
    assert "holds a run with" in refused([*train, str(other), *again], capsys)
    assert "holds a run with" in refused([*train[:-1], *again], capsys)  # without --data
    files.save_arrays(path, images=digits[:65, ..., None])
    assert "'num': 64" in refused([*train, str(path), *again], capsys)
    error = refused(["evaluate", str(out)], capsys)
    assert "holds 65 pictures, 28×28, in grey now" in error and "from 64 pictures" in error
    shutil.move(path, tmp_path / "away.npz")
    assert "put the pictures back" in refused(["evaluate", str(out)], capsys)
    assert main(["sample", str(out), "--out", str(tmp_path / "x.png")]) == 0  # needs no pictures
    capsys.readouterr()
    settings = json.loads((out / "run.json").read_text())
    for spoilt in (
        {"image_shape": [28, 28]}, {"image_shape": None}, {"num": "many"}, {"num": 0}, {"data": 5},
    ):  # fmt: skip
        (out / "run.json").write_text(json.dumps({**settings, **spoilt}))
        assert "train the run again" in refused(["sample", str(out), "--out", "x.png"], capsys)


@pytest.fixture
def short(monkeypatch):
    """Runs that are not measured."""
    monkeypatch.setattr(runs.evaluation, "evaluate_own", lambda samples, pictures: {})
    monkeypatch.setattr("hue_edu.evaluation.report", lambda measured, table, **about: "")
    monkeypatch.setattr("hue_edu.evaluation.verdict", lambda measured: "")


def put(path, pixels):
    """The pictures, uint8, as a folder of BMP files, all of one time, or as an array in a file."""
    if path.suffix == ".npz":
        files.save_arrays(path, images=pixels)
    elif path.suffix == ".npy":
        np.save(path, datasets.to_float(pixels))
    else:
        path.mkdir(exist_ok=True)
        for k, image in enumerate(pixels):
            Image.fromarray(image.squeeze()).save(path / f"{k:02}.bmp")
            os.utime(path / f"{k:02}.bmp", (315532800, 315532800))


def one_point(pixels):
    pixels[40, 14, 14] ^= 1
    return pixels


CHANGES = {
    "all others": lambda pixels: 255 - pixels,
    "one point of one": one_point,
    "another order": lambda pixels: pixels[::-1],
    "two of one kind": lambda pixels: np.concatenate([pixels[:1], pixels[:-1]]),
}


@pytest.mark.parametrize("name", ["mine", "mine.npz", "mine.npy"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_other_pictures_of_the_same_number_and_shape_are_refused(
    name, change, digits, tmp_path, short, capsys
):
    path, out, pixels = tmp_path / name, tmp_path / "run", digits[:64, ..., None]
    put(path, pixels)
    train = ["train", "smallest", "--data", str(path), "--out", str(out)]
    assert main([*train, "--steps", "1"]) == 0
    held = {file.name: file.read_bytes() for file in out.iterdir()}
    put(path, change(pixels.copy()))
    for command in ([*train, "--steps", "2", "--resume"], ["evaluate", str(out)]):
        capsys.readouterr()
        error = refused(command, capsys)
        assert f"The pictures in {path} are not those that the run learned from, or are" in error
        assert "Put those back, or train a new run" in error and len(error.splitlines()) == 1
    assert {file.name: file.read_bytes() for file in out.iterdir()} == held
    put(path, pixels)
    assert main([*train, "--steps", "2", "--resume"]) == 0 and main(["evaluate", str(out)]) == 0


def test_other_pictures_at_the_same_place_that_come_out_alike_are_no_others(
    digits, tmp_path, short
):
    path, out = tmp_path / "mine", tmp_path / "run"
    put(path, digits[:64])
    train = ["train", "smallest", "--data", str(path), "--out", str(out)]
    assert main([*train, "--steps", "1"]) == 0
    for k, image in enumerate(digits[:64]):  # renamed in their order, and in another format
        (path / f"{k:02}.bmp").unlink()
        Image.fromarray(image).save(path / f"digit{k:02}.webp", lossless=True)
    assert main([*train, "--steps", "2", "--resume"]) == 0 and main(["evaluate", str(out)]) == 0


@pytest.mark.parametrize("saved", ["none", None, ""])
def test_a_run_of_an_earlier_version_goes_on_and_gets_its_checksum(saved, digits, tmp_path, short):
    path, out = tmp_path / "mine.npz", tmp_path / "run"
    put(path, digits[:64, ..., None])
    train = ["train", "smallest", "--data", str(path), "--out", str(out)]
    assert main([*train, "--steps", "1"]) == 0
    settings = json.loads((out / "run.json").read_text())
    old = {name: value for name, value in settings.items() if name != "sha256"}
    old |= {} if saved == "none" else {"sha256": saved}
    (out / "run.json").write_text(json.dumps(old))
    assert main(["evaluate", str(out)]) == 0
    assert json.loads((out / "run.json").read_text()) == old
    assert main([*train, "--steps", "2", "--resume"]) == 0
    assert json.loads((out / "run.json").read_text()) == settings


@pytest.mark.parametrize("saved", ["0" * 64, 7, ["a"], {"of": "another kind"}])
def test_a_checksum_that_was_edited_is_one_sentence(saved, digits, tmp_path, short, capsys):
    path, out = tmp_path / "mine.npy", tmp_path / "run"
    put(path, digits[:64, ..., None])
    train = ["train", "smallest", "--data", str(path), "--out", str(out)]
    assert main([*train, "--steps", "1"]) == 0
    settings = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**settings, "sha256": saved}))
    capsys.readouterr()
    assert "delete sha256 from run.json" in refused([*train, "--steps", "2", "--resume"], capsys)
    assert "delete sha256 from run.json" in refused(["evaluate", str(out)], capsys)


def test_a_checksum_of_no_pictures_is_not_asked_for(tmp_path):
    settings = {"recipe": "dense", "seed": 1}  # on MNIST
    for saved in (settings, {**settings, "sha256": "edited"}):
        (tmp_path / "run.json").write_text(json.dumps(saved))
        run_folder.open_folder(tmp_path, settings, resume=True)
        assert json.loads((tmp_path / "run.json").read_text()) == saved


def test_another_size_of_the_same_pictures_is_refused(digits, tmp_path, short, capsys):
    path, out = tmp_path / "mine", tmp_path / "run"
    put(path, np.pad(digits[:64], [(0, 0), (18, 18), (18, 18)]))
    train = ["train", "smallest", "--data", str(path), "--out", str(out), "--steps"]
    assert main([*train, "1", "--size", "32"]) == 0
    capsys.readouterr()
    error = refused([*train, "2", "--resume", "--size", "64"], capsys)
    assert "'image_shape': [32, 32, 1]}, not with" in error and "sha256" not in error
    assert main([*train, "2", "--resume", "--size", "32"]) == 0


def test_pictures_of_all_formats_make_a_run_and_others_are_told(digits, tmp_path, short, capsys):
    path = tmp_path / "mine"
    path.mkdir()
    for k, image in enumerate(digits[:64]):
        Image.fromarray(image).save(path / f"{k:02}{('.webp', '.bmp', '.gif', '')[k % 4]}", "PNG")
    (path / "labels.csv").write_text("0,7")
    train = ["train", "smallest", "--data", str(path), "--out", str(tmp_path / "run")]
    assert main([*train, "--steps", "1"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"64 pictures, 28×28, in grey, from {path}\n")
    assert said.err.splitlines()[0] == "Left out 1 file that is not read as pictures: 1 .csv."
