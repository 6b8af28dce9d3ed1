"""Networks: builders that return plain Keras models.

Pairs of generator and discriminator: four for digits, from the smallest to the one that learns to
write in a minute on two cores, one that takes a class label, one for colour pictures, one that
reads captions, and one for points in the plane; and what finds clusters and draws one, where there
are no labels. Generators of images end in tanh: pixels in [-1, 1]. Discriminators return logits of
shape (batch, 1). All end in float32, so that they train under `mixed_float16` too. For the VAE two
pairs of encoder, which returns mean and log-variance of z, and decoder, which returns logits of
pixels; and what carries z to its codes, a flow or a mixture of normals.
"""

from .codes import build_chain, build_mixture_sampler
from .conditional import (
    build_cluster_sampler,
    build_clusters,
    build_conditional_discriminator,
    build_conditional_generator,
)
from .dcgan import (
    build_critic,
    build_dcgan_discriminator,
    build_dcgan_generator,
    build_tutorial_dcgan_discriminator,
    build_tutorial_dcgan_generator,
)
from .dense import (
    build_colour_discriminator,
    build_colour_generator,
    build_dense_discriminator,
    build_dense_generator,
    build_smallest_discriminator,
    build_smallest_generator,
)
from .flow import build_flow_network, build_flow_sampler
from .planar import build_planar_discriminator, build_planar_generator
from .shapes import COLOUR_SHAPE, HUE_SHAPE, IMAGE_SHAPE
from .text_to_image import (
    build_text_discriminator,
    build_text_encoder,
    build_text_generator,
    load_text_generator,
)
from .vae import (
    build_dense_decoder,
    build_dense_encoder,
    build_sampler,
    build_vae_decoder,
    build_vae_encoder,
)

__all__ = [
    "COLOUR_SHAPE",
    "HUE_SHAPE",
    "IMAGE_SHAPE",
    "build_chain",
    "build_cluster_sampler",
    "build_clusters",
    "build_colour_discriminator",
    "build_colour_generator",
    "build_conditional_discriminator",
    "build_conditional_generator",
    "build_critic",
    "build_dcgan_discriminator",
    "build_dcgan_generator",
    "build_dense_decoder",
    "build_dense_discriminator",
    "build_dense_encoder",
    "build_dense_generator",
    "build_flow_network",
    "build_flow_sampler",
    "build_mixture_sampler",
    "build_planar_discriminator",
    "build_planar_generator",
    "build_sampler",
    "build_smallest_discriminator",
    "build_smallest_generator",
    "build_text_discriminator",
    "build_text_encoder",
    "build_text_generator",
    "build_tutorial_dcgan_discriminator",
    "build_tutorial_dcgan_generator",
    "build_vae_decoder",
    "build_vae_encoder",
    "load_text_generator",
]
