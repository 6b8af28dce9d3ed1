"""A sentence → pictures → a sheet, which is a PNG file that holds the sentence."""

import base64
import io
import re

import numpy as np
from keras import ops
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from .. import captions, latent, plots
from .asked import ask

EXAMPLE = "a large red seven on a blue background"
STEPS = 8  # pictures from one sentence to another, and the most in a row
MOST = 256  # pictures on a sheet
LAST_SEED = 2**32 - 1
ZOOM = 3  # pixels of the page for each pixel of a picture


class Sheet:
    """Pictures in rows, with a frame where they are white; it shows itself in a notebook.

    Args:
        images: Shape (num, height, width, 3) in [-1, 1].
        alt: Text for those who cannot see it.
        notes: Dictionary of texts that its PNG file holds.
        understood: A line that says what was understood, and what was chosen.
        columns: Pictures in a row, at most.
    """

    def __init__(self, images, alt, notes=None, understood="", columns=STEPS):
        self.images, self.alt, self.notes, self.understood = images, alt, notes or {}, understood
        self.pixels = plots.tile(plots.framed(images), min(len(images), columns))

    @property
    def width(self):
        """Pixels of the page."""
        return ZOOM * self.pixels.shape[1]

    @property
    def drawn(self):
        """The sentence that was drawn, complete."""
        return self.notes.get("Drawn", self.notes.get("Description", ""))

    @property
    def file_name(self):
        """A name for the file, made of its sentence."""
        return re.sub(r"\W+", "-", self.notes.get("Description", "")).strip("-") + ".png"

    def png(self, sharpness=1):
        """The sheet as the bytes of a PNG file, with its notes as text chunks.

        Args:
            sharpness: As in `plots.Figure.png`.
        """
        notes, buffer = PngInfo(), io.BytesIO()
        for key, text in self.notes.items():
            notes.add_text(key, text)
        picture = Image.fromarray(self.pixels)
        size = [ZOOM * sharpness * side for side in picture.size]
        picture.resize(size, Image.Resampling.NEAREST).save(buffer, "png", pnginfo=notes)
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        about = {"alt": self.alt, "width": self.width, "height": ZOOM * self.pixels.shape[0]}
        image = base64.b64encode(self.png(sharpness=2)).decode()
        return {"image/png": image, "text/plain": self.alt}, {"image/png": about}


def draw(generator, sentence, num=8, seed=0, variety=1.0):
    """Pictures of a sentence, each of its own z.

    x_i = G(v z_i, e),  z_i ~ N(0, I) cut off at ±2,  with the sentence's vector e and the variety v

    Args:
        generator: z and tokens → pictures, made of `text_encoder` and `painter`, as
            `models.load_text_generator` returns it.
        sentence: A caption. What it leaves open the network makes up; `sheet` chooses it first.
        num: How many, up to 256; the first ones stay if more are asked for.
        seed: Whole number; the same seed gives the same z.
        variety: From 0, all pictures alike, to 1.

    Returns:
        NumPy float32 array of shape (num, 32, 32, 3) in [-1, 1].

    Raises:
        ValueError: The sentence cannot be read (see `captions.read`), or a number is out of range.
    """
    text = _encode(generator, sentence)
    return _paint(generator, _sample(generator, num, seed, variety), text)[:, 0]


def morph(generator, start, end, num=2, seed=0, variety=1.0):
    """Pictures on the way from one sentence to another: z stays, the text's vector moves.

    x_ij = G(v z_i, (1 - t_j) e_start + t_j e_end),  t from 0 to 1 in even steps

    Args:
        start, end: Captions.
        generator, num, seed, variety: As for `draw`, with `num` counting the z.

    Returns:
        Shape (num, 8, 32, 32, 3), one row per z.
    """
    t = np.linspace(0, 1, STEPS)[:, None]
    texts = (1 - t) * _encode(generator, start) + t * _encode(generator, end)  # (8, units)
    return _paint(generator, _sample(generator, num, seed, variety), texts)


def sheet(generator, sentence, to="", num=8, seed=0, variety=1.0, as_is=False, columns=STEPS):
    """A sheet with pictures of a sentence or, if `to` is given, on the way to a second one.

    What a sentence leaves open is chosen by the seed before it is drawn, the same for all pictures;
    where the second sentence leaves something open, it is as in the first.

    Args:
        to: A second caption, or nothing.
        as_is: Draw what the network itself makes of what is left open.
        columns: Pictures in a row, at most, up to 8.
        generator, sentence, num, seed, variety: As for `draw`; a morph has as many rows as `num`
            pictures need.

    Returns:
        `Sheet`; its file holds the sentence as "Description", beside "Seed" and "Variety", and as
        "Drawn" what was drawn, where something was chosen.
    """
    _check("num", num, 1, MOST)
    _check("seed", seed, 0, LAST_SEED)
    _check("columns", columns, 1, STEPS)
    asked = [ask(" ".join(sentence.split()), seed, as_is)]
    if to := " ".join(to.split()):
        asked.append(ask(to, seed, as_is, like=asked[0].drawn))
        start, end = (one.caption for one in asked)
        images = morph(generator, start, end, -(-num // STEPS), seed, variety)
        images = images.reshape(-1, *images.shape[2:])
    else:
        images = draw(generator, asked[0].caption, num, seed, variety)
    typed, drawn = (_way([getattr(one, what) for one in asked]) for what in ("sentence", "caption"))
    notes = {"Description": typed, "Seed": str(seed), "Variety": f"{variety:g}"}
    if drawn != typed:
        notes["Drawn"] = drawn
    alt = f"Pictures drawn by the generator: {drawn}. Seed {seed}."
    return Sheet(images, alt, notes, "; to: ".join(map(str, asked)), columns)


def _way(texts):
    """One text, or the way from the first to the second."""
    return texts[0] if len(texts) == 1 else f"from {texts[0]} to {texts[1]}"


def _check(name, value, least, most):
    if not least <= value <= most:
        raise ValueError(f"{name} is {value}; expected {least} to {most:,}.")


def _encode(generator, sentence):
    """The vector of a sentence, shape (1, units)."""
    captions.read(sentence)  # refuses what contradicts itself
    tokens = ops.convert_to_tensor(captions.tokens([sentence]))
    return ops.convert_to_numpy(generator.get_layer("text_encoder")(tokens, training=False))


def _sample(generator, num, seed, variety):
    """z, cut off and times the variety."""
    _check("num", num, 1, MOST)
    _check("seed", seed, 0, LAST_SEED)
    _check("variety", variety, 0, 1)
    z = latent.sample_z(num, generator.inputs[0].shape[1], seed)
    return variety * ops.convert_to_numpy(latent.truncate(z, latent.LIMIT))


def _paint(generator, z, texts):
    """Each z with each text's vector: shape (number of z, number of texts, 32, 32, 3)."""
    pairs = [np.repeat(z, len(texts), axis=0), np.tile(texts, (len(z), 1))]
    images = generator.get_layer("painter")(pairs, training=False)
    return ops.convert_to_numpy(images).reshape(len(z), len(texts), *images.shape[1:])
