"""ps4: a small project on the conditional GAN, defended with measurements (08, 11 and 12)."""

import numpy as np

from .questions import Assignment, Part, Question, several
from .weights import Goal, Weights

NUM_DRAWN = 1000  # pictures, a tenth of each digit


def _read_digits(never=0, even=True):
    """Digits that were asked for, and what a judge read; `never` of them were not asked for."""

    def inputs(rng, num):
        num_classes = int(rng.integers(4, 7)) + never
        classes = rng.permutation(num_classes)[never:]
        weights = np.ones(len(classes)) if even else rng.uniform(0.05, 1, len(classes))
        many = rng.choice(classes, 8 * num, p=weights / weights.sum())
        asked = np.sort(classes.repeat(num)) if even else np.concatenate([classes, many])
        wrong = rng.random(len(asked)) < rng.uniform(0.1, 0.9, num_classes)[asked]
        read = np.where(wrong, rng.integers(0, num_classes, len(asked)), asked)
        return asked, read, num_classes

    return inputs


def _resamples(rng, num):
    values = rng.gamma(1, 2, num + 4)
    return values, rng.integers(0, num + 4, (10 * num + 31, num + 4))


def _seeds(rng, num):
    before = rng.normal(0.8, 0.1, num + 2)
    return before, before + rng.normal(0.03, 0.05, num + 2)


def _sureness(num_classes, ties=False):
    def inputs(rng, num):
        labels = rng.integers(0, num_classes, 3 * num + num_classes)
        sureness = rng.random(len(labels))
        return (np.round(2 * sureness) / 2 if ties else sureness), labels, rng.uniform(0.2, 0.8)

    return inputs


def _build():
    from ..models import build_conditional_generator

    return build_conditional_generator()


def _draw(generator, seed):
    from ..training import generate

    return [generate(generator, NUM_DRAWN, seed, condition=np.arange(NUM_DRAWN) % 10)]


def _measure(images):
    """Obedience, that of the digit obeyed least, Fréchet distance, diversity within digits."""
    from .. import datasets, judges, metrics

    judge, asked = judges.load_judge(), np.arange(NUM_DRAWN) % 10
    real, labels = datasets.load_mnist("test", seed=0)
    features, logits = judge.features_and_logits(images)
    obeyed = logits.argmax(axis=1) == asked
    alike = np.stack([real[labels == k][: NUM_DRAWN // 10] for k in range(10)], axis=1)
    statistics = (metrics.feature_statistics(each) for each in (features, judge.features(real)))
    return {
        "obeyed": obeyed.mean(),
        "worst": min(obeyed[asked == k].mean() for k in range(10)),
        "frechet": metrics.frechet_distance(*statistics),
        "diversity": metrics.diversity_ratio(images, alike.reshape(images.shape)),
    }


OBEYED, BOOTSTRAP = ("table", "overall"), ("mean", "standard error", "low", "high")
GAIN = ("gain", "standard error", "worst gain")

ps4 = Assignment(
    "ps4",
    "A project: improve or break a conditional GAN",
    (
        Question(
            "obedience", "how often a generator obeys", "lesson 11",
            ("asked", "read", "num_classes"),
            (
                Part("the table", 1, _read_digits(), "table"),
                Part("overall, each digit asked equally often", 1, _read_digits(), "overall"),
                Part("overall, some asked more often", 1, _read_digits(even=False), "overall"),
                Part("a digit never asked for", 1, _read_digits(never=1, even=False)),
            ),
            several(*OBEYED),
        ),
        Question(
            "bootstrap", "an interval from one sample", "lesson 08", ("values", "draws"),
            tuple(Part(f"the {name}", 1, _resamples, name) for name in BOOTSTRAP),
            several(*BOOTSTRAP),
        ),
        Question(
            "paired_gain", "a gain over several seeds", "lesson 08", ("before", "after"),
            (
                Part("the gain", 1, _seeds, "gain"),
                Part("its standard error", 2, _seeds, "standard error"),
                Part("the worst gain", 1, _seeds, "worst gain"),
            ),
            several(*GAIN),
        ),
        Question(
            "keep_surest", "throwing doubtful pictures away", "lessons 11 and 12",
            ("sureness", "labels", "share"),
            (
                Part("one digit", 1, _sureness(1)),
                Part("several digits", 2, _sureness(4)),
                Part("equally sure ones", 1, _sureness(3, ties=True)),
            ),
        ),
    ),
    (
        Weights(
            "trained_generator", "the generator of the project", "lesson 11",
            "ps4_generator.weights.h5", _build, _draw, _measure,
            (
                Goal("obeyed, share of 1,000 pictures", 2, "obeyed", 0.9, at_least=True),
                Goal("obeyed for the digit obeyed least", 2, "worst", 0.75, at_least=True),
                Goal("Fréchet distance to test digits", 2, "frechet", 25),
                Goal("diversity within a digit", 2, "diversity", 0.45, at_least=True),
            ),
        ),
    ),
    by_hand=20, seconds=20, memory=2048, threads=64,
)  # fmt: skip
