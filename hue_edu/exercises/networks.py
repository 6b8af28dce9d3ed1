"""What the exercises look at in a network that a learner built: shapes, range, thirty steps."""

import random

import keras
import numpy as np
from keras import layers

from .. import datasets, training
from ..answers.numbers import expect, expect_attempt, expect_function

MOST_WEIGHTS = 2_000_000


def built(answer, inputs):
    """The model that an answer builds, twice, looked at from outside."""
    expect(
        not isinstance(answer, keras.Model),
        "Got a model; give `check` the function that builds it: its name, without brackets.",
    )
    expect_function(answer)
    random.seed(0)  # from which Keras seeds new weights; `guarded` puts it back
    model, other = answer(), answer()
    expect_attempt(model)
    expect(
        isinstance(model, keras.Model),
        f"Got {type(model).__name__}; expected a Keras model: `return keras.Sequential([…])`.",
    )
    expect(model is not other, "Two calls gave the same model: build it inside the function.")
    expect(model.built, "The model has no shapes yet: begin with `keras.Input(…)`.")
    expect(
        model.input_shape == (None, *inputs),
        f"The input has the shape {model.input_shape}, expected {(None, *inputs)}.",
    )
    expect(
        (count := model.count_params()) <= MOST_WEIGHTS,
        f"The model has {count:,} weights; {MOST_WEIGHTS:,} are enough, and train faster.",
    )
    return model


def outputs_with_a_large_last_kernel(model, x):
    """The lowest and highest output, when only an activation could hold it."""
    kernels = [w for w in model.trainable_weights if len(w.shape) > 1]
    expect(kernels, "The model has no weights that can be trained.")
    before = kernels[-1].numpy()
    kernels[-1].assign(1000.0 * (before + 1e-3))
    outputs = model(x).numpy()
    kernels[-1].assign(before)
    return float(outputs.min()), float(outputs.max())


def losses_of_thirty_steps(generator, discriminator, own):
    """Train both, and return D's mean losses over tens of steps; all weights of `own` must move."""
    gan = training.GAN(generator, discriminator, seed=0)
    gan.compile(*(keras.optimizers.Adam(1e-3, 0.5) for _ in range(2)))
    before = [w.numpy() for w in own.trainable_weights]
    images = datasets.batches(datasets.load_mnist("test")[0][:960], 32, seed=0)
    log = gan.fit(images, epochs=3, steps_per_epoch=10, verbose=0)
    still = sum(np.array_equal(old, w.numpy()) for old, w in zip(before, own.trainable_weights))
    expect(not still, f"After thirty steps {still} of the arrays of weights had not moved.")
    return log.history["d_loss"]


def same_alone(model, x):
    """Whether the first example is treated the same alone as among others."""
    return np.allclose(model(x[:1]), model(x)[:1], atol=1e-4)


def doubles(layer):
    """Whether a layer doubles the sides of an image."""
    if isinstance(layer, layers.Conv2DTranspose):
        return tuple(layer.strides) == (2, 2)
    return isinstance(layer, layers.UpSampling2D) and tuple(layer.size) == (2, 2)


def named_by_its_range(low, high):
    """Which activation keeps outputs between these bounds, as a question."""
    if high - low < 1e-6:
        return f"is always {high:.2f}: a softmax over one number?"
    if low > -1e-6 and high < 1 + 1e-6:
        return f"stays between {low:.2f} and {high:.2f}: a sigmoid at the end?"
    if low > -1e-6:
        return "is never negative: a ReLU at the end, or dead units before it?"
    return f"stays between {low:.2f} and {high:.2f}: a tanh at the end?"
