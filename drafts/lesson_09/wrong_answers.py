"""What goes into tests/wrong_answers.py with lesson 09."""

import numpy as np

WRONG = {
    "lesson_09.reparameterize": [
        (lambda m, v, e: m + e * np.exp(v), "half is missing"),
        (lambda m, v, e: m + np.sqrt(np.exp(v) ** 2) * e, "half is missing"),
        (lambda m, v, e: m + e / (1 + np.exp(-v)), "published"),
        (lambda m, v, e: m + v * e, "log-variance"),
        (lambda m, v, e: m, "left out"),
        (lambda m, v, e: e, "got "),
        (lambda m, v, e: m + v / 2 * e, "may be negative"),
        (lambda m, v, e: m + np.exp(v / 2), "got "),
    ],
    "lesson_09.kl_of_images": [
        (lambda m, v: (0.5 * (m**2 + np.exp(v) - 1 - v)).mean(axis=1), "mean over latents"),
        (lambda m, v: (0.5 * (m**2 + np.exp(v) - 1 - v)).sum(axis=1).mean(), "shape"),
        (lambda m, v: (0.5 * (1 + v - m**2 - np.exp(v))).sum(axis=1), "never negative"),
        (lambda m, v: (m**2 + np.exp(v) - 1 - v).sum(axis=1), "half is missing"),
        (lambda m, v: 0.5 * (m**2 + np.exp(v) - 1 - v), "shape"),
        (lambda m, v: 0.5 * (m**2 + np.exp(v / 2) - 1 - v).sum(axis=1), "this has σ"),
        (lambda m, v: 0.5 * (m**2 + np.exp(v) - v).sum(axis=1), "1 is missing"),
    ],
    "lesson_09.negative_elbo": [
        (
            lambda x, lo, k: (np.log1p(np.exp(lo)) - x * lo).sum(axis=(1, 2, 3)).mean() + k.mean(),
            "taken in [-1, 1]",
        ),
        (
            lambda x, lo, k: (np.log1p(np.exp(lo)) - (x + 1) / 2 * lo).mean() + k.mean(),
            "averaged over pixels",
        ),
        (
            lambda x, lo, k: (np.log1p(np.exp(lo)) - (x + 1) / 2 * lo).sum() / len(x),
            "KL is missing",
        ),
        (
            lambda x, lo, k: ((x + 1) / 2 * lo - np.log1p(np.exp(lo))).sum() / len(x) - k.mean(),
            "ELBO itself",
        ),
        (lambda x, lo, k: (np.log1p(np.exp(lo)) - (x + 1) / 2 * lo).sum() + k.sum(), "sum over"),
        (lambda x, lo, k: k.mean(), "got "),
    ],
    "lesson_09.bits_a_pixel": [
        (0.125, "nats a pixel"),
        (141.4, "bits an image"),
        (0.0866, "more of them"),
        (5.05, "not by 28"),
        (98, "Nothing was divided"),
        (0.3, "not right"),
    ],
}
