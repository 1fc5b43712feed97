"""What is about nothing any more goes, long after; whoever asks for that time is told, and gets no lower figure in silence."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from registry.audit.chain import Event
from registry.audit.chain import rows as audited
from registry.fleet.alarm_tables import alarms
from registry.fleet.coverage.tables import essentials, presented
from registry.fleet.standing_tables import spans, standings
from registry.fleet.tables import units
from registry.retention.looking import look
from registry.retention.past import let_replaced_go, let_retired_go
from registry.retention.rules import Keep
from registry.web.config import STORAGE
from registry.web.standing import STANDINGS
from registry.web.technician.settling import take_the_place
from tests.registry.web.conftest import NOON, shown, stamp

LATER = NOON + timedelta(days=1200)
CUT = NOON + timedelta(days=60)
ESSENTIAL = {"channel": "vn.20", "item": "so-tan", "spoken": False, "title": "Sơ tán", "digest": "d", "since": 1, "release": 1}
ESSENTIAL |= {"issued": NOON.isoformat(), "areas": [], "units": [], "languages": ["vi"]}
ALARM = {"kind": "silent", "subject": "bt-cu-01", "place": "vn.20.06001.03", "name": "Thôn", "detail": "x", "opened": NOON.isoformat()}


@pytest.fixture
async def replaced(registry, clock):
    """A unit that stood here for a day, and the one that has stood in its place since."""
    old = await registry.enrolled("bt-cu-01")
    await registry.enrolled("bt-moi-01")
    await registry.report(old.report(1, [("display", shown(0, at=stamp(mono=160.0)))]))
    await registry.app[STANDINGS].look()
    clock.turn(days=1)
    async with registry.app[STORAGE].writing() as connection:
        await take_the_place(connection, "bt-cu-01", "bt-moi-01", clock())
        closed = NOON + timedelta(hours=1)
        await connection.execute(insert(alarms).values(**ALARM, closed=closed.isoformat()))
        await connection.execute(insert(alarms).values(**ALARM | {"subject": "bt-moi-01"}, closed=closed.isoformat()))
    await registry.app[STANDINGS].look()
    return registry


async def held(registry, table, unit):
    async with registry.app[STORAGE].reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table).where(table.c.unit == unit))


async def test_states_and_alarms_of_a_unit_go_long_after_it_was_replaced(replaced):
    storage = replaced.app[STORAGE]
    assert await let_replaced_go(storage, NOON + timedelta(hours=2), LATER) == 0, "it was replaced after that"
    assert await held(replaced, spans, "bt-cu-01")
    assert await let_replaced_go(storage, CUT, LATER) == 1
    assert not await held(replaced, spans, "bt-cu-01")
    assert await held(replaced, standings, "bt-moi-01"), "whoever stands here keeps its past"
    async with storage.reading() as connection:
        assert list(await connection.scalars(select(alarms.c.subject))) == ["bt-moi-01"]
        (said,) = [row for row in await audited(connection) if row.event == Event.LET_GO.value]
        assert (said.unit, said.detail) == ("bt-cu-01", "states and alarms before 2027-01")
    assert await let_replaced_go(storage, CUT, LATER) == 0


async def test_a_unit_in_force_keeps_its_states_however_old(replaced, clock):
    clock.turn(days=2000)
    await replaced.app[STANDINGS].look()
    before = await held(replaced, spans, "bt-moi-01")
    assert before
    await look(replaced.app[STORAGE], Keep(), clock())
    assert await held(replaced, spans, "bt-moi-01") == before


async def numbers(registry, query):
    answer = await registry.look(f"/numbers.csv?{query}")
    return list(csv.reader(io.StringIO((await answer.text()).removeprefix("\ufeff"))))


async def test_numbers_of_a_time_of_which_something_went_say_so(replaced):
    for query, row in (("by=unit", "bt-cu-01"), ("by=commune", "vn.20.06001")):
        asked = f"{query}&from=2026-11-21&to=2026-11-22"
        before = {line[0]: line for line in await numbers(replaced, asked)}
        assert "no longer whole" not in await (await replaced.look(f"/numbers?{asked}")).text()
        async with replaced.app[STORAGE].writing() as connection:
            kept = (await connection.execute(select(spans).where(spans.c.unit == "bt-cu-01"))).mappings().all()
        await let_replaced_go(replaced.app[STORAGE], CUT, LATER)
        after = await numbers(replaced, asked)
        assert {line[0]: line for line in after}[row] != before[row], "this is why it must be said"
        assert "no longer whole: old states of replaced units (1)" in after[-1][1]
        page = await (await replaced.look(f"/numbers?{asked}")).text()
        assert "Không còn đủ" in page
        assert "không còn đủ ·" in page
        later = f"{query}&from=2026-11-23&to=2026-11-24"
        assert not any("no longer whole" in cell for line in await numbers(replaced, later) for cell in line)
        async with replaced.app[STORAGE].writing() as connection:
            await connection.execute(insert(spans), [dict(each) for each in kept])
            await connection.execute(update(units).values(let_go=None))


async def test_the_day_of_a_unit_says_what_went_of_it(replaced, clock):
    assert "no longer whole" not in await (await replaced.look("/units/bt-cu-01?day=2026-11-21")).text()
    clock.turn(days=1200)
    assert await look(replaced.app[STORAGE], Keep(past=None), clock())
    for unit in ("bt-cu-01", "bt-moi-01"):
        assert "no longer whole" in await (await replaced.look(f"/units/{unit}?day=2026-11-21")).text()
    assert "no longer whole" not in await (await replaced.look(f"/units/bt-moi-01?day={clock().date()}")).text()


async def test_counts_of_an_essential_go_long_after_it_was_out_of_force(registry):
    await registry.enrolled()
    count = {
        "channel": "vn.20",
        "unit": "bt-mau-01",
        "place": "vn.20.06001.03",
        "day": 3,
        "whole": 3,
        "simulated": 0,
        "last": NOON.isoformat(),
    }
    async with registry.app[STORAGE].writing() as connection:
        for item, gone in (("so-tan", NOON), ("con-hieu-luc", None), ("vua-het", CUT)):
            await connection.execute(insert(essentials).values(**ESSENTIAL | {"item": item, "gone": gone and gone.isoformat()}))
            await connection.execute(insert(presented).values(**count, item=item))
    assert await let_retired_go(registry.app[STORAGE], CUT, LATER) == 1
    async with registry.app[STORAGE].reading() as connection:
        for table in (essentials, presented):
            assert sorted(await connection.scalars(select(table.c.item))) == ["con-hieu-luc", "vua-het"]
        assert [row.detail for row in await audited(connection) if row.event == Event.LET_GO.value] == ["counts of vn.20 so-tan"]
