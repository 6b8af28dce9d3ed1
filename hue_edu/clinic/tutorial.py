"""A published tutorial as a patient whose defects are mended one after the other."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from .. import arguments

NUM = 1024  # real samples of a patient


@dataclass(frozen=True)
class Defect:
    """One thing that is wrong with a tutorial.

    Attributes:
        name: In a few words.
        what_it_is: In one plain sentence.
        concept: What a learner should know in order to see it.
        code: The code by which `doctor.examine` reports it; None where it cannot see it.
        stops_with: The error with which nothing can be built until it is mended, or None.
    """

    name: str
    what_it_is: str
    concept: str
    code: str | None = None
    stops_with: type[Exception] | None = None


@dataclass(frozen=True, kw_only=True)
class Tutorial:
    """What a tutorial claims, what it is, and how it is mended.

    Attributes:
        title: Its subject.
        claims: What it says of itself.
        truth: What its code does.
        defects: In the order in which a learner who reads the doctor's reports mends them.
        ruin: The name of the defect that ruins its pictures, or its numbers, once it runs.
        make: (names of the defects that are left, seed, number of samples) → patient.
    """

    title: str
    claims: str
    truth: str
    defects: tuple[Defect, ...]
    ruin: str
    make: Callable

    @property
    def before(self):
        """How many defects are mended when what ruins it is the next one."""
        return [defect.name for defect in self.defects].index(self.ruin)

    def build(self, num_mended, seed=0, num=NUM):
        """The patient, with the first `num_mended` defects mended.

        Args:
            num_mended: From 0, as published, to `len(defects)`, all well.
            seed: Of the weights and of z; the same one gives the same patient.
            num: Real samples, at least 64.

        Returns:
            Arguments of `doctor.examine`, by name; of `doctor.examine_vae` for a VAE.

        Raises:
            ValueError: Another number.
            Exception: What a learner meets, while a defect is left that stops the code: the error
                that it names as `stops_with`.
        """
        num_mended = arguments.whole_number("num_mended", num_mended)
        num = arguments.whole_number("num", num, at_least=64)
        if num_mended > len(self.defects):
            raise ValueError(
                f"num_mended is {num_mended}; expected from 0 to {len(self.defects)}, the number "
                "of defects."
            )
        keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
        left = frozenset(defect.name for defect in self.defects[num_mended:])
        return self.make(left, seed, num)
