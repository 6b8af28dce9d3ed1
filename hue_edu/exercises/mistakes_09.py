"""Inputs and known mistakes of the exercises of lesson 09."""

import numpy as np
from keras import ops
from keras.losses import binary_crossentropy

PIXELS = (1, 2, 3)  # the axes of an image in a batch


def latents(rng, num):
    shape = (num, {5: 3, 1: 4}.get(num, 2))
    return tuple(rng.normal(0, 1, shape).astype("float32") for _ in range(3))


DRAWING = {
    "The mean is a factor here; it is added: z = μ + σ ε.": (
        lambda m, v, e: m * ops.exp(0.5 * v) * e
    ),
    "The half is missing: exp(log σ²) is the variance, and ε needs the standard deviation.": (
        lambda m, v, e: m + ops.exp(v) * e
    ),
    "The variance is halved: that is ½ exp(log σ²); σ is exp(½ log σ²).": (
        lambda m, v, e: m + 0.5 * ops.exp(v) * e
    ),
    "The logarithm is doubled, which squares the variance; σ is its root.": (
        lambda m, v, e: m + ops.exp(2 * v) * e
    ),
    "The half is there twice: this is the square root of σ.": (
        lambda m, v, e: m + ops.exp(0.25 * v) * e
    ),
    "The exponent has the wrong sign: this is 1/σ instead of σ.": (
        lambda m, v, e: m + ops.exp(-0.5 * v) * e
    ),
    "The log-variance stands where σ should be; σ is exp(½ log σ²).": lambda m, v, e: m + v * e,
    "½ log σ² without the exponential may be negative; σ may not.": (
        lambda m, v, e: m + 0.5 * v * e
    ),
    "This is exp(½) times log σ²: the logarithm belongs inside the exponential.": (
        lambda m, v, e: m + np.exp(0.5) * v * e
    ),
    "The root is of log σ², which may be negative (NaN); σ is exp(½ log σ²).": (
        lambda m, v, e: m + ops.sqrt(v) * e
    ),
    "This is the logarithm of log σ², which may be negative (NaN); σ is exp(½ log σ²).": (
        lambda m, v, e: m + ops.log(v) * e
    ),
    "This is sigmoid(log σ²), a mistake that was published: at 0 it is ½, not 1.": (
        lambda m, v, e: m + ops.sigmoid(v) * e
    ),
    "This is softplus(log σ²): it is positive, but it is not σ.": (
        lambda m, v, e: m + ops.softplus(v) * e
    ),
    "The noise is not scaled: every q would have σ = 1.": lambda m, v, e: m + e,
    "The noise is left out: this is the mean.": lambda m, v, e: m + 0 * e,
    "The mean is left out: every q would sit at 0.": lambda m, v, e: ops.exp(0.5 * v) * e,
    "This is the noise alone: neither the mean nor σ is used.": lambda m, v, e: e + 0 * m,
    "The noise is missing: this is the mean plus one σ.": lambda m, v, e: m + ops.exp(0.5 * v),
    "Mean, σ and noise are all added; σ multiplies the noise.": (
        lambda m, v, e: m + ops.exp(0.5 * v) + e
    ),
    "The noise is subtracted; equation (2) adds it.": lambda m, v, e: m - ops.exp(0.5 * v) * e,
    "σ multiplies the mean, too; it scales only the noise.": (
        lambda m, v, e: (m + e) * ops.exp(0.5 * v)
    ),
    "σ multiplies the mean instead of the noise.": lambda m, v, e: m * ops.exp(0.5 * v) + e,
    "The noise multiplies the mean, too; only σ is multiplied by it.": (
        lambda m, v, e: (m + ops.exp(0.5 * v)) * e
    ),
    "The noise stands inside the exponential; it multiplies σ.": (
        lambda m, v, e: m + ops.exp(0.5 * v * e)
    ),
    "Mean and log-variance are swapped.": lambda m, v, e: v + ops.exp(0.5 * m) * e,
    "All images share the noise of the first; each has its own.": (
        lambda m, v, e: m + ops.exp(0.5 * v) * e[:1]
    ),
    "The latents are summed up; z has a number for each of them.": (
        lambda m, v, e: ops.sum(m + ops.exp(0.5 * v) * e, axis=1)
    ),
}


def _kl(m, v):
    return -0.5 * (1 + v - m**2 - ops.exp(v))


def _half_sum(terms):
    return -0.5 * ops.sum(terms, axis=1)


KL = {
    "`z_log_var` is log σ² already; here it was taken as σ², and its logarithm once more.": (
        lambda m, v: -0.5 * ops.sum(1 + ops.log(ops.abs(v)) - m**2 - v, axis=1)
    ),
    "The mean over latents is returned; their KLs are summed (the mean is β = 1/latents).": (
        lambda m, v: ops.mean(_kl(m, v), axis=1)
    ),
    "One number for the batch is returned, its mean; one for each image was asked for.": (
        lambda m, v: ops.mean(ops.sum(_kl(m, v), axis=1))
    ),
    "The mean over batch *and* latents is returned; sum over the latents, for each image.": (
        lambda m, v: ops.mean(_kl(m, v))
    ),
    "The sum over batch *and* latents is returned; sum over the latents only, axis 1.": (
        lambda m, v: ops.sum(_kl(m, v))
    ),
    "The sum is over the batch; it goes over the latents, axis 1.": (
        lambda m, v: ops.sum(_kl(m, v), axis=0)
    ),
    "The KLs of single latents are returned; sum them over axis 1.": _kl,
    "The sign is wrong: a KL is never negative.": lambda m, v: -ops.sum(_kl(m, v), axis=1),
    "The half is missing.": lambda m, v: 2 * ops.sum(_kl(m, v), axis=1),
    "The factor in front, -½, is missing.": lambda m, v: -2 * ops.sum(_kl(m, v), axis=1),
    "The log-variance was taken as the variance, and its logarithm is NaN below 0.": (
        lambda m, v: _half_sum(1 + ops.log(v) - m**2 - v)
    ),
    "The log-variance was taken as σ; σ² is exp(log σ²).": (
        lambda m, v: _half_sum(1 + ops.log(v**2) - m**2 - v**2)
    ),
    "The log-variance was taken as log σ, and then doubled; it is log σ² already.": (
        lambda m, v: _half_sum(1 + 2 * v - m**2 - ops.exp(2 * v))
    ),
    "The variance is exp(log σ²); here the log-variance stands in its place.": (
        lambda m, v: _half_sum(1 + v - m**2 - v)
    ),
    "The variance is exp(log σ²); the square of the log-variance is something else.": (
        lambda m, v: _half_sum(1 + v - m**2 - v**2)
    ),
    "σ² is exp(log σ²); this has σ.": lambda m, v: _half_sum(1 + v - m**2 - ops.exp(0.5 * v)),
    "exp(log σ²) is σ² already; here it is squared once more.": (
        lambda m, v: _half_sum(1 + v - m**2 - ops.exp(2 * v))
    ),
    "μ is not squared.": lambda m, v: _half_sum(1 + v - m - ops.exp(v)),
    "The sum of the means is squared; square each mean first.": (
        lambda m, v: _half_sum(1 + v - ops.exp(v)) + 0.5 * m.shape[1] * ops.sum(m, axis=1) ** 2
    ),
    "The term μ² is missing: the mean would cost nothing.": lambda m, v: _half_sum(
        1 + v - ops.exp(v)
    ),
    "Only μ² is counted: the variance must cost something, too.": lambda m, v: _half_sum(-(m**2)),
    "The term log σ² is missing.": lambda m, v: _half_sum(1 - m**2 - ops.exp(v)),
    "The term σ² is missing.": lambda m, v: _half_sum(1 + v - m**2),
    "The 1 is missing, so the prior itself would cost ½ nat per latent.": (
        lambda m, v: _half_sum(v - m**2 - ops.exp(v))
    ),
    "The 1 is counted once per image; it belongs inside the sum, once per latent.": (
        lambda m, v: -0.5 + _half_sum(v - m**2 - ops.exp(v))
    ),
    "The sign of μ² is wrong: moving the mean away from 0 costs nats.": (
        lambda m, v: _half_sum(1 + v + m**2 - ops.exp(v))
    ),
    "The sign of σ² is wrong.": lambda m, v: _half_sum(1 + v - m**2 + ops.exp(v)),
    "The sign of log σ² is wrong.": lambda m, v: _half_sum(1 - v - m**2 - ops.exp(v)),
    "The bracket after -½ closes too early: μ² and σ² belong inside, too.": (
        lambda m, v: _half_sum(1 + v + 2 * m**2 + 2 * ops.exp(v))
    ),
    "The half is missing from μ².": lambda m, v: _half_sum(1 + v - 2 * m**2 - ops.exp(v)),
    "The half is missing from σ² and μ².": (
        lambda m, v: _half_sum(1 + v - 2 * m**2 - 2 * ops.exp(v))
    ),
    "This is the KL from the prior to q; the one from q to the prior was asked for.": (
        lambda m, v: 0.5 * ops.sum(v + (1 + m**2) / ops.exp(v) - 1, axis=1)
    ),
    "Mean and log-variance are swapped.": lambda m, v: _half_sum(1 + m - v**2 - ops.exp(m)),
}


def images(rng, num):
    shape = (num, *{5: (4, 3, 1), 1: (2, 5, 3)}.get(num, (3, 3, 2)))  # 1 channel, 3 and 2
    pixels = rng.uniform(-1, 1, shape).astype("float32")
    logits, kl = rng.normal(0, 2, shape), rng.uniform(1, 30, num)
    return pixels, logits.astype("float32"), kl.astype("float32")


def _ink(x):
    return (x + 1) / 2


def _misfit(x, logits):
    return ops.softplus(logits) - _ink(x) * logits


def _whole(pixels, kl):
    """The mean over the batch of what pixels cost, summed, and the KL."""
    return ops.mean(ops.sum(pixels, axis=PIXELS) + kl)


ELBO = {
    "The ink is taken as x/2, which goes from -½ to ½; it should go from 0 to 1.": (
        lambda x, lo, k: _whole(ops.softplus(lo) - x / 2 * lo, k)
    ),
    "The ink is rounded to black or white here; grey ink counts in part.": (
        lambda x, lo, k: _whole(ops.softplus(lo) - ops.cast(x > 0, "float32") * lo, k)
    ),
    "A squared error belongs to a Gaussian likelihood; for Bernoulli pixels it is the "
    "cross-entropy.": lambda x, lo, k: _whole((x - ops.tanh(lo / 2)) ** 2, k),
    "The images are taken in [-1, 1]; as probabilities of ink they must lie in [0, 1].": (
        lambda x, lo, k: _whole(ops.softplus(lo) - x * lo, k)
    ),
    "The ink is taken as x + 1, which goes from 0 to 2; it should go from 0 to 1.": (
        lambda x, lo, k: _whole(ops.softplus(lo) - (x + 1) * lo, k)
    ),
    "The ink is taken as x/2 + 1, which goes from ½ to 1½: brackets are missing.": (
        lambda x, lo, k: _whole(ops.softplus(lo) - (x / 2 + 1) * lo, k)
    ),
    "The ink is inverted: x = 1 is full ink, s = 1.": lambda x, lo, k: _whole(_misfit(-x, lo), k),
    "The misfit is averaged over pixels, so the KL would weigh many times too much.": (
        lambda x, lo, k: ops.mean(ops.mean(_misfit(x, lo), axis=PIXELS) + k)
    ),
    "The misfit is summed over height and width, but averaged over channels, which is also what "
    "keras.losses.binary_crossentropy does. Sum over axis 3, too.": (
        lambda x, lo, k: ops.mean(ops.sum(ops.mean(_misfit(x, lo), axis=3), axis=(1, 2)) + k)
    ),
    "The misfit is summed over axes 1 and 2 only, and then every channel meets the KL of every "
    "image: (batch, channels) + (batch,). Sum over axis 3, too.": (
        lambda x, lo, k: ops.mean(ops.sum(_misfit(x, lo), axis=(1, 2)) + k)
    ),
    "Only the first channel is counted; sum over all channels, axis 3.": (
        lambda x, lo, k: _whole(_misfit(x, lo)[..., :1], k)
    ),
    "The misfit is averaged over axis 1, the rows of an image; sum over them, too.": (
        lambda x, lo, k: ops.mean(ops.sum(ops.mean(_misfit(x, lo), axis=1), axis=(1, 2)) + k)
    ),
    "The misfit is summed over the batch and averaged over pixels; it should be the other way "
    "round.": lambda x, lo, k: ops.mean(ops.sum(_misfit(x, lo), axis=0)) + ops.mean(k),
    "The misfit is summed over the batch, too; its mean was asked for.": (
        lambda x, lo, k: ops.sum(_misfit(x, lo)) + ops.mean(k)
    ),
    "The KL is summed over the batch; its mean was asked for.": (
        lambda x, lo, k: ops.sum(_misfit(x, lo)) / len(x) + ops.sum(k)
    ),
    "The KL is counted once per pixel; add it after the sum over the pixels.": (
        lambda x, lo, k: ops.mean(ops.sum(_misfit(x, lo) + k[:, None, None, None], axis=PIXELS))
    ),
    "The KL is subtracted, but it is a cost, too.": lambda x, lo, k: _whole(_misfit(x, lo), -k),
    "The KL is missing: this is the reconstruction loss.": (
        lambda x, lo, k: _whole(_misfit(x, lo), 0 * k)
    ),
    "The KL is counted twice.": lambda x, lo, k: _whole(_misfit(x, lo), 2 * k),
    "The misfit is missing: this is the mean of the KL.": lambda x, lo, k: ops.mean(k),
    "This is the ELBO itself; its negative is what is minimised.": (
        lambda x, lo, k: -_whole(_misfit(x, lo), k)
    ),
    "The log-likelihood has the wrong sign: the misfit is minus it.": (
        lambda x, lo, k: _whole(-_misfit(x, lo), k)
    ),
    "The sum over the batch is returned; its mean was asked for.": (
        lambda x, lo, k: ops.sum(_misfit(x, lo)) + ops.sum(k)
    ),
    "One number per image is returned; take the mean over the batch.": (
        lambda x, lo, k: ops.sum(_misfit(x, lo), axis=PIXELS) + k
    ),
    "This is per pixel; nats per image were asked for.": (
        lambda x, lo, k: _whole(_misfit(x, lo), k) / np.prod(x.shape[1:])
    ),
    "These are bits: there is no need to divide by ln 2.": (
        lambda x, lo, k: _whole(_misfit(x, lo), k) / np.log(2)
    ),
    "The term s l has the wrong sign: where there is ink, a large logit must cost less.": (
        lambda x, lo, k: _whole(ops.softplus(lo) + _ink(x) * lo, k)
    ),
    "The softplus is that of -l; that form goes with + (1 - s) l, not with - s l.": (
        lambda x, lo, k: _whole(ops.softplus(-lo) - _ink(x) * lo, k)
    ),
    "The softplus is missing: the logit itself stands in its place.": (
        lambda x, lo, k: _whole(lo - _ink(x) * lo, k)
    ),
    "The term softplus(l) is missing.": lambda x, lo, k: _whole(-_ink(x) * lo, k),
    "Only the ink is scored; the white part, (1 - s) log(1 - p), is missing.": (
        lambda x, lo, k: _whole(_ink(x) * ops.softplus(-lo), k)
    ),
    "The logits went through a sigmoid first; softplus(l) - s l takes the logits themselves.": (
        lambda x, lo, k: _whole(_misfit(x, ops.sigmoid(lo)), k)
    ),
    "The squared error belongs to a Gaussian likelihood; Bernoulli's is the cross-entropy.": (
        lambda x, lo, k: _whole((_ink(x) - ops.sigmoid(lo)) ** 2, k)
    ),
    "This is the squared error between images and logits; Bernoulli's loss is the "
    "cross-entropy.": lambda x, lo, k: _whole((x - lo) ** 2, k),
    "The logits were taken as probabilities: the cross-entropy needs from_logits=True.": (
        lambda x, lo, k: _whole(ops.binary_crossentropy(_ink(x), lo), k)
    ),
    "The logits were taken as probabilities (from_logits=True is missing), and the mean over "
    "channels was taken.": (
        lambda x, lo, k: ops.mean(ops.sum(binary_crossentropy(_ink(x), lo), axis=(1, 2)) + k)
    ),
    "The logits were taken as probabilities, and log l is NaN where l is negative.": (
        lambda x, lo, k: _whole(-_ink(x) * ops.log(lo) - (1 - _ink(x)) * ops.log(1 - lo), k)
    ),
}
