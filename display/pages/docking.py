"""Zones are docked at the edges of a board; what does not fit is left out in order of need. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bundle.layout import SPONSOR_MOST, Edge, Layout, Zone, ZoneKind
from display.page import Rect


class Part(Protocol):
    """What would stand in a zone."""

    def wants(self, room: Rect, edge: Edge) -> int | None:
        """How many pixels of *room*, the most that the zone gives, it takes from *edge*; ``None`` when its words do not fit there."""


@dataclass(frozen=True)
class Docked:
    """Where each zone stands, at which edge, and the *main* zone that they leave."""

    main: Rect
    zones: Mapping[ZoneKind, tuple[Rect, Edge]]


def dock(layout: Layout, board: Rect, line: int, main: tuple[int, int], parts: Mapping[ZoneKind, Part]) -> Docked:
    """The *parts* in the zones that *layout* has for them, so that the main zone keeps at least *main* (width and height in pixels).

    A layout may give the main zone more than that, counted in lines of *line* pixels.
    """
    wanted = dict(parts)
    while True:
        docked = _placed(layout, board, line, wanted)
        enough = docked.main.width >= main[0] and docked.main.height >= main[1]
        if enough or not docked.zones:
            return docked
        standing = [zone for zone in layout.zones if zone.kind in docked.zones]
        del wanted[min(standing, key=lambda zone: zone.need).kind]


def _placed(layout: Layout, board: Rect, line: int, parts: Mapping[ZoneKind, Part]) -> Docked:
    left: dict[ZoneKind | None, Rect] = {None: board}
    zones: dict[ZoneKind, tuple[Rect, Edge]] = {}
    for zone in layout.zones:
        if zone.kind not in parts or zone.kind in zones or zone.inside not in left:
            continue
        room = left[zone.inside]
        most = _most(zone, board, room, line)
        thickness = None if most is None else _thickness(zone, layout, cut(room, zone.edge, most)[0], line, parts)
        if most is None or thickness is None:
            continue
        box, rest = cut(room, zone.edge, min(thickness, most))
        if zone.inside is not None:
            outer = zones[zone.inside][1]
            if parts[zone.inside].wants(rest, outer) is None:
                continue
            zones[zone.inside] = (rest, outer)
        left[zone.inside] = rest
        zones[zone.kind], left[zone.kind] = (box, zone.edge), box
    return Docked(left[None], zones)


def _thickness(zone: Zone, layout: Layout, room: Rect, line: int, parts: Mapping[ZoneKind, Part]) -> int | None:
    """What *zone* takes of *room*: with what will be docked inside it if that leaves its words their place, else without."""
    alone = parts[zone.kind].wants(room, zone.edge)
    for inner in layout.zones:
        if inner.inside is not zone.kind or inner.kind not in parts:
            continue
        most = _most(inner, room, room, line)
        side = None if most is None else parts[inner.kind].wants(cut(room, inner.edge, most)[0], inner.edge)
        if side is not None:
            return parts[zone.kind].wants(cut(room, inner.edge, side)[1], zone.edge) or alone
    return alone


def _most(zone: Zone, board: Rect, room: Rect, line: int) -> int | None:
    """The thickness in pixels that *zone* may take of *room*; ``None`` when it cannot have its least."""
    across = zone.edge in (Edge.LEFT, Edge.RIGHT)
    wanted = round((board.width if across else board.height) * zone.part) if zone.part else round((zone.lines or 0) * line)
    least = round(min(zone.least, zone.lines or zone.least) * line)
    allowed = room.width if across else room.height
    if zone.kind is ZoneKind.SPONSOR:
        along = room.height if across else room.width
        allowed = min(allowed, int(SPONSOR_MOST * board.width * board.height / max(1, along)))
    most = min(max(wanted, least), allowed)
    return most if most >= max(1, least) else None


def cut(room: Rect, edge: Edge, thickness: int) -> tuple[Rect, Rect]:
    """The slice of *room* at *edge*, and what is left."""
    match edge:
        case Edge.TOP:
            return room._replace(height=thickness), room._replace(y=room.y + thickness, height=room.height - thickness)
        case Edge.BOTTOM:
            return room._replace(y=room.bottom - thickness, height=thickness), room._replace(height=room.height - thickness)
        case Edge.LEFT:
            return room._replace(width=thickness), room._replace(x=room.x + thickness, width=room.width - thickness)
        case Edge.RIGHT:
            return room._replace(x=room.right - thickness, width=thickness), room._replace(width=room.width - thickness)
