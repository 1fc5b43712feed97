"""From one database to another, row by row: how a registry moves to PostgreSQL, and how a backup is made and restored."""

from collections.abc import Callable

from sqlalchemy import FromClause, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.storage.counters import count_on
from registry.storage.months import make_months, months_in, parted_by
from registry.storage.schema import about, metadata
from registry.storage.storage import Storage

AT_ONCE = 1000

Told = Callable[[str, int], None]
"""Hears the name of each table and how many rows it had."""


async def copy(source: Storage, target: Storage, told: Told) -> int:
    """Copy every row of *source* into *target*, which must be empty, in one transaction; how many there were."""
    total = 0
    async with source.reading() as there, target.writing() as here:
        for table in metadata.sorted_tables:
            if await here.scalar(select(func.count()).select_from(_rows_of(table))):
                what = f"đã có dữ liệu ({table.name}) / it is not empty"
                raise refuse("database", what, "chọn cơ sở dữ liệu trống / choose an empty one")
            rows = await _rows(there, here, table)
            await here.run_sync(count_on, table)
            told(table.name, rows)
            total += rows
    return total


def _rows_of(table: Table) -> FromClause:
    """What is copied of *table*: of each database's own version the target says its own."""
    return select(table).where(about.c.name != "schema").subquery() if table is about else table


async def _rows(there: AsyncConnection, here: AsyncConnection, table: Table) -> int:
    if (by := await here.run_sync(parted_by, table)) is not None:
        await here.run_sync(make_months, table, await there.run_sync(months_in, table.c[by]))
    count = 0
    found = await there.stream(select(_rows_of(table)))
    async for part in found.mappings().partitions(AT_ONCE):
        await here.execute(insert(table), [dict(row) for row in part])
        count += len(part)
    return count
