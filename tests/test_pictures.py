"""People's own pictures: brought to one size by the stated rule, and nothing skipped in silence."""

import numpy as np
import pytest
from PIL import Image

from hue_edu import datasets

pytestmark = pytest.mark.core


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """A cache of this test's own."""
    home = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    return home / "hue"


@pytest.fixture
def tinted():
    """Twelve tinted digits as uint8."""
    return datasets.to_uint8(datasets.tint(datasets.load_mnist("test")[0][:12], seed=0))


def put(folder, pixels, name="{}.png", **options):
    folder.mkdir(exist_ok=True)
    for k, image in enumerate(pixels):
        Image.fromarray(image).save(folder / name.format(k), **options)


def test_pictures_of_the_right_size_come_back_as_they_are(tmp_path, tinted, capsys):
    put(tmp_path / "all", tinted, "{:02}.png")
    found = datasets.load_images(tmp_path / "all")
    np.testing.assert_array_equal(datasets.to_uint8(found), tinted)
    assert found.dtype == np.float32 and capsys.readouterr().err == ""
    datasets.check_images(found)


def test_grey_pictures_have_one_channel_however_they_are_saved(tmp_path):
    grey = datasets.to_uint8(datasets.load_mnist("test")[0][:9])
    put(tmp_path / "grey", grey[:3, ..., 0], "a{}.png")
    put(tmp_path / "grey", np.repeat(grey[3:6], 3, axis=-1), "b{}.png")
    put(tmp_path / "grey", grey[6:, ..., 0].astype("uint16") * 256 + 7, "c{}.png")  # 16 bits
    found = datasets.load_images(tmp_path / "grey")
    np.testing.assert_array_equal(datasets.to_uint8(found), grey)


def test_the_middle_is_cropped_and_brought_to_size(tmp_path, capsys):
    wide = np.zeros((64, 128, 3), "uint8")
    wide[:, 32:96] = (250, 100, 10)  # the square in the middle
    put(tmp_path / "wide", [wide, wide.transpose(1, 0, 2)], "{}.JPG", quality=95)
    for size in (28, 32, 64):
        found = datasets.load_images(tmp_path / "wide", size=size)
        assert found.shape == (2, size, size, 3)
        inner = datasets.to_uint8(found)[:, 2:-2, 2:-2].astype(int)
        assert np.abs(inner - (250, 100, 10)).max() < 12
    notes = capsys.readouterr().err.splitlines()
    assert notes[0] == "Cropped to the centre and resized to 28×28: 2 pictures."


def test_small_scale_is_antialiased(tmp_path):
    stripes = np.zeros((280, 280), "uint8")
    stripes[:, ::2] = 255  # finer than the result can show: grey
    put(tmp_path / "fine", [stripes])
    found = datasets.load_images(tmp_path / "fine")
    assert np.abs(found).max() < 0.1


def test_what_is_skipped_is_said_in_a_line_each(tmp_path, tinted, capsys):
    folder = tmp_path / "mixed"
    put(folder, tinted[:3])
    put(folder / "below", tinted[3:5], "{}.jpeg")
    (folder / "broken.png").write_bytes((folder / "0.png").read_bytes()[:200])
    (folder / "text.jpg").write_text("no picture")
    put(folder, tinted[:1, :20], "small{}.png")
    (folder / "notes.txt").write_text("not asked")
    (folder / "._0.png").write_bytes(b"what some systems leave")
    for _ in range(2):  # from the files, then from the cache
        found = datasets.load_images(folder)
        assert found.shape == (5, 28, 28, 3)
        notes = capsys.readouterr().err.splitlines()
        assert len(notes) == 3 and all(note.startswith("Skipped ") for note in notes)
        assert "broken.png: it cannot be read" in notes[0]
        assert "small0.png: 28×20 pixels, smaller than 28×28." in notes[1]
        assert "text.jpg: it cannot be read" in notes[2]


def test_of_many_that_are_skipped_the_first_are_named(tmp_path, tinted, capsys):
    put(tmp_path / "all", np.repeat(tinted[:10], 2, axis=0)[:, :20], "{:02}.png")
    put(tmp_path / "all", [np.pad(tinted[0], [(2, 2), (0, 0), (0, 0)])], "good{}.png")
    assert len(datasets.load_images(tmp_path / "all")) == 1
    assert len(capsys.readouterr().err.splitlines()) == 21  # twenty, and what was cropped
    put(tmp_path / "all", tinted[:3, :20], "a{}.png")
    assert len(datasets.load_images(tmp_path / "all")) == 1
    notes = capsys.readouterr().err.splitlines()
    assert len(notes) == 22 and "19.png" not in "".join(notes[:19]) and "16.png" in notes[16]
    assert notes[20:] == [
        "Skipped 3 more for similar reasons.",
        "Cropped to the centre and resized to 28×28: 1 pictures.",
    ]


def test_transparent_and_turned_pictures_look_as_in_a_viewer(tmp_path):
    clear = np.zeros((28, 28, 4), "uint8")
    clear[:14] = (255, 0, 0, 255)
    put(tmp_path / "odd", [clear], "a{}.png")
    turned = np.zeros((28, 28), "uint8")
    turned[:, :14] = 255  # left half; the camera was held so that it is the upper one
    picture, about = Image.fromarray(turned), Image.Exif()
    about[274] = 6
    picture.save(tmp_path / "odd" / "b.png", exif=about)
    first, second = datasets.to_uint8(datasets.load_images(tmp_path / "odd"))
    assert (first[:14] == (255, 0, 0)).all() and (first[14:] == 255).all()
    assert (second[:14] == 255).all() and (second[14:] == 0).all()


def test_the_cache_is_used_until_a_picture_changes(tmp_path, tinted, cache, monkeypatch):
    folder = tmp_path / "kept"
    put(folder, tinted[:2])
    first = datasets.load_images(folder)
    (kept,) = cache.iterdir()
    opened, fetch = [], Image.open
    monkeypatch.setattr(Image, "open", lambda path: opened.append(path) or fetch(path))
    np.testing.assert_array_equal(datasets.load_images(folder), first)
    assert not opened
    put(folder, 255 - tinted[:1])
    assert not np.array_equal(datasets.load_images(folder), first) and len(opened) == 2
    for broken in cache.iterdir():
        broken.write_bytes(b"cut")
    np.testing.assert_array_equal(datasets.load_images(folder)[1:], first[1:])
    assert len(opened) == 4 and kept.exists()


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, tinted, monkeypatch):
    put(tmp_path / "all", tinted)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(datasets.load_images(tmp_path / "all")) == 12


@pytest.mark.parametrize("num, at_least", [(0, 1), (3, 4), (12, 500)])
def test_too_few_pictures_are_refused_with_both_numbers(num, at_least, tmp_path, tinted):
    put(tmp_path / "few", tinted[:num])
    with pytest.raises(
        ValueError, match=f"holds {num} usable pictures.*expected at least {at_least}"
    ):
        datasets.load_images(tmp_path / "few", at_least=at_least)


def test_pictures_are_described_in_words():
    for shape, words in (
        ((1204, 32, 32, 3), "1,204 pictures, 32×32, in colour"),
        ((1, 28, 64, 1), "1 picture, 28×64, in grey"),
    ):
        assert datasets.describe(np.zeros(shape, "float32")) == words


def test_what_is_no_folder_and_no_size_is_refused(tmp_path, tinted):
    with pytest.raises(FileNotFoundError, match="no folder .*none"):
        datasets.load_images(tmp_path / "none")
    put(tmp_path / "all", tinted)
    for size in (0, 30, "28", None):
        with pytest.raises(ValueError, match="expected 28, 32 or 64"):
            datasets.load_images(tmp_path / "all", size=size)
