"""One SQLite database in WAL mode: a commit that returned survives a power cut, and one writer writes at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bundle.errors import refuse
from registry.storage import schema
from registry.storage.migrations import migrate

NAME = "registry.db"


class Storage:
    """The database of one registry; made by :func:`open_storage`, ended by :meth:`close`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees and changes; everything in it is durable when it ends, or nothing of it happened."""
        async with self._writer, self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view; it never waits for the writer."""
        async with self._engine.connect() as connection:
            await connection.execution_options(reading=True)
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def open_storage(folder: Path) -> Storage:
    """Open, or make, the database in *folder*; ``Refused`` when a newer or foreign version wrote it."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / NAME}")
    event.listen(engine.sync_engine, "connect", _durable)
    event.listen(engine.sync_engine, "begin", _begin)
    storage = Storage(engine)
    try:
        await _prepare(storage, folder / NAME)
    except BaseException:
        await storage.close()
        raise
    return storage


async def _prepare(storage: Storage, path: Path) -> None:
    async with storage.writing() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        if not tables:
            await connection.run_sync(schema.metadata.create_all)
            await connection.execute(insert(schema.about).values(name="schema", value=str(schema.VERSION)))
            return
        found = None
        if schema.about.name in tables:
            found = await connection.scalar(select(schema.about.c.value).where(schema.about.c.name == "schema"))
        if found is not None and found.isdecimal() and int(found) < schema.VERSION:
            found = str(await connection.run_sync(migrate, int(found)))
    if found != str(schema.VERSION):
        raise refuse(
            str(path),
            f"cơ sở dữ liệu phiên bản {found}, chương trình này đọc {schema.VERSION}"
            f" / database version {found}, this program reads {schema.VERSION}",
            "dùng đúng phiên bản chương trình hoặc thư mục --data khác / use the matching program or another --data folder",
        )


def _durable(connection: Any, _: Any) -> None:
    # The driver must not open transactions by itself: we say BEGIN, and which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    # IMMEDIATE: a reader that turns writer half-way would be refused by SQLite when another wrote meanwhile.
    kind = "DEFERRED" if connection.get_execution_options().get("reading") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {kind}")
