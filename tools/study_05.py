"""Study of lesson 05: the quality of two DCGANs over seconds of training, on equal terms.

    make study-05

Three seeds of each network, three trainings of the reference judge; 2,500 samples against the
10,000 test digits. The clock stands still while samples are measured. Writes
data/results/05_time_to_quality.json.
"""

import itertools
import json
import platform
import sys
import time

import keras
import numpy as np
import tensorflow as tf
from fingerprints import ROOT, study_fingerprint

from hue_edu import datasets, files, judges, metrics, runtime
from hue_edu.training import recipes

SEEDS, JUDGE_SEEDS = (0, 1, 2), (0, 1, 2)
SECONDS = (10, 20, 30, 45, 60, 90, 120)
NUM = 2500
RESULT = ROOT / "data" / "results" / "05_time_to_quality.json"


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


def measure(trainer, reference, shipped, training_images, test_images):
    """Distances on every judge, class shares, and how far samples are from being copies."""
    samples = trainer.generate(NUM, seed=1)
    shares = metrics.class_shares(shipped.labels(samples))
    return {
        "frechet": [judges.frechet_to_test_set(samples, judge) for judge in reference],
        "frechet_shipped": judges.frechet_to_test_set(samples, shipped),
        "smallest_share": float(shares.min()),
        "copy_ratio": metrics.copy_ratio(samples[:500], test_images[:500], training_images),
        "diversity_ratio": metrics.diversity_ratio(samples, test_images),
    }


def study(name, measure_now, images):
    """Runs of one recipe over all seeds: raw values, and medians over seeds and judges."""
    runs = []
    for seed in SEEDS:
        trainer = recipes.make_gan(name, seed)
        probe = Probe(SECONDS, measure_now)
        data = datasets.batches(images, recipes.RECIPES[name].batch_size, seed)
        trainer.fit(data, epochs=10**9, steps_per_epoch=100, verbose=0, callbacks=[probe])
        runs.append({"seed": seed, "steps": probe.steps, "measured": probe.found})
        last = probe.found[-1]
        print(
            f"{name:15} seed {seed}: {probe.steps[-1]:6,} steps, Fréchet distances "
            + " ".join(f"{np.median(found['frechet']):.1f}" for found in probe.found)
            + f"; smallest class {100 * last['smallest_share']:.1f} %",
            flush=True,
        )

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
        "runs": runs,
    }


def main():
    (images, _), (test_images, _) = datasets.load_mnist("train"), datasets.load_mnist("test")
    reference = [judges.train_reference_judge(seed) for seed in JUDGE_SEEDS]
    shipped = judges.load_judge()
    floors = {
        num: [judges.frechet_to_test_set(images[:num], judge) for judge in (*reference, shipped)]
        for num in (NUM, 10_000)
    }
    rows = [
        {
            "judge": f"reference, seed {seed}" if judge is not shipped else "shipped",
            "accuracy": judges.accuracy(judge),
            "floor_2500": floors[NUM][i],
            "floor_10000": floors[10_000][i],
        }
        for i, (judge, seed) in enumerate(itertools.zip_longest((*reference, shipped), JUDGE_SEEDS))
    ]
    for row in rows:
        print({key: round(v, 4) if key != "judge" else v for key, v in row.items()}, flush=True)

    def measure_now(trainer):
        return measure(trainer, reference, shipped, images, test_images)

    values = {
        "floor": float(np.median(floors[NUM][:-1])),
        "floor_shipped": floors[NUM][-1],
        "dcgan": study("dcgan", measure_now, images),
        "tutorial_dcgan": study("tutorial_dcgan", measure_now, images),
    }
    result = {
        "command": "make study-05",
        "seeds": list(SEEDS),
        "judges": rows,
        "device": runtime.device(),
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "code": study_fingerprint(__file__),
        "values": values,
    }
    with files.written_whole(RESULT) as temporary:
        temporary.write_text(json.dumps(result, indent=1) + "\n")
    print(f"wrote {RESULT.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
