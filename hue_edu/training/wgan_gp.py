"""Wasserstein GAN with a gradient penalty, or with clipped weights, as a `keras.Model`."""

import keras
import tensorflow as tf
from keras import ops

from .. import latent, losses
from .gan import GAN, check_batch


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
        if any(isinstance(layer, keras.layers.BatchNormalization) for layer in critic.layers):
            raise ValueError(
                f"{critic.name} has batch normalisation, so that one example's score depends on "
                "the others and the penalty means nothing; leave it out, or normalise each "
                "example by itself (LayerNormalization)."
            )
        super().__init__(generator, critic, averaging, seed)
        names = ("critic_loss", "gradient_penalty", "g_loss")
        self.trackers = {name: keras.metrics.Mean(name) for name in names}

    @property
    def critic(self):
        """The same network as `discriminator`, by the name that the papers give it."""
        return self.discriminator

    @property
    def metrics(self):
        """Means over the epoch: critic_loss, minus the estimate of W₁; gradient_penalty, with its
        weight; g_loss. The critic minimises the sum of the first two."""
        return list(self.trackers.values())

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
        if critic_steps < 1:
            raise ValueError(f"critic_steps is {critic_steps}; expected at least 1.")
        if clip is not None and gp_weight:
            raise ValueError(
                f"Both clip={clip} and gp_weight={gp_weight} bound the critic; set gp_weight=0 "
                "for clipping, or leave clip out."
            )
        super().compile(g_optimizer, critic_optimizer, loss="wasserstein", **kwargs)
        self.critic_steps, self.gp_weight, self.clip = critic_steps, gp_weight, clip

    def fit(self, x, **kwargs):
        """Train on a `tf.data.Dataset` of batches; each step takes `critic_steps` of them.

        Raises:
            TypeError: `x` is no Dataset; `datasets.batches` makes one.
            ValueError: The data has the wrong shape, dtype or pixel range.
        """
        if not isinstance(x, tf.data.Dataset):
            raise TypeError(
                f"fit got {type(x).__name__}; WGANGP takes a tf.data.Dataset of batches, as "
                "datasets.batches(images, 64, seed=0) makes it."
            )
        check_batch(x, self.generator.output_shape)
        grouped = x.batch(self.critic_steps, drop_remainder=True)
        return keras.Model.fit(self, grouped, shuffle=False, **kwargs)

    def train_step(self, x_real):
        """`critic_steps` steps of the critic and one of G; x_real of (critic_steps, batch, …)."""
        for k in range(self.critic_steps):
            critic_loss, penalty = self._critic_step(x_real[k])
        g_loss = self._generator_step(ops.shape(x_real)[1])
        self._average_weights()
        return self._report(critic_loss, penalty, g_loss)

    def _critic_step(self, x_real):
        """One step of the critic; returns its loss and the weighted penalty."""
        z = latent.sample_z(ops.shape(x_real)[0], self.latent_dim, self._step_seed())
        x_fake = self.generator(z, training=True)
        with tf.GradientTape() as tape:
            real_scores, fake_scores = self._score(x_real), self._score(x_fake)
            critic_loss, penalty = self.discriminator_loss(real_scores, fake_scores), 0.0
            if self.gp_weight:
                seed = self.seed_generator
                gp = losses.gradient_penalty(self._score, x_real, x_fake, seed)
                penalty = self.gp_weight * gp
            scaled = self.d_optimizer.scale_loss(critic_loss + penalty)
        weights = self.critic.trainable_variables
        zero = tf.UnconnectedGradients.ZERO  # the last bias moves all scores alike
        gradients = tape.gradient(scaled, [w.value for w in weights], unconnected_gradients=zero)
        self.d_optimizer.apply(gradients, weights)
        if self.clip is not None:
            for weight in weights:
                weight.assign(ops.clip(weight, -self.clip, self.clip))
        return critic_loss, penalty

    def _generator_step(self, batch_size):
        z = latent.sample_z(batch_size, self.latent_dim, self._step_seed())
        weights = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            fake_scores = self._score(self.generator(z, training=True))
            g_loss = self.generator_loss(None, fake_scores)  # it looks at no real scores
            scaled = self.g_optimizer.scale_loss(g_loss)
        self.g_optimizer.apply(tape.gradient(scaled, weights), weights)
        return g_loss
