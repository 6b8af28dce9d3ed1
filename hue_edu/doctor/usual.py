"""The step that everybody would make of losses and optimizers, where no other was given."""

import contextlib

import tensorflow as tf

from . import objectives
from .patient import trainable_of


def can_be_made(patient):
    """Whether both losses and both optimizers were given."""
    both = {"generator", "discriminator"}
    return both <= set(patient.losses) and both <= set(patient.optimizers)


@contextlib.contextmanager
def step_of(patient):
    """The patient has that step while the body runs."""
    g, d = patient.players["generator"], patient.players["discriminator"]

    def step(batch):
        x, told = batch if isinstance(batch, tuple) else (batch, None)
        with tf.GradientTape(persistent=True) as tape:
            fake = patient.draw(patient.z(len(x)), told, training=True)
            scores = [patient.score(part, told, training=True) for part in (x, fake)]
            losses = {name: tf.reduce_mean(objectives.value(loss, *scores))
                      for name, loss in patient.losses.items()}  # fmt: skip
        for name, network in (("discriminator", d), ("generator", g)):
            weights = trainable_of(network)
            pairs = [(s, w) for s, w in zip(tape.gradient(losses[name], weights), weights)
                     if s is not None]  # fmt: skip
            patient.optimizers[name].apply_gradients(pairs)

    patient.train_step = step
    try:
        yield
    finally:
        patient.train_step = None
