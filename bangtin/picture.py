"""The picture of a day in a terminal: its sessions and the hours of the signed rules as a bar, and each as a line below it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from director.day_rules import day_rules
from director.moment import Moment
from director.programme import Programme
from director.timeline import Kind, Stretch, timeline

WIDTH = 96
"""Columns: one for each quarter of an hour."""


def day(programme: Programme, moment: Moment) -> str:
    """The local day of *moment* over 24 hours: ░ silence by rule, ▒ a ceiling, █ a session, × one that does not sound and why."""
    midnight = moment.local(programme.site.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    stretches = timeline(programme, midnight.date())
    bar = ["·"] * WIDTH
    # What holds in some zones only stands behind what holds everywhere, and sessions stand before both.
    for stretch in sorted(stretches, key=lambda each: (each.kind is Kind.SESSION, each.kind is Kind.SILENCE, not each.zones)):
        _paint(bar, stretch, midnight)
    lines = ["".join(f"{hour:<4d}" for hour in range(24)), "".join(bar), " " * _column(moment.wall, midnight) + "^"]
    lines += (_line(stretch, ZoneInfo(programme.site.timezone)) for stretch in stretches)
    lines += (f"{vietnamese}.\n  {english}." for vietnamese, english in day_rules(programme, midnight.date()))
    return "\n".join(lines)


def _line(stretch: Stretch, zone: ZoneInfo) -> str:
    start, end = (edge.astimezone(zone) for edge in (stretch.start, stretch.end))
    where = f" [{', '.join(stretch.zones)}]" if stretch.zones else ""
    match stretch.kind:
        case Kind.SESSION:
            told = f"{stretch.title} ({stretch.channel})" + (f"  × {stretch.refused}" if stretch.refused else "")
        case Kind.SILENCE:
            told = f"im · silent{where}: {stretch.title}"
        case Kind.CEILING:
            told = f"≤ {stretch.decibels:g} dB{where}: {stretch.title}"
    return f"{start:%H:%M:%S}-{end:%H:%M:%S}  {told}"


def _paint(bar: list[str], stretch: Stretch, midnight: datetime) -> None:
    match stretch.kind:
        case Kind.SESSION:
            sign = "×" if stretch.refused else "█"
        case Kind.SILENCE:
            sign = "░"
        case Kind.CEILING:
            sign = "▒"
    first, last = _column(stretch.start, midnight), _column(stretch.end - timedelta(microseconds=1), midnight)
    for column in range(first, max(first, last) + 1):
        bar[column] = sign


def _column(instant: datetime, midnight: datetime) -> int:
    share = (instant - midnight).total_seconds() / (24 * 3600)
    return min(WIDTH - 1, max(0, int(share * WIDTH)))
