"""Encoders and decoders of variational autoencoders: dense and convolutional."""

import keras
from keras import layers

from .shapes import IMAGE_SHAPE


def build_dense_encoder(latent_dim=20, hidden=(512, 256)):
    """Images → z_mean and z_log_var, through dense layers.

    Args:
        latent_dim: Size of z.
        hidden: Units of each hidden layer. (256, 128) with 100 latents is system T3.
    """
    images = keras.Input(IMAGE_SHAPE)
    x = layers.Flatten()(images)
    for units in hidden:
        x = layers.Dense(units, activation="relu")(x)
    return _encoder(images, x, latent_dim, "dense_encoder")


def build_dense_decoder(latent_dim=20, hidden=(256, 512)):
    """z → logits of the image, through dense layers.

    Args:
        latent_dim: Size of z.
        hidden: Units of each hidden layer. (128, 256) with 100 latents is system T3.
    """
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *(layers.Dense(units, activation="relu") for units in hidden),
            layers.Dense(28 * 28, dtype="float32"),
            layers.Reshape(IMAGE_SHAPE),
        ],
        name="dense_decoder",
    )


def build_vae_encoder(latent_dim=16, hidden=128):
    """Convolutional encoder: the DCGAN discriminator's layers without batch normalisation.

    With `build_vae_decoder` it has about as many parameters as that GAN.

    Args:
        latent_dim: Size of z.
        hidden: Units of the dense layer.
    """
    he = {"kernel_initializer": "he_normal"}
    images = keras.Input(IMAGE_SHAPE)
    x = layers.Conv2D(32, 4, strides=2, padding="same", **he)(images)  # (batch, 14, 14, 32)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.Conv2D(64, 4, strides=2, padding="same", **he)(x)  # (batch, 7, 7, 64)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.Dense(hidden, **he)(layers.Flatten()(x))
    return _encoder(images, layers.LeakyReLU(negative_slope=0.2)(x), latent_dim, "vae_encoder")


def build_vae_decoder(latent_dim=16, hidden=256, width=24):
    """Convolutional decoder: the DCGAN generator's layers without batch normalisation.

    Args:
        latent_dim: Size of z.
        hidden: Units of the dense layer.
        width: Channels at 14 × 14; twice as many at 7 × 7.
    """
    he = {"kernel_initializer": "he_normal"}
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(hidden, activation="relu", **he),
            layers.Dense(7 * 7 * 2 * width, activation="relu", **he),
            layers.Reshape((7, 7, 2 * width)),
            layers.Conv2DTranspose(width, 4, strides=2, padding="same", activation="relu", **he),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", dtype="float32"),
        ],
        name="vae_decoder",
    )


def build_sampler(decoder, likelihood="bernoulli"):
    """z → pictures in [-1, 1], by the decoder's own layers.

    Args:
        decoder: Returns logits (Bernoulli) or means (Gaussian).
        likelihood: `"bernoulli"`: the probability of ink is shown; `"gaussian"`: the mean.
    """
    ends = [
        layers.Activation("sigmoid", dtype="float32"),
        layers.Rescaling(2.0, offset=-1.0, dtype="float32"),
    ]
    inputs = keras.Input(decoder.input_shape[1:])
    return keras.Sequential(
        [inputs, *decoder.layers, *(ends if likelihood == "bernoulli" else [])], name="vae_sampler"
    )


def _encoder(images, x, latent_dim, name):
    z_mean = layers.Dense(latent_dim, name="z_mean", dtype="float32")(x)
    z_log_var = layers.Dense(latent_dim, name="z_log_var", dtype="float32")(x)
    return keras.Model(images, [z_mean, z_log_var], name=name)
