"""Metrics against closed forms: identity is zero, symmetry, Gaussians, monotonicity."""

import numpy as np
import pytest
from scipy import ndimage

from hue_edu import datasets, metrics
from hue_edu.metrics import FeatureStatistics

pytestmark = pytest.mark.core


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def gaussian(mean, std):
    mean, std = np.atleast_1d(mean).astype(float), np.atleast_1d(std).astype(float)
    return FeatureStatistics(mean, np.diag(std**2))


def test_statistics_by_hand():
    mean, covariance = metrics.feature_statistics([[0, 0], [2, 4], [1, 2]])
    np.testing.assert_allclose(mean, [1, 2])
    np.testing.assert_allclose(covariance, [[1, 2], [2, 4]])  # divided by num - 1


def test_statistics_of_one_feature_stay_a_matrix():
    assert metrics.feature_statistics([[1.0], [3.0]]).covariance.shape == (1, 1)


@pytest.mark.parametrize(
    "bad", [np.zeros((4, 2, 2)), np.zeros((1, 3)), np.zeros((3, 3)), np.full((3, 2), np.nan)]
)
def test_statistics_refuse_bad_features(bad):
    with pytest.raises(ValueError, match="features"):
        metrics.feature_statistics(bad)


def test_frechet_distance_of_identical_statistics_is_zero(rng):
    statistics = metrics.feature_statistics(rng.normal(size=(200, 6)))
    assert metrics.frechet_distance(statistics, statistics) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_of_shifted_gaussians_is_the_squared_shift():
    shift = np.array([1.0, -2.0, 0.5])
    distance = metrics.frechet_distance(
        gaussian(shift, np.ones(3)), gaussian(np.zeros(3), np.ones(3))
    )
    assert distance == pytest.approx(shift @ shift)


def test_frechet_distance_in_one_dimension():
    distance = metrics.frechet_distance(gaussian(1, 2), gaussian(4, 0.5))
    assert distance == pytest.approx((1 - 4) ** 2 + (2 - 0.5) ** 2)


def test_frechet_distance_of_rotated_covariances_by_the_general_formula(rng):
    a, b = (
        metrics.feature_statistics(rng.normal(size=(50, 4)) @ rng.normal(size=(4, 4))) for _ in "ab"
    )
    eigenvalues = np.linalg.eigvals(a.covariance @ b.covariance).real
    gap = a.mean - b.mean
    trace = np.trace(a.covariance) + np.trace(b.covariance) - 2 * np.sqrt(eigenvalues).sum()
    assert metrics.frechet_distance(a, b) == pytest.approx(gap @ gap + trace, rel=1e-6)
    assert metrics.frechet_distance(a, b) == pytest.approx(metrics.frechet_distance(b, a))


def test_frechet_distance_of_a_singular_covariance_is_exact():
    assert metrics.frechet_distance(
        gaussian([0, 0], [0, 1]), gaussian([0, 0], [3, 1])
    ) == pytest.approx(9)


def test_frechet_distance_has_the_known_bias_of_small_samples(rng):
    def between_samples():
        a, b = (metrics.feature_statistics(rng.normal(size=(1000, 16))) for _ in "ab")
        return metrics.frechet_distance(a, b)

    found = np.median([between_samples() for _ in range(9)])
    assert found == pytest.approx(0.168, rel=0.15)  # (2d + d(d+1)/2) / N


def test_frechet_distance_grows_with_noise(rng):
    clean = rng.normal(size=(2000, 5))
    reference = metrics.feature_statistics(clean)
    noise = rng.normal(size=clean.shape)
    distances = [
        metrics.frechet_distance(metrics.feature_statistics(clean + level * noise), reference)
        for level in (0, 0.5, 1, 2)
    ]
    assert distances == sorted(distances) and distances[-1] > distances[0] + 1


def test_frechet_distance_refuses_features_of_two_judges():
    with pytest.raises(ValueError, match="same judge"):
        metrics.frechet_distance(gaussian([0], [1]), gaussian([0, 0], [1, 1]))


def test_kernel_distance_by_hand():
    # d = 1, k(x, y) = (xy + 1)³; a = {0, 1}, b = {1, 2}: k(0,1) = 1, k(1,2) = 27;
    # cross: k(0,1), k(0,2), k(1,1), k(1,2) = 1, 1, 8, 27
    expected = 1 + 27 - 2 * (1 + 1 + 8 + 27) / 4
    assert metrics.kernel_distance([[0.0], [1.0]], [[1.0], [2.0]]) == pytest.approx(expected)


def test_kernel_distance_is_unbiased_and_symmetric(rng):
    draws = [
        metrics.kernel_distance(rng.normal(size=(100, 4)), rng.normal(size=(100, 4)))
        for _ in range(200)
    ]
    standard_error = np.std(draws) / np.sqrt(len(draws))
    assert abs(np.mean(draws)) < 4 * standard_error
    a, b = rng.normal(size=(30, 3)), rng.normal(1, 1, size=(40, 3))
    assert metrics.kernel_distance(a, b) == pytest.approx(metrics.kernel_distance(b, a))
    assert metrics.kernel_distance(a, b) > 0.5


def test_kernel_distance_refuses_features_of_two_judges():
    with pytest.raises(ValueError, match="cannot be compared"):
        metrics.kernel_distance(np.zeros((3, 2)), np.zeros((3, 4)))


def test_class_shares_by_hand():
    np.testing.assert_allclose(metrics.class_shares([0, 0, 2, 1], 4), [0.5, 0.25, 0.25, 0])


@pytest.mark.parametrize("bad", [[], [0, 10], [-1, 3]])
def test_class_shares_refuse_labels_out_of_range(bad):
    with pytest.raises(ValueError, match="from 0 to 9"):
        metrics.class_shares(bad)


def test_nearest_neighbors_are_those_of_a_plain_search(rng):
    queries, references = (rng.uniform(-1, 1, (num, 4, 4, 1)) for num in (23, 41))
    gaps = (queries[:, None] - references[None]).reshape(23, 41, -1)
    distances = np.linalg.norm(gaps, axis=-1)
    indices, found = metrics.nearest_neighbors(queries, references, chunk=7)
    np.testing.assert_array_equal(indices, distances.argmin(axis=1))
    np.testing.assert_allclose(found, distances.min(axis=1), rtol=1e-5)


def test_copy_ratio_tells_copies_from_new_data(rng):
    training, held_out, new = (rng.normal(size=(300, 5)) for _ in range(3))
    assert metrics.copy_ratio(training[:50], held_out, training) == pytest.approx(0, abs=1e-5)
    assert metrics.copy_ratio(new, held_out, training) == pytest.approx(1, abs=0.15)


def test_centred_pixels_by_hand(rng):
    image = np.clip(rng.normal(size=(1, 7, 14, 2)), -1, 1)
    brightness = (1 + image[0].mean(axis=-1)) / 2
    y, x = np.mgrid[:7, :14]
    centre = [(brightness * place).sum() / brightness.sum() for place in (y, x)]
    expected = np.zeros((12, 12))
    for i, j in np.ndindex(12, 12):
        gap_y = (y - centre[0]) / 0.5 - (i - 5.5)  # in steps, a 14th of the image: half a pixel
        gap_x = (x - centre[1]) / 1.0 - (j - 5.5)
        weight = np.exp(-(gap_y**2 + gap_x**2) / (2 * 0.75**2))
        expected[i, j] = (weight * brightness).sum()
    expected = expected.ravel() / np.linalg.norm(expected)
    np.testing.assert_allclose(metrics.centred_pixels(image)[0], expected, atol=1e-5)
    many = np.concatenate([image] * 2001)  # more than one part
    np.testing.assert_allclose(metrics.centred_pixels(many)[-1], expected, atol=1e-5)
    assert metrics.centred_pixels(-np.ones((1, 8, 8, 1))).max() == 0
    for far in (1.5, -1.5):
        with pytest.raises(ValueError, match="Expected float32 pixels in"):
            metrics.centred_pixels(np.where(image == image.max(), far, image))


@pytest.fixture(scope="module")
def digits():
    """Sixty test digits, ten thousand training digits, and sixty of these."""
    training, order = datasets.load_mnist("train")[0], np.random.default_rng(3)
    training = training[order.permutation(60_000)[:10_000]]
    return datasets.load_mnist("test")[0][order.permutation(10_000)[:60]], training, training[:60]


def turn(images, angle):
    turned = ndimage.rotate(images, angle, (1, 2), reshape=False, order=1, cval=-1)
    return np.clip(turned, -1, 1)


CHANGES = {  # of a copy, and the least share that must be found
    "none": (lambda x: x, 1.0),
    "moved by a pixel": (lambda x: np.roll(x, 1, axis=2), 0.95),
    "moved by two": (lambda x: np.roll(x, (2, -2), axis=(1, 2)), 0.9),
    "thickened": (lambda x: ndimage.grey_dilation(x, (1, 2, 2, 1)), 0.9),
    "thickened twice": (lambda x: ndimage.grey_dilation(x, (1, 3, 3, 1)), 0.6),
    "thinned": (lambda x: ndimage.grey_erosion(x, (1, 2, 2, 1)), 0.75),
    "turned by 5": (lambda x: turn(x, 5), 0.9),
    "turned by -10": (lambda x: turn(x, -10), 0.4),
    "all at once": (
        lambda x: np.roll(turn(ndimage.grey_dilation(x, (1, 2, 2, 1)), 7), (1, -2), (1, 2)),
        0.6,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_copied_share_sees_changed_copies_and_no_changed_new_digits(digits, change):
    new, training, originals = digits
    change, least = CHANGES[change]
    assert metrics.copied_share(change(originals), training) >= least
    assert metrics.copied_share(change(new), training) <= 0.05


def test_copied_share_sees_few_copies_among_many_images(digits):
    new, training, originals = digits
    mixed = np.concatenate([new[:57], np.roll(originals[:3], 2, axis=1)])
    assert metrics.copied_share(mixed, training) == pytest.approx(3 / 60)
    doubled = np.concatenate([training[:300], training[:300]])
    assert metrics.copied_share(originals, doubled) == 0  # which of the two is it a copy of?


def test_copied_share_is_its_formula(digits):
    """The least distance over all small changes, by least squares, pair by pair."""
    new, training, originals = digits
    images = np.concatenate([new[:4], turn(originals[:4], 10)])
    f, few = metrics.centred_pixels, training[:200]

    def distances(x):
        changes = [
            f(turn(x, 8)) - f(turn(x, -8)),
            f(ndimage.grey_erosion(x, (1, 3, 3, 1))) - f(x),
            f(ndimage.grey_dilation(x, (1, 2, 2, 1))) - f(x),
        ]
        gaps, columns = (f(few) - f(x)).T, np.concatenate(changes).T
        return np.linalg.norm(gaps - columns @ np.linalg.lstsq(columns, gaps)[0], axis=0)

    near = np.array([np.sort(distances(image[None]))[:2] for image in images])
    expected = (near[:, 0] < 0.6 * near[:, 1]).mean()
    assert 0 < expected < 1 and metrics.copied_share(images, few) == expected
    with pytest.raises(ValueError, match="expected the same size"):
        metrics.copied_share(images[:, :20], few)


def test_diversity_ratio_of_a_generator_that_ignores_z_is_zero(rng):
    real = rng.normal(size=(400, 6))
    assert metrics.diversity_ratio(np.repeat(real[:1], 100, axis=0), real) == 0
    assert metrics.diversity_ratio(rng.normal(size=(400, 6)), real) == pytest.approx(1, abs=0.1)
    assert metrics.diversity_ratio(2 * real, real) == pytest.approx(2)


def test_mode_coverage_by_hand():
    centres = [[0, 0], [10, 0], [0, 10]]
    points = [[0.5, 0], [0, 1], [10, 1.01], [5, 5]]
    modes, share = metrics.mode_coverage(points, centres, radius=1.0)
    assert modes == 1 and share == 0.5  # the border counts; beyond it does not
    assert metrics.mode_coverage(points, centres, radius=1.1) == (2, 0.75)
    assert metrics.mode_coverage(np.array(points) + 100, centres, 1.0) == (0, 0.0)


def test_histogram_jsd_by_hand(rng):
    left, right = np.full((10, 2), -0.5), np.full((10, 2), 0.5)
    assert metrics.histogram_jsd(left, right, limit=1, bins=2) == pytest.approx(np.log(2))
    assert metrics.histogram_jsd(left, left, limit=1, bins=2) == 0
    mixed = np.concatenate([left, right])
    by_hand = (np.log(2 / 1.5) + 0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(0.5 / 0.25)) / 2
    assert metrics.histogram_jsd(left, mixed, limit=1, bins=2) == pytest.approx(by_hand)
    far = np.full((10, 2), 50.0)  # counts in the outermost bin
    assert metrics.histogram_jsd(right, far, limit=1, bins=2) == 0


def test_histogram_jsd_grows_with_the_distance(rng):
    points = rng.normal(0, 0.3, (2000, 2))
    others = [rng.normal(0, 0.3, (2000, 2)) + shift for shift in (0.0, 0.2, 0.5, 1.0)]
    found = [metrics.histogram_jsd(points, other, limit=1.5) for other in others]
    assert found == sorted(found) and found[0] < 0.05


@pytest.mark.parametrize("make, centres, std", [
    (datasets.make_ring, datasets.ring_centres(), 0.01),
    (datasets.make_grid, datasets.grid_centres(), 0.05),
])  # fmt: skip
def test_true_data_scores_what_the_formulas_say(make, centres, std):
    found = metrics.mode_scores(make(40_000, seed=3)[0], centres, std)
    assert found["modes"] == len(centres)
    assert found["quality"] == pytest.approx(1 - np.exp(-4.5), abs=0.002)
    assert found["reverse_kl"] < 3 * (len(centres) - 1) / (2 * 40_000)
    assert found["spread"] == pytest.approx(1, abs=0.01)


def test_mode_scores_tell_a_collapse_from_narrow_modes():
    points, index = datasets.make_ring(2_000, seed=0)
    centres = datasets.ring_centres()
    one = metrics.mode_scores(points[index == 3], centres, 0.01)
    assert one["modes"] == 1 and one["reverse_kl"] == pytest.approx(np.log(8))
    narrow = metrics.mode_scores(centres[index] + (points - centres[index]) / 2, centres, 0.01)
    assert narrow["quality"] > 0.999 and narrow["spread"] == pytest.approx(0.52, abs=0.02)
    nowhere = metrics.mode_scores(points + 5, centres, 0.01)
    assert nowhere["modes"] == 0 and nowhere["quality"] == 0
    assert np.isnan(nowhere["reverse_kl"]) and np.isnan(nowhere["spread"])


def test_nearest_modes_and_reverse_kl_by_hand():
    centres = [[0, 0], [10, 0], [0, 10]]
    points = [[0, 0], [0, 0.5], [10, 0], [5, 5]]
    counts = metrics.nearest_modes(points, centres, radius=1)
    np.testing.assert_array_equal(counts, [2, 1, 0])
    by_hand = np.log(3) + 2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3)
    assert metrics.reverse_kl(counts) == pytest.approx(by_hand)
    assert metrics.reverse_kl([5, 5, 5]) == pytest.approx(0)
    assert metrics.reverse_kl([7, 0, 0, 0]) == pytest.approx(np.log(4))


def test_true_data_scores_what_it_must():
    """Of the papers' ring and grid: 98.89% within 3σ, and the floors of KL and spread."""
    found = []
    for seed in range(20):
        for make, centres, std in (
            (datasets.make_ring, datasets.ring_centres(), 0.01),
            (datasets.make_grid, datasets.grid_centres(), 0.05),
        ):
            points, _ = make(2500, seed)
            modes, share = metrics.mode_coverage(points, centres, 3 * std)
            kl = metrics.reverse_kl(metrics.nearest_modes(points, centres, 3 * std))
            spread = metrics.spread_within_modes(points, centres, 3 * std) / std
            found.append((modes / len(centres), share, kl * 5000 / (len(centres) - 1), spread))
    modes, share, kl, spread = np.mean(found, axis=0)
    assert modes == 1 and share == pytest.approx(0.98889, abs=0.001)  # 1 - e^-4.5
    assert kl == pytest.approx(1, abs=0.15)  # (K-1)/2n
    assert spread == pytest.approx(0.973, abs=0.005)


def test_modes_that_are_too_narrow_look_better_than_true_data():
    points, _ = datasets.make_ring(2500, seed=0, std=0.008)
    _, share = metrics.mode_coverage(points, datasets.ring_centres(), 0.03)
    spread = metrics.spread_within_modes(points, datasets.ring_centres(), 0.03) / 0.01
    assert share > 0.997 and spread == pytest.approx(0.8, abs=0.02)
    assert np.isnan(metrics.spread_within_modes([[5.0, 5.0]], [[0, 0]], 0.1))


def test_different_bins_by_hand():
    real = np.repeat([[0.0], [10.0]], 50, axis=0)  # two bins, half each
    even, odd = real, np.repeat([[0.0], [10.0]], [80, 20], axis=0)
    assert metrics.different_bins(real, even, num_bins=2) == 0
    assert metrics.different_bins(real, odd, num_bins=2) == 1  # z = .3/√(.65·.35·.02) = 4.4
    slightly = np.repeat([[0.0], [10.0]], [60, 40], axis=0)  # z = 1.42
    assert metrics.different_bins(real, slightly, num_bins=2) == 0
    assert metrics.different_bins(real, slightly, num_bins=2, significance=0.2) == 1


def test_different_bins_are_few_for_the_same_distribution_and_many_for_lost_modes(rng):
    real, same = rng.normal(size=(5000, 2)), rng.normal(size=(5000, 2))
    assert metrics.different_bins(real, same, num_bins=50) < 0.15
    assert metrics.different_bins(real, same[same[:, 0] > 0], num_bins=50) > 0.8


def test_copy_ratio_and_diversity_by_hand():
    training, held_out = [[0.0], [10.0]], [[2.0], [12.0], [14.0]]  # 2, 2 and 4 away
    assert metrics.copy_ratio([[0.5], [9.0], [10.5]], held_out, training) == pytest.approx(0.25)
    real = np.array([[0.0], [1.0], [4.0], [7.0]])  # pairs (0, 4), (1, 7): 5 on average
    assert metrics.diversity_ratio([[0.0], [1.0], [2.0], [5.0]], real) == pytest.approx(3 / 5)
    assert metrics.diversity_ratio([[0.0], [9.0], [1.0]], real) == pytest.approx(9 / 5)


def test_an_image_among_the_references_is_not_its_own_neighbour(rng):
    line = np.array([[0.0], [1.0], [4.0], [9.0], [9.0]])
    indices, distances = metrics.nearest_neighbors(line[[4, 0, 2]], line, chunk=2, own=[4, 0, 2])
    assert indices.tolist() == [3, 1, 1] and distances.tolist() == [0, 1, 3]
    many = rng.normal(size=(40, 3))
    rows = np.array([7, 31, 2])
    for row, index, distance in zip(rows, *metrics.nearest_neighbors(many[rows], many, own=rows)):
        others = np.delete(many, row, axis=0)
        expected = np.linalg.norm(others - many[row], axis=1)
        assert distance == pytest.approx(expected.min(), rel=1e-5)
        np.testing.assert_array_equal(others[expected.argmin()], many[index])


def test_measures_of_copying_from_distances_by_hand():
    assert metrics.distance_ratio([1.0, 9.0, 2.0], [4.0, 4.0]) == 0.5
    expected = (2 - 3) / np.sqrt(3 * 2 * 6 / 12)  # 9 is further than both of the real ones
    assert metrics.distance_z([1.0, 9.0, 2.0], [4.0, 4.0]) == pytest.approx(expected)
    with pytest.raises(ValueError, match="a duplicate among the training images"):
        metrics.distance_ratio([1.0], [0.0, 0.0, 5.0])


def test_small_pixels_are_means_over_areas(rng):
    images = rng.uniform(-1, 1, (2, 64, 32, 3)).astype("float32")
    found = metrics.small_pixels(images)
    expected = images.reshape(2, 8, 8, 8, 4, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(found, expected.reshape(2, -1), atol=1e-6)
    assert found.dtype == np.float32
    cut = metrics.small_pixels(np.array([-1.0, 0, 1]).reshape(1, 3, 1, 1), side=2)  # 0: in two
    np.testing.assert_allclose(cut, [[-2 / 3, -2 / 3, 2 / 3, 2 / 3]], rtol=1e-5)
    whole = images[:, :28, :28]
    means = metrics.small_pixels(whole).reshape(2, 64, 3).mean(axis=1)
    np.testing.assert_allclose(means, whole.mean(axis=(1, 2)), atol=1e-6)


def test_kernel_distance_of_many_samples_by_its_formula(rng):
    a, b = rng.normal(size=(1100, 2)), rng.normal(0.3, 1, size=(1003, 2))
    k = [(x @ y.T / 2 + 1) ** 3 for x, y in ((a, a), (b, b), (a, b))]
    others = [(m.sum() - np.trace(m)) / (len(m) * (len(m) - 1)) for m in k[:2]]
    expected = sum(others) - 2 * k[2].mean()
    assert metrics.kernel_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_the_smallest_allowed_inputs_work():
    few = metrics.feature_statistics([[0.0, 1.0], [2.0, 1.0], [1.0, 3.0]])
    assert metrics.frechet_distance(few, few) == pytest.approx(0.0, abs=1e-12)
    np.testing.assert_array_equal(metrics.class_shares([0]), [1] + 9 * [0])
    np.testing.assert_array_equal(metrics.class_shares([9, 9]), 9 * [0] + [1])
    indices, distances = metrics.nearest_neighbors([[3.0]], [[1.0], [4.5]])
    assert indices.tolist() == [1] and distances.tolist() == [1.5]
    assert metrics.mode_coverage([[1.0, 0.0]], [[0, 0]], 1.0) == (1, 1.0)
    assert metrics.spread_within_modes([[3.0, 0.0], [0, 4], [9, 9]], [[0, 0]], 4) == pytest.approx(
        np.sqrt(25 / 4)
    )


def test_bad_labels_and_features_are_told_with_what_came():
    with pytest.raises(ValueError, match="between 0 and 10; expected whole numbers from 0 to 9"):
        metrics.class_shares([0, 10, 3])
    with pytest.raises(ValueError, match=r"at least one\.$"):
        metrics.class_shares([])
    with pytest.raises(ValueError, match=r"got \(1, 3\)"):
        metrics.kernel_distance(np.zeros((5, 3)), np.zeros((1, 3)))
    with pytest.raises(ValueError, match="NaN or infinity"):
        metrics.feature_statistics([[1.0], [np.inf]])


def test_histograms_count_every_point_once():
    points = np.array([[-5.0, 0.1], [0.1, 5.0], [0.9, -0.9], [1.0, 1.0]])
    far = points + np.array([[0, 0], [0, 0], [0, 0], [3, 3]])  # clipped into the same bins
    assert metrics.histogram_jsd(points, far, limit=1, bins=4) == 0
    half = np.array([[-0.3, -0.3], [0.3, 0.3]])
    found = metrics.histogram_jsd(half, half[:1], limit=1)  # 16 bins a side
    by_hand = (0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(2) + np.log(1 / 0.75)) / 2
    assert found == pytest.approx(by_hand)
    near = half + np.array([0.13, 0.0])  # the next bin of 1/8 width
    assert metrics.histogram_jsd(half, near, limit=1) == pytest.approx(np.log(2))


def test_different_bins_need_a_gap_beyond_chance_and_allow_empty_bins():
    real = np.repeat([[0.0], [10.0], [20.0]], 40, axis=0)
    assert metrics.different_bins(real, real[:1], num_bins=3) == pytest.approx(0.0)
    assert metrics.different_bins(real, real[:40], num_bins=3) == pytest.approx(1.0)
    shares = metrics.different_bins(real, np.repeat([[0.0], [10.0]], [40, 80], axis=0), num_bins=3)
    assert shares == pytest.approx(2 / 3)  # the first bin has a third in both
    again = metrics.different_bins(real, real[:40], num_bins=3, seed=5)
    assert again == pytest.approx(1.0)


def test_the_sure_share_by_hand():
    nine = np.log(9 * 9)  # against nine zeros: probability exactly 0.9
    logits = np.zeros((4, 10))
    logits[0, 3], logits[1, 7], logits[2, 0] = nine + 1e-9, nine - 0.01, 50
    assert metrics.sure_share(logits) == 0.5
    assert metrics.sure_share(logits + 1000) == 0.5  # no overflow
    assert metrics.sure_share(logits, threshold=0.1) == 1
    assert metrics.sure_share(logits[2:], threshold=0.2) == 0.5


def test_the_test_of_a_bin_is_two_sided():
    places = np.array([[0.0], [10.0]])
    real = np.repeat(places, (500, 500), axis=0)
    for left, expected in ((540, 0.0), (560, 1.0)):  # z = 1.79 and 2.69; the border is 1.96
        generated = np.repeat(places, (left, 1000 - left), axis=0)
        assert metrics.different_bins(real, generated, num_bins=2) == expected


def test_frechet_infinity_takes_the_bias_out(rng):
    exact = gaussian(np.zeros(16), np.ones(16))
    plain, endless = [], []
    for _ in range(9):
        features = rng.normal(size=(1000, 16))
        plain.append(metrics.frechet_distance(metrics.feature_statistics(features), exact))
        endless.append(metrics.frechet_infinity(features, exact))
    assert np.median(plain) == pytest.approx(0.084, rel=0.15)  # half of (2d + d(d+1)/2) / N
    assert abs(np.median(endless)) < 0.2 * np.median(plain)
    far = metrics.frechet_infinity(rng.normal(size=(1000, 16)) + 1, exact)
    assert far == pytest.approx(16, rel=0.1)
    assert metrics.frechet_infinity(features, exact, seed=1) != endless[-1]
    with pytest.raises(ValueError, match="at least 68"):
        metrics.frechet_infinity(np.zeros((67, 16)), exact)


def test_the_kernel_distance_in_blocks_is_the_mean_over_blocks_with_an_honest_error(rng):
    a, b = rng.normal(size=(400, 3)), rng.normal(0.2, 1, size=(600, 3))
    found, error = metrics.kernel_distance_in_blocks(a, b)
    order = np.random.default_rng(0)
    parts = [np.array_split(order.permutation(x), 10) for x in (a, b)]
    by_hand = [metrics.kernel_distance(x, y) for x, y in zip(*parts)]
    assert found == pytest.approx(np.mean(by_hand))
    assert error == pytest.approx(np.std(by_hand, ddof=1) / np.sqrt(10))
    draws = [
        metrics.kernel_distance_in_blocks(rng.normal(size=(100, 3)), rng.normal(size=(100, 3)))
        for _ in range(200)
    ]
    values, errors = np.transpose(draws)
    assert np.std(values) == pytest.approx(np.sqrt(np.mean(errors**2)), rel=0.25)
    with pytest.raises(ValueError, match="at least 20"):
        metrics.kernel_distance_in_blocks(a[:19], b)


def test_precision_and_recall_by_hand():
    real = np.array([[0.0], [1.0], [2.0], [10.0]])  # radii for k = 2: 2, 1, 2, 9
    generated = np.array([[3.5], [20.0], [30.0]])  # in the ball of 10; none; none
    # radii of the generated for k = 2: 26.5, 16.5, 26.5; 10 lies in all, 0 to 2 in the first
    assert metrics.precision_recall(real, generated, k=2) == pytest.approx((1 / 3, 1.0))
    assert metrics.precision_recall(generated, real, k=2) == pytest.approx((1.0, 1 / 3))
    far = np.array([[100.0], [100.5], [101.0]])
    assert metrics.precision_recall(real, far, k=2) == (0, 0)
    with pytest.raises(ValueError, match="at least 4"):
        metrics.precision_recall(real[:3], generated)
    with pytest.raises(ValueError, match="same judge"):
        metrics.precision_recall(real, np.zeros((5, 2)), k=2)


def test_density_and_coverage_by_hand():
    real = np.array([[0.0], [1.0], [2.0], [10.0]])  # radii for k = 2: 2, 1, 2, 9
    generated = np.array([[1.0], [3.5], [-5.0]])  # in four, two and no balls
    assert metrics.density_coverage(real, generated, k=2)[0] == pytest.approx((4 + 2 + 0) / 3 / 2)
    assert metrics.density_coverage(real, generated, k=2)[1] == 1.0
    assert metrics.density_coverage(real, [[1.9], [2.1], [2.0]], k=2)[1] == 1.0
    assert metrics.density_coverage(real, [[-1.9], [-1.8], [-1.7]], k=2)[1] == 0.25


def test_two_draws_of_one_distribution_score_as_the_papers_say(rng):
    a, b = rng.normal(size=(2000, 8)), rng.normal(size=(2000, 8))
    density, coverage = metrics.density_coverage(a, b)
    assert density == pytest.approx(1, abs=0.1) and coverage == pytest.approx(1 - 2**-5, abs=0.01)
    assert metrics.precision_recall(a, a) == (1, 1)
    precision, recall = metrics.precision_recall(a, b)
    assert precision == pytest.approx(recall, abs=0.05) and 0.7 < precision < 1


def test_precision_falls_for_wrong_samples_and_recall_for_missing_ones(rng):
    real, generated = rng.normal(size=(1500, 6)), rng.normal(size=(1500, 6))
    precision, recall = metrics.precision_recall(real, generated)
    narrow = metrics.precision_recall(real, generated * 0.5)
    assert narrow[0] > precision and narrow[1] < recall / 2
    half = metrics.precision_recall(real, np.abs(generated) * [1, -1, 1, 1, 1, 1])
    assert half[0] == pytest.approx(precision, abs=0.1) and half[1] < 0.7 * recall
    wild = metrics.precision_recall(real, generated * 2)
    assert wild[0] < precision / 2
    odd = np.concatenate([real, [[9.0] * 6]])  # one odd real sample has a huge ball
    around = rng.normal(size=(1500, 6)) + 6
    assert metrics.precision_recall(odd, around)[0] > 5 * metrics.precision_recall(real, around)[0]
    assert metrics.density_coverage(odd, around)[1] < 0.02


def test_the_inception_score_by_hand():
    even = np.full((4, 10), 2.0)
    assert metrics.inception_score(even) == pytest.approx(1)
    sure = 50 * np.eye(10)
    assert metrics.inception_score(sure) == pytest.approx(10)
    assert metrics.inception_score(sure[[3, 3, 3]]) == pytest.approx(1)
    assert metrics.inception_score(sure[[0, 0, 1, 1]]) == pytest.approx(2)
    p = np.array([[0.5, 0.5], [0.9, 0.1]])
    kl = (p * np.log(p / [[0.7, 0.3]])).sum(axis=1).mean()
    assert metrics.inception_score(np.log(p)) == pytest.approx(np.exp(kl))


def test_class_distance_by_hand():
    assert metrics.class_distance([0, 1, 1, 2], [0, 1, 2, 2], 3) == pytest.approx(0.25)
    assert metrics.class_distance([0, 0], [1]) == 1 and metrics.class_distance([9, 1], [1, 9]) == 0


def test_sharpness_ratio_by_hand():
    edge = np.full((2, 5, 5, 1), -0.5)
    edge[:, 2, 2] = 0.5  # Laplacian -4 in the middle, 1 at four places, 0 elsewhere
    assert metrics.sharpness_ratio(edge, edge) == 1
    assert metrics.sharpness_ratio(0.5 * edge + 0.1, edge) == pytest.approx(0.25)
    half = np.concatenate([edge[:1], 0 * edge[:1]])
    assert metrics.sharpness_ratio(half, edge) == pytest.approx(0.5)
    both = np.concatenate([edge, edge, edge], axis=-1)
    assert metrics.sharpness_ratio(0.5 * both, both) == pytest.approx(0.25)
    line = np.full((1, 5, 5, 1), -0.5)
    line[:, :, 2] = 0.5  # -2 on five places, 1 on ten
    assert metrics.sharpness_ratio(line, edge) == pytest.approx((30 / 25) / (20 / 25))


def test_copying_z_by_hand_and_by_chance(rng):
    training = [[0.0]]
    generated, held_out = [[1.0], [2.0], [5.0]], [[3.0], [4.0]]
    u = 2  # pairs in which the generated one lies further: 5 with 3 and 4
    expected = (u - 3) / np.sqrt(3 * 2 * 6 / 12)
    assert metrics.copying_z(generated, held_out, training) == pytest.approx(expected)
    training, held_out, new = (rng.normal(size=(400, 5)) for _ in range(3))
    assert abs(metrics.copying_z(new, held_out, training)) < 3
    assert metrics.copying_z(training[:100], held_out, training) < -10
    assert metrics.copying_z(new + 9, held_out, training) > 10


@pytest.fixture(scope="module")
def judged():
    """Test digits in two halves, with a judge; the second half is what a generator would make."""
    from hue_edu import judges

    images, labels = datasets.load_mnist("test")
    order = np.random.default_rng(0).permutation(10_000)[:3000]
    return judges.load_judge(), images[order[:1500]], images[order[1500:]], labels[order[1500:]]


def _blur(images, sigma):
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(images, (0, sigma, sigma, 0))


CORRUPTIONS = {
    "noise": lambda x, y, real, rng: np.clip(x + rng.normal(0, 0.25, x.shape), -1, 1),
    "blur": lambda x, y, real, rng: _blur(x, 1.0),
    "dropped classes": lambda x, y, real, rng: np.repeat(x[y < 5], 3, axis=0)[: len(x)],
    "copies": lambda x, y, real, rng: real[: len(x)],
}
REACTS = {  # corruption → measures that must see it, with the sign of the change
    "noise": {"frechet": 1, "kernel": 1, "precision": -1, "coverage": -1, "sharpness": 1},
    "blur": {"frechet": 1, "kernel": 1, "coverage": -1, "sharpness": -1},
    "dropped classes": {
        "frechet": 1, "kernel": 1, "recall": -1, "coverage": -1, "classes": 1, "inception": -1,
    },
    "copies": {"frechet": -1, "coverage": 1, "precision": 1, "copying": -1},
}  # fmt: skip
IGNORES = {  # and what must hardly move
    "dropped classes": {"precision": 0.05, "sharpness": 0.2},
    "copies": {"sharpness": 0.05, "classes": 0.06},
    "blur": {"classes": 0.06},
}


def _measure(judge, real, images):
    features, logits = judge.features_and_logits(images)
    reference, real_logits = judge.features_and_logits(real)
    statistics = metrics.feature_statistics(reference)
    precision, recall = metrics.precision_recall(reference, features)
    return {
        "frechet": metrics.frechet_distance(metrics.feature_statistics(features), statistics),
        "kernel": metrics.kernel_distance(features, reference),
        "precision": precision,
        "recall": recall,
        "coverage": metrics.density_coverage(reference, features)[1],
        "inception": metrics.inception_score(logits),
        "classes": metrics.class_distance(logits.argmax(axis=1), real_logits.argmax(axis=1)),
        "sharpness": metrics.sharpness_ratio(images, real),
        "copying": metrics.copying_z(images[:300], datasets.load_mnist("test")[0][:300], real),
    }


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_each_metric_reacts_to_what_it_should(judged, corruption, rng):
    judge, real, generated, labels = judged
    before = _measure(judge, real, generated)
    changed = CORRUPTIONS[corruption](generated, labels, real, rng).astype("float32")
    after = _measure(judge, real, changed)
    floors = {"frechet": 1.0, "kernel": 5.0, "sharpness": 0.2, "copying": 6.0, "classes": 0.2,
              "inception": 2.0}  # fmt: skip
    for name, sign in REACTS[corruption].items():
        assert sign * (after[name] - before[name]) > floors.get(name, 0.02), (name, before, after)
    for name, most in IGNORES.get(corruption, {}).items():
        assert abs(after[name] - before[name]) < most, (name, before, after)


ONE, TWO = np.zeros((1, 2)), np.arange(4.0).reshape(2, 2)
TOO_FEW = {
    "inception_score, 1": lambda: metrics.inception_score(ONE),
    "inception_score, 0": lambda: metrics.inception_score(ONE[:0]),
    "sure_share, 0": lambda: metrics.sure_share(ONE[:0]),
    "class_shares, 0": lambda: metrics.class_shares([]),
    "class_distance, 0": lambda: metrics.class_distance([1, 2], []),
    "different_bins, 2 in 3": lambda: metrics.different_bins(TWO, TWO, num_bins=3),
    "different_bins, 0": lambda: metrics.different_bins(TWO, TWO[:0], num_bins=2),
    "feature_statistics, 2 of 2": lambda: metrics.feature_statistics(TWO),
    "kernel_distance, 1": lambda: metrics.kernel_distance(TWO, ONE),
    "precision_recall, 2": lambda: metrics.precision_recall(TWO, TWO),
    "density_coverage, 2": lambda: metrics.density_coverage(TWO, TWO),
    "mode_coverage, 0": lambda: metrics.mode_coverage(TWO[:0], TWO, 1.0),
    "mode_scores, 0": lambda: metrics.mode_scores(TWO[:0], TWO, 1.0),
    "spread_within_modes, 0": lambda: metrics.spread_within_modes(TWO[:0], TWO, 1.0),
    "reverse_kl, 0": lambda: metrics.reverse_kl([0, 0, 0]),
    "histogram_jsd, 0": lambda: metrics.histogram_jsd(TWO, TWO[:0], 1.0),
    "nearest_neighbors, 0": lambda: metrics.nearest_neighbors(TWO, TWO[:0]),
    "nearest_neighbors, one and itself": lambda: metrics.nearest_neighbors(ONE, ONE, own=[0]),
    "small_pixels, 0": lambda: metrics.small_pixels(np.zeros((0, 5, 5, 1))),
    "small_pixels, flat": lambda: metrics.small_pixels(TWO),
    "distance_ratio, 0": lambda: metrics.distance_ratio([], [1.0]),
    "distance_z, 0": lambda: metrics.distance_z([1.0], []),
    "copy_ratio, 0": lambda: metrics.copy_ratio(TWO[:0], TWO, TWO),
    "copying_z, 0": lambda: metrics.copying_z(TWO, TWO[:0], TWO),
    "centred_pixels, 0": lambda: metrics.centred_pixels(np.zeros((0, 5, 5, 1))),
    "centred_pixels, flat": lambda: metrics.centred_pixels(np.zeros((2, 25))),
    "copied_share, 0": lambda: metrics.copied_share(EDGE[:0], EDGE),
    "copied_share, 1": lambda: metrics.copied_share(EDGE, EDGE),
    "diversity_ratio, 1": lambda: metrics.diversity_ratio(ONE, TWO),
    "diversity_ratio, real all alike": lambda: metrics.diversity_ratio(TWO, TWO[[0, 0]]),
    "sharpness_ratio, 0": lambda: metrics.sharpness_ratio(np.zeros((0, 5, 5, 1)), EDGE),
    "sharpness_ratio, real blank": lambda: metrics.sharpness_ratio(EDGE, 0 * EDGE),
}
EDGE = np.pad(np.ones((1, 5, 3, 1)), ((0, 0), (0, 0), (1, 1), (0, 0)), constant_values=-1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("measure", TOO_FEW.values(), ids=TOO_FEW)
def test_too_few_samples_give_an_error_and_no_number(measure):
    with pytest.raises(ValueError, match=r"[Gg]ot|No sample|measure|at least one") as caught:
        measure()
    assert len(str(caught.value)) > 30 and str(caught.value).endswith(".")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_gives_an_error_and_no_number(bad):
    spoilt = np.where(np.eye(2) > 0, bad, TWO)
    images = np.full((2, 5, 5, 1), bad)
    for measure in (
        lambda: metrics.inception_score(spoilt),
        lambda: metrics.sure_share(spoilt),
        lambda: metrics.mode_coverage(spoilt, TWO, 1.0),
        lambda: metrics.nearest_neighbors(spoilt, TWO),
        lambda: metrics.nearest_neighbors(TWO, spoilt),
        lambda: metrics.copy_ratio(spoilt, TWO, TWO),
        lambda: metrics.histogram_jsd(spoilt, TWO, 1.0),
        lambda: metrics.kernel_distance(spoilt, TWO),
    ):
        with pytest.raises(ValueError, match="NaN|finite"):
            measure()
    with pytest.raises(ValueError, match="NaN"):
        metrics.centred_pixels(images)
    with pytest.raises(ValueError, match="NaN"), np.errstate(all="ignore"):
        metrics.sharpness_ratio(images, EDGE)
    with pytest.raises(ValueError, match="the same size"):
        metrics.nearest_neighbors(np.zeros((2, 3)), TWO)
