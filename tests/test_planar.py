"""The GAN in the plane: separate steps, repeatable, and it learns a line of points."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from hue_edu import datasets, losses
from hue_edu.training import PlanarGAN, PlanarSettings

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def points():
    return datasets.make_planar("ring", 500, seed=0).points


def test_the_same_seed_gives_the_same_run(points):
    runs = []
    for seed in (0, 0, 1):
        gan = PlanarGAN(points, seed=seed)
        gan.run(3)
        runs.append(gan.generate(5, seed=2))
    np.testing.assert_allclose(runs[0], runs[1], atol=1e-4)  # TensorFlow may order sums otherwise
    assert abs(runs[0] - runs[2]).max() > 0.1


def test_run_counts_steps_of_both(points):
    gan = PlanarGAN(points, PlanarSettings(d_steps=2))
    d_loss, g_loss = gan.run(13)
    assert gan.steps_done == 13 and int(gan.d_optimizer.iterations) == 26
    assert np.isfinite([d_loss, g_loss]).all()


def test_shapes(points):
    gan = PlanarGAN(points, PlanarSettings(latent_dim=5))
    assert gan.generate(7, seed=0).shape == (7, 2)
    assert gan.score(points[:9]).shape == (9,)
    assert gan.pull(points[:9]).shape == (9, 2)


def test_the_pull_is_minus_the_gradient_of_each_sample(points):
    gan = PlanarGAN(points, PlanarSettings(loss="non_saturating"))
    one_by_one = []
    for point in points[:4]:
        x = tf.constant(point[None])
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = losses.non_saturating_generator_loss(gan.discriminator(x))
        one_by_one.append(-tape.gradient(loss, x).numpy()[0])
    np.testing.assert_allclose(gan.pull(points[:4]), one_by_one, rtol=1e-4)


def test_a_step_moves_against_the_gradient_of_its_own_loss(points):
    gan = PlanarGAN(points, PlanarSettings(penalty="none"))
    gan.g_optimizer = keras.optimizers.SGD(0.1)
    gan.g_optimizer.build(gan.generator.trainable_variables)
    pulled = gan.pull(gan.generate(200, seed=3)).mean(axis=0)
    before = gan.generate(200, seed=3).mean(axis=0)
    for _ in range(5):
        gan.step_generator()
    moved = gan.generate(200, seed=3).mean(axis=0) - before
    assert moved @ pulled > 0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_one_weight_that_is_no_number_is_seen(points, network, value):
    gan = PlanarGAN(points)
    assert gan.is_finite()
    for weight in getattr(gan, network).weights:
        usual = weight.numpy()
        spoilt = usual.copy()
        spoilt.flat[-1] = value
        weight.assign(spoilt)
        assert not gan.is_finite()
        weight.assign(usual)
        assert gan.is_finite()


def test_it_moves_a_cloud_to_the_data():
    rng = np.random.default_rng(0)
    target = rng.normal((1.0, -0.5), 0.1, (1000, 2)).astype("float32")
    gan = PlanarGAN(target)
    start = np.linalg.norm(gan.generate(500, seed=0).mean(axis=0) - (1.0, -0.5))
    gan.run(200)
    end = np.linalg.norm(gan.generate(500, seed=0).mean(axis=0) - (1.0, -0.5))
    assert end < 0.35 * start


@pytest.mark.parametrize("penalty", ["none", *losses.PENALTIES])
@pytest.mark.parametrize("loss", losses.ADVERSARIAL_LOSSES)
def test_every_loss_trains_under_every_penalty(points, loss, penalty):
    gan = PlanarGAN(points, PlanarSettings(loss=loss, penalty=penalty))
    tf.config.run_functions_eagerly(True)  # two steps take less time than their graph
    try:
        assert np.isfinite(gan.run(2)).all()
    finally:
        tf.config.run_functions_eagerly(False)


def test_two_steps_under_mixed_float16(points):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        assert np.isfinite(PlanarGAN(points).run(2)).all()
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize(
    "settings, message",
    [
        (PlanarSettings(loss="mse"), "'mse'; expected one of"),
        (PlanarSettings(penalty="r3"), "'r3'; expected one of: none, gradient_penalty"),
    ],
)
def test_unknown_names_are_refused(points, settings, message):
    with pytest.raises(ValueError, match=message):
        PlanarGAN(points, settings)
