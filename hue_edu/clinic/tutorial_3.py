"""T3: a dense GAN and a dense VAE side by side."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import tensorflow as tf
from keras import layers, ops

from .. import latent, losses, models
from .game import Game, adams, digits, without
from .tutorial import Defect, Tutorial

LATENT = 100

OLD_RATE = Defect(
    "lr instead of learning_rate",
    "The optimizer is given lr=, an argument that Keras 3 no longer takes.",
    "moving old code to current Keras",
    "removed-api",
    stops_with=ValueError,
)
DEFECTS = (
    OLD_RATE,
    Defect(
        "no Flatten before Dense",
        "The dense layers see one pixel at a time, and give 784 scores for one picture.",
        "network design",
        "output-not-one-number",
    ),
    Defect(
        "a discriminator built twice",
        "Real pictures are judged by one network and generated ones by another.",
        "weight sharing",
        "network-built-twice",
    ),
)
VAE_DEFECTS = (
    Defect(
        "a decoder without limits",
        "The likelihood takes probabilities, and the decoder ends without an activation.",
        "likelihood",
        "decoder-range",
    ),
    Defect(
        "σ as the sigmoid of log σ²",
        "z is drawn with σ = sigmoid(log σ²), while the KL term means exp(½ log σ²).",
        "reparameterization",
        "variance-parameter",
    ),
)


def _make_gan(left, seed, num):
    if OLD_RATE.name in left:
        keras.optimizers.Adam(lr=1e-3)
    generator = models.build_dense_generator(LATENT)
    twins = [models.build_dense_discriminator() for _ in range(2)]
    if "no Flatten before Dense" in left:
        twins = [without(twin, layers.Flatten) for twin in twins]
    return Game(
        generator=generator,
        discriminator=twins[0],
        of_fake=twins[1] if "a discriminator built twice" in left else None,
        data=digits(num),
        optimizers=adams(5e-4),
        seed=seed,
    ).parts()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Autoencoder:
    """Encoder, decoder, and the step that trains both.

    Attributes:
        encoder: Ink → mean and log σ².
        decoder: z → probabilities of ink.
        data: Ink, from 0 to 1.
        losses: `"reconstruction"` and `"kl"`, as `doctor.examine_vae` takes them.
        sigma: What the encoder's second output is taken for when z is drawn.
        seed: Of ε.
    """

    encoder: keras.Model
    decoder: keras.Model
    data: object
    losses: dict
    sigma: Callable
    seed: int = 0

    def __post_init__(self):
        object.__setattr__(self, "random", keras.random.SeedGenerator(self.seed))
        object.__setattr__(self, "optimizer", keras.optimizers.Adam(1e-3))
        self.optimizer.build(self.weights)

    @property
    def weights(self):
        """Of both networks."""
        return self.encoder.trainable_variables + self.decoder.trainable_variables

    def parts(self):
        """The patient: arguments of `doctor.examine_vae`."""
        names = "encoder", "decoder", "data", "losses", "optimizer"
        return {name: getattr(self, name) for name in names} | {"train_step": self.step}

    def step(self, x):
        """A move that lowers reconstruction plus KL; returns both, and their sum."""
        with tf.GradientTape() as tape:
            z_mean, z_log_var = self.encoder(x, training=True)
            epsilon = latent.sample_z(ops.shape(x)[0], LATENT, self.random)
            output = self.decoder(z_mean + self.sigma(z_log_var) * epsilon, training=True)
            reconstruction = self.losses["reconstruction"](x, output)
            kl = self.losses["kl"](z_mean, z_log_var)
            total = reconstruction + kl
        self.optimizer.apply(tape.gradient(total, self.weights), self.weights)
        return {"negative_elbo": total, "reconstruction": reconstruction, "kl": kl}


def _make_vae(left, seed, num):
    decoder = models.build_dense_decoder(LATENT, (128, 256))
    if "a decoder without limits" not in left:
        stack = [keras.Input((LATENT,)), *decoder.layers, layers.Activation("sigmoid")]
        decoder = keras.Sequential(stack, name="decoder")
    wrong = "σ as the sigmoid of log σ²" in left
    return Autoencoder(
        encoder=models.build_dense_encoder(LATENT, (256, 128)),
        decoder=decoder,
        data=(digits(num) + 1) / 2,
        losses={"reconstruction": _reconstruction, "kl": _kl},
        sigma=ops.sigmoid if wrong else _sigma,
        seed=seed,
    ).parts()


def _sigma(z_log_var):
    return ops.exp(0.5 * z_log_var)


def _reconstruction(x, p):
    """Cross-entropy of ink and probabilities: summed over pixels, mean over the batch."""
    p = ops.clip(p, 1e-6, 1 - 1e-6)
    return -ops.mean(ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=(1, 2, 3)))


def _kl(z_mean, z_log_var):
    return ops.mean(ops.sum(losses.kl_divergence(z_mean, z_log_var), axis=1))


def true_negative_elbo(parts, x, seed=0):
    """The -ELBO of a VAE of this tutorial with the σ by which its z is really drawn.

    Args:
        parts: A patient of `TUTORIALS["T3 VAE"]`.
        x: Ink of (num, 28, 28, 1), from 0 to 1.
        seed: Of ε.

    Returns:
        Reported and true -ELBO, in nats per picture: they differ where KL is of another σ.
    """
    sigma = parts["train_step"].__self__.sigma
    z_mean, z_log_var = parts["encoder"](x, training=False)
    used = sigma(z_log_var)
    z = z_mean + used * latent.sample_z(len(x), LATENT, seed)
    reconstruction = float(_reconstruction(x, parts["decoder"](z, training=False)))
    kls = _kl(z_mean, z_log_var), _kl(z_mean, 2 * ops.log(used))
    return tuple(reconstruction + float(kl) for kl in kls)


T3 = Tutorial(
    title="A dense GAN",
    claims="It compares a GAN with a VAE.",
    truth="Its discriminator is two networks that look at single pixels.",
    defects=DEFECTS,
    ruin="a discriminator built twice",
    make=_make_gan,
)
T3_VAE = Tutorial(
    title="A dense VAE",
    claims="It maximises the evidence lower bound.",
    truth="What it maximises is no bound: z is drawn with another σ than its KL is computed for.",
    defects=VAE_DEFECTS,
    ruin="σ as the sigmoid of log σ²",
    make=_make_vae,
)
