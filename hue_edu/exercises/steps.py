"""A training step observed on two small networks, and the same step with something wrong."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from .. import losses
from ..answers.numbers import expect_function, expect_two


def players():
    """Two small networks with batch normalisation, and an optimizer for each; always the same."""
    start = keras.initializers.GlorotUniform
    generator = keras.Sequential([
        keras.Input((4,)),
        layers.Dense(8, kernel_initializer=start(1)), layers.BatchNormalization(), layers.ReLU(),
        layers.Dense(6, activation="tanh", kernel_initializer=start(2)),
    ])  # fmt: skip
    discriminator = keras.Sequential([
        keras.Input((6,)),
        layers.Dense(8, kernel_initializer=start(3)), layers.BatchNormalization(),
        layers.LeakyReLU(0.2), layers.Dense(1, kernel_initializer=start(4)),
    ])  # fmt: skip
    return generator, discriminator, *(keras.optimizers.SGD(0.1) for _ in range(2))


def observe_step(answer):
    """What one step does to the two networks, in the order in which it should be looked at."""
    expect_function(answer)
    rng = np.random.default_rng(0)
    for num in (5, 64):
        generator, discriminator, d_optimizer, g_optimizer = players()
        x_real = tf.constant(rng.normal(0.3, 0.5, (num, 6)), tf.float32)
        z = tf.constant(rng.normal(0, 1, (num, 4)), tf.float32)
        moving = [w.numpy() for w in generator.non_trainable_weights]
        returned = answer(generator, discriminator, d_optimizer, g_optimizer, x_real, z)
        expect_two(returned, "losses", "d_loss, g_loss")
        yield f"batch {num}, d_loss", returned[0]
        yield f"batch {num}, g_loss", returned[1]
        for player, network in (("D", discriminator), ("G", generator)):
            flat = [np.ravel(w.numpy()) for w in network.trainable_weights]
            yield f"batch {num}, {player}'s weights after the step", np.concatenate(flat)
        moved = [
            not np.array_equal(w.numpy(), old)
            for w, old in zip(generator.non_trainable_weights, moving)
        ]
        yield f"batch {num}, do G's moving statistics move (1: yes)", float(all(moved))


G_LOSSES = {
    1: losses.non_saturating_generator_loss,
    0: lambda fake: ops.mean(ops.softplus(fake)),
    "minimax": losses.minimax_generator_loss,
}


def _logits(discriminator, x_real, x_fake, training, joined):
    """D's verdicts on both batches, from a pass each, or from one if `joined`."""
    if not joined:
        return [discriminator(x, training=training) for x in (x_real, x_fake)]
    both = discriminator(ops.concatenate([x_real, x_fake]), training=training)
    return both[: len(x_real)], both[len(x_real) :]


def broken_step(
    d_of="d", g_of="g", d_moves=True, g_moves=True, training=True, swapped=False, joined=False,
    turns=False, g_label=1, half=1.0, returned=("d", "g"),
):  # fmt: skip
    """A training step with something wrong."""

    def step(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
        with tf.GradientTape(persistent=True) as tape:
            x_fake = generator(z, training=training)
            real, fake = _logits(discriminator, x_real, x_fake, training, joined)
            sign = -1 if swapped else 1
            d_loss = losses.discriminator_loss(sign * real, sign * fake)
            named_losses = {"d": half * d_loss, "g": G_LOSSES[g_label](fake), "-d": -d_loss}
        d_weights, g_weights = discriminator.trainable_weights, generator.trainable_weights
        d_gradients = tape.gradient(named_losses[d_of], d_weights)
        g_gradients = tape.gradient(named_losses[g_of], g_weights)
        if d_moves:
            d_optimizer.apply(d_gradients, d_weights)
        if g_moves and turns:
            with tf.GradientTape() as tape:
                fake = discriminator(generator(z, training=True), training=True)
                named_losses["g"] = losses.non_saturating_generator_loss(fake)
            g_gradients = tape.gradient(named_losses["g"], g_weights)
        if g_moves:
            g_optimizer.apply(g_gradients, g_weights)
        return tuple(named_losses[name] for name in returned)

    return step
