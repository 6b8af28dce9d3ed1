"""Study of lesson 05: which idea of the compact DCGAN buys what. Each is left out alone.

    make study-05_ablation     (about 19 minutes on two cores)

60 seconds of training, three seeds, measured as in study 05, which holds the whole recipe's value
at 60 seconds. Writes data/results/05_ablation.json.
"""

import sys
from dataclasses import replace
from functools import partial

from studies import SEEDS, Study
from study_05 import first_steps, summarise, train

from hue_edu import models
from hue_edu.training.recipes import RECIPES

SECONDS = (60,)
WHOLE = RECIPES["dcgan"]
VARIANTS = {
    "no hidden layer in G": replace(
        WHOLE, build_generator=partial(models.build_dcgan_generator, hidden=None)
    ),
    "no hidden layer in D": replace(
        WHOLE, build_discriminator=partial(models.build_dcgan_discriminator, hidden=None)
    ),
    "no R1 penalty": replace(WHOLE, r1_weight=0.0),
    "learning rate 1e-4": replace(WHOLE, learning_rate=1e-4),
    "Adam with β₁ = .9": replace(WHOLE, beta_1=0.9),
    "batch 256": replace(WHOLE, batch_size=256),
}

STUDY = Study(__file__, "05_ablation", partial(first_steps, VARIANTS["no hidden layer in G"]))


def main():
    runs = {
        name: [STUDY.run(f"{name}, seed {s}", partial(train, recipe, s, SECONDS)) for s in SEEDS]
        for name, recipe in VARIANTS.items()
    }
    variants = {name: summarise(found, SECONDS) for name, found in runs.items()}
    STUDY.finish(seeds=list(SEEDS), variants=variants)


if __name__ == "__main__":
    sys.exit(main())
