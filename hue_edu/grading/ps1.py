"""ps1: losses and the best discriminator (lessons 01 to 03); it needs NumPy alone."""

import numpy as np

from .questions import Assignment, Part, Question, several


def _likelihoods(levels):
    def inputs(rng, num):
        num_dimensions = int(rng.integers(2, 900))
        bits = rng.uniform(1, 6, num)
        return -bits * num_dimensions * np.log(2), num_dimensions, levels(rng)

    return inputs


def _log_densities(shares, shift=0.0):
    def inputs(rng, num):
        return rng.normal(shift - 3, 2, num), rng.normal(shift - 3, 2, num), shares(rng)

    return inputs


def _logits(scale, more_fake=0):
    def inputs(rng, num):
        return rng.normal(1, 2, num) * scale, rng.normal(-1, 2, num + more_fake) * scale

    return inputs


def _smoothed(scale, more_fake=0):
    def inputs(rng, num):
        return *_logits(scale, more_fake)(rng, num), float(rng.uniform(0.05, 0.4))

    return inputs


def _fake_logits(low, high):
    return lambda rng, num: (rng.uniform(low, high, num),)


def _any_share(rng):
    return float(rng.choice([rng.uniform(0.05, 0.4), rng.uniform(0.6, 0.95)]))


SLOPES = ("minimax", "non-saturating", "least squares")
DIVERGENCES = ("KL(p‖q)", "KL(q‖p)", "JSD")

ps1 = Assignment(
    "ps1",
    "Losses and the best discriminator",
    (
        Question(
            "bits_per_dimension", "likelihood in bits per dimension", "lesson 01",
            ("log_likelihoods", "num_dimensions", "num_levels"),
            (
                Part("photographs of 256 levels", 2, _likelihoods(lambda rng: 256)),
                Part("other numbers of levels", 2,
                     _likelihoods(lambda rng: int(rng.choice([3, 4, 8, 16, 1024])))),
            ),
        ),
        Question(
            "optimal_logit", "the best discriminator's logit", "lesson 02",
            ("log_p", "log_q", "share_real"),
            (
                Part("as many real as fake", 1, _log_densities(lambda rng: 0.5)),
                Part("another share of real ones", 2, _log_densities(_any_share)),
                Part("far from all samples", 1, _log_densities(_any_share, shift=-2000)),
            ),
        ),
        Question(
            "divergences", "three divergences, told by a discriminator", "lesson 02",
            ("real_logits", "fake_logits"),
            (
                Part("KL(p‖q)", 1, _logits(1), "KL(p‖q)"),
                Part("KL(q‖p)", 1, _logits(1), "KL(q‖p)"),
                Part("JSD", 1, _logits(1, more_fake=3), "JSD"),
                Part("JSD of a discriminator that is sure", 1, _logits(800), "JSD"),
            ),
            several(*DIVERGENCES),
        ),
        Question(
            "smoothed_loss", "D's loss with smoothed labels", "lesson 03",
            ("real_logits", "fake_logits", "smoothing"),
            (
                Part("values", 2, _smoothed(1)),
                Part("more fake than real samples", 1, _smoothed(1, more_fake=4)),
                Part("large logits", 1, _smoothed(800)),
            ),
        ),
        Question(
            "generator_slopes", "how hard three losses push", "lesson 03", ("fake_logits",),
            (
                *(Part(name, 1, _fake_logits(-5, 5), name) for name in SLOPES),
                Part("where D is sure", 1, _fake_logits(-900, 900)),
            ),
            several(*SLOPES),
        ),
    ),
    seconds=5,
)  # fmt: skip
