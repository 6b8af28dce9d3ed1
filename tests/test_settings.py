"""What `compile` set can be set again, between and during epochs: numbers, schedules, variables."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.optimizers import SGD
from keras.optimizers.schedules import PiecewiseConstantDecay, PolynomialDecay

from hue_edu import training
from hue_edu.training.recipes import make_trainer
from hue_edu.training.settings import Setting

pytestmark = pytest.mark.core
SHAPE = (4, 4, 1)
IMAGES = np.random.default_rng(0).uniform(-1, 1, (64, *SHAPE)).astype("float32")


def data(size=16):
    return tf.data.Dataset.from_tensor_slices(IMAGES).batch(size).repeat()


def networks():
    keras.utils.set_random_seed(0)
    return (
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(16, "tanh"),
                          keras.layers.Reshape(SHAPE)], name="g"),
        keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(),
                          keras.layers.Dense(8, "softplus"), keras.layers.Dense(1)], name="d"),
    )  # fmt: skip


def gan(kind=training.GAN, **options):
    made = kind(*networks())
    made.compile(SGD(0.05), SGD(0.05), **options)
    return made


def wgan(**options):
    return gan(training.WGANGP, critic_steps=1, **options)


def vae(**options):
    keras.utils.set_random_seed(0)
    x = keras.Input(SHAPE)
    h = keras.layers.Flatten()(x)
    outputs = [keras.layers.Dense(2)(h), keras.layers.Dense(2)(h)]
    decoder = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(16), keras.layers.Reshape(SHAPE)]
    )
    made = training.VAE(keras.Model(x, outputs), decoder)
    made.compile(SGD(1e-3), **options)
    return made


class SetAt(keras.callbacks.Callback):
    """Set an attribute at the beginning of an epoch, or of a batch."""

    def __init__(self, name, values, each="epoch"):
        super().__init__()
        self.name, self.values, self.each = name, values, each

    def on_epoch_begin(self, epoch, logs=None):
        if self.each == "epoch" and epoch in self.values:
            setattr(self.model, self.name, self.values[epoch])

    def on_train_batch_begin(self, batch, logs=None):
        if self.each == "batch" and batch in self.values:
            setattr(self.model, self.name, self.values[batch])


def fit(trainer, epochs=1, steps=3, callbacks=()):
    options = {"steps_per_epoch": steps, "epochs": epochs, "verbose": 0}
    return trainer.fit(data(), callbacks=list(callbacks), **options).history


WEIGHTS = {  # a trainer whose weight is as given, the name, and two values
    "vae.beta": (lambda v: vae(beta=v), "beta", 0.0, 40.0),
    "vae.free_bits": (lambda v: vae(free_bits=v), "free_bits", 0.0, 30.0),
    "vae.std": (lambda v: vae(likelihood="gaussian", std=v), "std", 0.5, 3.0),
    "vae.warm_up": (lambda v: vae(warm_up=v, beta=9.0), "warm_up", 0, 50),
    "gan.r1_weight": (lambda v: gan(r1_weight=v, penalty_every=1), "r1_weight", 0.0, 5.0),
    "gan.r2_weight": (lambda v: gan(r2_weight=v, penalty_every=1), "r2_weight", 3.0, 0.0),
    "gan.averaging": (lambda v: _averaging(v), "averaging", 0.0, 0.9),
    "wgan.gp_weight": (lambda v: wgan(gp_weight=v), "gp_weight", 10.0, 0.0),
}


def _averaging(value):
    made = gan()
    made.averaging = value
    return made


def state(trainer):
    return np.concatenate([w.ravel() for w in trainer.get_weights()])


@pytest.mark.parametrize("kind", WEIGHTS)
def test_a_weight_set_after_a_fit_counts_as_if_it_had_been_compiled(kind):
    make, name, first, second = WEIGHTS[kind]
    compiled, changed, kept = make(second), make(first), make(first)
    for trainer in (compiled, changed, kept):
        trainer.fit(data(), steps_per_epoch=1, verbose=0)
        trainer.set_weights(make(first).get_weights())  # the same state for all of them
        trainer.steps.assign(1)
        trainer.seed_generator.state.assign([5, 0])
    setattr(changed, name, second)
    assert getattr(changed, name) == second
    for trainer in (compiled, changed, kept):
        fit(trainer, steps=2)
    np.testing.assert_allclose(state(changed), state(compiled), rtol=1e-5, atol=1e-6)
    assert np.abs(state(changed) - state(kept)).max() > 1e-5


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("each", ["epoch", "batch"])
def test_a_weight_set_by_a_callback_counts_from_there(kind, each):
    make, name, first, second = WEIGHTS[kind]
    changed, kept = make(first), make(first)
    fit(changed, epochs=2, callbacks=[SetAt(name, {1: second}, each)])
    fit(kept, epochs=2)
    assert np.abs(state(changed) - state(kept)).max() > 1e-5


def test_kl_annealing_by_a_callback_is_the_schedule_of_its_values():
    rising = PiecewiseConstantDecay([2, 5], [0.0, 1.0, 9.0])  # by steps: 0 to 2, 3 to 5, from 6 on
    annealed, scheduled = vae(beta=0.0), vae(beta=rising)
    fit(annealed, epochs=3, callbacks=[SetAt("beta", {0: 0.0, 1: 1.0, 2: 9.0})])
    fit(scheduled, epochs=3)
    np.testing.assert_allclose(state(annealed), state(scheduled), rtol=1e-5, atol=1e-6)


def test_a_variable_of_ones_own_is_read_at_each_step_and_is_no_weight_of_the_trainer():
    beta = keras.Variable(0.0, trainable=False)
    made, zero = vae(beta=beta), vae(beta=0.0)
    assert made.beta is beta and len(made.variables) == len(zero.variables)
    fit(made), fit(zero)
    np.testing.assert_array_equal(state(made), state(zero))
    beta.assign(40.0)
    fit(made), fit(zero)
    assert np.abs(state(made) - state(zero)).max() > 1e-4


@pytest.mark.parametrize("kind", [k for k in WEIGHTS if k not in ("vae.warm_up", "gan.averaging")])
def test_each_weight_takes_a_schedule(kind):
    make, _, first, second = WEIGHTS[kind]
    value = second or first  # at 0 a term is left out, and draws no random numbers
    scheduled, constant = make(PolynomialDecay(value, 9, value)), make(value)
    fit(scheduled), fit(constant)
    np.testing.assert_allclose(state(scheduled), state(constant), rtol=1e-6)
    moving = make(lambda step: tf.where(step < 1, first, second))
    fit(moving)
    assert np.abs(state(moving) - state(constant)).max() > 1e-6


@pytest.mark.parametrize("name", ["caption_weight", "obey_weight"])
def test_the_weights_of_captions_are_settings_too(name):
    setting = getattr(training.TextToImage, name)
    assert isinstance(setting, Setting) and setting.schedule


WRONG = {
    "a schedule of steps": (lambda: vae(warm_up=PolynomialDecay(1.0, 9)), "takes no schedule here"),
    "a class": (lambda: vae(beta=PolynomialDecay), "gives no number for step 0"),
    "a function of nothing": (lambda: gan(r1_weight=lambda: 1.0), "gives no number for step 0"),
    "below 0 at the start": (lambda: wgan(gp_weight=lambda step: -1.0), "gp_weight is -1"),
    "NaN": (lambda: vae(beta=float("nan")), "beta is nan; expected a number, at least 0"),
    "text": (lambda: gan(r2_weight="1"), "r2_weight is '1'"),
    "no spread": (lambda: vae(likelihood="gaussian", std=0), "std is 0"),
    "averaging": (lambda: training.GAN(*networks(), averaging=lambda s: 0.5), "no schedule here"),
}


@pytest.mark.parametrize("make, words", WRONG.values(), ids=WRONG)
def test_what_is_no_weight_is_refused_by_compile(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_what_is_no_weight_is_refused_when_it_is_set_and_changes_nothing():
    made = vae(beta=2.0)
    with pytest.raises(ValueError, match="beta is -1; expected a number, at least 0"):
        made.beta = -1
    assert made.beta == 2.0 and float(made.now("beta")) == 2.0


@pytest.mark.parametrize(
    "make, name, value",
    [(wgan, "critic_steps", 5), (gan, "penalty_every", 4), (vae, "likelihood", "gaussian"),
     (lambda: wgan(gp_weight=0.0, clip=0.1), "clip", 0.2)],
)  # fmt: skip
def test_what_compile_alone_can_set_says_so(make, name, value):
    made = make()
    with pytest.raises(AttributeError, match=f"{name} cannot be set by itself: call compile"):
        setattr(made, name, value)
    assert getattr(made, name) != value


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_a_network_frozen_after_a_fit_stays_and_goes_on_when_thawed(player):
    made = gan()
    network = getattr(made, player)
    fit(made)
    network.trainable, before = False, network.get_weights()
    fit(made, epochs=2)
    assert all(np.array_equal(a, b) for a, b in zip(before, network.get_weights()))
    network.trainable = True
    fit(made)
    assert not np.array_equal(before[0], network.get_weights()[0])


def test_a_layer_frozen_by_a_callback_stays_from_then_on():
    made = gan()
    layer = made.discriminator.layers[-1]

    class Freeze(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            layer.trainable = epoch < 1
            self.before = [*getattr(self, "before", []), made.discriminator.get_weights()]

    freeze = Freeze()
    fit(made, epochs=3, callbacks=[freeze])
    first, second, third = (weights[-2] for weights in freeze.before)
    assert not np.array_equal(first, second) and np.array_equal(second, third)
    assert not np.array_equal(freeze.before[1][0], freeze.before[2][0])  # the other layer moves


def test_weights_that_were_frozen_when_compiled_are_told_when_they_are_to_move():
    pair = networks()
    pair[1].layers[-1].trainable = False
    made = training.GAN(*pair)
    made.compile(SGD(0.1), SGD(0.1))
    fit(made)
    pair[1].layers[-1].trainable = True
    with pytest.raises(ValueError, match="frozen when compile was called.*call compile again"):
        fit(made)


def test_another_loss_or_optimizer_put_in_place_is_used():
    made, kept = gan(), gan()
    fit(made), fit(kept)
    made.generator_loss = lambda real, fake: 0.0 * tf.reduce_mean(fake)
    before = made.generator.get_weights()
    fit(made)
    assert all(np.array_equal(a, b) for a, b in zip(before, made.generator.get_weights()))


def test_what_does_not_change_is_traced_once():
    made, traces = vae(beta=0.0), []
    terms = made.terms
    made.terms = lambda batch, training: traces.append(training) or terms(batch, training)
    fit(made, epochs=3, callbacks=[SetAt("beta", {0: 0.0, 1: 1.0, 2: 9.0})])
    assert traces.count(True) == 1  # a variable changed, the graph did not
    fit(made)
    assert traces.count(True) == 1


def test_a_setting_reads_as_what_was_set():
    made = make_trainer("smallest")
    assert made.r1_weight == 0.0 and made.averaging == 0.0 and made.penalty_every == 8
    with pytest.raises(AttributeError, match="set by compile"):
        training.GAN(*networks()).r1_weight  # noqa: B018
