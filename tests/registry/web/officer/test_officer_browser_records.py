"""The page that records, in a phone-size browser with a WAV as its microphone: nothing that was said is lost on the way."""

import asyncio
import shutil
from urllib.parse import urlsplit

import numpy as np
import pytest

from bundle.policy import Policy
from registry.desk.recordings import keeping
from registry.making.sound.recording import read_recording
from registry.web.config import STORAGE
from tests.registry.making.officework import RATE, wav
from tests.registry.making.utterances import overdriven, said
from tests.registry.web.officer.microphone import phone_hearing, records, spoken
from tests.registry.web.officer.phone_browser import keep
from tests.registry.web.officer.station import CHANNEL, NUONG

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]
RECORD = f"/officer/record?channel={CHANNEL}"


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    path = tmp_path_factory.mktemp("mic") / "speech.wav"
    path.write_bytes(wav(said(pause=0.8)))
    return path


async def kept(station, page):
    sha256 = urlsplit(page.url).path.rpartition("/")[2]
    async with station.registry.app[STORAGE].reading() as connection:
        return await keeping.one(connection, CHANNEL, sha256)


async def test_an_officer_records_trims_sends_and_hears_what_horns_will_play(station, speech):
    async with phone_hearing(station, speech) as browser:
        page = browser.page
        await page.goto(browser.url(RECORD))
        await keep(page, "record-idle")
        assert await page.input_value("#speaker") == NUONG
        await page.tap(".mic")
        await page.wait_for_selector("[data-part=level][data-word=good]")
        assert "✓ VỪA" in await page.inner_text("[data-part=level]")
        await spoken(page, 4)
        await keep(page, "record-now")
        await page.tap(".mic")
        await page.wait_for_selector("[data-part=cut]:not([hidden])")
        begins = float(await page.get_attribute("[data-handle=from]", "aria-valuenow"))
        assert 0.1 <= begins < 1.2, "it is suggested to begin where speech does"
        await keep(page, "record-cut")
        await page.tap("[data-end=from][data-step='0.1']")
        await page.press("[data-handle=to]", "ArrowLeft")
        assert float(await page.get_attribute("[data-handle=from]", "aria-valuenow")) == pytest.approx(begins + 0.1)
        box = await page.locator("[data-handle=from]").bounding_box()
        assert min(box["width"], box["height"]) >= 48
        await page.mouse.move(box["x"] + 24, box["y"] + 20)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 44, box["y"] + 20)
        await page.mouse.up()
        begins, ends = [float(await page.get_attribute(f"[data-handle={end}]", "aria-valuenow")) for end in ("from", "to")]
        await page.tap("[data-part=play]")
        await page.wait_for_selector("[data-part=play]:has-text('■')")
        await page.tap("[data-part=send]")
        await page.wait_for_url("**/officer/recordings/**")
        found = await kept(station, page)
        assert found.seconds == pytest.approx(ends - begins, abs=0.11)
        await page.tap(".hear")
        await page.wait_for_selector(".hear:has-text('■')")
        assert (
            await page.evaluate("(async (wave) => { await wave.decode(); return wave.naturalWidth; })(document.querySelector('.wave img'))")
            > 0
        )
        await keep(page, "record-sent")
        raw = read_recording(keeping.file_of(station.registry.config.data, found.sha256).read_bytes(), "x.wav", "x")
        assert (raw.rate, raw.codec, len(raw.samples)) == (RATE, "pcm_s16le", round(found.seconds * RATE))
        assert float(np.abs(raw.samples).max()) > 0.1, "it is what the microphone heard"
        await page.goto(browser.url(RECORD))
        assert await page.locator(".takes li").count() == 0, "what the registry has is on the phone no longer"
        assert NUONG in await page.inner_text("a.take")


async def test_the_button_cannot_be_pressed_before_anything_would_hear_it(station, speech):
    async with phone_hearing(station, speech) as browser:
        page, may_come = browser.page, asyncio.Event()

        async def slowly(route):
            await may_come.wait()
            await route.continue_()

        await page.route("**/static/takes.js", slowly)
        await page.goto(browser.url(RECORD), wait_until="commit")
        await page.wait_for_selector(".mic:disabled")
        may_come.set()
        await records(page)


async def test_without_network_a_take_waits_on_the_phone_over_a_reload_and_goes_by_itself(station, speech):
    async with phone_hearing(station, speech) as browser:
        page = browser.page
        await page.goto(browser.url(RECORD))
        await records(page)
        await records_again(page)
        assert await page.locator(".takes li").count() == 2, "both takes are there until one is used"
        await page.route("**/officer/recordings?*", lambda route: route.abort())
        await page.tap("[data-part=send]")
        assert "stays on this phone" in await browser.problem()
        assert "chờ mạng" in await page.inner_text(".takes")
        await keep(page, "record-waits")
        await page.reload()
        await page.wait_for_selector(".takes li >> text=chờ mạng")
        await page.unroute("**/officer/recordings?*")
        await page.evaluate("window.dispatchEvent(new Event('online'))")
        await page.wait_for_url("**/officer/recordings/**")
        assert (await kept(station, page)).speaker == NUONG
        await page.tap("#use")
        await page.wait_for_url("**/officer/content/new*")
        assert f"Bản ghi âm của {NUONG}" in await page.inner_text("main"), "the form begins with it"
        await page.goto(browser.url(RECORD))
        await page.wait_for_load_state("networkidle")
        assert await page.locator(".takes li").count() == 0, "one was used: the other takes of the sitting are gone"


async def records_again(page):
    await page.tap("[data-part=again]")
    await page.wait_for_selector("#record[data-state=recording]")
    await spoken(page, 2)
    await page.tap(".mic")
    await page.wait_for_selector("#record[data-state=idle]")


async def test_a_page_that_dies_while_it_records_loses_a_second_at_most(station, speech):
    async with phone_hearing(station, speech) as browser:
        page = browser.page
        await page.goto(browser.url(RECORD))
        await page.tap(".mic")
        await spoken(page, 3)
        await page.reload()
        await page.wait_for_selector(".takes li")
        await page.tap(".takes li button")
        await page.wait_for_selector("[data-handle=to][aria-valuemax]")
        lasts = float(await page.get_attribute("[data-handle=to]", "aria-valuemax"))
        assert 2.0 <= lasts <= 4.0


async def test_a_take_ends_by_itself_when_it_is_as_long_as_the_signed_rules_allow(station, speech):
    rules = Policy(format=1, channel=CHANNEL, minutes_per_session=0.05)
    station.publisher.release_policy(CHANNEL, rules, at=station.clock())
    async with phone_hearing(station, speech) as browser:
        page = browser.page
        await page.goto(browser.url(RECORD))
        await page.tap(".mic")
        assert "as long as it may be" in await browser.problem()
        await page.wait_for_selector("[data-part=cut]:not([hidden])")
        assert 3.0 <= float(await page.get_attribute("[data-handle=to]", "aria-valuemax")) <= 3.3


async def test_clipping_is_told_while_it_is_said_and_refused_with_what_to_do(station, tmp_path):
    path = tmp_path / "loud.wav"
    path.write_bytes(wav(overdriven(said(), 40)))
    async with phone_hearing(station, path) as browser:
        page = browser.page
        await page.goto(browser.url(RECORD))
        await page.tap(".mic")
        await page.wait_for_selector("[data-part=level][data-word=clipping]")
        assert "✕ VỠ TIẾNG" in await page.inner_text("[data-part=level]")
        await keep(page, "record-clipping")
        await spoken(page, 3)
        await page.tap(".mic")
        await page.wait_for_selector("[data-part=cut]:not([hidden])")
        await page.tap("[data-part=send]")
        assert "lower level" in await browser.problem()
        await keep(page, "record-refused")
        assert await page.locator(".takes li").count() == 1, "what was refused can still be heard"


async def test_a_whisper_is_told_in_words(station, tmp_path):
    path = tmp_path / "faint.wav"
    path.write_bytes(wav(said() * 0.02))
    async with phone_hearing(station, path) as browser:
        await browser.page.goto(browser.url(RECORD))
        await browser.page.tap(".mic")
        await browser.page.wait_for_selector("[data-part=level][data-word=quiet]")
        assert "▼ NHỎ QUÁ" in await browser.page.inner_text("[data-part=level]")


async def test_a_browser_that_may_not_listen_says_what_to_do(station, speech):
    async with phone_hearing(station, speech, permissions=()) as browser:
        await browser.page.goto(browser.url(RECORD))
        await browser.page.tap(".mic")
        assert "allow it beside the address" in await browser.problem()
