"""Captions: colours that are far apart, sentences read as they were written, and held-out ones."""

from itertools import combinations, product

import numpy as np
import pytest
from matplotlib.colors import CSS4_COLORS, to_rgb

from hue_edu import captions
from hue_edu.captions import Meaning, sentences

pytestmark = pytest.mark.core

FULL = Meaning(7, captions.COLOURS.index("red"), captions.COLOURS.index("blue"), 0, 0)


def lab(rgb):
    """CIE L*a*b* (D65) of sRGB values of 255."""
    c = np.asarray(rgb) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    t = to_xyz @ linear / [0.95047, 1.0, 1.08883]
    x, y, z = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one, other):
    """Difference of two colours in L*a*b*: Sharma, Wu & Dalal (2005), equations 2 to 22."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c**7 / (c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = 0 if grey else (h2 - h1 + 180) % 360 - 180
    hue = h1 + h2 if grey else (h1 + turn / 2) % 360
    big_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, c = (l1 + l2) / 2, (c1 + c2) / 2
    t = sum(
        weight * np.cos(np.radians(k * hue + shift))
        for weight, k, shift in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    )
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c, 1 + 0.015 * c * (1 + t)
    around_blue = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    r_t = -2 * np.sqrt(c**7 / (c**7 + 25**7)) * np.sin(around_blue)
    x, y, z = (l2 - l1) / s_l, (c2 - c1) / s_c, big_h / s_h
    return np.sqrt(x**2 + y**2 + z**2 + r_t * y * z)


@pytest.mark.parametrize(
    "one, other, expected",
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_difference_of_colours_is_the_published_one(one, other, expected):
    assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)


def test_any_two_colours_are_well_apart():
    assert len(captions.PALETTE) >= 8
    for one, other in combinations(captions.PALETTE.values(), 2):
        assert ciede2000(lab(one), lab(other)) >= 25


def test_colours_with_other_names_lead_to_one_of_the_two_nearest():
    greys = {"grey", "gray"}  # nothing is near them: black and white are offered, both
    asked = [name for name in sentences.NEAREST if name in CSS4_COLORS and name not in greys]
    assert len(asked) >= 15 and captions.suggest("grey")[:2] == ["white", "black"]
    for name in asked:
        place = lab(255 * np.array(to_rgb(name)))
        near = sorted(captions.PALETTE, key=lambda c: ciede2000(place, lab(captions.PALETTE[c])))
        assert captions.suggest(name)[0] in near[:2], name


def test_what_is_written_is_read_back_in_every_wording():
    rows = captions.draw(40 * len(captions.WORDINGS), seed=0)
    texts = [captions.write(row, k) for k, row in enumerate(rows.tolist())]
    np.testing.assert_array_equal(captions.as_rows(map(captions.read, texts)), rows)
    words = [len(np.flatnonzero(row)) for row in captions.tokens(texts)]
    assert min(words) >= 1 and max(words) <= captions.MAX_WORDS


def test_wordings_differ_and_the_first_is_the_plain_one():
    said = {captions.write(FULL, wording) for wording in range(len(captions.WORDINGS))}
    assert len(said) == len(captions.WORDINGS) >= 6
    assert captions.write(FULL) == "a small red seven at the top left on a blue background"
    assert captions.write(FULL, 3 * len(captions.WORDINGS)) == captions.write(FULL)
    assert captions.write(Meaning(8)) == "an eight"
    assert captions.write(Meaning(8, 7), 2) == "a magenta 8"
    assert captions.write(Meaning(size=1, place=2)) == "a large digit in the centre"


@pytest.mark.parametrize(
    "caption, meaning",
    [
        ("A Small Red SEVEN, at the top-left, on a blue background.", FULL),
        ("red 7 small on blue top left", FULL),
        ("blue background, top left: 7".replace(":", ","), Meaning(7, None, 4, None, 0)),
        ("draw a digit", Meaning()),
        ("an 8 in the center", Meaning(8, place=2)),
        ("middle", Meaning(place=2)),
        ("a big zero", Meaning(0, size=1)),
        ("bottom right one in cyan on white", Meaning(1, 6, 1, None, 4)),
        ("Please draw me a tiny three, colour red?", Meaning(3, 2, None, 0)),
        ("huge red sevens with a blue background", Meaning(7, 2, 4, 1)),
        ("I want the number 6 of color green in the upper left", Meaning(6, 3, place=0)),
        ("sixes", Meaning(6)),
    ],
)
def test_captions_are_read_generously(caption, meaning):
    assert captions.read(caption) == meaning


@pytest.mark.parametrize(
    "caption, complaint",
    [
        ("a teal seven", "teal. try cyan"),
        ("a red sevn on bleu", "sevn. try seven; bleu. try blue"),
        ("a purple three", "purple. try magenta"),
        ("a grey three", "grey. try white"),
        ("a three by me today", "by. try words such as zero.*; today. try words such as"),
        ("xqzzy", "xqzzy. try words such as zero"),
        ("seven or 3", "or. try"),
        ("seven 3", "names the digit twice, seven and three; name it once"),
        ("seven 7", "names the digit twice"),
        ("red blue two", 'comes after "on"'),
        ("two on red, blue background", "names the background twice, red and blue; name it once."),
        ("little large two", "names the size twice, small and large"),
        ("two in the middle, top left", "names the place twice, centre and top left"),
        ("red two on red", "red on red, which nobody could see"),
        ("two at the top", '"top" is half a place; say "top left" or "top right"'),
        ("left two", '"left" is half a place; say "top left" or "bottom left"'),
        (" the ", "has 0 words"),
        ("on on on on on on on on on on on on on", "has 13 words"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence(caption, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        captions.read(caption)
    assert "\n" not in str(caught.value)


def test_suggestions_while_somebody_types():
    assert captions.suggest("bl") == ["black", "blue"]
    assert captions.suggest("Purpel") == ["magenta"]
    assert captions.suggest("b", num=2) == ["black", "blue"]
    assert captions.suggest("zquq") == captions.suggest("me") == captions.suggest("try") == []
    assert captions.suggest("bleu") == ["blue"] and captions.suggest("sevn") == ["seven"]


@pytest.mark.parametrize("caption, unfinished", [
    ("a re", True), ("a red sev", True), ("red 3 at the top", True), ("red 3 at the top le", True),
    ("purp", True), ("a red seven", False), ("a red seven ", False), ("a re ", False),
    ("a teal thr", False), ("a teal 3", False), ("xq", False), ("", False),
    ("3 on red, red", False),
])  # fmt: skip
def test_a_word_that_is_being_typed_is_no_mistake_yet(caption, unfinished):
    assert captions.is_unfinished(caption) is unfinished


def test_tokens_keep_the_order_and_leave_out_what_says_nothing():
    one, other, same = captions.tokens(
        ["red seven on blue", "blue seven on red", "A red seven, on the blue!"]
    )
    assert one.dtype == np.int32 and one.shape == (captions.MAX_WORDS,)
    np.testing.assert_array_equal(one, same)
    assert sorted(one) == sorted(other) and not np.array_equal(one, other)
    assert [captions.VOCABULARY[t] for t in one[:5]] == ["red", "seven", "on", "blue", ""]
    assert len(set(captions.VOCABULARY)) == len(captions.VOCABULARY)
    with pytest.raises(ValueError, match="teal"):
        captions.tokens(["red seven", "teal seven"])


ALL = np.array([row for row in product(range(10), range(8), range(8)) if row[1] != row[2]])


def test_a_fixed_tenth_is_held_out_and_every_pair_stays_in_training():
    held = captions.is_held_out(*ALL.T)
    assert held.sum() * 10 == len(ALL)
    for pair in ([0, 1], [0, 2], [1, 2]):
        assert len(np.unique(ALL[~held][:, pair], axis=0)) == len(np.unique(ALL[:, pair], axis=0))
    for column, fewest in zip(ALL[held].T, (4, 7, 7)):  # 56 / 10 and 56 / 8
        assert np.bincount(column).min() == fewest
    assert not captions.is_held_out(-1, 1, 3) and not captions.is_held_out(0, -1, 7)
    assert captions.is_held_out(0, 1, 3) and not captions.is_held_out(1, 1, 3)
    assert captions.is_held_out(6, 4, 0) and captions.is_held_out(7, 0, 1)


@pytest.mark.parametrize("held_out", [False, True, None])
def test_completions_keep_what_is_named(held_out):
    asked = captions.draw(3000, seed=1, held_out=bool(held_out))
    rows = captions.complete(asked, seed=2, held_out=held_out)
    named = asked != captions.OPEN
    assert (rows[named] == asked[named]).all() and rows.min() == 0
    assert (rows[:, 1] != rows[:, 2]).all()
    held = captions.is_held_out(*rows[:, :3].T)
    assert {False: not held.any(), True: held.all(), None: 0 < held.mean() < 0.2}[held_out]
    np.testing.assert_array_equal(rows, captions.complete(asked, seed=2, held_out=held_out))


def test_completions_are_uniform():
    rows = captions.complete(np.full((30_000, 5), captions.OPEN), seed=0)
    for column, size in zip(rows.T, (10, 8, 8, 2, 5)):
        shares = np.bincount(column, minlength=size) / len(rows)
        np.testing.assert_allclose(shares, 1 / size, atol=0.012)


def test_what_has_no_picture_is_refused():
    for impossible in (Meaning(1, 2, 2), Meaning(0, 0, 0), Meaning(6, 4, 0)):
        with pytest.raises(ValueError, match="is allowed with held_out=False"):
            captions.complete([impossible], seed=0)
    assert captions.complete([Meaning(6, 4, 0)], seed=0, held_out=True)[0, :3].tolist() == [6, 4, 0]
    for bad in ([(1, 2, 3)], [(10, 0, 1, 0, 0)], [(0, 8, 1, 0, 0)], np.array([[0, 0, 1, 0, -2]])):
        with pytest.raises(ValueError, match="five attributes"):
            captions.as_rows(bad)


def test_captions_leave_the_stated_shares_open():
    rows = captions.draw(20_000, seed=0)
    left_open = rows == captions.OPEN
    expected = captions.LOOSE_SHARE * np.array(captions.OPEN_SHARES)
    np.testing.assert_allclose(left_open.mean(axis=0), expected, atol=0.01)
    full = 1 - captions.LOOSE_SHARE * (1 - np.prod(1 - np.array(captions.OPEN_SHARES)))
    assert 1 - left_open.any(axis=1).mean() == pytest.approx(full, abs=0.01)
    assert left_open[:, 1:].all(axis=1).mean() > 0.01 and not left_open.all(axis=1).any()
    held = captions.draw(2000, seed=0, held_out=True)
    assert captions.is_held_out(*held[:, :3].T).all()
    np.testing.assert_allclose((held == captions.OPEN).mean(axis=0)[3:], 0.15, atol=0.03)


def test_never_is_all_left_open(monkeypatch):
    monkeypatch.setattr(captions.meanings, "LOOSE_SHARE", 1.0)
    monkeypatch.setattr(captions.meanings, "OPEN_SHARES", Meaning(1.0, 1.0, 1.0, 1.0, 1.0))
    rows = captions.draw(50, seed=0)
    assert (rows[:, 0] >= 0).all() and (rows[:, 1:] == captions.OPEN).all()


def test_wrong_captions_differ_in_one_named_word_and_are_wrong_for_each_picture():
    asked = captions.draw(20_000, seed=0)
    wrong = captions.contradict(asked, seed=1)
    differs = wrong != asked
    assert (differs.sum(axis=1) == 1).all()
    assert (asked[differs] >= 0).all() and (wrong[differs] >= 0).all()
    shown = captions.complete(asked, seed=2)
    assert (wrong[differs] != shown[differs]).all()
    assert not captions.is_held_out(*wrong[:, :3].T).any()
    assert not ((wrong[:, 1] == wrong[:, 2]) & (wrong[:, 1] != captions.OPEN)).any()
    shares = differs[(asked != captions.OPEN).all(axis=1)].mean(axis=0)
    np.testing.assert_allclose(shares, [0.5, *4 * [0.125]], atol=0.035)
    with pytest.raises(ValueError, match="names nothing"):
        captions.contradict([Meaning()], seed=0)
