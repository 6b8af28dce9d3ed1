"""The GAN doctor: examines any generator and discriminator, and proves what is wrong by a number.

    report = doctor.examine(generator, discriminator, images, train_step, losses, optimizers)
    print(report)

It measures instead of reading settings: gradients of losses at known scores, what a step moves, a
penalty on critics whose slopes are known. It leaves the patient as it was.
"""

from .codes import CODES, Code
from .examine import examine, examine_vae
from .findings import SEVERITIES, Finding, Report
from .finished import examine_run

__all__ = [
    "CODES",
    "SEVERITIES",
    "Code",
    "Finding",
    "Report",
    "examine",
    "examine_run",
    "examine_vae",
]
