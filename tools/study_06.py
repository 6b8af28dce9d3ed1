"""Study of lesson 06: how many modes each way of training reaches, in the plane and on digits.

    make study-06     (about 50 minutes on two cores)

In the plane: ring of 8 and grid of 25 with PacGAN's data, four ways, three seeds, the same networks
and about the same time; 10,000 samples. Digits: Stacked MNIST, 1,000 modes, 26,000
samples read by the shipped judge, over the seconds; three seeds of one recipe, seed 0 twice as
long, and one seed of a plain DCGAN. Writes data/results/06_stable_training.json.
"""

import sys
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import keras
import numpy as np
from keras.optimizers import Adam
from keras.optimizers.schedules import CosineDecay, ExponentialDecay
from measuring import first_means, train_for
from studies import SEEDS, Study

from hue_edu import datasets, judges, metrics, models
from hue_edu.training import GAN, WGANGP, generate

NUM_POINTS, NUM_STACKED = 10_000, 26_000
SECONDS = (60, 120, 240)
LONGER = (60, 120, 240, 480)  # seed 0


@dataclass(frozen=True)
class Plane:
    """A data set in the plane, brought to [-1, 1] by `scale`, with the settings that suit it."""

    make: callable
    centres: np.ndarray
    std: float
    scale: float
    depth: int
    steps: int
    gammas: tuple


PLANES = {
    "ring": Plane(datasets.make_ring, datasets.ring_centres(), 0.01, 1.0, 3, 14_000, (0.01, 1e-4)),
    "grid": Plane(datasets.make_grid, datasets.grid_centres(), 0.05, 4.0, 4, 22_000, (0.1, 1e-3)),
}
METHODS = ("GAN", "GAN + R1", "WGAN-GP", "RpGAN + R1 + R2")


def make_trainer(method, plane, seed):
    """The trainer of a method, compiled, and its number of steps.

    Adam 1e-3, β = (0, .99), with a cosine down to 2%; γ from its first to its last value along a
    line in log γ. WGAN-GP makes a quarter of G's steps, with five of the critic in each.
    """
    keras.utils.set_random_seed(seed)
    start = {"width": 128, "depth": plane.depth}
    networks = (
        models.build_planar_generator(2, negative_slope=0.0, **start),
        models.build_planar_discriminator(**start),
    )
    critic_steps, steps = (5, plane.steps // 4) if method == "WGAN-GP" else (1, plane.steps)
    adams = [
        Adam(CosineDecay(1e-3, steps * times, alpha=0.02), beta_1=0.0, beta_2=0.99)
        for times in (1, critic_steps)
    ]
    if method == "WGAN-GP":
        trainer = WGANGP(*networks, seed=seed)
        trainer.compile(*adams, critic_steps=critic_steps, gp_weight=0.1, steps_per_execution=50)
        return trainer, steps
    first, last = plane.gammas
    gamma = ExponentialDecay(first, steps, last / first)
    trainer = GAN(*networks, seed=seed)
    trainer.compile(
        *adams,
        loss="relativistic" if method.startswith("Rp") else "non_saturating",
        r1_weight=gamma if "R1" in method else 0.0,
        r2_weight=gamma if "R2" in method else 0.0,
        penalty_every=4,  # with 8, a run of the paired loss on the grid can go astray
        steps_per_execution=50,
    )
    return trainer, steps


def train_plane(method, plane, seed):
    """What 10,000 samples of the averaged and of the newest generator score."""
    trainer, steps = make_trainer(method, plane, seed)
    points = (plane.make(100_000, seed)[0] / plane.scale).astype("float32")
    started = perf_counter()
    data = datasets.batches(points, 256, seed)
    trainer.fit(data, steps_per_epoch=steps, verbose=0)
    seconds = perf_counter() - started
    scores = {
        name: metrics.mode_scores(
            generate(network, NUM_POINTS, seed=1) * plane.scale, plane.centres, plane.std
        )
        for name, network in (
            ("averaged", trainer.averaged_generator), ("newest", trainer.generator)
        )
    }  # fmt: skip
    return {"seconds": seconds, "steps": trainer.steps_done, **scores}


def make_stacked(seed, plain=False):
    """Lesson 05's two networks in colour; unless `plain` with R1, averaging, and a D that compares.

    The generator is somewhat wider, with z of 100.
    """
    keras.utils.set_random_seed(seed)
    trainer = GAN(
        models.build_dcgan_generator(100, width=32, image_shape=(28, 28, 3)),
        models.build_dcgan_discriminator(minibatch_std=not plain, image_shape=(28, 28, 3)),
        averaging=0.0 if plain else 0.998,
        seed=seed,
    )
    adams = [Adam(2e-3, beta_1=0.5, beta_2=0.99) for _ in range(2)]
    trainer.compile(*adams, r1_weight=0.0 if plain else 0.2)
    return trainer


def count_stacked(samples):
    """How many of the 1,000 triples occur, and KL from the even distribution over them."""
    counts = np.bincount(judges.load_judge().stacked_labels(samples), minlength=1000)
    return {"modes": int((counts > 0).sum()), "kl": metrics.reverse_kl(counts)}


def train_stacked(seed, seconds=SECONDS, plain=False):
    """Steps and counts at each of the seconds, and the first samples of the last time."""

    def measure(trainer):
        return count_stacked(trainer.generate(NUM_STACKED, seed=1))

    data = datasets.stacked_batches(datasets.load_mnist("train")[0], 64, seed)
    return train_for(seconds, make_stacked(seed, plain), data, measure)


def true_data():
    """What as many true samples score: the floors."""
    floors = {
        name: metrics.mode_scores(plane.make(NUM_POINTS, 1)[0], plane.centres, plane.std)
        for name, plane in PLANES.items()
    }
    images, _ = datasets.load_mnist("test")
    batches = datasets.stacked_batches(images, 1000, seed=0).take(NUM_STACKED // 1000)
    return {**floors, "stacked": count_stacked(np.concatenate(list(batches)))}


def spot_check():
    """Ten steps of the paired loss in the plane, and three on stacked digits."""
    plane, (images, _) = PLANES["ring"], datasets.load_mnist("train")
    points = plane.make(10_000, 0)[0].astype("float32")
    paired, _ = make_trainer("RpGAN + R1 + R2", plane, 0)
    ring = first_means(paired, datasets.batches(points, 256, 0), 10)
    stacked = first_means(make_stacked(seed=0), datasets.stacked_batches(images, 64, seed=0))
    return {
        **{f"ring: {key}": mean for key, mean in ring.items()},
        **{f"stacked: {key}": mean for key, mean in stacked.items()},
    }


STUDY = Study(__file__, "06_stable_training", spot_check)


def summarise(runs):
    """Median and range of each score, averaged and newest weights; seconds of the fastest seed."""
    found = {"seconds": min(run["seconds"] for run in runs), "steps": runs[0]["steps"]}
    for name in ("averaged", "newest"):
        for key in ("modes", "quality", "reverse_kl", "spread"):
            values = [run[name][key] for run in runs]
            found.setdefault(name, {})[key] = [
                np.median(values).item(), min(values), max(values)
            ]  # fmt: skip
    return found


def main():
    floors = STUDY.run("true data", true_data)
    stacked = {
        f"seed {s}": STUDY.run(
            f"stacked seed {s}", partial(train_stacked, s, SECONDS if s else LONGER)
        )
        for s in SEEDS
    }
    plain = STUDY.run("stacked plain DCGAN", partial(train_stacked, 0, plain=True))
    ways = {
        f"{name} {method}": partial(train_plane, method, plane)
        for name, plane in PLANES.items()
        for method in METHODS
    }
    runs = STUDY.run_seeds(ways)
    planes = {
        name: {method: summarise(runs[f"{name} {method}"]) for method in METHODS} for name in PLANES
    }
    at_times = {
        key: np.median([[m[key] for m in run["measured"][:3]] for run in stacked.values()], 0)
        for key in ("modes", "kl")
    }
    at_times["steps"] = np.median([run["steps"][:3] for run in stacked.values()], axis=0)
    STUDY.finish(
        seeds=list(SEEDS),
        floors=floors,
        planes=planes,
        stacked={"seconds": SECONDS, **{key: list(at) for key, at in at_times.items()}},
        stacked_runs={**stacked, "plain DCGAN": plain},
    )


if __name__ == "__main__":
    sys.exit(main())
