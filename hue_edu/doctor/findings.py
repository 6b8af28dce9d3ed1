"""What the doctor can find, and how it says so."""

import html
import json
from dataclasses import asdict, dataclass, field

import numpy as np

from .. import plots
from .codes import CODES

SEVERITIES = ("certain", "likely", "worth a look")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or may be.

    Attributes:
        code: A key of `CODES`.
        severity: One of `SEVERITIES`.
        evidence: A sentence with its numbers.
        numbers: What was measured, by name.
    """

    code: str
    severity: str
    evidence: str
    numbers: dict = field(default_factory=dict)

    @property
    def group(self):
        """Where it belongs: wiring, data, losses, updates or critic."""
        return CODES[self.code].group

    @property
    def repair(self):
        """What to do."""
        return CODES[self.code].repair

    @property
    def lesson(self):
        """Number of the lesson that explains it."""
        return CODES[self.code].lesson


class Report:
    """What the doctor found.

    Attributes:
        findings: Worst first; of those alike in severity, causes before effects.
        left_out: From a group to why it was not examined, or not whole.
        not_restored: What could not be put back as it was, in words.
        pictures: From a name to samples that were seen, (num, height, width, channels).
    """

    def __init__(self, findings, left_out, not_restored, pictures=None):
        order = list(CODES)

        def rank(finding):
            return SEVERITIES.index(finding.severity), order.index(finding.code)

        self.findings = sorted(findings, key=rank)
        self.left_out, self.not_restored = dict(left_out), list(not_restored)
        self.pictures = dict(pictures or {})

    @property
    def healthy(self):
        """Whether nothing is above "worth a look"."""
        return all(finding.severity == SEVERITIES[-1] for finding in self.findings)

    def __str__(self):
        lines = ["Nothing found."] if not self.findings else []
        for finding in self.findings:
            lines += [
                f"{finding.code} ({finding.severity}, lesson {finding.lesson})",
                f"  {finding.evidence}",
                f"  Repair: {finding.repair}",
            ]
        lines += [f"Not examined: {group} ({why})." for group, why in self.left_out.items()]
        lines += [f"Not put back: {what}." for what in self.not_restored]
        return "\n".join(lines)

    def show(self):
        """In a notebook a table and the pictures that were seen; elsewhere the text."""
        try:
            from IPython import get_ipython
            from IPython.display import display
        except ImportError:
            get_ipython = lambda: None  # noqa: E731
        if get_ipython() is None:
            print(self)
            return
        display(self)
        rows = {name: _as_pictures(x, self.pictures["data"]) for name, x in self.pictures.items()
                if x.ndim == 4 and x.shape[-1] in (1, 3)}  # fmt: skip
        if rows:
            num = min(8, *map(len, rows.values()))
            display(plots.plot_rows({k: x[:num] for k, x in rows.items()}, "What was seen"))

    def to_json(self):
        """The report as JSON text: healthy, findings, left_out, not_restored."""
        findings = [
            asdict(f) | {"group": f.group, "repair": f.repair, "lesson": f.lesson}
            for f in self.findings
        ]
        about = {"left_out": self.left_out, "not_restored": self.not_restored}
        return json.dumps({"healthy": self.healthy, "findings": findings, **about}, indent=2)

    def _repr_html_(self):
        if not self.findings:
            return f"<pre>{html.escape(str(self))}</pre>"
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"
            for cells in (
                (f.code, f.severity, f.evidence, f.repair, f.lesson) for f in self.findings
            )
        )
        head = "".join(f"<th>{name}</th>" for name in
                       ("code", "severity", "evidence", "repair", "lesson"))  # fmt: skip
        rest = str(self).split("\n")[3 * len(self.findings) :]
        below = "<br>".join(html.escape(line) for line in rest)
        return f"<table><tr>{head}</tr>{rows}</table><p>{below}</p>"


def _as_pictures(x, data):
    """Samples as uint8, black and white being the ends of the data's range."""
    low, high = float(np.nanmin(data)), float(np.nanmax(data))
    share = (x - low) / max(high - low, 1e-12)
    return np.round(255 * np.clip(np.nan_to_num(share), 0, 1)).astype("uint8")
