"""Divergences between two densities on a grid, by the trapezoidal rule.

Throughout, p is the density of real data and q that of the generator, given as arrays of values, at
least 0, on the same grid x, which must be fine and wide enough to hold both:
`x = np.linspace(-12, 12, 4001)` for standard normals. Results are in nats where a logarithm is
taken; their ranges hold up to the error of the grid.
"""

import numpy as np
from scipy.special import rel_entr, xlogy


def normal_density(x, mean=0.0, std=1.0):
    """N(x; μ, σ²) = exp(-(x-μ)²/2σ²) / (σ√(2π)).

    Args:
        x: Any real numbers, of any shape.
        mean: μ, any real number.
        std: σ, above 0; arrays of μ and σ must broadcast with x.

    Returns:
        The shape of x, or to which the three broadcast; from 0 to 1/(σ√(2π)).
    """
    return np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


def mixture_density(x, means, stds, weights=None):
    """Σ_k w_k N(x; μ_k, σ_k²).

    Args:
        x: Shape (num,), any real numbers.
        means: μ_k, shape (parts,), any real numbers.
        stds: σ_k, above 0, shape (parts,) or one number for all parts.
        weights: w_k, shape (parts,), at least 0, adding up to 1; equal if not given.

    Returns:
        Shape (num,), at least 0.
    """
    means, stds = np.broadcast_arrays(np.atleast_1d(means), stds)
    weights = np.full(len(means), 1 / len(means)) if weights is None else np.asarray(weights)
    return weights @ normal_density(np.asarray(x), means[:, None], stds[:, None])


def optimal_discriminator(p, q):
    """D*(x) = p(x) / (p(x) + q(x)), the best reply to a fixed generator.

    Args:
        p, q: Densities at the same points, at least 0, of the same shape.

    Returns:
        That shape: the probability that x is real, in [0, 1]; ½ where neither density reaches.

    Reference: Goodfellow et al. (2014), proposition 1.
    """
    p, q = np.asarray(p, float), np.asarray(q, float)
    return np.divide(p, p + q, out=np.full(np.broadcast(p, q).shape, 0.5), where=p + q > 0)


def optimal_least_squares_discriminator(p, q, a=0.0, b=1.0):
    """D*(x) = (b p(x) + a q(x)) / (p(x) + q(x)): D* between the labels a (fake) and b (real).

    Args:
        p, q: Densities at the same points, at least 0, of the same shape.
        a, b: Labels of fake and of real, any real numbers.

    Returns:
        That shape: a score from a to b; (a+b)/2 where neither density reaches.

    Reference: Mao et al. (2017), equation 5.
    """
    return a + (b - a) * optimal_discriminator(p, q)


def minimax_value(p, q, x, discriminator=None):
    """V(D, G) = ∫ p log D + q log(1 - D) dx.

    Args:
        p, q: Densities on the grid, shape (num,), at least 0.
        x: The grid, shape (num,), rising.
        discriminator: D(x) in [0, 1] on the grid, shape (num,); the optimal one if not given, and
            then V = 2 JSD(p, q) - 2 ln 2.

    Returns:
        A number, at most 0, in nats; -2 ln 2 = -1.386 where D = ½ everywhere.

    Reference: Goodfellow et al. (2014), equation 1 and theorem 1.
    """
    if discriminator is None:
        real, fake = optimal_discriminator(p, q), optimal_discriminator(q, p)
    else:
        real, fake = discriminator, 1 - discriminator
    return float(np.trapezoid(xlogy(p, real) + xlogy(q, fake), x))


def kl_divergence(p, q, x):
    """KL(p‖q) = ∫ p log(p/q) dx; infinite where q is 0 and p is not.

    Minimising it over q is maximum likelihood, and covers every mode of p.

    Args:
        p, q: Densities on the grid, shape (num,), at least 0.
        x: The grid, shape (num,), rising.

    Returns:
        A number, at least 0, in nats.
    """
    return float(np.trapezoid(rel_entr(p, q), x))


def jensen_shannon_divergence(p, q, x):
    """JSD(p, q) = ½ KL(p‖m) + ½ KL(q‖m), m = (p+q)/2.

    Args:
        p, q: Densities on the grid, arrays of shape (num,), at least 0.
        x: The grid, shape (num,), rising.

    Returns:
        A number from 0, where p = q, to ln 2, where they do not overlap; in nats.

    Reference: Lin (1991), equation 4.1.
    """
    middle = (p + q) / 2
    return (kl_divergence(p, middle, x) + kl_divergence(q, middle, x)) / 2


def total_variation(p, q, x):
    """TV(p, q) = ½ ∫ |p - q| dx.

    Args:
        p, q: Densities on the grid, arrays of shape (num,), at least 0.
        x: The grid, shape (num,), rising.

    Returns:
        A number from 0, where p = q, to 1, where they do not overlap.
    """
    return float(np.trapezoid(np.abs(p - q), x)) / 2


def pearson_chi_squared(p, q, x):
    """χ²(p‖q) = ∫ (q - p)² / p dx: expected p, observed q; infinite where p is 0 and q is not.

    Args:
        p, q: Densities on the grid, shape (num,), at least 0.
        x: The grid, shape (num,), rising.

    Returns:
        A number, at least 0.

    Reference: Mao et al. (2017), section 3.2.2, who show that least squares with b-c = 1 and
    b-a = 2 minimises ½ χ²(p+q ‖ 2q).
    """
    p, q = np.asarray(p, float), np.asarray(q, float)
    reached = (p > 0) | (q > 0)
    with np.errstate(divide="ignore"):
        integrand = np.divide((q - p) ** 2, p, out=np.zeros_like(p), where=reached)
    return float(np.trapezoid(integrand, x))


def wasserstein_1(p, q, x):
    """W₁(p, q) = ∫ |F_p - F_q| dx, F the cumulative distribution: earth times distance.

    Args:
        p, q: Densities on the grid, shape (num,), at least 0.
        x: The grid, shape (num,), rising.

    Returns:
        A number, at least 0, in units of x.

    Reference: Vallender (1974); it holds in one dimension.
    """
    gap = np.asarray(p, float) - q
    steps = np.diff(x) * (gap[1:] + gap[:-1]) / 2
    return float(np.trapezoid(np.abs(np.concatenate([[0.0], np.cumsum(steps)])), x))
