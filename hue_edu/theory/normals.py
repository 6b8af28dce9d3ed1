"""Divergences between two normal distributions on the line, in closed form."""

import numpy as np
from scipy.special import erf


def normal_kl(mean_p, std_p, mean_q=0.0, std_q=1.0):
    """KL(p‖q) = ln(σ_q/σ_p) + (σ_p² + (μ_p-μ_q)²)/2σ_q² - ½, in nats.

    With q = N(0,1) it is the VAE's term ½(μ² + σ² - 1 - ln σ²).

    Args:
        mean_p, mean_q: Any real numbers.
        std_p, std_q: Above 0.

    Returns:
        A number, at least 0; 0 only where the two are the same.
    """
    spread = (std_p**2 + (mean_p - mean_q) ** 2) / (2 * std_q**2)
    return np.log(std_q / std_p) + spread - 0.5


def normal_total_variation(shift, std=1.0):
    """TV of N(0,σ²) and N(m,σ²): erf(|m| / √8σ).

    Args:
        shift: m, any real number.
        std: σ of both, above 0.

    Returns:
        A number from 0, where m = 0, to 1, which is reached only in the limit.
    """
    return erf(abs(shift) / (np.sqrt(8) * std))


def normal_wasserstein_1(mean_p, std_p, mean_q, std_q):
    """W₁ = E|Δμ + Δσ Z|, Z ~ N(0,1): |Δμ| for equal σ, |Δσ|√(2/π) for equal μ.

    E|m + sZ| = s√(2/π) exp(-m²/2s²) + m erf(m/√2s), the mean of a folded normal.

    Args:
        mean_p, mean_q: Any real numbers.
        std_p, std_q: At least 0; 0 is a single point.

    Returns:
        A number, at least 0, in the unit of μ and σ.
    """
    m, s = abs(mean_p - mean_q), abs(std_p - std_q)
    if s == 0:
        return m
    return s * np.sqrt(2 / np.pi) * np.exp(-(m**2) / (2 * s**2)) + m * erf(m / (np.sqrt(2) * s))


def normal_wasserstein_2(mean_p, std_p, mean_q, std_q):
    """W₂ = √((μ_p-μ_q)² + (σ_p-σ_q)²): in one dimension, the root of the Fréchet distance.

    Args:
        mean_p, mean_q: Any real numbers.
        std_p, std_q: At least 0; 0 is a single point.

    Returns:
        A number, at least 0, in the unit of μ and σ.

    Reference: Dowson & Landau (1982).
    """
    return np.hypot(mean_p - mean_q, std_p - std_q)
