"""Text to image: a generator that reads captions and a discriminator that checks them."""

from functools import partial

import keras
import tensorflow as tf
from keras import ops

from .. import captions, datasets, latent, losses
from ..layers import Pack
from .gan import GAN, generate


class TextToImage(GAN):
    """A GAN whose two players read the caption: D learns what is real, and what the words mean.

    Beside the loss of any GAN, on pictures with their caption, D learns to pick the right caption
    of a real picture among wrong ones, each with one word changed; and G learns to draw so that D
    picks the caption that was asked for. D judges `pack` pictures of one caption at a time: if G
    ignores z, they are all alike, and D sees it.

    Before the game D learns to read by itself; in the game it would take longer to learn:

        model = TextToImage(build_text_generator(), build_text_discriminator(pack=2))
        model.compile(Adam(2e-3, 0.5, 0.99), Adam(2e-3, 0.5, 0.99), r1_weight=0.2)
        data = datasets.captioned_batches("train", 48, seed=0, pack=2)
        model.learn_to_read(data, steps=1500)
        model.fit(data, epochs=5, steps_per_epoch=200)
        images = model.generate(["a small red seven on blue", "a large 3"], seed=1)

    Args:
        generator: z and tokens → pictures, as `models.build_text_generator` returns it.
        discriminator: Packed pictures and tokens → logits, made of the models `picture`,
            `text_encoder` and `match`, as `models.build_text_discriminator` returns it.
        averaging, seed: As for `GAN`.

    Reference: Reed et al. (2016) for wrong captions; Zhang et al. (2021), XMC-GAN, for picking the
    right one; Lin et al. (2018) for packing; Miyato & Koyama (2018) for D.
    """

    def __init__(self, generator, discriminator, averaging=0.998, seed=0):
        super().__init__(generator, discriminator, averaging, seed)
        self.pack = discriminator.inputs[0].shape[-1] // generator.outputs[0].shape[-1]
        self.joined = Pack(self.pack)
        names = (
            "d_loss", "caption_loss", "penalty", "g_loss", "obey_loss",
            "d_real", "d_fake", "picked_real", "picked_fake",
        )  # fmt: skip
        self.trackers = {name: keras.metrics.Mean(name) for name in names}

    @property
    def metrics(self):
        """Means over the epoch: d_loss + caption_loss + penalty, which D minimises; g_loss +
        obey_loss, which G minimises; D's verdicts on real and generated pictures, σ(logit); and
        the shares of both for which D picks the right caption."""
        return list(self.trackers.values())

    def compile(
        self,
        g_optimizer,
        d_optimizer,
        caption_weight=1.0,
        obey_weight=0.5,
        caption_loss=losses.right_caption_loss,
        **kwargs,
    ):
        """Set the two optimizers and the terms of the losses.

        Args:
            g_optimizer, d_optimizer: Two different Keras optimizers, one a player.
            caption_weight: In D's loss, of the caption loss of real pictures; 0 leaves it out.
            obey_weight: In G's loss, of the caption loss of its pictures; 0 leaves it out.
            caption_loss: Logits with right and wrong captions → scalar, as `right_caption_loss` or
                `wrong_caption_loss` in `losses`.
            kwargs: As for `GAN.compile`, such as `r1_weight`.
        """
        super().compile(g_optimizer, d_optimizer, **kwargs)
        self.caption_weight, self.obey_weight = caption_weight, obey_weight
        self.caption_loss = caption_loss

    def call(self, z_and_tokens, training=False):
        """Pictures from a pair, z and tokens; see `GAN.call`."""
        return super().call(z_and_tokens, training)

    def fit(self, x, **kwargs):
        """Train on `datasets.captioned_batches`; as `keras.Model.fit`.

        Raises:
            TypeError: `x` is no Dataset.
            ValueError: The data has other parts, another shape or pixel range, or another packing.
        """
        check_captioned(x, self.discriminator)
        return keras.Model.fit(self, x, shuffle=False, **kwargs)

    def learn_to_read(self, x, steps, learning_rate=2e-3, **kwargs):
        """Before `fit`: D alone learns to pick the right captions of real pictures.

        Args:
            x: As for `fit`.
            steps: How many.
            learning_rate: Of an Adam of its own, with β of 0.5 and 0.99.
            kwargs: Passed to `keras.Model.fit`, such as `verbose`.

        Returns:
            Keras' `History` of `caption_loss` and `picked_real`.
        """
        if steps < 1:
            raise ValueError(f"steps is {steps}; expected at least 1.")
        check_captioned(x, self.discriminator)
        reader = _Reader(self.discriminator, self.caption_loss)
        reader.compile(keras.optimizers.Adam(learning_rate, 0.5, 0.99))
        return reader.fit(x, steps_per_epoch=steps, shuffle=False, **kwargs)

    def train_step(self, batch):
        """One step of both players; returns the running means."""
        x_real, tokens, wrong_tokens = batch[:3]

        with tf.GradientTape(persistent=True) as tape:
            x_fake = self._draw(tokens)
            logits = compare(self.discriminator, [x_real, x_fake], tokens, wrong_tokens)
            real_logits, fake_logits = (part[:, :1] for part in logits)
            d_loss = self.discriminator_loss(real_logits, fake_logits)
            g_loss = self.generator_loss(real_logits, fake_logits)
            caption_loss = self.caption_weight * self.caption_loss(logits[0])
            obey_loss = self.obey_weight * self.caption_loss(logits[1])
            penalty = self._penalty(partial(self._score, tokens=tokens), x_real, x_fake)
            d_scaled = self.d_optimizer.scale_loss(d_loss + caption_loss + penalty)
            g_scaled = self.g_optimizer.scale_loss(g_loss + obey_loss)

        self._move(tape, d_scaled, g_scaled)
        verdicts = (ops.mean(ops.sigmoid(part)) for part in (real_logits, fake_logits))
        picks = map(picked, logits)
        return self._report(d_loss, caption_loss, penalty, g_loss, obey_loss, *verdicts, *picks)

    def _draw(self, tokens):
        """`pack` pictures of each caption, each of its own z, joined along the channels."""
        repeated = ops.repeat(tokens, self.pack, axis=0)
        z = latent.sample_z(ops.shape(repeated)[0], self.latent_dim, self._step_seed())
        return self.joined(self.generator([z, repeated], training=True))

    def _score(self, x, tokens):
        return self.discriminator([x, tokens], training=True)

    def generate(self, texts, seed):
        """Pictures of captions by the averaged generator.

        Args:
            texts: List of captions, one a picture; `16 * ["a red seven"]` gives 16 of one.
            seed: Whole number; the same seed gives the same pictures.

        Returns:
            NumPy float32 array of shape (num, 32, 32, 3) in [-1, 1].

        Raises:
            ValueError: A caption cannot be read; see `captions.read`.
        """
        return generate_from_text(self.averaged_generator, texts, seed)


def compare(discriminator, pictures, tokens, wrong_tokens):
    """D's logits of each picture with its right caption, then with the wrong ones.

    Args:
        discriminator: As for `TextToImage`.
        pictures: List of batches, all of the same captions.
        tokens: Shape (batch, words).
        wrong_tokens: Shape (batch, K, words).

    Returns:
        For each of the batches, logits of shape (batch, 1 + K).
    """
    picture, read, match = map(discriminator.get_layer, ("picture", "text_encoder", "match"))
    texts = ops.concatenate([tokens[:, None], wrong_tokens], axis=1)  # (batch, 1 + K, words)
    num = texts.shape[1]
    e = read(ops.reshape(texts, (-1, texts.shape[2])), training=True)  # all in a row

    def logits(x):
        h = ops.repeat(picture(x, training=True), num, axis=0)
        return ops.reshape(match([h, e], training=True), (-1, num))

    return [logits(x) for x in pictures]


def picked(logits):
    """Share of pictures for which the right caption, the first, has the highest logit."""
    return ops.mean(ops.argmax(logits, axis=1) == 0)


class _Reader(keras.Model):
    """The discriminator as a reader, before the game."""

    def __init__(self, discriminator, caption_loss):
        super().__init__()
        self.discriminator, self.caption_loss, self.built = discriminator, caption_loss, True
        self.trackers = {n: keras.metrics.Mean(n) for n in ("caption_loss", "picked_real")}

    @property
    def metrics(self):
        return list(self.trackers.values())

    def train_step(self, batch):
        with tf.GradientTape() as tape:
            (logits,) = compare(self.discriminator, [batch[0]], *batch[1:3])
            loss = self.caption_loss(logits)
        weights = self.discriminator.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        for tracker, value in zip(self.metrics, (loss, picked(logits)), strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.metrics}


def generate_from_text(generator, texts, seed):
    """Pictures of captions by any generator of z and tokens; see `TextToImage.generate`."""
    texts = [texts] if isinstance(texts, str) else list(texts)
    for text in texts:
        captions.read(text)  # refuses what contradicts itself
    return generate(generator, len(texts), seed, condition=captions.tokens(texts))


def check_captioned(data, discriminator):
    """Refuse what `TextToImage` cannot learn from, before the first step."""
    how = 'datasets.captioned_batches("train", 48, seed=0, pack=…) makes it'
    if not isinstance(data, tf.data.Dataset):
        raise TypeError(f"fit got {type(data).__name__}; expected a tf.data.Dataset: {how}.")
    batch = next(iter(data.take(1)))
    if not isinstance(batch, tuple) or len(batch) < 3:
        raise ValueError(f"A batch needs images, tokens and wrong tokens, three parts; {how}.")
    found = [tuple(part.shape[1:]) for part in batch[:3]]
    image, text = (tuple(part.shape[1:]) for part in discriminator.inputs)
    expected = [image, text, (batch[2].shape[1], *text)]
    if found != expected:
        raise ValueError(
            f"A batch has parts of shapes {found} an example, but D takes {expected}; the last "
            f"number of an image is 3 times `pack`. {how}."
        )
    datasets.check_images(batch[0])
