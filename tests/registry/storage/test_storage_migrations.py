"""A PostgreSQL database that an older version made becomes what a new one is, with everything in it; a newer one is left alone.

How databases of SQLite alone were changed, below version 12, is in ``web/test_web_signed.py``.
"""

import os
import re
import secrets
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import column, create_engine, func, insert, select, table, text, update
from sqlalchemy.exc import IntegrityError

from bundle.errors import Refused
from registry.audit.chain import Event, broken_at, note, rows
from registry.fleet.coverage.tables import channels, presented
from registry.fleet.tables import lines, units
from registry.storage.engines import address_of, database_of, postgres
from registry.storage.months import months_made
from registry.storage.schema import VERSION, about, metadata
from registry.storage.storage import open_database, open_storage
from tests.registry.cluster import VARIABLE, drop_database, make_database
from tests.registry.storage.test_storage_backup import UNIT, line
from tests.registry.web.conftest import NOON

OLDER = (Path(__file__).parent / "schema_12.sql").read_text(encoding="utf-8")
on_postgresql = pytest.mark.skipif(not os.environ.get(VARIABLE), reason="needs the cluster that `make postgres` starts")


@pytest.fixture
def address():
    """An empty database of the cluster."""
    cluster_at, name = os.environ[VARIABLE], f"older_{secrets.token_hex(4)}"
    yield make_database(cluster_at, name)
    drop_database(cluster_at, name)


@pytest.fixture
def older(address):
    """A database as version 12 made it, with a unit, three lines and an audit in it."""
    with psycopg.connect(address) as connection:
        connection.execute(OLDER)
    engine = create_engine(address_of(address))
    with engine.begin() as connection:
        connection.execute(insert(about).values(name="schema", value="12"))
        connection.execute(insert(units).values(**UNIT))
        connection.execute(insert(lines), [line(2**40 + 30 * n) for n in range(3)])
    engine.dispose()
    return address


def is_no_part(name, kind, _):
    return kind != "table" or not re.fullmatch(r"line_(\d{4}_\d{2}|other)", name)


def is_one_key(what, name, kind, *_):
    """Of the lines each month has the keys for itself: whether they are there is seen when one is written twice."""
    return kind != "unique_constraint" or what.table.name != "line"


def differences(address):
    engine = create_engine(address_of(address))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_no_part, "include_object": is_one_key})
        found = [repr(change) for change in compare_metadata(context, metadata)]
    engine.dispose()
    return found


@on_postgresql
async def test_an_older_database_becomes_what_a_new_one_is(older):
    assert differences(older), "nothing has changed since version 12: then nothing is proven here"
    for _ in range(2):
        async with await open_database(postgres(older)) as storage, storage.reading() as connection:
            assert await connection.scalar(select(about.c.value)) == str(VERSION)
    assert differences(older) == []


@on_postgresql
async def test_a_new_database_is_what_the_tables_say(address):
    await (await open_database(postgres(address))).close()
    assert differences(address) == []


@on_postgresql
async def test_numbers_of_bundles_pass_32_bits_also_where_they_could_not(address):
    await (await open_database(postgres(address))).close()
    with psycopg.connect(address) as connection:
        connection.execute("ALTER TABLE essential ALTER COLUMN since TYPE INTEGER, ALTER COLUMN release TYPE INTEGER")
        connection.execute("ALTER TABLE covered_channel ALTER COLUMN release TYPE INTEGER")
        connection.execute("ALTER TABLE submission ALTER COLUMN version TYPE INTEGER")
        # What came after: version 19 kept all lines in one table, and nothing was let go of.
        connection.execute("ALTER TABLE unit DROP COLUMN let_go; ALTER TABLE tail DROP COLUMN top, DROP COLUMN let_go; DROP TABLE line")
        connection.execute(re.search(r"CREATE TABLE line \(.*?;.*?CREATE INDEX line_kind[^;]*;", OLDER, re.DOTALL).group())
        connection.execute("UPDATE about SET value = '19'")
    assert len(differences(address)) > 4
    async with await open_database(postgres(address)) as storage, storage.writing() as connection:
        await connection.execute(insert(channels).values(channel="vn.20", release=202611271200))
    assert differences(address) == []


@on_postgresql
async def test_everything_is_still_in_it_and_its_numbers_go_on(older):
    async with await open_database(postgres(older)) as storage, storage.writing() as connection:
        assert (await connection.execute(select(units.c.unit, units.c.languages))).all() == [("bt-mau-01", ["vi", "km"])]
        await connection.execute(insert(lines).values(**line(7)))
        with pytest.raises(IntegrityError):
            async with connection.begin_nested():
                await connection.execute(insert(lines).values(**line(2**40)))
        assert (await connection.execute(select(func.count(), func.max(lines.c.seq)))).one() == (4, 4)
        assert await connection.run_sync(months_made, lines) == ["2026-11", "2026-12", "2027-02"], "each line lies in its month"
        for number in range(2):
            await note(connection, Event.AREAS_IMPORTED, NOON, detail=str(number))
        assert broken_at(await rows(connection)) is None


@on_postgresql
async def test_a_change_that_breaks_off_leaves_the_old_database_whole(older, monkeypatch):
    before = differences(older)
    with monkeypatch.context() as patch:
        patch.setattr("registry.storage.migrations.update", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await open_database(postgres(older))
    assert differences(older) == before
    await (await open_database(postgres(older))).close()
    assert differences(older) == []


async def at_22(data):
    """A database as version 22 made it, with a count."""
    count = {"channel": "vn.20", "item": "so-tan", "unit": "bt-mau-01", "day": 3, "whole": 4, "simulated": 0, "last": NOON.isoformat()}
    async with await open_storage(data) as storage, storage.writing() as connection:
        await connection.execute(insert(units).values(**UNIT))
        await connection.run_sync(presented.drop)
        await connection.execute(
            text(
                "CREATE TABLE presented (channel VARCHAR NOT NULL, item VARCHAR NOT NULL, unit VARCHAR NOT NULL, day INTEGER NOT NULL,"
                ' whole INTEGER NOT NULL, simulated INTEGER NOT NULL, "last" VARCHAR NOT NULL, PRIMARY KEY (channel, item, unit))'
            )
        )
        await connection.execute(text("CREATE INDEX presented_unit ON presented (unit)"))
        await connection.execute(insert(table("presented", *(column(name) for name in count))).values(**count))
        await connection.execute(update(about).values(value="22"))
    return count


async def test_counts_of_before_are_of_where_their_units_stand(tmp_path):
    count = await at_22(tmp_path)
    async with await open_storage(tmp_path) as storage, storage.reading() as connection:
        found = (await connection.execute(select(presented))).one()
        assert dict(found._mapping) == {**count, "place": UNIT["place"]}


async def test_a_newer_database_is_refused_and_left_alone(tmp_path):
    async with await open_storage(tmp_path) as storage, storage.writing() as connection:
        await connection.execute(update(about).values(value="99"))
    with pytest.raises(Refused, match="database version 99"):
        await open_storage(tmp_path)
    engine = database_of(tmp_path).engine
    async with engine.connect() as connection:
        assert await connection.scalar(select(about.c.value)) == "99"
    await engine.dispose()
