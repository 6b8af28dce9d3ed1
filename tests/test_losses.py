"""Each loss against numbers worked by hand and the closed forms of the minimax value."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import norm

from hue_edu import losses

pytestmark = pytest.mark.core

LN2 = np.log(2)


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


def test_the_table_names_the_functions():
    assert losses.GENERATOR_LOSSES["minimax"] is losses.minimax_generator_loss
    assert losses.GENERATOR_LOSSES["non_saturating"] is losses.non_saturating_generator_loss
