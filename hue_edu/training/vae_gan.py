"""A VAE whose decoder goes on as the generator of a GAN: sharp pictures from codes."""

from keras import ops

from .. import latent, losses, models
from ..checks.data import check_images_alone
from ..checks.networks import check_autoencoder, check_unbounded
from .gan import GAN
from .sampling import decode, output
from .settings import Setting


class VAEGAN(GAN):
    """A decoder that learns from a discriminator, too, once it has learned with an encoder.

    G's z are codes of the batch's own pictures, drawn from q(z|x); the encoder stays as it is. D
    tells decoded codes from pictures, and G minimises its loss plus `reconstruction_weight` times
    -log p(x|z) in nats per picture, which keeps each code with its picture:

        vae = make_trainer("vae")
        vae.fit(datasets.batches(images, 128, seed=0), steps_per_epoch=3000)
        gan = VAEGAN(vae.encoder, vae.decoder, build_dcgan_discriminator())
        gan.compile(Adam(5e-4, 0.5, 0.99), Adam(2e-3, 0.5, 0.99), r1_weight=0.2)
        gan.fit(datasets.batches(images, 64, seed=0), steps_per_epoch=500)
        pictures = gan.decode(vae.encode(images)[0])

    `generate` draws z from the prior, or, with `codes`, from what carries z to codes.

    Args:
        encoder: Pictures → z_mean and z_log_var; as for `VAE`.
        decoder: z → logits of ink (Bernoulli).
        discriminator, averaging, seed: As for `GAN`.
        codes: z → codes such as the decoder has learned from, as a flow's sampler; None: z itself.

    Raises:
        TypeError, ValueError: The networks are not as above, or do not fit together.

    Reported: as by `GAN`, and `reconstruction_loss`, -log p(x|z) in nats per picture.

    Reference: Larsen et al. (2016), who measure the reconstruction in D's features; Esser et al.
    (2021), section 3.1, for the sum of both losses.
    """

    reconstruction_weight = Setting()

    def __init__(self, encoder, decoder, discriminator, averaging=0.998, seed=0, codes=None):
        check_autoencoder(encoder, decoder)
        check_unbounded(decoder, "logits of ink")
        super().__init__(models.build_sampler(decoder), discriminator, averaging, seed)
        self.encoder, self.decoder, self.codes = encoder, decoder, codes
        self.drawer = models.build_chain(codes, self.averaged_generator) if codes else None

    def compile(self, g_optimizer, d_optimizer, reconstruction_weight=0.01, **kwargs):
        """As `GAN.compile`.

        Args:
            g_optimizer, d_optimizer, kwargs: As there.
            reconstruction_weight: Of -log p(x|z) in G's loss.
        """
        self.reconstruction_weight = reconstruction_weight
        super().compile(g_optimizer, d_optimizer, **kwargs)

    def terms(self, batch, training):
        """The game of `GAN` with decoded codes as fakes, and their distance from the pictures.

        Args and returns: as `GAN.terms`; also watched is `reconstruction_loss`, in nats.
        """
        x_real = check_images_alone(batch)
        z_mean, z_log_var = (
            ops.cast(part, "float32") for part in self.encoder(x_real, training=False)
        )
        z = latent.reparameterize(z_mean, z_log_var, self._step_seed())
        logits = output(self.decoder, [z], training)
        reconstruction = -losses.bernoulli_log_likelihood(x_real, logits)  # (batch,)
        minimised, watched = self._game(x_real, 2 * ops.sigmoid(logits) - 1, [], training)
        weighted = self.now("reconstruction_weight") * ops.mean(reconstruction)
        minimised["generator"] = {"_reconstruction": weighted, **minimised["generator"]}
        return minimised, {"reconstruction_loss": reconstruction, **watched}

    @property
    def sampler(self):
        """z → pictures: through `codes`, where there are any, and the averaged decoder."""
        self._begin_average()
        return self.drawer or self.averaged_generator

    def decode(self, z, batch_size=500):
        """Pictures of given codes; as `VAE.decode`."""
        self._begin_average()
        return decode(self.averaged_generator, z, batch_size)
