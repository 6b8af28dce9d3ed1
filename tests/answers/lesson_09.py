"""Answers to the exercises of lesson 09, as learners write them."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import expit, log_expit

from hue_edu import losses


def draw_in_a_loop(z_mean, z_log_var, epsilon):
    z = np.zeros_like(z_mean)
    for i in range(len(z_mean)):
        for j in range(z_mean.shape[1]):
            z[i, j] = z_mean[i, j] + np.sqrt(np.exp(z_log_var[i, j])) * epsilon[i, j]
    return z


def kl_in_a_loop(z_mean, z_log_var):
    return [
        sum((m * m + np.exp(v) - 1 - v) / 2 for m, v in zip(means, log_vars))
        for means, log_vars in zip(z_mean, z_log_var)
    ]


def kl_of_two_gaussians(z_mean, z_log_var):
    sigma = ops.exp(z_log_var / 2)
    return ops.sum(-ops.log(sigma) + (sigma**2 + z_mean**2) / 2 - 0.5, axis=-1)


def cross_entropy(images, logits):
    ink = (images + 1) / 2
    return np.logaddexp(0, logits) - ink * logits


def whole(pixels, kl):
    return np.mean(pixels.sum(axis=(1, 2, 3)) + kl)


def elbo_keras(images, logits, kl):
    ink = (images + 1) / 2
    loss = ops.sum(ops.softplus(logits) - ink * logits, axis=(1, 2, 3))
    return ops.mean(loss + kl)


def elbo_tensorflow(images, logits, kl):
    ink = (images + 1) / 2
    loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=ink, logits=logits)
    return tf.reduce_mean(tf.reduce_sum(loss, axis=[1, 2, 3])) + tf.reduce_mean(kl)


def elbo_binary_crossentropy(images, logits, kl):
    loss = ops.binary_crossentropy((images + 1) / 2, logits, from_logits=True)
    return ops.mean(ops.sum(loss, axis=(1, 2, 3)) + kl)


def elbo_in_a_loop(images, logits, kl):
    total = 0.0
    for image, logit, nats in zip(images, logits, kl):
        ink = (image + 1) / 2
        p = expit(logit)
        total += nats - (ink * np.log(p) + (1 - ink) * np.log(1 - p)).sum()
    return total / len(images)


def cross_entropy_of_keras(images, logits, from_logits):
    ink = (images + 1) / 2
    loss = keras.losses.binary_crossentropy(ink, logits, from_logits=from_logits)
    return ops.sum(loss, axis=(1, 2))


RIGHT = {
    "reparameterize": [
        lambda m, v, e: m + ops.exp(0.5 * v) * e,
        lambda m, v, e: m + ops.sqrt(ops.exp(v)) * e,
        lambda m, v, e: ops.add(m, ops.multiply(ops.exp(v / 2), e)),
        lambda m, v, e: m + tf.exp(v / 2) * e,
        lambda m, v, e: e * np.e ** (v / 2) + m,
    ],
    "kl_of_images": [
        lambda m, v: -0.5 * ops.sum(1 + v - m**2 - ops.exp(v), axis=1),
        lambda m, v: -0.5 * tf.reduce_sum(1 + v - tf.square(m) - tf.exp(v), axis=-1),
        lambda m, v: 0.5 * (m**2 + np.exp(v) - 1 - v).sum(axis=1),
        lambda m, v: ops.sum(losses.kl_divergence(m, v), axis=1),
        kl_in_a_loop,
        kl_of_two_gaussians,
        lambda m, v: m.shape[1] * ops.mean(m**2 + ops.exp(v) - 1 - v, axis=1) / 2,
    ],
    "negative_elbo": [
        elbo_keras,
        elbo_tensorflow,
        elbo_binary_crossentropy,
        elbo_in_a_loop,
        lambda x, lo, kl: (cross_entropy(x, lo).reshape(len(x), -1).sum(axis=1) + kl).mean(),
        lambda x, lo, kl: cross_entropy(x, lo).sum() / len(x) + kl.mean(),
        lambda x, lo, kl: np.mean(
            -((x + 1) / 2 * log_expit(lo) + (1 - x) / 2 * log_expit(-lo)).sum((1, 2, 3)) + kl
        ),
        lambda x, lo, kl: np.mean(
            np.sum(np.log(1 + np.exp(lo)) - (x + 1) / 2 * lo, (1, 2, 3)) + kl
        ),
        lambda x, lo, kl: (
            (x[0].size * cross_entropy(x, lo).mean(axis=(1, 2, 3), keepdims=True))[:, 0, 0, 0] + kl
        ).mean(),
    ],
    "bits_a_pixel": [
        98 / 784 / np.log(2),
        0.180,
        0.18,
        0.1803,
        [0.18034],
        np.float32(0.18034),
        float(98 / tf.math.log(2.0) / 784),
        98 * np.log2(np.e) / 28**2,
        ops.convert_to_tensor(98.0) / ops.log(2.0) / 784,
    ],
}

WRONG = {
    "reparameterize": [
        (lambda m, v, e: m + np.exp(v) ** 0.5 * e, "no gradient reaches z_log_var"),
        (draw_in_a_loop, "no gradient reaches z_mean"),
        (lambda m, v, e: m * ops.exp(0.5 * v) * e, "mean is a factor"),
        (lambda m, v, e: m + ops.exp(v) * e, "half is missing"),
        (lambda m, v, e: m + v * e, "log-variance stands"),
        (lambda m, v, e: m + 0.5 * v * e, "may be negative; σ"),
        (lambda m, v, e: m + ops.sigmoid(v) * e, "published"),
        (lambda m, v, e: m + ops.exp(-0.5 * v) * e, "wrong sign"),
        (lambda m, v, e: m + ops.exp(2 * v) * e, "doubled"),
        (lambda m, v, e: m + ops.sqrt(v) * e, "root is of log"),
        (lambda m, v, e: m + 0 * v, "noise is left out"),
        (lambda m, v, e: ops.exp(0.5 * v) * e, "mean is left out"),
        (lambda m, v, e: m + ops.exp(0.5 * v) * np.random.randn(*m.shape), "got"),
        (lambda m, v, e: m + ops.exp(0.5 * v) * keras.random.normal(m.shape), "got"),
        (lambda m, v, e: m + ops.softplus(v) * e, "softplus"),
        (lambda m, v, e: (m + e) * ops.exp(0.5 * v), "σ multiplies the mean, too"),
        (lambda m, v, e: m - ops.exp(0.5 * v) * e, "subtracted"),
        (lambda m, v, e: m + ops.exp(0.5) * v * e, "exp(½) times"),
        (lambda m, v, e: m * ops.exp(0.5 * v) + e, "instead of the noise"),
        (lambda m, v, e: m + ops.exp(0.5 * v), "mean plus one σ"),
        (lambda m, v, e: m + e, "not scaled"),
        (lambda m, v, e: m + ops.exp(0.25 * v) * e, "there twice"),
        (lambda m, v, e: v + ops.exp(0.5 * m) * e, "swapped"),
        (lambda m, v, e: ops.sum(m + ops.exp(0.5 * v) * e, axis=1), "latents are summed"),
        (lambda m, v, e: m + ops.exp(0.5 * v) + e, "all added"),
        (lambda m, v, e: m + ops.exp(0.5 * v * e), "inside the exponential"),
        (lambda m, v, e: m + 0.5 * ops.exp(v) * e, "halved"),
        (lambda m, v, e: m + ops.log(v) * e, "logarithm of log σ²"),
        (lambda m, v, e: (m + ops.exp(0.5 * v)) * e, "noise multiplies the mean"),
        (lambda m, v, e: m + ops.exp(0.5 * v) * e[:1], "noise of the first"),
        (lambda m, v, e: m + ops.exp(0.5 * ops.mean(v)) * e, "got"),
        (lambda m, v, e: m + ops.exp(0.5 * v) @ ops.transpose(e), "raised"),
        (lambda m, v, e: e, "noise alone"),
    ],
    "kl_of_images": [
        (lambda m, v: -0.5 * ops.mean(1 + v - m**2 - ops.exp(v), axis=1), "mean over latents"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2 - ops.exp(v)), "sum over batch *and*"),
        (
            lambda m, v: ops.mean(-0.5 * ops.sum(1 + v - m**2 - ops.exp(v), axis=1)),
            "One number for the batch",
        ),
        (lambda m, v: -0.5 * ops.mean(1 + v - m**2 - ops.exp(v)), "mean over batch *and*"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2 - ops.exp(v), axis=0), "over the batch; it"),
        (lambda m, v: 0.5 * ops.sum(1 + v - m**2 - ops.exp(v), axis=1), "never negative"),
        (lambda m, v: -ops.sum(1 + v - m**2 - ops.exp(v), axis=1), "half is missing."),
        (lambda m, v: -0.5 * ops.sum(1 - m**2 - ops.exp(v), axis=1), "term log σ²"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2, axis=1), "term σ²"),
        (lambda m, v: ops.sum(1 + v - m**2 - ops.exp(v), axis=1), "in front"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2 - ops.exp(0.5 * v), axis=1), "this has σ"),
        (lambda m, v: -0.5 * ops.sum(1 + 2 * v - m**2 - ops.exp(2 * v), axis=1), "taken as log σ"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2 - ops.exp(2 * v), axis=1), "squared once more"),
        (lambda m, v: -0.5 * ops.sum(v - m**2 - ops.exp(v), axis=1), "1 is missing"),
        (lambda m, v: -0.5 * (1 + ops.sum(v - m**2 - ops.exp(v), axis=1)), "once per image"),
        (lambda m, v: -0.5 * ops.sum(1 + v + m**2 - ops.exp(v), axis=1), "sign of μ²"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2 + ops.exp(v), axis=1), "sign of σ²"),
        (lambda m, v: -0.5 * ops.sum(1 - v - m**2 - ops.exp(v), axis=1), "sign of log σ²"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m - ops.exp(v), axis=1), "not squared"),
        (lambda m, v: -0.5 * ops.sum(1 + v - ops.exp(v), axis=1), "term μ²"),
        (lambda m, v: 0.5 * ops.sum(m**2, axis=1), "Only μ²"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2 - v**2, axis=1), "something else"),
        (lambda m, v: -0.5 * ops.sum(1 + v - m**2 - v, axis=1), "stands in its place"),
        (lambda m, v: -0.5 * ops.sum(1 + ops.log(v) - m**2 - v, axis=1), "NaN below 0"),
        (lambda m, v: -0.5 * ops.sum(1 + ops.log(v**2) - m**2 - v**2, axis=1), "taken as σ"),
        (lambda m, v: -0.5 * (1 + v - m**2 - ops.exp(v)), "single latents"),
        (
            lambda m, v: -0.5 * ops.sum(1 + v - m**2 - ops.exp(v), axis=1, keepdims=True),
            "only the shape",
        ),
        (
            lambda m, v: 0.5 * ops.sum(v + (1 + m**2) / ops.exp(v) - 1, axis=1),
            "from the prior to q",
        ),
        (lambda m, v: -0.5 * ops.sum(1 + m - v**2 - ops.exp(m), axis=1), "swapped"),
        (
            lambda m, v: (
                -0.5 * ops.sum(1 + v - ops.sum(m, axis=1, keepdims=True) ** 2 - ops.exp(v), axis=1)
            ),
            "sum of the means",
        ),
        (
            lambda m, v: -0.5 * ops.sum(1 + v, axis=1) - ops.sum(m**2 + ops.exp(v), axis=1),
            "closes too early",
        ),
        (lambda m, v: 0.5 * ops.sum(2 * m**2 + ops.exp(v) - 1 - v, axis=1), "missing from μ²."),
        (lambda m, v: ops.sum(m**2 + ops.exp(v) - 0.5 * (1 + v), axis=1), "missing from σ²"),
    ],
    "negative_elbo": [
        (
            lambda x, lo, kl: np.mean(cross_entropy(x, lo).mean((1, 2, 3)) + kl),
            "averaged over pixels",
        ),
        (lambda x, lo, kl: whole((np.logaddexp(0, lo) - x * lo), kl), "taken in [-1, 1]"),
        (lambda x, lo, kl: -whole(cross_entropy(x, lo), kl), "ELBO itself"),
        (lambda x, lo, kl: np.mean(cross_entropy(x, lo).sum((1, 2, 3)) - kl), "subtracted"),
        (lambda x, lo, kl: whole(-cross_entropy(x, lo), kl), "log-likelihood has the wrong sign"),
        (lambda x, lo, kl: np.mean(cross_entropy(x, lo).sum((1, 2, 3))), "KL is missing"),
        (lambda x, lo, kl: np.sum(cross_entropy(x, lo).sum((1, 2, 3)) + kl), "sum over the batch"),
        (
            lambda x, lo, kl: cross_entropy(x, lo).sum() + kl.mean(),
            "misfit is summed over the batch, too",
        ),
        (lambda x, lo, kl: cross_entropy(x, lo).sum((1, 2, 3)).mean() + kl.sum(), "KL is summed"),
        (lambda x, lo, kl: cross_entropy(x, lo).sum((1, 2, 3)) + kl, "one number per image"),
        (
            lambda x, lo, kl: ops.mean(cross_entropy_of_keras(x, lo, True) + kl),
            "averaged over channels",
        ),
        (lambda x, lo, kl: np.mean(cross_entropy(x, lo).sum((1, 2)) + kl), "axes 1 and 2 only"),
        (lambda x, lo, kl: np.mean(cross_entropy(x, lo).sum((1, 2))[..., 0] + kl), "first channel"),
        (
            lambda x, lo, kl: np.mean(cross_entropy(x, lo).sum((2, 3)) + kl[:, None]),
            "axis 1, the rows",
        ),
        (lambda x, lo, kl: np.mean(cross_entropy(x, lo).sum(1) + kl), "got"),
        (
            lambda x, lo, kl: whole((np.logaddexp(0, lo) + (x + 1) / 2 * lo), kl),
            "s l has the wrong sign",
        ),
        (lambda x, lo, kl: whole((lo - (x + 1) / 2 * lo), kl), "softplus is missing"),
        (lambda x, lo, kl: whole(-((x + 1) / 2 * log_expit(lo)), kl), "Only the ink"),
        (lambda x, lo, kl: whole(cross_entropy(x, expit(lo)), kl), "sigmoid first"),
        (lambda x, lo, kl: whole(cross_entropy(-x, lo), kl), "inverted"),
        (lambda x, lo, kl: whole(cross_entropy(x, lo), 2 * kl), "counted twice"),
        (lambda x, lo, kl: whole(cross_entropy(x, lo), kl) / np.log(2), "These are bits"),
        (lambda x, lo, kl: whole((((x + 1) / 2 - expit(lo)) ** 2), kl), "squared error belongs"),
        (lambda x, lo, kl: whole(((x - lo) ** 2), kl), "squared error between"),
        (
            lambda x, lo, kl: whole((-(x + 1) / 2 * np.log(lo) - (1 - x) / 2 * np.log(1 - lo)), kl),
            "log l is NaN",
        ),
        (lambda x, lo, kl: whole((np.logaddexp(0, lo) - (x + 1) * lo), kl), "as x + 1"),
        (lambda x, lo, kl: whole((np.logaddexp(0, lo) - (x / 2 + 1) * lo), kl), "as x/2 + 1"),
        (lambda x, lo, kl: whole(cross_entropy(255 * x, lo), kl), "got"),
        (
            lambda x, lo, kl: cross_entropy(x, lo).reshape(len(x), -1).sum(0).mean() + kl.mean(),
            "averaged over pixels; it",
        ),
        (
            lambda x, lo, kl: ops.mean(ops.binary_crossentropy((x + 1) / 2, lo)) + ops.mean(kl),
            "got",
        ),
        (
            lambda x, lo, kl: np.mean((cross_entropy(x, lo).sum((1, 2, 3)) + kl) / x[0].size),
            "per pixel",
        ),
        (
            lambda x, lo, kl: whole((np.logaddexp(0, -lo) - (x + 1) / 2 * lo), kl),
            "softplus is that of -l",
        ),
        (lambda x, lo, kl: ops.mean(kl), "misfit is missing"),
        (lambda x, lo, kl: ops.mean(cross_entropy_of_keras(x, lo, False) + kl), "from_logits"),
        (
            lambda x, lo, kl: ops.mean(
                ops.sum(ops.binary_crossentropy((x + 1) / 2, lo), (1, 2, 3)) + kl
            ),
            "needs from_logits",
        ),
        (
            lambda x, lo, kl: np.mean(
                (cross_entropy(x, lo) + kl[:, None, None, None]).sum((1, 2, 3))
            ),
            "once per pixel",
        ),
        (lambda x, lo, kl: whole(-((x + 1) / 2 * lo), kl), "term softplus(l)"),
    ],
    "bits_a_pixel": [
        (98 / 784, "nats a pixel"),
        (98 / np.log(2), "bits an image"),
        (98 * np.log(2) / 784, "more of them"),
        (98 * np.log(2), "not divided by the number"),
        (98 / 28 / np.log(2), "not by 28"),
        (98 / 784 / np.log(2) / 8, "bytes per pixel"),
        (98 / 784 / np.log10(2), "base 10"),
        (np.log2(98) / 784, "logarithm of 98"),
        (784 * np.log(2) / 98, "pixels per bit"),
        (-98 / 784 / np.log(2), "sign"),
        (784 / 98, "pixels per nat"),
        (98 / 56 / np.log(2), "28 + 28"),
        (98 / 1024 / np.log(2), "32 · 32"),
        (98 * 784 / np.log(2), "one pixel needs less"),
        (np.log2(98 / 784), "logarithm of the nats"),
        (98, "Nothing was divided"),
        (98 / 784 / 2, "Divided by 2"),
        (100 * 98 / 784 / np.log(2), "percentage"),
        (98 / 28, "28 alone"),
        (0.3, "not right"),
    ],
}
