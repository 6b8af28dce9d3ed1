"""Exercises of lesson 04: pixels, losses, weights, and the training step."""

from itertools import combinations, pairwise
from math import prod

import numpy as np
import tensorflow as tf
from keras import ops

from .. import losses
from ..answers.numbers import expect_function
from . import mistakes_04 as known
from . import steps
from .kinds import formula, staged


@formula(
    task="Map pixels, whole numbers from 0 to 255, to the range of tanh.",
    hints=(
        "tanh reaches from -1 to 1: so 0 must become -1, and 255 must become 1.",
        "How wide is the new range, and how wide the old one? Their ratio is the factor.",
        "Divide by half of 255, which is 127.5. Where does 0 lie then, and where should it lie?",
    ),
    shows="Real and fake images now lie in the same range: D cannot tell them apart by it.",
    inputs=known.pixels,
    wrong=known.WRONG_PIXELS,
    also={"the ends, 0 and 255": known.THE_ENDS},
    tensors=False,
    tolerance=1e-3,
)
def to_tanh_range(pixels):
    return pixels / 127.5 - 1


@formula(
    task="Write D's loss from logits, with ops.softplus; it must stay finite where D is sure.",
    hints=(
        "BCE(1, l) is `ops.softplus(-l)`. What is BCE(0, l)?",
        "BCE(0, l) = -log(1 - σ(l)) = log(1 + e^l), which is the softplus of l itself.",
        "Real images have the label 1, fakes the label 0. Take a mean over each batch, and add.",
    ),
    shows="You have written `losses.discriminator_loss`: 2 ln 2 = 1.386 where D cannot tell.",
    inputs=known.logits,
    wrong=known.WRONG_LOSSES,
    also={"a D that is sure and wrong": known.SURE_AND_WRONG},
)
def my_discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))


_SIZES = ([10, 64, 784], [7, 3], [100, 128, 256, 784], [5, 2, 9, 4, 6], [3, 1])


def _observe_counts(answer):
    """The counts of networks of several depths, from lists as in the task."""
    expect_function(answer)
    for sizes in _SIZES:
        yield f"for sizes = {sizes}", answer(list(sizes))


_WRONG_COUNTS = {
    "The biases are missing: one for each output of a layer.": (
        lambda sizes: sum(a * b for a, b in pairwise(sizes))
    ),
    "The biases are counted for the inputs; there is one for each *output*.": (
        lambda sizes: sum(a * b + a for a, b in pairwise(sizes))
    ),
    "Biases are counted for the inputs and for the outputs; only each *output* has one.": (
        lambda sizes: sum(a * b + a + b for a, b in pairwise(sizes))
    ),
    "One bias per layer is too few: each output has its own.": (
        lambda sizes: sum(a * b + 1 for a, b in pairwise(sizes))
    ),
    "One bias for the whole network is too few: each output of a layer has its own.": (
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + 1
    ),
    "The input gets biases, too; they belong to the outputs of the layers.": (
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sum(sizes)
    ),
    "The biases of the last layer are missing.": (
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sum(sizes[1:-1])
    ),
    "Only the last layer gets its biases; each layer has some.": (
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sizes[-1]
    ),
    "Only the first layer gets its biases; each layer has some.": (
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sizes[1]
    ),
    "1 is added to both sizes of a pair; a bias only acts like one more *input*.": (
        lambda sizes: sum((a + 1) * (b + 1) for a, b in pairwise(sizes))
    ),
    "These are the units, not the connections between them.": sum,
    "These are the biases alone; the connections between the layers are missing.": (
        lambda sizes: sum(sizes[1:])
    ),
    "The sizes of a pair are added; each input meets each output, so multiply them.": (
        lambda sizes: sum(a + b for a, b in pairwise(sizes))
    ),
    "All sizes are multiplied; each pair of neighbours is a layer, and layers are added.": prod,
    "The layers are multiplied; their weights are to be added.": (
        lambda sizes: prod(a * b + b for a, b in pairwise(sizes))
    ),
    "Every size meets every other; only neighbours are connected.": (
        lambda sizes: sum(a * b + b for a, b in combinations(sizes, 2))
    ),
    "Only the first and the last size are used; the hidden layers are left out.": (
        lambda sizes: sizes[0] * sizes[-1] + sizes[-1]
    ),
    "Only the last layer is counted.": lambda sizes: sizes[-2] * sizes[-1] + sizes[-1],
    "Only the first layer is counted. Does a `return` stand inside the loop?": (
        lambda sizes: sizes[0] * sizes[1] + sizes[1]
    ),
    "The last layer is left out.": lambda sizes: sum(a * b + b for a, b in pairwise(sizes[:-1])),
}


@staged(
    task="Count the weights of a dense network from a list of the sizes of its layers.",
    hints=(
        "Begin with one layer: how many weights lead from 10 numbers to 64?",
        "From a inputs to b outputs lead a·b weights, and each output has a bias.",
        "`pairwise(sizes)` gives the pairs (a, b) of neighbours; add up what each pair needs.",
    ),
    shows="The dense generator 100 → 128 → 256 → 784 has 247,440, four fifths of them in the last "
    "layer.",
    observe=_observe_counts,
    wrong=_WRONG_COUNTS,
    tolerance=1e-9,
    seconds=5,
)
def count_weights(sizes):
    return sum(a * b + b for a, b in pairwise(sizes))


@staged(
    task="Write one training step of a GAN; return d_loss and g_loss.",
    hints=(
        "The forward pass stands in the lesson's cell with the two tapes, the rest in the cell "
        "after it.",
        "Under the two tapes: the fakes, the real logits, the fake logits (each network called "
        "with `training=True`) and both losses.",
        "After the tapes: D's tape gives the gradients of d_loss for D's weights, and D's "
        "optimizer applies them. G's tape does the same for G.",
    ),
    shows="Both losses and all weights of both players are as they should be, for two sizes of "
    "batches.",
    observe=known.observe_step,
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
        "`training=True` is missing: batch normalisation stays in inference mode.": (
            steps.broken_step(training=False)
        ),
        "Real and fake images went through D in one batch, so batch normalisation mixed them; "
        "the lesson gives each its own pass.": steps.broken_step(joined=True),
        "G's loss comes from a second pass, after D has moved. Many programs do that; this task, "
        "like the lesson, takes both losses from one pass.": steps.broken_step(turns=True),
        **known.MORE_WRONG_STEPS,
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


def _a_loss(rng, num):
    """One number, as `float(d_loss)` is."""
    return (rng.uniform(0.2, 1.3),)


_A_POOR_D = {"the loss of a poor D": (2.5,)}
_WRONG_CERTAINTIES = {
    "This is a sigmoid; what undoes a logarithm is the exponential: L_D = -2 ln c.": (
        lambda x: 1 / (1 + np.exp(-x / 2))
    ),
    "A straight line is near the answer for small losses only: L_D = -2 ln c.": lambda x: 1 - x / 2,
    "L_D has two terms, so L_D = -2 ln c: halve the loss first.": lambda x: np.exp(-x),
    "The loss is doubled where it should be halved.": lambda x: np.exp(-2 * x),
    "The probability is halved; halve the loss, inside the exponential.": lambda x: np.exp(-x) / 2,
    "This is 1 - c, what D gives to a fake.": lambda x: 1 - np.exp(-x / 2),
    "This is 1 minus the probability, and the loss is not halved: L_D = -2 ln c.": (
        lambda x: 1 - np.exp(-x)
    ),
    "The sign is missing: a probability is at most 1.": lambda x: np.exp(x / 2),
    "Two things are missing, the sign and the half: L_D = -2 ln c.": np.exp,
    "This is -ln c; undo the logarithm, too.": lambda x: x / 2,
    "The loss is no logit: undo a logarithm, not a sigmoid.": lambda x: 1 / (1 + np.exp(-x)),
    "A sigmoid is taken of minus the loss; but the loss is no logit: undo a logarithm.": (
        lambda x: 1 / (1 + np.exp(x))
    ),
    "A sigmoid is taken of minus half the loss; but the loss is no logit: undo a logarithm.": (
        lambda x: 1 / (1 + np.exp(x / 2))
    ),
    "This is the logit that gives c; c itself is asked for.": lambda x: -np.log(np.exp(x / 2) - 1),
    "This takes logarithms to base 2; nats are to base e.": lambda x: 2 ** (-x / 2),
    "This takes logarithms to base 10; nats are to base e.": lambda x: 10 ** (-x / 2),
    "Minus half the logarithm of the loss is taken; undo the logarithm that the loss holds.": (
        lambda x: -np.log(x) / 2
    ),
    "Half the logarithm of the loss is taken; undo the logarithm that the loss holds.": (
        lambda x: np.log(x) / 2
    ),
    "A negative number has no logarithm; undo the logarithm that the loss holds.": (
        lambda x: x * np.nan
    ),
    "The square root of the loss is taken; undo the logarithm first.": np.sqrt,
    "The loss is squared; it should be halved.": lambda x: np.exp(-(x**2)),
    "This solves c (1 - c) = exp(-L_D). But D gives 1 - c to a fake, which therefore costs "
    "-ln(1 - (1 - c)) = -ln c.": lambda x: (1 + np.sqrt(1 - 4 * np.exp(-x))) / 2,
    "This is a straight line from 1 to 0 at 2 ln 2; the loss is a logarithm of c.": (
        lambda x: 1 - x / (2 * np.log(2))
    ),
    "This is the share of 2 ln 2, the loss of a coin toss; the loss is a logarithm of c.": (
        lambda x: x / (2 * np.log(2))
    ),
    "This is 1 - L_D; the loss is a logarithm of c.": lambda x: 1 - x,
}


@formula(
    task="Suppose D gives c to each real and 1 - c to each fake image. Find c from D's loss.",
    hints=(
        "Put D(x) = c and D(G(z)) = 1 - c into L_D. What does a fake cost?",
        "Both terms are the same, -ln c.",
        "So L_D = -2 ln c. Solve this for c.",
    ),
    shows="A loss of 1.386 is that of a coin toss; the last loss of the smallest GAN, 0.97, is "
    "c = 0.62.",
    inputs=_a_loss,
    wrong=_WRONG_CERTAINTIES,
    also=_A_POOR_D,
    tensors=False,
    tolerance=2e-3,
)
def certainty(d_loss):
    return np.exp(-d_loss / 2)
