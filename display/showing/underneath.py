"""Under the board: the picture that the kernel's own frame buffer holds, and shows whenever no program holds the screen.

A program that was killed leaves the screen to the kernel, which then shows what lies in ``/dev/fb0``: a text console, unless there is
a picture and the console has let go of it (`deploy/udev`). The picture is the built-in page, because that one is never out of date.
"""

import fcntl
import logging
import os
import struct
from dataclasses import dataclass
from pathlib import Path

import pygame

from display.page import Size

_GET_VARIABLE, _VARIABLE = 0x4600, struct.Struct("=40I")
"""``FBIOGET_VSCREENINFO`` and ``struct fb_var_screeninfo`` (``include/uapi/linux/fb.h``): 40 numbers, of which the first 17 are used."""
_BUFFERS, _ABOUT = Path("/dev"), Path("/sys/class/graphics")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pixels:
    """How a buffer holds its pixels: *stride* bytes from one row to the next, *masks* where red, green and blue stand in a pixel."""

    size: Size
    depth: int
    stride: int
    masks: tuple[int, int, int]


def lay_under(surface: pygame.Surface) -> None:
    """Copy a whole mode into the kernel's frame buffers; none or a strange one is no fault, only a dark moment when we die."""
    for buffer in _BUFFERS.glob("fb[0-9]*"):
        try:
            with buffer.open("r+b", buffering=0) as file:
                pixels = _asked(file.fileno(), int((_ABOUT / buffer.name / "stride").read_text(encoding="ascii")))
                write(file.fileno(), surface, pixels)
        except (OSError, ValueError) as problem:
            log.info("%s: %s", buffer, problem)


def write(file: int, picture: pygame.Surface, pixels: Pixels) -> None:
    """Write *picture* from the upper left corner on, black around it or cut; ``ValueError`` when SDL knows no such pixels."""
    copy = pygame.Surface(pixels.size, depth=pixels.depth, masks=(*pixels.masks, 0))
    copy.blit(picture, (0, 0))
    raw, pitch, used = memoryview(copy.get_buffer().raw), copy.get_pitch(), pixels.size[0] * pixels.depth // 8
    rows = (raw[row * pitch : row * pitch + used].tobytes() for row in range(pixels.size[1]))
    # In one piece: Linux takes a write of just one row to its end for one of nothing, and never brings it to the screen (seen with 6.1).
    os.pwrite(file, b"".join(row.ljust(pixels.stride, b"\0") for row in rows), 0)


def _asked(file: int, stride: int) -> Pixels:
    told = _VARIABLE.unpack(fcntl.ioctl(file, _GET_VARIABLE, bytes(_VARIABLE.size)))
    red, green, blue = (((1 << length) - 1) << offset for offset, length in (told[8:10], told[11:13], told[14:16]))
    return Pixels((told[0], told[1]), told[6], stride, (red, green, blue))
