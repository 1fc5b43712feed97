"""The keeper of states: what came is judged at once, what time does at its own moment, and a restart loses nothing of either."""

import os
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, update

from evidence.records import Fault, FaultCode
from registry.fleet.filing import file_batch
from registry.fleet.judging import found_of
from registry.fleet.marking import mark
from registry.fleet.revoked import alarms
from registry.fleet.standing_keeper import Standings
from registry.fleet.standing_rows import keep_news, news_of
from registry.fleet.standing_tables import standings
from registry.fleet.tables import lines, units
from registry.storage.storage import open_storage
from registry.web.config import STORAGE
from registry.web.standing import look_all
from registry.web.technician.settling import take_the_place
from tests.registry.cluster import VARIABLE
from tests.registry.fleet.conftest import history, look, present, rows
from tests.registry.web.conftest import NOON, sounded, stamp, status

BROKEN = Fault(n=0, at=stamp(), code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost")


async def test_a_report_and_then_silence(registry, clock):
    unit = await registry.enrolled()
    clock.turn(minutes=5)
    await registry.report(unit.report(0))
    await look(registry)
    assert (await present(registry)).state == "playing"
    clock.turn(minutes=1)
    await registry.report(unit.report(1, [("audio", BROKEN)]))
    await look(registry)
    found = await present(registry)
    assert (found.state, found.codes) == ("degraded", "|speaker-lost|")
    assert found.why == ["audio: mất loa / speaker lost"]
    clock.turn(hours=6)
    await look(registry)
    assert (await present(registry)).state == "overdue"
    assert await history(registry) == [("expected", 5), ("playing", 1), ("degraded", 45)]


async def test_a_unit_that_is_not_due_is_not_judged_again(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(update(standings).values(words="as it was"))
    keeper = registry.app[STORAGE]
    only_due = Standings(keeper, clock)
    only_due._next_ones = nobody
    await only_due.look()
    assert (await present(registry)).words == "as it was"
    clock.turn(minutes=46)
    await only_due.look()
    assert (await present(registry)).words != "as it was"


async def nobody():
    return set()


async def test_a_report_that_tells_nothing_new_is_not_judged_and_silence_counts_from_it(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    before = await present(registry)
    clock.turn(minutes=30)
    await registry.report(unit.report(1))
    assert await present(registry) == before, "and the next look has nothing to do"
    clock.turn(minutes=44)
    await look(registry)
    assert ((await present(registry)).state, await history(registry)) == ("playing", [])
    clock.turn(minutes=2)
    await look(registry)
    assert ((await present(registry)).state, await history(registry)) == ("overdue", [("playing", 75)])


async def test_a_unit_that_reported_in_time_was_never_overdue_however_late_somebody_looks(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    for n in range(1, 6):
        clock.turn(minutes=30)
        await registry.report(unit.report(n))
    await look(registry)
    assert ((await present(registry)).state, await history(registry)) == ("playing", [])
    clock.turn(minutes=60)
    await registry.report(unit.report(6))
    await look(registry)
    assert ((await present(registry)).state, await history(registry)) == ("playing", [("playing", 195), ("overdue", 15)])


async def test_maintenance_counts_from_when_it_was_set_and_not_from_the_last_report(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    clock.turn(minutes=10)
    await registry.report(unit.report(1))
    clock.turn(minutes=5)
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(update(units).values(maintenance_until=(clock() + timedelta(hours=1)).isoformat()))
        await mark(connection, (unit.name,), clock())
    clock.turn(minutes=5)
    await look(registry)
    assert ((await present(registry)).state, await history(registry)) == ("maintenance", [("playing", 15)])


async def test_what_another_process_filed_is_judged_by_the_next_look_from_when_it_came(registry, clock, tmp_path):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    keeper = Standings(registry.app[STORAGE], clock)
    keeper._next_ones = nobody
    clock.turn(minutes=3)
    async with await open_storage(tmp_path / "data") as other:
        await file_batch(other, [unit.report(1, [("audio", BROKEN)])], clock())
    clock.turn(minutes=4)
    await keeper.look()
    assert ((await present(registry)).state, await history(registry)) == ("degraded", [("playing", 3)])


async def test_a_unit_that_was_just_let_in_is_judged_by_the_next_look(registry, clock):
    await registry.enrolled()
    keeper = Standings(registry.app[STORAGE], clock)
    keeper._next_ones = nobody
    await keeper.look()
    assert (await present(registry)).state == "expected"


async def test_what_a_command_changed_is_seen_without_a_word(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    async with registry.app[STORAGE].writing() as connection:
        until = (clock() + timedelta(hours=2)).isoformat()
        await connection.execute(update(units).values(maintenance_until=until))
    clock.turn(minutes=1)
    await look(registry)
    assert (await present(registry)).state == "maintenance"
    clock.turn(hours=3)
    await look(registry)
    assert await history(registry) == [("playing", 1), ("maintenance", 119)], "after it nothing had been heard for long"
    assert (await present(registry)).state == "overdue"


async def test_after_a_restart_the_spans_are_as_if_nobody_had_been_away(registry, clock, tmp_path):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    clock.turn(hours=2)
    await registry.report(unit.report(1, programs=(status("display"), status("audio"))))
    # The program is killed here: what was filed is not judged, and nobody remembers a mark.
    clock.turn(hours=2)
    async with await open_storage(tmp_path / "data") as storage:
        await Standings(storage, clock).start()
    assert await history(registry) == [("playing", 45), ("overdue", 75), ("ready", 45)]
    found = await present(registry)
    assert (found.state, found.since) == ("overdue", (NOON + timedelta(minutes=165)).isoformat())
    assert found.began == NOON.isoformat()


async def test_a_unit_whose_place_was_taken_ends_when_it_was(registry, clock):
    await registry.report((await registry.enrolled("bt-cu")).report(0))
    await registry.enrolled("bt-moi")
    await look(registry)
    clock.turn(minutes=10)
    async with registry.app[STORAGE].writing() as connection:
        await take_the_place(connection, "bt-cu", "bt-moi", clock())
    clock.turn(minutes=20)
    await look(registry)
    assert await rows(registry, standings, standings.c.unit == "bt-cu") == []
    assert await history(registry, "bt-cu") == [("playing", 10)]


async def test_what_has_not_changed_is_not_written(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    clock.turn(seconds=1)
    async with registry.app[STORAGE].writing():
        # Nobody else may write now: a look that had anything to write would wait for ever.
        await look(registry)
    assert (await present(registry)).state == "playing"


async def test_spans_and_present_are_the_whole_time_of_every_unit(registry, clock):
    fleet = [await registry.enrolled(f"bt-{n:02d}") for n in range(7)]
    for step in range(12):
        clock.turn(minutes=20 + step)
        for number, unit in enumerate(fleet):
            if (step + number) % (number + 1) == 0:
                await registry.report(unit.report(step, [("audio", BROKEN.model_copy(update={"n": step, "active": bool(step % 2)}))]))
        if step % 3:
            await look(registry)
    await look(registry)
    for unit in fleet:
        found = await present(registry, unit.name)
        closed = sum(minutes for _, minutes in await history(registry, unit.name))
        now = (clock() - datetime.fromisoformat(found.since)) / timedelta(minutes=1)
        assert closed + now == (clock() - NOON) / timedelta(minutes=1)


async def spoil(registry, unit):
    """What no release of ours writes; an older one may have."""
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(update(units).where(units.c.unit == unit).values(report='{"format":1,"unit":null}'))


async def test_a_kept_report_that_cannot_be_read_is_not_known_until_the_next_one(registry, clock):
    bad, good = await registry.enrolled("bt-01"), await registry.enrolled("bt-02")
    await registry.report(bad.report(0))
    await registry.report(good.report(0))
    await spoil(registry, bad.name)
    await Standings(registry.app[STORAGE], clock).start()
    found = await present(registry, bad.name)
    assert (found.state, found.why) == ("expected", ["báo cáo đã lưu không đọc được / the kept report cannot be read"])
    assert (await present(registry, good.name)).state == "playing"
    clock.turn(minutes=1)
    answer = await registry.report(bad.report(1))
    assert (answer.reports, answer.refused) == ((1,), {})
    await look(registry)
    assert (await present(registry, bad.name)).state == "playing"


async def test_a_look_that_fails_ends_none_of_those_after_it(caplog):
    seen = []

    async def fails():
        raise RuntimeError("disk full")

    async def looks():
        seen.append("alarms")

    await look_all((fails, looks))
    assert seen == ["alarms"]
    assert "disk full" in caplog.text


async def test_what_cannot_be_judged_stays_as_it_was_and_costs_nobody_else(registry, clock, caplog):
    fleet = [await registry.enrolled(f"bt-{n}") for n in range(5)]
    for unit in fleet:
        await registry.report(unit.report(0, [("audio", sounded(0))]))
    await look(registry)
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(update(lines).where(lines.c.unit == "bt-2").values(line='{"kind":"sounded"}'))
    clock.turn(minutes=46)
    for _ in range(3):
        await look(registry)
    states = {row.unit: row.state for row in await rows(registry, standings)}
    assert states == {"bt-0": "overdue", "bt-1": "overdue", "bt-2": "playing", "bt-3": "overdue", "bt-4": "overdue"}
    assert [record.getMessage() for record in caplog.records if "bt-2" in record.getMessage()][1:] == [], "said once, not each second"


async def test_a_registry_whose_clock_was_ahead_calls_nobody_overdue_afterwards(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(1))
    await look(registry)
    clock.turn(days=30)
    broken = (status("display", ready=False), status("audio", ready=False))
    await registry.report(unit.report(2, programs=broken))
    await look(registry)
    assert (await present(registry)).state == "silent-fault"
    clock.at = NOON + timedelta(minutes=5)
    for n in range(3, 10):
        await registry.report(unit.report(n))
        await look(registry)
        assert (await present(registry)).state == "playing"
        clock.turn(minutes=15)


async def test_what_another_process_wrote_meanwhile_stands(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    await look(registry)
    storage = registry.app[STORAGE]
    clock.turn(hours=2)
    async with storage.reading() as connection:
        news = news_of(await found_of(connection, [unit.name], clock()), NOON, clock())
    assert [each.row["state"] for each in news] == ["overdue"]
    async with await open_storage(registry.config.data) as other:
        await Standings(other, clock).look()
        clock.turn(minutes=1)
        await file_batch(other, [unit.report(1, programs=(status("display"), status("audio")))], clock())
        await Standings(other, clock).look()
    async with storage.writing() as connection:
        await keep_news(connection, news)
    assert (await present(registry)).state == "ready"
    assert await history(registry) == [("playing", 45), ("overdue", 76)], "and no span twice"


@pytest.mark.skipif(bool(os.environ.get(VARIABLE)), reason="PostgreSQL reads a table of two rows whatever index there is")
async def test_who_was_replaced_and_still_speaks_is_found_without_reading_the_audit(registry):
    statements = []

    def heard(_, __, statement, parameters, *___):
        statements.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", heard)
    async with registry.app[STORAGE].reading() as connection:
        await alarms(connection, NOON)
        event.remove(Engine, "before_cursor_execute", heard)
        (asked,) = [each for each in statements if "FROM audit" in each[0]]
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1])
        assert "USING INDEX audit_event" in str(plan.all())
