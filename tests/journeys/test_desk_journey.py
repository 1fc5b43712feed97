"""A newcomer records thirty seconds on a phone, another approves, a unit speaks and shows it, coverage fills, and one person stops it.

Real registry, two real phone-size browsers, a real unit with simulated hardware. The form plans for ten minutes later: that is its length.
"""

import shutil
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import sync_playwright

from audio.driver.ring import RATE
from audio.driver.tape import read_tape
from bangtin.demo.show import CONTENT
from bangtin.demo.village import CHANNEL, Stand, Village, Wiring
from bundle.asset import blob_path
from bundle.schedule import VIETNAM
from bundle.trust import Target
from device.status import read_status
from evidence.records import Outcome, Rung, Sounded
from registry.desk.composing import NOTICE, SESSION
from registry.trust.site import Site
from registry.trust.urgent import released_document
from tests.endtoend.kept import board, keep_file
from tests.endtoend.officers import Commune, Phone
from tests.journeys.journey_sound import clip_samples, found, left_at, level, likeness, write_speech

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]

NUONG, DU = "Lường Văn Bản", "Vi Thị Duyệt"
HERE = Stand("an-phu-01", f"{CHANNEL}.01", "Thôn Bến Đò, xã An Phú", "vi")
WORDS = (
    "Kính thưa bà con. Sáng mai, từ bảy giờ đến mười một giờ, trạm y tế xã tiêm vắc xin cho trẻ em từ chín đến mười tám tháng tuổi. "
    "Bà con nhớ mang theo sổ tiêm chủng và cho các cháu ăn no trước khi đi. Nhà nào ở xa, xe của xã đón ở nhà văn hóa lúc sáu giờ rưỡi. "
    "Ai có điều chưa rõ, xin hỏi chị Mây ở trạm y tế. Xin nhắc lại, sáng mai, bảy giờ, tại trạm y tế xã. Xin cảm ơn bà con."
)
TEXT = "Sáng mai, 7 giờ đến 11 giờ, trạm y tế xã tiêm vắc xin cho trẻ từ 9 đến 18 tháng tuổi. Nhớ mang sổ tiêm chủng."
SECONDS = 30
PACE = 4.0
"""The board turns its pages so much faster: the village has many notices, and ten minutes until the session."""
PATIENCE = 15 * 60.0
REPORTED = 240.0
"""Seconds in which a unit's receipts are at the registry."""


@pytest.fixture
def commune(tmp_path):
    made = Commune(Village(tmp_path, CONTENT, HERE))
    try:
        made.prepare()
        yield made
    finally:
        codes = made.village.stage.stop_all()
    assert set(codes.values()) == {0}, codes


@pytest.fixture
def speech(tmp_path):
    path = tmp_path / "speech.wav"
    write_speech(WORDS, path)
    return path


@pytest.fixture
def phones(speech):
    hears = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", f"--use-file-for-fake-audio-capture={speech}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", *hears])
        made = [Phone(browser, name) for name in ("author", "approver")]
        yield made
        browser.close()
    assert [phone.errors for phone in made] == [[], []]


def test_a_newcomer_records_another_approves_a_unit_speaks_and_shows_it_and_one_person_stops_it(commune, phones, speech, tmp_path):
    author, approver = phones
    village = commune.village
    figures = [phone.bind(commune.invitation(name)) for phone, name in ((author, NUONG), (approver, DU))]
    commune.seat(NUONG, figures[0], content="author", stop="author")
    commune.seat(DU, figures[1], content="approver")
    village.wire(Wiring(pace=PACE))
    village.enrol()
    village.start_unit()
    for program in ("display", "audio", "agent"):
        village.wait(f"{program} runs", lambda program=program: read_status(village.paths, program) is not None, 60)
    for phone in phones:
        phone.page.goto(f"{village.url}/officer")
    author.keep("desk")

    said_to(author, f"{CHANNEL}.01")
    approved(approver)
    print(f"taps: {author.taps} by the author from the microphone on, {approver.taps} by the approver")
    assert author.taps + approver.taps <= 10
    name = released(village)

    village.wait("the board shows it", lambda: shows(village, name), 300)
    keep_file(board(village, tmp_path / "board.png"), "journey-board-notice.png")
    village.wait("it sounds", lambda: outcome(village, name) is Outcome.STARTED, PATIENCE)
    keep_file(board(village, tmp_path / "board.png"), "journey-board-while-it-sounds.png")
    village.wait("it has been said to its end", lambda: outcome(village, name) not in (None, Outcome.STARTED), 120)
    heard_in_the_village(village, name, speech)

    covered(author, village, name)
    taken_off(author, village, name)
    keep_file(board(village, tmp_path / "board.png"), "journey-board-after.png")
    assert "chuỗi nguyên vẹn" in village.stage.command("registry", "audit", "--data", commune.data)


def said_to(author: Phone, place: str) -> None:
    """Thirty seconds into the microphone, some words for the board, one village, and a signature; taps are counted from the microphone."""
    page = author.page
    author.tap("nav.begin a[href*='/officer/record']")
    page.wait_for_selector(".mic")
    author.keep("record")
    author.taps = 0
    author.tap(".mic")
    page.wait_for_selector(f"[data-part=time]:text-matches('^0:{SECONDS}')")
    author.keep("recording")
    author.tap(".mic")
    page.wait_for_selector("[data-part=cut]:not([hidden])")
    author.keep("trim")
    author.tap("[data-part=send]")
    page.wait_for_url("**/officer/recordings/**")
    author.keep("as-horns-play-it")
    author.tap("#use")
    page.wait_for_selector("#wish")
    assert page.is_checked("[name=essential]"), "whom a voice has reached is followed"
    author.tap("#text-vi")
    page.keyboard.insert_text(TEXT)
    assert page.is_checked("[name=on_board]"), "words for the board stand on it"
    author.tap(f"label:has([name=area][value='{place}'])")
    author.keep("form")
    author.tap("#go")
    page.wait_for_selector("#painted:not([hidden])")
    author.keep("read")
    author.tap("#sign:enabled")
    page.wait_for_selector("#live[data-state=submitted]")
    author.keep("submitted")


def approved(approver: Phone) -> None:
    """The other person's two taps."""
    approver.taps = 0
    approver.page.wait_for_selector("a.card.content")
    approver.keep("waiting")
    approver.tap("a.card.content")
    approver.page.wait_for_selector("#painted:not([hidden])")
    approver.keep("approve")
    approver.tap("#sign:enabled")
    approver.page.wait_for_selector("#live[data-state=released]")
    approver.keep("released")


def released(village: Village) -> str:
    """What the announcement is called that the desk put."""
    (name,) = [each.id for each in bundle_of(village).announcements if each.id.startswith("tin-")]
    return name


def bundle_of(village: Village):
    return released_document(Site(village.part("site")), CHANNEL, Target.BUNDLE)


def heard_in_the_village(village: Village, name: str, speech) -> None:
    """What left the driver is the signed clip from end to end, at the hour that was signed, and what was said into the phone."""
    bundle = bundle_of(village)
    (announcement,) = [each for each in bundle.announcements if each.id == name]
    (session,) = [each for each in bundle.sessions if each.id == name + SESSION]
    (done,) = [line for line in sounded(village, name) if line.outcome is not Outcome.STARTED]
    assert (done.outcome, done.simulated) == (Outcome.COMPLETE, True)
    assert done.rung is Rung.LEFT_DRIVER, "nobody proves more of a loudspeaker that is none"
    clip = announcement.versions[0].clip
    meant = clip_samples(village.part("site") / blob_path(clip.sha256), clip.gain)
    tape = read_tape(village.tape)
    at = found(tape, meant, done.at)
    heard = tape.samples[at : at + len(meant)]
    late = left_at(tape, at, done.at) - session.schedule.start.replace(tzinfo=ZoneInfo(VIETNAM))
    forwards, backwards = likeness(heard, speech)
    print(f"{len(heard) / RATE:.1f} s left the driver {late.total_seconds():+.2f} s from the hour, {level(heard):.1f} dBFS")
    print(f"rhythm: {forwards:.2f} like what was said, {backwards:.2f} like the same backwards")
    assert len(heard) > (SECONDS - 3) * RATE
    assert abs(late) < timedelta(seconds=1)
    assert level(heard) > -26.0
    assert forwards > 0.8 > backwards


def covered(phone: Phone, village: Village, name: str) -> None:
    """The officer follows the link of the entry: one complete presentation is told, and not counted because nothing of it was real."""
    page = phone.page
    for item, words in ((name, "đã nghe"), (name + NOTICE, "đã thấy")):
        card = on_air(phone, village, name)
        phone.keep("on-air")
        page.tap(f"{card} a:has-text('{words}')")
        page.wait_for_url(f"**/{item}")
        village.wait(f"coverage of {item} fills", lambda: again(phone, "lần trình bày trọn vẹn"), REPORTED)
        assert " ".join(page.inner_text(".figures").split()) == "? 1 chưa rõ not known 1 thôn villages"
        phone.keep("reached")
        page.tap(".villages a")
        page.wait_for_url(f"**/{item}/{HERE.place}")
        text = phone.text()
        assert "mô phỏng nên chưa tính" in text
        assert page.locator(".receipts li .sim").count() >= 1, "the receipt itself, with the report that brought it"
        phone.keep("proof")
    page.goto(f"{village.url}/coverage")
    phone.keep("coverage")


def taken_off(phone: Phone, village: Village, name: str) -> None:
    """Two taps of one person; the unit lets go of it, and says so."""
    page, card = phone.page, on_air(phone, village, name)
    phone.taps = 0
    phone.tap(f"{card} [data-stop]")
    page.wait_for_selector(f"{card} [data-really]:enabled")
    phone.keep("sure")
    phone.tap(f"{card} [data-really]")
    began = time.monotonic()
    assert phone.taps == 2
    page.wait_for_url("**/officer/content/stopped/**")
    page.wait_for_selector("tr.c-gone:has-text('1')")
    print(f"stopped in {phone.taps} taps: nobody carries it after {time.monotonic() - began:.1f} s")
    assert "Không còn nơi nào" in phone.text()
    phone.keep("stopped")
    assert not shows(village, name)
    page.goto(f"{village.url}/coverage")
    assert name not in page.content(), "what is withdrawn is counted no longer"


def on_air(phone: Phone, village: Village, name: str) -> str:
    """The entry on the officer's desk, in sight: a list of more than a few is folded."""
    card = f"section[data-name='{name}']"
    phone.page.goto(f"{village.url}/officer")
    phone.page.wait_for_selector(".air")
    if not phone.page.locator(card).is_visible():
        phone.page.tap(".air > summary")
    phone.page.wait_for_selector(card)
    return card


def again(phone: Phone, words: str) -> bool:
    """Whether *words* stand on the page when it is loaded once more."""
    phone.page.reload()
    return words in phone.text()


def shows(village: Village, name: str) -> bool:
    """Whether the board presents the notice now, as it says itself."""
    said = read_status(village.paths, "display")
    return said is not None and (said.showing or "").startswith(f"notice-{name}{NOTICE}")


def sounded(village: Village, name: str) -> list[Sounded]:
    return [line for line in village.journal("audio") if isinstance(line, Sounded) and line.item == name]


def outcome(village: Village, name: str) -> Outcome | None:
    lines = sounded(village, name)
    return lines[-1].outcome if lines else None
