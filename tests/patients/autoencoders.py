"""Patients that are VAEs: broken ones with their code and repaired twin, and healthy ones."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from .parts import pictures

BROKEN, HEALTHY = {}, {}
LATENT = 6


def networks(end=None, draws=False, norm=False):
    """Dense encoder and decoder of 8×8 pictures; the encoder draws z itself if asked."""
    x = keras.Input((8, 8, 1))
    h = layers.Dense(64, "relu")(layers.Flatten()(x))
    mean, second = layers.Dense(LATENT)(h), layers.Dense(LATENT)(h)
    outputs = [mean, second, Sample()([mean, second])] if draws else [mean, second]
    decoder = keras.Sequential(
        [
            keras.Input((LATENT,)),
            layers.Dense(64, "relu"),
            layers.Dense(64, end),
            layers.Reshape((8, 8, 1)),
        ]
    )
    return keras.Model(x, outputs), decoder


class Sample(layers.Layer):
    """z = μ + σ ε."""

    def __init__(self, sigma=lambda s: tf.exp(s / 2), seed=None):
        super().__init__()
        self.sigma, self.noise = sigma, seed

    def call(self, inputs):
        mean, second = inputs
        return mean + self.sigma(second) * keras.random.normal(tf.shape(mean), seed=self.noise)


def kl(mean, second, of_batch=tf.reduce_mean, of_latent=tf.reduce_sum, sign=1.0, kind="log σ²"):
    """KL of N(μ, σ²) from N(0, 1), the second output being log σ², log σ or σ."""
    log = {"log σ²": second, "log σ": 2 * second, "σ": 2 * tf.math.log(tf.abs(second) + 1e-6)}[kind]
    each = 0.5 * (mean**2 + tf.exp(log) - 1 - log)
    return sign * of_batch(of_latent(each, axis=1))


def likelihood(kind, of_batch=tf.reduce_mean, of_pixels=tf.reduce_sum):
    """A reconstruction term: "logits", "probabilities" or "squares"."""

    def loss(x, out):
        x, out = (tf.reshape(part, (tf.shape(part)[0], -1)) for part in (x, out))
        if kind == "logits":
            each = tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=out)
        elif kind == "probabilities":
            p = tf.clip_by_value(out, 1e-6, 1 - 1e-6)
            each = -x * tf.math.log(p) - (1 - x) * tf.math.log(1 - p)
        else:
            each = (x - out) ** 2
        return of_batch(of_pixels(each, axis=1))

    return loss


def patient(kind="logits", end=None, data=None, kl=kl, reconstruction=None, sigma=None, noise=None,
            style="function", tell=True, draws=False, beta=lambda step: 1.0):  # fmt: skip
    """Arguments of `doctor.examine_vae`, of a healthy VAE where nothing else is said."""
    keras.utils.set_random_seed(3)
    encoder, decoder = networks(end, draws)
    optimizer = keras.optimizers.Adam(1e-3)
    reconstruction = reconstruction or likelihood(kind)
    sigma = sigma or (lambda s: tf.exp(s / 2))
    noise = noise or (lambda mean: tf.random.normal(tf.shape(mean)))
    counter = tf.Variable(0.0, trainable=False)

    def step(x):
        with tf.GradientTape() as tape:
            mean, second, *z = encoder(x, training=True)
            z = z[0] if z else mean + sigma(second) * noise(mean)
            out = decoder(z, training=True)
            of_kl = kl(mean, second) if kl else 0.0
            loss = reconstruction(x, out) + beta(counter) * of_kl
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        counter.assign_add(1.0)
        return loss

    class Model(keras.Model):
        def train_step(self, x):
            return {"loss": step(x)}

    made = {"function": lambda: step, "compiled": lambda: tf.function(step), "keras": Model,
            "none": lambda: None}[style]()  # fmt: skip
    x = (pictures() + 1) / 2 if data is None else data()
    found = {"encoder": encoder, "decoder": decoder, "data": x, "train_step": made}
    if tell:
        found["losses"] = {"reconstruction": reconstruction} | ({"kl": kl} if kl else {})
        found["optimizer"] = optimizer
    return found


def broken(code, **guises):
    """Register one patient of this code for each guise: the arguments that make it ill."""
    for name, (ill, well) in guises.items():
        BROKEN[name] = code, lambda mended, i=ill, w=well: patient(**(w if mended else i))


def _all(**options):
    return options


HIDDEN = {"tell": False}

broken(
    "variance-parameter",
    log_sigma_in_the_noise=(_all(sigma=tf.exp), {}),
    variance_in_the_noise=(_all(sigma=lambda s: tf.exp(s), style="keras", **HIDDEN), HIDDEN),
    sigmoid_of_the_log_variance=(_all(sigma=tf.sigmoid, **HIDDEN), HIDDEN),  # TUTORIALS, T3
    log_sigma_in_kl=(_all(kl=lambda m, s: kl(m, s, kind="log σ")), {}),
    sigma_in_kl=(_all(kl=lambda m, s: kl(m, s, kind="σ"), style="none"), {"style": "none"}),
)
_FIXED = np.random.default_rng(0).normal(size=(1, LATENT)).astype("float32")
broken(
    "noise-constant",
    no_noise=(_all(noise=tf.zeros_like), {}),
    one_noise_for_all=(_all(noise=lambda m: tf.random.normal((1, LATENT)), style="keras"), {}),
    one_noise_for_ever=(_all(noise=lambda m: keras.random.normal((32, LATENT), seed=1), **HIDDEN),
                        HIDDEN),
    numpy_in_a_compiled_step=(
        _all(noise=lambda m: np.random.normal(size=(32, LATENT)).astype("float32"),
             style="compiled"),
        {"style": "compiled"}),
)  # fmt: skip
broken(
    "kl-missing",
    no_kl_given=(_all(kl=None, style="none"), {"style": "none"}),
    no_kl_in_the_step=(_all(kl=None, **HIDDEN), HIDDEN),
    weight_0_for_ever=(_all(beta=lambda s: 0.0 * s), {}),
)
broken(
    "kl-sign",
    kl_subtracted=(_all(kl=lambda m, s: kl(m, s, sign=-1.0)), {}),
    kl_subtracted_in_the_step=(_all(beta=lambda s: -1.0, style="keras", **HIDDEN), HIDDEN),
    formula_without_its_minus=(
        _all(kl=lambda m, s: tf.reduce_mean(
            tf.reduce_sum(0.5 * (1 + s - m**2 - tf.exp(s)), 1)), style="none"),
        {"style": "none"}),
)  # fmt: skip
broken(
    "kl-reduction",  # AppliedDataSciencePartners/WorldModels#12
    kl_mean_over_latents=(_all(kl=lambda m, s: kl(m, s, of_latent=tf.reduce_mean)), {}),
    kl_mean_in_the_step=(
        _all(kl=lambda m, s: kl(m, s, of_latent=tf.reduce_mean), style="keras", **HIDDEN),
        {"style": "keras", **HIDDEN}),
    kl_sum_over_the_batch=(_all(kl=lambda m, s: kl(m, s, of_batch=tf.reduce_sum)), {}),
)  # fmt: skip
broken(
    "reconstruction-reduction",  # keras-team/keras#3383
    mean_over_pixels=(_all(reconstruction=likelihood("logits", of_pixels=tf.reduce_mean)), {}),
    mean_of_squares_in_the_step=(
        _all(reconstruction=likelihood("squares", of_pixels=tf.reduce_mean), end="sigmoid",
             style="keras", **HIDDEN),
        _all(kind="squares", end="sigmoid", style="keras", **HIDDEN)),
    sum_over_the_batch=(
        _all(reconstruction=likelihood("probabilities", of_batch=tf.reduce_sum), end="sigmoid"),
        _all(kind="probabilities", end="sigmoid")),
)  # fmt: skip
broken(
    "mean-for-sum",
    both_are_means=(
        _all(reconstruction=likelihood("logits", of_pixels=tf.reduce_mean),
             kl=lambda m, s: kl(m, s, of_latent=tf.reduce_mean)),
        {}),
)  # fmt: skip
broken(
    "decoder-range",
    linear_for_probabilities=(_all(kind="probabilities"),
                              _all(kind="probabilities", end="sigmoid")),
    tanh_for_probabilities=(_all(kind="probabilities", end="tanh", **HIDDEN),
                            _all(kind="probabilities", end="sigmoid", **HIDDEN)),
    sigmoid_decoder_for_pictures_below_0=(_all(kind="squares", end="sigmoid", data=pictures),
                                  _all(kind="squares", end="tanh", data=pictures)),
    sigmoid_before_logits=(_all(end="sigmoid"), {}),
)  # fmt: skip
broken(
    "data-range",
    pictures_below_0_for_bernoulli=(_all(data=pictures), {}),
    pictures_to_255=(_all(data=lambda: 127.5 * (pictures() + 1), **HIDDEN), HIDDEN),
    pictures_to_255_for_squares=(
        _all(kind="squares", end="sigmoid", data=lambda: 127.5 * (pictures() + 1)),
        _all(kind="squares", end="sigmoid")),
)  # fmt: skip


def _collapsed(mended, weight):
    """Trained until KL says nothing."""
    parts = patient(beta=lambda s: 1.0 if mended else weight, tell=False)
    x = tf.constant(parts["data"])
    step = tf.function(parts["train_step"])
    for k in range(700):
        step(tf.gather(x, tf.range(32 * k, 32 * k + 32) % len(x)))
    return parts | {"train_step": None}


BROKEN["beta_of_60"] = "posterior-collapsed", lambda mended: _collapsed(mended, 60.0)
BROKEN["beta_of_200"] = "posterior-collapsed", lambda mended: _collapsed(mended, 200.0)

for _name, _options in {
    "a_vae": {},
    "a_vae_compiled": {"style": "compiled"},
    "a_vae_keras": {"style": "keras"},
    "a_vae_of_networks_alone": {"style": "none", "tell": False},
    "a_vae_that_tells_nothing": HIDDEN,
    "a_gaussian_vae": {"kind": "squares", "end": "tanh", "data": pictures},
    "a_linear_decoder_for_squares": {"kind": "squares"},
    "half_squares": {"reconstruction": lambda x, o: 0.5 * likelihood("squares")(x, o)},
    "probabilities": {"kind": "probabilities", "end": "sigmoid", **HIDDEN},
    "beta_of_4": {"beta": lambda s: 4.0, **HIDDEN},
    "beta_of_a_tenth": {"beta": lambda s: 0.1, **HIDDEN},
    "a_warm_up": {"beta": lambda s: tf.minimum(1.0, s / 100), **HIDDEN},
    "z_from_the_encoder": {"draws": True},
    "z_from_the_encoder_hidden": {"draws": True, "style": "keras", **HIDDEN},
    "log_sigma_in_both": {
        "sigma": tf.exp,
        "kl": lambda m, s: kl(m, s, kind="log σ"),
    },
    "sums_over_the_batch_in_both": {
        "kl": lambda m, s: kl(m, s, of_batch=tf.reduce_sum),
        "reconstruction": likelihood("logits", of_batch=tf.reduce_sum),
    },
    "free_bits": {
        "kl": lambda m, s: tf.reduce_sum(
            tf.maximum(tf.reduce_mean(0.5 * (m**2 + tf.exp(s) - 1 - s), axis=0), 0.05)
        ),
    },
}.items():
    HEALTHY[_name] = lambda o=_options: patient(**o)
