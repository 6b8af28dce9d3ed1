"""A matplotlib figure that shows itself with alt text, without pyplot and so without leaks."""

import base64
import io
from functools import wraps

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as _MatplotlibFigure

from .. import files, theme


class Figure(_MatplotlibFigure):
    """A matplotlib figure with alt text, drawn in the course's theme."""

    def __init__(self, *args, alt="", **kwargs):
        super().__init__(*args, layout="constrained", **kwargs)
        FigureCanvasAgg(self)
        self.alt = alt

    def png(self, compression=6):
        """The figure as the bytes of a PNG file; compression from 0, fast, to 9, small."""
        buffer = io.BytesIO()
        notes, how = {"Software": None, "Description": self.alt}, {"compress_level": compression}
        self.canvas.print_png(buffer, metadata=notes, pil_kwargs=how)
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        image = base64.b64encode(self.png()).decode()
        return {"image/png": image, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}


def themed(plot):
    """Decorator: draw with the theme's defaults, without touching the reader's own settings."""

    @wraps(plot)
    def draw(*args, **kwargs):
        with matplotlib.rc_context(theme.FIGURE_DEFAULTS):
            return plot(*args, **kwargs)

    return draw


def legend_below(figure, ax, num_columns=4, **style):
    """One legend for the whole figure, below it, with what `ax` shows: never over the data."""
    handles, labels = ax.get_legend_handles_labels()
    columns = min(num_columns, len(labels))
    return figure.legend(handles, labels, loc="outside lower center", ncols=columns, **style)


def save(figure, path):
    """Write a figure to a PNG file."""
    with files.written_whole(path) as temporary:
        temporary.write_bytes(figure.png())
