"""Polygons and circles of an area: pairs of degrees that lie on the earth, rings that close, radii that are lengths."""

import math
import re

from registry.alerts.cap.message import Circle, Point
from registry.making.findings import Findings

_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,15})?"
_POINT = re.compile(rf"(?P<latitude>{_NUMBER}),(?P<longitude>{_NUMBER})", re.ASCII)
_RADIUS = re.compile(r"\d{1,5}(?:\.\d{1,15})?", re.ASCII)
_PAIRS = "viết vĩ độ,kinh độ cách nhau bằng dấu trống / write latitude,longitude separated by blanks: 22.1,106.2 22.2,106.2 …"
_SMALLEST = 4


def read_polygon(text: str, where: str, findings: Findings) -> tuple[Point, ...]:
    """The corners, the first once more at the end; empty when that is none, which goes into *findings*."""
    words, points = text.split(), list[Point]()
    for word in words:
        point = _point(word, where, findings)
        if point is None:
            # One is enough to find the place; a map that was exported wrongly has thousands.
            return ()
        points.append(point)
    if len(points) < _SMALLEST:
        findings.add(where, f"đa giác có {len(points)} điểm, ít nhất {_SMALLEST} / a polygon needs at least {_SMALLEST} points", _PAIRS)
    elif points[0] != points[-1]:
        findings.add(where, "đa giác chưa khép kín / the polygon is not closed", f"lặp lại điểm đầu ở cuối / end with: {words[0]}")
    else:
        return tuple(points)
    return ()


def read_circle(text: str, where: str, findings: Findings) -> Circle | None:
    """Centre and radius in kilometres; None when that is none, which goes into *findings*."""
    match text.split():
        case [centre, radius] if _RADIUS.fullmatch(radius):
            point = _point(centre, where, findings)
            return Circle(centre=point, radius=float(radius)) if point else None
        case _:
            what = f"“{text[:40]}” không phải vòng tròn / is no circle"
            findings.add(where, what, "viết tâm và bán kính km / write the centre and a radius in km: 22.1,106.2 5")
            return None


def _point(word: str, where: str, findings: Findings) -> Point | None:
    found = _POINT.fullmatch(word)
    if found is None:
        findings.add(where, f"“{word[:40]}” không phải toạ độ / is no pair of coordinates", _PAIRS)
        return None
    point = Point(float(found["latitude"]), float(found["longitude"]))
    if not (math.fabs(point.latitude) <= 90 and math.fabs(point.longitude) <= 180):
        what = f"“{word[:40]}” ngoài trái đất / is not on the earth"
        findings.add(where, what, "vĩ độ đứng trước, đến ±90; kinh độ đến ±180 / latitude first, up to ±90; longitude up to ±180")
        return None
    return point
