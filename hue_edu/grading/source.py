"""The teacher's side of an assignment: right answers, known mistakes, hidden inputs.

The notebook in `source/psN/` is the only place where the solutions stand; they are run from there.
"""

import contextlib
import hashlib
import runpy
import threading
import tomllib
from functools import cached_property
from pathlib import Path

import numpy as np

from .. import files
from . import ASSIGNMENTS
from .notebook_cells import read_cells

FOLDER = files.CHECKOUT / "notebooks" / "assignments"
LEAST_SEED = 1000


class Source:
    """An assignment with its solutions.

    Args:
        name: Such as `"ps1"`.
        folder: Where `source/`, `release/` and `hidden.toml` lie.

    Raises:
        ValueError: There is no such assignment, or a file of it is missing.
    """

    def __init__(self, name, folder=FOLDER):
        if name not in ASSIGNMENTS:
            raise ValueError(
                f"There is no assignment {name!r}; there are {', '.join(ASSIGNMENTS)}."
            )
        self.assignment, self.folder = ASSIGNMENTS[name], Path(folder)
        self.notebook = self.folder / "source" / name / f"{name}.ipynb"
        self.release_notebook = self.folder / "release" / name / f"{name}.ipynb"
        self._numbers, self._one_at_a_time = {}, threading.Lock()
        if not self.notebook.is_file():
            raise ValueError(f"There is no file {self.notebook}; `git checkout` brings it back.")

    @cached_property
    def cells(self):
        """The cells of the source."""
        return read_cells(self.notebook.read_bytes())

    @cached_property
    def release(self):
        """The cells of the release.

        Raises:
            ValueError: It is missing.
        """
        if not self.release_notebook.is_file():
            raise ValueError(f"There is no file {self.release_notebook}: run `make release`.")
        return read_cells(self.release_notebook.read_bytes())

    @cached_property
    def solutions(self):
        """Question's name → the reference solution."""
        names = {"__name__": "__main__"}
        for cell in self.cells:
            runs = cell.grade_id == "imports" or (cell.about or {}).get("solution")
            if cell.kind == "code" and runs:
                exec(compile(cell.source, f"{self.notebook.name} {cell.grade_id}", "exec"), names)
        return {question.name: names[question.name] for question in self.assignment.questions}

    @cached_property
    def mistakes(self):
        """`"VISIBLE"` and `"HIDDEN"` → question's name → sentence → function with that mistake."""
        names = runpy.run_path(str(self.notebook.parent / "mistakes.py"))
        return {kind: names[kind] for kind in ("VISIBLE", "HIDDEN")}

    @cached_property
    def hidden_seed(self):
        """Seed of the hidden inputs, from `hidden.toml`.

        Raises:
            ValueError: It is missing or too small.
        """
        return hidden_seeds(self.folder)[self.assignment.name]

    def numbers(self, question, part, answer, seed):
        """What a function of the course's own says in one part: arrays, as far as it goes."""
        numbers = []
        with np.errstate(all="ignore"), contextlib.suppress(Exception):
            for _, value in question.observed(
                part, lambda arrays: question.numbers(answer, arrays), seed
            ):
                numbers.append(value)
        return numbers

    def hidden(self, question, part):
        """What is right for the hidden inputs of a part, and what known mistakes say to them.

        Returns:
            List of arrays; generator of pairs (mistake, list of arrays), each computed when it is
            first asked for.
        """
        right = self._hidden_numbers(question, part, "", self.solutions[question.name])
        return right, self._mistakes(question, part)

    def _mistakes(self, question, part):
        for kind in ("VISIBLE", "HIDDEN"):
            for told, wrong in self.mistakes[kind][question.name].items():
                yield told, self._hidden_numbers(question, part, told, wrong)

    def _hidden_numbers(self, question, part, told, answer):
        with self._one_at_a_time:
            key = question.name, part.name, told
            if key not in self._numbers:
                self._numbers[key] = self.numbers(question, part, answer, self.hidden_seed)
            return self._numbers[key]

    @cached_property
    def digest(self):
        """Digits that change with whatever decides marks."""
        package = sorted(Path(__file__).parent.glob("*.py"))
        package += sorted((Path(__file__).parents[1] / "answers").glob("*.py"))
        texts = [path.read_bytes() for path in (
            *package, self.notebook, self.release_notebook, self.notebook.parent / "mistakes.py",
        )]  # fmt: skip
        return hashlib.sha256(b"\0".join([*texts, str(self.hidden_seed).encode()])).hexdigest()


def hidden_seeds(folder=FOLDER):
    """Assignment's name → seed of its hidden inputs.

    Raises:
        ValueError: The file is missing or damaged, or a seed is not as it must be.
    """
    path = Path(folder) / "hidden.toml"
    try:
        seeds = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(
            f"{path} cannot be read ({error}); expected lines like ps1 = 1234."
        ) from None
    for name in ASSIGNMENTS:
        seed = seeds.get(name)
        if type(seed) is not int or seed < LEAST_SEED:
            raise ValueError(
                f"{path}: {name} is {seed!r}; expected a whole number from {LEAST_SEED:,} on."
            )
    return seeds
