"""Patients whose fault can be read: names that are nowhere, and what libraries no longer have."""

from functools import partial

import keras
import numpy as np
import tensorflow as tf

from .parts import (
    LATENT,
    adam,
    cross_entropies,
    discriminator,
    generator,
    patient,
    pictures,
    registered,
)

BROKEN, HEALTHY = {}, {}
broken = partial(registered, BROKEN)


def _with_step(make_step):
    """A DCGAN with a step made of (generator, discriminator, losses, optimizers)."""
    keras.utils.set_random_seed(1)
    g, d, losses = generator(), discriminator(), cross_entropies()
    both = {"generator": adam(), "discriminator": adam()}
    step = make_step(g, d, losses, both)
    return {"generator": g, "discriminator": d, "data": pictures(), "train_step": step}


def _moved(tape, loss, optimizer, network):
    slopes = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(slopes, network.trainable_variables))


@broken("undefined-name")
def a_slip_of_the_pen(mended):
    def make(g, d, losses, both):
        def step(x):
            z = tf.random.normal((tf.shape(x)[0], LATENT))
            with tf.GradientTape(persistent=True) as tape:
                fake = d(g(z, training=True), training=True)
                d_loss = losses["discriminator"](d(x, training=True), fake)
                g_loss = losses["generator"](fake)
            _moved(tape, d_loss, both["discriminator"], d)
            _moved(tape, g_loss if mended else g_los, both["generator"], g)  # noqa: F821

        return step

    return _with_step(make)


@broken("undefined-name")
def an_import_left_out(mended):
    def penalty(critic, x_real, x_fake):
        if not mended:
            return 10.0 * K.mean(K.square(critic(x_real)))  # noqa: F821
        return 10.0 * tf.reduce_mean(tf.square(critic(x_real)))

    found = patient(style="none")
    return found | {"losses": found["losses"] | {"discriminator": lambda r, f: (
        cross_entropies()["discriminator"](r, f) + 0 * penalty(tf.identity, r, f))}}  # fmt: skip


@broken("undefined-name")
def size_of_z_nowhere(mended):
    size = LATENT

    class Trainer(keras.Model):
        def __init__(self, g, d, losses, both):
            super().__init__()
            self.g, self.d, self.losses_, self.both = g, d, losses, both

        def noise(self, num):
            return tf.random.normal((num, size if mended else codings_size))  # noqa: F821

        def train_step(self, x):
            with tf.GradientTape(persistent=True) as tape:
                fake = self.d(self.g(self.noise(tf.shape(x)[0]), training=True), training=True)
                d_loss = self.losses_["discriminator"](self.d(x, training=True), fake)
                g_loss = self.losses_["generator"](fake)
            _moved(tape, d_loss, self.both["discriminator"], self.d)
            _moved(tape, g_loss, self.both["generator"], self.g)
            return {"d": d_loss}

    return _with_step(Trainer)


@broken("removed-api")
def placeholders(mended):
    def make(g, d, losses, both):
        def step(x):
            z = tf.random.normal((x.shape[0], LATENT)) if mended else tf.random_normal(
                [x.shape[0], LATENT])  # fmt: skip
            with tf.GradientTape(persistent=True) as tape:
                fake = d(g(z, training=True), training=True)
                d_loss = losses["discriminator"](d(x, training=True), fake)
                g_loss = losses["generator"](fake)
            _moved(tape, d_loss, both["discriminator"], d)
            _moved(tape, g_loss, both["generator"], g)

        return step

    return _with_step(make)


@broken("removed-api")
def an_optimizer_of_its_own_time(mended):
    def make(g, d, losses, both):
        def step(x):
            z = tf.random.normal((x.shape[0], LATENT))
            with tf.GradientTape(persistent=True) as tape:
                fake = d(g(z, training=True), training=True)
                d_loss = losses["discriminator"](d(x, training=True), fake)
                g_loss = losses["generator"](fake)
            fresh = keras.optimizers.SGD(0.01) if mended else keras.optimizers.SGD(lr=0.01)
            _moved(tape, d_loss, fresh, d)
            _moved(tape, g_loss, both["generator"], g)

        return step

    return _with_step(make)


@broken("removed-api")
def numbers_of_numpy(mended):
    losses = cross_entropies()

    def smooth(real, fake):
        label = 0.9 if mended else np.float(0.9)
        return losses["discriminator"](label * real, fake)

    return patient(style="none") | {"losses": losses | {"discriminator": smooth}}


def all_kinds_of_names():
    """Names of every kind, all of them defined: nothing to find."""
    rate, counts = 0.5, []

    def make(g, d, losses, both):
        def step(x):
            nonlocal rate
            shapes = [tuple(part.shape) for part in (x, x)]
            if (num := shapes[0][0]) > 1:
                counts.append(num)
            try:
                log = tf.log
            except AttributeError:
                log = tf.math.log

            def noise(size=LATENT, *, scale=1.0):
                return scale * tf.random.normal((num, size))

            with tf.GradientTape(persistent=True) as tape:
                fake = d(g(noise(), training=True), training=True)
                d_loss = losses["discriminator"](d(x, training=True), fake)
                g_loss = losses["generator"](fake) + 0 * log(2.0)
            for name, loss, network in (("discriminator", d_loss, d), ("generator", g_loss, g)):
                _moved(tape, loss, both[name], network)
            del shapes
            rate = rate * 1.0
            return {k: float(v) for k, v in zip("dg", (d_loss, g_loss))}

        return step

    return _with_step(make)


HEALTHY["all_kinds_of_names"] = all_kinds_of_names
