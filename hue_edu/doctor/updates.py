"""Updates: who moves in a step, by how much, and in whose favour."""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from . import following, normalisation, source
from .asked import OTHER, REAL, is_reversed, kinds_of, owner_of
from .findings import Finding
from .listening import key, listening
from .patient import in_a_line, layers_of, trainable_of, weights_of
from .state import reachable, values

STEPS = 3
STILL = 1e-12
NOTHING, SURE = 1e-12, 0.999  # of a rate; of the share of pairs that D tells apart
HIGH, LOW = 0.5, 2e-6  # of a median weight's move in a step, over the weights' own size


class Moves:
    """What a few steps of training did to the weights.

    Attributes:
        error: What the step raised, or None.
        before, after: From a player to the values of its variables; `after` the first step.
        late, last: The same before and after the last one.
        others: Networks that moved and belong to neither player.
    """

    def __init__(self, patient):
        names = {name: weights_of(network) for name, network in patient.players.items()}
        known = {id(v) for variables in names.values() for v in variables}
        others = [n for n in reachable(patient.train_step) if isinstance(n, keras.layers.Layer)
                  and weights_of(n) and not known & {id(v) for v in weights_of(n)}]  # fmt: skip
        held, self.error = [values(weights_of(n)) for n in others], None
        course = [{name: values(v) for name, v in names.items()}]
        try:
            for k in range(STEPS):
                patient.step(start=k * patient.batch_size)
                course.append({name: values(v) for name, v in names.items()})
        except Exception as error:
            self.error = error
        self.before, self.after, self.late, self.last = (
            course[min(k, len(course) - 1)] for k in (0, 1, STEPS - 1, STEPS)
        )
        self.others = [n for n, then in zip(others, held) if _moved(then, values(weights_of(n)))]

    def leave(self, patient):
        """Give the networks the weights that they had after all steps."""
        for name, network in patient.players.items():
            for variable, value in zip(weights_of(network), self.last[name]):
                variable.assign(value)


def overhear(patient):
    """What is heard of two steps as they are, `Heard` each; nothing where they stop."""
    found = []
    with patient.for_now():
        for _ in range(2):
            with contextlib.suppress(Exception), listening(patient.players) as heard:
                patient.step()
                found.append(heard)
    return found


def check(patient, moves, heard):
    """Findings on a few steps. Yields `Finding`s.

    Args:
        patient: A `Patient` with a step.
        moves: Its `Moves`.
        heard: What `overhear` gave.
    """
    if moves.error is not None:
        evidence = f"The step stops with {in_a_line(moves.error)}"
        yield source.of_error(moves.error) or Finding("step-fails", "certain", evidence)
        return
    if "discriminator" in patient.players:
        yield from _optimizers(patient, heard)
    for name, network in patient.players.items():
        yield from _player(patient, moves, name, network, heard)
    yield from normalisation.check(patient, moves, heard)


def check_rates(patient, moves):
    """Findings on how far a few steps go. Yields `Finding`s."""
    if moves.error is not None:
        return
    for name, network in patient.players.items():
        yield from _rate(name, _learning(network), moves, None)


def _learning(network):
    """Of each weight, whether it is trainable."""
    trainable = {id(v) for v in trainable_of(network)}
    return [id(v) in trainable for v in weights_of(network)]


def _optimizers(patient, heard):
    """One optimizer for both, or weights of another player among those that one moves."""
    own = {n: {key(v) for v in trainable_of(network)} for n, network in patient.players.items()}
    served = {}
    for moved in heard[0].moved if heard else []:
        owner = owner_of(moved.variables, own)
        served.setdefault(id(moved.optimizer), set()).add(owner)
    given = patient.optimizers if isinstance(patient.optimizers, dict) else {}
    same = len(given) > 1 and len({id(o) for o in given.values()}) < len(given)
    if same or any(set(own) <= owners for owners in served.values()):
        evidence = "Both players have the same optimizer object, with one set of moments."
        yield Finding("shared-optimizer-state", "certain", evidence)
        return
    for name, optimizer in given.items():
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        if name not in own or not getattr(inner, "built", False):
            continue
        other = next(n for n in own if n != name)
        foreign = {key(v) for v in inner._trainable_variables} & own[other]
        if foreign:
            evidence = (
                f"The optimizer of the {name} moves {len(foreign)} of {len(own[other])} weights of "
                f"the {other} as well."
            )
            yield Finding("wrong-player-moved", "certain", evidence, {"foreign": len(foreign)})
            return
    if heard:
        yield from _dragged(patient, heard[0], own)


def _dragged(patient, heard, own):
    """A loss whose gradient moves both players, and G not against D."""
    for taken in heard.taken:
        if owner_of(taken.sources, own) != "both" or is_reversed(patient, heard, taken):
            continue
        keys = {key(s) for s in taken.sources}
        num = {name: len(keys & held) for name, held in own.items()}
        evidence = (
            f"The gradient of one loss is taken with respect to {num['discriminator']} weights of "
            f"the discriminator and {num['generator']} of the generator, so that one player is "
            "moved for the other."
        )
        yield Finding("wrong-player-moved", "certain", evidence, num)
        return


def _player(patient, moves, name, network, heard):
    variables, learning = weights_of(network), _learning(network)
    before, last = moves.before[name], moves.last[name]
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
            yield _stuck(patient, name, network, heard)
        return
    if name == "discriminator" and heard:
        yield from _judged_apart(patient, moves, network, heard[0])
    yield from _frozen_part(name, network)
    yield from _still(name, variables, learning, moved, before)
    yield from _rate(name, learning, moves, clipping(network))


def _judged_apart(patient, moves, network, heard):
    """Real and fake samples go to different networks, of which both learn."""
    twins = [n.name for n in moves.others if _alike(n, network)]
    made = [np.asarray(call.output) for call in heard.of("generator")]
    kinds = [kinds_of(np.asarray(call.inputs[0]), patient.real, made)
             for call in heard.of("discriminator")]  # fmt: skip
    seen = {kind for found in kinds if found is not None for kind in found.tolist()} - {OTHER}
    if twins and made and len(seen) == 1:
        lacks = "fake" if seen == {REAL} else "real"
        evidence = f"D never sees {lacks} samples; another network of its shapes does: {twins[0]}."
        yield Finding("network-built-twice", "certain", evidence)


def _stuck(patient, name, network, heard):
    """Why a player does not move at all: a rate of 0, a gradient of 0, or no move."""
    own = {name: {key(v) for v in trainable_of(network)}}
    for moved in heard[0].moved if heard else []:
        rate = float(tf.convert_to_tensor(moved.optimizer.learning_rate))
        planned = getattr(moved.optimizer, "_learning_rate", None)
        falls = isinstance(planned, keras.optimizers.schedules.LearningRateSchedule)
        if owner_of(moved.variables, own) == name and falls and rate < NOTHING:
            evidence = f"The optimizer of the {name} has a rate of {rate:.2g} by now: it ran out."
            return Finding("rate-too-low", "certain", evidence, {"rate": rate})
    taken = [t for each in heard for t in each.taken if owner_of(t.sources, own) == name]
    slopes = [g for t in taken for g in t.gradients if g is not None]
    flat = slopes and all(not np.any(tf.convert_to_tensor(g)) for g in slopes)
    if flat and name == "generator" and following.told_apart(following.look(patient)) > SURE:
        evidence = (
            "The gradient of G's loss is exactly 0: D is so sure of all that none comes back."
        )
        return Finding("discriminator-wins", "certain", evidence)
    return Finding(
        "player-never-moves", "certain", f"No weight of the {name} moves in {STEPS} steps."
    )


def _frozen_part(name, network):
    """Frozen layers with exactly the weights of their initializer: no pretrained part."""
    kernels = [n for n in layers_of(network) if getattr(n, "kernel", None) is not None
               and getattr(n, "kernel_initializer", None) is not None]  # fmt: skip
    frozen = [n for n in kernels if not n.trainable and _is_fresh(n)]
    num = [sum(int(np.prod(n.kernel.shape)) for n in part) for part in (frozen, kernels)]
    if frozen and num[0] > 0.25 * num[1]:
        evidence = (
            f"{len(frozen)} of {len(kernels)} layers of the {name}, with {num[0] / num[1]:.0%} of "
            "its weights, are frozen at exactly the values that they were initialised with."
        )
        yield Finding("frozen-forever", "likely", evidence, {"share": num[0] / num[1]})


def _is_fresh(layer):
    with contextlib.suppress(Exception):  # an initializer with a seed gives the same again
        again = layer.kernel_initializer(layer.kernel.shape, dtype="float32")
        return bool(np.allclose(again, layer.kernel, atol=1e-7))
    return False


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


def _rate(name, learning, moves, clipped):
    """The move of a median kernel in the first step and in the last, over its own size; where
    weights are clipped, in the last one, since the first clipping moves much."""
    course = [moves.before[name], moves.after[name], moves.late[name], moves.last[name]]
    if not all(np.isfinite(value).all() for value in course[-1]):
        evidence = f"After {STEPS} steps weights of the {name} are no longer finite."
        yield Finding("rate-too-high", "likely", evidence)
        return
    shares = [(_share(a, b), _share(c, d)) for learns, a, b, c, d in zip(learning, *course)
              if learns and a.ndim > 1 and a.std() > 0 and c.std() > 0]  # fmt: skip
    if not shares:
        return
    first, last = np.median(shares, axis=0)
    if not any(_change(c, d) > STILL for c, d in zip(*course[2:])):
        last = first  # it is not this player's turn in each step
    first = first or last  # where a layer starts at 0, the first step moves no other one
    said = f"a kernel of the {name} by {{:.2g}} of its size"
    high = last if clipped else first
    if high > HIGH:
        evidence = f"One step moves {said.format(high)}."
        yield Finding("rate-too-high", "likely", evidence, {"share": float(high)})
    elif min(first, last) < LOW:
        evidence = (
            f"The first step moves {said.format(first)}, step {STEPS} by {last:.2g}: nothing is "
            "learnt at that rate."
        )
        yield Finding("rate-too-low", "likely", evidence, {"first": first, "last": last})


def clipping(network):
    """The share of weights that stand at a bound, of the kernels that are clipped, and that bound;
    or None."""
    at, num, most = 0, 0, 0.0
    for kernel in values(trainable_of(network)):
        top = np.abs(kernel).max() if kernel.ndim > 1 else 0.0
        there = int((np.abs(np.abs(kernel) - top) <= 1e-6 * top).sum()) if top > 0 else 0
        if there >= 3 and np.ptp(kernel) > 0:
            at, num, most = at + there, num + kernel.size, max(most, float(top))
    return (at / num, most) if num else None


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
