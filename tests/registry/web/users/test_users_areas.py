"""A watcher of one commune sees nothing of another: no unit, no photograph, no alert, no channel that does not concern it."""

import re
from dataclasses import replace

import pytest

from registry.areas.places import import_areas, read_areas
from registry.people.roles import Granted, Role
from registry.web.config import STORAGE
from registry.web.officer.people import OFFICERS, add
from registry.web.standing import STANDINGS
from registry.web.technician import people
from registry.web.technician.people import TECHNICIANS
from tests.registry.web.alerts.commune import Commune
from tests.registry.web.conftest import VILLAGE
from tests.registry.web.technician.office import AREAS, Phone

BESIDE = "vn.20.06002"


@pytest.fixture
async def two(registry):
    """Two communes with a unit each."""
    await registry.enrolled("bt-an-phu")
    await registry.enrolled("bt-tan", replace(VILLAGE, place=f"{BESIDE}.01", place_name="Ấp Sóc Tả", channels=("vn", "vn.20", BESIDE)))
    async with registry.app[STORAGE].writing() as connection:
        await import_areas(connection, read_areas(AREAS, "areas.csv"))
    await registry.app[STANDINGS].look()
    return registry


async def watching(registry, area):
    headers = await registry.account(Granted(area, Role.WATCHER), name=f"Người {area}")

    async def look(path):
        answer = await registry.client.get(path, headers=headers)
        return answer.status, await answer.text()

    return look


async def test_the_fleet_is_that_of_ones_areas(two):
    for area, units in ((BESIDE, {"bt-tan"}), ("vn.20.06001.03", {"bt-an-phu"}), ("vn.20", {"bt-tan", "bt-an-phu"}), ("vn.2", set())):
        look = await watching(two, area)
        status, text = await look("/")
        assert (status, set(re.findall("bt-(?:tan|an-phu)", text))) == (200, units), area
        for unit in ("bt-tan", "bt-an-phu"):
            assert (await look(f"/units/{unit}"))[0] == (200 if unit in units else 404)


async def test_a_unit_of_another_commune_is_answered_as_one_that_is_not_there(two):
    look = await watching(two, BESIDE)
    assert (await look("/units/bt-an-phu")) == (await look("/units/bt-khong-co"))


async def test_a_role_that_is_taken_away_is_gone_at_once(two):
    from registry.people.users import grant

    look = await watching(two, BESIDE)
    assert (await look("/"))[0] == 200
    async with two.app[STORAGE].writing() as connection:
        await grant(connection, f"Người {BESIDE}", (), two.clock())
    assert (await look("/"))[0] == 403


async def officers_phone(two):
    async with two.app[STORAGE].writing() as connection:
        return OFFICERS, await add(connection, "Cầm Thị Nương", (BESIDE,), two.clock(), two.config.technicians)


async def technicians_phone(two):
    async with two.app[STORAGE].writing() as connection:
        return TECHNICIANS, await people.add(connection, "Lý Văn Thợ", BESIDE, two.clock(), two.config.technicians)


@pytest.mark.parametrize("whose", [officers_phone, technicians_phone])
async def test_a_bound_phone_opens_the_pages_of_its_area_and_changes_nothing(two, whose):
    phone = Phone(two.client)
    phone.kind, secret = await whose(two)
    await phone.bind(secret)
    for path, status in (("/", 200), ("/alerts", 200), ("/units/bt-tan", 200), ("/units/bt-an-phu", 404), ("/channels", 200)):
        assert (await phone.get(path))[0] == status, path
    text = (await phone.get("/"))[1]
    assert ("bt-an-phu" in text, f'class="me" href="{phone.kind.home}"' in text) == (False, True), "and there is a way back"
    assert ("/officer/units/bt-tan" in (await phone.get("/units/bt-tan"))[1]) is (phone.kind is OFFICERS)
    for path in ("/people", "/audit"):
        assert (await phone.get(path))[0] == 403
    assert (await phone.get("/account"))[0] == 401, "it has no account"


async def test_alerts_are_those_of_ones_areas(watched):
    commune = Commune(watched)
    await commune.stand()
    await commune.flood()
    key = watched.raised().key
    beside = await watching(watched.registry, "vn.20.06009")
    assert (await beside(f"/alerts/{key}"))[0] == 404
    assert "Lũ" not in (await beside("/alerts"))[1]
    village = await watching(watched.registry, "vn.20.06001.10")
    status, text = await village(f"/alerts/{key}")
    assert (status, "Nà Câm" in text, "Khuổi Giả" in text) == (200, True, False)
