"""A player's optimizer: made ready for its network, and what it minimises of a loss."""

import keras
import tensorflow as tf

from . import contracts


def optimizer_for(optimizer, network):
    """An optimizer by name, or the object given, ready for the weights of a network.

    Raises:
        TypeError: Neither a name nor an optimizer, such as a class without parentheses.
        ValueError: An unknown name, or an optimizer that belongs to other weights; or the network
            has no weights to move.
    """
    contracts.check_trainable(network)
    variables = network.trainable_variables
    if isinstance(optimizer, str):
        optimizer = keras.optimizers.get(optimizer)
    contracts.check_optimizer(optimizer, variables)
    scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if keras.config.dtype_policy().name == "mixed_float16" and not scaled:
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)  # small gradients round to 0
    optimizer.build(variables)
    return optimizer


def scaled(optimizer, loss):
    """A loss as its gradient is taken: a share for each replica, since Keras adds them up, and
    scaled up under `mixed_float16`."""
    return optimizer.scale_loss(loss / tf.distribute.get_strategy().num_replicas_in_sync)


def own_losses(network):
    """What the network asks for itself: the sum of its weights' regularizers.

    Raises:
        ValueError: A layer adds a loss of its outputs, which D, called several times a step,
            would get in part.
    """
    found = [w.regularizer(w) for w in network.trainable_variables if w.regularizer]
    if len(network.losses) > len(found):
        raise ValueError(
            f"{network.name} adds a loss of its outputs (activity_regularizer or add_loss), which "
            "this trainer does not count; use a regularizer of weights, or a trainer of your own."
        )
    return sum(found, 0.0)


class BothOptimizers:
    """The optimizers of two players as one, for callbacks that look for `model.optimizer`.

    Args:
        first, second: Two Keras optimizers.
    """

    built = True  # what Keras asks of an optimizer before it trains

    def __init__(self, first, second):
        self.players = [first, second]

    @property
    def variables(self):
        """Of both."""
        return [v for player in self.players for v in player.variables]

    @property
    def learning_rate(self):
        """Of the first. Setting it moves the second one's by the same factor: their ratio stays."""
        return self.players[0].learning_rate

    @learning_rate.setter
    def learning_rate(self, rate):
        first, second = self.players
        old, other = float(first.learning_rate), float(second.learning_rate)
        if old == 0:
            raise ValueError("The first optimizer's rate is 0; no factor leads away from it.")
        first.learning_rate, second.learning_rate = rate, other * float(rate) / old
