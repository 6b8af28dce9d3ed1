"""Checkpoints: written whole or not at all, and enough to go on as if nothing had happened."""

import json
from pathlib import Path

import keras
import numpy as np

from .. import files
from .callbacks import not_finite


def state(trainer, with_rates=False):
    """All variables that a run depends on: weights, random state, optimizers' moments.

    Args:
        trainer: A compiled trainer.
        with_rates: Whether the learning rates, which `compile` sets, are among them, as in the
            first checkpoints of this course.

    Raises:
        ValueError: The trainer has no optimizers yet.
    """
    if not trainer.compiled:
        raise ValueError(
            f"{type(trainer).__name__} has no optimizers yet, but a checkpoint holds their state; "
            "compile the trainer first."
        )
    of_trainer = [v for v in trainer.variables if v is not trainer.steps]
    of_optimizers = (v for opt in trainer.optimizers for v in opt.variables)
    return of_trainer + [v for v in of_optimizers if with_rates or v.name != "learning_rate"]


def _optimizers(trainer):
    """Kind and learning rate of each optimizer; None for the rate of a schedule."""
    optimizers = [getattr(opt, "inner_optimizer", opt) for opt in trainer.optimizers]
    fixed = [[v for v in opt.variables if v.name == "learning_rate"] for opt in optimizers]
    return [
        [type(opt).__name__, float(*rate) if rate else None] for opt, rate in zip(optimizers, fixed)
    ]


def _networks(trainer):
    """Names of the networks inside a trainer, such as `dcgan_generator`."""
    return [network.name for network in trainer.networks]


def _in_words(optimizers):
    rates = ("a schedule" if rate is None else f"{rate:g}" for _, rate in optimizers)
    return " and ".join(f"{kind}({rate})" for (kind, _), rate in zip(optimizers, rates))


def save_checkpoint(trainer, path, notes=None):
    """Write the whole state of a trainer to one `.npz` file.

    Args:
        trainer: A compiled trainer, such as `GAN`.
        path: File to write.
        notes: Anything JSON can hold, given back by `load_checkpoint`.

    Raises:
        OSError: It could not be written; an earlier checkpoint is untouched.
        ValueError: A weight is NaN or infinite; an earlier checkpoint is untouched.
    """
    arrays = {f"{i:04d}": v.numpy() for i, v in enumerate(state(trainer))}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError(
            f"A weight is NaN or infinite, so {path} was not written and keeps what it had before; "
            "go back to it and try a smaller learning rate."
        )
    about = {
        "networks": _networks(trainer),
        "optimizers": _optimizers(trainer),
        "steps": trainer.steps_done,
        "notes": notes,
    }
    with files.written_whole(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, about=np.array(json.dumps(about)), **arrays)


def _check_history(path, notes):
    """Refuse notes to which no epoch can be added."""
    rows = notes or []
    if not (isinstance(rows, list) and all(isinstance(r, dict) and "step" in r for r in rows)):
        raise ValueError(
            f"{path} was saved with the notes {notes!r}, not by a Checkpoint, whose notes are its "
            "history. training.load_checkpoint(trainer, path) loads it, and a Checkpoint with "
            "another path goes on from there."
        )


def load_checkpoint(trainer, path, check_notes=lambda path, notes: None):
    """Put a saved state into a trainer of the same architecture.

    What `compile` set stays: learning rates are not restored, and a line says where they differ.

    Args:
        trainer: A compiled trainer.
        path: File to read.
        check_notes: Function of the path and the notes, which may refuse them.

    Returns:
        The notes that were saved with it.

    Raises:
        FileNotFoundError, ValueError: Missing, cut off, or of another architecture; the trainer
            is unchanged.
    """
    arrays = files.load_arrays(path)
    if "about" not in arrays:
        raise ValueError(f"{path} is not a Hue checkpoint; it holds {sorted(arrays)[:5]}.")
    try:
        about = json.loads(str(arrays.pop("about")))
        about["networks"], about["notes"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{path} does not say what it holds: its description is cut off or altered. Restore it "
            "from a copy, or begin the run again."
        ) from None
    optimizers = _optimizers(trainer)
    saved = about.get("optimizers")
    variables, values = (
        state(trainer, with_rates=saved is None),
        [arrays[name] for name in sorted(arrays)],
    )
    shapes, expected = [v.shape for v in values], [tuple(v.shape) for v in variables]
    if about["networks"] != _networks(trainer) or shapes != expected:
        raise ValueError(
            f"{path} was saved by {' and '.join(about['networks'])} with {len(shapes)} arrays, but "
            f"this trainer has {' and '.join(_networks(trainer))} with {len(expected)}; build the "
            "same networks and compile with the same kind of optimizer."
        )
    if saved and [kind for kind, _ in saved] != [kind for kind, _ in optimizers]:
        raise ValueError(
            f"{path} was saved with {_in_words(saved)}, but this trainer has "
            f"{_in_words(optimizers)}, which would misread the saved moments; "
            "compile with the same kind of optimizer."
        )
    check_notes(path, about["notes"])
    for variable, value in zip(variables, values):
        if variable.name != "learning_rate":
            variable.assign(value)
    trainer.steps.assign(about.get("steps", int(trainer.optimizers[0].iterations)))
    trainer.note_weights()
    if saved and saved != optimizers:
        print(f"{path} was saved with {_in_words(saved)}; continuing with {_in_words(optimizers)}.")
    return about["notes"]


class Checkpoint(keras.callbacks.Callback):
    """Save the state after each epoch, with the history so far; a broken run ends with an error.

    To go on with a run that was cut off, restore first and start the data at the same step:

        checkpoint = Checkpoint("runs/first/checkpoint.npz")
        step = checkpoint.restore(gan)  # 0 if there is nothing yet
        gan.fit(datasets.batches(images, 64, seed=0, start_step=step), ..., callbacks=[checkpoint])

    Args:
        path: File to write.
        clock: Function that gives the seconds of training so far, for the history.

    Attributes:
        history: One dictionary per epoch: step, seconds and the epoch's means.
    """

    def __init__(self, path, clock=lambda: None):
        super().__init__()
        self.path, self.clock, self.history = Path(path), clock, []

    def restore(self, trainer):
        """Load the checkpoint if there is one; return the number of steps it has behind it.

        Raises:
            FileNotFoundError, ValueError: As `load_checkpoint`; or its notes, of one that was saved
                by hand, are no history to go on with.
        """
        if self.path.is_file():
            self.history = load_checkpoint(trainer, self.path, _check_history) or []
        return trainer.steps_done

    def on_epoch_end(self, epoch, logs=None):
        """Save, unless a number is no longer finite.

        Raises:
            ValueError: A loss or a weight is no finite number, and nothing else ends the run.
        """
        if lost := not_finite(self.model, logs):
            if self.model.stop_training:  # the run ends by itself
                print(f"{self.path} keeps what it had before.")
                return
            raise ValueError(
                f"At step {self.model.steps_done:,} {', '.join(lost)} is no longer a finite "
                f"number; {self.path} keeps what it had before. Go back to it and try a smaller "
                "learning rate."
            )
        step = self.model.steps_done
        self.history.append({"step": step, "seconds": self.clock(), **(logs or {})})
        save_checkpoint(self.model, self.path, self.history)
