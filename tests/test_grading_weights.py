"""Networks that are handed in as weights: drawn from in a process of their own, then measured."""

import csv
import io

import hostile
import numpy as np
import pytest

from hue_edu import datasets, files, models
from hue_edu.grading import batch, ps4
from hue_edu.grading.questions import NotYet

FILE = "ps4_generator.weights.h5"
(WEIGHTS,) = ps4.weights


@pytest.fixture(scope="module")
def untrained(tmp_path_factory):
    """A file of weights that were never trained, as bytes."""
    path = tmp_path_factory.mktemp("weights") / FILE
    models.build_conditional_generator().save_weights(path)
    return path.read_bytes()


def real_digits():
    images, labels = datasets.load_mnist("test", seed=3)
    of_each = [images[labels == k][-100:] for k in range(10)]
    return np.stack(of_each, axis=1).reshape(1000, 28, 28, 1)


def test_real_digits_reach_every_goal_and_the_same_digit_over_and_over_does_not():
    digits = real_digits()
    assert [outcome for outcome, _ in WEIGHTS.judged([digits])] == 4 * ["correct"]
    copies = np.tile(digits[:10], (100, 1, 1, 1))
    judged = dict(zip((goal.measure for goal in WEIGHTS.parts), WEIGHTS.judged([copies])))
    assert judged["diversity"][0] == judged["frechet"][0] == "incorrect"
    assert judged["obeyed"][0] == "correct"
    outcome, why = WEIGHTS.judged([np.roll(digits, 1, axis=0)])[0]
    assert outcome == "incorrect" and why.endswith("expected at least 0.9.")


def test_a_student_sees_each_goal(tmp_path, untrained, capsys):
    with pytest.raises(NotYet, match="There is no file"):
        ps4.check_weights(tmp_path / FILE)
    with pytest.raises(NotYet, match="asks for no file other.h5; it asks for ps4_gen"):
        ps4.check_weights(tmp_path / "other.h5")
    (tmp_path / FILE).write_bytes(untrained)
    with pytest.raises(NotYet, match="trained_generator: [02] of 8 points with the visible z"):
        ps4.check_weights(tmp_path / FILE)
    said = capsys.readouterr().out
    assert said.count("✗") >= 3 and "✗ Fréchet distance to test digits (2): Got" in said
    (tmp_path / FILE).write_bytes(files.shipped("dcgan.weights.h5").read_bytes())
    with pytest.raises(NotYet, match="holds no weights of this network: expected what"):
        ps4.check_weights(tmp_path / FILE)


def rows(path):
    table = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    return {(row["student"], row.get("kind", "")): row for row in table}


def test_weights_are_graded_wherever_they_lie(tmp_path, untrained):
    """In a folder, with a mangled name, in a student's zip; broken ones; alone; copied ones."""
    notebook = ps4_notebook()
    folder = tmp_path / "in"
    for student in ("ada", "broken", "none", "alone"):
        (folder / student).mkdir(parents=True)
    for student in ("ada", "broken", "none"):
        (folder / student / "ps4.ipynb").write_bytes(notebook)
    (folder / "ada" / FILE).write_bytes(untrained)
    (folder / "broken" / FILE).write_bytes(untrained[:5000])
    (folder / "alone" / FILE).write_bytes(untrained)
    (folder / "grace_ps4.ipynb").write_bytes(notebook)
    (folder / "grace_ps4_generator.weights (1).h5").write_bytes(untrained)
    (folder / "grace_ps4_generator.weights.h5").write_bytes(b"an older one")
    inner = hostile_zip(
        [("work/ps4.ipynb", notebook), ("work/PS4_Generator.weights.h5", untrained)]
    )
    (folder / "Alan T_7_assignsubmission_file_a.zip").write_bytes(inner)
    batch.grade(folder, "ps4", tmp_path / "out")
    grades, odd = (rows(tmp_path / "out" / name) for name in ("grades.csv", "odd.csv"))
    assert {student for student, _ in grades} == {
        "ada", "broken", "none", "alone", "grace", "Alan T",
    }  # fmt: skip
    points = {student: row["trained_generator"] for (student, _), row in grades.items()}
    assert points["broken"] == points["none"] == points["alone"] == "0"
    assert points["ada"] == points["grace"] == points["Alan T"]
    assert ("broken", "unreadable weights") in odd and ("alone", "not graded") in odd
    same = odd["ada", "identical answers"]["detail"]
    assert same == "trained_generator: the same as Alan T, grace"
    assert all(row["report"] == "" for row in grades.values())
    page = (tmp_path / "out" / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert "Fréchet distance to test digits (2): Got" in page
    assert "The report, for 20 points, is read by your teacher." in page
    page = (tmp_path / "out" / "feedback" / "broken.html").read_text(encoding="utf-8")
    assert "holds no weights of this network" in page


def ps4_notebook():
    """Nothing attempted, but for a cell that trains and must not be run."""
    import json

    from hue_edu.grading.source import Source

    made = json.loads(Source("ps4").release_notebook.read_text(encoding="utf-8"))
    made["cells"].append(hostile.extra("# project\nwhile True:\n    pass"))
    return json.dumps(made).encode()


def hostile_zip(entries):
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()
