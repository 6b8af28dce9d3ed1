"""Study of lesson 05: the quality of two DCGANs over seconds of training, on equal terms.

    make study-05     (about 17 minutes on two cores)

Three seeds of each network, three trainings of the reference judge; 2,500 samples against the
10,000 test digits. The clock stands still while samples are measured. Writes
data/results/05_time_to_quality.json.
"""

import sys
import time
from functools import lru_cache, partial

import keras
import numpy as np
from studies import Study

from hue_edu import datasets, judges, metrics
from hue_edu.training import recipes

SEEDS, JUDGE_SEEDS = (0, 1, 2), (0, 1, 2)
SECONDS = (10, 20, 30, 45, 60, 90, 120)
NUM = 2500


class Probe(keras.callbacks.Callback):
    """Calls `measure(trainer)` when the clock reaches each time, and stops after the last.

    Attributes:
        found: What `measure` returned, in order.
        steps: Steps done at each time.
    """

    def __init__(self, seconds, measure):
        super().__init__()
        self.waiting, self.measure = list(seconds), measure
        self.found, self.steps, self.paused = [], [], 0.0

    def on_train_begin(self, logs=None):
        self.started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        clock = time.perf_counter() - self.started - self.paused
        if clock < self.waiting[0]:
            return
        self.waiting.pop(0)
        self.steps.append(self.model.steps_done)
        pause = time.perf_counter()
        self.found.append(self.measure(self.model))
        self.paused += time.perf_counter() - pause
        self.model.stop_training = not self.waiting


@lru_cache
def all_judges():
    """The reference judges and then the shipped one, by name."""
    found = {f"reference, seed {s}": judges.train_reference_judge(s) for s in JUDGE_SEEDS}
    return {**found, "shipped": judges.load_judge()}


def measure(trainer):
    """Distances on every judge, class shares, and how far samples are from being copies."""
    (training, _), (held_out, _) = datasets.load_mnist("train"), datasets.load_mnist("test")
    samples = trainer.generate(NUM, seed=1)
    *distances, on_shipped = (
        judges.frechet_to_test_set(samples, judge) for judge in all_judges().values()
    )
    return {
        "frechet": distances,
        "frechet_shipped": on_shipped,
        "smallest_share": metrics.class_shares(judges.load_judge().labels(samples)).min().item(),
        "copy_ratio": metrics.copy_ratio(samples[:500], held_out[:500], training),
        "diversity_ratio": metrics.diversity_ratio(samples, held_out),
    }


def describe_judges():
    """Accuracy and floors of each judge."""
    images, _ = datasets.load_mnist("train")
    return [
        {
            "judge": name,
            "accuracy": judges.accuracy(judge),
            "floor_2500": judges.frechet_to_test_set(images[:NUM], judge),
            "floor_10000": judges.frechet_to_test_set(images[:10_000], judge),
        }
        for name, judge in all_judges().items()
    ]


def train(name, seed):
    """One run of a recipe: steps and what was measured at each of `SECONDS`."""
    trainer, probe = recipes.make_gan(name, seed), Probe(SECONDS, measure)
    images, _ = datasets.load_mnist("train")
    data = datasets.batches(images, recipes.RECIPES[name].batch_size, seed)
    trainer.fit(data, epochs=10**9, steps_per_epoch=100, verbose=0, callbacks=[probe])
    return {"seed": seed, "steps": probe.steps, "measured": probe.found}


def spot_check(num_steps=9, num=500):
    """The first steps of one seed: losses, and the distance of samples that hardly are digits."""
    images, _ = datasets.load_mnist("train")
    trainer = recipes.make_gan("dcgan", seed=0)
    data = datasets.batches(images, recipes.RECIPES["dcgan"].batch_size, seed=0)
    log = trainer.fit(data, steps_per_epoch=num_steps, verbose=0).history
    samples = trainer.generate(num, seed=1)
    return {
        **{key: log[key][0] for key in ("d_loss", "g_loss", "r1_penalty")},
        "spread_of_samples": samples.std().item(),
        "frechet_of_samples": judges.frechet_to_test_set(samples, judges.load_judge()),
        "frechet_of_digits": judges.frechet_to_test_set(images[:NUM], judges.load_judge()),
    }


STUDY = Study(
    __file__,
    "05_time_to_quality",
    spot_check,
    tolerance=0.003,
    reason="nine steps of one seed differ by .05 % at most between processors and numbers of "
    "threads, which add in another order; a rate, a momentum, a weight or a batch that is 5 % off "
    "changes one of the numbers by .5 % or more",
)


def summarise(runs):
    """Medians over seeds and judges of the runs of one recipe."""

    def over_seeds(key, reduce):
        columns = zip(*([found[key] for found in run["measured"]] for run in runs))
        return [float(reduce(column)) for column in columns]

    return {
        "seconds": list(SECONDS),
        "frechet_median": over_seeds("frechet", np.median),
        "frechet_range": list(zip(over_seeds("frechet", np.min), over_seeds("frechet", np.max))),
        "shipped_median": over_seeds("frechet_shipped", np.median),
        "smallest_share": over_seeds("smallest_share", np.min),
        "copy_ratio": over_seeds("copy_ratio", np.median),
        "diversity_ratio": over_seeds("diversity_ratio", np.median),
        "steps": np.median([run["steps"] for run in runs], axis=0).tolist(),
    }


def main():
    about_judges = STUDY.run("judges", describe_judges)
    *reference, shipped = (row["floor_2500"] for row in about_judges)
    summaries = {
        name: summarise(
            [STUDY.run(f"{name} seed {seed}", partial(train, name, seed)) for seed in SEEDS]
        )
        for name in ("dcgan", "tutorial_dcgan")
    }
    floors = {"floor": float(np.median(reference)), "floor_shipped": shipped}
    STUDY.finish(seeds=list(SEEDS), judges=about_judges, **floors, **summaries)


if __name__ == "__main__":
    sys.exit(main())
