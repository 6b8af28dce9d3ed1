"""Answers to the exercises of lesson 12, right and wrong, as learners write them."""

from fractions import Fraction

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import log_softmax, logsumexp, softmax


def relu(x):
    return np.maximum(x, 0)


def heard(w, A, B, C, a, beyond="constant"):
    p = np.pad(w, ((1, 1), (0, 0)), mode=beyond)
    return p[:-2] @ A + p[1:-1] @ B + p[2:] @ C + a


def vector(w, *given, **options):
    return (w + relu(heard(w, *given, **options))).sum(axis=0)


def word_by_word(words, A, B, C, a):
    zero, e = np.zeros(len(a)), 0
    for i in range(len(words)):
        before = words[i - 1] if i > 0 else zero
        after = words[i + 1] if i + 1 < len(words) else zero
        e = e + words[i] + np.maximum(0, before @ A + words[i] @ B + after @ C + a)
    return e


def with_ops(words, A, B, C, a):
    zero = ops.zeros_like(words[:1])
    before = ops.concatenate([zero, words[:-1]])
    after = ops.concatenate([words[1:], zero])
    return ops.sum(words + ops.relu(before @ A + words @ B + after @ C + a), axis=0)


def with_tf(words, A, B, C, a):
    window = tf.nn.conv1d(words[None], tf.stack([A, B, C]), 1, "SAME")[0] + a
    return tf.reduce_sum(words + tf.nn.relu(window), 0)


def products_moved(words, A, B, C, a):
    inner = words @ B + a
    inner[1:] += words[:-1] @ A
    inner[:-1] += words[1:] @ C
    return words.sum(0) + np.where(inner > 0, inner, 0).sum(0)


def filled_up(words, *given):
    filled = np.zeros((12, words.shape[1]))
    filled[: len(words)] = words
    return vector(filled, *given)


def wider(w, *given):
    return vector(np.vstack([0 * w[:1], w, 0 * w[:1]]), *given)


def without_end_windows(w, A, B, C, a):
    return w.sum(0) + relu(w[:-2] @ A + w[1:-1] @ B + w[2:] @ C + a).sum(0)


def without_end_words(w, A, B, C, a):
    return (w[1:-1] + relu(w[:-2] @ A + w[1:-1] @ B + w[2:] @ C + a)).sum(axis=0)


def three_relus(w, A, B, C, a):
    p = np.pad(w, ((1, 1), (0, 0)))
    return (w + relu(p[:-2] @ A) + relu(w @ B) + relu(p[2:] @ C + a)).sum(axis=0)


def row_by_row(logits):
    total = 0.0
    for row in np.asarray(logits, "float64"):
        total -= np.log(np.exp(row[0]) / np.exp(row).sum())
    return total / len(logits)


def with_keras(logits, **options):
    loss = keras.losses.SparseCategoricalCrossentropy(**options)
    return loss(np.zeros(len(logits), "int32"), logits)


def with_sparse(logits):
    right = tf.zeros(len(logits), "int32")
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(right, logits))


def loss_of(x, axis=1):
    return logsumexp(x, axis=axis) - x[:, 0]


def one_against_one(x):
    return np.logaddexp(0, x[:, 1:] - x[:, :1])


def real_or_fake(x):
    return np.logaddexp(0, np.where(np.arange(x.shape[1]) == 0, -x, x))


def counted(asked, read):
    good = 0
    for one, other in zip(asked, read):
        good += all(a in (-1, r) for a, r in zip(one, other))
    return good / len(asked)


def ok(a, r):
    return (a == r) | (a == -1)


def named_right(a, r):
    named = a != -1
    return (named & (a == r)).sum(axis=1), named.sum(axis=1)


def mean_of_shares(a, r):
    good, named = named_right(a, r)
    return np.mean(good / np.maximum(named, 1))


def of_captions(chosen):
    """The share of right pictures among those that `chosen(how many are named)`."""
    return lambda a, r: ok(a, r).all(axis=1)[chosen((a != -1).sum(axis=1))].mean()


RIGHT = {
    "caption_vector": [
        vector,
        word_by_word,
        with_ops,
        with_tf,
        products_moved,
        lambda words, A, B, C, a: with_ops(words, A, B, C, a[None]),
    ],
    "right_caption_loss": [
        lambda logits: np.mean(logsumexp(logits, axis=1) - logits[:, 0]),
        lambda logits: -ops.mean(ops.log_softmax(logits, axis=-1)[:, 0]),
        lambda logits: -np.log(softmax(logits, axis=1)[:, 0]).mean(),
        lambda logits: -tf.reduce_mean(tf.math.log(tf.nn.softmax(logits)[:, 0])),
        lambda logits: np.log1p(np.exp(logits[:, 1:] - logits[:, :1]).sum(axis=1)).mean(),
        lambda logits: with_keras(logits, from_logits=True),
        row_by_row,
        with_sparse,
    ],
    "all_right": [
        lambda a, r: ((a == r) | (a == -1)).all(axis=1).mean(),
        lambda a, r: 1 - ((a != r) & (a >= 0)).any(axis=-1).mean(),
        lambda a, r: (np.where(a == -1, r, a) == r).all(axis=1).mean(),
        lambda a, r: np.mean(np.equal(*named_right(a, r))),
        lambda a, r: ops.mean(ops.cast(ops.all(ops.logical_or(a == r, a < 0), axis=1), "float32")),
        lambda a, r: tf.reduce_mean(tf.cast(tf.reduce_all((a == r) | (a == -1), -1), "float32")),
        counted,
    ],
    "right_by_chance": [
        (0.1, 5600),
        [1 / 10, 10 * 8 * 7 * 2 * 5],
        np.array([0.1, 5.6e3]),
        (Fraction(1, 10), 560 * 10),
        (np.float32(0.1), np.prod([10, 56, 2, 5])),
        (0.10, 1 / (0.1 / 8 / 7 / 2 / 5)),
    ],
}

WRONG = {
    "caption_vector": [
        (lambda w, A, B, C, a: vector(w, C, B, A, a), "before and after are exchanged"),
        (lambda w, A, B, C, a: vector(w, B, A, C, a), "a and b are exchanged"),
        (lambda w, A, B, C, a: vector(w, A.T, B.T, C.T, a), "transposed"),
        (lambda w, *given: relu(heard(w, *given)).sum(0), "words themselves are left out"),
        (lambda w, *given: w.sum(0), "window is left out"),
        (lambda w, *given: w.sum(0) + heard(w, *given).sum(0), "ReLU is left out"),
        (lambda w, *given: relu(w + heard(w, *given)).sum(0), "window alone"),
        (lambda w, *given: w.sum(0) + relu(heard(w, *given).sum(0)), "windows were summed before"),
        (lambda w, *given: relu((w + heard(w, *given)).sum(0)), "everything was summed before"),
        (three_relus, "each of the three products"),
        (lambda w, A, B, C, a: (w + relu(heard(w, A, B, C, 0)) + a).sum(0), "for each word; it"),
        (lambda w, A, B, C, a: vector(w, A, B, C, 0) + a, "to the sum at the end"),
        (lambda w, A, B, C, a: vector(w, A, B, C, 0), "`a` is left out"),
        (lambda w, A, B, C, a: vector(w, A, 0 * B, C, a), "word itself is left out"),
        (lambda w, A, B, C, a: vector(w, 0 * A, B, C, a), "word before is left out"),
        (lambda w, A, B, C, a: vector(w, A, B, 0 * C, a), "word after is left out"),
        (lambda w, A, B, C, a: (w + np.maximum(w @ B + a, 0)).sum(0), "each word by itself"),
        (lambda *given: vector(*given, beyond="wrap"), "wrap around"),
        (lambda *given: vector(*given, beyond="edge"), "their own neighbours"),
        (filled_up, "12 rows"),
        (wider, "two windows too many"),
        (without_end_windows, "have no window here"),
        (without_end_words, "last word are left out"),
        (lambda w, *given: (w + relu(heard(w, *given))).mean(0), "the mean"),
        (lambda w, *given: (w + relu(heard(w, *given))).max(0), "maximum over the words"),
        (lambda w, *given: w.sum(0) + relu(heard(w, *given)).max(0), "Kim"),
        (lambda w, *given: w + relu(heard(w, *given)), "one vector for each word"),
        (lambda w, *given: w.sum(0) + relu(heard(w, *given)), "was added to each window"),
        (lambda w, *given: (w + relu(heard(w, *given))).sum(1), "over the units"),
        (lambda w, *given: vector(w, *given).sum(), "one number came back"),
        (lambda w, *given: -vector(w, *given), "sign"),
        (lambda w, *given: (w + abs(heard(w, *given))).sum(0), "got "),
    ],
    "right_caption_loss": [
        (lambda x: ops.mean(x[:, 0] - ops.logsumexp(x, axis=1)), "the sign"),
        (lambda x: ops.mean(ops.logsumexp(x[:, 1:], axis=1) - x[:, 0]), "can exceed 1"),
        (lambda x: -ops.mean(ops.log_softmax(x, axis=1)[:, -1]), "takes the last"),
        (lambda x: -ops.mean(ops.log_softmax(x, axis=1)[:, 1]), "takes column 1"),
        (lambda x: -ops.mean(ops.log_softmax(x, axis=1)), "averaged over all captions"),
        (lambda x: -log_softmax(x, axis=1).mean(axis=1), "each picture's captions"),
        (lambda x: -log_softmax(x, axis=1), "losses of all captions"),
        (lambda x: -log_softmax(x, axis=1)[0], "first picture's losses"),
        (lambda x: -log_softmax(x, axis=1)[0, 0], "loss of the first picture"),
        (lambda x: -log_softmax(x, axis=0)[:, 0].mean(), "summed over the batch"),
        (lambda x: -log_softmax(x)[:, 0].mean(), "whole batch at once"),
        (lambda x: ops.sum(ops.logsumexp(x, axis=1) - x[:, 0]), "sum over the batch"),
        (loss_of, "their mean was asked for"),
        (lambda x: ops.mean(ops.softmax(x, axis=1)[:, 0]), "not minus its log"),
        (lambda x: -softmax(x, axis=1)[:, 0].mean(), "minus the probability, without"),
        (lambda x: 1 - softmax(x, axis=1)[:, 0].mean(), "1 minus the probability"),
        (lambda x: -np.log(softmax(x, axis=1)[:, 0].mean()), "before the log"),
        (lambda x: loss_of(softmax(x, axis=1)).mean(), "taken twice"),
        (with_keras, "from_logits"),
        (lambda x: -np.log2(softmax(x, axis=1)[:, 0]).mean(), "in bits"),
        (lambda x: loss_of(x).sum() / x.size, "number of captions"),
        (lambda x: loss_of(x).mean() - np.log(x.shape[1]), "the loss of a guess"),
        (lambda x: logsumexp(x, axis=1).mean(), "is not subtracted"),
        (lambda x: -x[:, 0].mean(), "wrong captions are missing"),
        (lambda x: (x.max(axis=1) - x[:, 0]).mean(), "the largest logit"),
        (lambda x: ops.mean(ops.softplus(x[:, 1:])), "only compete"),
        (lambda x: np.logaddexp(0, -x[:, 0]).mean(), "must compete"),
        (lambda x: real_or_fake(x).mean(), "as real or fake; here"),
        (lambda x: real_or_fake(x).sum(axis=1).mean(), "as real or fake, and summed"),
        (lambda x: one_against_one(x).mean(), "one wrong caption at a time; all"),
        (lambda x: one_against_one(x).sum(axis=1).mean(), "losses are summed"),
        (lambda x: (x.argmax(axis=1) == 0).mean(), "how often"),
        (lambda x: np.median(loss_of(x)), "got "),
        (lambda x: (x[:, 1:].mean(axis=1) - x[:, 0]).mean(), "got "),
    ],
    "all_right": [
        (lambda a, r: np.all(a == r, axis=1).mean(), "counts as wrong"),
        (lambda a, r: ok(a, r).mean(), "right attributes, not"),
        (lambda a, r: (a == r).mean(), "attributes read as asked"),
        (lambda a, r: np.divide(*map(np.sum, named_right(a, r))), "named *attributes*"),
        (mean_of_shares, "its share of right attributes"),
        (lambda a, r: ok(a, r).any(axis=1).mean(), "right or open attribute was enough"),
        (lambda a, r: (a == r).any(axis=1).mean(), "one named attribute"),
        (lambda a, r: ((a == r).all(1) | (a == -1).any(1)).mean(), "with anything open"),
        (of_captions(lambda named: named > 0), "all is open were left out"),
        (of_captions(lambda named: named == 5), "that name all five"),
        (lambda a, r: ((a == r) | (a <= 0)).all(axis=1).mean(), "a 0 in `asked`"),
        (lambda a, r: ok(a, r).all(axis=1).sum(), "divide by how many"),
        (lambda a, r: ok(a, r).all(axis=1).sum() / a.size, "divided by that of attributes"),
        (lambda a, r: 100 * ok(a, r).all(axis=1).mean(), "percentage"),
        (lambda a, r: 1 - ok(a, r).all(axis=1).mean(), "that are wrong"),
        (lambda a, r: ok(a, r).all(axis=1), "of each picture whether"),
        (lambda a, r: ok(a, r).all(), "whether *all* pictures"),
        (lambda a, r: ok(a, r).all(axis=0).mean(), "share of attributes that are right in all"),
        (lambda a, r: ok(a, r).all(axis=0), "of each attribute whether"),
        (lambda a, r: ok(a, r).mean(axis=0), "a share for each attribute"),
        (lambda a, r: ok(a, r).mean(axis=1), "a share for each picture"),
        (lambda a, r: named_right(a, r)[0].mean(), "mean number"),
        (lambda a, r: ok(a, r)[:, 0].mean(), "got "),
        (lambda a, r: ((a == r) & (a == -1)).all(axis=1).mean(), "everything is 0"),
    ],
    "right_by_chance": [
        ((10, 5600), "first is one in how many"),
        ((1 / 9, 5600), "there are ten digits"),
        ((1 / 5600, 0.1), "first is the share with all five"),
        ((0.9, 5600), "with a wrong digit"),
        ((0.5, 5600), "equally often: there are ten"),
        ((5600, 0.1), "other order"),
        ((0.1, 6400), "seven colours left, not"),
        ((0.1, 4900), "only the background"),
        ((0.1, 73), "not added."),
        ((0.1, 32), "not added up."),
        ((0.1, 33), "and a background has seven"),
        ((0.1, 100), "colours were left out"),
        ((0.1, 800), "background was left out"),
        ((0.1, 700), "colour of the digit was left out"),
        ((0.1, 1120), "place was left out"),
        ((0.1, 2800), "was the size left out"),
        ((0.1, 560), "was the digit left out"),
        ((0.1, 100_000), "not every attribute"),
        ((0.1, 5040), "held-out"),
        ((0.1, 5599), "count that one, too"),
        ((0.1, 1 / 5600), "second is a share"),
        ((0.1, 80), "leaves something out"),
        ((0.1, 4480), "one with all five right: got "),
        (0.1, "shape"),
    ],
}
