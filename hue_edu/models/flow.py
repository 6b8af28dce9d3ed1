"""Networks of a flow: what predicts a velocity, and what follows it from noise to samples."""

import math

import keras
from keras import layers, ops

from .. import arguments, theory

PREDICTS = ("velocity", "data")
NEAREST = 0.05  # a prediction of the data is divided by no less: 1 - t goes to 0


@keras.saving.register_keras_serializable("hue_edu")
class TimeFeatures(layers.Layer):
    """Sines and cosines of a time, which a dense layer can tell apart better than the time.

    Args:
        num: Frequencies: half a turn per unit of time, and each twice the one before.

    Shapes: (batch, 1) → (batch, 2 · num).
    """

    def __init__(self, num=8, **kwargs):
        super().__init__(**kwargs)
        self.num = arguments.whole_number("num", num, at_least=1)

    def call(self, t):
        angles = math.pi * t * [2.0**k for k in range(self.num)]  # (batch, num)
        return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 2 * self.num)

    def get_config(self):
        return {**super().get_config(), "num": self.num}


@keras.saving.register_keras_serializable("hue_edu")
class Follow(layers.Layer):
    """Follows a network's velocity from t = 0 to 1; see `theory.follow`.

    Args:
        network: x_t and t → velocity, or the data.
        num_steps, method: As for `theory.follow`.
        predicts: What the network returns: `"velocity"`, or `"data"`.

    Shapes: (batch, dim) → (batch, dim).
    """

    def __init__(self, network, num_steps=20, method="heun", predicts="velocity", **kwargs):
        super().__init__(**kwargs)
        self.network, self.num_steps, self.method = network, num_steps, method
        self.predicts = predicts

    def call(self, z):
        return theory.follow(self.velocity, z, self.num_steps, self.method)

    def velocity(self, x, t):
        """The velocity at points of (batch, dim), all at one time t."""
        told = ops.full((ops.shape(x)[0], 1), t, dtype="float32")
        predicted = ops.cast(self.network([x, told], training=False), "float32")
        if self.predicts == "data":
            return (predicted - x) / max(1 - t, NEAREST)
        return predicted

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        names = "num_steps", "method", "predicts"
        network = keras.saving.serialize_keras_object(self.network)
        return {
            **super().get_config(),
            "network": network,
            **{name: getattr(self, name) for name in names},
        }

    @classmethod
    def from_config(cls, config):
        network = keras.saving.deserialize_keras_object(config.pop("network"))
        return cls(network, **config)


def build_flow_network(dim=16, width=256, depth=3):
    """x_t and t → a vector as long as x_t, through residual blocks that are each told the time.

    Args:
        dim: Size of x.
        width: Units of a block.
        depth: How many blocks, of two dense layers each.
    """
    x, t = keras.Input((dim,), name="x_t"), keras.Input((1,), name="t")
    told = layers.Dense(width, activation="silu")(TimeFeatures()(t))  # (batch, width)
    h = layers.Dense(width)(x)
    for _ in range(depth):
        inner = layers.Dense(width)(layers.LayerNormalization()(h))
        inner = layers.Add()([inner, layers.Dense(width)(told)])
        inner = layers.Dense(width, kernel_initializer="zeros")(layers.Activation("silu")(inner))
        h = layers.Add()([h, inner])  # (batch, width)
    last = layers.Dense(dim, kernel_initializer="zeros", dtype="float32")
    return keras.Model([x, t], last(layers.LayerNormalization()(h)), name="flow_network")


def build_flow_sampler(network, num_steps=20, method="heun", predicts="velocity"):
    """z → samples: the network's velocity followed from t = 0 to 1.

    Args:
        network: As from `build_flow_network`.
        num_steps, method, predicts: As for `Follow`.

    Raises:
        ValueError: Another method or kind of prediction, or no step.
    """
    arguments.whole_number("num_steps", num_steps, at_least=1)
    if method not in theory.FLOW_METHODS:
        raise ValueError(f"method is {method!r}; expected one of {theory.FLOW_METHODS}.")
    if predicts not in PREDICTS:
        raise ValueError(f"predicts is {predicts!r}; expected one of {PREDICTS}.")
    follow = Follow(network, num_steps, method, predicts)
    return keras.Sequential([keras.Input(network.inputs[0].shape[1:]), follow], name="flow_sampler")
