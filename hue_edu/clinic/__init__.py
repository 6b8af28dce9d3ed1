"""The failure clinic: failures made on purpose, and five published tutorials as patients.

    parts = clinic.TUTORIALS["T2"].build(num_mended=3)
    print(doctor.examine(**parts))
    run = clinic.train(parts, steps=400)

A patient is the dictionary of arguments that `doctor.examine` takes, or `doctor.examine_vae` where
it holds an `"encoder"`. All code here is our own: each tutorial is rebuilt from what it says, with
its defects, one of which is mended at a time.
"""

from .failures import FAILURES, Failure, checkers
from .training import Run, draw, train
from .tutorial import Defect, Tutorial
from .tutorial_0 import T0, captioned
from .tutorial_1 import T1
from .tutorial_2 import T2
from .tutorial_3 import T3, T3_VAE, true_negative_elbo
from .tutorial_4 import T4

TUTORIALS = {"T0": T0, "T1": T1, "T2": T2, "T3": T3, "T3 VAE": T3_VAE, "T4": T4}

__all__ = [
    "FAILURES",
    "TUTORIALS",
    "Defect",
    "Failure",
    "Run",
    "Tutorial",
    "captioned",
    "checkers",
    "draw",
    "train",
    "true_negative_elbo",
]
