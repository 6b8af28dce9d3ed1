"""What a piece of code does, as a hash: to tell whether a saved result is still its own.

Comments, docstrings and layout do not count, nor do definitions that the code never reaches.
"""

import ast
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hue_edu"
NUMBERLESS = {"__init__", "callbacks", "checkpoints", "files", "plots", "quiet", "runtime", "theme"}


def meaning(source):
    """Python source without comments, docstrings and layout: what it does, as text."""
    return ast.dump(_without_docstrings(source))


def fingerprint(source, package=PACKAGE, numberless=()):
    """Hash of what a source text does, and of what it reaches in the package's rooms.

    Args:
        source: Python text.
        package: Folder of the package.
        numberless: Names of rooms that cannot change a result.
    """
    texts = [meaning(source), *map(ast.dump, _definitions_reached(source, package, numberless))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _definitions_reached(source, package, numberless):
    """Top-level statements of the imported rooms that the source reaches by name.

    A statement that defines no name always counts; one that does, once its name occurs in the
    source or in a statement that counts. A name too many only asks for a rerun too many.
    """
    rooms = [r for r in sorted(rooms_used_by(source, package)) if r.stem not in numberless]
    statements = [s for room in rooms for s in _without_docstrings(room.read_text()).body]
    counts, names = set(), _names_in(_without_docstrings(source))

    def newly_reached():
        for i, statement in enumerate(statements):
            defined = _names_defined_by(statement)
            if i not in counts and (not defined or names & defined):
                yield i, statement

    while found := dict(newly_reached()):
        counts |= set(found)
        names |= set().union(*map(_names_in, found.values()))
    return [statements[i] for i in sorted(counts)]


def _without_docstrings(source):
    """The syntax tree of a source text, docstrings blanked."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                body[0].value = ast.Constant("")
    return tree


def _names_in(tree):
    """Every name, attribute and imported name in a syntax tree."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.split(".")[-1])
    return found


def _names_defined_by(statement):
    """The names that a top-level statement defines or imports."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = getattr(statement, "targets", None) or [statement.target]
        return set().union(*map(_names_in, targets))
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in statement.names}
    return set()


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
    """Hash of a study: its own code and what it reaches that can change its numbers."""
    return fingerprint(Path(path).read_text(), numberless=NUMBERLESS)
