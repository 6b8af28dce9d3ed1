"""Break the package on purpose and see that a test notices.

    python tools/mutants.py [WORD]                 `make mutants`: the mutations listed by hand
    python tools/mutants.py --num 100 --seed 1     `make mutants NUM=100 SEED=1`: drawn by seed
                                                   from every small break of the whole package

Each mutation is applied to a copy of the package, and the tests of its room run on the copy until
one fails. With a WORD, only mutations whose file or text holds it. A sample ends with the share
killed by room; mutants that cannot be imported are counted apart, and those that change nothing
(EQUIVALENT) are left out. The exit status is 1 if a listed mutation survived.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from arithmetics import ONE_THREAD
from equivalent_mutations import EQUIVALENT
from freshness import ROOT
from known_mutations import MUTATIONS
from mutation_operators import all_mutations

PACKAGE = ROOT / "hue_edu"
SECONDS = 240  # the slowest tests of a room take a third of it
TESTS = {  # of a file or else of its room, the nearest first
    "__main__": ["cli"],
    "arguments": ["arguments", "contracts"],
    "captions": ["captions", "captioned_data"],
    "checks": ["contracts", "wgan_gp", "training"],
    "datasets": ["datasets", "planar"],
    "datasets/batching": ["datasets", "conditional"],
    "datasets/captioned": ["captioned_data", "captions"],
    "datasets/drawings": ["planar_data", "explorers"],
    "datasets/faults": ["faults", "metrics"],
    "datasets/pictures": ["pictures", "cli"],
    "datasets/planar": ["planar_data", "metrics"],
    "evaluation": ["judges", "cli"],
    "evaluation/captions": ["attribute_judge"],
    "evaluation/own_pictures": ["own_pictures"],
    "exercises": ["exercises"],
    "explorers": ["explorers"],
    "files": ["files"],
    "judges": ["judges", "cli"],
    "judges/attributes": ["attribute_judge"],
    "latent": ["latent", "steps", "conditional"],
    "layers": ["layers"],
    "losses": ["losses", "steps", "text_to_image"],
    "losses/elbo": ["vae"],
    "metrics": ["metrics", "metric_peers", "judges"],
    "models": ["models", "recipes", "training"],
    "models/codes": ["vae_gan"],
    "models/conditional": ["models", "conditional"],
    "models/flow": ["flows"],
    "models/text_to_image": ["models", "text_to_image"],
    "models/vae": ["vae"],
    "plots": ["plots", "explorers"],
    "quiet": ["runtime"],
    "run_folder": ["own_runs", "cli"],
    "runs": ["own_runs", "cli", "checkpoints"],
    "runtime": ["runtime"],
    "sources": ["own_runs", "cli"],
    "studio": ["studio"],
    "studio/page": ["studio_page"],
    "theory": ["theory", "losses"],
    "theory/flows": ["flows"],
    "training/averages": ["flows", "steps"],
    "training/callbacks": ["callbacks", "training"],
    "training/checkpoints": ["checkpoints", "callbacks"],
    "training/conditional": ["conditional"],
    "training/flow": ["flows"],
    "training/gan": ["steps", "training", "conditional", "contracts"],
    "training/grouping": ["contracts", "training"],
    "training/latent_recipe": ["vae_gan", "training"],
    "training/means": ["training", "contracts"],
    "training/optimizers": ["contracts", "training"],
    "training/planar": ["steps", "planar", "contracts"],
    "training/recipes": ["recipes", "training", "text_to_image"],
    "training/text_to_image": ["text_to_image"],
    "training/trainer": ["contracts", "training"],
    "training/vae": ["vae", "contracts"],
    "training/vae_gan": ["vae_gan"],
    "training/wgan_gp": ["steps", "wgan_gp", "contracts"],
}
LOOKS = ("theme.py", "plots/diagrams.py", "__init__.py")  # the eye judges them, or they only name
GROUPS = {
    "rooms that compute": {
        "captions", "theory", "losses", "latent", "layers", "metrics", "datasets", "models",
        "judges", "training", "run_folder", "runs", "sources", "checks", "evaluation",
    },
    "plots, explorers, studio, command line": {"plots", "explorers", "studio", "__main__"},
    "exercises": {"exercises"},
    "foundation": {"arguments", "files", "quiet", "runtime"},
}  # fmt: skip


class Mutant(NamedTuple):
    """A file of the package, what was done to it, and its whole text after."""

    file: str
    what: str
    source: str

    @property
    def room(self):
        return Path(self.file).parts[0].removesuffix(".py")


def known_mutants(word=""):
    """The mutants listed by hand that hold the word, in order, and those that no longer apply.

    Returns:
        List of `Mutant`; list of (file, text), where the text does not occur just once.
    """
    mutants, gone = [], []
    for file, found in MUTATIONS.items():
        source = (PACKAGE / file).read_text()
        for old, new, what in found:
            if word not in " ".join((file, old, new, what)):
                continue
            if source.count(old) == 1:
                mutants.append(Mutant(file, what, source.replace(old, new)))
            else:
                gone.append((file, old))
    return mutants, gone


def sampled_mutants(num, seed, word=""):
    """Mutants drawn from every small break of every file, those that change nothing left out."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        if file.endswith(LOOKS) or word not in file:
            continue
        for line, old, new, source in all_mutations(path.read_text()):
            what = f"{old} → {new}"
            if (file, what) not in EQUIVALENT:
                found.append((line, Mutant(file, what, source)))
    drawn = random.Random(seed).sample(found, min(num, len(found)))
    return [mutant._replace(what=f"line {line}: {mutant.what}") for line, mutant in sorted(drawn)]


def tests_of(file):
    """The test files that are to notice a mutation of a file."""
    names = TESTS.get(file.removesuffix(".py")) or TESTS[Path(file).parts[0].removesuffix(".py")]
    return [f"tests/test_{name}.py" for name in (*names, "api")]


def verdict(mutant):
    """What became of a mutant: the test that failed, `"time"`, `"import"`, or None: it survived."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__")
        for item in ROOT.iterdir():
            if item.name in ("hue_edu", "tests", "tools"):
                shutil.copytree(item, place / item.name, ignore=ignored)
            elif not item.name.startswith(".") and item.name != "runs":
                (place / item.name).symlink_to(item)
        (place / "hue_edu" / mutant.file).write_text(mutant.source)
        command = [sys.executable, "-m", "pytest", "-x", "--tb=no", *tests_of(mutant.file)]
        environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": folder}
        try:
            done = subprocess.run(
                command, cwd=place, env=environment, capture_output=True, text=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return "time"
    if done.returncode == 0:
        return None
    found = re.search(r"^(?:FAILED|ERROR) tests/(\S+)", done.stdout, re.M)
    if not found:  # the tests did not run: no verdict
        raise SystemExit(done.stdout + done.stderr)
    return found[1] if "::" in found[1] else "import"  # a test file that cannot be collected


def verdicts(mutants):
    """Pairs of mutant and verdict in order, as they come."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip(mutants, pool.map(verdict, mutants))


def try_known(word):
    """Print which test kills each listed mutation; return how many survived."""
    (mutants, gone), survivors = known_mutants(word), 0
    print("| room | mutation | killed by |\n|---|---|---|")
    for mutant, test in verdicts(mutants):
        survivors += test is None
        print(f"| {mutant.file} | {mutant.what} | {test or '**survived**'} |", flush=True)
    print(f"\n{len(mutants) - survivors} of {len(mutants)} mutations killed")
    for file, text in gone:
        print(f"no longer applies, for the text changed: {file}, {text!r}")
    return survivors or not mutants


def try_sample(num, seed, word):
    """Print each survivor of a sample with its line, then the share killed by room and group."""
    counts = Counter()
    for mutant, test in verdicts(sampled_mutants(num, seed, word)):
        fate = {None: "survived", "import": "not importable"}.get(test, "killed")
        counts[mutant.room, fate] += 1
        print(f"{fate:14} {mutant.file}, {mutant.what}{f'   by {test}' * bool(test)}", flush=True)
    print("\n| room | killed | of | not importable |\n|---|---|---|---|")
    rooms = sorted({room for room, _ in counts})
    for name, members in [*((room, {room}) for room in rooms), *GROUPS.items()]:
        killed, survived, broken = (
            sum(counts[room, fate] for room in members)
            for fate in ("killed", "survived", "not importable")
        )
        if total := killed + survived:
            share = f"{killed} = {100 * killed / total:.0f}%"
            print(f"| {name} | {share} | {total} | {broken} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("word", nargs="?", default="", help="only mutations that hold it")
    parser.add_argument("--num", type=int, help="draw so many from every small break")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (default: 1)")
    options = parser.parse_args()
    if options.num is None:
        return 1 if try_known(options.word) else 0
    return try_sample(options.num, options.seed, options.word)


if __name__ == "__main__":
    sys.exit(main())
