"""Strangers: the half of the benchmark whose author did not see the doctor.

BROKEN:  name -> (code, function(mended))   mended=True repairs only the fault
HEALTHY: name -> function()
Each function returns the keyword arguments of examine(...).
"""

import functools
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

BROKEN, HEALTHY = {}, {}


def broken(code):
    def wrap(f):
        @functools.wraps(f)
        def run(mended=False):
            keras.utils.set_random_seed(1234)
            return f(mended)

        BROKEN[f.__name__] = (code, run)
        return run

    return wrap


def healthy(f):
    @functools.wraps(f)
    def run():
        keras.utils.set_random_seed(4321)
        return f()

    HEALTHY[f.__name__] = run
    return run


# ------------------------------------------------------------------ pictures
def bars(n=160, size=8, ch=1, seed=0):
    r = np.random.default_rng(seed)
    x = -np.ones((n, size, size, ch), "float32")
    for i in range(n):
        p, w = r.integers(0, size - 1), r.integers(1, 3)
        if r.random() < 0.5:
            x[i, p : p + w] = r.uniform(0.4, 1, ch)
        else:
            x[i, :, p : p + w] = r.uniform(0.4, 1, ch)
    return x


def discs(n=160, size=16, ch=1, seed=1):
    r = np.random.default_rng(seed)
    yy, xx = np.mgrid[:size, :size]
    x = np.empty((n, size, size, ch), "float32")
    for i in range(n):
        cy, cx = r.uniform(size * 0.25, size * 0.75, 2)
        rad = r.uniform(size * 0.12, size * 0.35)
        m = 1 / (1 + np.exp(2 * (np.hypot(yy - cy, xx - cx) - rad)))
        x[i] = (m[..., None] * r.uniform(0.6, 1, ch)) * 2 - 1
    return x


def gradients(n=160, size=8, ch=1, seed=2):
    r = np.random.default_rng(seed)
    yy, xx = np.mgrid[:size, :size] / (size - 1) * 2 - 1
    a = r.uniform(0, 2 * np.pi, n)
    g = np.cos(a)[:, None, None] * yy + np.sin(a)[:, None, None] * xx
    g = np.clip(g, -1, 1)[..., None] * np.ones(ch)
    return g.astype("float32")


# ------------------------------------------------------------------ networks
def up_generator(latent=32, size=8, ch=1, out="tanh", bn=False):
    s = size // 4
    z = keras.Input((latent,))
    h = L.Dense(s * s * 32)(z)
    h = L.Reshape((s, s, 32))(h)
    for f in (32, 16):
        h = L.UpSampling2D()(h)
        h = L.Conv2D(f, 3, padding="same", use_bias=not bn)(h)
        if bn:
            h = L.BatchNormalization(momentum=0.8)(h)
        h = L.LeakyReLU(negative_slope=0.2)(h)
    return keras.Model(z, L.Conv2D(ch, 3, padding="same", activation=out)(h), name="generator")


def transposed_generator(latent=32, size=16, ch=1, bn=True, out="tanh"):
    s = size // 4
    m = keras.Sequential([keras.Input((latent,)), L.Dense(s * s * 32, use_bias=False)])
    if bn:
        m.add(L.BatchNormalization())
    m.add(L.ReLU())
    m.add(L.Reshape((s, s, 32)))
    m.add(L.Conv2DTranspose(16, 4, strides=2, padding="same"))
    if bn:
        m.add(L.BatchNormalization())
    m.add(L.ReLU())
    m.add(L.Conv2DTranspose(ch, 4, strides=2, padding="same", activation=out))
    return m


def dense_generator(latent=32, shape=(8, 8, 1), out="tanh", width=96):
    return keras.Sequential(
        [
            keras.Input((latent,)),
            L.Dense(width),
            L.LeakyReLU(negative_slope=0.2),
            L.Dense(width),
            L.LeakyReLU(negative_slope=0.2),
            L.Dense(int(np.prod(shape)), activation=out),
            L.Reshape(shape),
        ]
    )


def conv_critic(shape=(8, 8, 1), norm=None, last=None, drop=0.0):
    x = keras.Input(shape)
    h = x
    for f in (16, 32):
        h = L.Conv2D(f, 4, strides=2, padding="same")(h)
        if norm is not None:
            h = norm()(h)
        h = L.LeakyReLU(negative_slope=0.2)(h)
        if drop:
            h = L.Dropout(drop)(h)
    return keras.Model(x, L.Dense(1, activation=last)(L.Flatten()(h)), name="discriminator")


def dense_critic(shape=(8, 8, 1), last=None, width=64):
    return keras.Sequential(
        [
            keras.Input(shape),
            L.Flatten(),
            L.Dense(width),
            L.LeakyReLU(negative_slope=0.2),
            L.Dense(width // 2),
            L.LeakyReLU(negative_slope=0.2),
            L.Dense(1, activation=last),
        ]
    )


# -------------------------------------------------------------------- losses
_logits = keras.losses.BinaryCrossentropy(from_logits=True)
_probs = keras.losses.BinaryCrossentropy()


def bce_d(real, fake):
    return _logits(tf.ones_like(real), real) + _logits(tf.zeros_like(fake), fake)


def bce_g(fake):
    return _logits(tf.ones_like(fake), fake)


def prob_d(real, fake):
    return 0.5 * (_probs(tf.ones_like(real), real) + _probs(tf.zeros_like(fake), fake))


def prob_g(fake):
    return _probs(tf.ones_like(fake), fake)


def ls_d(real, fake):
    return 0.5 * (tf.reduce_mean((real - 1.0) ** 2) + tf.reduce_mean(fake**2))


def ls_g(fake):
    return 0.5 * tf.reduce_mean((fake - 1.0) ** 2)


def hinge_d(real, fake):
    return tf.reduce_mean(tf.nn.relu(1.0 - real)) + tf.reduce_mean(tf.nn.relu(1.0 + fake))


def hinge_g(fake):
    return -tf.reduce_mean(fake)


def w_d(real, fake):
    return tf.reduce_mean(fake) - tf.reduce_mean(real)


def w_g(fake):
    return -tf.reduce_mean(fake)


def gp_right(critic, x_real, x_fake):
    n = tf.shape(x_real)[0]
    a = tf.random.uniform([n, 1, 1, 1])
    x = a * x_real + (1.0 - a) * x_fake
    with tf.GradientTape() as t:
        t.watch(x)
        s = critic(x, training=True)
    g = tf.reshape(t.gradient(s, x), [n, -1])
    return 10.0 * tf.reduce_mean((tf.sqrt(tf.reduce_sum(g**2, 1) + 1e-12) - 1.0) ** 2)


def adam(lr=2e-4, b=0.5):
    return keras.optimizers.Adam(lr, beta_1=b)


# --------------------------------------------------------------------- steps
def tutorial_step(G, D, go, do, d_loss, g_loss, latent=32, fn=True):
    """tensorflow.org style: two tapes, one noise."""

    def train_step(images):
        noise = tf.random.normal([tf.shape(images)[0], latent])
        with tf.GradientTape() as gt, tf.GradientTape() as dt:
            fakes = G(noise, training=True)
            r, f = D(images, training=True), D(fakes, training=True)
            gl, dl = g_loss(f), d_loss(r, f)
        gg = gt.gradient(gl, G.trainable_variables)
        dg = dt.gradient(dl, D.trainable_variables)
        go.apply_gradients(zip(gg, G.trainable_variables))
        do.apply_gradients(zip(dg, D.trainable_variables))
        return {"g": gl, "d": dl}

    if fn:
        go.build(G.trainable_variables)
        do.build(D.trainable_variables)
        return tf.function(train_step)
    return train_step


def critic_step(
    G, C, go, co, penalty=None, latent=32, n_critic=2, d_loss=w_d, g_loss=w_g, after=None
):
    """WGAN style: the critic some times, then the generator."""

    def step(x):
        n = tf.shape(x)[0]
        for _ in range(n_critic):
            fake = G(tf.random.normal([n, latent]), training=True)
            with tf.GradientTape() as t:
                cl = d_loss(C(x, training=True), C(fake, training=True))
                if penalty is not None:
                    cl = cl + penalty(C, x, fake)
            co.apply_gradients(zip(t.gradient(cl, C.trainable_variables), C.trainable_variables))
            if after is not None:
                after(C)
        with tf.GradientTape() as t:
            gl = g_loss(C(G(tf.random.normal([n, latent]), training=True), training=True))
        go.apply_gradients(zip(t.gradient(gl, G.trainable_variables), G.trainable_variables))
        return cl, gl

    return step


class KerasGAN(keras.Model):
    """keras.io style."""

    def __init__(self, discriminator, generator, latent_dim, d_loss, g_loss, all_weights=False):
        super().__init__()
        self.discriminator, self.generator = discriminator, generator
        self.latent_dim, self.d_fn, self.g_fn = latent_dim, d_loss, g_loss
        self.all_weights = all_weights

    def compile(self, d_optimizer, g_optimizer):
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer

    def train_step(self, real):
        n = tf.shape(real)[0]
        fake = self.generator(tf.random.normal((n, self.latent_dim)), training=True)
        with tf.GradientTape() as tape:
            dl = self.d_fn(
                self.discriminator(real, training=True), self.discriminator(fake, training=True)
            )
        w = self.discriminator.trainable_weights
        self.d_optimizer.apply_gradients(zip(tape.gradient(dl, w), w))
        with tf.GradientTape() as tape:
            gl = self.g_fn(
                self.discriminator(
                    self.generator(tf.random.normal((n, self.latent_dim)), training=True),
                    training=True,
                )
            )
        w = self.trainable_weights if self.all_weights else self.generator.trainable_weights
        self.g_optimizer.apply_gradients(zip(tape.gradient(gl, w), w))
        return {"d_loss": dl, "g_loss": gl}


def standard(
    G, D, data, d_loss=bce_d, g_loss=bce_g, latent=32, go=None, do=None, fn=False, step=True, **more
):
    go, do = go or adam(), do or adam()
    out = {
        "generator": G,
        "discriminator": D,
        "data": data,
        "latent_dim": latent,
        "losses": {"discriminator": d_loss, "generator": g_loss},
        "optimizers": {"generator": go, "discriminator": do},
    }
    if step:
        out["train_step"] = tutorial_step(G, D, go, do, d_loss, g_loss, latent, fn)
    out.update(more)
    return out


def wasserstein(G, C, data, penalty=gp_right, latent=32, **more):
    go, co = adam(1e-4), adam(1e-4)
    out = {
        "generator": G,
        "discriminator": C,
        "data": data,
        "latent_dim": latent,
        "losses": {"discriminator": w_d, "generator": w_g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co, penalty, latent),
    }
    if penalty is not None:
        out["penalty"] = penalty
    out.update(more)
    return out


# ===================================================================== BROKEN
@broken("shape-mismatch")
def thirty_two_not_twenty_eight(mended):
    # fully convolutional D, so that nothing complains
    s = 7 if mended else 8
    G = transposed_generator(size=4 * s, bn=False)
    D = keras.Sequential(
        [
            keras.Input((None, None, 1)),
            L.Conv2D(16, 4, strides=2, padding="same"),
            L.LeakyReLU(negative_slope=0.2),
            L.Conv2D(32, 4, strides=2, padding="same"),
            L.LeakyReLU(negative_slope=0.2),
            L.GlobalAveragePooling2D(),
            L.Dense(1),
        ]
    )
    return standard(G, D, discs(96, 28))


class _FlatJudge(keras.Model):
    def __init__(self, last=None):
        super().__init__()
        self.a, self.b, self.c = (
            L.Dense(64, "leaky_relu"),
            L.Dense(32, "leaky_relu"),
            L.Dense(1, last),
        )

    def call(self, x):
        return self.c(self.b(self.a(tf.reshape(x, [tf.shape(x)[0], 64]))))


@broken("shape-mismatch")
def flat_rows_for_pictures(mended):
    G = keras.Sequential([keras.Input((32,)), L.Dense(96, "relu"), L.Dense(64, "tanh")])
    if mended:
        G.add(L.Reshape((8, 8, 1)))
    D = _FlatJudge()
    D(tf.zeros([1, 64]))
    return standard(G, D, bars(), ls_d, ls_g)


@broken("output-not-one-number")
def dense_on_the_map(mended):
    D = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            L.Conv2D(16, 5, 2, padding="same", activation="leaky_relu"),
            L.Conv2D(32, 5, 2, padding="same", activation="leaky_relu"),
        ]
    )
    if mended:
        D.add(L.Flatten())
    D.add(L.Dense(1))
    return standard(transposed_generator(bn=False), D, discs())


@broken("output-not-one-number")
def two_class_head(mended):
    x = keras.Input((8, 8, 1))
    h = L.Dense(64, activation="gelu")(L.Flatten()(x))
    D = keras.Model(x, L.Dense(1 if mended else 2)(h))
    return standard(dense_generator(), D, bars(), hinge_d, hinge_g)


@broken("batch-size-fixed")
def instance_noise_of_sixteen(mended):
    net = conv_critic()

    class Noisy(keras.Model):
        def __init__(self):
            super().__init__()
            self.net = net

        def call(self, x, training=None):
            shape = tf.shape(x) if mended else [16, 8, 8, 1]
            return self.net(x + tf.random.normal(shape) * 0.02, training=training)

    D = Noisy()
    D(tf.zeros([16, 8, 8, 1]))
    ds = tf.data.Dataset.from_tensor_slices(bars()).shuffle(160).batch(16, drop_remainder=True)
    return standard(up_generator(), D, ds)


@broken("batch-size-fixed")
def reshape_with_batch_constant(mended):
    BATCH = 16

    class Gen(keras.Model):
        def __init__(self):
            super().__init__()
            self.d1, self.d2 = L.Dense(64, "relu"), L.Dense(4 * 4 * 16, "relu")
            self.up = L.Conv2DTranspose(1, 4, 2, padding="same", activation="tanh")

        def call(self, z):
            h = self.d2(self.d1(z))
            return self.up(tf.reshape(h, [-1 if mended else BATCH, 4, 4, 16]))

    G = Gen()
    G(tf.zeros([BATCH, 32]))
    ds = tf.data.Dataset.from_tensor_slices(gradients()).shuffle(160).batch(BATCH)
    return standard(G, conv_critic(), ds, ls_d, ls_g)


@broken("z-ignored")
def norm_over_a_lonely_axis(mended):
    # LayerNormalization over an axis of length one always answers beta
    z = keras.Input((32,))
    h = L.Dense(64)(z)
    if mended:
        h = L.Reshape((64, 1))(L.LayerNormalization()(h))
    else:
        h = L.LayerNormalization()(L.Reshape((64, 1))(h))
    h = L.Dense(96, activation="relu")(L.Flatten()(h))
    G = keras.Model(z, L.Reshape((8, 8, 1))(L.Dense(64, activation="tanh")(h)))
    return standard(G, dense_critic(), bars())


@broken("z-ignored")
def style_normalised_away(mended):
    # z only shifts channels, and instance normalisation right after takes each shift away
    class Gen(keras.Model):
        def __init__(self):
            super().__init__()
            self.const = self.add_weight(
                shape=(1, 4, 4, 32), initializer="random_normal", name="const"
            )
            self.style = L.Dense(32)
            self.norm = L.GroupNormalization(groups=-1)
            self.c1 = L.Conv2D(32, 3, padding="same", activation="leaky_relu")
            self.up, self.out = L.UpSampling2D(), L.Conv2D(1, 3, padding="same", activation="tanh")

        def call(self, z):
            s = self.style(z)[:, None, None, :]
            if mended:
                h = self.norm(tf.repeat(self.const, tf.shape(z)[0], 0)) + s
            else:
                h = self.norm(self.const + s)
            return self.out(self.up(self.c1(h)))

    G = Gen()
    G(tf.zeros([2, 32]))
    return standard(G, conv_critic(), gradients(), hinge_d, hinge_g)


def _classes(n=160, k=4, seed=5):
    r = np.random.default_rng(seed)
    y = r.integers(0, k, n)
    x = -np.ones((n, 8, 8, 1), "float32")
    for i, c in enumerate(y):
        w = r.uniform(0.4, 1)
        if c == 0:
            x[i, r.integers(8)] = w
        elif c == 1:
            x[i, :, r.integers(8)] = w
        elif c == 2:
            a, b = r.integers(0, 5, 2)
            x[i, a : a + 4, b : b + 4] = w
        else:
            x[i] = np.roll(np.eye(8), r.integers(8), 1)[..., None] * (w + 1) - 1
    return x, y


def _cond_step(G, D, go, do, d_loss, g_loss, latent):
    def step(batch):
        x, c = batch
        z = tf.random.normal([tf.shape(x)[0], latent])
        with tf.GradientTape(persistent=True) as t:
            f = G([z, c], training=True)
            r_s, f_s = D([x, c], training=True), D([f, c], training=True)
            dl, gl = d_loss(r_s, f_s), g_loss(f_s)
        do.apply_gradients(zip(t.gradient(dl, D.trainable_variables), D.trainable_variables))
        go.apply_gradients(zip(t.gradient(gl, G.trainable_variables), G.trainable_variables))
        del t
        return dl, gl

    return step


def _cond_generator(k=4, latent=32):
    z, c = keras.Input((latent,)), keras.Input((k,))
    h = L.Dense(96, activation="leaky_relu")(L.Concatenate()([z, c]))
    h = L.Dense(96, activation="leaky_relu")(h)
    return keras.Model([z, c], L.Reshape((8, 8, 1))(L.Dense(64, activation="tanh")(h)))


def _cond_critic(k=4):
    x, c = keras.Input((8, 8, 1)), keras.Input((k,))
    h = L.Dense(64, activation="leaky_relu")(L.Concatenate()([L.Flatten()(x), L.Dense(32)(c)]))
    return keras.Model([x, c], L.Dense(1)(h))


@broken("condition-ignored")
def softmax_of_one(mended):
    # the gate of the discriminator is a softmax over one number: always 1
    x, c = keras.Input((8, 8, 1)), keras.Input((4,))
    h = L.Dense(64, activation="leaky_relu")(L.Flatten()(x))
    gate = L.Dense(64, activation="sigmoid")(c) if mended else L.Dense(1, activation="softmax")(c)
    h = L.Dense(32, activation="leaky_relu")(L.Multiply()([h, gate]))
    D = keras.Model([x, c], L.Dense(1)(h))
    G, go, do = _cond_generator(), adam(), adam()
    data, y = _classes()
    return {
        "generator": G,
        "discriminator": D,
        "data": data,
        "conditions": np.eye(4, dtype="float32")[y],
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
        "optimizers": {"generator": go, "discriminator": do},
        "train_step": _cond_step(G, D, go, do, bce_d, bce_g, 32),
    }


@broken("condition-ignored")
def fraction_cast_to_index(mended):
    # the labels are 0, .25, .5, .75; cast to integers they all are class 0
    class Gen(keras.Model):
        def __init__(self):
            super().__init__()
            self.emb, self.body = (
                L.Embedding(4, 16, embeddings_initializer="random_normal"),
                keras.Sequential(
                    [
                        L.Dense(96, "relu"),
                        L.Dense(96, "relu"),
                        L.Dense(64, "tanh"),
                        L.Reshape((8, 8, 1)),
                    ]
                ),
            )

        def call(self, inputs):
            z, c = inputs
            i = tf.cast(tf.round(c * 4.0) if mended else c, tf.int32)[:, 0]
            return self.body(tf.concat([z, self.emb(i)], -1))

    G, D, go, do = Gen(), _cond_critic(1), adam(), adam()
    G([tf.zeros([2, 32]), tf.zeros([2, 1])])
    data, y = _classes()
    return {
        "generator": G,
        "discriminator": D,
        "data": data,
        "conditions": (y[:, None] / 4).astype("float32"),
        "latent_dim": 32,
        "losses": {"discriminator": ls_d, "generator": ls_g},
        "optimizers": {"generator": go, "discriminator": do},
        "train_step": _cond_step(G, D, go, do, ls_d, ls_g, 32),
    }


@broken("bottleneck")
def one_neuron_waist(mended):
    z = keras.Input((64,))
    h = L.Dense(64, activation="elu")(z)
    h = L.Dense(48 if mended else 1, activation="elu")(h)
    h = L.Dense(128, activation="elu")(h)
    G = keras.Model(z, L.Reshape((16, 16, 1))(L.Dense(256, activation="tanh")(h)))
    return standard(G, conv_critic((16, 16, 1)), discs(), latent=64)


@broken("bottleneck")
def squeezed_judge(mended):
    D = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            L.Conv2D(32, 3, 2, padding="same", activation="leaky_relu"),
            L.Conv2D(32 if mended else 1, 1, activation="leaky_relu"),
            L.GlobalAveragePooling2D(),
            L.Dense(64, activation="leaky_relu"),
            L.Dense(1),
        ]
    )
    return standard(up_generator(size=16), D, discs(), ls_d, ls_g)


@broken("network-built-twice")
def trainer_builds_its_own(mended):
    class Trainer:
        def __init__(self, G=None, D=None):
            self.G = G or up_generator()
            self.D = D or conv_critic()
            self.go, self.do = adam(), adam()

        def train_batch(self, x):
            z = tf.random.normal([len(x), 32])
            with tf.GradientTape(persistent=True) as t:
                r, f = self.D(x, training=True), self.D(self.G(z, training=True), training=True)
                dl, gl = bce_d(r, f), bce_g(f)
            self.do.apply_gradients(
                zip(t.gradient(dl, self.D.trainable_weights), self.D.trainable_weights)
            )
            self.go.apply_gradients(
                zip(t.gradient(gl, self.G.trainable_weights), self.G.trainable_weights)
            )
            return float(dl), float(gl)

    G, D = up_generator(), conv_critic()
    tr = Trainer(G, D) if mended else Trainer(D=D)
    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": tr.train_batch,
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
    }


@broken("network-built-twice")
def clone_for_the_step(mended):
    G, D = dense_generator(), dense_critic()
    D2 = D if mended else keras.models.clone_model(D)
    gan = KerasGAN(D2, G, 32, ls_d, ls_g)
    gan.compile(adam(), adam())
    return {"generator": G, "discriminator": D, "data": bars(), "train_step": gan, "latent_dim": 32}


@broken("range-mismatch")
def standardised_under_tanh(mended):
    x = bars(ch=3)
    if not mended:
        x = (x - x.mean()) / x.std() * 1.5 + 0.2
    return standard(
        up_generator(ch=3), conv_critic((8, 8, 3)), x.astype("float32"), hinge_d, hinge_g
    )


@broken("range-mismatch")
def halved_in_a_wrapper(mended):
    G = dense_generator()

    class Wrapped(keras.Model):
        def __init__(self):
            super().__init__()
            self.net = G

        def call(self, z):
            y = self.net(z)
            return y if mended else (y + 1.0) / 2.0

    W = Wrapped()
    W(tf.zeros([1, 32]))
    ds = tf.data.Dataset.from_tensor_slices(gradients()).shuffle(160).batch(20)
    return standard(W, dense_critic(), ds)


@broken("nan-data")
def blank_picture_normalised(mended):
    raw = ((bars() + 1) * 127.5).astype("float32")
    raw[77] = 40.0  # one flat picture

    def scale(x):
        lo, hi = tf.reduce_min(x), tf.reduce_max(x)
        return (x - lo) / (tf.maximum(hi - lo, 1.0) if mended else hi - lo) * 2.0 - 1.0

    ds = tf.data.Dataset.from_tensor_slices(raw).map(scale).shuffle(160, seed=3).batch(16)
    return standard(up_generator(), conv_critic(), ds)


@broken("nan-data")
def logarithm_of_a_negative(mended):
    x = (gradients(160, 8) + 1) / 2 + 0.05
    x[-1, 7, 7, 0] = 0.05 if mended else -0.05
    with np.errstate(invalid="ignore"):
        x = np.log(x)
    lo, hi = np.log(0.05), np.log(1.05)
    return standard(
        dense_generator(),
        dense_critic(),
        ((x - lo) / (hi - lo) * 2 - 1).astype("float32"),
        ls_d,
        ls_g,
    )


@broken("constant-data")
def integers_divided(mended):
    raw = ((discs() + 1) * 127).astype("uint8")
    x = raw / 127.0 - 1 if mended else (raw // 255).astype("float32") * 2 - 1
    return standard(transposed_generator(bn=False), conv_critic((16, 16, 1)), x.astype("float32"))


@broken("constant-data")
def take_then_repeat(mended):
    ds = tf.data.Dataset.from_tensor_slices(bars())
    ds = ds.shuffle(160).batch(16) if mended else ds.take(1).repeat(160).shuffle(160).batch(16)
    return standard(up_generator(), conv_critic(), ds, ls_d, ls_g)


@broken("channel-order")
def height_of_three(mended):
    shape = (16, 16, 3) if mended else (3, 16, 16)
    x = discs(ch=3)
    G = dense_generator(shape=shape)
    D = keras.Sequential(
        [
            keras.Input(shape),
            L.Conv2D(32, 3, 2, padding="same", activation="leaky_relu"),
            L.Conv2D(64, 3, 2, padding="same", activation="leaky_relu"),
            L.Flatten(),
            L.Dense(1),
        ]
    )
    return standard(G, D, x if mended else x.transpose(0, 3, 1, 2).copy())


@broken("channel-order")
def torch_files_grey(mended):
    x = bars()
    shape = (8, 8, 1) if mended else (1, 8, 8)
    D = keras.Sequential(
        [
            keras.Input(shape),
            L.Conv2D(32, 3, 2, padding="same", activation="leaky_relu"),
            L.Conv2D(32, 3, padding="same", activation="leaky_relu"),
            L.Flatten(),
            L.Dense(1),
        ]
    )
    return standard(dense_generator(shape=shape), D, x.reshape((-1, *shape)), hinge_d, hinge_g)


def _sorted_classes(n=160):
    x, y = _classes(n)
    return x[np.argsort(y, kind="stable")]


@broken("sorted-data")
def class_folders_one_after_another(mended):
    x = _sorted_classes()
    if mended:
        x = x[np.random.default_rng(8).permutation(len(x))]
    return standard(dense_generator(), dense_critic(), x)


@broken("sorted-data")
def shuffled_after_batching(mended):
    ds = tf.data.Dataset.from_tensor_slices(_sorted_classes())
    ds = ds.shuffle(160).batch(16) if mended else ds.batch(16).shuffle(160)
    return standard(up_generator(), conv_critic(), ds, ls_d, ls_g)


@broken("loss-not-reduced")
def keras_function_per_sample(mended):
    def d(real, fake):
        v = keras.losses.mean_squared_error(
            tf.ones_like(real), real
        ) + keras.losses.mean_squared_error(tf.zeros_like(fake), fake)
        return tf.reduce_mean(v) if mended else v

    return standard(up_generator(), conv_critic(), bars(), d, ls_g)


@broken("loss-not-reduced")
def softplus_left_alone(mended):
    def g(fake):
        v = tf.nn.softplus(-fake)
        return tf.reduce_mean(v) if mended else v

    def d(real, fake):
        return tf.reduce_mean(tf.nn.softplus(-real) + tf.nn.softplus(fake))

    return standard(dense_generator(), dense_critic(), gradients(), d, g, fn=True)


@broken("labels-swapped")
def concatenated_the_other_way(mended):
    def d(real, fake):
        s = tf.concat([real, fake], 0)
        one, zero = tf.ones_like(real), tf.zeros_like(fake)
        y = tf.concat([one, zero] if mended else [zero, one], 0)
        return tf.reduce_mean((s - y) ** 2)

    return standard(up_generator(), conv_critic(), bars(), d, ls_g)


@broken("labels-swapped")
def smoothing_on_the_wrong_side(mended):
    hi, lo = (0.9, 0.0) if mended else (0.0, 0.9)
    G, D = dense_generator(), dense_critic(last="sigmoid")
    go, do = adam(), adam()

    @tf.function
    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        with tf.GradientTape() as t:
            r, f = D(x, training=True), D(G(z), training=True)
            dl = _probs(hi * tf.ones_like(r), r) + _probs(lo * tf.ones_like(f), f)
        do.apply_gradients(zip(t.gradient(dl, D.trainable_variables), D.trainable_variables))
        with tf.GradientTape() as t:
            f = D(G(z, training=True), training=True)
            gl = _probs(tf.ones_like(f), f)
        go.apply_gradients(zip(t.gradient(gl, G.trainable_variables), G.trainable_variables))

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
    }


@broken("players-exchanged")
def losses_unpacked_in_the_wrong_order(mended):
    def make():
        return (lambda r, f: ls_d(r, f)), (lambda r, f: ls_g(f))

    a, b = make()
    d, g = (a, b) if mended else (b, a)
    return {
        "generator": up_generator(),
        "discriminator": conv_critic(),
        "data": bars(),
        "latent_dim": 32,
        "losses": {"discriminator": d, "generator": g},
        "optimizers": {"generator": adam(), "discriminator": adam()},
    }


@broken("players-exchanged")
def gradients_of_the_others_loss(mended):
    G, D, go, do = up_generator(), conv_critic(), adam(), adam()

    def compute(x):
        f = D(G(tf.random.normal([tf.shape(x)[0], 32]), training=True), training=True)
        r = D(x, training=True)
        return bce_g(f), bce_d(r, f)

    def step(x):
        with tf.GradientTape(persistent=True) as t:
            if mended:
                gl, dl = compute(x)
            else:
                dl, gl = compute(x)
        gd = t.gradient(dl, D.trainable_variables)
        gg = t.gradient(gl, G.trainable_variables)
        do.apply_gradients(zip(gd, D.trainable_variables))
        go.apply_gradients(zip(gg, G.trainable_variables))
        return {"d": dl, "g": gl}

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
        "optimizers": {"generator": go, "discriminator": do},
    }


@broken("same-objective")
def target_zero_for_both(mended):
    target = 1.0 if mended else 0.0
    gan = KerasGAN(
        conv_critic(), up_generator(), 32, ls_d, lambda f: tf.reduce_mean((f - target) ** 2)
    )
    gan.compile(adam(), adam())
    return {
        "generator": gan.generator,
        "discriminator": gan.discriminator,
        "data": gradients(),
        "train_step": gan,
        "latent_dim": 32,
    }


@broken("same-objective")
def hinge_copied_over(mended):
    def g(fake):
        return -tf.reduce_mean(fake) if mended else tf.reduce_mean(tf.nn.relu(1.0 + fake))

    return standard(dense_generator(), dense_critic(), bars(), hinge_d, g)


@broken("loss-sign")
def wasserstein_plus(mended):
    def g(fake):
        return (-1.0 if mended else 1.0) * tf.reduce_mean(fake)

    G, C, go, co = dense_generator(), dense_critic(), adam(1e-4), adam(1e-4)
    return {
        "generator": G,
        "discriminator": C,
        "data": bars(),
        "latent_dim": 32,
        "penalty": gp_right,
        "losses": {"discriminator": w_d, "generator": g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co, gp_right, g_loss=g),
    }


@broken("loss-sign")
def ascending_by_hand(mended):
    # the loss given is right; the step climbs it
    G, D = up_generator(), conv_critic()
    go, do = keras.optimizers.RMSprop(2e-4), keras.optimizers.RMSprop(2e-4)

    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        with tf.GradientTape() as t:
            dl = bce_d(D(x, training=True), D(G(z), training=True))
        do.apply(t.gradient(dl, D.trainable_variables), D.trainable_variables)
        with tf.GradientTape() as t:
            gl = bce_g(D(G(z, training=True), training=True))
        grads = t.gradient(gl, G.trainable_variables)
        if not mended:
            grads = [tf.negative(g) for g in grads]
        go.apply(grads, G.trainable_variables)
        return dl, gl

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
        "optimizers": {"generator": go, "discriminator": do},
    }


@broken("saturated")
def minus_softplus(mended):
    def g(fake):
        return tf.reduce_mean(tf.nn.softplus(-fake) if mended else -tf.nn.softplus(fake))

    def d(real, fake):
        return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(fake))

    return standard(up_generator(), conv_critic(), discs(160, 8), d, g)


@broken("saturated")
def minimax_in_the_step(mended):
    G, D, go, do = dense_generator(), dense_critic(last="sigmoid"), adam(), adam()

    def g_obj(p):
        return (
            -tf.reduce_mean(tf.math.log(p + 1e-7))
            if mended
            else tf.reduce_mean(tf.math.log(1.0 - p + 1e-7))
        )

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "latent_dim": 32,
        "train_step": tutorial_step(G, D, go, do, prob_d, g_obj),
        "losses": {"discriminator": prob_d, "generator": g_obj},
    }


@broken("sigmoid-twice")
def squashed_in_call(mended):
    D = _FlatJudge(None if mended else tf.sigmoid)
    D(tf.zeros([1, 8, 8, 1]))

    def d(r, f):
        ce = tf.nn.sigmoid_cross_entropy_with_logits
        return tf.reduce_mean(
            ce(labels=tf.ones_like(r), logits=r) + ce(labels=tf.zeros_like(f), logits=f)
        )

    def g(f):
        return tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(f), logits=f)
        )

    return standard(dense_generator(), D, bars(), d, g)


@broken("sigmoid-twice")
def sigmoid_written_out(mended):
    x = keras.Input((8, 8, 1))
    h = L.Dense(1)(L.Flatten()(L.Conv2D(32, 3, 2, activation="leaky_relu")(x)))
    if not mended:
        h = 1.0 / (1.0 + keras.ops.exp(-h))
    D = keras.Model(x, h)
    gan = KerasGAN(D, up_generator(), 32, bce_d, bce_g)
    gan.compile(adam(), adam())
    return {
        "generator": gan.generator,
        "discriminator": D,
        "data": bars(),
        "train_step": gan,
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
    }


@broken("targets-out-of-range")
def noisy_labels_over_one(mended):
    def d(real, fake):
        y = tf.random.uniform(tf.shape(real), 0.7, 1.0 if mended else 1.2)
        return _logits(y, real) + _logits(tf.zeros_like(fake), fake)

    return standard(up_generator(), conv_critic(), bars(), d, bce_g)


@broken("targets-out-of-range")
def minus_one_and_one(mended):
    lo = 0.0 if mended else -1.0

    def d(real, fake):
        s = tf.concat([real, fake], 0)
        y = tf.concat([tf.ones_like(real), lo * tf.ones_like(fake)], 0)
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, s))

    return standard(dense_generator(), dense_critic(), gradients(), d, bce_g)


@broken("player-never-moves")
def nones_filtered_out(mended):
    G, D, go, do = up_generator(), conv_critic(), adam(), adam()

    def apply(opt, grads, vs):
        pairs = [(g, v) for g, v in zip(grads, vs) if g is not None]
        if pairs:
            opt.apply_gradients(pairs)

    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        fake = G(z, training=True)
        with tf.GradientTape() as dt, tf.GradientTape() as gt:
            if mended:
                fake = G(z, training=True)
            r, f = D(x, training=True), D(fake, training=True)
            dl, gl = bce_d(r, f), bce_g(f)
        apply(do, dt.gradient(dl, D.trainable_variables), D.trainable_variables)
        apply(go, gt.gradient(gl, G.trainable_variables), G.trainable_variables)
        return dl, gl

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
        "optimizers": {"generator": go, "discriminator": do},
    }


@broken("player-never-moves")
def gate_that_never_opens(mended):
    # "train D only while it is bad": the threshold is a typing error
    threshold = 0.05 if mended else 50.0
    G, D, go, do = dense_generator(), dense_critic(), adam(), adam()

    def step(x):
        z = tf.random.normal([len(x), 32])
        with tf.GradientTape(persistent=True) as t:
            r, f = D(x), D(G(z))
            dl, gl = bce_d(r, f), bce_g(f)
        if float(dl) > threshold:
            do.apply_gradients(zip(t.gradient(dl, D.trainable_variables), D.trainable_variables))
        go.apply_gradients(zip(t.gradient(gl, G.trainable_variables), G.trainable_variables))

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
    }


@broken("gradient-missing")
def straight_through_misplaced(mended):
    class Gen(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = L.Dense(64, "tanh"), L.Dense(96, "relu"), L.Dense(64, "tanh")

        def call(self, z):
            h = self.a(z)
            q = tf.round(h * 4.0) / 4.0
            h = h + tf.stop_gradient(q - h) if mended else tf.stop_gradient(h + q - h)
            return tf.reshape(self.c(self.b(h)), [-1, 8, 8, 1])

    G = Gen()
    G(tf.zeros([1, 32]))
    go, do = adam(), adam()
    D = dense_critic()

    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        with tf.GradientTape(persistent=True) as t:
            f = D(G(z))
            dl, gl = ls_d(D(x), f), ls_g(f)
        for opt, loss, m in ((do, dl, D), (go, gl, G)):
            opt.apply_gradients(
                [
                    (g, v)
                    for g, v in zip(t.gradient(loss, m.trainable_variables), m.trainable_variables)
                    if g is not None
                ]
            )

    return standard(G, D, bars(), ls_d, ls_g, go=go, do=do, train_step=step)


@broken("gradient-missing")
def hard_mask_in_the_judge(mended):
    class Judge(keras.Model):
        def __init__(self):
            super().__init__()
            self.mask = L.Conv2D(16, 3, padding="same")
            self.body = L.Conv2D(16, 3, padding="same", activation="leaky_relu")
            self.pool, self.out = L.Flatten(), L.Dense(1)

        def call(self, x):
            m = self.mask(x)
            m = tf.sigmoid(m) if mended else tf.cast(m > 0, tf.float32)
            return self.out(self.pool(self.body(x) * m))

    D = Judge()
    D(tf.zeros([1, 8, 8, 1]))
    G, go, do = up_generator(), adam(), adam()

    def step(x):
        with tf.GradientTape(persistent=True) as t:
            f = D(G(tf.random.normal([tf.shape(x)[0], 32]), training=True))
            dl, gl = hinge_d(D(x), f), hinge_g(f)
        gd = t.gradient(dl, D.trainable_variables)
        do.apply_gradients([(g, v) for g, v in zip(gd, D.trainable_variables) if g is not None])
        go.apply_gradients(zip(t.gradient(gl, G.trainable_variables), G.trainable_variables))
        return dl

    return standard(G, D, bars(), hinge_d, hinge_g, go=go, do=do, train_step=step)


@broken("wrong-player-moved")
def self_trainable_weights(mended):
    gan = KerasGAN(conv_critic(), up_generator(), 32, bce_d, bce_g, all_weights=not mended)
    gan.compile(adam(), adam())
    return {
        "generator": gan.generator,
        "discriminator": gan.discriminator,
        "data": bars(),
        "train_step": gan,
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
    }


@broken("wrong-player-moved")
def judge_drags_the_forger(mended):
    # one graph, and D's optimizer gets the weights of the whole chain
    G, D = dense_generator(), dense_critic()
    chain = keras.Sequential([G, D])
    go, do = keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.01)
    d_vars = D.trainable_variables if mended else chain.trainable_variables

    @tf.function
    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        with tf.GradientTape() as t:
            dl = ls_d(D(x, training=True), chain(z, training=True))
        do.apply_gradients(zip(t.gradient(dl, d_vars), d_vars))
        with tf.GradientTape() as t:
            gl = ls_g(chain(z, training=True))
        go.apply_gradients(zip(t.gradient(gl, G.trainable_variables), G.trainable_variables))
        return dl, gl

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
    }


@broken("shared-optimizer-state")
def one_adam_for_two(mended):
    G, D = up_generator(), conv_critic()
    do = adam()
    go = adam() if mended else do
    if not mended:
        do.build(G.trainable_variables + D.trainable_variables)
    return standard(G, D, bars(), go=go, do=do)


@broken("shared-optimizer-state")
def default_argument_optimizer(mended):
    G, D = dense_generator(), dense_critic()
    keep = adam()
    keep.build(G.trainable_variables + D.trainable_variables)

    class Player:
        def __init__(self, net, opt=keep):
            self.net, self.opt = net, opt

        def descend(self, tape, loss):
            w = self.net.trainable_variables
            self.opt.apply_gradients(zip(tape.gradient(loss, w), w))

    a, b = (Player(G, adam()), Player(D, adam())) if mended else (Player(G), Player(D))

    def step(x):
        with tf.GradientTape(persistent=True) as t:
            f = D(G(tf.random.normal([tf.shape(x)[0], 32])))
            dl, gl = hinge_d(D(x), f), hinge_g(f)
        b.descend(t, dl)
        a.descend(t, gl)

    return {
        "generator": G,
        "discriminator": D,
        "data": gradients(),
        "train_step": step,
        "latent_dim": 32,
        "losses": {"discriminator": hinge_d, "generator": hinge_g},
        "optimizers": {"generator": a.opt, "discriminator": b.opt},
    }


@broken("rate-too-high")
def schedule_starts_at_a_half(mended):
    sched = keras.optimizers.schedules.ExponentialDecay(2e-4 if mended else 0.5, 1000, 0.95)
    return standard(
        up_generator(), conv_critic(), bars(), go=keras.optimizers.Adam(sched, beta_1=0.5)
    )


@broken("rate-too-high")
def rmsprop_with_sgd_rate(mended):
    return standard(
        dense_generator(),
        dense_critic(),
        bars(),
        ls_d,
        ls_g,
        do=keras.optimizers.RMSprop(1e-4 if mended else 0.1),
        go=keras.optimizers.RMSprop(1e-4),
    )


@broken("rate-too-low")
def sgd_in_nanometres(mended):
    return standard(
        dense_generator(),
        dense_critic(),
        gradients(),
        ls_d,
        ls_g,
        go=keras.optimizers.SGD(2e-2 if mended else 2e-9),
        do=keras.optimizers.SGD(2e-2),
    )


@broken("rate-too-low")
def decays_every_single_step(mended):
    sched = keras.optimizers.schedules.ExponentialDecay(
        2e-4, 2000 if mended else 1, 0.5 if mended else 0.01
    )
    G, D, go, do = up_generator(), conv_critic(), adam(), keras.optimizers.Adam(sched, beta_1=0.5)
    return standard(G, D, bars(), go=go, do=do)


@broken("training-flag-missing")
def called_without_the_flag(mended):
    # inside of a hand-written loop no flag means training=False
    kw = {"training": True} if mended else {}
    G, D = transposed_generator(), conv_critic((16, 16, 1), drop=0.3)
    go, do = adam(), adam()

    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        with tf.GradientTape(persistent=True) as t:
            f = D(G(z, **kw), training=True)
            dl, gl = bce_d(D(x, training=True), f), bce_g(f)
        do.apply_gradients(zip(t.gradient(dl, D.trainable_variables), D.trainable_variables))
        go.apply_gradients(zip(t.gradient(gl, G.trainable_variables), G.trainable_variables))

    return {
        "generator": G,
        "discriminator": D,
        "data": discs(),
        "train_step": step,
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
        "optimizers": {"generator": go, "discriminator": do},
    }


@broken("training-flag-missing")
def judge_in_inference_mode(mended):
    G, D = up_generator(), conv_critic((8, 8, 1), norm=L.BatchNormalization)
    go, do = adam(), adam()
    go.build(G.trainable_variables)
    do.build(D.trainable_variables)

    @tf.function
    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        with tf.GradientTape() as dt, tf.GradientTape() as gt:
            y = G(z, training=True)
            r, f = D(x, training=mended), D(y, training=mended)
            dl, gl = ls_d(r, f), ls_g(f)
        do.apply_gradients(zip(dt.gradient(dl, D.trainable_variables), D.trainable_variables))
        go.apply_gradients(zip(gt.gradient(gl, G.trainable_variables), G.trainable_variables))
        return dl, gl

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
    }


@broken("normalisation-not-updated")
def momentum_of_one(mended):
    z = keras.Input((32,))
    h = z
    for w in (64, 96):
        h = L.Dense(w)(h)
        h = L.BatchNormalization(momentum=0.9 if mended else 1.0)(h)
        h = L.ReLU()(h)
    G = keras.Model(z, L.Reshape((8, 8, 1))(L.Dense(64, activation="tanh")(h)))
    return standard(G, dense_critic(), bars())


@broken("normalisation-not-updated")
def stateless_state_thrown_away(mended):
    G, D, go, do = up_generator(bn=True), conv_critic(), adam(), adam()

    def step(x):
        z = tf.random.normal([tf.shape(x)[0], 32])
        tv, nt = (
            [v.value for v in G.trainable_variables],
            [v.value for v in G.non_trainable_variables],
        )
        with tf.GradientTape() as gt, tf.GradientTape() as dt:
            fake, new = G.stateless_call(tv, nt, z, training=True)
            r, f = D(x, training=True), D(fake, training=True)
            gl, dl = bce_g(f), bce_d(r, f)
        if mended:
            for v, n in zip(G.non_trainable_variables, new):
                v.assign(n)
        go.apply(gt.gradient(gl, tv), G.trainable_variables)
        do.apply(dt.gradient(dl, D.trainable_variables), D.trainable_variables)
        return gl, dl

    return standard(G, D, bars(), go=go, do=do, train_step=step)


@broken("normalisation-at-output")
def dense_normalised_then_reshaped(mended):
    z = keras.Input((32,))
    h = L.Dense(96, activation="relu")(z)
    h = L.Dense(64)(h)
    if not mended:
        h = L.BatchNormalization()(h)
    h = L.Reshape((8, 8, 1))(h)
    G = keras.Model(z, L.Activation("tanh")(h))
    return standard(G, dense_critic(), bars(), fn=True)


@broken("normalisation-at-output")
def block_reused_for_the_last_layer(mended):
    class Block(L.Layer):
        def __init__(self, f, act, norm=True):
            super().__init__()
            self.c = L.Conv2DTranspose(f, 4, 2, padding="same")
            self.n = L.BatchNormalization() if norm else None
            self.act = keras.activations.get(act)

        def call(self, x, training=None):
            x = self.c(x)
            if self.n is not None:
                x = self.n(x, training=training)
            return self.act(x)

    G = keras.Sequential(
        [
            keras.Input((32,)),
            L.Dense(4 * 4 * 32, "relu"),
            L.Reshape((4, 4, 32)),
            Block(32, "relu"),
            Block(1, "tanh", norm=not mended),
        ]
    )
    return standard(G, conv_critic((16, 16, 1)), discs(), ls_d, ls_g)


@broken("frozen-forever")
def keras_two_habit(mended):
    # D.trainable = False before the stacked model; in Keras 3 D itself then never learns
    G, D = dense_generator(), dense_critic(last="sigmoid")
    D.compile(adam(), loss="binary_crossentropy", run_eagerly=True)
    D.trainable = False
    gan = keras.Sequential([G, D])
    gan.compile(adam(), loss="binary_crossentropy", run_eagerly=True)
    if mended:
        D.trainable = True

    def train_batch(x):
        n = len(x)
        fake = G(tf.random.normal([n, 32]))
        if mended:
            D.trainable = True
        D.train_on_batch(tf.concat([x, fake], 0), np.r_[np.ones((n, 1)), np.zeros((n, 1))])
        D.trainable = False
        gan.train_on_batch(tf.random.normal([n, 32]), np.ones((n, 1)))
        if mended:
            D.trainable = True

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": train_batch,
        "latent_dim": 32,
    }


@broken("frozen-forever")
def pretrained_body_left_frozen(mended):
    G = transposed_generator(bn=False)
    if not mended:
        for layer in G.layers[:-1]:
            layer.trainable = False
    return standard(G, conv_critic((16, 16, 1)), discs(), hinge_d, hinge_g)


def _gp(norm, points=None, weight=10.0, eps=1e-12):
    def penalty(critic, x_real, x_fake):
        n = tf.shape(x_real)[0]
        a = tf.random.uniform([n, 1, 1, 1])
        x = x_real + a * (x_fake - x_real) if points is None else points(x_real, x_fake, a)
        with tf.GradientTape() as t:
            t.watch(x)
            s = critic(x, training=True)
        return weight * norm(t.gradient(s, x))

    return penalty


def _two_sided(g):
    return tf.reduce_mean((tf.sqrt(tf.reduce_sum(g**2, [1, 2, 3]) + 1e-12) - 1.0) ** 2)


@broken("penalty-norm")
def norm_along_rows(mended):
    def norm(g):
        axes = [1, 2, 3] if mended else 1
        return tf.reduce_mean((tf.sqrt(tf.reduce_sum(tf.square(g), axis=axes) + 1e-12) - 1.0) ** 2)

    return wasserstein(up_generator(), conv_critic(), bars(), _gp(norm))


@broken("penalty-norm")
def norm_of_the_whole_batch(mended):
    def norm(g):
        if mended:
            return _two_sided(g)
        return (tf.sqrt(tf.reduce_sum(g * g) + 1e-12) - 1.0) ** 2

    return wasserstein(dense_generator(), dense_critic(), gradients(), _gp(norm))


@broken("penalty-norm")
def square_outside_the_mean(mended):
    def norm(g):
        n = tf.sqrt(tf.reduce_sum(g**2, [1, 2, 3]) + 1e-12)
        return tf.reduce_mean(tf.square(n - 1.0)) if mended else tf.square(tf.reduce_mean(n) - 1.0)

    return wasserstein(up_generator(), conv_critic(norm=L.LayerNormalization), bars(), _gp(norm))


@broken("penalty-points")
def a_coin_for_each_pixel(mended):
    def points(r, f, a):
        e = a if mended else tf.random.uniform(tf.shape(r))
        return e * r + (1.0 - e) * f

    return wasserstein(up_generator(), conv_critic(), bars(), _gp(_two_sided, points))


@broken("penalty-points")
def difference_forgotten(mended):
    def points(r, f, a):
        return r + a * ((f - r) if mended else f)

    return wasserstein(dense_generator(), dense_critic(), gradients(), _gp(_two_sided, points))


@broken("penalty-nan")
def epsilon_outside_the_root(mended):
    def norm(g):
        s = tf.reduce_sum(tf.square(g), [1, 2, 3])
        n = tf.sqrt(s + 1e-12) if mended else tf.sqrt(s) + 1e-12
        return tf.reduce_mean((n - 1.0) ** 2)

    return wasserstein(up_generator(), conv_critic(), bars(), _gp(norm))


@broken("penalty-nan")
def norm_from_the_library(mended):
    def norm(g):
        flat = tf.reshape(g, [tf.shape(g)[0], -1])
        n = tf.sqrt(tf.reduce_sum(flat**2, 1) + 1e-10) if mended else tf.norm(flat, axis=1)
        return tf.reduce_mean((n - 1.0) ** 2)

    return wasserstein(dense_generator(), dense_critic(), bars(), _gp(norm))


@broken("penalty-weighting")
def minus_ten(mended):
    return wasserstein(
        up_generator(), conv_critic(), bars(), _gp(_two_sided, weight=10.0 if mended else -10.0)
    )


@broken("penalty-weighting")
def ten_to_the_six(mended):
    return wasserstein(
        dense_generator(),
        dense_critic(),
        gradients(),
        _gp(_two_sided, weight=10.0 if mended else 1e6),
    )


@broken("penalty-missing")
def gradients_clipped_not_weights(mended):
    G, C = dense_generator(), dense_critic(width=64)
    kw = {} if mended else {"clipvalue": 0.1}
    go, co = keras.optimizers.RMSprop(5e-5), keras.optimizers.RMSprop(5e-5, **kw)

    def clip(net):
        for w in net.trainable_variables:
            w.assign(tf.clip_by_value(w, -0.1, 0.1))

    return {
        "generator": G,
        "discriminator": C,
        "data": bars(),
        "latent_dim": 32,
        "losses": {"discriminator": w_d, "generator": w_g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co, after=clip if mended else None),
    }


@broken("penalty-missing")
def plain_earth_mover(mended):
    G, C = up_generator(), conv_critic()
    return wasserstein(G, C, discs(160, 8), gp_right if mended else None)


@broken("batch-norm-in-critic")
def hidden_in_a_nested_block(mended):
    def block(f):
        return keras.Sequential(
            [
                L.Conv2D(f, 4, 2, padding="same"),
                L.LayerNormalization() if mended else L.BatchNormalization(),
                L.LeakyReLU(negative_slope=0.2),
            ]
        )

    C = keras.Sequential([keras.Input((16, 16, 1)), block(16), block(32), L.Flatten(), L.Dense(1)])
    return wasserstein(up_generator(size=16), C, discs())


@broken("batch-norm-in-critic")
def dense_critic_with_norm(mended):
    class Critic(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.out = L.Dense(64), L.Dense(64), L.Dense(1)
            self.n = None if mended else L.BatchNormalization()

        def call(self, x, training=None):
            h = tf.nn.leaky_relu(self.a(tf.reshape(x, [-1, 64])))
            h = self.b(h)
            if self.n is not None:
                h = self.n(h, training=training)
            return self.out(tf.nn.leaky_relu(h))

    C = Critic()
    C(tf.zeros([2, 8, 8, 1]))
    return wasserstein(dense_generator(), C, bars())


@broken("critic-bounded")
def tanh_at_the_end(mended):
    return wasserstein(up_generator(), conv_critic(last=None if mended else "tanh"), bars())


@broken("critic-bounded")
def arctangent_in_call(mended):
    C = _FlatJudge(None if mended else tf.atan)
    C(tf.zeros([1, 8, 8, 1]))
    return wasserstein(dense_generator(), C, gradients())


@broken("clipping-saturates")
def clipped_to_dust(mended):
    G, C = dense_generator(), dense_critic()
    c = 0.1 if mended else 1e-5
    go, co = keras.optimizers.RMSprop(5e-5), keras.optimizers.RMSprop(5e-5)

    def clip(net):
        for layer in net.layers:
            layer.set_weights([np.clip(w, -c, c) for w in layer.get_weights()])

    clip(C)
    return {
        "generator": G,
        "discriminator": C,
        "data": bars(),
        "latent_dim": 32,
        "losses": {"discriminator": w_d, "generator": w_g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co, after=clip, n_critic=5),
    }


class _Clip(keras.constraints.Constraint):
    def __init__(self, c):
        self.c = c

    def __call__(self, w):
        return keras.ops.clip(w, -self.c, self.c)


@broken("clipping-saturates")
def constraint_to_dust(mended):
    c = _Clip(0.1 if mended else 1e-5)
    C = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            L.Conv2D(32, 4, 2, padding="same", activation="leaky_relu", kernel_constraint=c),
            L.Flatten(),
            L.Dense(64, activation="leaky_relu", kernel_constraint=c),
            L.Dense(1, kernel_constraint=c),
        ]
    )
    G = up_generator()
    go, co = keras.optimizers.RMSprop(5e-5), keras.optimizers.RMSprop(5e-5)
    return {
        "generator": G,
        "discriminator": C,
        "data": bars(),
        "latent_dim": 32,
        "losses": {"discriminator": w_d, "generator": w_g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co),
    }


# ==================================================================== HEALTHY
@healthy
def keras_io_fake_is_one():
    # D says 1 for fakes, 0 for real ones, and G aims at 0: right, only the other way round
    def d(real, fake):
        return _logits(tf.zeros_like(real), real) + _logits(tf.ones_like(fake), fake)

    def g(fake):
        return _logits(tf.zeros_like(fake), fake)

    gan = KerasGAN(conv_critic(drop=0.2), up_generator(), 32, d, g)
    gan.compile(adam(), adam())
    return {
        "generator": gan.generator,
        "discriminator": gan.discriminator,
        "data": bars(),
        "train_step": gan,
        "latent_dim": 32,
        "losses": {"discriminator": d, "generator": g},
    }


@healthy
def wasserstein_upside_down():
    def d(r, f):
        return tf.reduce_mean(r) - tf.reduce_mean(f)

    def g(f):
        return tf.reduce_mean(f)

    G, C, go, co = (
        up_generator(),
        conv_critic(norm=L.LayerNormalization),
        adam(1e-4, 0.0),
        adam(1e-4, 0.0),
    )
    return {
        "generator": G,
        "discriminator": C,
        "data": gradients(),
        "latent_dim": 32,
        "penalty": gp_right,
        "losses": {"discriminator": d, "generator": g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co, gp_right, d_loss=d, g_loss=g, n_critic=3),
    }


@healthy
def relativistic_pair():
    def d(r, f):
        return tf.reduce_mean(tf.nn.softplus(-(r - f)))

    def g(r, f):
        return tf.reduce_mean(tf.nn.softplus(-(f - r)))

    G, D, go, do = up_generator(), conv_critic(), adam(), adam()

    @tf.function
    def step(x):
        with tf.GradientTape() as gt, tf.GradientTape() as dt:
            f = D(G(tf.random.normal([tf.shape(x)[0], 32]), training=True), training=True)
            r = D(x, training=True)
            gl, dl = g(r, f), d(r, f)
        go.apply_gradients(zip(gt.gradient(gl, G.trainable_variables), G.trainable_variables))
        do.apply_gradients(zip(dt.gradient(dl, D.trainable_variables), D.trainable_variables))
        return gl, dl

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
        "losses": {"discriminator": d, "generator": g},
        "optimizers": {"generator": go, "discriminator": do},
    }


@healthy
def points_in_the_plane():
    r = np.random.default_rng(3)
    a = r.uniform(0, 2 * np.pi, 200)
    data = (np.c_[np.cos(a), np.sin(a)] * 2 + r.normal(0, 0.05, (200, 2))).astype("float32")
    G = keras.Sequential([keras.Input((8,)), L.Dense(32, "relu"), L.Dense(32, "relu"), L.Dense(2)])
    D = keras.Sequential(
        [keras.Input((2,)), L.Dense(32, "relu"), L.Dense(32, "relu"), L.Dense(1, "sigmoid")]
    )
    return standard(G, D, data, prob_d, prob_g, latent=8, go=adam(1e-3), do=adam(1e-3))


@healthy
def spectral_hinge():
    x = keras.Input((8, 8, 1))
    h = L.SpectralNormalization(L.Conv2D(16, 4, 2, padding="same"))(x)
    h = L.LeakyReLU(negative_slope=0.1)(h)
    h = L.SpectralNormalization(L.Conv2D(32, 4, 2, padding="same"))(h)
    h = L.LeakyReLU(negative_slope=0.1)(h)
    D = keras.Model(x, L.SpectralNormalization(L.Dense(1))(L.Flatten()(h)))
    return standard(
        up_generator(bn=True), D, bars(), hinge_d, hinge_g, go=adam(1e-4, 0.0), do=adam(4e-4, 0.0)
    )


@healthy
def sigmoid_everywhere():
    # pictures in [0, 1], sigmoid G, sigmoid D, loss on probabilities
    ds = (
        tf.data.Dataset.from_tensor_slices((discs(160, 28) + 1) / 2)
        .shuffle(160)
        .batch(20, drop_remainder=True)
    )
    return standard(
        dense_generator(64, (28, 28, 1), "sigmoid", 128),
        dense_critic((28, 28, 1), "sigmoid", 128),
        ds,
        prob_d,
        prob_g,
        latent=64,
    )


@healthy
def linear_output_standardised():
    x = gradients(160, 8)
    x = (x - x.mean()) / x.std()
    return standard(
        up_generator(out=None),
        conv_critic(),
        x.astype("float32"),
        ls_d,
        ls_g,
        go=keras.optimizers.RMSprop(1e-4),
        do=keras.optimizers.RMSprop(1e-4),
    )


class _TwoLayer(tf.Module):
    def __init__(self, i, h, o, act, shape):
        super().__init__()
        r = tf.random.Generator.from_seed(i + o)
        self.w1 = tf.Variable(r.normal([i, h]) * (2 / i) ** 0.5)
        self.b1 = tf.Variable(tf.zeros([h]))
        self.w2 = tf.Variable(r.normal([h, o]) * (1 / h) ** 0.5)
        self.b2 = tf.Variable(tf.zeros([o]))
        self.act, self.shape = act, shape

    def __call__(self, x, training=False):
        h = tf.nn.leaky_relu(tf.reshape(x, [tf.shape(x)[0], -1]) @ self.w1 + self.b1)
        return tf.reshape(self.act(h @ self.w2 + self.b2), (-1, *self.shape))


@healthy
def bare_modules_by_hand():
    G, D = _TwoLayer(32, 96, 64, tf.tanh, (8, 8, 1)), _TwoLayer(64, 96, 1, tf.identity, (1,))

    def step(x):
        z = tf.random.uniform([tf.shape(x)[0], 32], -1, 1)
        with tf.GradientTape(persistent=True) as t:
            f = D(G(z))
            dl, gl = ls_d(D(x), f), ls_g(f)
        gd, gg = t.gradient(dl, D.trainable_variables), t.gradient(gl, G.trainable_variables)
        for g, v in zip(gd + gg, D.trainable_variables + G.trainable_variables):
            v.assign_sub(0.02 * g)

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
        "losses": {"discriminator": ls_d, "generator": ls_g},
    }


@healthy
def averaged_copy_beside():
    # an exponential average of G is kept beside: a second copy, rightly
    G, D, go, do = up_generator(), conv_critic(), adam(), adam()
    ema = keras.models.clone_model(G)
    ema.set_weights(G.get_weights())
    inner = tutorial_step(G, D, go, do, bce_d, bce_g, 32, fn=False)

    def step(x):
        out = inner(x)
        for a, b in zip(ema.weights, G.weights):
            a.assign(0.99 * a + 0.01 * b)
        return out

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": step,
        "latent_dim": 32,
        "losses": {"discriminator": bce_d, "generator": bce_g},
        "optimizers": {"generator": go, "discriminator": do},
    }


@healthy
def r_one_softplus():
    def d(r, f):
        return tf.reduce_mean(tf.nn.softplus(-r) + tf.nn.softplus(f))

    def g(f):
        return tf.reduce_mean(tf.nn.softplus(-f))

    def r1(critic, x_real, x_fake):
        with tf.GradientTape() as t:
            t.watch(x_real)
            s = tf.reduce_sum(critic(x_real, training=True))
        return 5.0 * tf.reduce_mean(tf.reduce_sum(t.gradient(s, x_real) ** 2, [1, 2, 3]))

    G, D, go, do = up_generator(), conv_critic(), adam(1e-4, 0.0), adam(1e-4, 0.0)
    return {
        "generator": G,
        "discriminator": D,
        "data": discs(160, 8),
        "latent_dim": 32,
        "penalty": r1,
        "losses": {"discriminator": d, "generator": g},
        "optimizers": {"generator": go, "discriminator": do},
        "train_step": critic_step(G, D, go, do, r1, n_critic=1, d_loss=d, g_loss=g),
    }


@healthy
def style_like_with_noise():
    class Gen(keras.Model):
        def __init__(self):
            super().__init__()
            self.const = self.add_weight(
                shape=(1, 4, 4, 32), initializer="random_normal", name="const"
            )
            self.map1, self.map2 = L.Dense(32, "leaky_relu"), L.Dense(32, "leaky_relu")
            self.scale, self.shift = L.Dense(32), L.Dense(32)
            self.norm = L.GroupNormalization(groups=-1, center=False, scale=False)
            self.conv, self.out = (
                L.Conv2D(32, 3, padding="same"),
                L.Conv2D(1, 3, padding="same", activation="tanh"),
            )
            self.amount = self.add_weight(
                shape=(), initializer=keras.initializers.Constant(0.05), name="amount"
            )

        def call(self, z):
            z = z * tf.math.rsqrt(tf.reduce_mean(z**2, -1, keepdims=True) + 1e-8)
            w = self.map2(self.map1(z))
            h = self.conv(tf.tile(self.const, [tf.shape(z)[0], 1, 1, 1]))
            h = h + self.amount * tf.random.normal(tf.shape(h[..., :1]))
            h = self.norm(h) * (1.0 + self.scale(w)[:, None, None]) + self.shift(w)[:, None, None]
            h = tf.repeat(tf.repeat(tf.nn.leaky_relu(h), 2, 1), 2, 2)
            return self.out(h)

    G = Gen()
    G(tf.zeros([2, 32]))
    return standard(G, conv_critic(), gradients())


@healthy
def projection_conditional():
    x, c = keras.Input((8, 8, 1)), keras.Input((4,))
    h = L.Conv2D(32, 4, 2, padding="same", activation="leaky_relu")(x)
    h = L.Dense(32, activation="leaky_relu")(L.Flatten()(h))
    dot = L.Dot(1)([h, L.Dense(32, use_bias=False)(c)])
    D = keras.Model([x, c], L.Add()([L.Dense(1)(h), dot]))
    G, go, do = _cond_generator(), adam(), adam()
    data, y = _classes()
    return {
        "generator": G,
        "discriminator": D,
        "data": data,
        "conditions": np.eye(4, dtype="float32")[y],
        "latent_dim": 32,
        "losses": {"discriminator": hinge_d, "generator": hinge_g},
        "optimizers": {"generator": go, "discriminator": do},
        "train_step": _cond_step(G, D, go, do, hinge_d, hinge_g, 32),
    }


@healthy
def clipped_wasserstein():
    G, C = dense_generator(), dense_critic()
    go, co = keras.optimizers.RMSprop(5e-5), keras.optimizers.RMSprop(5e-5)

    def clip(net):
        for w in net.trainable_variables:
            w.assign(tf.clip_by_value(w, -0.1, 0.1))

    return {
        "generator": G,
        "discriminator": C,
        "data": bars(),
        "latent_dim": 32,
        "losses": {"discriminator": w_d, "generator": w_g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co, after=clip, n_critic=5),
    }


@healthy
def smoothed_on_one_side():
    def d(real, fake):
        return _logits(0.9 * tf.ones_like(real), real) + _logits(tf.zeros_like(fake), fake)

    return standard(
        transposed_generator(), conv_critic((16, 16, 1), drop=0.3), discs(), d, bce_g, fn=True
    )


@healthy
def switch_the_trainable_flag():
    # the stacked model of old, with the switch thrown each time
    G, D = dense_generator(), dense_critic(last="sigmoid")
    D.compile(adam(), loss="binary_crossentropy", run_eagerly=True)
    stack = keras.Sequential([G, D])
    stack.compile(adam(), loss="binary_crossentropy", run_eagerly=True)

    def train_batch(x):
        n = len(x)
        D.trainable = True
        D.train_on_batch(x, np.ones((n, 1)))
        D.train_on_batch(G(tf.random.normal([n, 32])), np.zeros((n, 1)))
        D.trainable = False
        out = stack.train_on_batch(tf.random.normal([n, 32]), np.ones((n, 1)))
        D.trainable = True
        return out

    return {
        "generator": G,
        "discriminator": D,
        "data": bars(),
        "train_step": train_batch,
        "latent_dim": 32,
    }


@healthy
def momentum_and_one_sided_lipschitz():
    def lp(critic, x_real, x_fake):  # WGAN-LP: only slopes over 1 cost
        def norm(g):
            return tf.reduce_mean(
                tf.nn.relu(tf.sqrt(tf.reduce_sum(g**2, [1, 2, 3]) + 1e-12) - 1.0) ** 2
            )

        return _gp(norm)(critic, x_real, x_fake)

    G, C = dense_generator(), dense_critic()
    go, co = (
        keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9),
        keras.optimizers.Adam(3e-4, beta_1=0.0, beta_2=0.9),
    )
    return {
        "generator": G,
        "discriminator": C,
        "data": bars(),
        "latent_dim": 32,
        "penalty": lp,
        "losses": {"discriminator": w_d, "generator": w_g},
        "optimizers": {"generator": go, "discriminator": co},
        "train_step": critic_step(G, C, go, co, lp, n_critic=1),
    }


@healthy
def no_step_only_networks():
    return {
        "generator": up_generator(ch=3, size=16),
        "discriminator": conv_critic((16, 16, 3), norm=L.LayerNormalization),
        "data": discs(ch=3),
        "latent_dim": 32,
    }
