"""TensorFlow starts without red lines in a learner's first cell.

TensorFlow reports missing GPU drivers and numeric options on standard error while it is imported,
before it reads any setting that could stop it. `arrange` therefore holds standard error while the
import runs, and lets it out if the import fails.
"""

import importlib.abc
import importlib.util
import logging
import os
import sys
import tempfile
from contextlib import contextmanager


def arrange():
    """Ask TensorFlow, before it is loaded, to be quiet and to take GPU memory as it needs it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what fails is raised, too
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _QuietImport())


@contextmanager
def held_stderr():
    """Hold what the block writes to file descriptor 2; show it only if the block fails.

    Raises:
        BaseException: Whatever the block raises.
    """
    with tempfile.TemporaryFile() as held:
        sys.stderr.flush()
        real = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(real, held.read())
            raise
        finally:
            os.dup2(real, 2)
            os.close(real)


@contextmanager
def no_advice():
    """TensorFlow's advice, such as on functions that are traced often, stays unsaid inside."""
    logger = logging.getLogger("tensorflow")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


class _QuietImport(importlib.abc.MetaPathFinder):
    """Finds TensorFlow as Python would, once, and wraps its loader in `held_stderr`."""

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_quietly(module):
                with held_stderr():
                    load(module)
                    module.config.list_physical_devices()  # the search for a GPU also logs
                # This pass of the graph optimizer fails on convolution and LeakyReLU where the CPU
                # has AVX-512, in a red line; without it a step takes as long as with it.
                module.config.optimizer.set_experimental_options({"remapping": False})

            spec.loader.exec_module = load_quietly
        return spec
