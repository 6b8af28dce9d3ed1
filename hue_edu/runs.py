"""Training runs on disk: one folder holds all that a run is and all that it needs to go on.

run.json              recipe and seed
checkpoint.npz        the whole state after the last round, written whole or not at all
history.csv           step, seconds and mean losses of each round
generator.weights.h5  what `sample` and `evaluate` load: averaged generator, or a VAE's decoder
samples.png           64 samples from fixed z
metrics.json          what `judges.evaluate` measured of 2,500 samples
"""

import csv
import json
from pathlib import Path

import numpy as np

from . import arguments, datasets, files, judges, plots
from .training import Checkpoint, Limit, StopAtNaN, generate
from .training.recipes import RECIPES, make_gan

ROUND = 100  # steps between two rows of the history, and two checkpoints
NUM_EVALUATED, EVALUATION_SEED = 2500, 1
LITTER = ("Thumbs.db", "desktop.ini")  # as hidden files, what systems leave in any folder
KINDS = {  # first bytes of files that hold no array of images
    b"\x89PNG": "one picture, and a folder of at least 500 can be measured",
    b"\xff\xd8\xff": "one picture, and a folder of at least 500 can be measured",
    b"\x89HDF": "a file of weights, and its run folder can be measured",
}


def train(recipe, out, seconds=None, steps=None, seed=0, resume=False):
    """Train a GAN or a VAE on MNIST by a recipe and leave a complete run folder.

    Args:
        recipe: A key of `RECIPES`.
        out: Folder to make, only when all that the run needs is at hand. It must be empty, hidden
            files apart, unless `resume`.
        seconds, steps: The limit of the whole run; give one of them.
        seed: Seeds the weights, z and the order of the data.
        resume: Go on from the checkpoint in `out`; earlier parts count towards the limit.

    Returns:
        The metrics, as in `metrics.json`.

    Raises:
        FileExistsError: `out` holds a run already.
        ValueError: Bad settings, or a loss became NaN; the last good checkpoint is kept.
    """
    out, seed = Path(out), arguments.whole_number("seed", seed)
    settings = {"recipe": recipe, "seed": seed}
    gan = make_gan(recipe, seed)
    _check_folder(out, settings, resume)
    images, _ = datasets.load_mnist("train")  # before there is a folder: it may fail
    judges.load_judge()
    _open_folder(out, settings, resume)
    limit, broken = Limit(seconds, steps), StopAtNaN()
    checkpoint = Checkpoint(out / "checkpoint.npz", clock=lambda: round(limit.elapsed, 2))
    step = checkpoint.restore(gan)
    limit.spent = checkpoint.history[-1]["seconds"] if checkpoint.history else 0.0
    if limit.reached(step):
        print(
            f"{out} has {step:,} steps and {limit.spent:.0f} s of training behind it, all that was "
            "asked for; give a higher limit to train on."
        )
    else:
        gan.fit(
            datasets.batches(images, RECIPES[recipe].batch_size, seed, start_step=step),
            epochs=10**9,
            steps_per_epoch=ROUND,
            verbose=0,
            callbacks=[limit, broken, checkpoint],
        )
    if broken.message:
        raise ValueError(broken.message)
    return _write_results(out, gan, checkpoint.history)


def load_generator(run):
    """The generator of a run folder: its recipe's builder, with the trained weights.

    Weights and builder, rather than a whole serialized model, because those of one Keras version
    often do not load in another.

    Raises:
        FileNotFoundError, ValueError: There is no finished run, or a file is not whole.
    """
    about, weights = Path(run) / "run.json", Path(run) / "generator.weights.h5"
    if not (about.is_file() and weights.is_file()):
        state = "holds no finished run" if Path(run).exists() else "does not exist"
        raise FileNotFoundError(
            f"{run} {state}; train a run first, as in: hue train dcgan --minutes 2 --out runs/first"
        )
    try:
        recipe = RECIPES[json.loads(about.read_text(encoding="utf-8"))["recipe"]]
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{about} does not name a recipe of this course; train the run anew."
        ) from None
    return _with_weights(recipe, weights)


def load_shipped_generator():
    """The compact DCGAN's generator that comes with the course, after checking its file."""
    return _with_weights(RECIPES["dcgan"], files.shipped("dcgan.weights.h5"))


def _with_weights(recipe, path):
    generator = recipe.build_generator()
    try:
        generator.load_weights(path)
    except Exception as error:  # Keras and h5py raise many kinds for a broken file
        raise ValueError(
            f"{path} does not hold the complete weights of {generator.name} "
            f"({type(error).__name__}); train it anew, or restore it from where it came."
        ) from error
    return generator


def load_images(path):
    """Images in what people have, checked for shape, dtype and range.

    What a file holds decides, not its name: an `.npz` with one array `images`, or an `.npy`, of
    float32 in [-1, 1] or uint8; or a folder of pictures as `datasets.load_images` takes them.

    Raises:
        FileNotFoundError: There is nothing at the path.
        ValueError: Something else, with a sentence on what it is.
    """
    path = Path(path)
    if path.is_dir():
        return datasets.load_images(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    with open(path, "rb") as file:
        start = file.read(8)
    if start.startswith(b"\x93NUMPY"):
        images = files.load_array(path)
    else:
        if kind := next((kind for magic, kind in KINDS.items() if start.startswith(magic)), None):
            raise ValueError(f"{path} is {kind}; expected images in an .npz or .npy file.")
        arrays = files.load_arrays(path) if start else {}
        if list(arrays) != ["images"]:
            held = f"holds {sorted(arrays)[:5]}" if start else "is empty"
            raise ValueError(
                f"{path} {held}; expected one array, named images, as written by "
                "numpy.savez(FILE, images=images)."
            )
        images = arrays["images"]
    if images.size == 0:
        raise ValueError(f"{path} holds no images: its array has the shape {images.shape}.")
    if images.dtype == np.uint8 and images.ndim == 4:
        images = datasets.to_float(images)
    datasets.check_pixels(images)
    return images


def save_images(images, path):
    """Write images as a `.png` grid or as an `.npz` with one float32 array `images`."""
    suffix = Path(path).suffix.lower()
    if suffix == ".png":
        plots.save(plots.plot_image_grid(images, f"{len(images):,} generated images"), path)
    elif suffix == ".npz":
        files.save_arrays(path, images=images)
    else:
        raise ValueError(f"--out is {str(path)!r}; expected a name that ends in .png or .npz.")


def evaluate(file_or_run):
    """Metrics of 2,500 samples of a run, or of the images that `load_images` finds."""
    path = Path(file_or_run)
    if (path / "run.json").exists() or not (path.exists() or path.suffix):
        return judges.evaluate(generate(load_generator(path), NUM_EVALUATED, EVALUATION_SEED))
    if path.is_dir() and not datasets.find_pictures(path):
        raise FileNotFoundError(
            f"{path} holds no finished run (no run.json), and no pictures, PNG or JPEG; give a run "
            "folder, a folder of pictures, or an .npz or .npy file."
        )
    return judges.evaluate(load_images(path))


def _open_folder(out, settings, resume):
    """Make the folder of a new run, or check that it holds the run that is to go on."""
    _check_folder(out, settings, resume)
    if not resume:
        _write_json(out / "run.json", settings)


def _check_folder(out, settings, resume):
    """Refuse a folder that cannot hold the new run, or not the run that is to go on."""
    about = out / "run.json"
    held = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
    held = [name for name in held if not name.startswith(".") and name not in LITTER]
    if not resume:
        if held:
            way = (
                "go on with the run in it by --resume, or" if "run.json" in held else "empty it or"
            )
            raise FileExistsError(
                f"{out} is not empty (it holds {', '.join(held[:3])}); {way} choose another --out."
            )
    elif not about.is_file():
        way = "choose another --out without it" if held else "leave --resume out to start one"
        raise FileNotFoundError(f"{out} holds no run to resume (no run.json); {way}.")
    else:
        try:
            found = json.loads(about.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(
                f"{about} is cut off or altered ({error}). If the run in {out} was started with "
                f"them, write this into it: {json.dumps(settings)}"
            ) from None
        if found != settings:
            raise ValueError(f"{out} holds a run with {found}, not with {settings}.")


def _write_results(out, gan, history):
    with files.written_whole(out / "generator.weights.h5") as temporary:
        gan.sampler.save_weights(temporary)
    with files.written_whole(out / "history.csv") as temporary:
        with open(temporary, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(history[0]) if history else ["step"])
            writer.writeheader()
            writer.writerows(history)
    plots.save(plots.plot_image_grid(gan.generate(64, seed=0), "64 samples"), out / "samples.png")
    metrics = judges.evaluate(gan.generate(NUM_EVALUATED, EVALUATION_SEED))
    _write_json(out / "metrics.json", metrics)
    return metrics


def _write_json(path, content):
    with files.written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
