"""The Dirac-GAN by hand: choose start, method and step size, and see where it goes."""

import ipywidgets as widgets
import numpy as np

from .. import plots, theme, theory
from .explorer import Explorer, choice, slider

LIMIT = 2.5


class DiracExplorer(Explorer):
    """The path of the two players in the plane of θ and ψ, and its distance from the solution.

    Args:
        method: A key of `theory.DIRAC_METHODS`.
    """

    def __init__(self, method="minimax"):
        self.method = choice("method", theory.DIRAC_METHODS, method)
        place = {"live": True, "min": -2.0, "max": 2.0, "step": 0.1}
        self.theta = slider(widgets.FloatSlider, "start θ", 1.0, **place)
        self.psi = slider(widgets.FloatSlider, "start ψ", -1.0, **place)
        self.strength = slider(
            widgets.FloatSlider, "strength", 0.0, live=True, min=0.0, max=2.0, step=0.05
        )
        self.step_size = slider(
            widgets.FloatSlider, "step size h", 0.2, live=True, min=0.02, max=1.0, step=0.02
        )
        self.alternating = widgets.Checkbox(value=False, description="take turns", indent=False)
        self._follow_method()
        self.follow(self._follow_method, self.method)
        controls = (
            self.method, self.strength, self.theta, self.psi, self.step_size, self.alternating,
        )  # fmt: skip
        self.follow(self.refresh, *controls)
        rows = [controls[:2], controls[2:4], controls[4:]]
        self.arrange(rows, width=760)

    def _follow_method(self, change=None):
        """Set the strength to the usual one of the method, and name it."""
        method = theory.DIRAC_METHODS[self.method.value]
        self.strength.disabled = method.strength is None
        self.strength.description = method.symbol or "no strength"
        self.strength.value = method.strength or 0.0

    def trajectory(self, num_steps=500):
        """The path that the controls ask for, shape (num_steps + 1, 2)."""
        with np.errstate(over="ignore"):
            return theory.dirac_trajectory(
                (self.theta.value, self.psi.value), self.method.value, self.step_size.value,
                num_steps, self.alternating.value, self.strength.value,
            )  # fmt: skip

    def picture(self):
        path = self.trajectory()
        method, strength = self.method.value, self.strength.value
        return draw(
            method, path, lambda theta, psi: theory.dirac_field(theta, psi, method, strength)
        )


@plots.themed
def draw(method, path, field):
    """The picture: portrait with path, and distance from the solution over the steps."""
    radius = np.hypot(*path.T)
    end = "comes to rest" if radius[-1] < 0.01 else "ends"
    title = f"{theme.readable(method)} {end} at distance {radius[-1]:.2g} from the solution"
    figure = plots.Figure(
        figsize=(7.6, 3.7),
        alt=f"Dirac-GAN: {title} after {len(path) - 1} steps from "
        f"({path[0][0]:.1f}, {path[0][1]:.1f}), where it was {radius[0]:.2f}.",
    )
    portrait, curve = figure.subplots(1, 2)
    plots.draw_portrait(portrait, field, np.clip(path, -9, 9), LIMIT)
    portrait.set(xlabel="$\\theta$, the fake point", ylabel="$\\psi$, slope of D")
    curve.plot(radius, color=theme.LATENT, lw=1.5)
    curve.axhline(radius[0], color=theme.NEUTRAL, ls="--", lw=1)
    curve.set(xlabel="step", ylabel="distance from the solution", yscale="log")
    plots.plain_log_ticks(curve.yaxis)
    curve.set_ylim(max(1e-7, radius.min() / 2), min(1e3, max(4, 2 * radius.max())))
    plots.title_above(figure, title)
    return figure
