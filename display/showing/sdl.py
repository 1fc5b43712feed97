"""A real screen through SDL: KMSDRM on a bare Pi, X11 or Wayland elsewhere."""

import os
from collections.abc import Sequence

import pygame

from display.errors import ScreenLost
from display.page import Rect, Size
from display.showing.screen import Patch, Pumped
from display.showing.stage import Stage

_DAMAGE = frozenset((pygame.VIDEORESIZE, pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED, pygame.WINDOWDISPLAYCHANGED))


class SdlScreen:
    """*mode* in pixels, none: what the screen itself prefers; *canvas* is the part of it that people see, none: all."""

    rate = 60
    simulated: tuple[str, ...] = ()

    def __init__(self, mode: Size | None, fullscreen: bool, canvas: Rect | None = None) -> None:
        _prepare_sdl()
        flags = pygame.FULLSCREEN if fullscreen else pygame.RESIZABLE
        try:
            pygame.display.init()
            surface = pygame.display.set_mode(mode or (0, 0), flags)
            pygame.display.set_caption("bảng tin")
            pygame.mouse.set_visible(False)
            driver = pygame.display.get_driver()
        except pygame.error as problem:
            pygame.display.quit()
            raise ScreenLost(str(problem)) from problem
        self._mode = mode if fullscreen else None
        self._stage = Stage(surface, canvas)
        # SDL's dummy and offscreen drivers show nobody anything, and must not look like evidence.
        if driver in ("dummy", "offscreen"):
            self.simulated = (f"SDL driver {driver}",)

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self._stage.size

    @property
    def complaint(self) -> str:
        """The video mode or the canvas that is not as the settings want it."""
        found = self._stage.surface.get_size()
        if self._mode is None or found == self._mode:
            return self._stage.complaint
        wanted, had = "{}×{}".format(*self._mode), "{}×{}".format(*found)
        told = (
            f"màn hình không có chế độ {wanted}, đang dùng {had}; sửa [screen] width, height trong unit.toml"
            f" / the screen has no mode {wanted}, {had} is used; correct [screen] width, height in unit.toml"
        )
        return "; ".join(filter(None, (told, self._stage.complaint)))

    def present(self, patches: Sequence[Patch]) -> None:
        """Copy the patches and hand their rectangles to the display."""
        try:
            pygame.display.update(self._stage.put(patches))
        except pygame.error as problem:
            raise ScreenLost(str(problem)) from problem

    def shift(self, by: tuple[int, int]) -> None:
        """Move the picture within the canvas."""
        self._stage.shift(by)

    def pump(self) -> Pumped:
        """Read SDL's events; a new size or an exposed window asks for a whole picture."""
        found = Pumped.NOTHING
        try:
            for event in pygame.event.get():
                if event.type == pygame.QUIT:
                    return Pumped.CLOSED
                if event.type in _DAMAGE:
                    found = Pumped.DAMAGED
            there = pygame.display.get_surface() is not None
        except pygame.error as problem:
            raise ScreenLost(str(problem)) from problem
        if not there:
            raise ScreenLost("the window is gone")
        if found is Pumped.DAMAGED:
            self._stage.renew()
        return found

    def seen(self) -> pygame.Surface:
        """A copy of the canvas on the window's surface."""
        return self._stage.seen()

    def close(self) -> None:
        """Close the window."""
        pygame.display.quit()


def _prepare_sdl() -> None:
    # Measured: on KMS, SDL left to itself picks desktop GL on a GLES context and the screen stays black without an
    # error; under X11 its texture path on software GL costs a whole core, plain surfaces 2.4 % of one.
    desktop = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0" if desktop else "opengles2")
    # SIGTERM and SIGINT belong to the program, which has receipts to write first.
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    os.environ.setdefault("SDL_VIDEO_ALLOW_SCREENSAVER", "0")
