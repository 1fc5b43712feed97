"""The one database of a registry: a commit that returned survives a power cut, and one writer writes at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.storage import schema
from registry.storage.bells import Bells
from registry.storage.engines import NAME, Database, database_of
from registry.storage.migrations import migrate
from registry.storage.turns import Turns

_ORDERED = ("C", "C.UTF-8", "C.utf8", "POSIX")


class Storage:
    """The database of one registry; made by :func:`open_storage`, ended by :meth:`close`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = text(database.writers) if database.writers else None
        # Of several processes the database itself lets one write; within one, nobody waits inside a connection.
        self._writer = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees and changes; everything in it is durable when it ends, or nothing of it happened."""
        async with self._writer, self._database.engine.begin() as connection:
            if self._turn is not None:
                await connection.execute(self._turn)
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view; it never waits for the writer."""
        async with self._database.engine.connect() as connection:
            yield await connection.execution_options(**self._database.looks)

    @property
    def turns(self) -> Turns:
        """What only one of the processes that share this database does at a time."""
        return self._database.turns

    @property
    def bells(self) -> Bells:
        """How they hear of each other."""
        return self._database.bells

    async def close(self) -> None:
        """Close every connection."""
        await self._database.bells.close()
        await self._database.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def open_storage(folder: Path) -> Storage:
    """Open, or make, the database of the data *folder*; ``Refused`` when a newer or foreign version wrote it, or nobody answers."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    database = database_of(folder)
    if database.writers is None:
        # Before SQLite makes it for everybody's eyes: the folder may be an older one, or somebody's copy.
        await asyncio.to_thread((folder / NAME).touch, mode=0o600)
    return await open_database(database)


async def open_database(database: Database) -> Storage:
    """The same for a database that was found otherwise."""
    storage = Storage(database)
    try:
        await _prepare(storage, database)
    except OperationalError as problem:
        await storage.close()
        what = f"cơ sở dữ liệu không trả lời / the database does not answer: {problem.orig}"
        raise refuse(database.where, what, "xem nó có đang chạy không / see whether it runs") from None
    except BaseException:
        await storage.close()
        raise
    return storage


async def _prepare(storage: Storage, database: Database) -> None:
    async with storage.writing() as connection:
        await _must_order_by_bytes(connection, database)
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
            database.where,
            f"cơ sở dữ liệu phiên bản {found}, chương trình này đọc {schema.VERSION}"
            f" / database version {found}, this program reads {schema.VERSION}",
            "dùng đúng phiên bản chương trình hoặc thư mục --data khác / use the matching program or another --data folder",
        )


async def _must_order_by_bytes(connection: AsyncConnection, database: Database) -> None:
    """``Refused`` for an order of letters in which one moment could stand before an earlier one: times are kept as text."""
    if database.writers is None:
        return
    order = await connection.scalar(text("SELECT datcollate FROM pg_database WHERE datname = current_database()"))
    if order not in _ORDERED:
        what = f"thứ tự chữ là {order}, cần C / its collation is {order}, and must be C"
        raise refuse(database.where, what, "createdb --locale=C.UTF-8 --template=template0")
