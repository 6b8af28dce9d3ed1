"""The noise of a VAE: is there any, is it new, and what does it take the encoder's output for?"""

import numpy as np
import tensorflow as tf

from .findings import Finding
from .listening import listening

# What the second output of the encoder may stand for: σ as a function of it, and the slope of KL
MEANINGS = {
    "log σ²": (lambda s: np.exp(s / 2), lambda s: (np.exp(s) - 1) / 2),
    "log σ": (np.exp, lambda s: np.exp(2 * s) - 1),
    "σ": (lambda s: s, lambda s: s - 1 / s),
    "σ²": (np.sqrt, lambda s: (1 - 1 / s) / 2),
}
OTHERS = {  # of the noise alone
    "a number before a sigmoid that gives σ": lambda s: 1 / (1 + np.exp(-s)),
    "a number before a softplus that gives σ": lambda s: np.log1p(np.exp(s)),
    "nothing: σ is 1 always": np.ones_like,
}


def meaning(known):
    """What the noise in z takes the second output for, and how well that fits, beside log σ²."""
    noise = (known.z - known.z_mean).astype("float64")
    second = known.z_second.astype("float64")
    scores = {}
    for name, sigma in {**{k: v[0] for k, v in MEANINGS.items()}, **OTHERS}.items():
        with np.errstate(all="ignore"):
            s = sigma(second)
            score = (-np.log(s) - noise**2 / (2 * s**2)).sum()
        if np.isfinite(score):
            scores[name] = score
    best = max(scores, key=scores.get)
    return best, scores[best] - scores.get("log σ²", -np.inf)


def check(known, again):
    """Noise that is missing, the same for all, the same in each step, or of another size."""
    if known.z is None:
        return
    noise = (known.z - known.z_mean).astype("float64")
    rows = noise[: known.num]
    if np.abs(noise).max() < 1e-6:
        evidence = "z is the mean itself: no noise is added, so the decoder never sees its spread."
        yield Finding("noise-constant", "certain", evidence)
        return
    sigma = np.exp(known.z_second[: known.num].astype("float64") / 2)
    if known.num > 1 and np.ptp(rows / sigma, axis=0).max() < 1e-3:
        evidence = f"All {known.num} samples of a batch get the same noise."
        yield Finding("noise-constant", "certain", evidence)
        return
    if again:
        evidence = (
            "Two steps draw the same noise, number for number: its seed is set anew each time."
        )
        yield Finding("noise-constant", "certain", evidence)
        return
    best, better = meaning(known)
    if best not in ("log σ²",) and better > 8:
        slopes = known.of_second
        if slopes is not None and best in MEANINGS and _agrees(known, best):
            return
        size = noise.std()
        evidence = (
            f"z is drawn as if the encoder's second output were {best}: log-variances from "
            f"{known.z_second.min():.2g} to {known.z_second.max():.2g} give noise of {size:.2g}, "
            f"where exp(½ log σ²) has {np.sqrt((np.exp(known.z_second)).mean()):.2g}."
        )
        yield Finding("variance-parameter", "certain", evidence, {"better": float(better)})


def fits(known):
    """How well KL's slopes along the second output fit each meaning of it: (misfit, factor)."""
    slopes, found = known.of_second * known.num, {}
    for name, (_, slope) in MEANINGS.items():
        shape = slope(known.second.astype("float64"))
        factor = (slopes * shape).sum() / (shape**2).sum()
        found[name] = np.abs(slopes - factor * shape).mean(), factor
    return found


def is_noisy(known, weight):
    """Whether KL is estimated of the z that was drawn: its slopes differ where the means do not."""
    off = np.abs(known.of_mean * known.num - weight * known.mean).mean()
    return off > 1e-2 * max(abs(weight), 1e-12)


def _agrees(known, drawn):
    """Whether KL takes the second output for the same as the noise does."""
    found = fits(known)
    return bool(np.abs(known.of_second).max() > 1e-9) and min(found, key=found.get) == drawn


def check_compiled(patient):
    """Noise that NumPy drew once, while a step was compiled, and that stays in it."""
    if not patient.is_compiled:
        return

    def drawn():
        with listening(patient.players, eagerly=False) as heard:
            patient.step(python=True)
        mean, second, *_ = heard.of("encoder")[0].outputs
        return (heard.of("decoder")[0].inputs[0] - mean) / tf.exp(second / 2)

    with patient.for_now():
        try:
            run = tf.function(drawn, autograph=False)
            one, two = np.asarray(run()), np.asarray(run())
        except Exception:
            return
    if np.abs(one - two).max() < 0.1 * np.abs(one).max():
        evidence = "The compiled step gives the decoder the same z each time: noise was drawn once."
        yield Finding("noise-constant", "certain", evidence)
