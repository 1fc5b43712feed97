"""Reading the audit page by page: what somebody may see of it, filtered, the newest first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.area import AreaCode
from registry.areas.within import lies_within
from registry.audit.chain import BEFORE_ALL, Event, broken_at
from registry.audit.tables import audit
from registry.fleet.tables import units

_PART = 5000
"""Rows that are checked at a time, apart from the requests that come meanwhile."""


@dataclass(frozen=True)
class Wanted:
    """*unit*, *person* (any part of the name) and *event* as far as they are given; *before* this row, 0 for the newest."""

    unit: str = ""
    person: str = ""
    event: Event | None = None
    before: int = 0


@dataclass(frozen=True)
class Chain:
    """How many rows there are, and the first that somebody changed or took out; None when the chain is whole."""

    rows: int
    broken: int | None


@dataclass(frozen=True)
class Page:
    """Some rows, the newest first, and whether there are older ones."""

    rows: Sequence[Row[Any]]
    more: bool


async def page(connection: AsyncConnection, wanted: Wanted, areas: Sequence[AreaCode] | None, size: int) -> Page:
    """The newest *size* rows that are *wanted*: of units in *areas* alone, or all with None."""
    found = await connection.execute(select(audit).where(_asked(wanted), _seen(areas)).order_by(audit.c.seq.desc()).limit(size + 1))
    rows = found.all()
    return Page(rows[:size], len(rows) > size)


async def chain(connection: AsyncConnection) -> Chain:
    """All of it, read again: what was whole yesterday may have been changed since."""
    last = (0, BEFORE_ALL)
    while True:
        part = (await connection.execute(select(audit).where(audit.c.seq > last[0]).order_by(audit.c.seq).limit(_PART))).all()
        if not part:
            return Chain(last[0], None)
        broken = await asyncio.to_thread(broken_at, part, last)
        if broken is not None:
            return Chain(last[0] + len(part), broken)
        last = (part[-1].seq, part[-1].hash)


def _asked(wanted: Wanted) -> ColumnElement[bool]:
    return and_(
        true(),
        *([audit.c.unit == wanted.unit] if wanted.unit else ()),
        *([audit.c.technician.icontains(wanted.person, autoescape=True)] if wanted.person else ()),
        *([audit.c.event == wanted.event.value] if wanted.event else ()),
        *([audit.c.seq < wanted.before] if wanted.before else ()),
    )


def _seen(areas: Sequence[AreaCode] | None) -> ColumnElement[bool]:
    return true() if areas is None else audit.c.unit.in_(select(units.c.unit).where(lies_within(units.c.place, areas)))
