"""The screen seam: patches of canvases become visible, all in one frame. Real: SDL. Double: a surface without a window."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

import pygame

from display.errors import ScreenLost
from display.page import Rect, Size
from display.paint.canvas import Canvas


@dataclass(frozen=True)
class Patch:
    """The rectangle *source* of *canvas* goes to the position *at* on the screen."""

    canvas: Canvas
    source: Rect
    at: tuple[int, int]


class Pumped(Enum):
    """What the window system said since the last look."""

    NOTHING = "nothing"
    DAMAGED = "damaged"
    CLOSED = "closed"


class Screen(Protocol):
    """Somewhere to show pictures. Only ``ScreenLost`` crosses this seam; after it, open a new screen."""

    size: Size
    rate: int
    simulated: tuple[str, ...]

    def present(self, patches: Sequence[Patch]) -> None:
        """Show *patches* in one frame; it has been handed to the display when this returns."""

    def pump(self) -> Pumped:
        """Take the window system's events; ``DAMAGED`` means present everything again, perhaps in another *size*."""

    def seen(self) -> pygame.Surface:
        """A copy of what is on the screen, read back from it."""

    def close(self) -> None:
        """Let go of it."""


class SdlScreen:
    """A real screen through SDL: KMSDRM on a bare Pi, X11 or Wayland elsewhere."""

    rate = 60
    simulated: tuple[str, ...] = ()

    def __init__(self, size: Size | None, fullscreen: bool) -> None:
        _prepare_sdl()
        flags = pygame.FULLSCREEN if fullscreen else pygame.RESIZABLE
        try:
            pygame.display.init()
            self._window = pygame.display.set_mode((0, 0) if fullscreen or size is None else size, flags)
            pygame.display.set_caption("bảng tin")
            pygame.mouse.set_visible(False)
            driver = pygame.display.get_driver()
        except pygame.error as problem:
            pygame.display.quit()
            raise ScreenLost(str(problem)) from problem
        self.size: Size = self._window.get_size()
        # SDL's dummy and offscreen drivers show nobody anything, and must not look like evidence.
        if driver in ("dummy", "offscreen"):
            self.simulated = (f"SDL driver {driver}",)

    def present(self, patches: Sequence[Patch]) -> None:
        """Copy the patches and hand their rectangles to the display."""
        try:
            pygame.display.update([self._window.blit(patch.canvas.surface, patch.at, patch.source) for patch in patches])
        except pygame.error as problem:
            raise ScreenLost(str(problem)) from problem

    def pump(self) -> Pumped:
        """Read SDL's events; a new size or an exposed window asks for a whole picture."""
        found = Pumped.NOTHING
        try:
            for event in pygame.event.get():
                if event.type == pygame.QUIT:
                    return Pumped.CLOSED
                if event.type in _DAMAGE:
                    found = Pumped.DAMAGED
            window = pygame.display.get_surface()
        except pygame.error as problem:
            raise ScreenLost(str(problem)) from problem
        if window is None:
            raise ScreenLost("the window is gone")
        self._window, self.size = window, window.get_size()
        return found

    def seen(self) -> pygame.Surface:
        """A copy of the window's surface."""
        return self._window.copy()

    def close(self) -> None:
        """Close the window."""
        pygame.display.quit()


class HeadlessScreen:
    """The shipped double: a real surface without a window; it shows nobody anything and says so."""

    rate = 10
    simulated: tuple[str, ...] = ("headless screen",)

    def __init__(self, size: Size) -> None:
        self.size = size
        self._surface = pygame.Surface(size, depth=32, masks=(0xFF0000, 0xFF00, 0xFF, 0))
        self.frames = 0
        self.changed_pixels = 0

    def present(self, patches: Sequence[Patch]) -> None:
        """Copy the patches and count them."""
        for patch in patches:
            self._surface.blit(patch.canvas.surface, patch.at, patch.source)
            self.changed_pixels += patch.source.width * patch.source.height
        self.frames += 1

    def pump(self) -> Pumped:
        """No window system, no events."""
        return Pumped.NOTHING

    def seen(self) -> pygame.Surface:
        """A copy of the surface."""
        return self._surface.copy()

    def close(self) -> None:
        """Nothing to let go of."""


_DAMAGE = frozenset((pygame.VIDEORESIZE, pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED, pygame.WINDOWDISPLAYCHANGED))


def _prepare_sdl() -> None:
    # Measured: on KMS, SDL left to itself picks desktop GL on a GLES context and the screen stays black without an
    # error; under X11 its texture path on software GL costs a whole core, plain surfaces 2.4 % of one.
    desktop = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0" if desktop else "opengles2")
    # SIGTERM and SIGINT belong to the program, which has receipts to write first.
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    os.environ.setdefault("SDL_VIDEO_ALLOW_SCREENSAVER", "0")


def save(picture: pygame.Surface, path: Path) -> None:
    """Write *picture* as PNG, complete at the moment it appears under its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.stem}.half.png")
    pygame.image.save(picture, half)
    half.replace(path)
