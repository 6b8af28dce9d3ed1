"""Networks of dense layers over all pixels: the smallest pair, and one with two hidden layers."""

import keras
from keras import layers

from .shapes import IMAGE_SHAPE


def build_smallest_generator(latent_dim=10):
    """The smallest generator that draws digits: one hidden layer (system T4).

    z of (batch, latent_dim) → images of (batch, 28, 28, 1).
    """
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(64, activation="relu"),  # (batch, 64)
            layers.Dense(784, activation="tanh", dtype="float32"),
            layers.Reshape(IMAGE_SHAPE, dtype="float32"),
        ],
        name="smallest_generator",
    )


def build_smallest_discriminator():
    """One hidden layer over all pixels (system T4). Images → logits of (batch, 1)."""
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            layers.Flatten(),  # without it, Dense would judge each pixel by itself
            layers.Dense(64),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(1, dtype="float32"),
        ],
        name="smallest_discriminator",
    )


def build_dense_generator(latent_dim=100):
    """Fully connected generator 100 → 128 → 256 → 784 (the GAN of system T3)."""
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *_dense_block(128),
            *_dense_block(256),
            layers.Dense(784, activation="tanh", dtype="float32"),
            layers.Reshape(IMAGE_SHAPE, dtype="float32"),
        ],
        name="dense_generator",
    )


def build_dense_discriminator():
    """Fully connected discriminator 784 → 256 → 128 → 1 (the GAN of system T3)."""
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            layers.Flatten(),
            *_dense_block(256),
            *_dense_block(128),
            layers.Dense(1, dtype="float32"),
        ],
        name="dense_discriminator",
    )


def _dense_block(units):
    return [layers.Dense(units), layers.LeakyReLU(negative_slope=0.2)]
