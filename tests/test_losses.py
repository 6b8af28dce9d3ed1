"""Each loss against numbers worked by hand and the closed forms of the minimax value."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import kstest, norm

from hue_edu import losses, theory

pytestmark = pytest.mark.core

LN2 = np.log(2)
AXIS = np.linspace(-10, 15, 10_001)


def gradient(loss, logits):
    """d loss / d logits, as NumPy."""
    logits = tf.constant(logits, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(logits)
    return tape.gradient(value, logits).numpy()


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, float)))


@pytest.mark.parametrize(
    "label, logit, expected",
    [
        (1.0, 0.0, LN2),  # D cannot tell
        (0.0, 0.0, LN2),
        (1.0, np.log(3), np.log(4 / 3)),  # σ(ln 3) = 3/4
        (0.0, np.log(3), np.log(4)),
        (0.9, np.log(3), 0.9 * np.log(4 / 3) + 0.1 * np.log(4)),
    ],
)
def test_binary_cross_entropy_by_hand(label, logit, expected):
    logits = np.array([[logit]], "float32")
    assert float(losses.binary_cross_entropy(label, logits)[0, 0]) == pytest.approx(expected)


def test_binary_cross_entropy_is_finite_where_the_sigmoid_is_not():
    extreme = np.array([[-1000.0], [1000.0]], "float32")
    wrong = losses.binary_cross_entropy(np.array([[1.0], [0.0]], "float32"), extreme)
    np.testing.assert_allclose(wrong, [[1000.0], [1000.0]])


def test_binary_cross_entropy_is_not_reduced():
    assert losses.binary_cross_entropy(1.0, np.zeros((5, 1), "float32")).shape == (5, 1)


def test_discriminator_loss_is_two_ln_two_when_it_cannot_tell():
    zeros = np.zeros((8, 1), "float32")
    assert float(losses.discriminator_loss(zeros, zeros)) == pytest.approx(2 * LN2)


@pytest.mark.parametrize(
    "shift, value",
    [(1, -1.163451), (2, -0.712633), (4, -0.120854)],  # V(D*) for N(0,1) and N(shift,1)
)
def test_discriminator_loss_at_the_optimum_is_minus_the_value(shift, value):
    levels = (np.arange(200_000) + 0.5) / 200_000
    x_real = norm.ppf(levels)
    x_fake = x_real + shift

    def best_logits(x):  # logit D* = log p/q for equal variances
        return (-shift * (x - shift / 2)).astype("float32")[:, None]

    loss = losses.discriminator_loss(best_logits(x_real), best_logits(x_fake))
    assert float(loss) == pytest.approx(-value, abs=2e-4)


def test_label_smoothing_moves_only_the_real_labels():
    real, fake = np.array([[2.0]], "float32"), np.array([[-1.0]], "float32")
    by_hand = -0.9 * np.log(sigmoid(2)) - 0.1 * np.log(1 - sigmoid(2)) - np.log(1 - sigmoid(-1))
    assert float(losses.discriminator_loss(real, fake, 0.1)) == pytest.approx(by_hand, rel=1e-5)


def test_discriminator_loss_is_a_mean_over_each_batch():
    real, fake = np.array([[2.0]] * 3, "float32"), np.array([[-1.0]] * 7, "float32")
    once = losses.discriminator_loss(real[:1], fake[:1])
    assert float(losses.discriminator_loss(real, fake)) == pytest.approx(float(once))


def test_generator_losses_where_discriminator_cannot_tell():
    zeros = np.zeros((4, 1), "float32")
    assert float(losses.minimax_generator_loss(zeros)) == pytest.approx(-LN2)
    assert float(losses.non_saturating_generator_loss(zeros)) == pytest.approx(LN2)


def test_generator_losses_by_hand():
    logits = np.array([[np.log(3)], [-np.log(3)]], "float32")  # D = 3/4 and 1/4
    minimax = (np.log(1 / 4) + np.log(3 / 4)) / 2
    assert float(losses.minimax_generator_loss(logits)) == pytest.approx(minimax)
    non_saturating = -(np.log(3 / 4) + np.log(1 / 4)) / 2
    assert float(losses.non_saturating_generator_loss(logits)) == pytest.approx(non_saturating)


def test_generator_gradients_are_the_stated_ones():
    logits = np.linspace(-8, 8, 9)[:, None]
    saturating = gradient(losses.minimax_generator_loss, logits) * len(logits)
    np.testing.assert_allclose(saturating, -sigmoid(logits), atol=1e-6)
    healthy = gradient(losses.non_saturating_generator_loss, logits) * len(logits)
    np.testing.assert_allclose(healthy, -sigmoid(-logits), atol=1e-6)


def test_where_discriminator_is_sure_only_the_non_saturating_loss_still_teaches():
    sure = np.array([[-10.0]])
    assert abs(gradient(losses.minimax_generator_loss, sure)) < 1e-4
    assert abs(gradient(losses.non_saturating_generator_loss, sure)) > 0.999


def test_least_squares_by_hand():
    real, fake = np.array([[2.0], [0.0]], "float32"), np.array([[0.5], [-1.0]], "float32")
    d_loss = float(losses.least_squares_discriminator_loss(real, fake))
    assert d_loss == pytest.approx((1 + 1) / 4 + (0.25 + 1) / 4)
    assert float(losses.least_squares_discriminator_loss(real, fake, a=-1, b=2)) == pytest.approx(
        (0 + 4) / 4 + (2.25 + 0) / 4
    )
    assert float(losses.least_squares_generator_loss(fake)) == pytest.approx((0.25 + 4) / 4)
    assert float(losses.least_squares_generator_loss(fake, c=0)) == pytest.approx((0.25 + 1) / 4)
    pull = gradient(losses.least_squares_generator_loss, fake) * len(fake)
    np.testing.assert_allclose(pull, fake - 1)


@pytest.mark.parametrize("shift, chi", [(1, 0.408109), (2, 1.100801), (4, 1.862805)])
def test_least_squares_at_the_optimum_is_half_the_chi_squared(shift, chi):
    """With b - c = 1 and b - a = 2 (Mao et al. 2017): C(G) = ½ χ²(p+q ‖ 2q)."""
    levels = (np.arange(100_000) + 0.5) / 100_000
    x_real = norm.ppf(levels)
    x_fake = x_real + shift
    best_real, best_fake = (
        theory.optimal_least_squares_discriminator(norm.pdf(x), norm.pdf(x - shift), a=-1, b=1)
        for x in (x_real, x_fake)
    )
    about_c = losses.least_squares_discriminator_loss(best_real, best_fake, a=0, b=0)
    assert float(about_c) == pytest.approx(chi / 2, abs=2e-4)


def test_hinge_by_hand():
    real, fake = np.array([[2.0], [-0.5]], "float32"), np.array([[0.5], [-3.0]], "float32")
    d_loss = float(losses.hinge_discriminator_loss(real, fake))
    assert d_loss == pytest.approx((0 + 1.5) / 2 + (1.5 + 0) / 2)
    zeros = np.zeros((3, 1), "float32")
    assert float(losses.hinge_discriminator_loss(zeros, zeros)) == 2.0


def test_wasserstein_by_hand():
    real, fake = np.array([[2.0], [1.0]], "float32"), np.array([[0.5], [-3.5], [0.0]], "float32")
    assert float(losses.wasserstein_critic_loss(real, fake)) == pytest.approx(-1.0 - 1.5)
    assert float(losses.raise_score_generator_loss(fake)) == pytest.approx(1.0)
    np.testing.assert_allclose(gradient(losses.raise_score_generator_loss, fake), [[-1 / 3]] * 3)


def test_a_linear_critic_of_slope_one_finds_the_distance_of_means():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0, 1, (5000, 2)), rng.normal([3.0, 4.0], 1, (5000, 2))
    gap = -losses.wasserstein_critic_loss(*(x @ [[-0.6], [-0.8]] for x in (real, fake)))
    assert float(gap) == pytest.approx(np.linalg.norm(real.mean(0) - fake.mean(0)), rel=1e-3)
    p, q = theory.normal_density(AXIS), theory.normal_density(AXIS, 5.0)
    assert theory.wasserstein_1(p, q, AXIS) == pytest.approx(5.0, rel=1e-4)


def linear(slope):
    """A critic C(x) = slope · x on the plane."""
    weights = tf.Variable(np.reshape(slope, (2, 1)).astype("float32"))
    return weights, lambda x: tf.reshape(x, (-1, 2)) @ weights


POINTS = tf.constant(np.random.default_rng(1).normal(size=(64, 2)), tf.float32)
OTHERS = tf.constant(np.random.default_rng(2).normal(3, 1, size=(64, 2)), tf.float32)


@pytest.mark.parametrize(
    "slope, expected", [((0.6, -0.8), 0.0), ((3.0, 4.0), 16.0), ((0.3, 0.4), 0.25), ((0, 0), 1.0)]
)
def test_gradient_penalty_of_a_linear_critic(slope, expected):
    _, critic = linear(slope)
    found = losses.gradient_penalty(critic, POINTS, OTHERS, seed=0)
    assert float(found) == pytest.approx(expected, abs=1e-5)


def test_penalties_have_finite_gradients_where_the_critic_is_flat():
    weights, critic = linear((0.0, 0.0))
    for penalty in losses.PENALTIES.values():
        with tf.GradientTape() as tape:
            value = penalty(critic, POINTS, OTHERS, 0)
        assert np.isfinite(float(value))
        assert np.isfinite(tape.gradient(value, weights).numpy()).all()


def test_the_gradient_of_the_penalty_pulls_the_slope_to_one():
    weights, critic = linear((3.0, 4.0))
    with tf.GradientTape() as tape:
        value = losses.gradient_penalty(critic, POINTS, OTHERS, seed=0)
    pulled = tape.gradient(value, weights).numpy().ravel()
    np.testing.assert_allclose(pulled, [2 * 4 * 0.6, 2 * 4 * 0.8], rtol=1e-5)  # 2(‖w‖-1) w/‖w‖


def mixing_weights(num=20_000, seed=0):
    """ε as the penalty draws it: the critic sees x̂ = ε·1 + (1-ε)·0."""
    seen = []

    def critic(x):
        seen.append(x)
        return tf.reduce_sum(x, axis=(1, 2), keepdims=True)[:, 0]

    ones = tf.ones((num, 2, 2))
    losses.gradient_penalty(critic, ones, tf.zeros_like(ones), seed)
    return seen[0].numpy()


def test_the_mixing_weight_is_uniform_and_one_for_each_pair():
    epsilon = mixing_weights()
    assert (epsilon == epsilon[:, :1, :1]).all()  # the same for all numbers of an example
    assert kstest(epsilon[:, 0, 0], "uniform").pvalue > 1e-3
    np.testing.assert_array_equal(epsilon, mixing_weights())
    assert (epsilon != mixing_weights(seed=1)).any()


def test_the_penalty_looks_between_the_pairs():
    seen = []

    def critic(x):
        seen.append(x)
        return x[:, :1]

    x_real, x_fake = tf.zeros((500, 2)), tf.constant([[1.0, 3.0]] * 500)
    losses.gradient_penalty(critic, x_real, x_fake, seed=0)
    x_interp = seen[0].numpy()
    np.testing.assert_allclose(x_interp[:, 1], 3 * x_interp[:, 0], rtol=1e-5)  # on the line
    assert x_interp.min() >= 0 and x_interp[:, 0].max() <= 1


def test_the_penalty_mixes_real_with_epsilon():
    """x̂ = εx + (1-ε)G(z): with a critic ½x², whose slope is x̂ itself."""

    def critic(x):
        return x**2 / 2

    ones, twos = tf.ones((20_000, 1)), 2 * tf.ones((20_000, 1))
    found = float(losses.gradient_penalty(critic, ones, twos, seed=0))
    assert found == pytest.approx(1 / 3, rel=0.02)  # E (1-ε)², ε uniform


def quadratic(x):
    """D(x) = ½‖x‖², whose slope at x is x."""
    return tf.reduce_sum(x**2, axis=1, keepdims=True) / 2


def test_r1_and_r2_are_half_the_mean_squared_slope():
    points = tf.constant([[3.0, 4.0], [1.0, 0.0]])
    assert float(losses.r1_penalty(quadratic, points)) == pytest.approx((25 + 1) / 4)
    assert float(losses.r2_penalty(quadratic, points)) == pytest.approx((25 + 1) / 4)
    named = losses.PENALTIES
    assert float(named["r1"](quadratic, points, 0 * points, 0)) == pytest.approx(26 / 4)
    assert float(named["r2"](quadratic, 0 * points, points, 0)) == pytest.approx(26 / 4)


def test_r1_sums_over_all_pixels():
    images = tf.ones((3, 2, 2, 1))

    def flat(x):
        return tf.reshape(x, (-1, 4)) @ tf.constant([[1.0], [2.0], [0.0], [2.0]])

    assert float(losses.r1_penalty(flat, images)) == pytest.approx(9 / 2)


def test_r2_sends_no_gradient_to_the_generator():
    fake = tf.Variable([[1.0, 2.0]])
    with tf.GradientTape() as tape:
        value = losses.r2_penalty(quadratic, tf.identity(fake))
    assert tape.gradient(value, fake) is None


def test_the_table_names_the_functions():
    table = losses.ADVERSARIAL_LOSSES
    real, fake = np.float32([[0.3], [-1.2]]), np.float32([[2.0], [-0.7]])
    expected = {
        "minimax": (losses.discriminator_loss, losses.minimax_generator_loss),
        "non_saturating": (losses.discriminator_loss, losses.non_saturating_generator_loss),
        "least_squares": (
            losses.least_squares_discriminator_loss, losses.least_squares_generator_loss,
        ),
        "hinge": (losses.hinge_discriminator_loss, losses.raise_score_generator_loss),
        "wasserstein": (losses.wasserstein_critic_loss, losses.raise_score_generator_loss),
    }  # fmt: skip
    assert list(table) == [*expected, "relativistic"]
    for name, (discriminator, generator) in expected.items():
        assert table[name].discriminator is discriminator
        assert float(table[name].generator(real, fake)) == float(generator(fake))
    assert table["relativistic"] == (
        losses.relativistic_discriminator_loss, losses.relativistic_generator_loss,
    )  # fmt: skip


def test_relativistic_losses_by_hand():
    real, fake = np.float32([[1.0], [0.0]]), np.float32([[0.0], [2.0]])
    d_by_hand = (np.log(1 + np.exp(-1)) + np.log(1 + np.exp(2))) / 2  # fake - real is -1, 2
    g_by_hand = (np.log(1 + np.exp(1)) + np.log(1 + np.exp(-2))) / 2
    assert float(losses.relativistic_discriminator_loss(real, fake)) == pytest.approx(d_by_hand)
    assert float(losses.relativistic_generator_loss(real, fake)) == pytest.approx(g_by_hand)
    same = np.full((3, 1), 7.0, "float32")
    assert float(losses.relativistic_discriminator_loss(same, same)) == pytest.approx(LN2)
    for loss in (losses.relativistic_discriminator_loss, losses.relativistic_generator_loss):
        shifted = loss(real + np.float32(5), fake + np.float32(5))
        assert float(shifted) == pytest.approx(float(loss(real, fake)))  # only differences count
        assert float(loss(real, fake[::-1])) != pytest.approx(float(loss(real, fake)))  # pairs


def test_losses_by_name_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match=r"'mse'; expected one of: minimax"):
        losses.adversarial_loss("mse")
    with pytest.raises(ValueError, match=r"from 0 to below 1"):
        losses.adversarial_loss("minimax", 1.0)
    with pytest.raises(ValueError, match="hinge has no labels"):
        losses.adversarial_loss("hinge", 0.1)
    zeros = np.zeros((2, 1), "float32")
    smoothed = losses.adversarial_loss("non_saturating", 0.25).discriminator
    assert float(smoothed(zeros, zeros)) == pytest.approx(2 * LN2)
    far = np.full((2, 1), 4.0, "float32")
    plain = float(losses.discriminator_loss(far, zeros))
    assert float(smoothed(far, zeros)) == pytest.approx(plain + 0.25 * 4)


def test_curves_over_scores_by_hand():
    found = losses.over_scores("hinge", [-2.0, 0.0, 2.0])
    np.testing.assert_allclose(found["g_loss"], [2, 0, -2])
    np.testing.assert_allclose(found["g_slope"], [-1, -1, -1])
    np.testing.assert_allclose(found["d_loss"], [3 + 0, 1 + 1, 0 + 3])
    np.testing.assert_allclose(found["d_slope_real"], [-1, -1, 0])
    np.testing.assert_allclose(found["d_slope_fake"], [0, 1, 1])


@pytest.mark.parametrize("name", losses.ADVERSARIAL_LOSSES)
def test_curves_over_scores_are_their_own_derivatives(name):
    scores = np.array([-3.1, -1.2, 0.3, 0.6, 2.2])
    h = 1e-2
    ahead, behind = (losses.over_scores(name, scores + d) for d in (h, -h))
    here = losses.over_scores(name, scores)
    for loss, slope in (
        ("g_loss", here["g_slope"]),
        ("d_loss", here["d_slope_real"] + here["d_slope_fake"]),
    ):
        np.testing.assert_allclose((ahead[loss] - behind[loss]) / (2 * h), slope, atol=2e-3)


@pytest.mark.parametrize("method", ["minimax", "non_saturating", "wasserstein", "relativistic"])
def test_the_dirac_gan_follows_these_losses(method):
    """The fields of theory are minus the gradients of the functions here.

    The real point scores 0, so the relativistic loss is the non-saturating one.
    """
    names = {"wasserstein": "wgan", "relativistic": "non_saturating"}
    theta, psi = tf.Variable(0.7), tf.Variable(-1.3)
    d_loss, g_loss = losses.adversarial_loss(method)
    with tf.GradientTape(persistent=True) as tape:
        real, fake = tf.reshape(psi * 0.0, (1, 1)), tf.reshape(psi * theta, (1, 1))
        values = g_loss(real, fake), d_loss(real, fake)
    rates = -tape.gradient(values[0], theta), -tape.gradient(values[1], psi)
    expected = theory.dirac_field(0.7, -1.3, names.get(method, method))
    np.testing.assert_allclose(rates, expected, rtol=1e-5)
