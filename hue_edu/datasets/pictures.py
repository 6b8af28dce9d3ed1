"""People's own pictures: a folder of PNG and JPEG files, brought to one size by a stated rule."""

import hashlib
import json
import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

from .. import files
from .images import to_float

SUFFIXES = (".png", ".jpg", ".jpeg")
SIZES = (28, 32, 64)
MOST_LINES = 20  # on standard error about pictures that were skipped; then their number
UNREADABLE = (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError)


def find_pictures(folder):
    """Paths of the PNG and JPEG files in a folder and those below it, in order; hidden ones not."""
    found = (path for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES)
    shown = (p for p in found if not any(n.startswith(".") for n in p.relative_to(folder).parts))
    return sorted(path for path in shown if path.is_file())


def load_images(folder, size=28, at_least=1):
    """The pictures in a folder as the course uses images: square, of one size, in [-1, 1].

    Each is turned as its camera held it, laid on white where it is transparent, cropped to the
    square in its middle and brought to size × size with antialiasing (Lanczos). A picture whose
    shorter side is below `size` would be blurred, so it is skipped, as is one that cannot be read:
    a line on standard error says which and why (beyond 20, one line says how many more). If all
    pictures are grey, so is the result; otherwise it is in colour. It is kept in the cache folder
    (`$XDG_CACHE_HOME` or `~/.cache`, in `hue`) until a picture changes. Reading many shows a
    progress bar on a terminal.

    Args:
        folder: Folder of PNG and JPEG files, in folders of their own or not.
        size: Height and width to bring them to: 28, 32 or 64.
        at_least: How many pictures must be left: a batch, if a network is to learn from them.

    Returns:
        Float32 of shape (num, size, size, 1), or (num, size, size, 3), in [-1, 1], in the order of
        the files' names.

    Raises:
        FileNotFoundError: There is no such folder.
        ValueError: Too few pictures, or another size.
    """
    if size not in SIZES:
        raise ValueError(f"size is {size!r}; expected 28, 32 or 64.")
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"There is no folder {folder}.")
    paths = find_pictures(folder)
    pixels, notes = _cached(paths, size) or _read_all(paths, size)
    for note in _first(notes):
        print(note, file=sys.stderr)
    if len(pixels) < max(1, at_least):
        raise ValueError(
            f"{folder} holds {len(pixels):,} usable pictures among {len(paths):,} files; "
            f"expected at least {max(1, at_least):,}, PNG or JPEG of {size}×{size} pixels or more."
        )
    return to_float(pixels)


def describe(images):
    """In words how many images there are and of which kind: "1,204 pictures, 32×32, in colour".

    Args:
        images: Shape (num, height, width, channels), 1 channel for grey or 3 for colour.
    """
    num, height, width, channels = np.shape(images)
    kind = "in grey" if channels == 1 else "in colour"
    return f"{num:,} picture{'s' if num != 1 else ''}, {height}×{width}, {kind}"


def _read_all(paths, size):
    """Pixels of shape (num, size, size, 1 or 3), and a line on each picture that was skipped."""
    pixels, notes, others = [], [], 0
    for path in tqdm(paths, unit="picture", disable=None, leave=False):
        try:
            with Image.open(path) as opened:
                picture = _in_colour(ImageOps.exif_transpose(opened))
        except UNREADABLE as error:
            notes.append(f"Skipped {path}: it cannot be read ({error}).")
            continue
        if min(picture.size) < size:
            width, height = picture.size
            notes.append(f"Skipped {path}: {width}×{height} pixels, smaller than {size}×{size}.")
            continue
        others += picture.size != (size, size)
        square = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
        pixels.append(np.asarray(square))
    pixels = np.stack(pixels) if pixels else np.zeros((0, size, size, 3), "uint8")
    if (pixels == pixels[..., :1]).all():
        pixels = pixels[..., :1]
    if others:
        notes.append(f"Cropped to the centre and resized to {size}×{size}: {others:,} pictures.")
    _keep(paths, size, pixels, notes)
    return pixels, notes


def _first(notes):
    """The lines to show: of many that say what was skipped, the first ones and how many more."""
    skipped = [note for note in notes if note.startswith("Skipped")]
    if len(skipped) <= MOST_LINES:
        return notes
    more = f"Skipped {len(skipped) - MOST_LINES:,} more for similar reasons."
    return [*skipped[:MOST_LINES], more, *notes[len(skipped) :]]


def _in_colour(picture):
    """A picture in red, green and blue, 8 bits each."""
    if picture.mode.startswith("I"):  # 16 bits per pixel, which Pillow's own conversion would clip
        return Image.fromarray((np.asarray(picture) // 256).astype("uint8")).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("RGB")
    return picture.convert("RGB")


def _cache(paths, size):
    """Where what was read is kept: a name that changes with any of the files."""
    about = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    name = hashlib.sha256(json.dumps([size, about]).encode()).hexdigest()[:24]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "hue" / f"pictures-{name}.npz"


def _cached(paths, size):
    """What `_read_all` returned for the same files, or None."""
    with suppress(OSError, ValueError, KeyError):
        kept = files.load_arrays(_cache(paths, size))
        if kept["pixels"].dtype == np.uint8 and kept["pixels"].shape[1:3] == (size, size):
            return kept["pixels"], [str(note) for note in kept["notes"]]
    return None


def _keep(paths, size, pixels, notes):
    """Put what was read into the cache; where it cannot be written, it is read again next time."""
    with suppress(OSError):
        notes = np.array(notes, dtype=str)
        files.save_arrays(_cache(paths, size), pixels=pixels, notes=notes)
