"""Layers against numbers worked by hand."""

import keras
import numpy as np
import pytest

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
