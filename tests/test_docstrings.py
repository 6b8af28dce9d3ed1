"""Docstrings: they say what is raised, and the examples of losses and metrics print what they say.

An example needs no import but those that its package's docstring names.
"""

import ast
import doctest
import inspect
import re

import numpy as np
import pytest
from conftest import ROOT
from keras import ops

from hue_edu import losses, metrics

pytestmark = pytest.mark.core

PACKAGE = ROOT / "hue_edu"
ROOMS = sorted({path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py")})
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
IMPORTED = {"np": np, "ops": ops, "losses": losses, "metrics": metrics}
WITH_EXAMPLE = [
    f"{room.__name__.split('.')[-1]}.{name}"
    for room in (losses, metrics)
    for name in room.__all__
    if inspect.isfunction(getattr(room, name))
]


def raises(function):
    """Whether a function has a `raise` of its own, not in a function or class within it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise):
            return True
        if not isinstance(node, FUNCTIONS | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return False


def functions_and_speakers(tree):
    """Each function and method, with what has to say what it raises: of `__init__`, the class."""
    for node in tree.body:
        if isinstance(node, FUNCTIONS):
            yield node, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in (part for part in node.body if isinstance(part, FUNCTIONS)):
                yield method, node if method.name == "__init__" else method


def silent(source):
    """Line and name of each public function, method and class that raises but does not say so.

    A setter's docstring is that of its property. What refuses (`check_…`, "Refuse …") or raises by
    its first words says so there.
    """
    for function, speaker in functions_and_speakers(ast.parse(source)):
        said = re.search("^(Raises:$|Raise |Refuse )", ast.get_docstring(speaker) or "", re.M)
        setter = any(getattr(name, "attr", "") == "setter" for name in speaker.decorator_list)
        if not setter and raises(function) and not said and not speaker.name.startswith("_"):
            yield speaker.lineno, speaker.name


@pytest.mark.parametrize("room", ROOMS)
def test_what_raises_says_so(room):
    paths = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).rglob("*.py"))
    sources = {path.relative_to(ROOT): path.read_text() for path in paths}
    found = [f"{p}:{line} {name}" for p, source in sources.items() for line, name in silent(source)]
    assert sources and not found, "no Raises: section in\n" + "\n".join(found)


SOURCE = '''
def says_so():
    """Do.

    Raises:
        ValueError: Always.
    """
    raise ValueError

def says_nothing(x):
    """Raises: not as a section."""
    if x:
        raise ValueError

def _private():
    raise ValueError

def decorator():
    def inner():
        raise ValueError
    return inner

class Said:
    """A class.

    Raises:
        ValueError: Always.
    """
    def __init__(self):
        raise ValueError

class Unsaid:
    def __init__(self):
        with open("x"):
            raise ValueError

    def method(self):
        raise ValueError

    def __call__(self):
        raise ValueError
'''


def test_the_check_sees_functions_methods_and_classes_that_do_not_say_so():
    assert [name for _, name in silent(SOURCE)] == ["says_nothing", "Unsaid", "method"]


def failures(function, report=lambda text: None):
    """How many lines of a function's example print something else than they say."""
    finder = doctest.DocTestFinder(recurse=False, exclude_empty=False)
    (found,) = finder.find(function, function.__name__, globs=IMPORTED)
    assert found.examples, f"{function.__name__} has no example"
    return doctest.DocTestRunner(verbose=False).run(found, out=report).failed


@pytest.mark.parametrize("name", WITH_EXAMPLE)
def test_the_example_of_a_loss_or_metric_prints_what_it_says(name):
    (room, function), report = name.split("."), []
    assert not failures(getattr(IMPORTED[room], function), report.append), "".join(report)


def test_a_missing_or_wrong_example_is_noticed():
    def without():
        """Do."""

    def wrong():
        """Do.

        >>> 1 + 1
        3
        """

    with pytest.raises(AssertionError, match="without has no example"):
        failures(without)
    assert failures(wrong) == 1
