"""What `fit` and `evaluate` refuse: data, and arguments and callbacks of Keras."""

import math

import keras
import numpy as np
import tensorflow as tf

from .. import arguments, datasets
from .contracts import all_layers

NUMBERS = (
    "epochs", "batch_size", "steps_per_epoch", "steps", "validation_batch_size",
    "validation_steps", "validation_freq",
)  # fmt: skip

# Keras' arguments and callbacks


def check_fit_options(options):
    """Refuse arguments of `keras.Model.fit` that mean nothing here.

    Args:
        options: What `fit` got beside the data.
    """
    for name in NUMBERS:
        if options.get(name) is not None:
            arguments.whole_number(name, options[name], at_least=1)
    for name in ("y", "class_weight", "sample_weight"):
        if options.get(name) is not None:
            raise ValueError(
                f"fit got {name}; a GAN or VAE learns from images alone, without labels, targets "
                "or weights. For labels see ConditionalGAN and datasets.labelled_batches."
            )


def check_callbacks(options, reported):
    """Refuse callbacks of Keras that would fail, or watch a number nobody reports.

    Args:
        options: What `fit` got beside the data.
        reported: Function that returns the names that the trainer reports; called where one counts.
    """
    validated = options.get("validation_data") is not None or options.get("validation_split")

    def known():
        names = reported()
        return [*names, *(f"val_{name}" for name in names if validated)]

    callbacks = options.get("callbacks") or []
    for callback in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        check_callback(callback, known)


def check_callback(callback, known):
    """Refuse a callback of Keras that would fail, or watch none of the known numbers.

    Args:
        callback: One of those that `fit` got.
        known: Function that returns the names of the numbers.
    """
    name = type(callback).__name__
    if isinstance(callback, type):
        raise TypeError(
            f"callbacks holds the class {callback.__name__}; make one of it, with parentheses: "
            f"{callback.__name__}(…)."
        )
    if isinstance(callback, keras.callbacks.SwapEMAWeights):
        raise ValueError(
            "SwapEMAWeights swaps in the average of one optimizer, and here are several; "
            "trainer.sampler is the averaged generator."
        )
    if isinstance(callback, keras.callbacks.TerminateOnNaN):
        raise ValueError(
            "TerminateOnNaN watches a number named loss, and here are several; use "
            "training.StopAtNaN(), which watches them all."
        )
    whole = isinstance(callback, keras.callbacks.ModelCheckpoint)
    if whole and not callback.save_weights_only:
        raise ValueError(
            "ModelCheckpoint saves the whole model, which a trainer of two networks is not; use "
            "training.Checkpoint(path), from which a run goes on exactly, or "
            "save_weights_only=True."
        )
    watches = getattr(callback, "monitor", None)
    used = not whole or callback.save_best_only  # otherwise ModelCheckpoint does not look at it
    if watches and used and watches not in (names := known()):
        raise ValueError(
            f"{name} watches {watches!r}, which nobody reports here; set monitor to one of "
            f"{', '.join(names)}. (Those with val_ need validation_data.)"
        )


# Data


def check_batch_size(data, batch_size):
    """Refuse a batch size beside data that comes in batches, since Keras would ignore it."""
    if batch_size is not None and isinstance(data, (tf.data.Dataset, keras.utils.PyDataset)):
        raise ValueError(
            f"batch_size is {batch_size}, but the data comes in batches of its own; leave it out "
            "and set the size where the data is made, as in data.batch(64)."
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
        raise ValueError(f"The data has no end, so its end cannot be waited for; give {argument}.")


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
            "strict, or drop_remainder=True has fewer images than a batch."
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
            f"fit got {len(batch)} things a batch; a GAN learns from images alone, without labels: "
            "data.map(lambda image, label: image) leaves them out."
        )
    if isinstance(batch, dict):
        raise ValueError(
            f"A batch is a dictionary of {', '.join(map(str, batch))}; a GAN learns from images "
            "alone: data.map(lambda row: row['image']) takes them out."
        )
    check_example(batch, output_shape)
    if len(output_shape) == 4:
        datasets.check_images(batch)
    elif not np.isfinite(np.asarray(batch)).all():
        raise ValueError("The data holds NaN or infinity; look at how it was made.")


def check_example(batch, output_shape):
    """Refuse images of another shape than the generator's, and single images for batches."""
    found, made = tuple(batch.shape), tuple(output_shape[1:])
    if found == made:
        raise ValueError(
            f"The data comes one example of {made} at a time; put data.batch(32, "
            "drop_remainder=True) behind it."
        )
    if found[1:] != made:
        raise ValueError(
            f"The data has shape {found[1:]} an example, but the generator makes {made}; both must "
            "agree."
        )


def check_latent(x, expected):
    """Refuse an array that is no z, such as pictures; other containers are left to Keras."""
    found = getattr(x, "shape", None)
    if found is not None and tuple(found[1:]) != tuple(expected[1:]):
        raise ValueError(
            f"predict got the shape {tuple(found)}; it takes z of (num, {expected[1]}) and returns "
            "samples, as generate(num, seed) does, which draws z itself."
        )


def check_enough(data, critic_steps):
    """Refuse a Dataset with fewer batches than one step takes."""
    found = sum(1 for _ in data.take(critic_steps))
    if found < critic_steps:
        raise ValueError(
            f"The data has {found} whole batches, fewer than critic_steps={critic_steps}, all of "
            "which one step takes; take smaller batches, or put data.repeat() behind it and give "
            "steps_per_epoch."
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


def alone(batch):
    """x of a batch that Keras may have put into a tuple, (x,) or (x, None, None).

    Raises:
        ValueError: Something else is beside it, or it holds no fractions; here for those who
            call a step by themselves, since `fit` has looked at the values.
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


def same_sizes(data):
    """A Dataset without its smaller last batch, if it has one; else as it is."""
    first = first_batch(data)
    static = tf.nest.flatten(data.element_spec)[0].shape[0]
    if static is not None:
        return data
    size, num = len(tf.nest.flatten(first)[0]), int(data.cardinality())
    if num < 0:  # unknown, or without end: whichever is smaller
        return data.filter(lambda *parts: tf.shape(tf.nest.flatten(parts)[0])[0] == size)
    last = next(iter(data.skip(num - 1)))
    return data.take(num if len(tf.nest.flatten(last)[0]) == size else num - 1)


def whole_groups(data, network, options):
    """Data whose batches the network can divide: a layer that compares examples needs groups.

    Args:
        data: What `fit` got, after `check_batch`.
        network: The discriminator.
        options: Of `fit`, for `batch_size`.

    Returns:
        The same; a Dataset without the smaller batch at its end.

    Raises:
        ValueError: A batch, or the last one of an array, is no multiple of the group.
    """
    group = math.lcm(*(getattr(layer, "divides_batch_by", 1) for layer in all_layers(network)))
    if group == 1:
        return data
    if isinstance(data, tf.data.Dataset):
        data, sizes = same_sizes(data), [len(tf.nest.flatten(first_batch(data))[0])]
    elif isinstance(data, keras.utils.PyDataset):
        return data  # the layer itself says so
    else:
        size = options.get("batch_size") or 32
        sizes = [min(size, len(data)), len(data) % size]
    for size in sizes:
        if size % group:
            raise ValueError(
                f"{network.name} compares examples in groups of {group}, but a batch, or the last "
                f"one, has {size}; take a multiple of {group} (data[: n] cuts an array, "
                "batch(…, drop_remainder=True) a Dataset)."
            )
    return data
