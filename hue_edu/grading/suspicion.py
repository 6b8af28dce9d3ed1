"""What an answer may not reach for: the interpreter, the system, the grader.

An answer needs arithmetic. One that names more than that is held for the teacher and not run, with
the reason in words; what is reached in another way is denied and noted while it runs (`worker`).
"""

import ast
import re

IMPORTS = {
    "numpy", "math", "cmath", "scipy", "keras", "tensorflow", "hue_edu", "matplotlib", "functools",
    "itertools", "collections", "typing", "dataclasses", "random", "time", "warnings",
    "statistics", "fractions", "decimal", "numbers", "abc", "enum", "copy", "string", "textwrap",
    "IPython", "pandas", "sklearn", "PIL", "tqdm", "__future__",
}  # fmt: skip
CLOSED = {  # names of modules, functions and attributes that lead out of an answer
    "get_ipython", "builtins", "__builtins__", "sys", "gc", "inspect", "ctypes", "ctypeslib", "os",
    "subprocess", "importlib", "pickle", "marshal", "shelve", "socket", "threading",
    "multiprocessing", "signal", "resource", "atexit", "traceback", "types", "runpy", "pkgutil",
    "faulthandler", "weakref", "code", "codeop", "pdb", "dis", "tracemalloc", "sysconfig", "site",
    "shutil", "pathlib", "tempfile", "glob", "io", "mmap", "operator", "eval", "exec", "compile",
    "open", "input", "globals", "locals", "vars", "dir", "setattr", "delattr", "breakpoint",
    "exit", "quit", "help", "memoryview", "mro", "f_back", "f_globals", "f_locals", "f_builtins",
    "tb_frame", "gi_frame", "cr_frame", "ag_frame", "gi_code", "co_consts", "attrgetter",
    "methodcaller", "itemgetter", "grading", "exercises", "ASSIGNMENTS", "py_function",
    "numpy_function", "gfile", "load_library", "load_op_library", "memmap", "fromfile", "tofile",
    "loadtxt", "genfromtxt", "savetxt", "savez", "savez_compressed", "DataSource", "load_model",
    "save_model", "f2py", "distutils", "format_map", "partialmethod", "seterrcall", "_core",
    "register_at_fork", "run_line_magic", "system", "popen",
}  # fmt: skip
SPECIAL = {"__init__", "__call__", "__name__", "__doc__", "__len__", "__future__", "__main__"}
DUNDER = re.compile(r"__\w+__")


def reasons(source, assignment=""):
    """Why an answer is held: a list of phrases, empty for one that may run.

    Args:
        source: Python text.
        assignment: Name of the assignment, whose own object an answer may not use.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []  # it cannot run, either; told where it is run
    except (RecursionError, MemoryError):
        return ["it is nested too deeply to be read"]
    found = []
    texts = _docstrings(tree)
    for node in ast.walk(tree):
        found += _reasons(node, texts, assignment)
    return list(dict.fromkeys(found))


def _docstrings(tree):
    return {
        id(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }  # fmt: skip


def _reasons(node, texts, assignment):
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return _of_import(node)
    if isinstance(node, ast.Attribute):
        return _of_name(node.attr, "")
    if isinstance(node, ast.Name):
        if node.id == "getattr":
            return []  # looked at where it is called
        return _of_name(node.id, assignment)
    if isinstance(node, ast.Call):
        return _of_call(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
        hidden = DUNDER.findall(node.value)
        return [f"the text {node.value[:40]!r}"] if set(hidden) - SPECIAL else []
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and set(DUNDER.findall(node.name)):
        return [] if node.name in SPECIAL else [f"the method {node.name}"]
    return []


def _of_import(node):
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return ["an import from beside it"]
        names = [node.module, *(f"{node.module}.{name}" for name in names)]
    found = []
    for name in names:
        parts = name.split(".")
        if parts[0] not in IMPORTS or {*parts} & CLOSED:
            found.append(f"import {name}")
    return found


def _of_name(name, assignment):
    dunder = DUNDER.fullmatch(name) and name not in SPECIAL
    return [name] if dunder or name in CLOSED or (assignment and name == assignment) else []


def _of_call(node):
    """A call of `getattr` is fine with a plain name that is."""
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    passed_on = [arg for arg in given if isinstance(arg, ast.Name) and arg.id == "getattr"]
    if passed_on:
        return ["getattr"]
    if isinstance(node.func, ast.Name) and node.func.id == "getattr":
        name = node.args[1].value if len(node.args) > 1 and _is_text(node.args[1]) else None
        return ["getattr"] if name is None else _of_name(name, "")
    return []


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
