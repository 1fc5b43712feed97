"""What is measured of a painted page: capitals in millimetres, contrast of the pixels, and codes that another program reads."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from display.look.colours import contrast
from display.look.eyes import CAP_HEIGHT, EYE
from display.page import ClockSlot, Code, Colour, Face, Line, Page, Rect, TickerSlot, text_of
from display.text.pango import cut
from tests.display.gallery.painted import Pixels, drawn, measure
from tests.display.gallery.scenes import Scene
from tests.display.gallery.set_up import SetUpScene

LEAST_CONTRAST = 7.0
LEAST_MODULE = 2
CORE = 0.15
"""The part of a line's inked pixels that is taken for the strokes' core: the rest is their smoothed edges."""
SEEN = 24
"""Steps of 255 by which a pixel differs from its ground when there is ink on it."""


@dataclass
class Measured:
    """The worst of one page or of many, and everything that falls short."""

    caps: list[float] = field(default_factory=list)
    contrasts: list[float] = field(default_factory=list)
    modules: list[int] = field(default_factory=list)
    read: list[tuple[int, int]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    pages: int = 0

    def add(self, other: "Measured") -> None:
        """Join what was measured elsewhere."""
        self.caps += other.caps
        self.contrasts += other.contrasts
        self.modules += other.modules
        self.read += other.read
        self.faults += other.faults
        self.pages += other.pages


def measured(scene: Scene | SetUpScene, page: Page, picture: Pixels) -> Measured:
    """Capitals and contrast of *page*, of which *picture* is what the screen shows."""
    found = Measured(pages=1)
    for text, size in _sizes(page):
        share = scene.board.eyes.cap_mm(1) * size * EYE / (scene.board.eyes.distance_m * 1000)
        found.caps.append(share)
        if share < 0.995:  # the pixel that a size is rounded to
            found.faults.append(f"{scene.name}: capitals of {share:.2f} of the distance / 250: {text[:40]}")
    for text, seen in _contrasts(page, picture):
        found.contrasts.append(seen)
        if seen < LEAST_CONTRAST:
            found.faults.append(f"{scene.name}: contrast {seen:.1f}: {text[:40]}")
    return found


def codes(scene: Scene, pages: tuple[Page, ...], pictures: list[Pixels], files: list[Path]) -> Measured:
    """A link is a code that another program reads, or else telephone and place stand on one of the scene's *pages*."""
    found = readable(scene.name, pages, pictures, files)
    link = getattr(getattr(scene.decision.main, "notice", None), "link", None)
    told = " ".join(page.text() for page in pages).split()
    if link and not found.modules and not all(word in told for word in scene.decision.contact.split()):
        found.faults.append(f"{scene.name}: neither a code nor telephone and place")
    return found


def readable(name: str, pages: tuple[Page, ...], pictures: list[Pixels], files: list[Path]) -> Measured:
    """Every code on *pages* is read by another program, in modules that are large enough."""
    found = Measured()
    for page, picture, file in zip(pages, pictures, files, strict=True):
        for code in (element for element in page.elements if isinstance(element, Code)):
            module = _module(picture, code.box)
            found.modules.append(module)
            if module < LEAST_MODULE:
                found.faults.append(f"{name}: a code of {module} pixels a module")
            if code.link not in decoded(file):
                found.faults.append(f"{name}: a code that zbar does not read: {file.name}")
    return found


def decoded(file: Path) -> list[str]:
    """What ``zbarimg`` (Debian: zbar-tools) reads in the picture; nothing is its exit status 4."""
    ran = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)], capture_output=True, text=True)
    if ran.returncode not in (0, 4):
        raise RuntimeError(ran.stderr)
    return ran.stdout.split()


def _sizes(page: Page) -> Iterator[tuple[str, float]]:
    """Every text with the pixels an em in which it is really painted: a line too wide for its box is painted smaller."""
    for line in _lines(page):
        # The space at which a line was broken is not painted.
        wide = measure().width(cut(line.runs, 0, len(text_of(line.runs).rstrip())), line.face)
        yield text_of(line.runs), line.face.size * min(1.0, line.box.width / max(1, wide))
    for face in _slot_faces(page):
        yield "clock, running line", float(face.size)


def _slot_faces(page: Page) -> Iterator[Face]:
    if page.clock is not None:
        yield from (face for face in (page.clock.date, page.clock.clock) if face is not None)
    if page.ticker is not None:
        yield page.ticker.face


def _contrasts(page: Page, picture: Pixels) -> Iterator[tuple[str, float]]:
    ground, inked = drawn(page, lines=False), drawn(page, lines=True)
    for line in _lines(page):
        box = _written(line, page)
        below, above = (pixels[box.y : box.bottom, box.x : box.right].reshape(-1, 3) for pixels in (ground, inked))
        ink = np.abs(below.astype(int) - above).max(axis=1) > SEEN
        yield text_of(line.runs), _worst(above[ink], below)
    for slot in (page.clock, page.ticker):
        if slot is not None:
            yield "clock, running line", _of_slot(slot, picture)


def _of_slot(slot: ClockSlot | TickerSlot, picture: Pixels) -> float:
    box = slot.box
    pixels = picture[box.y : box.bottom, box.x : box.right].reshape(-1, 3)
    colours, counts = _counted(pixels)
    ground = colours[counts.argmax()]
    ink = np.abs(pixels.astype(int) - ground).max(axis=1) > SEEN
    return _worst(pixels[ink], ground.reshape(1, 3))


def _worst(inked: Pixels, below: Pixels) -> float:
    """The contrast of the strokes' core to the ground that is hardest for it; 1 where there is no ink at all."""
    if not len(inked):
        return 1.0
    grounds, counts = _counted(below)
    usual = _colour(grounds[counts.argmax()])
    colours, weights = _counted(inked)
    strengths = np.array([contrast(_colour(colour), usual) for colour in colours])
    order = strengths.argsort()[::-1]
    core = order[: 1 + int(np.searchsorted(weights[order].cumsum(), CORE * weights.sum()))]
    ink = _colour(colours[core[weights[core].argmax()]])
    # A ground of a few pixels is the smoothed edge of a field beside the letters, not what they stand on.
    common = grounds[counts >= 0.01 * counts.sum()]
    return min(contrast(ink, _colour(ground)) for ground in common)


def _written(line: Line, page: Page) -> Rect:
    """Where the letters of *line* stand, inside the page."""
    wide = min(measure().width(line.runs, line.face), line.box.width)
    x = line.box.x + round((line.box.width - wide) * line.align.value)
    high = round(line.face.size * CAP_HEIGHT)
    y = line.box.y + (line.box.height - high) // 2
    left, top = max(0, x), max(0, y)
    return Rect(left, top, min(page.size[0], x + wide) - left, min(page.size[1], y + high) - top)


def _lines(page: Page) -> Iterator[Line]:
    return (element for element in page.elements if isinstance(element, Line) and text_of(element.runs).strip())


def _module(picture: Pixels, box: Rect) -> int:
    """Pixels a module: the shortest run of black or white along the rows of the code that is painted in *box*."""
    dark = picture[box.y : box.bottom, box.x : box.right].max(axis=2) < 128
    rows = [row for row in dark if row.any()]
    edges = [np.flatnonzero(np.diff(row.astype(int))) for row in rows]
    return min((int(np.diff(found).min()) for found in edges if len(found) > 1), default=0)


def _counted(pixels: Pixels) -> tuple[Pixels, NDArray[np.int64]]:
    """Each colour once, and how many pixels have it."""
    packed, counts = np.unique(pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32), return_counts=True)
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1).astype(np.uint8), counts


def _colour(pixel: np.ndarray) -> Colour:
    return int(pixel[0]), int(pixel[1]), int(pixel[2])
