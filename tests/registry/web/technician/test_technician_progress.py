"""How an accepted unit comes up on the technician's phone: each step when it has happened, and what to do when it does not."""

import re

from tests.registry.web.conftest import Unit, stamp, status
from tests.registry.web.technician.office import plain
from tests.registry.web.test_web_story import commissioned

WAITS = "unconfirmed: kỹ thuật viên chưa xác nhận nơi lắp / no technician has confirmed the site"


async def shown(phone, unit):
    """The page, and the steps of it that are done."""
    status_code, page = await phone.get(f"/technician/e/{unit.ref}")
    assert status_code == 200
    return plain(page), re.findall(r'<li class="(\w*)">', page), "data-wakes" in page


async def let_in(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    await office.ask(unit)
    return unit, Unit(unit.unit, unit.key)


async def test_it_waits_for_the_unit_to_fetch_its_grant(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    _, steps, looks_again = await shown(phone, unit)
    assert (steps, looks_again) == (["done", "now", "", "", ""], True)


async def test_a_grant_that_was_not_fetched_in_time_is_told_with_what_to_do(office, phone):
    unit = await office.waiting()
    await phone.let_in(unit)
    office.clock.turn(minutes=15)
    page, _, _ = await shown(phone, unit)
    assert "did not fetch its grant" in page
    assert "accept again" in page


async def test_a_unit_that_waits_for_its_site_to_be_confirmed_says_what_is_left(office, phone):
    unit, reporter = await let_in(office, phone)
    assert (await shown(phone, unit))[1] == ["done", "done", "now", "", ""]
    await office.registry.report(reporter.report(0, programs=(status("display", ready=False, reasons=(WAITS,)), status("audio"))))
    page, steps, looks_again = await shown(phone, unit)
    assert (steps, looks_again) == (["done", "done", "done", "now", ""], True)
    assert "Left to do on site" in page


async def test_it_ends_when_the_outputs_are_ready_with_what_the_unit_says_of_its_commissioning(office, phone):
    unit, reporter = await let_in(office, phone)
    office.clock.turn(minutes=5)
    told = commissioned().model_copy(update={"at": stamp(office.clock())})
    await office.registry.report(reporter.report(0, [("provisioning", told)], programs=(status("display"), status("audio"))))
    page, steps, looks_again = await shown(phone, unit)
    assert (steps[:5], looks_again) == (["done"] * 5, False)
    assert "board and speaker are up" in page
    assert "xoay loa" in page


async def test_what_was_commissioned_before_the_unit_moved_here_is_no_news(office, phone):
    unit, reporter = await let_in(office, phone)
    await office.registry.report(reporter.report(0, [("provisioning", commissioned())]))
    office.clock.turn(days=30)
    again = await office.waiting(key=unit.key)
    await phone.let_in(again, place="vn.20.06001.01")
    await office.ask(again)
    assert "xoay loa" not in (await shown(phone, again))[0]


async def test_an_output_that_is_not_ready_is_told_with_its_reason(office, phone):
    unit, reporter = await let_in(office, phone)
    await office.registry.report(
        reporter.report(0, programs=(status("display"), status("audio", ready=False, reasons=("không có loa / no speaker",))))
    )
    page, steps, _ = await shown(phone, unit)
    assert "audio: không có loa / no speaker" in page
    assert steps == ["done", "done", "done", "done", "now"]
