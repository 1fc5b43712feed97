"""An asset: immutable bytes named by their SHA-256, with what a player must know before it opens them."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bundle.base import Model, Sha256

MAX_BLOB = 64 * 1024 * 1024
MAX_FILM_PIXELS = 1920 * 1080
"""Of one frame: what level 4.0 of H.264 (ITU-T H.264, table A-1) leaves for 30 frames a second, and a full HD board shows."""


class MediaType(StrEnum):
    """What a unit is sure to decode; everything else is converted or refused when the bundle is made."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    OPUS = "audio/ogg; codecs=opus"
    VIDEO = "video/mp4"


class Asset(Model):
    """A blob: size in bytes, pictures in pixels, sound with its length and the gain that was measured for it."""

    sha256: Sha256
    size: Annotated[int, Field(gt=0, le=MAX_BLOB)]


class Picture(Asset):
    """A still picture of *width* x *height* pixels, already at most the size of a board."""

    media: Literal[MediaType.PNG, MediaType.JPEG]
    width: Annotated[int, Field(gt=0, le=8192)]
    height: Annotated[int, Field(gt=0, le=8192)]


class Clip(Asset):
    """Sound: *duration* in seconds; *loudness* in LUFS and *true_peak* in dBTP (EBU R 128); *gain* in dB to apply."""

    media: Literal[MediaType.OPUS]
    duration: Annotated[float, Field(gt=0, le=4 * 3600)]
    loudness: Annotated[float, Field(ge=-70, le=0)]
    true_peak: Annotated[float, Field(ge=-90, le=6)]
    gain: Annotated[float, Field(ge=-30, le=20)] = 0.0


class Film(Asset):
    """A silent film in MP4 that each Pi from the third on decodes: H.264 up to High at level 4.1, 8 bits, 4:2:0, progressive.

    *rate* in frames per second on average, *duration* in seconds. Its *poster* stands on the board where and while it does not move.
    """

    media: Literal[MediaType.VIDEO]
    width: Annotated[int, Field(ge=16, le=1920, multiple_of=2)]
    height: Annotated[int, Field(ge=16, le=1920, multiple_of=2)]
    rate: Annotated[float, Field(gt=0, le=31)]
    duration: Annotated[float, Field(gt=0, le=600)]
    poster: Picture

    @model_validator(mode="after")
    def _fits_a_board(self) -> Self:
        if self.width * self.height > MAX_FILM_PIXELS:
            raise ValueError("a frame has more pixels than a full HD board")
        return self


def blob_path(sha256: str) -> str:
    """Where a blob lies below a release tree or a shelf: ``blobs/sha256/ab/<64 hex digits>``."""
    return f"blobs/sha256/{sha256[:2]}/{sha256}"
