"""An error of the learner's code, told in a sentence."""

import re
import traceback

PLAINER = {  # Keras raises a bare ValueError for these, so only its words tell which mistake it is
    "No gradients provided": (
        "No gradients: was all that leads to this loss computed under its tape?"
    ),
    "non-persistent GradientTape": (
        "a tape answers once; ask each of two tapes, or use `persistent=True`."
    ),
    "numpy-related methods": "a tensor has no such method; keras.ops has a function for it.",
    "Unknown variable": (
        "this optimizer was built for the other player's weights; each needs its own."
    ),
}


def told(error, answer):
    """An exception of the learner's code in a sentence, with the line where it happened."""
    code = getattr(answer, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.line for f in frames if code and f.filename == code.co_filename and f.line]
    where = f", at `{lines[-1].splitlines()[0][:80]}`" if lines else ""
    said = re.sub(r"\x1b\[\d*m|\{\{.*?\}\} ?|\s*\[Op:.*", "", str(error))  # marks and colours
    said = next((plainer for words, plainer in PLAINER.items() if words in said), said)
    if re.search("broadcast|Incompatible shapes", said):
        said = f"{said[:200].strip()} (axes of length 1 help: a[:, None] turns (n,) into (n, 1))"
    said = re.sub(r"0x[0-9a-f]{6,}", "…", said)  # an address, which differs each time
    return f"Your code raised {type(error).__name__}{where}: {said[:300] or 'no message'}"
