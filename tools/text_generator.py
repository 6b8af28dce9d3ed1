"""Train the generator that comes with the course for text to image.

    make text-generator     (about a quarter of an hour on two cores)

The recipe of lesson 12, but for more steps. It prints what the judge of captions reads on the way,
keeps a checkpoint in runs/, goes on from there when called again, and at last writes
runs/text_generator.weights.h5.
"""

import argparse
import sys

import numpy as np
from freshness import ROOT
from study_12 import full_meanings, texts

from hue_edu import captions, datasets, evaluation, files, judges, metrics
from hue_edu.judges.digits import save_compressed
from hue_edu.training import load_checkpoint, save_checkpoint
from hue_edu.training.recipes import TextToImageRecipe

STEPS, EVERY = 12_000, 1000
FOLDER = ROOT / "runs"


def main():
    parser = argparse.ArgumentParser(description="Train the shipped text-to-image generator.")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    recipe, checkpoint = TextToImageRecipe(steps=options.steps), FOLDER / "text_generator.npz"
    trainer = recipe.make(options.seed)
    if checkpoint.is_file():
        load_checkpoint(trainer, checkpoint)
        print(f"goes on from step {trainer.steps_done:,}")
    else:
        recipe.teach(trainer, options.seed, verbose=2)
    while (done := trainer.steps_done) < options.steps:
        trainer.fit(recipe.data(options.seed, done), steps_per_epoch=EVERY, verbose=0)
        save_checkpoint(trainer, checkpoint)
        print(f"step {trainer.steps_done:,}: {report(trainer, num=500)}", flush=True)
    for held_out in (False, True):
        name = "held-out" if held_out else "training"
        print(f"{name} combinations: {report(trainer, 5000, held_out)}")
        print(f"  real pictures: {in_words(evaluation.ceiling(JUDGE, held_out))}")
    print(f"size and place left open: {report(trainer, 5000, left_open=(3, 4))}")
    path = FOLDER / "text_generator.weights.h5"
    save_compressed(trainer.averaged_generator, path)
    print(f"{files.sha256(path)}  {path}")


JUDGE = judges.load_attribute_judge()


def report(trainer, num, held_out=True, left_open=()):
    """What the judge reads, and how much two pictures of a caption differ, in words."""
    asked = full_meanings(num, 0, held_out)
    asked[num // 2 :] = asked[: num // 2]  # twice: the metric pairs the first half with the second
    asked[:, left_open] = captions.OPEN
    images = trainer.generate(texts(asked), seed=1)
    diversity = metrics.diversity_ratio(images, real_pictures(asked))
    found = evaluation.obedience(JUDGE, images, asked)
    return f"{in_words(found)}, diversity {diversity:.2f}"


def real_pictures(asked):
    return datasets.hue_pictures(captions.complete(asked, 3, held_out=None), "test", 2)


def in_words(shares):
    return ", ".join(
        f"{name.replace('_', ' ')} {share:.3f}"
        for name, share in shares.items()
        if not np.isnan(share)
    )


if __name__ == "__main__":
    sys.exit(main())
