"""The studio: type a sentence, and see pictures of it."""

import base64
import html
import random

import ipywidgets as widgets
import numpy as np

from .. import captions, models, studio
from .explorer import Explorer, slider


class HueStudio(Explorer):
    """A sentence, seed and variety, and a second sentence to go to; the pictures follow each key.

    A line says what was understood, and what was chosen where the sentence leaves something open.
    While a sentence cannot be read, the pictures stay, and the line says what to try instead.

    Args:
        generator: As for `studio.draw`; None for the one that comes with the course.
        sentence: What the box holds at first.

    Attributes:
        sheet: The `studio.Sheet` that is shown.
    """

    def __init__(self, generator=None, sentence=studio.EXAMPLE):
        self.generator = generator or models.load_text_generator()
        self.sheet = studio.Sheet(np.ones((1, 32, 32, 3)), "No sentence has been drawn so far.")
        self.sentence, self.to = box("draw", sentence), box("morph to", "")
        self.num = slider(widgets.IntSlider, "pictures", 16, min=1, max=32)
        self.variety = slider(
            widgets.FloatSlider, "variety", 1.0, live=True, min=0.0, max=1.0, step=0.05
        )
        self.seed = slider(widgets.BoundedIntText, "seed", 0, min=0, max=10**6)
        self.dice = widgets.Button(description="another seed", icon="random")
        self.follow(self.another_seed, self.dice)
        self.status, self.download = widgets.HTML(), widgets.HTML()
        self.follow(self.refresh, self.sentence, self.to, self.num, self.variety, self.seed)
        rows = [
            [self.sentence], [self.to], [self.num, self.variety],
            [self.seed, self.dice, self.download], [self.status],
        ]  # fmt: skip
        self.arrange(rows, width=self.sheet.width)

    def picture(self):
        try:
            self.sheet = studio.sheet(
                self.generator, self.sentence.value, self.to.value, self.num.value,
                self.seed.value, self.variety.value,
            )  # fmt: skip
            self.status.value = html.escape(self.sheet.understood)
        except ValueError as error:
            typing = any(captions.is_unfinished(line.value) for line in (self.sentence, self.to))
            self.status.value = "" if typing else html.escape(str(error))
        return self.sheet

    def another_seed(self, button=None):
        """Draw the sentence with a seed of its own."""
        self.seed.value = random.randrange(self.seed.max)

    def draw(self, figure):
        png = figure.png()
        self.image.layout.width = f"{figure.width}px"
        self.download.value = (
            f'<a download="{html.escape(figure.file_name)}" '
            f'href="data:image/png;base64,{base64.b64encode(png).decode()}">Download PNG</a>'
        )
        return png


def box(description, value):
    """A line to type into, which reports each key."""
    style, layout = {"description_width": "90px"}, widgets.Layout(width="620px", max_width="100%")
    return widgets.Text(value=value, description=description, style=style, layout=layout)
