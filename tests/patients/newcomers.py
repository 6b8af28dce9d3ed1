"""Patients that the doctor has not met: GANs as people bring them, ill ones and sound ones.

BROKEN maps a name to (code, make): make(False) is the ill GAN, make(True) the same one with only
its fault repaired. HEALTHY maps a name to make. Every make returns arguments for an examination.
The pictures, points and signals are drawn here, small, and each patient has its own fixed seed.
"""

import functools
import itertools
import zlib

import keras
import numpy as np
import tensorflow as tf

L = keras.layers
BROKEN = {}
HEALTHY = {}


def _seeded(make):
    """Fix Keras' seed by the patient's name, so that twins begin with the same weights."""

    @functools.wraps(make)
    def seeded(*args):
        keras.utils.set_random_seed(zlib.crc32(make.__name__.encode()) % 2**31)
        return make(*args)

    return seeded


def broken(code):
    """Enter a patient with this fault into BROKEN."""

    def enter(make):
        BROKEN[make.__name__] = (code, _seeded(make))
        return make

    return enter


def healthy(make):
    """Enter a sound patient into HEALTHY."""
    HEALTHY[make.__name__] = _seeded(make)
    return make


# ------------------------------------------------------------------ what the GANs are to learn


def blobs(num, size, seed, width=None):
    """Grey pictures of one soft bright spot each, in [-1, 1]."""
    rng = np.random.default_rng(seed)
    width = width or size
    rows, cols = np.mgrid[:size, :width]
    place = rng.uniform(0.2, 0.8, (num, 2, 1, 1))
    spread = rng.uniform(0.08, 0.2, (num, 1, 1)) * size
    far = (rows - place[:, 0] * size) ** 2 + (cols - place[:, 1] * width) ** 2
    pictures = np.exp(-far / (2 * spread**2)) + rng.normal(0, 0.02, (num, size, width))
    return np.clip(2 * pictures - 1, -1, 1).astype("float32")[..., None]


def bars(num, size, seed):
    """Pictures of one bar and its class: lying or standing (0, 1), the same in the dark (2, 3)."""
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 4, num)
    pictures = rng.normal(-0.6, 0.1, (num, size, size))
    for picture, kind in zip(pictures, classes):
        start, thick = rng.integers(0, size - 2), rng.integers(1, 3)
        bar = picture[start : start + thick] if kind % 2 == 0 else picture[:, start : start + thick]
        bar += 1.3
        if kind > 1:
            picture *= -1
    return np.clip(pictures, -1, 1).astype("float32")[..., None], classes


def stripes(num, size, seed, channels=1):
    """Slanted waves of changing width; in colour, each channel a little later."""
    rng = np.random.default_rng(seed)
    rows, cols = np.mgrid[:size, :size] / size
    angle, beat, phase = rng.uniform([0, 1, 0], [np.pi, 3, 6.28], (num, 3)).T[..., None, None]
    way = np.cos(angle) * rows + np.sin(angle) * cols
    waves = [np.sin(6.28 * beat * way + phase + 0.7 * late) for late in range(channels)]
    return (0.9 * np.stack(waves, -1)).astype("float32")


SIGNS = {
    0: [(0.2, 0.3), (0.2, 0.7), (0.8, 0.4)],
    1: [(0.2, 0.5), (0.8, 0.5)],
    2: [(0.2, 0.3), (0.8, 0.3), (0.8, 0.7)],
    3: [(0.2, 0.25), (0.8, 0.5), (0.2, 0.75)],
    4: [(0.2, 0.3), (0.2, 0.7), (0.8, 0.7), (0.8, 0.3), (0.2, 0.3)],
}


def strokes(num, seed, size=28):
    """Pictures of signs drawn with a pen, like digits, and which of the five signs it is."""
    rng = np.random.default_rng(seed)
    rows, cols = np.mgrid[:size, :size]
    classes = rng.integers(0, len(SIGNS), num)
    pictures = np.zeros((num, size, size))
    for picture, kind in zip(pictures, classes):
        points = (np.array(SIGNS[kind]) + rng.normal(0, 0.05, (len(SIGNS[kind]), 2))) * size
        for (r, c), (r2, c2) in itertools.pairwise(points):
            along = np.array([r2 - r, c2 - c])
            part = ((rows - r) * along[0] + (cols - c) * along[1]) / (along @ along + 1e-6)
            part = np.clip(part, 0, 1)
            far = np.hypot(rows - r - part * along[0], cols - c - part * along[1])
            np.maximum(picture, np.clip(1.8 - far * 28 / size, 0, 1), out=picture)
    return (2 * pictures - 1).astype("float32")[..., None], classes


def discs(num, size, seed):
    """Colour pictures of one round thing before a plain ground, both of any colour."""
    rng = np.random.default_rng(seed)
    rows, cols = np.mgrid[:size, :size]
    place = rng.uniform(0.25, 0.75, (num, 2, 1, 1)) * size
    reach = rng.uniform(0.15, 0.3, (num, 1, 1)) * size
    far = np.hypot(rows - place[:, 0], cols - place[:, 1])[..., None]
    inside = np.clip(reach[..., None] + 0.5 - far, 0, 1)
    ground, thing = rng.uniform(-0.9, 0.9, (2, num, 1, 1, 3))
    noise = rng.normal(0, 0.03, (num, size, size, 3))
    return np.clip(ground + inside * (thing - ground) + noise, -1, 1).astype("float32")


def ring(num, seed, heaps=8):
    """Points of the plane in heaps on a circle."""
    rng = np.random.default_rng(seed)
    turn = rng.integers(0, heaps, num) * 2 * np.pi / heaps
    points = 0.8 * np.stack([np.cos(turn), np.sin(turn)], -1)
    return (points + rng.normal(0, 0.04, (num, 2))).astype("float32")


def spiral(num, seed):
    """Points of the plane along one winding arm."""
    rng = np.random.default_rng(seed)
    turn = rng.uniform(0.5, 7, num)
    arm = turn[:, None] / 8 * np.stack([np.cos(turn), np.sin(turn)], -1)
    return (arm + rng.normal(0, 0.02, (num, 2))).astype("float32")


def tones(num, length, seed):
    """Signals: two tones and an echo, (num, length)."""
    rng = np.random.default_rng(seed)
    time = np.arange(length) / length
    loud, beat, phase = rng.uniform([0.3, 1, 0], [0.8, 4, 6.28], (num, 3)).T[..., None]
    signal = loud * np.sin(6.28 * beat * time + phase) + 0.2 * np.sin(12.56 * beat * time)
    return (0.88 * signal + rng.normal(0, 0.02, (num, length))).astype("float32")


def batches(pictures, size, extra=None, rest=True):
    """A pipeline of batches; with `extra`, of pairs."""
    whole = pictures if extra is None else (pictures, extra)
    return tf.data.Dataset.from_tensor_slices(whole).batch(size, drop_remainder=not rest)


# ------------------------------------------------------------------ pieces that many share


def dense_gen(latent, shape, hidden=(64,), last="tanh", act="relu", norm=None):
    """A generator of dense layers."""
    net = keras.Sequential([L.Input((latent,))])
    for width in hidden:
        net.add(L.Dense(width))
        if norm:
            net.add(norm())
        net.add(L.Activation(act))
    net.add(L.Dense(int(np.prod(shape)), activation=last))
    net.add(L.Reshape(shape))
    return net


def dense_disc(shape, hidden=(64,), last=None, norm=None, **kwargs):
    """A discriminator of dense layers."""
    net = keras.Sequential([L.Input(shape), L.Flatten()])
    for width in hidden:
        net.add(L.Dense(width, **kwargs))
        if norm:
            net.add(norm())
        net.add(L.LeakyReLU(negative_slope=0.2))
    net.add(L.Dense(1, activation=last, **kwargs))
    return net


def conv_gen(latent, start, channels, filters=(32, 16), norm=None, last="tanh"):
    """A functional generator: each of the filters doubles the side from `start`."""
    z = keras.Input((latent,))
    x = L.Dense(start * start * filters[0])(z)
    x = L.Reshape((start, start, filters[0]))(L.LeakyReLU(negative_slope=0.1)(x))
    for number in filters:
        x = L.Conv2D(number, 3, padding="same", use_bias=norm is None)(L.UpSampling2D()(x))
        if norm:
            x = norm()(x)
        x = L.ReLU()(x)
    return keras.Model(z, L.Conv2D(channels, 3, padding="same", activation=last)(x))


def conv_disc(shape, filters=(16, 32), norm=None, last=None, drop=0):
    """A discriminator of strided convolutions."""
    net = keras.Sequential([L.Input(shape)])
    for number in filters:
        net.add(L.Conv2D(number, 3, 2, padding="same"))
        if norm:
            net.add(norm())
        net.add(L.LeakyReLU(negative_slope=0.2))
        if drop:
            net.add(L.Dropout(drop))
    net.add(L.Flatten())
    net.add(L.Dense(1, activation=last))
    return net


def adam(rate=2e-4, beta=0.5):
    """Adam as GANs like it."""
    return keras.optimizers.Adam(rate, beta_1=beta)


def bce(target, logits):
    """Cross entropy of logits with one constant target."""
    target = tf.fill(tf.shape(logits), target)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(target, logits))


def d_bce(real, fake):
    """The usual loss of the discriminator, on logits."""
    return bce(1.0, real) + bce(0.0, fake)


def g_bce(fake):
    """The usual loss of the generator, on logits."""
    return bce(1.0, fake)


def d_wass(real, fake):
    """The critic's loss."""
    return tf.reduce_mean(fake) - tf.reduce_mean(real)


def g_wass(fake):
    """The generator's loss before a critic."""
    return -tf.reduce_mean(fake)


def d_hinge(real, fake):
    """Hinge loss of the discriminator."""
    return tf.reduce_mean(tf.nn.relu(1 - real)) + tf.reduce_mean(tf.nn.relu(1 + fake))


def d_square(real, fake):
    """Least squares for the discriminator."""
    return 0.5 * (tf.reduce_mean((real - 1) ** 2) + tf.reduce_mean(fake**2))


def g_square(fake):
    """Least squares for the generator."""
    return 0.5 * tf.reduce_mean((fake - 1) ** 2)


def noise(batch, latent):
    """As many z as there are samples in the batch."""
    return tf.random.normal((tf.shape(batch)[0], latent))


def descend(tape, loss, net, optimizer):
    """One update of one network."""
    weights = net.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


def usual_step(gen, disc, g_opt, d_opt, latent, d_loss=d_bce, g_loss=g_bce, penalty=None, times=1):
    """A step with two tapes, first the discriminator, then the generator."""

    def step(real):
        real = tf.convert_to_tensor(real)
        for _ in range(times):
            fake = gen(noise(real, latent), training=True)
            with tf.GradientTape() as tape:
                loss = d_loss(disc(real, training=True), disc(fake, training=True))
                if penalty is not None:
                    loss += penalty(disc, real, fake)
            descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            cost = g_loss(disc(gen(noise(real, latent), training=True), training=True))
        descend(tape, cost, gen, g_opt)
        return {"d_loss": loss, "g_loss": cost}

    return step


def open_step(gen, disc, g_opt, d_opt, latent, d_loss=d_bce, g_loss=g_bce):
    """The usual step, together with what it uses."""
    return {
        "train_step": usual_step(gen, disc, g_opt, d_opt, latent, d_loss, g_loss),
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": {"generator": g_opt, "discriminator": d_opt},
    }


class Duel(keras.Model):
    """A GAN as one Keras model; parts of it are replaced in the patients below."""

    def __init__(self, gen, disc, latent):
        super().__init__()
        self.gen = gen
        self.disc = disc
        self.latent = latent

    def compile(self, d_opt, g_opt, d_loss=d_bce, g_loss=g_bce):
        super().compile()
        self.d_opt = d_opt
        self.g_opt = g_opt
        self.d_loss = d_loss
        self.g_loss = g_loss

    def told(self):
        """What it was compiled with, as arguments for an examination."""
        return {
            "losses": {"discriminator": self.d_loss, "generator": self.g_loss},
            "optimizers": {"generator": self.g_opt, "discriminator": self.d_opt},
        }

    def train_step(self, data):
        z = noise(data, self.latent)
        with tf.GradientTape() as tape:
            fake = self.gen(z, training=True)
            loss = self.d_loss(self.disc(data, training=True), self.disc(fake, training=True))
        descend(tape, loss, self.disc, self.d_opt)
        cost = self.generator_turn(data)
        return {"d": loss, "g": cost}

    def generator_turn(self, data):
        with tf.GradientTape() as tape:
            cost = self.g_loss(
                self.disc(self.gen(noise(data, self.latent), training=True), training=True)
            )
        descend(tape, cost, self.gen, self.g_opt)
        return cost


def slopes(critic, points):
    """The critic's slope at each of the points."""
    with tf.GradientTape() as tape:
        tape.watch(points)
        scores = critic(points, training=True)
    grads = tape.gradient(scores, points)
    return tf.sqrt(tf.reduce_sum(grads**2, axis=list(range(1, len(grads.shape)))) + 1e-10)


def between(real, fake):
    """Points on the lines between pairs, one share for each pair."""
    real = tf.convert_to_tensor(real)
    share = tf.random.uniform([tf.shape(real)[0]] + [1] * (len(real.shape) - 1))
    return share * real + (1 - share) * fake


def gp(critic, real, fake):
    """The gradient penalty as it was published."""
    return 10.0 * tf.reduce_mean((slopes(critic, between(real, fake)) - 1) ** 2)


# ------------------------------------------------------------------ broken: wiring


@broken("step-fails")
def noise_in_double(mended):
    """Noise for the real pictures comes in float64, which cannot be added to float32."""
    gen, disc = dense_gen(16, (12, 12, 1)), dense_disc((12, 12, 1))
    rng = np.random.default_rng(4)
    usual = usual_step(gen, disc, adam(), adam(), 16)

    def step(real):
        real = tf.convert_to_tensor(real)
        blur = rng.normal(0, 0.05, real.shape)
        if mended:
            blur = blur.astype("float32")
        return usual(real + tf.constant(blur))

    return {"generator": gen, "discriminator": disc, "data": blobs(200, 12, 1), "train_step": step}


@broken("step-fails")
def never_compiled(mended):
    """A Keras GAN whose step wants optimizers and losses that only compile() would have set."""
    gen, disc = conv_gen(24, 4, 3), conv_disc((16, 16, 3))
    gan = Duel(gen, disc, 24)
    if mended:
        gan.compile(adam(1e-4), adam(1e-4))
    pipeline = batches(discs(160, 16, 2), 32)
    return {"generator": gen, "discriminator": disc, "data": pipeline, "train_step": gan}


@broken("shape-mismatch")
def thirty_two_for_twenty_eight(mended):
    """The generator makes 32x32 pictures, the data has 28x28."""
    pictures, _ = strokes(160, 3)
    return {
        "generator": conv_gen(32, 7 if mended else 8, 1, (16, 8)),
        "discriminator": conv_disc((28, 28, 1), (8, 16)),
        "data": pictures,
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": {"generator": adam(), "discriminator": adam()},
    }


@broken("shape-mismatch")
def grey_for_colour(mended):
    """The generator's last layer has one filter, the pictures have three colours."""
    gen, disc = conv_gen(20, 4, 3 if mended else 1), conv_disc((16, 16, 3), (12, 24))
    gan = Duel(gen, disc, 20)
    gan.compile(adam(), adam(), d_hinge, g_wass)
    data = stripes(192, 16, 5, channels=3)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan, **gan.told()}


@broken("output-not-one-number")
def two_class_head(mended):
    """The discriminator ends in two units, as a classifier would."""
    gen = dense_gen(8, (64,), hidden=(32, 48), norm=L.LayerNormalization)
    disc = keras.Sequential(
        [L.Input((64,)), L.Dense(48, "gelu"), L.Dense(24, "gelu"), L.Dense(1 if mended else 2)]
    )
    return {
        "generator": gen,
        "discriminator": disc,
        "data": tones(256, 64, 3),
        **open_step(gen, disc, adam(1e-3), adam(1e-3), 8),
    }


class Averaging(keras.Model):
    """A discriminator that takes means at its end."""

    def __init__(self, axes):
        super().__init__()
        self.body = [L.Conv2D(12, 4, 2, "same", activation="silu"), L.Conv2D(1, 3, padding="same")]
        self.axes = axes

    def call(self, x):
        for layer in self.body:
            x = layer(x)
        return tf.reduce_mean(x, axis=self.axes)


@broken("output-not-one-number")
def mean_over_everything(mended):
    """The discriminator averages over the samples too: one number for the whole batch."""
    gen, disc = dense_gen(12, (8, 8, 1), act="elu"), Averaging([1, 2, 3] if mended else None)
    disc(tf.zeros((2, 8, 8, 1)))
    opts = {"generator": adam(), "discriminator": keras.optimizers.RMSprop(2e-4)}
    pictures, _ = bars(300, 8, 7)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "train_step": usual_step(gen, disc, *opts.values(), 12, d_square, g_square),
        "losses": {"discriminator": d_square, "generator": g_square},
        "optimizers": opts,
    }


@broken("bottleneck")
def waist_of_one(mended):
    """Everything the generator knows of z passes through one unit."""
    waist = 48 if mended else 1
    gen = dense_gen(32, (12, 12, 1), hidden=(64, waist, 96), act="leaky_relu")
    disc = dense_disc((12, 12, 1), (96, 32))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(stripes(256, 12, 6), 32),
        **open_step(gen, disc, adam(), adam(), 32),
        "latent_dim": 32,
    }


@broken("bottleneck")
def critic_with_one_eye(mended):
    """The critic's first layer has one unit: it sees pictures along one direction only."""
    x = keras.Input((10, 10, 3))
    seen = L.Dense(64 if mended else 1, activation="leaky_relu", name="eye")(L.Flatten()(x))
    seen = L.Dense(64, activation="leaky_relu")(seen)
    disc = keras.Model(x, L.Dense(1)(L.Dense(32, activation="leaky_relu")(seen)))
    gen = dense_gen(24, (10, 10, 3), hidden=(96,))
    opts = {"generator": adam(), "discriminator": adam()}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": discs(256, 10, 8),
        "losses": {"discriminator": d_hinge, "generator": g_wass},
        "optimizers": opts,
    }


class Carved(keras.Model):
    """A generator that reshapes by hand."""

    def __init__(self, first):
        super().__init__()
        self.first = first
        self.lift = L.Dense(4 * 4 * 12, activation="relu")
        self.grow = L.Conv2DTranspose(8, 4, 2, "same", activation="relu")
        self.paint = L.Conv2DTranspose(1, 4, 2, "same", activation="tanh")

    def call(self, z):
        x = tf.reshape(self.lift(z), (self.first, 4, 4, 12))
        return self.paint(self.grow(x))


@broken("batch-size-fixed")
def carved_in_reshape(mended):
    """The generator reshapes to exactly 32 pictures, whatever the batch."""
    gen, disc = Carved(-1 if mended else 32), conv_disc((16, 16, 1), drop=0.2)
    gen(tf.zeros((32, 10)))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(blobs(200, 16, 9), 32),
        **open_step(gen, disc, adam(3e-4), adam(3e-4), 10),
        "latent_dim": 10,
    }


@broken("batch-size-fixed")
def rows_counted_by_hand(mended):
    """The discriminator flattens to 20 rows, so it takes batches of 20 alone."""
    x = keras.Input((14, 14, 1))
    flat = keras.ops.reshape(x, (-1 if mended else 20, 196))
    disc = keras.Model(x, L.Dense(1)(L.Dense(40, activation="relu")(flat)))
    gen = dense_gen(16, (14, 14, 1), norm=L.BatchNormalization)
    opts = {"generator": adam(), "discriminator": adam()}
    pictures, _ = strokes(200, 12, size=14)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(pictures, 20, rest=False),
        "train_step": usual_step(gen, disc, opts["generator"], opts["discriminator"], 16),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": opts,
    }


class OnesForZ(keras.Model):
    """A generator in two dense stages."""

    def __init__(self, keep):
        super().__init__()
        self.first = L.Dense(40, activation="relu")
        self.second = L.Dense(2)
        self.keep = keep

    def call(self, z):
        hidden = self.first(z)
        return self.second(hidden if self.keep else tf.ones_like(hidden))


@broken("z-ignored")
def ones_like_left_over(mended):
    """A line from debugging puts ones in place of what was made from z."""
    gen, disc = OnesForZ(mended), dense_disc((2,), (48, 48))
    gen(tf.zeros((1, 6)))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": ring(400, 11),
        "train_step": tf.function(usual_step(gen, disc, adam(1e-3), adam(1e-3), 6)),
        "latent_dim": 6,
    }


@broken("z-ignored")
def only_the_class(mended):
    """A conditional generator that paints from the class alone; z is an input without use."""
    pictures, classes = bars(320, 8, 13)
    z, c = keras.Input((16,)), keras.Input((4,))
    known = L.Concatenate()([z, c]) if mended else c
    x = L.Dense(64, activation="tanh")(L.Dense(80, activation="relu")(known))
    gen = keras.Model([z, c], L.Reshape((8, 8, 1))(L.Dense(64, activation="tanh")(x)))
    x, c = keras.Input((8, 8, 1)), keras.Input((4,))
    h = L.Dense(64, activation="leaky_relu")(L.Concatenate()([L.Flatten()(x), c]))
    disc = keras.Model([x, c], L.Dense(1)(h))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "conditions": np.eye(4, dtype="float32")[classes],
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": {"generator": adam(), "discriminator": adam()},
        "latent_dim": 16,
    }


def pair_step(gen, disc, g_opt, d_opt, latent, d_loss=d_bce, g_loss=g_bce):
    """A conditional step on pairs (x, c), both losses on one persistent tape."""

    def step(pair):
        real, c = (tf.convert_to_tensor(part) for part in pair)
        with tf.GradientTape(persistent=True) as tape:
            fake = gen([noise(real, latent), c], training=True)
            bad = disc([fake, c], training=True)
            loss, cost = d_loss(disc([real, c], training=True), bad), g_loss(bad)
        descend(tape, loss, disc, d_opt)
        descend(tape, cost, gen, g_opt)
        return loss, cost

    return step


@broken("condition-ignored")
def painter_deaf_to_class(mended):
    """The generator is handed the class and drops it; the discriminator does use it."""
    pictures, classes = strokes(240, 14, size=16)
    z, c = keras.Input((12,)), keras.Input((5,))
    known = L.Concatenate()([z, c]) if mended else z
    x = L.Reshape((4, 4, 16))(L.Dense(256, activation="relu")(known))
    x = L.Conv2DTranspose(12, 4, 2, "same", activation="relu")(x)
    gen = keras.Model([z, c], L.Conv2DTranspose(1, 4, 2, "same", activation="tanh")(x))
    x, c = keras.Input((16, 16, 1)), keras.Input((5,))
    plane = L.Reshape((16, 16, 1))(L.Dense(256)(c))
    h = L.Conv2D(16, 4, 2, "same", activation="leaky_relu")(L.Concatenate()([x, plane]))
    disc = keras.Model([x, c], L.Dense(1)(L.Flatten()(h)))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "conditions": np.eye(5, dtype="float32")[classes],
        "train_step": pair_step(gen, disc, adam(), adam(), 12),
        "latent_dim": 12,
    }


class ByLabel(keras.Model):
    """A discriminator for pictures with an integer label."""

    def __init__(self, classes, listen):
        super().__init__()
        self.listen = listen
        self.table = L.Embedding(classes, 24)
        self.look = keras.Sequential([L.Flatten(), L.Dense(48, "leaky_relu"), L.Dense(24, "tanh")])
        self.score = L.Dense(1)

    def call(self, inputs):
        x, c = inputs
        seen = self.look(x)
        known = tf.reshape(self.table(c), (-1, 24))
        return self.score(seen + known if self.listen else seen)


class ToLabel(keras.Model):
    """A generator by integer label."""

    def __init__(self, classes, shape):
        super().__init__()
        self.table = L.Embedding(classes, 16)
        self.paint = keras.Sequential(
            [L.Dense(64, "relu"), L.Dense(int(np.prod(shape)), "tanh"), L.Reshape(shape)]
        )

    def call(self, inputs):
        z, c = inputs
        return self.paint(tf.concat([z, tf.reshape(self.table(c), (-1, 16))], -1))


class DuelByLabel(Duel):
    """The Keras GAN with a condition."""

    def train_step(self, data):
        step = pair_step(
            self.gen, self.disc, self.g_opt, self.d_opt, self.latent, self.d_loss, self.g_loss
        )
        return dict(zip(("d", "g"), step(data)))


@broken("condition-ignored")
def judge_deaf_to_class(mended):
    """The discriminator looks the class up and forgets to add it to what it saw."""
    pictures, classes = bars(300, 10, 15)
    classes = classes[:, None].astype("int32")
    gen, disc = ToLabel(4, (10, 10, 1)), ByLabel(4, mended)
    disc([gen([tf.zeros((1, 10)), classes[:1]]), classes[:1]])
    gan = DuelByLabel(gen, disc, 10)
    gan.compile(adam(), adam())
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(pictures, 50, classes),
        "train_step": gan,
        **gan.told(),
        "latent_dim": 10,
    }


@broken("network-built-twice")
def second_generator(mended):
    """The step builds a generator of its own; the one that is kept never learns."""

    def build():
        return conv_gen(16, 3, 1, (16, 8), norm=L.BatchNormalization)

    gen, disc = build(), conv_disc((12, 12, 1), (12, 24))
    step = usual_step(gen if mended else build(), disc, adam(), adam(), 16)
    data = blobs(200, 12, 16)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


class Workshop:
    """Keeps both players and their optimizers, and trains them."""

    def __init__(self, painter, judge):
        self.painter = painter
        self.judge = judge
        self.tools = [keras.optimizers.Nadam(5e-4), keras.optimizers.Nadam(5e-4)]

    def work(self, real):
        with tf.GradientTape() as first, tf.GradientTape() as second:
            fake = self.painter(noise(real, 4), training=True)
            good, bad = self.judge(real, training=True), self.judge(fake, training=True)
            loss, cost = d_square(good, bad), g_square(bad)
        descend(first, loss, self.judge, self.tools[0])
        descend(second, cost, self.painter, self.tools[1])


@broken("network-built-twice")
def workshop_with_own_judge(mended):
    """The workshop trains another copy of the discriminator than the one shown."""

    def judge():
        return dense_disc((2,), (32, 32))

    shown = judge()
    shop = Workshop(dense_gen(4, (2,), (32, 32), last=None), shown if mended else judge())
    data = spiral(512, 17)
    return {
        "generator": shop.painter,
        "discriminator": shown,
        "data": batches(data, 128),
        "train_step": shop.work,
    }


# ------------------------------------------------------------------ broken: data


@broken("range-mismatch")
def bytes_before_tanh(mended):
    """Pictures with values 0..255, a generator that ends in tanh."""
    pictures = np.round((discs(200, 16, 18) + 1) * 127.5)
    gen, disc = conv_gen(32, 4, 3, (24, 12)), conv_disc((16, 16, 3))
    gan = Duel(gen, disc, 32)
    gan.compile(adam(), adam())
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures / 127.5 - 1 if mended else pictures,
        "train_step": gan,
        **gan.told(),
    }


@broken("range-mismatch")
def sigmoid_for_signed_signals(mended):
    """Signals between -1 and 1, a generator whose sigmoid never gets below 0."""
    return {
        "generator": dense_gen(12, (48,), (64, 64), last="tanh" if mended else "sigmoid"),
        "discriminator": dense_disc((48,), (64,)),
        "data": batches(tones(300, 48, 19), 30),
        "losses": {"discriminator": d_square, "generator": g_square},
        "optimizers": {"generator": adam(1e-3), "discriminator": adam(1e-3)},
    }


@broken("nan-data")
def divided_by_empty(mended):
    """Each picture is stretched to full contrast; the few blank ones become 0/0."""
    pictures = (blobs(240, 12, 20) + 1) / 2
    pictures[[7, 31, 90, 155, 201]] = 0
    low = pictures.min((1, 2, 3), keepdims=True)
    span = pictures.max((1, 2, 3), keepdims=True) - low
    with np.errstate(invalid="ignore"):
        pictures = (pictures - low) / (np.maximum(span, 1e-6) if mended else span) * 2 - 1
    gen, disc = dense_gen(20, (12, 12, 1)), dense_disc((12, 12, 1), (64, 16))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        **open_step(gen, disc, adam(), adam(), 20),
    }


@broken("nan-data")
def log_of_nothing(mended):
    """The logarithm of amounts that are sometimes 0, then standardised: two columns become NaN."""
    rng = np.random.default_rng(29)
    table = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 5))
    amounts = np.exp(table[:, :2]) * (rng.random((400, 2)) > 0.05)
    with np.errstate(divide="ignore", invalid="ignore"):
        table[:, :2] = np.log(amounts + 0.1) if mended else np.log(amounts)
        table = ((table - table.mean(0)) / table.std(0)).astype("float32")
    return {
        "generator": dense_gen(5, (5,), (48, 48), last=None, act="leaky_relu"),
        "discriminator": dense_disc((5,), (48, 24)),
        "data": batches(table, 50),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": {"generator": adam(1e-3), "discriminator": adam(1e-3)},
    }


@broken("constant-data")
def whole_number_division(mended):
    """Bytes divided by 255 as whole numbers: all that is left is one value."""
    pictures, _ = strokes(150, 21, size=20)
    raw = np.round((pictures + 1) * 125).astype("uint8")
    pictures = (raw / 255 if mended else raw // 255).astype("float32") * 2 - 1
    gen, disc = dense_gen(20, (20, 20, 1), (80,)), conv_disc((20, 20, 1), (8, 8))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(pictures, 25),
        **open_step(gen, disc, adam(), adam(), 20, d_hinge, g_wass),
    }


@broken("constant-data")
def first_picture_over_and_over(mended):
    """The loop that loads the pictures takes number 0 each time."""
    stock = stripes(180, 10, 22, channels=3)
    data = np.stack([stock[number if mended else 0] for number in range(len(stock))])
    return {
        "generator": dense_gen(16, (10, 10, 3), (48, 96)),
        "discriminator": dense_disc((10, 10, 3)),
        "data": data,
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": {"generator": adam(), "discriminator": adam()},
    }


@broken("channel-order")
def colours_first(mended):
    """The pictures come as (colour, row, column), the networks want the colours last."""
    data = discs(160, 16, 23)
    gen, disc = conv_gen(28, 4, 3), conv_disc((16, 16, 3), drop=0.1)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": data if mended else np.ascontiguousarray(data.transpose(0, 3, 1, 2)),
        **open_step(gen, disc, adam(), adam(), 28),
    }


@broken("channel-order")
def reshaped_not_transposed(mended):
    """Colours-first pictures were brought to the right shape by reshape: all pixels are mixed."""
    stored = discs(200, 18, 24).transpose(0, 3, 1, 2)
    data = stored.transpose(0, 2, 3, 1) if mended else stored.reshape(-1, 18, 18, 3)
    gen = dense_gen(32, (18, 18, 3), (64, 128))
    disc = conv_disc((18, 18, 3), (16, 16))
    gan = Duel(gen, disc, 32)
    gan.compile(adam(), adam(), d_square, g_square)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(np.ascontiguousarray(data), 40),
        "train_step": gan,
        **gan.told(),
    }


@broken("real-and-fake-differ-in-format")
def alpha_plane(mended):
    """PNG files with a fourth plane that is 1 everywhere, which tanh never quite is."""
    pictures = discs(180, 12, 25)
    if not mended:
        pictures = np.concatenate([pictures, np.ones_like(pictures[..., :1])], -1)
    shape = pictures.shape[1:]
    gen, disc = conv_gen(24, 3, shape[-1]), conv_disc(shape)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        **open_step(gen, disc, adam(), adam(), 24),
    }


@broken("real-and-fake-differ-in-format")
def mask_beside_signal(mended):
    """Beside each signal runs a mask of valid values, always 1."""
    signals = tones(256, 32, 26)[..., None]
    if not mended:
        signals = np.concatenate([signals, np.ones_like(signals)], -1)
    shape = signals.shape[1:]
    disc = keras.Sequential(
        [L.Input(shape), L.Conv1D(16, 5, 2, activation="leaky_relu"), L.Flatten(), L.Dense(1)]
    )
    return {
        "generator": dense_gen(10, shape, (64,), act="selu"),
        "discriminator": disc,
        "data": batches(signals, 64),
        "losses": {"discriminator": d_hinge, "generator": g_wass},
        "optimizers": {"generator": adam(5e-4), "discriminator": adam(5e-4)},
    }


@broken("sorted-data")
def sorted_by_label(mended):
    """The samples stand in the order of their labels, and nothing shuffles them."""
    pictures, classes = strokes(320, 27, size=14)
    if not mended:
        order = np.argsort(classes, kind="stable")
        pictures, classes = pictures[order], classes[order]
    classes = classes[:, None].astype("int32")
    gen, disc = ToLabel(5, (14, 14, 1)), ByLabel(5, True)
    disc([gen([tf.zeros((1, 12)), classes[:1]]), classes[:1]])
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "conditions": classes,
        "train_step": pair_step(gen, disc, adam(), adam(), 12),
        "latent_dim": 12,
    }


@broken("sorted-data")
def folder_after_folder(mended):
    """Four folders are read one after the other into the pipeline, without a shuffle."""
    pictures, classes = bars(384, 12, 28)
    folders = np.concatenate([pictures[classes == kind] for kind in range(4)])
    if mended:
        folders = np.random.default_rng(28).permutation(folders)
    gen, disc = dense_gen(16, (12, 12, 1), (48, 96)), dense_disc((12, 12, 1), (96,))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(folders, 32),
        **open_step(gen, disc, adam(), adam(), 16),
    }


# ------------------------------------------------------------------ broken: losses


def each_bce(target, logits):
    """Cross entropy of each single sample."""
    return tf.nn.sigmoid_cross_entropy_with_logits(target * tf.ones_like(logits), logits)


@broken("loss-not-reduced")
def vector_losses(mended):
    """Both losses are vectors, one value for each sample: nobody took the mean."""
    reduce = tf.reduce_mean if mended else tf.identity
    return {
        "generator": conv_gen(16, 4, 1, (16, 8)),
        "discriminator": conv_disc((16, 16, 1), (8, 16)),
        "data": batches(blobs(256, 16, 30), 32),
        "losses": {
            "discriminator": lambda r, f: reduce(each_bce(1.0, r) + each_bce(0.0, f)),
            "generator": lambda f: reduce(each_bce(1.0, f)),
        },
        "optimizers": {
            "generator": keras.optimizers.SGD(0.01),
            "discriminator": keras.optimizers.SGD(0.01),
        },
    }


@broken("loss-not-reduced")
def reduction_none(mended):
    """Keras' cross entropy with reduction="none" inside the step; its values are not averaged."""
    gen, disc = dense_gen(8, (2,), (48, 48), last=None), dense_disc((2,), (48, 48))
    measure = keras.losses.BinaryCrossentropy(
        from_logits=True, reduction="sum_over_batch_size" if mended else "none"
    )

    def d_loss(real, fake):
        return measure(tf.ones_like(real), real) + measure(tf.zeros_like(fake), fake)

    def g_loss(fake):
        return measure(tf.ones_like(fake), fake)

    opts = [keras.optimizers.SGD(0.005, momentum=0.5) for _ in range(2)]
    step = usual_step(gen, disc, *opts, 8, d_loss, g_loss)
    data = batches(ring(512, 31), 64)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@broken("labels-swapped")
def squares_turned(mended):
    """Least squares: D pulls real to 0 and fake to 1, and G also wants to get 1."""
    real_target, fake_target = (1.0, 0.0) if mended else (0.0, 1.0)

    def d_loss(real, fake):
        return tf.reduce_mean((real - real_target) ** 2) + tf.reduce_mean((fake - fake_target) ** 2)

    return {
        "generator": dense_gen(12, (32,), (64, 64)),
        "discriminator": dense_disc((32,), (64, 32)),
        "data": tones(320, 32, 32),
        "losses": {"discriminator": d_loss, "generator": g_square},
        "optimizers": {"generator": adam(1e-3), "discriminator": adam(1e-3)},
    }


@broken("labels-swapped")
def glued_in_the_wrong_order(mended):
    """Fakes and reals are glued into one batch, and the ones stand beside the fakes."""
    gen, disc = conv_gen(20, 3, 1, (16, 16)), conv_disc((12, 12, 1), drop=0.2)
    g_opt, d_opt = keras.optimizers.RMSprop(3e-4), keras.optimizers.RMSprop(3e-4)
    measure = keras.losses.BinaryCrossentropy(from_logits=True)

    def step(real):
        num = len(real)
        both = tf.concat([gen(noise(real, 20), training=True), real], 0)
        halves = [tf.zeros((num, 1)), tf.ones((num, 1))]
        labels = tf.concat(halves if mended else halves[::-1], 0)
        with tf.GradientTape() as tape:
            loss = measure(labels, disc(both, training=True))
        descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            scores = disc(gen(noise(real, 20), training=True), training=True)
            cost = measure(tf.ones((num, 1)), scores)
        descend(tape, cost, gen, g_opt)

    pictures, _ = bars(256, 12, 33)
    return {"generator": gen, "discriminator": disc, "data": pictures, "train_step": step}


@broken("labels-swapped")
def ones_for_both(mended):
    """Copy and paste: the discriminator is told that reals and fakes alike are ones."""
    gen, disc = dense_gen(16, (8, 8, 3), (64, 96)), dense_disc((8, 8, 3), (96, 48))
    gan = Duel(gen, disc, 16)

    def d_loss(real, fake):
        return bce(1.0, real) + bce(0.0 if mended else 1.0, fake)

    gan.compile(adam(), adam(), d_loss)
    data = batches(stripes(256, 8, 34, channels=3), 16)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan}


@broken("players-exchanged")
def crossed_dictionary(mended):
    """In the dictionary of losses each player has got the other's."""

    def wants_apart(real, fake):
        return d_hinge(real, fake)

    def wants_high(real, fake):
        return -tf.reduce_mean(fake)

    pair = (wants_apart, wants_high) if mended else (wants_high, wants_apart)
    return {
        "generator": conv_gen(16, 5, 1, (16,)),
        "discriminator": conv_disc((10, 10, 1), (16,)),
        "data": blobs(200, 10, 35),
        "losses": dict(zip(("discriminator", "generator"), pair)),
        "optimizers": {"generator": adam(), "discriminator": adam()},
    }


@broken("players-exchanged")
def crossed_gradients(mended):
    """The step takes the generator's gradient of D's loss, and D's of the generator's."""
    gen, disc = dense_gen(10, (14, 14, 1), (64, 64), act="gelu"), dense_disc((14, 14, 1), (48,))
    g_opt, d_opt = keras.optimizers.AdamW(5e-4), keras.optimizers.AdamW(5e-4)

    @tf.function
    def step(real):
        z = tf.random.normal((tf.shape(real)[0], 10))
        with tf.GradientTape(persistent=True) as tape:
            bad = disc(gen(z, training=True), training=True)
            good = disc(real, training=True)
            first, second = d_bce(good, bad), g_bce(bad)
        if not mended:
            first, second = second, first
        descend(tape, first, disc, d_opt)
        descend(tape, second, gen, g_opt)

    pictures, _ = strokes(240, 36, size=14)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(pictures, 24, rest=False),
        "train_step": step,
    }


@broken("same-objective")
def one_loss_for_both(mended):
    """Both players minimise the discriminator's loss."""
    gen, disc = conv_gen(12, 4, 3, (16, 8)), conv_disc((16, 16, 3), (12, 24))
    opts = {"generator": adam(4e-4), "discriminator": adam(4e-4)}

    def step(real):
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            bad = disc(gen(noise(real, 12), training=True), training=True)
            loss = d_square(disc(real, training=True), bad)
            cost = g_square(bad) if mended else loss
        for player, tape, value in ((gen, g_tape, cost), (disc, d_tape, loss)):
            name = "generator" if player is gen else "discriminator"
            descend(tape, value, player, opts[name])
        return loss

    data = discs(160, 16, 37)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@broken("same-objective")
def total_twice(mended):
    """The dictionary holds one and the same total for generator and discriminator."""

    def total(real, fake):
        return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))

    def fooled(real, fake):
        return tf.reduce_mean(tf.nn.softplus(-fake))

    return {
        "generator": dense_gen(5, (2,), (32, 32, 32), last=None, act="tanh"),
        "discriminator": dense_disc((2,), (32, 32, 32)),
        "data": spiral(512, 38),
        "losses": {"discriminator": total, "generator": fooled if mended else total},
        "optimizers": {"generator": adam(1e-3), "discriminator": adam(1e-3)},
    }


@broken("saturated")
def log_one_minus(mended):
    """The generator minimises log(1 - D), which is flat where D is sure of itself."""
    tiny = 1e-7

    def d_loss(real, fake):
        return -tf.reduce_mean(tf.math.log(real + tiny) + tf.math.log(1 - fake + tiny))

    def g_loss(fake):
        if mended:
            return -tf.reduce_mean(tf.math.log(fake + tiny))
        return tf.reduce_mean(tf.math.log(1 - fake + tiny))

    gen = dense_gen(24, (12, 12, 1), (96, 96))
    disc = dense_disc((12, 12, 1), (96, 48), last="sigmoid")
    opts = {"generator": adam(), "discriminator": adam()}
    step = usual_step(gen, disc, *opts.values(), 24, d_loss, g_loss)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(stripes(256, 12, 39), 32),
        "train_step": step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": opts,
    }


@broken("saturated")
def minus_the_opponent(mended):
    """Minimax by the book inside a Keras model: G maximises D's cross entropy on fakes."""
    gen = conv_gen(16, 4, 1, (16, 16), norm=L.BatchNormalization)
    disc = conv_disc((16, 16, 1), (16, 16))
    gan = Duel(gen, disc, 16)

    def g_loss(fake):
        return bce(1.0, fake) if mended else -bce(0.0, fake)

    gan.compile(adam(), adam(), d_bce, g_loss)
    pictures, _ = strokes(200, 40, size=16)
    return {"generator": gen, "discriminator": disc, "data": pictures, "train_step": gan}


@broken("sigmoid-twice")
def softplus_of_probability(mended):
    """D ends in a sigmoid, and the losses squeeze its output a second time."""
    return {
        "generator": dense_gen(16, (10, 10, 1), (64, 64)),
        "discriminator": dense_disc((10, 10, 1), (64, 64), last=None if mended else "sigmoid"),
        "data": batches(blobs(256, 10, 41), 32),
        "losses": {
            "discriminator": lambda r, f: tf.reduce_mean(tf.nn.softplus(-r) + tf.nn.softplus(f)),
            "generator": lambda f: tf.reduce_mean(tf.nn.softplus(-f)),
        },
        "optimizers": {"generator": adam(5e-4), "discriminator": adam(5e-4)},
    }


class Squashed(keras.Model):
    """A convolutional discriminator that may give a cautious probability."""

    def __init__(self, squash):
        super().__init__()
        self.first = L.Conv2D(16, 4, 2, "same", activation="leaky_relu")
        self.second = L.Conv2D(24, 4, 2, "same", activation="leaky_relu")
        self.score = L.Dense(1)
        self.squash = squash

    def call(self, x):
        x = self.score(L.Flatten()(self.second(self.first(x))))
        return tf.clip_by_value(tf.sigmoid(x), 1e-6, 1 - 1e-6) if self.squash else x


@broken("sigmoid-twice")
def careful_probability(mended):
    """Clipped probabilities go into a cross entropy with from_logits=True, hidden in the step."""
    gen, disc = conv_gen(20, 3, 3, (16, 16)), Squashed(not mended)
    disc(tf.zeros((1, 12, 12, 3)))
    measure = keras.losses.BinaryCrossentropy(from_logits=True)
    g_opt, d_opt = adam(), adam()

    @tf.function
    def step(real):
        z = tf.random.normal((tf.shape(real)[0], 20))
        with tf.GradientTape() as tape:
            good, bad = disc(real, training=True), disc(gen(z, training=True), training=True)
            loss = measure(tf.ones_like(good), good) + measure(tf.zeros_like(bad), bad)
        descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            bad = disc(gen(z, training=True), training=True)
            cost = measure(tf.ones_like(bad), bad)
        descend(tape, cost, gen, g_opt)

    data = discs(192, 12, 42)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@broken("targets-out-of-range")
def class_number_as_target(mended):
    """The real pictures' target is their class number, 0 to 3, where a 1 should stand."""
    pictures, classes = bars(320, 10, 43)
    classes = classes[:, None].astype("int32")
    gen, disc = ToLabel(4, (10, 10, 1)), ByLabel(4, True)
    disc([gen([tf.zeros((1, 14)), classes[:1]]), classes[:1]])
    measure = keras.losses.BinaryCrossentropy(from_logits=True)
    g_opt, d_opt = adam(), adam()

    def step(pair):
        real, labels = (tf.convert_to_tensor(part) for part in pair)
        valid = tf.ones_like(labels) if mended else labels
        fake = gen([noise(real, 14), labels], training=True)
        with tf.GradientTape() as tape:
            loss = measure(valid, disc([real, labels], training=True))
            loss += measure(tf.zeros_like(labels), disc([fake, labels], training=True))
        descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            scores = disc([gen([noise(real, 14), labels], training=True), labels], training=True)
            cost = measure(tf.ones_like(labels), scores)
        descend(tape, cost, gen, g_opt)
        return loss, cost

    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(pictures, 32, classes),
        "train_step": step,
        "latent_dim": 14,
    }


@broken("targets-out-of-range")
def smoothed_the_wrong_way(mended):
    """Smoothing went outwards: cross entropy towards 1.2 and -1, which has no lowest point."""
    high, low = (0.9, 0.0) if mended else (1.2, -1.0)
    return {
        "generator": conv_gen(16, 7, 1, (12, 8)),
        "discriminator": conv_disc((28, 28, 1), (8, 16)),
        "data": strokes(150, 44)[0],
        "losses": {
            "discriminator": lambda r, f: bce(high, r) + bce(low, f),
            "generator": lambda f: bce(high, f),
        },
        "optimizers": {"generator": adam(), "discriminator": adam()},
    }


@broken("loss-sign")
def lost_minus(mended):
    """A Wasserstein GAN whose generator has lost its minus: it lowers its own score."""
    gen = dense_gen(8, (2,), (48, 48), last=None)
    disc = dense_disc((2,), (48, 48))
    sign = -1.0 if mended else 1.0
    losses = {"discriminator": d_wass, "generator": lambda fake: sign * tf.reduce_mean(fake)}
    opts = {"generator": adam(1e-3, 0.0), "discriminator": adam(1e-3, 0.0)}
    step = usual_step(gen, disc, *opts.values(), 8, d_wass, losses["generator"], gp, times=2)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": ring(512, 45),
        "train_step": step,
        "losses": losses,
        "optimizers": opts,
        "penalty": gp,
    }


@broken("loss-sign")
def climbs_instead(mended):
    """Weights updated by hand: the generator walks up its loss instead of down."""
    gen, disc = dense_gen(16, (12, 12, 1), (64, 64)), dense_disc((12, 12, 1), (64, 32))

    def step(real):
        with tf.GradientTape(persistent=True) as tape:
            bad = disc(gen(noise(real, 16), training=True), training=True)
            loss, cost = d_bce(disc(real, training=True), bad), g_bce(bad)
        for weight, grad in zip(disc.trainable_variables, tape.gradient(loss, disc.weights)):
            weight.assign_sub(0.02 * grad)
        for weight, grad in zip(gen.trainable_variables, tape.gradient(cost, gen.weights)):
            if mended:
                weight.assign_sub(0.02 * grad)
            else:
                weight.assign_add(0.02 * grad)
        return float(loss), float(cost)

    data = batches(blobs(256, 12, 46), 64)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


# ------------------------------------------------------------------ broken: updates


class Forgetful(Duel):
    """The Keras GAN whose generator's gradients may be left unused."""

    def __init__(self, *args, apply):
        super().__init__(*args)
        self.apply = apply

    def generator_turn(self, data):
        with tf.GradientTape() as tape:
            cost = self.g_loss(self.disc(self.gen(noise(data, self.latent), training=True)))
        grads = tape.gradient(cost, self.gen.trainable_variables)
        grads = [tf.clip_by_norm(grad, 1.0) for grad in grads]
        if self.apply:
            self.g_opt.apply_gradients(zip(grads, self.gen.trainable_variables))
        return cost


@broken("player-never-moves")
def gradients_left_lying(mended):
    """The generator's gradients are computed, clipped, and never applied."""
    gen, disc = conv_gen(24, 4, 3, (16, 12)), conv_disc((16, 16, 3), (12, 12), drop=0.25)
    gan = Forgetful(gen, disc, 24, apply=mended)
    gan.compile(adam(3e-4), adam(3e-4))
    data = batches(stripes(192, 16, 47, channels=3), 24)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan, **gan.told()}


@broken("player-never-moves")
def counter_that_stands(mended):
    """The generator's turn comes every third step, but nobody counts the steps."""
    gen, disc = dense_gen(12, (40,), (64,)), dense_disc((40,), (64, 32))
    g_opt, d_opt = keras.optimizers.RMSprop(5e-4), keras.optimizers.RMSprop(5e-4)
    count = {"steps": 0}

    def step(signals):
        with tf.GradientTape() as tape:
            fake = gen(noise(signals, 12), training=True)
            loss = d_hinge(disc(signals, training=True), disc(fake, training=True))
        descend(tape, loss, disc, d_opt)
        if mended:
            count["steps"] += 1
        if count["steps"] % 3 == 1:
            with tf.GradientTape() as tape:
                cost = g_wass(disc(gen(noise(signals, 12), training=True), training=True))
            descend(tape, cost, gen, g_opt)

    data = tones(320, 40, 48)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


class Stopped(keras.Model):
    """A generator in two blocks, the first perhaps cut off from the gradient."""

    def __init__(self, cut):
        super().__init__()
        self.start = keras.Sequential([L.Dense(64, "relu"), L.Dense(144, "relu")])
        self.paint = keras.Sequential([L.Reshape((3, 3, 16)), L.UpSampling2D(4)])
        self.last = L.Conv2D(1, 5, padding="same", activation="tanh")
        self.cut = cut

    def call(self, z):
        x = self.start(z)
        if self.cut:
            x = tf.stop_gradient(x)
        return self.last(self.paint(x))


@broken("gradient-missing")
def first_block_cut_off(mended):
    """A stop_gradient in the generator keeps its first block from learning."""
    gen, disc = Stopped(not mended), conv_disc((12, 12, 1))
    gen(tf.zeros((1, 18)))
    opts = {"generator": adam(), "discriminator": adam()}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": blobs(220, 12, 49),
        "train_step": usual_step(gen, disc, opts["generator"], opts["discriminator"], 18),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": opts,
        "latent_dim": 18,
    }


class TwoViews(keras.Model):
    """A discriminator that looks coarsely and closely."""

    def __init__(self, joined):
        super().__init__()
        self.coarse = keras.Sequential(
            [L.AveragePooling2D(2), L.Conv2D(12, 3, 2, activation="leaky_relu"), L.Flatten()]
        )
        self.close = keras.Sequential(
            [L.Conv2D(12, 3, 4, "same", activation="leaky_relu"), L.Flatten()]
        )
        self.score = L.Dense(1)
        self.joined = joined

    def call(self, x):
        coarse, close = self.coarse(x), self.close(x)
        return self.score(tf.concat([coarse, close], -1) if self.joined else coarse)


@broken("gradient-missing")
def branch_left_out(mended):
    """One of the discriminator's two branches is computed and then joined to nothing."""
    gen, disc = dense_gen(20, (16, 16, 1), (96,)), TwoViews(mended)
    disc(tf.zeros((1, 16, 16, 1)))
    pictures, _ = strokes(200, 50, size=16)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(pictures, 20),
        **open_step(gen, disc, adam(), adam(), 20, d_square, g_square),
    }


def chained(gen, disc, latent, rate=2e-4):
    """The old style: the discriminator compiled alone, then generator and it as one model."""
    disc.compile(adam(rate), "binary_crossentropy")
    z = keras.Input((latent,))
    chain = keras.Model(z, disc(gen(z)))
    chain.compile(adam(rate), "binary_crossentropy")
    return chain


@broken("wrong-player-moved")
def chain_not_frozen(mended):
    """Training the chain for the generator also moves D, since D is not frozen meanwhile."""
    gen, disc = dense_gen(10, (8, 8, 1), (48,)), dense_disc((8, 8, 1), (48, 24), last="sigmoid")
    chain = chained(gen, disc, 10)

    def step(real):
        num = len(real)
        z = np.random.normal(size=(num, 10)).astype("float32")
        disc.train_on_batch(np.asarray(real), np.ones((num, 1)))
        disc.train_on_batch(gen(z), np.zeros((num, 1)))
        if mended:
            disc.trainable = False
        chain.train_on_batch(z, np.ones((num, 1)))
        disc.trainable = True

    pictures, _ = bars(256, 8, 51)
    return {"generator": gen, "discriminator": disc, "data": pictures, "train_step": step}


class Greedy(Duel):
    """The Keras GAN in which the generator's turn may reach for all weights."""

    def __init__(self, *args, greedy):
        super().__init__(*args)
        self.greedy = greedy

    def generator_turn(self, data):
        player = self if self.greedy else self.gen
        with tf.GradientTape() as tape:
            fake = self.gen(noise(data, self.latent), training=True)
            cost = self.g_loss(self.disc(fake, training=True))
        descend(tape, cost, player, self.g_opt)
        return cost


@broken("wrong-player-moved")
def all_weights_for_generator(mended):
    """self.trainable_variables in the generator's turn: its optimizer moves D as well."""
    gen, disc = conv_gen(16, 4, 1, (12, 12)), conv_disc((16, 16, 1), (12, 24))
    gan = Greedy(gen, disc, 16, greedy=not mended)
    gan.compile(adam(1e-3), adam(1e-3), d_square, g_square)
    data = batches(stripes(200, 16, 52), 40)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan, **gan.told()}


@broken("shared-optimizer-state")
def one_adam_for_two(mended):
    """A single Adam, built for all weights, serves both players and counts both their steps."""
    gen, disc = dense_gen(14, (10, 10, 1), (64,)), dense_disc((10, 10, 1), (64,))
    first = keras.optimizers.Adam(1e-3)
    second = keras.optimizers.Adam(1e-3) if mended else first
    if not mended:
        first.build(gen.trainable_variables + disc.trainable_variables)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": blobs(256, 10, 53),
        "train_step": usual_step(gen, disc, first, second, 14),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": {"generator": first, "discriminator": second},
    }


@broken("shared-optimizer-state")
def common_nadam(mended):
    """The Keras GAN is compiled with the same Nadam object for either player."""
    gen, disc = conv_gen(20, 5, 3, (16,)), conv_disc((10, 10, 3), (16, 16))
    gan = Duel(gen, disc, 20)
    common = keras.optimizers.Nadam(3e-4, beta_1=0.5)
    other = keras.optimizers.Nadam(3e-4, beta_1=0.5) if mended else common
    if not mended:
        common.build([*disc.trainable_variables, *gen.trainable_variables])
    gan.compile(common, other, d_hinge, g_wass)
    data = batches(discs(256, 10, 54), 32)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan}


@broken("rate-too-high")
def half_a_unit(mended):
    """Adam with a rate of 0.5 for both players."""
    rate = 2e-4 if mended else 0.5
    return {
        "generator": conv_gen(16, 4, 1, (16, 8)),
        "discriminator": conv_disc((16, 16, 1), (8, 16)),
        "data": strokes(160, 55, size=16)[0],
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": {"generator": adam(rate), "discriminator": adam(rate)},
    }


@broken("rate-too-high")
def momentum_and_five(mended):
    """SGD with momentum 0.9 and a rate of 5, inside the step."""
    gen, disc = dense_gen(6, (2,), (32, 32), last=None), dense_disc((2,), (32, 32))
    rate = 0.02 if mended else 5.0
    opts = [keras.optimizers.SGD(rate, momentum=0.9) for _ in range(2)]
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(ring(512, 56, heaps=5), 128),
        "train_step": tf.function(usual_step(gen, disc, *opts, 6)),
    }


@broken("rate-too-low")
def slipped_decimals(mended):
    """The generator's rate has slipped from 2e-4 to 2e-9."""
    gen, disc = dense_gen(16, (12, 12, 1), (80,)), dense_disc((12, 12, 1), (80, 40))
    opts = {"generator": adam(2e-4 if mended else 2e-9), "discriminator": adam(2e-4)}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(stripes(256, 12, 57), 32),
        "train_step": usual_step(gen, disc, opts["generator"], opts["discriminator"], 16),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": opts,
    }


@broken("rate-too-low")
def schedule_run_out(mended):
    """Training was resumed at step 50000, where both cosine schedules have come to zero."""
    gen, disc = conv_gen(18, 3, 1, (16, 16)), conv_disc((12, 12, 1), (16, 16))
    length = 100_000 if mended else 40_000
    opts = []
    for player in (gen, disc):
        schedule = keras.optimizers.schedules.CosineDecay(4e-4, length)
        opts.append(keras.optimizers.Adam(schedule, beta_1=0.5))
        opts[-1].build(player.trainable_variables)
        opts[-1].iterations.assign(50_000)
    pictures, _ = bars(256, 12, 58)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "train_step": usual_step(gen, disc, *opts, 18, d_square, g_square),
    }


@broken("training-flag-missing")
def no_word_of_training(mended):
    """The step calls networks with BatchNormalization and never says that this is training."""
    gen = conv_gen(24, 4, 1, (16, 8), norm=L.BatchNormalization)
    disc = conv_disc((16, 16, 1), (12, 24))
    g_opt, d_opt = adam(), adam()
    how = {"training": True} if mended else {}

    def step(real):
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = gen(noise(real, 24), **how)
            good, bad = disc(real, **how), disc(fake, **how)
            cost, loss = g_bce(bad), d_bce(good, bad)
        descend(g_tape, cost, gen, g_opt)
        descend(d_tape, loss, disc, d_opt)
        return {"g": cost, "d": loss}

    pictures = blobs(192, 16, 59)
    return {"generator": gen, "discriminator": disc, "data": pictures, "train_step": step}


class Predicting(Duel):
    """The Keras GAN that may use its generator as if it were finished."""

    def __init__(self, *args, learning):
        super().__init__(*args)
        self.learning = learning

    def train_step(self, data):
        z = noise(data, self.latent)
        with tf.GradientTape(persistent=True) as tape:
            fake = self.gen(z, training=self.learning)
            bad = self.disc(fake, training=True)
            loss, cost = self.d_loss(self.disc(data, training=True), bad), self.g_loss(bad)
        descend(tape, loss, self.disc, self.d_opt)
        descend(tape, cost, self.gen, self.g_opt)
        return {"d": loss, "g": cost}


@broken("training-flag-missing")
def generator_as_if_finished(mended):
    """The step calls the generator, full of BatchNormalization, with training=False."""
    block = [L.Dense(64, use_bias=False), L.BatchNormalization(momentum=0.8), L.ReLU()]
    gen = keras.Sequential(
        [
            L.Input((16,)),
            keras.Sequential(block),
            keras.Sequential([L.Dense(96), L.BatchNormalization(momentum=0.8), L.ReLU()]),
            L.Dense(300, "tanh"),
            L.Reshape((10, 10, 3)),
        ]
    )
    disc = dense_disc((10, 10, 3), (96, 32))
    gan = Predicting(gen, disc, 16, learning=mended)
    gan.compile(adam(), adam())
    data = batches(discs(256, 10, 60), 32)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan, **gan.told()}


@broken("frozen-forever")
def old_recipe_freezes_judge(mended):
    """The old recipe sets D.trainable = False once; in today's Keras D then never learns."""
    gen = dense_gen(16, (12, 12, 1), (64,), act="leaky_relu")
    disc = conv_disc((12, 12, 1), (12, 24), last="sigmoid")
    chain = chained(gen, disc, 16)
    disc.trainable = mended

    def step(real):
        num = len(real)
        z = tf.random.normal((num, 16))
        pictures = tf.concat([real, gen(z)], 0)
        disc.train_on_batch(pictures, np.repeat([[1.0], [0.0]], num, axis=0))
        if mended:
            disc.trainable = False
        chain.train_on_batch(z, np.ones((num, 1)))
        if mended:
            disc.trainable = True

    pictures, _ = strokes(192, 61, size=12)
    return {"generator": gen, "discriminator": disc, "data": pictures, "train_step": step}


@broken("frozen-forever")
def painter_still_locked(mended):
    """The generator's convolutions were locked while it grew, and stayed so, with random values."""
    gen, disc = conv_gen(20, 4, 3, (16, 12)), conv_disc((16, 16, 3), (12, 12))
    for layer in gen.layers:
        if isinstance(layer, L.Conv2D):
            layer.trainable = mended
    opts = {"generator": adam(), "discriminator": adam()}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(discs(160, 16, 62), 32),
        "train_step": usual_step(gen, disc, opts["generator"], opts["discriminator"], 20),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": opts,
    }


@broken("normalisation-not-updated")
def momentum_of_one(mended):
    """BatchNormalization with momentum 1: its running mean and variance stay at 0 and 1."""
    norm = functools.partial(L.BatchNormalization, momentum=0.9 if mended else 1.0)
    gen, disc = dense_gen(20, (14, 14, 1), (64, 96), norm=norm), dense_disc((14, 14, 1), (64,))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(blobs(256, 14, 63), 32),
        **open_step(gen, disc, adam(), adam(), 20),
        "latent_dim": 20,
    }


@broken("normalisation-not-updated")
def norms_put_to_sleep(mended):
    """A loop kept from fine-tuning freezes each BatchNormalization of a generator that is new."""
    gen = conv_gen(16, 4, 3, (16, 16), norm=L.BatchNormalization)
    disc = conv_disc((16, 16, 3), (12, 24))
    if not mended:
        for layer in gen.layers:
            if isinstance(layer, L.BatchNormalization):
                layer.trainable = False
    gan = Duel(gen, disc, 16)
    gan.compile(adam(), adam(), d_hinge, g_wass)
    data = stripes(160, 16, 64, channels=3)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan, **gan.told()}


@broken("normalisation-at-output")
def norm_before_tanh(mended):
    """The last thing before the generator's tanh is a BatchNormalization."""
    layers = [
        L.Input((24,)),
        L.Dense(4 * 4 * 16, "relu"),
        L.Reshape((4, 4, 16)),
        L.Conv2DTranspose(12, 4, 2, "same", activation="relu"),
        L.Conv2DTranspose(1, 4, 2, "same"),
    ]
    if not mended:
        layers.append(L.BatchNormalization())
    gen, disc = keras.Sequential([*layers, L.Activation("tanh")]), conv_disc((16, 16, 1))
    pictures, _ = strokes(192, 65, size=16)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "train_step": usual_step(gen, disc, adam(), adam(), 24),
    }


@broken("normalisation-at-output")
def norm_after_score(mended):
    """The discriminator's scores go through a BatchNormalization at the very end."""
    x = keras.Input((48,))
    h = L.Reshape((48, 1))(x)
    for number in (8, 16):
        h = L.LeakyReLU(negative_slope=0.2)(L.Conv1D(number, 5, 2, "same")(h))
    score = L.Dense(1)(L.Flatten()(h))
    disc = keras.Model(x, score if mended else L.BatchNormalization()(score))
    return {
        "generator": dense_gen(12, (48,), (64, 64)),
        "discriminator": disc,
        "data": batches(tones(320, 48, 66), 32),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": {"generator": adam(), "discriminator": adam()},
    }


# ------------------------------------------------------------------ broken: critic


def wasserstein(gen, disc, data, latent, penalty, hidden=False, times=1, rate=1e-3):
    """A GAN with a critic, gradient penalty and Adam without momentum."""
    opts = {"generator": adam(rate, 0.0), "discriminator": adam(rate, 0.0)}
    step = usual_step(gen, disc, *opts.values(), latent, d_wass, g_wass, penalty, times)
    patient = {"generator": gen, "discriminator": disc, "data": data, "train_step": step}
    if not hidden:
        patient["losses"] = {"discriminator": d_wass, "generator": g_wass}
        patient["optimizers"] = opts
        patient["penalty"] = penalty
    return patient


@broken("penalty-weighting")
def penalty_of_a_feather(mended):
    """The gradient penalty weighs 0.0001 instead of 10: nothing holds the slope."""
    weight = 10.0 if mended else 1e-4

    def penalty(critic, real, fake):
        return weight * tf.reduce_mean(tf.square(slopes(critic, between(real, fake)) - 1.0))

    gen, disc = dense_gen(6, (2,), (64, 64), last=None), dense_disc((2,), (64, 64))
    return wasserstein(gen, disc, ring(512, 67), 6, penalty)


@broken("penalty-weighting")
def penalty_taken_off(mended):
    """The gradient penalty comes with a minus, so the critic is paid for steep slopes."""

    def penalty(critic, real, fake):
        return gp(critic, real, fake) if mended else -gp(critic, real, fake)

    gen, disc = conv_gen(16, 3, 1, (16, 8)), conv_disc((12, 12, 1), (12, 24))
    data = batches(blobs(200, 12, 68), 20)
    patient = wasserstein(gen, disc, data, 16, penalty, hidden=True, rate=1e-4)
    return {**patient, "penalty": penalty}


@broken("penalty-points")
def share_for_each_pixel(mended):
    """A share of its own for each pixel: the points lie in the whole box, not on the line."""

    def penalty(critic, real, fake):
        real = tf.convert_to_tensor(real)
        share = tf.random.uniform((tf.shape(real)[0], 1, 1, 1) if mended else tf.shape(real))
        points = fake + share * (real - fake)
        with tf.GradientTape() as tape:
            tape.watch(points)
            scores = critic(points, training=True)
        grads = tf.reshape(tape.gradient(scores, points), (tf.shape(real)[0], -1))
        return 10 * tf.reduce_mean((tf.norm(grads + 1e-8, axis=1) - 1) ** 2)

    gen = dense_gen(20, (10, 10, 3), (64, 96))
    disc = dense_disc((10, 10, 3), (96, 48), norm=L.LayerNormalization)
    return wasserstein(gen, disc, stripes(256, 10, 69, channels=3), 20, penalty, rate=3e-4)


@broken("penalty-points")
def one_plus_share(mended):
    """A slip of the sign, (1 + share) for (1 - share): the points lie far beyond the fakes."""

    def penalty(critic, x_real, x_fake):
        share = tf.random.uniform((len(x_real), 1))
        points = share * x_real + (1 - share if mended else 1 + share) * x_fake
        return 5.0 * tf.reduce_mean((slopes(critic, points) - 1) ** 2)

    gen, disc = dense_gen(8, (32,), (64, 64)), dense_disc((32,), (64, 64))
    data = batches(tones(320, 32, 70), 32)
    patient = wasserstein(gen, disc, data, 8, penalty, hidden=True)
    return {**patient, "penalty": penalty, "latent_dim": 8}


@broken("penalty-norm")
def norm_over_rows_only(mended):
    """The gradient's norm is taken along axis 1 alone: one for each column and colour."""

    def penalty(critic, real, fake):
        points = between(real, fake)
        with tf.GradientTape() as tape:
            tape.watch(points)
            score = tf.reduce_sum(critic(points, training=True))
        grads = tape.gradient(score, points)
        size = tf.sqrt(tf.reduce_sum(grads**2, axis=[1, 2, 3] if mended else 1) + 1e-12)
        return 10.0 * tf.reduce_mean((size - 1.0) ** 2)

    gen, disc = conv_gen(16, 4, 3, (12, 12)), conv_disc((16, 16, 3), (12, 12))
    return wasserstein(gen, disc, discs(160, 16, 71), 16, penalty, rate=2e-4)


@broken("penalty-norm")
def one_norm_for_the_batch(mended):
    """tf.norm without an axis: one norm for the whole batch is pulled to 1."""

    def penalty(critic, real, fake):
        points = between(real, fake)
        with tf.GradientTape() as tape:
            tape.watch(points)
            scores = critic(points, training=True)
        grads = tape.gradient(scores, points) + 1e-9
        size = tf.norm(grads, axis=-1) if mended else tf.norm(grads)
        return tf.reduce_mean((size - 1) ** 2) * 10

    gen, disc = dense_gen(4, (2,), (64, 64), last=None), dense_disc((2,), (64, 64, 64))
    return wasserstein(gen, disc, batches(spiral(512, 72), 64), 4, penalty, times=3)


@broken("penalty-norm")
def square_forgotten(mended):
    """The mean of (norm - 1) without a square: the flatter the critic, the better."""
    gen, disc = dense_gen(16, (12, 12, 1), (96,)), dense_disc((12, 12, 1), (96, 32))

    def penalty(critic, real, fake):
        off = slopes(critic, between(real, fake)) - 1
        return 10 * tf.reduce_mean(off**2 if mended else off)

    pictures, _ = bars(300, 12, 73)
    patient = wasserstein(gen, disc, pictures, 16, penalty, hidden=True, rate=3e-4)
    return {**patient, "penalty": penalty}


@broken("penalty-nan")
def flat_start(mended):
    """The critic's last layer starts at zero, and the root of a zero slope has no gradient."""
    tiny = 1e-12 if mended else 0.0

    def penalty(critic, real, fake):
        points = between(real, fake)
        with tf.GradientTape() as tape:
            tape.watch(points)
            scores = critic(points, training=True)
        grads = tape.gradient(scores, points)
        size = tf.sqrt(tf.reduce_sum(grads**2, axis=[1, 2, 3]) + tiny)
        return 10 * tf.reduce_mean((size - 1) ** 2)

    gen = conv_gen(16, 3, 1, (12, 12))
    disc = conv_disc((12, 12, 1), (12, 24))
    disc.layers[-1].kernel.assign(tf.zeros_like(disc.layers[-1].kernel))
    return wasserstein(gen, disc, stripes(200, 12, 74), 16, penalty, rate=3e-4)


@broken("penalty-nan")
def dead_corner(mended):
    """A few relu units are off at some points, where tf.norm of the zero slope gives NaN."""
    gen = dense_gen(6, (2,), (32, 32), last=None)
    disc = keras.Sequential(
        [
            L.Input((2,)),
            L.Dense(6, "relu", bias_initializer=keras.initializers.Constant(-0.1)),
            L.Dense(1),
        ]
    )
    g_opt, d_opt = adam(1e-3, 0.0), adam(1e-3, 0.0)

    def step(real):
        real = tf.convert_to_tensor(real)
        fake = gen(noise(real, 6), training=True)
        share = tf.random.uniform((tf.shape(real)[0], 1))
        points = share * real + (1 - share) * fake
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(points)
                scores = disc(points, training=True)
            grads = inner.gradient(scores, points)
            size = slopes(disc, points) if mended else tf.norm(grads, axis=1)
            loss = d_wass(disc(real, training=True), disc(fake, training=True))
            loss += 10 * tf.reduce_mean((size - 1) ** 2)
        descend(outer, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            cost = g_wass(disc(gen(noise(real, 6), training=True), training=True))
        descend(tape, cost, gen, g_opt)
        return {"critic": loss, "generator": cost}

    data = batches(ring(512, 75, heaps=6), 64)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@broken("penalty-missing")
def nothing_holds_the_critic(mended):
    """Wasserstein losses, and neither penalty nor clipping to bound the critic's slope."""
    gen, disc = conv_gen(16, 4, 1, (16, 8)), conv_disc((16, 16, 1), (16, 24))
    opts = {"generator": adam(), "discriminator": adam()}
    patient = {
        "generator": gen,
        "discriminator": disc,
        "data": batches(blobs(200, 16, 76), 25),
        "losses": {"discriminator": d_wass, "generator": g_wass},
        "optimizers": opts,
    }
    return {**patient, "penalty": gp} if mended else patient


@broken("penalty-missing")
def penalty_only_logged(mended):
    """The gradient penalty is computed and reported, but never added to the critic's loss."""
    gen, disc = dense_gen(10, (2,), (64, 64), last=None), dense_disc((2,), (64, 64))
    g_opt, d_opt = adam(2e-3, 0.0), adam(2e-3, 0.0)

    @tf.function
    def step(real):
        for _ in range(3):
            fake = gen(tf.random.normal((tf.shape(real)[0], 10)), training=True)
            with tf.GradientTape() as tape:
                loss = d_wass(disc(real, training=True), disc(fake, training=True))
                bound = gp(disc, real, fake)
                if mended:
                    loss = loss + bound
            descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            fake = gen(tf.random.normal((tf.shape(real)[0], 10)), training=True)
            cost = g_wass(disc(fake, training=True))
        descend(tape, cost, gen, g_opt)
        return {"critic": loss, "penalty": bound, "generator": cost}

    data = spiral(512, 77)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@broken("batch-norm-in-critic")
def batch_norm_beside_penalty(mended):
    """BatchNormalization ties the samples of the critic together that the penalty takes singly."""
    whole = functools.partial(L.GroupNormalization, groups=1)
    norm = whole if mended else L.BatchNormalization
    gen, disc = conv_gen(16, 3, 3, (16, 12)), conv_disc((12, 12, 3), (16, 24), norm=norm)
    return wasserstein(gen, disc, discs(200, 12, 78), 16, gp, rate=2e-4)


@broken("batch-norm-in-critic")
def batch_norm_in_inner_block(mended):
    """Within the critic's nested block sits a BatchNormalization, beside a gradient penalty."""
    block = keras.Sequential([L.Dense(64), L.Activation("silu")])
    if not mended:
        block = keras.Sequential([L.Dense(64), L.BatchNormalization(), L.Activation("silu")])
    x = keras.Input((40,))
    disc = keras.Model(x, L.Dense(1)(block(L.Dense(48, "silu")(x))))
    gen = dense_gen(10, (40,), (64, 64))
    data = batches(tones(320, 40, 79), 40)
    patient = wasserstein(gen, disc, data, 10, gp, hidden=True)
    return {**patient, "penalty": gp}


def clipped(gen, disc, latent, bound, rate=5e-4, times=2):
    """A step of the first Wasserstein GAN: RMSprop, then each weight is cut to the bound."""
    g_opt, d_opt = keras.optimizers.RMSprop(rate), keras.optimizers.RMSprop(rate)

    def step(real):
        for _ in range(times):
            fake = gen(noise(real, latent), training=True)
            with tf.GradientTape() as tape:
                loss = d_wass(disc(real, training=True), disc(fake, training=True))
            descend(tape, loss, disc, d_opt)
            for weight in disc.trainable_variables:
                weight.assign(tf.clip_by_value(weight, -bound, bound))
        with tf.GradientTape() as tape:
            cost = g_wass(disc(gen(noise(real, latent), training=True), training=True))
        descend(tape, cost, gen, g_opt)
        return loss, cost

    return step


@broken("clipping-saturates")
def clipped_to_nothing(mended):
    """Weights cut to 0.0005: through four layers no slope is left for the generator."""
    gen, disc = dense_gen(12, (2,), (48, 48), last=None), dense_disc((2,), (48, 48, 48))
    step = clipped(gen, disc, 12, 0.2 if mended else 5e-4)
    data = batches(ring(512, 80), 64)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@broken("clipping-saturates")
def box_far_too_wide(mended):
    """Weights start anywhere in a box of ±3 and are cut only there: the slope explodes."""
    bound = 0.2 if mended else 3.0
    start = keras.initializers.RandomUniform(-bound, bound, seed=81)
    shape = (10, 10, 1)
    disc = keras.Sequential([L.Input(shape), L.Flatten()])
    for number in range(4):
        first = keras.initializers.RandomUniform(-bound, bound, seed=number)
        disc.add(L.Dense(64, "relu", kernel_initializer=first))
    disc.add(L.Dense(1, kernel_initializer=start))
    gen = dense_gen(16, shape, (64,))
    pictures, _ = bars(256, 10, 81)
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "train_step": clipped(gen, disc, 16, bound, times=1),
        "losses": {"discriminator": d_wass, "generator": g_wass},
    }


@broken("critic-bounded")
def probability_for_critic(mended):
    """A sigmoid at the end of a critic: its scores cannot grow apart beyond 0 and 1."""
    gen = dense_gen(16, (12, 12, 1), (96,))
    disc = dense_disc((12, 12, 1), (96, 48), last=None if mended else "sigmoid")
    return wasserstein(gen, disc, batches(blobs(256, 12, 82), 32), 16, gp, rate=3e-4)


@broken("critic-bounded")
def tanh_for_critic(mended):
    """The critic of a clipped Wasserstein GAN ends in tanh."""
    gen = conv_gen(16, 4, 1, (12, 8), norm=L.BatchNormalization)
    x = keras.Input((16, 16, 1))
    h = L.Conv2D(16, 4, 2, "same", activation="leaky_relu")(x)
    h = L.Conv2D(16, 4, 2, "same", activation="leaky_relu")(h)
    disc = keras.Model(x, L.Dense(1, activation=None if mended else "tanh")(L.Flatten()(h)))
    step = clipped(gen, disc, 16, 0.1, rate=1e-3)
    data = stripes(200, 16, 83)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


# ------------------------------------------------------------------ healthy, if unusual


@healthy
def probabilities_throughout():
    """Sigmoid at D's end and cross entropy on probabilities, which belong together."""
    judge = keras.losses.BinaryCrossentropy()
    opts = {"generator": adam(), "discriminator": adam()}
    return {
        "generator": conv_gen(20, 4, 1, (16, 8)),
        "discriminator": conv_disc((16, 16, 1), (12, 24), last="sigmoid"),
        "data": batches(blobs(256, 16, 100), 32),
        "losses": {
            "discriminator": lambda r, f: judge(tf.ones_like(r), r) + judge(tf.zeros_like(f), f),
            "generator": lambda f: judge(tf.ones_like(f), f),
        },
        "optimizers": opts,
    }


@healthy
def unit_interval():
    """Data between 0 and 1 and a generator that ends in a sigmoid."""
    gen, disc = dense_gen(16, (14, 14, 1), (96,), last="sigmoid"), dense_disc((14, 14, 1), (64, 32))
    data = (strokes(240, 101, size=14)[0] + 1) / 2
    step = usual_step(gen, disc, adam(), adam(), 16)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@healthy
def hinge_with_spectral_norm():
    """Hinge loss and spectral normalisation in a Keras GAN."""
    disc = keras.Sequential([L.Input((12, 12, 3))])
    for number in (12, 24):
        disc.add(L.SpectralNormalization(L.Conv2D(number, 3, 2, padding="same")))
        disc.add(L.LeakyReLU(negative_slope=0.1))
    disc.add(L.Flatten())
    disc.add(L.SpectralNormalization(L.Dense(1)))
    gen = conv_gen(24, 3, 3, (16, 16), norm=L.BatchNormalization)
    gan = Duel(gen, disc, 24)
    gan.compile(adam(4e-4, 0.0), adam(1e-4, 0.0), d_hinge, g_wass)
    data = batches(discs(200, 12, 102), 25)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan, **gan.told()}


@healthy
def squares_for_signals():
    """Least squares for signals: a linear generator, one-dimensional convolutions, RMSprop."""
    x = keras.Input((32, 1))
    h = L.Conv1D(16, 5, 2, "same", activation="leaky_relu")(x)
    h = L.Conv1D(24, 5, 2, "same", activation="leaky_relu")(h)
    opts = [keras.optimizers.RMSprop(2e-4) for _ in range(2)]
    return {
        "generator": dense_gen(10, (32, 1), (64, 64), last=None, act="elu"),
        "discriminator": keras.Model(x, L.Dense(1)(L.GlobalAveragePooling1D()(h))),
        "data": tones(400, 32, 103)[..., None],
        "losses": {"discriminator": d_square, "generator": g_square},
        "optimizers": dict(zip(("generator", "discriminator"), opts)),
    }


@healthy
def relativistic_average():
    """Both players compare with the other side's mean; the generator's loss needs the reals too."""

    def d_loss(real, fake):
        return bce(1.0, real - tf.reduce_mean(fake)) + bce(0.0, fake - tf.reduce_mean(real))

    def g_loss(real, fake):
        return bce(1.0, fake - tf.reduce_mean(real)) + bce(0.0, real - tf.reduce_mean(fake))

    gen, disc = conv_gen(16, 3, 1, (16, 12)), conv_disc((12, 12, 1))
    opts = {"generator": adam(), "discriminator": adam()}

    def step(real):
        with tf.GradientTape(persistent=True) as tape:
            fake = gen(noise(real, 16), training=True)
            good, bad = disc(real, training=True), disc(fake, training=True)
            loss, cost = d_loss(good, bad), g_loss(good, bad)
        descend(tape, loss, disc, opts["discriminator"])
        descend(tape, cost, gen, opts["generator"])
        return {"d": loss, "g": cost}

    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(stripes(256, 12, 104), 32),
        "train_step": step,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": opts,
    }


@healthy
def one_sided_penalty():
    """A critic with group normalisation, five turns to one, fined only for slopes above 1."""

    def penalty(critic, real, fake):
        return 10 * tf.reduce_mean(tf.nn.relu(slopes(critic, between(real, fake)) - 1) ** 2)

    gen = dense_gen(12, (10, 10, 1), (64, 64))
    disc = dense_disc((10, 10, 1), (64,), norm=functools.partial(L.GroupNormalization, 4))
    opts = {"generator": adam(2e-4, 0.0), "discriminator": adam(2e-4, 0.0)}

    @tf.function
    def turn_of_critic(real):
        fake = gen(noise(real, 12), training=True)
        with tf.GradientTape() as tape:
            loss = d_wass(disc(real, training=True), disc(fake, training=True))
            loss += penalty(disc, real, fake)
        descend(tape, loss, disc, opts["discriminator"])
        return loss

    def step(real):
        real = tf.convert_to_tensor(real)
        losses = [turn_of_critic(real) for _ in range(5)]
        with tf.GradientTape() as tape:
            cost = g_wass(disc(gen(noise(real, 12), training=True), training=True))
        descend(tape, cost, gen, opts["generator"])
        return {"critic": losses[-1], "generator": cost}

    return {
        "generator": gen,
        "discriminator": disc,
        "data": blobs(320, 10, 105),
        "train_step": step,
        "losses": {"discriminator": d_wass, "generator": g_wass},
        "optimizers": opts,
        "penalty": penalty,
    }


@healthy
def slope_at_reals_inside():
    """R1 within the step: the squared slope at the real points, for a loss on logits."""
    x = keras.Input((16, 16, 1))
    block = keras.Sequential([L.Conv2D(16, 3, 2, "same"), L.GroupNormalization(4), L.ReLU()])
    head = keras.Sequential([L.Flatten(), L.Dense(32, "silu"), L.Dense(1)])
    disc = keras.Model(x, head(block(L.Conv2D(8, 3, 2, "same", activation="silu")(x))))
    gen = conv_gen(16, 4, 1, (16, 8), norm=L.LayerNormalization)
    g_opt, d_opt = adam(2e-4, 0.0), adam(2e-4, 0.0)

    def step(real):
        real = tf.convert_to_tensor(real)
        fake = gen(noise(real, 16), training=True)
        with tf.GradientTape() as tape:
            with tf.GradientTape() as inner:
                inner.watch(real)
                good = disc(real, training=True)
            slope = inner.gradient(good, real)
            loss = d_bce(good, disc(fake, training=True))
            loss += 0.5 * tf.reduce_mean(tf.reduce_sum(slope**2, [1, 2, 3]))
        descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            cost = g_bce(disc(gen(noise(real, 16), training=True), training=True))
        descend(tape, cost, gen, g_opt)
        return loss, cost

    data = batches(strokes(200, 106, size=16)[0], 16, rest=False)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@healthy
def slope_at_reals_shown():
    """The same R1 idea for points of the plane, shown as the penalty; it is no Wasserstein GAN."""

    def penalty(critic, real, fake):
        return tf.reduce_mean(slopes(critic, tf.convert_to_tensor(real)) ** 2)

    gen, disc = dense_gen(4, (2,), (48, 48), last=None), dense_disc((2,), (48, 48))
    opts = {"generator": adam(1e-3, 0.0), "discriminator": adam(1e-3, 0.0)}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": ring(512, 107),
        "train_step": usual_step(gen, disc, *opts.values(), 4, penalty=penalty),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": opts,
        "penalty": penalty,
    }


@healthy
def clipped_with_measure():
    """A clipped critic whose bound leaves the generator a fair slope."""
    gen, disc = dense_gen(8, (2,), (48, 48), last=None), dense_disc((2,), (64, 64))
    step = tf.function(clipped(gen, disc, 8, 0.1, times=5))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(spiral(512, 108), 64),
        "train_step": step,
        "losses": {"discriminator": d_wass, "generator": g_wass},
    }


@healthy
def zero_for_real():
    """Real is 0 and fake is 1, for both players alike."""
    gen, disc = dense_gen(16, (10, 10, 3), (96, 96)), dense_disc((10, 10, 3), (96, 32))
    judge = keras.losses.BinaryCrossentropy(from_logits=True)
    g_opt, d_opt = adam(), adam()

    def step(real):
        num = len(real)
        both = tf.concat([real, gen(noise(real, 16), training=True)], 0)
        labels = np.repeat([[0.0], [1.0]], num, axis=0).astype("float32")
        with tf.GradientTape() as tape:
            loss = judge(labels, disc(both, training=True))
        descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            scores = disc(gen(noise(real, 16), training=True), training=True)
            cost = judge(np.zeros((num, 1), "float32"), scores)
        descend(tape, cost, gen, g_opt)
        return {"d": loss, "g": cost}

    data = batches(stripes(240, 10, 109, channels=3), 24)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@healthy
def zero_for_real_shown():
    """Least squares with 0 for real and 1 for fake, the generator aiming at 0 as it should."""
    return {
        "generator": conv_gen(12, 5, 1, (16,)),
        "discriminator": conv_disc((10, 10, 1), (16, 16)),
        "data": bars(256, 10, 110)[0],
        "losses": {
            "discriminator": lambda r, f: tf.reduce_mean(r**2) + tf.reduce_mean((f - 1) ** 2),
            "generator": lambda f: tf.reduce_mean(f**2),
        },
        "optimizers": {"generator": adam(), "discriminator": adam()},
    }


@healthy
def smoothed_reals():
    """The usual smoothing: real pictures have the target 0.9."""
    gen, disc = (
        conv_gen(24, 7, 1, (12, 8), norm=L.BatchNormalization),
        conv_disc((28, 28, 1), (8, 16)),
    )
    losses = {"discriminator": lambda r, f: bce(0.9, r) + bce(0.0, f), "generator": g_bce}
    opts = {"generator": adam(), "discriminator": adam()}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": strokes(192, 111)[0],
        "train_step": usual_step(gen, disc, *opts.values(), 24, *losses.values()),
        "losses": losses,
        "optimizers": opts,
    }


@healthy
def noisy_glasses():
    """The discriminator sees everything through noise that fades in the course of training."""
    gen, disc = dense_gen(20, (16, 16, 1), (96,)), conv_disc((16, 16, 1), (12, 24))
    g_opt, d_opt = adam(), adam()
    strength = tf.Variable(0.2, trainable=False)

    def blurred(x):
        return disc(x + strength * tf.random.normal(tf.shape(x)), training=True)

    @tf.function
    def step(real):
        z = tf.random.normal((tf.shape(real)[0], 20))
        with tf.GradientTape() as first, tf.GradientTape() as second:
            fake = gen(z, training=True)
            bad = blurred(fake)
            loss, cost = d_bce(blurred(real), bad), g_bce(bad)
        descend(first, loss, disc, d_opt)
        descend(second, cost, gen, g_opt)
        strength.assign(tf.maximum(strength * 0.999, 0.01))
        return loss, cost

    data = batches(blobs(256, 16, 112), 32, rest=False)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@healthy
def two_turns_and_dropout():
    """Two turns of D to one of G, with dropout in both networks, and D learning faster."""
    z = keras.Input((16,))
    h = L.Dropout(0.2)(L.Dense(96, "relu")(z))
    h = L.Dropout(0.2)(L.Dense(128, "relu")(h))
    gen = keras.Model(z, L.Reshape((8, 8, 3))(L.Dense(192, "tanh")(h)))
    disc = conv_disc((8, 8, 3), (16, 32), drop=0.3)
    step = usual_step(gen, disc, adam(1e-4), adam(4e-4), 16, times=2)
    data = batches(discs(256, 8, 113), 16)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@healthy
def z_of_two():
    """A latent space of two dimensions, because it is to be drawn as a map."""
    gen = dense_gen(2, (12, 12, 1), (48, 96), act="tanh")
    disc = dense_disc((12, 12, 1), (96, 32))
    opts = {"generator": adam(5e-4), "discriminator": adam(5e-4)}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": blobs(320, 12, 114),
        "train_step": usual_step(gen, disc, *opts.values(), 2),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": opts,
    }


@healthy
def one_pass_with_stops():
    """One tape and one pass for the fakes; a stop_gradient keeps D's loss away from G."""
    gen, disc = dense_gen(12, (36,), (64, 64)), dense_disc((36,), (64, 32))
    g_opt, d_opt = keras.optimizers.AdamW(3e-4, 1e-4), keras.optimizers.AdamW(3e-4, 1e-4)

    def step(real):
        with tf.GradientTape(persistent=True) as tape:
            fake = gen(noise(real, 12), training=True)
            judged = disc(tf.concat([real, tf.stop_gradient(fake)], 0), training=True)
            good, bad = tf.split(judged, 2)
            loss = d_bce(good, bad)
            cost = g_bce(disc(fake, training=True))
        descend(tape, loss, disc, d_opt)
        descend(tape, cost, gen, g_opt)
        return {"d": loss, "g": cost}

    data = tones(320, 36, 115)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


@healthy
def edges_known_beforehand():
    """The first part of D is a frozen set of edge filters made beforehand, its head is trained."""
    rng = np.random.default_rng(116)
    known = L.Conv2D(12, 3, padding="same", activation="leaky_relu", name="edges")
    features = keras.Sequential([L.Input((16, 16, 1)), known, L.AveragePooling2D(2)])
    edge = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    spot = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]) / 5
    filters = [np.rot90(edge, turn) for turn in range(4)] + [spot, np.diag([1, 1, 1]) / 3]
    filters += [part + rng.normal(0, 0.1, (3, 3)) for part in filters]
    known.kernel.assign(np.stack(filters, -1)[:, :, None].astype("float32"))
    features.trainable = False
    head = [L.Conv2D(16, 3, 2, "same", activation="leaky_relu"), L.Flatten(), L.Dense(1)]
    disc = keras.Sequential([features, *head])
    disc.build((None, 16, 16, 1))
    gen = conv_gen(20, 4, 1, (16, 12))
    gan = Duel(gen, disc, 20)
    gan.compile(adam(), adam())
    data = batches(strokes(200, 117, size=16)[0], 40)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan, **gan.told()}


@tf.custom_gradient
def turned_back(x):
    """The identity forwards, a minus for the gradient backwards."""
    return tf.identity(x), lambda upstream: -upstream


@healthy
def gradient_reversal():
    """One loss and one gradient for both: a reversal before the critic turns G's around."""
    gen, disc = dense_gen(6, (2,), (48, 48), last=None), dense_disc((2,), (48, 48))
    opts = {net: adam(1e-3, 0.0) for net in ("generator", "discriminator")}

    def step(real):
        with tf.GradientTape(persistent=True) as tape:
            fake = gen(noise(real, 6), training=True)
            loss = d_wass(disc(real, training=True), disc(turned_back(fake), training=True))
            bound = gp(disc, real, tf.stop_gradient(fake))
            total = loss + bound
        descend(tape, total, disc, opts["discriminator"])
        descend(tape, total, gen, opts["generator"])
        return {"distance": -loss, "penalty": bound}

    data = batches(ring(512, 118, heaps=6), 64)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


class Projection(keras.Model):
    """A discriminator that compares what it sees with the class's vector."""

    def __init__(self):
        super().__init__()
        self.look = [
            L.Conv2D(12, 4, 2, "same", activation="leaky_relu"),
            L.Conv2D(24, 4, 2, "same", activation="leaky_relu"),
            L.GlobalAveragePooling2D(),
        ]
        self.table = L.Embedding(5, 24)
        self.score = L.Dense(1)

    def call(self, inputs):
        x, c = inputs
        for layer in self.look:
            x = layer(x)
        likeness = tf.reduce_sum(x * tf.reshape(self.table(c), (-1, 24)), -1, keepdims=True)
        return self.score(x) + likeness


@healthy
def classes_by_embedding():
    """Integer classes, an embedding in each network, and a projection for the score."""
    pictures, classes = strokes(300, 119, size=16)
    classes = classes[:, None].astype("int32")
    gen, disc = ToLabel(5, (16, 16, 1)), Projection()
    disc([gen([tf.zeros((1, 16)), classes[:1]]), classes[:1]])
    return {
        "generator": gen,
        "discriminator": disc,
        "data": pictures,
        "conditions": classes,
        "train_step": pair_step(gen, disc, adam(5e-4), adam(5e-4), 16, d_hinge, g_wass),
        "latent_dim": 16,
    }


@healthy
def pairs_in_a_keras_model():
    """A conditional Keras GAN with one-hot classes from a pipeline of pairs."""
    pictures, classes = bars(320, 8, 120)
    z, c = keras.Input((10,)), keras.Input((4,))
    h = L.Dense(64, "relu")(L.Concatenate()([z, c]))
    gen = keras.Model([z, c], L.Reshape((8, 8, 1))(L.Dense(64, "tanh")(L.Dense(64, "relu")(h))))
    x, c = keras.Input((8, 8, 1)), keras.Input((4,))
    h = L.Concatenate()([L.Dense(48, "leaky_relu")(L.Flatten()(x)), L.Dense(16)(c)])
    disc = keras.Model([x, c], L.Dense(1)(L.Dense(32, "leaky_relu")(h)))
    gan = DuelByLabel(gen, disc, 10)
    gan.compile(adam(4e-4), adam(4e-4))
    data = batches(pictures, 32, np.eye(4, dtype="float32")[classes])
    return {
        "generator": gen,
        "discriminator": disc,
        "data": data,
        "train_step": gan,
        **gan.told(),
        "latent_dim": 10,
    }


@healthy
def judged_in_patches():
    """A patch discriminator: a map of scores for each picture, all of which are averaged."""
    disc = keras.Sequential(
        [
            L.Input((20, 20, 3)),
            L.Conv2D(12, 4, 2, "same", activation="leaky_relu"),
            L.Conv2D(24, 4, 2, "same", activation="leaky_relu"),
            L.Conv2D(1, 4, padding="same"),
        ]
    )
    gen = conv_gen(24, 5, 3, (16, 8))
    opts = {"generator": adam(), "discriminator": adam()}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(discs(160, 20, 121), 16),
        "train_step": usual_step(gen, disc, *opts.values(), 24, d_square, g_square),
        "losses": {"discriminator": d_square, "generator": g_square},
        "optimizers": opts,
    }


@healthy
def steps_of_the_rate():
    """AdamW with a rate that falls in fixed stairs, and clipped gradients."""
    rates = keras.optimizers.schedules.PiecewiseConstantDecay([2000, 4000], [4e-4, 2e-4, 1e-4])
    opts = [keras.optimizers.AdamW(rates, 1e-3, 0.5, clipnorm=1.0) for _ in range(2)]
    gen, disc = conv_gen(16, 3, 3, (16, 16)), conv_disc((12, 12, 3), (16, 16))
    return {
        "generator": gen,
        "discriminator": disc,
        "data": stripes(256, 12, 122, channels=3),
        "train_step": usual_step(gen, disc, *opts, 16),
        "optimizers": dict(zip(("generator", "discriminator"), opts)),
    }


@healthy
def old_style_done_right():
    """train_on_batch in the old style, with D frozen for the chain and thawed again each time."""
    gen = dense_gen(12, (14, 14, 1), (64, 96), norm=L.BatchNormalization, act="leaky_relu")
    disc = dense_disc((14, 14, 1), (64, 32), last="sigmoid")
    chain = chained(gen, disc, 12)

    def step(real):
        real, num = np.asarray(real), len(real)
        z = np.random.default_rng().normal(size=(num, 12)).astype("float32")
        disc.trainable = True
        d_real = disc.train_on_batch(real, np.full((num, 1), 0.95))
        d_fake = disc.train_on_batch(np.asarray(gen(z)), np.zeros((num, 1)))
        disc.trainable = False
        g_loss = chain.train_on_batch(z, np.ones((num, 1)))
        disc.trainable = True
        return {"d": float(d_real + d_fake) / 2, "g": float(g_loss)}

    pictures, _ = strokes(256, 123, size=14)
    return {"generator": gen, "discriminator": disc, "data": pictures, "train_step": step}


@healthy
def by_hand_with_average():
    """Weights moved by hand with clipped gradients, and an average of G kept beside it."""
    gen, disc = dense_gen(8, (2,), (48, 48), last=None), dense_disc((2,), (48, 48))
    mean = [tf.Variable(weight, trainable=False) for weight in gen.weights]

    def go_down(weights, grads, rate):
        for weight, grad in zip(weights, tf.clip_by_global_norm(grads, 1.0)[0]):
            weight.assign_sub(rate * grad)

    def step(real):
        real = tf.convert_to_tensor(real)
        with tf.GradientTape() as tape:
            loss = d_bce(disc(real), disc(gen(noise(real, 8))))
        go_down(disc.trainable_weights, tape.gradient(loss, disc.trainable_weights), 0.03)
        with tf.GradientTape() as tape:
            cost = g_bce(disc(gen(noise(real, 8))))
        go_down(gen.trainable_weights, tape.gradient(cost, gen.trainable_weights), 0.03)
        for kept, weight in zip(mean, gen.weights):
            kept.assign(0.99 * kept + 0.01 * weight)
        return loss, cost

    data = batches(spiral(512, 124), 128)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}


class Plain(tf.Module):
    """A network of bare matrices, no Keras in it."""

    def __init__(self, sizes, seed, last=tf.identity):
        super().__init__()
        rng = np.random.default_rng(seed)
        pairs = itertools.pairwise(sizes)
        self.matrices = [
            tf.Variable((rng.normal(size=pair) * (2 / pair[0]) ** 0.5).astype("float32"))
            for pair in pairs
        ]
        self.shifts = [tf.Variable(tf.zeros(width)) for width in sizes[1:]]
        self.last = last

    def __call__(self, x, training=None):
        for number, (matrix, shift) in enumerate(zip(self.matrices, self.shifts)):
            x = tf.nn.leaky_relu(x, 0.2) if number else x
            x = tf.matmul(x, matrix) + shift
        return self.last(x)


@healthy
def bare_matrices():
    """Both networks are tf.Modules of bare matrices, trained with Keras' Adam."""
    gen, disc = Plain((10, 48, 48, 32), 125, tf.tanh), Plain((32, 48, 24, 1), 126)
    opts = {"generator": adam(5e-4), "discriminator": adam(5e-4)}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": tones(320, 32, 125),
        "train_step": usual_step(gen, disc, opts["generator"], opts["discriminator"], 10),
        "losses": {"discriminator": d_bce, "generator": g_bce},
        "optimizers": opts,
        "latent_dim": 10,
    }


class Spread(L.Layer):
    """Adds one feature: how much the samples of the batch differ."""

    def call(self, x):
        spread = tf.reduce_mean(tf.sqrt(tf.math.reduce_variance(x, 0) + 1e-8))
        return tf.concat([x, tf.fill((tf.shape(x)[0], 1), spread)], -1)


@healthy
def sees_how_much_they_differ():
    """A discriminator that is told how much the batch varies; rectangular pictures."""
    x = keras.Input((12, 20, 1))
    h = L.Conv2D(12, 4, 2, "same", activation="leaky_relu")(x)
    h = L.Flatten()(L.Conv2D(16, 4, 2, "same", activation="leaky_relu")(h))
    disc = keras.Model(x, L.Dense(1)(Spread()(L.Dense(32, "leaky_relu")(h))))
    layers = [L.Dense(240, "relu"), L.Reshape((3, 5, 16))]
    layers += [L.Conv2DTranspose(12, 4, 2, "same"), L.BatchNormalization(), L.ReLU()]
    layers += [L.Conv2DTranspose(1, 4, 2, "same", activation="tanh")]
    gen = keras.Sequential([L.Input((24,)), *layers])
    gan = Duel(gen, disc, 24)
    gan.compile(adam(), adam())
    data = batches(blobs(240, 12, 127, width=20), 24)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": gan}


@healthy
def bounded_by_its_spectrum():
    """A Wasserstein GAN without penalty: spectral normalisation bounds the critic's slope."""
    disc = keras.Sequential([L.Input((24,))])
    for width in (48, 48):
        disc.add(L.SpectralNormalization(L.Dense(width), power_iterations=2))
        disc.add(L.LeakyReLU(negative_slope=0.3))
    disc.add(L.SpectralNormalization(L.Dense(1)))
    gen = dense_gen(10, (24,), (64, 64))
    opts = {"generator": adam(1e-3, 0.0), "discriminator": adam(1e-3, 0.0)}
    return {
        "generator": gen,
        "discriminator": disc,
        "data": batches(tones(320, 24, 128), 40),
        "train_step": usual_step(gen, disc, *opts.values(), 10, d_wass, g_wass, times=3),
        "losses": {"discriminator": d_wass, "generator": g_wass},
        "optimizers": opts,
    }


@healthy
def standardised_columns():
    """A table of standardised columns, some beyond ±3, and a generator without a last function."""
    rng = np.random.default_rng(129)
    mix = rng.normal(size=(6, 6))
    table = rng.normal(size=(500, 6)) @ mix + 0.3 * rng.exponential(size=(500, 6))
    table = ((table - table.mean(0)) / table.std(0)).astype("float32")
    gen, disc = dense_gen(6, (6,), (48, 48), last=None), dense_disc((6,), (64, 32))
    opts = [keras.optimizers.SGD(0.02, momentum=0.5, nesterov=True) for _ in range(2)]
    step = usual_step(gen, disc, *opts, 6)
    return {"generator": gen, "discriminator": disc, "data": table, "train_step": step}


@healthy
def like_in_features():
    """The generator wants its pictures to have the reals' mean features, not a high score."""
    x = keras.Input((12, 12, 1))
    h = L.Conv2D(16, 4, 2, "same", activation="leaky_relu")(x)
    h = L.Flatten()(L.Conv2D(24, 4, 2, "same", activation="leaky_relu")(h))
    disc = keras.Model(x, L.Dense(1)(h))
    features = keras.Model(x, h)
    gen = conv_gen(16, 3, 1, (16, 12))
    g_opt, d_opt = adam(4e-4), adam(2e-4)

    def step(real):
        fake = gen(noise(real, 16), training=True)
        with tf.GradientTape() as tape:
            loss = d_bce(disc(real, training=True), disc(fake, training=True))
        descend(tape, loss, disc, d_opt)
        with tf.GradientTape() as tape:
            fake = gen(noise(real, 16), training=True)
            means = [tf.reduce_mean(features(part), 0) for part in (real, fake)]
            cost = tf.reduce_sum((means[0] - means[1]) ** 2)
        descend(tape, cost, gen, g_opt)
        return {"d": loss, "g": cost}

    data = batches(stripes(240, 12, 130), 48)
    return {"generator": gen, "discriminator": disc, "data": data, "train_step": step}
