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
from display.glass.setting import Output, add_frame, create_dumb, dirty, outputs, set_crtc
from display.page import Rect, Size
from display.paint.canvas import Canvas
from display.showing.screen import Patch, Pumped
from display.showing.stage import Stage

CARDS = Path("/dev/dri")
PIXEL = 4


class DumbScreen:
    """The first screen that is connected to any card, in the mode *wanted* or the one it prefers; *canvas* is the part that people see.

    It shows changes as they are written, without waiting for the screen's refresh: a running line may tear.
    """

    rate = 60
    waits = False
    simulated: tuple[str, ...] = ()

    def __init__(self, wanted: Size | None, canvas: Rect | None = None, cards: Path = CARDS) -> None:
        self._wanted = wanted
        self._card, output = _first(cards)
        try:
            mode = output.mode(wanted)
            self._buffer = create_dumb(self._card, (mode.width, mode.height))
            self._frame = add_frame(self._card, self._buffer)
            offset = map_offset(self._card, self._buffer.handle)
            self._memory = mmap.mmap(self._card, self._buffer.size, mmap.MAP_SHARED, offset=offset)
            set_crtc(self._card, output, mode, self._frame)
        except OSError as problem:
            os.close(self._card)
            raise ScreenLost(f"/dev/dri: {problem.strerror}") from problem
        self._canvas = Canvas((mode.width, mode.height))
        self._stage = Stage(self._canvas.surface, canvas)

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self._stage.size

    @property
    def complaint(self) -> str:
        """A mode that the screen does not have, or a canvas outside it."""
        return self._stage.misfit(self._wanted)

    def present(self, patches: Sequence[Patch]) -> None:
        """Write what changed into the buffer that is scanned out."""
        boxes = [Rect(*box) for box in self._stage.put(patches) if box.width and box.height]
        pixels, pitch, stride = self._canvas.memory, self._buffer.pitch, self._canvas.size[0] * PIXEL
        for box in boxes:
            for y in range(box.y, box.bottom):
                start, to, wide = y * stride + box.x * PIXEL, y * pitch + box.x * PIXEL, box.width * PIXEL
                self._memory[to : to + wide] = pixels[start : start + wide]
        with suppress(OSError):  # a driver that scans memory out by itself knows no such order
            dirty(self._card, self._frame, boxes)

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
        """Let go of the card, which frees the buffer."""
        self._memory.close()
        os.close(self._card)


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
