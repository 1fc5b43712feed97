"""The two databases that a registry may lie in, and what each needs so that one writer writes and no reader waits."""

import sqlite3
import stat
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bundle.errors import refuse
from registry.storage.bells import Bells, DatabaseBells, NoBells
from registry.storage.turns import DatabaseTurns, FolderTurns, Turns
from registry.storage.workers import Workers

NAME = "registry.db"
POINTER = "database"
"""The file of a data folder that holds the address of its PostgreSQL database, for its owner alone."""

_WRITERS_TURN = "SELECT pg_advisory_xact_lock(2083461947)"
_EXAMPLE = "postgresql:///bangtin?host=/run/postgresql"


@dataclass(frozen=True)
class Database:
    """An *engine*, the options of a connection that only *looks*, the *turns* and *bells* of all who share it, and *where* it is.

    *end* closes its connections. *writers*: with what a writer takes its turn, where BEGIN does not do that.
    """

    engine: AsyncEngine
    looks: Mapping[str, Any]
    turns: Turns
    bells: Bells
    where: str
    end: Callable[[], Awaitable[None]]
    writers: str | None = None


def database_of(folder: Path) -> Database:
    """The database of the data *folder*: SQLite in it, or the PostgreSQL one whose address lies there. Nothing is opened yet."""
    address = _address(folder)
    return sqlite(folder / NAME) if address is None else postgres(address)


def reader_of(folder: Path) -> Engine:
    """The same database for a program that only looks while a registry goes on; ``Refused`` when there is none."""
    address = _address(folder)
    if address is not None:
        return create_engine(address_of(address), isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True})
    path = folder / NAME
    if not path.is_file():
        raise refuse(str(path), "không có cơ sở dữ liệu / there is no database", "kiểm tra --data / check --data")
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    )
    # Said by us: the driver begins nothing before it writes, and every statement would see another moment.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN DEFERRED"))
    return engine


def postgres(address: str) -> Database:
    """The PostgreSQL database at *address*; ``Refused`` when that is none."""
    url = address_of(address)
    engine = create_async_engine(url, pool_pre_ping=True)
    looks = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Database(engine, looks, DatabaseTurns(url), DatabaseBells(url), url.render_as_string(), engine.dispose, _WRITERS_TURN)


def address_of(address: str) -> URL:
    """*address* for our driver; ``Refused`` when it is not one of PostgreSQL."""
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise refuse("database", "không phải địa chỉ PostgreSQL / not the address of a PostgreSQL database", _EXAMPLE)
    return url.set(drivername="postgresql+psycopg")


def _address(folder: Path) -> str | None:
    pointer = folder / POINTER
    if not pointer.exists():
        return None
    if stat.S_IMODE(pointer.stat().st_mode) & 0o077:
        raise refuse(str(pointer), "người khác đọc được tệp này / others can read this file", f"chmod 600 {pointer}")
    return pointer.read_text(encoding="utf-8").strip()


def sqlite(path: Path) -> Database:
    """The SQLite database in the file *path*."""
    workers = Workers(path)
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", async_creator=workers.connect)
    event.listen(engine.sync_engine, "connect", _durable)
    event.listen(engine.sync_engine, "begin", _begin)
    return Database(engine, {"looks": True}, FolderTurns(path.parent), NoBells(), str(path), partial(workers.end, engine))


def _durable(connection: Any, _: Any) -> None:
    # The driver must not open transactions by itself: we say BEGIN, and which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    # IMMEDIATE: a reader that turns writer half-way would be refused by SQLite when another wrote meanwhile.
    kind = "DEFERRED" if connection.get_execution_options().get("looks") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {kind}")
