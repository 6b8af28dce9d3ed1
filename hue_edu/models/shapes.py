"""What all image networks here share."""

IMAGE_SHAPE = (28, 28, 1)  # height, width, channels
