"""What one technician is doing and has done lately, for the start page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.fleet.tables import enrolments, units
from registry.web.rules import Rules
from registry.web.technician.people import Technician
from registry.web.technician.tables import waiting
from registry.web.technician.waiting import Stage, stage

MOST = 20


@dataclass(frozen=True)
class Begun:
    """A unit that they hold; *ref* is what its code says."""

    unit: str
    ref: str
    accepted: bool


@dataclass(frozen=True)
class Done:
    """A unit that they let in."""

    unit: str
    place_name: str
    since: datetime


@dataclass(frozen=True)
class Work:
    """The begun ones first, then the last few that are in."""

    begun: tuple[Begun, ...]
    done: tuple[Done, ...]


async def work_of(connection: AsyncConnection, technician: Technician, now: datetime, rules: Rules) -> Work:
    """The units of *technician*."""
    held = (await connection.execute(select(waiting).where(waiting.c.technician == technician.name).order_by(waiting.c.held.desc()))).all()
    begun = tuple(
        Begun(row.unit, ref(row.unit, row.thumbprint, row.nonce), stage(row, now, rules) is Stage.ACCEPTED)
        for row in held
        if stage(row, now, rules) in (Stage.HELD, Stage.ACCEPTED)
    )
    let_in = select(enrolments.c.unit, enrolments.c.enrolled, enrolments.c.place_name).join(units, units.c.unit == enrolments.c.unit)
    newest = let_in.where(enrolments.c.technician == technician.name).order_by(enrolments.c.seq.desc()).limit(MOST)
    rows = (await connection.execute(newest)).all()
    return Work(begun, tuple(Done(row.unit, row.place_name, datetime.fromisoformat(row.enrolled)) for row in rows))


def ref(unit: str, thumbprint: str, nonce: str) -> str:
    """What stands after ``#`` in the code on the board."""
    return f"{unit}.{thumbprint}.{nonce}"
