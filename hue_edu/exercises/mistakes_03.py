"""What the exercises of lesson 03 are tried with, and the mistakes that they know by name."""

import numpy as np
from keras import ops
from scipy.special import expit

from .. import losses

_bce, _softplus = losses.binary_cross_entropy, ops.softplus


def labelled_logits(rng, num):
    shape = (num, 1)
    return rng.integers(0, 2, shape).astype("float32"), rng.normal(0, 2, shape).astype("float32")


def _certain(size):
    signs = np.float32([[-1], [1], [1], [-1]])
    return np.float32([[1], [0], [1], [0]]), size * signs


LARGE_LOGITS = {f"logits of ±{size:,}": _certain(size) for size in (120, 1000)}


def _of_probabilities(labels, probabilities, least=0.0):
    labels = np.asarray(labels)
    probabilities = np.clip(probabilities, least, 1 - least)
    return -labels * np.log(probabilities) - (1 - labels) * np.log(1 - probabilities)


def _capped(least, kind="float64"):
    return lambda y, x: _of_probabilities(y, expit(np.asarray(x)).astype(kind), least)


def _with_exponential(kind):
    return lambda y, x: np.log(1 + np.exp(np.asarray(x, kind))) - np.asarray(y) * x


NOT_BCE = {
    "The labels are swapped: 1 means real. (A turned sign in front of every logit does the "
    "same.)": lambda y, x: _bce(1 - y, x),
    "This is the mean of the batch; one value for each sample was asked for.": (
        lambda y, x: ops.mean(_bce(y, x))
    ),
    "This is the sum over the batch; one value for each sample was asked for.": (
        lambda y, x: ops.sum(_bce(y, x))
    ),
    "Each value is divided by the size of the batch; that belongs to a mean, and one value for "
    "each sample was asked for.": lambda y, x: _bce(y, x) / len(x),
    "The logits are taken for probabilities, without a sigmoid.": (
        lambda y, x: _of_probabilities(y, np.asarray(x))
    ),
    "The logits are taken for probabilities: `from_logits=True` is missing, and Keras cuts "
    "them to [0, 1].": lambda y, x: _of_probabilities(y, np.asarray(x), np.float32(1e-7)),
    "The logits are taken for probabilities: `from_logits=True` is missing. And this function "
    "of Keras removes the last axis.": (
        lambda y, x: _of_probabilities(y, np.asarray(x), np.float32(1e-7))[:, 0]
    ),
    "The logits are taken for probabilities: `from_logits=True` is missing. And this is the mean "
    "of the batch.": (
        lambda y, x: _of_probabilities(y, np.asarray(x), np.float32(1e-7)).mean()
    ),
    "A softmax over a single logit is always 1, so every cost is 0; here a sigmoid belongs.": (
        lambda y, x: 0 * _bce(y, x)[:, 0]
    ),
    "The two arguments have changed places: labels first, then logits.": lambda y, x: _bce(x, y),
    "The sign of y·l is turned.": lambda y, x: _bce(-y, x),
    "The sign inside softplus is turned.": lambda y, x: _softplus(-x) - y * x,
    "y alone is subtracted; it has to be multiplied by the logit first.": (
        lambda y, x: _softplus(x) - y
    ),
    "Only the term of real samples is there; fake ones cost softplus(l).": (
        lambda y, x: y * _softplus(-x)
    ),
    "Only the term of fake samples is there; real ones cost softplus(-l).": (
        lambda y, x: (1 - y) * _softplus(x)
    ),
    "The label is not used: all samples are treated as real.": lambda y, x: _softplus(-x),
    "The label is not used: all samples are treated as fake.": lambda y, x: _softplus(x),
    "The logit is multiplied by the label inside softplus; the product y·l belongs outside.": (
        lambda y, x: _softplus(y * x)
    ),
    "softplus(-y·l) is for labels that are 1 and -1; here fake samples have the label 0.": (
        lambda y, x: _softplus(-y * x)
    ),
    "The label is subtracted inside softplus; the product y·l belongs outside.": (
        lambda y, x: _softplus(x - y)
    ),
    "The sigmoid is applied twice: softplus already holds one.": (
        lambda y, x: _bce(y, ops.sigmoid(x))
    ),
    "The sign is turned: a loss of cross-entropy is never negative.": lambda y, x: -_bce(y, x),
    "This is in bits; the lesson takes natural logarithms.": lambda y, x: _bce(y, x) / np.log(2),
    "This is σ(l) - y, the slope of the cross-entropy; the cross-entropy itself was asked for.": (
        lambda y, x: expit(np.asarray(x)) - np.asarray(y)
    ),
    "This is the squared error of the probability; the cross-entropy was asked for.": (
        lambda y, x: (expit(np.asarray(x)) - np.asarray(y)) ** 2
    ),
    "This is the squared error of the logit, as in LSGAN; the cross-entropy was asked for.": (
        lambda y, x: (x - y) ** 2
    ),
    "This is max(0, l) - y·l, which softplus smooths at its kink.": (
        lambda y, x: ops.relu(x) - y * x
    ),
    "Right for small logits; at ±120 the sigmoid is rounded to 0 or 1, and the logarithm is "
    "lost. Use softplus.": lambda y, x: _of_probabilities(y, expit(np.asarray(x))),
    "Right for small logits; e to the 120 overflows in float32. softplus does not.": (
        _with_exponential("float32")
    ),
    "Right for small logits; e to the 1,000 overflows in float64, too. softplus does not.": (
        _with_exponential("float64")
    ),
    "Right for small logits; a clipped probability caps the cost at 16, and beyond that no "
    "gradient is left. Use softplus.": _capped(np.float32(1e-7), "float32"),
} | {
    f"Right for small logits; a probability that is kept at {least} or above caps the cost at "
    f"{-np.log(least):.1f}, and beyond that next to no gradient is left. Use softplus.": (
        _capped(least)
    )
    for least in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
} | {
    f"Right for small logits; a logit clipped at ±{most} caps the cost, and beyond that no "
    "gradient is left. softplus needs no clipping.": (
        lambda y, x, most=most: _bce(y, np.clip(np.asarray(x), -most, most))
    )
    for most in (10, 20, 30, 50, 100)
}  # fmt: skip


def close(slopes, others):
    return np.abs(slopes - others) <= 5e-3 + 5e-3 * np.abs(others)


def why_not_the_slope(logits, loss, slope, true_slope, bend, mirrored):
    """What is wrong with a slope, in a sentence or two.

    Args:
        logits: Shape (num,), as for all that follows.
        loss, slope: As the learner's function returns them.
        true_slope, bend: Slopes of that loss and of that slope.
        mirrored: The learner's slope at minus the logits.
    """
    worst = np.argmax(np.abs(slope - true_slope))
    fits = close(slope, true_slope) & (np.abs(true_slope) > 0.1)
    said = (
        f"At the logit {logits[worst]:.2f} got {slope[worst]:.3g}; the loss has "
        f"{true_slope[worst]:.3g}."
    )
    if close(bend, loss).all():
        return "Loss and slope have changed places: `return loss, slope`."
    factor = np.median(slope[true_slope != 0] / true_slope[true_slope != 0])
    mended = {
        "The slope has its sign turned.": -slope,
        "This is the slope of the batch's mean; here each sample counts by itself.": (
            slope * len(logits)
        ),
        "This is the derivative in D's probability; the one in the logit was asked for.": (
            slope * expit(logits) * expit(-logits)
        ),
        "The loss is divided by the size of the batch, and the slope is not; divide neither.": (
            slope / len(logits)
        ),
        "This is the slope at -l, not that of this loss at l.": mirrored,
        "This is the slope times D = σ(l), a factor too many.": slope / expit(logits),
        f"The slope is {factor:.3g} times that of this loss.": slope / factor,
        "The loss itself is returned as its slope, too; differentiate it.": (
            np.where(close(slope, loss), true_slope, np.nan)
        ),
    }
    why = next((why for why, other in mended.items() if close(other, true_slope).all()), "")
    if not why and np.ptp(slope) == 0:
        why = "The slope is one number for all logits, but that of this loss changes."
    if not why and fits.mean() > 0.2:
        why = f"The slope is right for some logits only, as at {logits[np.argmax(fits)]:.2f}."
    return f"{why or 'The slope is not that of this loss.'} {said}"


def why_not_the_shape(got, shape):
    """What may have gone wrong with points that should have the given shape, or ""."""
    num, *others = shape
    return {
        (num, *[1] * len(others)): " These look like the ε; return the points.",
        (*shape[:-1], num): " An ε of the shape (batch,) met the last axis of the images.",
        (num, 1, num, 2): " An ε of the shape (batch, 1, 1, 1) is for images; points need "
        "(batch, 1).",
        (num, int(np.prod(others))): " Give the points the shape of x again.",
        tuple(others): " There should be one point for each pair.",
    }.get(got, "")


def _weights_in(point, real, fake):
    """The weights of two images in a third, and a constant; None if it is no such mix."""
    parts = np.stack([real, fake, np.ones_like(real)], axis=1)
    weights = np.linalg.lstsq(parts, point)[0]
    return weights if np.abs(parts @ weights - point).max() < 1e-3 else None


def why_off_the_line(points, real, fake):
    """What is wrong with images that should lie between others, in words; "" if they do.

    Args:
        points, real, fake: Shape (num, 28, 28, 1).
    """
    share = ((points - fake) / (real - fake))[..., 0]
    points, real, fake = (images.reshape(len(images), -1) for images in (points, real, fake))
    weights = [_weights_in(*images) for images in zip(points, real, fake)]
    if all(each is not None for each in weights):
        return _why_not_weights(*np.transpose(weights))
    if np.all((share > -0.01) & (share < 1.01)):
        return _why_several(share)
    pairs = [(one, other) for one in real for other in fake]
    if all(any(_weights_in(point, *pair) is not None for pair in pairs) for point in points):
        return "x is mixed with the G(z) of another pair; take the two at the same place."
    return (
        "the points leave the line between x and G(z): do their two weights add up to 1, with "
        "the same ε in both?"
    )


def _why_not_weights(of_real, of_fake, rest):
    """The same for images that are x and G(z), weighted, plus a constant."""
    if np.allclose(of_real + of_fake, 1, atol=1e-3) and np.allclose(rest, 0, atol=1e-3):
        return ""
    for difference, why in (
        (np.abs(of_real + of_fake) + np.abs(rest - 1), "brackets are missing around 1 - ε."),
        (of_real - of_fake, "both weights are ε; they should add up to 1."),
        (of_real - of_fake - 1, "the part of G(z) is subtracted; add it."),
        (of_real + of_fake, "only ε(x - G(z)) is there; the place where it starts is missing."),
        (of_real - 1, "x has the weight 1; the two weights should add up to 1."),
        (of_fake - 1, "G(z) has the weight 1; the two weights should add up to 1."),
    ):
        if np.allclose(difference, 0, atol=1e-3):
            return why
    return (
        f"the first pair has the weights {of_real[0]:.2f} and {of_fake[0]:.2f}: do they add up to "
        "1, with the same ε in both?"
    )


def _why_several(share):
    """The same for images of several ε each, given as (num, rows, columns)."""

    def same(axis):
        return np.mean(np.abs(share - np.median(share, axis, keepdims=True))) < 5e-3

    part = "row" if same(2) else "column" if same(1) else "number"
    shared = " All samples got the same ones." if same(0) else ""
    return (
        f"each {part} of a sample got an ε of its own.{shared} One ε for each sample has the shape "
        "(batch, 1, …, 1)."
    )
