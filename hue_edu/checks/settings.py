"""Settings that mean nothing here: arguments of `compile` and `fit`, optimizers, callbacks."""

import keras

from .. import arguments

COMPILE_OPTIONS = ("jit_compile", "run_eagerly", "steps_per_execution")
NUMBERS = (
    "epochs", "batch_size", "steps_per_epoch", "steps", "validation_batch_size",
    "validation_steps", "validation_freq",
)  # fmt: skip


def check_compiled(trainer):
    """Refuse a trainer without optimizers and losses."""
    if not trainer.compiled:
        raise ValueError(
            f"This {type(trainer).__name__} has no optimizers yet; call its compile before fit."
        )


def check_compile_options(options):
    """Refuse what `keras.Model.compile` takes, and a trainer with its own losses would ignore."""
    if unknown := sorted(set(options) - set(COMPILE_OPTIONS)):
        raise TypeError(
            f"compile got {', '.join(unknown)}, which this trainer does not use; besides its own "
            f"settings it takes {', '.join(COMPILE_OPTIONS)}."
        )
    arguments.whole_number("steps_per_execution", options.get("steps_per_execution", 1), 1)


def check_no_average(optimizer):
    """Refuse an average of the weights that an optimizer keeps, and nobody takes up at the end."""
    if getattr(getattr(optimizer, "inner_optimizer", optimizer), "use_ema", False):
        raise ValueError(
            "An optimizer has use_ema=True, which this trainer does not use: it averages G itself, "
            "as set by its argument averaging."
        )


def check_optimizer(optimizer, variables):
    """Refuse what is no optimizer, or one that belongs to other weights.

    Args:
        optimizer: An object; a name has been looked up.
        variables: Of the network that it is to move.

    Raises:
        TypeError: Something else, such as a class without parentheses.
        ValueError: It was built for other variables.
    """
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        given = optimizer.__name__ if isinstance(optimizer, type) else repr(optimizer)
        raise TypeError(
            f"The optimizer is {given}; expected an object such as keras.optimizers.Adam(1e-3), or "
            "a name such as 'adam'."
        )
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    if inner.built and {id(v) for v in inner._trainable_variables} != {id(v) for v in variables}:
        raise ValueError(
            f"This {type(inner).__name__} already belongs to other weights; give each network, and "
            "each new trainer, an optimizer of its own."
        )


def check_fit_options(options):
    """Refuse arguments of `keras.Model.fit` that mean nothing here.

    Args:
        options: What `fit` got beside the data.
    """
    for name in NUMBERS:
        if options.get(name) is not None:
            arguments.whole_number(name, options[name], at_least=1)
    for name in ("y", "class_weight", "sample_weight"):
        if options.get(name) is not None:
            raise ValueError(
                f"fit got {name}; a GAN or VAE learns from images alone, without labels, targets "
                "or weights. For labels see ConditionalGAN and datasets.labelled_batches."
            )


def check_callbacks(options, names):
    """Refuse callbacks of Keras that would fail, or watch a number nobody reports.

    Args:
        options: What `fit` got beside the data.
        names: Of all that the trainer reports.
    """
    validated = options.get("validation_data") is not None or options.get("validation_split")
    known = [*names, *(f"val_{name}" for name in names if validated)]
    for callback in as_list(options.get("callbacks")):
        check_callback(callback, known)


def as_list(callbacks):
    """Callbacks as `fit` takes them: a list, one alone, a `CallbackList` or None; as a list."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return callbacks.callbacks
    return (
        list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks] * bool(callbacks)
    )


def check_callback(callback, known):
    """Refuse a callback of Keras that would fail, or watch none of the known numbers.

    Args:
        callback: One of those that `fit` got.
        known: Names of the numbers.
    """
    name = type(callback).__name__
    if isinstance(callback, type):
        raise TypeError(
            f"callbacks holds the class {callback.__name__}; make an instance, with parentheses: "
            f"{callback.__name__}(…)."
        )
    if isinstance(callback, keras.callbacks.SwapEMAWeights):
        raise ValueError(
            "SwapEMAWeights swaps in the average of one optimizer, but there are several here; "
            "trainer.sampler is the averaged generator."
        )
    if isinstance(callback, keras.callbacks.TerminateOnNaN):
        raise ValueError(
            "TerminateOnNaN watches a number named loss, but there are several losses "
            "here; use training.StopAtNaN(), which watches them all."
        )
    whole = isinstance(callback, keras.callbacks.ModelCheckpoint)
    if whole and not callback.save_weights_only:
        raise ValueError(
            "ModelCheckpoint saves one whole model, but a trainer holds several networks; use "
            "training.Checkpoint(path), from which a run continues exactly, or "
            "save_weights_only=True."
        )
    watches = getattr(callback, "monitor", None)
    used = not whole or callback.save_best_only  # otherwise ModelCheckpoint does not look at it
    if watches and used and watches not in known:
        raise ValueError(
            f"{name} watches {watches!r}, which is not reported here; set monitor to one of "
            f"{', '.join(known)}. (Those with val_ need validation_data.)"
        )
