"""Arrays in, `Figure` out, with alt text. Never sees a model.

A `Figure` shows itself at the end of a cell, without pyplot and so without leaks, and carries its
alt text to the page; `plots.save(figure, path)` writes it whole or not at all.
"""

import base64
import io
from functools import wraps

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as _MatplotlibFigure

from . import datasets, files, theme


class Figure(_MatplotlibFigure):
    """A matplotlib figure with alt text, drawn in the course's theme."""

    def __init__(self, *args, alt="", **kwargs):
        super().__init__(*args, layout="constrained", **kwargs)
        FigureCanvasAgg(self)
        self.alt = alt

    def png(self):
        """The figure as the bytes of a PNG file."""
        buffer = io.BytesIO()
        self.canvas.print_png(buffer, metadata={"Software": None, "Description": self.alt})
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


def save(figure, path):
    """Write a figure to a PNG file."""
    with files.written_whole(path) as temporary:
        temporary.write_bytes(figure.png())


def tile(images, columns=None, gap=1):
    """Arrange images in a grid, as one image.

    Args:
        images: Shape (num, height, width, channels) in [-1, 1].
        columns: Images a row; as square as possible if not given.
        gap: White pixels between neighbours.

    Returns:
        uint8 of shape (grid height, grid width) for one channel, else (…, channels).
    """
    pixels = datasets.to_uint8(images)
    num, height, width, channels = pixels.shape
    columns = columns or int(np.ceil(np.sqrt(num)))
    rows = -(-num // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, channels), 255)
    for i, image in enumerate(pixels):
        top, left = (i // columns) * (height + gap), (i % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet.astype("uint8").squeeze(-1) if channels == 1 else sheet.astype("uint8")


@themed
def plot_image_grid(images, title="", columns=None, alt=None, width=4.5):
    """A grid of images.

    Args:
        images: Shape (num, height, width, channels) in [-1, 1].
        title: What to see.
        columns: Images a row; as square as possible if not given.
        alt: Text for those who cannot see the figure; made from the title if not given.
        width: In inches.
    """
    sheet = tile(images, columns)
    height = width * sheet.shape[0] / sheet.shape[1] + (0.35 if title else 0.05)
    figure = Figure(figsize=(width, height), alt=alt or f"A grid of {len(images)} images: {title}")
    ax = figure.add_subplot()
    ax.imshow(sheet, vmin=0, vmax=255, interpolation="nearest")
    ax.set_axis_off()
    ax.set_title(title)
    return figure


@themed
def plot_rows(rows, title="", alt=None, width=6.5):
    """Labelled rows of images, one above the other, to compare.

    Args:
        rows: Dictionary from label to images of shape (num, height, width, channels) in [-1, 1],
            the same shape in each.
        title, alt, width: As in `plot_image_grid`.
    """
    images = next(iter(rows.values()))
    ratio = images.shape[1] / (len(images) * images.shape[2])
    label_width = 0.085 * max(map(len, rows)) + 0.2
    height = ((width - label_width) * ratio + 0.04) * len(rows) + (0.45 if title else 0.15)
    named = "; ".join(rows)
    figure = Figure(figsize=(width, height), alt=alt or f"Rows of images: {named}. {title}")
    for ax, (label, images) in zip(
        figure.subplots(len(rows), 1, squeeze=False)[:, 0], rows.items()
    ):
        ax.imshow(tile(images, len(images)), vmin=0, vmax=255, interpolation="nearest")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_ylabel(label, rotation=0, ha="right", va="center")
    figure.get_layout_engine().set(w_pad=0.08)
    figure.suptitle(title, x=0.02, ha="left", fontsize=theme.FIGURE_DEFAULTS["axes.titlesize"])
    return figure


@themed
def plot_curves(x, curves, xlabel, ylabel, title="", alt=None, **axes):
    """Lines over a common x.

    Args:
        x: Shape (num,), or a dictionary from label to such.
        curves: Dictionary from label to y of shape (num,), or to (y, colour).
        xlabel, ylabel, title: Text; the title says what to see.
        axes: Passed to `Axes.set`, such as `yscale="log"`.
    """
    figure = Figure(
        figsize=(6.5, 3.2), alt=alt or f"{ylabel} over {xlabel} for {', '.join(curves)}. {title}"
    )
    ax = figure.add_subplot()
    for label, curve in curves.items():
        y, colour = curve if isinstance(curve, tuple) else (curve, None)
        ax.plot(x[label] if isinstance(x, dict) else x, y, label=label, color=colour, lw=1.8)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, **axes)
    if len(curves) > 1:
        ax.legend()
    return figure


@themed
def plot_bars(values, xlabel, title="", alt=None, colours=None):
    """Horizontal bars, one a label, with the value written at the end.

    Args:
        values: Dictionary from label to number, at least 0.
        colours: Dictionary from label to colour; neutral where not given.
    """
    listed = ", ".join(f"{label} {value:.4g}" for label, value in values.items())
    figure = Figure(figsize=(6.5, 0.7 + 0.36 * len(values)), alt=alt or f"{xlabel}: {listed}.")
    ax = figure.add_subplot()
    colours = [(colours or {}).get(label, theme.NEUTRAL) for label in values]
    bars = ax.barh(list(values), list(values.values()), color=colours, height=0.65)
    written = [f"{value:,.0f}" if value >= 100 else f"{value:.3g}" for value in values.values()]
    ax.bar_label(bars, written, padding=3)
    ax.invert_yaxis()
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    ax.set(xlabel=xlabel, title=title)
    return figure


@themed
def plot_points(points, title="", alt=None, limit=None):
    """Clouds of points in the plane.

    Args:
        points: Dictionary from label to points of shape (num, 2); "real" and "fake" get their
            colours.
        limit: Half the side of the square shown; fitted if not given.
    """
    figure = Figure(figsize=(4, 4), alt=alt or f"Points in the plane: {', '.join(points)}. {title}")
    ax = figure.add_subplot()
    roles = {"real": theme.REAL, "fake": theme.FAKE}
    for label, xy in points.items():
        ax.scatter(*np.asarray(xy).T, s=4, alpha=0.5, lw=0, label=label, color=roles.get(label))
    limit = limit or 1.1 * max(np.abs(xy).max() for xy in points.values())
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", title=title)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    if len(points) > 1:
        ax.legend(loc="upper right", markerscale=3)
    return figure


@themed
def plot_two_players():
    """The game of a GAN as a diagram: who sees what, and whose gradient flows where."""
    figure = Figure(
        figsize=(7.2, 2.5),
        alt="Diagram of a GAN. Random z enters the generator G, which makes fake images. Real and "
        "fake images enter the discriminator D, which returns a logit: real or fake? Two losses "
        "follow; the loss of D moves D, the loss of G flows back through D and moves G.",
    )
    ax = figure.add_subplot(xlim=(0, 12), ylim=(0, 4.2))
    ax.set_axis_off()

    def box(x, y, text, colour):
        style = {"boxstyle": "round,pad=0.45", "fc": "white", "ec": colour, "lw": 2}
        ax.text(x, y, text, ha="center", va="center", bbox=style, fontsize=10)

    def arrow(start, end, colour=theme.NEUTRAL, bend=0.0, line="-"):
        style = {"arrowstyle": "-|>", "color": colour, "lw": 1.8, "linestyle": line}
        style |= {"connectionstyle": f"arc3,rad={bend}", "shrinkA": 2, "shrinkB": 2}
        ax.annotate("", end, start, arrowprops=style)

    box(0.8, 1.2, "$z$\nrandom", theme.LATENT)
    box(3.0, 1.2, "generator\nG", theme.GENERATOR)
    box(5.4, 1.2, "fake\n$G(z)$", theme.FAKE)
    box(5.4, 3.3, "real\n$x$", theme.REAL)
    box(8.0, 2.25, "discriminator\nD", theme.DISCRIMINATOR)
    box(10.8, 2.25, "logit $l$\nreal or fake?", theme.NEUTRAL)
    for start, end in (
        ((1.4, 1.2), (2.1, 1.2)),
        ((3.9, 1.2), (4.8, 1.2)),
        ((9.1, 2.25), (9.7, 2.25)),
    ):
        arrow(start, end)
    arrow((6.0, 3.3), (7.0, 2.6))
    arrow((6.0, 1.2), (7.0, 1.95))
    arrow((10.6, 1.5), (3.0, 0.5), theme.GENERATOR, bend=-0.22, line="--")
    arrow((10.6, 3.0), (8.2, 3.0), theme.DISCRIMINATOR, bend=0.45, line="--")
    ax.text(10.1, 0.3, "gradient of $L_G$ moves G", color=theme.GENERATOR, ha="center", fontsize=9)
    ax.text(
        9.5, 3.75, "gradient of $L_D$ moves D", color=theme.DISCRIMINATOR, ha="center", fontsize=9
    )
    return figure
