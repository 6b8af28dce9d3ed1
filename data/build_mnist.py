"""Make data/mnist.npz from a folder that holds the four original IDX files of MNIST.

    python data/build_mnist.py FOLDER [--out data/mnist.npz]

The files may be gzipped (`.gz`). Each is checked against its SHA-256 before it is used, and the
archive comes out byte for byte the same each time.
"""

import argparse
import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

from hue_edu import datasets, files

RAW_FILES = {
    "train_images": (
        "train-images-idx3-ubyte",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train_labels": (
        "train-labels-idx1-ubyte",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test_images": (
        "t10k-images-idx3-ubyte",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test_labels": (
        "t10k-labels-idx1-ubyte",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


def read_raw(folder, name, digits):
    """Bytes of one IDX file, unpacked if it is gzipped, after checking them."""
    plain, packed = Path(folder, name), Path(folder, f"{name}.gz")
    if plain.is_file():
        raw = plain.read_bytes()
    elif packed.is_file():
        raw = gzip.decompress(packed.read_bytes())
    else:
        raise FileNotFoundError(f"{folder} holds neither {name} nor {name}.gz.")
    if hashlib.sha256(raw).hexdigest() != digits:
        raise ValueError(f"{name} in {folder} is not the original file: its SHA-256 differs.")
    return raw


def build(folder, out):
    """Write the archive from the raw files in `folder`."""
    arrays = {key: datasets.parse_idx(read_raw(folder, *raw)) for key, raw in RAW_FILES.items()}
    files.save_arrays(out, **arrays)
    for key, array in arrays.items():
        print(f"{key:13} {array.shape!s:16} {array.dtype}")
    for split in ("train", "test"):
        print(f"{split} counts by class:", *np.bincount(arrays[f"{split}_labels"]))
    print(f"{files.sha256(out)}  {out}  ({Path(out).stat().st_size:,} bytes)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="folder with the four IDX files")
    parser.add_argument("--out", default=files.CHECKOUT / "data" / "mnist.npz", type=Path)
    arguments = parser.parse_args()
    try:
        build(arguments.folder, arguments.out)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
