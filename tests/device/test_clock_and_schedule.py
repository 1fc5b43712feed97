"""What a village hears while the unit's clock is stepped, lost and found: no announcement twice, none on an unknown hour."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.clock import SystemClock
from device.kernel_time import ManualKernel
from device.paths import Paths
from device.rtc import ManualRtc
from director.decision import Silence, Speak, Why
from director.happened import Happened, fold
from director.sound import direct_sound
from evidence.records import ClockState, Outcome, Sounded
from tests.director import village as v
from tests.examples import share

HOUR, YEARS = 3600.0, 365.25 * 86400.0
CONTENT = v.bundle(
    announcements=[v.announcement(name, 20.0) for name in ("chao", "tin")], sessions=[v.session("sang", "06:00", ["chao", "tin"])]
)


class Loudspeaker:
    """Speaks what the director says by the clock of a machine that anybody may step; five seconds at a time."""

    def __init__(self, folder, start):
        self.kernel = ManualKernel(v.at(start), in_step=True)
        self.clock = SystemClock(Paths(folder), floor=v.at("00:00"), kernel=self.kernel, rtc=ManualRtc())
        self.programme, self.happened = v.programme(CONTENT), Happened()
        self.on, self.begun, self.silence, self.spoke_without_clock = None, None, None, False
        self.complete = Counter()

    def runs(self, seconds):
        for _ in range(int(seconds // 5)):
            self.kernel.advance(5)
            self.listen()
        return self

    def listen(self):
        moment = self.clock.now()
        decision = direct_sound(self.programme, moment, self.happened)
        self.silence = decision.what.why if isinstance(decision.what, Silence) else None
        for skip in decision.skipped:
            self.write(moment, skip.key, skip.item, Outcome.MISSED)
        queue = decision.what.queue if isinstance(decision.what, Speak) else ()
        if self.on and self.on.key not in [each.key for each in queue]:
            self.write(moment, self.on.key, self.on.item, Outcome.INTERRUPTED, moment.mono - self.begun)
            self.on = None
        elif self.on and moment.mono - self.begun >= self.on.source.duration - self.on.resume:
            self.write(moment, self.on.key, self.on.item, Outcome.COMPLETE)
            self.complete[self.on.key] += 1
            self.on = None
        elif not self.on and queue and queue[0].due <= moment.wall:
            self.on, self.begun = queue[0], moment.mono
            self.write(moment, self.on.key, self.on.item, Outcome.STARTED)
        self.spoke_without_clock |= bool(self.on) and moment.state is ClockState.UNKNOWN

    def write(self, moment, key, item, outcome, offset=0.0):
        line = Sounded(n=0, at=moment.stamp(), occurrence=key, item=item, channel=v.COMMUNE, version=1, outcome=outcome, offset=offset)
        self.happened = fold(self.happened, [line])

    def outcome(self, name):
        return self.happened.utterances[v.key("sang", "06:00", name)].outcome


@pytest.fixture
def village(tmp_path):
    return Loudspeaker(tmp_path, "05:58")


def test_a_session_is_not_said_again_when_the_time_service_turns_the_clock_back(village):
    village.runs(600)
    assert set(village.complete.values()) == {1}
    village.kernel.step(-3 * HOUR)
    village.runs(3.5 * HOUR)
    assert len(village.complete) == 2
    assert set(village.complete.values()) == {1}


def test_what_a_jump_ahead_passed_over_is_missed_and_stays_missed(village):
    village.kernel.step(3 * HOUR)
    village.runs(60)
    assert village.complete == Counter()
    village.kernel.step(-3 * HOUR)
    village.runs(600)
    assert village.complete == Counter()
    assert {village.outcome("chao"), village.outcome("tin")} == {Outcome.MISSED}


@pytest.mark.parametrize("step", [-3 * HOUR, 3 * HOUR, 13 * YEARS, -60 * YEARS])
def test_a_hand_on_the_clock_silences_what_is_routine_and_the_network_brings_it_back(village, step):
    assert village.clock.now().state is ClockState.TRUSTED
    village.kernel.in_step = False
    village.kernel.step(step)
    village.runs(300)
    assert (village.silence, village.complete) == (Why.CLOCK_UNKNOWN, Counter())
    village.kernel.time = v.at("05:58")
    village.kernel.in_step = True
    village.runs(300)
    assert set(village.complete.values()) == {1}


def test_a_length_is_measured_by_the_clock_that_nobody_can_set(village):
    village.runs(130)
    assert village.on
    village.kernel.step(1.0)
    village.runs(10)
    village.kernel.step(-1.0)
    village.runs(120)
    assert set(village.complete.values()) == {1}


@share(0.2)
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.sampled_from([-3 * HOUR, -30.0, 2.0, 45.0, HOUR, 13 * YEARS]), st.booleans()),
        max_size=6,
    )
)
def test_whatever_is_done_to_the_clock_nothing_is_said_twice_nor_on_an_unknown_hour(tmp_path_factory, steps):
    village = Loudspeaker(tmp_path_factory.mktemp("unit"), "05:59")
    for fives, step, in_step in steps:
        village.runs(5 * fives)
        village.kernel.step(step)
        village.kernel.in_step = in_step
    village.runs(200)
    assert all(times == 1 for times in village.complete.values())
    assert not village.spoke_without_clock
