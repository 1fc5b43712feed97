"""What an X server shows, asked of the server itself."""

import os
from collections.abc import Sequence

from PIL import ImageGrab, UnidentifiedImageError

from display.glass.judge import Point, Unreadable
from display.page import Colour


def shown(points: Sequence[Point]) -> list[list[Colour]]:
    """The colours at *points* of the root window, whatever drew them there; black where it has no such point."""
    try:
        picture = ImageGrab.grab(xdisplay=os.environ.get("DISPLAY", "")).convert("RGB")
    except (OSError, UnidentifiedImageError) as problem:
        raise Unreadable(str(problem)) from None
    width, height = picture.size
    return [[_colour(picture.getpixel((x, y))) if 0 <= x < width and 0 <= y < height else (0, 0, 0) for x, y in points]]


def _colour(pixel: object) -> Colour:
    if not isinstance(pixel, tuple):
        raise Unreadable("its pixels have no three channels")
    red, green, blue = pixel
    return red, green, blue
