"""Averaged weights: a copy of a network that follows it slowly."""

import keras
from keras import ops


def copy_of(network):
    """A network of the same layers and the same weights.

    Raises:
        ValueError: A layer cannot be copied.
    """
    try:
        copy = keras.models.clone_model(network)
    except Exception as error:  # whatever a layer's own code raises
        raise ValueError(
            f"{network.name} could not be copied, as averaging and saving need it: {error} Give "
            "each layer of your own a get_config that returns all its arguments."
        ) from error
    copy.set_weights(network.get_weights())
    return copy


def move_average(average, newest, momentum, step):
    """θ̄ ← m θ̄ + (1-m) θ, with a smaller m in the first steps, when θ̄ is still the start.

    Args:
        average, newest: Networks of the same layers.
        momentum: m, in [0, 1).
        step: How many steps of training there were.
    """
    step = ops.cast(step, "float32")
    momentum = ops.minimum(momentum, step / (step + 10.0))
    for slow, fast in zip(average.weights, newest.weights):
        slow.assign_add((1.0 - momentum) * (fast - slow))
