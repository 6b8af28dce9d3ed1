"""What studies share: training for so many seconds, milliseconds a step, sums over the seeds."""

import time
import timeit

import keras
import numpy as np


class Probe(keras.callbacks.Callback):
    """Calls `measure(trainer)` when the clock reaches each time, and stops after the last.

    The clock stands still while it measures.

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


def train_for(seconds, trainer, data, measure):
    """Train on endless data: the steps done, and what `measure(trainer)` gave, at each time."""
    probe = Probe(seconds, measure)
    trainer.fit(data, epochs=10**9, steps_per_epoch=100, verbose=0, callbacks=[probe])
    return {"steps": probe.steps, "measured": probe.found}


def last_means(trainer):
    """The means that its metrics hold now, by their names."""
    return {metric.name: float(metric.result()) for metric in trainer.metrics}


def first_means(trainer, data, steps=3):
    """The means of its losses over the first steps, by their names."""
    log = trainer.fit(data, steps_per_epoch=steps, verbose=0).history
    return {name: mean for name, (mean,) in log.items()}


def ms_per_step(run, steps, rounds=10):
    """Milliseconds that a step takes when nothing else runs: of the fastest round.

    Args:
        run: Function without arguments that makes so many steps; its first call, which compiles,
            does not count.
    """
    run()
    return 1000 / steps * min(timeit.repeat(run, repeat=rounds, number=1))


def median_and_range(runs):
    """Over the seeds: the median of each number as `key`, its least and largest as `key_range`.

    Args:
        runs: A dictionary per seed, or a list of dictionaries, one for each time of measuring; then
            the results are lists, too. A list in them has a median, number by number, but no range.
    """
    values, first = {}, runs[0][0] if isinstance(runs[0], list) else runs[0]
    for key in first:
        column = [[at[key] for at in run] if isinstance(run, list) else run[key] for run in runs]
        table = np.array(column, dtype=float)
        values[key] = np.median(table, axis=0).tolist()
        if np.isscalar(first[key]):
            ends = table.min(axis=0), table.max(axis=0)
            values[f"{key}_range"] = np.stack(ends, axis=-1).tolist()
    return values
