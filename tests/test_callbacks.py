"""Callbacks: what they show, when they stop, and what they say."""

import keras
import numpy as np
import pytest

from hue_edu import training
from hue_edu.training import callbacks

pytestmark = pytest.mark.core


class Bar:
    """A progress bar that keeps what it was told."""

    made = None

    def __init__(self, **options):
        self.options, self.shown, self.closed = options, [], False
        Bar.made = self

    def set_postfix_str(self, text):
        self.shown.append((self.n, text))

    def close(self):
        self.closed = True


class Clock:
    """A clock that goes on by a quarter of a second at each look."""

    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        self.now += 0.25
        return self.now


@pytest.fixture
def bar(monkeypatch):
    monkeypatch.setattr(callbacks, "tqdm", Bar)
    monkeypatch.setattr(callbacks, "time", Clock())
    return Bar


def test_progress_counts_the_steps_of_all_epochs_and_goes(digits, small_gan, capsys):
    progress = training.Progress("steps of G")
    options = {"epochs": 2, "steps_per_epoch": 2, "verbose": 0, "callbacks": [progress]}
    small_gan().fit(digits[:64], batch_size=32, **options)
    assert (progress.bar.n, progress.bar.total) == (4, 4) and progress.bar.disable
    out, err = capsys.readouterr()
    assert "steps of G: 0 of 4 done" in out and not err and not out.split("\r")[-2].strip()


def test_a_limit_in_steps_shows_how_far_it_is(bar, digits, small_gan):
    gan = small_gan()
    limit = training.Limit(steps=7)
    gan.fit(digits, batch_size=32, epochs=9, verbose=0, callbacks=[limit])
    assert bar.made.options["total"] == 7 and bar.made.options["unit"] == "step"
    assert bar.made.options["mininterval"] == 0.5 and bar.made.closed
    steps, texts = zip(*bar.made.shown)
    assert steps[-1] == 7 == gan.steps_done and list(steps) == sorted(set(steps))
    assert len(steps) < 7  # not at every step: half a second lies between two
    assert texts[-1].startswith("step 7 ") and " g_loss 0." in texts[-1]
    assert not limit.reached(6) and limit.reached(7) and limit.reached(8)


def test_the_progress_line_fits_a_terminal_and_ends_with_a_whole_loss():
    limit = training.Limit(seconds=7200)
    losses = dict.fromkeys(("d_real", "d_loss", "g_loss", "penalty"), 1.2345)
    text = limit._beside(123_456, losses, limit.seconds)
    assert text == "step 123,456 d_loss 1.234 g_loss 1.234"
    line = f"100% |{12 * '#'}| 7200 of 7200 s, {text}"
    assert len(line) <= 79 < len(f"{line} d_real 1.234")
    assert limit._beside(5, losses, 60) == "step 5 d_loss 1.234 g_loss 1.234"


def test_a_limit_in_seconds_counts_what_earlier_parts_spent(bar, digits, small_gan):
    gan = small_gan()
    limit = training.Limit(seconds=10, spent=4)
    gan.fit(digits, batch_size=32, epochs=99, verbose=0, callbacks=[limit])
    assert bar.made.options["total"] == 10 and bar.made.options["unit"] == "s"
    assert 10 <= limit.elapsed < 11.5 and gan.steps_done < 25
    assert bar.made.shown[-1][0] == 10  # never past its end
    assert 4 < bar.made.shown[0][0] < 7
    for spent, reached in ((9.99, False), (10, True), (11, True)):
        assert training.Limit(seconds=10, spent=spent).reached(10**6) is reached


@pytest.mark.parametrize("limits", [{}, {"seconds": 1, "steps": 1}])
def test_a_limit_needs_one_of_both(limits):
    with pytest.raises(ValueError, match="only one"):
        training.Limit(**limits)
    assert not training.Limit(steps=1).spent


class Display:
    def __init__(self):
        self.calls = []

    def display(self, figure, display_id):
        self.calls.append(("new", figure.alt, display_id))
        return self

    def update(self, figure):
        self.calls.append(("update", figure.alt))


def test_a_grid_is_shown_once_and_then_refreshed_in_place(digits, small_gan, monkeypatch):
    import IPython

    shown = Display()
    monkeypatch.setattr(IPython, "display", shown)
    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(callbacks, "time", Clock())
    gan, grid = small_gan(), training.SampleGrid()
    assert (grid.num, grid.seed, grid.every) == (36, 0, 1)
    gan.fit(digits[:64], batch_size=32, epochs=2, verbose=0, callbacks=[grid])
    first, second = shown.calls
    assert first[0] == "new" and first[2] is True and "Step 2, 0 s" in first[1]
    assert second[0] == "update" and "Step 4, 0 s" in second[1]
    assert [len(images) for _, images in grid.frames] == [36, 36]
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    gan.fit(digits[:64], batch_size=32, verbose=0, callbacks=[training.SampleGrid(num=4)])
    assert len(shown.calls) == 2


def test_nan_is_reported_once_with_the_names(small_gan, capsys):
    stop, gan = training.StopAtNaN(), small_gan()
    gan.steps.assign(1234)
    stop.set_model(gan)
    stop.on_train_batch_end(0, {"d_loss": 1.0, "g_loss": np.float32(2)})
    stop.on_train_batch_end(1, None)
    assert stop.message is None and not gan.stop_training
    stop.on_train_batch_end(2, {"d_loss": float("inf"), "g_loss": 1.0, "d_real": float("nan")})
    assert gan.stop_training
    assert "step 1,234: d_loss, d_real is no longer" in stop.message
    stop.on_train_batch_end(3, {"g_loss": float("nan")})
    assert "g_loss" not in stop.message and capsys.readouterr().out.count("Stopped") == 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["generator", "discriminator", "averaged_generator"])
def test_a_lost_weight_is_seen_behind_finite_losses(name, value, small_gan):
    stop, gan = training.StopAtNaN(), small_gan()
    stop.set_model(gan)
    stop.on_train_batch_end(0, {"d_loss": 1.0})
    kernel = getattr(gan, name).weights[0]
    kernel.assign(np.where(np.arange(kernel.shape[-1]) == 3, value, kernel.numpy()))
    stop.on_train_batch_end(1, {"d_loss": 1.0})
    assert f"a weight of {getattr(gan, name).name} is no longer" in stop.message


def test_the_state_counts_as_finite_only_if_each_loss_is(digits, small_gan, tmp_path, capsys):
    gan = small_gan()
    checkpoint = training.Checkpoint(tmp_path / "c.npz", clock=lambda: 7.5)
    checkpoint.set_model(gan)
    lost = {"d_loss": 1.0, "g_loss": float("nan")}
    with pytest.raises(ValueError, match=r"At step 0 g_loss is no longer.*c.npz keeps"):
        checkpoint.on_epoch_end(0, lost)
    gan.stop_training = True
    checkpoint.on_epoch_end(0, lost)
    assert "c.npz keeps what it had before" in capsys.readouterr().out
    assert checkpoint.history == [] and not checkpoint.path.exists()
    gan.fit(digits[:64], batch_size=32, verbose=0, callbacks=[checkpoint])
    (row,) = checkpoint.history
    assert row["step"] == 2 and row["seconds"] == 7.5 and {"d_loss", "g_loss"} <= set(row)
    again = training.Checkpoint(tmp_path / "c.npz")
    assert again.restore(small_gan(seed=9)) == 2 and again.history == [row]
    assert again.clock() is None and keras.callbacks.Callback in type(again).__mro__
