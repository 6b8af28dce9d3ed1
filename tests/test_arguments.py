"""Numbers that callers give."""

import keras
import numpy as np
import pytest

from hue_edu import arguments, datasets, latent, layers, runtime
from hue_edu.training import GAN

pytestmark = pytest.mark.core


@pytest.mark.parametrize("kind", [int, np.int64, np.int8, np.uint32, np.array])
def test_whole_numbers_of_any_kind_are_taken(kind):
    found = arguments.whole_number("seed", kind(3), at_least=3)
    assert found == 3 and type(found) is int
    assert arguments.whole_number("seed", kind(0)) == 0
    runtime.setup(kind(3))


@pytest.mark.parametrize("bad", [1.0, np.float64(1), "1", None, True, [1, 2]])
def test_what_is_no_whole_number_is_named(bad):
    with pytest.raises(ValueError, match="num is .*; expected a whole number, at least 0"):
        arguments.whole_number("num", bad)
    with pytest.raises(ValueError, match="num is 2; expected a whole number, at least 3"):
        arguments.whole_number("num", 2, at_least=3)


@pytest.mark.parametrize("bad", [-1, 1.5, "3", None])
def test_every_room_refuses_what_is_no_whole_number_in_the_same_words(bad, small_gan):
    points, gan = np.zeros((9, 2), "float32"), small_gan()
    for call in (
        lambda: runtime.setup(bad),
        lambda: latent.sample_z(2, 3, seed=bad),
        lambda: datasets.batches(points, 2, seed=bad),
        lambda: datasets.batches(points, batch_size=bad, seed=0),
        lambda: layers.Pack(bad),
        lambda: layers.MinibatchStandardDeviation(bad),
        lambda: gan.generate(2, seed=bad),
        lambda: GAN(gan.generator, gan.discriminator, seed=bad),
    ):
        with pytest.raises(ValueError, match=r"\w+ is .*; expected a whole number, at least"):
            call()


@pytest.mark.parametrize(
    "good", [0, 0.5, np.float32(0.5), np.int64(0), keras.optimizers.schedules.CosineDecay(1, 9)]
)
def test_numbers_within_limits_and_schedules_pass(good):
    arguments.number_within("beta", good, below=1)


@pytest.mark.parametrize("bad", [-0.1, 1, 2.0, np.nan, np.inf, "0.5", None, [0.5]])
def test_numbers_outside_are_named_with_the_limits(bad):
    with pytest.raises(ValueError, match="beta is .*; expected a number, from 0 to below 1"):
        arguments.number_within("beta", bad, below=1)


def test_a_number_without_an_upper_limit_is_finite_all_the_same():
    arguments.number_within("std", 1e9)
    for bad in (-1, np.inf, np.nan):
        with pytest.raises(ValueError, match="std is .*; expected a number, at least 0"):
            arguments.number_within("std", bad)
