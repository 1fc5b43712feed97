"""A unit's page: its day, what proves what it did, health that says what is unknown, and maintenance by whoever may set it."""

import re
from datetime import timedelta

from evidence.health import Health, LinkKind
from registry.audit.chain import Event
from registry.audit.chain import rows as audited
from registry.people.roles import Granted, Role
from registry.web.config import STORAGE
from registry.web.phones.door import token_of
from tests.registry.fleet.conftest import present
from tests.registry.fleet.coverage.conftest import announcement, notice
from tests.registry.web.conftest import status
from tests.registry.web.fleet.conftest import OPERATOR, browser, page
from tests.simulators.content import CHANNEL


async def told_one(office):
    await office.release(notice(), announcement())
    unit = await office.village(1)
    await office.tell(unit, 0, [("display", office.on_board(0)), ("audio", office.spoken(0, offset=60.0))])
    return unit


async def test_the_page_shows_state_day_and_signed_evidence(office):
    await told_one(office)
    office.clock.turn(minutes=10)
    text = await page(office, "/units/bt-01")
    assert 'class="rung-2"' in text
    assert len(re.findall(r'<code title="[0-9a-f]{64}"># [0-9a-f]{16}</code>', text)) == 2
    assert len(re.findall(r'<code title="[0-9a-f]{64}">✎ 0 [0-9a-f]{16}</code>', text)) == 2
    assert "10 min" in text


async def test_another_day_is_chosen_and_nothing_is_known_of_one_before(office):
    await told_one(office)
    office.clock.turn(days=1)
    yesterday = office.clock().date() - timedelta(days=1)
    assert 'class="rung-2"' not in (await page(office, "/units/bt-01")).replace('key rung-2"', "")
    assert 'class="rung-2" x=' in await page(office, f"/units/bt-01?day={yesterday}")
    assert "nothing is known of this day" in await page(office, "/units/bt-01?day=2020-01-01")
    for nonsense in ("2026-13-40", "x", "9999-12-31"):
        await page(office, f"/units/bt-01?day={nonsense}")


async def test_what_no_sensor_tells_is_unknown_on_the_page(office):
    unit = await told_one(office)
    text = await page(office, "/units/bt-01")
    assert len(re.findall(r'class="none">\? chưa rõ', text)) == 18
    health = Health(celsius=61, link=LinkKind.MOBILE, sags=False, lines={"loa-1": True})
    report = unit.report(1, versions={f"{CHANNEL}/bundle.json": 1}, programs=(status("display"),), health=health, at=office.at())
    await office.registry.report(report)
    text = await page(office, "/units/bt-01")
    assert len(re.findall(r'class="none">\? chưa rõ', text)) == 14
    for part in ("61 °C", "di động", "told on: loa-1"):
        assert part in text


async def test_an_operator_sets_and_ends_maintenance_and_the_audit_knows_who(office):
    await told_one(office)
    mine = await browser(office, OPERATOR, name="Hoàng Văn Vận")
    await mine.send("/units/bt-01/maintenance", seen="/units/bt-01", hours="3")
    text = await mine.get("/units/bt-01")
    assert (await present(office.registry, "bt-01")).state == "maintenance"
    assert "Đang bảo trì đến" in text
    await mine.send("/units/bt-01/maintenance", seen="/units/bt-01", hours="0")
    await office.look()
    assert (await present(office.registry, "bt-01")).state == "ready"
    async with office.registry.app[STORAGE].reading() as connection:
        found = [(row.event, row.technician, row.unit) for row in await audited(connection)]
    assert (Event.MAINTENANCE_BEGUN.value, "Hoàng Văn Vận", "bt-01") in found
    assert (Event.MAINTENANCE_ENDED.value, "Hoàng Văn Vận", "bt-01") in found


async def test_who_may_not_or_forges_or_asks_for_nonsense_changes_nothing(office):
    await told_one(office)
    mine = await browser(office, OPERATOR, name="Hoàng Văn Vận")
    watcher = await browser(office, Granted("vn", Role.WATCHER), name="Người Xem")
    other = await browser(office, Granted("vn.20.06001.02", Role.OPERATOR), name="Người Thôn Khác")
    assert 'action="/units/bt-01/maintenance"' not in await watcher.get("/units/bt-01")
    await mine.send("/units/bt-01/maintenance", 403, token="forged", hours="3")
    for hours in ("", "-1", "99999", "x", "3.5", "١"):
        await mine.send("/units/bt-01/maintenance", 400, seen="/units/bt-01", hours=hours)
    for browsing in (watcher, other):
        await browsing.send("/units/bt-01/maintenance", 403, token=token_of(secret_of(browsing)), hours="3")
    await office.look()
    assert (await present(office.registry, "bt-01")).state == "ready"


def secret_of(browsing):
    return browsing.headers["Cookie"].partition("=")[2]


async def test_a_unit_elsewhere_has_no_page_for_somebody_and_no_picture(office):
    await told_one(office)
    elsewhere = Granted("vn.21", Role.WATCHER)
    await page(office, "/units/bt-01", elsewhere, name="Người Tỉnh Khác", status=404)
    await page(office, "/units/bt-01/screens/1.webp", elsewhere, name="Người Tỉnh Khác", status=404)
    await page(office, "/units/bt-01/screens/1.webp", status=404)
