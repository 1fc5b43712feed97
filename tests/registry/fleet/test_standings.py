"""States over time: spans cover everything, time alone changes them at its own moments, and looking late or twice changes nothing."""

import itertools
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from evidence.records import FaultCode, Outcome
from evidence.report import Report
from registry.fleet.standings import Present, begun, heard, passed
from registry.fleet.states import Known, Link, OpenFault, State, edges, standing
from tests.registry.web.conftest import NOON, sounded, stamp, status

FAULT = OpenFault("audio", FaultCode.SPEAKER_LOST, "mất loa / speaker lost")
MINUTE = timedelta(minutes=1)


def known(contact, link=Link.NETWORK, faulty=False, quiet=False, maintenance=None):
    programs = (status("display", showing="a"), status("audio"))
    said = Report(unit="bt-mau-01", boot="boot-1", n=1, at=stamp(wall=contact), versions={}, programs=programs)
    silenced = sounded(3, outcome=Outcome.REFUSED_BY_RULE, at=stamp(wall=contact - 11.5 * 60 * MINUTE))
    return Known(
        enrolled=NOON,
        contact=contact,
        report=said,
        faults=(FAULT,) if faulty else (),
        link=link,
        maintenance_until=maintenance,
        last_sound=silenced if quiet else None,
    )


def test_a_unit_that_falls_silent_is_overdue_from_its_own_moment_on_however_late_somebody_looks():
    present, _ = heard(begun(Known(enrolled=NOON), NOON), known(NOON + MINUTE), NOON + MINUTE)
    later, spans = passed(present, NOON + timedelta(days=3))
    assert later.standing.state is State.OVERDUE
    assert later.since == NOON + 46 * MINUTE
    assert [(span.state, span.ended - span.began) for span in spans] == [(State.PLAYING, 45 * MINUTE)]


def test_maintenance_ends_by_itself_and_shows_what_is_the_matter_then():
    present = begun(known(NOON, faulty=True, maintenance=NOON + 20 * MINUTE), NOON)
    assert present.standing.state is State.MAINTENANCE
    present, _ = passed(present, NOON + 20 * MINUTE)
    assert (present.standing.state, present.since) == (State.DEGRADED, NOON + 20 * MINUTE)
    present, _ = passed(present, NOON + 45 * MINUTE)
    assert present.standing.state is State.OVERDUE


def test_expected_silence_of_a_courier_served_unit_is_no_fault_and_the_link_is_no_state():
    present = begun(known(NOON, link=Link.COURIER), NOON)
    waiting, _ = passed(present, NOON + timedelta(days=13))
    assert (waiting.standing.state, waiting.since) == (State.EXPECTED, NOON + 45 * MINUTE)
    overdue, _ = passed(present, NOON + timedelta(days=14))
    assert overdue.standing.state is State.OVERDUE
    faulty = begun(known(NOON, link=Link.COURIER, faulty=True), NOON)
    assert passed(faulty, NOON + timedelta(days=13))[0].standing.state is State.DEGRADED


def test_other_words_for_the_same_state_begin_no_new_span():
    present = begun(known(NOON, faulty=True), NOON)
    other = OpenFault("audio", FaultCode.SPEAKER_LOST, "loa hỏng / broken")
    told = known(NOON + MINUTE)
    present, spans = heard(present, Known(**{**vars(told), "faults": (other,)}), NOON + MINUTE)
    assert (spans, present.since) == ((), NOON)
    assert present.standing.why == ("audio: loa hỏng / broken",)


events = st.lists(
    st.fixed_dictionaries(
        {
            "gap": st.integers(0, 3000).map(lambda minutes: minutes * MINUTE),
            "faulty": st.booleans(),
            "quiet": st.booleans(),
            "maintenance": st.none() | st.integers(-30, 300).map(lambda minutes: minutes * MINUTE),
            "looks": st.lists(st.floats(0, 1), max_size=3),
        }
    ),
    max_size=8,
)


def history(told, link):
    """What was known from when on."""
    at, found = NOON, [(NOON, Known(enrolled=NOON, link=link))]
    for event in told:
        at += event["gap"]
        until = event["maintenance"]
        found.append((at, known(at, link, event["faulty"], event["quiet"], at + until if until else None)))
    return found


def kept(told, link, end, looking=True):
    found = history(told, link)
    present, spans = begun(found[0][1], NOON), []
    for index, (at, each) in enumerate(found[1:]):
        if looking:
            before = found[index][0]
            for look in sorted(told[index]["looks"]):
                present, closed = passed(present, before + (at - before) * look)
                spans += closed
        present, closed = heard(present, each, at)
        spans += closed
    present, closed = passed(present, end)
    return [*spans, *closed], present


@given(events, st.sampled_from(Link), st.integers(0, 30000))
def test_spans_add_up_to_the_whole_time_without_a_hole_or_an_overlap(told, link, more):
    end = history(told, link)[-1][0] + more * MINUTE
    spans, present = kept(told, link, end)
    assert [NOON, *(span.ended for span in spans)] == [*(span.began for span in spans), present.since]
    assert all(span.began < span.ended for span in spans)
    assert sum((span.ended - span.began for span in spans), end - present.since) == end - NOON


@given(events, st.sampled_from(Link), st.integers(0, 30000))
def test_recomputing_from_what_was_reported_gives_the_same_spans_whoever_looked_in_between(told, link, more):
    end = history(told, link)[-1][0] + more * MINUTE
    assert kept(told, link, end) == kept(told, link, end, looking=False)


@given(events, st.sampled_from(Link), st.integers(0, 3000), st.lists(st.floats(0, 1), max_size=20))
def test_at_every_moment_the_span_says_what_the_unit_stood_in_then(told, link, more, moments):
    found = history(told, link)
    end = found[-1][0] + more * MINUTE
    spans, present = kept(told, link, end)
    for share in moments:
        moment = NOON + (end - NOON) * share
        newest = [each for at, each in found if at <= moment][-1]
        assert state_at(spans, present, moment) is standing(newest, moment).state


def state_at(spans, present: Present, moment: datetime):
    return next((span.state for span in spans if span.began <= moment < span.ended), present.standing.state)


@given(events, st.sampled_from(Link), st.integers(0, 30000))
def test_between_two_edges_nothing_changes_by_time_alone(told, link, more):
    at, last = history(told, link)[-1]
    bounds = [at, *(edge for edge in edges(last) if edge > at), at + more * MINUTE + timedelta(days=30)]
    for begin, end in itertools.pairwise(bounds):
        if begin < end:
            assert standing(last, begin) == standing(last, end - timedelta(microseconds=1))


def test_a_clock_that_was_set_back_closes_nothing_before_it_began():
    present, _ = heard(begun(Known(enrolled=NOON), NOON), known(NOON + 10 * MINUTE), NOON + 10 * MINUTE)
    after, spans = heard(present, known(NOON + 5 * MINUTE, faulty=True), NOON + 5 * MINUTE)
    assert (after.standing.state, after.since, spans) == (State.DEGRADED, NOON + 10 * MINUTE, ())
