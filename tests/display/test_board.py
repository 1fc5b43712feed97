"""The board as a whole: a signed shelf, a driven clock, a screen in memory; what is shown, in which order, and what is proven."""

import io
from contextlib import closing
from datetime import timedelta

import pytest
from PIL import Image

from bundle.alert import AlertSet, Reference
from bundle.asset import blob_path
from bundle.items import Announcement, Notice, Spoken, Ticker, Wording
from bundle.layout import Layout
from bundle.policy import Kill, StopList, Withdrawal
from bundle.trust import Target
from device.clock import ManualClock
from device.journal import read
from device.paths import Paths
from device.shelf import Shelf
from director.decision import Main
from director.programme import Site
from display.board import Board
from display.errors import PageUndrawable
from display.ledger import Ledger
from display.look.glass import glass
from display.look.theme import DAY, NIGHT
from display.media.pictures import Pictures
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.text.pango import PangoMeasure
from evidence.records import AlertSeen, ClockState, Fault, FaultCode, Outcome, Shown
from evidence.report import Sounding
from tests.display.samples import panel
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, flood_alert, picture_of, small_bundle
from tests.simulators.publisher import START, Publisher

SITE = Site("bang-1", f"{CHANNEL}.01", "Bản Mẫu", (CHANNEL,), ("vi", "km"))
MEASURE = PangoMeasure()


def told(name, body="Trạm y tế xã mở cửa lúc 7 giờ.", pictures=(), khmer=False):
    versions = (Wording(language="vi", title=f"Tin {name}", body=body),)
    if khmer:
        versions += (Wording(language="km", title="ប្រជុំភូមិ", body="អញ្ជើញបងប្អូន។"),)
    return Notice(id=name, provenance=PROVENANCE, versions=versions, pictures=pictures)


class Village:
    """A publisher, a unit's folder and its board; `run` lets time pass in steps, as the program's loop would."""

    def __init__(self, folder, notices, pace=lambda main: 1.0):
        self.publisher = Publisher(folder / "publisher")
        self.paths = Paths(folder / "unit")
        self.clock = ManualClock.at(START + timedelta(hours=2))
        self.screen = HeadlessScreen((640, 360))
        self.version, self.frames = 0, folder / "frames"
        self.publish(notices)
        self.ledger, self.pace, self.sounding = Ledger(self.paths, self.clock, simulated=True), pace, None
        self.shaping = lambda size, offered: glass(size, offered, panel(size).scale.eyes)
        self.restart()

    def restart(self):
        """The board's program, as after a crash."""
        shelf = Shelf(self.paths, "display", self.publisher.root_bytes)
        pictures = Pictures(shelf.blob)
        self.presenter = Presenter(self.screen, Painter(pictures), MEASURE, self.frames)
        self.board = Board(shelf, SITE, self.ledger, self.presenter, MEASURE, pictures, self.pace, shaping=self.shaping)

    def publish(self, notices, blobs=(), **more):
        self.version += 1
        bundle = small_bundle(self.clock.now().wall).model_copy(update={"notices": tuple(notices), "version": self.version, **more})
        for blob in blobs:
            path = self.paths.shelf / blob_path(picture_of(blob).sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(blob)
        self.publisher.release_bundle(CHANNEL, bundle, blobs, at=self.clock.now().wall)
        self.put(Target.BUNDLE)

    def alert(self, alerts):
        self.publisher.release_alerts(CHANNEL, alerts, at=self.clock.now().wall)
        self.put(Target.ALERTS)

    def stop(self, **what):
        self.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, **what), at=self.clock.now().wall)
        self.put(Target.STOP)

    def put(self, target):
        path = self.paths.shelf / CHANNEL / f"{target}.pack"
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name("new")
        new.write_bytes(self.publisher.pack(CHANNEL, target))
        new.rename(path)

    def run(self, seconds, step=0.5):
        seen = []
        for _ in range(round(seconds / step)):
            self.board.step(self.clock.now(), self.sounding)
            if not seen or seen[-1] != self.board.showing:
                seen.append(self.board.showing)
            self.clock.advance(step)
        return seen

    def page(self):
        return self.board._scene.page

    def lines(self, kind=Shown):
        return [line for line in read(self.paths.journal("display")) if isinstance(line, kind)]

    def outcomes(self):
        return [(line.item, line.outcome) for line in self.lines()]


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path, [told("mot"), told("hai")])
    with closing(made.ledger):
        yield made


def test_notices_follow_each_other_and_each_is_proven_only_after_its_dwell(village):
    village.run(5.5)
    assert village.lines() == []
    village.run(2)
    first = village.lines()[0]
    assert (first.item, first.outcome, first.pages, first.of) == ("mot", Outcome.COMPLETE, 1, 1)
    assert first.frames >= 1
    assert first.simulated
    assert (first.at.wall - first.began.wall).total_seconds() >= 6
    assert village.run(15)[:3] == ["notice-hai-p1of1", "notice-mot-p1of1", "notice-hai-p1of1"]


def test_a_notice_comes_in_each_language_of_the_village(tmp_path):
    village = Village(tmp_path, [told("mot", khmer=True), told("hai")])
    assert village.run(25)[:4] == ["notice-mot-p1of1", "notice-mot-km-p1of1", "notice-hai-p1of1", "notice-mot-p1of1"]


def test_the_only_notice_is_presented_again_and_again(tmp_path):
    village = Village(tmp_path, [told("mot")])
    village.run(20)
    assert village.outcomes() == [("mot", Outcome.COMPLETE)] * 3


def test_an_alert_takes_the_whole_board_at_once_and_what_it_interrupted_starts_again(village):
    village.run(3)
    assert not village.board.emergency
    village.alert(flood_alert(village.clock.now().wall))
    assert village.run(60) == ["alert-lu-1-vi"], "xibo #3773: the alert never alternates with normal content"
    assert village.board.emergency, "which a beacon goes by where there is no loudspeaker"
    outcomes = village.outcomes()
    assert outcomes[0] == ("mot", Outcome.INTERRUPTED)
    assert [outcome for item, outcome in outcomes[1:] if "lu-1" in item] == [Outcome.STARTED, Outcome.COMPLETE]
    village.stop(withdrawn=(), cancelled=(flood_reference(village),))
    assert village.run(3) == ["notice-mot-p1of1"]


def flood_reference(village):
    (alert,) = village.board._programme.cells[0].alerts.alerts
    return Reference(sender=alert.sender, identifier=alert.identifier, sent=alert.sent)


def test_anthias_2430_a_withdrawn_item_goes_at_once(village):
    village.run(2)
    village.stop(withdrawn=(Withdrawal(item="mot", version=1, reason="sai giờ"),))
    assert village.run(30) == ["notice-hai-p1of1"]


def test_a_kill_sends_the_board_to_the_safe_page(village):
    village.run(2)
    village.stop(kills=(Kill(since=village.clock.now().wall, reason="bị chiếm"),))
    assert village.run(30) == ["builtin"]


def test_without_anything_to_show_the_built_in_page_is_on(tmp_path):
    village = Village(tmp_path, [])
    assert village.run(20) == ["builtin"]


def test_what_sounds_is_shown_while_it_sounds_and_for_a_time_afterwards(tmp_path):
    village = Village(tmp_path, [told("mot")])
    words = Spoken(language="vi", title="Lời chào", body="Kính chào bà con.", clip=clip_of(b"speech"), voice="may", reviewer="Lò Thị Mây")
    announcement = Announcement(id="loi-chao", provenance=PROVENANCE, versions=(words,))
    village.publish([told("mot")], blobs=[b"speech"], announcements=(announcement,))
    village.run(2)
    now = village.clock.now().stamp()
    village.sounding = Sounding(occurrence="x", item="loi-chao", channel=CHANNEL, language="vi", since=now)
    assert village.run(3) == ["caption-loi-chao"]
    village.sounding = None
    assert village.run(4) == ["caption-loi-chao"]
    assert village.run(30)[-1] == "notice-mot-p1of1"


def test_a_picture_that_cannot_be_read_leaves_the_text(tmp_path):
    village = Village(tmp_path, [told("mot")])
    village.publish([told("anh", pictures=(picture_of(b"no picture"),))], blobs=[b"no picture"])
    assert village.run(10)[-1] == "notice-anh-p1of1"


def test_a_picture_that_was_left_out_is_reported_until_other_content_comes(tmp_path):
    village = Village(tmp_path, [told("mot")])
    village.publish([told("anh", pictures=(picture_of(b"no picture"),)), told("hai")], blobs=[b"no picture"])
    village.run(40)
    (fault,) = [fault for fault in village.lines(Fault) if fault.code is FaultCode.MEDIA_UNREADABLE]
    assert fault.active
    assert fault.detail.startswith("anh: ảnh / picture 1: hỏng / damaged"), "once, however often it comes round"
    village.publish([told("hai")])
    village.run(10)
    assert [fault.active for fault in village.lines(Fault) if fault.code is FaultCode.MEDIA_UNREADABLE] == [True, False]


def test_a_good_picture_has_a_page_of_its_own(tmp_path):
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (250, 0, 0)).save(file, "PNG")
    village = Village(tmp_path, [told("mot")])
    village.publish([told("anh", pictures=(picture_of(file.getvalue()),))], blobs=[file.getvalue()])
    seen = set()
    for _ in range(80):
        village.run(0.5)
        picture = village.screen.seen()
        seen |= {tuple(picture.get_at((x, 180)))[:3] for x in range(0, 640, 5)}
    assert (250, 0, 0) in seen


def test_what_cannot_be_drawn_is_passed_over_told_and_never_a_black_board(tmp_path):
    link = "https://example.vn/" + "x" * 180
    good, bad = told("tot"), told("hong")
    village = Village(tmp_path, [bad, good])
    painter = village.presenter._painter
    page = painter.page

    def failing(wanted):
        if "hong" in wanted.what:
            raise PageUndrawable(link)
        return page(wanted)

    painter.page = failing
    assert village.run(20) == ["notice-tot-p1of1"]
    assert ("hong", Outcome.FAILED) in village.outcomes()
    assert [fault.code for fault in village.lines(Fault) if fault.code is not FaultCode.LANGUAGE_MISSING] == [FaultCode.PAGE_UNDRAWABLE]
    village.publish([told("hong")])
    assert village.run(20)[-1] == "builtin"


def test_what_could_not_be_drawn_is_tried_again_when_anything_new_comes(tmp_path):
    village = Village(tmp_path, [told("hong"), told("tot")])
    page = village.presenter._painter.page
    broken = True

    def failing(wanted):
        if broken and "hong" in wanted.what:
            raise PageUndrawable("hỏng")
        return page(wanted)

    village.presenter._painter.page = failing
    assert "notice-hong-p1of1" not in village.run(20)
    broken = False
    assert "notice-hong-p1of1" not in village.run(20)
    village.alert(AlertSet(format=1, channel=CHANNEL))
    assert "notice-hong-p1of1" in village.run(60)
    assert [fault.active for fault in village.lines(Fault) if fault.code is FaultCode.PAGE_UNDRAWABLE] == [True, False]


def test_a_language_that_is_missing_is_told_once_and_right_again_with_the_next_bundle(tmp_path):
    village = Village(tmp_path, [told("mot"), told("hai")])
    village.run(20)
    village.publish([told("mot", khmer=True), told("hai", khmer=True)])
    village.run(20)
    gaps = [fault for fault in village.lines(Fault) if fault.code is FaultCode.LANGUAGE_MISSING]
    assert [gap.active for gap in gaps] == [True, False]
    assert "km version: mot, hai" in gaps[0].detail


def test_a_flood_of_the_feed_that_is_held_back_shows_nothing_and_is_told_by_the_board_too(tmp_path):
    village = Village(tmp_path, [told("mot")])
    village.publisher.release_feed(CHANNEL, flood_alert(village.clock.now().wall), at=village.clock.now().wall)
    village.put(Target.FEED)
    assert set(village.run(20)) == {"notice-mot-p1of1"}
    (fault,) = [fault for fault in village.lines(Fault) if fault.code is FaultCode.FEED_HELD_BACK]
    assert fault.active
    assert not village.lines(AlertSeen)


def test_nothing_is_presented_while_nothing_changes_but_the_minute(village):
    village.publish([told("dai", body="Lời dài. " * 200)])
    village.run(1)
    before = village.presenter.frames
    village.run(5)
    assert village.presenter.frames - before <= 1, "at most the clock's minute"


def test_a_running_line_moves_without_a_new_page(tmp_path):
    village = Village(tmp_path, [told("mot")])
    ticker = Ticker(id="chay", provenance=PROVENANCE, versions=(Wording(language="vi", title="Cần cứu giúp, gọi 0200 000 114."),))
    village.publish([told("mot")], tickers=(ticker,))
    village.run(1)
    before, pages = village.presenter.frames, len(list(village.frames.glob("*.png")))
    village.run(3)
    assert village.presenter.frames - before >= 5
    assert len(list(village.frames.glob("*.png"))) == pages


def test_the_program_is_awake_at_the_very_moment_of_a_turn_and_at_an_alerts_end(village):
    village.run(0.5)
    turn = village.board.due(village.clock.now())
    village.clock.advance(turn - village.clock.now().mono)
    before = village.board.showing
    village.board.step(village.clock.now(), None)
    assert (before, village.board.showing) == ("notice-mot-p1of1", "notice-hai-p1of1")
    ends = village.clock.now().wall + timedelta(seconds=3)
    (alert,) = flood_alert(village.clock.now().wall).alerts
    village.alert(AlertSet(format=1, channel=CHANNEL, alerts=(alert.model_copy(update={"expires": ends}),)))
    village.board.step(village.clock.now(), None)
    now = village.clock.now()
    assert village.board.emergency
    assert village.board.due(now) - now.mono == pytest.approx((ends - now.wall).total_seconds())


def test_a_damaged_window_is_painted_again(village):
    village.run(2)
    village.screen.surface.fill((0, 0, 0))
    village.board.again(village.clock.now())
    assert tuple(village.screen.seen().get_at((5, 100)))[:3] != (0, 0, 0)


def test_pace_is_only_for_whom_it_is_meant(tmp_path):
    def pace(main: Main) -> float:
        return 6.0 if getattr(getattr(main, "notice", None), "id", "") == "mot" else 1.0

    village = Village(tmp_path, [told("mot"), told("hai")], pace)
    village.run(1.0)
    assert village.run(2.0)[-1] == "notice-hai-p1of1"
    assert village.run(4.0)[-1] == "notice-hai-p1of1"


def test_old_content_stays_and_says_its_date_and_an_unknown_clock_is_said(village):
    village.clock.moment = village.clock.moment.later(40 * 24 * 3600)
    village.run(1)
    assert village.board.showing.startswith("notice-")
    text = village.presenter._page.text()
    assert "Thông tin đến ngày" in text
    moment = village.clock.moment
    village.clock.moment = type(moment)(moment.wall, ClockState.UNKNOWN, moment.boot, moment.mono)
    village.run(8)
    assert "Giờ trên bảng chưa được kiểm chứng" in village.presenter._page.text()


def test_a_bad_pack_changes_nothing_and_is_told(village):
    village.run(2)
    path = village.paths.shelf / CHANNEL / f"{Target.BUNDLE}.pack"
    path.write_bytes(path.read_bytes()[:-200])
    assert village.run(10)[-1].startswith("notice-")
    assert FaultCode.CONTENT_REFUSED in [fault.code for fault in village.lines(Fault)]


def test_the_program_ends_with_what_was_on_written_down(village):
    village.run(3)
    village.board.stop(village.clock.now())
    assert village.outcomes() == [("mot", Outcome.INTERRUPTED)]


def test_a_caption_replaces_the_notice_and_is_not_paced(village):
    village.run(2)
    moment = village.clock.now()
    village.sounding = Sounding(occurrence="x", item="khong-co", channel=CHANNEL, language="vi", since=moment.stamp())
    assert village.run(3) == ["notice-mot-p1of1"], "nobody knows those words: the notice stays"


def test_the_colours_change_with_the_hour_while_the_page_stays(tmp_path):
    village = Village(tmp_path, [told("mot")])
    village.clock.advance(7 * 3600 + 3599)
    village.run(1)
    day, before = village.presenter._page, village.board.showing
    village.run(3)
    night = village.presenter._page
    assert (day.background, night.background) == (DAY.page.ground, NIGHT.page.ground)
    assert (day.text(), before) == (night.text(), village.board.showing)
    assert village.outcomes() == [], "it is the same presentation"


def test_a_layout_of_the_bundle_shares_the_board_out_and_the_units_own_choice_wins(village):
    bare = Layout(name="khong-dau", main_lines=1.0)
    village.publish([told("mot")], layouts=(bare,))
    village.restart()
    village.run(1)
    assert village.page().clock is None, "a layout without a header has no clock"
    village.shaping = lambda size, offered: glass(size, offered, panel(size).scale.eyes, "landscape")
    village.restart()
    village.run(1)
    assert village.page().clock is not None
