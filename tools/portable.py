"""`make test-portable`: the core tests as other processors would compute them, in a table.

    python tools/portable.py                       all core tests under each arithmetic
    python tools/portable.py tests/test_steps.py   some of them

They run side by side, and each process takes its share of the cores unless the setting says how
many threads it has. The exit status is 1 if a test failed under one of the settings.
"""

import re
import subprocess
import sys
import time

import arithmetics
from freshness import ROOT


def outcome(setting, tests):
    """Counts of a run of the tests under a setting: passed, failed, seconds; and its output."""
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal"]
    command += ["-m", "core and not nightly", *tests]
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env=arithmetics.environment(setting), capture_output=True, text=True
    )
    last = (done.stdout.splitlines() or [""])[-1]
    passed, failed = (
        sum(int(num) for num in re.findall(rf"\b(\d+) (?:{words})\b", last))
        for words in ("passed", "failed|errors?")
    )
    if done.returncode and not failed:  # the tests did not run
        raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
    return passed, failed, time.perf_counter() - started, done.stdout


def main(*tests):
    bad = 0
    print("| arithmetic | passed | failed | seconds |\n|---|---|---|---|")
    for setting in arithmetics.SETTINGS:
        passed, failed, seconds, said = outcome(setting, tests)
        print(f"| {setting} | {passed:,} | {failed} | {seconds:.0f} |", flush=True)
        if failed:
            print("\n".join(re.findall(r"^(?:FAILED|ERROR) .*", said, re.M)), file=sys.stderr)
        bad += failed
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
