"""Answers to the exercises of lesson 02, right and wrong, as learners write them."""

from fractions import Fraction

import numpy as np
import tensorflow as tf
from keras import ops
from scipy import integrate, special, stats
from scipy.spatial.distance import jensenshannon
from scipy.special import kl_div, rel_entr

from hue_edu import theory


def in_place(p, q):
    q += p
    p /= q
    return p


def divided_in_place(p, q):
    p /= p + q
    return p


def ratio(p, q):
    r = p / q
    return r / (r + 1)


def one_by_one(p, q):
    return [a / (a + b) for a, b in zip(p, q)]


def js(p, q, x):
    m = (p + q) / 2
    return np.trapezoid(rel_entr(p, m) + rel_entr(q, m), x) / 2


def js_riemann(p, q, x):
    dx = x[1] - x[0]
    m = 0.5 * (p + q)
    return 0.5 * np.sum(rel_entr(p, m)) * dx + 0.5 * np.sum(rel_entr(q, m)) * dx


def js_where(p, q, x):
    m = (p + q) / 2
    with np.errstate(all="ignore"):
        left = np.where(p > 0, p * np.log(p / m), 0)
        right = np.where(q > 0, q * np.log(q / m), 0)
    return (left + right).sum() * (x[1] - x[0]) / 2


def js_tiny(p, q, x):
    p, q = p + 1e-12, q + 1e-12
    m = (p + q) / 2
    return np.trapezoid(p * np.log(p / m) + q * np.log(q / m), x) / 2


def js_loop(p, q, x):
    total, dx = 0.0, x[1] - x[0]
    for a, b in zip(p, q):
        for c in (a, b):
            if c > 0:
                total += c * np.log(2 * c / (a + b)) * dx / 2
    return float(total)


def js_entropies(p, q, x):
    def entropy(density):
        return integrate.simpson(special.entr(density), x=x)

    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


def js_tf(p, q, x):
    m = (p + q) / 2
    terms = tf.math.xlogy(p, p) - tf.math.xlogy(p, m) + tf.math.xlogy(q, q) - tf.math.xlogy(q, m)
    return tf.reduce_sum(terms) * (x[1] - x[0]) / 2


def js_ops(p, q, x):
    m = (p + q) / 2
    m = ops.maximum(m, 1e-30)
    terms = [ops.where(a > 0, a * ops.log(ops.maximum(a, 1e-30) / m), 0.0) for a in (p, q)]
    return ops.sum(terms[0] + terms[1]) / 2 * (x[1] - x[0])


def js_value(p, q, x):
    return (theory.minimax_value(p, q, x) + np.log(4)) / 2


def kl(p, q, x):
    return np.trapezoid(rel_entr(p, q), x)


def js_nan(p, q, x):
    m = (p + q) / 2
    return np.trapezoid(p * np.log(p / m) + q * np.log(q / m), x) / 2


def js_of(middle):
    def answer(p, q, x):
        m = middle(p, q)
        return (kl(p, m, x) + kl(q, m, x)) / 2

    return answer


def js_turned(p, q, x):
    m = (p + q) / 2
    return (kl(m, p, x) + kl(m, q, x)) / 2


def js_turned_kept(p, q, x):
    m = (p + q) / 2
    return np.trapezoid(np.nan_to_num(rel_entr(m, p) + rel_entr(m, q), posinf=0), x) / 2


def js_nansum(p, q, x):
    terms = p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))
    return np.nansum(terms) * step(x) / 2


def js_array(p, q, x):
    m = (p + q) / 2
    return (rel_entr(p, m) + rel_entr(q, m)) / 2


def js_shares(p, q, x):
    p, q = p / p.sum(), q / q.sum()
    return js(p, q, x)


def js_brackets(p, q, x):
    m = p + q / 2
    return np.trapezoid(rel_entr(p, m) + rel_entr(q, m), x) / 2


def js_half_first(p, q, x):
    m = (p + q) / 2
    return np.trapezoid(rel_entr(p, m) / 2 + rel_entr(q, m), x)


def step(x):
    return x[1] - x[0]


def em(p, q, x):
    return np.abs(np.cumsum(p - q) * step(x)).sum() * step(x)


def em_methods(p, q, x):
    dx = (x[-1] - x[0]) / (len(x) - 1)
    return abs((p * dx).cumsum() - (q * dx).cumsum()).sum() * dx


def em_trapezoid(p, q, x):
    gap = integrate.cumulative_trapezoid(p, x, initial=0)
    gap = gap - integrate.cumulative_trapezoid(q, x, initial=0)
    return np.trapezoid(np.abs(gap), x)


def em_mixed(p, q, x):
    return np.trapezoid(np.abs(np.cumsum(p) - np.cumsum(q)), x) * step(x)


def em_loop(p, q, x):
    gap = work = 0.0
    for a, b in zip(p, q):
        gap += (a - b) * step(x)
        work += abs(gap) * step(x)
    return work


def em_ops(p, q, x):
    dx = x[1] - x[0]
    return ops.sum(ops.abs(ops.cumsum(p) - ops.cumsum(q))) * dx**2


def em_tf(p, q, x):
    dx = tf.reduce_mean(x[1:] - x[:-1])
    return tf.reduce_sum(tf.abs(tf.cumsum(p - q) * dx)) * dx


def em_shares(p, q, x):
    gap = np.cumsum(p) / np.sum(p) - np.cumsum(q) / np.sum(q)
    return np.trapezoid(np.abs(gap), x)


def em_matrix(p, q, x):
    below = x[:, None] >= x
    return np.abs(below @ (p - q)).sum() * step(x) ** 2


RIGHT = {
    "best_discriminator": [
        lambda p, q: p / (p + q),
        lambda p, q: 1 / (1 + q / p),
        lambda p, q: 1 - q / (p + q),
        lambda p, q: ops.divide(p, ops.add(p, q)),
        lambda p, q: ops.sigmoid(ops.log(p) - ops.log(q)),
        lambda p, q: tf.math.divide(p, p + q),
        lambda p, q: tf.nn.softmax(tf.math.log(tf.stack([p, q])), axis=0)[0],
        lambda p, q: special.expit(np.log(p / q)),
        lambda p, q: np.where(p + q > 0, p / (p + q), 0.5),
        lambda p, q: (p[:, None] / (p[:, None] + q[:, None]))[:, 0],
        lambda p, q: np.array([p, q])[0] / np.sum([p, q], axis=0),
        ratio,
        one_by_one,
        in_place,
        divided_in_place,
        theory.optimal_discriminator,
    ],
    "jensen_shannon": [
        lambda p, q, x: [js(p, q, x)],
        js,
        js_riemann,
        js_where,
        js_tiny,
        js_loop,
        js_entropies,
        js_tf,
        js_ops,
        js_value,
        lambda p, q, x: np.trapezoid(kl_div(p, (p + q) / 2) + kl_div(q, (p + q) / 2), x) / 2,
        lambda p, q, x: jensenshannon(p, q) ** 2,
        lambda p, q, x: sum(js_array(p, q, x)) * (x[-1] - x[0]) / len(x),
        lambda p, q, x: (
            (theory.kl_divergence(p, (p + q) / 2, x) + theory.kl_divergence(q, (p + q) / 2, x)) / 2
        ),
        theory.jensen_shannon_divergence,
    ],
    "earth_mover": [
        em,
        em_methods,
        em_trapezoid,
        em_mixed,
        em_loop,
        em_ops,
        em_tf,
        em_shares,
        em_matrix,
        lambda p, q, x: integrate.simpson(np.abs(np.cumsum(p - q) * step(x)), x=x),
        lambda p, q, x: em(p, q, x) * (len(x) - 1) / len(x),
        lambda p, q, x: stats.wasserstein_distance(x, x, p, q),
        lambda p, q, x: np.linalg.norm(np.cumsum(p - q), 1) * step(x) ** 2,
        theory.wasserstein_1,
    ],
    "counterexample": [
        ((0, 2.2), (0, 0.5)),
        [[-1.2, 1.0], [0.1, 0.5]],
        np.array([[0, 3], [0, 0.4]]),
        ((0, 3), (0, 0.4)),
        ((Fraction(0), Fraction(3)), (Fraction(0), Fraction(2, 5))),
        (np.array([0.0, 2.5]), np.array([0.0, 0.5])),
        tf.constant([[0.0, 2.5], [0.0, 0.5]]),
        ([np.float32(0), np.float32(2.5)], [0, 0.5]),
    ],
}

WRONG = {
    "best_discriminator": [
        (lambda p, q: np.asarray(p) / (np.asarray(p) + np.asarray(q) + 0.01), "got "),
        (lambda p, q: q / (p + q), "p and q are swapped"),
        (lambda p, q: p / q, "This is the ratio"),
        (lambda p, q: np.log(p / q), "This is the logit"),
        (lambda p, q: np.log(p / (p + q)), "This is the logarithm"),
        (lambda p, q: np.where(p > q, 1.0, 0.0), "This is a hard yes"),
        (lambda p, q: (p - q) / (p + q), "This is (p - q)/(p"),
        (lambda p, q: p**2 / (p**2 + q**2), "The densities are squared"),
        (lambda p, q: (p + q) / p, "This is 1 divided"),
        (lambda p, q: p / p + q, "Brackets are missing"),
        (lambda p, q: p[:, None] / (p[:, None] + q), "Every sample met"),
        (lambda p, q: np.mean(p / (p + q)), "The mean over all"),
        (lambda p, q: 2 * p / (p + q), "Half the sum of p"),
        (lambda p, q: p / (2 * (p + q)), "Every number is 0.5"),
        (lambda p, q: p / (p.sum() + q.sum()), "p and q are summed"),
        (lambda p, q: p.sum() / (p.sum() + q.sum()), "This is one share"),
        (lambda p, q: special.expit(p / q), "sigmoid of p/q"),
        (lambda p, q: special.expit(p - q), "sigmoid of p - q"),
        (lambda p, q: p / (1 + q), "p is divided by 1"),
        (lambda p, q: p, "This is p itself"),
        (lambda p, q: p + q, "This is the sum p"),
        (lambda p, q: p - q, "This is the difference"),
        (lambda p, q: np.full_like(p, 0.5), "This is ½ everywhere: right only"),
        (lambda p, q: 0.5, "This is ½ for all places together"),
        (lambda p, q: p / np.maximum(p, q), "p is divided by the"),
        (lambda p, q: np.sqrt(p) / (np.sqrt(p) + np.sqrt(q)), "These are the shares"),
        (lambda p, q: p[0] / (p[0] + q[0]), "This is the answer"),
        (lambda p, q: (p / (p + q))[:, None], "The numbers are right"),
        (lambda p, q: np.log(p) / (np.log(p) + np.log(q)), "Logarithms are divided"),
        (lambda p, q: p * np.log(p / (p + q)) + q * np.log(q / (p + q)), "This is what each"),
        (lambda p, q: print(p / (p + q)), "Got None. Does the"),
    ],
    "jensen_shannon": [
        (lambda p, q, x: 2 * js(p, q, x), "This is twice the"),
        (lambda p, q, x: js(p, q, x) / np.log(2), "This is in bits"),
        (lambda p, q, x: js(p, q, x) / 2, "This is half the"),
        (js_of(lambda p, q: p + q), "The middle is m ="),
        (js_of(lambda p, q: np.sqrt(p * q)), "The middle is √(pq)"),
        (js_brackets, "Brackets are missing"),
        (js_half_first, "of p is halved"),
        (kl, "KL(p‖q)"),
        (lambda p, q, x: kl(q, p, x), "KL(q‖p)"),
        (lambda p, q, x: (kl(p, q, x) + kl(q, p, x)) / 2, "compared with each other"),
        (lambda p, q, x: kl(p, q, x) + kl(q, p, x), "compared with each other, and"),
        (lambda p, q, x: kl(p, (p + q) / 2, x), "KL(p‖m) alone"),
        (lambda p, q, x: kl(p, (p + q) / 2, x) / 2, "½ KL(p‖m) alone"),
        (lambda p, q, x: kl(q, (p + q) / 2, x), "KL(q‖m) alone"),
        (js_nan, "This holds where"),
        (js_nansum, "Both terms are dropped"),
        (js_array, "The integral is missing"),
        (js_turned, "turned around"),
        (js_turned_kept, "got "),
        (js_shares, "p and q are divided"),
        (lambda p, q, x: js_array(p, q, x).sum(), "The width of a step"),
        (lambda p, q, x: js_array(p, q, x).mean(), "This is a mean over"),
        (lambda p, q, x: np.trapezoid(x, js_array(p, q, x)), "This is minus the"),
        (lambda p, q, x: np.sqrt(js(p, q, x)), "This is the Jensen-Shannon"),
        (theory.minimax_value, "This is the value"),
        (theory.total_variation, "This is the total"),
        (lambda p, q, x: js_array(p, q, x).sum() * (x[-1] - x[0]), "The sum is multiplied"),
        (lambda p, q, x: np.log(2) - js(p, q, x), "This is ln 2 - JSD"),
        (
            lambda p, q, x: (kl(p, (p + q) / 2, x) - kl(q, (p + q) / 2, x)) / 2,
            "One of the two divergences",
        ),
        (lambda p, q, x: np.cumsum(js_array(p, q, x)) * step(x), "These are running"),
        (theory.wasserstein_1, "This is W₁, the distance"),
    ],
    "earth_mover": [
        (lambda p, q, x: np.trapezoid(np.abs(p - q), x), "This is ∫|p - q|"),
        (
            lambda p, q, x: abs(np.trapezoid(p * x, x) - np.trapezoid(q * x, x)),
            "difference of the means: right only",
        ),
        (
            lambda p, q, x: np.trapezoid(np.cumsum(p) * step(x) - np.cumsum(q) * step(x), x),
            "absolute value is missing",
        ),
        (theory.total_variation, "This is the total"),
        (
            lambda p, q, x: np.cumsum(np.abs(p - q)).sum() * step(x) ** 2,
            "absolute value stands before",
        ),
        (lambda p, q, x: np.abs(np.cumsum(p - q)).sum() * step(x), "The width of a step"),
        (lambda p, q, x: np.abs(np.cumsum(p - q)).sum(), "missing twice"),
        (lambda p, q, x: np.abs(np.cumsum(p - q) * step(x)).mean(), "This is the mean"),
        (lambda p, q, x: np.abs(np.cumsum(p - q)).mean(), "This is a mean over"),
        (
            lambda p, q, x: ((np.cumsum(p - q) * step(x)) ** 2).sum() * step(x),
            "The gap between the",
        ),
        (
            lambda p, q, x: np.sqrt(((np.cumsum(p - q) * step(x)) ** 2).sum() * step(x)),
            "This is √∫(F_p -",
        ),
        (lambda p, q, x: np.max(np.abs(np.cumsum(p - q))) * step(x), "This is the largest"),
        (lambda p, q, x: em(p, q, x) / 2, "This is half of W₁"),
        (lambda p, q, x: np.abs(np.cumsum(p - q) * step(x)) * step(x), "The last sum is missing"),
        (lambda p, q, x: np.abs(np.cumsum(p - q) * step(x)), "The last integral"),
        (lambda p, q, x: np.trapezoid(x * (p - q), x), "means, with its sign"),
        (lambda p, q, x: np.trapezoid(np.abs(x * (p - q)), x), "Here |p - q| is weighed"),
        (lambda p, q, x: stats.wasserstein_distance(p, q), "`wasserstein_distance(p, q)` takes"),
        (lambda p, q, x: np.abs(p - q).sum(), "The densities are compared"),
        (lambda p, q, x: np.sqrt(em(p, q, x)), "This is the square"),
        (lambda p, q, x: -em(p, q, x), "The sign is turned"),
        (lambda p, q, x: np.abs(x[p.argmax()] - x[q.argmax()]), "This is the distance"),
        (
            lambda p, q, x: np.maximum(np.cumsum(p - q) * step(x), 0).sum() * step(x),
            "Only the places where",
        ),
        (lambda p, q, x: np.abs(np.cumsum(p * q) * step(x)).sum() * step(x), "got "),
        (lambda p, q, x: np.cumsum(np.abs(np.cumsum(p - q))) * step(x) ** 2, "These are running"),
        (lambda p, q, x: np.sum(np.abs(np.sort(p) - np.sort(q))) * step(x), "The heights of p"),
        (
            lambda p, q, x: np.abs(np.cumsum(p + q) * step(x)).sum() * step(x),
            "F_p and F_q are added",
        ),
    ],
    "counterexample": [
        (((1.0, 1.0), (2.0, 1.0)), "By both, q is the better"),
        (((2.0, 1.0), (1.0, 1.0)), "By both, r is the better"),
        (((0.0, 0.5), (1.2, 1.0)), "Right pair, wrong order"),
        (((0.0, 0.0), (1.0, 1.0)), "The standard deviations are 0"),
        ((1.2, 1.0), "Got the shape (2,), one pair"),
        (((0, 0.5), (0, 2.2)), "Right pair, wrong order"),
        (((2.2, 0), (0.5, 0)), "Right numbers, but"),
        (((0, 2), (0, 0.5)), "By JSD, q and r are equally"),
        (((0, 1), (0, 2)), "This q is p itself"),
        (((0, 2), (0, 1)), "This r is p itself"),
        (((0, 1.1), (1, 1)), "By both, q is the better"),
        (((0, 2), (0, 2)), "equally close to p"),
        ((0, 2.2, 0, 0.5), "Got the shape (4,), four numbers"),
        (((0, 0), (2.2, 0.5)), "Right numbers, but"),
        (((0, 2.2), (0, -0.5)), "The standard deviations are 2.2"),
        (((0, 2.2), (0, 0)), "The standard deviations are 2.2"),
        (((0, 5), (0, 0.3)), "The standard deviations are 5"),
        (((5, 1), (0, 0.1)), "The means are 5 and"),
        (((0, 1), (0, 2.2), (0, 0.5)), "Got the shape (3, 2); expected"),
        (None, "Got None; expected"),
        ("((0, 2.2), (0, 0.5))", "Got a str; expected"),
        ((stats.norm(0, 2.2), stats.norm(0, 0.5)), "Got a rv_continuous_frozen"),
        ({"q": (0, 2.2), "r": (0, 0.5)}, "Got a dict; expected"),
        (lambda: ((0, 2.2), (0, 0.5)), "Got a function; expected"),
        (((0, float("nan")), (0, 0.5)), "All four numbers"),
        (((0, 0.5), (1, 2)), "Right pair, wrong order"),
        (((1, 1), (-1, 1)), "equally close to p"),
        (((0, 0.05), (0, 0.01)), "The standard deviations are 0.05"),
    ],
}
