"""Faults put into images: exactly what was asked for, and nothing else."""

import numpy as np
import pytest

from hue_edu import datasets

pytestmark = pytest.mark.core


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(-0.2, 0.2, (50, 28, 28, 1)).astype("float32")


def test_noise_has_the_stated_standard_deviation_and_stays_in_range(images):
    noisy = datasets.add_noise(images, 0.1, seed=3)
    assert noisy.dtype == np.float32 and (noisy - images).std() == pytest.approx(0.1, rel=0.02)
    np.testing.assert_array_equal(noisy, datasets.add_noise(images, 0.1, seed=3))
    assert not np.array_equal(noisy, datasets.add_noise(images, 0.1))
    assert np.abs(datasets.add_noise(images, 5.0)).max() == 1
    np.testing.assert_array_equal(datasets.add_noise(images, 0), images)


def test_blur_keeps_the_mean_of_each_image_and_takes_the_contrast(images):
    dot = np.full((2, 21, 21, 2), -1, "float32")
    dot[0, 10, 10, 1] = 1
    blurred = datasets.blur(dot, 1.5)
    assert blurred.shape == dot.shape and blurred.mean() == pytest.approx(dot.mean(), abs=1e-5)
    weights = (blurred[0, :, :, 1] + 1) / 2
    spread = (weights * (np.arange(21) - 10.0) ** 2).sum() / weights.sum()
    assert spread == pytest.approx(1.5**2, rel=0.02)
    np.testing.assert_allclose(blurred[1], -1, atol=1e-6)  # nothing runs into the next image
    np.testing.assert_allclose(blurred[0, :, :, 0], -1, atol=1e-6)  # nor the next channel
    even = np.full((1, 9, 9, 1), 0.5, "float32")
    np.testing.assert_allclose(datasets.blur(even, 2.0), even, atol=1e-6)  # no dark border
    np.testing.assert_array_equal(datasets.blur(images, 0), images)


def test_a_lost_class_is_gone_and_the_others_stay_where_they_were(images):
    labels = np.arange(50) % 5
    left = datasets.lose_classes(images, labels, 2)
    assert left.shape == images.shape
    np.testing.assert_array_equal(left[labels != 2], images[labels != 2])
    gone = {image.tobytes() for image in images[labels == 2]}
    assert not gone & {image.tobytes() for image in left}
    for none in ([], 9):
        np.testing.assert_array_equal(datasets.lose_classes(images, labels, none), images)
    assert not np.isin([1, 2], datasets.lose_classes(labels, labels, [1, 2])).any()
    with pytest.raises(ValueError, match="All 50 images belong to the classes to lose"):
        datasets.lose_classes(images, labels, [0, 1, 2, 3, 4])


def test_copies_come_in_the_stated_share(images):
    originals = images[::-1] + 0.5
    known = {image.tobytes() for image in originals}
    for share, num in ((0.0, 0), (0.3, 15), (1.0, 50)):
        mixed = datasets.mix_in_copies(images, originals, share, seed=1)
        copied = np.array([image.tobytes() in known for image in mixed])
        assert copied.sum() == num
        np.testing.assert_array_equal(mixed[~copied], images[~copied])
    assert len({image.tobytes() for image in mixed}) == 50  # none twice
    other = datasets.mix_in_copies(images, originals, 0.3)
    assert not np.array_equal(other, datasets.mix_in_copies(images, originals, 0.3, seed=1))
    np.testing.assert_array_equal(datasets.mix_in_copies(images, originals, 0), images)
