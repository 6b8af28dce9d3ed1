"""Study of lesson 06: of how many pictures of Stacked MNIST is the judge sure, beside the modes?

    make study-06_sure     (about 10 minutes on two cores)

The two recipes of `study_06.py` at the same numbers of steps: 1,500 of three seeds, and 3,000 of
seed 0. Beside them true data, and a control that covers nearly all modes and draws no digit: in
each channel the mean of two random digits. 26,000 pictures each. Writes data/results/06_sure.json.
"""

import sys
from functools import partial

import numpy as np
from measuring import first_means, median_and_range
from scipy.special import softmax
from studies import SEEDS, Study
from study_06 import NUM_STACKED, make_stacked

from hue_edu import datasets, judges, metrics

STEPS, LONGER = (1500,), (1500, 3000)  # of seed 0
SURE = 0.9
WAYS = {"three remedies": False, "plain DCGAN": True}


def measure(samples):
    """Modes, KL and shares of which the judge is sure, of pictures of (num, 28, 28, 3).

    Modes and KL from all pictures, and from those only of whose three channels the judge is sure.
    """
    judge = judges.load_judge()
    logits = [judge.features_and_logits(samples[..., k, None])[1] for k in range(3)]
    kinds = np.stack([part.argmax(axis=1) for part in logits], axis=1) @ [100, 10, 1]
    sure = np.stack([softmax(part, axis=1).max(axis=1) >= SURE for part in logits], axis=1)
    counts, of_sure = (
        np.bincount(chosen, minlength=1000) for chosen in (kinds, kinds[sure.all(axis=1)])
    )
    return {
        "modes": int((counts > 0).sum()),
        "kl": metrics.reverse_kl(counts),
        "sure_channels": float(sure.mean()),
        "sure_pictures": float(sure.all(axis=1).mean()),
        "sure_modes": int((of_sure > 0).sum()),
        "sure_kl": metrics.reverse_kl(of_sure),
    }


def true_pictures(num, seed):
    """Test digits, three a picture."""
    images, _ = datasets.load_mnist("test")
    batches = datasets.stacked_batches(images, 500, seed).take(num // 500)
    return np.concatenate(list(batches))


def true_data(num=NUM_STACKED):
    """What true pictures score."""
    return measure(true_pictures(num, seed=0))


def mean_of_two(num=NUM_STACKED):
    """What two true pictures score, one laid over the other: two digits in each channel."""
    return measure((true_pictures(num, seed=0) + true_pictures(num, seed=1)) / 2)


def train(plain, seed):
    """What was measured after each number of steps."""
    trainer, found = make_stacked(seed, plain), []
    data = datasets.stacked_batches(datasets.load_mnist("train")[0], 64, seed)
    for steps in STEPS if seed else LONGER:
        trainer.fit(data, steps_per_epoch=steps - trainer.steps_done, verbose=0)
        found.append(measure(trainer.generate(NUM_STACKED, seed=1)))
    return found


def spot_check():
    """Three steps of the plain DCGAN, and 500 pictures each of true data and of the control."""
    data = datasets.stacked_batches(datasets.load_mnist("train")[0], 64, seed=0)
    losses = first_means(make_stacked(seed=0, plain=True), data)
    controls = {"true data": true_data(500), "mean of two": mean_of_two(500)}
    return {
        **{key: losses[key] for key in ("d_loss", "g_loss")},
        **{
            f"{name}: {key}": found[key]
            for name, found in controls.items()
            for key in ("kl", "sure_channels", "sure_pictures")
        },
    }


STUDY = Study(__file__, "06_sure", spot_check)


def main():
    controls = {
        "true data": STUDY.run("true data", true_data),
        "mean of two digits": STUDY.run("mean of two digits", mean_of_two),
    }
    runs = STUDY.run_seeds({name: partial(train, plain) for name, plain in WAYS.items()})
    STUDY.finish(
        seeds=list(SEEDS),
        steps=list(LONGER),
        controls=controls,
        after={name: median_and_range([run[0] for run in found]) for name, found in runs.items()},
        longer={name: found[0][-1] for name, found in runs.items()},
    )


if __name__ == "__main__":
    sys.exit(main())
