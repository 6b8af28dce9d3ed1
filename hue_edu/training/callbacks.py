"""Callbacks of every trainer: pictures while it learns, progress, a stop at NaN, a time limit."""

import math
import time
import warnings

import keras
from tqdm.auto import tqdm

from .. import arguments, plots, runtime

LINE = 79  # characters of a terminal
LAYOUT = "{percentage:3.0f}% |{bar:12}| {n:.0f} of {total:.0f} {unit}{postfix}"


class SampleGrid(keras.callbacks.Callback):
    """Samples from the same z after each epoch, refreshed in place in the notebook.

    Args:
        num: What `generate` is given first: the number of images, or a list of labels or captions.
        seed: Seed of the fixed z.
        every: Epochs between pictures, at least 1; the last epoch always shows.

    Attributes:
        frames: List of (step, images), one for each picture, to plot afterwards.
    """

    def __init__(self, num=36, seed=0, every=1):
        super().__init__()
        self.num, self.seed = num, arguments.whole_number("seed", seed)
        self.every = arguments.whole_number("every", every, at_least=1)
        self.frames, self._handle = [], None

    def on_train_begin(self, logs=None):
        self.model.generate(self.num, self.seed)  # fails now, rather than after an epoch
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        if (epoch + 1) % self.every and epoch + 1 != self.params["epochs"]:
            return
        step = self.model.steps_done
        self.frames.append((step, self.model.generate(self.num, self.seed)))
        seconds = time.perf_counter() - self.started
        self._show(f"Step {step:,}, {seconds:.0f} s: the same z each time")

    def _show(self, title):
        try:
            from IPython import display, get_ipython
        except ImportError:
            return
        if get_ipython() is None:
            return
        figure = plots.plot_image_grid(self.frames[-1][1], title)
        if self._handle is None:
            self._handle = display.display(figure, display_id=True)
        else:
            self._handle.update(figure)


class Progress(keras.callbacks.Callback):
    """A line that says how many of the steps of `fit` are done; it goes when all are.

    Args:
        what: What the steps are, such as "steps of the VAE".
    """

    def __init__(self, what="steps"):
        super().__init__()
        self.what = what

    def on_train_begin(self, logs=None):
        total = self.params["epochs"] * self.params["steps"]
        self.bar = runtime.progress(range(total), self.what)

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update()

    def on_train_end(self, logs=None):
        self.bar.close()


def not_finite(trainer, logs=None):
    """Names of what is NaN or infinite: losses, and networks with such a weight.

    Both count: the losses of a step are computed before it moves the weights.

    Args:
        trainer: With its networks.
        logs: From the names of losses to their values.
    """
    names = [name for name, value in (logs or {}).items() if not math.isfinite(value)]
    for network, total in zip(trainer.networks, trainer.sums_of_weights().numpy()):
        if not math.isfinite(total):
            names.append(f"a weight of {network.name}")
    return names


class StopAtNaN(keras.callbacks.Callback):
    """Stop when a loss or a weight is no longer a finite number, and say what to try.

    Attributes:
        message: What happened, or None.
    """

    def __init__(self):
        super().__init__()
        self.message = None

    def on_train_batch_end(self, batch, logs=None):
        if self.message or not (lost := not_finite(self.model, logs)):
            return
        step = self.model.steps_done
        self.message = (
            f"Stopped at step {step:,}: {', '.join(lost)} is no longer a finite number. Go back to "
            "the last checkpoint and try a smaller learning rate; check the data for NaN, and "
            "check its range."
        )
        self.model.stop_training = True
        print(self.message)


class Limit(keras.callbacks.Callback):
    """Stop after so many seconds or steps, and show a progress bar with the losses.

    Args:
        seconds, steps: Give one of them, above 0.
        spent: Seconds already used by an earlier part of the same run.

    Raises:
        ValueError: Both limits or none, or one that is not above 0.
    """

    def __init__(self, seconds=None, steps=None, spent=0.0):
        super().__init__()
        if (seconds is None) == (steps is None):
            raise ValueError("Give a limit in seconds or in steps, and only one of them.")
        if not (seconds or steps or 0) > 0:
            name, value = ("steps", steps) if seconds is None else ("seconds", seconds)
            raise ValueError(f"{name} is {value}; expected a number above 0.")
        self.seconds, self.steps, self.spent = seconds, steps, spent
        self.last_shown = 0.0

    @property
    def elapsed(self):
        """Seconds of training so far, earlier parts of the run included."""
        return self.spent + time.perf_counter() - self.started

    def reached(self, step):
        """Whether a run that has `step` steps behind it has used up its limit."""
        return self.spent >= self.seconds if self.seconds else step >= self.steps

    def on_train_begin(self, logs=None):
        self.started = time.perf_counter()
        total, unit = (self.seconds, "s") if self.seconds else (self.steps, "step")
        self.bar = tqdm(total=total, unit=unit, bar_format=LAYOUT, mininterval=0.5)

    def on_train_batch_end(self, batch, logs=None):
        step = self.model.steps_done
        done, limit = (self.elapsed, self.seconds) if self.seconds else (step, self.steps)
        over = done >= limit
        if over:
            self.model.stop_training = True
        if over or self.elapsed - self.last_shown > 0.5:
            self.last_shown = self.elapsed
            self.bar.n = min(done, limit)
            self.bar.set_postfix_str(self._beside(step, logs or {}, limit))

    def _beside(self, step, logs, limit):
        """The step and as many of the losses as a line of a terminal has room for."""
        before = LAYOUT.format(
            percentage=100, bar="", n=limit, total=limit, unit="step", postfix=", "
        )
        room, text = LINE - len(before), ""
        logs = sorted(logs.items(), key=lambda log: not log[0].endswith("loss"))  # losses first
        for part in (f"step {step:,}", *(f"{name} {value:.3f}" for name, value in logs)):
            if len(longer := f"{text} {part}".strip()) > room:
                break
            text = longer
        return text

    def on_train_end(self, logs=None):
        self.bar.close()


class StopWithoutData(keras.callbacks.Callback):
    """Stop where an epoch had no data, and report none of its numbers, which would all be 0."""

    def on_epoch_begin(self, epoch, logs=None):
        self.before = self.model.steps_done

    def on_epoch_end(self, epoch, logs=None):
        if self.model.steps_done > self.before:
            return
        logs.clear()
        self.model.stop_training = True
        warnings.warn(
            f"Epoch {epoch + 1} had no data, so training stopped before it. Data that can be read "
            "only once, such as from_generator(lambda: one_generator), lasts for one epoch: make "
            "the generator within that function, or give steps_per_epoch and data.repeat().",
            stacklevel=2,
        )
