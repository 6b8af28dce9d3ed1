"""Training runs on disk: one folder holds all that a run is and all that it needs to go on.

run.json              recipe and seed; of own pictures also path, number, shape and checksum
checkpoint.npz        the whole state after the last round, written whole or not at all
history.csv           step, seconds and mean losses of each round
rounds.npz            16 samples from the same z of each round, thinned to at most 64 rounds
generator.weights.h5  what `sample` and `evaluate` load: averaged generator, or a VAE's decoder
samples.png           64 samples from fixed z
metrics.json          what `evaluation` measured of 2,500 samples
nearest.png           of own pictures: the samples nearest to one of them, and that one
"""

import csv
import time
from pathlib import Path

import keras
import numpy as np

from . import arguments, datasets, evaluation, files, judges, models, plots
from .datasets.pictures import endings
from .run_folder import (
    GRIDS,
    check_folder,
    check_sum,
    load_generator,
    load_shipped_generator,  # noqa: F401  lessons take it from here
    open_folder,
    read_settings,
    write_json,
)
from .sources import OwnPictures, load_images
from .training import Checkpoint, Limit, StopAtNaN, find_recipe, generate, make_trainer

ROUND = 100  # steps between two rows of the history, and two checkpoints
NUM_EVALUATED, EVALUATION_SEED = 2500, 1


def train(recipe, out, seconds=None, steps=None, seed=0, resume=False, pictures=None):
    """Train a GAN or a VAE by a recipe, on MNIST or your own pictures; leave a complete run folder.

    Args:
        recipe: A key of `RECIPES`, of those that learn from pictures alone.
        out: Folder to make, only when all that the run needs is at hand. It must be empty, hidden
            files apart, unless `resume`.
        seconds, steps: The limit of the whole run; give one of them.
        seed: Seeds the weights, z and the order of the data.
        resume: Go on from the checkpoint in `out`; earlier parts count towards the limit.
        pictures: `sources.OwnPictures` to learn from, at least a batch of them; None for MNIST.

    Returns:
        The metrics, as in `metrics.json`.

    Raises:
        FileExistsError: `out` holds a run already.
        ValueError: Bad settings, other pictures than the run to resume learned from, or a loss
            became NaN; the last good checkpoint is kept.
    """
    out, seed = Path(out), arguments.whole_number("seed", seed, below=2**32)
    settings, chosen = {"recipe": recipe, "seed": seed}, find_recipe(recipe)
    if chosen.learns_from != "pictures":
        raise ValueError(
            f"{recipe} learns from {chosen.learns_from}, not from pictures alone; lesson 12 and "
            "`make text-generator` train it. hue train takes the other recipes."
        )
    check_folder(out, resume)
    if pictures:  # before there is a folder: all this may fail
        images = pictures.load(chosen.batch_size)
        settings |= pictures.settings(images)
        print(f"{datasets.describe(images)}, from {pictures.path}")
    else:
        images, _ = datasets.load_mnist("train")
        judges.load_judge()
    gan = make_trainer(recipe, seed, settings.get("image_shape"))
    open_folder(out, settings, resume)
    limit, broken = Limit(seconds, steps), StopAtNaN()
    checkpoint = Checkpoint(out / "checkpoint.npz", clock=lambda: round(limit.elapsed, 2))
    step = checkpoint.restore(gan)
    limit.spent = checkpoint.history[-1]["seconds"] if checkpoint.history else 0.0
    if step == 0:
        started = time.perf_counter()
        chosen.prepare(gan, images, seed)
        limit.spent = time.perf_counter() - started
    if step and limit.reached(step):
        print(
            f"{out} already has {step:,} steps and {limit.spent:.0f} s of training, all that was "
            "asked for; give a higher limit to train further."
        )
    else:
        gan.fit(
            chosen.data(images, seed, start_step=step),
            epochs=10**9,
            steps_per_epoch=ROUND,
            verbose=0,
            callbacks=[limit, broken, checkpoint, Rounds(out / GRIDS)],
        )
    if broken.message:
        raise ValueError(broken.message)
    return _write_results(out, gan, checkpoint.history, images if pictures else None)


class Rounds(keras.callbacks.Callback):
    """Keep a small grid of the same z of each round; of a long run every second, fourth, … one.

    Args:
        path: The `.npz` file; what it holds already is gone on with.
    """

    MOST, NUM = 64, 16

    def __init__(self, path):
        super().__init__()
        self.path, self.steps, self.grids = path, [], []
        if path.is_file():
            with np.load(path, allow_pickle=False) as held:
                self.steps, self.grids = list(held["steps"]), list(held["grids"])

    def on_epoch_end(self, epoch, logs=None):
        apart = self.steps[1] - self.steps[0] if len(self.steps) > 1 else ROUND
        step = self.model.steps_done
        if self.steps and step - self.steps[-1] < apart:
            return
        self.steps.append(step)
        self.grids.append(datasets.to_uint8(self.model.generate(self.NUM, 0)))
        if len(self.steps) > self.MOST:
            self.steps, self.grids = self.steps[::2], self.grids[::2]
        files.save_arrays(self.path, steps=np.array(self.steps), grids=np.stack(self.grids))


def save_images(images, path):
    """Write images as a `.png` grid or as an `.npz` with one float32 array `images`.

    Raises:
        ValueError: The path ends in something else.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".png":
        plots.save(plots.plot_image_grid(images, f"{len(images):,} generated images"), path)
    elif suffix == ".npz":
        files.save_arrays(path, images=images)
    else:
        raise ValueError(f"--out is {str(path)!r}; expected a name that ends in .png or .npz.")


def evaluate(file_or_run):
    """Metrics of 2,500 samples of a run, or of the images that `sources.load_images` finds.

    Samples of a run on own pictures are compared with these, by `evaluation.evaluate_own`.

    Raises:
        FileNotFoundError: A folder with neither a finished run nor pictures.
        ValueError: Images that are not digits, by themselves; or other pictures than the run
            learned from.
    """
    path = Path(file_or_run)
    if (path / "run.json").exists() or not (path.exists() or path.suffix):
        pictures = pictures_of(read_settings(path))  # may fail, and comes before long work
        samples = generate(load_generator(path), NUM_EVALUATED, EVALUATION_SEED)
        return _measured(samples, pictures)
    if path.is_dir() and not datasets.find_pictures(path):
        held = endings(each for each in path.rglob("*") if each.is_file())
        raise FileNotFoundError(
            f"{path} holds no finished run (no run.json) and no pictures that can be read, but "
            f"{held}; give a run folder, a folder of pictures, or an .npz or .npy file."
        )
    images = load_images(path)
    if images.shape[1:] != models.IMAGE_SHAPE:
        raise ValueError(
            f"{path} holds {datasets.describe(images)}; on their own, only grey digits of "
            "28×28 can be measured. Samples of other pictures are compared with those that the run "
            "learned from: give the folder of a run that `hue train --data` made."
        )
    return evaluation.evaluate(images)


def table_of(file_or_run):
    """The table of `evaluation` that prints what `evaluate` returns."""
    path = Path(file_or_run)
    own = (path / "run.json").exists() and "data" in read_settings(path)
    return evaluation.OWN_PICTURES if own else evaluation.DIGITS


def pictures_of(settings):
    """The pictures that a run learned from, or None for MNIST.

    Args:
        settings: What its run.json says.

    Raises:
        FileNotFoundError, ValueError: They are not where they were, or not the same.
    """
    if "data" not in settings:
        return None
    path, num, shape = (settings[key] for key in ("data", "num", "image_shape"))
    if not Path(path).exists():
        raise FileNotFoundError(
            f"There is no {path}, with whose pictures the run is compared; measure the run from "
            "the folder in which it was trained, or put the pictures back."
        )
    own = OwnPictures(path, shape[0] if Path(path).is_dir() else None)
    images = own.load()
    if (len(images), list(images.shape[1:])) != (num, shape):
        raise ValueError(
            f"{path} holds {datasets.describe(images)} now, but the run learned from "
            f"{datasets.describe(np.broadcast_to(0, (num, *shape)))}; put those back."
        )
    check_sum(settings, own.settings(images))
    return images


def _measured(samples, pictures):
    """What the course measures of digits, or of samples of own pictures."""
    if pictures is None:
        return evaluation.evaluate(samples)
    return evaluation.evaluate_own(samples, pictures)


def _write_results(out, gan, history, pictures):
    with files.written_whole(out / "generator.weights.h5") as temporary:
        gan.sampler.save_weights(temporary)
    with files.written_whole(out / "history.csv") as temporary:
        with open(temporary, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(history[0]) if history else ["step"])
            writer.writeheader()
            writer.writerows(history)
    plots.save(plots.plot_image_grid(gan.generate(64, seed=0), "64 samples"), out / "samples.png")
    samples = gan.generate(NUM_EVALUATED, EVALUATION_SEED)
    if pictures is not None:
        rows = dict(zip(("sample", "nearest picture"), evaluation.nearest_pairs(samples, pictures)))
        plots.save(plots.plot_rows(rows, "Is one a copy?"), out / "nearest.png")
    metrics = _measured(samples, pictures)
    write_json(out / "metrics.json", metrics)
    return metrics
