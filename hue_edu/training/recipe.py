"""What every recipe is: a name, and how its trainer is made and fed."""

from dataclasses import dataclass

import keras

from .. import datasets


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a system is trained with; `make` returns its trainer, `data` what it learns from.

    Attributes:
        name: What `hue train` calls it.
        batch_size: Examples a step.
        learning_rate: Adam's, of all players.
        summary: In a line, what it is.
        learns_from: `"pictures"` alone, or `"captions"` with their pictures.
    """

    name: str
    batch_size: int
    learning_rate: float
    summary: str = ""
    learns_from: str = "pictures"

    def data(self, images, seed, start_step=0):
        """Batches of images, endless and shuffled; see `datasets.batches`."""
        return datasets.batches(images, self.batch_size, seed, start_step=start_step)

    def prepare(self, trainer, images, seed):
        """Called once, before the first step; most trainers have nothing to prepare."""


def shape_option(image_shape):
    """The builders' argument for pictures of another shape than their own."""
    return {} if image_shape is None else {"image_shape": tuple(image_shape)}


def adams(recipe):
    """The optimizers of both players."""
    rates = recipe.learning_rate, recipe.beta_1, recipe.beta_2
    return [keras.optimizers.Adam(*rates) for _ in range(2)]
