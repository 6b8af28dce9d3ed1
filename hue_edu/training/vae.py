"""The variational autoencoder as a `keras.Model`: `compile`, `fit`, `evaluate`, `generate`."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from .. import arguments, datasets, latent, losses, models
from ..checks.data import check_batch, check_images_alone
from ..checks.networks import (
    check_autoencoder,
    check_reaches,
    check_unbounded,
)
from ..checks.settings import check_compile_options
from .optimizers import optimizer_for
from .sampling import decode, generate, output
from .settings import Fixed, Setting
from .trainer import Player, Trainer

LIKELIHOODS = ("bernoulli", "gaussian")


class VAE(Trainer):
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

    Raises:
        TypeError, ValueError: The networks are not as above, or do not fit together.

    Reported, in nats per image: `negative_elbo`, the sum of `reconstruction_loss` and `kl_loss`.
    With β, free bits or warm-up `fit` minimises another sum; these are reported all the same.

    Reference: Kingma & Welling (2014), algorithm 1 and equation 10.
    """

    std = Setting(low=1e-6)
    beta, free_bits, warm_up = Setting(), Setting(), Setting(schedule=False)
    likelihood = Fixed()

    def __init__(self, encoder, decoder, seed=0):
        super().__init__("vae", seed)
        check_autoencoder(encoder, decoder)
        self.encoder, self.decoder = encoder, decoder

    def terms(self, batch, training):
        """-log p(x|z) + β · KL, which is minimised, and the parts of the ELBO, which are reported.

        Args:
            batch: Images, as `fit` gets them.
            training: Whether dropout and batch normalisation learn.

        Returns:
            As `Trainer.terms`; what is reported has one number per image.
        """
        x = check_images_alone(batch)
        z_mean, z_log_var = self._encoded(x, training)
        z = latent.reparameterize(z_mean, z_log_var, self.seed_generator)  # one z per image
        reconstruction = -self.log_likelihood(x, output(self.decoder, [z], training))  # (batch,)
        kl = losses.kl_divergence(z_mean, z_log_var)  # (batch, latent_dim)
        kl_loss = ops.sum(kl, axis=1)
        reported = {
            "negative_elbo": reconstruction + kl_loss,
            "reconstruction_loss": reconstruction,
            "kl_loss": kl_loss,
        }
        minimised = ops.mean(self._weighted_kl(kl) + reconstruction)
        return {"vae": {"_minimised": minimised}}, reported

    @property
    def players(self):
        """One: both networks work together."""
        return {"vae": Player(self, self.optimizer)}

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
            std: σ of the Gaussian likelihood, above 0.
            beta: β; 1 for the ELBO, more presses z towards the prior (Higgins et al. 2017).
            free_bits: Nats of KL that each latent may have for free (Kingma et al. 2016).
            warm_up: Steps over which β grows from 0 (Bowman et al. 2016).
            kwargs: As for `GAN.compile`.

        `std`, `beta` and `free_bits` are numbers, functions of the step, such as a Keras learning
        rate schedule, or variables; they and `warm_up` may be set again at any time, as in a
        callback: `vae.beta = 4.0`.

        Raises:
            TypeError, ValueError: A setting out of range, or one that this trainer does not use.
        """
        check_compile_options(kwargs)
        if likelihood not in LIKELIHOODS:
            raise ValueError(f"likelihood is {likelihood!r}; expected one of {LIKELIHOODS}.")
        self.std, self.beta, self.free_bits, self.warm_up = std, beta, free_bits, warm_up
        if likelihood == "bernoulli":
            check_unbounded(self.decoder, "logits of ink")
        else:
            check_reaches(self.decoder)
        super().compile(optimizer=optimizer_for(optimizer, self), **kwargs)
        self.settings.fix(likelihood=likelihood)
        self.sampler = models.build_sampler(self.decoder, likelihood)

    def call(self, images, training=False):
        """Reconstructions, from the mean of q(z|x)."""
        return self.sampler(self.encoder(images, training=training)[0])

    def _check(self, x):
        check_batch(x, self.decoder.output_shape)

    def _encoded(self, x, training):
        return [ops.cast(part, "float32") for part in self.encoder(x, training=training)]

    def log_likelihood(self, images, decoded):
        """log p(x|z) of images, given what the decoder makes of z: shape (batch,), in nats."""
        if self.likelihood == "bernoulli":
            return losses.bernoulli_log_likelihood(images, decoded)
        return losses.gaussian_log_likelihood(images, decoded, self.now("std"))

    def _weighted_kl(self, kl):
        """β times the KL, with free bits (a mean over the batch first) and warm-up."""
        per_latent = ops.maximum(ops.mean(kl, axis=0), self.now("free_bits"))
        step = ops.cast(self.optimizer.iterations, "float32")
        grown = ops.minimum(1.0, (step + 1) / ops.maximum(self.now("warm_up"), 1.0))
        return self.now("beta") * grown * ops.sum(per_latent)

    def generate(self, num, seed):
        """Samples: the decoder's picture (probability of ink, or mean) of z from the prior.

        Args and returns: as `GAN.generate`.
        """
        return np.clip(generate(self.sampler, num, seed), -1, 1)

    def decode(self, z, batch_size=500):
        """Pictures of given z, NumPy float32 of (num, height, width, channels) in [-1, 1].

        Raises:
            ValueError: z is not of (num, latent_dim).
        """
        return decode(self.sampler, z, batch_size)

    def encode(self, images, batch_size=500):
        """z_mean and z_log_var of images, NumPy float32 of (num, latent_dim) each.

        Raises:
            ValueError: The images are not as `datasets.check_pixels` wants them.
        """
        datasets.check_pixels(images)
        parts = [
            [
                ops.convert_to_numpy(part)
                for part in self._encoded(images[k : k + batch_size], False)
            ]
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
            Shape (num,), in nats; on average between the ELBO and log p(x).

        Raises:
            ValueError: The images are not as `datasets.check_pixels` wants them.

        Reference: Burda, Grosse & Salakhutdinov (2016), equation 8.
        """
        datasets.check_pixels(images)
        num_samples = arguments.whole_number("num_samples", num_samples, at_least=1)
        stream = keras.random.SeedGenerator(seed)

        @tf.function
        def log_weights(x):
            z_mean, z_log_var = self._encoded(x, training=False)
            z = latent.reparameterize(z_mean, z_log_var, stream)
            return (
                self.log_likelihood(x, output(self.decoder, [z], training=False))
                + losses.normal_log_density(z)
                - losses.normal_log_density(z, z_mean, z_log_var)
            )

        def of_batch(x):
            x = tf.constant(x)
            drawn = np.stack([log_weights(x).numpy() for _ in range(num_samples)])
            top = drawn.max(axis=0)
            return top + np.log(np.exp(drawn - top).mean(axis=0))

        return np.concatenate([of_batch(images[k : k + 500]) for k in range(0, len(images), 500)])
