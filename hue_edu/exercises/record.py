"""What a learner has solved, in one small file that he may delete."""

import json
import os
from pathlib import Path

from .. import files


def path():
    """The file: `$HUE_PROGRESS` if set, else `runs/progress.json` in the checkout."""
    return Path(os.environ.get("HUE_PROGRESS") or files.CHECKOUT / "runs" / "progress.json")


def load():
    """Names of the solved exercises, and a sentence on what is wrong with the file ("" if nothing).

    A damaged file counts as empty and is left as it is.
    """
    file = path()
    try:
        return _names(json.loads(file.read_text(encoding="utf-8"))["done"]), ""
    except FileNotFoundError:
        return [], ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        return [], f"{file} is damaged ({error}), so nothing is counted; delete it to count anew."


def _names(done):
    if not isinstance(done, list) or not all(isinstance(name, str) for name in done):
        raise ValueError("expected a list of names")
    return done


def remember(name):
    """Add a solved exercise; returns the solved ones and a sentence as `load` does."""
    done, trouble = load()
    if trouble or name in done:
        return done, trouble
    done = [*done, name]
    try:
        with files.written_whole(path()) as temporary:
            temporary.write_text(json.dumps({"done": done}, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        return done, f"The progress was not kept: {error.strerror}."
    return done, ""
