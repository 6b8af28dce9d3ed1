"""How to write a study: a long measurement whose values a lesson shows.

A study is one file `tools/study_NN.py`, made by `make study-NN` (no other file need change):

    \"\"\"Study of lesson 06: what it measures, how long it takes.\"\"\"
    import sys
    from functools import partial
    from studies import Study

    def run(seed):
        ...                                          # minutes
        return {"frechet": 7.9}                      # what JSON can hold

    def spot_check():
        ...                                          # at most 15 s: few steps, one row
        return {"d_loss": 1.31}

    STUDY = Study(__file__, "06_name", spot_check, tolerance=0.01, reason="two threads add ...")

    def main():
        found = [STUDY.run(f"seed {seed}", partial(run, seed)) for seed in (0, 1, 2)]
        STUDY.finish(frechet_median=...)             # the values that the lesson shows

    if __name__ == "__main__":
        sys.exit(main())

Each finished run is kept in data/results at once, so a study that was killed goes on where it
stopped; runs of other code are made anew (`KEEP=1 make study-NN` keeps those too), and the values
of the last whole study stay until the new ones are complete. The lesson gets them by
`files.load_study("06_name")`.
`tests/test_studies.py` measures every spot check again. `make stale` lists studies whose rooms
changed, `make studies` renews those.
"""

import datetime
import importlib
import json
import os
import platform
import re
import time
from pathlib import Path

import freshness
from freshness import ROOT

from hue_edu import files, runtime

RESULTS = ROOT / "data" / "results"
DRAWING = ("plots", "theme")  # rooms from which no number comes


class Study:
    """A result file that grows run by run.

    Args:
        source: `__file__` of the study.
        name: Of the file in data/results, without `.json`.
        spot_check: Function without arguments that measures a small piece of the study and
            returns a dictionary from name to number.
        tolerance: Relative difference that a spot check may show.
        reason: Why it is not 0, and not more.
        folder: Where the result lies.

    Attributes:
        command: What makes the study, such as `"make study-05"`.
        saved: What the file holds, or an empty dictionary.
        rooms: Digest of each room that the study reaches, its own text among them.
    """

    def __init__(self, source, name, spot_check, tolerance, reason, folder=RESULTS):
        self.source, self.path = Path(source), folder / f"{name}.json"
        self.command = f"make {self.source.stem.replace('study_', 'study-')}"
        self.spot_check, self.tolerance, self.reason = spot_check, tolerance, reason
        self.saved = json.loads(self.path.read_text()) if self.path.is_file() else {}
        text = self.source.read_text()
        own = freshness.digest(freshness.meaning(text))
        rooms = {"the study": own, **freshness.rooms_reached(text)}
        self.rooms = {room: digest for room, digest in rooms.items() if room not in DRAWING}

    def run(self, key, compute):
        """The result of one run: as kept if this code made it, else computed now and kept.

        Args:
            key: Text that names the run, such as `"ring r1 seed 3"`.
            compute: Function without arguments that returns what JSON can hold.
        """
        code = freshness.digest(str(self.rooms))
        runs = self.saved.setdefault("runs", {})
        if key not in runs or (runs[key]["code"] != code and not os.environ.get("KEEP")):
            started = time.perf_counter()
            found = compute()
            runs[key] = {
                "seconds": round(time.perf_counter() - started, 1), "code": code, "found": found,
            }  # fmt: skip
            self._write()
            print(f"{key}: done in {runs[key]['seconds']:.0f} s", flush=True)
        return runs[key]["found"]

    def finish(self, **values):
        """Write the values that lessons show, what made them, and the spot check's numbers."""
        check = {"values": self.spot_check(), "tolerance": self.tolerance, "reason": self.reason}
        about = {
            "command": self.command,
            "date": datetime.date.today().isoformat(),
            "device": runtime.device(),
            "versions": _versions(),
            "rooms": self.rooms,
            "spot_check": check,
            "values": values,
        }
        self.saved = {**about, "runs": self.saved.get("runs", {})}
        self._write()
        print(f"wrote {self.path.name}")

    def differences(self):
        """Sentences on each number of the spot check that no longer comes out as saved."""
        expected, found = self.saved["spot_check"]["values"], self.spot_check()
        limit = self.saved["spot_check"]["tolerance"]
        return [
            f"{key} was {expected.get(key)} and is {found.get(key)} (tolerance {limit:.1%}); if "
            f"the change is meant, run `{self.command}`"
            for key in sorted({*expected, *found})
            if not {key} <= expected.keys() & found.keys()
            or not abs(found[key] - expected[key]) <= limit * abs(expected[key])
        ]

    def seconds(self):
        """What all its runs took."""
        return sum(run["seconds"] for run in self.saved.get("runs", {}).values())

    def _write(self):
        with files.written_whole(self.path) as temporary:
            temporary.write_text(_rows_on_a_line(json.dumps(self.saved, indent=1)) + "\n")


def all_studies():
    """Every `Study` of tools/study_*.py, in order."""
    paths = sorted((ROOT / "tools").glob("study_*.py"))
    return [importlib.import_module(path.stem).STUDY for path in paths]


def _rows_on_a_line(text):
    """Indented JSON with each list of plain numbers on one line."""
    return re.sub(r"\[\n[-+\d.eE,\s]+\]", lambda row: re.sub(r"\s+", " ", row[0]), text)


def _versions():
    import keras
    import numpy
    import tensorflow

    modules = {"keras": keras, "numpy": numpy, "tensorflow": tensorflow}
    found = {name: module.__version__ for name, module in modules.items()}
    return {"python": platform.python_version(), **found}
