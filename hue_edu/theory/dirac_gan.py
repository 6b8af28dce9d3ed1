"""The Dirac-GAN: the smallest GAN that shows whether a method converges.

Real data is the single point 0, the generator makes the single point θ, and the discriminator is
D(x) = ψx, a logit for "real". Both have one number to learn; the only equilibrium is θ = ψ = 0.
Each method is a field (θ̇, ψ̇) of two functions of (θ, ψ) and of one number, its strength.

Reference: Mescheder, Geiger & Nowozin (2018), section 2 and appendix. There D is high on fake
data, so their ψ is our -ψ.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit as sigmoid

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)  # for means over N(0,1)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class DiracMethod:
    """One way to play.

    Attributes:
        g_rate, d_rate: θ̇ and ψ̇ as functions of (θ, ψ, strength).
        strength: Its usual value, above 0; None where the method has no such number.
        symbol: What the strength is called.
        clips: Whether ψ is cut to [-strength, strength] after each step.
    """

    g_rate: Callable
    d_rate: Callable
    strength: float | None = None
    symbol: str = ""
    clips: bool = False


def _minimax_g(theta, psi, _):
    """L_G = -softplus(ψθ): θ̇ = ψ σ(ψθ)."""
    return psi * sigmoid(psi * theta)


def _non_saturating_g(theta, psi, _):
    """L_G = softplus(-ψθ): θ̇ = ψ σ(-ψθ)."""
    return psi * sigmoid(-psi * theta)


def _cross_entropy_d(theta, psi, _):
    """L_D = softplus(ψθ) + softplus(-ψ0): ψ̇ = -θ σ(ψθ)."""
    return -theta * sigmoid(psi * theta)


def _wasserstein_g(theta, psi, _):
    """L_G = -ψθ: θ̇ = ψ."""
    return psi + 0 * theta


def _wasserstein_d(theta, psi, _):
    """L_D = ψθ - ψ0: ψ̇ = -θ."""
    return -theta + 0 * psi


def _gradient_penalty_d(theta, psi, weight):
    """The critic with λ/2 (|ψ| - 1)²: ψ̇ = -θ - λ sgn(ψ)(|ψ| - 1)."""
    return -theta - weight * np.sign(psi) * (np.abs(psi) - 1)


def _penalty_d(theta, psi, weight):
    """Cross-entropy with γ/2 ψ², the squared slope of D: ψ̇ = -θ σ(ψθ) - γψ."""
    return _cross_entropy_d(theta, psi, None) - weight * psi


def _noisy_g(theta, psi, std):
    """Minimax with noise σε on every sample: θ̇ = E ψ σ(ψ(θ + σε))."""
    noisy = np.asarray(theta)[..., None] + std * _NODES
    return psi * (sigmoid(np.asarray(psi)[..., None] * noisy) @ _WEIGHTS)


def _noisy_d(theta, psi, std):
    """ψ̇ = E σε σ(-ψσε) - E (θ + σε) σ(ψ(θ + σε))."""
    slope, noise = np.asarray(psi)[..., None], std * _NODES
    noisy = np.asarray(theta)[..., None] + noise
    on_real = noise * sigmoid(-slope * noise)
    return (on_real - noisy * sigmoid(slope * noisy)) @ _WEIGHTS


DIRAC_METHODS = {
    "minimax": DiracMethod(_minimax_g, _cross_entropy_d),
    "non_saturating": DiracMethod(_non_saturating_g, _cross_entropy_d),
    "wgan": DiracMethod(_wasserstein_g, _wasserstein_d, 1.0, "clip c", clips=True),
    "wgan_gp": DiracMethod(_wasserstein_g, _gradient_penalty_d, 0.7, "weight λ"),
    "r1": DiracMethod(_minimax_g, _penalty_d, 0.3, "weight γ"),
    "r2": DiracMethod(_minimax_g, _penalty_d, 0.3, "weight γ"),  # D's slope is ψ at fake, too
    "instance_noise": DiracMethod(_noisy_g, _noisy_d, 0.7, "noise σ"),
}


def dirac_field(theta, psi, method, strength=None):
    """Where each player wants to go: minus the gradient of its own loss.

    Args:
        theta, psi: θ and ψ, any real numbers, or arrays of them of the same shape.
        method: A key of `DIRAC_METHODS`.
        strength: Clip, penalty weight or noise, at least 0; the method's usual value if not given.

    Returns:
        (θ̇, ψ̇), each of the shape of the inputs.

    Raises:
        ValueError: There is no such method.
    """
    chosen, strength = _method(method, strength)
    return chosen.g_rate(theta, psi, strength), chosen.d_rate(theta, psi, strength)


def dirac_trajectory(start, method, step_size=0.2, num_steps=500, alternating=False, strength=None):
    """The path of gradient descent of both players.

    Args:
        start: (θ, ψ), two real numbers.
        method, strength: As for `dirac_field`.
        step_size: h, for both; above 0.
        num_steps: At least 0.
        alternating: Whether D answers the generator's new θ; if not, both move at once.

    Returns:
        Shape (num_steps + 1, 2): (θ, ψ) before the first step and after each; ψ within
        ± strength after a step if the method clips.

    Raises:
        ValueError: There is no such method.
    """
    chosen, strength = _method(method, strength)
    path = np.empty((num_steps + 1, 2))
    path[0] = theta, psi = start
    for k in range(1, num_steps + 1):
        new_theta = theta + step_size * chosen.g_rate(theta, psi, strength)
        seen = new_theta if alternating else theta
        psi = psi + step_size * chosen.d_rate(seen, psi, strength)
        psi = np.clip(psi, -strength, strength) if chosen.clips else psi
        path[k] = theta, psi = new_theta, psi
    return path


def dirac_eigenvalues(method, strength=None, delta=1e-5):
    """Eigenvalues of the field's Jacobian at θ = ψ = 0, by central differences.

    A negative real part pulls in; 0 leaves a circle, on which any finite step moves outward.

    Args:
        method, strength: As for `dirac_field`.
        delta: How far from 0 the differences are taken, above 0.

    Returns:
        Shape (2,), real or complex, the one with the larger real part first.

    Raises:
        ValueError: There is no such method; or WGAN-GP, whose field jumps at ψ = 0.
    """
    if method == "wgan_gp":
        raise ValueError(
            "The field of WGAN-GP jumps at ψ = 0, so it has no eigenvalues there; "
            "look at dirac_trajectory instead."
        )
    columns = [
        np.subtract(
            dirac_field(*(delta * axis), method, strength),
            dirac_field(*(-delta * axis), method, strength),
        )
        / (2 * delta)
        for axis in np.eye(2)
    ]
    values = np.linalg.eigvals(np.stack(columns, axis=1).astype(float))
    return values[np.lexsort((-values.imag, -values.real))]


def _method(name, strength):
    if name not in DIRAC_METHODS:
        raise ValueError(
            f"There is no method {name!r}; expected one of: {', '.join(DIRAC_METHODS)}."
        )
    chosen = DIRAC_METHODS[name]
    return chosen, chosen.strength if strength is None else strength
