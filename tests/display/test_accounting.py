"""What the board says that it showed: each language by itself, whose mark stood beside it, and nothing that could not be drawn."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bundle.alert import AlertSet, AlertText
from bundle.items import SponsorMark
from bundle.trust import Target
from device.durable import replace
from device.journal import JournalWriter, read
from device.paths import Paths
from display.errors import PageUndrawable
from evidence.records import AlertSeen, Fault, FaultCode, Outcome, Record, Shown
from evidence.sponsored import sponsored
from tests.audio.conftest import until
from tests.display.test_board import Village, told
from tests.display.test_program import enrol
from tests.simulators.content import CHANNEL, PROVENANCE, flood_alert, picture_of, small_bundle
from tests.simulators.publisher import START, Publisher

KHMER = AlertText(language="km", headline="ទឹកជំនន់", instruction="ឡើងទៅផ្ទះវប្បធម៌ភ្លាម។", where="ឃុំបានម៉ៅ")


def bilingual(now: datetime) -> AlertSet:
    (alert,) = flood_alert(now).alerts
    return AlertSet(format=1, channel=CHANNEL, alerts=(alert.model_copy(update={"versions": (*alert.versions, KHMER)}),))


def receipts(village: Village) -> list[tuple[str, Outcome]]:
    return [(line.language, line.outcome) for line in village.lines() if "lu-1" in line.item]


def test_an_alert_is_accounted_for_in_each_language_by_itself(tmp_path: Path) -> None:
    village = Village(tmp_path, [told("mot")])
    village.alert(bilingual(village.clock.now().wall))
    village.run(40)
    assert receipts(village) == [("vi", Outcome.STARTED), ("vi", Outcome.COMPLETE), ("km", Outcome.STARTED), ("km", Outcome.COMPLETE)]
    vietnamese, khmer = [line for line in village.lines() if line.outcome is Outcome.COMPLETE and "lu-1" in line.item]
    assert khmer.began.mono == vietnamese.at.mono, "the one begins when the other has been seen"
    assert (vietnamese.pages, vietnamese.of, khmer.pages, khmer.of) == (1, 1, 1, 1)
    assert vietnamese.frames >= 1
    assert khmer.frames >= 1


def test_an_alert_is_on_the_board_before_anything_is_written_about_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    village, on = Village(tmp_path, [told("mot")]), []
    village.run(2)
    write = JournalWriter.write

    def writing(self: JournalWriter, record: Record, sync: bool = False) -> Record:
        on.append((type(record), village.screen.seen().get_at((320, 180))[:3]))
        return write(self, record, sync)

    monkeypatch.setattr(JournalWriter, "write", writing)
    before = village.screen.seen().get_at((320, 180))[:3]
    village.alert(bilingual(village.clock.now().wall))
    village.run(2)
    after = village.screen.seen().get_at((320, 180))[:3]
    assert after != before
    assert {kind for kind, _ in on} >= {AlertSeen, Shown}
    assert {colour for _, colour in on} == {after}, "no record is worth an alert that waits for it"


def test_a_language_that_was_not_reached_is_in_no_receipt(tmp_path: Path) -> None:
    village = Village(tmp_path, [told("mot")])
    village.alert(bilingual(village.clock.now().wall))
    village.run(3)
    village.board.stop(village.clock.now())
    assert receipts(village) == [("vi", Outcome.STARTED), ("vi", Outcome.INTERRUPTED)]


def test_whose_mark_stood_beside_what_and_on_how_much_of_the_board(tmp_path: Path) -> None:
    village = Village(tmp_path, [told("mot"), told("hai")])
    mark = SponsorMark(id="lua-xanh", provenance=PROVENANCE, sponsor="HTX Lúa Xanh", contract="03", picture=picture_of(b"mark"), share=0.5)
    village.publish([told("mot"), told("hai")], blobs=[b"mark"], sponsors=(mark,))
    village.run(600, step=2.0)
    found = sponsored(village.lines(Shown))
    assert found.share("lua-xanh") == pytest.approx(0.5, abs=0.1)
    assert 0 < found.marks["lua-xanh"].area <= 0.2
    assert all((line.sponsor is None) == (line.sponsor_area == 0) for line in village.lines(Shown))


def test_a_later_page_that_cannot_be_drawn_gives_way_and_the_round_goes_on(tmp_path: Path) -> None:
    village = Village(tmp_path, [told("dai", body="\n\n".join("Trạm y tế xã mở cửa lúc 7 giờ." for _ in range(40))), told("hai")])
    page = village.presenter._painter.page

    def failing(wanted):  # type: ignore[no-untyped-def] # stands in for the painter's method
        if "dai-p2" in wanted.what:
            raise PageUndrawable("hỏng")
        return page(wanted)

    village.presenter._painter.page = failing  # type: ignore[method-assign]
    assert "notice-hai-p1of1" in village.run(60)
    assert ("dai", Outcome.FAILED) in village.outcomes()


@pytest.mark.parametrize("notices", [[], ["mot"]])
def test_an_emergency_whose_words_cannot_be_drawn_is_still_an_emergency(tmp_path: Path, notices: list[str]) -> None:
    village = Village(tmp_path, [told(name) for name in notices])
    page = village.presenter._painter.page

    def failing(wanted):  # type: ignore[no-untyped-def] # stands in for the painter's method
        if "lu-1" in wanted.what and "own-words" not in wanted.subject and wanted.subject:
            raise PageUndrawable("hỏng")
        return page(wanted)

    village.presenter._painter.page = failing  # type: ignore[method-assign]
    village.alert(bilingual(village.clock.now().wall))
    assert all(name.startswith("alert") for name in village.run(60)), "from its first moment, whatever else there is"
    assert any("Trưởng thôn" in page.text() for page in village.board._scene.pages)
    assert receipts(village) == [("vi", Outcome.FAILED)], "told once, and nobody claims that it was shown"
    assert all(name.startswith("alert") for name in village.run(120))
    assert receipts(village) == [("vi", Outcome.FAILED)], "although it is tried again"
    village.presenter._painter.page = page  # type: ignore[method-assign]
    village.run(65)
    assert ("vi", Outcome.STARTED) in receipts(village), "an emergency has its own words as soon as they can be drawn"
    faults = [line.active for line in village.lines(Fault) if line.code is FaultCode.PAGE_UNDRAWABLE]
    assert faults == [True, False]


def test_what_fails_again_and_again_is_written_down_once(tmp_path: Path) -> None:
    village = Village(tmp_path, [told("hong")])
    page = village.presenter._painter.page

    def failing(wanted):  # type: ignore[no-untyped-def] # stands in for the painter's method
        if "hong" in wanted.what:
            raise PageUndrawable("hỏng")
        return page(wanted)

    village.presenter._painter.page = failing  # type: ignore[method-assign]
    village.run(60, step=0.1)
    assert village.board.showing == "builtin"
    assert [outcome for item, outcome in village.outcomes() if item == "hong"] == [Outcome.FAILED]


DIES = """
import ctypes, sys
from pathlib import Path
from device.paths import Paths
from display.main import run
from display.paint.painter import Painter
elements = Painter.elements
def deadly(self, canvas, wanted):
    wanted = tuple(wanted)
    if any("hong" in "".join(run.text for run in getattr(each, "runs", ())) for each in wanted):
        ctypes.string_at(0)
    return elements(self, canvas, wanted)
Painter.elements = deadly
sys.exit(run(Paths(Path(sys.argv[1]))))
"""
UNIT = '[screen]\ndriver = "headless"\nwidth = 640\nheight = 360\npace = 20.0\n[clock]\ndriver = "shifted"\n'


def enrolled(folder: Path) -> Paths:
    paths, publisher = Paths(folder / "unit"), Publisher(folder)
    replace(paths.unit_toml, UNIT.encode())
    replace(paths.root_json, publisher.root_bytes)
    replace(paths.clock_offset, str((START + timedelta(hours=1) - datetime.now(UTC)).total_seconds()).encode())
    publisher.release_bundle(CHANNEL, small_bundle(START).model_copy(update={"notices": (told("hong"), told("tot"))}))
    replace(paths.shelf / CHANNEL / f"{Target.BUNDLE}.pack", publisher.pack(CHANNEL, Target.BUNDLE))
    enrol(paths)
    return paths


def complete(paths: Paths) -> set[str]:
    return {line.item for line in read(paths.journal("display")) if isinstance(line, Shown) and line.outcome is Outcome.COMPLETE}


def test_what_killed_the_program_twice_is_quarantined_and_the_board_goes_on(tmp_path: Path) -> None:
    paths = enrolled(tmp_path)
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", DIES, str(paths.root)], check=False, timeout=60, capture_output=True)
        assert done.returncode < 0, done.stderr.decode()
    third = subprocess.Popen([sys.executable, "-c", DIES, str(paths.root)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: complete(paths) or third.poll() is not None, "a notice that was seen whole")
    finally:
        third.terminate()
        third.wait(20)
    assert complete(paths) == {"tot"}
    faults = [line for line in read(paths.journal("display")) if isinstance(line, Fault)]
    assert any(fault.code is FaultCode.QUARANTINED and "hong" in fault.detail for fault in faults)
