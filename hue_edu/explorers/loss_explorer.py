"""One score, one loss: its value, and the gradients that reach the two players."""

import ipywidgets as widgets
import numpy as np

from .. import losses, plots, theme
from .explorer import Explorer, choice, slider

FORMULAS = {
    "minimax": (
        r"$L_D = -\log\,\sigma(s_{real}) - \log(1-\sigma(s_{fake}))$",
        r"$L_G = \log(1-\sigma(s))$",
    ),
    "non_saturating": (
        r"$L_D = -\log\,\sigma(s_{real}) - \log(1-\sigma(s_{fake}))$",
        r"$L_G = -\log\,\sigma(s)$",
    ),
    "least_squares": (
        r"$L_D = \frac{1}{2}(s_{real}-1)^2 + \frac{1}{2}s_{fake}^2$",
        r"$L_G = \frac{1}{2}(s-1)^2$",
    ),
    "hinge": (
        r"$L_D = \max(0, 1-s_{real}) + \max(0, 1+s_{fake})$",
        r"$L_G = -s$",
    ),
    "wasserstein": (r"$L_C = s_{fake} - s_{real}$", r"$L_G = -s$"),
    "relativistic": (
        r"$L_D = -\log\,\sigma(s_{real} - s_{fake})$",
        r"$L_G = -\log\,\sigma(s - s_{real})$, drawn for $s_{real} = 0$",
    ),
}
SCORES = np.linspace(-4, 4, 81)


class LossExplorer(Explorer):
    """A slider for the score, a list for the loss; values and slopes with the formula beside.

    Args:
        loss: A key of `losses.ADVERSARIAL_LOSSES`.
        score: From -4 to 4.
    """

    def __init__(self, loss="non_saturating", score=-2.0):
        self.score = slider(
            widgets.FloatSlider, "score s", score, live=True, min=-4.0, max=4.0, step=0.1
        )
        self.loss = choice("loss", losses.ADVERSARIAL_LOSSES, loss)
        self._curves = {}
        self.follow(self.refresh, self.score, self.loss)
        self.arrange([[self.score, self.loss]], width=760)

    def curves(self):
        """`losses.over_scores` of the chosen loss, computed once."""
        name = self.loss.value
        if name not in self._curves:
            self._curves[name] = losses.over_scores(name, SCORES)
        return self._curves[name]

    def picture(self):
        here = losses.over_scores(self.loss.value, [self.score.value])
        here = {key: float(value[0]) for key, value in here.items()}
        return draw(self.loss.value, self.score.value, SCORES, self.curves(), here)


@plots.themed
def draw(name, score, scores, curves, here):
    """The picture: losses and slopes over the score, a dot where we are, formula and numbers."""
    wants = "up" if here["g_slope"] < 0 else "down" if here["g_slope"] > 0 else "nowhere"
    alt = (
        f"Loss {theme.readable(name)} at score {score:.1f}: L_G {here['g_loss']:.3f} with slope "
        f"{here['g_slope']:.3f}, so G wants the score {wants}; L_D {here['d_loss']:.3f}, with "
        f"slope {here['d_slope_real']:.3f} on real and {here['d_slope_fake']:.3f} on fake samples."
    )
    figure = plots.Figure(figsize=(7.6, 4.1), alt=alt)
    top, axes = figure.subfigures(2, 1, height_ratios=(0.62, 2)), None
    for place, line in zip((0.72, 0.22), FORMULAS[name]):
        top[0].text(0.03, place, line, fontsize=13, va="center")
    numbers = (
        f"s = {score:.1f}    $L_G$ = {here['g_loss']:.3f}, slope {here['g_slope']:+.3f}: "
        f"G wants s {wants}\n$L_D$ = {here['d_loss']:.3f}, slope on real "
        f"{here['d_slope_real']:+.3f}, on fake {here['d_slope_fake']:+.3f}"
    )
    top[0].text(0.47, 0.5, numbers, fontsize=9.5, va="center", linespacing=1.6)
    axes = top[1].subplots(1, 2)
    lines = (
        (0, "g_loss", "$L_G$ of a fake with score s", theme.GENERATOR, "-"),
        (0, "d_loss", "$L_D$ if all get score s", theme.DISCRIMINATOR, "-"),
        (1, "g_slope", "to G", theme.GENERATOR, "-"),
        (1, "d_slope_real", "to D, on real", theme.DISCRIMINATOR, "-"),
        (1, "d_slope_fake", "to D, on fake", theme.DISCRIMINATOR, "--"),
    )
    for column, key, label, colour, style in lines:
        wide = {"lw": 4.5, "alpha": 0.5} if colour == theme.GENERATOR else {"lw": 1.8}
        axes[column].plot(scores, curves[key], style, color=colour, label=label, **wide)
        axes[column].plot(score, here[key], "o", color=colour, ms=6)
    axes[0].set(xlabel="score s", title="Loss")
    axes[1].set(xlabel="score s", title="Slope of the loss", ylim=(-3, 3))
    for ax in axes:
        ax.axvline(score, color=theme.HIGHLIGHT, lw=1)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=3, fontsize=8.5)
    return figure
