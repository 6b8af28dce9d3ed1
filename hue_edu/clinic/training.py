"""Patients trained: pictures of the same z at a few steps, and every step's losses and scores."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .. import arguments, latent, runtime
from .game import BATCH, beside

SHOWN = 16


class Run(NamedTuple):
    """What was seen of a training.

    Attributes:
        steps: The steps at which samples were drawn, from 0 to the last one.
        samples: Of the same z at each of them, float32 of (looks, num, ...).
        curves: Losses and scores by name, each an array of one number per step; empty where the
            step returns nothing.
    """

    steps: list
    samples: np.ndarray
    curves: dict


def train(parts, steps, seed=0, looks=8, num=SHOWN):
    """Train a patient and watch it; its networks keep what they learn.

    Args:
        parts: A patient, such as `TUTORIALS["T2"].build(4)`.
        steps: How many, at least 1, of 32 samples each.
        seed: Of the order of the samples, and of the z that are shown.
        looks: How often samples are drawn after the start.
        num: Samples of each look.

    Returns:
        `Run`.

    Raises:
        ValueError: A number out of range.
        Exception: Whatever the patient's own step raises.
    """
    steps = arguments.whole_number("steps", steps, at_least=1)
    looks = min(arguments.whole_number("looks", looks, at_least=1), steps)
    rng, step = np.random.default_rng(arguments.whole_number("seed", seed)), _compiled(parts)
    at = np.linspace(0, steps, looks + 1).round().astype(int)
    samples, curves = [draw(parts, num, seed)], []
    for k in runtime.progress(range(1, steps + 1), "steps"):
        curves.append(step(_batch(parts, rng)) or {})
        if k in at:
            samples.append(draw(parts, num, seed))
    curves = {name: np.array([float(row[name]) for row in curves]) for name in curves[0]}
    return Run(at.tolist(), np.stack(samples), curves)


def draw(parts, num, seed):
    """Samples that a patient makes now, of z from a seed.

    Args:
        parts: A patient; one with conditions is told its first ones.
        num: How many.
        seed: Whole number.

    Returns:
        Float32 of (num, ...); a VAE's probabilities of ink as pixels in [-1, 1].
    """
    network = parts.get("generator", parts.get("decoder"))
    dim = network.inputs[0].shape[-1]
    z, told = latent.sample_z(num, dim, seed), parts.get("conditions")
    told = None if told is None else tf.constant(np.resize(told, (num, *told.shape[1:])))
    made = network(beside(z, told), training=False).numpy().astype("float32")
    return 2 * made - 1 if "decoder" in parts else made


def _compiled(parts):
    """The step as a compiled function, which it may be already."""
    step = parts["train_step"]
    return step if hasattr(step, "python_function") else tf.function(step, reduce_retracing=True)


def _batch(parts, rng):
    rows = rng.integers(0, len(parts["data"]), BATCH)
    x = tf.constant(parts["data"][rows])
    return x if "conditions" not in parts else (x, tf.constant(parts["conditions"][rows]))
