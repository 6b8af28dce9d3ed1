"""How to write a study: a long measurement whose values a lesson shows.

A study is one file `tools/study_NN.py`, made by `make study-NN` (no other file need change):

    \"\"\"Study of lesson 06: what it measures, how long it takes.\"\"\"
    import sys
    from measuring import median_and_range
    from studies import Study

    def run(seed):
        ...                                          # minutes
        return {"frechet": 7.9}                      # what JSON can hold

    def spot_check():
        ...                                          # at most 10 s: few steps, one row
        return {"d_loss": 1.31}

    STUDY = Study(__file__, "06_name", spot_check)

    def main():
        runs = STUDY.run_seeds({"GAN": run})         # or STUDY.run("a name", function)
        STUDY.finish(**median_and_range(runs["GAN"]))    # the values that the lesson shows

    if __name__ == "__main__":
        sys.exit(main())

Each finished run is kept in data/results at once, so a study that was killed goes on where it
stopped; runs of other code are made anew (`KEEP=1 make study-NN` keeps those too), and the values
of the last whole study stay until the new ones are complete. The lesson gets them by
`files.load_study("06_name")`.

What guards them is the spot check, a small piece of the study. `make spot-checks` measures it under
several arithmetics and keeps the range of each number; `tests/test_studies.py` measures it again
wherever the course lies. So it must hardly depend on rounding: three steps rather than nine, means
over many numbers, no share of a few. What three steps cannot show (an average of weights, the
length of a schedule) is for a unit test.

`make stale` lists studies with runs that other code made, `make studies` renews those.
"""

import datetime
import importlib
import json
import math
import os
import platform
import re
import time
from functools import partial
from pathlib import Path

import freshness
from freshness import ROOT

from hue_edu import files, runtime

RESULTS = ROOT / "data" / "results"
DRAWING = ("plots", "theme")  # rooms from which no number comes
SEEDS = (0, 1, 2)
PARTS = "drawn with a seed"  # how measures choose a part of samples; some older files: otherwise
NEARLY_ZERO = 1e-3  # numbers below it are compared absolutely


class Study:
    """A result file that grows run by run.

    Args:
        source: `__file__` of the study.
        name: Of the file in data/results, without `.json`.
        spot_check: Function without arguments that measures a small piece of the study and
            returns a dictionary from name to number.
        folder: Where the result lies.

    Attributes:
        command: What makes the study, such as `"make study-05"`.
        saved: What the file holds, or an empty dictionary.
        rooms: Digest of each room that the study reaches, its own text among them.
        code: Digest of them all.
    """

    def __init__(self, source, name, spot_check, folder=RESULTS):
        self.source, self.path = Path(source), folder / f"{name}.json"
        self.command = f"make {self.source.stem.replace('study_', 'study-')}"
        self.spot_check = spot_check
        self.saved = json.loads(self.path.read_text()) if self.path.is_file() else {}
        text = self.source.read_text()
        own = freshness.digest(freshness.meaning(text))
        rooms = {"the study": own, **freshness.rooms_reached(text)}
        self.rooms = {room: digest for room, digest in rooms.items() if room not in DRAWING}
        self.code = freshness.digest(str(self.rooms))

    def run(self, key, compute):
        """The result of one run: as kept if this code made it, else computed now and kept.

        Args:
            key: Text that names the run, such as `"ring r1 seed 3"`.
            compute: Function without arguments that returns what JSON can hold.
        """
        runs = self.saved.setdefault("runs", {})
        if key not in runs or (runs[key]["code"] != self.code and not os.environ.get("KEEP")):
            started = time.perf_counter()
            found = compute()
            runs[key] = {
                "seconds": round(time.perf_counter() - started, 1),
                "code": self.code,
                "found": found,
            }
            self._write()
            print(f"{key}: done in {runs[key]['seconds']:.0f} s", flush=True)
        return runs[key]["found"]

    def run_seeds(self, ways):
        """The results of each way with each of `SEEDS`, run one seed after the other.

        Args:
            ways: From the name of each way to its function of a seed.

        Returns:
            From the name of each way to its results, in the order of the seeds.
        """
        found = {name: [] for name in ways}
        for seed in SEEDS:
            for name, compute in ways.items():
                found[name].append(self.run(f"{name} seed {seed}", partial(compute, seed)))
        return found

    def finish(self, **values):
        """Write the values that lessons show, and what made them."""
        about = {
            "command": self.command,
            "date": datetime.date.today().isoformat(),
            "device": runtime.device(),
            "versions": _versions(),
            "parts": PARTS,
            "rooms": self.saved.get("rooms", {}),
            "spot_check": self.saved.get("spot_check", {}),
            "values": values,
        }
        self.saved = {**about, "runs": self.saved.get("runs", {})}
        self._write()
        print(f"wrote {self.path.name}")

    def keep_ranges(self, ranges, settings):
        """Write what the spot check gave: nothing else changes.

        Args:
            ranges: From the name of each number to its least and largest value.
            settings: Names of the arithmetics under which it was measured.
        """
        self.saved["spot_check"] = {
            "command": "make spot-checks",
            "date": datetime.date.today().isoformat(),
            "versions": _versions(),
            "settings": settings,
            "ranges": ranges,
        }
        self._write()

    def differences(self):
        """Sentences on each number of the spot check that is not within its range."""
        ranges, found = self.saved["spot_check"]["ranges"], self.spot_check()
        return [
            f"{key} is {found.get(key)}, and was from {low} to {high} under several arithmetics; "
            f"if the change is meant, run `{self.command}`, or `make spot-checks` where it "
            "changes no value of the study"
            for key in sorted({*ranges, *found})
            for low, high in [ranges.get(key, (math.nan, math.nan))]
            if not is_within(found.get(key, math.nan), low, high)
        ]

    def old_runs(self):
        """From each digest of code that made a run, other than today's, to its runs' names."""
        found = {}
        for key, run in self.saved.get("runs", {}).items():
            if run["code"] != self.code:
                found.setdefault(run["code"], []).append(key)
        return found

    def changed_rooms(self):
        """Rooms that differ from those with which a run was made, and the runs of unknown ones.

        Returns:
            (names in order, number of runs whose rooms the file does not hold).
        """
        rooms, unknown, known = set(), 0, self.saved.get("rooms", {})
        for code, runs in self.old_runs().items():
            if code in known:
                rooms.update(freshness.changed(known[code], self.rooms))
            else:
                unknown += len(runs)
        return sorted(rooms), unknown

    def seconds(self):
        """What all its runs took."""
        return sum(run["seconds"] for run in self.saved.get("runs", {}).values())

    def _write(self):
        made_with = {run["code"] for run in self.saved.get("runs", {}).values()}
        known = {**self.saved.get("rooms", {}), self.code: self.rooms}
        self.saved["rooms"] = {code: known[code] for code in sorted(made_with & known.keys())}
        with files.written_whole(self.path) as temporary:
            temporary.write_text(_rows_on_a_line(json.dumps(self.saved, indent=1)) + "\n")


def is_within(value, low, high):
    """Whether a number lies in a measured range widened by its own width, at least by .1%.

    Below `NEARLY_ZERO` by .1% of that. NaN lies nowhere.
    """
    margin = max(high - low, 1e-3 * max(abs(low), abs(high), NEARLY_ZERO))
    return low - margin <= value <= high + margin


def all_studies(*names):
    """The `Study` of each tools/study_NAME.py, in order; of all of them, if no name is given."""
    paths = sorted((ROOT / "tools").glob("study_*.py"))
    stems = [f"study_{name}" for name in names] or [path.stem for path in paths]
    return [importlib.import_module(stem).STUDY for stem in stems]


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
