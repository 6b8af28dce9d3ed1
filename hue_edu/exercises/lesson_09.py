"""Exercises of lesson 09: drawing z, the KL, the negative ELBO, and bits."""

import numpy as np
from keras import ops

from . import mistakes_09 as mistakes
from .kinds import formula, value


@formula(
    task="Write a function that draws z by reparameterization from mean, log-variance and noise.",
    hints=(
        "The noise ε has mean 0 and standard deviation 1: stretch it, then move it.",
        "z = μ + σ ε. All three have the same shape, so this goes latent by latent.",
        "σ is the square root of the variance, and what you are given is log σ². "
        "What does halving do to a logarithm, and what undoes a logarithm?",
    ),
    shows="z is a formula of μ and σ, so a gradient reaches both through the drawn sample.",
    inputs=mistakes.latents,
    wrong=mistakes.DRAWING,
    trains=True,
)
def reparameterize(z_mean, z_log_var, epsilon):
    return z_mean + ops.exp(0.5 * z_log_var) * epsilon


@formula(
    task="Write a function that returns, for each image, the KL from the encoder's Gaussian to the "
    "prior: shape (batch,).",
    hints=(
        "Equation (3) is the KL of one latent. Those of an image add up.",
        "σ² is exp(log σ²), and log σ² is `z_log_var` as it is.",
        "The bracket is `1 + z_log_var - z_mean**2 - ops.exp(z_log_var)`. The factor in front is "
        "still to come, and the sum: over which axis?",
    ),
    shows="Each latent costs its own nats, and they add up to nats per image.",
    inputs=lambda rng, num: mistakes.latents(rng, num)[:2],
    wrong=mistakes.KL,
)
def kl_of_images(z_mean, z_log_var):
    return -0.5 * ops.sum(1 + z_log_var - z_mean**2 - ops.exp(z_log_var), axis=1)


@formula(
    task="Write a function that returns the negative ELBO with Bernoulli pixels, the mean over the "
    "batch.",
    hints=(
        "First turn the images into ink from 0 to 1: s = (x + 1)/2.",
        "The misfit of one pixel is softplus(l) - s l. Sum it over height, width and channels.",
        "That gives one number per image, and `kl` holds another one per image. What do they add "
        "up to, on average?",
    ),
    shows="Sums over pixels, means over images: nats per image.",
    inputs=mistakes.images,
    wrong=mistakes.ELBO,
)
def negative_elbo(images, logits, kl):
    ink = (images + 1) / 2
    misfit = ops.sum(ops.softplus(logits) - ink * logits, axis=(1, 2, 3))
    return ops.mean(misfit + kl)


@value(
    task="Give the bits per pixel, to three significant digits: a VAE needs 98.0 nats per image of "
    "28 × 28 black or white pixels.",
    hints=(
        "A bit is ln 2 = 0.693 nats, so there are more bits than nats.",
        "An image has 28 · 28 = 784 pixels.",
        "98.0/784 is 0.125 nats per pixel. How many bits is that?",
    ),
    shows="About 0.18 bits per pixel, where a fair coin for each would need 1.",
    wrong={
        "That is how many nats a pixel needs; divide by ln 2, too.": lambda: 98 / 784,
        "That is how many bits an image needs; divide by its 784 pixels.": lambda: 98 / np.log(2),
        "Multiplied by ln 2: a bit is less than a nat, so it takes more of them.": (
            lambda: 98 * np.log(2) / 784
        ),
        "Multiplied by ln 2, and not divided by the number of pixels: a bit is less than a nat.": (
            lambda: 98 * np.log(2)
        ),
        "Divided by 28, not by 28 · 28.": lambda: 98 / (28 * np.log(2)),
        "Divided by 28 + 28; an image has 28 · 28 pixels.": lambda: 98 / (56 * np.log(2)),
        "Divided by 28 alone, and these are still nats.": lambda: 98 / 28,
        "Divided by 32 · 32; these images have 28 · 28 pixels.": lambda: 98 / (1024 * np.log(2)),
        "Multiplied by the number of pixels; one pixel needs less than the image.": (
            lambda: 98 * 784 / np.log(2)
        ),
        "Nothing was divided: these are nats per image.": lambda: 98.0,
        "That is upside down: pixels per bit.": lambda: 784 * np.log(2) / 98,
        "That is upside down, and in nats: pixels per nat.": lambda: 784 / 98,
        "A nat is 1/ln 2 bits; here the logarithm has base 10.": (lambda: 98 / (784 * np.log10(2))),
        "These are bytes per pixel; a byte has 8 bits.": lambda: 98 / (8 * 784 * np.log(2)),
        "Divided by 2; it is ln 2 that turns nats into bits.": lambda: 98 / (2 * 784),
        "This is the base-2 logarithm of 98, per pixel. Divide the 98 nats by ln 2 instead.": (
            lambda: np.log2(98) / 784
        ),
        "This is the base-2 logarithm of the nats per pixel; they are to be divided by ln 2.": (
            lambda: np.log2(98 / 784)
        ),
        "The sign is turned around; a number of bits is never negative.": (
            lambda: -98 / (784 * np.log(2))
        ),
        "That is a percentage; bits per pixel were asked for.": (
            lambda: 100 * 98 / (784 * np.log(2))
        ),
    },
)
def bits_a_pixel():
    return 98.0 / (784 * np.log(2))
