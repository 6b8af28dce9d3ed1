"""Study of lesson 11: what a label does to a GAN, and in which way D should look at it.

    make study-11     (about 20 minutes on two cores)

The compact DCGAN without labels, with the label at D's input, with projection, and with the label
at D's input and a *loud* label in G, whose vectors start as large as z: three seeds of each, 2,400
steps of 64; then z cut off at several limits for the first seed of projection. All is measured on
2,500 samples, as many of each class, on the shipped judge. Writes
data/results/11_conditional_gan.json.
"""

import sys
from functools import partial

import keras
import numpy as np
from keras.optimizers import Adam
from measuring import first_means, last_means, median_and_range
from studies import SEEDS, Study

from hue_edu import datasets, judges, metrics, models
from hue_edu.training import GAN, ConditionalGAN

STEPS = (300, 600, 1200, 2400)
NUM = 2500
LABELS = np.arange(NUM) % 10
LIMITS = (3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.3, 0.1)


def networks(way):
    """Trainer, generator and discriminator of one way."""
    if way == "no label":
        return GAN, models.build_dcgan_generator(), models.build_dcgan_discriminator()
    generator = models.build_conditional_generator()
    if way == "loud label":
        table = generator.get_layer("embedding").embeddings
        table.assign(keras.random.normal(table.shape))  # Keras starts within ± 0.05
    discriminator = models.build_conditional_discriminator(projection=way == "projection")
    return ConditionalGAN, generator, discriminator


WAYS = ("no label", "concatenation", "projection", "loud label")


def make(way, seed):
    """The trainer, compiled as the recipe `dcgan` is."""
    keras.utils.set_random_seed(seed)
    trainer, *pair = networks(way)
    gan = trainer(*pair, averaging=0.998, seed=seed)
    gan.compile(*(Adam(2e-3, 0.5, 0.99) for _ in range(2)), r1_weight=0.2)
    return gan


def batches(way, seed, start_step=0):
    """Its training data from a step on."""
    images, labels = datasets.load_mnist("train")
    if way == "no label":
        return datasets.batches(images, 64, seed, start_step)
    return datasets.labelled_batches(images, labels, 64, seed, start_step)


def measured(samples):
    """What 2,500 samples of even labels score; a class is what the judge takes a picture for.

    Returns:
        Dictionary: `accuracy`, share of samples that are of the class asked for; `within_class`,
        the mean over the classes of the distance of two pictures over that of two real ones;
        `class_shares` and `smallest_share`; the others as the functions that make them.
    """
    judge, (images, labels) = judges.load_judge(), datasets.load_mnist("test", seed=0)
    features, logits = judge.features_and_logits(samples)
    found, test_features = logits.argmax(axis=1), judge.features(images)
    precision, recall = metrics.precision_recall(test_features[:NUM], features)
    shares = metrics.class_shares(found)
    within = [
        metrics.diversity_ratio(samples[found == k], images[labels == k])
        for k in range(10)
        if (found == k).sum() > 1
    ]
    statistics = map(metrics.feature_statistics, (features, test_features))
    return {
        "accuracy": float((found == LABELS[: len(found)]).mean()),
        "frechet": metrics.frechet_distance(*statistics),
        "precision": precision,
        "recall": recall,
        "within_class": float(np.mean(within)),
        "sharpness": metrics.sharpness_ratio(samples, images),
        "sure_share": metrics.sure_share(logits),
        "class_shares": shares.tolist(),
        "smallest_share": float(shares.min()),
    }


def look(gan):
    """The measures of its samples, and the last losses."""
    labelled = isinstance(gan, ConditionalGAN)
    samples = gan.generate(LABELS if labelled else NUM, seed=1)
    return {**measured(samples), **last_means(gan)}


def train(way, seed):
    """One run: what was measured at each of the steps; truncation for one of them."""
    gan, found, done = make(way, seed), [], 0
    for steps in STEPS:
        gan.fit(batches(way, seed, done), steps_per_epoch=steps - done, verbose=0)
        found.append(look(gan))
        done = steps
    run = {"seed": seed, "steps": list(STEPS), "measured": found}
    if (way, seed) == ("projection", 0):
        run["truncated"] = [
            {"limit": limit, **measured(gan.generate(LABELS, seed=1, truncation=limit))}
            for limit in LIMITS
        ]
    return run


def floor():
    """The same measures of training digits, as many of each class; the accuracy of test digits."""
    images, labels = datasets.load_mnist("train")
    rng = np.random.default_rng(0)  # MNIST lies in no random order
    drawn = [rng.permutation(np.flatnonzero(labels == k))[: NUM // 10] for k in range(10)]
    rows = np.stack(drawn, axis=1)
    return {**measured(images[rows.ravel()]), "accuracy": judges.accuracy(judges.load_judge())}


def summarise(runs):
    """Over the seeds: median and range of each measure at each of the steps."""
    measured = median_and_range([run["measured"] for run in runs])
    return {"steps": runs[0]["steps"], **measured}


def spot_check():
    """Three steps of the two ways to look at a label, and their samples' spread."""
    found = {}
    for way in ("concatenation", "projection"):
        gan = make(way, seed=0)
        losses = first_means(gan, batches(way, 0))
        found |= {f"{way}: {key}": losses[key] for key in ("d_loss", "g_loss", "penalty")}
        found[f"{way}: spread"] = gan.generate(LABELS[:100], 1, truncation=1.0).std().item()
    return found


STUDY = Study(__file__, "11_conditional_gan", spot_check)


def main():
    runs = STUDY.run_seeds({way: partial(train, way) for way in WAYS})
    STUDY.finish(
        seeds=list(SEEDS),
        floor=STUDY.run("floor", floor),
        ways={way: summarise(found) for way, found in runs.items()},
        truncated=runs["projection"][0]["truncated"],
    )


if __name__ == "__main__":
    sys.exit(main())
