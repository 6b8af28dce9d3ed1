"""What the last layers of a network let through: which numbers can come out of it."""

import keras
import tensorflow as tf
from keras import layers, ops

KEEPS_VALUES = (
    layers.Reshape, layers.Flatten, layers.Dropout, layers.Permute, layers.Cropping2D,
    layers.UpSampling2D, layers.AveragePooling2D, layers.GlobalAveragePooling2D, layers.Identity,
)  # fmt: skip
ELEMENTWISE = (
    layers.Activation, layers.ReLU, layers.LeakyReLU, layers.ELU, layers.Softmax, layers.Rescaling,
)  # fmt: skip
PROBE = 1000.0  # a number that only an activation holds back
LIMIT = PROBE / 100  # beyond it, an output counts as not held back


def output_range(network, index=0):
    """Lowest and highest number that the network's last activation lets through, and its name.

    Returns:
        (low, high, name), of ±1000 where nothing holds them; None where a layer is not known.
    """
    ending, name = _ending(network.outputs[index]), None
    if ending is None:
        return None
    x = ops.reshape(ops.linspace(-PROBE, PROBE, 2001), (-1, 1))
    for function in reversed(ending):
        x = function(x)
    names = [getattr(f, "activation", f) for f in ending]
    names = [getattr(f, "__name__", getattr(f, "name", None)) for f in names]
    name = next((n for n in names if n != "linear"), "no activation")
    return float(ops.min(x)), float(ops.max(x)), name


def _ending(tensor, outside=None):
    """The functions of single numbers that lead to an output, the last one first.

    Args:
        tensor: The output.
        outside: Of a model within a model: its input there, and that one's `outside`.
    """
    layer, node, index = tensor._keras_history
    if isinstance(layer, layers.InputLayer):
        return _ending(*outside) if outside else None
    if isinstance(layer, keras.Model):
        given = layer._inbound_nodes[node].arguments.keras_tensors
        return _ending(layer.outputs[index], (given[0], outside) if len(given) == 1 else None)
    if isinstance(layer, (layers.Dense, layers.Conv2D, layers.Conv2DTranspose)):
        return [layer.activation]
    arguments = layer._inbound_nodes[node].arguments
    alone = len(arguments.args) == 1 and not any(map(tf.is_tensor, arguments.kwargs.values()))
    unary = not isinstance(layer, keras.layers.Layer) and alone  # keras.ops.tanh(x), for example
    if not isinstance(layer, (*KEEPS_VALUES, *ELEMENTWISE)) and not unary:
        return None
    before = _ending(arguments.keras_tensors[0], outside)
    if before is None or isinstance(layer, KEEPS_VALUES):
        return before
    return [layer, *before]


def in_words(low, high):
    """As words: from 0 to 1, above 0, or anywhere."""
    if high - low < 1e-6:
        return f"at {high:.3g} always"
    lowest = "-∞" if low < -LIMIT else f"{low:.3g}"
    highest = "∞" if high > LIMIT else f"{high:.3g}"
    return f"from {lowest} to {highest}"
