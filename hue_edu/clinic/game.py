"""What patients are made of: real samples, optimizers, and a step that can be made to fail."""

from collections.abc import Callable
from dataclasses import dataclass, field

import keras
import tensorflow as tf
from keras import ops

from .. import datasets, latent, losses

BATCH = 32
PLAYERS = ("discriminator", "generator")


def digits(num):
    """The first training digits, float32 of (num, 28, 28, 1) in [-1, 1]."""
    return datasets.load_mnist("train")[0][:num]


def adams(rate=1e-3, beta_1=0.5, d_rate=None):
    """An Adam per player; `d_rate` is the discriminator's, if it differs."""
    rates = {"generator": rate, "discriminator": d_rate or rate}
    return {name: keras.optimizers.Adam(rates[name], beta_1=beta_1) for name in PLAYERS}


def without(network, kind):
    """The same stack of layers, built anew without those of a kind."""
    kept = [layer for layer in network.layers if not isinstance(layer, kind)]
    anew = [type(layer).from_config(layer.get_config()) for layer in kept]
    return keras.Sequential([keras.Input(network.input_shape[1:]), *anew], name=network.name)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Game:
    """Two players and the step that trains them, with the places where tutorials go wrong.

    Attributes:
        generator, discriminator: Keras models.
        data: Real samples.
        loss: `losses.AdversarialLoss`, both players' functions of (real scores, fake scores).
        optimizers: By player.
        penalty: f(discriminator, x_real, x_fake), added to D's loss, or None.
        conditions: What stands beside each sample, or None.
        moves: The players to whom their gradients are applied.
        of_fake: The network that scores fake samples, where D does not.
        size: x → how many samples there are.
        is_watched: Whether the step returns its losses and scores.
        seed: Of z.
    """

    generator: keras.Model
    discriminator: keras.Model
    data: object
    loss: losses.AdversarialLoss = losses.ADVERSARIAL_LOSSES["non_saturating"]
    optimizers: dict = field(default_factory=adams)
    penalty: Callable | None = None
    conditions: object = None
    moves: tuple = PLAYERS
    of_fake: keras.Model | None = None
    size: Callable = lambda x: ops.shape(x)[0]
    is_watched: bool = True
    seed: int = 0

    def __post_init__(self):
        object.__setattr__(self, "random", keras.random.SeedGenerator(self.seed))
        for name in reversed(PLAYERS):  # a shared one keeps the moments of the generator
            self.optimizers[name].build(self.weights(name))

    def weights(self, name):
        """What a player learns: both networks, where D is built twice."""
        networks = [getattr(self, name)]
        if name == "discriminator" and self.of_fake is not None:
            networks.append(self.of_fake)
        return [weight for network in networks for weight in network.trainable_variables]

    def parts(self, step=None):
        """The patient: arguments of `doctor.examine`, with another step if one is given."""
        found = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "data": self.data,
            "train_step": step or self.step,
            "losses": self.loss._asdict(),
            "optimizers": self.optimizers,
        }
        return found | {
            name: value
            for name, value in (("penalty", self.penalty), ("conditions", self.conditions))
            if value is not None
        }

    def step(self, batch):
        """Each player's gradient of its own loss, then a move of both.

        Args:
            batch: Samples; a pair, with what stands beside each, where there are conditions.

        Returns:
            Both losses, and the mean scores of real and of fake samples.
        """
        x_real, told = batch if self.conditions is not None else (batch, None)
        z = latent.sample_z(self.size(x_real), self._latent_dim, self.random)
        with tf.GradientTape() as of_d, tf.GradientTape() as of_g:
            x_fake = self.generator(beside(z, told), training=True)
            real = self.discriminator(beside(x_real, told), training=True)
            judge = self.of_fake or self.discriminator
            fake = judge(beside(x_fake, told), training=True)
            d_loss, g_loss = self.loss.discriminator(real, fake), self.loss.generator(real, fake)
            if self.penalty is not None:
                d_loss += self.penalty(self.discriminator, x_real, x_fake)
        taken = {"discriminator": (of_d, d_loss), "generator": (of_g, g_loss)}
        slopes = {n: tape.gradient(loss, self.weights(n)) for n, (tape, loss) in taken.items()}
        for name in self.moves:
            self.optimizers[name].apply(slopes[name], self.weights(name))
        seen = {"d_loss": d_loss, "g_loss": g_loss, "real_score": real, "fake_score": fake}
        return {name: tf.reduce_mean(value) for name, value in seen.items() if self.is_watched}

    @property
    def _latent_dim(self):
        return self.generator.inputs[0].shape[-1]


def beside(x, told):
    """What a network takes: samples, or a list of samples and conditions."""
    return x if told is None else [x, told]
