"""The VAE: formulas by hand, an exact linear case, and training that does what it says."""

import keras
import numpy as np
import pytest
from keras.optimizers import Adam
from scipy.stats import multivariate_normal, norm

from hue_edu import datasets, latent, losses, models
from hue_edu.training import VAE, load_checkpoint, save_checkpoint

pytestmark = pytest.mark.core


def small(likelihood="bernoulli", seed=0, latent_dim=3, **options):
    keras.utils.set_random_seed(seed)
    vae = VAE(
        models.build_dense_encoder(latent_dim, (16,)), models.build_dense_decoder(latent_dim, (16,))
    )
    vae.compile(Adam(2e-3), likelihood=likelihood, **options)
    return vae


def test_the_bernoulli_likelihood_by_hand():
    images = np.array([[[[1.0], [-1.0]]], [[[0.0], [1.0]]]], "float32")  # ink 1, 0 and ½, 1
    logits = np.array([[[[2.0], [2.0]]], [[[-1.0], [0.0]]]], "float32")
    p = 1 / (1 + np.exp(-logits))
    ink = (images + 1) / 2
    expected = (ink * np.log(p) + (1 - ink) * np.log(1 - p)).sum(axis=(1, 2, 3))
    found = np.array(losses.bernoulli_log_likelihood(images, logits))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.shape == (2,)
    far = np.full((1, 1, 1, 1), 200.0, "float32")
    assert float(losses.bernoulli_log_likelihood(np.ones_like(far), far)[0]) == 0.0
    assert float(losses.bernoulli_log_likelihood(-np.ones_like(far), far)[0]) == -200.0


def test_the_gaussian_likelihood_is_that_of_scipy():
    rng = np.random.default_rng(0)
    images, means = (rng.normal(size=(5, 3, 2, 1)).astype("float32") for _ in "ab")
    expected = norm(means, 0.3).logpdf(images).sum(axis=(1, 2, 3))
    found = np.array(losses.gaussian_log_likelihood(images, means, 0.3))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_kl_is_zero_at_the_prior_and_its_integral_elsewhere():
    np.testing.assert_array_equal(losses.kl_divergence(np.zeros((2, 3)), np.zeros((2, 3))), 0)
    z = np.linspace(-12, 12, 20_001)
    for mean, std in ((1.0, 1.0), (0.0, 0.5), (-0.7, 1.6)):
        q, p = norm(mean, std).pdf(z), norm().pdf(z)
        integral = np.trapezoid(q * (norm(mean, std).logpdf(z) - norm().logpdf(z)), z)
        found = losses.kl_divergence(np.array([[mean]]), np.array([[2 * np.log(std)]]))
        assert float(found[0, 0]) == pytest.approx(integral, abs=1e-6), (p, q)


def test_the_normal_density_is_that_of_scipy():
    rng = np.random.default_rng(1)
    z, mean, log_var = (rng.normal(size=(6, 4)) for _ in range(3))
    expected = norm(mean, np.exp(log_var / 2)).logpdf(z).sum(axis=1)
    np.testing.assert_allclose(losses.normal_log_density(z, mean, log_var), expected, rtol=1e-6)
    np.testing.assert_allclose(losses.normal_log_density(z), norm.logpdf(z).sum(axis=1), rtol=1e-6)


def test_reparameterized_z_has_the_stated_mean_and_variance():
    mean = np.tile([[1.0, -2.0]], (40_000, 1)).astype("float32")
    log_var = np.tile([[0.0, np.log(0.25)]], (40_000, 1)).astype("float32")
    z = np.array(latent.reparameterize(mean, log_var, 0))
    np.testing.assert_allclose(z.mean(axis=0), [1, -2], atol=0.02)
    np.testing.assert_allclose(z.std(axis=0), [1, 0.5], rtol=0.02)
    np.testing.assert_array_equal(z, latent.reparameterize(mean, log_var, 0))
    stream = keras.random.SeedGenerator(0)
    a, b = (np.array(latent.reparameterize(mean, log_var, stream)) for _ in "ab")
    assert not np.array_equal(a, b)


def linear_vae(seed=0, pixels=6, latents=2, std=0.4):
    """A linear VAE with the best weights, of data with known PCA; returns it with the data."""
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(pixels, latents))
    cloud = rng.normal(size=(500, latents)) @ mixing.T + std * rng.normal(size=(500, pixels))
    mean, (values, vectors) = cloud.mean(axis=0), np.linalg.eigh(np.cov(cloud.T, bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    noise = values[latents:].mean()
    w = vectors[:, :latents] * np.sqrt(values[:latents] - noise)
    m = w.T @ w + noise * np.eye(latents)
    return cloud, mean, w, m, noise


def test_a_linear_vae_reaches_the_likelihood_of_probabilistic_pca():
    """ELBO = log p(x) with the analytic encoder; the estimate by importance weighting as well."""
    cloud, mean, w, m, noise = linear_vae()
    images = cloud.reshape(500, 6, 1, 1)
    encode = np.linalg.solve(m, w.T)  # M⁻¹Wᵀ
    rotation = np.linalg.eigh(np.linalg.inv(m))[1]  # latents that are independent given x
    z_mean = (cloud - mean) @ encode.T @ rotation
    variances = noise * np.diag(rotation.T @ np.linalg.inv(m) @ rotation)
    turned = w @ rotation
    kl = np.array(losses.kl_divergence(z_mean, np.log(np.tile(variances, (500, 1))))).sum(axis=1)
    # E_q log p(x|z) exactly: at the mean, less the spread of z that the decoder passes on
    at_mean = norm((z_mean @ turned.T + mean), np.sqrt(noise)).logpdf(cloud).sum(axis=1)
    spread = (turned**2 * variances).sum() / (2 * noise)
    exact = multivariate_normal(mean, w @ w.T + noise * np.eye(6)).logpdf(cloud)
    np.testing.assert_allclose(at_mean - spread - kl, exact, atol=1e-5)
    assert images.shape == (500, 6, 1, 1)


def test_losses_add_up_to_the_negative_elbo_and_are_reported_in_nats_an_image():
    vae, images = small(), datasets.load_mnist("test")[0][:64]
    log = vae.evaluate(images, batch_size=64, verbose=0, return_dict=True)
    assert log["negative_elbo"] == pytest.approx(log["reconstruction_loss"] + log["kl_loss"])
    z_mean, z_log_var = vae.encode(images)
    kl = np.array(losses.kl_divergence(z_mean, z_log_var)).sum(axis=1).mean()
    assert log["kl_loss"] == pytest.approx(kl, rel=1e-4)
    assert log["reconstruction_loss"] == pytest.approx(784 * np.log(2), rel=0.1)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_training_lowers_the_bound_and_draws_in_range(likelihood):
    vae, images = small(likelihood, latent_dim=8), datasets.load_mnist("train")[0][:2000]
    before = vae.evaluate(images[:500], verbose=0, return_dict=True)["negative_elbo"]
    vae.fit(datasets.batches(images, 64, seed=0), steps_per_epoch=250, verbose=0)
    after = vae.evaluate(images[:500], verbose=0, return_dict=True)["negative_elbo"]
    assert after < before - 150 and vae.steps_done == 250
    samples = vae.generate(5, seed=1)
    assert samples.shape == (5, 28, 28, 1) and samples.dtype == np.float32
    assert np.abs(samples).max() <= 1 and samples.std() > 0.15
    np.testing.assert_array_equal(samples, vae.generate(5, seed=1))
    assert not np.array_equal(samples, vae.generate(5, seed=2))
    gap = np.abs(vae.predict(images[:100], verbose=0) - images[:100]).mean()
    wrong = np.abs(vae.predict(images[:100], verbose=0) - images[100:200]).mean()
    assert gap < 0.97 * wrong


def test_importance_weighting_closes_the_gap_from_below():
    vae, images = small(latent_dim=4), datasets.load_mnist("train")[0][:1000]
    vae.fit(datasets.batches(images, 64, seed=0), steps_per_epoch=200, verbose=0)
    few, some, many = (vae.log_evidence(images[:200], k).mean() for k in (1, 10, 200))
    elbo = -vae.evaluate(images[:200], verbose=0, return_dict=True)["negative_elbo"]
    assert few == pytest.approx(elbo, abs=1.5) and few < some < many
    one = vae.log_evidence(images[:3], 5, seed=1)
    np.testing.assert_allclose(one, vae.log_evidence(images[:3], 5, seed=1))


def test_beta_presses_and_free_bits_spare():
    images = datasets.load_mnist("train")[0][:1000]
    found = {}
    for name, options in {
        "plain": {}, "beta": {"beta": 20.0}, "none": {"beta": 0.0}, "free": {"free_bits": 5.0},
        "warm": {"warm_up": 10_000},
    }.items():  # fmt: skip
        vae = small(**options)
        log = vae.fit(datasets.batches(images, 64, seed=0), steps_per_epoch=150, verbose=0).history
        found[name] = log["kl_loss"][0]
    assert found["beta"] < 0.3 * found["plain"] < found["plain"] < found["none"]
    assert found["free"] > found["plain"] and found["warm"] > found["plain"]


def test_what_is_minimised_by_hand():
    vae = small(beta=2.0, free_bits=0.5, warm_up=4)
    kl = np.array([[0.2, 1.0, 3.0], [0.4, 2.0, 1.0]], "float32")
    by_hand = 2.0 * (1 / 4) * (0.5 + 1.5 + 2.0)
    assert float(vae._weighted_kl(kl)) == pytest.approx(by_hand)
    vae.optimizer.iterations.assign(9)
    assert float(vae._weighted_kl(kl)) == pytest.approx(4 * by_hand)


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="expected a pair"):
        VAE(models.build_dense_decoder(), models.build_dense_decoder())
    vae = small()
    with pytest.raises(ValueError, match="likelihood is 'mse'"):
        vae.compile(Adam(), likelihood="mse")
    for bad in ({"std": 0}, {"beta": -1}, {"free_bits": -0.1}, {"warm_up": -5}):
        with pytest.raises(ValueError, match=f"{next(iter(bad))} is .*; expected a number"):
            vae.compile(Adam(), **bad)
    with pytest.raises(ValueError, match="num is 0"):
        vae.generate(0, seed=0)
    with pytest.raises(ValueError, match="to_float"):
        vae.fit(np.zeros((8, 28, 28, 1), "uint8"))


def test_a_checkpoint_brings_everything_back(tmp_path):
    images = datasets.load_mnist("train")[0][:256]
    vae = small()
    vae.fit(datasets.batches(images, 64, seed=0), steps_per_epoch=5, verbose=0)
    save_checkpoint(vae, tmp_path / "vae.npz")
    data = datasets.batches(images, 64, seed=0, start_step=5)
    vae.fit(data, steps_per_epoch=5, verbose=0)
    again = small(seed=7)
    load_checkpoint(again, tmp_path / "vae.npz")
    assert again.steps_done == 5
    again.fit(data, steps_per_epoch=5, verbose=0)
    for a, b in zip(vae.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_the_convolutional_vae_has_as_many_parameters_as_the_gan():
    gan = models.build_dcgan_generator().count_params()
    gan += models.build_dcgan_discriminator().count_params()
    vae = models.build_vae_encoder().count_params() + models.build_vae_decoder().count_params()
    assert vae == pytest.approx(gan, rel=0.05)
    assert models.build_vae_decoder().output_shape == (None, 28, 28, 1)
    assert [tuple(part.shape) for part in models.build_vae_encoder().output] == 2 * [(None, 16)]
    encoder = models.build_dense_encoder(100, (256, 128))
    units = [layer.units for layer in encoder.layers if isinstance(layer, keras.layers.Dense)]
    assert units == [256, 128, 100, 100]  # a usual dense tutorial's


def test_what_is_asked_of_a_trained_vae_is_looked_at():
    vae = small()
    images = datasets.load_mnist("test")[0][:4]
    for bad, words in (
        ((images + 1) / 2, r"2 \* images - 1"),
        (datasets.to_uint8(images), "to_float"),
        (images[..., 0], "adds a channel"),
        (images[:0], "no images"),
    ):
        for call in (vae.encode, vae.log_evidence):
            with pytest.raises(ValueError, match=words):
                call(bad)
    z = vae.encode(images)[0]
    np.testing.assert_array_equal(vae.decode(z.tolist()), vae.decode(z))
    for bad in (z[:, :1], z[0], z[:0], z[None]):
        with pytest.raises(ValueError, match=r"z has the shape .*; expected \(num, \d+\)"):
            vae.decode(bad)
    with pytest.raises(ValueError, match="num_samples is 0"):
        vae.log_evidence(images, 0)
