"""What trainers refuse, each kind by three instances or more, and the sentence that says so."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from hue_edu import latent, models, runtime, training
from hue_edu.checks import endings, networks
from hue_edu.layers import MinibatchStandardDeviation, Pack
from hue_edu.training import (
    GAN,
    VAE,
    WGANGP,
    ConditionalGAN,
    PlanarGAN,
    PlanarSettings,
    optimizers,
)

pytestmark = pytest.mark.core

SHAPE = (8, 8, 1)
IMAGES = np.tanh(np.random.default_rng(0).normal(size=(96, *SHAPE))).astype("float32")


def generator(*ends, inputs=4):
    """z → 64 numbers, and what comes after them; tanh and the shape unless told otherwise."""
    ends = ends or (layers.Activation("tanh"), layers.Reshape(SHAPE))
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(64), *ends], name="drawer")


def discriminator(*ends, shape=SHAPE):
    ends = ends or (layers.Dense(1),)
    return keras.Sequential([keras.Input(shape), layers.Flatten(), *ends], name="judge")


def sgd(rate=0.01):
    return keras.optimizers.SGD(rate)


def compiled(trainer=GAN, g=None, d=None, **options):
    keras.utils.set_random_seed(0)
    gan = trainer(g or generator(), d or discriminator())
    gan.compile(sgd(), sgd(), **options)
    return gan


def dataset(x=IMAGES, size=32, **options):
    return tf.data.Dataset.from_tensor_slices(x).batch(size, **options)


# Networks


class Sigmoid(layers.Layer):
    """A layer that nobody here knows."""

    def call(self, x):
        return ops.sigmoid(x)


def functional(function):
    x = keras.Input(SHAPE)
    return keras.Model(x, function(layers.Dense(1)(layers.Flatten()(x))), name="judge")


@pytest.mark.parametrize(
    "judge, words",
    [
        (lambda: discriminator(layers.Dense(1, activation="sigmoid")), "sigmoid.*from 0 to 1"),
        (lambda: discriminator(layers.Dense(1, activation="softmax")), "softmax.*at 1 always"),
        (lambda: discriminator(layers.Dense(1), layers.ReLU()), "re_lu.*from 0 to ∞"),
        (lambda: discriminator(layers.Dense(1, "tanh"), layers.Dropout(0.1)), "tanh.*-1 to 1"),
        (lambda: functional(ops.sigmoid), "sigmoid.*from 0 to 1"),
        (lambda: functional(keras.Sequential([layers.Activation("softplus")])), "softplus.*to ∞"),
    ],
)
@pytest.mark.parametrize("trainer", [GAN, WGANGP])
def test_a_discriminator_returns_logits(trainer, judge, words):
    with pytest.raises(ValueError, match=f"judge ends in {words}.*logits.*leave the last"):
        trainer(generator(), judge())


@pytest.mark.parametrize(
    "judge",
    [
        lambda: discriminator(),
        lambda: discriminator(layers.Dense(1), layers.LeakyReLU()),
        lambda: discriminator(layers.Dense(1), Sigmoid()),  # unknown: not judged
        models.build_smallest_discriminator,
        models.build_conditional_discriminator,
        models.build_text_discriminator,
    ],
)
def test_unbounded_discriminators_pass(judge):
    networks.check_unbounded(judge(), "logits")


@pytest.mark.parametrize(
    "ends, words",
    [
        ([layers.Activation("sigmoid"), layers.Reshape(SHAPE)], "sigmoid.*from 0 to 1"),
        ([layers.ReLU(), layers.Reshape(SHAPE)], "from 0 to ∞"),
        ([layers.Reshape(SHAPE)], "no activation.*from -∞ to ∞"),
        ([layers.Activation("tanh"), layers.Rescaling(0.5), layers.Reshape(SHAPE)], "-0.5 to 0.5"),
    ],
)
def test_a_generator_of_images_reaches_from_minus_one_to_one(ends, words):
    with pytest.raises(ValueError, match=f"drawer ends in .*{words}.*end it in tanh"):
        GAN(generator(*ends), discriminator())


def test_endings_are_seen_through_scaling_and_models_within():
    scaled = generator(layers.Activation("sigmoid"), layers.Rescaling(2.0, -1.0))
    assert endings.output_range(scaled)[:2] == (-1.0, 1.0)
    networks.check_makes_images(models.build_sampler(models.build_dense_decoder()))
    networks.check_makes_images(models.build_conditional_generator())
    assert endings.output_range(discriminator(layers.Dense(1), Sigmoid())) is None
    points = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    networks.check_makes_images(points)  # no images, so no limits


@pytest.mark.parametrize(
    "g, d, words",
    [
        (generator, lambda: discriminator(shape=(9, 8, 1)), r"\(8, 8, 1\).*takes \(9, 8, 1\)"),
        (generator, lambda: discriminator(shape=(8, 8, 3)), r"\(8, 8, 1\).*takes \(8, 8, 3\)"),
        (generator, lambda: discriminator(layers.Dense(10)), r"\(None, 10\).*one number"),
        (discriminator, generator, r"takes \(None, 8, 8, 1\).*before the discriminator"),
        (generator, lambda: keras.Sequential([layers.Dense(1)]), "begin it with keras.Input"),
        (lambda: keras.Sequential([layers.Dense(64)]), discriminator, "begin it with keras.Input"),
        (models.build_conditional_generator, discriminator, "2 inputs.*ConditionalGAN"),
    ],
)
def test_networks_that_do_not_fit_are_refused(g, d, words):
    for trainer in (GAN, WGANGP):
        with pytest.raises(ValueError, match=words):
            trainer(g(), d())


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__(name="own")
        self.dense = layers.Dense(64, activation="tanh")

    def call(self, z):
        return ops.reshape(self.dense(z), (-1, *SHAPE))


class NoConfig(layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return x * self.factor


def test_networks_that_cannot_be_copied_are_refused():
    within = keras.Sequential([keras.Input((64,)), layers.Lambda(lambda x: x)])
    for g, words in (
        (Subclassed(), "own, the generator, is a subclassed model"),
        (generator(layers.Lambda(tf.tanh), layers.Reshape(SHAPE)), "Lambda"),
        (generator(within, layers.Activation("tanh"), layers.Reshape(SHAPE)), "Lambda"),
        (generator(NoConfig(2), layers.Activation("tanh"), layers.Reshape(SHAPE)), "get_config"),
        (models.build_smallest_generator, "function, not a Keras model; call the builder"),
        (None, "NoneType, not a Keras model"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            GAN(g, discriminator())


def test_frozen_networks_are_refused_at_each_door():
    def frozen(network):
        network.trainable = False
        return network

    for pair in ((generator(), frozen(discriminator())), (frozen(generator()), discriminator())):
        with pytest.raises(ValueError, match="no trainable weights.*nothing needs freezing"):
            GAN(*pair)
    gan = GAN(generator(), discriminator())
    gan.discriminator.trainable = False
    with pytest.raises(ValueError, match="judge has no trainable weights"):
        gan.compile(sgd(), sgd())
    partly = discriminator(layers.Dense(3, trainable=False), layers.Dense(1))
    compiled(d=partly).fit(IMAGES, verbose=0)  # a part may rest


class Hidden(layers.Layer):
    """A layer with another inside."""

    def __init__(self):
        super().__init__()
        self.norm = layers.BatchNormalization()

    def call(self, x):
        return self.norm(x)


def test_batch_normalisation_is_found_at_any_depth():
    inner = keras.Sequential([keras.Input((4,)), layers.BatchNormalization()])
    twice = keras.Sequential([keras.Input((4,)), inner])
    for part in (layers.BatchNormalization(), inner, twice, Hidden()):
        with pytest.raises(ValueError, match="judge has batch normalisation"):
            WGANGP(generator(), discriminator(layers.Dense(4), part, layers.Dense(1)))
    WGANGP(
        generator(), discriminator(layers.Dense(4), layers.LayerNormalization(), layers.Dense(1))
    )


def test_the_networks_of_a_vae_are_looked_at():
    with pytest.raises(ValueError, match=r"takes \(32, 32, 1\).*makes \(28, 28, 1\)"):
        VAE(models.build_dense_encoder(image_shape=(32, 32, 1)), models.build_dense_decoder())
    images = keras.Input((28, 28, 1))
    x = layers.Flatten()(images)
    for ends in (("relu", None), (None, "softplus")):
        pair = [layers.Dense(20, activation=end)(x) for end in ends]
        with pytest.raises(ValueError, match="expected z_"):
            VAE(keras.Model(images, pair, name="encoder"), models.build_dense_decoder())
    decoder = keras.Sequential([*models.build_dense_decoder().layers, layers.Activation("sigmoid")])
    decoder.build((None, 20))
    vae = VAE(models.build_dense_encoder(), decoder)
    with pytest.raises(ValueError, match="logits of ink"):
        vae.compile(sgd())
    with pytest.raises(ValueError, match="means lie from 0 to 1"):
        vae.compile(sgd(), likelihood="gaussian")


def test_labels_need_their_rows_and_captions_their_parts():
    networks = models.build_conditional_generator(7), models.build_conditional_discriminator(10)
    with pytest.raises(ValueError, match="embeds 7 classes, but num_classes is 10"):
        ConditionalGAN(*networks)
    ConditionalGAN(*networks, num_classes=7)
    painter = models.build_text_generator()
    tokens = keras.Input((12,), dtype="int32")
    picture = keras.Input((32, 32, 3))
    flat = layers.Concatenate()([layers.Flatten()(picture), layers.Embedding(9, 1)(tokens)[..., 0]])
    judge = keras.Model([picture, tokens], layers.Dense(1)(flat), name="judge")
    with pytest.raises(ValueError, match="no part named picture or text_encoder or match"):
        training.TextToImage(painter, judge)


# Settings


@pytest.mark.parametrize(
    "options, words",
    [
        ({"r1_weight": -1}, "r1_weight is -1"),
        ({"r2_weight": float("nan")}, "r2_weight is nan"),
        ({"r1_weight": "0.2"}, "r1_weight is '0.2'"),
        ({"penalty_every": 0}, "penalty_every is 0"),
        ({"penalty_every": 2.5}, "penalty_every is 2.5"),
        ({"r1_every": 4}, "compile got r1_every, which"),
        ({"metrics": ["mae"]}, "compile got metrics, which"),
        ({"gp_weight": 10.0}, "compile got gp_weight, which"),
    ],
)
def test_settings_out_of_range_or_without_use_are_refused(options, words):
    with pytest.raises((TypeError, ValueError), match=words):
        compiled(**options)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"r1_weight": 1000.0}, "compile got r1_weight"),
        ({"label_smoothing": 0.1}, "compile got label_smoothing"),
        ({"loss": "hinge"}, "compile got loss"),
        ({"penalty_every": 4}, "compile got penalty_every"),
        ({"gp_weight": -1}, "gp_weight is -1"),
        ({"clip": 0, "gp_weight": 0}, "clip is 0"),
        ({"critic_steps": 1.5}, "critic_steps is 1.5"),
    ],
)
def test_settings_of_wgan_gp(options, words):
    with pytest.raises((TypeError, ValueError), match=words):
        compiled(WGANGP, **options)


def test_numbers_of_the_constructors_and_callbacks():
    for averaging in (-1, 1, float("nan"), "0.9"):
        with pytest.raises(ValueError, match="averaging is .*from 0 to below 1"):
            GAN(generator(), discriminator(), averaging=averaging)
    for options in ({"every": 0}, {"every": -1}, {"every": 0.5}):
        with pytest.raises(ValueError, match="every is"):
            training.SampleGrid(**options)
    for options in ({"seconds": 0}, {"steps": 0}, {"seconds": -3}, {"seconds": float("nan")}):
        with pytest.raises(ValueError, match="expected a number above 0"):
            training.Limit(**options)
    points = np.zeros((5, 2), "float32")
    for options in ({"penalty_weight": -1}, {"d_steps": 0}, {"d_learning_rate": float("nan")}):
        with pytest.raises(ValueError, match=f"{next(iter(options))} is"):
            PlanarGAN(points, PlanarSettings(**options))
    for bad in (points[:0], points[:, :1], points * np.nan):
        with pytest.raises(ValueError, match="points"):
            PlanarGAN(bad)
    vae = VAE(models.build_dense_encoder(), models.build_dense_decoder())
    for options in ({"beta": float("nan")}, {"std": 0}, {"free_bits": -1}):
        with pytest.raises(ValueError, match=f"{next(iter(options))} is"):
            vae.compile(sgd(), **options)


def test_optimizers_by_name_by_object_and_otherwise():
    gan = GAN(generator(), discriminator())
    gan.compile("adam", "adam")
    assert gan.g_optimizer is not gan.d_optimizer
    gan.compile("adam", "rmsprop")
    assert isinstance(gan.d_optimizer, keras.optimizers.RMSprop)
    for bad in (None, keras.optimizers.Adam, 1e-3):
        with pytest.raises(TypeError, match="expected an object such as"):
            gan.compile(bad, sgd())
    used = gan.g_optimizer
    gan.compile(used, sgd())  # the same weights: it goes on
    with pytest.raises(ValueError, match="belongs to other weights"):
        GAN(generator(), discriminator()).compile(used, sgd())
    with pytest.raises(ValueError, match="belongs to other weights"):
        gan.compile(sgd(), used)


def test_regularizers_of_both_networks_are_added():
    def weights(trainer, strength, batches):
        keras.utils.set_random_seed(0)
        l2 = keras.regularizers.L2(strength)
        drawn = keras.Sequential(
            [
                keras.Input((4,)),
                layers.Dense(64, "tanh", kernel_regularizer=l2),
                layers.Reshape(SHAPE),
            ]
        )
        gan = compiled(trainer, drawn, discriminator(layers.Dense(1, kernel_regularizer=l2)))
        start = [network.get_weights()[0] for network in (gan.generator, gan.discriminator)]
        log = gan.fit(dataset(IMAGES[:32], 32 // batches), verbose=0).history
        return start, [n.get_weights()[0] for n in (gan.generator, gan.discriminator)], log

    (start, without, plain), (_, regular, log) = (weights(GAN, s, 1) for s in (0.0, 3.0))
    for old, free, pulled in zip(start, without, regular):
        np.testing.assert_allclose(pulled, free - 0.01 * 2 * 3.0 * old, atol=1e-5)
    for name, old in (("penalty", start[1]), ("g_loss", start[0])):
        assert log[name][0] - plain[name][0] == pytest.approx(3 * (old**2).sum(), rel=1e-4)
    (_, without, _), (_, regular, _) = (weights(WGANGP, s, 8) for s in (0.0, 3.0))
    for free, pulled in zip(without, regular):
        assert np.abs(pulled).sum() < np.abs(free).sum()
    encoder, decoder = models.build_dense_encoder(2, (8,)), models.build_dense_decoder(2, (8,))
    encoder.layers[2].kernel_regularizer = keras.regularizers.L2(1.0)
    assert optimizers.own_losses(decoder) == 0.0


def test_losses_of_outputs_are_refused():
    class Adds(layers.Layer):
        def call(self, x):
            self.add_loss(ops.mean(x))
            return x

    for part in (
        layers.Dense(4, activity_regularizer="l2"), layers.ActivityRegularization(l2=0.1), Adds(),
    ):  # fmt: skip
        gan = compiled(d=discriminator(part, layers.Dense(1)))
        with pytest.raises(ValueError, match="adds a loss of its outputs"):
            gan.fit(IMAGES[:32], verbose=0)
        assert gan.steps_done == 0


# What Keras' trainer takes


@pytest.mark.parametrize(
    "options",
    [
        {"y": np.zeros(96)},
        {"class_weight": {0: 1.0, 1: 2.0}},
        {"sample_weight": np.ones(96)},
    ],
)
def test_labels_and_weights_are_refused_in_one_sentence(options):
    for call in (compiled().fit, compiled().evaluate):
        with pytest.raises(ValueError, match=f"fit got {next(iter(options))}; .*images alone"):
            call(IMAGES, **options)


def test_evaluate_reports_the_losses_and_changes_nothing():
    networks = models.build_conditional_generator(), models.build_conditional_discriminator()
    conditional = ConditionalGAN(*networks)
    conditional.compile(sgd(), sgd(), r1_weight=0.5)
    pictures = np.tanh(np.random.default_rng(1).normal(size=(8, 28, 28, 1))).astype("float32")
    pairs = dataset((pictures, np.arange(8, dtype="int32")), 4)
    for gan, data in (
        (compiled(r1_weight=1.0), IMAGES), (compiled(WGANGP), dataset()), (conditional, pairs)
    ):  # fmt: skip
        before = [v.numpy().copy() for v in gan.variables]
        one, two = (gan.evaluate(data, verbose=0, return_dict=True) for _ in range(2))
        assert one == two and set(one) == set(gan.means.trackers)
        assert all(map(np.isfinite, one.values()))
        for old, new in zip(before, gan.variables):
            np.testing.assert_array_equal(old, new.numpy())
    one = compiled(r1_weight=1.0, d=discriminator())
    slopes = one.discriminator.get_weights()[0]  # D is linear: R1 = ½‖w‖²
    found = one.evaluate(IMAGES, verbose=0, return_dict=True)["penalty"]
    assert found == pytest.approx((slopes**2).sum() / 2, rel=1e-4)


def test_validation_is_reported_and_leaves_the_training_as_it_was():
    for trainer in (GAN, WGANGP):
        runs = []
        for options in ({}, {"validation_data": dataset(IMAGES[:20], 8)}):
            gan = compiled(trainer)
            log = gan.fit(dataset(size=8), epochs=2, verbose=0, **options).history
            runs.append((gan.generator.get_weights(), log))
        for a, b in zip(runs[0][0], runs[1][0]):
            np.testing.assert_array_equal(a, b)
        assert {f"val_{name}" for name in gan.means.trackers} <= set(runs[1][1])
    assert "val_d_loss" in compiled().fit(IMAGES, validation_split=0.5, verbose=0).history
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        compiled().fit(IMAGES, validation_data=(IMAGES + 1) / 2, verbose=0)


def test_a_step_on_one_batch_from_keras_own_method():
    gan = compiled()
    found = gan.train_on_batch(IMAGES[:16], return_dict=True)
    assert gan.steps_done == 1 and np.isfinite(found["d_loss"])
    with pytest.raises(ValueError, match="takes 5 batches"):
        compiled(WGANGP).train_on_batch(IMAGES[:16])


def test_callbacks_that_would_fail_or_sleep_are_refused_before_training(tmp_path):
    kinds = keras.callbacks
    for callback, words in (
        (kinds.TerminateOnNaN(), "use training.StopAtNaN"),
        (kinds.ModelCheckpoint(tmp_path / "x.keras"), "use training.Checkpoint"),
        (kinds.EarlyStopping(), "EarlyStopping watches 'val_loss'.*d_loss, penalty, g_loss"),
        (kinds.ReduceLROnPlateau(monitor="loss"), "ReduceLROnPlateau watches 'loss'"),
        (
            kinds.ModelCheckpoint(tmp_path / "x.weights.h5", "acc", save_weights_only=True,
                                  save_best_only=True),
            "watches 'acc'",
        ),
    ):  # fmt: skip
        gan = compiled()
        with pytest.raises(ValueError, match=words):
            gan.fit(IMAGES, verbose=0, callbacks=[callback])
        assert gan.steps_done == 0
    with pytest.raises(ValueError, match="watches 'val_d_loss'"):
        compiled().fit(IMAGES, callbacks=[kinds.EarlyStopping("val_d_loss", mode="min")])


def test_callbacks_of_learning_rates_move_both_players():
    keep = keras.callbacks
    for callback, factor in (
        (keep.LearningRateScheduler(lambda epoch, rate: rate / 2), 0.25),
        (keep.LearningRateScheduler(lambda epoch: 0.001), 0.1),
        (keep.ReduceLROnPlateau("d_real", mode="max", min_delta=9.0, patience=1), 0.1),
        (keep.EarlyStopping("g_loss", mode="min", patience=5), 1.0),
        (
            keep.ModelCheckpoint("x.weights.h5", save_weights_only=True, save_freq=10**9),
            1.0,
        ),
    ):
        gan = compiled()
        gan.compile(sgd(0.01), sgd(0.04))
        gan.fit(IMAGES, epochs=2, verbose=0, callbacks=[callback])
        rates = [float(optimizer.learning_rate) for optimizer in gan.optimizers]
        assert rates == pytest.approx([0.01 * factor, 0.04 * factor])


def test_a_whole_trainer_is_not_saved_but_its_sampler_is(tmp_path):
    gan = compiled()
    for save in (
        lambda: gan.save(tmp_path / "gan.keras"),
        lambda: keras.saving.save_model(gan, tmp_path / "other.keras"),
        gan.to_json,
        lambda: keras.models.clone_model(gan),
    ):
        with pytest.raises(ValueError, match="training.save_checkpoint.*sampler.save"):
            save()
    assert not (tmp_path / "gan.keras").exists()
    gan.sampler.save(tmp_path / "g.keras")
    again = keras.models.load_model(tmp_path / "g.keras")
    np.testing.assert_allclose(training.generate(again, 3, 0), gan.generate(3, 0), atol=1e-6)
    gan.export(str(tmp_path / "exported"), verbose=False)
    served = tf.saved_model.load(str(tmp_path / "exported"))
    z = latent.sample_z(3, 4, seed=0)
    np.testing.assert_allclose(served.serve(z), gan.generate(3, 0), atol=1e-5)


# Data


class Pictures(keras.utils.PyDataset):
    def __init__(self, num):
        super().__init__()
        self.num = num

    def __len__(self):
        return self.num

    def __getitem__(self, k):
        return IMAGES[16 * k : 16 * k + 16]


class Endless(Pictures):
    num_batches = None


@pytest.mark.parametrize(
    "data, words",
    [
        (lambda: (IMAGES[k : k + 32] for k in (0, 32)), "a generator; expected an array.*from_gen"),
        (lambda: list(IMAGES), "a list; expected an array .np.stack"),
        (lambda: "images.npz", "a str; expected an array"),
        (lambda: dataset({"image": IMAGES}), "dictionary of image.*row.'image'"),
        (lambda: dataset((IMAGES, IMAGES[:, 0, 0, 0])), "2 things per batch.*without labels"),
        (lambda: tf.data.Dataset.from_tensor_slices(IMAGES), "batch.32, drop_remainder=True"),
        (lambda: IMAGES[0], "batch.32, drop_remainder=True"),
        (lambda: dataset(IMAGES[:0]), "data is empty"),
        (lambda: dataset(IMAGES[:8], 9, drop_remainder=True), "data is empty"),
        (lambda: IMAGES[:0], "data is empty"),
        (lambda: Pictures(0), "data is empty"),
        (lambda: dataset().repeat(), "dataset never ends; pass steps_per_epoch"),
        (lambda: tf.data.Dataset.from_tensors(IMAGES).repeat(-1), "never ends"),
        (lambda: Endless(4), "never ends"),
    ],
)
def test_containers_that_cannot_be_trained_on_get_one_sentence(data, words):
    gan = compiled()
    with pytest.raises((TypeError, ValueError), match=words):
        gan.fit(data(), verbose=0)
    assert gan.steps_done == 0


def test_containers_that_can():
    for data, steps in (
        (Pictures(3), 3),
        (dataset(), 3),
        (tf.constant(IMAGES), 3),
        (dataset().repeat().take(4), 4),
    ):
        gan = compiled()
        assert np.isfinite(gan.fit(data, verbose=0).history["d_loss"]).all()
        assert gan.steps_done == steps
    endless = compiled()
    endless.fit(dataset().repeat(), steps_per_epoch=2, verbose=0)
    with pytest.raises(ValueError, match="pass steps[.]"):
        endless.evaluate(dataset().repeat())
    with pytest.raises(ValueError, match="pass validation_steps"):
        endless.fit(IMAGES, validation_data=dataset().repeat())


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_where_data_of_unknown_length_ends_no_step_is_counted():
    found = []
    for data in (dataset(), dataset().filter(lambda x: True)):
        gan = compiled()
        found.append(gan.fit(data, epochs=2, verbose=0).history)
        assert gan.steps_done == 6 == int(gan.g_optimizer.iterations)
        found[-1].update(gan.evaluate(data, verbose=0, return_dict=True))
    for name, value in found[0].items():
        assert found[1][name] == pytest.approx(value, rel=1e-5), name


def test_too_little_data_for_one_step_is_counted_before():
    for size, steps, words in ((32, 5, "3 whole batches"), (96, 2, "1 whole"), (40, 3, "2 whole")):
        gan = compiled(WGANGP, critic_steps=steps)
        with pytest.raises(ValueError, match=f"{words}.*fewer than critic_steps={steps}"):
            gan.fit(dataset(size=size), verbose=0)
        assert gan.steps_done == 0
    filtered = dataset(size=48).filter(lambda x: True)
    with pytest.raises(ValueError, match="2 whole batches"):
        compiled(WGANGP).fit(filtered, verbose=0)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_a_smaller_last_batch_is_left_out_where_steps_take_groups():
    for data, steps in (
        (dataset(size=18), 2),  # 18 · 5 + 6
        (dataset(size=16), 3),
        (dataset(size=18).filter(lambda x: True), 2),
        (dataset(size=18, drop_remainder=True), 2),
    ):
        gan = compiled(WGANGP, critic_steps=2)
        assert np.isfinite(gan.fit(data, verbose=0).history["critic_loss"]).all()
        assert gan.steps_done == steps


@pytest.mark.parametrize(
    "layer, size, rest",
    [
        (lambda: MinibatchStandardDeviation(4), 32, 6),
        (lambda: Pack(2), 32, 5),
        (lambda: keras.Sequential([keras.Input((8,)), MinibatchStandardDeviation(3)]), 30, 1),
    ],
)
def test_layers_over_groups_meet_no_smaller_batch(layer, size, rest):
    judge = discriminator(layers.Dense(8), layer(), layers.Dense(1))
    num = 2 * size + rest
    with pytest.raises(ValueError, match=f"groups of .*, has {rest}; take a multiple"):
        compiled(d=judge).fit(IMAGES[:num], batch_size=size, verbose=0)
    with pytest.raises(ValueError, match="has 7; take a multiple"):
        compiled(d=judge).fit(dataset(size=7), verbose=0)
    gan = compiled(d=judge)
    gan.fit(dataset(IMAGES[:num], size), verbose=0)  # the rest is left out
    assert gan.steps_done == 2


# Numbers, classes and data that reach Keras


@pytest.mark.parametrize(
    "options",
    [{"batch_size": 0}, {"batch_size": 16.0}, {"batch_size": -8}, {"epochs": 0},
     {"steps_per_epoch": 0}, {"epochs": 1.5}, {"validation_freq": 0}],
    ids=str,
)  # fmt: skip
def test_numbers_of_fit_that_train_nothing_are_named(options):
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"{name} is {value}; expected a whole number, at least 1"):
        compiled().fit(IMAGES, verbose=0, **options)
    compiled().fit(IMAGES, batch_size=np.int64(32), epochs=np.int32(1), verbose=0)
    with pytest.raises(ValueError, match="steps_per_execution is 0"):
        compiled(steps_per_execution=0)


class Parts(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, k):
        return IMAGES[32 * k : 32 * k + 32]


@pytest.mark.parametrize("data", [dataset, lambda: dataset().repeat(2), Parts])
def test_a_batch_size_beside_batches_is_not_ignored(data):
    for call in (GAN.fit, GAN.evaluate):
        with pytest.raises(ValueError, match="batch_size is 16, but the data comes in batches"):
            call(compiled(), data(), batch_size=16, verbose=0)


@pytest.mark.parametrize("kind", [GAN, WGANGP, VAE])
def test_what_is_not_compiled_is_told_to(kind):
    if kind is VAE:
        trainer = VAE(models.build_dense_encoder(), models.build_dense_decoder())
    else:
        trainer = kind(generator(), discriminator())
    for call in (trainer.fit, trainer.evaluate):
        with pytest.raises(ValueError, match=f"{kind.__name__} has no optimizers yet"):
            call(dataset(), verbose=0)


@pytest.mark.parametrize("kind", [training.StopAtNaN, training.Limit, keras.callbacks.CSVLogger])
def test_a_callback_without_parentheses_is_named(kind):
    with pytest.raises(TypeError, match=f"the class {kind.__name__}; make an instance"):
        compiled().fit(IMAGES, verbose=0, callbacks=[kind])


def test_averages_that_nobody_would_take_up_are_refused():
    with pytest.raises(ValueError, match="SwapEMAWeights.*trainer.sampler"):
        compiled().fit(IMAGES, verbose=0, callbacks=[keras.callbacks.SwapEMAWeights()])
    for kind in (keras.optimizers.SGD, keras.optimizers.Adam, keras.optimizers.RMSprop):
        for pair in ((kind(use_ema=True), sgd()), (sgd(), kind(use_ema=True))):
            with pytest.raises(ValueError, match="use_ema.*argument averaging"):
                GAN(generator(), discriminator()).compile(*pair)


def test_a_step_by_itself_looks_at_what_it_gets():
    for trainer, data in ((GAN, IMAGES[:8]), (WGANGP, IMAGES[:40].reshape(5, 8, *SHAPE))):
        gan = compiled(trainer)
        for step in (gan.train_on_batch, gan.test_on_batch):
            with pytest.raises(ValueError, match="step got pixels of uint8"):
                step((data > 0).astype("uint8"))
            with pytest.raises(ValueError, match="step got more than images"):
                step(data, np.zeros(len(data)))
        assert gan.steps_done == 0


def test_the_summary_is_printed_and_predict_takes_z(capsys):
    gan = compiled()
    gan.summary()
    assert "Optimizer params" in capsys.readouterr().out
    z = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    np.testing.assert_allclose(gan.predict(z, verbose=0), gan(z), atol=1e-6)
    for wrong in (IMAGES, z[:, :3], z[0]):
        with pytest.raises(ValueError, match=r"takes z of \(num, 4\)"):
            gan.predict(wrong, verbose=0)


# NumPy's numbers, weights put in by hand


def test_whole_numbers_of_numpy_are_whole_numbers():
    for number in (np.int64(3), np.int32(3), np.uint8(3), np.array(3)):
        gan = GAN(generator(), discriminator(), seed=number)
        np.testing.assert_array_equal(gan.generate(number, number), gan.generate(3, 3))
        same = GAN(generator(), discriminator(), seed=3)
        assert int(gan.seed_generator.state[0]) == int(same.seed_generator.state[0])
    runtime.setup(np.int64(3))
    np.testing.assert_array_equal(latent.sample_z(2, 4, np.int64(3)), latent.sample_z(2, 4, 3))
    for bad in (1.5, None, "1", -1):
        with pytest.raises(ValueError, match="seed is .*expected a whole number"):
            GAN(generator(), discriminator(), seed=bad)
        with pytest.raises(ValueError, match="seed is .*expected a whole number"):
            gan.generate(3, bad)
    for bad in (1.5, None):
        with pytest.raises(ValueError, match="seed is .*expected a whole number"):
            latent.sample_z(2, 4, bad)


def test_weights_put_in_by_hand_count_from_the_start():
    gan, other = compiled(), generator()
    gan.generator.set_weights(other.get_weights())
    np.testing.assert_allclose(gan.generate(4, 0), training.generate(other, 4, 0), atol=1e-6)
    gan = compiled()
    gan.generator.set_weights(other.get_weights())
    gan.compile(sgd(0.0), sgd(0.0))
    gan.fit(IMAGES, verbose=0)
    np.testing.assert_allclose(gan.generate(4, 0), training.generate(other, 4, 0), atol=1e-6)


def test_half_floats_with_networks_of_ones_own():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        for trainer, data in ((GAN, IMAGES), (WGANGP, dataset(size=16))):
            gan = compiled(trainer, r2_weight=0.1) if trainer is GAN else compiled(trainer)
            log = gan.fit(data, verbose=0).history
            assert np.isfinite(list(log.values())).all()
            assert gan.generate(3, 0).dtype == np.float32
        gan.discriminator.layers[-1].kernel.assign(np.full((64, 1), 1e9))  # every step overflows
        steps, moves = gan.steps_done, int(gan.d_optimizer.iterations)
        gan.fit(dataset(size=16), verbose=0)
        assert gan.steps_done == steps + 1 and int(gan.d_optimizer.iterations) == moves
        scaling = keras.optimizers.LossScaleOptimizer(sgd())
        gan.compile(scaling, sgd())
        assert gan.g_optimizer is scaling
        with pytest.raises(TypeError, match="LossScaleOptimizer"):
            gan.compile(keras.optimizers.LossScaleOptimizer, sgd())
    finally:
        keras.config.set_dtype_policy("float32")


# A look at the data takes nothing from it, and costs little


def one_shot(num=6, size=16):
    """Batches that can be read once: a generator that is not made anew."""
    batches = (np.roll(IMAGES, k, axis=0)[:size] for k in range(num))
    spec = tf.TensorSpec((None, *IMAGES.shape[1:]), tf.float32)
    return tf.data.Dataset.from_generator(lambda: batches, output_signature=spec)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(
    "make, steps",
    [(compiled, 6), (lambda: compiled(WGANGP, critic_steps=2), 3),
     (lambda: compiled(d=discriminator(MinibatchStandardDeviation(2), layers.Dense(1))), 6)],
)  # fmt: skip
def test_data_that_can_be_read_once_is_trained_on_whole_and_its_end_is_told(make, steps):
    gan = make()
    with pytest.warns(UserWarning, match="Epoch 2 had no data, so training stopped before it"):
        history = gan.fit(one_shot(), epochs=3, verbose=0).history
    assert gan.steps_done == steps
    assert {len(values) for values in history.values()} == {1}  # no zeros of an epoch without data
    assert np.isfinite(make().evaluate(one_shot(), verbose=0)).all()


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_the_order_of_what_was_looked_at_stays():
    seen, gan = [], compiled()
    step = gan.train_step
    gan.train_step = lambda x: seen.append(x[0, 0, 0, 0].numpy()) or step(x)
    gan.run_eagerly = True
    with pytest.warns(UserWarning, match="had no data"):
        gan.fit(one_shot(), epochs=2, validation_data=one_shot(2), verbose=0)
    np.testing.assert_allclose(seen, [np.roll(IMAGES, k, axis=0)[0, 0, 0, 0] for k in range(6)])


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_a_filtered_dataset_gives_each_epoch_the_same_batches():
    gan = compiled()
    gan.fit(dataset(size=16).filter(lambda x: True), epochs=3, verbose=0)
    assert gan.steps_done == 18


@pytest.mark.parametrize(
    "make",
    [compiled, lambda: compiled(WGANGP, critic_steps=1),
     lambda: compiled(d=discriminator(MinibatchStandardDeviation(2), layers.Dense(1)))],
)  # fmt: skip
def test_a_look_at_slow_data_reads_its_beginning_alone(make):
    calls, gan = [], make()

    def slow(x):
        calls.append(1)
        return x

    data = tf.data.Dataset.from_tensor_slices(np.tile(IMAGES, (8, 1, 1, 1)))
    data = data.map(lambda x: tf.ensure_shape(tf.numpy_function(slow, [x], tf.float32), SHAPE))
    gan.fit(data.batch(8), steps_per_epoch=2, verbose=0)
    assert gan.steps_done == 2 and len(calls) < 150  # of 768
