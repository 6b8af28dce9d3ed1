"""Points in the plane: data on which one can see what a GAN does."""

import numpy as np

from .. import arguments


def make_ring(num, seed, modes=8, radius=1.0, std=0.01):
    """Points around `modes` centres, evenly spaced on a circle.

    Centre k lies at angle 2πk/modes: all are distinct. (`linspace(0, 2π, 8)` with both ends, as
    often copied, gives 7.)

    Args:
        num: Number of points, at least 1.
        seed: Whole number, or a NumPy generator, which then goes on.
        modes: Number of centres, at least 1.
        radius: Of the circle, at least 0.
        std: Standard deviation around a centre, at least 0.

    Returns:
        Points, float32 of shape (num, 2), and the index of each one's centre, int32.

    Raises:
        ValueError: An argument is no such number.

    Source: parameters of Lin et al. (2018), PacGAN, section 4.1.
    """
    return _around(ring_centres(modes, radius), num, seed, std)


def ring_centres(modes=8, radius=1.0):
    """The centres of `make_ring`, shape (modes, 2); raises ValueError as it does."""
    modes = arguments.whole_number("modes", modes, at_least=1)
    arguments.number_within("radius", radius)
    angles = 2 * np.pi * np.arange(modes) / modes
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius


def make_grid(num, seed, side=5, spacing=2.0, std=0.05):
    """Points around side × side centres on a square grid about the origin: {-4, -2, 0, 2, 4}².

    Args, returns and raises: as `make_ring`; spacing at least 0.

    Source: parameters of Lin et al. (2018), PacGAN, section 4.1.
    """
    return _around(grid_centres(side, spacing), num, seed, std)


def grid_centres(side=5, spacing=2.0):
    """The centres of `make_grid`, shape (side², 2); raises ValueError as it does."""
    side = arguments.whole_number("side", side, at_least=1)
    arguments.number_within("spacing", spacing)
    ticks = (np.arange(side) - (side - 1) / 2) * spacing
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


def make_swiss_roll(num, seed, noise=0.25):
    """Points along a spiral in the plane: t (cos t, sin t) + noise, all divided by 7.5.

    t = 1.5π (1 + 2u), u uniform in [0, 1]: from 1.5π to 4.5π, so 1.5 turns.

    Args and raises: as `make_ring`; the noise's standard deviation is at least 0.

    Returns:
        Points, float32 of shape (num, 2), and u, float32 of shape (num,).

    Source: parameters of Gulrajani et al. (2017), the authors' toy code.
    """
    num, rng = _checked(num, seed, "noise", noise)
    u = rng.random(num)
    t = 1.5 * np.pi * (1 + 2 * u)
    points = np.stack([t * np.cos(t), t * np.sin(t)], axis=1)
    points = (points + rng.normal(0, noise, (num, 2))) / 7.5
    return points.astype("float32"), u.astype("float32")


def make_moons(num, seed, std=0.05):
    """Two interleaving half circles of radius 1.

    The upper one is (cos t, sin t), the lower one (1 - cos t, ½ - sin t), t uniform in [0, π];
    both are moved by (-½, -¼), so that the whole is centred.

    Args and raises: as `make_ring`.

    Returns:
        Points, float32 of shape (num, 2), and which moon, int32 of shape (num,), 0 or 1.
    """
    num, rng = _checked(num, seed, "std", std)
    t, moon = rng.uniform(0, np.pi, num), rng.integers(0, 2, num)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)
    lower = np.stack([1 - np.cos(t), 0.5 - np.sin(t)], axis=1)
    points = np.where(moon[:, None] == 0, upper, lower) - [0.5, 0.25]
    return (points + rng.normal(0, std, (num, 2))).astype("float32"), moon.astype("int32")


def _checked(num, seed, name, amount):
    """The number of points and the generator, after a look at both and at the named amount."""
    arguments.number_within(name, amount)
    return arguments.whole_number("num", num, at_least=1), arguments.as_generator(seed)


def _around(centres, num, seed, std):
    num, rng = _checked(num, seed, "std", std)
    modes = rng.integers(0, len(centres), num)
    points = centres[modes] + rng.normal(0, std, (num, 2))
    return points.astype("float32"), modes.astype("int32")
