"""WGAN-GP: the steps of algorithm 1, its bounds on the critic, and what it refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from hue_edu import datasets, losses, models
from hue_edu.training import WGANGP, Checkpoint, StopAtNaN

pytestmark = pytest.mark.core


def dense_critic():
    layers = keras.layers
    hidden = [layers.Flatten(), layers.Dense(16), layers.LeakyReLU(negative_slope=0.2)]
    return keras.Sequential([keras.Input((28, 28, 1)), *hidden, layers.Dense(1)], name="critic")


def small(seed=0, rate=1e-3, optimizer=keras.optimizers.Adam, **options):
    keras.utils.set_random_seed(seed)
    gan = WGANGP(models.build_smallest_generator(), dense_critic(), averaging=0.9, seed=seed)
    gan.compile(optimizer(rate), optimizer(rate), **options)
    return gan


def run(gan, digits, steps=3, seed=0, **options):
    data = datasets.batches(digits, 16, seed=seed)
    return gan.fit(data, steps_per_epoch=steps, verbose=0, **options).history


def test_the_critic_moves_critic_steps_times(digits):
    gan = small(critic_steps=4)
    history = run(gan, digits, steps=3)
    assert gan.steps_done == 3 and int(gan.d_optimizer.iterations) == 12
    assert set(history) == {"critic_loss", "gradient_penalty", "g_loss"}
    assert np.isfinite([values[0] for values in history.values()]).all()


def test_each_critic_step_sees_new_data(digits):
    """With a critic that only counts what it sees: mean pixel of 3 different batches."""
    seen = []
    gan = small(critic_steps=3, gp_weight=0.0)
    gan.run_eagerly = True
    terms = gan.terms

    def watched(x, training, players=("critic", "generator")):
        if players == ["critic"]:
            seen.append(x.numpy())
        return terms(x, training, players)

    gan.terms = watched
    run(gan, digits, steps=2)
    assert len(seen) == 6 and len({x.tobytes() for x in seen}) == 6
    expected = [x.numpy() for x in datasets.batches(digits, 16, seed=0).take(6)]
    np.testing.assert_array_equal(seen, expected)


def test_one_critic_step_is_the_gradient_of_the_stated_loss(digits):
    gan = small(optimizer=keras.optimizers.SGD, rate=0.01, critic_steps=1, gp_weight=10.0)
    x_real = tf.constant(digits[:16])
    before = [w.numpy().copy() for w in gan.critic.trainable_variables]
    fixed = tf.constant(gan.generator(tf.zeros((16, 10))).numpy())
    gan.generator.call = lambda z, training=None, **kwargs: fixed

    def loss():
        scores = [gan.critic(x) for x in (x_real, fixed)]
        penalty = losses.gradient_penalty(gan.critic, x_real, fixed, seed)
        return losses.wasserstein_critic_loss(*scores) + 10.0 * penalty

    seed = 7
    gan.seed_generator = seed
    gan._step_seed = lambda: [0, 0]
    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, gan.critic.trainable_variables[:-1])
    minimised, _ = gan._move(lambda: gan.terms(x_real, True, ["critic"]))
    assert list(minimised["critic"]) == ["critic_loss", "gradient_penalty"]
    assert float(sum(minimised["critic"].values())) == pytest.approx(float(value), rel=1e-5)
    for old, new, gradient in zip(before, gan.critic.trainable_variables, gradients):
        np.testing.assert_allclose(new.numpy(), old - 0.01 * gradient.numpy(), atol=2e-5)


def test_the_generator_raises_the_score(digits):
    gan = small(optimizer=keras.optimizers.SGD, rate=0.05)
    gan.seed_generator = 3
    gan._step_seed = lambda: [1, 2]
    found = [
        gan._move(lambda: gan.terms(digits[:64], True, ["generator"]))[0]["generator"]["g_loss"]
        for _ in range(2)
    ]
    assert found[1] < found[0]


def test_clipping_holds_every_weight(digits):
    gan = small(gp_weight=0.0, clip=0.01, rate=0.1)
    history = run(gan, digits)
    assert max(np.abs(w).max() for w in gan.critic.get_weights()) <= np.float32(0.01)
    assert history["gradient_penalty"] == [0.0]


def slope(gan, images):
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(gan.critic(x))
    return np.linalg.norm(tape.gradient(total, x).numpy().reshape(len(images), -1), axis=1).mean()


def test_the_penalty_brings_the_slope_towards_one(digits):
    free, bounded = small(gp_weight=0.0, rate=5e-3), small(gp_weight=10.0, rate=5e-3)
    for gan in (free, bounded):
        run(gan, digits, steps=40)
    assert slope(free, digits[:64]) > 3
    assert 0.5 < slope(bounded, digits[:64]) < 1.5


def test_a_resumed_run_is_the_run_without_a_break(digits, tmp_path):
    path = tmp_path / "checkpoint.npz"
    whole = small()
    run(whole, digits, steps=2, epochs=2)
    first = small()
    run(first, digits, steps=2, callbacks=[Checkpoint(path)])
    again = small(seed=5)
    assert Checkpoint(path).restore(again) == 2
    data = datasets.batches(digits, 16, seed=0, start_step=2 * 5)  # 5 batches a step
    again.fit(data, steps_per_epoch=2, verbose=0)
    for a, b in zip(whole.generator.get_weights(), again.generator.get_weights()):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_two_steps_at_full_size_under_mixed_float16(digits):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = WGANGP(models.build_dcgan_generator(), models.build_critic())
        gan.compile(keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4))
        history = run(gan, digits, steps=2, callbacks=[StopAtNaN()])
        assert np.isfinite([values[0] for values in history.values()]).all()
        assert gan.generate(3, seed=0).dtype == np.float32
    finally:
        keras.config.set_dtype_policy("float32")


def test_unusable_settings_are_refused(digits):
    with pytest.raises(ValueError, match="dcgan_discriminator has batch normalisation"):
        WGANGP(models.build_dcgan_generator(), models.build_dcgan_discriminator())
    with pytest.raises(ValueError, match="critic_steps is 0"):
        small(critic_steps=0)
    with pytest.raises(ValueError, match="Both clip=0.01 and gp_weight=10"):
        small(clip=0.01)
    with pytest.raises(TypeError, match=r"fit got ndarray; .*datasets.batches"):
        small().fit(digits)
    with pytest.raises(ValueError, match="same optimizer"):
        one = keras.optimizers.Adam()
        small().compile(one, one)
    wrong = tf.data.Dataset.from_tensor_slices(digits[:32, :14]).batch(16)
    with pytest.raises(ValueError, match="both must agree"):
        small().fit(wrong, verbose=0)


def test_the_critic_is_scored_in_training_mode(digits):
    layers = keras.layers
    dropping = [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dropout(0.5), layers.Dense(1)]
    gan = WGANGP(models.build_smallest_generator(), keras.Sequential(dropping, name="critic"))
    gan.compile(keras.optimizers.SGD(), keras.optimizers.SGD(), gp_weight=0.0)
    gan._step_seed = lambda: [1, 2]

    def critic_loss(training):
        minimised, _ = gan.terms(digits[:4], training, ["critic"])
        return float(minimised["critic"]["critic_loss"])

    assert critic_loss(training=True) != critic_loss(training=True)  # dropout is on
    assert critic_loss(training=False) == critic_loss(training=False)
