"""Answers to the exercises of lesson 00, right and wrong ones, as learners write them."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from hue_edu import latent, plots, runs, training

generator = runs.load_shipped_generator()
z = latent.sample_z(16, 64, seed=7)


def digits(num, seed):
    return training.generate(generator, num=num, seed=seed)


samples = digits(16, 7)


def by_cases(value, floor, control):
    if value == floor:
        return 0
    return 1 if value == control else (value - floor) / (control - floor)


def within_limits(value, floor, control):
    return max(0.0, min(1.0, (value - floor) / (control - floor)))


RIGHT = {
    "other_digits": [
        training.generate(runs.load_shipped_generator(), 16, 7),
        generator(z),
        generator.predict(z, verbose=0),
        ops.convert_to_tensor(samples),
        list(samples),
        digits(64, 7)[:16],
        samples[..., 0],
        samples.astype("float64"),
    ],
    "place_on_scale": [
        lambda value, floor, control: (value - floor) / (control - floor),
        lambda value, floor, control: ops.divide(value - floor, ops.subtract(control, floor)),
        lambda v, f, c: tf.constant(v - f) / tf.constant(c - f),
        lambda v, f, c: 1 - (c - v) / (c - f),
        lambda v, f, c: v / (c - f) - f / (c - f),
        lambda v, f, c: np.polyval(np.polyfit([f, c], [0, 1], 1), v),
        lambda v, f, c: float((v - f) / (c - f)),
        lambda v, f, c: np.divide(np.subtract(v, f), c - f).item(),
        by_cases,
    ],
}

WRONG = {
    "other_digits": [
        (digits(7, 16), "swapped"),
        (digits(16, 1), "digits from seed 1."),
        (digits(16, 8), "not right: these are 16 digits from seed 8"),
        (digits(16, 16), "not right: these are 16 digits from seed 16"),
        (digits(64, 7), "change the number"),
        (digits(7, 7), "batch holds 7"),
        (digits(1, 7), "batch holds 1"),
        (digits(64, 1), "64 digits from seed 1; change both"),
        (digits(64, 30), "got 64 pictures"),
        (z, "the random numbers themselves"),
        (generator(z, training=True), "training mode"),
        (generator(np.random.default_rng(7).normal(size=(16, 64)).astype("float32")), "not right"),
        (generator(keras.random.uniform((16, 64), seed=7)), "not right"),
        ((samples + 1) / 2, "between 0 and 1; leave"),
        (np.round(127.5 * samples + 127.5).astype("uint8"), "between 0 and 255; leave"),
        (-samples, "negatives"),
        (samples[0], "single picture"),
        (plots.plot_image_grid(samples, "16 digits"), "the figure"),
        (lambda: samples, "function"),
        (7, "shape ()"),
        ((16, 7), "shape (2,), which is no pictures"),
        ("training.generate(generator, num=16, seed=7)", "a str"),
        ({"num": 16, "seed": 7}, "a dict"),
    ],
    "place_on_scale": [
        (lambda v, f, c: v / c, "floor was not taken away"),
        (lambda v, f, c: (v - f) / c, "not the control"),
        (lambda v, f, c: v / (c - f), "take the floor away from the value"),
        (lambda v, f, c: (v - f) / (c + f), "not control + floor"),
        (lambda v, f, c: (v - f) / (c - v), "not from the value"),
        (lambda v, f, c: 1 - (v - f) / (c - f), "turned round"),
        (lambda v, f, c: (v - f) / (f - c), "sign"),
        (lambda v, f, c: (v - c) / (c - f), "0 at the control and -1"),
        (lambda v, f, c: v / f, "how many floors"),
        (lambda v, f, c: (v - f) / f, "measured in floors"),
        (lambda v, f, c: (v - f) / v, "share of the value"),
        (lambda v, f, c: v - f, "now divide"),
        (lambda v, f, c: v - f / c - f, "around value - floor and around"),
        (lambda v, f, c: v - f / (c - f), "around value - floor:"),
        (lambda v, f, c: (v - f) / c - f, "missing around control - floor:"),
        (within_limits, "cut off at 0 and 1"),
        (lambda v, f, c: 0 if v < f else (v - f) / (c - f), "cut off at 0;"),
        (lambda v, f, c: abs(v - f) / (c - f), "never below 0"),
        (lambda v, f, c: np.log(v / f) / np.log(c / f), "logarithmic"),
        (lambda v, f, c: (v - f) // (c - f), "whole numbers only"),
        (lambda v, f, c: round(float((v - f) / (c - f)), 2), "rounded"),
        (lambda v, f, c: (v - f) / (c - f) * 100, "per cent"),
        (lambda v, f, c: ((v - f) / (c - f)) ** 2, "square"),
        (lambda v, f, c: (c - f) / (v - f), "1 divided by"),
        (lambda v, f, c: f + v * (c - f), "got "),
        (lambda v, f, c: print((v - f) / (c - f)), "None"),
    ],
}
