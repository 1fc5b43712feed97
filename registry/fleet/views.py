"""What the pages show of the fleet: one view per unit, computed from what is kept, and counts that add up."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode
from evidence.duties import words_of
from evidence.records import FaultCode, Rung, Shown, Sounded, journal_line
from evidence.report import Report
from registry.areas.within import lies_within
from registry.cards.claiming import doubts
from registry.fleet.duties import unheld_at
from registry.fleet.replacing import undecided
from registry.fleet.revoked import alarms
from registry.fleet.states import OURS, Known, Link, OpenFault, Standing, State, standing
from registry.fleet.stored import stored
from registry.fleet.tables import faults, lines, units

Receipt = Shown | Sounded
BUNDLE = "/bundle.json"
AT_ONCE = 1000
"""How many numbers one statement names at most."""


@dataclass(frozen=True)
class OnAir:
    """What is on one output now, with the rung of its newest receipt: ``UNKNOWN`` when there is none."""

    output: str
    item: str
    rung: Rung


@dataclass(frozen=True)
class UnitView:
    """One unit as the pages show it; *versions* are the bundles in force by channel, *receipts* newest first.

    *fresh* is false when what it last said is no longer news of now. *replaced_by* is the unit that took its place.
    """

    unit: str
    place: str
    place_name: str
    hardware: str
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    known: Known
    standing: Standing
    versions: Mapping[str, int]
    on_air: tuple[OnAir, ...]
    receipts: tuple[Receipt, ...]
    simulated: tuple[str, ...]
    fresh: bool
    replaced_by: str | None


@dataclass(frozen=True)
class Fleet:
    """All units, the most urgent first, and how many are in each state."""

    units: tuple[UnitView, ...]
    counts: Mapping[State, int]
    simulated: int

    @property
    def total(self) -> int:
        """All units: the sum of the counts."""
        return sum(self.counts.values())


async def fleet(connection: AsyncConnection, now: datetime, areas: Sequence[AreaCode] | None = None) -> Fleet:
    """The fleet at *now* in *areas*, or all of it."""
    receipts = await newest_receipts(connection)
    faulty = await open_faults(connection, now)
    standing_now = select(units).where(units.c.replaced_by.is_(None))
    rows = await connection.execute(standing_now if areas is None else standing_now.where(lies_within(units.c.place, areas)))
    views = [_view(row, receipts.get(row.unit, ()), faulty.get(row.unit, ()), now) for row in rows]
    order = list(State)
    views.sort(key=lambda view: (order.index(view.standing.state), view.place, view.unit))
    counts = Counter(view.standing.state for view in views)
    return Fleet(tuple(views), {state: counts[state] for state in State}, sum(bool(view.simulated) for view in views))


async def one(connection: AsyncConnection, unit: str, now: datetime, most: int = 50) -> UnitView | None:
    """One unit with its last *most* receipts, or None when nobody enrolled under that name."""
    row = (await connection.execute(select(units).where(units.c.unit == unit))).one_or_none()
    if row is None:
        return None
    query = (
        select(lines.c.line).where(lines.c.unit == unit, lines.c.kind.in_(("shown", "sounded"))).order_by(lines.c.seq.desc()).limit(most)
    )
    receipts = [_receipt(found) for found in await connection.scalars(query)]
    faulty = await open_faults(connection, now, (unit,))
    return _view(row, receipts, faulty.get(unit, ()), now)


async def views_of(connection: AsyncConnection, named: Collection[str], now: datetime) -> dict[str, UnitView]:
    """The units *named*, each with the newest receipt of each of its outputs."""
    receipts, faulty = await newest_receipts(connection, named), await open_faults(connection, now, named)
    rows = await connection.execute(select(units).where(units.c.unit.in_(named)))
    return {row.unit: _view(row, receipts.get(row.unit, ()), faulty.get(row.unit, ()), now) for row in rows}


async def newest_receipts(
    connection: AsyncConnection, named: Collection[str] | None = None, kinds: Sequence[str] = ("shown", "sounded")
) -> dict[str, list[Receipt]]:
    """By unit the newest receipt of each of *kinds*; with *named* of these alone."""
    found: defaultdict[str, list[Receipt]] = defaultdict(list)
    newest = union_all(*(_newest(kind, named) for kind in kinds))
    # Asked for in two steps: in one, PostgreSQL would look for the newest of each unit again in each month in which it could lie.
    numbers = sorted((seq for seq in await connection.scalars(newest) if seq is not None), reverse=True)
    for begin in range(0, len(numbers), AT_ONCE):
        mine = lines.c.seq.in_(numbers[begin : begin + AT_ONCE])
        for row in await connection.execute(select(lines.c.unit, lines.c.line).where(mine).order_by(lines.c.seq.desc())):
            found[row.unit].append(_receipt(row.line))
    return found


def _newest(kind: str, named: Collection[str] | None) -> Select[Any]:
    """Asked of each unit by itself: an index knows the last of one at once, and would be read whole for the last of each."""
    last = select(func.max(lines.c.seq)).where(lines.c.unit == units.c.unit, lines.c.kind == kind).scalar_subquery()
    query = select(last).select_from(units)
    return query if named is None else query.where(units.c.unit.in_(named))


async def open_faults(connection: AsyncConnection, now: datetime, named: Collection[str] | None = None) -> dict[str, list[OpenFault]]:
    """Every open fault by unit, also those that the registry itself finds; of a unit that is not *named*, if any are, perhaps not all."""
    query = select(faults).where(faults.c.active).order_by(faults.c.program, faults.c.code)
    found: defaultdict[str, list[OpenFault]] = defaultdict(list)
    for row in await connection.execute(query if named is None else query.where(faults.c.unit.in_(named))):
        found[row.unit].append(OpenFault(row.program, FaultCode(row.code), row.detail))
    for each, doubt in (await doubts(connection)).items():
        found[each].append(OpenFault("registry", FaultCode.CARD_COPIED, doubt))
    for each, alarm in (await alarms(connection, now)).items():
        found[each].append(OpenFault("registry", FaultCode.REPLACED_SPOKE, alarm))
    for each, waits in (await undecided(connection)).items():
        found[each] += waits
    for each, duties in (await unheld_at(connection, named)).items():
        vietnamese, english = words_of(duties)
        told = f"chưa có người phụ trách {vietnamese} / nobody holds the duty of {english}"
        found[each].append(OpenFault("registry", FaultCode.DUTY_UNHELD, told))
    return found


def known_of(row: Row[Any], receipts: Sequence[Receipt], faulty: Sequence[OpenFault]) -> Known:
    """What is known of the unit in *row*."""
    return Known(
        enrolled=datetime.fromisoformat(row.enrolled),
        contact=datetime.fromisoformat(row.contact) if row.contact else None,
        report=stored(row.report) if row.report else None,
        faults=tuple(faulty),
        link=Link(row.link),
        maintenance_until=datetime.fromisoformat(row.maintenance_until) if row.maintenance_until else None,
        last_sound=next((receipt for receipt in receipts if isinstance(receipt, Sounded)), None),
    )


def _view(row: Row[Any], receipts: Sequence[Receipt], faulty: Sequence[OpenFault], now: datetime) -> UnitView:
    known = known_of(row, receipts, faulty)
    report = known.report
    return UnitView(
        unit=row.unit,
        place=row.place,
        place_name=row.place_name,
        hardware=row.hardware,
        channels=tuple(row.channels),
        languages=tuple(row.languages),
        known=known,
        standing=standing(known, now),
        versions=_bundles(report),
        on_air=on_air(report, receipts),
        receipts=tuple(receipts),
        simulated=simulated_of(report),
        replaced_by=row.replaced_by,
        fresh=known.contact is not None and now - known.contact <= OURS.network,
    )


def on_air(report: Report | None, receipts: Sequence[Receipt]) -> tuple[OnAir, ...]:
    """What the last report said is on, each with the rung that a receipt proves; a claim without a receipt is unknown."""
    found = []
    for status in report.programs if report else ():
        if status.showing:
            presented = any(isinstance(receipt, Shown) and receipt.item == status.showing and receipt.frames for receipt in receipts)
            found.append(OnAir("board", status.showing, Rung.LEFT_DRIVER if presented else Rung.UNKNOWN))
        if status.sounding:
            key = status.sounding.occurrence
            rungs = [receipt.rung for receipt in receipts if isinstance(receipt, Sounded) and receipt.occurrence == key]
            found.append(OnAir("speaker", status.sounding.item, rungs[0] if rungs else Rung.UNKNOWN))
    return tuple(found)


def _bundles(report: Report | None) -> dict[str, int]:
    versions = report.versions if report else {}
    return {name.removesuffix(BUNDLE): version for name, version in sorted(versions.items()) if name.endswith(BUNDLE)}


def simulated_of(report: Report | None) -> tuple[str, ...]:
    """Which hardware of the unit is none, as it says itself."""
    return tuple(sorted({name for status in report.programs for name in status.simulated})) if report else ()


def _receipt(line: str) -> Receipt:
    receipt = journal_line.validate_json(line)
    if not isinstance(receipt, Shown | Sounded):
        raise TypeError(f"a {receipt.kind} line is no receipt")
    return receipt
