"""Diagrams: how things are connected."""

from .. import theme
from .figure import Figure, themed


@themed
def plot_timeline(events, title="", alt=None):
    """Events on a line of years, from left to right, alternately above and below.

    Args:
        events: List of (year, text), in order; text may hold line breaks.

    Raises:
        ValueError: No event.
    """
    if not events:
        raise ValueError("There are no events to draw; expected a list of (year, text).")
    listed = "; ".join(f"{year} {text}".replace("\n", " ") for year, text in events)
    figure = Figure(figsize=(8.2, 3.4), alt=alt or f"Timeline: {listed}. {title}")
    ax = figure.add_subplot(xlim=(-0.6, len(events) - 0.4), ylim=(-1.5, 1.5))
    ax.set_axis_off()
    ax.axhline(0, color=theme.NEUTRAL, lw=2)
    for place, (year, text) in enumerate(events):
        up = 1 if place % 2 == 0 else -1
        ax.plot([place, place], [0, 0.42 * up], color=theme.NEUTRAL, lw=1)
        ax.plot(place, 0, "o", color=theme.LATENT, ms=8)
        ax.text(place, -0.16 * up, str(year), ha="center", va="center", fontsize=9, weight="bold")
        ax.text(place, 0.5 * up, text, ha="center", va="bottom" if up > 0 else "top", fontsize=9)
    ax.set_title(title)
    return figure


@themed
def plot_two_players():
    """The game of a GAN as a diagram: who sees what, and whose gradient flows where."""
    figure = Figure(
        figsize=(7.2, 2.5),
        alt="Diagram of a GAN. Random z enters the generator G, which makes fake images. Real and "
        "fake images enter the discriminator D, which returns a logit: real or fake? Two losses "
        "follow; the loss of D moves D; the gradient of G's loss flows back through D and the fake "
        "image, and moves G.",
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
    for start, end in (
        ((9.7, 1.85), (9.1, 1.85)),
        ((7.1, 1.45), (6.0, 0.7)),
        ((4.8, 0.75), (3.9, 0.75)),
    ):
        arrow(start, end, theme.GENERATOR, line="--")
    arrow((10.6, 3.0), (8.2, 3.0), theme.DISCRIMINATOR, bend=0.45, line="--")
    ax.text(8.6, 0.2, "$L_G$'s gradient flows through D and $G(z)$, and moves G",
            color=theme.GENERATOR, ha="center", fontsize=9)  # fmt: skip
    ax.text(9.4, 3.75, "$L_D$'s gradient moves D", color=theme.DISCRIMINATOR, ha="center",
            fontsize=9)  # fmt: skip
    return figure
