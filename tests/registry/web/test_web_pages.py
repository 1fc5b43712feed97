"""The pages: figures add up, claims without proof are unknown, simulation says so, and no content becomes markup."""

import re
from dataclasses import replace
from datetime import timedelta

from evidence.records import Fault, FaultCode, Rung
from evidence.report import Sounding
from registry.fleet.states import State
from registry.fleet.views import fleet, on_air
from registry.web.config import STORAGE
from tests.registry.web.conftest import NOON, VILLAGE, shown, sounded, stamp, status


async def page(registry, path="/", status=200):
    answer = await registry.look(path)
    assert answer.status == status
    return await answer.text()


async def test_an_empty_fleet_says_what_to_do_next(registry):
    assert "bangtin registry grant" in await page(registry)


async def test_the_counts_add_up_to_the_units(registry, clock):
    units = [await registry.enrolled(f"bt-mau-{n}") for n in range(5)]
    broken = Fault(n=0, at=stamp(), code=FaultCode.SPEAKER_LOST, detail="mất loa / speaker lost")
    clock.turn(hours=2)
    await registry.report(units[0].report(0))
    await registry.report(units[1].report(0, [("audio", broken)]))
    await registry.report(units[2].report(0, programs=(status("display"), status("audio"))))
    async with registry.app[STORAGE].reading() as connection:
        found = await fleet(connection, clock())
    assert {state: count for state, count in found.counts.items() if count} == {
        State.PLAYING: 1,
        State.DEGRADED: 1,
        State.READY: 1,
        State.OVERDUE: 2,
    }
    text = await page(registry)
    assert found.total == 5 == len(re.findall('<article class="unit ', text))
    assert sum(int(count) for count in re.findall(r'<li class="[a-z-]+"><b>(\d+)</b>', text)) == 5
    assert [view.standing.state for view in found.units][:3] == [State.OVERDUE, State.OVERDUE, State.DEGRADED], "the urgent ones first"


async def test_a_unit_is_shown_with_place_contact_version_and_receipts(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("display", shown(0)), ("audio", sounded(0))]))
    clock.turn(minutes=7)
    text = await page(registry)
    for part in ("Thôn Bản Mẫu", "bt-mau-01", "7 phút trước", "7 min ago", "v3", "lich-tiem-chung", "đã ra loa"):
        assert part in text
    text = await page(registry, "/units/bt-mau-01")
    for part in ("lich-tiem-chung", "2/2 trang", "loi-chao", "v3"):
        assert part in text


def test_a_claim_without_a_receipt_is_unknown_never_ok():
    from evidence.report import Report

    speaking = Sounding(occurrence="k", item="loi-chao", channel="vn", language="vi", since=stamp())
    said = Report(
        unit="u", boot="b", n=0, at=stamp(), versions={}, programs=(status("display", showing="a"), status("audio", sounding=speaking))
    )
    assert [on.rung for on in on_air(said, [])] == [Rung.UNKNOWN, Rung.UNKNOWN]
    assert [on.rung for on in on_air(said, [shown(0, item="a", frames=0)])] == [Rung.UNKNOWN, Rung.UNKNOWN]
    proof = [shown(0, item="a"), sounded(0, occurrence="k", rung=Rung.COMMANDED)]
    assert [on.rung for on in on_air(said, proof)] == [Rung.LEFT_DRIVER, Rung.COMMANDED]


async def test_simulated_hardware_says_so(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("display", shown(0))]))
    assert "mô phỏng" not in await page(registry)
    await registry.report(unit.report(1, programs=(status("display", simulated=("screen",)),)))
    assert "mô phỏng" in await page(registry)
    assert "mô phỏng: screen" in await page(registry, "/units/bt-mau-01")


async def test_a_unit_says_which_version_of_ours_it_runs(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0))
    assert "Phần mềm" not in await page(registry, "/units/bt-mau-01"), "one that was not installed from packages has none"
    await registry.report(unit.report(1, software="1.4.0"))
    assert "bangtin <b>1.4.0</b>" in await page(registry, "/units/bt-mau-01")


async def test_a_units_words_are_never_markup(registry):
    hostile = "<script>alert(1)</script>"
    unit = await registry.enrolled(destination=replace(VILLAGE, place_name=hostile))
    fault = Fault(n=0, at=stamp(), code=FaultCode.SCREEN_LOST, detail=f"<img src=x onerror=y>{hostile}")
    await registry.report(unit.report(0, [("display", fault), ("display", shown(1, item=hostile))]))
    for path in ("/", "/units/bt-mau-01"):
        text = await page(registry, path)
        assert "&lt;script&gt;" in text
        assert hostile not in text
        assert "<img" not in text


async def test_every_answer_forbids_script_and_frames(registry):
    await registry.enrolled()
    for path in ("/", "/units/bt-mau-01", "/style.css"):
        headers = (await registry.look(path)).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_pages_change_nothing(registry):
    for path in ("/", "/units/x"):
        assert (await registry.client.post(path)).status == 405


async def test_an_unknown_unit_has_no_page(registry):
    text = await page(registry, "/units/khong-co", status=404)
    assert "Không có thiết bị nào" in text


async def test_an_unreachable_unit_keeps_its_last_news(registry, clock):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("display", shown(0))]))
    clock.turn(hours=30)
    text = await page(registry)
    assert "Mất liên lạc quá hạn" in text
    assert "1 ngày trước" in text
    assert "lich-tiem-chung" in text
    assert "Lần cuối còn biết" in text
    assert "Lúc này" not in text
    assert clock() - NOON == timedelta(hours=30)
