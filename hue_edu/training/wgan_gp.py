"""Wasserstein GAN with a gradient penalty, or with clipped weights, as a `keras.Model`."""

from functools import partial

import keras
import tensorflow as tf
from keras import ops

from .. import arguments, losses
from . import contracts, data_contracts
from .gan import GAN
from .trainer import scaled


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

    Reference: Gulrajani et al. (2017), algorithm 1; with clipping Arjovsky et al. (2017).
    """

    def __init__(self, generator, critic, averaging=0.99, seed=0):
        super().__init__(generator, critic, averaging, seed)
        names = ("critic_loss", "gradient_penalty", "g_loss")
        self.trackers = {name: keras.metrics.Mean(name) for name in names}

    def _check_networks(self, generator, critic):
        super()._check_networks(generator, critic)
        contracts.check_independent(critic)

    @property
    def critic(self):
        """The same network as `discriminator`, by the name that the papers give it."""
        return self.discriminator

    @property
    def metrics(self):
        """Means over the epoch: critic_loss, minus the estimate of W₁; gradient_penalty, with its
        weight, and the regularizers of the critic's weights; g_loss, with those of G's. The critic
        minimises the sum of the first two."""
        return super().metrics

    def compile(
        self, g_optimizer, critic_optimizer, critic_steps=5, gp_weight=10.0, clip=None, **kwargs
    ):
        """Set the optimizers, and how the critic's slope is bounded.

        Args:
            g_optimizer, critic_optimizer: Two different Keras optimizers.
            critic_steps: Critic steps for each generator step.
            gp_weight: λ of `losses.gradient_penalty`; 0 for none.
            clip: c: after each critic step its weights are cut to [-c, c]; needs gp_weight=0.
            kwargs: Passed to `keras.Model.compile`.
        """
        contracts.check_compile_options(kwargs)
        self.critic_steps = arguments.whole_number("critic_steps", critic_steps, at_least=1)
        arguments.number_within("gp_weight", gp_weight)
        if clip is not None and not 0 < clip < float("inf"):
            raise ValueError(f"clip is {clip}; expected a number above 0, or None.")
        if clip is not None and gp_weight:
            raise ValueError(
                f"Both clip={clip} and gp_weight={gp_weight} bound the critic; set gp_weight=0 "
                "for clipping, or leave clip out."
            )
        super().compile(g_optimizer, critic_optimizer, loss="wasserstein", **kwargs)
        self.gp_weight, self.clip = gp_weight, clip

    def _check(self, x):
        """As for `GAN`; and no array, whose last batch would be smaller."""
        if not isinstance(x, tf.data.Dataset):
            raise TypeError(
                f"fit got {type(x).__name__}; WGANGP takes a tf.data.Dataset of batches, as "
                "datasets.batches(images, 64, seed=0) makes it."
            )
        super()._check(x)

    def _prepared(self, x, options):
        """`critic_steps` batches at a time; a smaller last batch, or group, is left out."""
        data_contracts.check_one_replica(self)
        x = data_contracts.same_sizes(super()._prepared(x, options))
        data_contracts.check_enough(x, self.critic_steps)
        return x.batch(self.critic_steps, drop_remainder=True)

    def _train_step(self, batch):
        """`critic_steps` steps of the critic and one of G; a batch of (critic_steps, batch, …)."""
        x_real = data_contracts.alone(batch)
        data_contracts.check_grouped(x_real, self.critic_steps, self.critic.input_shape)
        for k in range(self.critic_steps):
            critic_loss, penalty = self._critic_step(x_real[k])
        g_loss = self._generator_step(ops.shape(x_real)[1])
        self._average_weights()
        self.steps.assign_add(1)
        return self._report(critic_loss, penalty, g_loss)

    def _test_step(self, batch):
        """The same three of one batch of new data, without learning; for `evaluate`."""
        x_real = data_contracts.alone(batch)
        x_fake = self._draw(self._draw_z(ops.shape(x_real)[0]), training=False)
        critic_loss, penalty = self._critic_terms(x_real, x_fake, training=False)
        g_loss = self.generator_loss(None, self._score(x_fake, training=False))
        return self._report(critic_loss, penalty, g_loss)

    def _critic_step(self, x_real):
        """One step of the critic; returns its loss and the weighted penalty."""
        x_fake = self._draw(self._draw_z(ops.shape(x_real)[0]))
        with tf.GradientTape() as tape:
            critic_loss, penalty = self._critic_terms(x_real, x_fake)
            penalty += contracts.own_losses(self.critic)
            total = scaled(self.d_optimizer, critic_loss + penalty)
        weights = self.critic.trainable_variables
        zero = tf.UnconnectedGradients.ZERO  # the last bias moves all scores alike
        gradients = tape.gradient(total, [w.value for w in weights], unconnected_gradients=zero)
        self.d_optimizer.apply(gradients, weights)
        if self.clip is not None:
            for weight in weights:
                weight.assign(ops.clip(weight, -self.clip, self.clip))
        return critic_loss, penalty

    def _critic_terms(self, x_real, x_fake, training=True):
        """The critic's loss, and the penalty with its weight."""
        score = partial(self._score, training=training)
        critic_loss = self.discriminator_loss(score(x_real), score(x_fake))
        if not self.gp_weight:
            return critic_loss, 0.0
        gp = losses.gradient_penalty(score, x_real, x_fake, self.seed_generator)
        return critic_loss, self.gp_weight * gp

    def _generator_step(self, batch_size):
        weights = self.generator.trainable_variables
        z = self._draw_z(batch_size)
        with tf.GradientTape() as tape:
            fake_scores = self._score(self._draw(z))
            g_loss = self.generator_loss(None, fake_scores)  # it looks at no real scores
            g_loss += contracts.own_losses(self.generator)
            total = scaled(self.g_optimizer, g_loss)
        self.g_optimizer.apply(tape.gradient(total, weights), weights)
        return g_loss
