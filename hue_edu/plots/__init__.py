"""Arrays in, `Figure` out, with alt text. Never sees a model.

A `Figure` shows itself at the end of a cell and carries its alt text to the page;
`plots.save(figure, path)` writes it whole or not at all.
"""

from .charts import plot_areas, plot_bars, plot_curves, plot_losses, plot_points
from .diagrams import plot_timeline, plot_two_players
from .figure import (
    Animation,
    Figure,
    legend_below,
    plain_log_ticks,
    save,
    themed,
    title_above,
)
from .images import animate, framed, plot_image_grid, plot_rows, tile
from .planar import PlanarView, draw_portrait, plot_clouds, plot_phase_portraits
from .tables import Table, table

__all__ = [
    "Animation",
    "Figure",
    "PlanarView",
    "Table",
    "animate",
    "draw_portrait",
    "framed",
    "legend_below",
    "plain_log_ticks",
    "plot_areas",
    "plot_bars",
    "plot_clouds",
    "plot_curves",
    "plot_image_grid",
    "plot_losses",
    "plot_phase_portraits",
    "plot_points",
    "plot_rows",
    "plot_timeline",
    "plot_two_players",
    "save",
    "table",
    "themed",
    "tile",
    "title_above",
]
