"""What the grader and a submission's process say to each other: frames of plain arrays."""

import io
import json
import struct
import zipfile

import numpy as np

from ..files import BROKEN

LARGEST = 64 * 2**20  # bytes of a frame
MOST_ARRAYS = 64
LENGTH = struct.Struct(">Q")


def packed(about, arrays=()):
    """A frame: its length, then an `.npz` file of the arrays and of a dictionary as JSON.

    Args:
        about: Dictionary of texts, numbers and lists.
        arrays: Arrays of numbers, in order.
    """
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez(buffer, about=text, **{f"{i:06}": array for i, array in enumerate(arrays)})
    return LENGTH.pack(buffer.tell()) + buffer.getvalue()


def length_of(head):
    """Bytes that follow the head of a frame.

    Raises:
        ValueError: More than a frame may have.
    """
    (length,) = LENGTH.unpack(head)
    if length > LARGEST:
        raise ValueError(f"A frame of {length:,} bytes; expected {LARGEST:,} at most.")
    return length


def unpacked(content):
    """Dictionary and list of arrays of a frame; nothing in it is unpickled or decompressed.

    Raises:
        ValueError: It is no such frame, or its arrays are larger than they may be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise ValueError("A frame is not compressed.")
            if len(entries) > MOST_ARRAYS:
                raise ValueError("It has too many parts.")
            if sum(entry.file_size for entry in entries) > len(content):
                raise ValueError("Its parts are larger than the whole.")
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            about = json.loads(bytes(archive["about"]))
            arrays = [archive[name] for name in sorted(archive.files) if name != "about"]
    except (*BROKEN, MemoryError, RecursionError) as error:
        raise ValueError(f"This is no frame: {error}") from None
    if not isinstance(about, dict) or any(array.dtype.kind not in "biuf" for array in arrays):
        raise ValueError("This is no frame: expected a dictionary and arrays of numbers.")
    return about, arrays
