"""Convolutional networks: the usual tutorial's pair, the compact one, and a critic."""

import math

import keras
from keras import layers

from ..layers import MinibatchStandardDeviation
from .shapes import IMAGE_SHAPE, checked_shape, halved, quartered


def build_tutorial_dcgan_generator(latent_dim=100, image_shape=IMAGE_SHAPE):
    """The generator of the usual DCGAN tutorial on MNIST, corrected (system T2).

    Kernel 5 with stride 2 overlaps unevenly (checkerboards); kept, because lesson 05 shows it.
    `image_shape` may be another one whose sides are multiples of 4.
    """
    *_, channels = checked_shape(image_shape)
    start = (*quartered(image_shape), 128)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(math.prod(start), use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.3),
            layers.Reshape(start),  # (batch, 7, 7, 128)
            layers.Conv2DTranspose(128, 5, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.3),
            layers.Conv2DTranspose(64, 5, strides=2, padding="same", use_bias=False),  # 14, 14, 64
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.3),
            layers.Conv2DTranspose(channels, 5, strides=2, padding="same"),  # 28, 28, 1
            layers.Activation("tanh", dtype="float32"),
        ],
        name="tutorial_dcgan_generator",
    )


def build_tutorial_dcgan_discriminator(image_shape=IMAGE_SHAPE):
    """The discriminator of the usual DCGAN tutorial on MNIST (system T2)."""
    return keras.Sequential(
        [
            keras.Input(checked_shape(image_shape)),
            layers.Conv2D(64, 5, strides=2, padding="same"),  # (batch, 14, 14, 64)
            layers.LeakyReLU(negative_slope=0.3),
            layers.Dropout(0.3),
            layers.Conv2D(128, 5, strides=2, padding="same"),  # (batch, 7, 7, 128)
            layers.LeakyReLU(negative_slope=0.3),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(1, dtype="float32"),
        ],
        name="tutorial_dcgan_discriminator",
    )


def build_dcgan_generator(latent_dim=64, hidden=256, width=24, channels=1, image_shape=None):
    """Compact DCGAN generator, made for two cores.

    A hidden dense layer decides what to draw; the rest draws it. Most channels lie where the image
    is smallest, and a step is cheapest there. Kernel 4 with stride 2 overlaps evenly, for weaker
    checkerboards than kernel 5. Batch normalisation after each layer but the last, before the
    reshape for each place and channel by itself; N(0, 0.02²) initialisation (Radford et al. 2016).

    Args:
        latent_dim: Size of z.
        hidden: Units of the hidden layer; None for none, as lesson 05 compares it.
        width: Channels at half the side, 14 × 14; twice as many at 7 × 7.
        channels: 1 for grey images, 3 for colour.
        image_shape: Of other images than 28 × 28: (height, width, channels), with sides that can
            be halved until they are at most 8, such as 32 and 64.
    """
    if image_shape is None:
        image_shape = (*IMAGE_SHAPE[:2], channels)
    *_, channels = checked_shape(image_shape)
    num, *start = halved(image_shape)
    widths = [width * 2**k for k in reversed(range(num))]
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *(normalised_dense(hidden) if hidden else []),
            *normalised_dense(math.prod(start) * widths[0]),
            layers.Reshape((*start, widths[0])),  # (batch, 7, 7, 2 · width)
            *(layer for filters in widths[1:] for layer in normalised_upsample(filters)),
            upsample(channels, use_bias=True),  # (batch, 28, 28, channels)
            layers.Activation("tanh", dtype="float32"),
        ],
        name="dcgan_generator",
    )


def build_dcgan_discriminator(hidden=128, channels=1, minibatch_std=False, image_shape=None):
    """Compact DCGAN discriminator: no batch normalisation at its input (Radford et al. 2016).

    Args:
        hidden: Units of the dense layer that weighs the parts against each other; None for none.
        channels, image_shape: As in `build_dcgan_generator`.
        minibatch_std: Whether it sees how much a batch varies (`MinibatchStandardDeviation`); its
            batches must then be a multiple of 4.
    """
    if image_shape is None:
        image_shape = (*IMAGE_SHAPE[:2], channels)
    num, *_ = halved(image_shape)
    whole = []
    if hidden:
        whole = [layers.Dense(hidden, kernel_initializer=normal()), layers.LeakyReLU(0.2)]
    return keras.Sequential(
        [
            keras.Input(checked_shape(image_shape)),
            downsample(32, use_bias=True),  # (batch, 14, 14, 32)
            layers.LeakyReLU(negative_slope=0.2),
            *(layer for k in range(1, num) for layer in _normalised_downsample(32 * 2**k)),
            *([MinibatchStandardDeviation()] if minibatch_std else []),  # (batch, 7, 7, 65)
            layers.Flatten(),
            *whole,
            layers.Dense(1, kernel_initializer=normal(), dtype="float32"),
        ],
        name="dcgan_discriminator",
    )


def build_critic(image_shape=IMAGE_SHAPE):
    """Compact critic for WGAN-GP: the DCGAN discriminator without batch normalisation.

    Without normalisation the start must keep the scale from layer to layer: He's initialisation.
    `image_shape` as in `build_dcgan_generator`.
    """
    num, *_ = halved(image_shape)
    he = {"kernel_initializer": "he_normal"}
    return keras.Sequential(
        [
            keras.Input(checked_shape(image_shape)),
            *(  # (batch, 14, 14, 32), then (batch, 7, 7, 64)
                layer
                for k in range(num)
                for layer in (
                    layers.Conv2D(32 * 2**k, 4, strides=2, padding="same", **he),
                    layers.LeakyReLU(negative_slope=0.2),
                )
            ),
            layers.Flatten(),
            layers.Dense(128, **he),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(1, dtype="float32"),
        ],
        name="critic",
    )


def upsample(filters, use_bias=False):
    """Twice the side: kernel 4, stride 2. A bias is idle before batch normalisation."""
    options = {"padding": "same", "use_bias": use_bias, "kernel_initializer": normal()}
    return layers.Conv2DTranspose(filters, 4, strides=2, **options)


def downsample(filters, use_bias=False):
    """Half the side: kernel 4, stride 2."""
    options = {"padding": "same", "use_bias": use_bias, "kernel_initializer": normal()}
    return layers.Conv2D(filters, 4, strides=2, **options)


def normalised_upsample(filters):
    """Twice the side, batch normalisation, ReLU."""
    return [upsample(filters), layers.BatchNormalization(momentum=0.9), layers.ReLU()]


def _normalised_downsample(filters):
    normalised = layers.BatchNormalization(momentum=0.9)
    return [downsample(filters), normalised, layers.LeakyReLU(negative_slope=0.2)]


def normalised_dense(units):
    """Dense layer, batch normalisation, ReLU."""
    return [
        layers.Dense(units, use_bias=False, kernel_initializer=normal()),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
    ]


def normal():
    """DCGAN's initialisation N(0, 0.02²), a new one each time so that no two layers share it."""
    return keras.initializers.RandomNormal(0.0, 0.02)
