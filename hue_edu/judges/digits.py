"""The judge of digits: its network, its training, its file."""

import os
import tempfile
from functools import lru_cache

import h5py
import keras
import numpy as np
from keras import layers, ops

from .. import arguments, datasets, files

SHIPPED = "judge.weights.h5"
BATCH = 500


class Reader:
    """A classifier of images with a layer of features.

    Args:
        model: Images in [-1, 1] → features and logits, a pair.
    """

    def __init__(self, model):
        self.model = model

    def features_and_logits(self, images):
        """Features of shape (num, d) and logits of shape (num, classes), NumPy float32.

        Raises:
            ValueError: No images, or images of another shape or pixel range.
        """
        images = np.asarray(images)
        expected = self.model.input_shape[1:]
        if images.shape[1:] != expected or len(images) == 0:
            shape = ", ".join(map(str, expected))
            raise ValueError(
                f"This judge takes images of shape (num, {shape}); got {images.shape}."
            )
        if images.dtype.kind == "f":
            images = images.astype("float32", copy=False)
        datasets.check_pixels(images)
        pairs = [
            self._forward(images[start : start + BATCH]) for start in range(0, len(images), BATCH)
        ]
        return tuple(np.concatenate(parts) for parts in zip(*pairs))

    def features(self, images):
        """Features of shape (num, d) for the Fréchet and kernel distances."""
        return self.features_and_logits(images)[0]

    def _forward(self, images):
        return [ops.convert_to_numpy(part) for part in self.model(images, training=False)]


class Judge(Reader):
    """A classifier of 28×28×1 images: of digits."""

    def labels(self, images):
        """Most probable class of each image, int32 of shape (num,)."""
        return self.features_and_logits(images)[1].argmax(axis=1).astype("int32")

    def stacked_labels(self, images):
        """Class 100a + 10b + c of images whose channels are the digits a, b and c: Stacked MNIST.

        Args:
            images: Shape (num, height, width, 3).

        Returns:
            Int32 of shape (num,), from 0 to 999.

        Reference: Metz et al. (2017), Unrolled GAN, section 3.3.1.
        """
        a, b, c = (self.labels(images[..., k, None]) for k in range(3))
        return 100 * a + 10 * b + c


def build_judge():
    """The judge of digits: five convolutions, features after ReLU of shape (batch, 64)."""
    x = images = keras.Input((28, 28, 1))
    for filters, stride in ((32, 1), (32, 2), (64, 1), (64, 2), (48, 1)):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)  # (batch, 7 · 7 · 48)
    features = layers.Dense(64, activation="relu", name="features")(layers.Dropout(0.3)(x))
    logits = layers.Dense(10, name="logits")(layers.Dropout(0.3)(features))
    return keras.Model(images, [features, logits], name="judge")


@lru_cache
def load_judge():
    """The judge that comes with the course, after checking its file.

    Raises:
        FileNotFoundError, ValueError: The weights are missing, truncated or altered.
    """
    return Judge(files.load_shipped(build_judge(), SHIPPED))


def train_judge(epochs=14, learning_rate=2e-3, seed=0, verbose=2):
    """Train a judge on the 60,000 training digits, turned, shifted and scaled a little.

    Args:
        epochs: Passes over the training set, in batches of 128.
        learning_rate: Adam's, at the start; it falls along a cosine.
        seed: Whole number.

    Returns:
        `Judge`; right on 99.5% of the test digits with these settings.
    """
    keras.utils.set_random_seed(arguments.whole_number("seed", seed))
    images, labels = datasets.load_mnist("train")
    model, edge = build_judge(), {"fill_mode": "constant", "fill_value": -1.0}
    classifier = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.RandomRotation(10 / 360, **edge),
            layers.RandomTranslation(0.08, 0.08, **edge),
            layers.RandomZoom(0.08, **edge),
            keras.Model(model.inputs, model.outputs[1]),
        ]
    )
    steps = epochs * -(-len(images) // 128)
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    classifier.compile(keras.optimizers.Adam(rate), loss=cross_entropy, metrics=["accuracy"])
    classifier.fit(images, labels, batch_size=128, epochs=epochs, verbose=verbose)
    return Judge(model)


def accuracy(judge):
    """Share of the 10,000 test digits that the judge names rightly."""
    images, labels = datasets.load_mnist("test")
    return float((judge.labels(images) == labels).mean())


def save_compressed(model, path):
    """Weights as Keras saves them, but with HDF5's lossless compression: 6% smaller."""

    def copy(name, item):
        if not isinstance(item, h5py.Dataset):
            target = packed.require_group(name)
        elif item.size < 100:
            target = packed.create_dataset(name, data=item[()])
        else:
            target = packed.create_dataset(name, data=item[()], compression=9, shuffle=True)
        target.attrs.update(item.attrs)

    with files.written_whole(path) as temporary, tempfile.TemporaryDirectory() as folder:
        plain_path = os.path.join(folder, "plain.weights.h5")
        model.save_weights(plain_path)
        with h5py.File(plain_path) as plain, h5py.File(temporary, "w") as packed:
            packed.attrs.update(plain.attrs)
            plain.visititems(copy)
