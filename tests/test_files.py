"""Files are read only when they are what was shipped, and written whole or not at all."""

import ast
import contextlib
import errno
import json
import os
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from conftest import ROOT

from hue_edu import datasets, files

pytestmark = pytest.mark.core


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """A data folder of our own with one listed file."""
    np.savez(tmp_path / "small.npz", a=np.arange(3))
    (tmp_path / "SHA256SUMS").write_text(f"{files.sha256(tmp_path / 'small.npz')}  small.npz\n")
    monkeypatch.setenv("HUE_DATA", str(tmp_path))
    return tmp_path


def test_every_listed_file_is_there_and_unaltered():
    names = files.expected_sums()
    assert {"mnist.npz", "judge.weights.h5", "dcgan.weights.h5"} <= set(names)
    for name in names:
        assert files.shipped(name).parent == ROOT / "data"


def test_a_good_file_is_found(data_folder):
    assert files.shipped("small.npz") == data_folder / "small.npz"


def test_a_study_is_loaded_with_a_line_on_what_made_it(data_folder, capsys):
    (data_folder / "results").mkdir()
    study = {"command": "make x", "date": "a day", "device": "CPU", "versions": {"numpy": "2"}}
    (data_folder / "results" / "07_x.json").write_text(json.dumps({**study, "values": {"a": 1}}))
    assert files.load_study("07_x") == {"a": 1}
    assert capsys.readouterr().out == "Measured by `make x` on a day, CPU, numpy 2.\n"
    with pytest.raises(FileNotFoundError, match="no study '08_y'.*it holds: 07_x"):
        files.load_study("08_y")


def test_a_missing_file_is_named_with_its_mend(data_folder):
    (data_folder / "small.npz").unlink()
    with pytest.raises(FileNotFoundError, match=r"small.npz is missing.*git checkout"):
        files.shipped("small.npz")


def test_a_truncated_file_is_refused(data_folder):
    path = data_folder / "small.npz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError, match=r"truncated or altered.*git checkout"):
        files.shipped("small.npz")


def test_a_changed_byte_is_refused(data_folder):
    path = data_folder / "small.npz"
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="truncated or altered"):
        files.shipped("small.npz")


def test_a_folder_without_checksums_is_explained(tmp_path, monkeypatch):
    monkeypatch.setenv("HUE_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="SHA256SUMS.*HUE_DATA"):
        datasets.load_mnist()


def test_a_file_that_is_not_listed_is_refused(data_folder):
    with pytest.raises(ValueError, match="not a shipped file"):
        files.shipped("other.npz")


def test_data_is_found_from_any_working_directory(tmp_path):
    code = "from hue_edu import files; print(files.shipped('mnist.npz'))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert found.stdout.strip() == str(ROOT / "data" / "mnist.npz"), found.stderr


def test_pickled_objects_are_refused(tmp_path):
    np.savez(tmp_path / "objects.npz", a=np.array([{"code": "anything"}], dtype=object))
    with pytest.raises(ValueError, match="plain arrays"):
        files.load_arrays(tmp_path / "objects.npz")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive at all"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"bad.npz is not a complete .npz file"):
        files.load_arrays(tmp_path / "bad.npz")


def test_a_truncated_archive_is_refused(tmp_path):
    np.savez(tmp_path / "cut.npz", a=np.arange(1000), b=np.arange(1000))
    whole = (tmp_path / "cut.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="complete"):
        files.load_arrays(tmp_path / "cut.npz")


def test_a_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_text("before")
    with pytest.raises(RuntimeError), files.written_whole(path) as temporary:
        temporary.write_text("half of")
        raise RuntimeError
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["kept.txt"]


def test_a_write_replaces_the_file_and_makes_folders(tmp_path):
    path = tmp_path / "new" / "deep" / "file.txt"
    for text in ("first", "second"):
        with files.written_whole(path) as temporary:
            temporary.write_text(text)
    assert path.read_text() == "second"
    assert os.listdir(path.parent) == ["file.txt"]


def test_a_device_without_space_is_named_and_nothing_is_lost(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_text("before")
    with pytest.raises(OSError, match=r"Could not write .*kept.txt.*untouched"):
        with files.written_whole(path), open("/dev/full", "w") as full:
            full.write("x" * 100_000)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["kept.txt"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder is wanted: no user can write below it")
    with pytest.raises(OSError):  # first: the write does fail, also for root
        (blocked / "file.txt").write_text("")
    with pytest.raises(OSError, match="Could not write.*untouched"):
        files.save_arrays(blocked / "file.npz", a=np.zeros(3))


def test_saved_arrays_come_back_and_are_the_same_byte_for_byte(tmp_path):
    arrays = {"a": np.arange(6).reshape(2, 3), "b": np.linspace(0, 1, 5, dtype="float32")}
    for name in ("one.npz", "two.npz"):
        files.save_arrays(tmp_path / name, **arrays)
    assert files.sha256(tmp_path / "one.npz") == files.sha256(tmp_path / "two.npz")
    back = files.load_arrays(tmp_path / "one.npz")
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)


def test_everything_that_lessons_need_loads_without_a_network(monkeypatch):
    import socket

    from hue_edu import judges, runs

    def no_network(*_):
        raise OSError("the network is down")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    with pytest.raises(OSError):  # first: the network is down
        socket.create_connection(("127.0.0.1", 9))
    assert len(datasets.load_mnist("test")[0]) == 10_000
    judges.load_judge.cache_clear()
    assert judges.load_judge().model.count_params() > 0
    assert runs.load_shipped_generator().output_shape == (None, 28, 28, 1)


def test_a_large_file_is_checked_to_its_last_byte(data_folder):
    path = data_folder / "large.npz"
    content = bytearray(3 * 2**20)
    path.write_bytes(content)
    with open(data_folder / "SHA256SUMS", "a") as sums:
        sums.write(f"{files.sha256(path)}  large.npz\n")
    assert files.shipped("large.npz") == path
    content[-1] = 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"found|expected"):
        files.shipped("large.npz")


def test_the_error_of_an_altered_file_names_both_sums_and_its_size(data_folder):
    path = data_folder / "small.npz"
    wanted = files.sha256(path)
    path.write_bytes(b"x" * 1234)
    with pytest.raises(ValueError) as caught:
        files.shipped("small.npz")
    text = str(caught.value)
    assert (
        f"begins with {files.sha256(path)[:12]}, expected {wanted[:12]} (the file has 1,234 bytes"
        in text
    )


def test_sha256_of_a_known_text(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert files.sha256(tmp_path / "abc").startswith("ba7816bf8f01cfea414140de5dae2223")


def test_the_temporary_file_lies_beside_and_the_result_can_be_read_by_all(tmp_path):
    path = tmp_path / "new" / "run.weights.h5"
    with files.written_whole(path) as temporary:
        assert temporary.parent == path.parent and temporary != path
        assert temporary.name.startswith(".part-") and temporary.name.endswith(".weights.h5")
        assert not path.exists()
        temporary.write_text("all of it")
    assert path.read_text() == "all of it" and path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("umask, mode", [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        files.save_arrays(tmp_path / "new.npz", images=[1])
    finally:
        os.umask(before)
    assert (tmp_path / "new.npz").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_that_was_there_keeps_its_mode(tmp_path, mode):
    path = tmp_path / "old.npz"
    path.write_bytes(b"")
    path.chmod(mode)
    files.save_arrays(path, images=[1])
    assert path.stat().st_mode & 0o777 == mode and len(files.load_arrays(path)["images"]) == 1


def test_a_link_stays_and_its_target_is_written(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "kept.npz", tmp_path / "link.npz"
    link.symlink_to(target)
    for value in (1, 2):  # at first there is no target
        files.save_arrays(link, images=[value])
        assert link.is_symlink() and files.load_arrays(target)["images"] == [value]
    assert os.listdir(tmp_path / "elsewhere") == ["kept.npz"]
    (tmp_path / "folder").symlink_to(tmp_path / "elsewhere")
    files.save_arrays(tmp_path / "folder" / "kept.npz", images=[3])
    assert files.load_arrays(target)["images"] == [3]


@pytest.mark.parametrize("name", ["chmod", "fsync"])
def test_what_a_file_system_has_no_word_for_is_left_out(tmp_path, monkeypatch, name):
    def refused(*arguments, **options):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    for value in (1, 2):
        monkeypatch.setattr(os, name, refused)
        files.save_arrays(tmp_path / "share.npz", images=[value])
        monkeypatch.undo()
        assert files.load_arrays(tmp_path / "share.npz")["images"] == [value]


def test_a_full_disk_is_no_such_thing(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.save_arrays(tmp_path / "x.npz", images=[1])
    assert os.listdir(tmp_path) == []


def test_what_is_flushed_may_be_written_as_windows_asks(tmp_path, monkeypatch):
    import fcntl

    fsync = os.fsync

    def as_on_windows(handle):
        if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", as_on_windows)
    files.save_arrays(tmp_path / "x.npz", images=[1])
    assert (tmp_path / "x.npz").is_file()


def test_what_was_written_is_on_disk_before_it_gets_its_name(tmp_path, monkeypatch):
    calls, fsync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (calls.append("fsync"), fsync(fd)))
    monkeypatch.setattr(os, "replace", lambda *names: (calls.append("replace"), replace(*names)))
    with files.written_whole(tmp_path / "x") as temporary:
        temporary.write_text("x")
    assert calls == ["fsync", "replace"]


def test_errors_of_the_system_keep_their_number(tmp_path):
    with pytest.raises(OSError) as caught, files.written_whole(tmp_path / "x"):
        raise OSError(28, "No space left on device")
    assert caught.value.errno == 28 and os.listdir(tmp_path) == []
    assert "Could not write" in str(caught.value) and "(No space left" in str(caught.value)


def test_arrays_are_packed_small_and_without_a_date(tmp_path):
    import zipfile

    files.save_arrays(tmp_path / "zeros.npz", zeros=np.zeros(100_000))
    assert (tmp_path / "zeros.npz").stat().st_size < 2000
    (entry,) = zipfile.ZipFile(tmp_path / "zeros.npz").infolist()
    assert entry.date_time == (1980, 1, 1, 0, 0, 0) and entry.filename == "zeros.npy"
    with pytest.raises(FileNotFoundError, match=r"no file .*none\.npz"):
        files.load_arrays(tmp_path / "none.npz")


def test_the_data_folder_follows_the_variable_only_if_it_is_set(monkeypatch, tmp_path):
    monkeypatch.setenv("HUE_DATA", "")
    assert files.data_dir() == ROOT / "data"
    monkeypatch.setenv("HUE_DATA", str(tmp_path))
    assert files.data_dir() == tmp_path


@pytest.mark.parametrize("spoil", ["member", "npy", "objects", "encrypted", "method"])
def test_each_way_to_break_an_archive_is_one_sentence(spoil, tmp_path):
    path = tmp_path / "bad.npz"
    np.savez_compressed(path, a=np.random.default_rng(0).random(1000))
    raw = bytearray(path.read_bytes())
    if spoil == "member":
        raw[200:260] = b"\xff" * 60  # zlib.error or a wrong CRC
    elif spoil == "encrypted":
        raw[6] |= 1
        raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    elif spoil == "method":
        raw[8] = raw[raw.rindex(b"PK\x01\x02") + 10] = 97
    path.write_bytes(raw)
    if spoil in ("npy", "objects"):
        with open(path, "wb") as file:
            np.save(file, np.array([{}]) if spoil == "objects" else np.arange(3))
    with pytest.raises(ValueError, match=r"bad.npz is not a complete .npz file"):
        files.load_arrays(path)


def declaring(text, version=1):
    """The header of an .npy file with that text, and 64 bytes."""
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + bytes(64)


def shaped(shape):
    return declaring(f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n")


TOO_MUCH = {
    "10^13 numbers": shaped((10**9, 100, 100, 1)),
    "more than 64 bits": shaped((10**18, 100, 100, 1)),
    "a side beyond 64 bits": shaped((10**30, 28, 28, 1)),
    "a product of 0 in 64 bits": shaped((2**62, 4)),
    "a header of 4 GB": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
    "brackets that stay open": declaring("{'descr': ("),
    "deep brackets": declaring("(" * 5000),
    "lines out of step": declaring("if a:\n    b\n  c\n"),
}


@pytest.mark.parametrize("content", TOO_MUCH.values(), ids=TOO_MUCH)
@pytest.mark.parametrize("packing", ["none", "stored", "deflated", "lzma"])
def test_a_header_that_declares_too_much_is_one_sentence(content, packing, tmp_path):
    if packing == "none":
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(ValueError, match=r"x is not a complete \.npy file .*: (it|a part) "):
            files.load_array(tmp_path / "x")
        return
    method = {"stored": 0, "deflated": zipfile.ZIP_DEFLATED, "lzma": zipfile.ZIP_LZMA}[packing]
    with zipfile.ZipFile(tmp_path / "x", "w", method) as archive:
        archive.writestr("images.npy", content)
    with pytest.raises(ValueError, match=r"x is not a complete \.npz file .*: (it|a part) "):
        files.load_arrays(tmp_path / "x")


def test_what_does_not_fit_into_memory_is_called_so(tmp_path):
    (tmp_path / "x").write_bytes(TOO_MUCH["10^13 numbers"])
    with pytest.raises(ValueError, match="x is not .*: it declares more than fits into memory"):
        files.load_array(tmp_path / "x")


@pytest.mark.parametrize("seed", range(3))
def test_changed_bytes_raise_nothing_but_a_sentence(seed, tmp_path):
    random = np.random.default_rng(seed)
    wholes, array = [], random.integers(0, 256, (3, 4, 4, 1), "uint8")
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(tmp_path / "x", "w", method) as archive:
            archive.writestr("images.npy", shaped((2, 8)))
        wholes.append((tmp_path / "x").read_bytes())
    np.savez(tmp_path / "x.npz", images=array)
    for whole in [*wholes, (tmp_path / "x.npz").read_bytes()]:
        for place in random.integers(0, len(whole), 150):
            changed = bytearray(whole)
            changed[place] = random.choice([0, 40, 255])
            (tmp_path / "x").write_bytes(changed)
            with contextlib.suppress(ValueError):
                files.load_arrays(tmp_path / "x")


@pytest.mark.parametrize("name", ["about.npy", "0000.npy", "9999.npy"])
def test_a_checkpoint_that_declares_too_much_is_one_sentence(name, tmp_path, small_gan):
    from hue_edu import training

    gan, path = small_gan(), tmp_path / "checkpoint.npz"
    training.save_checkpoint(gan, path)
    with zipfile.ZipFile(path) as archive:
        held = {entry: archive.read(entry) for entry in archive.namelist()}
    held[name] = shaped((10**14,))
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in held.items():
            archive.writestr(entry, content)
    with pytest.raises(ValueError, match=r"checkpoint\.npz is not a complete \.npz file"):
        training.load_checkpoint(gan, path)


def test_hidden_files_and_what_systems_leave_are_litter():
    assert all(map(files.is_litter, (".DS_Store", ".part-x.npz", "Thumbs.db", "@eaDir")))
    assert not any(map(files.is_litter, ("run.json", "a.png", "thumbs")))


def test_an_npy_file_is_read_or_refused(tmp_path):
    np.save(tmp_path / "good.npy", np.arange(5))
    np.testing.assert_array_equal(files.load_array(tmp_path / "good.npy"), np.arange(5))
    raw = (tmp_path / "good.npy").read_bytes()
    np.save(tmp_path / "objects.npy", np.array([{}]))
    for name, content in (
        ("cut", raw[:-9]),
        ("header", raw[:40]),
        ("empty", b""),
        ("text", b"x,y"),
    ):
        (tmp_path / f"{name}.npy").write_bytes(content)
        with pytest.raises(ValueError, match=rf"{name}.npy is not a complete .npy file"):
            files.load_array(tmp_path / f"{name}.npy")
    with pytest.raises(ValueError, match="plain array"):
        files.load_array(tmp_path / "objects.npy")
    with pytest.raises(FileNotFoundError, match=r"no file .*none\.npy"):
        files.load_array(tmp_path / "none.npy")


@pytest.mark.parametrize("content", ["abc", "0" * 64, "<html>\n</html>", "1 2 3"])
def test_checksums_that_are_none_are_named(content, data_folder):
    (data_folder / "SHA256SUMS").write_text(content)
    with pytest.raises(ValueError, match="SHA256SUMS is cut off or altered.*git checkout"):
        files.shipped("small.npz")


@pytest.mark.parametrize("content", ["", '{"values": {', "not JSON"])
def test_a_study_that_is_cut_off_is_named(content, data_folder):
    (data_folder / "results").mkdir()
    (data_folder / "results" / "07_x.json").write_text(content)
    with pytest.raises(ValueError, match=r"07_x.json is cut off or altered.*git checkout"):
        files.load_study("07_x")


def test_text_is_utf_8_whatever_the_system_says():
    """Under a legacy code page open() and read_text() would read something else in silence."""
    for path in (ROOT / "hue_edu").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1]
            binary = name == "open" and any("b" in ast.unparse(a)[1:-1] for a in node.args[1:2])
            opens = name == "open" and ast.unparse(node.func) == "open" and not binary
            if opens or name in ("read_text", "write_text"):
                named = [keyword.arg for keyword in node.keywords]
                assert "encoding" in named, f"{path}, line {node.lineno}"
