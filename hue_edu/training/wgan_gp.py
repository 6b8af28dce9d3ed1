"""Wasserstein GAN with a gradient penalty, or with clipped weights, as a `keras.Model`."""

from functools import partial
from numbers import Real

import tensorflow as tf
from keras import ops

from .. import arguments, losses
from ..checks.data import check_enough, check_grouped, check_one_replica
from ..checks.networks import check_independent
from ..checks.settings import check_compile_options
from .gan import GAN
from .grouping import same_sizes
from .sampling import output
from .settings import Fixed, Setting
from .trainer import Player


class WGANGP(GAN):
    """Several critic steps, each on new data, then one generator step (algorithm 1).

    `fit` takes batches of images alone, and uses `critic_steps` of them in each of its steps:

        gan = WGANGP(build_dcgan_generator(), build_critic())
        gan.compile(Adam(1e-4, beta_1=0.0, beta_2=0.9), Adam(1e-4, beta_1=0.0, beta_2=0.9))
        gan.fit(datasets.batches(images, 64, seed=0), epochs=5, steps_per_epoch=200)

    Args:
        generator, averaging, seed: As for `GAN`.
        critic: Samples → scores of (batch, 1), any real number; without batch normalisation,
            which would tie the slopes of a batch's examples together.

    Reported: `critic_loss`, minus the estimate of W₁; `gradient_penalty`, with its weight, and the
    regularizers of the critic's weights, both of the last critic step; `g_loss`, with the
    regularizers of G's weights. The critic minimises the sum of the first two.

    Reference: Gulrajani et al. (2017), algorithm 1; with clipping Arjovsky et al. (2017).
    """

    gp_weight, critic_steps, clip = Setting(switch=True), Fixed(), Fixed()

    def __init__(self, generator, critic, averaging=0.99, seed=0):
        super().__init__(generator, critic, averaging, seed)

    def terms(self, batch, training, players=("critic", "generator")):
        """What these players minimise on one batch of images, as `GAN.terms`; no more is watched.

        In training each takes its turn by itself, on samples of its own.
        """
        x_real, _ = self._split(batch)
        x_fake = output(self.generator, [self._draw_z(ops.shape(x_real)[0])], training)

        def score(x):
            return output(self.critic, [x], training)

        minimised = {}
        if "critic" in players:
            critic_loss = losses.wasserstein_critic_loss(score(x_real), score(x_fake))
            penalty = 0.0
            if self.settings.is_on("gp_weight"):
                gp = losses.gradient_penalty(score, x_real, x_fake, self.seed_generator)
                penalty = self.now("gp_weight") * gp
            minimised["critic"] = {"critic_loss": critic_loss, "gradient_penalty": penalty}
        if "generator" in players:
            minimised["generator"] = {"g_loss": losses.raise_score_generator_loss(score(x_fake))}
        return minimised, {}

    def _round(self, batch):
        """`critic_steps` moves of the critic and one of G; a batch of (critic_steps, batch, …)."""
        x_real, _ = self._split(batch)
        check_grouped(x_real, self.critic_steps, self.critic.input_shape)
        for k in range(self.critic_steps):
            critic, watched = self._move(partial(self.terms, x_real[k], True, ["critic"]))
            if self.clip is not None:
                for weight in self.critic.trainable_variables:
                    weight.assign(ops.clip(weight, -self.clip, self.clip))
        generator, _ = self._move(partial(self.terms, x_real[-1], True, ["generator"]))
        return {**critic, **generator}, watched

    def _moves(self, player):
        return self.critic_steps if player == "critic" else 1

    def _check_networks(self, generator, critic):
        super()._check_networks(generator, critic)
        check_independent(critic)

    @property
    def critic(self):
        """The same network as `discriminator`, by the name that the papers give it."""
        return self.discriminator

    @property
    def players(self):
        """Both, by the names that `terms` uses."""
        return {
            "generator": Player(self.generator, self.g_optimizer),
            "critic": Player(self.critic, self.d_optimizer),
        }

    def compile(
        self, g_optimizer, critic_optimizer, critic_steps=5, gp_weight=10.0, clip=None, **kwargs
    ):
        """Set the optimizers, and how the critic's slope is bounded.

        Args:
            g_optimizer, critic_optimizer: Two different Keras optimizers.
            critic_steps: Critic steps for each generator step.
            gp_weight: λ of `losses.gradient_penalty`; 0 for none. As `r1_weight` of `GAN.compile`
                it may be a function of the step or a variable, and be set again at any time.
            clip: c: after each critic step its weights are cut to [-c, c]; needs gp_weight=0.
            kwargs: Passed to `keras.Model.compile`.

        Raises:
            TypeError, ValueError: As for `GAN.compile`, or two bounds on the critic at once.
        """
        check_compile_options(kwargs)
        critic_steps = arguments.whole_number("critic_steps", critic_steps, at_least=1)
        self.gp_weight = gp_weight
        if clip is not None and not (isinstance(clip, Real) and 0 < clip < float("inf")):
            raise ValueError(f"clip is {clip!r}; expected a number above 0, or None.")
        if clip is not None and self.settings.is_on("gp_weight"):
            raise ValueError(
                f"Both clip={clip} and gp_weight={gp_weight} bound the critic; set gp_weight=0 "
                "for clipping, or leave clip out."
            )
        super().compile(g_optimizer, critic_optimizer, loss="wasserstein", **kwargs)
        self.settings.fix(critic_steps=critic_steps, clip=clip)

    def _check(self, x):
        """As for `GAN`; and no array, whose last batch would be smaller."""
        if not isinstance(x, tf.data.Dataset):
            raise TypeError(
                f"fit got {type(x).__name__}; WGANGP takes a tf.data.Dataset of batches, as "
                "datasets.batches(images, 64, seed=0) makes it."
            )
        super()._check(x)

    def _before_training(self, x, options):
        """`critic_steps` batches at a time; a smaller last batch, or group, is left out."""
        check_one_replica(self)
        x = same_sizes(super()._before_training(x, options))
        check_enough(x, self.critic_steps)
        return x.batch(self.critic_steps, drop_remainder=True)
