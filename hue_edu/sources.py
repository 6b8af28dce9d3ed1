"""Pictures that people have: images in a file, or a folder of pictures; for a run, too."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import datasets, files

KINDS = {  # first bytes of files that hold no array of images
    b"\x89PNG": "one picture (a folder of at least 500 can be measured)",
    b"\xff\xd8\xff": "one picture (a folder of at least 500 can be measured)",
    b"\x89HDF": "a file of weights (its run folder can be measured)",
}


@dataclass(frozen=True)
class OwnPictures:
    """Pictures of one's own for a run: where they lie, and at which size it takes them.

    Attributes:
        path: A folder of pictures, or an .npz or .npy file as `load_images` takes it.
        size: Height and width to bring the pictures of a folder to, 28 if not given. Images in a
            file stay as they are.
    """

    path: str
    size: int | None = None

    def load(self, at_least=1):
        """The pictures, checked as data to train on.

        Args:
            at_least: As many must be there: a batch.

        Returns:
            Float32 of shape (num, height, width, 1 or 3) in [-1, 1].

        Raises:
            FileNotFoundError: There is nothing at the path.
            ValueError: Too few pictures, or other ones.
        """
        if Path(self.path).is_dir():
            images = datasets.load_images(self.path, self.size or 28, at_least)
        else:
            images = load_images(self.path)
            self._check_file(images, at_least)
        datasets.check_images(images)
        return images

    def _check_file(self, images, at_least):
        num, height, width, channels = images.shape
        if channels not in (1, 3):
            raise ValueError(
                f"{self.path} holds images of shape {images.shape}; expected 1 channel, for grey, "
                "or 3, for colour."
            )
        if num < at_least:
            raise ValueError(
                f"{self.path} holds {datasets.describe(images)}; expected at least {at_least:,}, "
                "one batch. Add pictures, or choose a recipe with smaller batches."
            )
        if self.size and (height, width) != (self.size, self.size):
            raise ValueError(
                f"{self.path} holds images of {height}×{width} pixels, not {self.size}×"
                f"{self.size}; --size is for a folder of pictures: leave it out."
            )

    def settings(self, images):
        """What run.json keeps of them: path, number, shape, and the SHA-256 of their pixels."""
        shape = [int(side) for side in images.shape[1:]]
        digits = hashlib.sha256(np.ascontiguousarray(images)).hexdigest()
        about = {"num": len(images), "image_shape": shape, "sha256": digits}
        return {"data": str(Path(self.path)), **about}


def load_images(path):
    """Images in what people have, checked for shape, dtype and range.

    What a file holds decides, not its name: an `.npz` with one array `images`, or an `.npy`, of
    float32 in [-1, 1] or uint8; or a folder of pictures as `datasets.load_images` takes them.

    Raises:
        FileNotFoundError: There is nothing at the path.
        ValueError: Something else, with a sentence on what it is.
    """
    path = Path(path)
    if path.is_dir():
        return datasets.load_images(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    with open(path, "rb") as file:
        start = file.read(8)
    if start.startswith(b"\x93NUMPY"):
        images = files.load_array(path)
    else:
        if kind := next((kind for magic, kind in KINDS.items() if start.startswith(magic)), None):
            raise ValueError(f"{path} is {kind}; expected images in an .npz or .npy file.")
        arrays = files.load_arrays(path) if start else {}
        if list(arrays) != ["images"]:
            held = f"holds {sorted(arrays)[:5]}" if start else "is empty"
            raise ValueError(
                f"{path} {held}; expected one array, named images, as written by "
                "numpy.savez(FILE, images=images)."
            )
        images = arrays["images"]
    if images.size == 0:
        raise ValueError(f"{path} holds no images: its array has the shape {images.shape}.")
    if images.dtype == np.uint8 and images.ndim == 4:
        images = datasets.to_float(images)
    datasets.check_pixels(images)
    return images
