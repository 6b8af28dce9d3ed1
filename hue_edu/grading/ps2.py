"""ps2: a DCGAN from parts, and its step (lessons 04 to 06); the last question needs TensorFlow."""

import numpy as np

from .. import runtime
from ..answers.numbers import expect_two
from .questions import Assignment, Part, Question, several

LEARNING_RATE = 0.5  # of the two networks' plain gradient descent: a step that can be seen


def _feature_maps(training, low=0.5, high=2):
    def inputs(rng, num):
        x = rng.normal(rng.normal(0, 1, 3), rng.uniform(low, high, 3), (num, 2, 3, 3))
        gamma, beta, moving_mean = rng.uniform(0.5, 2, 3), *rng.normal(0, 1, (2, 3))
        momentum = float(rng.choice([rng.uniform(0.5, 0.8), rng.uniform(0.85, 0.95)]))
        return x, gamma, beta, moving_mean, rng.uniform(0.3, 2, 3), momentum, training

    return inputs


def _kernels(padded):
    def inputs(rng, least_size):
        stride, size = int(rng.integers(2, 6)), least_size + int(rng.integers(0, 3))
        kernel = rng.normal(0.3, 1, (size, size, 3, 2))
        return kernel, stride, int(rng.choice([1, stride - 1])) if padded else 0

    return inputs


def _features(places, group_size):
    def inputs(rng, num):
        shape = (num, *places, 3)
        x = rng.normal(rng.normal(0, 2, shape[1:]), rng.uniform(0.1, 3, shape[1:]), shape)
        return x * rng.uniform(0.5, 2, (num, *(1 for _ in shape[1:]))), group_size(num)

    return inputs


def _betas(rng):
    beta_1 = float(rng.choice([0.5, rng.uniform(0.2, 0.8)]))
    return float(rng.uniform(0.1, 0.3)), beta_1, float(rng.uniform(0.9, 0.97))


def _later_step(rng, num):
    weight, gradient, m = rng.normal(0, 1, (3, num))
    step = int(rng.integers(2, 9))
    return weight, 2 * gradient, m, rng.uniform(0.2, 3, num), step, *_betas(rng)


def _first_step(low, high):
    def inputs(rng, num):
        gradient = rng.choice([-1, 1], num) * 10 ** rng.uniform(low, high, num)
        return rng.normal(0, 1, num), gradient, *np.zeros((2, num)), 1, *_betas(rng)

    return inputs


def _real_and_z(weight):
    def inputs(rng, num):
        gamma = float(rng.uniform(*weight))
        return rng.normal(0.3, 0.5, (num, 3, 3, 2)), rng.normal(0, 1, (num, 4)), gamma

    return inputs


def _players(num):
    """Two small networks, for each batch size the same, and a built optimizer for each."""
    import keras
    from keras import layers

    generator = keras.Sequential([
        keras.Input((4,)), layers.Dense(6), layers.BatchNormalization(), layers.ReLU(),
        layers.Dense(18, activation="tanh"), layers.Reshape((3, 3, 2)),
    ])  # fmt: skip
    discriminator = keras.Sequential([
        keras.Input((3, 3, 2)), layers.Flatten(), layers.Dense(6), layers.LeakyReLU(0.2),
        layers.Dense(1),
    ])  # fmt: skip
    rng, optimizers = np.random.default_rng(num), []
    for network in (discriminator, generator):
        for weight in network.trainable_variables:
            weight.assign(rng.normal(0, 0.5, weight.shape))
        optimizers.append(keras.optimizers.SGD(LEARNING_RATE))
        optimizers[-1].build(network.trainable_variables)
    return generator, discriminator, *optimizers


def _stages_of_a_step(answer, x_real, z, gamma):
    """What one step returns, and what it does to the weights of two networks."""
    import tensorflow as tf

    generator, discriminator, *optimizers = _players(len(z))
    x_real, z = (tf.constant(array, tf.float32) for array in (x_real, z))
    # As plain Python it is sooner done once, and the same each time: of a compiled step that reads
    # D's weights again for R1, TensorFlow 2.21 was seen to read some after they had moved, in one
    # of twenty traces.
    with runtime.eagerly():
        returned = answer(x_real, z, gamma, generator, discriminator, *optimizers)
    expect_two(returned, "losses", "d_loss, g_loss")
    weights = [
        np.concatenate([np.ravel(weight.numpy()) for weight in network.trainable_variables])
        for network in (discriminator, generator)
    ]
    return list(zip(STEP, (*returned, *weights)))


NORM = ("y", "moving mean", "moving variance")
BOARD = ("taps", "transposed", "resized")
ADAM = ("weight", "m", "v")
STEP = ("d_loss", "g_loss", "D's weights after the step", "G's weights after the step")

ps2 = Assignment(
    "ps2",
    "A DCGAN from parts, and its step",
    (
        Question(
            "batch_normalisation", "batch normalisation with a memory", "lesson 05",
            ("x", "gamma", "beta", "moving_mean", "moving_variance", "momentum", "training"),
            (
                Part("training: the output", 1, _feature_maps(True, 0.03, 0.3), "y", (5, 1, 20)),
                *(Part(f"training: the new {name}", 1, _feature_maps(True), name, (5, 1, 20))
                  for name in NORM[1:]),
                Part("sampling", 2, _feature_maps(False), batches=(5, 1)),
            ),
            several(*NORM),
            tolerance=1e-3,
        ),
        Question(
            "checkerboard", "where checkerboards come from", "lesson 05",
            ("kernel", "stride", "padding"),
            (  # its "batches" are sizes of kernels
                *(Part(f"{name}, {padding}", 1, _kernels(padded), name, (2, 3, 5))
                  for name in BOARD[:2]
                  for padding, padded in (("no padding", False), ("with padding", True))),
                Part("resized", 1, _kernels(True), "resized", (2, 3, 5)),
            ),
            several(*BOARD),
        ),
        Question(
            "minibatch_std", "how much a batch varies, told to D", "lesson 06",
            ("features", "group_size"),
            (
                Part("one group", 1, _features((2, 1), lambda num: num + 3), batches=(5, 1, 64)),
                Part("several groups", 1, _features((2, 1), lambda num: 4), batches=(8, 12)),
                Part("a smaller last group", 1, _features((2, 1), lambda num: 4), batches=(7, 9)),
                Part("features without places", 1, _features((), lambda num: 3), batches=(5, 12)),
            ),
        ),
        Question(
            "adam_step", "one step of Adam", "lesson 05",
            ("weight", "gradient", "m", "v", "step", "learning_rate", "beta_1", "beta_2"),
            (
                Part("the new m", 1, _later_step, "m"),
                Part("the new v", 1, _later_step, "v"),
                Part("the new weight", 1, _later_step, "weight"),
                Part("the new weight, first step", 1, _first_step(-9.5, 3), "weight"),
            ),
            several(*ADAM),
        ),
        Question(
            "train_step", "one step of a paired GAN with R1", "lessons 04 and 06",
            ("x_real", "z", "gamma", "generator", "discriminator", "d_optimizer", "g_optimizer"),
            (
                Part("D's loss without a penalty", 1, _real_and_z((0, 0)), STEP[0], (5,)),
                Part("G's loss", 1, _real_and_z((0.5, 2)), STEP[1], (5,)),
                Part("D's loss with R1", 1, _real_and_z((0.5, 2)), STEP[0], (6,)),
                Part("D's step", 2, _real_and_z((0.5, 2)), STEP[2], (16,)),
                Part("G's step", 1, _real_and_z((0.5, 2)), STEP[3], (16,)),
            ),
            _stages_of_a_step,
            tolerance=1e-3,
        ),
    ),
    seconds=20, memory=2048, threads=64,
)  # fmt: skip
