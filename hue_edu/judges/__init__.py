"""Judges: classifiers whose features and labels tell how good generated pictures are.

The judge of digits, and the judge of captions, which reads digit, colours, size and place from a
picture of the Hue set. They only judge; what is measured with them stands in `evaluation`.
"""

from .attributes import (
    SHIPPED_ATTRIBUTES,
    AttributeJudge,
    build_attribute_judge,
    load_attribute_judge,
    train_attribute_judge,
)
from .digits import BATCH, SHIPPED, Judge, accuracy, build_judge, load_judge, train_judge

__all__ = [
    "BATCH",
    "SHIPPED",
    "SHIPPED_ATTRIBUTES",
    "AttributeJudge",
    "Judge",
    "accuracy",
    "build_attribute_judge",
    "build_judge",
    "load_attribute_judge",
    "load_judge",
    "train_attribute_judge",
    "train_judge",
]
