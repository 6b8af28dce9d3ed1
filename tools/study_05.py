"""Study of lesson 05: the quality of two DCGANs over seconds of training, on equal terms.

    make study-05     (about 14 minutes on two cores)

Three seeds of each network; 2,500 samples against the 10,000 test digits, on the shipped judge.
The clock stands still while samples are measured. Writes data/results/05_time_to_quality.json.
"""

import sys
from functools import partial

import numpy as np
from measuring import first_means, median_and_range, train_for
from studies import SEEDS, Study

from hue_edu import datasets, evaluation, judges, metrics
from hue_edu.training.recipes import RECIPES

SECONDS = (10, 20, 30, 45, 60, 90, 120)
NUM = 2500


def measure(trainer):
    """What 2,500 samples score on the shipped judge, and how far they are from being copies."""
    training, held_out = datasets.load_mnist("train")[0], datasets.load_mnist("test", seed=0)[0]
    samples = trainer.generate(NUM, seed=1)
    logits = judges.load_judge().features_and_logits(samples)[1]
    return {
        "frechet": evaluation.frechet_to_test_set(samples, judges.load_judge()),
        "sure_share": metrics.sure_share(logits),
        "smallest_share": metrics.class_shares(logits.argmax(axis=1)).min().item(),
        "copy_ratio": metrics.copy_ratio(samples[:250], held_out[:250], training),
        "diversity_ratio": metrics.diversity_ratio(samples, held_out),
    }


def train(recipe, seed, seconds=SECONDS):
    """One run of a recipe: steps and what was measured at each of the seconds."""
    trainer = recipe.make(seed)
    data = recipe.data(datasets.load_mnist("train")[0], seed)
    return {"seed": seed, **train_for(seconds, trainer, data, measure)}


def summarise(runs, seconds=SECONDS):
    """Median and range over seeds of each thing measured, at each of the seconds."""
    steps = np.median([run["steps"] for run in runs], axis=0).tolist()
    measured = median_and_range([run["measured"] for run in runs])
    return {"seconds": list(seconds), "steps": steps, **measured}


def floor():
    """Distance of as many training digits; of how many test digits the judge is sure."""
    images, _ = datasets.load_mnist("train")
    logits = judges.load_judge().features_and_logits(datasets.load_mnist("test")[0])[1]
    return {
        "accuracy": judges.accuracy(judges.load_judge()),
        "frechet": evaluation.frechet_to_test_set(images[:NUM], judges.load_judge()),
        "sure_share": metrics.sure_share(logits),
    }


def first_steps(recipe, num_steps=3, num=500):
    """The first steps of one seed: losses, and the distance of samples that hardly are digits."""
    images, _ = datasets.load_mnist("train")
    trainer = recipe.make(seed=0)
    losses = first_means(trainer, recipe.data(images, seed=0), num_steps)
    samples = trainer.generate(num, seed=1)
    return {
        **{key: losses[key] for key in ("d_loss", "g_loss", "penalty")},
        "spread_of_samples": samples.std().item(),
        "frechet_of_samples": evaluation.frechet_to_test_set(samples, judges.load_judge()),
        "frechet_of_digits": evaluation.frechet_to_test_set(images[:NUM], judges.load_judge()),
    }


STUDY = Study(__file__, "05_time_to_quality", partial(first_steps, RECIPES["dcgan"]))


def main():
    names = "dcgan", "tutorial_dcgan"
    runs = STUDY.run_seeds({name: partial(train, RECIPES[name]) for name in names})
    summaries = {name: summarise(found) for name, found in runs.items()}
    STUDY.finish(seeds=list(SEEDS), floor=STUDY.run("floor", floor), **summaries)


if __name__ == "__main__":
    sys.exit(main())
