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
    for lost in ([1, 2], (1, 2), {1, 2}, np.array([1, 2], "uint8")):
        assert not np.isin([1, 2], datasets.lose_classes(labels, labels, lost)).any()
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


LABELS = np.arange(50) % 5


def lose(labels=LABELS, lost=3):
    return lambda x: datasets.lose_classes(x, labels, lost)


def mix(originals, share=0.5):
    return lambda x: datasets.mix_in_copies(x, originals(x), share)


REFUSED = {
    "labels (num, 1)": (lose(LABELS[:, None]), r"use labels\[:, 0\]"),
    "labels one-hot": (lose(np.eye(5)[LABELS]), "use labels.argmax"),
    "labels as text": (lose(list(map(str, LABELS))), "dtype <U1; expected whole numbers"),
    "labels in floats": (lose(LABELS / 1), r"use np.asarray\(labels\).astype\(int\)"),
    "labels of the first": (lose(LABELS[:9]), "Got 9 labels; expected one for each of the 50"),
    "labels of more": (lose(np.arange(99)), "Got 99 labels; expected one for each of the 50"),
    "labels below 0": (lose(LABELS - 1), "between -1 and 3"),
    "lost as text": (lose(lost="3"), r"lost have .*use np.asarray\(lost\).astype\(int\)"),
    "lost, one as text": (lose(lost=[1, "3"]), "lost have .*expected whole numbers"),
    "lost as a mask": (lose(lost=LABELS == 3), "lost have .* dtype bool"),
    "lost one-hot": (lose(lost=np.eye(5)[[3]]), "use lost.argmax"),
    "lost half a class": (lose(lost=3.5), "lost have .* dtype float64"),
    "lost as a name": (lose(lost={"three"}), "lost have .* dtype <U5"),
    "nothing lost": (lose(lost=None), "lost have .* dtype object"),
    "originals in [0, 1]": (mix(lambda x: (np.sign(x) + 1) / 2), r"got float32 in \[0, 1\]; use"),
    "originals as bytes": (mix(datasets.to_uint8), r"got uint8 .*datasets.to_float\(images\)"),
    "originals of float64": (mix(lambda x: x.astype("float64")), "got float64"),
    "originals with NaN": (mix(lambda x: x * np.nan), "NaN or infinity"),
    "originals of a pixel": (mix(lambda x: x[:, :1, :1]), r"the originals \(1, 1, 1\); expected"),
    "originals in colour": (mix(lambda x: x.repeat(3, -1)), r"the originals \(28, 28, 3\); exp"),
    "channels first": (mix(lambda x: np.moveaxis(x, -1, 1)), "np.moveaxis"),
    "no originals": (mix(lambda x: x[:0]), "no images"),
    "a share of NaN": (mix(lambda x: x, np.nan), "share is nan; expected a number"),
    "a share as text": (mix(lambda x: x, "0.5"), "share is '0.5'; expected a number"),
    "a share that is a bool": (mix(lambda x: x, True), "share is True; expected a number"),
    "noise as text": (lambda x: datasets.add_noise(x, "0.1"), "std is '0.1'; expected a number"),
    "noise of its own a pixel": (lambda x: datasets.add_noise(x, [0.1]), r"std is \[0.1\]"),
    "blur without a number": (lambda x: datasets.blur(x, None), "std is None; expected a number"),
    "blur that is a bool": (lambda x: datasets.blur(x, True), "std is True; expected a number"),
    "one image": (lambda x: datasets.blur(x[0], 1.0), r"image\[None\] makes one image a batch"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_go_wrong_is_refused_in_one_sentence(name, images):
    call, words = REFUSED[name]
    with pytest.raises(ValueError, match=words):
        call(images)


def test_points_are_copied_among_points_and_refused_where_they_are_none():
    points = np.random.default_rng(0).normal(size=(10, 2)).astype("float32")
    assert (datasets.mix_in_copies(points, points + 9, 1.0) > 4).all()
    for bad, words in (
        (points * np.inf, "points hold NaN or infinity"),
        (points.astype(str), "Expected points, numbers .*; got <U"),
        (points[:, :1], r"shape \(2,\), the originals \(1,\)"),
        (points.astype("float64"), "dtype float32, the originals float64"),
        (points > 0, "Expected points, numbers .*; got bool"),
    ):
        with pytest.raises(ValueError, match=words):
            datasets.mix_in_copies(points, bad, 0.5)


WRONG = [(1, 2), None, iter([]), {"image": 1}, "digits"]


@pytest.mark.parametrize("other", WRONG, ids=["pair", "None", "iterator", "dictionary", "text"])
def test_what_is_no_array_is_named(other, images):
    other = (images, LABELS) if isinstance(other, tuple) else other
    for call in (
        lambda: datasets.add_noise(other, 0.1),
        lambda: datasets.blur(other, 1.0),
        lambda: datasets.tint(other, seed=0),
        lambda: datasets.lose_classes(other, LABELS, 3),
        lambda: datasets.mix_in_copies(other, images, 0.5),
        lambda: datasets.mix_in_copies(images, other, 0.5),
    ):
        with pytest.raises(TypeError, match=f"Got a {type(other).__name__}; expected one array"):
            call()


def test_a_list_of_images_is_as_good_as_an_array(images):
    for change in (lose(), mix(lambda x: x), lambda x: datasets.add_noise(x, 0.1)):
        np.testing.assert_array_equal(change(list(images)), change(images))
