"""What the exercises of lesson 02 are tried with, and the mistakes that they know by name."""

import numpy as np
from scipy import stats
from scipy.special import expit, rel_entr

from .. import theory

_kl, _jsd = theory.kl_divergence, theory.jensen_shannon_divergence


def values_of_two_densities(rng, num):
    """Of p and q at `num` places; a density may be larger than 1."""
    return rng.uniform(0.05, 2, num), rng.uniform(0.05, 2, num)


def two_curves(rng, num):
    """Two densities that cross more than once, on an even grid, which differs with `num`."""
    x = np.linspace(-9 - num % 3, 11, 2001 + 10 * num)
    left = theory.mixture_density(x, rng.uniform(-2, 1, 2), rng.uniform(0.6, 1.5, 2))
    right = theory.normal_density(x, rng.uniform(0, 1), rng.uniform(0.6, 1.5))
    return (right, left, x) if num == 1 else (left, right, x)  # so that the means differ both ways


def _box(start, x):
    density = np.where((x >= start) & (x < start + 1), 1.0, 0.0)
    return density / np.trapezoid(density, x)


_LINE = np.linspace(0, 4, 2001)
BOXES = {"densities that share no place": (_box(0.5, _LINE), _box(2, _LINE), _LINE)}

NOT_THE_BEST = {
    "p and q are swapped: 1 means real, so where only p reaches it must be 1.": (
        lambda p, q: q / (p + q)
    ),
    "This is the ratio p/q, which is no probability.": lambda p, q: p / q,
    "This is the logit log(p/q); its sigmoid is D*.": lambda p, q: np.log(p / q),
    "This is the sigmoid of p/q; the sigmoid wants the logit, which is the logarithm of p/q.": (
        lambda p, q: expit(p / q)
    ),
    "This is the sigmoid of p - q (or a softmax of p and q, which is the same); D* depends on the "
    "ratio of the two densities, not on their difference.": lambda p, q: expit(p - q),
    "This is a hard yes or no; the best answer says how sure it is.": (
        lambda p, q: np.asarray(p > q, float)
    ),
    "This is (p - q)/(p + q), which runs from -1 to 1; a probability runs from 0 to 1.": (
        lambda p, q: (p - q) / (p + q)
    ),
    "The densities are squared; their shares count as they are.": (
        lambda p, q: p**2 / (p**2 + q**2)
    ),
    "These are the shares of √p and √q; no root is needed.": (
        lambda p, q: np.sqrt(p) / (np.sqrt(p) + np.sqrt(q))
    ),
    "Brackets are missing: p / p + q is computed as (p / p) + q.": lambda p, q: p / p + q,
    "Half the sum of p and q stands below p; it should be the whole sum.": (
        lambda p, q: p / ((p + q) / 2)
    ),
    "p and q are summed over all places before the division; each place has its own sum.": (
        lambda p, q: p / (np.sum(p) + np.sum(q))
    ),
    "This is one share for all places together; each place has an answer of its own.": (
        lambda p, q: np.sum(p) / (np.sum(p) + np.sum(q))
    ),
    "p is divided by 1 + q; equation (2) has p + q there.": lambda p, q: p / (1 + q),
    "p is divided by the larger of the two densities; equation (2) has their sum there.": (
        lambda p, q: p / np.maximum(p, q)
    ),
    "This is p itself; the answer depends on both densities.": lambda p, q: p,
    "This is the difference p - q; the answer depends on the ratio of the two densities.": (
        lambda p, q: p - q
    ),
    "This is the sum p + q; it is only the denominator of equation (2).": lambda p, q: p + q,
    "This is ½ everywhere: right only where the two densities are equal.": (
        lambda p, q: np.full_like(p, 0.5)
    ),
    "This is ½ for all places together; each place has an answer of its own.": lambda p, q: 0.5,
    "Logarithms are divided by logarithms; the densities themselves belong there.": (
        lambda p, q: np.log(p) / (np.log(p) + np.log(q))
    ),
    "This is what each place adds to the value V of the game; the discriminator itself was asked "
    "for.": lambda p, q: rel_entr(p, p + q) + rel_entr(q, p + q),
    "This is the answer for the first place only; each place has an answer of its own.": (
        lambda p, q: p[0] / (p[0] + q[0])
    ),
}


def _terms(p, q, middle=lambda p, q: (p + q) / 2):
    """What is to be integrated and halved."""
    return rel_entr(p, middle(p, q)) + rel_entr(q, middle(p, q))


def _to_middle(p, q, x):
    return np.array([_kl(each, (p + q) / 2, x) for each in (p, q)])


NOT_JSD = {
    "This is twice the JSD: take the *mean* of the two divergences.": (
        lambda p, q, x: 2 * _jsd(p, q, x)
    ),
    "This is half the JSD: one ½ too many.": lambda p, q, x: _jsd(p, q, x) / 2,
    "The middle is m = (p + q)/2; the ½ is missing.": (
        lambda p, q, x: np.trapezoid(_terms(p, q, np.add), x) / 2
    ),
    "Brackets are missing: p + q / 2 halves q alone, but the middle is half the sum.": (
        lambda p, q, x: np.trapezoid(_terms(p, q, lambda p, q: p + q / 2), x) / 2
    ),
    "The middle is √(pq), a geometric mean; JSD takes the ordinary mean of p and q.": (
        lambda p, q, x: np.trapezoid(_terms(p, q, lambda p, q: np.sqrt(p * q)), x) / 2
    ),
    "This is KL(p‖q); JSD compares each of the two with the middle m.": _kl,
    "This is KL(q‖p); JSD compares each of the two with the middle m.": (
        lambda p, q, x: _kl(q, p, x)
    ),
    "p and q are compared with each other; compare each with the middle m.": (
        lambda p, q, x: (_kl(p, q, x) + _kl(q, p, x)) / 2
    ),
    "p and q are compared with each other, and the two results added up; compare each with the "
    "middle m.": lambda p, q, x: _kl(p, q, x) + _kl(q, p, x),
    "This is KL(p‖m) alone; the divergence of q is missing.": (
        lambda p, q, x: _to_middle(p, q, x)[0]
    ),
    "This is ½ KL(p‖m) alone; the half that comes from q is missing.": (
        lambda p, q, x: _to_middle(p, q, x)[0] / 2
    ),
    "This is KL(q‖m) alone; the divergence of p is missing.": (
        lambda p, q, x: _to_middle(p, q, x)[1]
    ),
    "This is ½ KL(q‖m) alone; the half that comes from p is missing.": (
        lambda p, q, x: _to_middle(p, q, x)[1] / 2
    ),
    "Only the divergence of p is halved; the ½ belongs to both.": (
        lambda p, q, x: _to_middle(p, q, x) @ (0.5, 1)
    ),
    "Only the divergence of q is halved; the ½ belongs to both.": (
        lambda p, q, x: _to_middle(p, q, x) @ (1, 0.5)
    ),
    "One of the two divergences is subtracted; both are to be added.": (
        lambda p, q, x: _to_middle(p, q, x) @ (0.5, -0.5)
    ),
    "Each divergence is turned around: it should be KL(p‖m), with the middle m second.": (
        lambda p, q, x: np.trapezoid(rel_entr((p + q) / 2, p) + rel_entr((p + q) / 2, q), x) / 2
    ),
    "This is in bits; nats take the natural logarithm.": (
        lambda p, q, x: _jsd(p, q, x) / np.log(2)
    ),
    "This is the Jensen-Shannon *distance*, the square root of the divergence.": (
        lambda p, q, x: np.sqrt(_jsd(p, q, x))
    ),
    "This is minus the JSD. Either a sign is turned around, or `np.trapezoid` got x first; it "
    "takes the values first, then x.": lambda p, q, x: -_jsd(p, q, x),
    "This is the value of the game, 2 JSD - log 4. (It also comes out if both densities are "
    "compared with their sum instead of their mean.)": (
        lambda p, q, x: theory.minimax_value(p, q, x)
    ),
    "This is the total variation, half the area between the two curves.": theory.total_variation,
    "This is W₁, the distance of the next exercise.": theory.wasserstein_1,
    "This is ln 2 - JSD; it should be 0 where p and q are the same.": (
        lambda p, q, x: np.log(2) - _jsd(p, q, x)
    ),
    "This holds where both densities are positive; 0·log 0 became NaN, and it should be 0.": (
        lambda p, q, x: (
            np.trapezoid(p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q)), x) / 2
        )
    ),
    "Both terms are dropped where one is NaN; replace 0·log 0 by 0 in each term by itself.": (
        lambda p, q, x: (
            np.nansum(p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))) * (x[1] - x[0]) / 2
        )
    ),
    "The integral is missing: this is one number for each place of the grid.": (
        lambda p, q, x: _terms(p, q) / 2
    ),
    "The integral is missing, and so is a ½: this is one number for each place of the grid.": (
        lambda p, q, x: _terms(p, q)
    ),
    "The width of a step is missing: multiply the sum by dx, or give `np.trapezoid` the x, too.": (
        lambda p, q, x: np.sum(_terms(p, q)) / 2
    ),
    "This is a mean over the grid; an integral is the sum times the width of a step.": (
        lambda p, q, x: np.mean(_terms(p, q)) / 2
    ),
    "The sum is multiplied by the length of the whole grid, not by the width of one step.": (
        lambda p, q, x: np.sum(_terms(p, q)) * (x[-1] - x[0]) / 2
    ),
    "p and q are divided by their sums and then integrated over x; they are densities already, so "
    "leave out the division.": lambda p, q, x: _jsd(p / p.sum(), q / q.sum(), x),
    "These are running sums; only the integral over the whole grid was asked for.": (
        lambda p, q, x: np.cumsum(_terms(p, q)) / 2 * (x[1] - x[0])
    ),
}


def _gap(p, q, x):
    """F_p - F_q."""
    return np.cumsum(p - q) * (x[1] - x[0])


NOT_W1 = {
    "This is ∫|p - q|, twice the total variation; compare the *cumulative* distributions.": (
        lambda p, q, x: 2 * theory.total_variation(p, q, x)
    ),
    "This is the total variation, ½ ∫|p - q|; compare the *cumulative* distributions.": (
        theory.total_variation
    ),
    "The densities are compared instead of the cumulative distributions, and without the width of "
    "a step.": lambda p, q, x: np.abs(p - q).sum(),
    "The absolute value is missing: what flows left cancels what flows right.": (
        lambda p, q, x: np.trapezoid(_gap(p, q, x), x)
    ),
    "The absolute value stands before the sum, so nothing cancels in F_p - F_q.": (
        lambda p, q, x: np.trapezoid(np.cumsum(np.abs(p - q)) * (x[1] - x[0]), x)
    ),
    "F_p and F_q are added; take their difference.": (
        lambda p, q, x: np.trapezoid(_gap(p, -q, x), x)
    ),
    "The width of a step is missing, once: F needs it in order to end at 1, and so does the "
    "integral of the gap between the two F.": (
        lambda p, q, x: np.trapezoid(np.abs(np.cumsum(p - q)), x)
    ),
    "The width of a step is missing twice: F needs it in order to end at 1, and so does the "
    "integral of the gap between the two F.": lambda p, q, x: np.abs(np.cumsum(p - q)).sum(),
    "This is the mean gap between the two F; an integral is the sum times the width of a step.": (
        lambda p, q, x: np.abs(_gap(p, q, x)).mean()
    ),
    "This is a mean over the grid, and the width of a step is missing in F; an integral is the sum "
    "times that width.": lambda p, q, x: np.abs(np.cumsum(p - q)).mean(),
    "The gap between the two F is squared; W₁ takes its absolute value.": (
        lambda p, q, x: np.trapezoid(_gap(p, q, x) ** 2, x)
    ),
    "This is √∫(F_p - F_q)²; W₁ takes the absolute value, and no root.": (
        lambda p, q, x: np.sqrt(np.trapezoid(_gap(p, q, x) ** 2, x))
    ),
    "This is the largest gap between the two F; W₁ is the integral of all the gaps.": (
        lambda p, q, x: np.abs(_gap(p, q, x)).max()
    ),
    "Only the places where F_p is above F_q are counted; those where it is below count as well.": (
        lambda p, q, x: np.trapezoid(np.maximum(_gap(p, q, x), 0), x)
    ),
    "Only the places where F_p is below F_q are counted; those where it is above count as well.": (
        lambda p, q, x: np.trapezoid(np.maximum(-_gap(p, q, x), 0), x)
    ),
    "This is half of W₁; the ½ belongs to the total variation.": (
        lambda p, q, x: theory.wasserstein_1(p, q, x) / 2
    ),
    "The last integral is missing: this is |F_p - F_q|, one number for each place of the grid.": (
        lambda p, q, x: np.abs(_gap(p, q, x))
    ),
    "The last sum is missing: this is |F_p - F_q| dx, one number for each place of the grid.": (
        lambda p, q, x: np.abs(_gap(p, q, x)) * (x[1] - x[0])
    ),
    "These are running sums; only the integral over the whole grid was asked for.": (
        lambda p, q, x: np.cumsum(np.abs(_gap(p, q, x))) * (x[1] - x[0])
    ),
    "This is the difference of the means: right only where all earth moves the same way.": (
        lambda p, q, x: np.abs(np.trapezoid(x * (p - q), x))
    ),
    "This is the difference of the means, with its sign: W₁ is never negative, and it also counts "
    "earth that moves the other way.": lambda p, q, x: np.trapezoid(x * (p - q), x),
    "This is the distance between the two peaks; W₁ counts all the earth and its way.": (
        lambda p, q, x: np.abs(x[np.argmax(p)] - x[np.argmax(q)])
    ),
    "Here |p - q| is weighed by |x|, the distance from 0; W₁ integrates the gap between the two "
    "F.": lambda p, q, x: np.trapezoid(np.abs(x * (p - q)), x),
    "`wasserstein_distance(p, q)` takes p and q for samples; they are weights of the places x.": (
        lambda p, q, x: stats.wasserstein_distance(p, q)
    ),
    "The heights of p and q are sorted before they are compared; their places are what counts.": (
        lambda p, q, x: np.trapezoid(np.abs(np.sort(p) - np.sort(q)), x)
    ),
}
