"""Answers to the exercises of lesson 13, right and wrong, as learners write them."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from hue_edu import clinic, datasets, losses, models


def s(x):
    return 1 / (1 + np.exp(-np.asarray(x, "float64")))


def by_the_tape(logits):
    logits = tf.convert_to_tensor(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        total = tf.reduce_sum(tf.nn.softplus(-tf.sigmoid(logits)))
    return tape.gradient(total, logits)


def by_bce(logits):
    """Keras' own cross-entropy, hidden behind a reshape."""
    logits = tf.Variable(logits)
    with tf.GradientTape() as tape:
        p = tf.reshape(tf.sigmoid(logits), (-1, 1))
        loss = keras.losses.binary_crossentropy(tf.ones_like(p), p, from_logits=True)
        total = tf.reduce_sum(loss)
    return tape.gradient(total, logits)


def in_a_loop(d_real, d_fake, g_fake):
    found = []
    for a, b, g in zip(d_real, d_fake, g_fake):
        if a == 0 or b == 0 or g == 0:
            found.append(False)
        else:
            found.append(np.sign(a) != np.sign(b) and np.sign(g) == np.sign(a))
    return np.array(found)


def both_conventions(a, b, g):
    return ((a < 0) & (b > 0) & (g < 0)) | ((a > 0) & (b < 0) & (g > 0))


def kl(m, variance, log_variance):
    return -0.5 * np.sum(1 + log_variance - np.square(m) - variance, axis=-1)


def kl_in_full(z_mean, z_log_var):
    """From the densities' own formula: log(1/σ) + (σ² + μ²)/2 - ½."""
    sigma = s(z_log_var)
    return (np.log(1 / sigma) + (sigma**2 + np.asarray(z_mean) ** 2) / 2 - 0.5).sum(1)


def kl_by_the_course(z_mean, z_log_var):
    log_variance = 2 * ops.log_sigmoid(z_log_var)
    return ops.sum(losses.kl_divergence(z_mean, log_variance), axis=1)


def ring(loss="non_saturating", **other):
    keras.utils.set_random_seed(0)
    pair = losses.ADVERSARIAL_LOSSES[loss]
    return {
        "generator": models.build_planar_generator(),
        "discriminator": models.build_planar_discriminator(),
        "data": datasets.make_ring(512, seed=0)[0],
        "losses": pair._asdict(),
        **other,
    }


def a_range(ill):
    x = datasets.make_ring(512, seed=0)[0]
    generator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(32, "relu"), layers.Dense(2, "tanh")]
    )
    scaled = (x - x.min()) / np.ptp(x)
    return ring(generator=generator, data=100 * scaled if ill else 2 * scaled - 1)


def a_deaf_generator(ill):
    """Whatever z is, it is multiplied by 0."""
    scale = layers.Rescaling(0.0 if ill else 1.0)
    stack = [keras.Input((2,)), scale, layers.Dense(64, "relu"), layers.Dense(2)]
    return ring(generator=keras.Sequential(stack))


def a_tutorial(ill):
    return clinic.TUTORIALS["T4"].build(2 if ill else 3)


def a_vae(ill):
    return clinic.TUTORIALS["T3 VAE"].build(1 if ill else 2)


def without_return(ill):
    ring()


def lacking(name):
    def my_patient(ill):
        parts = ring()
        del parts[name]
        return parts

    return my_patient


def both_ill(ill):
    pair = losses.ADVERSARIAL_LOSSES["non_saturating"]
    return ring(losses={"discriminator": pair[1], "generator": pair[0]})


def turned(ill):
    pair = losses.ADVERSARIAL_LOSSES["non_saturating"]
    return ring() if ill else ring(losses={"discriminator": pair[1], "generator": pair[0]})


ONE = ring()

RIGHT = {
    "second_sigmoid": [by_the_tape, by_bce, lambda x: -s(x) * s(-x) * s(-s(x))],
    "is_a_game": [
        in_a_loop,
        both_conventions,
        lambda a, b, g: np.logical_and(np.sign(a) * np.sign(b) == -1, g * b < 0),
    ],
    "kl_of_what_is_drawn": [kl_in_full, kl_by_the_course],
    "my_patient": [a_range, a_deaf_generator, a_tutorial, a_vae],
}

WRONG = {
    "second_sigmoid": [
        (lambda x: -(1 - s(x)), "one sigmoid"),
        (lambda x: -(1 - s(s(x))), "its way back to the logit"),
        (lambda x: s(x) * s(-x) * s(-s(x)), "sign"),
        (lambda x: np.log1p(np.exp(-s(x))), "the loss itself"),
        (lambda x: s(s(x)) * s(x) * s(-x), "label 0"),
        (lambda x: -s(-s(x)) * s(x), "both factors"),
        (lambda x: -s(-x) * s(x) * s(-x), "outer sigmoid"),
        (lambda x: np.mean(-s(x) * s(-x) * s(-s(x))), "mean"),
    ],
    "is_a_game": [
        (lambda a, b, g: a * b < 0, "d alone"),
        (lambda a, b, g: (a < 0) & (b > 0) & (g < 0), "mirror image"),
        (lambda a, b, g: (np.sign(g) == -np.sign(b)) & (g != 0), "generated samples alone"),
        (lambda a, b, g: (a * b < 0) & (g * b > 0), "turned round"),
        (lambda a, b, g: (a * b <= 0) & (g * b <= 0), "slope of 0"),
        (lambda a, b, g: (a * b < 0) | (g * b < 0), "not enough"),
        (lambda a, b, g: np.sign(a) * np.sign(g) == 1, "same end"),
    ],
    "kl_of_what_is_drawn": [
        (lambda m, v: kl(m, np.exp(v), v), "reports"),
        (lambda m, v: kl(m, s(v), np.log(s(v))), "square it"),
        (lambda m, v: kl(m, s(v) ** 2, np.log(s(v))), "2 log"),
        (lambda m, v: kl(m, s(v), 2 * np.log(s(v))), "not σ"),
        (lambda m, v: kl(m, s(v) ** 2, v), "log-variance of the encoder"),
        (lambda m, v: -kl(m, s(v) ** 2, 2 * np.log(s(v))), "never negative"),
        (lambda m, v: kl(m, s(v) ** 2, 2 * np.log(s(v))).mean(), "for each sample"),
        (lambda m, v: kl(m, s(v) ** 2, 2 * np.log(s(v))) / m.shape[1], "to be summed"),
    ],
    "my_patient": [
        (without_return, "returned None"),
        (lambda ill: list(ring().values()), "returned list"),
        (lacking("data"), "lacks data"),
        (lacking("losses"), "needs losses"),
        (lambda ill: ring(), "healthy"),
        (lambda ill: ONE, "same dictionary"),
        (both_ill, "look at its argument"),
        (turned, "turn the argument round"),
        (lambda: ring(), "argument"),
    ],
}
