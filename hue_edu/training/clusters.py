"""A conditional GAN without labels: the classes are clusters that it finds in the pictures."""

import numpy as np

from .. import arguments, datasets
from ..checks.data import check_images_alone
from ..models import build_cluster_sampler, build_clusters
from .conditional import ConditionalGAN
from .gan import GAN
from .sampling import generate


class ClusterConditionedGAN(ConditionalGAN):
    """A conditional GAN whose labels are k-means clusters, and whose samples need no label.

    Each real picture is labelled with its cluster, and each sample draws its own by the clusters'
    frequencies. So every kind of picture is asked for, and none can be dropped unnoticed.
    `fit` takes batches of images alone:

        generator = build_conditional_generator(num_classes=30)
        gan = ClusterConditionedGAN(generator, build_conditional_discriminator(num_classes=30))
        gan.learn_clusters(images, seed=0)
        gan.compile(Adam(2e-3, 0.5, 0.99), Adam(2e-3, 0.5, 0.99), r1_weight=0.2)
        gan.fit(datasets.batches(images, 64, seed=0), steps_per_epoch=2400)
        samples = gan.generate(64, seed=1)

    Args:
        generator: z and the number of a cluster → samples.
        discriminator: Samples and the number of a cluster → logits of (batch, 1).
        num_clusters: How many there are.
        num_components: Of the principal components in which k-means looks for them.
        averaging, seed: As for `ConditionalGAN`.

    Reference: Liu et al. (2020), Diverse Image Generation via Self-Conditioned GANs, whose
    clusters lie in D's features and are found anew during training.
    """

    def __init__(
        self, generator, discriminator, num_clusters=30, num_components=40, averaging=0.998, seed=0
    ):
        super().__init__(generator, discriminator, num_clusters, averaging, seed)
        arguments.whole_number("num_components", num_components, at_least=1)
        self.clusters = build_clusters(num_clusters, num_components, generator.output_shape[1:])
        self.cluster_sampler = build_cluster_sampler(self.averaged_generator, num_clusters)

    def learn_clusters(self, images, seed):
        """Find the clusters, and how frequent each is: k-means on principal components.

        Args:
            images: Shape (num, height, width, channels) in [-1, 1], all that it will learn from.
            seed: Whole number; the same seed gives the same clusters.

        Returns:
            The number of the cluster of each picture, of (num,).

        Raises:
            ValueError: Fewer pictures than clusters or components, or those not in range.
        """
        from sklearn.cluster import KMeans
        from sklearn.decomposition import PCA

        nearest, seed = self.clusters.get_layer("nearest"), arguments.whole_number("seed", seed)
        datasets.check_pixels(images)
        if len(images) < max(nearest.num_centres, nearest.num_components):
            raise ValueError(
                f"Got {len(images)} pictures; expected at least one for each of the "
                f"{nearest.num_centres} clusters and {nearest.num_components} components. Give "
                "more pictures, or make the trainer with fewer of both."
            )
        flat = np.reshape(images, (len(images), -1))
        pca = PCA(nearest.num_components, random_state=seed).fit(flat)
        kmeans = KMeans(nearest.num_centres, n_init=1, random_state=seed).fit(pca.transform(flat))
        nearest.components.assign(pca.components_.T)
        nearest.centres.assign(kmeans.cluster_centers_ + pca.mean_ @ pca.components_.T)
        counts = np.bincount(kmeans.labels_, minlength=nearest.num_centres)
        self.cluster_sampler.get_layer("draw").frequencies.assign(counts / len(images))
        return kmeans.labels_

    @property
    def sampler(self):
        """z, with one number more, → samples: the averaged generator, whose cluster z draws."""
        self._begin_average()
        return self.cluster_sampler

    def _check(self, x):
        GAN._check(self, x)
        if not self.clusters.get_layer("nearest").components.numpy().any():
            raise ValueError(
                "This trainer has no clusters yet; call learn_clusters(images, seed=0) with the "
                "pictures that it will learn from, and then fit."
            )

    def _split(self, batch):
        """Real pictures, and their clusters, which both players are told."""
        x_real = check_images_alone(batch)
        return x_real, [self.clusters(x_real)]

    def generate(self, num, seed):
        """Samples of the averaged generator, of clusters drawn by their frequencies.

        Args and returns: as `GAN.generate`.
        """
        return generate(self.sampler, num, seed)
