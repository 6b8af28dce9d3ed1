"""Conditional GAN: a step by hand, labels that count, truncation, and what is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from scipy.stats import kstest, truncnorm

from hue_edu import datasets, latent, models
from hue_edu.training import ConditionalGAN, generate, load_checkpoint, save_checkpoint

pytestmark = pytest.mark.core

RNG = np.random.default_rng(0)
BATCHES = [
    (
        RNG.uniform(-1, 1, (6, 2, 2, 1)).astype("float32"),
        RNG.integers(0, 4, 6).astype("int32"),
    )
    for _ in range(3)
]
OPTIONS = {"r1_weight": 0.7, "penalty_every": 2}


def tiny(seed=0):
    """A generator of 2×2×1 and a discriminator in which each detail leaves a trace."""
    keras.utils.set_random_seed(seed)
    z, labels = keras.Input((3,)), keras.Input((), dtype="int32")
    x = layers.Dense(4)(layers.Concatenate()([z, layers.Embedding(4, 2)(labels)]))
    x = layers.Reshape((2, 2, 1))(layers.Activation("tanh")(layers.BatchNormalization()(x)))
    generator = keras.Model([z, labels], x, name="g")
    images, labels = keras.Input((2, 2, 1)), keras.Input((), dtype="int32")
    h = layers.BatchNormalization()(layers.Dense(5)(layers.Flatten()(images)))
    matches = layers.Dot(axes=1)([h, layers.Embedding(4, 5)(labels)])
    logits = layers.Add()([layers.Dense(1)(h), matches])
    return generator, keras.Model([images, labels], logits, name="d")


def make(seed=0, **options):
    model = ConditionalGAN(*tiny(seed), num_classes=4, averaging=0.9, seed=seed)
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2), **{**OPTIONS, **options})
    return model


def stream():
    parts = [np.stack(part) for part in zip(*BATCHES)]
    return tf.data.Dataset.from_tensor_slices(tuple(parts))


def move(model, tape, loss, rate):
    weights = [w.value for w in model.trainable_variables]
    for weight, gradient in zip(weights, tape.gradient(loss, weights)):
        weight.assign_sub(rate * tf.convert_to_tensor(gradient))  # of labels: rows alone


def steps_by_hand(seed, r1_weight, penalty_every):
    """Networks, averaged weights and mean log after three steps, in plain TensorFlow."""
    generator, discriminator = tiny(seed)
    random, average, log = keras.random.SeedGenerator(seed), generator.get_weights(), []
    for step, (x_real, labels) in enumerate(BATCHES):
        z = tf.random.stateless_normal((6, 3), tf.cast(random.next(), "int32"))
        x_real, labels = tf.constant(x_real), tf.constant(labels)
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = discriminator([generator([z, labels], training=True), labels], training=True)
            with tf.GradientTape() as slope_tape:
                slope_tape.watch(x_real)
                real = discriminator([x_real, labels], training=True)
                score = tf.reduce_sum(real)
            squares = tf.reduce_sum(slope_tape.gradient(score, x_real) ** 2, axis=[1, 2, 3])
            due = step % penalty_every == 0
            penalty = due * penalty_every * r1_weight / 2 * tf.reduce_mean(squares)
            d_loss = tf.reduce_mean(tf.math.softplus(-real) + tf.math.softplus(fake))
            g_loss, total = tf.reduce_mean(tf.math.softplus(-fake)), d_loss + penalty
        move(discriminator, d_tape, total, 0.2)
        move(generator, g_tape, g_loss, 0.1)
        m = min(0.9, (step + 1) / (step + 11))
        average = [m * a + (1 - m) * w for a, w in zip(average, generator.get_weights())]
        verdicts = [tf.reduce_mean(tf.sigmoid(part)) for part in (real, fake)]
        log.append([float(v) for v in (d_loss, g_loss, penalty, *verdicts)])
    return generator, discriminator, average, np.mean(log, axis=0)


def trainable(model):
    return [weight.numpy() for weight in model.trainable_variables]


def test_three_steps_by_hand():
    model = make(3)
    log = model.fit(stream(), verbose=0).history
    generator, discriminator, average, by_hand = steps_by_hand(3, **OPTIONS)
    names = ("d_loss", "g_loss", "penalty", "d_real", "d_fake")
    np.testing.assert_allclose([log[name][0] for name in names], by_hand, atol=1e-5)
    for ours, theirs in (
        (trainable(model.generator), trainable(generator)),
        (trainable(model.discriminator), trainable(discriminator)),
        (model.averaged_generator.get_weights(), average),
    ):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, atol=2e-5)
    assert model.steps_done == 3 and set(log) == set(names)


@pytest.mark.parametrize("projection", [True, False])
def test_a_step_of_the_course_s_networks_trains_every_weight(projection):
    keras.utils.set_random_seed(0)
    discriminator = models.build_conditional_discriminator(projection=projection)
    model = ConditionalGAN(models.build_conditional_generator(), discriminator)
    model.compile(*(keras.optimizers.Adam(2e-3, 0.5) for _ in range(2)), r1_weight=0.2)
    before = [weight.numpy().copy() for weight in model.trainable_variables]
    images, labels = datasets.load_mnist("test")
    data = datasets.labelled_batches(images, labels, 64, seed=0)  # all ten classes in it
    log = model.fit(data, steps_per_epoch=2, verbose=0).history
    assert all(np.isfinite(value[0]) for value in log.values()) and log["penalty"][0] > 0
    for weight, old in zip(model.trainable_variables, before):
        assert not np.array_equal(weight.numpy(), old), weight.path


def test_samples_follow_seed_label_and_order():
    model = make()
    samples = model.generate([0, 3, 1], seed=1)
    assert samples.shape == (3, 2, 2, 1) and samples.dtype == np.float32
    np.testing.assert_array_equal(samples, model.generate(np.array([0, 3, 1]), seed=1))
    assert not np.allclose(samples, model.generate([0, 3, 1], seed=2))
    other = model.generate([0, 2, 1], seed=1)
    changed = np.abs(samples - other).max(axis=(1, 2, 3))
    assert changed[1] > 1e-4 and changed[[0, 2]].max() < 1e-6
    many = model.generate(1200 * [2], seed=1)  # drawn in parts
    np.testing.assert_array_equal(many[:500], model.generate(500 * [2], seed=1)[:500])
    assert len(many) == 1200 and np.abs(many[1000:] - many[:200]).max() > 1e-3


def test_call_takes_z_and_labels():
    model, z, labels = make(), tf.ones((2, 3)), tf.constant([0, 1])
    averaged = model((z, labels))
    np.testing.assert_allclose(averaged, model.averaged_generator([z, labels]), atol=1e-6)
    np.testing.assert_allclose(
        model([z, labels], training=True), model.generator([z, labels], training=True), atol=1e-6
    )
    assert averaged.shape == (2, 2, 2, 1)


def test_truncated_samples_are_those_of_truncated_z():
    model, labels = make(), tf.constant(40 * [1])
    z = latent.truncate(latent.sample_z(40, 3, 5), 0.4)
    expected = model((z, labels))
    np.testing.assert_allclose(model.generate(labels, 5, truncation=0.4), expected, atol=1e-6)
    spread = [model.generate(labels, 5, truncation=limit).std(axis=0).mean() for limit in (2, 0.1)]
    assert spread[1] < 0.2 * spread[0]


@pytest.mark.parametrize("limit", [0.3, 1.0, 2.5])
def test_truncated_z_has_the_distribution_of_scipy(limit):
    z = np.array(latent.sample_z(40_000, 1, seed=0))
    cut = np.array(latent.truncate(z, limit))
    assert cut.dtype == np.float32 and cut.shape == z.shape and np.abs(cut).max() <= limit
    assert kstest(cut.ravel(), truncnorm(-limit, limit).cdf).pvalue > 0.01
    order = np.argsort(z.ravel())
    assert (np.diff(cut.ravel()[order]) >= 0).all()


def test_truncation_by_hand_and_at_its_ends():
    z = np.array([0.0, 1.0, -1.0, 5.0, 12.0], "float32")
    within_one = 0.682689492137  # erf(1/√2): the share within one standard deviation
    # z = 1 has .6827 of the mass within ±1; cut at ±1 it takes .6827² of it, within ±.6220
    expected = [0.0, 0.62201, -0.62201]
    np.testing.assert_allclose(np.array(latent.truncate(z[:3], 1.0)), expected, atol=1e-4)
    assert truncnorm(-1, 1).cdf(0.62201) == pytest.approx(0.5 + within_one / 2, abs=1e-4)
    np.testing.assert_allclose(latent.truncate(z[:4], 9.0), z[:4], atol=1e-5)
    assert np.isfinite(np.array(latent.truncate(z, 9.0))).all()
    for bad in (0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="expected a number above 0"):
            latent.truncate(z, bad)


def test_labelled_batches_go_in_the_order_of_batches():
    images, labels = (part[:100] for part in datasets.load_mnist("test"))
    pairs = list(datasets.labelled_batches(images, labels, 30, seed=4, start_step=2).take(4))
    alone = list(datasets.batches(images, 30, seed=4, start_step=2).take(4))
    for (x, y), expected in zip(pairs, alone):
        np.testing.assert_array_equal(x, expected)
        rows = [int(np.flatnonzero((images == one).all(axis=(1, 2, 3)))[0]) for one in x.numpy()]
        np.testing.assert_array_equal(y, labels[rows])
        assert y.dtype == tf.int32
    for bad, complaint in (
        (labels[:-1], r"one for each of the 100"),
        (labels.astype("float32"), "whole numbers"),
        (labels[:, None], r"\(100, 1\)"),
    ):
        with pytest.raises(ValueError, match=complaint):
            datasets.labelled_batches(images, bad, 30, seed=0)
    with pytest.raises(ValueError, match="which scale is this"):
        datasets.labelled_batches(images + 1, labels, 30, seed=0)


def test_other_data_is_refused():
    model, good = make(), stream()
    with pytest.raises(TypeError, match="fit got ndarray"):
        model.fit(np.zeros((4, 2, 2, 1), "float32"))
    with pytest.raises(ValueError, match="it needs 2: images, labels"):
        model.fit(good.map(lambda x, y: x))
    with pytest.raises(ValueError, match=r"shape \(2, 1, 1\).*networks take \(2, 2, 1\)"):
        model.fit(good.map(lambda x, y: (x[:, :, :1], y)))
    with pytest.raises(ValueError, match="one example of .*at a time"):
        model.fit(good.unbatch())
    with pytest.raises(ValueError, match="whole numbers from 0 to 3"):
        model.fit(good.map(lambda x, y: (x, y + 4)))
    with pytest.raises(ValueError, match="which scale is this"):
        model.fit(good.map(lambda x, y: (x + 1, y)))


@pytest.mark.parametrize("labels", [[4], [-1], [0.0], 3, [[1]], ["1"]])
def test_labels_that_are_none_are_refused(labels):
    with pytest.raises(ValueError, match="expected whole numbers from 0 to 3"):
        make().generate(labels, seed=0)


def test_no_labels_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        make().generate(np.zeros(0, int), seed=0)


@pytest.mark.parametrize("bad", [4, 11, -1])
def test_a_bad_label_in_a_later_batch_is_a_sentence(bad):
    model = make()
    images = np.random.default_rng(0).uniform(-1, 1, (24, 2, 2, 1)).astype("float32")
    labels = np.where(np.arange(24) == 21, bad, np.arange(24) % 4).astype("int32")
    data = tf.data.Dataset.from_tensor_slices((images, labels)).batch(8)
    words = f"A batch holds the label {bad}; expected labels from 0 to 3."
    for call in (model.fit, model.evaluate):
        with pytest.raises(ValueError) as caught:
            call(data, verbose=0)
        assert str(caught.value) == words


def test_a_checkpoint_brings_everything_back(tmp_path):
    first, again = make(0), make(5)
    first.fit(stream(), verbose=0)
    save_checkpoint(first, tmp_path / "labels.npz")
    first.fit(stream(), verbose=0)
    load_checkpoint(again, tmp_path / "labels.npz")
    again.fit(stream(), verbose=0)
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_the_projection_is_the_formula():
    keras.utils.set_random_seed(0)
    discriminator = models.build_conditional_discriminator()
    x, labels = (part[:5] for part in datasets.load_mnist("test"))
    h = discriminator.get_layer("picture")(x).numpy()
    (last,) = (layer for layer in discriminator.layers if isinstance(layer, layers.Dense))
    v = discriminator.get_layer("embedding").embeddings.numpy()
    by_hand = h @ last.kernel.numpy() + last.bias.numpy() + (h * v[labels]).sum(1, keepdims=True)
    np.testing.assert_allclose(discriminator([x, labels]), by_hand, atol=1e-6)
    assert h.shape == (5, 128) and v.shape == (10, 128)
    assert models.build_conditional_discriminator(3).get_layer("embedding").input_dim == 3


def test_the_generator_is_the_painter_of_z_and_the_label_s_vector():
    keras.utils.set_random_seed(0)
    generator = models.build_conditional_generator(num_classes=4, latent_dim=6, embedding_dim=3)
    assert [tuple(part.shape) for part in generator.inputs] == [(None, 6), (None,)]
    z, labels = latent.sample_z(5, 6, 0).numpy(), np.array([0, 1, 2, 3, 3])
    e = generator.get_layer("embedding").embeddings.numpy()
    assert e.shape == (4, 3)
    expected = generator.get_layer("painter")(np.concatenate([z, e[labels]], axis=1))
    np.testing.assert_allclose(generator([z, labels]), expected, atol=1e-6)
    ours = generate(generator, 5, 0, condition=labels)
    np.testing.assert_allclose(ours, expected, atol=1e-6)
    whole = models.build_conditional_generator()
    start = np.abs(whole.get_layer("embedding").embeddings.numpy())
    assert start.mean() > 0.01 and start.max() <= 0.05


def test_without_projection_the_label_is_a_second_channel():
    keras.utils.set_random_seed(0)
    discriminator = models.build_conditional_discriminator(projection=False)
    x, labels = (part[:5] for part in datasets.load_mnist("test"))
    painted = discriminator.get_layer("embedding").embeddings.numpy()[labels]
    both = np.concatenate([x, painted.reshape(5, 28, 28, 1)], axis=-1)
    body = discriminator.get_layer("dcgan_discriminator")
    np.testing.assert_allclose(discriminator([x, labels]), body(both), atol=1e-6)
    assert body.input_shape == (None, 28, 28, 2) and painted.shape == (5, 784)


def test_both_networks_end_in_float32_under_mixed_precision():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        labels = tf.constant([0, 1])
        images = models.build_conditional_generator()([tf.zeros((2, 64)), labels])
        assert keras.backend.standardize_dtype(images.dtype) == "float32"
        for projection in (True, False):
            logits = models.build_conditional_discriminator(projection=projection)([images, labels])
            assert keras.backend.standardize_dtype(logits.dtype) == "float32"
            assert logits.shape == (2, 1)
    finally:
        keras.config.set_dtype_policy("float32")
