"""Data sets: exact parameters, the pixel range, and an order that a killed run can pick up."""

import gzip
import hashlib
import os
import pwd
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
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


def test_digits_in_an_order_that_is_drawn():
    published, (images, labels), again = (
        datasets.load_mnist("test", seed=seed) for seed in (None, 3, 3)
    )
    np.testing.assert_array_equal(images, again[0])
    order = np.random.default_rng(3).permutation(10_000)
    np.testing.assert_array_equal(images, published[0][order])
    np.testing.assert_array_equal(labels, published[1][order])
    # the published test set is two collections in a row, a drawn order is not: parts of 2,500
    means = [np.array([part.mean() for part in np.split(x, 4)]) for x in (published[0], images)]
    assert np.ptp(means[1]) < np.ptp(means[0]) / 2, means


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


FASHION = datasets.fashion
FASHION_NAMES = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
CLOTHES = np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype("uint8")


@pytest.fixture
def wardrobe(tmp_path, monkeypatch):
    """A folder with five pictures of clothes, which are what was published."""
    for name, array in zip(FASHION_NAMES, (CLOTHES, np.arange(5, dtype="uint8"))):
        path = tmp_path / f"{name}.gz"
        write_idx(path, array)
        raw = gzip.decompress(path.read_bytes())
        monkeypatch.setitem(FASHION.FASHION_SUMS, name, hashlib.sha256(raw).hexdigest())
    monkeypatch.setattr(FASHION, "FASHION_FOLDERS", ("/nowhere", str(tmp_path)))
    return tmp_path


@pytest.mark.core
def test_fashion_mnist_is_found_in_a_folder(wardrobe):
    found, labels = datasets.load_fashion_mnist("test")
    np.testing.assert_array_equal(datasets.to_uint8(found[..., 0]), CLOTHES)
    assert datasets.FASHION_CLASSES[labels[1]] == "Trouser"


def cut(path, packed):
    path.write_bytes(packed[:-20])


def damage(path, packed):
    middle = len(packed) // 2
    path.write_bytes(packed[:middle] + b"\xff" * 100 + packed[middle + 100 :])


@pytest.mark.core
@pytest.mark.parametrize(
    "kind, spoil, message",
    [
        (0, cut, "truncated or altered"),
        (0, damage, "truncated or altered"),
        (0, lambda path, packed: path.write_bytes(b""), "truncated or altered"),
        (0, lambda path, packed: path.write_text("<html>404</html>"), "truncated or altered"),
        (0, lambda path, packed: write_idx(path, 255 - CLOTHES), "is not Fashion-MNIST's file"),
        (0, lambda path, packed: write_idx(path, CLOTHES[:4]), r"it holds 4 values of shape \(28"),
        (0, lambda path, packed: write_idx(path, CLOTHES[:, 0, 0]), r"5 values of shape \(\)"),
        (1, lambda path, packed: write_idx(path, CLOTHES[:3, 0, 0]), "it holds 3 values"),
        (1, lambda path, packed: write_idx(path, CLOTHES), "MNIST's files have the same names"),
    ],
)
def test_files_of_the_right_name_that_hold_something_else_are_refused(
    wardrobe, kind, spoil, message
):
    path = wardrobe / f"{FASHION_NAMES[kind]}.gz"
    spoil(path, path.read_bytes())
    with pytest.raises(ValueError, match=message) as caught:
        datasets.load_fashion_mnist("test")
    assert str(path) in str(caught.value) and "move it away" in str(caught.value)


@pytest.mark.core
@pytest.mark.parametrize("error", [MemoryError(), EOFError("cut"), zlib.error("odd")])
def test_what_unpacking_raises_is_one_sentence(error, wardrobe, monkeypatch):
    def unpack(packed):
        raise error

    monkeypatch.setattr(gzip, "decompress", unpack)
    with pytest.raises(ValueError, match="-ubyte.gz (unpacks to more|is truncated).*move it away"):
        datasets.load_fashion_mnist("test")


@pytest.mark.core
@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x00\x08\x00\x07",  # no sides
        b"\x00\x00\x08\x03" + struct.pack(">III", 2**31, 2**31, 4),  # 2^64, 0 in 64 bits
        b"\x00\x00\x08\x02" + struct.pack(">II", 2**32 - 1, 2**32 - 1) + b"\x01",
        b"\x00\x00\x08\xff" + bytes([0, 0, 0, 1]) * 255 + b"\x07",  # more sides than an array has
    ],
)
def test_an_idx_header_that_declares_what_is_not_there_is_refused(raw, wardrobe):
    with pytest.raises(ValueError):
        datasets.parse_idx(raw)
    path = wardrobe / f"{FASHION_NAMES[0]}.gz"
    path.write_bytes(gzip.compress(raw))
    with pytest.raises(ValueError, match="images-idx3-ubyte.gz is truncated or altered"):
        datasets.load_fashion_mnist("test")


@pytest.mark.core
@pytest.mark.parametrize("place", ["no home", "a home of others", "a file for a home"])
def test_without_a_home_of_ones_own_fashion_mnist_is_looked_for_elsewhere(
    place, wardrobe, monkeypatch
):
    monkeypatch.setattr(FASHION, "FASHION_FOLDERS", ("~/.keras/fashion", str(wardrobe)))
    if place == "no home":
        monkeypatch.delenv("HOME")
        monkeypatch.setattr(pwd, "getpwuid", lambda number: {}[number])
        with pytest.raises(RuntimeError):  # first: there is none
            Path("~").expanduser()
    elif place == "a file for a home":
        monkeypatch.setenv("HOME", str(wardrobe / f"{FASHION_NAMES[0]}.gz"))
    else:
        stat = os.stat

        def closed(path, **options):
            if ".keras" in str(path):
                raise PermissionError(13, "Permission denied", str(path))
            return stat(path, **options)

        monkeypatch.setattr(os, "stat", closed)
    assert datasets.load_fashion_mnist("test")[0].shape == (5, 28, 28, 1)


@pytest.mark.core
def test_the_sums_are_those_of_the_published_files():
    folder = Path("/usr/share/datasets/fashion-mnist")
    if not folder.is_dir():
        pytest.skip("dataset-fashion-mnist is not installed")
    for name, expected in FASHION.FASHION_SUMS.items():
        raw = gzip.decompress((folder / f"{name}.gz").read_bytes())
        assert hashlib.sha256(raw).hexdigest() == expected


@pytest.mark.core
def test_without_a_network_fashion_mnist_says_how_to_get_it(monkeypatch):
    import keras

    def no_network():
        raise Exception("URL fetch failure")

    monkeypatch.setattr(FASHION, "FASHION_FOLDERS", ("/nowhere", "/nowhere/either"))
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
        assert np.ptp(ratios, axis=0).max() < 1e-5  # one colour per digit
        assert ratios[0].min() == pytest.approx(0.25, abs=1e-5)  # its saturation is .75
    first = (colour + 1).sum(axis=(1, 2))
    assert len(np.unique(first.argmax(axis=1))) == 3
    np.testing.assert_array_equal(datasets.tint(grey, seed=0), colour)
    assert not np.array_equal(datasets.tint(grey, seed=1), colour)


@pytest.mark.core
@pytest.mark.parametrize("size", [0, 11, -1])
def test_impossible_batch_sizes_are_refused(size):
    with pytest.raises(ValueError, match="is 11; expected from 1 to 10|at least 1"):
        datasets.batches(np.zeros((10, 2), "float32"), size, seed=0)


RAMP = np.linspace(0, 255, 1568).reshape(2, 28, 28, 1)


@pytest.mark.core
@pytest.mark.parametrize(
    "images, message",
    [
        (np.zeros((2, 28, 28), "float32"), r"\(2, 28, 28\).*adds a channel"),
        (RAMP.astype("uint8"), r"got uint8 in \[0, 255\]; use datasets.to_float\(images\)"),
        (RAMP.astype("int64"), r"got int64 in \[0, 255\]; use datasets.to_float\(images\)"),
        (RAMP / 255, r"got float64 in \[0, 1\]; use 2 \* images.astype\('float32'\) - 1"),
        (RAMP / 127.5 - 1, r"got float64 in \[-1, 1\]; use images.astype\('float32'\)"),
        (RAMP, r"got float64 in \[0, 255\]; use images.astype\('float32'\) / 127.5 - 1"),
        (RAMP > 128, r"got bool in \[0, 1\]; use 2 \* images.astype\('float32'\) - 1"),
        ((RAMP > 128).astype("uint8"), r"got uint8 in \[0, 1\]; use 2 \*"),
        ((RAMP - 33) / 78, r"got float64 in \[-0.42\d*, 2.84\d*\]; which scale is this"),
        ((RAMP / 127.5).astype("float32"), r"got float32 in \[0, 2\]; which scale is this"),
        ((RAMP / 42.5 - 3).astype("float32"), r"got float32 in \[-3, 3\]; which scale is this"),
        (RAMP.astype("int64") * 257, r"in \[0, 65535\]; which scale is this"),
        (RAMP.astype("int16") - 128, r"got int16 in \[-128, 127\]; which scale is this"),
        (0.1 + RAMP / 300, r"in \[0.1, 0.95\]; use 2 \* .* - 1, which takes \[0, 1\] to"),
        (0.5 + RAMP / 2, r"in \[0.5, 128\]; use .* / 127.5 - 1, which takes 0…255 to"),
        (RAMP / 255 / 255, "divided by 255 twice"),
        ((RAMP / 255 / 127.5 - 1).astype("float32"), "no contrast.*scaled twice"),
        (np.full((2, 28, 28, 1), -1, "float32"), "no contrast"),
        (RAMP[:0].astype("float32"), "no images"),
        (RAMP.astype(object), "got object"),
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


POINTS = np.random.default_rng(0).normal(size=(10, 2)).astype("float32")


@pytest.mark.core
@pytest.mark.parametrize(
    "points, words",
    [
        (POINTS * np.array([1, np.nan]), "points hold NaN or infinity"),
        (POINTS * np.inf, "points hold NaN or infinity"),
        (POINTS.astype(str), "Expected points, numbers .*; got <U"),
        (POINTS.astype(object), "Expected points, numbers .*; got object"),
        (POINTS.astype(complex), "Expected points, numbers .*; got complex128"),
        (POINTS > 0, "Expected points, numbers .*; got bool"),
        (POINTS[:0], r"at least one; got float32 of the shape \(0, 2\)"),
        (POINTS[:, :0], r"at least one; got float32 of the shape \(10, 0\)"),
        (5.0, r"at least one; got float64 of the shape \(\)"),
    ],
)
def test_points_that_nothing_can_learn_from_are_refused(points, words):
    with pytest.raises(ValueError, match=words):
        datasets.batches(points, 2, seed=0)


@pytest.mark.core
@pytest.mark.parametrize(
    "labels, words",
    [
        (np.eye(4)[[0, 1, 2, 3]], "one-hot, use labels.argmax"),
        (np.arange(4)[:, None], r"use labels\[:, 0\]"),
        (list("0123"), r"use np.asarray\(labels\).astype\(int\)"),
        (np.arange(4) - 1, "between -1 and 2"),
        (np.arange(4) + 2**33, "whole numbers from 0 to 2147483647"),
        (np.arange(5), "Got 5 labels; expected one for each of the 4 images"),
        (np.arange(4) > 1, "dtype bool"),
        (None, "dtype object"),
    ],
)
def test_labels_beside_images_are_one_whole_number_each(labels, words, digits):
    with pytest.raises(ValueError, match=words):
        datasets.labelled_batches(digits[:4], labels, 2, seed=0)


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
    for kind in (bytes, bytearray, memoryview):
        np.testing.assert_array_equal(datasets.parse_idx(kind(raw)), cube)
    for other in (cube, "text", list(raw), None):
        with pytest.raises(TypeError, match=f"Got a {type(other).__name__}; expected the bytes"):
            datasets.parse_idx(other)
    with pytest.raises(ValueError, match="NumPy can hold: it has 200 dimensions"):
        datasets.parse_idx(b"\x00\x00\x08\xc8" + bytes(800))
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
    monkeypatch.setattr(FASHION, "FASHION_FOLDERS", ("/nowhere", "/nowhere/either"))
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", lambda: fetched)
    with pytest.raises(ValueError, match="is not Fashion-MNIST's"):
        datasets.load_fashion_mnist()
    for name, array in zip(FASHION.FASHION_SUMS, (*fetched[0], *fetched[1])):
        raw = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        digits = hashlib.sha256(raw + array.tobytes()).hexdigest()
        monkeypatch.setitem(FASHION.FASHION_SUMS, name, digits)
    for split, k in (("train", 1), ("test", 2)):
        images, found = datasets.load_fashion_mnist(split)
        assert images.shape == (k, 28, 28, 1) and found.tolist() == k * [k]
        assert images.dtype == np.float32 and found.dtype == np.int32
        np.testing.assert_allclose(images, 51 * k / 127.5 - 1, atol=1e-6)
    assert len(datasets.load_fashion_mnist()[0]) == 1


@pytest.mark.core
@pytest.mark.parametrize(
    "pixels, message",
    [
        (RAMP / 255, r"got float64 in \[0, 1\]; use 2 \*"),
        ((RAMP / 255).astype("float32"), r"got float32 in \[0, 1\]; use 2 \* images - 1"),
        ((RAMP / 127.5 - 1).astype("float32"), "in \\[-1, 1\\] already"),
        (RAMP / 127.5 - 1, r"use images.astype\('float32'\)"),
        (RAMP / 2, r"in \[0, 127.5\]; use .* / 127.5 - 1"),
        (RAMP > 128, "got bool"),
        ((RAMP > 128).astype("int64"), r"got int64 in \[0, 1\]"),
        (RAMP.astype("int64") - 128, r"got int64 in \[-128, 127\]"),
        (RAMP.astype("int64") * 257, r"got int64 in \[0, 65535\]"),
        (RAMP * np.nan, "nan"),
        (np.array(["7"]), "Expected whole numbers"),
    ],
)
def test_what_is_not_whole_numbers_up_to_255_is_not_scaled(pixels, message):
    with pytest.raises(ValueError, match=message):
        datasets.to_float(pixels)


@pytest.mark.core
@pytest.mark.parametrize("kind", ["uint8", "int64", "float32", "float64"])
def test_whole_numbers_of_any_type_are_scaled(kind):
    scaled = datasets.to_float(np.arange(256).astype(kind))
    np.testing.assert_array_equal(scaled, datasets.to_float(np.arange(256, dtype="uint8")))
    assert (datasets.to_float(np.zeros(3, kind)) == -1).all()


@pytest.mark.core
def test_advice_leads_to_images_that_pass():
    right = np.round(RAMP) / 127.5 - 1
    for images in (np.round(RAMP).astype("uint8"), np.round(RAMP) / 255, right, RAMP > 128):
        with pytest.raises(ValueError) as caught:
            datasets.check_images(images)
        call = str(caught.value).split("; use ")[1].removesuffix(".").split(", which")[0]
        mended = eval(call, {"images": images, "datasets": datasets})
        datasets.check_images(mended)
        if images.dtype != bool:
            np.testing.assert_allclose(mended, right, atol=1e-6)


@pytest.mark.core
def test_conversions_back_and_faults_refuse_what_is_not_scaled(digits):
    shades = datasets.to_uint8(digits[:4])
    bright = shades.astype("float32")
    for bad in (shades, shades > 9, digits[:4] * np.nan, bright, shades.astype("int64")):
        with pytest.raises(ValueError, match="not scaled|NaN"):
            datasets.to_uint8(bad)
    for bad in ((digits[:4] + 1) / 2, (digits[0, ..., 0] + 1.0) / 2, [0, 1, 1, 0], [0.0, 0.3]):
        with pytest.raises(ValueError, match=r"in \[0, [01.3]+\]; use 2 \*"):
            datasets.to_uint8(bad)
    for bad in ([-np.inf, 0.0], [0.1, np.inf]):
        with pytest.raises(ValueError, match="NaN or infinity"):
            datasets.to_uint8(bad)
    for bad in (["a"], [1j], shades.astype("int16") - 128, bright - 255):
        with pytest.raises(ValueError, match="Expected images in .* not scaled"):
            datasets.to_uint8(bad)
    for change in (
        lambda x: datasets.tint(x, seed=0),
        lambda x: datasets.add_noise(x, 0.1),
        lambda x: datasets.blur(x, 1.0),
    ):
        for bad in (shades, (digits[:4] + 1) / 2, digits[:4, ..., 0], digits[:0]):
            with pytest.raises(ValueError, match="Expected|no images"):
                change(bad)
    for std in (-0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match="std is"):
            datasets.add_noise(digits[:4], std)
    with pytest.raises(ValueError, match="share is -0.1; expected a number, at least 0"):
        datasets.mix_in_copies(digits[:4], digits[4:7], -0.1)
    for share in (1.1, 1.0):
        with pytest.raises(ValueError, match=f"a share of {share} of 4 images and 3 originals"):
            datasets.mix_in_copies(digits[:4], digits[4:7], share)
    with pytest.raises(ValueError, match="1 channel"):
        datasets.tint(datasets.tint(digits[:4], seed=0), seed=0)
    with pytest.raises(ValueError, match="1 channel"):
        datasets.stacked_batches(datasets.tint(digits[:4], seed=0), 2, seed=0)


@pytest.mark.core
def test_what_a_generator_draws_in_bad_times_passes_and_other_scales_do_not(digits):
    one_shade = np.full((2, 4, 4, 1), -1, "float32")
    for drawn in (one_shade, -one_shade, 0 * one_shade, digits + 5e-6, np.abs(digits) / 2 + 0.5):
        datasets.check_pixels(np.minimum(drawn, 1.000005).astype("float32"))
    for bad in ((digits + 1) / 2, digits[:0], digits.astype("float64"), digits * 1.1):
        with pytest.raises(ValueError):
            datasets.check_pixels(bad)


@pytest.mark.core
@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.array])
def test_numbers_of_numpys_types_are_numbers(kind):
    x = np.arange(10, dtype="float32")[:, None]
    found = datasets.batches(x, kind(3), kind(1), kind(2))
    np.testing.assert_array_equal(next(iter(found)), taken(x, 3, 1, 2, num=1)[0])
    images = np.linspace(-1, 1, 60, dtype="float32").reshape(60, 1, 1, 1)
    stacked = [
        next(iter(datasets.stacked_batches(images, n, s))) for n, s in ((5, 2), (kind(5), kind(2)))
    ]
    np.testing.assert_array_equal(*stacked)


@pytest.mark.core
@pytest.mark.parametrize("bad", [1.5, "1", None, np.float64(2), True])
def test_numbers_that_are_not_whole_are_named(bad):
    x = np.arange(10, dtype="float32")[:, None]
    for name, arguments in (
        ("batch_size", (bad, 0, 0)), ("seed", (2, bad, 0)), ("start_step", (2, 0, bad)),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"{name} is .*; expected a whole number"):
            datasets.batches(x, *arguments)
    with pytest.raises(ValueError, match="start_step is -1; expected .*, at least 0"):
        datasets.batches(x, 2, 0, start_step=-1)


@pytest.mark.core
@pytest.mark.parametrize("rows", [1, 3])
def test_uint8_is_scaled_within_a_dataset_and_other_tensors_are_refused(rows):
    pixels = np.arange(256, dtype="uint8")[: 64 * rows].reshape(rows, 8, 8, 1)
    data = tf.data.Dataset.from_tensor_slices(pixels).batch(1).map(datasets.to_float)
    found = np.concatenate([batch.numpy() for batch in data])
    np.testing.assert_allclose(found, datasets.to_float(pixels), atol=1e-6)
    np.testing.assert_array_equal(datasets.to_float(tf.constant(pixels)), datasets.to_float(pixels))
    for kind in ("float32", "int64", "bool"):
        data = tf.data.Dataset.from_tensor_slices(pixels.astype(kind))
        with pytest.raises(ValueError, match=f"takes uint8, got {kind}"):
            data.map(datasets.to_float)


OTHERS = {
    "images and labels": lambda x: (x, np.zeros(len(x))),
    "a Dataset": tf.data.Dataset.from_tensor_slices,
    "a generator": iter,
    "images of two sizes": lambda x: [x[0], x[1, :20]],
    "a dictionary": lambda x: {"image": x},
    "nothing": lambda x: None,
}


@pytest.mark.core
@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_one_array_is_named(name, digits):
    other = OTHERS[name](digits[:4])
    for call in (
        lambda: datasets.batches(other, 2, seed=0),
        lambda: datasets.labelled_batches(other, np.zeros(4, "int32"), 2, seed=0),
        lambda: datasets.stacked_batches(other, 2, seed=0),
        lambda: datasets.check_images(other),
        lambda: datasets.to_float(other),
        lambda: datasets.to_uint8(other),
    ):
        with pytest.raises(TypeError, match=f"Got a {type(other).__name__}; expected one array"):
            call()
    datasets.check_images(list(digits[:4]))  # a list of images of one size will do


@pytest.mark.core
def test_images_of_another_order_or_number_of_axes_are_told_how_to_mend_it(digits):
    for images, mend in (
        (digits[0], r"image\[None\] makes one image a batch"),
        (digits[..., 0], r"images\[..., None\] adds a channel"),
        (np.moveaxis(digits, -1, 1), r"use np.moveaxis\(images, 1, -1\)"),
    ):
        for check in (datasets.check_images, datasets.check_pixels):
            with pytest.raises(ValueError, match=mend):
                check(images)


@pytest.mark.core
def test_data_without_an_end_says_so(digits):
    labels = np.zeros(len(digits), "int32")
    for data in (
        datasets.batches(digits, 32, seed=0),
        datasets.batches(digits[:, 0, :2, 0], 32, seed=0, start_step=17),
        datasets.labelled_batches(digits, labels, 32, seed=0, start_step=3),
        datasets.stacked_batches(digits, 32, seed=0),
        datasets.captioned_batches("test", 4, seed=0),
    ):
        assert data.cardinality() == tf.data.INFINITE_CARDINALITY
