"""Study of lesson 12: controls. Reed's loss in its fair form, time for reading, and what D knows.

    make study-12_controls     (about 20 minutes on two cores)

Games, one seed each: Reed's loss, by which D reads with right captions as 1 and wrong ones as 0 and
in which G has its share, with one attribute changed and with whole captions exchanged; and the
recipe without reading, and without wrong captions, with as many more steps as reading takes in
time. Readings, three seeds each: what D knows of each attribute when it has learned to read from
captions with one attribute changed, from captions of other pictures, and not at all. Writes
data/results/12_controls.json.
"""

import sys
from dataclasses import replace
from functools import partial

import numpy as np
import tensorflow as tf
from measuring import first_means, last_means, median_and_range
from sklearn.linear_model import RidgeClassifier
from studies import SEEDS, Study
from study_12 import (
    FULL,
    NUM,
    WITHOUT,
    WholeSwapped,
    full_meanings,
    obeyed_and_varied,
    prefixed,
    statistics,
    texts,
)

from hue_edu import captions, datasets, losses, metrics
from hue_edu.training.recipes import TextToImageRecipe
from hue_edu.training.text_to_image import PARTS

STEPS, MORE_STEPS = 2000, 3000  # with reading, and without: 1,500 steps of it take as long as 1,000
READING_STEPS = 750  # as in the lesson


def right_or_wrong(logits):
    """Reed's loss while D reads: right captions are real, wrong ones are fakes."""
    return losses.discriminator_loss(logits[:, :1], logits[:, 1:])


class Reed(TextToImageRecipe):
    """Wrong captions are fakes: D's term in the game as in Reed et al. (2016), algorithm 1."""

    def teach(self, trainer, seed, **kwargs):
        in_the_game, trainer.caption_loss = trainer.caption_loss, right_or_wrong
        super().teach(trainer, seed, **kwargs)
        trainer.caption_loss = in_the_game


class ReedSwapped(Reed, WholeSwapped):
    """The same with captions of other pictures."""


REED = {"caption_loss": losses.wrong_caption_loss, "caption_weight": 0.5}
GAMES = {
    "Reed's loss, one attribute changed": (Reed(**REED), STEPS),
    "Reed's loss, whole captions": (ReedSwapped(**REED), STEPS),
    "no reading, as much time": (WITHOUT["reading first"], MORE_STEPS),
    "no wrong captions, as much time": (WITHOUT["wrong captions"], MORE_STEPS),
}
READINGS = {
    "not at all": replace(FULL, reading_steps=0),
    "one attribute changed": replace(FULL, reading_steps=READING_STEPS),
    "whole captions": WholeSwapped(reading_steps=READING_STEPS),
}


def game(recipe, seed, steps, part=500):
    """What the averaged generator draws for held-out captions after the game, and what D knows."""
    trainer, asked = recipe.make(seed), full_meanings(NUM, 0, held_out=True)
    recipe.teach(trainer, seed, verbose=0)
    trainer.fit(recipe.data(seed), epochs=steps // part, steps_per_epoch=part, verbose=0)

    def draw(meanings, seed):
        return trainer.generate(texts(meanings), seed)

    images = draw(asked, 1)
    real = statistics(datasets.hue_pictures(asked, "test", 3))
    return {
        "seed": seed,
        "steps": trainer.steps_done,
        **obeyed_and_varied(draw, asked, images),
        "frechet": metrics.frechet_distance(statistics(images), real),
        **known(trainer.discriminator, recipe.pack),
        **last_means(trainer),
    }


def reading(recipe, seed):
    """What D knows after reading, before any game."""
    trainer = recipe.make(seed)
    recipe.teach(trainer, seed, verbose=0)
    return known(trainer.discriminator, recipe.pack)


def known(discriminator, pack):
    """What D knows of each attribute, on new pictures of captions of training.

    Returns:
        Shares `prefers_` of pairs in which the right caption has a higher logit than one with this
        attribute changed (a guess: .5); and `holds_`, how often a linear classifier reads the
        attribute from D's features h of a picture alone, whatever the captions.
    """
    picture, read, match = map(discriminator.get_layer, PARTS)

    def features(asked, split, seed):
        packed = [datasets.hue_pictures(asked, split, seed + k) for k in range(pack)]
        return picture.predict(np.concatenate(packed, axis=-1), batch_size=250, verbose=0)

    learned, asked = (full_meanings(NUM, seed, held_out=False) for seed in (7, 8))
    wrong = captions.contradict(asked, 9, digit_share=0.2)
    h = features(asked, "test", 20)
    right_logits, wrong_logits = (
        match.predict([h, read.predict(captions.tokens(texts(rows)), verbose=0)], verbose=0)[:, 0]
        for rows in (asked, wrong)
    )
    h_learned, prefers, holds = features(learned, "train", 30), {}, {}
    for k, name in enumerate(captions.VALUES):
        pairs = (asked != wrong)[:, k]
        prefers[name] = float((right_logits > wrong_logits)[pairs].mean())
        linear = RidgeClassifier().fit(h_learned, learned[:, k])
        holds[name] = float(linear.score(h, asked[:, k]))
    return {**prefixed("prefers", prefers), **prefixed("holds", holds)}


def spot_check():
    """Three steps of reading, and three of the game, by Reed's loss."""
    recipe, (trainer, other) = Reed(reading_steps=3, **REED), (Reed(**REED).make(0) for _ in "ab")
    trainer.caption_loss = right_or_wrong
    log = trainer.learn_to_read(recipe.data(seed=0), 3, verbose=0).history
    means = first_means(other, recipe.data(seed=0))
    names = "d_loss", "caption_loss", "obey_loss", "g_loss"
    return {"reading": log["caption_loss"][0], **{name: means[name] for name in names}}


STUDY = Study(__file__, "12_controls", spot_check)


def main():
    tf.config.threading.set_intra_op_parallelism_threads(1)  # as in study 12
    games = {
        name: STUDY.run(name, partial(game, recipe, 0, steps))
        for name, (recipe, steps) in GAMES.items()
    }
    readings = STUDY.run_seeds({name: partial(reading, way) for name, way in READINGS.items()})
    STUDY.finish(
        seeds=list(SEEDS),  # of the readings; the games have one
        reading_steps=READING_STEPS,
        games=games,
        readings={name: median_and_range(found) for name, found in readings.items()},
    )


if __name__ == "__main__":
    sys.exit(main())
