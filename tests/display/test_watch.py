"""The watch over the screen: dark hours that an emergency passes, pictures that freeze, and what of it is told and counted."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bundle.items import Announcement, Spoken, Ticker, Wording
from bundle.policy import Hours
from device.connectors import Connectors
from device.screen import Screen
from display.glass.judge import Sight
from display.glass.prove import Proof
from display.light.lamp import Lamp
from display.showing.headless import HeadlessScreen
from display.showing.lasting import LastingScreen
from display.watch import ASLEEP, FORGIVEN, PROVE_AT_LAST, StillFrozen, Watch
from evidence.records import ClockState, Fault, FaultCode, Outcome, Shown
from evidence.report import Sounding
from tests.display.test_board import SITE, Village, told
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, flood_alert


class Stuck(HeadlessScreen):
    """Takes what it is given and, while *stuck*, gives nothing of it to the glass."""

    stuck = False

    def proof(self):
        return Proof(Sight.MISSING if Stuck.stuck else Sight.THERE, "simulated")


class Watched:
    """A village whose screen is watched, its loop driven by the clock as the program's loop is."""

    def __init__(self, folder, settings, ticker=False, size=(640, 360)):
        running = (
            {"tickers": (Ticker(id="chay", provenance=PROVENANCE, versions=(Wording(language="vi", title="Chào bà con", body=""),)),)}
            if ticker
            else {}
        )
        self.village = Village(folder, [told("mot"), told("hai")])
        if running:
            self.village.publish([told("mot")], **running)
        self.opened = []

        def opened(way, mode):
            self.opened.append(Stuck(size))
            return self.opened[-1]

        self.lasting = LastingScreen(opened, ("only",), Connectors(folder / "drm"))
        self.lasting.look(self.village.clock.now().mono)
        self.village.screen = self.lasting
        self.village.restart()
        self.watch = Watch(self.lasting, self.village.presenter, self.village.ledger, Lamp(()), settings, SITE.timezone)

    def run(self, seconds, step=0.5):
        village, fed = self.village, []
        for _ in range(round(seconds / step)):
            moment = village.clock.now()
            visible = self.watch.look(moment, village.board.wakes)
            village.board.step(moment, village.sounding, visible=visible)
            fed.append(self.watch.judge(moment))
            village.clock.advance(step)
        return fed

    def until(self, hour):
        """Let the clock stand just before *hour*, local time."""
        now = self.village.clock.now().wall
        local = now.astimezone(self.watch._zone)
        self.village.clock.advance(((local.replace(hour=hour, minute=0, second=0) - local) % timedelta(days=1)).total_seconds() - 5)

    def faults(self, code):
        return [fault.active for fault in self.village.lines(Fault) if fault.code is code]

    def brightest(self):
        screen = self.opened[-1].seen()
        return max(max(screen.get_at((x, y))[:3]) for x in range(0, 640, 8) for y in range(0, 360, 8))


@pytest.fixture
def watched(tmp_path):
    made = []

    def make(settings=None, **more):
        made.append(Watched(tmp_path, settings or Screen(), **more))
        return made[-1]

    yield make
    Stuck.stuck = False
    for each in made:
        each.village.ledger.close()


NIGHT = Screen(dark=(Hours(start=time(22), end=time(5)),))


def test_in_the_dark_hours_the_board_is_black_ready_and_writes_no_receipts(watched):
    night = watched(NIGHT)
    night.until(22)
    night.run(20)
    before = night.village.outcomes()
    night.run(600, step=2.0)
    assert night.brightest() == 0
    assert night.watch.reasons == (ASLEEP,)
    assert night.watch.ready
    assert [outcome for outcome in night.village.outcomes()[len(before) :] if outcome[1] is not Outcome.INTERRUPTED] == []
    night.until(5)
    night.run(12)
    assert night.brightest() > 200
    assert night.village.board.showing


def test_an_alert_passes_the_dark_hours_at_once_and_they_return_by_themselves(watched):
    night = watched(NIGHT)
    night.until(22)
    night.run(20)
    assert night.brightest() == 0
    night.village.alert(flood_alert(night.village.clock.now().wall))
    night.run(1)
    assert night.village.board.emergency
    assert night.brightest() > 100
    assert [line.outcome for line in night.village.lines(Shown)][-1] is Outcome.STARTED
    night.village.clock.advance(6.5 * 3600)
    night.run(10)
    assert (night.village.board.emergency, night.brightest()) == (False, 0), "an alert that expired leaves a dark board"


def test_a_clock_that_nobody_vouches_for_darkens_nothing(watched):
    night = watched(NIGHT)
    night.until(22)
    night.village.clock.moment = replace(night.village.clock.moment, state=ClockState.UNKNOWN)
    night.run(20)
    assert night.brightest() > 100


def test_a_board_that_runs_is_never_called_frozen_and_feeds_the_watchdog(watched):
    board = watched(ticker=True)
    assert all(board.run(60, step=0.1)[2:])
    assert board.faults(FaultCode.PICTURE_FROZEN) == []
    assert len(board.opened) == 1


def test_a_running_line_that_presents_nothing_is_told_and_the_screen_opened_anew(watched, monkeypatch):
    board = watched(ticker=True)
    board.run(3)
    with monkeypatch.context() as broken:
        broken.setattr(board.village.presenter, "move", lambda *_: None)
        broken.setattr(board.village.board, "_turn", lambda *_: None)
        fed = board.run(8)
    assert not all(fed), "the watchdog is fed only after what was due"
    assert board.faults(FaultCode.PICTURE_FROZEN) == [True]
    board.run(90)
    assert len(board.opened) == 2
    assert board.faults(FaultCode.PICTURE_FROZEN) == [True, False]


def test_a_picture_that_freezes_again_ends_the_program_so_that_a_new_one_begins(watched, monkeypatch):
    board = watched(ticker=True)
    board.run(3)
    monkeypatch.setattr(board.village.presenter, "move", lambda *_: None)
    monkeypatch.setattr(board.village.board, "_turn", lambda *_: None)
    with pytest.raises(StillFrozen):
        board.run(FORGIVEN)
    assert len(board.opened) == 2


def test_another_picture_on_the_glass_than_was_presented_is_a_frozen_one(watched):
    board = watched()
    board.run(3)
    Stuck.stuck = True
    board.run(PROVE_AT_LAST + 10, step=2.0)
    assert board.faults(FaultCode.PICTURE_FROZEN)[0] is True
    assert board.faults(FaultCode.PICTURE_MISSING) == [True], "opened anew it is missing from the start"
    assert not board.watch.ready
    assert "không tới được màn hình" in board.watch.reasons[0]
    Stuck.stuck = False
    board.run(PROVE_AT_LAST + 10, step=2.0)
    assert board.faults(FaultCode.PICTURE_MISSING) == [True, False]


def test_what_sounds_in_a_dark_hour_is_also_shown(watched):
    night = watched(NIGHT)
    words = Spoken(language="vi", title="Lời chào", body="Kính chào bà con.", clip=clip_of(b"speech"), voice="may", reviewer="Lò Thị Mây")
    announcement = Announcement(id="loi-chao", provenance=PROVENANCE, versions=(words,))
    night.village.publish([told("mot")], blobs=[b"speech"], announcements=(announcement,))
    night.until(22)
    night.run(20)
    assert night.brightest() == 0
    since = night.village.clock.now().stamp()
    night.village.sounding = Sounding(occurrence="loi-chao@1", item="loi-chao", channel=CHANNEL, language="vi", since=since)
    night.run(2)
    assert (night.village.board.showing or "").startswith("caption")
    assert night.brightest() > 100
    night.village.sounding = None
    night.run(120)
    assert night.brightest() == 0


@pytest.mark.parametrize(("size", "small"), [((256, 64), True), ((640, 360), False)])
def test_a_board_whose_letters_nobody_reads_from_where_people_stand_is_told(tmp_path, size, small):
    watched = Watched(tmp_path, Screen(pitch_mm=0.63, distance_m=5.0), size=size)
    watched.run(2)
    assert watched.faults(FaultCode.SCREEN_MISFIT) == [True] * small
