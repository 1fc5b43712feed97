"""After a replacement the old key is void, an old unit that shows up is an alarm, and what happened to it stays with its place."""

from datetime import date

from evidence.records import FaultCode, Maintained
from evidence.visits import Part
from registry.fleet.views import one
from registry.web.config import CONFIG, STORAGE
from tests.registry.web.conftest import stamp

VISIT = Maintained(
    n=0, at=stamp(), person="Vàng A Sửa", what="thay nguồn", parts=(Part(name="nguồn", new_serial="B2"),), sim_expires=date(2027, 6, 30)
)


async def replaced(office, phone):
    """An old unit with a visit, and the one that took its place."""
    old = await office.registry.enrolled("bt-cu")
    await office.registry.report(old.report(0, [("provisioning", VISIT)]))
    new = await office.waiting()
    assert (await phone.let_in(new, replaces="bt-cu"))[0] == 303
    assert (await office.ask(new))[0] == 200
    return old, new


async def faults(office, unit):
    async with office.registry.app[STORAGE].reading() as connection:
        found = await one(connection, unit, office.registry.app[CONFIG].now())
    return [fault.code for fault in found.known.faults]


async def test_an_old_unit_that_shows_up_is_refused_as_revoked_and_is_an_alarm_of_the_new_one(office, phone):
    old, new = await replaced(office, phone)
    assert FaultCode.REPLACED_SPOKE not in await faults(office, new.unit)
    for number in (1, 2):
        refused = (await office.registry.report(old.report(number))).refused["0"]
        assert "revoked" in refused
    assert FaultCode.REPLACED_SPOKE in await faults(office, new.unit)
    assert (await office.events()).count("replaced-spoke") == 1, "the same news once a day"
    office.clock.turn(hours=25)
    await office.registry.report(old.report(3))
    assert (await office.events()).count("replaced-spoke") == 2


async def test_an_old_unit_that_asks_again_with_what_let_it_in_once_is_let_in_no_more(office, phone):
    old = await office.waiting()
    await phone.let_in(old)
    assert [(await office.ask(old))[0] for _ in range(2)] == [200, 200], "a lost answer may be asked for again"
    new = await office.waiting()
    await phone.let_in(new, replaces=old.unit)
    assert (await office.ask(new))[0] == 200
    code, answer = await office.ask(old)
    assert code == 403
    assert f"replaced by {new.unit}" in answer["refused"][0]["what"]


async def test_who_only_uses_the_name_of_a_replaced_unit_raises_no_alarm(office, phone):
    _, new = await replaced(office, phone)
    stranger = await office.registry.enrolled("bt-khac")
    stranger.name = "bt-cu"
    forged = stranger.report(1)
    assert "0" in (await office.registry.report(forged)).refused
    assert FaultCode.REPLACED_SPOKE not in await faults(office, new.unit)


async def test_the_maintenance_log_and_the_history_stay_with_the_place(office, phone):
    _, new = await replaced(office, phone)
    page = await (await office.registry.look(f"/units/{new.unit}")).text()
    for part in ("Vàng A Sửa", "thay nguồn", "B2", "30/06/2027", 'href="/units/bt-cu"'):
        assert part in page
    assert "Vàng A Sửa" in await (await office.registry.look("/units/bt-cu")).text()
