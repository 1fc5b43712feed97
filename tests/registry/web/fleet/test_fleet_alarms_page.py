"""The page of alarms: what is open in somebody's areas, who looks after it, and the number at the top of every page."""

import re

from evidence.signing import new_key
from registry.people.roles import Granted, Role
from registry.web.phones.door import token_of
from tests.registry.fleet.coverage.conftest import notice
from tests.registry.web.conftest import Unit
from tests.registry.web.fleet.conftest import OPERATOR, browser


async def two_alarms(office):
    await office.release(notice())
    await office.areas(("vn.20.06002.01", "Thôn Của Xã Khác", ("vi",)))
    unit = await office.village(1)
    await office.tell(unit, 0)
    await office.registry.report(unit.report(1, key=new_key()))
    await office.registry.report(Unit("bt-la").report(0))
    return unit


def number(text):
    found = re.search(r'<b class="number">(\d+)', text)
    return int(found[1]) if found else 0


async def test_an_alarm_is_taken_by_name_and_the_number_goes_down(office):
    await two_alarms(office)
    everybody = await browser(office)
    mine = await browser(office, OPERATOR, name="Hoàng Văn Vận")
    text = await everybody.get("/alarms")
    assert (number(text), text.count('class="new"')) == (2, 2)
    assert "another key uses a unit" in text
    assert "<form" not in text, "who only watches takes nothing"
    text = await mine.get("/alarms")
    assert (number(text), "bt-la" in text) == (1, False), "nobody knows where a stranger is: it is for who has all areas"
    (seq,) = re.findall(r'action="/alarms/(\d+)/seen"', text)
    await mine.send(f"/alarms/{seq}/seen")
    text = await mine.get("/alarms")
    assert (number(text), "Hoàng Văn Vận</b> đã nhận" in text) == (0, True)
    assert number(await everybody.get("/")) == 1


async def test_what_is_not_theirs_nobody_takes(office):
    await two_alarms(office)
    everybody = await browser(office)
    text = await everybody.get("/alarms")
    elsewhere = await browser(office, Granted("vn.21", Role.OPERATOR), name="Người Tỉnh Khác")
    assert 'class="new"' not in await elsewhere.get("/alarms")
    secret = elsewhere.headers["Cookie"].partition("=")[2]
    for seq in (1, 2, 99):
        await elsewhere.send(f"/alarms/{seq}/seen", 404, token=token_of(secret))
    watching = everybody.headers["Cookie"].partition("=")[2]
    await everybody.send("/alarms/1/seen", 403, token=token_of(watching))
    assert number(await everybody.get("/alarms")) == number(text) == 2
