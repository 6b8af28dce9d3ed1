"""Numbers that callers give."""

import keras
import numpy as np
import pytest

from hue_edu import arguments, captions, datasets, evaluation, latent, layers, runtime
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


@pytest.mark.parametrize("good", [0, 0.5, np.float32(0.5), np.int64(0)])
def test_numbers_within_limits_pass(good):
    arguments.number_within("beta", good, below=1)


@pytest.mark.parametrize("schedule", [keras.optimizers.schedules.CosineDecay(1, 9), abs])
def test_a_schedule_is_refused_where_none_is_used(schedule):
    with pytest.raises(ValueError, match="expected a number, .*; it takes no schedule here"):
        arguments.number_within("beta", schedule, below=1)


@pytest.mark.parametrize("bad", [-0.1, 1, 2.0, np.nan, np.inf, "0.5", None, [0.5], True, False])
def test_numbers_outside_are_named_with_the_limits(bad):
    with pytest.raises(ValueError, match="beta is .*; expected a number, from 0 to below 1"):
        arguments.number_within("beta", bad, below=1)


def test_a_number_without_an_upper_limit_is_finite_all_the_same():
    arguments.number_within("std", 1e9)
    for bad in (-1, np.inf, np.nan):
        with pytest.raises(ValueError, match="std is .*; expected a number, at least 0"):
            arguments.number_within("std", bad)


def test_a_seed_starts_a_generator_and_a_generator_goes_on():
    first = arguments.as_generator(np.int64(3)).random()
    assert first == np.random.default_rng(3).random()
    rng = np.random.default_rng(3)
    assert arguments.as_generator(rng) is rng


FULL = np.array([[3, 1, 2, 0, 0]])
WITH_SEEDS = {
    "add_noise": lambda seed: datasets.add_noise(-np.ones((1, 2, 2, 1), "float32"), 0.1, seed),
    "mix_in_copies": lambda seed: datasets.mix_in_copies(FULL, FULL, 0.5, seed),
    "tint": lambda seed: datasets.tint(-np.ones((1, 2, 2, 1), "float32"), seed),
    "hue_pictures": lambda seed: datasets.hue_pictures(FULL, "test", seed),
    "make_ring": lambda seed: datasets.make_ring(3, seed),
    "make_grid": lambda seed: datasets.make_grid(3, seed),
    "make_swiss_roll": lambda seed: datasets.make_swiss_roll(3, seed),
    "make_moons": lambda seed: datasets.make_moons(3, seed),
    "make_planar": lambda seed: datasets.make_planar("heart", 3, seed),
    "complete": lambda seed: captions.complete(FULL, seed, held_out=None),
    "draw": lambda seed: captions.draw(3, seed),
    "contradict": lambda seed: captions.contradict(FULL, seed),
    "ceiling": lambda seed: evaluation.ceiling(
        type("Judge", (), {"labels": len})(), False, 3, seed
    ),
}


@pytest.mark.parametrize("bad", [None, -1, 1.5, "1", True, [1, 2]], ids=str)
@pytest.mark.parametrize("room", WITH_SEEDS)
def test_what_is_no_seed_is_refused_wherever_numpy_draws(room, bad):
    with pytest.raises(ValueError, match="seed is .*; expected a whole number, at least 0"):
        WITH_SEEDS[room](bad)


@pytest.mark.parametrize("good", [[3, 1], (3, 1), np.array([3, 1], "uint64"), np.int8([3, 1])])
def test_labels_of_any_whole_kind_are_taken(good):
    found = arguments.as_labels(good, num_classes=4, num=2)
    assert found.tolist() == [3, 1] and found.dtype == np.int64


LABELS = np.array([3, 1, 2])
NOT_LABELS = {
    "one-hot": (np.eye(4)[LABELS], r"shape \(3, 4\) .*one-hot, use labels.argmax\(axis=1\)"),
    "(num, 1)": (LABELS[:, None], r"shape \(3, 1\) .*use labels\[:, 0\]"),
    "text": (["3", "1", "2"], r"dtype <U1; .*use np.asarray\(labels\).astype\(int\)"),
    "names": (["three", "one", "two"], r"dtype <U5; expected whole numbers .*\(num,\)\.$"),
    "floats": (LABELS / 1.0, r"dtype float64; .*use np.asarray\(labels\).astype\(int\)"),
    "halves": (LABELS / 2, r"dtype float64; expected whole numbers .*\(num,\)\.$"),
    "NaN": (LABELS * np.nan, r"dtype float64; expected whole numbers .*\(num,\)\.$"),
    "bool": (LABELS > 1, r"dtype bool; expected whole numbers .*\(num,\)\.$"),
    "none": ([], "at least one"),
    "nothing": (None, "dtype object"),
    "of several lengths": ([[3], [1, 2], [2]], "dtype object"),
    "fewer": (LABELS[:2], "Got 2 labels; expected one for each of the 3 images"),
    "more": ([3, 1, 2, 0], "Got 4 labels; expected one for each of the 3 images"),
    "negative": (LABELS - 2, "between -1 and 1; expected whole numbers from 0 to 3"),
    "too high": (LABELS + 1, "between 2 and 4; expected whole numbers from 0 to 3"),
}


@pytest.mark.parametrize("name", NOT_LABELS)
def test_what_are_no_labels_is_told_and_how_to_mend_it(name):
    bad, words = NOT_LABELS[name]
    with pytest.raises(ValueError, match=words):
        arguments.as_labels(bad, num_classes=4, num=3)


def test_labels_that_would_not_fit_into_int32_are_refused():
    with pytest.raises(ValueError, match="expected whole numbers from 0 to 2147483647"):
        arguments.as_labels([3, 2**33 + 3])
