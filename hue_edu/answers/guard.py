"""Run a learner's code so that the notebook lives, whatever the code does.

This protects from accidents and pranks; it is no security boundary.
"""

import builtins
import io
import random
import signal
import sys
import threading
import warnings
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from types import SimpleNamespace

import numpy as np

ENGINE = tuple(f"hue_edu.{room}" for room in ("answers", "exercises", "grading"))
SHOWN = 1000  # characters of what an answer prints


class TimeIsUp(BaseException):
    """Raised in code that runs too long; not an Exception, so that few `except` catch it."""


class Printed(io.TextIOBase):
    """Keeps the first characters of what is printed and counts the rest."""

    def __init__(self):
        self.text, self.total = "", 0

    def write(self, text):
        self.text += text[: max(0, SHOWN - len(self.text))]
        self.total += len(text)
        return len(text)

    def __str__(self):
        left_out = self.total - len(self.text)
        return self.text.rstrip() + (f" … and {left_out:,} characters more" if left_out else "")


@contextmanager
def guarded(seconds):
    """Around a learner's code: a time limit, its prints caught, its side effects undone.

    Undone are changes of the random states of Python and NumPy, of NumPy's error state, of the
    warning filters and of `sys.stdout`; `exit()` and `quit()` raise SystemExit, in a notebook too.

    Args:
        seconds: After which TimeIsUp is raised, where `has_alarm()`.

    Yields:
        What was printed, as `Printed`.
    """
    printed, states = Printed(), (random.getstate(), np.random.get_state())
    try:
        with (
            redirect_stdout(printed),
            redirect_stderr(printed),
            np.errstate(all="ignore"),
            warnings.catch_warnings(action="ignore"),
            _kernel_stays(),
            _alarm(seconds) if has_alarm() else nullcontext(),
        ):
            yield printed
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


def has_alarm():
    """Whether an endless loop can be stopped here: a system with SIGALRM, and its main thread."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    return hasattr(signal, "setitimer") and in_main_thread


# A learner's loop may never end, and its `except:` may swallow whatever would stop it. The alarm, a
# system timer, raises TimeIsUp wherever the code is, even in a `sleep` (C code of a library returns
# first); inside a `try` that alone would be swallowed, ring after ring. So each ring also sets a
# trace, which raises TimeIsUp again on the next line, that of the `except`, and so leads out of the
# `try`; set from the start, it would slow every line. Python drops a trace that raises, so the
# alarm rings on, for code that swallows both and carries on; only a `try` within a `try`, in a
# loop, survives it. Afterwards the timer, its handler and the trace are as they were.
@contextmanager
def _alarm(seconds):
    """Raise TimeIsUp in the code within after so many seconds, then every 0.05 s until it ends."""

    def ring(number, frame):
        sys.settrace(lambda *event: None)  # a frame's own trace only works while one is set here
        while frame and not frame.f_globals.get("__name__", "").startswith(ENGINE):
            frame.f_trace, frame = _raise_again, frame.f_back  # not the engine's own frames
        raise TimeIsUp

    handler, trace = signal.signal(signal.SIGALRM, ring), sys.gettrace()
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)
        sys.settrace(trace)


def _raise_again(frame, event, argument):
    """A frame's trace: raises TimeIsUp at the next line that it runs."""
    if event == "line":
        raise TimeIsUp
    return _raise_again


@contextmanager
def _kernel_stays():
    """In a notebook `exit()` would end the kernel; meanwhile it raises SystemExit instead."""
    shell = getattr(builtins, "get_ipython", lambda: None)() or SimpleNamespace()  # a stand-in
    shell.ask_exit = sys.exit
    try:
        yield
    finally:
        del shell.ask_exit
