"""Dynamics: the pictures as they are, and what becomes of them while training is followed."""

import numpy as np

from .findings import Finding
from .following import FAKES, told_apart, z_of

FEW = 6  # of fewer looks nothing is said on the course
ALIKE = 0.1  # a spread below this share of the data's
GRID = (0.2, 1.7), (0.12, 3.0)  # least depths over the contrast, and least times chance
COPIED = 0.35  # a distance below this share of that between two training samples
GAP = 4.0  # between the median logits of real and fake
NEAR, FAR = 0.15, 20.0  # energy distances, over the data's own distances
ORTHOGONAL = 8  # numbers a sample from which on it is a picture


def check(patient, looks, bounded, linear):
    """Findings on what was seen. Yields `Finding`s.

    Args:
        patient: A `Gan`.
        looks: What `follow` gave, or one `look`.
        bounded: D's limits, or None.
        linear: Whether D is a Wasserstein critic, whose scores have no scale.
    """
    if not all(np.isfinite(each.fake).all() for each in looks):
        return
    real = patient.many.astype("float64")
    found = list(of_pictures(looks, real, z_of(patient)))
    yield from found
    if not found:
        yield from list(_wins(looks, real, bounded, linear)) or of_course(looks, real)


def of_pictures(looks, real, z=None):
    """Findings on the last pictures: one for all, copies, a grid. Yields `Finding`s.

    Args:
        looks: `Look`s; the first one is before training, if there are several.
        real: Samples of the data, (num, ...).
        z: What the last pictures were made of, if it is known.
    """
    fake = looks[-1].fake
    yield from list(_collapsed(looks, real, z)) or _memorised(fake, real)
    yield from _checkered(fake, real)


# How samples lie


def _flat(x):
    return x.reshape(len(x), -1)


def _distances(a, b):
    a, b = _flat(a), _flat(b)
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0))


def _spread(x):
    """The root mean square distance from the mean."""
    return float(np.sqrt(((_flat(x) - _flat(x).mean(0)) ** 2).sum(1).mean()))


def _nearest(x):
    """Median distance to the nearest other one."""
    apart = _distances(x, x)
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))


def contrast(x):
    """Mean standard deviation within a sample, over its pixels."""
    return float(_flat(x).std(axis=1).mean())


def energy_distance(a, b):
    """Twice the mean distance between two sets, less that within each, over that within b."""
    within_b = _distances(b, b).mean()
    return float((2 * _distances(a, b).mean() - _distances(a, a).mean() - within_b) / within_b)


# Collapse and copies


def _alike(fake, real, z=None):
    """How near the nearest other sample is, beside the data and beside z; small if few differ."""
    sets = [fake, real[:FAKES]] + ([] if z is None else [z.astype("float64")])
    shares = [_nearest(x) / max(_spread(x), 1e-12) for x in sets]
    return shares[0] / max(min(shares[1:]), 1e-12)


def _collapsed(looks, real, z):
    fake, spread = looks[-1].fake, _spread(looks[-1].fake) / max(_spread(real), 1e-12)
    pictures = _flat(real).shape[1] >= ORTHOGONAL
    if pictures and contrast(fake) < 0.3 * contrast(real):
        return  # it draws nothing yet
    if not pictures and len(looks) < 4 and _is_in_the_middle(fake, real):
        return
    after = f"After {looks[-1].step} steps pictures" if len(looks) > 1 else "Pictures"
    numbers = {"spread": spread}
    if spread < ALIKE:
        evidence = (
            f"{after} of {FAKES} different z differ by {spread:.1%} of what the data do: "
            "one picture."
        )
        yield Finding("generator-collapsed", "certain", evidence, numbers)
        return
    alike = _alike(fake, real, z)
    kinds, of_real = _num_distinct(fake), _num_distinct(real[:256])
    if alike < 0.3 and kinds < 0.5 * min(of_real, FAKES):
        evidence = f"{after} of {FAKES} different z are only {kinds} different ones."
        yield Finding("generator-collapsed", "certain", evidence, numbers | {"kinds": kinds})


def _is_in_the_middle(fake, real):
    """Points that have not left the place where untrained networks put them."""
    return np.linalg.norm(_flat(fake).mean(0) - _flat(real).mean(0)) < 0.3 * _spread(real)


def _num_distinct(x, share=0.1):
    """Groups of samples nearer to each other than this share of the spread."""
    apart, left, groups, spread = _distances(x, x), np.ones(len(x), bool), 0, _spread(x)
    for k in range(len(x)):
        if left[k]:
            left &= apart[k] > share * spread
            groups += 1
    return groups


def _copied(fake, real):
    """The median distance to the nearest real sample, over that one's to its own nearest."""
    whole = _distances(fake, real)
    at = whole.argmin(axis=1)
    others = _distances(real[at], real)
    others[others < 1e-6 * (1 + _spread(real))] = np.inf  # the same one, or another copy of it
    nearest = others.min(axis=1)
    good = np.isfinite(nearest)
    return float(np.median(whole.min(axis=1)[good] / nearest[good])) if good.any() else 1.0


def _memorised(fake, real):
    if _num_distinct(real[:256], 1e-6) < 0.5 * len(real[:256]):
        return  # the data are a few pictures, many times
    share = _copied(fake, real)
    if share < COPIED and _flat(real).shape[1] >= ORTHOGONAL:
        evidence = (
            f"G's pictures lie {share:.0%} as far from the nearest training sample as that one "
            "from its own nearest: they are copies."
        )
        yield Finding("memorises", "certain", evidence, {"share": share})


# The course


def _moves(looks, real):
    """How far the mean sample goes from look to look, over the data's spread."""
    means = np.stack([_flat(each.fake).mean(0) for each in looks])
    return np.linalg.norm(np.diff(means, axis=0), axis=1) / max(_spread(real), 1e-12)


def _wins(looks, real, bounded, linear):
    """D tells all apart by far, and G comes no nearer to the data."""
    if len(looks) <= FEW:
        return
    late = looks[-(len(looks) // 3) :]
    apart = [told_apart(each) for each in late]
    gaps = [abs(np.median(each.of_real) - np.median(each.of_fake)) for each in late]
    width = bounded[1] - bounded[0] if bounded else None
    far = min(gaps) > (0.9 * width if width else GAP) and not linear
    half = looks[len(looks) // 2]
    middle, end = (energy_distance(each.fake, real[:256]) for each in (half, looks[-1]))
    if min(apart) > 0.999 and far and end > max(0.75 * middle, NEAR):
        evidence = (
            f"In the last {len(late)} looks D tells every pair apart, by {min(gaps):.3g} in its "
            f"score, and from step {half.step} to {looks[-1].step} the distance of G's samples "
            f"went from {middle:.2f} to {end:.2f} of the data's own: hardly nearer."
        )
        numbers = {"gap": min(gaps), "middle": middle, "end": end}
        yield Finding("discriminator-wins", "likely", evidence, numbers)


def of_course(looks, real):
    """Findings on the way of G's samples: it runs away, or in circles. Yields `Finding`s.

    Args:
        looks: `Look`s of the same z, in order.
        real: Samples of the data.
    """
    if len(looks) <= FEW:
        return
    moves = _moves(looks, real)
    half, third = len(moves) // 2, len(looks) // 3
    late, far = moves[half:], [energy_distance(each.fake, real[:256]) for each in looks]
    if far[-1] > FAR and far[-1] > 3 * far[0]:
        evidence = (
            f"In {looks[-1].step} steps the distance of G's samples grew from {far[0]:.2g} to "
            f"{far[-1]:.2g} of the data's own: it runs away."
        )
        yield Finding("rate-too-high", "likely", evidence, {"start": far[0], "end": far[-1]})
        return
    middle, end = np.median(far[third:-third]), np.median(far[-third:])
    stays = end > max(0.9 * middle, 0.25) or end > max(0.5 * middle, 0.8)
    net = np.linalg.norm(_flat(looks[-1].fake).mean(0) - _flat(looks[half].fake).mean(0)) / max(
        _spread(real), 1e-12
    )
    path = late.sum()
    if (
        stays
        and late.mean() > 0.35
        and net < path / 2.5
        and late[-3:].mean() > 0.5 * late[:3].mean()
    ):
        evidence = (
            f"In the second half of {looks[-1].step} steps the mean of G's samples goes {path:.1f} "
            f"times the data's spread, and ends {net:.1f} from where it was: it runs in circles."
        )
        yield Finding("oscillation", "likely", evidence, {"path": path, "net": net})


def _peak(x):
    """How far the mean shades of the places within a cell of 2×2 or 4×4 pixels differ.

    Looked at is the mean picture without what is smooth in it.

    Returns:
        (standard deviation of the means, over the contrast; the same, over what any order of the
        pixels gives; the period), of the larger.
    """
    if x.ndim != 4 or min(x.shape[1:3]) < 8:
        return 0.0, 0.0, 0
    grey, found = x.mean(axis=-1), []
    mean = np.pad(grey.mean(axis=0), 1, mode="reflect")
    fine = (
        mean[1:-1, 1:-1]
        - sum(np.roll(mean, (i, j), (0, 1))[1:-1, 1:-1] for i in (-1, 0, 1) for j in (-1, 0, 1)) / 9
    )
    rng = np.random.default_rng(0)
    for period in (2, 4):
        rows, columns = (size // period * period for size in fine.shape)
        part = fine[:rows, :columns]

        def depth(part, period=period):
            cells = part.reshape(len(part) // period, period, -1, period)
            return cells.mean(axis=(0, 2)).std()

        chance = np.mean([depth(rng.permutation(part.ravel()).reshape(part.shape))
                          for _ in range(50)])  # fmt: skip
        here = depth(part)
        found.append((float(here / (grey.std() + 1e-12)), float(here / (chance + 1e-12)), period))
    return max(found)


def _checkered(fake, real):
    (depth, times, period), (of_real, *_) = _peak(fake), _peak(real)
    if contrast(fake) < 0.5 * contrast(real):
        return
    if depth > 2.5 * of_real and any(depth > d and times > t for d, t in GRID):
        evidence = (
            f"G's pictures hold a grid of period {period}: the mean shades of the places in a cell "
            f"differ by {depth:.0%} of the contrast, in the data by {of_real:.1%}."
        )
        numbers = {"depth": depth, "times": times, "data": of_real}
        yield Finding("checkerboard", "likely", evidence, numbers)
