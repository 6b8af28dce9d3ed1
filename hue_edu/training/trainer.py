"""What every trainer shares: a step of training, its step count, and how it meets Keras."""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import keras
import tensorflow as tf

from .. import arguments
from ..checks.data import check_batch_size, check_end, first_batch
from ..checks.looks import Looks, in_one_sentence
from ..checks.settings import as_list, check_callbacks, check_compiled, check_fit_options
from .callbacks import StopWithoutData
from .means import Means
from .optimizers import own_losses, scaled, tell_skipped
from .settings import Kept, Settings
from .tracing import renewed


@dataclass(frozen=True)  # no tuple, through which Keras would look for weights
class Player:
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
    `_before_training`, `_round` and `_after_step`. Numbers that may change while it trains are
    `Setting`s, which a step reads by `now`; what else a traced step takes in (who moves which
    weights, `functions`) is looked at before each step, and the step traced anew if it changed.

    Args:
        name: Of the model.
        seed: Whole number: of the stream of random numbers in training.
    """

    functions = ()  # names of attributes: functions that its terms call

    def __init__(self, name, seed):
        super().__init__(name=name)
        self.seed_generator = keras.random.SeedGenerator(arguments.whole_number("seed", seed))
        self.steps = keras.Variable(
            0, dtype="int64", trainable=False, name="steps", aggregation="only_first_replica"
        )
        self.means, self.settings = Means(), Settings()
        self.built = True  # its networks are; `fit` need not call the model to find out

    def __setattr__(self, name, value):
        if isinstance(getattr(type(self), name, None), Kept):
            object.__setattr__(self, name, value)  # a variable given there is no weight of Keras'
        else:
            super().__setattr__(name, value)

    def now(self, name):
        """A setting, such as `"beta"`, as the step at hand takes it: a float32 tensor."""
        first = next(iter(self.players.values()))
        return self.settings.now(name, first.optimizer.iterations)

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
            return self.means.update(minimised, watched, _num_examples(batch))

    def test_step(self, batch):
        """The means of the terms on new data, with the newest weights and `training=False`.

        Nobody moves, so no regularizers are added.
        """
        with _only_with_data(batch):
            return self.means.update(*self.terms(batch, training=False), _num_examples(batch))

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

    def _moves(self, player):
        """How often a step moves a player."""
        return 1

    def make_train_function(self, force=False):
        """As Keras makes it, and anew whenever what a traced step has taken in has changed."""
        if force or self.train_function is None:
            super().make_train_function(force=True)
            self.train_function = renewed(self, "train_function", self.make_train_function)

    def make_test_function(self, force=False):
        """As `make_train_function`."""
        if force or self.test_function is None:
            super().make_test_function(force=True)
            self.test_function = renewed(self, "test_function", self.make_test_function)

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
        with Looks() as looks:
            x = looks.at(x)
            self._look(x, {"y": y, **kwargs}, "steps_per_epoch")
            if (new := kwargs.get("validation_data")) is not None:
                kwargs["validation_data"] = new = looks.at(new)
                check_end(new, kwargs.get("validation_steps"), "validation_steps")
                self._check(new)
            is_array = not isinstance(x, tf.data.Dataset)  # that has its own order
            kwargs.setdefault("shuffle", is_array)
            prepared = self._before_training(x, kwargs)
            self._begin_means(x, kwargs.get("batch_size"))
            check_callbacks(kwargs, list(self.means.trackers))
        kwargs["callbacks"] = [StopWithoutData(), *as_list(kwargs.get("callbacks"))]
        with in_one_sentence(), self._counted():
            try:
                return super().fit(prepared, **kwargs)
            finally:
                self.note_weights()

    def evaluate(self, x, y=None, **kwargs):
        """The same means of new data, without learning; as `keras.Model.evaluate`.

        Random numbers that it draws change nothing in the training that follows.
        """
        if not kwargs.get("_use_cached_eval_dataset"):  # fit has looked at it
            with Looks() as looks:
                x = looks.at(x)
                self._look(x, {"y": y, **kwargs}, "steps")
                self._begin_means(x, kwargs.get("batch_size"))
                check_callbacks(kwargs, list(self.means.trackers))
        with in_one_sentence(), self._same_random_numbers():
            return super().evaluate(x, **kwargs)

    def load_weights(self, filepath, **kwargs):
        """All weights of a trainer that `save_weights` wrote; as `keras.Model.load_weights`."""
        super().load_weights(filepath, **kwargs)
        self.note_weights()

    def note_weights(self):
        """Called when training, or a file, has set the weights; see `GAN`."""

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

    @contextmanager
    def _counted(self):
        """Count the steps inside, and tell of those that an optimizer skipped."""

        def moves_done():
            players = self.players.items()
            return {name: int(player.optimizer.iterations.numpy()) for name, player in players}

        begun, before = self.steps_done, moves_done()
        yield
        for name, done in moves_done().items():
            moves = (self.steps_done - begun) * self._moves(name)
            tell_skipped(name, self.players[name], moves, done - before[name])

    def _before_training(self, x, options):
        """Called by `fit`: the data as the steps want it, grouped or cut."""
        return x


def _num_examples(batch):
    """How many examples a batch has, of which all parts have as many."""
    return tf.shape(tf.nest.flatten(batch)[0])[0]


def _only_with_data(batch):
    """Run a step only if its batch exists.

    Where data of unknown length ends, TensorFlow would otherwise run the parts of a step that need
    no data, and count a step that never was.
    """
    return tf.control_dependencies([x for x in tf.nest.flatten(batch) if tf.is_tensor(x)])
