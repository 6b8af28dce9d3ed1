"""How long grading a class takes: makes submissions of each assignment, grades them, prints a row.

.venv/bin/python tools/classroom.py --num 60 200
.venv/bin/python tools/classroom.py --reference   # what ps4's own recipe reaches, three seeds
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hue_edu import grading  # noqa: E402
from hue_edu.grading.source import Source  # noqa: E402


def submissions(name, num, folder):
    """Write `num` notebooks with the reference solutions, each with a remark of its own."""
    source = Source(name)
    solved = {cell.grade_id: cell.source for cell in source.cells}
    names = [question.name for question in source.assignment.questions]
    for i in range(num):
        made = json.loads(source.release_notebook.read_text(encoding="utf-8"))
        for cell in made["cells"]:
            if (grade_id := cell["metadata"].get("nbgrader", {}).get("grade_id")) in names:
                cell["source"] = f"student = {i}\n{solved[grade_id]}"
        student = folder / f"student{i:04}"
        student.mkdir()
        (student / f"{name}.ipynb").write_text(json.dumps(made), encoding="utf-8")
        for weights in source.assignment.weights:  # untrained: they cost the same to grade
            model = weights.build()
            model.save_weights(student / weights.file)


def reference():
    """Train as ps4's notebook does, with three seeds, and print what its goals ask for."""
    source = Source("ps4")
    (recipe,) = (cell.source for cell in source.cells if cell.grade_id == "project")
    (weights,) = source.assignment.weights
    print("| seed | " + " | ".join(goal.name for goal in weights.parts) + " |")
    print("|---" * (len(weights.parts) + 1) + "|")
    bounds = " | ".join(f"{goal.bound:g}" for goal in weights.parts)
    print(f"| bound | {bounds} |")
    for seed in range(3):
        with tempfile.TemporaryDirectory() as place:
            path = Path(place, weights.file)
            text = recipe.replace("seed=0", f"seed={seed}").replace(weights.file, str(path))
            text = text.replace("set_random_seed(0)", f"set_random_seed({seed})")
            text = text.replace("training.Progress()", "")
            exec(compile(text, "recipe", "exec"), {"__name__": "__main__"})
            drawn = [array for _, array in weights.drawn(path.read_bytes(), source.hidden_seed)]
        numbers = weights.measure(*drawn)
        shown = " | ".join(f"{numbers[goal.measure]:.3g}" for goal in weights.parts)
        print(f"| {seed} | {shown} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--num", type=int, nargs="+", default=[60, 200])
    parser.add_argument("--assignment", nargs="+", default=sorted(grading.ASSIGNMENTS))
    parser.add_argument("--reference", action="store_true", help="train ps4's recipe instead")
    options = parser.parse_args()
    if options.reference:
        return reference()
    print("| assignment | students | minutes | seconds each | largest process, MiB |")
    print("|---|---|---|---|---|")
    for name in options.assignment:
        for num in options.num:
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place, "in")
                folder.mkdir()
                submissions(name, num, folder)
                command = [sys.executable, "-m", "hue_edu", "grade", str(folder)]
                command += ["--assignment", name, "--out", str(Path(place, "out"))]
                began = time.monotonic()
                subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
                seconds = time.monotonic() - began
                with open(Path(place, "out", "grades.csv"), encoding="utf-8-sig") as file:
                    rows = [*csv.DictReader(file)]
                most = sum(each.points for each in grading.ASSIGNMENTS[name].questions)
                fell_short = [row for row in rows if int(row["total"]) < most]
                assert len(rows) == num and not fell_short, fell_short[:2]
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"| {name} | {num} | {seconds / 60:.1f} | {seconds / num:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
