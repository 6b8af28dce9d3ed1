"""Without a judge: what can be measured of generated pictures of any kind."""

import numpy as np

from .. import datasets, metrics
from .parts import MOST, PAIRED, SEED, SOME, drawn_order, how
from .report import Row, Table

SIDE = 8
FEATURES = f"pixels of the pictures at {SIDE}×{SIDE}"
NO_JUDGE = "none; the judges of this course know only its own digits"


def evaluate_own(images, pictures):
    """What this course measures of generated pictures that no judge knows, with floors.

    Samples are compared with an equal number of pictures, at most half of them; which ones is
    drawn, so that the order of neither changes anything. The floor of a
    measure is what it says of real pictures: as many others take the place of the samples. For
    copies, at most 250 of each are compared with all pictures, a picture with all the others.

    Args:
        images: Samples, float32 of shape (num, height, width, channels) in [-1, 1].
        pictures: Those that the generator learned from, of the same height, width and channels.

    Returns:
        Dictionary of `num`, the samples; `compared`, how many of them and of the pictures the
        measures take; in words what the `pictures`, the `judge` and the `features` of precision
        and recall are; of the measures, each named as the function of `metrics` that makes it:
        `precision`, `recall`, `sharpness_ratio`, `diversity_ratio`, `copy_ratio` and `copying_z`,
        and of each the floor, such as `precision_floor`. A measure that cannot be taken is None,
        and `left_out` says by its name why: there are too few pictures, for example.

    Raises:
        ValueError: Images that are not in [-1, 1], or of two shapes.
    """
    for some in (images, pictures):
        datasets.check_pixels(some)
    if images.shape[1:] != pictures.shape[1:]:
        raise ValueError(
            f"The samples have the shape {images.shape[1:]}, the pictures {pictures.shape[1:]}; "
            "expected the same for both."
        )
    half = min(len(pictures) // 2, len(images), MOST)
    rows, more = np.split(drawn_order(pictures)[: 2 * half], 2)
    samples = images[drawn_order(images)[:half]]
    values, floors, left_out = {}, {}, {}
    for names, least, measure in MEASURES:
        value = floor = [None] * len(names)
        try:
            _check_enough(least, 2 * half, images, pictures)
            value = measure(samples, None, pictures, rows)
            floor = measure(pictures[more], more, pictures, rows)
        except ValueError as error:
            left_out.update(dict.fromkeys(names, str(error)))
        values.update(zip(names, value))
        floors.update(zip((f"{name}_floor" for name in names), floor))
    about = {
        "pictures": datasets.describe(pictures),
        "judge": NO_JUDGE,
        "features": FEATURES,
        "drawn_with_seed": SEED,
    }
    return {"num": len(images), "compared": half, **about, **values, **floors, "left_out": left_out}


# Each measure takes samples x, their places `own` among the pictures if they are some of them,
# all pictures, and the places `rows` of the half that x is compared with.


def _precision_recall(x, own, pictures, rows):
    real, samples = (metrics.small_pixels(some, SIDE) for some in (pictures[rows], x))
    return metrics.precision_recall(real, samples)


def _sharpness(x, own, pictures, rows):
    return [metrics.sharpness_ratio(x, pictures[rows])]


def _diversity(x, own, pictures, rows):
    return [metrics.pairwise_diversity_ratio(x[:PAIRED], pictures[rows[:PAIRED]])]


def _copies(x, own, pictures, rows):
    own, rows = own if own is None else own[:SOME], rows[:SOME]
    _, near = metrics.nearest_neighbors(x[:SOME], pictures, own=own)
    _, apart = metrics.nearest_neighbors(pictures[rows], pictures, own=rows)
    return metrics.distance_ratio(near, apart), metrics.distance_z(near, apart)


MEASURES = (  # names, pictures that it needs, and the function
    (("precision", "recall"), 200, _precision_recall),
    (("sharpness_ratio",), 20, _sharpness),
    (("diversity_ratio",), 20, _diversity),
    (("copy_ratio", "copying_z"), 100, _copies),
)


def _check_enough(least, used, images, pictures):
    """Refuse a measure of too few pictures, or of too few samples for as many."""
    if used < least:
        raise ValueError(
            f"needs {least} pictures and {least // 2} samples; there are {len(pictures):,} and "
            f"{len(images):,}"
        )


def nearest_pairs(images, pictures, num=8):
    """The samples that lie nearest to a picture, by pixels, and that picture: look for copies.

    Args:
        images, pictures: As for `evaluate_own`; 250 samples are searched.
        num: Pairs, the nearest first.

    Returns:
        Two arrays of shape (num, height, width, channels): samples and their pictures.
    """
    some = images[drawn_order(images)[:SOME]]
    indices, distances = metrics.nearest_neighbors(some, pictures)
    nearest = np.argsort(distances, kind="stable")[:num]
    return some[nearest], pictures[indices[nearest]]


def _foot(runs, median):
    half = runs[0]["compared"]
    return [
        f"Each row takes {half:,} samples and {half:,} pictures; the rows on copies at most {SOME} "
        "samples and all pictures.",
        f"Floor: {half:,} other pictures in place of the samples.",
        f"Judge: {runs[0]['judge']}. So no Fréchet distance here, and no classes.",
        f"Features: {runs[0]['features']} for precision and recall; the others take all pixels.",
        how(runs),
    ]


OWN_PICTURES = Table(
    rows=(
        Row("Precision", "precision", 3, "precision_floor", "share that lies among the pictures"),
        Row("Recall", "recall", 3, "recall_floor", "share of the pictures that lie among these"),
        Row("Sharpness ratio", "sharpness_ratio", 2, "sharpness_ratio_floor",
            "1 as the pictures; noise scores more"),
        Row("Diversity ratio", "diversity_ratio", 2, "diversity_ratio_floor",
            "0 ignores z, 1 as varied as the pictures"),
        Row("Copy ratio", "copy_ratio", 2, "copy_ratio_floor",
            "0 is a copy, 1 as far apart as the pictures"),
        Row("  test", "copying_z", 1, "copying_z_floor",
            "about 0 for new pictures; far below: near copies"),
    ),
    against="against {pictures}",
    foot=_foot,
)  # fmt: skip
