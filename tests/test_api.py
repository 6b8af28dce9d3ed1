"""What users call: the rooms' public names with arguments and defaults, as tests/api.txt has them.

What is listed must stay; new names are welcome. If a change is meant, write the list anew with
`PYTHONPATH=. python tests/test_api.py > tests/api.txt` and read the difference.
"""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import hue_edu

LIST = Path(__file__).with_name("api.txt")
NAMELESS = {"__main__", "commands", "theme", "checks", "answers"}  # what the house itself calls
ROOMS = sorted({info.name for info in pkgutil.iter_modules(hue_edu.__path__)} - NAMELESS)


def signatures():
    """One line for each public function, class and method of the rooms, in order."""
    lines = []
    for room in sorted([*ROOMS, "training.recipes"]):
        for name, thing in sorted(vars(importlib.import_module(f"hue_edu.{room}")).items()):
            ours = getattr(thing, "__module__", "").startswith("hue_edu.")
            if ours and callable(thing) and not name.startswith("_"):
                lines += _lines(f"{room}.{name}", thing)
    return lines


def _lines(name, thing):
    yield name + _arguments(thing)
    for method, value in sorted(vars(thing).items()) if inspect.isclass(thing) else ():
        if not method.startswith("_") and inspect.isfunction(value):
            yield f"{name}.{method}{_arguments(value)}"


def _arguments(thing):
    return re.sub(r" at 0x[0-9a-f]+", "", str(inspect.signature(thing)))


@pytest.mark.parametrize("room", ROOMS)
def test_listed_names_keep_their_arguments_and_defaults(room):
    listed = [line for line in LIST.read_text().splitlines() if line.startswith(f"{room}.")]
    assert listed and set(listed) <= set(signatures())


if __name__ == "__main__":
    print("\n".join(signatures()))
