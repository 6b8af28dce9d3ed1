"""Flows in closed form: the velocity that carries noise to a mixture, and following a velocity."""

import numpy as np

from .. import arguments

METHODS = ("euler", "heun")


def mixture_velocity(x, t, centres, std):
    """The velocity field that carries N(0, I) along straight paths to a mixture of normals.

    On the path x_t = (1-t) z + t x, with x ~ 1/K Σ_k N(μ_k, s² I), the field is the mean of x - z
    over all pairs that pass through a point at t:

    v(x, t) = Σ_k r_k(x, t) [ μ_k + (t s² - (1-t)) / (t² s² + (1-t)²) (x - t μ_k) ],
    r_k(x, t) ∝ N(x; t μ_k, (t² s² + (1-t)²) I)

    Args:
        x: Points of shape (num, dim).
        t: Time, from 0 to 1; with a std of 0 below 1.
        centres: μ_k, of shape (K, dim), all equally probable.
        std: s, at least 0.

    Returns:
        Float64 of shape (num, dim).

    Raises:
        ValueError: A number out of range, or shapes that do not fit.

    Reference: Lipman et al. (2023), equation 8, for the paths of its example II.
    """
    arguments.number_within("t", t, below=1 + 1e-12)
    arguments.number_within("std", std)
    x, centres = np.asarray(x, "float64"), np.asarray(centres, "float64")
    if x.ndim != 2 or centres.ndim != 2 or x.shape[1] != centres.shape[1]:
        raise ValueError(
            f"x has the shape {x.shape} and centres {centres.shape}; expected (num, dim) and "
            "(K, dim)."
        )
    variance = t**2 * std**2 + (1 - t) ** 2
    if variance == 0:
        raise ValueError("t is 1 and std is 0: there the velocity has no value; take t below 1.")
    offsets = x[:, None] - t * centres  # (num, K, dim)
    logits = -0.5 * (offsets**2).sum(axis=2) / variance
    r = np.exp(logits - logits.max(axis=1, keepdims=True))
    r /= r.sum(axis=1, keepdims=True)
    each = centres + (t * std**2 - (1 - t)) / variance * offsets
    return (r[:, :, None] * each).sum(axis=1)


def follow(velocity, x, num_steps, method="heun"):
    """Where points are at t = 1 that start at x and move along dx/dt = v(x, t).

    Euler: x + h v(x, t). Heun: the mean of the velocities at both ends of Euler's step; its last
    step is Euler's, as a field may have no value at t = 1.

    Args:
        velocity: Function of points and t, a number → velocities.
        x: Where the points are at t = 0: an array or a tensor.
        num_steps: How many equal steps, at least 1.
        method: `"euler"` or `"heun"`, which asks twice per step for the velocity.

    Returns:
        As x.

    Raises:
        ValueError: Another method, or no step.

    Reference: Karras et al. (2022), algorithm 1, whose last step is Euler's, too.
    """
    num_steps = arguments.whole_number("num_steps", num_steps, at_least=1)
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; expected one of {METHODS}.")
    h = 1 / num_steps
    for k in range(num_steps):
        v = velocity(x, k * h)
        if method == "heun" and k < num_steps - 1:
            v = (v + velocity(x + h * v, (k + 1) * h)) / 2
        x = x + h * v
    return x
