"""Which colours the board has, by what they are for: a theme for the light around it. Standard library only."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum, auto

from display.page import Colour


class Light(Enum):
    """What stands against the board's own light: the sun, the dark, or nothing that a wall of LEDs would not outshine."""

    DAY = auto()
    NIGHT = auto()
    WALL = auto()


@dataclass(frozen=True)
class Surface:
    """A ground, the *ink* of what is read on it, and the *soft* ink of what is read second."""

    ground: Colour
    ink: Colour
    soft: Colour


@dataclass(frozen=True)
class Theme:
    """The colours of a page by their roles; every ink keeps 7:1 or more to its ground (WCAG 2.2, success criterion 1.4.6).

    On *page* also stand the *title*, and in *accent* (*urgent* for what has priority) the word above it and the rules.
    *header*, parted from it by *rule*, *ticker* and *sponsor* surround it; *sign* warns, *said* is the unit speaking for itself;
    *more* and *end* are the page sign; *panel* holds where and until when; *head* and *rows* are a table's; *terraces* are the foot
    of the built-in page.
    """

    page: Surface
    title: Colour
    accent: Colour
    urgent: Colour
    header: Surface
    rule: Colour
    ticker: Surface
    sign: Surface
    said: Surface
    more: Surface
    end: Surface
    panel: Surface
    sponsor: Surface
    head: Surface
    rows: tuple[Surface, Surface]
    terraces: tuple[Colour, Colour, Colour]

    def surfaces(self) -> Iterator[tuple[str, Surface]]:
        """Every surface by its role."""
        for role in fields(self):
            value = getattr(self, role.name)
            if isinstance(value, Surface):
                yield role.name, value
        yield from ((f"rows {n}", row) for n, row in enumerate(self.rows))

    def pairs(self) -> Iterator[tuple[str, Colour, Colour]]:
        """Every ink that may stand on a ground: what for, ink, ground."""
        for name, surface in self.surfaces():
            yield name, surface.ink, surface.ground
            yield f"soft on {name}", surface.soft, surface.ground
        for name, ink in (("title", self.title), ("accent", self.accent), ("urgent", self.urgent)):
            yield name, ink, self.page.ground
        for n, terrace in enumerate(self.terraces):
            yield f"on terrace {n}", self.page.ink, terrace
            yield f"soft on terrace {n}", self.page.soft, terrace


BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
INK: Colour = (16, 16, 20)
NAVY: Colour = (8, 30, 56)
DEEP: Colour = (4, 18, 36)
MIST: Colour = (206, 221, 237)
RICE: Colour = (255, 217, 102)
JADE: Colour = (92, 214, 180)
AMBER: Colour = (255, 191, 71)

DRILL = Surface(RICE, INK, INK)
"""The border of what is not real: the same in every light and at every level, so that it is known again."""
TILE: Colour = WHITE
"""Under a sponsor's mark, which is made for white paper."""

_PAPER: Colour = (252, 250, 244)
_SLATE: Colour = (62, 72, 86)

DAY = Theme(
    page=Surface(_PAPER, (14, 18, 26), _SLATE),
    title=(10, 42, 104),
    accent=(0, 88, 72),
    urgent=(150, 26, 10),
    header=Surface(NAVY, WHITE, MIST),
    rule=JADE,
    ticker=Surface(RICE, INK, INK),
    sign=Surface(AMBER, INK, INK),
    said=Surface(JADE, INK, INK),
    more=Surface(NAVY, WHITE, MIST),
    end=Surface((218, 224, 230), INK, INK),
    panel=Surface(NAVY, WHITE, MIST),
    sponsor=Surface((240, 237, 228), (14, 18, 26), _SLATE),
    head=Surface((20, 62, 112), WHITE, WHITE),
    rows=(Surface((230, 234, 238), INK, INK), Surface((243, 243, 240), INK, INK)),
    terraces=((222, 236, 230), (232, 242, 236), (242, 246, 240)),
)
"""In the sun dark letters on a light ground are read from farther away: reflections lighten a dark ground, not a light one."""

NIGHT = Theme(
    page=Surface((6, 20, 38), (236, 234, 226), (184, 200, 218)),
    title=(244, 206, 96),
    accent=JADE,
    urgent=AMBER,
    header=Surface((3, 12, 25), (236, 234, 226), (184, 200, 218)),
    rule=JADE,
    ticker=Surface((3, 12, 25), (244, 206, 96), (184, 200, 218)),
    sign=Surface((70, 46, 4), (255, 222, 160), (255, 222, 160)),
    said=Surface((4, 58, 48), (206, 246, 234), (206, 246, 234)),
    more=Surface((244, 206, 96), INK, INK),
    end=Surface((44, 64, 90), (236, 234, 226), (236, 234, 226)),
    panel=Surface((22, 46, 78), (240, 238, 230), (206, 218, 232)),
    sponsor=Surface((3, 12, 25), (236, 234, 226), (184, 200, 218)),
    head=Surface((30, 66, 108), WHITE, WHITE),
    rows=(Surface((10, 28, 52), (236, 234, 226), (184, 200, 218)), Surface((18, 40, 68), (236, 234, 226), (200, 212, 226))),
    terraces=((12, 34, 60), (9, 28, 50), (7, 24, 44)),
)
"""In the dark a light ground would dazzle: letters a little less than white on a ground that is not quite black."""

WALL = Theme(
    page=Surface(BLACK, WHITE, (206, 218, 230)),
    title=(255, 224, 92),
    accent=(92, 232, 192),
    urgent=(255, 184, 60),
    header=Surface((0, 24, 56), WHITE, (206, 218, 230)),
    rule=(92, 232, 192),
    ticker=Surface(BLACK, (255, 224, 92), (206, 218, 230)),
    sign=Surface(AMBER, BLACK, BLACK),
    said=Surface(JADE, BLACK, BLACK),
    more=Surface((255, 224, 92), BLACK, BLACK),
    end=Surface((44, 56, 72), WHITE, WHITE),
    panel=Surface((0, 34, 74), WHITE, (206, 218, 230)),
    sponsor=Surface(BLACK, WHITE, (206, 218, 230)),
    head=Surface((0, 52, 104), WHITE, WHITE),
    rows=(Surface((0, 14, 34), WHITE, (206, 218, 230)), Surface((0, 26, 56), WHITE, (206, 218, 230))),
    terraces=((0, 26, 44), (0, 18, 32), (0, 10, 20)),
)
"""A wall of LEDs shines by itself: what is black costs no current and lets the letters stand out by day and by night."""


def theme_in(light: Light) -> Theme:
    """The theme of everything that is no emergency."""
    match light:
        case Light.DAY:
            return DAY
        case Light.NIGHT:
            return NIGHT
        case Light.WALL:
            return WALL
