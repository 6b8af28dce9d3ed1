"""Small breaks that change nothing that the package promises, each with its reason.

(file, "old → new") as `make mutants NUM=…` prints them. They are left out of its sample.
"""

EQUIVALENT = {
    ("metrics/kernel.py", "1000 → 1001"): "rows multiplied at once: the sum is the same",
    ("theory/densities.py", "np.broadcast(p, q) → np.broadcast(q, p)"): "the common shape of both",
    ("training/gan.py", "-1 → (1)"): "the last axis of a shape of two is its second",
}
