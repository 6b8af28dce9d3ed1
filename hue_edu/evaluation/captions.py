"""Whether pictures show what their captions say."""

import numpy as np

from .. import arguments, captions, datasets
from ..judges.digits import check_judge


def obedience(judge, images, meanings):
    """Share of pictures in which the judge reads what their captions name.

    Args:
        judge: `AttributeJudge`.
        images: Shape (num, 32, 32, 3) in [-1, 1].
        meanings: What was asked, an array of (num, 5) or a list of `captions.Meaning`; an open
            attribute is right whatever it shows.

    Returns:
        Dictionary: `all_right`, the share of pictures with every named attribute right; and for
        each attribute, the share right among the pictures whose caption names it (NaN if none).

    Raises:
        TypeError: No judge, or no pictures.
        ValueError: Not as many pictures as captions; pictures that the judge refuses, or meanings
            that are not valid; or a judge that does not read five attributes.
    """
    check_judge(judge)
    asked, labels = captions.as_rows(meanings), np.asarray(judge.labels(images))
    if len(asked) != len(labels):
        raise ValueError(f"Got {len(labels)} pictures of {len(asked)} captions; expected one each.")
    if asked.shape != labels.shape:
        raise ValueError(
            f"The judge reads labels of shape {labels.shape}; expected {asked.shape}, the five "
            "attributes of each picture, as judges.load_attribute_judge() reads them."
        )
    named, right = asked != captions.OPEN, asked == labels
    shares = {"all_right": float((right | ~named).all(axis=1).mean())}
    for k, name in enumerate(captions.VALUES):
        picked = right[named[:, k], k]
        shares[name] = float(picked.mean()) if len(picked) else float("nan")
    return shares


def ceiling(judge, held_out, num=5000, seed=0):
    """`obedience` of real pictures, of test digits: the ceiling for pictures as varied as they are.

    Args:
        judge: `AttributeJudge`.
        held_out: False for combinations of training, True for those held out.
        num: Of the pictures, at least 1.
        seed: Whole number, or a NumPy generator, which then goes on.

    Raises:
        TypeError, ValueError: As `obedience`; or another number, seed or `held_out`.
    """
    num, rng = arguments.whole_number("num", num, at_least=1), arguments.as_generator(seed)
    rows = np.full((num, len(captions.VALUES)), captions.OPEN)
    meanings = captions.complete(rows, rng, held_out)
    return obedience(judge, datasets.hue_pictures(meanings, "test", rng), meanings)
