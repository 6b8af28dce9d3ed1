"""Convolutional networks: the usual tutorial's pair, the compact one, and a critic."""

import math

import keras
from keras import layers

from ..layers import MinibatchStandardDeviation
from .shapes import IMAGE_SHAPE, checked_shape, halved, quartered


def build_tutorial_dcgan_generator(latent_dim=100, image_shape=IMAGE_SHAPE):
    """The generator of the usual DCGAN tutorial on MNIST, corrected.

    Kernel 5 with stride 2 overlaps unevenly (checkerboards); kept, because lesson 05 shows it.

    Args:
        latent_dim: Size of z.
        image_shape: (height, width, channels), with sides that are multiples of 4.

    Raises:
        ValueError: Another shape.
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
    """The discriminator of the usual DCGAN tutorial on MNIST.

    Args:
        image_shape: (height, width, channels) of any size.

    Raises:
        ValueError: Another shape.
    """
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
            layers.Dense(1, dtype="float32"),  # (batch, 1)
        ],
        name="tutorial_dcgan_discriminator",
    )


def build_dcgan_generator(latent_dim=64, hidden=256, width=24, image_shape=IMAGE_SHAPE):
    """Compact DCGAN generator, made for two cores.

    A hidden dense layer decides what to draw; the rest draws it. Most channels lie where the image
    is smallest, and a step is cheapest there. Kernel 4 with stride 2 overlaps evenly, for weaker
    checkerboards than kernel 5. Batch normalisation after each layer but the last, before the
    reshape for each place and channel by itself; N(0, 0.02²) initialisation (Radford et al. 2016).

    Args:
        latent_dim: Size of z.
        hidden: Units of the hidden layer; None for none, as lesson 05 compares it.
        width: Channels at half the side, 14 × 14; twice as many at 7 × 7.
        image_shape: (height, width, channels): 1 channel for grey images, 3 for colour, and sides
            that can be halved until they are at most 8, such as 28, 32 and 64.

    Raises:
        ValueError: Another shape.
    """
    *_, channels = checked_shape(image_shape)
    num, *start = halved(image_shape)
    first, *others = (width * 2**k for k in reversed(range(num)))
    stack = [keras.Input((latent_dim,))]
    if hidden:
        stack += normalised_dense(hidden)  # (batch, hidden)
    stack += normalised_dense(math.prod(start) * first)
    stack.append(layers.Reshape((*start, first)))  # (batch, 7, 7, 2 · width)
    for filters in others:
        stack += normalised_upsample(filters)  # (batch, 14, 14, width)
    stack.append(upsample(channels, use_bias=True))  # (batch, 28, 28, channels)
    stack.append(layers.Activation("tanh", dtype="float32"))
    return keras.Sequential(stack, name="dcgan_generator")


def build_dcgan_discriminator(hidden=128, minibatch_std=False, image_shape=IMAGE_SHAPE):
    """Compact DCGAN discriminator: no batch normalisation at its input (Radford et al. 2016).

    Args:
        hidden: Units of the dense layer that weighs the parts against each other; None for none.
        minibatch_std: Whether it sees how much a batch varies (`MinibatchStandardDeviation`); its
            batches must then be a multiple of 4.
        image_shape: As in `build_dcgan_generator`.

    Raises:
        ValueError: Another shape.
    """
    num, *_ = halved(image_shape)
    # Made first: layers draw their seeds in the order in which they are made, and in another one a
    # seed would give other weights than those behind the lessons' numbers
    weighing = []
    if hidden:
        weighing = [layers.Dense(hidden, kernel_initializer=normal()), layers.LeakyReLU(0.2)]
    stack = [
        keras.Input(checked_shape(image_shape)),
        downsample(32, use_bias=True),  # (batch, 14, 14, 32)
        layers.LeakyReLU(negative_slope=0.2),
    ]
    for k in range(1, num):
        stack += _normalised_downsample(32 * 2**k)  # (batch, 7, 7, 64)
    if minibatch_std:
        stack.append(MinibatchStandardDeviation())  # (batch, 7, 7, 65)
    stack += [layers.Flatten(), *weighing]  # (batch, hidden)
    stack.append(layers.Dense(1, kernel_initializer=normal(), dtype="float32"))  # (batch, 1)
    return keras.Sequential(stack, name="dcgan_discriminator")


def build_critic(image_shape=IMAGE_SHAPE):
    """Compact critic for WGAN-GP: the DCGAN discriminator without batch normalisation.

    Without normalisation the start must keep the scale from layer to layer: He's initialisation.

    Args:
        image_shape: As in `build_dcgan_generator`.

    Raises:
        ValueError: Another shape.
    """
    num, *_ = halved(image_shape)
    he = {"kernel_initializer": "he_normal"}
    stack = [keras.Input(checked_shape(image_shape))]
    for k in range(num):  # (batch, 14, 14, 32), then (batch, 7, 7, 64)
        stack.append(layers.Conv2D(32 * 2**k, 4, strides=2, padding="same", **he))
        stack.append(layers.LeakyReLU(negative_slope=0.2))
    stack += [layers.Flatten(), layers.Dense(128, **he), layers.LeakyReLU(negative_slope=0.2)]
    stack.append(layers.Dense(1, dtype="float32"))  # (batch, 1)
    return keras.Sequential(stack, name="critic")


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
