"""Fashion-MNIST: found or fetched, and used only if it is what was published."""

import gzip
import hashlib
import math
import os
import zlib
from pathlib import Path

import numpy as np

from .images import as_images, check_split

FASHION_FOLDERS = ("~/.keras/datasets/fashion-mnist", "/usr/share/datasets/fashion-mnist")
FASHION_SUMS = {  # SHA-256 of what each file holds, unpacked
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
MEND = "move it away to have it fetched again, or reinstall it."
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


def load_fashion_mnist(split="train"):
    """Pictures of clothes in the format of MNIST; not shipped, but found or fetched.

    It is looked for in Keras' folder, then where a system package puts it, then fetched through
    Keras. Files of the right name that hold something else are refused.

    Args and returns: as `load_mnist`; the labels index `FASHION_CLASSES`.

    Raises:
        FileNotFoundError: It was neither found nor fetched; says how to get it.
        ValueError: A file was found that is not the published one: damaged, or other data; or
            there is no such split.

    Source: Xiao, Rasul & Vollgraf (2017), MIT licence; see data/README.md.
    """
    check_split(split)
    names = [name for name in FASHION_SUMS if name.startswith("train") == (split == "train")]
    for folder in map(os.path.expanduser, FASHION_FOLDERS):  # "~" stays where there is no home
        paths = [Path(folder, f"{name}.gz") for name in names]
        if all(map(os.path.isfile, paths)):
            return as_images(*(_published(_read(path), path) for path in paths))
    return as_images(*(_published(*pair) for pair in zip(_fetch(split), names)))


def _read(path):
    """The array in a packed IDX file."""
    try:
        return parse_idx(gzip.decompress(path.read_bytes()))
    except MemoryError:
        raise ValueError(f"{path} unpacks to more than fits into memory; {MEND}") from None
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise ValueError(f"{path} is truncated or altered ({error}); {MEND}") from None


def _published(array, path):
    """The array, after checking that it is what the authors published in the file of that name."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    if hashlib.sha256(header + array.tobytes()).hexdigest() != FASHION_SUMS[Path(path).stem]:
        raise ValueError(
            f"{path} is not Fashion-MNIST's file of that name: its SHA-256 differs, and it holds "
            f"{len(array):,} values of shape {array.shape[1:]}. MNIST's files have the same names; "
            f"{MEND}"
        )
    return array


def _fetch(split):
    """Fashion-MNIST through Keras, or one sentence that says how to get it."""
    import keras

    try:
        train, test = keras.datasets.fashion_mnist.load_data()
    except Exception as error:  # Keras raises a bare Exception when a download fails
        raise FileNotFoundError(
            "Fashion-MNIST was not found and could not be fetched; install it with "
            "`sudo apt install dataset-fashion-mnist` (Debian, Ubuntu), or put its four .gz files "
            f"into {os.path.expanduser(FASHION_FOLDERS[0])}."
        ) from error
    return train if split == "train" else test


def parse_idx(raw):
    """Array in the bytes of an IDX file (unsigned bytes after big-endian sizes).

    Args:
        raw: Bytes, unpacked.

    Raises:
        TypeError: No bytes.
        ValueError: The bytes do not begin with an IDX header, or are cut off.
    """
    if not isinstance(raw, (bytes, bytearray, memoryview)):
        raise TypeError(f"Got a {type(raw).__name__}; expected the bytes of an IDX file.")
    if len(raw) < 4 or raw[:3] != b"\x00\x00\x08" or raw[3] == 0:
        raise ValueError(f"Not an IDX file of unsigned bytes: it begins with {raw[:4].hex()!r}.")
    rank = raw[3]
    if rank > 32:  # more than NumPy's arrays may have
        raise ValueError(f"Not an IDX file that NumPy can hold: it has {rank} dimensions.")
    if len(raw) < 4 + 4 * rank:
        raise ValueError("IDX file is cut off within its header.")
    shape = np.frombuffer(raw, ">u4", count=rank, offset=4).tolist()
    values = np.frombuffer(raw, np.uint8, offset=4 + 4 * rank)
    if values.size != math.prod(shape):
        raise ValueError(f"IDX file is cut off: {values.size:,} of {math.prod(shape):,} values.")
    return values.reshape(shape)
