"""Answers to the exercises of lesson 03, right and wrong, as learners write them."""

from decimal import Decimal
from fractions import Fraction

import keras
import numpy as np
import tensorflow as tf
from keras import ops, random
from scipy import special

from hue_edu import losses


def log_of_sigmoid(y, x):
    d = 1 / (1 + np.exp(-x))
    return -y * np.log(d) - (1 - y) * np.log(1 - d)


def log_of_clipped(y, x):
    d = np.clip(1 / (1 + np.exp(-x)), 1e-7, 1 - 1e-7)
    return -y * np.log(d) - (1 - y) * np.log(1 - d)


def log_of_more(y, x):
    d = special.expit(x)
    return -y * np.log(d + 1e-8) - (1 - y) * np.log(1 - d + 1e-8)


def bce_loop(y, x):
    rows = [[max(b, 0) - a * b + np.log1p(np.exp(-abs(b)))] for a, b in zip(y[:, 0], x[:, 0])]
    return np.array(rows)


def bce_masks(y, x):
    return ops.where(y > 0.5, ops.softplus(-x), ops.softplus(x))


def softplus(x):
    return np.logaddexp(0, x)


def taped(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = ops.softplus(-x)
    return loss, tape.gradient(loss, x)


def with_shape(shape):
    def answer(a, b, s):
        e = random.uniform(shape(a), seed=s)
        return e * a + (1 - e) * b

    return answer


def ones(a):
    return (len(a),) + (1,) * (len(a.shape) - 1)


def between(a, b, s):
    e = ops.reshape(random.uniform((ops.shape(a)[0],), seed=s), (-1,) + (1,) * (a.ndim - 1))
    return e * a + (1 - e) * b


def between_numpy(a, b, s):
    rng = np.random.default_rng(s)
    return np.stack([e * x + (1 - e) * y for e, x, y in zip(rng.random(len(a)), a, b)])


def between_tf(a, b, s):
    shape = tf.concat([tf.shape(a)[:1], tf.ones(tf.rank(a) - 1, tf.int32)], 0)
    e = tf.random.stateless_uniform(shape, seed=(s, 0))
    return e * a + (1.0 - e) * b


def between_none(a, b, s):
    e = random.uniform((a.shape[0],), seed=s)
    e = e[:, None] if a.ndim == 2 else e[:, None, None, None]
    return e * a + (1 - e) * b


def between_expanded(a, b, s):
    e = random.uniform((len(a),), seed=s)
    while len(e.shape) < len(a.shape):
        e = ops.expand_dims(e, -1)
    return b + e * (a - b)


def between_transposed(a, b, s):
    e = np.random.RandomState(s).uniform(size=len(a))
    return (e * np.asarray(a).T + (1 - e) * np.asarray(b).T).T


def between_flat(a, b, s):
    n = a.shape[0]
    e = random.uniform((n, 1), seed=s)
    flat = e * ops.reshape(a, (n, -1)) + (1 - e) * ops.reshape(b, (n, -1))
    return ops.reshape(flat, a.shape)


def mixed(e, a, b):
    return e * a + (1 - e) * b


def two_draws(a, b, s):
    e, f = (random.uniform(ones(a), seed=each) for each in (s, s + 1))
    return e * a + (1 - f) * b


def flat_result(a, b, s):
    n = a.shape[0]
    return mixed(random.uniform((n, 1), seed=s), ops.reshape(a, (n, -1)), ops.reshape(b, (n, -1)))


RIGHT = {
    "pearson_labels": [
        (1, 0, 0),
        [1, 0, -0.0],
        (1.0, 0.0, 0.0),
        np.array([1, 0, 0]),
        tf.constant([1.0, 0.0, 0.0]),
        (Fraction(1), Fraction(0), Decimal(0)),
        (np.float32(1), np.int64(0), 0),
    ],
    "cross_entropy": [
        lambda y, x: ops.softplus(x) - y * x,
        lambda y, x: tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x),
        lambda y, x: np.logaddexp(0, x) - y * np.asarray(x),
        lambda y, x: np.maximum(x, 0) - y * x + np.log1p(np.exp(-np.abs(x))),
        lambda y, x: y * ops.softplus(-x) + (1 - y) * ops.softplus(x),
        lambda y, x: -y * ops.log_sigmoid(x) - (1 - y) * ops.log_sigmoid(-x),
        lambda y, x: -y * special.log_expit(x) - (1 - y) * special.log_expit(-x),
        lambda y, x: keras.losses.binary_crossentropy(y, x, from_logits=True)[:, None],
        lambda y, x: ops.binary_crossentropy(y, x, from_logits=True),
        lambda y, x: keras.losses.BinaryCrossentropy(True, axis=-1, reduction=None)(y, x)[:, None],
        lambda y, x: tf.math.softplus(tf.cast(x, tf.float32)) - tf.cast(y * x, tf.float32),
        lambda y, x: np.logaddexp(0, (1 - 2 * y) * x),
        bce_loop,
        bce_masks,
        losses.binary_cross_entropy,
        # Keras finds the logit behind a sigmoid of its own
        lambda y, x: ops.binary_crossentropy(y, ops.sigmoid(x)),
        lambda y, x: ops.binary_crossentropy(y, ops.sigmoid(x), from_logits=True),
    ],
    "my_loss": [
        lambda x: (ops.softplus(-x), -ops.sigmoid(-x)),
        lambda x: (-ops.log_sigmoid(x), ops.sigmoid(x) - 1),
        lambda x: (ops.relu(1 - x), -ops.cast(x < 1, "float32")),
        lambda x: (ops.relu(1 - x), ops.where(x < 1, -1.0, 0.0)),
        lambda x: (-x, -1.0),
        lambda x: (-x, -ops.ones_like(x)),
        lambda x: (x**2, 2 * x),
        lambda x: (np.abs(x), np.sign(x)),
        lambda x: (ops.exp(-x), -ops.exp(-x)),
        lambda x: [(x - 1) ** 2 / 2, x - 1],
        lambda x: (tf.square(x - 3.0), 2.0 * (x - 3.0)),
        lambda x: (tf.nn.softplus(-x) ** 2, -2 * tf.nn.softplus(-x) * tf.sigmoid(-x)),
        lambda x: (ops.sqrt(1 + (x - 2) ** 2), (x - 2) / ops.sqrt(1 + (x - 2) ** 2)),
        lambda x: (ops.where(x < 0, x**2, 0.0), ops.where(x < 0, 2 * x, 0.0)),
        lambda x: (ops.leaky_relu(-x, 0.1), ops.where(x < 0, -1.0, -0.1)),
        lambda x: (ops.log(1 + ops.exp(-x)), -1 / (1 + ops.exp(x))),
        taped,
    ],
    "points_between": [
        between,
        between_numpy,
        between_tf,
        between_none,
        between_expanded,
        between_transposed,
        between_flat,
        with_shape(ones),
        with_shape(lambda x: [len(x)] + [1] * (x.ndim - 1)),
        lambda a, b, s: mixed(1 - random.uniform(ones(a), seed=s), a, b),
        lambda a, b, s: mixed(random.uniform(ones(a), 0, 1, seed=s), a, b),
        lambda a, b, s: b + random.uniform(ones(a), seed=s) * (a - b),
        lambda a, b, s: b + np.random.default_rng(s).random(ones(a)).astype("float32") * (a - b),
    ],
}

WRONG = {
    "pearson_labels": [
        ((0, 1, 0), "b and c have changed"),
        ((1, 0, -1), "is not -1: differentiate"),
        ((1, 0, 1), "is not 1: differentiate"),
        ((1, 1, -1), "b = c = 1 are the"),
        ((1, 2, -2), "b - c is -1 with your b"),
        ((-3, -4, 4), "b - a is -2 with your b"),
        ((2, 1, -1), "These b and c belong"),
        ((1, -1, 1), "b - c is 2 with your b and"),
        ((-1, 1, 0), "These look like (a"),
        ((-1, 1, 0, 0), "a = -1 is given by"),
        ((1, 0), "Got the shape (2,); expected 3"),
        ((1, 0, None), "One of the three"),
        ((1, 0, 0.5), "is not 0.5: differentiate"),
        ((1, 0, 2), "is not 2: differentiate"),
        ((3, 2, -2), "b - a is 4 with your b and"),
        ((1, 0.5, -0.5), "b - c is 0.5 with your b"),
        ((0, -1, 1), "b - a is 1 with your b and"),
        ((1, "0", 0), "Got a tuple that"),
        ((1, 0, lambda s: s), "Got the function"),
        (None, "Got None; expected"),
        (0, "Got the shape (); expected 3"),
        ({"b": 1, "c": 0, "slope": 0}, "Got a dict; expected"),
    ],
    "cross_entropy": [
        (log_of_sigmoid, "at ±120 the sigmoid is rounded"),
        (log_of_clipped, "caps the cost at 16"),
        (log_of_more, "caps the cost at 18.4"),
        (lambda y, x: ops.log(1 + ops.exp(x)) - y * x, "e to the 120 overflows"),
        (lambda y, x: (softplus(x) - y * x).mean(), "This is the mean"),
        (lambda y, x: (softplus(x) - y * x).sum(), "This is the sum over"),
        (
            lambda y, x: keras.losses.binary_crossentropy(y, x, from_logits=True),
            "The numbers are right",
        ),
        (lambda y, x: keras.losses.binary_crossentropy(y, x), "removes the last axis"),
        (lambda y, x: ops.binary_crossentropy(y, x), "Keras cuts"),
        (
            lambda y, x: ops.binary_crossentropy(y, tf.sigmoid(x), from_logits=True),
            "The sigmoid is applied",
        ),
        (lambda y, x: keras.losses.BinaryCrossentropy()(y, x), "is missing. And this is the mean"),
        (lambda y, x: ops.softplus(x) - 0.9 * y * x, "got "),
        (lambda y, x: np.log(1 + np.exp(np.asarray(x, float))) - y * x, "e to the 1,000 overflows"),
        (lambda y, x: ops.binary_crossentropy(x, y, from_logits=True), "The two arguments"),
        (lambda y, x: softplus(x) + y * x, "The sign of y·l is"),
        (lambda y, x: softplus(x) - x, "all samples are treated as real"),
        (lambda y, x: softplus(x), "all samples are treated as fake"),
        (lambda y, x: softplus(x) - y, "y alone is subtracted"),
        (lambda y, x: softplus(-x) - y * x, "The sign inside softplus"),
        (lambda y, x: softplus(-x) + y * x, "The labels are swapped"),
        (lambda y, x: y * x - softplus(x), "The sign is turned"),
        (lambda y, x: y * softplus(-x), "Only the term of real"),
        (lambda y, x: (1 - y) * softplus(x), "Only the term of fake"),
        (lambda y, x: (softplus(x) - y * x) / np.log(2), "This is in bits"),
        (lambda y, x: special.expit(x) - y, "This is σ(l) - y"),
        (lambda y, x: (special.expit(x) - y) ** 2, "squared error of the probability"),
        (lambda y, x: (x - y) ** 2, "squared error of the logit"),
        (lambda y, x: softplus(-y * x), "softplus(-y·l) is for"),
        (lambda y, x: softplus(y * x), "The logit is multiplied"),
        (lambda y, x: softplus(x - y), "The label is subtracted"),
        (lambda y, x: softplus(x) - y[:, 0] * x, "Every sample met"),
        (lambda y, x: ops.relu(x) - y * x, "This is max(0, l)"),
        (lambda y, x: ops.categorical_crossentropy(y, x, from_logits=True), "A softmax over a"),
        (lambda y, x: softplus(x) - np.dot(np.transpose(y), x), "got "),
        (lambda y, x: softplus(np.clip(x, -50, 50)) - y * np.clip(x, -50, 50), "caps the cost"),
        (lambda y, x: -y * np.log(np.abs(x)) - (1 - y) * np.log(np.abs(1 - x)), "got "),
        (lambda y, x: -y * np.log(x) - (1 - y) * np.log(1 - x), "without a sigmoid"),
        (lambda y, x: (softplus(x) - y * x) / len(x), "Each value is divided"),
        (lambda y, x: (softplus(x) - y * x) / 2, "Every number is 0.5"),
    ],
    "my_loss": [
        (lambda x: (-ops.softplus(x), -ops.sigmoid(x)), "Too flat at the logit -6"),
        (lambda x: (ops.softplus(-x), ops.sigmoid(-x)), "sign turned"),
        (lambda x: (ops.softplus(-x), -ops.sigmoid(x)), "slope at -l"),
        (lambda x: (ops.softplus(x), ops.sigmoid(x)), "does not fall (slope 0.45)"),
        (lambda x: (x, ops.ones_like(x)), "does not fall (slope 1)"),
        (lambda x: (-ops.sigmoid(-x), ops.sigmoid(-x)), "slope is not that of this loss"),
        (lambda x: (-ops.tanh(x), ops.tanh(x) ** 2 - 1), "Too flat at the logit -6"),
        (lambda x: ((x - 1) ** 2, x - 1), "0.5 times that of this loss"),
        (lambda x: ((x - 1) ** 2 / 2, 2 * (x - 1)), "2 times that of this loss"),
        (lambda x: ((x + 3) ** 2, 2 * (x + 3)), "does not fall (slope 5.6)"),
        (lambda x: (ops.mean(ops.softplus(-x)), -ops.sigmoid(-x)), "the result has the shape ()"),
        (lambda x: (ops.softplus(-x), ops.mean(-ops.sigmoid(-x))), "slope is one number for all"),
        (lambda x: (-ops.sigmoid(-x), ops.softplus(-x)), "Loss and slope have"),
        (lambda x: ops.softplus(-x), "Expected two things"),
        (lambda x: (ops.relu(1 - x), -ops.ones_like(x)), "slope is one number for all"),
        (
            lambda x: (ops.relu(1 - x), -ops.cast(x > 1, "float32")),
            "slope is not that of this loss",
        ),
        (lambda x: (ops.exp(-x), ops.exp(-x)), "sign turned"),
        (lambda x: (ops.exp(x), ops.exp(x)), "does not fall (slope 0.81)"),
        (lambda x: (-ops.log(x), -1 / x), "The loss is not finite"),
        (lambda x: (0 * x, 0 * x), "The loss is the same"),
        (lambda x: (ops.stop_gradient(-x), ops.ones_like(x)), "sign turned"),
        (lambda x: (-0.05 * x, -0.05 * ops.ones_like(x)), "Too flat at the logit -6"),
        (lambda x: (-x, -x), "The loss itself is"),
        (lambda x: (x**2, x), "0.5 times that of this loss"),
        (lambda x: (ops.softplus(-x), -1 / ops.sigmoid(x)), "This is the derivative"),
        (lambda x: ((x + 1) ** 2, 2 * (x + 1)), "does not fall (slope 1.6)"),
        (lambda x: (ops.relu(1 - x), ops.where(x < 2, -1.0, 0.0)), "The slope is right"),
        (lambda x: (ops.relu(-3 - x), ops.where(x < -3, -1.0, 0.0)), "does not fall (slope 0)"),
        (lambda x: (-x, lambda s: -1.0), "Got the function"),
        (lambda x: (-x, None), "The slope is None"),
        (
            lambda x: (ops.softplus(-x)[:, 0], -ops.sigmoid(-x)[:, 0]),
            "the result has the shape (5,)",
        ),
        (lambda x: (ops.softplus(-x) / len(x), -ops.sigmoid(-x)), "The loss is divided"),
        (lambda x: (-x[0], -1.0), "the result has the shape (1,)"),
        (lambda x: (ops.softplus(-x), -ops.sigmoid(-x) * ops.sigmoid(x)), "slope times D"),
        (lambda x: (ops.softplus(-x), -ops.sigmoid(-x) / len(x)), "batch's mean"),
        (lambda x: (ops.log(-x), 1 / x), "The loss is not finite"),
        (lambda x: (ops.abs(x), -ops.ones_like(x)), "slope is one number for all"),
        (lambda x: (ops.softplus(-x), -ops.ones_like(x)), "slope is one number for all"),
        (lambda x: (-(x**3), -3 * x), "slope is not that of this loss"),
    ],
    "points_between": [
        (with_shape(lambda x: ()), "One ε for the whole"),
        (with_shape(lambda x: x.shape), "ε of its own"),
        (with_shape(lambda x: (len(x), 1)), "Your code raised"),
        (with_shape(lambda x: (len(x),)), "the result has the shape (5, 28, 28, 5)"),
        (with_shape(lambda x: (len(x), 1, 1, 1)), "the result has the shape (6, 1, 6, 2)"),
        (with_shape(lambda x: x.shape[1:]), "ε of its own. All"),
        (with_shape(lambda x: (*x.shape[:2], *(1,) * (len(x.shape) - 2))), "ε of its own"),
        (lambda a, b, s: mixed(random.normal(ones(a), seed=s), a, b), "ε is normal instead"),
        (
            lambda a, b, s: mixed(random.uniform(ones(a), -1, 1, seed=s), a, b),
            "ε runs from -1.00 to 1.00",
        ),
        (
            lambda a, b, s: mixed(random.uniform(ones(a), 0, 0.5, seed=s), a, b),
            "ε runs from 0.00 to 0.50",
        ),
        (
            lambda a, b, s: mixed(random.uniform(ones(a), 0, 2, seed=s), a, b),
            "ε runs from 0.00 to 2.00",
        ),
        (lambda a, b, s: mixed(random.uniform(ones(a)), a, b), "The same seed"),
        (lambda a, b, s: mixed(random.uniform(ones(a), seed=0), a, b), "Two seeds"),
        (lambda a, b, s: mixed(0.5, a, b), "Always the middle"),
        (lambda a, b, s: random.uniform(ones(a), seed=s) * (a + b), "both weights are"),
        (lambda a, b, s: random.uniform(ones(a), seed=s) * (a - b), "only ε(x - G(z))"),
        (lambda a, b, s: a + random.uniform(ones(a), seed=s) * (a - b), "ε runs from 1.00 to 2.00"),
        (lambda a, b, s: a + random.uniform(ones(a), seed=s) * b, "x has the weight"),
        (
            lambda a, b, s: (lambda e: e * a - (1 - e) * b)(random.uniform(ones(a), seed=s)),
            "the part of G(z)",
        ),
        (
            lambda a, b, s: (lambda e: e * a + 1 - e * b)(random.uniform(ones(a), seed=s)),
            "brackets are missing",
        ),
        (
            lambda a, b, s: mixed(ops.round(random.uniform(ones(a), seed=s)), a, b),
            "ε is 0 or 1 for every",
        ),
        (
            lambda a, b, s: mixed(random.uniform(ones(a), seed=s), a, random.shuffle(b, seed=s)),
            "x is mixed with the",
        ),
        (lambda a, b, s: a, "These are the real"),
        (lambda a, b, s: random.uniform(ones(a), seed=s), "the result has the shape (5, 1, 1, 1)"),
        (lambda a, b, s: (mixed(random.uniform(ones(a), seed=s), a, b), 1), "Return the points"),
        (
            lambda a, b, s: ops.mean(mixed(random.uniform(ones(a), seed=s), a, b), 0),
            "the result has the shape (28, 28, 1)",
        ),
        (two_draws, "the first pair has"),
        (flat_result, "the result has the shape (5, 784)"),
        (lambda a, b, s: np.random.default_rng(s).uniform(a, b), "Your code raised"),
        (
            lambda a, b, s: mixed(ops.softmax(random.normal(ones(a), seed=s), 0), a, b),
            "ε runs from 0.00 to 0.01",
        ),
        (
            lambda a, b, s: mixed(ops.sigmoid(random.normal(ones(a), seed=s)), a, b),
            "not uniform: mean 0.50",
        ),
        (
            lambda a, b, s: mixed(random.uniform(ones(a), seed=s) ** 3, a, b),
            "not uniform: mean 0.25",
        ),
        (lambda a, b, s: mixed(random.uniform(ones(a), seed=s), a, 0) + b, "G(z) has the weight"),
        (lambda a, b, s: b, "These are the fake"),
        (
            lambda a, b, s: b + random.uniform(ones(a), seed=s) * (b - a),
            "ε runs from -1.00 to 0.00",
        ),
    ],
}
