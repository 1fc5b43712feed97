"""What is known of named units, and the row in which the present state of each is kept."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import ancestors
from registry.areas.communes import commune_of
from registry.areas.places import bare
from registry.areas.tables import areas
from registry.fleet.standing_tables import standings
from registry.fleet.standings import Present, Span, Turn, begun, foreseen, heard, passed
from registry.fleet.states import Known, Link, OpenFault, Standing, State, clock_ahead
from registry.fleet.tables import tails, units
from registry.fleet.views import Receipt, known_of, newest_receipts, open_faults, simulated_of

_UNIT = ("unit", "place", "place_name", "channels", "link", "enrolled", "contact", "maintenance_until", "report")


@dataclass(frozen=True)
class Found:
    """All that is read of one unit before it is judged: its *row*, the row that is *held* of its state, names from the table of areas.

    *journals* are of the programs that once wrote a line: of these it has an output, whether or not it says something of itself now.
    """

    row: Row[Any]
    held: Row[Any] | None
    faults: Sequence[OpenFault]
    sounds: Sequence[Receipt]
    names: Sequence[str]
    journals: Collection[str]


async def found_of(connection: AsyncConnection, named: Collection[str], now: datetime) -> list[Found]:
    """The units *named* that are in force."""
    query = select(*(units.c[name] for name in _UNIT)).where(units.c.unit.in_(named), units.c.replaced_by.is_(None))
    rows = (await connection.execute(query)).all()
    held = {row.unit: row for row in await connection.execute(select(standings).where(standings.c.unit.in_(named)))}
    faulty, sounds = await open_faults(connection, now, named), await newest_receipts(connection, named, ("sounded",))
    journals: defaultdict[str, set[str]] = defaultdict(set)
    for kept in await connection.execute(select(tails.c.unit, tails.c.program).where(tails.c.unit.in_(named))):
        journals[kept.unit].add(kept.program)
    codes = {above for row in rows for above in ancestors(row.place)}
    names = {row.code: row.name for row in await connection.execute(select(areas.c.code, areas.c.name).where(areas.c.code.in_(codes)))}
    return [
        Found(
            row,
            held.get(row.unit),
            faulty.get(row.unit, ()),
            sounds.get(row.unit, ()),
            [names[above] for above in ancestors(row.place) if above in names],
            journals[row.unit],
        )
        for row in rows
    ]


def judged(found: Found, kept_from: datetime, now: datetime) -> tuple[dict[str, Any], tuple[Span, ...]]:
    """The row of the unit's state at *now*, and the spans that have closed; what was kept of it begins at *kept_from* at the earliest."""
    row = found.row
    known = known_of(row, found.sounds, found.faults)
    if found.held is None:
        began = max(known.enrolled, kept_from)
        present = begun(Known(enrolled=known.enrolled, link=Link(row.link)), began)
        news = max(known.contact or began, began)
    else:
        began, present, news = datetime.fromisoformat(found.held.began), present_of(found.held), now
        # What marked it counts from then; whatever else changed counts from now on, because nobody wrote down when.
        if found.held.due is not None and found.held.due != (present.due.isoformat() if present.due else None):
            news = datetime.fromisoformat(found.held.due)
        if known.contact is not None and row.contact != found.held.contact:
            # Since it was judged it was heard in good time, or a mark would say so: what is foreseen of it is later.
            present = replace(present, turns=foreseen(known, known.contact))
    present, closed = heard(present, known, news)
    present, later = passed(present, now)
    return _row(found, known, present, began), closed + later


def _row(found: Found, known: Known, present: Present, began: datetime) -> dict[str, Any]:
    row, report = found.row, known.report
    return {
        "unit": row.unit,
        "place": row.place,
        "commune": commune_of(row.place, row.channels),
        "place_name": row.place_name,
        "link": row.link,
        "state": present.standing.state.value,
        "since": present.since.isoformat(),
        "why": list(present.standing.why),
        "began": began.isoformat(),
        "due": present.due.isoformat() if present.due else None,
        "turns": [[turn.at.isoformat(), turn.standing.state.value, list(turn.standing.why)] for turn in present.turns],
        "contact": row.contact,
        "clock_ahead": clock_ahead(known),
        "is_simulated": bool(simulated_of(report)),
        "simulated": list(simulated_of(report)),
        "outputs": sorted({status.program for status in (report.programs if report else ())} | set(found.journals)),
        "versions": dict(report.versions) if report else {},
        "words": bare(" ".join((row.unit, row.place, row.place_name, *found.names))),
        "codes": "".join(f"|{code}|" for code in sorted({fault.code.value for fault in found.faults})),
    }


def present_of(row: Row[Any] | Mapping[str, Any]) -> Present:
    """The present state as it is kept in a *row* of ``standing``."""
    kept = row if isinstance(row, Mapping) else row._mapping
    turns = (Turn(datetime.fromisoformat(at), Standing(State(state), tuple(why))) for at, state, why in kept["turns"])
    return Present(Standing(State(kept["state"]), tuple(kept["why"])), datetime.fromisoformat(kept["since"]), tuple(turns))
