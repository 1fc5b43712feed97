"""What date and clock look like at a given minute. Pure."""

from datetime import datetime

from display.page import Align, ClockSlot, Element, Fill, Line, Rect, plain
from display.pages import words


def clock_elements(slot: ClockSlot, local: datetime | None) -> tuple[Element, ...]:
    """Date and clock at *local* time; nothing but the background when the time is not known."""
    ground = Fill(slot.box, slot.background)
    if local is None:
        return (ground,)
    if slot.date is None:
        return (ground, Line(slot.box, plain(words.clock(local)), slot.clock, slot.align))
    box, across = slot.box, slot.across
    time = Line(Rect(box.right - across, box.y, across, box.height), plain(words.clock(local)), slot.clock, Align.RIGHT)
    shown = words.dates(local)[: max(1, box.height // slot.date.line)]
    y = box.y + (box.height - len(shown) * slot.date.line) // 2
    dates = [
        Line(Rect(box.x, y + n * slot.date.line, box.width - across, slot.date.line), plain(text), slot.date, slot.align)
        for n, text in enumerate(shown)
    ]
    return (ground, *dates, time)
