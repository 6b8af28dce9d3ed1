"""What was saved with other code than lies here: `make stale`. It fails nothing.

    python tools/stale.py            the table, oldest first
    python tools/stale.py studies    renew the studies in it, one after the other: `make studies`

A lesson or study in the table may still be right; its spot check or asserts tell.
"""

import subprocess
import sys

import freshness
import studies

import notebooks


def stale_lessons():
    """Rows (date, name, what changed, seconds) of lessons whose cells or rooms changed."""
    for path in notebooks.lessons():
        notebook = notebooks.read(path)
        saved = notebook.metadata.get("hue", {})
        changes = freshness.changed(saved.get("rooms", {}), notebooks.rooms(notebook))
        if not notebooks.is_fresh(notebook):
            changes.insert(0, "its cells")
        yield saved.get("saved", "never"), path.name, changes, saved.get("seconds")


def stale_studies():
    """The same of studies; the first of its changes says how many of its runs are old."""
    for study in studies.all_studies():
        old = sum(map(len, study.old_runs().values()))
        rooms, unknown = study.changed_rooms()
        changes = [f"{old} of {len(study.saved['runs'])} runs"] if old else []
        changes += [*rooms, *([f"unknown rooms of {unknown} runs"] if unknown else [])]
        yield study.saved.get("date", "never"), study.command, changes, study.seconds() or None


def table(rows):
    """The rows with changes as lines of text, oldest first."""
    listed = sorted(row for row in rows if row[2])
    if not listed:
        return ["Every lesson and study was saved with the code that lies here."]
    width = max(len(name) for _, name, *_ in listed)
    lines = [f"{'saved':10}  {'what':{width}}  {'renewal':>7}  changed since"]
    for date, name, changes, seconds in listed:
        cost = f"{seconds:.0f} s" if seconds else "unknown"
        lines.append(f"{date:10}  {name:{width}}  {cost:>7}  {', '.join(changes)}")
    return lines


def renew_studies():
    """Run each stale study, after saying how long all will take."""
    waiting = [row for row in stale_studies() if row[2]]
    known = sum(seconds or 0 for *_, seconds in waiting)
    print(f"{len(waiting)} studies to renew, about {known / 60:.0f} minutes in all", flush=True)
    for _, command, *_ in waiting:
        print(command, flush=True)
        subprocess.run(command.split(), cwd=freshness.ROOT, check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["studies"]:
        renew_studies()
    else:
        print("\n".join(table([*stale_lessons(), *stale_studies()])))
