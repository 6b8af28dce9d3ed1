"""People's own pictures: a folder of them, brought to one size by a stated rule."""

import hashlib
import json
import os
import sys
import warnings
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from tqdm import tqdm

from .. import files
from .images import to_float

FORMATS = (  # usual ones of still pictures; those that this Pillow has are read
    "PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "HEIF", "JPEG2000", "QOI",
)  # fmt: skip
SIZES = (28, 32, 64)
MOST_LINES = 20  # on standard error about pictures that were skipped; then their number
MOST_ENDINGS = 8  # in a line on what a folder holds
TURNS = {  # by EXIF's orientation
    0: None, 1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip


def find_pictures(folder):
    """Paths of the pictures in a folder and those below it, in order; hidden ones not.

    A picture is what has the usual ending of a format that Pillow reads, in letters of either case
    (.png, .jpg, .jpeg, .jpe, .jfif, .webp, .gif, .bmp, .tif, .tiff, .ppm, .pgm, .pbm, .avif …),
    or has no ending and begins as such a picture does.
    """
    return _files(folder)[0]


def load_images(folder, size=28, at_least=1):
    """The pictures in a folder as the course uses images: square, of one size, in [-1, 1].

    Each is turned as its camera held it, laid on white where it is transparent, cropped to the
    square in its middle and brought to size × size with antialiasing (Lanczos). A picture whose
    shorter side is below `size` would be blurred, so it is skipped, as is one that cannot be read:
    a line on standard error says which and why (beyond 20, one line says how many more). Of what is
    animated or has several pages the first frame is taken; what has damaged EXIF data stays
    unturned; what `find_pictures` does not take for a picture is left out: a line each says of how
    many. If all pictures are grey, so is the result; otherwise it is in colour. It is kept in the
    cache folder (`$XDG_CACHE_HOME` or `~/.cache`, in `hue`), if there can be one, until a picture
    changes. Reading many shows a progress bar on a terminal.

    Args:
        folder: Folder of pictures, in folders of their own or not.
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
    paths, others = _files(folder)
    pixels, notes = _cached(paths, size) or _read_all(paths, size)
    for note in notes:
        print(note, file=sys.stderr)
    if len(pixels) < max(1, at_least):
        found = [*paths, *others]
        raise ValueError(
            f"{folder} holds {len(pixels):,} usable pictures among {len(found):,} files; expected "
            f"at least {max(1, at_least):,}, as PNG, JPEG, WebP, GIF, BMP, TIFF or the like, of "
            f"{size}×{size} pixels or more. It holds {endings(found)}."
        )
    if others:
        are = "file that is" if len(others) == 1 else "files that are"
        left_out = f"Left out {len(others):,} {are} not read as pictures: {endings(others)}."
        print(left_out, file=sys.stderr)
    return to_float(pixels)


def describe(images):
    """In words how many images there are and of which kind: "1,204 pictures, 32×32, in colour".

    Args:
        images: Shape (num, height, width, channels), 1 channel for grey or 3 for colour.

    Raises:
        ValueError: Another shape.
    """
    if np.ndim(images) != 4 or np.shape(images)[-1] not in (1, 3):
        raise ValueError(
            f"Expected images of shape (num, height, width, 1 or 3), got {np.shape(images)}."
        )
    num, height, width, channels = np.shape(images)
    kind = "in grey" if channels == 1 else "in colour"
    return f"{num:,} picture{'s' if num != 1 else ''}, {height}×{width}, {kind}"


def endings(paths):
    """How many files have which ending, the most frequent first: "30 .txt, 1 .csv"."""
    counts = Counter(path.suffix.lower()[:20] or "without an ending" for path in paths)
    listed = [f"{num:,} {ending}" for ending, num in counts.most_common(MOST_ENDINGS)]
    if len(counts) > MOST_ENDINGS:
        listed.append(f"and {len(counts) - MOST_ENDINGS:,} other endings")
    return ", ".join(listed) or "nothing"


def _files(folder):
    """The pictures in a folder and those below it, and the other files; see `find_pictures`."""
    usual = {end for end, name in Image.registered_extensions().items() if name in FORMATS}
    pictures, others = [], []
    for path in sorted(_walk(folder)):
        wanted = path.suffix.lower() in usual or (not path.suffix and _is_one(path))
        (pictures if wanted else others).append(path)
    return pictures, others


def _walk(folder):
    """The files in a folder and those below it, links followed, without hidden ones and litter."""
    seen = set()
    for parent, folders, names in os.walk(folder, followlinks=True, onerror=_not_opened):
        here = os.path.realpath(parent)
        if here in seen:  # a link that leads back
            folders.clear()
            continue
        seen.add(here)
        folders[:] = sorted(name for name in folders if not files.is_litter(name))
        paths = (Path(parent, name) for name in names if not files.is_litter(name))
        yield from (path for path in paths if path.is_file() or not path.exists())


def _not_opened(error):
    print(f"Skipped the folder {error.filename}: {error.strerror}.", file=sys.stderr)


@contextmanager
def _opened(path):
    """A picture of one of the usual formats, without Pillow's warnings: what matters is told."""
    Image.init()
    known = [name for name in FORMATS if name in Image.OPEN]
    with warnings.catch_warnings(action="ignore"), Image.open(path, formats=known) as picture:
        yield picture


def _is_one(path):
    """Whether a file begins as a picture does."""
    with suppress(Exception), _opened(path):
        return True
    return False


def _read_all(paths, size):
    """Pixels of shape (num, size, size, 1 or 3), and the lines to show about them."""
    pixels, skipped, told = [], [], {"resized": [], "frames": [], "unturned": []}
    for path in tqdm(paths, unit="picture", disable=None, leave=False):
        try:
            picture, odd = _read(path)
        except Exception as error:  # Pillow raises all sorts
            skipped.append(f"Skipped {path}: it cannot be read ({_reason(error)}).")
            continue
        if min(picture.size) < size:
            width, height = picture.size
            skipped.append(f"Skipped {path}: {width}×{height} pixels, smaller than {size}×{size}.")
            continue
        for what in odd + ["resized"] * (picture.size != (size, size)):
            told[what].append(path)
        square = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
        pixels.append(np.asarray(square))
    pixels = np.stack(pixels) if pixels else np.zeros((0, size, size, 3), "uint8")
    if (pixels == pixels[..., :1]).all():
        pixels = pixels[..., :1]
    notes = [*_first(skipped), *_in_numbers(size, **told)]
    _keep(paths, size, pixels, notes)
    return pixels, notes


def _reason(error):
    """Why a picture could not be read, in a line."""
    if isinstance(error, UnidentifiedImageError):
        return "it is no picture of a usual format"
    if isinstance(error, Image.DecompressionBombError):
        return f"it declares more than {2 * Image.MAX_IMAGE_PIXELS:,} pixels"
    if isinstance(error, MemoryError):
        return "it declares more than fits into memory"
    return " ".join(str(error).split()) or type(error).__name__


def _first(skipped):
    """The lines to show: of many that say what was skipped, the first ones and how many more."""
    if len(skipped) <= MOST_LINES:
        return skipped
    more = f"Skipped {len(skipped) - MOST_LINES:,} more for similar reasons."
    return [*skipped[:MOST_LINES], more]


def _in_numbers(size, resized, frames, unturned):
    """The lines on what was done to some of the pictures."""
    if resized:
        yield f"Cropped to the centre and resized to {size}×{size}: {len(resized):,} pictures."
    if frames:
        what = "what is animated or has several pages"
        yield f"Took only the first frame of {what}: {len(frames):,} pictures."
    if unturned:
        others = f" and {len(unturned) - 1:,} more" if unturned[1:] else ""
        yield f"Left unturned, since its EXIF data is damaged: {unturned[0]}{others}."


def _read(path):
    """A picture in colour, turned as its camera held it, and a list of what is odd about it."""
    odd = []
    with _opened(path) as opened:
        _load(opened)
        try:
            turn = _turn(opened)
        except Exception:
            turn = None
            odd.append("unturned")
        if opened.format != "MPO" and _has_frames(opened):  # MPO: a camera's previews
            odd.append("frames")
        return _in_colour(opened if turn is None else opened.transpose(turn)), odd


def _load(picture):
    """Read the pixels; a TIFF whose pixels are all there may have damaged EXIF data."""
    try:
        picture.load()
    except Exception:
        if picture.format != "TIFF" or picture.tile:  # of which no tiles are left to be read
            raise


def _turn(picture):
    """How to turn a picture, or None; raises all sorts where its EXIF data is damaged."""
    about = picture.getexif()
    if not about:  # reading JPEG, Pillow keeps such errors to itself
        Image.Exif().load(picture.info.get("exif", b""))
    return TURNS[about.get(ExifTags.Base.Orientation, 1)]


def _has_frames(picture):
    """Whether there are more frames or pages than the first."""
    with suppress(Exception):
        return getattr(picture, "is_animated", False)
    return False


def _in_colour(picture):
    """A picture in red, green and blue, 8 bits each.

    Raises:
        ValueError: Its numbers have no range that would say what is black and what is white.
    """
    if picture.mode == "F":
        raise ValueError("its pixels are fractions, whose range is unknown")
    if picture.mode.startswith("I"):  # 16 bits per pixel, which Pillow's own conversion would clip
        shades = np.asarray(picture)
        if shades.size and not 0 <= shades.min() <= shades.max() < 2**16:
            raise ValueError("its pixels are whole numbers beyond 65,535")
        return Image.fromarray((shades // 256).astype("uint8")).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("RGB")
    return picture.convert("RGB")


def _cache(paths, size):
    """Where what was read is kept: a name that changes with any of the files."""
    stats = [(str(path.resolve()), path.stat()) for path in paths]
    about = [(name, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for name, s in stats]
    name = hashlib.sha256(json.dumps([size, about]).encode()).hexdigest()[:24]
    home = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not home.is_absolute():  # the XDG specification has it ignored
        home = Path.home() / ".cache"
    return home / "hue" / f"pictures-{name}.npz"


def _cached(paths, size):
    """What `_read_all` returned for the same files, or None."""
    with suppress(Exception):  # no home, no such file, or a broken one
        kept = files.load_arrays(_cache(paths, size))
        if kept["pixels"].dtype == np.uint8 and kept["pixels"].shape[1:3] == (size, size):
            return kept["pixels"], [str(note) for note in kept["notes"]]
    return None


def _keep(paths, size, pixels, notes):
    """Put what was read into the cache; where it cannot be written, it is read again next time."""
    with suppress(OSError, RuntimeError):  # no home, no permission, a full disk
        notes = np.array(notes, dtype=str)
        files.save_arrays(_cache(paths, size), pixels=pixels, notes=notes)
