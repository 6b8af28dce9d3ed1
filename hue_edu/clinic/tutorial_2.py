"""T2: a DCGAN on MNIST, at a quarter of its width."""

import keras
import tensorflow as tf
from keras import layers

from .. import losses
from .game import BATCH, Game, adams, digits
from .networks import LATENT, WIDTH, build_discriminator, build_generator
from .tutorial import Defect, Tutorial

DEFECTS = (
    Defect(
        "128 numbers for 7 × 7 × 1 places",
        "The first layer makes 128 numbers, which are then reshaped into 49 places.",
        "shape arithmetic",
        "shape-mismatch",
        stops_with=ValueError,
    ),
    Defect(
        "three channels against one",
        "The generator paints in colour, while the data and the discriminator have one channel.",
        "channels",
        "shape-mismatch",
    ),
    Defect(
        "labels for another batch",
        "The losses compare the scores with 32 labels, and the last batch of an epoch is smaller.",
        "batching",
        "step-fails",
    ),
    Defect(
        "data from 0 to 1",
        "Real pixels lie in [0, 1] and those of tanh in [-1, 1]: one negative pixel gives it away.",
        "support mismatch",
        "range-mismatch",
    ),
    Defect(
        "losses exchanged",
        "Each player minimises the loss of the other.",
        "objectives",
        "players-exchanged",
    ),
    Defect(
        "two sigmoids",
        "The discriminator ends in a sigmoid, and its loss applies another one.",
        "logits",
        "sigmoid-twice",
    ),
    Defect(
        "a dense layer of 49",
        "What enlarges 7 × 7 × 1 passes all of z through 49 numbers, the quick repair of the 128.",
        "bottleneck",
    ),
    Defect(
        "kernel 5 with stride 2",
        "The kernel is no multiple of the stride, so neighbouring pixels get unequal shares.",
        "checkerboard artifacts",
    ),
)


def _make(left, seed, num):
    if "128 numbers for 7 × 7 × 1 places" in left:
        keras.Sequential([keras.Input((LATENT,)), layers.Dense(128), layers.Reshape((7, 7, 1))])
    x = digits(num)
    return Game(
        generator=build_generator(
            kernel=5 if "kernel 5 with stride 2" in left else None,
            units=49 if "a dense layer of 49" in left else 49 * WIDTH,
            channels=3 if "three channels against one" in left else 1,
        ),
        discriminator=build_discriminator("sigmoid" if "two sigmoids" in left else None),
        data=(x + 1) / 2 if "data from 0 to 1" in left else x,
        loss=_losses(left),
        optimizers=adams(1e-3),
        seed=seed,
    ).parts()


def _losses(left):
    fixed = "labels for another batch" in left

    def against(label, scores):
        labels = tf.fill((BATCH, 1) if fixed else tf.shape(scores), label)
        return tf.reduce_mean(losses.binary_cross_entropy(labels, scores))

    pair = losses.AdversarialLoss(
        lambda real, fake: against(1.0, real) + against(0.0, fake),
        lambda real, fake: against(1.0, fake),
    )
    return losses.AdversarialLoss(*pair[::-1]) if "losses exchanged" in left else pair


T2 = Tutorial(
    title="A DCGAN on MNIST",
    claims="It explains three losses and draws handwritten digits.",
    truth="Its shapes do not fit, its ranges differ, and each player is given the other's loss.",
    defects=DEFECTS,
    ruin="losses exchanged",
    make=_make,
)
