"""The GAN that makes its own labels: clusters as k-means has them, labels drawn by frequency."""

import keras
import numpy as np
import pytest
from scipy.stats import norm
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from hue_edu import datasets, layers, runs
from hue_edu.models import build_conditional_discriminator, build_conditional_generator
from hue_edu.training import (
    ClusterConditionedGAN,
    ConditionalGAN,
    generate,
    load_checkpoint,
    make_trainer,
    save_checkpoint,
)

pytestmark = pytest.mark.core


def make(num_clusters=4, seed=0):
    """A small trainer, compiled."""
    keras.utils.set_random_seed(seed)
    networks = (build(num_clusters) for build in BUILDERS)
    gan = ClusterConditionedGAN(*networks, num_clusters, num_components=5, averaging=0.5, seed=seed)
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    return gan


BUILDERS = build_conditional_generator, build_conditional_discriminator


def test_the_nearest_centre_by_hand():
    layer = layers.NearestCentre(3, 1)
    layer.build((None, 2))
    layer.components.assign([[1.0], [2.0]])
    layer.centres.assign([[0.0], [3.0], [9.0]])
    x = np.array([[1, 0], [0, 1], [3, 3], [-5, 0]], "float32")  # codes 1, 2, 9, -5
    assert layer(x).numpy().tolist() == [0, 1, 2, 0]


def test_a_class_is_drawn_as_often_as_its_frequency_says():
    layer, shares = layers.ClassOfNormal(4), [0.5, 0.0, 0.2, 0.3]
    layer.build((None,))
    layer.frequencies.assign(shares)
    u = norm.ppf((np.arange(10_000) + 0.5) / 10_000).astype("float32")  # evenly over the normal
    drawn = layer(u).numpy()
    np.testing.assert_allclose(np.bincount(drawn, minlength=4) / 10_000, shares, atol=2e-4)
    assert (np.diff(drawn) >= 0).all() and drawn.dtype == "int32"
    assert layer(np.array([-9.0, 9.0], "float32")).numpy().tolist() == [0, 3]


def test_clusters_and_frequencies_are_those_of_k_means(digits):
    gan = make()
    labels = gan.learn_clusters(digits, seed=3)
    flat = digits.reshape(len(digits), -1)
    pca = PCA(5, random_state=3).fit(flat)
    expected = KMeans(4, n_init=1, random_state=3).fit(pca.transform(flat))
    np.testing.assert_array_equal(labels, expected.labels_)
    np.testing.assert_array_equal(gan.clusters(digits).numpy(), labels)
    counts = np.bincount(labels, minlength=4)
    frequencies = gan.cluster_sampler.get_layer("draw").frequencies.numpy()
    np.testing.assert_allclose(frequencies, counts / len(digits), rtol=1e-6)


def test_a_step_is_that_of_the_conditional_gan_with_the_clusters_as_labels(digits):
    ours, data = make(), digits[:64]
    labels = ours.learn_clusters(digits, seed=0)[:64]
    ours.fit(datasets.batches(data, 16, seed=1), steps_per_epoch=3, verbose=0)
    keras.utils.set_random_seed(0)
    same = ConditionalGAN(*(build(4) for build in BUILDERS), num_classes=4, averaging=0.5, seed=0)
    same.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    pairs = datasets.labelled_batches(data, labels.astype("int32"), 16, seed=1)
    same.fit(pairs, steps_per_epoch=3, verbose=0)
    weights = (gan.averaged_generator.get_weights() for gan in (ours, same))
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, atol=1e-5)
    assert not np.allclose(ours.generator.get_weights()[0], make().generator.get_weights()[0])


def test_samples_are_those_of_the_clusters_that_z_names(digits):
    gan = make()
    gan.learn_clusters(digits, seed=0)
    z = np.random.default_rng(0).normal(size=(6, 65)).astype("float32")
    named = gan.cluster_sampler.get_layer("draw")(z[:, -1])
    expected = gan.averaged_generator([z[:, :-1], named.numpy()], training=False)
    np.testing.assert_allclose(gan.sampler(z, training=False), expected, atol=1e-6)
    assert len({*named.numpy().tolist()}) > 1
    np.testing.assert_array_equal(gan.generate(5, seed=1), gan.generate(5, seed=1))
    assert gan.generate(5, seed=1).shape == (5, 28, 28, 1)


def test_a_checkpoint_keeps_the_clusters(tmp_path, digits):
    gan, other = make(), make(seed=1)
    gan.learn_clusters(digits, seed=0)
    gan.fit(datasets.batches(digits, 16, seed=1), steps_per_epoch=1, verbose=0)
    save_checkpoint(gan, tmp_path / "run.npz")
    load_checkpoint(other, tmp_path / "run.npz")
    np.testing.assert_array_equal(other.clusters(digits), gan.clusters(digits))
    np.testing.assert_array_equal(other.generate(4, seed=0), gan.generate(4, seed=0))


def test_what_it_cannot_learn_from_is_refused(digits):
    gan = make()
    with pytest.raises(ValueError, match="no clusters yet.*learn_clusters"):
        gan.fit(digits, verbose=0)
    with pytest.raises(ValueError, match="Got 4 pictures.*4 clusters and 5 components"):
        gan.learn_clusters(digits[:4], seed=0)
    with pytest.raises(ValueError, match="pixel"):
        gan.learn_clusters(digits * 300, seed=0)
    gan.learn_clusters(digits, seed=0)
    with pytest.raises(ValueError, match="labels"):
        pairs = datasets.labelled_batches(digits, np.zeros(len(digits), "int32"), 16, seed=0)
        gan.fit(pairs, steps_per_epoch=1, verbose=0)


def test_the_recipe_finds_thirty_clusters():
    gan = make_trainer("clusters", seed=0)
    assert type(gan) is ClusterConditionedGAN and gan.num_classes == 30
    assert gan.sampler.input_shape == (None, 65)
    images = datasets.load_mnist("train")[0][:600]
    counts = np.bincount(gan.learn_clusters(images, seed=0), minlength=30)
    assert counts.min() > 0 and counts.sum() == 600


def test_a_run_keeps_its_clusters_and_goes_on_with_them(tmp_path, monkeypatch):
    found = []

    class Seen(ClusterConditionedGAN):
        def learn_clusters(self, images, seed):
            found.append(super().learn_clusters(images, seed))
            return found[-1]

    monkeypatch.setattr("hue_edu.training.recipes.ClusterConditionedGAN", Seen)
    monkeypatch.setattr(runs, "ROUND", 1)
    monkeypatch.setattr(runs, "NUM_EVALUATED", 20)
    monkeypatch.setattr(runs.evaluation, "evaluate", lambda images: {"num": len(images)})
    out = tmp_path / "run"
    runs.train("clusters", out, steps=1)
    runs.train("clusters", out, steps=2, resume=True)
    assert len(found) == 1  # not again
    generator = runs.load_generator(out)
    shares = np.bincount(found[0]) / len(found[0])
    np.testing.assert_allclose(generator.get_layer("draw").frequencies.numpy(), shares, rtol=1e-5)
    assert generate(generator, 3, seed=0).shape == (3, 28, 28, 1)
    assert runs.evaluate(out) == {"num": 20}
