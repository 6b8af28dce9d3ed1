"""The folder of a run: whether it may hold a new one, what kind of run it holds, its generator."""

import json
from pathlib import Path

from . import files
from .training.recipes import RECIPES

GRIDS = "rounds.npz"  # arrays `steps` (rounds,) and `grids` (rounds, num, height, width, channels)


def check_folder(out, resume):
    """Refuse a folder that cannot hold a new run, or that holds none to resume.

    Raises:
        FileExistsError: A new run, and the folder is not empty, hidden files apart.
        FileNotFoundError: There is no run.json to go on with.
    """
    held = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
    held = [name for name in held if not files.is_litter(name)]
    if not resume and held:
        way = "continue the run in it with --resume, or" if "run.json" in held else "empty it or"
        raise FileExistsError(
            f"{out} is not empty (it holds {', '.join(held[:3])}); {way} choose another --out."
        )
    if resume and not (out / "run.json").is_file():
        way = (
            "leave --resume out and choose another --out"
            if held
            else "leave --resume out to start one"
        )
        raise FileNotFoundError(f"{out} holds no run to resume (no run.json); {way}.")


def open_folder(out, settings, resume):
    """Make the folder of a new run, or check that it holds the run that is to go on.

    A run of an earlier version, without a checksum of its pictures, gets it now.

    Args:
        out: Path of the folder.
        settings: What run.json holds: recipe, seed, and of own pictures what they are.
        resume: Whether the run goes on.

    Raises:
        ValueError: It holds a run with other settings or on other pictures, or run.json is cut off.
        FileExistsError, FileNotFoundError: As by `check_folder`.
    """
    check_folder(out, resume)
    if not resume:
        write_json(out / "run.json", settings)
        return
    try:
        saved = json.loads((out / "run.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{out / 'run.json'} is cut off or altered ({error}). If the run in {out} was started "
            f"with these settings, write them into that file: {json.dumps(settings)}"
        ) from None
    if _without_sum(saved) != _without_sum(settings):
        raise ValueError(
            f"{out} holds a run with {_without_sum(saved)}, not with {_without_sum(settings)}."
        )
    if "sha256" in settings:
        check_sum(saved, settings)
        if not saved.get("sha256"):
            write_json(out / "run.json", settings)


def check_sum(saved, found):
    """Refuse pictures that have the number and shape of a run's own, but are not these.

    Args:
        saved: What run.json says; the run of an earlier version has no checksum there.
        found: What `OwnPictures.settings` says of the pictures that there are now.

    Raises:
        ValueError: Other pictures, or in another order.
    """
    if saved.get("sha256") and saved["sha256"] != found["sha256"]:
        raise ValueError(
            f"The pictures in {found['data']} are not those that the run learned from, or are in "
            f"another order: the SHA-256 of their pixels begins with {found['sha256'][:12]}, "
            f"expected {str(saved['sha256'])[:12]}. Put those back, or train a new run on these; "
            "if only another version of Pillow reads them otherwise, delete sha256 from run.json."
        )


def _without_sum(settings):
    """What run.json holds, without the checksum of the pictures."""
    if not isinstance(settings, dict):
        return settings
    return {name: value for name, value in settings.items() if name != "sha256"}


def write_json(path, content):
    """Write a dictionary as JSON, whole or not at all."""
    with files.written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_settings(run):
    """What run.json of a finished run says.

    Returns:
        Dictionary of `recipe` and `seed`; of a run on own pictures also `data`, their path,
        `num`, `image_shape`, a list, and `sha256` of their pixels, which older runs lack.

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
        settings = json.loads(about.read_text(encoding="utf-8"))
        known = RECIPES[settings["recipe"]].learns_from == "pictures"
        counts = [settings["num"], *settings["image_shape"]] if "data" in settings else 4 * [1]
        whole = all(isinstance(n, int) and n > 0 for n in counts)
        whole = whole and isinstance(settings.get("data", ""), str)
        if not (known and whole and len(counts) == 4):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{about} does not name a recipe of this course, or lacks the shape of its pictures; "
            "train the run again."
        ) from None
    return settings


def load_generator(run):
    """The generator of a run folder: its recipe's builder, with the trained weights.

    Weights and builder, rather than a whole serialized model, because those of one Keras version
    often do not load in another.

    Raises:
        FileNotFoundError, ValueError: There is no finished run, or a file is not whole.
    """
    settings = read_settings(run)
    shape = {"image_shape": settings["image_shape"]} if "data" in settings else {}
    generator = RECIPES[settings["recipe"]].build_sampler(**shape)
    path = Path(run) / "generator.weights.h5"
    try:
        generator.load_weights(path)
    except Exception as error:  # Keras and h5py raise many kinds for a broken file
        raise ValueError(
            f"{path} does not hold the complete weights of {generator.name} "
            f"({type(error).__name__}); train the run again, or restore the file."
        ) from error
    return generator


def load_shipped_generator():
    """The compact DCGAN's generator that comes with the course, after checking its file.

    Raises:
        FileNotFoundError, ValueError: The weights are missing, truncated or altered.
    """
    return files.load_shipped(RECIPES["dcgan"].build_sampler(), "dcgan.weights.h5")
