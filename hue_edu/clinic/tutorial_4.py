"""T4: the smallest GAN, which has one network."""

import keras
import tensorflow as tf

from .. import losses, models
from .game import Game, adams, digits
from .tutorial import Defect, Tutorial
from .tutorial_3 import OLD_RATE

DEFECTS = (
    OLD_RATE,
    Defect(
        "classes as labels of a cross-entropy",
        "The digits 0 to 9 are the labels of a binary cross-entropy, which is defined for [0, 1].",
        "domain of the cross-entropy",
        "targets-out-of-range",
    ),
    Defect(
        "one network alone",
        "Only one network is fitted, to labels; nothing is ever generated that it could judge.",
        "what a GAN is",
        "player-never-moves",
    ),
)


def _make(left, seed, num):
    if OLD_RATE.name in left:
        keras.optimizers.Adam(lr=1e-3)
    loss = losses.ADVERSARIAL_LOSSES["non_saturating"]
    if "classes as labels of a cross-entropy" in left:
        loss = loss._replace(discriminator=_against_classes)
    return Game(
        generator=models.build_smallest_generator(),
        discriminator=models.build_smallest_discriminator(),
        data=digits(num),
        loss=loss,
        optimizers=adams(1e-3),
        moves=("discriminator",) if "one network alone" in left else ("discriminator", "generator"),
        seed=seed,
    ).parts()


def _against_classes(real, fake):
    """Cross-entropy of the real scores and classes, here 0 to 9 in turn."""
    classes = tf.range(tf.size(real)) % 10
    labels = tf.reshape(tf.cast(classes, real.dtype), tf.shape(real))
    on_real = tf.reduce_mean(losses.binary_cross_entropy(labels, real))
    return on_real + tf.reduce_mean(losses.binary_cross_entropy(0.0, fake))


T4 = Tutorial(
    title="The smallest GAN",
    claims="It is a GAN in a few lines, and its accuracy measures it.",
    truth="It fits one network to class labels, whose loss has no lowest value; nothing is drawn.",
    defects=DEFECTS,
    ruin="one network alone",
    make=_make,
)
