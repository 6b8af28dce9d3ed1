"""What a classifier or a clustering counts: shares of classes, bins that differ."""

from statistics import NormalDist

import numpy as np
from scipy.cluster.vq import kmeans2, vq
from scipy.special import rel_entr, softmax

from .. import arguments
from .contracts import as_logits, as_pair, as_whole, check_enough, check_share


def class_shares(labels, num_classes=10):
    """Share of each class among labels: the coverage of a generator.

    Args:
        labels: Shape (num,), num at least 1: whole numbers from 0 to num_classes - 1.
        num_classes: How many classes there are, with or without samples.

    Returns:
        Shape (num_classes,), adds up to 1. A share near 0 is a lost class.

    Raises:
        ValueError: Other labels, as `arguments.as_labels` says.

    Example:
        >>> print(metrics.class_shares([0, 0, 2, 1], num_classes=4))  # class 3 is lost
        [0.5  0.25 0.25 0.  ]
    """
    (num_classes,) = as_whole(num_classes=num_classes)
    labels = arguments.as_labels(labels, num_classes)
    return np.bincount(labels, minlength=num_classes) / labels.size


def class_distance(labels_a, labels_b, num_classes=10):
    """Total variation distance of two class histograms: ½ Σ_k |a_k - b_k|.

    Args:
        labels_a, labels_b: Shapes (m,) and (n,), whole numbers from 0 to num_classes - 1.
        num_classes: How many classes there are.

    Returns:
        From 0 to 1: the share of samples that would have to change their class. Two draws of one
        distribution do not give 0: compare with that floor.

    Raises:
        ValueError: Other labels in either, as `arguments.as_labels` says.

    Example:
        >>> metrics.class_distance([0, 0, 1, 1], [0, 0, 0, 1], num_classes=2)  # one of four moves
        0.25
    """
    a, b = (class_shares(labels, num_classes) for labels in (labels_a, labels_b))
    return float(np.abs(a - b).sum() / 2)


def inception_score(logits):
    """Inception-style score, on the classifier at hand: sure of each, and all classes alike.

    exp(mean KL(p(y|x) ‖ mean p(y|x)))

    Args:
        logits: Shape (num, num_classes), num at least 2: one sample alone always scores 1.

    Returns:
        From 1 to num_classes. It never looks at real images: one perfect sample of each class,
        drawn again and again, has the highest score. Only published values with the Inception
        network can be compared with each other; this is not one of them.

    Raises:
        ValueError: Fewer than two samples, or logits of another shape, that are not finite, or
            that are probabilities.

    Example:
        >>> round(metrics.inception_score(100 * np.eye(10)), 3)  # sure, and each class once
        10.0

    Reference: Salimans et al. (2016), section 4.
    """
    given = softmax(as_logits(logits, least=2), axis=1)
    return float(np.exp(rel_entr(given, given.mean(axis=0)).sum(axis=1).mean()))


def sure_share(logits, threshold=0.9):
    """Share of samples that a classifier is sure about: a notion of quality easy to picture.

    mean 1[max_k softmax(logits)_k ≥ threshold]

    Args:
        logits: Shape (num, num_classes).
        threshold: From 0 to 1: a sample counts if its most probable class reaches this.

    Returns:
        From 0 to 1. Real digits do not reach 1 either: compare with their share. A generator that
        makes only one perfect digit scores 1: look at `class_shares` beside it.

    Raises:
        ValueError: No sample, or logits of another shape, that are not finite, or that are
            probabilities; a threshold that is not from 0 to 1.

    Example:
        >>> metrics.sure_share([[5.0, 0.0], [0.1, 0.0]])  # probabilities .99 and .52
        0.5
    """
    check_share("threshold", threshold)
    return float((softmax(as_logits(logits), axis=1).max(axis=1) >= threshold).mean())


def different_bins(real, generated, num_bins=100, seed=0, significance=0.05):
    """Number of statistically different bins (NDB), as a share of all bins.

    The real samples are split into bins by k-means, and the share of real and of generated
    samples in each bin is compared by a two-proportion z-test.

    Args:
        real, generated: Shapes (m, d) and (n, d), m at least num_bins.
        num_bins: K, at least 1.
        seed: Of k-means' start.
        significance: α of each test, two-sided, between 0 and 1.

    Returns:
        NDB / K, from 0 to 1; about α for samples of the same distribution.

    Raises:
        ValueError: Fewer real samples than bins, no generated one, features of two sizes, or NaN
            or infinity among them.

    Example:
        >>> real = np.repeat([[0.0], [9.0]], 50, axis=0)  # two modes, a bin for each
        >>> metrics.different_bins(real, real, num_bins=2)
        0.0
        >>> metrics.different_bins(real, real[:50], num_bins=2)  # one mode is lost
        1.0

    Reference: Richardson & Weiss (2018), section 2.
    """
    (num_bins,) = as_whole(num_bins=num_bins)
    check_share("significance", significance, ends=False)
    check_enough(num_bins, real=real)
    real, generated = as_pair(real, generated, more_than=0)
    centres, _ = kmeans2(real, num_bins, minit="++", seed=seed)
    counts = [np.bincount(vq(x, centres)[0], minlength=num_bins) for x in (real, generated)]
    shares = [count / len(x) for count, x in zip(counts, (real, generated))]
    pooled = (counts[0] + counts[1]) / (len(real) + len(generated))
    error = np.sqrt(pooled * (1 - pooled) * (1 / len(real) + 1 / len(generated)))
    gap = np.abs(shares[0] - shares[1])
    z = np.divide(gap, error, out=np.zeros(num_bins), where=error > 0)
    return float((z > NormalDist().inv_cdf(1 - significance / 2)).mean())
