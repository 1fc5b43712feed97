"""The themes of an emergency: the colour of its level as far as the light around the board allows. Pure."""

from dataclasses import dataclass

from bundle.alert import RiskLevel
from display.look.colours import contrast, mixed
from display.look.theme import BLACK, DRILL, INK, WHITE, Light, Surface, Theme
from display.page import Colour

STANDING_OUT = 7.0
"""The contrast that WCAG 2.2 asks of text at its highest level (success criterion 1.4.6)."""


@dataclass(frozen=True)
class LevelColour:
    """A level's colour as QĐ 18/2021/QĐ-TTg names it, with letters that stand out from it.

    For the dark, *deep* is it as a ground and *shining* as letters.
    """

    colour: Colour
    ink: Colour
    deep: Colour
    shining: Colour


LEVELS: dict[RiskLevel, LevelColour] = {
    RiskLevel.LIGHT_BLUE: LevelColour((173, 216, 250), INK, (8, 26, 44), (173, 216, 250)),
    RiskLevel.LIGHT_YELLOW: LevelColour((255, 245, 157), INK, (34, 30, 4), (255, 245, 157)),
    RiskLevel.ORANGE: LevelColour((255, 160, 50), INK, (44, 22, 2), (255, 190, 110)),
    RiskLevel.RED: LevelColour((166, 8, 24), WHITE, (56, 4, 12), (255, 182, 176)),
    RiskLevel.PURPLE: LevelColour((92, 24, 130), WHITE, (38, 10, 58), (228, 194, 255)),
}


@dataclass(frozen=True)
class Mark:
    """The writing across what is not real: *alpha* (0 to 1) of *colour* over whatever it crosses."""

    colour: Colour
    alpha: float


def emergency_in(light: Light, level: RiskLevel) -> Theme:
    """By day the whole board is the level's colour; in the dark, and on LEDs, its bands are, and its letters shine in it."""
    found = LEVELS[level]
    match light:
        case Light.DAY:
            return _of(Surface(found.colour, found.ink, found.ink), Surface(found.ink, found.colour, found.colour), found.ink)
        case Light.NIGHT:
            page = Surface(found.deep, (246, 244, 238), mixed(found.shining, WHITE, 0.3))
            return _of(page, Surface(found.colour, found.ink, found.ink), found.shining)
        case Light.WALL:
            return _of(Surface(BLACK, WHITE, WHITE), Surface(found.colour, found.ink, found.ink), found.shining)


def drilling() -> Theme:
    """Where the words that it is a drill only come and go: nothing in the colour of a level, so that no glance takes it for real."""
    return _of(DRILL, DRILL, DRILL.ink)


def _of(page: Surface, band: Surface, title: Colour) -> Theme:
    """*page* under the words, *band* for everything that stands in a field of its own."""
    first, second = (_stirred(page, part) for part in (0.06, 0.12))
    return Theme(
        page=page,
        title=title,
        accent=title,
        urgent=title,
        header=band,
        rule=title,
        ticker=band,
        sign=band,
        said=band,
        more=band,
        end=band,
        panel=band,
        sponsor=page,
        head=band,
        rows=(first, second),
        terraces=(page.ground,) * 3,
    )


def _stirred(page: Surface, part: float) -> Surface:
    """*page* with a little of its ink in its ground, as much as leaves the letters their contrast."""
    ground = mixed(page.ground, page.ink, part)
    while contrast(page.ink, ground) < STANDING_OUT or contrast(page.soft, ground) < STANDING_OUT:
        part /= 2
        ground = mixed(page.ground, page.ink, part) if part > 0.01 else page.ground
    return Surface(ground, page.ink, page.soft)


def mark_across(page: Surface) -> Mark:
    """Away from the letters' own colour; towards it only as far as they keep their contrast."""
    if sum(page.ground) > sum(page.ink):
        return Mark(BLACK, 0.13)
    lighter = Mark(WHITE, 0.12)
    return lighter if contrast(page.ink, mixed(page.ground, lighter.colour, lighter.alpha)) >= STANDING_OUT else Mark(BLACK, 0.25)
