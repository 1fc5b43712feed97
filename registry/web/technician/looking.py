"""What a technician sees of one unit: which step is next, and what was chosen so far."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.self_test import SelfTest
from registry.areas.places import Place, place_at
from registry.fleet.tables import units
from registry.web.rules import Rules
from registry.web.technician.people import Technician
from registry.web.technician.tables import photos, waiting
from registry.web.technician.waiting import Stage, stage, with_key


class Step(Enum):
    """What the page asks for, or tells."""

    ABSENT = auto()
    CLOSED = auto()
    TAKEN = auto()
    CODE = auto()
    PLACE = auto()
    HOLDERS = auto()
    PHOTO = auto()
    ACCEPTED = auto()
    LET_IN = auto()


@dataclass(frozen=True)
class Code:
    """What stands after ``#`` in the code on a board."""

    unit: str
    thumbprint: str
    nonce: str

    def __str__(self) -> str:
        return f"{self.unit}.{self.thumbprint}.{self.nonce}"


@dataclass(frozen=True)
class Sight:
    """The unit behind *code*: *row* while it waits, *unit* once it was let in (also long ago); *by* is who else holds it."""

    code: Code
    step: Step
    row: Row[Any] | None = None
    unit: Row[Any] | None = None
    place: Place | None = None
    tests: tuple[SelfTest, ...] = ()
    photos: tuple[str, ...] = ()
    by: str = ""

    @property
    def base(self) -> str:
        """The address of its page."""
        return f"/technician/e/{self.code}"


async def look(connection: AsyncConnection, code: Code, technician: Technician, now: datetime, rules: Rules) -> Sight:
    """What *technician* sees of the unit."""
    unit = (await connection.execute(select(units).where(units.c.thumbprint == code.thumbprint))).one_or_none()
    row = await with_key(connection, code.thumbprint)
    if row is None or row.nonce != code.nonce or row.unit != code.unit:
        # It waits no longer: it is in. Or its board shows a newer code than the one that was scanned.
        # Of a unit that is in nobody keeps the nonce: who may see it is a question of its area.
        let_in = unit is not None and row is None and unit.unit == code.unit and technician.may_work_in(unit.place)
        return Sight(code, Step.LET_IN, unit=unit) if let_in else Sight(code, Step.ABSENT)
    place = await place_at(connection, row.place) if row.place is not None else None
    # Those of where it stood before are not of this site.
    new = (photos.c.thumbprint == code.thumbprint) & photos.c.unit.is_(None)
    query = select(photos.c.sha256).where(new).order_by(photos.c.seq)
    return Sight(
        code,
        _step(row, technician, now, rules),
        row=row,
        unit=unit,
        place=place,
        tests=tuple(SelfTest.model_validate(test, strict=False) for test in row.tests),
        photos=tuple(await connection.scalars(query)),
        by=row.technician or "",
    )


async def neighbours(connection: AsyncConnection, place: str) -> list[Row[Any]]:
    """The units that stand in *place* already: one of them may be broken, and the new one takes its place."""
    query = select(units).where(units.c.place == place, units.c.replaced_by.is_(None)).order_by(units.c.unit)
    return list((await connection.execute(query)).all())


async def saw(connection: AsyncConnection, sight: Sight, now: datetime) -> None:
    """The unit is told that somebody opened its page."""
    if sight.row is not None and sight.row.seen is None:
        mine = waiting.c.thumbprint == sight.code.thumbprint
        await connection.execute(waiting.update().where(mine).values(seen=now.isoformat()))


def _step(row: Row[Any], technician: Technician, now: datetime, rules: Rules) -> Step:
    match stage(row, now, rules):
        case Stage.WAITING:
            return Step.CODE
        case Stage.CLOSED:
            return Step.CLOSED
        case Stage.HELD:
            return _chosen(row) if row.technician == technician.name else Step.TAKEN
        case Stage.ACCEPTED:
            return Step.ACCEPTED if row.technician == technician.name else Step.TAKEN


def _chosen(row: Row[Any]) -> Step:
    if row.place is None:
        return Step.PLACE
    return Step.PHOTO if row.holders else Step.HOLDERS
