"""Study of lesson 12: pictures from captions, and what each ingredient of the recipe does.

    make study-12     (about an hour on two cores)

The full recipe with three seeds, 8,000 steps each, and each ingredient left out in turn, one seed
and 2,000 steps each. The judge of captions reads pictures of captions that name all five
attributes (`open_entropy`: the digit alone), drawn from z that is cut off at ± `latent.LIMIT`;
obedience and diversity also from z as it is. Writes data/results/12_text_to_image.json.
"""

import sys
from dataclasses import replace
from functools import partial

import numpy as np
import tensorflow as tf
from measuring import first_means, last_means, ms_per_step
from scipy.stats import entropy
from studies import SEEDS, Study
from study_11 import summarise

from hue_edu import captions, datasets, evaluation, judges, losses, metrics
from hue_edu.training import generate_from_text
from hue_edu.training.recipes import TextToImageRecipe

STEPS = (1000, 2000, 4000, 6000, 8000)
FEW_STEPS = STEPS[:2]
NUM = 2000
SOME = 500


class WholeSwapped(TextToImageRecipe):
    """Wrong captions are those of other pictures, instead of one attribute changed."""

    def data(self, seed, start_step=0):
        def swap(batch):
            others = [tf.roll(batch.tokens, k + 1, axis=0) for k in range(8)]
            return batch._replace(wrong_tokens=tf.stack(others, axis=1))

        return super().data(seed, start_step).map(swap)


FULL = TextToImageRecipe()
WITHOUT = {
    "reading first": replace(FULL, reading_steps=0),
    "wrong captions": replace(FULL, caption_weight=0.0, obey_weight=0.0, reading_steps=0),
    "one word changed": WholeSwapped(),
    "a choice (Reed's loss)": replace(
        FULL, caption_loss=losses.wrong_caption_loss, caption_weight=0.5, obey_weight=0.0
    ),
    "G's share": replace(FULL, obey_weight=0.0),
    "packing": replace(FULL, pack=1, batch_size=FULL.pack * FULL.batch_size),
    "projection": replace(FULL, projection=False),
}


def full_meanings(num, seed, held_out):
    """Meanings with nothing left open."""
    return captions.complete(np.full((num, len(captions.VALUES)), captions.OPEN), seed, held_out)


def texts(meanings):
    """A caption of each meaning, in all wordings in turn."""
    return [captions.write(row, wording) for wording, row in enumerate(meanings.tolist())]


def prefixed(prefix, shares):
    return {f"{prefix}_{name}": value for name, value in shares.items()}


def statistics(images):
    judge = judges.load_attribute_judge()
    return metrics.feature_statistics(judge.features(images))


def measure(trainer):
    """What the averaged generator's pictures of held-out captions show; see `measured`.

    The numbers with `whole_z_` are from z that is not cut off.
    """

    def draw(asked, seed, **options):
        return trainer.generate(texts(asked), seed, **options)

    found, asked = measured(draw), full_meanings(NUM, 0, held_out=True)
    draw_whole = partial(draw, truncation=None)
    whole_z = prefixed("whole_z", obeyed_and_varied(draw_whole, asked, draw_whole(asked, 1)))
    some = full_meanings(SOME, 0, held_out=True)
    newest = generate_from_text(trainer.generator, texts(some), seed=1)
    shares = evaluation.obedience(judges.load_attribute_judge(), newest, some)
    return {**found, **whole_z, "newest_all_right": shares["all_right"], **last_means(trainer)}


def measured(draw):
    """All measures of a way to draw: `draw(meanings, seed)` returns pictures.

    Returns:
        Dictionary of numbers: those of `obeyed_and_varied`; obedience on `seen_` combinations;
        `frechet` to real pictures of the same captions;
        `shuffled_`, obedience to another caption than the one drawn; after digit, colour or
        background is changed to another (a caption of training, then), the share of
        `swapped_right` where the picture follows and of `swapped_kept` of the other attributes
        that stay; `open_entropy` of what captions leave open, 1 where all values are
        equally frequent.
    """
    judge = judges.load_attribute_judge()
    asked, seen = full_meanings(NUM, 0, held_out=True), full_meanings(SOME, 1, held_out=False)
    images = draw(asked, 1)
    real = statistics(datasets.hue_pictures(asked, "test", 3))
    return {
        **obeyed_and_varied(draw, asked, images),
        **prefixed("seen", evaluation.obedience(judge, draw(seen, 2), seen)),
        "frechet": metrics.frechet_distance(statistics(images), real),
        **prefixed("shuffled", evaluation.obedience(judge, images, np.roll(asked, 1, axis=0))),
        **after_a_swap(draw, judge, asked[:SOME]),
        "open_entropy": open_entropy(draw, judge),
    }


def obeyed_and_varied(draw, asked, images):
    """Obedience on `held_` out combinations, with `held_mean` over the attributes; and `diversity`,
    the distance of two pictures of one caption over that of two real ones."""
    held = evaluation.obedience(judges.load_attribute_judge(), images, asked)
    few = asked[: SOME // 2]
    twice = np.concatenate([few, few])  # the metric pairs the first half with the second
    real_twice = datasets.hue_pictures(twice, "test", 2)
    return {
        **prefixed("held", held),
        "held_mean": float(np.mean([held[name] for name in captions.VALUES])),
        "diversity": metrics.diversity_ratio(draw(twice, 3), real_twice),
    }


def after_a_swap(draw, judge, asked):
    """Same z, one attribute changed: does the picture follow, and does the rest stay?"""
    changed = captions.contradict(asked, 4, digit_share=0.2)
    before, after = (judge.labels(draw(rows, 4)) for rows in (asked, changed))
    named = changed != asked
    return {
        "swapped_right": float((after == changed)[named].mean()),
        "swapped_kept": float((after == before)[~named].mean()),
    }


def open_entropy(draw, judge):
    """Of captions that name the digit alone: entropy of each other attribute over its largest."""
    asked = np.full((SOME, 5), captions.OPEN)
    asked[:, 0] = np.arange(SOME) % 10
    _, *others = zip(judge.labels(draw(asked, 5)).T, captions.VALUES.values(), strict=True)
    shares = [entropy(np.bincount(labels), base=len(values)) for labels, values in others]
    return float(np.mean(shares))


def ceiling():
    """The same measures of real pictures of test digits."""

    def draw(asked, seed):
        return datasets.hue_pictures(captions.complete(asked, seed, None), "test", 100 + seed)

    return measured(draw)


def train(recipe, seed, steps=STEPS):
    """One run: what was measured at each of the steps."""
    trainer, found = recipe.make(seed), []
    recipe.teach(trainer, seed, verbose=0)
    for goal in steps:
        while (done := trainer.steps_done) < goal:
            trainer.fit(recipe.data(seed, done), steps_per_epoch=500, verbose=0)
        found.append(measure(trainer))
    return {"seed": seed, "steps": list(steps), "measured": found}


def speed():
    """Milliseconds a step of reading and of the game take, each the least of four parts of 100."""
    trainer, data = FULL.make(seed=0), FULL.data(seed=0)
    read = partial(trainer.learn_to_read, data, 100, verbose=0)
    play = partial(trainer.fit, data, steps_per_epoch=100, verbose=0)
    return {name: ms_per_step(run, 100, 4) for name, run in (("reading", read), ("game", play))}


def spot_check():
    """Three steps of the full recipe, and how far apart the judge sees real pictures."""
    means = first_means(FULL.make(seed=0), FULL.data(seed=0))
    asked, judge = full_meanings(200, 0, held_out=True), judges.load_attribute_judge()
    features = judge.features(datasets.hue_pictures(asked, "test", 1))
    shares = "picked_real", "picked_fake"  # each of 144 choices
    found = {key: mean for key, mean in means.items() if key not in shares}
    return {**found, "spread of features": float(features.std(axis=0).mean())}


STUDY = Study(__file__, "12_text_to_image", spot_check)


def main():
    # Two threads are slower: on two cores the other one makes the pictures meanwhile.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    (full,) = STUDY.run_seeds({"full": partial(train, FULL)}).values()
    without = {
        name: summarise([STUDY.run(name, partial(train, recipe, 0, FEW_STEPS))])
        for name, recipe in WITHOUT.items()
    }
    STUDY.finish(
        seeds=list(SEEDS),
        ceiling=STUDY.run("ceiling", ceiling),
        reading_steps=FULL.reading_steps,
        full=summarise(full),
        ms_per_step=STUDY.run("speed", speed),
        without=without,
    )


if __name__ == "__main__":
    sys.exit(main())
