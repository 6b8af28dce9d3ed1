"""The patient: networks, data and a step of anybody's own, called and put back as they were."""

import contextlib
import inspect
import time

import keras
import numpy as np
import tensorflow as tf

from .. import quiet
from .state import State, reachable

MOST = 256  # samples that are looked at closely
MANY, BYTES, SECONDS = 2048, 64e6, 2.0  # samples, their memory and time, for a look at the whole


class Patient:
    """Networks, data and a step, behind functions that call them.

    Attributes:
        players: The networks by name.
        real: Array of (num, ...), at most 256 samples, as they came.
        many: Up to 2,048 of them in their order: of an array at even distances, so that its end is
            among them.
        batch_size: Of the data's batches, or 32.
        conditions: Array of one row for each of `real`, or None.
        optimizers: By player, as far as they were given.
        functions: Whatever else was given: step, losses, penalty.
    """

    def __init__(self, players, data, train_step, functions, optimizers, conditions=None, seed=0):
        self.players, self.train_step = players, train_step
        self.functions, self.optimizers = [train_step, *functions], optimizers or {}
        self.real, self.many, rows, self.batch_size = _samples(data)
        given = None if conditions is None else np.asarray(conditions)[: len(self.real)]
        self.conditions = rows if given is None else given
        self.seed, self.one_shot = seed, _is_one_shot(data)
        self._state = None

    def batch(self, num=None):
        """The first real samples, and their conditions (or None)."""
        num = min(num or self.batch_size, len(self.real))
        told = None if self.conditions is None else self.conditions[:num]
        return self.real[:num], told

    @property
    def pool(self):
        """The samples of which batches are made: all that are known, if nothing stands beside."""
        return self.real if self.conditions is not None else self.many

    def step(self, start=0, places=None, python=False):
        """One step of training on a batch of real data.

        Args:
            start: The first sample of the batch.
            places: Which samples of the pool, instead.
            python: Whether a compiled step is called as the Python function that it was.
        """
        pool = self.real if places is None else self.pool
        if places is None:
            places = (start + np.arange(self.batch_size)) % len(pool)
        step = self.plain_step
        step = getattr(step, "python_function", step) if python else step
        return step(self.batch_of(places, pool))

    def batch_of(self, places, pool):
        """Some samples, with what stands beside them, as the step takes them."""
        x = tf.constant(pool[places])
        return x if self.conditions is None else (x, tf.constant(self.conditions[places]))

    @property
    def plain_step(self):
        """The step as a function of a batch."""
        model = isinstance(self.train_step, keras.Model)
        return self.train_step.train_step if model else self.train_step

    @property
    def is_compiled(self):
        """Whether the step is a compiled function."""
        return hasattr(self.train_step, "python_function")

    def reachable(self):
        """Networks, optimizers and seeds that the patient leads to."""
        given = self.optimizers.values() if isinstance(self.optimizers, dict) else []
        return reachable(*self.players.values(), *given, *self.functions)

    @contextlib.contextmanager
    def put_back(self):
        """Whatever runs inside, weights, optimizers, seeds and counters are as before after it.

        Yields:
            List of what cannot be put back, in words.
        """
        self._state = State(self.reachable(), self.functions)
        lost = ["what was read of an iterator that gives its batches once"] * self.one_shot
        try:
            with quiet.no_advice():  # it traces steps on purpose
                yield lost
        finally:
            self._state.put_back()

    @contextlib.contextmanager
    def for_now(self):
        """A part of the examination, after which all is as it was before the whole."""
        try:
            yield
        finally:
            self._state.put_back()


class Gan(Patient):
    """A generator and a discriminator.

    Attributes:
        generator, discriminator: As they were given.
        losses: From a player to a function of scores, as far as they were given.
        penalty: f(critic, x_real, x_fake), or None.
        latent_dim: Size of z, or None where nobody says.
    """

    def __init__(
        self,
        generator,
        discriminator,
        data,
        train_step=None,
        losses=None,
        optimizers=None,
        latent_dim=None,
        penalty=None,
        conditions=None,
        seed=0,
    ):
        self.generator, self.discriminator = generator, discriminator
        self.losses, self.penalty = losses or {}, penalty
        players = {"generator": generator, "discriminator": discriminator}
        functions = [*self.losses.values(), penalty]
        super().__init__(players, data, train_step, functions, optimizers, conditions, seed)
        self.latent_dim = latent_dim or _latent_dim(generator)

    def z(self, num, seed=0):
        """Standard normal z, float32 of (num, latent_dim); the same for the same seed."""
        rng = np.random.default_rng([self.seed, seed])
        return rng.normal(size=(num, self.latent_dim)).astype("float32")

    def draw(self, z, told=None, training=False):
        """What the generator makes of z, as a float32 tensor."""
        return call(self.generator, z, told, training)

    def score(self, x, told=None, training=False):
        """What the discriminator says of samples, as a float32 tensor."""
        return call(self.discriminator, x, told, training)

    def runs(self):
        """From each player to a function that calls it on samples."""
        x, told = self.batch(8)
        return {
            "generator": lambda: self.draw(self.z(len(x)), told),
            "discriminator": lambda: self.score(x, told),
        }

    def slopes(self, num):
        """D's gradient at the first real samples: float64 of (num, numbers each), or None."""
        x, told = self.batch(num)
        x = tf.constant(x.astype("float32"))
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(self.score(x, told))
        slopes = tape.gradient(total, x)
        return None if slopes is None else slopes.numpy().reshape(len(x), -1).astype("float64")


class Vae(Patient):
    """An encoder and a decoder.

    Attributes:
        losses: "reconstruction" and "kl", as far as they were given.
        latent_dim: Size of z.
    """

    def __init__(
        self, encoder, decoder, data, train_step=None, losses=None, optimizer=None, seed=0
    ):
        self.losses = losses or {}
        players, optimizers = {"encoder": encoder, "decoder": decoder}, {"both": optimizer}
        optimizers = optimizers if optimizer is not None else {}
        super().__init__(players, data, train_step, self.losses.values(), optimizers, None, seed)
        self.latent_dim = None

    def encode(self, x, training=False):
        """What the encoder gives for samples: a list of tensors."""
        out = call(self.players["encoder"], x, None, training)
        return [tf.cast(o, "float32") for o in (out if isinstance(out, (list, tuple)) else [out])]

    def decode(self, z, training=False):
        """What the decoder makes of z, the first tensor of it."""
        out = call(self.players["decoder"], z, None, training)
        return out[0] if isinstance(out, (list, tuple)) else out

    def z(self, num, seed=0):
        """Standard normal z, float32 of (num, latent_dim); the same for the same seed."""
        rng = np.random.default_rng([self.seed, seed])
        return rng.normal(size=(num, self.latent_dim)).astype("float32")

    def runs(self):
        """From the decoder to a function that calls it."""
        return {"decoder": lambda: self.decode(self.z(8))}


def weights_of(network):
    """All variables of a network: a Keras model's, a module's, or an object's `variables`."""
    return list(getattr(network, "variables", []))


def trainable_of(network):
    """Those that learn."""
    return list(getattr(network, "trainable_variables", weights_of(network)))


def layers_of(network):
    """The layers of a Keras model, those inside nested ones included; none of other objects."""
    if isinstance(network, keras.layers.Layer):
        return list(network._flatten_layers(include_self=False))
    return []


def in_a_line(error):
    """An error's kind and the first line of its words."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {(lines or [''])[0][:200]}"


def call(network, x, told=None, training=False):
    """A network's output for samples, and for their conditions, as a float32 tensor."""
    x = x if tf.is_tensor(x) else tf.constant(x)
    if x.dtype.is_floating:
        x = tf.cast(x, "float32")
    inputs = x if told is None else [x, tf.constant(told) if not tf.is_tensor(told) else told]
    flag = {"training": training} if _takes_training(network) else {}
    out = network(inputs, **flag)
    out = out[0] if isinstance(out, (list, tuple)) and len(out) == 1 else out
    return tf.cast(out, "float32") if tf.is_tensor(out) or hasattr(out, "shape") else out


def _takes_training(network):
    if isinstance(network, keras.layers.Layer):
        return True
    with contextlib.suppress(TypeError, ValueError):
        names = inspect.signature(network).parameters
        return "training" in names or any(p.kind is p.VAR_KEYWORD for p in names.values())
    return False


def _samples(data):
    """At most 256 real samples, up to 2,048 of them, conditions or None, and a batch's size."""
    if hasattr(data, "shape") and hasattr(data, "dtype"):
        x = np.asarray(data)
        places = np.linspace(0, len(x) - 1, min(len(x), _many(x))).astype(int)
        return x[:MOST], x[places], None, min(32, len(x))
    parts, told, num, size, started = [], [], 0, None, time.monotonic()
    for element in data:
        x, condition = element[:2] if isinstance(element, (tuple, list)) else (element, None)
        x = np.asarray(x)
        size = size or len(x)
        parts.append(x)
        told += [] if condition is None else [np.asarray(condition)]
        num += len(x)
        late = _is_one_shot(data) or time.monotonic() - started > SECONDS
        if num >= (MOST if late else _many(x)):
            break
    if not parts:
        raise ValueError("The data is empty: not one batch; expected an array or batches of it.")
    rows = np.concatenate(told)[:MOST] if told else None
    x = np.concatenate(parts)
    return x[:MOST], x[: _many(x)], rows, size


def _many(x):
    """How many samples fit into what a look at the whole may take."""
    return int(np.clip(BYTES // max(x[:1].nbytes, 1), MOST, MANY))


def _is_one_shot(data):
    return hasattr(data, "__next__")


def _latent_dim(generator):
    shape = getattr(generator, "input_shape", None)
    shape = shape[0] if isinstance(shape, list) else shape
    return shape[-1] if shape and isinstance(shape[-1], int) else None
