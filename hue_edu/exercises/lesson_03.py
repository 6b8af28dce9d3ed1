"""Exercises of lesson 03: losses from scores, their slopes, and where a penalty looks."""

import numpy as np
import tensorflow as tf
from keras import ops, random
from scipy import stats

from ..answers.numbers import (
    Wrong,
    expect,
    expect_attempt,
    expect_function,
    expect_shape,
    expect_two,
    to_numbers,
)
from .kinds import examined, formula, value
from .mistakes_03 import (
    LARGE_LOGITS,
    NOT_BCE,
    close,
    labelled_logits,
    why_not_the_shape,
    why_not_the_slope,
    why_off_the_line,
)


def _verify_labels(answer):
    expect(
        not isinstance(answer, (tuple, list)) or None not in answer,
        "One of the three is None; give a number for each.",
    )
    numbers = to_numbers(answer)
    expect(
        numbers.shape != (4,) or numbers[0] != -1,
        "a = -1 is given by the task; answer with (b, c, slope) alone.",
    )
    if numbers.shape != (3,):
        return  # told below
    b, c, slope = numbers
    expect((b, c) != (1, 1), "b = c = 1 are the usual labels, with a = 0; here b - c must be 1.")
    expect((b, c) != (0, 1), "b and c have changed places; answer with (b, c, slope).")
    expect((b, c) != (2, 1), "These b and c belong to a = 0; here a = -1.")
    expect((b, c) != (-1, 1), "These look like (a, b, c); answer with (b, c, slope).")
    expect(abs(b + 1 - 2) < 1e-6, f"b - a is {b + 1:.3g} with your b and a = -1; it must be 2.")
    expect(abs(b - c - 1) < 1e-6, f"b - c is {b - c:.3g} with your b and c; it must be 1.")
    remarks = {
        -1: " (It would be with the usual label c = 1.)",
        0.5: " (That is the loss itself at s = b.)",
        1: " (That is the slope at s = b.)",
    }
    expect(
        abs(slope + c) < 1e-6,
        f"b and c are right; the slope of ½(s - c)² at s = 0 is not {slope:.3g}: differentiate."
        f"{remarks.get(slope, '')}",
    )


@value(
    task="Give (b, c, slope of L_G at the score 0) of the LSGAN that minimises a Pearson χ².",
    hints=(
        "There are two equations for two unknowns: b - c = 1 and b - a = 2, with a = -1.",
        "The slope of ½(s - c)² is s - c; put in the score 0 and your c.",
    ),
    shows="With these labels G is content at the score 0, half-way between fake and real.",
    wrong={},
    parts=("b", "c", "the slope at 0"),
    verify=_verify_labels,
)
def pearson_labels():
    return 1.0, 0.0, 0.0


@formula(
    task="Write the cross-entropy of labels and logits, one value per sample, for any logit.",
    hints=(
        "Put D = σ(l) into BCE and let the exponentials cancel, as the lesson does.",
        "softplus(l) = log(1 + eˡ) is `ops.softplus`; it does not overflow.",
        "A fake sample, with y = 0, costs softplus(l). A real one costs less than that by l: which "
        "term is l for y = 1 and 0 for y = 0?",
    ),
    shows="It holds at ±1,000, too: with a sigmoid first, the logarithm would have been lost.",
    inputs=labelled_logits,
    wrong=NOT_BCE,
    also=LARGE_LOGITS,
)
def cross_entropy(labels, logits):
    return ops.softplus(logits) - labels * logits


GRID = np.linspace(-8, 8, 65).astype("float32") + 0.0371  # off the numbers where kinks lie
STEP = 0.02


def _loss_and_slope(answer, logits):
    """Both, as `answer` returns them for a column of logits; raises Wrong unless they can be so."""
    returned = answer(tf.constant(logits[:, None]))
    expect_two(returned, "things", "loss, slope")
    for name, part in zip(("loss", "slope"), returned):
        expect(part is not None, f"The {name} is None; give a number for each logit.")
    loss, slope = map(to_numbers, returned)
    slope = slope if slope.ndim else np.full((len(logits), 1), slope)  # such as -1.0
    for name, numbers in (("loss", loss), ("slope", slope)):
        expect_shape(numbers, (len(logits), 1), f"Look at the {name}: ")
        bad = ~np.isfinite(numbers[:, 0])
        expect(
            not bad.any(),
            f"The {name} is not finite at the logit {logits[bad][:1].sum():.2g}; a logit may be "
            "any number, positive or negative.",
        )
    return loss[:, 0], slope[:, 0]


def _examine_own_loss(answer):
    expect_function(answer)
    for num in (5, 1, 64):
        _loss_and_slope(answer, GRID[:num])
    loss, slope = _loss_and_slope(answer, GRID)
    left, right = (_loss_and_slope(answer, GRID + h) for h in (-STEP, STEP))
    true_slope, bend = ((after - before) / (2 * STEP) for before, after in zip(left, right))
    expect(np.abs(true_slope).max() > 1e-3, "The loss is the same for every logit: G cannot learn.")
    if not close(slope, true_slope).all():
        mirrored = _loss_and_slope(answer, -GRID)[1]
        raise Wrong(why_not_the_slope(GRID, loss, slope, true_slope, bend, mirrored))
    rises = "This loss rises with the logit: to lower it, G would make fakes that D recognises. "
    _expect_falling(true_slope, 1e-3, rises if np.all(true_slope > 0) else "")
    at = int(np.argmin(np.abs(GRID + 6)))
    expect(
        true_slope[at] < -0.1,
        f"Too flat at the logit -6, where D is sure of a fake: there the slope of the loss is "
        f"{true_slope[at]:.2g}. It must be below -0.1.",
    )
    _expect_falling(true_slope, 0.0)


def _expect_falling(true_slope, most, said=""):
    """Raise Wrong, beginning with `said`, if below 0 a slope is `most` or more."""
    rising = (GRID < 0) & (true_slope >= most)
    expect(
        not rising.any(),
        f"{said}At the logit {GRID[rising].max(initial=-9):.2f} the loss does not fall (slope "
        f"{true_slope[rising].max(initial=0):.2g}); below 0 it must, or G would be content with "
        "fakes.",
    )


@examined(
    task="Invent a loss for G, and write its slope by hand; it must fall up to the logit 0, and "
    "its slope at -6 must be below -0.1.",
    hints=(
        "Many functions of the logit fall and are steep far to the left; draw one.",
        "Take its derivative with respect to the logit, on paper, and return both.",
        "A parabola will do, such as (l - 3)²/10: its lowest point may lie anywhere above 0.",
    ),
    shows="A loss for G must fall while D says fake; times D's slope it is what moves a sample.",
    examine=_examine_own_loss,
    seconds=5,
)
def my_loss(logits):
    return ops.softplus(-logits), -ops.sigmoid(-logits)


def _examine_points_between(answer):
    expect_function(answer)
    for shape in ((5, 28, 28, 1), (6, 2), (1, 2)):
        _drawn(answer, shape)
    _expect_uniform(_drawn(answer, (1500, 3))[1])
    once, again, other = (_drawn(answer, (6, 2), seed)[0] for seed in (3, 3, 4))
    expect(
        not np.allclose(once, other),
        "Two seeds gave the same points: give the seed to the draw of ε.",
    )
    expect(
        np.allclose(once, again),
        "The same seed gave other points: pass `seed=seed` on to Keras' `random.uniform`.",
    )


def _drawn(answer, shape, seed=3):
    """The points that a learner's function returns for samples of this shape, and their ε."""
    x_real, x_fake = random.normal(shape, seed=1), random.normal(shape, 5.0, seed=2)
    points = _points(answer(x_real, x_fake, seed), shape)
    return points, _epsilon_of(points, np.asarray(x_real, float), np.asarray(x_fake, float))


def _points(returned, shape):
    """What came, as numbers; raises Wrong for another shape."""
    expect_attempt(returned)
    expect(
        not isinstance(returned, tuple) or len(returned) == shape[0],
        "Return the points alone; got a tuple of several things.",
    )
    points = to_numbers(returned)
    expect(
        points.shape == shape,
        f"For x of the shape {shape}, the result has the shape {points.shape}; expected {shape}."
        f"{why_not_the_shape(points.shape, shape)}",
    )
    expect(np.isfinite(points).all(), f"For x of the shape {shape}, the points are not finite.")
    return points


def _epsilon_of(points, real, fake):
    """The weight of each real sample; all numbers of a sample must share it."""
    if points.ndim == 4:
        why = why_off_the_line(points, real, fake)
        expect(not why, f"For x of the shape {points.shape}, {why}")
    share = ((points - fake) / (real - fake)).reshape(len(points), -1)
    epsilon = np.median(share, axis=1)
    expect(
        np.mean(np.abs(share - epsilon[:, None])) <= 5e-3,
        f"For x of the shape {points.shape}, the points leave the line between x and G(z), "
        "although images do not: is there one ε for each pair of points?",
    )
    return epsilon


def _expect_uniform(epsilon):
    """Raise Wrong, with the mistake if it is known, unless the weights are uniform on [0, 1]."""
    least, most = epsilon.min(), epsilon.max()
    expect(
        epsilon.std() > 1e-3 or np.abs(epsilon.mean() - 0.5) > 1e-3,
        "Always the middle: ε is ½ for all. It should be drawn from [0, 1].",
    )
    for end, name in ((1, "real"), (0, "fake")):
        expect(
            not np.allclose(epsilon, end, atol=1e-3), f"These are the {name} samples themselves."
        )
    expect(most - least > 2e-3, f"One ε for the whole batch, {least:.2f}; draw one for each pair.")
    at_an_end = np.minimum(np.abs(epsilon), np.abs(epsilon - 1)) < 1e-3
    expect(not at_an_end.all(), "ε is 0 or 1 for every pair; it may be any number between them.")
    outside = np.mean((epsilon < -1e-3) | (epsilon > 1 + 1e-3))
    expect(
        stats.kstest(epsilon, "norm").statistic >= 0.06,
        f"ε is normal instead of uniform: {outside:.0%} of the points lie outside the stretch "
        "between real and fake.",
    )
    expect(
        outside == 0,
        f"ε runs from {least:z.2f} to {most:z.2f} instead of from 0 to 1: {outside:.0%} of the "
        "points lie outside the stretch between the samples.",
    )
    expect(
        least < 0.05 and most > 0.95,
        f"ε runs from {least:z.2f} to {most:z.2f} only; it should be uniform from 0 to 1.",
    )
    expect(
        stats.kstest(epsilon, "uniform").statistic < 0.06,
        f"ε lies in [0, 1] but is not uniform: mean {epsilon.mean():.2f} (expected 0.50), standard "
        f"deviation {epsilon.std():.2f} (0.29).",
    )


@examined(
    task="Write x̂ = εx + (1-ε)G(z), with one uniform ε for each pair, for images and for points.",
    hints=(
        "`random.uniform(shape, seed=seed)` draws from [0, 1].",
        "One ε for each pair has the shape (batch, 1) for points, (batch, 1, 1, 1) for images.",
        "`len(x_real.shape)` is 2 for points and 4 for images; `(1,) * 3` is (1, 1, 1).",
    ),
    shows="Now the penalty looks along the lines from fake to real samples, and never beyond.",
    examine=_examine_points_between,
    seconds=10,
)
def points_between(x_real, x_fake, seed):
    shape = (x_real.shape[0],) + (1,) * (len(x_real.shape) - 1)
    epsilon = random.uniform(shape, seed=seed)
    return epsilon * x_real + (1 - epsilon) * x_fake
