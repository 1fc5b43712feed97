"""From one database to another, row by row: how a registry moves to PostgreSQL, and how a backup is made and restored."""

from collections.abc import Callable

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
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
            if table is about:
                continue
            if await here.scalar(select(func.count()).select_from(table)):
                what = f"đã có dữ liệu ({table.name}) / it is not empty"
                raise refuse("database", what, "chọn cơ sở dữ liệu trống / choose an empty one")
            rows = await _rows(there, here, table)
            await _count_on(here, table)
            told(table.name, rows)
            total += rows
    return total


async def _rows(there: AsyncConnection, here: AsyncConnection, table: Table) -> int:
    count = 0
    found = await there.stream(select(table))
    async for part in found.mappings().partitions(AT_ONCE):
        await here.execute(insert(table), [dict(row) for row in part])
        count += len(part)
    return count


async def _count_on(here: AsyncConnection, table: Table) -> None:
    """Where the database numbers rows with a counter of its own, let it go on after the last one."""
    column = table.autoincrement_column
    if here.dialect.name != "postgresql" or column is None:
        return
    counter = await here.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{table.name}"', "column": column.name})
    if counter is not None:
        last = await here.scalar(select(func.max(column)))
        if last is not None:
            await here.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})
