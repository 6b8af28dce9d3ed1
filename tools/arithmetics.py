"""Other arithmetics on this machine: they stand for the processors that there are elsewhere.

A sum of rounded numbers depends on the order of its terms, and that on the instructions that a
processor has and on the number of threads. Each setting is read when TensorFlow starts, so what is
to be measured under it needs a process of its own.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from unittest.mock import patch

THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")
ONE_THREAD, FOUR_THREADS = dict.fromkeys(THREADS, "1"), dict.fromkeys(THREADS, "4")
PLAIN = {"TF_ENABLE_ONEDNN_OPTS": "0"}
SETTINGS = {
    "as it is": {},
    "oneDNN off": PLAIN,
    "SSE4.1 at most": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    "AVX2 at most": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
    "one thread": ONE_THREAD,
    "four threads": FOUR_THREADS,
    "oneDNN off, one thread": {**PLAIN, **ONE_THREAD},
}


def environment(setting):
    """The environment of a child process under a setting, whatever this one has."""
    ours = {name for variables in SETTINGS.values() for name in variables}
    rest = {name: value for name, value in os.environ.items() if name not in ours}
    return {**rest, **SETTINGS[setting]}


def alone(function, *args, setting=None):
    """The function's result from a fresh process, under a setting or in this environment."""
    variables = environment(setting) if setting else os.environ.copy()
    with patch.dict(os.environ, variables, clear=True):
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            return pool.submit(function, *args).result()
