"""MNIST and Fashion-MNIST. The only place where pixels are scaled."""

import gzip
from pathlib import Path

import numpy as np
from matplotlib.colors import hsv_to_rgb

from .. import files

FASHION_FOLDERS = ("/usr/share/datasets/fashion-mnist", "~/.keras/datasets/fashion-mnist")
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


def to_float(pixels):
    """Scale pixels from whole numbers 0…255 to float32 in [-1, 1], the range of tanh.

    x = p / 127.5 - 1
    """
    images = np.array(pixels, "float32")
    images /= 127.5  # in place: 60,000 digits take 188 MB
    images -= 1.0
    return images


def to_uint8(images):
    """Scale images from [-1, 1] back to whole numbers 0…255; values outside are clipped."""
    return np.clip(np.round((np.asarray(images, "float32") + 1.0) * 127.5), 0, 255).astype("uint8")


def tint(images, seed):
    """Give the ink of each grey image a colour of its own, on black.

    x = 2cs - 1 with the ink s from 0 to 1 and the colour c, of a random hue

    Args:
        images: Shape (num, height, width, 1) in [-1, 1].
        seed: Whole number; the same seed gives each image the same colour.

    Returns:
        Float32 of shape (num, height, width, 3) in [-1, 1].
    """
    hues = np.random.default_rng(seed).random(len(images))
    colours = hsv_to_rgb(np.stack([hues, np.full_like(hues, 0.75), np.ones_like(hues)], axis=1))
    return ((images + 1) * colours[:, None, None].astype("float32") - 1).astype("float32")


def load_mnist(split="train"):
    """Handwritten digits, shipped with the course: 60,000 to train, 10,000 to test.

    Args:
        split: `"train"` or `"test"`.

    Returns:
        Images, float32 of shape (num, 28, 28, 1) in [-1, 1] (ink is 1), and labels, int32 of
        shape (num,), from 0 to 9.

    Raises:
        FileNotFoundError, ValueError: `data/mnist.npz` is missing, truncated or altered.

    Source: LeCun, Cortes & Burges; see data/README.md.
    """
    return _as_images(*mnist_pixels(split))


def mnist_pixels(split):
    """MNIST as it lies in its file: pixels and labels, both uint8; see `load_mnist`."""
    check_split(split)
    arrays = files.load_arrays(files.shipped("mnist.npz"))
    return arrays[f"{split}_images"], arrays[f"{split}_labels"]


def load_fashion_mnist(split="train"):
    """Pictures of clothes in the format of MNIST; not shipped, but found or fetched.

    It is looked for where a system package puts it, then fetched through Keras.

    Args and returns: as `load_mnist`; the labels index `FASHION_CLASSES`.

    Raises:
        FileNotFoundError: It was neither found nor fetched; says how to get it.

    Source: Xiao, Rasul & Vollgraf (2017), MIT licence; see data/README.md.
    """
    check_split(split)
    prefix = "train" if split == "train" else "t10k"
    for folder in map(Path, FASHION_FOLDERS):
        paths = [
            folder.expanduser() / f"{prefix}-{kind}-ubyte.gz"
            for kind in ("images-idx3", "labels-idx1")
        ]
        if all(path.is_file() for path in paths):
            return _as_images(*(parse_idx(_unpacked(path)) for path in paths))
    return _as_images(*_fetch_fashion_mnist(split))


def _fetch_fashion_mnist(split):
    """Fashion-MNIST through Keras, or one sentence that says how to get it."""
    import keras

    try:
        train, test = keras.datasets.fashion_mnist.load_data()
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise FileNotFoundError(
            "Fashion-MNIST was not found and could not be fetched; install it with "
            "`sudo apt install dataset-fashion-mnist` (Debian, Ubuntu), or put its four .gz files "
            f"into {Path(FASHION_FOLDERS[1]).expanduser()}."
        ) from error
    return train if split == "train" else test


def parse_idx(raw):
    """Array in the bytes of an IDX file (unsigned bytes after big-endian sizes).

    Raises:
        ValueError: The bytes do not begin with an IDX header, or are cut off.
    """
    if len(raw) < 4 or raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"Not an IDX file of unsigned bytes: it begins with {raw[:4].hex()!r}.")
    rank = raw[3]
    if len(raw) < 4 + 4 * rank:
        raise ValueError("IDX file is cut off within its header.")
    shape = np.frombuffer(raw, ">u4", count=rank, offset=4).astype(int)
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * rank)
    if values.size != shape.prod():
        raise ValueError(f"IDX file is cut off: {values.size:,} of {shape.prod():,} values.")
    return values.reshape(shape)


def check_images(images):
    """Refuse what is not images as the course uses them; say what came and what to do.

    Args:
        images: Expected: float32 of shape (num, height, width, channels), finite, in [-1, 1],
            with some pixel below 0 (data in [0, 1] would give the discriminator an easy win).

    Raises:
        ValueError: Anything else.
    """
    images = np.asarray(images)
    if images.ndim != 4:
        raise ValueError(
            f"Expected images of shape (num, height, width, channels), got {images.shape}; "
            "images[..., None] adds a channel."
        )
    if images.dtype != np.float32:
        raise ValueError(f"Expected float32 images, got {images.dtype}; use datasets.to_float.")
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("The images hold NaN or infinity; look at how they were made.")
    if low < -1 or high > 1 or low >= 0:
        raise ValueError(
            f"Expected pixels in [-1, 1], got [{low:.3g}, {high:.3g}]; datasets.to_float scales "
            "from 0…255, and 2 * images - 1 from [0, 1]."
        )


def _as_images(pixels, labels):
    return to_float(pixels)[..., None], labels.astype("int32")


def check_split(split):
    """Refuse what is no split."""
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}; expected 'train' or 'test'.")


def _unpacked(path):
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, OSError) as error:
        raise ValueError(f"{path} is truncated or altered ({error}); install it anew.") from None
