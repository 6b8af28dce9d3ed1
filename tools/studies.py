"""What long studies share: runs that are kept as they finish, and the facts beside them."""

import json
import platform
import time

from fingerprints import ROOT, study_fingerprint

from hue_edu import files, runtime

RESULTS = ROOT / "data" / "results"


class Study:
    """A result file that grows run by run; a study that was killed goes on where it stopped.

    Args:
        name: Of the file in data/results, without `.json`.
        command: What makes it, such as `"make bench-modes"`.
        source: `__file__` of the study. Runs of other code are not taken up again.
        folder: Where the file lies.

    Attributes:
        runs: Dictionary from key to what the run returned, finished ones only.
    """

    def __init__(self, name, command, source, folder=RESULTS):
        self.path, self.command, self.code = (
            folder / f"{name}.json",
            command,
            study_fingerprint(source),
        )
        self.runs = {}
        if self.path.is_file():
            saved = json.loads(self.path.read_text())
            self.runs = saved["runs"] if saved["code"] == self.code else {}

    def run(self, key, compute):
        """The result of one run: as kept, or computed now and kept.

        Args:
            key: Text that names the run, such as `"ring r1 seed 3"`.
            compute: Function without arguments that returns what JSON can hold.
        """
        if key not in self.runs:
            started = time.perf_counter()
            found = compute()
            self.runs[key] = {"found": found, "seconds": round(time.perf_counter() - started, 1)}
            self._write({})
            print(f"{key}: {found} ({self.runs[key]['seconds']:.0f} s)", flush=True)
        return self.runs[key]["found"]

    def finish(self, **values):
        """Write the values that lessons show, beside the runs that they were made of."""
        self._write(values)
        print(f"wrote {self.path.name}")

    def _write(self, values):
        about = {
            "command": self.command,
            "device": runtime.device(),
            "versions": _versions(),
            "code": self.code,
            "values": values,
            "runs": self.runs,
        }
        with files.written_whole(self.path) as temporary:
            temporary.write_text(json.dumps(about, indent=1) + "\n")


def _versions():
    import keras
    import numpy
    import tensorflow

    modules = {"keras": keras, "numpy": numpy, "tensorflow": tensorflow}
    found = {name: module.__version__ for name, module in modules.items()}
    return {"python": platform.python_version(), **found}
