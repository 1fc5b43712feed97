"""The board's journal: what must be on the card at once is, ordinary receipts wait, and nothing is said twice."""

from contextlib import closing

import pytest

from device.clock import ManualClock
from device.happened import load_happened
from device.journal import read
from device.paths import Paths
from director.decision import BuiltInPage, FirstSight, ScreenDecision, Why
from display.ledger import FLUSH_EVERY, PROGRAM, Ledger
from display.scene import Subject
from evidence.records import AlertSeen, Fault, FaultCode, Outcome, Shown
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import START

CLOCK = ManualClock.at(START)
NOW = CLOCK.now()
ABOUT = Subject(("x",), "tin", CHANNEL, 1, "vi")


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


@pytest.fixture
def ledger(paths):
    with closing(Ledger(paths, CLOCK, simulated=False)) as made:
        yield made


@pytest.fixture
def synced(monkeypatch):
    """How often the card was asked to keep what it has."""
    calls = []
    monkeypatch.setattr("device.journal.os.fsync", lambda number: calls.append(number))
    monkeypatch.setattr("device.journal.os.fdatasync", lambda number: calls.append(number))
    return calls


def test_an_alert_held_for_the_first_time_is_on_the_card_at_once_and_known_after_a_restart(paths, ledger, synced):
    ledger.pass_over(ABOUT, NOW)
    del synced[:]
    ledger.note(NOW, ScreenDecision(BuiltInPage(Why.NO_CONTENT), None, unseen=(FirstSight("a,b,c", CHANNEL),)))
    assert synced
    assert [line.identity for line in read(paths.journal("display")) if isinstance(line, AlertSeen)] == ["a,b,c"]
    assert "a,b,c" in ledger.happened.alerts_seen
    assert "a,b,c" in load_happened(paths, PROGRAM, CLOCK).alerts_seen


def test_the_first_sights_of_a_storm_cost_one_sync_and_the_mark_of_it(paths, ledger, synced):
    def note(*names):
        del synced[:]
        ledger.note(NOW, ScreenDecision(BuiltInPage(Why.NO_CONTENT), None, unseen=tuple(FirstSight(name, CHANNEL) for name in names)))
        return len(synced)

    note("a,b,0")  # the first of a run is another matter
    storm = [f"a,b,{n}" for n in range(1, 45)]
    assert note(*storm) <= 2
    assert set(storm) <= load_happened(paths, PROGRAM, CLOCK).alerts_seen.keys()
    assert note() == 0


def test_ordinary_receipts_wait_for_the_next_quarter_of_an_hour(ledger, synced):
    ledger.tidy(NOW)
    ledger.pass_over(ABOUT, NOW)  # the first of a run is synced: it tells the next start that a run was under way
    del synced[:]
    for _ in range(3):
        ledger.pass_over(ABOUT, NOW)
    ledger.tidy(NOW.later(FLUSH_EVERY - 1))
    assert synced == []
    ledger.tidy(NOW.later(FLUSH_EVERY))
    assert synced


def test_what_cannot_be_drawn_failed_and_the_round_goes_on_after_it(paths, ledger):
    ledger.pass_over(ABOUT, NOW)
    (line,) = (line for line in read(paths.journal("display")) if isinstance(line, Shown))
    assert (line.outcome, line.pages, line.frames) == (Outcome.FAILED, 0, 0)
    assert ledger.happened.last_shown == f"{CHANNEL}/tin/vi"


def test_a_standing_fault_is_told_once(paths, ledger):
    for _ in range(3):
        ledger.fault(NOW, FaultCode.SCREEN_LOST, "mất")
    ledger.right(NOW, FaultCode.SCREEN_LOST)
    faults = [(line.code, line.active) for line in read(paths.journal("display")) if isinstance(line, Fault)]
    assert faults == [(FaultCode.SCREEN_LOST, True), (FaultCode.SCREEN_LOST, False)]
