"""Explorers: every control changes the picture; no argument that a widget does not know."""

import base64
import json
import re
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ipywidgets as widgets
import keras
import numpy as np
import pytest
from conftest import ROOT

from hue_edu import (
    datasets,
    explorers,
    latent,
    losses,
    metrics,
    models,
    plots,
    studio,
    theme,
    theory,
)  # fmt: skip
from hue_edu.explorers import latent_explorer
from hue_edu.training import PlanarSettings

pytestmark = [
    pytest.mark.core,
    # a misspelt or unknown widget option only warns, and is then ignored
    pytest.mark.filterwarnings("error:Passing unrec:DeprecationWarning"),
]
ALL = (
    explorers.LossExplorer,
    explorers.DiracExplorer,
    explorers.GanLab,
    explorers.MetricExplorer,
    lambda: explorers.LatentExplorer(linear_sampler(5)),
    lambda: explorers.HueStudio(untrained()),
)


def linear_sampler(latent_dim):
    """z → 4×4 pictures; the k-th pixel is z_k, the later the more."""
    scale = np.zeros((latent_dim, 16), "float32")
    scale[range(latent_dim), range(latent_dim)] = 0.05 * (1 + np.arange(latent_dim))
    layer = keras.layers.Dense(16, use_bias=False)
    shape = keras.layers.Reshape((4, 4, 1))
    sampler = keras.Sequential([keras.Input((latent_dim,)), layer, shape])
    layer.set_weights([scale])
    return sampler


def untrained():
    keras.utils.set_random_seed(0)
    return models.build_text_generator()


@pytest.fixture(scope="module")
def lab():
    return explorers.GanLab()


def png(explorer):
    return bytes(explorer.image.value)


def test_unknown_widget_options_are_noticed():
    with pytest.raises(DeprecationWarning, match="Passing unrec"):
        widgets.IntSlider(no_such_option=1)


@pytest.mark.parametrize("make", ALL)
def test_an_explorer_shows_a_widget_and_leaves_a_picture(make):
    explorer = make()
    data, metadata = explorer._repr_mimebundle_()
    still = base64.b64decode(data["image/png"])  # for a page without a kernel: twice as sharp
    assert png(explorer).startswith(b"\x89PNG") and still.startswith(b"\x89PNG")
    assert struct.unpack(">II", still[16:24]) == pytest.approx(
        2 * np.array(struct.unpack(">II", png(explorer)[16:24])), abs=2
    )
    assert data["text/plain"] == metadata["image/png"]["alt"] and len(explorer.alt) > 30
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.widget.model_id and view["version_major"] == 2


def at_once(*jobs):
    """Run each function in a thread of its own; raises what one of them raised."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        for job in [pool.submit(job) for job in jobs]:
            job.result()


def use(control):
    """Press a button, or set a control to another value."""
    if isinstance(control, widgets.Button):
        control.click()
    elif isinstance(control, widgets.Dropdown):
        control.index = (control.index + 1) % len(control.options)
    elif isinstance(control, widgets.Text):
        control.value += " "
    elif isinstance(control, widgets.Checkbox):
        control.value = not control.value
    else:
        control.value = control.min if control.value > control.min else control.max


def controls(explorer):
    """The controls that an explorer answers to."""
    shown = [control for row in explorer.widget.children[:-1] for control in row.children]
    mute = getattr(explorer, "steps_a_frame", None)  # is read when the next frame comes
    return [c for c in shown if not isinstance(c, widgets.HTML) and c is not mute]


def explorer_cells():
    """The text of each lesson's cell that makes an explorer, named by the explorer.

    But for the latent explorer, which shows the VAE that its lesson has trained.
    """
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"])
            found = re.search(r"explorers\.((?!Latent)[A-Z]\w+)", text)
            if cell["cell_type"] == "code" and found:
                yield pytest.param(text, id=found[1])


@pytest.mark.parametrize("text", list(explorer_cells()))
def test_a_lessons_explorer_runs_alone_with_its_import(text):
    before, last = text.rsplit("\n", 1)
    names = {}
    exec(before, names)
    data, _ = eval(last, names)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data and "image/png" in data


@pytest.mark.parametrize("make", ALL)
def test_every_control_waits_while_another_thread_is_at_work(make):
    explorer, drawn = make(), []
    figure = explorer.picture()
    explorer.picture = lambda: drawn.append(figure) or figure
    threads = [threading.Thread(target=use, args=(c,)) for c in controls(explorer)]
    with explorer.lock:
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        assert drawn == [] and all(thread.is_alive() for thread in threads)
    for thread in threads:
        thread.join()
    assert len(drawn) >= len(threads) - 4  # the lab's rates and weight are not drawn


def test_only_follow_registers_callbacks():
    folder = Path(explorers.__file__).parent
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    for way in (".observe(", ".on_click(", ".on_msg(", "link("):
        found = {name for name, text in texts.items() if way in text}
        assert found <= {"explorer.py"}, way


def one_at_a_time(method):
    """The method, which refuses to be entered by two threads at once."""
    free = threading.Semaphore()

    def called():
        assert free.acquire(blocking=False), "two threads are in it at once"
        try:
            return method()
        finally:
            free.release()

    return called


@pytest.mark.parametrize("make", [make for make in ALL if make is not explorers.GanLab])
def test_threads_that_move_controls_at_once_leave_the_picture_of_the_last_values(make):
    explorer = make()
    explorer.picture = one_at_a_time(explorer.picture)

    def move(control):
        for _ in range(3):
            use(control)

    at_once(*[lambda c=c: move(c) for c in controls(explorer)[:4]])
    assert png(explorer) == explorer.draw(explorer.picture())


def test_the_lab_can_be_reset_and_changed_while_it_plays(caplog):
    lab, said, over = explorers.GanLab(), [], threading.Event()
    lab.status.observe(lambda change: said.append(change["new"]), names="value")

    def play():
        while not over.is_set():
            use(lab.play)

    def reset():
        for _ in range(4):
            use(lab.reset)
            time.sleep(0.05)

    def change():
        for control in (lab.data, lab.g_rate, lab.penalty, lab.penalty_weight):
            use(control)

    def change_then_end():
        try:
            at_once(reset, change)
        finally:
            over.set()

    at_once(play, change_then_end)
    assert "Exception" not in caplog.text  # where ipywidgets leaves what a button's callback raises
    assert said and not lab.failed and "no longer" not in " ".join(said)
    use(lab.reset)
    use(lab.play)
    assert lab.history["step"] == [lab.steps_a_frame.value]


def changes(explorer, control, value):
    before = png(explorer)
    control.value = value
    return png(explorer) != before


@pytest.mark.parametrize("loss", losses.ADVERSARIAL_LOSSES)
def test_the_loss_explorer_follows_its_controls(loss):
    explorer = explorers.LossExplorer("minimax" if loss != "minimax" else "hinge")
    assert changes(explorer, explorer.loss, loss)
    assert changes(explorer, explorer.score, 1.5)
    here = losses.over_scores(loss, [1.5])
    assert f"L_G {here['g_loss'][0]:.3f} with slope {here['g_slope'][0]:.3f}" in explorer.alt


def test_the_loss_explorer_says_where_the_generator_wants_to_go():
    assert "wants the score up" in explorers.LossExplorer("non_saturating", -2.0).alt
    assert "wants the score down" in explorers.LossExplorer("least_squares", 2.0).alt
    assert "wants the score nowhere" in explorers.LossExplorer("least_squares", 1.0).alt


@pytest.mark.parametrize("method", theory.DIRAC_METHODS)
def test_the_dirac_explorer_follows_its_controls(method):
    explorer = explorers.DiracExplorer("r1" if method != "r1" else "wgan")
    assert not explorer.alternating.value and not explorer.alternating.indent
    assert changes(explorer, explorer.method, method)
    expected = theory.DIRAC_METHODS[method].strength
    assert explorer.strength.value == (expected or 0.0)
    assert explorer.strength.disabled == (expected is None)
    np.testing.assert_array_equal(
        explorer.trajectory(), theory.dirac_trajectory((1.0, -1.0), method)
    )
    for control, value in (
        (explorer.theta, 0.5),
        (explorer.psi, 1.5),
        (explorer.step_size, 0.1),
        (explorer.alternating, True),
    ):
        assert changes(explorer, control, value)


def test_the_dirac_explorer_survives_the_largest_steps():
    explorer = explorers.DiracExplorer("instance_noise")
    explorer.strength.value, explorer.step_size.value = 2.0, 1.0
    assert np.isfinite(explorer.trajectory()).all() and png(explorer)


def test_the_lab_steps_one_player_at_a_time(lab):
    def weights(network):
        return [w.numpy().copy() for w in network.weights]

    def same(a, b):
        return all(np.array_equal(x, y) for x, y in zip(a, b))

    g, d = lab.gan.generator, lab.gan.discriminator
    before = weights(g), weights(d)
    lab.step_d.click()
    assert same(weights(g), before[0]) and not same(weights(d), before[1])
    after = weights(d)
    lab.step_g.click()
    assert not same(weights(g), before[0]) and same(weights(d), after)
    steps = lab.gan.steps_done
    picture = png(lab)
    lab.step_both.click()
    assert lab.gan.steps_done == steps + lab.steps_a_frame.value
    assert png(lab) != picture
    lab.play.value += 1  # what the browser sends while it plays
    assert lab.gan.steps_done == steps + 2 * lab.steps_a_frame.value
    assert f"step {lab.gan.steps_done:,}" in lab.status.value
    assert lab.history["step"][-1] == lab.gan.steps_done
    assert len({len(values) for values in lab.history.values()}) == 1


def test_rates_and_weights_reach_the_running_networks(lab):
    lab.g_rate.value, lab.d_rate.value, lab.penalty_weight.value = 1e-3, 1e-2, 1.0
    lab.d_steps.value = 3
    assert float(lab.gan.g_optimizer.learning_rate) == pytest.approx(1e-3)
    assert float(lab.gan.d_optimizer.learning_rate) == pytest.approx(1e-2)
    assert float(lab.gan.penalty_weight) == 1.0
    turns = int(lab.gan.d_optimizer.iterations)
    lab.step_both.click()
    assert int(lab.gan.d_optimizer.iterations) == turns + 3 * lab.steps_a_frame.value


@pytest.mark.parametrize("name", datasets.PLANAR)
def test_the_lab_takes_every_data_set(lab, name):
    lab.data.value = name
    lab.reset.click()  # the first name is chosen already
    assert lab.gan.steps_done == 0 and lab.history["step"] == []
    assert f"{name}," in lab.status.value


def test_the_lab_takes_every_loss_and_penalty(lab):
    lab.steps_a_frame.value = 1
    for loss in losses.ADVERSARIAL_LOSSES:
        lab.loss.value = loss
        lab.step_both.click()
        verdict = lab.verdict(lab.gan.score(lab.view.lattice))
        assert verdict.min() >= 0 and verdict.max() <= 1 and verdict.std() > 0
    for penalty in ("none", *losses.PENALTIES):
        lab.penalty.value = penalty
        lab.step_both.click()
        assert lab.gan.steps_done == 1 and not lab.failed


def test_the_lab_repeats_itself_after_reset():
    lab = explorers.GanLab("moons", PlanarSettings(loss="hinge"))
    lab.step_both.click()
    score, history = lab.gan.score(lab.view.lattice), {k: list(v) for k, v in lab.history.items()}
    lab.step_both.click()
    lab.reset.click()
    assert lab.gan.steps_done == 0
    lab.step_both.click()
    assert lab.history.keys() == history.keys()
    for name, values in history.items():  # TensorFlow may order sums otherwise
        np.testing.assert_allclose(lab.history[name], values, atol=1e-4)
    np.testing.assert_allclose(lab.gan.score(lab.view.lattice), score, atol=1e-3)


def test_the_lab_stops_at_the_step_that_spoils_a_weight(lab):
    lab.reset.click()
    lab.gan.g_optimizer.learning_rate = np.inf
    lab.step_g.click()  # its loss is from before the weights moved
    assert np.isfinite(lab._last["g_loss"]) and lab.failed


@pytest.mark.parametrize("button", ["step_d", "step_g", "step_both"])
@pytest.mark.parametrize("network", ["generator", "discriminator"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_the_lab_stops_at_a_weight_that_is_no_number(lab, button, network, value):
    """Also while the losses are finite, as behind a ReLU for which ReLU(NaN) is 0."""
    lab.reset.click()
    kernel = getattr(lab.gan, network).layers[0].kernel
    spoilt = kernel.numpy()
    spoilt[0, 0] = value
    kernel.assign(spoilt)
    lab.gan.run = lambda num_steps: (1.0, 1.0)
    lab.gan.step_discriminator = lab.gan.step_generator = lambda: 1.0
    getattr(lab, button).click()
    assert lab.failed and "a weight is no longer a finite number" in lab.status.value
    lab.reset.click()
    assert not lab.failed and "step 0" in lab.status.value


def test_the_lab_stops_at_a_loss_that_is_no_number(lab):
    lab.reset.click()
    lab.gan.generator.layers[-1].kernel.assign(np.full((64, 2), np.nan, "float32"))
    lab.step_both.click()
    assert lab.failed and "no longer a finite number" in lab.status.value
    steps = lab.gan.steps_done
    lab.step_both.click()
    assert lab.gan.steps_done == steps
    lab.reset.click()
    assert not lab.failed and "step 0" in lab.status.value


def test_the_fast_frame_is_the_whole_picture(lab):
    from io import BytesIO

    from PIL import Image

    lab.reset.click()
    lab.step_both.click()
    fast, whole = (
        np.asarray(Image.open(BytesIO(raw)).convert("RGB"), float)
        for raw in (lab.view.frame(), lab.view.png())
    )
    assert fast.shape == whole.shape
    assert (np.abs(fast - whole).max(axis=-1) > 60).mean() < 0.01  # edges under the grid lines


def test_only_our_own_figures_are_drawn():
    import matplotlib.pyplot as plt

    explorers.LossExplorer()
    assert not plt.get_fignums() and issubclass(plots.PlanarView, plots.Figure)


def test_the_labs_numbers_are_those_of_its_samples():
    lab = explorers.GanLab("grid", PlanarSettings("least_squares", d_steps=2), seed=3)
    assert lab.status.value == "grid, least squares, penalty R1: step 0."
    lab.steps_a_frame.value = 2
    lab.step_both.click()
    fake = lab.gan.generate(1000, 3)
    np.testing.assert_array_equal(lab.fake, fake)
    real = datasets.make_planar("grid", 4000, 3)
    np.testing.assert_array_equal(lab.real.points, real.points)
    modes, near = metrics.mode_coverage(fake, real.places, real.reach)
    jsd = metrics.histogram_jsd(fake, real.points[:1000], 1.4)
    floor = metrics.histogram_jsd(real.points[:1000], real.points[1000:2000], 1.4)
    last = {key: values[-1] for key, values in lab.history.items()}
    assert list(last) == ["step", "d_loss", "g_loss", "jsd", "floor", "modes"]
    assert (last["step"], last["modes"]) == (2, modes)
    assert last["jsd"] == pytest.approx(jsd) and last["floor"] == pytest.approx(floor)
    assert last["d_loss"] > 0 and last["g_loss"] > 0
    expected = (
        f"grid, least squares, penalty R1: step 2, modes {modes} of 25, {100 * near:.0f}% of "
        f"samples near one, JSD {jsd:.3f} (floor {floor:.3f})."
    )
    assert lab.status.value == lab.alt == expected
    np.testing.assert_array_equal(lab.view._fake.get_offsets(), fake[:300])
    np.testing.assert_array_equal(lab.view._real.get_offsets(), real.points[:300])
    assert len(lab.view._arrows.get_offsets()) == 60
    scores = lab.gan.score(lab.view.lattice)
    np.testing.assert_allclose(
        np.ravel(lab.view._field.get_array()), lab.verdict(scores), atol=1e-6
    )
    lab.step_d.click()
    d_loss, g_loss = lab.history["d_loss"], lab.history["g_loss"]
    assert d_loss[-1] != d_loss[-2] and g_loss[-1] == g_loss[-2]
    assert lab.settings() == PlanarSettings("least_squares", d_steps=2)


def test_colours_turn_where_d_is_undecided():
    lab = explorers.GanLab("ring", PlanarSettings("least_squares"))
    np.testing.assert_allclose(lab.verdict(np.array([0.5, 1.5, 0.0])), [0.5, 1, 0.25], atol=1e-6)
    for loss in ("minimax", "non_saturating", "hinge"):
        lab.loss.value = loss
        np.testing.assert_allclose(lab.verdict(np.array([0.0, -4, 2])), [0.5, 0, 0.75], atol=1e-6)
    lab.loss.value = "wasserstein"  # a critic's zero means nothing: the median takes its place
    np.testing.assert_allclose(lab.verdict(np.array([7.0, 9, 6])), [0.5, 1, 0.25], atol=1e-6)


def test_the_labs_controls_start_as_its_settings_say():
    settings = PlanarSettings("hinge", "r2", 1.0, 1e-3, 1e-2, d_steps=3, latent_dim=5)
    lab = explorers.GanLab("heart", settings, seed=1)
    assert lab.settings() == settings and lab.gan.settings == settings
    assert lab.data.value == "heart" and lab.steps_a_frame.value == 10
    limits = {
        lab.penalty_weight: (-3, 1.5), lab.g_rate: (-4, -1), lab.d_rate: (-4, -1),
        lab.d_steps: (1, 10), lab.latent_dim: (1, 16), lab.steps_a_frame: (1, 50),
    }  # fmt: skip
    for control, (low, high) in limits.items():
        assert (control.min, control.max) == (low, high) and not control.continuous_update
    for control in (lab.penalty_weight, lab.g_rate, lab.d_rate):
        assert (control.base, control.step) == (10, 0.25)
    assert (lab.play.min, lab.play.max, lab.play.interval) == (0, 1_000_000, 30)
    texts = [b.description for b in (lab.step_d, lab.step_g, lab.step_both, lab.reset)]
    assert texts == ["Step D", "Step G", "Step both", "Reset"]
    assert all(len(b.tooltip) > 10 for b in (lab.step_d, lab.step_g, lab.step_both, lab.reset))
    shown = [control for row in lab.widget.children[:-1] for control in row.children]
    assert len(shown) == 15 and lab.widget.children[-1] is lab.image
    assert set(limits) | {lab.data, lab.loss, lab.penalty, lab.play, lab.status} <= set(shown)
    assert [value for _, value in lab.penalty.options] == ["none", *losses.PENALTIES]
    assert [value for _, value in lab.data.options] == list(datasets.PLANAR)
    assert explorers.GanLab().settings() == PlanarSettings()


def lines(ax):
    return {line.get_label(): line for line in ax.lines}


@pytest.mark.parametrize("loss", ["hinge", "least_squares"])
def test_the_loss_explorer_draws_the_losses_and_where_we_are(loss):
    explorer = explorers.LossExplorer(loss, score=-1.0)
    figure, here = explorer.picture(), losses.over_scores(loss, [-1.0])
    left, right = (ax for ax in figure.axes)
    curves = losses.over_scores(loss, np.linspace(-4, 4, 81))
    for ax, label, key, colour in (
        (left, "$L_G$ of a fake with score s", "g_loss", theme.GENERATOR),
        (left, "$L_D$ if all get score s", "d_loss", theme.DISCRIMINATOR),
        (right, "to G", "g_slope", theme.GENERATOR),
        (right, "to D, on real", "d_slope_real", theme.DISCRIMINATOR),
        (right, "to D, on fake", "d_slope_fake", theme.DISCRIMINATOR),
    ):
        line = lines(ax)[label]
        np.testing.assert_allclose(line.get_ydata(), curves[key], atol=1e-6)
        assert line.get_color() == colour
        dots = [
            tuple(map(float, np.ravel(dot.get_xydata())))
            for dot in ax.lines
            if dot.get_ls() == "None"
        ]
        assert any(np.allclose(dot, (-1.0, here[key][0]), atol=1e-6) for dot in dots)
    assert right.get_ylim() == (-3, 3) and left.get_title(loc="left") == "Loss"
    for text in (
        f"slope on real {here['d_slope_real'][0]:+.3f}",
        f"on fake {here['d_slope_fake'][0]:+.3f}",
    ):
        assert text in " ".join(t.get_text() for f in figure.subfigs for t in f.texts)
    assert explorer.curves() is explorer.curves()
    default = explorers.LossExplorer()
    assert (default.loss.value, default.score.value) == ("non_saturating", -2.0)
    assert (default.score.min, default.score.max) == (-4, 4) and default.score.continuous_update


def test_the_formulas_beside_the_curves_belong_to_their_losses():
    from hue_edu.explorers.loss_explorer import FORMULAS

    assert set(FORMULAS) == set(losses.ADVERSARIAL_LOSSES)
    for name in ("hinge", "wasserstein", "relativistic"):
        figure = explorers.LossExplorer(name, 0.5).picture()
        shown = [text.get_text() for part in figure.subfigs for text in part.texts]
        assert all(formula in shown for formula in FORMULAS[name])


def test_the_dirac_explorer_says_where_it_ends():
    explorer = explorers.DiracExplorer("r1")
    figure = explorer.picture()
    portrait, curve = figure.axes
    path = theory.dirac_trajectory((1.0, -1.0), "r1")
    radius = np.hypot(*path.T)
    assert (
        "R1 comes to rest at distance" in figure.alt and "500 steps from (1.0, -1.0)" in figure.alt
    )
    assert "where it was 1.41" in figure.alt and "after 500 steps" in figure.alt
    np.testing.assert_allclose(portrait.lines[0].get_xydata(), path)
    np.testing.assert_allclose(curve.lines[0].get_ydata(), radius)
    np.testing.assert_allclose(curve.lines[1].get_ydata(), radius[0])
    assert curve.get_yscale() == "log" and portrait.get_xlim() == (-2.5, 2.5)
    assert curve.get_ylim() == pytest.approx((max(1e-7, radius.min() / 2), 4))
    circle = explorers.DiracExplorer().picture()
    assert "minimax ends at distance 3.1 " in circle.alt
    low, high = circle.axes[1].get_ylim()
    radius = np.hypot(*theory.dirac_trajectory((1.0, -1.0), "minimax").T)
    assert (low, high) == pytest.approx((radius.min() / 2, 2 * radius.max()))
    explorer.method.value = "minimax"
    assert explorer.strength.description == "no strength" and explorer.strength.disabled
    explorer.method.value, explorer.strength.value = "wgan", 0.5
    field = explorer.picture().axes[0].collections[0]
    theta, psi = field.get_offsets().T
    arrows = np.stack(theory.dirac_field(theta, psi, "wgan", 0.5))
    arrows /= np.linalg.norm(arrows, axis=0) + 1e-12
    np.testing.assert_allclose([field.U, field.V], arrows, atol=1e-6)


def test_a_wide_path_is_cut_at_the_border_of_the_portrait():
    explorer = explorers.DiracExplorer()
    explorer.step_size.value = 1.0
    path = explorer.picture().axes[0].lines[0].get_xydata()
    assert np.abs(path).max() <= 9
    limits = (explorer.theta, -2, 2), (explorer.psi, -2, 2), (explorer.step_size, 0.02, 1)
    assert all((c.min, c.max) == (low, high) for c, low, high in limits)
    moving = explorer.theta, explorer.psi, explorer.step_size, explorer.strength
    assert all(control.continuous_update for control in moving)


def test_pictures_have_their_width_and_controls_their_names():
    for make, width in ((explorers.LossExplorer, 760), (explorers.GanLab, 820)):
        explorer = make()
        assert explorer.image.layout.width == f"{width}px" and explorer.image.format == "png"
        assert explorer.image.layout.max_width == "100%"
        for row in explorer.widget.children[:-1]:
            assert row.layout.flex_flow == "row wrap"
            for control in row.children:
                assert control is getattr(explorer, "status", None) or control.description
    with pytest.raises(NotImplementedError):
        explorers.explorer.Explorer().picture()


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3))
def test_what_lesson_03_says_of_the_lab(seed):
    """1,000 steps each: 100 frames, without drawing them."""

    def play(loss, penalty, d_steps=1):
        lab = explorers.GanLab("ring", PlanarSettings(loss, penalty, d_steps=d_steps), seed)
        lab.refresh = lambda: None
        for _ in range(100):
            lab.frame()
        return lab.history["modes"][-1], lab.near, np.mean(lab.history["d_loss"][-30:])

    assert play("non_saturating", "none")[0] == play("minimax", "none")[0] == 8
    assert play("non_saturating", "none", d_steps=10)[2] < 1.2
    assert abs(play("non_saturating", "r1", d_steps=10)[2] - 2 * np.log(2)) < 0.05
    modes, near, _ = play("wasserstein", "none")
    assert modes <= 2 and near < 0.2


@pytest.fixture(scope="module")
def quality():
    return explorers.MetricExplorer()


def test_the_metric_explorer_follows_its_controls(quality):
    assert changes(quality, quality.noise, 0.2)
    assert changes(quality, quality.blur, 1.0)
    assert changes(quality, quality.lost, "5")
    assert changes(quality, quality.copies, 0.5)
    assert changes(quality, quality.num, 200)
    assert len(quality.samples()) == 200
    for control, value in zip(
        (quality.noise, quality.blur, quality.lost, quality.copies, quality.num),
        (0.0, 0.0, "none", 0.0, 300),
    ):
        control.value = value


@pytest.mark.parametrize("control, value, seen", [
    ("noise", 0.3, {"precision": -0.2, "sharpness": 0.5, "frechet": 20}),
    ("blur", 1.2, {"sharpness": -0.3, "coverage": -0.2, "frechet": 20}),
    ("lost", "1", {"recall": -0.02, "classes": -0.3, "frechet": 5}),
    ("copies", 1.0, {"copying": -15, "coverage": 0.02, "frechet": -2}),
    ("num", 100, {"frechet": 10, "coverage": -0.2}),
])  # fmt: skip
def test_each_fault_shows_in_the_metrics_that_see_it(quality, control, value, seen):
    usual = getattr(quality, control).value
    getattr(quality, control).value = value
    found = quality.measure(quality.samples())
    getattr(quality, control).value = usual
    for name, least in seen.items():
        change = found[name] - quality.perfect[name]
        assert change * np.sign(least) > abs(least), (name, change)


def test_the_metric_explorer_measures_what_it_says(quality):
    images = datasets.load_mnist("test", seed=0)[0]
    training = datasets.load_mnist("train", seed=0)[0][:500]
    features = quality.judge.features(images[:300])
    reference = quality.judge.features(training)
    precision, recall = metrics.precision_recall(reference, features)
    expected = {
        "precision": precision,
        "recall": recall,
        "density": metrics.density_coverage(reference, features)[0],
        "coverage": metrics.density_coverage(reference, features)[1],
        "frechet": metrics.frechet_distance(
            metrics.feature_statistics(features), metrics.feature_statistics(reference)
        ),
        "kernel": metrics.kernel_distance(features, reference),
        "copying": metrics.copying_z(images[:300], images[300:600], training),
        "sharpness": metrics.sharpness_ratio(images[:300], images[300:600]),
        "diversity": metrics.diversity_ratio(images[:300], images[300:600]),
    }
    for name, value in expected.items():
        assert quality.perfect[name] == pytest.approx(value, rel=1e-3), name
    assert f"precision {precision:.2f}" in quality.alt
    figure = quality.picture()
    widths = [bar.get_width() for bar in figure.axes[1].patches]
    assert widths == pytest.approx([1] * 7)


def test_the_latent_explorer_walks_along_the_directions_that_count_most():
    explorer = explorers.LatentExplorer(linear_sampler(5), num=3)
    np.testing.assert_allclose(np.abs(explorer.directions), np.eye(5)[[4, 3, 2]], atol=1e-5)
    np.testing.assert_array_equal(explorer.z(), 0)
    for k, control in enumerate(explorer.places):
        assert changes(explorer, control, 1.0) and control.continuous_update
        along = explorer.z() @ explorer.directions.T
        np.testing.assert_allclose(along, np.arange(3) <= k, atol=1e-5)


def test_the_latent_explorer_starts_at_the_z_of_its_seed_and_keeps_what_no_slider_moves():
    explorer = explorers.LatentExplorer(linear_sampler(5), num=2, seed=4)
    start = np.array(latent.sample_z(1, 5, seed=4))[0]
    np.testing.assert_allclose(explorer.z(), start, atol=0.051)  # sliders have steps of 0.1
    explorer.places[0].value, explorer.places[1].value = 0.0, 0.0
    np.testing.assert_allclose(explorer.z()[:3], start[:3], atol=1e-5)
    np.testing.assert_allclose(explorer.z()[3:], 0, atol=1e-5)


def test_the_latent_explorer_shows_where_each_slider_leads(monkeypatch):
    shown = []
    monkeypatch.setattr(latent_explorer, "draw", lambda pictures, names: shown.append(pictures))
    explorer = explorers.LatentExplorer.__new__(explorers.LatentExplorer)
    explorer.sampler, explorer.directions, explorer.rest = linear_sampler(2), np.eye(2), np.zeros(2)
    explorer.places = [widgets.FloatSlider(value=value, min=-3) for value in (1.0, -1.0)]
    explorer.picture()
    pixels = shown[0].reshape(-1, 16)[:, :2] / [0.05, 0.1]
    row = latent_explorer.STEPS
    np.testing.assert_allclose(pixels[0], [1, -1], rtol=1e-5)
    np.testing.assert_allclose(pixels[1:10], np.stack([row, -1 + 0 * row], axis=1), atol=1e-5)
    np.testing.assert_allclose(pixels[10:], np.stack([1 + 0 * row, row], axis=1), atol=1e-5)


def test_with_two_latents_the_directions_are_the_axes():
    explorer = explorers.LatentExplorer(linear_sampler(2))
    np.testing.assert_array_equal(explorer.directions, np.eye(2))
    assert [control.description for control in explorer.places] == ["z 1", "z 2"]


@pytest.fixture
def hue(text_generator):
    return explorers.HueStudio(text_generator)


def test_the_hue_studio_follows_its_controls(hue, text_generator):
    assert png(hue) == studio.sheet(text_generator, studio.EXAMPLE, num=16).png()
    assert changes(hue, hue.sentence, "a small red 3") and hue.sentence.continuous_update
    assert changes(hue, hue.seed, 7)
    assert changes(hue, hue.variety, 0.5)
    assert changes(hue, hue.num, 9)
    assert changes(hue, hue.to, "an eight")
    expected = studio.sheet(text_generator, "a small red 3", "an eight", 9, 7, 0.5)
    assert png(hue) == expected.png() and hue.alt == expected.alt == hue.sheet.alt
    assert hue.image.layout.width == f"{expected.width}px"
    shown = [control for row in hue.widget.children[:-1] for control in row.children]
    assert set(shown) == {
        hue.sentence, hue.to, hue.num, hue.variety, hue.seed, hue.dice, hue.status, hue.download
    }  # fmt: skip
    assert hue.status.value == expected.understood
    limits = (hue.num, 1, 32), (hue.seed, 0, 10**6), (hue.variety, 0, 1)
    assert all((c.min, c.max) == (low, high) for c, low, high in limits)
    assert hue.variety.continuous_update and not hue.num.continuous_update


def test_the_hue_studio_suggests_a_word_while_the_pictures_stay(hue):
    before, link = png(hue), hue.download.value
    for control in (hue.sentence, hue.to):
        usual = control.value
        control.value = "a <b>teal</b> 3"
        assert "&lt;b&gt;teal&lt;/b&gt;? try" in hue.status.value
        control.value = "a teal three"
        assert "teal? try cyan" in hue.status.value
        assert png(hue) == before and hue.download.value == link
        control.value = "a red sev"  # somebody is typing
        assert hue.status.value == "" and png(hue) == before
        control.value = usual
        assert hue.status.value == hue.sheet.understood != ""
    hue.sentence.value = ""
    assert "0 words" in hue.status.value and png(hue) == before


def test_a_hue_studio_that_begins_with_a_bad_sentence_is_there(text_generator):
    explorer = explorers.HueStudio(text_generator, "a teal three")
    assert "teal? try cyan" in explorer.status.value and png(explorer)
    assert explorer.alt == "No sentence has been drawn so far."
    assert changes(explorer, explorer.sentence, "a cyan three")


def test_the_hue_studio_offers_what_it_shows(hue):
    hue.sentence.value = "A red three, on white."
    start = '<a download="A-red-three-on-white.png" href="data:image/png;base64,'
    assert hue.download.value.startswith(start)
    assert base64.b64decode(hue.download.value[len(start) :].split('"')[0]) == png(hue)


def test_the_hue_studio_throws_a_dice_for_the_seed(hue):
    before = png(hue)
    hue.seed.value = 10**6  # of the million others that may come, one is as likely as the next
    hue.dice.click()
    assert 0 <= hue.seed.value < 10**6 and png(hue) != before
    assert f"Seed {hue.seed.value}." in hue.alt


def test_the_hue_studio_comes_with_a_generator(monkeypatch, text_generator):
    monkeypatch.setattr(models, "load_text_generator", lambda: text_generator)
    assert explorers.HueStudio().generator is text_generator


@pytest.mark.nightly
def test_the_hue_studio_draws_16_pictures_in_200_ms(hue):
    times = []
    for seed in range(1, 21):
        begun = time.perf_counter()
        hue.seed.value = seed
        times.append(time.perf_counter() - begun)
    assert np.median(times) <= 0.2
