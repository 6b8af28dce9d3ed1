"""Trainers: each a `keras.Model` with its own `train_step`, and the callbacks they share."""

from .callbacks import Limit, SampleGrid, StopAtNaN
from .checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from .conditional import ConditionalGAN
from .gan import GAN, generate
from .planar import PlanarGAN, PlanarSettings
from .text_to_image import TextToImage, generate_from_text
from .trainer import Trainer
from .vae import VAE
from .wgan_gp import WGANGP

__all__ = [
    "GAN",
    "VAE",
    "WGANGP",
    "Checkpoint",
    "ConditionalGAN",
    "Limit",
    "PlanarGAN",
    "PlanarSettings",
    "SampleGrid",
    "StopAtNaN",
    "TextToImage",
    "Trainer",
    "generate",
    "generate_from_text",
    "load_checkpoint",
    "save_checkpoint",
]
