"""Metrics by hand: put a fault into real digits, and see which numbers notice it."""

import ipywidgets as widgets
import numpy as np

from .. import datasets, judges, metrics, plots, theme
from .explorer import Explorer, choice, slider

MOST, REFERENCE = 300, 500  # enough for numbers, few enough to answer at once
RATIOS = ("precision", "recall", "density", "coverage", "classes", "sharpness", "diversity")


class MetricExplorer(Explorer):
    """Sliders put faults into test digits; the pictures and every metric follow.

    The reference is 500 training digits, of which copies are made too; the grey line at 1 is
    what test digits without a fault score, all 300 of them.
    """

    def __init__(self):
        training = datasets.load_mnist("train", seed=0)[0][:REFERENCE]
        images, labels = datasets.load_mnist("test", seed=0)
        self.training, self.held_out = training, images[MOST : 2 * MOST]
        self.images, self.labels = images[:MOST], labels[:MOST]
        self.judge = judges.load_judge()
        self.reference = self.judge.features(training)
        self.statistics = metrics.feature_statistics(self.reference)
        self.noise = slider(widgets.FloatSlider, "noise", 0.0, min=0.0, max=0.6, step=0.05)
        self.blur = slider(widgets.FloatSlider, "blur, pixels", 0.0, min=0.0, max=2.0, step=0.1)
        self.lost = choice("lost class", ["none", *map(str, range(10))], "none")
        self.copies = slider(widgets.FloatSlider, "copied share", 0.0, min=0.0, max=1.0, step=0.05)
        self.num = slider(widgets.IntSlider, "samples", MOST, min=100, max=MOST, step=20)
        self.perfect = self.measure(self.images)
        controls = (self.noise, self.blur, self.lost, self.copies, self.num)
        self.follow(self.refresh, *controls)
        self.arrange([controls[:2], controls[2:4], controls[4:]], width=760)

    def samples(self):
        """The digits with the faults that the controls ask for."""
        lost = self.lost.value  # read once: another thread may set it meanwhile
        lost = [] if lost == "none" else int(lost)
        images = datasets.lose_classes(self.images, self.labels, lost)[: self.num.value]
        images = datasets.mix_in_copies(images, self.training, self.copies.value)
        return datasets.add_noise(datasets.blur(images, self.blur.value), self.noise.value)

    def measure(self, images):
        """Every metric of these images, as a dictionary."""
        features, logits = self.judge.features_and_logits(images)
        precision, recall = metrics.precision_recall(self.reference, features)
        density, coverage = metrics.density_coverage(self.reference, features)
        statistics = metrics.feature_statistics(features)
        return {
            "frechet": metrics.frechet_distance(statistics, self.statistics),
            "kernel": metrics.kernel_distance(features, self.reference),
            "copying": metrics.copying_z(images, self.held_out, self.training),
            "precision": precision,
            "recall": recall,
            "density": density,
            "coverage": coverage,
            "classes": metrics.inception_score(logits),
            "sharpness": metrics.sharpness_ratio(images, self.held_out),
            "diversity": metrics.diversity_ratio(images, self.held_out),
        }

    def picture(self):
        images = self.samples()
        return draw(images[:48], self.measure(images), self.perfect)


@plots.themed
def draw(images, measured, perfect):
    """The picture: samples, and each metric relative to that of digits without a fault."""
    names = {name: name for name in RATIOS} | {"classes": "inception-style"}
    distances = (
        f"Fréchet distance {measured['frechet']:.1f} (no fault: {perfect['frechet']:.1f})    "
        f"kernel distance {measured['kernel']:.0f} ({perfect['kernel']:.0f})    "
        f"copying z {measured['copying']:+.1f} ({perfect['copying']:+.1f})"
    )
    listed = ", ".join(f"{names[key]} {measured[key]:.2f}" for key in RATIOS)
    figure = plots.Figure(figsize=(7.6, 3.7), alt=f"Samples and metrics: {distances}; {listed}.")
    grid, bars = figure.subplots(1, 2, width_ratios=(1.15, 1))
    grid.imshow(plots.tile(images, 8), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    grid.set_axis_off()
    ratios = np.array([measured[key] / perfect[key] for key in RATIOS])
    bars.barh([names[key] for key in RATIOS], np.minimum(ratios, 2), color=theme.FAKE, height=0.6)
    for row, key in enumerate(RATIOS):
        bars.text(2.08, row, f"{measured[key]:.2f}", va="center", fontsize=9)
    bars.axvline(1, color=theme.NEUTRAL, lw=1.2)
    bars.set(xlim=(0, 2), xlabel="relative to digits without a fault")
    bars.invert_yaxis()
    bars.grid(axis="y", visible=False)
    plots.title_above(figure, distances)
    return figure
