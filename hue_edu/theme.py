"""One colour a role, and the look of every figure. Okabe and Ito's colours: safe for
colour-blind readers, and of different brightness in print."""

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
