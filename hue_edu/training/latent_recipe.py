"""The recipe `latent`: a VAE, the distribution of its codes, and a D that sharpens its decoder."""

from dataclasses import dataclass

import keras
import numpy as np

from .. import arguments, datasets, models
from .callbacks import Limit
from .recipe import Recipe, shape_option
from .vae import VAE
from .vae_gan import VAEGAN

MOST = 20_000  # codes to which the mixture is fitted
EACH = 200  # codes that one normal of it needs


@dataclass(frozen=True, kw_only=True)
class LatentRecipe(Recipe):
    """An autoencoder with a discriminator, and a distribution in its codes (Rombach et al. 2022).

    Before the first step, `prepare` trains the VAE and fits a mixture of normals to its codes. Then
    decoder and discriminator play. The encoder stays as it is, so the codes do, too.

    Attributes:
        learning_rate, decoder_rate: Adam's, of D and of the decoder.
        vae_steps, vae_rate: Of the VAE, of 128 pictures each.
        num_normals: Of the mixture, with fewer than 10,000 pictures less.
        reconstruction_weight, r1_weight, averaging: As for `VAEGAN`.
    """

    name: str = "latent"
    batch_size: int = 64
    learning_rate: float = 2e-3
    summary: str = "a VAE whose decoder a discriminator sharpens; draws from its codes"
    decoder_rate: float = 5e-4
    vae_steps: int = 3000
    vae_rate: float = 2e-3
    num_normals: int = 50
    reconstruction_weight: float = 0.01
    r1_weight: float = 0.2
    averaging: float = 0.998

    def make(self, seed=0, image_shape=None, **compile_options):
        """A compiled `VAEGAN`; see `make_trainer`."""
        keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
        shape = shape_option(image_shape)
        networks = (
            models.build_vae_encoder(**shape),
            models.build_vae_decoder(**shape),
            models.build_dcgan_discriminator(**shape),
        )
        codes = models.build_mixture_sampler(num=self.num_normals)
        trainer = VAEGAN(*networks, averaging=self.averaging, seed=seed, codes=codes)
        rates = self.decoder_rate, self.learning_rate
        optimizers = [keras.optimizers.Adam(rate, 0.5, 0.99) for rate in rates]
        options = {name: getattr(self, name) for name in ("reconstruction_weight", "r1_weight")}
        trainer.compile(*optimizers, **{**options, **compile_options})
        return trainer

    def prepare(self, trainer, images, seed):
        """Train the VAE, and fit the mixture to its codes."""
        vae, steps = VAE(trainer.encoder, trainer.decoder, seed), self.vae_steps
        vae.compile(keras.optimizers.Adam(self.vae_rate))
        data = datasets.batches(images, 128, seed)
        vae.fit(data, steps_per_epoch=steps, verbose=0, callbacks=[Limit(steps=steps)])
        fit_mixture(trainer.codes.get_layer("mixture"), draw_codes(vae, images, seed), seed)

    def build_sampler(self, **options):
        """z → pictures, as a run keeps it; options as for the decoder's builder."""
        codes = models.build_mixture_sampler(num=self.num_normals)
        return models.build_chain(codes, models.build_sampler(models.build_vae_decoder(**options)))


def draw_codes(vae, images, seed):
    """A draw z ~ q(z|x) for each of at most 20,000 pictures, float64 of (num, latent_dim)."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(images))[:MOST]
    z_mean, z_log_var = (part.astype("float64") for part in vae.encode(images[chosen]))
    return z_mean + np.exp(0.5 * z_log_var) * rng.normal(size=z_mean.shape)


def fit_mixture(mixture, codes, seed):
    """Fit a mixture of normals with full covariances to codes, and put it into a layer.

    Args:
        mixture: A `NormalMixture`. With fewer than 200 codes for each, only some of its normals are
            used; the others are never drawn.
        codes: Shape (num, dim).
        seed: Whole number.
    """
    from sklearn.mixture import GaussianMixture

    num = max(1, min(mixture.num, len(codes) // EACH))
    fitted = GaussianMixture(num, random_state=seed).fit(codes)
    frequencies, means = np.zeros(mixture.num), np.zeros((mixture.num, mixture.dim))
    factors = np.tile(np.eye(mixture.dim), (mixture.num, 1, 1))
    frequencies[:num], means[:num] = fitted.weights_, fitted.means_
    factors[:num] = np.linalg.cholesky(fitted.covariances_)
    mixture.draw.frequencies.assign(frequencies)
    mixture.means.assign(means)
    mixture.factors.assign(factors)
