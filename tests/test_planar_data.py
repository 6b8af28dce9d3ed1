"""Points in the plane: the papers' parameters, and data that lies where its places are."""

import numpy as np
import pytest

from hue_edu import datasets, metrics
from hue_edu.datasets import drawings

pytestmark = pytest.mark.core


def test_ring_has_eight_distinct_modes_on_the_unit_circle():
    points, modes = datasets.make_ring(8000, seed=0)
    centres = np.stack([points[modes == k].mean(axis=0) for k in range(8)])
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), 1, atol=2e-3)
    gaps = np.linalg.norm(centres[:, None] - centres[None], axis=-1)[~np.eye(8, dtype=bool)]
    assert gaps.min() == pytest.approx(2 * np.sin(np.pi / 8), abs=2e-3)
    assert (points - centres[modes]).std() == pytest.approx(0.01, rel=0.05)
    assert points.dtype == np.float32 and modes.dtype == np.int32


def test_grid_has_twenty_five_modes_two_apart():
    points, modes = datasets.make_grid(10_000, seed=0)
    centres = np.stack([points[modes == k].mean(axis=0) for k in range(25)])
    np.testing.assert_allclose(centres, np.round(centres), atol=0.02)
    assert {tuple(c) for c in np.round(centres)} == {
        (x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)
    }
    assert (points - centres[modes]).std() == pytest.approx(0.05, rel=0.05)


def test_swiss_roll_without_noise_is_the_stated_spiral():
    points, u = datasets.make_swiss_roll(500, seed=0, noise=0)
    t = 1.5 * np.pi * (1 + 2 * u)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), t / 7.5, rtol=1e-5)
    noisy, _ = datasets.make_swiss_roll(20_000, seed=0)
    clean, _ = datasets.make_swiss_roll(20_000, seed=0, noise=0)
    assert (noisy - clean).std() == pytest.approx(0.25 / 7.5, rel=0.03)


def test_moons_without_noise_are_half_circles():
    points, moon = datasets.make_moons(500, seed=0, std=0)
    upper, lower = points[moon == 0] + [0.5, 0.25], points[moon == 1] + [0.5, 0.25]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(lower - [1, 0.5], axis=1), 1, rtol=1e-5)
    assert upper[:, 1].min() >= -1e-6 and lower[:, 1].max() <= 0.5 + 1e-6


@pytest.mark.parametrize(
    "make", [datasets.make_ring, datasets.make_grid, datasets.make_swiss_roll, datasets.make_moons]
)
def test_toys_repeat_with_their_seed(make):
    np.testing.assert_array_equal(make(50, seed=3)[0], make(50, seed=3)[0])
    assert not np.allclose(make(50, seed=3)[0], make(50, seed=4)[0])


@pytest.mark.parametrize("name", datasets.PLANAR)
def test_planar_data_lies_near_its_places_and_covers_them(name):
    data = datasets.make_planar(name, 2000, seed=0)
    assert data.points.shape == (2000, 2) and data.points.dtype == np.float32
    assert np.abs(data.points).max() < 1.4
    modes, share = metrics.mode_coverage(data.points, data.places, data.reach)
    assert modes == len(data.places) and share > 0.75
    again, other = (datasets.make_planar(name, 2000, seed=seed).points for seed in (0, 1))
    np.testing.assert_array_equal(data.points, again)
    assert not np.allclose(data.points, other)


def test_planar_modes_are_those_of_the_papers():
    assert len(datasets.make_planar("ring", 10, 0).places) == 8
    assert len(datasets.make_planar("grid", 10, 0).places) == 25
    near = datasets.make_planar("ring", 20_000, 0)
    share = metrics.mode_coverage(near.points, near.places, near.reach)[1]
    assert share == pytest.approx(0.9889, abs=0.003)  # 1 - e^-4.5 within three σ
    for other in ("cat", "Ring", None, 0, ["ring"]):
        with pytest.raises(ValueError, match="There is no data set .*; expected one of ring, grid"):
            datasets.make_planar(other, 10, 0)


def test_five_drawings_are_there_and_fill_their_strokes():
    assert len(set(datasets.PLANAR) - {"ring", "grid", "swiss_roll", "moons"}) == 5
    letter = datasets.make_planar("letter", 4000, seed=0).points
    left, right = (np.abs(letter[:, 0] - x).min() for x in (-0.6, 0.6))
    bar = (np.abs(letter[:, 0]) < 0.4).mean()
    assert left < 0.01 and right < 0.01
    assert bar == pytest.approx(0.8 / 4.4, abs=0.03)  # .8 of the bar, of 4.4 in all


def test_centres_by_hand():
    np.testing.assert_allclose(
        datasets.ring_centres(4, radius=2.0), [[2, 0], [0, 2], [-2, 0], [0, -2]], atol=1e-12
    )
    assert (
        np.allclose(np.hypot(*datasets.ring_centres().T), 1) and len(datasets.ring_centres()) == 8
    )
    np.testing.assert_allclose(
        datasets.grid_centres(2, spacing=3.0), [[-1.5, -1.5], [1.5, -1.5], [-1.5, 1.5], [1.5, 1.5]]
    )
    points, modes = datasets.make_ring(500, 0, modes=3, radius=2.0, std=0.0)
    np.testing.assert_allclose(points, datasets.ring_centres(3, 2.0)[modes], atol=1e-6)
    points, modes = datasets.make_grid(500, 0, side=3, spacing=1.0, std=0.0)
    np.testing.assert_allclose(points, datasets.grid_centres(3, 1.0)[modes], atol=1e-6)
    assert set(modes) == set(range(9))


def test_the_roll_and_the_moons_by_their_formulas():
    points, u = datasets.make_swiss_roll(400, seed=1, noise=0)
    t = 1.5 * np.pi * (1 + 2 * u.astype(float))
    by_hand = np.stack([t * np.cos(t), t * np.sin(t)], axis=1) / 7.5
    np.testing.assert_allclose(points, by_hand, atol=1e-5)
    assert u.min() < 0.02 and u.max() > 0.98
    points, moon = datasets.make_moons(4000, seed=1, std=0)
    x, y = points.T + np.array([[0.5], [0.25]])
    assert x[moon == 0].min() < -0.99 and x[moon == 0].max() > 0.99 and y[moon == 0].max() > 0.99
    assert x[moon == 1].min() < 0.01 and x[moon == 1].max() > 1.99 and y[moon == 1].min() < -0.49
    assert moon.mean() == pytest.approx(0.5, abs=0.03)
    noisy, _ = datasets.make_moons(20_000, seed=1)
    clean, _ = datasets.make_moons(20_000, seed=1, std=0)
    assert (noisy - clean).std() == pytest.approx(0.05, rel=0.05)


def test_planar_sets_are_the_papers_scaled():
    """Each is its generator's output, divided by a number, with its places and its reach."""
    ring, grid, roll, moons = (
        datasets.make_planar(name, 300, seed=7) for name in datasets.PLANAR[:4]
    )
    np.testing.assert_array_equal(ring.points, datasets.make_ring(300, 7, std=0.05)[0])
    np.testing.assert_allclose(ring.places, datasets.ring_centres())
    np.testing.assert_array_equal(
        grid.points, datasets.make_grid(300, 7, spacing=0.45, std=0.03)[0]
    )
    np.testing.assert_allclose(grid.places, datasets.grid_centres(spacing=0.45))
    np.testing.assert_allclose(roll.points, datasets.make_swiss_roll(300, 7)[0] / 2)
    np.testing.assert_allclose(moons.points, datasets.make_moons(300, 7)[0] / 1.6, rtol=1e-6)
    assert (ring.reach, grid.reach) == (pytest.approx(0.15), pytest.approx(0.09))
    assert len(roll.places) == 20 and len(moons.places) == 16
    for data in (roll, moons):  # evenly spaced, the reach half the way to the next
        one, next_one = data.places[2:4]
        assert np.linalg.norm(one - next_one) == pytest.approx(2 * data.reach, rel=0.05)
    radii = np.hypot(*roll.places.T)
    assert (np.diff(radii) > 0).all() and radii[0] < 0.37 and radii[-1] > 0.9


def test_ways_along_a_line_by_hand():
    line = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0]])
    np.testing.assert_allclose(drawings._way(line), [0, 3, 4])
    np.testing.assert_allclose(drawings._along(line, 0.5), [2, 0])
    np.testing.assert_allclose(drawings._along(line, 0.875), [3, 0.5])
    places, reach = drawings._spread(line, num=4)
    np.testing.assert_allclose(places, [[0.5, 0], [1.5, 0], [2.5, 0], [3, 0.5]])
    assert reach == 0.5
    assert len(drawings._spread(line)[0]) == 20


def test_drawn_points_share_the_strokes_by_length_and_spread_evenly_about_them():
    strokes = [np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[0.0, 5.0], [1.0, 5.0]])]
    data = drawings._drawn(strokes, 8000, seed=0)
    upper = data.points[:, 1] > 2.5
    assert upper.mean() == pytest.approx(0.25, abs=0.02)
    assert data.points[~upper, 0].mean() == pytest.approx(1.5, abs=0.05)
    assert data.points[~upper, 0].std() == pytest.approx(3 / np.sqrt(12), rel=0.05)
    assert data.points[~upper, 1].std() == pytest.approx(0.03, rel=0.05)
    assert len(data.places) == 15 + 5 and data.reach == pytest.approx(0.1)
    short = drawings._drawn([strokes[0] * 100, strokes[1]], 10, seed=0)
    assert len(short.places) == 20 + 2  # at least two a stroke


AMOUNTS = {
    "make_ring": ("std", lambda value: datasets.make_ring(5, 0, std=value)),
    "make_ring's circle": ("radius", lambda value: datasets.make_ring(5, 0, radius=value)),
    "ring_centres": ("radius", lambda value: datasets.ring_centres(8, value)),
    "make_grid": ("std", lambda value: datasets.make_grid(5, 0, std=value)),
    "make_grid's squares": ("spacing", lambda value: datasets.make_grid(5, 0, spacing=value)),
    "grid_centres": ("spacing", lambda value: datasets.grid_centres(5, value)),
    "make_swiss_roll": ("noise", lambda value: datasets.make_swiss_roll(5, 0, value)),
    "make_moons": ("std", lambda value: datasets.make_moons(5, 0, value)),
}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1, "0.1", None, True, [0.1], abs], ids=str)
@pytest.mark.parametrize("room", AMOUNTS)
def test_amounts_that_are_none_make_no_points(room, bad):
    name, make = AMOUNTS[room]
    with pytest.raises(ValueError, match=f"{name} is .*; expected a number, at least 0"):
        make(bad)


NUMBERS = {
    "make_ring": ("num", lambda value: datasets.make_ring(value, 0)),
    "make_grid": ("num", lambda value: datasets.make_grid(value, 0)),
    "make_swiss_roll": ("num", lambda value: datasets.make_swiss_roll(value, 0)),
    "make_moons": ("num", lambda value: datasets.make_moons(value, 0)),
    **{
        name: ("num", lambda value, name=name: datasets.make_planar(name, value, 0))
        for name in datasets.PLANAR
    },
    "ring_centres": ("modes", datasets.ring_centres),
    "make_ring's modes": ("modes", lambda value: datasets.make_ring(5, 0, modes=value)),
    "grid_centres": ("side", datasets.grid_centres),
    "make_grid's side": ("side", lambda value: datasets.make_grid(5, 0, side=value)),
}


@pytest.mark.parametrize("bad", [0, -1, 2.5, "2", None, True, [2]], ids=str)
@pytest.mark.parametrize("room", NUMBERS)
def test_numbers_of_points_and_places_are_whole_and_at_least_one(room, bad):
    name, make = NUMBERS[room]
    with pytest.raises(ValueError, match=f"{name} is .*; expected a whole number, at least 1"):
        make(bad)
    make(np.int64(2))
