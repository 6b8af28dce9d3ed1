"""The process that runs one submission: cells in, arrays in, arrays out.

It never sees what is right: the grader compares. Its limits are set before any code of the
submission is read, and cannot be raised again.
"""

import linecache
import os
import resource
import sys
import warnings

import numpy as np

from ..answers.guard import TimeIsUp, guarded
from ..answers.numbers import NotAttempted, Wrong
from . import ASSIGNMENTS
from .frames import LENGTH, length_of, packed, unpacked
from .questions import reason_of

FILE_BYTES = 16 * 2**20  # of one file that is written
DENIED = {  # audit events of the interpreter → what a submission tried
    "os.system": "to run another program", "os.exec": "to run another program",
    "os.posix_spawn": "to run another program", "subprocess.Popen": "to run another program",
    "os.fork": "to start a process", "os.forkpty": "to start a process",
    "socket.connect": "to reach the network", "socket.bind": "to reach the network",
    "socket.getaddrinfo": "to reach the network", "gc.get_objects": "to look at the interpreter",
    "gc.get_referrers": "to look at the interpreter",
    "gc.get_referents": "to look at the interpreter", "ctypes.string_at": "to read memory",
    "ctypes.cdata": "to read memory", "os.kill": "to end a process",
    "os.killpg": "to end a process", "os.chmod": "to change a file", "os.link": "to make a link",
    "os.symlink": "to make a link", "os.remove": "to remove a file",
    "os.rename": "to rename a file", "os.listdir": "to list a folder",
    "os.scandir": "to list a folder", "pickle.find_class": "to unpickle something",
}  # fmt: skip
OF_FILES = ("os.remove", "os.rename", "os.chmod", "os.listdir", "os.scandir")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
OWN = tuple(map(os.path.realpath, (os.environ.get("TMPDIR", "/tmp"), os.devnull)))
HARMLESS = OWN + tuple(
    os.path.realpath(place)
    for place in (sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(__file__)), "/usr",
                  "/lib", "/proc", "/sys", "/dev/urandom", "/etc/localtime")
)  # fmt: skip


def _importing():
    """Whether a module is being imported; libraries look at files and the system then."""
    frame = sys._getframe(2)
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


class Watch:
    """Notes, and denies, what an answer has no reason to do; see `sys.addaudithook`."""

    def __init__(self):
        self.touched, self.active = [], False
        sys.addaudithook(self)

    def __enter__(self):
        self.active = True

    def __exit__(self, *error):
        self.active = False

    def __call__(self, event, arguments):
        if not self.active or (tried := self._tried(event, arguments)) is None or _importing():
            return
        if tried not in self.touched:
            self.touched.append(tried)
        raise PermissionError(f"An answer may not try {tried}.")

    def _tried(self, event, arguments):
        if event != "open":
            place, lists = arguments[0] if arguments else "", event in ("os.listdir", "os.scandir")
            inside = event in OF_FILES and self._harmless(place, HARMLESS if lists else OWN)
            return None if inside else DENIED.get(event)
        path, _, flags = arguments
        if isinstance(path, int):
            return None
        if isinstance(flags, int) and flags & WRITES and not self._harmless(path, OWN):
            return "to write a file"
        return None if self._harmless(path) else "to read a file"

    @staticmethod
    def _harmless(path, places=HARMLESS):
        path = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
        return os.path.realpath(path).startswith(places)


def limit(memory, threads, seconds):
    """Set this process's limits, for good."""
    for what, most in (
        (resource.RLIMIT_DATA, memory * 2**20), (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE_BYTES), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, threads), (resource.RLIMIT_NOFILE, 256),
    ):  # fmt: skip
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


class Submission:
    """The names that a submission's cells have made, and what is asked of them."""

    def __init__(self, assignment, watch):
        self.assignment, self.watch = assignment, watch
        self.names = {"__name__": "__main__", "__builtins__": __builtins__, "display": _shown}

    def do(self, about, arrays):
        """Reply to one request, as a dictionary and arrays."""
        self.watch.touched, answer, numbers = [], None, []
        seconds = about["seconds"]
        try:
            with guarded(seconds):
                if "weights" in about:
                    drawn = self.assignment[about["weights"]].drawn
                    reply, numbers = _told_of(drawn(arrays[0].tobytes(), about["seed"]))
                elif "code" in about:
                    self._run(about["code"], f"<{about['place']}>")
                    reply = {"outcome": "ran"}
                else:
                    answer = self.names.get(about["function"], ...)
                    reply, numbers = self._asked(about["question"], answer, arrays)
        except NotAttempted:
            reply = {"outcome": "not attempted", "why": "Not attempted yet."}
        except Wrong as wrong:
            reply = {"outcome": "incorrect", "why": str(wrong)}
        except TimeIsUp:
            why = f"It was stopped: it took longer than {seconds} s."
            reply = {"outcome": "incorrect", "why": why}
        except BaseException as error:
            reply = self._reason(error, answer)
        return reply | {"touched": self.watch.touched}, numbers

    def _reason(self, error, answer):
        """Reply for an error; its own text is the submission's code, too."""
        try:
            with guarded(1), self.watch:
                outcome, why = reason_of(error, answer)
        except BaseException:
            outcome, why = "incorrect", f"Your code raised {type(error).__name__[:60]}"
        return {"outcome": "unknown name" if isinstance(error, NameError) else outcome, "why": why}

    def _run(self, code, place):
        lines = code.splitlines(keepends=True)
        linecache.cache[place] = len(code), None, lines, place  # so that an error shows its line
        compiled = compile(code, place, "exec")  # an error here looks for a file of that name
        with self.watch:
            exec(compiled, self.names)

    def _asked(self, name, answer, arrays):
        with self.watch:
            seen = self.assignment[name].numbers(answer, arrays)
        return _told_of(seen)


def _shown(*things, **options):
    """`display` of a notebook, which shows nothing here."""


def _told_of(seen):
    """Reply for pairs (stage, array, or why there is none)."""
    why = {i: str(value) for i, (_, value) in enumerate(seen) if isinstance(value, Exception)}
    numbers = [np.zeros(0) if i in why else value for i, (_, value) in enumerate(seen)]
    return {"outcome": "numbers", "stages": [s for s, _ in seen], "missing": why}, numbers


def main():
    """Serve requests on standard input until it ends."""
    name, seconds, threads = sys.argv[1], *map(int, sys.argv[2:])
    assignment = ASSIGNMENTS[name]
    limit(assignment.memory, threads, seconds)
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.chdir(os.environ.get("TMPDIR", "/tmp"))
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    submission = Submission(assignment, Watch())
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        about, arrays = unpacked(source.read(length_of(head)))
        reply, numbers = submission.do(about, arrays)
        target.write(packed(reply | {"number": about["number"]}, numbers))
        target.flush()


if __name__ == "__main__":
    main()
