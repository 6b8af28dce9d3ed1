"""Networks that no other room has: those of T0 and T2, narrow enough for two cores."""

import keras
from keras import layers, ops

from .. import captions, models

WIDTH = 32  # channels at 7 × 7; the tutorial has 128
LATENT = 100
UNITS = 64  # of T0, at 4 × 4 and in a vector of text


def build_generator(kernel=4, units=7 * 7 * WIDTH, channels=1):
    """z → pictures of 28×28: a dense layer and three transposed convolutions.

    Args:
        kernel: Side of the kernels; with stride 2 an odd one overlaps unevenly. None repeats each
            pixel and then smooths, instead of transposed convolutions.
        units: Of the dense layer, a multiple of 49.
        channels: Of a picture.
    """
    stack = [
        keras.Input((LATENT,)),
        *_normalised(layers.Dense(units, use_bias=False)),
        layers.Reshape((7, 7, -1)),
    ]
    for filters, stride in ((WIDTH, 1), (WIDTH // 2, 2)):  # (batch, 7, 7, 32), (batch, 14, 14, 16)
        stack += _normalised(*_upsample(filters, kernel, stride))
    stack += [*_upsample(channels, kernel, 2), layers.Activation("tanh")]  # 28, 28, channels
    return keras.Sequential(stack, name="generator")


def build_discriminator(end=None):
    """Pictures of 28×28×1 → one number each, logits unless an activation stands at the end."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5, strides=2, padding="same"),  # (batch, 14, 14, 16)
            layers.LeakyReLU(0.2),
            layers.Conv2D(32, 5, strides=2, padding="same"),  # (batch, 7, 7, 32)
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            layers.Dense(1, activation=end),  # (batch, 1)
        ],
        name="discriminator",
    )


def build_text_networks(are_deaf=False):
    """A generator and a discriminator of 32×32×3 pictures and tokens, both with a text encoder.

    Args:
        are_deaf: Whether they leave the tokens out: every sentence is an empty one.

    Returns:
        Two models of two inputs: z or pictures, and tokens of (batch, words).
    """
    tokens = keras.Input((captions.MAX_WORDS,), dtype="int32")
    heard = layers.Lambda(ops.zeros_like)(tokens) if are_deaf else tokens
    z, x = keras.Input((LATENT,)), keras.Input((32, 32, 3))
    made = layers.Concatenate()([z, models.build_text_encoder(UNITS)(heard)])
    for layer in _painter():
        made = layer(made)
    h = x
    for layer in _viewer():
        h = layer(h)
    e = models.build_text_encoder(UNITS, spread=0.05)(heard)
    logits = layers.Add()([layers.Dense(1)(h), layers.Dot(axes=1)([h, e])])  # as lesson 12 has it
    return (
        keras.Model([z, tokens], made, name="generator"),
        keras.Model([x, tokens], logits, name="discriminator"),
    )


def _painter():
    return [
        *_normalised(layers.Dense(4 * 4 * UNITS, use_bias=False)),
        layers.Reshape((4, 4, UNITS)),
        *_normalised(*_upsample(UNITS, 4, 2)),  # (batch, 8, 8, 64)
        *_normalised(*_upsample(UNITS // 2, 4, 2)),  # (batch, 16, 16, 32)
        *_upsample(3, 4, 2),  # (batch, 32, 32, 3)
        layers.Activation("tanh"),
    ]


def _viewer():
    stack = []
    for filters in (UNITS // 2, UNITS):  # (batch, 16, 16, 32), (batch, 8, 8, 64)
        stack += [layers.Conv2D(filters, 4, strides=2, padding="same"), layers.LeakyReLU(0.2)]
    return [*stack, layers.Flatten(), layers.Dense(UNITS), layers.LeakyReLU(0.2)]


def _upsample(filters, kernel, stride):
    if kernel is None:
        return [layers.UpSampling2D(stride), layers.Conv2D(filters, 3, padding="same")]
    return [layers.Conv2DTranspose(filters, kernel, strides=stride, padding="same")]


def _normalised(*stack):
    return [*stack, layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
