"""The judge of digits: its network, its training, its file."""

import os
import tempfile
from functools import lru_cache

import h5py
import keras
import numpy as np
from keras import Model, layers, ops

from .. import arguments, datasets, files
from ..checks.endings import output_range
from ..pixels import as_array, as_images

SHIPPED = "judge.weights.h5"
BATCH = 500


class Reader:
    """A classifier of images with a layer of features.

    Args:
        model: Images in [-1, 1] → features and logits, a pair.

    Raises:
        TypeError, ValueError: Another model, such as one that returns logits alone, or
            probabilities instead of logits.
    """

    num_logits = None  # of the classes that `labels` names; None for any number

    def __init__(self, model):
        _check_model(model, self.num_logits)
        self.model = model

    def features_and_logits(self, images):
        """Features of shape (num, d) and logits of shape (num, classes), NumPy float32.

        Raises:
            TypeError: Something else than one array, as `as_array` says.
            ValueError: No images, or images of another shape or pixel range; or weights that give
                NaN or infinity.
        """
        images = as_array(images)
        expected = self.model.input_shape[1:]
        if images.shape[1:] != expected or len(images) == 0:
            shape = ", ".join(map(str, expected))
            raise ValueError(
                f"This judge takes images of shape (num, {shape}); got {images.shape}."
            )
        images = as_images(images)
        pairs = [
            self._forward(images[start : start + BATCH]) for start in range(0, len(images), BATCH)
        ]
        found = tuple(np.concatenate(parts) for parts in zip(*pairs))
        if not all(np.isfinite(part).all() for part in found):
            raise ValueError("This judge's answers hold NaN or infinity; look at its weights.")
        return found

    def features(self, images):
        """Features of shape (num, d) for the Fréchet and kernel distances."""
        return self.features_and_logits(images)[0]

    def _forward(self, images):
        return [ops.convert_to_numpy(part) for part in self.model(images, training=False)]


def _check_model(model, num_logits):
    """Refuse what no judge can look through; `num_logits` as in `Reader`."""
    wanted = "expected a Keras model from images to a pair, features and logits"
    if not isinstance(model, Model):
        came = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise TypeError(f"Got {came}; {wanted}, such as judges.build_judge() makes.")
    outputs = getattr(model, "outputs", None) or []
    shapes = [tuple(output.shape) for output in outputs]
    pair = [len(shape) for shape in shapes] == [2, 2] and isinstance(model.output, (list, tuple))
    if not pair or len(model.inputs) != 1:
        raise ValueError(f"The model {model.name} returns {shapes}; {wanted}, each (num, …).")
    if num_logits not in (None, shapes[1][1]):
        came = f"The model {model.name} returns {shapes[1][1]} logits"
        raise ValueError(f"{came}; expected {num_logits}, after the features.")
    low, high, name = output_range(model, index=1) or (-np.inf, np.inf, None)
    if low >= 0 and 0 < high <= 1 + 1e-6:
        raise ValueError(f"The model {model.name} ends in {name}; expected logits instead.")


def check_judge(judge):
    """Refuse what is no judge.

    Raises:
        TypeError: It names no labels, such as a bare model.
    """
    if isinstance(judge, type) or not callable(getattr(judge, "labels", None)):
        raise TypeError(
            f"Got {judge!r:.80}; expected a judge, such as judges.load_judge() or "
            "judges.Judge(model)."
        )


class Judge(Reader):
    """A classifier of 28×28×1 images: of digits."""

    num_logits = 10

    def labels(self, images):
        """Most probable class of each image, int32 of shape (num,)."""
        return self.features_and_logits(images)[1].argmax(axis=1).astype("int32")

    def stacked_labels(self, images):
        """Class 100a + 10b + c of images whose channels are the digits a, b and c: Stacked MNIST.

        Args:
            images: Shape (num, height, width, 3).

        Returns:
            Int32 of shape (num,), from 0 to 999.

        Raises:
            TypeError, ValueError: As `features_and_logits`; or not of 3 channels.

        Reference: Metz et al. (2017), Unrolled GAN, section 3.3.1.
        """
        images = as_array(images)
        if images.ndim != 4 or images.shape[-1] != 3:
            raise ValueError(
                f"Expected stacked digits of shape (num, height, width, 3), got {images.shape}."
            )
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

    Raises:
        ValueError: An argument is no such number.
    """
    epochs = arguments.whole_number("epochs", epochs, at_least=1)
    arguments.number_within("learning_rate", learning_rate, low=1e-9)
    keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
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
    """Share of the 10,000 test digits that the judge names rightly.

    Raises:
        TypeError: No judge.
        ValueError: A judge of other images, or one that does not name a class for each.
    """
    check_judge(judge)
    images, labels = datasets.load_mnist("test")
    found = arguments.as_labels(judge.labels(images), num=len(images))
    return float((found == labels).mean())


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
