"""Updates: who moves in a step, by how much, and in whose favour."""

import keras
import numpy as np
from keras import layers

from .findings import Finding
from .patient import in_a_line, layers_of, trainable_of, weights_of
from .state import reachable, values

STEPS = 3
STILL = 1e-12
NORMS = (layers.BatchNormalization, layers.LayerNormalization, layers.GroupNormalization)
HIGH, LOW = 0.5, 2e-6  # of a median weight's move in a step, over the weights' own size


class Moves:
    """What a few steps of training did to the weights.

    Attributes:
        error: What the step raised, or None.
        before, after: From a player to the values of its variables; `after` the first step.
        last: The same after all steps.
        others: Networks that moved and belong to neither player.
    """

    def __init__(self, patient):
        names = {name: weights_of(network) for name, network in patient.players.items()}
        known = {id(v) for variables in names.values() for v in variables}
        others = [n for n in reachable(patient.train_step) if isinstance(n, keras.layers.Layer)
                  and weights_of(n) and not known & {id(v) for v in weights_of(n)}]  # fmt: skip
        self.before = {name: values(v) for name, v in names.items()}
        held, self.error = [values(weights_of(n)) for n in others], None
        try:
            for k in range(STEPS):
                patient.step(start=k * patient.batch_size)
                if k == 0:
                    self.after = {name: values(v) for name, v in names.items()}
        except Exception as error:
            self.error = error
            self.after = {name: values(v) for name, v in names.items()}
        self.last = {name: values(v) for name, v in names.items()}
        self.others = [n for n, then in zip(others, held) if _moved(then, values(weights_of(n)))]


def check(patient, moves):
    """Findings on a few steps. Yields `Finding`s."""
    if moves.error is not None:
        evidence = f"The step stops with {in_a_line(moves.error)}"
        yield Finding("step-fails", "certain", evidence)
        return
    yield from _optimizers(patient)
    for name, network in patient.players.items():
        yield from _player(patient, moves, name, network)
    yield from _normalisation(patient, moves)


def _optimizers(patient):
    given = patient.optimizers
    if len(given) > 1 and len({id(o) for o in given.values()}) < len(given):
        evidence = "Both players have the same optimizer object, with one set of moments."
        yield Finding("shared-optimizer-state", "certain", evidence)
        return
    own = {n: {id(v) for v in trainable_of(network)} for n, network in patient.players.items()}
    for name, optimizer in given.items():
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        if name not in own or not getattr(inner, "built", False):
            continue
        other = "discriminator" if name == "generator" else "generator"
        foreign = {id(v) for v in inner._trainable_variables} & own[other]
        if foreign:
            evidence = (
                f"The optimizer of the {name} moves {len(foreign)} of {len(own[other])} weights of "
                f"the {other} as well."
            )
            yield Finding("wrong-player-moved", "certain", evidence, {"foreign": len(foreign)})


def _player(patient, moves, name, network):
    trainable = {id(v) for v in trainable_of(network)}
    variables = weights_of(network)
    learning = [id(v) in trainable for v in variables]
    before, after, last = moves.before[name], moves.after[name], moves.last[name]
    if not variables:
        return
    moved = [_change(a, b) > STILL for a, b in zip(before, last)]
    if not any(learning) and not any(moved):
        evidence = f"None of the {len(variables)} weights of the {name} is trainable."
        yield Finding("frozen-forever", "certain", evidence)
        return
    if not any(m for m, learns in zip(moved, learning) if learns):
        twin = [n.name for n in moves.others if _alike(n, network)]
        if twin:
            evidence = (
                f"The {name} does not move in {STEPS} steps, but another network of the same "
                f"weights does: {twin[0]}."
            )
            yield Finding("network-built-twice", "certain", evidence)
        else:
            evidence = f"No weight of the {name} moves in {STEPS} steps."
            yield Finding("player-never-moves", "certain", evidence)
        return
    yield from _still(name, variables, learning, moved, before)
    yield from _rate(name, learning, before, after, last, clipping(network))


def _still(name, variables, learning, moved, before):
    """Kernels that stay while others move."""
    still = [v for v, learns, m, then in zip(variables, learning, moved, before)
             if learns and not m and then.ndim > 1]  # fmt: skip
    if still:
        num = sum(learns and then.ndim > 1 for learns, then in zip(learning, before))
        evidence = (
            f"{len(still)} of {num} kernels of the {name} do not move in {STEPS} steps, such as "
            f"{getattr(still[0], 'path', still[0].name)}: no gradient reaches them."
        )
        yield Finding("gradient-missing", "certain", evidence, {"still": len(still)})


def _rate(name, learning, before, after, last, clipped):
    """The move of a median kernel in the first step, over its own size; where weights are clipped,
    in the later ones, since the first clipping moves much."""
    if not all(np.isfinite(value).all() for value in last):
        evidence = f"After {STEPS} steps weights of the {name} are no longer finite."
        yield Finding("rate-too-high", "likely", evidence)
        return
    shares = []
    for learns, a, b, c in zip(learning, before, after, last):
        if learns and a.ndim > 1 and a.std() > 0 and b.std() > 0:
            shares.append(_share(b, c) / (STEPS - 1) if clipped else _share(a, b))
    if shares and np.median(shares) > HIGH:
        evidence = f"One step moves a kernel of the {name} by {np.median(shares):.0%} of its size."
        yield Finding("rate-too-high", "likely", evidence, {"share": float(np.median(shares))})
    elif shares and np.median(shares) < LOW:
        evidence = f"One step moves a kernel of the {name} by {np.median(shares):.1g} of its size."
        yield Finding("rate-too-low", "likely", evidence, {"share": float(np.median(shares))})


def _normalisation(patient, moves):
    for name, network in patient.players.items():
        norms = [n for n in layers_of(network) if isinstance(n, layers.BatchNormalization)]
        if not norms:
            continue
        where = {id(v): k for k, v in enumerate(weights_of(network))}

        def stays(layer, name=name, where=where):
            places = [where[id(v)] for v in (layer.moving_mean, layer.moving_variance)]
            then, now = moves.before[name], moves.last[name]
            return all(_change(then[k], now[k]) <= STILL for k in places)

        still = [layer for layer in norms if stays(layer)]
        if not still:
            continue
        frozen = [n for n in still if not n.trainable or n.momentum > 0.9999]
        code = "normalisation-not-updated" if frozen else "training-flag-missing"
        why = "frozen, or of momentum 1" if frozen else "called without training=True"
        evidence = (
            f"The running statistics of {len(still)} of {len(norms)} normalisations of the {name} "
            f"do not move in {STEPS} steps: {why}."
        )
        yield Finding(code, "certain" if frozen else "likely", evidence, {"still": len(still)})
    yield from _at_output(patient)


def _at_output(patient):
    """Normalisation as the last thing with weights: outputs of a batch depend on each other."""
    for name, network in patient.players.items():
        with_weights = [layer for layer in layers_of(network) if layer.weights]
        if with_weights and isinstance(with_weights[-1], NORMS):
            evidence = f"The last layer of the {name} that has weights normalises: "
            evidence += f"{with_weights[-1].name}. So the mean and the contrast of what it makes "
            evidence += "are fixed, whatever comes before."
            yield Finding("normalisation-at-output", "likely", evidence)


def check_favour(patient, moves):
    """Findings on whom a step serves, where no losses were given. Yields `Finding`s.

    D is judged by how the gap of its scores changes on the same samples; G by how the scores of
    its samples change for D as it was.
    """
    networks = patient.players
    x, told = patient.batch()
    z = patient.z(len(x), seed=11)
    put = {n: weights_of(network) for n, network in networks.items()}

    def with_weights(g, d):
        for name, held in (("generator", g), ("discriminator", d)):
            for variable, value in zip(put[name], held[name]):
                variable.assign(value)
        fake = patient.draw(z, told)
        return [float(np.mean(part.numpy())) for part in (patient.score(x, told),
                                                          patient.score(fake, told))]  # fmt: skip

    old = with_weights(moves.before, moves.before)
    of_d, of_g = with_weights(moves.before, moves.last), with_weights(moves.last, moves.before)
    d_real, d_fake, g_fake = of_d[0] - old[0], of_d[1] - old[1], of_g[1] - old[1]
    gap = d_real - d_fake
    numbers = {"d_real": d_real, "d_fake": d_fake, "g_fake": g_fake}
    said = (
        f"In {STEPS} steps D's score of real samples changes by {d_real:+.2g}, that of fake ones "
        f"by {d_fake:+.2g}; G's move changes the score of its samples by {g_fake:+.2g}"
    )
    size = abs(d_real) + abs(d_fake)
    if size == 0 or g_fake == 0:
        return
    if abs(gap) < 0.05 * size:
        evidence = f"{said}: D learns no difference between the two."
        yield Finding("labels-swapped", "likely", evidence, numbers)
    elif np.sign(gap) * np.sign(g_fake) < 0:
        code = "loss-sign" if gap > 0 else "labels-swapped"
        yield Finding(code, "likely", f"{said}: G works in D's favour.", numbers)


def clipping(network):
    """The share of a network's weights that stand at the largest value, and that value, or None."""
    weights = values(trainable_of(network))
    if not weights:
        return None
    after = np.concatenate([v.ravel() for v in weights])
    most = np.abs(after).max()
    share = float((np.abs(np.abs(after) - most) < 1e-7 * most).mean())
    return (share, float(most)) if share * len(after) > 2.5 else None


def _share(before, after):
    """The root mean square of a move, over that of what moved."""
    return np.sqrt(((after - before) ** 2).mean() / (before**2).mean())


def _moved(before, after):
    return any(_change(a, b) > STILL for a, b in zip(before, after))


def _change(before, after):
    change = np.abs(after.astype("float64") - before).max() if before.size else 0.0
    return np.inf if np.isnan(change) else change


def _alike(one, other):
    return [tuple(v.shape) for v in weights_of(one)] == [tuple(v.shape) for v in weights_of(other)]
