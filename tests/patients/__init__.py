"""Patients of the GAN doctor: broken ones with their code and repaired twin, and healthy ones.

    code, make = patients.BROKEN["z_times_zero"]
    report = patients.look(make(False))   # the broken one; make(True) is its twin

Each is built from our own code in a second or a few; where it is modelled on a real report, the
report is named beside it. Other tools can be tried on them: `make` returns plain Keras models,
arrays and functions. BROKEN and HEALTHY are those by which thresholds were set; STRANGERS were
written by others who did not see the doctor, and have been learnt from since; NEWCOMERS likewise,
and are only reported on.
"""

from hue_edu import doctor

from . import (
    autoencoders,
    broken,
    dynamics,
    healthy,
    newcomers,
    newcomers_later,
    sources,
    strangers,
)

BROKEN = broken.BROKEN | dynamics.BROKEN | autoencoders.BROKEN | sources.BROKEN
HEALTHY = healthy.HEALTHY | dynamics.HEALTHY | autoencoders.HEALTHY | sources.HEALTHY
STRANGERS, HEALTHY_STRANGERS = strangers.BROKEN, strangers.HEALTHY
NEWCOMERS = newcomers.BROKEN | newcomers_later.BROKEN | newcomers_later.BROKEN_VAES
HEALTHY_NEWCOMERS = newcomers.HEALTHY | newcomers_later.HEALTHY | newcomers_later.HEALTHY_VAES

HALVES = {
    "known": (BROKEN, HEALTHY),
    "strangers": (STRANGERS, HEALTHY_STRANGERS),
    "newcomers": (NEWCOMERS, HEALTHY_NEWCOMERS),
}


def look(parts, **options):
    """The doctor's report on a GAN or a VAE, given as the dictionary of its parts."""
    parts = dict(parts)
    vae = "encoder" in parts
    names = ("encoder", "decoder", "data") if vae else ("generator", "discriminator", "data")
    first = [parts.pop(name) for name in names]
    options = {} if vae else options
    return (doctor.examine_vae if vae else doctor.examine)(*first, **parts, **options)
