"""Judges: what they return, what they refuse, and that their numbers move the right way."""

import sys

import keras
import numpy as np
import pytest
from conftest import ROOT

from hue_edu import datasets, evaluation, files, judges, metrics
from hue_edu.evaluation import parts
from hue_edu.judges import digits as network

sys.path.insert(0, str(ROOT / "tools"))
import train_judge as command

pytestmark = pytest.mark.core


def test_features_and_labels_have_the_stated_shapes(digits):
    judge = judges.load_judge()
    features, logits = judge.features_and_logits(digits[:7])
    assert features.shape == (7, 64) and logits.shape == (7, 10)
    assert features.min() >= 0  # after ReLU
    np.testing.assert_array_equal(judge.features(digits[:7]), features)
    assert judge.labels(digits[:7]).dtype == np.int32


def test_training_a_judge_needs_a_place_for_it(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["judges"])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    assert "--out" in capsys.readouterr().err


def test_the_judge_knows_the_first_digits():
    images, labels = datasets.load_mnist("test")
    assert (judges.load_judge().labels(images[:500]) == labels[:500]).mean() > 0.98


def test_stacked_labels_are_three_digits_in_order():
    images, labels = datasets.load_mnist("test")
    stacked = np.concatenate([images[:60], images[60:120], images[120:180]], axis=-1)
    a, b, c = labels[:60], labels[60:120], labels[120:180]
    found = judges.load_judge().stacked_labels(stacked)
    assert (found == 100 * a + 10 * b + c).mean() > 0.95


def test_batches_do_not_change_the_features(digits, monkeypatch):
    judge = judges.load_judge()
    whole = judge.features(digits[:20])
    monkeypatch.setattr(network, "BATCH", 7)
    np.testing.assert_allclose(judge.features(digits[:20]), whole, atol=1e-4)


def test_other_shapes_are_refused(digits):
    for bad in (digits[:2, :20], digits[:0], np.zeros((2, 28, 28))):
        with pytest.raises(ValueError, match=r"takes images of shape"):
            judges.load_judge().features(bad)


def test_stacked_labels_want_three_channels_of_one_array(digits):
    judge = judges.load_judge()
    for bad in (digits[:2], digits[:2].repeat(4, -1), digits[:2, ..., 0], digits[0].repeat(3, -1)):
        with pytest.raises(ValueError, match=r"shape \(num, height, width, 3\), got \("):
            judge.stacked_labels(bad)
    with pytest.raises(ValueError, match=r"in \[0, 1\]; use 2 \* images - 1"):
        judge.stacked_labels((digits[:2].repeat(3, -1) + 1) / 2)
    stacked = digits[:2].repeat(3, -1)
    np.testing.assert_array_equal(
        judge.stacked_labels(list(stacked)), judge.stacked_labels(stacked)
    )


@pytest.mark.parametrize("name", ["images and labels", "a generator", "two sizes", "nothing"])
def test_a_judge_names_what_is_no_array(name, digits):
    others = {
        "images and labels": (digits[:4], np.zeros(4)),
        "a generator": iter(digits[:4]),
        "two sizes": [digits[0], digits[1, :20]],
        "nothing": None,
    }
    other, judge = others[name], judges.load_judge()
    for look in (judge.features, judge.labels, judge.features_and_logits, judge.stacked_labels):
        with pytest.raises(TypeError, match=f"Got a {type(other).__name__}; expected one array"):
            look(other)


def small(logits=10, activation=None, order=lambda features, logits: [features, logits]):
    """A model as a judge's: features of 8 numbers and logits, in some order."""
    images = keras.Input((28, 28, 1))
    features = keras.layers.Dense(8)(keras.layers.Flatten()(images))
    return keras.Model(images, order(features, keras.layers.Dense(logits, activation)(features)))


def of_two_inputs():
    images, noise = keras.Input((28, 28, 1)), keras.Input((3,))
    both = keras.layers.Concatenate()([keras.layers.Flatten()(images), noise])
    features = keras.layers.Dense(8)(both)
    return keras.Model([images, noise], [features, keras.layers.Dense(10)(features)])


def feature_maps():
    images = keras.Input((28, 28, 1))
    maps = keras.layers.Conv2D(2, 3)(images)
    return keras.Model(images, [maps, keras.layers.Dense(10)(keras.layers.Flatten()(maps))])


NO_JUDGES = {
    "logits alone": (lambda: small(order=lambda f, x: x), r"returns \[\(None, 10\)\]; expected"),
    "three outputs": (
        lambda: small(order=lambda f, x: [f, x, f]),
        "to a pair, features and logits",
    ),
    "a dictionary": (lambda: small(order=lambda f, x: {"f": f, "x": x}), "to a pair, features and"),
    "the other order": (lambda: small(order=lambda f, x: [x, f]), "returns 8 logits; expected 10"),
    "other classes": (lambda: small(logits=26), "returns 26 logits; expected 10"),
    "softmax": (lambda: small(activation="softmax"), "ends in softmax; expected logits"),
    "sigmoid": (lambda: small(activation="sigmoid"), "ends in sigmoid; expected logits"),
    "feature maps": (feature_maps, r"\(None, 26, 26, 2\), .*each \(num, …\)"),
    "two inputs": (of_two_inputs, "from images to a pair"),
    "the judge of captions": (judges.build_attribute_judge, "returns 33 logits; expected 10"),
    "not built": (lambda: keras.Sequential([keras.layers.Dense(10)]), r"returns \[\]; expected"),
    "a class": (lambda: keras.Model, "Got the class Model; expected a Keras model"),
    "a judge": (judges.load_judge, "Got Judge; expected a Keras model"),
    "a function": (lambda: len, "Got builtin_function_or_method; expected a Keras model"),
    "nothing": (lambda: None, "Got NoneType; expected a Keras model"),
}


@pytest.mark.parametrize("name", NO_JUDGES)
def test_models_that_no_judge_can_look_through_are_refused(name):
    make, words = NO_JUDGES[name]
    with pytest.raises((TypeError, ValueError), match=words):
        judges.Judge(make())


def test_models_that_a_judge_can_look_through(digits):
    for activation in (None, "log_softmax", "relu", "tanh"):
        assert judges.Judge(small(activation=activation)).labels(digits[:2]).shape == (2,)


def test_a_judge_with_broken_weights_names_no_digit(digits):
    broken = judges.build_judge()
    weights = broken.get_layer("logits").get_weights()
    broken.get_layer("logits").set_weights([weights[0], weights[1] * np.nan])
    with pytest.raises(ValueError, match="answers hold NaN or infinity; look at its weights"):
        judges.Judge(broken).labels(digits[:2])


class Says:
    """Stands for a judge whose labels are known."""

    def __init__(self, found):
        self.labels = lambda images: found


@pytest.mark.parametrize(
    "judge, words",
    [
        (None, "Got None; expected a judge, such as judges.load_judge"),
        (judges.Judge, "Got <class .*Judge'>; expected a judge"),
        (Says([[k] for k in range(10)] * 1000), r"use labels\[:, 0\]"),
        (Says(["7"] * 10_000), "dtype <U1; expected whole numbers"),
        (Says([7]), "Got 1 labels; expected one for each of the 10,000 images"),
        (Says(np.full(10_000, 0.7)), "dtype float64; expected whole numbers"),
    ],
    ids=["nothing", "a class", "(num, 1)", "text", "one", "probabilities"],
)
def test_the_accuracy_of_what_names_no_digits_is_refused(judge, words):
    with pytest.raises((TypeError, ValueError), match=words):
        judges.accuracy(judge)


@pytest.mark.parametrize(
    "option, bad, words",
    [
        ("epochs", 0, "epochs is 0; expected a whole number, at least 1"),
        ("epochs", 2.5, "epochs is 2.5; expected a whole number"),
        ("epochs", "3", "epochs is '3'; expected a whole number"),
        ("learning_rate", np.nan, "learning_rate is nan; expected a number"),
        ("learning_rate", 0, "learning_rate is 0; expected a number"),
        ("learning_rate", -1e-3, "learning_rate is -0.001; expected a number"),
        ("learning_rate", "fast", "learning_rate is 'fast'; expected a number"),
        ("learning_rate", abs, "expected a number, .*; it takes no schedule here"),
        ("seed", None, "seed is None; expected a whole number"),
    ],
)
def test_settings_of_a_judges_training_are_looked_at_first(option, bad, words, monkeypatch):
    monkeypatch.setattr(network.datasets, "load_mnist", lambda split: pytest.fail("it trains"))
    with pytest.raises(ValueError, match=words):
        judges.train_judge(**{option: bad})


def test_a_judge_learns_in_five_short_epochs(monkeypatch):
    few = [part[:3000] for part in datasets.load_mnist("train")]
    monkeypatch.setattr(network.datasets, "load_mnist", lambda split: few)
    assert judges.accuracy(judges.train_judge(epochs=5, verbose=0)) > 0.5


def test_distance_to_the_test_set_orders_real_noisy_and_noise():
    judge, real = judges.load_judge(), datasets.load_mnist("train")[0][:600]
    rng = np.random.default_rng(0)
    noisy = np.clip(real + rng.normal(0, 0.3, real.shape), -1, 1).astype("float32")
    noise = rng.uniform(-1, 1, real.shape).astype("float32")
    near, middle, far = (evaluation.frechet_to_test_set(x, judge) for x in (real, noisy, noise))
    assert 0 < near < middle < far


def test_evaluate_sees_a_lost_class_copies_and_a_generator_that_ignores_z():
    images, labels = datasets.load_mnist("train")
    without_fives = images[labels != 5][:600]
    found = evaluation.evaluate(without_fives)
    assert found["smallest_share"] < 0.01 and np.argmin(found["class_shares"]) == 5
    assert found["copy_ratio"] < 0.01
    assert found["copied_share"] == 1 and found["copied_floor"] < 0.02
    assert found["frechet_distance"] > found["frechet_floor"]
    assert evaluation.evaluate(np.repeat(images[:1], 500, axis=0))["diversity_ratio"] == 0


def test_evaluate_refuses_other_ranges():
    with pytest.raises(ValueError, match="to_float"):
        evaluation.evaluate(np.zeros((10, 28, 28, 1), "uint8"))
    with pytest.raises(ValueError, match="Got 2 images; measuring needs at least 500"):
        evaluation.evaluate(-np.ones((2, 28, 28, 1), "float32"))


def test_evaluate_measures_what_it_says():
    """Each number once more, from its definition."""
    judge = judges.load_judge()
    training, held_out = datasets.load_mnist("train")[0], datasets.load_mnist("test")[0]
    given = np.tanh(1.5 * held_out[3000:3700]).astype("float32")
    found = evaluation.evaluate(given)
    images = given[parts.drawn_order(given)]
    test_drawn = datasets.load_mnist("test", seed=0)[0]
    rng = np.random.default_rng(0)
    real = training[rng.choice(60_000, 700, replace=False)]
    noisy = np.clip(real + rng.normal(0, 0.3, real.shape), -1, 1)
    test_features, test_logits = judge.features_and_logits(held_out)
    statistics = metrics.feature_statistics(test_features)
    features, logits = judge.features_and_logits(images)
    some = test_features[np.random.default_rng(1).permutation(10_000)[:700]]

    def distance(x):
        return metrics.frechet_distance(metrics.feature_statistics(judge.features(x)), statistics)

    labels = logits.argmax(axis=1)
    kernel, error = metrics.kernel_distance_in_blocks(features, test_features)
    expected = {
        "num": 700,
        "drawn_with_seed": 0,
        "judge": f"judge.weights.h5, sha256 {files.expected_sums()[judges.SHIPPED][:12]}",
        "frechet_distance": distance(images),
        "frechet_infinity": metrics.frechet_infinity(features, statistics),
        "kernel_distance": kernel,
        "kernel_error": error,
        "precision": metrics.precision_recall(some, features)[0],
        "recall": metrics.precision_recall(some, features)[1],
        "density": metrics.density_coverage(some, features)[0],
        "coverage": metrics.density_coverage(some, features)[1],
        "frechet_floor": distance(real),
        "precision_floor": metrics.precision_recall(some, judge.features(real))[0],
        "coverage_floor": metrics.density_coverage(some, judge.features(real))[1],
        "frechet_control": distance(noisy),
        "sure_share": metrics.sure_share(logits),
        "sure_floor": metrics.sure_share(test_logits),
        "inception_score": metrics.inception_score(logits),
        "inception_floor": metrics.inception_score(test_logits),
        "class_distance": metrics.class_distance(labels, judge.labels(held_out)),
        "class_floor": metrics.class_distance(judge.labels(real), judge.labels(held_out)),
        "class_shares": list(np.bincount(labels, minlength=10) / 700),
        "smallest_share": np.bincount(labels, minlength=10).min() / 700,
        "sharpness_ratio": metrics.sharpness_ratio(images, held_out),
        "diversity_ratio": metrics.pairwise_diversity_ratio(images, test_drawn[:2500]),
        "copy_ratio": metrics.copy_ratio(images[:250], test_drawn[:250], training),
        "copying_z": metrics.copying_z(images[:250], test_drawn[:250], training),
        "copied_share": metrics.copied_share(images[:250], training),
    }
    assert found["judge"] == expected["judge"]
    for name, value in expected.items():
        assert name == "judge" or found[name] == pytest.approx(value, rel=1e-3), name
    floors = {f"{name}_floor" for name in ("frechet_infinity", "kernel", "recall", "density")}
    assert found.keys() - expected.keys() == {*floors, "kernel_error_floor", "copied_floor"}
    assert found["copied_floor"] == metrics.copied_share(test_drawn[:250], training)
    assert all(isinstance(share, float) for share in found["class_shares"])


@pytest.mark.parametrize("order", ["by class", "by brightness", "in turns", "backwards"])
def test_the_order_of_the_images_changes_no_measure(order):
    images, labels = (part[:1000] for part in datasets.load_mnist("test", seed=3))
    keys = {
        "by class": labels,
        "by brightness": images.mean(axis=(1, 2, 3)),
        "in turns": np.argsort(np.argsort(labels, kind="stable")) % 100,
        "backwards": -np.arange(1000),
    }
    again = images[np.argsort(keys[order], kind="stable")]
    for measure in (evaluation.evaluate, lambda x: evaluation.evaluate_own(x, images[:500])):
        found, expected = measure(again), measure(images)
        for name, value in expected.items():
            if isinstance(value, (float, list)):
                np.testing.assert_allclose(found[name], value, rtol=1e-4, atol=1e-6, err_msg=name)
            else:
                assert found[name] == value, name


def test_the_order_of_own_pictures_changes_no_measure():
    images, labels = (part[:800] for part in datasets.load_mnist("test", seed=4))
    pictures, samples = images[:500], images[500:]
    by_class = pictures[np.argsort(labels[:500], kind="stable")]
    found, expected = (evaluation.evaluate_own(samples, x) for x in (by_class, pictures))
    for name, value in expected.items():
        value = pytest.approx(value, rel=1e-4) if isinstance(value, float) else value
        assert found[name] == value, name


def test_what_is_drawn_is_a_fair_part_and_depends_on_the_seed():
    images, labels = datasets.load_mnist("train")
    by_class = np.argsort(labels, kind="stable")[::6]
    part = labels[by_class][parts.drawn_order(images[by_class])[:1000]]
    shares, all_of_them = metrics.class_shares(part), metrics.class_shares(labels[by_class])
    assert np.abs(shares - all_of_them).max() < 0.035  # three standard deviations
    few = images[:50]
    assert sorted(parts.drawn_order(few)) == list(range(50))
    assert not np.array_equal(parts.drawn_order(few), parts.drawn_order(few, seed=1))


def test_a_report_says_by_which_rule_parts_were_chosen():
    measured = evaluation.evaluate(datasets.load_mnist("test", seed=3)[0][:500])
    assert "Parts of the samples: drawn with seed 0." in evaluation.report(
        measured, evaluation.DIGITS
    )
    before = {key: value for key, value in measured.items() if key != "drawn_with_seed"}
    assert "the first ones" in evaluation.report(before, evaluation.DIGITS)


def test_a_report_tells_numbers_floors_and_how_they_were_made():
    names = [key for _, key, *_ in evaluation.DIGITS.rows]
    floors = [row.floor for row in evaluation.DIGITS.rows if row.floor]
    one = {key: k + 0.25 for k, key in enumerate(names)} | dict.fromkeys(floors, 0.5)
    one |= {"num": 2500, "frechet_control": 333.3, "kernel_error": 0.1234}
    one |= {"class_shares": [0.05, 0.15, *8 * [0.1]], "judge": "of chess"}
    text = evaluation.report(one, evaluation.DIGITS, training="none", seeds=0)
    lines = text.splitlines()
    assert "2,500 samples, one set" in lines[0]
    for k, (name, _, digits, floor, _) in enumerate(evaluation.DIGITS.rows):
        value = lines[1 + k][17:28].strip()
        assert lines[1 + k].startswith(name) and float(value) == round(k + 0.25, digits)
        assert lines[1 + k][28:37].strip() == (f"{0.5:.{digits}f}" if floor else "")
    assert "±0.123" in text and "0 to 9: 5 15 10 10" in text
    assert "(standard deviation 0.3) is 333." in text
    assert "Training: none" in lines and "Seeds: 0" in lines and "Device: " in lines[-1]
    assert "Judge: of chess; other judges" in text
    three = [one | {"precision": value} for value in (0.7, 0.9, 0.75)]
    (line,) = (
        x
        for x in evaluation.report(three, evaluation.DIGITS).splitlines()
        if x.startswith("Precision")
    )
    assert "0.750" in line[17:28] and line.endswith("(0.700 to 0.900)")
    assert "3 seeds, median (range)" in evaluation.report(three, evaluation.DIGITS)


def test_a_report_of_what_was_saved_before_a_measure_came_leaves_its_row_out():
    names = [key for _, key, *_ in evaluation.DIGITS.rows]
    now = dict.fromkeys(names, 0.5) | {"frechet_control": 1.0, "kernel_error": 0.1, "num": 500}
    now |= {"class_shares": 10 * [0.1], "judge": "of chess", "copied_floor": 0.25}
    old = {key: value for key, value in now.items() if not key.startswith("copied")}
    for runs, shown in ((now, True), (old, False), ([now, old], False), ([old, now], False)):
        text = evaluation.report(runs, evaluation.DIGITS)
        assert ("Copied share" in text) is shown and "Copy ratio" in text


def test_distances_are_to_the_test_digits():
    judge, held_out = judges.load_judge(), datasets.load_mnist("test")[0]
    assert evaluation.frechet_to_test_set(held_out, judge) == pytest.approx(0, abs=1e-3)
    assert evaluation.frechet_to_test_set(datasets.load_mnist("train")[0][:10_000], judge) > 0.5


def test_accuracy_is_the_share_of_right_labels_of_test_digits(monkeypatch):
    labels = datasets.load_mnist("test")[1].copy()
    labels[:2500] = (labels[:2500] + 1) % 10
    always = type("Always", (), {"labels": lambda self, images: labels})()
    assert judges.accuracy(always) == 0.75


class Recorder:
    """Stands for a Keras model: keeps how it was compiled and fitted."""

    def __init__(self, layers):
        Recorder.layers = layers

    def compile(self, optimizer, **options):
        Recorder.compiled = optimizer, options

    def fit(self, images, labels, **options):
        Recorder.fitted = images, labels, options


def test_a_judge_is_trained_as_stated(monkeypatch):
    monkeypatch.setattr(network.keras, "Sequential", Recorder)
    judges.train_judge(epochs=3, learning_rate=1e-3, seed=1)
    optimizer, options = Recorder.compiled
    rate = optimizer._learning_rate
    assert rate.decay_steps == 3 * 469 and rate.initial_learning_rate == 1e-3
    assert options["loss"].get_config()["from_logits"] and options["metrics"] == ["accuracy"]
    images, labels, how = Recorder.fitted
    assert len(images) == len(labels) == 60_000
    assert how == {"batch_size": 128, "epochs": 3, "verbose": 2}
    turn, shift, zoom = (layer.get_config() for layer in Recorder.layers[1:-1])
    assert tuple(Recorder.layers[-1].outputs[0].shape) == (None, 10)
    assert turn["factor"] == pytest.approx((-10 / 360, 10 / 360))
    assert shift["height_factor"] == shift["width_factor"] == 0.08 == zoom["height_factor"]
    assert all(c["fill_mode"] == "constant" and c["fill_value"] == -1 for c in (turn, shift, zoom))
    judges.train_judge()
    assert Recorder.compiled[0]._learning_rate.initial_learning_rate == 2e-3
    assert Recorder.fitted[2]["epochs"] == 14


def test_the_command_trains_saves_and_tells_the_sum(tmp_path, monkeypatch, capsys):
    asked = []

    def untrained(seed):
        asked.append(seed)
        keras.utils.set_random_seed(seed)
        return judges.Judge(judges.build_judge())

    out = tmp_path / "judge.weights.h5"
    monkeypatch.setattr(command, "train_judge", untrained)
    monkeypatch.setattr("sys.argv", ["judges", "--out", str(out), "--seed", "4"])
    monkeypatch.setattr(command, "accuracy", lambda judge: 0.12345)
    command.main()
    assert asked == [4]
    printed = capsys.readouterr().out
    assert "0.1235" in printed and files.sha256(out) in printed
    keras.utils.set_random_seed(4)
    saved, again = judges.build_judge(), judges.build_judge()
    again.load_weights(out)
    for a, b in zip(saved.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    plain = tmp_path / "plain.weights.h5"
    saved.save_weights(plain)
    assert out.stat().st_size < 0.97 * plain.stat().st_size


def test_the_shipped_judge_has_the_stated_layers():
    rows = []
    for layer in judges.build_judge().layers:
        if isinstance(layer, keras.layers.Conv2D):
            rows.append((layer.filters, layer.kernel_size[0], layer.strides[0], layer.use_bias))
        elif isinstance(layer, keras.layers.Dropout):
            rows.append(layer.rate)
        elif isinstance(layer, keras.layers.Dense):
            rows.append((layer.units, layer.name, layer.activation.__name__))
    assert rows == [
        (32, 3, 1, False), (32, 3, 2, False), (64, 3, 1, False), (64, 3, 2, False),
        (48, 3, 1, False), 0.3, (64, "features", "relu"), 0.3, (10, "logits", "linear"),
    ]  # fmt: skip


GOOD = {
    "sure_share": 0.97, "sure_floor": 0.99, "sharpness_ratio": 1.0, "smallest_share": 0.08,
    "class_shares": [0.1] * 9 + [0.08], "diversity_ratio": 0.99, "copied_share": 0.0,
    "copying_z": 0.4, "frechet_distance": 6.8, "frechet_floor": 2.0,
}  # fmt: skip


@pytest.mark.parametrize("change, sentence", [
    ({}, "Readable and varied; 3.4 times the floor of the Fréchet distance."),
    ({"sure_share": 0.85}, "Mostly readable and varied; 3.4"),
    ({"sure_share": 0.55}, "Half of them readable and varied; 3.4"),
    ({"sure_share": 0.2}, "Hardly readable and varied; 3.4"),
    ({"sharpness_ratio": 0.4}, "Readable, soft and varied; 3.4"),
    ({"sharpness_ratio": 1.6}, "Readable, rough and varied; 3.4"),
    ({"diversity_ratio": 0.7}, "Readable and less varied than real ones; 3.4"),
    ({"diversity_ratio": 0.1}, "Readable and much alike; 3.4"),
    ({"smallest_share": 0.0, "class_shares": [0.2, 0.0, 0.8]}, "and with hardly a 1 among them; 3"),
    ({"copied_share": 0.2}, "varied; near copies of training pictures among them; 3.4"),
    ({"copying_z": -9.0}, "varied; near copies of training pictures among them; 3.4"),
])  # fmt: skip
def test_a_table_is_summed_up_in_plain_words(change, sentence):
    assert sentence in evaluation.verdict({**GOOD, **change})


def test_what_was_not_measured_has_no_part_in_the_verdict():
    own = {"diversity_ratio": 0.95, "sharpness_ratio": 0.5, "copying_z": None, "precision": 0.7}
    assert evaluation.verdict(own) == "Soft and varied."
    assert evaluation.verdict({"precision": None}) == "Too little was measured."


def test_a_report_names_another_judge():
    keras.utils.set_random_seed(0)
    images = datasets.load_mnist("test")[0][:500]
    found = evaluation.evaluate(images, judges.Judge(judges.build_judge()))
    assert found["judge"] == "judge, not the one that comes with the course"


@pytest.mark.parametrize(
    "spoil",
    [datasets.to_uint8, lambda x: (x + 1) / 2, lambda x: x * np.nan, lambda x: 127.5 * (x + 1)],
    ids=["uint8", "[0, 1]", "NaN", "0 to 255"],
)
def test_a_judge_refuses_pixels_of_another_scale(spoil, digits):
    judge = judges.load_judge()
    for look in (judge.features, judge.labels, judge.features_and_logits):
        with pytest.raises(ValueError, match="Expected float32 pixels|NaN"):
            look(spoil(digits[:9]))
    labels = judge.labels(digits[:9].astype("float64"))
    np.testing.assert_array_equal(labels, judge.labels(digits[:9]))


@pytest.mark.parametrize("num", [1, 2, 20, 499])
def test_too_few_images_are_not_measured(num, digits):
    with pytest.raises(ValueError, match=f"Got {num} images; measuring needs at least 500"):
        evaluation.evaluate(digits[:num])
    if num <= 64:
        with pytest.raises(ValueError, match="num at least 65"):
            evaluation.frechet_to_test_set(digits[:num], judges.load_judge())


def test_a_generator_that_collapsed_to_black_is_measured():
    found = evaluation.evaluate(np.full((500, 28, 28, 1), -1, "float32"))
    assert found["diversity_ratio"] == found["sharpness_ratio"] == 0
    assert found["frechet_distance"] > found["frechet_control"]


def test_a_report_is_a_table_on_a_page():
    one = {**dict.fromkeys((row.key for row in evaluation.DIGITS.rows), 0.5), "num": 3,
           "kernel_error": 0.1, "class_shares": [0.1] * 10, "frechet_control": 7.0,
           "judge": "a < b"}  # fmt: skip
    text = evaluation.report(one, evaluation.DIGITS, seed=1)
    page = text._repr_html_()
    assert page.count("<tr>") == 1 + len(evaluation.DIGITS.rows) and "3 samples, one set" in page
    assert "a &lt; b" in page and "Seed: 1<br>" in page and "a < b" in text
