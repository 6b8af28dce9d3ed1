"""Exercises of lesson 08: pairs, recall, bias, and the inception-style score."""

import numpy as np

from .exercise import formula, value


def _kernels(rng, num):
    features = rng.normal(size=(7, 3))
    return ((features @ features.T / 3 + 1) ** 3,)


@formula(
    task="Write the mean of the kernel over pairs of *different* samples, from its matrix (n, n).",
    hints=(
        "The diagonal holds each sample with itself: leave it out.",
        "The sum of all entries, minus the trace.",
        "There are n (n - 1) entries off the diagonal.",
    ),
    shows="Without the diagonal the mean is right on average for any n; with it, too large.",
    inputs=_kernels,
    tensors=False,
    wrong={
        "Each sample is paired with itself too: that is what biases the estimate.": np.mean,
        "The diagonal is left out of the sum, but still counted: n (n - 1) entries are left.": (
            lambda k: (np.sum(k) - np.trace(k)) / len(k) ** 2
        ),
        "The diagonal is in the sum, but not in the count.": (
            lambda k: np.sum(k) / (len(k) * (len(k) - 1))
        ),
        "The sum is returned; the mean was asked for.": lambda k: np.sum(k) - np.trace(k),
        "Each pair stands twice in the matrix; this divides by the number of pairs once.": (
            lambda k: 2 * (np.sum(k) - np.trace(k)) / (len(k) * (len(k) - 1))
        ),
        "This is the mean of the diagonal, the part to leave out.": (
            lambda k: np.trace(k) / len(k)
        ),
        "The sign is turned around: the sum of all entries comes first.": (
            lambda k: (np.trace(k) - np.sum(k)) / (len(k) * (len(k) - 1))
        ),
    },
)
def mean_of_pairs(kernel):
    return (np.sum(kernel) - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1))


def _distances(rng, num):
    real, generated = rng.normal(size=(12, 2)), rng.normal(1.0, 0.6, size=(9, 2))
    distances = np.linalg.norm(real[:, None] - generated[None], axis=-1)
    return distances, rng.uniform(0.2, 0.9, 9)


@formula(
    task="Write recall: the share of real samples that lie in the ball of some generated one.",
    hints=(
        "`distances[i, j] <= radii[j]`: real i lies in the ball of generated j.",
        "Any j will do: `.any(axis=1)`, one truth a real sample.",
        "The share is the mean of the truths.",
    ),
    shows="Recall asks the real samples; precision asks the generated ones.",
    inputs=_distances,
    tensors=False,
    wrong={
        "This asks the generated samples: the axis is the other one.": (
            lambda d, r: np.mean((d <= r).any(axis=0))
        ),
        "This asks for *all* balls; one is enough.": lambda d, r: np.mean((d <= r).all(axis=1)),
        "This is the share of pairs: it counts how many balls hold a sample.": (
            lambda d, r: np.mean(d <= r)
        ),
        "The number is returned; the share was asked for.": (
            lambda d, r: np.sum((d <= r).any(axis=1))
        ),
        "Only the nearest generated sample was asked; another ball may be larger.": (
            lambda d, r: np.mean(d.min(axis=1) <= r[d.argmin(axis=1)])
        ),
        "One radius was used for all: each ball has its own.": (
            lambda d, r: np.mean((d <= np.mean(r)).any(axis=1))
        ),
        "Inside is where the distance is *at most* the radius.": (
            lambda d, r: np.mean((d > r).any(axis=1))
        ),
    },
)
def recall(distances, radii):
    return np.mean((distances <= radii).any(axis=1))


@value(
    task="Give the Fréchet distance for endless samples: 10 at n = 500, 7 at n = 1,000.",
    hints=(
        "d(n) = d∞ + c/n: two equations, two unknowns.",
        "Their difference: 3 = c (1/500 - 1/1000), so c = 3,000.",
        "d∞ = 7 - 3,000/1,000.",
    ),
    shows="Doubling the samples takes half of the bias away: take the same off once more.",
    wrong={
        "At 2,000 samples it is 5.5; go on to endless ones.": lambda: 5.5,
        "That is c/n at 1,000 samples: the bias itself. Take it away from 7.": lambda: 3.0,
        "That is the bias at 500 samples.": lambda: 6.0,
        "7 still holds the bias of 1,000 samples.": lambda: 7.0,
        "That is c.": lambda: 3000.0,
    },
)
def endless():
    return 4.0


def _probabilities(rng, num):
    rows = rng.uniform(0.05, 1, (8, 5))
    return (rows / rows.sum(axis=1, keepdims=True),)


def _kl(p, q):
    return np.sum(p * np.log(p / q), axis=1)


def _mean(p):
    return p.mean(axis=0)


@formula(
    task="Write the inception-style score of class probabilities.",
    hints=(
        "p(y) is the mean of the rows: `probabilities.mean(axis=0)`.",
        "KL of one row: the sum over classes of p(y|x) log(p(y|x) / p(y)).",
        "Then the mean over the rows, and last the exponential.",
    ),
    shows="1 if all rows are alike, the number of classes if each is sure and all come alike.",
    inputs=_probabilities,
    tensors=False,
    wrong={
        "The exponential is missing: this is the mean KL, in nats.": (
            lambda p: np.mean(_kl(p, _mean(p)))
        ),
        "The KL goes the other way: the row comes first, the mean second.": (
            lambda p: np.exp(np.mean(_kl(_mean(p), p)))
        ),
        "The exponential comes last, after the mean over the rows.": (
            lambda p: np.mean(np.exp(_kl(p, _mean(p))))
        ),
        "p(y) is taken as even; it is the mean of the rows.": (
            lambda p: np.exp(np.mean(_kl(p, 1 / p.shape[1])))
        ),
        "The KL of the rows is added up; its mean is meant.": (
            lambda p: np.exp(np.sum(_kl(p, _mean(p))))
        ),
        "This is only the entropy of p(y): how sure each row is must count too.": (
            lambda p: np.exp(-np.sum(_mean(p) * np.log(_mean(p))))
        ),
        "Classes are averaged within a row; they are summed.": (
            lambda p: np.exp(np.mean(p * np.log(p / _mean(p))))
        ),
    },
)
def inception_score(probabilities):
    mean = probabilities.mean(axis=0)
    return np.exp(np.mean(np.sum(probabilities * np.log(probabilities / mean), axis=1)))
