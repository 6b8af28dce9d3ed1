"""Study of lesson 07: is it the level that fails the paired loss, or how seldom D is penalised?

    make study-07_penalties     (about 15 minutes on two cores)

The row "RpGAN + R1 + R2" of `study_07.py`, whose penalties come in every eighth step, with eight
times the weight; here in every eighth, every fourth and every step, 2,000 steps and three seeds of
each, so that a busy machine changes nothing. Writes data/results/07_penalties.json.
"""

import sys
from dataclasses import replace
from functools import partial

from measuring import first_means, last_means, median_and_range
from studies import SEEDS, Study
from study_05 import measure
from study_07 import WAYS

from hue_edu import datasets

EVERY, STEPS, PARTS = (8, 4, 1), 2000, 4


def way(every):
    """The paired loss with its penalties in each `every`-th step."""
    paired = WAYS["RpGAN + R1 + R2"]
    return replace(paired, options={**paired.options, "penalty_every": every})


def train(every, seed):
    """One run: what was measured after each quarter of its steps."""
    trainer, found = way(every).make(seed), []
    data = datasets.batches(datasets.load_mnist("train")[0], 64, seed)
    for _ in range(PARTS):
        trainer.fit(data, steps_per_epoch=STEPS // PARTS, verbose=0)
        found.append({**measure(trainer), **last_means(trainer)})
    return found


def spot_check():
    """Three steps with penalties in each of them."""
    data = datasets.batches(datasets.load_mnist("train")[0], 64, seed=0)
    means = first_means(way(1).make(seed=0), data)
    return {key: means[key] for key in ("d_loss", "g_loss", "penalty")}


STUDY = Study(__file__, "07_penalties", spot_check)


def main():
    runs = STUDY.run_seeds({f"every {every},": partial(train, every) for every in EVERY})
    STUDY.finish(
        seeds=list(SEEDS),
        steps=[STEPS // PARTS * (k + 1) for k in range(PARTS)],
        every={name.split()[1][:-1]: median_and_range(found) for name, found in runs.items()},
    )


if __name__ == "__main__":
    sys.exit(main())
