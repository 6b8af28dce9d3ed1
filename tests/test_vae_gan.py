"""A decoder in a game: its terms, what moves, and the recipe that builds up to it."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from hue_edu import latent, losses, models
from hue_edu.training import RECIPES, VAEGAN, make_trainer
from hue_edu.training.latent_recipe import fit_mixture

pytestmark = pytest.mark.core


def build(seed=0, codes=None, **options):
    keras.utils.set_random_seed(seed)
    encoder, decoder = models.build_dense_encoder(8, (32,)), models.build_dense_decoder(8, (32,))
    gan = VAEGAN(encoder, decoder, models.build_dense_discriminator(), seed=seed, codes=codes)
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), **options)
    return gan


def test_its_terms_are_those_of_the_formulas(digits):
    x, gan = digits[:32], build(reconstruction_weight=0.3)
    minimised, watched = gan.terms(x, training=False)
    seed = build()._step_seed()  # the first of the same stream
    z = latent.reparameterize(*gan.encoder(x), seed)
    logits = gan.decoder(z)
    real, fake = gan.discriminator(x), gan.discriminator(2 * keras.ops.sigmoid(logits) - 1)
    nats = -losses.bernoulli_log_likelihood(x, logits).numpy()
    wanted = {
        "d_loss": losses.discriminator_loss(real, fake),
        "g_loss": losses.non_saturating_generator_loss(fake),
        "_reconstruction": 0.3 * nats.mean(),
    }
    found = minimised["discriminator"] | minimised["generator"]
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, err_msg=name)
    np.testing.assert_allclose(watched["reconstruction_loss"], nats, rtol=1e-5)
    assert float(minimised["discriminator"]["penalty"]) == 0


def test_decoder_and_discriminator_move_and_the_encoder_stays(digits):
    gan = build()
    networks = gan.encoder, gan.decoder, gan.discriminator
    before = [network.get_weights() for network in networks]
    log = gan.fit(digits[:64], batch_size=32, verbose=0).history
    after = [network.get_weights() for network in networks]
    same = [all(np.array_equal(a, b) for a, b in zip(*pair)) for pair in zip(before, after)]
    assert same == [True, False, False]
    names = {"d_loss", "penalty", "g_loss", "reconstruction_loss", "d_real", "d_fake"}
    assert set(log) == names


def test_the_weight_of_the_reconstruction_keeps_codes_with_their_pictures(digits):
    """The same steps, with and without: only with it do the pictures come nearer to their own."""
    found = {}
    for weight in (0.0, 0.01):
        gan = build(reconstruction_weight=weight)
        log = gan.fit(digits, batch_size=32, epochs=4, verbose=0).history
        found[weight] = log["reconstruction_loss"]
    assert found[0.01][-1] < 0.8 * found[0.01][0] and found[0.01][-1] < found[0.0][-1]


def test_it_draws_from_the_prior_or_through_codes(digits):
    gan = build()
    assert gan.sampler is gan.averaged_generator
    z = latent.sample_z(5, 8, 1).numpy()
    np.testing.assert_allclose(gan.generate(5, seed=1), gan.decode(z), atol=1e-6)
    network = models.build_flow_network(8, width=16, depth=1)
    network.set_weights([w + 0.05 for w in network.get_weights()])  # a velocity that is not 0
    codes = models.build_flow_sampler(network, 4)
    through = build(codes=codes)
    np.testing.assert_allclose(through.generate(5, seed=1), through.decode(codes(z)), atol=1e-6)
    assert np.abs(through.generate(5, seed=1) - through.decode(z)).max() > 1e-3
    through.fit(digits[:64], batch_size=32, verbose=0)
    np.testing.assert_array_equal(network.get_weights()[0], codes.get_weights()[0])


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: VAEGAN(*networks(encoder=8, decoder=6)), "which is what dense_decoder takes"),
        (lambda: build().decode(np.ones((2, 7))), "expected (num, 8)"),
        (lambda: build(reconstruction_weight=-1.0), "reconstruction_weight is -1.0"),
    ],
)
def test_refuses(call, words):
    with pytest.raises(ValueError) as refused:
        call()
    assert words in str(refused.value)


def networks(encoder, decoder):
    return (
        models.build_dense_encoder(encoder, (16,)),
        models.build_dense_decoder(decoder, (16,)),
        models.build_dense_discriminator(),
    )


def test_its_recipe_prepares_codes_and_their_mixture(digits):
    recipe, gan = replace(RECIPES["latent"], vae_steps=3), make_trainer("latent")
    before = [gan.encoder.get_weights(), gan.codes.get_weights(), gan.discriminator.get_weights()]
    recipe.prepare(gan, digits, seed=0)
    after = [gan.encoder.get_weights(), gan.codes.get_weights(), gan.discriminator.get_weights()]
    same = [all(np.array_equal(a, b) for a, b in zip(*pair)) for pair in zip(before, after)]
    assert same == [False, False, True] and gan.steps_done == 0
    z = latent.sample_z(3, 17, 2).numpy()
    np.testing.assert_allclose(gan.generate(3, seed=2), gan.decode(gan.codes(z)), atol=1e-6)
    assert (gan.reconstruction_weight, gan.r1_weight, gan.averaging) == (0.01, 0.2, 0.998)
    assert [float(opt.learning_rate) for opt in gan.optimizers] == pytest.approx([5e-4, 2e-3])


def test_a_mixture_is_drawn_as_it_was_fitted(tmp_path):
    """Two normals, one of them four times as frequent: their shares, means and covariances."""
    rng = np.random.default_rng(0)
    cov = np.array([[0.5, 0.3], [0.3, 0.4]])
    codes = np.concatenate([
        rng.multivariate_normal([4.0, 0.0], cov, 8000), rng.normal([-4.0, 1.0], 0.2, (2000, 2))
    ])  # fmt: skip
    sampler = models.build_mixture_sampler(dim=2, num=3)
    z = latent.sample_z(20_000, 3, 1)
    np.testing.assert_allclose(sampler(z), z[:, :2])  # before: z itself
    mixture = sampler.get_layer("mixture")
    fit_mixture(mixture, codes[np.arange(0, 10_000, 20)], seed=0)  # 500 codes: two normals
    assert np.sort(mixture.draw.frequencies.numpy()) == pytest.approx([0, 0.2, 0.8], abs=1e-3)
    drawn = sampler(z).numpy()
    right = drawn[:, 0] > 0
    assert right.mean() == pytest.approx(0.8, abs=0.01)
    np.testing.assert_allclose(drawn[right].mean(0), [4, 0], atol=0.12)
    np.testing.assert_allclose(np.cov(drawn[right].T), cov, atol=0.1)
    sampler.save(tmp_path / "codes.keras")
    again = keras.models.load_model(tmp_path / "codes.keras")(z)
    np.testing.assert_array_equal(again, drawn)
