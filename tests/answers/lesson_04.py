"""Answers to the exercises of lesson 04, right and wrong ones, as learners write them."""

import math
from itertools import combinations, pairwise

import keras
import numpy as np
import scipy.special
import tensorflow as tf
from keras import layers, ops

from hue_edu import losses

mean, softplus = ops.mean, ops.softplus
bce = keras.losses.BinaryCrossentropy(from_logits=True)
bce_of_probabilities = keras.losses.BinaryCrossentropy()


def with_tensorflow(real, fake):
    def cross_entropy(label, logits):
        labels = tf.fill(tf.shape(logits), label)
        cost = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
        return tf.reduce_mean(cost)

    return cross_entropy(1.0, real) + cross_entropy(0.0, fake)


def with_a_loop(real, fake):
    total = 0.0
    for logit in np.ravel(real):
        total += np.log(1 + np.exp(-logit)) / len(real)
    for logit in np.ravel(fake):
        total += np.log(1 + np.exp(logit)) / len(fake)
    return total


def by_keras(sizes):
    stack = [keras.Input((sizes[0],)), *(layers.Dense(size) for size in sizes[1:])]
    return keras.Sequential(stack).count_params()


def counted(sizes):
    total = 0
    for k in range(1, len(sizes)):
        total += sizes[k - 1] * sizes[k] + sizes[k]
    return total


def with_arrays(sizes):
    sizes = np.array(sizes)
    return (sizes[:-1] * sizes[1:]).sum() + sizes[1:].sum()


def first_layer(sizes):
    for a, b in pairwise(sizes):
        return a * b + b


def last_layer(sizes):
    for a, b in pairwise(sizes):
        total = a * b + b
    return total


def step(
    modes=(True, True), labels=(1, 0, 1), reduce=mean, d_of=lambda d, g: d, g_of=lambda d, g: g,
    d_moves=1, g_moves=1, returned=lambda d, g: (d, g), weights=lambda D, G: (D, G), one=False,
    between=lambda x: x, old_api=False, redrawn=False,
):  # fmt: skip
    """A training step, right as it stands."""

    def cost(label, logits):
        return reduce(softplus(-logits) if label else softplus(logits))

    def take(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
        z = tf.random.normal(z.shape) if redrawn else z
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            x_fake = between(generator(z, training=modes[0]))
            fake_logits = discriminator(x_fake, training=modes[1])
            real_logits = discriminator(x_real, training=modes[1])
            d_loss = cost(labels[0], real_logits) + cost(labels[1], fake_logits)
            g_loss = cost(labels[2], fake_logits)
            d_target, g_target = d_of(d_loss, g_loss), g_of(d_loss, g_loss)
        d_own, g_own = (p.trainable_variables for p in weights(discriminator, generator))
        d_gradients = d_tape.gradient(d_target, d_own)
        g_gradients = g_tape.gradient(g_target, g_own)
        g_optimizer = d_optimizer if one else g_optimizer
        for optimizer, gradients, own, num in (
            (d_optimizer, d_gradients, d_own, d_moves),
            (g_optimizer, g_gradients, g_own, g_moves),
        ):
            for _ in range(num):
                if old_api:
                    optimizer.apply_gradients(zip(gradients, own))
                else:
                    optimizer.apply(gradients, own)
        return returned(d_loss, g_loss)

    return take


def one_tape(persistent, label=1.0, sign=1):
    def take(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
        with tf.GradientTape(persistent=persistent) as tape:
            fake_logits = discriminator(generator(z, training=True), training=True)
            real_logits = discriminator(x_real, training=True)
            d_loss = losses.discriminator_loss(real_logits, fake_logits)
            g_loss = sign * mean(losses.binary_cross_entropy(label, fake_logits))
        d_weights, g_weights = discriminator.trainable_weights, generator.trainable_weights
        d_optimizer.apply(tape.gradient(d_loss, d_weights), d_weights)
        g_optimizer.apply(tape.gradient(g_loss, g_weights), g_weights)
        return d_loss, g_loss

    return take


def in_turns(d_first=True, redrawn=False):
    def take(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
        def move_d():
            with tf.GradientTape() as tape:
                real_logits = discriminator(x_real, training=True)
                fake_logits = discriminator(generator(z, training=True), training=True)
                d_loss = losses.discriminator_loss(real_logits, fake_logits)
            weights = discriminator.trainable_variables
            d_optimizer.apply(tape.gradient(d_loss, weights), weights)
            return d_loss

        def move_g():
            fresh = tf.random.normal(z.shape) if redrawn else z
            with tf.GradientTape() as tape:
                fake_logits = discriminator(generator(fresh, training=True), training=True)
                g_loss = losses.non_saturating_generator_loss(fake_logits)
            weights = generator.trainable_variables
            g_optimizer.apply(tape.gradient(g_loss, weights), weights)
            return g_loss

        if d_first:
            return move_d(), move_g()
        g_loss = move_g()
        return move_d(), g_loss

    return take


def in_one_batch(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
    num = len(x_real)
    with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
        x = tf.concat([x_real, generator(z, training=True)], axis=0)
        logits = discriminator(x, training=True)
        d_loss = losses.discriminator_loss(logits[:num], logits[num:])
        g_loss = losses.non_saturating_generator_loss(logits[num:])
    d_weights, g_weights = discriminator.trainable_variables, generator.trainable_variables
    d_optimizer.apply(d_tape.gradient(d_loss, d_weights), d_weights)
    g_optimizer.apply(g_tape.gradient(g_loss, g_weights), g_weights)
    return d_loss, g_loss


def losses_after_the_tapes(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
    with tf.GradientTape() as d_tape:
        fake_logits = discriminator(generator(z, training=True), training=True)
        real_logits = discriminator(x_real, training=True)
    d_loss = losses.discriminator_loss(real_logits, fake_logits)
    weights = discriminator.trainable_variables
    d_optimizer.apply(d_tape.gradient(d_loss, weights), weights)
    return d_loss, d_loss


RIGHT = {
    "to_tanh_range": [
        lambda pixels: ops.cast(pixels, "float32") / 127.5 - 1,
        lambda pixels: tf.cast(pixels, tf.float32) / 127.5 - 1,
        lambda pixels: pixels.astype("float32") / 127.5 - 1,
        lambda pixels: (pixels.astype("float32") / 255 - 0.5) * 2,
        lambda pixels: 2 * (pixels / 255) - 1,
        lambda pixels: (2.0 * pixels - 255) / 255,
        lambda pixels: (np.array(pixels, dtype=float) - 127.5) / 127.5,
        lambda pixels: (pixels.astype(int) * 2 - 255) / 255,
        lambda pixels: np.interp(pixels, [0, 255], [-1, 1]),
        lambda pixels: np.divide(pixels, 127.5, dtype="float32") - 1,
        lambda pixels: layers.Rescaling(1 / 127.5, offset=-1)(pixels),
        lambda pixels: (pixels / 127.5 - 1).astype("float16"),
        lambda pixels: np.array([picture / 127.5 - 1 for picture in pixels]),
    ],
    "my_discriminator_loss": [
        lambda r, f: mean(softplus(-r)) + mean(softplus(f)),
        lambda r, f: mean(softplus(-r) + softplus(f)),
        lambda r, f: mean(softplus(-r), axis=0) + mean(softplus(f), axis=0),
        lambda r, f: mean(softplus(-r)) + mean(f + softplus(-f)),
        lambda r, f: tf.reduce_mean(tf.nn.softplus(-r)) + tf.reduce_mean(tf.nn.softplus(f)),
        lambda r, f: np.logaddexp(0, -r).mean() + np.logaddexp(0, f).mean(),
        lambda r, f: np.log1p(np.exp(-r)).mean() + np.log1p(np.exp(f)).mean(),
        lambda r, f: -mean(ops.log_sigmoid(r)) - mean(ops.log_sigmoid(-f)),
        lambda r, f: -scipy.special.log_expit(r).mean() - scipy.special.log_expit(-f).mean(),
        lambda r, f: bce(ops.ones_like(r), r) + bce(ops.zeros_like(f), f),
        lambda r, f: ops.sum(softplus(-r)) / len(r) + ops.sum(softplus(f)) / len(f),
        losses.discriminator_loss,
        with_tensorflow,
        with_a_loop,
    ],
    "count_weights": [
        lambda sizes: sum((a + 1) * b for a, b in pairwise(sizes)),
        lambda sizes: sum(sizes[k] * (sizes[k - 1] + 1) for k in range(1, len(sizes))),
        lambda sizes: sum(a * b for a, b in pairwise(sizes)) + sum(sizes[1:]),
        lambda sizes: np.dot(np.add(sizes[:-1], 1), sizes[1:]),
        lambda sizes: float(sum(map(lambda a, b: a * b + b, sizes[:-1], sizes[1:]))),
        by_keras,
        counted,
        with_arrays,
    ],
    "my_step": [
        step(),
        step(old_api=True),
        step(returned=lambda d, g: [d, g]),
        step(returned=lambda d, g: (float(d), float(g))),
        one_tape(persistent=True),
        tf.function(one_tape(persistent=True)),
    ],
    "certainty": [
        lambda d_loss: ops.exp(-d_loss / 2),
        lambda d_loss: ops.sqrt(ops.exp(-d_loss)),
        lambda d_loss: np.exp(-d_loss / 2),
        lambda d_loss: np.sqrt(np.exp(-d_loss)),
        lambda d_loss: tf.exp(-0.5 * d_loss),
        lambda d_loss: math.exp(-d_loss / 2),
        lambda d_loss: math.e ** (-d_loss / 2),
        lambda d_loss: 1 / math.sqrt(math.exp(d_loss)),
        lambda d_loss: round(float(np.exp(-d_loss / 2)), 3),
        lambda d_loss: [np.exp(-d_loss / 2)][0].item(),
    ],
}

WRONG = {
    "to_tanh_range": [
        (lambda p: p / 255, "from 0 to 1"),
        (lambda p: p / 127.5, "from 0 to 2"),
        (lambda p: p / 255 - 1, "from -1 to 0"),
        (lambda p: p / 255 - 0.5, "from -0.5 to 0.5"),
        (lambda p: p / 128 - 1, "0.992"),
        (lambda p: p / 127 - 1, "1.008"),
        (lambda p: (p - 128.0) / 127.5, "not 128"),
        (lambda p: (p - 127.0) / 127.5, "not 127"),
        (lambda p: (p - 1) / 127.5, "before the division"),
        (lambda p: 1 - p / 127.5, "sign is turned"),
        (lambda p: (p - 128) / 127.5, "overflow"),
        (lambda p: (p - 128) / 128, "overflow before they are divided by 128"),
        (lambda p: 2 * p / 255 - 1, "2 · 200 is 144. Divide"),
        (lambda p: (2 * p - 255) / 255, "overflow twice"),
        (lambda p: (p - 127) / 127, "got "),
        (lambda p: p, "as they came"),
        (lambda p: (p / 127.5 - 1).astype(int), "nearly all of it becomes 0"),
        (lambda p: (p / 127.5 - 1).astype("uint8"), "turned into uint8"),
        (lambda p: p // 127.5 - 1, "`//` rounds down"),
        (lambda p: np.round(p / 127.5 - 1), "rounded to whole numbers"),
        (lambda p: ops.tanh(ops.cast(p, "float32")), "tanh itself is applied to the pixels"),
        (lambda p: ops.tanh(p / 127.5 - 1), "applied at the end"),
        (lambda p: np.tanh(p / 255), "tanh is applied to numbers from 0 to 1"),
        (lambda p: np.clip(p, -1, 1), "cut off at -1 and 1"),
        (lambda p: (p - p.mean()) / p.std(), "standardised"),
        (lambda p: (p - p.min()) / (p.max() - p.min()) * 2 - 1, "own smallest and largest"),
        (lambda p: p / p.max() * 2 - 1, "own largest pixel"),
        (lambda p: (-1, 1), "shape (2,)"),
    ],
    "my_discriminator_loss": [
        (lambda r, f: mean(softplus(r)) + mean(softplus(-f)), "swapped"),
        (lambda r, f: ops.sum(softplus(-r)) + ops.sum(softplus(f)), "sums over the batch"),
        (lambda r, f: mean(softplus(-r) + softplus(f)) / 2, "half of it"),
        (lambda r, f: 2 * mean(softplus(-r) + softplus(f)), "2 times"),
        (lambda r, f: softplus(-r) + softplus(f), "mean is missing"),
        (lambda r, f: mean(softplus(-r), axis=-1) + mean(softplus(f), axis=-1), "whose mean"),
        (lambda r, f: softplus(-mean(r)) + softplus(mean(f)), "mean is taken of the logits"),
        (lambda r, f: mean(softplus(-r)), "fakes are missing"),
        (lambda r, f: mean(softplus(f)), "real images are missing"),
        (lambda r, f: mean(softplus(-f)), "generator's loss"),
        (lambda r, f: -mean(softplus(f)), "minimax game"),
        (lambda r, f: mean(softplus(-r)) + mean(softplus(-f)), "Fakes get the label 1"),
        (lambda r, f: mean(softplus(r)) + mean(softplus(f)), "Real images get the label 0"),
        (lambda r, f: mean(softplus(-r)) - mean(softplus(f)), "subtracted"),
        (lambda r, f: mean(softplus(-r)) * mean(softplus(f)), "multiplied"),
        (lambda r, f: -(mean(softplus(-r)) + mean(softplus(f))), "sign is turned around"),
        (lambda r, f: (mean(softplus(-r)), mean(softplus(f))), "whose sum was asked for"),
        (
            lambda r, f: mean(softplus(-ops.sigmoid(r))) + mean(softplus(ops.sigmoid(f))),
            "sigmoid is applied before",
        ),
        (lambda r, f: mean(ops.sigmoid(-r)) + mean(ops.sigmoid(f)), "Sigmoids stand"),
        (lambda r, f: mean(softplus(-r)) + mean(softplus(1 - f)), "softplus of 1 - l"),
        (lambda r, f: mean(softplus(-r)) + mean(softplus(-(1 - f))), "softplus of -(1 - l)"),
        (lambda r, f: -mean(ops.log(r)) - mean(ops.log(1 - f)), "no logarithm"),
        (
            lambda r, f: (
                bce_of_probabilities(ops.ones_like(r), r)
                + bce_of_probabilities(ops.zeros_like(f), f)
            ),
            "from_logits",
        ),
        (
            lambda r, f: -mean(ops.log(ops.sigmoid(r))) - mean(ops.log(1 - ops.sigmoid(f))),
            "rounds to 0 or 1",
        ),
        (lambda r, f: mean(softplus(f - r)), "relativistic"),
        (lambda r, f: mean(ops.relu(1 - r)) + mean(ops.relu(1 + f)), "hinge"),
        (lambda r, f: mean(f) - mean(r), "Wasserstein"),
        (lambda r, f: mean((r - 1) ** 2) + mean(f**2), "least-squares"),
        (lambda r, f: (mean(softplus(-r)) + mean(softplus(f))) / np.log(2), "in bits"),
        (lambda r, f: mean(0.9 * softplus(-r) + 0.1 * softplus(r)) + mean(softplus(f)), "got "),
    ],
    "count_weights": [
        (lambda s: sum(a * b for a, b in pairwise(s)), "biases are missing"),
        (lambda s: sum(a + a * b for a, b in pairwise(s)), "counted for the inputs;"),
        (lambda s: sum(a * b + a + b for a, b in pairwise(s)), "inputs and for the outputs"),
        (lambda s: sum(a * b + 1 for a, b in pairwise(s)), "One bias per layer"),
        (lambda s: sum(a * b for a, b in pairwise(s)) + 1, "whole network"),
        (lambda s: sum(a * b for a, b in pairwise(s)) + sum(s), "input gets biases"),
        (lambda s: sum(a * b for a, b in pairwise(s)) + sum(s[1:-1]), "biases of the last layer"),
        (lambda s: sum(a * b for a, b in pairwise(s)) + s[-1], "Only the last layer gets"),
        (lambda s: sum(a * b for a, b in pairwise(s)) + s[1], "Only the first layer gets"),
        (lambda s: sum((a + 1) * (b + 1) for a, b in pairwise(s)), "both sizes of a pair"),
        (sum, "units"),
        (lambda s: sum(s[1:]), "biases alone"),
        (lambda s: sum(a + 1 * b for a, b in pairwise(s)), "sizes of a pair are added"),
        (math.prod, "All sizes are multiplied"),
        (lambda s: math.prod((a + 1) * b for a, b in pairwise(s)), "layers are multiplied"),
        (lambda s: sum((a + 1) * b for a, b in combinations(s, 2)), "every other"),
        (lambda s: (s[0] + 1) * s[-1], "first and the last size"),
        (lambda s: sum((a + 1) * b for a, b in pairwise(s[:-1])), "last layer is left out"),
        (lambda s: 2 * sum((a + 1) * b for a, b in pairwise(s)), "2 times"),
        (first_layer, "Only the first layer is counted"),
        (last_layer, "Only the last layer is counted"),
        (lambda s: [a * b + b for a, b in pairwise(s)], "shape"),
        (lambda s: (a * b + b for a, b in pairwise(s)), "a generator"),
        (lambda s: (s[0] + 1) * s[1] + (s[1] + 1) * s[2], "IndexError"),
        (lambda s: sum((a + 1) * b for a, b in s), "TypeError"),
        (lambda s: 51_664, "For sizes = [7, 3]: got 51,664, expected 24"),
    ],
    "my_step": [
        (step(d_moves=0), "D is never updated"),
        (step(g_moves=0), "G is never updated"),
        (step(d_moves=0, g_moves=0), "Nobody is updated"),
        (step(d_moves=2), "D's move is twice as long"),
        (step(g_moves=2), "G's move is twice as long"),
        (step(d_of=lambda d, g: g, g_of=lambda d, g: d), "gets the other's loss"),
        (step(d_of=lambda d, g: g), "D is moved by G's loss"),
        (step(g_of=lambda d, g: d), "G is moved by D's loss"),
        (step(d_of=lambda d, g: -d), "D climbs its own loss"),
        (step(g_of=lambda d, g: -g), "G climbs its own loss"),
        (step(g_of=lambda d, g: -d), "G climbs D's loss"),
        (step(d_of=lambda d, g: d + g, g_of=lambda d, g: d + g), "Both players follow the sum"),
        (step(d_of=lambda d, g: d + g), "D follows the sum"),
        (step(g_of=lambda d, g: d + g), "G follows the sum"),
        (step(d_of=lambda d, g: d / 2), "follows only half"),
        (
            step(d_of=lambda d, g: d / 2, returned=lambda d, g: (d / 2, g)),
            "halved",
        ),
        (step(labels=(0, 1, 1)), "labels are swapped in D's loss"),
        (step(labels=(1, 1, 1)), "calls everything real"),
        (step(labels=(0, 0, 1)), "calls everything fake"),
        (step(labels=(1, 0, 0)), "called fake"),
        (step(labels=(0, 1, 0)), "All labels are swapped"),
        (step(reduce=ops.sum), "sums over the batch"),
        (step(modes=(False, False)), "`training=True` is missing: batch normalisation"),
        (step(modes=(False, True)), "missing in G's pass"),
        (step(modes=(True, False)), "missing in D's passes"),
        (step(returned=lambda d, g: (g, d)), "wrong order"),
        (step(returned=lambda d, g: (d,)), "two losses"),
        (step(returned=lambda d, g: None), "Got None"),
        (step(weights=lambda D, G: (G, G)), "Both optimizers move G's weights"),
        (step(between=tf.stop_gradient), "under its tape"),
        (losses_after_the_tapes, "under its tape"),
        (step(one=True), "each needs its own"),
        (step(redrawn=True), "random numbers of its own"),
        (in_turns(), "after D has moved"),
        (in_turns(d_first=False), "G moves first"),
        (in_one_batch, "in one batch"),
        (one_tape(persistent=True, label=0.0, sign=-1), "minimax loss of G"),
        (one_tape(persistent=False), "a tape answers once"),
    ],
    "certainty": [
        (lambda x: np.exp(-x), "halve the loss"),
        (lambda x: np.exp(-2 * x), "doubled where it should be halved"),
        (lambda x: np.exp(-x) / 2, "probability is halved"),
        (lambda x: 1 - np.exp(-x / 2), "1 - c"),
        (lambda x: 1 - np.exp(-x), "the loss is not halved"),
        (lambda x: np.exp(x / 2), "at most 1"),
        (np.exp, "Two things are missing"),
        (lambda x: -x / 2, "logarithm of what was asked for"),
        (lambda x: x / 2, "-ln c; undo"),
        (scipy.special.expit, "no logit"),
        (lambda x: ops.sigmoid(-x), "sigmoid is taken of minus the loss"),
        (lambda x: ops.sigmoid(-x / 2), "sigmoid is taken of minus half the loss"),
        (lambda x: -np.log(np.exp(x / 2) - 1), "the logit that gives c"),
        (lambda x: 2.0 ** (-x / 2), "base 2"),
        (lambda x: 10.0 ** (-x / 2), "base 10"),
        (lambda x: -np.log(x) / 2, "Minus half the logarithm"),
        (lambda x: ops.log(x) / 2, "Half the logarithm"),
        (lambda x: np.log(-x / 2), "negative number"),
        (np.sqrt, "square root of the loss"),
        (lambda x: np.exp(-(x**2)), "squared"),
        (lambda x: (1 + np.sqrt(1 - 4 * np.exp(-x))) / 2, "c (1 - c)"),
        (lambda x: 1 - x / 1.386, "straight line"),
        (lambda x: x / 1.386, "share of 2 ln 2"),
        (lambda x: 1 - x, "1 - L_D"),
        (lambda x: -np.exp(-x / 2), "sign is turned around"),
        (lambda x: 0.5, "got 0.5"),
        (lambda x: 1 / (1 + x), "got "),
    ],
}
