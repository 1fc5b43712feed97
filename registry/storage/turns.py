"""What only one of several registry processes does at a time: a turn has a name, and whoever dies gives it back."""

import asyncio
import fcntl
import hashlib
import logging
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import bindparam, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as TooFewConnections
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

log = logging.getLogger(__name__)

StillMine = Callable[[], Awaitable[bool]]
"""Whether a turn that was taken is still held."""

FOLDER = "turns"
LOOK_AGAIN = 0.05
_OUTSIDE = (DBAPIError, TooFewConnections, OSError)
"""What fails without a mistake of ours."""
Lasting = Callable[[], Coroutine[Any, Any, None]]
"""Work that never ends by itself."""
LETTING_GO = "letting go"
"""The turn of which every registry that runs is the holder, or waits for it."""
HEARTBEAT = 5.0
"""Seconds after which a process notices that the database, and its turn with it, went away."""

_TAKE = text("SELECT pg_advisory_lock(:key)").bindparams(bindparam("key"))


class Turns(Protocol):
    """The turns of all processes that share one data folder or one database."""

    def of(self, name: str) -> AbstractAsyncContextManager[StillMine]:
        """Wait for the turn of this *name* and hold it."""


class FolderTurns:
    """Turns by locks on files in the data *folder*, which the kernel drops when their holder dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._here: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[StillMine]:
        """See :class:`Turns`."""
        async with self._here[name]:
            descriptor = await asyncio.to_thread(self._open, name)
            try:
                while not _locked(descriptor):  # noqa: ASYNC110 - the kernel tells nobody that another process let go
                    await asyncio.sleep(LOOK_AGAIN)
                yield _always
            finally:
                os.close(descriptor)

    def _open(self, name: str) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(self._folder / hashlib.sha256(name.encode()).hexdigest()[:16], os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)


class DatabaseTurns:
    """Turns by PostgreSQL's advisory locks, each on a connection of its own, which the server drops with that connection."""

    def __init__(self, url: URL) -> None:
        # No pool: a turn may be held for days, and must not keep those from a connection who only want to write.
        # A line that is dead without saying so ends by itself: else this process would think for ever that the turn is its own.
        alive = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
        self._engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=alive)
        self._here: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[StillMine]:
        """See :class:`Turns`."""
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        async with self._here[name], self._engine.connect() as connection:

            async def answers() -> bool:
                try:
                    await connection.execute(text("SELECT 1"))
                except DBAPIError:
                    return False
                return True

            await connection.execute(_TAKE, {"key": key})
            yield answers


async def alone(turns: Turns, name: str, work: Lasting, heartbeat: float = HEARTBEAT) -> None:
    """Do *work* whenever the turn of this *name* is ours; with the turn it is given up. What fails is as with :func:`lasting`."""

    async def in_turn() -> None:
        async with turns.of(name) as still_mine:
            await _while_mine(work, still_mine, heartbeat)

    await lasting(name, in_turn, heartbeat)


async def lasting(name: str, work: Lasting, pause: float = HEARTBEAT) -> None:
    """Do *work* again and again; for ever.

    When the database or the disk was busy or away it is begun again after *pause* seconds: the registry goes on, and so must what it
    owes. A mistake of ours ends it.
    """
    while True:
        try:
            await work()
        except* _OUTSIDE as problem:
            log.warning("%s failed, and is begun again: %s", name, problem.exceptions)
            await asyncio.sleep(pause)


async def _while_mine(work: Lasting, still_mine: StillMine, heartbeat: float) -> None:
    doing = asyncio.create_task(work())
    try:
        while await still_mine():
            done, _ = await asyncio.wait({doing}, timeout=heartbeat)
            for each in done:
                return each.result()
    finally:
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _always() -> bool:
    return True
