"""Setting an account up: whoever opens the single-use link chooses the password and proves a code; nobody else ever knows either."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.audit.chain import Event, note
from registry.people import codes, locks, sessions
from registry.people.hashing import hashed
from registry.people.limits import Limits
from registry.people.seeds import Seeds
from registry.people.sessions import Whence
from registry.people.signing_in import Entrance, begun
from registry.people.tables import recovery, users

_WHERE = "đường dẫn / link"
_AGAIN = "nhờ người quản trị cấp đường dẫn mới / ask an administrator for a new link"


async def opened(connection: AsyncConnection, seeds: Seeds, link: str, now: datetime) -> tuple[str, str]:
    """Whose *link* this is, and the seed that their app is shown; it stays until it is proven. ``Refused`` when it is nobody's."""
    row = await _whose(connection, link, now)
    seed = seeds.open(row.new_seed, row.name)
    if seed is None:
        seed = codes.new_seed()
        await connection.execute(update(users).where(users.c.name == row.name).values(new_seed=seeds.seal(seed, row.name)))
    return row.name, seed


async def set_up(entrance: Entrance, link: str, password: str, told: str, whence: Whence, now: datetime) -> tuple[str, tuple[str, ...]]:
    """The secret of the first session, and the recovery codes that are shown once.

    ``Refused`` when the link is worth nothing, the password is weak or the code is wrong: the link can be used again then.
    """
    async with entrance.storage.reading() as connection:
        row = await _whose(connection, link, now)
    seed = entrance.seeds.open(row.new_seed, row.name)
    step = codes.step_of(seed, told, now, None) if seed is not None else None
    if step is None:
        what = "mã sáu số không đúng / the six figures are wrong"
        raise refuse(
            "mã / code", what, "xem mã mới trong ứng dụng; giờ trên điện thoại phải đúng / read a new one; the phone's clock must be right"
        )
    kept = await entrance.checked(password, row.name)
    async with entrance.storage.writing() as connection:
        row = await _whose(connection, link, now)
        values = {"password": kept, "seed": row.new_seed, "step": step, "new_seed": None, "link": None, "link_until": None}
        await connection.execute(update(users).where(users.c.name == row.name).values(**values))
        given = await new_recovery(connection, row.name, entrance.limits)
        await locks.forget(connection, row.name)
        await sessions.end_all(connection, row.name)
        return await begun(connection, row.name, whence, now, Event.USER_SET_UP), given


async def new_recovery(connection: AsyncConnection, name: str, limits: Limits) -> tuple[str, ...]:
    """Codes for paper instead of all that *name* had."""
    given = codes.new_recovery(limits.codes)
    await connection.execute(delete(recovery).where(recovery.c.user == name))
    await connection.execute(insert(recovery), [{"user": name, "hash": hashed(codes.recovery_of(each) or "")} for each in given])
    return given


async def recovery_anew(connection: AsyncConnection, name: str, now: datetime, limits: Limits) -> tuple[str, ...]:
    """The same, asked for by *name*, and written down."""
    await note(connection, Event.RECOVERY_CODES, now, technician=name)
    return await new_recovery(connection, name, limits)


async def _whose(connection: AsyncConnection, link: str, now: datetime) -> Row[Any]:
    row = (await connection.execute(select(users).where(users.c.link == hashed(link)))).one_or_none()
    if row is None:
        raise refuse(_WHERE, "đã dùng, hoặc không phải của máy chủ này / used already, or not of this registry", _AGAIN)
    if now >= datetime.fromisoformat(row.link_until):
        raise refuse(_WHERE, "đã hết hạn / expired", _AGAIN)
    return row
