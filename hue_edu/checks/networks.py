"""Networks that a trainer cannot use, looked at in its constructor."""

import keras
from keras import layers

from .endings import LIMIT, in_words, output_range


def check_network(network, role, num_inputs=1, num_outputs=1):
    """Refuse what is no built functional or Sequential model with so many inputs and outputs.

    Args:
        network: What the constructor got.
        role: Such as `"generator"`, for the message.
        num_inputs, num_outputs: Expected; None for any number.

    Raises:
        TypeError: No Keras model, or a subclassed one.
        ValueError: Without an input, or with other numbers of inputs and outputs.
    """
    if not isinstance(network, keras.Model):
        called = "call the builder, with parentheses" if callable(network) else "build one first"
        raise TypeError(f"The {role} is a {type(network).__name__}, not a Keras model; {called}.")
    if isinstance(network, keras.Sequential) and not network.built:
        raise ValueError(
            f"{network.name}, the {role}, does not know the shape of its input; begin it with "
            "keras.Input((latent_dim,)) for z, or keras.Input((height, width, channels))."
        )
    if not hasattr(network, "inputs"):
        raise TypeError(
            f"{network.name}, the {role}, is a subclassed model, which cannot be copied or "
            "inspected; write it as keras.Sequential or as keras.Model(inputs, outputs)."
        )
    for what, num, expected in (
        ("input", len(network.inputs), num_inputs),
        ("output", len(network.outputs), num_outputs),
    ):
        if num != expected and expected is not None:
            hint = "; labels are for ConditionalGAN, captions for TextToImage"
            raise ValueError(
                f"{network.name}, the {role}, has {num} {what}s; expected {expected}"
                f"{hint if (what, expected) == ('input', 1) else ''}."
            )
    for layer in all_layers(network):
        if isinstance(layer, layers.Lambda):
            raise ValueError(
                f"{network.name} has a Lambda layer, {layer.name}, whose function is lost when the "
                "network is copied or saved; use layers.Activation, layers.Rescaling or a class "
                "of your own derived from layers.Layer."
            )


def check_latent_dim(generator):
    """Refuse a first input that is not z of (batch, latent_dim)."""
    shape = generator.inputs[0].shape
    if len(shape) != 2 or shape[1] is None:
        raise ValueError(
            f"{generator.name} takes {tuple(shape)}; a generator takes z of (None, latent_dim), "
            "and comes before the discriminator."
        )


def same_shape(one, other):
    """Whether two shapes are the same, where None stands for any size."""
    return len(one) == len(other) and all(a == b or None in (a, b) for a, b in zip(one, other))


def check_fit_together(generator, discriminator, pack=1):
    """Refuse a discriminator that does not take what the generator makes, or returns other than
    one number an example.

    Args:
        pack: Samples joined along the last axis, of which D sees as many at a time.
    """
    made, taken = (tuple(t[0].shape[1:]) for t in (generator.outputs, discriminator.inputs))
    wanted = (*made[:-1], pack * made[-1])
    if not same_shape(wanted, taken):
        raise ValueError(
            f"{generator.name} makes {made}, but {discriminator.name} takes {taken}; both must "
            "agree with each other and with the data."
        )
    shape = tuple(discriminator.outputs[0].shape)
    if shape[1:] != (1,):
        raise ValueError(
            f"{discriminator.name} returns {shape}; expected (None, 1), one number per example: "
            "end it with layers.Flatten() and layers.Dense(1)."
        )


def check_unbounded(network, what, index=0):
    """Refuse an output that an activation holds within limits, such as a sigmoid's.

    Args:
        network: A discriminator, critic, encoder or decoder.
        what: What the output is, for the message, such as `"logits"`.
        index: Number of the output.
    """
    range_ = output_range(network, index)
    if range_ and (range_[0] > -LIMIT or range_[1] < LIMIT):
        raise ValueError(
            f"{network.name} ends in {range_[2]}, so that its output lies {in_words(*range_[:2])}; "
            f"expected {what}, any real number: leave the last activation out. The loss applies "
            "its own, as from_logits=True does elsewhere."
        )


def check_makes_images(network):
    """Refuse a network whose pixels cannot reach both -1 and 1, or know no limit."""
    if len(network.outputs[0].shape) != 4 or not (range_ := output_range(network)):
        return
    low, high, name = range_
    if not (-LIMIT < low <= -0.99 and 0.99 <= high < LIMIT):
        raise ValueError(
            f"{network.name} ends in {name}, so that its pixels lie {in_words(low, high)}; images "
            "here lie in [-1, 1]: end it in tanh."
        )


def check_reaches(decoder):
    """Refuse a decoder whose means cannot reach both -1 and 1; they may lie beyond."""
    range_ = output_range(decoder)
    if range_ and not (range_[0] <= -0.99 and range_[1] >= 0.99):
        raise ValueError(
            f"{decoder.name} ends in {range_[2]}, so that its means lie {in_words(*range_[:2])}; "
            "images here lie in [-1, 1]: end it in tanh or in no activation."
        )


def check_fit_back(encoder, decoder):
    """Refuse a decoder that makes other pictures than the encoder takes."""
    taken, made = tuple(encoder.inputs[0].shape[1:]), tuple(decoder.outputs[0].shape[1:])
    if taken != made:
        raise ValueError(
            f"{encoder.name} takes {taken}, but {decoder.name} makes {made}; both must agree."
        )


def check_autoencoder(encoder, decoder):
    """Refuse what is no pair of encoder, to z_mean and z_log_var, and decoder, back from z."""
    check_network(encoder, "encoder", num_outputs=None)
    check_network(decoder, "decoder")
    check_latent_dim(decoder)
    shapes = [tuple(output.shape) for output in encoder.outputs]
    if shapes != 2 * [(None, decoder.input_shape[-1])]:
        raise ValueError(
            f"{encoder.name} returns {shapes}; expected a pair, z_mean and z_log_var, each of "
            f"(None, {decoder.input_shape[-1]}), which is what {decoder.name} takes."
        )
    check_fit_back(encoder, decoder)
    for index, what in enumerate(("z_mean", "z_log_var = log σ²")):
        check_unbounded(encoder, what, index)


def check_trainable(network):
    """Refuse a network that cannot learn, because it is frozen or has no weights."""
    if not network.trainable_variables:
        raise ValueError(
            f"{network.name} has no trainable weights, so it would never learn; set "
            "trainable=True. A step moves one player at a time anyway: nothing needs freezing."
        )


def check_independent(critic):
    """Refuse batch normalisation in a critic, at any depth."""
    for layer in all_layers(critic):
        if isinstance(layer, layers.BatchNormalization):
            raise ValueError(
                f"{critic.name} has batch normalisation ({layer.name}), so that one example's "
                "score depends on the others and the penalty means nothing; leave it out, or "
                "normalise each example by itself (LayerNormalization)."
            )


def check_classes(network, num_classes):
    """Refuse an embedding of labels with fewer rows than there are classes."""
    for layer in all_layers(network):
        if isinstance(layer, layers.Embedding) and layer.input_dim < num_classes:
            raise ValueError(
                f"{network.name} embeds {layer.input_dim} classes, but num_classes is "
                f"{num_classes}; build it with num_classes={num_classes}."
            )


def all_layers(network):
    """The layers of a network, those inside nested models, wrappers and layers included."""
    return list(network._flatten_layers(include_self=False))
