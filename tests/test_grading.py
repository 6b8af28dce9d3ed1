"""Graded assignments: what a student sees, and that marks say what an answer is worth."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from hue_edu import grading
from hue_edu.grading import batch, questions, release
from hue_edu.grading.matching import match
from hue_edu.grading.notebook_cells import read_cells
from hue_edu.grading.source import Source

sys.path.insert(0, str(ROOT / "tools"))
import notebooks as tool

NAMES = sorted(grading.ASSIGNMENTS)
each_assignment = pytest.mark.parametrize("name", NAMES)
SOURCES = {name: Source(name) for name in NAMES}
EACH_QUESTION = [(name, q.name) for name in NAMES for q in grading.ASSIGNMENTS[name].questions]
each_question = pytest.mark.parametrize("name, question", EACH_QUESTION)


def points_by_hidden_tests(source, question, answer):
    """Points and sentences of an answer, part by part, with the hidden inputs and mistakes."""
    points, said = 0, []
    for part in question.parts:
        wanted, mistakes = source.hidden(question, part)
        try:
            outcome, why = question.judge(
                part, lambda arrays: question.numbers(answer, arrays), source.hidden_seed,
                wanted, mistakes,
            )  # fmt: skip
        except Exception as error:
            outcome, why = questions.reason_of(error, answer)
        points += part.points * (outcome == "correct")
        said.append(why)
    return points, said


@pytest.mark.core
@each_question
def test_the_reference_gets_all_points(name, question):
    source = SOURCES[name]
    asked = source.assignment[question]
    right = source.solutions[question]
    assert source.assignment.marks(asked, right) == (asked.points, [])
    assert points_by_hidden_tests(source, asked, right)[0] == asked.points


@pytest.mark.core
@each_question
def test_each_known_mistake_loses_points_and_is_called_by_its_name(name, question):
    source = SOURCES[name]
    asked = source.assignment[question]
    visible, hidden = (source.mistakes[kind][question] for kind in ("VISIBLE", "HIDDEN"))
    assert len(visible) >= 5 and hidden and not {*visible} & {*hidden}
    for told, wrong in (visible | hidden).items():
        with np.errstate(all="ignore"):
            points, said = points_by_hidden_tests(source, asked, wrong)
        assert points < asked.points, told
        assert any(why.startswith(told) for why in said), (told, said)
    for told, wrong in visible.items():
        points, said = source.assignment.marks(asked, wrong)
        assert points < asked.points and any(told in why for why in said), (told, said)


def test_there_are_enough_recorded_mistakes():
    mistakes = [source.mistakes for source in SOURCES.values()]
    assert sum(len(m[kind][q]) for m in mistakes for kind in m for q in m[kind]) >= 20 * len(NAMES)


@each_assignment
def test_hidden_inputs_differ_from_the_visible_ones(name):
    source = SOURCES[name]
    for question in source.assignment.questions:
        for part in question.parts:
            visible, hidden = (
                source.numbers(question, part, source.solutions[question.name], seed)
                for seed in (questions.VISIBLE_SEED, source.hidden_seed)
            )
            assert not all(
                a.shape == b.shape and np.allclose(a, b) for a, b in zip(visible, hidden)
            )


@each_assignment
def test_no_constant_scores(name):
    """Whoever returns 0, 1, ½ or ln 2 everywhere gets nothing."""
    source = SOURCES[name]
    parts = [(question, part) for question in parts_of(name) for part in question.parts]
    for question, part in parts:
        right, _ = source.hidden(question, part)
        for constant in (0, 1, -1, 0.5, 2, np.log(2)):
            close = [np.allclose(array, constant, rtol=1e-3, atol=1e-4) for array in right]
            assert not all(close), (question.name, part.name, constant)


@each_assignment
def test_the_release_is_made_of_the_source_byte_for_byte(name):
    source = SOURCES[name]
    assert release.student_version(name) == source.release_notebook.read_bytes(), "make release"
    fresh = release.recorded_numbers(source)
    recorded = json.loads((questions.RECORDED / f"{name}.json").read_text())
    for question, parts in fresh.items():
        for part, numbers in parts.items():
            kept = recorded[question][part]
            assert list(kept["mistakes"]) == list(numbers["mistakes"])
            pairs = zip((kept["right"], *kept["mistakes"].values()),
                        (numbers["right"], *numbers["mistakes"].values()))  # fmt: skip
            for old, new in pairs:
                for a, b in zip(old, new, strict=True):
                    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    text = source.release_notebook.read_text()
    assert "SOLUTION" not in text and text.count(questions.UNSOLVED) == len(parts_of(name))


def parts_of(name):
    return grading.ASSIGNMENTS[name].questions


@each_assignment
def test_source_and_questions_agree(name):
    source = SOURCES[name]
    points = {c.grade_id: c.about.get("points") for c in source.cells if c.about.get("grade")}
    assert points.pop("report", 0) == source.assignment.by_hand
    assert points == {f"{each.name}-check": each.points for each in source.assignment.graded}
    blank = {cell.grade_id: cell.source for cell in source.release}
    for question in parts_of(name):
        signature = re.search(rf"^def {question.name}\((.*)\):$", blank[question.name], re.M)
        assert tuple(re.split(r",\s*", signature[1])) == question.arguments
        assert re.fullmatch(r"lessons? \d\d( and \d\d)?", question.lesson)
    code = [cell for cell in source.release if cell.kind == "code" and cell.grade_id != "set-up"]
    assert all(len(line) <= 100 for cell in code for line in cell.source.splitlines())


@each_assignment
def test_a_release_runs_to_its_first_unsolved_cell_with_a_kind_message(name, tmp_path):
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(SOURCES[name].release_notebook, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}})
    with pytest.raises(CellExecutionError, match="Not attempted"):
        client.execute()
    failed = [
        c for c in notebook.cells if any(o.output_type == "error" for o in c.get("outputs", []))
    ]
    first = parts_of(name)[0]
    assert [c.metadata.nbgrader.grade_id for c in failed] == [f"{first.name}-check"]
    (said,) = (o for o in failed[0].outputs if o.output_type == "error")
    assert "\n".join(said.traceback).count("\n") < 4
    assert (
        f"0 of {first.points} points" in said.traceback[0] and "Not attempted" in said.traceback[0]
    )


@each_assignment
def test_a_notebook_gets_the_points_of_what_is_solved(name, tmp_path):
    """All, the first half and nothing, through the whole of `hue grade`."""
    source = SOURCES[name]
    solved = {cell.grade_id: cell.source for cell in source.cells}
    asked = source.assignment.questions
    for student, num in (("all", len(asked)), ("half", 2), ("nothing", 0)):
        made = json.loads(source.release_notebook.read_text(encoding="utf-8"))
        for cell in made["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id in [question.name for question in asked[:num]]:
                cell["source"] = solved[grade_id]
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / f"{name}.ipynb").write_text(json.dumps(made))
    marks = {m.student: m for m in batch.grade(tmp_path / "in", name, tmp_path / "out")}
    points = [question.points for question in asked]
    assert [marks[s].total for s in ("all", "half", "nothing")] == [sum(points), sum(points[:2]), 0]
    assert not any(m.odd or m.held for m in marks.values())
    odd = (tmp_path / "out" / "odd.csv").read_text(encoding="utf-8-sig")
    assert '"all","all/' in odd and "all answers: the same as the published solution" in odd
    outcomes = {part.outcome for parts in marks["nothing"].questions.values() for part in parts}
    assert outcomes == {"not attempted"}


@pytest.mark.core
@each_assignment
def test_a_release_runs_to_its_first_unsolved_cell_without_a_kernel(name):
    """As Colab's versions run it."""
    first, names = parts_of(name)[0], {"__name__": "__main__"}
    cells = [cell for cell in SOURCES[name].release if cell.kind == "code"]
    place = [cell.grade_id for cell in cells].index(f"{first.name}-check")
    for cell in cells[:place]:
        exec(cell.source, names)
    with pytest.raises(questions.NotYet, match=f"^{first.name}: 0 of .*\nNot attempted yet"):
        exec(cells[place].source, names)


def test_the_set_up_cell_is_that_of_the_lessons():
    slug, ref = tool.published_at()
    for source in SOURCES.values():
        assert source.cells[1].source == tool.setup_cell(slug, ref)
        name = source.assignment.name
        link = f"github/{slug}/blob/{ref}/notebooks/assignments/release/{name}/{name}.ipynb"
        assert link in source.cells[0].source


def test_badges_of_assignments_can_point_elsewhere(tmp_path, monkeypatch):
    for name in ("README.md", "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    path = tmp_path / "notebooks" / "assignments" / "source" / "ps1" / "ps1.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(SOURCES["ps1"].notebook.read_bytes())
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "LESSONS", tmp_path / "notebooks")
    tool.write_badges("a-teacher/hue-edu")
    text = path.read_text(encoding="utf-8")
    assert "YOUR_GITHUB_NAME" not in text and text.count("a-teacher/hue-edu") == 2
    tool.write_badges("YOUR_GITHUB_NAME/hue-edu")
    assert path.read_bytes() == SOURCES["ps1"].notebook.read_bytes()


def test_check_says_what_it_found(capsys):
    ps1, source = grading.ps1, SOURCES["ps1"]
    ps1.check(source.solutions["optimal_logit"])
    assert "✅ optimal_logit: 4 of 4 points" in capsys.readouterr().out

    def optimal_logit(log_p, log_q, share_real):
        return log_p - log_q

    with pytest.raises(questions.NotYet) as raised:
        ps1.check(optimal_logit)
    said = str(raised.value)
    assert said.startswith("optimal_logit: 1 of 4 points")
    assert "The share of real samples is missing" in said and said.endswith("again: lesson 02.")
    assert raised.value._render_traceback_() == [said]
    with pytest.raises(questions.NotYet, match="asks for no 'optimal'; it asks for bits_per"):
        ps1.check(type("", (), {"__name__": "optimal"})())
    ps1.check_all(optimal_logit, source.solutions["divergences"])
    said = capsys.readouterr().out
    assert "1 of 4  optimal_logit" in said and "4 of 4  divergences" in said
    assert said.endswith("5 of 20 points by the visible tests.\n") and said.count("Not attem") == 3


def test_check_survives_loops_exits_and_wrong_kinds():
    def optimal_logit(log_p, log_q, share_real):
        while True:
            pass

    quick = questions.Assignment("ps1", "", grading.ps1.questions, seconds=1)
    with pytest.raises(questions.NotYet, match="It was stopped: it took longer than 1 s"):
        quick.check(optimal_logit)
    for body, told in (("exit()", "SystemExit"), ("return 'a'", "expected numbers"),
                       ("return", "Got None"), ("return log_r", "NameError")):  # fmt: skip
        names = {}
        exec(f"def optimal_logit(log_p, log_q, share_real):\n    {body}", names)
        with pytest.raises(questions.NotYet, match=told):
            quick.check(names["optimal_logit"])


def test_a_private_fork_is_told_whether_its_values_are_its_own(tmp_path, monkeypatch, capsys):
    assert release.still_public() == NAMES
    values = "".join(f"{name} = {54321 + i}\n" for i, name in enumerate(NAMES))
    (tmp_path / "hidden.toml").write_text(values)
    assert release.still_public(tmp_path) == []
    for text, told in (("ps1 = 12", "whole number"), ("ps1 = 'a'", "whole number"),
                       ("ps1 =", "cannot be read"), ("", "ps1 is None")):  # fmt: skip
        (tmp_path / "hidden.toml").write_text(text)
        with pytest.raises(ValueError, match=told):
            release.still_public(tmp_path)
    command = [sys.executable, "-m", "hue_edu.grading.release", "--private"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1 and done.stderr.startswith("Still public: the hidden values of ps1")


def test_grading_ps1_needs_no_tensorflow():
    code = (
        "import sys; from hue_edu.grading import batch, worker, ps1; "
        "print('tensorflow' in sys.modules, 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_a_release_matches_itself():
    source = SOURCES["ps1"]
    content = source.release_notebook.read_bytes()
    matched = match(read_cells(content), source.release, source.assignment)
    assert matched.cells == [] and matched.odd == []
    assert not any(answer.source for answer in matched.answers.values())
