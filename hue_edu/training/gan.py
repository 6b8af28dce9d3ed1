"""The generative adversarial network as a `keras.Model`: `compile`, `fit`, `generate`."""

from typing import NamedTuple

import tensorflow as tf
from keras import ops

from .. import arguments, latent, losses
from ..checks.data import check_batch, check_images_alone, check_latent
from ..checks.networks import (
    check_fit_together,
    check_latent_dim,
    check_makes_images,
    check_network,
    check_trainable,
    check_unbounded,
)
from ..checks.settings import check_compile_options, check_no_average
from .averages import copy_of, move_average
from .grouping import whole_groups
from .optimizers import BothOptimizers, optimizer_for
from .sampling import generate, output
from .settings import Fixed, Setting
from .trainer import Player, Trainer


class _Noted(NamedTuple):
    """After how many steps G's weights had which sum."""

    steps: int
    sum: float


class GAN(Trainer):
    """Generator and discriminator, trained by one compiled step: algorithm 1, but simultaneous.

    Each step draws one z, makes x_fake = G(z), scores x_real and x_fake with D, and moves both
    players by one step of their own optimizer. `terms` is the game; what is done with its terms
    is in `Trainer`. `fit` takes batches of images alone:

        gan = GAN(build_dcgan_generator(), build_dcgan_discriminator())
        gan.compile(Adam(2e-3, beta_1=0.5), Adam(2e-3, beta_1=0.5))
        gan.fit(datasets.batches(images, 64, seed=0), epochs=5, steps_per_epoch=200)
        samples = gan.generate(64, seed=1)

    Args:
        generator: z of (batch, latent_dim) → samples in the range of the data.
        discriminator: Samples → logits of (batch, 1).
        averaging: Momentum m in [0, 1) of the averaged generator that `generate` uses,
            θ̄ ← m θ̄ + (1-m) θ after each step; 0 uses the newest weights. Averaging takes out the
            circling of the two players (Yazıcı et al. 2019, equation 4).
        seed: Seed of the stream of z in training.

    Raises:
        TypeError, ValueError: The networks are not as above, cannot learn, or do not fit together.

    Reported: `d_loss` and `penalty`, whose sum D minimises; `g_loss`, which G minimises; and D's
    verdicts on real and fake, `d_real` and `d_fake`, σ(score), a probability where the loss has
    labels. The regularizers of D's weights count in `penalty`, those of G's in `g_loss`.

    Reference: Goodfellow et al. (2014), algorithm 1 with one discriminator step per generator step.
    """

    num_conditions = 0  # inputs of both players beside z and the sample, such as labels
    functions = "discriminator_loss", "generator_loss"
    r1_weight, r2_weight = Setting(switch=True), Setting(switch=True)
    averaging, penalty_every = Setting(below=1, schedule=False), Fixed()

    def __init__(self, generator, discriminator, averaging=0.99, seed=0):
        super().__init__("gan", seed)
        self._check_networks(generator, discriminator)
        self.generator, self.discriminator = generator, discriminator
        self.averaging = averaging
        self.averaged_generator = copy_of(generator)
        self.averaged_generator.trainable = False
        self.latent_dim, self._noted = generator.inputs[0].shape[-1], None

    def terms(self, batch, training):
        """The game: G draws, D scores real and fake, and each player has its loss.

        Args:
            batch: Images, as `fit` gets them.
            training: Whether dropout and batch normalisation learn.

        Returns:
            What each player minimises, and what is only watched; see `Trainer`.
        """
        x_real, told = self._split(batch)  # told to both players: nothing, or labels
        z = self._draw_z(ops.shape(x_real)[0])
        x_fake = output(self.generator, [z, *told], training)
        return self._game(x_real, x_fake, told, training)

    def _game(self, x_real, x_fake, told, training):
        """The terms of both players, given the samples and what both are told of them."""

        def score(x):
            return output(self.discriminator, [x, *told], training)

        real_logits, fake_logits = score(x_real), score(x_fake)
        d_terms = {
            "d_loss": self.discriminator_loss(real_logits, fake_logits),
            "penalty": self._penalty(score, x_real, x_fake, training),
        }
        g_terms = {"g_loss": self.generator_loss(real_logits, fake_logits)}
        watched = {
            "d_real": ops.mean(ops.sigmoid(real_logits)),
            "d_fake": ops.mean(ops.sigmoid(fake_logits)),
        }
        return {"discriminator": d_terms, "generator": g_terms}, watched

    def _split(self, batch):
        """The real samples of a batch, and a list of what both players are told about them."""
        return check_images_alone(batch), []

    def _check_networks(self, generator, discriminator):
        """Refuse what is no pair of generator and discriminator."""
        for network, role in ((generator, "generator"), (discriminator, "discriminator")):
            check_network(network, role, 1 + self.num_conditions)
            check_trainable(network)
        check_latent_dim(generator)
        check_fit_together(generator, discriminator, self._pack(generator, discriminator))
        check_makes_images(generator)
        check_unbounded(discriminator, "logits or scores")

    @staticmethod
    def _pack(generator, discriminator):
        """How many samples D takes at a time, joined along their channels."""
        return 1

    @property
    def players(self):
        """Both, by the names that `terms` uses."""
        return {
            "generator": Player(self.generator, self.g_optimizer),
            "discriminator": Player(self.discriminator, self.d_optimizer),
        }

    @property
    def sampler(self):
        """z → samples: the averaged generator, which a run keeps.

        Weights put into `generator` by hand, before or after training, are what it begins with.
        """
        self._begin_average()
        return self.averaged_generator

    def _begin_average(self):
        noted, now = self._noted, self._weights_of_g()
        if self.steps_done == 0 or (noted and noted.steps == now.steps and noted.sum != now.sum):
            self.averaged_generator.set_weights(self.generator.get_weights())
            self.note_weights()

    def note_weights(self):
        """Remember G's weights as training, or a file, has left them; others come by hand."""
        self._noted = self._weights_of_g()

    def _weights_of_g(self):
        weights = self.generator.get_weights()
        return _Noted(self.steps_done, sum(float(w.sum(dtype="float64")) for w in weights))

    def compile(
        self,
        g_optimizer,
        d_optimizer,
        loss="non_saturating",
        label_smoothing=0.0,
        r1_weight=0.0,
        r2_weight=0.0,
        penalty_every=8,
        **kwargs,
    ):
        """Set the two optimizers and the terms of the losses.

        Args:
            g_optimizer, d_optimizer: Two different Keras optimizers, or their names.
            loss: A name in `losses.ADVERSARIAL_LOSSES`.
            label_smoothing: s in [0, 1), for the two losses that have labels.
            r1_weight, r2_weight: γ of `losses.r1_penalty` and of `losses.r2_penalty` in D's loss;
                0 for none. A function of the step, such as a Keras learning rate schedule, or a
                variable will do; and they may be set again at any time: `gan.r1_weight = 0.1`.
            penalty_every: Steps between two penalties, each then with `penalty_every` times the
                weight: the same mean at a fraction of the time (Karras et al. 2020, section 3.1).
            kwargs: Passed to `keras.Model.compile`: `steps_per_execution`, `run_eagerly`,
                `jit_compile`.

        Raises:
            TypeError, ValueError: A setting out of range, or one that this trainer does not use.
        """
        check_compile_options(kwargs)
        penalty_every = arguments.whole_number("penalty_every", penalty_every, at_least=1)
        if g_optimizer is d_optimizer and not isinstance(g_optimizer, str):
            raise ValueError(
                "Both players got the same optimizer object; each needs its own state."
            )
        self.discriminator_loss, self.generator_loss = losses.adversarial_loss(
            loss, label_smoothing
        )
        self.settings.fix(penalty_every=penalty_every)
        self.r1_weight, self.r2_weight = r1_weight, r2_weight
        self.g_optimizer, self.d_optimizer = (
            optimizer_for(optimizer, network)
            for optimizer, network in (
                (g_optimizer, self.generator),
                (d_optimizer, self.discriminator),
            )
        )
        for optimizer in self.optimizers:
            check_no_average(optimizer)
        super().compile(optimizer=None, **kwargs)
        self.optimizer = BothOptimizers(*self.optimizers)

    def call(self, z, training=False):
        """Samples from z by the averaged generator; by the newest one when training."""
        if training:
            return self.generator(z, training=True)
        return self.averaged_generator(z, training=False)

    def predict(self, x, **kwargs):
        """Samples from z, as `call` makes them; as `keras.Model.predict`."""
        check_latent(x, self.generator.inputs[0].shape)
        return super().predict(x, **kwargs)

    def _check(self, x):
        check_batch(x, self.generator.output_shape)

    def _before_training(self, x, options):
        """Called by `fit`: the average begins; the data in whole groups."""
        self._begin_average()
        return whole_groups(x, self.discriminator, options)

    def _penalty(self, score, x_real, x_fake, training):
        """γ₁ R1 + γ₂ R2, times `penalty_every` in every `penalty_every`-th step, otherwise 0.

        On new data, without learning, it is neither multiplied nor left out.
        """
        on_1, on_2 = map(self.settings.is_on, ("r1_weight", "r2_weight"))
        if not (on_1 or on_2):
            return ops.zeros(())  # no branch in the graph, which takes longer to build than to run
        step, every = self.d_optimizer.iterations, self.penalty_every

        def penalty():
            r1 = self.now("r1_weight") * losses.r1_penalty(score, x_real) if on_1 else 0.0
            r2 = self.now("r2_weight") * losses.r2_penalty(score, x_fake) if on_2 else 0.0
            return every * (r1 + r2)

        if not training:
            return penalty() / every
        return tf.cond(step % every == 0, penalty, lambda: 0.0)

    def _draw_z(self, num):
        return latent.sample_z(num, self.latent_dim, self._step_seed())

    def generate(self, num, seed):
        """Samples of the averaged generator.

        Args:
            num: How many, at least 1.
            seed: Whole number; the same seed gives the same samples.

        Returns:
            NumPy float32 array of shape (num, ...), images in [-1, 1].
        """
        return generate(self.sampler, num, seed)

    def _step_seed(self):
        """A fresh pair of whole numbers; different on each replica under `tf.distribute`."""
        context = tf.distribute.get_replica_context()  # None where none of them is at work
        replica = context.replica_id_in_sync_group if context else 0
        return ops.cast(self.seed_generator.next(), "int32") + ops.stack([0, replica])

    def _after_step(self):
        momentum, step = self.now("averaging"), self.g_optimizer.iterations
        move_average(self.averaged_generator, self.generator, momentum, step)
