"""What units sign is kept as they signed it: reports until they are let go of, enrolments for good; old databases open."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, select

from evidence.records import ClockState
from evidence.report import Enrolment
from evidence.signing import public_jwk, verify
from registry.fleet.tables import enrolments, lines, reports
from registry.retention.looking import let_signed_go
from registry.storage import schema
from registry.storage.engines import NAME
from registry.storage.storage import open_storage
from registry.web.config import CONFIG, STORAGE
from tests.registry.web.conftest import NOON, VILLAGE, shown, stamp


async def rows(registry, table, *order):
    async with registry.app[STORAGE].reading() as connection:
        return (await connection.execute(select(table).order_by(*order))).all()


async def test_a_report_is_kept_as_the_unit_signed_it(registry):
    unit = await registry.enrolled()
    token = unit.report(1, [("display", shown(0))])
    await registry.report(token)
    (row,) = await rows(registry, reports)
    assert row.token == token
    assert verify(row.token, public_jwk(unit.key))


async def test_it_says_of_which_moments_a_report_tells(registry, clock):
    unit = await registry.enrolled()
    began, ended = NOON - timedelta(hours=3), NOON - timedelta(hours=2)
    await registry.report(unit.report(1, [("display", shown(0).model_copy(update={"began": stamp(began), "at": stamp(ended)}))]))
    lost = shown(1).model_copy(update={"at": stamp(NOON.replace(year=1990), state=ClockState.UNKNOWN)})
    clock.turn(hours=1)
    await registry.report(unit.report(2, [("display", lost)]))
    known, unknown = await rows(registry, reports, reports.c.n)
    assert (known.earliest, known.latest) == (began.isoformat(), NOON.isoformat())
    assert unknown.earliest < "1971"
    assert unknown.latest == (NOON + timedelta(hours=1)).isoformat()


async def test_old_signatures_are_let_go_of_and_nothing_else(registry, clock):
    unit = await registry.enrolled()
    for n in range(5):
        await registry.report(unit.report(n, [("display", shown(n))]))
        clock.turn(days=1)
    # Fewer at once than there are: it goes on until all of them are done.
    assert await let_signed_go(registry.app[STORAGE], NOON + timedelta(days=3), clock(), at_once=2) == 3
    assert [row.token is None for row in await rows(registry, reports, reports.c.n)] == [True, True, True, False, False]
    assert await registry.count(lines) == 5


async def test_signatures_are_kept_for_years_unless_told_otherwise(registry):
    kept = registry.app[CONFIG].keep.signed
    assert kept is not None
    assert kept >= timedelta(days=2 * 366)


async def test_each_enrolment_stays_also_when_the_unit_moves(registry, clock):
    unit = await registry.enrolled()
    clock.turn(days=30)
    elsewhere = VILLAGE.__class__("vn.20.06001.07", "Thôn khác", ("vn",), ("vi",), VILLAGE.root)
    code, _ = await registry.enrol(unit.enrolment(await registry.grant(elsewhere)))
    assert code == 200
    first, second = await rows(registry, enrolments, enrolments.c.seq)
    assert (first.place, second.place) == (VILLAGE.place, "vn.20.06001.07")
    assert Enrolment.model_validate_json(verify(second.token, public_jwk(unit.key))).unit == unit.name


def old_database(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / NAME) as database:
        database.executescript((Path(__file__).parent / "schema_1.sql").read_text(encoding="utf-8"))
        stands = {"unit": "bt-cu", "key": '{"kty": "OKP"}', "thumbprint": "x", "place": "vn.20.06001.03", "place_name": "Thôn Cũ"}
        stands |= {
            "channels": '["vn"]',
            "languages": '["vi"]',
            "link": "network",
            "root": "",
            "hardware": "Pi",
            "enrolled": NOON.isoformat(),
        }
        marks = ", ".join("?" * len(stands))
        database.execute(f"INSERT INTO unit ({', '.join(stands)}) VALUES ({marks})", tuple(stands.values()))
        database.execute("INSERT INTO report VALUES ('bt-cu', 'boot', 1, x'00', ?)", (NOON.isoformat(),))
    database.close()


@pytest.mark.sqlite
async def test_a_database_of_the_first_version_opens_with_everything_in_it(tmp_path: Path):
    old_database(tmp_path / "data")
    for _ in range(2):
        async with await open_storage(tmp_path / "data") as storage, storage.reading() as connection:
            (unit,) = (await connection.execute(select(enrolments))).all()
            (report,) = (await connection.execute(select(reports))).all()
    assert (unit.unit, unit.place, unit.channels, unit.enrolled, unit.token) == ("bt-cu", "vn.20.06001.03", ["vn"], NOON.isoformat(), None)
    assert (report.n, report.token, report.latest) == (1, None, None)


@pytest.mark.sqlite
async def test_an_old_database_becomes_what_a_new_one_is(tmp_path: Path):
    old_database(tmp_path / "old")
    for name in ("old", "new"):
        async with await open_storage(tmp_path / name):
            pass
        engine = create_engine(f"sqlite:///{tmp_path / name / NAME}")
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        engine.dispose()


@pytest.mark.sqlite
async def test_a_cut_during_the_change_leaves_the_old_database_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    old_database(tmp_path / "data")
    with monkeypatch.context() as patch:
        patch.setattr("registry.storage.migrations.update", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await open_storage(tmp_path / "data")
    with sqlite3.connect(tmp_path / "data" / NAME) as database:
        assert "token" not in {column[1] for column in database.execute("PRAGMA table_info(report)")}
    database.close()
    async with await open_storage(tmp_path / "data") as storage, storage.reading() as connection:
        assert json.loads(json.dumps([row.unit for row in await connection.execute(select(enrolments))])) == ["bt-cu"]
