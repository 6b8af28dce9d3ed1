"""The grammar of captions: writing a meaning in several wordings, and reading it back."""

import re
from difflib import get_close_matches
from functools import cache
from itertools import product

import numpy as np

from .meanings import COLOURS, DIGITS, OPEN, PLACES, SIZES, VALUES, Meaning

# A part in brackets is left out where its attribute is open; an open digit is called "digit".
SHAPES = (
    "a[ {size}][ {colour}][ {digit}][ {at}][ on a {background} background]",
    "a[ {colour}][ {digit}][, {size}][, {place}][, on {background}]",
    "[on a {background} background ]a[ {size}][ {colour}][ {digit}][ {corner}]",
    "draw a[ {size}][ {colour}][ {digit}][ on {background}][ {corner}]",
    "[{at} ]a[ {size}][ {digit}][ in {colour}][ on {background}]",
    "draw a[ {size}][ {digit}][ in {colour}][, {background} background][, {place}]",
    "[{place}, ]a[ {size}][ {colour}][ {digit}][ on a {background} background]",
    "[{size} ][{colour} ][{digit}][ {place}][ on {background}]",
)
FIGURES = tuple("0123456789")
SYNONYMS = {"small": "little", "large": "big", "centre": "middle"}
PARTS = {  # of each shape: before, name and after of a part in brackets, or what is always there
    shape: re.findall(r"\[([^{]*)\{(\w+)\}([^]]*)\]|([^[]+)", shape) for shape in SHAPES
}
WORDINGS = tuple(product(SHAPES, (DIGITS, FIGURES), (False, True)))  # (…, with synonyms)

SILENT = {  # they say nothing about a picture, so they are left out
    "a", "an", "the", "and", "of", "with", "please", "me", "i", "want", "show", "see", "color",
    "colour", "colored", "coloured", "handwritten",
}  # fmt: skip
SEPARATORS = str.maketrans(",.!?;:-", " " * 7)
WORDS = (
    *DIGITS, *FIGURES, "digit", *COLOURS, *SIZES, *SYNONYMS.values(), "top", "bottom", "left",
    "right", "centre", "corner", "background", "on", "in", "at", "draw",
)  # fmt: skip
VOCABULARY = ("", *WORDS)  # a word's token is its place; 0 fills up
MAX_WORDS = 12
TOKENS = {word: token for token, word in enumerate(VOCABULARY)}
SPELLINGS = {  # other words for the same
    "center": "centre", "tiny": "small", "huge": "large", "upper": "top", "lower": "bottom",
    "number": "digit", "figure": "digit", "paint": "draw", "sixes": "six", "zeroes": "zero",
    **{f"{word}s": word for word in (*DIGITS, *FIGURES, "digit") if word != "six"},
}  # fmt: skip
NEAR = 0.75  # of two words, as `difflib` counts: below it a suggestion is worse than none
HALF_PLACES = {"top", "bottom", "upper", "lower"}
NEAREST = {  # of words that people use, the one that comes nearest here
    "aqua": "cyan", "beige": "white", "crimson": "red", "fuchsia": "magenta", "gold": "yellow",
    "indigo": "blue", "ivory": "white", "lime": "green", "maroon": "red", "navy": "blue",
    "olive": "green", "orange": "yellow", "orchid": "magenta", "pink": "magenta",
    "purple": "magenta", "scarlet": "red", "teal": "cyan", "turquoise": "cyan",
    "violet": "magenta", "grey": "white", "gray": "black", "brown": "red", "golden": "yellow",
}  # fmt: skip


def write(meaning, wording=0):
    """A caption that says what is meant.

    Args:
        meaning: `Meaning`, or five whole numbers with -1 where an attribute is open.
        wording: Whole number; each from 0 to `len(WORDINGS)` - 1 is another way to say it.

    Returns:
        Text such as "a small red seven at the top left on a blue background".
    """
    text = "".join(said[meaning[k]] for k, said in _phrases(wording % len(WORDINGS)))
    return re.sub(r"\ba (?=eight|8)", "an ", text)


def write_tokens(meanings, wordings):
    """The tokens of captions, `tokens([write(meaning, wording), …])` in a fifth of the time.

    Args:
        meanings: Int32 of shape (num, 5), with -1 where an attribute is open.
        wordings: Whole numbers from 0 to `len(WORDINGS)` - 1, shape (num,).

    Returns:
        Int32 of shape (num, MAX_WORDS), filled up with 0.
    """
    rows = np.zeros((len(meanings), MAX_WORDS), "int32")
    for row, meaning, wording in zip(rows, meanings.tolist(), wordings.tolist()):
        words = [token for k, said in _phrase_tokens(wording) for token in said[meaning[k]]]
        row[: len(words)] = words
    return rows


@cache
def _phrases(wording):
    """The parts of a wording in order: index of an attribute, and the text for each value."""
    shape, digits, with_synonyms = WORDINGS[wording]
    phrases = []
    for before, part, after, always in PARTS[shape]:
        name = "place" if part in ("at", "corner") else part or "digit"
        values = [always or before + _said(part, value, with_synonyms) + after
                  for value in (digits if name == "digit" else VALUES[name])]  # fmt: skip
        opened = always or (f"{before}digit{after}" if name == "digit" else "")
        said = {None: opened, OPEN: opened, **dict(enumerate(values))}
        phrases.append((list(VALUES).index(name), said))
    return phrases


@cache
def _phrase_tokens(wording):
    """`_phrases` with tokens in place of texts."""
    return [
        (k, {value: tuple(TOKENS[word] for word in _split(text)) for value, text in said.items()})
        for k, said in _phrases(wording)
    ]


def _said(part, value, with_synonyms):
    """A value as it stands in a part of a sentence."""
    word = SYNONYMS.get(value, value) if with_synonyms else value
    in_corner = " " in value
    if part == "at":
        return f"at the {word}" if in_corner else f"in the {word}"
    if part == "corner":
        return f"in the {word} corner" if in_corner else f"in the {word}"
    return word


def tokens(captions):
    """Captions as numbers, one token per word; what says nothing, capitals and stops left out.

    Args:
        captions: List of texts.

    Returns:
        Int32 of shape (num, MAX_WORDS), filled up with 0.

    Raises:
        ValueError: An unknown word, with the nearest known ones; too many words, or none.
    """
    rows = np.zeros((len(captions), MAX_WORDS), "int32")
    for row, caption in zip(rows, captions):
        words = _words(caption)
        row[: len(words)] = [TOKENS[word] for word in words]
    return rows


def suggest(word, num=3):
    """The known words nearest to a word, by beginning, then by spelling; at most `num`."""
    word = word.lower()
    by_beginning = [known for known in WORDS if word and known.startswith(word)]
    by_spelling = get_close_matches(word, [*WORDS, *NEAREST], num, cutoff=NEAR)
    suggestions = [*by_beginning, *(NEAREST.get(near, near) for near in by_spelling)]
    return list(dict.fromkeys(suggestions))[:num]


def is_unfinished(caption):
    """Whether only the last word cannot be read, and somebody may still be typing it.

    Args:
        caption: Text.

    Returns:
        True if the last word begins a known one, or is half a place such as "top".
    """
    words, known = _typed(caption), {*WORDS, *SPELLINGS, *SILENT}
    if not words or not caption[-1:].isalnum() or not known.issuperset(words[:-1]):
        return False
    last = words[-1]
    begins = any(word.startswith(last) for word in known | {*NEAREST})
    return last in HALF_PLACES or (last not in known and begins)


def read(caption):
    """What a caption means.

    A colour after "on", or before "background", is the background's; any other is the digit's.

    Args:
        caption: Text.

    Returns:
        `Meaning`, None where the caption leaves an attribute open.

    Raises:
        ValueError: An unknown word, with the nearest known ones; an attribute named twice; half a
            place; ink on its own colour.
    """
    words, attributes = _words(caption), {}
    hint = ' (the background\'s colour comes after "on")'
    for before, word, after in zip(["", *words], words, [*words[1:], ""]):
        for name, value in _named(before, word, after):
            if name in attributes:
                raise ValueError(
                    f'"{caption}" names the {name} twice, {VALUES[name][attributes[name]]} and '
                    f"{VALUES[name][value]}; name it once{hint * (name == 'colour')}."
                )
            attributes[name] = value
    meaning = Meaning(**attributes)
    if meaning.colour is not None and meaning.colour == meaning.background:
        colour = COLOURS[meaning.colour]
        raise ValueError(
            f'"{caption}" asks for {colour} on {colour}, which nobody could see; choose another '
            "background."
        )
    return meaning


MEANT = {synonym: word for word, synonym in SYNONYMS.items()}


def _named(before, word, after):
    """The attribute that a word names between its neighbours, and its value; or nothing."""
    word = MEANT.get(word, word)
    for name, values in (("digit", DIGITS), ("digit", FIGURES), ("size", SIZES)):
        if word in values:
            yield name, values.index(word)
    if word in COLOURS:
        behind = before == "on" or after == "background"
        yield "background" if behind else "colour", COLOURS.index(word)
    if word in ("top", "bottom", "centre"):
        place = word if word == "centre" else f"{word} {after}"
        if place not in PLACES:
            raise ValueError(_half_a_place(word))
        yield "place", PLACES.index(place)
    if word in ("left", "right") and before not in ("top", "bottom"):
        raise ValueError(_half_a_place(word))


def _half_a_place(word):
    whole = " or ".join(f'"{place}"' for place in PLACES if word in place)
    return f'"{word}" is half a place; say {whole}.'


def _words(caption):
    """The words of a caption that say something, each a known one."""
    words = _split(caption)
    if unknown := [word for word in words if word not in TOKENS]:
        raise ValueError(f'Unknown words in "{caption}": {"; ".join(map(_advice, unknown))}.')
    if not 1 <= len(words) <= MAX_WORDS:
        raise ValueError(
            f'"{caption}" has {len(words)} words that count; expected 1 to {MAX_WORDS}, '
            'such as "a small red seven at the top left on a blue background".'
        )
    return words


def _split(caption):
    """The words of a caption, known or not, without those that say nothing."""
    return [SPELLINGS.get(word, word) for word in _typed(caption) if word not in SILENT]


def _typed(caption):
    """The words of a caption as they stand there."""
    return caption.lower().translate(SEPARATORS).split()


def _advice(word):
    near = " or ".join(suggest(word)) or f"words such as {', '.join(WORDS[:-1:7])}"
    return f"{word}? try {near}"
