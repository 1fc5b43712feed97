"""An officer's desk through a morning: bound, an alert raised, a notice written, approved and stopped, the day planned, a unit ordered."""

import shutil
from base64 import urlsafe_b64encode

import pytest

from bundle.orders import order_name
from bundle.trust import Role, Target
from evidence.records import Answered, Obedience
from registry.people.roles import Granted
from registry.people.roles import Role as People
from registry.trust.delegations import Duty
from tests.registry.making.officework import wav
from tests.registry.making.utterances import said
from tests.registry.web.officer.content_phones import TEXT
from tests.registry.web.officer.phone_browser import STOP, Browser
from tests.registry.web.officer.station import CHANNEL, DU, NUONG, OfficersPhone
from tests.registry.web.officer.test_officer_records import sent
from tests.registry.web.pictures.camera import camera
from tests.registry.web.pictures.morning import Morning, board_taken

pytestmark = [
    pytest.mark.pictures,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]
AUTHOR = ((Role.CONTENT, Duty.AUTHOR), (Role.ALERTS, Duty.AUTHOR), STOP, (Role.OPS, Duty.AUTHOR))
APPROVER = ((Role.CONTENT, Duty.APPROVER), (Role.ALERTS, Duty.APPROVER))

TITLE = "Lịch tiêm chủng tháng 5"


@pytest.fixture
async def morning(station):
    station.clock.turn(hours=7)
    made = Morning(station)
    await made.stand()
    for village in made.units:
        await made.tell(village)
    return made


@pytest.fixture
async def lens(morning, chromium):
    async with camera(chromium, morning.registry.client) as found:
        yield found


@pytest.fixture
async def author(lens, station):
    browser = Browser(station, lens.page)
    await browser.bind(NUONG, *AUTHOR)
    return browser


async def test_a_phone_is_bound(lens, station):
    await lens.at("officer-unbound", "/officer")
    await lens.at("officer-bind", f"/o#{await station.invited()}")
    await lens.page.get_by_role("button").tap()
    await lens.page.wait_for_selector("#made:not([hidden])")
    await lens.take("officer-key")


async def test_an_alert_is_raised_and_the_desk_shows_what_waits_and_what_is_on_the_air(author, lens, station, chromium):
    page = lens.page
    async with camera(chromium, station.client) as second:
        approver = Browser(station, second.page)
        await approver.bind(DU, *APPROVER)
        await page.goto(lens.base + f"/officer/new?channel={CHANNEL}&phrase=lu-len-nhanh")
        await page.tap(".levels label.l3")
        await page.tap(f"label:has([value='{CHANNEL}.01'])")
        await lens.take("alert-new")
        await page.tap("#go")
        await page.tap("#sign:enabled")
        await page.wait_for_selector("#live[data-state='signed-by-author']")
        await second.page.tap("a.alert")
        await second.page.wait_for_selector("#sign:enabled")
        await second.page.wait_for_selector("#painted:not([hidden])")
        await second.take("alert-read")
        await second.page.tap("#sign:enabled")
        await second.page.wait_for_url("**/officer/reach/*")
        number = await station.warned(event="Sạt lở đất")
        await second.page.goto(second.base + f"/officer/alerts/{number}")
        await second.page.wait_for_selector("#confirm:enabled")
        await second.take("alert-source")
    await lens.at("desk", "/officer")


async def test_a_notice_is_written_approved_and_stopped(author, lens, station, chromium):
    async with camera(chromium, station.client) as second:
        # The form names an approver who has a seat when it is opened.
        await Browser(station, second.page).bind(DU, *APPROVER)
        await write_it(lens)
        await approve_it(second)
    name = next(each.id for each in station.released(Target.BUNDLE).notices if each.versions[0].title == TITLE)
    # The author's page follows by itself.
    await lens.page.wait_for_selector("#live[data-state=released]")
    page, card = lens.page, f"section.alert:is([data-name='{name}'], [data-items~='{name}'])"
    await page.goto(lens.base + "/officer")
    if not await page.locator(card).is_visible():
        await page.tap("details.air summary")
    await page.tap(f"{card} [data-stop]")
    await page.tap(f"{card} [data-really]:enabled")
    await page.wait_for_url("**/officer/content/stopped/**")
    await lens.take("content-stopped")
    everything = await station.registry.account(Granted("vn", People.ADMINISTRATOR), name="Lê Thị Quản")
    async with camera(chromium, station.client, everything) as office:
        await office.at("audit", "/audit")


async def write_it(lens):
    page = lens.page
    await page.goto(lens.base + f"/officer/content/new?channel={CHANNEL}")
    await page.fill("#title-vi", TITLE)
    await page.fill("#text-vi", TEXT)
    await page.tap("label:has([name=sound][value=soon])")
    await lens.take("content-write")
    await page.tap("#go")
    await page.wait_for_selector("#words .placard")
    await page.wait_for_selector("#painted:not([hidden])")
    await lens.take("content-read")
    number = page.url.rpartition("/")[2]
    await lens.at("content-edit", f"/officer/content/{number}/edit")
    await page.goto(lens.base + f"/officer/content/{number}")
    await page.tap("label:has(#accept)")
    await page.tap("#sign:enabled")
    await page.wait_for_selector("#live[data-state=submitted]")


async def approve_it(lens):
    page = lens.page
    await page.goto(lens.base + "/officer")
    await page.tap("a.card.content")
    await page.wait_for_selector("#sign:enabled")
    await page.wait_for_selector("#painted:not([hidden])")
    await lens.take("content-approve")
    await page.tap("#sign:enabled")
    await page.wait_for_selector("#live[data-state=released]")


async def test_the_day_is_planned_and_a_voice_recorded(author, lens, station):
    page = lens.page
    await page.goto(lens.base + f"/officer/plan?channel={CHANNEL}")
    await page.wait_for_selector("[data-key^='sang@']")
    await lens.take("plan")
    await page.tap("[data-key^='sang@']")
    await page.wait_for_selector(".sheet .would:text-matches('phát')")
    await lens.take("plan-session")
    (cookie,) = [each["value"] for each in await page.context.cookies() if each["name"] == OfficersPhone.kind.cookie]
    phone = OfficersPhone(station.client, cookie)
    where = await sent(phone, wav(said()))
    await lens.at("record", f"/officer/record?channel={CHANNEL}")
    await lens.at("recorded", where)


async def test_a_unit_is_ordered_and_answers(author, lens, station, morning):
    page = lens.page
    await page.goto(lens.base + "/officer/units/bt-01")
    await page.tap("summary:has-text('Chụp màn hình')")
    await page.tap("details[open] form button")
    await page.tap("#really:not([disabled])")
    await page.wait_for_selector(".ordered.sent")
    (given,) = station.released(Target.OPS).orders
    told = {"identity": order_name(CHANNEL, given), "channel": CHANNEL, "outcome": Obedience.DONE, "reason": "đã chụp / taken"}
    answer = Answered(n=0, at=morning.now(), picture=urlsafe_b64encode(board_taken()), **told)
    await morning.tell(1, [("agent", answer)])
    await lens.at("order", "/officer/units/bt-01")
