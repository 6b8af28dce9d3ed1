"""Small breaks that change nothing that the package promises, each with its reason.

(file, "old → new") as `make mutants NUM=…` prints them. They are left out of its sample.
"""

EQUIVALENT = {
    ("metrics/kernel.py", "1000 → 1001"): "rows multiplied at once: the sum is the same",
    ("theory/densities.py", "np.broadcast(p, q) → np.broadcast(q, p)"): "the common shape of both",
    ("training/gan.py", "-1 → (1)"): "the last axis of a shape of two is its second",
    (
        "training/planar.py",
        "self.generator(self._draw_z(), training=True) → self.generator(self._draw_z())",
    ): "networks of the plane do the same in both modes",
    ("training/planar.py", "self.generator(z, training=True) → self.generator(z)"): "so too here",
    (
        "plots/planar.py",
        "np.linspace(-limit, limit, 13) → np.linspace(limit, -limit, 13)",
    ): "the same arrows in another order",
    (
        "judges/digits.py",
        "packed.create_dataset(name, data=item[()], compression=9, shuffle=True) → "
        "packed.create_dataset(name, data=item[()], compression=9)",
    ): "the same weights, a larger file",
    ("runs.py", "2 → 3"): "the third decimal of the seconds in a history",
}
