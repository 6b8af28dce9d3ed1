"""What a piece of code does, as a hash: to tell whether a saved result is still its own.

Comments, docstrings and layout do not count.
"""

import ast
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hue_edu"
NUMBERLESS = {"__init__", "callbacks", "checkpoints", "files", "plots", "quiet", "runtime", "theme"}


def meaning(source):
    """Python source without comments, docstrings and layout: what it does, as text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                body[0].value = ast.Constant("")
    return ast.dump(tree)


def rooms_used_by(source, package=PACKAGE):
    """Files of the package that a source text imports, directly and through one another."""
    found, waiting = set(), _imported(source, package, package)
    while waiting:
        room = waiting.pop()
        if room not in found:
            found.add(room)
            waiting |= _imported(room.read_text(), room.parent, package)
    return found


def _imported(source, folder, package):
    """Files of the package named by the import statements of one source text."""
    files = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                start = folder if node.level == 1 else folder.parent
                parts = start.relative_to(package.parent).parts + tuple(
                    filter(None, base.split("."))
                )
                base = ".".join(parts)
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.split(".")[0] == package.name:
                place = package.parent.joinpath(*name.split("."))
                files |= {
                    f for f in (place.with_suffix(".py"), place / "__init__.py") if f.is_file()
                }
    return files


def study_fingerprint(path):
    """Hash of a study: its own code and the rooms behind it that can change its numbers."""
    source = Path(path).read_text()
    rooms = [room for room in rooms_used_by(source) if room.stem not in NUMBERLESS]
    texts = [meaning(source), *(meaning(room.read_text()) for room in sorted(rooms))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
