"""Exercises of lesson 02: the best discriminator, and divergences that disagree."""

import numpy as np
from scipy.special import rel_entr

from .. import theory
from ..answers.numbers import expect, to_numbers
from .kinds import examined, formula
from .mistakes_02 import (
    BOXES,
    NOT_JSD,
    NOT_THE_BEST,
    NOT_W1,
    two_curves,
    values_of_two_densities,
)


@formula(
    task="Write D*(x), the best discriminator's probability that x is real.",
    hints=(
        "Equation (2) of the lesson says what is best at one place, whatever happens elsewhere.",
        "Imagine all samples that land at a place, real and fake: what share of them is real?",
        "Where the two densities are equal it must be ½; where q is 0 it must be 1.",
    ),
    shows="The best discriminator is a ratio of densities: who knows D* knows p/q.",
    inputs=values_of_two_densities,
    wrong=NOT_THE_BEST,
)
def best_discriminator(p, q):
    return p / (p + q)


@formula(
    task="Compute JSD(p, q), in nats, on an even grid x; it must also hold where a density is 0.",
    hints=(
        "JSD is the mean of two KL divergences, both of them to the middle m = (p + q)/2.",
        "`rel_entr(a, b)` of scipy.special is a log(a/b), and it is 0 where a is 0.",
        "`rel_entr(p, m)` is one of the two parts; add the other, and integrate the sum with "
        "`np.trapezoid(…, x)`. Something is still missing then.",
    ),
    shows="Densities that share no place have JSD = ln 2, near or far: no slope to follow.",
    inputs=two_curves,
    wrong=NOT_JSD,
    also=BOXES,
    tensors=False,
    tolerance=2e-3,
)
def jensen_shannon(p, q, x):
    m = (p + q) / 2
    return np.trapezoid(rel_entr(p, m) + rel_entr(q, m), x) / 2


@formula(
    task="Compute W₁ = ∫ |F_p - F_q| dx from two densities on an even grid, to within 0.5%.",
    hints=(
        "F(x) is the area under the density to the left of x; at the end of the grid it is 1.",
        "A running sum times the width of a step is such an area: `np.cumsum(p) * dx`.",
        "First take the difference of the two F, then its absolute value. What is left to do is "
        "the integral, which needs dx once more.",
    ),
    shows="W₁ of two copies of one shape is their distance, and keeps its slope when they part.",
    inputs=two_curves,
    wrong=NOT_W1,
    also=BOXES,
    tensors=False,
    tolerance=5e-3,
)
def earth_mover(p, q, x):
    dx = x[1] - x[0]
    return np.trapezoid(np.abs(np.cumsum(p - q) * dx), x)


X = np.linspace(-24, 24, 9601)
FORM = "((mean, std), (mean, std)), first q, then r"
SAME = 1e-6  # two divergences that differ by no more are equal


def _examine_counterexample(answer):
    expect(not callable(answer), "Got a function; expected what it would return.")
    expect(answer is not None, f"Got None; expected {FORM}.")
    numbers = to_numbers(answer)
    said = {(2,): ", one pair of numbers instead of two", (4,): ", four numbers without pairs"}
    expect(
        numbers.shape == (2, 2),
        f"Got the shape {numbers.shape}{said.get(numbers.shape, '')}; expected {FORM}.",
    )
    expect(np.isfinite(numbers).all(), "All four numbers must be finite.")
    if not _in_range(numbers):
        _expect_order(numbers)
    means, stds = numbers.T
    expect(
        stds.min() >= 0.1 and stds.max() <= 3,
        f"The standard deviations are {stds[0]:.3g} and {stds[1]:.3g}; take them between 0.1 and "
        "3, which the grid can hold.",
    )
    expect(
        np.abs(means).max() <= 4,
        f"The means are {means[0]:.3g} and {means[1]:.3g}; take means between -4 and 4.",
    )
    _expect_refutation(*_divergences(numbers))


def _in_range(numbers):
    means, stds = numbers.T
    return np.abs(means).max() <= 4 and stds.min() >= 0.1 and stds.max() <= 3


def _divergences(pairs):
    """KL of q and of r, JSD of q and of r, from p."""
    p, fakes = theory.normal_density(X), [theory.normal_density(X, *pair) for pair in pairs]
    return (
        [theory.normal_kl(0.0, 1.0, *pair) for pair in pairs],
        [theory.jensen_shannon_divergence(p, fake, X) for fake in fakes],
    )


def _expect_order(numbers):
    """Raise Wrong if the same numbers in another order are a counterexample."""
    for other, order in (
        (numbers[:, ::-1], "in each pair the standard deviation comes first"),
        (numbers.T, "the two means come first, then the two standard deviations"),
    ):
        if _in_range(other):
            kl, jsd = _divergences(other)
            fits = kl[0] < kl[1] - SAME and jsd[0] > jsd[1] + SAME
            expect(not fits, f"Right numbers, but {order}; expected {FORM}.")


def _expect_refutation(kl, jsd):
    """Raise Wrong unless q is the closer to p by KL, and r by JSD."""
    said = (
        f"KL(p‖q) = {kl[0]:.4g}, KL(p‖r) = {kl[1]:.4g}; "
        f"JSD(p,q) = {jsd[0]:.4g}, JSD(p,r) = {jsd[1]:.4g}."
    )
    by_kl, by_jsd = kl[1] - kl[0], jsd[0] - jsd[1]  # both should be above 0
    for name, each in zip("qr", kl):
        expect(
            each > SAME,
            f"This {name} is p itself, at distance 0 by every divergence: nothing is closer.",
        )
    expect(
        by_kl >= -SAME or by_jsd >= -SAME,
        f"Right pair, wrong order: here q is better by JSD and r by KL; swap them. {said}",
    )
    expect(
        abs(by_kl) > SAME or abs(by_jsd) > SAME,
        f"Here q and r are equally close to p, by KL and by JSD. {said}",
    )
    expect(abs(by_kl) > SAME, f"By KL, q and r are equally close; q should be closer. {said}")
    expect(abs(by_jsd) > SAME, f"By JSD, q and r are equally close; r should be closer. {said}")
    expect(by_jsd > 0, f"By both, q is the better: JSD(p,q) should be the larger one. {said}")
    expect(by_kl > 0, f"By both, r is the better: KL(p‖q) should be the smaller one. {said}")


@examined(
    task="Refute, for p = N(0, 1), that what is closer by KL(p‖·) is also closer by JSD: give two "
    "normal distributions, q and r, such that q is closer by KL and r by JSD.",
    hints=(
        "KL(p‖r) grows without bound where r forgets p; JSD never exceeds ln 2.",
        "So take an r that is too narrow: it forgets p's tails, at little cost in JSD.",
        "r = N(0, 0.5²) will do: KL(p‖r) is 0.807 and JSD(p, r) is 0.093. Give q the width of p "
        "and shift it by m, which makes KL(p‖q) = m²/2. How large may m be, and how small?",
    ),
    shows="Which model is better depends on the divergence: 'closer' alone is half a sentence.",
    examine=_examine_counterexample,
    is_value=True,
    seconds=5,
)
def counterexample():
    return (1.2, 1.0), (0.0, 0.5)
