"""Which act leads from which state to which, against a table that a person can read; and when time alone does something."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.alert import MessageType, RiskLevel
from bundle.errors import Refused
from bundle.policy import FeedRules, Policy
from bundle.trust import Target
from registry.alerts.pending.gate import Timers, due, units_refuse
from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import NEVER, Act, Origin, State
from tests.registry.alerts.conftest import COMMUNE, HOLD_OFF, MORNING, Dial, alert, refer

# Lines are states, columns acts; a dot is refused.
TABLE = """
                  sign              approve   confirm    time-up   move-on  cancel     refuse   supersede   expire
pending           signed-by-author  approved  confirmed  released  pending  cancelled  refused  superseded  expired
signed-by-author  .                 approved  .          .         pending  cancelled  refused  superseded  expired
approved          .                 .         .          .         pending  cancelled  refused  superseded  expired
confirmed         .                 .         .          .         pending  cancelled  refused  superseded  expired
released          .                 .         .          .         pending  cancelled  refused  superseded  expired
cancelled         .                 .         .          .         .        .          .        .           .
refused           .                 .         .          .         .        .          .        .           .
superseded        .                 .         .          .         .        .          .        .           .
expired           .                 .         .          .         .        .          .        .           .
"""
HEAD, *LINES = (line.split() for line in TABLE.strip().splitlines())
EXPECTED = {(line[0], act): goal for line in LINES for act, goal in zip(HEAD, line[1:], strict=True)}


def waiting(**more):
    held = Pending(1, COMMUNE, Origin.SOURCE, "nguon", Target.FEED, alert(), State.PENDING, MORNING, HOLD_OFF, MORNING + HOLD_OFF)
    return replace(held, **more)


@given(st.lists(st.sampled_from(Act), max_size=6))
def test_every_run_of_acts_follows_the_table_and_never_leaves_an_end(acts):
    pending = waiting()
    for act in acts:
        goal = EXPECTED[pending.state.value, act.value]
        try:
            moved = pending.moved(act, MORNING, "ai đó", "vì sao")
        except Refused:
            assert goal == "."
            continue
        assert moved.state.value == goal
        assert pending.state not in NEVER
        pending = moved


@given(st.sampled_from(Act), st.sampled_from(State))
def test_nothing_changes_what_has_left(act, state):
    pending = waiting(state=state, version=3)
    with pytest.raises(Refused, match="một người là đủ"):
        pending.moved(act, MORNING)


@given(st.sampled_from(State), st.floats(-100, 100), st.integers(-200, 20_000))
def test_time_alone_lets_out_what_waited_long_enough_and_ends_what_is_too_late(state, left, seconds):
    pending, now = waiting(state=state), MORNING + timedelta(seconds=seconds)
    act = due(pending, left, pending.expires <= now)
    if state in NEVER:
        assert act is None
    elif now >= MORNING + timedelta(hours=3):
        assert act is Act.EXPIRE
    else:
        assert act is (Act.TIME_UP if state is State.PENDING and left <= 0 else None)


def test_an_officers_alert_waits_for_signatures_however_long_it_takes():
    form = waiting(target=Target.ALERTS, hold_off=None, release_at=None)
    assert due(form, 0.0, form.expires <= MORNING + timedelta(hours=2)) is None


def test_a_cancel_is_never_too_late():
    cancel = waiting(alert=alert("huy", message_type=MessageType.CANCEL, references=refer(alert()), versions=(), areas=()))
    assert due(cancel, 0.0, cancel.expires <= MORNING + timedelta(days=3)) is Act.TIME_UP


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(-1e6, 1e6)), max_size=8))
def test_a_clock_that_is_set_shortens_and_lengthens_no_hold_off(steps):
    clock, pending = Dial(), waiting()
    timers, run = Timers(clock.monotonic), 0.0
    timers.left(pending, clock.at)
    for real, jump in steps:
        clock.turn(seconds=real)
        clock.at += timedelta(seconds=jump)
        run += real
        assert abs(timers.left(pending, clock.at) - (60 - run)) < 1e-4


@given(st.floats(-1e7, 1e7))
def test_over_a_restart_the_wall_clock_is_believed_but_for_no_longer_than_the_hold_off(jump):
    clock = Dial()
    clock.at += timedelta(seconds=jump)
    left = Timers(clock.monotonic).left(waiting(), clock.at)
    assert 0 <= left <= 60
    assert abs(left - min(60, max(0, 60 - jump))) < 1e-3


@pytest.mark.parametrize(
    ("level", "minutes", "refused"), [(RiskLevel.RED, 0, True), (RiskLevel.RED, 9, False), (RiskLevel.PURPLE, 0, False)]
)
def test_of_what_may_be_in_force_at_once_the_higher_comes_first_and_then_the_newer_as_on_the_unit(level, minutes, refused):
    policies = {COMMUNE: Policy(format=1, channel=COMMUNE, feed=FeedRules(areas=(COMMUNE,), at_once=2, per_hour=60))}
    out = [
        waiting(id=n, alert=alert(f"lu-{n}", MORNING + timedelta(minutes=n), level=RiskLevel.RED), version=n, out_at=MORNING)
        for n in (1, 2)
    ]
    new = waiting(id=3, alert=alert("moi", MORNING + timedelta(minutes=minutes), level=level))
    assert (units_refuse(new, out, policies, MORNING) is not None) is refused
