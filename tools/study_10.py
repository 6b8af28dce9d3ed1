"""Study of lesson 10: GAN, WGAN-GP and VAE for the same seconds, and a mixture of Gaussians.

    make study-10     (about 45 minutes on two cores)

Lesson 05's digits; the networks of each way have the same number of parameters within 5%; 180 s
of training, three seeds. Outside that rule stands a mixture of 50 Gaussians on 64 principal
components, 30 rounds of EM at most. The seconds become steps by the time that a step takes when
nothing else runs, so a busy machine changes no measure of quality (what it changes: seconds of
the mixture and of drawing). Each run has a process of its own, so that its memory can be told.
Then one seed of crosses: a GAN trained on a VAE's reconstructions, a GAN whose generator starts
as that VAE's decoder, and the decoder's layers as a GAN from scratch. Writes
data/results/10_gan_vs_vae.json.
"""

import resource
import sys
import time
from functools import partial

import keras
import measuring
import numpy as np
from arithmetics import alone
from keras.optimizers import Adam
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from studies import SEEDS, Study

from hue_edu import datasets, evaluation, models
from hue_edu.training import GAN, WGANGP, make_trainer

NUM, SECONDS = 2500, 180
CROSS_SECONDS = 60


def wgan_gp(seed):
    """Lesson 07's best at this length: one critic step, β₁ = 0."""
    keras.utils.set_random_seed(seed)
    trainer = WGANGP(models.build_dcgan_generator(), models.build_critic(), 0.998, seed)
    trainer.compile(Adam(2e-3, 0.0, 0.9), Adam(2e-3, 0.0, 0.9), critic_steps=1)
    return trainer


WAYS = {  # name → trainer from a seed, and its batch size
    "GAN": (partial(make_trainer, "dcgan"), 64),
    "WGAN-GP": (wgan_gp, 64),
    "VAE": (partial(make_trainer, "vae"), 128),
}


class Mixture:
    """Gaussians on principal components; what lies outside of these is left out."""

    def __init__(self, seed, num_components=64, num_gaussians=50):
        self.pca = PCA(num_components, random_state=seed)
        self.mixture = GaussianMixture(num_gaussians, random_state=seed, max_iter=30)

    def fit(self, images):
        """Fit to images of shape (num, 28, 28, 1)."""
        self.mixture.fit(self.pca.fit_transform(images.reshape(len(images), -1)))

    def generate(self, num, seed):
        """Images, as `GAN.generate`."""
        self.mixture.random_state = seed
        z = self.mixture.sample(num)[0]  # one Gaussian after the other: the order must go
        flat = self.pca.inverse_transform(np.random.default_rng(seed).permutation(z))
        return np.clip(flat, -1, 1).reshape(num, 28, 28, 1).astype("float32")

    def count_params(self):
        """Free numbers of the PCA and of the mixture."""
        k, d = self.mixture.means_.shape
        return self.pca.components_.size + self.pca.mean_.size + k * (1 + d + d * (d + 1) // 2) - 1


def size_of(trainer):
    """Parameters that training moves, in both networks."""
    return int(sum(np.prod(weight.shape) for weight in trainer.trainable_variables))


def train(trainer, images, batch_size, seed, steps):
    """Train for so many steps."""
    data = datasets.batches(images, batch_size, seed)
    trainer.fit(data, steps_per_epoch=steps, verbose=0)


def ms_per_step(name):
    """Milliseconds that a step takes when nothing else runs: the least of ten times 100 steps."""
    make, batch_size = WAYS[name]
    trainer, images = make(0), datasets.load_mnist("train")[0]
    data = datasets.batches(images, batch_size, 0)
    return measuring.ms_per_step(partial(trainer.fit, data, steps_per_epoch=100, verbose=0), 100)


def steps_within(seconds, name):
    """Steps of a way in so many seconds, to the nearest ten."""
    ms = STUDY.run(f"{name}: ms a step", partial(alone, ms_per_step, name))
    return round(100 * seconds / ms) * 10


def look(generate):
    """What the course measures of 2,500 samples, some of them, and seconds for 1,000."""
    generate(1000, 1)
    started = time.perf_counter()
    generate(1000, 2)
    taken = time.perf_counter() - started
    samples = generate(NUM, 1)
    shown = datasets.to_uint8(samples[:10, ..., 0]).tolist()
    return {**evaluation.evaluate(samples), "seconds_per_1000": taken, "samples": shown}


def peak_mib():
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_network(name, steps, seed):
    """One run of a way of `WAYS`."""
    images, (make, batch_size) = datasets.load_mnist("train")[0], WAYS[name]
    trainer = make(seed)
    train(trainer, images, batch_size, seed, steps)
    found = {"steps": steps, "training_seconds": SECONDS, "memory_mib": peak_mib()}
    found |= {"parameters": size_of(trainer), **look(trainer.generate)}
    if name == "VAE":
        held_out = datasets.load_mnist("test")[0]
        found |= trainer.evaluate(held_out, batch_size=500, verbose=0, return_dict=True)
        found["log_evidence"] = float(trainer.log_evidence(held_out[:1000], 200).mean())
    return found


def run_mixture(seed):
    """One run of the mixture of Gaussians."""
    images, mixture = datasets.load_mnist("train")[0], Mixture(seed)
    started = time.perf_counter()
    mixture.fit(images)
    seconds = time.perf_counter() - started
    found = {"training_seconds": seconds, "memory_mib": peak_mib()}
    return {**found, "parameters": mixture.count_params(), **look(mixture.generate)}


def run_crosses(seed, vae_steps, gan_steps):
    """A VAE; then GANs on real digits, on its reconstructions, and with its decoder as generator.

    All for the same seconds; the last one has had the VAE's as well.
    """
    images, found = datasets.load_mnist("train")[0], {}
    vae = make_trainer("vae", seed)
    train(vae, images, 128, seed, vae_steps)
    again = np.concatenate([vae.decode(vae.encode(part)[0]) for part in np.split(images, 60)])
    plain, copied = make_trainer("dcgan", seed), make_trainer("dcgan", seed)
    started = gan_of(vae.sampler, seed)
    found["VAE"] = look(vae.generate)
    found["its reconstructions"] = evaluation.evaluate(again[:: len(again) // NUM][:NUM])
    for name, gan, data in (
        ("GAN", plain, images),
        ("GAN on reconstructions", copied, again),
        ("GAN from the decoder", started, images),
    ):
        train(gan, data, 64, seed, gan_steps)
        found[name] = look(gan.generate)
    return found


def gan_of(generator, seed):
    """A GAN with this generator, and all else as in the recipe `dcgan`."""
    gan = GAN(generator, models.build_dcgan_discriminator(), 0.998, seed)
    gan.compile(*[Adam(2e-3, 0.5, 0.99) for _ in range(2)], r1_weight=0.2)
    return gan


def run_scratch(seed, steps):
    """The VAE decoder's layers as the generator of a GAN, from new weights."""
    keras.utils.set_random_seed(seed)
    gan = gan_of(models.build_sampler(models.build_vae_decoder()), seed)
    train(gan, datasets.load_mnist("train")[0], 64, seed, steps)
    return look(gan.generate)


def floors():
    """What as many training digits get; of `sure_share` the test digits, unseen by the judge."""
    found = evaluation.evaluate(datasets.load_mnist("train")[0][:NUM])
    return {**found, "sure_share": found["sure_floor"]}


def summarise(runs):
    """Over the seeds: median and range of each number; the first seed's samples."""
    numbers = [{key: n for key, n in run.items() if isinstance(n, (int, float))} for run in runs]
    return {"samples": runs[0]["samples"], **measuring.median_and_range(numbers)}


def spot_check():
    """Three steps of each network way, and the mixture's likelihood of what it was fitted to."""
    images, found = datasets.load_mnist("train")[0], {}
    for name, (make, batch_size) in WAYS.items():
        data = datasets.batches(images, batch_size, seed=0)
        losses = measuring.first_means(make(seed=0), data)
        found |= {f"{name}: {key}": mean for key, mean in losses.items() if "loss" in key}
    mixture = Mixture(0, 8, 3)
    mixture.fit(images[:2000])
    return {**found, "mixture: log-likelihood": float(mixture.mixture.lower_bound_)}


STUDY = Study(__file__, "10_gan_vs_vae", spot_check)


def main():
    steps = {name: steps_within(SECONDS, name) for name in WAYS}
    runs = STUDY.run_seeds({name: partial(alone, run_network, name, steps[name]) for name in WAYS})
    (mixtures,) = STUDY.run_seeds({"mixture": partial(alone, run_mixture)}).values()
    short = [steps_within(CROSS_SECONDS, name) for name in ("VAE", "GAN")]
    crosses = STUDY.run("crosses", partial(alone, run_crosses, 0, *short))
    scratch = partial(alone, run_scratch, 0, 2 * short[1])
    crosses["the decoder's layers as GAN"] = STUDY.run("scratch", scratch)
    for name, found in crosses.items():  # a VAE's seconds count where its result is used
        found["seconds"] = CROSS_SECONDS * (
            1 if name in ("VAE", "its reconstructions", "GAN") else 2
        )
    STUDY.finish(
        seeds=list(SEEDS),
        seconds=SECONDS,
        ways={name: summarise(found) for name, found in runs.items()}
        | {"mixture on PCA": summarise(mixtures)},
        crosses=crosses,
        cross_steps=dict(zip(("VAE", "GAN"), short)),
        floors=STUDY.run("floors", partial(alone, floors)),
    )


if __name__ == "__main__":
    sys.exit(main())
