"""What a step may change, and how it is put back as it was."""

import contextlib
import inspect
import random
from functools import partial

import keras
import numpy as np
import tensorflow as tf

VARIABLES = (keras.Variable, tf.Variable)
KEPT = (int, float, bool, str, bytes, tuple, frozenset, type(None))  # a name points to another one
DEPTH = 4  # steps from a training step to what it uses


def values(variables):
    """Copies of the values of variables."""
    return [np.array(v.numpy() if hasattr(v, "numpy") else v) for v in variables]


def reachable(*roots):
    """Networks, optimizers, variables and seed generators that objects lead to, in order found.

    Followed are attributes, closures, bound methods, partial functions, the functions behind
    compiled ones, and the global names that a function uses.
    """
    kinds = (keras.layers.Layer, keras.optimizers.Optimizer, tf.Module, *VARIABLES,
             keras.random.SeedGenerator, tf.random.Generator)  # fmt: skip
    found, seen, waiting = [], set(), [(root, 0) for root in roots]
    while waiting:
        thing, depth = waiting.pop(0)
        if id(thing) in seen or thing is None:
            continue
        seen.add(id(thing))
        if isinstance(thing, kinds):
            found.append(thing)
        if depth < DEPTH:
            waiting += [(child, depth + 1) for child in _children(thing)]
    return found


def _children(thing):
    if isinstance(thing, dict):
        return list(thing.values())
    if isinstance(thing, (list, tuple, set)):
        return list(thing)[:50]
    if isinstance(thing, partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    if hasattr(thing, "python_function"):
        return [thing.python_function]
    if inspect.ismethod(thing):
        return [thing.__self__, thing.__func__]
    if inspect.isfunction(thing):
        cells = [cell.cell_contents for cell in thing.__closure__ or () if _is_full(cell)]
        names = [n for n in thing.__code__.co_names if n in thing.__globals__]
        inner = [c for c in thing.__code__.co_consts if inspect.iscode(c)]
        names += [n for code in inner for n in code.co_names if n in thing.__globals__]
        values_ = (thing.__globals__[n] for n in names)
        return cells + [v for v in values_ if not inspect.ismodule(v) and not inspect.isclass(v)]
    if isinstance(thing, VARIABLES) or inspect.isclass(thing) or inspect.ismodule(thing):
        return []
    if isinstance(thing, keras.layers.Layer) and not _is_trainer(thing):
        return []
    return [v for k, v in getattr(thing, "__dict__", {}).items() if not k.startswith("__")]


def _is_trainer(layer):
    """Whether a Keras model has a step of its own."""
    return isinstance(layer, keras.Model) and type(layer).train_step is not keras.Model.train_step


def _is_full(cell):
    with contextlib.suppress(ValueError):
        cell.cell_contents  # noqa: B018
        return True
    return False


class State:
    """Everything that a step may change, to be put back."""

    def __init__(self, things, functions):
        variables = []
        for thing in things:
            variables += [thing] if isinstance(thing, VARIABLES) else _variables(thing)
        self.variables = list({id(v): v for v in variables}.values())
        self.values = values(self.variables)
        self.optimizers = [t for t in things if isinstance(t, keras.optimizers.Optimizer)]
        self.unbuilt = [o for o in self.optimizers if not o.built]
        self.names = [(o, k, v) for f in functions for o, k, v in _names(f)]
        self.random = (random.getstate(), np.random.get_state(), _tf_state())
        self.global_seed = _global_seed()

    def put_back(self):
        """Give everything the value that it had."""
        for variable, value in zip(self.variables, self.values):
            variable.assign(value)
        for optimizer in self.unbuilt:
            if optimizer.built:
                twin = type(optimizer).from_config(optimizer.get_config())
                twin.build(optimizer._trainable_variables)
                for variable, value in zip(optimizer.variables, values(twin.variables)):
                    variable.assign(value)
        for owner, name, value in self.names:
            if isinstance(value, _Copy):
                value.put_back()
            else:
                _set(owner, name, value)
        random.setstate(self.random[0])
        np.random.set_state(self.random[1])
        _set_tf_state(self.random[2])
        if self.global_seed is not None:
            self.global_seed[0].assign(self.global_seed[1])


class _Copy:
    """A list, dictionary or array whose content comes back."""

    def __init__(self, thing):
        self.thing, self.content = thing, thing.copy()

    def put_back(self):
        if isinstance(self.thing, np.ndarray):
            self.thing[...] = self.content
        else:
            self.thing.clear()
            add = self.thing.extend if isinstance(self.thing, list) else self.thing.update
            add(self.content)


def _names(function):
    """(owner, name, value) of closure cells and attributes that a function may set anew."""
    function = getattr(function, "python_function", function)
    owner = getattr(function, "__self__", None)
    owner = function if isinstance(function, keras.Model) else owner
    function = getattr(function, "__func__", function)
    pairs = [(owner, k, v) for k, v in getattr(owner, "__dict__", {}).items() if k[0] != "_"]
    cells = getattr(function, "__closure__", None) or ()
    pairs += [(cell, None, cell.cell_contents) for cell in cells if _is_full(cell)]
    for owner, name, value in pairs:
        if type(value) in (list, dict) or isinstance(value, np.ndarray):
            yield owner, name, _Copy(value)
        elif isinstance(value, KEPT):
            yield owner, name, value


def _set(owner, name, value):
    if name is None:
        owner.cell_contents = value
    elif owner.__dict__.get(name) is not value:
        setattr(owner, name, value)


def _variables(thing):
    if isinstance(thing, keras.random.SeedGenerator):
        return [thing.state]
    if isinstance(thing, tf.random.Generator):
        return [thing.state]
    found = getattr(thing, "variables", [])
    return list(found() if callable(found) else found)


def _global_seed():
    """The state of Keras' own seed generator, and its value."""
    with contextlib.suppress(Exception):  # no public name
        from keras.src.random.seed_generator import global_seed_generator

        state = global_seed_generator().state
        return state, state.numpy()
    return None


def _tf_state():
    """What TensorFlow's eager seeds come from."""
    with contextlib.suppress(Exception):
        from tensorflow.python.eager import context

        return context.context()._rng.getstate()
    return None


def _set_tf_state(state):
    if state is not None:
        from tensorflow.python.eager import context

        context.context()._rng.setstate(state)
        context.context().clear_kernel_cache()  # which holds how far each seed was used
