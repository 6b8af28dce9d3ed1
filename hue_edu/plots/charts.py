"""Curves, bars and clouds of points."""

import itertools

import numpy as np

from .. import theme
from .figure import (
    Figure,
    check_curve,
    check_labelled,
    check_points,
    legend_below,
    plain_log_ticks,
    themed,
    title_above,
)


@themed
def plot_curves(x, curves, xlabel, ylabel, title="", alt=None, **axes):
    """Lines over a common x.

    Args:
        x: Shape (num,), or a dictionary from label to such.
        curves: Dictionary from label to y of shape (num,), or to (y, colour).
        xlabel, ylabel, title: Text; the title says what to see.
        axes: Passed to `Axes.set`, such as `yscale="log"`.

    Raises:
        ValueError: No curve, or one that `check_curve` refuses.
    """
    check_labelled(curves, "curves")
    names = ", ".join(map(theme.readable, curves))
    figure = Figure(figsize=(6.5, 3.4), alt=alt or f"{ylabel} over {xlabel} for {names}. {title}")
    ax = figure.add_subplot()
    others = itertools.cycle(theme.OTHERS)
    for label, curve in curves.items():
        y, colour = curve if isinstance(curve, tuple) else (curve, None)
        look = {"color": colour} if colour else next(others)
        over = x[label] if isinstance(x, dict) else x
        check_curve(label, over, y)
        ax.plot(over, y, label=theme.readable(label), lw=1.8, **look)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, **axes)
    if axes.get("yscale") == "log":
        plain_log_ticks(ax.yaxis)
    if len(curves) > 1:
        legend_below(figure, ax)
    return figure


@themed
def plot_areas(x, panels, areas, xlabel, title="", alt=None, columns=2):
    """Panels of curves with one area shaded in each: where an integral comes from.

    Args:
        x: Shape (num,).
        panels: Dictionary from label to a dictionary from curve's name to (y, colour).
        areas: Dictionary from the same labels to y of shape (num,), at least 0, shaded from 0.
        columns: Panels per row; the panels of a row share the height.

    Raises:
        ValueError: No panel, or a curve that `check_curve` refuses.
    """
    check_labelled(panels, "panels")
    rows = -(-len(panels) // columns)
    figure = Figure(
        figsize=(3.6 * columns, 2.1 * rows + 0.7),
        alt=alt or f"Shaded areas for {', '.join(panels)}. {title}",
    )
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey="row").ravel()
    for ax, (label, curves) in zip(axes, panels.items()):
        ax.fill_between(x, areas[label], color=theme.HIGHLIGHT, alpha=0.55, lw=0, label="summed up")
        for name, (y, colour) in curves.items():
            check_curve(name, x, y)
            ax.plot(x, y, color=colour, lw=1.8, label=name)
        ax.set_title(label, fontsize=10)
    for ax in axes[-columns:]:
        ax.set_xlabel(xlabel)
    legend_below(figure, axes[0])
    title_above(figure, title)
    return figure


@themed
def plot_losses(scores, losses, title="", alt=None):
    """Every loss and its slope over the score: the generator above, the discriminator below.

    Args:
        scores: Shape (num,).
        losses: Dictionary from the loss's name to what `losses.over_scores` returns.

    Raises:
        ValueError: No loss.
    """
    check_labelled(losses, "losses")
    figure = Figure(
        figsize=(8.2, 5.6),
        alt=alt
        or f"Losses and slopes of {', '.join(map(theme.readable, losses))} over the score. "
        + title,
    )
    panels = (
        ("g_loss", "$L_G$ of a fake with score $s$"),
        ("g_slope", "slope of $L_G$ in the score"),
        ("d_loss", "$L_D$ if all get the score $s$"),
        ("d_slope_real", "slope of $L_D$ on real"),
    )
    for ax, (key, label) in zip(figure.subplots(2, 2, sharex=True).ravel(), panels):
        for (name, curves), look in zip(losses.items(), itertools.cycle(theme.OTHERS)):
            ax.plot(scores, curves[key], lw=1.8, label=theme.readable(name), **look)
        low, high = (-2.2, 1.2) if "slope" in key else (-3.2, 4.5)
        ax.set(title=label, ylim=(low, high))
        if key.startswith("d"):
            ax.set_xlabel("score $s$ of the sample")
    legend_below(figure, figure.axes[0], len(losses))
    title_above(figure, title)
    return figure


@themed
def plot_bars(values, xlabel, title="", alt=None, colours=None):
    """Horizontal bars, one per label, with the value written at the end.

    Args:
        values: Dictionary from label to number, at least 0.
        colours: Dictionary from label to colour; neutral where not given.

    Raises:
        ValueError: No bar, or one that is NaN or infinite.
    """
    check_labelled(values, "bars")
    for label, value in values.items():
        if not np.isfinite(value):
            raise ValueError(f"The bar {label!r} is {value}; expected a finite number.")
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
    ax.set(xlabel=xlabel)
    title_above(figure, title)
    return figure


@themed
def plot_points(points, title="", alt=None, limit=None):
    """Clouds of points in the plane.

    Args:
        points: Dictionary from label to points of shape (num, 2); "real" and "fake" get their
            colours.
        limit: Half the side of the square shown; fitted if not given.

    Raises:
        ValueError: No cloud, or points that `check_points` refuses.
    """
    check_labelled(points, "points")
    points = {label: check_points(label, xy) for label, xy in points.items()}
    figure = Figure(
        figsize=(4, 4.3), alt=alt or f"Points in the plane: {', '.join(points)}. {title}"
    )
    ax = figure.add_subplot()
    roles = {"real": theme.REAL, "fake": theme.FAKE}
    for label, xy in points.items():
        ax.scatter(*xy.T, s=4, alpha=0.5, lw=0, label=label, color=roles.get(label))
    limit = limit or 1.1 * max(np.abs(xy).max() for xy in points.values())
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", title=title)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    if len(points) > 1:
        legend_below(figure, ax, markerscale=3)
    return figure
