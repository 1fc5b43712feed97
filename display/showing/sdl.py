"""A real screen through SDL: KMSDRM on a bare Pi, X11 or Wayland elsewhere."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pygame

from display.errors import ScreenLost
from display.glass.judge import Sight
from display.glass.prove import Driver, Proof, prove
from display.page import Rect, Size
from display.showing.screen import USUAL_RATE, Patch, Pumped
from display.showing.stage import Stage

PLAIN = "plain"
_WAY = "SDL_FRAMEBUFFER_ACCELERATION"
_DAMAGE = frozenset((pygame.VIDEORESIZE, pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED, pygame.WINDOWDISPLAYCHANGED))


class SdlScreen:
    """*mode* in pixels, none: what the window system has; *canvas* is the part of it that people see, none: all; *way* is one of `ways`."""

    simulated: tuple[str, ...] = ()

    def __init__(self, mode: Size | None, fullscreen: bool, canvas: Rect | None = None, way: str = "0") -> None:
        _prepare_sdl()
        flags = pygame.FULLSCREEN if fullscreen else pygame.RESIZABLE
        try:
            pygame.display.init()
            with _in_the_way(way):
                surface = pygame.display.set_mode(mode or (0, 0), flags)
            pygame.display.set_caption("bảng tin")
            pygame.mouse.set_visible(False)
            self._driver = pygame.display.get_driver()
            self.waits = self._driver == "KMSDRM"
            # A virtual screen and some drivers do not say.
            self.rate = pygame.display.get_current_refresh_rate() or USUAL_RATE
        except pygame.error as problem:
            pygame.display.quit()
            raise ScreenLost(str(problem)) from problem
        self._mode = mode if fullscreen else None
        self._stage = Stage(surface, canvas)
        # SDL's dummy and offscreen drivers show nobody anything, and must not look like evidence.
        if self._driver in ("dummy", "offscreen"):
            self.simulated = (f"SDL driver {self._driver}",)

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self._stage.size

    @property
    def whole(self) -> pygame.Surface | None:
        """The window, on KMS."""
        return self._stage.surface if self._driver == Driver.KERNEL else None

    @property
    def complaint(self) -> str:
        """The video mode or the canvas that is not as the settings want it."""
        return self._stage.misfit(self._mode)

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

    def proof(self) -> Proof:
        """Read the whole mode back; a window may have others before it, of that nobody can speak."""
        if not pygame.display.is_fullscreen():
            return Proof(Sight.UNKNOWN, "a window among others")
        return prove(self._stage.surface, self._stage.box, self._driver)

    def close(self) -> None:
        """Close the window."""
        pygame.display.quit()


def ways() -> tuple[str, ...]:
    """The ways to bring a picture to the screen, the best first (`PLAIN` is none of SDL's); one named by the environment is the only one.

    Measured: on KMS, SDL left to itself picks desktop GL on a GLES context and the screen stays black without an error; under X11 its
    texture path on software GL costs a whole core, plain surfaces 2.4 % of one.
    """
    named = os.environ.get(_WAY)
    if named is not None:
        return (named,)
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return ("0",) if desktop else ("opengles2", "opengl", PLAIN)


@contextmanager
def _in_the_way(way: str) -> Iterator[None]:
    """SDL reads its way from the environment when it makes a window's surface."""
    before = os.environ.get(_WAY)
    os.environ[_WAY] = way
    try:
        yield
    finally:
        if before is None:
            del os.environ[_WAY]
        else:
            os.environ[_WAY] = before


def _prepare_sdl() -> None:
    # SIGTERM and SIGINT belong to the program, which has receipts to write first.
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    os.environ.setdefault("SDL_VIDEO_ALLOW_SCREENSAVER", "0")
    # Without a desktop's bus SDL would look for a program that starts one, and wait for it.
    os.environ.setdefault("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    # On KMS a picture waits for the refresh: otherwise SDL flips at once where the driver can, and what runs tears.
    os.environ.setdefault("SDL_RENDER_VSYNC", "1")
