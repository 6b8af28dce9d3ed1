"""Trainers: each a `keras.Model` with its own `train_step`, and the callbacks they share."""

from .callbacks import Limit, SampleGrid, StopAtNaN
from .checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from .gan import GAN, generate
from .planar import PlanarGAN, PlanarSettings

__all__ = [
    "GAN",
    "Checkpoint",
    "Limit",
    "PlanarGAN",
    "PlanarSettings",
    "SampleGrid",
    "StopAtNaN",
    "generate",
    "load_checkpoint",
    "save_checkpoint",
]
