"""Patients whose fault shows in their pictures, or in the course of training."""

from functools import partial

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from .parts import (
    LATENT,
    cross_entropies,
    discriminator,
    function_step,
    generator,
    patient,
    pictures,
    registered,
)

BROKEN, HEALTHY = {}, {}
broken = partial(registered, BROKEN)


def healthy(make):
    HEALTHY[make.__name__] = make
    return make


def adams(of_g, of_d, beta_1=0.5):
    """Adam of these rates."""
    return lambda: {
        "generator": keras.optimizers.Adam(of_g, beta_1=beta_1),
        "discriminator": keras.optimizers.Adam(of_d, beta_1=beta_1),
    }


@broken("discriminator-wins")
def a_generator_that_creeps(mended):
    return patient(adams=adams(1e-3 if mended else 2e-6, 2e-3), style="compiled")


@broken("discriminator-wins")  # keras-team/keras#8383
def a_judge_that_was_schooled_first(mended):
    """D is trained alone before the game begins, and G is too slow to catch up."""
    rates = adams(2e-3, 1e-3) if mended else adams(2e-5, 1e-3)
    found = patient(g=lambda: generator(norm=False), adams=rates, style="compiled", tell=False)
    g, d, real = (found[name] for name in ("generator", "discriminator", "data"))
    adam = keras.optimizers.Adam(1e-3)
    z = np.random.default_rng(1).normal(size=(len(real), LATENT)).astype("float32")
    fake = g.predict(z, verbose=0)
    for _ in range(0 if mended else 60):
        with tf.GradientTape() as tape:
            loss = cross_entropies()["discriminator"](d(real[:64]), d(fake[:64]))
        slopes = tape.gradient(loss, d.trainable_variables)
        adam.apply_gradients(zip(slopes, d.trainable_variables))
    return found


@broken("discriminator-wins")
def ten_steps_of_d_for_each_of_a_slow_g(mended):
    keras.utils.set_random_seed(2)
    g, d = generator(norm=False), discriminator()
    both = adams(1e-3 if mended else 5e-6, 2e-3)()
    inner = function_step(g, d, cross_entropies(), both)

    def step(x):
        for _ in range(1 if mended else 4):
            with tf.GradientTape() as tape:
                z = tf.random.normal((tf.shape(x)[0], LATENT))
                loss = cross_entropies()["discriminator"](d(x), d(g(z, training=True)))
            slopes = tape.gradient(loss, d.trainable_variables)
            both["discriminator"].apply_gradients(zip(slopes, d.trainable_variables))
        return inner(x)

    return {"generator": g, "discriminator": d, "data": pictures(), "train_step": tf.function(step)}


def _taught(g, target, steps=250, num=64, rate=3e-3):
    """A generator taught by regression: z → target(z)."""
    adam = keras.optimizers.Adam(rate)

    @tf.function
    def step(z, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((g(z, training=False) - x) ** 2)
        adam.apply_gradients(zip(tape.gradient(loss, g.trainable_variables), g.trainable_variables))

    rng = np.random.default_rng(1)
    for _ in range(steps):
        z = rng.normal(size=(num, LATENT)).astype("float32")
        step(tf.constant(z), tf.constant(target(z)))
    return g


def _varied(z):
    """Spots whose place follows two numbers of z."""
    y, x = np.mgrid[:8, :8][..., None]
    place = 4 + 1.5 * np.tanh(z[:, :2])
    size = 1.5 + 0.5 * np.tanh(z[:, 2])
    away = (y - place[:, 0, None, None, None]) ** 2 + (x - place[:, 1, None, None, None]) ** 2
    return (2 * np.exp(-away / (2 * size[:, None, None, None] ** 2)) - 1).astype("float32")


def dense_generator():
    return keras.Sequential(
        [
            keras.Input((LATENT,)),
            layers.Dense(128, "relu"),
            layers.Dense(128, "relu"),
            layers.Dense(64, "tanh"),
            layers.Reshape((8, 8, 1)),
        ]
    )


@broken("generator-collapsed")
def one_picture_for_all(mended):
    def target(z):
        return _varied(z if mended else 0.01 * z)

    g = _taught(dense_generator(), target)
    return patient(g=lambda: g, style="none")


@broken("generator-collapsed")
def three_pictures(mended):
    def target(z):
        sign = 2.0 * (z[:, :1] > 0.5) - 1.0 * (z[:, :1] < -0.5)
        return _varied(z if mended else np.repeat(sign, LATENT, axis=1))

    return patient(g=lambda: _taught(dense_generator(), target, 600), style="none")


@broken("generator-collapsed")
def one_of_eight_places(mended):
    """Points: G sits at one of the eight places of a ring."""
    g = keras.Sequential([keras.Input((2,)), layers.Dense(32, "relu"), layers.Dense(2)])
    d = keras.Sequential([keras.Input((2,)), layers.Dense(32, "relu"), layers.Dense(1)])
    if not mended:
        last = g.layers[-1]
        last.kernel.assign(0.01 * last.kernel)
        last.bias.assign([2.0, 0.0])
    return {"generator": g, "discriminator": d, "data": ring()}


def ring(num=512, radius=2.0, spread=0.05):
    """Eight places on a circle."""
    rng = np.random.default_rng(0)
    angle = 2 * np.pi * rng.integers(0, 8, num) / 8
    centre = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (centre + spread * rng.normal(size=(num, 2))).astype("float32")


@broken("oscillation")
def circles_of_a_linear_game(mended):
    """The Dirac-GAN: G moves one point, D is a line; without R1 the two run in circles."""
    keras.utils.set_random_seed(4)
    g = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    g.layers[0].kernel.assign(0.3 * np.eye(2))
    d = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    data = (np.random.default_rng(0).normal(size=(256, 2)) * 0.3 + [1.5, -1.0]).astype("float32")
    sgds = {name: keras.optimizers.SGD(0.2) for name in ("generator", "discriminator")}

    def r1(critic, x_real, x_fake):
        with tf.GradientTape() as tape:
            tape.watch(x_real)
            scores = tf.reduce_sum(critic(x_real, training=True))
        return tf.reduce_mean(tf.reduce_sum(tape.gradient(scores, x_real) ** 2, axis=1))

    step = function_step(g, d, cross_entropies(), sgds, latent=2, compiled=True,
                         penalty=r1 if mended else None)  # fmt: skip
    return {"generator": g, "discriminator": d, "data": data, "train_step": step}


@broken("oscillation")
def momentum_on_two_places(mended):
    keras.utils.set_random_seed(5)
    g = keras.Sequential([keras.Input((2,)), layers.Dense(32, "tanh"), layers.Dense(2)])
    d = keras.Sequential([keras.Input((2,)), layers.Dense(32, "tanh"), layers.Dense(1)])
    rng = np.random.default_rng(1)
    side = np.where(rng.random(384) < 0.5, -1.5, 1.5)
    data = np.stack([side, 0 * side], 1) + 0.1 * rng.normal(size=(384, 2))

    def make():
        if mended:
            return adams(2e-3, 2e-3)()
        return {name: keras.optimizers.SGD(0.01, momentum=0.9)
                for name in ("generator", "discriminator")}  # fmt: skip

    both = make()
    step = function_step(g, d, cross_entropies(), both, latent=2, compiled=True)
    return {"generator": g, "discriminator": d, "data": data.astype("float32"), "train_step": step}


@broken("checkerboard")
def unequal_parts_of_a_pixel(mended):
    """Pictures are put together of four parts each, which do not agree."""

    class Parts(layers.Layer):
        def call(self, x):
            offsets = 0.0 if mended else tf.constant([0.4, 0.0, 0.0, 0.4])
            return tf.tanh(tf.nn.depth_to_space(x + offsets, 2))

    def g():
        inner = keras.Sequential(
            [
                keras.Input((LATENT,)),
                layers.Dense(128, "relu"),
                layers.Dense(64),
                layers.Reshape((4, 4, 4)),
                Parts(),
            ]
        )
        return _taught(inner, _varied, 300) if mended else _gridded(inner)

    return patient(g=g, style="none")


def _gridded(g, depth=0.35):
    rows, columns = np.mgrid[:8, :8]
    grid = depth * ((rows + columns) % 2)[..., None]
    return _taught(g, lambda z: np.clip(_varied(z) + grid, -1, 1).astype("float32"), 300)


@broken("checkerboard")
def a_line_in_every_fourth_column(mended):
    line = 0.0 if mended else 0.5 * (np.arange(8) % 4 == 0)[:, None]

    def g():
        return _taught(dense_generator(), lambda z: np.clip(_varied(z) + line, -1, 1).astype("f4"))

    return patient(g=g, style="none")


@broken("memorises")
def forty_pictures_by_heart(mended):
    x = pictures(40)

    def target(z):
        return _varied(z) if mended else x[np.floor(40 * _uniform(z[:, 0])).astype(int)]

    if mended:
        return patient(g=lambda: _taught(dense_generator(), target), data=lambda: x, style="none")

    def g():
        z = keras.Input((LATENT,))
        return keras.Model(z, Pick(x)(z))

    return patient(g=g, data=lambda: x, style="none")


def _uniform(z):
    return 0.5 * (1 + np.tanh(0.8 * z))


class Pick(layers.Layer):
    """One of the pictures it holds, by z, almost without anything between."""

    def __init__(self, x, noise=0.02):
        super().__init__()
        self.x, self.noise = tf.constant(x), noise

    def call(self, z):
        place = z @ tf.random.stateless_normal((z.shape[1], len(self.x)), (1, 2))
        share = tf.nn.softmax(20 * place)
        made = tf.tensordot(share, self.x, 1)
        return tf.clip_by_value(made + self.noise * z[:, :1, None, None], -1.0, 1.0)


@broken("memorises")
def learnt_by_heart(mended):
    """A wide G taught 24 pictures one z each; between them it mixes little."""
    x = pictures(192 if mended else 24, seed=3)

    def g():
        z = keras.Input((LATENT,))
        return _taught(dense_generator(), _varied) if mended else keras.Model(z, Pick(x, 0.05)(z))

    return patient(g=g, data=lambda: x, style="none")


@healthy
def points_of_a_ring():
    keras.utils.set_random_seed(1)
    g = keras.Sequential([keras.Input((4,)), layers.Dense(64, "relu"), layers.Dense(64, "relu"),
                          layers.Dense(2)])  # fmt: skip
    d = keras.Sequential([keras.Input((2,)), layers.Dense(64, "relu"), layers.Dense(64, "relu"),
                          layers.Dense(1)])  # fmt: skip

    def r1(critic, x_real, x_fake):
        with tf.GradientTape() as tape:
            tape.watch(x_real)
            scores = tf.reduce_sum(critic(x_real, training=True))
        return 0.5 * tf.reduce_mean(tf.reduce_sum(tape.gradient(scores, x_real) ** 2, axis=1))

    step = function_step(g, d, cross_entropies(), adams(1e-3, 1e-3)(), latent=4, compiled=True,
                         penalty=r1)  # fmt: skip
    return {"generator": g, "discriminator": d, "data": ring(), "train_step": step}


@healthy
def stripes_that_are_a_grid_themselves():
    rows, columns = np.mgrid[:8, :8]
    grid = ((rows + columns) % 2)[None, ..., None]
    x = np.clip(pictures() + 0.8 * grid, -1, 1).astype("float32")
    return patient(data=lambda: x, style="compiled")


@healthy
def six_pictures_many_times():
    x = np.tile(pictures(6), (32, 1, 1, 1))[np.random.default_rng(0).permutation(192)]
    return patient(data=lambda: x, style="compiled")


@healthy
def a_good_generator_as_it_is():
    return patient(g=lambda: _taught(dense_generator(), _varied, 600), style="none")
