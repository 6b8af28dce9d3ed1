"""Listening to a step from inside: what passes through networks, and which gradients are taken.

While it listens, compiled functions run as plain Python. Each network's output may be exchanged for
another value; gradients flow on to the weights as if it had not been.
"""

import contextlib
import inspect
from typing import NamedTuple

import keras
import tensorflow as tf

from .. import runtime

HEAP = 1 << 9  # of classes that are written in Python, and can be changed


class Call(NamedTuple):
    """One call of a network in the step."""

    name: str  # of the network
    inputs: list  # tensors
    made: list  # its own output tensors
    outputs: list  # the same, as the step got them
    training: object  # True, False, or None where nobody said
    told: object  # what `answer` said about it

    @property
    def output(self):
        """The first one."""
        return self.outputs[0]


class Taken(NamedTuple):
    """One gradient that the step took of a loss with respect to variables."""

    target: object
    sources: list
    gradients: list
    of_made: list  # the loss's slopes at what each call so far made: lists of some or None
    of_outputs: list  # the same at what the step got of it
    of_slopes: list  # the same at each of `slopes` so far


class Slope(NamedTuple):
    """One gradient with respect to samples, as a penalty takes it."""

    points: object
    values: object


class Moved(NamedTuple):
    """One move that an optimizer made."""

    optimizer: object
    variables: list


class Enough(BaseException):
    """What was to be heard has been heard; the rest of the step is left out."""


class Heard:
    """What was heard, in order: calls, taken, slopes, moved; and the networks that were not."""

    def __init__(self):
        self.calls, self.taken, self.slopes, self.moved, self.deaf = [], [], [], [], []

    def of(self, name):
        """The calls of one network."""
        return [call for call in self.calls if call.name == name]


@contextlib.contextmanager
def listening(networks, answer=None, eagerly=True, enough=None):
    """Listen while the body runs.

    Args:
        networks: From a name to a network: a Keras layer, or an object whose class is callable.
        answer: f(name, inputs, output) → (output to give instead, remark), for each call.
        eagerly: Whether compiled functions run as Python; otherwise only what is traced is heard.
        enough: f(gradients taken so far) → whether to leave the body there.

    Yields:
        `Heard`.
    """
    heard = Heard()
    with contextlib.ExitStack() as stack:
        if eagerly:
            stack.enter_context(runtime.eagerly())
        for name, network in networks.items():
            stack.enter_context(_overheard(name, network, heard, answer))
        stack.enter_context(_tapes(heard, enough))
        stack.enter_context(_optimizers(heard))
        with contextlib.suppress(Enough):
            yield heard


def key(variable):
    """What is the same for a Keras variable and the TensorFlow variable within it."""
    inner = getattr(variable, "_value", None)
    return id(variable if inner is None else inner)


@contextlib.contextmanager
def _overheard(name, network, heard, answer):
    """A network whose calls are heard: a layer by its own `call`, another object by its class."""
    layer = isinstance(network, keras.layers.Layer)
    kind = type(network)
    fixed = not kind.__flags__ & HEAP or inspect.isroutine(network)
    if not layer and (fixed or "__call__" not in vars(kind)):
        heard.deaf.append(name)
        yield
        return
    original = network.call if layer else kind.__call__

    def hear(inputs, flags, output):
        tensors = [t for t in tf.nest.flatten(inputs) if tf.is_tensor(t)]
        if not tensors or not tf.is_tensor(tf.nest.flatten(output)[0]):
            return output
        made, told = [t for t in tf.nest.flatten(output) if tf.is_tensor(t)], None
        if answer:
            given, told = answer(name, tensors, output)
            output = output if given is None else given
        outputs = [t for t in tf.nest.flatten(output) if tf.is_tensor(t)]
        heard.calls.append(Call(name, tensors, made, outputs, flags.get("training"), told))
        return output

    if layer:
        before = vars(network).get("call")

        def called(*inputs, **flags):
            return hear([inputs, flags], flags, original(*inputs, **flags))

        vars(network)["call"] = called
    else:

        def called(self, *inputs, **flags):
            output = original(self, *inputs, **flags)
            return hear([inputs, flags], flags, output) if self is network else output

        kind.__call__ = called
    try:
        yield
    finally:
        if not layer:
            kind.__call__ = original
        elif before is None:
            vars(network).pop("call")
        else:
            vars(network)["call"] = before


@contextlib.contextmanager
def _tapes(heard, enough):
    original = tf.GradientTape.gradient

    def gradient(self, target, sources, *rest, **options):
        flat = tf.nest.flatten(sources)
        if not all(hasattr(s, "assign") for s in flat):  # a slope with respect to samples
            slopes = original(self, target, sources, *rest, **options)
            for points, values in zip(flat, tf.nest.flatten(slopes)):
                if values is not None:
                    heard.slopes.append(Slope(points, values))
            return slopes
        made, outputs = ([getattr(c, part) for c in heard.calls] for part in ("made", "outputs"))
        slopes = [slope.values for slope in heard.slopes]
        found, *asked = original(self, target, [sources, made, outputs, slopes], *rest, **options)
        gradients = tf.nest.flatten(found)
        heard.taken.append(Taken(target, flat, gradients, *asked))
        if enough and enough(heard.taken):
            raise Enough
        return found

    tf.GradientTape.gradient = gradient
    try:
        yield
    finally:
        tf.GradientTape.gradient = original


@contextlib.contextmanager
def _optimizers(heard):
    owner = next(c for c in keras.optimizers.Optimizer.__mro__ if "apply" in vars(c))
    original = owner.apply

    def apply(self, grads, trainable_variables=None):
        moved = trainable_variables
        if moved is None:
            moved = getattr(self, "_trainable_variables", [])
        heard.moved.append(Moved(self, list(moved)))
        return original(self, grads, trainable_variables)

    owner.apply = apply
    try:
        yield
    finally:
        owner.apply = original
