"""Answers to lesson 06's exercises: right ones, and wrong ones with words of what they are told."""

from fractions import Fraction

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from scipy.special import expit

from hue_edu import datasets, losses, metrics

RING = datasets.ring_centres()


def soft(x):
    return np.logaddexp(0, np.asarray(x, float))


def both(d_term, g_term=None, bring=np.mean):
    """An answer from what D's loss is the mean of: d_term(real, fake); G's: g_term(fake, real)."""

    def answer(r, f):
        r, f = np.asarray(r), np.asarray(f)
        return bring(d_term(r, f)), bring((g_term or d_term)(f, r))

    return answer


def right_term(a, b):
    return soft(b - a)


def other_term(a, b):
    return soft(a - b)


def one_by_one(r, f):
    d = g = 0.0
    for x, y in zip(np.ravel(r), np.ravel(f)):
        d += np.log1p(np.exp(y - x))
        g += np.log1p(np.exp(x - y))
    return d / len(r), g / len(r)


def with_tf(r, f):
    apart = tf.cast(r, tf.float32) - tf.cast(f, tf.float32)
    return [tf.reduce_mean(tf.nn.softplus(-apart)), tf.reduce_mean(tf.nn.softplus(apart))]


def with_cross_entropy(r, f):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    apart = ops.convert_to_tensor(r, "float32") - ops.convert_to_tensor(f, "float32")
    return entropy(ops.ones_like(apart), apart), entropy(ops.ones_like(apart), -apart)


def with_broadcasting(points, centres, radius):
    d = np.sqrt(((points[:, None] - centres[None]) ** 2).sum(axis=2))
    nearest, good = d.argmin(axis=1), d.min(axis=1) <= radius
    return len(np.unique(nearest[good])), good.mean()


def with_a_loop(points, centres, radius):
    seen, good = set(), 0
    for point in points:
        d = [np.hypot(*(point - centre)) for centre in centres]
        if min(d) < radius:
            seen.add(int(np.argmin(d)))
            good += 1
    return len(seen), good / len(points)


def with_a_tree(points, centres, radius):
    d, k = KDTree(centres).query(points)
    return np.unique(k[d < radius]).size, (d < radius).mean()


def with_ops(points, centres, radius):
    points, centres = ops.cast(points, "float32"), ops.cast(centres, "float32")
    d = ops.norm(ops.expand_dims(points, 1) - centres, axis=-1)
    near = ops.cast(ops.min(d, axis=1) <= radius, "float32")
    theirs = ops.one_hot(ops.argmin(d, axis=1), len(centres)) * near[:, None]
    return ops.sum(ops.cast(ops.any(theirs > 0, axis=0), "float32")), ops.mean(near)


def count(modes, share, far=cdist):
    """An answer from functions of the distances and the radius."""
    return lambda p, c, r: (modes(far(p, c), r), share(far(p, c), r))


def near_any(p, c, r, distance=lambda apart: np.hypot(*apart)):
    """Modes and samples that have some of the others within the radius."""
    modes = sum(any(distance(point - k) <= r for point in p) for k in c)
    return modes, sum(any(distance(point - k) <= r for k in c) for point in p)


def reached(d, r):
    return len(set(d.argmin(axis=1)[d.min(axis=1) <= r]))


def share(d, r):
    return (d.min(axis=1) <= r).mean()


def good(d, r):
    return (d.min(axis=1) <= r).sum()


def within(d, r):
    return (d <= r).any(axis=0).sum()


def apart(bring):
    """Distances from differences in x and y."""
    return lambda p, c: bring(np.abs(p[:, None] - c), axis=-1)


def only_x(differences, axis):
    return differences[..., 0]


def counted(change):
    """What is made of the right number of modes and the right share."""
    return lambda p, c, r: change(*metrics.mode_coverage(p, c, r))


def moved(x, y=0.0):
    """A hundred points at each centre of the ring, all moved by the same."""
    return np.repeat(RING, 100, axis=0) + np.array([x, y])


def noisy(std, each=100):
    rng = np.random.default_rng(0)
    return np.repeat(RING, each, axis=0) + std * rng.standard_normal((8 * each, 2))


def on_a_circle(radius=1.0, num=800):
    angles = 2 * np.pi * np.arange(num) / num
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


RIGHT = {
    "stop_turning": [
        *(
            1,
            1.0,
            0.999,
            [1.0],
            (1,),
            np.float32(1),
            np.array([1]),
            np.roots([0.25, 0, -0.25]).max(),
        ),
        *(Fraction(1), tf.constant(1.0), np.sqrt(4 * 0.25)),
    ],
    "pair_losses": [
        one_by_one,
        with_tf,
        with_cross_entropy,
        lambda r, f: (ops.mean(ops.softplus(f - r)), ops.mean(ops.softplus(r - f))),
        lambda r, f: (ops.softplus(-(r - f)).numpy().mean(), ops.softplus(-(f - r)).numpy().mean()),
        lambda r, f: (np.logaddexp(0, f - r).mean(), np.logaddexp(0, r - f).mean()),
        lambda r, f: (np.log(1 + np.exp(f - r)).sum() / len(r), np.log(1 + np.exp(r - f)).mean()),
        lambda r, f: (-np.log(expit(r - f)).mean(), -np.log(expit(f - r)).mean()),
        lambda r, f: np.array([soft(f - r).mean(), soft(r - f).mean()]),
        lambda r, f: (-ops.mean(ops.log_sigmoid(r - f)), -ops.mean(ops.log_sigmoid(f - r))),
        lambda r, f: (
            losses.relativistic_discriminator_loss(r, f),
            losses.relativistic_generator_loss(r, f),
        ),
    ],
    "count_modes": [
        with_broadcasting,
        with_a_loop,
        with_a_tree,
        with_ops,
        metrics.mode_coverage,
        lambda p, c, r: list(metrics.mode_coverage(p, c, r)),
        count(reached, share),
        count(reached, lambda d, r: (d <= r).any(1).sum() / len(d)),
    ],
    "fooled_table": [
        np.repeat(RING, 100, axis=0),
        np.tile(RING, (1000, 1)),
        moved(0.0).astype("float32"),
        moved(0.02),
        moved(0.012, -0.01),
        moved(0.03),
        np.repeat(1.02 * RING, 200, axis=0),
        noisy(0.0001),
        noisy(0.0005, each=250),
        [list(centre) for centre in RING for _ in range(100)],
        tf.constant(np.tile(RING, (100, 1))),
        on_a_circle(num=8)[np.arange(1600) % 8],
    ],
}
WRONG = {
    "stop_turning": [
        (0.5, "still negative"),
        (0.25, "solve for γ"),
        (2, "At 2 it has stopped long ago"),
        (4, "At 4 it has stopped long ago"),
        (np.sqrt(0.5), "not γ²/2"),
        (0, "Without a weight"),
        (0.3, "lesson's table"),
        (1.2, "a step size"),
        (-1.0, "flies out"),
        (-0.5, "That is an eigenvalue"),
        ([-0.5, -0.5], "both eigenvalues"),
        ([1, -1], "only the one above 0"),
        (0.9, "Got 0.9, not right"),
        (1j, "Got a complex"),
        ("γ = 1", "Got a str"),
        (lambda: 1.0, "Got a function"),
    ],
    "pair_losses": [
        (both(other_term), "changed places"),
        (lambda r, f: 2 * (ops.mean(ops.softplus(f - r)),), "G's loss is D's"),
        (both(other_term, right_term), "D's loss is G's"),
        (both(right_term, lambda f, r: -soft(f - r)), "G's loss is minus D's"),
        (
            both(lambda r, f: soft(-r) + soft(f), lambda f, r: soft(-f)),
            "These are the non-saturating losses",
        ),
        (both(right_term, lambda f, r: soft(-f)), "the fake scores alone"),
        (both(lambda r, f: soft(-r) + soft(f), right_term), "D's loss looks at real and fake"),
        (both(lambda a, b: soft(-a)), "Each loss looks at one kind"),
        (lambda r, f: ops.mean(ops.softplus(f - r)), "Only D's loss is returned"),
        (lambda r, f: soft(f - r).mean() + soft(r - f).mean(), "one number instead of several"),
        (both(right_term, bring=np.sum), "The sums over the batch"),
        (lambda r, f: (ops.softplus(f - r), ops.softplus(r - f)), "the losses of each pair"),
        (both(right_term, bring=lambda x: x.mean(axis=1)), "the axis of length 1"),
        (both(right_term, bring=lambda x: x.mean(axis=0)), "only the shape is not"),
        (both(lambda a, b: soft(b[:, 0] - a)), "Every real score met every fake one"),
        (both(lambda a, b: soft(b.mean() - a.mean())), "Means were taken before softplus"),
        (both(lambda a, b: soft(b.mean() - a)), "it has one partner"),
        (both(lambda a, b: soft(b) - soft(a)), "the difference comes first"),
        (lambda r, f: (ops.mean(f - r), ops.mean(r - f)), "softplus is missing"),
        (both(lambda a, b: expit(b - a)), "the sigmoid of the difference"),
        (both(lambda a, b: soft(expit(b) - expit(a))), "went through a sigmoid first"),
        (both(lambda a, b: np.log(expit(a - b))), "The sign is turned around"),
        (both(lambda a, b: np.maximum(0, b - a)), "ReLU of the difference"),
        (both(lambda a, b: np.maximum(0, 1 + b - a)), "a hinge"),
        (both(lambda a, b: np.exp(b - a)), "log(1 + …) is missing"),
        (both(lambda a, b: soft(-a - b)), "The minus before the bracket"),
        (both(lambda a, b: soft(b - a) / 2), "is halved"),
        (both(lambda a, b: (a - b - 1) ** 2), "got"),
        (both(right_term, bring=lambda x: x[0, 0]), "got"),
    ],
    "count_modes": [
        (lambda p, c, r: (len(c), 1.0), "got"),
        (count(lambda d, r: len(set(d.argmin(axis=1))), share), "yours counts any sample"),
        (count(within, share), "A sample counts for its nearest mode alone"),
        (count(reached, lambda d, r: reached(d, r) / d.shape[1]), "taken over samples"),
        (
            lambda p, c, r: (near_any(p, c, r)[0], near_any(p, c, r)[0] / len(c)),
            "within `radius`. The second number is a share of the modes; the share is taken over "
            "samples",
        ),
        (count(reached, good), "how many samples"),
        (near_any, "within `radius`. The second number is how many samples"),
        (counted(lambda modes, share: (modes, 100 * share)), "percent"),
        (counted(lambda modes, share: (modes, 1 - share)), "*not* near a mode"),
        (count(reached, lambda d, r: (d <= r).mean()), "share of all pairs"),
        (count(within, lambda d, r: (d <= r).mean()), "within `radius`. The second number is a"),
        (count(reached, lambda d, r: (d <= r).sum() / len(d)), "counted twice in the share"),
        (count(within, lambda d, r: (d <= r).sum() / len(d)), "within `radius`. A sample within"),
        (
            count(
                lambda d, r: len(set(d.argmin(axis=1)[d.min(axis=1) > r])),
                lambda d, r: (d.min(axis=1) > r).mean(),
            ),
            "comparison is turned around",
        ),
        (counted(lambda modes, share: (share, modes)), "changed places"),
        (lambda p, c, r: metrics.mode_coverage(p, c, 3 * r), "three times as large"),
        (lambda p, c, r: metrics.mode_coverage(p, c, r**2), "The radius is squared"),
        (lambda p, c, r: metrics.mode_coverage(p, c, np.sqrt(r)), "Distances are squared"),
        (
            lambda p, c, r: (
                near_any(p, c, r, lambda apart: np.sum(apart**2))[0],
                near_any(p, c, r, lambda apart: np.sum(apart**2))[1] / len(p),
            ),
            "Distances are squared and compared with the radius itself. A sample counts",
        ),
        (count(reached, share, apart(np.sum)), "The differences in x and y are added up"),
        (count(reached, share, apart(np.max)), "squares of the discs"),
        (
            count(reached, share, apart(only_x)),
            "Only x is compared; a distance has y in it, too. (",
        ),
        (count(within, share, apart(only_x)), "Only x is compared; a distance has y in it, too. A"),
        (counted(lambda modes, share: modes), "Only the number of modes is returned"),
        (counted(lambda modes, share: share), "Only the share is returned"),
        (
            lambda p, c, r: (
                np.sum(metrics.nearest_modes(p, c, r) > 1),
                metrics.mode_coverage(p, c, r)[1],
            ),
            "yours asks for two",
        ),
        (
            lambda p, c, r: (metrics.nearest_modes(p, c, r), metrics.mode_coverage(p, c, r)[1]),
            "parts have the shapes (4,), ()",
        ),
        (count(lambda d, r: reached(d, r) / d.shape[1], share), "The first number is a share"),
        (count(lambda d, r: d.shape[1], share), "All modes are counted"),
        (count(good, lambda d, r: good(d, r) / len(d)), "The first number is how many samples are"),
        (counted(lambda modes, share: (modes + 1, share)), "got 3 at [0], expected 2"),
        (lambda p, c, r: 3, "shape"),
        (lambda p, c, r: p - c, "raised ValueError"),
    ],
    "fooled_table": [
        (datasets.make_ring(2_000, seed=0)[0], "must beat true data"),
        (noisy(0.01), "8 modes, 99.12%"),
        (np.append(moved(0.0), [[0, 0]], axis=0), "8 modes, 99.88%"),
        (on_a_circle(), "8 modes, 7.00%"),
        (np.repeat(RING[:7], 200, axis=0), "All 8 modes"),
        (np.repeat(RING[:1], 800, axis=0), "Yours: 1 mode,"),
        (np.zeros((1000, 2)), "0 modes; on average, a sample is 1.000 away"),
        (moved(0.05), "0 modes; on average, a sample is 0.050 away"),
        (np.repeat(datasets.grid_centres(), 40, axis=0), "All 8 modes"),
        (np.repeat(RING, [900, *7 * [20]], axis=0), "must be even"),
        (RING[np.random.default_rng(0).integers(8, size=800)], "must be even"),
        (datasets.make_ring(2_000, seed=0, std=0.007)[0], "must be even"),
        (noisy(0.002), "differ too much"),
        (noisy(0.005), "spread 0.50"),
        (np.concatenate([moved(0.015), moved(-0.015)]), "spread 1.09"),
        (RING, "8 points; at least 800"),
        (np.repeat(RING, 99, axis=0), "792 points; at least 800"),
        (np.repeat(RING, 100, axis=0).T, "each point is a row"),
        (np.repeat(RING, 100), "one array"),
        (np.array([RING] * 100), "one array"),
        (np.concatenate([moved(0.0), np.full((1, 2), np.nan)]), "must be finite"),
        ((8, 1.0, 0.0, 0.0), "the points themselves"),
        (lambda: np.repeat(RING, 100, axis=0), "Got a function"),
        (None, "Got None"),
    ],
}
