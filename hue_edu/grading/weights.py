"""Networks that students train: they hand in a file of weights, from which the grader draws.

Samples alone could be test digits; from weights the grader draws with a z of its own.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..answers.numbers import Wrong, expect
from ..files import BROKEN

MOST_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Goal:
    """A bound on one measure.

    Attributes:
        name: What is measured, in a few words.
        points: Whole number.
        measure: Key of what `Weights.measure` returns.
        bound: The number to reach.
        at_least: Whether more is better.
    """

    name: str
    points: int
    measure: str
    bound: float
    at_least: bool = False

    def judged(self, numbers):
        """Outcome, and a sentence with the number."""
        number = numbers[self.measure]
        met = number >= self.bound if self.at_least else number <= self.bound
        limit = "at least" if self.at_least else "at most"
        told = f"{number:.3g}, expected {limit} {self.bound:g}"
        return ("correct", f"{told}.") if met else ("incorrect", f"Got {told}.")


@dataclass(frozen=True)
class Weights:
    """A file that is handed in beside the notebook.

    Attributes:
        name: Such as `"trained_generator"`.
        title: A few words.
        lesson: Where to read.
        file: Its name, which ends in `.weights.h5`.
        build: Function without arguments that builds the Keras model.
        draw: Function of the model and a seed that returns a list of arrays; it runs in the
            submission's process.
        measure: Function of such arrays that returns a dictionary of numbers; it runs in the
            teacher's process.
        parts: Tuple of `Goal`.
    """

    name: str
    title: str
    lesson: str
    file: str
    build: Callable
    draw: Callable
    measure: Callable
    parts: tuple

    @property
    def points(self):
        """The most points that it gives."""
        return sum(goal.points for goal in self.parts)

    def drawn(self, content, seed):
        """What the network draws.

        Args:
            content: The file's bytes.
            seed: Of z.

        Returns:
            List of pairs ("", float array).

        Raises:
            Wrong: It is too large, no file of weights, or one of another network.
        """
        expect(
            len(content) <= MOST_BYTES,
            f"{self.file} has {len(content):,} bytes; expected {MOST_BYTES:,} at most.",
        )
        model = self.build()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, self.file)
            path.write_bytes(content)
            try:
                model.load_weights(path)
            except (*BROKEN, ImportError, RecursionError) as error:
                said = " ".join(str(error).split())[:200]
                raise Wrong(
                    f"{self.file} holds no weights of this network: expected what "
                    f"`generator.save_weights({self.file!r})` writes. ({said})"
                ) from None
        arrays = [np.asarray(array) for array in self.draw(model, seed)]
        expect(all(np.isfinite(a).all() for a in arrays), "What it draws holds NaN or infinity.")
        return [("", array) for array in arrays]

    def judged(self, arrays):
        """Pairs (outcome, sentence), one for each goal."""
        numbers = self.measure(*arrays)
        return [goal.judged(numbers) for goal in self.parts]
