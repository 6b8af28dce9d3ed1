"""Grade all submissions in a folder, side by side, each once."""

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tqdm import tqdm

from .. import files, runtime
from .collecting import collect
from .marking import Marks, mark, nothing
from .notebook_cells import Unreadable
from .results import write
from .sandbox import strongest
from .source import Source


def grade(folder, name, out, jobs=None, sandbox=None):
    """Grade a folder or zip file of submissions; what is graded already is not graded again.

    Args:
        folder: Path of the submissions; nothing in it is changed.
        name: Of the assignment, such as `"ps1"`.
        out: Folder for `grades.csv`, `odd.csv`, `feedback/` and `marks/`.
        jobs: How many submissions run side by side; one for each core if None.
        sandbox: `sandbox.Sandbox`; the strongest if None.

    Returns:
        List of `Marks`, one for each student, sorted.

    Raises:
        ValueError: Bad names or folders, or no sandbox works here.
    """
    folder, out = Path(folder), Path(out)
    if out.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{out} lies in the folder of submissions; choose another for --out.")
    source = Source(name)
    submissions, others = collect(folder, name, [each.file for each in source.assignment.weights])
    for question in source.assignment.questions:  # an error now, rather than in the middle
        _ = source.release, source.hidden(question, question.parts[0])
    own = sandbox or strongest()
    print(own)
    try:
        graded = _all_marks(submissions, source, own, out / "marks", jobs or runtime.num_cores())
    finally:
        if sandbox is None:
            own.close()
    return write(graded, others, source, out)


def _all_marks(submissions, source, sandbox, folder, jobs):
    """`Marks` of each submission, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    slots, taken = [*range(jobs)], threading.Lock()

    def one(submission):
        content = _content(submission.read)
        beside = {file: _content(read) for file, read in submission.beside}
        path = folder / f"{_key(submission, [content, *beside.values()], source)}.json"
        if (known := _known(path)) is not None:
            return known
        with taken:
            slot = slots.pop()
        try:
            marks = mark(submission, content, beside, source, sandbox, slot)
        except Exception as error:  # one submission must not end the others
            why = "This notebook could not be graded; your teacher will look at it."
            marks = nothing(submission.student, submission.file, source.assignment, why)
            marks.odd = [("could not be graded", f"{type(error).__name__}: {error}"[:300])]
        finally:
            with taken:
                slots.append(slot)
        with files.written_whole(path) as temporary:
            temporary.write_text(json.dumps(marks.as_dict(), ensure_ascii=True), encoding="utf-8")
        return marks

    with ThreadPoolExecutor(jobs) as pool:
        waiting = {pool.submit(one, each): i for i, each in enumerate(submissions)}
        found = [None] * len(submissions)
        try:
            for done in tqdm(as_completed(waiting), "Grading", len(waiting), unit="file"):
                found[waiting[done]] = done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _content(read):
    try:
        return read()
    except Unreadable as error:
        return error


def _key(submission, contents, source):
    """Digits that change with the submission and with whatever decides its marks."""
    beside = [file for file, _ in submission.beside]
    parts = [source.digest, submission.student, submission.file, *beside]
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass"))
    for content in contents:
        content = content if isinstance(content, bytes) else str(content).encode()
        digest.update(b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _known(path):
    """Marks of an earlier run, or None."""
    try:
        return Marks.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
