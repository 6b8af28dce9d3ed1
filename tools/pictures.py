"""The README's pictures: sentences drawn by the shipped generator, and a film of digits learned.

    make pictures     (about a minute)

Writes docs/hue.png, ten pictures of each of four sentences, and docs/learning.gif, 36 digits of one
seed while the compact DCGAN learns: nothing is chosen among draws.
"""

import sys

from freshness import ROOT
from PIL import Image

from hue_edu import datasets, models, plots, studio, training

SENTENCES = (
    "a large red seven in the centre on a yellow background",
    "a large yellow two in the centre on a blue background",
    "a large white five in the centre on a magenta background",
    "a large cyan zero in the centre on a black background",
)
STEPS, FRAMES = 1600, 20
ZOOM, MILLISECONDS, LAST = 2, 250, 2500


def sentences():
    """Rows of pictures, each under its sentence."""
    generator = models.load_text_generator()
    rows = {text: studio.draw(generator, text, num=10, seed=0) for text in SENTENCES}
    plots.save(plots.plot_rows(rows, width=7), ROOT / "docs" / "hue.png")


def film():
    """The same 36 z, drawn again and again in the first steps of training."""
    grid = training.SampleGrid(num=36, seed=1)
    gan = training.make_trainer("dcgan", seed=0)
    data = datasets.batches(datasets.load_mnist("train")[0], 64, seed=0)
    gan.fit(data, epochs=FRAMES, steps_per_epoch=STEPS // FRAMES, verbose=0, callbacks=[grid])
    sheets = [Image.fromarray(plots.tile(images, 12)) for _, images in grid.frames]
    sheets = [sheet.resize([ZOOM * side for side in sheet.size], 0) for sheet in sheets]
    sheets[0].save(
        ROOT / "docs" / "learning.gif", save_all=True, append_images=sheets[1:], loop=0,
        duration=[MILLISECONDS] * (FRAMES - 1) + [LAST], optimize=True,
    )  # fmt: skip


def main():
    sentences()
    film()


if __name__ == "__main__":
    sys.exit(main())
