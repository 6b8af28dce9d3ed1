"""Explorers: every control changes the picture; no argument that a widget does not know."""

import base64

import ipywidgets as widgets
import numpy as np
import pytest

from hue_edu import datasets, explorers, losses, plots, theory
from hue_edu.training import PlanarSettings

pytestmark = [
    pytest.mark.core,
    # a misspelt or unknown widget option only warns, and is then ignored
    pytest.mark.filterwarnings("error:Passing unrec:DeprecationWarning"),
]
ALL = (explorers.LossExplorer, explorers.DiracExplorer, explorers.GanLab)


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
    assert base64.b64decode(data["image/png"]) == png(explorer)
    assert png(explorer).startswith(b"\x89PNG")
    assert data["text/plain"] == metadata["image/png"]["alt"] and len(explorer.alt) > 30
    view = data["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.widget.model_id and view["version_major"] == 2


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
    picture, history = png(lab), {k: list(v) for k, v in lab.history.items()}
    lab.step_both.click()
    lab.reset.click()
    assert lab.gan.steps_done == 0
    lab.step_both.click()
    assert lab.history == history and png(lab) == picture


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
