"""Height, width and channels of the images that the networks here draw and judge."""

IMAGE_SHAPE = (28, 28, 1)
COLOUR_SHAPE = (28, 28, 3)
HUE_SHAPE = (32, 32, 3)
