"""Exercises of lesson 13: a second sigmoid, a game or none, the KL of what is drawn, a patient."""

import keras
import numpy as np
from keras import ops

from .. import datasets, doctor, losses, models
from ..answers.numbers import expect, expect_attempt, expect_function
from .kinds import examined, formula


def _logits(rng, num):
    return ((4 * rng.normal(size=num)).astype("float32"),)


def _p(logits):
    return 1 / (1 + np.exp(-logits))


SECOND_SIGMOID = {
    "This is the slope along D's output, the probability; its way back to the logit is missing: "
    "the slope of the first sigmoid.": lambda x: _p(_p(x)) - 1,
    "This is the slope with one sigmoid, the one that training should have; here there are two.": (
        lambda x: _p(x) - 1
    ),
    "The sign is wrong: the loss falls as the logit grows.": (
        lambda x: (1 - _p(_p(x))) * _p(x) * (1 - _p(x))
    ),
    "The slope of the first sigmoid is p (1 - p), with both factors.": (
        lambda x: (_p(_p(x)) - 1) * _p(x)
    ),
    "This is the loss itself; its slope was asked for.": lambda x: -np.log(_p(_p(x))),
    "This is the slope for the label 0; a real sample has the label 1.": (
        lambda x: _p(_p(x)) * _p(x) * (1 - _p(x))
    ),
    "The outer sigmoid is left out: the loss takes σ of what D returns.": (
        lambda x: (_p(x) - 1) * _p(x) * (1 - _p(x))
    ),
    "Three sigmoids are two too many for a loss that wants one, and one too many for this task.": (
        lambda x: (_p(_p(_p(x))) - 1) * _p(_p(x)) * (1 - _p(_p(x)))
    ),
    "The slope of the first sigmoid stands at the logit: p = σ(l), not σ(σ(x)).": (
        lambda x: (_p(_p(x)) - 1) * _p(_p(x)) * (1 - _p(_p(x)))
    ),
    "A slope for each logit was asked for; this is their mean.": (
        lambda x: np.mean((_p(_p(x)) - 1) * _p(x) * (1 - _p(x)))
    ),
}


@formula(
    task="For `logits` of real samples, of shape (batch,), return the slope of -log σ(σ(l)) along "
    "each logit l: what D learns from if it ends in a sigmoid and its loss applies another.",
    hints=(
        "Call D's output p = σ(l). The slope of -log σ(p) along p is σ(p) - 1.",
        "The chain rule: times the slope of p along l, which is p (1 - p).",
    ),
    shows="Where D is sure and wrong, with a logit of -8, one sigmoid gives a slope of -1, and two "
    "give -0.00017: it learns least where it has most to learn.",
    inputs=_logits,
    also={"D sure and wrong": (np.array([-8.0, -4.0], "float32"),)},
    wrong=SECOND_SIGMOID,
)
def second_sigmoid(logits):
    p = ops.sigmoid(logits)
    return (ops.sigmoid(p) - 1) * p * (1 - p)


def _slopes(rng, num):
    """Slopes of any sign, and some that are 0."""
    return tuple(rng.choice([-1.0, -0.3, 0.0, 0.4, 1.0], size=8 * num) for _ in range(3))


NO_GAME = {
    "You look at D alone: does G want what D does not?": lambda a, b, g: a * b < 0,
    "You look at the generated samples alone: does D tell them from real ones at all?": (
        lambda a, b, g: b * g < 0
    ),
    "Here real ones must be called 1. A program that calls them 0 throughout, in all three slopes, "
    "is a game, too: it is its own mirror image.": lambda a, b, g: (a < 0) & (b > 0) & (g < 0),
    "Here real ones must be called 0. A game has the one convention or the other.": (
        lambda a, b, g: (a > 0) & (b < 0) & (g > 0)
    ),
    "A slope of 0 moves nothing: with `<= 0` a D that does not learn from one kind counts.": (
        lambda a, b, g: (a * b <= 0) & (g * b <= 0)
    ),
    "Turned round: G is to want what D does *not* want of generated samples.": (
        lambda a, b, g: (a * b < 0) & (g * b > 0)
    ),
    "That is where there is *no* game.": lambda a, b, g: ~((a * b < 0) & (g * b < 0)),
    "D must push real and generated samples opposite ways; here it pushes both the same way.": (
        lambda a, b, g: (a * b > 0) & (g * b < 0)
    ),
    "One of the two is not enough: D must tell them apart, *and* G must want the opposite.": (
        lambda a, b, g: (a * b < 0) | (g * b < 0)
    ),
    "G's slope has the sign of D's on *real* samples: both want those scores at the same end. Is "
    "D's slope on generated ones opposite, too?": lambda a, b, g: a * g > 0,
}


@formula(
    task="From slopes of many programs, arrays of one shape: that of D's loss along real scores, "
    "of D's loss along fake scores, and of G's loss along fake scores. Return where there is a "
    "game: D pushes real and fake scores opposite ways, and G pushes fake ones against D.",
    hints=(
        "Two numbers push opposite ways where their product is negative.",
        "That holds for two pairs at once: which ones? Join the conditions by `&`, in brackets.",
        "Which end is called real does not matter, only who pushes against whom.",
    ),
    shows="Three numbers tell a game from both wanting the same, from exchanged losses, and from "
    "labels exchanged on one side only.",
    inputs=_slopes,
    wrong=NO_GAME,
    tensors=False,
)
def is_a_game(d_real, d_fake, g_fake):
    return (d_real * d_fake < 0) & (g_fake * d_fake < 0)


def _gaussians(rng, num):
    shape = (num, 3)
    return tuple(rng.normal(size=shape).astype("float32") for _ in range(2))


def _kl(z_mean, variance, log_variance):
    return -0.5 * np.sum(1 + log_variance - z_mean**2 - variance, axis=1)


OTHER_KL = {
    "This is the KL that the tutorial reports, of σ² = exp(log-variance); z is drawn with another "
    "σ.": lambda m, v: _kl(m, np.exp(v), v),
    "The formula has σ², and the sigmoid gives σ: square it, also under the logarithm.": (
        lambda m, v: _kl(m, _p(v), np.log(_p(v)))
    ),
    "σ² is right in one place; log σ² is 2 log σ.": (
        lambda m, v: _kl(m, _p(v) ** 2, np.log(_p(v)))
    ),
    "log σ² is right, but the last term is σ², not σ.": (
        lambda m, v: _kl(m, _p(v), 2 * np.log(_p(v)))
    ),
    "One of the terms still has the log-variance of the encoder.": (
        lambda m, v: _kl(m, _p(v) ** 2, v)
    ),
    "The logarithm is right; the variance still is the exponential of what the encoder gives.": (
        lambda m, v: _kl(m, np.exp(v), 2 * np.log(_p(v)))
    ),
    "The sign is wrong: a KL is never negative.": (
        lambda m, v: -_kl(m, _p(v) ** 2, 2 * np.log(_p(v)))
    ),
    "The ½ in front is missing.": lambda m, v: 2 * _kl(m, _p(v) ** 2, 2 * np.log(_p(v))),
    "The means are left out: μ² belongs to it.": (
        lambda m, v: _kl(0 * m, _p(v) ** 2, 2 * np.log(_p(v)))
    ),
    "The mean enters squared.": (
        lambda m, v: _kl(np.sqrt(np.abs(m)), _p(v) ** 2, 2 * np.log(_p(v)))
    ),
    "The 1 is missing.": (lambda m, v: _kl(m, _p(v) ** 2, 2 * np.log(_p(v))) + 0.5 * m.shape[1]),
    "The latent dimensions are to be summed; this is their mean.": (
        lambda m, v: _kl(m, _p(v) ** 2, 2 * np.log(_p(v))) / m.shape[1]
    ),
    "A number for each sample was asked for; this is their mean.": (
        lambda m, v: _kl(m, _p(v) ** 2, 2 * np.log(_p(v))).mean()
    ),
    "A number for each sample was asked for; this is their sum.": (
        lambda m, v: _kl(m, _p(v) ** 2, 2 * np.log(_p(v))).sum()
    ),
}


@formula(
    task="For `z_mean` and `z_log_var` of shape (batch, latent_dim), return the KL, in nats, from "
    "N(μ, σ²) to N(0, 1) with the σ of the tutorial, σ = sigmoid(z_log_var): summed over the "
    "latent dimensions, of shape (batch,).",
    hints=(
        "Lesson 09: KL = -½ Σ (1 + log σ² - μ² - σ²). Only σ is another one here.",
        "With `sigma = ops.sigmoid(z_log_var)`: what is σ², and what is log σ²?",
        "log σ² = 2 log σ. Sum over axis 1, not over the batch.",
    ),
    shows="At μ = 0 and a log-variance of 0 the tutorial reports a KL of 0, and what it draws from "
    "has .318 nats per dimension: what it calls ELBO is a number too good to be true.",
    inputs=_gaussians,
    also={"log-variances of 0": (np.zeros((1, 2), "float32"),) * 2},
    wrong=OTHER_KL,
)
def kl_of_what_is_drawn(z_mean, z_log_var):
    sigma = ops.sigmoid(z_log_var)
    return -0.5 * ops.sum(1 + 2 * ops.log(sigma) - z_mean**2 - sigma**2, axis=1)


GAN_PARTS, VAE_PARTS = ("generator", "discriminator", "data"), ("encoder", "decoder", "data")


def _report(parts, call):
    """The doctor's report of what an answer returned."""
    expect(parts is not None, f"{call} returned None; end it with `return` and a dictionary.")
    expect(
        isinstance(parts, dict),
        f"{call} returned {type(parts).__name__}; expected a dictionary of what `doctor.examine` "
        "takes.",
    )
    needed = VAE_PARTS if "encoder" in parts else GAN_PARTS
    missing = [name for name in needed if name not in parts]
    expect(not missing, f"{call} lacks {', '.join(missing)}; it has {', '.join(parts) or 'none'}.")
    told = {"train_step", "losses"} & set(parts)
    expect(told, f"{call} needs losses or a train_step, or there is no training to look at.")
    if needed is VAE_PARTS:
        return doctor.examine_vae(**parts)
    return doctor.examine(**({"steps": 0} | parts))


def _examine_patient(answer):
    expect_function(answer)
    ill, mended = answer(True), answer(False)
    expect_attempt(ill)
    expect(
        not (isinstance(ill, dict) and ill is mended),
        "Both calls returned the same dictionary: build a new one in each call.",
    )
    of_ill, of_mended = _report(ill, "my_patient(True)"), _report(mended, "my_patient(False)")
    codes = [[finding.code for finding in report.findings] for report in (of_ill, of_mended)]
    expect(
        of_mended.healthy or not of_ill.healthy,
        "my_patient(True) is healthy, and my_patient(False) is ill: turn the argument round.",
    )
    expect(
        not of_ill.healthy,
        "The doctor finds my_patient(True) healthy"
        + (f" ({', '.join(codes[0])} is only worth a look)." if codes[0] else ".")
        + " Make it ill in a way that can be measured.",
    )
    left = [f"{f.code}: {f.evidence}" for f in of_mended.findings if f.severity != "worth a look"]
    hint = " Does your function look at its argument?" if codes[0] == codes[1] else ""
    expect(of_mended.healthy, f"my_patient(False) is still ill. {' '.join(left)}{hint}")


@examined(
    task="Write a patient of your own: `my_patient(ill)` returns a new dictionary of what "
    "`doctor.examine` takes, with an illness that the doctor finds if `ill` is True, and without "
    "any if it is False.",
    hints=(
        "Start from one that is well: two networks of lesson 06 in the plane, points of "
        "`datasets.make_ring`, and `losses` by player, each a function of real and fake scores.",
        "Then break one thing: a sign, a label, a sigmoid too many, data in another range.",
        'For instance "generator": lambda real, fake: sign * '
        "losses.non_saturating_generator_loss(fake), where sign is -1 if ill and else 1.",
    ),
    shows="Ill and mended differ in one thing, and the doctor tells them apart: such pairs are how "
    "a fault finder is tested, this one, too.",
    examine=_examine_patient,
)
def my_patient(ill):
    keras.utils.set_random_seed(0)
    sign = -1 if ill else 1
    return {
        "generator": models.build_planar_generator(),
        "discriminator": models.build_planar_discriminator(),
        "data": datasets.make_ring(1024, seed=0)[0],
        "losses": {
            "discriminator": losses.discriminator_loss,
            "generator": lambda real, fake: sign * losses.non_saturating_generator_loss(fake),
        },
    }
