"""A matplotlib figure that shows itself with alt text, without pyplot and so without leaks."""

import base64
import io
import textwrap
from functools import wraps
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as _MatplotlibFigure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from .. import files, theme


class Animation:
    """Frames that play on the page as an animated PNG, with alt text.

    Args:
        frames: Pictures of the same size, grey or in colour, `PIL.Image`.
        seconds: How long a frame stays; the last one stays four times as long.
        alt: Text for those who cannot see it.
    """

    def __init__(self, frames, seconds, alt):
        self.frames, self.seconds, self.alt = frames, seconds, alt

    def png(self):
        """The animation as the bytes of a PNG file; where it cannot play, its last frame stands."""
        notes, buffer = PngInfo(), io.BytesIO()
        notes.add_text("Description", self.alt)
        shades = [
            round(round(value * 31 / 255) * 255 / 31) for value in range(256)
        ]  # 32 are enough
        *_, last = few = [frame.point(shades * len(frame.getbands())) for frame in self.frames]
        stay = [round(1000 * self.seconds)] * (len(few) - 1) + [round(4000 * self.seconds)]
        last.save(
            buffer, "png", save_all=True, default_image=True, append_images=few, duration=stay,
            loop=0, pnginfo=notes,
        )  # fmt: skip
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        image = base64.b64encode(self.png()).decode()
        return {"image/png": image, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}


class Figure(_MatplotlibFigure):
    """A matplotlib figure with alt text, drawn in the course's theme."""

    def __init__(self, *args, alt="", **kwargs):
        super().__init__(*args, layout="constrained", **kwargs)
        FigureCanvasAgg(self)
        self.alt = alt

    def png(self, compression=6, sharpness=1):
        """The figure as the bytes of a PNG file.

        Args:
            compression: From 0, fast, to 9, small.
            sharpness: Pixels drawn for each pixel of the page, along each side.
        """
        buffer = io.BytesIO()
        self.savefig(
            buffer,
            format="png",
            dpi=sharpness * self.dpi,
            metadata={"Software": None, "Description": self.alt},
            pil_kwargs={"compress_level": compression},
        )
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        """For the page: sharp on a high-density screen, with a palette where that saves half."""
        image = base64.b64encode(_smaller(self.png(9, sharpness=2), self.alt)).decode()
        width, height = (round(side * self.dpi) for side in self.get_size_inches())
        about = {"alt": self.alt, "width": width, "height": height}
        return {"image/png": image, "text/plain": self.alt}, {"image/png": about}


def _smaller(png, alt):
    """The same PNG with 256 colours, if that takes at most half the bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    notes, buffer = PngInfo(), io.BytesIO()
    notes.add_text("Description", alt)
    few = picture.quantize(256, dither=Image.Dither.NONE)
    few.save(buffer, "png", optimize=True, pnginfo=notes)
    return min(png, buffer.getvalue(), key=lambda raw: len(raw) * (2 if raw is not png else 1))


def themed(plot):
    """Decorator: draw with the theme's defaults, without touching the reader's own settings."""

    @wraps(plot)
    def draw(*args, **kwargs):
        with matplotlib.rc_context(theme.FIGURE_DEFAULTS):
            return plot(*args, **kwargs)

    return draw


def plain_log_ticks(axis):
    """Numbers such as 0.5 and 200 at a logarithmic axis, instead of powers of ten.

    Over more than eight decades they would not fit, and powers of ten stay.
    """
    low, high = axis.get_data_interval()
    if high > 1e8 * low:
        return
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=8))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def check_labelled(things, what):
    """Refuse a dictionary of nothing to draw.

    Args:
        things: Dictionary with a label for each.
        what: What they are, in the plural, for the error.

    Raises:
        ValueError: It is empty.
    """
    if not things:
        raise ValueError(
            f"There are no {what} to draw; expected a dictionary with a label for each."
        )


def check_curve(label, x, y):
    """Refuse what gives no line.

    Args:
        label: Of the curve, for the error.
        x, y: Shape (num,).

    Raises:
        ValueError: x and y of different lengths, or y without a finite number.
    """
    if np.ndim(y) != 1 or np.shape(x) != np.shape(y):
        raise ValueError(
            f"The curve {label!r} has y of shape {np.shape(y)} over x of shape {np.shape(x)}; "
            "expected the same number of both."
        )
    if not np.isfinite(np.asarray(y, float)).any():
        raise ValueError(f"The curve {label!r} holds no finite number, so it would not be seen.")


def check_points(label, points):
    """Points in the plane as an array, or an error that says what came.

    Args:
        label: Of the points, for the error.
        points: Shape (num, 2), num at least 1, finite.

    Raises:
        ValueError: Another shape, or NaN or infinity among the numbers.
    """
    points = np.asarray(points)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(
            f"The points {label!r} have the shape {points.shape}; expected (num, 2), not empty."
        )
    if not np.isfinite(points).all():
        raise ValueError(f"The points {label!r} hold NaN or infinity; look at how they were made.")
    return points


def title_above(figure, title):
    """A title over the whole width of a figure, in as many lines as it needs."""
    width = int(figure.get_figwidth() / 0.082)  # inches of a letter
    title = "\n".join(textwrap.fill(line, width) for line in title.split("\n"))
    figure.suptitle(title, x=0.02, ha="left", fontsize=theme.FIGURE_DEFAULTS["axes.titlesize"])


def legend_below(figure, ax, num_columns=4, **style):
    """One legend for the whole figure, below it, with what `ax` shows: never over the data."""
    handles, labels = ax.get_legend_handles_labels()
    columns = _columns_that_fit(labels, figure.get_figwidth(), num_columns)
    return figure.legend(handles, labels, loc="outside lower center", ncols=columns, **style)


def _columns_that_fit(labels, width, most):
    """How many columns of a legend fit side by side: about 0.075 inches a letter, 0.67 a mark."""
    for columns in range(min(most, len(labels)), 1, -1):
        parts = np.array_split(labels, columns)  # as matplotlib fills them
        if sum(0.075 * max(map(len, part)) + 0.67 for part in parts) <= width:
            return columns
    return 1


def save(figure, path):
    """Write a figure to a PNG file: whole, or not at all.

    Args:
        figure: `Figure`, or `Animation`.
        path: A name that ends in .png.

    Raises:
        ValueError: It ends otherwise.
    """
    if Path(path).suffix.lower() != ".png":
        raise ValueError(
            f"A figure is saved as PNG, but the name is {str(path)!r}; end it in .png."
        )
    with files.written_whole(path) as temporary:
        temporary.write_bytes(figure.png())
