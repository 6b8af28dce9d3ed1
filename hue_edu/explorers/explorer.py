"""What all explorers share: controls, one picture, and how both come onto the page."""

import threading

import ipywidgets as widgets

from .. import theme


class Explorer:
    """Controls above one picture, which is drawn anew when a control moves.

    A subclass makes its controls, says with `follow` what answers to them, calls `arrange`, and
    defines `picture`.

    A cell runs in the main thread; JupyterLab has a control answered there or in the thread of a
    subshell, so that two may come at once. Whatever an explorer does is done behind one lock.

    Attributes:
        lock: One for all explorers, because they share matplotlib's settings and Keras' seed.
        widget: The whole, as an ipywidgets box.
        image: The picture, as a widget.
    """

    lock = threading.RLock()  # "R": a callback may move a control, which calls back in turn

    def follow(self, method, *controls):
        """Call a method when a button is pressed or a control's value changes, behind the lock.

        Args:
            method: Takes one argument, the button or the change.
            controls: Widgets.
        """

        def answer(cause):
            with self.lock:
                method(cause)

        for control in controls:
            if isinstance(control, widgets.Button):
                control.on_click(answer)
            else:
                control.observe(answer, names="value")

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
        """Draw the picture anew; can be given to `follow`."""
        with self.lock:
            figure = self.picture()
            self.alt = figure.alt
            self.image.value = self.draw(figure)

    def draw(self, figure):
        """The figure as PNG, fast rather than small."""
        return figure.png(compression=1)

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        with self.lock:
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
