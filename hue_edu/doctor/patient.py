"""The patient: two networks, data and a step of anybody's own, called and put back as they were."""

import contextlib
import inspect

import keras
import numpy as np
import tensorflow as tf

from .state import State, reachable

MOST = 256  # samples that are looked at


class Patient:
    """What `examine` was given, behind functions that call it.

    Attributes:
        real: Array of (num, ...), at most 256 samples, as they came.
        batch_size: Of the data's batches, or 32.
        conditions: Array of one row for each of `real`, or None.
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
        self.generator, self.discriminator, self.train_step = generator, discriminator, train_step
        self.losses, self.optimizers, self.penalty = losses or {}, optimizers or {}, penalty
        self.real, rows, self.batch_size = _samples(data)
        given = None if conditions is None else np.asarray(conditions)[: len(self.real)]
        self.conditions = rows if given is None else given
        self.latent_dim = latent_dim or _latent_dim(generator)
        self.seed, self.one_shot = seed, _is_one_shot(data)

    def batch(self, num=None):
        """The first real samples, and their conditions (or None)."""
        num = min(num or self.batch_size, len(self.real))
        told = None if self.conditions is None else self.conditions[:num]
        return self.real[:num], told

    def z(self, num, seed=0):
        """Standard normal z, float32 of (num, latent_dim); the same for the same seed."""
        rng = np.random.default_rng([self.seed, seed])
        return rng.normal(size=(num, self.latent_dim)).astype("float32")

    def draw(self, z, told=None, training=False):
        """What the generator makes of z, as a float32 tensor."""
        return _call(self.generator, z, told, training)

    def score(self, x, told=None, training=False):
        """What the discriminator says of samples, as a float32 tensor."""
        return _call(self.discriminator, x, told, training)

    def slopes(self, num):
        """D's gradient at the first real samples: float64 of (num, numbers each), or None."""
        x, told = self.batch(num)
        x = tf.constant(x.astype("float32"))
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(self.score(x, told))
        slopes = tape.gradient(total, x)
        return None if slopes is None else slopes.numpy().reshape(len(x), -1).astype("float64")

    def step(self, start=0):
        """One step of training on a batch of real data, from that sample on."""
        places = (start + np.arange(self.batch_size)) % len(self.real)
        x = tf.constant(self.real[places])
        batch = x if self.conditions is None else (x, tf.constant(self.conditions[places]))
        model = isinstance(self.train_step, keras.Model)
        (self.train_step.train_step if model else self.train_step)(batch)

    @property
    def players(self):
        """The two networks by name."""
        return {"generator": self.generator, "discriminator": self.discriminator}

    @contextlib.contextmanager
    def put_back(self):
        """Whatever runs inside, weights, optimizers, seeds and counters are as before after it.

        Yields:
            List of what cannot be put back, in words.
        """
        functions = [self.train_step, *self.losses.values(), self.penalty]
        networks = self.generator, self.discriminator
        state = State(reachable(*networks, *self.optimizers.values(), *functions), functions)
        lost = ["what was read of an iterator that gives its batches once"] * self.one_shot
        try:
            yield lost
        finally:
            state.put_back()


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


def _call(network, x, told, training):
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
    """At most 256 real samples, their conditions or None, and the size of a batch."""
    if hasattr(data, "shape") and hasattr(data, "dtype"):
        return np.asarray(data)[:MOST], None, min(32, len(data))
    parts, told, num, size = [], [], 0, None
    for element in data:
        x, condition = element[:2] if isinstance(element, (tuple, list)) else (element, None)
        x = np.asarray(x)
        size = size or len(x)
        parts.append(x)
        told += [] if condition is None else [np.asarray(condition)]
        num += len(x)
        if num >= MOST:
            break
    if not parts:
        raise ValueError("The data is empty: not one batch; expected an array or batches of it.")
    rows = np.concatenate(told)[:MOST] if told else None
    return np.concatenate(parts)[:MOST], rows, size


def _is_one_shot(data):
    return hasattr(data, "__next__")


def _latent_dim(generator):
    shape = getattr(generator, "input_shape", None)
    shape = shape[0] if isinstance(shape, list) else shape
    return shape[-1] if shape and isinstance(shape[-1], int) else None
