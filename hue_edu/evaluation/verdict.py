"""What a table of measures says, in one plain sentence."""

SURE = ((0.95, "readable"), (0.8, "mostly readable"), (0.5, "half of them readable"))
SHARP = 0.7  # below it, or above its inverse, edges are not those of real pictures
VARIED, MISSING = 0.9, 0.02  # of the diversity ratio; of the share of the rarest digit
COPIED, LOW_Z = 0.05, -6


def verdict(measured):
    """Whether pictures can be read, vary, and are new; and how far they are from real ones.

    The limits are ours: .95, .8 and .5 of the real digits' share of sure ones for "readable",
    "mostly" and "half"; a diversity ratio of .9 for "varied"; a digit in fewer than 2% of the
    samples is "hardly drawn"; a sharpness ratio below .7 is "soft", above 1.43 "rough"; a copied
    share above .05, or a z of the copying test below -6, is "near copies".

    Args:
        measured: What `evaluate`, or `evaluate_own`, returned; a measure that it lacks, or that
            could not be taken, has no part in the sentence.

    Returns:
        Text such as "Readable and varied; 3.4 times the floor of the Fréchet distance."
    """
    known = {key: value for key, value in measured.items() if value is not None}
    phrases = [*_read(known), *_edges(known), *_variety(known)]
    text = " and ".join([", ".join(phrases[:-1]), phrases[-1]] if phrases[1:] else phrases)
    far = []
    if "frechet_distance" in known:
        times = known["frechet_distance"] / max(known["frechet_floor"], 1e-6)
        far = [f"{times:.1f} times the floor of the Fréchet distance"]
    sentence = "; ".join(filter(None, [text, *_copies(known), *far]))
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "Too little was measured."


def _read(known):
    if "sure_share" not in known:
        return []
    share = known["sure_share"] / known["sure_floor"]
    return [next((word for least, word in SURE if share >= least), "hardly readable")]


def _edges(known):
    ratio = known.get("sharpness_ratio", 1.0)
    return ["soft"] if ratio < SHARP else ["rough"] if ratio > 1 / SHARP else []


def _variety(known):
    if known.get("smallest_share", 1.0) < MISSING:
        digit = known["class_shares"].index(min(known["class_shares"]))
        return [f"with hardly a {digit} among them"]
    ratio = known.get("diversity_ratio")
    if ratio is None:
        return []
    return ["varied" if ratio >= VARIED else "less varied than real ones" if ratio > 0.5 else
            "much alike"]  # fmt: skip


def _copies(known):
    copied, z = known.get("copied_share", 0.0), known.get("copying_z", 0.0)
    return ["near copies of training pictures among them"] if copied > COPIED or z < LOW_Z else []
