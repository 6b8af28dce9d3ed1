"""Answers to the exercises of lesson 10, right and wrong, as learners write them."""

import statistics
from fractions import Fraction

import numpy as np
import tensorflow as tf
from keras import ops


def with_a_loop(images):
    total = 0
    for image in images:
        total = total + image
    return total / len(images)


def through_the_ink(images):
    ink = (images + 1) / 2
    return 2 * ink.mean(axis=0) - 1


def nearest_to_all(images):
    flat = images.reshape(len(images), -1)
    squares = ((flat[:, None] - flat[None]) ** 2).sum(axis=-1)
    return images[squares.sum(axis=1).argmin()]


def logits_of_the_ink(images):
    s = (images.mean(axis=0) + 1) / 2
    return np.log(s / (1 - s))


def with_weights(z, amount):
    above = ops.cast(amount > ops.median(amount), z.dtype)[:, None]
    more = ops.sum(z * above, axis=0) / ops.sum(above)
    return more - ops.sum(z * (1 - above), axis=0) / ops.sum(1 - above)


def with_boolean_mask(z, amount):
    above = amount > np.median(amount)
    return tf.reduce_mean(tf.boolean_mask(z, above), 0) - tf.reduce_mean(z[~above], axis=0)


def with_lists(z, amount):
    middle = statistics.median(amount.tolist())
    more = [row for row, one in zip(z, amount) if one > middle]
    less = [row for row, one in zip(z, amount) if one <= middle]
    return sum(more) / len(more) - sum(less) / len(less)


def parted(z, above, bring=np.mean, **options):
    return bring(z[above], axis=0, **options) - bring(z[~above], axis=0, **options)


def halves_of_the_order(z, amount, small=0):
    order, half = np.argsort(amount, kind="stable"), (len(amount) + small) // 2
    return z[order[half:]].mean(axis=0) - z[order[:half]].mean(axis=0)


def fifths(z, amount):
    low, high = np.quantile(amount, [0.2, 0.8])
    return z[amount >= high].mean(axis=0) - z[amount <= low].mean(axis=0)


def median_left_out(z, amount):
    middle = np.median(amount)
    return z[amount > middle].mean(0) - z[amount < middle].mean(0)


def of_length_one(z, amount):
    way = parted(z, amount > np.median(amount))
    return way / np.sqrt((way**2).sum())


def simulated():
    z = np.random.default_rng(0).normal(size=(2, 10_000, 64))
    return np.linalg.norm(z.mean(axis=0), axis=1).mean()


def beats(s):
    """(way, other): whether the other beats the way."""
    return (s[None] >= s[:, None]).all(axis=-1) & (s[None] > s[:, None]).any(axis=-1)


def with_loops(scores):
    free = []
    for one in scores:
        beaten = False
        for other in scores:
            if all(o >= m for o, m in zip(other, one)) and any(o > m for o, m in zip(other, one)):
                beaten = True
        free.append(not beaten)
    return free


def with_ops(scores):
    one, other = ops.expand_dims(scores, 1), ops.expand_dims(scores, 0)
    beaten = ops.logical_and(ops.all(other >= one, axis=2), ops.any(other > one, axis=2))
    return ops.logical_not(ops.any(beaten, axis=1))


def with_tf(scores):
    one, other = scores[:, None], scores[None]
    at_least = tf.reduce_all(other >= one, axis=-1)
    return tf.logical_not(tf.reduce_any(at_least & tf.reduce_any(other > one, -1), axis=1))


def row_by_row(scores):
    free = np.ones(len(scores))
    for k, row in enumerate(scores):
        others = np.delete(scores, k, axis=0)
        if np.any(np.all(others >= row, axis=1) & np.any(others > row, axis=1)):
            free[k] = 0
    return free


def twins_beat(s):
    at_least = (s[None] >= s[:, None]).all(axis=-1)
    return ~(at_least & ~np.eye(len(s), dtype=bool)).any(axis=1)


def first_twin_only(s):
    free, seen = ~beats(s).any(axis=1), set()
    for k, row in enumerate(map(tuple, s)):
        free[k] &= row not in seen
        seen.add(row)
    return free


RIGHT = {
    "best_answer": [
        lambda images: ops.mean(images, axis=0),
        lambda images: images.mean(axis=0),
        lambda images: tf.reduce_mean(images, 0),
        with_a_loop,
        through_the_ink,
        lambda images: np.clip(np.sum(images, 0) / images.shape[0], -1, 1).tolist(),
        lambda images: np.stack([images[..., k].mean(0) for k in range(images.shape[-1])], -1),
    ],
    "direction": [
        lambda z, a: z[a > np.median(a)].mean(axis=0) - z[a <= np.median(a)].mean(axis=0),
        lambda z, a: parted(z, a > np.quantile(a, 0.5)),
        lambda z, a: parted(z.astype(float), a - np.median(a) > 0),
        with_weights,
        with_boolean_mask,
        with_lists,
    ],
    "length_half_way": [
        *(5.657, 5.66, 5.7, 5.6, [5.66], np.sqrt(32), 8 / 2**0.5, np.float32(5.657)),
        *(Fraction(17, 3), (64 / 2) ** 0.5, tf.sqrt(32.0), simulated()),
    ],
    "never_beaten": [
        lambda s: ~beats(s).any(axis=1),
        lambda s: (~beats(s)).all(axis=1).astype(int),
        lambda s: np.array([not any((b >= a).all() and (b > a).any() for b in s) for a in s]),
        with_loops,
        with_ops,
        with_tf,
        row_by_row,
    ],
}

WRONG = {
    "best_answer": [
        (lambda x: x[1], "got "),
        (lambda x: np.sqrt((x**2).mean(axis=0)), "got "),
        (lambda x: x[0], "one of the pictures: right"),
        (nearest_to_all, "nearest to all the others"),
        (lambda x: ops.mean(x), "one number came back"),
        (lambda x: x.mean(axis=(1, 2, 3)), "one number per picture came"),
        (lambda x: x.mean(axis=(1, 2)), "one number per picture and channel"),
        (lambda x: x.mean(axis=(0, 1, 2)), "one number per channel"),
        (lambda x: (x.mean(axis=0) + 1) / 2 * 255, "0 to 255"),
        (lambda x: x.mean(axis=-1), "over the channels; take it over the pictures"),
        (lambda x: x.mean(axis=(0, -1)), "over the channels, too"),
        (lambda x: x.mean(axis=1), "over the rows of pixels"),
        (lambda x: x.mean(axis=0)[..., 0], "first channel"),
        (lambda x: x[..., :1].mean(axis=0), "on its last axis"),
        (lambda x: x.mean(axis=0, keepdims=True), "only the shape is not"),
        (lambda x: ops.mean(x + 1, axis=0) / 2, "this is the ink"),
        (lambda x: 2 * x.mean(axis=0) - 1, "lies in [-1, 1] already"),
        (lambda x: np.clip(x.mean(axis=0), 0, 1), "cut off at 0"),
        (lambda x: ops.where(ops.mean(x, axis=0) > 0, 1.0, -1.0), "rounded to black or white"),
        (lambda x: np.round(x.mean(axis=0)), "rounded to a whole number"),
        (lambda x: np.round((x.mean(axis=0) + 1) / 2), "rounded to 0 or 1"),
        (logits_of_the_ink, "logits"),
        (lambda x: ops.quantile(x, 0.5, axis=0), "median"),
        (lambda x: ops.sum(x, axis=0), "divide"),
        (lambda x: -x.mean(axis=0), "sign"),
        (lambda x: ops.max(x, axis=0), "inkiest"),
        (lambda x: x, "all pictures came back"),
    ],
    "direction": [
        (lambda z, a: z[a > np.median(a)].mean(0), "subtract the mean"),
        (median_left_out, "were left out"),
        (lambda z, a: median_left_out(z, -a), "turned around, and pictures"),
        (lambda z, a: -parted(z, a > np.median(a)), "takes the amount away"),
        (lambda z, a: parted(z, a >= np.median(a)), "counted as above; it"),
        (lambda z, a: parted(z, a < np.median(a)), "turned around, and the median"),
        (lambda z, a: z[a > np.median(a)].mean(0) - z.mean(0), "mean of all"),
        (lambda z, a: parted(z, a > a.mean()), "parted at the mean"),
        (lambda z, a: parted(z, a > 0.5), "parted at an amount of 0.5"),
        (lambda z, a: parted(z, np.arange(len(z)) >= len(z) // 2), "place in the array"),
        (lambda z, a: z[: len(z) // 2].mean(0) - z[len(z) // 2 :].mean(0), "first half minus"),
        (halves_of_the_order, "the median itself, or some"),
        (lambda z, a: halves_of_the_order(z, a, 1), "of the amounts equal"),
        (fifths, "fifths"),
        (lambda z, a: z[a.argmax()] - z[a.argmin()], "two single pictures"),
        (lambda z, a: (np.where(a > np.median(a), 1, -1)[:, None] * z).mean(0), "as zeros"),
        (lambda z, a: parted(z, a > np.median(a), np.sum), "sums were subtracted"),
        (lambda z, a: parted(z, a > np.median(a), np.median), "medians of the two groups"),
        (lambda z, a: parted(z, a > np.median(a), keepdims=True), "only the shape is not"),
        (lambda z, a: z[a > np.median(a)].mean() - z[a <= np.median(a)].mean(), "one number"),
        (lambda z, a: parted(z, a > np.median(a)) / 2, "0.5 times"),
        (lambda z, a: abs(parted(z, a > np.median(a))), "sign is lost"),
        (lambda z, a: z[a > np.median(a)].mean(1) - z[a <= np.median(a)].mean(1), "raised"),
        (of_length_one, "length 1"),
        (lambda z, a: np.linalg.norm(parted(z, a > np.median(a))), "length of the direction"),
        (lambda z, a: z[a > np.median(a)].mean(0) + z[a <= np.median(a)].mean(0), "were added"),
        (
            lambda z, a: [z[a > np.median(a)].mean(0), z[a <= np.median(a)].mean(0)],
            "two means; one",
        ),
        (lambda z, a: (z * a[:, None]).mean(axis=0), "got "),
    ],
    "length_half_way": [
        (8, "length of the ends"),
        (4, "if one of them were 0"),
        (32, "squared length; take"),
        (11.3, "length of the sum, not"),
        (128, "squared length of the sum"),
        (0, "do not cancel"),
        (0.707, "there are 64"),
        (0.5, "variance of one number"),
        (1, "usual size of one number of z"),
        (64, "squared length of one end"),
        (16, "point the same way"),
        (45.25, "was divided by √2"),
        (2.83, "by 2 *and* by √2"),
        (6, "too rough"),
        (-5.66, "never negative"),
        (6.5, "not right"),
        ([8, 8], "several numbers"),
        ("5.66", "a str"),
        (lambda: 5.66, "a function"),
    ],
    "never_beaten": [
        (lambda s: np.array([not any((b > a).all() for b in s) for a in s]), "better in *every*"),
        (lambda s: np.array([not any((b >= a).all() for b in s) for a in s]), "beats itself"),
        (lambda s: np.array([not any((b > a).any() for b in s) for a in s]), "not enough to beat"),
        (lambda s: ~((s[None] > s[:, None]).mean(-1) > 0.5).any(axis=1), "more than half"),
        (twins_beat, "two equal ways"),
        (first_twin_only, "of equal ways only the first"),
        (lambda s: ~beats(s).any(axis=0), "turned around"),
        (lambda s: beats(s).any(axis=0), "beat some other"),
        (lambda s: beats(s).any(axis=1), "exchanged"),
        (lambda s: ~np.triu(beats(s)).any(axis=1), "with those after it"),
        (lambda s: ~np.tril(beats(s)).any(axis=1), "with those before it"),
        (lambda s: s.mean(1) == s.mean(1).max(), "sums were compared"),
        (lambda s: (s == s.max(0)).any(1), "second in all"),
        (lambda s: s[:, 0] >= s[:, 0].max(), "only the first measure"),
        (lambda s: ~beats(s[:, :2]).any(axis=1), "first two measures"),
        (lambda s: ~beats(s.T).any(axis=1), "with each other"),
        (lambda s: np.ones(len(s), bool), "every way got True"),
        (lambda s: np.where(~beats(s).any(axis=1))[0], "places of the unbeaten"),
        (lambda s: s[~beats(s).any(axis=1)], "scores of the unbeaten"),
        (lambda s: (~beats(s).any(axis=1)).sum(), "how many ways"),
        (beats, "whether the second beats"),
        (lambda s: ~beats(s), "does not beat the first"),
        (lambda s: ~beats(s).any(axis=1)[:, None], "only the shape is not"),
        (lambda s: s.mean(1) >= np.median(s.mean(1)), "got "),
    ],
}
