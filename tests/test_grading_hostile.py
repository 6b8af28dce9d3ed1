"""Hostile submissions: the batch ends, honest parts score, cheats do not, the teacher is told."""

import csv
import fcntl
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
import zipfile

import hostile
import pytest
from conftest import ROOT

from hue_edu.grading import batch, collecting, sandbox, suspicion

KINDS = hostile.kinds()


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture(scope="module")
def graded(tmp_path_factory, worker_id):
    """All kinds, graded in one batch, once for all test processes; the folder of what came out."""
    place = tmp_path_factory.getbasetemp()
    place = (place if worker_id == "master" else place.parent) / "hostile"
    place.mkdir(exist_ok=True)
    with open(place / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "out" / "grades.csv").is_file():
            grade_all_kinds(place)
    return place / "out"


def grade_all_kinds(place):
    folder = place / "in"
    folder.mkdir()
    for name, kind in KINDS.items():
        (folder / f"{name.replace('/', '_')}_ps1.ipynb").write_bytes(kind.content)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    batch.grade(folder, "ps1", place / "out")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_scores_what_its_honest_part_is_worth(name, graded):
    kind = KINDS[name]
    shown = f"'{name}" if name.startswith("=") else name
    (row,) = [row for row in table(graded / "grades.csv") if row["student"] == shown]
    odd = {line["kind"] for line in table(graded / "odd.csv") if line["student"] == shown}
    assert (int(row["total"]), tuple(row["held"].split())) == (kind.points, kind.held), odd
    assert odd >= {*kind.odd}
    if not kind.odd:
        assert not odd


def test_nothing_of_a_submission_runs_in_the_teachers_browser(graded):
    for page in (graded / "feedback").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text and "<img" not in text and "onerror=alert(1)>" not in text
    for line in (graded / "grades.csv").read_text(encoding="utf-8-sig").splitlines():
        assert not line.startswith(("=", "+", "-", "@"))


def test_feedback_names_mistakes_and_no_hidden_test(graded):
    page = (graded / "feedback" / "half.html").read_text(encoding="utf-8")
    assert page.count("Not attempted") == 2 and "12 of 20 points" in page
    said = json.dumps([p.read_text() for p in (graded / "marks").iterdir()])
    assert "HIDDEN" not in said


def test_the_same_folder_gives_the_same_bytes_even_after_a_kill(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(12):
        made = hostile.written(hostile.notebook(f"student {i}"))
        (folder / f"student {i}_ps1.ipynb").write_bytes(made)
    command = [sys.executable, "-m", "hue_edu", "grade", str(folder), "--assignment", "ps1"]
    for out, kills in (("whole", []), ("killed", [0.8, 1.2, 1.0, 1.5, 0.6])):
        for seconds in [*kills, None]:
            process = subprocess.Popen(
                [*command, "--out", str(tmp_path / out)], cwd=ROOT, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )  # fmt: skip
            if seconds is None:
                assert process.communicate()[1] is not None and process.returncode == 0
            else:
                time.sleep(seconds)
                process.send_signal(signal.SIGKILL)
                process.communicate()
    for name in ("grades.csv", "odd.csv", "feedback/student 3.html"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "killed" / name).read_bytes()
    assert len(table(tmp_path / "whole" / "grades.csv")) == 12


GOOD = hostile.written(hostile.notebook("zip"))


def zipped(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def from_zip(tmp_path_factory):
    """A platform's zip file with all that may be wrong with one."""
    place = tmp_path_factory.mktemp("zip")
    link = zipfile.ZipInfo("Linked_1_assignsubmission_file_/ps1.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped([
            ("Ada Lovelace_123_assignsubmission_file_/ps1.ipynb", GOOD),
            ("Grace Hopper_124_assignsubmission_file_/Copy of ps1 (2).ipynb", GOOD),
            ("Grace Hopper_124_assignsubmission_file_/ps1.ipynb", b"{}"),
            ("hopperjane_LATE_7711_88111_ps1-1.ipynb", GOOD),
            ("../../escaped_ps1.ipynb", GOOD),
            ("/absolute_ps1.ipynb", GOOD),
            ("Bomb_5_assignsubmission_file_/ps1.ipynb", bytes(2**28)),
            ("Twice_6_assignsubmission_file_/ps1.ipynb", GOOD),
            ("Twice_6_assignsubmission_file_/ps1.ipynb", GOOD),
            ("Inner_7_assignsubmission_file_/work.zip", zipped([("x/ps1.ipynb", GOOD)])),
            ("Essay_8_assignsubmission_file_/report.pdf", b"%PDF"),
            ("__MACOSX/Ada Lovelace_123_assignsubmission_file_/._ps1.ipynb", b"junk"),
            (link, "/etc/passwd"),
        ])  # fmt: skip
    (place / "all.zip").write_bytes(content)
    batch.grade(place / "all.zip", "ps1", place / "out")
    return place / "out"


def test_a_zip_file_is_read_with_care(from_zip):
    points = {row["student"]: int(row["total"]) for row in table(from_zip / "grades.csv")}
    assert points == {
        "Ada Lovelace": 20, "Grace Hopper": 20, "hopperjane": 20, "Bomb": 0, "Twice": 20,
        "Inner": 20, "Essay": 0, "Linked": 0, "escaped": 0, "absolute": 0,
    }  # fmt: skip
    odd = {(line["student"], line["kind"]) for line in table(from_zip / "odd.csv")}
    assert odd >= {
        ("Bomb", "unreadable"), ("Linked", "not graded"), ("escaped", "not graded"),
        ("absolute", "not graded"), ("Grace Hopper", "several files"), ("Twice", "several files"),
        ("Essay", "not graded"), ("Ada Lovelace", "identical answers"),
    }  # fmt: skip
    assert not {p.name for p in from_zip.parent.parent.iterdir()} & {"escaped_ps1.ipynb"}


@pytest.mark.parametrize("file, student", [
    ("ada_ps1.ipynb", "ada"), ("ada-ps1.ipynb", "ada"), ("ps1_ada.ipynb", "ada"),
    ("Copy of ada_ps1.ipynb", "ada"), ("ada_ps1 (1).ipynb", "ada"), ("ada/ps1.ipynb", "ada"),
    ("ada/ps1/ps1.ipynb", "ada"), ("ada/Copy of ps1 (3).ipynb", "ada"), ("ada.ipynb", "ada"),
    ("Ada L_12_assignsubmission_file_ps1.ipynb", "Ada L"), ("ada_1234_56789_ps1-2.ipynb", "ada"),
    ("ps1_ada77_attempt_2026-11-01-10-00-00_ps1.ipynb", "ada77"), ("ada/ps1_final.ipynb", "ada"),
    ("Copy of ps1 (1).ipynb", "Copy of ps1 (1)"), ("王小明_ps1.ipynb", "王小明"),
])  # fmt: skip
def test_names_are_found_as_platforms_write_them(file, student):
    assert collecting.student_of(file, "ps1")[0] == student


def test_what_is_no_folder_of_submissions_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    for folder, out, told in (
        (tmp_path / "none", "out", "no folder or zip"), (tmp_path / "in", "out", "is empty"),
        (tmp_path / "broken.zip", "out", "no complete zip"),
        (tmp_path / "in", "in/out", "lies in the folder of"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=told):
            batch.grade(folder, "ps1", tmp_path / out)
    with pytest.raises(ValueError, match="no assignment 'ps9'; there are ps1"):
        batch.grade(tmp_path / "in", "ps9", tmp_path / "out")


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "elsewhere.ipynb").write_bytes(GOOD)
    (folder / "linked_ps1.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    os.mkfifo(folder / "pipe_ps1.ipynb")
    (folder / "ada_ps1.ipynb").write_bytes(GOOD)
    submissions, others = collecting.collect(folder, "ps1")
    assert [one.student for one in submissions] == ["ada"]
    assert {(student, why.split(",")[0]) for student, _, why in others} == {
        ("linked", "a symbolic link"), ("pipe", "no plain file"),
    }  # fmt: skip


def names_in(folder):
    return sorted(one.student for one in collecting.collect(folder, "ps1")[0])


@pytest.mark.parametrize("files, students", [
    (["submissions/anna/ps1.ipynb", "submissions/bob/ps1.ipynb"], ["anna", "bob"]),
    (["submissions/anna.ipynb", "submissions/bob.ipynb"], ["anna", "bob"]),
    (["one/anna.ipynb", "one/bob.ipynb", "two/cleo_ps1.ipynb"], ["anna", "bob", "cleo"]),
    (["one/anna_ps1.ipynb", "one/bob_ps1.ipynb", "two/ps1_c.ipynb"], ["anna", "bob", "c"]),
    (["student-01.ipynb", "student-02.ipynb"], ["student-01", "student-02"]),
    (["s_2024_01_ps1.ipynb", "s_2024_02_ps1.ipynb"], ["s_2024_01", "s_2024_02"]),
    (["Weiß_ps1.ipynb", "Weiss_ps1.ipynb"], ["Weiss", "Weiß"]),
    (["Anna S_11_assignsubmission_file_/ps1.ipynb", "Anna S_12_assignsubmission_file_/a.ipynb"],
     ["Anna S (11)", "Anna S (12)"]),
    (["anna/ps1.ipynb"], ["anna"]),
    (["dl/anna/ps1.ipynb", "dl/bob/ps1.ipynb", "gradebook.csv"], ["anna", "bob"]),
    (["anna/ps1_final.ipynb", "bob/ps1_final.ipynb"], ["anna", "bob"]),
    ([f"{name}/{file}.ipynb" for name in ("anna", "bob") for file in ("ps1", "scratch")],
     ["anna", "anna", "bob", "bob"]),
    (["ss_2024_101_ps1.ipynb", "ss_2024_102_ps1.ipynb"], ["ss_2024_101", "ss_2024_102"]),
    (["ps1_anna_m_attempt_2026-11-01-10.ipynb", "ps1_bob_m_attempt_2026-11-01-10.ipynb"],
     ["anna_m", "bob_m"]),
    (["anna/ps1.ipynb", "anna/ps1_backup.ipynb"], ["anna", "anna"]),
])  # fmt: skip
def test_students_are_neither_merged_nor_split(tmp_path, files, students):
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"{}")
    assert names_in(tmp_path) == students
    (tmp_path / "all.zip").write_bytes(zipped([(file, b"{}") for file in files]))
    assert sorted(s.student for s in collecting.collect(tmp_path / "all.zip", "ps1")[0]) == students


def test_nobody_writes_into_another_students_marks(tmp_path):
    """Names inside a student's own zip file are not believed, and an emptier file never counts."""
    blank = b'{"cells": []}'
    (tmp_path / "in" / "cleo").mkdir(parents=True)
    inside = [("anna_ps1.ipynb", GOOD), ("bob_ps1 (9).ipynb", blank)]
    (tmp_path / "in" / "anna.zip").write_bytes(zipped(inside))
    (tmp_path / "in" / "bob_ps1.ipynb").write_bytes(GOOD)
    (tmp_path / "in" / "cleo" / "ps1.ipynb").write_bytes(GOOD)
    (tmp_path / "in" / "cleo" / "zz.ipynb").write_bytes(blank)
    (tmp_path / "in" / "dora" / ".ipynb_checkpoints").mkdir(parents=True)
    (tmp_path / "in" / "dora" / ".ipynb_checkpoints" / "ps1-checkpoint.ipynb").write_bytes(GOOD)
    (tmp_path / "in" / "readme.txt").write_text("from the platform")
    rows = batch.grade(tmp_path / "in", "ps1", tmp_path / "out")
    assert {row.student: row.total for row in rows} == {
        "anna": 20,
        "bob": 20,
        "cleo": 20,
        "dora": 0,
    }
    odd = {
        (line["student"], line["kind"]): line["detail"]
        for line in table(tmp_path / "out" / "odd.csv")
    }
    assert "checkpoint" in odd["dora", "not graded"] and ("readme", "not graded") in odd
    assert odd["cleo", "several files"] == "not counted, but cleo/ps1.ipynb"


def test_what_costs_the_grader_much_is_refused_at_once(tmp_path):
    nest = b"[[]," * 2_000_000
    began = time.monotonic()
    for name, content in (
        ("nest", b'{"cells": ' + nest), ("spaces", hostile.written(hostile.notebook(
            "x", optimal_logit="x = (\n" + " " * 90_000 + "?"))),
        ("cells", b'{"cells": [' + b'{"source": "x"},' * 400_000 + b"{}]}"),
        ("dots", hostile.written({"cells": [hostile.extra(f"import a{'.a' * 20_000}")] * 40})),
        ("long", hostile.written(hostile.notebook("x", optimal_logit="x = [1" + ",1" * 10**6))),
    ):  # fmt: skip
        (tmp_path / f"{name}_ps1.ipynb").write_bytes(content)
    collecting.student_of("a(" + "1" * 4400 + ").ipynb", "ps1")
    collecting.student_of(" " * 60_000 + ".ipynb", "ps1")
    batch.grade(tmp_path, "ps1", tmp_path.parent / f"{tmp_path.name}-out")
    assert time.monotonic() - began < 30


def test_what_goes_wrong_in_one_submission_ends_no_other(tmp_path, monkeypatch):
    def broken(*arguments):
        raise KeyError("stages")

    monkeypatch.setattr("hue_edu.grading.batch.mark", broken)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada_ps1.ipynb").write_bytes(GOOD)
    (row,) = batch.grade(tmp_path / "in", "ps1", tmp_path / "out")
    assert row.refused and row.odd == [("could not be graded", "KeyError: 'stages'")]


def test_feedback_tells_no_hidden_number(graded):
    """Nowhere stands a number of the hidden inputs or of the right answers to them."""
    asked = hostile.SOURCE.assignment.questions
    hidden = [hostile.SOURCE.hidden(q, part)[0] for q in asked for part in q.parts]
    numbers = {f"{abs(float(x)):.4g}" for right in hidden for a in right
               for x in a.ravel()[:5]}  # fmt: skip
    numbers = {number for number in numbers if len(number.replace(".", "").strip("0")) > 3}
    for name in ("run a changed input", "run the visible answers", "half"):
        text = (graded / "feedback" / f"{name}.html").read_text(encoding="utf-8")
        said = text.split("<pre>")[0::1]
        assert not [n for n in numbers if any(n in part for part in said)], name


WAYS = ["namespaces", "bubblewrap"] if os.geteuid() == 0 else ["bubblewrap", "limits"]


@pytest.mark.parametrize("way", WAYS)
def test_a_process_sees_nothing_of_the_house(way):
    """No network, no source, no submissions, nothing to write to; each as far as its way says."""
    try:
        place = sandbox.strongest(way)
    except ValueError:
        assert way not in WAYS[:1] or os.geteuid() != 0 or not _can_unshare()
        return
    code = (
        "import os, socket, sys\n"
        "seen = {p: os.path.exists(p) for p in sys.argv[1:]}\n"
        "try: socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), 2); net = True\n"
        "except (OSError, KeyError): net = False\n"
        "try: open('/usr/x', 'w'); wrote = True\n"
        "except OSError: wrote = False\n"
        "print(any(seen.values()), net, wrote, os.getuid() == 0)"
    )
    hidden = [str(hostile.SOURCE.folder), str(ROOT / "tests"), str(ROOT / ".git"), "/root/.bashrc"]
    with place.start(["-c", code, *hidden]) as process:
        said = process.communicate()[0].split()
    place.close()
    assert said == [b"False"] * 4 if way != "limits" else said[2:] == [b"False"] * 2


def _can_unshare():
    return (
        subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True).returncode == 0
    )


@pytest.mark.parametrize("source", [
    "def f(x):\n    '''Uses __init__ and sys.'''\n    return np.linalg.norm(x)",
    "import scipy.special as s\ndef f(x):\n    return s.expit(x)",
    "from keras import ops\nimport tensorflow as tf\nimport matplotlib.pyplot as plt",
    "class Helper:\n    def __init__(self, a):\n        self.a = a\n    def __call__(self, x): ...",
    "print(f'{1:.3f}', 'code', 'system'); x = getattr(np, 'mean')([1])",
    "if __name__ == '__main__':\n    print(np.random.default_rng(0).normal(size=3).copy())",
    "def f(l: np.ndarray) -> float:\n    return np.array([g(x) for x in l])",
    "from __future__ import annotations\nfrom functools import partial, reduce\nimport itertools",
])  # fmt: skip
def test_ordinary_answers_are_not_suspicious(source):
    assert suspicion.reasons(source, "ps1") == []
