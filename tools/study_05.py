"""Study of lesson 05: the quality of two DCGANs over seconds of training, on equal terms.

    make study-05     (about 14 minutes on two cores)

Three seeds of each network; 2,500 samples against the 10,000 test digits, on the shipped judge.
The clock stands still while samples are measured. Writes data/results/05_time_to_quality.json.
"""

import sys
import time
from functools import partial

import keras
import numpy as np
from studies import Study

from hue_edu import datasets, evaluation, judges, metrics
from hue_edu.training.recipes import RECIPES

SEEDS = (0, 1, 2)
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


def measure(trainer):
    """What 2,500 samples score on the shipped judge, and how far they are from being copies."""
    (training, _), (held_out, _) = datasets.load_mnist("train"), datasets.load_mnist("test")
    samples = trainer.generate(NUM, seed=1)
    logits = judges.load_judge().features_and_logits(samples)[1]
    return {
        "frechet": evaluation.frechet_to_test_set(samples, judges.load_judge()),
        "sure_share": metrics.sure_share(logits),
        "smallest_share": metrics.class_shares(logits.argmax(axis=1)).min().item(),
        "copy_ratio": metrics.copy_ratio(samples[:250], held_out[:250], training),
        "diversity_ratio": metrics.diversity_ratio(samples, held_out),
    }


def train(recipe, seed, seconds=SECONDS):
    """One run of a recipe: steps and what was measured at each of the seconds."""
    trainer, probe = recipe.make(seed), Probe(seconds, measure)
    images, _ = datasets.load_mnist("train")
    data = datasets.batches(images, recipe.batch_size, seed)
    trainer.fit(data, epochs=10**9, steps_per_epoch=100, verbose=0, callbacks=[probe])
    return {"seed": seed, "steps": probe.steps, "measured": probe.found}


def summarise(runs, seconds=SECONDS):
    """Median and range over seeds of each thing measured, at each of the seconds."""
    values = {"seconds": list(seconds), "steps": np.median([r["steps"] for r in runs], 0).tolist()}
    for key in runs[0]["measured"][0]:
        table = np.array([[found[key] for found in run["measured"]] for run in runs])
        values[key] = np.median(table, axis=0).tolist()
        values[f"{key}_range"] = np.transpose([table.min(axis=0), table.max(axis=0)]).tolist()
    return values


def floor():
    """Distance of as many training digits; of how many test digits the judge is sure."""
    images, _ = datasets.load_mnist("train")
    logits = judges.load_judge().features_and_logits(datasets.load_mnist("test")[0])[1]
    return {
        "accuracy": judges.accuracy(judges.load_judge()),
        "frechet": evaluation.frechet_to_test_set(images[:NUM], judges.load_judge()),
        "sure_share": metrics.sure_share(logits),
    }


def first_steps(recipe, num_steps=3, num=500):
    """The first steps of one seed: losses, and the distance of samples that hardly are digits."""
    images, _ = datasets.load_mnist("train")
    trainer, data = recipe.make(seed=0), datasets.batches(images, recipe.batch_size, seed=0)
    log = trainer.fit(data, steps_per_epoch=num_steps, verbose=0).history
    samples = trainer.generate(num, seed=1)
    return {
        **{key: log[key][0] for key in ("d_loss", "g_loss", "penalty")},
        "spread_of_samples": samples.std().item(),
        "frechet_of_samples": evaluation.frechet_to_test_set(samples, judges.load_judge()),
        "frechet_of_digits": evaluation.frechet_to_test_set(images[:NUM], judges.load_judge()),
    }


STUDY = Study(__file__, "05_time_to_quality", partial(first_steps, RECIPES["dcgan"]))


def main():
    summaries = {
        name: summarise(
            [STUDY.run(f"{name} seed {s}", partial(train, RECIPES[name], s)) for s in SEEDS]
        )
        for name in ("dcgan", "tutorial_dcgan")
    }
    STUDY.finish(seeds=list(SEEDS), floor=STUDY.run("floor", floor), **summaries)


if __name__ == "__main__":
    sys.exit(main())
