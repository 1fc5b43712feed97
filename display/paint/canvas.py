"""A canvas: one block of memory that cairo draws into and the screen copies from, without a conversion between them."""

from typing import Any

import pygame

from display.page import Rect, Size


class Canvas:
    """A picture of *size* in memory, 4 bytes a pixel (blue, green, red, unused)."""

    def __init__(self, size: Size, memory: bytearray | memoryview | None = None) -> None:
        """Fresh *memory*, or some that another one fills."""
        self.size = size
        self.memory = bytearray(size[0] * size[1] * 4) if memory is None else memory
        self.surface = pygame.image.frombuffer(self.memory, size, "BGRA")
        # The fourth byte is not transparency here, and without it copying is a plain copy.
        self.surface.set_alpha(None)

    @property
    def whole(self) -> Rect:
        """The rectangle of all of it."""
        return Rect(0, 0, *self.size)

    def drawing(self) -> Any:
        """A cairo context on the same memory (cairocffi is loaded here, after the first picture)."""
        from display.libraries import cairocffi

        surface = cairocffi.ImageSurface(cairocffi.FORMAT_RGB24, *self.size, data=self.memory, stride=self.size[0] * 4)
        return cairocffi.Context(surface)
