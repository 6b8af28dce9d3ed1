"""One colour a role, and the look of every figure. Okabe and Ito's colours: safe for
colour-blind readers, and of different brightness in print."""

import re

REAL = "#0072B2"  # blue: data
FAKE = "#D55E00"  # vermilion: what the generator makes
DISCRIMINATOR = "#009E73"  # green
GENERATOR = FAKE
LATENT = "#CC79A7"  # purple: z
NEUTRAL = "#5F6368"  # grey: floors, references
HIGHLIGHT = "#E69F00"  # orange: where to look

# Curves without a role: colours that no role has, and dashes that leave a line below visible.
OTHERS = tuple(
    {"color": colour, "ls": dashes}
    for colour, dashes in (
        ("#000000", "-"),
        ("#E69F00", "--"),
        ("#8C564B", "-"),
        ("#5F6368", "-"),
        ("#56B4E9", "--"),
        ("#000000", ":"),
        ("#8C564B", "--"),
    )
)

FIGURE_DEFAULTS = {
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "image.cmap": "gray",
}

SPELLINGS = {
    "non_saturating": "non-saturating",
    "wgan_gp": "WGAN-GP",
    "frechet": "Fréchet",
    "wasserstein": "Wasserstein",
    **{name.lower(): name for name in ("R1", "R2", "WGAN", "DCGAN", "GAN", "VAE", "KL", "JSD")},
}


def readable(name):
    """A label for readers from a name in code: `"tutorial_dcgan"` becomes "tutorial DCGAN".

    Formulas and code, such as "L_D", "$x_1$" or "from_logits=True", stay as they are.
    """
    if re.search(r"[$=(]", name):
        return name
    for code, text in SPELLINGS.items():
        name = re.sub(rf"(?<![a-z\d]){code}(?![a-z\d])", text, name)
    return re.sub(r"(?<=[A-Za-z\d]{2})_(?=[a-z])|(?<=[a-z\d])_(?=[A-Z\d])", " ", name)
