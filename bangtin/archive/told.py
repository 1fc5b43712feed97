"""What units told of a time, from their own signed reports: which lines, when, and which lines are missing. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from bundle.errors import Complaint, Refused, refuse
from bundle.parse import parse
from evidence.packing import inflated
from evidence.records import AlertSeen, ClockState, Gap, JournalLine, Shown, Sounded, Stamp
from evidence.report import Report
from evidence.signing import MAX_SIGNED, verify

TAMPERED = "hồ sơ bị tráo / the archive was tampered with"

MARGIN = timedelta(hours=4)
"""How far beyond the time asked for reports are read: the longest thing that may sound begins and ends within it."""


@dataclass(frozen=True)
class Window:
    """The time asked for: ``start <= t < end``."""

    start: datetime
    end: datetime

    def meets(self, first: datetime, last: datetime) -> bool:
        """Whether anything from *first* to *last* lies in it."""
        return first < self.end and last >= self.start


@dataclass(frozen=True)
class Told:
    """One journal line with the *file* of the report that it came in; *first* and *last* are None when its hour is unknown."""

    file: str
    program: str
    line: JournalLine
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Missing:
    """Lines *first* to *last* of a journal that no signed report at hand holds; *by_unit*: the unit itself says they are lost."""

    program: str
    first: int
    last: int
    by_unit: bool


@dataclass(frozen=True)
class Testimony:
    """All that one unit signed around a time. *versions* are (moment, what was in force by target), in order."""

    lines: tuple[Told, ...]
    versions: tuple[tuple[datetime, Mapping[str, int]], ...]

    def within(self, window: Window) -> tuple[Told, ...]:
        """What happened in *window*; every step of an utterance of which any part did."""
        spans: dict[str, tuple[datetime, datetime]] = {}
        for told in self.lines:
            if isinstance(told.line, Sounded) and told.first and told.last:
                first, last = spans.get(told.line.occurrence, (told.first, told.last))
                spans[told.line.occurrence] = min(first, told.first), max(last, told.last)
        return tuple(told for told in self.lines if (span := _span(told, spans)) and window.meets(*span))

    def unplaced(self) -> tuple[Told, ...]:
        """What the unit tells without knowing the hour, and no other record of the same boot helps."""
        return tuple(told for told in self.lines if told.first is None)

    def before(self, moment: datetime) -> tuple[Told, ...]:
        """What had happened by *moment*, in the order it was written."""
        return tuple(told for told in self.lines if told.last is not None and told.last <= moment)

    def in_force(self, moment: datetime) -> tuple[tuple[datetime, Mapping[str, int]] | None, tuple[datetime, Mapping[str, int]] | None]:
        """The last word on versions up to *moment*, and the first after it."""
        before = [each for each in self.versions if each[0] <= moment]
        after = [each for each in self.versions if each[0] > moment]
        return (before[-1] if before else None), (after[0] if after else None)

    def seen(self, moment: datetime) -> frozenset[str]:
        """The identities of the alerts that the unit had held for itself by *moment*: first seen, shown or said."""
        lines = [told.line for told in self.before(moment)]
        shown = {line.item for line in lines if isinstance(line, Shown | Sounded)}
        return frozenset(shown | {line.identity for line in lines if isinstance(line, AlertSeen)})

    def had(self, path: str, moment: datetime) -> frozenset[int]:
        """The versions of the document *path* that the unit says were in force at some time up to *moment*."""
        return frozenset(versions[path] for at, versions in self.versions if at <= moment and path in versions)

    def missing(self, window: Window) -> tuple[Missing, ...]:
        """The lines that are not there, from the last line before *window* to the first after it."""
        return tuple(gap for program in sorted({told.program for told in self.lines}) for gap in self._missing(program, window))

    def _missing(self, program: str, window: Window) -> Iterator[Missing]:
        mine = [told for told in self.lines if told.program == program]
        gaps = [told.line for told in mine if isinstance(told.line, Gap)]
        # Numbers are compared, never counted through: a unit may write any number.
        numbers = sorted({told.line.n for told in mine})
        earlier = [told.line.n for told in mine if told.last and told.last < window.start]
        later = [told.line.n for told in mine if told.first and told.first >= window.end]
        low, high = max(earlier, default=numbers[0]), min(later, default=numbers[-1])
        lost = sorted((gap.first, gap.last) for gap in gaps if gap.first <= high and max(gap.last, gap.n) >= low)
        for first, last in lost:
            yield Missing(program, first, last, by_unit=True)
        for before, after in pairwise(n for n in numbers if low <= n <= high):
            for first, last in _without(before + 1, after - 1, lost):
                yield Missing(program, first, last, by_unit=False)


def _without(first: int, last: int, others: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of *first* to *last* without the *others*, which come in order."""
    for begins, ends in others:
        if begins > first and begins <= last:
            yield first, begins - 1
        if begins <= last:
            first = max(first, ends + 1)
    if first <= last:
        yield first, last


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Whatever is refused inside is refused of *file*."""
    try:
        yield
    except Refused as refusal:
        raise Refused(*(Complaint(file, f"{each.where}: {each.what}", TAMPERED) for each in refusal.complaints)) from None


def read_testimony(tokens: Mapping[str, str], unit: str, key: dict[str, Any]) -> Testimony:
    """The reports by file name, each proven by the unit's *key*; ``Refused`` names the first that is not by this unit."""
    reports = {name: _report(name, token, unit, key) for name, token in tokens.items()}
    clocks = _clocks(reports.values())
    lines: dict[tuple[str, int], Told] = {}
    for name, report in reports.items():
        for entry in report.lines:
            held = lines.get((entry.program, entry.line.n))
            if held is None or isinstance(held.line, Gap):
                began = entry.line.began if isinstance(entry.line, Shown) else entry.line.at
                told = Told(name, entry.program, entry.line, _when(began, clocks), _when(entry.line.at, clocks))
                lines[entry.program, entry.line.n] = told
    versions = [(at, report.versions) for report in reports.values() if (at := _when(report.at, clocks)) and report.versions]
    return Testimony(tuple(lines[key] for key in sorted(lines)), tuple(sorted(versions, key=lambda each: each[0])))


def _report(name: str, token: str, unit: str, key: dict[str, Any]) -> Report:
    with naming(name):
        report = parse(Report, inflated(verify(token, key), name, MAX_SIGNED), name, MAX_SIGNED)
    if report.unit != unit:
        raise refuse(name, f"báo cáo của {report.unit} / a report of {report.unit}", TAMPERED)
    return report


def _clocks(reports: Iterable[Report]) -> dict[str, datetime]:
    """When each boot began, by the first stamp of it whose clock was known."""
    began: dict[str, datetime] = {}
    for report in reports:
        for stamp in (report.at, *(entry.line.at for entry in report.lines)):
            if stamp.state is not ClockState.UNKNOWN:
                began.setdefault(stamp.boot, stamp.wall.astimezone(UTC) - timedelta(seconds=stamp.mono))
    return began


def _when(stamp: Stamp, clocks: Mapping[str, datetime]) -> datetime | None:
    """The hour of *stamp*; when its own clock was unknown, by its seconds since a boot of which another stamp knew the hour."""
    if stamp.state is not ClockState.UNKNOWN:
        return stamp.wall.astimezone(UTC)
    began = clocks.get(stamp.boot)
    return began + timedelta(seconds=stamp.mono) if began else None


def _span(told: Told, spans: Mapping[str, tuple[datetime, datetime]]) -> tuple[datetime, datetime] | None:
    if told.first is None or told.last is None:
        return None
    return spans[told.line.occurrence] if isinstance(told.line, Sounded) else (told.first, told.last)
