"""Penalties on the slope of a discriminator or critic."""

import tensorflow as tf
from keras import ops, random


def gradient_penalty(critic, x_real, x_fake, seed):
    """How far the critic's slope is from 1, on lines between real and fake samples.

    GP = mean (‖∇C(x̂)‖ - 1)², x̂ = εx + (1-ε)G(z), ε ~ U[0, 1] drawn for each pair

    Two-sided: slopes below 1 cost as well. Add it to the critic's loss with the weight λ.

    Args:
        critic: Function from a batch to scores of (batch, 1).
        x_real, x_fake: Shape (batch, ...), the same.
        seed: Whole number (the same ε each time) or a `keras.random.SeedGenerator`.

    Returns:
        Scalar, mean over the batch, at least 0; finite, with a finite gradient, also where the
        slope is 0.

    Example:
        >>> critic = lambda x: x @ [[3.0], [4.0]]  # its slope is (3, 4) everywhere, of length 5
        >>> x_real, x_fake = ops.ones((8, 2)), ops.zeros((8, 2))
        >>> round(float(losses.gradient_penalty(critic, x_real, x_fake, seed=0)), 3)  # (5 - 1)²
        16.0

    Reference: Gulrajani et al. (2017), equation 3 and algorithm 1.
    """
    shape = (ops.shape(x_real)[0],) + (1,) * (len(x_real.shape) - 1)
    epsilon = random.uniform(shape, seed=seed, dtype=x_real.dtype)  # (batch, 1, ...)
    x_interp = epsilon * x_real + (1.0 - epsilon) * x_fake
    squares = ops.maximum(_squared_slopes(critic, x_interp), 1e-12)  # √ has no slope at 0
    return ops.mean((ops.sqrt(squares) - 1.0) ** 2)


def r1_penalty(discriminator, x_real):
    """Squared slope of D's logit at real data: keeps D smooth where the data lies.

    R1 = ½ mean ‖∇D(x)‖², added to D's loss with the weight γ

    Args:
        discriminator: Function from a batch to logits of (batch, 1).
        x_real: Shape (batch, ...).

    Returns:
        Scalar: squares summed over pixels, mean over the batch; at least 0.

    Example:
        >>> discriminator = lambda x: x @ [[3.0], [4.0]]  # its slope has the length 5
        >>> round(float(losses.r1_penalty(discriminator, ops.ones((8, 2)))), 3)  # ½ 5²
        12.5

    Reference: Mescheder, Geiger & Nowozin (2018), equation 9.
    """
    return 0.5 * ops.mean(_squared_slopes(discriminator, x_real))


def r2_penalty(discriminator, x_fake):
    """Squared slope of D's logit at generated data; the same as `r1_penalty`, at the other end.

    R2 = ½ mean ‖∇D(G(z))‖², added to D's loss with the weight γ

    Args and returns: as `r1_penalty`; only D learns from it, so x_fake is held fixed.

    Example:
        >>> discriminator = lambda x: x @ [[3.0], [4.0]]  # its slope has the length 5
        >>> round(float(losses.r2_penalty(discriminator, ops.zeros((8, 2)))), 3)  # ½ 5²
        12.5

    Reference: Mescheder, Geiger & Nowozin (2018), equation 10.
    """
    return 0.5 * ops.mean(_squared_slopes(discriminator, ops.stop_gradient(x_fake)))


def _squared_slopes(discriminator, x):
    """‖∇D(x)‖² of each example, shape (batch,), summed over all its numbers."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = ops.sum(discriminator(x))  # one example's score depends on that example alone
    slopes = ops.reshape(tape.gradient(total, x), (ops.shape(x)[0], -1))
    return ops.sum(slopes**2, axis=1)
