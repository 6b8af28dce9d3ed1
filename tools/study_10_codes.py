"""Study of lesson 10: where z falls. A VAE's pictures from its prior, and from Gaussians on codes.

    make study-10_codes     (about 15 minutes on two cores)

The recipe `vae`, 4,000 steps, three seeds. Its decoder draws from the prior; from the codes of
20,000 training digits, as it should if it knew where they fall; and from mixtures of full Gaussians
that were fitted to those codes: one, ten and fifty to draws z ~ q(z|x), and fifty to the means of
q(z|x). Each is measured as in `study_10.py`, on 2,500 samples. Writes data/results/10_codes.json.
"""

import sys
import time
from functools import partial

import numpy as np
from arithmetics import alone
from sklearn.mixture import GaussianMixture
from studies import SEEDS, Study
from study_10 import NUM, ms_per_step, summarise, train

from hue_edu import datasets, evaluation
from hue_edu.training import make_trainer

STEPS, NUM_CODES = 4000, 20_000


def codes_of(vae, images, seed):
    """Means of q(z|x) and draws from it, both of (num, latent_dim)."""
    z_mean, z_log_var = (part.astype("float64") for part in vae.encode(images))
    noise = np.random.default_rng(seed).normal(size=z_mean.shape)
    return z_mean, z_mean + np.exp(0.5 * z_log_var) * noise


def measured(samples):
    """What the course measures, and the first ten of them."""
    shown = datasets.to_uint8(samples[:10, ..., 0]).tolist()
    return {**evaluation.evaluate(samples), "samples": shown}


def run(seed):
    """One seed: a VAE, and what its decoder draws from each source of z."""
    images, rng = datasets.load_mnist("train")[0], np.random.default_rng(seed)
    vae = make_trainer("vae", seed)
    train(vae, images, 128, seed, STEPS)
    some = images[rng.choice(len(images), NUM_CODES, replace=False)]
    z_mean, z = codes_of(vae, some, seed)
    found = {
        "prior": measured(vae.generate(NUM, seed=1)),
        "reconstructions": measured(vae.decode(z_mean[:NUM])),
        "codes of digits": measured(vae.decode(z[:NUM])),
    }
    for num, name, fitted in ((1, "", z), (10, "", z), (50, "", z), (50, " on means", z_mean)):
        started = time.perf_counter()
        mixture = GaussianMixture(num, random_state=seed).fit(fitted)
        seconds = time.perf_counter() - started
        new = rng.permutation(mixture.sample(NUM)[0])  # it draws from one after the other
        row = {**measured(vae.decode(new)), "fit_seconds": seconds}
        found[f"{num} Gaussian{'s' * (num > 1)}{name}"] = row
    return found


def spot_check():
    """The codes of an untrained VAE, and the likelihood of a mixture fitted to them."""
    images, vae = datasets.load_mnist("test")[0][:500], make_trainer("vae", 0)
    z_mean, z = codes_of(vae, images, seed=0)
    mixture = GaussianMixture(1, random_state=0).fit(z)
    spread = {"spread of means": float(z_mean.std()), "spread of z": float(z.std())}
    return {**spread, "log-likelihood": float(mixture.lower_bound_)}


STUDY = Study(__file__, "10_codes", spot_check)


def main():
    runs = [STUDY.run(f"seed {seed}", partial(alone, run, seed)) for seed in SEEDS]
    STUDY.finish(
        seeds=list(SEEDS),
        steps=STEPS,
        ms_per_step=STUDY.run("ms a step", partial(alone, ms_per_step, "VAE")),
        ways={way: summarise([run[way] for run in runs]) for way in runs[0]},
    )


if __name__ == "__main__":
    sys.exit(main())
