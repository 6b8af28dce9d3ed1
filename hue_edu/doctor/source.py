"""Source: names that are nowhere, and parts of TensorFlow, Keras and NumPy that are gone."""

import ast
import builtins
import contextlib
import importlib
import importlib.util
import inspect
import textwrap

from . import names
from .findings import Finding
from .removed import ARGUMENTS, LIBRARIES, METHODS, SUCCESSORS

MISSING = object()


def check(functions):
    """Findings on what can be read of the functions that were given. Yields `Finding`s.

    Args:
        functions: Step, losses, penalty: functions, compiled ones, methods, Keras models, or None.
    """
    seen = set()
    for function in written(functions):
        code = function.__code__
        cells = dict(zip(code.co_freevars, function.__closure__ or ()))
        known = {**vars(builtins), **function.__globals__}
        for name, cell in cells.items():
            with contextlib.suppress(ValueError):  # a cell that is still empty
                known[name] = cell.cell_contents
        tree, first, indent = _tree(function)
        asleep = _asleep(tree, known) if tree else []
        places = [(a + first - 1, b + indent, c + first - 1, d + indent)
                  for a, b, c, d in map(_place, asleep)]  # fmt: skip
        found = [*names.undefined(code, known, tree, places)]
        found += _removed(tree, known, first, asleep) if tree else []
        for code_name, evidence, numbers in found:
            where = f"{function.__name__}, line {numbers['line']}: "
            if (code_name, evidence) not in seen:
                seen.add((code_name, evidence))
                yield Finding(code_name, "certain", where + evidence, numbers)


def read(text, name="the file"):
    """Findings on a whole file, which is not run. Yields `Finding`s.

    Args:
        text: Python source.
        name: How the file is called in sentences.
    """
    try:
        tree = ast.parse(text)
        code = compile(tree, name, "exec")
    except SyntaxError as error:
        evidence = f"{name}, line {error.lineno}: Python cannot read it: {error.msg}."
        yield Finding("step-fails", "certain", evidence, {"line": error.lineno})
        return
    known = dict(vars(builtins)) | dict.fromkeys(names.stored(code), MISSING) | _imported(tree)
    stars = any(alias.name == "*" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                for alias in node.names)  # fmt: skip
    found = [] if stars else list(names.undefined(code, known, tree))
    for code_name, evidence, numbers in [*found, *_removed(tree, known, 1, [])]:
        where = f"{name}, line {numbers['line']}: "
        yield Finding(code_name, "certain", where + evidence, numbers)


def of_error(error):
    """The `Finding` that a step's error speaks of: a name, a part of a library; or None."""
    name = getattr(error, "name", None)
    if isinstance(error, NameError) and name:
        evidence = f"The step stops: {name} is defined nowhere."
        return Finding("undefined-name", "certain", evidence, {"name": name})
    thing = getattr(error, "obj", None)
    if isinstance(error, AttributeError) and name in METHODS and _of_library(type(thing)):
        what = f"{type(thing).__name__}.{name}"
        evidence = f"The step stops: {what} no longer exists. Use {METHODS[name]}."
        return Finding("removed-api", "certain", evidence, {"name": what})
    return None


# What people wrote


def written(roots):
    """The Python functions behind what was given, and those of their own that they use."""
    waiting, seen = list(roots), set()
    while waiting:
        thing = waiting.pop(0)
        thing = getattr(thing, "python_function", thing)
        if thing is None or id(thing) in seen or len(seen) > 200:
            continue
        seen.add(id(thing))
        if inspect.ismethod(thing):
            waiting += [thing.__func__, thing.__self__]
        elif inspect.isfunction(thing):
            if _is_own(thing.__code__.co_filename):
                yield thing
                names = [n for n in thing.__code__.co_names if n in thing.__globals__]
                waiting += [v for v in (thing.__globals__[n] for n in names) if _may_hold(v)]
                for cell in thing.__closure__ or ():
                    with contextlib.suppress(ValueError):
                        waiting += [cell.cell_contents] if _may_hold(cell.cell_contents) else []
        elif not inspect.isclass(thing) and not inspect.ismodule(thing):
            kinds = reversed(type(thing).__mro__)
            last = {name: m for kind in kinds for name, m in vars(kind).items()}
            waiting += [m for m in last.values()
                        if inspect.isfunction(m) and _is_own(m.__code__.co_filename)]  # fmt: skip


def _is_own(path):
    """Whether a file is a learner's, not a library's."""
    return not any(part in path for part in ("site-packages", "dist-packages", "/lib/python"))


def _may_hold(thing):
    if inspect.isfunction(thing) or inspect.ismethod(thing) or hasattr(thing, "python_function"):
        return True
    own = inspect.getmodule(type(thing))
    return own is not None and _is_own(getattr(own, "__file__", None) or "site-packages")


def _tree(function):
    """The syntax tree of a function's source, or None; its first line, and how far it is set in."""
    with contextlib.suppress(OSError, TypeError, SyntaxError, IndentationError):
        lines, first = inspect.getsourcelines(function)
        indent = len(lines[0]) - len(lines[0].lstrip())
        return ast.parse(textwrap.dedent("".join(lines))), first, indent
    return None, 1, 0


def _asleep(tree, known):
    """Branches that cannot be reached, since a switch that is set outside turns them off."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.IfExp)):
            turned = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
            name = node.test.operand if turned else node.test
            value = known.get(getattr(name, "id", None), MISSING)
            if isinstance(value, bool):
                branch = node.orelse if value != turned else node.body
                found += branch if isinstance(branch, list) else [branch]
    return found


def _place(node):
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


# Parts of libraries that are gone


def _imported(tree):
    """What the imports of a file give, of the libraries that are looked at."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".")[0]
                if root in LIBRARIES:
                    module = _module(alias.name if alias.asname else root)
                    known[alias.asname or root] = MISSING if module is None else module
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
            module = _module(node.module)
            for alias in node.names:
                known[alias.asname or alias.name] = getattr(module, alias.name, MISSING)
    return known


def _module(name):
    with contextlib.suppress(Exception):
        return importlib.import_module(name)
    return None


def _removed(tree, known, first, asleep):
    """(code, evidence, numbers) of attributes, imports and arguments that are no longer there."""
    asleep = {id(n) for branch in asleep for n in ast.walk(branch)}
    safe = {id(n) for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers
            for part in node.body for n in ast.walk(part)} | asleep  # fmt: skip
    asked = {n.value for node in ast.walk(tree) if isinstance(node, ast.Call)
             and getattr(node.func, "id", "") in ("hasattr", "getattr")
             for n in node.args if isinstance(n, ast.Constant)}  # fmt: skip
    known, done = {**known, **_imported(tree)}, set()
    for node in ast.walk(tree):
        if id(node) in safe:
            continue
        for what, instead in _gone(node, known):
            longer = any(other.startswith(what + ".") for other in done)
            if what not in done and not longer and what.split(".")[-1] not in asked:
                done.add(what)
                instead = f" Use {instead}." if instead else ""
                evidence = f"{what} no longer exists.{instead}"
                yield "removed-api", evidence, {"name": what, "line": node.lineno + first - 1}


def _gone(node, known):
    if isinstance(node, ast.Attribute):
        chain = _chain(node)
        if chain:
            yield from _gone_attribute(chain, known)
    elif isinstance(node, ast.Call):
        yield from _gone_arguments(node, known)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
        module = _module(node.module)
        for alias in node.names:
            gone = module is None or not (
                hasattr(module, alias.name) or _module(f"{node.module}.{alias.name}")
            )
            if gone and alias.name != "*":
                name = f"{node.module}.{alias.name}"
                yield name, _successor(name)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.split(".")[0] in LIBRARIES and _module(alias.name) is None:
                yield alias.name, _successor(alias.name)


def _chain(node):
    """["tf", "layers", "dense"] of tf.layers.dense, or None of other expressions."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *parts[::-1]] if isinstance(node, ast.Name) else None


def _gone_attribute(chain, known):
    thing = known.get(chain[0], MISSING)
    if thing is MISSING:
        return
    for k, part in enumerate(chain[1:], 1):
        library = (inspect.ismodule(thing) or inspect.isclass(thing)) and _of_library(thing)
        if not library:
            gone = part in METHODS and _of_library(type(thing)) and not hasattr(thing, part)
            if gone:
                yield ".".join(chain[: k + 1]), METHODS[part]
            return
        try:
            thing = getattr(thing, part)
        except AttributeError:
            name = ".".join([_name(thing), *chain[k:]])
            yield name, _successor(name)
            return
        except Exception:  # a lazy module that fails otherwise
            return


def _gone_arguments(node, known):
    chain = _chain(node.func) if isinstance(node.func, ast.Attribute) else (
        [node.func.id] if isinstance(node.func, ast.Name) else None)  # fmt: skip
    thing = known.get(chain[0], MISSING) if chain else MISSING
    for part in (chain or [])[1:]:
        thing = getattr(thing, part, MISSING) if thing is not MISSING else MISSING
    if thing is MISSING or not callable(thing) or not _of_library(thing):
        return
    given = [k.arg for k in node.keywords if k.arg]
    name = f"{_name(thing)}"
    with contextlib.suppress(TypeError, ValueError):
        takes = inspect.signature(thing).parameters
        free = any(p.kind is p.VAR_KEYWORD for p in takes.values())
        for word in given:
            if word in takes:
                continue
            kinds = [kind for kind in ARGUMENTS if _is_kind(thing, kind)]
            instead = next((ARGUMENTS[k][word] for k in kinds if word in ARGUMENTS[k]), None)
            if instead or not free:
                yield f"{name}({word}=)", instead


def _is_kind(thing, kind):
    import keras

    base = {"optimizer": keras.optimizers.Optimizer, "layer": keras.layers.Layer}.get(kind)
    return base is None or (inspect.isclass(thing) and issubclass(thing, base))


def _of_library(thing):
    name = thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", None)
    return (name or "").split(".")[0] in LIBRARIES


def _name(thing):
    """A library's name as people write it: tf.nn, keras.layers.Dense."""
    name = getattr(thing, "__name__", "")
    if not inspect.ismodule(thing):
        module = getattr(thing, "__module__", "") or ""
        short = {"keras": "keras", "tensorflow": "tf", "numpy": "np"}
        return f"{short.get(module.split('.')[0], module)}…{name}"
    for long, short in (("tensorflow._api.v2", "tf"), ("keras._tf_keras.keras", "keras"),
                        ("keras.api", "keras"), ("tensorflow", "tf"), ("numpy", "np")):  # fmt: skip
        if name == long or name.startswith(long + "."):
            return short + name[len(long) :]
    return name


def _successor(name):
    """What stands for it today, by the longest known part of its name."""
    short = name.replace("tensorflow.", "tf.", 1).replace("tf.keras.", "keras.", 1)
    parts = short.split(".")
    for num in range(len(parts), 0, -1):
        found = SUCCESSORS.get(".".join(parts[:num]))
        if found:
            return found
    return None
