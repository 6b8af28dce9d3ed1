"""Layers against numbers worked by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from hue_edu import layers
from hue_edu.layers import ClassOfNormal, MinibatchStandardDeviation, NearestCentre, Pack

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


OWN = {
    "MinibatchStandardDeviation": (lambda: MinibatchStandardDeviation(2), (4, 3, 3, 2)),
    "Pack": (lambda: Pack(2), (4, 3, 3, 2)),
    "NearestCentre": (lambda: NearestCentre(3, 2), (4, 5)),
    "ClassOfNormal": (lambda: ClassOfNormal(3), (4,)),
}


def test_every_layer_of_the_course_is_tried_in_half_floats():
    kinds = (kind for kind in vars(layers).values() if isinstance(kind, type))
    own = {kind.__name__ for kind in kinds if kind.__module__ == layers.__name__}
    assert own == set(OWN)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("name", OWN)
def test_a_layer_in_half_floats_gives_what_it_gives_in_float32(name, policy):
    make, shape = OWN[name]
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    whole, before = make(), keras.config.dtype_policy()
    whole.build(shape)
    weights = [np.random.default_rng(1).random(w.shape) for w in whole.weights]
    whole.set_weights(weights)
    expected = whole(x).numpy()
    keras.config.set_dtype_policy(policy)
    try:
        half = make()
        half.build(shape)
        half.set_weights(weights)
        found = tf.cast(half(x), "float32").numpy()
    finally:
        keras.config.set_dtype_policy(before)
    np.testing.assert_allclose(found, expected, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float32"])
@pytest.mark.parametrize("scale", [0.0, 1e-4, 100.0])  # alike, nearly alike, squares beyond 65,504
def test_the_spread_of_samples_has_a_finite_gradient(policy, scale):
    layer = MinibatchStandardDeviation(4, dtype=policy)
    x = tf.constant(scale * np.random.default_rng(0).normal(size=(8, 3, 3, 2)), "float32")
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = tf.cast(layer(x), "float32")
        total = tf.reduce_sum(out[..., -1])
    assert np.isfinite(tape.gradient(total, x)).all()
    spread = x.numpy().reshape(4, 2, 3, 3, 2).std(axis=0).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(out[:2, 0, 0, -1], spread, rtol=0.02, atol=2e-4)
