"""A folder or zip file of submissions, as a learning platform, Colab or JupyterLab leaves it."""

import io
import os
import re
import stat
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ..files import BROKEN
from .notebook_cells import MOST_BYTES, Unreadable

PLATFORMS = (  # how platforms wrap a student's name
    re.compile(r"(?P<name>.+?)_(?P<id>\d{1,12})_assignsubmission_"),  # Moodle
    re.compile(r"(?P<name>[^_]+?)(_LATE)?_(?P<id>\d{3,12})_\d{3,12}_.", re.I),  # Canvas
    re.compile(r".+?_(?P<name>[^_]+)(?P<id>)_attempt_\d{4}-\d\d-\d\d"),  # Blackboard
)
COPIES = "Copy of|Kopie von|Copia de|Copie de|Cópia de"  # as Colab says in several languages
COPY = re.compile(rf"^({COPIES}) +| - Copy\b|-Copy\d*$", re.I)
NUMBER = re.compile(r" ?[(（](\d{1,4})[)）] ?$")
LONGEST = 200  # characters of a name that are looked at
SKIPPED = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Submission:
    """A file that was handed in.

    Attributes:
        student: The name that file and folder tell.
        file: Where it lay, with / between the parts.
        version: Number of the copy, 0 for the first.
        read: Function that returns its bytes; raises Unreadable.
        beside: Tuple of pairs (file, function that reads it): weights of the same student.
    """

    student: str
    file: str
    version: int
    read: Callable
    beside: tuple = ()


def collect(folder, assignment, weights=()):
    """The submissions in a folder or zip file, sorted; nothing is unpacked to the disk.

    Args:
        folder: Path of a folder, or of a zip file.
        assignment: Name, such as `"ps1"`.
        weights: Names of the files that belong beside a notebook.

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
    notebooks, others, beside = [], [], []
    for file, read in _unwrapped([*_all_files(files)]):
        kind = next((name for name in weights if _is_copy_of(file, name)), assignment)
        student = student_of(file, kind.removesuffix(".h5"))
        if isinstance(read, str):
            others.append((student[0], file, read))
        elif kind != assignment:
            beside.append((student, file, read))
        elif file.lower().endswith(".ipynb"):
            notebooks.append((student, file, read))
        else:
            others.append((student[0], file, "no notebook"))
    if not notebooks and not others:
        raise ValueError(f"{folder} is empty; expected notebooks of {assignment}.")
    names = _names(notebooks, assignment)
    submissions = [
        Submission(names[file], file, student[1], read) for student, file, read in notebooks
    ]
    submissions = [_with_weights(one, beside) for one in submissions]
    present = {one.student.lower() for one in submissions}
    others += [(student[0], file, "weights without a notebook") for student, file, _ in beside
               if student[0].lower() not in present]  # fmt: skip
    return sorted(submissions, key=lambda s: (s.student, s.version, s.file)), sorted(others)


def _names(notebooks, assignment):
    """File → name of the student, such that two students have two names."""
    ids, files = defaultdict(set), defaultdict(list)
    for (name, _, number), file, _ in notebooks:
        ids[name.lower()].add(number)
        files[name.lower()].append(file)
    names = {}
    for (name, _, number), file, _ in notebooks:
        names[file] = f"{name} ({number})" if len(ids[name.lower()]) > 1 and number else name
        several = {_stem(other) for other in files[name.lower()]}
        if not number and name == file.split("/")[0] and len(several - {assignment.lower()}) > 1:
            names[file] = _stem(file)  # a folder of several students, such as a class
    return names


def _stem(file):
    """Name of a file without ending and marks of copies."""
    stem = PurePosixPath(unicodedata.normalize("NFC", file)).name.rsplit(".", 1)[0][:LONGEST]
    return COPY.sub("", NUMBER.sub("", stem)).strip()


def _unwrapped(files):
    """Paths without the folders that all of them lie in, if those hold several notebooks."""
    num = sum(file.lower().endswith(".ipynb") for file, _ in files)
    tops = {file.split("/")[0] for file, _ in files if not _is_skipped(file)}
    inside = all("/" in file for file, _ in files)
    if num < 2 or len(tops) != 1 or not inside or any(p.match(next(iter(tops))) for p in PLATFORMS):
        return files
    return _unwrapped([(file.split("/", 1)[1], read) for file, read in files])


def _is_copy_of(file, name):
    """Whether a file is the one of that name, as a platform may have renamed it."""
    stem = name.removesuffix(".h5")
    return file.lower().endswith(".h5") and stem in PurePosixPath(file).name


def _with_weights(submission, beside):
    own = [(file, read) for student, file, read in beside
           if submission.student.lower() in (
               student[0].lower(), f"{student[0]} ({student[2]})".lower())]  # fmt: skip
    return replace(submission, beside=tuple(sorted(own, key=lambda pair: pair[0])))


def _all_files(files):
    """The files, and instead of a zip file what it holds."""
    for file, read in files:
        if _is_skipped(file):
            continue
        if isinstance(read, str) or not file.lower().endswith(".zip"):
            yield file, read
            continue
        try:
            inside = [
                pair for pair in _of_zip(io.BytesIO(read()), file) if not _is_skipped(pair[0])
            ]
        except ValueError as error:
            yield file, str(error)
            continue
        if not any(name.lower().endswith(".ipynb") for name, _ in inside):
            yield file, "a zip file without a notebook"
        for name, inner in inside:
            yield f"{file}/{name}", inner


def _is_skipped(file):
    return any(part in SKIPPED or part.startswith("._") for part in PurePosixPath(file).parts)


def student_of(file, assignment):
    """The student that a path tells.

    Args:
        file: Relative path with / between the parts.
        assignment: Name, which is no part of a student's.

    Returns:
        The name; the number of the copy; the platform's number of the student, or "".
    """
    path = PurePosixPath(unicodedata.normalize("NFC", file))
    folder = path.parts[0][:LONGEST] if len(path.parts) > 1 else ""
    stem = path.name.rsplit(".", 1)[0][:LONGEST].strip()
    again = re.search(rf"{re.escape(assignment)}-(\d{{1,2}})$", stem, re.I)  # Canvas
    number = NUMBER.search(stem) or again
    version = int(number[1]) if number else 0
    for text in (folder, stem):
        for platform in PLATFORMS:
            if wrapped := platform.match(text):
                return wrapped["name"].strip(), version, wrapped["id"]
    bare = stem[: again.start(1) - 1] if again else stem
    for _ in range(2):
        bare = COPY.sub("", NUMBER.sub("", bare)).strip()
    named = re.sub(rf"(^|[ _.-]){re.escape(assignment)}($|[ _.-])", " ", bare, flags=re.I)
    named = named.strip(" _-.")
    if named and named != bare:
        return named, version, ""
    return folder or named or stem, version, ""


def _of_folder(folder):
    """Pairs (relative path, function that reads it, or why it is not read)."""
    trouble = []
    for place, folders, names in os.walk(folder, onerror=trouble.append):
        folders.sort()
        for name in sorted(names + [f for f in folders if os.path.islink(os.path.join(place, f))]):
            path = Path(place, name)
            file = path.relative_to(folder).as_posix()
            try:
                kind = path.lstat().st_mode
            except OSError as error:
                yield file, f"it cannot be read ({error.strerror})"
                continue
            if stat.S_ISLNK(kind):
                yield file, "a symbolic link, which is not followed"
            elif not stat.S_ISREG(kind):
                yield file, "no plain file"
            else:
                yield file, _reader(path)
    for error in trouble:
        file = Path(error.filename).relative_to(folder).as_posix()
        yield file, f"a folder that cannot be read ({error.strerror})"


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
