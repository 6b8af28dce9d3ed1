"""Study of lesson 09: how far a dense VAE comes in a few minutes on two cores.

    make study-09     (about 30 minutes on two cores)

Three seeds each of 784–512–256 and back, with 24 latents for 60,000 steps and with 2 for 18,000;
Bernoulli on ink from 0 to 1, Adam 2e-3 falling along a cosine, batches of 128. Measured on the
10,000 test digits: the three reported numbers, and on 1,000 of them the importance-weighted bound
with 200 samples. Writes data/results/09_vae.json.
"""

import sys
from functools import partial

import keras
from measuring import first_means, median_and_range, ms_per_step
from studies import SEEDS, Study

from hue_edu import datasets, models
from hue_edu.training import VAE

WAYS = {"24 latents": (24, 60_000), "2 latents": (2, 18_000)}


def make(latent_dim, steps, seed):
    """The VAE, compiled."""
    keras.utils.set_random_seed(seed)
    networks = (
        models.build_dense_encoder(latent_dim, (512, 256)),
        models.build_dense_decoder(latent_dim, (256, 512)),
    )
    vae = VAE(*networks, seed=seed)
    vae.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)))
    return vae


def train(latent_dim, steps, seed):
    """One run: what the test digits cost after training."""
    vae = make(latent_dim, steps, seed)
    data = datasets.batches(datasets.load_mnist("train")[0], 128, seed)
    vae.fit(data, steps_per_epoch=steps, verbose=0)
    images, _ = datasets.load_mnist("test")
    found = vae.evaluate(images, batch_size=500, verbose=0, return_dict=True)
    evidence = float(vae.log_evidence(images[:1000], num_samples=200).mean())
    return {**found, "log_evidence": evidence}


def speed(latent_dim, steps):
    """Milliseconds that a step takes when nothing else runs: the least of ten times 500 steps."""
    vae, images = make(latent_dim, steps, seed=0), datasets.load_mnist("train")[0]
    data = datasets.batches(images, 128, seed=0)
    return ms_per_step(partial(vae.fit, data, steps_per_epoch=500, verbose=0), 500)


def spot_check():
    """Ten steps with 24 latents: the mean loss on the way."""
    data = datasets.batches(datasets.load_mnist("train")[0], 128, seed=0)
    return first_means(make(24, 10, seed=0), data, 10)


STUDY = Study(__file__, "09_vae", spot_check)


def main():
    runs = STUDY.run_seeds({name: partial(train, *way) for name, way in WAYS.items()})
    found = {name: median_and_range(of_seeds) for name, of_seeds in runs.items()}
    ms = {k: STUDY.run(f"{k}: ms a step", partial(speed, *way)) for k, way in WAYS.items()}
    steps = {name: way[1] for name, way in WAYS.items()}
    STUDY.finish(seeds=list(SEEDS), steps=steps, ms_per_step=ms, found=found)


if __name__ == "__main__":
    sys.exit(main())
