"""How long grading a class takes: makes submissions of each assignment, grades them, prints a row.

.venv/bin/python tools/classroom.py --num 60 200
"""

import argparse
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
        (folder / f"student{i:04}_{name}.ipynb").write_text(json.dumps(made), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--num", type=int, nargs="+", default=[60, 200])
    parser.add_argument("--assignment", nargs="+", default=sorted(grading.ASSIGNMENTS))
    options = parser.parse_args()
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
                rows = Path(place, "out", "grades.csv").read_text("utf-8-sig").splitlines()[1:]
                most = sum(question.points for question in grading.ASSIGNMENTS[name].questions)
                assert len(rows) == num and all(f",{most},{most}," in row for row in rows)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"| {name} | {num} | {seconds / 60:.1f} | {seconds / num:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
