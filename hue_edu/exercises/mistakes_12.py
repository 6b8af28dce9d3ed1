"""Known mistakes in the exercises of lesson 12: what went wrong → an answer that does just that."""

import numpy as np
from keras import ops


def _relu(x):
    return np.maximum(x, 0)


def _windows(words, A, B, C, a, beyond="constant"):
    w = np.pad(words, ((1, 1), (0, 0)), mode=beyond)
    return w[:-2] @ A + w[1:-1] @ B + w[2:] @ C + a


def _vector(*given, beyond="constant"):
    return (given[0] + _relu(_windows(*given, beyond=beyond))).sum(axis=0)


def _filled_up(words, *matrices):
    filled = np.pad(words, ((0, 12 - len(words)), (0, 0)))
    return _vector(filled, *matrices)


def _more_windows(words, *given):
    """Also the two windows whose middle lies beyond the ends."""
    wider = np.pad(words, ((1, 1), (0, 0)))
    return _vector(wider, *given)


def _inner_windows(words, *given):
    return words.sum(axis=0) + _relu(_windows(words, *given)[1:-1]).sum(axis=0)


def _inner_words(words, *given):
    return (words + _relu(_windows(words, *given)))[1:-1].sum(axis=0)


def _three_relus(words, A, B, C, a):
    none = 0 * A
    parts = ((A, none, none, 0), (none, B, none, 0), (none, none, C, a))
    return (words + sum(_relu(_windows(words, *part)) for part in parts)).sum(axis=0)


OF_CAPTION_VECTOR = {
    "Before and after are exchanged: A belongs to the word before.": (
        lambda w, A, B, C, a: _vector(w, C, B, A, a)
    ),
    "A and B are exchanged: A belongs to the word before, B to the word itself.": (
        lambda w, A, B, C, a: _vector(w, B, A, C, a)
    ),
    "The matrices are transposed: a word is a row here and stands on the left, `words @ B`.": (
        lambda w, A, B, C, a: _vector(w, A.T, B.T, C.T, a)
    ),
    "The words themselves are left out: w_i + ReLU(…).": (
        lambda *given: _relu(_windows(*given)).sum(axis=0)
    ),
    "The window is left out: this is the sum of the words alone.": lambda w, *_: w.sum(axis=0),
    "The ReLU is left out: then the sum knows no order but at the ends.": (
        lambda *given: (given[0] + _windows(*given)).sum(axis=0)
    ),
    "The ReLU took in the word as well; it belongs to the window alone.": (
        lambda *given: _relu(given[0] + _windows(*given)).sum(axis=0)
    ),
    "The windows were summed before the ReLU; each window has a ReLU of its own.": (
        lambda *given: given[0].sum(axis=0) + _relu(_windows(*given).sum(axis=0))
    ),
    "Everything was summed before the ReLU; each window has its own, without the word.": (
        lambda *given: _relu((given[0] + _windows(*given)).sum(axis=0))
    ),
    "Each of the three products has a ReLU of its own; it belongs to their sum.": _three_relus,
    "`a` was added after the ReLU, for each word; it belongs inside.": (
        lambda w, A, B, C, a: (w + _relu(_windows(w, A, B, C, 0)) + a).sum(axis=0)
    ),
    "`a` was added to the sum at the end; it belongs to each window, inside the ReLU.": (
        lambda w, A, B, C, a: _vector(w, A, B, C, 0) + a
    ),
    "`a` is left out.": lambda w, A, B, C, a: _vector(w, A, B, C, 0),
    "The word itself is left out of its window: w_i B.": (
        lambda w, A, B, C, a: _vector(w, A, 0 * B, C, a)
    ),
    "The word before is left out of the window: w_{i-1} A.": (
        lambda w, A, B, C, a: _vector(w, 0 * A, B, C, a)
    ),
    "The word after is left out of the window: w_{i+1} C.": (
        lambda w, A, B, C, a: _vector(w, A, B, 0 * C, a)
    ),
    "The neighbours are left out: each word by itself.": (
        lambda w, A, B, C, a: _vector(w, 0 * A, B, 0 * C, a)
    ),
    "The neighbours of the ends wrap around; beyond the ends there are zeros.": (
        lambda *given: _vector(*given, beyond="wrap")
    ),
    "The first and the last word are their own neighbours here; beyond the ends there are zeros.": (
        lambda *given: _vector(*given, beyond="edge")
    ),
    "The caption was filled up to 12 rows; take those of `words` alone. The others add ReLU(a).": (
        _filled_up
    ),
    "Two windows too many, with their middle beyond the ends. Each row of `words` has one.": (
        _more_windows
    ),
    "The first and the last word have no window here; they have one, with zeros beyond the end.": (
        _inner_windows
    ),
    "The first and the last word are left out; they count, with zeros beyond the end.": (
        _inner_words
    ),
    "This is the mean; the sum was asked for.": lambda *given: _vector(*given) / len(given[0]),
    "This is the maximum over the words; the sum was asked for.": (
        lambda *given: (given[0] + _relu(_windows(*given))).max(axis=0)
    ),
    "The maximum of the windows was taken, as in Kim (2014); the sum was asked for.": (
        lambda *given: given[0].sum(axis=0) + _relu(_windows(*given)).max(axis=0)
    ),
    "This is one vector for each word; sum over the words, axis 0.": (
        lambda *given: given[0] + _relu(_windows(*given))
    ),
    "The sum of all words was added to each window; sum the windows, too.": (
        lambda *given: given[0].sum(axis=0) + _relu(_windows(*given))
    ),
    "The sum goes over the units; sum over the words, axis 0.": (
        lambda *given: (given[0] + _relu(_windows(*given))).sum(axis=1)
    ),
    "One number came back; sum over the words alone, axis 0.": lambda *given: _vector(*given).sum(),
}


def _loss(logits):
    return ops.logsumexp(logits, axis=1) - logits[:, 0]


def _log_p(logits):
    return ops.log_softmax(logits, axis=1)


def _as_probabilities(logits):
    p = ops.clip(logits, 1e-7, 1 - 1e-7)
    return ops.mean(ops.log(ops.sum(p, axis=1)) - ops.log(p[:, 0]))


def _binary(logits):
    right, wrong = ops.softplus(-logits[:, :1]), ops.softplus(logits[:, 1:])
    return ops.concatenate([right, wrong], axis=1)


def _one_against_one(logits):
    return ops.softplus(logits[:, 1:] - logits[:, :1])


OF_RIGHT_CAPTION_LOSS = {
    "The sign: log p is at most 0; a loss is -log p.": lambda x: -ops.mean(_loss(x)),
    "The right caption belongs into the sum, too, or p can exceed 1.": (
        lambda x: ops.mean(ops.logsumexp(x[:, 1:], axis=1) - x[:, 0])
    ),
    "The right caption is the first, column 0; this takes the last.": (
        lambda x: ops.mean(ops.logsumexp(x, axis=1) - x[:, -1])
    ),
    "The right caption is the first, column 0; this takes column 1.": (
        lambda x: ops.mean(ops.logsumexp(x, axis=1) - x[:, 1])
    ),
    "The loss is averaged over all captions; only the right one, column 0, counts.": (
        lambda x: -ops.mean(_log_p(x))
    ),
    "This is a mean over each picture's captions; only the right one, column 0, counts.": (
        lambda x: -ops.mean(_log_p(x), axis=1)
    ),
    "These are the losses of all captions; only the right one, column 0, counts.": (
        lambda x: -_log_p(x)
    ),
    "These are the first picture's losses, one for each caption; take column 0 of all pictures.": (
        lambda x: -_log_p(x)[0]
    ),
    "This is the loss of the first picture; the mean over the batch was asked for.": (
        lambda x: _loss(x)[0]
    ),
    "The probabilities were summed over the batch; each picture has its own.": (
        lambda x: ops.mean(ops.logsumexp(x, axis=0)[0] - x[:, 0])
    ),
    "The softmax went over the whole batch at once; each picture has its own.": (
        lambda x: ops.mean(ops.logsumexp(x) - x[:, 0])
    ),
    "This is the sum over the batch; the mean was asked for.": lambda x: ops.sum(_loss(x)),
    "These are the losses of the pictures; their mean was asked for.": _loss,
    "This is the probability, not minus its log.": (
        lambda x: ops.mean(ops.softmax(x, axis=1)[:, 0])
    ),
    "This is minus the probability, without the log.": (
        lambda x: -ops.mean(ops.softmax(x, axis=1)[:, 0])
    ),
    "This is 1 minus the probability; minus its log was asked for.": (
        lambda x: 1 - ops.mean(ops.softmax(x, axis=1)[:, 0])
    ),
    "The mean was taken before the log; it is the mean of the losses that was asked for.": (
        lambda x: -ops.log(ops.mean(ops.softmax(x, axis=1)[:, 0]))
    ),
    "The softmax was taken twice; the logits go through it once.": (
        lambda x: ops.mean(_loss(ops.softmax(x, axis=1)))
    ),
    "The logits were taken for probabilities (to Keras, say from_logits=True).": _as_probabilities,
    "This is in bits, with log2; the natural logarithm was asked for.": (
        lambda x: ops.mean(_loss(x)) / np.log(2)
    ),
    "The loss was divided by the number of captions; average over the pictures alone.": (
        lambda x: ops.mean(_loss(x)) / x.shape[1]
    ),
    "log(1 + K), the loss of a guess, was subtracted.": (
        lambda x: ops.mean(_loss(x)) - np.log(x.shape[1])
    ),
    "The logit of the right caption is not subtracted.": (
        lambda x: ops.mean(ops.logsumexp(x, axis=1))
    ),
    "This is minus the right logit; the wrong captions are missing.": lambda x: -ops.mean(x[:, 0]),
    "The largest logit was taken in place of log Σ exp.": (
        lambda x: ops.mean(ops.max(x, axis=1) - x[:, 0])
    ),
    "This is the loss of wrong captions as fakes; here they only compete with the right one.": (
        lambda x: ops.mean(ops.softplus(x[:, 1:]))
    ),
    "This asks whether the right caption is real; the wrong ones must compete with it.": (
        lambda x: ops.mean(ops.softplus(-x[:, 0]))
    ),
    "Each caption was judged by itself, as real or fake; here all compete in one softmax.": (
        lambda x: ops.mean(_binary(x))
    ),
    "Each caption was judged by itself, as real or fake, and summed; here all compete in one "
    "softmax.": lambda x: ops.mean(ops.sum(_binary(x), axis=1)),
    "The right caption competes with one wrong caption at a time; all compete in one softmax.": (
        lambda x: ops.mean(_one_against_one(x))
    ),
    "The right caption competes with one wrong caption at a time, and the losses are summed; all "
    "compete in one softmax.": lambda x: ops.mean(ops.sum(_one_against_one(x), axis=1)),
    "This is how often D picks the right caption; its loss was asked for.": (
        lambda x: ops.mean(ops.cast(ops.argmax(x, axis=1) == 0, "float32"))
    ),
}


def _right(asked, read):
    return (asked == read) | (asked == -1)


def _obeyed(asked, read):
    return _right(asked, read).all(axis=1)


def _named_right(asked, read):
    """How many attributes of each picture are named and right, and how many are named."""
    named = asked != -1
    return (named & (asked == read)).sum(axis=1), named.sum(axis=1)


def _mean_share(asked, read):
    good, named = _named_right(asked, read)
    return (good / np.maximum(named, 1)).mean()


OF_ALL_RIGHT = {
    "What is open (-1 in `asked`) counts as wrong here; any value is right.": (
        lambda a, r: (a == r).all(axis=1).mean()
    ),
    "This is the share of right attributes, not of pictures that are right in all.": (
        lambda a, r: _right(a, r).mean()
    ),
    "This is the share of attributes read as asked for; the share of pictures was asked for.": (
        lambda a, r: (a == r).mean()
    ),
    "This is a share of the named *attributes*; a share of the pictures was asked for.": (
        lambda a, r: np.divide(*map(np.sum, _named_right(a, r)))
    ),
    "Each picture counts by its share of right attributes, and an open caption as 0; it counts "
    "fully or not at all.": _mean_share,
    "One right or open attribute was enough; all five must be right or open.": (
        lambda a, r: _right(a, r).any(axis=1).mean()
    ),
    "One named attribute that is right was enough; all named ones must be.": (
        lambda a, r: (a == r).any(axis=1).mean()
    ),
    "A caption with anything open counts as right altogether; what it names must be right.": (
        lambda a, r: ((a == r).all(axis=1) | (a == -1).any(axis=1)).mean()
    ),
    "Captions in which all is open were left out; nothing in them can be wrong, and they count.": (
        lambda a, r: _obeyed(a, r)[(a != -1).any(axis=1)].mean()
    ),
    "Only captions that name all five were counted; the share is one of all pictures.": (
        lambda a, r: _obeyed(a, r)[(a != -1).all(axis=1)].mean()
    ),
    "A 0 in `asked` counts as open, too; only -1 does.": (
        lambda a, r: ((a == r) | (a <= 0)).all(axis=1).mean()
    ),
    "This is the number of pictures; divide by how many there are.": (
        lambda a, r: _obeyed(a, r).sum()
    ),
    "The number of pictures was divided by that of attributes; divide by that of pictures.": (
        lambda a, r: _obeyed(a, r).sum() / a.size
    ),
    "This is a percentage; a share between 0 and 1 was asked for.": lambda a, r: (
        100 * _obeyed(a, r).mean()
    ),
    "This is the share of pictures that are wrong.": lambda a, r: 1 - _obeyed(a, r).mean(),
    "This says of each picture whether it is right; their share was asked for.": _obeyed,
    "This says whether *all* pictures are right; their share was asked for.": (
        lambda a, r: _right(a, r).all()
    ),
    "This is the share of attributes that are right in all pictures: `all` goes along axis 1.": (
        lambda a, r: _right(a, r).all(axis=0).mean()
    ),
    "This says of each attribute whether it is right in all pictures: `all` goes along axis 1.": (
        lambda a, r: _right(a, r).all(axis=0)
    ),
    "This is a share for each attribute; the share of pictures right in all was asked for.": (
        lambda a, r: _right(a, r).mean(axis=0)
    ),
    "This is a share for each picture; the share of pictures right in all was asked for.": (
        lambda a, r: _right(a, r).mean(axis=1)
    ),
    "This is the mean number of right attributes; the share of pictures was asked for.": (
        lambda a, r: _named_right(a, r)[0].mean()
    ),
}
