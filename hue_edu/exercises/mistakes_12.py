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


def _front_wraps(words, A, B, C, a):
    """As `w[i - 1]` has it: before the first word comes the last one."""
    before, after = np.roll(words, 1, axis=0), np.pad(words, ((0, 1), (0, 0)))[1:]
    return (words + np.maximum(before @ A + words @ B + after @ C + a, 0)).sum(axis=0)


OF_CAPTION_VECTOR = {
    "Before the first word stand zeros; here its neighbour is the last word, as `w[i - 1]` has it "
    "for i = 0.": _front_wraps,
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
    "The right caption is column 0 of every row; this takes column i of row i, as CLIP does.": (
        lambda x: -np.log(np.diagonal(ops.softmax(x, axis=1))).mean()
    ),
    "This takes the caption that D likes best, be it right or wrong.": (
        lambda x: ops.mean(ops.logsumexp(x, axis=1) - ops.max(x, axis=1))
    ),
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
