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
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout

import numpy as np

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
        with ExitStack() as stack:
            stack.enter_context(redirect_stdout(printed))
            stack.enter_context(redirect_stderr(printed))
            stack.enter_context(np.errstate(all="ignore"))
            stack.enter_context(warnings.catch_warnings(action="ignore"))
            stack.enter_context(_kernel_stays())
            stack.enter_context(_alarm(seconds))
            yield printed
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


def has_alarm():
    """Whether an endless loop can be stopped here: a system with SIGALRM, and its main thread."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    return hasattr(signal, "setitimer") and in_main_thread


@contextmanager
def _alarm(seconds):
    """After so many seconds TimeIsUp, and again and again, should the code swallow it."""
    if not has_alarm():
        yield
        return

    def ring(number, frame):
        sys.settrace(lambda *event: None)  # switches on the next line
        while frame and not frame.f_globals.get("__name__", "").startswith(__package__):
            frame.f_trace, frame = _raise_again, frame.f_back
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring), sys.gettrace()
    left = signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *left)
        signal.signal(signal.SIGALRM, before[0])
        sys.settrace(before[1])


def _raise_again(frame, event, argument):
    """Raise at the code's next line, too: if that is in an `except`, it leads out."""
    if event == "line":
        raise TimeIsUp
    return _raise_again


@contextmanager
def _kernel_stays():
    """In a notebook `exit()` would end the kernel; meanwhile it raises SystemExit instead."""
    shell = getattr(builtins, "get_ipython", lambda: None)()
    if shell is None:
        yield
        return
    shell.ask_exit = sys.exit
    try:
        yield
    finally:
        del shell.ask_exit
