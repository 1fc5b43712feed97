"""A newcomer records thirty seconds on a phone, another approves, a unit speaks and shows it, and one person stops it: all of it real.

Real registry, real phone-size browsers, a real unit with simulated hardware; the session is ten minutes off, so that it takes twelve.
"""

import shutil
import threading
import time

import pytest
from playwright.sync_api import sync_playwright

from bangtin.demo.show import CONTENT
from bangtin.demo.village import CHANNEL, PLACE, UNIT, Village, Wiring
from evidence.records import Outcome, Rung, Shown, Sounded
from registry.making.voice import EspeakVoice
from tests.endtoend.kept import board, keep_file
from tests.endtoend.officers import Commune, Phone

pytestmark = [pytest.mark.journey, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]

NUONG, DU = "Lường Văn Bản", "Vi Thị Duyệt"
WORDS = (
    "Kính thưa bà con. Sáng mai, từ bảy giờ đến mười một giờ, trạm y tế xã tiêm vắc xin cho trẻ em từ chín tháng đến mười tám tháng tuổi. "
    "Bà con nhớ mang theo sổ tiêm chủng và cho các cháu ăn no trước khi đi. Nhà nào ở xa, xe của xã đón ở nhà văn hoá thôn lúc sáu giờ rưỡi. "
    "Ai có điều chưa rõ, xin hỏi chị Mây ở trạm y tế. Xin nhắc lại, sáng mai, bảy giờ, tại trạm y tế xã. Xin cảm ơn bà con."
)
SECONDS = 30
HEARS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required")


@pytest.fixture
def commune(tmp_path):
    made = Commune(Village(tmp_path, CONTENT))
    try:
        made.prepare()
        yield made
    finally:
        codes = made.village.stage.stop_all()
    assert set(codes.values()) == {0}, codes


@pytest.fixture
def phones(tmp_path):
    speech = tmp_path / "speech.wav"
    speech.write_bytes(EspeakVoice().say(WORDS, "vi", "speech"))
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", *HEARS, f"--use-file-for-fake-audio-capture={speech}"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        made = [Phone(browser, name) for name in ("author", "approver")]
        for phone in made:
            phone.context.grant_permissions(["microphone"])
        yield made
        browser.close()
    assert [phone.errors for phone in made] == [[], []]


def test_a_newcomer_records_another_approves_a_unit_speaks_and_one_person_stops_it(commune, phones, tmp_path):
    author, approver = phones
    village = commune.village
    figures = [phone.bind(commune.invitation(name)) for phone, name in ((author, NUONG), (approver, DU))]
    commune.seat(NUONG, figures[0], content="author", stop="author")
    commune.seat(DU, figures[1], content="approver")
    village.wire(Wiring(frames=None, poll_seconds=600.0))
    village.enrol()
    village.start_unit()
    village.wait("the board is up", lambda: village.paths.status("display").exists(), 60)
    village.wait("the agent listens", lambda: village.paths.status("agent").exists(), 60)
    for phone in phones:
        phone.page.goto(f"{village.url}/officer")
    author.taps = approver.taps = 0

    author.tap("nav.begin a[href*='/officer/record']")
    author.tap(".mic")
    pause(SECONDS)
    author.keep("recording")
    author.tap(".mic")
    author.page.wait_for_selector("[data-part=cut]:not([hidden])")
    author.keep("trim")
    author.tap("[data-part=send]")
    author.page.wait_for_url("**/officer/recordings/**")
    author.keep("heard")
    author.tap("#use")
    author.page.wait_for_selector("#wish")
    author.tap(f"label:has([name=area][value='{PLACE}'])")
    author.page.check("[name=essential]", force=True)
    author.keep("form")
    author.tap("#go")
    author.page.wait_for_selector("#words .placard")
    author.keep("read")
    if author.page.locator("#accept").count():
        author.tap("label:has(#accept)")
    author.tap("#sign:enabled")
    author.page.wait_for_selector("#live[data-state=submitted]")

    approver.tap("a.card.content")
    approver.page.wait_for_selector("#words .placard")
    approver.keep("approve")
    approver.tap("#sign:enabled")
    approver.page.wait_for_selector("#live[data-state=released]")
    taps = author.taps + approver.taps
    print(f"taps {taps}")
    assert taps <= 10

    visitor = village.visitor()
    title = next(iter(told(village)), "")
    assert title
    village.wait("it sounds", lambda: outcome(village, title) is Outcome.STARTED, 15 * 60)
    began = time.monotonic()
    author.page.goto(f"{village.url}/officer")
    keep_file(board(village, tmp_path / "board.png"), "journey-board.png")
    village.wait("all of it has left the driver", lambda: outcome(village, title) is Outcome.COMPLETE, 120)
    print(f"spoken for {time.monotonic() - began:.0f} s")
    (spoken,) = [line for line in sounded(village, title) if line.outcome is Outcome.COMPLETE]
    assert spoken.rung >= Rung.LEFT_DRIVER
    assert spoken.samples > 48_000 * (SECONDS - 8)
    village.wait("the board presented it", lambda: any(title in line.item and line.frames for line in shown(village)), 240)

    phone = author.page.context.new_page()
    phone.goto(f"{village.url}/coverage")
    village.wait("coverage fills", lambda: covered(phone, village), 240)
    keep_file(picture(phone, tmp_path / "coverage.png"), "journey-coverage.png")
    assert "mô phỏng" in phone.content(), "a simulated unit reaches nobody, and the page says so"

    card = f"section.alert[data-name^='{title.partition('-bang')[0]}']"
    author.page.goto(f"{village.url}/officer")
    author.taps = 0
    author.tap(f"{card} [data-stop]")
    author.page.wait_for_selector(f"{card} [data-really]:enabled")
    author.tap(f"{card} [data-really]")
    author.page.wait_for_url("**/officer/content/stopped/**")
    assert author.taps == 2
    village.wait("the unit lets go of it", lambda: gone(author), 240)
    author.keep("stopped")
    assert visitor


def pause(seconds):
    threading.Event().wait(seconds)


def sounded(village, title):
    return [line for line in village.journal("audio") if isinstance(line, Sounded) and line.item == title]


def shown(village):
    return [line for line in village.journal("display") if isinstance(line, Shown)]


def outcome(village, title):
    lines = sounded(village, title)
    return lines[-1].outcome if lines else None


def told(village):
    from bundle.trust import Target
    from registry.trust.site import Site
    from registry.trust.urgent import released_document

    bundle = released_document(Site(village.part("site")), CHANNEL, Target.BUNDLE)
    return [each.id for each in bundle.announcements if each.id.startswith("tin-")]


def covered(page, village):
    page.reload()
    return UNIT in page.content() or "mô phỏng" in page.content()


def picture(page, path):
    page.screenshot(path=path, full_page=True)
    return path


def gone(phone):
    phone.page.reload()
    return "Không còn nơi nào" in phone.text()
