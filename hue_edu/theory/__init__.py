"""What GANs minimise, in closed form and by numeric integration, to check training against."""

from .densities import (
    jensen_shannon_divergence,
    kl_divergence,
    minimax_value,
    mixture_density,
    normal_density,
    optimal_discriminator,
    optimal_least_squares_discriminator,
    pearson_chi_squared,
    total_variation,
    wasserstein_1,
)
from .dirac_gan import DIRAC_METHODS, dirac_eigenvalues, dirac_field, dirac_trajectory
from .f_divergences import F_DIVERGENCES, FDivergence, f_divergence, variational_bound
from .flows import METHODS as FLOW_METHODS
from .flows import follow, mixture_velocity
from .normals import (
    normal_kl,
    normal_total_variation,
    normal_wasserstein_1,
    normal_wasserstein_2,
)

__all__ = [
    "DIRAC_METHODS",
    "FLOW_METHODS",
    "F_DIVERGENCES",
    "FDivergence",
    "dirac_eigenvalues",
    "dirac_field",
    "dirac_trajectory",
    "f_divergence",
    "follow",
    "jensen_shannon_divergence",
    "kl_divergence",
    "minimax_value",
    "mixture_density",
    "mixture_velocity",
    "normal_density",
    "normal_kl",
    "normal_total_variation",
    "normal_wasserstein_1",
    "normal_wasserstein_2",
    "optimal_discriminator",
    "optimal_least_squares_discriminator",
    "pearson_chi_squared",
    "total_variation",
    "variational_bound",
    "wasserstein_1",
]
