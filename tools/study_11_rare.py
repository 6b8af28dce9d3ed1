"""Study of lesson 11: labels of which half are rare.

    make study-11_rare     (about 15 minutes on two cores)

Of the digits 5 to 9 one in fifty is left, about 110 of each. The projection of `study_11.py` learns
from all digits; from these as they come; and from these with each label about as often, each rare
digit fifty times in a round. 2,400 steps, three seeds. Measured on 250 pictures of each label,
for the digits that stayed common and those that are rare. Writes data/results/11_rare.json.
"""

import sys
from functools import partial

import numpy as np
from measuring import first_means
from studies import SEEDS, Study
from study_10 import summarise
from study_11 import LABELS, make

from hue_edu import datasets, judges, metrics

STEPS, RARE, ONE_IN = 2400, 5, 50  # labels from 5 on are rare
WAYS = "all digits", "rare, as they come", "rare, each label as often"


def digits(way, seed):
    """Training images and labels."""
    images, labels = datasets.load_mnist("train", seed)
    if way == "all digits":
        return images, labels
    kept = (labels < RARE) | (np.arange(len(labels)) % ONE_IN == 0)
    return images[kept], labels[kept]


def batches(way, images, labels, seed):
    """Endless batches of 64, with labels as they come or each about as often."""
    if way.endswith("as often"):
        rows = np.arange(len(labels))
        rows = np.concatenate([rows[labels < RARE], np.tile(rows[labels >= RARE], ONE_IN)])
        images, labels = images[rows], labels[rows]
    return datasets.labelled_batches(images, labels, 64, seed)


def measured(samples, training):
    """What pictures of `LABELS` score: `common` and `rare`, by the label that was asked for."""
    judge, (test_images, test_labels) = judges.load_judge(), datasets.load_mnist("test", seed=0)
    features, logits = judge.features_and_logits(samples)
    found = logits.argmax(axis=1)
    rows = {}
    for kind, ours, real in (
        ("common", LABELS < RARE, test_labels < RARE),
        ("rare", LABELS >= RARE, test_labels >= RARE),
    ):
        statistics = (features[ours], judge.features(test_images[real]))
        within = [
            metrics.diversity_ratio(samples[k == LABELS], test_images[k == test_labels])
            for k in np.unique(LABELS[ours])
        ]
        rows |= {
            f"accuracy_{kind}": float((found == LABELS)[ours].mean()),
            f"within_class_{kind}": float(np.mean(within)),
            f"copied_{kind}": metrics.copied_share(samples[ours], training),
            f"frechet_{kind}": metrics.frechet_distance(
                *map(metrics.feature_statistics, statistics)
            ),
        }
    return rows


def train(way, seed):
    """One run."""
    images, labels = digits(way, seed)
    gan = make("projection", seed)
    gan.fit(batches(way, images, labels, seed), steps_per_epoch=STEPS, verbose=0)
    samples = gan.generate(LABELS, seed=1)
    shown = datasets.to_uint8(samples[:50, ..., 0]).tolist()
    return {**measured(samples, images), "samples": shown}


def floor():
    """The same of as many real test digits of each label, beside the training digits that stay."""
    images, labels = datasets.load_mnist("test", seed=1)
    rows = np.stack([np.flatnonzero(labels == k)[: len(LABELS) // 10] for k in range(10)], axis=1)
    return measured(images[rows.ravel()], digits(WAYS[1], 0)[0])


def spot_check():
    """Three steps of each way, and how often its labels are rare."""
    found = {}
    for way in WAYS:
        data = batches(way, *digits(way, 0), 0)
        labels = np.concatenate([labels for _, labels in data.take(100)])
        losses = first_means(make("projection", 0), data)
        found |= {f"{way}: {key}": losses[key] for key in ("d_loss", "g_loss", "penalty")}
        found[f"{way}: rare"] = float((labels >= RARE).mean())
    return found


STUDY = Study(__file__, "11_rare", spot_check)


def main():
    runs = STUDY.run_seeds({way: partial(train, way) for way in WAYS})
    STUDY.finish(
        seeds=list(SEEDS),
        steps=STEPS,
        floor=STUDY.run("floor", floor),
        ways={way: summarise(found) for way, found in runs.items()},
    )


if __name__ == "__main__":
    sys.exit(main())
