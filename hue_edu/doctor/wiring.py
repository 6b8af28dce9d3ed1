"""Wiring: do shapes fit, does z reach the pictures, and the condition?"""

import numpy as np
import tensorflow as tf

from .findings import Finding
from .patient import in_a_line, layers_of
from .probing import leaves_in_order, passes_all

SAME = 1e-5  # pictures nearer than this share of their size count as equal
FLAT = 1e-3  # a direction that changes less than this share of the strongest counts as none


def check(patient):
    """Findings on shapes and on what reaches the output.

    Yields:
        `Finding`s. After one of shapes the rest could not be measured, so it stops.
    """
    shapes = list(_shapes(patient))
    yield from shapes
    if shapes:
        return
    yield from _z(patient)
    yield from _condition(patient)
    yield from _narrow(patient)


def _shapes(patient):
    x, told = patient.batch()
    wanted = x.shape[1:]
    try:
        fake = patient.draw(patient.z(len(x)), told)
    except Exception as error:
        yield Finding("shape-mismatch", "certain", f"G cannot be called: {in_a_line(error)}")
        return
    made = tuple(fake.shape[1:])
    if made != wanted:
        first = len(wanted) == 3 and made == (*wanted[1:], wanted[0])
        code = "channel-order" if first else "shape-mismatch"
        evidence = f"G makes samples of {made}, but a sample of the data has {wanted}."
        yield Finding(code, "certain", evidence, {"made": made, "data": wanted})
        return
    try:
        scores = patient.score(x, told)
        patient.score(fake, told)
    except Exception as error:
        yield Finding("shape-mismatch", "certain", f"D does not take a sample of {wanted}: "
                      f"{in_a_line(error)}")  # fmt: skip
        return
    shape = tuple(scores.shape)
    if shape not in ((len(x),), (len(x), 1)):
        maps = len(shape) == 4 and shape[-1] == 1 and shape[0] == len(x)  # scores of patches
        evidence = f"D returns the shape {shape} for {len(x)} samples."
        if maps:
            evidence += " That is a score for each patch; the loss must take their mean."
        alone = maps and _sees_one_pixel(patient, x, told)
        if alone:
            evidence = (
                f"D returns {shape} for {len(x)} samples, and each score sees one pixel only."
            )
        maps = maps and not alone
        severity = "worth a look" if maps else "certain"
        yield Finding("output-not-one-number", severity, evidence, {"shape": shape})
        if not maps:
            return
    yield from _batch_sizes(patient)


def _sees_one_pixel(patient, x, told):
    """Whether a score of a map depends on a single pixel."""
    x = tf.constant(x.astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = patient.score(x, told)
        middle = scores[:, scores.shape[1] // 2, scores.shape[2] // 2, 0]
        total = tf.reduce_sum(middle)
    slopes = tape.gradient(total, x)
    if slopes is None:
        return False
    seen = np.abs(slopes).max(axis=-1) > 0
    return bool(seen.reshape(len(seen), -1).sum(axis=1).max() <= 1 < np.prod(x.shape[1:3]))


def _batch_sizes(patient):
    size = patient.batch_size
    for player in ("G", "D"):
        for num in (size, 2 * size, 4):
            try:
                told = None
                if patient.conditions is not None:
                    told = np.resize(patient.conditions, (num, *patient.conditions.shape[1:]))
                if player == "G":
                    made = patient.draw(patient.z(num), told)
                else:
                    x = np.resize(patient.real, (num, *patient.real.shape[1:]))
                    made = patient.score(x, told)
                wrong = made.shape[0] != num
                said = f"{made.shape[0]} come back"
            except Exception as error:
                wrong, said = True, in_a_line(error)
            if wrong:
                evidence = f"{player} does not take a batch of {num}: {said}"
                yield Finding("batch-size-fixed", "certain", evidence, {"batch": num})
                break


def _z(patient):
    _, told = patient.batch(1)
    told = None if told is None else np.repeat(told, 16, axis=0)
    fake = patient.draw(patient.z(16), told).numpy().reshape(16, -1).astype("float64")
    if not np.isfinite(fake).all():
        return
    between = np.linalg.norm(fake[:8] - fake[8:], axis=1).mean()
    size = np.linalg.norm(fake, axis=1).mean() + 1e-6 * np.sqrt(fake.shape[1])
    if between < SAME * size:
        evidence = (
            f"Pictures of 16 different z differ by {between:.2g}, {between / size:.1g} of their "
            "own size: z does not reach them."
        )
        yield Finding("z-ignored", "certain", evidence, {"between": between, "size": size})


def _condition(patient):
    x, told = patient.batch(32)
    if told is None:
        return
    other = np.roll(told, 1, axis=0)
    differ = (told != other).reshape(len(told), -1).any(axis=1)
    if not differ.any():
        return
    z = patient.z(len(x))
    for player, one, two in (
        ("G", patient.draw(z, told), patient.draw(z, other)),
        ("D", patient.score(x, told), patient.score(x, other)),
    ):
        one, two = (part.numpy()[differ].astype("float64") for part in (one, two))
        change = np.abs(one - two).max()
        if change < SAME * (np.abs(one).max() + 1e-6):
            evidence = f"With another condition {player}'s output changes by {change:.2g} at most."
            yield Finding("condition-ignored", "certain", evidence, {"change": change})


def _narrow(patient):
    """A layer through which fewer numbers pass than z has, by the rank of what comes out of G,
    and by how many directions D's gradient takes."""
    _, told = patient.batch(1)
    dim = patient.latent_dim
    rank = _rank_of_g(patient, told)
    if dim >= 8 and rank and rank <= dim // 8:
        narrow, known = _narrow_in_g(patient, told, dim // 8)
        width = f"; all passes through {narrow[1]} at {narrow[0].name}" if narrow else ""
        evidence = (
            f"Near a z of {dim} numbers the pictures move in only {rank} "
            f"direction{'s' * (rank > 1)}{width}."
        )
        severity = "worth a look" if known and not narrow else "likely"
        yield Finding("bottleneck", severity, evidence, {"rank": rank, "latent_dim": dim})
    narrow = _narrow_in_d(patient)
    if narrow:
        evidence = (
            f"All that D knows of a sample passes through {narrow[1]} number"
            f"{'s' * (narrow[1] > 1)}, at {narrow[0].name}."
        )
        yield Finding("bottleneck", "likely", evidence, {"width": narrow[1]})
        return
    rank = _rank_of_d(patient)
    if rank == 1 and _hidden(patient.discriminator) > 1:
        width = _least_width(patient.discriminator)
        evidence = f"D looks along one direction of the pixels only, wherever it stands{width}."
        yield Finding("bottleneck", "likely", evidence, {"rank": rank})


def _narrow_in_g(patient, told, most):
    """A layer of G of so few numbers through which all must pass, or None; and whether G's layers
    are known."""
    rows = None if told is None else np.repeat(told, 8, axis=0)
    z = patient.z(8, seed=3)
    run = lambda: patient.draw(z, rows)  # noqa: E731
    order = leaves_in_order(patient.generator, run)
    for layer, call in order[:-1]:
        width = int(np.prod(call.output.shape[1:]))
        if width <= most and passes_all(patient.generator, layer, run):
            return (layer, width), True
    return None, bool(order)


def _narrow_in_d(patient):
    """A layer of D, before a wider one, through whose one number all must pass."""
    x, told = patient.batch(8)
    d = patient.discriminator
    run = lambda: patient.score(x, told)  # noqa: E731
    order = leaves_in_order(d, run)
    widths = [int(np.prod(call.output.shape[1:])) for _, call in order]
    for k, (layer, _) in enumerate(order[:-1]):
        wider = any(w > 1 and n.weights for w, (n, _) in zip(widths[k + 1 :], order[k + 1 :]))
        if widths[k] == 1 and wider and passes_all(d, layer, run):
            return layer, widths[k]
    return None


def _rank_of_g(patient, told):
    dim = patient.latent_dim
    z, step = patient.z(1, seed=7), 0.05
    around = np.concatenate([z, z + step * np.eye(dim, dtype="float32")])[:129]
    rows = None if told is None else np.repeat(told, len(around), axis=0)
    made = patient.draw(around, rows).numpy().reshape(len(around), -1).astype("float64")
    moved = made[1:] - made[:1]
    if not np.isfinite(moved).all() or not moved.any():
        return 0
    singular = np.linalg.svd(moved @ moved.T, compute_uv=False) ** 0.5
    return int((singular > 1e-2 * singular[0]).sum())


def _rank_of_d(patient):
    slopes = patient.slopes(32)
    if slopes is None:
        return 0
    if not np.isfinite(slopes).all() or not slopes.any():
        return 0
    singular = np.linalg.svd(slopes, compute_uv=False)
    return int((singular > FLAT * singular[0]).sum())


def _hidden(network):
    """How many layers with weights there are."""
    return sum(bool(layer.weights) for layer in layers_of(network))


def _least_width(network):
    widths = [(layer.units, layer.name) for layer in layers_of(network)[:-1]
              if hasattr(layer, "units")]  # fmt: skip
    return f"; its narrowest layer, {min(widths)[1]}, has {min(widths)[0]} units" if widths else ""
