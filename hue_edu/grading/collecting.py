"""A folder or zip file of submissions, as a learning platform, Colab or JupyterLab leaves it."""

import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..files import BROKEN
from .notebook_cells import MOST_BYTES, Unreadable

PLATFORMS = (  # how platforms wrap a student's name
    re.compile(r"^(?P<name>.+?)_\d+_assignsubmission_.*$"),  # Moodle
    re.compile(r"^(?P<name>[^_]+?)(_LATE)?_\d+_\d+_.+$", re.I),  # Canvas
    re.compile(r"^.+?_(?P<name>[^_]+)_attempt_\d{4}-\d\d-\d\d.*$"),  # Blackboard
)
COPY = re.compile(
    r"^(Copy of|Kopie von|Copia de|Copie de|Cópia de)\s+|\s+-\s+Copy\b|-Copy\d*$", re.I
)
NUMBER = re.compile(r"\s*[(（](\d+)[)）]\s*$|(?<=\D)-(\d{1,2})$")
SKIPPED = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Submission:
    """A file that was handed in.

    Attributes:
        student: The name that file and folder tell.
        file: Where it lay, with / between the parts.
        version: Number of the copy, 0 for the first.
        read: Function that returns its bytes; raises Unreadable.
    """

    student: str
    file: str
    version: int
    read: Callable


def collect(folder, assignment):
    """The submissions in a folder or zip file, sorted; nothing is unpacked to the disk.

    Args:
        folder: Path of a folder, or of a zip file.
        assignment: Name, such as `"ps1"`.

    Returns:
        List of `Submission`; list of triples (student, file, why) of what else lay there.

    Raises:
        ValueError: There is no such folder, the zip file is damaged, or nothing lies there.
    """
    folder = Path(folder)
    if folder.is_dir():
        files = [*_of_folder(folder)]
    elif folder.is_file():
        files = [*_of_zip(folder, folder)]
    else:
        raise ValueError(f"There is no folder or zip file {folder}.")
    submissions, others = [], []
    for file, read in files:
        if any(part in SKIPPED or part.startswith("._") for part in PurePosixPath(file).parts):
            continue
        student, version = student_of(file, assignment)
        if isinstance(read, str):
            others.append((student, file, read))
        elif file.lower().endswith(".ipynb"):
            submissions.append(Submission(student, file, version, read))
        elif file.lower().endswith(".zip"):
            _open_inner(student, file, read, submissions, others)
        else:
            others.append((student, file, "no notebook"))
    if not submissions and not others:
        raise ValueError(f"{folder} is empty; expected notebooks of {assignment}.")
    return sorted(submissions, key=lambda s: (s.student, s.version, s.file)), sorted(others)


def student_of(file, assignment):
    """The student's name, and the number of the copy, that a path tells.

    Args:
        file: Relative path with / between the parts.
        assignment: Name, which is no part of a student's.
    """
    path = PurePosixPath(unicodedata.normalize("NFC", file))
    folder = path.parts[0] if len(path.parts) > 1 else ""
    stem = path.name.rsplit(".", 1)[0]
    number = NUMBER.search(stem)
    version = int(next(filter(None, number.groups()), 0)) if number else 0
    for text in (folder, stem):
        for platform in PLATFORMS:
            if wrapped := platform.match(text):
                return wrapped["name"].strip(), version
    bare = COPY.sub("", NUMBER.sub("", stem)).strip()
    bare = COPY.sub("", NUMBER.sub("", bare)).strip()
    named = re.sub(rf"(^|[\s_\-.]){re.escape(assignment)}($|[\s_\-.])", " ", bare, flags=re.I)
    named = named.strip(" _-.")
    if named and named != bare:
        return named, version
    return folder or named or stem, version


def _of_folder(folder):
    """Pairs (relative path, function that reads it, or why it is not read)."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names + [f for f in folders if os.path.islink(os.path.join(place, f))]):
            path = Path(place, name)
            file = path.relative_to(folder).as_posix()
            kind = path.lstat().st_mode
            if stat.S_ISLNK(kind):
                yield file, "a symbolic link, which is not followed"
            elif not stat.S_ISREG(kind):
                yield file, "no plain file"
            else:
                yield file, _reader(path)


def _reader(path):
    def read():
        if (size := path.stat().st_size) > MOST_BYTES:
            raise Unreadable(f"it has {size:,} bytes; at most {MOST_BYTES:,} are read")
        try:
            return path.read_bytes()
        except OSError as error:
            raise Unreadable(f"it cannot be read ({error.strerror})") from None

    return read


def _of_zip(opened, name):
    """The same for a zip file, a path or an open one; two entries of one name are two files."""
    try:
        archive = zipfile.ZipFile(opened)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ValueError(f"{name} is no complete zip file ({error}).") from None
    seen = {}
    for entry in entries:
        if entry.is_dir():
            continue
        file = entry.filename.replace("\\", "/")
        parts = [part for part in file.split("/") if part not in ("", ".")]
        seen[file] = seen.get(file, 0) + 1
        if ".." in parts or file.startswith("/") or re.match(r"^[A-Za-z]:", file):
            yield (
                "/".join(p for p in parts if p != "..") or "unnamed",
                (f"its path in the zip file leads out of it: {file}"),
            )
        elif stat.S_ISLNK(entry.external_attr >> 16):
            yield "/".join(parts), "a symbolic link, which is not followed"
        else:
            again = f" ({seen[file] - 1})" if seen[file] > 1 else ""
            start, dot, ending = "/".join(parts).rpartition(".")
            yield f"{start}{again}{dot}{ending}", _entry_reader(archive, entry)


def _entry_reader(archive, entry):
    def read():
        if entry.file_size > MOST_BYTES:
            raise Unreadable(
                f"it would unpack to {entry.file_size:,} bytes; at most {MOST_BYTES:,} are read"
            )
        try:
            with archive.open(entry) as file:
                content = file.read(MOST_BYTES + 1)
        except BROKEN as error:
            raise Unreadable(f"its entry in the zip file is damaged ({error})") from None
        if len(content) > MOST_BYTES:
            raise Unreadable(f"it unpacks to more than {MOST_BYTES:,} bytes")
        return content

    return read


def _open_inner(student, file, read, submissions, others):
    """The notebooks in a zip file that a student handed in."""
    try:
        inside = [*_of_zip(io.BytesIO(read()), file)]
    except ValueError as error:
        others.append((student, file, str(error)))
        return
    found = False
    for name, inner in inside:
        if any(part in SKIPPED or part.startswith("._") for part in PurePosixPath(name).parts):
            continue
        place = f"{file}/{name}"
        if isinstance(inner, str):
            others.append((student, place, inner))
        elif name.lower().endswith(".ipynb"):
            submissions.append(Submission(student, place, 0, inner))
            found = True
    if not found:
        others.append((student, file, "a zip file without a notebook"))
