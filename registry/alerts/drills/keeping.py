"""Drills in the database: what is planned, what became of each time, and the tables that were made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.alert import Identity
from bundle.errors import refuse
from registry.alerts.drills.plan import Drill
from registry.alerts.drills.tables import drills, runs
from registry.audit.chain import Event, note
from registry.storage.upsert import upsert


class Outcome(StrEnum):
    """What became of one time of a drill: it waits at the gate, it left, or it did not leave in time."""

    HANDED = "handed"
    PUT_OUT = "put-out"
    MISSED = "missed"


@dataclass(frozen=True)
class Planned:
    """A *drill*, who added it, and until when its times were dealt with."""

    drill: Drill
    added_by: str
    handled: datetime


@dataclass(frozen=True)
class Run:
    """One time of a drill: its exercise's *identity*, and the *report* of its units once it was made."""

    drill: str
    at: datetime
    outcome: Outcome
    reason: str | None
    identity: Identity
    report: Mapping[str, Any] | None


async def add(connection: AsyncConnection, drill: Drill, by: str, now: datetime) -> None:
    """Plan *drill* from *now* on; again, it takes the place of the one of the same id."""
    told = {"drill": drill.model_dump_json(), "added": now.isoformat(), "added_by": by, "handled": now.isoformat(), "removed": None}
    entry = upsert(drills).values(id=drill.id, **told)
    await connection.execute(entry.on_conflict_do_update(index_elements=["id"], set_=told))
    await note(connection, Event.DRILL_PLANNED, now, technician=by, detail=drill.id)


async def remove(connection: AsyncConnection, name: str, now: datetime) -> None:
    """Plan *name* no longer; what became of it stays. ``Refused`` when there is none."""
    gone = drills.c.id == name, drills.c.removed.is_(None)
    done = await connection.execute(update(drills).where(*gone).values(removed=now.isoformat()))
    if not done.rowcount:
        raise refuse(name, "không có lịch diễn tập này / no such drill", "bangtin registry drill list")
    await note(connection, Event.DRILL_REMOVED, now, detail=name)


async def planned(connection: AsyncConnection) -> tuple[Planned, ...]:
    """Every drill that is planned."""
    rows = await connection.execute(select(drills).where(drills.c.removed.is_(None)).order_by(drills.c.id))
    return tuple(Planned(Drill.model_validate_json(row.drill), row.added_by, datetime.fromisoformat(row.handled)) for row in rows)


async def handle(connection: AsyncConnection, run: Run, now: datetime) -> None:
    """Keep what became of *run*, and that its time was dealt with."""
    name = run.identity.identifier
    entry = upsert(runs).values(
        drill=run.drill, at=run.at.isoformat(), state=run.outcome.value, reason=run.reason, sender=run.identity.sender, identifier=name
    )
    await connection.execute(entry.on_conflict_do_nothing())
    await connection.execute(update(drills).where(drills.c.id == run.drill).values(handled=run.at.isoformat()))
    if run.outcome is Outcome.MISSED:
        await note(connection, Event.DRILL_MISSED, now, detail=f"{name}: {run.reason}")


async def settle(connection: AsyncConnection, run: Run, outcome: Outcome, reason: str | None, now: datetime) -> None:
    """What became of *run*, which had been handed to the gate."""
    await connection.execute(update(runs).where(*_this(run)).values(state=outcome.value, reason=reason))
    if outcome is Outcome.MISSED:
        await note(connection, Event.DRILL_MISSED, now, detail=f"{run.identity.identifier}: {reason}")


async def handed(connection: AsyncConnection) -> tuple[Run, ...]:
    """The runs that wait at the gate."""
    return tuple(_run(row) for row in await connection.execute(select(runs).where(runs.c.state == Outcome.HANDED.value)))


async def unreported(connection: AsyncConnection) -> tuple[Run, ...]:
    """The runs that were put out and have no table yet."""
    mine = (runs.c.state == Outcome.PUT_OUT.value) & runs.c.report.is_(None)
    return tuple(_run(row) for row in await connection.execute(select(runs).where(mine)))


async def report(connection: AsyncConnection, run: Run, table: Mapping[str, Any]) -> None:
    """Keep the *table* of *run*."""
    await connection.execute(update(runs).where(*_this(run)).values(report=dict(table)))


async def runs_of(connection: AsyncConnection, name: str | None = None) -> tuple[Run, ...]:
    """What became of every time of the drill *name*, or of all; the newest first."""
    wanted = select(runs).order_by(runs.c.at.desc())
    rows = await connection.execute(wanted if name is None else wanted.where(runs.c.drill == name))
    return tuple(_run(row) for row in rows)


def _this(run: Run) -> tuple[ColumnElement[bool], ...]:
    return runs.c.drill == run.drill, runs.c.at == run.at.isoformat()


def _run(row: Row[Any]) -> Run:
    at = datetime.fromisoformat(row.at)
    return Run(row.drill, at, Outcome(row.state), row.reason, Identity(row.sender, row.identifier, row.at), row.report)
