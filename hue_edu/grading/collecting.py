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
    re.compile(r"(?P<name>[^_]+?)(_LATE)?_(?P<id>\d{3,12})_\d{5,12}_.", re.I),  # Canvas
    re.compile(r".+?_(?P<name>[^_]+)(?P<id>)_attempt_\d{4}-\d\d-\d\d"),  # Blackboard
)
COPIES = "Copy of|Kopie von|Copia de|Copie de|Cópia de"  # as Colab says in several languages
COPY = re.compile(rf"^({COPIES}) +| - Copy\b|-Copy\d*$", re.I)
NUMBER = re.compile(r" ?[(（](\d{1,4})[)）] ?$")
LONGEST = 200  # characters of a name that are looked at
CHECKPOINTS = ".ipynb_checkpoints"
CHECKPOINT = "a checkpoint of JupyterLab, with no notebook beside it"
SKIPPED = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


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
    found = _unwrapped([*_all_files(files)], assignment)
    names = _names([file for file, _ in found], assignment, weights)
    notebooks, others, beside = [], [], []
    for file, read in found:
        student, version = names[file]
        if isinstance(read, str):
            others.append((student, file, read))
        elif weights_of(file, weights):
            beside.append((student, version, file, read))
        elif file.lower().endswith(".ipynb"):
            notebooks.append(Submission(student, file, version, read))
        else:
            others.append((student, file, "no notebook"))
    if not notebooks and not others:
        raise ValueError(f"{folder} is empty; expected notebooks of {assignment}.")
    present = {one.student.lower() for one in notebooks}
    others = [(student, file, why) for student, file, why in others
              if why != CHECKPOINT or student.lower() not in present]  # fmt: skip
    others += [(student, file, "weights without a notebook") for student, _, file, _ in beside
               if student.lower() not in present]  # fmt: skip
    submissions = [_with_weights(one, beside) for one in notebooks]
    return sorted(submissions, key=lambda s: (s.student, s.version, s.file)), sorted(others)


def _names(paths, assignment, weights):
    """Path → name of the student and number of the copy, such that two students have two names.

    A folder, or a zip file that a student handed in, is a student's, whatever the names in it; only
    where folders hold several notebooks of different names, none of them the assignment's own, do
    the names of files count, as in folders of classes.
    """
    folders = defaultdict(set)
    for path in paths:
        if "/" in path and path.lower().endswith(".ipynb") and ".zip/" not in path.lower():
            folders[path.split("/")[0]].add(_stem(path).lower())
    classes = any(len(stems) > 1 and assignment not in stems and not _platform(folder)
                  for folder, stems in folders.items())  # fmt: skip
    told, ids = {}, defaultdict(set)
    for path in paths:
        told[path] = student_of(path, weights_of(path, weights) or assignment, classes)
        ids[told[path][0].lower()].add(told[path][2])
    return {
        path: (f"{name} ({number})" if number and len(ids[name.lower()]) > 1 else name, version)
        for path, (name, version, number) in told.items()
    }


def _stem(file):
    """Name of a file without ending and marks of copies."""
    stem = PurePosixPath(unicodedata.normalize("NFC", file)).name.rsplit(".", 1)[0][:LONGEST]
    return COPY.sub("", NUMBER.sub("", stem)).strip()


def _unwrapped(files, assignment):
    """Paths without the folder that all notebooks lie in, if it is no student's own."""
    paths = [file for file, _ in files if file.lower().endswith(".ipynb")]
    tops = {path.split("/")[0] for path in paths}
    if len(paths) < 2 or len(tops) != 1 or not all("/" in path for path in paths):
        return files
    (top,) = tops
    own = any(path.count("/") == 1 and _stem(path).lower() == assignment for path in paths)
    if own or _platform(top) or top.lower().endswith(".zip"):
        return files
    inner = [(file.removeprefix(f"{top}/"), read) for file, read in files]
    return _unwrapped(inner, assignment)


def _platform(name):
    """What a platform's way of writing a name tells, or None."""
    return next(filter(None, (platform.match(name) for platform in PLATFORMS)), None)


def weights_of(file, weights):
    """Which weights a file is a copy of, however a platform has renamed it.

    Args:
        file: Path with / between the parts.
        weights: Names of files that end in .h5.

    Returns:
        One of the names, without its ending, or "".
    """
    name = PurePosixPath(file).name.lower()
    stems = (weight.removesuffix(".h5") for weight in weights)
    return next((stem for stem in stems if name.endswith(".h5") and stem in name), "")


def _with_weights(submission, beside):
    own = [(version, file, read) for student, version, file, read in beside
           if student.lower() == submission.student.lower()]  # fmt: skip
    newest_last = sorted(own, key=lambda each: each[:2])
    return replace(submission, beside=tuple((file, read) for _, file, read in newest_last))


def _all_files(files):
    """The files, and instead of a zip file what it holds."""
    for file, read in files:
        if _is_skipped(file):
            continue
        if f"{CHECKPOINTS}/" in file:
            yield file, CHECKPOINT
        elif isinstance(read, str) or not file.lower().endswith(".zip"):
            yield file, read
        else:
            yield from _inside(file, read)


def _inside(file, read):
    """What a student's zip file holds; it is opened anew for each, so that none stays in memory."""
    try:
        inside = [pair for pair in _of_zip(io.BytesIO(read()), file) if not _is_skipped(pair[0])]
    except ValueError as error:
        yield file, str(error)
        return
    if not any(name.lower().endswith(".ipynb") for name, _ in inside):
        yield file, "a zip file without a notebook"
    for name, inner in inside:
        if not isinstance(inner, str):
            inner = _reader_inside(read, name, file)
        yield f"{file}/{name}", CHECKPOINT if f"{CHECKPOINTS}/" in name else inner


def _reader_inside(read, name, file):
    def read_it():
        return dict(_of_zip(io.BytesIO(read()), file))[name]()

    return read_it


def _is_skipped(file):
    return any(part in SKIPPED or part.startswith("._") for part in PurePosixPath(file).parts)


def student_of(file, assignment, classes=False):
    """The student that a path tells.

    Args:
        file: Relative path with / between the parts.
        assignment: Name, which is no part of a student's.
        classes: Whether folders are classes, so that the name of the file counts.

    Returns:
        The name; the number of the copy; the platform's number of the student, or "".
    """
    path = PurePosixPath(unicodedata.normalize("NFC", file).replace(f"{CHECKPOINTS}/", ""))
    folder = path.parts[0][:LONGEST] if len(path.parts) > 1 else ""
    stem = path.name.rsplit(".", 1)[0][:LONGEST].strip()
    again = re.search(rf"{re.escape(assignment)}-(\d{{1,2}})$", stem, re.I)  # Canvas
    number = NUMBER.search(stem) or again
    version = int(number[1]) if number else 0
    zipped = folder.lower().endswith(".zip")
    if zipped:
        folder = folder[: -len(".zip")]
    blackboard = re.compile(rf"{re.escape(assignment)}_(?P<name>.+)(?P<id>)_attempt_\d{{4}}-", re.I)
    for text in (folder, "" if zipped else stem):
        if wrapped := blackboard.match(text) or _platform(text):
            return wrapped["name"].strip(), version, wrapped["id"]
    if folder and not (classes and not zipped and _stem(file).lower() != assignment):
        return _bare(folder, assignment) or folder, version, ""
    bare = stem[: again.start(1) - 1] if again else stem
    return _bare(bare, assignment) or stem, version, ""


def _bare(text, assignment):
    """A name without marks of copies and without the assignment's."""
    for _ in range(2):
        text = COPY.sub("", NUMBER.sub("", text)).strip()
    named = re.sub(rf"(^|[ _.-]){re.escape(assignment)}($|[ _.-])", " ", text, flags=re.I)
    return named.strip(" _-.")


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
