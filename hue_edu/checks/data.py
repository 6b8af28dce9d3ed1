"""Data that `fit` and `evaluate` cannot use, looked at before the first step."""

import keras
import numpy as np
import tensorflow as tf

from .. import datasets
from .networks import same_shape


def check_batch_size(data, batch_size):
    """Refuse a batch size beside data that comes in batches, since Keras would ignore it."""
    if batch_size is not None and isinstance(data, (tf.data.Dataset, keras.utils.PyDataset)):
        raise ValueError(
            f"batch_size is {batch_size}, but the data comes in batches already; leave "
            "batch_size out and set the size where the data is made, as in data.batch(64)."
        )


def check_end(data, steps, argument="steps_per_epoch"):
    """Refuse an endless Dataset without a number of steps.

    Args:
        data: What `fit` or `evaluate` got.
        steps: Of that argument, or None.
        argument: Its name.
    """
    endless = (
        isinstance(data, tf.data.Dataset) and data.cardinality() == tf.data.INFINITE_CARDINALITY
    )
    endless |= isinstance(data, keras.utils.PyDataset) and data.num_batches is None
    if endless and steps is None:
        raise ValueError(f"The dataset never ends; pass {argument}.")


def first_batch(data):
    """The first batch of a Dataset or PyDataset; an array whole.

    Raises:
        TypeError: Something else, such as a list or a generator.
        ValueError: There is nothing in it.
    """
    if isinstance(data, tf.data.Dataset):
        batch = next(iter(data.take(1)), None)
    elif isinstance(data, keras.utils.PyDataset):
        batch = data[0] if data.num_batches != 0 else None
    elif hasattr(data, "shape") and hasattr(data, "dtype"):
        batch = data
    else:
        raise TypeError(
            f"The data is a {type(data).__name__}; expected an array (np.stack makes one of a "
            "list), a tf.data.Dataset of batches, such as datasets.batches(images, 64, seed=0) or "
            "one from tf.data.Dataset.from_generator, or a keras.utils.PyDataset."
        )
    if batch is None or (getattr(batch, "shape", None) and batch.shape[0] == 0):
        raise ValueError(
            "The data is empty: not one batch. Look at how it was made; a filter may be too "
            "strict, or there are fewer images than a batch and drop_remainder=True."
        )
    return batch


def check_batch(data, output_shape):
    """Refuse what a trainer of images alone cannot learn from, before the first step.

    Args:
        data: All of it, or a Dataset or PyDataset, of which the first batch counts.
        output_shape: Of the generator: (None, ...).

    Raises:
        TypeError: A container that `fit` does not take.
        ValueError: Labels beside the images, another shape, another dtype, pixels out of range.
    """
    batch = first_batch(data)
    if isinstance(batch, (tuple, list)) and len(batch) == 1:
        (batch,) = batch
    if isinstance(batch, (tuple, list)):
        raise ValueError(
            f"fit got {len(batch)} things per batch; a GAN learns from images alone, without "
            "labels: data.map(lambda image, label: image) leaves them out."
        )
    if isinstance(batch, dict):
        raise ValueError(
            f"A batch is a dictionary of {', '.join(map(str, batch))}; a GAN learns from images "
            "alone: data.map(lambda row: row['image']) takes them out."
        )
    check_example(batch, output_shape[1:])
    if len(output_shape) == 4:
        datasets.check_images(batch)
    elif not np.isfinite(np.asarray(batch)).all():
        raise ValueError("The data holds NaN or infinity; look at how it was made.")


def check_example(part, expected, how="both must agree"):
    """Refuse examples of another shape than the networks', and single ones for batches.

    Args:
        part: Of a batch: images, or what belongs to them.
        expected: Shape an example; None for any size.
        how: The end of the sentence.
    """
    shape, expected = tuple(part.shape), tuple(expected)
    if same_shape(shape, expected):
        raise ValueError(
            f"The data comes one example of {expected} at a time; put them into batches "
            "with data.batch(32, drop_remainder=True)."
        )
    if not same_shape(shape[1:], expected):
        raise ValueError(
            f"The data has shape {shape[1:]} per example, but the networks take {expected}; {how}."
        )


def check_latent(x, expected):
    """Refuse an array that is no z, such as pictures; other containers are left to Keras."""
    shape = getattr(x, "shape", None)
    if shape is not None and tuple(shape[1:]) != tuple(expected[1:]):
        raise ValueError(
            f"predict got the shape {tuple(shape)}; it takes z of (num, {expected[1]}) and returns "
            "samples, as generate(num, seed) does, which draws z itself."
        )


def check_enough(data, critic_steps):
    """Refuse a Dataset with fewer batches than one step takes."""
    num_batches = sum(1 for _ in data.take(critic_steps))
    if num_batches < critic_steps:
        raise ValueError(
            f"The data has {num_batches} whole batches, fewer than critic_steps={critic_steps}, "
            "but one step needs that many; make them smaller, or use data.repeat() and "
            "give steps_per_epoch."
        )


def check_one_replica(trainer):
    """Refuse several devices where a step takes several batches, which would be dealt out."""
    if (num := trainer.distribute_strategy.num_replicas_in_sync) > 1:
        raise ValueError(
            f"{type(trainer).__name__} trains on one device, but was built for {num} replicas; "
            "build it outside of strategy.scope(), or use GAN, which takes several."
        )


def check_grouped(x_real, critic_steps, input_shape):
    """Refuse a single batch where a step takes several; `fit` makes groups of them."""
    if len(x_real.shape) != len(input_shape) + 1:
        raise ValueError(
            f"A step of WGANGP takes {critic_steps} batches, of shape (critic_steps, batch, …), "
            f"but got {tuple(x_real.shape)}; use fit, which groups the batches of a Dataset."
        )


def check_images_alone(batch):
    """Refuse labels beside the images of a step, and pixels that are no fractions.

    For those who call a step by themselves; `fit` has looked at the data.

    Args:
        batch: Images, or a tuple as Keras may make it: (x,) or (x, None, None).

    Returns:
        The images.
    """
    x, *others = batch if isinstance(batch, (tuple, list)) else (batch,)
    if any(other is not None for other in others):
        raise ValueError("A step got more than images; a GAN or VAE learns from images alone.")
    if not tf.as_dtype(x.dtype).is_floating:
        raise ValueError(
            f"A step got pixels of {tf.as_dtype(x.dtype).name}; expected float32 in [-1, 1], as "
            "datasets.to_float(images) makes them."
        )
    return x


def check_parts(data, shapes, how):
    """Refuse data that does not come as batches of pictures and what belongs to them.

    Args:
        data: What `fit` got.
        shapes: For each part of a batch its name and its shape an example, pictures first; None
            for any size.
        how: The call that makes such data, for the message.

    Returns:
        The first batch.

    Raises:
        TypeError: No Dataset.
        ValueError: Other parts, other shapes, or pixels out of range.
    """
    if not isinstance(data, tf.data.Dataset):
        raise TypeError(f"fit got {type(data).__name__}; expected a tf.data.Dataset: {how}.")
    batch = first_batch(data)
    num_parts = len(batch) if isinstance(batch, tuple) else 1
    if num_parts < len(shapes) or (num_parts > len(shapes) and not hasattr(batch, "_fields")):
        raise ValueError(
            f"A batch has {num_parts} part{'s' * (num_parts > 1)}; it needs {len(shapes)}: "
            f"{', '.join(shapes)}; {how}."
        )
    for (name, expected), part in zip(shapes.items(), batch):
        check_example(part, expected, f"these are the {name}; {how}")
    datasets.check_images(batch[0])
    return batch
