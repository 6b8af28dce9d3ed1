"""All that this course measures of generated pictures: digits, captions, own pictures."""

from .captions import ceiling, obedience
from .digits import DIGITS, evaluate, frechet_to_test_set
from .own_pictures import OWN_PICTURES, evaluate_own, nearest_pairs
from .report import Row, Table, report
from .verdict import verdict

__all__ = [
    "DIGITS",
    "OWN_PICTURES",
    "Row",
    "Table",
    "ceiling",
    "evaluate",
    "evaluate_own",
    "frechet_to_test_set",
    "nearest_pairs",
    "obedience",
    "report",
    "verdict",
]
