"""Exercises of lesson 09: drawing z, the KL, the negative ELBO, and bits."""

import numpy as np
from keras import ops

from .exercise import formula, value


def _latents(rng, num):
    shape = (num, 5)
    return tuple(rng.normal(0, 1, shape).astype("float32") for _ in range(3))


@formula(
    task="Draw z by reparameterization from mean, log-variance and noise.",
    hints=(
        "z = μ + σ ε.",
        "log σ² is given, so σ = exp(½ log σ²).",
        "`z_mean + ops.exp(0.5 * z_log_var) * epsilon`.",
    ),
    shows="z is a formula of μ and σ, so a gradient reaches both through the drawn sample.",
    inputs=_latents,
    wrong={
        "The half is missing: exp(log σ²) is the variance, and ε needs the standard deviation.": (
            lambda m, v, e: m + ops.exp(v) * e
        ),
        "σ is the log-variance here; it must be exp(½ log σ²).": lambda m, v, e: m + v * e,
        "This is sigmoid(log σ²), a mistake that was published: at 0 it is ½, not 1.": (
            lambda m, v, e: m + ops.sigmoid(v) * e
        ),
        "The noise is not scaled: every q would have σ = 1.": lambda m, v, e: m + e,
        "The noise is left out: this is the mean.": lambda m, v, e: m + 0 * e,
        "The mean is left out: every q would sit at 0.": lambda m, v, e: ops.exp(0.5 * v) * e,
        "The noise is missing: this is the mean plus one σ.": lambda m, v, e: m + ops.exp(0.5 * v),
        "½ log σ² without the exponential may be negative; σ may not.": (
            lambda m, v, e: m + 0.5 * v * e
        ),
        "The root is of log σ², which may be negative (NaN); σ is exp(½ log σ²).": (
            lambda m, v, e: m + ops.sqrt(v) * e
        ),
    },
)
def reparameterize(z_mean, z_log_var, epsilon):
    return z_mean + ops.exp(0.5 * z_log_var) * epsilon


def _kl(m, v):
    return -0.5 * (1 + v - m**2 - ops.exp(v))


@formula(
    task="Write the KL of each image from the encoder's Gaussian to the prior.",
    hints=(
        "Equation (3) for each latent, then the sum over latents: axis 1.",
        "σ² = exp(log σ²).",
        "`-0.5 * ops.sum(1 + z_log_var - z_mean**2 - ops.exp(z_log_var), axis=1)`.",
    ),
    shows="Each latent pays for itself, and they add up: nats an image.",
    inputs=lambda rng, num: _latents(rng, num)[:2],
    wrong={
        "The mean over latents is returned; their KLs are summed (the mean is β = 1/latents).": (
            lambda m, v: ops.mean(_kl(m, v), axis=1)
        ),
        "One number for the batch is returned; each image was asked for.": (
            lambda m, v: ops.mean(ops.sum(_kl(m, v), axis=1))
        ),
        "The sign is wrong: a KL is never negative.": lambda m, v: -ops.sum(_kl(m, v), axis=1),
        "The half is missing.": lambda m, v: 2 * ops.sum(_kl(m, v), axis=1),
        "The log-variance was taken as the variance, and its logarithm is NaN below 0.": (
            lambda m, v: -0.5 * ops.sum(1 + ops.log(v) - m**2 - v, axis=1)
        ),
        "The variance is exp(log σ²); here the log-variance stands in its place.": (
            lambda m, v: -0.5 * ops.sum(1 + v - m**2 - v, axis=1)
        ),
        "The variance is exp(log σ²); the square of the log-variance is something else.": (
            lambda m, v: -0.5 * ops.sum(1 + v - m**2 - v**2, axis=1)
        ),
        "σ² is exp(log σ²); this has σ.": (
            lambda m, v: -0.5 * ops.sum(1 + v - m**2 - ops.exp(0.5 * v), axis=1)
        ),
        "μ is not squared.": lambda m, v: -0.5 * ops.sum(1 + v - m - ops.exp(v), axis=1),
        "The 1 is missing, so the prior itself would cost ½ nat a latent.": (
            lambda m, v: -0.5 * ops.sum(v - m**2 - ops.exp(v), axis=1)
        ),
        "The KLs of single latents are returned; sum them over axis 1.": _kl,
        "The sum is over the batch; it goes over the latents, axis 1.": (
            lambda m, v: ops.sum(_kl(m, v), axis=0)
        ),
    },
)
def kl_of_images(z_mean, z_log_var):
    return -0.5 * ops.sum(1 + z_log_var - z_mean**2 - ops.exp(z_log_var), axis=1)


def _images(rng, num):
    shape = (num, 4, 3, 1)
    images = rng.uniform(-1, 1, shape).astype("float32")
    logits, kl = rng.normal(0, 2, shape), rng.uniform(1, 30, num)
    return images, logits.astype("float32"), kl.astype("float32")


def _misfit(x, logits):
    ink = (x + 1) / 2
    return ops.softplus(logits) - ink * logits


@formula(
    task="Write the negative ELBO with Bernoulli pixels, the mean over the batch.",
    hints=(
        "Ink from 0 to 1 is s = (x + 1)/2.",
        "The misfit of an image: softplus(l) - s l, summed over axes 1, 2 and 3.",
        "Add the KL of each image, then take the mean over the batch.",
    ),
    shows="Sums over pixels, means over images: nats an image.",
    inputs=_images,
    wrong={
        "The images are taken in [-1, 1]; as probabilities of ink they must lie in [0, 1].": (
            lambda x, lo, k: ops.mean(ops.sum(ops.softplus(lo) - x * lo, axis=(1, 2, 3)) + k)
        ),
        "The misfit is averaged over pixels, so the KL would weigh many times too much.": (
            lambda x, lo, k: ops.mean(ops.mean(_misfit(x, lo), axis=(1, 2, 3)) + k)
        ),
        "The KL is subtracted: it is a cost too.": (
            lambda x, lo, k: ops.mean(ops.sum(_misfit(x, lo), axis=(1, 2, 3)) - k)
        ),
        "The KL is missing: this is the reconstruction loss.": (
            lambda x, lo, k: ops.mean(ops.sum(_misfit(x, lo), axis=(1, 2, 3)))
        ),
        "This is the ELBO itself; its negative is what is minimised.": (
            lambda x, lo, k: -ops.mean(ops.sum(_misfit(x, lo), axis=(1, 2, 3)) + k)
        ),
        "The sum over the batch is returned; its mean was asked for.": (
            lambda x, lo, k: ops.sum(_misfit(x, lo)) + ops.sum(k)
        ),
        "The squared error belongs to a Gaussian likelihood; Bernoulli's is the cross-entropy.": (
            lambda x, lo, k: ops.mean(
                ops.sum(((x + 1) / 2 - ops.sigmoid(lo)) ** 2, axis=(1, 2, 3)) + k
            )
        ),
        "The logits were taken as probabilities: the cross-entropy needs from_logits=True.": (
            lambda x, lo, k: ops.mean(
                ops.sum(ops.binary_crossentropy((x + 1) / 2, lo), axis=(1, 2, 3)) + k
            )
        ),
        "The log-likelihood has the wrong sign: the misfit is minus it.": (
            lambda x, lo, k: ops.mean(k - ops.sum(_misfit(x, lo), axis=(1, 2, 3)))
        ),
        "One number an image is returned; take the mean over the batch.": (
            lambda x, lo, k: ops.sum(_misfit(x, lo), axis=(1, 2, 3)) + k
        ),
    },
)
def negative_elbo(images, logits, kl):
    ink = (images + 1) / 2
    misfit = ops.sum(ops.softplus(logits) - ink * logits, axis=(1, 2, 3))
    return ops.mean(misfit + kl)


@value(
    task="Give the bits a pixel of 98.0 nats an image of 28 × 28 black or white pixels.",
    hints=(
        "A bit is ln 2 = 0.693 nats, so there are more bits than nats.",
        "An image has 784 pixels.",
        "98 / (784 ln 2).",
    ),
    shows="About 0.18 bits a pixel, where a fair coin for each would need 1.",
    wrong={
        "That is nats a pixel; divide by ln 2 too.": lambda: 98 / 784,
        "That is bits an image; divide by 784 pixels.": lambda: 98 / np.log(2),
        "Multiplied by ln 2: a bit is less than a nat, so it takes more of them.": (
            lambda: 98 * np.log(2) / 784
        ),
        "Divided by 28, not by 28 · 28.": lambda: 98 / (28 * np.log(2)),
        "Divided by 28 alone, and these are still nats.": lambda: 98 / 28,
        "Nothing was divided: these are nats an image.": lambda: 98.0,
    },
)
def bits_a_pixel():
    return 98.0 / (784 * np.log(2))
