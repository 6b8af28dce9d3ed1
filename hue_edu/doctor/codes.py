"""What can be wrong with a GAN: each fault by its code, with its repair and its lesson."""

from typing import NamedTuple


class Code(NamedTuple):
    """What stands behind a code: its group, how to repair it, and the lesson that explains it."""

    group: str
    repair: str
    lesson: str


CODES = {  # in the order of causes: of two findings alike in severity the first one is the cause
    "removed-api": Code(
        "source",
        "Replace what no longer exists by what stands for it today.",
        "00",
    ),
    "undefined-name": Code(
        "source",
        "Define or import the name, or correct its spelling.",
        "00",
    ),
    "step-fails": Code(
        "wiring",
        "Make the step run on one batch first; the error says where it stops.",
        "04",
    ),
    "channel-order": Code(
        "data",
        "Bring the channels to the last axis: np.moveaxis(images, 1, -1).",
        "04",
    ),
    "shape-mismatch": Code(
        "wiring",
        "Let the generator make, and the discriminator take, exactly the shape of one "
        "sample of the data.",
        "04",
    ),
    "output-not-one-number": Code(
        "wiring",
        "End the discriminator with Flatten and Dense(1): one score per sample.",
        "04",
    ),
    "batch-size-fixed": Code(
        "wiring",
        "Leave the batch size out of Input and reshape by -1: any number must pass.",
        "04",
    ),
    "z-ignored": Code(
        "wiring",
        "Feed z into the first layer that makes features; look what multiplies it by 0.",
        "04",
    ),
    "condition-ignored": Code(
        "wiring",
        "Join the condition to the features: concatenate or project an embedding of it.",
        "11",
    ),
    "bottleneck": Code(
        "wiring",
        "Widen the layer: none may be narrower than what must pass it.",
        "04",
    ),
    "nan-data": Code(
        "data",
        "Find the samples that hold NaN or infinity, and leave them out or mend them.",
        "02",
    ),
    "constant-data": Code(
        "data",
        "Look at the samples: all are one picture or shade. Mend the loading or scaling.",
        "02",
    ),
    "range-mismatch": Code(
        "data",
        "Scale the data to the range that the generator's last activation reaches: to "
        "[-1, 1] for tanh, [0, 1] for sigmoid.",
        "04",
    ),
    "real-and-fake-differ-in-format": Code(
        "data",
        "Let real samples have only values that G can make: same channels, same coding.",
        "05",
    ),
    "sorted-data": Code(
        "data",
        "Shuffle the data, with a buffer as large as the data set, before making batches.",
        "08",
    ),
    "loss-not-reduced": Code(
        "losses",
        "Return one number: the mean over the batch.",
        "03",
    ),
    "sigmoid-twice": Code(
        "losses",
        "Leave the last sigmoid out and keep from_logits=True, or keep the sigmoid and "
        "use from_logits=False.",
        "03",
    ),
    "targets-out-of-range": Code(
        "losses",
        "Keep the labels of a cross-entropy within [0, 1].",
        "03",
    ),
    "players-exchanged": Code(
        "losses",
        "Give each player its own loss: D's tells real from fake, G's raises the fake scores.",
        "03",
    ),
    "labels-swapped": Code(
        "losses",
        "Let D's loss raise the scores of real samples and lower those of fake ones: "
        "label 1 for real, 0 for fake.",
        "03",
    ),
    "same-objective": Code(
        "losses",
        "Let G want what D does not: label its samples 1 (real) in its own loss.",
        "03",
    ),
    "loss-sign": Code(
        "losses",
        "Turn the sign of the generator's loss: it must fall when the scores of its samples rise.",
        "03",
    ),
    "saturated": Code(
        "losses",
        "Use the non-saturating loss -log σ(s) for G: its slope is largest where D is sure.",
        "03",
    ),
    "mean-for-sum": Code(
        "losses",
        "Reduce all parts of a loss alike: the mean over the batch of sums over a sample.",
        "03",
    ),
    "unbounded-loss": Code(
        "losses",
        "Use a loss that is bounded from below, or bound the critic's slope.",
        "03",
    ),
    "shared-optimizer-state": Code(
        "updates",
        "Make one optimizer per player.",
        "04",
    ),
    "wrong-player-moved": Code(
        "updates",
        "Take the gradient of a player's loss with respect to that player's weights "
        "alone, and apply it to these.",
        "04",
    ),
    "network-built-twice": Code(
        "wiring",
        "Build each network once and give that one to the step, to the optimizer and to "
        "the pictures.",
        "04",
    ),
    "clipping-saturates": Code(
        "critic",
        "Use a gradient penalty instead of clipping, or a larger bound.",
        "07",
    ),
    "frozen-forever": Code(
        "updates",
        "Set trainable=True before the step is compiled; taking the gradient of one "
        "player needs no freezing.",
        "04",
    ),
    "gradient-missing": Code(
        "updates",
        "Look where the path from these weights to the loss is cut: argmax, rounding, "
        ".numpy(), a dead activation.",
        "02",
    ),
    "player-never-moves": Code(
        "updates",
        "Apply the gradient of this player's loss to its own weights in each step.",
        "04",
    ),
    "normalisation-not-updated": Code(
        "updates",
        "Let the running statistics move: a momentum below 1, layer.trainable=True.",
        "05",
    ),
    "training-flag-missing": Code(
        "updates",
        "Call the networks with training=True in the step, so that normalisation and "
        "dropout learn.",
        "05",
    ),
    "normalisation-at-output": Code(
        "updates",
        "Leave normalisation out before G's last activation and at D's end.",
        "05",
    ),
    "rate-too-high": Code(
        "updates",
        "Divide the learning rate by 10 until a step changes the weights by a few percent at most.",
        "06",
    ),
    "rate-too-low": Code(
        "updates",
        "Raise the learning rate: 1e-4 to 2e-3 are usual with Adam.",
        "06",
    ),
    "penalty-nan": Code(
        "critic",
        "Add a small number under the root: sqrt(sum + 1e-12).",
        "07",
    ),
    "penalty-points": Code(
        "critic",
        "Take the slope at x̂ = ε x + (1 - ε) G(z), with one ε per sample, uniform in [0, 1].",
        "07",
    ),
    "penalty-norm": Code(
        "critic",
        "Take the norm of each sample's own gradient over all its axes, then subtract 1 "
        "and square, then the mean over the batch.",
        "07",
    ),
    "penalty-weighting": Code(
        "critic",
        "Add λ times the penalty to the critic's loss, λ = 10 in the paper; never subtract it.",
        "07",
    ),
    "batch-norm-in-critic": Code(
        "critic",
        "Normalise each sample by itself (LayerNormalization), or not at all.",
        "07",
    ),
    "critic-bounded": Code(
        "critic",
        "Leave the critic's last activation out: its score is any real number.",
        "07",
    ),
    "penalty-missing": Code(
        "critic",
        "Bound the critic's slope: by a gradient penalty, by R1, or by clipping.",
        "07",
    ),
    "data-range": Code(
        "VAE",
        "Scale the data to what the likelihood is defined on: [0, 1] for a cross-entropy.",
        "09",
    ),
    "decoder-range": Code(
        "VAE",
        "End the decoder in what the likelihood takes: logits without an activation, a sigmoid for "
        "probabilities, the data's own range for squares.",
        "09",
    ),
    "kl-missing": Code(
        "VAE",
        "Add the KL divergence to the prior to the loss.",
        "09",
    ),
    "kl-sign": Code(
        "VAE",
        "Minimise the reconstruction plus ½ Σ (μ² + σ² - 1 - log σ²); mind the sign of each part.",
        "09",
    ),
    "variance-parameter": Code(
        "VAE",
        "Let the encoder's second output be log σ² everywhere: z = μ + exp(½ log σ²) ε, and in KL "
        "exp(log σ²) - 1 - log σ².",
        "09",
    ),
    "noise-constant": Code(
        "VAE",
        "Draw ε anew for each sample and each step, inside the step.",
        "09",
    ),
    "kl-reduction": Code(
        "VAE",
        "Sum KL over the latent numbers, then take the mean over the batch.",
        "09",
    ),
    "reconstruction-reduction": Code(
        "VAE",
        "Sum the reconstruction over the numbers of a sample, then take the mean over the batch.",
        "09",
    ),
    "posterior-collapsed": Code(
        "VAE",
        "Give KL less weight at first (a warm-up, free bits, a smaller β), or the decoder less "
        "power of its own.",
        "09",
    ),
    "discriminator-wins": Code(
        "dynamics",
        "Slow D down or help G: a smaller rate for D, R1, label smoothing, a loss that does not "
        "saturate.",
        "06",
    ),
    "generator-collapsed": Code(
        "dynamics",
        "Let D see that samples are alike: minibatch deviation, R1, a smaller rate for G.",
        "06",
    ),
    "oscillation": Code(
        "dynamics",
        "Damp the game: R1 on real samples, a smaller rate, no momentum (Adam's β₁ = 0 or .5), an "
        "average of G's weights.",
        "06",
    ),
    "checkerboard": Code(
        "dynamics",
        "Let the kernel be a multiple of the stride, 4 for 2, or enlarge and then convolve.",
        "05",
    ),
    "memorises": Code(
        "dynamics",
        "Take more data, or augment what D sees; stop earlier.",
        "08",
    ),
}
