"""Losses: which way each pushes the scores, and how hard, measured by their gradients.

An objective is a function of one score for all real samples and one for all fake ones; it returns
the loss's slopes at each real and at each fake score, as two arrays. `given` makes one of a loss
that was given, `asked.Asked.of` one of a step.
"""

import contextlib
import inspect

import numpy as np
import tensorflow as tf

from . import probing
from .asked import Unheard
from .findings import Finding
from .patient import in_a_line

DEEP, HIGH, NEUTRAL = -8.0, 50.0, 0.5
LOST, LITTLE = -6.0, 0.006  # a fake that D is sure of; and a share of the slope at 0
SURE = 12.0  # the logit of a probability that float32 still tells from 1
FLAT = 1e-6
NUM = 64


def check(patient, asked=None):
    """Findings on the losses that were given, and on those that a step takes. Yields `Finding`s.

    Args:
        patient: A `Gan`.
        asked: Its step as `Asked`, or None.
    """
    losses, found = patient.losses, []
    broken = list(_broken(losses))
    yield from broken
    if losses and not broken:
        found = list(_reduced({n: value(loss, *_scores()).shape for n, loss in losses.items()}))
        objectives = {name: given(loss) for name, loss in losses.items()}
        yield from found or (found := list(_examined(patient, objectives)))
    if asked and asked.works and all(f.severity == "worth a look" for f in found):
        objectives = {name: asked.of(name) for name in asked.players}
        seen = {f.code for f in found}
        found = list(_reduced(asked.shapes)) or _examined(patient, objectives)
        with contextlib.suppress(Unheard):  # a step that depends on its scores
            yield from (f for f in found if f.code not in seen)


def _broken(losses):
    """Losses that cannot be computed at all."""
    for name, loss in losses.items():
        try:
            given(loss)(0.5, 0.4)
        except Exception as error:
            evidence = f"The loss of the {name} cannot be computed: {in_a_line(error)}"
            yield Finding("step-fails", "certain", evidence)


def given(loss, num=NUM):
    """The objective of a loss that is a function of scores; a generator's may take fake ones alone.

    Args:
        loss: f(real_scores, fake_scores) or f(fake_scores).
        num: How many scores of each.
    """

    def slopes(real, fake):
        scores = [tf.fill((num, 1), tf.cast(s, tf.float32)) for s in (real, fake)]
        with tf.GradientTape() as tape:
            tape.watch(scores)
            total = value(loss, *scores)
        found = tape.gradient(total, scores)
        return [np.zeros(num) if s is None else s.numpy().ravel().astype("float64") for s in found]

    return slopes


def is_linear(objectives):
    """Whether D's loss is that of a Wasserstein critic: of the same slope everywhere."""
    d = objectives.get("discriminator")
    if not d:
        return False
    with contextlib.suppress(Unheard):
        slopes = np.array([_sums(d, *at) for at in ((0.0, 0.0), (HIGH, -HIGH), (-HIGH, HIGH))])
        return bool(np.allclose(slopes, slopes[0], atol=1e-4) and np.abs(slopes[0]).min() > FLAT)
    return False


def in_logits(objective):
    """A loss of probabilities as one of logits, by the chain rule through the sigmoid."""

    def slopes(real, fake):
        p, q = (1 / (1 + np.exp(-np.clip(s, -SURE, SURE))) for s in (real, fake))
        of_real, of_fake = objective(p, q)
        return of_real * p * (1 - p), of_fake * q * (1 - q)

    return slopes


def _examined(patient, objectives):
    """Findings on objectives, in the order of causes."""
    bounded = range_of_d(patient)
    d, g = objectives.get("discriminator"), objectives.get("generator")
    if bounded == (0.0, 1.0):
        twice = list(_sigmoid_twice(patient, d)) if d else []
        yield from twice
        if any(f.severity == "certain" for f in twice):
            return
        d, g = (in_logits(o) if o else None for o in (d, g))
    found = list(_directions(d, g, NEUTRAL))
    yield from found
    if found:
        return
    if d:
        yield from _far(d, "discriminator", True)
        yield from _unequal(d)
    if g:
        yield from _far(g, "generator", False)
        turned = bool(d) and _sums(d, NEUTRAL, NEUTRAL)[0] > 0  # D calls fake ones 1
        yield from _saturated(g, -LOST if turned else LOST)


def _scores():
    scores = tf.random.stateless_normal((6, 1), (1, 2))
    return scores, scores[::-1]


def value(loss, real, fake):
    """A loss of real and fake scores; a generator's may take the fake ones alone."""
    try:
        num = len([p for p in inspect.signature(loss).parameters.values()
                   if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)])  # noqa: E501  # fmt: skip
    except (TypeError, ValueError):
        num = 2
    return tf.convert_to_tensor(loss(fake) if num == 1 else loss(real, fake))


def _sums(objective, real, fake):
    """The slopes summed over the batch, as floats."""
    return [float(np.sum(part)) for part in objective(real, fake)]


def _reduced(shapes):
    for name, shape in shapes.items():
        if any(size != 1 for size in shape):
            evidence = f"The loss of the {name} has the shape {tuple(shape)}, one for each score."
            yield Finding("loss-not-reduced", "certain", evidence, {"shape": tuple(shape)})


def _directions(d, g, at):
    """Which way each loss pushes; D may call real 0 and fake 1 if G agrees."""
    d_real, d_fake = _sums(d, at, at) if d else (None, None)
    g_real, g_fake = _sums(g, at, at) if g else (None, None)
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
    of_d = np.array([_sums(d, 0.0, s)[1] for s in places])
    of_g = np.array([_sums(g, 0.0, s)[1] for s in places])
    linear = np.ptp(of_d) < 1e-4 and np.ptp(of_g) < 1e-4
    both = (np.abs(of_d) > FLAT) & (np.abs(of_g) > FLAT)
    alike = ((np.abs(of_d) > FLAT) == (np.abs(of_g) > FLAT)).all() and both.any()
    return bool(not linear and alike and np.ptp(of_g[both] / of_d[both]) < 1e-3)


def _sigmoid_twice(patient, d):
    """Scores that are probabilities already, in a loss that takes logits and does not see it."""
    if not _is_logistic(d):
        return
    (x, told), loss = patient.batch(), patient.losses.get("discriminator")

    def of_given(bias):
        if loss is None:
            return None
        with tf.GradientTape() as tape:
            scores = patient.score(x, told, training=True)
            total = loss(scores, tf.stop_gradient(scores))  # of real samples: both would cancel
        return tf.reduce_sum(tape.gradient(total, bias))

    slope = probing.slope_at_deep(
        patient, patient.discriminator, lambda: patient.score(x, told), of_given, DEEP
    )
    weight = np.abs(_sums(d, 0.0, 0.0)).max()
    if slope is None:
        shrunk = float(np.exp(DEEP)) / 2
    elif abs(slope) > 0.1 * weight:
        evidence = (
            "D ends in a sigmoid and its loss takes logits; Keras sees it here and takes the "
            f"logits from before it: the slope at a logit of {DEEP:g} is {abs(slope):.2g}."
        )
        yield Finding("sigmoid-twice", "worth a look", evidence, {"slope": slope})
        return
    else:
        shrunk = abs(slope) / (2 * weight)
    evidence = (
        f"D's output lies in [0, 1], and its loss takes logits: at a logit of {DEEP:g} its slope "
        f"is {shrunk:.1g} of what it would be without the second sigmoid."
    )
    yield Finding("sigmoid-twice", "certain", evidence, {"slope": slope})


def _is_logistic(d):
    """Whether a loss is a cross-entropy of logits: bounded slopes, symmetrical about half way."""
    rows = [d(s, -s)[0].mean() for s in (-HIGH, -HIGH / 2, 0.0, HIGH / 2, HIGH)]
    if not np.isfinite(rows).all():
        return False
    rise = rows[-1] - rows[0]
    flat = abs(rows[1] - rows[0]) + abs(rows[-1] - rows[-2]) < 0.02 * abs(rise)
    return rise > FLAT and flat and abs(rows[2] - (rows[0] + rows[-1]) / 2) < 0.1 * rise


def _far(objective, name, of_d):
    """What happens where a player is very sure: the labels of a cross-entropy show there."""
    slopes = [objective(*at) for at in ((-HIGH, HIGH), (0.0, 0.0), (HIGH, -HIGH))]
    for part in (0, 1) if of_d else (1,):
        low, middle, high = (rows[part] for rows in (slopes if part == 0 else slopes[::-1]))
        if not all(len(rows) and np.isfinite(rows).all() for rows in (low, middle, high)):
            continue
        rise = high.mean() - low.mean()
        if rise <= FLAT:
            continue
        logistic = abs(middle.mean() - (high.mean() + low.mean()) / 2) < 0.1 * rise
        labels = 1 - high.min() / rise, -low.max() / rise  # the highest and the lowest of them
        if logistic and (labels[0] > 1.01 or labels[1] < -0.01):
            wrong = labels[0] if labels[0] > 1.01 else labels[1]
            evidence = (
                f"The loss of the {name} is a cross-entropy with a label of {wrong:.2f} for "
                f"{('real', 'fake')[part]} samples: it falls without end as the scores grow."
            )
            yield Finding("targets-out-of-range", "certain", evidence, {"label": wrong})
            return
    here, there = (np.array([part.sum() for part in rows]) for rows in slopes[1:])
    here = np.abs(here).max()
    if of_d and there[0] < -2 * here - 0.01:
        evidence = (
            f"D's loss falls without end, and ever faster: at scores of ±{HIGH:g} its slope is "
            f"{there[0]:.2g}, {here:.2g} at 0."
        )
        yield Finding("unbounded-loss", "likely", evidence, {"slope": there[0]})


def _unequal(d):
    """One part of D's loss is a mean, the other a sum."""
    rows = d(0.0, 0.0)
    real, fake = (abs(part.sum()) for part in rows)
    num = min(len(part) for part in rows)
    if num >= 4 and min(real, fake) > FLAT and max(real, fake) / min(real, fake) > 0.7 * num:
        evidence = (
            f"At a score of 0 the real part of D's loss has the slope {real:.2g} and the fake part "
            f"{fake:.2g}: one is a mean over {num} samples, the other a sum."
        )
        yield Finding("mean-for-sum", "certain", evidence, {"real": real, "fake": fake})


def _saturated(g, sure):
    deep, middle = abs(_sums(g, 0.0, sure)[1]), abs(_sums(g, 0.0, 0.0)[1])
    if middle > FLAT and deep < LITTLE * middle:
        evidence = (
            f"Where D is sure of a fake (a score of {sure:g}), G's loss has {deep / middle:.1g} of "
            "the slope that it has at 0: the worse G is, the less it learns."
        )
        yield Finding("saturated", "likely", evidence, {"deep": deep, "middle": middle})


def range_of_d(patient):
    """(0, 1), (-1, 1), another pair of limits, or None where D's output is open on a side."""
    x, told = patient.batch()
    found = probing.range_of(patient.discriminator, lambda: patient.score(x, told))
    return found if found and np.isfinite(found).all() else None


def _signs(real, fake):
    return tuple(0 if s is None or abs(s) < FLAT else int(np.sign(s)) for s in (real, fake))


def _number(value):
    return "(not given)" if value is None else f"{value:+.3g}"
