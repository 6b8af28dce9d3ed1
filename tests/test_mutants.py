"""The mutations of `make mutants`: they apply, and (nightly) each is noticed by a test."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import mutants

ALL = mutants.all_mutations()


def test_there_are_enough_in_every_formula_room():
    assert len(ALL) >= 30 and len(set(ALL)) == len(ALL)
    broken = {file for file, *_ in ALL}
    rooms = [p for room in ("theory", "losses") for p in (ROOT / "hue_edu" / room).glob("*.py")]
    listed = {str(p.relative_to(ROOT / "hue_edu")) for p in rooms if p.stem != "__init__"}
    assert broken == listed | {"latent.py"}


@pytest.mark.parametrize("file, old, new, what", ALL, ids=[f"{m[0]}: {m[3]}" for m in ALL])
def test_a_mutation_applies_once_and_leaves_valid_code(file, old, new, what):
    source = (ROOT / "hue_edu" / file).read_text()
    broken = mutants.mutated(source, old, new)
    assert ast.dump(ast.parse(broken)) != ast.dump(ast.parse(source))


def test_a_mutation_that_does_not_apply_is_an_error():
    with pytest.raises(SystemExit, match="occurs 2 times"):
        mutants.mutated("a + a", "a", "b")


def test_a_killed_and_a_surviving_mutation_are_told_apart():
    assert mutants.killer("theory/normals.py", "spread - 0.5", "spread - 1").startswith("test_")
    assert mutants.killer("theory/normals.py", "np.hypot(", "np.hypot( ") is None


@pytest.mark.nightly
def test_every_mutation_is_killed():
    command = [sys.executable, str(ROOT / "tools" / "mutants.py")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
