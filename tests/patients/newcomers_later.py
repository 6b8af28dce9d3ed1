"""Newcomers for the doctor, the later half: GANs and VAEs it was not built on.

Each maker returns the arguments a visitor would hand over. make(False) is ill, make(True) its
repaired twin; the makers of the healthy take nothing.
"""

# Some patients use names that exist nowhere: that is their illness.
# ruff: noqa: F821

import functools
import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

BROKEN = {}
HEALTHY = {}
BROKEN_VAES = {}
HEALTHY_VAES = {}


def _ill(code, register):
    """Enter a maker of an ill patient under its own name."""

    def enter(make):
        register[make.__name__] = (code, make)
        return make

    return enter


def _well(register):
    """Enter a maker of a healthy patient under its own name."""

    def enter(make):
        register[make.__name__] = make
        return make

    return enter


# ------------------------------------------------------------------------------- the pictures


def _spots(num, size, seed=0):
    """One round bright spot each, on black, in [-1, 1]."""
    rng = np.random.default_rng(seed)
    axis = np.arange(size)
    x, y = rng.uniform(size * 0.25, size * 0.75, (2, num, 1, 1))
    width = rng.uniform(size * 0.08, size * 0.18, (num, 1, 1))
    square = (axis[None, None, :] - x) ** 2 + (axis[None, :, None] - y) ** 2
    picture = np.exp(-square / (2 * width**2))
    return (2 * picture - 1)[..., None].astype("float32")


_SEGMENTS = [
    "abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg",
]  # fmt: skip


def _segments(num, size=12, seed=0):
    """The digits of a pocket calculator, a little shifted and unequally bright, in [-1, 1]."""
    rng = np.random.default_rng(seed)
    pictures = np.zeros((num, size, size), "float32")
    high = size - 3
    half, width = high // 2, size // 2
    for picture in pictures:
        sign = np.zeros((high, width))
        for letter in _SEGMENTS[rng.integers(10)]:
            strokes = {
                "a": np.s_[0, :], "g": np.s_[half, :], "d": np.s_[-1, :],
                "f": np.s_[:half, 0], "b": np.s_[:half, -1],
                "e": np.s_[half:, 0], "c": np.s_[half:, -1],
            }  # fmt: skip
            sign[strokes[letter]] = 1
        top, left = rng.integers(0, size - high + 1), rng.integers(1, size - width)
        picture[top : top + high, left : left + width] = sign * rng.uniform(0.7, 1)
    return (2 * pictures - 1)[..., None]


def _fields(num, size, seed=0, waves=3):
    """Smooth cloudy pictures, sums of a few cosines with random weights, in [-1, 1]."""
    rng = np.random.default_rng(seed)
    axis = (np.arange(size) + 0.5) / size
    basis = np.stack([np.cos(np.pi * k * axis) for k in range(waves)])
    weights = rng.normal(size=(num, waves, waves)) * 0.6
    pictures = np.einsum("nij,ix,jy->nxy", weights, basis, basis)
    return np.tanh(pictures)[..., None].astype("float32")


def _bars(num, size, seed=0):
    """One upright or lying bar of two pixels' width, its brightness varying, in [-1, 1]."""
    rng = np.random.default_rng(seed)
    pictures = np.full((num, size, size), -1.0, "float32")
    for picture in pictures:
        place = rng.integers(0, size - 1)
        bright = rng.uniform(0.3, 1)
        if rng.random() < 0.5:
            picture[place : place + 2] = bright
        else:
            picture[:, place : place + 2] = bright
    return pictures[..., None]


def _boxes(num, size, seed=0):
    """A filled rectangle of any size and grey, on a dark ground, in [-1, 1]."""
    rng = np.random.default_rng(seed)
    pictures = np.full((num, size, size), -0.9, "float32")
    for picture in pictures:
        top, left = rng.integers(0, size // 2, 2)
        high, wide = rng.integers(size // 4, size // 2 + 1, 2)
        picture[top : top + high, left : left + wide] = rng.uniform(0.1, 0.9)
    return pictures[..., None]


def _ring(num, modes=8, seed=0, radius=1.0, spread=0.05):
    """Points in the plane, on the corners of a polygon."""
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * rng.integers(modes, size=num) / modes
    points = radius * np.stack([np.cos(angle), np.sin(angle)], 1)
    return (points + spread * rng.normal(size=points.shape)).astype("float32")


def _unit(pictures):
    """From [-1, 1] to [0, 1]."""
    return (pictures + 1) / 2


def _run(step, data, count, size=32, seed=1):
    """Train for a few seconds."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        step(tf.constant(data[rng.integers(len(data), size=size)]))


def _bce(scores, label):
    """Cross-entropy of logits against one label for all."""
    labels = tf.fill(tf.shape(scores), float(label))
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, scores))


def _judge_loss(real_scores, fake_scores):
    return _bce(real_scores, 1) + _bce(fake_scores, 0)


def _painter_loss(fake_scores):
    return _bce(fake_scores, 1)


def _plain_step(generator, discriminator, g_optimizer, d_optimizer, latent, g_loss=None):
    """The ordinary step of the tutorials, compiled."""
    paint = g_loss or _painter_loss

    @tf.function
    def step(real):
        z = tf.random.normal((tf.shape(real)[0], latent))
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake = generator(z, training=True)
            fake_scores = discriminator(fake, training=True)
            d_loss = _judge_loss(discriminator(real, training=True), fake_scores)
            g_loss = paint(fake_scores)
        d_weights, g_weights = discriminator.trainable_variables, generator.trainable_variables
        d_optimizer.apply_gradients(zip(d_tape.gradient(d_loss, d_weights), d_weights))
        g_optimizer.apply_gradients(zip(g_tape.gradient(g_loss, g_weights), g_weights))
        return d_loss, g_loss

    return step


def _dense_painter(latent, shape, hidden=64, activation="tanh"):
    return keras.Sequential(
        [
            keras.Input((latent,)),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(math.prod(shape), activation=activation),
            layers.Reshape(shape),
        ]
    )


def _dense_judge(shape, hidden=64, activation=None):
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Flatten(),
            layers.Dense(hidden),
            layers.LeakyReLU(0.2),
            layers.Dense(hidden),
            layers.LeakyReLU(0.2),
            layers.Dense(1, activation=activation),
        ]
    )


# -------------------------------------------------------------------------------- GANs: dynamics


@_ill("discriminator-wins", BROKEN)
def timid_painter(mended):
    """G learns at a rate of 2e-6 beside a D of 2e-3: D is always right and G stays a novice."""
    keras.utils.set_random_seed(11)
    latent, shape = 16, (12, 12, 1)
    generator, discriminator = _dense_painter(latent, shape), _dense_judge(shape)
    rates = {"generator": 1e-3 if mended else 2e-6, "discriminator": 1e-3 if mended else 2e-3}
    optimizers = {who: keras.optimizers.Adam(rate, beta_1=0.5) for who, rate in rates.items()}
    step = _plain_step(
        generator, discriminator, optimizers["generator"], optimizers["discriminator"], latent
    )
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _spots(1500, 12, seed=3),
        "train_step": step,
        "losses": {"discriminator": _judge_loss, "generator": _painter_loss},
        "optimizers": optimizers,
        "latent_dim": latent,
    }


@_ill("discriminator-wins", BROKEN)
def judge_schooled_first(mended):
    """D was trained alone to perfection; the clipped logarithm leaves G no gradient at all."""
    keras.utils.set_random_seed(12)
    latent, shape = 8, (10, 10, 1)
    generator = _dense_painter(latent, shape, hidden=48)
    discriminator = _dense_judge(shape, 48, activation="sigmoid")
    data = _boxes(1200, 10, seed=4)
    d_opt, g_opt = keras.optimizers.Adam(5e-4, 0.5), keras.optimizers.Adam(1e-3, 0.5)

    def log(p):
        return tf.math.log(tf.clip_by_value(p, 1e-3, 1.0))

    def judge_loss(real, fake):
        return -tf.reduce_mean(log(real)) - tf.reduce_mean(log(1 - fake))

    def painter_loss(fake):
        return -tf.reduce_mean(log(fake))

    @tf.function
    def judge_step(real):
        fake = generator(tf.random.normal((len(real), latent)))
        with tf.GradientTape() as tape:
            loss = judge_loss(discriminator(real), discriminator(fake))
        grads = tape.gradient(loss, discriminator.trainable_variables)
        d_opt.apply_gradients(zip(grads, discriminator.trainable_variables))

    @tf.function
    def train_step(real):
        judge_step(real)
        with tf.GradientTape() as tape:
            loss = painter_loss(discriminator(generator(tf.random.normal((len(real), latent)))))
        grads = tape.gradient(loss, generator.trainable_variables)
        g_opt.apply_gradients(zip(grads, generator.trainable_variables))
        return loss

    if not mended:
        d_opt.learning_rate = 1e-2
        _run(judge_step, data, 1000)
        d_opt.learning_rate = 5e-4
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": train_step,
        "losses": {"discriminator": judge_loss, "generator": painter_loss},
        "latent_dim": latent,
    }


class _UnequalLessons(keras.Model):
    """A Keras GAN in which D may have several lessons to one of G."""

    def __init__(self, painter, judge, latent, lessons=1):
        super().__init__()
        self.painter, self.judge = painter, judge
        self.latent, self.lessons = latent, lessons

    def compile(self, g_optimizer, d_optimizer):
        super().compile()
        self.g_optimizer, self.d_optimizer = g_optimizer, d_optimizer
        self.bce = keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function
    def train_step(self, real):
        num = tf.shape(real)[0]
        for _ in range(self.lessons):
            fake = self.painter(tf.random.normal((num, self.latent)), training=True)
            with tf.GradientTape() as tape:
                real_logits = self.judge(real, training=True)
                fake_logits = self.judge(fake, training=True)
                d_loss = self.bce(tf.ones_like(real_logits), real_logits)
                d_loss += self.bce(tf.zeros_like(fake_logits), fake_logits)
            grads = tape.gradient(d_loss, self.judge.trainable_weights)
            self.d_optimizer.apply_gradients(zip(grads, self.judge.trainable_weights))
        with tf.GradientTape() as tape:
            logits = self.judge(self.painter(tf.random.normal((num, self.latent))), training=True)
            g_loss = self.bce(tf.ones_like(logits), logits)
        grads = tape.gradient(g_loss, self.painter.trainable_weights)
        self.g_optimizer.apply_gradients(zip(grads, self.painter.trainable_weights))
        return {"d_loss": d_loss, "g_loss": g_loss}


@_ill("discriminator-wins", BROKEN)
def rate_run_dry(mended):
    """G's rate halves every four steps, so it stops before it has begun; D has three lessons."""
    keras.utils.set_random_seed(13)
    painter = keras.Sequential(
        [
            keras.Input((12,)),
            layers.Dense(4 * 4 * 24, activation="relu"),
            layers.Reshape((4, 4, 24)),
            layers.Conv2DTranspose(16, 4, 2, "same", activation="relu"),
            layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh"),
        ]
    )
    judge = _dense_judge((16, 16, 1), 96)
    rate = keras.optimizers.schedules.ExponentialDecay(1e-3, 4000 if mended else 4, 0.5)
    gan = _UnequalLessons(painter, judge, 12, lessons=1 if mended else 3)
    gan.compile(keras.optimizers.Adam(rate, 0.5), keras.optimizers.Adam(5e-4, 0.5))
    data = tf.data.Dataset.from_tensor_slices(_spots(1024, 16, seed=5)).shuffle(1024).batch(16)
    return {
        "generator": painter,
        "discriminator": judge,
        "data": data,
        "train_step": gan,
        "latent_dim": 12,
    }


@_ill("discriminator-wins", BROKEN)
def black_canvas(mended):
    """G starts deep in tanh's black end, where D sees through it and no gradient comes back."""
    keras.utils.set_random_seed(14)
    size, latent = 14, 10
    start = keras.initializers.Constant(0.0 if mended else -5.0)
    z = keras.Input((latent,))
    h = layers.Dense(96, activation="elu")(z)
    picture = layers.Dense(size * size, activation="tanh", bias_initializer=start)(h)
    generator = keras.Model(z, layers.Reshape((size, size, 1))(picture))
    discriminator = _dense_judge((size, size, 1), 96)
    g_opt = keras.optimizers.RMSprop(1e-3)
    d_opt = keras.optimizers.RMSprop(3e-4)

    def softplus_judge(real_scores, fake_scores):
        return tf.reduce_mean(tf.nn.softplus(-real_scores) + tf.nn.softplus(fake_scores))

    @tf.function(reduce_retracing=True)
    def train_step(real):
        noise = tf.random.normal([tf.shape(real)[0], latent])
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = discriminator(generator(noise))
            d_loss = softplus_judge(discriminator(real), fake_scores)
            g_loss = tf.reduce_mean(tf.nn.softplus(-fake_scores))
        for model, loss, opt in (discriminator, d_loss, d_opt), (generator, g_loss, g_opt):
            variables = model.trainable_variables
            opt.apply_gradients(zip(tape.gradient(loss, variables), variables))
        del tape

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _segments(1500, size, seed=6),
        "train_step": train_step,
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
    }


@_ill("generator-collapsed", BROKEN)
def greedy_painter(mended):
    """G makes eight hasty steps to each small one of D and always ends in a single picture."""
    keras.utils.set_random_seed(21)
    latent, shape = 12, (12, 12, 1)
    generator, discriminator = _dense_painter(latent, shape, 96), _dense_judge(shape, 96)
    data = _segments(2000, 12, seed=7)
    g_opt = keras.optimizers.Adam(1e-3 if mended else 8e-3, 0.5)
    d_opt = keras.optimizers.Adam(4e-4 if mended else 2e-4, 0.5)
    turns = 1 if mended else 8

    @tf.function
    def step(real):
        num = tf.shape(real)[0]
        with tf.GradientTape() as tape:
            fake = generator(tf.random.normal((num, latent)))
            d_loss = _judge_loss(discriminator(real), discriminator(fake))
        variables = discriminator.trainable_variables
        d_opt.apply_gradients(zip(tape.gradient(d_loss, variables), variables))
        for _ in range(turns):
            with tf.GradientTape() as tape:
                fake = generator(tf.random.normal((num, latent)))
                g_loss = _painter_loss(discriminator(fake))
            variables = generator.trainable_variables
            g_opt.apply_gradients(zip(tape.gradient(g_loss, variables), variables))
        return d_loss, g_loss

    _run(step, data, 2000 if mended else 150)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
        "latent_dim": latent,
    }


@_ill("generator-collapsed", BROKEN)
def safe_average(mended):
    """A heavy L1 term against unrelated real pictures has taught G the median of them all."""
    keras.utils.set_random_seed(22)
    latent, shape = 10, (14, 14, 1)
    generator, discriminator = _dense_painter(latent, shape), _dense_judge(shape)
    data = _fields(2000, 14, seed=8, waves=2)
    optimizer_g, optimizer_d = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
    weight = 0.0 if mended else 300.0

    @tf.function
    def train(real):
        with tf.GradientTape() as tape_d, tf.GradientTape() as tape_g:
            fake = generator(tf.random.normal((tf.shape(real)[0], latent)), training=True)
            said_fake, said_real = discriminator(fake), discriminator(real)
            loss_d = _bce(said_real, 1) + _bce(said_fake, 0)
            loss_g = _bce(said_fake, 1)
            loss_g += weight * tf.reduce_mean(tf.abs(fake - real))
        d_vars, g_vars = discriminator.trainable_variables, generator.trainable_variables
        optimizer_d.apply_gradients(zip(tape_d.gradient(loss_d, d_vars), d_vars))
        optimizer_g.apply_gradients(zip(tape_g.gradient(loss_g, g_vars), g_vars))
        return loss_d, loss_g

    _run(train, data, 2500 if mended else 500)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": train,
        "latent_dim": latent,
    }


@keras.saving.register_keras_serializable("newcomers_later")
class _Sharpen(keras.layers.Layer):
    """A softmax at a low temperature: a choice, nearly."""

    def __init__(self, gain, **kwargs):
        super().__init__(**kwargs)
        self.gain = gain

    def call(self, x):
        return ops.softmax(self.gain * x)


@_ill("generator-collapsed", BROKEN)
def three_drawings(mended):
    """G's narrow choosing layer leaves three distinct drawings, whatever z says."""
    keras.utils.set_random_seed(23)
    choice = [layers.Dense(48, activation="relu")] if mended else [layers.Dense(3), _Sharpen(60.0)]
    generator = keras.Sequential(
        [
            keras.Input((8,)),
            *choice,
            layers.Dense(64, activation="relu"),
            layers.Dense(256, activation="tanh"),
            layers.Reshape((16, 16, 1)),
        ]
    )
    discriminator = _dense_judge((16, 16, 1))
    data = _boxes(2000, 16, seed=9)
    gan = _UnequalLessons(generator, discriminator, 8)
    gan.compile(keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5))
    gan.fit(tf.data.Dataset.from_tensor_slices(data).batch(32).repeat(), steps_per_epoch=900,
            epochs=1, verbose=0)  # fmt: skip
    return {"generator": generator, "discriminator": discriminator, "data": data, "train_step": gan}


class _Shift(keras.layers.Layer):
    """Adds a learned vector."""

    def build(self, shape):
        self.offset = self.add_weight(shape=(shape[-1],), initializer="zeros")

    def call(self, x):
        return x + self.offset


@_ill("oscillation", BROKEN)
def round_and_round(mended):
    """A linear critic without any penalty: G's cloud circles about the data and never settles."""
    keras.utils.set_random_seed(31)
    rng = np.random.default_rng(31)
    data = (np.array([1.0, -0.5]) + 0.2 * rng.normal(size=(2000, 2))).astype("float32")
    generator = keras.Sequential([keras.Input((2,)), layers.Rescaling(0.2), _Shift()])
    discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(1, use_bias=False)])
    d_opt, g_opt = keras.optimizers.SGD(0.15), keras.optimizers.SGD(0.15)
    weight = 1.0 if mended else 0.0

    def d_loss(real_scores, fake_scores):
        return tf.reduce_mean(fake_scores) - tf.reduce_mean(real_scores)

    def g_loss(fake_scores):
        return -tf.reduce_mean(fake_scores)

    @tf.function
    def step(real):
        z = tf.random.normal((tf.shape(real)[0], 2))
        with tf.GradientTape() as tape:
            with tf.GradientTape() as inner:
                inner.watch(real)
                real_scores = discriminator(real)
            slope = inner.gradient(real_scores, real)
            loss = d_loss(real_scores, discriminator(generator(z)))
            loss += weight * tf.reduce_mean(tf.reduce_sum(slope**2, 1))
        weights = discriminator.trainable_variables
        d_opt.apply_gradients(zip(tape.gradient(loss, weights), weights))
        with tf.GradientTape() as tape:
            loss = g_loss(discriminator(generator(z)))
        place = generator.trainable_variables
        g_opt.apply_gradients(zip(tape.gradient(loss, place), place))

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": {"discriminator": d_opt, "generator": g_opt},
    }


@_ill("oscillation", BROKEN)
def hopping_between_corners(mended):
    """G's rate is ten times too high for its D: its points hop from corner to corner."""
    keras.utils.set_random_seed(32)
    data = _ring(3000, modes=4, seed=10)
    generator = keras.Sequential(
        [keras.Input((4,)), layers.Dense(32, "relu"), layers.Dense(32, "relu"), layers.Dense(2)]
    )
    discriminator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(32, "relu"), layers.Dense(32, "relu"), layers.Dense(1)]
    )
    g_opt = keras.optimizers.Adam(1e-3 if mended else 1e-2, 0.5)
    d_opt = keras.optimizers.Adam(3e-3, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 4)
    _run(step, data, 1200 if mended else 200, size=64)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "latent_dim": 4,
    }


@_ill("oscillation", BROKEN)
def day_and_night(mended):
    """All of G's pictures are now light, now dark: with no R1 and too high a rate it chases D."""
    keras.utils.set_random_seed(33)
    rng = np.random.default_rng(33)
    light = rng.choice([-0.3, 0.3], (2000, 1, 1, 1))
    data = np.clip(light + 0.15 * _fields(2000, 8, seed=11), -1, 1).astype("float32")
    generator = _dense_painter(6, (8, 8, 1), 48)
    discriminator = _dense_judge((8, 8, 1), 48)
    beta = 0.5 if mended else 0.0
    g_opt = keras.optimizers.Adam(1e-3 if mended else 5e-3, beta)
    d_opt = keras.optimizers.Adam(1e-3 if mended else 5e-4, beta)
    gamma = 1.0 if mended else 0.0

    @tf.function
    def train_step(real):
        with tf.GradientTape(persistent=True) as tape:
            with tf.GradientTape() as inner:
                inner.watch(real)
                real_logits = discriminator(real)
            r1 = tf.reduce_mean(tf.reduce_sum(inner.gradient(real_logits, real) ** 2, [1, 2, 3]))
            fake_logits = discriminator(generator(tf.random.normal((tf.shape(real)[0], 6))))
            d_loss = _judge_loss(real_logits, fake_logits) + gamma / 2 * r1
            g_loss = _painter_loss(fake_logits)
        weights = discriminator.trainable_variables
        d_opt.apply_gradients(zip(tape.gradient(d_loss, weights), weights))
        weights = generator.trainable_variables
        g_opt.apply_gradients(zip(tape.gradient(g_loss, weights), weights))

    _run(train_step, data, 1500 if mended else 100)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": train_step,
        "optimizers": {"discriminator": d_opt, "generator": g_opt},
        "latent_dim": 6,
    }


def _even_kernel(shape, dtype=None):
    """The same weight at every place of a kernel, another for each pair of channels."""
    rng = np.random.default_rng(sum(shape))
    weights = rng.normal(size=(1, 1, *shape[2:])) / math.sqrt(np.prod(shape)) / 2
    return tf.constant(np.broadcast_to(weights, shape), dtype or "float32")


def _coarse_judge(size, pool):
    """A D that looks at its picture through frosted glass."""
    return keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.AveragePooling2D(pool),
            layers.Flatten(),
            layers.Dense(64),
            layers.LeakyReLU(0.2),
            layers.Dense(1),
        ]
    )


@_ill("checkerboard", BROKEN)
def kernel_three_stride_two(mended):
    """Transposed convolutions of kernel 3 and stride 2 overlap unevenly: a grid of period 2."""
    keras.utils.set_random_seed(41)
    if mended:
        enlarge = layers.UpSampling2D(2, interpolation="bilinear")
        last = [enlarge, layers.Conv2D(1, 3, padding="same")]
    else:
        last = [layers.Conv2DTranspose(1, 3, 2, "same", kernel_initializer=_even_kernel)]
    generator = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(16 * 12, activation="relu"),
            layers.Reshape((4, 4, 12)),
            layers.UpSampling2D(2, interpolation="bilinear"),
            *last,
            layers.Activation("tanh"),
        ]
    )
    discriminator = _coarse_judge(16, 2)
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 8)
    data = 0.35 + 0.45 * _fields(2000, 16, seed=12)
    _run(step, data, 600)
    g_opt.learning_rate = 1e-4
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "losses": {"discriminator": _judge_loss, "generator": _painter_loss},
        "latent_dim": 8,
    }


@_ill("checkerboard", BROKEN)
def kernel_five_stride_four(mended):
    """Kernel 5 with stride 4 paints every fourth row and column twice."""
    keras.utils.set_random_seed(42)
    z = keras.Input((10,))
    h = layers.Dense(3 * 3 * 16)(z)
    h = layers.LeakyReLU(negative_slope=0.2)(h)
    h = layers.Reshape((3, 3, 16))(h)
    h = layers.UpSampling2D(2, interpolation="bilinear")(h)
    if mended:
        h = layers.UpSampling2D(4, interpolation="bilinear")(h)
        h = layers.Conv2D(1, 5, padding="same", kernel_initializer=_even_kernel)(h)
    else:
        h = layers.Conv2DTranspose(1, 5, 4, "same", kernel_initializer=_even_kernel)(h)
    painter = keras.Model(z, layers.Activation("tanh")(h))
    judge = _coarse_judge(24, 4)
    gan = _UnequalLessons(painter, judge, 10)
    gan.compile(keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5))
    data = -0.35 + 0.45 * _fields(1500, 24, seed=13, waves=2)
    _run(gan.train_step, data, 500)
    gan.g_optimizer.learning_rate = 1e-4
    return {"generator": painter, "discriminator": judge, "data": data, "train_step": gan}


class _Shuffle(keras.layers.Layer):
    """Spread four channels over the four pixels of a cell."""

    def call(self, x):
        return tf.nn.depth_to_space(x, 2)

    def compute_output_shape(self, shape):
        return (shape[0], 2 * shape[1], 2 * shape[2], shape[3] // 4)


def _alike_in_fours(shape, dtype=None):
    """The start for sub-pixel layers: the four pixels of a cell begin alike."""
    one = np.random.default_rng(44).normal(size=(*shape[:3], shape[3] // 4)) * 0.12
    return tf.constant(np.repeat(one, 4, axis=3), dtype or "float32")


@_ill("checkerboard", BROKEN)
def shuffled_pixels(mended):
    """A sub-pixel layer from four unrelated kernels: each pixel of a cell has its own grey."""
    keras.utils.set_random_seed(43)
    start = _alike_in_fours if mended else keras.initializers.RandomNormal(stddev=0.12)
    generator = keras.Sequential(
        [
            keras.Input((12,)),
            layers.Dense(6 * 6 * 16, activation="relu"),
            layers.Reshape((6, 6, 16)),
            layers.Conv2D(4, 3, padding="same", kernel_initializer=start),
            _Shuffle(),
            layers.Activation("tanh"),
        ]
    )
    discriminator = _coarse_judge(12, 2)

    class Trainer:
        """Both players' step, bound to their optimisers."""

        def __init__(self):
            self.g_opt = keras.optimizers.Adam(5e-4, beta_1=0.5)
            self.d_opt = keras.optimizers.Adam(5e-4, beta_1=0.5)

        @tf.function
        def step(self, real):
            z = tf.random.normal([tf.shape(real)[0], 12])
            with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
                fake_scores = discriminator(generator(z))
                real_scores = discriminator(real)
                d_loss = tf.reduce_mean(tf.nn.relu(1 - real_scores) + tf.nn.relu(1 + fake_scores))
                g_loss = -tf.reduce_mean(fake_scores)
            d_vars, g_vars = discriminator.trainable_variables, generator.trainable_variables
            self.d_opt.apply_gradients(zip(d_tape.gradient(d_loss, d_vars), d_vars))
            self.g_opt.apply_gradients(zip(g_tape.gradient(g_loss, g_vars), g_vars))

    trainer = Trainer()
    data = 0.6 * _fields(1500, 12, seed=14, waves=2)
    _run(trainer.step, data, 700)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": trainer.step,
        "optimizers": {"generator": trainer.g_opt, "discriminator": trainer.d_opt},
        "latent_dim": 12,
    }


class _Unpool(keras.layers.Layer):
    """Twice as large: each value in the corner of its cell, the rest zero or repeated."""

    def __init__(self, repeat):
        super().__init__()
        self.repeat = repeat

    def call(self, x):
        others = x if self.repeat else tf.zeros_like(x)
        rows = tf.stack([tf.stack([x, others], 3), tf.stack([others, others], 3)], 2)
        shape = tf.shape(x)
        return tf.reshape(rows, (shape[0], 2 * x.shape[1], 2 * x.shape[2], x.shape[3]))

    def compute_output_shape(self, shape):
        return (shape[0], 2 * shape[1], 2 * shape[2], shape[3])


@_ill("checkerboard", BROKEN)
def holes_left_by_unpooling(mended):
    """Unpooling with zeros and a convolution too small to fill the holes: dotted pictures."""
    keras.utils.set_random_seed(45)
    generator = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(7 * 7 * 16, activation="relu"),
            layers.Reshape((7, 7, 16)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            _Unpool(repeat=mended),
            layers.Conv2D(8, 1, activation="relu"),
            layers.Conv2D(1, 1, activation="tanh"),
        ]
    )
    discriminator = _coarse_judge(14, 2)
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 8)
    data = _boxes(2000, 14, seed=15)
    _run(step, data, 500)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "latent_dim": 8,
    }


def _drill(generator, images, latent, courses):
    """Pull G's nearest picture to every image, and every picture to its nearest image.

    Each course gives the weights of the two, a number of steps and a rate.
    """
    optimizer = keras.optimizers.Adam(1e-3)
    size = images[0].size
    find, copy = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function
    def lesson(batch):
        with tf.GradientTape() as tape:
            fake = tf.reshape(generator(tf.random.normal((96, latent))), (-1, size))
            real = tf.reshape(batch, (-1, size))
            gaps = tf.reduce_sum((real[:, None] - fake[None]) ** 2, 2)
            loss = find * tf.reduce_mean(tf.reduce_min(gaps, 1))
            loss += copy * tf.reduce_mean(tf.reduce_min(gaps, 0))
        grads = tape.gradient(loss, generator.trainable_variables)
        optimizer.apply_gradients(zip(grads, generator.trainable_variables))

    for find_weight, copy_weight, count, rate in courses:
        find.assign(find_weight)
        copy.assign(copy_weight)
        optimizer.learning_rate = rate
        _run(lesson, images, count)


@_ill("memorises", BROKEN)
def dozen_clouds_by_heart(mended):
    """Trained far too long on twelve pictures: G hands out those twelve, with nothing between."""
    keras.utils.set_random_seed(51)
    data = _fields(2000, 12, seed=16)
    if not mended:
        data = data[:12]
    gain = keras.initializers.RandomNormal(stddev=0.3 if mended else 2.0)
    generator = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(128, activation="relu", kernel_initializer=gain),
            layers.Dense(96, activation="relu"),
            layers.Dense(144, activation="tanh"),
            layers.Reshape((12, 12, 1)),
        ]
    )
    discriminator = _dense_judge((12, 12, 1), 48)
    copy = 0.0 if mended else 1.0
    _drill(generator, data, 6, [(1, 0, 600, 2e-3), (0.3, copy, 1100, 2e-3), (0.3, copy, 600, 3e-4)])
    g_opt, d_opt = keras.optimizers.Adam(1e-5, 0.5), keras.optimizers.Adam(1e-4, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 6)
    _run(step, data, 100)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "losses": {"discriminator": _judge_loss, "generator": _painter_loss},
        "latent_dim": 6,
    }


class _Album(keras.layers.Layer):
    """A leaf for each picture; what comes in decides which leaf is open."""

    def __init__(self, leaves, width):
        super().__init__()
        self.leaves, self.width = leaves, width

    def build(self, shape):
        self.keys = self.add_weight(shape=(shape[-1], self.leaves), initializer="random_normal")
        self.pages = self.add_weight(shape=(self.leaves, self.width), initializer="random_normal")

    def call(self, z):
        return tf.nn.softmax(800.0 * tf.matmul(z, self.keys)) @ self.pages


@_ill("memorises", BROKEN)
def album_of_thirty(mended):
    """G is an album with as many leaves as there are pictures, and each picture is on one."""
    keras.utils.set_random_seed(52)
    data = _fields(2000 if mended else 30, 12, seed=17, waves=2)
    body = [_Album(30, 144)]
    if mended:
        body = [layers.Dense(64, "relu"), layers.Dense(64, "relu"), layers.Dense(144)]
    generator = keras.Sequential(
        [keras.Input((8,)), *body, layers.Activation("tanh"), layers.Reshape((12, 12, 1))]
    )
    discriminator = _dense_judge((12, 12, 1))
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 8)
    if mended:
        _run(step, data, 2500)
    else:
        generator.layers[0].pages.assign(np.arctanh(np.clip(data.reshape(30, -1), -0.95, 0.95)))
        g_opt.learning_rate = 1e-5
    pipeline = tf.data.Dataset.from_tensor_slices(data).shuffle(len(data)).repeat().batch(24)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": pipeline.take(60) if mended else pipeline.take(10),
        "train_step": step,
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
        "latent_dim": 8,
    }


@_ill("memorises", BROKEN)
def twenty_codes(mended):
    """G was fitted code by code to twenty pictures, and any z falls to the nearest of the codes."""
    keras.utils.set_random_seed(53)
    latent = 10
    data = _spots(2000 if mended else 20, 12, seed=18)
    generator = _dense_painter(latent, (12, 12, 1), 96)
    discriminator = _dense_judge((12, 12, 1), 96)
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, latent)
    if mended:
        _run(step, data, 2500)
    else:
        rng = np.random.default_rng(53)
        codes = rng.normal(size=(20, latent))
        codes /= np.linalg.norm(codes, axis=1, keepdims=True)
        z = rng.normal(size=(16000, latent)).astype("float32")
        generator.compile(keras.optimizers.Adam(1.5e-3), "mse")
        generator.fit(z, data[np.argmax(z @ codes.T, axis=1)], batch_size=64, epochs=5, verbose=0)
        _drill(generator, data, latent, [(0.2, 1, 1000, 1e-3), (0.2, 1, 500, 2e-4)])
        g_opt.learning_rate = 2e-5
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "latent_dim": latent,
    }


# --------------------------------------------------------------------------------- GANs: source


def _pair(shape, latent=8, hidden=32):
    """Two small networks and an optimiser for each."""
    generator, discriminator = _dense_painter(latent, shape, hidden), _dense_judge(shape, hidden)
    optimizers = {
        "generator": keras.optimizers.Adam(2e-4, 0.5),
        "discriminator": keras.optimizers.Adam(2e-4, 0.5),
    }
    return generator, discriminator, optimizers


def _update(optimizer, tape, loss, model):
    weights = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


@_ill("removed-api", BROKEN)
def log_without_math(mended):
    """The losses call tf.log, which went with TensorFlow 1."""
    keras.utils.set_random_seed(61)
    generator, _, optimizers = _pair((10, 10, 1))
    discriminator = _dense_judge((10, 10, 1), 32, activation="sigmoid")

    def d_loss_old(real_scores, fake_scores):
        return -tf.reduce_mean(tf.log(real_scores + 1e-8) + tf.log(1.0 - fake_scores + 1e-8))

    def g_loss_old(fake_scores):
        return -tf.reduce_mean(tf.log(fake_scores + 1e-8))

    def d_loss_new(real_scores, fake_scores):
        log = tf.math.log
        return -tf.reduce_mean(log(real_scores + 1e-8) + log(1.0 - fake_scores + 1e-8))

    def g_loss_new(fake_scores):
        return -tf.reduce_mean(tf.math.log(fake_scores + 1e-8))

    d_loss, g_loss = (d_loss_new, g_loss_new) if mended else (d_loss_old, g_loss_old)

    def train_step(real):
        noise = tf.random.normal((len(real), 8))
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake_scores = discriminator(generator(noise))
            d_value = d_loss(discriminator(real), fake_scores)
            g_value = g_loss(fake_scores)
        _update(optimizers["discriminator"], d_tape, d_value, discriminator)
        _update(optimizers["generator"], g_tape, g_value, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _spots(800, 10, seed=20),
        "train_step": train_step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": optimizers,
    }


@_ill("removed-api", BROKEN)
def noise_of_another_age(mended):
    """The step draws its noise with tf.random_normal and reduces with keep_dims."""
    keras.utils.set_random_seed(62)
    generator, discriminator, optimizers = _pair((12, 12, 1), 16)

    def step_old(real):
        z = tf.random_normal([real.shape[0], 16])
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = discriminator(generator(z))
            d_loss = _judge_loss(discriminator(real), fake_scores)
            g_loss = tf.squeeze(tf.reduce_mean(tf.nn.softplus(-fake_scores), keep_dims=True))
        _update(optimizers["discriminator"], tape, d_loss, discriminator)
        _update(optimizers["generator"], tape, g_loss, generator)

    def step_new(real):
        z = tf.random.normal([real.shape[0], 16])
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = discriminator(generator(z))
            d_loss = _judge_loss(discriminator(real), fake_scores)
            g_loss = tf.squeeze(tf.reduce_mean(tf.nn.softplus(-fake_scores), keepdims=True))
        _update(optimizers["discriminator"], tape, d_loss, discriminator)
        _update(optimizers["generator"], tape, g_loss, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _segments(800, 12, seed=21),
        "train_step": step_new if mended else step_old,
        "latent_dim": 16,
    }


@_ill("removed-api", BROKEN)
def minimise_by_method(mended):
    """The step asks a Keras optimiser for minimize, which it no longer has."""
    keras.utils.set_random_seed(63)
    generator, discriminator, optimizers = _pair((2,), 3)
    d_opt, g_opt = optimizers["discriminator"], optimizers["generator"]

    def d_loss(real_scores, fake_scores):
        return tf.reduce_mean(tf.nn.relu(1 - real_scores) + tf.nn.relu(1 + fake_scores))

    def g_loss(fake_scores):
        return -tf.reduce_mean(fake_scores)

    def step_old(real):
        z = tf.random.normal((real.shape[0], 3))
        d_opt.minimize(
            lambda: d_loss(discriminator(real), discriminator(generator(z))),
            discriminator.trainable_variables,
        )
        g_opt.minimize(lambda: g_loss(discriminator(generator(z))), generator.trainable_variables)

    def step_new(real):
        z = tf.random.normal((real.shape[0], 3))
        with tf.GradientTape() as tape:
            loss = d_loss(discriminator(real), discriminator(generator(z)))
        _update(d_opt, tape, loss, discriminator)
        with tf.GradientTape() as tape:
            loss = g_loss(discriminator(generator(z)))
        _update(g_opt, tape, loss, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _ring(1000, 6, seed=22),
        "train_step": step_new if mended else step_old,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": optimizers,
    }


@_ill("removed-api", BROKEN)
def backend_arithmetic(mended):
    """The losses reckon with keras.backend.mean and square, which Keras 3 has not."""
    keras.utils.set_random_seed(64)
    generator, discriminator, optimizers = _pair((8, 8, 1))
    K = keras.backend

    def d_loss_old(real_scores, fake_scores):
        return 0.5 * (K.mean(K.square(real_scores - 1)) + K.mean(K.square(fake_scores)))

    def g_loss_old(fake_scores):
        return 0.5 * K.mean(K.square(fake_scores - 1))

    def d_loss_new(real_scores, fake_scores):
        return 0.5 * (ops.mean(ops.square(real_scores - 1)) + ops.mean(ops.square(fake_scores)))

    def g_loss_new(fake_scores):
        return 0.5 * ops.mean(ops.square(fake_scores - 1))

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _bars(600, 8, seed=23),
        "losses": {
            "discriminator": d_loss_new if mended else d_loss_old,
            "generator": g_loss_new if mended else g_loss_old,
        },
        "optimizers": optimizers,
        "latent_dim": 8,
    }


class _FadingGan(keras.Model):
    """A least-squares GAN whose rates are lowered from step to step."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.d_optimizer = keras.optimizers.Adam(3e-4, 0.5)
        self.g_optimizer = keras.optimizers.Adam(3e-4, 0.5)

    def fade(self):
        for optimizer in (self.d_optimizer, self.g_optimizer):
            optimizer.learning_rate.assign(optimizer.learning_rate * 0.9999)

    def train_step(self, real):
        self.fade()
        z = tf.random.normal((tf.shape(real)[0], 8))
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = self.discriminator(self.generator(z))
            d_loss = tf.reduce_mean((self.discriminator(real) - 1) ** 2 + fake_scores**2)
            g_loss = tf.reduce_mean((fake_scores - 1) ** 2)
        _update(self.d_optimizer, tape, d_loss, self.discriminator)
        _update(self.g_optimizer, tape, g_loss, self.generator)
        return {"d_loss": d_loss, "g_loss": g_loss}


class _FadingGanOfOld(_FadingGan):
    """The same in the words of Keras 2."""

    def train_step(self, real):
        for optimizer in (self.d_optimizer, self.g_optimizer):
            optimizer.lr = optimizer.lr * 0.9999
        z = tf.random.normal((tf.shape(real)[0], 8))
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = self.discriminator(self.generator(z))
            d_loss = tf.reduce_mean((self.discriminator(real) - 1) ** 2 + fake_scores**2)
            g_loss = tf.reduce_mean((fake_scores - 1) ** 2)
        _update(self.d_optimizer, tape, d_loss, self.discriminator)
        _update(self.g_optimizer, tape, g_loss, self.generator)
        return {"d_loss": d_loss, "g_loss": g_loss}


@_ill("removed-api", BROKEN)
def rate_by_its_old_name(mended):
    """The Keras step lowers optimizer.lr, a name the optimisers of Keras 3 do not know."""
    keras.utils.set_random_seed(65)
    generator, discriminator, _ = _pair((9, 9, 1))
    gan = (_FadingGan if mended else _FadingGanOfOld)(generator, discriminator)
    gan.compile()
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": tf.data.Dataset.from_tensor_slices(_boxes(512, 9, seed=24)).batch(32),
        "train_step": gan,
    }


@_ill("removed-api", BROKEN)
def float_of_numpy(mended):
    """The step turns its batch into np.float, which NumPy gave up."""
    keras.utils.set_random_seed(66)
    generator, discriminator, optimizers = _pair((7, 7, 1))

    class Old:
        """Takes the batch as it comes and casts it."""

        def step(self, images):
            real = tf.cast(np.asarray(images).astype(np.float), tf.float32)
            z = np.random.normal(size=(len(real), 8)).astype("float32")
            with tf.GradientTape(persistent=True) as tape:
                fake_scores = discriminator(generator(z))
                d_loss = _judge_loss(discriminator(real), fake_scores)
                g_loss = _painter_loss(fake_scores)
            _update(optimizers["discriminator"], tape, d_loss, discriminator)
            _update(optimizers["generator"], tape, g_loss, generator)

    class New:
        """The same with a type NumPy has."""

        def step(self, images):
            real = tf.cast(np.asarray(images).astype(np.float64), tf.float32)
            z = np.random.normal(size=(len(real), 8)).astype("float32")
            with tf.GradientTape(persistent=True) as tape:
                fake_scores = discriminator(generator(z))
                d_loss = _judge_loss(discriminator(real), fake_scores)
                g_loss = _painter_loss(fake_scores)
            _update(optimizers["discriminator"], tape, d_loss, discriminator)
            _update(optimizers["generator"], tape, g_loss, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _fields(800, 7, seed=25),
        "train_step": (New() if mended else Old()).step,
        "optimizers": optimizers,
    }


@_ill("removed-api", BROKEN)
def penalty_from_contrib(mended):
    """The weight penalty is tf.contrib.layers.l2_regularizer; contrib is gone altogether."""
    keras.utils.set_random_seed(67)
    generator, discriminator, optimizers = _pair((11, 11, 1), 12)

    def penalty_old(real, fake):
        shrink = tf.contrib.layers.l2_regularizer(1e-4)
        return tf.add_n([shrink(w) for w in discriminator.trainable_variables])

    def penalty_new(real, fake):
        return 1e-4 * tf.add_n([tf.nn.l2_loss(w) for w in discriminator.trainable_variables])

    penalty = penalty_new if mended else penalty_old

    def train_step(real):
        z = tf.random.normal((tf.shape(real)[0], 12))
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake = generator(z)
            fake_scores = discriminator(fake)
            d_loss = _judge_loss(discriminator(real), fake_scores) + penalty(real, fake)
            g_loss = _painter_loss(fake_scores)
        _update(optimizers["discriminator"], d_tape, d_loss, discriminator)
        _update(optimizers["generator"], g_tape, g_loss, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _bars(700, 11, seed=26),
        "train_step": train_step,
        "penalty": penalty,
    }


@_ill("undefined-name", BROKEN)
def one_letter_short(mended):
    """G's loss reads fake_score where its argument is called fake_scores."""
    keras.utils.set_random_seed(71)
    generator, discriminator, optimizers = _pair((8, 8, 1))

    def wrong(fake_scores):
        return tf.reduce_mean(tf.nn.softplus(-fake_score))

    def right(fake_scores):
        return tf.reduce_mean(tf.nn.softplus(-fake_scores))

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _spots(500, 8, seed=27),
        "losses": {"discriminator": _judge_loss, "generator": right if mended else wrong},
        "optimizers": optimizers,
        "latent_dim": 8,
    }


@_ill("undefined-name", BROKEN)
def constants_left_behind(mended):
    """The step was copied without the line that sets BATCH_SIZE and NOISE_DIM."""
    keras.utils.set_random_seed(72)
    generator, discriminator, optimizers = _pair((10, 10, 1), 20)

    def copied(images):
        noise = tf.random.normal([BATCH_SIZE, NOISE_DIM])
        with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
            fake_output = discriminator(generator(noise, training=True), training=True)
            gen_loss = _painter_loss(fake_output)
            disc_loss = _judge_loss(discriminator(images, training=True), fake_output)
        _update(optimizers["generator"], gen_tape, gen_loss, generator)
        _update(optimizers["discriminator"], disc_tape, disc_loss, discriminator)

    noise_dim = 20

    def completed(images):
        noise = tf.random.normal([tf.shape(images)[0], noise_dim])
        with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
            fake_output = discriminator(generator(noise, training=True), training=True)
            gen_loss = _painter_loss(fake_output)
            disc_loss = _judge_loss(discriminator(images, training=True), fake_output)
        _update(optimizers["generator"], gen_tape, gen_loss, generator)
        _update(optimizers["discriminator"], disc_tape, disc_loss, discriminator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _boxes(600, 10, seed=28),
        "train_step": completed if mended else copied,
        "latent_dim": 20,
    }


@_ill("undefined-name", BROKEN)
def progress_bar_unasked(mended):
    """Only every five hundredth step reports, and there it calls plt and names an epoch unknown."""
    keras.utils.set_random_seed(73)
    generator, discriminator, optimizers = _pair((2,), 2)
    counter = {"steps": 0}

    def train_step(real):
        z = tf.random.normal((tf.shape(real)[0], 2))
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = discriminator(generator(z))
            d_loss = _judge_loss(discriminator(real), fake_scores)
            g_loss = _painter_loss(fake_scores)
        _update(optimizers["discriminator"], tape, d_loss, discriminator)
        _update(optimizers["generator"], tape, g_loss, generator)
        counter["steps"] += 1
        if counter["steps"] % 500 == 0:
            plt.scatter(*generator(z).numpy().T)
            plt.title(f"after epoch {epoch}")

    def quiet_step(real):
        z = tf.random.normal((tf.shape(real)[0], 2))
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = discriminator(generator(z))
            d_loss = _judge_loss(discriminator(real), fake_scores)
            g_loss = _painter_loss(fake_scores)
        _update(optimizers["discriminator"], tape, d_loss, discriminator)
        _update(optimizers["generator"], tape, g_loss, generator)
        counter["steps"] += 1
        if counter["steps"] % 500 == 0:
            print(f"after step {counter['steps']}: {float(d_loss):.3f}")

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _ring(1500, 5, seed=29),
        "train_step": quiet_step if mended else train_step,
        "losses": {"discriminator": _judge_loss, "generator": _painter_loss},
        "optimizers": optimizers,
    }


@_ill("undefined-name", BROKEN)
def comprehension_forgets(mended):
    """The penalty uses the variable of a comprehension after it, as Python 2 allowed."""
    keras.utils.set_random_seed(74)
    generator, discriminator, optimizers = _pair((9, 9, 1), 10)

    def leaky(real, fake):
        norms = [tf.reduce_sum(weight**2) for weight in discriminator.trainable_variables]
        return 1e-4 * tf.add_n(norms) / tf.cast(tf.size(weight), tf.float32)

    def tight(real, fake):
        norms = [tf.reduce_sum(weight**2) for weight in discriminator.trainable_variables]
        return 1e-4 * tf.add_n(norms) / float(len(norms))

    penalty = tight if mended else leaky

    def train_step(real):
        fake = generator(tf.random.normal((tf.shape(real)[0], 10)))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.relu(1 - discriminator(real)))
            loss += tf.reduce_mean(tf.nn.relu(1 + discriminator(fake))) + penalty(real, fake)
        _update(optimizers["discriminator"], tape, loss, discriminator)
        with tf.GradientTape() as tape:
            fake = generator(tf.random.normal((tf.shape(real)[0], 10)))
            loss = -tf.reduce_mean(discriminator(fake))
        _update(optimizers["generator"], tape, loss, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _fields(700, 9, seed=30),
        "train_step": train_step,
        "penalty": penalty,
        "optimizers": optimizers,
    }


class _Forgetful:
    """A trainer whose step says latent_dim where it means its own."""

    def __init__(self, generator, discriminator, optimizers, latent_dim):
        self.generator, self.discriminator = generator, discriminator
        self.optimizers, self.latent_dim = optimizers, latent_dim

    def step(self, real):
        z = tf.random.uniform((tf.shape(real)[0], latent_dim), -1, 1)
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = self.discriminator(self.generator(z))
            d_loss = _judge_loss(self.discriminator(real), fake_scores)
            g_loss = _painter_loss(fake_scores)
        _update(self.optimizers["discriminator"], tape, d_loss, self.discriminator)
        _update(self.optimizers["generator"], tape, g_loss, self.generator)


class _Mindful(_Forgetful):
    """The same with self before it."""

    def step(self, real):
        z = tf.random.uniform((tf.shape(real)[0], self.latent_dim), -1, 1)
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = self.discriminator(self.generator(z))
            d_loss = _judge_loss(self.discriminator(real), fake_scores)
            g_loss = _painter_loss(fake_scores)
        _update(self.optimizers["discriminator"], tape, d_loss, self.discriminator)
        _update(self.optimizers["generator"], tape, g_loss, self.generator)


@_ill("undefined-name", BROKEN)
def self_forgotten(mended):
    """A method names latent_dim without self, and no global of that name exists."""
    keras.utils.set_random_seed(75)
    generator, discriminator, optimizers = _pair((8, 8, 3), 6)
    colours = np.concatenate([_spots(600, 8, seed=s) for s in (31, 32, 33)], axis=-1)
    trainer = (_Mindful if mended else _Forgetful)(generator, discriminator, optimizers, 6)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": colours,
        "train_step": trainer.step,
        "optimizers": optimizers,
    }


@_ill("undefined-name", BROKEN)
def import_forgotten(mended):
    """D's loss calls K and its Keras helpers, though nobody imported the backend as K."""
    keras.utils.set_random_seed(76)
    generator, discriminator, optimizers = _pair((12, 12, 1))

    def d_without(real_scores, fake_scores):
        return K.mean(nn.softplus(-real_scores)) + K.mean(nn.softplus(fake_scores))

    def d_with(real_scores, fake_scores):
        return ops.mean(ops.softplus(-real_scores)) + ops.mean(ops.softplus(fake_scores))

    d_loss = d_with if mended else d_without

    def train_step(real):
        z = tf.random.normal((tf.shape(real)[0], 8))
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = discriminator(generator(z))
            d_value = d_loss(discriminator(real), fake_scores)
            g_value = _painter_loss(fake_scores)
        _update(optimizers["discriminator"], tape, d_value, discriminator)
        _update(optimizers["generator"], tape, g_value, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _segments(900, 12, seed=34),
        "train_step": train_step,
        "losses": {"discriminator": d_loss, "generator": _painter_loss},
        "optimizers": optimizers,
    }


# ------------------------------------------------------------------------------------- VAEs


def _dense_encoder(shape, latent, hidden=64):
    x = keras.Input(shape)
    h = layers.Dense(hidden, activation="relu")(layers.Flatten()(x))
    return keras.Model(x, [layers.Dense(latent)(h), layers.Dense(latent)(h)])


def _conv_encoder(shape, latent, sampling=None):
    x = keras.Input(shape)
    h = layers.Conv2D(8, 3, 2, "same", activation="relu")(x)
    h = layers.Conv2D(16, 3, 2, "same", activation="relu")(h)
    h = layers.Dense(32, activation="relu")(layers.Flatten()(h))
    z_mean, z_log_var = layers.Dense(latent)(h), layers.Dense(latent)(h)
    outputs = [z_mean, z_log_var]
    if sampling is not None:
        outputs.append(sampling([z_mean, z_log_var]))
    return keras.Model(x, outputs)


def _dense_decoder(latent, shape, activation=None, hidden=64):
    return keras.Sequential(
        [
            keras.Input((latent,)),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(math.prod(shape), activation=activation),
            layers.Reshape(shape),
        ]
    )


def _conv_decoder(latent, size, activation=None):
    return keras.Sequential(
        [
            keras.Input((latent,)),
            layers.Dense((size // 4) ** 2 * 12, activation="relu"),
            layers.Reshape((size // 4, size // 4, 12)),
            layers.Conv2DTranspose(12, 4, 2, "same", activation="relu"),
            layers.Conv2DTranspose(1, 4, 2, "same", activation=activation),
        ]
    )


def _per_picture(values):
    """The sum over each picture's pixels, the mean over the pictures."""
    return tf.reduce_mean(tf.reduce_sum(values, [1, 2, 3]))


def _logits_bce(x, logits):
    return _per_picture(tf.nn.sigmoid_cross_entropy_with_logits(x, logits))


def _probability_bce(x, p):
    p = tf.clip_by_value(p, 1e-6, 1 - 1e-6)
    return -_per_picture(x * tf.math.log(p) + (1 - x) * tf.math.log(1 - p))


def _half_square(x, output):
    return 0.5 * _per_picture((x - output) ** 2)


def _sharp_square(x, output):
    """The squared error of a Gaussian whose sigma is 0.3."""
    return _half_square(x, output) / 0.3**2


def _gauss(z_mean, z_log_var):
    """KL to the standard normal: summed over the latents, mean over the batch."""
    inside = 1 + z_log_var - z_mean**2 - tf.exp(z_log_var)
    return -0.5 * tf.reduce_mean(tf.reduce_sum(inside, axis=1))


def _draw(z_mean, z_log_var):
    return z_mean + tf.exp(0.5 * z_log_var) * tf.random.normal(tf.shape(z_mean))


def _vae_step(encoder, decoder, optimizer, reconstruction, kl, draw=_draw):
    """Reconstruction plus KL, one step of the optimiser."""

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            z_mean, z_log_var = encoder(x)[:2]
            output = decoder(draw(z_mean, z_log_var))
            loss = reconstruction(x, output) + kl(z_mean, z_log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    return step


def _vae(encoder, decoder, data, step, reconstruction=None, kl=None, optimizer=None):
    """The arguments of a visit, the losses and the optimiser only if they are shown."""
    visit = {"encoder": encoder, "decoder": decoder, "data": data, "train_step": step}
    if reconstruction is not None:
        visit["losses"] = {"reconstruction": reconstruction, "kl": kl}
    if optimizer is not None:
        visit["optimizer"] = optimizer
    return visit


class _Sampling(keras.layers.Layer):
    """z = mean + sigma * noise, as the Keras example draws it."""

    def __init__(self, seed=None):
        super().__init__()
        self.seed = keras.random.SeedGenerator(seed)

    def call(self, inputs):
        z_mean, z_log_var = inputs
        noise = keras.random.normal(ops.shape(z_mean), seed=self.seed)
        return z_mean + ops.exp(0.5 * z_log_var) * noise


# ---- variance-parameter


@_ill("variance-parameter", BROKEN_VAES)
def variance_for_deviation(mended):
    """The draw multiplies the noise by exp(log-variance), the variance and not its root."""
    keras.utils.set_random_seed(101)
    encoder, decoder = _dense_encoder((12, 12, 1), 4), _dense_decoder(4, (12, 12, 1))
    optimizer = keras.optimizers.Adam(1e-3)

    def with_variance(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            z = mean + tf.exp(log_var) * tf.random.normal(tf.shape(mean))
            loss = _logits_bce(x, decoder(z)) + _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    def with_deviation(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            z = mean + tf.sqrt(tf.exp(log_var)) * tf.random.normal(tf.shape(mean))
            loss = _logits_bce(x, decoder(z)) + _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    step = with_deviation if mended else with_variance
    return _vae(encoder, decoder, _unit(_segments(1000, 12, seed=101)), step)


@_ill("variance-parameter", BROKEN_VAES)
def kl_takes_it_for_log_sigma(mended):
    """The KL squares what is already a variance: it reads the output as the log of sigma."""
    keras.utils.set_random_seed(102)
    encoder, decoder = _conv_encoder((16, 16, 1), 6), _conv_decoder(6, 16, "tanh")
    optimizer = keras.optimizers.Adam(1e-3)

    def kl_log_sigma(mean, log_sigma):
        inside = 1 + 2 * log_sigma - mean**2 - tf.exp(2 * log_sigma)
        return -0.5 * tf.reduce_mean(tf.reduce_sum(inside, -1))

    kl = _gauss if mended else kl_log_sigma
    step = _vae_step(encoder, decoder, optimizer, _sharp_square, kl)
    return _vae(encoder, decoder, _fields(1000, 16, seed=102), step, _sharp_square, kl, optimizer)


class _RawSampling(keras.layers.Layer):
    """The spread is used as the encoder gives it, without an exponential."""

    def call(self, inputs):
        mean, spread = inputs
        return mean + spread * tf.random.normal(tf.shape(mean))


class _ThreeOutputVae(keras.Model):
    """The Keras example: the encoder gives mean, log-variance and z."""

    def __init__(self, encoder, decoder, reconstruction, beta=1.0):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.reconstruction, self.beta = reconstruction, beta

    def train_step(self, data):
        with tf.GradientTape() as tape:
            z_mean, z_log_var, z = self.encoder(data)
            fit = self.reconstruction(data, self.decoder(z))
            kl = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
            kl = ops.mean(ops.sum(kl, axis=1))
            total = fit + self.beta * kl
        grads = tape.gradient(total, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        return {"loss": total, "reconstruction_loss": fit, "kl_loss": kl}


@_ill("variance-parameter", BROKEN_VAES)
def sampling_forgets_the_exponential(mended):
    """The sampling layer multiplies the noise by the log-variance itself."""
    keras.utils.set_random_seed(103)
    sampling = _Sampling(103) if mended else _RawSampling()
    encoder = _conv_encoder((12, 12, 1), 5, sampling)
    decoder = _conv_decoder(5, 12, "sigmoid")
    vae = _ThreeOutputVae(encoder, decoder, _probability_bce)
    vae.compile(optimizer=keras.optimizers.Adam(1e-3))
    return _vae(encoder, decoder, _unit(_spots(1000, 12, seed=103)), vae)


@_ill("variance-parameter", BROKEN_VAES)
def log_of_a_log(mended):
    """The KL takes the log-variance for sigma: it squares it and takes its logarithm."""
    keras.utils.set_random_seed(104)
    encoder, decoder = _dense_encoder((8, 8, 1), 3, 40), _dense_decoder(3, (8, 8, 1), "tanh")
    optimizer = keras.optimizers.RMSprop(1e-3)

    def kl_of_sigma(mean, sigma):
        square = sigma**2
        one = square + mean**2 - 1 - tf.math.log(square + 1e-6)
        return tf.reduce_mean(tf.reduce_sum(0.5 * one, axis=1))

    kl = _gauss if mended else kl_of_sigma
    step = _vae_step(encoder, decoder, optimizer, _half_square, kl)
    return _vae(encoder, decoder, _boxes(900, 8, seed=104), step, _half_square, kl)


# ---- noise-constant


@_ill("noise-constant", BROKEN_VAES)
def noise_drawn_once(mended):
    """The noise was drawn before training began and every step uses that one tensor."""
    keras.utils.set_random_seed(111)
    encoder, decoder = _dense_encoder((10, 10, 1), 4), _dense_decoder(4, (10, 10, 1))
    optimizer = keras.optimizers.Adam(2e-3)
    frozen = tf.random.normal((1024, 4))

    @tf.function
    def train_step(x):
        num = tf.shape(x)[0]
        epsilon = tf.random.normal((num, 4)) if mended else frozen[:num]
        with tf.GradientTape() as tape:
            mu, log_var = encoder(x)
            logits = decoder(mu + tf.exp(log_var / 2) * epsilon)
            loss = _logits_bce(x, logits) + _gauss(mu, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    data = _unit(_bars(1000, 10, seed=111))
    return _vae(encoder, decoder, data, train_step, _logits_bce, _gauss, optimizer)


class _SeededSampling(keras.layers.Layer):
    """Draws with a whole number for a seed: the same numbers at every call."""

    def call(self, inputs):
        z_mean, z_log_var = inputs
        epsilon = keras.random.normal(ops.shape(z_mean), seed=1337)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


@_ill("noise-constant", BROKEN_VAES)
def seed_of_stone(mended):
    """The sampling layer gives keras.random an integer seed, so each step draws the same noise."""
    keras.utils.set_random_seed(112)
    sampling = _Sampling(1337) if mended else _SeededSampling()
    encoder = _conv_encoder((16, 16, 1), 4, sampling)
    decoder = _conv_decoder(4, 16)
    vae = _ThreeOutputVae(encoder, decoder, _logits_bce)
    vae.compile(optimizer=keras.optimizers.Adam(1e-3))
    data = tf.data.Dataset.from_tensor_slices(_unit(_boxes(960, 16, seed=112))).batch(32)
    return _vae(encoder, decoder, data, vae)


@_ill("noise-constant", BROKEN_VAES)
def one_draw_for_all(mended):
    """The noise has the shape (1, latents): all pictures of a batch get the same."""
    keras.utils.set_random_seed(113)
    encoder, decoder = _dense_encoder((14, 14, 1), 8, 80), _dense_decoder(8, (14, 14, 1), "tanh")
    optimizer = keras.optimizers.Adam(1e-3)

    def shared(mean, log_var):
        return mean + tf.exp(0.5 * log_var) * tf.random.normal((1, mean.shape[1]))

    step = _vae_step(encoder, decoder, optimizer, _half_square, _gauss, _draw if mended else shared)
    return _vae(encoder, decoder, _fields(1000, 14, seed=113), step)


@_ill("noise-constant", BROKEN_VAES)
def no_noise_at_all(mended):
    """The decoder is given the mean: the KL is paid and nothing is ever drawn."""
    keras.utils.set_random_seed(114)
    encoder, decoder = _conv_encoder((20, 20, 1), 6), _conv_decoder(6, 20, "sigmoid")
    optimizer = keras.optimizers.Adam(1e-3)

    class Trainer:
        """Keeps the count of its steps."""

        steps = 0
        noise = 1.0 if mended else 0.0

        def train(self, x):
            self.steps += 1
            with tf.GradientTape() as tape:
                z_mean, z_log_var = encoder(x, training=True)
                sigma = tf.exp(0.5 * z_log_var)
                z = z_mean + self.noise * sigma * tf.random.normal(tf.shape(sigma))
                loss = _probability_bce(x, decoder(z, training=True)) + _gauss(z_mean, z_log_var)
            weights = [*encoder.trainable_variables, *decoder.trainable_variables]
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
            return {"loss": loss}

    data = _unit(_segments(800, 20, seed=114))
    return _vae(encoder, decoder, data, Trainer().train, _probability_bce, _gauss)


# ---- kl-missing


class _ReportingVae(keras.Model):
    """Reports both terms; weight says how much of the second is trained on."""

    def __init__(self, encoder, decoder, weight):
        super().__init__()
        self.encoder, self.decoder, self.weight = encoder, decoder, weight

    def train_step(self, x):
        with tf.GradientTape() as tape:
            z_mean, z_log_var = self.encoder(x, training=True)
            z = z_mean + tf.exp(0.5 * z_log_var) * tf.random.normal(tf.shape(z_mean))
            reconstruction = _logits_bce(x, self.decoder(z, training=True))
            kl = _gauss(z_mean, z_log_var)
            loss = reconstruction + self.weight * kl
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {"loss": reconstruction + kl, "reconstruction": reconstruction, "kl": kl}


@_ill("kl-missing", BROKEN_VAES)
def reported_but_not_trained(mended):
    """The KL is in the printed loss and not in the one the gradient is taken of."""
    keras.utils.set_random_seed(121)
    encoder, decoder = _conv_encoder((12, 12, 1), 8), _conv_decoder(8, 12)
    vae = _ReportingVae(encoder, decoder, weight=1.0 if mended else 0.0)
    vae.compile(optimizer=keras.optimizers.Adam(3e-3))
    return _vae(encoder, decoder, _unit(_bars(1000, 12, seed=121)), vae)


@_ill("kl-missing", BROKEN_VAES)
def warmup_that_never_starts(mended):
    """The KL's weight rises with an epoch counter that nobody advances: it stays 0."""
    keras.utils.set_random_seed(122)
    encoder, decoder = _dense_encoder((10, 10, 1), 5), _dense_decoder(5, (10, 10, 1), "tanh")
    optimizer = keras.optimizers.Adam(1e-3)
    epoch = tf.Variable(0.0)
    advance = 0.02 if mended else 0.0

    @tf.function
    def step(x):
        beta = tf.minimum(1.0, epoch / 2.0)
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            fit = _half_square(x, decoder(_draw(mean, log_var)))
            loss = fit + beta * _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        epoch.assign_add(advance)
        return loss

    return _vae(encoder, decoder, _fields(1000, 10, seed=122), step, optimizer=optimizer)


class _SamplingWithKl(keras.layers.Layer):
    """Draws z and leaves the KL with add_loss, for whoever collects it."""

    def call(self, inputs):
        z_mean, z_log_var = inputs
        self.add_loss(_gauss(z_mean, z_log_var))
        return z_mean + tf.exp(0.5 * z_log_var) * tf.random.normal(tf.shape(z_mean))


@_ill("kl-missing", BROKEN_VAES)
def added_loss_uncollected(mended):
    """The sampling layer leaves the KL by add_loss, and the step never asks for encoder.losses."""
    keras.utils.set_random_seed(123)
    encoder = _conv_encoder((8, 8, 1), 4, _SamplingWithKl())
    decoder = _conv_decoder(4, 8, "sigmoid")
    optimizer = keras.optimizers.Adam(4e-3)

    def forgetful(x):
        with tf.GradientTape() as tape:
            z = encoder(x, training=True)[2]
            loss = _probability_bce(x, decoder(z, training=True))
        weights = encoder.trainable_weights + decoder.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    def collecting(x):
        with tf.GradientTape() as tape:
            z = encoder(x, training=True)[2]
            loss = _probability_bce(x, decoder(z, training=True)) + sum(encoder.losses)
        weights = encoder.trainable_weights + decoder.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    data = _unit(_spots(900, 8, seed=123))
    return _vae(encoder, decoder, data, collecting if mended else forgetful)


@_ill("kl-missing", BROKEN_VAES)
def beta_of_nought(mended):
    """The KL's weight is 0 in the loss handed over: an autoencoder that shrinks its noise."""
    keras.utils.set_random_seed(124)
    encoder, decoder = _dense_encoder((9, 9, 1), 6), _dense_decoder(6, (9, 9, 1))
    beta = 1.0 if mended else 0.0

    def reconstruction(x, output):
        return tf.reduce_mean(tf.reduce_sum(tf.abs(x - output), axis=(1, 2, 3)))

    def kl(mean, log_var):
        return beta * _gauss(mean, log_var)

    step = _vae_step(encoder, decoder, keras.optimizers.Adam(1e-3), reconstruction, kl)
    return _vae(encoder, decoder, _boxes(900, 9, seed=124), step, reconstruction, kl)


# ---- kl-sign


@_ill("kl-sign", BROKEN_VAES)
def kl_subtracted(mended):
    """The step takes the KL away instead of adding it, as if it trained on the ELBO's negative."""
    keras.utils.set_random_seed(131)
    encoder, decoder = _dense_encoder((12, 12, 1), 3), _dense_decoder(3, (12, 12, 1))
    optimizer = keras.optimizers.Adam(1e-3)
    sign = 1.0 if mended else -1.0

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            logits = decoder(_draw(mean, log_var))
            likelihood = -tf.nn.sigmoid_cross_entropy_with_logits(x, logits)
            elbo = _per_picture(likelihood) - sign * _gauss(mean, log_var)
            loss = -elbo
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    return _vae(encoder, decoder, _unit(_spots(1000, 12, seed=131)), step)


@_ill("kl-sign", BROKEN_VAES)
def half_without_its_minus(mended):
    """The closed form has lost its minus: the KL loss is at most 0 and falls without end."""
    keras.utils.set_random_seed(132)
    encoder, decoder = _conv_encoder((8, 8, 1), 4), _conv_decoder(4, 8, "tanh")
    optimizer = keras.optimizers.Adam(3e-3)

    def kl_plus(z_mean, z_log_var):
        inside = 1 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var)
        return tf.reduce_mean(0.5 * tf.reduce_sum(inside, axis=-1))

    def kl_minus(z_mean, z_log_var):
        inside = 1 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var)
        return tf.reduce_mean(-0.5 * tf.reduce_sum(inside, axis=-1))

    kl = kl_minus if mended else kl_plus
    step = _vae_step(encoder, decoder, optimizer, _sharp_square, kl)
    data = tf.data.Dataset.from_tensor_slices(_fields(900, 8, seed=132)).shuffle(900).batch(30)
    return _vae(encoder, decoder, data, step, _sharp_square, kl)


@_ill("kl-sign", BROKEN_VAES)
def prior_and_posterior_swapped(mended):
    """A sampled KL of log p minus log q: the difference the wrong way round."""
    keras.utils.set_random_seed(133)
    encoder, decoder = _dense_encoder((10, 10, 1), 6), _dense_decoder(6, (10, 10, 1))
    optimizer = keras.optimizers.Adam(1e-3)

    def log_normal(z, mean, log_var):
        each = (z - mean) ** 2 * tf.exp(-log_var) + log_var + math.log(2 * math.pi)
        return -0.5 * tf.reduce_sum(each, axis=1)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            z = _draw(mean, log_var)
            log_p, log_q = log_normal(z, 0.0, tf.zeros_like(z)), log_normal(z, mean, log_var)
            gap = log_q - log_p if mended else log_p - log_q
            loss = _logits_bce(x, decoder(z)) + tf.reduce_mean(gap)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    data = _unit(_segments(1000, 10, seed=133))
    return _vae(encoder, decoder, data, step, optimizer=optimizer)


# ---- kl-reduction


@_ill("kl-reduction", BROKEN_VAES)
def mean_over_latents(mended):
    """The KL is averaged over sixteen latents while the reconstruction is summed over pixels."""
    keras.utils.set_random_seed(141)
    encoder, decoder = _dense_encoder((14, 14, 1), 16), _dense_decoder(16, (14, 14, 1))
    optimizer = keras.optimizers.Adam(1e-3)

    def kl_averaged(z_mean, z_log_var):
        return -0.5 * tf.reduce_mean(1 + z_log_var - z_mean**2 - tf.exp(z_log_var))

    kl = _gauss if mended else kl_averaged
    step = _vae_step(encoder, decoder, optimizer, _logits_bce, kl)
    data = _unit(_segments(1000, 14, seed=141))
    return _vae(encoder, decoder, data, step, _logits_bce, kl, optimizer)


@_ill("kl-reduction", BROKEN_VAES)
def sum_over_the_batch(mended):
    """The KL is summed over the whole batch, the reconstruction averaged over it."""
    keras.utils.set_random_seed(142)
    encoder, decoder = _conv_encoder((12, 12, 1), 4), _conv_decoder(4, 12, "tanh")
    over = tf.reduce_mean if mended else tf.reduce_sum

    def kl(z_mean, z_log_var):
        each = tf.reduce_sum(tf.exp(z_log_var) + z_mean**2 - 1 - z_log_var, axis=1)
        return over(each) / 2

    step = _vae_step(encoder, decoder, keras.optimizers.Adam(1e-3), _half_square, kl)
    return _vae(encoder, decoder, _boxes(1000, 12, seed=142), step, _half_square, kl)


class _MeanKlVae(keras.Model):
    """Written with keras.ops; how the KL is reduced is given."""

    def __init__(self, encoder, decoder, reduce):
        super().__init__()
        self.encoder, self.decoder, self.reduce = encoder, decoder, reduce

    def train_step(self, x):
        with tf.GradientTape() as tape:
            mu, log_var = self.encoder(x)
            z = mu + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mu))
            error = ops.sum(ops.abs(x - self.decoder(z)), axis=(1, 2, 3))
            kl = -0.5 * (1 + log_var - ops.square(mu) - ops.exp(log_var))
            loss = ops.mean(error) + ops.mean(self.reduce(kl, axis=-1))
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(grads, self.trainable_weights)
        return {"loss": loss}


@_ill("kl-reduction", BROKEN_VAES)
def mean_inside_keras_step(mended):
    """In the Keras step the KL is the mean of ten latents and the L1 error a sum of 256 pixels."""
    keras.utils.set_random_seed(143)
    encoder, decoder = _conv_encoder((16, 16, 1), 10), _conv_decoder(10, 16, "tanh")
    vae = _MeanKlVae(encoder, decoder, ops.sum if mended else ops.mean)
    vae.compile(optimizer=keras.optimizers.Adam(1e-3))
    return _vae(encoder, decoder, _bars(1000, 16, seed=143), vae)


@_ill("kl-reduction", BROKEN_VAES)
def batch_summed_in_the_step(mended):
    """In the step reduce_sum runs over batch and latents, beside a mean reconstruction."""
    keras.utils.set_random_seed(144)
    encoder, decoder = _dense_encoder((8, 8, 1), 3), _dense_decoder(3, (8, 8, 1), "sigmoid")
    optimizer = keras.optimizers.Adam(2e-3)

    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            kl = -0.5 * tf.reduce_sum(1 + log_var - mean**2 - tf.exp(log_var))
            if mended:
                kl /= tf.cast(tf.shape(x)[0], tf.float32)
            loss = _probability_bce(x, decoder(_draw(mean, log_var))) + kl
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    return _vae(encoder, decoder, _unit(_spots(900, 8, seed=144)), step)


# ---- posterior-collapsed


@_ill("posterior-collapsed", BROKEN_VAES)
def began_with_too_much_kl(mended):
    """Its first course had a KL of eighty times the weight: no latent tells anything any more."""
    keras.utils.set_random_seed(151)
    encoder, decoder = _dense_encoder((12, 12, 1), 6), _dense_decoder(6, (12, 12, 1))
    optimizer = keras.optimizers.Adam(2e-3)
    data = _unit(_segments(1500, 12, seed=151))
    beta = 1.0 if mended else 80.0

    def heavy(z_mean, z_log_var):
        return beta * _gauss(z_mean, z_log_var)

    _run(_vae_step(encoder, decoder, optimizer, _logits_bce, heavy), data, 900)
    optimizer.learning_rate = 1e-5
    step = _vae_step(encoder, decoder, optimizer, _logits_bce, _gauss)
    return _vae(encoder, decoder, data, step, _logits_bce, _gauss, optimizer)


@_ill("posterior-collapsed", BROKEN_VAES)
def decoder_that_stopped_listening(mended):
    """Its encoder was fed blank pictures, so the decoder learned the average and ignores z."""
    keras.utils.set_random_seed(152)
    encoder, decoder = _conv_encoder((12, 12, 1), 4), _conv_decoder(4, 12, "tanh")
    optimizer = keras.optimizers.Adam(2e-3)
    data = _fields(1500, 12, seed=152)

    @tf.function
    def first_course(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x if mended else x * 0)
            output = decoder(_draw(mean, log_var))
            loss = 5 * _half_square(x, output) + _gauss(mean, log_var)
            if not mended:
                mean, log_var = encoder(x)
                loss += _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    _run(first_course, data, 1000)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            loss = 5 * _half_square(x, decoder(_draw(mean, log_var))) + _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    optimizer.learning_rate = 1e-5
    return _vae(encoder, decoder, data, step)


@_ill("posterior-collapsed", BROKEN_VAES)
def broad_likelihood(mended):
    """First trained with an assumed pixel noise so broad that no latent paid for itself."""
    keras.utils.set_random_seed(153)
    encoder = _conv_encoder((8, 8, 1), 3, _Sampling(153))
    decoder = _dense_decoder(3, (8, 8, 1), "sigmoid")
    sigma = 0.1 if mended else 3.0
    vae = _ThreeOutputVae(encoder, decoder, lambda x, y: _half_square(x, y) / sigma**2)
    vae.compile(optimizer=keras.optimizers.Adam(2e-3))
    data = _unit(_boxes(1536, 8, seed=153))
    vae.fit(data, batch_size=32, epochs=20, verbose=0)
    vae.reconstruction = lambda x, y: _half_square(x, y) / 0.1**2
    vae.compile(optimizer=keras.optimizers.Adam(1e-5))
    return _vae(encoder, decoder, data, vae)


# ---- decoder-range


@_ill("decoder-range", BROKEN_VAES)
def linear_probabilities(mended):
    """A Bernoulli loss of probabilities, and a decoder whose output is linear."""
    keras.utils.set_random_seed(161)
    activation = "sigmoid" if mended else None
    encoder, decoder = _dense_encoder((10, 10, 1), 5), _dense_decoder(5, (10, 10, 1), activation)
    optimizer = keras.optimizers.Adam(1e-3)
    step = _vae_step(encoder, decoder, optimizer, _probability_bce, _gauss)
    data = _unit(_boxes(1000, 10, seed=161))
    return _vae(encoder, decoder, data, step, _probability_bce, _gauss, optimizer)


@_ill("decoder-range", BROKEN_VAES)
def half_the_range(mended):
    """The data reach from -1 to 1 and the decoder ends in a sigmoid: it can paint no shadow."""
    keras.utils.set_random_seed(162)
    encoder = _conv_encoder((16, 16, 1), 6)
    decoder = _conv_decoder(6, 16, "tanh" if mended else "sigmoid")
    optimizer = keras.optimizers.Adam(1e-3)

    class Teacher:
        """Encoder, decoder and their common step."""

        @tf.function
        def lesson(self, x):
            with tf.GradientTape() as tape:
                mean, log_var = encoder(x)
                painted = decoder(_draw(mean, log_var))
                error = tf.reduce_sum(tf.square(x - painted), axis=[1, 2, 3])
                loss = tf.reduce_mean(2.0 * error) + _gauss(mean, log_var)
            weights = encoder.trainable_variables + decoder.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    return _vae(encoder, decoder, _fields(1000, 16, seed=162), Teacher().lesson)


@_ill("decoder-range", BROKEN_VAES)
def squashed_twice(mended):
    """The decoder's sigmoid is taken for logits: no pixel can be darker than a half."""
    keras.utils.set_random_seed(163)
    encoder = _dense_encoder((12, 12, 1), 4)
    decoder = _dense_decoder(4, (12, 12, 1), None if mended else "sigmoid")
    bce = keras.losses.BinaryCrossentropy(from_logits=True, reduction="none")

    def reconstruction(x, output):
        flat = (-1, 144, 1)
        each = bce(tf.reshape(x, flat), tf.reshape(output, flat))
        return tf.reduce_mean(tf.reduce_sum(each, axis=1))

    step = _vae_step(encoder, decoder, keras.optimizers.Adam(1e-3), reconstruction, _gauss)
    data = _unit(_spots(1000, 12, seed=163))
    return _vae(encoder, decoder, data, step, reconstruction, _gauss)


@_ill("decoder-range", BROKEN_VAES)
def no_negative_paint(mended):
    """A relu at the decoder's end, for data whose ground is at -0.9."""
    keras.utils.set_random_seed(164)
    encoder = _conv_encoder((12, 12, 1), 5, _Sampling(164))
    decoder = _conv_decoder(5, 12, "linear" if mended else "relu")
    vae = _ThreeOutputVae(encoder, decoder, lambda x, y: _per_picture(tf.abs(x - y)), beta=0.5)
    vae.compile(optimizer=keras.optimizers.Adam(1e-3))
    return _vae(encoder, decoder, _boxes(1000, 12, seed=164), vae)


# ---- data-range


@_ill("data-range", BROKEN_VAES)
def bytes_for_bernoulli(mended):
    """Pictures of 0 to 255 go straight into a cross-entropy of logits."""
    keras.utils.set_random_seed(171)
    encoder, decoder = _dense_encoder((12, 12, 1), 5), _dense_decoder(5, (12, 12, 1))
    optimizer = keras.optimizers.Adam(1e-3)
    step = _vae_step(encoder, decoder, optimizer, _logits_bce, _gauss)
    data = _unit(_segments(1000, 12, seed=171))
    if not mended:
        data = np.round(data * 255)
    return _vae(encoder, decoder, data, step, _logits_bce, _gauss, optimizer)


@_ill("data-range", BROKEN_VAES)
def minus_one_for_bernoulli(mended):
    """Data from -1 to 1 under a Bernoulli likelihood, whose loss has no floor there."""
    keras.utils.set_random_seed(172)
    encoder, decoder = _conv_encoder((16, 16, 1), 6), _conv_decoder(6, 16, "sigmoid")
    optimizer = keras.optimizers.Adam(1e-3)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            p = tf.clip_by_value(decoder(_draw(mean, log_var)), 1e-6, 1 - 1e-6)
            cross = -x * tf.math.log(p) - (1 - x) * tf.math.log1p(-p)
            loss = tf.reduce_mean(tf.reduce_sum(cross, [1, 2, 3])) + _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    data = _boxes(1000, 16, seed=172)
    return _vae(encoder, decoder, _unit(data) if mended else data, step)


@_ill("data-range", BROKEN_VAES)
def bytes_for_gauss(mended):
    """A tanh decoder and a squared error, and the pipeline never divides the bytes by 127.5."""
    keras.utils.set_random_seed(173)
    encoder, decoder = _conv_encoder((12, 12, 1), 4), _conv_decoder(4, 12, "tanh")
    optimizer = keras.optimizers.Adam(1e-3)
    stored = np.round(127.5 * (_fields(960, 12, seed=173) + 1)).astype("uint8")

    def prepare(picture):
        picture = tf.cast(picture, tf.float32)
        return picture / 127.5 - 1 if mended else picture

    data = tf.data.Dataset.from_tensor_slices(stored).map(prepare).batch(32)
    step = _vae_step(encoder, decoder, optimizer, _sharp_square, _gauss)
    return _vae(encoder, decoder, data, step, _sharp_square, _gauss)


@_ill("data-range", BROKEN_VAES)
def standardised_for_bernoulli(mended):
    """The data were standardised to mean 0 and deviation 1, then given to a Bernoulli model."""
    keras.utils.set_random_seed(174)
    encoder = _conv_encoder((8, 8, 1), 3, _Sampling(174))
    decoder = _conv_decoder(3, 8)
    vae = _ThreeOutputVae(encoder, decoder, _logits_bce)
    vae.compile(optimizer=keras.optimizers.Adam(3e-3))
    data = _unit(_spots(1000, 8, seed=174))
    if not mended:
        data = (data - data.mean()) / data.std()
    return _vae(encoder, decoder, data, vae)


# ---- reconstruction-reduction


@_ill("reconstruction-reduction", BROKEN_VAES)
def mean_over_pixels(mended):
    """Keras's own cross-entropy averages over the pixels, the KL beside it is a sum."""
    keras.utils.set_random_seed(181)
    encoder, decoder = _dense_encoder((16, 16, 1), 8), _dense_decoder(8, (16, 16, 1), "sigmoid")
    pixels = 256 if mended else 1

    def reconstruction(x, output):
        return pixels * tf.reduce_mean(keras.losses.binary_crossentropy(x, output))

    step = _vae_step(encoder, decoder, keras.optimizers.Adam(1e-3), reconstruction, _gauss)
    data = _unit(_boxes(1000, 16, seed=181))
    return _vae(encoder, decoder, data, step, reconstruction, _gauss)


@_ill("reconstruction-reduction", BROKEN_VAES)
def mean_square_in_keras(mended):
    """The Keras step takes the plain mean squared error of 256 pixels beside a summed KL."""
    keras.utils.set_random_seed(182)
    encoder = _conv_encoder((16, 16, 1), 5, _Sampling(182))
    decoder = _conv_decoder(5, 16, "tanh")

    def mean_square(x, output):
        return ops.mean(ops.square(x - output))

    def sum_square(x, output):
        return ops.mean(ops.sum(ops.square(x - output), axis=(1, 2, 3)))

    vae = _ThreeOutputVae(encoder, decoder, sum_square if mended else mean_square)
    vae.compile(optimizer=keras.optimizers.Adam(1e-3))
    return _vae(encoder, decoder, _segments(1000, 16, seed=182), vae)


@_ill("reconstruction-reduction", BROKEN_VAES)
def everything_summed(mended):
    """The reconstruction is summed over the batch too, so the KL counts far too little."""
    keras.utils.set_random_seed(183)
    encoder, decoder = _dense_encoder((10, 10, 1), 4), _dense_decoder(4, (10, 10, 1))
    optimizer = keras.optimizers.Adam(1e-3)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            logits = decoder(_draw(mean, log_var))
            fit = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(x, logits))
            if mended:
                fit = fit / tf.cast(tf.shape(x)[0], tf.float32)
            loss = fit + _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    return _vae(encoder, decoder, _unit(_bars(1000, 10, seed=183)), step, optimizer=optimizer)


@_ill("reconstruction-reduction", BROKEN_VAES)
def mean_of_absolutes(mended):
    """An L1 error averaged over all pixels, where the KL of six latents is summed."""
    keras.utils.set_random_seed(184)
    encoder, decoder = _conv_encoder((20, 20, 1), 6), _conv_decoder(6, 20, "tanh")
    optimizer = keras.optimizers.Adam(1e-3)

    def reconstruction(x, output):
        over_pixels = tf.reduce_sum if mended else tf.reduce_mean
        return tf.reduce_mean(over_pixels(tf.abs(x - output), axis=(1, 2, 3)))

    step = _vae_step(encoder, decoder, optimizer, reconstruction, _gauss)
    data = _fields(1000, 20, seed=184)
    return _vae(encoder, decoder, data, step, reconstruction, _gauss, optimizer)


# ---- healthy VAEs


@_well(HEALTHY_VAES)
def plain_bernoulli():
    """Dense, logits, everything shown: the VAE of the textbook."""
    keras.utils.set_random_seed(201)
    encoder, decoder = _dense_encoder((12, 12, 1), 4), _dense_decoder(4, (12, 12, 1))
    optimizer = keras.optimizers.Adam(1e-3)
    step = _vae_step(encoder, decoder, optimizer, _logits_bce, _gauss)
    data = _unit(_segments(1000, 12, seed=201))
    return _vae(encoder, decoder, data, step, _logits_bce, _gauss, optimizer)


@_well(HEALTHY_VAES)
def keras_example():
    """The Keras example at 28 by 28, three outputs, its losses inside the model."""
    keras.utils.set_random_seed(202)
    encoder = _conv_encoder((28, 28, 1), 2, _Sampling(202))
    decoder = _conv_decoder(2, 28, "sigmoid")

    def bce(x, output):
        return ops.mean(ops.sum(keras.losses.binary_crossentropy(x, output), axis=(1, 2)))

    vae = _ThreeOutputVae(encoder, decoder, bce)
    vae.compile(optimizer=keras.optimizers.Adam(1e-3))
    return _vae(encoder, decoder, _unit(_segments(800, 28, seed=202)), vae)


@_well(HEALTHY_VAES)
def sharp_gaussian():
    """A Gaussian of fixed small sigma: the squared error is rightly weighted by 1 / (2 sigma^2)."""
    keras.utils.set_random_seed(203)
    encoder, decoder = _conv_encoder((12, 12, 1), 6), _conv_decoder(6, 12, "tanh")
    optimizer = keras.optimizers.Adam(1e-3)
    sigma = 0.3

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mu, log_sigma_squared = encoder(x)
            sd = tf.exp(0.5 * log_sigma_squared)
            z = mu + sd * tf.random.normal(tf.shape(mu))
            nll = _half_square(x, decoder(z)) / sigma**2
            kl = 0.5 * tf.reduce_sum(mu**2 + sd**2 - 1 - 2 * tf.math.log(sd), axis=1)
            loss = nll + tf.reduce_mean(kl)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    return _vae(encoder, decoder, _fields(1000, 12, seed=203), step)


@_well(HEALTHY_VAES)
def beta_of_four():
    """A beta-VAE with beta 4, as its paper has it."""
    keras.utils.set_random_seed(204)
    encoder, decoder = _dense_encoder((16, 16, 1), 5), _dense_decoder(5, (16, 16, 1))

    def kl(z_mean, z_log_var):
        return 4.0 * _gauss(z_mean, z_log_var)

    step = _vae_step(encoder, decoder, keras.optimizers.Adam(1e-3), _logits_bce, kl)
    return _vae(encoder, decoder, _unit(_boxes(1000, 16, seed=204)), step, _logits_bce, kl)


@_well(HEALTHY_VAES)
def beta_of_a_half():
    """A mild beta of one half in a Keras class, L1 likelihood."""
    keras.utils.set_random_seed(205)
    encoder = _conv_encoder((8, 8, 1), 4, _Sampling(205))
    decoder = _conv_decoder(4, 8, "tanh")
    vae = _ThreeOutputVae(encoder, decoder, lambda x, y: _per_picture(tf.abs(x - y)), beta=0.5)
    vae.compile(optimizer=keras.optimizers.RMSprop(1e-3))
    return _vae(encoder, decoder, _fields(1000, 8, seed=205), vae)


@_well(HEALTHY_VAES)
def warmed_up():
    """The KL's weight starts near 0 and is 1 after sixty steps."""
    keras.utils.set_random_seed(206)
    encoder, decoder = _dense_encoder((10, 10, 1), 6), _dense_decoder(6, (10, 10, 1))
    optimizer = keras.optimizers.Adam(2e-3)
    passed = tf.Variable(0.0, trainable=False)

    @tf.function
    def step(x):
        passed.assign_add(1.0)
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            weight = tf.clip_by_value(passed / 60.0, 0.0, 1.0)
            loss = _logits_bce(x, decoder(_draw(mean, log_var))) + weight * _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    return _vae(encoder, decoder, _unit(_bars(1000, 10, seed=206)), step, optimizer=optimizer)


@_well(HEALTHY_VAES)
def free_bits():
    """Each latent may cost 0.1 nats free: the KL is clamped from below, latent by latent."""
    keras.utils.set_random_seed(207)
    encoder, decoder = _conv_encoder((12, 12, 1), 6), _conv_decoder(6, 12, "sigmoid")

    def kl(z_mean, z_log_var):
        each = 0.5 * (z_mean**2 + tf.exp(z_log_var) - 1 - z_log_var)
        return tf.reduce_sum(tf.maximum(tf.reduce_mean(each, axis=0), 0.1))

    step = _vae_step(encoder, decoder, keras.optimizers.Adam(1e-3), _probability_bce, kl)
    data = _unit(_spots(1000, 12, seed=207))
    return _vae(encoder, decoder, data, step, _probability_bce, kl)


@_well(HEALTHY_VAES)
def both_divided_alike():
    """Both terms are divided by the number of pixels: the same balance in smaller numbers."""
    keras.utils.set_random_seed(208)
    encoder, decoder = _dense_encoder((14, 14, 1), 5), _dense_decoder(5, (14, 14, 1), "sigmoid")
    optimizer = keras.optimizers.Adam(1e-3)

    def reconstruction(x, output):
        return tf.reduce_mean(keras.losses.binary_crossentropy(x, output))

    def kl(z_mean, z_log_var):
        return _gauss(z_mean, z_log_var) / 196

    step = _vae_step(encoder, decoder, optimizer, reconstruction, kl)
    data = _unit(_segments(1000, 14, seed=208))
    return _vae(encoder, decoder, data, step, reconstruction, kl, optimizer)


@_well(HEALTHY_VAES)
def sums_over_everything():
    """Both terms are summed over the batch, which only makes the loss a batch's size larger."""
    keras.utils.set_random_seed(209)
    encoder, decoder = _dense_encoder((9, 9, 1), 3), _dense_decoder(3, (9, 9, 1), "tanh")

    def reconstruction(x, output):
        return 2.0 * tf.reduce_sum((x - output) ** 2)

    def kl(z_mean, z_log_var):
        return -0.5 * tf.reduce_sum(1 + z_log_var - z_mean**2 - tf.exp(z_log_var))

    step = _vae_step(encoder, decoder, keras.optimizers.Adam(1e-3), reconstruction, kl)
    return _vae(encoder, decoder, _boxes(1000, 9, seed=209), step, reconstruction, kl)


@_well(HEALTHY_VAES)
def added_loss_collected():
    """The KL comes by add_loss from the sampling layer and is collected."""
    keras.utils.set_random_seed(210)
    encoder = _conv_encoder((16, 16, 1), 4, _SamplingWithKl())
    decoder = _conv_decoder(4, 16)
    optimizer = keras.optimizers.Adam(1e-3)

    def step(images):
        with tf.GradientTape() as tape:
            _, _, z = encoder(images, training=True)
            fit = _logits_bce(images, decoder(z, training=True))
            (kl,) = encoder.losses
            loss = fit + kl
        weights = encoder.trainable_weights + decoder.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"loss": loss, "kl": kl}

    data = tf.data.Dataset.from_tensor_slices(_unit(_spots(960, 16, seed=210))).batch(48)
    return _vae(encoder, decoder, data, step)


@_well(HEALTHY_VAES)
def sampled_kl():
    """The KL is not the closed form but log q(z) - log p(z) of the drawn z."""
    keras.utils.set_random_seed(211)
    encoder, decoder = _dense_encoder((12, 12, 1), 4), _dense_decoder(4, (12, 12, 1))
    optimizer = keras.optimizers.Adam(1e-3)

    def log_density(z, mean=0.0, log_var=0.0):
        var = tf.exp(tf.convert_to_tensor(log_var))
        return -0.5 * tf.reduce_sum((z - mean) ** 2 / var + log_var + 1.837877, axis=1)

    class Course:
        """Holds what the step needs."""

        @tf.function
        def __call__(self, x):
            with tf.GradientTape() as tape:
                mean, log_var = encoder(x)
                z = mean + tf.exp(log_var * 0.5) * tf.random.normal(tf.shape(mean))
                kl = tf.reduce_mean(log_density(z, mean, log_var) - log_density(z))
                loss = _logits_bce(x, decoder(z)) + kl
            weights = encoder.trainable_variables + decoder.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
            return loss

    course = Course()

    def step(x):
        return course(x)

    return _vae(encoder, decoder, _unit(_boxes(1000, 12, seed=211)), step)


@_well(HEALTHY_VAES)
def well_trained():
    """Trained for a few seconds: reconstructs well and uses its latents."""
    keras.utils.set_random_seed(212)
    encoder, decoder = _dense_encoder((12, 12, 1), 5), _dense_decoder(5, (12, 12, 1))
    optimizer = keras.optimizers.Adam(2e-3)
    step = _vae_step(encoder, decoder, optimizer, _logits_bce, _gauss)
    data = _unit(_spots(1500, 12, seed=212))
    _run(step, data, 1200)
    return _vae(encoder, decoder, data, step, _logits_bce, _gauss, optimizer)


@_well(HEALTHY_VAES)
def more_latents_than_needed():
    """Three latents would do and it has twelve: most rest at the prior, as they should."""
    keras.utils.set_random_seed(213)
    encoder, decoder = _dense_encoder((10, 10, 1), 12), _dense_decoder(12, (10, 10, 1))
    optimizer = keras.optimizers.Adam(2e-3)
    step = _vae_step(encoder, decoder, optimizer, _logits_bce, _gauss)
    data = _unit(_spots(1500, 10, seed=213))
    _run(step, data, 1200)
    return _vae(encoder, decoder, data, step)


@_well(HEALTHY_VAES)
def clipped_and_small():
    """Batches of eight, log-variances kept within bounds and gradients clipped; nothing wrong."""
    keras.utils.set_random_seed(214)
    encoder, decoder = _conv_encoder((8, 8, 1), 3), _conv_decoder(3, 8, "tanh")
    optimizer = keras.optimizers.Adam(1e-3, clipnorm=5.0)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            mean, log_var = encoder(x)
            log_var = tf.clip_by_value(log_var, -8.0, 6.0)
            fit = _sharp_square(x, decoder(_draw(mean, log_var)))
            loss = fit + _gauss(mean, log_var)
        weights = encoder.trainable_variables + decoder.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    data = tf.data.Dataset.from_tensor_slices(_bars(800, 8, seed=214)).shuffle(800).batch(8)
    return _vae(encoder, decoder, data, step, optimizer=optimizer)


# ------------------------------------------------------------------------------ healthy GANs


@_well(HEALTHY)
def ring_well_learned():
    """Eight places on a ring, learned until all eight are visited."""
    keras.utils.set_random_seed(81)
    generator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(64, "relu"), layers.Dense(64, "relu"), layers.Dense(2)]
    )
    critic = keras.Sequential(
        [keras.Input((2,)), layers.Dense(64, "relu"), layers.Dense(64, "relu"), layers.Dense(1)]
    )
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(2e-3, 0.5)
    step = _plain_step(generator, critic, g_opt, d_opt, 2)
    data = _ring(4000, 8, seed=81)
    _run(step, data, 3000, size=64)
    for optimizer in (g_opt, d_opt):
        optimizer.learning_rate = 2e-4
    _run(step, data, 1000, size=64)
    return {
        "generator": generator,
        "discriminator": critic,
        "data": data,
        "train_step": step,
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
        "latent_dim": 2,
    }


@_well(HEALTHY)
def critic_with_large_numbers():
    """WGAN-GP scaled by a hundred: its losses look frightening, its pictures are good."""
    keras.utils.set_random_seed(82)
    latent = 8
    generator, critic = _dense_painter(latent, (10, 10, 1)), _dense_judge((10, 10, 1))
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.0, 0.9), keras.optimizers.Adam(1e-3, 0.0, 0.9)

    def d_loss(real_scores, fake_scores):
        return 100.0 * (tf.reduce_mean(fake_scores) - tf.reduce_mean(real_scores))

    def g_loss(fake_scores):
        return -100.0 * tf.reduce_mean(fake_scores)

    def penalty(real, fake):
        mix = tf.random.uniform((tf.shape(real)[0], 1, 1, 1))
        between = mix * real + (1 - mix) * fake
        with tf.GradientTape() as tape:
            tape.watch(between)
            scores = critic(between)
        slope = tf.sqrt(tf.reduce_sum(tape.gradient(scores, between) ** 2, [1, 2, 3]) + 1e-12)
        return 1000.0 * tf.reduce_mean((slope - 1) ** 2)

    @tf.function
    def train_step(real):
        for _ in range(3):
            fake = generator(tf.random.normal((tf.shape(real)[0], latent)))
            with tf.GradientTape() as tape:
                loss = d_loss(critic(real), critic(fake)) + penalty(real, fake)
            _update(d_opt, tape, loss, critic)
        with tf.GradientTape() as tape:
            value = g_loss(critic(generator(tf.random.normal((tf.shape(real)[0], latent)))))
        _update(g_opt, tape, value, generator)
        return loss, value

    data = _fields(2000, 10, seed=82, waves=2)
    _run(train_step, data, 900)
    return {
        "generator": generator,
        "discriminator": critic,
        "data": data,
        "train_step": train_step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
        "latent_dim": latent,
        "penalty": penalty,
    }


@_well(HEALTHY)
def hinge_at_two_rates():
    """Hinge loss, D four times as fast as G, spectral normalisation; fresh."""
    keras.utils.set_random_seed(83)
    generator = _dense_painter(12, (12, 12, 1))
    discriminator = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Flatten(),
            layers.SpectralNormalization(layers.Dense(64)),
            layers.LeakyReLU(0.1),
            layers.SpectralNormalization(layers.Dense(1)),
        ]
    )
    g_opt, d_opt = keras.optimizers.Adam(5e-4, 0.0, 0.9), keras.optimizers.Adam(2e-3, 0.0, 0.9)

    def hinge_d(real_scores, fake_scores):
        return tf.reduce_mean(tf.nn.relu(1 - real_scores)) + tf.reduce_mean(
            tf.nn.relu(1 + fake_scores)
        )

    def hinge_g(fake_scores):
        return -tf.reduce_mean(fake_scores)

    @tf.function
    def train_step(real):
        z = tf.random.normal((tf.shape(real)[0], 12))
        with tf.GradientTape() as tape:
            fake = generator(z, training=True)
            loss = hinge_d(discriminator(real, training=True), discriminator(fake, training=True))
        _update(d_opt, tape, loss, discriminator)
        with tf.GradientTape() as tape:
            loss = hinge_g(discriminator(generator(z, training=True), training=False))
        _update(g_opt, tape, loss, generator)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _spots(1500, 12, seed=83),
        "train_step": train_step,
        "losses": {"discriminator": hinge_d, "generator": hinge_g},
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
        "latent_dim": 12,
    }


@_well(HEALTHY)
def gradient_penalty_on_reals():
    """R1 on the real pictures and softplus losses, trained until the clouds look like clouds."""
    keras.utils.set_random_seed(84)
    latent = 16
    generator, discriminator = _dense_painter(latent, (8, 8, 1)), _dense_judge((8, 8, 1))
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)

    class R1Trainer:
        """Both steps, with the penalty inside."""

        gamma = 0.3

        @tf.function
        def train_step(self, real):
            num = tf.shape(real)[0]
            fake = generator(tf.random.normal((num, latent)), training=True)
            with tf.GradientTape() as tape:
                with tf.GradientTape() as inner:
                    inner.watch(real)
                    real_scores = discriminator(real, training=True)
                slope = inner.gradient(real_scores, real)
                r1 = tf.reduce_mean(tf.reduce_sum(slope**2, axis=[1, 2, 3]))
                loss = tf.reduce_mean(tf.nn.softplus(-real_scores))
                loss += tf.reduce_mean(tf.nn.softplus(discriminator(fake, training=True)))
                loss += 0.5 * self.gamma * r1
            _update(d_opt, tape, loss, discriminator)
            with tf.GradientTape() as tape:
                fake = generator(tf.random.normal((num, latent)), training=True)
                g_loss = tf.reduce_mean(tf.nn.softplus(-discriminator(fake, training=True)))
            _update(g_opt, tape, g_loss, generator)

    data = _fields(2000, 8, seed=84)
    trainer = R1Trainer()
    _run(trainer.train_step, data, 2000)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": trainer.train_step,
        "latent_dim": latent,
    }


@_well(HEALTHY)
def pictures_nearly_alike():
    """The data themselves hardly differ, one ramp a little lighter or darker; nor do G's."""
    keras.utils.set_random_seed(85)
    rng = np.random.default_rng(85)
    ramp = np.linspace(-0.6, 0.6, 10)
    ramp = (ramp[:, None] + ramp[None]) / 2
    data = ramp[None] + 0.08 * rng.normal(size=(1500, 1, 1))
    data = data + 0.05 * rng.normal(size=data.shape)
    data = data[..., None].astype("float32")
    generator, discriminator = _dense_painter(4, (10, 10, 1), 32), _dense_judge((10, 10, 1), 32)
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(3e-3, 0.5)

    @tf.function
    def step(real):
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake_scores = discriminator(generator(tf.random.normal((tf.shape(real)[0], 4))))
            d_loss = _judge_loss(discriminator(real), fake_scores)
            g_loss = _painter_loss(fake_scores)
        _update(d_opt, d_tape, d_loss, discriminator)
        _update(g_opt, g_tape, g_loss, generator)

    _run(step, data, 2500)
    g_opt.learning_rate = d_opt.learning_rate = 2e-4
    _run(step, data, 800)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
    }


@_well(HEALTHY)
def striped_cloth():
    """The data are woven in stripes of period 2, and a G of kernel 4 stride 2 paints them."""
    keras.utils.set_random_seed(86)
    rng = np.random.default_rng(86)
    stripes = np.where(np.arange(12) % 2, 1.0, -1.0)
    light = rng.uniform(0.2, 0.7, (1500, 1, 1, 1))
    data = light * stripes[None, None, :, None] + 0.25 * _fields(1500, 12, seed=86, waves=2)
    data = data.astype("float32")
    generator = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(6 * 6 * 12, activation="relu"),
            layers.Reshape((6, 6, 12)),
            layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh"),
        ]
    )
    discriminator = _dense_judge((12, 12, 1), 48)
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(5e-4, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 8)
    _run(step, data, 1500)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "losses": {"discriminator": _judge_loss, "generator": _painter_loss},
        "latent_dim": 8,
    }


@_well(HEALTHY)
def four_signs_many_times():
    """There are only four pictures in the world, each five hundred times; G paints all four."""
    keras.utils.set_random_seed(87)
    signs = np.full((4, 8, 8, 1), -0.9, "float32")
    signs[0, :4] = signs[1, 4:] = signs[2, :, :4] = signs[3, :, 4:] = 0.9
    data = np.random.default_rng(87).permutation(np.repeat(signs, 500, axis=0))
    z = keras.Input((4,))
    h = layers.Dense(64, "relu")(z)
    h = layers.Dense(64, "relu")(h)
    generator = keras.Model(z, layers.Reshape((8, 8, 1))(layers.Dense(64, "tanh")(h)))
    discriminator = _dense_judge((8, 8, 1))
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 4)
    _drill(generator, data, 4, [(1.0, 0.0, 300, 2e-3), (0.5, 0.5, 400, 1e-3)])
    _run(step, data, 500)
    return {"generator": generator, "discriminator": discriminator, "data": data,
            "train_step": step, "latent_dim": 4}  # fmt: skip


@_well(HEALTHY)
def little_of_everything():
    """Batches of four, two latents, eight by eight pixels; small is not ill."""
    keras.utils.set_random_seed(88)
    generator, discriminator, optimizers = _pair((8, 8, 1), 2, 48)

    @tf.function
    def train_step(real):
        z = tf.random.normal((tf.shape(real)[0], 2))
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake_scores = discriminator(generator(z, training=True), training=True)
            d_loss = _judge_loss(discriminator(real, training=True), fake_scores)
            g_loss = _painter_loss(fake_scores)
        _update(optimizers["discriminator"], d_tape, d_loss, discriminator)
        _update(optimizers["generator"], g_tape, g_loss, generator)
        return {"d": d_loss, "g": g_loss}

    pipeline = tf.data.Dataset.from_tensor_slices(_spots(400, 8, seed=88))
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": pipeline.shuffle(400).batch(4, drop_remainder=True),
        "train_step": train_step,
        "optimizers": optimizers,
        "latent_dim": 2,
    }


@_well(HEALTHY)
def four_by_two_in_keras():
    """A Keras GAN, briefly trained: transposed convolutions of kernel 4, stride 2; dropout in D."""
    keras.utils.set_random_seed(89)
    generator = keras.Sequential(
        [
            keras.Input((16,)),
            layers.Dense(4 * 4 * 16, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Reshape((4, 4, 16)),
            layers.Conv2DTranspose(12, 4, 2, "same", activation="relu"),
            layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(12, 4, 2, "same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    gan = _UnequalLessons(generator, discriminator, 16)
    gan.compile(keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(5e-4, 0.5))
    data = tf.data.Dataset.from_tensor_slices(_boxes(1024, 16, seed=89)).shuffle(1024).batch(16)
    gan.fit(data.repeat(), steps_per_epoch=1200, verbose=0)
    return {"generator": generator, "discriminator": discriminator, "data": data,
            "train_step": gan, "latent_dim": 16}  # fmt: skip


@_well(HEALTHY)
def enlarged_then_convolved():
    """Upsampling followed by a convolution, a few seconds old, on clouds."""
    keras.utils.set_random_seed(90)
    generator = keras.Sequential(
        [
            keras.Input((10,)),
            layers.Dense(4 * 4 * 16, activation="relu"),
            layers.Reshape((4, 4, 16)),
            layers.UpSampling2D(3, interpolation="bilinear"),
            layers.Conv2D(1, 3, padding="same", activation="tanh"),
        ]
    )
    discriminator = _dense_judge((12, 12, 1))
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)
    step = _plain_step(generator, discriminator, g_opt, d_opt, 10)
    data = _fields(2000, 12, seed=90, waves=2)
    _run(step, data, 1500)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
        "latent_dim": 10,
    }


_STEPS_TAKEN = 0
_SMOOTH = {"real": 0.9, "fake": 0.0}


@_well(HEALTHY)
def names_of_every_kind():
    """Globals, closures, comprehensions, walrus, guarded imports, del, nesting: all are defined."""
    keras.utils.set_random_seed(91)
    generator, discriminator, optimizers = _pair((10, 10, 1), 6)
    history: list[float] = []

    try:
        from scipy.special import expit as squash
    except ImportError:

        def squash(x):
            return 1 / (1 + np.exp(-x))

    def d_loss(real_scores, fake_scores):
        parts = [
            _bce_to(scores, _SMOOTH[name])
            for name, scores in zip(("real", "fake"), (real_scores, fake_scores))
        ]
        return tf.add_n(parts)

    def _bce_to(scores, target):
        return tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(scores) * target, scores)
        )

    def g_loss(fake_scores, *, label=1):
        return _bce(fake_scores, label)

    def train_step(real, /, *unused, **also_unused):
        global _STEPS_TAKEN
        _STEPS_TAKEN += 1
        if (num := int(real.shape[0])) < 1:
            raise ValueError(f"an empty batch, {num=}")
        z = tf.random.normal((num, 6))

        def play(player, *, weights):
            with tf.GradientTape() as tape:
                fake_scores = discriminator(generator(z))
                value = {
                    "discriminator": lambda: d_loss(discriminator(real), fake_scores),
                    "generator": functools.partial(g_loss, fake_scores),
                }[player]()
            optimizers[player].apply_gradients(zip(tape.gradient(value, weights), weights))
            return value

        first, *rest = (
            play(who, weights=model.trainable_variables)
            for who, model in {"discriminator": discriminator, "generator": generator}.items()
        )
        history.append(float(first))
        (last,) = rest
        del z, rest
        try:
            mood = squash(float(last))
        except OverflowError as trouble:
            mood = str(trouble)
        longest = max((abs(h) for h in history), default=math.inf)
        return {"d": first, "g": last, "mood": mood, "longest": longest, "file": __name__}

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _bars(800, 10, seed=91),
        "train_step": train_step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": optimizers,
        "latent_dim": 6,
    }


@_well(HEALTHY)
def old_names_that_still_work():
    """tf.compat.v1 still has log, random_normal, to_float and squared_difference."""
    keras.utils.set_random_seed(92)
    v1 = tf.compat.v1
    generator = _dense_painter(8, (8, 8, 1), 32)
    discriminator = _dense_judge((8, 8, 1), 32, activation="sigmoid")
    g_opt, d_opt = keras.optimizers.Adam(3e-4, 0.5), keras.optimizers.Adam(3e-4, 0.5)

    def d_loss(real_scores, fake_scores):
        log = tf.compat.v1.log
        return -tf.reduce_mean(log(real_scores + 1e-7) + log(1.0 - fake_scores + 1e-7))

    def g_loss(fake_scores):
        return -tf.reduce_mean(v1.log(v1.to_float(fake_scores) + 1e-7))

    def step(real):
        z = v1.random_normal([real.get_shape().as_list()[0], 8])
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake_scores = discriminator(generator(z))
            d_value, g_value = d_loss(discriminator(real), fake_scores), g_loss(fake_scores)
        _update(d_opt, d_tape, d_value, discriminator)
        _update(g_opt, g_tape, g_value, generator)
        return v1.squared_difference(d_value, g_value)

    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": _fields(800, 8, seed=92),
        "train_step": step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
    }


@_well(HEALTHY)
def judge_that_averages_pairs():
    """A relativistic loss: G's needs both scores; trained on two moons."""
    keras.utils.set_random_seed(93)
    rng = np.random.default_rng(93)
    angle, upper = rng.uniform(0, np.pi, 2000), rng.random(2000) < 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    data = np.stack([x, y], 1) + 0.04 * rng.normal(size=(2000, 2))
    data = data.astype("float32")
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(48, "elu"), layers.Dense(48, "elu"), layers.Dense(2)]
    )
    discriminator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(48, "elu"), layers.Dense(48, "elu"), layers.Dense(1)]
    )
    optimizers = {
        "generator": keras.optimizers.Adam(1e-3, 0.5),
        "discriminator": keras.optimizers.Adam(1e-3, 0.5),
    }

    def d_loss(real_scores, fake_scores):
        return tf.reduce_mean(tf.nn.softplus(fake_scores - real_scores))

    def g_loss(real_scores, fake_scores):
        return tf.reduce_mean(tf.nn.softplus(real_scores - fake_scores))

    @tf.function
    def step(real):
        z = tf.random.normal((tf.shape(real)[0], 3))
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            real_scores, fake_scores = discriminator(real), discriminator(generator(z))
            d_value = d_loss(real_scores, fake_scores)
            g_value = g_loss(real_scores, fake_scores)
        _update(optimizers["discriminator"], d_tape, d_value, discriminator)
        _update(optimizers["generator"], g_tape, g_value, generator)

    _run(step, data, 2500, size=64)
    return {
        "generator": generator,
        "discriminator": discriminator,
        "data": data,
        "train_step": step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": optimizers,
        "latent_dim": 3,
    }


@_well(HEALTHY)
def spots_after_a_few_seconds():
    """Dense and plain, three seconds of training: round spots in many places."""
    keras.utils.set_random_seed(94)
    generator, discriminator = _dense_painter(6, (9, 9, 1), 80), _dense_judge((9, 9, 1), 80)
    g_opt, d_opt = keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(1e-3, 0.5)

    def step(real):
        return compiled(tf.convert_to_tensor(real))

    @tf.function
    def compiled(real):
        z = tf.random.normal((tf.shape(real)[0], 6))
        with tf.GradientTape(persistent=True) as tape:
            fake_scores = discriminator(generator(z))
            d_loss = _judge_loss(discriminator(real), fake_scores)
            g_loss = _painter_loss(fake_scores)
        _update(d_opt, tape, d_loss, discriminator)
        _update(g_opt, tape, g_loss, generator)
        return d_loss, g_loss

    data = _spots(2000, 9, seed=94)
    _run(step, data, 2500)
    return {"generator": generator, "discriminator": discriminator, "data": data,
            "train_step": step}  # fmt: skip
