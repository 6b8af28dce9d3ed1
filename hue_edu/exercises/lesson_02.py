"""Exercises of lesson 02: the best discriminator, and divergences that disagree."""

import numpy as np
from scipy.special import rel_entr

from .. import theory
from .exercise import examined, formula
from .numbers import expect, to_numbers

X = np.linspace(-12, 14, 2001)


def _densities(rng, num):
    """Values of two densities at `num` places."""
    return rng.uniform(0.05, 1, num), rng.uniform(0.05, 1, num)


@formula(
    task="Write D*(x), the best discriminator's probability that x is real.",
    hints=(
        "Equation (2) of the lesson.",
        "Where the two densities are equal it must be ½; where q is 0 it must be 1.",
    ),
    shows="The best discriminator is a ratio of densities: who knows D* knows p/q.",
    inputs=_densities,
    wrong={
        "p and q are swapped: 1 means real, so where only p reaches it must be 1.": (
            lambda p, q: q / (p + q)
        ),
        "This is the ratio p/q, which is no probability.": lambda p, q: p / q,
        "This is the logit log(p/q); its sigmoid is D*.": lambda p, q: np.log(p / q),
        "This is a hard yes or no; the best answer says how sure it is.": (
            lambda p, q: np.asarray(p > q, float)
        ),
    },
    also={"places that only p reaches": (np.ones(3), np.zeros(3))},
)
def best_discriminator(p, q):
    return p / (p + q)


def _normals(rng, num):
    return *(theory.normal_density(X, *rng.uniform((-1, 0.6), (2, 1.5))) for _ in range(2)), X


def _box(start, x):
    density = np.where((x >= start) & (x < start + 1), 1.0, 0.0)
    return density / np.trapezoid(density, x)


_LINE = np.linspace(0, 4, 2001)
_BOXES = {"densities that share no place": (_box(0.5, _LINE), _box(2, _LINE), _LINE)}


@formula(
    task="Write JSD(p, q), in nats; it must hold where a density is 0, too.",
    hints=(
        "JSD is the mean of two KL divergences, both against m = (p + q)/2.",
        "`rel_entr(a, b)` of scipy.special is a log(a/b), and 0 where a is 0.",
        "Integrate with `np.trapezoid(…, x)`.",
    ),
    shows="Densities that share no place have JSD = ln 2, near or far: no slope to follow.",
    inputs=_normals,
    wrong={
        "This is twice the JSD: take the *mean* of the two divergences.": (
            lambda p, q, x: 2 * theory.jensen_shannon_divergence(p, q, x)
        ),
        "The middle is m = (p + q)/2; the ½ is missing.": (
            lambda p, q, x: (
                (theory.kl_divergence(p, p + q, x) + theory.kl_divergence(q, p + q, x)) / 2
            )
        ),
        "p and q are compared with each other; compare each with the middle m.": (
            lambda p, q, x: (theory.kl_divergence(p, q, x) + theory.kl_divergence(q, p, x)) / 2
        ),
        "This is in bits; nats take the natural logarithm.": (
            lambda p, q, x: theory.jensen_shannon_divergence(p, q, x) / np.log(2)
        ),
        "This is the value of the game, 2 JSD - log 4.": lambda p, q, x: theory.minimax_value(
            p, q, x
        ),
        "This holds where both densities are positive; 0·log 0 became NaN, and it should be 0.": (
            lambda p, q, x: (
                np.trapezoid(p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q)), x) / 2
            )
        ),
    },
    also=_BOXES,
    tensors=False,
    counts="",
)
def jensen_shannon(p, q, x):
    m = (p + q) / 2
    return np.trapezoid(rel_entr(p, m) + rel_entr(q, m), x) / 2


@formula(
    task="Write W₁ = ∫ |F_p - F_q| dx from two densities on an even grid.",
    hints=(
        "F is the area to the left: `np.cumsum(p) * dx`, with dx the width of a step.",
        "First the difference of the two F, then its absolute value, then the integral.",
    ),
    shows="W₁ of two copies of one shape is their distance, and keeps its slope when they part.",
    inputs=_normals,
    wrong={
        "This is ∫|p - q|, twice the total variation; compare the *cumulative* distributions.": (
            lambda p, q, x: 2 * theory.total_variation(p, q, x)
        ),
        "The absolute value is missing: what flows left cancels what flows right.": (
            lambda p, q, x: np.trapezoid(np.cumsum(p - q) * (x[1] - x[0]), x)
        ),
        "The absolute value stands before the sum, so nothing cancels in F_p - F_q.": (
            lambda p, q, x: np.trapezoid(np.cumsum(np.abs(p - q)) * (x[1] - x[0]), x)
        ),
        "The width of a step is missing in F: it should end at 1.": (
            lambda p, q, x: np.trapezoid(np.abs(np.cumsum(p - q)), x)
        ),
        "This is the difference of the means: right only where all earth moves the same way.": (
            lambda p, q, x: np.abs(np.trapezoid(x * (p - q), x))
        ),
    },
    tensors=False,
    tolerance=5e-3,
    counts="",
)
def earth_mover(p, q, x):
    dx = x[1] - x[0]
    return np.trapezoid(np.abs(np.cumsum(p - q) * dx), x)


def _examine_counterexample(answer):
    numbers = to_numbers(answer)
    expect(
        numbers.shape == (2, 2),
        f"Got the shape {numbers.shape}; expected ((mean, std), (mean, std)), first q, then r.",
    )
    expect(np.isfinite(numbers).all(), "All four numbers must be finite.")
    expect((numbers[:, 1] >= 0.1).all() and (numbers[:, 1] <= 3).all(),
           f"The standard deviations are {numbers[0, 1]:.3g} and {numbers[1, 1]:.3g}; take them "
           "between 0.1 and 3, which the grid can hold.")  # fmt: skip
    expect(np.abs(numbers[:, 0]).max() <= 4, "Take means between -4 and 4.")
    _expect_refutation(*(theory.normal_density(X, *pair) for pair in numbers))


def _expect_refutation(q, r):
    """Raise Wrong unless q is the closer to p by KL, and r by JSD."""
    p = theory.normal_density(X)
    kl = [theory.kl_divergence(p, fake, X) for fake in (q, r)]
    jsd = [theory.jensen_shannon_divergence(p, fake, X) for fake in (q, r)]
    said = (
        f"KL(p‖q) = {kl[0]:.3f}, KL(p‖r) = {kl[1]:.3f}; "
        f"JSD(p,q) = {jsd[0]:.3f}, JSD(p,r) = {jsd[1]:.3f}."
    )
    by_kl, by_jsd = kl[0] < kl[1] - 1e-6, jsd[0] > jsd[1] + 1e-6
    expect(
        not (kl[0] > kl[1] + 1e-6 and jsd[0] < jsd[1] - 1e-6),
        f"Right pair, wrong order: here q is better by JSD and r by KL; swap them. {said}",
    )
    expect(by_kl or by_jsd, f"Here r is no better than q by JSD, nor q better by KL. {said}")
    expect(by_jsd, f"By both, q is the better: JSD(p,q) should be the larger one. {said}")
    expect(by_kl, f"By both, r is the better: KL(p‖q) should be the smaller one. {said}")


@examined(
    task="Refute by two normals, for p = N(0, 1): what is closer by KL(p‖·) is closer by JSD.",
    hints=(
        "KL(p‖r) grows without bound where r forgets p; JSD never exceeds ln 2.",
        "So take an r that is too narrow: it forgets p's tails, at little cost in JSD.",
        "And a q with the right width, somewhat beside p. r = N(0, 0.5²) will do.",
    ),
    shows="Which model is better depends on the divergence: 'closer' alone is half a sentence.",
    examine=_examine_counterexample,
    is_value=True,
    seconds=5,
)
def counterexample():
    return (1.2, 1.0), (0.0, 0.5)
