"""The shapes of an alert and the places that it reaches, drawn to scale without any map: as SVG, so that a page holds it itself. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from registry.alerts.cap.message import CapArea, Circle, Point

WIDTH, HEIGHT, MARGIN = 400, 290, 24
_KILOMETRES = 111.32
"""Of one degree of latitude."""
_SHAPE = 'fill="#d9480f" fill-opacity="0.16" stroke="#d9480f" stroke-width="2" stroke-linejoin="round"'
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_LETTER, _LINE, _FOOT = 8.6, 18, 20
"""How wide a letter is and how high a line, in units of the drawing: enough to keep names apart."""


@dataclass(frozen=True)
class Mark:
    """A place called *name* with its centre at *point*; *reached*: the alert is meant for it."""

    name: str
    point: Point
    reached: bool


def drawing(areas: Sequence[CapArea], marks: Sequence[Mark]) -> str:
    """The polygons and circles of *areas*, the *marks* of places and a bar of kilometres; empty when there is no shape.

    It tells nothing by colour alone: a reached place is a filled dot with its name in bold, another an empty one.
    """
    polygons = [polygon for area in areas for polygon in area.polygons]
    circles = [circle for area in areas for circle in area.circles]
    if not polygons and not circles:
        return ""
    frame = _frame(polygons, circles, marks)
    parts = [*(frame.polygon(each) for each in polygons), *(frame.circle(each) for each in circles), *frame.places(marks), *frame.bar()]
    reached = sum(mark.reached for mark in marks)
    title = f"Hình cảnh báo và {reached}/{len(marks)} nơi được báo / the alert's shapes and {reached} of {len(marks)} places reached"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="shapes" '
        f'font-family="sans-serif" font-size="15"><title>{title}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f4f1ea"/>{"".join(parts)}</svg>'
    )


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def _around(x: float, y: float, name: str) -> Iterator[_Box]:
    """Where *name* may stand beside a dot, best first, inside the drawing."""
    width = len(name) * _LETTER
    for left, top in ((x + 10, y - 9), (x - 10 - width, y - 9), (x - width / 2, y - 28), (x - width / 2, y + 10)):
        if left >= 4 and left + width <= WIDTH - 4 and top >= 0:
            yield _Box(left, top, left + width, top + _LINE)


@dataclass(frozen=True)
class _Frame:
    """Where north-west is, and how many units of the drawing a kilometre takes; *shrink* is what a degree of longitude loses here."""

    west: float
    north: float
    shrink: float
    scale: float
    left: float
    top: float

    def at(self, point: Point) -> tuple[float, float]:
        east = (point.longitude - self.west) * self.shrink * _KILOMETRES
        south = (self.north - point.latitude) * _KILOMETRES
        return round(self.left + east * self.scale, 1), round(self.top + south * self.scale, 1)

    def polygon(self, corners: Sequence[Point]) -> str:
        points = " ".join(f"{x},{y}" for x, y in map(self.at, corners))
        return f'<polygon points="{points}" {_SHAPE}/>'

    def circle(self, circle: Circle) -> str:
        x, y = self.at(circle.centre)
        return f'<circle cx="{x}" cy="{y}" r="{round(circle.radius * self.scale, 1)}" {_SHAPE}/>'

    def places(self, marks: Sequence[Mark]) -> Iterator[str]:
        """The marks, those that are reached first: their names stand, another's gives way where there is no room."""
        inside = [(self.at(mark.point), mark) for mark in sorted(marks, key=lambda each: (not each.reached, each.name))]
        inside = [((x, y), mark) for (x, y), mark in inside if 8 <= x <= WIDTH - 8 and 8 <= y <= HEIGHT - 30]
        taken = [_Box(x - 7, y - 7, x + 7, y + 7) for (x, y), _ in inside]
        for (x, y), mark in inside:
            yield f'<circle cx="{x}" cy="{y}" r="6" fill="{"#1c1c1c" if mark.reached else "#f4f1ea"}" stroke="#1c1c1c" stroke-width="2"/>'
            room = next((box for box in _around(x, y, mark.name) if not any(map(box.meets, taken))), None)
            if room is not None:
                taken.append(room)
                weight = ' font-weight="bold"' if mark.reached else ""
                yield f'<text x="{round(room.left, 1)}" y="{round(room.top + 14, 1)}" fill="#1c1c1c"{weight}>{escape(mark.name)}</text>'

    def bar(self) -> Iterator[str]:
        """A length that is easy to say, with its number, at the foot on the left; north is up."""
        length = max((step for step in _STEPS if step * self.scale <= WIDTH / 3), default=_STEPS[0])
        y, right = HEIGHT - 14, round(14 + length * self.scale, 1)
        yield f'<path d="M14 {y - 6}V{y}H{right}V{y - 6}" fill="none" stroke="#1c1c1c" stroke-width="2"/>'
        yield f'<text x="{right + 8}" y="{y}" fill="#1c1c1c">{f"{length:g}".replace(".", ",")} km</text>'
        yield f'<text x="{WIDTH - 14}" y="{y}" fill="#1c1c1c" text-anchor="end">Bắc ↑ N</text>'


def _frame(polygons: Sequence[Sequence[Point]], circles: Sequence[Circle], marks: Sequence[Mark]) -> _Frame:
    """The smallest frame around all shapes and the places that are reached; others may lie outside."""
    points = [*(point for polygon in polygons for point in polygon), *(mark.point for mark in marks if mark.reached)]
    centre = [*points, *(circle.centre for circle in circles)]
    shrink = max(0.01, math.cos(math.radians(sum(point.latitude for point in centre) / len(centre))))
    for circle in circles:
        high, wide = circle.radius / _KILOMETRES, circle.radius / _KILOMETRES / shrink
        latitude, longitude = circle.centre
        points += [Point(latitude + high, longitude - wide), Point(latitude - high, longitude + wide)]
    north, south = max(point.latitude for point in points), min(point.latitude for point in points)
    west, east = min(point.longitude for point in points), max(point.longitude for point in points)
    # A shape of no size still needs a scale.
    across = max((east - west) * shrink * _KILOMETRES, 0.1)
    down = max((north - south) * _KILOMETRES, 0.1)
    scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN - _FOOT) / down)
    return _Frame(west, north, shrink, scale, (WIDTH - across * scale) / 2, (HEIGHT - _FOOT - down * scale) / 2)
