"""Wrong answers to ps1 with their names; a student's check knows the visible ones only."""

import numpy as np

LN2 = np.log(2)


def softplus(x):
    return np.logaddexp(0, x)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def bits(log_p, d, levels, base=LN2, sign=-1, scale=None, mean=np.mean):
    scale = np.log2((levels - 1) / 2) if scale is None else scale
    return sign * mean(log_p) / (d * base) + scale


def logit(log_p, log_q, share):
    return log_p - log_q + np.log(share / (1 - share))


def three(real, fake, kl=None, reverse=None, jsd=None):
    best = LN2 - (np.mean(softplus(-real)) + np.mean(softplus(fake))) / 2
    return (
        np.mean(real) if kl is None else kl,
        -np.mean(fake) if reverse is None else reverse,
        best if jsd is None else jsd,
    )


def smoothed(real, fake, real_label, fake_label=0.0, mean=np.mean, half=1.0):
    return half * (
        mean(softplus(real) - real_label * real) + mean(softplus(fake) - fake_label * fake)
    )


def slopes(l, minimax=None, other=None, squares=None):
    return (
        -np.exp(-softplus(-l)) if minimax is None else minimax,
        -np.exp(-softplus(l)) if other is None else other,
        l - 1 if squares is None else squares,
    )


VISIBLE = {
    "bits_per_dimension": {
        "These are nats: bits need a division by ln 2.": lambda *given: bits(*given, base=1),
        "The scale is missing: log p(x) is not log p(v).": lambda *given: bits(*given, scale=0),
        "The sign is wrong: it is minus the logarithm.": lambda *given: bits(*given, sign=1),
        "The step is 2/(L - 1) of x, as 0 and L - 1 become -1 and 1; this takes 2/L.": (
            lambda log_p, d, levels: bits(log_p, d, levels, scale=np.log2(levels / 2))
        ),
        "The scale has the wrong sign: a longer step makes the density lower, not higher.": (
            lambda log_p, d, levels: bits(log_p, d, levels, scale=-np.log2((levels - 1) / 2))
        ),
    },
    "optimal_logit": {
        "The share of real samples is missing; this is right for as many real as fake.": (
            lambda log_p, log_q, share: log_p - log_q
        ),
        "The share is turned around: π belongs to p.": (
            lambda log_p, log_q, share: logit(log_p, log_q, 1 - share)
        ),
        "p and q have changed places.": lambda log_p, log_q, share: logit(log_q, log_p, share),
        "This is the probability D*; its logit was asked for.": (
            lambda *given: sigmoid(logit(*given))
        ),
        "The densities are lost: exp(-2000) is 0. Stay with the logarithms.": (
            lambda log_p, log_q, share: np.log(
                share * np.exp(log_p) / ((1 - share) * np.exp(log_q))
            )
        ),
    },
    "divergences": {
        "KL(q‖p) has the wrong sign: q's logarithm comes first there.": (
            lambda real, fake: three(real, fake, reverse=np.mean(fake))
        ),
        "KL(p‖q) is a mean over samples of p, the real ones.": (
            lambda real, fake: three(real, fake, kl=np.mean(fake))
        ),
        "KL(q‖p) is a mean over samples of q, the generated ones.": (
            lambda real, fake: three(real, fake, reverse=-np.mean(real))
        ),
        "This is D's loss itself: JSD is ln 2 minus half of it.": (
            lambda real, fake: three(
                real, fake, jsd=np.mean(softplus(-real)) + np.mean(softplus(fake))
            )
        ),
        "Half of the two means is missing in JSD.": (
            lambda real, fake: three(
                real, fake, jsd=2 * LN2 - np.mean(softplus(-real)) - np.mean(softplus(fake))
            )
        ),
    },
    "smoothed_loss": {
        "The fake samples are smoothed too; one-sided means that they keep 0.": (
            lambda real, fake, s: smoothed(real, fake, 1 - s, s)
        ),
        "Nothing is smoothed: real samples have the label 1 here.": (
            lambda real, fake, s: smoothed(real, fake, 1)
        ),
        "The wrong side is smoothed: the real samples' labels become 1 - s.": (
            lambda real, fake, s: smoothed(real, fake, 1, s)
        ),
        "The label of real samples is s instead of 1 - s.": (
            lambda real, fake, s: smoothed(real, fake, s)
        ),
        "Summed over the batch; a mean was asked for.": (
            lambda real, fake, s: smoothed(real, fake, 1 - s, mean=np.sum)
        ),
    },
    "generator_slopes": {
        "The minimax slope is positive here: log(1 - D) falls as the logit grows.": (
            lambda l: slopes(l, minimax=np.exp(-softplus(-l)))
        ),
        "The slopes of minimax and non-saturating have changed places.": (
            lambda l: slopes(l, minimax=slopes(l)[1], other=slopes(l)[0])
        ),
        "The slope of ½(l - 1)² has no factor 2: the ½ takes it away.": (
            lambda l: slopes(l, squares=2 * (l - 1))
        ),
        "These are slopes by D, not by the logit: a factor D(1 - D) is missing.": (
            lambda l: slopes(l, minimax=-1 / (1 - sigmoid(l)), other=-1 / sigmoid(l))
        ),
        "Divided by the batch size: each sample was asked for by itself.": (
            lambda l: tuple(slope / len(l) for slope in slopes(l))
        ),
    },
}
HIDDEN = {
    "bits_per_dimension": {
        "This is per picture: divide by the number of dimensions.": (
            lambda log_p, d, levels: d * bits(log_p, d, levels)
        ),
        "Only 256 levels are right: 127.5 stands for (L - 1)/2.": (
            lambda log_p, d, levels: bits(log_p, d, levels, scale=np.log2(127.5))
        ),
        "Summed over the batch; a mean was asked for.": (
            lambda *given: bits(*given, mean=np.sum)
        ),
    },
    "optimal_logit": {
        "The share's own logarithm is not enough: fake samples have the share 1 - π.": (
            lambda log_p, log_q, share: log_p - log_q + np.log(share)
        ),
        "This is the ratio itself; its logarithm was asked for.": (
            lambda log_p, log_q, share: share / (1 - share) * np.exp(log_p - log_q)
        ),
    },
    "divergences": {
        "Real and fake samples are averaged in one pool, so the larger batch weighs more.": (
            lambda real, fake: three(
                real, fake,
                jsd=LN2 - np.mean(np.concatenate([softplus(-real), softplus(fake)])),
            )  # fmt: skip
        ),
        "JSD is in bits; nats were asked for.": (
            lambda real, fake: three(real, fake, jsd=three(real, fake)[2] / LN2)
        ),
        "The JSD is lost where D is sure: log(1 - D) of a D that is rounded to 1 is infinite.": (
            lambda real, fake: three(
                real, fake,
                jsd=LN2 + (np.mean(np.log(sigmoid(real))) + np.mean(np.log(1 - sigmoid(fake)))) / 2,
            )  # fmt: skip
        ),
    },
    "smoothed_loss": {
        "Smoothed as Keras' label_smoothing does: half of s, and on both sides.": (
            lambda real, fake, s: smoothed(real, fake, 1 - s / 2, s / 2)
        ),
        "Half of the two losses; their sum was asked for.": (
            lambda real, fake, s: smoothed(real, fake, 1 - s, half=0.5)
        ),
        "The loss is lost at large logits: take the logarithm of 1 + exp(l) with `np.logaddexp`.": (
            lambda real, fake, s: (
                np.mean(np.log(1 + np.exp(real)) - (1 - s) * real)
                + np.mean(np.log(1 + np.exp(fake)))
            )
        ),
    },
    "generator_slopes": {
        "Non-saturating is steep where D is sure of a fake; this slope vanishes there.": (
            lambda l: slopes(l, other=slopes(l)[0])
        ),
        "The sign is turned around: these are the directions in which G moves.": (
            lambda l: tuple(-slope for slope in slopes(l))
        ),
    },
}
