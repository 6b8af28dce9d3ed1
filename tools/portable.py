"""`make test-portable`: the core tests as other processors would compute them, in a table.

    python tools/portable.py                       all core tests under each arithmetic
    python tools/portable.py tests/test_steps.py   some of them

They run side by side, and each process takes its share of the cores unless the setting says how
many threads it has. The exit status is 1 if a test failed under one of the settings.
"""

import re
import subprocess
import sys

import arithmetics
from freshness import ROOT


def main(*tests):
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal"]
    command += ["-m", "core and not nightly", *tests]
    bad = False
    print("| arithmetic | tests |\n|---|---|")
    for setting in arithmetics.SETTINGS:
        done = subprocess.run(
            command, cwd=ROOT, env=arithmetics.environment(setting), capture_output=True, text=True
        )
        if done.returncode > 1:  # the tests did not run
            raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
        print(f"| {setting} | {done.stdout.splitlines()[-1]} |", flush=True)
        for line in re.findall(r"^(?:FAILED|ERROR) .*", done.stdout, re.M):
            print(line, file=sys.stderr)
        bad |= done.returncode == 1
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
