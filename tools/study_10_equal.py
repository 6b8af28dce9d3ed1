"""Study of lesson 10: the VAE with what the GANs have, a z of 64 numbers and averaged weights.

    make study-10_equal     (about 20 minutes on two cores)

The VAE of `study_10_codes.py`, 4,000 steps, three seeds, with a z of 16 and of 64 numbers; of each
run the newest weights and their running average. New digits are drawn from the prior, and from
fifty Gaussians on codes of training digits. Writes data/results/10_equal.json.
"""

import sys
from functools import partial

import keras
import numpy as np
from arithmetics import alone
from keras.optimizers import Adam
from sklearn.mixture import GaussianMixture
from studies import SEEDS, Study
from study_10 import NUM, summarise
from study_10_codes import NUM_CODES, STEPS, codes_of, measured

from hue_edu import datasets, models
from hue_edu.training import VAE

SIZES = 16, 64
MOMENTUM = 0.998  # of the average, as for the GANs


def make(size, seed):
    """The recipe `vae` with a z of this size, whose optimizer keeps an average of the weights."""
    keras.utils.set_random_seed(seed)
    vae = VAE(models.build_vae_encoder(size), models.build_vae_decoder(size), seed)
    vae.compile(Adam(2e-3, use_ema=True, ema_momentum=MOMENTUM))
    return vae


def train(vae, seed, steps):
    """Train; Keras leaves the average of the weights in the VAE. The newest, and mean losses."""
    newest, weights = [], vae.trainable_variables
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda *_: newest.extend(np.copy(weight) for weight in weights)
    )
    data = datasets.batches(datasets.load_mnist("train")[0], 128, seed)
    log = vae.fit(data, steps_per_epoch=steps, verbose=0, callbacks=[keep]).history
    return newest, {name: mean for name, (mean,) in log.items()}


def look(vae, seed):
    """New digits from the prior and from fifty Gaussians, and the bound on test digits."""
    images, _ = datasets.load_mnist("train", seed)
    test_images, _ = datasets.load_mnist("test")
    bound = vae.evaluate(test_images, batch_size=500, verbose=0, return_dict=True)
    mixture = GaussianMixture(50, random_state=seed).fit(codes_of(vae, images[:NUM_CODES], seed)[1])
    new = np.random.default_rng(seed).permutation(mixture.sample(NUM)[0])  # it draws in order
    return {
        "prior": {**measured(vae.generate(NUM, seed=1)), **bound},
        "50 Gaussians": measured(vae.decode(new)),
    }


def run(size, seed):
    """One training: what the newest weights draw, and what their average draws."""
    vae, found = make(size, seed), {}
    newest, _ = train(vae, seed, STEPS)
    for name in ("averaged", "newest"):
        if name == "newest":
            for weight, value in zip(vae.trainable_variables, newest):
                weight.assign(value)
        found |= {f"z of {size}, {name}, {way}": row for way, row in look(vae, seed).items()}
    return found


def spot_check():
    """Three steps with each size of z, and how far the average lies from the newest weights."""
    found = {}
    for size in SIZES:
        vae = make(size, 0)
        newest, losses = train(vae, 0, 3)
        pairs = zip(newest, vae.trainable_variables)
        found |= {f"z of {size}: {name}": mean for name, mean in losses.items()}
        found[f"z of {size}: average to newest"] = float(sum(abs(a - b).sum() for a, b in pairs))
    return found


STUDY = Study(__file__, "10_equal", spot_check)


def main():
    found = {}
    for size in SIZES:
        runs = [
            STUDY.run(f"z of {size}, seed {seed}", partial(alone, run, size, seed))
            for seed in SEEDS
        ]
        found |= {way: summarise([run[way] for run in runs]) for way in runs[0]}
    STUDY.finish(seeds=list(SEEDS), steps=STEPS, ways=found)


if __name__ == "__main__":
    sys.exit(main())
