"""Whether pictures show what their captions say."""

import numpy as np

from .. import captions, datasets


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
        ValueError: Not as many pictures as captions.
    """
    asked, labels = captions.as_rows(meanings), judge.labels(images)
    if len(asked) != len(labels):
        raise ValueError(f"Got {len(labels)} pictures of {len(asked)} captions; expected one each.")
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
        num, seed: Of the pictures.
    """
    rng = np.random.default_rng(seed)
    rows = np.full((num, len(captions.VALUES)), captions.OPEN)
    meanings = captions.complete(rows, rng, held_out)
    return obedience(judge, datasets.hue_pictures(meanings, "test", rng), meanings)
