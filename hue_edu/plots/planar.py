"""Pictures in the plane: the GAN lab, point clouds side by side, phase portraits."""

import io

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator
from PIL import Image

from .. import theme
from .figure import Figure, check_labelled, check_points, legend_below, themed, title_above

FIELD_COLOURS = LinearSegmentedColormap.from_list("verdict", ["#F6CDB2", "white", "#B5D6EC"])
WIDTH = 4.8  # inches of a figure of squares: a phone shows it at four fifths of its size


class PlanarView(Figure):
    """The GAN lab's picture, made once and then only brought up to date: ten times a second.

    Left: real and fake points over D's verdict, with arrows where G's loss pulls the fake ones.
    Right: both losses, and the divergence of the two samples, over the steps.

    Args:
        limit: Half the side of the square shown.
        lattice: Points per side at which the verdict is given.
    """

    def __init__(self, limit=1.4, lattice=24):
        super().__init__(figsize=(8.2, 4.2), alt="The GAN lab before its first step.")
        self.limit = limit
        ticks = np.linspace(-limit, limit, lattice)
        self.lattice = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
        axes = self.subplot_mosaic([["plane", "losses"], ["plane", "jsd"]], width_ratios=(1.25, 1))
        self._make_plane(axes["plane"], lattice)
        self._curves = {
            "D": axes["losses"].plot([], [], color=theme.DISCRIMINATOR, label="$L_D$")[0],
            "G": axes["losses"].plot([], [], color=theme.GENERATOR, label="$L_G$")[0],
            "jsd": axes["jsd"].plot([], [], color=theme.LATENT, label="real, fake")[0],
            "floor": axes["jsd"].plot([], [], color=theme.NEUTRAL, ls="--", label="real, real")[0],
        }
        axes["losses"].set(ylabel="loss", ylim=(-0.25, 0.25))  # room for long numbers, as below
        axes["jsd"].set(xlabel="steps of G", ylabel="JSD (nats)", ylim=(0, 1.4 * np.log(2)))
        for name in ("losses", "jsd"):
            axes[name].legend(loc="upper right", ncols=2)
            axes[name].xaxis.set_major_locator(MaxNLocator(3))  # text is the dearest thing to draw
            axes[name].yaxis.set_major_locator(MaxNLocator(3))
            axes[name].set_xlim(0, 10_000)  # room for long numbers when everything is placed
        self._axes = axes
        self.draw_without_rendering()
        self.set_layout_engine("none")  # placing everything anew would cost half of each frame
        self._ground = None

    def _make_plane(self, ax, lattice):
        limit = self.limit
        square = {"extent": (-limit, limit, -limit, limit), "origin": "lower"}
        self._field = ax.imshow(
            np.full((lattice, lattice), 0.5),
            vmin=0, vmax=1, cmap=FIELD_COLOURS, interpolation="bilinear", **square,
        )  # fmt: skip
        style = {"s": 7, "lw": 0, "alpha": 0.7}
        self._real = ax.scatter([], [], color=theme.REAL, label="real", **style)
        self._fake = ax.scatter([], [], color=theme.FAKE, label="fake", **style)
        self._places = ax.scatter([], [], s=60, facecolor="none", edgecolor=theme.NEUTRAL, lw=1)
        self._arrows = None
        ax.set(xlim=(-limit, limit), ylim=(-limit, limit), xlabel="$x_1$", ylabel="$x_2$")
        ax.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        ax.set_title("Ground: blue where D leans to real, red to fake")
        ax.legend(loc="upper right", markerscale=2, ncols=2)
        ax.grid(visible=False)

    def show_data(self, real, places):
        """Set what does not change while training: points and places, (num, 2) each."""
        self._real.set_offsets(real)
        self._places.set_offsets(places)

    def frame(self):
        """The picture as PNG, faster than `png`: only what moves is drawn anew."""
        plane, curves = self._axes["plane"], [self._axes["losses"], self._axes["jsd"]]
        moving = {plane: [self._field, self._real, self._fake, self._places]}
        if self._arrows is not None:
            moving[plane].append(self._arrows)
        moving |= {ax: [ax.xaxis, ax.yaxis, *ax.lines] for ax in curves}
        if self._ground is None:
            self._ground = self._still(moving)
        self.canvas.restore_region(self._ground)
        for ax, artists in moving.items():
            for artist in artists:
                ax.draw_artist(artist)
        plane.draw_artist(plane.get_legend())
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).save(buffer, "png", compress_level=1)
        return buffer.getvalue()

    def _still(self, moving):
        """The picture without what moves."""
        artists = [artist for group in moving.values() for artist in group]
        for artist in artists:
            artist.set_visible(False)
        self.canvas.draw()
        for artist in artists:
            artist.set_visible(True)
        return self.canvas.copy_from_bbox(self.bbox)

    def update_picture(self, fake, verdict, pull, history):
        """Bring the picture up to date.

        Args:
            fake: Shape (num, 2).
            verdict: From 0, fake, to 1, real, at the points of `lattice`.
            pull: Where G's loss pulls the first samples of `fake`; shape (arrows, 2).
            history: Dictionary of lists of the same length: step, d_loss, g_loss, jsd, floor.
        """
        self._fake.set_offsets(fake)
        side = int(len(self.lattice) ** 0.5)
        self._field.set_data(np.reshape(verdict, (side, side)))
        longest = np.linalg.norm(pull, axis=1).max() + 1e-12
        arrows = 0.35 * pull / longest
        if self._arrows is not None:
            self._arrows.remove()
        self._arrows = self._axes["plane"].quiver(
            *fake[: len(pull)].T, *arrows.T,
            angles="xy", scale_units="xy", scale=1, width=0.004, color=theme.GENERATOR,
        )  # fmt: skip
        steps = history["step"]
        for name, key in (("D", "d_loss"), ("G", "g_loss"), ("jsd", "jsd"), ("floor", "floor")):
            self._curves[name].set_data(steps, history[key])
        for name in ("losses", "jsd"):
            self._axes[name].set_xlim(0, 1.04 * max(10, steps[-1] if steps else 0))
        values = [v for key in ("d_loss", "g_loss") for v in history[key] if np.isfinite(v)]
        if values:
            low, high = min(values), max(values)
            pad = 0.1 * (high - low) + 0.05
            self._axes["losses"].set_ylim(low - pad, high + 3 * pad)


@themed
def plot_clouds(panels, title="", alt=None, limit=1.4, columns=2):
    """Real and fake points, one square per panel.

    Args:
        panels: Dictionary from label to (real, fake), each of shape (num, 2).
        limit: Half the side of each square.
        columns: Squares per row; the more, the smaller, so that a phone shows all of them.

    Raises:
        ValueError: No panel, or points that `check_points` refuses.
    """
    check_labelled(panels, "panels")
    rows = -(-len(panels) // columns)
    figure = Figure(
        figsize=(WIDTH, (WIDTH / columns + 0.2) * rows + 0.65),
        alt=alt or f"Real and fake points for {', '.join(map(theme.readable, panels))}. {title}",
    )
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    for ax, (label, (real, fake)) in zip(axes, panels.items()):
        real, fake = (check_points(label, points) for points in (real, fake))
        ax.scatter(*real.T, s=4, lw=0, alpha=0.4, color=theme.REAL, label="real")
        ax.scatter(*fake.T, s=4, lw=0, alpha=0.6, color=theme.FAKE, label="fake")
        ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
        ax.set_title(theme.readable(label), fontsize=10 if columns < 3 else 8)
    legend_below(figure, axes[0], markerscale=3)
    title_above(figure, title)
    return figure


@themed
def plot_phase_portraits(portraits, title="", alt=None, limit=2.0, columns=2):
    """Fields of arrows with a path through each: how two players move.

    Args:
        portraits: Dictionary from label to (field, path): field is a function of two arrays
            (θ, ψ) that returns two, path has the shape (steps, 2).
        limit: Half the side of each square.
        columns: Squares per row; the more, the smaller.

    Raises:
        ValueError: No portrait.
    """
    check_labelled(portraits, "portraits")
    columns = min(columns, len(portraits))
    rows = -(-len(portraits) // columns)
    figure = Figure(
        figsize=(WIDTH, WIDTH / columns * rows + 0.45),
        alt=alt or f"Phase portraits of {', '.join(map(theme.readable, portraits))}. {title}",
    )
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for ax in axes[len(portraits) :]:
        ax.set_axis_off()
    for ax, (label, (field, path)) in zip(axes, portraits.items()):
        draw_portrait(ax, field, path, limit)
        ax.set_title(theme.readable(label), fontsize=10 if columns < 3 else 8)
    for ax in axes.reshape(rows, columns)[:, 0]:
        ax.set_ylabel("$\\psi$, slope of D", fontsize=9)
    for ax in axes.reshape(rows, columns)[-1]:
        ax.set_xlabel("$\\theta$, the fake point", fontsize=9)
    title_above(figure, title)
    return figure


def draw_portrait(ax, field, path, limit):
    """One field of arrows of equal length, with the path, its start and its end."""
    ticks = np.linspace(-limit, limit, 13)
    theta, psi = np.meshgrid(ticks, ticks)
    arrows = np.stack(field(theta, psi))
    arrows = arrows / (np.linalg.norm(arrows, axis=0) + 1e-12)
    ax.quiver(theta, psi, *arrows, color=theme.NEUTRAL, alpha=0.45, scale=18, width=0.006)
    ax.plot(*np.asarray(path).T, color=theme.LATENT, lw=1.3)
    ax.plot(*path[0], "o", color=theme.HIGHLIGHT, ms=6)
    ax.plot(*path[-1], "s", color=theme.LATENT, ms=6)
    ax.plot(0, 0, "+", color="black", ms=10, mew=1.5)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    ax.grid(visible=False)
