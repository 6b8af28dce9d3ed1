"""The latent space: drawing z and walking through it."""

import math
from numbers import Number

import tensorflow as tf
from keras import ops, random

from . import arguments

LIMIT = 2.0  # of z where captions are drawn: a little more obedient, a little less varied
OPPOSITE = 3.138  # radians; float32 cannot tell larger angles from π


def sample_z(num, latent_dim, seed):
    """Latent vectors z ~ N(0, I).

    Args:
        num: How many, a number or a scalar tensor.
        latent_dim: Size of each.
        seed: Whole number or pair of whole numbers (the same z each time), or a
            `keras.random.SeedGenerator` (new z at each call).

    Returns:
        Float32 tensor of shape (num, latent_dim).

    Raises:
        ValueError: A single seed that is no whole number, or is below 0.
    """
    if isinstance(seed, random.SeedGenerator):
        return random.normal((num, latent_dim), seed=seed)
    if seed is None or isinstance(seed, (Number, str)) or getattr(seed, "shape", None) == ():
        return random.normal((num, latent_dim), seed=arguments.whole_number("seed", seed))
    return tf.random.stateless_normal((num, latent_dim), seed)


def truncate(z, limit):
    """Standard normal z made into draws of the normal that is cut off at ± limit.

    z' = √2 erf⁻¹( erf(z/√2) · erf(limit/√2) )

    The same distribution as drawing each number again until it lies within the limits, but the
    same z gives the same z' each time, and nearly the same one for a nearby limit: pictures change
    little by little. (Clipping z would pile numbers up at the limits.)

    Args:
        z: Any shape, standard normal.
        limit: Above 0. From about 3 on hardly anything changes; towards 0 all z become alike.

    Returns:
        Float32, the shape of z, within ± limit.

    Raises:
        ValueError: The limit is not above 0.

    Reference: Brock, Donahue & Simonyan (2019), section 3.1, the truncation trick.
    """
    if not limit > 0:
        raise ValueError(f"limit is {limit}; expected a number above 0, such as 1.0.")
    z = ops.cast(z, "float64")  # in float32 erf is 1 from 5.4 on, and has no way back
    inside = ops.erf(z / math.sqrt(2)) * math.erf(limit / math.sqrt(2))
    truncated = math.sqrt(2) * ops.erfinv(inside)
    return ops.cast(ops.clip(truncated, -limit, limit), "float32")


def reparameterize(z_mean, z_log_var, seed):
    """A draw from the encoder's Gaussian as a formula of noise, so that gradients pass.

    z = μ + σ ε,  σ = exp(½ log σ²),  ε ~ N(0, I)

    Args:
        z_mean, z_log_var: Shape (num, latent_dim): μ and log σ².
        seed: As for `sample_z`.

    Returns:
        Shape (num, latent_dim).

    Reference: Kingma & Welling (2014), section 2.4.
    """
    epsilon = sample_z(ops.shape(z_mean)[0], z_mean.shape[-1], seed)
    return z_mean + ops.exp(0.5 * z_log_var) * epsilon


def interpolate(z_start, z_end, num=8):
    """Points on the arc from one latent vector to another (spherical interpolation).

    slerp(t) = sin((1-t)Ω)/sin Ω · z_start + sin(tΩ)/sin Ω · z_end,
    with Ω the angle between the two.

    On a straight line the points in the middle are too short: two independent z of length √d
    meet halfway at √(d/2), a length that training hardly ever drew. The arc keeps the length.

    Args:
        z_start, z_end: Shape (latent_dim,), neither zero nor opposite to each other.
        num: Number of points, both ends included; at least 2.

    Returns:
        Shape (num, latent_dim).

    Raises:
        ValueError: Fewer than two points, ends that are not two vectors of the same length, an end
            without a direction, or opposite ends, between which there is no single shortest arc.

    Reference: Shoemake (1985), equation 5; White (2016), section 2.1.
    """
    num = arguments.whole_number("num", num, at_least=2)  # both ends
    z_start, z_end = (ops.convert_to_tensor(z, "float32") for z in (z_start, z_end))
    if z_start.shape != z_end.shape or len(z_start.shape) != 1:
        raise ValueError(
            f"The ends have shapes {tuple(z_start.shape)} and {tuple(z_end.shape)}; expected two "
            "vectors of the same length, such as z[0] and z[1]."
        )
    lengths = [float(ops.norm(z)) for z in (z_start, z_end)]
    for name, length in zip(("z_start", "z_end"), lengths):
        if not 0 < length < float("inf"):
            raise ValueError(
                f"{name} has the length {length:g}, so no arc leads there; for a way from the "
                "middle of all z, take t * z with t from 0 to 1."
            )
    angle = ops.arccos(ops.clip(ops.sum(z_start * z_end) / (lengths[0] * lengths[1]), -1.0, 1.0))
    if float(angle) > OPPOSITE:
        raise ValueError(
            "The ends are opposite to each other, so many arcs are equally short; go by a third z: "
            "interpolate(z_start, z_by, num), then interpolate(z_by, z_end, num)."
        )
    t = ops.linspace(0.0, 1.0, num)[:, None]  # (num, 1)
    if float(angle) < 1e-4:  # sin Ω → 0: the arc is a straight line
        return (1 - t) * z_start + t * z_end
    return (ops.sin((1 - t) * angle) * z_start + ops.sin(t * angle) * z_end) / ops.sin(angle)
