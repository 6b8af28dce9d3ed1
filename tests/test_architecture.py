"""The floors of the house: a room imports only from lower floors, and nothing goes in circles."""

import ast
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT

pytestmark = pytest.mark.core

FLOORS = [
    {"quiet", "files", "arguments", "answers", "pixels"},  # foundation: nothing below it
    {"runtime", "theme", "theory", "latent", "losses", "metrics", "layers", "captions"},
    {"datasets", "models"},
    {"plots", "sources", "checks"},  # above datasets, where alone pixels are scaled
    {"judges", "training", "studio"},
    {"evaluation", "run_folder"},
    {"runs", "explorers"},
    {"doctor", "clinic"},
    {"exercises", "grading"},
    {"commands"},
    {"__main__"},
]
PACKAGE = ROOT / "hue_edu"


def rooms():
    """Room → the modules of the package that belong to it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path != PACKAGE / "__init__.py":
            found.setdefault(path.relative_to(PACKAGE).with_suffix("").parts[0], []).append(path)
    return found


def arrows(path):
    """Rooms that one module imports."""
    here = path.relative_to(PACKAGE.parent).parent.parts
    targets = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            base += tuple((node.module or "").split(".")) if node.module else ()
            names = [".".join((*base, alias.name)) for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == PACKAGE.name and len(parts) > 1:
                targets.add(parts[1])
    return targets - {"__version__"}


def upward(room, target):
    floor = {name: i for i, floor in enumerate(FLOORS) for name in floor}
    return target != room and (target not in floor or floor[target] >= floor[room])


def test_every_room_has_a_floor():
    assert set(rooms()) == set().union(*FLOORS)


@pytest.mark.parametrize("room", sorted(rooms()))
def test_no_arrow_runs_upward(room):
    for path in rooms()[room]:
        assert not [t for t in arrows(path) if upward(room, t)], path


def test_the_check_sees_an_upward_arrow(tmp_path):
    assert upward("losses", "training") and upward("models", "datasets")
    assert not upward("training", "losses")
    assert arrows(PACKAGE / "training" / "gan.py") >= {"latent", "losses"}
    assert "datasets" in arrows(PACKAGE / "checks" / "data.py")


PACKAGES = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_of_a_package_do_not_import_in_circles(package):
    order, waiting = [], {path.stem: path for path in (PACKAGE / package).glob("*.py")}
    waiting.pop("__init__")
    needs = {}
    for name, path in waiting.items():
        found = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)]
        siblings = {n.module for n in found if n.level == 1}
        siblings |= {a.name for n in found if n.level == 1 and not n.module for a in n.names}
        needs[name] = siblings & set(waiting)
    while ready := [name for name in needs if name not in order and needs[name] <= set(order)]:
        order += ready
    assert set(order) == set(needs)


def test_every_package_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = project["tool"]["setuptools"]["packages"]
    assert sorted(listed) == ["hue_edu", *(f"hue_edu.{name}" for name in PACKAGES)]


def test_rooms_are_small():
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 320, path


def test_importing_the_package_loads_no_tensorflow():
    code = "import sys, hue_edu; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_nothing_is_unpickled_and_no_old_api_is_used():
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text()
        for word in (
            "import pickle",
            "allow_pickle=True",
            "import tf_keras",
            "train_on_batch",
            "safe_mode=False",
        ):
            assert word not in source, f"{path}: {word}"
