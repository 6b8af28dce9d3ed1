"""The report without a judge: on tinted digits, whose numbers are known beforehand."""

import json

import numpy as np
import pytest

from hue_edu import datasets, evaluation

OWN = evaluation.OWN_PICTURES
pytestmark = pytest.mark.core
MEASURES = ("precision", "recall", "sharpness_ratio", "diversity_ratio", "copy_ratio", "copying_z")


@pytest.fixture(scope="module")
def tinted():
    """1,500 digits, each in a colour of its own, in random order: MNIST goes by its writers."""
    some = np.random.default_rng(0).permutation(6000)[:1500]
    return datasets.tint(datasets.load_mnist("train")[0][some], seed=0)


def test_new_pictures_of_the_same_kind_get_the_floor(tinted):
    pictures, new = tinted[:1000], tinted[1000:]
    found = evaluation.evaluate_own(new, pictures)
    assert found["num"] == 500 and found["pictures"] == "1,000 pictures, 28×28, in colour"
    assert found["compared"] == 500 and found["left_out"] == {}
    assert json.loads(json.dumps(found)) == found
    for name, error in zip(MEASURES, (0.07, 0.07, 0.1, 0.1, 0.1, 3)):
        assert found[name] == pytest.approx(found[f"{name}_floor"], abs=error), name
    for name, value in (("sharpness", 1), ("diversity", 1), ("copy", 1)):
        assert found[f"{name}_ratio_floor"] == pytest.approx(value, abs=0.1)
    assert abs(found["copying_z_floor"]) < 3 and 0.6 < found["precision_floor"] < 1


def test_each_fault_is_seen_where_it_should(tinted):
    pictures, new = tinted[:1000], tinted[1000:]
    copies = evaluation.evaluate_own(pictures[::-1][:500], pictures)
    assert copies["copy_ratio"] == pytest.approx(0, abs=1e-3) and copies["copying_z"] < -15
    blind = evaluation.evaluate_own(np.repeat(new[:1], 500, axis=0), pictures)
    assert blind["diversity_ratio"] == 0 and blind["recall"] < 0.05
    noise = np.random.default_rng(0).uniform(-1, 1, new.shape).astype("float32")
    noisy = evaluation.evaluate_own(noise, pictures)
    assert noisy["precision"] == 0 and noisy["sharpness_ratio"] > 2 and noisy["copying_z"] > 15
    assert evaluation.evaluate_own(-new, pictures)["precision"] < 0.05
    for name in MEASURES:  # the floor is that of the pictures, whatever the samples
        assert noisy[f"{name}_floor"] == copies[f"{name}_floor"] != noisy[name]


def test_too_few_pictures_leave_a_row_out_and_say_so(tinted):
    left_out = {
        600: set(),
        200: set(),
        199: {"precision", "recall"},
        100: {"precision", "recall"},
        99: {"precision", "recall", "copy_ratio", "copying_z"},
        20: {"precision", "recall", "copy_ratio", "copying_z"},
        19: set(MEASURES),
        1: set(MEASURES),
    }
    for num, names in left_out.items():
        found = evaluation.evaluate_own(tinted[600:1200], tinted[:num])
        assert set(found["left_out"]) == names
        assert {name for name in MEASURES if found[name] is None} == names
        assert {name for name in MEASURES if found[f"{name}_floor"] is None} == names
    text = evaluation.report(evaluation.evaluate_own(tinted[600:], tinted[:199]), OWN)
    assert (
        "Recall                 none            needs 200 pictures and 100 samples; there" in text
    )
    assert "there are 199 and 900" in text
    few = evaluation.evaluate_own(tinted[:60], tinted[600:])  # too few samples
    assert set(few["left_out"]) == {"precision", "recall"}
    assert "there are 900 and 60" in few["left_out"]["recall"]


def test_pictures_that_are_all_alike_are_no_end(tinted):
    alike = np.repeat(tinted[:1], 300, axis=0)
    found = evaluation.evaluate_own(tinted[300:600], alike)
    assert found["diversity_ratio"] is None and "all alike" in found["left_out"]["diversity_ratio"]
    assert found["copy_ratio"] is None and "a duplicate" in found["left_out"]["copy_ratio"]
    assert "a duplicate" in evaluation.report(found, OWN)


def test_the_report_names_features_floors_and_the_missing_judge(tinted):
    found = evaluation.evaluate_own(tinted[1000:], tinted[:1000])
    text = evaluation.report(found, OWN, recipe="dcgan")
    assert "500 samples, against 1,000 pictures, 28×28, in colour" in text
    rows = {line[:17].strip(): line[17:].split()[:2] for line in text.splitlines()}
    names = ("Precision", "Recall", "Sharpness ratio", "Diversity ratio", "Copy ratio", "test")
    for row, name, digits in zip(names, MEASURES, (3, 3, 2, 2, 2, 1)):
        expected = [f"{found[key]:.{digits}f}" for key in (name, f"{name}_floor")]
        assert rows[row] == expected
    assert "Judge: none; the judges of this course know only its own digits." in text
    assert "Features: pixels of the pictures at 8×8 for precision and recall" in text
    assert "Each row takes 500 samples and 500 pictures" in text and "500 other pictures" in text
    assert "Recipe: dcgan" in text and "TensorFlow" in text


def test_the_nearest_pairs_come_first(tinted):
    pictures = tinted[:300]
    samples = tinted[300:340].copy()
    samples[7] = pictures[11]
    samples[3] = 0.999 * pictures[250]
    near, theirs = evaluation.nearest_pairs(samples, pictures, num=3)
    np.testing.assert_array_equal(near[:2], samples[[7, 3]])
    np.testing.assert_array_equal(theirs[:2], pictures[[11, 250]])
    gaps = [float(np.linalg.norm(a - b)) for a, b in zip(near, theirs)]
    assert gaps == sorted(gaps) and len(gaps) == 3 and near.shape == (3, 28, 28, 3)
    assert len(evaluation.nearest_pairs(samples, pictures)[0]) == 8


def test_other_images_are_refused(tinted):
    with pytest.raises(ValueError, match=r"samples have the shape .28, 28, 1.*pictures .28, 28, 3"):
        evaluation.evaluate_own(tinted[:300, ..., :1], tinted[300:600])
    for bad in (tinted[:9].astype("float64"), datasets.to_uint8(tinted[:9])):
        with pytest.raises(ValueError, match="Expected"):
            evaluation.evaluate_own(bad, tinted[:300])
        with pytest.raises(ValueError, match="Expected"):
            evaluation.evaluate_own(tinted[:300], bad)
