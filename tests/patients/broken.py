"""Broken patients: each with the code that names its fault, and the twin in which it is mended.

A patient is a function of `mended` that returns the arguments of `doctor.examine`. Reports of real
people after which one is modelled are named beside it; the code is ours.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from .parts import (
    LATENT,
    adam,
    bce,
    cross_entropies,
    discriminator,
    function_step,
    generator,
    gradient_penalty,
    hinge,
    least_squares,
    patient,
    pictures,
    wasserstein,
)

BROKEN = {}  # from a name to (code, function)


def broken(code, *guises):
    """Register a patient of this code, once for each guise: words that its function gets."""

    def register(make):
        for guise in guises or (None,):
            name = make.__name__ + (f"_{guise}" if guise else "")
            how = (lambda mended, g=guise: make(mended, g)) if guise else make
            BROKEN[name] = code, how
        return make

    return register


def critic(**options):
    return lambda: discriminator(**options)


# Wiring


@broken("shape-mismatch")
def larger_pictures(mended):
    return patient(g=lambda: generator(side=8 if mended else 16), style="none")


@broken("shape-mismatch")
def colour_for_grey(mended):
    return patient(g=lambda: generator(channels=1 if mended else 3))


@broken("shape-mismatch")
def flat_discriminator(mended):
    def flat():
        first = [layers.Flatten()] if mended else []
        shape = (8, 8, 1) if mended else (64,)
        return keras.Sequential([keras.Input(shape), *first, layers.Dense(32, "relu"),
                                 layers.Dense(1)])  # fmt: skip

    return patient(d=flat, style="none")


@broken("output-not-one-number", "function", "keras")
def ten_classes(mended, style):
    return patient(d=critic(units=1 if mended else 10), style=style)


@broken("output-not-one-number")
def no_flatten(mended):
    def wide():
        parts = [keras.Input((8, 8, 1)), layers.Conv2D(16, 4, 2, "same"), layers.LeakyReLU(0.2)]
        parts += [layers.Flatten()] if mended else []
        return keras.Sequential([*parts, layers.Dense(1 if mended else 2)])

    return patient(d=wide, style="none")


@broken("batch-size-fixed", "generator", "discriminator")
def batch_in_the_input(mended, which):
    size = None if mended else 32

    def g():
        z = keras.Input((LATENT,), batch_size=size)
        rows = keras.ops.reshape(z, (-1 if mended else 32, LATENT))
        return keras.Model(z, generator()(rows))

    def d():
        x = keras.Input((8, 8, 1), batch_size=size)
        rows = keras.ops.reshape(x, (-1 if mended else 32, 64))
        return keras.Model(x, layers.Dense(1)(layers.Dense(16, "relu")(rows)))

    return patient(g=g) if which == "generator" else patient(d=d)


@broken("z-ignored")
def z_times_zero(mended):
    inside = [] if mended else [layers.Rescaling(0.0), layers.Dense(16, bias_initializer="ones")]
    return patient(g=lambda: generator(inside=inside))


@broken("z-ignored")
def a_constant_drawn(mended):
    def g():
        z = keras.Input((LATENT,))
        start = layers.Dense(32)(z)
        if not mended:
            start = layers.Dense(32, bias_initializer="ones")(start - start)
        return keras.Model(z, layers.Reshape((8, 8, 1))(layers.Dense(64, "tanh")(start)))

    return patient(g=g)


@broken("bottleneck")
def one_unit_in_g(mended):
    inside = [] if mended else [layers.Dense(1)]
    return patient(g=lambda: generator(inside=inside))


@broken("bottleneck")
def one_unit_in_d(mended):
    inside = [] if mended else [layers.Dense(1)]

    def d():
        parts = [keras.Input((8, 8, 1)), layers.Flatten(), *inside, layers.Dense(32, "relu")]
        return keras.Sequential([*parts, layers.Dense(1)])

    return patient(d=d)


def conditional(told_to_g=True, told_to_d=True):
    """Networks that are told a label, or have an input for it that leads nowhere."""

    def g():
        z, y = keras.Input((LATENT,)), keras.Input((), dtype="int32")
        e = layers.Embedding(4, 8)(y)
        e = e if told_to_g else 0 * e
        return keras.Model([z, y], generator(latent=LATENT + 8)(layers.Concatenate()([z, e])))

    def d():
        x, y = keras.Input((8, 8, 1)), keras.Input((), dtype="int32")
        e = layers.Embedding(4, 16)(y)
        h = layers.Dense(16)(layers.Flatten()(layers.Conv2D(8, 4, 2)(x)))
        h = layers.Concatenate()([h, e if told_to_d else 0 * e])
        return keras.Model([x, y], layers.Dense(1)(layers.LeakyReLU(0.2)(layers.Dense(16)(h))))

    return g, d


@broken("condition-ignored", "generator", "discriminator")
def label_that_leads_nowhere(mended, which):
    g, d = conditional(mended or which != "generator", mended or which != "discriminator")
    labels = np.arange(192, dtype="int32") % 4
    return patient(g=g, d=d, style="none", give=[("conditions", labels)])


@broken("network-built-twice", "generator", "discriminator")
def another_copy_learns(mended, which):
    def build():
        networks = {"generator": generator(), "discriminator": discriminator()}
        used = dict(networks)
        if not mended:
            used[which] = {"generator": generator, "discriminator": discriminator}[which]()
        adams = {name: adam() for name in used}
        step = function_step(used["generator"], used["discriminator"], cross_entropies(), adams)
        return networks, step, adams

    keras.utils.set_random_seed(1)
    networks, step, _ = build()
    return {**networks, "data": pictures(), "train_step": step, "losses": cross_entropies()}


# Data


@broken("range-mismatch", "function", "keras")  # fchollet/deep-learning-with-python-notebooks#7
def pictures_from_0_to_1(mended, style):
    return patient(data=lambda: pictures() if mended else (pictures() + 1) / 2, style=style)


@broken("range-mismatch")
def pictures_from_0_to_255(mended):
    return patient(data=lambda: pictures() if mended else 127.5 * (pictures() + 1))


@broken("range-mismatch")
def sigmoid_for_pictures_below_0(mended):
    return patient(g=lambda: generator(end="tanh" if mended else "sigmoid"))


@broken("nan-data", "few", "infinite")
def numbers_that_are_none(mended, kind):
    def data():
        x = pictures()
        if not mended:
            x[3, 2] = np.nan if kind == "few" else np.inf
        return x

    return patient(data=data, style="none")


@broken("constant-data", "shade", "picture")
def always_the_same(mended, kind):
    def data():
        x = pictures()
        return (
            x if mended else np.full_like(x, -1.0) if kind == "shade" else np.repeat(x[:1], 192, 0)
        )

    return patient(data=data, style="none")


@broken("channel-order")
def channels_first(mended):
    def data():
        x = pictures(channels=3)
        return x if mended else np.moveaxis(x, -1, 1)

    return patient(g=lambda: generator(channels=3), d=critic(channels=3), data=data)


@broken("real-and-fake-differ-in-format")
def opaque_channel(mended):
    def data():
        x = pictures(channels=4)
        if not mended:
            x[..., 3] = 1.0
        return x

    return patient(g=lambda: generator(channels=4), d=critic(channels=4), data=data, style="none")


@broken("sorted-data", "array", "dataset")
def one_class_after_the_other(mended, kind):
    def data():
        x = pictures()
        places = x[..., 0].reshape(len(x), -1).argmax(axis=1)  # of the spots
        order = np.arange(len(x)) if mended else np.argsort(places, kind="stable")
        x = x[order]
        return x if kind == "array" else tf.data.Dataset.from_tensor_slices(x).batch(32)

    return patient(data=data, style="none")


# Losses


@broken("loss-not-reduced", "discriminator", "generator")
def loss_for_each_sample(mended, which):
    losses, mean = cross_entropies(), (tf.reduce_mean if mended else tf.identity)
    one = lambda label, s: mean(keras.losses.binary_crossentropy(  # noqa: E731
        tf.fill(tf.shape(s), label), s, from_logits=True))  # fmt: skip
    if which == "discriminator":
        losses["discriminator"] = lambda r, f: one(1.0, r) + one(0.0, f)
    else:
        losses["generator"] = lambda f: one(1.0, f)
    return patient(losses=losses, style="none")


@broken("labels-swapped")
def both_called_real(mended):
    return patient(losses=cross_entropies(fake=0.0 if mended else 1.0))


@broken("labels-swapped", "told", "hidden")  # SunnerLi/RecycleGAN#2: labels the wrong way round
def real_called_0(mended, how):
    real, fake = (1.0, 0.0) if mended else (0.0, 1.0)
    return patient(losses=cross_entropies(real, fake), tell=how == "told")


@broken("players-exchanged")
def each_has_the_others_loss(mended):
    right = cross_entropies()
    turned = {
        "discriminator": lambda r, f: right["generator"](f),
        "generator": lambda r, f: right["discriminator"](r, f),
    }
    return patient(losses=right if mended else turned)


@broken("same-objective", "cross_entropy", "squares")
def g_wants_what_d_wants(mended, kind):
    losses = cross_entropies() if kind == "cross_entropy" else least_squares()
    if not mended:
        same = (lambda f: bce(0.0, f)) if kind == "cross_entropy" else (
            lambda f: tf.reduce_mean(f**2))  # fmt: skip
        losses["generator"] = same
    return patient(losses=losses)


@broken("loss-sign", "told", "hidden")  # Zeleni9/pytorch-wgan#53
def g_lowers_its_scores(mended, how):
    losses = wasserstein()
    sign = -1.0 if mended else 1.0
    losses["generator"] = lambda f: sign * tf.reduce_mean(f)
    return patient(losses=losses, penalty=gradient_penalty(), tell=how == "told")


@broken("loss-sign")
def minus_in_the_hinge(mended):
    losses, sign = hinge(), -1.0 if mended else 1.0
    losses["generator"] = lambda f: sign * tf.reduce_mean(f)
    return patient(losses=losses)


@broken("saturated", "logits", "probabilities")
def log_of_1_minus_d(mended, kind):
    losses = cross_entropies()
    if not mended:
        losses["generator"] = (
            (lambda f: -tf.reduce_mean(tf.nn.softplus(f)))
            if kind == "logits"
            else (lambda f: tf.reduce_mean(tf.math.log(1 - tf.sigmoid(f) + 1e-7)))
        )
    return patient(losses=losses)


@broken("sigmoid-twice", "function", "keras", "objects")  # jeffheaton/t81_558#81, ganhacks#36
def sigmoid_and_from_logits(mended, style):
    """Behind the sigmoid stands a layer, so that Keras cannot take the logits from before it."""

    def d():
        ends = [] if mended else [layers.Activation("sigmoid"), layers.Reshape((1,))]
        return keras.Sequential([discriminator(), *ends])

    return patient(d=d, style=style)


@broken("sigmoid-twice")
def sigmoid_of_tensorflow(mended):
    """Called step by step, a sigmoid that is not Keras' own is not seen."""

    class Judge(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = discriminator()

        def call(self, x, training=None):
            s = self.inner(x, training=training)
            return s if mended else tf.sigmoid(s)

    def d():
        judge = Judge()
        judge(pictures()[:1])
        return judge

    return patient(d=d)


@broken("targets-out-of-range", "real", "fake")
def labels_beyond_1(mended, which):
    far = 1.0 if mended else 1.3
    below = 0.0 if mended else -0.3
    labels = {"real": far} if which == "real" else {"fake": below}
    return patient(losses=cross_entropies(**labels))


# Updates


@broken("player-never-moves", "generator", "discriminator")
def no_apply(mended, which):
    def build(g, d, losses, adams):
        step = function_step(g, d, losses, adams)
        if mended:
            return step
        idle = {**adams, which: keras.optimizers.SGD(0.0)}
        return function_step(g, d, losses, idle)

    keras.utils.set_random_seed(1)
    g, d, losses = generator(norm=False), discriminator(), cross_entropies()
    adams = {"generator": adam(), "discriminator": adam()}
    return {"generator": g, "discriminator": d, "data": pictures(), "losses": losses,
            "train_step": build(g, d, losses, adams)}  # fmt: skip


@broken("frozen-forever", "discriminator", "generator")  # eriklindernoren/Keras-GAN#91
def frozen_before_training(mended, which):
    made = patient(g=lambda: generator(norm=False))
    made[which].trainable = mended
    return made


@broken("gradient-missing", "generator", "discriminator")
def the_path_is_cut(mended, which):
    class Cut(layers.Layer):
        def call(self, x):
            return x if mended else tf.stop_gradient(x)

    if which == "generator":
        return patient(g=lambda: generator(inside=[layers.Dense(16), Cut()]))
    return patient(d=lambda: discriminator(inside=[Cut()]))


@broken("gradient-missing")
def dead_activation(mended):
    inside = [layers.Dense(16, "relu", bias_initializer="zeros" if mended else
                           keras.initializers.Constant(-50.0))]  # fmt: skip
    return patient(d=lambda: discriminator(inside=inside))


@broken("wrong-player-moved", "told", "compiled")  # soumith/ganhacks#29
def both_moved_by_each(mended, how):
    keras.utils.set_random_seed(1)
    g, d, losses = generator(), discriminator(), cross_entropies()
    adams = {"generator": adam(), "discriminator": adam()}
    both = g.trainable_variables + d.trainable_variables
    of_g = g.trainable_variables if mended else both
    adams["generator"].build(of_g)
    step = function_step(g, d, losses, adams, of_g=of_g, compiled=how == "compiled")
    return {"generator": g, "discriminator": d, "data": pictures(), "train_step": step,
            "losses": losses, "optimizers": adams}  # fmt: skip


@broken("shared-optimizer-state", "function", "keras")
def one_optimizer(mended, style):
    def adams():
        first = adam()
        return {"generator": first, "discriminator": adam() if mended else first}

    def build():
        made = patient(adams=adams, style=style)
        if not mended:
            both = made["generator"].trainable_variables
            made["optimizers"]["generator"].build(both + made["discriminator"].trainable_variables)
        return made

    return build()


@broken("rate-too-high", "adam", "sgd", "generator")  # DeepLearningImplementations#11
def a_rate_of_one(mended, kind):
    def adams():
        rate = {"adam": 0.5, "sgd": 300.0, "generator": 0.5}[kind]
        make = keras.optimizers.SGD if kind == "sgd" else adam
        fast = adam() if mended else make(rate)
        players = ("generator", "discriminator")
        if kind == "generator":
            return {"generator": fast, "discriminator": adam()}
        return dict(zip(players, (adam(), fast)))

    return patient(adams=adams)


@broken("rate-too-low", "both", "generator")
def a_rate_of_nothing(mended, which):
    def adams():
        slow = adam(1e-3 if mended else 1e-9)
        return {"generator": slow,
                "discriminator": adam() if which == "generator" else adam(
                    1e-3 if mended else 1e-9)}  # fmt: skip

    return patient(adams=adams)


@broken("training-flag-missing", "function", "keras")  # black or grey pictures in inference mode
def never_in_training(mended, style):
    return patient(training=mended, style=style)


@broken("normalisation-not-updated", "momentum", "frozen")  # keras-team/keras#12353
def statistics_that_stay(mended, how):
    def g():
        made = generator()
        for layer in made.layers:
            if isinstance(layer, layers.BatchNormalization) and not mended:
                if how == "momentum":
                    layer.momentum = 1.0
                else:
                    layer.trainable = False
        return made

    return patient(g=g)


@broken("normalisation-at-output", "generator", "discriminator")  # naoto0804/chainer-cyclegan#2
def normalised_last(mended, which):
    last = [] if mended else [layers.BatchNormalization()]

    def g():
        parts = [keras.Input((LATENT,)), *generator(end=None).layers, *last]
        return keras.Sequential([*parts, layers.Activation("tanh")])

    def d():
        return keras.Sequential([keras.Input((8, 8, 1)), *discriminator().layers, *last])

    return patient(g=g) if which == "generator" else patient(d=d)


@broken("step-fails")
def wrong_name_in_the_step(mended):
    made = patient()
    right = made["train_step"]

    def step(x):
        return right(x if mended else x[:, :4])

    return made | {"train_step": step}


# The critic


def wgan(penalty=None, **options):
    options.setdefault("losses", wasserstein())
    return patient(penalty=penalty, **options)


@broken("penalty-norm", "last_axis", "batch", "outside")  # keras-contrib#232, generative-models#31
def another_norm(mended, how):
    wrong = {"last_axis": {"axes": (3,)}, "batch": {"whole": True}, "outside": {"outside": True}}
    return wgan(gradient_penalty(**({} if mended else wrong[how])))


@broken("penalty-points", "pixel", "beyond", "batch")
def other_points(mended, epsilon):
    return wgan(gradient_penalty(epsilon="sample" if mended else epsilon))


@broken("penalty-nan")  # keras-team/keras-io#910
def root_of_zero(mended):
    return wgan(gradient_penalty(root=1e-12 if mended else 0.0))


@broken("penalty-weighting", "negative", "tiny", "huge")
def other_weight(mended, how):
    weight = {"negative": -10.0, "tiny": 1e-4, "huge": 1e5}[how]
    return wgan(gradient_penalty(10.0 if mended else weight))


@broken("penalty-missing", "function", "keras")  # torchgan/torchgan#42
def nothing_bounds_it(mended, style):
    return wgan(gradient_penalty() if mended else None, style=style)


@broken("batch-norm-in-critic", "function", "compiled")
def normalised_over_the_batch(mended, style):
    norm = layers.LayerNormalization if mended else layers.BatchNormalization
    return wgan(gradient_penalty(), d=critic(norm=norm), style=style)


@broken("critic-bounded", "sigmoid", "tanh")  # dragen1860/TensorFlow-2.x-Tutorials#45
def a_last_activation(mended, end):
    return wgan(gradient_penalty(), d=critic(end=None if mended else end))


@broken("clipping-saturates")
def clipped_to_almost_nothing(mended):
    bound = 0.5 if mended else 1e-3

    def clip(d):
        for weight in d.trainable_variables:
            weight.assign(tf.clip_by_value(weight, -bound, bound))

    def d():
        made = discriminator()
        for weight in made.trainable_variables:
            weight.assign(30 * weight)
        return made

    return wgan(also=clip, d=d, adams=lambda: {"generator": adam(), "discriminator": adam(1e-3)})
