"""T0, which calls itself Hue and says that it draws from text."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from .. import captions, datasets, losses
from .game import Game, adams
from .networks import LATENT, build_text_networks
from .tutorial import Defect, Tutorial

WORDS, PICTURE = (captions.MAX_WORDS,), (32, 32, 3)

DEFECTS = (
    Defect(
        "placeholders of TensorFlow 1",
        "The inputs are made by tf.placeholder, which left TensorFlow in version 2.",
        "moving old code to current Keras",
        "removed-api",
        stops_with=AttributeError,
    ),
    Defect(
        "128 numbers for 4 × 4 × 1 places",
        "The first layer makes 128 numbers, which are then reshaped into 16 places.",
        "shape arithmetic",
        "shape-mismatch",
        stops_with=ValueError,
    ),
    Defect(
        "a name that is defined nowhere",
        "The losses call a function cross_entropy that the text never defines.",
        "wiring",
        "undefined-name",
    ),
    Defect(
        "a batch size asked for too early",
        "The step asks x.shape for the size of the batch, which a compiled function does not know.",
        "graph mode",
        "step-fails",
    ),
    Defect(
        "no text",
        "The sentence reaches neither network: it could be any other, and no picture would change.",
        "conditioning",
        "condition-ignored",
    ),
    Defect(
        "losses that are not reduced",
        "Each loss is a column of one number per sample, so its gradient is a sum, not a mean.",
        "reduction",
        "loss-not-reduced",
    ),
    Defect(
        "labels exchanged",
        "The discriminator learns to call real pictures 0 and generated ones 1.",
        "label convention",
        "labels-swapped",
    ),
    Defect(
        "one optimizer for both",
        "Both networks are given one optimizer, which can keep the moments of one of them only.",
        "optimizer state",
        "shared-optimizer-state",
    ),
    Defect(
        "a discriminator that nobody trains",
        "Only the generator's gradient is applied: it drifts to whatever a random network likes.",
        "two players",
        "player-never-moves",
    ),
    Defect(
        "nothing is watched",
        "Seeds are fixed and never used, no picture is drawn, and the step returns no number.",
        "monitoring",
    ),
)


def captioned(num, seed):
    """Pictures of the Hue set with what their captions say: large digits in the centre.

    Returns:
        Pictures of (num, 32, 32, 3); tokens, int32 of (num, words); and meanings, int32 of (num,
        5): digit, colour and background are named, size and place left open.
    """
    rng, centre = np.random.default_rng(seed), captions.PLACES.index("centre")
    rows = np.full((num, 5), captions.OPEN)
    rows[:, 3], rows[:, 4] = captions.SIZES.index("large"), centre
    shown = captions.complete(rows, rng)
    named = shown.copy()
    named[:, 3:] = captions.OPEN
    return (
        datasets.hue_pictures(shown, "train", rng),
        captions.write_tokens(named, np.zeros(num, int)),
        named,
    )


def _make(left, seed, num):
    if "placeholders of TensorFlow 1" in left:
        tf.placeholder("float32", (None, LATENT))
    if "128 numbers for 4 × 4 × 1 places" in left:
        keras.Sequential([keras.Input((LATENT,)), layers.Dense(128), layers.Reshape((4, 4, 1))])
    x, tokens, _ = captioned(num, seed=0)
    generator, discriminator = build_text_networks(are_deaf="no text" in left)
    optimizers = adams(1e-3)
    if "one optimizer for both" in left:
        optimizers["discriminator"] = optimizers["generator"]
    game = Game(
        generator=generator,
        discriminator=discriminator,
        data=x,
        conditions=tokens,
        loss=_losses(left),
        optimizers=optimizers,
        moves=("generator",) if DEFECTS[-2].name in left else ("discriminator", "generator"),
        size=_known_size if "a batch size asked for too early" in left else _true_size,
        is_watched="nothing is watched" not in left,
        seed=seed,
    )
    signature = tf.TensorSpec((None, *PICTURE)), tf.TensorSpec((None, *WORDS), "int32")
    return game.parts(tf.function(game.step, input_signature=[signature]))


def _losses(left):
    """Cross-entropies as the tutorial has them."""
    if "a name that is defined nowhere" in left:
        return losses.AdversarialLoss(_undefined_d_loss, _undefined_g_loss)
    reduced = (lambda x: x) if "losses that are not reduced" in left else ops.mean
    real, fake = (0.0, 1.0) if "labels exchanged" in left else (1.0, 0.0)
    bce = losses.binary_cross_entropy
    return losses.AdversarialLoss(
        lambda of_real, of_fake: reduced(bce(real, of_real)) + reduced(bce(fake, of_fake)),
        lambda of_real, of_fake: reduced(bce(1.0, of_fake)),
    )


def _undefined_d_loss(real, fake):
    return cross_entropy(ops.zeros_like(real), real) + cross_entropy(ops.ones_like(fake), fake)  # noqa: F821


def _undefined_g_loss(real, fake):
    return cross_entropy(ops.ones_like(fake), fake)  # noqa: F821


def _known_size(x):
    return x.shape[0]


def _true_size(x):
    return ops.shape(x)[0]


T0 = Tutorial(
    title='"Hue": pictures from a sentence',
    claims="It draws 32 × 32 colour pictures from a text description, and names a maker.",
    truth="It takes no text, trains no discriminator, exchanges the labels, and cannot be built; "
    "no maker stands behind the claim about its origin.",
    defects=DEFECTS,
    ruin="a discriminator that nobody trains",
    make=_make,
)
