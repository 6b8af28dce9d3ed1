"""Measure the studies' spot checks under several arithmetics, and keep the range of each number.

    python tools/spot_checks.py            all: `make spot-checks`
    python tools/spot_checks.py 05 12      those of two studies

Nothing else in a study's file changes: its runs and values stay. The exit status is 1 where the
range of a number is wider than 2% of it: then it is the wrong thing to measure, and nothing is
written for that study.
"""

import sys

import arithmetics
import studies

WIDEST = 0.02


def measured(names):
    """What the spot checks give: from a study's name to its numbers."""
    return {study.path.stem: study.spot_check() for study in studies.all_studies(*names)}


def ranges(rows):
    """From the name of each number to its least and largest value over dictionaries."""
    return {key: [f(row[key] for row in rows) for f in (min, max)] for key in rows[0]}


def width(low, high):
    """Of a range, as a share of its larger end; 0 where that is as good as 0."""
    size = max(abs(low), abs(high))
    return (high - low) / size if size > studies.NEARLY_ZERO else 0.0


def main(*names):
    chosen, found = studies.all_studies(*names), {}
    for setting in arithmetics.SETTINGS:
        print(f"{setting} …", flush=True)
        found[setting] = arithmetics.alone(measured, names, setting=setting)
    too_wide = []
    for study in chosen:
        of_study = ranges([numbers[study.path.stem] for numbers in found.values()])
        print(f"\n{study.command}")
        for name, (low, high) in of_study.items():
            print(f"  {name:36} {low:<12.6g} {high:<12.6g} {width(low, high):8.4%}")
        wide = [name for name, ends in of_study.items() if width(*ends) > WIDEST]
        too_wide += [f"{study.path.stem}: {name}" for name in wide]
        if not wide:
            study.keep_ranges(of_study, list(arithmetics.SETTINGS))
    if too_wide:
        print(f"\nWider than {WIDEST:.0%}, so measure something else: {', '.join(too_wide)}")
    return bool(too_wide)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
