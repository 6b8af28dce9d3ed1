"""In whose favour a step works, by what it does to scores: for steps that cannot be heard."""

import numpy as np

from .findings import Finding
from .patient import weights_of


def check(patient, moves):
    """Findings on whom a step serves. Yields `Finding`s.

    D is judged by how the gap of its scores changes on the same samples; G by how the scores of
    its samples change for D as it was. All of four sets of samples must agree.
    """
    each = [_changes(patient, moves, seed) for seed in range(4)]
    d_real, d_fake, g_fake = np.mean(each, axis=0)
    gaps = np.array([(real - fake) for real, fake, _ in each])
    favours = np.array([change for *_, change in each])
    size = abs(d_real) + abs(d_fake)
    if size == 0 or len(set(np.sign(gaps))) > 1 or len(set(np.sign(favours))) > 1:
        return
    numbers = {"d_real": d_real, "d_fake": d_fake, "g_fake": g_fake}
    said = (
        f"In a few steps D's score of real samples changes by {d_real:+.2g}, that of fake ones "
        f"by {d_fake:+.2g}; G's move changes the score of its samples by {g_fake:+.2g}"
    )
    if np.sign(gaps[0]) * np.sign(favours[0]) < 0 and abs(gaps.mean()) > 0.05 * size:
        code = "loss-sign" if gaps[0] > 0 else "labels-swapped"
        yield Finding(code, "likely", f"{said}: G works in D's favour.", numbers)


def _changes(patient, moves, seed):
    """Changes of D's real and fake scores by D's move, and of fake ones by G's."""
    half = len(patient.real) // 2
    places = (np.arange(min(patient.batch_size, half)) + (seed % 2) * half) % len(patient.real)
    told = None if patient.conditions is None else patient.conditions[places]
    x, z = patient.real[places], patient.z(len(places), seed=11 + seed)
    put = {name: weights_of(network) for name, network in patient.players.items()}

    def scores(g, d):
        for name, held in (("generator", g), ("discriminator", d)):
            for variable, value in zip(put[name], held[name]):
                variable.assign(value)
        fake = patient.draw(z, told)
        return [float(np.mean(s)) for s in (patient.score(x, told), patient.score(fake, told))]

    old, of_d = scores(moves.before, moves.before), scores(moves.before, moves.last)
    of_g = scores(moves.last, moves.before)
    return of_d[0] - old[0], of_d[1] - old[1], of_g[1] - old[1]
