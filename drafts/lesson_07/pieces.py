"""What goes into other files with lesson 07: recorded wrong answers, and lines of the README."""

import numpy as np
from keras import ops

# into WRONG of tests/wrong_answers.py
WRONG = {
    "lesson_07.between": [
        (lambda r, f, e: ops.reshape(e, (-1, 1, 1, 1)) * (f - r) + r, "swapped"),
        (lambda r, f, e: 0.5 * r + 0.5 * f, "half-way"),
        (lambda r, f, e: np.mean(e) * np.asarray(r) + (1 - np.mean(e)) * np.asarray(f), "mean"),
        (lambda r, f, e: e[0] * (r - f) + f, "of the first"),
        (lambda r, f, e: ops.reshape(e, (-1, 1, 1, 1)) * (r + f), "got "),
        (lambda r, f, e: e * r + (1 - e) * f, "raised"),
    ],
    "lesson_07.penalty_of": [
        (
            lambda s: ops.mean((ops.norm(ops.reshape(s, (-1, 2)), axis=1) - 1) ** 2),
            "each *pixel*",
        ),
        (lambda s: ops.mean((ops.sqrt(ops.sum(s**2, axis=1)) - 1) ** 2), "axis 1"),
        (lambda s: (ops.sqrt(ops.sum(s**2)) - 1) ** 2, "whole batch"),
        (lambda s: ops.mean((ops.sum(s**2, axis=(1, 2, 3)) - 1) ** 2), "root is missing"),
        (lambda s: ops.mean(ops.sum(s**2, axis=(1, 2, 3))), "R1"),
        (lambda s: (ops.sqrt(ops.sum(s**2, axis=(1, 2, 3))) - 1) ** 2, "shape"),
        (
            lambda s: ops.mean(ops.relu(ops.sqrt(ops.sum(s**2, axis=(1, 2, 3))) - 1) ** 2),
            "two-sided",
        ),
    ],
    "lesson_07.clipped_slope": [
        (0.01, "one weight"),
        (7.84, "added up"),
        (28, "not 1"),
        (1, "out of reach"),
        (0.0784, "squared norm"),
        (0.3, "not right"),
    ],
    "lesson_07.images_used": [
        (64_000, "takes five"),
        (5000, "takes a batch"),
        (384_000, "not six"),
        (320, "one generator step"),
        (60_000, "not right"),
    ],
}


# into tools/bench.py, called by `whole_table` with study_07.STUDY.saved["values"]
def rows_of_wgan_gp(values):
    """The table's lines on WGAN-GP, of the values of study 07."""
    ours, longer = values["ways"]["WGAN-GP"], values["longer"]
    (low, high) = ours["frechet_range"][-1]
    return [
        f"| Fréchet distance after 120 s ({ours['steps'][-1]:,.0f} steps) of WGAN-GP | "
        f"**{ours['frechet'][-1]:.1f}** ({low:.1f} to {high:.1f}) | ≤ 15 |",
        f"| the same, one seed, at 300 s ({longer['steps'][-1]:,.0f} steps) | "
        f"{longer['frechet'][-1]:.1f} | ≤ 8 |",
    ]
