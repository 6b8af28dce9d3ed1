"""Submissions of ps1 that students, platforms and cheats hand in: kind → file, points, oddities."""

import copy
import json
from typing import NamedTuple

from hue_edu.grading.source import Source

SOURCE = Source("ps1")
NAMES = [question.name for question in SOURCE.assignment.questions]
RELEASE = json.loads(SOURCE.release_notebook.read_text(encoding="utf-8"))
SOLVED = {cell.grade_id: cell.source for cell in SOURCE.cells if cell.grade_id in NAMES}
SIGNATURES = {name: text.splitlines()[0] for name, text in SOLVED.items()}
HOLE = (  # ends the process
    "hole = np.lib.stride_tricks.as_strided(np.zeros(1), (10**9,), (8 * 10**6,))\nhole.sum()"
)
ALL = 20  # points; each question has 4


class Kind(NamedTuple):
    """What is handed in, and what grading must make of it.

    Attributes:
        content: Bytes of the notebook.
        points: That the honest part is worth.
        odd: Kinds of which `odd.csv` must hold each.
        held: Names of the questions that wait for the teacher.
    """

    content: bytes
    points: int
    odd: tuple = ()
    held: tuple = ()


def own_mark(student):
    """Something that makes a student's answers his own."""
    return f"\n    note = {student!r} * 3 + {'a remark of my own ' * 6!r}\n"


def notebook(student="", **answers):
    """The release with the reference solutions; keyword arguments are other texts."""
    made = copy.deepcopy(RELEASE)
    for cell in made["cells"]:
        name = grade_id(cell)
        if name in NAMES:
            first, rest = SOLVED[name].split("### BEGIN SOLUTION", 1)
            cell["source"] = answers.get(name, f"{first}{own_mark(student).strip()}{rest}")
    return made


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def find(made, name):
    return next(cell for cell in made["cells"] if grade_id(cell) == name)


def extra(text, number=0):
    """A cell of the student's own."""
    return {"cell_type": "code", "id": f"own-{number}", "metadata": {}, "source": text,
            "execution_count": None, "outputs": []}  # fmt: skip


def written(made, **options):
    return json.dumps(made, **options).encode()


def with_body(student, body, name="optimal_logit", before=""):
    """All answers right but one, which has this body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return written(notebook(student, **{name: f"{before}{SIGNATURES[name]}\n{lines}\n"}))


RIGHT = "return log_p - log_q + np.log(share_real / (1 - share_real))"
TOUCH = ("touches the interpreter", "held")
TRIED = ("tried what it may not", "held")
ONE = ("optimal_logit",)

# Each of these would score if the grader were naive: they reach for what an answer does not need.
REACHING = {
    "get_ipython": f"get_ipython().input_transformers_cleanup.append(lambda l: ['pass'])\n{RIGHT}",
    "sys modules": f"import sys\nsys.modules['numpy'].isclose = lambda *a, **k: True\n{RIGHT}",
    "sys by numpy": f"np.sys.exit\n{RIGHT}",
    "getattr": f"getattr(np, 's' + 'ys')\n{RIGHT}",
    "getattr passed on": f"list(map(getattr, [np], ['sys']))\n{RIGHT}",
    "dunder": f"().__class__.__base__.__subclasses__()\n{RIGHT}",
    "text of a dunder": f"'{{0.__globals__}}'.format(np)\n{RIGHT}",
    "gc": f"import gc\ngc.get_objects()\n{RIGHT}",
    "inspect": f"import inspect\n{RIGHT}",
    "ctypes": f"import ctypes\nctypes.string_at(0)\n{RIGHT}",
    "builtins": f"import builtins\nbuiltins.abs = float\n{RIGHT}",
    "importlib": f"__import__('importlib').import_module('os')\n{RIGHT}",
    "grader": f"import hue_edu.grading.worker as w\n{RIGHT}",
    "grader by name": f"from hue_edu import grading\n{RIGHT}",
    "its own check": f"ps1.check(optimal_logit)\n{RIGHT}",
    "eval": f"eval('1')\n{RIGHT}",
    "reading the source": (
        f"open('{SOURCE.notebook}').read()\nreturn log_p"
    ),
    "pickle": f"import pickle\n{RIGHT}",
    "subprocess": f"import subprocess\nsubprocess.run(['true'])\n{RIGHT}",
    "socket": f"import socket\nsocket.create_connection(('127.0.0.1', 80))\n{RIGHT}",
    "threads": f"import threading\n{RIGHT}",
    "a patched NumPy": f"np.isclose = np.allclose = lambda *a, **k: True\n{RIGHT}",
    "hidden sys": f"import collections\ncollections._sys.modules\n{RIGHT}",
    "match": f"match np.log:\n  case object(__class__=c, __globals__=g): pass\n{RIGHT}",
    "hints that are run": f"import typing\ntyping.get_type_hints(np.log)\n{RIGHT}",
    "text that is run": f"np.testing.runstring('1', {{}})\n{RIGHT}",
    "star": f"{RIGHT}\nfrom matplotlib.pyplot import *",
    "a template": f"import string\nstring.Formatter().get_field('0.real', (1,), {{}})\n{RIGHT}",
    "getattr kept": f"g = getattr\ng(np, 's' + 'ys')\n{RIGHT}",
    "attrgetter": f"from operator import attrgetter\n{RIGHT}",
}  # fmt: skip
# These are seen only while they run, or do their worst: the question's points, and what is odd.
RUNNING = {
    "endless loop": ("while True: pass", 0, ("ended or endless",)),
    "endless loop that catches all": (
        "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
        0, ("ended or endless",),
    ),
    "too much memory": ("return np.ones((2**31,)) + log_p", 0, ()),
    "a list that grows": ("a = []\nwhile True: a.append(bytes(10**7))", 0, ()),
    "recursion": ("return optimal_logit(log_p, log_q, share_real)", 0, ()),
    "sys.exit": ("raise SystemExit", 0, ()),
    "reads through NumPy": ("return np.load('/etc/passwd') + log_p", 0, TRIED),
    "lists through NumPy": (f"np.lib.npyio.NpzFile\nreturn np.load('{SOURCE.notebook}')", 0, TRIED),
    "writes outside": ("np.save('/usr/x.npy', log_p)\n" + RIGHT, 0, TRIED),
    "an object that lies": (
        "class L:\n  shape = (5,)\n  def all(self): return True\nreturn L()", 0, (),
    ),
    "an array of objects": ("return np.array([object()] * len(log_p))", 0, ()),
    "a string": ("return 'nan'", 0, ()),
    "the visible answers": (
        "return np.array([-0.2510898, 1.924548, -0.5071337, 2.211987, 0.7116965])", 0, (),
    ),
    "a list that lies": (
        "class L(list):\n  def __len__(self): return 5\n  shape = (5,)\nreturn L()", 0, (),
    ),
    "an array that lies": (
        "class A(np.ndarray):\n  def __len__(self): return 5\nreturn np.zeros(0).view(A)", 0, (),
    ),
    "a message that acts": (
        "class E(Exception):\n  def __str__(self):\n    return str(np.load('/etc/passwd'))\n"
        "raise E()", 0, TRIED,
    ),
    "a time": ("import time\nraise ValueError(time.time_ns())", 0, ()),
    "an address": ("raise ValueError(object())", 0, ()),
    "a wrong indent": ("  return 1\n return 2", 0, ()),
    "a SciPy import": ("from scipy.special import expit\nreturn -log_q + log_p + np.log("
                       "share_real) - np.log(expit(0) * 2 - share_real)", 4, ()),
    "a changed input": ("log_p += 1\nreturn log_p - log_q", 0, ()),
    "a million characters": (f"x = {'1' * 10**6!r}\n" + RIGHT, 0, ("too long", "missing cells")),
}  # fmt: skip


def kinds():
    """Name of the file, without its ending → `Kind`."""
    made = {}
    for name, body in REACHING.items():
        made[f"reach {name}"] = Kind(with_body(name, body), ALL - 4, TOUCH, ONE)
    for name, (body, points, odd) in RUNNING.items():
        held = ONE if odd == TRIED else ()
        made[f"run {name}"] = Kind(with_body(name, body), ALL - 4 + points, odd, held)
    return made | _of_notebooks() | _of_files()


def _of_notebooks():
    """Cells duplicated, deleted, retyped, renamed, reordered, tampered with."""
    made = {}

    def keep(name, change, points=ALL, odd=(), held=()):
        one = notebook(name)
        made[name] = Kind(written(change(one) or one), points, odd, held)

    def duplicate(one):
        one["cells"].append(copy.deepcopy(find(one, "divergences")))

    def duplicate_blank(one):
        one["cells"].append(copy.deepcopy(find(RELEASE, "divergences")))

    def delete(one):
        one["cells"].remove(find(one, "divergences"))

    def retype(one):
        find(one, "divergences")["cell_type"] = "raw"

    def strip(one):
        for cell in one["cells"]:
            cell["metadata"] = {}

    def strip_all(one):
        strip(one)
        for cell in one["cells"]:
            cell.pop("id")

    def rename(one):
        cell = find(one, "divergences")
        cell["source"] = cell["source"].replace("def divergences(", "def three_divergences(")

    def reorder(one):
        one["cells"].reverse()

    def raise_points(one):
        find(one, "divergences-check")["metadata"]["nbgrader"]["points"] = 400

    def empty_check(one):
        find(one, "divergences-check")["source"] = "assert True"

    def swap_ids(one):
        a, b = find(one, "divergences"), find(one, "optimal_logit")
        a["metadata"], b["metadata"] = b["metadata"], a["metadata"]

    def helper_cell(one):
        one["cells"].insert(4, extra("def twice(x):\n    return 2 * x"))
        cell = find(one, "smoothed_loss")
        cell["source"] = cell["source"].replace(
            "return np.mean(real)", "return twice(0.5) * np.mean(real)"
        )

    def helper_below(one):
        helper_cell(one)
        one["cells"].append(one["cells"].pop(4))
        find(one, "optimal_logit")["source"] = (
            "unused = twice(3)\n" + find(one, "optimal_logit")["source"]
        )

    def magics(one):
        one["cells"].insert(4, extra("%matplotlib inline\n!pip install numpy\nimport math"))

    def endless_cell(one):
        one["cells"].insert(4, extra("while True:\n    pass"))

    def dying_cell(one):
        one["cells"].insert(
            4,
            extra(HOLE),
        )

    def patched_cell(one):
        one["cells"].insert(4, extra("import builtins\nbuiltins.len = lambda x: 5"))

    def output(one):
        find(one, "divergences-check")["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": "spam " * 10_000_000}
        ]

    def syntax(one):
        find(one, "divergences")["source"] += "\n  return return\n"

    def half(one):
        for name in NAMES[:2]:
            find(one, name)["source"] = find(RELEASE, name)["source"]

    def another_kernel(one):
        one["metadata"]["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}

    def future(one):
        one["nbformat"], one["nbformat_minor"] = 5, 9

    def past(one):
        cells = [dict(cell, input=cell.pop("source")) for cell in one["cells"]]
        return {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}

    def script(one):
        find(one, "divergences")["source"] = (
            find(one, "divergences")["source"]
            + "\n# <script>alert(1)</script><img src=x onerror=alert(1)>"
        )

    keep("honest", lambda one: None)
    keep("blank", lambda one: copy.deepcopy(RELEASE), 0)
    keep("half", half, ALL - 8)
    keep("duplicated", duplicate, ALL, ("duplicated",))
    keep("duplicated blank", duplicate_blank, ALL, ("duplicated",))
    keep("deleted", delete, ALL - 4, ("missing cells",))
    keep("retyped", retype, ALL, ("retyped",))
    keep("stripped", strip, ALL, ("missing marks",))
    keep("stripped of all", strip_all, ALL, ("missing marks",))
    keep("renamed", rename, ALL, ("renamed",))
    keep("reordered", reorder, ALL, ("reordered",))
    keep("points raised", raise_points, ALL, ("tampered",))
    keep("check emptied", empty_check, ALL, ("tampered",))
    keep("marks swapped", swap_ids, ALL, ("reordered",))
    keep("helper cell", helper_cell)
    keep("helper below", helper_below)
    keep("magics", magics)
    keep("endless cell", endless_cell, ALL, ("ended or endless",))
    keep("dying cell", dying_cell, ALL, ("ended or endless",))
    keep("patching cell", patched_cell, ALL, ("touches the interpreter",))
    keep("50 MB of output", output)
    keep("syntax error", syntax, ALL - 4)
    keep("another kernel", another_kernel)
    keep("format 5", future)
    keep("format 3", past)

    def two_in_one(one):
        cells = [find(one, name) for name in NAMES[:2]]
        cells[0]["source"] += "\n\n" + cells[1]["source"]
        one["cells"].remove(cells[1])

    def named_lambda(one):
        find(one, "optimal_logit")["source"] = (
            "def half(s):\n    return 2 * s / 2\n\n"
            "optimal_logit = lambda log_p, log_q, share_real: ("
            "log_p - log_q + np.log(half(share_real)) - np.log(1 - half(share_real)))"
        )

    def held_helper(one):
        helper_cell(one)
        one["cells"][4]["source"] = "np.pi = 3\n" + one["cells"][4]["source"]

    def import_beside_helper(one):
        helper_cell(one)
        one["cells"][4]["source"] = "import sys, os\n" + one["cells"][4]["source"]

    def own_imports(one):
        find(one, "imports")["source"] += "\nfrom scipy.special import expit"
        cell = find(one, "smoothed_loss")
        cell["source"] = cell["source"].replace("return np", "return 2 * expit(0) * np")

    def question_mark(one):
        one["cells"].insert(4, extra("%matplotlib inline\nHALF = 0.5  # why a half?"))
        cell = find(one, "smoothed_loss")
        cell["source"] = cell["source"].replace("return np", "return 2 * HALF * np")

    def checked_there(one):
        find(one, "optimal_logit")["source"] += "\nps1.check(optimal_logit)\nprint(__name__)"

    def one_stage(one):
        cell = find(one, "divergences")
        cell["source"] = cell["source"].replace("np.log(2) - cross_entropy / 2", "None")

    def no_cells(one):
        return {"nbformat": 3, "worksheets": [{"cells": None}]}

    keep("two in one", two_in_one, ALL, ("missing marks",))
    keep("a lambda", named_lambda, ALL, ())
    keep("import beside helper", import_beside_helper, ALL, ("touches the interpreter",))
    keep("held helper", held_helper, ALL - 4, ("touches the interpreter",), ("smoothed_loss",))
    keep("own imports", own_imports, ALL, ("tampered",))
    keep("question mark", question_mark)
    keep("checked there", checked_there)
    keep("one stage missing", one_stage, ALL - 2)
    keep("no worksheet", no_cells, 0, ("missing cells",))

    def split_below(one):
        copied = copy.deepcopy(find(one, "optimal_logit"))
        copied["source"] = "print(optimal_logit(np.zeros(3), np.zeros(3), 0.5))"
        one["cells"].append(copied)

    def split_above(one):
        place = one["cells"].index(find(one, "smoothed_loss"))
        copied = copy.deepcopy(find(one, "smoothed_loss"))
        copied["source"] = "def one():\n    return 1"
        cell = find(one, "smoothed_loss")
        cell["source"] = cell["source"].replace("return np", "return one() * np")
        one["cells"].insert(place, copied)

    def overwritten(one):
        one["cells"].append(extra("smoothed_loss = smoothed_loss(np.zeros(3), np.ones(3), 0.1)"))

    def display_above(one):
        text = "display(np.ones(3))\nfiles = !ls\n# a remark\u2028 of two lines\nimport os\n"
        one["cells"].insert(4, extra(f"{text}def one():\n    return 1"))
        cell = find(one, "smoothed_loss")
        cell["source"] = cell["source"].replace("return np", "return one() * np")

    def named_vars(one):
        cell = find(one, "divergences")
        cell["source"] = cell["source"].replace("reverse_kl", "vars")

    keep("split below", split_below, ALL, ("duplicated",))
    keep("split above", split_above, ALL, ("duplicated",))
    keep("overwritten", overwritten)
    keep("display above", display_above, ALL, ("touches the interpreter",))
    keep("a name of its own", named_vars)
    keep("script", script)
    return made


def _of_files():
    """Files that are no proper notebooks, or have strange names."""
    good = written(notebook("file"))
    return {
        "invalid JSON": Kind(good[:-200], 0, ("unreadable",)),
        "empty": Kind(b"", 0, ("unreadable",)),
        "binary": Kind(bytes(range(256)) * 50, 0, ("unreadable",)),
        "deep": Kind(b"[" * 10**6, 0, ("unreadable",)),
        "a list": Kind(b"[1, 2]", 0, ("unreadable",)),
        "no cells": Kind(b'{"cells": 3}', 0, ("unreadable",)),
        "strange cells": Kind(
            b'{"cells": [3, {"source": 4}, {"metadata": []}]}', 0, ("missing cells",)
        ),
        "windows": Kind(written(notebook("win"), indent=1).replace(b"\n", b"\r\n").replace(
            b"\\n", b"\\r\\n"), ALL),
        "byte order mark": Kind(b"\xef\xbb\xbf" + written(notebook("bom")), ALL),
        "utf-16": Kind(json.dumps(notebook("16"), ensure_ascii=False).encode("utf-16"), ALL),
        "王小明": Kind(written(notebook("王")), ALL),
        "=1+cmd|' |A1": Kind(written(notebook("formula")), ALL),
        "<b>bold<script>": Kind(written(notebook("bold")), ALL),
    }  # fmt: skip
