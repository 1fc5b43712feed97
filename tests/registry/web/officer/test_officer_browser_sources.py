"""A source's alert in a phone-size browser: one tap lets it out, and where that is not enough the page says why."""

import shutil
from dataclasses import replace

import pytest

from bundle.policy import Policy
from registry.alerts.pending import keeping
from registry.alerts.pending.gate_keeper import TOO_MANY
from registry.web.config import STORAGE
from tests.registry.web.officer.phone_browser import APPROVER, keep
from tests.registry.web.officer.station import CHANNEL, NUONG

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]


async def test_a_sources_alert_counts_down_and_one_tap_lets_it_out(browser):
    await browser.bind(NUONG, APPROVER)
    number = await browser.station.warned()
    await browser.page.tap("a.alert")
    await browser.page.wait_for_selector("#confirm:enabled")
    assert "Lũ" in await browser.page.inner_text("#words .placard"), "what is signed is shown"
    await keep(browser.page, "desk-source")
    await browser.page.wait_for_selector("[data-seconds='119']")
    await browser.page.tap("#confirm")
    await browser.page.wait_for_url("**/officer/reach/*")
    assert number
    assert [alert.identifier for alert in await browser.station.on_air()] == ["kttv-17"]


async def forbidden_meanwhile(browser, seconds=120):
    """A source's alert, open on an approver's phone, which the policy has meanwhile left to two persons."""
    await browser.bind(NUONG, APPROVER)
    await browser.station.warned(seconds=seconds)
    await browser.page.tap("a.alert")
    await browser.page.wait_for_selector("#confirm:enabled")
    browser.station.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL), at=browser.station.clock())


async def test_one_tap_that_two_signatures_are_needed_for_by_now_ends_in_the_reason(browser):
    await forbidden_meanwhile(browser)
    await browser.page.tap("#confirm")
    await browser.page.wait_for_selector("#live[data-target='alerts.json']")
    assert "lets nothing out by the feed" in await browser.page.inner_text("#live .note")
    assert await browser.page.locator("#confirm, [data-seconds]").count() == 0
    assert not await browser.page.locator("#problem").is_visible()
    await keep(browser.page, "desk-two-needed")


async def test_a_hold_off_that_ends_in_a_no_ends_in_the_reason_on_the_open_page(browser):
    await forbidden_meanwhile(browser, seconds=3)
    await browser.page.wait_for_selector("#live[data-target='alerts.json']")
    assert "lets nothing out by the feed" in await browser.page.inner_text("#live .note")


async def test_a_hold_off_that_ends_without_room_says_so_and_counts_no_further(browser):
    await browser.bind(NUONG, APPROVER)
    number = await browser.station.warned()
    await browser.page.tap("a.alert")
    await browser.page.wait_for_selector("#confirm:enabled")
    station = browser.station
    station.clock.turn(minutes=3)
    async with station.registry.app[STORAGE].writing() as connection:
        await keeping.keep(connection, replace(await keeping.one(connection, number), why=TOO_MANY), station.clock())
    await browser.page.wait_for_selector("#live .note")
    assert "it waits until there is room" in await browser.page.inner_text("#live .note")
    assert await browser.page.locator("[data-seconds]").count() == 0
    assert await browser.page.locator("#confirm").is_visible()


async def test_a_signature_that_nobody_answered_is_given_by_pressing_again(browser):
    await browser.bind(NUONG, APPROVER)
    await browser.station.warned()
    await browser.page.tap("a.alert")
    await browser.page.wait_for_selector("#confirm:enabled")
    await browser.page.context.set_offline(True)
    await browser.page.tap("#confirm")
    assert "No network" in await browser.problem()
    await browser.page.context.set_offline(False)
    await browser.page.tap("#confirm:enabled")
    await browser.page.wait_for_url("**/officer/reach/*")


@pytest.mark.parametrize("change", [lambda told: {"statement": told["statement"].replace("confirm", "key")}, lambda _: {"statement": "{}"}])
async def test_it_signs_no_confirmation_that_is_none(browser, change):
    await browser.bind(NUONG, APPROVER)
    await browser.station.warned()
    await browser.forges("**/statement", change)
    await browser.page.tap("a.alert")
    assert "DO NOT SIGN" in await browser.problem()
    assert await browser.page.locator("#confirm").is_disabled()
