"""The judge of captions: reads digit, colour, background, size and place from a Hue picture."""

from functools import lru_cache

import keras
import numpy as np
from keras import layers, ops

from .. import arguments, captions, datasets, files
from .digits import Reader

SHIPPED_ATTRIBUTES = "attribute_judge.weights.h5"
SIZES = [len(values) for values in captions.VALUES.values()]
ENDS = np.cumsum(SIZES)[:-1]  # where one attribute's logits end and the next one's begin


class AttributeJudge(Reader):
    """A classifier of 32×32×3 images with one head for each attribute."""

    num_logits = sum(SIZES)

    def labels(self, images):
        """Most probable value of each attribute, int32 of shape (num, 5)."""
        heads = np.split(self.features_and_logits(images)[1], ENDS, axis=1)
        return np.stack([head.argmax(axis=1) for head in heads], axis=1).astype("int32")


def build_attribute_judge():
    """The judge of captions: six convolutions, 64 features after ReLU, 33 logits: five heads."""
    x = images = keras.Input((32, 32, 3))
    for filters, stride in ((24, 1), (32, 2), (48, 1), (48, 2), (64, 1), (64, 2)):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)  # (batch, 4 · 4 · 64)
    features = layers.Dense(64, activation="relu", name="features")(x)
    logits = layers.Dense(sum(SIZES), name="logits")(features)
    return keras.Model(images, [features, logits], name="attribute_judge")


def attribute_loss(labels, logits):
    """Cross-entropy of each attribute, added up: shape (num,), in nats.

    Args:
        labels: Shape (num, 5).
        logits: Shape (num, 33), the heads one after the other.
    """
    heads = ops.split(logits, ENDS.tolist(), axis=1)
    return sum(
        ops.sparse_categorical_crossentropy(labels[:, k], head, from_logits=True)
        for k, head in enumerate(heads)
    )


@lru_cache
def load_attribute_judge():
    """The judge of captions that comes with the course, after checking its file.

    Raises:
        FileNotFoundError, ValueError: The weights are missing, truncated or altered.
    """
    return AttributeJudge(files.load_shipped(build_attribute_judge(), SHIPPED_ATTRIBUTES))


def train_attribute_judge(steps=8000, learning_rate=2e-3, seed=0, verbose=2):
    """Train a judge on endless pictures of the training digits, in all combinations.

    It sees those that are held out, too: it is the ruler, not what is measured.

    Args:
        steps: Batches of 128, a multiple of 8: that many reports are made.
        learning_rate: Adam's, at the start; it falls along a cosine.
        seed: Whole number.

    Returns:
        `AttributeJudge`.

    Raises:
        ValueError: An argument is no such number.
    """
    steps = arguments.whole_number("steps", steps, at_least=8)
    if steps % 8:
        raise ValueError(f"steps is {steps}; expected a multiple of 8, such as {steps // 8 * 8}.")
    arguments.number_within("learning_rate", learning_rate, low=1e-9)
    keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
    model = build_attribute_judge()
    classifier = keras.Model(model.inputs, model.outputs[1])
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    classifier.compile(keras.optimizers.Adam(rate), loss=attribute_loss)
    data = datasets.captioned_batches("train", 128, seed, held_out=None)
    data = data.map(lambda batch: (batch.images, batch.labels))
    fitted = {"steps_per_epoch": steps // 8, "epochs": 8, "shuffle": False}
    classifier.fit(data, verbose=verbose, **fitted)
    return AttributeJudge(model)
