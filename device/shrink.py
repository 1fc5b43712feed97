"""A picture in few bytes: the largest and best WebP that fits, whatever is on it."""

import io

from PIL import Image

SIDES = (960, 720, 480, 320, 200, 120, 64)
"""Pixels of the longer side, the largest tried first."""
GOOD, BEST, WORST = 30, 85, 1
"""WebP's qualities; below GOOD letters dissolve, and a smaller picture says more."""


def shrunk(picture: Image.Image, most: int) -> bytes:
    """*picture* (RGB) as WebP of at most *most* bytes: as large as it can be at a good quality, and then as good as it can be."""
    for side in SIDES[:-1]:
        smaller = _fitted(picture, side)
        if len(_encoded(smaller, GOOD)) <= most:
            return _best(smaller, most, GOOD)
    return _best(_fitted(picture, SIDES[-1]), most, WORST)


def _best(picture: Image.Image, most: int, low: int) -> bytes:
    """The best quality from *low* on that fits, found by bisection."""
    found, high = _encoded(picture, low), BEST
    while low < high:
        middle = (low + high + 1) // 2
        tried = _encoded(picture, middle)
        if len(tried) <= most:
            found, low = tried, middle
        else:
            high = middle - 1
    return found


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    """Never larger than it was."""
    fitted = picture.copy()
    fitted.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return fitted


def _encoded(picture: Image.Image, quality: int) -> bytes:
    into = io.BytesIO()
    picture.save(into, "WEBP", quality=quality, method=4)
    return into.getvalue()
