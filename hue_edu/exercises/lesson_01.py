"""Exercises of lesson 01: likelihood, what a model misses, mixtures."""

import numpy as np
from scipy import stats

from .. import theory
from .exercise import examined, formula, value
from .numbers import expect, expect_function, expect_shape, to_numbers


def _picture(rng, num):
    return rng.normal(0, 1, (num, 6)), rng.normal(0, 1, 6), rng.uniform(0.3, 2, 6)


def _log_likelihood(x, mean, variances, half=0.5, power=1.0, log=1.0, reduce=np.sum, axis=1):
    squares = (x - mean) ** 2 / variances**power
    terms = half * squares + log * 0.5 * np.log(variances) + 0.5 * np.log(2 * np.pi)
    return -reduce(terms, axis=axis)


@formula(
    task="Write log q(x) for pixels that are independent and normal.",
    hints=(
        "Independent: the density is a product over the pixels, so its logarithm is a sum.",
        "One pixel: -(x - μ)² / (2σ²) - ½ log σ² - ½ log 2π, and `variances` holds σ².",
        "x has the shape (num, pixels): sum along axis 1.",
    ),
    shows="In a product one pixel that the model thinks impossible makes the whole picture so.",
    inputs=_picture,
    wrong={
        "The pixels are averaged; the logarithm of a product is a sum.": (
            lambda x, m, v: _log_likelihood(x, m, v, reduce=np.mean)
        ),
        "This is log σ² where log σ = ½ log σ² was expected.": (
            lambda x, m, v: _log_likelihood(x, m, v, log=2.0)
        ),
        "The squares are divided by σ; divide by σ², which is what `variances` holds.": (
            lambda x, m, v: _log_likelihood(x, m, v, power=0.5)
        ),
        "The ½ before the squares is missing.": lambda x, m, v: _log_likelihood(x, m, v, half=1.0),
        "The term ½ log 2π of each pixel is missing.": (
            lambda x, m, v: _log_likelihood(x, m, v) + x.shape[1] * 0.5 * np.log(2 * np.pi)
        ),
        "The sign is turned: this is -log q, a cost.": lambda x, m, v: -_log_likelihood(x, m, v),
        "The pictures are summed, too: one number each is wanted.": (
            lambda x, m, v: _log_likelihood(x, m, v, axis=None)
        ),
    },
    tensors=False,
)
def pixel_log_likelihood(x, mean, variances):
    squares = (x - mean) ** 2 / variances
    return -0.5 * (squares + np.log(variances) + np.log(2 * np.pi)).sum(axis=1)


def _densities(rng, num):
    x = np.linspace(-9, 9, 2001)
    p = theory.mixture_density(x, [-2.0, 2.0], rng.uniform(0.4, 0.9, 2), [0.4, 0.6])
    return p, theory.normal_density(x, rng.uniform(3, 3.4), rng.uniform(1.3, 1.5)), x


@formula(
    task="Return the share of the data's mass that lies where q is below a hundredth of p.",
    hints=(
        "`q < 0.01 * p` is true where q misses the data.",
        "Mass is an integral of p: `np.trapezoid(…, x)`.",
        "`np.where(condition, p, 0)` keeps p only where the condition holds.",
    ),
    shows="Reverse KL left 37 % of the data out here, and was the best fit by its own measure.",
    inputs=_densities,
    wrong={
        "p and q are swapped: this is mass of q where p is small.": (
            lambda p, q, x: np.trapezoid(np.where(p < 0.01 * q, q, 0), x)
        ),
        "This is q's mass in the right places; how much of the *data* lies there?": (
            lambda p, q, x: np.trapezoid(np.where(q < 0.01 * p, q, 0), x)
        ),
        "This is how long the stretch is; weigh each place by p.": (
            lambda p, q, x: np.trapezoid(np.where(q < 0.01 * p, 1.0, 0), x)
        ),
        "The values are added up without the width of a step: integrate over x.": (
            lambda p, q, x: p[q < 0.01 * p].sum()
        ),
        "This is the share that q does *not* miss.": (
            lambda p, q, x: np.trapezoid(np.where(q < 0.01 * p, 0, p), x)
        ),
    },
    tensors=False,
    tolerance=5e-3,
    counts="",
)
def missed_mass(p, q, x):
    return np.trapezoid(np.where(q < 0.01 * p, p, 0), x)


@value(
    task="Give (μ, σ) of the normal q with the least KL(p‖q), for the other mixture.",
    hints=(
        "The least KL(p‖q) is maximum likelihood: q takes the mean and the variance of the data.",
        "μ = Σ w_k μ_k, and the mean square of the data is Σ w_k (σ_k² + μ_k²).",
        "The variance is the mean square less μ²; σ is its root.",
    ),
    shows="The spread of a mixture is that of its parts *and* of the way between them.",
    wrong={
        "The second number is the variance; σ is its root.": lambda: (2.0, 3.8125),
        "μ is not weighted: the right part holds three quarters of the data.": (
            lambda: (1.0, 3.8125**0.5)
        ),
        "This σ is that of the parts alone; the way between their means counts, too.": (
            lambda: (2.0, 0.8125**0.5)
        ),
        "This σ is the mean of the parts' σ; variances are what adds up.": lambda: (2.0, 0.875),
    },
    parts=("μ", "σ"),
)
def covering_fit():
    return 2.0, (0.25 * (0.5**2 + 1) + 0.75 * (1 + 9) - 2.0**2) ** 0.5


def _cdf(x):
    return 0.4 * stats.norm.cdf(x, -2, 0.5) + 0.6 * stats.norm.cdf(x, 2, 0.9)


def _mixture(left_share=0.4, stds=(0.5, 0.9)):
    def draw(num, rng):
        left = rng.random(num) < left_share
        return np.where(left, rng.normal(-2, stds[0], num), rng.normal(2, stds[1], num))

    return draw


_WRONG_DRAWS = {
    "Two draws are mixed like paint: that is one hill at 0.4. Choose one part for each sample.": (
        lambda num, rng: 0.4 * rng.normal(-2, 0.5, num) + 0.6 * rng.normal(2, 0.9, num)
    ),
    "Both parts have the same share; it should be 40 and 60 %.": _mixture(left_share=0.5),
    "The shares are swapped: the left part should hold 40 %.": _mixture(left_share=0.6),
    "The variances stand where the standard deviations should: rng.normal takes σ.": (
        _mixture(stds=(0.25, 0.81))
    ),
    "This is the one normal distribution with the right mean and variance, without two modes.": (
        lambda num, rng: rng.normal(0.4, 4.426**0.5, num)
    ),
}


def _examine_draws(answer, many=50_000):
    expect_function(answer)
    for num in (1, 5, 64):
        found = to_numbers(answer(num, np.random.default_rng(num)))
        expect_shape(found, (num,), f"For num = {num}, ")
    left = [np.mean(to_numbers(answer(64, np.random.default_rng(k))) < 0) for k in range(4)]
    expect(
        any(0.1 < share < 0.9 for share in left),
        "All 64 samples lie in one part: the part is chosen once for the whole batch, not for each "
        "sample.",
    )
    draws = [to_numbers(answer(many, np.random.default_rng(k))) for k in (0, 1)]
    expect(
        not np.array_equal(*draws), "Two generators `rng` gave the same samples: draw from `rng`."
    )
    _expect_mixture(draws[0])


def _expect_mixture(samples):
    """Raise Wrong, with the mistake if it is known, unless the samples are the mixture's."""
    for name, wrong in _WRONG_DRAWS.items():
        known = wrong(len(samples), np.random.default_rng(5))
        expect(stats.ks_2samp(samples, known).statistic > 0.02, name)
    gap = stats.kstest(samples, _cdf).statistic
    expect(
        gap < 0.02,
        f"The samples are not those of the mixture: mean {samples.mean():.2f} (expected 0.40), "
        f"standard deviation {samples.std():.2f} (2.10), share below 0 {(samples < 0).mean():.2f} "
        f"(0.41), and the cumulative distributions differ by up to {gap:.2f}.",
    )


@examined(
    task="Draw from the mixture of the lesson: 40 % N(-2, 0.5²), 60 % N(2, 0.9²).",
    hints=(
        "Each sample comes from *one* of the two parts: throw a coin for each.",
        "`rng.random(num) < 0.4` is true for about 40 % of the samples.",
        "`np.where(coin, left, right)` takes from `left` where the coin is true.",
    ),
    shows="You can draw without writing down a density: that is all an implicit model can do.",
    examine=_examine_draws,
    seconds=5,
)
def sample_mixture(num, rng):
    left = rng.random(num) < 0.4
    return np.where(left, rng.normal(-2, 0.5, num), rng.normal(2, 0.9, num))
