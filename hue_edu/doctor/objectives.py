"""Losses: which way each pushes the scores, and how hard, measured by their gradients."""

import inspect

import keras
import numpy as np
import tensorflow as tf

from ..checks.endings import output_range
from .findings import Finding

DEEP, HIGH, NEUTRAL = -8.0, 50.0, 0.5
FLAT = 1e-6


def check(patient):
    """Findings on the losses that were given, as functions of scores. Yields `Finding`s."""
    losses = patient.losses
    if not losses:
        return
    reduced = list(_reduced(losses))
    yield from reduced
    if reduced:
        return
    d, g = losses.get("discriminator"), losses.get("generator")
    bounded = range_of_d(patient)
    found = list(_directions(d, g, NEUTRAL))
    yield from found
    if d and not found:
        yield from _sigmoid_twice(d, bounded)
        if bounded != (0.0, 1.0):
            yield from _far(d, "discriminator", True)
    if g and not found and bounded != (0.0, 1.0):
        yield from _far(g, "generator", False)
        turned = bool(d) and _slopes(d, NEUTRAL, NEUTRAL)[0] > 0  # D calls fake ones 1
        yield from _saturated(g, -DEEP if turned else DEEP)


def linear(losses):
    """Whether D's loss is that of a Wasserstein critic: of the same slope everywhere."""
    d = losses.get("discriminator")
    if not d:
        return False
    slopes = [_slopes(d, s, s) for s in (-3.0, 0.0, 7.0)]
    return bool(np.allclose(slopes, slopes[0], atol=1e-4) and np.abs(slopes[0]).min() > FLAT)


def _slopes(loss, real, fake, num=8):
    """dL/d(real scores) and dL/d(fake scores), summed over the batch; None counts as 0."""
    real, fake = (tf.fill((num, 1), tf.cast(s, tf.float32)) for s in (real, fake))
    with tf.GradientTape() as tape:
        tape.watch([real, fake])
        value = _value(loss, real, fake)
    slopes = tape.gradient(value, [real, fake])
    return [0.0 if s is None else float(tf.reduce_sum(s)) for s in slopes]


def _value(loss, real, fake):
    """A loss of real and fake scores; a generator's may take the fake ones alone."""
    try:
        num = len([p for p in inspect.signature(loss).parameters.values()
                   if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)])  # noqa: E501  # fmt: skip
    except (TypeError, ValueError):
        num = 2
    return tf.convert_to_tensor(loss(fake) if num == 1 else loss(real, fake))


def at_scores(loss, real, fake, num=8):
    """The value of a loss at scores that are all alike, as a float."""
    real, fake = (tf.fill((num, 1), tf.cast(s, tf.float32)) for s in (real, fake))
    return float(tf.reduce_mean(_value(loss, real, fake)))


def _reduced(losses):
    scores = tf.random.stateless_normal((6, 1), (1, 2))
    for name, loss in losses.items():
        shape = tuple(_value(loss, scores, scores[::-1]).shape)
        if shape:
            evidence = f"The loss of the {name} returns the shape {shape} for 6 scores."
            yield Finding("loss-not-reduced", "certain", evidence, {"shape": shape})


def _directions(d, g, at):
    """Which way each loss pushes; D may call real 0 and fake 1 if G agrees."""
    d_real, d_fake = _slopes(d, at, at) if d else (None, None)
    g_real, g_fake = _slopes(g, at, at) if g else (None, None)
    numbers = {"d_real": d_real, "d_fake": d_fake, "g_fake": g_fake}
    said = (
        f"At a score of {at:g} the slopes are: D's loss {_number(d_real)} on real and "
        f"{_number(d_fake)} on fake scores, G's loss {_number(g_fake)} on fake ones"
    )
    upright, turned = _signs(d_real, d_fake) == (-1, 1), _signs(d_real, d_fake) == (1, -1)
    if d and g and not (upright or turned):
        exchanged = _signs(d_real, d_fake)[1] == -1 and _signs(g_real, g_fake)[1] == 1
        if exchanged:
            evidence = f"{said}: G is given D's task, and D the task of G."
            yield Finding("players-exchanged", "certain", evidence, numbers)
            return
    if d and not (upright or turned):
        evidence = f"{said}. D's must have opposite signs, to tell real from fake."
        yield Finding("labels-swapped", "certain", evidence, numbers)
        return
    if g is None or d is None:
        if g and g_fake >= FLAT:
            yield Finding("loss-sign", "likely", f"{said}: G lowers its own scores.", numbers)
        return
    wanted = -1 if upright else 1
    if _signs(g_real, g_fake)[1] == wanted:
        return
    if abs(g_fake) < FLAT:
        yield Finding("loss-sign", "certain", f"{said}: G's loss pushes nowhere.", numbers)
    elif turned:
        evidence = f"{said}. D calls real samples 0 and fake ones 1, and G wants to be called 1."
        yield Finding("labels-swapped", "certain", evidence, numbers)
    elif _is_same(d, g):
        evidence = f"{said}: G minimises the fake part of D's own loss, so both want the same."
        yield Finding("same-objective", "certain", evidence, numbers)
    else:
        yield Finding("loss-sign", "certain", f"{said}: G makes its samples worse.", numbers)


def _is_same(d, g):
    """Whether G's loss is D's on fake scores, up to a constant and a factor."""
    places = np.array([-2.0, -0.5, 0.5, 2.0])
    of_d = np.array([_slopes(d, 0.0, s)[1] for s in places])
    of_g = np.array([_slopes(g, 0.0, s)[1] for s in places])
    linear_ = np.ptp(of_d) < 1e-4 and np.ptp(of_g) < 1e-4
    return not linear_ and np.ptp(of_g / of_d) < 1e-3


def _sigmoid_twice(d, bounded):
    """Scores that are probabilities already, in a loss that takes any number."""
    if not bounded or bounded != (0.0, 1.0):
        return
    best, half = at_scores(d, 1.0, 0.0), at_scores(d, 0.5, 0.5)
    goes_on = at_scores(d, 8.0, -8.0)
    if np.isfinite(goes_on) and goes_on < best - 0.1 and best > 0.3 * half:
        evidence = (
            f"D's output lies in [0, 1], and where it is perfect (1 for real, 0 for fake) its loss "
            f"is still {best:.2f}, beside {half:.2f} where it knows nothing: the loss takes logits."
        )
        yield Finding("sigmoid-twice", "certain", evidence, {"perfect": best, "half": half})


def _far(loss, name, of_d):
    """What happens where a player is very sure."""
    real, fake = (HIGH, -HIGH) if of_d else (0.0, HIGH)
    here, there = np.array(_slopes(loss, 0.0, 0.0)), np.array(_slopes(loss, real, fake))
    value = at_scores(loss, real, fake)
    straight = np.allclose(here, there, atol=1e-3)
    if not straight and value < -1 and np.abs(there).max() > 1e-3 and _has_labels(loss, of_d):
        evidence = (
            f"The loss of the {name} falls without end as its scores grow ({value:.1f} at scores "
            f"of {HIGH:g}): a label lies outside of [0, 1]."
        )
        yield Finding("targets-out-of-range", "certain", evidence, {"loss": value})
    elif not straight and value < -HIGH / 2 and of_d:
        evidence = f"D's loss falls without end: {value:.1f} at scores of ±{HIGH:g}."
        yield Finding("unbounded-loss", "likely", evidence, {"loss": value})


def _has_labels(loss, of_d):
    """Whether a loss is a cross-entropy: its slope goes from one limit to another."""
    slopes = [_slopes(loss, s, -s) if of_d else _slopes(loss, 0.0, s) for s in (-HIGH, 0.0, HIGH)]
    part = np.array(slopes)[:, 0 if of_d else 1]
    middle = (part[0] + part[2]) / 2
    return part[2] - part[0] > 1e-3 and abs(part[1] - middle) < 0.02 * abs(part[0] - part[2])


def _saturated(g, sure):
    deep, middle = abs(_slopes(g, 0.0, sure)[1]), abs(_slopes(g, 0.0, 0.0)[1])
    if middle > FLAT and deep < 0.01 * middle:
        evidence = (
            f"Where D is sure of a fake (a score of {sure:g}), G's loss has {deep / middle:.1g} of "
            "the slope that it has at 0: the worse G is, the less it learns."
        )
        yield Finding("saturated", "likely", evidence, {"deep": deep, "middle": middle})


def range_of_d(patient):
    """(0, 1), (-1, 1), another pair of limits, or None where nothing holds D's output."""
    if isinstance(patient.discriminator, keras.Model) and hasattr(patient.discriminator, "inputs"):
        known = output_range(patient.discriminator)
        if known:
            low, high, _ = known
            return None if high - low > 10 else (round(low, 3), round(high, 3))
    x, told = patient.batch()
    scales = (1.0, 30.0, 1e3, -1.0, -30.0, -1e3)
    try:
        scores = np.concatenate([
            patient.score((scale * x).astype("float32"), told).numpy().ravel() for scale in scales
        ])  # fmt: skip
    except Exception:
        return None
    if not np.isfinite(scores).all() or np.abs(scores).max() > 1.001:
        return None
    return (0.0, 1.0) if scores.min() >= 0 else (-1.0, 1.0)


def _signs(real, fake):
    return tuple(0 if s is None or abs(s) < FLAT else int(np.sign(s)) for s in (real, fake))


def _number(value):
    return "(not given)" if value is None else f"{value:+.3g}"
