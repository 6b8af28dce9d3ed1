"""Healthy patients: usual ones, and unusual choices that are right all the same."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from hue_edu import datasets, models

from .broken import conditional, critic, wgan
from .parts import (
    adam,
    cross_entropies,
    discriminator,
    function_step,
    generator,
    gradient_penalty,
    hinge,
    least_squares,
    patient,
    pictures,
)

HEALTHY = {}  # from a name to a function


def healthy(make):
    HEALTHY[make.__name__] = make
    return make


def _style(style):
    def make():
        return patient(style=style)

    make.__name__ = f"a_dcgan_{style}"
    return healthy(make)


for _name in ("function", "compiled", "keras", "objects", "none"):
    _style(_name)


@healthy
def losses_not_told():
    return patient(tell=False)


@healthy
def sigmoid_with_probabilities():
    losses = cross_entropies(from_logits=False)
    return patient(d=critic(end="sigmoid"), losses=losses)


@healthy
def pictures_and_sigmoid_from_0_to_1():
    return patient(g=lambda: generator(end="sigmoid"), data=lambda: (pictures() + 1) / 2)


@healthy
def hinge_loss():
    return patient(losses=hinge())


@healthy
def squares():
    return patient(losses=least_squares())


@healthy
def squares_with_sigmoid():
    return patient(losses=least_squares(), d=critic(end="sigmoid"))


@healthy
def one_sided_smoothing():
    return patient(losses=cross_entropies(real=0.9))


@healthy
def labels_turned_for_both():
    return patient(losses=cross_entropies(real=0.0, fake=1.0, wanted=0.0))


@healthy
def wgan_gp():
    return wgan(gradient_penalty())


@healthy
def wgan_gp_with_layer_normalisation():
    return wgan(gradient_penalty(), d=critic(norm=layers.LayerNormalization))


@healthy
def wgan_gp_compiled():
    return wgan(gradient_penalty(), style="compiled")


@healthy
def wgan_clipped():
    def clip(d):
        for weight in d.trainable_variables:
            weight.assign(tf.clip_by_value(weight, -0.05, 0.05))

    return wgan(also=clip)


@healthy
def r1():
    def penalty(d, x_real, x_fake):
        x = tf.identity(x_real)
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(d(x, training=True))
        slope = tape.gradient(total, x)
        return 0.1 / 2 * tf.reduce_mean(tf.reduce_sum(slope**2, axis=[1, 2, 3]))

    return patient(penalty=penalty)


@healthy
def one_sided_penalty():
    def penalty(d, x_real, x_fake):
        e = tf.random.uniform((tf.shape(x_real)[0], 1, 1, 1))
        x = e * x_real + (1 - e) * x_fake
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(d(x, training=True))
        norm = tf.norm(tf.reshape(tape.gradient(total, x), (tf.shape(x)[0], -1)) + 1e-9, axis=1)
        return 10.0 * tf.reduce_mean(tf.nn.relu(norm - 1) ** 2)

    return wgan(penalty)


@healthy
def a_small_z():
    return patient(g=lambda: generator(latent=2), latent=2)


@healthy
def dropout_in_d():
    return patient(d=critic(dropout=0.3))


@healthy
def dropout_in_g():
    return patient(g=lambda: generator(inside=[layers.Dense(32), layers.Dropout(0.3)]))


@healthy
def batch_normalisation_in_d():
    return patient(d=critic(norm=layers.BatchNormalization))


@healthy
def colour():
    return patient(g=lambda: generator(channels=3), d=critic(channels=3),
                   data=lambda: pictures(channels=3))  # fmt: skip


@healthy
def sixteen_pixels():
    return patient(g=lambda: generator(side=16), d=critic(side=16),
                   data=lambda: pictures(side=16))  # fmt: skip


@healthy
def batches_of_64_from_a_dataset():
    data = lambda: tf.data.Dataset.from_tensor_slices(pictures()).batch(64)  # noqa: E731
    return patient(data=data)


@healthy
def two_steps_of_d():
    keras.utils.set_random_seed(1)
    g, d, losses = generator(), discriminator(), cross_entropies()
    adams = {"generator": adam(), "discriminator": adam()}
    both = function_step(g, d, losses, adams)

    def step(x):
        with tf.GradientTape() as tape:
            fake = g(tf.random.normal((x.shape[0], 16)), training=True)
            loss = losses["discriminator"](d(x, training=True), d(fake, training=True))
        weights = d.trainable_variables
        adams["discriminator"].apply_gradients(zip(tape.gradient(loss, weights), weights))
        return both(x)

    return {"generator": g, "discriminator": d, "data": pictures(), "train_step": step,
            "losses": losses, "optimizers": adams}  # fmt: skip


@healthy
def told_labels():
    g, d = conditional()
    return patient(g=g, d=d, style="none",
                   give=[("conditions", np.arange(192, dtype="int32") % 4)])  # fmt: skip


@healthy
def plain_functions():
    made = patient(style="none")
    g, d = made["generator"], made["discriminator"]
    return made | {"generator": lambda z: g(z), "discriminator": lambda x: d(x), "latent_dim": 16}


@healthy
def only_the_display_was_scaled():  # eriklindernoren/Keras-GAN#118
    return patient(style="keras")


def _of_the_course(name, build, shape=(28, 28, 1)):
    def make():
        keras.utils.set_random_seed(2)
        g, d = build()
        images = datasets.load_mnist("test", seed=0)[0][:128]
        return {"generator": g, "discriminator": d, "data": images}

    make.__name__ = f"of_the_course_{name}"
    return healthy(make)


_of_the_course("smallest", lambda: (models.build_smallest_generator(),
                                    models.build_smallest_discriminator()))  # fmt: skip
_of_the_course("dense", lambda: (models.build_dense_generator(),
                                 models.build_dense_discriminator()))  # fmt: skip
_of_the_course("dcgan", lambda: (models.build_dcgan_generator(),
                                 models.build_dcgan_discriminator()))  # fmt: skip
_of_the_course("tutorial", lambda: (models.build_tutorial_dcgan_generator(),
                                    models.build_tutorial_dcgan_discriminator()))  # fmt: skip
_of_the_course(
    "minibatch_std",
    lambda: (models.build_dcgan_generator(), models.build_dcgan_discriminator(minibatch_std=True)),
)
_of_the_course("critic", lambda: (models.build_dcgan_generator(), models.build_critic()))
