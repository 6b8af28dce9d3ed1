"""The variational autoencoder as a `keras.Model`: `compile`, `fit`, `evaluate`, `generate`."""

from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from .. import latent, losses, models
from .gan import check_batch, generate, with_loss_scaling

LIKELIHOODS = ("bernoulli", "gaussian")


class VAE(keras.Model):
    """Encoder q(z|x) and decoder p(x|z), trained to raise the evidence lower bound (ELBO).

        vae = VAE(build_vae_encoder(latent_dim=16), build_vae_decoder(latent_dim=16))
        vae.compile(Adam(2e-3))
        vae.fit(datasets.batches(images, 128, seed=0), epochs=5, steps_per_epoch=200)
        vae.evaluate(datasets.batches(test_images, 500, seed=0), steps=20)
        samples = vae.generate(64, seed=1)

    Args:
        encoder: Images → z_mean and z_log_var, a pair, each of (batch, latent_dim).
        decoder: z of (batch, latent_dim) → logits (Bernoulli) or means (Gaussian) of the images.
        seed: Seed of the stream of ε in training.

    Reference: Kingma & Welling (2014), algorithm 1 and equation 10.
    """

    def __init__(self, encoder, decoder, seed=0):
        super().__init__(name="vae")
        shapes = [tuple(output.shape) for output in encoder.outputs]
        if shapes != 2 * [(None, decoder.input_shape[-1])]:
            raise ValueError(
                f"{encoder.name} returns {shapes}; expected a pair, z_mean and z_log_var, each of "
                f"(None, {decoder.input_shape[-1]}), which is what {decoder.name} takes."
            )
        self.encoder, self.decoder = encoder, decoder
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True
        names = ("negative_elbo", "reconstruction_loss", "kl_loss")
        self.trackers = {name: keras.metrics.Mean(name) for name in names}

    @property
    def metrics(self):
        """Means over the epoch, in nats an image: negative_elbo = reconstruction_loss + kl_loss.
        With β, free bits or warm-up `fit` minimises another sum; these are reported all the same.
        """
        return list(self.trackers.values())

    @property
    def optimizers(self):
        """The one optimizer, as a list, as checkpoints want it."""
        return [self.optimizer]

    @property
    def steps_done(self):
        """Number of training steps so far, as a whole number."""
        return int(self.optimizer.iterations.numpy())

    def compile(
        self,
        optimizer,
        likelihood="bernoulli",
        std=0.5,
        beta=1.0,
        free_bits=0.0,
        warm_up=0,
        **kwargs,
    ):
        """Set the optimizer and what is minimised: -log p(x|z) + β · KL.

        Args:
            optimizer: A Keras optimizer.
            likelihood: `"bernoulli"` on ink from 0 to 1, or `"gaussian"` on pixels in [-1, 1].
            std: σ of the Gaussian likelihood.
            beta: β; 1 for the ELBO, more presses z towards the prior (Higgins et al. 2017).
            free_bits: Nats of KL that each latent may have for nothing (Kingma et al. 2016).
            warm_up: Steps over which β grows from 0 (Bowman et al. 2016).
            kwargs: Passed to `keras.Model.compile`.
        """
        if likelihood not in LIKELIHOODS:
            raise ValueError(f"likelihood is {likelihood!r}; expected one of {LIKELIHOODS}.")
        if std <= 0 or beta < 0 or free_bits < 0 or warm_up < 0:
            raise ValueError(
                f"Got std={std}, beta={beta}, free_bits={free_bits}, warm_up={warm_up}; expected "
                "std above 0 and the others at least 0."
            )
        super().compile(optimizer=with_loss_scaling(keras.optimizers.get(optimizer)), **kwargs)
        self.optimizer.build(self.trainable_variables)
        self.beta, self.free_bits, self.warm_up = beta, free_bits, warm_up
        self.log_likelihood = (
            losses.bernoulli_log_likelihood
            if likelihood == "bernoulli"
            else partial(losses.gaussian_log_likelihood, std=std)
        )
        self.sampler = models.build_sampler(self.decoder, likelihood)

    def call(self, images, training=False):
        """Reconstructions, from the mean of q(z|x)."""
        return self.sampler(self.encoder(images, training=training)[0])

    def fit(self, x, **kwargs):
        """Train; as `keras.Model.fit`, after a look at the first batch."""
        check_batch(x, self.decoder.output_shape)
        kwargs.setdefault("shuffle", not isinstance(x, tf.data.Dataset))
        return super().fit(x, **kwargs)

    def train_step(self, x):
        """One step of both networks; returns the running means."""
        with tf.GradientTape() as tape:
            log_likelihood, kl = self._parts(x, training=True)
            total = ops.mean(self._weighted_kl(kl) - log_likelihood)
            total = self.optimizer.scale_loss(total)  # unchanged unless mixed_float16
        weights = self.trainable_variables
        self.optimizer.apply(tape.gradient(total, weights), weights)
        return self._report(log_likelihood, kl)

    def test_step(self, x):
        """The same three numbers of new data, without learning; for `evaluate`."""
        return self._report(*self._parts(x, training=False))

    def _parts(self, x, training):
        """log p(x|z) of (batch,) and the KL of (batch, latent_dim), with one z an image."""
        z_mean, z_log_var = self.encoder(x, training=training)
        z = latent.reparameterize(z_mean, z_log_var, self.seed_generator)
        log_likelihood = self.log_likelihood(x, self.decoder(z, training=training))
        return log_likelihood, losses.kl_divergence(z_mean, z_log_var)

    def _weighted_kl(self, kl):
        """β times the KL, with free bits (a mean over the batch first) and warm-up."""
        per_latent = ops.maximum(ops.mean(kl, axis=0), self.free_bits)
        step = ops.cast(self.optimizer.iterations, "float32")
        grown = ops.minimum(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        return self.beta * grown * ops.sum(per_latent)

    def _report(self, log_likelihood, kl):
        reconstruction, kl = -log_likelihood, ops.sum(kl, axis=1)
        for tracker, value in zip(self.metrics, (reconstruction + kl, reconstruction, kl)):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.metrics}

    def generate(self, num, seed):
        """Samples: the decoder's picture (probability of ink, or mean) of z from the prior.

        Args and returns: as `GAN.generate`.
        """
        return np.clip(generate(self.sampler, num, seed), -1, 1)

    def decode(self, z, batch_size=500):
        """Pictures of given z, NumPy float32 of (num, height, width, channels) in [-1, 1]."""
        parts = [
            ops.convert_to_numpy(self.sampler(z[k : k + batch_size]))
            for k in range(0, len(z), batch_size)
        ]
        return np.clip(np.concatenate(parts), -1, 1)

    def encode(self, images, batch_size=500):
        """z_mean and z_log_var of images, NumPy float32 of (num, latent_dim) each."""
        parts = [
            [ops.convert_to_numpy(part) for part in self.encoder(images[k : k + batch_size])]
            for k in range(0, len(images), batch_size)
        ]
        return tuple(np.concatenate(part) for part in zip(*parts))

    def log_evidence(self, images, num_samples=100, seed=0):
        """Estimate of log p(x) by importance weighting: a bound that closes as samples grow.

        log 1/K Σ_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x)

        Args:
            images: Shape (num, height, width, channels) in [-1, 1].
            num_samples: K; 1 is the ELBO itself.
            seed: Whole number.

        Returns:
            Shape (num,), in nats; on the mean between the ELBO and log p(x).

        Reference: Burda, Grosse & Salakhutdinov (2016), equation 8.
        """
        stream = keras.random.SeedGenerator(seed)

        @tf.function
        def log_weights(x):
            z_mean, z_log_var = self.encoder(x, training=False)
            z = latent.reparameterize(z_mean, z_log_var, stream)
            return (
                self.log_likelihood(x, self.decoder(z, training=False))
                + losses.normal_log_density(z)
                - losses.normal_log_density(z, z_mean, z_log_var)
            )

        def of_batch(x):
            x = tf.constant(x)
            drawn = np.stack([log_weights(x).numpy() for _ in range(num_samples)])
            top = drawn.max(axis=0)
            return top + np.log(np.exp(drawn - top).mean(axis=0))

        return np.concatenate([of_batch(images[k : k + 500]) for k in range(0, len(images), 500)])
