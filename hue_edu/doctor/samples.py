"""Data: finite, varied, in the generator's range, in no order."""

import numpy as np

from . import probing
from .findings import Finding

FAR = 20.0  # z is stretched so far to see what G can reach


def check(patient):
    """Findings on the real samples, beside what G can make. Yields `Finding`s."""
    real = patient.real.astype("float64")
    bad = ~np.isfinite(real)
    if bad.any():
        evidence = f"{bad.sum():,} of {bad.size:,} numbers of the data are NaN or infinite."
        yield Finding("nan-data", "certain", evidence, {"share": bad.mean()})
        return
    yield from _constant(real)
    yield from _channels(real)
    yield from _order(real, patient.many, patient.batch_size)


def check_beside(patient):
    """Findings on the ranges of both, once shapes fit. Yields `Finding`s."""
    real = patient.real.astype("float64")
    if not np.isfinite(real).all():
        return
    _, told = patient.batch()
    num = len(patient.real) if told is None else len(told)
    made = np.concatenate([
        patient.draw(scale * patient.z(num, seed), told).numpy().astype("float64")
        for scale, seed in ((1.0, 1), (FAR, 2), (FAR**2, 3))
    ])  # fmt: skip
    if not np.isfinite(made).all():
        return
    low, high, bottom, top = real.min(), real.max(), made.min(), made.max()
    run = patient.runs()["generator"]
    bottom, top = probing.reach(patient.generator, run) or (bottom, top)
    limits = bottom > -probing.OPEN, top < probing.OPEN
    numbers = {"data": (low, high), "generator": (bottom, top)}
    if all(limits):  # a few samples lie outside of what Gaussians make
        room, (least, most) = 0.1 * (top - bottom), np.quantile(real, (0.005, 0.995))
    else:
        room, least, most = 0.1 * (high - low), low, high
    beyond = (limits[0] and least < bottom - room) or (limits[1] and most > top + room)
    came = f"The data lie in [{low:.3g}, {high:.3g}], and G reaches [{bottom:.3g}, {top:.3g}]"
    if beyond:
        yield Finding("range-mismatch", "certain", f"{came}: some of it G can never make.", numbers)
    elif all(limits) and low >= -1e-6 and bottom < -0.5 * (top - bottom) + 1e-3 and top > 0.5:
        evidence = f"{came}: half of what G can make never occurs, which D sees at once."
        yield Finding("range-mismatch", "certain", evidence, numbers)
    elif not any(limits) and max(-low, high) > 8:
        yield Finding("range-mismatch", "likely", f"{came}: bring it to [-1, 1] first.", numbers)
    else:
        yield from _format(real, made)


def _constant(real):
    spread = real.std(axis=0).max()
    if real.std() == 0 or spread < 1e-6 * (np.abs(real).max() + 1e-12):
        what = "one shade" if real.std() == 0 else "one picture"
        evidence = f"All {len(real):,} samples that were looked at are {what}."
        yield Finding("constant-data", "certain", evidence, {"spread": spread})


def _channels(real):
    """Pictures whose rows are channels, or whose numbers stand in the order channel by channel."""
    if real.ndim != 4:
        return
    num, rows, columns, channels = real.shape
    if rows in (1, 3, 4) and columns == channels and columns > 4:
        evidence = (
            f"A sample has the shape {real.shape[1:]}: {rows} channels come first, and layers take "
            f"them for {rows} rows of pictures with {channels} channels."
        )
        yield Finding("channel-order", "certain", evidence, {"shape": real.shape[1:]})
    elif channels in (3, 4) and rows > 4:
        other = np.moveaxis(real.reshape(num, channels, rows, columns), 1, -1)
        rough, rough_other = (np.abs(np.diff(x, axis=2)).mean() + np.abs(np.diff(x, axis=1)).mean()
                              for x in (real, other))  # fmt: skip
        if rough_other < 0.5 * rough:
            evidence = (
                f"Neighbouring pixels differ by {rough:.2g}, and by {rough_other:.2g} if the same "
                "numbers are read channel by channel: reshape does not move an axis."
            )
            yield Finding("channel-order", "likely", evidence)


def _order(real, many, batch_size):
    """Neighbours in the data are more alike than samples drawn from it, or batches less alike."""
    if len(real) < 64:
        return
    rng = np.random.default_rng(0)
    flat = real.reshape(len(real), -1)
    flat = flat - flat.mean(axis=0)

    def alike(order):
        return np.linalg.norm(np.diff(flat[order], axis=0), axis=1).mean()

    z, _ = _beyond_chance(alike, len(flat), rng)
    whole = many.reshape(len(many), -1)
    whole = whole @ rng.normal(size=(whole.shape[1], min(whole.shape[1], 64)))
    whole = whole - whole.mean(axis=0)

    def apart(order):
        return (whole[order].reshape(-1, size, whole.shape[1]).mean(axis=1) ** 2).sum()

    batches = []
    for size in sorted({8, 16, max(batch_size, 8)}):
        whole = whole[: len(whole) // size * size]
        if len(whole) >= 3 * size:
            batches.append(_beyond_chance(apart, len(whole), rng))
    of_batches, times = max(batches, default=(0.0, 1.0))
    if z < -8 or (of_batches > 5 and times > 1.7):
        evidence = (
            f"Neighbours in the data are more alike than chance has it (z = {z:.0f})"
            if z < -8
            else f"Means of batches differ {times:.1f} times as much as chance has it (z = "
            f"{of_batches:.0f})"
        )
        evidence += ": samples come in an order, such as one class after the other."
        yield Finding("sorted-data", "likely", evidence, {"z": z, "of_batches": of_batches})


def _beyond_chance(measure, num, rng):
    """How far a measure of the order lies above that of shuffled orders: in their standard
    deviations, and as a multiple of their mean."""
    chance = [measure(rng.permutation(num)) for _ in range(100)]
    here = measure(np.arange(num))
    return (here - np.mean(chance)) / (np.std(chance) + 1e-12), here / (np.mean(chance) + 1e-12)


def _format(real, made):
    """One threshold on one channel tells all real samples from all that G can make."""
    if real.ndim < 3 or real.shape[-1] == 1:
        return
    for channel in range(real.shape[-1]):
        a, b = real[..., channel], made[..., channel]
        if a.std() < 1e-6 and (b.std() > 1e-3 or abs(a.mean() - b.mean()) > 1e-3):
            evidence = (
                f"Channel {channel} of the data is {a.mean():.3g} everywhere, in what G makes it "
                f"lies in [{b.min():.3g}, {b.max():.3g}]: one threshold tells them apart."
            )
            numbers = {"channel": channel, "value": a.mean()}
            yield Finding("real-and-fake-differ-in-format", "likely", evidence, numbers)
