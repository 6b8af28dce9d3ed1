"""What every trainer shares: a step of training, its step count, and how it meets Keras."""

import math
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import keras
import tensorflow as tf

from .. import arguments
from ..checks.data import check_batch_size, check_end, first_batch
from ..checks.settings import check_callbacks, check_compiled, check_fit_options
from .means import Means
from .optimizers import own_losses, scaled


class Player(NamedTuple):
    """Who minimises: the network (or the trainer, for all its networks), and its optimizer."""

    network: keras.Model
    optimizer: keras.optimizers.Optimizer


class Trainer(keras.Model):
    """A `keras.Model` of several networks that says what each of its players minimises.

    A trainer defines `terms(batch, training)`, which returns two dictionaries:

    - what is minimised: for each player the terms of its loss, by name, scalars;
    - what is only watched, by name: scalars, or one number for each example.

    The rest of a step is here: the sum of a player's terms, its gradient, its optimizer, and the
    means over the epoch of all that has a name, but of no name that begins with `_`. The last of a
    player's terms takes in the regularizers of its weights.

    Besides `terms` a trainer has `players`, from their names to `Player`; `sampler`, the network
    that draws; and `_check(x)`, which refuses data that it cannot learn from. It may override
    `_before_training`, `_round` and `_after_step`.

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
        self.means = Means()
        self.built = True  # its networks are; `fit` need not call the model to find out

    @property
    def metrics(self):
        """Means over the epoch of what `terms` names, as Keras wants them."""
        return list(self.means.trackers.values())

    @property
    def optimizers(self):
        """Those of the players, in order."""
        return [player.optimizer for player in self.players.values()]

    @property
    def steps_done(self):
        """Batches, or groups of them, that were trained on so far, as a whole number."""
        return int(self.steps.numpy())

    # A step

    def train_step(self, batch):
        """One step of training; returns the means so far, by name."""
        with _only_with_data(batch):
            minimised, watched = self._round(batch)
            self._after_step()
            self.steps.assign_add(1)
            return self.means.update(minimised, watched)

    def test_step(self, batch):
        """The means of the terms on new data, with the newest weights and `training=False`.

        Nobody moves, so no regularizers are added.
        """
        with _only_with_data(batch):
            return self.means.update(*self.terms(batch, training=False))

    def _round(self, batch):
        """The moves of one step: here one of all players at once."""
        return self._move(partial(self.terms, batch, training=True))

    def _move(self, terms):
        """Move each player once by the gradient of its own loss; returns what `terms` does.

        All gradients are taken before anyone moves: the players' steps are simultaneous, where
        algorithm 1 of Goodfellow et al. (2014) lets D move first.

        Args:
            terms: Function without arguments, which returns what `Trainer.terms` does.
        """
        with tf.GradientTape(persistent=True) as tape:
            minimised, watched = terms()
            losses = {}
            for name, of_player in minimised.items():
                player = self.players[name]
                of_player[list(of_player)[-1]] += own_losses(player.network)
                losses[name] = scaled(player.optimizer, sum(of_player.values()))
        weights = {name: self.players[name].network.trainable_variables for name in losses}
        gradients = {name: tape.gradient(losses[name], weights[name]) for name in losses}
        for name in losses:
            self.players[name].optimizer.apply(gradients[name], weights[name])
        return minimised, watched

    def _after_step(self):
        """What a trainer does after each step, such as averaging its weights."""

    # What Keras' users call

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
            check_end(new, kwargs.get("validation_steps"), "validation_steps")
            self._check(new)
        is_array = not isinstance(x, tf.data.Dataset)  # that has its own order
        kwargs.setdefault("shuffle", is_array)
        prepared = self._before_training(x, kwargs)
        self._begin_means(x, kwargs.get("batch_size"))
        check_callbacks(kwargs, list(self.means.trackers))
        return super().fit(prepared, **kwargs)

    def evaluate(self, x, y=None, **kwargs):
        """The same means of new data, without learning; as `keras.Model.evaluate`.

        Random numbers that it draws change nothing in the training that follows.
        """
        if not kwargs.get("_use_cached_eval_dataset"):  # fit has looked at it
            self._look(x, {"y": y, **kwargs}, "steps")
            self._begin_means(x, kwargs.get("batch_size"))
            check_callbacks(kwargs, list(self.means.trackers))
        with self._same_random_numbers():
            return super().evaluate(x, **kwargs)

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
        check_compiled(self)
        check_fit_options(options)
        check_batch_size(x, options.get("batch_size"))
        check_end(x, options.get(steps), steps)
        self._check(x)

    def _begin_means(self, x, batch_size):
        """The means get their names before the first step, from the terms of a batch.

        A step that made them itself would be compiled twice, and a callback that watches none of
        them could not be refused.
        """
        if self.means.trackers:
            return
        batch = first_batch(x)
        batch = x[: batch_size or 32] if batch is x else batch  # an array, whole
        with self._same_random_numbers():
            self.test_step(tf.nest.map_structure(tf.convert_to_tensor, batch))
        self.reset_metrics()

    @contextmanager
    def _same_random_numbers(self):
        """What is drawn inside changes nothing of what is drawn after."""
        before = self.seed_generator.state.numpy().copy()
        try:
            yield
        finally:
            self.seed_generator.state.assign(before)

    def _before_training(self, x, options):
        """Called by `fit`: the data as the steps want it, grouped or cut."""
        return x


def not_finite(trainer, logs=None):
    """Names of what is NaN or infinite: losses, and networks with such a weight.

    Both count: the losses of a step are computed before it moves the weights.

    Args:
        trainer: With its networks.
        logs: From the names of losses to their values.
    """
    names = [name for name, value in (logs or {}).items() if not math.isfinite(value)]
    for network, total in zip(trainer.networks, trainer.sums_of_weights().numpy()):
        if not math.isfinite(total):
            names.append(f"a weight of {network.name}")
    return names


def _only_with_data(batch):
    """Run a step only if its batch exists.

    Where data of unknown length ends, TensorFlow would otherwise run the parts of a step that need
    no data, and count a step that never was.
    """
    return tf.control_dependencies([x for x in tf.nest.flatten(batch) if tf.is_tensor(x)])
