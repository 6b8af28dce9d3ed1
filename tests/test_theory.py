"""Theory against the table of exact values, closed forms and the published Dirac-GAN radii."""

import numpy as np
import pytest

from hue_edu import theory
from hue_edu.theory import F_DIVERGENCES

pytestmark = pytest.mark.core

LN2 = np.log(2)
X = np.linspace(-14, 18, 32_001)
P = theory.normal_density(X)


def q(mean=0.0, std=1.0):
    return theory.normal_density(X, mean, std)


# p = N(0,1) and q = N(mean, std²): JSD, V(D*), TV, ∫(p-q)²/(p+q)
TABLE = [
    (1, 1, 0.111421, -1.163451, 0.382925, 0.408109),
    (2, 1, 0.336831, -0.712633, 0.682689, 1.100801),
    (4, 1, 0.632720, -0.120854, 0.954500, 1.862805),
    (0, 2, 0.092733, -1.200828, 0.322675, 0.319964),
]
each_row = pytest.mark.parametrize("mean, std, jsd, value, tv, chi", TABLE)


def test_densities_by_hand():
    assert theory.normal_density(0.0) == pytest.approx(1 / np.sqrt(2 * np.pi))
    assert theory.normal_density(3.0, 1.0, 2.0) == pytest.approx(0.1209853623)  # φ(1)/2
    mixture = theory.mixture_density(X, [-1, 3], [0.5, 1], [0.25, 0.75])
    np.testing.assert_allclose(mixture, 0.25 * q(-1, 0.5) + 0.75 * q(3, 1))
    np.testing.assert_allclose(theory.mixture_density(X, [0, 2], 1.0), (P + q(2)) / 2)


@each_row
def test_the_table_to_its_digits(mean, std, jsd, value, tv, chi):
    other = q(mean, std)
    assert theory.jensen_shannon_divergence(P, other, X) == pytest.approx(jsd, abs=1e-6)
    assert theory.minimax_value(P, other, X) == pytest.approx(value, abs=1e-6)
    assert theory.total_variation(P, other, X) == pytest.approx(tv, abs=1e-6)
    chi_found = theory.pearson_chi_squared(P + other, 2 * other, X)
    assert chi_found == pytest.approx(chi, abs=1e-6)


@each_row
def test_inequalities_between_divergences(mean, std, jsd, value, tv, chi):
    other = q(mean, std)
    found = theory.jensen_shannon_divergence(P, other, X)
    assert theory.total_variation(P, other, X) ** 2 / 2 <= found
    assert found <= LN2 * theory.total_variation(P, other, X)
    assert theory.minimax_value(P, other, X) == pytest.approx(2 * found - 2 * LN2)


def test_identical_densities_are_at_distance_zero():
    for distance in (
        theory.kl_divergence,
        theory.jensen_shannon_divergence,
        theory.total_variation,
        theory.pearson_chi_squared,
        theory.wasserstein_1,
    ):
        assert distance(P, P, X) == pytest.approx(0, abs=1e-12)
    assert theory.minimax_value(P, P, X) == pytest.approx(-2 * LN2)


def test_the_best_discriminator_of_equal_variances_has_a_linear_logit():
    d = theory.optimal_discriminator(q(0, 2), q(3, 2))
    near = np.abs(X) < 6
    logit = np.log(d / (1 - d))[near]
    np.testing.assert_allclose(logit, (-3 / 4 * (X - 1.5))[near], atol=1e-9)  # -(m/σ²)(x - m/2)
    np.testing.assert_array_equal(theory.optimal_discriminator([0, 0, 2], [0, 1, 0]), [0.5, 0, 1])


def test_no_other_discriminator_has_a_higher_value():
    best = theory.minimax_value(P, q(1), X)
    d = theory.optimal_discriminator(P, q(1))
    for other in (np.full_like(X, 0.5), d**1.1, np.clip(d + 0.01, 0, 1 - 1e-9)):
        assert theory.minimax_value(P, q(1), X, other) < best
    assert theory.minimax_value(P, q(1), X, d) == pytest.approx(best, abs=1e-6)
    assert theory.minimax_value(P, q(1), X, np.full_like(X, 0.25)) == pytest.approx(
        np.log(1 / 4) + np.log(3 / 4)
    )


def test_least_squares_discriminator_lies_between_its_labels():
    d = theory.optimal_least_squares_discriminator(np.array([3.0]), np.array([1.0]), a=-1, b=1)
    assert d == pytest.approx([(3 * 1 + 1 * -1) / 4])


def test_kl_and_chi_squared_are_not_symmetric_and_agree_with_closed_forms():
    wide = q(0, 2)
    assert theory.kl_divergence(P, wide, X) == pytest.approx(theory.normal_kl(0, 1, 0, 2))
    assert theory.kl_divergence(wide, P, X) == pytest.approx(theory.normal_kl(0, 2, 0, 1), rel=1e-5)
    assert theory.normal_kl(1.5, 0.5) == pytest.approx((1.5**2 + 0.25 - 1 - np.log(0.25)) / 2)
    assert theory.normal_kl(0, 1, 1, 1) == 0.5
    assert theory.pearson_chi_squared(P, q(1), X) == pytest.approx(np.e - 1, rel=1e-5)
    # expected wide, observed narrow: ∫ p²/w dx - 1 = 4/√7 - 1
    assert theory.pearson_chi_squared(wide, P, X) == pytest.approx(4 / np.sqrt(7) - 1, rel=1e-5)
    assert theory.pearson_chi_squared([0.0, 1.0], [1.0, 1.0], [0, 1]) == np.inf
    assert theory.pearson_chi_squared([0.0, 1.0], [0.0, 2.0], [0, 1]) == 0.5  # where neither is


def test_divergences_of_disjoint_supports():
    left, right = (((a <= X) & (a + 1 > X)).astype(float) for a in (0.0, 3.0))
    left, right = left / np.trapezoid(left, X), right / np.trapezoid(right, X)
    assert theory.jensen_shannon_divergence(left, right, X) == pytest.approx(LN2)
    assert theory.total_variation(left, right, X) == pytest.approx(1, abs=1e-3)
    assert theory.kl_divergence(left, right, X) == np.inf
    assert theory.wasserstein_1(left, right, X) == pytest.approx(3, rel=1e-3)  # it still tells


@pytest.mark.parametrize(
    "mean, std, expected",
    [(4, 1, 4), (-1.5, 1, 1.5), (0, 2, np.sqrt(2 / np.pi)), (1, 1.5, 1.0084907)],
)
def test_wasserstein_1_numerically_and_in_closed_form(mean, std, expected):
    # E|1 + Z/2| = 2φ(2)·½ + erf(√2) = 1.0084907
    assert theory.normal_wasserstein_1(0, 1, mean, std) == pytest.approx(expected, rel=1e-6)
    assert theory.wasserstein_1(P, q(mean, std), X) == pytest.approx(expected, rel=1e-4)


def test_other_closed_forms():
    assert theory.normal_total_variation(2.0) == pytest.approx(0.682689, abs=1e-6)
    assert theory.normal_total_variation(-4.0, std=2.0) == pytest.approx(0.682689, abs=1e-6)
    assert theory.normal_wasserstein_2(0, 1, 3, 5) == 5


@pytest.mark.parametrize("name", F_DIVERGENCES)
def test_conjugates_are_suprema_and_activations_stay_in_their_domain(name):
    row = F_DIVERGENCES[name]
    u = np.linspace(1e-6, 60, 300_001)
    for t in row.activation(np.linspace(-1.8, 1.8, 7)):
        assert row.conjugate(t) == pytest.approx((u * t - row.f(u)).max(), abs=1e-4)
    assert row.f(1.0) == pytest.approx(-2 * LN2 if name == "gan" else 0)


@pytest.mark.parametrize("name", F_DIVERGENCES)
def test_the_bound_is_reached_by_the_best_output_alone(name):
    x = np.linspace(-8, 9, 17_001)
    p, other = theory.normal_density(x), theory.normal_density(x, 1.0, 1.1)
    best = F_DIVERGENCES[name].best_output(p / other)
    reached = theory.variational_bound(p, other, x, best, name)
    assert reached == pytest.approx(theory.f_divergence(p, other, x, name), abs=1e-9)
    assert theory.variational_bound(p, other, x, 1.02 * best, name) < reached


def test_f_divergences_are_the_known_ones():
    x = np.linspace(-8, 9, 17_001)
    p, other = theory.normal_density(x), theory.normal_density(x, 1.0, 1.1)
    known = {
        "kl": theory.kl_divergence(p, other, x),
        "reverse_kl": theory.kl_divergence(other, p, x),
        "pearson": theory.pearson_chi_squared(other, p, x),
        "gan": theory.minimax_value(p, other, x),
    }
    for name, value in known.items():
        assert theory.f_divergence(p, other, x, name) == pytest.approx(value, abs=1e-6)


# Radius after 500 steps of h = .2; FORMULAS of Mescheder et al. start at our (1, -1).
RADII = [
    ("minimax", False, 3.09, 3.10),
    ("minimax", True, 1.33, 1.43),
    ("non_saturating", False, 0.62, 0.65),
    ("non_saturating", True, 0.27, 0.30),
    ("wgan", False, 0.99, 1.28),
    ("wgan", True, 0.94, 1.06),
    ("wgan_gp", False, 1.6, 2.0),
    ("wgan_gp", True, 1.1, 1.45),
    ("r1", False, 2.55e-6, 2.65e-6),
    ("r1", True, 2.25e-7, 2.35e-7),
    ("r2", True, 2.25e-7, 2.35e-7),
    ("instance_noise", False, 5e-5, 6e-5),
]


@pytest.mark.parametrize("method, alternating, low, high", RADII)
def test_radii_of_the_dirac_gan(method, alternating, low, high):
    path = theory.dirac_trajectory((1.0, -1.0), method, alternating=alternating)
    assert path.shape == (501, 2) and tuple(path[0]) == (1.0, -1.0)
    assert low <= np.hypot(*path[-1]) <= high


def test_simultaneous_minimax_spirals_out_as_computed():
    path = theory.dirac_trajectory((1.0, -1.0), "minimax", step_size=0.2, num_steps=50)
    squares = (path**2).sum(axis=1)
    slopes = 1 / (1 + np.exp(-path.prod(axis=1)))  # f'(our ψθ)
    np.testing.assert_allclose(squares[1:], squares[:-1] * (1 + 0.2**2 * slopes[:-1] ** 2))


@pytest.mark.parametrize(
    "method, strength, expected",
    [
        ("minimax", None, (0.5j, -0.5j)),
        ("non_saturating", None, (0.5j, -0.5j)),
        ("wgan", None, (1j, -1j)),
        ("r1", 0.3, (-0.15 + 0.47696960j, -0.15 - 0.47696960j)),  # -γ/2 ± √(γ²/4 - ¼)
        ("r1", 1.25, (-0.25, -1.0)),
        ("r2", 0.3, (-0.15 + 0.47696960j, -0.15 - 0.47696960j)),
        ("instance_noise", 1.0, (-0.25 + 0.43301270j, -0.25 - 0.43301270j)),  # -σ²/4 ± …
    ],
)
def test_eigenvalues_at_the_solution(method, strength, expected):
    found = theory.dirac_eigenvalues(method, strength)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_r1_is_critical_at_one():
    assert theory.dirac_eigenvalues("r1", 0.99).imag.any()
    assert not theory.dirac_eigenvalues("r1", 1.01).imag.any()


def test_noise_takes_the_mean_over_both_samples():
    rng = np.random.default_rng(0)
    theta, psi, std = 0.7, -1.2, 0.5
    noise = std * rng.standard_normal(400_000)
    sigmoid = lambda t: 1 / (1 + np.exp(-t))  # noqa: E731
    noisy = theta + noise
    g_rate, d_rate = theory.dirac_field(theta, psi, "instance_noise", std)
    assert g_rate == pytest.approx((psi * sigmoid(psi * noisy)).mean(), abs=2e-3)
    by_samples = (noise * sigmoid(-psi * noise) - noisy * sigmoid(psi * noisy)).mean()
    assert d_rate == pytest.approx(by_samples, abs=2e-3)


def test_fields_work_on_arrays_and_name_unknown_methods():
    theta, psi = np.meshgrid(np.linspace(-2, 2, 5), np.linspace(-1, 1, 3))
    for method in theory.DIRAC_METHODS:
        rates = theory.dirac_field(theta, psi, method)
        assert [rate.shape for rate in rates] == [(3, 5), (3, 5)]
        one = theory.dirac_field(theta[1, 3], psi[1, 3], method)
        np.testing.assert_allclose([rate[1, 3] for rate in rates], one)
    with pytest.raises(ValueError, match=r"'sgd'; expected one of: minimax, "):
        theory.dirac_field(0, 0, "sgd")
    with pytest.raises(ValueError, match="no eigenvalues"):
        theory.dirac_eigenvalues("wgan_gp")


def test_clipping_keeps_the_slope_within_its_bound():
    path = theory.dirac_trajectory((1.0, 0.0), "wgan", strength=0.5)
    assert np.abs(path[:, 1]).max() == 0.5


def test_closed_forms_depend_on_the_difference_of_the_means():
    assert theory.normal_kl(1, 1, 3, 1) == pytest.approx(2)
    assert theory.normal_kl(-1, 1, 3, 2) == pytest.approx(theory.normal_kl(4, 1, 0, 2))
    assert theory.normal_wasserstein_1(1, 1, 3, 1) == 2
    assert theory.normal_wasserstein_1(1, 2, 1, 5) == pytest.approx(3 * np.sqrt(2 / np.pi))
    assert theory.normal_wasserstein_2(1, 2, 4, 6) == 5
