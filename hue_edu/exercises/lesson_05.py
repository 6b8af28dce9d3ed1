"""Exercises of lesson 05: sizes, normalisation, two networks of one's own, the Fréchet distance."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from .. import datasets, latent, models, training
from ..checks.networks import all_layers
from . import networks
from .exercise import examined, formula
from .numbers import expect


def _sizes(rng, num):
    padding = int(rng.integers(0, 3))
    return (
        int(rng.integers(2, 30)),
        int(rng.integers(2 * padding + 1, 9)),
        rng.integers(2, 5),
        padding,
    )


@formula(
    task="Write the number of outputs of a transposed convolution, for any sizes.",
    hints=(
        "The first input paints `kernel` numbers; each further one begins `stride` later.",
        "So without padding: (n - 1)·stride + kernel. The padding is cut off at both ends.",
    ),
    shows="7 inputs, kernel 5, stride 3, padding 1: 21. Kernel 4, stride 2, padding 1 double n.",
    inputs=_sizes,
    wrong={
        "This is the size of a *convolution*, which shrinks; a transposed one grows.": (
            lambda n, kernel, stride, padding: (n + 2 * padding - kernel) // stride + 1
        ),
        "The first input paints at place 0, so only n - 1 inputs move on by a stride.": (
            lambda n, kernel, stride, padding: n * stride + kernel - 2 * padding
        ),
        "The padding is cut off at *both* ends.": (
            lambda n, kernel, stride, padding: (n - 1) * stride + kernel - padding
        ),
        "The padding is added here; a transposed convolution cuts it off.": (
            lambda n, kernel, stride, padding: (n - 1) * stride + kernel + 2 * padding
        ),
        "The padding is taken for 1, whatever it is.": (
            lambda n, kernel, stride, padding: (n - 1) * stride + kernel - 2
        ),
        "The padding is missing.": lambda n, kernel, stride, padding: (n - 1) * stride + kernel,
        "Kernel and stride are swapped.": (
            lambda n, kernel, stride, padding: (n - 1) * kernel + stride - 2 * padding
        ),
    },
    tensors=False,
    tolerance=1e-9,
    counts="",
)
def output_size(n, kernel, stride, padding):
    return (n - 1) * stride + kernel - 2 * padding


def _feature_maps(rng, num):
    maps = rng.normal(rng.normal(0, 2, 3), rng.uniform(0.5, 2, 3), (num, 4, 4, 3))
    return maps, rng.uniform(0.5, 2, 3), rng.normal(0, 1, 3), 1e-3


def _normalise(axes, ddof=0, power=0.5, affine=True, shift=True):
    def normalise(x, gamma, beta, epsilon):
        mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True, ddof=ddof)
        y = (x - mean if shift else x) / (variance + epsilon) ** power
        return gamma * y + beta if affine else y

    return normalise


@formula(
    task="Write batch normalisation in training, for x of (batch, height, width, channels).",
    hints=(
        "Mean and variance of each *channel*: over the axes 0, 1 and 2.",
        "`x.mean(axis=(0, 1, 2))` has the shape (channels,), which broadcasts to x.",
        "(x - mean) / √(variance + ε), times γ, plus β.",
    ),
    shows="All images of a batch share these statistics: in training, D's verdict on one image "
    "depends on the others.",
    inputs=_feature_maps,
    wrong={
        "The axes are those of a single image and channel: that is instance normalisation.": (
            _normalise((1, 2))
        ),
        "The axes are those of a single image with all channels: that is layer normalisation.": (
            _normalise((1, 2, 3))
        ),
        "Only the batch is averaged; a channel has the same statistics at all places.": (
            _normalise((0,))
        ),
        "All channels share one mean; each channel has its own.": _normalise((0, 1, 2, 3)),
        "This divides by the variance; divide by its root.": _normalise((0, 1, 2), power=1.0),
        "γ and β are missing.": _normalise((0, 1, 2), affine=False),
        "The mean is not taken away.": _normalise((0, 1, 2), shift=False),
        "The variance divides by n - 1; batch normalisation divides by n.": (
            _normalise((0, 1, 2), ddof=1)
        ),
    },
    tensors=False,
)
def batch_norm(x, gamma, beta, epsilon):
    mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def _examine_generator(answer):
    model = networks.built(answer, (64,))
    expect(
        model.output_shape == (None, 28, 28, 1),
        f"The output has the shape {model.output_shape}, expected (None, 28, 28, 1): "
        + _about_images(model.output_shape),
    )
    z = latent.sample_z(16, 64, seed=1)
    _expect_range_of_tanh(*networks.outputs_with_a_large_last_kernel(model, z))
    doubling = sum(map(networks.doubles, all_layers(model)))
    expect(
        doubling >= 2,
        f"{doubling} of its layers double the side; expected two, 7 → 14 → 28: Conv2DTranspose "
        "with strides=2.",
    )
    _expect_every_direction(model, z[:1].numpy())
    expect(networks.same_alone(model, z), "The picture of a z depends on the other z of its batch.")
    networks.loss_after_thirty_steps(model, models.build_smallest_discriminator(), model)
    finite = np.isfinite(training.generate(model, 16, seed=2))
    expect(finite.all(), "After thirty steps the pixels are not finite.")


def _expect_range_of_tanh(low, high):
    """Raise Wrong unless these are the pixels of a last layer that ends in tanh."""
    expect(
        max(-low, high) <= 1.0001,
        f"Pixels reach from {low:.3g} to {high:.3g} with large weights; tanh would keep them "
        "between -1 and 1.",
    )
    expect(
        low < -0.9 < 0.9 < high,
        f"Even with large weights the pixels only reach from {low:.2f} to {high:.2f}; real digits "
        "reach from -1 to 1. End in tanh, not in a sigmoid or ReLU.",
    )


def _expect_every_direction(model, z):
    """Raise Wrong unless the pictures near one z change in nearly all of its directions."""
    steps = np.concatenate([np.zeros((1, 64)), 0.02 * np.eye(64)]).astype("float32") + z
    images = model(steps).numpy().reshape(65, -1)
    rank = int(np.linalg.matrix_rank((images[1:] - images[0]).astype("float64"), rtol=1e-3))
    expect(rank > 0, "The pictures are the same for every z: the model ignores its input.")
    expect(
        rank >= 60,
        f"z has 64 numbers, but the pictures change in only {rank} of 64 directions: a layer is "
        "too narrow, or its ReLU cuts too many of its numbers to 0.",
    )


def _about_images(shape):
    if shape == (None, 28, 28):
        return "the channel is missing."
    if len(shape) == 4 and shape[-1] != 1:
        return f"{shape[-1]} channels; MNIST is grey, with one, and D could not take these."
    if len(shape) != 4:
        return "Reshape into rows, columns and channels first."
    return "7 doubled twice is 28."


@examined(
    task="Build a generator of your own: z of 64 → 28×28×1, doubling the side twice.",
    hints=(
        "Dense(7 * 7 * channels) and Reshape((7, 7, channels)) make the first small image.",
        "`layers.Conv2DTranspose(filters, 4, strides=2, padding='same')` doubles the side.",
        "The last one has one filter and the activation tanh.",
    ),
    shows="Shapes, range, nearly all directions of z, and every weight moves: fit for training.",
    examine=_examine_generator,
)
def my_generator():
    return keras.Sequential([
        keras.Input((64,)),
        layers.Dense(7 * 7 * 32, activation="relu"), layers.Reshape((7, 7, 32)),
        layers.Conv2DTranspose(16, 4, strides=2, padding="same", activation="relu"),
        layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
    ])  # fmt: skip


def _examine_discriminator(answer):
    model = networks.built(answer, (28, 28, 1))
    shape = model.output_shape
    expect(
        shape == (None, 1),
        f"The output has the shape {shape}, expected (None, 1): "
        + ("a verdict for each place. Flatten before Dense." if len(shape) == 4 else "one logit."),
    )
    images = tf.constant(datasets.load_mnist("test")[0][:16])
    _expect_any_logit(model, images)
    _expect_every_pixel(model, tf.random.stateless_uniform(images.shape, (1, 2), -1.0, 1.0))
    expect(
        networks.same_alone(model, images),
        "The logit of an image depends on the others of its batch.",
    )
    loss = networks.loss_after_thirty_steps(models.build_smallest_generator(64), model, model)
    expect(
        loss < 1.0,
        f"After thirty steps against a beginner D's loss is {loss:.2f}; a coin toss has 1.39, "
        "expected is less than 1. More filters help, and Flatten instead of pooling.",
    )


def _expect_any_logit(model, images):
    """Raise Wrong if an activation bounds the output."""
    bounds = [networks.outputs_with_a_large_last_kernel(model, x) for x in (images, -images)]
    low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
    expect(
        low < -1.01 and high > 1.01,
        f"Even with large weights the output {networks.named_by_its_range(low, high)} Return the "
        "logit, any number; the loss holds the sigmoid.",
    )


def _expect_every_pixel(model, noise):
    """Raise Wrong unless nearly every pixel moves the logit of an image."""
    with tf.GradientTape() as tape:
        tape.watch(noise)
        total = tf.reduce_sum(model(noise))
    slopes = tape.gradient(total, noise)
    expect(slopes is not None, "The logit does not depend on the image.")
    seen = np.abs(slopes).max(axis=(0, 3)) > 0  # (28, 28)
    if seen[1:-8, 1:-8].all():
        why = "the last rows and columns are never seen; use padding='same'."
    else:
        why = "its receptive field has holes: a kernel must be at least as large as its stride."
    expect(seen.mean() > 0.99, f"The logit depends on {seen.mean():.0%} of the pixels: {why}")


@examined(
    task="Build a discriminator of your own: 28×28×1 → one logit.",
    hints=(
        "`layers.Conv2D(filters, 4, strides=2, padding='same')` halves the side.",
        "LeakyReLU(0.2) between the layers, Flatten before the Dense(1).",
        "No activation at the end: a logit is any number.",
    ),
    shows="One logit from all pixels, and after thirty steps it tells real from fake.",
    examine=_examine_discriminator,
)
def my_discriminator():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 4, strides=2, padding="same"), layers.LeakyReLU(0.2),
        layers.Conv2D(32, 4, strides=2, padding="same"), layers.LeakyReLU(0.2),
        layers.Flatten(), layers.Dense(1),
    ])  # fmt: skip


def _gaussians(rng, num):
    return tuple(
        draw(*span, num) for _ in range(2) for draw, span in (
            (rng.normal, (0, 2)), (rng.uniform, (0.3, 3)),
        )
    )  # fmt: skip


@formula(
    task="Write the Fréchet distance d² of Gaussians whose features are independent.",
    hints=(
        "Diagonal matrices: Tr(Σ_r + Σ_g - 2 (Σ_r Σ_g)^½) is a sum over features.",
        "Each feature gives σ_r² + σ_g² - 2 σ_r σ_g = (σ_r - σ_g)².",
        "Add the squared differences of the means.",
    ),
    shows="It counts a shift of the mean and a change of the spread alike: N(1, 2²) and N(4, 0.5²) "
    "are 11.25 apart.",
    inputs=_gaussians,
    wrong={
        "This is d, the root; the course, like the papers, reports d².": (
            lambda m, s, n, t: np.sqrt(np.sum((m - n) ** 2 + (s - t) ** 2))
        ),
        "The spread is left out: two clouds with the same middle may still differ.": (
            lambda m, s, n, t: np.sum((m - n) ** 2)
        ),
        "The means are left out: a shifted cloud is not the same.": (
            lambda m, s, n, t: np.sum((s - t) ** 2)
        ),
        "The variances are compared; the formula gives (σ_r - σ_g)².": (
            lambda m, s, n, t: np.sum((m - n) ** 2 + (s**2 - t**2) ** 2)
        ),
        "The features are averaged; they are to be summed.": (
            lambda m, s, n, t: np.mean((m - n) ** 2 + (s - t) ** 2)
        ),
        "The mixed term is missing: Σ_r + Σ_g does not vanish for equal clouds.": (
            lambda m, s, n, t: np.sum((m - n) ** 2 + s**2 + t**2)
        ),
        "The differences are not squared.": (
            lambda m, s, n, t: np.sum(np.abs(m - n) + np.abs(s - t))
        ),
        "The sum over the features is missing.": (
            lambda m, s, n, t: (m - n) ** 2 + (s - t) ** 2
        ),
    },
    tensors=False, counts="feature",
)  # fmt: skip
def frechet_of_independent(mean_real, std_real, mean_fake, std_fake):
    return np.sum((mean_real - mean_fake) ** 2 + (std_real - std_fake) ** 2)
