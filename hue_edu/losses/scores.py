"""Losses on unbounded scores: least squares, hinge, Wasserstein, relativistic pairs."""

from keras import ops


def least_squares_discriminator_loss(real_scores, fake_scores, a=0.0, b=1.0):
    """What D minimises in LSGAN: mean squared error to the label b on real and a on fake.

    L_D = ½ mean (D(x) - b)² + ½ mean (D(G(z)) - a)²

    Args:
        real_scores, fake_scores: Shape (batch, 1), any real number: no sigmoid.
        a, b: Labels of fake and of real.

    Returns:
        Scalar: the two means over the batch, halved and added; at least 0.

    Example:
        >>> real_scores, fake_scores = ops.array([[3.0]]), ops.array([[1.0]])
        >>> float(losses.least_squares_discriminator_loss(real_scores, fake_scores))  # ½ 2² + ½ 1²
        2.5

    Reference: Mao et al. (2017), equation 2.
    """
    return (ops.mean((real_scores - b) ** 2) + ops.mean((fake_scores - a) ** 2)) / 2


def least_squares_generator_loss(fake_scores, c=1.0):
    """What G minimises in LSGAN: bring the score of fake samples to c.

    L_G = ½ mean (D(G(z)) - c)²

    Its gradient in the score s is s - c: the further from c, the stronger, on both sides.

    Args:
        fake_scores: Shape (batch, 1), D's scores of generated samples.
        c: The score that G wants; b, or (a+b)/2 for the Pearson χ² divergence.

    Returns:
        Scalar, mean over the batch; at least 0.

    Example:
        >>> float(losses.least_squares_generator_loss(ops.array([[3.0]])))  # ½ 2²
        2.0

    Reference: Mao et al. (2017), equation 2.
    """
    return ops.mean((fake_scores - c) ** 2) / 2


def hinge_discriminator_loss(real_scores, fake_scores):
    """What D minimises with the hinge: real above 1, fake below -1, and no more than that.

    L_D = mean max(0, 1 - D(x)) + mean max(0, 1 + D(G(z)))

    Args:
        real_scores, fake_scores: Shape (batch, 1), any real number.

    Returns:
        Scalar: the two means over the batch, added; at least 0, and 2 where all have the same score
        from -1 to 1.

    Example:
        >>> real_scores, fake_scores = ops.array([[3.0]]), ops.array([[-0.5]])
        >>> float(losses.hinge_discriminator_loss(real_scores, fake_scores))  # 0 + 0.5
        0.5

    Reference: Lim & Ye (2017), equation 11; Miyato et al. (2018), equation 16.
    """
    return ops.mean(ops.relu(1.0 - real_scores)) + ops.mean(ops.relu(1.0 + fake_scores))


def wasserstein_critic_loss(real_scores, fake_scores):
    """What the critic minimises: minus the gap between its mean scores.

    L_C = mean C(G(z)) - mean C(x)

    Where C has slope 1 at most, -L_C is at most the Wasserstein distance W₁, and the best critic
    reaches it. Without such a bound the loss has no minimum: add `gradient_penalty`.

    Args:
        real_scores, fake_scores: Shape (batch, 1), any real number.

    Returns:
        Scalar, in units of the score.

    Example:
        >>> real_scores, fake_scores = ops.array([[3.0]]), ops.array([[1.0]])
        >>> float(losses.wasserstein_critic_loss(real_scores, fake_scores))  # 1 - 3
        -2.0

    Reference: Arjovsky et al. (2017), equation 2 and algorithm 1.
    """
    return ops.mean(fake_scores) - ops.mean(real_scores)


def raise_score_generator_loss(fake_scores):
    """What G minimises against a Wasserstein critic or a hinge discriminator: raise the score.

    L_G = -mean C(G(z))

    Its gradient in each score is the same everywhere: it never saturates.

    Args:
        fake_scores: Shape (batch, 1), any real number.

    Returns:
        Scalar, mean over the batch.

    Example:
        >>> float(losses.raise_score_generator_loss(ops.array([[1.0], [3.0]])))  # -(1 + 3)/2
        -2.0

    Reference: Arjovsky et al. (2017), algorithm 1; Miyato et al. (2018), equation 17.
    """
    return -ops.mean(fake_scores)


def relativistic_discriminator_loss(real_scores, fake_scores):
    """What D minimises in RpGAN: score each real sample above the fake one beside it.

    L_D = mean softplus(-(D(x) - D(G(z))))

    Only the difference counts: adding a number to all scores changes nothing. A fake sample is
    judged beside a real one, so D cannot give up a whole region, as it can where each sample is
    judged alone.

    Args:
        real_scores, fake_scores: Shape (batch, 1); the i-th of both are a pair.

    Returns:
        Scalar, mean over the pairs; at least 0, and ln 2 where D cannot tell; in nats.

    Example:
        >>> scores = ops.array([[7.0], [-2.0]])  # the same for both of each pair
        >>> round(float(losses.relativistic_discriminator_loss(scores, scores)), 3)  # ln 2
        0.693

    Reference: Jolicoeur-Martineau (2019), equation 7; Huang et al. (2024), equation 2.
    """
    return ops.mean(ops.softplus(fake_scores - real_scores))


def relativistic_generator_loss(real_scores, fake_scores):
    """What G minimises in RpGAN: the same with the sign turned, fake above real.

    L_G = mean softplus(-(D(G(z)) - D(x)))

    Args and returns: as `relativistic_discriminator_loss`.

    Example:
        >>> real_scores, fake_scores = ops.array([[1.0]]), ops.array([[3.0]])
        >>> loss = losses.relativistic_generator_loss(real_scores, fake_scores)
        >>> round(float(loss), 3)  # ln(1 + e⁻²)
        0.127

    Reference: Jolicoeur-Martineau (2019), equation 8; Huang et al. (2024), equation 2.
    """
    return ops.mean(ops.softplus(real_scores - fake_scores))
