"""Which rooms of the package a lesson or study reaches, and which of them changed since.

This only informs (`make stale`). That a saved number still holds is shown by measuring a piece of
it again: the studies' spot checks and the asserts and marked outputs of the lessons.
"""

import ast
import hashlib
from modulefinder import ModuleFinder
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def digest(text):
    """Twelve hexadecimal digits that change with the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def meaning(source):
    """Python source without comments, docstrings and layout, as text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)


def rooms_reached(source, root=ROOT):
    """Digest of each room of the package that a source text imports, directly or on the way.

    Args:
        source: Python text.
        root: Folder in which the package lies.

    Returns:
        Dictionary from room, such as `"losses"`, to the digest of what was reached in it.
    """
    finder = ModuleFinder([str(root), str(root / "tools")])
    finder.scan_code(compile(source, "<lesson>", "exec"), finder.add_module("__main__"))
    texts = {}
    for name, module in sorted(finder.modules.items()):
        package, _, rest = name.partition(".")
        if package == "hue_edu" and rest:
            room = texts.setdefault(rest.split(".")[0], [])
            room.append(meaning(Path(module.__file__).read_text()))
    return {room: digest("\n".join(found)) for room, found in texts.items()}


def changed(before, now):
    """Names of the rooms that differ between two results of `rooms_reached`, in order."""
    return sorted(room for room in {*before, *now} if before.get(room) != now.get(room))
