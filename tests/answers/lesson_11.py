"""Answers to the exercises of lesson 11, right and wrong, as learners write them."""

from fractions import Fraction

import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import erf, erfinv, expit, log_softmax, softmax


def filled_in(z, labels):
    out = np.zeros((len(z), z.shape[1] + 10))
    out[:, : z.shape[1]] = z
    for i, label in enumerate(labels):
        out[i, z.shape[1] + label] = 1
    return out


def beside(z, *columns):
    return np.concatenate([z, *columns], axis=1)


def equation_3(h, w, b, v, y):
    return h @ w + b + (h * v[y]).sum(axis=1)


def one_by_one(h, w, b, v, labels):
    return [float(x @ w + b + x @ v[int(y)]) for x, y in zip(h, labels)]


def with_ops(h, w, b, v, labels):
    return ops.matmul(h, w) + b + ops.sum(h * ops.take(v, labels, axis=0), axis=-1)


def with_tf(h, w, b, v, labels):
    own = tf.gather(v, labels)
    return tf.reduce_sum(h * own, -1) + tf.linalg.matvec(h, w) + b


def with_one_hot(h, w, b, v, labels):
    own = tf.matmul(tf.one_hot(labels, 10), v)
    return ops.sum(h * (own + w), axis=1) + b


def from_the_table(h, w, b, v, labels):
    every = h.dot(v.T)
    return h.dot(w) + b + np.take_along_axis(every, labels[:, None], axis=1)[:, 0]


def again_and_again(draws, limit):
    out = np.zeros(draws.shape[1:])
    for place in np.ndindex(*out.shape):
        k = 0
        while abs(draws[(k, *place)]) > limit:
            k += 1
        out[place] = draws[(k, *place)]
    return out


def picked(d, places):
    return np.take_along_axis(d, places[None], axis=0)[0]


def first(d, fits):
    return picked(d, np.asarray(fits).argmax(axis=0))


def backwards(draws, limit):
    z = draws[-1]
    for new in draws[::-1]:
        z = np.where((-limit < new) & (new < limit), new, z)
    return z


def forwards(draws, limit):
    z = draws[0]
    for new in draws[1:]:
        z = ops.where(ops.abs(z) <= limit, z, new)
    return z


def forwards_with_tf(draws, limit):
    z = draws[0]
    for k in range(1, draws.shape[0]):
        z = tf.where(tf.abs(z) > limit, draws[k], z)
    return z


def taken_with_ops(draws, limit):
    places = ops.argmax(ops.cast(ops.abs(draws) <= limit, "int32"), axis=0)
    return ops.take_along_axis(draws, places[None], axis=0)[0]


def last_that_fits(draws, limit):
    z = draws[0]
    for new in draws:
        z = np.where(abs(new) <= limit, new, z)
    return z


def whole_vectors(d, t):
    places = (np.abs(d) <= t).all(axis=-1).argmax(axis=0)
    return d[places, np.arange(d.shape[1])]


def short_vectors(d, t):
    places = (np.linalg.norm(d, axis=-1) <= t).argmax(axis=0)
    return d[places, np.arange(d.shape[1])]


def mean_of_fitting(d, t):
    fits = np.abs(d) <= t
    return (d * fits).sum(axis=0) / np.maximum(1, fits.sum(axis=0))


def along_the_batch(d, t):
    return np.take_along_axis(d, (np.abs(d) <= t).argmax(axis=1)[:, None], axis=1)[:, 0]


DRAWN = np.array([0.5 / 9, 0.5, *[0.5 / 9] * 8])

RIGHT = {
    "with_label": [
        lambda z, y: ops.concatenate([z, ops.one_hot(y, 10)], axis=1),
        lambda z, y: np.hstack([z, np.eye(10)[y]]),
        lambda z, y: tf.concat([z, tf.one_hot(y, 10)], -1),
        lambda z, y: np.c_[z, y[:, None] == np.arange(10)],
        lambda z, y: np.array([[*row, *np.eye(10)[k]] for row, k in zip(z, y)]),
        filled_in,
    ],
    "projection_logits": [
        equation_3,
        one_by_one,
        with_ops,
        with_tf,
        with_one_hot,
        from_the_table,
        lambda h, w, b, v, y: np.einsum("id,id->i", h, v[y] + w) + b,
        lambda h, w, b, v, y: h @ w + b + np.diag(h @ v[y].T),
    ],
    "cut_off": [
        lambda d, t: first(d, np.abs(d) <= t),
        lambda d, t: first(d, d**2 < t**2),
        again_and_again,
        backwards,
        forwards,
        forwards_with_tf,
        taken_with_ops,
    ],
    "accuracy_by_chance": [
        (0.1, 0.278),
        [1 / 10, 5 / 18],
        (Fraction(1, 10), Fraction(5, 18)),
        np.array([0.1, 0.2778]),
        (0.1, 0.5**2 + 9 * (0.5 / 9) ** 2),
        (DRAWN.mean(), (DRAWN**2).sum()),
        tf.constant([0.1, 0.277]),
    ],
}

WRONG = {
    "with_label": [
        (lambda z, y: ops.concatenate([ops.one_hot(y, 10), z], axis=-1), "z was asked for first"),
        (lambda z, y: ops.concatenate([z, ops.cast(ops.reshape(y, (-1, 1)), z.dtype)], 1), "nine"),
        (lambda z, y: beside(z, y[:, None] / 9), "a ninth"),
        (lambda z, y: beside(z, np.tile(y[:, None], 10)), "repeated ten times"),
        (lambda z, y: beside(z, np.eye(10)[y] * y[:, None]), "holds the label itself"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y - 1, 10)], axis=1), "from 1"),
        (lambda z, y: beside(z, np.eye(10)[y - 1]), "at the last place"),
        (lambda z, y: beside(z, ops.one_hot(y + 1, 10)), "a 9 has none"),
        (lambda z, y: beside(z, np.eye(11)[y + 1]), "in eleven columns"),
        (lambda z, y: beside(z, np.eye(11)[y]), "eleven columns were made"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y, 9)], axis=1), "nine columns"),
        (lambda z, y: beside(z, np.eye(y.max() + 1)[y]), "largest label"),
        (lambda z, y: beside(z, ops.one_hot(y, len(y))), "number of samples"),
        (lambda z, y: beside(z, ops.one_hot(y, z.shape[1])), "is that of z"),
        (lambda z, y: beside(z, np.eye(10)[: len(z)]), "its own number in the batch; the label"),
        (lambda z, y: beside(z, np.zeros((len(z), 10))), "all 0"),
        (lambda z, y: beside(z, y[:, None] != np.arange(10)), "0 and 1 are exchanged"),
        (lambda z, y: ops.one_hot(y, 10), "one picture"),
        (lambda z, y: z, "label is left out"),
        (lambda z, y: z + y[:, None], "added to z"),
        (lambda z, y: z[:, :, None] * np.eye(10)[y][:, None], "multiplied"),
        (lambda z, y: beside(z, np.eye(10)[np.full(len(z), y[0])]), "label of the first"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y, 10)], axis=0), "raised"),
        (lambda z, y: (z, np.eye(10)[y]), "a tuple whose parts"),
        (lambda z, y: beside(z, np.eye(10)[np.sort(y)]), "got "),
    ],
    "projection_logits": [
        (lambda h, w, b, v, y: (h * w).sum(axis=1) + b, "3 from a 7"),
        (lambda h, w, b, v, y: np.einsum("ij,ij->i", h, v[y]), "first part is missing"),
        (lambda h, w, b, v, y: (h * v[y]).sum(axis=1) + b, "w · h(x) is left out"),
        (lambda h, w, b, v, y: h @ w + (h * v[y]).sum(axis=-1), "bias b is left out"),
        (lambda h, w, b, v, y: h @ w - b + (h * v[y]).sum(axis=1), "subtracted"),
        (lambda h, w, b, v, y: (h @ w + b) + (np.sum(h * v[y], axis=1) + b), "twice"),
        (lambda h, w, b, v, y: h @ (w + b) + (h * v[y]).sum(axis=1), "b was added to w"),
        (lambda h, w, b, v, y: h @ w + b - (h * v[y]).sum(axis=1), "taken away"),
        (lambda h, w, b, v, y: h @ w + b + (h * v[y]).mean(axis=-1), "match is averaged"),
        (lambda h, w, b, v, y: (h * (w + v[y])).mean(axis=-1) + b, "everything is averaged"),
        (lambda h, w, b, v, y: h @ w + b + (h * v[y]).sum(), "over the batch as well"),
        (lambda h, w, b, v, y: h * w + b + h * v[y], "not summed yet"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T).sum(axis=1), "all* classes"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T).max(axis=1), "best class"),
        (lambda h, w, b, v, y: (h @ w + b)[:, None] + h @ v.T, "all ten classes"),
        (lambda h, w, b, v, y: (h @ w + b)[:, None] + h @ v[y].T, "all the others; only"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T)[:, y], "along columns"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T)[:, y[0]], "label of the first"),
        (lambda h, w, b, v, y: h @ w + b + h @ v[0], "vector of class 0"),
        (lambda h, w, b, v, y: equation_3(h, w, b, v, y - 1), "counted from 1"),
        (lambda h, w, b, v, y: h @ w + b + v[y].sum(axis=1), "without h"),
        (lambda h, w, b, v, y: h @ w + b + v[y] @ w, "compared with h"),
        (lambda h, w, b, v, y: (h @ w + b) * (h * v[y]).sum(axis=1), "parts were multiplied"),
        (lambda h, w, b, v, y: h @ w + b + softmax(h @ v.T, 1)[range(len(h)), y], "a softmax"),
        (lambda h, w, b, v, y: h @ w + b + log_softmax(h @ v.T, 1)[range(len(h)), y], "log-softm"),
        (lambda *given: expit(equation_3(*given)), "probabilities"),
        (lambda *given: equation_3(*given)[:, None], "only the shape is not"),
        (lambda *given: equation_3(*given).mean(), "mean over all"),
        (lambda h, w, b, v, y: h @ w + b + h @ v.T, "raised"),
        (lambda h, w, b, v, y: h @ w + b + (h * v[y]).sum(axis=0)[: len(h)], "got "),
    ],
    "cut_off": [
        (lambda d, t: np.clip(d, -t, t)[0], "piled up"),
        (lambda d, t: np.clip(d, -t, t), "of all tries; for each"),
        (lambda d, t: d[0], "this is the first try, whether"),
        (lambda d, t: d[-1], "this is the last try"),
        (lambda d, t: d[0] * t, "shrinks"),
        (lambda d, t: 2**0.5 * erfinv(erf(d[0] / 2**0.5) * erf(t / 2**0.5)), "formula (4)"),
        (lambda d, t: first(d, d <= t), "only numbers above"),
        (lambda d, t: first(d, d >= -t), "only numbers below"),
        (lambda d, t: np.where(np.abs(d) <= t, d, 0)[0], "set to 0; it"),
        (lambda d, t: np.where(np.abs(d) <= t, d, 0), "in all tries"),
        (lambda d, t: np.where(abs(d[0]) <= t, d[0], d[1]), "only once"),
        (lambda d, t: first(d, np.abs(d) > t), "outside"),
        (last_that_fits, "last try that fits"),
        (lambda d, t: picked(d, np.abs(d).argmin(axis=0)), "nearest to 0"),
        (lambda d, t: np.sort(np.where(np.abs(d) <= t, d, np.inf), axis=0)[0], "smallest"),
        (lambda d, t: np.where(np.abs(d) <= t, d, -9).max(axis=0), "largest"),
        (mean_of_fitting, "mean of all tries"),
        (whole_vectors, "all* its numbers"),
        (short_vectors, "length of a vector"),
        (lambda d, t: d[np.argmax(np.abs(d).max(axis=(1, 2)) <= t)], "one whole try"),
        (lambda d, t: first(d, d**2 <= t), "the square"),
        (lambda d, t: first(d, np.abs(d) <= 1), "limit was not used"),
        (lambda d, t: abs(first(d, np.abs(d) <= t)), "sign is lost"),
        (lambda d, t: (np.abs(d) <= t).argmax(axis=0), "these are the places"),
        (lambda d, t: d[(np.abs(d) <= t).argmax(axis=0)], "pick whole tries"),
        (lambda d, t: d[np.abs(d) <= t], "in one row"),
        (lambda d, t: d[np.abs(d) <= t][: d[0].size].reshape(d[0].shape), "strung together"),
        (along_the_batch, "along axis 1"),
        (lambda d, t: first(d, np.abs(d) <= t)[None], "only the shape is not"),
        (lambda d, t: np.clip(d.mean(axis=0), -t, t), "got "),
    ],
    "accuracy_by_chance": [
        ((0.5, 0.5**2 + 9 * (0.5 / 9) ** 2), "a tenth of the cases only"),
        ((0.05, 0.278), "first counts the 1s only"),
        ((0.111, 0.278), "there are ten digits"),
        ((0.278, 0.278), "the second's answer"),
        ((0.9, 0.722), "first is the share of misses"),
        ((10, 27.8), "not percentages"),
        ((0.278, 0.1), "other order"),
        ((0.1, 0.1), "not chance"),
        ((0.1, 0.25), "second counts the 1s only"),
        ((0.1, 0.0278), "nine others only"),
        ((0.1, 0.253), "one of the nine others; all"),
        ((0.1, 0.25 + 9 * 0.01), "0.5/9 each"),
        ((0.1, 0.3), "not right"),
        ((0.1, 0.2725), "shares to square"),
        ((0.1, 0.275), "drawn in 0.5/9 of the cases, not in .05"),
        ((0.1, 0.306), "not in 1/9"),
        ((0.1, 0.5), "in half of the cases only"),
        ((0.1, 0.722), "second is the share of misses"),
        ((0.1, 0.28), "a little off"),
        ((0.1, 27.8), "not a percentage"),
        ((0.1, 0.2), "as often as drawn: got "),
        (0.1, "shape"),
    ],
}
