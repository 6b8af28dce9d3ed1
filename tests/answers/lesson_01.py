"""Answers to the exercises of lesson 01, right and wrong ones, as learners write them."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import tensorflow as tf
from keras import ops
from scipy import integrate
from scipy.stats import multivariate_normal, norm

from hue_edu import theory

LOG_2PI = np.log(2 * np.pi)


def by_loops(x, mean, variances):
    scores = []
    for picture in x:
        score = 0.0
        for value, m, v in zip(picture, mean, variances):
            score += -((value - m) ** 2) / (2 * v) - 0.5 * np.log(2 * np.pi * v)
        scores.append(score)
    return scores


def by_the_matrix(x, mean, variances):
    covariance, away = np.diag(variances), x - mean
    _, log_det = np.linalg.slogdet(covariance)
    squares = (away * np.linalg.solve(covariance, away.T).T).sum(axis=1)
    return -0.5 * (squares + log_det + len(mean) * LOG_2PI)


def with_tensors(x, mean, variances):
    squares = tf.square(x - mean) / variances
    return -0.5 * tf.reduce_sum(squares + tf.math.log(2 * np.pi * variances), axis=-1)


def nll(x, m, v, reduce=np.sum, axis=1, squares=0.5, logs=0.5, pis=0.5, power=1.0, **options):
    """-log q with parts of it left out or changed."""
    terms = squares * (x - m) ** 2 / v**power + logs * np.log(v) + pis * LOG_2PI
    return reduce(terms, axis=axis, **options)


def squares_of(x, m, v):
    return np.sum((x - m) ** 2 / v, axis=1)


def density(x, m, v):
    return norm.pdf(x, m, np.sqrt(v))


def missed_by_loop(p, q, x):
    mass = 0.0
    for k in range(len(x) - 1):
        if q[k] < 0.01 * p[k]:
            mass += p[k] * (x[k + 1] - x[k])
    return mass


def missed_by_tensors(p, q, x):
    missed = ops.where(q < 0.01 * p, p, ops.zeros_like(p))
    return ops.sum(missed) * (x[1] - x[0])


def missed_on_tensorflow(p, q, x):
    return tf.reduce_sum(tf.boolean_mask(p, q < p / 100)) / tf.reduce_sum(p)


def chosen(part, rng, means=(-2.0, 2.0), stds=(0.5, 0.9)):
    return rng.normal(np.array(means)[part], np.array(stds)[part])


def drawn_in_place(num, rng):
    samples, left = np.empty(num), rng.random(num) < 0.4
    samples[left] = rng.normal(-2, 0.5, left.sum())
    samples[~left] = rng.normal(2, 0.9, (~left).sum())
    return samples


def drawn_by_loop(num, rng):
    samples = []
    for _ in range(num):
        samples.append(rng.normal(-2, 0.5) if rng.random() < 0.4 else rng.normal(2, 0.9))
    return samples


def drawn_by_counting(num, rng):
    left = rng.binomial(num, 0.4)
    samples = np.concatenate([rng.normal(-2, 0.5, left), rng.normal(2, 0.9, num - left)])
    rng.shuffle(samples)
    return samples


def unshuffled(num, rng):
    left = rng.binomial(num, 0.4)
    return np.concatenate([rng.normal(-2, 0.5, left), rng.normal(2, 0.9, num - left)])


def exact_share_shuffled(num, rng):
    left = int(0.4 * num)
    parts = rng.normal(-2, 0.5, left), rng.normal(2, 0.9, num - left)
    return rng.permutation(np.concatenate(parts))


def both(num, rng):
    return rng.normal(-2, 0.5, num), rng.normal(2, 0.9, num)


def one_noise(num, rng):
    left, noise = rng.random(num) < 0.4, rng.standard_normal(num)
    return np.where(left, -2 + 0.5 * noise, 2 + 0.9 * noise)


def one_uniform(num, rng):
    u = rng.random(num)
    return np.where(u < 0.4, norm.ppf(u, -2, 0.5), norm.ppf(u, 2, 0.9))


def by_inversion(num, rng):
    u = rng.random(num)
    return np.where(u < 0.4, norm.ppf(u / 0.4, -2, 0.5), norm.ppf((u - 0.4) / 0.6, 2, 0.9))


def two_coins(num, rng):
    left = np.where(rng.random(num) < 0.4, rng.normal(-2, 0.5, num), 0)
    return left + np.where(rng.random(num) >= 0.4, rng.normal(2, 0.9, num), 0)


def only_left(num, rng):
    return np.where(rng.random(num) < 0.4, rng.normal(-2, 0.5, num), 0)


def mixture(left=0.4, means=(-2, 2), stds=(0.5, 0.9)):
    def draw(num, rng):
        coin = rng.random(num) < left
        return np.where(
            coin, rng.normal(means[0], stds[0], num), rng.normal(means[1], stds[1], num)
        )

    return draw


RIGHT = {
    "pixel_log_likelihood": [
        lambda x, m, v: (-0.5 * ((x - m) ** 2 / v + np.log(2 * np.pi * v))).sum(axis=1),
        lambda x, m, v: norm.logpdf(x, m, np.sqrt(v)).sum(axis=1),
        lambda x, m, v: norm(m, v**0.5).logpdf(x).sum(-1),
        lambda x, m, v: -ops.sum((x - m) ** 2 / (2 * v) + 0.5 * ops.log(2 * np.pi * v), axis=1),
        lambda x, m, v: np.einsum("ij->i", norm.logpdf(x, loc=m[None], scale=np.sqrt(v)[None])),
        lambda x, m, v: [multivariate_normal.logpdf(one, m, np.diag(v)) for one in x],
        lambda x, m, v: -squares_of(x, m, v) / 2 - np.log(np.prod(2 * np.pi * v)) / 2,
        by_loops,
        by_the_matrix,
        with_tensors,
    ],
    "missed_mass": [
        lambda p, q, x: np.trapezoid(np.where(q < p / 100, p, 0), x),
        lambda p, q, x: np.trapezoid(p * (q < 0.01 * p), x),
        lambda p, q, x: np.trapezoid(np.where(p > 100 * q, p, 0), dx=x[1] - x[0]),
        lambda p, q, x: p[q < 0.01 * p].sum() * (x[1] - x[0]),
        lambda p, q, x: p[q < 0.01 * p].sum() / p.sum(),
        lambda p, q, x: np.sum(p * (q / p < 0.01)) * np.diff(x)[0],
        lambda p, q, x: np.sum(
            np.where(np.log(p) - np.log(q) > np.log(100), p, 0) * np.gradient(x)
        ),
        lambda p, q, x: integrate.simpson(np.where(q < 0.01 * p, p, 0), x=x),
        lambda p, q, x: integrate.trapezoid((q < 0.01 * p) * p, x) / integrate.trapezoid(p, x),
        lambda p, q, x: 1 - np.trapezoid(np.where(q >= 0.01 * p, p, 0), x),
        missed_by_loop,
        missed_by_tensors,
        missed_on_tensorflow,
    ],
    "covering_fit": [
        (2, 1.95),
        (2.0, 1.9526),
        [2.0, 1.953],
        (Fraction(2), Decimal("1.95")),
        (2, 61**0.5 / 4),
        np.array([2.0, 1.95]),
        (np.float64(2), np.sqrt(np.float32(3.8125))),
        tf.constant([2.0, 1.9526]),
        (ops.convert_to_tensor(2.0), ops.sqrt(3.8125)),
        (1.9998, 1.9524),
    ],
    "sample_mixture": [
        lambda n, rng: np.where(rng.random(n) < 0.4, rng.normal(-2, 0.5, n), rng.normal(2, 0.9, n)),
        lambda n, rng: np.where(rng.random(n) < 0.6, rng.normal(2, 0.9, n), rng.normal(-2, 0.5, n)),
        lambda n, rng: chosen(rng.choice(2, n, p=[0.4, 0.6]), rng),
        lambda n, rng: chosen((rng.random(n) >= 0.4).astype(int), rng),
        lambda n, rng: ops.where(
            rng.random(n) < 0.4, rng.normal(-2, 0.5, n), rng.normal(2, 0.9, n)
        ),
        lambda n, rng: tf.where(rng.random(n) < 0.4, rng.normal(-2, 0.5, n), rng.normal(2, 0.9, n)),
        one_noise,
        drawn_in_place,
        drawn_by_loop,
        drawn_by_counting,
        unshuffled,
        by_inversion,
    ],
}

WRONG = {
    "pixel_log_likelihood": [
        (lambda x, m, v: -nll(x, m, v, np.mean), "pixels are averaged"),
        (lambda x, m, v: -nll(x, m, v, axis=None), "summed, too"),
        (lambda x, m, v: np.mean(norm.logpdf(x, m, np.sqrt(v))), "all averaged"),
        (lambda x, m, v: np.mean(-nll(x, m, v)), "mean over the pictures"),
        (lambda x, m, v: -nll(x, m, v, axis=0), "axis 0"),
        (lambda x, m, v: norm.logpdf(x, m, np.sqrt(v)), "one number for each pixel"),
        (lambda x, m, v: -nll(x, m, v, keepdims=True), "axis of length 1"),
        (lambda x, m, v: nll(x, m, v), "sign is turned"),
        (lambda x, m, v: -2 * nll(x, m, v), "in all three terms"),
        (lambda x, m, v: -nll(x, m, v, squares=1), "½ before the squares"),
        (lambda x, m, v: -nll(x, m, v, logs=1), "log σ² where"),
        (lambda x, m, v: -nll(x, m, v, pis=1), "½ before log 2π"),
        (lambda x, m, v: -nll(x, m, v, logs=1, pis=1), "not by 2πσ²"),
        (lambda x, m, v: -nll(x, m, v, pis=0), "½ log 2π of each pixel is missing"),
        (lambda x, m, v: -nll(x, m, v, logs=0), "½ log σ² is missing"),
        (lambda x, m, v: -squares_of(x, m, v) / 2, "only the squares"),
        (lambda x, m, v: -nll(x, m, v, squares=-0.5), "squares have the wrong sign"),
        (lambda x, m, v: -nll(x, m, v, logs=-0.5), "½ log σ² has the wrong sign"),
        (lambda x, m, v: -nll(x, m, v, pis=-0.5), "½ log 2π has the wrong sign"),
        (lambda x, m, v: -squares_of(x, m, v) / 2 + nll(m, m, v, axis=0), "below the fraction bar"),
        (lambda x, m, v: norm.logpdf(x, m, v).sum(axis=1), "used as σ; "),
        (lambda x, m, v: -nll(x, m, v, power=0.5), "divided by σ;"),
        (lambda x, m, v: -nll(x, m, v, power=2), "divided by σ⁴"),
        (
            lambda x, m, v: np.sum(-((x - m) ** 2) / 2 * v - np.log(2 * np.pi * v) / 2, axis=1),
            "multiplied by σ²",
        ),
        (
            lambda x, m, v: np.sum(-(x - m) / v / 2 - np.log(2 * np.pi * v) / 2, axis=1),
            "x - μ is not squared",
        ),
        (
            lambda x, m, v: np.sum(-abs(x - m) / v / 2 - np.log(2 * np.pi * v) / 2, axis=1),
            "|x - μ| is not squared",
        ),
        (lambda x, m, v: np.prod(density(x, m, v), axis=1), "likelihood q(x) itself"),
        (lambda x, m, v: np.log(np.prod(density(x, m, v), axis=1)), "too small for the computer"),
        (lambda x, m, v: np.log(density(x, m, v).sum(axis=1)), "densities are added"),
        (lambda x, m, v: np.log(density(x, m, v).mean(axis=1)), "mean density"),
        (lambda x, m, v: np.prod(np.log(density(x, m, v)), axis=1), "logarithms are multiplied"),
        (lambda x, m, v: np.log10(density(x, m, v)).sum(axis=1), "base 10"),
        (lambda x, m, v: np.log2(density(x, m, v)).sum(axis=1), "in bits"),
        (lambda x, m, v: -squares_of(x, m, v) / 2 - np.log(v).sum() / 2 - 392 * LOG_2PI, "784"),
        (lambda x, m, v: -(squares_of(x, m, v) + np.log(v).sum() + LOG_2PI) / 2, "is here once"),
        (lambda x, m, v: -(squares_of(x, m, v) + np.log(v).sum() + len(x) * LOG_2PI) / 2, "len(x)"),
        (lambda x, m, v: np.sum(-((x - m) ** 2) / v - np.log(np.pi * v), 1) / 2, "2 of ½ log 2π"),
        (
            lambda x, m, v: -(squares_of(x, m, v) + np.log(v.sum()) + v.size * LOG_2PI) / 2,
            "sum of the variances",
        ),
        (lambda x, m, v: norm.logpdf(x, m).sum(axis=1), "`variances` is left out"),
        (lambda x, m, v: norm.logpdf(x, scale=v**0.5).sum(axis=1), "`mean` is left out"),
        (lambda x, m, v: -nll(x, x.mean(axis=0), x.var(axis=0)), "those of the batch"),
        (lambda x, m, v: -nll(x, m, v + 0.01), "got "),
        (
            lambda x, m, v: -0.5 * (squares_of(x, m, v) + np.log(v) + LOG_2PI),
            "could not be broadcast",
        ),
    ],
    "missed_mass": [
        (lambda p, q, x: np.trapezoid(q * (p < q / 100), x), "swapped"),
        (lambda p, q, x: np.trapezoid(q * (q < p / 100), x), "q's mass in"),
        (lambda p, q, x: np.trapezoid((p - q) * (q < p / 100), x), "taken away"),
        (lambda p, q, x: np.trapezoid(p * (p < q / 100), x), "condition is turned round"),
        (lambda p, q, x: np.trapezoid(p * (q >= p / 100), x), "not* miss"),
        (lambda p, q, x: np.trapezoid(p, x), "which is 1;"),
        (lambda p, q, x: np.trapezoid(p * (q < p), x), "q is below p"),
        (lambda p, q, x: np.trapezoid(p * (q < p / 10), x), "tenth"),
        (lambda p, q, x: np.trapezoid(p * (q < 100 * p), x), "hundred times p"),
        (lambda p, q, x: np.trapezoid(p * (q < 0.01), x), "the number 0.01"),
        (lambda p, q, x: np.trapezoid(p * (p - q > 0.01), x), "differ by more"),
        (lambda p, q, x: np.sum(q < p / 100) * (x[1] - x[0]), "how long"),
        (lambda p, q, x: np.trapezoid(q < p / 100, x), "only the condition"),
        (lambda p, q, x: np.mean(q < p / 100), "share of the *places*"),
        (lambda p, q, x: np.sum(q < p / 100), "number of grid points"),
        (lambda p, q, x: q < p / 100, "only says where"),
        (lambda p, q, x: p * (q < p / 100), "integral over x was asked"),
        (lambda p, q, x: p[q < p / 100], "joined together"),
        (lambda p, q, x: np.cumsum(p * (q < p / 100)) * (x[1] - x[0]), "up to each place"),
        (lambda p, q, x: np.sum(p[q < p / 100]), "width of a step: integrate"),
        (lambda p, q, x: np.mean(p * (q < p / 100)), "mean of the values"),
        (lambda p, q, x: np.mean(p[q < p / 100]), "mean of p over"),
        (lambda p, q, x: np.trapezoid(p[q < p / 100], x[q < p / 100]), "bridged the gaps"),
        (lambda p, q, x: np.trapezoid(x, p * (q < p / 100)), "arguments"),
        (lambda p, q, x: np.trapezoid(x * p * (q < p / 100), x), "weighed by x"),
        (lambda p, q, x: 100 * np.trapezoid(p * (q < p / 100), x), "per cent"),
        (
            lambda p, q, x: (
                np.trapezoid(p * (q < p / 100), x) / np.trapezoid(p * (q >= p / 100), x)
            ),
            "divide by all of it",
        ),
        (lambda p, q, x: np.where(q < p / 100, p, 0).max(), "got "),
        (lambda p, q, x: theory.kl_divergence(p, q, x), "got "),
        (lambda p, q, x: 0.37, "got 0.37"),
    ],
    "covering_fit": [
        ((1.953, 2.0), "two numbers are swapped"),
        ((2.0, 3.8125), "number is the variance"),
        ((2.0, 1.397), "root was taken twice"),
        ((2.0, -1.9526), "not negative"),
        ((2.0, 1.9), "one decimal"),
        ((2.0, 2), "rounded at best"),
        ((2.0, 0.9014), "σ is that of the parts alone"),
        ((2.0, 0.8125), "variance of the parts alone"),
        ((2.0, 1.732), "σ is that of the two means"),
        ((2.0, 3.0), "variance of the two means"),
        ((2.0, 0.875), "variances are what adds up"),
        ((2.0, 1.0), "right part alone"),
        ((2.0, 7.8125**0.5), "root of the mean square"),
        ((2.0, 7.8125), "is the mean square"),
        ((2.0, 2.411), "μ was taken away"),
        ((2.0, 3.437), "μ² was added"),
        ((2.0, 3.875**0.5), "is not squared"),
        ((2.0, 3.75**0.5), "left out"),
        ((2.0, (0.25 * (0.5**2 + -(1**2)) + 0.75 * (1 + 9) - 4) ** 0.5), "square of -1"),
        ((2.0, 1.2748), "are not weighted"),
        ((1.0, 1.953), "μ: got 1, not right. It is not weighted"),
        ((0.0, 1.854), "weights are swapped"),
        ((2.5, 1.25), "sign is lost"),
        ((3.0, 1.0), "μ: got 3, not right. This is the right part"),
        ((-1, 0.5), "the left part alone"),
        ((0.4, 2.104), "mixture of the lesson"),
        ((0.61, 2.03), "μ: got 0.61"),
        ((2.0, 0.75), "σ: got 0.75"),
        (((-1, 0.5), (3, 1)), "two parts of the mixture"),
        (2.0, "shape (); expected 2 numbers"),
        ((2.0, 1.9526, 0.0), "shape (3,); expected 2 numbers"),
        ({"mu": 2, "sigma": 1.95}, "a dict"),
        ("(2, 1.95)", "a str"),
        (lambda: (2, 1.95), "a function"),
    ],
    "sample_mixture": [
        (lambda n, rng: 0.4 * rng.normal(-2, 0.5, n) + 0.6 * rng.normal(2, 0.9, n), "like paint"),
        (lambda n, rng: rng.normal(-2, 0.5, n) + rng.normal(2, 0.9, n), "added up"),
        (
            lambda n, rng: rng.normal(-2, 0.5, n) if rng.random() < 0.4 else rng.normal(2, 0.9, n),
            "once for the whole batch",
        ),
        (exact_share_shuffled, "share of the left part is the same"),
        (lambda n, rng: mixture()(n, np.random.default_rng(0)), "draw from `rng`"),
        (lambda n, rng: np.where(np.random.rand(n) < 0.4, *both(n, rng)), "such as `np.random`"),
        (lambda n, rng: rng.normal(-2, 0.5, n), "from the left part; "),
        (lambda n, rng: rng.normal(2, 0.9, n), "from the right part; "),
        (mixture(left=0.5), "same share"),
        (mixture(left=0.6), "shares are swapped"),
        (mixture(means=(2, -2)), "means are swapped"),
        (mixture(means=(2, 2)), "sign is lost"),
        (mixture(stds=(0.25, 0.81)), "variances stand"),
        (mixture(stds=(0.5**0.5, 0.9**0.5)), "roots of the standard deviations"),
        (mixture(stds=(0.9, 0.5)), "standard deviations are swapped"),
        (mixture(stds=(0.5, 0.5)), "σ = 0.5;"),
        (lambda n, rng: rng.choice([-2, 2], n, p=[0.4, 0.6]) + rng.normal(0, 0.9, n), "σ = 0.9;"),
        (mixture(stds=(1, 1)), "σ = 1;"),
        (
            lambda n, rng: (
                rng.choice([-2, 2], n, p=[0.4, 0.6])
                + rng.choice([0.5, 0.9], n, p=[0.4, 0.6]) * rng.standard_normal(n)
            ),
            "apart from each other",
        ),
        (lambda n, rng: rng.choice([-2.0, 2.0], n, p=[0.4, 0.6]), "standard deviation 1.96"),
        (
            lambda n, rng: np.where(
                rng.random(n) < 0.4, -2 + 0.5 * rng.random(n), 2 + 0.9 * rng.random(n)
            ),
            "never negative",
        ),
        (lambda n, rng: np.where(rng.normal(size=n) < 0.4, *both(n, rng)), "coin is thrown with"),
        (one_uniform, "used for the draw, too"),
        (two_coins, "thrown twice"),
        (only_left, "left part is not chosen"),
        (lambda n, rng: (rng.random(n) < 0.6) * rng.normal(2, 0.9, n), "right part is not chosen"),
        (lambda n, rng: rng.random(n) < 0.4, "coins alone"),
        (lambda n, rng: rng.normal(0.4, 2.104, n), "right mean and variance"),
        (lambda n, rng: rng.normal(0.4, 4.426, n), "its σ is the variance"),
        (lambda n, rng: rng.normal(0.4, 0.74, n), "the means of the parts"),
        (
            lambda n, rng: np.where(rng.random(n) < 0.4, rng.normal(-2, 0.5), rng.normal(2, 0.9)),
            "the same number",
        ),
        (mixture(left=0.7), "mean -0.80 (expected 0.40)"),
        (lambda n, rng: np.nan * mixture()(n, rng), "NaN"),
        (lambda n, rng: rng.normal(0.4, 2.104), "shape ()"),
        (lambda n, rng: mixture()(n, rng)[:, None], "shape (5, 1)"),
        (lambda n, rng: mixture()(1000, rng), "shape (1000,)"),
        (lambda n, rng: np.concatenate(both(n, rng)), "5 from each part"),
    ],
}
