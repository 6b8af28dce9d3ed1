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

    Beside real pictures with their caption (1) and generated ones with the caption that G got (0),
    D sees real pictures with a caption that is wrong in one word (0). It judges `pack` pictures of
    one caption at a time: if G ignores z, they are all alike, and D sees it.

        model = TextToImage(build_text_generator(), build_text_discriminator(pack=2))
        model.compile(Adam(2e-3, 0.5, 0.99), Adam(2e-3, 0.5, 0.99), r1_weight=0.2)
        data = datasets.captioned_batches("train", 48, seed=0, pack=2)
        model.fit(data, epochs=5, steps_per_epoch=200)
        images = model.generate(["a small red seven on blue", "a large 3"], seed=1)

    Args:
        generator: z and tokens → pictures, as `models.build_text_generator` returns it.
        discriminator: Packed pictures and tokens → logits, made of the models `picture` and
            `match`, as `models.build_text_discriminator` returns it.
        averaging, seed: As for `GAN`.

    Reference: Reed et al. (2016), algorithm 1, for the wrong captions; Lin et al. (2018) for
    packing; Miyato & Koyama (2018) for D.
    """

    def __init__(self, generator, discriminator, averaging=0.998, seed=0):
        super().__init__(generator, discriminator, averaging, seed)
        self.pack = discriminator.inputs[0].shape[-1] // generator.outputs[0].shape[-1]
        self.joined = Pack(self.pack)
        names = ("d_loss", "wrong_loss", "penalty", "g_loss", "d_real", "d_fake", "d_wrong")
        self.trackers = {name: keras.metrics.Mean(name) for name in names}

    @property
    def metrics(self):
        """Means over the epoch: d_loss + wrong_loss + penalty, which D minimises; g_loss, which G
        minimises; D's verdicts on right, generated and wrongly described pictures, σ(logit)."""
        return list(self.trackers.values())

    def compile(self, g_optimizer, d_optimizer, wrong_weight=0.5, **kwargs):
        """Set the two optimizers and the terms of the losses.

        Args:
            g_optimizer, d_optimizer: Two different Keras optimizers, one a player.
            wrong_weight: Of the loss on real pictures with wrong captions; 0 leaves them out.
            kwargs: As for `GAN.compile`, such as `r1_weight`.
        """
        super().compile(g_optimizer, d_optimizer, **kwargs)
        self.wrong_weight = wrong_weight

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

    def train_step(self, batch):
        """One step of both players; returns the running means."""
        x_real, tokens, wrong_tokens = batch[:3]
        picture, match = map(self.discriminator.get_layer, ("picture", "match"))

        with tf.GradientTape(persistent=True) as tape:
            x_fake = self._draw(tokens)
            h_real, h_fake = picture(x_real, training=True), picture(x_fake, training=True)
            h = ops.concatenate([h_real, h_fake, h_real])
            texts = ops.concatenate([tokens, tokens, wrong_tokens])  # all read in one go
            logits = ops.split(match([h, texts], training=True), 3)
            real_logits, fake_logits, wrong_logits = logits
            d_loss = self.discriminator_loss(real_logits, fake_logits)
            wrong_loss = self.wrong_weight * losses.wrong_caption_loss(wrong_logits)
            g_loss = self.generator_loss(real_logits, fake_logits)
            penalty = self._penalty(partial(self._score, tokens=tokens), x_real, x_fake)
            d_scaled = self.d_optimizer.scale_loss(d_loss + wrong_loss + penalty)
            g_scaled = self.g_optimizer.scale_loss(g_loss)

        self._move(tape, d_scaled, g_scaled)
        verdicts = (ops.mean(ops.sigmoid(part)) for part in logits)
        return self._report(d_loss, wrong_loss, penalty, g_loss, *verdicts)

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
    if found != [image, text, text]:
        raise ValueError(
            f"A batch has parts of shapes {found} an example, but D takes {[image, text, text]}; "
            f"the last number of an image is 3 times `pack`. {how}."
        )
    datasets.check_images(batch[0])
