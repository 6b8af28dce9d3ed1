"""Exercises of lesson 03: losses from scores, their slopes, and where a penalty looks."""

import numpy as np
import tensorflow as tf
from keras import ops, random
from scipy import stats
from scipy.special import expit

from .. import losses
from .exercise import examined, formula, value
from .numbers import Wrong, expect, expect_function, expect_shape, expect_two, to_numbers


def _verify_labels(answer):
    numbers = to_numbers(answer)
    if numbers.shape != (3,):
        return  # told below
    b, c, slope = numbers
    expect((b, c) != (1, 1), "b = c = 1 are the usual labels, with a = 0; here b - c must be 1.")
    expect(abs(b + 1 - 2) < 1e-6, f"b - a is {b + 1:.3g} with your b and a = -1; it must be 2.")
    expect(abs(b - c - 1) < 1e-6, f"b - c is {b - c:.3g} with your b and c; it must be 1.")
    expect(
        abs(slope + c) < 1e-6,
        f"b and c are right; the slope of ½(s - c)² at s = 0 is not {slope:.3g}: differentiate.",
    )


@value(
    task="Give (b, c, slope of L_G at the score 0) of the LSGAN that minimises a Pearson χ².",
    hints=(
        "Two equations, two unknowns: b - c = 1 and b - a = 2, with a = -1.",
        "The slope of ½(s - c)² is s - c.",
    ),
    shows="With these labels G is content at the score 0, half-way between fake and real.",
    wrong={},
    parts=("b", "c", "the slope at 0"),
    verify=_verify_labels,
)
def pearson_labels():
    return 1.0, 0.0, 0.0


def _labelled(rng, num):
    shape = (num, 1)
    return rng.integers(0, 2, shape).astype("float32"), rng.normal(0, 3, shape).astype("float32")


def _cross_entropy(labels, probabilities, least=0.0):
    labels = np.asarray(labels)
    probabilities = np.clip(probabilities, least, 1 - least)
    return -labels * np.log(probabilities) - (1 - labels) * np.log(1 - probabilities)


@formula(
    task="Write the cross-entropy of labels and logits, one value a sample, for any logit.",
    hints=(
        "Put D = σ(l) into BCE and let the exponentials cancel, as the lesson does.",
        "softplus(l) = log(1 + eˡ) is `ops.softplus`; it knows no overflow.",
        "softplus(l) - y·l.",
    ),
    shows="It holds at ±120, too: with a sigmoid first, the logarithm would have been lost there.",
    inputs=_labelled,
    wrong={
        "The labels are swapped: 1 means real.": (
            lambda y, x: losses.binary_cross_entropy(1 - y, x)
        ),
        "This is the mean of the batch; one value for each sample was asked for.": (
            lambda y, x: ops.mean(losses.binary_cross_entropy(y, x))
        ),
        "The logits are taken for probabilities, without a sigmoid.": (
            lambda y, x: _cross_entropy(y, np.asarray(x))
        ),
        "The logits are taken for probabilities: `from_logits=True` is missing, and Keras cuts "
        "them to [0, 1].": lambda y, x: _cross_entropy(y, np.asarray(x), np.float32(1e-7)),
        "The two arguments have changed places: labels first, then logits.": (
            lambda y, x: losses.binary_cross_entropy(x, y)
        ),
        "The sign of y·l is turned.": lambda y, x: losses.binary_cross_entropy(-y, x),
        "Only the term of real samples is there; fake ones cost softplus(l).": (
            lambda y, x: y * ops.softplus(-x)
        ),
        "The label is not used: all samples are treated as real.": (
            lambda y, x: ops.softplus(-x)
        ),
        "The sigmoid is applied twice: softplus already holds one.": (
            lambda y, x: losses.binary_cross_entropy(y, ops.sigmoid(x))
        ),
        "The sign is turned: a loss of cross-entropy is never negative.": (
            lambda y, x: -losses.binary_cross_entropy(y, x)
        ),
        "Right for small logits; at ±120 the sigmoid is rounded to 0 or 1, and the logarithm is "
        "lost. Use softplus.": lambda y, x: _cross_entropy(y, expit(x)),
        "Right for small logits; a clipped probability caps the cost at 16, and beyond that no "
        "gradient is left. Use softplus.": lambda y, x: _cross_entropy(y, expit(x), 1e-7),
        "Right for small logits; e to the 120 overflows in float32. softplus does not.": (
            lambda y, x: np.log(1 + np.exp(np.asarray(x, "float32"))) - np.asarray(y) * x
        ),
    },
    also={
        "logits of ±120": (
            np.float32([[1], [0], [1], [0]]), np.float32([[-120], [120], [120], [-120]]),
        )
    },
)  # fmt: skip
def cross_entropy(labels, logits):
    return ops.softplus(logits) - labels * logits


GRID = np.linspace(-8, 8, 65).astype("float32") + 0.0371  # off the numbers where kinks lie


def _loss_and_slope(answer, logits):
    found = answer(tf.constant(logits))
    expect_two(found, "things", "loss, slope")
    loss, slope = map(to_numbers, found)
    slope = slope if slope.ndim else np.full(logits.shape, slope)  # such as -1.0
    for name, numbers in (("loss", loss), ("slope", slope)):
        expect_shape(numbers, logits.shape, f"Look at the {name}: ")
        bad = ~np.isfinite(numbers)
        expect(
            not bad.any(),
            f"The {name} is not finite at the logit {logits[bad][:1].sum():.2g}; a logit may be "
            "any number, negative too.",
        )
    return loss, slope


def _close(slopes, others):
    return np.abs(slopes - others) <= 5e-3 + 5e-3 * np.abs(others)


def _examine_own_loss(answer, step=0.02):
    expect_function(answer)
    for num in (5, 1, 64):
        _loss_and_slope(answer, GRID[:num])
    _, slope = _loss_and_slope(answer, GRID)
    left, right = (_loss_and_slope(answer, GRID + h)[0] for h in (-step, step))
    true_slope = (right - left) / (2 * step)
    expect(np.abs(true_slope).max() > 1e-3, "The loss is the same for every logit: G cannot learn.")
    _expect_slope(slope, true_slope)
    rising = (GRID < 0) & (true_slope >= 0)
    expect(
        not rising.any(),
        f"At the logit {GRID[rising].max(initial=-9):.2f} the loss does not fall (slope "
        f"{true_slope[rising].max(initial=0):.2g}); below 0 it must, or G would be content with "
        "fakes.",
    )
    at = int(np.argmin(np.abs(GRID + 6)))
    expect(
        true_slope[at] < -0.1,
        f"Too flat at the logit -6, where D is sure of a fake: there the slope of the loss is "
        f"{true_slope[at]:.2g}. Expected below -0.1.",
    )


def _expect_slope(slope, true_slope):
    """Raise Wrong, with the mistake if it is known, unless the slope is that of the loss."""
    if _close(slope, true_slope).all():
        return
    worst = np.argmax(np.abs(slope - true_slope))
    said = (
        f"At the logit {GRID[worst]:.2f} got {slope[worst]:.3g}; the loss has "
        f"{true_slope[worst]:.3g}."
    )
    for mended, why in (
        (-slope, "The slope has its sign turned."),
        (slope * len(GRID), "This is the slope of the batch's mean; here each sample counts by "
         "itself."),
        (slope * expit(GRID) * expit(-GRID), "This is the derivative in D's probability; asked is "
         "the one in the logit."),
    ):  # fmt: skip
        expect(not _close(mended, true_slope).all(), f"{why} {said}")
    raise Wrong(f"The slope is not that of this loss. {said}")


@examined(
    task="Invent a loss for G, and write its slope by hand: falling up to 0, and alive at -6.",
    hints=(
        "Many functions of the logit fall and are steep far to the left; draw one.",
        "Take its derivative in l, on paper, and write both.",
        "(l - 3)²/10 with (l - 3)/5 will do, or softplus(-l) with -σ(-l).",
    ),
    shows="A loss for G must fall while D says fake; times D's slope it is what moves a sample.",
    examine=_examine_own_loss,
    seconds=5,
)
def my_loss(logits):
    return ops.softplus(-logits), -ops.sigmoid(-logits)


def _examine_points_between(answer):
    expect_function(answer)
    for shape in ((5, 28, 28, 1), (1, 2), (4000, 3)):
        x_real, x_fake = (
            random.normal(shape, seed=seed, mean=mean) for seed, mean in ((1, 0.0), (2, 5.0))
        )
        draws = [to_numbers(answer(x_real, x_fake, seed)) for seed in (3, 4)]
        expect_shape(draws[0], shape, f"For x of {shape}, ")
        epsilon = _epsilon_of(draws[0], np.asarray(x_real, float), np.asarray(x_fake, float))
    _expect_uniform(epsilon)
    expect(
        not np.allclose(*draws), "Two seeds gave the same points: give the seed to the draw of ε."
    )
    again = to_numbers(answer(x_real, x_fake, 3))
    expect(np.allclose(draws[0], again), "The same seed gave other points: pass `seed=seed` on.")


def _epsilon_of(points, real, fake):
    """The weight of each real sample; all numbers of a sample must share it."""
    share = ((points - fake) / (real - fake)).reshape(len(points), -1)
    expect(np.isfinite(share).all(), "The points are not finite.")
    epsilon = np.median(share, axis=1)
    off_the_line = np.mean(np.abs(share - epsilon[:, None])) > 5e-3
    expect(
        not off_the_line or np.all((share > -0.01) & (share < 1.01)),
        f"For x of {points.shape}, the points leave the line between x and G(z): do their two "
        "weights add up to 1, with the same ε in both?",
    )
    expect(
        not off_the_line,
        f"For x of {points.shape}, the points leave the line: each number of a sample got an ε of "
        "its own. One ε a sample has the shape (batch, 1, …, 1).",
    )
    return epsilon


def _expect_uniform(epsilon):
    """Raise Wrong, with the mistake if it is known, unless the weights are uniform on [0, 1]."""
    expect(
        epsilon.std() > 1e-3 or np.abs(epsilon.mean() - 0.5) > 1e-3,
        "Always the middle: ε is ½ for all. It should be drawn from [0, 1].",
    )
    for end, name in ((1, "real"), (0, "fake")):
        expect(
            not np.allclose(epsilon, end, atol=1e-3), f"These are the {name} samples themselves."
        )
    expect(epsilon.std() > 1e-3, f"One ε for the whole batch, {epsilon[0]:.2f}; draw one a sample.")
    outside = np.mean((epsilon < -1e-3) | (epsilon > 1 + 1e-3))
    expect(
        stats.kstest(epsilon, "norm").statistic >= 0.04,
        f"ε is normal instead of uniform: {outside:.0%} of the points lie outside the stretch "
        "between real and fake.",
    )
    expect(
        outside == 0, f"{outside:.0%} of the points lie outside the stretch between the samples."
    )
    expect(
        stats.kstest(epsilon, "uniform").statistic < 0.04,
        f"ε lies in [0, 1] but is not uniform: mean {epsilon.mean():.2f} (expected 0.50), standard "
        f"deviation {epsilon.std():.2f} (0.29).",
    )


@examined(
    task="Write x̂ = εx + (1-ε)G(z), with one uniform ε for each pair, for images and for points.",
    hints=(
        "`random.uniform(shape, seed=seed)` draws from [0, 1].",
        "One ε a sample: the shape (batch, 1) for points, (batch, 1, 1, 1) for images.",
        "`(x_real.shape[0],) + (1,) * (len(x_real.shape) - 1)` is that shape for both.",
    ),
    shows="Now the penalty looks along the lines from fake to real samples, and never beyond.",
    examine=_examine_points_between,
    seconds=10,
)
def points_between(x_real, x_fake, seed):
    shape = (x_real.shape[0],) + (1,) * (len(x_real.shape) - 1)
    epsilon = random.uniform(shape, seed=seed)
    return epsilon * x_real + (1 - epsilon) * x_fake
