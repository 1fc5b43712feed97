"""One picture out of its file: only what was signed, upright, on paper white, and decoded no larger than it is wanted."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    from bundle.asset import Picture

MOST_PIXELS = 50_000_000
"""Of a JPEG that can be decoded at an eighth of its size: what the largest telephones make."""
MOST_WHOLE = 4096 * 4096
"""Of a picture that can only be decoded whole: some 64 MB on a unit with a gigabyte."""
LEAST = (64, 64)
"""The size for which a picture is decoded just to see whether it can be."""
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
_ERRORS = (OSError, SyntaxError, ValueError, EOFError, MemoryError, UnidentifiedImageError, Image.DecompressionBombError)
_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
"""Orientations of EXIF (CIPA DC-008, 4.6.4) that turn width into height."""
_DEEP = 257
"""What a value of 16 bits is divided by for eight."""


class Unreadable(Exception):
    """The picture cannot be shown; the message says why."""


def decoded(path: Path, picture: "Picture", size: tuple[int, int]) -> Image.Image:
    """The picture as RGB, at least as large as *size* if the file is; ``Unreadable`` when it is damaged or not what was signed."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns, at a limit of its own; ours is checked before any pixel is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(path, formats=(_FORMATS[picture.media],))
        with opened as image:
            _check(image, picture)
            signed, claimed = (picture.width, picture.height), image.size
            if image.format == "JPEG":
                # Turns one of 40 million pixels into one of a few hundred thousand before it takes any memory.
                image.draft("RGB", size[::-1] if _on_its_side(image) else size)
            image.load()
            # Only now: to find the turn of a PNG, all of it must be read.
            if claimed != signed and not _on_its_side(image):
                raise _differs(claimed, signed)
            ImageOps.exif_transpose(image, in_place=True)
            return _on_paper(image)
    except _ERRORS as problem:
        raise Unreadable(f"hỏng / damaged: {str(problem)[:120]}") from None


def _check(image: Image.Image, picture: "Picture") -> None:
    """Before a pixel is decoded."""
    signed = (picture.width, picture.height)
    # A bundle may be made by somebody else's publisher, who signs the size before or after turning.
    if image.size not in (signed, signed[::-1]):
        raise _differs(image.size, signed)
    whole = image.format != "JPEG" or "progressive" in image.info
    if image.width * image.height > (MOST_WHOLE if whole else MOST_PIXELS):
        raise Unreadable(f"quá lớn cho thiết bị / too large for a unit: {image.width} x {image.height}")


def _on_its_side(image: Image.Image) -> bool:
    return image.getexif().get(_ORIENTATION) in _ON_ITS_SIDE


def _differs(claimed: tuple[int, int], signed: tuple[int, int]) -> Unreadable:
    return Unreadable(f"{claimed[0]} x {claimed[1]} điểm ảnh, đã ký / pixels, signed: {signed[0]} x {signed[1]}")


def _on_paper(image: Image.Image) -> Image.Image:
    """Without transparency: what was see-through stands on white; and with eight bits."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / _DEEP).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        colours = image.convert("RGBA")
        paper = Image.new("RGBA", colours.size, "white")
        paper.alpha_composite(colours)
        return paper.convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")
