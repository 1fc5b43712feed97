"""Films on a shelf of their own, and decoders that are real processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bundle.asset import Film, MediaType, Picture
from device.candidate import sha256_of
from display.media.decoding import Decoding, Patience
from tests.simulators.films import write_film

POSTER = Picture(sha256="0" * 64, size=1, media=MediaType.PNG, width=160, height=90)
Make = Callable[..., tuple[Path, Film]]


def signed(path: Path, frames: int, size: tuple[int, int] = (160, 90), rate: float = 25, seconds: float | None = None) -> Film:
    """What a bundle says of the film at *path*."""
    facts = {"width": size[0], "height": size[1], "rate": rate, "duration": seconds or frames / rate}
    return Film(sha256=sha256_of(path) or "", size=path.stat().st_size, media=MediaType.VIDEO, poster=POSTER, **facts)


@pytest.fixture
def film(tmp_path: Path) -> Make:
    def make(frames: int = 50, size: tuple[int, int] = (160, 90), **more) -> tuple[Path, Film]:
        path = write_film(tmp_path / f"film-{frames}-{size[0]}.mp4", frames, size, **more)
        return path, signed(path, frames, size, more.get("rate", 25), seconds=(more["times"][-1] + 0.04) if more.get("times") else None)

    return make


@pytest.fixture
def decoder() -> Iterator[Callable[..., Decoding]]:
    """Starts decoders; all of them are gone in the end."""
    started: list[Decoding] = []

    def start(
        path: Path, wanted: Film, box: tuple[int, int] = (160, 90), offset: float = 0.0, patience: Patience | None = None
    ) -> Decoding:
        started.append(Decoding(path, wanted, box, offset, patience or Patience()))
        return started[-1]

    yield start
    for each in started:
        each.close()
        assert each.gone(5.0)
