"""Exercises of lesson 08: pairs, recall, bias, and the inception-style score."""

import numpy as np

from .kinds import formula, value


def _kernels(rng, num):
    features = rng.normal(size=({5: 7, 1: 2}.get(num, 4), 3))
    return (((features @ features.T / 3 + 1) ** 3).astype("float32"),)


def _off_diagonal(k):
    return np.sum(k) - np.trace(k)


def _half(k):
    return np.sum(np.triu(k, 1))


@formula(
    task="Write a function that returns the mean of the kernel over pairs of *different* samples, "
    "given its matrix of shape (n, n).",
    hints=(
        "The diagonal of the matrix holds each sample paired with itself. Leave it out.",
        "One way: take the sum of all entries and subtract the trace.",
        "Then divide by the number of entries off the diagonal. How many of the n² are left?",
    ),
    shows="Without the diagonal the mean is right on average for any n; with it, it is too large.",
    inputs=_kernels,
    tensors=False,
    wrong={
        "Each sample is paired with itself too: that is what biases the estimate.": np.mean,
        "The diagonal is left out of the sum, but still counted: fewer than n² entries are left.": (
            lambda k: _off_diagonal(k) / len(k) ** 2
        ),
        "The diagonal is in the sum, but not in the count.": (
            lambda k: np.sum(k) / (len(k) * (len(k) - 1))
        ),
        "The sum is returned; the mean was asked for.": _off_diagonal,
        "The sum is divided by n, as if there were one pair for each sample.": (
            lambda k: _off_diagonal(k) / len(k)
        ),
        "The sum is divided by n - 1, the number of pairs in one row; there are n rows.": (
            lambda k: _off_diagonal(k) / (len(k) - 1)
        ),
        "The sum is divided by (n - 1)². Each of the n rows has n - 1 entries off the diagonal.": (
            lambda k: _off_diagonal(k) / (len(k) - 1) ** 2
        ),
        "The sum is divided by n (n + 1): the diagonal was added to the count, not taken away.": (
            lambda k: _off_diagonal(k) / (len(k) * (len(k) + 1))
        ),
        "Each pair is in the sum twice, but only once in the count.": (
            lambda k: 2 * _off_diagonal(k) / (len(k) * (len(k) - 1))
        ),
        "Each pair is in the sum once, but in the count twice.": (
            lambda k: _half(k) / (len(k) * (len(k) - 1))
        ),
        "The sum is over one triangle of the matrix, but divided by all n² entries.": (
            lambda k: _half(k) / len(k) ** 2
        ),
        "This is the mean of one triangle with the diagonal; leave the diagonal out.": (
            lambda k: np.mean(k[np.triu_indices(len(k))])
        ),
        "The sum over one triangle is returned; the mean was asked for.": _half,
        "Here n is subtracted, as if the diagonal held ones; subtract the entries themselves.": (
            lambda k: (np.sum(k) - len(k)) / (len(k) * (len(k) - 1))
        ),
        "The mean of the diagonal is subtracted from the mean of all. Subtract the sums first, "
        "then divide.": lambda k: np.mean(k) - np.trace(k) / len(k),
        "The trace, a sum, is subtracted from a mean. Subtract it from the sum, then divide.": (
            lambda k: np.mean(k) - np.trace(k)
        ),
        "This is the mean of the diagonal, the part to leave out.": (
            lambda k: np.trace(k) / len(k)
        ),
        "This is one mean per row; the mean over all of them was asked for.": (
            lambda k: (np.sum(k, axis=1) - np.diag(k)) / (len(k) - 1)
        ),
        "Only the first row is used; the mean over all rows was asked for.": (
            lambda k: np.mean(k[0, 1:])
        ),
        "The diagonal is set to 0, but the mean of the other entries is not taken yet.": (
            lambda k: k - np.diag(np.diag(k))
        ),
        "The sign is turned around: the sum of all entries comes first.": (
            lambda k: -_off_diagonal(k) / (len(k) * (len(k) - 1))
        ),
    },
)
def mean_of_pairs(kernel):
    return (np.sum(kernel) - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1))


def _between(real, generated, radii):
    distances = np.linalg.norm(real[:, None] - generated[None], axis=-1)
    return distances.astype("float32"), np.asarray(radii, "float32")


def _distances(rng, num):
    num_real, num_generated = {5: (12, 9), 1: (6, 2)}.get(num, (20, 30))
    generated = rng.normal(1.0, 0.6, size=(num_generated, 2))
    real = rng.normal(0, 1.5, size=(num_real, 2))
    return _between(real, generated, rng.uniform(0.2, 1.6, num_generated))


_LINE = np.arange(4.0)[:, None]  # four real points at 0, 1, 2, 3


@formula(
    task="Write a function that returns the recall: the share of real samples that lie in the "
    "ball of at least one generated sample.",
    hints=(
        "Real sample i lies in the ball of generated sample j if `distances[i, j] <= radii[j]`.",
        "`distances <= radii` compares all pairs at once. For a real sample one ball is enough: "
        "which axis does `any` have to run along?",
        "That leaves one truth value per real sample. Which share of them is true?",
    ),
    shows="Recall asks the real samples; precision asks the generated ones.",
    inputs=_distances,
    also={
        "no real sample in any ball": _between(_LINE, _LINE[:3] + 0.5, [0.2, 0.3, 0.4]),
        "a real sample in every ball": _between(_LINE, _LINE[:2] + 0.5, [1.7, 2.2]),
    },
    tensors=False,
    wrong={
        "This asks the generated samples whether their balls hold a real one. Recall asks the "
        "real samples: the axis is the other one.": lambda d, r: np.mean((d <= r).any(axis=0)),
        "This asks for *all* balls; one is enough.": lambda d, r: np.mean((d <= r).all(axis=1)),
        "This asks whether *any* real sample lies in a ball, and gives 0 or 1; ask each of them.": (
            lambda d, r: np.mean((d <= r).any())
        ),
        "This is the share of pairs: a real sample in several balls counts several times.": (
            lambda d, r: np.mean(d <= r)
        ),
        "This is the number of balls around a real sample, on average; only whether there is one "
        "matters.": lambda d, r: np.mean(np.sum(d <= r, axis=1)),
        "This is the number of real samples in a ball, on average; the share of real samples that "
        "lie in some ball was asked for.": lambda d, r: np.mean(np.sum(d <= r, axis=0)),
        "The number is returned; the share was asked for.": (
            lambda d, r: np.sum((d <= r).any(axis=1))
        ),
        "The number of real samples in a ball is divided by the number of *generated* samples.": (
            lambda d, r: np.sum((d <= r).any(axis=1)) / len(r)
        ),
        "This is one truth value per real sample; the share of true ones was asked for.": (
            lambda d, r: (d <= r).any(axis=1)
        ),
        "This is the share of real samples that lie in *no* ball.": (
            lambda d, r: np.mean((d > r).all(axis=1))
        ),
        "Only the nearest generated sample was asked; another one may have a larger ball.": (
            lambda d, r: np.mean(d.min(axis=1) <= r[d.argmin(axis=1)])
        ),
        "The mean radius was used for all balls; each has its own.": (
            lambda d, r: np.mean((d <= np.mean(r)).any(axis=1))
        ),
        "The largest radius was used for all balls; each has its own.": (
            lambda d, r: np.mean((d <= np.max(r)).any(axis=1))
        ),
        "The smallest radius was used for all balls; each has its own.": (
            lambda d, r: np.mean((d <= np.min(r)).any(axis=1))
        ),
        "The distances are squared, but the radii are not.": (
            lambda d, r: np.mean((d**2 <= r).any(axis=1))
        ),
        "The radii are squared, but the distances are not.": (
            lambda d, r: np.mean((d <= r**2).any(axis=1))
        ),
        "This asks for a distance above the radius; inside is where it is *at most* the radius.": (
            lambda d, r: np.mean((d > r).any(axis=1))
        ),
    },
)
def recall(distances, radii):
    return np.mean((distances <= radii).any(axis=1))


@value(
    task="Give the Fréchet distance for endless samples: it is 10 at n = 500 and 7 at n = 1,000, "
    "and its bias is c/n.",
    hints=(
        "d(n) = d∞ + c/n gives two equations with two unknowns.",
        "In their difference d∞ drops out: 10 - 7 = c/500 - c/1,000.",
        "So c is 3,000. How much of the 7 is bias, and how much is left without it?",
    ),
    shows="Doubling the samples takes half of the bias away; take the same amount off once more, "
    "and none is left.",
    wrong={
        "At 2,000 samples it is 5.5; go on to endless ones.": lambda: 5.5,
        "That is c/n at 1,000 samples: the bias itself. Take it away from 7.": lambda: 3.0,
        "That is the bias at 500 samples.": lambda: 6.0,
        "7 still holds the bias of 1,000 samples.": lambda: 7.0,
        "10 still holds the bias of 500 samples.": lambda: 10.0,
        "That is c. What is left of a distance without its c/n?": lambda: 3000.0,
        "3 · 500 is not c: 3 is the difference of two biases, c/500 - c/1,000. And with c there "
        "is still a step to go.": lambda: 1500.0,
        "The distance falls as n grows, so the answer is below 7.": lambda: 13.0,
        "The bias tends to 0; the distance tends to what is left of it without the bias.": (
            lambda: 0.0
        ),
        "The mean of the two distances is not right: each of them still holds its bias.": (
            lambda: 8.5
        ),
        "Here the whole distance falls by the same factor again; only its bias halves when n "
        "doubles.": lambda: 4.9,
        "This is half of 7; only the bias in it halves when n doubles.": lambda: 3.5,
        "The bias of 500 samples is taken from the distance at 1,000.": lambda: 1.0,
        "Here the bias is taken as c/√n; it is c/n.": (
            lambda: 7 - 3 / (np.sqrt(2) - 1)  # 3 = c/√500 - c/√1000
        ),
    },
)
def endless():
    return 4.0


def _probabilities(rng, num):
    num_rows, classes = {5: (8, 4), 1: (3, 2)}.get(num, (30, 7))
    rows = np.exp(rng.normal(0, 1.2, (num_rows, classes)) + 0.4 * np.arange(classes))
    return ((rows / rows.sum(axis=1, keepdims=True)).astype("float32"),)


def _mean(p):
    return np.mean(p, axis=0)


def _kl(p, q):
    return np.sum(p * np.log(p / q), axis=1)


def _entropy(p):
    return -np.sum(p * np.log(p), axis=-1)


def _softmax(p):
    return np.exp(p) / np.sum(np.exp(p), axis=1, keepdims=True)


@formula(
    task="Write a function that returns the inception-style score of class probabilities of shape "
    "(num, classes).",
    hints=(
        "p(y) is the mean of the rows, one probability per class.",
        "The KL of one row is the sum over classes of p(y|x) log(p(y|x) / p(y)).",
        "Take the mean of these KLs over the rows. One step of the formula is left then.",
    ),
    shows="The score is 1 if all rows are equal; it is the number of classes if every row is sure "
    "of one class and all classes are equally frequent.",
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
        "This is one number per row; take the mean of the KLs, and then the exponential.": (
            lambda p: np.exp(_kl(p, _mean(p)))
        ),
        "p(y) is taken as even, 1 / classes, which is also what the mean over classes gives. It "
        "is the mean over the rows, axis 0.": lambda p: np.exp(np.mean(_kl(p, 1 / p.shape[1]))),
        "p(y) is the sum of the rows here; it is their mean.": (
            lambda p: np.exp(np.mean(_kl(p, np.sum(p, axis=0))))
        ),
        "The KLs of the rows are added up; their mean was asked for.": (
            lambda p: np.exp(np.sum(_kl(p, _mean(p))))
        ),
        "The mean is over rows *and* classes; within a row, the terms are summed.": (
            lambda p: np.exp(np.mean(p * np.log(p / _mean(p))))
        ),
        "Rows are summed and classes averaged; it should be the other way round.": (
            lambda p: np.exp(np.mean(np.sum(p * np.log(p / _mean(p)), axis=0)))
        ),
        "The exponent has the wrong sign: this is 1 divided by the score.": (
            lambda p: np.exp(-np.mean(_kl(p, _mean(p))))
        ),
        "This is only the entropy of p(y): how sure each row is must count too.": (
            lambda p: np.exp(_entropy(_mean(p)))
        ),
        "This is only the mean entropy of the rows: the entropy of p(y) must count too.": (
            lambda p: np.exp(np.mean(_entropy(p)))
        ),
        "This is only minus the mean entropy of the rows: the entropy of p(y) must count too.": (
            lambda p: np.exp(-np.mean(_entropy(p)))
        ),
        "The mean entropy of the rows is added to that of p(y); subtract it.": (
            lambda p: np.exp(_entropy(_mean(p)) + np.mean(_entropy(p)))
        ),
        "The entropy of each column is subtracted, over the rows (axis 0); it should be that of "
        "each row, over the classes (axis 1).": (
            lambda p: np.exp(_entropy(_mean(p)) - np.mean(_entropy((p / np.sum(p, axis=0)).T)))
        ),
        "The logarithm has base 2, but the exponential has base e.": (
            lambda p: np.exp(np.mean(_kl(p, _mean(p))) / np.log(2))
        ),
        "The logarithm has base e, but the power has base 2.": (
            lambda p: 2 ** np.mean(_kl(p, _mean(p)))
        ),
        "These are probabilities already; here they go through a softmax again.": (
            lambda p: np.exp(np.mean(_kl(_softmax(p), _mean(_softmax(p)))))
        ),
        "The log ratios are not weighted by p(y|x).": (
            lambda p: np.exp(np.mean(np.sum(np.log(p / _mean(p)), axis=1)))
        ),
        "The log ratios are weighted by p(y) instead of p(y|x).": (
            lambda p: np.exp(np.mean(np.sum(_mean(p) * np.log(p / _mean(p)), axis=1)))
        ),
        "This is how sure the rows are, the mean of their largest probabilities.": (
            lambda p: np.mean(np.max(p, axis=1))
        ),
    },
)
def inception_score(probabilities):
    mean = probabilities.mean(axis=0)
    return np.exp(np.mean(np.sum(probabilities * np.log(probabilities / mean), axis=1)))
