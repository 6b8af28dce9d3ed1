"""Wrong answers to ps4 with their names; a student's check knows the visible ones only."""

import numpy as np


def counted(asked, read, num_classes):
    counts = np.zeros((num_classes, num_classes))
    np.add.at(counts, (asked, read), 1)
    return counts


def obeyed(asked, read, num_classes, table=None, overall=None):
    counts = counted(asked, read, num_classes)
    totals = counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, None]
    best = shares.diagonal()[totals > 0].mean()
    return shares if table is None else table, best if overall is None else overall


def boot(values, draws, mean=None, error=None, low=None, high=None):
    means = values[draws].mean(axis=1)
    best = values.mean(), means.std(), *np.quantile(means, [0.025, 0.975])
    return tuple(b if n is None else n for b, n in zip(best, (mean, error, low, high)))


def means_of(values, draws):
    return values[draws].mean(axis=1)


def gained(before, after, gain=None, error=None, worst=None):
    gains = after - before
    best = gains.mean(), gains.std(ddof=1) / np.sqrt(len(gains)), gains.min()
    return tuple(b if n is None else n for b, n in zip(best, (gain, error, worst)))


def kept(sureness, labels, share, number=np.ceil, order=None, by_digit=True):
    order = order or (lambda sure: np.argsort(-sure, kind="stable"))
    chosen = np.zeros(len(labels), bool)
    for digit in np.unique(labels) if by_digit else [None]:
        places = np.flatnonzero(labels == digit) if by_digit else np.arange(len(labels))
        best = order(sureness[places])
        chosen[places[best[: int(number(share * len(places)))]]] = True
    return chosen


VISIBLE = {
    "obedience": {
        "Rows and columns have changed places: the row is what was asked for.": (
            lambda a, r, c: obeyed(a, r, c, table=obeyed(a, r, c)[0].T)
        ),
        "These are counts; divide each row by how often its digit was asked for.": (
            lambda a, r, c: obeyed(a, r, c, table=counted(a, r, c))
        ),
        "The whole table adds up to 1; each row should.": (
            lambda a, r, c: obeyed(a, r, c, table=counted(a, r, c) / len(a))
        ),
        "Columns are divided by their sums: that is how far the judge's word can be trusted.": (
            lambda a, r, c: obeyed(
                a, r, c,
                table=counted(a, r, c) / np.maximum(counted(a, r, c).sum(axis=0), 1),
            )  # fmt: skip
        ),
        "Each picture weighs the same here; each digit should.": (
            lambda a, r, c: obeyed(a, r, c, overall=np.mean(a == r))
        ),
    },
    "bootstrap": {
        "This is the mean of the repeated means; the mean of the values was asked for.": (
            lambda v, d: boot(v, d, mean=means_of(v, d).mean())
        ),
        "This is the standard deviation of the values, not of their repeated means.": (
            lambda v, d: boot(v, d, error=v.std())
        ),
        "The standard error is divided once more: the repeated means already have n values each.": (
            lambda v, d: boot(v, d, error=means_of(v, d).std() / np.sqrt(len(v)))
        ),
        "These ends hold 90%: 2.5% belong on each side.": (
            lambda v, d: boot(v, d, None, None, *np.quantile(means_of(v, d), [0.05, 0.95]))
        ),
        "These ends are those of the values; those of the repeated means were asked for.": (
            lambda v, d: boot(v, d, None, None, *np.quantile(v, [0.025, 0.975]))
        ),
    },
    "paired_gain": {
        "The sign is turned around: after minus before.": (
            lambda b, a: gained(b, a, gain=np.mean(b - a))
        ),
        "The seeds' own spread is still in it: take the differences first.": (
            lambda b, a: gained(
                b, a, error=np.sqrt((b.var(ddof=1) + a.var(ddof=1)) / len(a))
            )
        ),
        "The standard deviation divides by n; here it is n - 1.": (
            lambda b, a: gained(b, a, error=(a - b).std() / np.sqrt(len(a)))
        ),
        "This is the standard deviation of the gains; that of their mean is smaller by √n.": (
            lambda b, a: gained(b, a, error=(a - b).std(ddof=1))
        ),
        "The worst gain is the smallest difference, not the difference of the smallest.": (
            lambda b, a: gained(b, a, worst=a.min() - b.min())
        ),
    },
    "keep_surest": {
        "These are the least sure ones.": (
            lambda s, l, share: kept(s, l, share, order=lambda sure: np.argsort(sure, kind="stable"))
        ),
        "The digits compete with each other: choose within each digit.": (
            lambda s, l, share: kept(s, l, share, by_digit=False)
        ),
        "The number is rounded down; the ceiling was asked for.": (
            lambda s, l, share: kept(s, l, share, number=np.floor)
        ),
        "A share of the pictures is thrown away, not kept.": (
            lambda s, l, share: kept(s, l, 1 - share)
        ),
        "Of equally sure pictures the later ones are kept.": (
            lambda s, l, share: kept(
                s, l, share, order=lambda sure: np.argsort(sure, kind="stable")[::-1]
            )
        ),
    },
}
HIDDEN = {
    "obedience": {
        "A digit that was never asked for counts as disobeyed; leave it out of the mean.": (
            lambda a, r, c: obeyed(a, r, c, overall=obeyed(a, r, c)[0].diagonal().mean())
        ),
        "A row without pictures is 0/0; it should hold zeros.": (
            lambda a, r, c: obeyed(
                a, r, c, table=counted(a, r, c) / counted(a, r, c).sum(axis=1, keepdims=True)
            )
        ),
    },
    "bootstrap": {
        "The ends are taken to be two standard errors away; the quantiles were asked for.": (
            lambda v, d: boot(
                v, d, None, None,
                *(v.mean() + sign * 1.96 * means_of(v, d).std() for sign in (-1, 1)),
            )  # fmt: skip
        ),
        "The standard deviation divides by one less than the number of repetitions.": (
            lambda v, d: boot(v, d, error=means_of(v, d).std(ddof=1))
        ),
    },
    "paired_gain": {
        "The gain is relative: divided by what was before.": (
            lambda b, a: gained(b, a, gain=np.mean((a - b) / b))
        ),
        "Divided by n instead of √n.": (
            lambda b, a: gained(b, a, error=(a - b).std(ddof=1) / len(a))
        ),
        "This is the best gain of a seed; the worst was asked for.": (
            lambda b, a: gained(b, a, worst=(a - b).max())
        ),
    },
    "keep_surest": {
        "Everything above a threshold is kept, so equally sure ones are kept, too.": (
            lambda s, l, share: s >= np.array([
                np.sort(s[l == k])[::-1][int(np.ceil(share * np.sum(l == k))) - 1] for k in l
            ])
        ),
        "The number is rounded to the nearest one; the ceiling was asked for.": (
            lambda s, l, share: kept(s, l, share, number=np.round)
        ),
    },
}  # fmt: skip
