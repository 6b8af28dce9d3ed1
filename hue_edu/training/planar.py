"""A GAN on points in the plane: small enough to train and draw many times a second."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from .. import arguments, latent, losses, models

BATCH_SIZE = 128
CHUNK = 10  # steps in one call of a compiled function


@dataclass(frozen=True)
class PlanarSettings:
    """How a `PlanarGAN` plays.

    Attributes:
        loss: A key of `losses.ADVERSARIAL_LOSSES`.
        penalty: A key of `losses.PENALTIES`, or `"none"`.
        penalty_weight: γ or λ.
        g_learning_rate, d_learning_rate: Adam's, with β1 = .5 and β2 = .9.
        d_steps: Steps of D for each step of G.
        latent_dim: Size of z.
    """

    loss: str = "non_saturating"
    penalty: str = "r1"
    penalty_weight: float = 0.1
    g_learning_rate: float = 2e-3
    d_learning_rate: float = 2e-3
    d_steps: int = 1
    latent_dim: int = 2


class PlanarGAN:
    """Two small networks that can be moved one at a time.

    Args:
        points: Float32 of shape (num, 2), the real data; finite.
        settings: `PlanarSettings`.
        seed: Seeds the weights, the order of the data and z.

    Raises:
        ValueError: A setting out of range, an unknown name, or points of another shape.

    Attributes:
        steps_done: Steps of the generator so far.
    """

    def __init__(self, points, settings=None, seed=0):
        self.settings = settings = settings or PlanarSettings()
        self.discriminator_loss, self.generator_loss = losses.adversarial_loss(settings.loss)
        _check_settings(settings)
        self.penalty = losses.PENALTIES.get(settings.penalty)
        seed = arguments.whole_number("seed", seed, below=2**32)
        keras.utils.set_random_seed(seed)
        self.generator = models.build_planar_generator(settings.latent_dim)
        self.discriminator = models.build_planar_discriminator()
        self.g_optimizer = self._optimizer(settings.g_learning_rate, self.generator)
        self.d_optimizer = self._optimizer(settings.d_learning_rate, self.discriminator)
        self.penalty_weight = tf.Variable(settings.penalty_weight, dtype="float32")
        self.points = _checked(points)
        self.random = keras.random.SeedGenerator(seed)
        self.d_steps = settings.d_steps

    @property
    def steps_done(self):
        return int(self.g_optimizer.iterations)

    def run(self, num_steps):
        """Repeat: `d_steps` steps of D, then one of G. Returns the last (d_loss, g_loss)."""
        last, d_steps = (float("nan"), float("nan")), tf.constant(self.d_steps)
        for start in range(0, num_steps, CHUNK):
            last = self._run(tf.constant(min(CHUNK, num_steps - start)), d_steps)
        return tuple(map(float, last))

    def step_discriminator(self):
        """One step of D alone; returns its loss."""
        return float(self._discriminator_step())

    def step_generator(self):
        """One step of G alone; returns its loss."""
        return float(self._generator_step())

    def generate(self, num, seed):
        """Samples, NumPy float32 of shape (num, 2)."""
        num = arguments.whole_number("num", num, at_least=1)
        z = latent.sample_z(num, self.settings.latent_dim, seed)
        return self.generator(z, training=False).numpy()

    def is_finite(self):
        """Whether no weight is NaN or infinite; the losses of a step are from before it moved."""
        weights = [*self.generator.get_weights(), *self.discriminator.get_weights()]
        return all(np.isfinite(weight).all() for weight in weights)

    def score(self, points):
        """D's logits or scores at points of (num, 2), NumPy of shape (num,)."""
        return self.discriminator(tf.constant(points, "float32")).numpy()[:, 0]

    def pull(self, points):
        """Where G's loss pulls samples that lie at these points: minus its gradient there.

        Returns:
            NumPy of shape (num, 2), for each sample by itself.
        """
        points, real = tf.constant(points, "float32"), self.points[: len(points)]
        with tf.GradientTape() as tape:
            tape.watch(points)
            mean = self.generator_loss(self.discriminator(real), self.discriminator(points))
        return -len(points) * tape.gradient(mean, points).numpy()

    @tf.function(reduce_retracing=True)
    def _run(self, num_steps, d_steps):
        d_loss = g_loss = 0.0
        for _ in tf.range(num_steps):
            for _ in tf.range(d_steps):
                d_loss = self._discriminator_step()
            g_loss = self._generator_step()
        return d_loss, g_loss

    @tf.function
    def _discriminator_step(self):
        x_real, x_fake = self._draw_points(), self.generator(self._draw_z(), training=True)
        with tf.GradientTape() as tape:
            d_loss = self.discriminator_loss(self.discriminator(x_real), self.discriminator(x_fake))
            if self.penalty:
                penalty = self.penalty(self.discriminator, x_real, x_fake, self.random)
                d_loss += self.penalty_weight * penalty
        self._apply(self.d_optimizer, tape, d_loss, self.discriminator)
        return d_loss

    @tf.function
    def _generator_step(self):
        z, x_real = self._draw_z(), self._draw_points()
        with tf.GradientTape() as tape:
            fake_scores = self.discriminator(self.generator(z, training=True))
            g_loss = self.generator_loss(self.discriminator(x_real), fake_scores)
        self._apply(self.g_optimizer, tape, g_loss, self.generator)
        return g_loss

    def _draw_points(self):
        rows = keras.random.randint((BATCH_SIZE,), 0, len(self.points), seed=self.random)
        return tf.gather(self.points, rows)

    def _draw_z(self):
        return latent.sample_z(BATCH_SIZE, self.settings.latent_dim, self.random)

    @staticmethod
    def _optimizer(learning_rate, network):
        optimizer = keras.optimizers.Adam(learning_rate, beta_1=0.5, beta_2=0.9)
        optimizer.build(network.trainable_variables)
        return optimizer

    @staticmethod
    def _apply(optimizer, tape, loss, network):
        weights = network.trainable_variables
        zero = tf.UnconnectedGradients.ZERO  # WGAN: a bias added to every score changes nothing
        gradients = tape.gradient(loss, [w.value for w in weights], unconnected_gradients=zero)
        optimizer.apply(gradients, weights)


def _checked(points):
    """Points as float32, after a look at them."""
    points = np.asarray(points, "float32")
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"The points have shape {points.shape}; expected (num, 2), at least one.")
    if not np.isfinite(points).all():
        raise ValueError("The points hold NaN or infinity; look at how they were made.")
    return tf.constant(points)


def _check_settings(settings):
    """Refuse an unknown penalty, and numbers out of range."""
    if settings.penalty not in ("none", *losses.PENALTIES):
        known = ", ".join(("none", *losses.PENALTIES))
        raise ValueError(f"penalty is {settings.penalty!r}; expected one of: {known}.")
    for name in ("penalty_weight", "g_learning_rate", "d_learning_rate"):
        arguments.number_within(name, getattr(settings, name))
    for name in ("d_steps", "latent_dim"):
        arguments.whole_number(name, getattr(settings, name), at_least=1)
