"""A unit is in exactly one state, and expected silence is no fault."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.inputs import SILENCED
from device.unit import UNCONFIRMED
from evidence.records import ClockState, FaultCode, Outcome
from evidence.report import Report
from registry.fleet.states import Known, Link, OpenFault, State, standing
from tests.registry.web.conftest import NOON, sounded, stamp, status

FAULT = OpenFault("audio", FaultCode.SPEAKER_LOST, "mất loa / speaker lost")


def report(*programs, at=None):
    return Report(unit="bt-mau-01", boot="boot-1", n=1, at=at or stamp(), versions={}, programs=programs)


def known(*programs, ago=timedelta(minutes=1), at=None, **more):
    at = at or stamp(wall=NOON - ago)
    return Known(enrolled=NOON - timedelta(days=9), contact=NOON - ago, report=report(*programs, at=at), **more)


BOARD, SPEAKER = status("display", showing="a"), status("audio")
IDLE = status("display")
MUTED = status("audio").model_copy(update={"muted": "im tiếng theo lệnh / muted by order: tang lễ"})
QUIETER = status("audio").model_copy(update={"volume": -12.0})


def test_a_report_of_changes_alone_makes_no_silent_fault_of_what_it_does_not_tell():
    """After a restored backup the full one that it stands on is not here, for as long as an hour, in a whole province at once."""
    whole = known(IDLE, SPEAKER)
    told = whole.report.model_copy(update={"since": 1, "n": 2, "programs": ()})
    found = standing(replace(whole, report=told), NOON)
    assert (found.state, len(found.why)) == (State.EXPECTED, 1)
    assert "full report" in found.why[0]


@pytest.mark.parametrize(
    ("unit", "state"),
    [
        (known(BOARD, SPEAKER), State.PLAYING),
        (known(IDLE, SPEAKER), State.READY),
        (known(BOARD, SPEAKER, last_sound=sounded(3, outcome=Outcome.REFUSED_BY_RULE)), State.QUIET),
        (known(BOARD, MUTED), State.QUIET),
        (known(BOARD, MUTED, faults=(FAULT,)), State.DEGRADED),
        (known(BOARD, SPEAKER, last_sound=sounded(3)), State.PLAYING),
        (known(BOARD, status("audio", reasons=(SILENCED,))), State.SILENCED),
        (known(BOARD, status("audio", reasons=(UNCONFIRMED,))), State.MAINTENANCE),
        (known(BOARD, status("audio", reasons=(UNCONFIRMED,)), faults=(FAULT,)), State.MAINTENANCE),
        (known(BOARD, status("audio", reasons=(UNCONFIRMED,)), ago=timedelta(minutes=46)), State.OVERDUE),
        (known(BOARD, status("audio", ready=False, reasons=("không có loa / no speaker",))), State.DEGRADED),
        (known(BOARD, SPEAKER, faults=(FAULT,)), State.DEGRADED),
        (known(BOARD, SPEAKER, at=stamp(state=ClockState.UNKNOWN)), State.DEGRADED),
        (known(BOARD, SPEAKER, at=stamp(wall=NOON + timedelta(hours=1))), State.DEGRADED),
        (known(status("display", ready=False), status("audio", ready=False)), State.SILENT_FAULT),
        (known(status("agent")), State.SILENT_FAULT),
        (known(BOARD, ago=timedelta(minutes=46)), State.OVERDUE),
        (known(BOARD, ago=timedelta(minutes=46), faults=(FAULT,)), State.OVERDUE),
        (known(BOARD, ago=timedelta(days=3), link=Link.COURIER), State.EXPECTED),
        (known(BOARD, ago=timedelta(days=15), link=Link.COURIER), State.OVERDUE),
        (Known(enrolled=NOON - timedelta(minutes=10)), State.EXPECTED),
        (Known(enrolled=NOON - timedelta(hours=2)), State.OVERDUE),
        (Known(enrolled=NOON - timedelta(hours=2), maintenance_until=NOON + timedelta(hours=1)), State.MAINTENANCE),
    ],
)
def test_the_state_of_a_unit(unit, state):
    assert standing(unit, NOON).state is state


def test_a_unit_that_waits_for_its_technician_says_so_once_and_names_what_else_is_wrong():
    board, speaker = (
        status("display", ready=False, reasons=(UNCONFIRMED,)),
        status("audio", ready=False, reasons=(UNCONFIRMED, "no speaker")),
    )
    why = standing(known(board, speaker), NOON).why
    assert why == ("đang lắp, chưa xác nhận nơi lắp / being installed, the site is not confirmed", "audio: no speaker")


def test_a_faulty_courier_served_unit_is_faulty():
    assert standing(known(BOARD, SPEAKER, ago=timedelta(days=3), link=Link.COURIER, faults=(FAULT,)), NOON).state is State.DEGRADED


def test_tripbot_993_playing_but_silent_is_not_called_playing():
    claim = status("display", ready=False, showing="a")
    assert standing(known(claim, status("audio", ready=False)), NOON).state is State.SILENT_FAULT


@pytest.mark.parametrize("code", [FaultCode.LANGUAGE_MISSING, FaultCode.CLASS_UNKNOWN, FaultCode.ZONE_UNKNOWN, FaultCode.FEED_HELD_BACK])
def test_what_is_missing_from_the_content_is_no_fault_of_the_units(code):
    gap = OpenFault("audio", code, "thiếu tiếng Khmer / no Khmer version")
    assert standing(known(BOARD, SPEAKER, faults=(gap,)), NOON).state is State.PLAYING


def test_a_simulated_clock_that_is_months_ahead_is_no_fault():
    ahead = known(status("display", showing="a", simulated=("clock",)), at=stamp(wall=NOON + timedelta(days=40)))
    assert standing(ahead, NOON).state is State.PLAYING


def test_a_state_that_is_no_good_one_says_why():
    assert standing(known(BOARD, SPEAKER, faults=(FAULT,)), NOON).why == ("audio: mất loa / speaker lost",)


statuses = st.builds(
    status,
    st.sampled_from(["agent", "display", "audio", "amplifier"]),
    ready=st.booleans(),
    reasons=st.lists(st.sampled_from(["silenced-on-site", "hỏng"]), max_size=2).map(tuple),
    showing=st.none() | st.just("a"),
)
everything = st.builds(
    Known,
    enrolled=st.just(NOON - timedelta(days=30)),
    contact=st.none() | st.timedeltas(timedelta(), timedelta(days=40)).map(lambda ago: NOON - ago),
    report=st.none() | st.lists(statuses, max_size=4).map(lambda programs: report(*programs)),
    faults=st.lists(st.just(FAULT), max_size=1),
    link=st.sampled_from(Link),
    last_sound=st.none() | st.sampled_from(Outcome).map(lambda outcome: sounded(1, outcome=outcome)),
    maintenance_until=st.none() | st.timedeltas(timedelta(-2), timedelta(2)).map(lambda by: NOON + by),
)


@given(everything)
def test_every_unit_has_exactly_one_state_and_a_fault_is_never_shown_as_well(unit):
    found = standing(unit, NOON).state
    assert found in State
    if unit.faults and unit.report:
        assert found not in (State.PLAYING, State.READY, State.QUIET, State.EXPECTED)
    if isinstance(unit.contact, datetime) and NOON - unit.contact > timedelta(days=14) and found is not State.MAINTENANCE:
        assert found is State.OVERDUE


def test_what_orders_leave_of_the_sound_is_told():
    assert standing(known(BOARD, MUTED), NOON).why == ("im tiếng theo lệnh / muted by order: tang lễ",)
    assert "-12 dB" in standing(known(BOARD, QUIETER), NOON).why[0]
