"""Figures: the right pixels, alt text, no leaks."""

import base64
import re
import struct
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from PIL import Image

from hue_edu import datasets, plots, theme

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
        "areas": plots.plot_areas(x, {"a": {"p": (x, "red")}}, {"a": x}, "x", "title"),
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
        about = metadata["image/png"]
        assert (width, height) == pytest.approx((2 * about["width"], 2 * about["height"]), abs=2)
        assert 100 < about["width"] < 1000 and 50 < about["height"] < 1000, name
        assert data["text/plain"] == about["alt"] == figure.alt, name
        assert len(figure.alt) > 10, name


def test_titles_and_axes_are_labelled(images):
    found = figures(images)
    for name in ("curves", "points"):
        (ax,) = found[name].axes
        assert ax.get_title(loc="left") == "title" and ax.get_xlabel() and ax.get_ylabel()
    assert found["bars"].axes[0].get_xlabel() == "distance"
    assert [text.get_text() for text in found["curves"].legends[0].texts] == ["a", "b"]


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


def colours(artist):
    return matplotlib.colors.to_hex(np.atleast_2d(artist.get_facecolor())[0], keep_alpha=False)


def legend(figure):
    (found,) = figure.legends or [ax.get_legend() for ax in figure.axes if ax.get_legend()]
    return [text.get_text() for text in found.texts]


def test_curves_are_the_data_in_the_given_colours():
    x = np.array([1.0, 2.0, 5.0])
    figure = plots.plot_curves(x, {"a": x**2, "b": (-x, theme.REAL)}, "step", "loss", yscale="log")
    (ax,) = figure.axes
    first, second = ax.lines
    np.testing.assert_array_equal(first.get_xydata(), np.stack([x, x**2], axis=1))
    np.testing.assert_array_equal(second.get_ydata(), -x)
    assert second.get_color() == theme.REAL and ax.get_yscale() == "log"
    assert legend(figure) == ["a", "b"] and figure.legends
    assert "loss over step for a, b" in figure.alt
    single = plots.plot_curves({"a": x + 1}, {"a": x}, "step", "loss", "t", alt="mine")
    np.testing.assert_array_equal(single.axes[0].lines[0].get_xdata(), x + 1)
    assert not single.legends and single.alt == "mine"


def test_losses_are_drawn_each_in_its_panel():
    scores = np.linspace(-2, 2, 5)
    found = {"one": {key: k + scores for k, key in enumerate(LOSS_KEYS)}}
    figure = plots.plot_losses(scores, found, "title", alt="alt")
    for k, ax in enumerate(figure.axes):
        np.testing.assert_array_equal(ax.lines[0].get_ydata(), k + scores)
        assert bool(ax.get_xlabel()) == (k >= 2)
    assert ["slope" in ax.get_title(loc="left") for ax in figure.axes] == [False, True] * 2
    assert ["L_G" in ax.get_title(loc="left") for ax in figure.axes] == [True, True, False, False]
    assert [ax.get_ylim() for ax in figure.axes] == [(-3.2, 4.5), (-2.2, 1.2)] * 2
    assert legend(figure) == ["one"] and figure.alt == "alt"


def test_bars_have_their_length_their_number_and_their_colour():
    values = {"a": 1.234, "b": 100.0, "c": 99.94}
    figure = plots.plot_bars(values, "distance", "title", colours={"b": theme.FAKE})
    (ax,) = figure.axes
    assert [bar.get_width() for bar in ax.patches] == list(values.values())
    assert [colours(bar) for bar in ax.patches] == [
        c.lower() for c in (theme.NEUTRAL, theme.FAKE, theme.NEUTRAL)
    ]
    assert [text.get_text() for text in ax.texts] == ["1.23", "100", "99.9"]
    assert ax.yaxis_inverted() and figure.alt == "distance: a 1.234, b 100, c 99.94."


def test_points_have_the_colours_of_their_role():
    real, fake = np.array([[0.0, 1.0], [0.5, 0.0]]), np.array([[-2.0, 0.0]])
    figure = plots.plot_points({"real": real, "fake": fake}, "title")
    (ax,) = figure.axes
    for points, xy, colour in zip(ax.collections, (real, fake), (theme.REAL, theme.FAKE)):
        np.testing.assert_array_equal(points.get_offsets(), xy)
        assert colours(points) == colour.lower()
    assert ax.get_xlim() == ax.get_ylim() == pytest.approx((-2.2, 2.2)) and legend(figure)
    alone = plots.plot_points({"real": real}, limit=3)
    assert alone.axes[0].get_xlim() == (-3, 3) and not alone.legends


def test_clouds_put_real_and_fake_into_each_square():
    real, fake = np.zeros((2, 2)), np.ones((3, 2))
    figure = plots.plot_clouds({c: (real, fake + k) for k, c in enumerate("abcd")}, "title")
    assert [ax.axison for ax in figure.axes] == 4 * [True]
    for k, ax in enumerate(figure.axes[:4]):
        assert ax.get_title(loc="left") == "abcd"[k] and ax.get_xlim() == (-1.4, 1.4)
        one, other = ax.collections
        np.testing.assert_array_equal(one.get_offsets(), real)
        np.testing.assert_array_equal(other.get_offsets(), fake + k)
        assert (colours(one), colours(other)) == (theme.REAL.lower(), theme.FAKE.lower())
    assert legend(figure) == ["real", "fake"] and "a, b, c, d" in figure.alt
    wide = plots.plot_clouds({"a": (real, fake)}, columns=3, limit=9)
    assert [ax.axison for ax in wide.axes] == [True, False, False]
    assert wide.get_figwidth() == figure.get_figwidth() == 4.8  # a phone shows it


def test_portraits_show_field_path_start_and_end():
    path = np.array([[1.0, -1.0], [0.5, -0.5], [0.1, 0.3]])
    panels = {name: (lambda t, p: (2 * p, -2 * t), path) for name in "ab"}
    figure = plots.plot_phase_portraits(panels, "title")
    first, second = figure.axes
    (arrows,) = first.collections
    x, y = arrows.get_offsets().T
    length = np.hypot(x, y) + 1e-12
    np.testing.assert_allclose(arrows.U, y / length, atol=1e-6)
    np.testing.assert_allclose(arrows.V, -x / length, atol=1e-6)
    line, start, end, target = first.lines
    np.testing.assert_array_equal(line.get_xydata(), path)
    np.testing.assert_array_equal(start.get_xydata(), path[:1])
    np.testing.assert_array_equal(end.get_xydata(), path[-1:])
    np.testing.assert_array_equal(target.get_xydata(), [[0, 0]])
    assert len(x) == 169 and first.get_xlim() == (-2, 2) and x.max() == y.max() == 2
    assert "theta" in first.get_xlabel() and "psi" in first.get_ylabel()
    assert first.get_title(loc="left") == "a" and not second.get_ylabel() and second.get_xlabel()
    many = plots.plot_phase_portraits({str(k): panels["a"] for k in range(5)}, limit=3.0)
    assert [ax.axison for ax in many.axes] == 5 * [True] + [False]
    assert many.axes[0].get_ylim() == (-3, 3) and not many.axes[1].get_xlabel()
    assert len(plots.plot_phase_portraits(panels, columns=1).axes) == 2


def test_rows_and_grids_show_their_images(images):
    figure = plots.plot_rows({"one": images, "two": -images}, "title", alt="alt")
    for ax, label, shown in zip(figure.axes, ("one", "two"), (images, -images)):
        assert ax.get_ylabel() == label and not ax.spines["left"].get_visible()
        np.testing.assert_array_equal(ax.images[0].get_array(), plots.tile(shown, 7))
        assert ax.images[0].get_clim() == (0, 255) and not len(ax.get_xticks())
    grid = plots.plot_image_grid(images, "title", columns=2)
    (ax,) = grid.axes
    np.testing.assert_array_equal(ax.images[0].get_array(), plots.tile(images, 2))
    assert ax.images[0].get_clim() == (0, 255) and not ax.axison
    assert ax.images[0].get_cmap().name == "gray" and grid.alt == "A grid of 7 images: title"
    assert plots.tile(images).shape == (3 * 5 - 1, 3 * 6 - 1)  # as square as possible
    assert plots.tile(images, columns=7, gap=0).shape == (4, 35)


def test_white_pictures_get_a_frame_and_others_none():
    black, white = -np.ones((1, 4, 4, 1), "float32"), np.ones((1, 4, 4, 1), "float32")
    speckled = black.copy()
    speckled[0, 0, :3] = 1  # ink at the edge of a digit
    plain = np.concatenate([black, speckled])
    np.testing.assert_array_equal(plots.framed(plain), datasets.to_uint8(plain))
    both = np.concatenate([black, white])
    (grid,), (first, last) = (
        plots.plot_image_grid(both, columns=2).axes,
        plots.plot_rows({"a": black, "b": white}).axes,
    )
    sheet = grid.images[0].get_array()
    assert sheet.shape == (6, 6 + 1 + 6) and sheet[2, 2] == 0 and sheet[2, 9] == 255
    assert (sheet[[0, -1], :6] == plots.images.FRAME).all() and (sheet[:, 6] == 255).all()
    for ax, shade in ((first, 0), (last, 255)):  # all of a figure keep the same size
        row = ax.images[0].get_array()
        assert (row[0] == plots.images.FRAME).all() and (row[1:-1, 1:-1] == shade).all()


def test_a_caption_stands_above_its_row(images):
    caption = "a large cyan two at the bottom left on a blue background"
    figure = plots.plot_rows({caption: images, "a five": images}, "two captions")
    assert [ax.get_title(loc="left") for ax in figure.axes] == [caption, "a five"]
    assert not any(ax.get_ylabel() for ax in figure.axes)
    figure.draw_without_rendering()
    (first, second) = figure.axes
    above = second._left_title.get_window_extent()
    assert second.get_window_extent().y1 <= above.y0
    assert above.y1 <= first.get_window_extent().y0
    assert first._left_title.get_window_extent().x1 <= figure.bbox.width


HISTORY = {
    "step": [10, 20], "d_loss": [1.0, 2.0], "g_loss": [0.5, np.nan], "jsd": [0.6, 0.2],
    "floor": [0.1, 0.1],
}  # fmt: skip


def test_the_labs_picture_shows_where_things_are():
    view = plots.PlanarView(limit=2.0, lattice=5)
    assert view.lattice.shape == (25, 2) and view.lattice[:5, 0].tolist() == [-2, -1, 0, 1, 2]
    assert set(view.lattice[:5, 1]) == {-2}
    real, places = np.array([[1.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    fake = np.array([[0.5, -0.5], [-1.0, 0.0], [0.2, 0.2]])
    view.show_data(real, places)
    verdict = (view.lattice[:, 1] > 0.5).astype(float)  # real above
    view.update_picture(fake, verdict, np.array([[0.0, 2.0], [1.0, 0.0]]), HISTORY)
    np.testing.assert_array_equal(view._real.get_offsets(), real)
    np.testing.assert_array_equal(view._fake.get_offsets(), fake)
    np.testing.assert_array_equal(view._places.get_offsets(), places)
    assert colours(view._real) == theme.REAL.lower() and colours(view._fake) == theme.FAKE.lower()
    np.testing.assert_allclose(view._arrows.get_offsets(), fake[:2])
    np.testing.assert_allclose(view._arrows.U, [0, 0.175])
    np.testing.assert_allclose(view._arrows.V, [0.35, 0])
    for name, key in (("D", "d_loss"), ("G", "g_loss"), ("jsd", "jsd"), ("floor", "floor")):
        np.testing.assert_array_equal(view._curves[name].get_ydata(), HISTORY[key])
        np.testing.assert_array_equal(view._curves[name].get_xdata(), [10, 20])
    low, high = view._axes["losses"].get_ylim()
    assert low == pytest.approx(0.5 - 0.2) and high == pytest.approx(2 + 0.6)
    assert view._axes["jsd"].get_xlim() == pytest.approx((0, 20.8))
    assert view._axes["jsd"].get_ylim() == pytest.approx((0, 1.4 * np.log(2)))  # JSD ≤ ln 2
    drawn = [view._curves[name].get_color() for name in ("D", "G", "jsd", "floor")]
    assert drawn == [theme.DISCRIMINATOR, theme.GENERATOR, theme.LATENT, theme.NEUTRAL]
    assert view._curves["floor"].get_linestyle() == "--"
    assert view._axes["losses"].get_ylabel() == "loss"
    assert "JSD" in view._axes["jsd"].get_ylabel() and view._axes["jsd"].get_xlabel()
    named = {name: ax.get_legend_handles_labels()[1] for name, ax in view._axes.items()}
    assert named["losses"] == ["$L_D$", "$L_G$"] and named["jsd"] == ["real, fake", "real, real"]
    assert named["plane"] == ["real", "fake"] and all(ax.get_legend() for ax in view._axes.values())
    assert all(len(ax.get_xticks()) <= 5 for ax in view._axes.values())  # text is slow to draw
    assert all(len(ax.get_yticks()) <= 5 for ax in view._axes.values())
    assert view._field.get_clim() == (0, 1) and "before its first step" in view.alt
    view.update_picture(fake, verdict, np.ones((1, 2)), {key: [] for key in HISTORY})
    assert view._axes["losses"].get_xlim() == pytest.approx((0, 10.4))


def test_a_frame_shows_the_arrows():
    view, fake = plots.PlanarView(limit=2.0, lattice=5), np.array([[0.0, 0.0]])
    view.show_data(fake, fake)
    frames = []
    for pull in ([[1.0, 0.0]], [[0.0, 1.0]]):
        view.update_picture(fake, np.full(25, 0.5), np.array(pull), HISTORY)
        frames.append(view.frame())
    assert frames[0] != frames[1]  # nothing else has changed


def test_the_ground_is_blue_where_d_says_real_and_the_right_way_up():
    from io import BytesIO

    from PIL import Image

    view = plots.PlanarView(limit=2.0, lattice=5)
    empty = np.zeros((1, 2)) + 50
    view.show_data(empty, empty)
    right_above = (view.lattice.sum(axis=1) > 0).astype(float)
    view.update_picture(empty, right_above, np.ones((1, 2)), HISTORY)
    for raw in (view.png(), view.frame()):
        pixels = np.asarray(Image.open(BytesIO(raw)).convert("RGB"), int)
        box = view._axes["plane"].get_window_extent()

        def at(x, y, pixels=pixels, box=box):
            column = box.x0 + box.width * (x + 2) / 4
            row = pixels.shape[0] - (box.y0 + box.height * (y + 2) / 4)
            return pixels[int(row), int(column)]

        red, _, blue = at(0.4, 1.2)
        assert blue > red + 20, "real, right and above: blue"
        red, _, blue = at(-0.4, -1.2)
        assert red > blue + 20, "fake, left and below: red"


def test_a_png_carries_its_alt_text_and_can_be_made_small(images):
    figure = plots.plot_image_grid(images, "title", alt="seven patterns")
    assert b"Description\x00seven patterns" in figure.png() and b"Software" not in figure.png()
    assert len(figure.png(compression=9)) < len(figure.png(compression=0))


def test_curves_without_a_role_have_no_colour_of_one():
    roles = {theme.REAL, theme.FAKE, theme.DISCRIMINATOR, theme.LATENT}
    assert not roles & {look["color"] for look in theme.OTHERS}
    assert len({(look["color"], look["ls"]) for look in theme.OTHERS}) == len(theme.OTHERS) == 7
    x = np.arange(3.0)
    given = {"real": (x, theme.REAL), **{str(k): x + k for k in range(8)}}
    real, *others = plots.plot_curves(x, given, "x", "y").axes[0].lines
    assert real.get_color() == theme.REAL and real.get_linestyle() == "-"
    looks = [(line.get_color(), line.get_linestyle()) for line in others]
    assert looks[:7] == [(look["color"], look["ls"]) for look in theme.OTHERS]
    assert looks[7] == looks[0]
    found = {name: dict.fromkeys(LOSS_KEYS, x) for name in ("hinge", "wasserstein")}
    for ax in plots.plot_losses(x, found).axes:
        assert [line.get_color() for line in ax.lines] == [color for color, _ in looks[:2]]


def test_areas_are_shaded_below_their_curves():
    x = np.linspace(0, 1, 5)
    panels = {name: {"p": (x, theme.REAL), "q": (1 - x, theme.FAKE)} for name in "abc"}
    figure = plots.plot_areas(x, panels, dict.fromkeys("abc", x**2), "x", "title", alt="alt")
    assert len(figure.axes) == 4 and figure.alt == "alt"
    for name, ax in zip("abc", figure.axes):
        assert ax.get_title(loc="left") == name
        np.testing.assert_array_equal(ax.lines[1].get_ydata(), 1 - x)
        assert ax.lines[0].get_color() == theme.REAL
        (area,) = ax.collections
        corners = area.get_paths()[0].vertices
        assert corners[:, 1].min() == 0 and corners[:, 1].max() == 1
        assert [0.5, 0.25] in corners.tolist()
    assert [bool(ax.get_xlabel()) for ax in figure.axes] == [False, False, True, True]
    assert legend(figure) == ["summed up", "p", "q"] and "shaded" not in figure.alt


def test_a_film_plays_its_frames_in_order_and_rests_on_the_last(images):
    frames = {f"step {k}": np.clip(images + k, -1, 1) for k in (-1, 0, 1)}
    film = plots.animate(frames, "digits", columns=7, seconds=0.5, zoom=3)
    data, metadata = film._repr_mimebundle_()
    raw = base64.b64decode(data["image/png"])
    assert metadata["image/png"]["alt"] == data["text/plain"] == film.alt
    assert film.alt == "Animation: digits. Frames: step -1, step 0, step 1."
    assert b"Description\x00Animation" in raw
    picture, seen, stays = Image.open(BytesIO(raw)), [], []
    assert picture.is_animated and picture.size == (3 * 41, 3 * 4 + 28)
    for k in range(picture.n_frames):
        picture.seek(k)
        if picture.info.get("duration"):
            stays.append(picture.info["duration"])
            seen.append(np.asarray(picture.convert("L"), float)[28:])
    assert stays[-3:] == [500, 500, 2000]
    assert picture.info["loop"] == 0  # for ever
    for found, shown in zip(seen[-3:], frames.values()):
        sheet = np.kron(plots.tile(shown, 7), np.ones((3, 3)))
        assert np.abs(found - sheet).mean() < 8


def test_a_page_gets_a_palette_only_where_that_saves_half():
    from hue_edu.plots.figure import _smaller

    x = np.arange(3.0)
    flat = plots.plot_curves(x, {"a": x}, "x", "y")
    noise = np.random.default_rng(0).uniform(-1, 1, (4, 28, 28, 3)).astype("float32")
    for figure, expected in ((flat, None), (plots.plot_image_grid(noise, "t"), None)):
        raw = figure.png(9, sharpness=2)
        small = _smaller(raw, figure.alt)
        assert small == raw or (len(small) <= len(raw) / 2 and b"PLTE" in small[:200])
        assert expected is None and b"Description" in small


def test_a_legend_of_long_names_stays_inside_its_figure():
    x = np.arange(3.0)
    for names in (
        [f"KL(p‖q) {k}: μ = 0.40, σ = 2.10" for k in range(4)],
        [f"R1 0.05, seed {k}" for k in range(7)],
        ["a", "b", "c"],
    ):
        figure = plots.plot_curves(x, dict.fromkeys(names, x), "x", "y", "title")
        figure.draw_without_rendering()
        box = figure.legends[0].get_window_extent()
        assert box.x0 >= 0 and box.x1 <= figure.bbox.width
    wide = plots.plot_curves(x, dict.fromkeys(["a" * 60, "b" * 60, "c" * 60], x), "x", "y", "title")
    assert wide.legends[0]._ncols == 1  # not even two fit


def test_the_title_of_bars_has_the_width_of_the_figure():
    values = {"control: real digits under noise": 365.0, "this DCGAN": 17.0}
    figure = plots.plot_bars(
        values, "distance", "Far below its controls, a long way from its floor"
    )
    figure.draw_without_rendering()
    box = figure._suptitle.get_window_extent()
    assert box.x0 < 20 and box.x1 <= figure.bbox.width and figure._suptitle.get_text()


def parse(html):
    """The caption, and the cells of each line, of a table in HTML."""
    lines = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in html.split("<tr>")[1:]]
    plain = [[re.sub(r"<[^>]+>", "", cell) for cell in line] for line in lines]
    return re.search(r"<caption[^>]*>(.*?)</caption>", html), plain


def test_a_table_writes_every_kind_of_cell():
    rows = {
        "r1 & co": {"share": 0.1234, "steps": 12345, "range": (2.0, 1.0, 3.5), "seeds": [1, 2]},
        "non_saturating": {"share": np.float32(0.5), "range": (0.25, 0.75), "good": np.True_,
                           "note": "<b>"},
        7: {"share": np.nan, "good": False, "steps": None, "range": (5, 4, 6)},
    }  # fmt: skip
    table = plots.table(rows, digits={"share": ".0%", "range": 1}, corner="loss", title="A & B")
    title, lines = parse(table._repr_html_())
    assert title[1] == "A &amp; B"
    assert lines == [
        ["loss", "share", "steps", "range", "seeds", "good", "note"],
        ["R1 &amp; co", "12%", "12,345", "2.0 (1.0 to 3.5)", "1 2", "", ""],
        ["non-saturating", "50%", "", "0.2 to 0.8", "", "yes", "&lt;b&gt;"],
        ["7", "–", "", "5 (4 to 6)", "", "no", ""],
    ]


def test_a_table_without_a_page_is_aligned_text():
    text = repr(plots.table({"a": [1.0, "x"], "bb": [10.0, "yy"]}, ["number", "text"], 1, "row"))
    assert text.splitlines() == ["row  number  text", "a       1.0  x", "bb     10.0  yy"]


def test_digits_of_a_column_come_before_those_of_a_row():
    rows = {"a": {"x": 0.123, "y": 0.123}, "b": {"x": 0.123, "y": 0.123}}
    table = plots.table(rows, digits={"x": 1, "a": 3})
    assert [line[1:] for line in parse(table._repr_html_())[1][1:]] == [
        ["0.1", "0.123"],
        ["0.1", "0.12"],
    ]


def test_a_table_shades_its_cells_and_keeps_them_readable():
    shades = {"a": {"x": 1.0, "y": -1.0}, "b": {"x": 0.0}}
    table = plots.table({"a": [1, 2], "b": [3, 4]}, "xy", shades=shades)
    behind = re.findall(r"background: (#\w+); color: black", table._repr_html_())
    assert behind == ["#f0c566", "#66aad1", "#ffffff"]
    assert re.findall(r'black"><span[^>]*>(\d)', table._repr_html_()) == list("123")


@pytest.mark.parametrize("name, label", [
    ("non_saturating", "non-saturating"), ("tutorial_dcgan", "tutorial DCGAN"),
    ("wgan_gp", "WGAN-GP"), ("dcgan_discriminator", "DCGAN discriminator"),
    ("hinge, r1", "hinge, R1"), ("within_class", "within class"), ("L_D", "L_D"),
    ("$x_1$ r1", "$x_1$ r1"), ("organ", "organ"), ("RpGAN + R1", "RpGAN + R1"),
    ("frechet_distance", "Fréchet distance"), ("a, from_logits=True", "a, from_logits=True"),
    ("dcgan, 30 s", "DCGAN, 30 s"),
])  # fmt: skip
def test_labels_are_readable(name, label):
    assert theme.readable(name) == label


SPOILT = {
    "[0, 1]": (lambda x: (x + 1) / 2, r"in \[0.\d+, 0.99\d+\]; use 2 \* images - 1"),
    "[0, 1] as float64": (lambda x: (x + 1.0).astype("float64") / 2, r"use 2 \* images"),
    "0 to 255 as float": (lambda x: np.round((x + 1) * 127.5), r"/ 127.5 - 1"),
    "whole numbers": (lambda x: np.round((x + 1) * 127.5).astype("int64"), "to_float"),
    "NaN": (lambda x: x * np.nan, "NaN"),
    "one pixel infinite": (lambda x: np.where(x == x.max(), np.inf, x), "NaN or infinity"),
    "beyond 1": (lambda x: 1.2 * x, "which scale is this"),
    "none": (lambda x: x[:0], "no images"),
    "one": (lambda x: x[0], "adds a channel"),
    "five channels": (lambda x: np.repeat(x, 5, axis=-1), "5 channels; expected 1, grey, or 3"),
    "bool": (lambda x: x > 0, "got bool"),
}


def test_a_film_keeps_its_colours(images):
    frames = {"first": datasets.tint(images, seed=0), "last": datasets.tint(images, seed=1)}
    picture = Image.open(BytesIO(plots.animate(frames, columns=7, zoom=1).png()))
    assert picture.mode == "RGB" and picture.size == (41, 32)
    for k, shown in zip((-2, -1), frames.values()):
        picture.seek(picture.n_frames + k)
        found = np.asarray(picture.convert("RGB"), float)
        assert np.abs(found[28:] - plots.tile(shown, 7)).mean() < 8
        assert found[:28].min() == 0 and found[:28].max() == 255  # black words on white


@pytest.mark.parametrize("side", [32, 64])
def test_pictures_in_colour_are_drawn_in_their_colours(side):
    colours = np.array([[1, -1, -1], [-1, 1, -1], [0, 0, 1]], "float32")
    images = np.ones((3, side, side, 3), "float32") * colours[:, None, None]
    assert plots.tile(images, 3).shape == (side, 3 * side + 2, 3)
    for figure in (
        plots.plot_image_grid(images, "three"),
        plots.plot_rows({"one": images, "other": images[::-1]}),
    ):
        drawn = np.asarray(Image.open(BytesIO(figure.png())).convert("RGB"))
        seen = set(map(tuple, drawn.reshape(-1, 3).tolist()))
        assert {(255, 0, 0), (0, 255, 0), (128, 128, 255)} <= seen


@pytest.mark.parametrize("spoil, message", SPOILT.values(), ids=SPOILT)
def test_images_of_another_scale_or_shape_are_not_drawn(spoil, message, images):
    bad = spoil(images)
    for draw in (
        plots.tile,
        plots.plot_image_grid,
        lambda x: plots.plot_rows({"a": x, "b": x}),
        lambda x: plots.animate({"a": x, "b": x}),
    ):
        with pytest.raises(ValueError, match=message):
            draw(bad)


def test_bytes_are_drawn_as_they_are_and_rows_are_checked_together(images):
    shades = np.round((images + 1) * 127.5).astype("uint8")
    for same in (shades, images.astype("float64"), images.astype("float16")):
        assert np.abs(plots.tile(same).astype(int) - plots.tile(images)).max() <= 1
    np.testing.assert_array_equal(plots.tile(shades), plots.tile(images))
    bright = np.clip((images + 1) / 2, 0, 1)  # in [0, 1], and right beside the others
    plots.plot_rows({"as made": images, "brighter": bright})
    for draw in (plots.plot_rows, plots.animate):
        with pytest.raises(ValueError, match=r"of the same shape, got \{'a'.*'b'"):
            draw({"a": images, "b": images[:2]})
    for columns in (0, -1, 1.5):
        with pytest.raises(ValueError, match="columns is"):
            plots.tile(images, columns=columns)
    assert plots.tile(images, columns=np.int64(7)).shape == plots.tile(images, columns=7).shape


NOTHING = {
    "curves": (lambda: plots.plot_curves([], {}, "x", "y"), "no curves"),
    "an empty curve": (lambda: plots.plot_curves([], {"a": []}, "x", "y"), "'a' holds no finite"),
    "a curve of NaN": (
        lambda: plots.plot_curves([1, 2], {"a": [np.nan] * 2}, "x", "y"), "'a' holds no finite"
    ),
    "x of another length": (
        lambda: plots.plot_curves([1, 2], {"a": [1, 2, 3]}, "x", "y"), r"shape \(3,\) over x"
    ),
    "areas": (lambda: plots.plot_areas([1], {}, {}, "x"), "no panels"),
    "losses": (lambda: plots.plot_losses([1], {}), "no losses"),
    "bars": (lambda: plots.plot_bars({}, "x"), "no bars"),
    "a bar of NaN": (lambda: plots.plot_bars({"a": np.nan}, "x"), "'a' is nan"),
    "points": (lambda: plots.plot_points({}), "no points"),
    "no point": (lambda: plots.plot_points({"a": np.zeros((0, 2))}), "'a' have the shape"),
    "points in space": (lambda: plots.plot_points({"a": np.ones((4, 3))}), r"expected \(num, 2\)"),
    "a point of NaN": (lambda: plots.plot_points({"a": [[0, np.nan]]}), "'a' hold NaN"),
    "clouds": (lambda: plots.plot_clouds({}), "no panels"),
    "a cloud of NaN": (
        lambda: plots.plot_clouds({"a": (np.ones((2, 2)), np.full((2, 2), np.nan))}), "'a' hold NaN"
    ),
    "portraits": (lambda: plots.plot_phase_portraits({}), "no portraits"),
    "table": (lambda: plots.table({}), "no rows"),
    "a short row": (lambda: plots.table({"a": [1]}, "xy"), "'a' has 1 cells for 2 columns"),
    "timeline": (lambda: plots.plot_timeline([]), "no events"),
    "rows": (lambda: plots.plot_rows({}), "no rows"),
    "frames": (lambda: plots.animate({}), "no frames"),
}  # fmt: skip


@pytest.mark.parametrize("draw, message", NOTHING.values(), ids=NOTHING)
def test_what_would_be_an_empty_picture_is_an_error(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


@pytest.mark.parametrize("name", ["x.jpg", "x", "x.npz"])
def test_a_figure_is_not_saved_under_another_kind_of_name(name, images, tmp_path):
    with pytest.raises(ValueError, match="end it in .png"):
        plots.save(plots.plot_image_grid(images), tmp_path / name)
    assert not list(tmp_path.iterdir())
    plots.save(plots.plot_image_grid(images), tmp_path / "X.PNG")


def test_a_long_title_takes_as_many_lines_as_it_needs():
    title = "500 steps, from the dot to the square: who reaches the cross? " * 2
    figure = plots.plot_clouds({"a": (np.zeros((2, 2)), np.ones((2, 2)))}, title)
    figure.draw_without_rendering()
    box = figure._suptitle.get_window_extent()
    assert box.x1 <= figure.bbox.width and figure._suptitle.get_text().count("\n") >= 2
