"""What the tests share: small networks, a little data, and a repository root."""

import os
from pathlib import Path

os.environ.setdefault("HUE_BUDGET", "smoke")

import keras
import pytest

from hue_edu import datasets, models
from hue_edu.training import GAN

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def digits():
    """512 training images."""
    return datasets.load_mnist("train")[0][:512]


@pytest.fixture(scope="session")
def text_generator():
    """An untrained generator that reads captions, with weights large enough to tell z apart."""
    keras.utils.set_random_seed(0)
    generator = models.build_text_generator()
    for weight in generator.weights:
        if len(weight.shape) > 1:  # kernels
            weight.assign(3 * weight.numpy())
    return generator


@pytest.fixture
def small_gan():
    """A compiled GAN that takes milliseconds a step."""

    def build(seed=0, latent_dim=10, **options):
        keras.utils.set_random_seed(seed)
        gan = GAN(
            models.build_smallest_generator(latent_dim), models.build_smallest_discriminator(),
            averaging=0.9, seed=seed,
        )  # fmt: skip
        gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3), **options)
        return gan

    return build
