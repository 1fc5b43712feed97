"""The buffer that a display controller scans out now, sampled through the kernel: it knows nothing of SDL, GL or what we meant to show."""

import mmap
import os
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from display.glass.judge import Point, Unreadable
from display.glass.kernel import Crtc, FrameBuffer, active_crtcs, exported, frame_buffer, let_go, map_offset
from display.page import Colour

CARDS = "/dev/dri/card"
LINEAR = 0
_HAS_MODIFIERS = 1 << 1
_32_BITS = {int.from_bytes(code, "little") for code in (b"XR24", b"AR24")}
"""Four bytes a pixel: blue, green, red, unused or alpha (``drm_fourcc.h``)."""


def _our_cards() -> list[int]:
    """The descriptors of display cards that this process holds open: SDL's is the card's master, and only a master may look."""
    found = []
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if str(path.readlink()).startswith(CARDS):
                found.append(int(path.name))
    return found


def scanned_out(points: Sequence[Point]) -> list[list[Colour]]:
    """The colours at *points* of each picture that a card of this process scans out; ``Unreadable`` when there is none to be read."""
    found, reasons = [], []
    read: set[int] = set()
    for card in _our_cards():
        if (device := os.fstat(card).st_rdev) in read:
            continue  # the renderer holds copies of the same descriptor
        try:
            found += [sampled(card, crtc, points) for crtc in active_crtcs(card)]
            read.add(device)
        except (OSError, Unreadable) as problem:
            reasons.append(str(problem))
    if not found:
        raise Unreadable("; ".join(dict.fromkeys(reasons)) or "no card is open that scans out a picture")
    return found


def sampled(card: int, crtc: Crtc, points: Sequence[Point]) -> list[Colour]:
    """The colours at *points* (of the video mode) that *crtc* scans out; black where the mode has no such point."""
    frame = frame_buffer(card, crtc.fb)
    try:
        _check(frame)
        with closing(_mapped(card, frame)) as memory:
            return [_colour(memory, frame, crtc, point) for point in points]
    finally:
        let_go(card, frame)


def _check(frame: FrameBuffer) -> None:
    if not frame.handles[0]:
        raise Unreadable("this process is not the card's master")
    if frame.format not in _32_BITS:
        raise Unreadable(f"its pixels have the format {int(frame.format).to_bytes(4, 'little')!r}")
    if frame.flags & _HAS_MODIFIERS and frame.modifiers[0] != LINEAR:
        raise Unreadable(f"its pixels are not in rows (modifier {frame.modifiers[0]:#x})")


def _mapped(card: int, frame: FrameBuffer) -> mmap.mmap:
    size = frame.offsets[0] + frame.pitches[0] * frame.height
    try:
        return mmap.mmap(card, size, mmap.MAP_SHARED, mmap.PROT_READ, offset=map_offset(card, frame.handles[0]))
    except OSError:
        buffer = exported(card, frame.handles[0])
        try:
            return mmap.mmap(buffer, size, mmap.MAP_SHARED, mmap.PROT_READ)
        finally:
            os.close(buffer)


def _colour(memory: mmap.mmap, frame: FrameBuffer, crtc: Crtc, point: Point) -> Colour:
    x, y = crtc.x + point[0], crtc.y + point[1]
    if not (point[0] < crtc.mode.width and point[1] < crtc.mode.height and x < frame.width and y < frame.height):
        return 0, 0, 0
    at = frame.offsets[0] + y * frame.pitches[0] + x * 4
    blue, green, red = memory[at : at + 3]
    return red, green, blue
