"""The benchmark of the GAN doctor: its patients, group by group.

    python tools/doctor.py [--half NAME] [--jobs 2] [WORD ...]   # all, or those that hold a word

Of each group of codes: how many broken patients there are, for how many the right code comes first
and among the first three, and how many repaired twins are called healthy; then the healthy ones,
and seconds. By `known` patients thresholds were set; `strangers` were written by others who did not
see the doctor, and were learnt from since; `newcomers` likewise, and are only reported on. Training
is followed of healthy patients and of those whose fault is one of dynamics.
"""

import argparse
import multiprocessing
import os
import sys
import time
import warnings

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path[:0] = [ROOT, os.path.join(ROOT, "tests")]


def examine(task):
    """What the doctor says of one patient: (task, found), each found (codes, healthy, seconds)."""
    warnings.simplefilter("ignore")
    import keras
    import patients

    from hue_edu import doctor

    half, name, ill = task
    code, make = patients.HALVES[half][0][name] if ill else (None, patients.HALVES[half][1][name])
    follow = not ill or doctor.CODES[code].group == "dynamics"
    found = []
    for mended in (False, True) if ill else (None,):
        parts, started = make(mended) if ill else make(), time.perf_counter()
        try:
            report = patients.look(parts, **({} if follow else {"steps": 0}))
            codes = [f.code for f in report.findings]
            found.append((codes, report.healthy, time.perf_counter() - started, follow))
        except Exception as error:  # that the doctor stops is a result, too
            found.append(([f"{type(error).__name__}: {error}"], False, 0.0, follow))
    keras.utils.clear_session()
    return task, code, found


def table(results, groups):
    """Rows of a half: group, patients, first, among three, twins that are healthy; and alarms."""
    rows, alarms, num, failed = {}, 0, 0, []
    for (_, name, ill), code, found in results:
        if not ill:
            num, alarms = num + 1, alarms + (not found[0][1])
            if not found[0][1]:
                failed.append(f"{name}: healthy, but {found[0][0]}")
            continue
        (codes, *_), (of_twin, well, *_) = found
        row = rows.setdefault(groups[code], [0, 0, 0, 0])
        hits = [1, codes[:1] == [code], code in codes[:3], well]
        rows[groups[code]] = [a + b for a, b in zip(row, hits)]
        if not all(hits):
            failed.append(f"{name}: {code} was to come first; came {codes}, of its twin {of_twin}")
    return rows, (alarms, num), failed


def main(options):
    """Print the table of each half."""
    import patients

    from hue_edu import doctor

    groups = {code: about.group for code, about in doctor.CODES.items()}
    for half, (broken, healthy) in patients.HALVES.items():
        if options.half not in (None, half):
            continue
        tasks = [(half, n, True) for n, (code, _) in broken.items() if _is_meant(options, n, code)]
        tasks += [(half, n, False) for n in healthy if _is_meant(options, n, "")]
        with multiprocessing.get_context("spawn").Pool(options.jobs, maxtasksperchild=40) as pool:
            results = pool.map(examine, tasks, chunksize=1)
        rows, (alarms, num), failed = table(results, groups)
        print(f"{half}:\n" + "".join(f"  {line}\n" for line in failed), end="")
        print(f"  {'group':9} {'patients':>8} {'first':>6} {'of three':>8} {'twins':>6}")
        rows["all"] = [sum(column) for column in zip(*rows.values())] or [0] * 4
        for group, row in rows.items():
            print(f"  {group:9} {row[0]:8} {row[1]:6} {row[2]:8} {row[3]:6}")
        print(f"  false alarms: {alarms} of {num} healthy patients")
        for what, follow in (("without dynamics", False), ("with dynamics", True)):
            taken = sorted(s for *_, found in results for *_, s, f in found if f == follow)
            if taken:
                middle = taken[len(taken) // 2]
                print(f"  seconds {what}: median {middle:.1f}, at most {taken[-1]:.1f}")
        sys.stdout.flush()


def _is_meant(options, name, code):
    return not options.words or any(word in f"{name} {code}" for word in options.words)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", metavar="WORD", help="of names or codes")
    parser.add_argument("--half", choices=("known", "strangers", "newcomers"))
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    sys.exit(main(parser.parse_args()))
