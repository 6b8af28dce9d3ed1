"""The lessons: complete as saved, and running from top to bottom (through nbval)."""

import ast
import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

from hue_edu import exercises
from hue_edu.exercises.exercise import exercises_of

sys.path.insert(0, str(ROOT / "tools"))
import notebooks as tool

LESSONS = tool.lessons()
CHANGED = (
    "The lesson's cells are not those it was saved with. If they hold your answers, `git restore "
    "notebooks` brings the blank ones back; if you changed the lesson, run `make notebooks`."
)
ids = [path.stem for path in LESSONS]
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=ids)


@pytest.mark.core
def test_lessons_are_there():
    assert {"00_start_here", "04_first_gan", "05_dcgan"} <= set(ids)


def exercises_for(path):
    """The exercises of a lesson, in order."""
    return exercises_of(getattr(exercises, f"lesson_{path.stem[:2]}"))


def asked_in(source):
    """The exercise that a cell checks, or None."""
    found = re.search(r"^exercises\.(\w+)\.(\w+)\.check\(\2\)$", source, re.MULTILINE)
    return found and getattr(getattr(exercises, found[1]), found[2])


def solved(source, solution):
    """A cell's text with the statement that holds `...` replaced by the solution."""
    lines, statements = source.splitlines(), ast.parse(source).body
    dots = [s for s in statements if any(getattr(n, "value", 0) is ... for n in ast.walk(s))]
    assert len(dots) == 1, f"{source}\n{CHANGED}"
    return "\n".join([*lines[: dots[0].lineno - 1], solution, *lines[dots[0].end_lineno :]])


def with_solutions(notebook):
    """The lesson with each exercise twice: as it is, then with its reference solution."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code" and (exercise := asked_in(cell.source)):
            cells.append(nbformat.v4.new_code_cell(solved(cell.source, exercise.source)))
    notebook.cells = cells
    return notebook


@pytest.mark.core
@each_lesson
def test_a_lesson_runs_from_top_to_bottom(path):
    """Every cell, by nbval: no error, the marked outputs are as saved; solved and unsolved."""
    folder = ROOT / "runs" / "tests"  # inside the checkout, as a learner's copy would be
    folder.mkdir(parents=True, exist_ok=True)
    copy, progress = folder / path.name, folder / f"{path.stem}.json"
    nbformat.write(with_solutions(tool.read(path)), copy)
    progress.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval-lax"]
    command += ["--nbval-current-env", "--nbval-cell-timeout=600", str(copy)]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # another plugin might shuffle the cells
    environment = {**os.environ, **alone, "HUE_PROGRESS": str(progress)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(r"\b\d+ passed", done.stdout) and "skipped" not in done.stdout
    keys = [exercise.key for exercise in exercises_for(path)]
    assert json.loads(progress.read_text())["done"] == keys  # each once, in the lesson's order


def test_an_output_that_is_tagged_is_compared(tmp_path):
    tags = {"tags": ["nbval-check-output"]}
    cell = nbformat.v4.new_code_cell("print(1)", execution_count=1, metadata=tags)
    for saved, failed in (("1\n", 0), ("2\n", 1)):
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=saved)]
        notebook = nbformat.v4.new_notebook(cells=[cell])
        nbformat.write(notebook, tmp_path / "x.ipynb")
        command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval-lax"]
        command += ["--nbval-current-env", str(tmp_path / "x.ipynb")]
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)
        assert done.returncode == failed, done.stdout


@each_lesson
def test_what_is_compared_is_tagged_out_of_sight(path):
    cells = tool.code_cells(tool.read(path))
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", [])]
    assert not any("NBVAL" in cell.source for cell in cells)
    assert set(tags) <= {"nbval-check-output"} and (tags or path.stem.startswith("00"))


@each_lesson
def test_saved_outputs_are_complete_and_clean(path):
    notebook = tool.read(path)
    nbformat.validate(notebook)
    cells = tool.code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert all(output.output_type != "error" for output in outputs)
    assert all(output.get("name") != "stderr" for output in outputs)
    assert "widgets" not in notebook.metadata
    assert not any("widget-view" in kind for output in outputs for kind in output.get("data", {}))
    assert path.stat().st_size <= 2 * 2**20
    text = path.read_text()
    for place in ("/home/", "/root/", "/work/", "/tmp/", "/Users/", "C:\\\\"):
        assert place not in text, f"an absolute path: {place}"


@each_lesson
def test_a_lesson_was_saved_with_the_cells_that_it_has(path):
    notebook = tool.read(path)
    assert tool.is_fresh(notebook), CHANGED
    tool.code_cells(notebook)[-1].source += " "
    assert not tool.is_fresh(notebook)


@each_lesson
def test_the_text_says_how_long_slow_cells_take(path):
    """Those that took more than five seconds when the lesson was saved, but for the set-up."""
    text = ""
    for cell in tool.read(path).cells[2:]:
        if cell.cell_type == "markdown":
            text = cell.source
        elif "hue" in cell.metadata:
            assert cell.metadata["hue"]["seconds"] >= tool.SLOW
            assert re.search(r"\(Running th(is|ese) takes .*(second|minute)", text), cell.source


def test_the_seconds_of_a_cell_are_kept_where_it_is_slow():
    cell = nbformat.v4.new_code_cell()
    for end, kept in (("05.2", {"hue": {"seconds": 5}}), ("04.9", {})):
        cell.metadata["execution"] = {
            "iopub.status.busy": "2026-01-01T00:00:00.000000+00:00",
            "shell.execute_reply": f"2026-01-01T00:00:{end}00000+00:00",
        }
        tool.keep_seconds(cell)
        assert cell.metadata == kept


@each_lesson
def test_every_saved_picture_has_alt_text(path):
    for cell in tool.code_cells(tool.read(path)):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert output.metadata["image/png"]["alt"] == output.data["text/plain"] != ""


@each_lesson
def test_cells_are_short_and_the_lesson_has_its_parts(path):
    notebook = tool.read(path)
    for cell in tool.code_cells(notebook):
        assert len(cell.source.splitlines()) <= 15, cell.source
        assert all(len(line) <= 100 for line in cell.source.splitlines()), cell.source
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    parts = (
        "The question",
        "After this lesson you can",
        "You need",
        "Time",
        "Predict, then run",
        "## Exercises",
        "## Recap",
        "## References",
    )
    for part in parts:
        assert part in prose, f"no {part!r}"


@each_lesson
def test_every_prediction_is_answered_and_every_exercise_is_asked(path):
    notebook = tool.read(path)
    kinds = re.findall(
        r"\*\*(Predict, then run|What came out)\.\*\*",
        "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown"),
    )
    assert kinds and kinds == ["Predict, then run", "What came out"] * (len(kinds) // 2)
    asked = [cell.source for cell in tool.code_cells(notebook) if asked_in(cell.source)]
    assert [asked_in(source) for source in asked] == exercises_for(path)
    for source in asked:
        whole = f"exercises.{asked_in(source).key}"
        assert source.endswith(f"\n# {whole}.hint()\n# {whole}.solution()")
    printed = [o.text for c in tool.code_cells(notebook) if asked_in(c.source) for o in c.outputs]
    assert all(text.startswith("Not attempted.") for text in printed) and len(printed) == len(asked)


def test_badges_and_setup_cells_agree():
    slug, ref = tool.published_at()
    for path in LESSONS:
        first, setup = tool.read(path).cells[:2]
        assert tool.title_badge(path, slug, ref) in first.source
        assert setup.source == tool.setup_cell(slug, ref)
        assert setup.source.startswith("#@title") and setup.metadata["cellView"] == "form"
        assert setup.metadata["jupyter"] == {"source_hidden": True}  # folded where a page can fold


def test_badges_can_point_elsewhere(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for path in LESSONS:
        (folder / path.name).write_text(path.read_text())
    (tmp_path / "README.md").write_text((ROOT / "README.md").read_text())
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "LESSONS", folder)
    tool.write_badges("a-teacher/hue-edu")
    for path in tool.lessons():
        text = path.read_text()
        assert f"github/a-teacher/hue-edu/blob/main/notebooks/{path.name}" in text
        assert "YOUR_GITHUB_NAME" not in text
    with pytest.raises(SystemExit, match="OWNER/NAME"):
        tool.write_badges("not a repository")


ALONE = """
import sys
sys.meta_path = [f for f in sys.meta_path if not getattr(f, "__module__", "").startswith("__ed")]
sys.path = [p for p in sys.path if not __import__("os").path.isdir(p + "/hue_edu")]
"""


def in_a_kernel(cell, folder, alone=True, **environment):
    """Run a cell twice, as a kernel that starts in the folder; alone: without this checkout."""
    code = (
        f"{ALONE if alone else ''}{cell}\nimport hue_edu; print('from', hue_edu.__file__)\n{cell}"
    )
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**clean, **environment},
        capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.core
def test_the_setup_cell_clones_where_there_is_no_checkout(tmp_path):
    """In an empty folder, as in Colab; git finds this checkout instead of the code host."""
    slug = "somebody/hue-edu"
    git = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{ROOT.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{slug}",
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
    }
    (tmp_path / "hue_edu").mkdir()  # a folder of that name is no package
    cell = tool.setup_cell(slug, "HEAD").replace('"-b", REF, ', "")
    done = in_a_kernel(cell, tmp_path, **git)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"from {tmp_path / 'hue-edu' / 'hue_edu' / '__init__.py'}" in done.stdout
    assert done.stderr == ""
    assert done.stdout.count("Device:") == 2  # running it again is harmless


def stand_in(folder):
    """A checkout that can be imported at once."""
    (folder / "hue_edu").mkdir(parents=True)
    (folder / "hue_edu" / "__init__.py").write_text("")
    (folder / "hue_edu" / "runtime.py").write_text("def setup(seed): print('set up', seed)")
    return folder / "hue_edu" / "__init__.py"


@pytest.mark.core
@pytest.mark.parametrize(
    "checkout, kernel",
    [
        ("hue-edu", "hue-edu/notebooks"),
        ("hue-edu-main", "hue-edu-main/notebooks/assignments"),
        ("hue_edu", "work"),
        ("hue_edu", "."),
        ("my/hue-edu", "my/lessons"),
    ],
)
def test_the_setup_cell_finds_a_checkout_around_or_beside_the_notebook(checkout, kernel, tmp_path):
    package = stand_in(tmp_path / checkout)
    (tmp_path / kernel).mkdir(parents=True, exist_ok=True)
    done = in_a_kernel(tool.setup_cell("nobody/none", "main"), tmp_path / kernel)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"from {package}" in done.stdout and done.stdout.count("set up 0") == 2


@pytest.mark.core
def test_the_setup_cell_takes_what_can_be_imported_and_names_a_placeholder(tmp_path):
    package = stand_in(tmp_path / "elsewhere" / "checkout")
    (tmp_path / "work" / "hue_edu").mkdir(parents=True)  # no package
    cell = tool.setup_cell("YOUR_GITHUB_NAME/hue-edu", "main")
    path = str(package.parent.parent)
    done = in_a_kernel(cell, tmp_path / "work", alone=False, PYTHONPATH=path)
    assert done.returncode == 0 and f"from {package}" in done.stdout, done.stderr
    done = in_a_kernel(cell, tmp_path / "work")
    assert done.returncode == 1 and done.stdout == ""
    assert "Open this inside the checkout, or run: pip install -e CHECKOUT" in done.stderr


def test_badges_keep_what_is_fresh(tmp_path, monkeypatch):
    path = tmp_path / "00_start_here.ipynb"
    path.write_text((ROOT / "notebooks" / "00_start_here.ipynb").read_text())
    (tmp_path / "README.md").write_text("")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "LESSONS", tmp_path)
    assert tool.is_fresh(tool.read(path))
    tool.write_badges("a-teacher/hue-edu")
    assert tool.is_fresh(tool.read(path))
    path.write_text(path.read_text().replace("plots.plot_image_grid(", "plots.tile("))
    tool.write_badges("another/hue-edu")
    assert not tool.is_fresh(tool.read(path))


def test_the_map_tells_the_time_of_each_lesson_and_the_glossary_is_sorted():
    words = {"a few seconds": "under 1", "one": "1", "two and a half": "2½", "three": "3",
             "four": "4", "an hour": "60", "ten": "10"}  # fmt: skip
    first = "\n".join(cell.source for cell in tool.read(LESSONS[0]).cells)
    told = re.findall(r"^\| (\d\d) \|.*\| ([^|]+) \| ([^|]+) \|$", first, re.MULTILINE)
    assert len(told) == len(LESSONS)
    for (number, *minutes), path in zip(told, LESSONS):
        text = "\n".join(cell.source for cell in tool.read(path).cells)
        found = re.search(
            r"\*\*Time\*\* on two cores: (?:about )?(.+?)(?: minutes?)? of running, (.+?)"
            r"(?: minutes)? of reading",
            text,
        ).groups()
        assert path.name.startswith(number)
        assert [words.get(one, one) for one in found] == minutes, path.name
    terms = re.findall(r"^\| \*\*(.+?)\*\* \|", first[first.index("## Glossary") :], re.MULTILINE)
    plain = [term.lower().replace("β (beta)", "beta").replace("é", "e") for term in terms]
    assert plain == sorted(set(plain)) and len(terms) > 90
