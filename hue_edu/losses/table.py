"""The losses and penalties by name: what `GAN(loss=…)`, the GAN lab and lesson 03 choose from."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from . import cross_entropy, penalties, scores


class AdversarialLoss(NamedTuple):
    """What the two players minimise.

    Attributes:
        discriminator: Function of (real_scores, fake_scores).
        generator: Function of (real_scores, fake_scores); only a relativistic one looks at the
            real scores.
    """

    discriminator: Callable
    generator: Callable


def _of_fake(loss):
    """A generator's loss that looks at fake scores alone, called with both."""
    return lambda real_scores, fake_scores: loss(fake_scores)


ADVERSARIAL_LOSSES = {
    "minimax": AdversarialLoss(
        cross_entropy.discriminator_loss, _of_fake(cross_entropy.minimax_generator_loss)
    ),
    "non_saturating": AdversarialLoss(
        cross_entropy.discriminator_loss, _of_fake(cross_entropy.non_saturating_generator_loss)
    ),
    "least_squares": AdversarialLoss(
        scores.least_squares_discriminator_loss, _of_fake(scores.least_squares_generator_loss)
    ),
    "hinge": AdversarialLoss(
        scores.hinge_discriminator_loss, _of_fake(scores.raise_score_generator_loss)
    ),
    "wasserstein": AdversarialLoss(
        scores.wasserstein_critic_loss, _of_fake(scores.raise_score_generator_loss)
    ),
    "relativistic": AdversarialLoss(
        scores.relativistic_discriminator_loss, scores.relativistic_generator_loss
    ),
}

PENALTIES = {
    "gradient_penalty": penalties.gradient_penalty,
    "r1": lambda discriminator, x_real, x_fake, seed: penalties.r1_penalty(discriminator, x_real),
    "r2": lambda discriminator, x_real, x_fake, seed: penalties.r2_penalty(discriminator, x_fake),
}


def adversarial_loss(name, label_smoothing=0.0):
    """The pair of losses of that name.

    Args:
        name: A key of `ADVERSARIAL_LOSSES`.
        label_smoothing: s in [0, 1) of `discriminator_loss`; the other losses have no labels.

    Returns:
        `AdversarialLoss`.

    Raises:
        ValueError: An unknown name, or a smoothing that is out of range or has no labels to move.

    Example:
        >>> loss, scores = losses.adversarial_loss("hinge"), ops.array([[0.5]])
        >>> float(loss.discriminator(scores, scores))  # 0.5 + 1.5
        2.0
        >>> float(loss.generator(scores, scores))
        -0.5
    """
    if name not in ADVERSARIAL_LOSSES:
        raise ValueError(f"loss is {name!r}; expected one of: {', '.join(ADVERSARIAL_LOSSES)}.")
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing is {label_smoothing}; expected from 0 to below 1.")
    chosen = ADVERSARIAL_LOSSES[name]
    if not label_smoothing:
        return chosen
    if chosen.discriminator is not cross_entropy.discriminator_loss:
        raise ValueError(
            f"label_smoothing is {label_smoothing}, but {name} has no labels between 0 and 1 to "
            "smooth; use 'minimax' or 'non_saturating', or leave it at 0."
        )
    smoothed = partial(chosen.discriminator, label_smoothing=label_smoothing)
    return chosen._replace(discriminator=smoothed)


def over_scores(name, scores):
    """Values and slopes of both players' losses over D's score, to draw them.

    Args:
        name: A key of `ADVERSARIAL_LOSSES`.
        scores: Shape (num,), any real numbers.

    Returns:
        Dictionary of NumPy arrays of shape (num,): `"g_loss"` where fake samples get the score
        (and real ones 0, which only a relativistic loss looks at) and `"g_slope"`, its derivative;
        `"d_loss"` where D gives this score to real and fake alike, and its derivatives
        `"d_slope_real"` and `"d_slope_fake"` in the real and in the fake score.

    Raises:
        ValueError: An unknown name.

    Example:
        >>> found = losses.over_scores("least_squares", [0.0, 2.0])
        >>> print(found["g_loss"], found["g_slope"])  # ½ (s - 1)² and s - 1
        [0.5 0.5] [-1.  1.]
    """
    loss, rows = adversarial_loss(name), []
    for score in np.asarray(scores, "float32"):
        real = fake = tf.fill((1, 1), score)
        fake = tf.identity(fake)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([real, fake])
            g_loss = loss.generator(tf.zeros((1, 1)), fake)
            d_loss = loss.discriminator(real, fake)
        slopes = tape.gradient(g_loss, fake), *tape.gradient(d_loss, (real, fake))
        rows.append([np.sum(value) for value in (g_loss, slopes[0], d_loss, *slopes[1:])])
    keys = ("g_loss", "g_slope", "d_loss", "d_slope_real", "d_slope_fake")
    return dict(zip(keys, np.transpose(rows)))
