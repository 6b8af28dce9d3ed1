"""Exercises of lesson 04: pixels, losses, weights, and the training step."""

from itertools import pairwise

import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import expit

from .. import losses
from . import steps
from .exercise import formula, staged


def _pixels(rng, num):
    return (rng.integers(0, 256, (num, 4, 4)).astype("uint8"),)


@formula(
    task="Map pixels, whole numbers from 0 to 255, to the range of tanh.",
    hints=(
        "0 must become -1, and 255 must become 1.",
        "Divide first, then subtract: half of 255 is 127.5.",
    ),
    shows="Real and fake now live in the same range: D cannot tell them by a negative pixel.",
    inputs=_pixels,
    wrong={
        "These are numbers from 0 to 1: paper must be -1. A D would see which images have negative "
        "pixels, and know all fakes at once.": lambda pixels: np.asarray(pixels) / 255.0,
        "These are numbers from 0 to 2: the 1 is not taken away.": (
            lambda pixels: np.asarray(pixels) / 127.5
        ),
        "Divided by 128: 255 becomes 0.992 instead of 1; half of 255 is 127.5.": (
            lambda pixels: np.asarray(pixels) / 128.0 - 1
        ),
        "The sign is turned: ink is 1, paper is -1.": lambda pixels: 1 - np.asarray(pixels) / 127.5,
        "The whole numbers overflow: uint8 knows nothing below 0. Turn them into float first.": (
            lambda pixels: (np.asarray(pixels) - np.uint8(128)) / 127.5
        ),
    },
    also={"the ends, 0 and 255": (np.array([[[0, 255]]], "uint8"),)},
    tensors=False,
)
def to_tanh_range(pixels):
    return pixels / 127.5 - 1


def _logits(rng, num):
    return tuple(rng.normal(mean, 2, (num, 1)).astype("float32") for mean in (1, -1))


def _mean_bce(label, logits):
    return ops.mean(losses.binary_cross_entropy(label, logits))


def _sum_bce(label, logits):
    return ops.sum(losses.binary_cross_entropy(label, logits))


@formula(
    task="Write D's loss from logits, with ops.softplus.",
    hints=(
        "BCE(1, l) is `ops.softplus(-l)`, BCE(0, l) is `ops.softplus(l)`.",
        "A mean for the real batch, a mean for the fake one; the loss is their sum.",
    ),
    shows="You have written `losses.discriminator_loss`: 2 ln 2 = 1.386 where D cannot tell.",
    inputs=_logits,
    wrong={
        "The labels are swapped: real is 1, fake is 0. This D would learn to be fooled.": (
            lambda real, fake: _mean_bce(0.0, real) + _mean_bce(1.0, fake)
        ),
        "These are sums over the batch; the loss takes means, so that it does not grow with it.": (
            lambda real, fake: _sum_bce(1.0, real) + _sum_bce(0.0, fake)
        ),
        "This is half of it: the loss is the *sum* of the two means.": (
            lambda real, fake: (_mean_bce(1.0, real) + _mean_bce(0.0, fake)) / 2
        ),
        "The fakes are missing: a D that always says real would be perfect.": (
            lambda real, fake: _mean_bce(1.0, real)
        ),
        "The real images are missing: a D that always says fake would be perfect.": (
            lambda real, fake: _mean_bce(0.0, fake)
        ),
        "This is L_G, the generator's loss.": lambda real, fake: _mean_bce(1.0, fake),
        "Fakes get the label 1, too: that is L_G's wish, in D's loss.": (
            lambda real, fake: _mean_bce(1.0, real) + _mean_bce(1.0, fake)
        ),
        "A sigmoid is applied before softplus, which already holds one.": (
            lambda real, fake: _mean_bce(1.0, ops.sigmoid(real)) + _mean_bce(0.0, ops.sigmoid(fake))
        ),
        "The mean is missing: one value for each sample is left.": lambda real, fake: (
            ops.softplus(-real) + ops.softplus(fake)
        ),
    },
)
def my_discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))


@formula(
    task="Count the weights of a dense network from the sizes of its layers.",
    hints=(
        "From a inputs to b outputs: a·b weights, and a bias for each output.",
        "`itertools.pairwise(sizes)` goes through the pairs of neighbours.",
    ),
    shows="The dense generator 100 → 128 → 256 → 784 has 247,440, four fifths of them in the last "
    "layer.",
    inputs=lambda rng, num: (rng.integers(2, 300, rng.integers(2, 6)),),
    wrong={
        "The biases are missing: one for each output of a layer.": (
            lambda sizes: sum(int(a) * int(b) for a, b in pairwise(sizes))
        ),
        "The biases are counted for the inputs; there is one for each *output*.": (
            lambda sizes: sum(int(a) * int(b) + int(a) for a, b in pairwise(sizes))
        ),
        "One bias a layer is too few: each output has its own.": (
            lambda sizes: sum(int(a) * int(b) + 1 for a, b in pairwise(sizes))
        ),
        "These are the units, not the connections between them.": lambda sizes: int(sum(sizes)),
        "All sizes are multiplied; each pair of neighbours is a layer, and layers are added.": (
            lambda sizes: float(np.prod(np.asarray(sizes, float)))
        ),
        "Only the last layer is counted.": lambda sizes: (
            int(sizes[-2]) * int(sizes[-1]) + int(sizes[-1])
        ),
    },
    tensors=False,
    tolerance=1e-9,
    counts="",
)
def count_weights(sizes):
    return sum(a * b + b for a, b in pairwise(sizes))


@staged(
    task="Write one training step of a GAN; return d_loss and g_loss.",
    hints=(
        "The forward pass stands in the cell with the two tapes, the rest in the cell after it.",
        "Fakes, real logits, fake logits, both losses, each with `training=True`, under two tapes.",
        "D's tape with D's weights and D's optimizer; the same for G. Return both losses.",
    ),
    shows="Both losses and all weights of both players are as they should be, in two batch sizes.",
    observe=steps.observe_step,
    wrong={
        "D is never updated: its weights are as before, and G would learn to please a random D.": (
            steps.broken_step(d_moves=False)
        ),
        "G is never updated: its weights are as before.": steps.broken_step(g_moves=False),
        "Nobody is updated: gradients are computed and never applied.": (
            steps.broken_step(d_moves=False, g_moves=False)
        ),
        "D is moved by G's loss: it learns to be fooled.": steps.broken_step(d_of="g"),
        "G is moved by D's loss: it learns to help D. Its gradient must come from g_loss.": (
            steps.broken_step(g_of="d")
        ),
        "Each player gets the other's loss.": steps.broken_step(d_of="g", g_of="d"),
        "G climbs D's loss: that is the minimax game; use g_loss here.": steps.broken_step(
            g_of="-d"
        ),
        "The labels are swapped in D's loss: real is 1, fake is 0.": steps.broken_step(
            swapped=True
        ),
        "G's loss has the label 0: this G wants its fakes to be called fake.": (
            steps.broken_step(g_label=0)
        ),
        "This is the minimax loss of G; the lesson takes the non-saturating one.": (
            steps.broken_step(g_label="minimax")
        ),
        "The two losses are returned in the wrong order: d_loss first.": (
            steps.broken_step(returned=("g", "d"))
        ),
        "D's loss is halved: it is the *sum* of the two means.": steps.broken_step(half=0.5),
        "`training=True` is missing: batch normalisation runs in its everyday mode.": (
            steps.broken_step(training=False)
        ),
        "Real and fake images went through D in one batch, so batch normalisation mixed them; "
        "the lesson gives each its own pass.": steps.broken_step(joined=True),
        "G's loss comes from a second pass, after D has moved. Many programs do that; this task, "
        "like the lesson, takes both losses from one pass.": steps.broken_step(turns=True),
    },
    tolerance=1e-3,
)
def my_step(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
    with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
        x_fake = generator(z, training=True)
        real_logits = discriminator(x_real, training=True)
        fake_logits = discriminator(x_fake, training=True)
        d_loss = losses.discriminator_loss(real_logits, fake_logits)
        g_loss = losses.non_saturating_generator_loss(fake_logits)
    d_weights, g_weights = discriminator.trainable_variables, generator.trainable_variables
    d_optimizer.apply(d_tape.gradient(d_loss, d_weights), d_weights)
    g_optimizer.apply(g_tape.gradient(g_loss, g_weights), g_weights)
    return d_loss, g_loss


@formula(
    task="From D's loss, find c, if D gave c to each real and 1 - c to each fake image.",
    hints=(
        "Put D(x) = c and D(G(z)) = 1 - c into L_D: both terms are the same.",
        "L_D = -2 ln c. Solve for c.",
    ),
    shows="A loss of 1.386 is a coin toss; the last loss of the smallest GAN, 0.97, is c = 0.62.",
    inputs=lambda rng, num: (rng.uniform(0.05, 2, num),),
    wrong={
        "L_D has two terms, so L_D = -2 ln c: halve the loss first.": lambda x: np.exp(
            -np.asarray(x)
        ),
        "This is 1 - c, what D gives to a fake.": lambda x: 1 - np.exp(-np.asarray(x) / 2),
        "The sign is missing: a probability is at most 1.": lambda x: np.exp(np.asarray(x) / 2),
        "The loss is no logit: undo a logarithm, not a sigmoid.": lambda x: expit(x),
        "This takes logarithms to base 2; nats are to base e.": lambda x: 2 ** (-np.asarray(x) / 2),
    },
    tensors=False,
    counts="loss value",
)
def certainty(d_loss):
    return np.exp(-d_loss / 2)
