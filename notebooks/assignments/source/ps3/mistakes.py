"""Wrong answers to ps3 with their names; a student's check knows the visible ones only."""

import numpy as np
import tensorflow as tf
from keras import ops
from scipy.special import logsumexp


def blend(real, fake, epsilon):
    epsilon = ops.reshape(epsilon, (-1, *[1] * (len(real.shape) - 1)))
    return epsilon * real + (1 - epsilon) * fake


def squares(slopes):
    return ops.sum(slopes**2, axis=tuple(range(1, len(slopes.shape))))


def norms_over(axis):
    return lambda slopes: ops.sqrt(ops.maximum(ops.sum(slopes**2, axis=axis), 1e-12))


def norms(slopes):
    return ops.sqrt(ops.maximum(squares(slopes), 1e-12))


def usual(gap, penalty, weight):
    return gap, penalty, gap + weight * penalty


def wgan(
    places=blend, size=norms, cost=lambda norm: ops.mean((norm - 1) ** 2), total=ops.sum, sign=1,
    returned=usual,
):  # fmt: skip
    """The critic's losses with something wrong."""

    def answer(critic, x_real, x_fake, epsilon, weight):
        between = places(x_real, x_fake, epsilon)
        with tf.GradientTape() as tape:
            tape.watch(between)
            score = total(critic(between))
        penalty = cost(size(tape.gradient(score, between)))
        gap = sign * (ops.mean(critic(x_fake)) - ops.mean(critic(x_real)))
        return returned(gap, penalty, weight)

    return answer


def pooled(
    shares=lambda counts: counts / counts.sum(), inner=lambda counts: counts - 1,
    outer=lambda counts: counts, less=lambda counts: 1, shape=lambda covariance: covariance,
):  # fmt: skip
    """Mean and covariance with something wrong."""

    def answer(means, covariances, counts):
        mean = shares(counts) @ means
        apart = means - mean
        within = np.sum((inner(counts) * np.ones(len(counts)))[:, None, None] * covariances, axis=0)
        between = ((outer(counts) * np.ones(len(counts)))[:, None] * apart).T @ apart
        return mean, shape((within + between) / (counts.sum() - less(counts)))

    return answer


def kl(mean, log_variance, prior_mean, prior_log_variance):
    """KL of each latent."""
    wider = log_variance - prior_log_variance
    apart = (mean - prior_mean) ** 2 * np.exp(-prior_log_variance)
    return 0.5 * (np.exp(wider) - 1 - wider + apart)


def moments(mean, log_variance, less=0):
    factor = np.divide(len(mean), len(mean) - less)
    return np.exp(log_variance).mean(axis=0) + factor * mean.var(axis=0)


def refitted(
    cost=kl, together=lambda kls: kls.sum(axis=1),
    best=lambda mean, log_variance: np.log(moments(mean, log_variance)),
):  # fmt: skip
    """What a prior costs, and a better one, with something wrong."""

    def answer(mean, log_variance, prior_mean, prior_log_variance):
        costs = together(cost(mean, log_variance, prior_mean, prior_log_variance))
        return costs, mean.mean(axis=0), best(mean, log_variance)

    return answer


def of_exponentials(mean, log_variance, prior_mean, prior):
    """The KL from the variances themselves."""
    ratio = np.exp(log_variance) / np.exp(prior)
    return 0.5 * (ratio - 1 - np.log(ratio) + (mean - prior_mean) ** 2 / np.exp(prior))


def log_mean(logs):
    return logsumexp(logs, axis=1) - np.log(logs.shape[1])


def of_weights(weights):
    return weights.sum(axis=1) ** 2 / (weights**2).sum(axis=1)


def num_effective(logs):
    return of_weights(np.exp(logs - logs.max(axis=1, keepdims=True)))


def bounds(log_weights=np.subtract, bound=log_mean, effective=num_effective):
    """The three bounds with something wrong."""

    def answer(log_joint, log_q):
        logs = log_weights(log_joint, log_q)
        return logs.mean(), np.mean(bound(logs)), np.mean(effective(logs))

    return answer


def bernoulli(logits, x):
    return ops.softplus(logits) - x * logits


def of_sigmoid(logits, x):
    """From log(1 - p) with p in float32, to the same digits as the right one where p is not 1."""
    return ops.where(ops.abs(logits) > 17, np.inf, bernoulli(logits, x))


def of_an_image(numbers):
    return ops.mean(ops.sum(numbers, axis=tuple(range(1, len(numbers.shape)))))


def code(mean, log_variance, noise):
    return mean + ops.exp(0.5 * log_variance) * noise


def vae(
    draw=code, misfit=bernoulli, image=of_an_image, latents=of_an_image,
    loss=lambda misfit, kl, beta: misfit + beta * kl, moving=("encoder", "decoder"),
    returned=lambda misfit, kl, beta: (misfit, kl),
):  # fmt: skip
    """A step with something wrong."""

    def answer(encoder, decoder, optimizer, x, noise, beta):
        with tf.GradientTape() as tape:
            mean, log_variance = encoder(x)
            reconstruction = image(misfit(decoder(draw(mean, log_variance, noise)), x))
            kl = latents(0.5 * (mean**2 + ops.exp(log_variance) - 1 - log_variance))
            total = loss(reconstruction, kl, beta)
        networks = [each for each in (encoder, decoder) if each.name in moving]
        weights = [weight for each in networks for weight in each.trainable_weights]
        optimizer.apply(tape.gradient(total, weights), weights)
        return returned(reconstruction, kl, beta)

    return answer


def one_after_the_other(encoder, decoder, optimizer, *given):
    """The encoder's step by a loss that the decoder's step has already changed."""
    returned = vae(moving=("decoder",))(encoder, decoder, optimizer, *given)
    vae(moving=("encoder",))(encoder, decoder, optimizer, *given)
    return returned


VISIBLE = {
    "critic_losses": {
        "The norm is over the whole batch; each sample has its own.": wgan(size=norms_over(None)),
        "The norm is over axis 1 alone, not over all of a sample.": wgan(size=norms_over(1)),
        "The norm is over the last axis alone, not over a sample.": wgan(size=norms_over(-1)),
        "The root is missing: these are squared norms minus 1.": wgan(size=squares),
        "The penalty looks at real samples, not between real and fake.": wgan(lambda r, f, e: r),
        "ε belongs to the real sample, not the fake.": wgan(lambda r, f, e: blend(f, r, e)),
        "ε of (batch, 1) weights the columns of pixels here; each image has one ε.": wgan(
            lambda r, f, e: e[:, None] * r + (1 - e[:, None]) * f
        ),
        "These are slopes of the mean score, too small by the batch size.": wgan(total=ops.mean),
        "The Wasserstein term has the wrong sign: it is fake minus real.": wgan(sign=-1),
        "λ is in the penalty that you return; it belongs in the whole loss alone.": wgan(
            returned=lambda gap, penalty, weight: (gap, weight * penalty, gap + weight * penalty)
        ),
        "The gradient is NaN where the critic is flat: keep what is under the root above 0.": wgan(
            size=lambda slopes: ops.sqrt(squares(slopes))
        ),
        "No gradient reaches the critic: NumPy and float() cut it off, so return tensors.": wgan(
            returned=lambda *each: tuple(float(part) for part in usual(*each))
        ),
    },
    "pooled_statistics": {
        "The means are averaged as if all classes were of one size; weight them by n_c.": pooled(
            lambda n: np.ones(len(n)) / len(n)
        ),
        "The spread of the class means is missing.": pooled(outer=lambda n: 0),
        "Divided by the number of samples; it is one less.": pooled(less=lambda n: 0),
        "Within a class the sum of squares is (n_c - 1) S_c, not n_c S_c.": pooled(
            inner=lambda n: n
        ),
        "The class means count once each here; they count n_c times.": pooled(outer=lambda n: 1),
        "The covariances are averaged; that leaves out class sizes and class means.": pooled(
            lambda n: np.ones(len(n)) / len(n), lambda n: (n.sum() - 1) / len(n), lambda n: 0
        ),
    },
    "refit_prior": {
        "The KL is lost: exp(-900) is 0 and exp(800) infinite. Subtract logarithms first.": (
            refitted(of_exponentials)
        ),
        "The KL goes the other way: q comes first.": refitted(lambda m, v, *p: kl(*p, m, v)),
        "This is the KL to N(0, I); the prior is another.": refitted(
            lambda m, v, *p: kl(m, v, 0, 0)
        ),
        "The KLs of the latents are averaged; they add up.": refitted(together=lambda k: k.mean(1)),
        "The distance of the means is not measured in the prior's variance.": refitted(
            lambda m, v, prior_mean, prior: kl(m, v, m, prior) + (m - prior_mean) ** 2 / 2
        ),
        "The spread of the images' means is missing in the best prior's variance.": refitted(
            best=lambda m, v: np.log(np.exp(v).mean(axis=0))
        ),
        "The spread is around the old prior's mean; the new prior has a mean of its own.": (
            lambda m, v, prior_mean, prior: (
                *refitted()(m, v, prior_mean, prior)[:2],
                np.log(np.mean(np.exp(v) + (m - prior_mean) ** 2, axis=0)),
            )
        ),
        "The encoder's own variances are missing.": refitted(best=lambda m, v: np.log(m.var(0))),
        "The log-variances are averaged; average variances.": refitted(best=lambda m, v: v.mean(0)),
        "This is the best prior's variance; its logarithm was asked for.": refitted(best=moments),
    },
    "importance_bound": {
        "The bound is the ELBO again: its mean over draws is inside the logarithm.": bounds(
            bound=lambda logs: logs.mean(axis=1)
        ),
        "The weights are added up; the bound has their mean, so log K is still to subtract.": (
            bounds(bound=lambda logs: logsumexp(logs, axis=1))
        ),
        "q(z|x) is missing: it divides each weight.": bounds(lambda joint, q: joint),
        "The weights are upside down: q(z|x) divides.": bounds(lambda joint, q: q - joint),
        "The draws of all images are in one pool; each image has a bound of its own.": bounds(
            bound=lambda logs: log_mean(logs.reshape(1, -1))
        ),
        "The bound is lost: exp(-3000) is 0. Take out the largest weight of each image first.": (
            bounds(bound=lambda logs: np.log(np.exp(logs).mean(axis=1)))
        ),
        "The number is lost: exp(-3000) is 0. Divide by the largest weight of each image first.": (
            bounds(effective=lambda logs: of_weights(np.exp(logs)))
        ),
        "The number is made of log weights; it needs the weights.": bounds(effective=of_weights),
        "This is 1 over the number.": bounds(effective=lambda logs: 1 / num_effective(logs)),
    },
    "vae_step": {
        "The pixels are averaged; those of an image add up.": vae(image=ops.mean),
        "The sum runs over axis 1 alone; an image has the axes 1, 2 and 3.": vae(
            image=lambda numbers: ops.mean(ops.sum(numbers, axis=1))
        ),
        "The KLs of the latents are averaged; they add up.": vae(latents=ops.mean),
        "The half is missing: exp(log σ²) is σ², and z needs σ.": vae(
            lambda mean, log_variance, noise: mean + ops.exp(log_variance) * noise
        ),
        "The noise is missing: the decoder gets the mean.": vae(lambda mean, *others: mean),
        "The ink is in [0, 1] already; (x + 1)/2 is for pixels in [-1, 1].": vae(
            misfit=lambda logits, x: bernoulli(logits, (x + 1) / 2)
        ),
        "The logarithm of a rounded probability is lost: use the logits.": vae(misfit=of_sigmoid),
        "Keras' cross-entropy clips probabilities at 1e-7; give it logits and `from_logits`.": vae(
            misfit=lambda logits, x: bernoulli(ops.clip(logits, -16.12, 15.94), x)  # as float32
        ),
        "β is in the KL that you return.": vae(returned=lambda r, kl, b: (r, b * kl)),
        "β is missing in what the step lowers.": vae(loss=lambda misfit, kl, beta: misfit + kl),
        "Only the decoder moves; both networks learn.": vae(moving=("decoder",)),
        "Only the encoder moves; both networks learn.": vae(moving=("encoder",)),
    },
}
HIDDEN = {
    "critic_losses": {
        "λ is missing in the whole loss.": wgan(returned=lambda g, p, weight: (g, p, g + p)),
        "A slope below 1 costs nothing here; WGAN-GP's penalty is two-sided.": wgan(
            cost=lambda norm: ops.mean(ops.relu(norm - 1) ** 2)
        ),
        "The mean norm is compared with 1; each norm is.": wgan(
            cost=lambda n: (ops.mean(n) - 1) ** 2
        ),
    },
    "pooled_statistics": {
        "Divided by the number of samples minus that of classes; it is one less.": pooled(
            less=lambda n: len(n) * (n.sum() > len(n))
        ),
        "This is the spread of the class means alone.": pooled(inner=lambda n: 0),
        "Only the variances are here, without the rest.": pooled(
            shape=lambda s: np.diag(np.diag(s))
        ),
    },
    "refit_prior": {
        "The spread of the means is divided by n - 1; the mean KL has n images in it.": refitted(
            best=lambda m, v: np.log(moments(m, v, 1))
        ),
        "This is log σ; log σ² was asked for.": refitted(
            best=lambda m, v: np.log(moments(m, v)) / 2
        ),
    },
    "importance_bound": {
        "The largest weight of the whole batch was taken out, so those of other images are 0.": (
            bounds(
                bound=lambda logs: logs.max() + np.log(np.exp(logs - logs.max()).mean(axis=1)),
                effective=lambda logs: of_weights(np.exp(logs - logs.max())),
            )
        ),
        "This is a share of the K draws; a number was asked for.": bounds(
            effective=lambda logs: num_effective(logs) / logs.shape[1]
        ),
    },
    "vae_step": {
        "The losses are summed over the batch, not averaged.": vae(image=ops.sum, latents=ops.sum),
        "No gradient reaches the encoder through z; it has to be drawn under the tape.": vae(
            lambda mean, log_variance, noise: ops.stop_gradient(code(mean, log_variance, noise))
        ),
        "The encoder's gradient was taken after the decoder's step; one tape serves both.": (
            one_after_the_other
        ),
        "β weights the reconstruction loss; it is the KL's.": vae(loss=lambda r, kl, b: b * r + kl),
        "The logits went through a sigmoid before a loss that takes logits.": vae(
            misfit=lambda logits, x: bernoulli(ops.sigmoid(logits), x)
        ),
    },
}
