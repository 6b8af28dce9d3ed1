"""Networks that read: a text encoder, and a generator and discriminator with one each."""

from functools import lru_cache

import keras
from keras import layers

from .. import captions, files
from .dcgan import normal, normalised_dense, normalised_upsample, upsample
from .shapes import HUE_SHAPE

SHIPPED_TEXT_GENERATOR = "text_generator.weights.h5"


def build_text_encoder(units=64, spread=0.3, name="text_encoder"):
    """Tokens → a vector that holds what the caption means: the words' vectors, added up.

    e = Σ_i w_i + ReLU(A w_{i-1} + B w_i + C w_{i+1} + a)

    The window of three words makes neighbours count: "red on blue" and "blue on red" have the same
    words but mean different pictures.

    Args:
        units: Size of the vector.
        spread: Standard deviation of the words' vectors at the start. In G, where e stands beside
            z, the sum should be as large as z; in D, small vectors are learned sooner.
        name: Of the model.

    Reference: Kim (2014), Convolutional Neural Networks for Sentence Classification, equation 2.
    """
    tokens = keras.Input((captions.MAX_WORDS,), dtype="int32", name="tokens")
    start = keras.initializers.RandomNormal(0.0, spread)
    words = layers.Embedding(len(captions.VOCABULARY), units, embeddings_initializer=start)(tokens)
    window = layers.Conv1D(units, 3, padding="same", activation="relu")(words)
    mean = layers.GlobalAveragePooling1D()(layers.Add()([words, window]))  # (batch, units)
    return keras.Model(tokens, layers.Rescaling(captions.MAX_WORDS)(mean), name=name)


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
        *normalised_upsample(64),  # (batch, 8, 8, 64)
        *normalised_upsample(32),  # (batch, 16, 16, 32)
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
    return files.load_shipped(build_text_generator(), SHIPPED_TEXT_GENERATOR)


def build_text_discriminator(pack=2, projection=True):
    """Pictures and tokens → a logit: are they real, *and* do they show what the caption says?

    D(x, t) = w · h(x) + b + h(x) · e(t),  with the text's vector e(t)

    Its parts are models by themselves: `picture` for h, `text_encoder` for e, and `match` for the
    rest, so that one h can be compared with several captions.

    Args:
        pack: Pictures of one caption that it judges at a time, joined along the channels.
        projection: False puts e(t) beside h(x) before a dense layer instead.

    Reference: Miyato & Koyama (2018), cGANs with Projection Discriminator, equation 3.
    """
    images = keras.Input((*HUE_SHAPE[:2], pack * HUE_SHAPE[2]), name="images")
    tokens = keras.Input((captions.MAX_WORDS,), dtype="int32", name="tokens")
    picture = _build_picture(images)
    encoder = build_text_encoder(picture.output.shape[1], spread=0.05)
    match = _build_match(picture.output.shape[1], projection)
    logits = match([picture(images), encoder(tokens)])
    return keras.Model([images, tokens], logits, name="text_discriminator")


def _build_match(units, projection):
    """h and e → a logit."""
    h, e = keras.Input((units,), name="h"), keras.Input((units,), name="e")
    if projection:
        alone = layers.Dense(1, kernel_initializer=normal())(h)
        logits = layers.Add(dtype="float32")([alone, layers.Dot(axes=1)([h, e])])
    else:
        both = layers.Dense(128)(layers.Concatenate()([h, e]))
        logits = layers.Dense(1, dtype="float32")(layers.LeakyReLU(negative_slope=0.2)(both))
    return keras.Model([h, e], logits, name="match")


def _build_picture(images):
    """Pictures → h, 128 numbers: three convolutions and a dense layer, as the compact DCGAN's.

    Its weights begin larger than N(0, 0.02²), as He et al. (2015) have it: it learns to tell digits
    apart in fewer steps.
    """
    x = images  # (batch, 32, 32, 3 · pack)
    for filters in (32, 64, 128):  # (batch, 16, 16, 32), (batch, 8, 8, 64), (batch, 4, 4, 128)
        first = filters == 32
        x = layers.Conv2D(
            filters, 4, strides=2, padding="same", use_bias=first, kernel_initializer="he_normal"
        )(x)
        x = x if first else layers.BatchNormalization(momentum=0.9)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
    h = layers.Dense(128, kernel_initializer="he_normal")(layers.Flatten()(x))
    return keras.Model(images, layers.LeakyReLU(negative_slope=0.2)(h), name="picture")
