"""A table that PostgreSQL keeps in parts, one for each month in which its rows came; on SQLite it is one table."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Connection,
    PrimaryKeyConstraint,
    Table,
    TableClause,
    UniqueConstraint,
    any_,
    column,
    delete,
    event,
    func,
    insert,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

_BY = "month of"
_OTHER = "other"
_PART = re.compile(r"_(\d{4})_(\d{2})$")


def month_of(moment: datetime) -> str:
    """The month of *moment*, in UTC: ``2026-11``. It is the beginning of every ISO time in it, and sorts before them."""
    return moment.astimezone(UTC).isoformat()[:7]


def month_after(month: str, count: int = 1) -> str:
    """The one *count* months later, or before."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + count, 12)
    return f"{year:04}-{number + 1:02}"


def keep_in_months(whole: Table, by: str) -> None:
    """Let PostgreSQL keep *whole* in parts by the month of the ISO time in the column *by*, and what no month was made for in one more.

    There a key must name what it is parted by: each part has the keys of the table for itself, and none reaches across months.
    """
    whole.info[_BY] = by
    whole.dialect_options["postgresql"]["partition_by"] = f"RANGE ({by})"
    for key in _keys(whole):
        key.ddl_if(dialect="sqlite")
    event.listen(whole, "after_create", _make_other)


def parted_by(connection: Connection, whole: Table) -> str | None:
    """By which column this database keeps *whole* in months; None where it is one table."""
    return whole.info.get(_BY) if connection.dialect.name == "postgresql" else None


def months_in(connection: Connection, by: ColumnElement[str]) -> list[str]:
    """The months of all the times in the column *by* of a table."""
    return sorted(connection.scalars(select(func.substr(by, 1, 7)).distinct()))


def months_made(connection: Connection, whole: Table) -> list[str]:
    """The months that have a part of their own, the oldest first; none on SQLite."""
    if parted_by(connection, whole) is None:
        return []
    query = "SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = CAST(:whole AS regclass)"
    names = connection.scalars(text(query), {"whole": whole.name})
    return sorted(f"{found[1]}-{found[2]}" for name in names if (found := _PART.search(name)))


def make_months(connection: Connection, whole: Table, months: Iterable[str]) -> None:
    """Make the parts of *months* that are not there, and put what lies in the part for all others where it belongs."""
    if (parted := parted_by(connection, whole)) is None:
        return
    for month in sorted(set(months) - set(months_made(connection, whole))):
        part, other, after = part_of(whole, month), part_of(whole, _OTHER), month_after(month)
        by = other.c[parted]
        connection.execute(text(f"CREATE TABLE {part.name} (LIKE {whole.name} INCLUDING DEFAULTS)"))
        for line in _with_keys(whole, part.name):
            connection.execute(text(line))
        moved = delete(other).where(by >= month, by < after).returning(*other.c).cte("moved")
        connection.execute(insert(part).from_select(list(part.c.keys()), select(moved)))
        connection.execute(text(f"ALTER TABLE {whole.name} ATTACH PARTITION {part.name} FOR VALUES FROM ('{month}') TO ('{after}')"))


def drop_month(connection: Connection, whole: Table, month: str, spared: Iterable[int]) -> None:
    """Drop a month with its rows, but for those whose only primary key is among the *spared*: they go to the part for all others."""
    part, other = part_of(whole, month), part_of(whole, _OTHER)
    (key,) = whole.primary_key.columns.keys()
    connection.execute(text(f"ALTER TABLE {whole.name} DETACH PARTITION {part.name}"))
    # As one value: a statement has room for some 60,000 of them only.
    chosen = select(part).where(part.c[key] == any_(literal(list(spared), ARRAY(BigInteger))))
    connection.execute(insert(other).from_select(list(other.c.keys()), chosen))
    connection.execute(text(f"DROP TABLE {part.name}"))


def part_of(whole: Table, month: str) -> TableClause:
    """The part of one month by itself."""
    columns: list[ColumnClause[Any]] = [column(each.name, each.type) for each in whole.columns]
    return table(f"{whole.name}_{month.replace('-', '_')}", *columns)


def _make_other(whole: Table, connection: Connection, **_: object) -> None:
    if parted_by(connection, whole) is not None:
        name = part_of(whole, _OTHER).name
        for line in (f"CREATE TABLE {name} PARTITION OF {whole.name} DEFAULT", *_with_keys(whole, name)):
            connection.execute(text(line))


def _keys(whole: Table) -> list[PrimaryKeyConstraint | UniqueConstraint]:
    return [each for each in whole.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)]


def _with_keys(whole: Table, part: str) -> list[str]:
    return [
        f"ALTER TABLE {part} ADD {'PRIMARY KEY' if key is whole.primary_key else 'UNIQUE'} ({', '.join(key.columns.keys())})"
        for key in _keys(whole)
    ]
