"""The benchmark of the GAN doctor: its patients, group by group.

    python tools/doctor.py [WORD ...]     # all, or those whose name or code holds a word

Of each group of codes: how many broken patients there are, for how many the right code comes first
and among the first three, and how many repaired twins are called healthy; then the healthy ones,
and seconds. `known` patients are those by which thresholds were set, `strangers` were written by
others who did not see the doctor.
"""

import os
import sys
import time
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests"))
warnings.simplefilter("ignore")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import patients  # noqa: E402

from hue_edu import doctor  # noqa: E402


def look(make):
    """A report, and the seconds that it took."""
    parts, started = dict(make()), time.perf_counter()
    first = [parts.pop(name) for name in ("generator", "discriminator", "data")]
    report = doctor.examine(*first, **parts)
    return report, time.perf_counter() - started


def measure(broken, healthy, words):
    """Rows of the table: group, patients, first, among three, twins that are healthy; seconds."""
    rows, taken = {}, []
    for name, (code, make) in broken.items():
        if words and not any(word in f"{name} {code}" for word in words):
            continue
        (report, seconds), (twin, more) = (
            look(lambda m=make: m(False)),
            look(lambda m=make: m(True)),
        )
        codes = [finding.code for finding in report.findings]
        found = codes[:1] == [code], code in codes[:3], twin.healthy
        row = rows.setdefault(doctor.CODES[code].group, np.zeros(4, int))
        row += [1, *found]
        taken += [seconds, more]
        if not all(found):
            of_twin = [f.code for f in twin.findings if f.severity != "worth a look"]
            print(f"  {name}: {code} was to come first; came {codes}, of its twin {of_twin}")
        keras.utils.clear_session()
    alarms, num = 0, 0
    for name, make in healthy.items():
        if words and not any(word in name for word in words):
            continue
        report, seconds = look(make)
        num, taken = num + 1, [*taken, seconds]
        if not report.healthy:
            alarms += 1
            print(f"  {name}: healthy, but {[f.code for f in report.findings]}")
        keras.utils.clear_session()
    return rows, (alarms, num), taken


def main(words):
    """Print the table of each half."""
    for half, broken, healthy in (
        ("known", patients.BROKEN, patients.HEALTHY),
        ("strangers", patients.STRANGERS, patients.HEALTHY_STRANGERS),
    ):
        print(f"{half}:")
        rows, (alarms, num), taken = measure(broken, healthy, words)
        print(f"  {'group':9} {'patients':>8} {'first':>6} {'of three':>8} {'twins':>6}")
        total = sum(rows.values(), np.zeros(4, int))
        for group, row in {**rows, "all": total}.items():
            print(f"  {group:9} {row[0]:8} {row[1]:6} {row[2]:8} {row[3]:6}")
        print(f"  false alarms: {alarms} of {num} healthy patients")
        if taken:
            print(f"  seconds: median {np.median(taken):.1f}, at most {max(taken):.1f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
