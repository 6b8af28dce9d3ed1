"""Text to image: a generator that reads captions and a discriminator that checks them."""

import keras
from keras import ops

from .. import arguments, captions, latent, losses
from ..checks.data import check_parts
from ..layers import Pack
from .gan import GAN
from .sampling import generate, output
from .settings import Setting
from .trainer import Player, Trainer

PARTS = ("picture", "text_encoder", "match")


class TextToImage(GAN):
    """A GAN whose two players read the caption: D learns what is real, and what the words mean.

    Besides the loss of any GAN, on pictures with their caption, D learns to pick the right caption
    of a real picture among wrong ones, each with one attribute changed; and G learns to draw so
    that D picks the caption that was asked for. D judges `pack` pictures of one caption at a time:
    if G ignores z, they are all alike, and D sees it.

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
        averaging, seed: As for `GAN`; the average is slower by default.

    Reported: `d_loss`, `caption_loss` and `penalty`, whose sum D minimises; `obey_loss` and
    `g_loss`, whose sum G minimises; D's verdicts on real and generated pictures, `d_real` and
    `d_fake`; and the shares of both for which D picks the right caption, `picked_real` and
    `picked_fake`. Regularizers as for `GAN`.

    Reference: Reed et al. (2016) for wrong captions; Zhang et al. (2021), XMC-GAN, for picking the
    right one; Lin et al. (2018) for packing; Miyato & Koyama (2018) for D.
    """

    num_conditions = 1
    functions = *GAN.functions, "caption_loss"
    caption_weight, obey_weight = Setting(), Setting()

    def __init__(self, generator, discriminator, averaging=0.998, seed=0):
        super().__init__(generator, discriminator, averaging, seed)
        self.pack = self._pack(generator, discriminator)
        self.joined = Pack(self.pack)

    def terms(self, batch, training):
        """The game, as `GAN.terms`, with captions: D is to pick the right one, G to draw it.

        Args:
            batch: Packed pictures, tokens, and tokens of wrong captions.
            training: As for `GAN.terms`.
        """
        x_real, tokens, wrong_tokens = batch[:3]
        x_fake = self._draw_packed(tokens, training)

        def score(x):
            return output(self.discriminator, [x, tokens], training)

        pictures = [x_real, x_fake]
        on_real, on_fake = compare(self.discriminator, pictures, tokens, wrong_tokens, training)
        real_logits, fake_logits = on_real[:, :1], on_fake[:, :1]
        d_terms = {
            "d_loss": self.discriminator_loss(real_logits, fake_logits),
            "caption_loss": self.now("caption_weight") * self.caption_loss(on_real),
            "penalty": self._penalty(score, x_real, x_fake, training),
        }
        g_terms = {
            "obey_loss": self.now("obey_weight") * self.caption_loss(on_fake),
            "g_loss": self.generator_loss(real_logits, fake_logits),
        }
        watched = {
            "d_real": ops.mean(ops.sigmoid(real_logits)),
            "d_fake": ops.mean(ops.sigmoid(fake_logits)),
            "picked_real": picked(on_real),
            "picked_fake": picked(on_fake),
        }
        return {"discriminator": d_terms, "generator": g_terms}, watched

    @staticmethod
    def _pack(generator, discriminator):
        return discriminator.inputs[0].shape[-1] // generator.outputs[0].shape[-1]

    def _check_networks(self, generator, discriminator):
        super()._check_networks(generator, discriminator)
        names = [layer.name for layer in discriminator.layers]
        if missing := [part for part in PARTS if part not in names]:
            raise ValueError(
                f"{discriminator.name} has no part named {' or '.join(missing)}; expected the "
                f"models {', '.join(PARTS)}, as in what models.build_text_discriminator returns."
            )

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
            g_optimizer, d_optimizer: Two different Keras optimizers, one per player.
            caption_weight: In D's loss, of the caption loss of real pictures; 0 for none.
            obey_weight: In G's loss, of the caption loss of its pictures; 0 for none. Both may be
                functions of the step or variables, and be set again at any time.
            caption_loss: Logits with right and wrong captions → scalar, as `right_caption_loss` or
                `wrong_caption_loss` in `losses`.
            kwargs: As for `GAN.compile`, such as `r1_weight`.
        """
        super().compile(g_optimizer, d_optimizer, **kwargs)
        self.caption_weight, self.obey_weight = caption_weight, obey_weight
        self.caption_loss = caption_loss

    def _check(self, x):
        _check(x, self.discriminator)

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
        steps = arguments.whole_number("steps", steps, at_least=1)
        reader = _Reader(self.discriminator, self.caption_loss)
        reader.compile(keras.optimizers.Adam(learning_rate, 0.5, 0.99))
        return reader.fit(x, steps_per_epoch=steps, **kwargs)

    def _draw_packed(self, tokens, training):
        """`pack` pictures of each caption, each of its own z, joined along the channels."""
        repeated = ops.repeat(tokens, self.pack, axis=0)
        z = self._draw_z(ops.shape(repeated)[0])
        return self.joined(output(self.generator, [z, repeated], training))

    def generate(self, texts, seed, truncation=latent.LIMIT):
        """Pictures of captions by the averaged generator.

        Args:
            texts: List of captions, one per picture; `16 * ["a red seven"]` gives 16 of one.
            seed: Whole number; the same seed gives the same pictures.
            truncation: Limit of `latent.truncate`; None for z as in training: more varied pictures,
                less obedient.

        Returns:
            NumPy float32 array of shape (num, 32, 32, 3) in [-1, 1].

        Raises:
            ValueError: A caption cannot be read; see `captions.read`.
        """
        return generate_from_text(self.sampler, texts, seed, truncation)


def compare(discriminator, pictures, tokens, wrong_tokens, training=True):
    """D's logits of each picture with its right caption, then with the wrong ones.

    Args:
        discriminator: As for `TextToImage`.
        pictures: List of batches, all of the same captions.
        tokens: Shape (batch, words).
        wrong_tokens: Shape (batch, K, words).
        training: Of the discriminator.

    Returns:
        For each of the batches, logits of shape (batch, 1 + K).
    """
    picture, read, match = map(discriminator.get_layer, PARTS)
    texts = ops.concatenate([tokens[:, None], wrong_tokens], axis=1)  # (batch, 1 + K, words)
    num = texts.shape[1]
    e = read(ops.reshape(texts, (-1, texts.shape[2])), training=training)  # all in a row

    def logits(x):
        h = ops.repeat(picture(x, training=training), num, axis=0)
        return ops.cast(ops.reshape(match([h, e], training=training), (-1, num)), "float32")

    return [logits(x) for x in pictures]


def picked(logits):
    """Share of pictures for which the right caption, the first, has the highest logit."""
    return ops.mean(ops.argmax(logits, axis=1) == 0)


class _Reader(Trainer):
    """The discriminator as a reader, before the game."""

    def __init__(self, discriminator, caption_loss):
        super().__init__("reader", seed=0)
        self.discriminator, self.caption_loss = discriminator, caption_loss

    @property
    def players(self):
        return {"discriminator": Player(self.discriminator, self.optimizer)}

    def _check(self, x):
        _check(x, self.discriminator)

    def terms(self, batch, training):
        (logits,) = compare(self.discriminator, [batch[0]], *batch[1:3], training)
        watched = {"picked_real": picked(logits)}
        return {"discriminator": {"caption_loss": self.caption_loss(logits)}}, watched


def generate_from_text(generator, texts, seed, truncation=latent.LIMIT):
    """Pictures of captions by any generator of z and tokens; see `TextToImage.generate`."""
    texts = [texts] if isinstance(texts, str) else list(texts)
    for text in texts:
        captions.read(text)  # refuses what contradicts itself
    options = {"condition": captions.tokens(texts), "truncation": truncation}
    return generate(generator, len(texts), seed, **options)


def _check(data, discriminator):
    """Refuse what `TextToImage` cannot learn from, before the first step."""
    image, text = (tuple(part.shape[1:]) for part in discriminator.inputs)
    parts = {"images": image, "tokens": text, "wrong tokens": (None, *text)}
    how = 'datasets.captioned_batches("train", 48, seed=0, pack=…) makes it'
    check_parts(data, parts, f"{how}, with 3 times `pack` channels")
