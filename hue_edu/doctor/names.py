"""Names that a piece of code uses and nothing defines."""

import ast
import difflib
import dis
import types


def codes(code):
    """A code object and those within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


def stored(code):
    """Names that any part of the code sets for all of the file."""
    names = {i.argval for c in codes(code) for i in dis.get_instructions(c)
             if i.opname in ("STORE_GLOBAL", "DELETE_GLOBAL")}  # fmt: skip
    return names | {i.argval for i in dis.get_instructions(code) if i.opname == "STORE_NAME"}


def undefined(code, known, tree, asleep=()):
    """(code, evidence, numbers) of global names that nothing defines.

    Args:
        asleep: First line and column and last line and column of what cannot be reached.
    """
    if tree is not None and _is_guarded(tree, "NameError"):
        return
    known, done = set(known) | stored(code), set()
    for part in codes(code):
        own = {i.argval for i in dis.get_instructions(part) if i.opname == "STORE_NAME"}
        for step in dis.get_instructions(part):
            name = step.argval
            wanted = step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and name not in known | own | done
            at = getattr(step, "positions", None)
            spot = (at.lineno, at.col_offset) if at and at.lineno else (0, 0)
            hidden = any((a, b) <= spot < (c, d) for a, b, c, d in asleep)
            if not wanted or hidden or name.startswith("__"):
                continue
            done.add(name)
            near = difflib.get_close_matches(name, [*part.co_varnames, *known], 1, 0.75)
            near = f" Is {near[0]} meant?" if near else ""
            numbers = {"name": name, "line": spot[0]}
            yield "undefined-name", f"{name} is defined nowhere.{near}", numbers


def _is_guarded(tree, kind):
    handlers = [h for node in ast.walk(tree) if isinstance(node, ast.Try) for h in node.handlers]
    return any(h.type is not None and kind in ast.unparse(h.type) for h in handlers)
