"""The examination: each group of checks in the order of causes, on a patient put back after it."""

from . import (
    critic,
    dynamics,
    favour,
    following,
    normalisation,
    objectives,
    samples,
    source,
    updates,
    usual,
    vae,
    wiring,
)
from .asked import Asked
from .findings import Report
from .patient import Gan, Vae


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
    steps=following.STEPS,
):
    """What is wrong with a GAN, found by measuring; the patient stays as it was.

    Examined are source, wiring, data, losses, updates, the critic and, if nothing was found there,
    the course of some steps of training, each as far as it is given. A step that hides its losses
    is asked for them: it is given scores of ours instead of D's, and its gradients are heard.
    Weights, optimizers, seeds and counters are put back, bit for bit; the report names what cannot
    be.

    Args:
        generator: z → samples: a Keras model, or any function of z (then give `latent_dim`).
        discriminator: Samples → one score each; likewise.
        data: Real samples: an array of (num, ...), or batches of them, such as a `tf.data.Dataset`;
            at most 2,048 are looked at. Batches may be pairs with a condition.
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
        steps: How many steps of training are followed, for 10 s at most; 0 leaves dynamics out.

    Returns:
        `Report`.

    Raises:
        ValueError: The data hold no sample.
    """
    patient = Gan(generator, discriminator, data, train_step, losses, optimizers, latent_dim,
                  penalty, conditions, seed)  # fmt: skip
    left_out, pictures = {}, {}
    with patient.put_back() as lost:
        found = [*source.check([*patient.functions, *patient.players.values()])]
        found += samples.check(patient)
        if patient.latent_dim is None:
            left_out["wiring, updates, critic"] = "the size of z is unknown; give latent_dim"
        else:
            wired = list(wiring.check(patient))
            found += wired
            if not any(f.code in STOPS for f in wired):
                found += samples.check_beside(patient)
                judged, known = _players(patient, left_out)
                found += judged
                found += _course(patient, known, found, steps, left_out, pictures)
    return Report(found, left_out, lost, pictures)


def examine_vae(encoder, decoder, data, train_step=None, losses=None, optimizer=None, seed=0):
    """What is wrong with a VAE, found by measuring; the patient stays as it was.

    Its two terms are measured by their slopes at latent parameters and outputs of ours; those of a
    step that hides its losses too. Noise is heard where z enters the decoder.

    Args:
        encoder: Samples → mean and log-variance, two tensors of (num, latent_dim), or three with
            the z that was drawn.
        decoder: z → as many numbers as a sample has.
        data: Real samples: an array of (num, ...), or batches of them.
        train_step: One step on a batch: a function, a method, or a `keras.Model` with a step.
        losses: `{"reconstruction": f(x, output), "kl": f(z_mean, z_log_var)}`, scalars as they are
            added to the loss.
        optimizer: The optimizer of both networks.
        seed: Of the z that are drawn.

    Returns:
        `Report`.

    Raises:
        ValueError: The data hold no sample.
    """
    patient = Vae(encoder, decoder, data, train_step, losses, optimizer, seed)
    left_out, found = {}, []
    with patient.put_back() as lost:
        found += source.check([*patient.functions, *patient.players.values()])
        found += samples.check(patient)
        wired = list(vae.check_wiring(patient))
        found += wired
        if not wired:
            found += vae.check(patient, left_out)
        if not wired and train_step is not None:
            heard = updates.overhear(patient)
            found += updates.check(patient, updates.Moves(patient), heard)
            found += normalisation.check_ends(patient)
        elif train_step is None:
            left_out["updates"] = "no train_step was given"
    return Report(found, left_out, lost)


def _players(patient, left_out):
    asked, heard, moves = None, [], None
    if patient.train_step is None:
        left_out["updates"] = "no train_step was given"
    else:
        asked, heard = Asked(patient), updates.overhear(patient)
    found = list(objectives.check(patient, asked))
    works = not any(f.code == "step-fails" for f in found)
    given = {name: objectives.given(loss) for name, loss in patient.losses.items()}
    known = given if works else {}
    if asked and asked.works:
        known = {name: asked.of(name) for name in asked.players}
    if not known:
        left_out["losses"] = "none were given, and none could be heard in a step"
    found += normalisation.check_ends(patient)
    if patient.train_step is None and usual.can_be_made(patient) and not found:
        with usual.step_of(patient), patient.for_now():
            found += updates.check_rates(patient, updates.Moves(patient))
    if patient.train_step is not None:
        with patient.for_now():
            moves = updates.Moves(patient)
            found += updates.check(patient, moves, heard)
            judged = {f.code for f in found}
            if not known and moves.error is None and not judged & FATAL:
                found += favour.check(patient, moves)
            moves.leave(patient)
            if not judged & {"output-not-one-number", "loss-not-reduced"}:
                found += critic.check(patient, known, moves, heard)
    else:
        found += critic.check(patient, known)
    return found, known


def _course(patient, known, found, steps, left_out, pictures):
    """Dynamics, where nothing else explains them."""
    if any(f.severity != "worth a look" for f in found):
        left_out["dynamics"] = "what was found before explains them"
        return []
    if patient.train_step is None or not steps:
        left_out["dynamics"] = "of training; it was not followed"
        looks = [following.look(patient)]
    else:
        with patient.for_now():
            looks = following.follow(patient, steps)
    pictures |= {"data": patient.real[:16], "G now": looks[0].fake[:16]}
    if len(looks) > 1:
        pictures[f"G, step {looks[-1].step}"] = looks[-1].fake[:16]
    held = objectives.range_of_d(patient), objectives.is_linear(known)
    as_it_is = list(dynamics.check(patient, looks[:1], *held))
    return as_it_is or (list(dynamics.check(patient, looks, *held)) if len(looks) > 1 else [])


STOPS = {"shape-mismatch", "channel-order", "batch-size-fixed"}  # nothing more can be called
FATAL = {"player-never-moves", "frozen-forever", "network-built-twice", "rate-too-high",
         "wrong-player-moved", "shared-optimizer-state", "nan-data"}  # fmt: skip
