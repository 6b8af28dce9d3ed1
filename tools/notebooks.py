"""Run and save the lessons; write the repository's address into them.

    python tools/notebooks.py run [--stale] [--all] [NOTEBOOK ...]
    python tools/notebooks.py badges [--repo OWNER/NAME]

`run` executes each lesson whose code cells changed since it was saved (`--stale`: or whose rooms
did; `--all`: every lesson) from top to bottom at the `cpu` budget and saves it with its outputs.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import freshness
import nbformat
from arithmetics import alone
from freshness import ROOT
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

LESSONS = ROOT / "notebooks"
SLOW = 5  # seconds of a cell, above which the text names them
COLAB = "https://colab.research.google.com/github"


def lessons():
    """The lessons in order."""
    return sorted(LESSONS.glob("[0-9][0-9]_*.ipynb"))


def read(path):
    """A notebook from its file."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """The code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def published_at(repo=None):
    """Owner/name and ref of the published repository, as (slug, ref).

    From `repo` if given, else from [tool.hue_edu] in pyproject.toml; while that still holds the
    placeholder, from git's origin on a code host, if there is one.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hue_edu"]
    slug = repo or settings["slug"]
    if slug.startswith("YOUR_GITHUB_NAME/"):
        command = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
        origin = subprocess.run(command, capture_output=True, text=True).stdout.strip()
        if found := re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(\.git)?$", origin):
            slug = found[1]
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", slug):
        raise SystemExit(f"error: the repository is {slug!r}; expected OWNER/NAME")
    return slug, settings["ref"]


def title_badge(path, slug, ref):
    """The line with the Colab badge that stands in a lesson's first cell."""
    name = path.relative_to(ROOT).as_posix()
    link = f"{COLAB}/{slug}/blob/{ref}/{name}"
    return f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({link})"


def setup_cell(slug, ref):
    """The set-up cell: the same text in every lesson."""
    return f'''\
#@title Set-up: finds this course, or clones it if it is missing {{display-mode: "form"}}
import importlib.util, pathlib, subprocess, sys
REPO, REF = "{slug}", "{ref}"
here, found = pathlib.Path.cwd(), importlib.util.find_spec("hue_edu")
places = [place / name for place in (here, *here.parents) for name in ("", "hue_edu", "hue-edu")]
root = next((place for place in places if (place / "hue_edu" / "__init__.py").is_file()), None)
if not (root or (found and found.origin)):  # no checkout around this notebook, nothing installed
    assert "YOUR_" not in REPO, "Open this inside the checkout, or run: pip install -e CHECKOUT"
    root, url = here / "hue-edu", f"https://github.com/{{REPO}}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", "-b", REF, url, root], check=True)
if root and str(root) not in sys.path:
    sys.path.insert(0, str(root))

from hue_edu import runtime
runtime.setup(seed=0)'''


def write_badges(repo=None):
    """Write badge and set-up cell into every lesson, and the badges into the README."""
    slug, ref = published_at(repo)
    for path in lessons():
        notebook = read(path)
        first, setup, fresh = notebook.cells[0], notebook.cells[1], is_fresh(notebook)
        first.source = re.sub(r"\[!\[Open in Colab\].*", title_badge(path, slug, ref), first.source)
        setup.source = setup_cell(slug, ref)
        setup.metadata["cellView"] = "form"  # folded in Colab, and in JupyterLab by the next
        setup.metadata["jupyter"] = {"source_hidden": True}
        if fresh:  # where the course lies changes nothing that the lesson's cells compute
            notebook.metadata["hue"]["code"] = freshness.digest(code(notebook))
        nbformat.write(notebook, path)
    for path in sorted(LESSONS.glob("assignments/source/*/*.ipynb")):  # then `make release`
        text = re.sub(rf"{COLAB}/[^/]+/[^/]+/blob/[^/]+/", f"{COLAB}/{slug}/blob/{ref}/",
                      path.read_text(encoding="utf-8"))  # fmt: skip
        notebook = json.loads(text)
        notebook["cells"][1]["source"] = setup_cell(slug, ref).splitlines(keepends=True)
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    readme = ROOT / "README.md"
    text = re.sub(
        rf"{COLAB}/[^/]+/[^/]+/blob/[^/]+/", f"{COLAB}/{slug}/blob/{ref}/", readme.read_text()
    )
    readme.write_text(text)
    print(f"badges and set-up cells point to {slug}, {ref}")


def code(notebook):
    """The text of all code cells."""
    return "\n".join(cell.source for cell in code_cells(notebook))


def rooms(notebook):
    """Digest of each room that a lesson reaches."""
    return freshness.rooms_reached(code(notebook))


def is_fresh(notebook):
    """Whether a lesson was saved at the cpu budget with the code cells that it has now."""
    saved = notebook.metadata.get("hue", {})
    return saved.get("budget") == "cpu" and saved.get("code") == freshness.digest(code(notebook))


def execute(path, budget):
    """Run a lesson from top to bottom; returns it with new outputs, its seconds and peak MiB.

    The memory is that of the largest child process, so each lesson needs a process of its own.
    """
    import resource

    from nbclient import NotebookClient

    notebook = read(path)
    os.environ["HUE_BUDGET"] = budget
    started = time.perf_counter()
    resources = {"metadata": {"path": str(path.parent)}}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUE_PROGRESS"] = os.path.join(folder, "none.json")  # nothing is solved
        NotebookClient(notebook, timeout=900, resources=resources).execute()
    for cell in code_cells(notebook):
        keep_seconds(cell)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return notebook, {"seconds": round(seconds, 1), "peak_mib": round(peak)}


def keep_seconds(cell):
    """Replace a cell's times by its seconds, where it took more than `SLOW`."""
    cell.metadata.pop("hue", None)
    times = cell.metadata.pop("execution", {})
    ends = [times.get(key) for key in ("iopub.status.busy", "shell.execute_reply")]
    if all(ends):
        start, end = map(datetime.datetime.fromisoformat, ends)
        if (took := (end - start).total_seconds()) > SLOW:
            cell.metadata["hue"] = {"seconds": round(took)}


def run(path):
    """Execute a lesson at the cpu budget and save it with its seconds and peak memory."""
    notebook, cost = execute(path, "cpu")
    CoalesceStreamsPreprocessor().preprocess(notebook, {})  # a stream is one output, bars their end
    for cell in code_cells(notebook):
        for output in cell.outputs:  # a saved page has no kernel: the explorer's picture stays
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
        for output in cell.outputs:
            if output.output_type == "stream":  # a line of progress was written over, and is gone
                output.text = re.sub(r"[^\n]*\r(?!\n)", "", output.text)
        cell.outputs = [output for output in cell.outputs if output.get("text") != ""]
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "hue": {
                "budget": "cpu",
                "code": freshness.digest(code(notebook)),
                "rooms": rooms(notebook),
                "saved": datetime.date.today().isoformat(),
                **cost,
            },
        }
    )
    nbformat.write(notebook, path)
    return cost["seconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    runner = commands.add_parser("run")
    runner.add_argument("--stale", action="store_true", help="also where a room changed")
    runner.add_argument("--all", action="store_true")
    runner.add_argument("notebooks", nargs="*", type=Path)
    commands.add_parser("badges").add_argument("--repo")
    options = parser.parse_args()
    if options.command == "badges":
        return write_badges(options.repo)
    for path in [p.resolve() for p in options.notebooks] or lessons():
        notebook = read(path)
        reached = options.stale and notebook.metadata.get("hue", {}).get("rooms") != rooms(notebook)
        if is_fresh(notebook) and not reached and not options.all:
            print(f"{path.name}: its cells are as they were saved", flush=True)
        else:
            print(f"{path.name}: saved after {alone(run, path):.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
