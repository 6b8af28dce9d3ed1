"""Which of the images a measure takes, where it takes a part: drawn, whatever their order."""

from hashlib import blake2b

import numpy as np

SEED = 0
SOME = 250  # samples whose nearest picture is searched: enough for a median
PAIRED = 2500  # samples that are compared with each other, pair by pair
MOST = 10_000  # samples whose neighbours among each other are searched


def drawn_order(images, seed=SEED):
    """Places of images in an order drawn from themselves: its first n are a fair sample of all.

    The images are sorted by a hash of their pixels with the seed, so that any order of the same
    images, such as one by class, gives the same ones first.

    Args:
        images: Shape (num, ...).
        seed: Whole number.

    Returns:
        Whole numbers of shape (num,).
    """
    key = str(seed).encode()
    hashes = [blake2b(image.tobytes(), key=key, digest_size=8).digest() for image in images]
    return np.argsort(np.array(hashes), kind="stable")


def how(runs):
    """A line for the foot of a table: how parts of the samples were chosen."""
    if "drawn_with_seed" not in runs[0]:  # measured by an earlier version
        return "Parts of the samples: the first ones; diversity: the first half with the second."
    return f"Parts of the samples: drawn with seed {runs[0]['drawn_with_seed']}."
