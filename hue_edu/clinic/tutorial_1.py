"""T1: a dense and convolutional GAN in colour."""

from keras import layers

from .. import datasets, losses, models
from .game import Game, adams, digits, without
from .tutorial import Defect, Tutorial

R1_WEIGHT = 5.0  # γ = 10 of Mescheder et al. (2018), whose penalty has half of it

DEFECTS = (
    Defect(
        "builders that are never called",
        "The step is given the functions that build the networks, instead of networks.",
        "wiring",
        stops_with=AttributeError,
    ),
    Defect(
        "no way from 7 × 7 to 28 × 28",
        "Nothing enlarges the 7 × 7 places of the generator, while real pictures have 28 × 28.",
        "transposed convolutions",
        "shape-mismatch",
    ),
    Defect(
        "both want the same",
        "The generator minimises the discriminator's own loss, so it helps to be found out.",
        "minimax",
        "same-objective",
    ),
    Defect(
        "gradients that are never applied",
        "Both gradients are taken, and no optimizer is asked to move a weight.",
        "autodiff",
        "player-never-moves",
    ),
)


def _make(left, seed, num):
    build = models.build_colour_generator, models.build_colour_discriminator
    if "builders that are never called" in left:
        generator, discriminator = build
    else:
        generator, discriminator = (part() for part in build)
        if "no way from 7 × 7 to 28 × 28" in left:
            generator = without(generator, layers.UpSampling2D)
    loss = losses.ADVERSARIAL_LOSSES["non_saturating"]
    if "both want the same" in left:
        loss = loss._replace(generator=loss.discriminator)
    return Game(
        generator=generator,
        discriminator=discriminator,
        data=datasets.tint(digits(num), seed=0),
        loss=loss,
        optimizers=adams(2e-4),
        penalty=r1,
        moves=() if DEFECTS[-1].name in left else ("discriminator", "generator"),
        seed=seed,
    ).parts()


def r1(discriminator, x_real, x_fake):
    """What the tutorial calls a gradient penalty: the squared slope at real pictures, R1."""
    return R1_WEIGHT * losses.r1_penalty(discriminator, x_real)


T1 = Tutorial(
    title="A dense and convolutional GAN in colour",
    claims="It trains with a gradient penalty, and evaluates the generator by the "
    "discriminator's score of one picture.",
    truth="Its networks are never built and do not fit together; both players want the same, and "
    "neither moves. The penalty is R1, and one score says nothing about the pictures.",
    defects=DEFECTS,
    ruin="gradients that are never applied",
    make=_make,
)
