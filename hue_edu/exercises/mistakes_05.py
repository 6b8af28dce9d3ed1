"""Known mistakes of lesson 05 with sizes, normalisation and Fréchet distances, and their inputs."""

import numpy as np

from ..answers.numbers import expect_function

SIZES = ((7, 5, 3, 1), (3, 4, 2, 0), (10, 9, 3, 2), (14, 4, 2, 1), (1, 5, 4, 2), (6, 8, 5, 3))


def observe_sizes(answer):
    """The sizes for whole numbers of inputs, kernel, stride and padding."""
    expect_function(answer)
    for n, kernel, stride, padding in SIZES:
        place = f"for n = {n}, kernel = {kernel}, stride = {stride}, padding = {padding}"
        yield place, answer(n, kernel, stride, padding)


WRONG_SIZES = {
    "This is the size of a *convolution*, which shrinks; a transposed one grows.": (
        lambda n, k, s, p: (n + 2 * p - k) // s + 1
    ),
    "This is the size of a *convolution*, which shrinks, and it is not rounded down; a transposed "
    "one grows.": lambda n, k, s, p: (n + 2 * p - k) / s + 1,
    "This is the size of a *convolution* whose padding is cut off; a transposed one grows.": (
        lambda n, k, s, p: (n - 2 * p - k) // s + 1
    ),
    "The first input paints at place 0, so only n - 1 inputs move on by a stride.": (
        lambda n, k, s, p: n * s + k - 2 * p
    ),
    "Two inputs too many move on by a stride: all but the first do, n - 1 of them.": (
        lambda n, k, s, p: (n + 1) * s + k - 2 * p
    ),
    "One input too few moves on by a stride: all but the first do, n - 1 of them.": (
        lambda n, k, s, p: (n - 2) * s + k - 2 * p
    ),
    "The padding is cut off at *both* ends.": lambda n, k, s, p: (n - 1) * s + k - p,
    "The padding is added here; a transposed convolution cuts it off.": (
        lambda n, k, s, p: (n - 1) * s + k + 2 * p
    ),
    "The padding is added, at one end; a transposed convolution cuts it off, at both.": (
        lambda n, k, s, p: (n - 1) * s + k + p
    ),
    "The padding is taken for 1, whatever it is.": lambda n, k, s, p: (n - 1) * s + k - 2,
    "The padding is missing.": lambda n, k, s, p: (n - 1) * s + k,
    "The padding is multiplied by the stride; it is counted in outputs.": (
        lambda n, k, s, p: (n - 1) * s + k - 2 * p * s
    ),
    "The padding is added to the inputs; it is cut off from the outputs.": (
        lambda n, k, s, p: (n + 2 * p - 1) * s + k
    ),
    "Kernel and stride are swapped.": lambda n, k, s, p: (n - 1) * k + s - 2 * p,
    "The kernel is missing: the last input paints all of it.": lambda n, k, s, p: (
        (n - 1) * s - 2 * p
    ),
    "The stride is missing: each input begins that much later than the one before.": (
        lambda n, k, s, p: n - 1 + k - 2 * p
    ),
    "The brackets around n - 1 are missing.": lambda n, k, s, p: n - 1 * s + k - 2 * p,
    "The kernel is counted for each input; where kernels overlap, they share their outputs.": (
        lambda n, k, s, p: n * k - 2 * p
    ),
    "Stride and kernel are added first; only the stride is repeated.": (
        lambda n, k, s, p: (n - 1) * (s + k) - 2 * p
    ),
    "This is the size with `padding='same'` in Keras; here the padding is a number of its own.": (
        lambda n, k, s, p: n * s
    ),
    "This is n times the stride, less the padding; the kernel is missing.": (
        lambda n, k, s, p: n * s - 2 * p
    ),
}


def feature_maps(rng, num):
    """Maps of 1 to 3 channels, γ, β, and an ε that can be felt; height and width differ."""
    channels = 1 + (num + 1) % 4
    means, stds = rng.normal(0, 2, channels), rng.uniform(0.5, 2, channels)
    maps = rng.normal(means, stds, (num, 3 + num % 2, 6, channels))
    gamma, beta = rng.uniform(0.5, 2, channels), rng.normal(0, 1, channels)
    return maps, gamma, beta, 10.0 ** -(1 + num % 3)


def _normalise(axes=(0, 1, 2), ddof=0, power=0.5):
    """Normalisation over other axes, or with another power of another variance."""

    def normalise(x, gamma, beta, epsilon):
        mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True, ddof=ddof)
        return gamma * (x - mean) / (variance + epsilon) ** power + beta

    return normalise


def _put_together(parts):
    """Another formula of x, γ, β, ε and, for each channel, the mean and the variance."""
    return lambda x, g, b, e: parts(x, g, b, e, x.mean((0, 1, 2)), x.var((0, 1, 2)))


WRONG_NORMS = {
    "The axes are those of a single image and channel: that is instance normalisation.": (
        _normalise((1, 2))
    ),
    "The axes are those of a single image with all channels: that is layer normalisation.": (
        _normalise((1, 2, 3))
    ),
    "The average runs over the channels (axis -1); each channel has statistics of its own, over "
    "the batch and all places.": _normalise((3,)),
    "Only the batch is averaged; a channel has the same statistics at all places.": (
        _normalise((0,))
    ),
    "The average over the width is missing: a channel has the same statistics in all columns.": (
        _normalise((0, 1))
    ),
    "The average over the height is missing: a channel has the same statistics in all rows.": (
        _normalise((0, 2))
    ),
    "The average runs over the channels, too, but not over the places; each channel has statistics "
    "of its own, which all places share.": _normalise((0, 3)),
    "All channels share one mean; each channel has its own.": _normalise((0, 1, 2, 3)),
    "This divides by the variance; divide by its root.": _normalise(power=1.0),
    "This multiplies by the root of the variance; divide by it.": _normalise(power=-0.5),
    "The variance divides by n - 1; batch normalisation divides by n.": _normalise(ddof=1),
    "The standard deviation stands where the variance belongs, under the root.": _put_together(
        lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(np.sqrt(v) + e) + b
    ),
    "The mean of the squares stands where the variance belongs: subtract the square of the mean.": (
        _put_together(lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(v + m**2 + e) + b)
    ),
    "ε is added to the standard deviation; add it to the variance, under the root.": (
        _put_together(lambda x, g, b, e, m, v: g * (x - m) / (np.sqrt(v) + e) + b)
    ),
    "ε is added at the end; add it to the variance, under the root.": _put_together(
        lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(v) + e + b
    ),
    "ε is squared; it should be added to the variance as it is.": _put_together(
        lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(v + e**2) + b
    ),
    "ε is missing.": _put_together(lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(v) + b),
    "ε is taken for 0.001, whatever it is.": _put_together(
        lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(v + 1e-3) + b
    ),
    "γ and β are missing.": _put_together(lambda x, g, b, e, m, v: (x - m) / np.sqrt(v + e)),
    "γ is missing.": _put_together(lambda x, g, b, e, m, v: (x - m) / np.sqrt(v + e) + b),
    "β is missing.": _put_together(lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(v + e)),
    "γ and β are swapped: γ multiplies, β is added.": _put_together(
        lambda x, g, b, e, m, v: b * (x - m) / np.sqrt(v + e) + g
    ),
    "β is multiplied by γ, too; it is added last.": _put_together(
        lambda x, g, b, e, m, v: g * ((x - m) / np.sqrt(v + e) + b)
    ),
    "β is divided by the root, too; it is added last.": _put_together(
        lambda x, g, b, e, m, v: (g * (x - m) + b) / np.sqrt(v + e)
    ),
    "β is subtracted; it should be added.": _put_together(
        lambda x, g, b, e, m, v: g * (x - m) / np.sqrt(v + e) - b
    ),
    "This divides by γ; multiply by it.": _put_together(
        lambda x, g, b, e, m, v: (x - m) / np.sqrt(v + e) / g + b
    ),
    "1 + γ stands where γ belongs.": _put_together(
        lambda x, g, b, e, m, v: (1 + g) * (x - m) / np.sqrt(v + e) + b
    ),
    "The mean is not subtracted.": _put_together(
        lambda x, g, b, e, m, v: g * x / np.sqrt(v + e) + b
    ),
    "x is subtracted from the mean; it should be the other way round.": _put_together(
        lambda x, g, b, e, m, v: g * (m - x) / np.sqrt(v + e) + b
    ),
    "The brackets around x - mean are missing.": _put_together(
        lambda x, g, b, e, m, v: g * x - m / np.sqrt(v + e) + b
    ),
    "The division by the root of the variance is missing.": _put_together(
        lambda x, g, b, e, m, v: g * (x - m) + b
    ),
    "This is what a fresh layer does when it is *not* training, with mean 0 and variance 1.": (
        lambda x, g, b, e: g * x / np.sqrt(1 + e) + b
    ),
}


def gaussians(rng, num):
    """Means and standard deviations of `num` features, of real and of generated digits."""
    pairs = [(rng.normal(0, 2, num), rng.uniform(0.3, 3, num)) for _ in range(2)]
    return tuple(array for pair in pairs for array in pair)


def _squares(one, other):
    """The sum of the squared differences."""
    return np.sum((one - other) ** 2)


WRONG_DISTANCES = {
    "The distance of the standard deviations is not squared.": lambda m, s, n, t: (
        _squares(m, n) + np.abs(s - t).sum()
    ),
    "This is d, the root; the course, like the papers, reports d².": lambda m, s, n, t: np.sqrt(
        _squares(m, n) + _squares(s, t)
    ),
    "This adds two distances; add the *squared* ones.": lambda m, s, n, t: (
        np.sqrt(_squares(m, n)) + np.sqrt(_squares(s, t))
    ),
    "The distance of the means is not squared.": lambda m, s, n, t: (
        np.sqrt(_squares(m, n)) + _squares(s, t)
    ),
    "The spread is left out: two clouds with the same middle may still differ.": (
        lambda m, s, n, t: _squares(m, n)
    ),
    "The means are left out: a shifted cloud is not the same.": lambda m, s, n, t: _squares(s, t),
    "The variances are compared; the formula gives (σ_r - σ_g)².": (
        lambda m, s, n, t: _squares(m, n) + _squares(s**2, t**2)
    ),
    "The features are averaged; they are to be summed.": (
        lambda m, s, n, t: np.mean((m - n) ** 2 + (s - t) ** 2)
    ),
    "The spreads are averaged over the features; they are to be summed, as the means are.": (
        lambda m, s, n, t: _squares(m, n) + np.mean((s - t) ** 2)
    ),
    "The mixed term is missing: Σ_r + Σ_g does not vanish for equal clouds.": (
        lambda m, s, n, t: _squares(m, n) + np.sum(s**2 + t**2)
    ),
    "The mixed term is there once; it comes twice: -2 σ_r σ_g.": (
        lambda m, s, n, t: _squares(m, n) + np.sum(s**2 + t**2 - s * t)
    ),
    "The standard deviations are added before they are squared; take their difference.": (
        lambda m, s, n, t: _squares(m, n) + _squares(s, -t)
    ),
    "The mixed term holds the variances; it holds the root of their product.": (
        lambda m, s, n, t: _squares(m, n) + np.sum(s**2 + t**2 - 2 * s**2 * t**2)
    ),
    "The mixed term holds a root too many: the root of σ_r² σ_g² is σ_r σ_g.": (
        lambda m, s, n, t: _squares(m, n) + np.sum(s**2 + t**2 - 2 * np.sqrt(s * t))
    ),
    "The standard deviations are taken for variances.": (
        lambda m, s, n, t: _squares(m, n) + _squares(np.sqrt(s), np.sqrt(t))
    ),
    "The differences are not squared.": lambda m, s, n, t: np.sum(np.abs(m - n) + np.abs(s - t)),
    "The differences of the means are not squared, so that they cancel.": (
        lambda m, s, n, t: np.sum(m - n) + _squares(s, t)
    ),
    "The differences of the spreads are not squared, so that they cancel.": (
        lambda m, s, n, t: _squares(m, n) + np.sum(s - t)
    ),
    "The sums are squared; square each difference, then sum.": (
        lambda m, s, n, t: np.sum(m - n) ** 2 + np.sum(s - t) ** 2
    ),
    "The two differences are added before they are squared; square each by itself.": (
        lambda m, s, n, t: np.sum((m - n + s - t) ** 2)
    ),
    "The means are added before they are squared; take their difference.": (
        lambda m, s, n, t: _squares(m, -n) + _squares(s, t)
    ),
    "The part of the spreads is subtracted; it is to be added.": (
        lambda m, s, n, t: _squares(m, n) - _squares(s, t)
    ),
    "The variances of the fakes are subtracted; the square of a difference is asked for.": (
        lambda m, s, n, t: _squares(m, n) + np.sum(s**2 - t**2)
    ),
    "Means are compared with standard deviations; the order is mean, std, mean, std.": (
        lambda m, s, n, t: _squares(m, s) + _squares(n, t)
    ),
    "The mean of one cloud is compared with the standard deviation of the other.": (
        lambda m, s, n, t: _squares(m, t) + _squares(s, n)
    ),
    "This is a Kullback-Leibler divergence; the Fréchet distance is asked for.": (
        lambda m, s, n, t: np.sum(np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5)
    ),
    "Every feature meets every other; compare each feature with itself.": (
        lambda m, s, n, t: _squares(m[:, None], n) + _squares(s[:, None], t)
    ),
    "The sum over the features is missing.": lambda m, s, n, t: (m - n) ** 2 + (s - t) ** 2,
}
