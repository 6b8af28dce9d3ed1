"""Height, width and channels of the images that the networks here draw and judge."""

import numpy as np

IMAGE_SHAPE = (28, 28, 1)
COLOUR_SHAPE = (28, 28, 3)
HUE_SHAPE = (32, 32, 3)


def halved(image_shape):
    """How often the sides of an image are halved until both are at most 8, once at least.

    Args:
        image_shape: (height, width, channels).

    Returns:
        How often, and the height and width that are left: for 28 × 28 twice, to 7 × 7.

    Raises:
        ValueError: A side is no multiple of so many twos, or the shape has other than three parts.
    """
    height, width, _ = checked_shape(image_shape)
    num = 1
    while max(height, width) > 8 * 2**num:
        num += 1
    if height % 2**num or width % 2**num:
        raise ValueError(
            f"image_shape is {image_shape}; sides up to {8 * 2**num} must be multiples of "
            f"{2**num} here, as 28, 32 and 64 are."
        )
    return num, height // 2**num, width // 2**num


def quartered(image_shape):
    """Height and width after two halvings: for 28 × 28 it is 7 × 7.

    Args:
        image_shape: (height, width, channels).

    Raises:
        ValueError: A side is no multiple of 4, or the shape has other than three parts.
    """
    height, width, _ = checked_shape(image_shape)
    if height % 4 or width % 4:
        raise ValueError(
            f"image_shape is {image_shape}; sides must be multiples of 4 here, like 28, 32 and 64."
        )
    return height // 4, width // 4


def checked_shape(image_shape):
    """(height, width, channels) as Python's whole numbers.

    Raises:
        ValueError: Another number of parts, or one that is no whole number above 0.
    """
    shape = np.array(image_shape)
    if shape.shape != (3,) or shape.dtype.kind not in "iu" or shape.min() < 1:
        raise ValueError(
            f"image_shape is {image_shape}; expected (height, width, channels), like (64, 64, 3)."
        )
    return tuple(shape.tolist())
