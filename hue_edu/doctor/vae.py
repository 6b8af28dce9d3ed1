"""A VAE: its noise, its two terms and how they are reduced, its ranges, and whether z is used."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from . import noise, probing, terms
from .findings import Finding
from .patient import in_a_line

DEEP = -8.0
EXACT = 0.02  # how near a measured factor must be to a number that explains it
HEAVY = 20.0  # β beyond which KL leaves nothing of the pictures
SOON = 5  # steps after which a warm-up shows


class Likelihood(NamedTuple):
    """What the reconstruction term was found to be.

    Attributes:
        kind: "logits", "probabilities", "squares", "absolutes", or None.
        weight: Times the number of samples: 1 for a sum over a picture's numbers and a mean over
            the batch.
        target: What is to be reconstructed, as the term sees it, or None.
    """

    kind: object
    weight: float
    target: object


def check_wiring(patient):
    """Findings on the shapes; sets `patient.latent_dim`. Yields `Finding`s."""
    x, _ = patient.batch()
    try:
        outputs = patient.encode(x)
    except Exception as error:
        evidence = f"The encoder does not take a sample of {x.shape[1:]}: {in_a_line(error)}"
        yield Finding("shape-mismatch", "certain", evidence)
        return
    shapes = [tuple(o.shape) for o in outputs]
    if len(shapes) not in (2, 3) or shapes[0] != shapes[1] or len(shapes[0]) != 2:
        evidence = (
            f"The encoder gives {', '.join(map(str, shapes))} for {len(x)} samples; a mean and a "
            "log-variance of the same size are expected."
        )
        yield Finding("shape-mismatch", "certain", evidence, {"shapes": shapes})
        return
    patient.latent_dim = shapes[0][1]
    try:
        made = patient.decode(patient.z(len(x)))
    except Exception as error:
        evidence = f"The decoder does not take z of {patient.latent_dim}: {in_a_line(error)}"
        yield Finding("shape-mismatch", "certain", evidence)
        return
    if int(np.prod(made.shape)) != x.size:
        evidence = (
            f"The decoder makes {tuple(made.shape[1:])}, but a sample of the data has "
            f"{x.shape[1:]}."
        )
        yield Finding("shape-mismatch", "certain", evidence)


def check(patient, left_out):
    """Findings on noise, terms and ranges, of what was given and of the step. Yields `Finding`s."""
    heard = terms.of_step(patient) if patient.train_step is not None else None
    given, found = terms.of_given(patient), []
    if heard is None:
        left_out["noise"] = "no step could be heard in which z is drawn"
        if not patient.losses:
            left_out["losses"] = "none were given, and none could be heard in a step"
    else:
        of_step, again = heard
        found = list(noise.check(of_step, again)) or list(noise.check_compiled(patient))
        if found:
            of_step = of_step._replace(z=None)
        given = given._replace(z=of_step.z, z_mean=of_step.z_mean, z_second=of_step.z_second)
    yield from found
    found = list(_examined(patient, given, patient.losses))
    if not found and heard is not None:
        found = list(_examined(patient, of_step, ("reconstruction", "kl")))
    yield from found
    yield from _collapsed(patient)


def _examined(patient, known, named):
    """Findings on the terms, given or heard."""
    likelihood = _likelihood(known) if known.outputs is not None else None
    if likelihood:
        yield from _ranges(patient, likelihood)
    if known.mean is None:
        if named and "kl" not in named:
            evidence = "A reconstruction was given and no KL: nothing draws z to the prior."
            yield Finding("kl-missing", "certain", evidence)
        return
    num, mean = known.num, known.mean
    weight = float((known.of_mean * mean).sum() / (mean**2).sum()) * num
    found = list(_kl(patient, known, weight))
    yield from found
    if not found and likelihood and likelihood.kind:
        yield from _reductions(patient, known, weight, likelihood)
    elif not found:
        yield from _reduction_of_kl(patient, weight, num)


def _kl(patient, known, weight):
    """Its sign, and what it takes the encoder's second output for."""
    scale = max(abs(weight), 1e-12)
    if abs(weight) < 1e-7:
        later = patient.train_step is not None and known.of_mean.shape[0] > known.num
        later = terms.of_step(patient, SOON) if later else None
        if later and later[0].mean is not None and np.abs(later[0].of_mean).max() > 0:
            return  # it is warmed up
        evidence = (
            "The loss does not change with the means that the encoder gives: KL is not in it."
        )
        yield Finding("kl-missing", "certain", evidence)
        return
    fits = noise.fits(known)
    best = min(fits, key=lambda name: fits[name][0])
    misfit, factor = fits[best][0] / scale, fits[best][1]
    said = f"KL's slope along the mean is {weight:.3g} times the mean"
    if weight < 0 or factor < -0.1 * scale:
        evidence = f"{said}, along the second output {factor:.3g} times that of KL: it is turned."
        yield Finding("kl-sign", "certain", evidence, {"mean": weight, "second": factor})
        return
    drawn = noise.meaning(known)[0] if known.z is not None else "log σ²"
    noisy = noise.is_noisy(known, weight)
    expected = drawn if drawn in noise.MEANINGS else "log σ²"
    wrong = best != expected and (not noisy or fits[expected][0] > 1.5 * fits[best][0])
    if wrong or (not noisy and (misfit > 0.05 or abs(factor / weight - 1) > 0.2)):
        means = best if misfit < 0.05 else "something else"
        evidence = (
            f"By its slopes KL takes the encoder's second output for {means}; z is drawn with it "
            f"as {drawn}."
        )
        yield Finding("variance-parameter", "certain", evidence, {"misfit": misfit})


# Ranges


def _likelihood(known):
    """What the reconstruction is, by its slopes at three shades: each is affine in the target."""
    slopes = known.outputs * known.num
    shades = np.array(terms.SHADES)[:, None, None]
    sigmoid = 1 / (1 + np.exp(-shades))
    kinds = {
        "logits": (slopes, sigmoid),
        "squares": (slopes / 2, shades),
        "probabilities": (slopes * shades * (1 - shades), shades),
    }
    best = Likelihood(None, float(np.abs(slopes).mean()), None)
    if not np.isfinite(slopes).all() or np.abs(slopes).max() == 0:
        return best
    if np.ptp(np.abs(slopes)) < 1e-3 * np.abs(slopes).max():
        return Likelihood("absolutes", float(np.abs(slopes).mean()), None)
    least = 2e-3
    for kind, (t, h) in kinds.items():
        rise = (t[2] - t[0]) / (h[2] - h[0])
        weight = float(rise.mean())
        middle = t[0] + weight * (h[1] - h[0])
        off = max(np.abs(t[1] - middle).max(), np.abs(rise - weight).max()) / np.abs(t).max()
        if weight > 0 and off < least:
            target = h[0] - t[0] / weight
            best, least = Likelihood(kind, weight, target), off
    return best


def _ranges(patient, likelihood):
    """The decoder's range and the data's, beside what the likelihood is defined on."""
    held = probing.range_of(patient.players["decoder"], lambda: patient.decode(patient.z(8)))
    target = likelihood.target if likelihood.target is not None else patient.real
    low, high = float(np.min(target)), float(np.max(target))
    came = f"The data lie in [{low:.3g}, {high:.3g}]"
    reach = "anywhere" if held is None else f"[{held[0]:.3g}, {held[1]:.3g}]"
    numbers = {"data": (low, high), "decoder": held}
    if likelihood.kind in ("logits", "probabilities"):
        if low < -0.01 or high > 1.01:
            evidence = f"{came}, and a cross-entropy is defined for [0, 1]."
            yield Finding("data-range", "certain", evidence, numbers)
        elif likelihood.kind == "probabilities" and held != (0.0, 1.0):
            inside = held is not None and held[0] >= -0.01 and held[1] <= 1.01
            if not inside:
                evidence = f"The reconstruction takes probabilities, and the decoder gives {reach}."
                yield Finding("decoder-range", "certain", evidence, numbers)
        elif likelihood.kind == "logits" and held is not None:
            if held == (0.0, 1.0) and _sees_the_sigmoid(patient, likelihood):
                return
            evidence = (
                f"The reconstruction takes logits, any number, and the decoder gives {reach}."
            )
            yield Finding("decoder-range", "certain", evidence, numbers)
        return
    usual = low >= -1.01 and high <= 1.01
    if held is not None and (low < held[0] - 0.05 or high > held[1] + 0.05):
        code = "decoder-range" if usual else "data-range"
        evidence = f"{came}, and the decoder gives {reach}: some of it it can never make."
        yield Finding(code, "certain", evidence, numbers)
    elif held == (-1.0, 1.0) and low > -0.01 and high > 0.5:
        evidence = f"{came}, and the decoder gives {reach}: half of what it can make never occurs."
        yield Finding("decoder-range", "likely", evidence, numbers)
    elif held is None and max(-low, high) > 20:
        evidence = f"{came}: bring it to [0, 1] or [-1, 1] first."
        yield Finding("data-range", "likely", evidence, numbers)


def _sees_the_sigmoid(patient, likelihood):
    """Whether Keras takes the logits from before the decoder's sigmoid, by the slope at -8."""
    x, _ = patient.batch()
    loss = patient.losses.get("reconstruction")

    def given(bias):
        if loss is None:
            return None
        with tf.GradientTape() as tape:
            out = patient.decode(patient.z(len(x)), training=True)
            value = loss(tf.reshape(tf.constant(x.astype("float32")), out.shape), out)
        return tf.reduce_sum(tape.gradient(value, bias))

    run = lambda: patient.decode(patient.z(len(x)))  # noqa: E731
    slope = probing.slope_at_deep(patient, patient.players["decoder"], run, given, DEEP)
    wanted = likelihood.weight * float(np.sum(x)) / len(x)
    return slope is not None and abs(slope) > 0.1 * wanted


# Reductions


def _is(value, *wanted):
    return any(abs(value / w - 1) < EXACT for w in wanted)


def _reductions(patient, known, weight, likelihood):
    """How KL and reconstruction are reduced, and what β that amounts to."""
    num, dim, pixels = known.num, patient.latent_dim, known.outputs.shape[-1]
    of_pixels, beta = likelihood.weight, weight / likelihood.weight
    numbers = {"kl": weight, "reconstruction": of_pixels, "beta": beta}
    said = (
        f"A latent number weighs {weight:.3g} in the loss and a pixel {of_pixels:.3g}; both are 1 "
        f"for sums over a sample and means over the batch. So β is {beta:.3g}"
    )
    mean_of_pixels = pixels >= 16 and of_pixels < 4 / pixels
    mean_of_kl = dim >= 3 and _is(weight * dim, 1.0)
    if beta > 4 and mean_of_pixels and mean_of_kl:
        yield Finding("mean-for-sum", "certain", f"{said}: both are means.", numbers)
    elif beta > HEAVY and mean_of_pixels:
        evidence = f"{said}: the reconstruction is a mean over {pixels}."
        yield Finding("reconstruction-reduction", "certain", evidence, numbers)
    elif num > 4 and beta > 0.4 * num and _is(weight, num):
        evidence = f"{said}: KL is a sum over the batch of {num}, the reconstruction is not."
        yield Finding("kl-reduction", "certain", evidence, numbers)
    elif num > 4 and beta < 2.5 / num and _is(of_pixels / num, 0.5, 1.0, 2.0):
        evidence = f"{said}: the reconstruction is a sum over the batch of {num}, KL is not."
        yield Finding("reconstruction-reduction", "certain", evidence, numbers)
    elif mean_of_kl and beta < 0.5:
        evidence = f"{said}: KL is a mean over {dim} latent numbers."
        yield Finding("kl-reduction", "certain", evidence, numbers)
    elif beta > HEAVY:
        heavy = weight > 4
        code = "kl-reduction" if heavy else "reconstruction-reduction"
        yield Finding(code, "likely", f"{said}, far above the usual .1 to 10.", numbers)


def _reduction_of_kl(patient, weight, num):
    """Of a KL beside a reconstruction that is not known."""
    dim = patient.latent_dim
    if dim >= 3 and _is(weight * dim, 1.0):
        evidence = f"KL weighs {weight:.3g}: it is a mean over {dim} latent numbers."
        yield Finding("kl-reduction", "likely", evidence, {"kl": weight})
    elif num > 4 and _is(weight, num):
        evidence = f"KL weighs {weight:.3g}: it is a sum over the batch of {num}."
        yield Finding("kl-reduction", "likely", evidence, {"kl": weight})


def _collapsed(patient):
    """A trained VAE whose latent numbers say nothing, and whose decoder makes the mean picture."""
    x = patient.real.astype("float32")
    mean, second, *_ = (np.asarray(o, "float64") for o in patient.encode(x))
    kl = float((0.5 * (mean**2 + np.exp(second) - 1 - second)).sum(axis=1).mean())
    made = np.asarray(patient.decode(patient.z(64)), "float64").reshape(64, -1)
    real = x.reshape(len(x), -1).astype("float64")
    pattern, average = made.mean(axis=0), real.mean(axis=0)
    if pattern.std() < 1e-9 or average.std() < 1e-9 or real.std(axis=0).mean() == 0:
        return
    alike = float(np.corrcoef(pattern, average)[0, 1])
    varied = float(made.std(axis=0).mean() / (pattern.std() + 1e-12))
    wanted = float(real.std(axis=0).mean() / average.std())
    if kl < 0.1 and alike > 0.8 and varied < 0.3 * wanted:
        evidence = (
            f"KL is {kl:.2g} nats a sample, and pictures of different z differ by {varied:.1g} of "
            f"their contrast, {wanted:.2g} among the data: all are the mean picture (correlation "
            f"{alike:.2f})."
        )
        yield Finding("posterior-collapsed", "certain", evidence, {"kl": kl, "varied": varied})
