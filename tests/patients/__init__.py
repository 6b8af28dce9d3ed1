"""Patients of the GAN doctor: broken ones with their code and repaired twin, and healthy ones.

    code, make = patients.BROKEN["z_times_zero"]
    report = doctor.examine(**make(False))   # the broken one; make(True) is its twin

Each is built from our own code in a second; where it is modelled on a real report, the report is
named beside it. Other tools can be tried on them: `make` returns plain Keras models, arrays and
functions.
"""

from .broken import BROKEN
from .healthy import HEALTHY
from .strangers import BROKEN as STRANGERS
from .strangers import HEALTHY as HEALTHY_STRANGERS

__all__ = ["BROKEN", "HEALTHY", "HEALTHY_STRANGERS", "STRANGERS"]
