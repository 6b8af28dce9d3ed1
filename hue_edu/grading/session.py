"""The grader's end of a submission's process: it asks, waits, and starts anew what has died."""

import contextlib
import os
import selectors
import signal
import time

import numpy as np

from ..answers.numbers import NotAttempted, Wrong
from .frames import LENGTH, length_of, packed, unpacked

CELL = 20  # seconds that a cell of a student's own may take
PATIENCE = 3  # seconds beyond an answer's own limit, after which its process is ended
STARTING = 90  # seconds that a process may take to start, and to import TensorFlow
LONGEST = 400  # characters of a sentence that comes from a submission's process
TOTAL = 400  # seconds of processor time that a submission's process may take
GARBLED = "Its process sent something else than its answer."


class Ended(Exception):
    """The process is gone; the sentence says why."""


class Session:
    """One submission's process.

    Attributes:
        touched: What the last request tried and may not, in words.
    """

    def __init__(self, assignment, sandbox, slot=0):
        self.assignment, self._sandbox, self._slot = assignment, sandbox, slot
        self._process, self._number = None, 0
        self._cells, self.touched = [], []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def run(self, code, place, seconds=CELL):
        """Run a cell; it is run again whenever the process has to be started anew.

        Args:
            code, place: Its text, and what errors call it.
            seconds: Time limit.

        Returns:
            `"ran"`, or what went wrong, and a sentence.
        """
        try:
            about, _ = self._request({"code": code, "place": place, "seconds": seconds})
        except Ended as ended:
            return "incorrect", str(ended)
        if about["outcome"] == "ran":
            self._cells.append((code, place, seconds))
        return about["outcome"], about["why"]

    def ask(self, question, function, arrays):
        """Pairs (stage, numbers) that the submission's function says to some arrays.

        Raises:
            NotAttempted, Wrong: It says none, with the reason.
        """
        about = {"question": question.name, "function": function}
        return self._asked(about | {"seconds": self.assignment.seconds}, arrays)

    def draw(self, weights, content, seed):
        """The arrays that a network with handed-in weights draws; as pairs, like `ask`.

        Raises:
            Wrong: It draws none, with the reason.
        """
        content = np.frombuffer(content, np.uint8)
        about = {"weights": weights.name, "seed": seed, "seconds": STARTING}  # it imports Keras
        return self._asked(about, [content])

    def _asked(self, request, arrays):
        try:
            about, numbers = self._request(request, arrays)
        except Ended as ended:
            raise Wrong(str(ended)) from None
        if about["outcome"] == "not attempted":
            raise NotAttempted
        if about["outcome"] != "numbers":
            raise Wrong(about["why"])
        stages, missing = about.get("stages"), about.get("missing")
        if not isinstance(stages, list) or not isinstance(missing, dict):
            raise Wrong(GARBLED)
        if len(stages) != len(numbers):
            raise Wrong(GARBLED)
        why = {i: Wrong(str(missing[str(i)])[:LONGEST]) for i in range(len(stages))
               if str(i) in missing}  # fmt: skip
        return [(str(stage)[:LONGEST], why.get(i, numbers[i])) for i, stage in enumerate(stages)]

    def close(self):
        """End the process and all that it started."""
        if process := self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.stdin.close()
            process.stdout.close()
            process.wait()
            self._process = None

    def _request(self, about, arrays=()):
        self.touched = []
        try:
            if not self._process:
                self._start()
            reply, numbers = self._exchange(about, arrays, about["seconds"] + PATIENCE)
        except Ended:
            self.close()
            raise
        if isinstance(touched := reply.get("touched"), list):
            self.touched = [str(each)[:100] for each in touched[:10]]
        reply["outcome"] = str(reply.get("outcome"))[:LONGEST]
        reply["why"] = str(reply.get("why", ""))[:LONGEST]
        return reply, numbers

    def _start(self):
        worker = ["-m", "hue_edu.grading.worker", self.assignment.name, str(TOTAL)]
        worker.append(str(self.assignment.threads + self._sandbox.others))
        self._process = self._sandbox.start(worker, self._slot)
        self._exchange({"code": "", "place": "start", "seconds": STARTING}, (), STARTING)
        for cell in self._cells:
            about = dict(zip(("code", "place", "seconds"), cell))
            try:
                self._exchange(about, (), about["seconds"] + PATIENCE)
            except Ended:
                self._cells.remove(cell)
                self.close()
                return self._start()

    def _exchange(self, about, arrays, seconds):
        """One request and its reply."""
        self._number += 1
        frame = packed(about | {"number": self._number}, arrays)
        until = time.monotonic() + seconds
        try:
            self._write(frame, until)
            content = self._read(length_of(self._read(LENGTH.size, until)), until)
            reply, numbers = unpacked(content)
        except ValueError:
            raise Ended(GARBLED) from None
        except OSError:
            raise Ended(self._why_it_died()) from None
        if reply.get("number") != self._number:
            self.touched = ["to speak in the grader's place"]
            raise Ended(GARBLED)
        return reply, numbers

    def _write(self, frame, until):
        view, pipe = memoryview(frame), self._process.stdin.fileno()
        os.set_blocking(pipe, False)
        while view:
            self._wait(pipe, selectors.EVENT_WRITE, until)
            view = view[os.write(pipe, view) :]

    def _read(self, num, until):
        content, pipe = bytearray(), self._process.stdout.fileno()
        while len(content) < num:
            self._wait(pipe, selectors.EVENT_READ, until)
            piece = os.read(pipe, min(num - len(content), 2**20))
            if not piece:
                raise Ended(self._why_it_died())
            content += piece
        return bytes(content)

    @staticmethod
    def _wait(pipe, event, until):
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            if not selector.select(max(0.0, until - time.monotonic())):
                raise Ended("It was stopped: it took too long. Is there a loop that never ends?")

    def _why_it_died(self):
        return (
            "Its process ended in the middle of the answer: it left Python, or took more than "
            f"{self.assignment.memory} MiB of memory or too many processes."
        )
