"""Signing in: a password, then a code; what is wrong is counted first and said in one way, whoever the name belongs to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, and_, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Refused, refuse
from registry.audit.chain import Event, note
from registry.people import codes, locks, passwords, sessions
from registry.people.checks import Checks
from registry.people.hashing import hashed
from registry.people.limits import Limits
from registry.people.seeds import Seeds
from registry.people.sessions import Whence
from registry.people.tables import recovery, users
from registry.people.users import by_name
from registry.storage.storage import Storage

T = TypeVar("T")
Then = Callable[[AsyncConnection, Event], Awaitable[T]]
_WHERE = "đăng nhập / sign in"


@dataclass
class Entrance:
    """Where people sign in, on one *storage*; *seeds* opens the secrets of their codes."""

    storage: Storage
    limits: Limits
    seeds: Seeds

    def __post_init__(self) -> None:
        self.checks = Checks()

    async def by_password(self, name: str, password: str, whence: Whence, now: datetime) -> str:
        """The secret of a session that waits for its code; ``Refused`` when name and password do not fit, or the name is locked."""
        row = await self.recognised(name, password, whence, now)
        fresh = await self._kept(password) if passwords.outworn(row.password) else row.password
        async with self.storage.writing() as connection:
            if not (await connection.execute(update(users).where(_still(row)).values(password=fresh))).rowcount:
                raise _no_fit()
            await sessions.end_old(connection, now, self.limits)
            return await sessions.begin(connection, row.name, whence, now, whole=False)

    async def by_code(self, half: str, told: str, whence: Whence, now: datetime) -> str:
        """The secret of a whole session; ``Refused`` when the code is wrong or was used, the password was too long ago, or it is locked."""
        async with self.storage.writing() as connection:
            waiting = await sessions.half(connection, half, now, self.limits)
        if waiting is None:
            raise refuse(_WHERE, "chờ mã quá lâu / the code came too late", "nhập lại mật khẩu / type the password again")
        name = waiting.user

        async def enter(connection: AsyncConnection, event: Event) -> str:
            await sessions.end(connection, name, hashed(half))
            return await begun(connection, name, whence, now, event)

        return await self.with_code(name, told, whence, now, enter)

    async def with_code(self, name: str, told: str, whence: Whence, now: datetime, then: Then[T]) -> T:
        """What *then* makes in the transaction in which *told* counted as a code of *name*; ``Refused`` when it is none, or locked."""
        async with self.storage.writing() as connection:
            locked = await locks.take(connection, name, whence.block, now, self.limits)
        if locked is not None:
            raise _wait(locked, now)
        async with self.storage.writing() as connection:
            row = await by_name(connection, name)
            event = await self._proven(connection, row, told, now) if row is not None else None
            if event is not None:
                await locks.give_back(connection, name, whence.block, now, self.limits)
                return await then(connection, event)
        raise await self._wrong(row, name, whence, now)

    async def recognised(self, name: str, password: str, whence: Whence, now: datetime) -> Row[Any]:
        """The account of *name*, whose *password* it is; ``Refused`` when it is not, or the name is locked here. ``Busy``."""
        # Before the try is counted: one that nobody has time for is no wrong one.
        async with self.checks.turn():
            async with self.storage.writing() as connection:
                locked = await locks.take(connection, name, whence.block, now, self.limits)
                row = await by_name(connection, name)
            if locked is not None:
                raise _wait(locked, now)
            fits = await asyncio.to_thread(passwords.fits, row.password if row is not None else None, password)
        if not fits or row is None:
            raise await self._wrong(row, name, whence, now)
        async with self.storage.writing() as connection:
            await locks.give_back(connection, name, whence.block, now, self.limits)
        return row

    async def change(self, session: str, name: str, old: str, new: str, whence: Whence, now: datetime) -> None:
        """Another password for *name*, who knows the *old* one; every session but this one ends. ``Refused`` when wrong or weak."""
        row = await self.recognised(name, old, whence, now)
        fresh = await self.checked(new, row.name)
        async with self.storage.writing() as connection:
            if not (await connection.execute(update(users).where(_still(row)).values(password=fresh))).rowcount:
                raise _no_fit()
            await sessions.end_others(connection, row.name, session)
            await note(connection, Event.USER_PASSWORD, now, technician=row.name, block=whence.block)

    async def checked(self, password: str, name: str) -> str:
        """A new *password* as it is kept; ``Refused`` when it is weak. ``Busy``."""
        async with self.checks.turn():
            return await asyncio.to_thread(passwords.checked, password, name, self.limits)

    async def _kept(self, password: str) -> str:
        async with self.checks.turn():
            return await asyncio.to_thread(passwords.kept, password)

    async def _proven(self, connection: AsyncConnection, row: Row[Any], told: str, now: datetime) -> Event | None:
        seed = self.seeds.open(row.seed, row.name)
        step = codes.step_of(seed, told, now, row.step) if seed is not None else None
        if step is not None:
            await connection.execute(update(users).where(users.c.name == row.name).values(step=step))
            return Event.SIGNED_IN
        paper = codes.recovery_of(told)
        mine = (recovery.c.user == row.name) & (recovery.c.hash == hashed(paper or ""))
        return Event.SIGNED_IN_BY_RECOVERY if (await connection.execute(delete(recovery).where(mine))).rowcount else None

    async def _wrong(self, row: Row[Any] | None, name: str, whence: Whence, now: datetime) -> Refused:
        async with self.storage.writing() as connection:
            until = await locks.waits(connection, name, whence.block, now)
            # What was typed as a name may be a password, and whoever invents names could fill the audit: only somebody's is written down.
            if row is not None:
                event, detail = (Event.SIGN_IN_LOCKED, until.isoformat()) if until else (Event.SIGN_IN_REFUSED, "")
                await note(connection, event, now, technician=row.name, block=whence.block, detail=detail)
            else:
                # As dear as the line above: else the time that it takes tells whose name is somebody's.
                await locks.touch(connection, name, whence.block, now, self.limits)
        return _wait(until, now) if until else _no_fit()


async def begun(connection: AsyncConnection, name: str, whence: Whence, now: datetime, event: Event) -> str:
    """A whole session of *name*, who has just proven everything; its secret."""
    await locks.entered(connection, name, whence.block, now)
    await note(connection, event, now, technician=name, block=whence.block, detail=whence.browser)
    return await sessions.begin(connection, name, whence, now)


def _still(row: Row[Any]) -> ColumnElement[bool]:
    """Only where it is still the password that was checked: somebody may have taken the account away meanwhile."""
    return and_(users.c.name == row.name, users.c.password == row.password)


def _no_fit() -> Refused:
    what = "tên, mật khẩu hoặc mã không đúng / name, password or code is wrong"
    return refuse(
        _WHERE, what, "thử lại; quên thì nhờ người quản trị cấp đường dẫn mới / try again, or ask an administrator for a new link"
    )


def _wait(until: datetime, now: datetime) -> Refused:
    minutes = max(1, -(-int((until - now).total_seconds()) // 60))
    what = f"thử sai nhiều lần: tên này tạm khóa ở mạng này / too many wrong tries: this name is locked here, {minutes} phút · min"
    do = f"chờ {minutes} phút, hoặc nhờ người quản trị cấp đường dẫn mới / wait {minutes} minutes, or ask an administrator for a new link"
    return refuse(_WHERE, what, do)
