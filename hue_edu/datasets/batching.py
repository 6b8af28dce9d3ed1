"""Batches in an order that can be taken up again."""

import numpy as np

from .. import arguments
from ..pixels import as_array, check_images, check_points


def batches(x, batch_size, seed, start_step=0):
    """Endless shuffled batches; batch k is the same whenever it is asked for.

    Each pass over the data is a new permutation, a pure function of the seed and the number of
    the pass, so a run that goes on at step k sees what it would have seen without the break.

    Args:
        x: Array of shape (num, ...): images as `check_images` wants them, or points, finite.
        batch_size: From 1 to num. What is left at the end of a pass is dropped.
        seed: Whole number.
        start_step: Number of the first batch.

    Returns:
        `tf.data.Dataset` of tensors of shape (batch_size, ...).

    Raises:
        TypeError: Something else than one array, as `as_array` says.
        ValueError: A batch larger than the data, an argument that is no such whole number, or
            images that `check_images` refuses; or points that are no numbers.
    """
    import tensorflow as tf

    x, seed = as_array(x), arguments.whole_number("seed", seed)
    batch_size = arguments.whole_number("batch_size", batch_size, at_least=1)
    start_step = arguments.whole_number("start_step", start_step)
    (check_images if x.ndim > 2 else check_points)(x)
    if batch_size > len(x):
        raise ValueError(
            f"batch_size is {batch_size}; expected from 1 to {len(x)}, the data's size."
        )
    first_pass, skipped = divmod(start_step, len(x) // batch_size)
    pixels = tf.constant(x)

    def one_pass(number):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[seed, number])
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size, drop_remainder=True)

    passes = tf.data.Dataset.range(first_pass, 2**31).flat_map(one_pass).skip(skipped)
    return endless(passes.map(lambda rows: tf.gather(pixels, rows))).prefetch(4)


def labelled_batches(images, labels, batch_size, seed, start_step=0):
    """Endless shuffled batches of images with their labels, in the order of `batches`.

    Args:
        images, batch_size, seed, start_step: As for `batches`.
        labels: Whole numbers from 0 on, of shape (num,), one per image.

    Returns:
        `tf.data.Dataset` of pairs: images of (batch_size, ...), labels int32 of (batch_size,).

    Raises:
        TypeError, ValueError: As `batches`; or labels that are not one whole number per image.
    """
    import tensorflow as tf

    images = as_array(images)
    check_images(images)
    labels = arguments.as_labels(labels, num=len(images))
    pixels, classes = tf.constant(images), tf.constant(labels.astype("int32"))
    rows = batches(np.arange(len(images)), batch_size, seed, start_step)
    return rows.map(lambda k: (tf.gather(pixels, k), tf.gather(classes, k))).prefetch(4)


def stacked_batches(images, batch_size, seed):
    """Endless batches of three random digits as the three channels of one image: Stacked MNIST.

    The three are drawn apart from each other, so all 1,000 triples of ten digits occur.

    Args:
        images: Grey images, float32 of shape (num, height, width, 1).
        batch_size, seed: As for `batches`.

    Returns:
        `tf.data.Dataset` of tensors of shape (batch_size, height, width, 3).

    Raises:
        TypeError, ValueError: As `batches`; or images in colour.

    Source: Metz et al. (2017), Unrolled GAN, section 3.3.1.
    """
    import tensorflow as tf

    check_images(images)
    if np.shape(images)[-1] != 1:
        raise ValueError(f"Expected grey images, of 1 channel, got the shape {np.shape(images)}.")
    seed = arguments.whole_number("seed", seed)
    pixels, rows = tf.constant(images), np.arange(len(images))
    orders = [batches(rows, batch_size, 3 * seed + k) for k in range(3)]

    def stack(*three):
        return tf.concat([tf.gather(pixels, rows) for rows in three], axis=-1)

    return tf.data.Dataset.zip(*orders).map(stack)


def endless(data):
    """The same Dataset, which says that it has no end: `fit` then asks for `steps_per_epoch`."""
    import tensorflow as tf

    return data.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
