"""People's own pictures: brought to one size by the stated rule, and nothing skipped in silence."""

import io
import os
import pwd
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps, features

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
        assert len(notes) == 4 and all(note.startswith("Skipped ") for note in notes[:3])
        assert "broken.png: it cannot be read" in notes[0]
        assert "small0.png: 28×20 pixels, smaller than 28×28." in notes[1]
        assert "text.jpg: it cannot be read (it is no picture of a usual format)." in notes[2]
        assert notes[3] == "Left out 1 file that is not read as pictures: 1 .txt."


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
    monkeypatch.setattr(Image, "open", lambda path, **known: opened.append(path) or fetch(path))
    np.testing.assert_array_equal(datasets.load_images(folder), first)
    assert not opened
    put(folder, 255 - tinted[:1])
    assert not np.array_equal(datasets.load_images(folder), first) and len(opened) == 2
    for broken in cache.iterdir():
        broken.write_bytes(b"cut")
    np.testing.assert_array_equal(datasets.load_images(folder)[1:], first[1:])
    assert len(opened) == 4 and kept.exists()


def no_home(monkeypatch):
    """A user without HOME and without an entry in /etc/passwd, as containers have them."""

    def unknown(number):
        raise KeyError(number)

    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with pytest.raises(RuntimeError):  # first: there is none
        Path.home()


@pytest.mark.parametrize("kind", ["no home", "a file", "not writable", "relative", "broken entry"])
def test_a_cache_that_cannot_be_is_no_error(kind, tmp_path, tinted, cache, monkeypatch, capsys):
    put(tmp_path / "all", tinted)
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    if kind == "no home":
        no_home(monkeypatch)
    elif kind == "a file":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    elif kind == "not writable":
        monkeypatch.setenv("XDG_CACHE_HOME", "/proc")
    elif kind == "relative":  # to be ignored, and the home is none either
        no_home(monkeypatch)
        monkeypatch.setenv("XDG_CACHE_HOME", "here")
    else:
        datasets.load_images(tmp_path / "all")
        (kept,) = cache.iterdir()
        kept.unlink()
        kept.mkdir()
    for _ in range(2):
        assert len(datasets.load_images(tmp_path / "all")) == 12
    assert capsys.readouterr().err == "" and sorted(os.listdir()) == ["all", "file"]


def written(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


FORMATS = {  # name of the file: format
    "a.webp": "WEBP", "a.bmp": "BMP", "a.gif": "GIF", "a.tif": "TIFF", "a.TIFF": "TIFF",
    "a.ppm": "PPM", "a.pnm": "PPM", "a.PNG": "PNG", "a.jfif": "JPEG", "a.jpe": "JPEG",
    "a.Jpg": "JPEG", "a.png": "JPEG", "photo": "PNG", "5f3a": "WEBP", "0042": "JPEG",
}  # fmt: skip
if features.check("avif"):
    FORMATS["a.avif"] = "AVIF"


@pytest.mark.parametrize("name, kind", FORMATS.items())
def test_the_usual_formats_are_read_by_ending_or_without_one(name, kind, tmp_path, capsys):
    grey = datasets.to_uint8(datasets.load_mnist("test")[0][0])[..., 0]
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95}
    (tmp_path / name).write_bytes(written(Image.fromarray(grey), kind, **options))
    assert datasets.find_pictures(tmp_path) == [tmp_path / name]
    found = datasets.to_uint8(datasets.load_images(tmp_path))[0]
    assert capsys.readouterr().err == ""
    difference = np.abs(found.astype(int) - grey[..., None]).max()
    assert difference < 40 if kind in ("JPEG", "AVIF") else difference == 0


@pytest.mark.parametrize(
    "names, told",
    [
        (["a.txt"], "1 file that is not read as pictures: 1 .txt."),
        (["a.csv", "b.TXT", "c.txt"], "3 files that are not read as pictures: 2 .txt, 1 .csv."),
        (["LICENSE", "a.heic"], "2 files that are not read as pictures: 1 without an ending, 1 ."),
        (["a.png.bak", "b.jpg_large"], "2 files that are not read as pictures: 1 .bak, 1 .jpg_l"),
        ([f"a.{k}" for k in range(9)], "9 files that are not read as pictures: 1 .0, 1 .1, 1 .2,"),
        ([f"a.{k}" for k in range(10)], "1 .5, 1 .6, 1 .7, and 2 other endings."),
    ],
)
def test_what_is_left_out_is_told_in_one_line(names, told, tmp_path, tinted, capsys):
    put(tmp_path / "all", tinted)
    for name in names:
        (tmp_path / "all" / name).write_text("no picture, nor read as one")
    for _ in range(2):  # from the files, then from the cache
        assert len(datasets.load_images(tmp_path / "all")) == 12
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("Left out ") and told in line


def test_what_is_hidden_and_what_systems_leave_is_not_told(tmp_path, tinted, capsys):
    put(tmp_path / "all", tinted)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", ".git/config", "@eaDir/0.png"):
        (tmp_path / "all" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "all" / name).write_bytes((tmp_path / "all" / "0.png").read_bytes())
    assert len(datasets.load_images(tmp_path / "all")) == 12 and capsys.readouterr().err == ""


def test_folders_behind_links_are_read_once_and_broken_links_are_told(tmp_path, tinted, capsys):
    put(tmp_path / "elsewhere", tinted[:5])
    put(tmp_path / "all", tinted[5:6], "own{}.png")
    (tmp_path / "all" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "all" / "again").symlink_to(tmp_path / "all")
    (tmp_path / "all" / "gone.png").symlink_to(tmp_path / "nothing.png")
    (tmp_path / "all" / "round.png").symlink_to("round.png")
    os.mkfifo(tmp_path / "all" / "pipe.png")  # to open it would wait for ever
    assert len(datasets.load_images(tmp_path / "all")) == 6
    notes = capsys.readouterr().err.splitlines()
    assert [note.split(": ")[0].rsplit("/")[-1] for note in notes] == ["gone.png", "round.png"]


def test_a_folder_that_cannot_be_opened_is_told(tmp_path, tinted, monkeypatch, capsys):
    put(tmp_path / "all", tinted[:2])
    put(tmp_path / "all" / "closed", tinted[2:])
    scan = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert len(datasets.load_images(tmp_path / "all")) == 2
    expected = f"Skipped the folder {tmp_path / 'all' / 'closed'}: Permission denied.\n"
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(
    "name, kind", [("a.gif", "GIF"), ("a.webp", "WEBP"), ("a.png", "PNG"), ("a", "TIFF")]
)
def test_of_what_moves_the_first_frame_is_taken_and_told(name, kind, tmp_path, tinted, capsys):
    put(tmp_path, tinted[1:3])
    first, *others = [Image.fromarray(np.full((28, 28, 3), k, "uint8")) for k in (0, 90, 180)]
    options = {"lossless": True} if kind == "WEBP" else {}
    moving = written(first, kind, save_all=True, append_images=others, **options)
    (tmp_path / name).write_bytes(moving)
    place = datasets.find_pictures(tmp_path).index(tmp_path / name)
    for _ in range(2):
        assert (datasets.load_images(tmp_path)[place] == -1).all()
        told = "Took only the first frame of what is animated or has several pages: 1 pictures.\n"
        assert capsys.readouterr().err == told


def test_the_preview_that_a_camera_adds_is_no_second_frame(tmp_path, tinted, capsys):
    first, preview = map(Image.fromarray, tinted[:2])
    (tmp_path / "a.jpg").write_bytes(written(first, "MPO", save_all=True, append_images=[preview]))
    assert Image.open(tmp_path / "a.jpg").n_frames == 2
    (found,) = datasets.to_uint8(datasets.load_images(tmp_path)).astype(int)
    assert np.abs(found - tinted[0]).mean() < 20 and capsys.readouterr().err == ""


@pytest.mark.parametrize("orientation", range(9))
def test_each_orientation_is_turned_as_pillow_does(orientation, tmp_path):
    half = Image.fromarray(np.arange(28 * 28, dtype="uint8").reshape(28, 28))
    block = exif((274, 3, 1, struct.pack("<HH", orientation, 0)))
    (tmp_path / "a.png").write_bytes(written(half, "PNG", exif=block))
    expected = np.asarray(ImageOps.exif_transpose(Image.open(tmp_path / "a.png")))
    found = datasets.to_uint8(datasets.load_images(tmp_path))
    np.testing.assert_array_equal(found[0, ..., 0], expected)


@pytest.mark.parametrize(
    "pixels, told",
    [
        (np.linspace(0, 1, 900, dtype="float32").reshape(30, 30), "fractions"),
        (np.full((30, 30), 70_000, "int32"), "whole numbers beyond 65,535"),
        (np.full((30, 30), -5, "int32"), "whole numbers beyond 65,535"),
    ],
)
def test_numbers_without_a_known_range_are_not_clipped_in_silence(
    pixels, told, tmp_path, tinted, capsys
):
    put(tmp_path, tinted)
    put(tmp_path, [pixels], "odd{}.tif")
    assert len(datasets.load_images(tmp_path)) == 12
    assert f"odd0.tif: it cannot be read (its pixels are {told}" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a.bmp", "b.ppm", "c.tif"])
def test_a_picture_that_was_replaced_keeping_size_and_time_is_read_anew(name, tmp_path, tinted):
    for image in tinted[:2]:
        Image.fromarray(image).save(tmp_path / name)
        os.utime(tmp_path / name, (315532800, 315532800))  # as archives have it
        found = datasets.to_uint8(datasets.load_images(tmp_path))
        np.testing.assert_array_equal(found[0], image)


def exif(*entries):
    """A block of EXIF data: (tag, kind, number, four bytes) each."""
    packed = b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries)) + packed + bytes(4)


def tiff(*entries):
    """A grey TIFF of 40 rows by 60, its upper half white, with more entries."""
    own = {256: 60, 257: 40, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 40, 279: 2400}
    listed = [(tag, 3, 1, struct.pack("<HH", value, 0)) for tag, value in own.items()]
    packed = exif(*sorted([*listed, *entries]))[14:]
    return b"II*\0" + struct.pack("<I", 2408) + b"\xff" * 1200 + bytes(1200) + packed


UPRIGHT, TURNED = (274, 3, 1, struct.pack("<HH", 1, 0)), (274, 3, 1, struct.pack("<HH", 6, 0))
ODD = {  # EXIF data of which Pillow raises SyntaxError, struct.error, TypeError, or nothing
    "no TIFF": b"Exif\0\0garbage!!",
    "cut off": b"Exif\0\0II*\0",
    "orientation in words": exif((274, 2, 4, b"6abc")),
    "orientation 99": exif((274, 3, 1, struct.pack("<HH", 99, 0))),
    "orientation -1": exif((274, 8, 1, struct.pack("<hh", -1, 0))),
    "orientation of four bytes": exif((274, 7, 4, b"\6\0\0\0")),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("block", ODD.values(), ids=ODD)
def test_a_picture_with_damaged_exif_is_read_unturned_and_told(
    kind, block, tmp_path, monkeypatch, capsys
):
    half = np.zeros((40, 60, 3), "uint8")
    half[:20] = 255
    (tmp_path / "a").write_bytes(written(Image.fromarray(half), kind, exif=block))
    warnings.simplefilter("error")
    (found,) = datasets.load_images(tmp_path)
    assert found[:12].min() > 0.9 and found[-12:].max() < -0.9
    told = capsys.readouterr().err.splitlines()
    assert told[1:] == [f"Left unturned, since its EXIF data is damaged: {tmp_path / 'a'}."]


@pytest.mark.parametrize(
    "entry", [(700, 3, 1, b"abcd"), (34853, 9, 1, b"\xff" * 4), (0x8769, 9, 1, b"\xff" * 4)]
)
def test_a_tiff_that_pillow_fails_to_turn_is_read(entry, tmp_path, capsys):
    (tmp_path / "a.tif").write_bytes(tiff(entry))
    with pytest.raises((TypeError, ValueError, OSError)):  # first: Pillow fails
        Image.open(tmp_path / "a.tif").load()
    (found,) = datasets.load_images(tmp_path)
    assert found[:12].min() > 0.9 and found[-12:].max() < -0.9
    assert "Skipped" not in capsys.readouterr().err
    (tmp_path / "a.tif").write_bytes(tiff(entry)[:2000])
    with pytest.raises(ValueError, match="holds 0 usable pictures"):
        datasets.load_images(tmp_path)
    assert "a.tif: it cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("other", [(0x8769, 4, 1, b"\xff" * 4), (282, 5, 1, b"\xff" * 4)])
def test_damage_beside_the_orientation_does_not_keep_a_picture_from_being_turned(
    other, tmp_path, capsys
):
    half = np.zeros((40, 60, 3), "uint8")
    half[:, :30] = 255
    block = exif(TURNED, other)
    (tmp_path / "a.jpg").write_bytes(written(Image.fromarray(half), "JPEG", exif=block))
    (found,) = datasets.load_images(tmp_path)
    assert found[:12].min() > 0.9 and found[-12:].max() < -0.9
    assert "unturned" not in capsys.readouterr().err


def png_of(width, height):
    """A PNG whose header declares a size, and that holds next to nothing."""
    parts = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", b"x\x9c")
    chunks = (
        struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def declaring(kind, width, height):
    """The beginning of a picture that declares a size."""
    if kind == "PNG":
        return png_of(width, height)
    raw = bytearray(written(Image.new("P", (30, 30)), kind))
    at, form = {"GIF": (6, "<HH"), "BMP": (18, "<ii")}[kind]
    raw[at : at + struct.calcsize(form)] = struct.pack(form, width, height)
    return bytes(raw)


@pytest.mark.parametrize(
    "kind, size, told",
    [
        ("PNG", 60_000, "it declares more than 178,956,970 pixels"),
        ("GIF", 60_000, "it declares more than 178,956,970 pixels"),
        ("BMP", 60_000, "it declares more than 178,956,970 pixels"),
        ("PNG", 11_000, "it cannot be read ("),  # where Pillow only warns, and then reads
        ("BMP", 11_000, "it cannot be read ("),
    ],
)
def test_a_header_that_declares_too_much_is_one_line(kind, size, told, tmp_path, tinted, capsys):
    put(tmp_path, tinted)
    (tmp_path / f"x.{kind}").write_bytes(declaring(kind, size, size))
    warnings.simplefilter("error")
    assert len(datasets.load_images(tmp_path)) == 12
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"Skipped {tmp_path / 'x'}.{kind}: ") and told in line


def test_a_large_picture_is_read_without_a_warning(tmp_path, tinted, monkeypatch, capsys):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)  # Pillow warns above, fails above 1,000
    put(tmp_path, tinted)
    warnings.simplefilter("error")
    assert len(datasets.load_images(tmp_path)) == 12 and capsys.readouterr().err == ""


@pytest.mark.parametrize("error", [MemoryError(), OverflowError("too large"), KeyError(3)])
def test_whatever_pillow_raises_of_one_picture_is_a_line(
    error, tmp_path, tinted, monkeypatch, capsys
):
    put(tmp_path, tinted)
    load = Image.Image.convert

    def convert(picture, *arguments):
        if not picture.getbbox():
            raise error
        return load(picture, *arguments)

    put(tmp_path, [np.zeros((28, 28), "uint8")], "black{}.png")
    monkeypatch.setattr(Image.Image, "convert", convert)
    assert len(datasets.load_images(tmp_path)) == 12
    (line,) = capsys.readouterr().err.splitlines()
    why = "it declares more than fits into memory" if isinstance(error, MemoryError) else error
    assert line == f"Skipped {tmp_path / 'black0.png'}: it cannot be read ({why})."


@pytest.mark.parametrize("num, at_least", [(0, 1), (3, 4), (12, 500)])
def test_too_few_pictures_are_refused_with_both_numbers(num, at_least, tmp_path, tinted):
    put(tmp_path / "few", tinted[:num])
    with pytest.raises(
        ValueError, match=f"holds {num} usable pictures.*expected at least {at_least}"
    ):
        datasets.load_images(tmp_path / "few", at_least=at_least)


@pytest.mark.parametrize(
    "names, held",
    [
        ([], "nothing"),
        (["a.txt", "b.txt", "c.heic"], "2 .txt, 1 .heic"),
        (["a.png", "b.webp", "README"], "1 .png, 1 .webp, 1 without an ending"),
    ],
)
def test_a_folder_without_usable_pictures_is_refused_with_what_it_holds(names, held, tmp_path):
    for name in names:
        (tmp_path / name).write_text("no picture")
    with pytest.raises(ValueError, match=rf"0 usable .* {len(names)} files.* It holds {held}\."):
        datasets.load_images(tmp_path)


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
