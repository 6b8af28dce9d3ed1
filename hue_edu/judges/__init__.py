"""The judge: a classifier whose features and labels tell how good generated digits are.

    python -m hue_edu.judges --out FILE [--seed 0]

trains it and prints its accuracy on the test set.
"""

from .digits import SHIPPED, Judge, accuracy, build_judge, load_judge, train_judge
from .evaluation import evaluate, frechet_to_test_set, report

__all__ = [
    "SHIPPED",
    "Judge",
    "accuracy",
    "build_judge",
    "evaluate",
    "frechet_to_test_set",
    "load_judge",
    "report",
    "train_judge",
]
