"""Networks on points in the plane."""

import keras
from keras import layers


def build_planar_generator(latent_dim=2, width=64, depth=2, negative_slope=0.2):
    """Hidden layers of LeakyReLU, from z of (batch, latent_dim) to points of (batch, 2).

    Args:
        latent_dim: Size of z.
        width, depth: Units of a hidden layer, and how many hidden layers.
        negative_slope: Of the LeakyReLU; 0 makes it a ReLU, which can fold a part of z away.
    """
    name = "planar_generator"
    return _network(name, latent_dim, [width] * depth, outputs=2, negative_slope=negative_slope)


def build_planar_discriminator(width=64, depth=2):
    """Hidden layers of LeakyReLU, from points of (batch, 2) to logits or scores of (batch, 1)."""
    return _network("planar_discriminator", 2, [width] * depth, outputs=1, negative_slope=0.2)


def _network(name, inputs, widths, outputs, negative_slope):
    stack = [keras.Input((inputs,))]
    for width in widths:
        stack += [layers.Dense(width), layers.LeakyReLU(negative_slope)]  # (batch, width)
    stack.append(layers.Dense(outputs, dtype="float32"))  # (batch, outputs)
    return keras.Sequential(stack, name=name)
