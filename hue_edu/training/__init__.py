"""Trainers: each a `keras.Model` with its own `train_step`, and the callbacks they share."""

from .callbacks import Limit, SampleGrid, StopAtNaN
from .checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from .gan import GAN, generate

__all__ = [
    "GAN",
    "Checkpoint",
    "Limit",
    "SampleGrid",
    "StopAtNaN",
    "generate",
    "load_checkpoint",
    "save_checkpoint",
]
