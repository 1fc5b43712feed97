"""The screen seam: patches of canvases become visible, all in one frame. Real: `sdl`. Double: `headless`."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

import pygame

from display.glass.prove import Proof
from display.page import Rect, Size
from display.paint.canvas import Canvas

log = logging.getLogger(__name__)
USUAL_RATE = 60
"""Refreshes a second of a screen that does not say how many it has."""


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
    """Somewhere to show pictures. Only ``ScreenLost`` crosses this seam; after it, open a new screen.

    Positions are those of the canvas, the part of a video mode that people see; the rest of the mode is black.
    """

    @property
    def rate(self) -> int:
        """How many frames a second it can show."""

    @property
    def waits(self) -> bool:
        """Whether `present` returns only when its frame is being scanned out."""

    @property
    def simulated(self) -> tuple[str, ...]:
        """What of it is no real screen; nothing that it shows is evidence then."""

    @property
    def size(self) -> Size:
        """Of the canvas in pixels; what is painted for it is as large."""

    @property
    def whole(self) -> pygame.Surface | None:
        """The surface of the whole mode where the kernel itself shows it; none with a window system between, or for nobody."""

    @property
    def complaint(self) -> str:
        """In which way it is not as the settings want it, though it shows; one sentence, else empty."""

    def present(self, patches: Sequence[Patch]) -> None:
        """Show *patches* in one frame; it has been handed to the display when this returns."""

    def shift(self, by: tuple[int, int]) -> None:
        """From now on the picture stands *by* pixels (right, down) from its place, cut at the canvas: present everything again."""

    def pump(self) -> Pumped:
        """Take the window system's events; ``DAMAGED`` means present everything again, perhaps in another *size*."""

    def seen(self) -> pygame.Surface:
        """A copy of the surface that was presented; whether that reached the glass is for `proof` to say."""

    def proof(self) -> Proof:
        """Whether what was presented last is what the display hardware is given; takes half a second when it is not."""

    def close(self) -> None:
        """Let go of it."""


def save(picture: pygame.Surface, path: Path) -> None:
    """Write *picture* as PNG, complete at the moment it appears under its name; what cannot be written is only logged."""
    half = path.with_name(f".{path.stem}.half.png")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pygame.image.save(picture, half)
        half.replace(path)
    except (OSError, pygame.error) as problem:
        log.warning("%s: %s", path, problem)
