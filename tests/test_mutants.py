"""The mutations of `make mutants`: they apply, and (nightly) each listed one is noticed."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import mutants
from equivalent_mutations import EQUIVALENT
from mutation_operators import all_mutations

COMPUTING = mutants.GROUPS["rooms that compute"]


def test_every_file_of_formulas_has_mutations_by_hand():
    for room in ("losses", "theory", "metrics"):
        files = {f"{room}/{path.name}" for path in (ROOT / "hue_edu" / room).glob("*.py")}
        assert files - set(mutants.MUTATIONS) <= {f"{room}/__init__.py", f"{room}/contracts.py"}
    assert sum(map(len, mutants.MUTATIONS.values())) >= 100


def test_listed_mutations_leave_other_valid_code(monkeypatch):
    listed, _ = mutants.known_mutants()
    assert len(set(listed)) == len(listed) > 50
    for mutant in listed:
        source = (ROOT / "hue_edu" / mutant.file).read_text()
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(source)), mutant.what
        assert all((ROOT / test).is_file() for test in mutants.tests_of(mutant.file))


def test_a_mutation_that_no_longer_applies_is_reported_and_fails_nothing(monkeypatch, capsys):
    breaks = [("spread - 0.5", "spread - 1", "half"), ("no such text", "0", "gone")]
    monkeypatch.setattr(mutants, "MUTATIONS", {"theory/normals.py": breaks})
    monkeypatch.setattr(mutants, "verdicts", lambda them: [(m, "test_theory.py::x") for m in them])
    assert mutants.try_known("") == 0
    said = capsys.readouterr().out
    assert "1 of 1 mutations killed" in said
    assert "no longer applies" in said and "theory/normals.py, 'no such text'" in said


SOURCE = '''
def f(a, b=1, *, flag=True):
    """Not 1 + 1."""
    if a < 0.5 and not flag:
        raise ValueError("no" + "thing")
    total = g(a, b, size=2, lw=3) ** 2
    total -= a
    total.shape = a if flag else b
    return -total, b
'''


def test_every_kind_of_small_break_is_made():
    found = {
        (m.line, f"{m.old} → {m.new}".replace("\n        ", " ")) for m in all_mutations(SOURCE)
    }
    assert found == {
        (2, "1 → 2"), (2, "True → False"),
        (4, 'if a < 0.5 and not flag: raise ValueError("no" + "thing") → pass'),
        (4, "a < 0.5 → (a >= 0.5)"), (4, "a < 0.5 → (a <= 0.5)"), (4, "0.5 → 1.0"),
        (4, "a < 0.5 and not flag → (a < 0.5 or not flag)"), (4, "not flag → (flag)"),
        (5, 'raise ValueError("no" + "thing") → pass'),
        (6, "g(a, b, size=2, lw=3) → g(b, a, size=2, lw=3)"),
        (6, "g(a, b, size=2, lw=3) → g(a, b, lw=3)"), (6, "2 → 3"), (7, "total -= a → pass"),
        (8, "total.shape = a if flag else b → pass"),
        (8, "a if flag else b → (b if flag else a)"),
        (9, "-total → (total)"), (9, "-total, b → (b, -total)"),
    }  # fmt: skip


def test_every_drawn_mutant_is_valid_and_the_seed_rules_the_draw():
    drawn = mutants.sampled_mutants(400, seed=3)
    assert len(drawn) == 400 and drawn == mutants.sampled_mutants(400, seed=3)
    assert drawn != mutants.sampled_mutants(400, seed=4)
    for mutant in drawn:
        source = (ROOT / "hue_edu" / mutant.file).read_text()
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(source)), mutant.what
    for room in COMPUTING:
        assert {m.room for m in mutants.sampled_mutants(3, seed=0, word=room)} >= {room}
    assert mutants.sampled_mutants(5, seed=0, word="latent.py")[0].file == "latent.py"


def test_what_is_left_out_has_its_reason_and_is_not_drawn():
    assert all(len(reason) > 10 for reason in EQUIVALENT.values())
    everything = mutants.sampled_mutants(10**6, seed=0)
    assert not {(m.file, m.what.split(": ", 1)[1]) for m in everything} & set(EQUIVALENT)


def broken(file, old, new):
    source = (ROOT / "hue_edu" / file).read_text()
    assert source.count(old) == 1
    return mutants.Mutant(file, "", source.replace(old, new))


def test_the_four_fates_are_told_apart(monkeypatch):
    file = "theory/normals.py"
    monkeypatch.setattr(mutants, "tests_of", lambda file: ["tests/test_theory.py"])
    assert mutants.verdict(broken(file, "spread - 0.5", "spread - 1")).startswith("test_theory")
    assert mutants.verdict(broken(file, "np.hypot(", "np.hypot( ")) is None
    assert mutants.verdict(broken(file, "from scipy", "from skipy")) == "import"
    monkeypatch.setattr(mutants, "SECONDS", 0.5)
    assert mutants.verdict(broken(file, "spread - 0.5", "spread - 1")) == "time"


def test_a_sample_is_summed_up_by_room_and_group(monkeypatch, capsys):
    sample = [mutants.Mutant(f"{room}.py", "a → b", "") for room in ("latent", "layers", "files")]
    fates = zip(sample, ["test_latent.py::test", None, "import"])
    monkeypatch.setattr(mutants, "sampled_mutants", lambda *_: sample)
    monkeypatch.setattr(mutants, "verdicts", lambda mutants: fates)
    mutants.try_sample(3, 0, "")
    lines = capsys.readouterr().out.splitlines()
    assert "survived       layers.py, a → b" in lines
    assert "| latent | 1 = 100% | 1 | 0 |" in lines
    assert "| rooms that compute | 1 = 50% | 2 | 0 |" in lines


@pytest.mark.nightly
def test_every_listed_mutation_is_killed():
    command = [sys.executable, str(ROOT / "tools" / "mutants.py")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
