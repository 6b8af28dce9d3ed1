"""The Hue set: pictures that show what their captions say, the same for the same seed."""

import time

import numpy as np
import pytest

from hue_edu import captions, datasets
from hue_edu.datasets import captioned

pytestmark = pytest.mark.core

RED, BLUE = (captions.COLOURS.index(name) for name in ("red", "blue"))
WHITE, BLACK = (captions.COLOURS.index(name) for name in ("white", "black"))


def take(num, *args, **options):
    """The first batches of a stream, as NumPy arrays."""
    data = datasets.captioned_batches(*args, **options).take(num)
    return [datasets.CaptionedBatch(*(part.numpy() for part in batch)) for batch in data]


def said(tokens):
    """Meanings of captions in tokens, as rows."""
    texts = [" ".join(captions.VOCABULARY[t] for t in row if t) for row in tokens]
    return captions.as_rows(map(captions.read, texts))


def agree(labels, asked):
    return ((labels == asked) | (asked == captions.OPEN)).all(axis=-1)


def test_a_batch_has_pictures_captions_and_labels():
    (batch,) = take(1, "test", 64, seed=0)
    datasets.check_images(batch.images)
    assert batch.images.shape == (64, 32, 32, 3)
    assert batch.tokens.shape == (64, captions.MAX_WORDS)
    assert batch.wrong_tokens.shape == (64, 8, captions.MAX_WORDS)
    assert batch.labels.shape == (64, 5)
    assert {part.dtype.name for part in batch[1:]} == {"int32"}


@pytest.mark.parametrize("held_out", [False, True, None])
def test_captions_are_true_wrong_ones_are_not(held_out):
    batch = datasets.CaptionedBatch(
        *map(np.concatenate, zip(*take(5, "test", 200, seed=1, held_out=held_out)))
    )
    asked = said(batch.tokens)
    assert agree(batch.labels, asked).all()
    for k in range(8):
        wrong = said(batch.wrong_tokens[:, k])
        assert not agree(batch.labels, wrong).any()
        assert ((asked != wrong).sum(axis=1) == 1).all()
    assert not np.array_equal(batch.wrong_tokens[:, 0], batch.wrong_tokens[:, 1])
    held = captions.is_held_out(*batch.labels[:, :3].T)
    assert {False: not held.any(), True: held.all(), None: 0.05 < held.mean() < 0.15}[held_out]


def test_wrong_captions_have_the_wording_of_the_right_ones():
    (batch,) = take(1, "test", 200, seed=1)
    names = {*captions.COLOURS, *captions.DIGITS, "small", "large", "little", "big"}
    changed = 0
    for tokens, wrong in zip(batch.tokens, batch.wrong_tokens[:, 3]):
        differs = tokens != wrong
        changed += differs.sum() == 1 and captions.VOCABULARY[tokens[differs][0]] in names
    assert changed > 100


def test_wordings_are_all_used():
    (batch,) = take(1, "test", 500, seed=2)
    words = {captions.VOCABULARY[t] for t in np.unique(batch.tokens)}
    assert words == set(captions.VOCABULARY)


def test_packed_pictures_share_a_caption_and_what_it_leaves_open_is_drawn_for_each():
    (batch,) = take(1, "test", 300, seed=3, pack=2)
    assert batch.images.shape == (300, 32, 32, 6) and batch.labels.shape == (300, 2, 5)
    asked, wrong = said(batch.tokens), said(batch.wrong_tokens[:, 0])
    for k in (0, 1):
        assert agree(batch.labels[:, k], asked).all()
        assert not agree(batch.labels[:, k], wrong).any()
    same = batch.labels[:, 0] == batch.labels[:, 1]
    left_open = asked == captions.OPEN
    assert same[~left_open].all() and 0.1 < same[left_open].mean() < 0.5
    first, second = np.split(batch.images, 2, axis=-1)
    assert (np.abs(first - second).max(axis=(1, 2, 3)) > 0.1).mean() > 0.98  # two hands
    for k, half in enumerate((first, second)):  # labels and channels in the same order
        background = captioned.COLOURS[batch.labels[:, k, 2]]
        at_edges = np.stack([half[:, 0, 15], half[:, 31, 15], half[:, 15, 0]], axis=1)
        assert (np.abs(at_edges - background[:, None]).max(axis=-1).min(axis=1) < 1e-6).all()


def test_the_same_seed_gives_the_same_batches_from_any_step():
    first, later = take(4, "test", 8, seed=5), take(2, "test", 8, seed=5, start_step=2)
    for a, b in zip(first[2:], later):
        for one, other in zip(a, b):
            np.testing.assert_array_equal(one, other)
    other = take(1, "test", 8, seed=6)[0]
    assert not np.array_equal(first[0].images, other.images)
    assert not np.array_equal(first[0].images, first[1].images)


def test_pictures_are_mixed_of_ink_and_background():
    labels = captions.as_rows([(7, WHITE, BLACK, 1, 2), (7, RED, BLUE, 1, 2)])
    grey = datasets.hue_pictures(labels[[0]], "test", seed=0)
    ink = (grey + 1) / 2  # white on black shows the ink itself
    c, b = (captioned.COLOURS[k] for k in (RED, BLUE))
    red = datasets.hue_pictures(labels[[1]], "test", seed=0)
    np.testing.assert_allclose(red, b + ink * (c - b), atol=1e-6)
    np.testing.assert_allclose(
        captioned.COLOURS[RED], np.array([220, 20, 30]) / 127.5 - 1, rtol=1e-6
    )
    assert red.dtype == np.float32 and ink.max() > 0.9 and ink.min() == 0


def test_no_pair_of_colours_leaves_the_range():
    pairs = [(c, b) for c in range(8) for b in range(8) if c != b]
    images = datasets.hue_pictures([(8, *pair, 1, 2) for pair in pairs], "test", seed=0)
    datasets.check_images(images)


def boxes(size, place, num=300):
    """Middle and longer side of the ink's box in pictures of one size and place."""
    labels = np.tile([0, WHITE, BLACK, size, place], (num, 1))
    labels[:, 0] = np.arange(num) % 10
    inked = datasets.hue_pictures(labels, "test", seed=1).mean(axis=-1) > -1
    found = []
    for picture in inked:
        sides = [np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0)]
        low, high = (np.array([end(side) for side in sides]) for end in (min, max))
        found.append([*((low + high + 1) / 2), (high - low + 1).max()])
    return np.array(found)


def test_ink_has_its_size_and_lies_at_its_place():
    for size, side in enumerate((11, 20)):
        middles = []
        for place, centre in enumerate(captioned.CENTRES):
            found = boxes(size, place)
            assert np.abs(found[:, 2] - side).mean() < 0.5 and found[:, 2].max() <= side
            assert np.abs(found[:, :2] - centre).max() <= (2.5, 1.5)[size]
            middles.append(found[:, :2].mean(axis=0))
        gaps = [np.abs(a - b).max() for k, a in enumerate(middles) for b in middles[:k]]
        assert min(gaps) >= 5
    assert boxes(0, 2)[:, :2].std() > 0.5  # small ink does not always lie at the same pixel


def test_digits_are_of_their_class_and_split():
    rows = captioned._digits("test")[-1]
    pixels, labels = datasets.images.mnist_pixels("test")
    for digit, chosen in enumerate(rows):
        assert (labels[chosen] == digit).all()
    assert sum(map(len, rows)) == 10_000
    for row in (0, 17, 4321):  # cut out of this very digit: nearly the same ink in both sizes
        inked = np.argwhere(pixels[row] > 0)
        (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0) + 1
        cut = pixels[row][top:bottom, left:right]
        small, large = (captioned.digit_crop("test", row, side) for side in (11, 20))
        assert small.shape == (11, 11) and large.shape == (20, 20) and large.dtype == np.uint8
        if max(cut.shape) == 20:
            a, b = ((20 - side) // 2 for side in cut.shape)
            middle = large[a : a + cut.shape[0], b : b + cut.shape[1]]
            np.testing.assert_array_equal(middle, cut)
        scale = (11 / max(cut.shape)) ** 2
        assert small.sum() == pytest.approx(cut.sum() * scale, rel=0.15)


def test_the_split_is_the_one_asked_for(monkeypatch):
    asked, real = [], captioned._digits
    monkeypatch.setattr(captioned, "_digits", lambda split: (asked.append(split), real("test"))[1])
    datasets.hue_pictures([(1, 2, 3, 0, 0)], "train", seed=0)
    take(1, "train", 2, seed=0)
    assert set(asked) == {"train"}


def test_the_stream_is_faster_than_a_training_step():
    rng = np.random.default_rng(0)
    captioned._make_batch("test", 64, rng, 1, False, 8)
    seconds = []
    for _ in range(15):
        started = time.perf_counter()
        captioned._make_batch("test", 64, rng, 1, False, 8)
        seconds.append(time.perf_counter() - started)
    assert np.median(seconds) < 0.02  # 2 ms where nothing else runs


def test_what_cannot_be_made_is_refused():
    with pytest.raises(ValueError, match="split is 'all'"):
        datasets.captioned_batches("all", 8, seed=0)
    with pytest.raises(ValueError, match="batch_size is 0; expected .*, at least 1"):
        datasets.captioned_batches("test", 0, seed=0)
    with pytest.raises(ValueError, match="pack is 0"):
        datasets.captioned_batches("test", 8, seed=0, pack=0)
    with pytest.raises(ValueError, match=r"captions\.complete draws what is open"):
        datasets.hue_pictures([captions.Meaning(7)], "test", seed=0)
    for bad in (["test"], None, "Test"):
        with pytest.raises(ValueError, match="split is .*; expected 'train' or 'test'"):
            datasets.hue_pictures([(7, RED, BLUE, 1, 2)], bad, seed=0)
    with pytest.raises(ValueError, match="ink on its own colour"):
        datasets.hue_pictures([(7, RED, BLUE, 1, 2), (7, RED, RED, 1, 2)], "test", seed=0)
    for bad in ("yes", "False", 2, []):
        with pytest.raises(ValueError, match="held_out is .*; expected False, True, or None"):
            datasets.captioned_batches("test", 8, seed=0, held_out=bad)


ROWS = np.array([(7, RED, BLUE, 1, 2), (0, WHITE, BLACK, 0, 4)])
NO_MEANINGS = {
    "floats": ROWS / 2,
    "whole floats": ROWS.astype("float32"),
    "a float in a list": [(3.7, RED, BLUE, 1, 2)],
    "NaN": ROWS * np.nan,
    "bool": ROWS > 1,
    "digits as text": [tuple("72112")],
    "texts": ["a red seven", "a blue one"],
    "texts of one length": ["a red one", "a red two"],
    "one text": "a red seven",
    "one meaning": captions.Meaning(7, RED, BLUE, 1, 2),
    "one row": ROWS[0],
    "packs": ROWS[None],
    "six attributes": np.zeros((2, 6), int),
    "several lengths": [(7, RED), (7, RED, BLUE, 1, 2)],
    "out of range": [(10, RED, BLUE, 1, 2)],
    "beyond int32": ROWS + 2**32,
    "none": ROWS[:0],
    "an empty list": [],
    "nothing": None,
}


@pytest.mark.parametrize("name", NO_MEANINGS)
def test_what_are_no_meanings_is_not_drawn(name):
    bad, words = NO_MEANINGS[name], "Expected meanings of five attributes, digit, colour"
    for call in (
        lambda: datasets.hue_pictures(bad, "test", seed=0),
        lambda: captions.complete(bad, seed=0),
        lambda: captions.contradict(bad, seed=0),
    ):
        with pytest.raises(ValueError, match=words):
            call()


@pytest.mark.parametrize("kind", ["int64", "uint8", "int8"])
def test_meanings_of_any_whole_kind_are_drawn_alike(kind):
    pictures = datasets.hue_pictures(ROWS, "test", seed=0)
    np.testing.assert_array_equal(datasets.hue_pictures(ROWS.astype(kind), "test", 0), pictures)
    np.testing.assert_array_equal(datasets.hue_pictures(ROWS.tolist(), "test", 0), pictures)


@pytest.mark.parametrize("bad", [1, -0.1, np.nan, "0.5", True])
def test_a_share_of_wrong_digits_is_a_number(bad):
    with pytest.raises(ValueError, match="digit_share is .*; expected a number, from 0 to below 1"):
        captions.contradict(ROWS, seed=0, digit_share=bad)
    never = captions.contradict(np.repeat(ROWS, 50, axis=0), seed=0, digit_share=0)
    assert (never[:, 0] == np.repeat(ROWS[:, 0], 50)).all()
