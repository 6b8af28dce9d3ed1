"""The generative adversarial network as a `keras.Model`: `compile`, `fit`, `generate`."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from .. import datasets, latent, losses


class GAN(keras.Model):
    """Generator and discriminator, trained in turns by one compiled step (algorithm 1).

    Each step draws one z, makes x_fake = G(z), scores x_real and x_fake with D, and moves both
    players by one step of their own optimizer. `fit` takes batches of images alone:

        gan = GAN(build_dcgan_generator(), build_dcgan_discriminator())
        gan.compile(Adam(2e-3, beta_1=0.5), Adam(2e-3, beta_1=0.5))
        gan.fit(datasets.batches(images, 64, seed=0), epochs=5, steps_per_epoch=200)
        samples = gan.generate(64, seed=1)

    Args:
        generator: z of (batch, latent_dim) → samples in the range of the data.
        discriminator: Samples → logits of (batch, 1).
        averaging: Momentum m of the averaged generator that `generate` uses,
            θ̄ ← m θ̄ + (1-m) θ after each step; 0 uses the newest weights. Averaging takes out the
            circling of the two players (Yazıcı et al. 2019, equation 4).
        seed: Seed of the stream of z in training.

    Reference: Goodfellow et al. (2014), algorithm 1 with one discriminator step per generator step.
    """

    def __init__(self, generator, discriminator, averaging=0.99, seed=0):
        super().__init__(name="gan")
        self.generator = generator
        self.discriminator = discriminator
        self.averaging = averaging
        self.averaged_generator = keras.models.clone_model(generator)
        self.averaged_generator.set_weights(generator.get_weights())
        self.averaged_generator.trainable = False
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.latent_dim = generator.inputs[0].shape[-1]
        self.built = True  # both networks are; `fit` need not call the model to find out
        self.trackers = {
            name: keras.metrics.Mean(name)
            for name in ("d_loss", "g_loss", "penalty", "d_real", "d_fake")
        }

    @property
    def metrics(self):
        """Means over the epoch: d_loss + penalty, which D minimises; g_loss, which G minimises;
        and D's verdicts on real and fake, σ(score), a probability where the loss has labels."""
        return list(self.trackers.values())

    @property
    def optimizers(self):
        """The optimizers of both players."""
        return [self.g_optimizer, self.d_optimizer]

    @property
    def steps_done(self):
        """Number of training steps so far, as a whole number."""
        return int(self.g_optimizer.iterations.numpy())

    @property
    def sampler(self):
        """z → samples: the averaged generator, which a run keeps."""
        return self.averaged_generator

    def compile(
        self,
        g_optimizer,
        d_optimizer,
        loss="non_saturating",
        label_smoothing=0.0,
        r1_weight=0.0,
        r2_weight=0.0,
        penalty_every=8,
        **kwargs,
    ):
        """Set the two optimizers and the terms of the losses.

        Args:
            g_optimizer, d_optimizer: Two different Keras optimizers, one a player.
            loss: A name in `losses.ADVERSARIAL_LOSSES`.
            label_smoothing: s in [0, 1), for the two losses that have labels.
            r1_weight, r2_weight: γ of `losses.r1_penalty` and of `losses.r2_penalty` in D's loss;
                0 for none; a Keras learning rate schedule changes it from step to step.
            penalty_every: Steps between two penalties, each then with `penalty_every` times the
                weight: the same mean at a fraction of the time (Karras et al. 2020, section 3.1).
            kwargs: Passed to `keras.Model.compile`, such as `steps_per_execution`.
        """
        if g_optimizer is d_optimizer:
            raise ValueError(
                "Both players got the same optimizer object; each needs its own state."
            )
        self.discriminator_loss, self.generator_loss = losses.adversarial_loss(
            loss, label_smoothing
        )
        super().compile(optimizer=None, **kwargs)
        self.g_optimizer, self.d_optimizer = map(with_loss_scaling, (g_optimizer, d_optimizer))
        self.g_optimizer.build(self.generator.trainable_variables)
        self.d_optimizer.build(self.discriminator.trainable_variables)
        self.r1_weight, self.r2_weight, self.penalty_every = r1_weight, r2_weight, penalty_every

    def call(self, z, training=False):
        """Samples from z by the averaged generator; by the newest one when training."""
        if training:
            return self.generator(z, training=True)
        return self.averaged_generator(z, training=False)

    def fit(self, x, **kwargs):
        """Train; as `keras.Model.fit`, after a look at the first batch.

        Raises:
            ValueError: The data has the wrong shape, dtype or pixel range.
        """
        check_batch(x, self.generator.output_shape)
        kwargs.setdefault("shuffle", not isinstance(x, tf.data.Dataset))  # that has its own order
        return super().fit(x, **kwargs)

    def train_step(self, x_real):
        """One step of both players; returns the running means of the losses."""
        z = latent.sample_z(ops.shape(x_real)[0], self.latent_dim, self._step_seed())

        with tf.GradientTape(persistent=True) as tape:
            x_fake = self.generator(z, training=True)
            real_logits = self.discriminator(x_real, training=True)
            fake_logits = self.discriminator(x_fake, training=True)
            d_loss = self.discriminator_loss(real_logits, fake_logits)
            g_loss = self.generator_loss(real_logits, fake_logits)
            penalty = self._penalty(self._score, x_real, x_fake)
            # unchanged unless mixed_float16
            d_scaled = self.d_optimizer.scale_loss(d_loss + penalty)
            g_scaled = self.g_optimizer.scale_loss(g_loss)

        self._move(tape, d_scaled, g_scaled)
        d_real, d_fake = ops.mean(ops.sigmoid(real_logits)), ops.mean(ops.sigmoid(fake_logits))
        return self._report(d_loss, g_loss, penalty, d_real, d_fake)

    def _move(self, tape, d_scaled, g_scaled):
        """Move both players by the gradients of their losses, then the average."""
        d_weights = self.discriminator.trainable_variables
        g_weights = self.generator.trainable_variables
        self.d_optimizer.apply(tape.gradient(d_scaled, d_weights), d_weights)
        self.g_optimizer.apply(tape.gradient(g_scaled, g_weights), g_weights)
        self._average_weights()

    def _report(self, *values):
        """The running means, a new value for each tracker."""
        for tracker, value in zip(self.metrics, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.metrics}

    def _penalty(self, score, x_real, x_fake):
        """γ₁ R1 + γ₂ R2 in every `penalty_every`-th step, so many times as much; else 0."""
        step, every = self.d_optimizer.iterations, self.penalty_every
        gamma_1, gamma_2 = (g(step) if callable(g) else g for g in (self.r1_weight, self.r2_weight))

        def penalty():
            r1 = gamma_1 * losses.r1_penalty(score, x_real) if self.r1_weight else 0.0
            r2 = gamma_2 * losses.r2_penalty(score, x_fake) if self.r2_weight else 0.0
            return every * (r1 + r2)

        return tf.cond(step % every == 0, penalty, lambda: 0.0)

    def _score(self, x):
        return self.discriminator(x, training=True)

    def generate(self, num, seed):
        """Samples of the averaged generator.

        Args:
            num: How many, at least 1.
            seed: Whole number; the same seed gives the same samples.

        Returns:
            NumPy float32 array of shape (num, ...), images in [-1, 1].
        """
        return generate(self.averaged_generator, num, seed)

    def _step_seed(self):
        """A fresh pair of whole numbers; different on each replica under `tf.distribute`."""
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        return ops.cast(self.seed_generator.next(), "int32") + ops.stack([0, replica])

    def _average_weights(self):
        """θ̄ ← m θ̄ + (1-m) θ, with a smaller m in the first steps, when θ̄ is still the start."""
        step = ops.cast(self.g_optimizer.iterations, "float32")
        momentum = ops.minimum(self.averaging, step / (step + 10.0))
        for average, newest in zip(self.averaged_generator.weights, self.generator.weights):
            average.assign_add((1.0 - momentum) * (newest - average))


def generate(generator, num, seed, batch_size=500, condition=None, truncation=None):
    """Samples of any generator from its own stream of z; see `GAN.generate`.

    Args:
        generator: z → samples, or z and a condition → samples.
        num, seed: As for `GAN.generate`.
        batch_size: How many at a time.
        condition: Array of `num` rows, such as the tokens of captions.
        truncation: Limit of `latent.truncate`; None for z as it is.
    """
    if num < 1:
        raise ValueError(f"num is {num}; expected at least 1.")
    z = latent.sample_z(num, generator.inputs[0].shape[-1], seed)
    z = z if truncation is None else latent.truncate(z, truncation)
    condition = None if condition is None else ops.convert_to_tensor(condition)
    parts = []
    for start in range(0, num, batch_size):
        rows = slice(start, start + batch_size)
        inputs = z[rows] if condition is None else [z[rows], condition[rows]]
        parts.append(ops.convert_to_numpy(generator(inputs, training=False)))
    return np.concatenate(parts)


def check_batch(batch, output_shape):
    """Refuse what the trainer cannot learn from, before the first step.

    Args:
        batch: A batch of training data, all of it, or a Dataset, of which the first batch counts.
        output_shape: Of the generator: (None, ...).

    Raises:
        ValueError: Labels beside the images, another shape, another dtype, pixels out of range.
    """
    if isinstance(batch, tf.data.Dataset):
        batch = next(iter(batch.take(1)))
    if isinstance(batch, (tuple, list)):
        raise ValueError(
            f"fit got {len(batch)} things a batch; a GAN learns from images alone, without labels."
        )
    if tuple(batch.shape[1:]) != tuple(output_shape[1:]):
        raise ValueError(
            f"The data has shape {tuple(batch.shape[1:])} an example, but the generator makes "
            f"{tuple(output_shape[1:])}; both must agree."
        )
    if len(output_shape) == 4:
        datasets.check_images(batch)
    elif not np.isfinite(np.asarray(batch)).all():
        raise ValueError("The data holds NaN or infinity; look at how it was made.")


def with_loss_scaling(optimizer):
    """Under `mixed_float16`, small gradients must be scaled up or they round to zero."""
    if keras.config.dtype_policy().name == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer
