"""Training, followed: what G draws of the same z, and what D says, at a dozen times."""

import contextlib
import dis
import time
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from . import names, source

LOOKS, FAKES = 12, 96
STEPS, SECONDS = 240, 10.0
SETS = {"STORE_DEREF", "STORE_GLOBAL", "STORE_ATTR"}
PYTHON = {"np", "numpy", "random", "numpy_function", "py_function"}


class Look(NamedTuple):
    """What is seen at one time: the step, G's samples of the same z, scores of real and fake."""

    step: int
    fake: np.ndarray
    of_real: np.ndarray
    of_fake: np.ndarray


def follow(patient, steps=STEPS, seconds=SECONDS):
    """Train for a while, and look a dozen times.

    Args:
        patient: A `Gan` with a step.
        steps, seconds: It ends with the first of these limits.

    Returns:
        List of `Look`s, the first one before training.
    """
    rng, started, looks = np.random.default_rng(patient.seed), time.monotonic(), [look(patient, 0)]
    pool, compiled = len(patient.pool), _compiled(patient)
    for step in range(1, steps + 1):
        places = rng.integers(0, pool, patient.batch_size)
        if compiled and not _goes(compiled, patient, places):
            compiled = None
        if not compiled:
            patient.step(places=places)
        late = time.monotonic() - started > seconds
        if late or step % max(steps // LOOKS, 1) == 0:
            looks.append(look(patient, step))
        if late:
            break
    return looks


def _compiled(patient):
    """The step as a compiled function, if it is none and its code would not mind: nothing of
    NumPy's or Python's own randomness, no names and attributes that it sets anew."""
    if patient.is_compiled:
        return None
    for function in source.written([patient.train_step]):
        for code in names.codes(function.__code__):
            kept = any(i.opname in SETS for i in dis.get_instructions(code))
            if kept or PYTHON & {*code.co_names, *code.co_freevars}:
                return None
    return tf.function(patient.plain_step, reduce_retracing=True)


def _goes(compiled, patient, places):
    with contextlib.suppress(Exception):
        compiled(patient.batch_of(places, patient.pool))
        return True
    return False


def z_of(patient):
    """The z of which samples are drawn at each look."""
    return patient.z(FAKES, seed=23)


def look(patient, step=0):
    """The patient at one time."""
    x, told = patient.batch(FAKES)
    rows = None if told is None else np.resize(told, (FAKES, *told.shape[1:]))
    fake = patient.draw(z_of(patient), rows)
    scores = [np.asarray(s, "float64").reshape(len(s), -1).mean(axis=1)
              for s in (patient.score(x, told), patient.score(fake, rows))]  # fmt: skip
    return Look(step, np.asarray(fake, "float64"), *scores)


def told_apart(each):
    """The share of pairs in which D puts the real sample above the fake one, or below, if more."""
    above = (each.of_real[:, None] > each.of_fake[None]).mean()
    return float(max(above, 1 - above))
