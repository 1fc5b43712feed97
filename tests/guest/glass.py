"""What stands on the guest's screen, by QEMU's own screendump: the picture that the graphics card sends to a monitor, pixel by pixel."""

import selectors
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageChops

from tests.guest.commands import PATIENCE
from tests.guest.machine import Machine

NEAR = 8
"""Steps of 255 by which a colour may differ: a card with 16 bits a pixel has 8 of them to a step."""
PAUSE = 0.1


class Glass:
    """The screen of *machine*; *folder* keeps the pictures that were not as they should be."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self._machine, self._folder = machine, folder
        folder.mkdir(parents=True, exist_ok=True)

    def look(self) -> Image.Image:
        """What stands there now."""
        file = self._folder / "dump.ppm"
        self._machine.monitor.do("screendump", filename=str(file))
        with Image.open(file) as picture:
            return picture.convert("RGB")

    def looks(self, patience: float = PATIENCE) -> Iterator[Image.Image]:
        """Ten times a second out here, for *patience* seconds out here."""
        deadline = time.monotonic() + patience
        with selectors.DefaultSelector() as pause:
            while time.monotonic() < deadline:
                yield self.look()
                pause.select(PAUSE)

    def until(self, condition: Callable[[Image.Image], bool], what: str, patience: float = PATIENCE) -> Image.Image:
        """The first picture that fulfils *condition*."""
        seen = None
        for seen in self.looks(patience):
            if condition(seen):
                return seen
        raise AssertionError(f"waited {patience} s for {what}; last seen: {self.keep(seen, what) if seen else 'nothing'}")

    def film(self, end: Callable[[Image.Image], bool], patience: float = PATIENCE) -> list[Image.Image]:
        """Each picture that stood there, once, up to and with the first that fulfils *end*."""
        seen: list[Image.Image] = []
        for look in self.looks(patience):
            if not seen or look.tobytes() != seen[-1].tobytes():
                seen.append(look)
                if end(look):
                    return seen
        raise AssertionError(f"waited {patience} s; the last of {len(seen)} pictures is {self.keep(seen[-1], 'last')}")

    def keep(self, picture: Image.Image, what: str) -> Path:
        """Write it as PNG, to be looked at."""
        path = self._folder / f"{what.replace(' ', '-')}.png"
        picture.save(path)
        return path


def same(seen: Image.Image, expected: Image.Image) -> bool:
    """Whether nobody could tell them apart."""
    return seen.size == expected.size and max(high for _, high in ImageChops.difference(seen, expected).getextrema()) <= NEAR


def empty(seen: Image.Image) -> bool:
    """Whether nothing can be read there: a single colour, or a cursor on it."""
    return len(seen.getcolors(seen.width * seen.height) or ()) <= 2
