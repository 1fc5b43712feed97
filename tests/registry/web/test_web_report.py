"""Reports: what is acknowledged is kept once and whole; what is not the unit's own is refused by its place in the batch."""

import asyncio
import gzip
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from evidence.packing import deflated
from evidence.records import ClockState, Fault, FaultCode, Gap
from evidence.signing import claimed, new_key, sign
from registry.fleet.filing import file_batch
from registry.fleet.states import Link
from registry.fleet.tables import faults, lines, reports, units
from registry.web.config import STORAGE
from registry.web.watch import WATCH
from tests.registry.web.conftest import NOON, Unit, publish, shown, sounded, stamp


async def contact(registry):
    async with registry.app[STORAGE].reading() as connection:
        return await connection.scalar(select(units.c.contact))


async def on_page(registry):
    async with registry.app[STORAGE].reading() as connection:
        return json.loads(await connection.scalar(select(units.c.report)))


async def test_a_report_is_acknowledged_with_how_far_each_journal_is_whole(registry):
    unit = await registry.enrolled()
    answer = await registry.report(unit.report(0, [("display", shown(0)), ("display", shown(1)), ("audio", sounded(0))]))
    assert (answer.kept, answer.reports, answer.refused) == ({"display": 1, "audio": 0}, (0,), {})


async def test_the_same_mail_twice_is_kept_once_and_changes_nothing(registry, clock):
    unit = await registry.enrolled()
    token = unit.report(0, [("display", shown(0))])
    first = await registry.report(token)
    seen = await contact(registry)
    clock.turn(minutes=30)
    assert await registry.report(token) == first
    assert await registry.report(token, token) == first.model_copy(update={"reports": (0, 0)})
    assert (await registry.count(reports), await registry.count(lines)) == (1, 1)
    assert await contact(registry) == seen, "a replay is no sign of life"


async def test_a_hole_is_not_acknowledged_until_it_is_filled(registry):
    unit = await registry.enrolled()
    assert (await registry.report(unit.report(0, [("display", shown(0)), ("display", shown(2))]))).kept == {"display": 0}
    assert (await registry.report(unit.report(1, [("display", shown(3))]))).kept == {"display": 0}
    assert (await registry.report(unit.report(2, [("display", shown(1))]))).kept == {"display": 3}


async def test_the_first_lines_to_arrive_are_not_taken_for_the_first_lines_there_were(registry):
    unit = await registry.enrolled()
    assert (await registry.report(unit.report(1, [("display", shown(5))]))).kept == {"display": -1}


async def test_a_gap_record_stands_for_the_lines_it_says_are_lost(registry):
    unit = await registry.enrolled()
    gap = Gap(n=4, at=stamp(), first=1, last=3)
    assert (await registry.report(unit.report(0, [("audio", sounded(0)), ("audio", gap), ("audio", sounded(5))]))).kept == {"audio": 5}


async def test_a_unit_that_lost_its_outbox_calls_lost_what_is_here_and_goes_on(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("audio", sounded(n)) for n in range(4)]))
    answer = await registry.report(
        unit.report(9, [("audio", Gap(n=0, at=stamp(), first=0, last=2)), ("audio", sounded(3)), ("audio", sounded(4))])
    )
    assert (answer.refused, answer.kept) == ({}, {"audio": 4})
    async with registry.app[STORAGE].reading() as connection:
        assert set(await connection.scalars(select(lines.c.kind))) == {"sounded"}


async def test_a_line_that_was_called_lost_and_is_found_again_is_kept(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("audio", Gap(n=0, at=stamp(), first=0, last=2)), ("audio", sounded(3))]))
    answer = await registry.report(unit.report(1, [("audio", sounded(0)), ("audio", sounded(1))]))
    assert (answer.refused, answer.kept) == ({}, {"audio": 3})
    async with registry.app[STORAGE].reading() as connection:
        assert set(await connection.scalars(select(lines.c.kind))) == {"sounded"}


async def test_lines_count_on_across_boots(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("display", shown(0))]))
    answer = await registry.report(unit.report(0, [("display", shown(1))], boot="boot-2", at=stamp(boot="boot-2")))
    assert answer.kept == {"display": 1}
    assert await registry.count(reports) == 2


async def test_the_good_part_of_a_bad_batch_is_kept(registry):
    unit, stranger = await registry.enrolled(), Unit("bt-la")
    answer = await registry.report(
        unit.report(0, [("display", shown(0))]),
        unit.report(1, key=new_key()),
        "rác",
        stranger.report(0),
        sign(b'{"format":1,"unit":"bt-mau-01"}', unit.key),
        unit.report(2, [("display", shown(1))]),
    )
    assert (answer.kept, answer.reports) == ({"display": 1}, (0, 2))
    assert set(answer.refused) == {"1", "2", "3", "4"}
    assert "not by this unit's key" in answer.refused["1"]
    assert "is not enrolled here" in answer.refused["3"]


async def test_an_unknown_unit_is_told_to_enrol(registry):
    answer = await registry.report(Unit("bt-la").report(0))
    assert (answer.kept, answer.reports) == ({}, ())
    assert "bangtin provision enrol" in answer.refused["0"]


async def test_another_units_key_cannot_speak_for_this_one(registry):
    mine, other = await registry.enrolled("bt-mau-01"), await registry.enrolled("bt-mau-02")
    answer = await registry.report(mine.report(0, [("display", shown(0))], key=other.key))
    assert "not by this unit's key" in answer.refused["0"]
    assert (await registry.count(reports), await registry.count(lines)) == (0, 0)


async def test_a_copied_card_is_found_by_its_second_history(registry):
    mine = await registry.enrolled()
    copy = Unit(mine.name, mine.key)
    await registry.report(mine.report(0, [("display", shown(0, item="that"))]))
    same_number = await registry.report(copy.report(0, [("display", shown(0, item="gia"))]))
    same_line = await registry.report(copy.report(1, [("display", shown(0, item="gia")), ("display", shown(1))], boot="boot-9"))
    for answer in (same_number, same_line):
        assert "look for a copied card" in answer.refused["0"]
        assert (answer.reports, answer.kept) == ((), {"display": 0})
    assert await registry.count(lines) == 1


async def test_one_report_that_contradicts_itself_is_refused_whole(registry):
    unit = await registry.enrolled()
    answer = await registry.report(unit.report(0, [("display", shown(0, item="a")), ("display", shown(0, item="b"))]))
    assert "0" in answer.refused
    assert await registry.count(lines) == 0


async def test_late_mail_does_not_turn_the_page_back(registry):
    unit = await registry.enrolled()
    for n in (5, 4, 3):
        assert (await registry.report(unit.report(n))).refused == {}
    assert (await on_page(registry))["n"] == 5
    earlier = stamp(wall=NOON - timedelta(hours=3), boot="boot-0")
    await registry.report(unit.report(90, boot="boot-0", at=earlier))
    assert (await on_page(registry))["boot"] == "boot-1"


async def test_without_a_clock_a_new_boot_is_the_newer_one_and_a_letter_of_an_old_boot_is_not(registry):
    unit = await registry.enrolled()
    for boot in ("boot-1", "boot-2"):
        await registry.report(unit.report(7, boot=boot, at=stamp(boot=boot, state=ClockState.UNKNOWN)))
    letter = unit.report(8, boot="boot-1", at=stamp(boot="boot-1", state=ClockState.UNKNOWN))
    assert (await file_batch(registry.app[STORAGE], (letter,), NOON, Link.COURIER)).new == [8]
    assert (await on_page(registry))["boot"] == "boot-2"


async def test_an_older_line_never_reopens_a_fault(registry):
    unit = await registry.enrolled()
    fault = Fault(n=0, at=stamp(), code=FaultCode.SCREEN_LOST, detail="không thấy màn hình / no screen")
    mended = fault.model_copy(update={"n": 1, "active": False})
    await registry.report(unit.report(0, [("display", mended)]), unit.report(1, [("display", fault)]))
    async with registry.app[STORAGE].reading() as connection:
        assert (await connection.execute(select(faults.c.n, faults.c.active))).all() == [(1, False)]


async def test_a_clock_far_ahead_is_kept_and_shown_as_a_fault(registry):
    unit = await registry.enrolled()
    answer = await registry.report(unit.report(0, at=stamp(wall=NOON + timedelta(days=400))))
    assert answer.refused == {}
    assert "the clock is ahead" in await (await registry.look("/")).text()


async def test_one_batch_is_of_one_unit(registry):
    mine, other = await registry.enrolled("bt-mau-01"), await registry.enrolled("bt-mau-02")
    answer = await registry.report(mine.report(0, [("display", shown(0))]), other.report(0, [("audio", sounded(0))]))
    assert answer.kept == {"display": 0}
    assert "one batch is of one unit" in answer.refused["1"]


async def test_the_answer_names_what_is_newest_for_the_channels_the_unit_follows(registry):
    unit = await registry.enrolled()
    for channel, version in (("vn.20.06001", 12), ("vn", 3), ("vn.20.06002", 7)):
        publish(registry.config.site, channel, version)
    await registry.app[WATCH].look()
    assert (await registry.report(unit.report(0))).newest == {"vn": 3, "vn.20.06001": 12}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"format":1,"reports":[]}', b'{"format":9,"reports":["a"]}', b"\xff\xfe"])
async def test_a_body_that_is_no_batch_is_refused(registry, body):
    answer = await registry.client.post("/v1/report", data=body)
    assert answer.status == 400
    assert (await answer.json())["refused"]


async def test_an_oversized_body_is_refused_announced_or_not(registry):
    async def drops():
        for _ in range(300):
            yield b" " * 1024

    for body in (b" " * (256 * 1024 + 1), drops()):
        answer = await registry.client.post("/v1/report", data=body)
        assert answer.status == 413


async def test_a_body_that_unpacks_to_too_much_is_refused(registry):
    packed = gzip.compress(b" " * (8 * 1024 * 1024))
    answer = await registry.client.post("/v1/report", data=packed, headers={"Content-Encoding": "gzip"}, compress=None)
    assert answer.status == 413


async def test_a_packed_report_is_read_and_a_packed_bomb_is_not(registry):
    unit = await registry.enrolled()
    document = claimed(unit.report(0, [("display", shown(0))]))
    bomb = document[:-1] + b" " * 4_000_000 + b"}"
    answer = await registry.report(sign(deflated(document), unit.key), sign(deflated(bomb), unit.key))
    assert (answer.kept, set(answer.refused)) == ({"display": 0}, {"1"})
    assert "unpacks to more than" in answer.refused["1"]


async def test_many_requests_at_once_lose_nothing(registry):
    unit = await registry.enrolled()
    await asyncio.gather(*(registry.report(unit.report(n, [("display", shown(n))])) for n in range(40)))
    assert (await registry.report(unit.report(40))).kept == {"display": 39}
