"""Judges: what they return, what they refuse, and that their numbers move the right way."""

import keras
import numpy as np
import pytest

from hue_edu import datasets, judges

pytestmark = pytest.mark.core


def test_features_and_labels_have_the_stated_shapes(digits):
    judge = judges.load_judge()
    features, logits = judge.features_and_logits(digits[:7])
    assert features.shape == (7, 64) and logits.shape == (7, 10)
    assert features.min() >= 0  # after ReLU
    np.testing.assert_array_equal(judge.features(digits[:7]), features)
    assert judge.labels(digits[:7]).dtype == np.int32


def test_the_judge_knows_the_first_digits():
    images, labels = datasets.load_mnist("test")
    assert (judges.load_judge().labels(images[:500]) == labels[:500]).mean() > 0.98


def test_batches_do_not_change_the_features(digits, monkeypatch):
    judge = judges.load_judge()
    whole = judge.features(digits[:20])
    monkeypatch.setattr(judges, "BATCH", 7)
    np.testing.assert_allclose(judge.features(digits[:20]), whole, atol=1e-4)


def test_other_shapes_are_refused(digits):
    for bad in (digits[:2, :20], digits[:0], np.zeros((2, 28, 28))):
        with pytest.raises(ValueError, match=r"takes images of shape"):
            judges.load_judge().features(bad)


def test_the_reference_judge_has_the_stated_layers():
    judge = judges.build_reference_judge()
    convolutions = [layer for layer in judge.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [(c.filters, c.kernel_size, c.strides) for c in convolutions] == [
        (16, (5, 5), (2, 2)), (32, (5, 5), (2, 2)),
    ]  # fmt: skip
    assert judge.count_params() == (
        25 * 16 + 16 + 25 * 16 * 32 + 32 + 7 * 7 * 32 * 64 + 64 + 64 * 10 + 10
    )
    assert [tuple(output.shape) for output in judge.outputs] == [(None, 64), (None, 10)]


def test_a_judge_learns_in_one_short_epoch(monkeypatch):
    few = [part[:3000] for part in datasets.load_mnist("train")]
    monkeypatch.setattr(judges.datasets, "load_mnist", lambda split: few)
    for build, augment in (
        (judges.build_reference_judge, True),
        (judges.build_shipped_judge, False),
    ):
        judge = judges.train_judge(build, 2, 2e-3, augment=augment, seed=0, verbose=0)
        assert judges.accuracy(judge) > 0.5


def test_distance_to_the_test_set_orders_real_noisy_and_noise():
    judge, real = judges.load_judge(), datasets.load_mnist("train")[0][:600]
    rng = np.random.default_rng(0)
    noisy = np.clip(real + rng.normal(0, 0.3, real.shape), -1, 1).astype("float32")
    noise = rng.uniform(-1, 1, real.shape).astype("float32")
    near, middle, far = (judges.frechet_to_test_set(x, judge) for x in (real, noisy, noise))
    assert 0 < near < middle < far


def test_evaluate_sees_a_lost_class_copies_and_a_generator_that_ignores_z():
    images, labels = datasets.load_mnist("train")
    without_fives = images[labels != 5][:600]
    found = judges.evaluate(without_fives)
    assert found["smallest_share"] < 0.01 and np.argmin(found["class_shares"]) == 5
    assert found["copy_ratio"] < 0.01
    assert found["frechet_distance"] > found["frechet_floor"]
    assert judges.evaluate(np.repeat(images[:1], 60, axis=0))["diversity_ratio"] == 0


def test_evaluate_refuses_other_ranges():
    with pytest.raises(ValueError, match="to_float"):
        judges.evaluate(np.zeros((10, 28, 28, 1), "uint8"))
