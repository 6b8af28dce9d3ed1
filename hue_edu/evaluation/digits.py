"""All that this course measures of generated digits, with floors and a control."""

from functools import lru_cache

import numpy as np
from tqdm import tqdm

from .. import datasets, files, metrics
from ..judges import BATCH, SHIPPED, load_judge
from .parts import MOST, PAIRED, SEED, SOME, drawn_order, how
from .report import Row, Table


@lru_cache
def _reference_set(judge):
    """Statistics, features and logits of the 10,000 test digits."""
    features, logits = judge.features_and_logits(datasets.load_mnist("test")[0])
    return metrics.feature_statistics(features), features, logits


def frechet_to_test_set(images, judge):
    """Fréchet distance of images to the 10,000 test digits, on the judge's features."""
    statistics = metrics.feature_statistics(judge.features(images))
    return metrics.frechet_distance(statistics, _reference_set(judge)[0])


def evaluate(images, judge=None):
    """All that this course measures of generated digits, with floors and a control.

    The floor of a measure is what as many training digits get (for `sure_share` and
    `inception_score` test digits, which the judge has not seen, and for `copied_share` 250 of
    those); the control is those training digits under noise of standard deviation 0.3. Measures
    that take a part of the images (those of copies, 250; of pairs, 2,500; of neighbours, 10,000)
    draw it, so that their order changes nothing; and so of the test digits. Long work shows a
    progress bar on a terminal.

    Args:
        images: Shape (num, 28, 28, 1), float32 in [-1, 1]; 2,500 is the usual number, 500 the
            least: fewer say nothing about 64 features.
        judge: The one that comes with the course if not given.

    Returns:
        Dictionary of the name of the `judge`, the seed of what is drawn, `drawn_with_seed`, and
        plain numbers, each named as the function of `metrics` that makes it: `frechet_distance`,
        `frechet_infinity`, `kernel_distance` with `kernel_error`, `precision`, `recall`,
        `density`, `coverage`, `sure_share`, `inception_score`, `class_distance`, `class_shares`
        and the `smallest_share`, `sharpness_ratio`, `copy_ratio`, `copying_z`, `copied_share`;
        `diversity_ratio`, by `pairwise_diversity_ratio`; `num`; `frechet_floor` and so on, and
        `frechet_control`.

    Raises:
        ValueError: Too few images, or other ones than digits in [-1, 1].
    """
    datasets.check_pixels(images)
    if len(images) < 2 * SOME:
        raise ValueError(
            f"Got {len(images)} images; measuring needs at least {2 * SOME}, and 2,500 are usual."
        )
    name = f"{SHIPPED}, sha256 {files.expected_sums()[SHIPPED][:12]}"
    if judge not in (None, load_judge()):
        name = f"{judge.model.name}, not the one that comes with the course"
    judge = judge or load_judge()
    order = drawn_order(images)
    features, logits = _judged(judge, images, order)
    statistics, test_features, test_logits = _reference_set(judge)
    labels = logits.argmax(axis=1)
    shares = metrics.class_shares(labels)
    compared = _compared(features, statistics, test_features)
    floors = _floors(judge, len(images))  # it holds the training set, which comes here only then
    training, held_out = datasets.load_mnist("train")[0], datasets.load_mnist("test", seed=SEED)[0]
    some, pairs = images[order[:SOME]], images[order[:PAIRED]]
    _, near = metrics.nearest_neighbors(some, training)
    _, apart = metrics.nearest_neighbors(held_out[:SOME], training)
    return {
        "num": len(images),
        "judge": name,
        "drawn_with_seed": SEED,
        **compared,
        **floors,
        "sure_share": metrics.sure_share(logits),
        "inception_score": metrics.inception_score(logits),
        "class_distance": metrics.class_distance(labels, test_logits.argmax(axis=1)),
        "class_shares": [float(share) for share in shares],
        "smallest_share": float(shares.min()),
        "sharpness_ratio": metrics.sharpness_ratio(images[order[:MOST]], held_out),
        "diversity_ratio": metrics.pairwise_diversity_ratio(pairs, held_out[:PAIRED]),
        "copy_ratio": metrics.distance_ratio(near, apart),
        "copying_z": metrics.distance_z(near, apart),
        "copied_share": metrics.copied_share(some, training),
    }


@lru_cache
def _floors(judge, num):
    """What `num` training digits, or all, get, and the control; the same whatever is measured."""
    training, rng = datasets.load_mnist("train")[0], np.random.default_rng(0)
    chosen = rng.choice(len(training), min(num, len(training)), replace=False)

    def noisy(digits):
        return datasets.add_noise(digits, 0.3, rng)

    features, logits = _judged(judge, training, chosen)
    noisy_features, _ = _judged(judge, training, chosen, noisy)
    statistics, test_features, test_logits = _reference_set(judge)
    floors, test_labels = _compared(features, statistics, test_features), test_logits.argmax(axis=1)
    return {
        **{f"{key.removesuffix('_distance')}_floor": value for key, value in floors.items()},
        "frechet_control": _frechet(noisy_features, statistics),
        "sure_floor": metrics.sure_share(test_logits),
        "inception_floor": metrics.inception_score(test_logits),
        "class_floor": metrics.class_distance(logits.argmax(axis=1), test_labels),
        "copied_floor": _copied_floor(),
    }


@lru_cache
def _copied_floor():
    """The share of test digits that count as copies, though none is one."""
    held_out = datasets.load_mnist("test", seed=SEED)[0]
    return metrics.copied_share(held_out[:SOME], datasets.load_mnist("train")[0])


def _judged(judge, images, chosen, change=lambda images: images):
    """Features and logits of chosen images, a batch at a time: no copy of all of them is made."""
    parts = []
    with tqdm(total=len(chosen), unit="image", disable=None, leave=False) as bar:
        for start in range(0, len(chosen), BATCH):
            parts.append(judge.features_and_logits(change(images[chosen[start : start + BATCH]])))
            bar.update(len(parts[-1][0]))
    return tuple(np.concatenate(part) for part in zip(*parts))


def _frechet(features, statistics):
    return metrics.frechet_distance(metrics.feature_statistics(features), statistics)


def _compared(features, statistics, reference):
    """The measures that compare features with those of real digits."""
    num = min(len(features), MOST)
    some = np.random.default_rng(1).permutation(len(reference))[:num]
    near = reference[some], features[:num]
    precision, recall = metrics.precision_recall(*near)
    density, coverage = metrics.density_coverage(*near)
    kernel, error = metrics.kernel_distance_in_blocks(features, reference)
    return {
        "frechet_distance": _frechet(features, statistics),
        "frechet_infinity": metrics.frechet_infinity(features, statistics),
        "kernel_distance": kernel,
        "kernel_error": error,
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
    }


def _foot(runs, median):
    return [
        "Floor: as many training digits; for sure, inception-style and copied share, test digits.",
        "Control: the Fréchet distance of these training digits under noise (standard deviation "
        f"0.3) is {median['frechet_control']:.0f}.",
        f"Judge: {runs[0]['judge']}; other judges give other numbers.",
        how(runs),
    ]


DIGITS = Table(
    rows=(
        Row("Fréchet distance", "frechet_distance", 2, "frechet_floor",
            "to the 10,000 test digits"),
        Row("  FID∞-style", "frechet_infinity", 2, "frechet_infinity_floor",
            "for infinitely many of these"),
        Row("Kernel distance", "kernel_distance", 3, "kernel_floor",
            "±{kernel_error:.3f}, unbiased"),
        Row("Precision", "precision", 3, "precision_floor", "share that lies among real digits"),
        Row("Recall", "recall", 3, "recall_floor", "share of real digits that lie among these"),
        Row("Density", "density", 3, "density_floor", "how deep among real digits"),
        Row("Coverage", "coverage", 3, "coverage_floor", "share of real digits with one nearby"),
        Row("Sure", "sure_share", 3, "sure_floor", "share of which the judge is 90% sure"),
        Row("Inception-style", "inception_score", 2, "inception_floor", "1 to 10; not Inception's"),
        Row("Class distance", "class_distance", 3, "class_floor", "0 to 9: {class_shares}%"),
        Row("Sharpness ratio", "sharpness_ratio", 2, None, "1 as real; noise scores more"),
        Row("Diversity ratio", "diversity_ratio", 2, None, "0 ignores z, 1 as varied as real"),
        Row("Copy ratio", "copy_ratio", 2, None, "0 is a copy, 1 as far as new digits"),
        Row("  test", "copying_z", 1, None,
            "about 0 for new digits; far below: near training digits"),
        Row("Copied share", "copied_share", 3, "copied_floor",
            "moved, turned and thickened copies, too"),
    ),
    against="",
    foot=_foot,
)  # fmt: skip
