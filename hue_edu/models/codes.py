"""What stands before a decoder, where its codes are not distributed as z is."""

import keras
from keras import layers, ops

from .. import arguments
from ..layers import ClassOfNormal


@keras.saving.register_keras_serializable("hue_edu")
class NormalMixture(layers.Layer):
    """Standard normal numbers → a draw from a mixture of normals: μ_k + L_k z.

    The last number decides k, each as often as `draw.frequencies` says; the others are z. The
    weights `means`, μ_k, and `factors`, L_k with L_k L_kᵀ the covariance, are put in by hand and do
    not learn; before that a draw is z itself.

    Args:
        num: How many normals.
        dim: Size of z and of a draw.

    Shapes: (batch, dim + 1) → (batch, dim).
    """

    def __init__(self, num, dim, **kwargs):
        super().__init__(**{"trainable": False, "dtype": "float32", **kwargs})
        self.num = arguments.whole_number("num", num, at_least=1)
        self.dim = arguments.whole_number("dim", dim, at_least=1)
        self.draw = ClassOfNormal(self.num)

    def build(self, input_shape):
        self.draw.build((None,))
        self.means = self.add_weight((self.num, self.dim), "zeros", trainable=False)
        self.factors = self.add_weight((self.num, self.dim, self.dim), _identities, trainable=False)

    def call(self, z_and_u):
        k = self.draw(z_and_u[:, -1])
        turned = ops.matmul(ops.take(self.factors, k, axis=0), z_and_u[:, :-1, None])
        return ops.take(self.means, k, axis=0) + turned[..., 0]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.dim)

    def get_config(self):
        return {**super().get_config(), "num": self.num, "dim": self.dim}


def _identities(shape, dtype):
    return ops.broadcast_to(ops.eye(shape[-1], dtype=dtype), shape)


def build_mixture_sampler(dim=16, num=50):
    """z, with one number more, → a draw from a mixture of normals; see `NormalMixture`.

    Args:
        dim: Size of a draw.
        num: How many normals.
    """
    mixture = NormalMixture(num, dim, name="mixture")
    return keras.Sequential([keras.Input((dim + 1,)), mixture], name="mixture_sampler")


def build_chain(first, second):
    """z → what the second network makes of what the first one makes of z.

    Args:
        first, second: Networks of one input and one output that fit.
    """
    z = keras.Input(first.inputs[0].shape[1:], name="z")
    return keras.Model(z, second(first(z)), name=f"{first.name}_and_{second.name}")
