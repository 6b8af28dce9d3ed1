"""What every trainer shares: its step count, its means, and how it meets Keras."""

import math

import keras
import tensorflow as tf

from .. import arguments
from . import contracts, data_contracts


class Trainer(keras.Model):
    """A `keras.Model` of several networks, with a `train_step` and a `test_step` of its own.

    A trainer has `trackers`, the means that it reports; `optimizers`; `sampler`, the network that
    draws; `_check(x)`, which refuses data that it cannot learn from; `_train_step(batch)`, and
    `_test_step(batch)`, its likeness without learning.

    Args:
        name: Of the model.
        seed: Whole number: of the stream of random numbers in training.
    """

    def __init__(self, name, seed):
        super().__init__(name=name)
        self.seed_generator = keras.random.SeedGenerator(arguments.whole_number("seed", seed))
        self.steps = keras.Variable(
            0, dtype="int64", trainable=False, name="steps", aggregation="only_first_replica"
        )
        self.built = True  # its networks are; `fit` need not call the model to find out

    @property
    def metrics(self):
        """Means over the epoch."""
        return list(self.trackers.values())

    @property
    def steps_done(self):
        """Batches, or groups of them, that were trained on so far, as a whole number."""
        return int(self.steps.numpy())

    def fit(self, x, y=None, **kwargs):
        """Train; as `keras.Model.fit`, after a look at the first batch.

        Args:
            x: Batches: an array, a `tf.data.Dataset` or a `keras.utils.PyDataset`.
            y: Refused: what belongs to a picture comes in the same Dataset.
            kwargs: As for `keras.Model.fit`. With `validation_data`, the losses of new data are
                reported as well.

        Raises:
            TypeError: A container that it does not take.
            ValueError: The data has the wrong shape, dtype or pixel range, too few batches or no
                end; or an argument or a callback means nothing here.
        """
        self._look(x, {"y": y, **kwargs}, "steps_per_epoch")
        if (new := kwargs.get("validation_data")) is not None:
            data_contracts.check_end(new, kwargs.get("validation_steps"), "validation_steps")
            self._check(new)
        is_array = not isinstance(x, tf.data.Dataset)  # that has its own order
        kwargs.setdefault("shuffle", is_array)
        return super().fit(self._prepared(x, kwargs), **kwargs)

    def evaluate(self, x, y=None, **kwargs):
        """The same means of new data, without learning; as `keras.Model.evaluate`.

        Random numbers that it draws change nothing in the training that follows.
        """
        if not kwargs.get("_use_cached_eval_dataset"):  # fit has looked at it
            self._look(x, {"y": y, **kwargs}, "steps")
        before = self.seed_generator.state.numpy().copy()
        try:
            return super().evaluate(x, **kwargs)
        finally:
            self.seed_generator.state.assign(before)

    def train_step(self, batch):
        """One step of training, `_train_step`, on a batch that is there.

        Where data of unknown length ends, TensorFlow would else run the parts of a step that need
        no data, and count a step that never was.
        """
        with tf.control_dependencies(_tensors(batch)):
            return self._train_step(batch)

    def test_step(self, batch):
        """One step of `evaluate`, `_test_step`, likewise."""
        with tf.control_dependencies(_tensors(batch)):
            return self._test_step(batch)

    @property
    def networks(self):
        """The networks inside."""
        return [layer for layer in self.layers if isinstance(layer, keras.Model)]

    @tf.function  # for each step of training: op by op it takes several times as long
    def sums_of_weights(self):
        """The sum of all weights of each network, in order."""
        weights = (network.weights for network in self.networks)
        return tf.stack([tf.reduce_sum([tf.reduce_sum(w) for w in part]) for part in weights])

    def get_config(self):
        """Refuses: a trainer is no single network that one file could hold.

        Raises:
            ValueError: Says what to save instead.
        """
        raise ValueError(
            f"A {type(self).__name__} is several networks in training and cannot be saved or "
            "copied as one model: training.save_checkpoint(trainer, 'run.npz') keeps all that "
            "training needs to go on, trainer.sampler.save('generator.keras') the network that "
            "draws."
        )

    def save(self, filepath, **kwargs):
        """Refuses, before a file is begun; see `get_config`."""
        self.get_config()

    def export(self, filepath, **kwargs):
        """Export the network that draws, `sampler`; as `keras.Model.export`."""
        return self.sampler.export(filepath, **kwargs)

    def _look(self, x, options, steps):
        """Refuse data and options that `fit`, or `evaluate`, cannot use, before the first step.

        Args:
            x: The data.
            options: What came beside it.
            steps: Name of the option that says where endless data is to end.
        """
        contracts.check_compiled(self)
        data_contracts.check_fit_options(options, [m.name for m in self.metrics])
        data_contracts.check_batch_size(x, options.get("batch_size"))
        data_contracts.check_end(x, options.get(steps), steps)
        self._check(x)

    def _prepared(self, x, options):
        """The data as the steps want it; a trainer may group or cut it."""
        return x

    def _report(self, *values):
        """The running means, a new value for each tracker."""
        for tracker, value in zip(self.metrics, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.metrics}


def not_finite(trainer, logs=None):
    """Names of what is NaN or infinite: losses, and networks with such a weight.

    Both count: the losses of a step are computed before it moves the weights.

    Args:
        trainer: With its networks.
        logs: From the names of losses to their values.
    """
    found = [name for name, value in (logs or {}).items() if not math.isfinite(value)]
    for network, total in zip(trainer.networks, trainer.sums_of_weights().numpy()):
        if not math.isfinite(total):
            found.append(f"a weight of {network.name}")
    return found


def _tensors(batch):
    return [part for part in tf.nest.flatten(batch) if tf.is_tensor(part)]


def scaled(optimizer, loss):
    """A loss as its gradient is taken: a share for each replica, since Keras adds them up, and
    scaled up under `mixed_float16`."""
    return optimizer.scale_loss(loss / tf.distribute.get_strategy().num_replicas_in_sync)


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
