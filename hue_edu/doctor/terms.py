"""The two terms of a VAE's loss, by their slopes at outputs and latent parameters that are known.

A step is asked as a GAN's is: the encoder answers means and log-variances of ours, the decoder a
picture of one shade, and what the step takes gradients of says how each term depends on them.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .listening import listening
from .probing import leaves_in_order

SHADES = 0.1, 0.5, 0.9  # outputs that are probabilities and logits
LOW, HIGH = 0.2, 2.0  # of the second latent parameter: a log-variance, log σ, σ or σ²


class Terms(NamedTuple):
    """What was measured; each of one row a sample, of all runs below each other.

    Attributes:
        outputs: Slopes of the loss at the decoder's output, (shades, num, numbers), or None.
        mean, second: What the encoder answered, or None.
        of_mean, of_second: The loss's slopes there.
        z: What the decoder was given, or None.
        z_mean, z_second: The parameters from which z was drawn.
        num: Samples in a batch.
    """

    outputs: object = None
    mean: object = None
    second: object = None
    of_mean: object = None
    of_second: object = None
    z: object = None
    z_mean: object = None
    z_second: object = None
    num: int = 1


def of_given(patient):
    """The terms of losses that were given; what was not given stays None."""
    x, _ = patient.batch()
    found, num = Terms(num=len(x)), len(x)
    reconstruction, kl = (patient.losses.get(name) for name in ("reconstruction", "kl"))
    if reconstruction:
        shape = patient.decode(tf.zeros((num, patient.latent_dim))).shape
        target = tf.reshape(tf.constant(x.astype("float32")), shape)
        rows = []
        for shade in SHADES:
            out = tf.fill(shape, shade)
            with tf.GradientTape() as tape:
                tape.watch(out)
                value = tf.reduce_sum(reconstruction(target, out))
            slope = tape.gradient(value, out)
            rows.append(_flat(tf.zeros_like(out) if slope is None else slope))
        found = found._replace(outputs=np.stack(rows))
    if kl:
        mean, second = _latents(num, patient.latent_dim, 0)
        with tf.GradientTape() as tape:
            pair = tf.constant(mean), tf.constant(second)
            tape.watch(pair)
            value = tf.reduce_sum(kl(*pair))
        slopes = [
            _flat(tf.zeros_like(mean) if s is None else s) for s in tape.gradient(value, pair)
        ]
        found = found._replace(mean=mean, second=second, of_mean=slopes[0], of_second=slopes[1])
    return found


def of_step(patient, before=0):
    """The terms of a step, and whether two steps drew the same noise; None where it is not heard.

    Args:
        patient: A `Vae` with a step.
        before: Steps that are made first.
    """
    runs, num = [], patient.batch_size
    with patient.for_now():
        for _ in range(before):
            patient.step()
        _spread(patient)
        for k, shade in enumerate((SHADES[0], *SHADES)):
            run = _heard(patient, shade, *_latents(num, patient.latent_dim, max(k - 1, 0)))
            if run is None:
                return None
            runs.append(run)
    first, *runs = runs
    stacked = {name: np.concatenate([getattr(run, name) for run in runs])
               for name in Terms._fields[1:8] if getattr(runs[0], name) is not None}  # fmt: skip
    outputs = [run.outputs for run in runs]
    whole = None if any(o is None for o in outputs) else np.stack(outputs)
    again = first.z is not None and _alike(first, runs[0])
    return Terms(outputs=whole, num=num, **stacked), again


def _latents(num, dim, seed):
    rng = np.random.default_rng([seed, 17])
    mean = rng.uniform(-2, 2, (num, dim)).astype("float32")
    return mean, rng.uniform(LOW, HIGH, (num, dim)).astype("float32")


def _heard(patient, shade, mean, second):
    """One step with these answers."""

    def answer(name, inputs, output):
        parts = list(output) if isinstance(output, (list, tuple)) else [output]
        if name == "decoder":
            given = tf.fill(parts[0].shape, tf.cast(shade, parts[0].dtype)) + 0 * parts[0]
            return (given if len(parts) == 1 else type(output)([given, *parts[1:]])), None
        if len(parts) < 2 or parts[0].shape != mean.shape:
            return None, None
        own = [np.asarray(p) for p in parts[:2]]
        pair = [p + tf.stop_gradient(v - p) for p, v in zip(parts, (mean, second))]
        if len(parts) == 2:
            own = [mean, second]  # z is drawn from what is answered
        return type(output)([*pair, *parts[2:]]), own

    with listening(patient.players, answer) as heard:
        try:
            patient.step()
        except Exception:
            if not heard.taken:
                return None
    found = {}
    for taken in heard.taken:
        for call, slopes, inner in zip(heard.calls, taken.of_outputs, taken.of_made):
            if call.name == "decoder" and slopes[0] is not None and "outputs" not in found:
                found["outputs"] = _flat(slopes[0])
            if call.name == "encoder" and call.told and "mean" not in found:
                at, pair = (mean, second), _pair(slopes, mean)
                if not np.any(pair) and np.any(_pair(inner, mean)):
                    at, pair = call.told, _pair(inner, mean)  # KL is taken within the encoder
                found |= {"mean": at[0], "second": at[1], "of_mean": pair[0], "of_second": pair[1],
                          "z_mean": call.told[0], "z_second": call.told[1]}  # fmt: skip
    drawn = heard.of("decoder")
    if "z_mean" in found and drawn and drawn[0].inputs[0].shape == mean.shape:
        found["z"] = np.asarray(drawn[0].inputs[0])
    return Terms(**found) if found else None


def _pair(slopes, mean):
    return [np.zeros_like(mean) if s is None else _flat(s) for s in slopes[:2]]


def _alike(one, two):
    """Whether two runs drew the same noise."""
    a, b = ((run.z - run.z_mean) / np.exp(run.z_second / 2) for run in (one, two))
    return a.shape == b.shape and np.abs(a - b).max() < 0.1 * max(np.abs(a).max(), 1e-6)


def _spread(patient):
    """Give an encoder that draws z itself log-variances far enough apart, by its last bias."""
    outputs = patient.encode(patient.batch()[0])
    if len(outputs) < 3:
        return
    x = patient.batch()[0]
    for layer, call in leaves_in_order(patient.players["encoder"], lambda: patient.encode(x)):
        same = call.output.shape == outputs[1].shape and np.allclose(call.output, outputs[1])
        if same and getattr(layer, "kernel", None) is not None and layer.bias is not None:
            layer.kernel.assign(0 * layer.kernel)
            layer.bias.assign(np.linspace(LOW, HIGH, layer.bias.shape[0]))


def _flat(tensor):
    return np.asarray(tensor, "float64").reshape(len(tensor), -1)
