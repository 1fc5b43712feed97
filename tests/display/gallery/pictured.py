"""The pictures of the gallery: those of the invented commune's content, described as its bundle would."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from PIL import Image

from bundle.asset import Film, MediaType, Picture

FOLDER = Path(__file__).parents[3] / "content" / "xa-an-phu" / "pictures"


@cache
def described(name: str) -> Picture:
    """The picture in the file called *name*."""
    data = (FOLDER / name).read_bytes()
    with Image.open(FOLDER / name) as opened:
        width, height = opened.size
    return Picture(sha256=sha256(data).hexdigest(), size=len(data), media=MediaType.PNG, width=width, height=height)


def film(poster: Picture) -> Film:
    """A film of which no frame is ever asked for: only its *poster* is painted."""
    return Film(
        sha256="f" * 64, size=1000, media=MediaType.VIDEO, width=poster.width, height=poster.height, rate=25.0, duration=30.0, poster=poster
    )


FESTIVAL, SPONSOR_MARK = described("ngay-hoi.png"), described("lua-xanh.png")
FILES = {FESTIVAL.sha256: FOLDER / "ngay-hoi.png", SPONSOR_MARK.sha256: FOLDER / "lua-xanh.png"}
"""Where the bytes of each are, by SHA-256."""
