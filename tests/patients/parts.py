"""What patients are made of: small networks, pictures, losses, and steps in four styles."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SIDE, LATENT = 8, 16


def registered(table, code):
    """A decorator that enters a patient of this code into a table, by its name."""

    def register(make):
        table[make.__name__] = code, make
        return make

    return register


def pictures(num=192, side=SIDE, channels=1, seed=0):
    """Bright spots on black: float32 of (num, side, side, channels) in [-1, 1]."""
    rng = np.random.default_rng(seed)
    place, size = (
        rng.uniform(1, side - 2, (num, 2, 1, 1, channels)),
        rng.uniform(1, 2, (num, 1, 1, 1)),
    )
    y, x = np.mgrid[:side, :side][..., None]
    away = (y - place[:, 0]) ** 2 + (x - place[:, 1]) ** 2
    return (2 * np.exp(-away / (2 * size**2)) - 1).astype("float32")


def generator(latent=LATENT, side=SIDE, channels=1, end="tanh", hidden=64, norm=True, inside=()):
    """z → pictures: a dense layer and two transposed convolutions."""
    small = side // 4
    parts = [keras.Input((latent,)), *inside, layers.Dense(small * small * hidden)]
    parts += [layers.Reshape((small, small, hidden))]
    for filters in (32, 16):
        parts += [layers.Conv2DTranspose(filters, 4, strides=2, padding="same")]
        parts += [layers.BatchNormalization()] if norm else []
        parts += [layers.LeakyReLU(0.2)]
    parts += [layers.Conv2D(channels, 3, padding="same", activation=end)]
    return keras.Sequential(parts, name="generator")


def discriminator(side=SIDE, channels=1, end=None, norm=None, units=1, inside=(), dropout=0.0):
    """Pictures → a score: two convolutions and a dense layer."""
    parts = [keras.Input((side, side, channels))]
    for filters in (16, 32):
        parts += [layers.Conv2D(filters, 4, strides=2, padding="same")]
        parts += [norm()] if norm else []
        parts += [layers.LeakyReLU(0.2)]
        parts += [layers.Dropout(dropout)] if dropout else []
    parts += [layers.Flatten(), *inside, layers.Dense(units, activation=end)]
    return keras.Sequential(parts, name="discriminator")


def bce(label, scores, from_logits=True):
    """Binary cross-entropy against one label."""
    return tf.reduce_mean(
        keras.losses.binary_crossentropy(
            tf.fill(tf.shape(scores), float(label)), scores, from_logits=from_logits
        )
    )


def cross_entropies(real=1.0, fake=0.0, wanted=1.0, from_logits=True):
    """D's and G's loss as cross-entropies against these labels."""
    return {
        "discriminator": lambda r, f: bce(real, r, from_logits) + bce(fake, f, from_logits),
        "generator": lambda f: bce(wanted, f, from_logits),
    }


def wasserstein():
    """The critic's and G's loss of a Wasserstein GAN."""
    return {
        "discriminator": lambda r, f: tf.reduce_mean(f) - tf.reduce_mean(r),
        "generator": lambda f: -tf.reduce_mean(f),
    }


def hinge():
    """The hinge loss."""
    return {
        "discriminator": lambda r, f: (
            tf.reduce_mean(tf.nn.relu(1 - r)) + tf.reduce_mean(tf.nn.relu(1 + f))
        ),
        "generator": lambda f: -tf.reduce_mean(f),
    }


def least_squares():
    """Labels 1 and 0, squared differences."""
    return {
        "discriminator": lambda r, f: tf.reduce_mean((r - 1) ** 2) + tf.reduce_mean(f**2),
        "generator": lambda f: tf.reduce_mean((f - 1) ** 2),
    }


def gradient_penalty(weight=10.0, axes=(1, 2, 3), outside=False, whole=False, root=1e-12,
                     epsilon="sample"):  # fmt: skip
    """λ mean (‖∇ D(x̂)‖ - 1)², or one of its usual misreadings."""

    def penalty(critic, x_real, x_fake):
        num, rank = tf.shape(x_real)[0], len(x_real.shape)
        if epsilon == "sample":
            e = tf.random.uniform((num, *[1] * (rank - 1)))
        elif epsilon == "batch":
            e = tf.random.uniform(())
        elif epsilon == "pixel":
            e = tf.random.uniform(tf.shape(x_real))
        else:
            e = 1.5 + tf.random.uniform((num, *[1] * (rank - 1)))
        x = e * x_real + (1 - e) * x_fake
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(critic(x, training=True))
        slope = tape.gradient(total, x)
        if whole:
            norm = tf.sqrt(tf.reduce_sum(slope**2) + root)
        else:
            norm = tf.sqrt(tf.reduce_sum(slope**2, axis=axes) + root)
        gap = (tf.reduce_mean(norm) - 1) ** 2 if outside else tf.reduce_mean((norm - 1) ** 2)
        return weight * gap

    return penalty


def adam(rate=1e-3):
    """Adam with the usual β₁ of GANs."""
    return keras.optimizers.Adam(rate, beta_1=0.5)


def function_step(g, d, losses, adams, latent=LATENT, training=True, penalty=None, compiled=False,
                  of_g=None, of_d=None, also=None, cut=lambda x: x):  # fmt: skip
    """A step as a function, by one tape for each player.

    Args:
        of_g, of_d: Whose weights each optimizer moves; each player's own if not given.
        also: Called with (d) after D's move, such as to clip.
        cut: Applied to the samples that D sees.
    """
    one = 1 if losses["generator"].__code__.co_argcount == 1 else 2

    def step(x_real):
        z = tf.random.normal((tf.shape(x_real)[0], latent))
        with tf.GradientTape() as of_gen, tf.GradientTape() as of_dis:
            x_fake = cut(g(z, training=training))
            real, fake = d(x_real, training=training), d(x_fake, training=training)
            d_loss = losses["discriminator"](real, fake)
            g_loss = losses["generator"](fake) if one == 1 else losses["generator"](real, fake)
            if penalty:
                d_loss += penalty(d, x_real, x_fake)
        for tape, loss, optimizer, weights in (
            (of_dis, d_loss, adams["discriminator"], of_d or d.trainable_variables),
            (of_gen, g_loss, adams["generator"], of_g or g.trainable_variables),
        ):
            gradients = tape.gradient(loss, weights)
            pairs = [(s, w) for s, w in zip(gradients, weights) if s is not None]
            if pairs:
                optimizer.apply_gradients(pairs)
        if also:
            also(d)
        return d_loss, g_loss

    return tf.function(step) if compiled else step


class Trainer(keras.Model):
    """The same as a Keras model with a `train_step`."""

    def __init__(self, g, d, losses, adams, **options):
        super().__init__()
        self.generator, self.discriminator = g, d
        self.g_optimizer, self.d_optimizer = adams["generator"], adams["discriminator"]
        self.inner = function_step(g, d, losses, adams, **options)

    def train_step(self, data):
        d_loss, g_loss = self.inner(data)
        return {"d_loss": d_loss, "g_loss": g_loss}


class Player:
    """One player as an object of its own, as older notebooks write it."""

    def __init__(self, network, optimizer, loss):
        self.network, self.optimizer, self.loss = network, optimizer, loss

    def learn(self, scores):
        with tf.GradientTape() as tape:
            loss = self.loss(*scores())
        gradients = tape.gradient(loss, self.network.trainable_variables)
        self.optimizer.apply(gradients, self.network.trainable_variables)
        return loss


class Game:
    """Two `Player`s and a counter."""

    def __init__(self, g, d, losses, adams, latent=LATENT):
        self.latent, self.rounds = latent, 0
        self.d = Player(d, adams["discriminator"], losses["discriminator"])
        self.g = Player(g, adams["generator"], losses["generator"])

    def play(self, x):
        self.rounds += 1
        z = tf.random.normal((x.shape[0], self.latent))
        draw = lambda: self.g.network(z, training=True)  # noqa: E731
        fake = draw()
        d_loss = self.d.learn(lambda: (self.d.network(x, training=True),
                                       self.d.network(fake, training=True)))  # fmt: skip
        return d_loss, self.g.learn(lambda: (self.d.network(draw(), training=True),))


def patient(g=None, d=None, data=None, losses=None, adams=None, style="function", tell=True,
            penalty=None, give=(), **options):  # fmt: skip
    """Arguments of `doctor.examine`, of a healthy DCGAN where nothing else is said.

    Args:
        style: `"function"`, `"compiled"`, `"keras"`, `"objects"`, or `"none"` for no step.
        tell: Whether losses and optimizers are given, or hidden in the step.
        give: More arguments, as pairs.
    """
    keras.utils.set_random_seed(1)
    g, d = generator() if g is None else g(), discriminator() if d is None else d()
    losses = losses or cross_entropies()
    adams = adams() if adams else {"generator": adam(), "discriminator": adam()}
    if penalty:
        options["penalty"] = penalty
    made = {
        "function": lambda: function_step(g, d, losses, adams, **options),
        "compiled": lambda: function_step(g, d, losses, adams, compiled=True, **options),
        "keras": lambda: Trainer(g, d, losses, adams, **options),
        "objects": lambda: Game(g, d, losses, adams).play,
        "none": lambda: None,
    }[style]()
    found = {"generator": g, "discriminator": d, "data": pictures() if data is None else data()}
    found |= {"train_step": made, **dict(give)}
    if tell:
        found |= {"losses": losses, "optimizers": adams}
    if penalty:
        found["penalty"] = penalty
    return found
