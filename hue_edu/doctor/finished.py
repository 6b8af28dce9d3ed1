"""A finished run: its history, and the pictures of the same z that it kept of each round."""

import csv
from pathlib import Path

import numpy as np

from .. import datasets, files, run_folder, runs, training
from . import dynamics, following
from .findings import Finding, Report

NUM = 96
LITTLE_KL = 0.1  # nats a sample


def examine_run(run):
    """What a finished run of `hue train` shows of its dynamics.

    Looked at are the history, the pictures that were kept of each round, and samples of the final
    generator, beside the pictures that the run learned from.

    Args:
        run: The folder.

    Returns:
        `Report`.

    Raises:
        FileNotFoundError, ValueError: There is no finished run, or a file is not whole.
    """
    settings = run_folder.read_settings(run)
    rows = _history(Path(run) / "history.csv")
    real = _pictures(settings)
    samples = training.generate(run_folder.load_generator(run), NUM, 1)
    looks, left_out = _looks(Path(run) / run_folder.GRIDS), {}
    if looks is None:
        left_out["the course"] = "the run kept no pictures of its rounds"
    last = _look(int(float(rows[-1]["step"])) if rows else 0, samples)
    found = [*dynamics.of_pictures([last], real), *_of_kl(rows)]
    if looks and not found:
        found = list(_of_scores(rows, looks, real)) or list(dynamics.of_course(looks, real))
    pictures = {"data": real[:16], "samples": samples[:16]}
    for each in (looks or [])[:: max(len(looks or []) // 3, 1)]:
        pictures[f"round at step {each.step:,}"] = each.fake[:16]
    return Report(found, left_out, [], pictures)


def _history(path):
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except OSError:
        return []


def _pictures(settings):
    """2,048 of the pictures that the run learned from, drawn."""
    images = runs.pictures_of(settings)
    images = datasets.load_mnist("train")[0] if images is None else images
    places = np.random.default_rng(0).permutation(len(images))[:2048]
    return images[places].astype("float64")


def _looks(path):
    """The pictures of each round as `Look`s, or None."""
    if not path.is_file():
        return None
    held = files.load_arrays(path)
    return [_look(int(step), datasets.to_float(grid))
            for step, grid in zip(held["steps"], held["grids"])]  # fmt: skip


def _look(step, samples):
    """Samples without scores, which a run does not keep."""
    return following.Look(step, samples.astype("float64"), np.zeros(1), np.zeros(1))


def _of_kl(rows):
    """A VAE whose KL is nothing at the end."""
    if rows and "kl_loss" in rows[-1]:
        kl = float(rows[-1]["kl_loss"])
        if kl < LITTLE_KL:
            evidence = f"In the last round KL is {kl:.2g} nats a sample: z says nothing."
            yield Finding("posterior-collapsed", "certain", evidence, {"kl": kl})


def _of_scores(rows, looks, real):
    """D sure of all in every late round, and G no nearer."""
    late = rows[-max(len(rows) // 3, 1) :]
    if len(rows) < 6 or not {"d_real", "d_fake"} <= set(rows[-1]):
        return
    gaps = [float(row["d_real"]) - float(row["d_fake"]) for row in late]
    far = [dynamics.energy_distance(looks[k].fake, real[:256]) for k in (len(looks) // 2, -1)]
    if min(gaps) > 0.95 and far[1] > max(0.75 * far[0], dynamics.NEAR):
        evidence = (
            f"In the last {len(late)} rounds D gives real pictures {min(gaps):.2f} more than fake "
            f"ones, and in the second half the distance of G's went from {far[0]:.2f} to "
            f"{far[1]:.2f} of the data's own."
        )
        yield Finding("discriminator-wins", "likely", evidence, {"gap": min(gaps)})
