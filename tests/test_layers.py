"""Layers against numbers worked by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from hue_edu.layers import MinibatchStandardDeviation, Pack

pytestmark = pytest.mark.core


def test_spread_of_a_batch_by_hand():
    x = np.array([[0.0, 1.0], [4.0, 1.0]], "float32")  # standard deviations 2 and 0
    out = MinibatchStandardDeviation(group_size=2)(x).numpy()
    np.testing.assert_allclose(out, [[0, 1, 1], [4, 1, 1]], atol=1e-4)


def test_a_collapsed_batch_shows_zero_in_a_channel_of_its_own():
    image = np.random.default_rng(0).normal(size=(1, 5, 6, 3)).astype("float32")
    layer = MinibatchStandardDeviation(group_size=4)
    out = layer(np.repeat(image, 8, axis=0)).numpy()
    assert out.shape == (8, 5, 6, 4) == layer.compute_output_shape((8, 5, 6, 3))
    np.testing.assert_allclose(out[..., 3], 0, atol=2e-4)
    np.testing.assert_array_equal(out[..., :3], np.repeat(image, 8, axis=0))
    varied = np.random.default_rng(1).normal(size=(4000, 2, 2, 1)).astype("float32")
    spread = MinibatchStandardDeviation(group_size=4000)(varied).numpy()[..., 1]
    np.testing.assert_allclose(spread, 1, atol=0.03)


def test_groups_do_not_see_each_other():
    x = np.array([[0.0], [5.0], [2.0], [5.0]], "float32")  # groups (0, 2) and (5, 5)
    out = MinibatchStandardDeviation(group_size=2)(x).numpy()
    np.testing.assert_allclose(out[:, 1], [1, 0, 1, 0], atol=1e-3)


def test_packing_joins_neighbours_along_channels():
    x = np.arange(24, dtype="float32").reshape(4, 3, 2)
    layer = Pack(samples=2)
    out = layer(x).numpy()
    assert out.shape == (2, 3, 4) == layer.compute_output_shape((4, 3, 2))
    np.testing.assert_array_equal(out[0], np.concatenate([x[0], x[1]], axis=-1))
    np.testing.assert_array_equal(out[1], np.concatenate([x[2], x[3]], axis=-1))


@pytest.mark.parametrize("layer", [MinibatchStandardDeviation(2), Pack(2)])
def test_layers_live_in_models_of_unknown_batch_and_come_back_from_config(layer):
    model = keras.Sequential([keras.Input((4, 4, 3)), layer, keras.layers.GlobalMaxPooling2D()])
    x = np.random.default_rng(0).normal(size=(6, 4, 4, 3)).astype("float32")
    again = type(layer).from_config(layer.get_config())
    np.testing.assert_allclose(model(x), again(x).numpy().max(axis=(1, 2)), rtol=1e-6)


GROUPED = [(MinibatchStandardDeviation(4), 6), (Pack(2), 5), (Pack(3), 4)]


@pytest.mark.parametrize("layer, size", GROUPED)
def test_a_batch_that_cannot_be_grouped_is_named_with_both_numbers(layer, size):
    words = f"={layer.divides_batch_by} does not divide the batch of"
    with pytest.raises(ValueError, match=f"{words} {size}"):
        layer(np.zeros((size, 7), "float32"))
    graph = tf.function(layer, input_signature=[tf.TensorSpec((None, 7))])
    with pytest.raises(tf.errors.InvalidArgumentError, match=f"{words}.*{size}"):
        graph(np.zeros((size, 7), "float32"))
    graph(np.zeros((2 * layer.divides_batch_by, 7), "float32"))


def test_groups_of_no_size_are_refused():
    for build, words in (
        (lambda: MinibatchStandardDeviation(1), "group_size is 1"),
        (lambda: MinibatchStandardDeviation(0), "group_size is 0"),
        (lambda: Pack(0), "samples is 0"),
        (lambda: Pack(-2), "samples is -2"),
    ):
        with pytest.raises(ValueError, match=words):
            build()
    assert Pack(np.int64(2)).get_config()["samples"] == 2
