"""Study of lesson 11: labels without labels. Clusters of the pictures in the place of classes.

    make study-11_clusters     (about 18 minutes on two cores)

The recipe `clusters`, 4,800 steps, three seeds; beside it one seed each of 10 and of 100 clusters
and, as a control, of the 30 clusters dealt out to the pictures at random. Samples draw their label
as often as it occurs. (True labels and none are in `study_11.py`, after 2,400 steps.) Writes
data/results/11_clusters.json.
"""

import sys
import time
from dataclasses import replace
from functools import partial

import keras
import numpy as np
from arithmetics import alone
from measuring import first_means, ms_per_step
from studies import SEEDS, Study
from study_10 import NUM, summarise

from hue_edu import datasets, evaluation, models
from hue_edu.training import ConditionalGAN, find_recipe, generate

STEPS = (1200, 2400, 4800)
RECIPE = find_recipe("clusters")
CLUSTERS = {"30 clusters": 30, "10 clusters": 10, "100 clusters": 100}
DEALT = "30 dealt at random"


def clustered(num, seed, images):
    """The recipe with so many clusters, which it has found; and the labels that it found."""
    gan = replace(RECIPE, num_clusters=num).make(seed)
    return gan, gan.learn_clusters(images, seed)


def told(labels, seed):
    """The same GAN with labels given; and z → samples of labels as frequent as those."""
    num = int(labels.max()) + 1
    keras.utils.set_random_seed(seed)
    build = models.build_conditional_generator, models.build_conditional_discriminator
    gan = ConditionalGAN(*(part(num) for part in build), num, RECIPE.averaging, seed)
    adams = (keras.optimizers.Adam(RECIPE.learning_rate, 0.5, 0.99) for _ in range(2))
    gan.compile(*adams, r1_weight=RECIPE.r1_weight)
    sampler = models.build_cluster_sampler(gan.averaged_generator, num)
    sampler.get_layer("draw").frequencies.assign(np.bincount(labels) / len(labels))
    return gan, sampler


def start(way, seed):
    """A trainer, its sampler, and from a step on its data."""
    images = datasets.load_mnist("train")[0]
    gan, labels = clustered(CLUSTERS.get(way, 30), seed, images)
    if way != DEALT:
        return gan, gan.sampler, partial(RECIPE.data, images, seed)
    labels = np.random.default_rng(seed).permutation(labels).astype("int32")
    gan, sampler = told(labels, seed)
    return gan, sampler, partial(datasets.labelled_batches, images, labels, 64, seed)


def train(way, seed):
    """One run: what the course measures of 2,500 samples at each of the steps."""
    (gan, sampler, data), found, done = start(way, seed), [], 0
    for steps in STEPS:
        gan.fit(data(start_step=done), steps_per_epoch=steps - done, verbose=0)
        samples = generate(sampler, NUM, seed=1)
        shown = datasets.to_uint8(samples[:20, ..., 0]).tolist()
        found.append({"steps": steps, **evaluation.evaluate(samples), "samples": shown})
        done = steps
    return found


def speed():
    """Seconds to find 30 clusters, and the least milliseconds a step of ten times 100."""
    images, started = datasets.load_mnist("train")[0], time.perf_counter()
    gan, _ = clustered(30, 0, images)
    clustering, data = time.perf_counter() - started, RECIPE.data(images, 0)
    ms = ms_per_step(partial(gan.fit, data, steps_per_epoch=100, verbose=0), 100)
    return {"clustering_seconds": clustering, "ms_per_step": ms}


def spot_check():
    """Three steps of the recipe, on clusters of the first 2,000 digits."""
    images = datasets.load_mnist("train")[0][:2000]
    means = first_means(clustered(30, 0, images)[0], RECIPE.data(images, 0))
    return {key: means[key] for key in ("d_loss", "g_loss", "penalty")}


STUDY = Study(__file__, "11_clusters", spot_check)


def main():
    plan = [("30 clusters", s) for s in SEEDS]
    plan += [(way, 0) for way in ("10 clusters", "100 clusters", DEALT)]
    runs = {}
    for way, seed in plan:
        found = STUDY.run(f"{way}, seed {seed}", partial(alone, train, way, seed))
        runs.setdefault(way, []).append(found)
    ways = {way: [summarise(at) for at in zip(*of_way)] for way, of_way in runs.items()}
    seeds = {way: len(of_way) for way, of_way in runs.items()}
    STUDY.finish(seeds=seeds, ways=ways, **STUDY.run("speed", partial(alone, speed)))


if __name__ == "__main__":
    sys.exit(main())
