"""Wrong answers to the exercises, as learners write them, each with words of what they are told.

"lesson.exercise" → list of (answer, words of its message). They are written anew here, not taken
from the lists of the package, which they test.
"""

from itertools import pairwise

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops, random
from scipy.stats import norm

from hue_edu import datasets, losses, runs, training


def digits(**options):
    return training.generate(runs.load_shipped_generator(), **options)


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x)))


def log_of_probability(labels, logits):
    probability = ops.sigmoid(logits)
    return -labels * ops.log(probability) - (1 - labels) * ops.log(1 - probability)


def step_without(*left_out):
    """The training step with some of its parts left out or changed."""

    def step(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
        mode = "training" not in left_out
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            x_fake = generator(z, training=mode)
            if "tape" in left_out:
                x_fake = tf.constant(x_fake.numpy())
            real = discriminator(x_real, training=mode)
            fake = discriminator(x_fake, training=mode)
            d_loss = losses.discriminator_loss(
                *((fake, real) if "labels" in left_out else (real, fake))
            )
            g_loss = losses.non_saturating_generator_loss(fake)
            if "G's label" in left_out:
                g_loss = ops.mean(losses.binary_cross_entropy(0.0, fake))
            if "minimax" in left_out:
                g_loss = losses.minimax_generator_loss(fake)
            d_loss = d_loss / (2 if "half" in left_out else 1)
            own = "own loss" not in left_out
            d_target, g_target = (d_loss, g_loss) if own else (g_loss, d_loss)
        d_gradients = d_tape.gradient(d_target, discriminator.trainable_variables)
        g_gradients = g_tape.gradient(g_target, generator.trainable_variables)
        if "D" not in left_out:
            d_optimizer.apply(d_gradients, discriminator.trainable_variables)
        if "G" not in left_out:
            optimizer = d_optimizer if "two optimizers" in left_out else g_optimizer
            optimizer.apply(g_gradients, generator.trainable_variables)
        if "order" in left_out:
            return g_loss, d_loss
        return (d_loss,) if "return" in left_out else (d_loss, g_loss)

    return step  # fmt: skip


def generator(*parts, start=64):
    return lambda: keras.Sequential([keras.Input((start,)), *(part() for part in parts)])


def dense(units, **options):
    return lambda: layers.Dense(units, **options)


def up(filters, kernel=4, **options):
    return lambda: layers.Conv2DTranspose(filters, kernel, strides=2, padding="same", **options)


def shape(*sides):
    return lambda: layers.Reshape(sides)


def discriminator(*parts, start=(28, 28, 1)):
    return lambda: keras.Sequential([keras.Input(start), *(part() for part in parts)])


def down(filters, kernel=4, **options):
    return lambda: layers.Conv2D(filters, kernel, strides=2, **{"padding": "same", **options})


START = (dense(7 * 7 * 16, activation="relu"), shape(7, 7, 16), up(8, activation="relu"))


def heard(w, A, B, C, a):
    """Lesson 12's window of three words, before the ReLU."""
    zero = 0 * w[:1]
    return np.vstack([zero, w[:-1]]) @ A + w @ B + np.vstack([w[1:], zero]) @ C + a


WRONG = {
    "lesson_00.other_digits": [
        (digits(num=7, seed=16), "swapped"),
        (digits(num=16, seed=1), "seed 1"),
        (digits(num=64, seed=7), "change the number"),
        (digits(num=16, seed=8), "not right"),
        (7, "shape ()"),
    ],
    "lesson_00.place_on_scale": [
        (lambda v, f, c: v / c, "floor was not taken away"),
        (lambda v, f, c: (v - f) / c, "length of the scale"),
        (lambda v, f, c: 1 - (v - f) / (c - f), "turned round"),
        (lambda v, f, c: v / f, "how many floors"),
        (lambda v, f, c: (v - f) / (c - f) * 100, "got "),
    ],
    "lesson_01.pixel_log_likelihood": [
        (lambda x, m, v: np.mean(norm.logpdf(x, m, np.sqrt(v)), axis=1), "averaged"),
        (lambda x, m, v: np.sum(norm.logpdf(x, m, np.sqrt(v))), "summed, too"),
        (lambda x, m, v: -np.sum(norm.logpdf(x, m, np.sqrt(v)), axis=1), "sign is turned"),
        (lambda x, m, v: np.sum(norm.logpdf(x, m, v), axis=1), "got "),
        (
            lambda x, m, v: -0.5 * np.sum((x - m) ** 2 / v + np.log(v), axis=1),
            "½ log 2π of each pixel is missing",
        ),
        (
            lambda x, m, v: (
                -0.5 * np.sum((x - m) ** 2 / v + np.log(v) * 2 + np.log(2 * np.pi), axis=1)
            ),
            "log σ² where",
        ),
    ],
    "lesson_01.missed_mass": [
        (lambda p, q, x: np.trapezoid(q * (p < q / 100), x), "swapped"),
        (lambda p, q, x: np.trapezoid(q * (q < p / 100), x), "q's mass"),
        (lambda p, q, x: np.sum(p[q < p / 100]), "width of a step"),
        (lambda p, q, x: np.trapezoid(p * (q >= p / 100), x), "not* miss"),
        (lambda p, q, x: np.mean(q < p / 100), "got "),
    ],
    "lesson_01.covering_fit": [
        ((2.0, 3.8125), "variance"),
        ((1.0, 1.953), "not weighted"),
        ((2.0, 0.9014), "parts alone"),
        ((2.0, 0.875), "variances are what adds up"),
        ((3.0, 1.0), "μ: got 3, not right"),
        (2.0, "expected 2 numbers"),
    ],
    "lesson_01.sample_mixture": [
        (lambda n, rng: 0.4 * rng.normal(-2, 0.5, n) + 0.6 * rng.normal(2, 0.9, n), "like paint"),
        (
            lambda n, rng: rng.normal(-2, 0.5, n) if rng.random() < 0.4 else rng.normal(2, 0.9, n),
            "once for the whole batch",
        ),
        (
            lambda n, rng: np.where(
                rng.random(n) < 0.4, rng.normal(-2, 0.25, n), rng.normal(2, 0.81, n)
            ),
            "variances stand",
        ),
        (
            lambda n, rng: np.random.default_rng(0).choice([-2.0, 2.0], n, p=[0.4, 0.6]),
            "draw from `rng`",
        ),
        (lambda n, rng: rng.choice([-2.0, 2.0], n, p=[0.4, 0.6]), "standard deviation 1.96"),
        (lambda n, rng: rng.normal(0.4, 2.104), "shape ()"),
    ],
    "lesson_02.best_discriminator": [
        (lambda p, q: q / (q + p), "swapped"),
        (lambda p, q: p / q, "no probability"),
        (lambda p, q: np.log(np.asarray(p)) - np.log(np.asarray(q)), "logit"),
        (lambda p, q: np.asarray(p) > np.asarray(q), "hard yes or no"),
        (lambda p, q: np.mean(p / (p + q)), "one number for the whole batch"),
        (lambda p, q: np.asarray(p) / (np.asarray(p) + np.asarray(q) + 0.01), "got "),
    ],
    "lesson_02.jensen_shannon": [
        (lambda p, q, x: 2 * _js(p, q, x), "twice"),
        (lambda p, q, x: _js(p, q, x) / np.log(2), "bits"),
        (lambda p, q, x: 2 * _js(p, q, x) - np.log(4), "value of the game"),
        (
            lambda p, q, x: np.trapezoid((p * np.log(p / q) + q * np.log(q / p)) / 2, x),
            "with each other",
        ),
        (
            lambda p, q, x: np.trapezoid(
                p * np.log(p / ((p + q) / 2)) / 2 + q * np.log(q / ((p + q) / 2)) / 2, x
            ),
            "0·log 0",
        ),
        (lambda p, q, x: np.sqrt(_js(p, q, x)), "got "),
    ],
    "lesson_02.earth_mover": [
        (lambda p, q, x: np.trapezoid(np.abs(p - q), x), "total variation"),
        (
            lambda p, q, x: np.trapezoid(
                np.cumsum(p) * (x[1] - x[0]) - np.cumsum(q) * (x[1] - x[0]), x
            ),
            "absolute value is missing",
        ),
        (lambda p, q, x: np.trapezoid(np.abs(np.cumsum(p) - np.cumsum(q)), x), "width of a step"),
        (
            lambda p, q, x: abs(np.trapezoid(p * x, x) - np.trapezoid(q * x, x)),
            "difference of the means",
        ),
        (lambda p, q, x: np.max(np.abs(np.cumsum(p - q))) * (x[1] - x[0]), "got "),
    ],
    "lesson_02.counterexample": [
        (((1.0, 1.0), (2.0, 1.0)), "By both, q is the better"),
        (((2.0, 1.0), (1.0, 1.0)), "By both, r is the better"),
        (((0.0, 0.5), (1.2, 1.0)), "swap them"),
        (((0.0, 0.0), (1.0, 1.0)), "between 0.1 and 3"),
        ((1.2, 1.0), "shape (2,)"),
    ],
    "lesson_03.pearson_labels": [
        ((1, 1, -1), "usual labels"),
        ((3, 2, -2), "b - a is 4"),
        ((1, 2, -2), "b - c is -1"),
        ((1, 0, -1), "differentiate"),
        ((0, -1, 1), "b - a is 1"),
        ((1, 0), "expected 3 numbers"),
        ((1, "0", 0), "holds ['0']"),
    ],
    "lesson_03.cross_entropy": [
        (log_of_probability, "±120"),
        (lambda y, x: ops.mean(ops.softplus(x) - y * x), "mean of the batch"),
        (lambda y, x: ops.softplus(x) - (1 - y) * x, "swapped"),
        (lambda y, x: y * x - ops.softplus(x), "sign is turned"),
        (lambda y, x: ops.softplus(ops.sigmoid(x)) - y * ops.sigmoid(x), "twice"),
        (lambda y, x: ops.softplus(x) + y * x, "sign of y·l"),
        (lambda y, x: ops.binary_crossentropy(y, x), "from_logits=True"),
        (lambda y, x: ops.softplus(y) - x * y, "changed places"),
        (lambda y, x: ops.softplus(-x), "label is not used"),
        (lambda y, x: y * ops.softplus(-x), "Only the term of real"),
        (lambda y, x: ops.log(1 + ops.exp(x)) - y * x, "overflows"),
        (lambda y, x: ops.binary_crossentropy(y, tf.sigmoid(x)), "caps the cost"),
        (lambda y, x: ops.softplus(x) - 0.9 * y * x, "got "),
    ],
    "lesson_03.my_loss": [
        (lambda x: (ops.softplus(-x), ops.sigmoid(-x)), "sign turned"),
        (lambda x: (-ops.softplus(x), -ops.sigmoid(x)), "Too flat"),
        (lambda x: (ops.softplus(x), ops.sigmoid(x)), "does not fall (slope"),
        (lambda x: (ops.softplus(-x), -ops.sigmoid(-x) / len(x)), "batch's mean"),
        (lambda x: (ops.mean(ops.softplus(-x)), -ops.sigmoid(-x)), "Look at the loss"),
        (lambda x: ops.softplus(-x), "return loss, slope"),
        (lambda x: (ops.softplus(-x), -ops.sigmoid(x)), "not that of this loss"),
        (lambda x: (0 * x, 0 * x), "same for every logit"),
        (lambda x: (-ops.log(x), -1 / x), "not finite at the logit -8"),
        (lambda x: ((x + 1) ** 2, 2 * (x + 1)), "does not fall"),
        (lambda x: (ops.softplus(-x), -1 / ops.sigmoid(x)), "in D's probability"),
    ],
    "lesson_03.points_between": [
        (lambda a, b, s: _mixed(a, b, random.normal(_one_each(a), seed=s)), "normal instead"),
        (lambda a, b, s: _mixed(a, b, 0.5), "Always the middle"),
        (lambda a, b, s: _mixed(a, b, random.uniform((), seed=s)), "whole batch"),
        (lambda a, b, s: _mixed(a, b, random.uniform(a.shape, seed=s)), "ε of its own"),
        (lambda a, b, s: _mixed(a, b, 2 * random.uniform(_one_each(a), seed=s)), "outside"),
        (lambda a, b, s: _mixed(a, b, random.uniform(_one_each(a), seed=s) ** 3), "not uniform"),
        (lambda a, b, s: _mixed(a, b, random.uniform(_one_each(a), seed=1)), "Two seeds"),
        (lambda a, b, s: _mixed(a, b, np.random.rand(*_one_each(a))), "The same seed"),
        (lambda a, b, s: a + random.uniform(_one_each(a), seed=s) * b, "add up to 1"),
        (lambda a, b, s: a, "real samples themselves"),
        (
            lambda a, b, s: _mixed(a, b, random.uniform((len(a), 1), seed=s)),
            "Incompatible shapes: [5,1]",
        ),
    ],
    "lesson_04.to_tanh_range": [
        (lambda p: p / 255, "from 0 to 1"),
        (lambda p: p / 127.5, "from 0 to 2"),
        (lambda p: p / 128 - 1, "0.992"),
        (lambda p: (p - 128) / 127.5, "overflow"),
        (lambda p: (p - p.mean()) / p.std(), "got "),
    ],
    "lesson_04.my_discriminator_loss": [
        (lambda r, f: ops.mean(ops.softplus(r)) + ops.mean(ops.softplus(-f)), "swapped"),
        (lambda r, f: ops.sum(ops.softplus(-r)) + ops.sum(ops.softplus(f)), "sums over the batch"),
        (lambda r, f: ops.mean(ops.softplus(-r) + ops.softplus(f)) / 2, "half of it"),
        (lambda r, f: ops.softplus(-r) + ops.softplus(f), "mean is missing"),
        (lambda r, f: ops.mean(ops.softplus(-r)), "fakes are missing"),
        (lambda r, f: ops.mean(ops.softplus(-f)), "generator's loss"),
        (lambda r, f: ops.mean(f) - ops.mean(r), "got "),
    ],
    "lesson_04.count_weights": [
        (lambda s: sum(a * b for a, b in pairwise(s)), "biases are missing"),
        (lambda s: sum((a + a * b) for a, b in pairwise(s)), "counted for the inputs"),
        (lambda s: sum(a * b + 1 for a, b in pairwise(s)), "One bias a layer"),
        (sum, "units"),
        (lambda s: [a * b + b for a, b in pairwise(s)], "shape"),
    ],
    "lesson_04.my_step": [
        (step_without("D"), "D is never updated"),
        (step_without("G"), "G is never updated"),
        (step_without("D", "G"), "Nobody is updated"),
        (step_without("own loss"), "gets the other's loss"),
        (step_without("labels"), "labels are swapped"),
        (step_without("training"), "`training=True` is missing"),
        (step_without("return"), "two losses"),
        (step_without("G's label"), "called fake"),
        (step_without("order"), "wrong order"),
        (step_without("half"), "halved"),
        (step_without("minimax"), "minimax loss of G"),
        (step_without("tape"), "under its tape"),
        (step_without("two optimizers"), "each needs its own"),
    ],
    "lesson_04.certainty": [
        (lambda x: np.exp(-x), "halve the loss"),
        (lambda x: 1 - np.exp(-x / 2), "1 - c"),
        (lambda x: np.exp(x / 2), "at most 1"),
        (sigmoid, "no logit"),
        (lambda x: 2.0 ** (-x / 2), "base 2"),
        (lambda x: 1 - x, "got "),
    ],
    "lesson_05.output_size": [
        (lambda n, k, s, p: (n + 2 * p - k) // s + 1, "*convolution*"),
        (lambda n, k, s, p: n * s + k - 2 * p, "first input"),
        (lambda n, k, s, p: (n - 1) * s + k - p, "*both* ends"),
        (lambda n, k, s, p: (n - 1) * s + k + 2 * p, "added"),
        (lambda n, k, s, p: n * s, "got "),
        (lambda n, k, s, p: (n - 1) * s + k - 2, "taken for 1"),
        (lambda n, k, s, p: 21, "got 21"),
    ],
    "lesson_05.batch_norm": [
        (lambda x, g, b, e: g * _normal(x, (1, 2, 3), e) + b, "layer normalisation"),
        (lambda x, g, b, e: g * _normal(x, (1, 2), e) + b, "instance normalisation"),
        (lambda x, g, b, e: g * _normal(x, 0, e) + b, "Only the batch"),
        (lambda x, g, b, e: _normal(x, (0, 1, 2), e), "γ and β are missing"),
        (
            lambda x, g, b, e: g * (x - x.mean((0, 1, 2))) / (x.var((0, 1, 2)) + e) + b,
            "divide by its root",
        ),
        (lambda x, g, b, e: g * (x - x.mean((0, 1, 2))) / (x.std((0, 1, 2)) + e) + b, "got "),
    ],
    "lesson_05.my_generator": [
        (generator(*START, up(1, activation="sigmoid")), "not in a sigmoid"),
        (generator(*START, up(1)), "tanh would keep them"),
        (generator(*START, up(3, activation="tanh")), "3 channels"),
        (generator(*START, up(1, activation="tanh"), shape(28, 28)), "channel is missing"),
        (generator(*START, up(1, activation="tanh"), start=100), "expected (None, 64)"),
        (
            generator(dense(49), shape(7, 7, 1), up(8), up(1, activation="tanh")),
            "only 49 of 64 directions",
        ),
        (generator(dense(784, activation="tanh"), shape(28, 28, 1)), "0 of its layers double"),
        (
            generator(dense(4000), dense(784, activation="tanh"), shape(28, 28, 1)),
            "weights; 2,000,000",
        ),
    ],
    "lesson_05.my_discriminator": [
        (discriminator(layers.Flatten, dense(1, activation="sigmoid")), "a sigmoid at the end"),
        (discriminator(down(8), dense(1)), "Flatten before Dense"),
        (discriminator(layers.Flatten, dense(2)), "one logit"),
        (discriminator(down(8, kernel=1), layers.Flatten, dense(1)), "receptive field"),
        (discriminator(layers.Flatten, dense(1), start=(28, 28, 3)), "(None, 28, 28, 3)"),
        (discriminator(layers.Flatten, dense(1, trainable=False)), "no weights that can"),
        (discriminator(layers.Flatten, dense(1, activation="tanh")), "a tanh at the end"),
        (discriminator(layers.Flatten, dense(1, activation="relu")), "a ReLU at the end"),
        (discriminator(layers.Flatten, dense(1, activation="softmax")), "softmax over one"),
        (
            discriminator(down(8, 5, padding="valid"), layers.Flatten, dense(1)),
            "last rows and columns",
        ),
        (keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()]), "Got a model"),
    ],
    "lesson_05.frechet_of_independent": [
        (lambda m, s, n, t: np.sqrt(np.sum((m - n) ** 2 + (s - t) ** 2)), "the root"),
        (lambda m, s, n, t: np.sum((m - n) ** 2 + (s**2 - t**2) ** 2), "variances are compared"),
        (lambda m, s, n, t: np.mean((m - n) ** 2 + (s - t) ** 2), "averaged"),
        (lambda m, s, n, t: np.sum((m - n) ** 2), "spread is left out"),
        (lambda m, s, n, t: np.sum((s - t) ** 2), "means are left out"),
        (lambda m, s, n, t: (m - n) ** 2 + (s - t) ** 2, "sum over the features"),
        (lambda m, s, n, t: np.sum((m - n) ** 2 - (s - t) ** 2), "got "),
    ],
    "lesson_06.stop_turning": [
        (0.5, "still negative"),
        (0.25, "solve for γ"),
        (2, "stopped long ago"),
        (-1.0, "flies out"),
        (0.9, "got 0.9, not right"),
    ],
    "lesson_06.pair_losses": [
        (
            lambda r, f: (ops.mean(ops.softplus(r - f)), ops.mean(ops.softplus(f - r))),
            "changed places",
        ),
        (lambda r, f: 2 * (ops.mean(ops.softplus(f - r)),), "G's loss is D's"),
        (
            lambda r, f: (
                ops.mean(ops.softplus(-r)) + ops.mean(ops.softplus(f)),
                ops.mean(ops.softplus(-f)),
            ),
            "non-saturating",
        ),
        (lambda r, f: (ops.sum(ops.softplus(f - r)), ops.sum(ops.softplus(r - f))), "sums"),
        (lambda r, f: (ops.mean(f - r), ops.mean(r - f)), "softplus is missing"),
        (lambda r, f: (ops.softplus(f - r), ops.softplus(r - f)), "shape"),
        (lambda r, f: ops.mean(ops.softplus(f - r)), "shape"),
    ],
    "lesson_06.count_modes": [
        (lambda p, c, r: (len(c), 1.0), "got "),
        (
            lambda p, c, r: (
                len({int(np.argmin(np.hypot(*(c - point).T))) for point in p}),
                np.mean([np.hypot(*(c - point).T).min() <= r for point in p]),
            ),
            "yours counts any sample",
        ),
        (
            lambda p, c, r: (
                sum(any(np.hypot(*(point - k)) <= r for point in p) for k in c),
                sum(any(np.hypot(*(point - k)) <= r for point in p) for k in c) / len(c),
            ),
            "over samples",
        ),
        (
            lambda p, c, r: (
                sum(any(np.hypot(*(point - k)) <= r for point in p) for k in c),
                sum(any(np.hypot(*(point - k)) <= r for k in c) for point in p),
            ),
            "how many samples",
        ),
        (
            lambda p, c, r: (
                sum(any(np.sum((point - k) ** 2) <= r for point in p) for k in c),
                np.mean([any(np.sum((point - k) ** 2) <= r for k in c) for point in p]),
            ),
            "squared",
        ),
        (lambda p, c, r: 3, "shape"),
    ],
    "lesson_06.fooled_table": [
        (datasets.make_ring(2_000, seed=0)[0], "must beat true data"),
        (np.repeat(datasets.ring_centres()[:7], 200, axis=0), "All 8 modes"),
        (
            np.repeat(datasets.ring_centres(), [900, *7 * [20]], axis=0),
            "must be even",
        ),
        (datasets.make_ring(2_000, seed=0, std=0.007)[0], "must be even"),
        (datasets.ring_centres(), "at least 800"),
        (np.zeros((1000, 2)), "0 modes"),
    ],
    "lesson_07.between": [
        (lambda r, f, e: ops.reshape(e, (-1, 1, 1, 1)) * (f - r) + r, "swapped"),
        (lambda r, f, e: 0.5 * r + 0.5 * f, "half-way"),
        (lambda r, f, e: np.mean(e) * np.asarray(r) + (1 - np.mean(e)) * np.asarray(f), "mean"),
        (lambda r, f, e: e[0] * (r - f) + f, "of the first"),
        (lambda r, f, e: ops.reshape(e, (-1, 1, 1, 1)) * (r + f), "got "),
        (lambda r, f, e: e * r + (1 - e) * f, "raised"),
    ],
    "lesson_07.penalty_of": [
        (
            lambda s: ops.mean((ops.norm(ops.reshape(s, (-1, 2)), axis=1) - 1) ** 2),
            "each *pixel*",
        ),
        (lambda s: ops.mean((ops.sqrt(ops.sum(s**2, axis=1)) - 1) ** 2), "axis 1"),
        (lambda s: (ops.sqrt(ops.sum(s**2)) - 1) ** 2, "whole batch"),
        (lambda s: ops.mean((ops.sum(s**2, axis=(1, 2, 3)) - 1) ** 2), "root is missing"),
        (lambda s: ops.mean(ops.sum(s**2, axis=(1, 2, 3))), "R1"),
        (lambda s: (ops.sqrt(ops.sum(s**2, axis=(1, 2, 3))) - 1) ** 2, "shape"),
        (
            lambda s: ops.mean(ops.relu(ops.sqrt(ops.sum(s**2, axis=(1, 2, 3))) - 1) ** 2),
            "two-sided",
        ),
    ],
    "lesson_07.clipped_slope": [
        (0.01, "one weight"),
        (7.84, "added up"),
        (28, "not 1"),
        (1, "out of reach"),
        (0.0784, "squared norm"),
        (0.3, "not right"),
    ],
    "lesson_07.images_used": [
        (64_000, "takes five"),
        (5000, "takes a batch"),
        (384_000, "not six"),
        (320, "one generator step"),
        (60_000, "not right"),
    ],
    "lesson_08.mean_of_pairs": [
        (lambda k: k.mean(), "itself too"),
        (lambda k: (k.sum() - k.diagonal().sum()) / k.size, "still counted"),
        (lambda k: k[~np.eye(len(k), dtype=bool)].sum(), "sum is returned"),
        (lambda k: k[np.triu_indices(len(k))].mean(), "got "),
        (lambda k: k.diagonal().mean(), "part to leave out"),
        (lambda k: (k - np.diag(np.diag(k))).mean(axis=1), "shape"),
        (lambda k: k.sum() / (len(k) ** 2 - len(k)), "not in the count"),
    ],
    "lesson_08.recall": [
        (lambda d, r: (d <= r).any(0).mean(), "other one"),
        (lambda d, r: (d <= r[None]).mean(), "share of pairs"),
        (lambda d, r: (d <= r).any(axis=1).sum(), "number is returned"),
        (lambda d, r: (d <= r).all(axis=1).mean(), "one is enough"),
        (lambda d, r: (d <= r[:, None]).any(axis=1).mean(), "raised"),
        (lambda d, r: (d <= r).any(axis=1), "shape"),
    ],
    "lesson_08.endless": [
        (5.5, "2,000 samples"),
        (3, "bias itself"),
        (7, "still holds"),
        (6, "bias at 500"),
        (3000, "That is c."),
        (8.5, "not right"),
    ],
    "lesson_08.inception_score": [
        (lambda p: (p * np.log(p / p.mean(0))).sum(1).mean(), "exponential is missing"),
        (
            lambda p: np.exp((p.mean(0) * np.log(p.mean(0) / p)).sum(1).mean()),
            "other way",
        ),
        (lambda p: np.exp((p * np.log(p / p.mean(0))).sum(1)).mean(), "comes last"),
        (lambda p: np.exp((p * np.log(p * p.shape[1])).sum(1).mean()), "taken as even"),
        (lambda p: np.exp((p * np.log(p / p.mean(0))).sum()), "added up"),
        (lambda p: np.exp((p * np.log(p / p.mean(0))).mean()), "within a row"),
        (lambda p: p.max(axis=1).mean(), "got "),
    ],
    "lesson_09.reparameterize": [
        (lambda m, v, e: m + e * ops.exp(v), "half is missing"),
        (lambda m, v, e: m + ops.sqrt(ops.exp(v)) + e, "got "),
        (lambda m, v, e: m + e / (1 + ops.exp(-v)), "published"),
        (lambda m, v, e: m + v * e, "log-variance"),
        (lambda m, v, e: m, "left out"),
        (lambda m, v, e: e, "got "),
        (lambda m, v, e: m + v**0.5 * e, "NaN"),
        (lambda m, v, e: m + v / 2 * e, "may be negative"),
        (lambda m, v, e: m + ops.exp(v / 2), "noise is missing"),
    ],
    "lesson_09.kl_of_images": [
        (lambda m, v: ops.mean(_kl(m, v), axis=1), "mean over latents"),
        (lambda m, v: ops.mean(ops.sum(_kl(m, v), axis=1)), "one number for the batch"),
        (lambda m, v: -ops.sum(_kl(m, v), axis=1), "never negative"),
        (lambda m, v: 2 * ops.sum(_kl(m, v), axis=1), "half is missing"),
        (lambda m, v: _kl(m, v), "single latents"),
        (lambda m, v: ops.sum(_kl(m, v), axis=0), "over the batch"),
        (lambda m, v: ops.sum((m**2 + ops.exp(v / 2) - 1 - v) / 2, axis=1), "this has σ"),
        (lambda m, v: ops.sum((m**2 + ops.exp(v) - v) / 2, axis=1), "1 is missing"),
        (lambda m, v: ops.sum((m + ops.exp(v) - 1 - v) / 2, axis=1), "not squared"),
        (lambda m, v: ops.sum(m**2, axis=1) / 2, "got "),
        (lambda m, v: ops.sum(m**2 + v - 1 - ops.log(v), axis=1) / 2, "NaN"),
        (lambda m, v: ops.sum(m**2 - 1, axis=1) / 2, "stands in its place"),
    ],
    "lesson_09.negative_elbo": [
        (
            lambda x, lo, k: ops.mean(ops.sum(ops.softplus(lo) - x * lo, axis=(1, 2, 3)) + k),
            "taken in [-1, 1]",
        ),
        (lambda x, lo, k: ops.mean(_cost(x, lo)) + ops.mean(k), "averaged over pixels"),
        (lambda x, lo, k: ops.sum(_cost(x, lo)) / len(x), "KL is missing"),
        (lambda x, lo, k: -ops.sum(_cost(x, lo)) / len(x) - ops.mean(k), "ELBO itself"),
        (lambda x, lo, k: ops.sum(_cost(x, lo)) / len(x) - ops.mean(k), "subtracted"),
        (lambda x, lo, k: ops.sum(_cost(x, lo)) + ops.sum(k), "sum over"),
        (lambda x, lo, k: ops.sum(_cost(x, lo), axis=(1, 2, 3)) + k, "one number an image"),
        (lambda x, lo, k: ops.mean(k), "got "),
        (
            lambda x, lo, k: ops.mean(
                k + ops.sum(keras.losses.binary_crossentropy((x + 1) / 2, lo) * 1.0, axis=(1, 2))
            ),
            "from_logits",
        ),
    ],
    "lesson_09.bits_a_pixel": [
        (0.125, "nats a pixel"),
        (141.4, "bits an image"),
        (0.0866, "more of them"),
        (5.05, "not by 28"),
        (98, "Nothing was divided"),
        (0.3, "not right"),
    ],
    "lesson_10.best_answer": [
        (lambda x: x[1], "got "),
        (lambda x: x[0], "one of the pictures"),
        (lambda x: ops.mean(x), "one number"),
        (lambda x: ops.mean(x + 1, axis=0) / 2, "this is the ink"),
        (lambda x: ops.where(ops.mean(x, axis=0) > 0, 1.0, -1.0), "rounded"),
        (lambda x: ops.quantile(x, 0.5, axis=0), "median"),
        (lambda x: ops.max(x, axis=0), "inkiest"),
        (lambda x: ops.sum(x, axis=0), "divide"),
    ],
    "lesson_10.direction": [
        (lambda z, a: z[a > np.median(a)].mean(0), "subtract the mean"),
        (lambda z, a: z[a < np.median(a)].mean(0) - z[a > np.median(a)].mean(0), "got "),
        (lambda z, a: -_halves(z, a > np.median(a)), "takes the amount away"),
        (lambda z, a: z[a > np.median(a)].mean(0) - z.mean(0), "mean of all"),
        (lambda z, a: _halves(z, a > a.mean()), "parted at the mean"),
        (lambda z, a: _halves(z, a > np.median(a)).mean(), "one number"),
        (lambda z, a: (z * a[:, None]).mean(axis=0), "got "),
    ],
    "lesson_10.length_half_way": [
        (8, "length of the ends"),
        (4, "if one of them were 0"),
        (32, "squared length"),
        (11.3, "length of the sum"),
        (0, "do not cancel"),
        (0.707, "there are 64"),
        (6.5, "not right"),
    ],
    "lesson_10.never_beaten": [
        (lambda s: np.array([not any((b > a).all() for b in s) for a in s]), "better in *every*"),
        (lambda s: np.array([not any((b >= a).all() for b in s) for a in s]), "beats itself"),
        (lambda s: np.array([not any((b > a).any() for b in s) for a in s]), "not enough"),
        (lambda s: s.mean(1) == s.mean(1).max(), "sums were compared"),
        (lambda s: (s == s.max(0)).any(1), "second in all"),
        (lambda s: np.ones(len(s), bool), "got "),
    ],
    "lesson_11.with_label": [
        (lambda z, y: ops.concatenate([z, ops.cast(ops.reshape(y, (-1, 1)), z.dtype)], 1), "nine"),
        (lambda z, y: ops.concatenate([ops.one_hot(y, 10), z], axis=-1), "z was asked for first"),
        (lambda z, y: ops.one_hot(y, 10), "one picture"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y, 9)], axis=1), "shape"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y - 1, 10)], axis=1), "from 1"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y, 10)], axis=0), "raised"),
        (lambda z, y: z, "label is left out"),
    ],
    "lesson_11.projection_logits": [
        (lambda h, w, b, v, y: (h * w).sum(axis=1) + b, "3 from a 7"),
        (lambda h, w, b, v, y: np.einsum("ij,ij->i", h, v[y]), "first part"),
        (lambda h, w, b, v, y: h @ w + (h * v[y]).sum(axis=-1), "bias"),
        (lambda h, w, b, v, y: h @ w + b + (h * v[y]).mean(axis=-1), "averaged"),
        (lambda h, w, b, v, y: h @ w + b + h @ v.T, "raised"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T).sum(axis=1), "all* classes"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T).max(axis=1), "best class"),
        (lambda h, w, b, v, y: h @ w + b - (h * v[y]).sum(axis=1), "taken away"),
        (lambda h, w, b, v, y: sigmoid(h @ w + b + (h * v[y]).sum(axis=1)), "got "),
    ],
    "lesson_11.cut_off": [
        (lambda d, limit: np.clip(d, -limit, limit)[0], "piled up"),
        (lambda d, limit: d[0] * limit, "shrinks"),
        (lambda d, limit: d[np.argmax(np.abs(d).max(axis=(1, 2)) <= limit)], "got "),
        (lambda d, limit: np.where(np.abs(d) <= limit, d, 0)[0], "set to 0"),
        (lambda d, limit: d[np.abs(d) <= limit], "shape"),
        (lambda d, limit: np.sort(np.where(np.abs(d) <= limit, d, np.inf), axis=0)[0], "got "),
    ],
    "lesson_11.accuracy_by_chance": [
        ((0.5, 0.5**2 + 9 * (0.5 / 9) ** 2), "a tenth of the cases"),
        ((0.1, 0.1), "not chance"),
        ((0.1, 0.25), "1s only"),
        ((0.1, 0.25 + 9 * 0.01), "0.5/9"),
        ((0.1, 0.3), "not right"),
        (0.1, "shape"),
    ],
    "lesson_12.caption_vector": [
        (lambda w, A, B, C, a: (w + np.maximum(heard(w, C, B, A, a), 0)).sum(0), "exchanged"),
        (lambda w, A, B, C, a: np.maximum(heard(w, A, B, C, a), 0).sum(0), "left out"),
        (lambda w, A, B, C, a: w.sum(0) + heard(w, A, B, C, a).sum(0), "ReLU is left out"),
        (lambda w, A, B, C, a: np.maximum(w + heard(w, A, B, C, a), 0).sum(0), "window alone"),
        (lambda w, A, B, C, a: (w + np.maximum(heard(w, A, B, C, a), 0)).mean(0), "the mean"),
        (lambda w, A, B, C, a: (w + np.maximum(w @ B + a, 0)).sum(0), "each word by itself"),
        (lambda w, A, B, C, a: w + np.maximum(heard(w, A, B, C, a), 0), "shape"),
        (lambda w, A, B, C, a: w.sum(0), "got "),
    ],
    "lesson_12.right_caption_loss": [
        (lambda x: ops.mean(x[:, 0] - ops.logsumexp(x, axis=1)), "The sign"),
        (lambda x: ops.mean(ops.logsumexp(x[:, 1:], axis=1) - x[:, 0]), "can exceed 1"),
        (lambda x: -ops.mean(ops.log_softmax(x, axis=1)[:, -1]), "takes the last"),
        (lambda x: ops.sum(ops.logsumexp(x, axis=1) - x[:, 0]), "sum over the batch"),
        (lambda x: ops.mean(ops.softmax(x, axis=1)[:, 0]), "not minus its log"),
        (lambda x: ops.logsumexp(x, axis=1) - x[:, 0], "shape"),
        (lambda x: ops.mean(ops.softplus(x[:, 1:])), "only compete"),
    ],
    "lesson_12.all_right": [
        (lambda a, r: np.all(a == r, axis=1).mean(), "counts as wrong"),
        (lambda a, r: ((a == r) | (a == -1)).mean(), "right attributes"),
        (lambda a, r: ((a == r) | (a == -1)).any(axis=1).mean(), "enough"),
        (lambda a, r: ((a == r) | (a == -1)).all(axis=1).sum(), "divide"),
        (lambda a, r: ((a == r) | (a == -1)).all(axis=1), "shape"),
    ],
    "lesson_12.right_by_chance": [
        ((0.1, 6400), "seven colours"),
        ((0.1, 73), "not added"),
        ((0.1, 100), "colours were left out"),
        ((0.1, 800), "background was left out"),
        ((0.1, 1 / 5600), "is a share"),
        ((5600, 0.1), "other order"),
        (0.1, "shape"),
    ],
}


def _js(p, q, x):
    with np.errstate(all="ignore"):
        both = np.nan_to_num(p * np.log(2 * p / (p + q))) + np.nan_to_num(
            q * np.log(2 * q / (p + q))
        )
    return np.trapezoid(both, x) / 2


def _one_each(x):
    return (len(x), *[1] * (len(x.shape) - 1))


def _mixed(real, fake, epsilon):
    return epsilon * real + (1 - epsilon) * fake


def _normal(x, axes, epsilon):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon)


def _kl(m, v):
    return (m**2 + ops.exp(v) - 1 - v) / 2


def _cost(x, logits):
    return ops.log(1 + ops.exp(logits)) - (x + 1) / 2 * logits


def _halves(z, above):
    return z[above].mean(axis=0) - z[~above].mean(axis=0)
