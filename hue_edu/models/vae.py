"""Encoders and decoders of variational autoencoders: dense and convolutional."""

import math

import keras
from keras import layers

from .shapes import IMAGE_SHAPE, checked_shape, halved


def build_dense_encoder(latent_dim=20, hidden=(512, 256), image_shape=IMAGE_SHAPE):
    """Images → z_mean and z_log_var, through dense layers.

    Args:
        latent_dim: Size of z.
        hidden: Units of each hidden layer. (256, 128) with 100 latents is a usual dense tutorial's.
        image_shape: (height, width, channels).

    Raises:
        ValueError: Another shape.
    """
    images = keras.Input(checked_shape(image_shape))
    x = layers.Flatten()(images)
    for units in hidden:
        x = layers.Dense(units, activation="relu")(x)
    return _encoder(images, x, latent_dim, "dense_encoder")


def build_dense_decoder(latent_dim=20, hidden=(256, 512), image_shape=IMAGE_SHAPE):
    """z → logits of the image, through dense layers.

    Args:
        latent_dim: Size of z.
        hidden: Units of each hidden layer. (128, 256) with 100 latents is a usual dense tutorial's.
        image_shape: (height, width, channels).

    Raises:
        ValueError: Another shape.
    """
    image_shape = checked_shape(image_shape)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *(layers.Dense(units, activation="relu") for units in hidden),
            layers.Dense(math.prod(image_shape), dtype="float32"),
            layers.Reshape(image_shape),
        ],
        name="dense_decoder",
    )


def build_vae_encoder(latent_dim=16, hidden=128, image_shape=IMAGE_SHAPE):
    """Convolutional encoder: the DCGAN discriminator's layers without batch normalisation.

    With `build_vae_decoder` it has about as many parameters as that GAN.

    Args:
        latent_dim: Size of z.
        hidden: Units of the dense layer.
        image_shape: As in `build_dcgan_generator`.

    Raises:
        ValueError: Another shape.
    """
    he = {"kernel_initializer": "he_normal"}
    x = images = keras.Input(checked_shape(image_shape))
    for k in range(halved(image_shape)[0]):  # (batch, 14, 14, 32), then (batch, 7, 7, 64)
        x = layers.Conv2D(32 * 2**k, 4, strides=2, padding="same", **he)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.Dense(hidden, **he)(layers.Flatten()(x))
    return _encoder(images, layers.LeakyReLU(negative_slope=0.2)(x), latent_dim, "vae_encoder")


def build_vae_decoder(latent_dim=16, hidden=256, width=24, image_shape=IMAGE_SHAPE):
    """Convolutional decoder: the DCGAN generator's layers without batch normalisation.

    Args:
        latent_dim: Size of z.
        hidden: Units of the dense layer.
        width: Channels at half the side, 14 × 14; twice as many at 7 × 7.
        image_shape: As in `build_dcgan_generator`.

    Raises:
        ValueError: Another shape.
    """
    he = {"kernel_initializer": "he_normal"}
    double = {"strides": 2, "padding": "same"}
    *_, channels = checked_shape(image_shape)
    num, *start = halved(image_shape)
    first, *others = (width * 2**k for k in reversed(range(num)))
    stack = [
        keras.Input((latent_dim,)),
        layers.Dense(hidden, activation="relu", **he),  # (batch, hidden)
        layers.Dense(math.prod(start) * first, activation="relu", **he),
        layers.Reshape((*start, first)),  # (batch, 7, 7, 2 · width)
    ]
    for filters in others:  # (batch, 14, 14, width)
        stack.append(layers.Conv2DTranspose(filters, 4, **double, activation="relu", **he))
    stack.append(layers.Conv2DTranspose(channels, 4, **double, dtype="float32"))  # 28, 28, channels
    return keras.Sequential(stack, name="vae_decoder")


def build_sampler(decoder, likelihood="bernoulli"):
    """z → pictures in [-1, 1], by the decoder's own layers.

    Args:
        decoder: Returns logits (Bernoulli) or means (Gaussian).
        likelihood: `"bernoulli"`: the probability of ink is shown; `"gaussian"`: the mean.
    """
    stack = [keras.Input(decoder.input_shape[1:]), *decoder.layers]
    if likelihood == "bernoulli":
        stack.append(layers.Activation("sigmoid", dtype="float32"))  # logits → [0, 1]
        stack.append(layers.Rescaling(2.0, offset=-1.0, dtype="float32"))  # [-1, 1]
    return keras.Sequential(stack, name="vae_sampler")


def _encoder(images, x, latent_dim, name):
    z_mean = layers.Dense(latent_dim, name="z_mean", dtype="float32")(x)
    z_log_var = layers.Dense(latent_dim, name="z_log_var", dtype="float32")(x)
    return keras.Model(images, [z_mean, z_log_var], name=name)
