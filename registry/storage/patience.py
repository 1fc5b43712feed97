"""Changing a table itself while others use it: PostgreSQL makes everybody wait behind whoever waits for that, so we do not wait long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.storage.storage import Storage

LONGEST = "1s"
_NOT_AVAILABLE = "55P03"


class Busy(Exception):
    """Somebody, perhaps a backup, uses the table all the time: nothing was changed, and later is another chance."""


@asynccontextmanager
async def impatient(storage: Storage) -> AsyncIterator[AsyncConnection]:
    """A writing transaction that gives up, with ``Busy``, when a table is not to be had within a second."""
    try:
        async with storage.writing() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LONGEST}'"))
            yield connection
    except OperationalError as problem:
        if getattr(problem.orig, "sqlstate", None) != _NOT_AVAILABLE:
            raise
        raise Busy(str(problem.orig)) from problem
