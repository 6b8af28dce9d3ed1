"""Numbers of `compile` that may be set again at any moment, between or during epochs.

A compiled step would keep a Python number as it was when TensorFlow traced the step, and what a
callback sets later would change nothing. So each number lies in a variable that the step reads.
"""

import math

import keras
import tensorflow as tf
from keras import ops

from .. import arguments

VARIABLES = (keras.Variable, tf.Variable)


class Kept:
    """An attribute of a `Trainer` that lies in its `Settings`."""

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, trainer, owner=None):
        return self if trainer is None else trainer.settings.of(self.name)


class Setting(Kept):
    """An attribute of a `Trainer`: a number, a function of the step, or a variable of yours.

    As an attribute it is what was set; a step multiplies with `trainer.now(name)`.

    Args:
        low, below: Its ends; `low` itself is within.
        schedule: Whether a function of the step, such as a Keras learning rate schedule, is taken.
        switch: Whether a step leaves the term out where the number is 0; see `is_on`.
    """

    def __init__(self, low=0.0, below=math.inf, schedule=True, switch=False):
        self.low, self.below, self.schedule, self.switch = low, below, schedule, switch

    def __set__(self, trainer, value):
        if isinstance(value, VARIABLES):
            self._check(float(value.numpy() if hasattr(value, "numpy") else value))
        elif callable(value) and self.schedule:
            self._check(_at_the_start(self.name, value))
        else:
            self._check(value)
        trainer.settings.put(self.name, value)

    def _check(self, number):
        arguments.number_within(self.name, number, self.low, self.below)


class Fixed(Kept):
    """An attribute that `compile` alone sets: data are grouped, or networks checked, by it.

    Raises:
        AttributeError: It is set later; says to call `compile`.
    """

    def __set__(self, trainer, value):
        raise AttributeError(
            f"{self.name} cannot be set by itself: call compile(…, {self.name}={value!r}) again, "
            "with new optimizers."
        )


class Settings:
    """What was set of one trainer.

    Attributes:
        given: From names to what was set: numbers, functions of the step, variables.
    """

    def __init__(self):
        self.given, self._variables = {}, {}

    def put(self, name, value):
        """Keep a value; a number goes into the variable of that name."""
        self.given[name] = value
        if callable(value) or isinstance(value, VARIABLES):
            return
        with tf.init_scope():
            if name in self._variables:
                self._variables[name].assign(value)
            else:
                self._variables[name] = tf.Variable(value, dtype="float32", trainable=False)

    def of(self, name):
        """What was set.

        Raises:
            AttributeError: Nothing so far.
        """
        if name not in self.given:
            raise AttributeError(f"{name} is set by compile, which has not been called.")
        return self.given[name]

    def fix(self, **values):
        """Keep what only `compile` sets."""
        self.given.update(values)

    def now(self, name, step):
        """The value as a step takes it: a float32 tensor."""
        value = self.given[name]
        if isinstance(value, VARIABLES):
            return ops.cast(value, "float32")
        value = value(step) if callable(value) else self._variables[name].value()
        return ops.cast(value, "float32")

    def is_on(self, name):
        """Whether a term may count: a number other than 0, or something that may become one."""
        value = self.given[name]
        return isinstance(value, VARIABLES) or callable(value) or value != 0

    def taken_in(self, kind):
        """What a traced step has taken in: functions, variables, fixed values and switches.

        Args:
            kind: The trainer's class.
        """
        return [self._taken_in(getattr(kind, name), name) for name in self.given]

    def _taken_in(self, setting, name):
        value = self.given[name]
        if callable(value) or isinstance(value, VARIABLES) or isinstance(setting, Fixed):
            return value
        return setting.switch and self.is_on(name)


def _at_the_start(name, schedule):
    """The first value of a schedule, which must be a number."""
    try:
        return float(schedule(tf.constant(0, "int64")))
    except Exception as error:  # whatever a function of one's own raises
        raise ValueError(
            f"{name} is {schedule!r}, which gives no number for step 0 ({type(error).__name__}); "
            "expected a number, or a function of the step, such as "
            "keras.optimizers.schedules.PolynomialDecay(0.0, 1000, 1.0)."
        ) from error
