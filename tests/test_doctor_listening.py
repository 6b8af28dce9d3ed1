"""What is heard of a step: the slopes of its very losses; and nothing stays behind."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from patients import autoencoders
from patients.parts import cross_entropies, hinge, patient, pictures, wasserstein

from hue_edu.doctor import asked, listening, objectives, penalties, probing, terms
from hue_edu.doctor.patient import Gan, Vae

SCORES = (-3.0, 2.0), (0.0, 0.0), (4.0, -1.5)


def heard_of(parts):
    found = Gan(**parts)
    found.put_back().__enter__()
    return found, asked.Asked(found)


@pytest.mark.parametrize("style", ["function", "compiled", "keras", "objects"])
@pytest.mark.parametrize("losses", [cross_entropies, hinge, wasserstein])
def test_a_step_gives_the_slopes_of_its_losses(style, losses):
    _, step = heard_of(patient(losses=losses(), style=style, tell=False))
    assert step.works
    for player, loss in losses().items():
        for at in SCORES:
            found, wanted = step.of(player)(*at), objectives.given(loss)(*at)
            sums = [[part.sum() for part in side] for side in (found, wanted)]
            np.testing.assert_allclose(sums[0][1], sums[1][1], atol=1e-5)
            if player == "discriminator":
                np.testing.assert_allclose(sums[0][0], sums[1][0], atol=1e-5)


def test_a_step_that_climbs_is_turned():
    def climbing(x):
        z = tf.random.normal((len(x), 16))
        with tf.GradientTape(persistent=True) as tape:
            real, fake = d(x, training=True), d(g(z, training=True), training=True)
            d_loss, g_loss = (loss(real, fake) for loss in (  # values, to be maximised by D
                lambda r, f: tf.reduce_mean(tf.math.log_sigmoid(r) + tf.math.log_sigmoid(-f)),
                lambda r, f: tf.reduce_mean(tf.nn.softplus(-f))))  # fmt: skip
        for v, s in zip(d.trainable_variables, tape.gradient(d_loss, d.trainable_variables)):
            v.assign_add(0.01 * s)
        for v, s in zip(g.trainable_variables, tape.gradient(g_loss, g.trainable_variables)):
            v.assign_sub(0.01 * s)

    parts = patient(style="none", tell=False)
    g, d = parts["generator"], parts["discriminator"]
    found, step = heard_of(parts | {"train_step": climbing})
    assert step.works and step.climbs == {"discriminator"}
    assert [part.sum() < 0 for part in step.of("discriminator")(0.0, 0.0)] == [True, False]
    assert not list(objectives.check(found, step))


def test_samples_are_told_apart_however_they_come():
    real, fake = pictures(8), pictures(8, seed=1)
    rng = np.random.default_rng(0)
    share = rng.uniform(0.2, 0.8, (8, 1, 1, 1)).astype("float32")
    cases = {
        asked.REAL: [real, 127.5 * (real + 1), real + 0.1 * rng.normal(size=real.shape)],
        asked.FAKE: [fake, fake + 0.1 * rng.normal(size=real.shape)],
        asked.OTHER: [share * real + (1 - share) * fake],
    }
    for kind, sets in cases.items():
        for x in sets:
            assert (asked.kinds_of(x, real, [fake]) == kind).mean() > 0.8, kind
    both = asked.kinds_of(np.concatenate([fake, real]), real, [fake])
    assert both.tolist() == [asked.FAKE] * 8 + [asked.REAL] * 8


def test_nothing_stays_behind_when_it_has_listened():
    g = patient(style="none")["generator"]

    class Plain:
        def __call__(self, x):
            return 2 * x

    plain, before = Plain(), Plain.__call__
    gradient, apply = tf.GradientTape.gradient, keras.optimizers.Optimizer.apply
    with pytest.raises(KeyError), listening.listening({"g": g, "plain": plain}) as heard:
        assert tf.config.functions_run_eagerly()
        g(np.zeros((2, 16), "float32"))
        assert float(plain(tf.constant(2.0))) == 4.0 and float(Plain()(tf.constant(2.0))) == 4.0
        raise KeyError
    assert [call.name for call in heard.calls] == ["g", "plain"]
    assert "call" not in vars(g) and Plain.__call__ is before
    assert tf.GradientTape.gradient is gradient and keras.optimizers.Optimizer.apply is apply
    assert not tf.config.functions_run_eagerly()
    with listening.listening({"f": np.tanh}) as heard:
        pass
    assert heard.deaf == ["f"]


def test_what_passes_a_layer_is_known_by_exchanging_it():
    x = keras.Input((4,))
    one = keras.layers.Dense(1, name="one")(x)
    wide = keras.layers.Dense(3)(one)
    z = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    for output, passes in ((wide, True), (wide + keras.layers.Dense(3)(x), False)):
        model = keras.Model(x, output)
        run = lambda m=model: m(z)  # noqa: E731
        layer = model.get_layer("one")
        assert probing.passes_all(model, layer, run) == passes
        assert next(n.name for n, _ in probing.leaves_in_order(model, run)) == "one"


def test_a_penalty_in_a_step_has_its_weight():
    from patients.parts import gradient_penalty

    parts = patient(losses=wasserstein(), tell=False, penalty=gradient_penalty(7.0))
    del parts["penalty"]
    found = Gan(**parts)
    with found.put_back():
        from hue_edu.doctor import updates

        heard = updates.overhear(found)
        assert penalties.is_heard(heard)
        assert not list(penalties.check_heard(found, heard))


@pytest.mark.parametrize("kind", ["logits", "probabilities", "squares"])
def test_the_terms_of_a_vae_in_a_step_are_those_of_its_formulas(kind):
    from hue_edu.doctor import vae

    ends = {"logits": None, "probabilities": "sigmoid", "squares": None}
    parts = autoencoders.patient(kind=kind, end=ends[kind], tell=False, beta=lambda s: 3.0)
    found = Vae(**parts)
    with found.put_back():
        assert not list(vae.check_wiring(found))
        known, again = terms.of_step(found)
        likelihood = vae._likelihood(known)
        assert not again and likelihood.kind == kind
        assert likelihood.weight == pytest.approx(1.0, rel=1e-3)
        np.testing.assert_allclose(likelihood.target, found.real[:32].reshape(32, -1), atol=2e-3)
        np.testing.assert_allclose(32 * known.of_mean, 3 * known.mean, atol=1e-4)
        np.testing.assert_allclose(
            32 * known.of_second, 1.5 * (np.exp(known.second) - 1), atol=1e-3
        )
        noise = (known.z - known.z_mean) / np.exp(known.z_second / 2)
        assert abs(noise.std() - 1) < 0.1
