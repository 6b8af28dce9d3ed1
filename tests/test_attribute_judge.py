"""The judge of captions: heads in order, obedience by hand, and training as stated."""

import sys

import keras
import numpy as np
import pytest
from conftest import ROOT

from hue_edu import captions, datasets, evaluation, files, judges
from hue_edu.judges import attributes

sys.path.insert(0, str(ROOT / "tools"))
import train_judge as command

pytestmark = pytest.mark.core


class Reader:
    """Stands for a judge whose labels are known."""

    def __init__(self, labels):
        self.found = np.array(labels, "int32")

    def labels(self, images):
        return self.found[: len(images)]


def untrained(seed=0):
    keras.utils.set_random_seed(seed)
    return judges.AttributeJudge(judges.build_attribute_judge())


def test_the_judge_returns_five_labels_and_features():
    images = datasets.hue_pictures(captions.complete(np.full((7, 5), -1), 0), "test", seed=0)
    judge = untrained()
    labels, features = judge.labels(images), judge.features(images)
    assert labels.shape == (7, 5) and labels.dtype == np.int32
    assert features.shape == (7, 64) and features.min() >= 0
    assert (labels >= 0).all() and (labels < [10, 8, 8, 2, 5]).all()
    with pytest.raises(ValueError, match=r"images of shape \(num, 32, 32, 3\)"):
        judge.labels(images[:, :28])


def test_each_attribute_has_its_logits():
    logits = np.zeros((2, 33), "float32")
    logits[0, [9, 10, 25, 26, 32]] = 1  # the ends of each head
    logits[1, [0, 17, 18, 27, 28]] = 1
    judge = untrained()
    judge.features_and_logits = lambda images: (None, logits)
    np.testing.assert_array_equal(judge.labels(None), [[9, 0, 7, 0, 4], [0, 7, 0, 1, 0]])


def test_the_loss_adds_the_cross_entropies_of_the_heads():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(3, 33)).astype("float32")
    labels = captions.complete(np.full((3, 5), -1), 0)
    expected, start = np.zeros(3), 0
    for k, size in enumerate((10, 8, 8, 2, 5)):
        part = logits[:, start : start + size]
        expected += np.log(np.exp(part).sum(axis=1)) - part[np.arange(3), labels[:, k]]
        start += size
    np.testing.assert_allclose(attributes.attribute_loss(labels, logits), expected, rtol=1e-5)


def test_obedience_by_hand():
    asked = [(3, 0, 1, 0, 0), (3, 0, 1, 0, 0), (3, None, None, None, 2), (None, 5, None, 1, None)]
    judge = Reader([(3, 0, 1, 0, 0), (3, 0, 1, 1, 4), (3, 7, 7, 1, 2), (9, 5, 4, 0, 1)])
    found = evaluation.obedience(judge, np.zeros((4, 32, 32, 3)), asked)
    assert found == {
        "all_right": 0.5, "digit": 1.0, "colour": 1.0, "background": 1.0, "size": 1 / 3,
        "place": pytest.approx(2 / 3),
    }  # fmt: skip
    few = evaluation.obedience(judge, np.zeros((1, 32, 32, 3)), [(None, 0, None, None, None)])
    assert few["all_right"] == 1 and np.isnan(few["digit"])


def test_the_ceiling_is_measured_on_real_pictures_of_test_digits(monkeypatch):
    asked = []

    def pictures(labels, split, seed):
        asked.append((labels, split))
        return np.zeros((len(labels), 32, 32, 3), "float32")

    monkeypatch.setattr(attributes.datasets, "hue_pictures", pictures)
    for held_out in (False, True):
        evaluation.ceiling(Reader(np.zeros((40, 5))), held_out, num=40)
        labels, split = asked.pop()
        assert split == "test" and labels.shape == (40, 5)
        assert (captions.is_held_out(*labels[:, :3].T) == held_out).all()


def test_a_judge_learns_colours_in_a_few_steps(monkeypatch):
    real = datasets.captioned_batches
    monkeypatch.setattr(
        attributes.datasets,
        "captioned_batches",
        lambda split, *args, **kw: real("test", 64, 0, **kw),
    )
    judge = judges.train_attribute_judge(steps=56, verbose=0)
    found = evaluation.ceiling(judge, held_out=True, num=300)
    assert found["background"] > 0.8 and found["place"] > 0.5


class Recorder:
    """Stands for a Keras model: keeps how it was compiled and fitted."""

    def __init__(self, inputs, outputs):
        Recorder.outputs = outputs

    def compile(self, optimizer, **options):
        Recorder.compiled = optimizer, options

    def fit(self, data, **options):
        Recorder.fitted = next(iter(data)), options


def test_the_judge_is_trained_as_stated(monkeypatch):
    real, asked = datasets.captioned_batches, []

    def batches(split, batch_size, seed, **options):
        asked.append((split, batch_size, seed, options))
        return real("test", batch_size, seed, **options)

    network = judges.build_attribute_judge()
    monkeypatch.setattr(attributes, "build_attribute_judge", lambda: network)
    monkeypatch.setattr(attributes.datasets, "captioned_batches", batches)
    monkeypatch.setattr(attributes.keras, "Model", Recorder)
    judges.train_attribute_judge(steps=80, learning_rate=1e-3, seed=4)
    assert asked == [("train", 128, 4, {"held_out": None})]
    optimizer, options = Recorder.compiled
    assert optimizer._learning_rate.decay_steps == 80
    assert optimizer._learning_rate.initial_learning_rate == 1e-3
    assert options == {"loss": attributes.attribute_loss}
    assert Recorder.outputs is network.outputs[1]
    (images, labels), how = Recorder.fitted
    assert images.shape == (128, 32, 32, 3) and labels.shape == (128, 5)
    assert how == {"steps_per_epoch": 10, "epochs": 8, "shuffle": False, "verbose": 2}


def test_the_command_trains_saves_and_tells_both_ceilings(tmp_path, monkeypatch, capsys):
    out = tmp_path / "judge.weights.h5"
    monkeypatch.setattr(command, "train_attribute_judge", untrained)
    monkeypatch.setattr(
        command, "ceiling", lambda judge, held_out: {"all_right": 0.25 + held_out / 2}
    )
    line = ["judges", "--kind", "attributes", "--out", str(out), "--seed", "4"]
    monkeypatch.setattr("sys.argv", line)
    command.main()
    printed = capsys.readouterr().out
    assert "training combinations: all_right 0.2500" in printed
    assert "held-out combinations: all_right 0.7500" in printed and files.sha256(out) in printed
    again = judges.build_attribute_judge()
    again.load_weights(out)
    for a, b in zip(untrained(4).model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_judge_has_the_stated_layers():
    rows = []
    for layer in judges.build_attribute_judge().layers:
        if isinstance(layer, keras.layers.Conv2D):
            rows.append((layer.filters, layer.kernel_size[0], layer.strides[0], layer.use_bias))
        elif isinstance(layer, keras.layers.Dense):
            rows.append((layer.units, layer.name, layer.activation.__name__))
    assert rows == [
        (24, 3, 1, False), (32, 3, 2, False), (48, 3, 1, False), (48, 3, 2, False),
        (64, 3, 1, False), (64, 3, 2, False), (64, "features", "relu"), (33, "logits", "linear"),
    ]  # fmt: skip


PICTURES = np.zeros((4, 32, 32, 3), "float32")
ASKED = [(3, 0, 1, 0, 0)] * 4


@pytest.mark.parametrize(
    "judge, images, asked, words",
    [
        (Reader(np.zeros((4, 5))), PICTURES, ASKED[:1], "Got 4 pictures of 1 captions"),
        (Reader(np.zeros((4, 5))), PICTURES[:3], ASKED, "Got 3 pictures of 4 captions"),
        (Reader(np.zeros(4)), PICTURES, ASKED, r"reads labels of shape \(4,\); expected \(4, 5\)"),
        (Reader(np.zeros((4, 1))), PICTURES, ASKED, r"shape \(4, 1\); expected \(4, 5\)"),
        (Reader(np.zeros((4, 5))), PICTURES, ["a red three"] * 4, "captions.read makes one"),
        (Reader(np.zeros((4, 5))), PICTURES, np.full((4, 5), 0.5), "Expected meanings .*float64"),
        (None, PICTURES, ASKED, "Got None; expected a judge"),
        (Reader, PICTURES, ASKED, "expected a judge, such as"),
        (PICTURES, PICTURES, ASKED, "expected a judge, such as"),
    ],
    ids=["one caption", "fewer pictures", "one label each", "(num, 1)", "texts", "floats",
         "no judge", "a class", "pictures"],
)  # fmt: skip
def test_what_has_no_obedience_is_told(judge, images, asked, words):
    with pytest.raises((TypeError, ValueError), match=words):
        evaluation.obedience(judge, images, asked)


def test_a_label_of_five_pictures_is_not_taken_for_five_attributes():
    with pytest.raises(ValueError, match="the five attributes of each picture"):
        evaluation.obedience(Reader(np.zeros(5)), np.zeros((5, 32, 32, 3)), [(3, 0, 1, 0, 0)] * 5)


def test_obedience_refuses_pictures_of_another_scale():
    asked = captions.complete(np.full((3, 5), -1), 0)
    pictures = datasets.hue_pictures(asked, "test", 0)
    for bad, words in (
        (datasets.to_uint8(pictures), "use datasets.to_float"),
        (np.moveaxis(pictures, -1, 1), r"images of shape \(num, 32, 32, 3\); got \(3, 3, 32, 32\)"),
        (pictures * np.nan, "NaN or infinity"),
    ):
        with pytest.raises(ValueError, match=words):
            evaluation.obedience(untrained(), bad, asked)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"num": 0}, "num is 0; expected a whole number, at least 1"),
        ({"num": 2.5}, "num is 2.5; expected a whole number"),
        ({"seed": "0"}, "seed is '0'; expected a whole number"),
        ({"held_out": "no"}, "held_out is 'no'; expected False, True, or None"),
    ],
    ids=str,
)
def test_a_ceiling_of_nothing_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        evaluation.ceiling(Reader(np.zeros((5, 5))), **{"held_out": False, "num": 5, **options})


@pytest.mark.parametrize(
    "option, bad, words",
    [
        ("steps", 0, "steps is 0; expected a whole number, at least 8"),
        ("steps", 20, "steps is 20; expected a multiple of 8, such as 16"),
        ("steps", 8.0, "steps is 8.0; expected a whole number"),
        ("steps", "8", "steps is '8'; expected a whole number"),
        ("learning_rate", np.inf, "learning_rate is inf; expected a number"),
        ("learning_rate", 0.0, "learning_rate is 0.0; expected a number"),
        ("learning_rate", None, "learning_rate is None; expected a number"),
        ("seed", -1, "seed is -1; expected a whole number"),
    ],
)
def test_settings_of_the_judges_training_are_looked_at_first(option, bad, words, monkeypatch):
    monkeypatch.setattr(attributes, "build_attribute_judge", lambda: pytest.fail("it trains"))
    with pytest.raises(ValueError, match=words):
        judges.train_attribute_judge(**{option: bad})
