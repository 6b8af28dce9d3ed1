"""Figures: the right pixels, alt text, no leaks."""

import base64
import struct

import matplotlib
import numpy as np
import pytest

from hue_edu import plots

pytestmark = pytest.mark.core

LOSS_KEYS = ("g_loss", "g_slope", "d_loss", "d_slope_real")


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(-1, 1, (7, 4, 5, 1)).astype("float32")


def figures(images):
    x = np.arange(3)
    return {
        "grid": plots.plot_image_grid(images, "title"),
        "rows": plots.plot_rows({"one": images, "other": images}, "title"),
        "curves": plots.plot_curves(x, {"a": x, "b": (x, "red")}, "step", "loss", "title"),
        "bars": plots.plot_bars({"a": 1.5, "b": 20.0}, "distance", "title"),
        "points": plots.plot_points({"real": np.ones((3, 2)), "fake": -np.ones((3, 2))}, "title"),
        "players": plots.plot_two_players(),
        "timeline": plots.plot_timeline([(2013, "VAE"), (2014, "GAN")], "title"),
        "losses": plots.plot_losses(x, {"hinge": dict.fromkeys(LOSS_KEYS, x)}, "title"),
        "clouds": plots.plot_clouds({"a": (np.ones((3, 2)), np.zeros((3, 2)))}, "title"),
        "portraits": plots.plot_phase_portraits({"a": (lambda t, p: (p, -t), [(1, 1)])}, "title"),
        "view": plots.PlanarView(),
    }


def test_tile_puts_each_image_in_its_place(images):
    sheet = plots.tile(images, columns=3, gap=1)
    assert sheet.shape == (3 * 4 + 2, 3 * 5 + 2) and sheet.dtype == np.uint8
    np.testing.assert_array_equal(sheet[5:9, 6:11], np.round((images[4, :, :, 0] + 1) * 127.5))
    assert (sheet[4] == 255).all() and (sheet[10:, 6:] == 255).all()  # gaps and empty places
    assert plots.tile(np.zeros((2, 4, 5, 3))).shape == (4, 11, 3)


def test_every_figure_is_a_png_with_alt_text(images):
    for name, figure in figures(images).items():
        data, metadata = figure._repr_mimebundle_()
        png = base64.b64decode(data["image/png"])
        assert png.startswith(b"\x89PNG"), name
        width, height = struct.unpack(">II", png[16:24])
        assert 100 < width < 1200 and 50 < height < 1000, name
        assert data["text/plain"] == metadata["image/png"]["alt"] == figure.alt, name
        assert len(figure.alt) > 10, name


def test_titles_and_axes_are_labelled(images):
    found = figures(images)
    for name in ("curves", "points"):
        (ax,) = found[name].axes
        assert ax.get_title(loc="left") == "title" and ax.get_xlabel() and ax.get_ylabel()
    assert found["bars"].axes[0].get_xlabel() == "distance"
    assert [text.get_text() for text in found["curves"].axes[0].get_legend().texts] == ["a", "b"]


def test_plots_leave_no_open_figures_and_no_changed_settings(images):
    before = dict(matplotlib.rcParams)
    figures(images)
    assert dict(matplotlib.rcParams) == before
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


def test_a_figure_is_saved_whole(images, tmp_path):
    path = tmp_path / "deep" / "grid.png"
    plots.save(plots.plot_image_grid(images, "title"), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in path.parent.iterdir()] == ["grid.png"]


def test_given_alt_text_is_kept(images):
    assert plots.plot_image_grid(images, "title", alt="seven patterns").alt == "seven patterns"
