"""The built-in layouts, and which layout a board goes by. Pure."""

from collections.abc import Iterable

from bundle.layout import Edge, Layout, Shape, Span, Zone, ZoneKind
from display.look.scale import Scale

TALL = Span(least=12.0)
"""Lines: a board on which a page of text stands."""
NARROW, WIDE = Span(most=0.9), Span(least=0.9)

LANDSCAPE = Layout(
    name="landscape",
    aspect=WIDE,
    lines=TALL,
    zones=(
        Zone(kind=ZoneKind.HEADER, edge=Edge.TOP, lines=2.2, need=7),
        Zone(kind=ZoneKind.SIGNS, edge=Edge.TOP, lines=4.4, need=8),
        Zone(kind=ZoneKind.SPONSOR, edge=Edge.BOTTOM, part=0.14, least=1.5, need=2),
        Zone(kind=ZoneKind.TICKER, edge=Edge.BOTTOM, lines=1.35, need=4),
        Zone(kind=ZoneKind.FOOT, edge=Edge.BOTTOM, lines=4.6, need=6),
        Zone(kind=ZoneKind.SIDE, edge=Edge.RIGHT, part=0.34, least=5.0, need=5),
        Zone(kind=ZoneKind.QR, edge=Edge.BOTTOM, lines=5.0, least=2.5, need=3, inside=ZoneKind.SIDE),
        Zone(kind=ZoneKind.QR, edge=Edge.RIGHT, lines=4.4, least=2.5, need=3),
    ),
    main_lines=4.0,
    main_across=8.0,
)
PORTRAIT = Layout(
    name="portrait",
    aspect=NARROW,
    lines=TALL,
    zones=(
        Zone(kind=ZoneKind.HEADER, edge=Edge.TOP, lines=4.4, need=7),
        Zone(kind=ZoneKind.SIGNS, edge=Edge.TOP, lines=4.4, need=8),
        Zone(kind=ZoneKind.SPONSOR, edge=Edge.BOTTOM, part=0.12, least=2.5, need=2),
        Zone(kind=ZoneKind.TICKER, edge=Edge.BOTTOM, lines=1.35, need=4),
        Zone(kind=ZoneKind.FOOT, edge=Edge.BOTTOM, lines=7.0, need=6),
        Zone(kind=ZoneKind.SIDE, edge=Edge.BOTTOM, part=0.4, least=3.0, need=5),
        Zone(kind=ZoneKind.QR, edge=Edge.RIGHT, lines=4.0, least=2.0, need=3, inside=ZoneKind.FOOT),
    ),
    main_lines=5.0,
    main_across=5.0,
)
WALL = Layout(
    name="wall",
    lines=Span(least=6.5, most=12.0),
    zones=(
        Zone(kind=ZoneKind.HEADER, edge=Edge.TOP, lines=1.3, need=6),
        Zone(kind=ZoneKind.SIGNS, edge=Edge.TOP, lines=2.2, need=7),
        Zone(kind=ZoneKind.SPONSOR, edge=Edge.BOTTOM, part=0.16, least=1.1, need=1),
        Zone(kind=ZoneKind.TICKER, edge=Edge.BOTTOM, lines=1.1, need=4),
        Zone(kind=ZoneKind.FOOT, edge=Edge.BOTTOM, lines=2.2, need=3),
        Zone(kind=ZoneKind.SIDE, edge=Edge.RIGHT, part=0.34, least=6.0, need=2),
    ),
    main_lines=2.9,
    main_across=8.0,
)
LOW_WALL = Layout(
    name="low-wall",
    lines=Span(least=4.0, most=6.5),
    zones=(
        Zone(kind=ZoneKind.HEADER, edge=Edge.TOP, lines=1.0, need=6),
        Zone(kind=ZoneKind.SIGNS, edge=Edge.TOP, lines=2.0, need=7),
    ),
    main_lines=1.9,
    main_across=5.0,
)
STRIP = Layout(
    name="strip",
    lines=Span(least=2.0, most=4.0),
    zones=(Zone(kind=ZoneKind.HEADER, edge=Edge.RIGHT, lines=3.6, least=2.0, need=6),),
    main_lines=1.0,
    main_across=5.0,
)
LINE = Layout(
    name="line",
    lines=Span(most=2.0),
    zones=(Zone(kind=ZoneKind.HEADER, edge=Edge.RIGHT, lines=7.0, least=1.5, need=6),),
    main_lines=0.5,
    main_across=5.0,
    running=True,
)
BUILT_IN = (LANDSCAPE, PORTRAIT, WALL, LOW_WALL, STRIP, LINE)


def chosen(name: str | None, offered: Iterable[Layout], scale: Scale) -> Layout:
    """The layout of that *name* if there is one, else the first *offered* for a board of this shape, else the built-in one for it."""
    known = (*offered, *BUILT_IN)
    named = [layout for layout in known if layout.name == name]
    shape = shape_of(scale)
    return (named or [layout for layout in known if layout.fits(shape)] or [LINE])[0]


def shape_of(scale: Scale) -> Shape:
    """The board as layouts see it."""
    width, height = scale.size
    return Shape(width / height, height / scale.line)
