"""Networks of dense layers over all pixels: the smallest pair, a larger one, and one in colour."""

import math

import keras
from keras import layers

from .shapes import COLOUR_SHAPE, IMAGE_SHAPE, checked_shape, quartered


def build_smallest_generator(latent_dim=10, image_shape=IMAGE_SHAPE):
    """The smallest generator that draws digits: one hidden layer.

    Args:
        latent_dim: Size of z.
        image_shape: (height, width, channels) of any size.

    Raises:
        ValueError: Another shape.
    """
    image_shape = checked_shape(image_shape)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(64, activation="relu"),  # (batch, 64)
            layers.Dense(math.prod(image_shape), activation="tanh", dtype="float32"),
            layers.Reshape(image_shape, dtype="float32"),
        ],
        name="smallest_generator",
    )


def build_smallest_discriminator(image_shape=IMAGE_SHAPE):
    """One hidden layer over all pixels. Images → logits of (batch, 1).

    Args:
        image_shape: As in `build_smallest_generator`.

    Raises:
        ValueError: Another shape.
    """
    return keras.Sequential(
        [
            keras.Input(checked_shape(image_shape)),
            layers.Flatten(),  # without it, Dense would judge each pixel by itself
            layers.Dense(64),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(1, dtype="float32"),
        ],
        name="smallest_discriminator",
    )


def build_dense_generator(latent_dim=100, image_shape=IMAGE_SHAPE):
    """Fully connected generator 100 → 128 → 256 → 784, as a usual dense tutorial has it.

    Args:
        latent_dim, image_shape: As in `build_smallest_generator`.

    Raises:
        ValueError: Another shape.
    """
    image_shape = checked_shape(image_shape)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *_dense_block(128),
            *_dense_block(256),
            layers.Dense(math.prod(image_shape), activation="tanh", dtype="float32"),
            layers.Reshape(image_shape, dtype="float32"),
        ],
        name="dense_generator",
    )


def build_dense_discriminator(image_shape=IMAGE_SHAPE):
    """Fully connected discriminator 784 → 256 → 128 → 1, as a usual dense tutorial has it.

    Args:
        image_shape: As in `build_smallest_generator`.

    Raises:
        ValueError: Another shape.
    """
    return keras.Sequential(
        [
            keras.Input(checked_shape(image_shape)),
            layers.Flatten(),
            *_dense_block(256),
            *_dense_block(128),
            layers.Dense(1, dtype="float32"),
        ],
        name="dense_discriminator",
    )


def build_colour_generator(latent_dim=100, width=32, image_shape=COLOUR_SHAPE):
    """Dense and convolutional generator of colour pictures.

    Three dense layers, then from 7 × 7 to 28 × 28 by repeating each pixel twice and smoothing.

    Args:
        latent_dim: Size of z.
        width: Channels at 7 × 7. The published system has 256, and 12.8 million weights in the
            layer before; 32 trains in two minutes on two cores.
        image_shape: (height, width, channels), with sides that are multiples of 4.

    Raises:
        ValueError: Another shape.
    """
    *_, channels = checked_shape(image_shape)
    start = (*quartered(image_shape), width)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *_dense_block(256),
            *_dense_block(512),
            *_dense_block(1024),
            *_dense_block(math.prod(start)),
            layers.Reshape(start),  # (batch, 7, 7, width)
            *_upsampling_block(width),  # (batch, 14, 14, width)
            *_upsampling_block(width // 2),  # (batch, 28, 28, width / 2)
            layers.Conv2D(channels, 3, padding="same"),
            layers.Activation("tanh", dtype="float32"),
        ],
        name="colour_generator",
    )


def build_colour_discriminator(image_shape=COLOUR_SHAPE):
    """Dense discriminator of colour pictures. Images → logits of (batch, 1).

    Args:
        image_shape: As in `build_smallest_generator`.

    Raises:
        ValueError: Another shape.
    """
    return keras.Sequential(
        [
            keras.Input(checked_shape(image_shape)),
            layers.Flatten(),
            *_dense_block(512),
            *_dense_block(256),
            layers.Dense(1, dtype="float32"),
        ],
        name="colour_discriminator",
    )


def _dense_block(units):
    return [layers.Dense(units), layers.LeakyReLU(negative_slope=0.2)]


def _upsampling_block(filters):
    """Twice the side: each pixel four times, then a convolution that smooths."""
    return [
        layers.UpSampling2D(2),
        layers.Conv2D(filters, 3, padding="same"),
        layers.LeakyReLU(negative_slope=0.2),
    ]
