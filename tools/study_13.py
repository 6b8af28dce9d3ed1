"""Study of lesson 13: five published tutorials before and after their repair, and six failures.

    make study-13     (about 25 minutes on two cores)

Each tutorial twice: with the defect that ruins it and those after it, and with all mended; each
failure twice: as it is, and mended. Three seeds of each. Measured is what the course measures of
such samples, and the mean scores of D; of seed 0 the curves are kept as well, in 100 means each,
and 16 samples, or 400 points, in data/results/13_pictures.npz. Writes data/results/13_clinic.json.
"""

import sys
from functools import partial

import keras
import numpy as np
from measuring import median_and_range
from studies import RESULTS, SEEDS, Study

from hue_edu import clinic, datasets, evaluation, files, judges, metrics

PICTURES = RESULTS / "13_pictures.npz"
NUM, SHOWN, POINTS = 2000, 16, 400  # samples that are measured, and that are kept
DATA = 16_384  # real samples of a tutorial
LATE = 50  # steps over which scores are averaged, the last ones
STEPS = {"T0": 4000, "T1": 3000, "T2": 2500, "T3": 5000, "T3 VAE": 3000, "T4": 8000}
LONGER = 2500  # steps of the fast D
PAIR = {  # side by side in the lesson
    "healthy loss, dead generator": "collapse, ill",
    "frightening loss, fine generator": "fast D, longer",
}


def of_digits(images):
    """What the course measures of digits; those in colour count by their brightest channel."""
    grey = np.clip(images.max(axis=-1, keepdims=True), -1, 1)
    judge, real = judges.load_judge(), datasets.load_mnist("test", seed=0)[0][:NUM]
    return {
        "sure": metrics.sure_share(judge.features_and_logits(grey)[1]),
        "diversity": metrics.pairwise_diversity_ratio(grey, real),
        "frechet": evaluation.frechet_to_test_set(grey, judge),
    }


def of_captions(images):
    """Shares of pictures that show what their captions name, and how varied they are."""
    known = clinic.captioned(DATA, seed=0)  # of which `clinic.draw` tells the first ones
    shown, _, meanings = (part[:NUM] for part in known)
    obeyed = evaluation.obedience(judges.load_attribute_judge(), np.clip(images, -1, 1), meanings)
    names = "all_right", "digit", "colour", "background"
    varied = metrics.pairwise_diversity_ratio(images, shown)
    return {**{name: obeyed[name] for name in names}, "diversity": varied}


def of_points(points):
    """Modes of the ring, and the distance of the mean from the middle."""
    reached, quality = metrics.mode_coverage(points, datasets.ring_centres(), 0.15)
    return {"near a mode": quality, "modes": reached, "mean": float(np.hypot(*points.mean(0)))}


def measured(samples):
    """What suits the samples."""
    if samples.ndim == 2:
        return of_points(samples)
    return (of_captions if samples.shape[1] == 32 else of_digits)(samples)


def late_means(run):
    """The means of losses and scores over the last steps."""
    return {name: float(curve[-LATE:].mean()) for name, curve in run.curves.items()}


def thinned(run, num=100):
    """Each curve as means over as many equal parts."""
    return {
        name: [float(f"{part.mean():.4g}") for part in np.array_split(curve, num)]
        for name, curve in run.curves.items()
    }


def keep_picture(name, samples):
    """Add samples to the file of pictures: uint8, or float16 for points."""
    kept = files.load_arrays(PICTURES) if PICTURES.is_file() else {}
    points = samples.ndim == 2
    some = samples[:POINTS] if points else np.clip(samples[:SHOWN], -1, 1)
    kept[name] = some.astype("float16") if points else datasets.to_uint8(some)
    files.save_arrays(PICTURES, **{key: kept[key] for key in sorted(kept)})


def watched(name, parts, steps, seed):
    """A patient trained, and all that is measured of it."""
    run = clinic.train(parts, steps, seed)
    samples = clinic.draw(parts, NUM, seed=1)
    found = {**measured(samples), **late_means(run)}
    if seed == 0:
        keep_picture(name, samples)
        found["curves"] = thinned(run)
    keras.utils.clear_session()
    return found, run


def tutorial(name, mended, seed):
    """One tutorial, with so many defects mended, after its number of steps."""
    chosen = clinic.TUTORIALS[name]
    parts = chosen.build(mended, seed, num=DATA)
    when = "after" if mended == len(chosen.defects) else "before"
    found, _ = watched(f"{name}, {when}", parts, STEPS[name], seed)
    if "encoder" in parts:
        ink = (datasets.load_mnist("test", seed=0)[0][:NUM] + 1) / 2
        found["reported"], found["true"] = clinic.true_negative_elbo(parts, ink, seed=1)
    return found


def failure(name, mended, seed):
    """One failure, or its mended twin, and the number that proves it."""
    chosen = clinic.FAILURES[name]
    parts = chosen.make(mended, seed)
    title = f"{name}, {'mended' if mended else 'ill'}"
    found, run = watched(title, parts, chosen.steps, seed)
    return {**found, "proof": chosen.measure(parts, run)}


def longer(seed):
    """The mended twin of D's victory, trained on: its losses jump, and its pictures are fine."""
    parts = clinic.FAILURES["victory of D"].make(True, seed)
    found, run = watched(PAIR["frightening loss, fine generator"], parts, LONGER, seed)
    return {**found, "highest_g_loss": float(run.curves["g_loss"].max())}


def ways():
    """From the name of each piece to its function of a seed."""
    found = {}
    for name, chosen in clinic.TUTORIALS.items():
        found[f"{name}, before"] = partial(tutorial, name, chosen.before)
        found[f"{name}, after"] = partial(tutorial, name, len(chosen.defects))
    for name in clinic.FAILURES:
        found[f"{name}, ill"] = partial(failure, name, False)
        found[f"{name}, mended"] = partial(failure, name, True)
    return {**found, PAIR["frightening loss, fine generator"]: longer}


def summed_up(runs):
    """Medians and ranges over the seeds, and the curves of the first one."""
    numbers = [{key: value for key, value in run.items() if key != "curves"} for run in runs]
    return {**median_and_range(numbers), "curves": runs[0]["curves"]}  # of seed 0


def spot_check():
    """Three steps of the smallest GAN and of the VAE, mended, and of the ring as it collapses."""
    smallest, vae = (
        clinic.TUTORIALS[name].build(len(clinic.TUTORIALS[name].defects), num=256)
        for name in ("T4", "T3 VAE")
    )
    pieces = {"T4": smallest, "VAE": vae, "ring": clinic.FAILURES["collapse"].make(False)}
    wanted = {"d_loss", "g_loss", "negative_elbo"}
    return {
        f"{name}: {key}": float(curve.mean())
        for name, parts in pieces.items()
        for key, curve in clinic.train(parts, steps=3).curves.items()
        if key in wanted
    }


STUDY = Study(__file__, "13_clinic", spot_check)


def main():
    runs = STUDY.run_seeds(ways())
    before = {name: chosen.ruin for name, chosen in clinic.TUTORIALS.items()}
    STUDY.finish(
        seeds=list(SEEDS),
        steps={**STEPS, **{name: chosen.steps for name, chosen in clinic.FAILURES.items()}},
        before=before,  # the defect that is next to be mended
        pair=PAIR,
        proofs={name: chosen.proof for name, chosen in clinic.FAILURES.items()},
        pieces={name: summed_up(found) for name, found in runs.items()},
    )


if __name__ == "__main__":
    sys.exit(main())
