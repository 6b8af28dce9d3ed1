"""The studio's pictures: z and text kept apart, sheets that hold their sentence, captions files."""

import base64
import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from hue_edu import captions, files, latent, models, plots, studio, training
from hue_edu.models import text_to_image

pytestmark = pytest.mark.core

RED, BLUE = "a large red seven on a white background", "a small blue 3"


def text_of(png):
    return Image.open(io.BytesIO(png)).text


def test_pictures_are_those_of_the_generator(text_generator):
    drawn = studio.draw(text_generator, RED, num=5, seed=3)
    assert drawn.shape == (5, 32, 32, 3) and drawn.dtype == np.float32
    expected = training.generate_from_text(text_generator, 5 * [RED], seed=3)
    np.testing.assert_allclose(drawn, expected, atol=1e-5)
    assert studio.draw(text_generator, RED).shape[0] == 8


def test_seed_and_number_do_what_they_say(text_generator):
    first = studio.draw(text_generator, RED, 4, seed=1)
    np.testing.assert_array_equal(studio.draw(text_generator, RED, 4, seed=1), first)
    np.testing.assert_allclose(studio.draw(text_generator, RED, 9, seed=1)[:4], first, atol=1e-5)
    assert np.abs(studio.draw(text_generator, RED, 4, seed=2) - first).max() > 0.05
    np.testing.assert_array_equal(
        studio.draw(text_generator, RED, 2), studio.draw(text_generator, RED, 2, seed=0)
    )


def test_variety_is_a_factor_of_z_that_was_cut_off(text_generator):
    alike = studio.draw(text_generator, RED, 4, variety=0)
    np.testing.assert_allclose(alike, np.repeat(alike[:1], 4, axis=0), atol=1e-6)
    z = 0.5 * latent.truncate(latent.sample_z(4, 64, 6), 2.0)
    tokens = tf.constant(captions.tokens(4 * [RED]))
    half = studio.draw(text_generator, RED, 4, seed=6, variety=0.5)
    np.testing.assert_allclose(half, text_generator([z, tokens], training=False), atol=1e-5)


def test_a_morph_begins_and_ends_with_the_sentences_own_pictures(text_generator):
    way = studio.morph(text_generator, RED, BLUE, num=3, seed=2, variety=0.7)
    assert way.shape == (3, 8, 32, 32, 3)
    for place, sentence in ((0, RED), (-1, BLUE)):
        own = studio.draw(text_generator, sentence, 3, seed=2, variety=0.7)
        np.testing.assert_allclose(way[:, place], own, atol=1e-5)
    assert studio.morph(text_generator, RED, BLUE).shape[0] == 2


def test_a_morph_goes_in_even_steps(text_generator):
    encoder, painter = map(text_generator.get_layer, ("text_encoder", "painter"))
    start, end = encoder(captions.tokens([RED, BLUE])).numpy()
    z = np.array(latent.truncate(latent.sample_z(2, 64, 5), 2.0))
    way = studio.morph(text_generator, RED, BLUE, num=2, seed=5)
    for j in range(8):
        text = start + j / 7 * (end - start)
        by_hand = painter([z[1:], text[None]], training=False)[0]
        np.testing.assert_allclose(way[1, j], by_hand, atol=1e-4)


def test_a_sheet_has_the_pictures_in_rows_of_eight(text_generator):
    for num, size in ((1, (32, 32)), (5, (5 * 33 - 1, 32)), (11, (8 * 33 - 1, 65))):
        sheet = studio.sheet(text_generator, RED, num=num, seed=1, as_is=True)
        np.testing.assert_array_equal(
            sheet.images, studio.draw(text_generator, RED, num=num, seed=1)
        )
        picture = Image.open(io.BytesIO(sheet.png()))
        assert picture.size == (3 * size[0], 3 * size[1]) and sheet.width == 3 * size[0]
        expected = plots.tile(sheet.images, min(num, 8))
        np.testing.assert_array_equal(np.asarray(picture)[1::3, 1::3], expected)
    way = studio.sheet(text_generator, RED, BLUE, num=9, variety=0.5, as_is=True)
    expected = studio.morph(text_generator, RED, BLUE, num=2, variety=0.5)
    np.testing.assert_array_equal(way.images, expected.reshape(16, 32, 32, 3))
    assert len(studio.sheet(text_generator, RED).images) == 8
    narrow = studio.sheet(text_generator, RED, num=11, columns=4)
    assert narrow.pixels.shape == (3 * 33 - 1, 4 * 33 - 1, 3)


def test_white_pictures_have_a_frame():
    white = studio.Sheet(np.ones((2, 32, 32, 3), "float32"), "white")
    assert white.pixels.shape == (34, 69, 3) and (white.pixels[0, 0] < 220).all()
    black = studio.Sheet(-np.ones((2, 32, 32, 3), "float32"), "black")
    assert black.pixels.shape == (32, 65, 3)


def test_what_a_sentence_leaves_open_is_chosen_by_the_seed_and_said():
    asked = studio.ask("a red 7 on blue", seed=3)
    assert asked.said == captions.read("a red 7 on blue") and asked.said.size is None
    assert asked.drawn[:3] == (7, 2, 4) and None not in asked.drawn
    size, place = captions.SIZES[asked.drawn.size], captions.PLACES[asked.drawn.place]
    assert str(asked) == f"understood: 7 · red · blue background; chosen: {size}, {place}"
    assert captions.read(asked.caption) == asked.drawn
    assert studio.ask("a red 7 on blue", seed=3) == asked
    others = {studio.ask("a red 7 on blue", seed).drawn for seed in range(40)}
    assert len(others) == 10  # each size with each place
    as_is = studio.ask("a red 7 on blue", 3, as_is=True)
    assert as_is.caption == "a red 7 on blue" and str(as_is).endswith("; left open: size, place")
    full = "tiny 7 in red, top left, on blue"
    assert studio.ask(full, 3).caption == full
    assert str(studio.ask(full, 3)) == "understood: 7 · red · blue background · small · top left"
    assert str(studio.ask("a digit", 3)).startswith("understood: nothing yet; chosen: ")


def test_a_choice_can_be_drawn_even_where_training_never_went():
    held_out = next(row for row in captions.draw(20, 0, held_out=True).tolist())
    text = captions.write(captions.Meaning(*held_out[:3]))
    assert studio.ask(text, 0).drawn[:3] == tuple(held_out[:3])
    for seed in range(50):
        drawn = studio.ask("3 on red", seed).drawn
        assert drawn.colour != drawn.background


def test_the_end_of_a_morph_is_like_its_start_where_it_is_open():
    start = studio.ask("a red 3 on white", 5)
    end = studio.ask("an 8", 5, like=start.drawn)
    assert end.drawn == start.drawn._replace(digit=8)
    clash = studio.ask("a white 8", 5, like=start.drawn)
    assert clash.drawn.colour == 1 != clash.drawn.background and clash.drawn.digit == 8
    assert (clash.drawn.size, clash.drawn.place) == (start.drawn.size, start.drawn.place)


def test_many_sentences_get_choices_of_their_own():
    drawn = [captions.read(text) for text in studio.completed(50 * ["a red 3"], seed=2)]
    assert all(meaning[:2] == (3, 2) and None not in meaning for meaning in drawn)
    assert len(set(drawn)) > 20
    with pytest.raises(ValueError, match="teal"):
        studio.completed(["a 3", "a teal 3"], 0)


def test_a_sheet_draws_what_was_chosen(text_generator):
    asked = studio.ask("a red 7", seed=4)
    sheet = studio.sheet(text_generator, "a red 7", num=3, seed=4)
    np.testing.assert_array_equal(sheet.images, studio.draw(text_generator, asked.caption, 3, 4))
    assert sheet.understood == str(asked) and asked.caption in sheet.alt
    assert text_of(sheet.png())["Drawn"] == asked.caption == sheet.drawn
    as_is = studio.sheet(text_generator, "a red 7", num=3, seed=4, as_is=True)
    np.testing.assert_array_equal(as_is.images, studio.draw(text_generator, "a red 7", 3, 4))
    assert "Drawn" not in text_of(as_is.png()) and as_is.drawn == "a red 7"
    way = studio.sheet(text_generator, "a red 7", "an 8", seed=4)
    end = studio.ask("an 8", 4, like=asked.drawn)
    assert way.understood == f"{asked}; to: {end}"
    assert way.drawn == f"from {asked.caption} to {end.caption}"


def test_the_file_holds_what_was_asked(text_generator):
    sheet = studio.sheet(text_generator, f"  {RED}\n", num=2, seed=9, variety=0.25)
    drawn = studio.ask(RED, 9).caption
    notes = {"Description": RED, "Seed": "9", "Variety": "0.25", "Drawn": drawn}
    assert text_of(sheet.png()) == notes and drawn in sheet.alt and "Seed 9" in sheet.alt
    assert sheet.file_name == "a-large-red-seven-on-a-white-background.png"
    way = studio.sheet(text_generator, RED, BLUE)
    assert text_of(way.png())["Description"] == f"from {RED} to {BLUE}"
    assert studio.sheet(text_generator, "...a 3,").file_name == "a-3.png"


def test_a_sheet_shows_itself_sharp_and_with_its_sentence(text_generator):
    sheet = studio.sheet(text_generator, RED, num=2)
    data, about = sheet._repr_mimebundle_()
    shown = base64.b64decode(data["image/png"])
    assert Image.open(io.BytesIO(shown)).size == (2 * 3 * 65, 2 * 3 * 32)
    assert text_of(shown)["Description"] == RED and data["text/plain"] == sheet.alt
    assert about["image/png"] == {"alt": sheet.alt, "width": 195, "height": 96}


@pytest.mark.parametrize("asked, words", [
    ({"sentence": "a teal three"}, "teal. try cyan"),
    ({"to": "a teal three"}, "teal. try cyan"),
    ({"sentence": ""}, "0 words"),
    ({"sentence": "a red 3 on red"}, "red on red"),
    ({"num": 0}, "num is 0; expected 1 to 256"),
    ({"num": 257}, "num is 257"),
    ({"num": 257, "to": BLUE}, "num is 257"),
    ({"seed": -1}, "seed is -1; expected 0 to 4,294,967,295"),
    ({"seed": 2**32}, "seed is 4294967296"),
    ({"variety": 1.01}, "variety is 1.01; expected 0 to 1"),
    ({"variety": -0.1}, "variety is -0.1"),
    ({"variety": float("nan")}, "variety is nan"),
    ({"columns": 0}, "columns is 0; expected 1 to 8"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_said(text_generator, asked, words):
    with pytest.raises(ValueError, match=words):
        studio.sheet(text_generator, **{"sentence": RED, **asked})


def test_the_ends_of_the_ranges_can_be_drawn(text_generator):
    for asked in ({"num": 256}, {"num": 1, "seed": 2**32 - 1}, {"num": 1, "variety": 0}):
        assert len(studio.sheet(text_generator, RED, **asked).images) == asked.get("num")
    with pytest.raises(ValueError, match="num is 257"):
        studio.draw(text_generator, RED, 257)


def test_captions_are_read_a_line_each(tmp_path):
    path = tmp_path / "asked.txt"
    for text in (
        "a red 3\nAn eight, small\n",
        "a red 3\r\nAn eight, small",
        "\ufeffa red 3\nAn eight, small",
    ):
        path.write_bytes(text.encode())
        assert studio.read_lines(path) == ["a red 3", "An eight, small"]


@pytest.mark.parametrize("text, words", [
    (b"a red 3\na teal 4\n", r'asked.txt, line 2: Unknown words in "a teal 4": teal. try cyan\.$'),
    (b"a red 3\n\na 4\n", 'line 2: "" has 0 words'),
    (b"a 3\na 4\n\n", "line 3:"),
    (b"teal\na 3\ntop 3\n", r"line 1: Unknown.*\(In all, 2 lines cannot be read\.\)"),
    (b"a \xe2\x80\xa8red\nteal\n", "line 2"),
    (b"", "line 1:"),
    (b"\xff\xfe\x00", "not text in UTF-8; expected one caption per line"),
])  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(tmp_path, text, words):
    path = tmp_path / "asked.txt"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=words):
        studio.read_lines(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="asked.txt"):
        studio.read_lines(tmp_path / "asked.txt")


def test_the_shipped_weights_are_checked_and_loaded_once(tmp_path, monkeypatch, text_generator):
    name = text_to_image.SHIPPED_TEXT_GENERATOR
    text_generator.save_weights(tmp_path / name)
    (tmp_path / "SHA256SUMS").write_text(f"{files.sha256(tmp_path / name)}  {name}\n")
    monkeypatch.setenv("HUE_DATA", str(tmp_path))
    models.load_text_generator.cache_clear()
    try:
        loaded = models.load_text_generator()
        for a, b in zip(loaded.get_weights(), text_generator.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
        assert models.load_text_generator() is loaded
        (tmp_path / name).write_bytes(b"cut off")
        models.load_text_generator.cache_clear()
        with pytest.raises(ValueError, match="truncated or altered"):
            models.load_text_generator()
    finally:
        models.load_text_generator.cache_clear()
