"""Layers: two show a discriminator several samples at a time, two make labels of their own."""

import math
from functools import partial

import keras
import tensorflow as tf
from keras import ops

from . import arguments


@keras.saving.register_keras_serializable("hue_edu")
class MinibatchStandardDeviation(keras.layers.Layer):
    """Adds one channel that holds how much the batch varies.

    The standard deviation over groups of examples, at each place and channel, averaged to one
    number per group and appended as a constant channel. If all samples of a batch look alike, D
    sees a 0 there, and a collapsed generator is caught. It is computed in float32: the 1e-8 under
    its root, which keeps the gradient finite, is 0 in half floats.

    Args:
        group_size: Examples compared with each other, at least 2; must divide the batch.

    Shapes: (batch, height, width, channels) → (batch, height, width, channels + 1), or
        (batch, features) → (batch, features + 1).

    Raises:
        ValueError: `group_size` is no whole number from 2 on, or does not divide a batch.

    Reference: Karras et al. (2018), Progressive Growing of GANs, section 3.
    """

    def __init__(self, group_size=4, **kwargs):
        super().__init__(**kwargs)
        self.group_size = self.divides_batch_by = arguments.whole_number(
            "group_size", group_size, 2
        )

    def call(self, x):
        x = _in_groups(x, self.group_size, "group_size")
        shape = ops.shape(x)
        groups = ops.reshape(ops.cast(x, "float32"), (self.group_size, -1, *shape[1:]))
        variance = ops.mean((groups - ops.mean(groups, axis=0, keepdims=True)) ** 2, axis=0)
        axes = tuple(range(1, len(x.shape)))
        spread = ops.mean(ops.sqrt(variance + 1e-8), axis=axes, keepdims=True)  # (groups, 1, …)
        spread = ops.tile(spread, (self.group_size, *(1 for _ in axes)))  # (batch, 1, …)
        spread = ops.cast(ops.broadcast_to(spread, (*shape[:-1], 1)), x.dtype)
        return ops.concatenate([x, spread], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size}


@keras.saving.register_keras_serializable("hue_edu")
class Pack(keras.layers.Layer):
    """Joins m samples into one, along the last axis: D judges m at a time (PacGAN).

    Args:
        samples: m, at least 1; must divide the batch.

    Shapes: (batch, …, channels) → (batch / m, …, m · channels).

    Raises:
        ValueError: `samples` is no whole number from 1 on, or does not divide a batch.

    Reference: Lin et al. (2018), section 2.
    """

    def __init__(self, samples=2, **kwargs):
        super().__init__(**kwargs)
        self.samples = self.divides_batch_by = arguments.whole_number("samples", samples, 1)

    def call(self, x):
        x = _in_groups(x, self.samples, "samples")
        groups = ops.reshape(x, (-1, self.samples, *x.shape[1:]))
        return ops.concatenate([groups[:, k] for k in range(self.samples)], axis=-1)

    def compute_output_shape(self, input_shape):
        batch = None if input_shape[0] is None else input_shape[0] // self.samples
        return (batch, *input_shape[1:-1], self.samples * input_shape[-1])

    def get_config(self):
        return {**super().get_config(), "samples": self.samples}


@keras.saving.register_keras_serializable("hue_edu")
class NearestCentre(keras.layers.Layer):
    """The number of the cluster that each sample belongs to, as k-means decides it.

    argmin_k |W^T x - c_k|, with the flattened sample x; `components` W and `centres` c_k are put
    in by hand and do not learn.

    Args:
        num_centres: k is from 0 to num_centres - 1.
        num_components: Columns of W.

    Shapes: (batch, …) → (batch,), int32.
    """

    def __init__(self, num_centres, num_components, **kwargs):
        super().__init__(**{"trainable": False, "dtype": "float32", **kwargs})
        self.num_centres, self.num_components = num_centres, num_components

    def build(self, input_shape):
        add = partial(self.add_weight, initializer="zeros", trainable=False)
        self.components = add((math.prod(input_shape[1:]), self.num_components), name="components")
        self.centres = add((self.num_centres, self.num_components), name="centres")

    def call(self, x):
        codes = ops.reshape(x, (-1, self.components.shape[0])) @ self.components
        squares = ops.sum((codes[:, None] - self.centres) ** 2, axis=-1)  # (batch, num_centres)
        return ops.argmin(squares, axis=-1)

    def compute_output_spec(self, x):
        return keras.KerasTensor((x.shape[0],), dtype="int32")

    def get_config(self):
        own = {"num_centres": self.num_centres, "num_components": self.num_components}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("hue_edu")
class ClassOfNormal(keras.layers.Layer):
    """A standard normal number → a class, each class as often as its frequency says.

    y is how many of the cumulative frequencies Φ(u) has reached: Φ(u) is uniform on [0, 1]. The
    weight `frequencies` is put in by hand and does not learn; before that all are equal.

    Args:
        num_classes: y is from 0 to num_classes - 1.

    Shapes: (batch,) → (batch,), int32.
    """

    def __init__(self, num_classes, **kwargs):
        super().__init__(**{"trainable": False, "dtype": "float32", **kwargs})
        self.num_classes = num_classes

    def build(self, input_shape):
        even = keras.initializers.Constant(1 / self.num_classes)
        self.frequencies = self.add_weight((self.num_classes,), even, trainable=False)

    def call(self, u):
        share = 0.5 * (1 + ops.erf(u / math.sqrt(2)))  # Φ(u)
        reached = share[:, None] >= ops.cumsum(self.frequencies)[:-1]
        return ops.sum(ops.cast(reached, "int32"), axis=-1)

    def compute_output_spec(self, u):
        return keras.KerasTensor(u.shape, dtype="int32")

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


def _in_groups(x, size, name):
    """x, after a look whether its batch can be divided into groups of that size."""
    advice = f"{name}={size} does not divide the batch of"
    mend = f"; take batches of a multiple of {size}, the last one too (drop_remainder=True)"
    if x.shape[0] is not None and x.shape[0] % size:
        raise ValueError(f"{advice} {x.shape[0]}{mend}.")
    if x.shape[0] is None and tf.is_tensor(x):  # known only when the graph runs
        batch = tf.shape(x)[0]
        fits = tf.debugging.Assert(batch % size == 0, [advice, batch, mend])
        with tf.control_dependencies([fits]):
            return tf.identity(x)
    return x
