"""A table of numbers whose total is the sum of its rows, and whose shares are divided only when they are shown. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cached_property, reduce

from registry.figures.gathering import UnitFigures
from registry.figures.hearing import BOARD, SPEAKER, UNKNOWN
from registry.fleet.states import State

GOOD = (State.PLAYING, State.READY, State.QUIET)
WORKING = (*GOOD, State.DEGRADED)
UNCOUNTED = (State.MAINTENANCE, State.EXPECTED)
"""Of these nobody says whether the unit would have worked: they are in no share of uptime."""


@dataclass(frozen=True)
class Share:
    """*part* of *whole*, in seconds; of nothing there is no share."""

    part: int
    whole: int

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def ratio(self) -> float | None:
        """From 0 to 1."""
        return self.part / self.whole if self.whole else None


Value = int | Share
"""Whole seconds, bytes or things: what is rounded once, for one unit, adds up in every row, total and file."""


class Measure(StrEnum):
    """In what a column is shown: hours and minutes of whole seconds, megabytes of bytes."""

    COUNT = "count"
    HOURS = "hours"
    MINUTES = "minutes"
    MEGABYTES = "megabytes"
    SHARE = "share"


@dataclass(frozen=True)
class Meaning:
    """A column: its words in both languages, in what it is counted, and what it is of one unit."""

    words: tuple[str, str]
    measure: Measure
    of: Callable[[UnitFigures], Value]


def _share_in(*states: State) -> Callable[[UnitFigures], Value]:
    def of(unit: UnitFigures) -> Share:
        whole = sum(round(seconds) for state, seconds in unit.seconds.items() if state not in UNCOUNTED)
        return Share(sum(round(unit.seconds.get(state, 0.0)) for state in states), whole)

    return of


def _speaking(of_class: str) -> Callable[[UnitFigures], Value]:
    return lambda unit: round(unit.air.get((SPEAKER, of_class), 0.0))


class Column(Enum):
    """The columns, in their order; names stand in addresses and files."""

    UNITS = Meaning(("Thiết bị", "units"), Measure.COUNT, lambda unit: int(any(unit.seconds.values())))
    UPTIME = Meaning(("Hoạt động", "working"), Measure.SHARE, _share_in(*WORKING))
    GOOD = Meaning(("Hoạt động tốt", "without a fault"), Measure.SHARE, _share_in(*GOOD))
    SILENT = Meaning(("Hỏng, không phát", "silent fault"), Measure.SHARE, _share_in(State.SILENT_FAULT))
    OVERDUE = Meaning(("Mất liên lạc", "no contact"), Measure.SHARE, _share_in(State.OVERDUE))
    FAULTS = Meaning(("Lỗi mới", "faults begun"), Measure.COUNT, lambda unit: unit.begun)
    FAULTY = Meaning(("Thời gian lỗi", "time with a fault"), Measure.HOURS, lambda unit: round(unit.faulty))
    EMERGENCY = Meaning(("Loa: khẩn cấp", "speaker: emergency"), Measure.MINUTES, _speaking("emergency"))
    PRIORITY = Meaning(("Loa: ưu tiên", "speaker: priority"), Measure.MINUTES, _speaking("priority"))
    ROUTINE = Meaning(("Loa: thông thường", "speaker: routine"), Measure.MINUTES, _speaking("routine"))
    UNCLASSED = Meaning(("Loa: chưa rõ loại", "speaker: class unknown"), Measure.MINUTES, _speaking(UNKNOWN))
    BOARD = Meaning(
        ("Bảng", "board"), Measure.HOURS, lambda unit: sum(round(seconds) for (output, _), seconds in unit.air.items() if output == BOARD)
    )
    RECEIVED = Meaning(("Tải về", "received"), Measure.MEGABYTES, lambda unit: unit.received)
    SENT = Meaning(("Gửi đi", "sent"), Measure.MEGABYTES, lambda unit: unit.sent)


@dataclass(frozen=True)
class SheetRow:
    """One line: a unit, or the units of one area, by its *key*; of *lacking* units some of the time was let go of."""

    key: str
    label: str
    values: Mapping[Column, Value]
    lacking: int = 0


@dataclass(frozen=True)
class Sheet:
    """The *rows* and their *total*, which nothing else is counted into."""

    rows: Sequence[SheetRow]

    @cached_property
    def total(self) -> Mapping[Column, Value]:
        """The sum of the rows."""
        return summed(row.values for row in self.rows)

    @cached_property
    def lacking(self) -> int:
        """Of how many units some of the time was let go of: what they should have been counted into is no longer whole."""
        return sum(row.lacking for row in self.rows)


def by_unit(found: Iterable[UnitFigures]) -> Sheet:
    """A line for each unit."""
    return Sheet([_row(each) for each in found])


def by_area(found: Iterable[UnitFigures], names: Mapping[str, str], area_of: Callable[[UnitFigures], str]) -> Sheet:
    """A line for each area that *area_of* names, by code; *names* are what they are called."""
    groups: dict[str, list[UnitFigures]] = {}
    for each in found:
        groups.setdefault(area_of(each), []).append(each)
    return Sheet([_sum(code, names.get(code, code), by_unit(groups[code])) for code in sorted(groups)])


def _row(unit: UnitFigures) -> SheetRow:
    return SheetRow(unit.unit, unit.place_name, {column: column.value.of(unit) for column in Column}, int(not unit.whole))


def _sum(code: str, name: str, sheet: Sheet) -> SheetRow:
    return SheetRow(code, name, sheet.total, sheet.lacking)


def summed(values: Iterable[Mapping[Column, Value]]) -> dict[Column, Value]:
    """Column by column."""
    return reduce(lambda one, other: {column: _add(one[column], other[column]) for column in Column}, values, _nothing())


def _nothing() -> dict[Column, Value]:
    return {column: Share(0, 0) if column.value.measure is Measure.SHARE else 0 for column in Column}


def _add(one: Value, other: Value) -> Value:
    match one, other:
        case Share(), Share():
            return one + other
        case int(), int():
            return one + other
        case _:
            raise TypeError("a share and a number")
