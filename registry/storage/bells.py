"""What one registry process hears of another: that something was filed. A bell has no words; whoever hears it looks for itself."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Protocol

import psycopg
from sqlalchemy.engine import URL

log = logging.getLogger(__name__)

BELL = "bangtin_filed"
AGAIN = 2.0
"""Seconds before a process that lost the database listens anew."""


class Bells(Protocol):
    """The bell that all processes of one database share."""

    async def ring(self) -> None:
        """Let the others know."""

    async def listen(self, heard: Callable[[], None]) -> None:
        """Call *heard* whenever another process rings; for ever."""

    async def close(self) -> None:
        """Ring no more."""


class NoBells:
    """Beside one SQLite file: who looks at a page there looks again by the clock."""

    async def ring(self) -> None:
        """Nobody listens."""

    async def listen(self, _: Callable[[], None]) -> None:
        """Nobody rings."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """There is nothing to close."""


class DatabaseBells:
    """PostgreSQL's LISTEN and NOTIFY, on a connection for each."""

    def __init__(self, url: URL) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._own = secrets.token_hex(8)
        self._ringing: psycopg.AsyncConnection[object] | None = None

    async def ring(self) -> None:
        """See :class:`Bells`. A bell that cannot be rung is no news lost: whoever looks, looks again by the clock."""
        try:
            if self._ringing is None or self._ringing.broken:
                self._ringing = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
            await self._ringing.execute("SELECT pg_notify(%s, %s)", (BELL, self._own))
        except psycopg.OperationalError as problem:
            log.warning("no bell: %s", problem)
            self._ringing = None

    async def listen(self, heard: Callable[[], None]) -> None:
        """See :class:`Bells`."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {BELL}")
                    # What was rung while nobody listened.
                    heard()
                    async for rung in connection.notifies():
                        if rung.payload != self._own:
                            heard()
            except psycopg.OperationalError as problem:
                log.warning("nobody rings: %s", problem)
            await asyncio.sleep(AGAIN)

    async def close(self) -> None:
        """See :class:`Bells`."""
        if self._ringing is not None:
            await self._ringing.close()
