"""Text to image: a step by hand, captions that count, and what is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from hue_edu import captions, datasets, losses, models
from hue_edu.training import TextToImage, generate_from_text, load_checkpoint, save_checkpoint
from hue_edu.training.recipes import TextToImageRecipe

pytestmark = pytest.mark.core

WORDS = 3  # tokens a caption in the tiny networks


def tiny(seed=0, pack=2):
    """A generator of 2×2×1 and a discriminator in which each detail leaves a trace."""
    keras.utils.set_random_seed(seed)

    def text(name):
        tokens = keras.Input((WORDS,), dtype="int32")
        return keras.Model(tokens, layers.Flatten()(layers.Embedding(9, 2)(tokens)), name=name)

    z, tokens = keras.Input((3,)), keras.Input((WORDS,), dtype="int32")
    x = layers.Dense(4)(layers.Concatenate()([z, text("g_text")(tokens)]))
    x = layers.Reshape((2, 2, 1))(layers.Activation("tanh")(layers.BatchNormalization()(x)))
    generator = keras.Model([z, tokens], x, name="g")
    images, h = keras.Input((2, 2, pack)), keras.Input((5,))
    flat = layers.Dense(5)(layers.Flatten()(images))
    picture = keras.Model(images, layers.BatchNormalization()(flat), name="picture")
    together = layers.Dot(axes=1)([h, layers.Dense(5)(text("d_text")(tokens))])
    logits = layers.Add()([layers.Dense(1)(h), together])
    match = keras.Model([h, tokens], logits, name="match")
    whole = match([picture(images), tokens])
    return generator, keras.Model([images, tokens], whole, name="d")


RNG = np.random.default_rng(0)
BATCHES = [
    (
        RNG.uniform(-1, 1, (6, 2, 2, 2)).astype("float32"),
        RNG.integers(1, 9, (6, WORDS)).astype("int32"),
        RNG.integers(1, 9, (6, WORDS)).astype("int32"),
    )
    for _ in range(3)
]
OPTIONS = {"wrong_weight": 0.3, "r1_weight": 0.7, "penalty_every": 2}


def sgd():
    return keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2)


def stream():
    parts = [np.stack(part) for part in zip(*BATCHES)]
    return tf.data.Dataset.from_tensor_slices(tuple(parts))


def move(model, tape, loss, rate):
    weights = [w.value for w in model.trainable_variables]
    zero = tf.UnconnectedGradients.ZERO
    for weight, gradient in zip(weights, tape.gradient(loss, weights, unconnected_gradients=zero)):
        weight.assign_sub(rate * tf.convert_to_tensor(gradient))  # of words: rows alone


def steps_by_hand(seed, wrong_weight, r1_weight, penalty_every):
    """Networks, averaged weights and mean log after three steps, in plain TensorFlow."""
    generator, discriminator = tiny(seed)
    random, average, log = keras.random.SeedGenerator(seed), generator.get_weights(), []
    for step, (x_real, tokens, wrong) in enumerate(BATCHES):
        z = tf.random.stateless_normal((12, 3), tf.cast(random.next(), "int32"))
        x_real, twice = tf.constant(x_real), np.repeat(tokens, 2, axis=0)
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            single = generator([z, tf.constant(twice)], training=True)
            x_fake = tf.concat([single[0::2], single[1::2]], axis=-1)
            real = discriminator([x_real, tf.constant(tokens)], training=True)
            fake = discriminator([x_fake, tf.constant(tokens)], training=True)
            bad = discriminator([x_real, tf.constant(wrong)], training=True)
            d_loss = tf.reduce_mean(tf.math.softplus(-real)) + tf.reduce_mean(
                tf.math.softplus(fake)
            )
            wrong_loss = wrong_weight * tf.reduce_mean(tf.math.softplus(bad))
            g_loss, penalty = tf.reduce_mean(tf.math.softplus(-fake)), 0.0
            if step % penalty_every == 0:
                with tf.GradientTape() as slope_tape:
                    slope_tape.watch(x_real)
                    score = discriminator([x_real, tf.constant(tokens)], training=True)
                    score = tf.reduce_sum(score)
                slopes = slope_tape.gradient(score, x_real)
                squares = tf.reduce_sum(slopes**2, axis=[1, 2, 3])
                penalty = penalty_every * r1_weight / 2 * tf.reduce_mean(squares)
            total = d_loss + wrong_loss + penalty
        move(discriminator, d_tape, total, 0.2)
        move(generator, g_tape, g_loss, 0.1)
        m = min(0.9, (step + 1) / (step + 11))
        average = [m * a + (1 - m) * w for a, w in zip(average, generator.get_weights())]
        verdicts = [tf.reduce_mean(tf.sigmoid(part)) for part in (real, fake, bad)]
        log.append([float(v) for v in (d_loss, wrong_loss, penalty, g_loss, *verdicts)])
    return generator, discriminator, average, np.mean(log, axis=0)


def trainable(model):
    return [weight.numpy() for weight in model.trainable_variables]


def test_three_steps_by_hand():
    model = TextToImage(*tiny(3), averaging=0.9, seed=3)
    model.compile(*sgd(), **OPTIONS)
    log = model.fit(stream(), verbose=0).history
    generator, discriminator, average, by_hand = steps_by_hand(3, **OPTIONS)
    names = ("d_loss", "wrong_loss", "penalty", "g_loss", "d_real", "d_fake", "d_wrong")
    np.testing.assert_allclose([log[name][0] for name in names], by_hand, atol=1e-5)
    for ours, theirs in (
        (trainable(model.generator), trainable(generator)),
        (trainable(model.discriminator), trainable(discriminator)),
        (model.averaged_generator.get_weights(), average),
    ):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, atol=2e-5)
    assert model.steps_done == 3 and set(log) == set(names)


def test_wrong_captions_at_weight_zero_move_nothing():
    logs = []
    for wrong_weight in (0.0, 0.5):
        model = TextToImage(*tiny(1), seed=1)
        model.compile(*sgd(), wrong_weight=wrong_weight)
        logs.append(model.fit(stream(), verbose=0).history)
    assert logs[0]["wrong_loss"] == [0.0] and logs[1]["wrong_loss"][0] > 0
    assert logs[0]["d_loss"] != logs[1]["d_loss"]


def test_the_loss_on_wrong_captions_by_hand():
    logits = np.array([[0.5], [-1.0], [2.0]], "float32")
    expected = np.log1p(np.exp([0.5, -1.0, 2.0])).mean()
    assert float(losses.wrong_caption_loss(logits)) == pytest.approx(expected)


@pytest.fixture(scope="module")
def model():
    return TextToImageRecipe(batch_size=8).make(seed=0)


def test_a_whole_step_of_the_recipe_trains_all_parts(model):
    before = [weight.numpy().copy() for weight in model.trainable_variables]
    data = datasets.captioned_batches("test", 8, seed=0, pack=2)
    log = model.fit(data, steps_per_epoch=2, verbose=0).history
    assert all(np.isfinite(value[0]) for value in log.values()) and log["penalty"][0] > 0
    for weight, old in zip(model.trainable_variables, before):
        assert not np.array_equal(weight.numpy(), old), weight.path


def test_pictures_follow_seed_caption_and_order(model):
    texts = ["a small red seven", "a large 3 on blue", "an eight"]
    images = model.generate(texts, seed=1)
    assert images.shape == (3, 32, 32, 3) and images.dtype == np.float32
    assert np.abs(images).max() <= 1
    np.testing.assert_array_equal(images, model.generate(texts, seed=1))
    assert not np.allclose(images, model.generate(texts, seed=2))
    other = model.generate(["a small red seven", "a large 4 on blue", "an eight"], seed=1)
    changed = np.abs(images - other).max(axis=(1, 2, 3))
    assert changed[1] > 0 and changed[[0, 2]].max() < 1e-6
    assert model.generate("an eight", seed=0).shape == (1, 32, 32, 3)
    ours = generate_from_text(model.averaged_generator, texts, seed=1)
    np.testing.assert_array_equal(images, ours)


def test_many_captions_are_drawn_in_parts(model):
    texts = [captions.write(row, k) for k, row in enumerate(captions.draw(520, 0).tolist())]
    images = model.generate(texts, seed=1)
    few = generate_from_text(model.averaged_generator, texts[:], seed=1)
    assert images.shape == (520, 32, 32, 3)
    np.testing.assert_allclose(images, few, atol=1e-6)
    assert np.abs(images[500:] - images[:20]).max() > 1e-3


def test_captions_that_cannot_be_read_are_refused(model):
    for bad, complaint in (
        (["a teal seven"], "teal. try cyan"),
        (["a 3", "red on red"], "nobody could see"),
        ([], "num is 0"),
    ):
        with pytest.raises(ValueError, match=complaint):
            model.generate(bad, seed=0)


def test_call_takes_z_and_tokens(model):
    z, tokens = np.zeros((2, 64), "float32"), captions.tokens(["a 3", "a 5"])
    averaged = model([z, tf.constant(tokens)])
    assert averaged.shape == (2, 32, 32, 3)
    assert not np.allclose(averaged, model([z, tf.constant(tokens)], training=True))


def test_other_data_is_refused(model):
    good = datasets.captioned_batches("test", 4, seed=0, pack=2)
    with pytest.raises(TypeError, match="fit got ndarray"):
        model.fit(np.zeros((4, 32, 32, 6), "float32"))
    with pytest.raises(ValueError, match="three parts"):
        model.fit(good.map(lambda batch: batch.images))
    with pytest.raises(ValueError, match=r"32, 32, 3\).*3 times `pack`"):
        model.fit(datasets.captioned_batches("test", 4, seed=0, pack=1))
    with pytest.raises(ValueError, match="to_float|range"):
        model.fit(good.map(lambda batch: batch._replace(images=batch.images + 1)))


def test_a_checkpoint_brings_everything_back(tmp_path):
    def make(seed):
        trainer = TextToImage(*tiny(seed), seed=seed)
        trainer.compile(*sgd(), **OPTIONS)
        return trainer

    first, again = make(0), make(5)
    first.fit(stream(), verbose=0)
    save_checkpoint(first, tmp_path / "text.npz")
    first.fit(stream(), verbose=0)
    load_checkpoint(again, tmp_path / "text.npz")
    again.fit(stream(), verbose=0)
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_the_recipe_is_the_one_that_was_measured():
    recipe = TextToImageRecipe()
    trainer = recipe.make(seed=2)
    assert trainer.averaging == 0.998 and trainer.pack == recipe.pack == 2
    assert (trainer.r1_weight, trainer.wrong_weight, trainer.penalty_every) == (0.2, 0.5, 8)
    for optimizer in trainer.optimizers:
        assert float(optimizer.learning_rate) == pytest.approx(2e-3)
        assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.99)
    assert int(trainer.seed_generator.state[0]) == int(keras.random.SeedGenerator(2).state[0])
    batch = next(iter(recipe.data(seed=1).take(1)))
    assert batch.images.shape == (48, 32, 32, 6)
    (same,) = datasets.captioned_batches("train", 48, 1, pack=2).take(1)
    np.testing.assert_array_equal(batch.tokens, same.tokens)
    alone = TextToImageRecipe(pack=1, projection=False).make(r1_weight=0.0)
    assert alone.pack == 1 and alone.r1_weight == 0
    kinds = {type(layer).__name__ for layer in alone.discriminator.get_layer("match").layers}
    assert "Dot" not in kinds and "Concatenate" in kinds


def test_the_text_encoder_reads_the_order():
    keras.utils.set_random_seed(0)
    encoder = models.build_text_encoder()
    one, other, same = encoder(
        captions.tokens(["red seven on blue", "blue seven on red", "a red seven, on blue."])
    ).numpy()
    assert encoder.output_shape == (None, 64) and models.build_text_encoder(8).output_shape[1] == 8
    np.testing.assert_allclose(one, same, atol=1e-6)
    assert np.abs(one - other).max() > 0.01


def test_what_fills_a_caption_up_is_not_read():
    keras.utils.set_random_seed(0)
    encoder, tokens = models.build_text_encoder(), captions.tokens(["red seven", "an eight"])
    before = encoder(tokens).numpy()
    embedding = next(layer for layer in encoder.layers if isinstance(layer, layers.Embedding))
    table = embedding.get_weights()[0]
    table[0] += 5  # the vector of the token that fills up
    embedding.set_weights([table])
    np.testing.assert_allclose(encoder(tokens), before, atol=1e-5)


def test_the_projection_is_the_formula():
    keras.utils.set_random_seed(0)
    discriminator = models.build_text_discriminator(pack=1)
    picture, match = map(discriminator.get_layer, ("picture", "match"))
    x = datasets.hue_pictures(captions.complete(np.full((3, 5), -1), 0), "test", 0)
    tokens = captions.tokens(["a red 3", "a 5 on blue", "an eight"])
    h, text = picture(x).numpy(), match.get_layer("text_encoder")(tokens).numpy()
    w, v = (layer for layer in match.layers if isinstance(layer, layers.Dense))
    w, v = sorted((w, v), key=lambda layer: layer.units)
    by_hand = h @ w.kernel.numpy() + w.bias.numpy()
    by_hand += (h * (text @ v.kernel.numpy() + v.bias.numpy())).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(discriminator([x, tokens]), by_hand, atol=1e-5)
    assert h.shape == (3, 128)
