"""Data sets: exact parameters, the pixel range, and an order that a killed run can pick up."""

import gzip
import struct
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from hue_edu import datasets, files


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
    path.write_bytes(gzip.compress(header + array.tobytes(), compresslevel=1))


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
def test_stacked_batches_hold_three_independent_digits():
    images = np.linspace(-1, 1, 60, dtype="float32")[:, None, None, None] * np.ones((1, 4, 4, 1))
    images = images.astype("float32")
    batch = np.concatenate(list(datasets.stacked_batches(images, 20, seed=0).take(9)))
    again = next(iter(datasets.stacked_batches(images, 20, seed=0)))
    other = next(iter(datasets.stacked_batches(images, 20, seed=1)))
    assert batch.shape == (180, 4, 4, 3) and batch.dtype == np.float32
    np.testing.assert_array_equal(batch[:20], again)
    levels = batch[:, 0, 0]  # (180, 3): each channel is one image
    assert all(set(channel) == set(images[:, 0, 0, 0]) for channel in levels.T)
    correlation = np.corrcoef(levels.T)[np.triu_indices(3, 1)]
    assert np.abs(correlation).max() < 0.25
    six = [*np.asarray(again)[:, 0, 0].T, *np.asarray(other)[:, 0, 0].T]
    assert len({tuple(channel) for channel in six}) == 6  # no seed shares an order with another


@pytest.mark.core
def test_tinted_digits_keep_their_shape_and_get_one_colour_each():
    grey = datasets.load_mnist("test")[0][:50]
    colour = datasets.tint(grey, seed=0)
    assert colour.shape == (50, 28, 28, 3) and colour.dtype == np.float32
    datasets.check_images(colour)
    np.testing.assert_allclose(colour.max(axis=-1, keepdims=True), grey, atol=1e-6)  # value 1
    for image, ink in zip(colour, grey):
        ratios = (image[ink[..., 0] > 0] + 1) / (ink[ink > 0][:, None] + 1)
        assert np.ptp(ratios, axis=0).max() < 1e-5  # one colour a digit
        assert ratios[0].min() == pytest.approx(0.25, abs=1e-5)  # its saturation is .75
    first = (colour + 1).sum(axis=(1, 2))
    assert len(np.unique(first.argmax(axis=1))) == 3
    np.testing.assert_array_equal(datasets.tint(grey, seed=0), colour)
    assert not np.array_equal(datasets.tint(grey, seed=1), colour)


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


@pytest.mark.core
def test_the_order_is_the_seeds_alone():
    x = np.arange(40, dtype="float32")[:, None]
    one, again, other = (taken(x, 5, seed, 0, num=8).ravel() for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert sorted(one) == sorted(other) == list(range(40)) and not np.array_equal(one, other)
    assert not np.array_equal(one, np.arange(40))
    default = np.stack([batch.numpy() for batch in datasets.batches(x, 5, 1).take(8)])
    np.testing.assert_array_equal(default.ravel(), one)
    whole = taken(x, 40, seed=3, start_step=0, num=1)
    assert sorted(whole.ravel()) == list(range(40))


@pytest.mark.core
def test_a_whole_pass_follows_another_without_an_end():
    x = np.arange(3, dtype="float32")[:, None]
    found = taken(x, 2, seed=0, start_step=0, num=50)
    assert found.shape == (50, 2, 1) and all(len(set(batch.ravel())) == 2 for batch in found)


@pytest.mark.core
def test_pixels_in_between_and_at_the_border():
    assert datasets.to_float(np.array([51], "uint8"))[0] == pytest.approx(-0.6)
    np.testing.assert_array_equal(datasets.to_uint8([-0.6, 0.0, 0.499]), [51, 128, 191])
    images = np.zeros((1, 2, 2, 1), "float32")
    for low, high in ((-1.0, 1.0), (-0.01, 0.0), (-1.0, 0.3)):
        images[0, 0, 0], images[0, 1, 1] = low, high
        datasets.check_images(images)
    for low, high in ((-1.001, 0.0), (-1.0, 1.001), (0.0, 1.0), (-0.5, np.inf), (-np.inf, 0.0)):
        images[0, 0, 0], images[0, 1, 1] = low, high
        with pytest.raises(ValueError):
            datasets.check_images(images)


@pytest.mark.core
def test_idx_of_any_rank_with_large_sizes():
    raw = b"\x00\x00\x08\x01" + struct.pack(">I", 300) + bytes(300)
    assert datasets.parse_idx(raw).shape == (300,)
    cube = np.arange(24, dtype="uint8").reshape(2, 3, 4)
    raw = b"\x00\x00\x08\x03" + struct.pack(">III", 2, 3, 4) + cube.tobytes()
    np.testing.assert_array_equal(datasets.parse_idx(raw), cube)
    with pytest.raises(ValueError, match="within its header"):
        datasets.parse_idx(b"\x00\x00\x08\x02" + struct.pack(">I", 2))
    with pytest.raises(ValueError, match="begins with '00000901'"):
        datasets.parse_idx(b"\x00\x00\x09\x01" + bytes(8))


@pytest.mark.core
def test_fetched_clothes_are_those_of_the_split(monkeypatch):
    import keras

    train, test = (np.full((k, 28, 28), 51 * k, "uint8") for k in (1, 2))
    labels = [np.full(k, k, "uint8") for k in (1, 2)]
    fetched = (train, labels[0]), (test, labels[1])
    monkeypatch.setattr(datasets.images, "FASHION_FOLDERS", ("/nowhere", "/nowhere/either"))
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", lambda: fetched)
    for split, k in (("train", 1), ("test", 2)):
        images, found = datasets.load_fashion_mnist(split)
        assert images.shape == (k, 28, 28, 1) and found.tolist() == k * [k]
        assert images.dtype == np.float32 and found.dtype == np.int32
        np.testing.assert_allclose(images, 51 * k / 127.5 - 1, atol=1e-6)
    assert len(datasets.load_fashion_mnist()[0]) == 1
