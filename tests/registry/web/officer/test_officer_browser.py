"""The officers' pages in a phone-size browser: it signs nothing that it did not show, and what goes wrong is one clear sentence."""

import json
import shutil
from datetime import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bundle.alert import Airings, Daytime
from bundle.policy import StopList
from bundle.trust import Role, Target
from registry.trust.delegations import Duty
from registry.trust.urgent import with_kill
from tests.registry.web.officer.phone_browser import APPROVER, AUTHOR, PHONE, STOP, asked, keep
from tests.registry.web.officer.station import CHANNEL, NUONG
from tests.simulators.content import flood_alert

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]


async def test_the_key_of_the_browser_signs_what_the_registry_takes_in(browser):
    public = await (await asked(browser)).page.evaluate("import('/officer/static/keys.js').then(async ({kept}) => (await kept()).public)")
    await browser.page.tap("#go")
    await browser.page.tap("#sign:enabled")
    await browser.page.wait_for_selector("#live[data-state='signed-by-author']")
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    assert "alert-signed" in await browser.station.events()


async def test_the_same_browser_bound_again_keeps_the_key_that_has_the_seat_and_somebody_elses_phone_makes_its_own(browser):
    public = await browser.bind(NUONG, AUTHOR)
    assert await browser.bind(NUONG) == public
    assert not await browser.page.locator("#nokey").is_visible()
    assert await browser.bind("Đinh Văn Thí Dụ") != public


def other_words(told):
    return {**told, "content": told["content"].replace("Lũ lên nhanh", "Mọi việc yên")}


def another_target(told):
    signed = json.loads(told["signed"])
    signed["targets"][f"{CHANNEL}/stop.json"] = next(iter(signed["targets"].values()))
    return {**told, "signed": json.dumps(signed, sort_keys=True, separators=(",", ":"))}


def another_document(told):
    return {**told, "signed": told["signed"].replace("alerts.json", "bundle.json"), "path": f"{CHANNEL}/bundle.json"}


def hidden_twin(told):
    return {**told, "signed": told["signed"].replace('"version":', '"version":9,"version":')}


@pytest.mark.parametrize("change", [other_words, another_target, another_document, hidden_twin])
async def test_it_signs_nothing_but_what_it_shows(browser, change):
    await asked(browser)
    await browser.forges("**/words", change)
    await browser.page.tap("#go")
    assert "DO NOT SIGN" in await browser.problem()
    assert await browser.page.locator("#sign").is_disabled()


async def test_other_alerts_of_the_same_list_are_shown_beside_the_one_that_is_signed(browser):
    await asked(browser)
    browser.station.publisher.release_alerts(CHANNEL, flood_alert(browser.station.clock()), at=browser.station.clock())
    await browser.page.tap("#go")
    await browser.page.wait_for_selector("#sign:enabled")
    assert "Lũ lên nhanh" in await browser.page.inner_text("#words .placard")
    assert "as released" in await browser.page.inner_text("#words .others"), "nothing differs: one line"
    assert await browser.page.locator(".others .changed").count() == 0
    await browser.page.tap(".others > details > summary")
    await browser.page.tap(".others details details > summary")
    assert "Lên nhà văn hóa ngay." in await browser.page.inner_text(".others .placard"), "every word that is signed can be read"
    await keep(browser.page, "desk-beside")


def released_so(change):
    """The registry answers the words as they are, and what is released as *change* of it."""

    def forged(told):
        document = json.loads(told["released"])
        return {**told, "released": json.dumps({**document, "alerts": change(document.get("alerts", []))})}

    return forged


CHANGES = {
    "lời": lambda alerts: [{**each, "versions": [{**each["versions"][0], "instruction": "Ở yên trong nhà."}]} for each in alerts],
    "nơi nhận": lambda alerts: [{**each, "areas": [f"{CHANNEL}.02"]} for each in alerts],
    "lần đọc": lambda alerts: [{**each, "airings": {"count": 48}} for each in alerts],
    "not released yet": lambda _: [],
    "left out though it stands": lambda alerts: [*alerts, {**alerts[0], "identifier": "bi-bo"}],
}


@pytest.mark.parametrize("told", CHANGES)
async def test_what_would_change_of_a_standing_alert_is_shown_open_before_it_is_signed(browser, told):
    await asked(browser)
    browser.station.publisher.release_alerts(CHANNEL, flood_alert(browser.station.clock()), at=browser.station.clock())
    await browser.forges("**/words", released_so(CHANGES[told]))
    await browser.page.tap("#go")
    await browser.page.wait_for_selector("#sign:enabled")
    assert told in await browser.page.inner_text(".others .changed >> nth=0")
    assert await browser.page.locator(".others .changed .placard").first.is_visible()
    if told == "lời":
        await keep(browser.page, "desk-changed")
        assert "Ở yên trong nhà." in await browser.page.inner_text(".others")


async def test_what_an_alert_does_besides_its_words_is_shown(browser):
    await browser.bind(NUONG, APPROVER)
    station = browser.station
    number = await station.warned(airings=Airings(count=24, every=3600, between=Daytime(start=time(7), end=time(20))), wake=True)
    await browser.page.goto(browser.url(f"/officer/alerts/{number}"))
    await browser.page.wait_for_selector("#confirm:enabled")
    text = await browser.page.inner_text("#words .placard")
    assert all(part in text for part in ("đọc 24 lần", "cách nhau 60 phút", "07:00", "20:00", "at night as well")), text
    await keep(browser.page, "desk-unusual")


async def test_a_browser_that_cannot_sign_is_told_so_in_one_sentence(browser):
    await browser.page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))")
    await browser.page.goto(browser.url(f"/o#{await browser.station.invited()}"))
    await browser.page.get_by_role("button").tap()
    await browser.page.wait_for_selector("#unable:not([hidden])")
    assert "Ed25519" in await browser.page.inner_text("#unable")


async def test_a_browser_that_lost_its_key_says_so_and_signs_nothing(browser):
    await asked(browser)
    await browser.page.evaluate("new Promise((done) => { indexedDB.deleteDatabase('bangtin-officer').onsuccess = done; })")
    await browser.page.tap("#go")
    await browser.page.wait_for_selector("#nokey:not([hidden])")
    assert await browser.page.locator("#sign").is_disabled()


async def test_a_lost_answer_is_not_told_as_nothing_and_pressing_again_makes_no_second_alert(browser):
    await asked(browser)

    async def answerless(route):
        await route.fetch()
        await route.abort()

    await browser.page.route("**/officer/alerts", answerless)
    await browser.page.tap("#go")
    assert "not known whether the registry has it" in await browser.problem()
    await browser.page.unroute("**/officer/alerts")
    await browser.page.tap("#go")
    await browser.page.wait_for_selector("#sign:enabled")
    assert (await browser.station.events()).count("alert-waits") == 1


async def test_without_network_nothing_is_lost_and_one_tap_more_is_enough(browser):
    await asked(browser)
    await browser.page.context.set_offline(True)
    await browser.page.tap("#go")
    assert "No network" in await browser.problem()
    await browser.page.context.set_offline(False)
    await browser.page.tap("#go")
    await browser.page.wait_for_selector("#sign:enabled")


async def test_a_form_without_a_level_says_what_is_missing(browser):
    await browser.bind(NUONG, AUTHOR)
    await browser.page.goto(browser.url(f"/officer/new?channel={CHANNEL}&phrase=lu-len-nhanh"))
    await browser.page.tap("#go")
    assert "No level is chosen" in await browser.problem()


async def test_the_whole_form_stands_on_one_screen(browser):
    await asked(browser)
    assert await browser.page.evaluate("document.documentElement.scrollHeight") <= PHONE["viewport"]["height"]
    small = "[...document.querySelectorAll('.chips label, .practice, summary, button')].filter((each) => each.offsetHeight < 48).length"
    assert await browser.page.evaluate(small) == 0, "every target is large enough for a wet finger"
    assert await browser.page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    await keep(browser.page, "desk-form")


async def ends(browser):
    return [" ".join(each.split()) for each in await browser.page.locator(".until label").all_inner_texts()]


async def test_each_end_tells_its_hour_by_the_villages_clock_and_keeps_it_while_the_form_lies_open(browser):
    await asked(browser)
    assert await ends(browser) == ["3 tiếng đến 05:00", "6 tiếng đến 08:00", "12 tiếng đến 14:00", "Sáng đến 06:00"]
    browser.station.clock.turn(hours=15)
    await browser.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await browser.page.wait_for_selector("#until-3:text('đến 20:00')")
    assert (await ends(browser))[1:] == ["6 tiếng đến 23:00", "12 tiếng đến 05:00 mai", "Sáng đến 06:00 mai"]


async def test_a_page_that_could_not_look_when_it_was_told_of_news_looks_again(browser):
    author = await browser.station.author()
    number, refused = await author.wish(), []
    await browser.bind("Đinh Văn Thí Dụ", (Role.ALERTS, Duty.APPROVER))
    # Every page begins with a look, which is over then.
    async with browser.page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
        await browser.page.reload()

    async def busy_once(route):
        await (route.continue_() if refused else route.fulfill(status=503, body="busy"))
        refused.append(route)

    await browser.page.route("**/officer", busy_once)
    assert (await author.sign(number))[0] == 200
    await browser.page.wait_for_selector("#live h2:has-text('Chờ bạn')")
    assert len(refused) > 1


async def test_an_approver_whose_page_is_overtaken_is_told_and_taps_once_more_when_the_author_has(browser):
    station = browser.station
    author = await station.author()
    await browser.bind("Đinh Văn Thí Dụ", (Role.ALERTS, Duty.APPROVER))
    number = await author.wish()
    await author.sign(number)
    await browser.page.tap("a.alert")
    await browser.page.wait_for_selector("#sign:enabled")
    station.publisher.release_alerts(CHANNEL, flood_alert(station.clock()), at=station.clock())
    await browser.page.tap("#sign")
    await browser.page.wait_for_selector("#live[data-state='pending']")
    assert "the signatures fit no longer" in await browser.page.inner_text("#live")
    assert not await browser.page.locator("#sign").is_visible()
    assert (await author.sign(number))[0] == 200
    await browser.page.tap("#sign:enabled")
    await browser.page.wait_for_url("**/officer/reach/*")
    assert len(await station.on_air()) == 2


async def on_air(browser):
    station = browser.station
    station.publisher.release_alerts(CHANNEL, flood_alert(station.clock()), at=station.clock())
    await browser.bind(NUONG, STOP)
    await browser.page.wait_for_selector(".alert:not(.content) [data-stop]")


async def test_two_taps_stop_it(browser):
    await on_air(browser)
    await browser.page.tap(".alert:not(.content) [data-stop]")
    await browser.page.tap(".alert:not(.content) [data-really]:enabled")
    await browser.page.wait_for_selector(".alert:not(.content) [data-stop]", state="detached")
    assert await browser.station.on_air() == []


async def test_a_stop_made_meanwhile_by_another_is_built_upon(browser):
    await on_air(browser)
    await browser.page.tap(".alert:not(.content) [data-stop]")
    await browser.page.wait_for_selector(".alert:not(.content) [data-really]:enabled")
    station = browser.station
    station.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL), at=station.clock())
    await browser.page.tap(".alert:not(.content) [data-really]")
    await browser.page.wait_for_selector(".alert:not(.content) [data-stop]", state="detached")
    assert await station.on_air() == []


async def test_a_kill_that_came_in_between_is_shown_before_anybody_signs_it_along(browser):
    await on_air(browser)
    await browser.page.tap(".alert:not(.content) [data-stop]")
    await browser.page.wait_for_selector(".alert:not(.content) [data-really]:enabled")
    station = browser.station
    station.publisher.release_stop(CHANNEL, with_kill(None, CHANNEL, "cháy", station.clock()), at=station.clock())
    await browser.page.tap(".alert:not(.content) [data-really]")
    await browser.problem()
    assert len(await station.on_air()) == 1
    await browser.page.tap(".alert:not(.content) [data-stop]")
    await browser.page.wait_for_selector(".alert:not(.content) [data-really]:enabled")
    assert "1 lệnh tắt" in await browser.page.inner_text(".sure:not([hidden])")
    await browser.page.tap(".alert:not(.content) [data-really]")
    await browser.page.wait_for_selector(".alert:not(.content) [data-stop]", state="detached")
    stops = station.released(Target.STOP)
    assert isinstance(stops, StopList)
    assert (len(stops.kills), len(stops.cancelled)) == (1, 1)


async def test_a_stop_that_would_stop_something_else_is_not_signed(browser):
    await on_air(browser)
    await browser.forges("**/officer/stop", lambda told: {**told, "content": '{"format":1,"channel":"vn.20.06001"}'})
    await browser.page.tap(".alert:not(.content) [data-stop]")
    assert "DO NOT SIGN" in await browser.problem()
    assert not await browser.page.locator(".alert:not(.content) [data-really]").is_visible()


async def test_a_stop_that_would_also_lift_a_kill_is_not_signed(browser):
    await on_air(browser)
    kill = {"since": "2027-05-03T00:00:00Z", "reason": "cháy chợ"}
    await browser.forges("**/officer/stop", lambda told: {**told, "released": json.dumps({"format": 1, "kills": [kill]})})
    await browser.page.tap(".alert:not(.content) [data-stop]")
    problem = await browser.problem()
    assert ("bỏ lệnh tắt “cháy chợ”" in problem, "DO NOT SIGN" in problem) == (True, True)
    assert not await browser.page.locator(".alert:not(.content) [data-really]").is_visible()


async def test_the_approvers_open_page_shows_it_by_itself(browser):
    station = browser.station
    await browser.bind("Đinh Văn Thí Dụ", (Role.ALERTS, Duty.APPROVER))
    author = await station.author()
    number = await author.wish()
    assert (await author.sign(number))[0] == 200
    await browser.page.wait_for_selector("a.alert", timeout=5000)


async def test_an_exercise_looks_like_one_from_the_first_tap(browser):
    await asked(browser)
    await browser.page.tap(".practice")
    await keep(browser.page, "desk-exercise")
    await browser.page.tap("#go")
    await browser.page.wait_for_selector("#words .unreal")
    await keep(browser.page, "desk-exercise-words")
    assert "DIỄN TẬP" in await browser.page.inner_text("#words .unreal")


async def test_what_was_refused_is_said_where_one_looks(browser):
    await browser.bind(NUONG, AUTHOR)
    await browser.station.approver()
    await browser.page.goto(browser.url(f"/officer/new?channel={CHANNEL}"))
    await browser.page.tap(".levels label.l5")
    await browser.page.tap("#go")
    assert "a headline and what to do are missing" in await browser.problem()
    await keep(browser.page, "desk-refused")
