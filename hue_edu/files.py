"""Files that can be trusted: read only what matches its SHA-256, write whole or not at all."""

import errno
import hashlib
import io
import json
import lzma
import os
import secrets
import struct
import tokenize
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path

import numpy as np

BROKEN = (  # what NumPy and zipfile raise where a file is not what it should be
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, tokenize.TokenError, ValueError,
    EOFError, OSError, AttributeError, TypeError, SyntaxError, LookupError, RuntimeError,
    OverflowError, MemoryError,
)  # fmt: skip
UNKNOWN = (errno.EPERM, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
LITTER = ("Thumbs.db", "ehthumbs.db", "desktop.ini", "@eaDir")  # that systems leave in any folder
CHECKOUT = Path(__file__).resolve().parent.parent


def data_dir():
    """Folder of the shipped data: `$HUE_DATA` if set, else `data/` in the checkout."""
    return Path(os.environ.get("HUE_DATA") or CHECKOUT / "data")


def is_litter(name):
    """Whether a file of that name is hidden, or what systems leave in any folder."""
    return name.startswith(".") or name in LITTER


def sha256(path):
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def expected_sums():
    """The checksums in `data/SHA256SUMS`, as a dictionary from file name to digits.

    Raises:
        FileNotFoundError: There is no such file in the data folder.
        ValueError: It is cut off or altered.
    """
    path = data_dir() / "SHA256SUMS"
    if not path.is_file():
        raise FileNotFoundError(
            f"The data folder {data_dir()} has no file SHA256SUMS. Expected the data folder of a "
            "Hue checkout: clone the repository, or set HUE_DATA to its data folder."
        )
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    if not all(len(line) == 2 and len(line[0]) == 64 for line in lines):
        raise ValueError(
            f"{path} is cut off or altered: expected lines of a SHA-256 and a file's name. Restore "
            "it with `git checkout -- data/SHA256SUMS`."
        )
    return {name: digits for digits, name in lines}


def shipped(name):
    """Path of a file in the data folder, after checking that it is the file that was shipped.

    Args:
        name: File name inside the data folder, such as `"mnist.npz"`.

    Raises:
        FileNotFoundError: The file is missing.
        ValueError: The file is truncated or altered. Both name the command that mends it.
    """
    path, expected = data_dir() / name, expected_sums().get(name)
    mend = f"Restore it with `git checkout -- data/{name}` (data/README.md says how it was made)."
    if expected is None:
        raise ValueError(f"{name!r} is not a shipped file; data/SHA256SUMS does not list it.")
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing. {mend}")
    if (digest := sha256(path)) != expected:
        raise ValueError(
            f"{path} is truncated or altered: its SHA-256 begins with {digest[:12]}, "
            f"expected {expected[:12]} (the file has {path.stat().st_size:,} bytes). {mend}"
        )
    return path


def load_shipped(model, name):
    """A model with its weights from the data folder, after checking the file; see `shipped`.

    Args:
        model: A Keras model of the architecture that the weights were saved from.
        name: File name inside the data folder, such as `"judge.weights.h5"`.

    Returns:
        The same model.

    Raises:
        FileNotFoundError, ValueError: As for `shipped`.
    """
    model.load_weights(shipped(name))
    return model


def load_study(name):
    """The values of a study in data/results, after one line on what made them.

    Args:
        name: Of the study, such as `"05_time_to_quality"`.

    Returns:
        Dictionary of plain numbers and lists, as the study's docstring says.

    Raises:
        FileNotFoundError: There is no such study.
        ValueError: Its file is cut off or altered.
    """
    folder = data_dir() / "results"
    path = folder / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("[0-9]*.json"))) or "none"
        raise FileNotFoundError(f"There is no study {name!r} in {folder}; it holds: {known}.")
    try:
        study = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{path} is cut off or altered ({error}); restore it with `git checkout`."
        ) from None
    versions = ", ".join(f"{package} {version}" for package, version in study["versions"].items())
    print(f"Measured by `{study['command']}` on {study['date']}, {study['device']}, {versions}.")
    return study["values"]


def load_arrays(path):
    """The arrays of an `.npz` file as a dictionary; nothing in it is unpickled.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no complete `.npz` file, or it holds Python objects.
    """
    writer = "numpy.savez or `hue sample --out FILE.npz`"
    with _opened(path, ".npz file of plain arrays", writer) as file:
        with np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}


def load_array(path):
    """The array of an `.npy` file; nothing in it is unpickled.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no complete `.npy` file, or it holds Python objects.
    """
    with _opened(path, ".npy file of a plain array", "numpy.save") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


@contextmanager
def _opened(path, kind, writer):
    """The file, open to read; in one sentence if it is not there, or not whole."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    try:
        with open(path, "rb") as file:
            yield file
    except BROKEN as error:
        raise ValueError(
            f"{path} is not a complete {kind}: {_reason(path, error)}. Expected what {writer} "
            "writes."
        ) from None


def _reason(path, error):
    """Why a file could not be read, without a library's words."""
    if isinstance(error, (MemoryError, OverflowError)):
        return "it declares more than fits into memory"
    with open(path, "rb") as file:
        start = file.read(6)
    if not start:
        return "it is empty"
    if not start.startswith((b"PK", b"\x93NUMPY")):
        return "it holds something else"
    return "it holds Python objects" if "allow_pickle" in str(error) else "a part is missing"


@contextmanager
def written_whole(path):
    """Give a temporary path; move it to `path` when the block succeeds, remove it when it fails.

    Readers see the old file or the new one, never a part: the temporary file lies in the same
    folder, is flushed to disk and then renamed, which is atomic. A file that was there keeps its
    permissions, a new one gets those that the umask leaves; a symbolic link stays, and its target
    is written. What a file system has no word for (permissions, flushing) is left out.

    Raises:
        OSError: The folder cannot be written or the disk is full; `path` is as it was before.
    """
    path, temporary = Path(path), None
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        name = f".part-{secrets.token_hex(6)}{''.join(target.suffixes)}"
        with open(target.parent / name, "xb") as file:
            temporary = file.name
        yield Path(temporary)
        with open(temporary, "r+b") as file, _where_possible():  # Windows flushes what it may write
            os.fsync(file.fileno())
        with _where_possible():
            if target.exists():
                os.chmod(temporary, target.stat().st_mode & 0o777)
        os.replace(temporary, target)
    except OSError as error:
        raise OSError(
            error.errno,
            f"Could not write {path} ({error.strerror or error}); what was there before is "
            "untouched. Free some space or choose a folder that can be written to",
        ) from error
    finally:
        if temporary and os.path.exists(temporary):
            os.remove(temporary)


@contextmanager
def _where_possible():
    """Go on where a file system, such as that of a network share, has no such thing."""
    try:
        yield
    except OSError as error:
        if error.errno not in UNKNOWN:
            raise


def save_arrays(path, **arrays):
    """Write arrays to a compressed `.npz` file, byte for byte the same for the same arrays."""
    with written_whole(path) as temporary:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, array in arrays.items():
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=False)
                entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, buffer.getvalue(), compresslevel=9)
