"""Checkpoints: written whole or not at all, and a killed run goes on as if nothing had happened."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import ROOT

from hue_edu import datasets, models, runs, training
from hue_edu.training import checkpoints

pytestmark = pytest.mark.core


def train(gan, digits, steps, path):
    """Steps in epochs of 5, with a checkpoint after each."""
    checkpoint = training.Checkpoint(path)
    start = checkpoint.restore(gan)
    data = datasets.batches(digits, 64, seed=2, start_step=start)
    gan.fit(data, steps_per_epoch=5, epochs=(steps - start) // 5, verbose=0, callbacks=[checkpoint])
    return checkpoint


def everything(gan):
    return [v.numpy().copy() for v in checkpoints.state(gan)]


def test_a_run_in_two_parts_is_the_run_in_one(digits, small_gan, tmp_path):
    whole, first, second = (small_gan(seed=4) for _ in range(3))
    train(whole, digits, 30, tmp_path / "whole.npz")
    train(first, digits, 15, tmp_path / "parts.npz")
    history = train(second, digits, 30, tmp_path / "parts.npz").history
    assert second.steps_done == 30
    assert [row["step"] for row in history] == [5, 10, 15, 20, 25, 30]
    for a, b in zip(everything(whole), everything(second)):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_the_state_holds_weights_moments_averages_and_random_state(small_gan):
    gan = small_gan()
    num_weights = len(gan.generator.weights) + len(gan.discriminator.weights)
    rates = 1  # of each optimizer: what compile sets is no part of the state
    moments = sum(len(optimizer.variables) - rates for optimizer in gan.optimizers)
    averages, seeds = len(gan.averaged_generator.weights), 1
    counted = {id(v) for v in checkpoints.state(gan)}
    assert len(counted) >= num_weights + moments + averages + seeds
    assert id(gan.seed_generator.state) in counted
    for variable in (v for optimizer in gan.optimizers for v in optimizer.variables):
        assert (id(variable) in counted) == (variable.name != "learning_rate")


LONG_RUN = """
import sys
from hue_edu import runs
runs.train("smallest", sys.argv[1], steps=100_000, seed=5)
"""


def test_a_killed_run_goes_on_to_the_same_end(tmp_path, monkeypatch):
    command = [sys.executable, "-c", LONG_RUN, str(tmp_path / "run")]
    killed = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    checkpoint, deadline = tmp_path / "run" / "checkpoint.npz", time.time() + 120
    while not checkpoint.exists() and killed.poll() is None and time.time() < deadline:
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    reached = read_history(checkpoint)[-1]["step"]  # readable, wherever the process died
    assert reached > 0 and reached % 100 == 0

    total = reached + 200
    monkeypatch.setattr(runs.evaluation, "evaluate", lambda images: {})
    for out in ("run", "straight"):
        runs.train("smallest", tmp_path / out, steps=total, seed=5, resume=out == "run")
    resumed, straight = (np.load(tmp_path / out / "checkpoint.npz") for out in ("run", "straight"))
    for name in straight.files:
        if name != "about":
            # TensorFlow may order sums otherwise: after some hundred steps 2e-5 was seen
            np.testing.assert_allclose(resumed[name], straight[name], atol=1e-3)
    steps = [
        [row["step"] for row in read_history(tmp_path / out / "checkpoint.npz")]
        for out in ("run", "straight")
    ]
    assert steps[0] == steps[1] == list(range(100, total + 1, 100))


def read_history(path):
    return json.loads(str(np.load(path)["about"]))["notes"]


def test_a_full_disk_keeps_the_last_good_checkpoint(digits, small_gan, tmp_path, monkeypatch):
    gan, path = small_gan(), tmp_path / "checkpoint.npz"
    train(gan, digits, 5, path)
    before = path.read_bytes()

    def full(file, **arrays):
        file.write(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match=r"Could not write .*checkpoint.npz \(No space left"):
        training.save_checkpoint(gan, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["checkpoint.npz"]


def test_nan_weights_do_not_overwrite_a_good_checkpoint(digits, small_gan, tmp_path):
    gan, path = small_gan(), tmp_path / "checkpoint.npz"
    train(gan, digits, 5, path)
    before = path.read_bytes()
    gan.generator.layers[0].kernel.assign(np.full((10, 64), np.nan))
    with pytest.raises(ValueError, match="NaN or infinite"):
        training.save_checkpoint(gan, path)
    with pytest.raises(ValueError, match="a weight of smallest_generator.*smaller learning rate"):
        gan.fit(digits[:64], batch_size=64, verbose=0, callbacks=[training.Checkpoint(path)])
    assert path.read_bytes() == before


def test_another_architecture_is_refused_and_the_trainer_unchanged(small_gan, tmp_path):
    path = tmp_path / "checkpoint.npz"
    training.save_checkpoint(small_gan(), path)
    wider = small_gan(latent_dim=12)
    dense = training.GAN(models.build_dense_generator(), models.build_dense_discriminator())
    dense.compile(keras.optimizers.Adam(), keras.optimizers.Adam())
    for other in (wider, dense):
        before = everything(other)
        with pytest.raises(ValueError, match="smallest_generator.*build the same networks") as no:
            training.load_checkpoint(other, path)
        numbers = [int(number) for number in re.findall(r"with (\d+)", str(no.value))]
        assert numbers == [len(everything(small_gan())), len(before)]  # in the file, here
        for a, b in zip(before, everything(other)):
            np.testing.assert_array_equal(a, b)


def test_a_truncated_or_foreign_file_is_refused(small_gan, tmp_path):
    path = tmp_path / "checkpoint.npz"
    training.save_checkpoint(small_gan(), path, notes=[1])
    assert training.load_checkpoint(small_gan(), path) == [1]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="not a complete .npz"):
        training.load_checkpoint(small_gan(), path)
    np.savez(path, images=np.zeros(3))
    with pytest.raises(ValueError, match="not a Hue checkpoint"):
        training.load_checkpoint(small_gan(), path)
    with pytest.raises(FileNotFoundError):
        training.load_checkpoint(small_gan(), tmp_path / "absent.npz")


def saved_and_restored(tmp_path, make, first, then, data):
    """A trainer with other settings of `compile` that goes on from the checkpoint of another."""
    one, other = make(), make()
    one.compile(*first)
    one.fit(data, verbose=0)
    training.save_checkpoint(one, tmp_path / "c.npz")
    other.compile(*then)
    training.load_checkpoint(other, tmp_path / "c.npz")
    assert other.steps_done == one.steps_done > 0
    return other


def test_what_compile_sets_is_not_undone_by_a_restore(tmp_path, small_gan, digits, capsys):
    adam = keras.optimizers.Adam
    batches = tf.data.Dataset.from_tensor_slices(digits[:160]).batch(32)

    def vae():
        networks = models.build_dense_encoder(4, (8,)), models.build_dense_decoder(4, (8,))
        return training.VAE(*networks)

    def wgan():
        return training.WGANGP(models.build_smallest_generator(), models.build_critic())

    for make, num in ((small_gan, 2), (wgan, 2), (vae, 1)):
        first, then = ([adam(rate) for _ in range(num)] for rate in (1e-3, 1e-5))
        found = saved_and_restored(tmp_path, make, first, then, batches)
        for optimizer in found.optimizers:
            assert float(optimizer.learning_rate) == pytest.approx(1e-5)
            assert int(optimizer.iterations) > 0
        said = capsys.readouterr().out
        assert "was saved with Adam(0.001)" in said and "continuing with Adam(1e-05)" in said
    decay = keras.optimizers.schedules.CosineDecay(1e-3, 100)
    then = [adam(decay), adam(1e-3)]
    found = saved_and_restored(tmp_path, small_gan, [adam(1e-3), adam(1e-3)], then, batches)
    assert float(found.g_optimizer.learning_rate) < 1e-3  # where the schedule is by now
    assert "continuing with Adam(a schedule) and Adam(0.001)" in capsys.readouterr().out
    same = [[adam(1e-3), adam(2e-3)] for _ in range(2)]
    saved_and_restored(tmp_path, small_gan, *same, batches)
    assert capsys.readouterr().out == ""


def test_moments_of_another_kind_of_optimizer_are_refused(tmp_path, small_gan, digits):
    kinds = keras.optimizers
    for first, then in (
        (kinds.Adam(1e-3), kinds.SGD(1e-3)),
        (kinds.SGD(1e-3, momentum=0.9), kinds.RMSprop(1e-3)),  # as many arrays, other meaning
        (kinds.Adam(1e-3), kinds.Adamax(1e-3)),
    ):
        pairs = [first, kinds.Adam()], [then, kinds.Adam()]
        with pytest.raises(ValueError, match="same kind of optimizer"):
            saved_and_restored(tmp_path, small_gan, *pairs, digits[:32])


def test_a_checkpoint_of_an_earlier_version_is_read(tmp_path, small_gan, digits):
    gan = small_gan()
    gan.fit(digits[:64], batch_size=32, verbose=0)
    saved = enumerate(checkpoints.state(gan, with_rates=True))
    arrays = {f"{i:04d}": v.numpy() for i, v in saved}
    about = json.dumps({"networks": checkpoints._networks(gan), "notes": [7]})
    np.savez(tmp_path / "old.npz", about=np.array(about), **arrays)
    again = small_gan(seed=1)
    again.compile(keras.optimizers.Adam(1e-5), keras.optimizers.Adam(1e-5))
    assert training.load_checkpoint(again, tmp_path / "old.npz") == [7]
    assert again.steps_done == 2 and float(again.g_optimizer.learning_rate) < 1e-4
    np.testing.assert_array_equal(again.generate(3, 0), gan.generate(3, 0))


def test_a_trainer_without_optimizers_has_no_state_yet(tmp_path):
    gan = training.GAN(models.build_smallest_generator(), models.build_smallest_discriminator())
    for call in (
        lambda: training.save_checkpoint(gan, tmp_path / "c.npz"),
        lambda: checkpoints.state(gan),
    ):
        with pytest.raises(ValueError, match="compile the trainer first"):
            call()
    assert not (tmp_path / "c.npz").exists()


@pytest.mark.parametrize("notes", [{"epoch": 3}, "best so far", [1, 2], [{"loss": 0.5}]])
def test_notes_that_are_no_history_are_refused_before_the_first_step(notes, small_gan, tmp_path):
    path, again = tmp_path / "run.npz", small_gan(seed=3)
    training.save_checkpoint(small_gan(), path, notes)
    before, checkpoint = everything(again), training.Checkpoint(path)
    with pytest.raises(ValueError, match="was saved with the notes .* not by a Checkpoint"):
        checkpoint.restore(again)
    assert all(np.array_equal(a, b) for a, b in zip(before, everything(again)))
    assert checkpoint.history == [] and training.load_checkpoint(again, path) == notes


def test_a_checkpoint_saved_without_notes_goes_on(digits, small_gan, tmp_path):
    path, again = tmp_path / "run.npz", small_gan(seed=3)
    training.save_checkpoint(small_gan(), path)
    checkpoint = training.Checkpoint(path)
    assert checkpoint.restore(again) == 0
    again.fit(digits[:64], epochs=2, verbose=0, callbacks=[checkpoint])
    assert [row["step"] for row in checkpoint.history] == [2, 4]


@pytest.mark.parametrize("kind", ["smallest", "vae", "clusters"])
def test_saved_weights_of_a_trainer_come_back(kind, tmp_path):
    first, again = (training.make_trainer(kind, seed=seed) for seed in (0, 1))
    first.save_weights(tmp_path / "all.weights.h5")
    again.load_weights(tmp_path / "all.weights.h5")
    np.testing.assert_array_equal(first.generate(4, seed=2), again.generate(4, seed=2))


def test_weights_put_into_g_after_training_are_drawn_with_and_trained_on(digits, small_gan):
    gan = small_gan()
    gan.averaging = 0.9
    gan.fit(digits[:64], epochs=2, verbose=0)
    averaged, best = gan.generate(4, seed=1), [w + 0.1 for w in gan.generator.get_weights()]
    np.testing.assert_array_equal(averaged, gan.generate(4, seed=1))  # nothing by hand, no change
    gan.generator.set_weights(best)
    found = gan.generate(4, seed=1)
    assert np.abs(found - averaged).max() > 0.01
    np.testing.assert_array_equal(found, training.generate(gan.generator, 4, seed=1))
    gan.fit(digits[:64], epochs=1, verbose=0)
    assert not np.array_equal(gan.sampler.get_weights()[0], gan.generator.get_weights()[0])


def test_weights_of_a_file_or_of_own_steps_are_not_taken_for_put_in(digits, small_gan, tmp_path):
    gan, path = small_gan(), tmp_path / "run.npz"
    gan.averaging = 0.9
    gan.fit(digits[:64], epochs=2, verbose=0)
    training.save_checkpoint(gan, path)
    averaged = gan.generate(4, seed=1)
    gan.fit(digits[64:128], epochs=2, verbose=0)
    training.load_checkpoint(gan, path)
    np.testing.assert_array_equal(gan.generate(4, seed=1), averaged)
    gan.train_on_batch(digits[:32])
    average = gan.averaged_generator.get_weights()[0]
    np.testing.assert_array_equal(gan.sampler.get_weights()[0], average)
