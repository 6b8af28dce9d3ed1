"""Exercises of lesson 05: sizes, normalisation, two networks of one's own, the Fréchet distance."""

from contextlib import suppress

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from .. import datasets, latent, models, training
from ..answers.numbers import expect
from ..checks.networks import all_layers
from . import mistakes_05 as known
from . import networks
from .kinds import examined, formula, staged


@staged(
    task="Write the number of outputs of a transposed convolution, for any sizes.",
    hints=(
        "Paint a small case: at which place does the last of the n inputs begin to paint?",
        "The first input paints `kernel` outputs, and each further one begins `stride` later.",
        "Without padding there are (n - 1)·stride + kernel outputs. Padding is cut off at both "
        "ends.",
    ),
    shows="Kernel 4, stride 2 and padding 1 double the number of inputs, as in both layers of our "
    "DCGAN.",
    observe=known.observe_sizes,
    wrong=known.WRONG_SIZES,
    tolerance=1e-9,
    seconds=5,
)
def output_size(n, kernel, stride, padding):
    return (n - 1) * stride + kernel - 2 * padding


@formula(
    task="Write batch normalisation as it works in training, for x of shape (batch, height, width, "
    "channels).",
    hints=(
        "Each *channel* has one mean and one variance. Over which axes are they taken?",
        "Over the axes 0, 1 and 2: `x.mean(axis=(0, 1, 2))` has the shape (channels,), which "
        "broadcasts to the shape of x.",
        "ε is added to the variance, under the root. γ multiplies the normalised x, and β is added "
        "last.",
    ),
    shows="All images of a batch share these statistics: in training, D's verdict on one image "
    "depends on the others.",
    inputs=known.feature_maps,
    wrong=known.WRONG_NORMS,
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
    _expect_no_chance(model, z, "The picture of a z")
    _expect_range_of_tanh(*networks.outputs_with_a_large_last_kernel(model, z))
    _expect_two_doublings(model)
    _expect_every_direction(model, z)
    expect(
        networks.same_alone(model, z),
        "The picture of a z depends on the other z of its batch. In sampling, batch normalisation "
        "must use its running averages; was it called with training=True?",
    )
    farthest = float(np.abs(model(z, training=True)).max())
    expect(
        farthest < 1.001,
        f"In training the pixels reach as far as {farthest:.2f}. Does a layer, such as batch "
        "normalisation, follow the tanh?",
    )
    networks.losses_of_thirty_steps(model, models.build_smallest_discriminator(), model)
    finite = np.isfinite(training.generate(model, 16, seed=2))
    expect(finite.all(), "After thirty steps the pixels are not finite.")


def _expect_no_chance(model, x, what):
    """Raise Wrong unless a network that is not training gives the same twice."""
    expect(
        np.allclose(model(x), model(x), atol=1e-5),
        f"{what} is another one in each call. Outside training nothing may be random; was Dropout "
        "or noise called with training=True?",
    )


def _expect_range_of_tanh(low, high):
    """Raise Wrong unless these are the pixels of a last layer that ends in tanh."""
    expect(
        high - low > 1e-6,
        f"All pixels are {low:.2f}, whatever z is: "
        + ("a softmax over one channel?" if low > 0.999 else "do all the weights begin at 0?"),
    )
    expect(
        max(-low, high) <= 1.0001,
        f"Pixels reach from {low:.3g} to {high:.3g} with large weights; tanh would keep them "
        "between -1 and 1.",
    )
    advice = "Does a layer after the tanh shrink them?"
    if low > -1e-6:
        advice = "End in tanh, not in a sigmoid, and with no ReLU before the tanh."
    expect(
        low < -0.9 < 0.9 < high,
        f"Even with large weights the pixels only reach from {low:.2f} to {high:.2f}; real digits "
        f"reach from -1 to 1. {advice}",
    )


def _factor(layer):
    """How many times as long a layer makes the side of an image; 1 for other layers."""
    with suppress(Exception):  # no layer for images, or one that is used twice
        before, after = layer.input.shape, layer.output.shape
        if len(before) == len(after) == 4 and not networks.doubles(layer):
            return after[1] / before[1]
    return 2 if networks.doubles(layer) else 1


def _expect_two_doublings(model):
    """Raise Wrong unless two layers double the side."""
    parts = [layer for layer in all_layers(model) if not isinstance(layer, keras.Model)]
    factors = [_factor(layer) for layer in parts]
    num = factors.count(2)
    why = f" One layer makes it {max(factors):.2g} times as long." if max(factors) > 2 else ""
    expect(
        num >= 2,
        f"{num} of its layers double{'s' if num == 1 else ''} the side; expected two, 7 → 14 → 28: "
        f"Conv2DTranspose with strides=2.{why}",
    )


def _expect_every_direction(model, z):
    """Raise Wrong unless the pictures near 16 z change in nearly all of their directions."""
    z, weights = tf.repeat(z, 16, axis=0), tf.random.stateless_normal((256, 28, 28, 1), (3, 4))
    with tf.GradientTape() as tape:
        tape.watch(z)
        mixed = tf.reduce_sum(weights * model(z))  # for each z, 16 sums with weights of their own
    slopes = tape.gradient(mixed, z, unconnected_gradients="zero").numpy()  # (256, 64)
    rank = int(np.linalg.matrix_rank(slopes.astype("float64"), rtol=1e-3))
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
    task="Build a generator of your own, from z of 64 numbers to an image of 28 × 28 × 1, with two "
    "layers that double the side.",
    hints=(
        "What is the first small image? 7 doubled twice is 28.",
        "Dense(7 * 7 * channels) and Reshape((7, 7, channels)) make the first small image; "
        "`layers.Conv2DTranspose(filters, 4, strides=2, padding='same')` doubles the side.",
        "Begin with `keras.Input((64,))`, and put a ReLU between the layers. The last layer has "
        "one filter, and an activation with the range of the pixels.",
    ),
    shows="Shapes and range are right, nearly all directions of z matter, and every weight moves: "
    "your generator is fit for training.",
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
    _expect_no_chance(model, images, "The logit of an image")
    _expect_any_logit(model, images)
    _expect_every_pixel(model, tf.random.stateless_uniform(images.shape, (1, 2), -1.0, 1.0))
    expect(
        networks.same_alone(model, images),
        "The logit of an image depends on the others of its batch. When D judges, batch "
        "normalisation must use its running averages; was it called with training=True?",
    )
    # the lowest of three means over ten steps: later a sure D may lose a moment's lead
    loss = min(networks.losses_of_thirty_steps(models.build_smallest_generator(64), model, model))
    expect(
        loss < 1.0,
        f"In thirty steps against a beginner D's loss, a mean over ten steps, was never below "
        f"{loss:.2f}; a coin toss has 1.39, expected is less than 1. {_advice(model)}",
    )


def _advice(model):
    """What may help a discriminator that does not get ahead of a beginner."""
    parts = list(all_layers(model))
    if any(getattr(part, "rate", 0) > 0.6 for part in parts if isinstance(part, layers.Dropout)):
        return "So much dropout hides what D should look at."
    if any("Global" in type(part).__name__ for part in parts):
        return "Pooling over the whole image forgets the places; Flatten keeps them."
    if sum(len(w.shape) > 1 for w in model.trainable_weights) < 2:
        return "One layer alone sees no shapes: add convolutions, or a hidden layer."
    return "More filters may help, and small weights at the start."


def _expect_any_logit(model, images):
    """Raise Wrong if an activation bounds the output, whatever the sign of the last weights."""
    kernels, bounds = [w for w in model.trainable_weights if len(w.shape) > 1], []
    for _ in range(2):
        for kernel in kernels[-1:]:
            kernel.assign(-kernel)  # the second time, as it was
        for x in (images, -images):
            bounds.append(networks.outputs_with_a_large_last_kernel(model, x))
    low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
    if high - low < 1e-6 and abs(high - 1) > 1e-3:
        expect(False, f"The logit is always {high:.2f}: do all the weights begin at 0?")
    what = networks.named_by_its_range(low, high)
    if high < 1e-6:
        what = "is never positive: a logarithm, or minus a ReLU, at the end?"
    expect(
        low < -1.01 and high > 1.01,
        f"Even with large weights the output {what} Return the logit, any number; the loss holds "
        "the sigmoid.",
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
    elif seen[8:-8, 8:-8].all():
        why = "the border is never seen; is it cropped away?"
    else:
        why = "the receptive field has holes; a kernel must be at least as large as its stride."
    expect(seen.mean() > 0.99, f"The logit depends on only {seen.mean():.0%} of the pixels: {why}")


@examined(
    task="Build a discriminator of your own, from an image of 28 × 28 × 1 to one logit.",
    hints=(
        "The discriminator shrinks the image, 28 → 14 → 7, before one number comes out.",
        "`layers.Conv2D(filters, 4, strides=2, padding='same')` halves the side; put "
        "LeakyReLU(0.2) between the layers.",
        "Begin with `keras.Input((28, 28, 1))`, and end with Flatten and a Dense layer. A logit is "
        "any number: which activation does the last layer need?",
    ),
    shows="Your network returns one logit, looks at all pixels, and tells real from fake within "
    "thirty steps.",
    examine=_examine_discriminator,
)
def my_discriminator():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 4, strides=2, padding="same"), layers.LeakyReLU(0.2),
        layers.Conv2D(32, 4, strides=2, padding="same"), layers.LeakyReLU(0.2),
        layers.Flatten(), layers.Dense(1),
    ])  # fmt: skip


@formula(
    task="Write the squared Fréchet distance d² of Gaussians whose features are independent.",
    hints=(
        "The root of a diagonal matrix has the roots of its entries, so the trace becomes a sum "
        "over features.",
        "Each feature adds σ_r² + σ_g² - 2 σ_r σ_g to the trace. Which square is that?",
        "The first part of the formula, ‖μ_r - μ_g‖², is a sum over features, too.",
    ),
    shows="This distance counts a shift of the mean and a change of the spread alike: N(1, 2²) and "
    "N(4, 0.5²) have d² = 11.25.",
    inputs=known.gaussians,
    wrong=known.WRONG_DISTANCES,
    tensors=False,
)
def frechet_of_independent(mean_real, std_real, mean_fake, std_fake):
    return np.sum((mean_real - mean_fake) ** 2 + (std_real - std_fake) ** 2)
