"""Judges: classifiers whose features and labels tell how good generated pictures are.

    python -m hue_edu.judges --out FILE [--kind digits] [--seed 0]

trains the judge of digits and prints its accuracy on the test set; with `--kind attributes` the
judge of captions, which reads digit, colours, size and place from a picture of the Hue set.
"""

from .attributes import (
    SHIPPED_ATTRIBUTES,
    AttributeJudge,
    build_attribute_judge,
    ceiling,
    load_attribute_judge,
    obedience,
    train_attribute_judge,
)
from .digits import SHIPPED, Judge, accuracy, build_judge, load_judge, train_judge
from .evaluation import evaluate, frechet_to_test_set, report
from .own_pictures import evaluate_own, nearest_pairs

__all__ = [
    "SHIPPED",
    "SHIPPED_ATTRIBUTES",
    "AttributeJudge",
    "Judge",
    "accuracy",
    "build_attribute_judge",
    "build_judge",
    "ceiling",
    "evaluate",
    "evaluate_own",
    "frechet_to_test_set",
    "load_attribute_judge",
    "load_judge",
    "nearest_pairs",
    "obedience",
    "report",
    "train_attribute_judge",
    "train_judge",
]
