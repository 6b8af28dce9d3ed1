"""Known mistakes in the exercises of lesson 11: what went wrong → an answer that does just that."""

import numpy as np
from keras import ops
from scipy.special import erf, erfinv


def _beside(z, columns):
    return ops.concatenate([z, ops.cast(columns, "float32")], axis=1)


OF_WITH_LABEL = {
    "The label is marked by 1 among -1 here; one-hot has 1 among 0.": (
        lambda z, y: _beside(z, 2 * ops.one_hot(y, 10) - 1)
    ),
    "The label comes first here; z was asked for first.": (
        lambda z, y: ops.concatenate([ops.one_hot(y, 10), z], axis=1)
    ),
    "The label itself is a number here: 9 would be *nine times* 1, and 4 between 3 and 5.": (
        lambda z, y: _beside(z, y[:, None])
    ),
    "The label is one number here, a ninth of itself: 4 would still lie between 3 and 5. One-hot "
    "was asked for.": lambda z, y: _beside(z, y[:, None] / 9),
    "The label was repeated ten times as a number; one-hot has a 1 at its place and 0 elsewhere.": (
        lambda z, y: _beside(z, ops.repeat(y[:, None], 10, axis=1))
    ),
    "The place of the label holds the label itself; one-hot has a 1 there.": (
        lambda z, y: _beside(z, ops.one_hot(y, 10) * ops.cast(y, "float32")[:, None])
    ),
    "Labels were counted from 1; they begin at 0, and a 0 puts its 1 at place 0.": (
        lambda z, y: _beside(z, ops.one_hot(y - 1, 10))
    ),
    "Labels were counted from 1; they begin at 0. Here a 0 puts its 1 at the last place.": (
        lambda z, y: _beside(z, ops.one_hot((y - 1) % 10, 10))
    ),
    "The 1 is one place too far to the right, and a 9 has none.": (
        lambda z, y: _beside(z, ops.one_hot(y + 1, 10))
    ),
    "The 1 is one place too far to the right, in eleven columns; the ten labels begin at 0.": (
        lambda z, y: _beside(z, ops.one_hot(y + 1, 11))
    ),
    "Eleven columns were made; the labels 0 to 9 are ten.": (
        lambda z, y: _beside(z, ops.one_hot(y, 11))
    ),
    "Nine columns were made; the labels 0 to 9 are ten.": (
        lambda z, y: _beside(z, ops.one_hot(y, 9))
    ),
    "The number of columns is that of the batch's largest label; it must be ten for every batch.": (
        lambda z, y: _beside(z, ops.one_hot(y, int(ops.max(y)) + 1))
    ),
    "The number of columns is the number of samples; it must be ten for every batch.": (
        lambda z, y: _beside(z, ops.one_hot(y, len(y)))
    ),
    "The number of columns is that of z; one-hot labels of 0 to 9 have ten.": (
        lambda z, y: _beside(z, ops.one_hot(y, z.shape[1]))
    ),
    "Each row has its 1 at its own number in the batch; the label says where it belongs.": (
        lambda z, y: _beside(z, ops.eye(10)[: len(y)])
    ),
    "Each row has its 1 at its own number in the batch, and rows from 10 on have none.": (
        lambda z, y: _beside(z, ops.eye(len(y), 10))
    ),
    "The places for the label are all 0.": lambda z, y: _beside(z, ops.zeros((len(y), 10))),
    "0 and 1 are exchanged: one-hot has a 1 at the place of the label and 0 elsewhere.": (
        lambda z, y: _beside(z, 1 - ops.one_hot(y, 10))
    ),
    "z is left out: without it each class has one picture.": lambda z, y: ops.one_hot(y, 10),
    "The label is left out.": lambda z, y: z,
    "The label was added to z; it belongs beside z.": (
        lambda z, y: z + ops.cast(y, "float32")[:, None]
    ),
    "z and the label were multiplied; they belong beside each other.": (
        lambda z, y: z[:, :, None] * ops.one_hot(y, 10)[:, None]
    ),
    "All rows got the label of the first.": lambda z, y: _beside(z, ops.one_hot(0 * y + y[0], 10)),
}


def _score(h, w, b, v, labels, alone=1, bias=1, match=1):
    """The logits, each of their parts counted as often as said."""
    return alone * h @ w + bias * b + match * np.sum(h * v[labels], axis=1)


def _softmax(x):
    return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)


OF_PROJECTION = {
    "The match with the label is missing: this D cannot tell a 3 from a 7.": (
        lambda *given: _score(*given, match=0)
    ),
    "The first part is missing: w · h(x) + b.": lambda *given: _score(*given, alone=0, bias=0),
    "w · h(x) is left out: this D asks of a picture whether it fits, and not whether it is real.": (
        lambda *given: _score(*given, alone=0)
    ),
    "The bias b is left out.": lambda *given: _score(*given, bias=0),
    "The bias b was subtracted; it is added.": lambda *given: _score(*given, bias=-1),
    "The bias b was added twice; only the first part has one.": (
        lambda *given: _score(*given, bias=2)
    ),
    "The match is taken away from the logit; it adds to it.": (
        lambda *given: _score(*given, match=-1)
    ),
    "b was added to w, so it counts once for each feature, times the feature. It belongs to the "
    "logit, once.": lambda h, w, b, v, y: _score(h, w + b, 0, v, y),
    "The match is averaged over the features; a dot product sums.": (
        lambda h, w, b, v, y: h @ w + b + np.mean(h * v[y], axis=1)
    ),
    "Everything is averaged over the features; a dot product sums.": (
        lambda h, w, b, v, y: np.mean(h * (w + v[y]), axis=1) + b
    ),
    "The match was summed over the batch as well; each example has one of its own.": (
        lambda h, w, b, v, y: h @ w + b + np.sum(h * v[y])
    ),
    "The products are not summed yet: a logit is one number for each example.": (
        lambda h, w, b, v, y: h * w + b + h * v[y]
    ),
    "The match was summed over *all* classes, whatever the label.": (
        lambda h, w, b, v, y: h @ w + b + np.sum(h @ v.T, axis=1)
    ),
    "Each example got its best class instead of the one it was given.": (
        lambda h, w, b, v, y: h @ w + b + np.max(h @ v.T, axis=1)
    ),
    "These are the logits under all ten classes; each example has one label.": (
        lambda h, w, b, v, y: (h @ w + b)[:, None] + h @ v.T
    ),
    "Every example met the labels of all the others; only its own counts.": (
        lambda h, w, b, v, y: (h @ w + b)[:, None] + h @ v[y].T
    ),
    "Every example met the labels of all the others, along columns; only its own counts.": (
        lambda h, w, b, v, y: h @ w + b + h @ v[y].T
    ),
    "All examples got the label of the first.": lambda h, w, b, v, y: _score(h, w, b, v, y[:1]),
    "All examples got the vector of class 0.": lambda h, w, b, v, y: _score(h, w, b, v, 0 * y),
    "Labels were counted from 1; the vector of class 0 is `v[0]`.": (
        lambda h, w, b, v, y: _score(h, w, b, v, y - 1)
    ),
    "The numbers of v_y were summed without h; a match is their dot product.": (
        lambda h, w, b, v, y: h @ w + b + np.sum(v[y], axis=1)
    ),
    "v_y was multiplied by w; it is compared with h.": (lambda h, w, b, v, y: h @ w + b + v[y] @ w),
    "The two parts were multiplied; they are added.": (
        lambda h, w, b, v, y: (h @ w + b) * np.sum(h * v[y], axis=1)
    ),
    "The match went through a softmax over the classes; (3) adds the dot product itself.": (
        lambda h, w, b, v, y: h @ w + b + _softmax(h @ v.T)[np.arange(len(h)), y]
    ),
    "The match went through a log-softmax over the classes; (3) adds the dot product itself.": (
        lambda h, w, b, v, y: h @ w + b + np.log(_softmax(h @ v.T)[np.arange(len(h)), y])
    ),
    "These are probabilities; the logits were asked for, without a sigmoid.": (
        lambda *given: 1 / (1 + np.exp(-_score(*given)))
    ),
}


def _picked(draws, places):
    return np.take_along_axis(draws, places[None], axis=0)[0]


def _first(fits):
    """The answer that keeps for each number the first try for which `fits(draws, limit)`."""
    return lambda d, limit: _picked(d, np.asarray(fits(d, limit)).argmax(axis=0))


def _first_vectors(fits):
    """The same for whole vectors."""
    return lambda d, limit: d[fits(d, limit).argmax(axis=0), np.arange(d.shape[1])]


def _mean_of_fitting(d, limit):
    fits = np.abs(d) <= limit
    return np.where(fits, d, 0).sum(axis=0) / fits.sum(axis=0)


OF_CUT_OFF = {
    "This is clipping: what lay beyond is piled up at the limits.": (
        lambda d, limit: np.clip(d[0], -limit, limit)
    ),
    "This is clipping, of all tries; for each number one try was asked for.": (
        lambda d, limit: np.clip(d, -limit, limit)
    ),
    "This is the first try, whether it lies within or not.": lambda d, limit: d[0],
    "This is the last try, whether it lies within or not.": lambda d, limit: d[-1],
    "This shrinks all numbers; the middle of the normal should stay as it is.": (
        lambda d, limit: limit * d[0]
    ),
    "This is formula (4), with the same distribution; the first try within was asked for.": (
        lambda d, limit: 2**0.5 * erfinv(erf(d[0] / 2**0.5) * erf(limit / 2**0.5))
    ),
    "Only numbers above the limit were drawn again; those below -limit stay.": (
        _first(lambda d, limit: d <= limit)
    ),
    "Only numbers below -limit were drawn again; those above the limit stay.": (
        _first(lambda d, limit: d >= -limit)
    ),
    "What lies beyond was set to 0; it should be drawn again.": (
        lambda d, limit: np.where(np.abs(d[0]) <= limit, d[0], 0)
    ),
    "What lies beyond was set to 0 in all tries; for each number the first try within was asked "
    "for.": lambda d, limit: np.where(np.abs(d) <= limit, d, 0),
    "A number was drawn again only once; the second try may lie beyond, too.": (
        lambda d, limit: np.where(np.abs(d[0]) <= limit, d[0], d[1])
    ),
    "This is the first try that lies *outside*.": _first(lambda d, limit: np.abs(d) > limit),
    "This keeps the last try that fits; the first was asked for.": (
        lambda d, limit: _first(lambda d, limit: np.abs(d) <= limit)(d[::-1], limit)
    ),
    "This keeps the try nearest to 0, a much narrower distribution.": (
        lambda d, limit: _picked(d, np.abs(d).argmin(axis=0))
    ),
    "This keeps the smallest of the tries that fit; the first was asked for.": (
        lambda d, limit: np.where(np.abs(d) <= limit, d, np.inf).min(axis=0)
    ),
    "This keeps the largest of the tries that fit; the first was asked for.": (
        lambda d, limit: np.where(np.abs(d) <= limit, d, -np.inf).max(axis=0)
    ),
    "This is the mean of all tries that fit; the first was asked for.": _mean_of_fitting,
    "A vector was kept if *all* its numbers lie within; each number is drawn again by itself.": (
        _first_vectors(lambda d, limit: (np.abs(d) <= limit).all(axis=-1))
    ),
    "The length of a vector was compared with the limit; each number is drawn again by itself.": (
        _first_vectors(lambda d, limit: np.linalg.norm(d, axis=-1) <= limit)
    ),
    "One whole try was kept; each number is drawn again by itself.": (
        lambda d, limit: d[np.argmax((np.abs(d) <= limit).all(axis=(1, 2)))]
    ),
    "The square of a number was compared with the limit.": _first(lambda d, limit: d**2 <= limit),
    "The limit was not used: the numbers were cut off at ± 1.": (
        _first(lambda d, limit: np.abs(d) <= 1)
    ),
    "The sign is lost: z may be negative.": (
        lambda d, limit: np.abs(_first(lambda d, limit: np.abs(d) <= limit)(d, limit))
    ),
    "These are the places of the tries; the numbers at these places were asked for.": (
        lambda d, limit: (np.abs(d) <= limit).argmax(axis=0)
    ),
    "The places were used to pick whole tries; pick one number at each place, with "
    "`np.take_along_axis`.": lambda d, limit: d[(np.abs(d) <= limit).argmax(axis=0)],
    "These are all tries that fit, in one row; for each number one was asked for.": (
        lambda d, limit: d[np.abs(d) <= limit]
    ),
    "The tries that fit were strung together, so most left their place; each number has its own "
    "tries, along axis 0.": (
        lambda d, limit: d[np.abs(d) <= limit][: d[0].size].reshape(d[0].shape)
    ),
    "The first along axis 1 was taken; the tries lie along axis 0.": (
        lambda d, limit: np.take_along_axis(
            d, (np.abs(d) <= limit).argmax(axis=1)[:, None], axis=1
        )[:, 0]
    ),
}
