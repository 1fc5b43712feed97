"""Listening to a source with a real child and a driven clock: back-off, budget, what is written down, and who is told."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import psutil
import pytest

from audio.driver.ring import RATE
from audio.ledger import Ledger
from audio.live.listening import Listening, level
from audio.live.tuner import Tuner
from bundle.policy import RebroadcastRules
from device.clock import ManualClock
from device.errors import ClipUnplayable
from device.journal import read
from device.paths import Paths
from director.decision import Listen, Live, Utterance
from evidence.records import Fault, SourceHeard, SourceState
from tests.audio.conftest import until
from tests.director import village as v
from tests.simulators.wire import Wire, answer

NOW = v.at("06:00")


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


def wanted(url, starts=NOW, **rules):
    live = Live(url, NOW + timedelta(minutes=15))
    return Listen("vn.20.06001/sang@06:00/0:dai-tinh", "Đài tỉnh", live, starts, RebroadcastRules(**rules))


def gone(listening):
    """Whether the present child has ended, if there is one."""
    try:
        return not listening.pid or psutil.Process(listening.pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_it_knocks_again_with_growing_pauses_and_chance(wire):
    wire.paths["/dai"] = answer(b"", status="404 Not Found")
    listening, now = Listening(wanted(f"{wire.base}/dai"), 0.0), 0.0
    knocks = []
    while now < 25.0:
        before = listening.pid
        listening.work(now, 900.0)
        if listening.pid and listening.pid != before:
            knocks.append(now)
            until(lambda: gone(listening), "the child to end")
        now += 0.1
    listening.close()
    pauses = np.diff(knocks)
    assert 3 <= len(knocks) <= 7
    assert all(0.4 <= pause <= 20.5 for pause in pauses)
    assert pauses[-1] > 2 * pauses[0]
    assert listening.watch.state is SourceState.UNREACHABLE
    assert "404" in listening.problem


def test_what_cost_its_budget_is_not_asked_for_again_in_this_slot(wire):
    wire.paths["/dai"] = answer(b"\xff\xfb" + b"\0" * 200_000)
    listening = Listening(wanted(f"{wire.base}/dai", megabytes=0.05), 0.0)
    listening.work(0.0, 900.0)
    until(lambda: gone(listening), "the child to end")
    for second in range(1, 60):
        listening.work(float(second), 900.0)
    assert listening.watch.state is SourceState.OVER_BUDGET
    assert wire.asked == ["/dai"]
    assert 50_000 < listening.received < 90_000
    assert "used up" in listening.problem


@pytest.mark.parametrize(("peak", "expected"), [(32767, -3.0), (3277, -23.0), (0, -120.0)])
def test_the_level_is_that_of_the_sound_without_its_offset(peak, expected):
    wave = np.sin(2 * np.pi * 440 * np.arange(RATE // 10) / RATE) * peak * 0.99
    assert level(wave.astype(np.int16)) == pytest.approx(expected, abs=0.3)
    assert level(np.full(4800, 3000, np.int16)) == -120.0


class Unit:
    def __init__(self, folder):
        self.paths, self.clock = Paths(folder), ManualClock.at(NOW - timedelta(seconds=20))
        self.ledger = Ledger(self.paths, self.clock, simulated=True)
        self.tuner = Tuner(self.ledger)

    def pass_by(self, seconds, *listen):
        for _ in range(round(seconds * 10)):
            self.tuner.work(self.clock.advance(0.1), listen)

    def lines(self, kind):
        return [line for line in read(self.paths.journal("audio")) if isinstance(line, kind)]

    def close(self):
        self.tuner.close()
        self.ledger.close()


@pytest.fixture
def unit(tmp_path):
    made = Unit(tmp_path)
    yield made
    made.close()


def test_a_loss_is_written_once_as_record_and_fault_and_told_to_the_board_only_in_its_slot(unit, wire):
    source = wanted(f"{wire.base}/nothing")
    unit.pass_by(11, source)
    assert [line.state for line in unit.lines(SourceHeard)] == [SourceState.UNREACHABLE]
    assert not unit.tuner.unreceived, "its slot has not begun"
    unit.pass_by(10, source)
    assert unit.tuner.unreceived
    assert [line.active for line in unit.lines(Fault)] == [True]
    unit.pass_by(0.2)
    assert not unit.tuner.unreceived
    assert [line.active for line in unit.lines(Fault)] == [True, False]
    assert unit.tuner.pids == ()


def test_whoever_reads_of_a_loss_gets_its_cause_in_words_and_no_word_of_the_code(unit, wire):
    wire.paths["/het"], wire.paths["/khong"] = answer(b"\xff\xfb" + b"\0" * 200_000), answer(b"", status="404 Not Found")
    for path in ("het", "khong"):
        source = replace(wanted(f"{wire.base}/{path}", megabytes=0.05), key=path)
        unit.pass_by(0.1, source)
        (pid,) = unit.tuner.pids
        until(lambda pid=pid: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, "the child to end")
        unit.pass_by(11, source)
        unit.pass_by(0.1)
    spent, refused = [line.detail for line in unit.lines(Fault) if line.active]
    assert spent.startswith("Đài tỉnh: không thu nữa, hết dung lượng của buổi tiếp âm / not received any more, the bytes")
    assert spent.count("the bytes of this rebroadcast") == 1, "the same is not said twice"
    assert refused.startswith("Đài tỉnh: không thu được, đài chưa gửi tiếng nào / not received, no sound has come from the station: ")
    assert "404" in refused


def test_a_restart_remembers_that_it_was_lost(unit, wire):
    unit.pass_by(11, wanted(f"{wire.base}/nothing"))
    unit.tuner.close()
    unit.tuner = Tuner(unit.ledger)
    unit.pass_by(1, wanted(f"{wire.base}/nothing", starts=NOW - timedelta(minutes=1)))
    assert unit.tuner.unreceived
    assert len(unit.lines(SourceHeard)) == 1


def test_a_child_ends_with_its_slot_and_when_the_address_changes(unit, wire):
    unit.pass_by(0.2, wanted(f"{wire.base}/mot"))
    (first,) = unit.tuner.pids
    unit.pass_by(0.2, wanted(f"{wire.base}/hai"))
    (second,) = unit.tuner.pids
    assert first != second
    unit.pass_by(0.2)
    assert unit.tuner.pids == ()


def test_what_nobody_listens_to_cannot_be_played(unit, wire):
    source = wanted(f"{wire.base}/nothing")
    said = Utterance(source.key, v.COMMUNE, 1, "dai-tinh", v.BulletinClass.ROUTINE, "vi", source.source, "Đài tỉnh", NOW)
    with pytest.raises(ClipUnplayable):
        unit.tuner.open(said, 0.0)
    unit.pass_by(0.1, source)
    assert not unit.tuner.open(said, 0.0).finished
