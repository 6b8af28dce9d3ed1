"""ps3: WGAN-GP and the variational autoencoder (lessons 07 to 10); two probes need TensorFlow."""

import numpy as np

from .questions import Assignment, Part, Question, several

CRITIC = ("Wasserstein term", "penalty", "whole loss")
POOLED = ("mean", "covariance")
PRIOR = ("KL", "new mean", "new log-variance")
BOUNDS = ("ELBO", "bound", "effective draws")
VAE = ("reconstruction", "KL")
UNITS = 4  # of the critic that the probe builds


def critic_probe(answer, critic, x_real, x_fake, epsilon, weight):
    """The three losses, and the gradient of the whole one by the weights of a small critic.

    Args:
        critic: Its weights, shape (numbers of a sample + 2, units): kernel, biases, output's.
    """
    import tensorflow as tf

    parts = critic[:-2], critic[-2], critic[-1][:, None]
    kernel, bias, last = weights = [tf.Variable(part, dtype=tf.float32) for part in parts]

    def scores(x, training=False):
        flat = tf.reshape(x, (tf.shape(x)[0], -1))
        return tf.tanh(flat @ kernel + bias) @ last

    given = [tf.constant(each, tf.float32) for each in (x_real, x_fake, epsilon)]
    with tf.GradientTape() as tape:
        seen = several(*CRITIC)(answer, scores, *given, float(weight))
    whole = seen[2][1] if tf.is_tensor(seen[2][1]) else tf.zeros(())
    slopes = tape.gradient(whole, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [*seen, ("gradient", np.concatenate([np.ravel(slope) for slope in slopes]))]


def _players(encoder, decoder, shape):
    """A linear encoder, which returns mean and log-variance, and a linear decoder."""
    import keras
    from keras import layers

    image, heads = keras.Input(shape), [layers.Dense(len(decoder)) for _ in range(2)]
    flat = layers.Flatten()(image)
    networks = (
        keras.Model(image, [head(flat) for head in heads], name="encoder"),
        keras.Sequential(
            [keras.Input((len(decoder),)), layers.Dense(decoder.shape[1]), layers.Reshape(shape)],
            name="decoder",
        ),
    )
    kernels = *np.split(encoder, 2, axis=1), decoder
    for layer, kernel in zip((*heads, networks[1].layers[0]), kernels):
        layer.set_weights([kernel, np.zeros(kernel.shape[1])])
    return networks


def vae_probe(answer, encoder, decoder, optimizer, x, noise, beta):
    """What a step returns, and the weights that it leaves.

    Args:
        encoder: Kernels of mean and log-variance beside each other, (pixels, 2 latent_dim).
        decoder: Kernel, (latent_dim, pixels).
        optimizer: Learning rate.
    """
    import keras
    import tensorflow as tf

    networks, optimizer = _players(encoder, decoder, x.shape[1:]), keras.optimizers.SGD(optimizer)
    optimizer.build([weight for network in networks for weight in network.trainable_weights])
    x, noise = (tf.constant(each, tf.float32) for each in (x, noise))
    seen = several(*VAE)(answer, *networks, optimizer, x, noise, float(beta))
    for network in networks:
        flat = [np.ravel(weight.numpy()) for weight in network.trainable_weights]
        seen.append((f"{network.name}'s weights", np.concatenate(flat)))
    return seen


def _points(num):
    return (2,)


def _images(num):
    """With five images, height and width are five, so that an ε for rows or columns fits, too."""
    return {5: (5, 5, 2), 1: (4, 3, 1)}.get(num, (3, 4, 2))


def _critic(shape, flat=False):
    def inputs(rng, num):
        size = int(np.prod(shape(num)))
        critic = rng.normal(0, 1, (size + 2, UNITS))
        critic[:-2] *= 1.8 / np.sqrt(size)
        if flat:
            critic[-1] = 0
        real, fake = (rng.uniform(-1, 1, (num, *shape(num))) + shift for shift in (0.3, -0.3))
        return critic, real, fake, rng.random(num), float(rng.uniform(2, 10))

    return inputs


def _classes(counts):
    def inputs(rng, num):
        spreads = rng.normal(0, 1, (num, 3, 3))
        covariances = spreads @ spreads.swapaxes(1, 2) / 2
        sizes = counts(rng, num)
        covariances[sizes == 1] = 0
        return rng.normal(1, 1, (num, 3)), covariances, sizes

    return inputs


def _any_sizes(rng, num):
    """From 1 to 9, the first one larger, and the last one 1 if there are several."""
    sizes = rng.integers(1, 10, num)
    sizes[-1], sizes[0] = 1, rng.integers(10, 20)
    return sizes


def _one_size(rng, num):
    return np.full(num, rng.integers(2, 5))


def _latents(rng, num):
    shape = num, {5: 3, 1: 4}.get(num, 2)
    prior = rng.normal(0, 1, shape[1]), rng.uniform(-1, 1, shape[1])
    return rng.normal(0.5, 1.2, shape), rng.uniform(-3, 1, shape), *prior


def _sure_and_wide(rng, num):
    """Latents 0 and 2: the encoder is sure; 1 and 3: encoder and prior are very wide."""
    mean, prior_mean = rng.normal(0.5, 1.2, (num, 4)), rng.normal(0, 1, 4)
    log_variance, prior_log_variance = rng.uniform(-1, 1, (num, 4)), rng.uniform(-1, 1, 4)
    log_variance[:, ::2] -= rng.uniform(760, 900)
    log_variance[:, 1::2] += 800
    prior_log_variance[1::2] += 800
    return mean, log_variance, prior_mean, prior_log_variance


def _draws(level, spread):
    def inputs(rng, num):
        shape = num, {5: 3, 1: 7}.get(num, 4)
        levels = rng.normal(level, spread, (num, 1))
        return levels + rng.normal(0, 1, shape), rng.normal(2, 1, shape)

    return inputs


def _vae(size):
    def inputs(rng, num):
        shape = {5: (3, 2, 2), 1: (4, 3, 1)}.get(num, (3, 3, 1))
        pixels, latent_dim = int(np.prod(shape)), {5: 3, 1: 2}.get(num, 2)
        encoder = rng.normal(0, 1 / np.sqrt(pixels), (pixels, 2 * latent_dim))
        decoder = size * rng.normal(0, 0.7, (latent_dim, pixels))
        x, noise = rng.uniform(0, 1, (num, *shape)), rng.normal(0, 1, (num, latent_dim))
        return encoder, decoder, 0.1, x, noise, float(rng.choice([0.4, 2.5]))

    return inputs


ps3 = Assignment(
    "ps3",
    "WGAN-GP and the variational autoencoder",
    (
        Question(
            "critic_losses", "the critic's losses", "lesson 07",
            ("critic", "x_real", "x_fake", "epsilon", "weight"),
            (
                Part("the Wasserstein term", 1, _critic(_points), "Wasserstein term"),
                Part("the penalty, for points", 1, _critic(_points), "penalty"),
                Part("the penalty, for images", 1, _critic(_images), "penalty"),
                Part("the whole loss", 1, _critic(_images), "whole loss"),
                Part("a gradient where the critic is flat", 1, _critic(_images, flat=True),
                     "gradient"),
            ),
            critic_probe, 1e-3,
        ),
        Question(
            "pooled_statistics", "one mean and one covariance from many", "lesson 08",
            ("means", "covariances", "counts"),
            (
                Part("the mean", 1, _classes(_any_sizes), "mean"),
                Part("the covariance, from classes of one size", 1, _classes(_one_size),
                     "covariance"),
                Part("the covariance, from classes of any size", 2, _classes(_any_sizes),
                     "covariance"),
            ),
            several(*POOLED),
        ),
        Question(
            "refit_prior", "what a prior costs, and a better one", "lessons 09 and 10",
            ("mean", "log_variance", "prior_mean", "prior_log_variance"),
            (
                Part("the KL of each image", 1, _latents, "KL"),
                Part("the KL of very sure and very wide latents", 1, _sure_and_wide, "KL"),
                Part("the best prior's mean", 1, _latents, "new mean"),
                Part("the best prior's log-variance", 2, _latents, "new log-variance"),
            ),
            several(*PRIOR),
        ),
        Question(
            "importance_bound", "more draws, a better bound", "lesson 09", ("log_joint", "log_q"),
            (
                Part("the ELBO", 1, _draws(-20, 3), "ELBO"),
                Part("the importance-weighted bound", 1, _draws(-20, 3), "bound"),
                Part("the bound of very unlikely images", 1, _draws(-3000, 400), "bound"),
                Part("the effective number of draws", 1, _draws(-20, 3), "effective draws"),
                Part("the effective number for very unlikely images", 1, _draws(-3000, 400),
                     "effective draws"),
            ),
            several(*BOUNDS),
        ),
        Question(
            "vae_step", "one step of a β-VAE", "lesson 09",
            ("encoder", "decoder", "optimizer", "x", "noise", "beta"),
            (
                Part("the reconstruction loss", 1, _vae(1), "reconstruction"),
                Part("the reconstruction loss of large logits", 1, _vae(200), "reconstruction"),
                Part("the KL", 1, _vae(1), "KL"),
                Part("the encoder after the step", 1, _vae(1), "encoder's weights"),
                Part("the decoder after the step", 1, _vae(1), "decoder's weights"),
            ),
            vae_probe, 1e-3,
        ),
    ),
    seconds=20, memory=2048, threads=64,
)  # fmt: skip
