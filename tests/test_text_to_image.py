"""Text to image: a step by hand, captions that count, and what is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from hue_edu import captions, datasets, latent, losses, models
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
    images, h, e = keras.Input((2, 2, pack)), keras.Input((5,)), keras.Input((2 * WORDS,))
    flat = layers.Dense(5)(layers.Flatten()(images))
    picture = keras.Model(images, layers.BatchNormalization()(flat), name="picture")
    together = layers.Dot(axes=1)([h, layers.Dense(5)(e)])  # of other sizes than the package's
    match = keras.Model([h, e], layers.Add()([layers.Dense(1)(h), together]), name="match")
    whole = match([picture(images), text("text_encoder")(tokens)])
    return generator, keras.Model([images, tokens], whole, name="d")


RNG = np.random.default_rng(0)
BATCHES = [
    (
        RNG.uniform(-1, 1, (6, 2, 2, 2)).astype("float32"),
        RNG.integers(1, 9, (6, WORDS)).astype("int32"),
        RNG.integers(1, 9, (6, 2, WORDS)).astype("int32"),
    )
    for _ in range(3)
]
OPTIONS = {"caption_weight": 0.3, "obey_weight": 0.6, "r1_weight": 0.7, "penalty_every": 2}
NAMES = (
    "d_loss", "caption_loss", "penalty", "g_loss", "obey_loss",
    "d_real", "d_fake", "picked_real", "picked_fake",
)  # fmt: skip


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


def picking(own, wrong):
    """Cross-entropy of the right caption among all, and the share in which it wins."""
    scores = tf.concat([own, *wrong], axis=1)
    labels = tf.zeros(len(own), "int32")
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)
    won = tf.reduce_all(scores[:, :1] >= scores[:, 1:], axis=1)
    return tf.reduce_mean(entropy), tf.reduce_mean(tf.cast(won, "float32"))


def steps_by_hand(seed, caption_weight, obey_weight, r1_weight, penalty_every):
    """Networks, averaged weights and mean log after three steps, in plain TensorFlow."""
    generator, discriminator = tiny(seed)
    random, average, log = keras.random.SeedGenerator(seed), generator.get_weights(), []
    for step, (x_real, tokens, wrong) in enumerate(BATCHES):
        z = tf.random.stateless_normal((12, 3), tf.cast(random.next(), "int32"))
        x_real, twice = tf.constant(x_real), np.repeat(tokens, 2, axis=0)
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            single = generator([z, tf.constant(twice)], training=True)
            x_fake = tf.concat([single[0::2], single[1::2]], axis=-1)
            picture, text, match = map(
                discriminator.get_layer, ("picture", "text_encoder", "match")
            )
            heard = [text(tf.constant(part)) for part in (tokens, wrong[:, 0], wrong[:, 1])]
            logits = {}
            for name, x in (("real", x_real), ("fake", x_fake)):
                h = picture(x, training=True)  # once: it keeps moving averages
                logits[name] = [match([h, e]) for e in heard]
            real, fake = logits["real"][0], logits["fake"][0]
            d_loss = tf.reduce_mean(tf.math.softplus(-real)) + tf.reduce_mean(
                tf.math.softplus(fake)
            )
            (caption_loss, real_won), (obey_loss, fake_won) = (
                picking(own, others) for own, *others in logits.values()
            )
            caption_loss, obey_loss = caption_weight * caption_loss, obey_weight * obey_loss
            g_loss, penalty = tf.reduce_mean(tf.math.softplus(-fake)), 0.0
            if step % penalty_every == 0:
                with tf.GradientTape() as slope_tape:
                    slope_tape.watch(x_real)
                    score = discriminator([x_real, tf.constant(tokens)], training=True)
                    score = tf.reduce_sum(score)
                slopes = slope_tape.gradient(score, x_real)
                squares = tf.reduce_sum(slopes**2, axis=[1, 2, 3])
                penalty = penalty_every * r1_weight / 2 * tf.reduce_mean(squares)
            total = d_loss + caption_loss + penalty
            g_total = g_loss + obey_loss
        move(discriminator, d_tape, total, 0.2)
        move(generator, g_tape, g_total, 0.1)
        m = min(0.9, (step + 1) / (step + 11))
        average = [m * a + (1 - m) * w for a, w in zip(average, generator.get_weights())]
        verdicts = [tf.reduce_mean(tf.sigmoid(part)) for part in (real, fake)]
        values = d_loss, caption_loss, penalty, g_loss, obey_loss, *verdicts, real_won, fake_won
        log.append([float(value) for value in values])
    return generator, discriminator, average, np.mean(log, axis=0)


def trainable(model):
    return [weight.numpy() for weight in model.trainable_variables]


def test_three_steps_by_hand():
    model = TextToImage(*tiny(3), averaging=0.9, seed=3)
    model.compile(*sgd(), **OPTIONS)
    log = model.fit(stream(), verbose=0).history
    generator, discriminator, average, by_hand = steps_by_hand(3, **OPTIONS)
    np.testing.assert_allclose([log[name][0] for name in NAMES], by_hand, atol=1e-5)
    for ours, theirs in (
        (trainable(model.generator), trainable(generator)),
        (trainable(model.discriminator), trainable(discriminator)),
        (model.averaged_generator.get_weights(), average),
    ):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, atol=2e-5)
    assert model.steps_done == 3 and set(log) == set(NAMES)


def test_terms_at_weight_zero_move_nothing():
    def weights(**options):
        model = TextToImage(*tiny(1), seed=1)
        model.compile(*sgd(), **options)
        log = model.fit(stream().take(1), verbose=0).history
        return log, trainable(model.generator), trainable(model.discriminator)

    (none, g_none, d_none), (d_only, g_same, d_other), (g_only, g_other, d_same) = (
        weights(caption_weight=a, obey_weight=b) for a, b in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    )
    assert none["caption_loss"] == none["obey_loss"] == g_only["caption_loss"] == [0.0]
    assert d_only["caption_loss"][0] > 0 and g_only["obey_loss"][0] > 0
    for same, base in ((g_same, g_none), (d_same, d_none)):
        for a, b in zip(same, base):
            np.testing.assert_array_equal(a, b)
    for other, base in ((g_other, g_none), (d_other, d_none)):
        assert any(np.abs(a - b).max() > 1e-4 for a, b in zip(other, base))


def test_caption_losses_by_hand():
    logits = np.array([[0.5, -1.0, 2.0], [3.0, 0.0, 0.0]], "float32")
    right = np.log(np.exp(logits).sum(axis=1)) - logits[:, 0]
    assert float(losses.right_caption_loss(logits)) == pytest.approx(right.mean())
    assert float(losses.right_caption_loss(logits + 7.0)) == pytest.approx(right.mean())
    wrong = np.log1p(np.exp([-1.0, 2.0, 0.0, 0.0])).mean()
    assert float(losses.wrong_caption_loss(logits)) == pytest.approx(wrong)
    cannot_tell = float(losses.right_caption_loss(np.zeros((4, 9), "float32")))
    assert cannot_tell == pytest.approx(np.log(9))


def test_reading_moves_the_discriminator_alone_and_by_the_formula():
    keras.utils.set_random_seed(0)
    model, rate = TextToImage(*tiny(4), seed=4), 0.01
    model.compile(*sgd())
    before = model.generator.get_weights()
    _, discriminator = tiny(4)
    picture, text, match = map(discriminator.get_layer, ("picture", "text_encoder", "match"))
    x, tokens, wrong = map(tf.constant, BATCHES[0])
    with tf.GradientTape() as tape:
        h = picture(x, training=True)
        heard = [text(part) for part in (tokens, wrong[:, 0], wrong[:, 1])]
        own, *others = (match([h, e]) for e in heard)
        loss, won = picking(own, others)
    weights = discriminator.trainable_variables
    by_hand = keras.optimizers.Adam(rate, 0.5, 0.99)
    by_hand.apply(tape.gradient(loss, weights), weights)
    log = model.learn_to_read(stream(), steps=1, learning_rate=rate, verbose=0).history
    assert log["caption_loss"][0] == pytest.approx(float(loss), abs=1e-5)
    assert log["picked_real"][0] == pytest.approx(float(won))
    for ours, theirs in zip(model.discriminator.get_weights(), discriminator.get_weights()):
        np.testing.assert_allclose(ours, theirs, atol=2e-3)  # b has no slope: Adam moves by noise
    for weight, old in zip(model.generator.get_weights(), before):
        np.testing.assert_array_equal(weight, old)
    assert model.steps_done == 0


def test_a_discriminator_learns_to_read():
    model = TextToImageRecipe(batch_size=32).make(seed=0)
    data = datasets.captioned_batches("test", 32, seed=0, pack=2)
    with pytest.raises(ValueError, match="steps is 0"):
        model.learn_to_read(data, steps=0)
    first = model.learn_to_read(data, steps=40, verbose=0).history
    again = model.learn_to_read(data, steps=40, verbose=0).history
    assert again["caption_loss"][0] < first["caption_loss"][0] < np.log(9) + 0.2


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


@pytest.mark.parametrize("options, limit", [({}, 2.0), ({"truncation": 0.5}, 0.5)])
def test_pictures_are_drawn_from_z_that_is_cut_off(model, options, limit):
    texts = ["a small red seven", "a large 3 on blue"]
    z, tokens = latent.sample_z(2, model.latent_dim, 1), tf.constant(captions.tokens(texts))
    cut, whole = (
        model.averaged_generator([each, tokens], training=False)
        for each in (latent.truncate(z, limit), z)
    )
    np.testing.assert_allclose(model.generate(texts, seed=1, **options), cut, atol=1e-6)
    np.testing.assert_allclose(model.generate(texts, seed=1, truncation=None), whole, atol=1e-6)
    assert np.abs(whole - cut).max() > 1e-5


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
    good = datasets.captioned_batches("test", 4, seed=0, pack=2).take(2)
    with pytest.raises(TypeError, match="fit got ndarray"):
        model.fit(np.zeros((4, 32, 32, 6), "float32"))
    with pytest.raises(ValueError, match="it needs 3: images, tokens, wrong tokens"):
        model.fit(good.map(lambda batch: batch.images))
    with pytest.raises(
        ValueError, match=r"32, 32, 3\).*networks take \(32, 32, 6\).*3 times `pack`"
    ):
        model.fit(datasets.captioned_batches("test", 4, seed=0, pack=1).take(2))
    with pytest.raises(ValueError, match="which scale is this"):
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
    assert (trainer.r1_weight, trainer.caption_weight, trainer.penalty_every) == (0.2, 1.0, 8)
    assert trainer.obey_weight == 0.5 and trainer.caption_loss is losses.right_caption_loss
    rates = [float(recipe.schedule()(step)) for step in (0, 3000, 5333, 6667, 8000, 9000)]
    assert rates == pytest.approx([2e-3, 2e-3, 2e-3, 1.05e-3, 1e-4, 1e-4], rel=0.01)
    assert float(TextToImageRecipe(steps=12_000).schedule()(8000)) == pytest.approx(2e-3)
    for optimizer in trainer.optimizers:
        assert float(optimizer.learning_rate) == pytest.approx(2e-3)
        assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.99)
    assert int(trainer.seed_generator.state[0]) == int(keras.random.SeedGenerator(2).state[0])
    batch = next(iter(recipe.data(seed=1).take(1)))
    assert batch.images.shape == (48, 32, 32, 6)
    (same,) = datasets.captioned_batches("train", 48, 1, pack=2).take(1)
    np.testing.assert_array_equal(batch.tokens, same.tokens)
    calls = []
    trainer.learn_to_read = lambda data, steps, rate, **options: calls.append((steps, rate))
    recipe.teach(trainer, seed=0)
    TextToImageRecipe(reading_steps=0).teach(trainer, seed=0)
    assert calls == [(1500, 2e-3)]
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


def test_the_text_encoder_is_the_formula():
    keras.utils.set_random_seed(0)
    encoder, tokens = models.build_text_encoder(8), captions.tokens(["red seven", "an eight"])
    table, kernel, bias = encoder.get_weights()  # kernel of (3, 8, 8)
    words = np.pad(table[tokens], ((0, 0), (1, 1), (0, 0)))  # (2, 1 + 12 + 1, 8)
    window = sum(words[:, k : k + captions.MAX_WORDS] @ kernel[k] for k in range(3)) + bias
    by_hand = (table[tokens] + np.maximum(window, 0)).sum(axis=1)
    np.testing.assert_allclose(encoder(tokens), by_hand, atol=1e-5)


def test_the_projection_is_the_formula():
    keras.utils.set_random_seed(0)
    discriminator = models.build_text_discriminator(pack=1)
    picture, match = map(discriminator.get_layer, ("picture", "match"))
    x = datasets.hue_pictures(captions.complete(np.full((3, 5), -1), 0), "test", 0)
    tokens = captions.tokens(["a red 3", "a 5 on blue", "an eight"])
    h = picture(x).numpy()
    text = discriminator.get_layer("text_encoder")(tokens).numpy()
    (w,) = (layer for layer in match.layers if isinstance(layer, layers.Dense))
    by_hand = h @ w.kernel.numpy() + w.bias.numpy() + (h * text).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(discriminator([x, tokens]), by_hand, atol=1e-5)
    assert h.shape == (3, 128)
