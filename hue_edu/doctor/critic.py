"""The critic: its penalty, its bounds, its output."""

import contextlib

import numpy as np
from keras import layers

from . import objectives, penalties, updates
from .findings import Finding
from .patient import layers_of, trainable_of

FLAT, STEEP = 1e-3, 1e3  # slopes of a clipped critic beyond which G learns nothing from it
STOPPED = 1e-6  # a slope so small that G cannot move
STRETCH, OUTSIDE = 10.0, 1e4


def check(patient, known, moves=None, heard=()):
    """Findings on the penalty, and on a critic with a Wasserstein loss. Yields `Finding`s.

    Args:
        patient: A `Gan`.
        known: Its objectives by player, given or asked; may be empty.
        moves, heard: What its steps moved, and what was heard of them.
    """
    clipped = updates.clipping(patient.discriminator) if moves and moves.error is None else None
    slope = _slope(patient) if clipped or moves else 1.0  # before the patient is put back
    penalised = bool(patient.penalty) or penalties.is_heard(heard)
    if patient.penalty:
        yield from penalties.check_given(patient.penalty, patient.real.shape[1:])
    elif penalised:
        yield from penalties.check_heard(patient, heard)
    wasserstein = objectives.is_linear(known)
    if wasserstein:
        bounds = objectives.range_of_d(patient)
        if bounds:
            evidence = (
                f"D's output lies in [{bounds[0]:.3g}, {bounds[1]:.3g}], but its loss is a "
                "difference of mean scores, which estimates a distance only if scores know no "
                "limit."
            )
            yield Finding("critic-bounded", "certain", evidence)
    if wasserstein and moves and not penalised and not clipped:
        clipped = _clipped_to(patient)
    if clipped and not (FLAT < slope < STEEP):
        evidence = (
            f"{clipped[0]:.0%} of D's weights are clipped at ±{clipped[1]:.3g}, and its slope at "
            f"real samples is {slope:.1g}: {'nothing' if slope < 1 else 'an explosion'} reaches G."
        )
        numbers = {"share": clipped[0], "slope": slope}
        severity = "certain" if slope <= STOPPED else "likely"
        yield Finding("clipping-saturates", severity, evidence, numbers)
    if wasserstein and not penalised and not clipped and not _is_bound(patient):
        evidence = (
            "D's loss is a difference of mean scores, and nothing bounds its slope: there is no "
            "penalty, and no weight was clipped in the steps."
        )
        yield Finding("penalty-missing", "certain" if moves else "likely", evidence)
    if wasserstein or penalised:
        yield from _dependent(patient)


def _clipped_to(patient):
    """The bound to which the step brings a weight back that was put far away, or None."""
    kernels = [k for k in trainable_of(patient.discriminator) if len(k.shape) > 1]
    with patient.for_now():
        for kernel in kernels[:1]:
            values = np.array(kernel)
            values.flat[0] = OUTSIDE
            kernel.assign(values)
            with contextlib.suppress(Exception):
                patient.step()
                back = abs(float(np.array(kernel).flat[0]))
                if back < OUTSIDE / 10:
                    return 0.0, back
    return None


def _is_bound(patient):
    """Whether D's slope does not grow with its weights, as under spectral normalisation, or the
    weights are held by a constraint."""
    kernels = [n for n in layers_of(patient.discriminator) if hasattr(n, "kernel")]
    if any(getattr(n, "kernel_constraint", None) for n in kernels):
        return True
    x, told = patient.batch()
    with patient.for_now():
        plain = np.abs(patient.score(x, told, training=True)).max()
        for layer in kernels:
            layer.kernel.assign(STRETCH * layer.kernel)
        stretched = np.abs(patient.score(x, told, training=True)).max()
    return bool(kernels) and stretched < STRETCH / 3 * plain


def _slope(patient):
    """The median norm of D's gradient at real samples; 1 where none comes back, which is found
    elsewhere."""
    slopes = patient.slopes(16)
    return 1.0 if slopes is None else float(np.median(np.linalg.norm(slopes, axis=1)))


def _dependent(patient):
    x, told = patient.batch(8)
    one = patient.score(x, told, training=True).numpy().reshape(len(x), -1)
    half = None if told is None else told[: len(x) // 2]
    two = patient.score(x[: len(x) // 2], half, training=True).numpy().reshape(len(x) // 2, -1)
    change = np.abs(one[: len(two)] - two).max()
    if change > 1e-3 * (np.abs(one).max() + 1e-6) and _has_batch_norm(patient):
        evidence = (
            f"In training a sample's score changes by {change:.2g} with the others of its batch, "
            "so that its slope is not its own."
        )
        yield Finding("batch-norm-in-critic", "certain", evidence, {"change": change})


def _has_batch_norm(patient):
    found = layers_of(patient.discriminator)
    return not found or any(isinstance(n, layers.BatchNormalization) for n in found)
