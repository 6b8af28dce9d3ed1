"""What all explorers share: controls, one picture, and how both come onto the page."""

import ipywidgets as widgets

from .. import theme


class Explorer:
    """Controls above one picture, which is drawn anew when a control moves.

    A subclass makes its controls, calls `arrange` with them, and defines `picture`.

    Attributes:
        widget: The whole, as an ipywidgets box.
        image: The picture, as a widget.
    """

    def arrange(self, rows, width):
        """Put rows of controls above the picture, and draw it for the first time.

        Args:
            rows: Lists of widgets.
            width: Of the picture, in pixels.
        """
        self.image = widgets.Image(
            format="png", layout=widgets.Layout(width=f"{width}px", max_width="100%")
        )
        wrap = widgets.Layout(flex_flow="row wrap")
        boxes = [widgets.HBox(row, layout=wrap) for row in rows]
        self.widget = widgets.VBox([*boxes, self.image])
        self.refresh()

    def picture(self):
        """The figure as the controls want it: a `plots.Figure`.

        Raises:
            NotImplementedError: An explorer has not defined it.
        """
        raise NotImplementedError

    def refresh(self, change=None):
        """Draw the picture anew; can be given to `observe`."""
        figure = self.picture()
        self.alt = figure.alt
        self.image.value = self.draw(figure)

    def draw(self, figure):
        """The figure as PNG, fast rather than small."""
        return figure.png(compression=1)

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        still, about = self.picture()._repr_mimebundle_()
        return {"application/vnd.jupyter.widget-view+json": view, **still}, about


def slider(kind, description, value, live=False, **options):
    """A slider with room for its name, which reports when it is let go, or `live` as it moves."""
    style, layout = {"description_width": "90px"}, widgets.Layout(width="300px")
    return kind(
        value=value, description=description, continuous_update=live, style=style, layout=layout,
        **options,
    )  # fmt: skip


def choice(description, options, value):
    """A list to choose from."""
    style, layout = {"description_width": "90px"}, widgets.Layout(width="300px")
    return widgets.Dropdown(
        options=[(theme.readable(name), name) for name in options],
        value=value,
        description=description,
        style=style,
        layout=layout,
    )
