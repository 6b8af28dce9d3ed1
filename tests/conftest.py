"""What the tests share: small networks, a little data, and a repository root.

TensorFlow is imported where it is first needed, so that tests without it start at once.
"""

import contextlib
import gc
import os
import sys
import time
from pathlib import Path

import pytest

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
os.environ.setdefault("HUE_BUDGET", "smoke")
if WORKERS > 1:  # side by side on these cores, the kernels of lessons too
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(max(1, CORES // WORKERS)))

ROOT = Path(__file__).resolve().parent.parent
MEMORY_OF_A_WORKER = 4 * 2**30  # it grows to 3.5 GB


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """As many workers as cores, and as fit into memory."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return CORES
    return max(1, min(CORES, memory // MEMORY_OF_A_WORKER))


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk():
    """A flush to a disk on which others write can take a minute."""
    flush, os.fsync = os.fsync, lambda file: None
    yield
    os.fsync = flush


@pytest.fixture(scope="module", autouse=True)
def what_stays():
    """What is there before a module need not be looked through for what it leaves."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()


def _forget_custom_gradients():
    """TensorFlow keeps each custom gradient that was traced, and with it the graph around it, for
    good: about 30 MB for each training of the compact DCGAN."""
    with contextlib.suppress(ImportError, AttributeError):  # no public name in any version
        from tensorflow.python.framework import ops

        registry = ops.gradient_registry._registry
        for name in [name for name in registry if name.startswith("CustomGradient-")]:
            del registry[name]


@pytest.fixture(autouse=True)
def memory_of_models():
    """Models and data sets hang in circles, and few objects hold gigabytes: they go after a test
    that was long enough to make them, since Python would wait."""
    started = time.perf_counter()
    yield
    if time.perf_counter() - started > 0.2 and "keras" in sys.modules:
        _forget_custom_gradients()
        gc.collect()


@pytest.fixture(scope="session")
def digits():
    """512 training images."""
    from hue_edu import datasets

    return datasets.load_mnist("train")[0][:512]


@pytest.fixture(scope="session")
def text_generator():
    """An untrained generator that reads captions, with weights large enough to tell z apart."""
    import keras

    from hue_edu import models

    keras.utils.set_random_seed(0)
    generator = models.build_text_generator()
    for weight in generator.weights:
        if len(weight.shape) > 1:  # kernels
            weight.assign(3 * weight.numpy())
    return generator


@pytest.fixture
def small_gan():
    """A compiled GAN that takes milliseconds a step."""
    import keras

    from hue_edu import models
    from hue_edu.training import GAN

    def build(seed=0, latent_dim=10, **options):
        keras.utils.set_random_seed(seed)
        gan = GAN(
            models.build_smallest_generator(latent_dim), models.build_smallest_discriminator(),
            averaging=0.9, seed=seed,
        )  # fmt: skip
        gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3), **options)
        return gan

    return build
