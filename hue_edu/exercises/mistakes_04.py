"""Known mistakes of lesson 04 with pixels, losses and steps, and what tells them apart."""

import numpy as np
import tensorflow as tf
from keras import ops

from .. import losses
from ..answers.numbers import expect, expect_function, expect_two, to_numbers
from . import steps


def pixels(rng, num):
    """Pictures that are nowhere quite black or white, of 1 to 3 channels."""
    return (rng.integers(3, 251, (num, 3, 4, 1 + num % 3)).astype("uint8"),)


THE_ENDS = (np.array([[[0, 255]]], "uint8"),)
WRONG_PIXELS = {
    "These are numbers from 0 to 1: paper must be -1. A D would see which images have negative "
    "pixels, and know all fakes at once.": lambda p: p / 255,
    "These are numbers from 0 to 2: the 1 is not subtracted.": lambda p: p / 127.5,
    "These are numbers from -1 to 0: 255 must become 1.": lambda p: p / 255 - 1,
    "These are numbers from -0.5 to 0.5; tanh reaches from -1 to 1.": lambda p: p / 255 - 0.5,
    "Divided by 128: 255 becomes 0.992 instead of 1; half of 255 is 127.5.": lambda p: p / 128 - 1,
    "Divided by 127: 255 becomes 1.008 instead of 1; half of 255 is 127.5.": lambda p: p / 127 - 1,
    "The middle between 0 and 255 is 127.5, not 128.": lambda p: (p - 128.0) / 127.5,
    "The middle between 0 and 255 is 127.5, not 127.": lambda p: (p - 127.0) / 127.5,
    "The 1 is subtracted before the division; subtract it afterwards.": lambda p: (p - 1) / 127.5,
    "The sign is turned: ink is 1, paper is -1.": lambda p: 1 - p / 127.5,
    "The whole numbers overflow: in uint8, 100 - 128 is 228. Turn them into floats first.": (
        lambda p: (p - np.uint8(128)) / 127.5
    ),
    "The whole numbers overflow before they are divided by 128: in uint8, 100 - 128 is 228. Turn "
    "them into floats first, and divide by half of 255.": lambda p: (p - np.uint8(128)) / 128,
    "The whole numbers overflow: in uint8, 2 · 200 is 144. Divide before you multiply.": (
        lambda p: 2 * p / 255 - 1
    ),
    "The whole numbers overflow twice: in uint8, 2 · 200 is 144, and 144 - 255 is 145. Turn them "
    "into floats first.": lambda p: (2 * p - np.uint8(255)) / 255,
    "The pixels are as they came, from 0 to 255.": lambda p: p,
    "The result is turned back into whole numbers, so that nearly all of it becomes 0.": (
        lambda p: (p / 127.5 - 1).astype(int)
    ),
    "The result is turned into uint8, which holds neither fractions nor negative numbers.": (
        lambda p: (p / 127.5 - 1).astype("uint8")
    ),
    "`//` rounds down to whole numbers; `/` keeps the fractions.": lambda p: p // 127.5 - 1,
    "The result is rounded to whole numbers; the greys between are lost.": (
        lambda p: np.round(p / 127.5 - 1)
    ),
    "tanh itself is applied to the pixels; only its *range* is asked for.": (
        lambda p: np.tanh(p.astype("float32"))
    ),
    "tanh itself is applied at the end; the numbers already lay in its range.": (
        lambda p: np.tanh(p / 127.5 - 1)
    ),
    "tanh is applied to numbers from 0 to 1; only its *range* is asked for.": (
        lambda p: np.tanh(p / 255)
    ),
    "The pixels are cut off at -1 and 1, so that all of them become 1, apart from 0.": (
        lambda p: np.clip(p, -1, 1)
    ),
    "The pixels are standardised with the batch's own mean and standard deviation; the map must be "
    "the same for each batch.": lambda p: (p - p.mean()) / p.std(),
    "The batch's own smallest and largest pixel become -1 and 1; 0 and 255 must, in each batch.": (
        lambda p: 2 * ((p - p.min()) / (p.max() - p.min())) - 1
    ),
    "The batch's own largest pixel becomes 1; 255 must, in each batch.": (
        lambda p: 2 * (p / p.max()) - 1
    ),
}


def logits(rng, num):
    """D's logits of real and of fake images."""
    return tuple(rng.normal(mean, 2, (num, 1)).astype("float32") for mean in (1, -1))


SURE_AND_WRONG = (np.array([[-50.0]], "float32"), np.array([[50.0]], "float32"))


def _real(logits):
    return ops.mean(ops.softplus(-logits))


def _fake(logits):
    return ops.mean(ops.softplus(logits))


def _cross_entropy(real, fake):
    """With these numbers taken for probabilities."""
    return -ops.mean(ops.log(real)) - ops.mean(ops.log(1 - fake))


def _clipped(x):
    """As Keras clips probabilities."""
    return ops.clip(x, 1e-7, 1 - 1e-7)


WRONG_LOSSES = {
    "The labels are swapped: real is 1, fake is 0. This D would learn to be fooled.": (
        lambda r, f: _fake(r) + _real(f)
    ),
    "These are sums over the batch; the loss takes means, so that it does not grow with it.": (
        lambda r, f: ops.sum(ops.softplus(-r)) + ops.sum(ops.softplus(f))
    ),
    "This is half of it: the loss is the *sum* of the two means.": (
        lambda r, f: (_real(r) + _fake(f)) / 2
    ),
    "The fakes are missing: a D that always says real would be perfect.": lambda r, f: _real(r),
    "The real images are missing: a D that always says fake would be perfect.": (
        lambda r, f: _fake(f)
    ),
    "This is L_G, the generator's loss.": lambda r, f: _real(f),
    "This is G's loss in the minimax game; D's loss is asked for.": lambda r, f: -_fake(f),
    "Fakes get the label 1, too: that is L_G's wish, in D's loss.": (
        lambda r, f: _real(r) + _real(f)
    ),
    "Real images get the label 0, too: this D would call everything fake.": (
        lambda r, f: _fake(r) + _fake(f)
    ),
    "The fakes' part is subtracted: D would learn to be fooled by them. Both parts are costs.": (
        lambda r, f: _real(r) - _fake(f)
    ),
    "The two parts are multiplied; they are to be added.": lambda r, f: _real(r) * _fake(f),
    "A sigmoid is applied before softplus, which already holds one.": (
        lambda r, f: _real(ops.sigmoid(r)) + _fake(ops.sigmoid(f))
    ),
    "Sigmoids stand where softplus belongs: the cross-entropy is a logarithm.": (
        lambda r, f: ops.mean(ops.sigmoid(-r)) + ops.mean(ops.sigmoid(f))
    ),
    "The softplus of 1 - l is taken for the fakes, as if l were a probability; BCE(0, l) is the "
    "softplus of l.": lambda r, f: _real(r) + _fake(1 - f),
    "The softplus of -(1 - l) is taken for the fakes, as if l were a probability; BCE(0, l) is "
    "the softplus of l.": lambda r, f: _real(r) + _real(1 - f),
    "The logits are taken for probabilities, and a negative one has no logarithm.": _cross_entropy,
    "The logits are taken for probabilities (`from_logits=True` is missing).": (
        lambda r, f: _cross_entropy(_clipped(r), _clipped(f))
    ),
    "Where D is sure, the sigmoid rounds to 0 or 1, and log 0 is infinite. Softplus takes the "
    "logit itself.": lambda r, f: _cross_entropy(ops.sigmoid(r), ops.sigmoid(f)),
    "The mean is missing: one value for each sample is left.": (
        lambda r, f: ops.softplus(-r) + ops.softplus(f)
    ),
    "The mean is taken of the logits; take it of their costs, after softplus.": (
        lambda r, f: ops.softplus(-ops.mean(r)) + ops.softplus(ops.mean(f))
    ),
    "Each fake is compared with a real image: that is a relativistic loss. Here each image has a "
    "cost of its own.": lambda r, f: _fake(f - r),
    "This is the hinge loss; the cross-entropy has softplus in place of ReLU, and no 1.": (
        lambda r, f: ops.mean(ops.relu(1 - r)) + ops.mean(ops.relu(1 + f))
    ),
    "This is the Wasserstein loss, a difference of means; softplus is missing.": (
        lambda r, f: ops.mean(f) - ops.mean(r)
    ),
    "This is the least-squares loss; the cross-entropy is asked for.": (
        lambda r, f: ops.mean((r - 1) ** 2) + ops.mean(f**2)
    ),
    "This loss is in bits; softplus gives nats, as everywhere in this course.": (
        lambda r, f: (_real(r) + _fake(f)) / np.log(2)
    ),
}


def _expect_the_same_twice(answer):
    """Raise Wrong if a step draws random numbers of its own."""
    rng, returned = np.random.default_rng(1), []
    x_real, z = (tf.constant(rng.normal(0, 1, (5, size)), tf.float32) for size in (6, 4))
    for _ in range(2):
        pair = answer(*steps.players(), x_real, z)
        expect_two(pair, "losses", "d_loss, g_loss")
        returned.append([to_numbers(loss) for loss in pair])
    expect(
        all(np.allclose(*pair, equal_nan=True) for pair in zip(*returned)),
        "The same networks, images and z gave two different losses: the step draws random numbers "
        "of its own. Use the z that it is given, for both losses.",
    )


def observe_step(answer):
    """What a step does to two small networks; a learner's must not draw anything of its own."""
    expect_function(answer)
    if not str(getattr(answer, "__module__", "")).startswith(__package__):
        _expect_the_same_twice(answer)
    yield from steps.observe_step(answer)


def step_with(
    real=1, fake=0, g_label=1, reduce=ops.mean, d_follows=(1, 0), g_follows=(0, 1),
    modes=(True, True), moves=(1, 1), only_g=False,
):  # fmt: skip
    """A training step with other labels or losses, or whose players follow other sums of them."""

    def step(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
        with tf.GradientTape(persistent=True) as tape:
            x_fake = generator(z, training=modes[0])
            verdicts = [discriminator(x, training=modes[1]) for x in (x_real, x_fake)]
            real_cost, fake_cost, g_loss = (
                reduce(losses.binary_cross_entropy(float(label), verdict))
                for label, verdict in zip((real, fake, g_label), (*verdicts, verdicts[1]))
            )
            d_loss = real_cost + fake_cost
            targets = [a * d_loss + b * g_loss for a, b in (d_follows, g_follows)]
        players = (generator if only_g else discriminator), generator
        weights = [player.trainable_variables for player in players]
        gradients = [tape.gradient(*pair) for pair in zip(targets, weights)]
        for optimizer, steep, own, num in zip(
            (d_optimizer, g_optimizer), gradients, weights, moves
        ):
            for _ in range(num):
                optimizer.apply(steep, own)
        return d_loss, g_loss

    return step


def g_first(generator, discriminator, d_optimizer, g_optimizer, x_real, z):
    """A training step in turns, G before D."""
    players = generator, discriminator, d_optimizer, g_optimizer, x_real, z
    _, g_loss = step_with(moves=(0, 1))(*players)
    return step_with(moves=(1, 0))(*players)[0], g_loss


MORE_WRONG_STEPS = {
    "`training=True` is missing in G's pass.": step_with(modes=(False, True)),
    "`training=True` is missing in D's passes.": step_with(modes=(True, False)),
    "In D's loss the fakes have the label 1, too: this D calls everything real.": step_with(fake=1),
    "In D's loss the real images have the label 0, too: this D calls everything fake.": (
        step_with(real=0)
    ),
    "All labels are swapped, in both losses; 1 is real, 0 is fake.": (
        step_with(real=0, fake=1, g_label=0)
    ),
    "The losses are sums over the batch; they should be means.": step_with(reduce=ops.sum),
    "D climbs its own loss: the optimizer already goes downhill, so give it no minus sign.": (
        step_with(d_follows=(-1, 0))
    ),
    "G climbs its own loss: the optimizer already goes downhill, so give it no minus sign.": (
        step_with(g_follows=(0, -1))
    ),
    "Both players follow the sum of both losses; each has a loss of its own.": (
        step_with(d_follows=(1, 1), g_follows=(1, 1))
    ),
    "D follows the sum of both losses; its gradient must come from d_loss alone.": (
        step_with(d_follows=(1, 1))
    ),
    "G follows the sum of both losses; its gradient must come from g_loss alone.": (
        step_with(g_follows=(1, 1))
    ),
    "D follows only half its loss: it is the *sum* of the two means.": (
        step_with(d_follows=(0.5, 0))
    ),
    "G's move is twice as long as it should be: is G moved twice, or is its loss doubled?": (
        step_with(moves=(1, 2))
    ),
    "D's move is twice as long as it should be: is D moved twice, or is its loss doubled?": (
        step_with(moves=(2, 1))
    ),
    "Both optimizers move G's weights, and D's never change: d_loss belongs to the weights of D.": (
        step_with(only_g=True)
    ),
    "G moves first, and D answers a G that has already moved. Take both losses from one pass.": (
        g_first
    ),
}
