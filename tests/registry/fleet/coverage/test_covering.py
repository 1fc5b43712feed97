"""Coverage from real releases and real signed reports: what counts, what does not, and what is not known."""

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from bundle.policy import Policy, StopList, Withdrawal
from evidence.records import ClockState, Outcome, Rung
from registry.figures.tables import catalogue
from registry.fleet.coverage.essentials import Essentials
from registry.fleet.coverage.tables import essentials, presented
from registry.fleet.coverage.verdicts import Mark
from registry.trust.site import Site
from registry.web.config import STORAGE
from registry.web.standing import CATALOGUE, ESSENTIALS
from registry.web.technician.settling import take_the_place
from tests.registry.fleet.conftest import rows
from tests.registry.fleet.coverage.conftest import announcement, notice
from tests.registry.web.conftest import VILLAGE, stamp, status
from tests.simulators.content import CHANNEL


async def test_a_notice_reaches_its_village_with_the_third_complete_presentation(office):
    await office.release(notice())
    unit = await office.village(1)
    await office.tell(unit, 0, [("display", office.on_board(n)) for n in range(2)])
    assert await office.marks() == {"01": Mark.NOT_YET}
    assert (await office.cell(1)).why == "2/3 lần trọn vẹn / whole times"
    await office.tell(unit, 1, [("display", office.on_board(2))])
    assert await office.marks() == {"01": Mark.SHOWN}


async def test_an_announcement_counts_once_it_has_left_the_driver_whole(office):
    await office.release(announcement())
    unit = await office.village(1)
    short = [
        office.spoken(0, rung=Rung.COMMANDED),
        office.spoken(1, outcome=Outcome.INTERRUPTED),
        office.spoken(2, rung=Rung.UNKNOWN),
        office.spoken(3, outcome=Outcome.STARTED),
    ]
    await office.tell(unit, 0, [("audio", line) for line in short])
    assert await rows(office.registry, presented) == []
    good = [office.spoken(4), office.spoken(5, rung=Rung.ELECTRICAL), office.spoken(6, rung=Rung.HEARD)]
    await office.tell(unit, 1, [("audio", line) for line in good])
    assert await office.marks("loa-tiem") == {"01": Mark.HEARD}


async def test_what_was_not_whole_or_by_night_or_at_an_unknown_hour_does_not_count(office):
    await office.release(notice())
    unit = await office.village(1)
    night, unknown = office.clock() + timedelta(hours=15), stamp(wall=office.clock(), state=ClockState.UNKNOWN)
    lines = [
        office.on_board(0, pages=1, of=2),
        office.on_board(1, frames=0),
        office.on_board(2, outcome=Outcome.INTERRUPTED),
        office.on_board(3, item="khac"),
        office.on_board(4, at=night),
        office.on_board(5).model_copy(update={"at": unknown}),
        office.on_board(6).model_copy(update={"simulated": True}),
    ]
    await office.tell(unit, 0, [("display", line) for line in lines])
    (found,) = await rows(office.registry, presented)
    assert (found.day, found.whole, found.simulated) == (0, 2, 1)
    assert await office.marks() == {"01": Mark.NOT_YET}


async def test_what_began_or_ended_in_quiet_hours_does_not_count(office):
    await office.release(notice(), announcement())
    unit = await office.village(1)
    # The night ends at five in the village, and begins at half past nine in the evening.
    dawn = office.clock().replace(hour=22, minute=0, second=30) - timedelta(days=1)
    dusk = dawn.replace(hour=14, minute=29)
    told = [
        *(("audio", office.spoken(n, at=stamp(wall=dawn), samples=48_000 * 60)) for n in range(3)),
        *(("display", office.on_board(n, at=dawn).model_copy(update={"began": stamp(wall=dawn - timedelta(minutes=1))})) for n in range(3)),
        *(
            ("display", office.on_board(3 + n, at=dusk).model_copy(update={"at": stamp(wall=dusk + timedelta(minutes=2))}))
            for n in range(3)
        ),
    ]
    await office.tell(unit, 0, told)
    assert {(row.item, row.day, row.whole) for row in await rows(office.registry, presented)} == {("lich-tiem", 0, 6), ("loa-tiem", 0, 3)}
    short = [("audio", office.spoken(3 + n, at=stamp(wall=dawn), samples=48_000 * 29)) for n in range(3)]
    await office.tell(unit, 1, short)
    assert await office.marks("loa-tiem") == {"01": Mark.HEARD}


async def test_the_number_and_the_hours_are_those_of_the_signed_policy(office):
    rules = Policy(format=1, channel=CHANNEL, quiet_hours=(), reached_after=5)
    office.publisher.now = office.clock()
    office.publisher.release_policy(CHANNEL, rules)
    await office.release(notice())
    unit = await office.village(1)
    night = office.clock() + timedelta(hours=15)
    await office.tell(unit, 0, [("display", office.on_board(n, at=night)) for n in range(4)])
    assert (await office.cell(1)).why == "4/5 lần trọn vẹn / whole times"
    await office.tell(unit, 1, [("display", office.on_board(4))])
    assert await office.marks() == {"01": Mark.SHOWN}


async def test_the_same_report_counts_once(office):
    await office.release(notice())
    unit = await office.village(1)
    token = unit.report(0, [("display", office.on_board(0))], at=stamp(wall=office.clock()))
    again = unit.report(1, [("display", office.on_board(0)), ("display", office.on_board(1))], at=stamp(wall=office.clock()))
    for each in (token, token, again):
        await office.registry.report(each)
    (found,) = await rows(office.registry, presented)
    assert found.day == 2


async def test_simulated_overdue_stale_and_unitless_villages_are_not_called_reached_or_not_reached(office):
    await office.release(notice())
    await office.areas(
        (CHANNEL, "Xã Bản Mẫu", ("vi",)),
        *((f"{CHANNEL}.{n:02d}", f"Thôn {n}", ("km", "vi") if n == 6 else ("vi",)) for n in range(1, 7)),
    )
    well, simulated, behind, overdue = [await office.village(n) for n in (1, 2, 3, 4)]
    await office.shown_thrice(overdue)
    office.clock.turn(hours=1)
    await office.shown_thrice(well)
    await office.shown_thrice(simulated, programs=(status("display", simulated=("screen",)), status("audio")))
    await office.shown_thrice(behind)
    await office.release(notice(title="Lịch tiêm chủng mới"))
    await office.shown_thrice(well, 1)
    unreal = [("display", office.on_board(3).model_copy(update={"simulated": True}))]
    await office.tell(simulated, 1, unreal, programs=(status("display", simulated=("screen",)), status("audio")))
    await office.tell(behind, 1, version=1)
    assert await office.marks() == {
        "01": Mark.SHOWN,
        "02": Mark.NOT_KNOWN,
        "03": Mark.NOT_KNOWN,
        "04": Mark.NOT_KNOWN,
        "05": Mark.NO_UNIT,
        "06": Mark.NO_UNIT,
    }
    (column,) = (await office.matrix()).columns
    assert sum(column.marks.values()) == 6
    assert (column.reached, column.unspoken, column.simulated) == (1, 1, 1)
    assert (await office.cell(6)).unspoken == "km"


async def test_new_words_under_the_same_name_have_reached_nobody(office):
    await office.release(notice())
    unit = await office.village(1)
    await office.shown_thrice(unit)
    await office.release(notice(), notice("khac", essential=False))
    await office.tell(unit, 1)
    assert await office.marks() == {"01": Mark.SHOWN}, "the words are the same, and count on"
    await office.release(notice(title="Lịch tiêm chủng, đã sửa"))
    await office.tell(unit, 2, [("display", office.on_board(20, version=2))])
    assert (await office.cell(1)).why == "0/3 lần trọn vẹn / whole times", "the one of before is of the old words"


async def test_what_is_withdrawn_or_no_longer_published_leaves_the_matrix(office):
    await office.release(notice(), notice("lich-cup-nuoc"))
    await office.village(1)
    assert len((await office.matrix()).columns) == 2
    stop = Withdrawal(item="lich-tiem", version=1, reason="nhầm ngày")
    office.publisher.now = office.clock()
    office.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, withdrawn=(stop,)))
    await office.look()
    assert [each.essential.item for each in (await office.matrix()).columns] == ["lich-cup-nuoc"]
    await office.release(notice("khac"))
    assert [each.essential.item for each in (await office.matrix()).columns] == ["khac"]
    kept = {row.item: row.gone for row in await rows(office.registry, essentials)}
    assert kept["lich-cup-nuoc"] is not None


async def test_it_is_meant_for_some_villages_and_somebody_sees_their_own_alone(office):
    await office.release(notice(areas=(f"{CHANNEL}.02",)), notice("chung"))
    for number in (1, 2, 3):
        await office.village(number)
    await office.look()
    assert await office.marks() == {"02": Mark.NOT_KNOWN}
    found = await office.matrix((f"{CHANNEL}.03",))
    assert [list(each.cells) for each in found.columns if each.essential.item == "chung"] == [[f"{CHANNEL}.03"]]
    assert (await office.matrix(("vn.21",))).columns == ()
    assert [each.essential.item for each in (await office.matrix(only={(CHANNEL, "chung")})).columns] == ["chung"]


async def test_a_village_with_two_units_is_reached_by_one(office):
    await office.release(notice())
    first, second = await office.village(1), await office.village(1, name="bt-01b")
    await office.tell(first, 0)
    await office.shown_thrice(second)
    assert await office.marks() == {"01": Mark.SHOWN}
    assert [each.unit for each in (await office.cell(1)).verdicts] == ["bt-01b", "bt-01"]


async def move(office, unit, number):
    where = replace(VILLAGE, place=f"{CHANNEL}.{number:02d}", place_name=f"Thôn {number}", channels=("vn", "vn.20", CHANNEL))
    return await office.registry.enrol(unit.enrolment(await office.registry.grant(where)))


async def test_a_unit_that_moves_leaves_what_it_proved_where_people_saw_it(office):
    await office.release(notice())
    await office.areas((CHANNEL, "Xã Bản Mẫu", ("vi",)), *((f"{CHANNEL}.{n:02d}", f"Thôn {n}", ("vi",)) for n in (1, 2)))
    unit = await office.village(1)
    await office.shown_thrice(unit)
    before = office.clock()
    office.clock.turn(hours=1)
    await move(office, unit, 2)
    # Two of before the move come home after it, with one that the new village saw.
    late = [("display", office.on_board(3 + n, at=before)) for n in range(2)]
    await office.tell(unit, 1, [*late, ("display", office.on_board(5))])
    assert await office.marks() == {"01": Mark.SHOWN, "02": Mark.NOT_YET}
    assert {row.place[-2:]: row.day for row in await rows(office.registry, presented)} == {"01": 5, "02": 1}
    (left,) = (await office.cell(1)).verdicts
    assert not left.here
    page = await (await office.registry.look(f"/coverage/{CHANNEL}/lich-tiem/{CHANNEL}.01")).text()
    assert "nay thiết bị không còn ở đây" in page


async def test_a_village_that_was_reached_stays_so_when_its_unit_is_replaced(office):
    await office.release(notice())
    old, new = await office.village(1), await office.village(1, name="bt-moi")
    await office.shown_thrice(old)
    async with office.registry.app[STORAGE].writing() as connection:
        await take_the_place(connection, old.name, new.name, office.clock())
    await office.tell(new, 0)
    assert await office.marks() == {"01": Mark.SHOWN}
    assert [(each.unit, each.mark) for each in (await office.cell(1)).verdicts] == [("bt-01", Mark.SHOWN), ("bt-moi", Mark.NOT_YET)]


async def test_a_registry_of_before_counts_what_its_lines_tell(office):
    await office.release(notice())
    unit = await office.village(1)
    await office.shown_thrice(unit)
    kept = await rows(office.registry, presented)
    async with office.registry.app[STORAGE].writing() as connection:
        for table in (presented, essentials):
            await connection.execute(delete(table))
    again = office.registry.app[ESSENTIALS]
    again._looked.clear()
    await again.look()
    assert await rows(office.registry, presented) == kept
    again._looked.clear()
    await again.look()
    assert await rows(office.registry, presented) == kept, "it is counted once"


async def test_what_a_unit_tells_before_the_registry_has_looked_counts_as_well(office):
    unit = await office.village(1)
    office.version = 1
    early = [("display", office.on_board(n)) for n in range(3)]
    await office.tell(unit, 0, [*early, ("display", office.on_board(3, item="khac"))])
    office.version = 0
    await office.release(notice())
    assert await office.marks() == {"01": Mark.SHOWN}
    (found,) = await rows(office.registry, presented)
    assert found.whole == 3
    # The same with new words: the last of the old ones are none of them.
    office.version = 2
    await office.tell(unit, 1, [("display", office.on_board(4)), ("display", office.on_board(5, version=1))])
    office.version = 1
    await office.release(notice(title="Lịch tiêm chủng, đã sửa"))
    (found,) = await rows(office.registry, presented)
    assert found.whole == 1


class Full:
    """A storage on a disk that has become full."""

    def __init__(self, storage):
        self.reading = storage.reading

    @asynccontextmanager
    async def writing(self):
        raise OSError("no space left on device")
        yield


async def test_a_channel_whose_reading_could_not_be_kept_is_read_again(office, monkeypatch):
    essential, classes = office.registry.app[ESSENTIALS], office.registry.app[CATALOGUE]

    with monkeypatch.context() as patch:
        for each in (essential, classes):
            patch.setattr(each, "storage", Full(each.storage))
        for look in (lambda: office.release(notice()), essential.look, classes.look):
            with pytest.raises(OSError, match="no space"):
                await look()
    await essential.look()
    await classes.look()
    assert [row.item for row in await rows(office.registry, essentials)] == ["lich-tiem"]
    assert [row.item for row in await rows(office.registry, catalogue)] == ["lich-tiem"]


async def test_a_process_whose_copy_of_the_tree_is_behind_changes_no_count(office, tmp_path):
    await office.release(notice())
    await asyncio.to_thread(shutil.copytree, office.publisher.site, tmp_path / "behind")
    behind = Essentials(office.registry.app[STORAGE], Site(tmp_path / "behind"), lambda: {CHANNEL: 1}, office.clock)
    await office.release(notice(title="Lịch tiêm chủng, đã sửa"))
    await office.shown_thrice(await office.village(1))
    await behind.look()
    assert await office.marks() == {"01": Mark.SHOWN}


async def test_a_registry_that_was_away_finds_since_when_the_words_are_these(office):
    await office.release(notice("khac"))
    await office.release(notice("khac"), notice())
    await office.release(notice("khac"), notice())
    async with office.registry.app[STORAGE].writing() as connection:
        await connection.execute(delete(essentials))
    office.registry.app[ESSENTIALS]._looked.clear()
    await office.look()
    assert {row.item: (row.since, row.release) for row in await rows(office.registry, essentials)} == {"khac": (1, 1), "lich-tiem": (2, 2)}
