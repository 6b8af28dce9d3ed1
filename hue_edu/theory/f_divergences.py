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
        f: Convex, of u = p/q ≥ 0.
        conjugate: f*(t) = sup_u (u t - f(u)).
        activation: From a network's output v, any real number, into the domain of f*.
        best_output: The T = f'(u) that reaches the bound.
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
    """D_f(p‖q) = ∫ q f(p/q) dx for a row of `F_DIVERGENCES`; p and q above 0 on the grid x."""
    return float(np.trapezoid(q * F_DIVERGENCES[name].f(p / q), x))


def variational_bound(p, q, x, output, name):
    """∫ p T dx - ∫ q f*(T) dx ≤ D_f(p‖q).

    Args:
        p, q: Densities on the grid x.
        output: T on the grid, in the domain of f*.
        name: A row of `F_DIVERGENCES`.
    """
    return float(np.trapezoid(p * output - q * F_DIVERGENCES[name].conjugate(output), x))
