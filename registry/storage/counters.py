"""The counters by which PostgreSQL numbers rows: after rows came with their numbers, it goes on behind the last."""

from sqlalchemy import Connection, Table, func, select, text


def count_on(connection: Connection, table: Table) -> None:
    """Where the database numbers the rows of *table* with a counter of its own, let it go on after the last one."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    names = {"table": f'"{table.name}"', "column": column.name}
    counter = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), names)
    last = connection.scalar(select(func.max(column)))
    if counter is not None and last is not None:
        connection.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})
