"""Every trainer against the same steps written out by hand, on networks where each detail counts:
batch normalisation in both, so that `training`, the order of calls and each z leave a trace."""

from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from hue_edu import latent, losses, models, training
from hue_edu.training import GAN, WGANGP, PlanarGAN, PlanarSettings

pytestmark = pytest.mark.core
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def network(inputs, outputs, name, normalised=True):
    middle = [layers.BatchNormalization(momentum=0.5)] if normalised else []
    return keras.Sequential(
        [keras.Input((inputs,)), layers.Dense(8), *middle, layers.LeakyReLU(0.2),
         layers.Dense(outputs)], name=name,
    )  # fmt: skip


def pair(seed, normalised_d=True):
    """The same two networks each time."""
    keras.utils.set_random_seed(seed)
    return network(3, 2, "g"), network(2, 1, "d", normalised_d)


POINTS = np.random.default_rng(0).normal(1.0, 0.5, (96, 2)).astype("float32")


def move(model, tape, loss, rate):
    weights = [w.value for w in model.trainable_variables]
    zero = tf.UnconnectedGradients.ZERO
    for weight, gradient in zip(weights, tape.gradient(loss, weights, unconnected_gradients=zero)):
        weight.assign_sub(rate * gradient)


def averaged(average, model, step, averaging):
    m = min(averaging, step / (step + 10))
    return [m * a + (1 - m) * w for a, w in zip(average, model.get_weights())]


def same(ours, by_hand):
    for a, b in zip(ours, by_hand, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)


def gan_by_hand(seed, num_steps, averaging, gammas, every, smoothing, relativistic):
    """Networks, averaged weights and mean log after steps of algorithm 1, in plain TensorFlow."""
    generator, discriminator = pair(seed)
    stream, average, log = keras.random.SeedGenerator(seed), generator.get_weights(), []
    for step in range(num_steps):
        x_real = tf.constant(POINTS[16 * step : 16 * step + 16])
        z = tf.random.stateless_normal((16, 3), tf.cast(stream.next(), "int32"))
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            x_fake = generator(z, training=True)
            real = discriminator(x_real, training=True)
            fake = discriminator(x_fake, training=True)
            on_real = tf.math.softplus(real) - (1 - smoothing) * real
            d_loss = tf.reduce_mean(on_real) + tf.reduce_mean(tf.math.softplus(fake))
            g_loss = tf.reduce_mean(tf.math.softplus(-fake))
            if relativistic:
                d_loss = tf.reduce_mean(tf.math.softplus(fake - real))
                g_loss = tf.reduce_mean(tf.math.softplus(real - fake))
            total, penalty = d_loss, 0.0
            for gamma, x in zip(gammas, (x_real, tf.stop_gradient(x_fake))):
                if not gamma or step % every:
                    continue
                gamma = gamma[0] * gamma[1] ** step if isinstance(gamma, tuple) else gamma
                with tf.GradientTape() as slope_tape:
                    slope_tape.watch(x)
                    score = tf.reduce_sum(discriminator(x, training=True))
                slopes = slope_tape.gradient(score, x)
                part = every * gamma / 2 * tf.reduce_mean(tf.reduce_sum(slopes**2, axis=1))
                total, penalty = total + part, penalty + part
        move(discriminator, d_tape, total, 0.2)
        move(generator, g_tape, g_loss, 0.1)
        average = averaged(average, generator, step + 1, averaging)
        verdicts = [tf.reduce_mean(tf.sigmoid(scores)) for scores in (real, fake)]
        log.append([float(value) for value in (d_loss, g_loss, penalty, *verdicts)])
    return generator, discriminator, average, np.mean(log, axis=0)


def schedule(gamma):
    """A number as it is; (start, factor) as a Keras schedule that multiplies at each step."""
    if isinstance(gamma, tuple):
        return keras.optimizers.schedules.ExponentialDecay(gamma[0], 1, gamma[1])
    return gamma


@pytest.mark.parametrize(
    "averaging, gammas, every, smoothing, loss",
    [
        (0.12, (0.7, 0.0), 2, 0.1, "non_saturating"),
        (0.99, (0.0, 0.0), 8, 0.0, "non_saturating"),
        (0.9, (0.0, 0.4), 2, 0.0, "non_saturating"),
        (0.9, (0.3, (0.4, 0.5)), 1, 0.0, "relativistic"),  # R2 halved from step to step
    ],
)
def test_steps_of_the_gan(averaging, gammas, every, smoothing, loss):
    gan = GAN(*pair(3), averaging=averaging, seed=3)
    gan.compile(
        keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2), loss, label_smoothing=smoothing,
        **dict(zip(("r1_weight", "r2_weight"), map(schedule, gammas))), penalty_every=every,
    )  # fmt: skip
    log = gan.fit(POINTS[:64], batch_size=16, shuffle=False, verbose=0).history
    generator, discriminator, average, by_hand = gan_by_hand(
        3, 4, averaging, gammas, every, smoothing, loss == "relativistic"
    )
    same(gan.generator.get_weights(), generator.get_weights())
    same(gan.discriminator.get_weights(), discriminator.get_weights())
    same(gan.averaged_generator.get_weights(), average)
    found = [log[name][0] for name in ("d_loss", "g_loss", "penalty", "d_real", "d_fake")]
    np.testing.assert_allclose(found, by_hand, atol=1e-5)
    assert len(log) == 5


def test_the_step_of_lesson_04_is_the_step_of_the_gan(digits):
    """The lesson's own cell, run on the networks, data and z of a `GAN`."""
    lesson = nbformat.read(NOTEBOOKS / "04_first_gan.ipynb", as_version=4)
    (cell,) = (cell.source for cell in lesson.cells if "def step(x_real, z):" in cell.source)

    def networks():
        keras.utils.set_random_seed(4)
        return models.build_smallest_generator(10), models.build_smallest_discriminator()

    def optimizers():
        return [keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2)]  # Adam enlarges rounding

    gan = GAN(*networks(), seed=4)
    gan.compile(*optimizers())
    log = gan.fit(digits[:96], batch_size=32, shuffle=False, verbose=0).history
    names = dict(zip(("generator", "discriminator"), networks()))
    names |= dict(zip(("g_optimizer", "d_optimizer"), optimizers()), losses=losses, tf=tf)
    exec(cell, names)
    stream, found = keras.random.SeedGenerator(4), []
    for start in range(0, 96, 32):
        z = latent.sample_z(32, 10, tf.cast(stream.next(), "int32"))
        found.append(names["step"](digits[start : start + 32], z))
    for name, network in (("generator", gan.generator), ("discriminator", gan.discriminator)):
        same(network.get_weights(), names[name].get_weights())
    ours = [log["d_loss"][0], log["g_loss"][0]]
    np.testing.assert_allclose(ours, np.mean(found, axis=0), rtol=1e-5)


def test_the_defaults_are_those_of_the_documentation():
    gan = GAN(*pair(0))
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    assert (gan.averaging, gan.r1_weight, gan.r2_weight, gan.penalty_every) == (0.99, 0.0, 0.0, 8)
    assert gan.discriminator_loss is losses.discriminator_loss
    assert gan.generator_loss is losses.ADVERSARIAL_LOSSES["non_saturating"].generator
    assert int(gan.seed_generator.state[0]) == int(keras.random.SeedGenerator(0).state[0])
    assert not gan.averaged_generator.trainable_variables and gan.latent_dim == 3
    same(gan.averaged_generator.get_weights(), gan.generator.get_weights())
    critic = WGANGP(*pair(0, normalised_d=False))
    critic.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    assert (critic.critic_steps, critic.gp_weight, critic.clip) == (5, 10.0, None)
    assert critic.averaging == 0.99 and critic.critic is critic.discriminator
    assert int(critic.seed_generator.state[0]) == int(gan.seed_generator.state[0])


def test_sampling_uses_the_moving_statistics_and_training_those_of_the_batch():
    gan = GAN(*pair(1), averaging=0.0)
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    gan.fit(POINTS, batch_size=32, verbose=0)
    z = latent.sample_z(5, 3, seed=4)
    still = gan.generator(z, training=False).numpy()
    for samples in (gan.generate(5, seed=4), gan(z).numpy(), gan(z, training=False).numpy()):
        np.testing.assert_allclose(samples, still, atol=1e-6)
    moving = gan(z, training=True).numpy()
    assert np.abs(moving - still).max() > 1e-2
    np.testing.assert_allclose(moving, gan.generator(z, training=True).numpy(), atol=1e-6)


def test_arrays_are_shuffled_unless_told_otherwise_and_datasets_never(monkeypatch):
    given = []

    def fit(self, x, callbacks, **options):
        given.append(options)

    monkeypatch.setattr(keras.Model, "fit", fit)
    gan = GAN(*pair(1))
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    gan.fit(POINTS, epochs=3)
    gan.fit(POINTS, shuffle=False)
    gan.fit(tf.data.Dataset.from_tensor_slices(POINTS).batch(8))
    assert given == [{"shuffle": True, "epochs": 3}, {"shuffle": False}, {"shuffle": False}]


def wgan_by_hand(seed, num_steps, critic_steps, weight, averaging):
    generator, critic = pair(seed, normalised_d=False)
    stream, average, log = keras.random.SeedGenerator(seed), generator.get_weights(), []
    batches = iter(np.split(POINTS, 6))

    def draw():
        return tf.random.stateless_normal((16, 3), tf.cast(stream.next(), "int32"))

    for step in range(num_steps):
        for _ in range(critic_steps):
            x_real, x_fake = tf.constant(next(batches)), generator(draw(), training=True)
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(critic(x_fake)) - tf.reduce_mean(critic(x_real))
                penalty = 0.0
                if weight:
                    epsilon = keras.random.uniform((16, 1), seed=stream)
                    x_interp = epsilon * x_real + (1 - epsilon) * x_fake
                    with tf.GradientTape() as slope_tape:
                        slope_tape.watch(x_interp)
                        score = tf.reduce_sum(critic(x_interp))
                    slopes = tf.norm(slope_tape.gradient(score, x_interp), axis=1)
                    penalty = weight * tf.reduce_mean((slopes - 1) ** 2)
                total = loss + penalty
            move(critic, tape, total, 0.2)
        with tf.GradientTape() as tape:
            g_loss = -tf.reduce_mean(critic(generator(draw(), training=True)))
        move(generator, tape, g_loss, 0.1)
        average = averaged(average, generator, step + 1, averaging)
        log.append([float(loss), float(penalty), float(g_loss)])
    return generator, critic, average, np.mean(log, axis=0)


@pytest.mark.parametrize("weight", [0.0, 3.0])
def test_steps_of_wgan_gp(weight):
    gan = WGANGP(*pair(5, normalised_d=False), averaging=0.12, seed=5)
    gan.compile(
        keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2), critic_steps=2, gp_weight=weight
    )
    data = tf.data.Dataset.from_tensor_slices(POINTS).batch(16)
    log = gan.fit(data, verbose=0).history
    generator, critic, average, by_hand = wgan_by_hand(5, 3, 2, weight, 0.12)
    same(gan.generator.get_weights(), generator.get_weights())
    same(gan.critic.get_weights(), critic.get_weights())
    same(gan.averaged_generator.get_weights(), average)
    found = [log[name][0] for name in ("critic_loss", "gradient_penalty", "g_loss")]
    np.testing.assert_allclose(found, by_hand, atol=1e-5)
    assert len(log) == 3


def planar_optimizers(generator, discriminator):
    """Plain gradient descent: the lab's Adam turns a rounded gradient near 0 into a whole step."""
    optimizers = keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.1)
    for optimizer, network in zip(optimizers, (generator, discriminator)):
        optimizer.build(network.trainable_variables)
    return optimizers


def smooth_network(inputs, outputs):
    """A network without LeakyReLU: R1's gradient jumps at a kink, and rounding picks the side."""
    stack = [keras.Input((inputs,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(outputs)]
    return keras.Sequential(stack)


def planar_by_hand(gan, settings, seed, num_steps):
    """The lab's steps, on copies of its networks as they start."""
    generator, discriminator = map(keras.models.clone_model, (gan.generator, gan.discriminator))
    generator.set_weights(gan.generator.get_weights())
    discriminator.set_weights(gan.discriminator.get_weights())
    stream, optimizers = (
        keras.random.SeedGenerator(seed),
        planar_optimizers(generator, discriminator),
    )

    def draw():
        return keras.random.normal((128, settings.latent_dim), seed=stream)

    def points():
        return tf.gather(POINTS, keras.random.randint((128,), 0, len(POINTS), seed=stream))

    for _ in range(num_steps):
        for _ in range(settings.d_steps):
            x_real, x_fake = points(), generator(draw())
            with tf.GradientTape() as tape:
                real, fake = discriminator(x_real), discriminator(x_fake)
                d_loss = losses.hinge_discriminator_loss(real, fake)
                if settings.loss == "relativistic":
                    d_loss = tf.reduce_mean(tf.math.softplus(fake - real))
                r1 = losses.r1_penalty(discriminator, x_real)
                d_loss += settings.penalty_weight * r1
            weights = discriminator.trainable_variables
            values = [w.value for w in weights]
            zero = tf.UnconnectedGradients.ZERO
            gradients = tape.gradient(d_loss, values, unconnected_gradients=zero)
            optimizers[1].apply(gradients, weights)
        z, x_real = draw(), points()
        with tf.GradientTape() as tape:
            fake = discriminator(generator(z))
            g_loss = -tf.reduce_mean(fake)
            if settings.loss == "relativistic":
                g_loss = tf.reduce_mean(tf.math.softplus(discriminator(x_real) - fake))
        weights = generator.trainable_variables
        optimizers[0].apply(tape.gradient(g_loss, [w.value for w in weights]), weights)
    return generator, discriminator, float(d_loss), float(g_loss)


@pytest.mark.parametrize("loss", ["hinge", "relativistic"])
def test_steps_of_the_gan_in_the_plane(loss):
    settings = PlanarSettings(loss, "r1", 0.7, d_steps=2, latent_dim=3)
    gan = PlanarGAN(POINTS, settings, seed=2)
    gan.generator, gan.discriminator = smooth_network(3, 2), smooth_network(2, 1)
    gan.g_optimizer, gan.d_optimizer = planar_optimizers(gan.generator, gan.discriminator)
    # run's first call traces the steps, whose draws come from the same stream
    generator, discriminator, *by_hand = planar_by_hand(gan, settings, 2, 6)
    found = gan.run(6)
    np.testing.assert_allclose(found, by_hand, atol=1e-3)
    for ours, theirs in ((gan.generator, generator), (gan.discriminator, discriminator)):
        for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, atol=5e-4)  # they move by .01 to .25
    np.testing.assert_allclose(gan.score(POINTS), gan.discriminator(POINTS).numpy()[:, 0])


def test_single_steps_in_the_plane_move_one_player_and_return_its_loss():
    for penalty, weight in (("none", 5.0), ("r1", 5.0)):
        gan = PlanarGAN(POINTS, PlanarSettings("wasserstein", penalty, weight), seed=1)
        rows = np.concatenate([gan.generate(200, 0), POINTS])
        before, g_before = gan.score(rows), gan.generate(5, 0)
        first = gan.step_discriminator()
        assert gan.step_discriminator() < first
        assert not np.allclose(gan.score(rows), before)
        np.testing.assert_array_equal(gan.generate(5, 0), g_before)
        before, first = gan.score(rows), gan.step_generator()
        assert gan.step_generator() < first and gan.steps_done == 2
        np.testing.assert_array_equal(gan.score(rows), before)
        assert not np.allclose(gan.generate(5, 0), g_before)


def test_the_lab_starts_with_the_stated_settings():
    settings = PlanarSettings()
    assert settings == PlanarSettings("non_saturating", "r1", 0.1, 2e-3, 2e-3, 1, 2)
    gan = PlanarGAN(POINTS)
    assert gan.settings == settings and gan.d_steps == 1
    same(gan.generator.get_weights(), PlanarGAN(POINTS, seed=0).generator.get_weights())
    assert not np.allclose(gan.generate(3, 0), PlanarGAN(POINTS, seed=1).generate(3, 0))
    for optimizer in (gan.g_optimizer, gan.d_optimizer):
        assert float(optimizer.learning_rate) == pytest.approx(2e-3)
        assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.9)


def test_samples_use_the_moving_statistics_of_batch_normalisation():
    layers = [keras.layers.Dense(3), keras.layers.BatchNormalization()]
    generator = keras.Sequential([keras.Input((2,)), *layers])
    moving = generator.layers[-1].weights[2:]
    moving[0].assign([1.0, 2.0, 3.0])
    z = latent.sample_z(5, 2, seed=7)
    expected = generator.layers[0](z).numpy() - [1.0, 2.0, 3.0]  # and the variance is still 1
    np.testing.assert_allclose(training.generate(generator, 5, seed=7), expected, atol=3e-3)
