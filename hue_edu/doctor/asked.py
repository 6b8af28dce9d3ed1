"""The losses of a step that tells nobody its losses: it is given scores instead of D's own, and
what it then takes gradients of says how each loss depends on them."""

import numpy as np
import tensorflow as tf

from .listening import key, listening
from .patient import trainable_of
from .state import values

REAL, FAKE, OTHER = 1, 0, -1
UPHILL = 0.2  # cosine between a gradient and a move
FIRST = 0.5, 0.4  # scores that are probabilities, too
SAME, SURE = 1e-3, 0.2  # how alike two samples must be, and how much more than the next


class Unheard(Exception):
    """A step takes no gradient for a player, at the scores that it was given."""


class Asked:
    """A step, asked for the slopes of its losses.

    Attributes:
        works: Whether it could be heard: both networks, a gradient for each, real and fake scores.
        shapes: From a player to the shape of its loss.
        players: Those whose losses are functions of scores.
        climbs: The players that the step moves up their gradient, or whose gradient is turned on
            its way to them; their slopes are turned, so that all are of what is minimised.
    """

    def __init__(self, patient):
        self.patient, self.known, self.shapes, self.climbs = patient, {}, {}, set()
        first = self._heard(*FIRST, moving=True)
        self.known[FIRST] = first
        d, g = first.get("discriminator"), first.get("generator")
        self.works = bool(d and len(d[0]) and len(d[1]) and (g is None or len(g[1])))
        self.players = [name for name in patient.players if name in first]

    def of(self, player):
        """A function of (real score, fake score) → slopes of that player's loss for each row.

        It raises `Unheard` where the step, at these scores, takes no gradient for the player.
        """

        def slopes(real, fake):
            found = self._ask(float(real), float(fake))
            if player not in found:
                raise Unheard(player)
            return found[player]

        return slopes

    def _ask(self, real, fake):
        if (real, fake) not in self.known:
            self.known[real, fake] = self._heard(real, fake)
        return self.known[real, fake]

    def _heard(self, real, fake, moving=False):
        patient, made = self.patient, []
        owners = {name: {key(v) for v in trainable_of(network)}
                  for name, network in patient.players.items()}  # fmt: skip

        def answer(name, inputs, output):
            if name == "generator":
                made.append(np.asarray(_first(output)))
                return None, None
            kinds = kinds_of(_samples_among(inputs, patient.real.shape[1:]), patient.real, made)
            first = _first(output)
            if kinds is None or first.shape[0] != len(kinds):
                return None, None
            values = np.where(kinds == REAL, real, fake).reshape(-1, *[1] * (len(first.shape) - 1))
            wanted = np.where((kinds == OTHER).reshape(values.shape), np.asarray(first), values)
            given = first + tf.stop_gradient(tf.cast(wanted, first.dtype) - first)
            if isinstance(output, (list, tuple)):
                given = type(output)([given, *output[1:]])
            return given, kinds

        weights = {name: trainable_of(network) for name, network in patient.players.items()}
        before = {name: values(v) for name, v in weights.items()}

        def enough(taken):
            return not moving and {owner_of(t.sources, owners) for t in taken} >= set(owners)

        with patient.for_now(), listening(patient.players, answer, enough=enough) as heard:
            try:
                patient.step()
            except Exception:
                if not heard.taken:
                    return {}
            after = {name: values(v) for name, v in weights.items()}
        found = {}
        for taken in heard.taken:
            owner = owner_of(taken.sources, owners)
            if owner not in patient.players or owner in found:
                continue
            rows = _rows(heard.calls, taken.of_outputs)
            if rows is None:
                continue  # such as a distance of features
            if moving:
                climbs = _climbs(taken, weights[owner], before[owner], after[owner])
                turned = owner == "generator" and is_reversed(patient, heard, taken)
                self.climbs |= {owner} if climbs != turned else set()
            sign = -1 if owner in self.climbs else 1
            found[owner] = [sign * part for part in rows]
            self.shapes[owner] = _shape(taken.target)
        return found


def owner_of(sources, owners):
    """The player whose weights they are; "both", or None for neither's."""
    keys = {key(s) for s in sources}
    named = [name for name, held in owners.items() if keys & held]
    return named[0] if len(named) == 1 else "both" if named else None


def kinds_of(x, real, made):
    """Which rows are real samples, which are G's, and which are neither, such as points between.

    Args:
        x: What D was given, (num, ...), or None.
        real: Real samples.
        made: What G made so far, a list of arrays.

    Returns:
        Array of REAL, FAKE or OTHER, or None where they cannot be compared.
    """
    if x is None:
        return None
    made = [m for m in made if m.shape[1:] == x.shape[1:]]
    flat = [part.reshape(len(part), -1).astype("float64") for part in (x, real, *made)]
    rows, truth, lies = flat[0], flat[1], np.concatenate(flat[2:]) if made else None
    if lies is None:
        return np.full(len(rows), REAL)
    to_real, at_real = _nearest(rows, truth)
    to_fake, at_fake = _nearest(rows, lies)
    apart = np.linalg.norm(truth[at_real] - lies[at_fake], axis=1) + 1e-12
    between = to_real + to_fake < (1 + 1e-3) * apart
    for lie in flat[2:]:  # pairs as they are
        if len(rows) == len(lie) <= len(truth):
            ends = truth[: len(lie)], lie
            ways = sum(np.linalg.norm(rows - end, axis=1) for end in ends)
            between |= ways < (1 + 1e-3) * np.linalg.norm(ends[0] - lie, axis=1)
    unlike_real, unlike_fake = _unlike(rows, truth), _unlike(rows, lies)
    kinds = np.full(len(rows), OTHER)
    kinds[unlike_real - unlike_fake > SURE] = FAKE
    kinds[unlike_fake - unlike_real > SURE] = REAL
    kinds[between] = OTHER
    exact = np.linalg.norm(rows, axis=1) * SAME + 1e-9
    kinds[(unlike_real < 1e-6) | (to_real < exact)] = REAL
    kinds[to_fake < exact] = FAKE
    return kinds


def _unlike(rows, others):
    """Distance to the nearest of the others, of samples without their mean and contrast."""
    if rows.shape[1] >= 8:
        rows, others = (part - part.mean(axis=1, keepdims=True) for part in (rows, others))
    size = [np.linalg.norm(part, axis=1, keepdims=True) + 1e-12 for part in (rows, others)]
    if rows.shape[1] < 8:
        size = [np.mean(size[1])] * 2
    return _nearest(rows / size[0], others / size[1])[0]


def _nearest(rows, others):
    squares = (rows**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2 * rows @ others.T
    at = squares.argmin(axis=1)
    return np.linalg.norm(rows - others[at], axis=1), at


def _samples_among(inputs, shape):
    """The first input that has the shape of samples."""
    for tensor in inputs:
        if tuple(tensor.shape[1:]) == tuple(shape) and tensor.dtype.is_floating:
            return tensor.numpy()
    return None


def _first(output):
    return output[0] if isinstance(output, (list, tuple)) else output


def _climbs(taken, variables, before, after):
    """Whether weights went up the gradient that was taken."""
    places, dot, sizes = {key(v): k for k, v in enumerate(variables)}, 0.0, np.zeros(2)
    for source, slope in zip(taken.sources, taken.gradients):
        if slope is not None and key(source) in places:
            k = places[key(source)]
            slope = np.asarray(tf.convert_to_tensor(slope), "float64").ravel()
            move = (after[k] - before[k]).ravel()
            if slope.shape == move.shape:
                dot += float(slope @ move)
                sizes += [slope @ slope, move @ move]
    return dot > UPHILL * np.sqrt(sizes.prod()) > 0


def is_reversed(patient, heard, taken):
    """Whether a loss moves G against what it says of the scores of G's samples.

    Args:
        patient: A `Gan`.
        heard: `Heard` of its step.
        taken: One of its gradients, which may be of both players.
    """
    pairs = [(call, slope) for call, (slope, *_) in zip(heard.calls, taken.of_outputs)]
    made = [(c.output, s) for c, s in pairs if c.name == "generator" and s is not None]
    judged = [(c.inputs[0], s) for c, s in pairs if c.name == "discriminator" and s is not None]
    for x, slope in made:
        for seen, of_scores in judged:
            same = seen.shape == x.shape and np.allclose(seen, x, atol=1e-6)
            if seen is x or not same or patient.conditions is not None:
                continue  # the very tensor: nothing stands between G and D
            with tf.GradientTape() as tape:
                tape.watch(x)
                scores = patient.score(x, training=True)
            own = tape.gradient(scores, x, output_gradients=tf.reshape(of_scores, scores.shape))
            if own is not None and float(tf.reduce_sum(own * slope)) < 0:
                return True
    return False


def _rows(calls, slopes):
    """Slopes for each row that was real, and for each fake one; None if scores do not matter."""
    real, fake = [], []
    if all(slope is None for call, (slope, *_) in zip(calls, slopes) if call.told is not None):
        return None
    for call, (slope, *_) in zip(calls, slopes):
        if call.told is None:
            continue
        slope = np.zeros(len(call.told)) if slope is None else np.asarray(slope, "float64")
        slope = slope.reshape(len(call.told), -1).sum(axis=1)
        real.append(slope[call.told == REAL])
        fake.append(slope[call.told == FAKE])
    return np.concatenate(real or [[]]), np.concatenate(fake or [[]])


def _shape(target):
    parts = [target] if tf.is_tensor(target) else tf.nest.flatten(target)
    return tuple(getattr(parts[0], "shape", ()))
