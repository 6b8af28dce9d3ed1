"""Latent space by hand: walk along the directions of z that change the picture most."""

import ipywidgets as widgets
import numpy as np

from .. import latent, plots
from .explorer import Explorer, slider

STEPS = np.linspace(-2.5, 2.5, 9)


class LatentExplorer(Explorer):
    """A slider for each main direction of z; the picture follows while a slider moves.

    Beside the picture stands a row for each direction: what its slider would do from here. With
    two latents the directions are z₁ and z₂ themselves.

    Args:
        sampler: z of (batch, latent_dim) → pictures, such as `gan.sampler` or `vae.sampler`.
        num: How many directions.
        seed: Of the z that the walk starts from; None for the origin.
    """

    def __init__(self, sampler, num=5, seed=None):
        self.sampler, self.latent_dim = sampler, sampler.input_shape[-1]
        self.directions = main_directions(sampler, min(num, self.latent_dim))
        self.start = np.zeros(self.latent_dim, "float32")
        if seed is not None:
            self.start = np.array(latent.sample_z(1, self.latent_dim, seed))[0]
        name = "z" if self.latent_dim == 2 else "direction"
        self.places = [
            slider(
                widgets.FloatSlider, f"{name} {k + 1}", place, live=True, min=-3, max=3, step=0.1
            )
            for k, place in enumerate((self.directions @ self.start).clip(-3, 3).tolist())
        ]
        self.rest = self.start - self.directions.T @ (self.directions @ self.start)
        self.follow(self.refresh, *self.places)
        self.arrange([self.places[k : k + 2] for k in range(0, len(self.places), 2)], width=620)

    def z(self):
        """Where the sliders stand: float32 of (latent_dim,)."""
        along = np.array([control.value for control in self.places])
        return (self.rest + along @ self.directions).astype("float32")

    def picture(self):
        z = self.z()
        rows = [z + (STEPS[:, None] - z @ d) * d for d in self.directions]
        pictures = self.sampler(np.concatenate([z[None], *rows]).astype("float32"), training=False)
        return draw(np.clip(pictures, -1, 1), [control.description for control in self.places])


def main_directions(sampler, num, samples=2000):
    """The directions of z along which pictures change most, as orthonormal rows.

    The linear map A that predicts pictures best, x ≈ x̄ + A z, is found by least squares; its
    right singular vectors with the largest singular values are returned. For two latents the
    two axes.

    Args:
        sampler: As in `LatentExplorer`.
        num: How many, at most the size of z.
        samples: Number of z drawn from the prior.

    Returns:
        Float array of shape (num, latent_dim).
    """
    latent_dim = sampler.input_shape[-1]
    if latent_dim == 2:
        return np.eye(2)[:num]
    z = np.array(latent.sample_z(samples, latent_dim, seed=0))
    parts = [np.array(sampler(part, training=False)) for part in np.split(z, samples // 500)]
    pictures = np.concatenate(parts).reshape(samples, -1)
    map_of_z = np.linalg.lstsq(z - z.mean(axis=0), pictures - pictures.mean(axis=0), rcond=None)[0]
    return np.linalg.svd(map_of_z.T, full_matrices=False)[2][:num]


@plots.themed
def draw(pictures, names):
    """The picture at z, and a row of pictures for each direction."""
    columns = len(STEPS)
    alt = (
        f"A picture at one z, and for each of {', '.join(names)} a row of {columns} pictures, "
        f"from {STEPS[0]} to {STEPS[-1]}."
    )
    figure = plots.Figure(figsize=(6.2, 0.3 + 0.42 * len(names)), alt=alt)
    here, around = figure.subplots(1, 2, width_ratios=(1, 2))
    here.imshow(plots.tile(pictures[:1]), vmin=0, vmax=255, interpolation="nearest")
    sheet = plots.tile(pictures[1:], columns)
    around.imshow(sheet, vmin=0, vmax=255, interpolation="nearest")
    here.set_axis_off()
    around.set(xticks=[], yticks=(np.arange(len(names)) + 0.5) * sheet.shape[0] / len(names))
    around.set_yticklabels(names)
    around.tick_params(length=0)
    around.spines[:].set_visible(False)
    around.grid(visible=False)
    return figure
