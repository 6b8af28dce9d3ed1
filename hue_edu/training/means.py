"""Running means by name: what an epoch reports, of all examples alike."""

import keras
import tensorflow as tf


class Means:
    """Means over the epoch, each begun when its name first comes.

    Attributes:
        trackers: From names to `keras.metrics.Mean`, in the order in which they came.
    """

    def __init__(self):
        self.trackers = {}

    def update(self, minimised, watched, num):
        """Add the values of a step; returns the means so far, by name.

        Args:
            minimised: For each player {name: scalar}; names that begin with `_` are left out.
            watched: {name: scalar, or one number for each example}.
            num: Examples of the step: a scalar, their mean, counts so many times.

        Raises:
            ValueError: Two values have one name.
        """
        values = {}
        for part in (*minimised.values(), watched):
            if twice := sorted(values.keys() & part.keys()):
                raise ValueError(f"Two terms are named {twice[0]}; give each a name of its own.")
            values.update(part)
        values = {name: value for name, value in values.items() if not name.startswith("_")}
        for name, value in values.items():
            weight = None if len(getattr(value, "shape", ())) else num
            self._tracker(name).update_state(value, sample_weight=weight)
        return {name: self.trackers[name].result() for name in values}

    def _tracker(self, name):
        if name not in self.trackers:
            with tf.init_scope():  # a variable that outlives the graph of the step
                self.trackers[name] = keras.metrics.Mean(name)
        return self.trackers[name]
