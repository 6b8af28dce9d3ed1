"""Exercises of lesson 06: what stops the turning, pairs of scores, modes, and a table fooled."""

import numpy as np
from keras import ops

from .. import datasets, losses, metrics
from .exercise import examined, formula, value
from .numbers import expect, to_numbers


@value(
    task="Give the weight γ at which R1 stops turning: both eigenvalues become real.",
    hints=(
        "The formula: λ = -γ/2 ± √(γ²/4 - ¼).",
        "It turns as long as the number under the root is negative.",
    ),
    shows="At γ = 1 both eigenvalues are -½; more weight only makes one of the two slower.",
    wrong={
        "At ½ the number under the root is still negative: it holds γ²/4, not γ².": lambda: 0.5,
        "At ¼ it still turns: set γ²/4 = ¼ and solve for γ.": lambda: 0.25,
        "At 2 it has stopped long ago: γ²/4 is 1 there, and ¼ is enough.": lambda: 2.0,
        "A negative weight rewards slope: the real part -γ/2 is positive, and it flies out.": (
            lambda: -1.0
        ),
    },
)
def stop_turning():
    return 1.0


def _scores(rng, num):
    return tuple(rng.normal(0, 2, (num, 1)).astype("float32") for _ in range(2))


def _separate(real, fake):
    return losses.discriminator_loss(real, fake), losses.non_saturating_generator_loss(fake)


@formula(
    task="Write both losses of the relativistic pairing; return `d_loss, g_loss`.",
    hints=(
        "Each pair counts once: the real score minus the fake one, row by row.",
        "D wants that difference large: mean softplus(-(real - fake)).",
        "G wants it small: the same with the sign turned.",
    ),
    shows="Only differences count: D cannot win by a constant, and G chases no fixed target.",
    inputs=_scores,
    wrong={
        "The two losses have changed places: D wants real scores above fake ones.": (
            lambda r, f: (ops.mean(ops.softplus(r - f)), ops.mean(ops.softplus(f - r)))
        ),
        "G's loss is D's: then G helps D. Turn the sign of the difference.": (
            lambda r, f: (ops.mean(ops.softplus(f - r)), ops.mean(ops.softplus(f - r)))
        ),
        "These are the non-saturating losses, which look at real and fake apart.": _separate,
        "The sums over the batch are returned; its means were asked for.": (
            lambda r, f: (ops.sum(ops.softplus(f - r)), ops.sum(ops.softplus(r - f)))
        ),
        "Means were taken before softplus: the difference of means hides which pairs are wrong.": (
            lambda r, f: (
                ops.softplus(ops.mean(f) - ops.mean(r)), ops.softplus(ops.mean(r) - ops.mean(f))
            )
        ),
        "The softplus is missing: this is the critic's loss of WGAN.": (
            lambda r, f: (ops.mean(f - r), ops.mean(r - f))
        ),
        "Each loss is halved.": (
            lambda r, f: (ops.mean(ops.softplus(f - r)) / 2, ops.mean(ops.softplus(r - f)) / 2)
        ),
    },
)  # fmt: skip
def pair_losses(real_scores, fake_scores):
    d_loss = ops.mean(ops.softplus(-(real_scores - fake_scores)))
    g_loss = ops.mean(ops.softplus(-(fake_scores - real_scores)))
    return d_loss, g_loss


def _samples(rng, num):
    """Points about four of six centres, and some far from all."""
    centres = 3 * rng.normal(size=(6, 2))
    points = centres[rng.integers(0, 4, 30)] + rng.normal(0, 0.15, (30, 2))
    return np.concatenate([points, rng.uniform(-9, 9, (10, 2))]), centres, np.float64(0.25)


def _distances(points, centres):
    return np.linalg.norm(points[:, None] - centres[None], axis=-1)


def _counted(near, share=None):
    return int(near.any(axis=0).sum()), float(near.any(axis=1).mean() if share is None else share)


@formula(
    task="Count the modes that samples reach, and the share of samples near one; return both.",
    hints=(
        "`np.linalg.norm(points[:, None] - centres[None], axis=-1)` has a row a sample, a column "
        "a mode.",
        "A sample is of high quality if its *nearest* centre is no further than `radius`.",
        "A mode is reached if it is the nearest one of at least one such sample.",
    ),
    shows="Both numbers are needed: one perfect point has the share 1, scattered noise all modes.",
    inputs=_samples,
    wrong={
        "A mode counts only if a sample of high quality lies there; yours counts any sample whose "
        "nearest mode it is.": (
            lambda p, c, r: (
                len(set(_distances(p, c).argmin(1))), _counted(_distances(p, c) <= r)[1]
            )
        ),
        "The share is over samples, not over modes.": (
            lambda p, c, r: _counted(
                _distances(p, c) <= r, (_distances(p, c) <= r).any(axis=0).mean()
            )
        ),
        "The share and the number have changed places.": (
            lambda p, c, r: _counted(_distances(p, c) <= r)[::-1]
        ),
        "The second number is how many samples, not which share of them.": (
            lambda p, c, r: _counted(
                _distances(p, c) <= r, (_distances(p, c) <= r).any(axis=1).sum()
            )
        ),
        "Distances are squared and compared with the radius itself.": (
            lambda p, c, r: _counted(_distances(p, c) ** 2 <= r)
        ),
        "This is the share of samples that are *not* near a mode.": (
            lambda p, c, r: _counted(
                _distances(p, c) <= r, 1 - (_distances(p, c) <= r).any(axis=1).mean()
            )
        ),
    },
    tensors=False,
    counts="",
)  # fmt: skip
def count_modes(points, centres, radius):
    distances = np.linalg.norm(points[:, None] - centres[None], axis=-1)
    nearest, near = distances.argmin(axis=1), distances.min(axis=1) <= radius
    return len(set(nearest[near])), near.mean()


def _examine_fooled(answer):
    points = to_numbers(answer)
    expect(
        points.ndim == 2 and points.shape[1] == 2 and len(points) >= 800,
        f"Got the shape {points.shape}; expected at least 800 points, (num, 2).",
    )
    expect(np.isfinite(points).all(), "All coordinates must be finite.")
    found = metrics.mode_scores(points, datasets.ring_centres(), 0.01)
    said = (
        f"Yours: {found['modes']} modes, {found['quality']:.2%}, reverse KL "
        f"{found['reverse_kl']:.4f}, spread {found['spread']:.2f}."
    )
    expect(found["modes"] == 8, f"All 8 modes must be reached. {said}")
    expect(found["quality"] > 0.999, f"The share must beat true data's 98.89 %: > 99.9 %. {said}")
    expect(
        found["reverse_kl"] < 2e-4,
        f"The modes must be even: reverse KL below .0002. {said}",
    )
    expect(
        found["spread"] < 0.1,
        f"These samples are honest, or nearly so; they should be worthless: spread < .1. {said}",
    )


@examined(
    task="Give samples that beat true data in modes, share and reverse KL, and yet are worthless.",
    hints=(
        "The three numbers never ask whether two samples of a mode differ.",
        "`datasets.ring_centres()` are eight points at distance 0 from a centre.",
        "`np.repeat(datasets.ring_centres(), 125, axis=0)`.",
    ),
    shows="Eight modes, 100 %, reverse KL 0, and eight samples in all: look at the spread, too.",
    examine=_examine_fooled,
    is_value=True,
    seconds=5,
)
def fooled_table():
    return np.repeat(datasets.ring_centres(), 125, axis=0)
