"""Penalties on the critic's slope: a given one on critics whose slopes are known, and one that is
heard in the step by what it does to the slopes that it takes."""

import numpy as np
import tensorflow as tf

from .asked import FAKE, REAL, kinds_of, owner_of
from .findings import Finding
from .listening import key, listening
from .patient import in_a_line, trainable_of
from .probing import last_with_weights

NUM = 6  # samples of the probes
LEAST, MOST = 0.02, 2000  # of λ


def check_given(penalty, shape):
    """Findings on a penalty, by critics whose slopes are known. Yields `Finding`s.

    Args:
        penalty: f(critic, x_real, x_fake) → scalar.
        shape: Of a sample.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(NUM, *shape)).astype("float32")
    y = rng.normal(size=(NUM, *shape)).astype("float32")
    try:
        yield from _nan(penalty, x, y)
        away = list(_check_points(_points(penalty, x, y), x, y))
        yield from away
        yield from _norm(penalty, x, y, not away)
    except Exception as error:
        evidence = f"The penalty cannot be computed: {in_a_line(error)}"
        yield Finding("penalty-norm", "worth a look", evidence)


def _of_slope(slope, shape):
    """A critic that is linear, of this slope at each point: x ↦ slope · Σ x / √d."""
    size = float(np.prod(shape))

    def critic(x, training=False):
        flat = tf.reshape(x, (tf.shape(x)[0], -1))
        return slope * tf.reduce_sum(flat, axis=1, keepdims=True) / np.sqrt(size)

    return critic


def _square(scale):
    """A critic of slope scale · ‖x‖ at x: x ↦ scale · ‖x‖² / 2."""

    def critic(x, training=False):
        flat = tf.reshape(x, (tf.shape(x)[0], -1))
        return scale * tf.reduce_sum(flat**2, axis=1, keepdims=True) / 2

    return critic


def _nan(penalty, x, y):
    """Its gradient where the slope is 0: a root of 0 has none."""
    weight = tf.Variable(0.0)

    def critic(inputs, training=False):
        flat = tf.reshape(inputs, (tf.shape(inputs)[0], -1))
        return weight * tf.reduce_sum(flat, axis=1, keepdims=True)

    with tf.GradientTape() as tape:
        value = penalty(critic, tf.constant(x), tf.constant(y))
    slope = tape.gradient(value, weight)
    if slope is not None and not np.isfinite(float(slope)):
        evidence = "Where D's slope is 0, the gradient of the penalty is NaN: √0 has none."
        yield Finding("penalty-nan", "certain", evidence)


def _points(penalty, x, y):
    """The points at which the penalty asks the critic."""
    seen, linear = [], _of_slope(1.0, x.shape[1:])

    def critic(inputs, training=False):
        seen.append(inputs.numpy() if hasattr(inputs, "numpy") else None)
        return linear(inputs)

    penalty(critic, tf.constant(x), tf.constant(y))
    found = [s for s in seen if s is not None and s.shape == x.shape]
    return found[-1] if found else None


def _check_points(points, x, y):
    """Between a real and a fake sample, on the line, each at a place of its own."""
    if points is None:
        return
    num = len(points)
    at, real, fake = (part.reshape(num, -1).astype("float64") for part in (points, x, y))
    line = real - fake
    size = np.linalg.norm(line, axis=1)
    place = ((at - fake) * line).sum(axis=1) / size**2
    away = np.linalg.norm(at - fake - place[:, None] * line, axis=1) / size
    ends = np.allclose(place, 1, atol=1e-4) or np.allclose(place, 0, atol=1e-4)
    numbers = {"place": place.tolist(), "away": float(away.max())}
    if away.max() < 1e-4 and ends:
        return  # R1 or R2, at the samples themselves
    near_real = np.linalg.norm(at - real, axis=1).max() < 0.5 * size.min()
    if away.max() > 1e-3 and not near_real:
        evidence = (
            f"The slope is taken up to {away.max():.2g} of their distance beside the line between "
            "a real and a fake sample: ε is drawn for each pixel, or not for a pair."
        )
        yield Finding("penalty-points", "likely", evidence, numbers)
    elif away.max() <= 1e-3 and np.ptp(place) < 1e-4:
        evidence = f"All samples have the same place ε = {place[0]:.2f} between real and fake."
        yield Finding("penalty-points", "likely", evidence, numbers)
    elif away.max() <= 1e-3 and (place.min() < -1e-3 or place.max() > 1.001):
        evidence = (
            f"Slopes are taken at ε from {place.min():.2f} to {place.max():.2f}, outside of the "
            "line between real and fake."
        )
        yield Finding("penalty-points", "likely", evidence, numbers)


def _norm(penalty, x, y, at_samples):
    """The penalty of critics of slopes 0.5, 1, 2 and 4, and of one whose slopes differ."""
    shape = x.shape[1:]

    def of(critic, real=x, fake=y):
        value = penalty(critic, tf.constant(real), tf.constant(fake))
        return float(tf.reduce_mean(tf.cast(value, "float64")))

    half, one, two, four = (of(_of_slope(s, shape)) for s in (0.5, 1.0, 2.0, 4.0))
    numbers = {"0.5": half, "1": one, "2": two, "4": four}
    said = f"Critics of slope 0.5, 1, 2 and 4 get {half:.3g}, {one:.3g}, {two:.3g} and {four:.3g}"
    weight = four / 9 if abs(one) < 1e-3 * abs(four) else four / 16
    if four < 0:
        yield Finding("penalty-weighting", "certain", f"{said}: steep ones are rewarded.", numbers)
        return
    two_sided = _near((half, one, two), (weight / 4, 0, weight), four)
    one_sided = _near((half, one, two), (0, 0, weight), four)
    squared = _near((half, one, two), (weight / 4, weight, weight * 4), four)
    if not (two_sided or one_sided or squared):
        evidence = (
            f"{said}: neither (slope - 1)² nor slope², so the norm is not that of each sample's "
            "own gradient over all its axes."
        )
        yield Finding("penalty-norm", "certain", evidence, numbers)
        return
    yield from _weight(weight, f"{said}: its weight is")
    if not at_samples:
        return
    # slopes that differ from sample to sample, at points that are the samples themselves
    sizes = np.linalg.norm(x.reshape(NUM, -1).astype("float64"), axis=1)
    slopes = np.linspace(0.5, 2.0, NUM)
    far = (x * (slopes / sizes).reshape(-1, *[1] * len(shape))).astype("float32")
    found = of(_square(1.0), far, far)
    expected = {
        "two": weight * ((slopes - 1) ** 2).mean(),
        "one": weight * (np.maximum(slopes - 1, 0) ** 2).mean(),
        "squared": weight * (slopes**2).mean(),
    }["two" if two_sided else "one" if one_sided else "squared"]
    if abs(found - expected) > 0.02 * expected + 1e-6 * four:
        evidence = (
            f"Of slopes from 0.5 to 2 the penalty is {found:.3g}, the mean over samples would be "
            f"{expected:.3g}: the square is taken outside of the mean, or over the whole batch."
        )
        yield Finding("penalty-norm", "certain", evidence, {"found": found, "expected": expected})


def _near(found, expected, scale):
    return np.allclose(found, expected, atol=0.02 * abs(scale) + 1e-9)


def _weight(weight, said):
    if not LEAST < weight < MOST:
        evidence = f"{said} {weight:.2g}; 10 is usual, or .1 to 10 for R1."
        severity = "certain" if weight < 0 else "likely"
        yield Finding("penalty-weighting", severity, evidence, {"weight": weight})


# Heard in the step


def is_heard(heard):
    """Whether a step takes D's slope at samples and puts it into a loss."""
    return any(w is not None for each in heard[:1] for t in each.taken for w in t.of_slopes)


def check_heard(patient, heard):
    """Findings on a penalty in the step. Yields `Finding`s.

    D's last layer is stretched, so that slopes of several sizes come; from the loss's dependence on
    each slope follows what the penalty makes of its norm.
    """
    points, real, fake = _pairs(patient, heard[0])
    away = []
    if points is not None and real is not None and fake is not None:
        away = list(_check_points(points, real, fake))
    yield from away
    x, told = patient.batch()
    last = last_with_weights(patient.discriminator, lambda: patient.score(x, told))
    if last is None:
        return
    held, rows, stretch = [np.array(w) for w in last.get_weights()], [], 1.0
    for _ in range(3):
        with patient.for_now(), listening(patient.players) as again:
            last.set_weights([stretch * w for w in held])
            try:
                patient.step()
            except Exception:
                return
        slopes, pulls = _slopes_and_pulls(patient, again)
        if slopes is None:
            return
        rows.append((slopes, pulls))
        size = np.median(np.linalg.norm(slopes, axis=1))
        if size == 0 or not np.isfinite(pulls).all():
            break
        stretch *= {1: 0.6, 2: 1.7, 3: 1.0}[len(rows)] / size
    yield from _nan_in_step(patient, last, held)
    yield from _of_norms(rows)


def _pairs(patient, heard):
    """The points at which slopes are taken, and the real and fake samples that D saw."""
    shape = patient.real.shape[1:]
    made = [np.asarray(call.output) for call in heard.of("generator")]
    real = fake = None
    for call in heard.of("discriminator"):
        x = np.asarray(call.inputs[0])
        if x.shape[1:] != shape:
            continue
        kinds = kinds_of(x, patient.real, made)
        real = x if real is None and (kinds == REAL).all() else real
        fake = x if fake is None and (kinds == FAKE).all() else fake
    points = [np.asarray(s.points) for s in heard.slopes if tuple(s.points.shape[1:]) == shape]
    points = points[0] if points else None
    if points is None or real is None or fake is None or len({*map(len, (points, real, fake))}) > 1:
        return None, None, None
    return points, real, fake


def _slopes_and_pulls(patient, heard):
    """Slopes at samples, and the loss's dependence on each, times the number of samples."""
    own = {"discriminator": {key(v) for v in trainable_of(patient.discriminator)}}
    for taken in heard.taken:
        if owner_of(taken.sources, own) != "discriminator":
            continue
        for slope, pull in zip(heard.slopes, taken.of_slopes):
            if pull is not None:
                flat = [np.asarray(p, "float64").reshape(len(p), -1) for p in (slope.values, pull)]
                return flat[0], flat[1] * len(flat[1])
    return None, None


def _nan_in_step(patient, last, held):
    with patient.for_now(), listening(patient.players) as heard:
        last.set_weights([0 * w for w in held])
        try:
            patient.step()
        except Exception:
            return
    _, pulls = _slopes_and_pulls(patient, heard)
    if pulls is not None and not np.isfinite(pulls).all():
        evidence = "Where D's slope is 0, the gradient of the penalty is NaN: √0 has none."
        yield Finding("penalty-nan", "certain", evidence)


def _of_norms(rows):
    """λ (‖s‖ - 1)², its one-sided form, and λ ‖s‖² pull along s: by 2λ (‖s‖ - 1), or 2λ ‖s‖."""
    slopes, pulls = (np.concatenate(parts) for parts in zip(*rows))
    norms = np.linalg.norm(slopes, axis=1)
    good = np.isfinite(pulls).all(axis=1) & (norms > 1e-6)
    slopes, pulls, norms = slopes[good], pulls[good], norms[good]
    if len(norms) < 4 or np.abs(pulls).max() == 0:
        return
    along = (slopes * pulls).sum(axis=1) / norms
    beside = np.linalg.norm(pulls - (along / norms)[:, None] * slopes, axis=1)
    shapes = {"(slope - 1)²": norms - 1, "max(0, slope - 1)²": np.maximum(norms - 1, 0),
              "slope²": norms}  # fmt: skip
    fits = {}
    for name, shape in shapes.items():
        weight = (along @ shape) / (shape @ shape) if shape.any() else 0.0
        fits[name] = np.abs(along - weight * shape).max() / np.abs(along).max(), weight / 2
    misfit, weight = min(fits.values())
    aside = float(beside.max() / np.linalg.norm(pulls, axis=1).max())
    numbers = {"aside": aside, "misfit": misfit, "weight": weight}
    if max(aside, misfit) > 0.02:
        evidence = (
            "What the penalty does to the slopes in the step fits neither (slope - 1)² nor slope² "
            f"(off by {max(misfit, aside):.0%}): the norm is not that of each sample's own "
            "gradient over all its axes, or the square stands outside of the mean."
        )
        yield Finding("penalty-norm", "certain", evidence, numbers)
    else:
        yield from _weight(weight, "The penalty in the step has the weight")
