"""Networks that take a class label: a generator, and two ways for D to look at it; and two that
make the label themselves."""

import keras
from keras import layers

from ..layers import ClassOfNormal, NearestCentre
from .dcgan import build_dcgan_discriminator, build_dcgan_generator, normal
from .shapes import IMAGE_SHAPE, checked_shape


def build_conditional_generator(
    num_classes=10, latent_dim=64, embedding_dim=16, image_shape=IMAGE_SHAPE
):
    """z and a label → a picture: the compact DCGAN generator, whose input has two parts.

    x = G([z, e(y)]), with a learned vector e(y) for each class

    Its parts: the layer `embedding` for e, and the model `painter` for the rest, so that vectors
    between two classes can be drawn as well.

    Args:
        num_classes: Labels are from 0 to num_classes - 1.
        latent_dim: Size of z.
        embedding_dim: Size of e(y).
        image_shape: As in `build_dcgan_generator`.

    Raises:
        ValueError: Another shape.
    """
    z, labels = keras.Input((latent_dim,), name="z"), _labels()
    painter = build_dcgan_generator(latent_dim + embedding_dim, image_shape=image_shape)
    painter.name = "painter"
    # Starts small, as Keras has it: from vectors as large as z G learns one picture per class first
    embedding = layers.Embedding(num_classes, embedding_dim, name="embedding")
    both = layers.Concatenate()([z, embedding(labels)])
    return keras.Model([z, labels], painter(both), name="conditional_generator")


def build_conditional_discriminator(num_classes=10, projection=True, image_shape=IMAGE_SHAPE):
    """Pictures and labels → logits: is it real, *and* is it of that class?

    With projection, D(x, y) = w · h(x) + b + h(x) · v(y), with a learned vector v(y) for each
    class; h is the compact DCGAN discriminator without its last layer, which is w and b. Without
    it, the label is painted as one more channel, an image learned for each class.

    Args:
        num_classes, image_shape: As in `build_conditional_generator`.
        projection: Whether the label is compared with h(x), or put beside x.

    Raises:
        ValueError: Another shape.

    Reference: Miyato & Koyama (2018), cGANs with Projection Discriminator, equation 3, where
    v(y) = V e(y) with one-hot e(y); Mirza & Osindero (2014) for the label at D's input.
    """
    image_shape = height, width, channels = checked_shape(image_shape)
    images, labels = keras.Input(image_shape, name="images"), _labels()
    if projection:
        *body, last = build_dcgan_discriminator(image_shape=image_shape).layers
        h = keras.Sequential([keras.Input(image_shape), *body], name="picture")(images)
        v = layers.Embedding(
            num_classes, h.shape[-1], embeddings_initializer=normal(), name="embedding"
        )
        matches = layers.Dot(axes=1, dtype="float32")([h, v(labels)])
        logits = layers.Add(dtype="float32")([last(h), matches])
    else:
        painted = layers.Embedding(num_classes, height * width, name="embedding")(labels)
        painted = layers.Reshape((height, width, 1))(painted)
        both = layers.Concatenate()([images, painted])  # (batch, 28, 28, 2)
        whole = build_dcgan_discriminator(image_shape=(height, width, channels + 1))
        logits = whole(both)
    return keras.Model([images, labels], logits, name="conditional_discriminator")


def build_clusters(num_clusters=30, num_components=40, image_shape=IMAGE_SHAPE):
    """Pictures → the number of the cluster of each, once its two weights are put in.

    Args:
        num_clusters: Labels are from 0 to num_clusters - 1.
        num_components: Of the principal components in which the clusters lie.
        image_shape: (height, width, channels).
    """
    nearest = NearestCentre(num_clusters, num_components, name="nearest")
    return keras.Sequential([keras.Input(image_shape), nearest], name="clusters")


def build_cluster_sampler(generator, num_clusters=30):
    """z → pictures by a conditional generator, whose label is drawn, too.

    The last number of z decides the label, so that samples need only a seed; the layer `draw`
    holds how frequent each label is.

    Args:
        generator: z and a label → a picture.
        num_clusters: Labels are from 0 to num_clusters - 1.
    """
    z = keras.Input((generator.inputs[0].shape[-1] + 1,), name="z_and_u")
    labels = ClassOfNormal(num_clusters, name="draw")(z[:, -1])
    return keras.Model(z, generator([z[:, :-1], labels]), name="cluster_sampler")


def _labels():
    return keras.Input((), dtype="int32", name="labels")
