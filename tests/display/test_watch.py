"""The watch over the screen: dark hours that an emergency passes, pictures that freeze, and what of it is told and counted."""

import threading
from dataclasses import replace
from datetime import time, timedelta
from functools import partial

import pytest

from bundle.items import Announcement, Spoken, Ticker, Wording
from bundle.policy import Hours
from device.connectors import Connectors
from device.inputs import OnSite
from device.override import Openings
from device.screen import Screen
from device.test_card import Cards
from device.watchdog import Watchdog
from display.glass.judge import Sight
from display.glass.prove import Proof
from display.light.lamp import Lamp
from display.loop import CALM, pump
from display.quarantine import Quarantine
from display.rounds import Rounds
from display.screenshot import Screenshots
from display.showing.headless import HeadlessScreen
from display.showing.lasting import LastingScreen
from display.showing.screen import Pumped
from display.showing.wander import Wander, wander_px
from display.status import Listener, StatusLine
from display.watch import ASLEEP, FORGIVEN, PROVE_AT_LAST, StillFrozen, Watch
from evidence.records import ClockState, Fault, FaultCode, Outcome, Shown
from evidence.report import Sounding
from tests.display.test_board import SITE, Village, flood_reference, told
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, flood_alert


class Stuck(HeadlessScreen):
    """Takes what it is given and, while *stuck*, gives nothing of it to the glass; *pumped* is what its window system tells next."""

    stuck = False
    pumped = Pumped.NOTHING

    def pump(self):
        told, self.pumped = self.pumped, Pumped.NOTHING
        return told

    def proof(self):
        return Proof(Sight.MISSING if Stuck.stuck else Sight.THERE, "simulated")


class Fed(Watchdog):
    """Counts."""

    times = 0

    def fed(self):
        self.times += 1


class Ear(Listener):
    """Hears what the village says that it hears."""

    def __init__(self, village):
        super().__init__(village.paths)
        self.village = village

    def hears(self, moment):
        return self.village.sounding


class Watched:
    """A village whose screen is watched, the program's rounds driven by the clock."""

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
        self.stop = threading.Event()
        paths = self.village.paths
        self.rounds = Rounds(
            screen=self.lasting,
            pump=partial(pump, self.lasting, self.stop),
            board=self.village.board,
            ledger=self.village.ledger,
            listener=Ear(self.village),
            on_site=OnSite(paths),
            openings=Openings(paths),
            test_cards=Cards(paths),
            status=StatusLine(paths, ("headless screen",)),
            watch=self.watch,
            watchdog=Fed(None),
            wander=Wander(wander_px(settings), settings.wander_minutes * 60),
            screenshots=Screenshots(paths, self.lasting, ("headless screen",)),
            quarantine=Quarantine(paths.drawing),
        )

    def run(self, seconds, step=0.5):
        """For each round, whether it fed the watchdog."""
        fed = []
        for _ in range(round(seconds / step)):
            before = self.rounds.watchdog.times
            self.rounds.look(self.village.clock.now())
            fed.append(self.rounds.watchdog.times > before)
            self.village.clock.advance(step)
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


def cancelled(night):
    night.village.stop(withdrawn=(), cancelled=(flood_reference(night.village),))


def expired(night):
    night.village.clock.advance(6.5 * 3600)


@pytest.mark.parametrize("end", [cancelled, expired])
def test_in_dark_hours_an_alert_is_on_in_the_round_after_it_came_and_nothing_flashes_when_it_ends(watched, end):
    night = watched(NIGHT)
    night.until(22)
    night.run(20)
    before = len(night.village.outcomes())
    night.village.alert(flood_alert(night.village.clock.now().wall))
    night.run(CALM, step=CALM)
    assert night.village.board.emergency
    assert night.brightest() > 100
    night.run(3)
    end(night)
    night.run(CALM, step=CALM)
    assert (night.village.board.showing, night.brightest()) == (None, 0)
    night.run(20)
    assert all("lu-1" in item for item, _ in night.village.outcomes()[before:]), "no notice was on"


def test_a_picture_that_wanders_leaves_a_dark_board_dark(watched):
    night = watched(NIGHT.model_copy(update={"wander_minutes": CALM / 60}))
    night.until(22)
    while night.village.board.showing or not night.watch.reasons:
        night.run(CALM, step=CALM)
    assert (night.watch.reasons, night.brightest()) == ((ASLEEP,), 0)


def test_a_dark_board_that_another_window_covered_is_black_again_and_a_closed_one_ends_the_program(watched):
    night = watched(NIGHT)
    night.until(22)
    night.run(20)
    screen = night.opened[-1]
    screen.surface.fill((255, 255, 255))
    screen.pumped = Pumped.DAMAGED
    night.run(CALM, step=CALM)
    assert night.brightest() == 0
    screen.pumped = Pumped.CLOSED
    night.run(CALM, step=CALM)
    assert night.stop.is_set()


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


@pytest.mark.parametrize(("size", "complaint"), [((256, 64), ""), ((640, 360), "a canvas outside the mode")])
def test_a_loose_contact_tells_only_once_what_does_not_fit(tmp_path, monkeypatch, size, complaint):
    monkeypatch.setattr(Stuck, "complaint", complaint)
    watched = Watched(tmp_path, Screen(pitch_mm=0.63, distance_m=5.0), size=size)
    watched.run(2)
    for _ in range(4):
        watched.lasting.lose("a loose contact")
        watched.run(1)
    watched.run(60)
    assert watched.faults(FaultCode.SCREEN_LOST)[-2:] == [True, False], "it was noticed, and is over"
    assert watched.faults(FaultCode.SCREEN_MISFIT) == [True]
