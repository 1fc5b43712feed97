"""Units that ask to be let in and have no grant yet: taken down, bounded, forgotten when they no longer ask, held by who typed the code."""

import hmac
from datetime import datetime
from enum import Enum, auto
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from evidence.pairing import code
from evidence.report import Enrolment
from evidence.signing import thumbprint
from registry.storage.upsert import upsert
from registry.web.rules import Rules
from registry.web.technician.people import Technician
from registry.web.technician.tables import waiting

WHERE = "thiết bị đang chờ / waiting unit"


class Stage(Enum):
    """How far a waiting unit has come."""

    WAITING = auto()
    CLOSED = auto()
    HELD = auto()
    ACCEPTED = auto()


class Typed(Enum):
    """What a typed code was."""

    RIGHT = auto()
    WRONG = auto()
    LAST = auto()


def stage(row: Row[Any], now: datetime, rules: Rules) -> Stage:
    """The stage of a row: too many wrong codes close it until the unit draws another nonce; who holds it does so for a while only."""
    if row.accepted is not None:
        return Stage.ACCEPTED
    if row.wrong >= rules.wrong_codes:
        return Stage.CLOSED
    if row.technician is not None and now - datetime.fromisoformat(row.held) < rules.held_for:
        return Stage.HELD
    return Stage.WAITING


async def ask(connection: AsyncConnection, enrolment: Enrolment, block: str, now: datetime, rules: Rules) -> Row[Any]:
    """Take down that this unit asks; ``Refused`` when there is no room. Another nonce begins anew, but what was chosen for it stays."""
    await forget(connection, now, rules)
    print_of_key = thumbprint(enrolment.key)
    before = await with_key(connection, print_of_key)
    if before is None:
        await _make_room(connection, block, rules)
    told: dict[str, Any] = {
        "nonce": enrolment.nonce,
        "unit": enrolment.unit,
        "hardware": enrolment.hardware,
        "serial": enrolment.serial,
        "tests": [test.model_dump(mode="json") for test in enrolment.tests],
        "block": block,
        "asked": now.isoformat(),
    }
    if enrolment.replaces is not None:
        told["replaces"] = enrolment.replaces
    if before is not None and before.nonce != enrolment.nonce:
        told |= {"wrong": 0, "technician": None, "held": None, "accepted": None, "seen": None}
    entry = upsert(waiting).values(thumbprint=print_of_key, **{"wrong": 0, "holders": [], **told})
    await connection.execute(entry.on_conflict_do_update(index_elements=["thumbprint"], set_=told))
    return (await connection.execute(select(waiting).where(waiting.c.thumbprint == print_of_key))).one()


async def with_key(connection: AsyncConnection, print_of_key: str) -> Row[Any] | None:
    """The waiting unit with this key."""
    return (await connection.execute(select(waiting).where(waiting.c.thumbprint == print_of_key))).one_or_none()


async def forget(connection: AsyncConnection, now: datetime, rules: Rules) -> None:
    """Forget the units that have not asked for long."""
    await connection.execute(delete(waiting).where(waiting.c.asked < (now - rules.waiting_for).isoformat()))


async def try_code(
    connection: AsyncConnection, row: Row[Any], technician: Technician, typed: str, root: str, now: datetime, rules: Rules
) -> Typed:
    """Compare what the technician read from the board with what the board must show if it was given our *root* (SHA-256)."""
    mine = waiting.c.thumbprint == row.thumbprint
    if not hmac.compare_digest(typed.encode(), code(row.thumbprint, row.nonce, root).encode()):
        await connection.execute(update(waiting).where(mine).values(wrong=row.wrong + 1))
        return Typed.LAST if row.wrong + 1 >= rules.wrong_codes else Typed.WRONG
    await connection.execute(update(waiting).where(mine).values(wrong=0, technician=technician.name, held=now.isoformat()))
    return Typed.RIGHT


async def change(connection: AsyncConnection, row: Row[Any], **values: Any) -> None:
    """Keep what was chosen for the unit in *row*."""
    await connection.execute(update(waiting).where(waiting.c.thumbprint == row.thumbprint).values(**values))


async def _make_room(connection: AsyncConnection, block: str, rules: Rules) -> None:
    """Room for one more of *block*: a full house gives up the oldest that nobody holds of the part of the network that has most."""
    of_block = await connection.scalar(select(func.count()).select_from(waiting).where(waiting.c.block == block)) or 0
    if of_block >= rules.most_of_block:
        raise _full()
    if (await connection.scalar(select(func.count()).select_from(waiting)) or 0) < rules.most_waiting:
        return
    count = func.count()
    crowded = (await connection.execute(select(waiting.c.block, count).group_by(waiting.c.block).order_by(count.desc()).limit(1))).one()
    if crowded[1] <= of_block + 1:
        raise _full()
    free = waiting.c.technician.is_(None) & (waiting.c.block == crowded[0])
    oldest = select(waiting.c.thumbprint).where(free).order_by(waiting.c.asked).limit(1).scalar_subquery()
    if not (await connection.execute(delete(waiting).where(waiting.c.thumbprint == oldest))).rowcount:
        raise _full()


def _full() -> Exception:
    return refuse(
        WHERE,
        "quá nhiều thiết bị đang chờ / too many units are waiting",
        "thử lại sau ít phút; đăng ký bớt thiết bị đang chờ / try again in some minutes; accept those that wait",
    )
