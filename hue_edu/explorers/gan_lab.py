"""The GAN lab: a GAN in the plane, one press of a button at a time."""

import ipywidgets as widgets
import numpy as np

from .. import datasets, losses, metrics, plots, theme
from ..training.planar import PlanarGAN, PlanarSettings
from .explorer import Explorer, choice, slider

NUM_SHOWN, NUM_ARROWS, NUM_MEASURED = 300, 60, 1000
BORDERS = {"minimax": 0.0, "non_saturating": 0.0, "hinge": 0.0, "least_squares": 0.5}


class GanLab(Explorer):
    """Choose data, loss and penalty; step D, step G, step both, or run and pause.

    Args:
        data: One of `datasets.PLANAR`.
        settings: `PlanarSettings` to begin with.
        seed: Of data, weights and z; a new lab with the same seed does the same.

    Attributes:
        gan: The `PlanarGAN`.
        history: Dictionary of lists: step, d_loss, g_loss, jsd, floor, modes.
    """

    def __init__(self, data="ring", settings=None, seed=0):
        self.seed = seed
        self._make_controls(data, settings or PlanarSettings())
        self.view = themed_view()
        self._start_anew()
        rows = [
            [self.data, self.loss, self.latent_dim],
            [self.penalty, self.penalty_weight, self.d_steps],
            [self.d_rate, self.g_rate, self.steps_a_frame],
            [self.step_d, self.step_g, self.step_both, self.play, self.reset],
            [self.status],
        ]
        self.arrange(rows, width=820)

    def _make_controls(self, data, settings):
        self.data = choice("data", datasets.PLANAR, data)
        self.loss = choice("loss", losses.ADVERSARIAL_LOSSES, settings.loss)
        self.penalty = choice("penalty", ("none", *losses.PENALTIES), settings.penalty)
        log = {"base": 10, "step": 0.25, "readout_format": ".2g"}
        self.penalty_weight = slider(
            widgets.FloatLogSlider, "its weight", settings.penalty_weight, min=-3, max=1.5, **log
        )
        self.g_rate = slider(
            widgets.FloatLogSlider, "rate of G", settings.g_learning_rate, min=-4, max=-1, **log
        )
        self.d_rate = slider(
            widgets.FloatLogSlider, "rate of D", settings.d_learning_rate, min=-4, max=-1, **log
        )
        self.d_steps = slider(widgets.IntSlider, "steps of D", settings.d_steps, min=1, max=10)
        self.latent_dim = slider(widgets.IntSlider, "size of z", settings.latent_dim, min=1, max=16)
        self.steps_a_frame = slider(widgets.IntSlider, "steps per frame", 10, min=1, max=50)
        self.step_d, self.step_g, self.step_both, self.reset = (
            widgets.Button(description=text, tooltip=tip, layout=widgets.Layout(width="100px"))
            for text, tip in (
                ("Step D", "one step of the discriminator"),
                ("Step G", "one step of the generator"),
                ("Step both", "D, then G, for the steps of one frame"),
                ("Reset", "new networks from the same seed"),
            )
        )
        self.play = widgets.Play(min=0, max=1_000_000, interval=30, description="run, pause")
        self.status = widgets.HTML()
        restarting = self.data, self.loss, self.penalty, self.latent_dim, self.reset
        self.follow(self.restart, *restarting)
        self.follow(self._retune, self.penalty_weight, self.g_rate, self.d_rate, self.d_steps)
        self.follow(lambda _: self.advance(self.gan.step_discriminator, "d_loss"), self.step_d)
        self.follow(lambda _: self.advance(self.gan.step_generator, "g_loss"), self.step_g)
        self.follow(self.frame, self.step_both, self.play)

    def settings(self):
        """What the controls say, as `PlanarSettings`."""
        return PlanarSettings(
            loss=self.loss.value,
            penalty=self.penalty.value,
            penalty_weight=self.penalty_weight.value,
            g_learning_rate=self.g_rate.value,
            d_learning_rate=self.d_rate.value,
            d_steps=self.d_steps.value,
            latent_dim=self.latent_dim.value,
        )

    def restart(self, change=None):
        """New networks; called when data, loss, penalty or the size of z change."""
        with self.lock:
            self._start_anew()
            self.refresh()

    def _start_anew(self):
        self.real = datasets.make_planar(self.data.value, 4000, self.seed)
        self.gan = PlanarGAN(self.real.points, self.settings(), self.seed)
        points = self.real.points
        measured = points[:NUM_MEASURED], points[NUM_MEASURED : 2 * NUM_MEASURED]
        self.floor = metrics.histogram_jsd(*measured, self.view.limit)
        keys = ("step", "d_loss", "g_loss", "jsd", "floor", "modes")
        self.history = {key: [] for key in keys}
        self._last = {"d_loss": float("nan"), "g_loss": float("nan")}
        self.fake = self.gan.generate(NUM_MEASURED, self.seed)
        self.view.show_data(points[:NUM_SHOWN], self.real.places)
        self.failed = False

    def _retune(self, change=None):
        """Let the running networks take new rates, weight and number of steps."""
        self.gan.g_optimizer.learning_rate = self.g_rate.value
        self.gan.d_optimizer.learning_rate = self.d_rate.value
        self.gan.penalty_weight.assign(self.penalty_weight.value)
        self.gan.d_steps = self.d_steps.value

    def frame(self, change=None):
        """As many steps of both players as a frame has, then a new picture."""
        self.advance(lambda: self.gan.run(self.steps_a_frame.value), "d_loss", "g_loss")

    def advance(self, train, *names):
        """Call `train`, note the losses that it returns under their names, and draw.

        After a loss or a weight that is no finite number nothing moves until Reset.
        """
        with self.lock:
            if self.failed:
                return
            self._last.update(zip(names, np.atleast_1d(train()).tolist()))
            finite = all(np.isfinite(self._last[name]) for name in names)
            self.failed = not (finite and self.gan.is_finite())
            if not self.failed:
                self._measure()
            self.refresh()

    def _measure(self):
        self.fake = self.gan.generate(NUM_MEASURED, self.seed)
        modes, self.near = metrics.mode_coverage(self.fake, self.real.places, self.real.reach)
        jsd = metrics.histogram_jsd(self.fake, self.real.points[:NUM_MEASURED], self.view.limit)
        values = (
            self.gan.steps_done, self._last["d_loss"], self._last["g_loss"], jsd, self.floor, modes,
        )  # fmt: skip
        for key, value in zip(self.history, values):
            self.history[key].append(value)

    def verdict(self, scores):
        """D's scores from 0, fake, to 1, real, stretched to the full range: for colours only."""
        border = BORDERS.get(self.loss.value, np.median(scores))  # a critic has none of its own
        sure = np.abs(scores - border).max() + 1e-9
        return 0.5 + 0.5 * (scores - border) / sure

    def picture(self):
        if not self.failed:
            fake = self.fake[:NUM_SHOWN]
            verdict = self.verdict(self.gan.score(self.view.lattice))
            self.view.update_picture(fake, verdict, self.gan.pull(fake[:NUM_ARROWS]), self.history)
        self.status.value = self.view.alt = self._describe()
        return self.view

    def draw(self, figure):
        return figure.frame()

    def _describe(self):
        if self.failed:
            return (
                f"Stopped at step {self.gan.steps_done:,}: a loss or a weight is no longer a "
                "finite number. Try a smaller rate or a penalty, then press Reset."
            )
        loss, penalty = map(theme.readable, (self.loss.value, self.penalty.value))
        if not self.history["step"]:
            return f"{self.data.value}, {loss}, penalty {penalty}: step 0."
        last = {key: values[-1] for key, values in self.history.items()}
        return (
            f"{self.data.value}, {loss}, penalty {penalty}: step {last['step']:,}, "
            f"modes {last['modes']} of {len(self.real.places)}, {100 * self.near:.0f}% of "
            f"samples near one, JSD {last['jsd']:.3f} (floor {last['floor']:.3f})."
        )


@plots.themed
def themed_view():
    """An empty picture in the course's theme."""
    return plots.PlanarView()
