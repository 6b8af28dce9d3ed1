"""Data sets: digits, plain and with captions, clothes, own pictures, points.

The only place where pixels are scaled.
"""

from ..pixels import check_images, check_pixels
from .batching import batches, labelled_batches, stacked_batches
from .captioned import CaptionedBatch, captioned_batches, hue_pictures
from .drawings import PLANAR, PlanarData, make_planar
from .fashion import FASHION_CLASSES, load_fashion_mnist, parse_idx
from .faults import add_noise, blur, lose_classes, mix_in_copies
from .images import (
    load_mnist,
    tint,
    to_float,
    to_uint8,
)
from .pictures import describe, find_pictures, load_images
from .planar import (
    grid_centres,
    make_grid,
    make_moons,
    make_ring,
    make_swiss_roll,
    ring_centres,
)

__all__ = [
    "FASHION_CLASSES",
    "PLANAR",
    "CaptionedBatch",
    "PlanarData",
    "add_noise",
    "batches",
    "blur",
    "captioned_batches",
    "check_images",
    "check_pixels",
    "describe",
    "find_pictures",
    "grid_centres",
    "hue_pictures",
    "labelled_batches",
    "load_fashion_mnist",
    "load_images",
    "load_mnist",
    "lose_classes",
    "make_grid",
    "make_moons",
    "make_planar",
    "make_ring",
    "make_swiss_roll",
    "mix_in_copies",
    "parse_idx",
    "ring_centres",
    "stacked_batches",
    "tint",
    "to_float",
    "to_uint8",
]
