"""Data: finite, varied, in the generator's range, in no order."""

import numpy as np

from .findings import Finding

FAR = 20.0  # z is stretched so far to see what G can reach
OPEN = 20.0  # an output that goes beyond this knows no limit


def check(patient):
    """Findings on the real samples, beside what G can make. Yields `Finding`s."""
    real = patient.real.astype("float64")
    bad = ~np.isfinite(real)
    if bad.any():
        evidence = f"{bad.sum():,} of {bad.size:,} numbers of the data are NaN or infinite."
        yield Finding("nan-data", "certain", evidence, {"share": bad.mean()})
        return
    yield from _constant(real)
    yield from _order(real)


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
    limits = bottom > -OPEN, top < OPEN
    numbers = {"data": (low, high), "generator": (bottom, top)}
    room = 0.1 * (top - bottom)
    came = f"The data lie in [{low:.3g}, {high:.3g}], and G reaches [{bottom:.3g}, {top:.3g}]"
    if all(limits) and (low < bottom - room or high > top + room):
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


def _order(real):
    """Neighbours in the data are more alike than samples drawn from it."""
    if len(real) < 64:
        return
    flat = real.reshape(len(real), -1)
    flat = flat - flat.mean(axis=0)
    rng = np.random.default_rng(0)

    def alike(order):
        return np.linalg.norm(np.diff(flat[order], axis=0), axis=1).mean()

    chance = [alike(rng.permutation(len(flat))) for _ in range(60)]
    z = (alike(np.arange(len(flat))) - np.mean(chance)) / (np.std(chance) + 1e-12)
    if z < -8:
        evidence = (
            f"Neighbours in the data are more alike than chance has it (z = {z:.0f}): they come in "
            "an order, such as one class after the other."
        )
        yield Finding("sorted-data", "likely", evidence, {"z": z})


def _format(real, made):
    """One threshold on one channel tells all real samples from all that G can make."""
    if real.ndim != 4 or real.shape[-1] == 1:
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
