"""Study of lesson 07: seven ways to train one generator on digits, for the same seconds.

    make study-07     (about 65 minutes on two cores)

Lesson 05's generator and measures; three seeds of each way, 120 s; then one seed of two settings
of WGAN-GP for as long, and one of WGAN-GP with 3 and with 1 critic step for 300 s. Writes
data/results/07_wgan_gp.json.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import keras
import numpy as np
from keras import ops
from keras.optimizers import Adam
from scipy.stats import spearmanr
from studies import Study
from study_05 import NUM, SEEDS, Probe, floor, measure

from hue_edu import datasets, evaluation, judges, models
from hue_edu.training import GAN, WGANGP, generate

SECONDS = (15, 30, 45, 60, 90, 120)
LONGER = (30, 60, 120, 180, 240, 300)


class LevelGAN(GAN):
    """A GAN whose D pays for the level of its scores: 0.1 (mean D(x) + mean D(G(z)))².

    The paired loss sees differences only, so nothing else holds the level.
    """

    def compile(self, *args, **kwargs):
        super().compile(*args, **kwargs)
        loss = self.discriminator_loss
        self.discriminator_loss = lambda real, fake: (
            loss(real, fake) + 0.1 * ops.mean(real + fake) ** 2
        )


@dataclass(frozen=True)
class Way:
    """One way to train: the discriminator, Adam's rates, and what `compile` gets beside them.

    The networks average with a momentum of .998 and see batches of 64.
    """

    build_discriminator: Callable[[], keras.Model] = models.build_dcgan_discriminator
    trainer: type = GAN
    beta_1: float = 0.5
    beta_2: float = 0.99
    options: dict = field(default_factory=dict)

    def make(self, seed):
        """The trainer, compiled."""
        keras.utils.set_random_seed(seed)
        networks = models.build_dcgan_generator(), self.build_discriminator()
        trainer = self.trainer(*networks, averaging=0.998, seed=seed)
        adams = [Adam(2e-3, self.beta_1, self.beta_2) for _ in range(2)]
        trainer.compile(*adams, **self.options)
        return trainer


def wgan_gp(beta_1=0.0, **options):
    """WGAN-GP with three critic steps unless told otherwise."""
    options = {"critic_steps": 3, **options}
    return Way(models.build_critic, WGANGP, beta_1, 0.9, options)


PAIRS = {"loss": "relativistic", "r1_weight": 0.2, "r2_weight": 0.2}
WAYS = {
    "non-saturating + R1": Way(options={"r1_weight": 0.2}),
    "WGAN-GP": wgan_gp(),
    "WGAN-GP, 1 critic step": wgan_gp(critic_steps=1),
    "LSGAN": Way(options={"loss": "least_squares"}),
    "hinge + R1": Way(options={"loss": "hinge", "r1_weight": 0.2}),
    "RpGAN + R1 + R2": Way(options=PAIRS),
    "the same, level held": Way(trainer=LevelGAN, options=PAIRS),
}
SETTINGS = {
    "5 critic steps": wgan_gp(critic_steps=5),
    "β₁ = .5": wgan_gp(beta_1=0.5),
}


def look(trainer):
    """What lesson 05 measures, the distance without averaging, and means of the last losses."""
    newest = generate(trainer.generator, NUM, seed=1)
    return {
        **measure(trainer),
        "frechet_of_newest": evaluation.frechet_to_test_set(newest, judges.load_judge()),
        **{m.name: float(m.result()) for m in trainer.metrics},
    }


def train(way, seed, seconds=SECONDS):
    """One run: steps and what was measured at each of the seconds."""
    trainer, probe = way.make(seed), Probe(seconds, look)
    data = datasets.batches(datasets.load_mnist("train")[0], 64, seed)
    trainer.fit(data, epochs=10**9, steps_per_epoch=100, verbose=0, callbacks=[probe])
    return {"seed": seed, "seconds": seconds, "steps": probe.steps, "measured": probe.found}


def summarise(runs):
    """Over the seeds: median and range of each measure at each time, ms a step, correlations."""
    seconds = runs[0]["seconds"]
    values = {
        "seconds": seconds,
        "steps": np.median([run["steps"] for run in runs], axis=0).tolist(),
        "ms_per_step": np.median([1000 * seconds[-1] / run["steps"][-1] for run in runs]).item(),
    }
    for key in runs[0]["measured"][0]:
        table = np.array([[found[key] for found in run["measured"]] for run in runs])
        values[key] = np.median(table, axis=0).tolist()
        values[f"{key}_range"] = np.transpose([table.min(axis=0), table.max(axis=0)]).tolist()
        if "loss" in key:
            ranks = [
                spearmanr(losses, [found["frechet"] for found in run["measured"]]).statistic
                for losses, run in zip(table, runs)
            ]
            values[f"{key}_correlation"] = [float(rank) for rank in ranks]
    return values


def spot_check():
    """Three steps of WGAN-GP and of the paired loss, its level held."""
    images, found = datasets.load_mnist("train")[0], {}
    for name in ("WGAN-GP", "the same, level held"):
        data = datasets.batches(images, 64, seed=0)
        log = WAYS[name].make(seed=0).fit(data, steps_per_epoch=3, verbose=0).history
        found |= {f"{name}: {key}": log[key][0] for key in log if "loss" in key or "pen" in key}
    return found


STUDY = Study(__file__, "07_wgan_gp", spot_check)


def main():
    runs = {
        (name, s): STUDY.run(f"{name} seed {s}", partial(train, way, s))
        for s in SEEDS
        for name, way in WAYS.items()
    }
    ways = {name: summarise([runs[name, s] for s in SEEDS]) for name in WAYS}
    settings = {
        name: summarise([STUDY.run(f"WGAN-GP, {name}", partial(train, way, 0))])
        for name, way in SETTINGS.items()
    }
    longer = {
        name: summarise([STUDY.run(f"{name}, 300 s", partial(train, WAYS[name], 0, LONGER))])
        for name in ("WGAN-GP", "WGAN-GP, 1 critic step")
    }
    STUDY.finish(
        seeds=list(SEEDS),
        floor=STUDY.run("floor", floor),
        ways=ways,
        settings=settings,
        longer=longer,
    )


if __name__ == "__main__":
    sys.exit(main())
