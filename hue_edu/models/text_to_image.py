"""Networks that read: a text encoder, and a generator and discriminator with one each."""

from functools import lru_cache

import keras
from keras import layers

from .. import captions, files
from ..layers import AddPositions
from .dcgan import downsample, normal, normalised_dense, upsample
from .shapes import HUE_SHAPE

SHIPPED_TEXT_GENERATOR = "text_generator.weights.h5"


def build_text_encoder(units=64, name="text_encoder"):
    """Tokens → a vector that holds what the caption means.

    Each word looks at all others by attention, so that neighbours count: in "red on blue" and
    "blue on red" the same words mean another picture. Then the mean over the words.

    Args:
        units: Size of the vector, even.
        name: Of the model.

    Reference: Vaswani et al. (2017), Attention Is All You Need, section 3.2, one layer of it.
    """
    tokens = keras.Input((captions.MAX_WORDS,), dtype="int32", name="tokens")
    far_apart = keras.initializers.RandomNormal(0.0, 1.0)  # Keras' default learns half as fast
    x = layers.Embedding(
        len(captions.VOCABULARY), units, embeddings_initializer=far_apart, mask_zero=True
    )(tokens)
    x = AddPositions()(x)  # (batch, words, units)
    x = layers.Add()([x, layers.MultiHeadAttention(num_heads=2, key_dim=units // 2)(x, x)])
    x = layers.Dense(units, activation="relu")(x)
    x = layers.GlobalAveragePooling1D()(x)  # (batch, units), over the words that are there
    return keras.Model(tokens, layers.Dense(units)(x), name=name)


def build_text_generator(latent_dim=64, hidden=256):
    """z and tokens → a picture of 32×32×3 in [-1, 1].

    Its parts are models by themselves: `text_encoder`, and `painter`, the compact DCGAN generator
    whose input is z beside the text's vector.

    Args:
        latent_dim: Size of z.
        hidden: Units of the layer that decides what to draw.
    """
    encoder = build_text_encoder()
    z = keras.Input((latent_dim,), name="z")
    text = keras.Input(encoder.output.shape[1:], name="text")
    x = layers.Concatenate()([z, text])
    for layer in (
        *normalised_dense(hidden),
        *normalised_dense(4 * 4 * 128),
        layers.Reshape((4, 4, 128)),
        *_normalised_upsample(64),  # (batch, 8, 8, 64)
        *_normalised_upsample(32),  # (batch, 16, 16, 32)
        upsample(3, use_bias=True),  # (batch, 32, 32, 3)
        layers.Activation("tanh", dtype="float32"),
    ):
        x = layer(x)
    painter = keras.Model([z, text], x, name="painter")
    tokens = keras.Input(encoder.input.shape[1:], dtype="int32", name="tokens")
    return keras.Model([z, tokens], painter([z, encoder(tokens)]), name="text_generator")


@lru_cache
def load_text_generator():
    """The generator that reads captions and comes with the course, after checking its file.

    Raises:
        FileNotFoundError, ValueError: The weights are missing, truncated or altered.
    """
    generator = build_text_generator()
    generator.load_weights(files.shipped(SHIPPED_TEXT_GENERATOR))
    return generator


def build_text_discriminator(pack=2, projection=True):
    """Pictures and tokens → a logit: are they real, *and* do they show what the caption says?

    D(x, t) = w · h(x) + h(x) · V e(t),  with a linear map V of the text's vector e(t)

    Its parts are models by themselves: `picture` for h, and `match` for the rest, so that one h can
    be compared with several captions.

    Args:
        pack: Pictures of one caption that it judges at a time, joined along the channels.
        projection: False puts e(t) beside h(x) before a dense layer instead.

    Reference: Miyato & Koyama (2018), cGANs with Projection Discriminator, equation 3.
    """
    images = keras.Input((*HUE_SHAPE[:2], pack * HUE_SHAPE[2]), name="images")
    picture = _build_picture(images)
    h = keras.Input(picture.output.shape[1:], name="h")
    tokens = keras.Input((captions.MAX_WORDS,), dtype="int32", name="tokens")
    text = build_text_encoder()(tokens)
    if projection:
        alone = layers.Dense(1, kernel_initializer=normal())(h)
        together = layers.Dot(axes=1)([h, layers.Dense(h.shape[1])(text)])
        logits = layers.Add(dtype="float32")([alone, together])
    else:
        both = layers.Dense(128)(layers.Concatenate()([h, text]))
        logits = layers.Dense(1, dtype="float32")(layers.LeakyReLU(negative_slope=0.2)(both))
    match = keras.Model([h, tokens], logits, name="match")
    whole = match([picture(images), tokens])
    return keras.Model([images, tokens], whole, name="text_discriminator")


def _build_picture(images):
    """Pictures → h, 128 numbers: three convolutions and a dense layer, as the compact DCGAN's."""
    x = downsample(32, use_bias=True)(images)  # (batch, 16, 16, 32)
    for filters in (64, 128):  # (batch, 8, 8, 64), (batch, 4, 4, 128)
        x = downsample(filters)(layers.LeakyReLU(negative_slope=0.2)(x))
        x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Flatten()(layers.LeakyReLU(negative_slope=0.2)(x))
    h = layers.LeakyReLU(negative_slope=0.2)(layers.Dense(128, kernel_initializer=normal())(x))
    return keras.Model(images, h, name="picture")


def _normalised_upsample(filters):
    """Twice the side, batch normalisation, ReLU."""
    return [upsample(filters), layers.BatchNormalization(momentum=0.9), layers.ReLU()]
