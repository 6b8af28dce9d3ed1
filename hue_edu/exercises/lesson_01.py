"""Exercises of lesson 01: likelihood, what a model misses, mixtures."""

from functools import cache

import numpy as np
from scipy import stats

from ..answers.numbers import Wrong, expect, expect_function, expect_shape, to_numbers
from .kinds import examined, formula, value
from .mistakes_01 import (
    FLAT_DENSITIES,
    LARGE_PICTURES,
    WRONG_FITS,
    WRONG_MASSES,
    WRONG_MEANS,
    WRONG_SCORES,
    pictures,
    two_modes,
)


@formula(
    task="Write log q(x), one number per picture, for independent, normal pixels, even hundreds "
    "of them.",
    hints=(
        "Independent: the density is a product over the pixels, so its logarithm is a sum.",
        "The normal density of one pixel is exp(-(x - μ)² / (2σ²)) / √(2πσ²). What is its "
        "logarithm? Three terms come out, each with a ½.",
        "`variances` holds σ², so no root is needed, and no power either.",
        "x has the shape (num, pixels): along which axis do you add up the pixels?",
    ),
    shows="In a product, one pixel that the model thinks impossible makes the whole picture so.",
    inputs=pictures,
    wrong=WRONG_SCORES,
    also={"pictures of 400 pixels": LARGE_PICTURES},
    tensors=False,
)
def pixel_log_likelihood(x, mean, variances):
    squares = (x - mean) ** 2 / variances
    return -0.5 * (squares + np.log(variances) + np.log(2 * np.pi)).sum(axis=1)


@formula(
    task="Return the share of the data's mass, from 0 to 1, where q is below a hundredth of p.",
    hints=(
        "Where does q miss the data? Write that as a condition on `p` and `q`.",
        "Mass is an integral: of which density, and over which places? `np.trapezoid(…, x)` "
        "integrates over all of x.",
        "`np.where(condition, a, b)` takes a where the condition holds and b elsewhere. What must "
        "stand at the places that do not count?",
    ),
    shows="Reverse KL left 37% of the data out here, and was the best fit by its own measure.",
    inputs=two_modes,
    wrong=WRONG_MASSES,
    also={"densities that are flat in pieces": FLAT_DENSITIES},
    tensors=False,
    tolerance=5e-3,
)
def missed_mass(p, q, x):
    return np.trapezoid(np.where(q < 0.01 * p, p, 0), x)


def _verify_fit(answer):
    """Raise Wrong where μ is a known mistake, whatever σ is."""
    numbers = to_numbers(answer).squeeze()
    expect(
        numbers.shape != (2, 2),
        "These are the two parts of the mixture; give μ and σ of the one normal distribution.",
    )
    if numbers.shape == (2,):
        for mean, sentence in WRONG_MEANS.items():
            close = abs(numbers[0] - mean) < 0.005
            expect(not close, f"μ: got {mean:g}, not right. {sentence}")


@value(
    task="Give (μ, σ) of the normal q with the least KL(p‖q), to two decimals, for the other "
    "mixture.",
    hints=(
        "The least KL(p‖q) is maximum likelihood: q takes the mean and the variance of the data.",
        "The lesson does it by hand for its own mixture: μ is the weighted mean of the parts' "
        "means, and the mean square of the data is that of the parts' σ² + μ².",
        "The variance is the mean square less μ². What remains from there to σ?",
    ),
    shows="The spread of a mixture is that of its parts *and* of the way between them.",
    wrong=WRONG_FITS,
    parts=("μ", "σ"),
    verify=_verify_fit,
)
def covering_fit():
    return 2.0, (0.25 * (0.5**2 + 1) + 0.75 * (1 + 9) - 2.0**2) ** 0.5


def _mixture(left_share=0.4, means=(-2, 2), stds=(0.5, 0.9), draw=None, coin=None):
    """A function that draws from a mixture of two distributions.

    Args:
        draw: Function of rng, mean, std and num; a normal distribution if not given.
        coin: Function of rng and num, below `left_share` for the left part; even if not given.
    """
    draw = draw or (lambda rng, mean, std, num: rng.normal(mean, std, num))
    coin = coin or (lambda rng, num: rng.random(num))

    def sample(num, rng):
        left = coin(rng, num) < left_share
        return np.where(left, *(draw(rng, mean, std, num) for mean, std in zip(means, stds)))

    return sample


def _two_coins(num, rng):
    left, right = rng.normal(-2, 0.5, num), rng.normal(2, 0.9, num)
    return np.where(rng.random(num) < 0.4, left, 0) + np.where(rng.random(num) >= 0.4, right, 0)


def _coin_as_noise(num, rng):
    coin = rng.random(num)
    left, right = (stats.norm.ppf(coin, mean, std) for mean, std in ((-2, 0.5), (2, 0.9)))
    return np.where(coin < 0.4, left, right)


def _chosen_apart(num, rng):
    stds = rng.choice([0.5, 0.9], num, p=[0.4, 0.6])
    return rng.choice([-2, 2], num, p=[0.4, 0.6]) + stds * rng.normal(0, 1, num)


_WRONG_DRAWS = {
    "Two draws are mixed like paint: that is one hill at 0.4. Choose one part for each sample.": (
        lambda num, rng: 0.4 * rng.normal(-2, 0.5, num) + 0.6 * rng.normal(2, 0.9, num)
    ),
    "Two draws are added up. Choose one part for each sample.": (
        lambda num, rng: rng.normal(-2, 0.5, num) + rng.normal(2, 0.9, num)
    ),
    "All samples come from the left part; 60% should come from the right one.": (
        _mixture(left_share=1)
    ),
    "All samples come from the right part; 40% should come from the left one.": (
        _mixture(left_share=0)
    ),
    "Both parts have the same share; it should be 40 and 60%.": _mixture(left_share=0.5),
    "The shares are swapped: the left part should hold 40%.": _mixture(left_share=0.6),
    "The means are swapped: 40% should lie around -2 and 60% around 2.": _mixture(means=(2, -2)),
    "A sign is lost: both parts lie around 2, and the left one should lie around -2.": (
        _mixture(means=(2, 2))
    ),
    "The variances stand where the standard deviations should: rng.normal takes σ.": (
        _mixture(stds=(0.25, 0.81))
    ),
    "The roots of the standard deviations stand where these should: 0.5² is a variance, so σ is "
    "0.5.": _mixture(stds=(0.5**0.5, 0.9**0.5)),
    "The standard deviations are swapped: the left part is the narrow one.": (
        _mixture(stds=(0.9, 0.5))
    ),
    "Both parts have σ = 0.5; the right one should have 0.9.": _mixture(stds=(0.5, 0.5)),
    "Both parts have σ = 0.9; the left one should have 0.5.": _mixture(stds=(0.9, 0.9)),
    "Both parts have σ = 1; they should have 0.5 and 0.9.": _mixture(stds=(1, 1)),
    "Mean and σ are chosen apart from each other; one choice settles both.": _chosen_apart,
    "These are the two means alone (standard deviation 1.96 instead of 2.10); each sample needs a "
    "normal draw around its mean.": _mixture(stds=(0, 0)),
    "The spread is drawn with rng.random, which is never negative; rng.normal is meant.": (
        _mixture(draw=lambda rng, mean, std, num: mean + std * rng.random(num))
    ),
    "The coin is thrown with rng.normal; rng.random(num) is below 0.4 in 40% of the draws.": (
        _mixture(coin=lambda rng, num: rng.normal(0, 1, num))
    ),
    "The numbers that choose the part are used for the draw, too; draw new ones for it.": (
        _coin_as_noise
    ),
    "The coin is thrown twice, so some samples are 0 and some are the sum of two draws; throw it "
    "once for each sample.": _two_coins,
    "Where the left part is not chosen there is 0 instead of a draw from the right one.": (
        lambda num, rng: np.where(rng.random(num) < 0.4, rng.normal(-2, 0.5, num), 0)
    ),
    "Where the right part is not chosen there is 0 instead of a draw from the left one.": (
        lambda num, rng: np.where(rng.random(num) < 0.6, rng.normal(2, 0.9, num), 0)
    ),
    "These are the coins alone, 0 and 1; draw a sample for each.": (
        lambda num, rng: rng.random(num) < 0.4
    ),
    "This is the one normal distribution with the right mean and variance, without two modes.": (
        lambda num, rng: rng.normal(0.4, 4.426**0.5, num)
    ),
    "This is one normal distribution, without two modes, and its σ is the variance.": (
        lambda num, rng: rng.normal(0.4, 4.426, num)
    ),
    "This is one normal distribution, without two modes; its μ and σ are the means of the "
    "parts'.": lambda num, rng: rng.normal(0.4, 0.74, num),
}


def _cdf(x):
    return 0.4 * stats.norm.cdf(x, -2, 0.5) + 0.6 * stats.norm.cdf(x, 2, 0.9)


@cache
def _known_draws(many):
    """Pairs of what went wrong and samples that are drawn so, in increasing order."""
    return [
        (name, np.sort(wrong(many, np.random.default_rng(5))))
        for name, wrong in _WRONG_DRAWS.items()
    ]


def _gap(one, other):
    """The largest difference between the cumulative distributions of two sorted sets."""
    places = np.concatenate([one, other])
    shares = [np.searchsorted(each, places, side="right") / len(each) for each in (one, other)]
    return np.abs(shares[0] - shares[1]).max()


def _draw(answer, num, seed):
    return to_numbers(answer(num, np.random.default_rng(seed)))


def _examine_draws(answer, many=50_000):
    expect_function(answer)
    for num in (5, 1, 64):
        samples = _draw(answer, num, num)
        expect(
            num == 1 or samples.size != 2 * num,
            f"For num = {num}, got {samples.size} samples: {num} from each part. Choose one part "
            "for each sample.",
        )
        expect_shape(samples, (num,), f"For num = {num}, ")
    expect(
        not np.array_equal(_draw(answer, 64, 0), _draw(answer, 64, 1)),
        "Two generators `rng` gave the same samples: draw from `rng`.",
    )
    expect(
        np.array_equal(_draw(answer, 64, 0), _draw(answer, 64, 0), equal_nan=True),
        "The same seed of `rng` gave different samples: draw everything from `rng`, and nothing "
        "from elsewhere, such as `np.random`.",
    )
    _expect_choices(np.array([(_draw(answer, 64, k) < 0).mean() for k in range(100)]))
    _expect_mixture(_draw(answer, many, 0))


def _expect_choices(left):
    """Raise Wrong unless the part is chosen by chance for each sample.

    Args:
        left: Share of samples below 0, in a hundred batches of 64.
    """
    one_part = ((left < 0.1) | (left > 0.9)).all() and left.min() < 0.1 and left.max() > 0.9
    expect(
        not one_part,
        "All 64 samples lie in one part: the part is chosen once for the whole batch, not for each "
        "sample.",
    )
    expect(
        left.std() > 0.02 or not 0.3 < left.mean() < 0.7,
        f"In every batch of 64 the share of the left part is the same, about {left.mean():.0%}; by "
        "chance it would be larger in some batches than in others. Choose for each sample.",
    )


def _expect_mixture(samples):
    """Raise Wrong, with the mistake if it is known, unless the samples are the mixture's."""
    expect(np.isfinite(samples).all(), "Some samples are NaN (not a number) or infinite.")
    gap = stats.kstest(samples, _cdf).statistic
    if gap < 0.02:
        return
    samples = np.sort(samples)
    gaps = {name: _gap(samples, known) for name, known in _known_draws(len(samples))}
    nearest = min(gaps, key=gaps.get)
    expect(gaps[nearest] > 0.02, nearest)
    values, counts = np.unique(samples, return_counts=True)
    share, often = counts.max() / len(samples), values[counts.argmax()]
    expect(
        share < 0.1,
        f"{share:.0%} of the samples are the same number, {often:.3g}: `rng.normal` needs `num` to "
        "draw a new one for each sample.",
    )
    raise Wrong(
        f"The samples are not those of the mixture: mean {samples.mean():.2f} (expected 0.40), "
        f"standard deviation {samples.std():.2f} (2.10), share below 0 {(samples < 0).mean():.2f} "
        f"(0.41), and the cumulative distributions differ by up to {gap:.2f}."
    )


@examined(
    task="Draw `num` samples, shape (num,), from the lesson's mixture: 40% N(-2, 0.5²), "
    "60% N(2, 0.9²).",
    hints=(
        "Each sample comes from *one* of the two parts: throw a coin for each.",
        "`rng.random(num) < 0.4` is true for about 40% of the samples.",
        "Draw `num` samples from each part. Which NumPy function takes the one or the other, "
        "according to the coin?",
    ),
    shows="You can draw without writing down a density: that is all an implicit model can do.",
    examine=_examine_draws,
    seconds=5,
)
def sample_mixture(num, rng):
    left = rng.random(num) < 0.4
    return np.where(left, rng.normal(-2, 0.5, num), rng.normal(2, 0.9, num))
