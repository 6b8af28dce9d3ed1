"""Flows: the closed form of the velocity, following it, and what the trainer learns."""

from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf

from hue_edu import datasets, models, theory
from hue_edu.training import Flow

pytestmark = pytest.mark.core

CENTRES = np.array([[1.0, 0.0], [-0.5, 0.8], [-0.4, -0.9]])


def by_quadrature(x, t, std):
    """E[x₁ - z | x_t] by a sum over a fine grid of x₁: z is then known, (x_t - t x₁) / (1 - t)."""
    side = np.linspace(-4, 4, 401)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    prior = sum(np.exp(-((grid - c) ** 2).sum(1) / (2 * std**2)) for c in CENTRES)
    found = []
    for point in x:
        z = (point - t * grid) / (1 - t)
        weight = prior * np.exp(-(z**2).sum(1) / 2)
        found.append((weight[:, None] * (grid - z)).sum(0) / weight.sum())
    return np.array(found)


@pytest.mark.parametrize("t", [0.0, 0.3, 0.8])
def test_the_velocity_of_a_mixture_is_a_conditional_mean(t):
    x = np.random.default_rng(0).normal(size=(6, 2))
    found = theory.mixture_velocity(x, t, CENTRES, std=0.3)
    np.testing.assert_allclose(found, by_quadrature(x, t, 0.3), atol=1e-6)


def test_the_velocity_of_one_normal_is_linear():
    """From N(0, 1) to N(μ, s²): x_t is normal, and v its regression of x - z."""
    x, t, mean, std = np.linspace(-3, 3, 7)[:, None], 0.4, 1.5, 0.5
    variance = t**2 * std**2 + (1 - t) ** 2
    slope = (t * std**2 - (1 - t)) / variance  # Cov(x₁ - z, x_t) / Var(x_t)
    found = theory.mixture_velocity(x, t, [[mean]], std)
    np.testing.assert_allclose(found, mean + slope * (x - t * mean), atol=1e-12)


def test_without_a_width_all_paths_end_in_the_centres():
    z = np.random.default_rng(1).normal(size=(200, 2))
    field = partial(theory.mixture_velocity, centres=CENTRES, std=0.0)
    ends = theory.follow(field, z, 100)
    distance = np.linalg.norm(ends[:, None] - CENTRES, axis=2)
    assert np.median(distance.min(axis=1)) < 1e-3
    shares = np.bincount(distance.argmin(axis=1), minlength=3) / 200
    assert shares.min() > 0.2


def test_the_exact_field_carries_noise_to_the_mixture():
    z = np.random.default_rng(0).normal(size=(4000, 2))
    field = partial(theory.mixture_velocity, centres=CENTRES, std=0.2)
    ends = theory.follow(field, z, 200)
    np.testing.assert_allclose(ends.mean(0), CENTRES.mean(0), atol=0.05)
    spread = np.cov(CENTRES.T, bias=True) + 0.04 * np.eye(2)
    np.testing.assert_allclose(np.cov(ends.T), spread, atol=0.06)


def test_orders_of_euler_and_heun():
    """dx/dt = -2 t x has x(1) = x(0) / e; halving h halves Euler's error, and quarters Heun's."""

    def error(method, num):
        end = theory.follow(lambda x, t: -2 * t * x, np.ones(1), num, method)
        return abs(end[0] - np.exp(-1))

    assert error("euler", 64) / error("euler", 128) == pytest.approx(2, rel=0.05)
    assert error("heun", 64) / error("heun", 128) == pytest.approx(4, rel=0.1)
    straight = theory.follow(lambda x, t: x * 0 + 3, np.ones(2), 1)
    np.testing.assert_array_equal(straight, [4, 4])  # one step is exact on a straight path


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: theory.follow(lambda x, t: x, np.ones(1), 0), "num_steps is 0"),
        (lambda: theory.follow(lambda x, t: x, np.ones(1), 2, "rk4"), "'euler', 'heun'"),
        (lambda: theory.mixture_velocity(np.ones((2, 2)), 1.0, CENTRES, 0.0), "t below 1"),
        (lambda: theory.mixture_velocity(np.ones((2, 2)), 1.2, CENTRES, 0.1), "t is 1.2"),
        (lambda: theory.mixture_velocity(np.ones((2, 3)), 0.5, CENTRES, 0.1), "(num, dim)"),
        (lambda: Flow(models.build_flow_network(2), predicts="noise"), "'velocity', 'data'"),
        (lambda: Flow(models.build_planar_generator()), "has 1 inputs"),
        (lambda: models.build_flow_sampler(models.build_flow_network(2), 0), "num_steps"),
        (lambda: models.build_flow_sampler(models.build_flow_network(2), 2, "rk4"), "'heun'"),
        (lambda: models.build_flow_sampler(models.build_flow_network(2), 2, "heun", "x"), "'data'"),
        (lambda: compiled(times="all"), "'uniform', 'logit_normal'"),
        (lambda: compiled().fit(np.ones((64, 3), "float32")), "(3,) per example"),
    ],
)
def test_refuses(call, words):
    with pytest.raises(ValueError) as refused:
        call()
    assert words in str(refused.value)


def compiled(predicts="velocity", seed=0, dim=2, **options):
    keras.utils.set_random_seed(seed)
    flow = Flow(models.build_flow_network(dim, width=32, depth=2), predicts, seed=seed)
    flow.compile(keras.optimizers.Adam(3e-3), **options)
    return flow


@pytest.mark.parametrize("predicts", ["velocity", "data"])
def test_the_loss_is_that_of_the_formula(predicts):
    """With an untrained network, which returns 0, it is E|x - z|², or E|x|², per dimension."""
    x = np.full((256, 2), 2.0, "float32")
    found = compiled(predicts).evaluate(x, batch_size=256, verbose=0)
    wanted = 4.0 if predicts == "data" else 4.0 + 1.0
    assert found == pytest.approx(wanted, abs=0.0 if predicts == "data" else 0.6)


@pytest.mark.parametrize("times", ["uniform", "logit_normal"])
def test_times_are_drawn_as_said(times):
    t = compiled(times=times)._draw_times(20_000).numpy()
    assert t.shape == (20_000, 1) and t.min() > 0 and t.max() < 1
    quarter = {"uniform": 0.25, "logit_normal": 0.136}[times]  # P(t < ¼): Φ(log ⅓) = .136
    assert np.mean(t < 0.25) == pytest.approx(quarter, abs=0.015)


@pytest.mark.parametrize("predicts", ["velocity", "data"])
def test_it_learns_a_ring(predicts):
    points, _ = datasets.make_ring(4096, seed=0, std=0.05)
    flow = compiled(predicts)
    flow.fit(points, batch_size=256, epochs=25, verbose=0)
    made = flow.generate(1000, seed=1)
    assert made.shape == (1000, 2) and made.dtype == np.float32
    np.testing.assert_array_equal(made, flow.generate(1000, seed=1))
    away = np.abs(np.linalg.norm(made, axis=1) - 1)
    assert np.median(away) < 0.15  # of noise, before: about .5
    one = flow.generate(1000, seed=1, num_steps=1)
    assert np.median(np.abs(np.linalg.norm(one, axis=1) - 1)) > np.median(away)
    if predicts == "velocity":
        x = np.array([[0.5, 0.5], [-1.0, 0.2]], "float32")
        network = flow.averaged_network([x, np.full((2, 1), 0.3, "float32")]).numpy()
        np.testing.assert_allclose(flow.velocity(x, 0.3), network, atol=1e-6)


def test_a_sampler_can_be_saved_and_loaded(tmp_path):
    network = models.build_flow_network(3, width=16, depth=1)
    network.set_weights([w + 0.01 for w in network.get_weights()])
    sampler = models.build_flow_sampler(network, 3)
    sampler.save(tmp_path / "flow.keras")
    loaded = keras.models.load_model(tmp_path / "flow.keras")
    z = tf.random.stateless_normal((4, 3), (0, 1))
    np.testing.assert_array_equal(loaded(z), sampler(z))


def test_the_average_is_what_draws():
    flow = compiled()
    flow.fit(np.ones((64, 2), "float32"), batch_size=32, epochs=2, verbose=0)
    newest, average = flow.network.get_weights(), flow.averaged_network.get_weights()
    assert not all(np.array_equal(a, b) for a, b in zip(newest, average))
    flow.averaged_network.set_weights([0 * w for w in average])
    z = keras.random.normal((5, 2), seed=1)
    np.testing.assert_array_equal(flow.generate(5, seed=1), z)  # no velocity: z stays
