"""Normalisation and dropout: are they on in the step, do statistics move, do they stand last?"""

from keras import layers

from .findings import Finding
from .patient import layers_of, weights_of
from .probing import is_normalisation, last_with_weights

STILL = 1e-12
STANDSTILL = 0.9999  # a momentum above it moves nothing


def check(patient, moves, heard):
    """Findings on normalisation and dropout. Yields `Finding`s.

    Args:
        patient: A `Patient` with a step.
        moves: Its `updates.Moves`.
        heard: What was heard of its steps.
    """
    for name, network in patient.players.items():
        calls = [call for each in heard[:1] for call in each.of(name)]
        learns = any(call.training is True for call in calls)
        still = list(_still(name, network, moves, learns))
        yield from still
        drops = [n for n in layers_of(network) if isinstance(n, layers.Dropout) and n.rate > 0]
        if drops and calls and not learns and not still:
            evidence = (
                f"The step calls the {name} {len(calls)} times and never with training=True, so "
                f"that {len(drops)} dropout layers do nothing."
            )
            yield Finding("training-flag-missing", "likely", evidence)


def check_ends(patient):
    """Normalisation as the last thing with weights. Yields `Finding`s."""
    for name, run in patient.runs().items():
        last = last_with_weights(patient.players[name], run)
        if last is not None and is_normalisation(last):
            evidence = (
                f"The last layer of the {name} that has weights normalises: {last.name}. So the "
                "mean and the contrast of what it makes are fixed, whatever comes before."
            )
            yield Finding("normalisation-at-output", "likely", evidence)


def _still(name, network, moves, learns):
    """Running statistics that do not move."""
    norms = [n for n in layers_of(network) if isinstance(n, layers.BatchNormalization)]
    where = {id(v): k for k, v in enumerate(weights_of(network))}
    then, now = moves.before[name], moves.last[name]

    def stays(layer):
        places = [where[id(v)] for v in (layer.moving_mean, layer.moving_variance)]
        return all(abs(then[k] - now[k]).max() <= STILL for k in places)

    still = [layer for layer in norms if stays(layer)]
    if not still:
        return
    held = [n for n in still if not n.trainable or n.momentum > STANDSTILL]
    if held or learns:
        code, severity = "normalisation-not-updated", "certain"
        why = "they are frozen, or of momentum 1"
        why = why if held else "the network is called with training=True, but they are not kept"
    else:
        code, severity, why = "training-flag-missing", "likely", "called without training=True"
    evidence = (
        f"The running statistics of {len(still)} of {len(norms)} normalisations of the {name} "
        f"do not move in a few steps: {why}."
    )
    yield Finding(code, severity, evidence, {"still": len(still)})
