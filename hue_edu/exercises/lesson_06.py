"""Exercises of lesson 06: what stops the turning, pairs of scores, modes, and a table fooled."""

import numpy as np
from keras import ops

from .. import datasets, losses, metrics
from ..answers.numbers import expect, to_numbers
from . import mistakes_06
from .kinds import examined, formula, value


@value(
    task="Give the weight γ > 0 of R1 at which both eigenvalues of the Dirac-GAN become real.",
    hints=(
        "The eigenvalues are λ = -γ/2 ± √(γ²/4 - ¼).",
        "It turns as long as the number under the root is negative.",
    ),
    shows="At γ = 1 both eigenvalues are -½; more weight only makes one of the two slower.",
    wrong={
        "At ½ the number under the root is still negative: it holds γ²/4, not γ².": lambda: 0.5,
        "At ¼ it still turns: set γ²/4 = ¼ and solve for γ.": lambda: 0.25,
        "At 2 it has stopped long ago: γ²/4 is 1 there, and ¼ is enough.": lambda: 2.0,
        "At 4 it has stopped long ago: γ²/4 is 4 there, and ¼ is enough.": lambda: 4.0,
        "At √½ it still turns: what is set to ¼ is γ²/4, not γ²/2.": lambda: 0.5**0.5,
        "Without a weight the eigenvalues are ±i/2, and it turns for ever.": lambda: 0.0,
        "That is the weight of the lesson's table; there R1 still turns.": lambda: 0.3,
        "That is a step size, the bound 4γ for γ = 0.3; the weight γ was asked for.": lambda: 1.2,
        "A negative weight rewards slope: the real part -γ/2 is positive, and it flies out.": (
            lambda: -1.0
        ),
        "That is an eigenvalue; the weight was asked for.": lambda: -0.5,
        "These are both eigenvalues; the weight was asked for, one number.": lambda: (-0.5, -0.5),
        "The equation has two solutions; only the one above 0 was asked for.": lambda: (1.0, -1.0),
    },
)
def stop_turning():
    return 1.0


def _scores(rng, num):
    return tuple(rng.normal(0, 2, (num, 1)).astype("float32") for _ in range(2))


def _both(term, bring=ops.mean):
    """An answer from what each loss is the mean of: of (real, fake) for D, (fake, real) for G."""
    return lambda r, f: (bring(term(r, f)), bring(term(f, r)))


def _right(one, other):
    return ops.softplus(other - one)


def _d_loss(r, f):
    return ops.mean(_right(r, f))


@formula(
    task="Write both losses of equation (4) from scores of shape (batch, 1); return "
    "`d_loss, g_loss`.",
    hints=(
        "Each pair counts once: take the real score minus the fake one, row by row.",
        "D wants that difference to be large: its loss is the mean of softplus(-(real - fake)).",
        "G wants it to be small: in its loss, real and fake change places.",
    ),
    shows="Only differences count: D cannot win by a constant, and G chases no fixed target.",
    inputs=_scores,
    wrong={
        "The two losses have changed places, or the sign of each difference is turned around: "
        "D wants real scores above fake ones.": _both(lambda a, b: ops.softplus(a - b)),
        "G's loss is D's: then G helps D. Turn the sign of the difference.": (
            lambda r, f: (_d_loss(r, f), _d_loss(r, f))
        ),
        "D's loss is G's: then D helps G. Turn the sign of the difference.": (
            lambda r, f: (_d_loss(f, r), _d_loss(f, r))
        ),
        "G's loss is minus D's, as in the minimax game; equation (4) gives it one of its own.": (
            lambda r, f: (_d_loss(r, f), -_d_loss(r, f))
        ),
        "These are the non-saturating losses, which look at real and fake apart.": (
            lambda r, f: (losses.discriminator_loss(r, f), losses.non_saturating_generator_loss(f))
        ),
        "D's loss looks at real and fake apart; it compares each real score with a fake one.": (
            lambda r, f: (losses.discriminator_loss(r, f), _d_loss(f, r))
        ),
        "Each loss looks at one kind of score; both compare the real with the fake ones.": (
            _both(lambda a, b: ops.softplus(-a))
        ),
        "G's loss looks at the fake scores alone; it compares each with its real one, too.": (
            lambda r, f: (_d_loss(r, f), losses.non_saturating_generator_loss(f))
        ),
        "Only D's loss is returned; G's was asked for as well: `return d_loss, g_loss`.": _d_loss,
        "The sums over the batch are returned; its means were asked for.": _both(_right, ops.sum),
        "These are the losses of each pair; their means over the batch were asked for.": (
            _both(_right, lambda x: x)
        ),
        "The mean goes over the axis of length 1; it goes over the batch.": (
            _both(_right, lambda x: ops.mean(x, axis=1))
        ),
        "Every real score met every fake one: (batch,) and (batch, 1) give (batch, batch). "
        "Use one shape for both.": _both(lambda a, b: ops.softplus(ops.transpose(b) - a)),
        "Means were taken before softplus: the difference of means hides which pairs are wrong.": (
            _both(lambda a, b: ops.softplus(ops.mean(b) - ops.mean(a)))
        ),
        "Each score is compared with the *mean* of the other kind; it has one partner.": (
            _both(lambda a, b: ops.softplus(ops.mean(b) - a))
        ),
        "Softplus was taken of each score and then the difference; the difference comes first.": (
            _both(lambda a, b: ops.softplus(b) - ops.softplus(a))
        ),
        "The softplus is missing: this is the critic's loss of WGAN.": _both(lambda a, b: b - a),
        "This takes the sigmoid of the difference, not its softplus.": (
            _both(lambda a, b: ops.sigmoid(b - a))
        ),
        "The scores went through a sigmoid first; equation (4) compares the scores themselves.": (
            _both(lambda a, b: ops.softplus(ops.sigmoid(b) - ops.sigmoid(a)))
        ),
        "This takes ReLU of the difference: softplus is smooth, and above 0 everywhere.": (
            _both(lambda a, b: ops.relu(b - a))
        ),
        "This is a hinge of the difference; equation (4) has softplus.": (
            _both(lambda a, b: ops.relu(1 + b - a))
        ),
        "log(1 + …) is missing: softplus is more than the exponential.": (
            _both(lambda a, b: ops.exp(b - a))
        ),
        "The minus before the bracket turns both signs: -(a - b) is b - a, not -a - b.": (
            _both(lambda a, b: ops.softplus(-a - b))
        ),
        "Each loss is halved.": _both(lambda a, b: _right(a, b) / 2),
    },
)
def pair_losses(real_scores, fake_scores):
    d_loss = ops.mean(ops.softplus(-(real_scores - fake_scores)))
    g_loss = ops.mean(ops.softplus(-(fake_scores - real_scores)))
    return d_loss, g_loss


@formula(
    task="Return the number of modes reached and the share of high-quality samples, those no "
    "further than `radius` from their nearest centre; each counts for that mode alone.",
    hints=(
        "`np.linalg.norm(points[:, None] - centres[None], axis=-1)` has one row per sample and "
        "one column per mode.",
        "A sample is of high quality if its *nearest* centre is no further than `radius`.",
        "A mode is reached if it is the nearest one of at least one such sample: look at "
        "`distances.argmin(axis=1)` of these samples.",
    ),
    shows="Both numbers are needed: one perfect point has the share 1, scattered noise all modes.",
    inputs=mistakes_06.samples,
    also={"no sample near a centre": (np.full((6, 2), 9.0), np.eye(2), np.float64(0.5))},
    wrong=mistakes_06.COUNTS,
    tensors=False,
)
def count_modes(points, centres, radius):
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)
    nearest, near = distances.argmin(axis=1), distances.min(axis=1) <= radius
    return len(set(nearest[near])), near.mean()


STD = 0.01 * (1 + 1e-5)  # of PacGAN's ring; a hair more, so that points exactly at 3σ are near


def _spread(points):
    """Standard deviation about each mode's own mean, over that of true data (.974 σ)."""
    distances = mistakes_06.distances(points, datasets.ring_centres())
    nearest, near = distances.argmin(axis=1), distances.min(axis=1) <= 3 * STD
    modes = [points[near & (nearest == k)] for k in range(8)]
    return np.sqrt(np.mean(np.concatenate([m - m.mean(axis=0) for m in modes]) ** 2)) / 0.00974


def _examine_points(answer):
    expect(not callable(answer), "Got a function; give the points that it would return.")
    expect(answer is not None, "Got None; give the points, of shape (num, 2).")
    points = to_numbers(answer)
    shape = f"Got the shape {points.shape}"
    expect(points.size > 8, f"{shape}; give the points themselves, of shape (num, 2).")
    expect(points.ndim == 2, f"{shape}; bring all points into one array of shape (num, 2).")
    expect(points.shape[1] == 2, f"{shape}; each point is a row of two numbers: (num, 2).")
    expect(len(points) >= 800, f"These are {len(points)} points; at least 800 were asked for.")
    expect(np.isfinite(points).all(), "All coordinates must be finite.")
    return points


def _examine_fooled(answer):
    points = _examine_points(answer)
    modes, share, kl, _ = metrics.mode_scores(points, datasets.ring_centres(), STD).values()
    away = mistakes_06.distances(points, datasets.ring_centres()).min(axis=1).mean()
    expect(
        modes,
        "All 8 modes must be reached. Yours: 0 modes; on average, a sample is "
        f"{away:.3f} away from its nearest centre, and .03 is the limit.",
    )
    said = f"Yours: {modes} mode{'s' * (modes > 1)}, {share:.2%}, reverse KL {kl:.4f}"
    expect(modes == 8, f"All 8 modes must be reached. {said}.")
    said += f", spread {(spread := _spread(points)):.2f}."
    expect(
        share > 0.999,
        "The share of high-quality samples must beat true data: above 99.9%, where true data "
        f"have 98.89%. {said}",
    )
    expect(
        kl < 2e-4,
        "The modes must be even, with a reverse KL below .0002: give each the same number of "
        f"samples. {said}",
    )
    expect(
        spread < 0.1,
        "The samples of a mode still differ too much: worthless ones were asked for, with a "
        f"spread below .1. {said}",
    )


@examined(
    task="Give at least 800 points that beat true data on PacGAN's ring (8 modes, a share above "
    "99.9%, a reverse KL below .0002) and are worthless all the same: a spread below .1.",
    hints=(
        "The three numbers never ask whether two samples of a mode differ.",
        "`datasets.ring_centres()` are eight points at distance 0 from a centre.",
        "Give each of the eight a hundred times or more; `np.repeat` can do that, along an axis.",
    ),
    shows="All three numbers are perfect, and yet the samples of a mode are all but the same: "
    "look at the spread, too.",
    examine=_examine_fooled,
    is_value=True,
    seconds=5,
)
def fooled_table():
    return np.repeat(datasets.ring_centres(), 125, axis=0)
