"""Recipes: each named system with the settings that it is trained with."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from .. import models
from .gan import GAN


@dataclass(frozen=True)
class Recipe:
    """Networks and settings of one system.

    Attributes:
        build_generator, build_discriminator: Builders in `models`.
        batch_size: Images a step.
        learning_rate, beta_1: Adam's, for both players.
        label_smoothing: One-sided, for the discriminator.
        r1_weight: γ of the R1 penalty in every eighth step; 0 for none.
        averaging: Momentum of the averaged generator; 0 for none.
        summary: One line for the command line's help.
    """

    build_generator: Callable
    build_discriminator: Callable
    batch_size: int
    learning_rate: float
    beta_1: float
    label_smoothing: float
    r1_weight: float
    averaging: float
    summary: str


RECIPES = {
    "smallest": Recipe(
        models.build_smallest_generator, models.build_smallest_discriminator,
        32, 1e-3, 0.5, 0.0, 0.0, 0.0, "one hidden layer a player",
    ),
    "dense": Recipe(
        models.build_dense_generator, models.build_dense_discriminator,
        128, 2e-4, 0.5, 0.0, 0.0, 0.0, "three dense layers a player",
    ),
    "tutorial_dcgan": Recipe(
        models.build_tutorial_dcgan_generator, models.build_tutorial_dcgan_discriminator,
        256, 1e-4, 0.9, 0.0, 0.0, 0.0, "the usual DCGAN tutorial, as published; slow on a CPU",
    ),
    "dcgan": Recipe(
        models.build_dcgan_generator, models.build_dcgan_discriminator,
        64, 2e-3, 0.5, 0.1, 0.2, 0.998, "compact DCGAN, readable digits in a minute on two cores",
    ),
}  # fmt: skip


def make_gan(name, seed=0, **compile_options):
    """A compiled `GAN` by the name of its recipe.

    Args:
        name: A key of `RECIPES`.
        seed: Seeds the weights and the stream of z.
        compile_options: Passed to `GAN.compile`, such as `steps_per_execution`.

    Returns:
        `GAN`, ready for `fit`.
    """
    if name not in RECIPES:
        raise ValueError(f"There is no recipe {name!r}; expected one of: {', '.join(RECIPES)}.")
    recipe = RECIPES[name]
    keras.utils.set_random_seed(seed)
    gan = GAN(recipe.build_generator(), recipe.build_discriminator(), recipe.averaging, seed)
    g_optimizer, d_optimizer = (
        keras.optimizers.Adam(recipe.learning_rate, beta_1=recipe.beta_1) for _ in range(2)
    )
    options = {"label_smoothing": recipe.label_smoothing, "r1_weight": recipe.r1_weight}
    gan.compile(g_optimizer, d_optimizer, **{**options, **compile_options})
    return gan
