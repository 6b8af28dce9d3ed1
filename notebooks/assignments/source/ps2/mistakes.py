"""Wrong answers to ps2 with their names; a student's check knows the visible ones only."""

import numpy as np
import tensorflow as tf
from keras import ops


def scaled(x, gamma, beta, mean, variance):
    return gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta


def norm(
    axes=(0, 1, 2), ddof=0, ddof_kept=0, scale=scaled, kept=lambda m: m,
    remembers=False, always=False,
):  # fmt: skip
    """Batch normalisation with something wrong."""

    def layer(x, gamma, beta, moving_mean, moving_variance, momentum, training):
        mean, variance = x.mean(axes, keepdims=True), x.var(axes, ddof=ddof, keepdims=True)
        used = (mean, variance) if training or always else (moving_mean, moving_variance)
        y = scale(x, gamma, beta, *used)
        if training or remembers:
            m = kept(momentum)
            moving_mean = m * moving_mean + (1 - m) * x.mean((0, 1, 2))
            moving_variance = m * moving_variance + (1 - m) * x.var((0, 1, 2), ddof=ddof_kept)
        return y, moving_mean, moving_variance

    return layer


def board(
    shift=1, num_taps=lambda height, width, k, s: height * width, turned=False,
    resize=lambda kernel, s: kernel.sum(axis=(0, 1, 2)),
):  # fmt: skip
    """Taps and values of a flat input with something wrong."""

    def layer(kernel, stride, padding):
        begins = [(i + shift * padding) % stride for i in range(stride)]
        taps = np.zeros((stride, stride))
        painted = np.zeros((stride, stride, kernel.shape[3]))
        for i, row in enumerate(begins):
            for j, column in enumerate(begins):
                part = kernel[row::stride, column::stride]
                taps[i, j] = num_taps(*part.shape[:2], len(kernel), stride)
                painted[i, j] = part.sum(axis=(0, 1, 2))
        if turned:
            painted = painted.transpose(1, 0, 2)
        return taps, painted, np.broadcast_to(resize(kernel, stride), painted.shape)

    return layer


def resized_as_transposed(kernel, stride, padding):
    taps, painted, _ = board()(kernel, stride, padding)
    return taps, painted, painted


def consecutive(x, size):
    return np.arange(len(x)) // size


def interleaved(x, size):
    return np.arange(len(x)) % -(-len(x) // size)


def deviation(group, epsilon=1e-8):
    return np.sqrt(group.var(axis=0) + epsilon)


def sample_deviation(group):
    num = len(group)
    return np.sqrt(np.divide(num, num - 1) * group.var(axis=0) + 1e-8).mean()


def over_places_too(group):
    return np.sqrt(group.reshape(-1, group.shape[-1]).var(axis=0) + 1e-8).mean()


def with_std(
    groups=consecutive, one=lambda group: deviation(group).mean(), first=False, alone=False,
    change=lambda numbers, of: numbers,
):  # fmt: skip
    """Features with one more channel, and something wrong with it."""

    def layer(features, group_size):
        of = groups(features, group_size)
        numbers = np.stack([one(features[of == k]) for k in of])
        numbers = change(numbers, of)
        numbers = numbers.reshape(*numbers.shape, *(1,) * (features.ndim - numbers.ndim))
        channel = np.broadcast_to(numbers, (*features.shape[:-1], 1))
        if alone:
            return channel
        return np.concatenate([channel, features] if first else [features, channel], axis=-1)

    return layer


def mean_over_channels(group):
    std = deviation(group)
    return std.mean(axis=-1, keepdims=True) if std.ndim > 1 else std.mean()


def rest_is_0(numbers, of):
    whole = np.bincount(of)[of] == np.bincount(of).max()
    return np.where(whole, numbers, 0)


def adam(
    power=2, sign=-1, m_share=lambda b: 1 - b, late=0, swapped=False, kept=False, repaired="mv",
    quotient=lambda m, v, t, b: m / (np.sqrt(v) + 1e-8),
):  # fmt: skip
    """A step of Adam with something wrong."""

    def step(weight, gradient, m, v, step, learning_rate, beta_1, beta_2):
        if swapped:
            beta_1, beta_2 = beta_2, beta_1
        m = beta_1 * m + m_share(beta_1) * gradient
        v = beta_2 * v + (1 - beta_2) * gradient**power
        t = step + late
        m_hat = m / (1 - beta_1**t) if "m" in repaired else m
        v_hat = v / (1 - beta_2**t) if "v" in repaired else v
        weight = weight + sign * learning_rate * quotient(m_hat, v_hat, t, beta_2)
        return (weight, m_hat, v_hat) if kept else (weight, m, v)

    return step


def keras_quotient(m_hat, v_hat, t, beta_2):
    return m_hat / (np.sqrt(v_hat) + 1e-8 / np.sqrt(1 - beta_2**t))


def pairs(one, other):
    return ops.mean(ops.softplus(other - one))


def apart(real, fake):
    return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))


def r1(slopes, bring=ops.sum, over=ops.mean):
    return over(bring(slopes**2, axis=(1, 2, 3))) / 2


def length(slopes):
    return ops.mean(ops.sqrt(ops.sum(slopes**2, axis=(1, 2, 3)))) / 2


def moved(
    of_d=pairs, of_g=lambda r, f: pairs(f, r), term=r1, at="real", factor=1,
    prepare=lambda scores: scores, g_trains=True, told=True, felt=True, d_of="d", g_of="g",
    moves="dg", returned="dg",
):  # fmt: skip
    """A training step with something wrong."""

    def step(x_real, z, gamma, generator, discriminator, d_optimizer, g_optimizer):
        with tf.GradientTape(persistent=True) as tape:
            x_fake = generator(z, training=g_trains)
            with tf.GradientTape() as x_tape:
                x = x_real if at == "real" else tf.stop_gradient(x_fake)
                x_tape.watch(x)
                scores = prepare(discriminator(x, training=True))
            penalty = factor * gamma * term(x_tape.gradient(scores, x))
            real, fake = (discriminator(x, training=True) for x in (x_real, x_fake))
            bare = of_d(real, fake)
            goals = {"d": bare + (penalty if felt else tf.stop_gradient(penalty))}
            goals["g"] = of_g(real, fake)
        d_weights, g_weights = discriminator.trainable_variables, generator.trainable_variables
        gradients = tape.gradient(goals[d_of], d_weights), tape.gradient(goals[g_of], g_weights)
        if "d" in moves:
            d_optimizer.apply(gradients[0], d_weights)
        if "g" in moves:
            g_optimizer.apply(gradients[1], g_weights)
        goals["d"] = goals["d"] if told else bare
        return tuple(goals[name] for name in returned)

    return step


def in_turns(x_real, z, gamma, generator, discriminator, d_optimizer, g_optimizer):
    """G answers a D that has moved."""
    players = generator, discriminator, d_optimizer, g_optimizer
    d_loss, _ = moved(moves="d")(x_real, z, gamma, *players)
    _, g_loss = moved(moves="g")(x_real, z, gamma, *players)
    return d_loss, g_loss


VISIBLE = {
    "batch_normalisation": {
        "The momentum is at the wrong place: it is the share of the *old* average that stays.": (
            norm(kept=lambda m: 1 - m)
        ),
        "In sampling the batch's statistics are used; take the memory.": norm(always=True),
        "The memory moves in sampling, too; there it stays as it is.": norm(remembers=True),
        "The batch's variance is divided by n - 1; here it is n.": norm(ddof=1),
        "The memory gets a variance divided by n - 1; here it is n.": norm(ddof_kept=1),
        "Each picture is normalised by itself; batch and places share one mean and variance.": (
            norm(axes=(1, 2))
        ),
    },
    "checkerboard": {
        "Every place of the kernel is counted; only every s-th row and column reaches a pixel.": (
            board(num_taps=lambda height, width, k, s: k * k)
        ),
        "k/s is rounded down everywhere; the rest of the kernel reaches some of the pixels.": (
            board(num_taps=lambda height, width, k, s: (k // s) ** 2)
        ),
        "The padding is forgotten: it moves the pattern.": board(shift=0),
        "The padding moves the pattern the wrong way: what was row p is row 0 now.": board(-1),
        "The remedy has the transposed convolution's values; there each pixel meets the whole "
        "kernel.": resized_as_transposed,
        "The remedy's values are divided by s²; an input pixel is repeated, not shared out.": (
            board(resize=lambda kernel, s: kernel.sum(axis=(0, 1, 2)) / s**2)
        ),
        "Rows and columns have changed places in the values.": board(turned=True),
    },
    "minibatch_std": {
        "The groups are ignored: this is one number for the whole batch.": (
            with_std(lambda x, size: np.zeros(len(x), int))
        ),
        "A group is every n-th example; here it is made of neighbours.": with_std(interleaved),
        "Examples and places are thrown together; look at each place.": with_std(
            one=over_places_too
        ),
        "The variance is divided by n - 1; here it is n.": with_std(one=sample_deviation),
        "The variances are averaged before the root is taken; take each root first.": (
            with_std(one=lambda group: np.sqrt(group.var(axis=0).mean() + 1e-8))
        ),
        "Only the new channel is returned; append it to the features.": with_std(alone=True),
        "Each place has a number of its own; average over the places as well as the channels.": (
            with_std(one=mean_over_channels)
        ),
    },
    "adam_step": {
        "m and v are used as they are; in the first steps both are too small.": adam(repaired=""),
        "Only m is repaired; v is too small in the first steps as well.": adam(repaired="m"),
        "m̂ and v̂ are returned; what is kept for the next step is m and v.": adam(kept=True),
        "β₁ and β₂ have changed places: β₁ belongs to m.": adam(swapped=True),
        "v averages the gradients; it averages their squares.": adam(power=1),
        "The step goes uphill; subtract it.": adam(sign=1),
        "The gradient enters m with the share 1; it is 1 - β₁, so that m is an average.": (
            adam(m_share=lambda b: 1)
        ),
    },
    "train_step": {
        "The half of R1 is missing: its weight is γ/2.": moved(factor=2),
        "The slopes are taken at the fake samples: that is R2.": moved(at="fake"),
        "The penalty is on the length of the slope; square it.": moved(term=length),
        "The squares are averaged over the pixels; add them up, and average over the batch only.": (
            moved(term=lambda slopes: r1(slopes, ops.mean))
        ),
        "The penalty is summed over the batch; it is a mean.": (
            moved(term=lambda slopes: r1(slopes, over=ops.sum))
        ),
        "D's step ignores the penalty: compute the slopes under D's tape.": moved(felt=False),
        "The slopes are those of the *mean* score, n times too small: differentiate the scores, or "
        "their sum.": moved(prepare=ops.mean),
        "G is moved by D's loss: it learns to help D.": moved(g_of="d"),
        "The two players have changed places: D wants the real score above the fake one.": (
            moved(lambda r, f: pairs(f, r), pairs)
        ),
        "G's loss is minus D's: it has one of its own, with the sign turned *inside* softplus.": (
            moved(of_g=lambda r, f: -pairs(r, f))
        ),
        "`training=True` is missing in G's pass, so its memory is used.": moved(g_trains=False),
        "D never moves.": moved(moves="g"),
        "G never moves.": moved(moves="d"),
    },
}
HIDDEN = {
    "batch_normalisation": {
        "The memory is overwritten by the batch's statistics; a share m of it stays.": (
            norm(kept=lambda m: 0)
        ),
        "ε is added to the standard deviation; it belongs to the variance, under the root.": norm(
            scale=lambda x, g, b, mean, var: g * (x - mean) / (np.sqrt(var) + 1e-3) + b
        ),
        "ε is 1e-5, as in PyTorch; the question asks for 1e-3.": norm(
            scale=lambda x, g, b, mean, var: g * (x - mean) / np.sqrt(var + 1e-5) + b
        ),
        "Each place has statistics of its own; a channel shares them over all places.": norm((0,)),
    },
    "checkerboard": {
        "The weights of all input channels are counted; count places of the kernel.": (
            board(num_taps=lambda height, width, k, s: 3 * height * width)
        ),
        "The taps of rows and columns are added; they multiply.": (
            board(num_taps=lambda height, width, k, s: height + width)
        ),
        "The remedy's values are multiplied by s²; the kernel still meets k × k pixels.": (
            board(resize=lambda kernel, s: kernel.sum(axis=(0, 1, 2)) * s**2)
        ),
    },
    "minibatch_std": {
        "ε is missing under the root: a group of one has 0.0001.": (
            with_std(one=lambda group: deviation(group, epsilon=0).mean())
        ),
        "The new channel stands first; it comes last.": with_std(first=True),
        "The last, smaller group has a 0; it has a deviation, too.": with_std(change=rest_is_0),
    },
    "adam_step": {
        "ε stands under the root; it is added to the root.": (
            adam(quotient=lambda m, v, t, b: m / np.sqrt(v + 1e-8))
        ),
        "m and v are repaired with t + 1; `step` is 1 in the first step already.": adam(late=1),
        "ε is added before v is repaired, as in Keras; here it is added to the root of v̂.": (
            adam(quotient=keras_quotient)
        ),
        "Only v is repaired; m is too small in the first steps as well.": adam(repaired="v"),
    },
    "train_step": {
        "G's move follows after D's, from a second pass; both losses come from one pass.": in_turns,
        "These are slopes of σ(D(x)); R1 takes the score's.": moved(prepare=ops.sigmoid),
        "The returned d_loss lacks the penalty.": moved(told=False),
        "D's loss judges real and fake apart; it compares the two of a pair.": moved(apart),
        "D is moved by G's loss; d_loss belongs to D's weights.": moved(d_of="g"),
        "The two losses are returned in the wrong order: d_loss first.": moved(returned="gd"),
    },
}
