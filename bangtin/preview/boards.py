"""The boards on which a draft is looked at: one for each built-in layout, and one for each layout of the draft itself. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bundle.errors import refuse
from bundle.layout import Layout
from device.screen import Screen
from display.look.eyes import Eyes
from display.look.layouts import BUILT_IN, shape_of
from display.look.light import WALL_PITCH_MM
from display.look.scale import Scale
from display.look.theme import Light
from display.page import Size
from registry.making.findings import Findings


@dataclass(frozen=True)
class Board:
    """A board that goes by the layout *name*: its pixels, and the eyes before it."""

    name: str
    size: Size
    eyes: Eyes

    @property
    def led(self) -> bool:
        """Whether it shines by itself, so that its colours are the same by day and by night."""
        return self.eyes.pitch_mm >= WALL_PITCH_MM

    @property
    def lights(self) -> tuple[Light, ...]:
        """What its colours have to stand against."""
        return (Light.WALL,) if self.led else (Light.DAY, Light.NIGHT)

    @property
    def called(self) -> str:
        """What it is, in Vietnamese; the name of a layout that only this draft has."""
        return _VIETNAMESE.get(self.name, self.name)

    def __str__(self) -> str:
        names = dict.fromkeys((self.called, self.name))
        return f"{' · '.join(names)}, {self.size[0]}×{self.size[1]}"


_VIETNAMESE = {
    "landscape": "bảng ngang",
    "portrait": "bảng đứng",
    "wall": "màn LED",
    "low-wall": "màn LED thấp",
    "strip": "dải LED",
    "line": "một dòng LED",
}


_DESCRIBED = re.compile(r"(?P<width>\d+)x(?P<height>\d+)(?:@(?P<pitch_mm>\d+(?:\.\d+)?)(?:/(?P<distance_m>\d+(?:\.\d+)?))?)?")
_SHAPES: tuple[tuple[Size, Eyes], ...] = (
    ((1920, 1080), Eyes()),
    ((1080, 1920), Eyes()),
    ((512, 256), Eyes(5.0, 15.0)),
    ((960, 540), Eyes(2.5, 10.0)),
    ((192, 96), Eyes(10.0, 25.0)),
    ((256, 64), Eyes(10.0, 25.0)),
    ((256, 32), Eyes(10.0, 25.0)),
)
"""Boards as they are sold: a panel of 55 inches lying and standing, walls of LEDs, a strip and a line."""


def boards(offered: Sequence[Layout], wanted: Iterable[str]) -> tuple[Board, ...]:
    """The boards *wanted*, by the names of layouts or by their sizes; one for each layout when none is.

    *offered* are the draft's own layouts; those that are meant for none of the boards here are told by `unseen`.
    """
    known = {board.name: board for board in _fitting((*BUILT_IN, *offered))}
    names = list(dict.fromkeys(wanted)) or list(known)
    return tuple(known.get(name) or _described(name, list(known)) for name in names)


def _described(name: str, known: list[str]) -> Board:
    """A board that somebody has: "384x192@5/12" is 384 × 192 pixels, 5 mm apart, read from 12 m away."""
    found = _DESCRIBED.fullmatch(name)
    if found is None:
        advice = f"chọn / choose: {', '.join(known)}; hoặc cỡ bảng / or a size: 384x192@5/12 (mm/m)"
        raise refuse(f"--board {name}", "không có bố cục này / no such layout", advice)
    size = (int(found["width"]), int(found["height"]))
    eyes = {key: float(value) for key in ("pitch_mm", "distance_m") if (value := found[key])}
    try:
        # The board is the part of a video mode that people see; the mode itself may be larger than any board.
        screen = Screen.model_validate({**eyes, "canvas": (0, 0, *size)})
    except ValidationError as problem:
        findings = Findings()
        findings.take_invalid(problem, f"--board {name}", Screen)
        raise findings.refused() from None
    return Board(name.partition("@")[0], size, Eyes(screen.pitch_mm, screen.distance_m))


def unseen(offered: Iterable[Layout]) -> tuple[str, ...]:
    """The draft's layouts that are meant for none of the boards here."""
    offered = tuple(offered)
    found = {board.name for board in _fitting(offered)}
    return tuple(layout.name for layout in offered if layout.name not in found)


def _fitting(layouts: Iterable[Layout]) -> Iterator[Board]:
    for layout in layouts:
        for size, eyes in _SHAPES:
            if layout.fits(shape_of(Scale(size, eyes))):
                yield Board(layout.name, size, eyes)
                break
