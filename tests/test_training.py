"""The trainer: one step against the same step by hand, and every way to feed it wrongly."""

import subprocess
import sys
import warnings
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from hue_edu import datasets, latent, losses, models, training
from hue_edu.training import RECIPES, make_trainer
from hue_edu.training.means import Means
from hue_edu.training.trainer import Player

pytestmark = pytest.mark.core


def values(weights):
    return [w.numpy().copy() for w in weights]


def test_one_step_is_the_step_by_hand(digits, small_gan):
    gan = small_gan(seed=3)
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2), label_smoothing=0.1)
    generator, discriminator = map(keras.models.clone_model, (gan.generator, gan.discriminator))
    generator.set_weights(gan.generator.get_weights())
    discriminator.set_weights(gan.discriminator.get_weights())
    same_stream = keras.random.SeedGenerator(3)
    z = latent.sample_z(16, 10, tf.cast(same_stream.next(), tf.int32))
    with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
        fake_logits = discriminator(generator(z))
        d_loss = losses.discriminator_loss(discriminator(digits[:16]), fake_logits, 0.1)
        g_loss = losses.non_saturating_generator_loss(fake_logits)
    for network, tape, loss, rate in (
        (discriminator, d_tape, d_loss, 0.2),
        (generator, g_tape, g_loss, 0.1),
    ):
        weights = network.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign_sub(rate * gradient)

    log = gan.fit(digits[:16], batch_size=16, verbose=0).history
    assert log["d_loss"][0] == pytest.approx(float(d_loss), rel=1e-5)
    assert log["g_loss"][0] == pytest.approx(float(g_loss), rel=1e-5)
    for ours, by_hand in ((gan.generator, generator), (gan.discriminator, discriminator)):
        for a, b in zip(values(ours.weights), values(by_hand.weights)):
            np.testing.assert_allclose(a, b, atol=1e-6)


def test_losses_are_means_over_the_epoch(digits, small_gan):
    gan, seen = small_gan(), []
    keep = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda _, logs: seen.append(logs["d_loss"])
    )
    log = gan.fit(digits[:96], batch_size=32, shuffle=False, verbose=0, callbacks=[keep]).history
    running = np.array(seen)
    single = np.diff(running * [1, 2, 3], prepend=0)  # undo the running mean
    assert log["d_loss"][0] == pytest.approx(single.mean(), rel=1e-5)


def test_both_players_move_and_z_matters(digits, small_gan):
    gan = small_gan()
    before = values(gan.generator.weights + gan.discriminator.weights)
    gan.fit(digits, batch_size=64, epochs=2, verbose=0)
    after = values(gan.generator.weights + gan.discriminator.weights)
    assert all(not np.array_equal(a, b) for a, b in zip(before, after))
    one, other = gan.generate(2, seed=0)
    assert not np.allclose(one, other)


def test_the_same_seed_gives_the_same_run(digits, small_gan):
    runs = []
    for seed in (1, 1, 2):
        gan = small_gan(seed=seed)
        gan.fit(datasets.batches(digits, 64, seed), steps_per_epoch=5, verbose=0)
        runs.append(gan.generate(4, seed=0))
    np.testing.assert_allclose(runs[0], runs[1], atol=1e-4)  # TensorFlow may order sums otherwise
    assert abs(runs[0] - runs[2]).max() > 0.05


def test_generate_gives_images_that_depend_on_the_seed_alone(small_gan):
    gan = small_gan()
    samples = gan.generate(5, seed=1)
    assert samples.shape == (5, 28, 28, 1) and samples.dtype == np.float32
    assert abs(samples).max() <= 1
    np.testing.assert_array_equal(samples, gan.generate(5, seed=1))
    assert not np.allclose(samples, gan.generate(5, seed=2))
    in_parts = training.generate(gan.averaged_generator, 5, seed=1, batch_size=2)
    np.testing.assert_allclose(samples, in_parts, atol=1e-6)
    with pytest.raises(ValueError, match="num is 0"):
        gan.generate(0, seed=1)


def test_averaged_weights_follow_the_formula(digits, small_gan):
    gan = small_gan()  # averaging 0.9, so the warm-up k/(k+10) rules the first steps
    average = gan.generator.get_weights()
    for step in (1, 2, 3):
        gan.fit(digits[:32], batch_size=32, verbose=0)
        m = min(0.9, step / (step + 10))
        average = [m * a + (1 - m) * w for a, w in zip(average, gan.generator.get_weights())]
    for ours, by_hand in zip(gan.averaged_generator.get_weights(), average):
        np.testing.assert_allclose(ours, by_hand, atol=1e-6)
    z = latent.sample_z(2, 10, seed=0)
    np.testing.assert_allclose(gan(z), gan.averaged_generator(z), atol=1e-6)
    np.testing.assert_allclose(gan(z, training=True), gan.generator(z), atol=1e-6)


def linear_discriminator(weights):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="linear")
    network.set_weights([np.array(weights, "float32").reshape(2, 1), np.zeros(1, "float32")])
    return network


def test_r1_of_a_linear_discriminator_is_half_the_squared_slope():
    x = tf.random.normal((7, 2), seed=0)
    assert float(losses.r1_penalty(linear_discriminator([3, 4]), x)) == pytest.approx(12.5)
    assert float(losses.r1_penalty(linear_discriminator([0, 0]), x)) == 0


def test_r1_of_a_square_by_hand():
    x = tf.constant([[1.0, 0.0], [0.0, 2.0]])  # D = ‖x‖², gradient 2x: ½ mean(4, 16) = 5
    penalty = losses.r1_penalty(lambda x: tf.reduce_sum(x**2, axis=1, keepdims=True), x)
    assert float(penalty) == pytest.approx(5)


def test_rare_r1_steps_carry_the_weight_of_those_left_out():
    gan = training.GAN(
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)], name="points"),
        linear_discriminator([3, 4]),
    )
    still = [keras.optimizers.SGD(0.0) for _ in range(2)]
    gan.compile(*still, r1_weight=0.2, penalty_every=4)
    points = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    log = gan.fit(points, batch_size=8, verbose=0).history  # 8 steps: 2 penalties, 4-fold
    assert log["penalty"][0] == pytest.approx(0.2 * 12.5, rel=1e-5)


def test_r1_flattens_the_discriminator():
    gan = training.GAN(
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)], name="points"),
        linear_discriminator([3, 4]),
    )
    gan.compile(
        keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.1), r1_weight=1.0, penalty_every=1
    )
    x = np.zeros((8, 2), "float32")  # the gradient of the loss itself vanishes in the slope here
    gan.generator.set_weights([w * 0 for w in gan.generator.get_weights()])
    gan.fit(x, batch_size=8, verbose=0)
    slope = gan.discriminator.get_weights()[0].ravel()
    np.testing.assert_allclose(slope, [2.7, 3.6], rtol=1e-4)  # w ← w - 0.1 γ w


@pytest.mark.parametrize("name", [n for n in RECIPES if n != "text_to_image"])
@pytest.mark.parametrize("policy, batch_size", [("float32", 64), ("mixed_float16", 4)])
def test_every_recipe_takes_two_steps_as_on_a_gpu(name, policy, batch_size, digits):
    keras.config.set_dtype_policy(policy)
    try:
        gan = make_trainer(name)
        learner = gan.encoder if name == "vae" else gan.discriminator
        before = values(learner.trainable_variables)
        epochs = 8 if name == "vae" else 1  # sums over pixels: half floats skip steps at first
        data = digits[: 2 * batch_size]
        short = {"vae_steps": 2} if name == "latent" else {}
        replace(RECIPES[name], **short).prepare(gan, digits, seed=0)
        log = gan.fit(data, batch_size=batch_size, epochs=epochs, verbose=0).history
    finally:
        keras.config.set_dtype_policy("float32")
    assert all(np.isfinite(list(log.values())).ravel())
    assert 2 <= gan.steps_done <= 2 * epochs
    after = values(learner.trainable_variables)
    assert any(not np.array_equal(a, b) for a, b in zip(before, after))
    assert gan.generate(3, seed=0).dtype == np.float32


REPLICAS = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from hue_edu import latent, models, training
import keras, numpy as np
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
with strategy.scope():
    gan = training.GAN(models.build_smallest_generator(), models.build_smallest_discriminator())
    gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3))
z = strategy.run(lambda: latent.sample_z(4, 10, gan._step_seed()))
one, other = strategy.experimental_local_results(z)
assert not np.allclose(one, other), "both replicas drew the same z"
images = np.tanh(np.random.default_rng(0).normal(size=(32, 28, 28, 1))).astype("float32")
log = gan.fit(tf.data.Dataset.from_tensor_slices(images).batch(16), verbose=0)
assert np.isfinite(log.history["d_loss"][0]) and gan.steps_done == 2
print("replicas differ")
"""


def test_replicas_draw_different_z_and_fit_runs():
    done = subprocess.run([sys.executable, "-c", REPLICAS], capture_output=True, text=True)
    assert "replicas differ" in done.stdout, done.stderr[-2000:]


def test_unusable_settings_are_refused(small_gan):
    one, two = (keras.optimizers.Adam() for _ in range(2))
    gan = small_gan()
    with pytest.raises(ValueError, match="same optimizer"):
        gan.compile(one, one)
    with pytest.raises(ValueError, match="'mse'.*minimax, non_saturating"):
        gan.compile(one, two, loss="mse")
    with pytest.raises(ValueError, match="hinge has no labels"):
        gan.compile(one, two, loss="hinge", label_smoothing=0.1)
    with pytest.raises(ValueError, match="label_smoothing is 1"):
        gan.compile(one, two, label_smoothing=1)
    with pytest.raises(ValueError, match="no recipe 'biggan'.*dcgan"):
        make_trainer("biggan")


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda x: x[:, :20], r"\(20, 28, 1\).*\(28, 28, 1\)"),
        (lambda x: np.repeat(x, 3, axis=-1), r"\(28, 28, 3\)"),
        (datasets.to_uint8, "uint8"),
        (lambda x: x.astype("float64"), "float64"),
        (lambda x: (x + 1) / 2, r"\[0, 1\]"),
        (lambda x: (x + 1) * 127.5, r"\[0, 255\]"),
        (lambda x: x * np.nan, "NaN"),
    ],
)
@pytest.mark.parametrize("as_dataset", [False, True])
def test_wrong_batches_are_refused_before_the_first_step(
    change, message, as_dataset, digits, small_gan
):
    gan, bad = small_gan(), change(digits[:64])
    before = gan.generator.get_weights()
    if as_dataset:
        bad = tf.data.Dataset.from_tensor_slices(bad).batch(32)
    with pytest.raises(ValueError, match=message):
        gan.fit(bad, verbose=0)
    for a, b in zip(before, gan.generator.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_labels_beside_the_images_are_refused(digits, small_gan):
    pairs = tf.data.Dataset.from_tensor_slices((digits[:64], np.zeros(64))).batch(32)
    with pytest.raises(ValueError, match="without labels"):
        small_gan().fit(pairs, verbose=0)


@pytest.mark.parametrize("loss", losses.ADVERSARIAL_LOSSES)
def test_every_loss_trains_both_players(digits, small_gan, loss):
    gan = small_gan(loss=loss)
    before = [w.copy() for w in (*gan.generator.get_weights(), *gan.discriminator.get_weights())]
    log = gan.fit(digits[:64], batch_size=32, verbose=0, shuffle=False).history
    after = (*gan.generator.get_weights(), *gan.discriminator.get_weights())
    assert np.isfinite([log["d_loss"], log["g_loss"]]).all()
    assert all((a != b).any() for a, b in zip(before[:-1], after[:-1]))  # D's last bias may rest


def test_minimax_is_the_other_loss(digits, small_gan):
    log = {
        loss: small_gan(loss=loss).fit(digits[:64], batch_size=64, verbose=0).history["g_loss"][0]
        for loss in ("minimax", "non_saturating")
    }
    assert log["minimax"] < 0 < log["non_saturating"]


def test_training_stops_at_nan_with_advice(digits, small_gan, capsys):
    gan, stop = small_gan(), training.StopAtNaN()
    poison = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: (
            batch == 2 and gan.generator.layers[1].kernel.assign(np.full((64, 784), np.nan))
        )
    )
    gan.fit(digits, batch_size=32, epochs=3, verbose=0, callbacks=[poison, stop])
    assert gan.steps_done == 3
    assert (
        "step 3: a weight of smallest_generator" in stop.message
        and "smaller learning rate" in stop.message
    )
    assert stop.message in capsys.readouterr().out


def test_a_grid_is_kept_for_each_epoch_from_the_same_z(digits, small_gan):
    gan, grid = small_gan(), training.SampleGrid(num=4, seed=7, every=2)
    gan.fit(digits[:64], batch_size=32, epochs=5, verbose=0, callbacks=[grid])
    assert [step for step, _ in grid.frames] == [4, 8, 10]
    np.testing.assert_array_equal(grid.frames[-1][1], gan.generate(4, seed=7))


def test_limits_stop_at_the_step_and_at_the_second(digits, small_gan):
    gan = small_gan()
    limit = training.Limit(steps=7)
    gan.fit(digits, batch_size=32, epochs=99, verbose=0, callbacks=[limit])
    assert gan.steps_done == 7 and limit.reached(7) and not limit.reached(6)
    limit = training.Limit(seconds=0.3, spent=0.1)
    gan.fit(digits, batch_size=32, epochs=10**6, verbose=0, callbacks=[limit])
    assert 0.3 <= limit.elapsed < 10
    with pytest.raises(ValueError, match="only one"):
        training.Limit(seconds=1, steps=1)


def test_the_small_builders_stay_the_recipes():
    assert RECIPES["smallest"].build_generator is models.build_smallest_generator
    assert RECIPES["tutorial_dcgan"].batch_size == 256
    assert RECIPES["tutorial_dcgan"].learning_rate == 1e-4


class Toy(training.Trainer):
    """Two numbers, a and b, each with terms of its own; what it says is compared with the sums."""

    def __init__(self):
        super().__init__("toy", seed=0)
        self.a, self.b = (
            keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)], name=name)
            for name in "ab"
        )
        for network in (self.a, self.b):
            network.set_weights([np.ones((1, 1), "float32")])

    @property
    def players(self):
        return {name: Player(getattr(self, name), self.both[name]) for name in "ba"}

    def compile(self, **kwargs):
        self.both = {"a": keras.optimizers.SGD(0.1), "b": keras.optimizers.SGD(1.0)}
        for name, optimizer in self.both.items():
            optimizer.build(getattr(self, name).trainable_variables)
        super().compile(optimizer=None, **kwargs)

    def _check(self, x):
        pass

    def terms(self, batch, training):
        a, b = (tf.reduce_mean(network(batch)) for network in (self.a, self.b))
        watched = {"rows": batch[:, 0], "a": a}
        return {"b": {"_hidden": 2 * b * a, "twice": 0 * b}, "a": {"square": a**2}}, watched


def test_terms_are_moved_and_reported_by_their_names():
    toy = Toy()
    toy.compile()
    toy.b.layers[0].kernel.regularizer = keras.regularizers.L2(0.25)
    log = toy.fit(np.ones((6, 1), "float32"), batch_size=3, verbose=0, shuffle=False).history
    a, b, rows, twice = 1.0, 1.0, [], []
    for _ in range(2):
        rows.append((a**2, a))
        twice.append(0.25 * b**2)
        a, b = a - 0.1 * 2 * a, b - 1.0 * (2 * a + 0.5 * b)  # both by the numbers before the step
    found = [float(network.get_weights()[0][0, 0]) for network in (toy.a, toy.b)]
    assert found == pytest.approx([a, b], rel=1e-5)
    assert {name: value[0] for name, value in log.items()} == pytest.approx(
        {"twice": np.mean(twice), "square": np.mean(rows, axis=0)[0], "rows": 1.0,
         "a": np.mean(rows, axis=0)[1]}, rel=1e-5,
    )  # fmt: skip


def test_two_terms_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two terms are named d_loss"):
        Means().update({"d": {"d_loss": 1.0}}, {"d_loss": 2.0}, num=1)


def test_a_callback_may_watch_what_no_step_has_reported_yet(digits, small_gan):
    runs = []
    for callbacks in ([], [keras.callbacks.ReduceLROnPlateau("g_loss", mode="min", patience=9)]):
        gan = small_gan(r1_weight=1.0, penalty_every=1)
        gan.fit(digits[:64], batch_size=32, verbose=0, shuffle=False, callbacks=callbacks)
        runs.append(gan.generator.get_weights())
    for a, b in zip(*runs, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)  # looking up the names drew nothing


# Means over examples, steps that were skipped


def uneven(num, size):
    """Digits but for the last one, which is noise, in batches of a size."""
    rng = np.random.default_rng(0)
    images = np.repeat(rng.uniform(-1, 1, (1, 2, 2, 1)), num, axis=0).astype("float32")
    images[-1] = -images[-1]
    labels = np.arange(num) % 3
    return tf.data.Dataset.from_tensor_slices((images, labels.astype("int32"))).batch(size)


def little(kind):
    """A trainer of 2×2 images."""
    keras.utils.set_random_seed(0)
    g, d = (3,), (2, 2, 1)
    if kind is training.ConditionalGAN:
        g = models.build_conditional_generator(3, image_shape=(4, 4, 1))
        d = models.build_conditional_discriminator(3, image_shape=(4, 4, 1))
        made = kind(g, d, 3)
    else:
        layers = keras.layers
        g = keras.Sequential([keras.Input(g), layers.Dense(4, "tanh"), layers.Reshape(d)])
        d = keras.Sequential([keras.Input(d), layers.Flatten(), layers.Dense(1)])
        made = kind(g, d)
    options = {"critic_steps": 1} if kind is training.WGANGP else {}
    made.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0), **options)
    return made


@pytest.mark.parametrize("kind", [training.GAN, training.ConditionalGAN, training.WGANGP])
def test_a_mean_does_not_depend_on_how_images_are_cut_into_batches(kind):
    trainer, found = little(kind), []
    for size in (9, 8, 5):
        data = uneven(9, size)
        if kind is training.ConditionalGAN:
            data = data.map(lambda x, y: (tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2), y))
        else:
            data = data.map(lambda x, y: x)
        found.append(trainer.evaluate(data, verbose=0, return_dict=True))
    on_real = [
        one["critic_loss"] + one["g_loss"] if kind is training.WGANGP else one["d_real"]
        for one in found
    ]
    np.testing.assert_allclose(on_real[1:], on_real[0], rtol=1e-4)
    if kind is training.GAN:
        images = np.concatenate([x for x, _ in uneven(9, 9)])
        by_hand = float(np.mean(keras.ops.sigmoid(trainer.discriminator(images))))
        assert on_real[0] == pytest.approx(by_hand, rel=1e-5)


def test_reports_of_fit_and_of_validation_weigh_batches_by_their_size():
    images = np.concatenate([x for x, _ in uneven(9, 9)])
    gan = little(training.GAN)
    history = gan.fit(
        images, batch_size=8, validation_data=images, shuffle=False, verbose=0
    ).history
    right = float(np.mean(keras.ops.sigmoid(gan.discriminator(images))))
    for name in ("d_real", "val_d_real"):
        assert history[name][0] == pytest.approx(right, rel=1e-5)
    scores = keras.ops.sigmoid(gan.discriminator(images[[0, -1]])).numpy().ravel()
    assert abs(scores.mean() - right) > 1e-2  # what a mean of the two batches would say


def test_a_mean_of_means_weighs_by_number():
    means = Means()
    means.update({"d": {"loss": 1.0}}, {"each": tf.constant([1.0, 1.0, 4.0])}, num=3)
    found = means.update({"d": {"loss": 5.0}}, {"each": tf.constant([6.0])}, num=1)
    assert {name: float(value) for name, value in found.items()} == {"loss": 2.0, "each": 3.0}


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_steps_that_half_floats_skip_are_counted_and_told(share):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = little(training.GAN)
    finally:
        keras.config.set_dtype_policy("float32")
    for optimizer in gan.optimizers:
        optimizer.dynamic_scale.assign(1.0)
    loss, count = gan.discriminator_loss, tf.Variable(0.0)

    def sometimes(real, fake):
        bad = count.assign_add(share) % 1.0 >= 1 - share if share else False
        return loss(real, fake) * tf.where(bad, float("inf"), 1.0)

    gan.discriminator_loss = sometimes
    images = np.concatenate([x for x, _ in uneven(16, 16)])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        gan.fit(images, batch_size=4, epochs=5, verbose=0)
    said = [str(one.message) for one in told if "skipped" in str(one.message)]
    done = int(gan.d_optimizer.iterations)
    assert done == 20 - round(20 * share) and gan.steps_done == 20
    if share:
        assert said[0].startswith(f"The optimizer of the discriminator skipped {20 - done} of 20")
    else:
        assert not said
