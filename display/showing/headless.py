"""The shipped double of a screen: a real surface without a window; it shows nobody anything and says so."""

from collections.abc import Sequence

import pygame

from display.glass.judge import Sight
from display.glass.prove import Proof
from display.page import Rect, Size
from display.showing.screen import Patch, Pumped
from display.showing.stage import Stage


class HeadlessScreen:
    """A surface as large as a video *mode*, with its *canvas*; counts what it was given."""

    rate = 10
    waits = False
    simulated: tuple[str, ...] = ("headless screen",)

    def __init__(self, mode: Size, canvas: Rect | None = None) -> None:
        self._stage = Stage(pygame.Surface(mode, depth=32, masks=(0xFF0000, 0xFF00, 0xFF, 0)), canvas)
        self.frames = 0
        self.changed_pixels = 0

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self._stage.size

    @property
    def whole(self) -> pygame.Surface | None:
        """Nobody shows it."""
        return None

    @property
    def complaint(self) -> str:
        """A canvas outside the mode."""
        return self._stage.complaint

    @property
    def surface(self) -> pygame.Surface:
        """The whole mode."""
        return self._stage.surface

    def present(self, patches: Sequence[Patch]) -> None:
        """Copy the patches and count them."""
        self._stage.put(patches)
        self.changed_pixels += sum(patch.source.width * patch.source.height for patch in patches)
        self.frames += 1

    def shift(self, by: tuple[int, int]) -> None:
        """Move the picture within the canvas."""
        self._stage.shift(by)

    def pump(self) -> Pumped:
        """No window system, no events."""
        return Pumped.NOTHING

    def seen(self) -> pygame.Surface:
        """A copy of the canvas."""
        return self._stage.seen()

    def proof(self) -> Proof:
        """There is no glass."""
        return Proof(Sight.UNKNOWN, self.simulated[0])

    def close(self) -> None:
        """Nothing to let go of."""
