"""Networks: builders that return plain Keras models.

Pairs of generator and discriminator: four for digits, from the smallest to the one that learns to
write in a minute on two cores, and one for points in the plane. Generators of images end in tanh:
pixels in [-1, 1]. Discriminators return logits of shape (batch, 1). All end in float32, so that
they train under `mixed_float16` too.
"""

import keras
from keras import layers

IMAGE_SHAPE = (28, 28, 1)


def build_smallest_generator(latent_dim=10):
    """The smallest generator that draws digits: one hidden layer (system T4).

    z of (batch, latent_dim) → images of (batch, 28, 28, 1).
    """
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(64, activation="relu"),  # (batch, 64)
            layers.Dense(784, activation="tanh", dtype="float32"),
            layers.Reshape(IMAGE_SHAPE, dtype="float32"),
        ],
        name="smallest_generator",
    )


def build_smallest_discriminator():
    """One hidden layer over all pixels (system T4). Images → logits of (batch, 1)."""
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            layers.Flatten(),  # without it, Dense would judge each pixel by itself
            layers.Dense(64),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(1, dtype="float32"),
        ],
        name="smallest_discriminator",
    )


def build_dense_generator(latent_dim=100):
    """Fully connected generator 100 → 128 → 256 → 784 (the GAN of system T3)."""
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *_dense_block(128),
            *_dense_block(256),
            layers.Dense(784, activation="tanh", dtype="float32"),
            layers.Reshape(IMAGE_SHAPE, dtype="float32"),
        ],
        name="dense_generator",
    )


def build_dense_discriminator():
    """Fully connected discriminator 784 → 256 → 128 → 1 (the GAN of system T3)."""
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            layers.Flatten(),
            *_dense_block(256),
            *_dense_block(128),
            layers.Dense(1, dtype="float32"),
        ],
        name="dense_discriminator",
    )


def build_tutorial_dcgan_generator(latent_dim=100):
    """The generator of the usual DCGAN tutorial on MNIST, corrected (system T2).

    Kernel 5 with stride 2 overlaps unevenly (checkerboards); kept, because lesson 05 shows it.
    """
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(7 * 7 * 128, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.3),
            layers.Reshape((7, 7, 128)),
            layers.Conv2DTranspose(128, 5, padding="same", use_bias=False),  # (batch, 7, 7, 128)
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.3),
            layers.Conv2DTranspose(64, 5, strides=2, padding="same", use_bias=False),  # 14, 14, 64
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.3),
            layers.Conv2DTranspose(1, 5, strides=2, padding="same"),  # (batch, 28, 28, 1)
            layers.Activation("tanh", dtype="float32"),
        ],
        name="tutorial_dcgan_generator",
    )


def build_tutorial_dcgan_discriminator():
    """The discriminator of the usual DCGAN tutorial on MNIST (system T2)."""
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            layers.Conv2D(64, 5, strides=2, padding="same"),  # (batch, 14, 14, 64)
            layers.LeakyReLU(negative_slope=0.3),
            layers.Dropout(0.3),
            layers.Conv2D(128, 5, strides=2, padding="same"),  # (batch, 7, 7, 128)
            layers.LeakyReLU(negative_slope=0.3),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(1, dtype="float32"),
        ],
        name="tutorial_dcgan_discriminator",
    )


def build_dcgan_generator(latent_dim=64, hidden=256):
    """Compact DCGAN generator, made for two cores.

    A hidden dense layer decides what to draw; the rest draws it. Most channels lie where the image
    is smallest, and a step is cheapest there. Kernel 4 with stride 2 overlaps evenly, for weaker
    checkerboards than kernel 5. Batch normalisation after each layer but the last, before the
    reshape for each place and channel by itself; N(0, 0.02²) initialisation (Radford et al. 2016).

    Args:
        latent_dim: Size of z.
        hidden: Units of the hidden layer; None for none, as lesson 05 compares it.
    """
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            *(_normalised_dense(hidden) if hidden else []),
            *_normalised_dense(7 * 7 * 48),
            layers.Reshape((7, 7, 48)),
            _upsample(24),  # (batch, 14, 14, 24)
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            _upsample(1, use_bias=True),  # (batch, 28, 28, 1)
            layers.Activation("tanh", dtype="float32"),
        ],
        name="dcgan_generator",
    )


def build_dcgan_discriminator(hidden=128):
    """Compact DCGAN discriminator: no batch normalisation at its input (Radford et al. 2016).

    Args:
        hidden: Units of the dense layer that weighs the parts against each other; None for none.
    """
    whole = [layers.Dense(hidden or 1, kernel_initializer=_normal()), layers.LeakyReLU(0.2)]
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            _downsample(32, use_bias=True),  # (batch, 14, 14, 32)
            layers.LeakyReLU(negative_slope=0.2),
            _downsample(64),  # (batch, 7, 7, 64)
            layers.BatchNormalization(momentum=0.9),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Flatten(),
            *(whole if hidden else []),
            layers.Dense(1, kernel_initializer=_normal(), dtype="float32"),
        ],
        name="dcgan_discriminator",
    )


def build_critic():
    """Compact critic for WGAN-GP: the DCGAN discriminator without batch normalisation."""
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE),
            _downsample(32, use_bias=True),  # (batch, 14, 14, 32)
            layers.LeakyReLU(negative_slope=0.2),
            _downsample(64, use_bias=True),  # (batch, 7, 7, 64)
            layers.LeakyReLU(negative_slope=0.2),
            layers.Flatten(),
            layers.Dense(1, dtype="float32"),
        ],
        name="critic",
    )


def build_planar_generator(latent_dim=2, width=64):
    """Two hidden layers, from z of (batch, latent_dim) to points of (batch, 2)."""
    return _planar_network("planar_generator", latent_dim, width, outputs=2)


def build_planar_discriminator(width=64):
    """Two hidden layers, from points of (batch, 2) to logits or scores of (batch, 1)."""
    return _planar_network("planar_discriminator", 2, width, outputs=1)


def _planar_network(name, inputs, width, outputs):
    hidden = [layer for _ in range(2) for layer in (layers.Dense(width), layers.LeakyReLU(0.2))]
    head = layers.Dense(outputs, dtype="float32")
    return keras.Sequential([keras.Input((inputs,)), *hidden, head], name=name)


def _upsample(filters, use_bias=False):
    """Twice the side: kernel 4, stride 2. A bias is idle before batch normalisation."""
    options = {"padding": "same", "use_bias": use_bias, "kernel_initializer": _normal()}
    return layers.Conv2DTranspose(filters, 4, strides=2, **options)


def _downsample(filters, use_bias=False):
    """Half the side: kernel 4, stride 2."""
    options = {"padding": "same", "use_bias": use_bias, "kernel_initializer": _normal()}
    return layers.Conv2D(filters, 4, strides=2, **options)


def _normalised_dense(units):
    """Dense layer, batch normalisation, ReLU."""
    return [
        layers.Dense(units, use_bias=False, kernel_initializer=_normal()),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
    ]


def _dense_block(units):
    return [layers.Dense(units), layers.LeakyReLU(negative_slope=0.2)]


def _normal():
    """DCGAN's initialisation N(0, 0.02²), a new one each time so that no two layers share it."""
    return keras.initializers.RandomNormal(0.0, 0.02)
