"""Explorers: pictures that answer to a slider. Each leaves a static picture on a saved page."""

from .dirac_explorer import DiracExplorer
from .explorer import Explorer
from .gan_lab import GanLab
from .hue_studio import HueStudio
from .latent_explorer import LatentExplorer
from .loss_explorer import LossExplorer
from .metric_explorer import MetricExplorer

__all__ = [
    "DiracExplorer",
    "Explorer",
    "GanLab",
    "HueStudio",
    "LatentExplorer",
    "LossExplorer",
    "MetricExplorer",
]
