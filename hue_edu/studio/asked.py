"""What a sentence asks for: what it says, and what is chosen where it leaves something open."""

from typing import NamedTuple

from .. import captions

NOTHING = captions.Meaning()


class Asked(NamedTuple):
    """A sentence as it was understood. As text: "understood: 7 · red; chosen: large, centre".

    Attributes:
        sentence: As it was typed.
        said: The `captions.Meaning` of the sentence, None where it leaves an attribute open.
        drawn: The meaning that is drawn; the same, or with what was chosen.
    """

    sentence: str
    said: captions.Meaning
    drawn: captions.Meaning

    @property
    def caption(self):
        """The caption to draw: the sentence itself if it leaves nothing open."""
        return self.sentence if self.said == self.drawn else captions.write(self.drawn)

    def __str__(self):
        said = [_word(name, value) for name, value in self.said._asdict().items()]
        text = f"understood: {' · '.join(filter(None, said)) or 'nothing yet'}"
        open_ones = [name for name, value in self.said._asdict().items() if value is None]
        if not open_ones:
            return text
        if self.said == self.drawn:
            return f"{text}; left open: {', '.join(open_ones)}"
        chosen = [_word(name, getattr(self.drawn, name)) for name in open_ones]
        return f"{text}; chosen: {', '.join(chosen)}"


def ask(sentence, seed, as_is=False, like=NOTHING):
    """Read a sentence, and choose what it leaves open.

    Args:
        sentence: A caption.
        seed: Whole number; the same seed makes the same choices.
        as_is: Whether to leave open what the sentence leaves open.
        like: A meaning to take first where the sentence leaves something open, as far as it fits.

    Returns:
        `Asked`.

    Raises:
        ValueError: The sentence cannot be read; see `captions.read`.
    """
    said = captions.read(sentence)
    if as_is:
        return Asked(sentence, said, said)
    wanted = said._replace(
        **{name: value for name, value in like._asdict().items() if getattr(said, name) is None}
    )
    if wanted.colour == wanted.background:  # like's colours do not fit: choose anew
        wanted = wanted._replace(colour=said.colour, background=said.background)
    (drawn,) = _chosen([wanted], seed)
    return Asked(sentence, said, drawn)


def completed(sentences, seed):
    """The captions to draw of many sentences: each complete, with choices of its own.

    Args:
        sentences: Captions.
        seed: Whole number; the same seed makes the same choices.

    Raises:
        ValueError: As `ask`.
    """
    said = [captions.read(sentence) for sentence in sentences]
    return [Asked(*each).caption for each in zip(sentences, said, _chosen(said, seed))]


def _chosen(meanings, seed):
    """Meanings, complete; of all combinations, those held out from training as well."""
    rows = captions.complete(meanings, seed, held_out=None).tolist()
    return [captions.Meaning(*row) for row in rows]


def _word(name, value):
    """A value of an attribute in words, or nothing where it is open."""
    if value is None:
        return ""
    if name == "digit":
        return str(value)
    word = captions.VALUES[name][value]
    return f"{word} background" if name == "background" else word
