"""Seeds, device report and work budget."""

import os
import platform
import sys
from contextlib import contextmanager

from tqdm import tqdm

from . import __version__, arguments, files

BUDGETS = ("smoke", "cpu", "gpu")


def setup(seed=0):
    """Seed Python, NumPy and Keras, then print versions, device, budget and data folder.

    Every lesson calls it once, in its set-up cell.

    Args:
        seed: Whole number; the same seed on the same machine gives the same lesson, up to
            rounding.
    """
    check_settings()
    import keras

    keras.utils.set_random_seed(arguments.whole_number("seed", seed, below=2**32))
    print(report())


def check_settings():
    """Refuse settings of Keras under which the course's networks would differ, or could not run.

    They come from `KERAS_BACKEND`, from `keras.json` in the home folder, or from a call.

    Raises:
        ValueError: Another backend than TensorFlow, images with channels first, or weights that
            are not float32.
    """
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":  # importing Keras would fail where that backend is missing
        raise ValueError(
            f"This course needs the TensorFlow backend, but KERAS_BACKEND is {backend!r}. Restart "
            "with KERAS_BACKEND=tensorflow, or without it."
        )
    import keras

    settings = {
        "backend": (keras.config.backend(), "tensorflow"),
        "image_data_format": (keras.config.image_data_format(), "channels_last"),
        "floatx": (keras.config.floatx(), "float32"),
        "dtype_policy's weights": (keras.config.dtype_policy().variable_dtype, "float32"),
    }
    for name, (value, expected) in settings.items():
        if value != expected:
            raise ValueError(
                f"This course needs Keras' {name} to be {expected!r}, but it is {value!r}: set in "
                "~/.keras/keras.json, or by a call to keras.config. Change it there and restart."
            )


def report():
    """Two lines: versions, then device, budget and data folder (relative to the checkout)."""
    import keras
    import numpy
    import tensorflow

    folder = files.data_dir()
    inside = folder.is_relative_to(files.CHECKOUT)
    data = folder.relative_to(files.CHECKOUT) if inside else "$HUE_DATA"
    files.expected_sums()  # a clear error now, rather than in the middle of a lesson
    return (
        f"Hue {__version__} on Python {platform.python_version()}, "
        f"TensorFlow {tensorflow.__version__}, Keras {keras.__version__}, "
        f"NumPy {numpy.__version__}\n"
        f"Device: {device()} | budget: {budget()} | data: {data}"
    )


def num_gpus():
    """Number of GPUs that TensorFlow can use."""
    import tensorflow as tf

    return len(tf.config.list_physical_devices("GPU"))


def device():
    """What trains: `"1 GPU"` or `"CPU, 2 cores"`."""
    if gpus := num_gpus():
        return f"{gpus} GPU{'s' if gpus > 1 else ''}"
    return f"CPU, {num_cores()} cores"


def num_cores():
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def budget():
    """How much work a lesson may do: `"smoke"`, `"cpu"` or `"gpu"`.

    `$HUE_BUDGET` decides; without it, `"gpu"` where TensorFlow sees a GPU and `"cpu"` elsewhere.

    Raises:
        ValueError: `$HUE_BUDGET` is none of the three.
    """
    chosen = os.environ.get("HUE_BUDGET")
    if not chosen:
        return "gpu" if num_gpus() else "cpu"
    if chosen not in BUDGETS:
        raise ValueError(f"HUE_BUDGET is {chosen!r}; expected one of {', '.join(BUDGETS)}.")
    return chosen


@contextmanager
def eagerly():
    """A `tf.function` runs as plain Python inside: what a step does can be heard, or done once."""
    import tensorflow as tf

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


def by_budget(smoke, cpu, gpu):
    """The value for today's budget: `steps = by_budget(smoke=3, cpu=600, gpu=6000)`."""
    return {"smoke": smoke, "cpu": cpu, "gpu": gpu}[budget()]


def progress(things, what):
    """The things one by one, with a line that says how many are done, removed when all are.

    Args:
        things: A sequence, such as `range(3)`.
        what: What they are, in the plural: "seeds".
    """
    layout = f"{what}: {{n}} of {{total}} done, {{elapsed}} |{{bar:12}}|"
    return tqdm(things, file=sys.stdout, bar_format=layout, leave=False)
