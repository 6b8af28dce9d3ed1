"""Recipes: each named system with the settings that it is trained with."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import keras

from .. import arguments, datasets, losses, models
from .clusters import ClusterConditionedGAN
from .gan import GAN
from .latent_recipe import LatentRecipe
from .recipe import Recipe, adams, shape_option
from .text_to_image import TextToImage
from .vae import VAE


@dataclass(frozen=True, kw_only=True)
class GANRecipe(Recipe):
    """Networks and settings of a GAN.

    Attributes:
        build_generator, build_discriminator: Builders in `models`.
        beta_1, beta_2: Adam's, for both players.
        r1_weight: γ of the R1 penalty in every eighth step; 0 for none.
        averaging: Momentum of the averaged generator; 0 for none.
    """

    build_generator: Callable
    build_discriminator: Callable
    beta_1: float = 0.5
    beta_2: float = 0.999
    r1_weight: float = 0.0
    averaging: float = 0.0

    def build_sampler(self, **options):
        """z → pictures, as a run keeps it; options as for the generator's builder."""
        return self.build_generator(**options)

    def make(self, seed=0, image_shape=None, **compile_options):
        """A compiled `GAN`; see `make_trainer`."""
        keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
        gan = self._trainer(seed, **shape_option(image_shape))
        gan.compile(*adams(self), **{"r1_weight": self.r1_weight, **compile_options})
        return gan

    def _trainer(self, seed, **shape):
        networks = self.build_generator(**shape), self.build_discriminator(**shape)
        return GAN(*networks, averaging=self.averaging, seed=seed)


@dataclass(frozen=True, kw_only=True)
class ClusterRecipe(GANRecipe):
    """Networks and settings of a GAN that makes its own labels.

    Attributes:
        num_clusters: How many kinds of pictures both players are told of.
    """

    build_generator: Callable = models.build_conditional_generator
    build_discriminator: Callable = models.build_conditional_discriminator
    num_clusters: int = 30

    def prepare(self, trainer, images, seed):
        """Find the clusters."""
        trainer.learn_clusters(images, seed)

    def build_sampler(self, **options):
        """z → pictures, its cluster drawn; options as for the generator's builder."""
        generator = self.build_generator(self.num_clusters, **options)
        return models.build_cluster_sampler(generator, self.num_clusters)

    def _trainer(self, seed, **shape):
        build = self.build_generator, self.build_discriminator
        networks = [part(num_classes=self.num_clusters, **shape) for part in build]
        return ClusterConditionedGAN(
            *networks, self.num_clusters, averaging=self.averaging, seed=seed
        )


@dataclass(frozen=True, kw_only=True)
class VAERecipe(Recipe):
    """Networks and settings of a variational autoencoder.

    Attributes:
        build_encoder, build_decoder: Builders in `models`.
    """

    build_encoder: Callable
    build_decoder: Callable

    def build_sampler(self, **options):
        """z → pictures, as a run keeps it; options as for the decoder's builder."""
        return models.build_sampler(self.build_decoder(**options))

    def make(self, seed=0, image_shape=None, **compile_options):
        """A compiled `VAE`; see `make_trainer`."""
        keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
        shape = shape_option(image_shape)
        vae = VAE(self.build_encoder(**shape), self.build_decoder(**shape), seed)
        vae.compile(keras.optimizers.Adam(self.learning_rate), **compile_options)
        return vae


@dataclass(frozen=True, kw_only=True)
class TextToImageRecipe(Recipe):
    """Networks, data and settings of the system that draws from a sentence.

    Attributes:
        pack: Pictures of each that D sees at a time.
        projection: As for `models.build_text_discriminator`.
        beta_1, beta_2: Adam's, for both players.
        r1_weight: γ of the R1 penalty in every eighth step; 0 for none.
        caption_weight, obey_weight, caption_loss: As for `TextToImage.compile`.
        reading_steps: Steps in which D learns to read, before the game; 0 for none.
        steps: Of the game; in its last third the learning rate falls to a twentieth.
        averaging: Momentum of the averaged generator; 0 for none.
    """

    name: str = "text_to_image"
    batch_size: int = 48
    learning_rate: float = 2e-3
    summary: str = "small colour pictures from a sentence, in about 8 minutes"
    learns_from: str = "captions"
    pack: int = 2
    projection: bool = True
    beta_1: float = 0.5
    beta_2: float = 0.99
    r1_weight: float = 0.2
    caption_weight: float = 1.0
    obey_weight: float = 0.5
    caption_loss: Callable = losses.right_caption_loss
    reading_steps: int = 1500
    steps: int = 8000
    averaging: float = 0.998

    def make(self, seed=0, **compile_options):
        """A compiled `TextToImage`."""
        keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
        networks = (
            models.build_text_generator(),
            models.build_text_discriminator(self.pack, self.projection),
        )
        trainer = TextToImage(*networks, averaging=self.averaging, seed=seed)
        names = "caption_weight", "obey_weight", "caption_loss", "r1_weight"
        options = {name: getattr(self, name) for name in names}
        optimizers = adams(replace(self, learning_rate=self.schedule()))
        trainer.compile(*optimizers, **{**options, **compile_options})
        return trainer

    def schedule(self):
        """The learning rate of the game, step by step."""
        rate, falling = self.learning_rate, self.steps // 3
        return keras.optimizers.schedules.CosineDecay(
            rate, falling, alpha=0.05, warmup_target=rate, warmup_steps=self.steps - falling
        )  # a warm-up from a rate to the same rate is constant

    def teach(self, trainer, seed, **kwargs):
        """Before the game D learns to read, on other batches than the game's first ones."""
        if self.reading_steps:
            data = self.data(seed, start_step=10**6)
            trainer.learn_to_read(data, self.reading_steps, self.learning_rate, **kwargs)

    def data(self, seed, start_step=0):
        """Batches of training pictures and captions; see `datasets.captioned_batches`."""
        return datasets.captioned_batches("train", self.batch_size, seed, start_step, self.pack)


COMPACT = {  # of the compact DCGAN, with labels and without
    "batch_size": 64,
    "learning_rate": 2e-3,
    "beta_2": 0.99,
    "r1_weight": 0.2,
    "averaging": 0.998,
}
RECIPES = {
    recipe.name: recipe
    for recipe in (
        GANRecipe(
            name="smallest",
            build_generator=models.build_smallest_generator,
            build_discriminator=models.build_smallest_discriminator,
            batch_size=32,
            learning_rate=1e-3,
            summary="one hidden layer per player",
        ),
        GANRecipe(
            name="dense",
            build_generator=models.build_dense_generator,
            build_discriminator=models.build_dense_discriminator,
            batch_size=64,
            learning_rate=1e-3,
            beta_2=0.99,
            r1_weight=0.2,
            averaging=0.998,
            summary="three dense layers per player",
        ),
        GANRecipe(
            name="tutorial_dcgan",
            build_generator=models.build_tutorial_dcgan_generator,
            build_discriminator=models.build_tutorial_dcgan_discriminator,
            batch_size=256,
            learning_rate=1e-4,
            beta_1=0.9,
            summary="the usual DCGAN tutorial, as published; slow on a CPU",
        ),
        GANRecipe(
            name="dcgan",
            build_generator=models.build_dcgan_generator,
            build_discriminator=models.build_dcgan_discriminator,
            **COMPACT,
            summary="compact DCGAN, readable digits in half a minute on two cores",
        ),
        ClusterRecipe(
            name="clusters",
            **COMPACT,
            summary="compact DCGAN with 30 clusters of the pictures for labels",
        ),
        VAERecipe(
            name="vae",
            build_encoder=models.build_vae_encoder,
            build_decoder=models.build_vae_decoder,
            batch_size=128,
            learning_rate=2e-3,
            summary="convolutional VAE with as many parameters as the compact DCGAN",
        ),
        LatentRecipe(),
        TextToImageRecipe(),
    )
}


def find_recipe(name):
    """A recipe by its name, a key of `RECIPES`.

    Raises:
        ValueError: There is none of that name; lists those that there are.
    """
    if name not in RECIPES:
        raise ValueError(f"There is no recipe {name!r}; expected one of: {', '.join(RECIPES)}.")
    return RECIPES[name]


def make_trainer(name, seed=0, image_shape=None, **compile_options):
    """A compiled trainer by the name of its recipe: a `GAN`, a `VAE` or a `TextToImage`.

    Args:
        name: A key of `RECIPES`.
        seed: Seeds the weights and the stream of z.
        image_shape: (height, width, channels) of the pictures, if not 28 × 28 in grey; the networks
            must be able to halve the sides, as they can with 28, 32 and 64.
        compile_options: Passed to its `compile`, such as `steps_per_execution`.

    Returns:
        The trainer, ready for `fit`.

    Raises:
        TypeError, ValueError: An unknown name, or an argument that its recipe does not take.
    """
    shape = shape_option(image_shape)
    return find_recipe(name).make(seed, **shape, **compile_options)


make_gan = make_trainer  # its name before there were other trainers
