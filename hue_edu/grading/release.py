"""From the one source to what students get: nbgrader's release, and recorded visible numbers.

python -m hue_edu.grading.release            # writes both, for all assignments
python -m hue_edu.grading.release --private  # are this fork's hidden values its own?
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .. import files
from ..answers.comparing import same
from . import ASSIGNMENTS
from .questions import RECORDED, VISIBLE_SEED
from .source import FOLDER, Source, hidden_seeds

DIGITS = 7
PUBLIC = {  # SHA-256 of "name seed", for the seeds that everybody can read
    "ps1": "ebe69eac8400c5f36f25fd29f51e226eb11eb370fe4820379c39a502110246ad",
    "ps2": "a7d7c9593298f958d757d904060ad3e9445adfc84bfeac88c3fb1ac1dade725d",
    "ps3": "fabd1865dc053bc47748f2c084e9564ad435cc268f72ecbc1532d05522f897c8",
    "ps4": "b980d96bfd45a207696402b094f86d90f6ae63afb3b15477e47ef237f0c69c63",
}


def student_version(name, folder=FOLDER):
    """The student's notebook that nbgrader makes of the source, as bytes.

    Raises:
        RuntimeError: nbgrader refuses the source; the reason is its log.
    """
    with tempfile.TemporaryDirectory() as place:
        course = Path(place)
        # the notebook alone: nbgrader would hand out what lies beside it
        (course / "source" / name).mkdir(parents=True)
        shutil.copy(Path(folder) / "source" / name / f"{name}.ipynb", course / "source" / name)
        shutil.copy(Path(folder) / "nbgrader_config.py", course)
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", name, "--create"]
        beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # alembic
        done = subprocess.run(
            [*command, "--force", f"--course-dir={course}"], cwd=course, capture_output=True,
            text=True, env=os.environ | {"PATH": beside},
        )  # fmt: skip
        made = course / "release" / name / f"{name}.ipynb"
        if done.returncode or not made.is_file():
            raise RuntimeError(f"nbgrader made no release of {name}:\n{done.stderr[-2000:]}")
        return made.read_bytes()


def recorded_numbers(source):
    """What a right answer and known mistakes say to the visible inputs, by question and part."""
    return {
        question.name: {part.name: _of_part(source, question, part) for part in question.parts}
        for question in source.assignment.questions
    }


def _of_part(source, question, part):
    right = source.solutions[question.name]
    wanted = source.numbers(question, part, right, VISIBLE_SEED)
    seen = {
        told: source.numbers(question, part, wrong, VISIBLE_SEED)
        for told, wrong in source.mistakes["VISIBLE"][question.name].items()
    }
    return {
        "right": [_rounded(array) for array in wanted],
        "mistakes": {  # those that this part cannot see are left out
            told: [_rounded(array) for array in arrays]
            for told, arrays in seen.items()
            if not same(arrays, wanted, question.tolerance)
        },
    }


def _rounded(array):
    """Nested lists of numbers with the digits that every processor agrees on."""
    if array.ndim:
        return [_rounded(part) for part in array]
    return float(f"{float(array):.{DIGITS}g}")


def write(name, folder=FOLDER):
    """Write the release of an assignment and its recorded numbers."""
    source = Source(name, folder)
    with files.written_whole(source.release_notebook) as temporary:
        temporary.write_bytes(student_version(name, folder))
    with files.written_whole(RECORDED / f"{name}.json") as temporary:
        lines = (
            f"{json.dumps(question)}: {json.dumps(parts, ensure_ascii=False)}"
            for question, parts in recorded_numbers(source).items()
        )
        temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def still_public(folder=FOLDER):
    """Names of the assignments whose hidden seed is the one that everybody can read."""
    seeds = hidden_seeds(folder)
    return [
        name for name, digits in PUBLIC.items()
        if hashlib.sha256(f"{name} {seeds[name]}".encode()).hexdigest() == digits
    ]  # fmt: skip


def main(arguments=None):
    """Write all releases, or check the hidden values; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m hue_edu.grading.release", description=__doc__)
    parser.add_argument("--private", action="store_true", help="check the hidden values")
    if parser.parse_args(arguments).private:
        if names := still_public():
            print(f"Still public: the hidden values of {', '.join(names)}. Change them in "
                  f"{FOLDER / 'hidden.toml'}.", file=sys.stderr)  # fmt: skip
            return 1
        print(f"The hidden values of {', '.join(PUBLIC)} are this fork's own.")
        return 0
    for name in ASSIGNMENTS:
        write(name)
        print(f"Wrote the release of {name} and its visible numbers.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
