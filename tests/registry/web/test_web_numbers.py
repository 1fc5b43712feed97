"""The numbers' page: what signed reports tell of a time, for whom it concerns, and nothing of hardware that is none."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from evidence.health import Health
from evidence.records import ClockState, Fault, FaultCode, Outcome, Rung
from registry.figures.tables import catalogue
from registry.fleet.grants import Destination
from registry.people.roles import Granted, Role
from registry.web.config import STORAGE
from registry.web.standing import STANDINGS
from tests.registry.web.conftest import NOON, ROOT, shown, sounded, stamp, status

OTHER = Destination("vn.20.06002.01", "Thôn Khác", ("vn", "vn.20", "vn.20.06002"), ("vi",), ROOT)


async def numbers(registry, query="by=unit"):
    answer = await registry.look(f"/numbers.csv?{query}")
    assert answer.status == 200
    text = (await answer.text()).removeprefix("\ufeff")
    return {row["Tên · name"]: row for row in csv.DictReader(io.StringIO(text))}


async def in_catalogue(registry, item, word):
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(catalogue.insert().values(channel="vn.20.06001", item=item, **{"class": word}))


async def test_minutes_on_the_air_are_counted_by_class_and_only_what_left_the_unit(registry):
    unit = await registry.enrolled()
    await in_catalogue(registry, "loi-chao", "routine")
    lines = [
        sounded(0, samples=48_000 * 90),
        sounded(1, samples=48_000 * 60, outcome=Outcome.STARTED),
        sounded(2, samples=0, rung=Rung.UNKNOWN),
        sounded(3, item="tin-la", samples=48_000 * 30),
        sounded(4, samples=48_000 * 600, simulated=True),
    ]
    await registry.report(unit.report(1, [("audio", line) for line in lines]))
    found = (await numbers(registry))["Thôn Bản Mẫu"]
    assert found["Loa: thông thường · speaker: routine (s)"] == "90"
    assert found["Loa: chưa rõ loại · speaker: class unknown (s)"] == "30"
    text = await (await registry.look("/numbers")).text()
    assert "Không tính 10,0 phút của phần cứng mô phỏng" in text


async def test_what_a_report_tells_twice_is_counted_once(registry):
    unit = await registry.enrolled()
    token = unit.report(1, [("display", shown(0, at=stamp(mono=160.0)))])
    await registry.report(token)
    await registry.report(token)
    await registry.report(unit.report(2, [("display", shown(0, at=stamp(mono=160.0)))]))
    assert (await numbers(registry))["Thôn Bản Mẫu"]["Bảng · board (s)"] == "60"


async def test_data_is_the_most_that_was_told_of_each_day(registry, clock):
    unit = await registry.enrolled()
    for n, received in enumerate((2_000_000, 5_000_000, 1_000_000)):
        await registry.report(unit.report(n, health=Health(received=received, sent=1_000_000)))
    clock.turn(days=1)
    await registry.report(unit.report(9, at=stamp(NOON + timedelta(days=1)), health=Health(received=3_000_000, sent=0)))
    found = (await numbers(registry))["Thôn Bản Mẫu"]
    assert (found["Tải về · received (byte)"], found["Gửi đi · sent (byte)"]) == ("8000000", "1000000")


async def test_data_that_a_short_report_tells_counts(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(1, health=Health(received=1_000_000, sent=2_000_000)))
    await registry.report(unit.report(2, since=1, programs=(), health=Health(received=50_000_000)))
    await registry.report(unit.report(3, since=1, programs=(), health=Health(sent=9_000_000)))
    found = (await numbers(registry))["Thôn Bản Mẫu"]
    assert (found["Tải về · received (byte)"], found["Gửi đi · sent (byte)"]) == ("50000000", "9000000")


async def test_a_fault_counts_when_it_begins_and_its_time_until_it_ends(registry, clock):
    unit = await registry.enrolled()
    began = Fault(n=0, at=stamp(), code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost")
    await registry.report(unit.report(1, [("audio", began)]))
    clock.turn(hours=3)
    ended = Fault(n=1, at=stamp(NOON + timedelta(hours=2)), code=FaultCode.SPEAKER_LOST, active=False, detail="có lại / back")
    await registry.report(unit.report(2, [("audio", ended)]))
    found = (await numbers(registry))["Thôn Bản Mẫu"]
    assert (found["Lỗi mới · faults begun"], found["Thời gian lỗi · time with a fault (s)"]) == ("1", "7200")


async def test_a_fault_is_told_in_whatever_zone_and_by_a_lost_clock_when_it_was_heard_of(registry, clock):
    unit, there = await registry.enrolled(), timezone(timedelta(hours=7))
    # Told at the last minute before the period, in a zone whose text sorts behind it.
    clock.at = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
    began = stamp(datetime(2026, 11, 21, 23, 30, tzinfo=there))
    lost = stamp(datetime(2001, 1, 1, tzinfo=UTC), state=ClockState.UNKNOWN)
    faults = [
        Fault(n=0, at=began, code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost"),
        Fault(n=1, at=lost, code=FaultCode.SCREEN_LOST, detail="mất màn hình / screen lost"),
    ]
    await registry.report(unit.report(1, [("audio", fault) for fault in faults]))
    clock.turn(hours=1)
    found = (await numbers(registry, "by=unit&from=2026-11-22&to=2026-11-22"))["Thôn Bản Mẫu"]
    assert (found["Lỗi mới · faults begun"], found["Thời gian lỗi · time with a fault (s)"]) == ("1", "9000")


async def test_uptime_is_of_the_time_since_a_unit_is_known(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(1, programs=(status("display"), status("audio"))))
    await registry.app[STANDINGS].look()
    clock.turn(minutes=30)
    found = (await numbers(registry))["Thôn Bản Mẫu"]
    assert found["Hoạt động · working (%)"] == "1.0"
    assert found["Hoạt động · working (s)"] == found["Hoạt động: trong · of (s)"] == "1800"


async def test_everybody_sees_the_numbers_of_their_own_areas_and_the_total_is_the_sum(registry):
    await registry.enrolled()
    await registry.enrolled("bt-khac-01", OTHER)
    assert set(await numbers(registry)) == {"Thôn Bản Mẫu", "Thôn Khác", "Tổng · total"}
    mine = await registry.account(Granted("vn.20.06002", Role.WATCHER), name="Hà Văn Xã")
    answer = await registry.client.get("/numbers?by=unit", headers=mine)
    text = await answer.text()
    assert "Thôn Khác" in text
    assert "Thôn Bản Mẫu" not in text
    answer = await registry.client.get("/numbers?by=unit&area=vn.20.06001", headers=mine)
    assert "Thôn Bản Mẫu" not in await answer.text()


async def test_a_commune_is_the_same_here_as_in_every_list_of_the_fleet(registry):
    hamlet = replace(OTHER, place="vn.20.06002.01.03", place_name="Xóm Trên")
    await registry.enrolled("bt-xom-01", hamlet)
    await registry.enrolled("bt-khac-01", OTHER)
    answer = await registry.look("/numbers.csv?by=commune")
    codes = [row[0] for row in csv.reader(io.StringIO(await answer.text()))]
    assert codes[1:] == ["vn.20.06002", ""]


async def test_a_time_that_is_none_is_said_and_this_month_is_shown(registry):
    await registry.enrolled()
    for query in ("from=2026-11-30&to=2026-11-01", "from=hôm-qua", "from=2020-01-01&to=2026-01-01"):
        answer = await registry.look(f"/numbers?{query}")
        assert answer.status == 400
        assert "01/11/2026" in await answer.text()
        assert (await registry.look(f"/numbers.xlsx?{query}")).status == 404


@pytest.mark.parametrize("query", ["from=9999-12-31&to=9999-12-31", "from=0001-01-01&to=0001-01-02", "to=0001-01-01"])
async def test_no_year_that_a_calendar_does_not_reach_breaks_a_page(registry, query):
    await registry.enrolled()
    assert (await registry.look(f"/numbers?{query}")).status == 400
    assert (await registry.look("/units/bt-mau-01?day=0001-01-01")).status == 200


@pytest.mark.parametrize("area", ["vn.%0d%0aX:1", "vn.%22%3bx", "vn.%C3%A9"])
async def test_an_area_that_is_none_is_not_there(registry, area):
    answer = await registry.look(f"/numbers.csv?area={area}")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bangtin-vn-2026-11-01-2026-11-21.csv"'


async def test_a_figure_of_a_commune_opens_to_its_units(registry):
    await registry.enrolled()
    text = await (await registry.look("/numbers")).text()
    assert 'href="/numbers?from=2026-11-01&amp;to=2026-11-21&amp;by=unit&amp;area=vn.20.06001"' in text
    assert 'href="/units/bt-mau-01"' in await (await registry.look("/numbers?by=unit&area=vn.20.06001")).text()
