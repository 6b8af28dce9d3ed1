"""What an answer may not reach for: the interpreter, the system, the grader.

An answer needs arithmetic. One that names more than that is held for the teacher and not run, with
the reason in words; what is reached in another way is denied and noted while it runs (`worker`).
"""

import ast
import re

IMPORTS = {
    "numpy", "math", "cmath", "scipy", "keras", "tensorflow", "hue_edu", "matplotlib", "functools",
    "itertools", "collections", "typing", "dataclasses", "random", "time", "warnings", "json",
    "statistics", "fractions", "decimal", "numbers", "abc", "enum", "copy", "sklearn", "PIL",
    "tqdm", "IPython.display", "__future__",
}  # fmt: skip
STARS = {"math", "cmath", "numpy"}  # modules whose star-import brings no module along
BUILTINS = {  # that a program has without an import
    "get_ipython", "__builtins__", "__import__", "eval", "exec", "compile", "open", "globals",
    "locals", "vars", "setattr", "delattr", "breakpoint", "license", "credits", "copyright",
    "getattr",
}  # fmt: skip
CLOSED = {  # modules and attributes that lead out of an answer
    "__builtins__", "__import__", "get_ipython",
    "builtins", "sys", "gc", "inspect", "ctypes", "ctypeslib", "os", "posix", "subprocess",
    "importlib", "pickle", "marshal", "shelve", "socket", "threading", "multiprocessing", "atexit",
    "traceback", "linecache", "runpy", "pkgutil", "pydoc", "faulthandler", "codeop", "sysconfig",
    "shutil", "pathlib", "tempfile", "mmap", "copyreg", "timeit", "mro", "f_back", "f_globals",
    "f_locals", "f_builtins", "tb_frame", "gi_frame", "cr_frame", "ag_frame", "gi_code",
    "co_consts", "attrgetter", "methodcaller", "grading", "exercises", "answers", "ASSIGNMENTS",
    "py_function", "numpy_function", "gfile", "load_library", "load_op_library", "memmap",
    "fromfile", "tofile", "loadtxt", "genfromtxt", "savetxt", "savez", "savez_compressed",
    "DataSource", "load_model", "save_model", "f2py", "distutils", "runstring", "rundocs",
    "measure", "get_type_hints", "ForwardRef", "make_dataclass", "Formatter", "get_field",
    "seterrcall", "enable_unsafe_deserialization", "deserialize_keras_object", "register_at_fork",
    "popen", "settrace", "setprofile", "write_file", "read_file", "matching_files", "raw_ops",
    "saved_model", "TFRecordWriter", "TFRecordDataset", "TextLineDataset", "Checkpoint",
    "FixedLengthRecordDataset", "fromregex",
}  # fmt: skip
MAY_BE_NAMES = BUILTINS - {"getattr", "get_ipython", "__builtins__", "__import__", "eval", "exec"}
PLAIN = {"__name__", "__doc__", "__len__", "__future__", "__main__", "__version__", "__class__",
         "__init__", "__call__", "__repr__", "__str__"}  # fmt: skip
SHARED = {"np", "numpy", "math", "scipy", "keras", "tf", "tensorflow", "ops", "hue_edu"}
DUNDER = re.compile(r"__\w+__")
LONGEST = 60  # characters of a name in a reason


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
    fine = _docstrings(tree) | _bound_names(tree) | _plain_calls(tree)
    for node in ast.walk(tree):
        found += _reasons(node, fine, assignment)
    return list(dict.fromkeys(found))


def without_imports(source):
    """A text without the imports for which it would be held, or None if it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = source.split("\n")
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and _of_import(node):
            for number in range(node.lineno - 1, node.end_lineno):
                lines[number] = "pass  # not imported"
    return "\n".join(lines)


def _docstrings(tree):
    return {
        id(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }  # fmt: skip


def _bound_names(tree):
    """Names like `vars` in functions that give them a meaning of their own."""
    fine = set()
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.Lambda)):
            continue
        inside = list(ast.walk(function))
        bound = {node.arg for node in inside if isinstance(node, ast.arg)}
        bound |= {node.id for node in inside
                  if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
        fine |= {id(node) for node in inside
                 if isinstance(node, ast.Name) and node.id in bound & MAY_BE_NAMES}  # fmt: skip
    return fine


def _plain_calls(tree):
    """Where `getattr` is called, which `_of_call` looks at."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {id(call.func) for call in calls if getattr(call.func, "id", "") == "getattr"}


def _reasons(node, fine, assignment):
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return _of_import(node)
    if isinstance(node, ast.Attribute):
        changed = [] if isinstance(node.ctx, ast.Load) else _of_change(node)
        return _of_attribute(node.attr) + changed
    if isinstance(node, ast.Name):
        closed = node.id in BUILTINS or node.id == assignment or _is_special(node.id)
        return [node.id[:LONGEST]] if closed and id(node) not in fine else []
    if isinstance(node, ast.Call):
        return _of_call(node)
    if isinstance(node, ast.MatchClass):
        return [reason for name in node.kwd_attrs for reason in _of_attribute(name)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in fine:
        hidden = set(DUNDER.findall(node.value)) - PLAIN
        return [f"the text {node.value[:LONGEST]!r}"] if hidden else []
    return []


def _is_special(name):
    return bool(DUNDER.fullmatch(name)) and name not in PLAIN


def _of_attribute(name):
    """`_sys` and `__sys` are `sys` too."""
    closed = name.strip("_") in CLOSED or name in CLOSED or _is_special(name)
    return [name[:LONGEST]] if closed else []


def _of_change(node):
    """An assignment to an attribute of a library, such as `np.isclose = …`."""
    root = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    changes = isinstance(root, ast.Name) and root.id in SHARED
    return [f"a changed {root.id}.{node.attr[:LONGEST]}"] if changes else []


def _of_import(node):
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return ["an import from beside it"]
        if "*" in names and node.module not in STARS:
            return [f"from {node.module} import *"]
        names = [node.module, *(f"{node.module}.{name}" for name in names)]
    return [f"import {name[:LONGEST]}" for name in names if not _may_be_imported(name)]


def _may_be_imported(name):
    parts = name.split(".")
    known = parts[0] in IMPORTS or ".".join(parts[:2]) in IMPORTS or name == "IPython"
    return known and not any(_of_attribute(part) for part in parts if part != "__future__")


def _of_call(node):
    """`getattr` is fine with a plain name that is, and nowhere else."""
    if isinstance(node.func, ast.Name) and node.func.id == "getattr":
        name = node.args[1].value if len(node.args) > 1 and _is_text(node.args[1]) else None
        return ["getattr"] if name is None else _of_attribute(name)
    return []


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
