"""Pictures of pictures: grids and labelled rows."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .. import arguments, datasets
from .figure import Animation, Figure, check_labelled, themed, title_above

WHITE, FRAME = 240, 160  # what runs into a white page, and the grey of the line around it
LONGEST = 22  # characters of a label beside its row; a longer one stands above it


def tile(images, columns=None, gap=1):
    """Arrange images in a grid, as one image.

    Args:
        images: Shape (num, height, width, channels), 1 or 3 channels, in [-1, 1]; or uint8.
        columns: Images per row; as square as possible if not given.
        gap: White pixels between neighbours.

    Returns:
        uint8 of shape (grid height, grid width) for one channel, else (…, channels).

    Raises:
        ValueError: No images, or other ones, as `datasets.check_pixels` says.
    """
    pixels = _as_pixels(images)
    num, height, width, channels = pixels.shape
    if columns is None:
        columns = int(np.ceil(np.sqrt(num)))
    columns = arguments.whole_number("columns", columns, at_least=1)
    rows = -(-num // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, channels), 255)
    for i, image in enumerate(pixels):
        top, left = (i // columns) * (height + gap), (i % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet.astype("uint8").squeeze(-1) if channels == 1 else sheet.astype("uint8")


def _as_pixels(images):
    """Images as uint8, after checking that they can be shown as they are meant."""
    images = np.asarray(images)
    if images.dtype.kind == "f":
        images = images.astype("float32", copy=False)
    if images.dtype != np.uint8 or images.ndim != 4 or images.size == 0:
        datasets.check_pixels(images)
    if images.shape[-1] not in (1, 3):
        raise ValueError(
            f"Images of shape {images.shape} have {images.shape[-1]} channels; expected 1, grey, "
            "or 3, in colour."
        )
    return images if images.dtype == np.uint8 else datasets.to_uint8(images)


def framed(images):
    """Images as uint8; with a grey line around each where the edge of one is mostly white.

    Raises:
        ValueError: As `tile`.
    """
    pixels = _as_pixels(images)
    inside = np.zeros(pixels.shape[1:3], bool)
    inside[1:-1, 1:-1] = True
    white = (pixels[:, ~inside] >= WHITE).all(axis=-1)  # (num, pixels of the edge)
    if (white.mean(axis=1) <= 0.5).all():
        return pixels
    return np.pad(pixels, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=FRAME)


def _checked_together(things, what):
    """Labelled images as uint8: of the same shape, and checked as one set."""
    check_labelled(things, what)
    shapes = {label: np.shape(images) for label, images in things.items()}
    if len(set(shapes.values())) > 1:
        raise ValueError(f"Expected {what} of images of the same shape, got {shapes}.")
    pixels = _as_pixels(np.concatenate([np.asarray(images) for images in things.values()]))
    return dict(zip(things, np.split(pixels, len(things))))


@themed
def plot_image_grid(images, title="", columns=None, alt=None, width=4.5):
    """A grid of images, with a frame around each where the edge of one is white, as the page is.

    Args:
        images: Shape (num, height, width, channels) in [-1, 1].
        title: What to see.
        columns: Images per row; as square as possible if not given.
        alt: Text for those who cannot see the figure; made from the title if not given.
        width: In inches.

    Raises:
        ValueError: As `tile`.
    """
    sheet = tile(framed(images), columns)
    height = width * sheet.shape[0] / sheet.shape[1] + (0.35 if title else 0.05)
    figure = Figure(figsize=(width, height), alt=alt or f"A grid of {len(images)} images: {title}")
    ax = figure.add_subplot()
    ax.imshow(sheet, vmin=0, vmax=255, interpolation="nearest")
    ax.set_axis_off()
    title_above(figure, title)
    return figure


def animate(frames, title="", alt=None, columns=None, seconds=0.4, zoom=2):
    """Grids of images one after the other, each with its label above: training as a film.

    Args:
        frames: Dictionary from label to images of shape (num, height, width, channels) in [-1, 1].
        title: What to see; stands in the alt text.
        columns: Images per row; as square as possible if not given.
        seconds: How long a frame stays.
        zoom: Pixels of the page for each pixel of an image.

    Returns:
        `Animation`.

    Raises:
        ValueError: No frame, frames of several shapes, or images that `tile` refuses.
    """
    frames = _checked_together(frames, "frames")
    font, pictures = ImageFont.load_default(size=18), []
    for label, images in frames.items():
        sheet = Image.fromarray(tile(images, columns))
        sheet = sheet.resize((sheet.width * zoom, sheet.height * zoom), Image.Resampling.NEAREST)
        picture = Image.new(sheet.mode, (sheet.width, sheet.height + 28), "white")
        picture.paste(sheet, (0, 28))
        ImageDraw.Draw(picture).text((2, 2), label, fill="black", font=font)
        pictures.append(picture)
    return Animation(pictures, seconds, alt or f"Animation: {title}. Frames: {', '.join(frames)}.")


@themed
def plot_rows(rows, title="", alt=None, width=6.5):
    """Labelled rows of images, one above the other, to compare.

    A label stands beside its row, and where one is long, such as a caption, all stand above theirs.
    Frames as in `plot_image_grid`.

    Args:
        rows: Dictionary from label to images of shape (num, height, width, channels) in [-1, 1],
            the same shape in each.
        title, alt, width: As in `plot_image_grid`.

    Raises:
        ValueError: No row, rows of several shapes, or images that `tile` refuses.
    """
    rows = _checked_together(rows, "rows")
    shown = framed(np.concatenate(list(rows.values())))
    rows = dict(zip(rows, np.split(shown, len(rows))))
    images = next(iter(rows.values()))
    ratio = images.shape[1] / (len(images) * images.shape[2])
    longest = max(map(len, rows))
    above = longest > LONGEST
    label_width, label_height = (0.2, 0.25) if above else (0.095 * longest + 0.2, 0.04)
    height = ((width - label_width) * ratio + label_height) * len(rows) + (0.45 if title else 0.15)
    named = "; ".join(rows)
    figure = Figure(figsize=(width, height), alt=alt or f"Rows of images: {named}. {title}")
    for ax, (label, images) in zip(
        figure.subplots(len(rows), 1, squeeze=False)[:, 0], rows.items()
    ):
        ax.imshow(tile(images, len(images)), vmin=0, vmax=255, interpolation="nearest")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        if above:
            ax.set_title(label, fontsize="medium", pad=2)
        else:
            ax.set_ylabel(label, rotation=0, ha="right", va="center")
    figure.get_layout_engine().set(w_pad=0.08)
    title_above(figure, title)
    return figure
