"""A player's optimizer: made ready for its network, and what it minimises of a loss."""

import warnings

import keras
import tensorflow as tf

from ..checks.networks import check_trainable
from ..checks.settings import check_optimizer


def optimizer_for(optimizer, network):
    """An optimizer by name, or the object given, ready for the weights of a network.

    Raises:
        TypeError: Neither a name nor an optimizer, such as a class without parentheses.
        ValueError: An unknown name, or an optimizer that belongs to other weights; or the network
            has no weights to move.
    """
    check_trainable(network)
    variables = network.trainable_variables
    if isinstance(optimizer, str):
        optimizer = keras.optimizers.get(optimizer)
    check_optimizer(optimizer, variables)
    already = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if keras.config.dtype_policy().name == "mixed_float16" and not already:
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)  # small gradients round to 0
    optimizer.build(variables)
    return optimizer


def scaled(optimizer, loss):
    """The loss to differentiate: divided by the number of replicas, since Keras adds up their
    gradients, and scaled up under `mixed_float16`."""
    return optimizer.scale_loss(loss / tf.distribute.get_strategy().num_replicas_in_sync)


def own_losses(network):
    """What the network asks for itself: the sum of its weights' regularizers.

    Raises:
        ValueError: A layer adds a loss of its outputs, which D, called several times a step,
            would get in part.
    """
    penalties = [w.regularizer(w) for w in network.trainable_variables if w.regularizer]
    if len(network.losses) > len(penalties):
        raise ValueError(
            f"{network.name} adds a loss of its outputs (activity_regularizer or add_loss), which "
            "this trainer does not count; use a regularizer of weights, or a trainer of your own."
        )
    return sum(penalties, 0.0)


def check_known(player):
    """Refuse weights to move that an optimizer does not know, since they were frozen before.

    Args:
        player: Its network and its optimizer.
    """
    optimizer = getattr(player.optimizer, "inner_optimizer", player.optimizer)
    if not optimizer.built:  # it will get to know them all
        return
    known = {id(weight) for weight in optimizer._trainable_variables}
    weights = player.network.trainable_variables
    if new := [weight.path for weight in weights if id(weight) not in known]:
        raise ValueError(
            f"{player.network.name} has weights that were frozen when compile was called, such as "
            f"{new[0]}; call compile again, with new optimizers."
        )


def tell_skipped(name, player, moves, done):
    """Warn of steps that a `LossScaleOptimizer` left out.

    Args:
        name: Of the player.
        player: Its network and its optimizer.
        moves, done: How often it was to move, and how often it did.
    """
    scales = isinstance(player.optimizer, keras.optimizers.LossScaleOptimizer)
    if scales and player.network.trainable_variables and done < moves:
        warnings.warn(
            f"The optimizer of the {name} skipped {moves - done:,} of {moves:,} steps, since a "
            "gradient was not finite in float16. A few at the start are usual, until the loss "
            "scale fits; if there are many, train with mixed_bfloat16 or float32.",
            stacklevel=2,
        )


class BothOptimizers:
    """The optimizers of two players as one, for callbacks that look for `model.optimizer`.

    Args:
        first, second: Two Keras optimizers.
    """

    built = True  # what Keras asks of an optimizer before it trains

    def __init__(self, first, second):
        self.both = [first, second]

    @property
    def variables(self):
        """Of both."""
        return [v for one in self.both for v in one.variables]

    @property
    def learning_rate(self):
        """Of the first. Setting it moves the second one's by the same factor: their ratio stays.

        Raises:
            ValueError: It is 0 when set.
        """
        return self.both[0].learning_rate

    @learning_rate.setter
    def learning_rate(self, rate):
        first, second = self.both
        old, other = float(first.learning_rate), float(second.learning_rate)
        if old == 0:
            raise ValueError("The first optimizer's rate is 0, which no factor can change.")
        first.learning_rate, second.learning_rate = rate, other * float(rate) / old
