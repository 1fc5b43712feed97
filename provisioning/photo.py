"""A photograph from a telephone, made small enough to travel home over any link."""

import io
import warnings

from PIL import Image, ImageOps

from bundle.errors import Refused, refuse
from device.shrink import shrunk

LARGEST_FILE = 20 << 20
MAX_PIXELS = 50_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_RECIPE = "chụp lại, hoặc lưu thành JPEG / take it again, or save it as JPEG"


def small_photo(data: bytes, most: int, where: str = "ảnh / photo") -> bytes:
    """*data* (JPEG, PNG or WebP) upright, as WebP of at most *most* bytes, without where and by what it was taken.

    ``Refused`` for what is no picture, or one that would not fit into the memory of a small Pi.
    """
    if len(data) > LARGEST_FILE:
        raise refuse(where, f"ảnh quá lớn / too large: {len(data) >> 20} MiB", _RECIPE)
    try:
        with warnings.catch_warnings():
            # Pillow warns at its own, higher limit; ours is checked before any pixel is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
        if opened.width * opened.height > MAX_PIXELS:
            raise refuse(where, f"ảnh quá lớn / too large: {opened.width} × {opened.height}", _RECIPE)
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Refused:
        raise
    # Pillow reports a damaged file by any of these, depending on its format.
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as problem:
        raise refuse(where, f"không đọc được ảnh / the picture cannot be read: {problem}"[:200], _RECIPE) from None
    upright.info.clear()
    return shrunk(upright, most)
