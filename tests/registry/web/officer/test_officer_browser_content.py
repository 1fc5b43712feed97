"""From a blank form to the units and off them again, on phone-size browsers: few taps, nothing signed unseen, no key leaves a phone."""

import json
import shutil
from dataclasses import dataclass, field
from random import Random

import pytest

from bundle.items import Notice, Wording
from bundle.policy import StopList
from bundle.trust import Role, Target
from registry.desk.on_air import entries
from registry.trust.delegations import Duty
from tests.registry.making.officework import wav
from tests.registry.making.utterances import said
from tests.registry.web.officer.content_phones import TEXT, Writers
from tests.registry.web.officer.microphone import phone_hearing, spoken
from tests.registry.web.officer.phone_browser import PHONE, STOP, Browser, keep
from tests.registry.web.officer.station import CHANNEL, DU, NUONG
from tests.simulators.content import PROVENANCE, small_bundle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]
AUTHOR, APPROVER = (Role.CONTENT, Duty.AUTHOR), (Role.CONTENT, Duty.APPROVER)


@dataclass
class Thumb:
    """Taps of a person, counted."""

    taps: int = 0
    posted: list = field(default_factory=list)

    def watch(self, page):
        page.on("request", lambda request: self.posted.append((request.url, request.post_data or "")))

    async def tap(self, page, what):
        self.taps += 1
        await page.tap(what)


@pytest.fixture
async def phones(browser):
    """The author's phone and the approver's."""
    Writers(browser.station).morning()
    await browser.bind(NUONG, AUTHOR, STOP)
    other = await second_phone(browser)
    await browser.page.goto(browser.url("/officer"))
    return browser, other


async def second_phone(browser):
    """An approver's, beside that of *browser*."""
    other = Browser(browser.station, await (await browser.page.context.browser.new_context(**PHONE)).new_page())
    other.page.set_default_timeout(20_000)
    await other.bind(DU, APPROVER)
    return other


async def form_filled(browser, thumb):
    page = browser.page
    await thumb.tap(page, "nav.begin a[href*='content/new']")
    await page.fill("#title-vi", "Lịch tiêm chủng tháng 5")
    await page.fill("#text-vi", TEXT)
    await thumb.tap(page, "label:has([name=sound][value=soon])")
    await keep(page, "content-write")
    await thumb.tap(page, "#go")
    await page.wait_for_selector("#words .placard")


async def test_written_submitted_approved_heard_and_stopped_again(phones):
    author, approver = phones
    thumb, page, station = Thumb(), author.page, author.station
    thumb.watch(page)
    thumb.watch(approver.page)
    await keep(page, "content-desk")
    await form_filled(author, thumb)
    text = await page.inner_text("#words")
    assert text.count("MỚI") == 3, "a notice, an announcement and its session"
    assert "Một lần, lúc 10:10 ngày 04/05/2027" in text
    assert "Bản Khuổi Sao" in await page.inner_text(".silent")
    assert await page.locator("#sign").is_disabled(), "a village without speech blocks"
    await page.wait_for_selector("#painted:not([hidden])")
    await keep(page, "content-read")
    await thumb.tap(page, "label:has(#accept)")
    await thumb.tap(page, "#sign:enabled")
    await page.wait_for_selector("#live[data-state=submitted]")

    await thumb.tap(approver.page, "a.card.content")
    await approver.page.wait_for_selector("#sign:enabled")
    await keep(approver.page, "content-approve")
    await thumb.tap(approver.page, "#sign:enabled")
    await approver.page.wait_for_selector("#live[data-state=released]")
    await keep(approver.page, "content-released")
    assert thumb.taps <= 10, thumb.taps
    bundle = station.released(Target.BUNDLE)
    assert (bundle.version, [each.versions[0].title for each in bundle.announcements]) == (2, ["Lịch tiêm chủng tháng 5"])

    await page.goto(author.url("/officer"))
    card = f"section.alert[data-name='{bundle.announcements[0].id}']"
    await keep(page, "content-air")
    await page.tap(f"{card} [data-stop]")
    await page.wait_for_selector(f"{card} [data-really]:enabled")
    await page.tap(f"{card} [data-really]")
    await page.wait_for_url("**/officer/content/stopped/**")
    await keep(page, "content-stopped")
    stops = station.released(Target.STOP)
    assert isinstance(stops, StopList)
    left = [each.name for each in entries(bundle, stops, station.clock())]
    assert left == ["tiem-chung"], "all that the wish put goes, the rest stands"
    await page.tap("a[href*='corrects']")
    assert await page.input_value("#text-vi") == TEXT, "a correction begins with the same words"
    no_private_half(thumb.posted)
    assert await page.evaluate(EXPORTED) == "refused"


async def test_from_the_microphone_to_the_units_in_ten_taps_on_two_phones(station, tmp_path):
    Writers(station).morning()
    (tmp_path / "speech.wav").write_bytes(wav(said(pause=0.8)))
    async with phone_hearing(station, tmp_path / "speech.wav") as author:
        approver = await second_phone(author)
        thumb, page = Thumb(), author.page
        await thumb.tap(page, "nav.begin a[href*='/officer/record']")
        await thumb.tap(page, ".mic")
        await spoken(page, 4)
        await thumb.tap(page, ".mic")
        await thumb.tap(page, "[data-part=send]")
        await page.wait_for_url("**/officer/recordings/**")
        await thumb.tap(page, "#use")
        await page.wait_for_selector("#wish")
        await keep(page, "content-recorded")
        assert not await page.is_checked("[name=on_board]"), "a title alone is no notice"
        await page.fill("#text-vi", TEXT)
        assert await page.is_checked("[name=on_board]"), "words for the board stand on it"
        await page.uncheck("[name=on_board]", force=True)
        await page.fill("#text-vi", f"{TEXT} Xin nhắc lại.")
        assert not await page.is_checked("[name=on_board]"), "unless their author has said otherwise"
        await thumb.tap(page, f"label:has([value='{CHANNEL}.01'])")
        await thumb.tap(page, "#go")
        await thumb.tap(page, "#sign:enabled")
        await page.wait_for_selector("#live[data-state=submitted]")
        await thumb.tap(approver.page, "a.card.content")
        await thumb.tap(approver.page, "#sign:enabled")
        await approver.page.wait_for_selector("#live[data-state=released]")
        assert thumb.taps == 10
    (announcement,) = station.released(Target.BUNDLE).announcements
    assert (announcement.areas, announcement.versions[0].voice) == ((f"{CHANNEL}.01",), NUONG)


EXPORTED = """import('/officer/static/keys.js').then(async ({kept}) => crypto.subtle.exportKey('pkcs8', (await kept()).pair.privateKey)
    .then(() => 'exported', () => 'refused'))"""
SENT = {
    "/officer/content": {"format", "once", "channel", "areas", "on_board", "essential", "sound", "versions", "until"},
    "/signature": {"format", "signature", "accepted", "channel", "name", "signed", "content"},
    "/stop": {"format", "channel", "name"},
}


def no_private_half(posted):
    bodies = [(url, json.loads(body)) for url, body in posted if body]
    assert {next(end for end in SENT if url.endswith(end)) for url, _ in bodies} == set(SENT)
    for url, body in bodies:
        assert set(body) <= next(keys for end, keys in SENT.items() if url.endswith(end)), url
        assert len(body.get("signature", "00" * 64)) == 128
        assert "PRIVATE" not in json.dumps(body)


def swapped(told):
    return {**told, "content": told["content"].replace("Thông báo", "Cảnh báo")}


def unchanged(told):
    return {**told, "released": told["content"]}


@pytest.mark.parametrize("forged", [swapped, unchanged])
async def test_a_content_that_is_not_the_signed_one_or_changes_nothing_is_signed_by_nobody(phones, forged):
    author, _ = phones
    await author.forges("**/words", forged)
    await author.page.tap("nav.begin a[href*='content/new']")
    await author.page.fill("#text-vi", TEXT)
    await author.page.tap("#go")
    assert "DO NOT SIGN" in await author.problem()
    assert await author.page.locator("#sign").is_disabled()


async def test_every_difference_from_what_is_released_stands_open(phones):
    author, _ = phones
    station = author.station
    gone = Notice(id="hop-thon", provenance=PROVENANCE, versions=(Wording(language="vi", title="Họp thôn", body="Tối nay."),))
    bundle = small_bundle(station.clock())
    bundle = bundle.model_copy(update={"version": 2, "notices": (*bundle.notices, gone)})
    station.publisher.release_bundle(CHANNEL, bundle, at=station.clock())

    def other(told):
        """What is released, as a captured registry may tell it: one text changed, one notice more."""
        released = json.loads(told["released"])
        released["notices"][0]["versions"][0]["body"] = "Trạm y tế đóng cửa."
        released["notices"].append({**released["notices"][0], "id": "bi-bo"})
        return {**told, "released": json.dumps(released)}

    await author.forges("**/words", other)
    await form_filled(author, Thumb())
    text = await author.page.inner_text("#words")
    assert all(part in text for part in ("SỬA · changed", "BỎ · removed", "MỚI · new")), text
    await author.page.tap(".placard.changed summary")
    assert "Trạm y tế đóng cửa." in await author.page.inner_text(".placard.changed"), "both versions can be read"
    assert "Giữ nguyên 1 mục" in text
    await keep(author.page, "content-differences")


def two_bundles(random):
    """A released bundle and the next, and what differs between them: (kind, name) of items, (kind, None) of the rest."""
    before, now, expected = {"format": 1, "title": "A"}, {"format": 1, "title": random.choice("AB")}, set()
    if before["title"] != now["title"]:
        expected.add(("title", None))
    for kind in ("notices", "announcements", "sessions", "unheard_of"):
        lists = [{name: random.choice(["a", "a", "b"]) for name in random.sample("abcdef", random.randrange(5))} for _ in (before, now)]
        for bundle, items in zip((before, now), lists, strict=True):
            if items or random.random() < 0.5:
                bundle[kind] = [{"id": name, "versions": [{"title": title}]} for name, title in items.items()]
        old, new = lists
        expected |= {(kind, name) for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return {**before, "version": 1}, {**now, "version": 2}, expected


FOUND = """(pairs) => import('/officer/static/bundles.js').then(({differences, alike}) => pairs.map(([before, now]) =>
    [differences(before, now).map(({kind, id}) => [kind, id ?? null]), alike(before, now).map(([kind, {id}]) => [kind, id])]))"""


async def test_no_difference_between_two_bundles_is_left_out_or_made_up(phones):
    random = Random(20270504)
    cases = [two_bundles(random) for _ in range(300)]
    found = await phones[0].page.evaluate(FOUND, [[before, now] for before, now, _ in cases])
    for (_, now, expected), (differ, alike) in zip(cases, found, strict=True):
        assert {(kind, name) for kind, name in differ} == expected
        names = {(kind, item["id"]) for kind, items in now.items() if isinstance(items, list) for item in items}
        assert {(kind, name) for kind, name in alike} == names - expected


async def test_a_clip_that_is_not_the_signed_one_is_played_to_nobody(phones):
    author, _ = phones
    await form_filled(author, Thumb())
    await author.page.route("**/clips/**", lambda route: route.fulfill(body=b"OggS other"))
    await author.page.tap("#words .hear")
    assert "not the sound that is signed" in await author.problem()


async def test_a_refused_hour_is_told_in_the_form_and_nothing_typed_is_lost(phones):
    author, _ = phones
    page = author.page
    await page.tap("nav.begin a[href*='content/new']")
    await page.fill("#text-vi", TEXT)
    await page.tap("label:has([name=sound][value=once])")
    await page.fill("#start", "2027-05-04T23:00")
    await page.tap("#go")
    assert "gần nhất: 21:" in await author.problem()
    assert await page.input_value("#text-vi") == TEXT
    await keep(page, "content-refused")
