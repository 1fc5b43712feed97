"""The ladder climbs in order, only for what it can mend, and its caps hold whatever the clock and the power do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.modem.ladder import DAY, Memory, Modem, Rung, Seen, decide, exhausted, recovered, with_step
from device.service import ModemSettings, PowerLine
from director.moment import Moment
from evidence.records import ClockState

BEGIN = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
SETTINGS = ModemSettings(power=PowerLine(usb="1-1.3"))
HANGS = Seen(SETTINGS.silent_seconds, Modem.HANGS, sounds=False)


def at(seconds=10_000.0, boot="boot-1", state=ClockState.TRUSTED, wall=None):
    return Moment(wall or BEGIN + timedelta(seconds=seconds), state, boot, seconds)


def climbed(seen, hours, memory=None, settings=SETTINGS):
    """The steps of an outage of so many hours that nothing ends."""
    memory, steps, moment = memory or Memory(), [], at()
    for _ in range(int(hours * 3600 / settings.settle_seconds)):
        rung = decide(seen, memory, settings, moment)
        if rung is not None:
            steps.append(rung)
            memory = with_step(memory, rung, moment)
        moment = moment.later(settings.settle_seconds)
    return steps, memory


def test_each_step_comes_once_before_any_comes_again():
    steps, _ = climbed(HANGS, 1)
    assert steps[:5] == [Rung.RESET, Rung.POWER_CYCLE, Rung.REBOOT, Rung.RESET, Rung.POWER_CYCLE]


def test_a_day_has_a_budget_of_each_and_the_next_day_has_it_again():
    first, memory = climbed(HANGS, 23)
    assert [first.count(rung) for rung in Rung] == [6, 3, 1]
    assert exhausted(HANGS, memory, SETTINGS, at(10_000 + 23 * 3600))
    both, _ = climbed(HANGS, 47)
    assert [both.count(rung) for rung in Rung] == [12, 6, 2]


def test_a_modem_without_a_power_line_goes_from_reset_to_reboot():
    steps, _ = climbed(HANGS, 0.5, settings=ModemSettings())
    assert steps[:2] == [Rung.RESET, Rung.REBOOT]


def test_a_registry_that_is_away_reboots_nobody():
    steps, _ = climbed(Seen(9e4, Modem.ONLINE, sounds=False), 23)
    assert set(steps) == {Rung.RESET, Rung.POWER_CYCLE}


@pytest.mark.parametrize(
    "seen",
    [
        Seen(None, Modem.HANGS, sounds=False),
        Seen(SETTINGS.silent_seconds - 1, Modem.HANGS, sounds=False),
        Seen(9e4, Modem.NO_COVERAGE, sounds=False),
        Seen(9e4, Modem.PERSON, sounds=False),
        Seen(9e4, Modem.HANGS, sounds=True),
        Seen(9e4, Modem.ONLINE, sounds=True),
    ],
)
def test_nothing_is_done_for_what_no_step_mends_and_while_something_sounds(seen):
    assert climbed(seen, 30)[0] == []


def test_after_a_success_the_next_outage_begins_gently_with_what_the_day_has_left():
    memory = Memory()
    for rung in (Rung.RESET, Rung.POWER_CYCLE, Rung.REBOOT):
        memory = with_step(memory, rung, at())
    again = recovered(memory)
    later = at(10_000 + 3600)
    assert decide(HANGS, again, SETTINGS, later) is Rung.RESET
    assert recovered(again) == again, "nothing is written when nothing was done"
    for _ in range(5):
        again = with_step(again, Rung.RESET, later)
    assert decide(HANGS, recovered(again), SETTINGS, later.later(400)) is Rung.POWER_CYCLE


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.floats(1, 40_000)),
        st.tuples(st.just("boot"), st.sampled_from(list(ClockState))),
        st.tuples(st.just("clock"), st.floats(-3e6, 3e6)),
        st.tuples(st.just("back"), st.none()),
    ),
    max_size=120,
)


@given(EVENTS)
def test_within_a_true_day_no_step_is_taken_more_often_than_its_cap_through_any_reboots_and_wrong_clocks(events):
    memory, true, mono, boot, state, wrong = Memory(), 0.0, 1000.0, 1, ClockState.TRUSTED, 0.0
    taken: list[tuple[float, Rung]] = []
    for what, value in events:
        match what:
            case "pass":
                true, mono = true + value, mono + value
            case "boot":
                # Power comes back: a new boot. A clock that is believed is right; one that is not may say anything.
                boot, mono, state, true = boot + 1, 60.0, value, true + 60.0
                wrong = 0.0 if value is not ClockState.UNKNOWN else wrong
            case "clock":
                wrong = value if state is ClockState.UNKNOWN else 0.0
            case "back":
                memory = recovered(memory)
        for _ in range(4):
            moment = Moment(BEGIN + timedelta(seconds=true + wrong), state, f"boot-{boot}", mono)
            rung = decide(HANGS, memory, SETTINGS, moment)
            if rung is not None:
                memory = with_step(memory, rung, moment)
                taken.append((true, rung))
                if rung is Rung.REBOOT:
                    boot, mono, true = boot + 1, 60.0, true + 60.0
            true, mono = true + SETTINGS.settle_seconds, mono + SETTINGS.settle_seconds
    caps = {Rung.RESET: 6, Rung.POWER_CYCLE: 3, Rung.REBOOT: 1}
    for when, rung in taken:
        assert sum(1 for other, same in taken if same is rung and when <= other < when + DAY) <= caps[rung]
