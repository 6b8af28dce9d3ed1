"""What goes into tests/wrong_answers.py with lesson 11."""

import numpy as np
from keras import ops
from scipy.special import expit as sigmoid

WRONG = {
    "lesson_11.with_label": [
        (lambda z, y: ops.concatenate([z, ops.cast(ops.reshape(y, (-1, 1)), z.dtype)], 1), "nine"),
        (lambda z, y: ops.concatenate([ops.one_hot(y, 10), z], axis=-1), "z was asked for first"),
        (lambda z, y: ops.one_hot(y, 10), "one picture"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y, 9)], axis=1), "shape"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y - 1, 10)], axis=1), "from 1"),
        (lambda z, y: ops.concatenate([z, ops.one_hot(y, 10)], axis=0), "raised"),
        (lambda z, y: z, "label is left out"),
    ],
    "lesson_11.projection_logits": [
        (lambda h, w, b, v, y: (h * w).sum(axis=1) + b, "3 from a 7"),
        (lambda h, w, b, v, y: np.einsum("ij,ij->i", h, v[y]), "first part"),
        (lambda h, w, b, v, y: h @ w + (h * v[y]).sum(axis=-1), "bias"),
        (lambda h, w, b, v, y: h @ w + b + (h * v[y]).mean(axis=-1), "averaged"),
        (lambda h, w, b, v, y: h @ w + b + h @ v.T, "raised"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T).sum(axis=1), "all* classes"),
        (lambda h, w, b, v, y: h @ w + b + (h @ v.T).max(axis=1), "best class"),
        (lambda h, w, b, v, y: h @ w + b - (h * v[y]).sum(axis=1), "taken away"),
        (lambda h, w, b, v, y: sigmoid(h @ w + b + (h * v[y]).sum(axis=1)), "got "),
    ],
    "lesson_11.cut_off": [
        (lambda d, limit: np.clip(d, -limit, limit)[0], "piled up"),
        (lambda d, limit: d[0] * limit, "shrinks"),
        (lambda d, limit: d[np.argmax(np.abs(d).max(axis=(1, 2)) <= limit)], "got "),
        (lambda d, limit: np.where(np.abs(d) <= limit, d, 0)[0], "set to 0"),
        (lambda d, limit: d[np.abs(d) <= limit], "shape"),
        (lambda d, limit: np.sort(np.where(np.abs(d) <= limit, d, np.inf), axis=0)[0], "got "),
    ],
    "lesson_11.accuracy_by_chance": [
        ((0.5, 0.5**2 + 9 * (0.5 / 9) ** 2), "a tenth of the cases"),
        ((0.1, 0.1), "not chance"),
        ((0.1, 0.25), "1s only"),
        ((0.1, 0.25 + 9 * 0.01), "0.5/9"),
        ((0.1, 0.3), "not right"),
        (0.1, "shape"),
    ],
}
