"""The kernel distance: two sets of features, compared pair by pair."""

from .features import as_features


def kernel_distance(features_a, features_b):
    """Kernel distance (KID): unbiased squared maximum mean discrepancy.

    KID = mean_{i≠j} k(aᵢ, aⱼ) + mean_{i≠j} k(bᵢ, bⱼ) - 2 mean_{i,j} k(aᵢ, bⱼ),
    k(x, y) = (x·y/d + 1)³

    Unlike the Fréchet distance its expectation does not depend on the number of samples; around
    0 it may come out negative.

    Args:
        features_a, features_b: Shapes (m, d) and (n, d), m and n at least 2.

    Returns:
        Number, in the kernel's units.

    Reference: Bińkowski et al. (2018), section 4; Gretton et al. (2012), equation 3.
    """
    a, b = as_features(features_a), as_features(features_b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"Features of size {a.shape[1]} and {b.shape[1]} cannot be compared.")

    def kernel_sum(x, y, chunk=1000):  # in parts: all pairs at once would take gigabytes
        parts = (x[start : start + chunk] for start in range(0, len(x), chunk))
        return sum(((part @ y.T / x.shape[1] + 1) ** 3).sum() for part in parts)

    def mean_of_others(x):
        with_itself = (((x * x).sum(axis=1) / x.shape[1] + 1) ** 3).sum()
        return (kernel_sum(x, x) - with_itself) / (len(x) * (len(x) - 1))

    between = kernel_sum(a, b) / (len(a) * len(b))
    return float(mean_of_others(a) + mean_of_others(b) - 2 * between)
