"""The parts of the evidence lower bound: likelihoods, KL, and how they add up.

Everything is in nats per image: summed over pixels and latent dimensions, never averaged over them.
"""

from math import log, pi

from keras import ops


def bernoulli_log_likelihood(images, logits):
    """log p(x|z) of pixels as probabilities of ink: minus the cross-entropy, summed.

    log p(x|z) = Σ_i s_i log σ(l_i) + (1 - s_i) log(1 - σ(l_i)) = Σ_i s_i l_i - softplus(l_i),
    with the ink s = (x + 1)/2 from 0 to 1

    For grey ink (0 < s < 1) this is not a probability of the image but its usual stand-in; its
    best value, at σ(l) = s, is not 0.

    Args:
        images: x of (batch, height, width, channels) in [-1, 1].
        logits: l of the same shape.

    Returns:
        Shape (batch,), at most 0: summed over pixels and channels, in nats.

    Example:
        >>> image = ops.ones((1, 2, 2, 1))  # four pixels of ink; σ(0) = 1/2 for each
        >>> found = losses.bernoulli_log_likelihood(image, ops.zeros((1, 2, 2, 1)))
        >>> round(float(found[0]), 3)  # -4 ln 2
        -2.773

    Reference: Kingma & Welling (2014), appendix C.1.
    """
    ink = (images + 1.0) / 2.0
    return _sum(ink * logits - ops.softplus(logits))


def gaussian_log_likelihood(images, means, std):
    """log p(x|z) of pixels as means under Gaussian noise of one standard deviation.

    log p(x|z) = -Σ_i (x_i - μ_i)²/2σ² + log σ + ½ log 2π

    Args:
        images, means: Shape (batch, ...), the same.
        std: σ, above 0, in the pixels' unit; a number or a scalar tensor.

    Returns:
        Shape (batch,): summed over pixels and channels, in nats; a density, so it may be above 0.

    Example:
        >>> image = ops.ones((1, 2, 2, 1))
        >>> found = losses.gaussian_log_likelihood(image, means=image, std=0.1)
        >>> round(float(found[0]), 3)  # 4 (ln 10 - ½ ln 2π)
        5.535

    Reference: Kingma & Welling (2014), appendix C.2, with one σ for all pixels.
    """
    log_std = ops.log(ops.cast(std, images.dtype))
    return _sum(-((images - means) ** 2) / (2 * std**2) - log_std - 0.5 * log(2 * pi))


def kl_divergence(z_mean, z_log_var):
    """KL from the encoder's Gaussian to the standard normal prior, each latent by itself.

    KL_j = -½ (1 + log σ_j² - μ_j² - σ_j²)

    Args:
        z_mean, z_log_var: Shape (batch, latent_dim): μ and log σ².

    Returns:
        Shape (batch, latent_dim), at least 0, in nats. The KL of an image is the *sum* of its
        row; its mean would weigh the prior latent_dim times less.

    Example:
        >>> kl = losses.kl_divergence(ops.array([[1.0, 2.0]]), ops.zeros((1, 2)))  # σ = 1
        >>> print(np.round(kl, 3))  # ½ μ²
        [[0.5 2. ]]

    Reference: Kingma & Welling (2014), appendix B.
    """
    return -0.5 * (1.0 + z_log_var - z_mean**2 - ops.exp(z_log_var))


def normal_log_density(z, mean=0.0, log_var=0.0):
    """log N(z; μ, σ²) with independent coordinates.

    -½ Σ_j (log 2π + log σ_j² + (z_j - μ_j)²/σ_j²)

    Args:
        z, mean, log_var: z, μ and log σ², any real numbers; shapes that broadcast to
            (..., latent_dim).

    Returns:
        Shape (...,): summed over the last axis, in nats; a density, so it may be above 0.

    Example:
        >>> round(float(losses.normal_log_density(ops.zeros((1, 2)))[0]), 3)  # -ln 2π
        -1.838
    """
    return -0.5 * ops.sum(log(2 * pi) + log_var + (z - mean) ** 2 * ops.exp(-log_var), axis=-1)


def _sum(values):
    return ops.sum(values, axis=tuple(range(1, len(values.shape))))
