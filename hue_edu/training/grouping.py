"""Batches of data grouped and cut as a step needs them."""

import math

import keras
import tensorflow as tf

from ..checks.data import first_batch
from ..checks.networks import all_layers


def same_sizes(data):
    """A Dataset without its smaller last batch, if it has one; else as it is.

    A look at the last batch would take as long as reading all of them.
    """
    first = first_batch(data)
    static = tf.nest.flatten(data.element_spec)[0].shape[0]
    if static is not None:
        return data
    size = len(tf.nest.flatten(first)[0])
    return data.filter(lambda *parts: tf.shape(tf.nest.flatten(parts)[0])[0] == size)


def whole_groups(data, network, options):
    """Data whose batches the network can divide: a layer that compares examples needs groups.

    Args:
        data: What `fit` got, after a look at it.
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
