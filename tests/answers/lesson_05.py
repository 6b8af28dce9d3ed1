"""Answers to the exercises of lesson 05, right and wrong ones, as learners write them."""

import keras
import numpy as np
import scipy.linalg
import tensorflow as tf
from keras import layers, ops
from scipy.spatial.distance import sqeuclidean

from hue_edu import metrics, models


def painted(n, kernel, stride, padding):
    outputs = [0] * ((n - 1) * stride + kernel)
    for place in range(n):
        for k in range(kernel):
            outputs[place * stride + k] += 1
    return len(outputs[padding : len(outputs) - padding])


def sized_by_keras(n, kernel, stride, padding):
    layer = layers.Conv1DTranspose(1, kernel, strides=stride, padding="valid")
    return layer(np.zeros((1, n, 1))).shape[1] - 2 * padding


def stride_by_stride(n, kernel, stride, padding):
    size = kernel
    for _ in range(n - 1):
        size += stride
    return size - padding - padding


def with_moments(x, gamma, beta, epsilon):
    mean, variance = ops.moments(x, axes=(0, 1, 2), keepdims=True)
    return gamma * (x - mean) * ops.rsqrt(variance + epsilon) + beta


def with_tensorflow(x, gamma, beta, epsilon):
    x = tf.convert_to_tensor(x)
    mean, variance = tf.nn.moments(x, [0, 1, 2])
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def in_rows(x, gamma, beta, epsilon):
    rows = x.reshape(-1, x.shape[-1])
    y = (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + epsilon) * gamma + beta
    return y.reshape(x.shape)


def channel_by_channel(x, gamma, beta, epsilon):
    y = np.empty(x.shape)
    for c in range(x.shape[3]):
        one = x[..., c]
        y[..., c] = gamma[c] * (one - one.mean()) / (one.var() + epsilon) ** 0.5 + beta[c]
    return y


def with_a_layer(x, gamma, beta, epsilon):
    layer = layers.BatchNormalization(epsilon=epsilon)
    layer.build(x.shape)
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    return layer(x, training=True)


def axis_by_axis(x, gamma, beta, epsilon):
    mean = x.mean(0).mean(0).mean(0)
    variance = ((x - mean) ** 2).mean(0).mean(0).mean(0)
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def norm(axes=(0, 1, 2), keepdims=True, of=None):
    """Normalisation over some axes, put together by `of`."""
    of = of or (lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v + e) + b)

    def normalise(x, gamma, beta, epsilon):
        mean, variance = (part(x, axes, keepdims=keepdims) for part in (ops.mean, ops.var))
        return of(x, mean, variance, gamma, beta, epsilon)

    return normalise


def network(start, *parts):
    """A builder; each part is built anew."""
    return lambda: keras.Sequential([keras.Input(start), *(part() for part in parts)])


def part(kind, *arguments, **options):
    return lambda: kind(*arguments, **options)


def dense(units, *arguments, **options):
    return part(layers.Dense, units, *arguments, **options)


def shape(*sides):
    return part(layers.Reshape, sides)


def up(filters, kernel=4, strides=2, **options):
    options = {"strides": strides, "padding": "same", **options}
    return part(layers.Conv2DTranspose, filters, kernel, **options)


def down(filters, kernel=4, strides=2, **options):
    options = {"strides": strides, "padding": "same", **options}
    return part(layers.Conv2D, filters, kernel, **options)


def flat(filters, kernel=3, **options):
    return part(layers.Conv2D, filters, kernel, padding="same", **options)


batch_norm, relu, leaky = layers.BatchNormalization, layers.ReLU, part(layers.LeakyReLU, 0.2)
quick_norm = part(layers.BatchNormalization, momentum=0.9)
start = (dense(7 * 7 * 16, "relu"), shape(7, 7, 16))
first = (*start, up(8, activation="relu"))
last = up(1, activation="tanh")


def generator(*parts, start=64):
    return network((start,), *parts)


class Scaled(layers.Layer):
    def call(self, x):
        return x / 2


class BatchStatistics(layers.Layer):
    def call(self, x):
        return (x - ops.mean(x, axis=0)) / ops.sqrt(ops.var(x, axis=0) + 1e-3)


class Shuffle(layers.Layer):
    def call(self, x):
        return tf.nn.depth_to_space(x, 2)

    def compute_output_shape(self, shape):
        return shape[0], 2 * shape[1], 2 * shape[2], shape[3] // 4


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.stack = generator(*first, last)()

    def call(self, z, training=False):
        return self.stack(z, training=training)


def upsampled():
    z = keras.Input((64,))
    x = layers.Reshape((7, 7, 16))(layers.Dense(784)(z))
    for filters in (8, 1):
        x = layers.UpSampling2D()(layers.LeakyReLU(0.2)(x))
        x = layers.Conv2D(filters, 3, padding="same")(x)
    return keras.Model(z, layers.Activation("tanh")(x))


def in_blocks():
    def block(filters):
        return keras.Sequential([up(filters)(), quick_norm(), layers.ReLU()])

    return generator(*start, lambda: block(16), lambda: block(8), flat(1, activation="tanh"))()


def always_training(layer):
    """A builder of a generator with a layer that is always in training mode."""

    def build():
        z = keras.Input((64,))
        x = layer()(layers.Dense(784)(z), training=True)
        x = layers.Reshape((7, 7, 16))(layers.ReLU()(x))
        return keras.Model(z, last()(up(8, activation="relu")()(x)))

    return build


made_once = generator(*first, last)()


def discriminator(*parts, start=(28, 28, 1)):
    return network(start, *parts)


convolutions = (down(16), leaky, down(32), leaky, layers.Flatten)
one_logit = dense(1)
judge_made_once = discriminator(*convolutions, one_logit)()


def functional():
    x = image = keras.Input((28, 28, 1))
    x = layers.LeakyReLU(0.2)(layers.Conv2D(16, 4, strides=2, padding="same")(x))
    x = layers.Conv2D(32, 4, strides=2, padding="same", use_bias=False)(x)
    x = layers.LeakyReLU(0.2)(layers.BatchNormalization(momentum=0.9)(x))
    return keras.Model(image, layers.Dense(1)(layers.Flatten()(x)))


def with_matrices(m, s, n, t):
    real, fake = np.diag(s**2), np.diag(t**2)
    root = scipy.linalg.sqrtm(real)
    trace = np.trace(real + fake - 2 * scipy.linalg.sqrtm(root @ fake @ root))
    return np.linalg.norm(m - n) ** 2 + trace.real


def with_a_loop(mean_real, std_real, mean_fake, std_fake):
    total = 0.0
    for k in range(len(mean_real)):
        total += (mean_real[k] - mean_fake[k]) ** 2 + (std_real[k] - std_fake[k]) ** 2
    return total


def by_the_course(m, s, n, t):
    one, other = (
        metrics.FeatureStatistics(m, np.diag(s**2)),
        metrics.FeatureStatistics(n, np.diag(t**2)),
    )
    return metrics.frechet_distance(one, other)


total, square = ops.sum, ops.square

RIGHT = {
    "output_size": [
        lambda n, k, s, p: (n - 1) * s + k - 2 * p,
        lambda n, k, s, p: n * s - s + k - p - p,
        lambda n, k, s, p: float((n - 1) * s + k - 2 * p),
        lambda n, k, s, p: ops.subtract((n - 1) * s + k, 2 * p),
        lambda n, k, s, p: tf.constant((n - 1) * s + k - 2 * p),
        lambda n, k, s, p: np.int64(k + s * (n - 1) - 2 * p),
        painted,
        sized_by_keras,
        stride_by_stride,
    ],
    "batch_norm": [
        norm(),
        norm(keepdims=False),
        lambda x, g, b, e: (
            (x - np.mean(x, (0, 1, 2))) / np.sqrt(x.std(axis=(0, 1, 2)) ** 2 + e) * g + b
        ),
        lambda x, g, b, e: ops.batch_normalization(
            x, ops.mean(x, (0, 1, 2)), ops.var(x, (0, 1, 2)), -1, b, g, epsilon=e
        ),
        with_moments,
        with_tensorflow,
        in_rows,
        channel_by_channel,
        with_a_layer,
        axis_by_axis,
    ],
    "my_generator": [
        models.build_dcgan_generator,
        generator(*first, last),
        generator(dense(64, "relu"), *first, last),
        generator(*start, up(16, 5), batch_norm, leaky, up(1, 5, activation="tanh")),
        generator(
            *start, flat(32), Shuffle, relu, flat(4), Shuffle, part(layers.Activation, "tanh")
        ),
        generator(*first, up(8, activation="relu"), flat(1, activation="tanh")),
        upsampled,
        in_blocks,
    ],
    "my_discriminator": [
        models.build_dcgan_discriminator,
        models.build_smallest_discriminator,
        functional,
        discriminator(*convolutions, one_logit),
        discriminator(layers.Flatten, dense(64, "relu"), one_logit),
        discriminator(
            down(16, 5, activation="relu"),
            down(32, 5, activation="relu"),
            layers.Flatten,
            dense(64, "relu"),
            one_logit,
        ),
        discriminator(
            flat(16),
            leaky,
            layers.MaxPooling2D,
            flat(32),
            leaky,
            layers.MaxPooling2D,
            layers.Flatten,
            one_logit,
        ),
        discriminator(down(16), leaky, part(layers.Dropout, 0.3), layers.Flatten, one_logit),
    ],
    "frechet_of_independent": [
        lambda m, s, n, t: total(square(m - n)) + total(square(s - t)),
        lambda m, s, n, t: total(square(m - n) + square(s) + square(t) - 2 * s * t),
        lambda m, s, n, t: tf.reduce_sum((m - n) ** 2 + (s - t) ** 2),
        lambda m, s, n, t: ((m - n) ** 2 + (s - t) ** 2).sum(),
        lambda m, s, n, t: np.sum((m - n) ** 2 + s**2 + t**2 - 2 * np.sqrt(s**2 * t**2)),
        lambda m, s, n, t: np.dot(m - n, m - n) + np.dot(s - t, s - t),
        lambda m, s, n, t: len(m) * np.mean((m - n) ** 2 + (s - t) ** 2),
        lambda m, s, n, t: sum((a - c) ** 2 + (b - d) ** 2 for a, b, c, d in zip(m, s, n, t)),
        lambda m, s, n, t: sqeuclidean(m, n) + sqeuclidean(s, t),
        with_matrices,
        with_a_loop,
        by_the_course,
    ],
}

WRONG = {
    "output_size": [
        (lambda n, k, s, p: (n + 2 * p - k) // s + 1, "*convolution*, which shrinks;"),
        (lambda n, k, s, p: (n + 2 * p - k) / s + 1, "not rounded down"),
        (lambda n, k, s, p: (n - 2 * p - k) // s + 1, "whose padding is cut off"),
        (lambda n, k, s, p: n * s + k - 2 * p, "first input"),
        (lambda n, k, s, p: (n + 1) * s + k - 2 * p, "Two inputs too many"),
        (lambda n, k, s, p: (n - 2) * s + k - 2 * p, "One input too few"),
        (lambda n, k, s, p: (n - 1) * s + k - 2 * p + 1, "1 too large"),
        (lambda n, k, s, p: (n - 1) * s + k - 2 * p - 1, "1 too small"),
        (lambda n, k, s, p: (n - 1) * s + k - p, "*both* ends"),
        (lambda n, k, s, p: (n - 1) * s + k + 2 * p, "padding is added here"),
        (lambda n, k, s, p: (n - 1) * s + k + p, "added, at one end"),
        (lambda n, k, s, p: (n - 1) * s + k - 2, "taken for 1"),
        (lambda n, k, s, p: (n - 1) * s + k, "padding is missing"),
        (lambda n, k, s, p: (n - 1) * s + k - 2 * p * s, "multiplied by the stride"),
        (lambda n, k, s, p: (n + 2 * p - 1) * s + k, "added to the inputs"),
        (lambda n, k, s, p: (n - 1) * k + s - 2 * p, "swapped"),
        (lambda n, k, s, p: (n - 1) * s - 2 * p, "kernel is missing: the last"),
        (lambda n, k, s, p: n - 1 + k - 2 * p, "stride is missing"),
        (lambda n, k, s, p: n - 1 * s + k - 2 * p, "brackets"),
        (lambda n, k, s, p: n * k - 2 * p, "counted for each input"),
        (lambda n, k, s, p: (n - 1) * (s + k) - 2 * p, "added first"),
        (lambda n, k, s, p: n * s, "padding='same'"),
        (lambda n, k, s, p: n * s - 2 * p, "n times the stride"),
        (lambda n, k, s, p: np.zeros((n - 1) * s + k - 2 * p), "several numbers"),
        (lambda n, k, s, p: (None, (n - 1) * s + k - 2 * p), "holds [None]"),
        (lambda n, k, s, p: 21, "got 21"),
        (lambda n, k, s, p: n * k - (n - 1) * s, "got "),
    ],
    "batch_norm": [
        (norm((1, 2)), "instance normalisation"),
        (norm((1, 2, 3)), "layer normalisation"),
        (norm(-1), "axis -1"),
        (norm(0), "Only the batch"),
        (norm((0, 1)), "over the width is missing"),
        (norm((0, 2)), "over the height is missing"),
        (norm((0, 3)), "not over the places"),
        (norm(None), "share one mean"),
        (norm((1, 2), keepdims=False), "Incompatible shapes"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / (v + e) + b), "divide by its root"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) * ops.sqrt(v + e) + b), "multiplies by"),
        (
            lambda x, g, b, e: (
                g * (x - x.mean((0, 1, 2))) / np.sqrt(x.var((0, 1, 2), ddof=1) + e) + b
            ),
            "n - 1",
        ),
        (
            lambda x, g, b, e: g * (x - x.mean((0, 1, 2))) / np.sqrt(x.std((0, 1, 2)) + e) + b,
            "standard deviation stands",
        ),
        (
            lambda x, g, b, e: (
                g * (x - x.mean((0, 1, 2))) / np.sqrt((x**2).mean((0, 1, 2)) + e) + b
            ),
            "mean of the squares",
        ),
        (
            lambda x, g, b, e: g * (x - x.mean((0, 1, 2))) / (x.std((0, 1, 2)) + e) + b,
            "added to the standard deviation",
        ),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v) + e + b), "added at the end"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v + e**2) + b), "ε is squared"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v) + b), "ε is missing"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v + 0.001) + b), "for 0.001"),
        (norm(of=lambda x, m, v, g, b, e: (x - m) / ops.sqrt(v + e)), "γ and β are missing"),
        (norm(of=lambda x, m, v, g, b, e: (x - m) / ops.sqrt(v + e) + b), "γ is missing"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v + e)), "β is missing"),
        (norm(of=lambda x, m, v, g, b, e: b * (x - m) / ops.sqrt(v + e) + g), "swapped"),
        (norm(of=lambda x, m, v, g, b, e: g * ((x - m) / ops.sqrt(v + e) + b)), "multiplied by γ"),
        (norm(of=lambda x, m, v, g, b, e: (g * (x - m) + b) / ops.sqrt(v + e)), "β is divided"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v + e) - b), "β is subtracted"),
        (norm(of=lambda x, m, v, g, b, e: (x - m) / ops.sqrt(v + e) / g + b), "divides by γ"),
        (norm(of=lambda x, m, v, g, b, e: (1 + g) * (x - m) / ops.sqrt(v + e) + b), "1 + γ"),
        (norm(of=lambda x, m, v, g, b, e: g * x / ops.sqrt(v + e) + b), "mean is not subtracted"),
        (norm(of=lambda x, m, v, g, b, e: g * (m - x) / ops.sqrt(v + e) + b), "other way round"),
        (norm(of=lambda x, m, v, g, b, e: g * x - m / ops.sqrt(v + e) + b), "brackets"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) + b), "division by the root"),
        (lambda x, g, b, e: g * x / np.sqrt(1 + e) + b, "*not* training"),
        (norm(of=lambda x, m, v, g, b, e: g * (x - m) / ops.sqrt(v + e) + total(b)), "got "),
    ],
    "my_generator": [
        (generator(*first, up(1, activation="sigmoid")), "not in a sigmoid"),
        (generator(*first, up(1)), "tanh would keep them"),
        (generator(*first, up(1, activation="softmax")), "softmax over one channel"),
        (generator(*first, last, Scaled), "after the tanh shrink them"),
        (generator(*first, last, batch_norm), "follow the tanh"),
        (generator(*first, up(3, activation="tanh")), "3 channels"),
        (generator(*first, last, shape(28, 28)), "channel is missing"),
        (generator(*first, last, layers.Flatten), "rows, columns and channels"),
        (generator(*first, up(8), last), "(None, 56, 56, 1)"),
        (generator(*first, last, start=100), "expected (None, 64)"),
        (generator(dense(49), shape(7, 7, 1), up(8), last), "only 49 of 64 directions"),
        (generator(dense(16, "relu"), *first, last), "only 16 of 64 directions"),
        (generator(dense(784, "tanh"), shape(28, 28, 1)), "0 of its layers double the"),
        (generator(*start, up(1, 8, 4, activation="tanh")), "4 times as long"),
        (generator(dense(14 * 14 * 8), shape(14, 14, 8), last), "1 of its layers doubles"),
        (generator(dense(4000), dense(784, "tanh"), shape(28, 28, 1)), "weights; 2,000,000"),
        (
            generator(dense(784, "relu", kernel_initializer="zeros"), shape(7, 7, 16), up(8), last),
            "weights begin at 0",
        ),
        (always_training(batch_norm), "depends on the other z"),
        (always_training(part(layers.Dropout, 0.3)), "another one in each call"),
        (made_once, "Got a model"),
        (lambda: made_once, "same model"),
        (Subclassed, "has no shapes yet"),
        (lambda: [layers.Dense(784), layers.Reshape((28, 28, 1))], "Got list"),
        (lambda: made_once(np.zeros((1, 64))), "EagerTensor"),
        (lambda: print(made_once.name), "NoneType"),
    ],
    "my_discriminator": [
        (discriminator(*convolutions, dense(1, "sigmoid")), "a sigmoid at the end"),
        (discriminator(*convolutions, dense(1, "tanh")), "a tanh at the end"),
        (discriminator(*convolutions, dense(1, "relu")), "a ReLU at the end"),
        (discriminator(*convolutions, dense(1, "softmax")), "softmax over one"),
        (discriminator(*convolutions, dense(1, "log_sigmoid")), "never positive"),
        (discriminator(down(8), one_logit), "Flatten before Dense"),
        (discriminator(*convolutions, dense(2)), "one logit"),
        (discriminator(down(8, 3, 4), layers.Flatten, one_logit), "receptive field"),
        (
            discriminator(down(8, 5, padding="valid"), layers.Flatten, one_logit),
            "last rows and columns",
        ),
        (discriminator(part(layers.Cropping2D, 2), *convolutions, one_logit), "border"),
        (discriminator(*convolutions, one_logit, start=(28, 28, 3)), "(None, 28, 28, 3)"),
        (discriminator(dense(64, "relu"), one_logit, start=(784,)), "(None, 784)"),
        (discriminator(layers.Flatten, dense(3000, "relu"), one_logit), "weights; 2,000,000"),
        (discriminator(layers.Flatten, dense(1, trainable=False)), "no weights that can"),
        (
            discriminator(
                layers.Flatten,
                dense(9, kernel_initializer="zeros"),
                dense(1, kernel_initializer="zeros"),
            ),
            "weights begin at 0",
        ),
        (
            discriminator(down(16), BatchStatistics, layers.Flatten, one_logit),
            "others of its batch",
        ),
        (discriminator(layers.Flatten, one_logit), "One layer alone"),
        (
            discriminator(layers.Flatten, part(layers.Dropout, 0.99), dense(64), one_logit),
            "So much dropout",
        ),
        (
            discriminator(down(16), leaky, layers.GlobalAveragePooling2D, one_logit),
            "forgets the places",
        ),
        (judge_made_once, "Got a model"),
        (lambda: judge_made_once, "same model"),
        (lambda: keras.Sequential([layers.Flatten(), layers.Dense(1)]), "has no shapes yet"),
        (lambda: print(judge_made_once.name), "NoneType"),
    ],
    "frechet_of_independent": [
        (lambda m, s, n, t: np.sqrt(np.sum((m - n) ** 2 + (s - t) ** 2)), "the root;"),
        (lambda m, s, n, t: ops.norm(m - n) + ops.norm(s - t), "two distances"),
        (lambda m, s, n, t: ops.norm(m - n) + total((s - t) ** 2), "means is not squared"),
        (lambda m, s, n, t: total((m - n) ** 2), "spread is left out"),
        (lambda m, s, n, t: total((s - t) ** 2), "means are left out"),
        (lambda m, s, n, t: total((m - n) ** 2 + (s**2 - t**2) ** 2), "variances are compared"),
        (lambda m, s, n, t: np.mean((m - n) ** 2 + (s - t) ** 2), "features are averaged"),
        (lambda m, s, n, t: total((m - n) ** 2) + ops.mean((s - t) ** 2), "spreads are averaged"),
        (lambda m, s, n, t: total((m - n) ** 2 + s**2 + t**2), "mixed term is missing"),
        (lambda m, s, n, t: total((m - n) ** 2 + s**2 + t**2 - s * t), "is there once"),
        (lambda m, s, n, t: total((m - n) ** 2 + (s + t) ** 2), "standard deviations are added"),
        (lambda m, s, n, t: total((m - n) ** 2 + s**2 + t**2 - 2 * s**2 * t**2), "holds the var"),
        (lambda m, s, n, t: total((m - n) ** 2 + s**2 + t**2 - 2 * ops.sqrt(s * t)), "a root too"),
        (lambda m, s, n, t: total((m - n) ** 2 + s + t - 2 * ops.sqrt(s * t)), "for variances"),
        (lambda m, s, n, t: total(ops.abs(m - n) + ops.abs(s - t)), "differences are not squared"),
        (lambda m, s, n, t: total(m - n + (s - t) ** 2), "of the means are not squared"),
        (lambda m, s, n, t: total((m - n) ** 2 + s - t), "of the spreads are not squared"),
        (lambda m, s, n, t: total(m - n) ** 2 + total(s - t) ** 2, "sums are squared"),
        (lambda m, s, n, t: total((m - n + s - t) ** 2), "square each by itself"),
        (lambda m, s, n, t: total((m + n) ** 2 + (s - t) ** 2), "means are added"),
        (lambda m, s, n, t: np.sum((m - n) ** 2 - (s - t) ** 2), "spreads is subtracted"),
        (lambda m, s, n, t: total((m - n) ** 2 + s**2 - t**2), "variances of the fakes"),
        (lambda m, s, n, t: total((m - s) ** 2 + (n - t) ** 2), "mean, std, mean, std"),
        (lambda m, s, n, t: total((m - t) ** 2 + (s - n) ** 2), "deviation of the other"),
        (lambda m, s, n, t: total((m - n) ** 2 + (s - t) ** 2) / 2, "0.5 times"),
        (lambda m, s, n, t: (total((m - n) ** 2), total((s - t) ** 2)), "whose sum"),
        (lambda m, s, n, t: (m - n) ** 2 + (s - t) ** 2, "sum over the features"),
        (
            lambda m, s, n, t: total((m[:, None] - n) ** 2 + (s[:, None] - t) ** 2),
            "meets every other",
        ),
        (
            lambda m, s, n, t: total(ops.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5),
            "Kullback-Leibler",
        ),
        (lambda m, s, n, t: total((m - n) ** 2 / t**2 + (s - t) ** 2), "got "),
    ],
}
