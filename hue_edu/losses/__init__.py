"""Losses of the two players: one formula, one pure function.

1 means real and 0 means fake. Networks return logits or unbounded scores, never probabilities.

The examples assume `import numpy as np`, `from keras import ops` and `from hue_edu import losses`.
"""

from .cross_entropy import (
    binary_cross_entropy,
    discriminator_loss,
    minimax_generator_loss,
    non_saturating_generator_loss,
    right_caption_loss,
    wrong_caption_loss,
)
from .elbo import (
    bernoulli_log_likelihood,
    gaussian_log_likelihood,
    kl_divergence,
    normal_log_density,
)
from .penalties import gradient_penalty, r1_penalty, r2_penalty
from .scores import (
    hinge_discriminator_loss,
    least_squares_discriminator_loss,
    least_squares_generator_loss,
    raise_score_generator_loss,
    relativistic_discriminator_loss,
    relativistic_generator_loss,
    wasserstein_critic_loss,
)
from .table import (
    ADVERSARIAL_LOSSES,
    PENALTIES,
    AdversarialLoss,
    adversarial_loss,
    over_scores,
)

__all__ = [
    "ADVERSARIAL_LOSSES",
    "PENALTIES",
    "AdversarialLoss",
    "adversarial_loss",
    "bernoulli_log_likelihood",
    "binary_cross_entropy",
    "discriminator_loss",
    "gaussian_log_likelihood",
    "gradient_penalty",
    "hinge_discriminator_loss",
    "kl_divergence",
    "least_squares_discriminator_loss",
    "least_squares_generator_loss",
    "minimax_generator_loss",
    "non_saturating_generator_loss",
    "normal_log_density",
    "over_scores",
    "r1_penalty",
    "r2_penalty",
    "raise_score_generator_loss",
    "relativistic_discriminator_loss",
    "relativistic_generator_loss",
    "right_caption_loss",
    "wasserstein_critic_loss",
    "wrong_caption_loss",
]
