"""What the days and places of an officer's items must keep to: validity, sessions that can be held, areas of the channel."""

from collections.abc import Iterator, Sequence
from datetime import time

from pydantic import ValidationError

from bundle.area import covers
from bundle.schedule import Schedule
from registry.making.answers import instant
from registry.making.findings import Findings
from registry.making.reading import Source
from registry.making.source import ItemHead, SessionEntry

_LOCAL = "viết giờ Việt Nam, không có Z hay múi giờ / write local time, without Z or a zone: 2026-12-31T06:00:00"
_UNTIL = "bỏ chữ Z, viết giờ Việt Nam / leave out the Z and write local time: UNTIL=20261231T235959"
_RULE = 'viết như / write it like: rule = "FREQ=WEEKLY;BYDAY=MO,WE,FR"'


def check_plans(source: Source, heads: Sequence[tuple[str, ItemHead]], findings: Findings) -> None:
    """Put every validity, area and session that cannot be kept into *findings*; *heads* are all items with their places."""
    for where, head in heads:
        begins, ends = instant(head.valid_from, time.min), instant(head.valid_until, time.max)
        if begins and ends and begins >= ends:
            findings.add(
                f"{where}: valid_until", "hết hạn trước khi bắt đầu / ends before it begins", "sửa một trong hai ngày / correct one day"
            )
    for where, areas in _areas(source, heads):
        for area in areas:
            if not covers(source.programme.channel, area):
                what = f"“{area}” không thuộc kênh / is not part of channel “{source.programme.channel}”"
                findings.add(f"{where}: areas", what, f"mã phải bắt đầu bằng / the code begins with “{source.programme.channel}”")
    for number, session in enumerate(source.programme.session, 1):
        _check_session(session, f"programme.toml: session[{number}]", findings)


def _areas(source: Source, heads: Sequence[tuple[str, ItemHead]]) -> Iterator[tuple[str, list[str]]]:
    yield from ((where, head.areas) for where, head in heads)
    yield from ((alert.where, alert.file.areas) for alert in source.alerts)


def _check_session(session: SessionEntry, where: str, findings: Findings) -> None:
    for field, moments in (("start", [session.start]), ("except_on", session.except_on)):
        if any(moment.tzinfo for moment in moments):
            findings.add(f"{where}.{field}", "giờ có múi giờ / a time with a zone", _LOCAL)
            return
    try:
        Schedule(start=session.start, rule=session.rule, except_on=tuple(session.except_on))
    except ValidationError as problem:
        reason = problem.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        zoned = session.rule is not None and "UNTIL" in reason
        findings.add(f"{where}.rule", f"lịch lặp không dùng được / the rule cannot be used: {reason}", _UNTIL if zoned else _RULE)
