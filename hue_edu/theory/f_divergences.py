"""The f-GAN table: divergences D_f(p‖q) = ∫ q f(p/q) dx and what a discriminator must learn.

A discriminator T with values in the domain of the conjugate f* gives a lower bound,
D_f ≥ ∫ p T dx - ∫ q f*(T) dx, which is reached by T = f'(p/q). The activation maps any real
number into that domain. Reference: Nowozin, Cseke & Tomioka (2016), equations 2, 4 and table 2.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy


@dataclass(frozen=True)
class FDivergence:
    """One row of the table.

    Attributes:
        f: Convex, of u = p/q ≥ 0; works element by element, as all four do.
        conjugate: f*(t) = sup_u (u t - f(u)), of t in its domain.
        activation: From a network's output v, any real number, into the domain of f*.
        best_output: The T = f'(u), u > 0, that reaches the bound; in the domain of f*.
    """

    f: Callable
    conjugate: Callable
    activation: Callable
    best_output: Callable


F_DIVERGENCES = {
    "kl": FDivergence(
        f=lambda u: xlogy(u, u),
        conjugate=lambda t: np.exp(t - 1),
        activation=lambda v: v,
        best_output=lambda u: 1 + np.log(u),
    ),
    "reverse_kl": FDivergence(
        f=lambda u: -np.log(u),
        conjugate=lambda t: -1 - np.log(-t),
        activation=lambda v: -np.exp(-v),
        best_output=lambda u: -1 / u,
    ),
    "pearson": FDivergence(
        f=lambda u: (u - 1) ** 2,
        conjugate=lambda t: t**2 / 4 + t,
        activation=lambda v: v,
        best_output=lambda u: 2 * (u - 1),
    ),
    "gan": FDivergence(  # 2 JSD - 2 ln 2, the minimax value
        f=lambda u: xlogy(u, u) - (u + 1) * np.log(u + 1),
        conjugate=lambda t: -np.log(1 - np.exp(t)),
        activation=lambda v: -np.logaddexp(0, -v),
        best_output=lambda u: np.log(u / (u + 1)),
    ),
}


def f_divergence(p, q, x, name):
    """D_f(p‖q) = ∫ q f(p/q) dx for a row of `F_DIVERGENCES`.

    Args:
        p, q: Densities on the grid, arrays of shape (num,), above 0.
        x: The grid, shape (num,), rising.
        name: A key of `F_DIVERGENCES`.

    Returns:
        A number, at least f(1), where p = q: 0, but -2 ln 2 for `"gan"`.
    """
    return float(np.trapezoid(q * F_DIVERGENCES[name].f(p / q), x))


def variational_bound(p, q, x, output, name):
    """∫ p T dx - ∫ q f*(T) dx ≤ D_f(p‖q).

    Args:
        p, q: Densities on the grid, arrays of shape (num,), at least 0.
        x: The grid, shape (num,), rising.
        output: T on the grid, shape (num,), in the domain of f*.
        name: A key of `F_DIVERGENCES`.

    Returns:
        A number, at most D_f(p‖q), which T = `best_output(p / q)` reaches.
    """
    return float(np.trapezoid(p * output - q * F_DIVERGENCES[name].conjugate(output), x))
