"""The critic: its penalty on critics whose slopes are known, and its output."""

import numpy as np
import tensorflow as tf
from keras import layers

from . import objectives, updates
from .findings import Finding
from .patient import in_a_line, layers_of

NUM = 6  # samples of the probes
FLAT, STEEP = 1e-3, 1e3  # slopes of a clipped critic beyond which G learns nothing from it


def check(patient, moves=None):
    """Findings on the penalty, and on a critic with a Wasserstein loss. Yields `Finding`s."""
    if patient.penalty:
        yield from _penalty(patient)
    wasserstein = objectives.linear(patient.losses)
    if wasserstein:
        bounds = objectives.range_of_d(patient)
        if bounds:
            evidence = (
                f"D's output lies in [{bounds[0]:g}, {bounds[1]:g}], but its loss is a difference "
                "of mean scores, which estimates a distance only if scores know no limit."
            )
            yield Finding("critic-bounded", "certain", evidence)
    clipped = updates.clipping(patient.discriminator) if moves and moves.error is None else None
    slope = _slope(patient) if clipped else 1.0
    if clipped and not FLAT < slope < STEEP:
        evidence = (
            f"{clipped[0]:.0%} of D's weights are clipped at ±{clipped[1]:.3g}, and its slope at "
            f"real samples is {slope:.1g}: {'nothing' if slope < 1 else 'an explosion'} reaches G."
        )
        numbers = {"share": clipped[0], "slope": slope}
        yield Finding("clipping-saturates", "likely", evidence, numbers)
    if wasserstein and not patient.penalty and not clipped:
        evidence = (
            "D's loss is a difference of mean scores, and nothing bounds its slope: no penalty was "
            "given, and no weight was clipped in the steps."
        )
        yield Finding("penalty-missing", "certain" if moves else "likely", evidence)
    if wasserstein or patient.penalty:
        yield from _dependent(patient)


def _slope(patient):
    """The median norm of D's gradient at real samples."""
    return float(np.median(np.linalg.norm(patient.slopes(16), axis=1)))


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


# The penalty, on critics of known slopes


def _penalty(patient):
    shape = patient.real.shape[1:]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(NUM, *shape)).astype("float32")
    y = rng.normal(size=(NUM, *shape)).astype("float32")
    try:
        yield from _nan(patient.penalty, x, y)
        points = _points(patient.penalty, x, y)
        yield from _check_points(points, x, y)
        yield from _norm(patient.penalty, x, y)
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
    return [s for s in seen if s is not None and s.shape == x.shape]


def _check_points(points, x, y):
    """Between a real and a fake sample, on the line, each at a place of its own."""
    if not points:
        return
    at = points[-1].reshape(NUM, -1).astype("float64")
    real, fake = (part.reshape(NUM, -1).astype("float64") for part in (x, y))
    line = real - fake
    place = ((at - fake) * line).sum(axis=1) / (line**2).sum(axis=1)
    away = np.linalg.norm(at - fake - place[:, None] * line, axis=1) / np.linalg.norm(line, axis=1)
    ends = np.allclose(place, 1, atol=1e-4) or np.allclose(place, 0, atol=1e-4)
    numbers = {"place": place.tolist(), "away": float(away.max())}
    if away.max() < 1e-4 and ends:
        return  # R1 or R2, at the samples themselves
    near_real = np.linalg.norm(at - real, axis=1).max() < 0.5 * np.linalg.norm(line, axis=1).min()
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


def _norm(penalty, x, y):
    """The penalty of critics of slopes 0.5, 1 and 2, and of one whose slopes differ."""
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
    if not 0.02 < weight < 2000:
        evidence = f"{said}: its weight is {weight:.2g}; 10 is usual, or .1 to 10 for R1."
        yield Finding("penalty-weighting", "likely", evidence, {"weight": weight})
    # slopes that differ from sample to sample, at points that are the samples themselves
    sizes = np.linalg.norm(x.reshape(NUM, -1).astype("float64"), axis=1)
    far = (x * (np.linspace(0.5, 2.0, NUM) / sizes).reshape(-1, *[1] * len(shape))).astype(
        "float32"
    )
    slopes = np.linspace(0.5, 2.0, NUM)
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
