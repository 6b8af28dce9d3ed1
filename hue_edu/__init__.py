"""Hue: a course in image generation that a learner can run, change and trust.

The lessons in `notebooks/` import from here. Importing the package loads no TensorFlow; it only
arranges that TensorFlow, when a lesson loads it, starts without a page of red log lines.
"""

from . import quiet

__version__ = "0.1.0"

quiet.arrange()
