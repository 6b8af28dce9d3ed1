import keras
import numpy as np
import pytest

from hue_edu import latent

pytestmark = pytest.mark.core


@pytest.mark.parametrize("seed", [0, [0, 1]])
def test_z_is_standard_normal(seed):
    z = np.asarray(latent.sample_z(20_000, 4, seed))
    assert z.shape == (20_000, 4) and z.dtype == np.float32
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(z, rowvar=False), np.eye(4), atol=0.04)


def test_a_number_repeats_and_a_generator_goes_on():
    np.testing.assert_array_equal(latent.sample_z(3, 2, seed=5), latent.sample_z(3, 2, seed=5))
    np.testing.assert_array_equal(
        latent.sample_z(3, 2, seed=[5, 1]), latent.sample_z(3, 2, seed=[5, 1])
    )
    assert not np.allclose(latent.sample_z(3, 2, seed=5), latent.sample_z(3, 2, seed=6))
    stream = keras.random.SeedGenerator(5)
    assert not np.allclose(latent.sample_z(3, 2, stream), latent.sample_z(3, 2, stream))


def test_the_arc_from_east_to_north_passes_north_east():
    points = np.asarray(latent.interpolate([2.0, 0.0], [0.0, 2.0], num=3))
    np.testing.assert_allclose(points, [[2, 0], [np.sqrt(2), np.sqrt(2)], [0, 2]], atol=1e-5)


def test_the_arc_keeps_the_length_where_the_line_does_not():
    z = np.asarray(latent.sample_z(2, 500, seed=1))
    lengths = np.linalg.norm(latent.interpolate(z[0], z[1], num=9), axis=1)
    assert lengths.min() > 0.95 * min(lengths[0], lengths[-1])
    assert np.linalg.norm((z[0] + z[1]) / 2) < 0.8 * lengths[0]


def test_ends_that_coincide_give_the_same_point():
    points = np.asarray(latent.interpolate([1.0, 2.0], [1.0, 2.0], num=4))
    np.testing.assert_allclose(points, [[1, 2]] * 4, atol=1e-6)


def test_the_fewest_points_are_the_ends():
    points = np.asarray(latent.interpolate([3.0, 0.0], [0.0, 1.0], num=2))
    np.testing.assert_allclose(points, [[3, 0], [0, 1]], atol=1e-6)


def test_the_ends_of_an_arc_are_its_ends():
    points = np.asarray(latent.interpolate([3.0, 0.0], [0.5, 1.0], num=5))
    np.testing.assert_allclose(points[[0, -1]], [[3, 0], [0.5, 1]], atol=1e-6)


@pytest.mark.parametrize(
    "start, end, num, message",
    [
        ([1.0], [1.0, 2.0], 3, "two vectors"),
        ([1.0], [2.0], 1, "num is 1; expected a whole number, at least 2"),
        ([1.0], [2.0], 2.0, "num is 2.0; expected a whole number"),
        ([[1.0]], [[1.0]], 3, "two"),
    ],
)
def test_bad_ends_are_refused(start, end, num, message):
    with pytest.raises(ValueError, match=message):
        latent.interpolate(start, end, num)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, np.array])
def test_a_seed_of_numpys_types_is_a_seed(kind):
    expected = latent.sample_z(3, 2, seed=5)
    np.testing.assert_array_equal(latent.sample_z(3, 2, seed=kind(5)), expected)
    np.testing.assert_array_equal(latent.sample_z(kind(3), 2, seed=5), expected)
    pair = latent.sample_z(3, 2, seed=np.array([kind(5), kind(1)]))
    np.testing.assert_array_equal(pair, latent.sample_z(3, 2, seed=[5, 1]))


@pytest.mark.parametrize("bad", [None, 1.5, "5", np.float32(5)])
def test_a_seed_that_is_no_whole_number_is_named(bad):
    with pytest.raises(ValueError, match="seed is .*; expected a whole number"):
        latent.sample_z(3, 2, seed=bad)


@pytest.mark.parametrize("start, end, told", [
    ([1.0, 2.0], [-1.0, -2.0], "opposite"), ([1.0, 2.0], [-1.000001, -2.000002], "opposite"),
    ([3.0, 0.0, 0.0], [-5.0, 1e-4, 0.0], "opposite"), ([0.0, 0.0], [1.0, 2.0], "z_start has the"),
    ([1.0, 2.0], [0.0, 0.0], "z_end has the length 0"), ([1.0, float("nan")], [1.0, 2.0], "nan"),
    ([1.0, 2.0], [float("inf"), 2.0], "z_end has the length inf"),
])  # fmt: skip
def test_an_arc_that_is_none_is_refused(start, end, told):
    with pytest.raises(ValueError, match=told):
        latent.interpolate(start, end, num=5)


@pytest.mark.parametrize("degrees", [0.001, 1, 90, 179, 179.7])
def test_every_other_arc_keeps_its_length(degrees):
    angle = np.radians(degrees)
    points = np.asarray(latent.interpolate([2.0, 0.0], [2 * np.cos(angle), 2 * np.sin(angle)], 7))
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 2, rtol=1e-3)
