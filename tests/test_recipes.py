"""Recipes: the stated settings reach networks, optimizers and losses."""

import keras
import numpy as np
import pytest

from hue_edu import datasets, losses, models
from hue_edu.training import RECIPES, TextToImage, make_trainer

pytestmark = pytest.mark.core

STATED = {  # batch, rate, β1, β2, γ of R1, averaging
    "smallest": (32, 1e-3, 0.5, 0.999, 0.0, 0.0),
    "dense": (64, 1e-3, 0.5, 0.99, 0.2, 0.998),
    "tutorial_dcgan": (256, 1e-4, 0.9, 0.999, 0.0, 0.0),  # as the tutorial publishes it
    "dcgan": (64, 2e-3, 0.5, 0.99, 0.2, 0.998),
}
OF_PICTURES = [name for name, recipe in RECIPES.items() if recipe.learns_from == "pictures"]


@pytest.mark.parametrize("name", STATED)
def test_a_recipe_makes_what_it_states(name):
    batch_size, rate, beta_1, beta_2, r1_weight, averaging = STATED[name]
    gan = make_trainer(name, seed=3)
    assert RECIPES[name].batch_size == batch_size and len(RECIPES[name].summary) > 10
    assert RECIPES[name].name == name
    for optimizer in gan.optimizers:
        assert type(optimizer) is keras.optimizers.Adam
        assert float(optimizer.learning_rate) == pytest.approx(rate)
        assert (optimizer.beta_1, optimizer.beta_2) == (beta_1, beta_2)
    assert (gan.r1_weight, gan.penalty_every, gan.averaging) == (r1_weight, 8, averaging)
    real, fake = np.array([[0.3]], "float32"), np.array([[-0.2]], "float32")
    expected = losses.discriminator_loss(real, fake)
    assert float(gan.discriminator_loss(real, fake)) == pytest.approx(float(expected))
    assert gan.generator_loss is losses.ADVERSARIAL_LOSSES["non_saturating"].generator
    assert gan.generator.name == f"{name}_generator"
    assert gan.discriminator.name == f"{name}_discriminator"


def test_the_vae_is_made_as_its_recipe_states():
    vae, recipe = make_trainer("vae", seed=3, beta=2.0), RECIPES["vae"]
    assert recipe.name == "vae" and len(recipe.summary) > 10
    assert recipe.batch_size == 128 and vae.beta == 2.0
    assert float(vae.optimizer.learning_rate) == pytest.approx(2e-3)
    assert (vae.encoder.name, vae.decoder.name) == ("vae_encoder", "vae_decoder")
    again = make_trainer("vae", seed=3)
    for a, b in zip(vae.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_every_recipe_has_a_name_data_and_a_trainer(digits):
    assert {*OF_PICTURES} == {*STATED, "vae", "clusters", "latent"}
    assert all(recipe.name == name and recipe.summary for name, recipe in RECIPES.items())
    (batch,) = RECIPES["dense"].data(digits, seed=1).take(1)
    (same,) = datasets.batches(digits, 64, seed=1).take(1)
    np.testing.assert_array_equal(batch, same)
    assert isinstance(make_trainer("text_to_image", seed=1), TextToImage)


@pytest.mark.parametrize("shape", [(32, 32, 1), (32, 32, 3), (64, 64, 3)])
@pytest.mark.parametrize("name", OF_PICTURES)
def test_each_recipe_is_made_for_pictures_of_another_shape(name, shape):
    gan = make_trainer(name, seed=2, image_shape=np.array(shape))  # NumPy's numbers will do
    assert gan.generate(3, seed=0).shape == (3, *shape)
    generator = RECIPES[name].build_sampler(image_shape=shape)
    generator.set_weights(gan.sampler.get_weights())
    plain = make_trainer(name, seed=2)
    assert plain.sampler.output_shape == (None, 28, 28, 1)
    same = make_trainer(name, seed=2, image_shape=(28, 28, 1))
    for a, b in zip(plain.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_shape_that_a_recipe_cannot_draw_is_refused():
    with pytest.raises(ValueError, match="image_shape is .30, 30, 3.*multiples of 4"):
        make_trainer("dcgan", image_shape=(30, 30, 3))


def test_the_seed_rules_weights_and_z():
    one, again, other = (make_trainer("smallest", seed) for seed in (1, 1, 2))
    for a, b, c in zip(one.get_weights(), again.get_weights(), other.get_weights()):
        np.testing.assert_array_equal(a, b)
        assert a.std() == 0 or not np.array_equal(a, c)
    states = [gan.seed_generator.state.numpy().tolist() for gan in (one, again, other)]
    assert states[0] == states[1] != states[2]
    assert make_trainer("smallest").seed_generator.state.numpy()[0] == 0


def test_options_of_compile_win_over_the_recipe():
    gan = make_trainer("dcgan", loss="hinge", r1_weight=0.5)
    assert gan.r1_weight == 0.5 and gan.discriminator_loss is losses.hinge_discriminator_loss
    with pytest.raises(ValueError, match="no recipe 'biggan'.*smallest, dense, tutorial_dcgan"):
        make_trainer("biggan")


def test_loss_scaling_comes_with_mixed_precision_alone():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        scaled = make_trainer("smallest").optimizers
    finally:
        keras.config.set_dtype_policy("float32")
    assert all(type(o) is keras.optimizers.LossScaleOptimizer for o in scaled)
    assert {RECIPES[name].build_generator for name in ("smallest", "dense")} == {
        models.build_smallest_generator, models.build_dense_generator,
    }  # fmt: skip
