"""The examination: each group of checks in the order of causes, on a patient put back after it."""

from . import critic, objectives, samples, updates, wiring
from .findings import Report
from .patient import Patient


def examine(
    generator,
    discriminator,
    data,
    train_step=None,
    losses=None,
    optimizers=None,
    latent_dim=None,
    penalty=None,
    conditions=None,
    seed=0,
):
    """What is wrong with a GAN, found by measuring; the patient stays as it was.

    Examined are wiring, data, losses, updates and the critic, each as far as it is given. Weights,
    optimizers, seeds and counters are put back, bit for bit; the report names what cannot be.

    Args:
        generator: z → samples: a Keras model, or any function of z (then give `latent_dim`).
        discriminator: Samples → one score each; likewise.
        data: Real samples: an array of (num, ...), or batches of them, such as a `tf.data.Dataset`;
            at most 256 are looked at. Batches may be pairs with a condition.
        train_step: One step on a batch of real samples: a function, a compiled one, a method, or a
            `keras.Model` with a `train_step`, which is called.
        losses: `{"discriminator": f(real_scores, fake_scores), "generator": g}`, g a function of
            the fake scores or of both.
        optimizers: By player: `{"generator": …, "discriminator": …}`.
        latent_dim: Size of z, where the generator does not say.
        penalty: f(critic, x_real, x_fake) → scalar, as it is added to the critic's loss.
        conditions: What stands beside z and beside a sample, such as labels: one row for each
            sample of `data`. The networks then take `[z, condition]` and `[x, condition]`, the step
            the pair `(x, condition)`.
        seed: Of the z that are drawn.

    Returns:
        `Report`.

    Raises:
        ValueError: The data hold no sample.
    """
    patient = Patient(generator, discriminator, data, train_step, losses, optimizers, latent_dim,
                      penalty, conditions, seed)  # fmt: skip
    left_out, found = {}, []
    with patient.put_back() as lost:
        found += samples.check(patient)
        if patient.latent_dim is None:
            left_out["wiring, updates, critic"] = "the size of z is unknown; give latent_dim"
        else:
            wired = list(wiring.check(patient))
            found += wired
            if not any(f.code in STOPS for f in wired):
                found += samples.check_beside(patient)
                found += _players(patient, left_out)
    return Report(found, left_out, lost)


def _players(patient, left_out):
    found, moves = list(objectives.check(patient)), None
    if not patient.losses:
        left_out["losses"] = "none were given"
    if not patient.penalty:
        left_out["penalty"] = "none was given"
    if patient.train_step is None:
        left_out["updates"] = "no train_step was given"
    else:
        moves = updates.Moves(patient)
        found += updates.check(patient, moves)
    judged = {f.code for f in found}
    if not judged & {"output-not-one-number", "loss-not-reduced"}:
        found += critic.check(patient, moves)
    whole = moves and moves.error is None and not judged & FATAL
    if whole and not patient.losses:
        found += updates.check_favour(patient, moves)
    return found


STOPS = {"shape-mismatch", "channel-order", "batch-size-fixed"}  # nothing more can be called
FATAL = {"player-never-moves", "frozen-forever", "network-built-twice", "rate-too-high",
         "wrong-player-moved", "shared-optimizer-state", "nan-data"}  # fmt: skip
