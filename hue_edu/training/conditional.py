"""The conditional GAN: both players are told the class."""

from keras import ops

from .. import arguments
from ..checks.data import check_parts
from ..checks.looks import assure
from ..checks.networks import check_classes
from .gan import GAN
from .sampling import generate


class ConditionalGAN(GAN):
    """A GAN whose two players get a label beside z and beside the picture.

    D judges x_real with its label and x_fake with the label that G was asked for, so a fine picture
    of another class is a fake. `fit` takes batches of images and labels:

        gan = ConditionalGAN(build_conditional_generator(), build_conditional_discriminator())
        gan.compile(Adam(2e-3, 0.5, 0.99), Adam(2e-3, 0.5, 0.99), r1_weight=0.2)
        gan.fit(datasets.labelled_batches(images, labels, 64, seed=0), steps_per_epoch=2400)
        sevens = gan.generate(16 * [7], seed=1)

    Args:
        generator: z and labels → samples.
        discriminator: Samples and labels → logits of (batch, 1).
        num_classes: Labels are from 0 to num_classes - 1.
        averaging, seed: As for `GAN`; the average is slower by default.

    Reference: Mirza & Osindero (2014), Conditional Generative Adversarial Nets, equation 2.
    """

    num_conditions = 1

    def __init__(self, generator, discriminator, num_classes=10, averaging=0.998, seed=0):
        super().__init__(generator, discriminator, averaging, seed)
        self.num_classes = arguments.whole_number("num_classes", num_classes, at_least=1)
        for network in (generator, discriminator):
            check_classes(network, self.num_classes)

    def call(self, z_and_labels, training=False):
        """Samples from a pair, z and labels; see `GAN.call`."""
        return super().call(list(z_and_labels), training)

    def _check(self, x):
        parts = {"images": self.generator.output_shape[1:], "labels": ()}
        how = "datasets.labelled_batches(images, labels, 64, seed=0) makes it"
        _, labels = check_parts(x, parts, how)
        arguments.as_labels(labels, self.num_classes)

    def _split(self, batch):
        """Real pictures, and their labels, which both players are told."""
        x_real, labels = batch[:2]
        farthest = ops.take(labels, ops.argmax(ops.abs(2 * labels - self.num_classes + 1)))
        good = ops.all((labels >= 0) & (labels < self.num_classes))
        words = "A batch holds the label", f"; expected labels from 0 to {self.num_classes - 1}"
        return x_real, [assure(good, words, farthest, labels)]

    def generate(self, labels, seed, truncation=None):
        """Samples of the averaged generator, one for each label.

        Args:
            labels: Whole numbers of shape (num,); `16 * [7]` gives 16 sevens.
            seed: Whole number; the same seed gives the same samples.
            truncation: Limit of `latent.truncate`: the smaller it is, the less varied the samples.

        Returns:
            NumPy float32 array of shape (num, ...), images in [-1, 1].
        """
        labels = arguments.as_labels(labels, self.num_classes).astype("int32")
        sampler, options = self.sampler, {"condition": labels, "truncation": truncation}
        return generate(sampler, len(labels), seed, **options)
