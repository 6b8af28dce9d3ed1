"""What each metric is given, it looks at: every function, every argument, every kind of mistake."""

import inspect
import warnings

import numpy as np
import pytest

from hue_edu import metrics

pytestmark = pytest.mark.core
RNG = np.random.default_rng(0)
FEATURES, OTHERS = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 3))
IMAGES, MORE, THIRD = RNG.uniform(-1, 1, (3, 6, 8, 8, 1)).astype("float32")
LABELS, LOGITS = RNG.integers(0, 10, 40), RNG.normal(size=(40, 10))
POINTS, CENTRES, DISTANCES = RNG.normal(size=(20, 2)), np.eye(2), RNG.random(9)
A, B = metrics.feature_statistics(FEATURES), metrics.feature_statistics(OTHERS)


def spoilt(array, value):
    array = np.array(array, float)
    array.flat[5 % array.size] = value
    return array


def scores(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def of_numbers(good):
    """Bad values in place of an array of numbers, and words of the sentence."""
    return {
        "NaN": (spoilt(good, np.nan), "NaN or infinity"),
        "infinity": (spoilt(good, np.inf), "NaN or infinity"),
        "minus infinity": (spoilt(good, -np.inf), "NaN or infinity"),
        "text": (np.array(good).astype(str), "no array of numbers|Expected float32 images"),
        "nothing": (np.array(good)[:0], "at least|[Nn]o images"),
    }


def of_images(good):
    return of_numbers(good) | {
        "[0, 1]": ((good + 1) / 2, r"2 \* images - 1"),
        "0…255": (np.round((good + 1) * 127.5).astype("uint8"), "datasets.to_float"),
        "0…255 as floats": (np.round((good + 1) * 127.5), "/ 127.5 - 1"),
        "channels first": (np.moveaxis(good, -1, 1), "channels first"),
        "no channel": (good[..., 0], "adds a channel|several sizes"),
        "another size": (good[:, :7], "same size"),
    }


def of_features(good):
    return of_numbers(good) | {
        "images": (IMAGES, r"got \(6, 8, 8, 1\)"),
        "one feature less": (good[:, 1:], "cannot be compared|same size|size"),
        "one row": (good[0], r"got \(3,\)|needs at least"),
    }


def of_labels(good):
    return {
        "(n, 1)": (good[:, None], r"use labels\[:, 0\]"),
        "one-hot": (np.eye(10)[good], r"one-hot, use labels.argmax\(axis=1\)"),
        "floats": (good.astype("float32"), "astype"),
        "text": (good.astype(str), "astype"),
        "bool": (good > 4, "whole numbers"),
        "NaN": (spoilt(good, np.nan), "whole numbers"),
        "a class too many": (good + 1, "from 0 to 9"),
        "below 0": (good - 1, "from 0 to 9"),
        "none": (good[:0], "at least one"),
    }


def of_logits(good):
    return of_numbers(good) | {
        "probabilities": (scores(good), "probabilities: each row adds up to 1"),
        "labels": (good.argmax(axis=1), r"shape \(num, num_classes\)"),
        "one column": (good[:, :1], r"shape \(num, num_classes\)"),
    }


def of_points(good):
    return of_numbers(good) | {
        "three coordinates": (np.ones((4, 3)), r"expected \(num, 2\)"),
        "one point": (good[0], r"expected \(num, 2\)"),
    }


def of_distances(good):
    return of_numbers(good) | {
        "below 0": (-good, "at least 0"),
        "a matrix": (np.ones((3, 3)), r"shape \(num,\)"),
    }


def of_statistics(good):
    return {
        "NaN": (good._replace(mean=spoilt(good.mean, np.nan)), "NaN or infinity"),
        "infinity": (good._replace(covariance=spoilt(good.covariance, np.inf)), "NaN or infinity"),
        "features": (FEATURES, "use feature_statistics"),
        "a number": (3.0, "use feature_statistics"),
        "mean alone": (good.mean, "use feature_statistics"),
        "deviations": (good._replace(covariance=np.ones(3)), r"shapes \(d,\) and \(d, d\)"),
        "another d": (metrics.feature_statistics(FEATURES[:, :2]), "cannot be compared"),
    }


def of_amount(low, words):
    return lambda good: {
        str(bad): (bad, words) for bad in (low, -1, np.nan, "3", None, np.inf) if bad != good
    }


whole = of_amount(0, "expected a whole number, at least")
radius = lambda good: {str(bad): (bad, "expected a number") for bad in (-1, np.nan, "3", None)}  # noqa: E731
CONTRACTS = {  # of each metric: good values by argument, and what is tried in their place
    "centred_pixels": {"images": (IMAGES, of_images)},
    "class_distance": {"labels_a": (LABELS, of_labels), "labels_b": (LABELS, of_labels)},
    "class_shares": {"labels": (LABELS, of_labels), "num_classes": (10, whole)},
    "copied_share": {"generated": (IMAGES, of_images), "training": (MORE, of_images)},
    "copy_ratio": {"generated": (IMAGES, of_images), "held_out": (MORE, of_images),
                   "training": (THIRD, of_images)},
    "copying_z": {"generated": (IMAGES, of_images), "held_out": (MORE, of_images),
                  "training": (THIRD, of_images)},
    "density_coverage": {"real": (FEATURES, of_features), "generated": (OTHERS, of_features),
                         "k": (5, whole)},
    "different_bins": {"real": (FEATURES, of_features), "generated": (OTHERS, of_features),
                       "num_bins": (4, whole),
                       "significance": (0.05, of_amount(0, "between 0 and 1"))},
    "distance_ratio": {"from_generated": (DISTANCES, of_distances),
                       "from_real": (DISTANCES, of_distances)},
    "distance_z": {"from_generated": (DISTANCES, of_distances),
                   "from_real": (DISTANCES, of_distances)},
    "diversity_ratio": {"generated": (IMAGES, of_images), "real": (MORE, of_images)},
    "feature_statistics": {"features": (FEATURES, of_numbers)},
    "frechet_distance": {"statistics_a": (A, of_statistics), "statistics_b": (B, of_statistics)},
    "frechet_infinity": {"features": (FEATURES, of_features), "statistics": (B, of_statistics),
                         "num_sizes": (15, whole)},
    "histogram_jsd": {"points_a": (POINTS, of_points), "points_b": (POINTS, of_points),
                      "limit": (2.0, of_amount(0, "limit is")), "bins": (4, whole)},
    "inception_score": {"logits": (LOGITS, of_logits)},
    "kernel_distance": {"features_a": (FEATURES, of_features),
                        "features_b": (OTHERS, of_features)},
    "kernel_distance_in_blocks": {"features_a": (FEATURES, of_features),
                                  "features_b": (OTHERS, of_features), "num_blocks": (4, whole)},
    "mode_coverage": {"points": (POINTS, of_points), "centres": (CENTRES, of_points),
                      "radius": (1.0, radius)},
    "mode_scores": {"points": (POINTS, of_points), "centres": (CENTRES, of_points),
                    "std": (1.0, radius)},
    "nearest_modes": {"points": (POINTS, of_points), "centres": (CENTRES, of_points),
                      "radius": (1.0, radius)},
    "nearest_neighbors": {"queries": (IMAGES, of_images), "references": (MORE, of_images),
                          "chunk": (2, whole)},
    "pairwise_diversity_ratio": {"generated": (IMAGES, of_images), "real": (MORE, of_images)},
    "precision_recall": {"real": (FEATURES, of_features), "generated": (OTHERS, of_features),
                         "k": (3, whole)},
    "reverse_kl": {"counts": (np.arange(4), lambda good: of_numbers(good) | {
        "below 0": (-good, "at least 0"), "a matrix": (np.ones((2, 2)), "expected shape")})},
    "sharpness_ratio": {"generated": (IMAGES, of_images), "real": (MORE, of_images)},
    "small_pixels": {"images": (IMAGES, of_images), "side": (4, whole)},
    "spread_within_modes": {"points": (POINTS, of_points), "centres": (CENTRES, of_points),
                            "radius": (1.0, radius)},
    "sure_share": {"logits": (LOGITS, of_logits),
                   "threshold": (0.9, lambda good: {
                       str(bad): (bad, "from 0 to 1") for bad in (-0.1, 1.1, np.nan, "0.9")})},
}  # fmt: skip
ALONE = {("centred_pixels", "another size"), ("small_pixels", "another size")}  # no partner
TRIED = [
    pytest.param(metric, argument, bad, words, id=f"{metric}({argument}: {kind})")
    for metric, arguments in CONTRACTS.items()
    for argument, (good, kinds) in arguments.items()
    for kind, (bad, words) in kinds(good).items()
    if (metric, kind) not in ALONE and not (metric == "reverse_kl" and kind == "nothing")
]


def test_every_metric_has_its_contract():
    functions = {name for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))}
    assert set(CONTRACTS) == functions


@pytest.mark.parametrize("metric", CONTRACTS)
def test_what_is_good_gives_finite_numbers(metric):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = getattr(metrics, metric)(**{k: good for k, (good, _) in CONTRACTS[metric].items()})
    found = tuple(found.values()) if isinstance(found, dict) else found
    for part in found if isinstance(found, tuple) else [found]:
        assert np.isfinite(np.asarray(part, float)).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("metric, argument, bad, words", TRIED)
def test_what_is_bad_gives_a_sentence_and_no_number(metric, argument, bad, words):
    values = {name: good for name, (good, _) in CONTRACTS[metric].items()} | {argument: bad}
    with pytest.raises(ValueError, match=words) as caught:
        getattr(metrics, metric)(**values)
    assert str(caught.value).endswith(".") and len(str(caught.value)) > 30


# Large offsets and ties


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e4])
def test_a_large_offset_of_float32_features_changes_nothing(offset):
    real, fake = (np.round(x * 64) / 64 for x in (FEATURES, OTHERS))  # exact at any of the offsets
    moved = [(x + offset).astype("float32") for x in (real, fake)]
    for metric, options in (
        (metrics.precision_recall, {}),
        (metrics.density_coverage, {}),
        (metrics.diversity_ratio, {}),
        (metrics.pairwise_diversity_ratio, {}),
        (metrics.different_bins, {"num_bins": 4}),
        (lambda a, b: metrics.nearest_neighbors(a, b)[1], {}),
        (lambda a, b: metrics.frechet_distance(*map(metrics.feature_statistics, (a, b))), {}),
    ):
        np.testing.assert_allclose(metric(*moved, **options), metric(real, fake, **options), 1e-5)


def manifold(real, fake):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = *metrics.precision_recall(real, fake), *metrics.density_coverage(real, fake)
    return found, [str(one.message) for one in told]


@pytest.mark.parametrize("scale", [0.0, 0.1, 1.0, 1e4])
def test_features_that_are_all_equal_lie_in_their_balls_and_are_told(scale):
    found, told = manifold(np.full((30, 4), scale), np.full((20, 4), scale))
    assert found == (1, 1, 30 / 5, 1)  # every sample lies in each of the 30 balls
    assert all("others equal to them" in line for line in told) and len(told) == 3


@pytest.mark.parametrize("times", [1, 2, 4, 6, 10])
@pytest.mark.parametrize("offset", [0.0, 5.0, 1e3])
@pytest.mark.parametrize("rounding", [0.0, 1e-7])
def test_exact_copies_have_precision_and_coverage_one_however_often_each_occurs(
    times, offset, rounding
):
    rng = np.random.default_rng(1)
    some = rng.random((50, 16)) + offset
    real = np.repeat(some, times, axis=0)
    real = real + rounding * rng.normal(size=real.shape)  # as a judge in float32 has it
    fake = np.tile(some, (4, 1)) + rounding * rng.normal(size=(200, 16))
    (precision, recall, _, coverage), told = manifold(real, fake)
    assert precision == 1 and recall == 1 and coverage == 1
    assert len(told) == 1 + (times > 3) + (times > 5)  # four of each copy; k is 3, and 5


def test_samples_that_differ_are_not_told_of():
    found, told = manifold(FEATURES, OTHERS)
    assert not told and 0 < found[0] < 1


def test_new_samples_do_not_lie_in_balls_of_no_size():
    real = np.repeat(np.eye(4), 6, axis=0)
    (precision, _, density, coverage), told = manifold(real, 0.5 * np.eye(4)[[0, 1, 2, 3] * 5])
    assert precision == density == coverage == 0 and told


# Order


def test_pairs_in_any_order_by_hand():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(9, 5)), rng.normal(size=(700, 5))  # more than one part

    def mean(x):
        return np.mean([np.linalg.norm(p - q) for i, p in enumerate(x) for q in x[:i]])

    found = metrics.pairwise_diversity_ratio(a, b)
    assert found == pytest.approx(mean(a) / mean(b), rel=1e-9)
    again = metrics.pairwise_diversity_ratio(rng.permutation(a), rng.permutation(b))
    assert again == pytest.approx(found, rel=1e-9)
    assert metrics.pairwise_diversity_ratio(np.tile(a[:1], (8, 1)), b) == pytest.approx(0, abs=1e-6)


def test_halves_depend_on_the_order_and_all_pairs_do_not():
    kinds = np.repeat([[0.0], [9.0]], 50, axis=0) + np.random.default_rng(3).normal(size=(100, 1))
    mixed = np.random.default_rng(4).permutation(kinds)
    assert metrics.diversity_ratio(kinds, mixed) > 1.5  # sorted: each pair is of two kinds
    assert metrics.pairwise_diversity_ratio(kinds, mixed) == pytest.approx(1, rel=1e-9)
