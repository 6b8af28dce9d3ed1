"""Losses of the original GAN: D(x) = σ(logit), the sigmoid inside the formula.

There it cannot overflow: log σ(l) = -softplus(-l), log(1 - σ(l)) = -softplus(l).
"""

from keras import ops


def binary_cross_entropy(labels, logits):
    """Cross-entropy of the label y and the probability p = σ(l).

    BCE(y, l) = -y log σ(l) - (1-y) log(1 - σ(l)) = softplus(l) - y·l

    Args:
        labels: y in [0, 1], of the shape of `logits` or one that broadcasts to it.
        logits: l, any real number.

    Returns:
        The shape of `logits`: one value per element, not reduced; at least 0, in nats.

    Example:
        >>> logits = np.log([1, 3])  # D says 1/2 and 3/4
        >>> print(np.round(losses.binary_cross_entropy(1.0, logits), 3))  # ln 2 and ln 4/3
        [0.693 0.288]

    Reference: Goodfellow et al. (2014), equation 1, for one example. softplus(l) = log(1 + eˡ).
    """
    return ops.softplus(logits) - labels * logits


def discriminator_loss(real_logits, fake_logits, label_smoothing=0.0):
    """What D minimises: tell real (1) from fake (0).

    L_D = mean BCE(1 - s, D's logits of real) + mean BCE(0, D's logits of fake)

    Without smoothing this is minus the value V(D, G), whose best reply is D* = p/(p+q), and it
    is 2 ln 2 = 1.386 where D cannot tell. The smoothing s is one-sided: only real labels move.

    Args:
        real_logits, fake_logits: Shape (batch, 1), D's logits.
        label_smoothing: s in [0, 1).

    Returns:
        Scalar: the two means over the batch, added; in nats.

    Example:
        >>> logits = ops.zeros((4, 1))  # D says 1/2 to all
        >>> round(float(losses.discriminator_loss(logits, logits)), 3)  # 2 ln 2
        1.386

    Reference: Goodfellow et al. (2014), equation 1; one-sided smoothing: Salimans et al. (2016),
    section 3.4.
    """
    on_real = binary_cross_entropy(1.0 - label_smoothing, real_logits)
    on_fake = binary_cross_entropy(0.0, fake_logits)
    return ops.mean(on_real) + ops.mean(on_fake)


def right_caption_loss(logits):
    """How surprised D is that the first caption is the right one (InfoNCE).

    L = -E[log softmax(l)_0] = E[log Σ_k exp(l_k) - l_0]

    Only differences between captions of one picture count, so what D thinks of the picture itself
    drops out. The loss is log(1 + K) when D cannot tell the right one from K wrong ones.

    Args:
        logits: Of a picture with its right caption, then with wrong ones, shape (batch, 1 + K).

    Returns:
        Scalar in nats, averaged over the batch.

    Example:
        >>> logits = ops.zeros((4, 9))  # D cannot tell one caption of nine
        >>> round(float(losses.right_caption_loss(logits)), 3)  # ln 9
        2.197

    Reference: van den Oord et al. (2018), equation 4; Zhang et al. (2021), XMC-GAN, for GANs.
    """
    return ops.mean(ops.logsumexp(logits, axis=1) - logits[:, 0])


def wrong_caption_loss(logits):
    """Loss of the matching-aware D on real pictures with wrong captions: they are fakes.

    L = E[softplus(l_k)],  k from 1 to K

    Args:
        logits: As for `right_caption_loss`; the first column is not used.

    Returns:
        Scalar in nats, averaged over pictures and wrong captions.

    Example:
        >>> logits = ops.array([[5.0, 0.0, 0.0]])  # one right caption, two wrong ones
        >>> round(float(losses.wrong_caption_loss(logits)), 3)  # ln 2
        0.693

    Reference: Reed et al. (2016), Generative Adversarial Text to Image Synthesis, algorithm 1.
    """
    return ops.mean(binary_cross_entropy(0.0, logits[:, 1:]))


def minimax_generator_loss(fake_logits):
    """What G minimises in the zero-sum game: the value itself ("saturating").

    L_G = mean log(1 - D(G(z))) = -mean softplus(l)

    Its gradient in l is -σ(l): it vanishes where D is sure that the sample is fake.

    Args:
        fake_logits: Shape (batch, 1), D's logits of generated samples.

    Returns:
        Scalar, mean over the batch, at most 0; in nats.

    Example:
        >>> logits = ops.array([[np.log(1 / 3)]])  # D says 1/4: rather fake
        >>> round(float(losses.minimax_generator_loss(logits)), 3)  # ln 3/4
        -0.288

    Reference: Goodfellow et al. (2014), equation 1 and algorithm 1.
    """
    return -ops.mean(ops.softplus(fake_logits))


def non_saturating_generator_loss(fake_logits):
    """What G minimises in practice: make D say "real".

    L_G = -mean log D(G(z)) = mean softplus(-l)

    Same fixed point as the minimax loss; its gradient in l is -σ(-l), which is close to -1 where
    D is sure that the sample is fake, so a poor generator still learns.

    Args:
        fake_logits: Shape (batch, 1), D's logits of generated samples.

    Returns:
        Scalar, mean over the batch, at least 0; in nats.

    Example:
        >>> logits = ops.array([[np.log(1 / 3)]])  # D says 1/4: rather fake
        >>> round(float(losses.non_saturating_generator_loss(logits)), 3)  # ln 4
        1.386

    Reference: Goodfellow et al. (2014), section 3, last paragraph.
    """
    return ops.mean(binary_cross_entropy(1.0, fake_logits))
