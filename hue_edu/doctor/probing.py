"""A network's own layers, in the order in which they run, and what changing the last one shows."""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from ..checks.endings import output_range
from .listening import key, listening
from .patient import layers_of

OPEN = 20.0  # an output that goes beyond this knows no limit
FAR = 1e4  # the last weights are stretched so far to see what holds the output


def leaves_in_order(network, run):
    """The layers without layers inside that a run calls, in order, each with its `Call`s.

    Args:
        network: A Keras layer or model; others have none.
        run: Function without arguments that calls it.

    Returns:
        List of (layer, `Call`).
    """
    leaves = {str(k): layer for k, layer in enumerate(layers_of(network))
              if not list(layer._flatten_layers(include_self=False))}  # fmt: skip
    if not leaves:
        return []
    with listening(leaves) as heard:
        run()
    return [(leaves[call.name], call) for call in heard.calls]


def last_with_weights(network, run):
    """The layer with weights that runs last, or None."""
    order = [layer for layer, _ in leaves_in_order(network, run) if layer.weights]
    return order[-1] if order else None


def passes_all(network, layer, run):
    """Whether all that the output knows of a sample went through a layer.

    Its outputs are handed on to the next sample of the batch; if the network's outputs follow,
    nothing went around it.
    """
    plain = np.asarray(run())
    with listening({"layer": layer}, lambda *call: (tf.roll(call[2], 1, 0), None)):
        moved = np.asarray(run())
    size = np.abs(plain).max() + 1e-12
    varied = np.abs(plain - np.roll(plain, 1, 0)).max() > 1e-6 * size
    return bool(varied and np.abs(moved - np.roll(plain, 1, 0)).max() < 1e-5 * size)


def reach(network, run):
    """Lowest and highest number that can come out, ±∞ where nothing holds it; None if unknown.

    The last layer with weights is stretched 10,000 times in both directions; an output that then
    stays above -20, or below 20, is held by what comes after it.
    """
    last = last_with_weights(network, run)
    if last is None:
        return None
    plain, found = np.asarray(run()), []
    held = [np.array(w) for w in last.get_weights()]
    try:
        for scale in (FAR, -FAR):
            last.set_weights([scale * w for w in held])
            found.append(np.asarray(run()))
    finally:
        last.set_weights(held)
    made = np.concatenate([f.ravel() for f in found])
    if np.allclose(found[0], plain, rtol=1e-3, atol=1e-6) or not np.isfinite(made).all():
        return None
    low, high = float(made.min()), float(made.max())
    for known in ((0.0, 1.0), (-1.0, 1.0)):
        if abs(low - known[0]) < 0.01 and abs(high - known[1]) < 0.01:
            return known
    return -np.inf if low < -OPEN else low, np.inf if high > OPEN else high


def range_of(network, run):
    """The limits of an output, ±∞ where it is open: by its last activation, else as `reach` finds.

    Returns:
        (low, high), or None where neither is known or both are open.
    """
    known = None
    if isinstance(network, keras.Model) and hasattr(network, "inputs"):
        known = output_range(network)
    if known:
        low, high, _ = known
        low, high = (-np.inf if low < -10 else low), (np.inf if high > 10 else high)
        found = round(low, 3), round(high, 3)
    else:
        found = reach(network, run)
    return found if found and np.isfinite(found).any() else None


def slope_at_deep(patient, network, run, given, logit):
    """A loss's slope along the last bias of a network whose logits are all alike.

    Whether Keras takes the logits from before a sigmoid shows here, as it does in training: in a
    compiled step otherwise than in Python.

    Args:
        patient: The `Patient`.
        network: One of its players, that ends in a sigmoid.
        run: Function that calls it on samples.
        given: Function of the tape's variable → the slope by a loss that was given, or None.
        logit: The logit.

    Returns:
        The slope, or None where there is no last layer of a kernel and a bias, or no loss is known.
    """
    last = last_with_weights(network, run)
    if getattr(last, "bias", None) is None or getattr(last, "kernel", None) is None:
        return None
    with patient.for_now():
        last.kernel.assign(tf.zeros_like(last.kernel))
        last.bias.assign(tf.fill(last.bias.shape, float(logit)))
        if not np.allclose(run(), 1 / (1 + np.exp(-logit)), rtol=1e-2):
            return None
        compiled = patient.is_compiled
        for known in (given, lambda bias: _of_step(patient, bias)):
            with contextlib.suppress(Exception):
                slope_of = lambda k=known: k(last.bias)  # noqa: E731
                slope = tf.function(slope_of, autograph=False)() if compiled else slope_of()
                if slope is not None:
                    return float(slope)
    return None


def _of_step(patient, bias):
    with listening(patient.players, eagerly=not patient.is_compiled) as heard:
        patient.step(python=True)
    for taken in heard.taken:
        for source, slope in zip(taken.sources, taken.gradients):
            if key(source) == key(bias) and slope is not None:
                return tf.reduce_sum(slope)
    return None


def is_normalisation(layer):
    """Whether a layer brings its input to a fixed mean and spread."""
    kinds = keras.layers
    return isinstance(layer, (kinds.BatchNormalization, kinds.LayerNormalization,
                              kinds.GroupNormalization))  # fmt: skip
