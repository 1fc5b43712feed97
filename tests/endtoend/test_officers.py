"""Two officers' phones raise an alert on a unit and publish a notice, and one person stops either: real processes, real browser."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from bangtin.demo.show import CONTENT
from bangtin.demo.village import Village, Wiring
from evidence.records import AlertSeen, Sounded
from tests.endtoend.kept import board, keep_file
from tests.endtoend.officers import Commune, Phone
from tests.endtoend.publishing import publish, take_off

pytestmark = [pytest.mark.endtoend, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]

NUONG, DU, LA = "Lường Văn Bản", "Vi Thị Duyệt", "Vừ A Lạ"


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
def phones():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        made = [Phone(browser, name) for name in ("author", "approver", "stranger")]
        yield made
        browser.close()
    assert [phone.errors for phone in made] == [[], [], []]


def test_two_phones_raise_an_alert_and_publish_and_one_person_stops_either_in_two_taps(commune, phones, tmp_path):
    author, approver, stranger = phones
    village = commune.village
    figures = [phone.bind(commune.invitation(name)) for phone, name in ((author, NUONG), (approver, DU), (stranger, LA))]
    assert len(set(figures)) == 3
    commune.seat(NUONG, figures[0], alerts="author", content="author", stop="author")
    commune.seat(DU, figures[1], alerts="approver", content="approver")
    village.wire(Wiring(frames=None, poll_seconds=600.0))
    village.enrol()
    village.start_unit()
    village.wait("the board is up", lambda: (village.paths.status("display")).exists(), 60)
    village.wait("the agent listens", lambda: (village.paths.status("agent")).exists(), 60)
    for phone in phones:
        phone.page.goto(f"{village.url}/officer")
        phone.keep("desk")
    assert "chưa có quyền ký" in stranger.text()
    author.taps = approver.taps = 0

    author.tap(".phrases a:has-text('Lũ lên nhanh')")
    author.page.wait_for_selector("#wish")
    author.keep("form")
    author.tap(".levels label.l4")
    author.tap("#go")
    author.page.wait_for_selector("#words article")
    author.page.wait_for_selector("#painted:not([hidden])")
    author.keep("words")
    assert "Nước sông An đang lên nhanh" in author.text(), "the words of what is signed"
    assert "tiếng Mông" in author.text(), "a village that hears nothing in its language is named first"
    author.tap("label:has(#accept)")
    author.tap("#sign:enabled")
    author.page.wait_for_selector("#live[data-state='signed-by-author']")
    author.page.wait_for_selector("#words article")
    author.keep("signed")

    approver.page.wait_for_selector("#live h2:has-text('Chờ bạn')", timeout=15_000)
    approver.keep("waiting")
    approver.tap("a.alert")
    approver.page.wait_for_selector("#words article")
    approver.keep("words")
    assert not commune.unit_shows()
    approver.tap("#sign:enabled")
    shown = commune.within(10, commune.unit_shows)
    commanded = shown + commune.within(10, commune.amplifier_on)
    sounding = commanded + commune.within(20, commune.unit_sounds)
    taps = author.taps + approver.taps
    print(f"taps {taps}, board {shown:.2f} s, amplifier {commanded:.2f} s, speech {sounding:.2f} s after the last")
    assert taps <= 8
    approver.page.wait_for_url("**/officer/reach/*")
    approver.page.wait_for_selector("#now")
    approver.keep("reach")
    author.page.wait_for_url("**/officer/reach/*")
    keep_file(board(village, tmp_path / "board.png"), "desk-board.png")

    author.page.goto(f"{village.url}/officer")
    author.page.wait_for_selector(".alert:not(.content) [data-stop]")
    author.keep("on-air")
    author.taps = 0
    author.tap(".alert:not(.content) [data-stop]")
    author.page.wait_for_selector(".alert:not(.content) [data-really]:enabled")
    author.keep("sure")
    author.tap(".alert:not(.content) [data-really]")
    silent = commune.within(5, commune.unit_sounds, so=False)
    gone = commune.within(5 - silent, commune.unit_shows, so=False)
    print(f"stopped in {author.taps} taps: silent after {silent:.2f} s, page off after {silent + gone:.2f} s")
    assert author.taps == 2
    author.page.wait_for_url("**/officer/reach/*")
    author.page.wait_for_selector("#now")
    author.keep("stopped")
    assert any(isinstance(line, AlertSeen) for line in village.journal("audio"))
    assert any(isinstance(line, Sounded) and line.occurrence.startswith("alert:") for line in village.journal("audio"))
    publish(commune, author, approver)
    take_off(commune, author, stops=2)
    nobody_gave_a_key_away(commune, phones)
    assert "chuỗi nguyên vẹn" in village.stage.command("registry", "audit", "--data", commune.data)


def nobody_gave_a_key_away(commune, phones):
    """Not extractable in the browser; no request and no file of the registry holds anything that could be a private half."""
    for phone in phones:
        kind = phone.page.evaluate(
            """async () => { const {kept} = await import('/officer/static/keys.js'); const {pair} = await kept();
            const out = await crypto.subtle.exportKey('pkcs8', pair.privateKey).then(() => 'given away', () => 'kept');
            return [pair.privateKey.extractable, out]; }"""
        )
        assert kind == [False, "kept"]
        assert phone.sent, "the requests were captured"
        assert not [told for told in phone.sent if b"PRIVATE" in told or b'"d"' in told or b"302e020100300506032b6570" in told.lower()]
    kept = b"".join(path.read_bytes() for path in commune.data.rglob("*") if path.is_file())
    secret = (commune.village.part("keys") / "passphrase").read_bytes().strip()
    assert secret not in kept
    assert secret not in b"".join(told for phone in phones for told in phone.sent)
