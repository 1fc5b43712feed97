"""Where two pages differ: the few rectangles that must be painted and presented when one follows the other. Pure."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from display.page import Code, Element, Fill, Hatch, Image, Line, Page, Rect, Watermark

WASTE = 10_000
"""Pixels presented in vain that cost less than one rectangle more."""
LARGEST_CODE = 185
"""Modules across the largest QR code with its quiet zone, each at least a pixel wide however small the box."""


def damage(before: Page, after: Page) -> tuple[Rect, ...]:
    """Rectangles outside which both pages look the same, apart from what moves by itself; none when they are equal.

    Elements that stand in both pages in the same order paint the same wherever nothing else has come or gone.
    """
    whole = Rect(0, 0, *after.size)
    if before.size != after.size or before.background != after.background:
        return (whole,)
    matcher = SequenceMatcher(None, before.elements, after.elements, autojunk=False)
    changed = [
        element
        for operation, a, b, c, d in matcher.get_opcodes()
        if operation != "equal"
        for element in (*before.elements[a:b], *after.elements[c:d])
    ]
    return merged(found for element in changed if (found := common(extent(element), whole)))


def extent(element: Element) -> Rect:
    """A rectangle outside which *element* leaves no ink."""
    box = element.box
    match element:
        case Line():
            # Letters stand by the middle of their box, whatever its height; marks reach above and below, a slant to the side.
            em, middle = element.face.size, box.y + box.height // 2
            return Rect(box.x - em // 4, middle - em, box.width + em // 2, em * 9 // 4)
        case Code():
            side = max(box.width, box.height, LARGEST_CODE)
            return Rect(box.right - side, box.bottom - side, side, side)
        case Fill() | Image() | Watermark() | Hatch():
            return box


def common(one: Rect, other: Rect) -> Rect | None:
    """The part that both have; ``None`` when there is none."""
    x, y = max(one.x, other.x), max(one.y, other.y)
    right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
    return Rect(x, y, right - x, bottom - y) if x < right and y < bottom else None


def without(rects: Iterable[Rect], hole: Rect) -> tuple[Rect, ...]:
    """What of *rects* lies outside *hole*."""
    return tuple(part for rect in rects for part in _outside(rect, common(rect, hole)))


def merged(rects: Iterable[Rect]) -> tuple[Rect, ...]:
    """Fewer rectangles that cover the same: two become one where that wastes little, so that no pixel is covered twice for long."""
    found: list[Rect] = []
    for rect in rects:
        grown = rect
        while (near := next((each for each in found if _cheap(each, grown)), None)) is not None:
            found.remove(near)
            grown = _around(near, grown)
        found.append(grown)
    return tuple(sorted(found))


def _outside(rect: Rect, hole: Rect | None) -> Iterator[Rect]:
    if hole is None:
        yield rect
        return
    parts = (
        Rect(rect.x, rect.y, rect.width, hole.y - rect.y),
        Rect(rect.x, hole.bottom, rect.width, rect.bottom - hole.bottom),
        Rect(rect.x, hole.y, hole.x - rect.x, hole.height),
        Rect(hole.right, hole.y, rect.right - hole.right, hole.height),
    )
    yield from (part for part in parts if part.width > 0 and part.height > 0)


def _cheap(one: Rect, other: Rect) -> bool:
    both = _around(one, other)
    return common(one, other) is not None or _area(both) <= _area(one) + _area(other) + WASTE


def _around(one: Rect, other: Rect) -> Rect:
    x, y = min(one.x, other.x), min(one.y, other.y)
    return Rect(x, y, max(one.right, other.right) - x, max(one.bottom, other.bottom) - y)


def _area(rect: Rect) -> int:
    return rect.width * rect.height
