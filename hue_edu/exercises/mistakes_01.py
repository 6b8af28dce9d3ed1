"""Known mistakes in the exercises of lesson 01, and inputs that tell them apart."""

import numpy as np
from scipy import stats

from .. import theory

LOG_2PI = np.log(2 * np.pi)


def pictures(rng, num):
    """x, mean and variances of 3, 4 or 7 pixels."""
    pixels = 3 + num % 5
    return rng.normal(0, 1, (num, pixels)), rng.normal(0, 1, pixels), rng.uniform(0.3, 2, pixels)


_rng = np.random.default_rng(1)
LARGE_PICTURES = _rng.normal(0, 1, (2, 400)), _rng.normal(0, 1, 400), _rng.uniform(0.01, 0.3, 400)


def _score(reduce=np.sum, axis=1, squares=0.5, power=1.0, logs=0.5, pis=0.5, times=1.0):
    """log q(x) with other factors, another power of the variances or another sum."""

    def score(x, mean, variances):
        terms = squares * (x - mean) ** 2 / variances**power + logs * np.log(variances)
        return -times * reduce(terms + pis * LOG_2PI, axis=axis)

    return score


def _score_with(constant):
    """log q(x) with another constant, a function of x and variances."""
    return lambda x, m, v: -0.5 * (((x - m) ** 2 / v).sum(axis=1) + constant(x, v))


def _score_of(terms, reduce=np.sum):
    """The sum along axis 1 of terms that are not quite those of log q(x)."""
    return lambda x, m, v: reduce(terms(x - m, v) - 0.5 * (np.log(v) + LOG_2PI), axis=1)


def _densities(x, mean, variances):
    return stats.norm.pdf(x, mean, np.sqrt(variances))


WRONG_SCORES = {
    "The pixels are averaged; the logarithm of a product is a sum.": _score(np.mean),
    "The pictures are summed, too; each picture should get a number of its own.": _score(axis=None),
    "Pixels and pictures are all averaged; each picture should get the sum over its pixels.": (
        _score(np.mean, axis=None)
    ),
    "The mean over the pictures is returned; each picture should keep its own number.": (
        lambda x, m, v: np.mean(_score()(x, m, v))
    ),
    "The sum runs over the pictures (axis 0); it should run over the pixels.": _score(axis=0),
    "This is one number for each pixel; each picture should get one, made of all its pixels.": (
        lambda x, m, v: stats.norm.logpdf(x, m, np.sqrt(v))
    ),
    "The sign is turned: this is -log q, a cost.": _score(times=-1),
    "The ½ is missing in all three terms.": _score(times=2),
    "The ½ before the squares is missing.": _score(squares=1),
    "This is log σ² where log σ = ½ log σ² was expected.": _score(logs=1),
    "The ½ before log 2π is missing.": _score(pis=1),
    "The term ½ log 2π of each pixel is missing.": _score(pis=0),
    "The term ½ log σ² is missing: a wide pixel spreads its density thin.": _score(logs=0),
    "Only the squares are here; ½ log σ² and ½ log 2π are missing.": _score(logs=0, pis=0),
    "The squares have the wrong sign: a pixel far from its mean is less likely.": (
        _score(squares=-0.5)
    ),
    "½ log σ² has the wrong sign: a wide pixel spreads its density thin.": _score(logs=-0.5),
    "½ log 2π has the wrong sign.": _score(pis=-0.5),
    "½ log σ² and ½ log 2π have the wrong sign: σ and √(2π) stand below the fraction bar.": (
        _score(logs=-0.5, pis=-0.5)
    ),
    "The squares are divided by σ; divide by σ², which is what `variances` holds.": (
        _score(power=0.5)
    ),
    "The squares are divided by σ⁴; `variances` holds σ² already.": _score(power=2),
    "The squares are multiplied by σ²; divide by it. (In Python a / 2 * b is ab/2.)": (
        _score(power=-1)
    ),
    "`variances` was used as σ; it holds σ², so take its root.": _score(power=2, logs=1),
    "A root is missing: the density is divided by √(2πσ²), not by 2πσ².": _score(logs=1, pis=1),
    "x - μ is not squared.": _score_of(lambda away, v: -0.5 * away / v),
    "The distance |x - μ| is not squared.": _score_of(lambda away, v: -0.5 * np.abs(away) / v),
    "This is the likelihood q(x) itself; its logarithm was asked for.": (
        lambda x, m, v: np.prod(_densities(x, m, v), axis=1)
    ),
    "A product of so many small numbers is too small for the computer and became 0; add up their "
    "logarithms.": lambda x, m, v: np.log(np.prod(_densities(x, m, v), axis=1)),
    "The densities are added; the pixels are independent, so they are multiplied.": (
        lambda x, m, v: np.log(np.sum(_densities(x, m, v), axis=1))
    ),
    "This is the logarithm of the mean density; add up the logarithms of the densities.": (
        lambda x, m, v: np.log(np.mean(_densities(x, m, v), axis=1))
    ),
    "The logarithms are multiplied; the logarithm of a product is a sum.": (
        _score_of(lambda away, v: -0.5 * away**2 / v, np.prod)
    ),
    "This is the logarithm to base 10; nats take the natural one.": _score(times=1 / np.log(10)),
    "This is in bits; nats take the natural logarithm.": _score(times=1 / np.log(2)),
    "This takes 784 pixels for granted; count those of `mean`.": (
        _score_with(lambda x, v: np.log(v).sum() + 784 * LOG_2PI)
    ),
    "½ log 2π is here once; each pixel has one.": (
        _score_with(lambda x, v: np.log(v).sum() + LOG_2PI)
    ),
    "½ log 2π is counted once for each picture, by len(x); each pixel has one.": (
        _score_with(lambda x, v: np.log(v).sum() + len(x) * LOG_2PI)
    ),
    "The 2 of ½ log 2π is missing.": _score(pis=np.log(np.pi) / LOG_2PI / 2),
    "This is the logarithm of the sum of the variances; add up their logarithms.": (
        _score_with(lambda x, v: np.log(v.sum()) + v.size * LOG_2PI)
    ),
    "`variances` is left out: here every pixel has σ = 1.": (
        lambda x, m, v: _score()(x, m, np.ones_like(v))
    ),
    "`mean` is left out: here every pixel has the mean 0.": (
        lambda x, m, v: _score()(x, np.zeros_like(m), v)
    ),
    "Mean and variance are those of the batch x itself; take the model's.": (
        lambda x, m, v: _score()(x, x.mean(axis=0), x.var(axis=0))
    ),
}


def two_modes(rng, num):
    """A mixture p, and a normal q that misses its left, its right or both of its modes."""
    x = np.linspace(-10 - num % 3, 12, 2001 + 100 * (num % 4))
    p = theory.mixture_density(x, [-2.5, 2.0], rng.uniform(0.4, 0.9, 2), [0.4, 0.6])
    mean, std = {5: (3.2, 1.4), 1: (-0.3, 0.6), 64: (-3.0, 1.2)}[num]
    return p, theory.normal_density(x, mean + rng.uniform(0, 0.3), std), x


def _steps(*heights):
    """A density that is flat on each of four stretches, whose masses are given."""
    return np.repeat(heights, 1000) / 2


_FLAT = np.linspace(0, 8, 4000, endpoint=False)
FLAT_DENSITIES = (
    _steps(0.3, 0.4, 0.291, 0.009),
    _steps(0.3 / 105, 0.4 / 50, 0.3 / 5, 0.929),
    _FLAT,
)


def _integral(weight, where):
    """The integral of a weight over the places where a condition on p and q holds."""
    return lambda p, q, x: np.trapezoid(np.where(where(p, q), weight(p, q, x), 0), x)


def _forgets(p, q):
    return q < 0.01 * p


def _p(p, q, x):
    return p


def _missed(p, q, x):
    return np.where(_forgets(p, q), p, 0)


WRONG_MASSES = {
    "p and q are swapped: this is mass of q where p is small.": (
        _integral(lambda p, q, x: q, lambda p, q: p < 0.01 * q)
    ),
    "This is q's mass in the right places; how much of the *data* lies there?": (
        _integral(lambda p, q, x: q, _forgets)
    ),
    "q's mass was taken away from p's; all of the data's mass counts there.": (
        _integral(lambda p, q, x: p - q, _forgets)
    ),
    "The condition is turned round: this is the mass of p where p is below a hundredth of "
    "q.": _integral(_p, lambda p, q: p < 0.01 * q),
    "This is all of the data's mass, which is 1; leave out the places where q is large enough.": (
        _integral(_p, lambda p, q: q >= 0)
    ),
    "This is the share that q does *not* miss.": _integral(_p, lambda p, q: q >= 0.01 * p),
    "This counts all places where q is below p, not only those below a hundredth of p.": (
        _integral(_p, lambda p, q: q < p)
    ),
    "This counts the places where q is below a tenth of p; a hundredth was asked for.": (
        _integral(_p, lambda p, q: q < 0.1 * p)
    ),
    "This counts the places where q is below a hundred times p; below a hundredth was asked "
    "for.": _integral(_p, lambda p, q: q < 100 * p),
    "q is compared with the number 0.01; compare it with a hundredth of p.": (
        _integral(_p, lambda p, q: q < 0.01)
    ),
    "This counts the places where p and q differ by more than 0.01; a hundredth of p is a "
    "ratio.": _integral(_p, lambda p, q: p - q > 0.01),
    "This is how long the stretch is; weigh each place by p.": (
        _integral(lambda p, q, x: 1.0, _forgets)
    ),
    "Only the condition was integrated; weigh each place by p.": (
        lambda p, q, x: np.trapezoid(_forgets(p, q), x)
    ),
    "This is the share of the *places* where q misses; weigh each place by p.": (
        lambda p, q, x: np.mean(_forgets(p, q))
    ),
    "This is the number of grid points where q misses; integrate p over them.": (
        lambda p, q, x: np.sum(_forgets(p, q))
    ),
    "This only says where q misses the data; how much of the mass of p lies there?": (
        lambda p, q, x: _forgets(p, q)
    ),
    "These are the values of p where q misses; their integral over x was asked for.": _missed,
    "These are the values of p at the places that q misses, joined together; their integral was "
    "asked for.": lambda p, q, x: p[_forgets(p, q)],
    "This is the mass up to each place; its last number is that of all.": (
        lambda p, q, x: np.cumsum(_missed(p, q, x)) * (x[1] - x[0])
    ),
    "The values are added up without the width of a step: integrate over x.": (
        lambda p, q, x: _missed(p, q, x).sum()
    ),
    "This is the mean of the values; an integral is their sum times the width of a step.": (
        lambda p, q, x: _missed(p, q, x).mean()
    ),
    "This is the mean of p over the places that q misses; integrate p over them.": (
        lambda p, q, x: p[_forgets(p, q)].mean()
    ),
    "`np.trapezoid` got only the places that q misses, and bridged the gaps between them; give "
    "it all places, with p set to 0 elsewhere.": (
        lambda p, q, x: np.trapezoid(p[_forgets(p, q)], x[_forgets(p, q)])
    ),
    "The arguments of `np.trapezoid` are swapped: first the values, then x.": (
        lambda p, q, x: np.trapezoid(x, _missed(p, q, x))
    ),
    "This is the mass weighed by x, as for a mean; leave the factor x out.": (
        _integral(lambda p, q, x: x * p, _forgets)
    ),
    "This is in per cent; a share goes from 0 to 1.": _integral(lambda p, q, x: 100 * p, _forgets),
    "This is the mass that q misses divided by the mass that it does not miss; divide by all of "
    "it, which is 1.": lambda p, q, x: _missed(p, q, x).sum() / (p - _missed(p, q, x)).sum(),
}


WRONG_MEANS = {
    1.0: "It is not weighted: the right part holds three quarters of the data.",
    0.0: "The weights are swapped: the right part holds three quarters of the data.",
    2.5: "A sign is lost: the left part lies at -1.",
    3.0: "This is the right part alone, as KL(q‖p) would choose; KL(p‖q) has to cover both.",
    -1.0: "This is the left part alone; KL(p‖q) has to cover both.",
    0.4: "This is the mixture of the lesson; here the data are different ones.",
}
_SIGMA = 3.8125**0.5
WRONG_FITS = {
    "The two numbers are swapped: first μ, then σ.": lambda: (_SIGMA, 2.0),
    "The second number is the variance; σ is its root.": lambda: (2.0, 3.8125),
    "The root was taken twice: σ is the root of the variance.": lambda: (2.0, 3.8125**0.25),
    "σ is a width, so it is not negative.": lambda: (2.0, -_SIGMA),
    "σ has one decimal; two were asked for.": lambda: (2.0, 1.9),
    "σ = 2 is rounded at best; two decimals were asked for.": lambda: (2.0, 2.0),
    "This σ is that of the parts alone; the way between their means counts, too.": (
        lambda: (2.0, 0.8125**0.5)
    ),
    "This is the variance of the parts alone; the way between their means counts, too, and σ is a "
    "root.": lambda: (2.0, 0.8125),
    "This σ is that of the two means alone; the parts have a width of their own.": (
        lambda: (2.0, 3**0.5)
    ),
    "This is the variance of the two means alone; the parts have a width of their own, and σ is a "
    "root.": lambda: (2.0, 3.0),
    "This σ is the mean of the parts' σ; variances are what adds up.": lambda: (2.0, 0.875),
    "This σ is that of the right part alone.": lambda: (2.0, 1.0),
    "This is the root of the mean square; take μ² away before the root.": (
        lambda: (2.0, 7.8125**0.5)
    ),
    "This is the mean square of the data; the variance is less by μ², and σ is its root.": (
        lambda: (2.0, 7.8125)
    ),
    "μ was taken away from the mean square; it should be μ².": lambda: (2.0, 5.8125**0.5),
    "μ² was added to the mean square; take it away.": lambda: (2.0, 11.8125**0.5),
    "The left part's σ = 0.5 is not squared: its variance is 0.25.": lambda: (2.0, 3.875**0.5),
    "The left part's own variance, 0.25, is left out.": lambda: (2.0, 3.75**0.5),
    "The square of -1 is 1; here it is -1. (Python reads -1**2 as -(1**2).)": (
        lambda: (2.0, 3.3125**0.5)
    ),
    "The mean squares of the parts are not weighted: the right part holds three quarters of the "
    "data.": lambda: (2.0, 1.625**0.5),
}
