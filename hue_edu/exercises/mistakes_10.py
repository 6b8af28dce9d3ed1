"""Known mistakes in the exercises of lesson 10: what went wrong → an answer that does just that."""

import numpy as np
from keras import ops


def _nearest(images):
    """The given picture that is nearest to the mean of all."""
    apart = ops.sum((images - ops.mean(images, axis=0)) ** 2, axis=(1, 2, 3))
    return images[int(ops.argmin(apart))]


def _logits(images):
    ink = (ops.mean(images, axis=0) + 1) / 2
    return ops.log(ink / (1 - ink))


OF_BEST_ANSWER = {
    "That is one of the pictures: right for itself, and costly for all the others.": (
        lambda x: x[0]
    ),
    "That is the picture nearest to all the others. The best answer need not be one of them.": (
        _nearest
    ),
    "One number came back; each pixel has a mean of its own, so take axis 0.": ops.mean,
    "One number per picture came back; average over the pictures instead, pixel by pixel.": (
        lambda x: ops.mean(x, axis=(1, 2, 3))
    ),
    "One number per picture and channel came back; average over the pictures instead.": (
        lambda x: ops.mean(x, axis=(1, 2))
    ),
    "One number per channel came back; each pixel has a mean of its own.": (
        lambda x: ops.mean(x, axis=(0, 1, 2))
    ),
    "The mean was taken over the channels; take it over the pictures, axis 0.": (
        lambda x: ops.mean(x, axis=-1)
    ),
    "The mean was taken over the channels, too; each channel has a mean of its own.": (
        lambda x: ops.mean(x, axis=(0, -1))
    ),
    "The mean was taken over the rows of pixels; take it over the pictures, axis 0.": (
        lambda x: ops.mean(x, axis=1)
    ),
    "Only the first channel is returned; a picture has all of them.": (
        lambda x: ops.mean(x, axis=0)[..., 0]
    ),
    "Only the first channel is returned; a picture has all of them, on its last axis.": (
        lambda x: ops.mean(x, axis=0)[..., :1]
    ),
    "This is the ink, from 0 to 1; a picture in [-1, 1] was asked for.": (
        lambda x: ops.mean((x + 1) / 2, axis=0)
    ),
    "The mean was turned into 0 to 255; a picture in [-1, 1] was asked for.": (
        lambda x: (ops.mean(x, axis=0) + 1) * 127.5
    ),
    "The mean was turned from [0, 1] into [-1, 1], but it lies in [-1, 1] already.": (
        lambda x: 2 * ops.mean(x, axis=0) - 1
    ),
    "The mean was cut off at 0; a picture in [-1, 1] was asked for.": (
        lambda x: ops.clip(ops.mean(x, axis=0), 0, 1)
    ),
    "Rounded to black or white: an answer of 0 or 1 pays endlessly where it is wrong.": (
        lambda x: ops.sign(ops.mean(x, axis=0))
    ),
    "Rounded to a whole number: the best probability of ink lies in between.": (
        lambda x: ops.round(ops.mean(x, axis=0))
    ),
    "Rounded to 0 or 1: the best ink lies in between, and a picture is in [-1, 1].": (
        lambda x: ops.cast(ops.mean(x, axis=0) > 0, "float32")
    ),
    "These are the logits of the ink; the picture itself was asked for.": _logits,
    "The median costs least in absolute error; Bernoulli's likelihood wants the mean.": (
        lambda x: ops.median(x, axis=0)
    ),
    "The sum is returned; divide by the number of pictures.": lambda x: ops.sum(x, axis=0),
    "The darkest value of each pixel is returned; the likeliest picture is an average.": (
        lambda x: ops.min(x, axis=0)
    ),
    "The inkiest value of each pixel is returned; the likeliest picture is an average.": (
        lambda x: ops.max(x, axis=0)
    ),
    "All pictures came back; one was asked for.": lambda x: x,
}


def _apart(z, above, others=None):
    return z[above].mean(axis=0) - z[~above if others is None else others].mean(axis=0)


def _sorted(z, amount):
    order, half = np.argsort(amount, kind="stable"), len(amount) // 2
    return _apart(z, order[half:], order[:half])


def _sorted_upper(z, amount):
    order, half = np.argsort(amount, kind="stable"), (len(amount) + 1) // 2
    return _apart(z, order[half:], order[:half])


def _filled(z, amount):
    above = (amount > np.median(amount))[:, None]
    return (z * above).mean(axis=0) - (z * ~above).mean(axis=0)


def _unit(z, amount):
    way = _apart(z, amount > np.median(amount))
    return way / np.linalg.norm(way)


OF_DIRECTION = {
    "Turned around: this direction takes the amount away.": (
        lambda z, a: -_apart(z, a > np.median(a))
    ),
    "This is the mean above the median; subtract the mean of the others.": (
        lambda z, a: z[a > np.median(a)].mean(axis=0)
    ),
    "The mean of all was subtracted; the mean of the others alone was asked for.": (
        lambda z, a: z[a > np.median(a)].mean(axis=0) - z.mean(axis=0)
    ),
    "The pictures were parted at the mean amount; the median was asked for.": (
        lambda z, a: _apart(z, a > a.mean())
    ),
    "The pictures were parted at an amount of 0.5; the median of the amounts was asked for.": (
        lambda z, a: _apart(z, a > 0.5)
    ),
    "The pictures were parted by their place in the array; the amount decides.": (
        lambda z, a: _apart(z, np.arange(len(a)) >= len(a) // 2)
    ),
    "The pictures were parted by their place, first half minus second half; the amount decides.": (
        lambda z, a: _apart(z, np.arange(len(a)) < len(a) // 2)
    ),
    "The median itself was counted as above; it belongs to the others.": (
        lambda z, a: _apart(z, a >= np.median(a))
    ),
    "Two things: the sign is turned around, and the median itself was counted as above.": (
        lambda z, a: -_apart(z, a >= np.median(a))
    ),
    "Pictures exactly at the median were left out; they belong to the others.": (
        lambda z, a: _apart(z, a > np.median(a), a < np.median(a))
    ),
    "Two things: the sign is turned around, and pictures exactly at the median were left out.": (
        lambda z, a: _apart(z, a < np.median(a), a > np.median(a))
    ),
    "The order was cut into halves, so the median itself, or some amounts equal to it, count as "
    "above; they belong to the others.": _sorted,
    "The order was cut into halves, so of the amounts equal to the median some count as above; all "
    "belong to the others.": _sorted_upper,
    "The outermost fifths were compared, as in the lesson's `bolder`; here every picture counts, "
    "above the median or not.": (
        lambda z, a: _apart(z, a >= np.quantile(a, 0.8), a <= np.quantile(a, 0.2))
    ),
    "Two single pictures were compared, the one with the most and the one with the least; means of "
    "two groups were asked for.": lambda z, a: z[a.argmax()] - z[a.argmin()],
    "The other group was averaged in as zeros; divide each sum by the size of its own group.": (
        _filled
    ),
    "The sums were subtracted; divide each by the number of its pictures.": (
        lambda z, a: z[a > np.median(a)].sum(axis=0) - z[a <= np.median(a)].sum(axis=0)
    ),
    "The medians of the two groups were subtracted. The median parts the amounts; of z the means "
    "were asked for.": (
        lambda z, a: (
            np.median(z[a > np.median(a)], axis=0) - np.median(z[a <= np.median(a)], axis=0)
        )
    ),
    "The direction was scaled to length 1; the difference itself was asked for.": _unit,
    "This is the length of the direction; the direction itself was asked for.": (
        lambda z, a: np.linalg.norm(_apart(z, a > np.median(a)))
    ),
    "The two means were added; subtract the one of the others.": (
        lambda z, a: z[a > np.median(a)].mean(axis=0) + z[a <= np.median(a)].mean(axis=0)
    ),
    "These are the two means; one minus the other was asked for.": (
        lambda z, a: (z[a > np.median(a)].mean(axis=0), z[a <= np.median(a)].mean(axis=0))
    ),
    "The sign is lost: a direction may lower some numbers of z.": (
        lambda z, a: np.abs(_apart(z, a > np.median(a)))
    ),
    "One number came back; take the means over axis 0 alone.": (
        lambda z, a: z[a > np.median(a)].mean() - z[a <= np.median(a)].mean()
    ),
}


def _beats(b, a):
    return (b >= a).all() and (b > a).any()


def _no_other(beats):
    """The answer that asks of each way whether `beats(other, way)` for none."""
    return lambda scores: np.array([not any(beats(b, a) for b in scores) for a in scores])


def _unbeaten(scores, by=lambda k, other: True):
    """Ways that no way at a place `other` beats, if `by(k, other)` holds."""
    return np.array([
        not any(_beats(b, a) for other, b in enumerate(scores) if by(k, other))
        for k, a in enumerate(scores)
    ])  # fmt: skip


def _first_of_equals(scores):
    new = [not any((b == a).all() for b in scores[:k]) for k, a in enumerate(scores)]
    return _unbeaten(scores) & new


def _equals_beat(scores):
    alone = [sum((b == a).all() for b in scores) == 1 for a in scores]
    return _unbeaten(scores) & alone


def _pairs(scores):
    return np.array([[_beats(b, a) for b in scores] for a in scores])


OF_NEVER_BEATEN = {
    "Only ways that are better in *every* measure were counted as beating. At least as good in "
    "every measure, and better in one, is enough.": _no_other(lambda b, a: (b > a).all()),
    "An equal way was counted as beating, and so each way beats itself.": (
        _no_other(lambda b, a: (b >= a).all())
    ),
    "Two equal ways were taken to beat each other. Neither is better in any measure, so neither "
    "does.": _equals_beat,
    "Of equal ways only the first was kept. They do not beat each other, so both are True.": (
        _first_of_equals
    ),
    "Better in one measure is not enough to beat a way: the other must be at least as good in all "
    "measures, too.": _no_other(lambda b, a: (b > a).any()),
    "Better in more than half of the measures is not enough to beat a way: the other must be at "
    "least as good in all of them.": _no_other(lambda b, a: (b > a).mean() > 0.5),
    "Turned around: these are the ways that beat no other, as if less were better.": (
        _no_other(lambda b, a: _beats(a, b))
    ),
    "These are the ways that beat some other. Those that no other beats were asked for.": (
        lambda s: ~_no_other(lambda b, a: _beats(a, b))(s)
    ),
    "True and False are exchanged.": lambda s: ~_unbeaten(s),
    "Each way was compared only with those after it; any other may beat it.": (
        lambda s: _unbeaten(s, lambda k, other: other > k)
    ),
    "Each way was compared only with those before it; any other may beat it.": (
        lambda s: _unbeaten(s, lambda k, other: other < k)
    ),
    "The sums were compared; measures of different units cannot be added.": (
        lambda s: s.sum(axis=1) == s.sum(axis=1).max()
    ),
    "Each measure's best was taken; a way may be second in all of them and unbeaten.": (
        lambda s: (s == s.max(axis=0)).any(axis=1)
    ),
    "Only the first measure was looked at; all of them count.": (
        lambda s: s[:, 0] == s[:, 0].max()
    ),
    "Only the first two measures were looked at; all of them count.": (
        lambda s: _unbeaten(s[:, :2])
    ),
    "The measures were compared with each other; compare the ways, the rows of `scores`.": (
        lambda s: _unbeaten(s.T)
    ),
    "Nothing was sorted out: every way got True.": lambda s: np.ones(len(s), bool),
    "These are the places of the unbeaten ways; True or False for every way was asked for.": (
        lambda s: np.flatnonzero(_unbeaten(s))
    ),
    "These are the scores of the unbeaten ways; True or False for every way was asked for.": (
        lambda s: s[_unbeaten(s)]
    ),
    "This is how many ways are unbeaten; True or False for every way was asked for.": (
        lambda s: _unbeaten(s).sum()
    ),
    "This says of each *pair* whether the second beats the first. A way is beaten if any other "
    "beats it.": _pairs,
    "This says of each *pair* that the second does not beat the first. A way is unbeaten if that "
    "holds for all others.": lambda s: ~_pairs(s),
}
