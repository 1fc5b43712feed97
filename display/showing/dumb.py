"""A real screen without any graphics library: a plain buffer in memory that the kernel scans out, when GL shows nothing."""

import mmap
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pygame

from display.errors import ScreenLost
from display.glass.kernel import map_offset
from display.glass.prove import Driver, Proof, prove
from display.glass.setting import Output, add_frame, create_dumb, dirty, flip, outputs, set_crtc
from display.page import Rect, Size
from display.paint.canvas import Canvas
from display.showing.screen import Patch, Pumped
from display.showing.stage import Stage

CARDS = Path("/dev/dri")
PIXEL = 4
LONGEST = 1.0
"""Seconds: a screen that was not refreshed for so long is none."""


class _Buffer:
    """One picture in memory that the kernel can scan out, and where it is behind what was presented since."""

    def __init__(self, card: int, size: Size) -> None:
        made = create_dumb(card, size)
        self.frame, self.pitch = add_frame(card, made), int(made.pitch)
        self.memory = mmap.mmap(card, made.size, mmap.MAP_SHARED, offset=map_offset(card, made.handle))
        self.behind: Sequence[Rect] = ()

    def take(self, canvas: Canvas, boxes: Sequence[Rect]) -> list[Rect]:
        """Copy *boxes* of *canvas*, and what it is behind; returns all that changed."""
        changed, self.behind = [*self.behind, *boxes], ()
        pixels, stride = canvas.memory, canvas.size[0] * PIXEL
        for box in changed:
            for y in range(box.y, box.bottom):
                start, to, wide = y * stride + box.x * PIXEL, y * self.pitch + box.x * PIXEL, box.width * PIXEL
                self.memory[to : to + wide] = pixels[start : start + wide]
        return changed


class DumbScreen:
    """The first screen that is connected to any card, in the mode *wanted* or the one it prefers; *canvas* is the part that people see.

    Two buffers take turns, so that nothing tears; where the driver cannot do that, there is one, and changes are seen as they are written.
    """

    rate = 60
    simulated: tuple[str, ...] = ()

    def __init__(self, wanted: Size | None, canvas: Rect | None = None, cards: Path = CARDS) -> None:
        self._wanted = wanted
        self._card, self._output = _first(cards)
        try:
            mode = self._output.mode(wanted)
            size = (mode.width, mode.height)
            self._front, self._back = _Buffer(self._card, size), _Buffer(self._card, size)
            set_crtc(self._card, self._output, mode, self._front.frame)
            self.waits = self._flips()
        except OSError as problem:
            os.close(self._card)
            raise ScreenLost(f"/dev/dri: {problem.strerror}") from problem
        self._canvas = Canvas(size)
        self._stage = Stage(self._canvas.surface, canvas)

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self._stage.size

    @property
    def whole(self) -> pygame.Surface | None:
        """Always: the kernel shows it."""
        return self._canvas.surface

    @property
    def complaint(self) -> str:
        """A mode that the screen does not have, or a canvas outside it."""
        return self._stage.misfit(self._wanted)

    def present(self, patches: Sequence[Patch]) -> None:
        """Write what changed into the buffer that is not scanned out, and show that from the next refresh on."""
        boxes = [Rect(*box) for box in self._stage.put(patches) if box.width and box.height]
        into = self._back if self.waits else self._front
        changed = into.take(self._canvas, boxes)
        with suppress(OSError):  # a driver that scans memory out by itself knows no such order
            dirty(self._card, into.frame, changed)
        if self.waits:
            self._turn(boxes)

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
        """Read back what is scanned out."""
        return prove(self._stage.surface, self._stage.box, Driver.KERNEL)

    def close(self) -> None:
        """Let go of the card, which frees the buffers."""
        for buffer in (self._front, self._back):
            buffer.memory.close()
        os.close(self._card)

    def _flips(self) -> bool:
        try:
            return flip(self._card, self._output, self._front.frame, LONGEST)
        except OSError:
            return False

    def _turn(self, boxes: Sequence[Rect]) -> None:
        try:
            shown = flip(self._card, self._output, self._back.frame, LONGEST)
        except OSError as problem:
            raise ScreenLost(f"/dev/dri: {problem.strerror}") from problem
        if not shown:
            raise ScreenLost(f"/dev/dri: no refresh within {LONGEST:g} s")
        self._front, self._back = self._back, self._front
        self._back.behind = boxes


def _first(cards: Path) -> tuple[int, Output]:
    """The first card with a connected screen, open, and that screen."""
    reasons = []
    for path in sorted(cards.glob("card[0-9]*")):
        try:
            card = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as problem:
            reasons.append(f"{path}: {problem.strerror}")
            continue
        try:
            found = outputs(card)
        except OSError as problem:
            reasons.append(f"{path}: {problem.strerror}")
            found = []
        if found:
            return card, found[0]
        os.close(card)
    raise ScreenLost("; ".join(reasons) or f"{cards}: no card with a screen")
