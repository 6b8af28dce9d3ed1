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
from measuring import first_means, last_means, train_for
from scipy.stats import spearmanr
from studies import SEEDS, Study
from study_05 import NUM, floor, measure, summarise

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
    "RpGAN, level held": Way(trainer=LevelGAN, options=PAIRS),
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
        **last_means(trainer),
    }


def train(way, seed, seconds=SECONDS):
    """One run: steps and what was measured at each of the seconds."""
    trainer = way.make(seed)
    data = datasets.batches(datasets.load_mnist("train")[0], 64, seed)
    return {"seed": seed, "seconds": seconds, **train_for(seconds, trainer, data, look)}


def summed_up(runs):
    """What study 05 tells of the seeds, ms a step, and each loss's rank correlation with the
    distance over the times."""
    seconds = runs[0]["seconds"]
    ms = np.median([1000 * seconds[-1] / run["steps"][-1] for run in runs]).item()
    values = {**summarise(runs, seconds), "ms_per_step": ms}
    for key in runs[0]["measured"][0]:
        if "loss" in key:
            values[f"{key}_correlation"] = [correlation(run["measured"], key) for run in runs]
    return values


def correlation(measured, key):
    """Spearman's, of a measure with the distance, over the times of one run."""
    return float(spearmanr(*[[at[name] for at in measured] for name in (key, "frechet")]).statistic)


def spot_check():
    """Three steps of WGAN-GP and of the paired loss, its level held."""
    images, found = datasets.load_mnist("train")[0], {}
    for name in ("WGAN-GP", "RpGAN, level held"):
        means = first_means(WAYS[name].make(seed=0), datasets.batches(images, 64, seed=0))
        found |= {f"{name}: {key}": means[key] for key in means if "loss" in key or "pen" in key}
    return found


STUDY = Study(__file__, "07_wgan_gp", spot_check)


def main():
    runs = STUDY.run_seeds({name: partial(train, way) for name, way in WAYS.items()})
    settings = {
        name: summed_up([STUDY.run(f"WGAN-GP, {name}", partial(train, way, 0))])
        for name, way in SETTINGS.items()
    }
    longer = {
        name: summed_up([STUDY.run(f"{name}, 300 s", partial(train, WAYS[name], 0, LONGER))])
        for name in ("WGAN-GP", "WGAN-GP, 1 critic step")
    }
    STUDY.finish(
        seeds=list(SEEDS),
        floor=STUDY.run("floor", floor),
        ways={name: summed_up(found) for name, found in runs.items()},
        settings=settings,
        longer=longer,
    )


if __name__ == "__main__":
    sys.exit(main())
