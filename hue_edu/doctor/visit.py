"""A file of anybody's, examined in a process of its own, with a limit of time.

python -m hue_edu.doctor.visit FILE BUILD OUT     # what the process runs
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import source
from .findings import Finding, Report

GAN = {"generator", "discriminator", "data", "train_step", "losses", "optimizers", "latent_dim",
       "penalty", "conditions", "seed", "steps"}  # fmt: skip
VAE = {"encoder", "decoder", "data", "train_step", "losses", "optimizer", "seed"}


def visit(where, seconds=300):
    """Examine what a function of a file builds; the file runs in another process.

    Args:
        where: `"file.py:build"`; the function is called without arguments and returns the arguments
            of `examine` or `examine_vae` as a dictionary. Without a colon it is `build`.
        seconds: After these the process is ended.

    Returns:
        The report as text and as JSON, and whether the patient is healthy.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no Python file, or the process was ended.
    """
    path, _, name = str(where).rpartition(":") if ".py:" in str(where) else (str(where), "", "")
    path, name = Path(path), name or "build"
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no {path}; give a Python file and its function, as in: hue doctor "
            "mine.py:build"
        )
    if path.suffix != ".py":
        raise ValueError(f"{path} is no Python file; expected a name that ends in .py.")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = [sys.executable, "-m", "hue_edu.doctor.visit", str(path), name, str(out)]
        package = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
        surroundings = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ, "PYTHONPATH": paths}
        try:
            ended = subprocess.run(
                command, capture_output=True, text=True, timeout=seconds, env=surroundings
            )
        except subprocess.TimeoutExpired:
            raise ValueError(
                f"{path} was not done after {seconds:.0f} s and was ended; give a smaller model or "
                "fewer data, or more time with --seconds."
            ) from None
        if not out.is_file():
            last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise ValueError(f"The process that examined {path} ended early: {last[:200]}")
        found = json.loads(out.read_text(encoding="utf-8"))
    return found["text"], json.dumps(found["about"], indent=2), found["about"]["healthy"]


def examine_file(path, name):
    """The report on what `name` of a file builds; what can be read of the file comes first.

    Args:
        path: A Python file; it runs here.
        name: Its function.

    Returns:
        `Report`.
    """
    from .examine import examine, examine_vae

    text = Path(path).read_text(encoding="utf-8", errors="replace")
    read = list(source.read(text, Path(path).name))
    try:
        parts = _build(Path(path), name)
    except BaseException as error:
        evidence = f"{Path(path).name} stops with {type(error).__name__}: {str(error)[:300]}"
        return Report([*read, Finding("step-fails", "certain", evidence)], {"the rest": "it stops"},
                      [])  # fmt: skip
    vae = "encoder" in parts
    first = ("encoder", "decoder", "data") if vae else ("generator", "discriminator", "data")
    unknown, lacks = set(parts) - (VAE if vae else GAN), set(first) - set(parts)
    if unknown or lacks:
        evidence = (
            f"{name} returned {', '.join(map(str, parts))}; expected {', '.join(first)} and, where "
            f"there are such, {', '.join(sorted((VAE if vae else GAN) - set(first)))}."
        )
        return Report([*read, Finding("step-fails", "certain", evidence)], {}, [])
    report = (examine_vae if vae else examine)(**parts)
    seen = {(f.code, f.numbers.get("name")) for f in report.findings}
    more = [f for f in read if (f.code, f.numbers.get("name")) not in seen]
    return Report([*report.findings, *more], report.left_out, report.not_restored)


def _build(path, name):
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, name, None)):
        raise AttributeError(f"it has no function {name}")
    parts = getattr(module, name)()
    if not isinstance(parts, dict):
        raise TypeError(f"{name} returned {type(parts).__name__}, expected a dictionary")
    return parts


if __name__ == "__main__":
    file, function, target = sys.argv[1:]
    result = examine_file(file, function)
    Path(target).write_text(
        json.dumps({"text": str(result), "about": json.loads(result.to_json())}), encoding="utf-8"
    )
