"""What networks make: in a step of training, and drawn from after it."""

import numpy as np
from keras import ops

from .. import arguments, latent


def output(network, inputs, training):
    """What a network makes of its inputs, in float32 also where it computes in half floats.

    Args:
        network: Of as many inputs as there are.
        inputs: List of them, each a batch.
        training: Whether dropout and batch normalisation learn.
    """
    inputs = inputs if len(inputs) > 1 else inputs[0]
    return ops.cast(network(inputs, training=training), "float32")


def decode(decoder, z, batch_size=500):
    """Pictures of given z; see `VAE.decode`.

    Raises:
        ValueError: z is not of (num, latent_dim).
    """
    z, expected = np.asarray(z, "float32"), decoder.inputs[0].shape[1:]
    if z.shape[1:] != expected or len(z) == 0:
        raise ValueError(f"z has the shape {z.shape}; expected (num, {expected[0]}).")
    parts = [
        ops.convert_to_numpy(decoder(z[k : k + batch_size], training=False))
        for k in range(0, len(z), batch_size)
    ]
    return np.clip(np.concatenate(parts), -1, 1).astype("float32")


def generate(generator, num, seed, batch_size=500, condition=None, truncation=None):
    """Samples of any generator from its own stream of z; see `GAN.generate`.

    Args:
        generator: z → samples, or z and a condition → samples.
        num, seed: As for `GAN.generate`.
        batch_size: How many at a time.
        condition: Array of `num` rows, such as the tokens of captions.
        truncation: Limit of `latent.truncate`; None for z as it is.
    """
    num = arguments.whole_number("num", num, at_least=1)
    seed = arguments.whole_number("seed", seed)
    z = latent.sample_z(num, generator.inputs[0].shape[-1], seed)
    z = z if truncation is None else latent.truncate(z, truncation)
    condition = None if condition is None else ops.convert_to_tensor(condition)
    parts = []
    for start in range(0, num, batch_size):
        rows = slice(start, start + batch_size)
        inputs = z[rows] if condition is None else [z[rows], condition[rows]]
        parts.append(ops.convert_to_numpy(generator(inputs, training=False)))
    return np.concatenate(parts).astype("float32")
