"""Alarms from real reports: communes whose units fall silent, single units, and reports that nobody may believe."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bundle.errors import Refused
from evidence.records import Fault, FaultCode
from evidence.signing import new_key
from registry.audit.chain import Event
from registry.audit.chain import rows as audited
from registry.fleet.alarm_keeper import Alarms, listed, see
from registry.fleet.alarm_tables import alarms, doubts, watches
from registry.fleet.doubts import MOST, OTHERS, Doubt, remember
from registry.fleet.tables import units
from registry.storage.storage import open_storage
from registry.web.config import STORAGE
from registry.web.standing import ALARMS
from registry.web.technician.settling import take_the_place
from tests.registry.fleet.conftest import look, rows
from tests.registry.web.conftest import VILLAGE, Unit, stamp, status

COMMUNE = "vn.20.06001"


async def watch(registry, clock, minutes):
    """Look each ten minutes for so many."""
    for _ in range(0, minutes, 10):
        clock.turn(minutes=10)
        await look(registry)
        await registry.app[ALARMS].look()


async def opened(registry, closed=0):
    async with registry.app[STORAGE].reading() as connection:
        return [(row.kind, row.subject) for row in await listed(connection, ("vn",), True, closed)]


async def enrolled(registry, number):
    return await registry.enrolled(f"bt-{number:02d}", replace(VILLAGE, place=f"{COMMUNE}.{number:02d}", place_name=f"Thôn {number}"))


async def told(registry, clock, *units, n):
    for unit in units:
        await registry.report(unit.report(n, at=stamp(wall=clock())))


async def test_a_commune_whose_units_fall_silent_and_come_back(registry, clock):
    units = [await enrolled(registry, number) for number in range(6)]
    await told(registry, clock, *units, n=0)
    await look(registry)
    await watch(registry, clock, 40)
    assert await opened(registry) == []
    await told(registry, clock, *units[2:], n=1)
    await watch(registry, clock, 40)
    assert await opened(registry) == [("commune", COMMUNE)], "two of six were silent for more than 20 minutes"
    (alarm,) = await rows(registry, alarms)
    assert (alarm.place, alarm.detail.split(" / ")[0]) == (COMMUNE, "2/6 thiết bị hỏng hoặc mất liên lạc")
    await told(registry, clock, *units, n=2)
    await watch(registry, clock, 20)
    assert await opened(registry) == [("commune", COMMUNE)], "it is well for too short a time"
    await told(registry, clock, *units, n=3)
    await watch(registry, clock, 30)
    assert await opened(registry) == []
    assert await opened(registry, closed=5) == [("commune", COMMUNE)]
    assert await rows(registry, watches) == []


async def test_a_unit_with_a_fault_and_one_with_a_clock_that_is_far_ahead(registry, clock):
    unit, ahead = await enrolled(registry, 1), await enrolled(registry, 2)
    broken = Fault(n=0, at=stamp(), code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost")
    for n in range(100):
        await registry.report(unit.report(n, [("audio", broken)] if n == 0 else [], at=stamp(wall=clock())))
        await registry.report(ahead.report(n, at=stamp(wall=clock() + timedelta(minutes=20 if n < 4 else 0))))
        clock.turn(minutes=30)
        await look(registry)
        await registry.app[ALARMS].look()
        found = await opened(registry)
        if n == 3:
            assert found == [("clock", "bt-02")]
        if n == 50:
            assert found == []
    assert found == [("unit", "bt-01")], "after two days in which it went on with its fault"


async def test_a_unit_that_falls_silent_after_long_degraded_has_two_hours_from_then(registry, clock):
    unit = await enrolled(registry, 1)
    broken = Fault(n=0, at=stamp(), code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost")
    silent = (status("display", ready=False), status("audio", ready=False))
    for n in range(30):
        more = {"programs": silent} if n >= 18 else {}
        await registry.report(unit.report(n, [("audio", broken)] if n == 0 else [], at=stamp(wall=clock()), **more))
        await look(registry)
        await registry.app[ALARMS].look()
        # Three hours of a lost loudspeaker, then nothing is put out at all.
        assert await opened(registry) == []
        clock.turn(minutes=10)
    await registry.report(unit.report(30, at=stamp(wall=clock()), programs=silent))
    await look(registry)
    await registry.app[ALARMS].look()
    assert await opened(registry) == [("unit", "bt-01")]


async def test_maintenance_ends_no_alarm_and_its_end_does_not_begin_a_new_one(registry, clock):
    unit = await enrolled(registry, 1)
    silent = (status("display", ready=False), status("audio", ready=False))
    for n in range(30):
        await registry.report(unit.report(n, at=stamp(wall=clock()), programs=silent))
        if n == 15:
            async with registry.app[STORAGE].writing() as connection:
                await connection.execute(update(units).values(maintenance_until=(clock() + timedelta(minutes=90)).isoformat()))
        clock.turn(minutes=10)
        await look(registry)
        await registry.app[ALARMS].look()
    assert [(row.kind, row.closed) for row in await rows(registry, alarms)] == [("unit", None)]


async def test_units_under_maintenance_count_for_nothing_in_their_commune(registry, clock):
    fleet = [await enrolled(registry, number) for number in range(8)]
    await told(registry, clock, *fleet, n=0)
    async with registry.app[STORAGE].writing() as connection:
        until = (clock() + timedelta(days=1)).isoformat()
        await connection.execute(update(units).where(units.c.unit.in_([unit.name for unit in fleet[:4]])).values(maintenance_until=until))
    for n in range(1, 10):
        await told(registry, clock, *fleet[6:], n=n)
        await watch(registry, clock, 10)
    assert await opened(registry) == [("commune", COMMUNE)], "two of four, not of eight"


async def test_guessed_names_of_units_make_one_alarm_beyond_some(registry, clock):
    storage = registry.app[STORAGE]
    await remember(storage, {(f"bt-{n:02d}", Doubt.FOREIGN_KEY) for n in range(MOST[Doubt.FOREIGN_KEY] + 30)}, clock())
    await remember(storage, {("bt-99", Doubt.CLONED), ("bt-00", Doubt.FOREIGN_KEY)}, clock() + timedelta(hours=1))
    kept = [row.unit for row in await rows(registry, doubts, doubts.c.kind == Doubt.FOREIGN_KEY.value)]
    assert (len(kept), OTHERS in kept) == (MOST[Doubt.FOREIGN_KEY] + 1, True)
    assert len(await rows(registry, doubts, doubts.c.kind == Doubt.CLONED.value)) == 1


async def test_reports_that_nobody_may_believe_open_an_alarm_at_once(registry, clock):
    known, old = await enrolled(registry, 1), await enrolled(registry, 2)
    await enrolled(registry, 3)
    await registry.report(known.report(0))
    async with registry.app[STORAGE].writing() as connection:
        await take_the_place(connection, "bt-02", "bt-03", clock())
    await registry.report(known.report(0, versions={"vn/bundle.json": 9}))
    await registry.report(old.report(0))
    await registry.report(known.report(1, key=new_key()))
    await registry.report(Unit("bt-la").report(0))
    await registry.app[ALARMS].look()
    assert await opened(registry) == [
        ("cloned-unit", "bt-01"),
        ("foreign-key", "bt-01"),
        ("revoked-unit", "bt-02"),
        ("unknown-unit", "bt-la"),
    ]
    async with registry.app[STORAGE].reading() as connection:
        mine = await listed(connection, (COMMUNE,), False)
        assert [row.kind for row in mine] == ["cloned-unit", "foreign-key", "revoked-unit"], "nobody knows where a stranger is"
        assert await listed(connection, ("vn.21",), False) == []
    clock.turn(hours=25)
    await registry.app[ALARMS].look()
    clock.turn(hours=25)
    await registry.app[ALARMS].look()
    assert await opened(registry) == []
    assert await rows(registry, doubts) == []


async def test_whoever_sends_without_end_fills_no_disk(registry, clock):
    storage = registry.app[STORAGE]
    await remember(storage, {(f"bt-la-{n}", Doubt.UNKNOWN) for n in range(MOST[Doubt.UNKNOWN] + 50)}, clock())
    kept = await rows(registry, doubts)
    assert len(kept) == MOST[Doubt.UNKNOWN] + 1
    assert [row.unit for row in kept if row.unit == OTHERS] == [OTHERS]
    clock.turn(seconds=30)
    async with storage.writing():
        # Nobody else may write now: within a minute nothing is written of the same again.
        await remember(storage, {("bt-la-1", Doubt.UNKNOWN)}, clock())


async def test_somebody_has_seen_it_by_name_and_the_number_goes_down(registry, clock):
    await registry.enrolled("bt-xa", replace(VILLAGE, place="vn.21.00001.01"))
    await registry.report(Unit("bt-la").report(0))
    known = await enrolled(registry, 1)
    await registry.report(known.report(1, key=new_key()))
    await look(registry)
    await registry.app[ALARMS].look()
    async with registry.app[STORAGE].writing() as connection:
        assert (registry.app[ALARMS].number((COMMUNE,)), registry.app[ALARMS].number(("vn",))) == (1, 2)
        (mine,) = await listed(connection, (COMMUNE,), False)
        await see(connection, mine.seq, "Hoàng Văn Thắng", (COMMUNE,), False, clock())
        await see(connection, mine.seq, "Lò Thị Mây", (COMMUNE,), False, clock())
        with pytest.raises(Refused, match="no such alarm"):
            await see(connection, mine.seq, "Ai Đó", ("vn.21",), False, clock())
        seen = [(row.technician, row.detail) for row in await audited(connection) if row.event == Event.ALARM_SEEN.value]
    await registry.app[ALARMS].count()
    assert (registry.app[ALARMS].number((COMMUNE,)), registry.app[ALARMS].number(("vn",))) == (0, 1)
    assert seen == [("Hoàng Văn Thắng", "foreign-key bt-01")], "who comes second changes nothing"
    assert await opened(registry) == [("unknown-unit", "bt-la"), ("foreign-key", "bt-01")], "what nobody has seen comes first"


async def test_a_restart_opens_no_second_alarm_and_forgets_no_time(registry, clock, tmp_path):
    units = [await enrolled(registry, number) for number in range(4)]
    await told(registry, clock, *units, n=0)
    await watch(registry, clock, 60)
    async with await open_storage(tmp_path / "data") as storage:
        again = Alarms(storage, clock)
        await again.look()
        clock.turn(minutes=10)
        await again.look()
        await again.look()
    assert [row.kind for row in await rows(registry, alarms)] == ["commune"]
