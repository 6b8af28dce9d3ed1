"""Data sets: exact parameters, the pixel range, and an order that a killed run can pick up."""

import gzip
import struct
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from hue_edu import datasets, files, metrics


@pytest.mark.core
def test_mnist_is_complete():
    for split, num in (("train", 60_000), ("test", 10_000)):
        images, labels = datasets.load_mnist(split)
        assert images.shape == (num, 28, 28, 1) and images.dtype == np.float32
        assert labels.shape == (num,) and labels.dtype == np.int32
        assert images.min() == -1 and images.max() == 1
        assert set(labels) == set(range(10))
    assert list(np.bincount(labels)) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def write_idx(path, array):
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


def build_mnist(folder, out):
    command = [sys.executable, ROOT / "data/build_mnist.py", folder, "--out", out]
    return subprocess.run(command, capture_output=True, text=True)


def test_mnist_comes_out_byte_for_byte_from_its_own_arrays(tmp_path):
    arrays = files.load_arrays(files.shipped("mnist.npz"))
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    for name, array in zip(names, arrays.values()):
        write_idx(tmp_path / f"{name}-ubyte.gz", array)
    result = build_mnist(tmp_path, tmp_path / "new.npz")
    assert result.returncode == 0, result.stderr
    assert files.sha256(tmp_path / "new.npz") == files.expected_sums()["mnist.npz"]


def test_build_refuses_what_is_not_the_original(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"something else")
    result = build_mnist(tmp_path, tmp_path / "new.npz")
    assert result.returncode == 1
    assert "not the original file" in result.stderr and "Traceback" not in result.stderr
    assert not (tmp_path / "new.npz").exists()


@pytest.mark.core
def test_pixels_go_to_minus_one_to_one_and_back():
    pixels = np.arange(256, dtype="uint8")
    scaled = datasets.to_float(pixels)
    assert scaled[0] == -1 and scaled[255] == 1 and scaled.dtype == np.float32
    np.testing.assert_array_equal(datasets.to_uint8(scaled), pixels)
    np.testing.assert_array_equal(datasets.to_uint8([-3.0, 3.0]), [0, 255])


@pytest.mark.core
def test_unknown_split_is_refused():
    for load in (datasets.load_mnist, datasets.load_fashion_mnist):
        with pytest.raises(ValueError, match="'train' or 'test'"):
            load("validation")


@pytest.mark.core
@pytest.mark.parametrize(
    "raw", [b"", b"\x1f\x8b\x08\x00", b"\x00\x00\x08", b"\x00\x00\x08\x03\x00"]
)
def test_what_is_no_idx_file_is_refused(raw):
    with pytest.raises(ValueError, match="IDX"):
        datasets.parse_idx(raw)


@pytest.mark.core
def test_idx_by_hand():
    raw = b"\x00\x00\x08\x02" + struct.pack(">II", 2, 3) + bytes(range(6))
    np.testing.assert_array_equal(datasets.parse_idx(raw), [[0, 1, 2], [3, 4, 5]])
    with pytest.raises(ValueError, match="5 of 6"):
        datasets.parse_idx(raw[:-1])


@pytest.mark.core
def test_fashion_mnist_is_found_in_a_folder(tmp_path, monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype("uint8")
    write_idx(tmp_path / "t10k-images-idx3-ubyte.gz", images)
    write_idx(tmp_path / "t10k-labels-idx1-ubyte.gz", np.arange(5, dtype="uint8"))
    monkeypatch.setattr(datasets.images, "FASHION_FOLDERS", ("/nowhere", str(tmp_path)))
    found, labels = datasets.load_fashion_mnist("test")
    np.testing.assert_array_equal(datasets.to_uint8(found[..., 0]), images)
    assert datasets.FASHION_CLASSES[labels[1]] == "Trouser"
    packed = tmp_path / "t10k-images-idx3-ubyte.gz"
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(ValueError, match="truncated"):
        datasets.load_fashion_mnist("test")


@pytest.mark.core
def test_without_a_network_fashion_mnist_says_how_to_get_it(monkeypatch):
    import keras

    def no_network():
        raise Exception("URL fetch failure")

    monkeypatch.setattr(datasets.images, "FASHION_FOLDERS", ("/nowhere", "/nowhere/either"))
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", no_network)
    with pytest.raises(FileNotFoundError, match="apt install dataset-fashion-mnist"):
        datasets.load_fashion_mnist()


@pytest.mark.core
def test_ring_has_eight_distinct_modes_on_the_unit_circle():
    points, modes = datasets.make_ring(8000, seed=0)
    centres = np.stack([points[modes == k].mean(axis=0) for k in range(8)])
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), 1, atol=2e-3)
    gaps = np.linalg.norm(centres[:, None] - centres[None], axis=-1)[~np.eye(8, dtype=bool)]
    assert gaps.min() == pytest.approx(2 * np.sin(np.pi / 8), abs=2e-3)
    assert (points - centres[modes]).std() == pytest.approx(0.01, rel=0.05)
    assert points.dtype == np.float32 and modes.dtype == np.int32


@pytest.mark.core
def test_grid_has_twenty_five_modes_two_apart():
    points, modes = datasets.make_grid(10_000, seed=0)
    centres = np.stack([points[modes == k].mean(axis=0) for k in range(25)])
    np.testing.assert_allclose(centres, np.round(centres), atol=0.02)
    assert {tuple(c) for c in np.round(centres)} == {
        (x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)
    }
    assert (points - centres[modes]).std() == pytest.approx(0.05, rel=0.05)


@pytest.mark.core
def test_swiss_roll_without_noise_is_the_stated_spiral():
    points, u = datasets.make_swiss_roll(500, seed=0, noise=0)
    t = 1.5 * np.pi * (1 + 2 * u)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), t / 7.5, rtol=1e-5)
    noisy, _ = datasets.make_swiss_roll(20_000, seed=0)
    clean, _ = datasets.make_swiss_roll(20_000, seed=0, noise=0)
    assert (noisy - clean).std() == pytest.approx(0.25 / 7.5, rel=0.03)


@pytest.mark.core
def test_moons_without_noise_are_half_circles():
    points, moon = datasets.make_moons(500, seed=0, std=0)
    upper, lower = points[moon == 0] + [0.5, 0.25], points[moon == 1] + [0.5, 0.25]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(lower - [1, 0.5], axis=1), 1, rtol=1e-5)
    assert upper[:, 1].min() >= -1e-6 and lower[:, 1].max() <= 0.5 + 1e-6


@pytest.mark.core
@pytest.mark.parametrize(
    "make", [datasets.make_ring, datasets.make_grid, datasets.make_swiss_roll, datasets.make_moons]
)
def test_toys_repeat_with_their_seed(make):
    np.testing.assert_array_equal(make(50, seed=3)[0], make(50, seed=3)[0])
    assert not np.allclose(make(50, seed=3)[0], make(50, seed=4)[0])


def taken(x, batch_size, seed, start_step, num):
    stream = datasets.batches(x, batch_size, seed, start_step)
    return np.stack([batch.numpy() for batch in stream.take(num)])


@pytest.mark.core
def test_each_pass_is_a_new_permutation_of_the_data():
    x = np.arange(10, dtype="float32")[:, None]
    first, second = taken(x, 5, seed=0, start_step=0, num=4).reshape(2, 10)
    assert sorted(first) == sorted(second) == list(range(10))
    assert list(first) != list(second)


@pytest.mark.core
@pytest.mark.parametrize("start", [1, 3, 4, 7])
def test_batches_go_on_where_they_stopped(start):
    x = np.arange(23, dtype="float32")[:, None]  # 3 does not divide 23: the rest is dropped
    whole = taken(x, 3, seed=1, start_step=0, num=20)
    np.testing.assert_array_equal(
        taken(x, 3, seed=1, start_step=start, num=20 - start), whole[start:]
    )


@pytest.mark.core
@pytest.mark.parametrize("size", [0, 11, -1])
def test_impossible_batch_sizes_are_refused(size):
    with pytest.raises(ValueError, match="from 1 to 10"):
        datasets.batches(np.zeros((10, 2), "float32"), size, seed=0)


@pytest.mark.core
@pytest.mark.parametrize(
    "images, message",
    [
        (np.zeros((2, 28, 28), "float32"), r"\(2, 28, 28\).*adds a channel"),
        (np.zeros((2, 28, 28, 1), "uint8"), "got uint8; use datasets.to_float"),
        (np.zeros((2, 28, 28, 1), "float64"), "got float64"),
        (np.linspace(0, 255, 1568, dtype="float32").reshape(2, 28, 28, 1), r"\[0, 255\]"),
        (np.linspace(0, 1, 1568, dtype="float32").reshape(2, 28, 28, 1), r"\[0, 1\].*2 \* images"),
        (np.full((2, 28, 28, 1), np.nan, "float32"), "NaN"),
    ],
)
def test_images_of_the_wrong_shape_dtype_or_range_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        datasets.check_images(images)
    if images.ndim == 4:
        with pytest.raises(ValueError, match=message):
            datasets.batches(images, 1, seed=0)


@pytest.mark.core
def test_images_as_shipped_are_accepted(digits):
    datasets.check_images(digits)


@pytest.mark.parametrize("name", datasets.PLANAR)
def test_planar_data_lies_near_its_places_and_covers_them(name):
    data = datasets.make_planar(name, 2000, seed=0)
    assert data.points.shape == (2000, 2) and data.points.dtype == np.float32
    assert np.abs(data.points).max() < 1.4
    modes, share = metrics.mode_coverage(data.points, data.places, data.reach)
    assert modes == len(data.places) and share > 0.75
    again, other = (datasets.make_planar(name, 2000, seed=seed).points for seed in (0, 1))
    np.testing.assert_array_equal(data.points, again)
    assert not np.allclose(data.points, other)


def test_planar_modes_are_those_of_the_papers():
    assert len(datasets.make_planar("ring", 10, 0).places) == 8
    assert len(datasets.make_planar("grid", 10, 0).places) == 25
    near = datasets.make_planar("ring", 20_000, 0)
    share = metrics.mode_coverage(near.points, near.places, near.reach)[1]
    assert share == pytest.approx(0.9889, abs=0.003)  # 1 - e^-4.5 within three σ
    with pytest.raises(ValueError, match="'cat'; expected one of|'cat' here; expected one of"):
        datasets.make_planar("cat", 10, 0)


def test_five_drawings_are_there_and_fill_their_strokes():
    assert len(set(datasets.PLANAR) - {"ring", "grid", "swiss_roll", "moons"}) == 5
    letter = datasets.make_planar("letter", 4000, seed=0).points
    left, right = (np.abs(letter[:, 0] - x).min() for x in (-0.6, 0.6))
    bar = (np.abs(letter[:, 0]) < 0.4).mean()
    assert left < 0.01 and right < 0.01
    assert bar == pytest.approx(0.8 / 4.4, abs=0.03)  # .8 of the bar, of 4.4 in all
