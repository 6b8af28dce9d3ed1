"""Looks at data before training, which use up nothing; errors of a compiled step as sentences."""

import re
from contextlib import contextmanager
from itertools import count

import tensorflow as tf

UNKNOWN = int(tf.data.UNKNOWN_CARDINALITY)  # a generator's, or a filter's


class Looks:
    """A context in which data can be looked at again and again, and that is read anew after it.

    Data from a generator may be readable only once: what a look has taken from it is kept, and
    comes first when training begins.
    """

    def __init__(self):
        self._once = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for once in self._once:
            once.looking = False

    def at(self, data):
        """The same data, of which no look takes anything."""
        if not isinstance(data, tf.data.Dataset) or int(data.cardinality()) != UNKNOWN:
            return data  # made of an array or of files: it can be read as often as one likes
        self._once.append(once := _Once(data))
        return tf.data.Dataset.from_generator(once, output_signature=data.element_spec)


class _Once:
    """Passes over a Dataset: looks see its beginning; the first pass after them goes on there."""

    def __init__(self, data):
        self.data, self.looking = data, True
        self.iterator, self.seen = None, []

    def __call__(self):
        if self.looking:
            return self._look()
        iterator, seen = self.iterator, self.seen
        self.iterator, self.seen = None, []
        return self._go_on(seen, iterator or iter(self.data))

    def _look(self):
        self.iterator = self.iterator or iter(self.data)
        for place in count():
            if place == len(self.seen):
                element = next(self.iterator, None)
                if element is None:
                    return
                self.seen.append(element)
            yield self.seen[place]

    @staticmethod
    def _go_on(seen, iterator):
        yield from seen
        yield from iterator


@contextmanager
def in_one_sentence():
    """What `assure`, or another assertion in a step, found, as its words.

    Raises:
        ValueError: An assertion failed.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        found = re.search(r"assertion failed: (\[.*?\])(?:\n|$|\s*\[\[)", error.message, re.S)
        if not found:
            raise
        words = " ".join(re.findall(r"\[([^\]]*)\]", found[1]))
        raise ValueError(f"{words.replace(' ;', ';')}.") from None


def assure(good, words, value, tensor):
    """A tensor, once a compiled step has seen that a condition holds.

    Args:
        good: Scalar, true or false.
        words: Begin and end of the sentence that says what is wrong, without the full stop.
        value: What stands between them.
        tensor: What to return.
    """
    with tf.control_dependencies([tf.debugging.Assert(good, [words[0], value, words[1]])]):
        return tf.identity(tensor)
