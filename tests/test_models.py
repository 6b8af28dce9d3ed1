"""The corrected systems: their layers, parameter counts worked by hand, and what they put out."""

import keras
import numpy as np
import pytest

from hue_edu import models

pytestmark = pytest.mark.core

PAIRS = {
    "smallest": (models.build_smallest_generator, models.build_smallest_discriminator),
    "dense": (models.build_dense_generator, models.build_dense_discriminator),
    "tutorial_dcgan": (
        models.build_tutorial_dcgan_generator,
        models.build_tutorial_dcgan_discriminator,
    ),
    "dcgan": (models.build_dcgan_generator, models.build_dcgan_discriminator),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_generators_draw_and_discriminators_score(pair):
    generator, discriminator = (build() for build in pair)
    z = np.random.default_rng(0).normal(size=(5, generator.input_shape[-1])).astype("float32")
    images = generator(z, training=False)
    assert images.shape == (5, 28, 28, 1)
    assert float(abs(np.asarray(images)).max()) <= 1
    logits = discriminator(images, training=False)
    assert logits.shape == (5, 1)
    assert discriminator.layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_generators_use_z(pair):
    generator = pair[0]()
    z = np.random.default_rng(0).normal(size=(2, generator.input_shape[-1])).astype("float32")
    one, other = np.asarray(generator(z, training=True))
    assert not np.allclose(one, other)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_both_networks_end_in_float32_under_mixed_precision(pair):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        generator, discriminator = (build() for build in pair)
        images = generator(np.zeros((2, generator.input_shape[-1]), "float32"))
        assert keras.backend.standardize_dtype(images.dtype) == "float32"
        assert keras.backend.standardize_dtype(discriminator(images).dtype) == "float32"
        assert "float16" in {layer.compute_dtype for layer in generator.layers}
    finally:
        keras.config.set_dtype_policy("float32")


def count(model):
    return model.count_params()


def test_parameters_of_the_dense_systems_by_hand():
    assert count(models.build_smallest_generator()) == 10 * 64 + 64 + 64 * 784 + 784
    assert count(models.build_smallest_discriminator()) == 784 * 64 + 64 + 64 + 1
    assert count(models.build_dense_generator()) == (
        100 * 128 + 128 + 128 * 256 + 256 + 256 * 784 + 784
    )
    assert count(models.build_dense_discriminator()) == (
        784 * 256 + 256 + 256 * 128 + 128 + 128 + 1
    )


def test_parameters_of_the_tutorial_system_by_hand():
    assert count(models.build_tutorial_dcgan_generator()) == (
        100 * 6272 + 4 * 6272  # dense and its batch normalisation
        + 25 * 128 * 128 + 4 * 128 + 25 * 128 * 64 + 4 * 64 + 25 * 64 + 1
    )  # fmt: skip
    assert count(models.build_tutorial_dcgan_discriminator()) == (
        25 * 64 + 64 + 25 * 64 * 128 + 128 + 7 * 7 * 128 + 1
    )


def test_transposed_convolutions_double_the_side():
    for build in (models.build_tutorial_dcgan_generator, models.build_dcgan_generator):
        sides = [layer.output.shape[1] for layer in build().layers if len(layer.output.shape) == 4]
        assert sorted(set(sides)) == [7, 14, 28]
