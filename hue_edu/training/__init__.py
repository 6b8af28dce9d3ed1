"""Trainers: each says by name, in `terms`, what its players minimise; the step is in `trainer.py`.

`PlanarGAN`, for points in the plane, stands by itself.
"""

from .callbacks import Limit, Progress, SampleGrid, StopAtNaN
from .checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from .clusters import ClusterConditionedGAN
from .conditional import ConditionalGAN
from .flow import Flow
from .gan import GAN
from .planar import PlanarGAN, PlanarSettings
from .recipes import RECIPES, find_recipe, make_trainer
from .sampling import generate
from .text_to_image import TextToImage, generate_from_text
from .trainer import Trainer
from .vae import VAE
from .vae_gan import VAEGAN
from .wgan_gp import WGANGP

__all__ = [
    "GAN",
    "RECIPES",
    "VAE",
    "VAEGAN",
    "WGANGP",
    "Checkpoint",
    "ClusterConditionedGAN",
    "ConditionalGAN",
    "Flow",
    "Limit",
    "PlanarGAN",
    "PlanarSettings",
    "Progress",
    "SampleGrid",
    "StopAtNaN",
    "TextToImage",
    "Trainer",
    "find_recipe",
    "generate",
    "generate_from_text",
    "load_checkpoint",
    "make_trainer",
    "save_checkpoint",
]
